//! Flex containers: what a browser does beyond Taffy's algorithm.
//!
//! - A column of automatic height is as high as its items are at their flex base sizes: an item's `height` counts
//!   only where its `flex-basis` is `auto`. Taffy counts it as the item's size all the same.
//! - Where the height of a container follows from its content, a percentage gap between rows is zero (CSS Align 3,
//!   section 8.3), and columns wrap at the maximum height as they did when the content was measured.

use super::boxes::BoxId;
use super::solve::Solver;
use super::taffy_style::{StyleRef, resolve_calc};
use taffy::{
    BoxSizing, CoreStyle, FlexDirection, FlexboxContainerStyle, FlexboxItemStyle, LayoutInput, LayoutOutput,
    MaybeResolve, NodeId, ResolveOrZero, Size, compute_flexbox_layout,
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
        let output = compute_flexbox_layout(self, node, input);
        self.tree.data_mut(id).item_basis = around;
        output
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

    /// The size that a box's style gives it, as far as it is definite.
    fn given_size(&self, id: BoxId, input: &LayoutInput) -> Size<Option<f32>> {
        self.tree.style_ref(id).size().maybe_resolve(input.parent_size, resolve_calc)
    }
}
