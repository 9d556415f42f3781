//! Sizes that a box is asked with, where a browser settles them otherwise than Taffy: widths that follow from the content,
//! aspect ratios, tables.

use super::block::BlockFormattingContext;
use super::box_model::BoxSizes;
use super::boxes::BoxId;
use super::question::{fit_content, keyword_space};
use super::solve::{Solver, taffy_id};
use super::taffy_style::resolve_calc;
use super::tree::BoxKind;
use crate::style::computed::{Dimension as CssDimension, Display, TableLayout};
use taffy::{
    AvailableSpace, CoreStyle, LayoutInput, MaybeMath, MaybeResolve, RequestedAxis, RunMode, Size, SizingMode,
};

impl Solver<'_> {
    /// An automatic width in definite space is at most the box's max-content width and at least its min-content width
    /// (CSS 2, section 10.3.5). Taffy asks the children of a box instead, each for itself.
    pub(super) fn shrink_to_fit(&mut self, id: BoxId, input: &mut LayoutInput) {
        let space = input.available_space.width;
        let data = self.tree.data(id);
        let has_content = match data.kind {
            BoxKind::Block | BoxKind::Flex => !data.flow_children.is_empty(),
            BoxKind::Grid => data.grid.is_some() || !data.flow_children.is_empty(),
            _ => false,
        };
        if !matches!(space, AvailableSpace::Definite(_)) || input.known_dimensions.width.is_some() || !has_content {
            return;
        }
        let style = self.tree.style_ref(id);
        let given = style.size().maybe_resolve(input.parent_size, resolve_calc);
        let is_given = given.width.is_some()
            || (style.aspect_ratio().is_some() && given.height.or(input.known_dimensions.height).is_some())
            || matches!(style.style.width, CssDimension::MinContent | CssDimension::MaxContent);
        if is_given && input.sizing_mode == SizingMode::InherentSize {
            return;
        }
        let width = fit_content(space, |width| {
            let question = LayoutInput {
                run_mode: RunMode::ComputeSize,
                axis: RequestedAxis::Horizontal,
                available_space: Size { width, height: AvailableSpace::MaxContent },
                ..*input
            };
            self.compute(taffy_id(id), question, None).size.width
        });
        input.known_dimensions.width = Some(width);
        input.known_dimensions_are_definite.width = true;
    }

    /// Settles the sizes of a box with an aspect ratio, which is that of the box that `box-sizing` names (CSS Sizing 4,
    /// section 5.1): its automatic width follows from a given height, its automatic height from its width, and neither is
    /// less than its content takes (section 5.2). Taffy's ratio is that of the border box, and leaves the content out.
    ///
    /// Answers with the height by the ratio, which percentages inside refer to, whatever the content makes of the height.
    pub(super) fn apply_ratio(&mut self, id: BoxId, input: &mut LayoutInput, is_in_flow: bool) -> Option<f32> {
        let style = self.tree.style_ref(id);
        let ratio = style.aspect_ratio().filter(|_| !style.data.is_replaced)?;
        let own = style.box_sizes(input.parent_size);
        let BoxSizes { edges, given, min, max } = own;
        let inset = edges.sum;
        let (styled, overflow) = (style.style, style.overflow());
        let has_least_width = styled.min_width == CssDimension::Auto && !overflow.x.is_scroll_container();
        let has_least_height = styled.min_height == CssDimension::Auto && !overflow.y.is_scroll_container();
        let by_width = |width: f32| {
            let height = edges.height_of(width, ratio);
            height.maybe_clamp(min.height, max.height).max(inset.height)
        };
        let known = input.known_dimensions;
        if input.sizing_mode == SizingMode::ContentSize {
            return known.width.filter(|_| known.height.is_none() && given.height.is_none()).map(by_width);
        }
        let height = known.height.or(given.height.maybe_clamp(min.height, max.height).maybe_max(Some(inset.height)));
        let width = match known.width {
            Some(width) => width,
            None => {
                let (least, most) = match given {
                    Size { width: None, height: None } => own.transferred_limits(ratio),
                    _ => (min.width, max.width),
                };
                let space = keyword_space(styled.width, input.available_space.width);
                let mut by_content = |space: AvailableSpace| {
                    let question = LayoutInput {
                        run_mode: RunMode::ComputeSize,
                        sizing_mode: SizingMode::ContentSize,
                        axis: RequestedAxis::Horizontal,
                        known_dimensions: Size { width: None, height },
                        available_space: Size { width: space, ..input.available_space },
                        ..*input
                    };
                    self.compute(taffy_id(id), question, None).size.width
                };
                let width = match (given.width, height) {
                    (Some(width), _) => width,
                    // So do those that keywords name (Chromium).
                    (None, Some(height)) => {
                        let width = edges.width_of(height, ratio);
                        if has_least_width { width.max(by_content(AvailableSpace::MinContent)) } else { width }
                    }
                    _ => by_content(space),
                };
                width.maybe_clamp(least, most).max(inset.width)
            }
        };
        input.known_dimensions.width = Some(width);
        input.known_dimensions_are_definite.width |= known.width.is_none();
        if height.is_some() {
            input.known_dimensions.height = height;
            input.known_dimensions_are_definite.height |= known.height.is_none();
            return None;
        }
        let by_ratio = by_width(width);
        let mut height = by_ratio;
        if has_least_height && (input.run_mode != RunMode::ComputeSize || input.axis != RequestedAxis::Horizontal) {
            let question = LayoutInput {
                run_mode: RunMode::ComputeSize,
                sizing_mode: SizingMode::ContentSize,
                axis: RequestedAxis::Vertical,
                ..*input
            };
            // Floats of a block in the flow are none of its content.
            let mut context = BlockFormattingContext::isolated();
            let mut outer = context.root(width);
            let mut inside = outer.inside(0.0, 0.0, width);
            let around = is_in_flow.then_some(&mut inside);
            height = height.max(self.compute(taffy_id(id), question, around).size.height);
        }
        input.known_dimensions.height = Some(height.maybe_clamp(min.height, max.height).max(inset.height));
        input.known_dimensions_are_definite.height = true;
        Some(by_ratio)
    }

    /// A box is no smaller than its padding and border, whatever size it is given; Taffy sees to that for block containers
    /// and for items.
    pub(super) fn floor_size(&self, id: BoxId, input: &mut LayoutInput) {
        if !matches!(self.tree.data(id).kind, BoxKind::Flex | BoxKind::Grid) {
            return;
        }
        let style = self.tree.style_ref(id);
        input.known_dimensions = input.known_dimensions.maybe_max(style.box_edges(input.parent_size.width).sum);
    }

    /// A table is never narrower than its content, whatever its width says.
    pub(super) fn widen_table(&mut self, id: BoxId, input: &mut LayoutInput) {
        let style = self.tree.style_ref(id);
        let is_table = matches!(style.style.display, Display::Table | Display::InlineTable)
            && style.style.table_layout == TableLayout::Auto;
        let data = self.tree.data(id);
        let has_content = data.kind == BoxKind::Inline || !data.flow_children.is_empty();
        if !is_table || !has_content {
            return;
        }
        let given = style.box_sizes(input.parent_size).given.width;
        let styled = given.filter(|_| input.sizing_mode == SizingMode::InherentSize);
        let Some(width) = input.known_dimensions.width.or(styled) else { return };
        let question = LayoutInput {
            run_mode: RunMode::ComputeSize,
            sizing_mode: SizingMode::ContentSize,
            axis: RequestedAxis::Horizontal,
            known_dimensions: Size::NONE,
            available_space: Size { width: AvailableSpace::MinContent, height: AvailableSpace::MaxContent },
            ..*input
        };
        let narrowest = self.compute(taffy_id(id), question, None).size.width;
        input.known_dimensions.width = Some(width.max(narrowest));
        input.known_dimensions_are_definite.width = true;
    }
}
