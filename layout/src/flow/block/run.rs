//! Neighbouring blocks without a height in an inline box.

use super::child::Child;
use super::{Block, Progress};
use crate::flow::boxes::BoxId;
use crate::flow::solve::Solver;
use crate::flow::tree::BoxKind;
use std::ops::Range;
use taffy::Point;

/// The last of the blocks that are placed, if they are such.
pub(super) struct EmptyRun {
    inline: BoxId,
    /// The first of them among the placed children.
    first: usize,
    /// Index that the next child of the run has.
    next: usize,
    /// Where they stand.
    y: f32,
}

impl Solver<'_> {
    /// Notes the place `y` of a child for those without a height before it in the same run of blocks in an inline box. Chromium:
    /// such a run has an anonymous block around it, so that they stand at the top of the first one with a height, and
    /// below all margins if there is none.
    pub(super) fn place_run(&self, block: &Block, at: &mut Progress, child: &Child, y: f32, is_empty: bool) {
        let last = at.placed.len().saturating_sub(1);
        let data = self.tree.data(child.id);
        let parent = self.tree.shown(child.id).parent.filter(|_| !data.contains_floats);
        let inline = parent.filter(|&parent| self.tree.data(parent).kind == BoxKind::InlineBox);
        let run = at.run.take().filter(|run| Some(run.inline) == inline && run.next == child.index);
        if let Some(run) = &run {
            move_blocks(at, run.first..last, y - run.y);
        }
        // Behind a block with a height it stands where any block would.
        let before = child.index.checked_sub(1).and_then(|before| self.tree.data(block.id).flow_children.get(before));
        let is_behind = run.is_none() && before.is_some_and(|&before| self.tree.shown(before).parent == inline);
        if let Some(inline) = inline.filter(|_| is_empty && !is_behind) {
            let first = run.map_or(last, |run| run.first);
            at.run = Some(EmptyRun { inline, first, next: child.index + 1, y });
        }
    }

    /// Puts a run of blocks without a height below their margins.
    pub(super) fn settle_run(&self, block: &Block, at: &mut Progress) {
        if let Some(mut run) = at.run.take() {
            let y = block.after_strut(at, at.strut);
            move_blocks(at, run.first..at.placed.len(), y - run.y);
            run.y = y;
            at.run = Some(run);
        }
    }
}

/// Moves placed blocks down, and what would have stood in them.
fn move_blocks(at: &mut Progress, blocks: Range<usize>, shift: f32) {
    let Some(placed) = at.placed.get_mut(blocks).filter(|_| shift != 0.0) else { return };
    for (_, layout) in placed {
        layout.location.y += shift;
        let inside = at.candidates.iter_mut().filter(|(index, _)| *index == layout.order as usize);
        inside.for_each(|(_, candidates)| candidates.translate(Point { x: 0.0, y: shift }));
    }
}
