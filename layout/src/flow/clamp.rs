//! `-webkit-line-clamp`: the lines of a block formatting context, counted over all blocks of it, and its height up to
//! the last one that is to show.
//!
//! The lines of a clamped box are those of itself and of the blocks that take part in its formatting context, not those
//! of floats, atomic boxes, flex containers and other formatting contexts inside. The box is laid out once to count
//! them; if something in flow comes after the last line of the budget, once more with that as the end:
//!
//! - a block whose last line that shows is not its last ends at that line, with its own padding and border, and
//!   without the margins of what is inside;
//! - a block past the end is as high as its first line or child;
//! - what comes after is laid out as ever, below the end. It paints and overflows unless the box clips;
//! - the last line ends with an ellipsis.
//!
//! CSS Overflow 4 (`line-clamp`) describes this in part; where it is silent, this is what Chromium does.

use super::block::BlockContext;
use super::box_model::BoxSizes;
use super::boxes::{BoxId, BoxOrigin};
use super::inline::emit::PlacedLine;
use super::inline::positioned::relative_offset;
use super::solve::{Solver, taffy_id};
use super::taffy_style::resolve_calc;
use super::tree::BoxKind;
use crate::style::computed::{Display, Float};
use rustc_hash::FxHashMap;
use taffy::{
    CollapsibleMarginSet, CoreStyle, LayoutInput, LayoutOutput, MaybeMath, OofCandidates, RequestedAxis, ResolveOrZero,
    RunMode, SizingMode,
};

/// The lines that a clamped box has left while its blocks are laid out one after the other.
#[derive(Debug)]
pub(crate) struct LineBudget {
    limit: usize,
    used: usize,
    /// Something in flow comes after the last line.
    is_exceeded: bool,
    /// Blocks end where the budget does; else it only counts.
    cuts: bool,
    /// The last line ends without an ellipsis.
    is_plain: bool,
    /// In the block that is laid out: the first child at whose end no line was left.
    last_child: Option<BoxId>,
    /// The lines that were used when a box was begun first: it may be laid out again at another place.
    begun: FxHashMap<BoxId, usize>,
}

/// Where the lines of one container end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LineEnd {
    /// Index of the last line that its height counts.
    pub line: usize,
    /// That line ends with an ellipsis.
    pub has_ellipsis: bool,
    /// Lines, or what comes after the container, are cut off.
    pub cuts_height: bool,
}

impl LineBudget {
    fn new(limit: usize, cuts: bool, is_plain: bool) -> LineBudget {
        LineBudget { limit, used: 0, is_exceeded: false, cuts, is_plain, last_child: None, begun: FxHashMap::default() }
    }

    /// A box in flow begins.
    fn begin(&mut self, id: BoxId) {
        self.last_child = self.last_child.filter(|&last| last != id);
        self.used = *self.begun.entry(id).or_insert(self.used);
        self.is_exceeded |= self.used >= self.limit;
    }

    /// A box in flow has ended.
    fn end(&mut self, id: BoxId) {
        if self.used >= self.limit {
            self.last_child.get_or_insert(id);
        }
    }

    /// Takes the lines of one container out of the budget.
    fn take(&mut self, lines: &[PlacedLine]) -> Option<LineEnd> {
        let shown: Vec<usize> =
            lines.iter().enumerate().filter(|(_, line)| !line.broken.is_empty).map(|(at, _)| at).collect();
        let left = self.limit.saturating_sub(self.used);
        self.used += shown.len();
        self.is_exceeded |= shown.len() > left;
        if !self.cuts || !self.is_exceeded || left > shown.len() {
            return None;
        }
        // Past the end, the first line still gives a block its height.
        let line = *shown.get(left.max(1) - 1)?;
        Some(LineEnd { line, has_ellipsis: left > 0 && !self.is_plain, cuts_height: shown.len() > left.max(1) })
    }
}

