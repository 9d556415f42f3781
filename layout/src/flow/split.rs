//! Inline boxes that blocks split.
//!
//! A block inside an inline box stands on a line of its own among the lines of the container. The pieces of the inline
//! box before and behind it are on lines of their own as well, empty or not, and the run of neighbouring blocks has a
//! rectangle like a piece of it. What moves the inline box moves the blocks in it.

use super::boxes::BoxId;
use super::engine::inline_layout;
use super::geometry::Rect;
use super::inline::culled::{is_font_of, is_plain, stands_out};
use super::inline::relative_offset;
use super::inline::vertical::nested_shift;
use super::solve::{Solver, box_id};
use super::tree::{BoxKind, BoxTree};
use crate::style::ComputedStyle;
use crate::style::computed::{Float, Overflow};
use crate::text::FontBook;
use std::sync::Arc;
use taffy::{LayoutOutput, OofCandidates};

/// A piece of an inline box.
struct Piece {
    /// Its place among the children of its container.
    place: Option<usize>,
    rect: Rect,
    /// Nothing gives its line a height.
    is_empty: bool,
}

/// The content box of a container: its left edge and width, and its height if percentages refer to that.
#[derive(Clone, Copy)]
struct Room {
    left: f32,
    width: f32,
    height: Option<f32>,
}

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
            let room = self.room(container);
            let runs = self.data(id).split.as_ref().map(|split| split.blocks.clone()).unwrap_or_default();
            for run in runs {
                self.move_blocks(id, container, &run, room, fonts);
            }
        }
        for &id in &list {
            let Some(container) = self.data(id).flow_parent else { continue };
            let rect = self.split_rects(id, container).into_iter().reduce(Rect::union_visible).unwrap_or_default();
            let inner_width = self.room(container).width;
            let shown = self.shown_mut(id);
            shown.offset_parent = Some(container);
            shown.layout = inline_layout(rect, &shown.style, inner_width);
        }
        self.split_boxes = list;
    }

    fn room(&self, container: BoxId) -> Room {
        let layout = &self.shown(container).layout;
        let left = layout.border.left + layout.padding.left;
        let width = (layout.width - left - layout.border.right - layout.padding.right).max(0.0);
        Room { left, width, height: self.data(container).percent_height }
    }

    /// Moves the blocks of a run that stand in `id` itself, and not in an inline box inside of it.
    fn move_blocks(&mut self, id: BoxId, container: BoxId, run: &[BoxId], room: Room, fonts: &mut FontBook) {
        let own: Vec<BoxId> = run.iter().copied().filter(|&block| self.shown(block).parent == Some(id)).collect();
        if own.is_empty() {
            return;
        }
        let (x, y) = self.shift_of_run(id, container, run, room, fonts);
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

    /// How far a run of blocks in the inline box `id` is moved from its place.
    fn shift_of_run(&self, id: BoxId, container: BoxId, run: &[BoxId], room: Room, fonts: &mut FontBook) -> (f32, f32) {
        let (x, mut y) = self.offset_of(id, room);
        // A line that nothing gives a height is where its empty boxes are aligned.
        if run.iter().all(|&block| self.is_collapsed(block)) {
            let mut around: Vec<Arc<ComputedStyle>> =
                self.inline_boxes_around(id).map(|inline| self.shown(inline).style.clone()).collect();
            around.push(self.shown(container).style.clone());
            y += nested_shift(around.iter().rev().map(|style| &**style), fonts);
        }
        (x, y)
    }

    /// How far what stands in the box `id` and would have been placed by the split `container` is moved from its place by the
    /// inline boxes between.
    fn shift_inside(&self, id: BoxId, container: BoxId, room: Room, fonts: &mut FontBook) -> (f32, f32) {
        let mut at = id;
        while let Some(around) = self.data(at).flow_parent.filter(|&around| around != container) {
            at = around;
        }
        let inline = self.shown(at).parent.filter(|&parent| self.data(parent).kind == BoxKind::InlineBox);
        let Some(inline) = inline else { return (0.0, 0.0) };
        let split = self.data(inline).split.as_deref();
        match split.and_then(|split| split.blocks.iter().find(|run| run.contains(&at))) {
            Some(run) => self.shift_of_run(inline, container, run, room, fonts),
            None => self.offset_of(inline, room),
        }
    }

    /// An inline box and those around it, from the inside out.
    fn inline_boxes_around(&self, id: BoxId) -> impl Iterator<Item = BoxId> {
        let is_inline = |&at: &BoxId| self.data(at).kind == BoxKind::InlineBox;
        std::iter::successors(Some(id).filter(is_inline), move |&at| self.shown(at).parent.filter(is_inline))
    }

    /// How far an inline box and those around it are moved from their places.
    fn offset_of(&self, id: BoxId, room: Room) -> (f32, f32) {
        self.inline_boxes_around(id).fold((0.0, 0.0), |(x, y), inline| {
            let (dx, dy) = relative_offset(&self.shown(inline).style, room.width, room.height);
            (x + dx, y + dy)
        })
    }

    /// The same for a piece of an inline box around a block: one that makes no difference is where what stands in it is.
    fn offset_around(&self, id: BoxId, block: BoxId, room: Room) -> (f32, f32) {
        let mut mover = id;
        let inner = self.shown(block).parent.into_iter().flat_map(|inner| self.inline_boxes_around(inner));
        for inline in inner {
            if !self.is_indifferent(inline) {
                mover = inline;
            }
            if inline == id {
                break;
            }
        }
        self.offset_of(mover, room)
    }

    /// A split inline box makes no difference by itself.
    fn is_indifferent(&self, id: BoxId) -> bool {
        let shown = self.shown(id);
        is_plain(&shown.style)
            && shown.children.iter().all(|&child| {
                let (inner, data) = (&self.shown(child).style, self.data(child));
                match data.kind {
                    BoxKind::InlineBox => !stands_out(inner) && is_font_of(inner, &shown.style),
                    _ => inner.is_out_of_flow() || inner.float != Float::None,
                }
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

    /// The rectangles of the pieces of a split inline box from top to bottom.
    pub(super) fn split_rects(&self, id: BoxId, container: BoxId) -> Vec<Rect> {
        self.split_pieces(id, container, self.room(container)).into_iter().map(|piece| piece.rect).collect()
    }

    /// The pieces in a container with this content box.
    fn split_pieces(&self, id: BoxId, container: BoxId, room: Room) -> Vec<Piece> {
        let Some(split) = &self.data(id).split else { return Vec::new() };
        let flow = &self.data(container).flow_children;
        let place = |id: &BoxId| flow.iter().position(|child| child == id);
        let mut pieces: Vec<Piece> = Vec::new();
        for run in &split.blocks {
            if let Some(rect) = self.block_run_rect(id, run, room) {
                let is_empty = run.iter().all(|&block| self.is_collapsed(block));
                pieces.push(Piece { place: run.first().and_then(place), rect, is_empty });
            }
        }
        for segment in &split.segments {
            let shown = self.shown(*segment);
            let Some(content) = &shown.inline else { continue };
            for fragment in content.fragments.iter().filter(|f| f.id == id) {
                let (x, y) = (shown.layout.x + fragment.x, shown.layout.y + fragment.y);
                let rect = Rect { x, y, width: fragment.width, height: fragment.height };
                let is_empty = content.lines.get(fragment.line as usize).is_none_or(|line| line.height == 0.0);
                pieces.push(Piece { place: place(segment), rect, is_empty });
            }
        }
        pieces.sort_by_key(|piece| piece.place);
        pieces
    }

    /// The rectangle of neighbouring blocks as a piece of the inline box `id` around them: as wide as the content of the
    /// container, moved as that box is, but not as the blocks or boxes between.
    fn block_run_rect(&self, id: BoxId, run: &[BoxId], room: Room) -> Option<Rect> {
        let place = |block: BoxId| {
            let shown = self.get(block)?;
            let mut top = shown.layout.y - relative_offset(&shown.style, room.width, room.height).1;
            // Once the blocks are moved, all but what moved them stays.
            if self.data(block).inline_shift != (0.0, 0.0) {
                top -= self.offset_of(shown.parent?, room).1;
            }
            Some((top, shown.layout.height))
        };
        let first = *run.first()?;
        let (x, y) = self.offset_around(id, first, room);
        let (top, _) = place(first)?;
        // Margins at its end lie below it, and so do blocks without a height behind them.
        let last = run.iter().rfind(|&&block| !self.is_collapsed(block)).copied();
        let bottom = last.and_then(place).map_or(top, |(top, height)| top + height);
        Some(Rect { x: x + room.left, y: top + y, width: room.width, height: bottom - top })
    }
}

impl Solver<'_> {
    /// Lays out the boxes whose containing block is an inline box that blocks split: the area from its first piece to its
    /// last (CSS 2, section 10.1).
    pub(super) fn lay_out_in_split_boxes(&mut self, container: BoxId, output: &mut LayoutOutput) {
        if output.oof_candidates.is_empty() || !self.tree.data(container).holds_split {
            return;
        }
        // The container has no place yet.
        let around = &self.tree.shown(container).style;
        let (border, padding) = (&around.border_width, &around.padding);
        let left = border.left + padding.left.px;
        let width = (output.size.width - left - border.right - padding.right.px).max(0.0);
        let room = Room { left, width, height: self.tree.data(container).percent_height };
        let mut rest = OofCandidates::new();
        let candidates = output.oof_candidates.take();
        for mut candidate in candidates.iter().cloned() {
            let (dx, dy) = self.tree.shift_inside(box_id(candidate.node), container, room, self.fonts);
            let at = &mut candidate.static_position;
            for (axis, shift) in [(&mut at.x, dx), (&mut at.y, dy)] {
                (axis.area.start, axis.area.end) = (axis.area.start + shift, axis.area.end + shift);
            }
            let owner = self.split_containing_block(box_id(candidate.node), container);
            let Some(owner) = owner.filter(|_| candidate.position != taffy::Position::Fixed) else {
                rest.push(candidate);
                continue;
            };
            // From the first line to the last that is not empty (Chromium).
            let pieces = self.tree.split_pieces(owner, container, room);
            let last = pieces.iter().rfind(|piece| !piece.is_empty).or(pieces.first());
            let (Some(first), Some(last)) = (pieces.first(), last) else {
                rest.push(candidate);
                continue;
            };
            let (pieces, overflow) = ((first.rect, last.rect), &mut output.scrollable_overflow_rect);
            self.place_in_inline_box(candidate, (owner, container), pieces, overflow, &mut rest);
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
