//! Questions to boxes: for their sizes by content, for their layout at a size.

use super::boxes::BoxId;
use super::solve::{Solver, taffy_id};
use crate::style::computed::Dimension as CssDimension;
use taffy::{AvailableSpace, LayoutInput, LayoutOutput, Line, RequestedAxis, RunMode, Size, SizingMode};

/// A question for the size of a box by its style in a space; percentages refer to `basis`.
pub(super) fn question(basis: Size<Option<f32>>, width: AvailableSpace) -> LayoutInput {
    LayoutInput {
        run_mode: RunMode::ComputeSize,
        sizing_mode: SizingMode::InherentSize,
        axis: RequestedAxis::Both,
        known_dimensions: Size::NONE,
        known_dimensions_are_definite: Size { width: true, height: true },
        parent_size: basis,
        available_space: Size { width, height: AvailableSpace::MaxContent },
        vertical_margins_are_collapsible: Line::FALSE,
    }
}

/// The space that a width by a keyword is found in; that of other widths is `space`.
pub(super) fn keyword_space(width: CssDimension, space: AvailableSpace) -> AvailableSpace {
    match width {
        CssDimension::MinContent => AvailableSpace::MinContent,
        CssDimension::MaxContent => AvailableSpace::MaxContent,
        _ => space,
    }
}

/// A width by the content in a space: the greatest that the content takes, but no more than there is, unless it needs that
/// at least (`fit-content`, CSS Sizing 3, section 5.1).
pub(super) fn fit_content(space: AvailableSpace, mut width: impl FnMut(AvailableSpace) -> f32) -> f32 {
    let AvailableSpace::Definite(space) = space else { return width(space) };
    let widest = width(AvailableSpace::MaxContent);
    if widest <= space { widest } else { width(AvailableSpace::MinContent).max(space) }
}

impl Solver<'_> {
    /// Width of a box's border box by its content: its own width and its limits do not count.
    pub(super) fn width_by_content(
        &mut self,
        id: BoxId,
        basis: Size<Option<f32>>,
        height: Option<f32>,
        space: AvailableSpace,
    ) -> f32 {
        let input = LayoutInput {
            sizing_mode: SizingMode::ContentSize,
            axis: RequestedAxis::Horizontal,
            known_dimensions: Size { width: None, height },
            ..question(basis, space)
        };
        self.compute(taffy_id(id), input, None).size.width
    }

    /// Height of a box's border box by its content at a width.
    pub(super) fn height_by_content(&mut self, id: BoxId, basis: Size<Option<f32>>, width: f32) -> f32 {
        let input = LayoutInput {
            sizing_mode: SizingMode::ContentSize,
            axis: RequestedAxis::Vertical,
            known_dimensions: Size { width: Some(width), height: None },
            ..question(basis, AvailableSpace::Definite(width))
        };
        self.compute(taffy_id(id), input, None).size.height
    }

    /// Lays out a box at the size that was settled; `is_definite`: percentages inside refer to its height.
    pub(super) fn lay_out_at(
        &mut self,
        id: BoxId,
        basis: Size<Option<f32>>,
        size: Size<f32>,
        is_definite: bool,
    ) -> LayoutOutput {
        let input = LayoutInput {
            run_mode: RunMode::PerformLayout,
            sizing_mode: SizingMode::ContentSize,
            known_dimensions: size.map(Some),
            known_dimensions_are_definite: Size { width: true, height: is_definite },
            ..question(basis, AvailableSpace::Definite(size.width.max(0.0)))
        };
        self.compute(taffy_id(id), input, None)
    }
}
