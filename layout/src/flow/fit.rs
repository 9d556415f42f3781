//! Sizes that a box is asked with, where a browser settles them otherwise than Taffy: widths that follow from the content,
//! aspect ratios, tables.

use super::block::BlockFormattingContext;
use super::boxes::BoxId;
use super::solve::{Solver, taffy_id};
use super::taffy_style::resolve_calc;
use super::tree::BoxKind;
use crate::style::computed::{Dimension as CssDimension, Display, TableLayout};
use taffy::{
    AvailableSpace, CoreStyle, LayoutInput, MaybeMath, MaybeResolve, RequestedAxis, ResolveOrZero, RunMode, Size,
    SizingMode,
};

impl Solver<'_> {
    /// Widths of a box's padding and border.
    pub(super) fn inset_width(&self, id: BoxId, input: &LayoutInput) -> f32 {
        let style = self.tree.style_ref(id);
        (style.padding().resolve_or_zero(input.parent_size.width, resolve_calc)
            + style.border().resolve_or_zero(input.parent_size.width, resolve_calc))
        .horizontal_axis_sum()
    }

    /// An automatic width in definite space is at most the box's max-content width and at least its min-content width
    /// (CSS 2, section 10.3.5). Taffy asks the children of a box instead, each for itself.
    pub(super) fn shrink_to_fit(&mut self, id: BoxId, input: &mut LayoutInput) {
        let AvailableSpace::Definite(space) = input.available_space.width else { return };
        let data = self.tree.data(id);
        let has_content = match data.kind {
            BoxKind::Block | BoxKind::Flex => !data.flow_children.is_empty(),
            BoxKind::Grid => data.grid.is_some() || !data.flow_children.is_empty(),
            _ => false,
        };
        if input.known_dimensions.width.is_some() || !has_content {
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
        let mut measure = |width: AvailableSpace| {
            let question = LayoutInput {
                run_mode: RunMode::ComputeSize,
                axis: RequestedAxis::Horizontal,
                available_space: Size { width, height: AvailableSpace::MaxContent },
                ..*input
            };
            self.compute(taffy_id(id), question, None).size.width
        };
        let widest = measure(AvailableSpace::MaxContent);
        let width = if widest <= space { widest } else { measure(AvailableSpace::MinContent).max(space) };
        input.known_dimensions.width = Some(width);
        input.known_dimensions_are_definite.width = true;
    }

    /// An automatic height follows from the width where there is an aspect ratio. It is that of the box which
    /// `box-sizing` names (CSS Sizing 4, section 5.1), where Taffy's is of the border box; and it is no less than that of
    /// the content (section 5.2).
    pub(super) fn apply_ratio(&mut self, id: BoxId, input: &mut LayoutInput, is_in_flow: bool) {
        if input.sizing_mode == SizingMode::ContentSize {
            return;
        }
        let style = self.tree.style_ref(id);
        let (Some(ratio), Some(width), None) =
            (style.aspect_ratio(), input.known_dimensions.width, input.known_dimensions.height)
        else {
            return;
        };
        if style.size().maybe_resolve(input.parent_size, resolve_calc).height.is_some() {
            return;
        }
        let basis = input.parent_size.width;
        let inset = (style.padding().resolve_or_zero(basis, resolve_calc)
            + style.border().resolve_or_zero(basis, resolve_calc))
        .sum_axes();
        let outside = if style.box_sizing() == taffy::BoxSizing::ContentBox { inset } else { Size::ZERO };
        let limit = |size: Size<taffy::LengthPercentageAuto>| {
            size.maybe_resolve(input.parent_size, resolve_calc).height.map(|height| height + outside.height)
        };
        let (min, max) = (limit(style.min_size()), limit(style.max_size()));
        let overflow = style.overflow();
        let shows = !overflow.x.is_scroll_container() && !overflow.y.is_scroll_container();
        let is_least_by_content = style.style.min_height == CssDimension::Auto && shows;
        let mut height = (width - outside.width).max(0.0) / ratio + outside.height;
        if is_least_by_content {
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
        input.known_dimensions.height = Some(height.maybe_clamp(min, max).max(inset.height));
        input.known_dimensions_are_definite.height = true;
    }

    /// A box is no smaller than its padding and border, whatever size it is given; Taffy sees to that for block containers
    /// and for items.
    pub(super) fn floor_size(&self, id: BoxId, input: &mut LayoutInput) {
        if !matches!(self.tree.data(id).kind, BoxKind::Flex | BoxKind::Grid) {
            return;
        }
        let style = self.tree.style_ref(id);
        let basis = input.parent_size.width;
        let inset = (style.padding().resolve_or_zero(basis, resolve_calc)
            + style.border().resolve_or_zero(basis, resolve_calc))
        .sum_axes();
        input.known_dimensions = input.known_dimensions.maybe_max(inset);
    }

    /// A table is never narrower than its content, whatever its width says.
    pub(super) fn widen_table(&mut self, id: BoxId, input: &mut LayoutInput) {
        let style = self.tree.style_ref(id);
        let is_table = matches!(style.style.display, Display::Table | Display::InlineTable)
            && style.style.table_layout == TableLayout::Auto;
        let data = self.tree.data(id);
        let has_content = data.kind == BoxKind::Inline || !data.flow_children.is_empty();
        let given = style.size().width.maybe_resolve(input.parent_size.width, resolve_calc);
        let styled =
            given.filter(|_| input.sizing_mode == SizingMode::InherentSize).map(|width| match style.box_sizing() {
                taffy::BoxSizing::BorderBox => width,
                taffy::BoxSizing::ContentBox => width + self.inset_width(id, input),
            });
        let Some(width) = input.known_dimensions.width.or(styled).filter(|_| is_table && has_content) else { return };
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
