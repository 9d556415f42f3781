//! Lines: pieces of inline boxes, glyph runs, text shadows and the caret.

use super::selection::{Selected, parts};
use super::{Builder, Place, is_visible};
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::list::{Fill, GlyphItem, ItemKind, LayerItem, Quad};
use crate::paint::tables::{ColorsId, Effect};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::boxes::{BoxId, GlyphRun, InlineContent, InlineFragment, LayoutBox};
use pellicle_layout::flow::builtin::shown_offset;
use pellicle_layout::style::computed::{Edges, FilterOp, LengthPercentage};
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
        let ink = self.text_ink(run);
        let whole = GlyphItem::whole(content.clone(), index, place.origin, ink.color);
        let parts = parts(whole, &style.text_shadow, selected);
        let shadows = parts.iter().flat_map(|part| part.shadows.iter().rev().map(move |s| (&part.item, s)));
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
                for part in parts {
                    let row = if part.has_own_color { ink.row } else { ColorsId(0) };
                    this.push_colored(place, row, ItemKind::Glyphs(part.item));
                }
            });
        });
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
        let of = self.boxes.by_origin(BoxOrigin::Element(node)).and_then(|id| self.get(id));
        let ink = match (of, style.caret_color) {
            (Some(of), None) if self.attribute(node, "cursor-color").is_none() => self.color_of(of),
            _ => self.color(node, "cursor-color", style.caret_color.unwrap_or(style.color)).into(),
        };
        let rect = Rect::new(place.origin.x + x, place.origin.y + top, CARET_WIDTH, height);
        let quad = Quad { rect, radii: Radii::all(1.0), fill: Fill::Color(ink.color), border: None };
        self.push_colored(place, ink.row, ItemKind::Quad(quad));
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
