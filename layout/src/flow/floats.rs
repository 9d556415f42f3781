//! Block containers that contain floats: what a browser does beyond Taffy's algorithm.
//!
//! The root of a block formatting context of automatic height reaches down to the bottom margin edges of its floats,
//! and its bottom padding and border stand below them (CSS 2, section 10.6.7). Taffy lets the floats stand in that padding.
//! So such a box is measured without a lower edge, which is then put below what is lowest.

use super::boxes::BoxId;
use super::solve::Solver;
use super::taffy_style::{StyleRef, resolve_calc};
use taffy::{
    BlockContext, CoreStyle, LayoutInput, LayoutOutput, MaybeResolve, NodeId, RequestedAxis, ResolveOrZero, RunMode,
    compute_block_layout,
};

impl Solver<'_> {
    pub(super) fn compute_block(
        &mut self,
        node: NodeId,
        id: BoxId,
        mut input: LayoutInput,
        block_ctx: Option<&mut BlockContext<'_>>,
    ) -> LayoutOutput {
        if block_ctx.is_none()
            && let Some((height, output)) = self.height_around_floats(node, id, &input)
        {
            if input.run_mode == RunMode::ComputeSize {
                return output;
            }
            input.known_dimensions.height = Some(height);
            input.known_dimensions_are_definite.height = false;
        }
        compute_block_layout(self, node, input, block_ctx)
    }

    /// The style of a container as its layout has to see it.
    pub(super) fn container_style(&self, id: BoxId) -> StyleRef<'_> {
        let mut style = self.tree.style_ref(id);
        style.is_open_below = style.data.is_open_below;
        style.is_by_content = style.data.is_by_content;
        style
    }

    /// The height of a box whose floats may reach into its lower edge, and what a measurement of it answers.
    fn height_around_floats(&mut self, node: NodeId, id: BoxId, input: &LayoutInput) -> Option<(f32, LayoutOutput)> {
        let style = self.tree.style_ref(id);
        if !style.data.contains_floats
            || input.known_dimensions.height.is_some()
            || input.axis == RequestedAxis::Horizontal
        {
            return None;
        }
        let edges = style.padding().resolve_or_zero(input.parent_size.width, resolve_calc)
            + style.border().resolve_or_zero(input.parent_size.width, resolve_calc);
        let outer = |height: f32| match style.box_sizing() {
            taffy::BoxSizing::BorderBox => height,
            taffy::BoxSizing::ContentBox => height + edges.top + edges.bottom,
        };
        let given = |height: taffy::LengthPercentageAuto| height.maybe_resolve(input.parent_size.height, resolve_calc);
        if edges.bottom <= 0.0 || style.size().height.maybe_resolve(input.parent_size.height, resolve_calc).is_some() {
            return None;
        }
        let (min, max) = (given(style.min_size().height).map(outer), given(style.max_size().height).map(outer));

        self.tree.data_mut(id).is_open_below = true;
        let measure = LayoutInput { run_mode: RunMode::ComputeSize, axis: RequestedAxis::Both, ..*input };
        let mut output = compute_block_layout(self, node, measure, None);
        self.tree.data_mut(id).is_open_below = false;

        let height = output.size.height + edges.bottom;
        let height = height.min(max.unwrap_or(f32::INFINITY)).max(min.unwrap_or(0.0));
        output.size.height = height;
        Some((height, output))
    }
}
