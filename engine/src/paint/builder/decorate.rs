//! The picture of a box: shadows, background, border, outline.

use super::place::radii;
use super::{Builder, Place};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Border, BoxShadow, Fill, ItemKind, Quad};
use crate::paint::relief;
use crate::paint::tables::{Colored, ColorsId, ItemColors};
use pellicle_layout::flow::boxes::{BoxId, LayoutBox};
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::{BackgroundBox, Color, Edges, ImageSource, LineStyle};

/// Edges and corners of a box that its backgrounds are measured by.
#[derive(Clone, Copy)]
pub(super) struct Geometry {
    pub border_box: Rect,
    pub radii: Radii,
    pub border: Edges<f32>,
    pub padding: Edges<f32>,
}

impl Geometry {
    /// That of a box whose border box lies here.
    pub fn of(shown: &LayoutBox, border_box: Rect) -> Geometry {
        let radii = radii(&shown.style.border_radius, border_box.width, border_box.height);
        Geometry { border_box, radii, border: shown.layout.border, padding: shown.layout.padding }
    }

    /// An edge's rectangle and corners.
    pub fn edge(&self, edge: BackgroundBox) -> (Rect, Radii) {
        let by = match edge {
            BackgroundBox::BorderBox | BackgroundBox::Text => return (self.border_box, self.radii),
            BackgroundBox::PaddingBox => self.border,
            BackgroundBox::ContentBox => Edges {
                top: self.border.top + self.padding.top,
                right: self.border.right + self.padding.right,
                bottom: self.border.bottom + self.padding.bottom,
                left: self.border.left + self.padding.left,
            },
        };
        let fitted = self.radii.fit(self.border_box.width, self.border_box.height);
        (self.border_box.inset(by), fitted.inset(by))
    }
}

fn is_line(style: LineStyle) -> bool {
    !matches!(style, LineStyle::None | LineStyle::Hidden)
}

/// True if the border is of one style, drawn in the colours that it has.
fn has_plain_border(style: &ComputedStyle) -> bool {
    let Edges { top, right, bottom, left } = style.border_style;
    let mut lines = [top, right, bottom, left].into_iter().filter(|s| is_line(*s));
    let first = lines.next();
    let shaded = matches!(first, Some(LineStyle::Inset | LineStyle::Outset | LineStyle::Groove | LineStyle::Ridge));
    !shaded && lines.all(|line| Some(line) == first)
}

/// The colours of a box that may change by themselves.
pub(super) fn box_colors(style: &ComputedStyle) -> ItemColors {
    ItemColors { fill: style.background_color, border: style.border_color }
}

