//! Flex containers: what a browser does beyond Taffy's algorithm.
//!
//! - A row that is as wide as its content is no wider than the space it has (fit-content, CSS Sizing 3, section 5.1):
//!   Taffy makes a single line as long as its items want to be.
//! - A column of automatic height is as high as its items are at their flex base sizes: an item's `height` counts
//!   only where its `flex-basis` is `auto`. Taffy counts it as the item's size all the same.
//! - Where the height of a container follows from its content, a percentage gap between rows is zero (CSS Align 3,
//!   section 8.3), and columns wrap at the maximum height as they did when the content was measured.

use super::boxes::BoxId;
use super::solve::Solver;
use super::taffy_style::{StyleRef, resolve_calc};
use taffy::{
    AvailableSpace, BoxSizing, CoreStyle, FlexDirection, FlexboxContainerStyle, FlexboxItemStyle, LayoutInput,
    LayoutOutput, MaybeResolve, NodeId, RequestedAxis, ResolveOrZero, RunMode, Size, SizingMode,
    compute_flexbox_layout,
};

impl Solver<'_> {
    pub(super) fn compute_flex(&mut self, node: NodeId, id: BoxId, mut input: LayoutInput) -> LayoutOutput {
        if matches!(self.tree.style_ref(id).flex_direction(), FlexDirection::Row | FlexDirection::RowReverse) {
            if let Some(width) = self.fit_width(node, id, &input) {
                input.known_dimensions.width = Some(width);
            }
        } else {
            let height = self.given_size(id, &input).height;
            self.tree.data_mut(id).is_automatic_column = input.known_dimensions.height.or(height).is_none();
        }
        self.note_content_height(id, &mut input);
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

    /// Width of a row's border box if its content asks for more than the space there is, px.
    fn fit_width(&mut self, node: NodeId, id: BoxId, input: &LayoutInput) -> Option<f32> {
        let AvailableSpace::Definite(available) = input.available_space.width else { return None };
        let is_given = input.sizing_mode == SizingMode::InherentSize && self.given_size(id, input).width.is_some();
        if input.known_dimensions.width.is_some() || is_given {
            return None;
        }
        let mut width = |space| {
            let available_space = Size { width: space, height: input.available_space.height };
            let measure = LayoutInput {
                run_mode: RunMode::ComputeSize,
                axis: RequestedAxis::Horizontal,
                available_space,
                ..*input
            };
            self.compute(node, measure, None).size.width
        };
        let widest = width(AvailableSpace::MaxContent);
        if widest <= available {
            return None;
        }
        Some(widest.min(available.max(width(AvailableSpace::MinContent))))
    }

    /// The size that a box's style gives it, as far as it is definite.
    fn given_size(&self, id: BoxId, input: &LayoutInput) -> Size<Option<f32>> {
        self.tree.style_ref(id).size().maybe_resolve(input.parent_size, resolve_calc)
    }
}
