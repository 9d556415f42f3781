//! Which algorithm lays out a box, and where results go.
//!
//! Invariant: a box whose full layout is cached shows exactly that layout, and so does everything below it.
//! Measuring a box may lay out boxes below it in full (floats, atomic inline boxes) under other constraints;
//! every cached full layout above such a box is then forgotten.

use super::LayoutStats;
use super::block::BlockContext;
use super::box_model::BoxEdges;
use super::boxes::{BoxId, BoxLayout, BoxOrigin, LayoutBox};
use super::clamp::LineBudget;
use super::inline::relative_offset;
use super::taffy_style::resolve_calc;
use super::tree::{BoxKind, BoxTree};
use crate::style::computed::{Dimension as CssDimension, Display, Edges, Float, LengthAuto, Overflow, Position};
use crate::text::FontBook;
use crate::text::shape::Shaper;
use taffy::{
    AvailableSpace, Baselines, CoreStyle, Layout, LayoutInput, LayoutOutput, MaybeResolve, NodeId, RunMode, Size,
    SizingMode, compute_leaf_layout,
};

/// One layout pass over the box tree.
pub(crate) struct Solver<'a> {
    pub tree: &'a mut BoxTree,
    pub fonts: &'a mut FontBook,
    pub shaper: &'a mut Shaper,
    pub stats: &'a mut LayoutStats,
    /// How many measurements are under way around the current box.
    pub measuring: u32,
    /// The box that is asked again, outside of the layout of those around it.
    pub settling: Option<BoxId>,
    /// The lines that are left in the clamped box whose formatting context the current box takes part in.
    pub budget: Option<Box<LineBudget>>,
}

pub(crate) fn taffy_id(id: BoxId) -> NodeId {
    NodeId::from(id.0 as usize)
}

pub(crate) fn box_id(id: NodeId) -> BoxId {
    BoxId(usize::from(id) as u32)
}

/// A percentage, or a sum with one.
pub(super) fn is_relative(size: CssDimension) -> bool {
    matches!(size, CssDimension::Length(length) if length.has_percent)
}

/// The height of the containing block enters the layout of a box. Anonymous boxes hand it on to their content.
pub(crate) fn height_matters(shown: &LayoutBox) -> bool {
    let style = &*shown.style;
    let inset = |v| matches!(v, LengthAuto::Length(v) if v.has_percent);
    matches!(shown.origin, BoxOrigin::Anonymous(_))
        || is_relative(style.height)
        || is_relative(style.min_height)
        || is_relative(style.max_height)
        || is_relative(style.flex_basis)
        || inset(style.inset.top)
        || inset(style.inset.bottom)
}

