//! Inline boxes that blocks split.
//!
//! A block inside an inline box stands on a line of its own among the lines of the container. The pieces of the inline
//! box before and behind it are on lines of their own as well, empty or not, and the run of neighbouring blocks has a
//! rectangle like a piece of it. What moves the inline box moves the blocks in it.

use super::boxes::BoxId;
use super::engine::inline_layout;
use super::geometry::Rect;
use super::inline::relative_offset;
use super::inline::vertical::nested_shift;
use super::positioned::ContainingBlock;
use super::solve::{Solver, box_id, definite_height};
use super::taffy_style::is_inline_fixed_containing_block;
use super::tree::{BoxKind, BoxTree};
use crate::style::ComputedStyle;
use crate::style::computed::{Direction, Overflow};
use crate::text::FontBook;
use std::sync::Arc;
use taffy::{ContainingBlockClaims, LayoutOutput, OofCandidates, OofPositioningArea, Point, Size};

/// A piece of an inline box: its place among the children of its container, and its rectangle there.
type Piece = (Option<usize>, Rect);

impl BoxTree {
    /// Moves the blocks inside of inline boxes with these, and places the inline boxes: the union of their fragments and
    /// of the runs of blocks.
    pub(super) fn place_split_boxes(&mut self, fonts: &mut FontBook) {
        let mut list = std::mem::take(&mut self.split_boxes);
        list.sort_unstable();
        list.dedup();
        list.retain(|&id| self.contains(id) && self.data(id).split.is_some());
        for &id in &list {
            let Some(container) = self.data(id).flow_parent else { continue };
            let runs = self.data(id).split.as_ref().map(|split| split.blocks.clone()).unwrap_or_default();
            for run in runs {
                self.move_blocks(id, container, &run, fonts);
            }
        }
        for &id in &list {
            let Some(container) = self.data(id).flow_parent else { continue };
            let rects = self.split_rects(id, container).into_iter().map(|(_, rect)| rect);
            let rect = rects.reduce(Rect::union_visible).unwrap_or_default();
            let inner_width = self.content_width(container);
            let shown = self.shown_mut(id);
            shown.offset_parent = Some(container);
            shown.layout = inline_layout(rect, &shown.style, inner_width);
        }
        self.split_boxes = list;
    }

    fn content_width(&self, id: BoxId) -> f32 {
        let layout = &self.shown(id).layout;
        let inset = layout.border.left + layout.border.right + layout.padding.left + layout.padding.right;
        (layout.width - inset).max(0.0)
    }

    /// Moves the blocks of a run that stand in `id` itself, and not in an inline box inside of it.
    fn move_blocks(&mut self, id: BoxId, container: BoxId, run: &[BoxId], fonts: &mut FontBook) {
        let own: Vec<BoxId> = run.iter().copied().filter(|&block| self.shown(block).parent == Some(id)).collect();
        if own.is_empty() {
            return;
        }
        let (x, mut y) = self.offset_of(id, container);
        // A line that nothing gives a height is where its empty boxes are aligned.
        if run.iter().all(|&block| self.is_collapsed(block)) {
            let mut around: Vec<Arc<ComputedStyle>> =
                self.inline_boxes_around(id).map(|inline| self.shown(inline).style.clone()).collect();
            around.push(self.shown(container).style.clone());
            y += nested_shift(around.iter().rev().map(|style| &**style), fonts);
        }
        for block in own {
            let moved = self.data(block).inline_shift;
            if moved != (x, y) {
                let shown = self.shown(block);
                let (mut layout, offset_parent) = (shown.layout, shown.offset_parent);
                (layout.x, layout.y) = (layout.x + x - moved.0, layout.y + y - moved.1);
                self.set_place(block, layout, offset_parent);
                self.data_mut(block).inline_shift = (x, y);
            }
        }
    }

    /// An inline box and those around it, from the inside out.
    fn inline_boxes_around(&self, id: BoxId) -> impl Iterator<Item = BoxId> {
        let is_inline = |&at: &BoxId| self.data(at).kind == BoxKind::InlineBox;
        std::iter::successors(Some(id).filter(is_inline), move |&at| self.shown(at).parent.filter(is_inline))
    }

    /// How far an inline box and those around it are moved from their places.
    fn offset_of(&self, id: BoxId, container: BoxId) -> (f32, f32) {
        let (width, height) = (self.content_width(container), definite_height(self, container));
        self.inline_boxes_around(id).fold((0.0, 0.0), |(x, y), inline| {
            let (dx, dy) = relative_offset(&self.shown(inline).style, width, height);
            (x + dx, y + dy)
        })
    }

    /// Margins collapse through the block.
    fn is_collapsed(&self, block: BoxId) -> bool {
        let shown = self.shown(block);
        let is_open = |overflow| matches!(overflow, Overflow::Visible | Overflow::Clip);
        shown.layout.height == 0.0
            && self.data(block).last_baseline.is_none()
            && self.data(block).in_block_flow
            && is_open(shown.style.overflow_x)
            && is_open(shown.style.overflow_y)
    }

    /// The pieces of a split inline box from top to bottom.
    pub(super) fn split_rects(&self, id: BoxId, container: BoxId) -> Vec<Piece> {
        let layout = &self.shown(container).layout;
        self.split_pieces(id, container, layout.border.left + layout.padding.left, self.content_width(container))
    }

