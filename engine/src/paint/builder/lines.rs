//! The colour of text, and the lines of its decoration.

use super::{Builder, Place};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Border, Fill, ItemKind, PathItem, Quad};
use crate::paint::path::{FillRule, Path, Stroke};
use crate::paint::tables::{Colored, ColorsId};
use pellicle_layout::document::NodeKind;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::boxes::{BoxId, GlyphRun, LayoutBox};
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::{
    Color, DecorationStyle, Display, Edges, Float, LineStyle, LineThickness, TextDecoration,
};
use std::ops::Deref;
use std::sync::Arc;

/// A colour, and the row that it stands in where it changes by itself.
#[derive(Clone, Copy)]
pub(super) struct Ink {
    pub color: Color,
    pub row: ColorsId,
}

impl From<Color> for Ink {
    fn from(color: Color) -> Ink {
        Ink { color, row: ColorsId(0) }
    }
}

impl<'a> Builder<'a> {
    /// The colour of a run's glyphs. One that moves is that of the box of the element that the text is in: text itself
    /// keeps the style that it was laid out with.
    pub(super) fn text_ink(&mut self, run: &GlyphRun) -> Ink {
        let style = &run.style;
        let own = style.text_fill_color.unwrap_or(style.color);
        if style.text_fill_color.is_some() || !style.moving.color || self.is_boxless(run) {
            return own.into();
        }
        match self.styled(run.owner) {
            Some(of) => self.color_of(of),
            None => own.into(),
        }
    }

    /// The `color` of a box that carries the style of its element, or of what is generated for it.
    pub(super) fn color_of(&mut self, of: &LayoutBox) -> Ink {
        let color = of.style.color;
        match of.style.moving.color {
            true => Ink { color, row: self.tables.add_colors(of.origin, Colored::Text, color.into()) },
            false => color.into(),
        }
    }

    /// True if text stands in an element without a box. What such an element shows is laid out anew with each colour.
    fn is_boxless(&self, run: &GlyphRun) -> bool {
        let node = self.doc.node(run.node);
        let element = node.and_then(|node| match node.kind {
            NodeKind::Element(_) => Some(node),
            _ => self.doc.node(node.parent),
        });
        element.and_then(|e| e.style.as_ref()).is_some_and(|style| style.display == Display::Contents)
    }

