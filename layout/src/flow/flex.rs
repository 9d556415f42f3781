//! Flex containers: what a browser does beyond Taffy's algorithm.
//!
//! - A column of automatic height is as high as its items are at their flex base sizes: an item's `height` counts
//!   only where its `flex-basis` is `auto`. Taffy counts it as the item's size all the same.
//! - Where the height of a container follows from its content, a percentage gap between rows is zero (CSS Align 3,
//!   section 8.3), and columns wrap at the maximum height as they did when the content was measured.
//! - An item's limits are those of its box, its margins come on top of them (CSS Flexbox 1, section 9.9.1): Taffy keeps
//!   box and margins together within them where it asks how wide a row wants to be.

use super::boxes::BoxId;
use super::solve::{Solver, is_relative, taffy_id};
use super::taffy_style::{StyleRef, resolve_calc};
use taffy::{
    AvailableSpace, BoxSizing, CoreStyle, FlexDirection, FlexWrap, FlexboxContainerStyle, FlexboxItemStyle,
    LayoutInput, LayoutOutput, LengthPercentageAuto, Line, MaybeMath, MaybeResolve, NodeId, RequestedAxis,
    ResolveOrZero, RunMode, Size, SizingMode, compute_flexbox_layout,
};

impl Solver<'_> {
    pub(super) fn compute_flex(&mut self, node: NodeId, id: BoxId, mut input: LayoutInput) -> LayoutOutput {
        let direction = self.tree.style_ref(id).flex_direction();
        let is_column = matches!(direction, FlexDirection::Column | FlexDirection::ColumnReverse);
        let height = self.given_size(id, &input).height;
        self.tree.data_mut(id).is_automatic_column = is_column && input.known_dimensions.height.or(height).is_none();
        self.note_content_height(id, &mut input);
        let basis = input.known_dimensions.width.map(|width| width - self.inset_width(id, &input));
        let around = std::mem::replace(&mut self.tree.data_mut(id).item_basis, basis);
        let mut output = self.compute_items(node, id, input);
        self.tree.data_mut(id).item_basis = around;
        output.size.width += self.margins_beyond_limits(id, &input);
        output
    }

    /// Where the height of a row comes from its content, its items' percentages of it are automatic, which Taffy only
    /// heeds along the main axis: the height is then left to be found again.
    fn compute_items(&mut self, node: NodeId, id: BoxId, input: LayoutInput) -> LayoutOutput {
        let known = input.known_dimensions.height;
        let is_row = matches!(self.tree.style_ref(id).flex_direction(), FlexDirection::Row | FlexDirection::RowReverse);
        let is_found = known.is_some() && !input.known_dimensions_are_definite.height && is_row;
        let depends = |&child: &BoxId| is_relative(self.tree.shown(child).style.height);
        if is_found && self.tree.data(id).flow_children.iter().any(depends) {
            let free = LayoutInput { known_dimensions: Size { height: None, ..input.known_dimensions }, ..input };
            let question = LayoutInput { run_mode: RunMode::ComputeSize, ..free };
            let height = compute_flexbox_layout(self, node, question).size.height;
            if known.is_some_and(|known| (known - height).abs() < 0.01) {
                return compute_flexbox_layout(self, node, free);
            }
        }
        compute_flexbox_layout(self, node, input)
    }

    /// Tells Taffy what it does not see for itself of a container whose height is that of its content.
    fn note_content_height(&mut self, id: BoxId, input: &mut LayoutInput) {
        let known = input.known_dimensions.height;
        let follows_content = known.is_some() && !input.known_dimensions_are_definite.height;
        self.tree.data_mut(id).row_gap_is_cyclic = follows_content;
        let style = self.tree.style_ref(id);
        let is_column = matches!(style.flex_direction(), FlexDirection::Column | FlexDirection::ColumnReverse);
        if let Some(height) = known.filter(|_| follows_content && is_column) {
            let inset = style.padding().resolve_or_zero(input.parent_size.width, resolve_calc)
                + style.border().resolve_or_zero(input.parent_size.width, resolve_calc);
            let inset = if style.box_sizing() == BoxSizing::ContentBox { inset.vertical_axis_sum() } else { 0.0 };
            let limit = style.max_size().height.maybe_resolve(input.parent_size.height, resolve_calc);
            input.known_dimensions_are_definite.height = limit.is_some_and(|limit| height >= limit + inset);
        }
    }

    /// The style of an item as its container's layout has to see it.
    pub(super) fn flex_item_style(&self, id: BoxId) -> StyleRef<'_> {
        let mut style = self.tree.style_ref(id);
        let around = style.data.flow_parent;
        style.has_content_height =
            !style.flex_basis().is_auto() && around.is_some_and(|around| self.tree.data(around).is_automatic_column);
        style
    }

    /// How much wider a row wants to be than Taffy says, px.
    fn margins_beyond_limits(&mut self, id: BoxId, input: &LayoutInput) -> f32 {
        let space = input.available_space.width;
        let style = self.tree.style_ref(id);
        let is_row = matches!(style.flex_direction(), FlexDirection::Row | FlexDirection::RowReverse);
        let limited = style.min_size().width.maybe_resolve(None, resolve_calc).is_some()
            || style.max_size().width.maybe_resolve(None, resolve_calc).is_some();
        let inherent = input.sizing_mode == SizingMode::InherentSize;
        if !is_row
            || matches!(space, AvailableSpace::Definite(_))
            || input.known_dimensions.width.is_some()
            || style.flex_wrap() != FlexWrap::NoWrap
            || (inherent && (limited || self.given_size(id, input).width.is_some()))
        {
            return 0.0;
        }
        let items = self.tree.data(id).flow_children.clone();
        items.into_iter().map(|item| self.margin_beyond_limits(item, space)).sum()
    }

    /// The share of one item.
    fn margin_beyond_limits(&mut self, item: BoxId, space: AvailableSpace) -> f32 {
        let style = self.tree.style_ref(item);
        let margin = style.margin().resolve_or_zero(None, resolve_calc).horizontal_axis_sum();
        let edges =
            style.padding().resolve_or_zero(None, resolve_calc) + style.border().resolve_or_zero(None, resolve_calc);
        let edges = match style.box_sizing() {
            BoxSizing::ContentBox => edges.horizontal_axis_sum(),
            BoxSizing::BorderBox => 0.0,
        };
        let limit = |size: LengthPercentageAuto| size.maybe_resolve(None, resolve_calc).map(|width: f32| width + edges);
        let (min, max) = (limit(style.min_size().width), limit(style.max_size().width));
        if margin == 0.0
            || (min.is_none() && max.is_none())
            || style.style.is_out_of_flow()
            || style.overflow().x.is_scroll_container()
            || !style.size().width.is_auto()
            || !style.flex_basis().is_auto()
        {
            return 0.0;
        }
        let (grows, shrinks) = (style.flex_grow() > 0.0, style.flex_shrink() > 0.0);
        let content = self.content_width(item, space);
        // Where the limits leave no choice Taffy keeps the margins out of it itself.
        let least = min.unwrap_or_else(|| self.content_width(item, AvailableSpace::MinContent));
        let least = if shrinks { least } else { least.max(content) };
        let most = if grows { max } else { Some(max.map_or(content, |max| max.min(content))) };
        if most.is_some_and(|most| most <= least) {
            return 0.0;
        }
        content.maybe_clamp(min, max) + margin - (content + margin).maybe_clamp(min, max)
    }

    /// Width of an item's border box by its content, px.
    fn content_width(&mut self, item: BoxId, space: AvailableSpace) -> f32 {
        let input = LayoutInput {
            run_mode: RunMode::ComputeSize,
            sizing_mode: SizingMode::ContentSize,
            axis: RequestedAxis::Horizontal,
            known_dimensions: Size::NONE,
            known_dimensions_are_definite: Size { width: true, height: true },
            parent_size: Size::NONE,
            available_space: Size { width: space, height: AvailableSpace::MaxContent },
            vertical_margins_are_collapsible: Line::FALSE,
        };
        self.compute(taffy_id(item), input, None).size.width
    }

    /// The size that a box's style gives it, as far as it is definite.
    fn given_size(&self, id: BoxId, input: &LayoutInput) -> Size<Option<f32>> {
        self.tree.style_ref(id).size().maybe_resolve(input.parent_size, resolve_calc)
    }
}