    /// The same in a container whose content box has this left edge and width.
    fn split_pieces(&self, id: BoxId, container: BoxId, left: f32, width: f32) -> Vec<Piece> {
        let Some(split) = &self.data(id).split else { return Vec::new() };
        let flow = &self.data(container).flow_children;
        let place = |id: &BoxId| flow.iter().position(|child| child == id);
        let mut rects: Vec<Piece> = Vec::new();
        for run in &split.blocks {
            if let Some(rect) = self.block_run_rect(id, container, run, width) {
                let rect = Rect { x: rect.x + left, ..rect };
                rects.push((run.first().and_then(place), rect));
            }
        }
        for segment in &split.segments {
            let shown = self.shown(*segment);
            for fragment in shown.inline.iter().flat_map(|c| &c.fragments).filter(|f| f.id == id) {
                let (x, y) = (shown.layout.x + fragment.x, shown.layout.y + fragment.y);
                rects.push((place(segment), Rect { x, y, width: fragment.width, height: fragment.height }));
            }
        }
        rects.sort_by_key(|(place, _)| *place);
        rects
    }

    /// The rectangle of neighbouring blocks as a piece of the inline box `id` around them, relative to the left edge of the
    /// container's content and its top: as wide as that content, moved as that box is, but not as the blocks or boxes
    /// between.
    fn block_run_rect(&self, id: BoxId, container: BoxId, run: &[BoxId], width: f32) -> Option<Rect> {
        let height = definite_height(self, container);
        let (x, y) = self.offset_of(id, container);
        let place = |block: BoxId| {
            let shown = self.get(block)?;
            let mut top = shown.layout.y - relative_offset(&shown.style, width, height).1;
            // Once the blocks are moved, all but what moved them stays.
            if self.data(block).inline_shift != (0.0, 0.0) {
                top -= self.offset_of(shown.parent?, container).1;
            }
            Some((top, shown.layout.height))
        };
        let (top, _) = place(*run.first()?)?;
        let (last_top, last_height) = place(*run.last()?)?;
        Some(Rect { x, y: top + y, width, height: last_top + last_height - top })
    }
}

impl Solver<'_> {
    /// Lays out the boxes whose containing block is an inline box that blocks split: the area from its first piece to its
    /// last (CSS 2, section 10.1).
    pub(super) fn lay_out_in_split_boxes(&mut self, container: BoxId, output: &mut LayoutOutput) {
        if output.oof_candidates.is_empty() || !self.tree.data(container).holds_split {
            return;
        }
        let around = &self.tree.shown(container).style;
        let (border, padding) = (&around.border_width, &around.padding);
        let left = border.left + padding.left.px;
        let width = (output.size.width - left - border.right - padding.right.px).max(0.0);
        let mut rest = OofCandidates::new();
        let candidates = output.oof_candidates.take();
        for candidate in candidates.iter().cloned() {
            let owner = self.split_containing_block(box_id(candidate.node), container);
            let Some(owner) = owner.filter(|_| candidate.position != taffy::Position::Fixed) else {
                rest.push(candidate);
                continue;
            };
            // The container has no place yet.
            let rects = self.tree.split_pieces(owner, container, left, width);
            // Pieces without an area count only if none has one.
            let has_area = |piece: &&Piece| piece.1.width > 0.0 && piece.1.height > 0.0;
            let first = rects.iter().find(has_area).or(rects.first());
            let last = rects.iter().rfind(has_area).or(rects.last());
            let (Some((_, first)), Some((_, last))) = (first, last) else {
                rest.push(candidate);
                continue;
            };
            let style = self.tree.shown(owner).style.clone();
            let border = &style.border_width;
            let (x, y) = (first.x + border.left, first.y + border.top);
            let size = Size {
                width: (last.x + last.width - border.right - x).max(0.0),
                height: (last.y + last.height - border.bottom - y).max(0.0),
            };
            let area = OofPositioningArea { size, offset: Point { x, y } };
            let direction =
                if style.direction == Direction::Rtl { taffy::Direction::Rtl } else { taffy::Direction::Ltr };
            let claims = ContainingBlockClaims { absolute: true, fixed: is_inline_fixed_containing_block(&style) };
            let block = ContainingBlock { owner: container, area, direction, claims };
            let mut own = OofCandidates::new();
            own.push(candidate);
            let inside = self.place_claimed(&block, own, &mut rest);
            let overflow = &mut output.scrollable_overflow_rect;
            overflow.right = overflow.right.max(x + inside.right);
            overflow.bottom = overflow.bottom.max(y + inside.bottom);
        }
        output.oof_candidates = rest;
    }

    /// The split inline box of a container that is the containing block of a box inside.
    fn split_containing_block(&self, id: BoxId, container: BoxId) -> Option<BoxId> {
        let mut at = self.tree.shown(id).parent;
        while let Some(around) = at.filter(|&around| around != container) {
            let (shown, data) = (self.tree.shown(around), self.tree.data(around));
            if shown.style.is_positioned() && data.split.is_some() && data.flow_parent == Some(container) {
                return Some(around);
            }
            at = shown.parent;
        }
        None
    }
}
