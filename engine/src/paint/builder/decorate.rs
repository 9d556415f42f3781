//! The picture of a box: shadows, background, border, outline.

use super::place::radii;
use super::{Builder, Place};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Border, BoxShadow, Fill, ItemKind, Quad};
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
        let lines = self.border_of(style, &g);
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
            if color.a > 0 || !lines.is_empty() {
                let (first, rest) = match lines.split_first() {
                    Some((f, rest)) => (Some(*f), rest),
                    None => (None, &lines[..]),
                };
                let quad = Quad { rect, radii: g.radii, fill: Fill::Color(color), border: first };
                self.push(place, ItemKind::Quad(quad));
                for line in rest {
                    let quad = Quad { rect, radii: g.radii, fill: Fill::None, border: Some(*line) };
                    self.push(place, ItemKind::Quad(quad));
                }
            }
            return;
        }
        // Layers that are cut out by text are drawn apart, those that follow one another together.
        let mut cut_out = bottom == BackgroundBox::Text && (color.a > 0 || has_images);
        if cut_out {
            self.push_isolated(place);
        }
        if color.a > 0 {
            let (rect, radii) = g.edge(bottom);
            self.push(place, ItemKind::Quad(Quad { rect, radii, fill: Fill::Color(color), border: None }));
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
            self.push(place, ItemKind::Quad(quad));
        }
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
    fn border_of(&self, style: &ComputedStyle, g: &Geometry) -> Vec<Border> {
        let (w, s, c) = (&g.border, &style.border_style, &style.border_color);
        let sides = [
            (w.top, s.top, c.top, true),
            (w.right, s.right, c.right, false),
            (w.bottom, s.bottom, c.bottom, false),
            (w.left, s.left, c.left, true),
        ];
        let shows =
            |w: f32, s: LineStyle, c: Color| w > 0.0 && !matches!(s, LineStyle::None | LineStyle::Hidden) && c.a > 0;
        if !sides.iter().any(|&(w, s, c, _)| shows(w, s, c)) {
            return Vec::new();
        }
        let mut lines: Vec<Border> = Vec::new();
        for kind in [LineStyle::Solid, LineStyle::Double, LineStyle::Dashed, LineStyle::Dotted] {
            let color = |&(w, s, c, top_left): &(f32, LineStyle, Color, bool)| {
                let own = match s {
                    LineStyle::Groove | LineStyle::Ridge | LineStyle::Inset | LineStyle::Outset => LineStyle::Solid,
                    other => other,
                };
                if own != kind || !shows(w, s, c) {
                    return Color::TRANSPARENT;
                }
                // The shaded side of a relief is darker. Grooves and ridges are drawn by their outer half.
                let sunken = matches!(s, LineStyle::Inset | LineStyle::Groove);
                let raised = matches!(s, LineStyle::Outset | LineStyle::Ridge);
                if sunken && top_left || raised && !top_left { darker(c) } else { c }
            };
            let colors = [color(&sides[0]), color(&sides[1]), color(&sides[2]), color(&sides[3])];
            if colors.iter().any(|c| c.a > 0) {
                let colors = Edges { top: colors[0], right: colors[1], bottom: colors[2], left: colors[3] };
                lines.push(Border { widths: *w, colors, style: kind });
            }
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
                LineStyle::Dashed | LineStyle::Dotted | LineStyle::Double => o.style,
                _ => LineStyle::Solid,
            };
            let border = Border { widths: Edges::all(o.width), colors: Edges::all(o.color), style: kind };
            let quad =
                Quad { rect: rect.outset(by), radii: corners.spread(by), fill: Fill::None, border: Some(border) };
            self.push(&place, ItemKind::Quad(quad));
        }
    }
}

/// The shade that browsers give to the dark sides of reliefs.
fn darker(c: Color) -> Color {
    let max = f32::from(c.r.max(c.g).max(c.b)) / 255.0;
    if max <= 0.0 {
        return c;
    }
    let k = ((max - 0.33) / max).max(0.0);
    let m = |v: u8| (f32::from(v) * k + 0.5) as u8;
    Color::rgba(m(c.r), m(c.g), m(c.b), c.a)
}
