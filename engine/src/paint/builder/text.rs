//! Lines: pieces of inline boxes, glyph runs, decorations, text shadows and the caret.

use super::selection::{Selected, parts};
use super::{Builder, Place, is_visible};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Border, Fill, GlyphItem, ItemKind, LayerItem, PathItem, Quad};
use crate::paint::path::{FillRule, Path, Stroke};
use crate::paint::tables::Effect;
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::boxes::{BoxId, GlyphRun, InlineContent, InlineFragment, LayoutBox};
use pellicle_layout::flow::builtin::shown_offset;
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::{
    Color, DecorationStyle, Display, Edges, FilterOp, Float, LengthPercentage, LineStyle, LineThickness, TextDecoration,
};
use std::ops::Deref;
use std::sync::Arc;

/// Items of a line's contents: scrolled and clipped by the container.
pub(super) fn inside(place: &Place) -> Place {
    Place { spatial: place.inner_spatial, clip: place.inner_clip, ..*place }
}

impl Builder<'_> {
    /// Paints the lines of a container: all that no stacking context paints apart, or what belongs to one
    /// inline box that is painted apart.
    pub(super) fn paint_lines(&mut self, id: BoxId, shown: &LayoutBox, only: Option<BoxId>) {
        let Some(content) = &shown.inline else { return };
        let place = inside(&self.place(id));
        let simple = only.is_none() && !content.fragments.iter().any(|f| self.is_apart(f.id));
        let belongs = |this: &Self, owner: BoxId| simple || this.apart_owner(owner, id) == only;
        for fragment in &content.fragments {
            if belongs(self, fragment.id) {
                self.paint_fragment(&place, fragment);
            }
        }
        let selected = self.selected(place.origin, content);
        let of_run = |i: u32| {
            let from = selected.partition_point(|s| s.run < i);
            &selected[from..from + selected[from..].partition_point(|s| s.run == i)]
        };
        for part in &selected {
            if content.runs.get(part.run as usize).is_some_and(|run| belongs(self, run.owner) && is_visible(&run.style))
            {
                self.paint_behind(&place, part);
            }
        }
        for (i, run) in (0..).zip(&content.runs) {
            if belongs(self, run.owner) && is_visible(&run.style) {
                self.paint_run(&place, content, i, run, of_run(i));
            }
        }
        if only.is_none() {
            self.paint_caret(shown, &place, content);
        }
    }

    fn is_apart(&self, id: BoxId) -> bool {
        self.place(id).context.is_some() || self.get(id).is_some_and(|b| b.style.is_positioned())
    }

    /// The innermost inline box around `owner`, within a container, that is painted apart.
    fn apart_owner(&self, owner: BoxId, container: BoxId) -> Option<BoxId> {
        let mut at = Some(owner);
        while let Some(id) = at.filter(|&id| id != container) {
            let shown = self.get(id)?;
            if !self.place(id).inline {
                return None;
            }
            if self.is_apart(id) {
                return Some(id);
            }
            at = shown.parent;
        }
        None
    }

    /// Paints an inline box that makes a stacking context or is positioned.
    pub(super) fn paint_inline_apart(&mut self, id: BoxId, shown: &LayoutBox) {
        for container in self.containers_of(id) {
            if let Some(c) = self.get(container) {
                self.paint_lines(container, c, Some(id));
            }
        }
        self.phases(id, shown);
    }

    /// The containers with pieces of an inline box: the one around it, or the anonymous ones that blocks
    /// inside it make.
    pub(super) fn containers_of(&self, id: BoxId) -> Vec<BoxId> {
        let has = |c: BoxId| {
            let content = self.get(c).and_then(|b| b.inline.as_ref());
            content.is_some_and(|i| i.fragments.iter().any(|f| f.id == id))
        };
        let mut at = self.get(id).and_then(|b| b.parent);
        while let Some(outer) = at {
            if has(outer) {
                return vec![outer];
            }
            let Some(shown) = self.get(outer) else { break };
            let inner: Vec<BoxId> = shown.children.iter().copied().filter(|&c| has(c)).collect();
            if !inner.is_empty() {
                return inner;
            }
            at = shown.parent.filter(|_| self.place(outer).inline);
        }
        Vec::new()
    }

    /// One line's piece of an inline box. Only the first has the left border, only the last the right one.
    fn paint_fragment(&mut self, place: &Place, f: &InlineFragment) {
        let Some(shown) = self.get(f.id) else { return };
        if !is_visible(&shown.style) {
            return;
        }
        let rect = Rect::new(place.origin.x + f.x, place.origin.y + f.y, f.width, f.height);
        let cut = |mut e: Edges<f32>| {
            if !f.is_first {
                e.left = 0.0;
            }
            if !f.is_last {
                e.right = 0.0;
            }
            e
        };
        self.hit_area(place, shown, rect);
        let (border, padding) = (cut(shown.layout.border), cut(shown.layout.padding));
        if f.is_first && f.is_last {
            self.decorate(place, &shown.style, rect, (border, padding), f.id, false);
            return;
        }
        let mut style = (*shown.style).clone();
        let sharp = (LengthPercentage::ZERO, LengthPercentage::ZERO);
        if !f.is_first {
            (style.border_radius.top_left, style.border_radius.bottom_left) = (sharp, sharp);
        }
        if !f.is_last {
            (style.border_radius.top_right, style.border_radius.bottom_right) = (sharp, sharp);
        }
        self.decorate(place, &style, rect, (border, padding), f.id, false);
    }

    fn paint_run(
        &mut self,
        place: &Place,
        content: &Arc<InlineContent>,
        index: u32,
        run: &GlyphRun,
        selected: &[Selected],
    ) {
        let style = &run.style;
        let color = style.text_fill_color.unwrap_or(style.color);
        let whole = GlyphItem::whole(content.clone(), index, place.origin, color);
        let parts = parts(whole, &style.text_shadow, selected);
        let shadows = parts.iter().flat_map(|(item, shadows)| shadows.iter().rev().map(move |s| (item, s)));
        for (item, s) in shadows.filter(|(_, s)| s.color.a > 0) {
            let origin = place.origin + Point::new(s.x, s.y);
            let item = ItemKind::Glyphs(GlyphItem { origin, color: s.color, ..item.clone() });
            if s.blur > 0.0 {
                let filters = Arc::from([FilterOp::Blur(s.blur * 0.5)]);
                let effect = self.tables.add_effect(NodeId::NONE, Effect { filters, ..Effect::default() });
                self.push(place, ItemKind::PushLayer(LayerItem { effect, backdrop: None }));
                self.push(place, item);
                self.push(place, ItemKind::PopLayer);
            } else {
                self.push(place, item);
            }
        }
        self.decorated(place, run, None, |this| {
            this.decorate_selected(place, run, selected, |this| {
                for (item, _) in parts {
                    this.push(place, ItemKind::Glyphs(item));
                }
            });
        });
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
            self.lines_beside(place, run, d, color.unwrap_or(d.color), span);
        }
        glyphs(self);
        for d in &lines {
            self.line_through(place, run, d, color.unwrap_or(d.color), span);
        }
    }

    /// The lines below and above a run's glyphs; `span` is their left end and their width.
    pub(super) fn lines_beside(&mut self, place: &Place, run: &GlyphRun, d: &Line, color: Color, span: (f32, f32)) {
        let baseline = place.origin.y + run.baseline;
        let line = |y: f32| Rect::new(span.0, y, span.1, d.thickness);
        if d.underline {
            // Where the style says nothing, as browsers choose it.
            let gap = d.offset.unwrap_or((d.thickness * 0.5).ceil().max(1.0));
            self.decoration(place, d, color, line(baseline + gap), 1.0);
        }
        if d.overline {
            self.decoration(place, d, color, line(baseline - run.ascent), -1.0);
        }
    }

    /// The line through a run's glyphs.
    pub(super) fn line_through(&mut self, place: &Place, run: &GlyphRun, d: &Line, color: Color, span: (f32, f32)) {
        if d.line_through {
            let y = place.origin.y + run.baseline - run.ascent / 3.0 - d.thickness * 0.5;
            self.decoration(place, d, color, Rect::new(span.0, y, span.1, d.thickness), 0.0);
        }
    }

    /// The decorations of a run: those of the inline box and of everything around it up to a box that is
    /// laid out on its own (CSS Text Decoration 3, section 2).
    fn decorations(&self, run: &GlyphRun) -> Vec<Line> {
        let mut found: Vec<Line> = Vec::new();
        let mut at = Some(run.owner);
        while let Some(shown) = at.and_then(|id| self.get(id)) {
            let d = shown.style.text_decoration;
            let s = &shown.style;
            if d.underline || d.overline || d.line_through {
                let line = Line::new(d, s, run.size);
                if found.last().is_none_or(|last| last.decoration != d) {
                    found.push(line);
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
    fn decoration(&mut self, place: &Place, d: &Line, color: Color, rect: Rect, away: f32) {
        let line = |rect: Rect| {
            let fill = Fill::Color(color);
            ItemKind::Quad(Quad { rect, radii: Radii::ZERO, fill, border: None })
        };
        let second = (rect.height + 1.0) * away;
        match d.style {
            DecorationStyle::Solid => self.push(place, line(rect)),
            DecorationStyle::Double => {
                let (first, second) = if away == 0.0 { (-1.0 - rect.height, 1.0 + rect.height) } else { (0.0, second) };
                for by in [first, second] {
                    self.push(place, line(Rect { y: rect.y + by * if away == 0.0 { 0.5 } else { 1.0 }, ..rect }));
                }
            }
            DecorationStyle::Dashed | DecorationStyle::Dotted => {
                let style = if d.style == DecorationStyle::Dashed { LineStyle::Dashed } else { LineStyle::Dotted };
                let widths = Edges { top: rect.height, right: 0.0, bottom: 0.0, left: 0.0 };
                let border = Some(Border { widths, colors: Edges::all(color), style });
                let quad = Quad { rect, radii: Radii::ZERO, fill: Fill::None, border };
                self.push(place, ItemKind::Quad(quad));
            }
            DecorationStyle::Wavy => self.wave(place, color, Rect { y: rect.y + second, ..rect }),
        }
    }

    /// A wavy line whose middle is that of a rectangle as high as the line is thick.
    fn wave(&mut self, place: &Place, color: Color, rect: Rect) {
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
            color,
        };
        let clip = Rect::new(rect.x, rect.y - 2.0 * height, rect.width, rect.height + 4.0 * height);
        let clip = self.tables.add_clip(place.clip, place.spatial, clip, Radii::ZERO);
        self.push(&Place { clip, ..*place }, ItemKind::Path(item));
    }

    /// True if the lines are the shown text of a form control.
    fn is_control(&self, shown: &LayoutBox) -> bool {
        matches!(self.doc.tag_name(shown.origin.node()), "input" | "textarea")
    }

    fn paint_caret(&mut self, shown: &LayoutBox, place: &Place, content: &InlineContent) {
        let node = shown.origin.node();
        let Some(at) = self.state.caret(node) else { return };
        if !self.is_control(shown) {
            return;
        }
        let at = shown_offset(self.doc, node, at as usize) as u32;
        let Some((x, top, height)) = caret_place(content, shown.layout.width, at) else { return };
        // A shown placeholder does not lend it its colour.
        let style = self.doc.node(node).and_then(|n| n.style.as_deref()).unwrap_or(&shown.style);
        let color = self.color(node, "cursor-color", style.caret_color.unwrap_or(style.color));
        let rect = Rect::new(place.origin.x + x, place.origin.y + top, CARET_WIDTH, height);
        let quad = Quad { rect, radii: Radii::all(1.0), fill: Fill::Color(color), border: None };
        self.push(place, ItemKind::Quad(quad));
    }
}

/// A decoration with the figures of the box that it is drawn for.
pub(super) struct Line {
    decoration: TextDecoration,
    /// Logical px.
    thickness: f32,
    /// From the baseline to an underline, logical px, where the style says so.
    offset: Option<f32>,
}

impl Line {
    /// A decoration by the style of its box, for text of `size` px.
    pub(super) fn new(decoration: TextDecoration, style: &ComputedStyle, size: f32) -> Line {
        let offset = style.text_underline_offset.map(|offset| offset.resolve(style.font_size));
        Line { decoration, thickness: thickness(style, size).max(1.0), offset }
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

/// Width of a caret as on phones, logical px.
pub(crate) const CARET_WIDTH: f32 = 2.0;

/// Left edge, top and height of a caret before byte `at` of the lines of a block of this width: from the glyph that
/// starts there, or after the last one before it; never outside of the block.
pub(crate) fn caret_place(content: &InlineContent, width: f32, at: u32) -> Option<(f32, f32, f32)> {
    let (x, top, height) = caret_edge(content, at)?;
    Some((x.min((width - CARET_WIDTH).max(0.0)), top, height))
}

fn caret_edge(content: &InlineContent, at: u32) -> Option<(f32, f32, f32)> {
    let mut best: Option<(u32, f32, f32, f32)> = None;
    for line in &content.lines {
        let runs = content.runs.iter().skip(line.first_run as usize).take(line.run_count as usize);
        for run in runs {
            let (top, height) = (run.baseline - run.ascent, run.ascent + run.descent);
            for g in &run.glyphs {
                if g.cluster == at {
                    return Some((run.x + g.x, top, height));
                }
                if g.cluster < at && best.is_none_or(|b| g.cluster >= b.0) {
                    best = Some((g.cluster, run.x + g.x + g.advance, top, height));
                }
            }
        }
    }
    match best {
        Some((_, x, top, height)) => Some((x, top, height)),
        None => content.lines.first().map(|l| (l.x, l.y, l.height)),
    }
}