impl Solver<'_> {
    /// The number of lines that a box shows of itself, if that is limited.
    pub fn line_limit(&self, id: BoxId) -> Option<usize> {
        let shown = self.tree.shown(id);
        let style = &shown.style;
        let is_box = matches!(style.display, Display::WebkitBox | Display::WebkitInlineBox);
        let applies = is_box && style.box_orient_vertical && !matches!(shown.origin, BoxOrigin::Anonymous(_));
        style.line_clamp.filter(|&n| n > 0 && applies).map(|n| n as usize)
    }

    /// Takes the lines of a container out of the budget around it. Where they end, if it cuts them.
    pub fn take_lines(&mut self, lines: &[PlacedLine]) -> Option<LineEnd> {
        self.budget.as_mut()?.take(lines)
    }

    /// Lays out or measures a box inside a clamped box, next to blocks of its formatting context.
    pub fn compute_under_budget(
        &mut self,
        id: BoxId,
        mut budget: Box<LineBudget>,
        input: LayoutInput,
        block_ctx: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        let style = &self.tree.shown(id).style;
        let in_flow = style.float == Float::None && !style.is_out_of_flow();
        let counts = in_flow && input.run_mode == RunMode::PerformLayout;
        if counts {
            budget.begin(id);
        }
        let output = if counts && block_ctx.is_some() {
            let around = budget.last_child.take();
            self.budget = Some(budget);
            // What it answers depends on the lines before it: no cache.
            let output = self.lay_out(taffy_id(id), input, block_ctx);
            budget = match self.budget.take() {
                Some(budget) => budget,
                None => return output,
            };
            budget.last_child = around;
            output
        } else {
            self.compute_alone(taffy_id(id), input, block_ctx)
        };
        if counts {
            budget.end(id);
        }
        self.budget = Some(budget);
        output
    }

    /// Lays out or measures a clamped box.
    pub fn compute_clamped(&mut self, id: BoxId, limit: usize, input: LayoutInput) -> LayoutOutput {
        let is_plain = self.tree.data(id).cuts_plainly;
        let measures_width = input.run_mode == RunMode::ComputeSize && input.axis == RequestedAxis::Horizontal;
        if measures_width || self.tree.data(id).kind != BoxKind::Block {
            // Lines of its own only: nothing can come after them.
            self.budget = (!measures_width).then(|| Box::new(LineBudget::new(limit, true, is_plain)));
            let output = self.dispatch(id, input, None);
            self.budget = None;
            return output;
        }
        // Where the blocks are is known after a layout only.
        let performing = LayoutInput { run_mode: RunMode::PerformLayout, ..input };
        self.budget = Some(Box::new(LineBudget::new(limit, false, is_plain)));
        let mut output = self.dispatch(id, performing, None);
        if self.budget.take().is_some_and(|budget| budget.is_exceeded) {
            self.budget = Some(Box::new(LineBudget { is_exceeded: true, ..LineBudget::new(limit, true, is_plain) }));
            output = self.dispatch(id, performing, None);
            self.budget = None;
        }
        if input.run_mode == RunMode::ComputeSize {
            output.oof_candidates = OofCandidates::NONE;
        }
        output
    }

    /// Ends a block at the child where the budget ended. The block was just laid out.
    pub fn end_block(&self, id: BoxId, input: LayoutInput, output: &mut LayoutOutput) {
        let budget = self.budget.as_ref().filter(|budget| budget.cuts);
        let Some(last) = budget.and_then(|budget| budget.last_child) else { return };
        let style = self.container_style(id);
        let parent = input.parent_size;
        let BoxSizes { edges, given, min, max } = style.box_sizes(parent);
        let styled = given.height.filter(|_| input.sizing_mode == SizingMode::InherentSize);
        let margin = style.margin().resolve_or_zero(parent.width, resolve_calc);
        output.bottom_margin = CollapsibleMarginSet::from_margin(margin.bottom);
        if input.known_dimensions.height.or(styled).is_none() {
            let child = self.tree.shown(last);
            let moved = relative_offset(&child.style, output.size.width, None).1;
            let height = child.layout.y - moved + child.layout.height + edges.inset().bottom;
            let height = height.maybe_clamp(min.height, max.height).max(edges.sum.height);
            if let Some(area) = &mut output.oof_positioning_area {
                area.size.height += height - output.size.height;
            }
            output.size.height = height;
        }
    }
}