impl Solver<'_> {
    /// Lays out a box, or answers from its cache.
    pub fn compute(
        &mut self,
        node: NodeId,
        input: LayoutInput,
        block_ctx: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        if input.run_mode == RunMode::PerformHiddenLayout {
            return LayoutOutput::HIDDEN;
        }
        match self.budget.take() {
            Some(budget) => self.compute_under_budget(box_id(node), budget, input, block_ctx),
            None => self.compute_alone(node, input, block_ctx),
        }
    }

    /// Lays out a box, or answers from its cache, outside of clamped boxes.
    pub fn compute_alone(
        &mut self,
        node: NodeId,
        input: LayoutInput,
        block_ctx: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        let id = box_id(node);
        let height_matters = height_matters(self.tree.shown(id));
        let in_flow = block_ctx.is_some();
        // Floats in the same formatting context tie a box to its surroundings: what it answered elsewhere
        // is of no use, and its own floats have to be placed again.
        let by_floats = match &block_ctx {
            Some(ctx) => ctx.has_floats_below(0.0) || (self.tree.data(id).contains_floats && !ctx.is_isolated()),
            None => false,
        };
        if !by_floats && let Some(output) = self.tree.data(id).cache.get(&input, height_matters, in_flow) {
            return output;
        }
        let output = self.lay_out(node, input, block_ctx);
        if !by_floats {
            self.tree.data_mut(id).cache.store(&input, height_matters, in_flow, &output);
        }
        output
    }

    /// Lays out or measures a box without asking its cache.
    pub fn lay_out(
        &mut self,
        node: NodeId,
        mut input: LayoutInput,
        block_ctx: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        let id = box_id(node);
        let performs = input.run_mode == RunMode::PerformLayout;
        if performs {
            if self.measuring > 0 {
                self.forget_layouts_above(id);
            }
            self.tree.data_mut(id).cache.forget_last();
        } else {
            self.measuring += 1;
        }
        self.stats.nodes_computed += 1;
        let is_by_content = input.sizing_mode == SizingMode::ContentSize;
        let was_by_content = std::mem::replace(&mut self.tree.data_mut(id).is_by_content, is_by_content);
        let by_ratio = self.apply_ratio(id, &mut input, block_ctx.is_some());
        let was_by_ratio = std::mem::replace(&mut self.tree.data_mut(id).ratio_height, by_ratio);
        self.shrink_to_fit(id, &mut input);
        self.widen_table(id, &mut input);
        self.floor_size(id, &mut input);
        // Free space above the content of a cell is none of its size.
        let shift = if performs { 0.0 } else { std::mem::take(&mut self.tree.data_mut(id).cell_shift) };
        let mut output = match self.line_limit(id) {
            Some(limit) => self.compute_clamped(id, limit, input),
            None => self.dispatch(id, input, block_ctx),
        };
        let data = self.tree.data_mut(id);
        (data.is_by_content, data.ratio_height) = (was_by_content, was_by_ratio);
        if !performs {
            self.tree.data_mut(id).cell_shift = shift;
        }
        if performs {
            self.lay_out_in_split_boxes(id, &mut output);
            self.lay_out_positioned(id, &mut output);
            self.finish_baselines(id, &mut output);
        } else {
            self.measuring -= 1;
        }
        if self.tree.shown(id).style.contain.layout {
            // Nothing inside has a baseline for those around it (CSS Containment 2, section 3.2).
            output.baselines = Baselines::NONE;
            self.tree.data_mut(id).last_baseline = None;
        }
        output
    }

    /// Lays out or measures a box by what it holds.
    pub fn dispatch(
        &mut self,
        id: BoxId,
        input: LayoutInput,
        block_ctx: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        let data = self.tree.data(id);
        let is_empty = data.flow_children.is_empty();
        match data.kind {
            BoxKind::Inline => self.compute_inline(id, input, block_ctx),
            BoxKind::Replaced => self.compute_replaced(id, input),
            // Tracks need no items.
            BoxKind::Grid if data.grid.is_some() => self.compute_grid(id, input),
            _ if is_empty => {
                let mut style = self.container_style(id);
                // Taffy would take the aspect ratio for the least height.
                style.is_by_content |=
                    input.known_dimensions.width.is_some() && input.known_dimensions.height.is_some();
                compute_leaf_layout(input, &style, resolve_calc, |_, _| Size::ZERO)
            }
            BoxKind::Block | BoxKind::InlineBox => match self.compute_table(id, &input) {
                Some(output) => output,
                None => {
                    let mut output = self.compute_block(id, input, block_ctx);
                    self.end_block(id, input, &mut output);
                    output
                }
            },
            BoxKind::Flex => match self.compute_table(id, &input) {
                Some(output) => output,
                None => {
                    self.reset_cells(id);
                    self.compute_flex(id, input)
                }
            },
            BoxKind::Grid => self.compute_grid(id, input),
        }
    }

    /// A box with a natural size: what is not given follows from it and its aspect ratio.
    fn compute_replaced(&mut self, id: BoxId, input: LayoutInput) -> LayoutOutput {
        let natural = self.tree.data(id).natural_size;
        let mut style = self.container_style(id);
        // Taffy would take the aspect ratio for the least height.
        style.is_by_content |= input.known_dimensions.width.is_some() && input.known_dimensions.height.is_some();
        let basis = input.parent_size;
        let BoxEdges { sum: inset, outside, .. } = style.box_edges(basis.width);
        let styled = style.size().maybe_resolve(basis, resolve_calc).height;
        let styled = styled.map(|height| height - (inset.height - outside.height));
        let styled = styled.filter(|_| input.sizing_mode == SizingMode::InherentSize);
        let height = input.known_dimensions.height.map(|height| height - inset.height).or(styled);
        compute_leaf_layout(input, &style, resolve_calc, |known, available| {
            let Some((width, natural_height)) = natural else {
                return Size { width: known.width.unwrap_or(0.0), height: known.height.unwrap_or(0.0) };
            };
            let ratio = if width > 0.0 { natural_height / width } else { 0.0 };
            // Taffy passes what it knows of the size through the available space.
            let given = known.width.map(|width| (width - inset.width).max(0.0)).or(match available.width {
                // The picture inside is as wide as its box, so it can be squeezed to nothing.
                AvailableSpace::MinContent => Some(0.0),
                AvailableSpace::Definite(w) if matches!(style.style.width, CssDimension::Length(_)) => Some(w),
                _ => None,
            });
            // A box without a width of its own is fitted to its picture and to the room that there is, as any box is.
            let room = match available.width {
                AvailableSpace::Definite(w) => w.max(0.0),
                _ => f32::INFINITY,
            };
            match (given, height) {
                (Some(w), Some(h)) => Size { width: w, height: h },
                (Some(w), None) => Size { width: w, height: w * ratio },
                (None, Some(h)) => Size { width: if ratio > 0.0 { h / ratio } else { width }.min(room), height: h },
                (None, None) if width > room => Size { width: room, height: room * ratio },
                (None, None) => Size { width, height: natural_height },
            }
        })
    }

    fn forget_layouts_above(&mut self, id: BoxId) {
        let mut at = self.tree.data(id).flow_parent;
        while let Some(above) = at.filter(|&above| self.settling != Some(above)) {
            let data = self.tree.data_mut(above);
            data.cache.forget_last();
            at = data.flow_parent;
        }
    }

    /// The last baseline, which inline-block asks for: Taffy only tells the first one of a block container.
    fn finish_baselines(&mut self, id: BoxId, output: &mut LayoutOutput) {
        let data = self.tree.data(id);
        if data.kind == BoxKind::Block && output.baselines.last.is_none() {
            output.baselines.last = data.flow_children.iter().rev().find_map(|&child| {
                let child_box = self.tree.shown(child);
                if child_box.style.is_out_of_flow() || child_box.style.float != Float::None {
                    return None;
                }
                // A table has no last baseline for those around it (Chromium).
                if matches!(child_box.style.display, Display::Table | Display::TableRow) {
                    return None;
                }
                let layout = &child_box.layout;
                let y = layout.y - self.relative_shift(child) - self.tree.data(child).inline_shift.1;
                // Lines in a scroll container may be clipped away: its bottom margin edge stands for them, as
                // it does for an inline-block that clips (Chromium; CSS Inline 3 leaves it open). Flex and grid
                // containers keep that of their first item, but inside of them.
                let data = self.tree.data(child);
                let has_items = matches!(data.kind, BoxKind::Flex | BoxKind::Grid);
                let scrolls = !matches!(child_box.style.overflow_y, Overflow::Visible | Overflow::Clip);
                match (scrolls, has_items) {
                    (true, false) => Some(y + layout.height + layout.margin.bottom),
                    (true, true) => Some(y + data.last_baseline?.min(layout.height).max(0.0)),
                    (false, _) => Some(y + data.last_baseline?),
                }
            });
        } else if data.kind != BoxKind::Inline {
            output.baselines.last = output.baselines.first;
        }
        self.tree.data_mut(id).last_baseline = output.baselines.last;
    }

    /// How far a relatively positioned box is moved down from its place in the flow.
    fn relative_shift(&self, id: BoxId) -> f32 {
        let shown = self.tree.shown(id);
        if shown.style.position != Position::Relative {
            return 0.0;
        }
        let height = self.tree.data(id).flow_parent.and_then(|around| self.tree.data(around).percent_height);
        relative_offset(&shown.style, 0.0, height).1
    }

    /// Takes over a layout that Taffy (or the line layout) settled.
    pub fn set_layout(&mut self, id: BoxId, layout: &Layout) {
        let flow_parent = self.tree.data(id).flow_parent;
        let edges = |r: &taffy::Rect<f32>| Edges { top: r.top, right: r.right, bottom: r.bottom, left: r.left };
        let (border, padding) = (edges(&layout.border), edges(&layout.padding));
        let inner_width = (layout.size.width - border.left - border.right).max(0.0);
        let inner_height = (layout.size.height - border.top - border.bottom).max(0.0);
        let place = BoxLayout {
            x: layout.location.x,
            y: layout.location.y,
            width: layout.size.width,
            height: layout.size.height,
            border,
            padding,
            margin: edges(&layout.margin),
            content_width: layout.scrollable_overflow_rect.right.max(inner_width),
            content_height: layout.scrollable_overflow_rect.bottom.max(inner_height),
        };
        self.tree.data_mut(id).inline_shift = (0.0, 0.0);
        let shown = self.tree.shown(id);
        let placed_by = if shown.style.is_out_of_flow() { shown.offset_parent } else { flow_parent };
        self.tree.set_place(id, place, placed_by);
    }
}