impl Builder<'_> {
    /// Draws shadows, background and border of the box `id`, or of a piece of it if it is inline: border and padding
    /// are the piece's.
    pub(super) fn decorate(
        &mut self,
        place: &Place,
        style: &ComputedStyle,
        rect: Rect,
        (border, padding): (Edges<f32>, Edges<f32>),
        id: BoxId,
        is_canvas: bool,
    ) {
        let radii = radii(&style.border_radius, rect.width, rect.height);
        let g = Geometry { border_box: rect, radii, border, padding };
        if rect.is_empty() && !is_canvas {
            // A box without area can still throw a shadow with spread.
            self.shadows(place, style, &g, false);
            return;
        }
        self.shadows(place, style, &g, false);
        let layers = &style.background;
        let bottom = layers.last().map_or(BackgroundBox::BorderBox, |l| l.clip);
        let has_images = layers.iter().any(|l| l.image != ImageSource::None);
        let colors = self.moving_colors(style, id, is_canvas);
        let moves = colors.is_some();
        let colors = colors.unwrap_or_default();
        let lines = self.border_of(style, &g, moves);
        let mut color = style.background_color;
        if is_canvas {
            if color.a < 255 && color.a > 0 {
                let all = self.canvas_rect(&rect);
                let fill = Fill::Color(color);
                self.push(place, ItemKind::Quad(Quad { rect: all, radii: Radii::ZERO, fill, border: None }));
            }
            color = Color::TRANSPARENT;
        }
        let simple = !has_images && bottom == BackgroundBox::BorderBox && !style.box_shadow.iter().any(|s| s.inset);
        if simple {
            // Background and border in one item, so that no background shows through at the border's edge.
            if color.a > 0 || moves || !lines.is_empty() {
                let (first, rest) = match lines.split_first() {
                    Some((f, rest)) => (Some(*f), rest),
                    None => (None, &lines[..]),
                };
                let quad = Quad { rect, radii: g.radii, fill: Fill::Color(color), border: first };
                self.push_colored(place, colors, ItemKind::Quad(quad));
                for line in rest {
                    let quad = Quad { rect, radii: g.radii, fill: Fill::None, border: Some(*line) };
                    self.push(place, ItemKind::Quad(quad));
                }
            }
            return;
        }
        // Layers that are cut out by text are drawn apart, those that follow one another together.
        let has_color = color.a > 0 || moves && !is_canvas;
        let mut cut_out = bottom == BackgroundBox::Text && (has_color || has_images);
        if cut_out {
            self.push_isolated(place);
        }
        if has_color {
            let (rect, radii) = g.edge(bottom);
            let quad = Quad { rect, radii, fill: Fill::Color(color), border: None };
            self.push_colored(place, colors, ItemKind::Quad(quad));
        }
        for layer in layers.iter().rev().filter(|l| l.image != ImageSource::None) {
            if (layer.clip == BackgroundBox::Text) != cut_out {
                if cut_out {
                    self.cut_by_text(place, id);
                } else {
                    self.push_isolated(place);
                }
                cut_out = !cut_out;
            }
            self.background_layer(place, layer, &g, is_canvas);
        }
        if cut_out {
            self.cut_by_text(place, id);
        }
        self.shadows(place, style, &g, true);
        for line in lines {
            let quad = Quad { rect, radii: g.radii, fill: Fill::None, border: Some(line) };
            self.push_colored(place, colors, ItemKind::Quad(quad));
        }
    }

    /// The row of a box whose colours change by themselves. The canvas has none, and neither has a border whose sides are
    /// shaded or are drawn apart: their list is built again.
    fn moving_colors(&mut self, style: &ComputedStyle, id: BoxId, is_canvas: bool) -> Option<ColorsId> {
        if !style.moving.colors {
            return None;
        }
        let origin = self.get(id)?.origin;
        if is_canvas || !has_plain_border(style) {
            self.anchors.repainted.insert(origin);
            return None;
        }
        Some(self.tables.add_colors(origin, Colored::Box, box_colors(style)))
    }

    /// The canvas: the viewport and whatever the page reaches beyond it.
    pub(super) fn canvas_rect(&self, page: &Rect) -> Rect {
        page.union(&Rect::new(0.0, 0.0, self.viewport.0, self.viewport.1))
    }

    fn shadows(&mut self, place: &Place, style: &ComputedStyle, g: &Geometry, inset: bool) {
        // The first shadow lies on top.
        for s in style.box_shadow.iter().rev().filter(|s| s.inset == inset) {
            let (rect, radii) = if inset { g.edge(BackgroundBox::PaddingBox) } else { (g.border_box, g.radii) };
            let offset = Point::new(s.x, s.y);
            let shadow = BoxShadow { rect, radii, offset, blur: s.blur, spread: s.spread, color: s.color, inset };
            self.push(place, ItemKind::Shadow(shadow));
        }
    }

    /// The border as one item for each line style that it has.
    fn border_of(&self, style: &ComputedStyle, g: &Geometry, moves: bool) -> Vec<Border> {
        let (w, s, c) = (&g.border, &style.border_style, &style.border_color);
        let sides = [
            (w.top, s.top, c.top),
            (w.right, s.right, c.right),
            (w.bottom, s.bottom, c.bottom),
            (w.left, s.left, c.left),
        ];
        let shows = |w: f32, s: LineStyle, c: Color| w > 0.0 && is_line(s) && (c.a > 0 || moves);
        if !sides.iter().any(|&(w, s, c)| shows(w, s, c)) {
            return Vec::new();
        }
        let mut lines: Vec<Border> = Vec::new();
        let mut add = |style: LineStyle, drawn_as: LineStyle, shade: &dyn Fn(&Edges<Color>) -> Edges<Color>| {
            let color = |&(w, s, c): &(f32, LineStyle, Color)| {
                if s == style && shows(w, s, c) { c } else { Color::TRANSPARENT }
            };
            let colors = Edges {
                top: color(&sides[0]),
                right: color(&sides[1]),
                bottom: color(&sides[2]),
                left: color(&sides[3]),
            };
            if sides.iter().any(|side| color(side).a > 0 || moves && side.0 > 0.0 && side.1 == style) {
                lines.push(Border { widths: *w, colors: shade(&colors), style: drawn_as });
            }
        };
        for style in [LineStyle::Solid, LineStyle::Double, LineStyle::Groove, LineStyle::Ridge] {
            add(style, style, &|c| *c);
        }
        add(LineStyle::Inset, LineStyle::Solid, &|c| relief::sides(c, true));
        add(LineStyle::Outset, LineStyle::Solid, &|c| relief::sides(c, false));
        for style in [LineStyle::Dashed, LineStyle::Dotted] {
            add(style, style, &|c| *c);
        }
        lines
    }

    /// What lies over a box's contents: its outline and what a component draws there.
    pub(super) fn paint_over(&mut self, id: BoxId, shown: &LayoutBox) {
        let style = &shown.style;
        if !super::is_visible(style) {
            return;
        }
        self.paint_component_over(id, shown);
        let o = &style.outline;
        if o.width > 0.0 && o.color.a > 0 && !matches!(o.style, LineStyle::None | LineStyle::Hidden) {
            let place = self.place(id);
            let rect = self.border_box(id, shown);
            let by = o.offset + o.width;
            let corners = radii(&style.border_radius, rect.width, rect.height).fit(rect.width, rect.height);
            let kind = match o.style {
                LineStyle::Inset | LineStyle::Outset => LineStyle::Solid,
                style => style,
            };
            let colors = match o.style {
                LineStyle::Inset | LineStyle::Outset => {
                    relief::sides(&Edges::all(o.color), o.style == LineStyle::Inset)
                }
                _ => Edges::all(o.color),
            };
            let border = Border { widths: Edges::all(o.width), colors, style: kind };
            let quad =
                Quad { rect: rect.outset(by), radii: corners.spread(by), fill: Fill::None, border: Some(border) };
            self.push(&place, ItemKind::Quad(quad));
        }
    }
}
