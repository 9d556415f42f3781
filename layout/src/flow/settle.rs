//! How far a change reaches: boxes that changed are asked again what they had answered, from the innermost out.
//!
//! A box's surroundings know it only by its style and by its answers: sizes, baselines, margins, overflow. So the
//! change ends where a box answers every question of the last layout as before; only where it does not has the box
//! around it changed, too, and is asked in turn. A text that changes in a box of fixed width and one line costs that
//! one box, on a page of any size (relayout boundaries elsewhere are declared or guessed; here they are found).
//!
//! Invariant: when [`Solver::settle`] is done, every box that may lay out otherwise than before has an empty cache,
//! and so has everything around it, up to the root.

use super::block::BlockFormattingContext;
use super::boxes::BoxId;
use super::cache::Answers;
use super::solve::{Solver, height_matters, taffy_id};
use super::tree::BoxTree;
use std::collections::BinaryHeap;
use taffy::{LayoutInput, LayoutOutput, RunMode};

impl BoxTree {
    /// What is inside of a box changed: it may answer as before.
    pub(crate) fn invalidate_content(&mut self, id: BoxId) {
        let data = self.data_mut(id);
        if data.is_stale {
            return;
        }
        data.is_stale = true;
        data.answers = data.cache.take().map(Box::new);
        if let Some(source) = &mut data.source {
            source.forget_lines();
        }
        self.stale.push(id);
    }

    /// A box's own style or natural size changed, which its surroundings read for themselves.
    pub(crate) fn invalidate_style(&mut self, id: BoxId) {
        self.invalidate_content(id);
        self.data_mut(id).answers = None;
    }

    fn depth(&self, id: BoxId) -> u32 {
        std::iter::successors(Some(id), |&at| self.data(at).flow_parent).count() as u32
    }

    /// Boxes that have become stale since the last call, with their depth.
    fn take_stale(&mut self, queue: &mut BinaryHeap<(u32, BoxId)>) {
        let mut stale = std::mem::take(&mut self.stale);
        for id in stale.drain(..) {
            if self.contains(id) {
                queue.push((self.depth(id), id));
            }
        }
        self.stale = stale;
    }
}

impl Solver<'_> {
    /// Asks the boxes that changed since the last layout again, and forgets what the answers of the others depend on.
    pub fn settle(&mut self, root: BoxId) {
        if self.tree.stale.is_empty() {
            return;
        }
        let mut queue = BinaryHeap::new();
        self.tree.take_stale(&mut queue);
        while let Some((_, id)) = queue.pop() {
            if !self.tree.contains(id) || !self.tree.data(id).is_stale {
                continue;
            }
            let data = self.tree.data_mut(id);
            data.is_stale = false;
            let answers = data.answers.take();
            // The root is laid out next in any case.
            let Some(around) = data.flow_parent else { continue };
            if answers.is_some_and(|answers| self.answers_as(id, &answers)) {
                continue;
            }
            self.tree.invalidate_content(around);
            let shown = self.tree.shown(id);
            if shown.style.is_out_of_flow() {
                // It is placed by its containing block, not by the box around it.
                let placed_by = shown.offset_parent.filter(|&by| self.tree.contains(by)).unwrap_or(root);
                self.tree.invalidate_content(placed_by);
            }
            self.tree.take_stale(&mut queue);
        }
    }

    /// Whether a box answers everything as before; its cache is then filled as it was.
    fn answers_as(&mut self, id: BoxId, answers: &Answers) -> bool {
        // Floats tie it to its surroundings.
        if self.tree.data(id).contains_floats {
            return false;
        }
        self.settling = Some(id);
        // Measuring may lay out boxes below in other ways than shown, so the layout itself comes last.
        let alike = answers.measures.iter().all(|(key, old)| self.ask(id, key.input(RunMode::ComputeSize)) == *old)
            && self.ask(id, answers.last.0.input(RunMode::PerformLayout)) == answers.last.1;
        self.settling = None;
        alike
    }

    fn ask(&mut self, id: BoxId, (mut input, in_flow): (LayoutInput, bool)) -> LayoutOutput {
        if !height_matters(self.tree.shown(id)) {
            input.parent_size.height = None;
        }
        if !in_flow {
            return self.compute(taffy_id(id), input, None);
        }
        // Without floats it makes no difference where in the context the box is.
        let mut context = BlockFormattingContext::new();
        let width = input.known_dimensions.width.or(input.parent_size.width).unwrap_or(0.0);
        let mut outer = context.root(width);
        let mut inner = outer.inside(0.0, 0.0, width);
        self.compute(taffy_id(id), input, Some(&mut inner))
    }
}