    /// The box that carries the style of its element around one that it makes in itself, or that one.
    fn styled(&self, id: BoxId) -> Option<&'a LayoutBox> {
        let mut shown = self.get(id)?;
        while let BoxOrigin::Anonymous(_) | BoxOrigin::Internal(..) = shown.origin {
            shown = self.get(shown.parent?)?;
        }
        Some(shown)
    }

    /// A run's decorations around its glyphs; in one colour if there is one.
    pub(super) fn decorated(
        &mut self,
        place: &Place,
        run: &GlyphRun,
        color: Option<Color>,
        glyphs: impl FnOnce(&mut Self),
    ) {
        let lines = self.decorations(run);
        let span = (place.origin.x + run.x, run.width);
        for d in &lines {
            self.lines_beside(place, run, d, color.map_or(d.ink(), Ink::from), span);
        }
        glyphs(self);
        for d in &lines {
            self.line_through(place, run, d, color.map_or(d.ink(), Ink::from), span);
        }
    }

    /// The lines below and above a run's glyphs; `span` is their left end and their width.
    pub(super) fn lines_beside(&mut self, place: &Place, run: &GlyphRun, d: &Line, ink: Ink, span: (f32, f32)) {
        let baseline = place.origin.y + run.baseline;
        let line = |y: f32| Rect::new(span.0, y, span.1, d.thickness);
        if d.underline {
            // Where the style says nothing, as browsers choose it.
            let gap = d.offset.unwrap_or((d.thickness * 0.5).ceil().max(1.0));
            self.decoration(place, d, ink, line(baseline + gap), 1.0);
        }
        if d.overline {
            self.decoration(place, d, ink, line(baseline - run.ascent), -1.0);
        }
    }

    /// The line through a run's glyphs.
    pub(super) fn line_through(&mut self, place: &Place, run: &GlyphRun, d: &Line, ink: Ink, span: (f32, f32)) {
        if d.line_through {
            let y = place.origin.y + run.baseline - run.ascent / 3.0 - d.thickness * 0.5;
            self.decoration(place, d, ink, Rect::new(span.0, y, span.1, d.thickness), 0.0);
        }
    }

    /// The decorations of a run: those of the inline box and of everything around it up to a box that is
    /// laid out on its own (CSS Text Decoration 3, section 2).
    fn decorations(&mut self, run: &GlyphRun) -> Vec<Line> {
        let mut found: Vec<Line> = Vec::new();
        let mut at = Some(run.owner);
        while let Some((id, shown)) = at.and_then(|id| Some((id, self.get(id)?))) {
            let s = &shown.style;
            let mut d = s.text_decoration;
            if d.underline || d.overline || d.line_through {
                let of = if s.moving.decoration { self.styled(id) } else { None };
                let of = of.filter(|of| of.style.moving.decoration);
                if let Some(of) = of {
                    d.color = of.style.text_decoration.color;
                }
                if found.last().is_none_or(|last| last.decoration != d) {
                    found.push(Line::new(d, s, run.size));
                }
                // What is the same line moves with the outermost box that has it.
                if let (Some(of), Some(line)) = (of, found.last_mut()) {
                    line.row = self.tables.add_colors(of.origin, Colored::Decoration, d.color.into());
                }
            }
            let alone = s.is_out_of_flow() || s.float != Float::None || s.display == Display::InlineBlock;
            at = if alone { None } else { shown.parent };
        }
        // The outermost lies lowest.
        found.reverse();
        found
    }

    /// Draws a line. A second one, and the middle of a wave, lie farther from the text: below it, above it (-1), or
    /// around where it would be (0).
    fn decoration(&mut self, place: &Place, d: &Line, ink: Ink, rect: Rect, away: f32) {
        let Ink { color, row } = ink;
        let line = |rect: Rect| {
            let fill = Fill::Color(color);
            ItemKind::Quad(Quad { rect, radii: Radii::ZERO, fill, border: None })
        };
        let second = (rect.height + 1.0) * away;
        match d.style {
            DecorationStyle::Solid => self.push_colored(place, row, line(rect)),
            DecorationStyle::Double => {
                let (first, second) = if away == 0.0 { (-1.0 - rect.height, 1.0 + rect.height) } else { (0.0, second) };
                for by in [first, second] {
                    let y = rect.y + by * if away == 0.0 { 0.5 } else { 1.0 };
                    self.push_colored(place, row, line(Rect { y, ..rect }));
                }
            }
            DecorationStyle::Dashed | DecorationStyle::Dotted => {
                let style = if d.style == DecorationStyle::Dashed { LineStyle::Dashed } else { LineStyle::Dotted };
                let widths = Edges { top: rect.height, right: 0.0, bottom: 0.0, left: 0.0 };
                let border = Some(Border { widths, colors: Edges::all(color), style });
                let quad = Quad { rect, radii: Radii::ZERO, fill: Fill::None, border };
                self.push_colored(place, row, ItemKind::Quad(quad));
            }
            DecorationStyle::Wavy => self.wave(place, ink, Rect { y: rect.y + second, ..rect }),
        }
    }

    /// A wavy line whose middle is that of a rectangle as high as the line is thick.
    fn wave(&mut self, place: &Place, ink: Ink, rect: Rect) {
        // Longer lines than any screen are not told apart.
        const MOST_WAVES: usize = 4096;
        let unit = rect.height.max(2.0);
        let (step, height) = (2.0 * unit, 3.0 * unit);
        let waves = ((rect.width / (2.0 * step)).ceil().max(1.0) as usize).min(MOST_WAVES);
        let mut path = Path::builder().move_to(0.0, 0.0);
        for i in 0..waves {
            let x = 2.0 * step * i as f32;
            path = path.cubic_to(x + step, height, x + step, -height, x + 2.0 * step, 0.0);
        }
        let item = PathItem {
            path: Arc::new(path.finish()),
            origin: Point::new(rect.x, rect.y + rect.height * 0.5),
            scale: 1.0,
            stroke: Some(Arc::new(Stroke::new(rect.height))),
            rule: FillRule::NonZero,
            color: ink.color,
        };
        let clip = Rect::new(rect.x, rect.y - 2.0 * height, rect.width, rect.height + 4.0 * height);
        let clip = self.tables.add_clip(place.clip, place.spatial, clip, Radii::ZERO);
        self.push_colored(&Place { clip, ..*place }, ink.row, ItemKind::Path(item));
    }
}

/// A decoration with the figures of the box that it is drawn for.
pub(super) struct Line {
    decoration: TextDecoration,
    /// Logical px.
    thickness: f32,
    /// Where its colour stands if that changes by itself.
    row: ColorsId,
    /// From the baseline to an underline, logical px, where the style says so.
    offset: Option<f32>,
}

impl Line {
    /// A decoration by the style of its box, for text of `size` px.
    pub(super) fn new(decoration: TextDecoration, style: &ComputedStyle, size: f32) -> Line {
        let offset = style.text_underline_offset.map(|offset| offset.resolve(style.font_size));
        Line { decoration, thickness: thickness(style, size).max(1.0), row: ColorsId(0), offset }
    }

    /// Its colour.
    pub(super) fn ink(&self) -> Ink {
        Ink { color: self.decoration.color, row: self.row }
    }
}

impl Deref for Line {
    type Target = TextDecoration;

    fn deref(&self) -> &TextDecoration {
        &self.decoration
    }
}

/// Thickness of a decoration of text of `size` px, px.
fn thickness(style: &ComputedStyle, size: f32) -> f32 {
    match style.text_decoration_thickness {
        LineThickness::Auto | LineThickness::FromFont => size / 10.0,
        LineThickness::Length(length) => length.resolve(style.font_size),
    }
}
