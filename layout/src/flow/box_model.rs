//! The box model of a box as its style gives it (CSS Box 4, CSS Sizing 3): padding and border, its size and the limits of
//! that. All are px; sizes are those of the border box.

use super::taffy_style::{StyleRef, in_units, resolve_calc};
use taffy::{
    BoxSizing, CoreStyle, LayoutInput, LayoutOutput, LengthPercentageAuto, MaybeMath, MaybeResolve, Rect,
    RequestedAxis, ResolveOrZero, RunMode, Size,
};

/// What a box has around its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoxEdges {
    pub padding: Rect<f32>,
    pub border: Rect<f32>,
    /// Padding and border of both sides.
    pub sum: Size<f32>,
    /// What sizes of the style leave out: padding and border, or nothing.
    pub outside: Size<f32>,
}

impl BoxEdges {
    /// Padding and border on each side.
    pub fn inset(&self) -> Rect<f32> {
        self.padding + self.border
    }

    /// A size within the edges.
    pub fn inner(&self, size: Size<Option<f32>>) -> Size<Option<f32>> {
        size.maybe_sub(self.sum).maybe_max(Size::ZERO)
    }

    /// Height that follows from a width by the aspect ratio, which is that of the box that `box-sizing` names (CSS Sizing
    /// 4, section 5.1).
    pub fn height_of(&self, width: f32, ratio: f32) -> f32 {
        in_units((width - self.outside.width).max(0.0) / ratio) + self.outside.height
    }

    /// Width that follows from a height.
    pub fn width_of(&self, height: f32, ratio: f32) -> f32 {
        in_units((height - self.outside.height).max(0.0) * ratio) + self.outside.width
    }
}

/// Size and limits of a box, as far as they are definite.
#[derive(Clone, Copy, Debug)]
pub(super) struct BoxSizes {
    pub edges: BoxEdges,
    pub given: Size<Option<f32>>,
    pub min: Size<Option<f32>>,
    pub max: Size<Option<f32>>,
}

impl BoxSizes {
    /// The size that is given, within its limits.
    pub fn limited(&self) -> Size<Option<f32>> {
        self.given.maybe_clamp(self.min, self.max)
    }

    /// The limits of an automatic width where the height is automatic, too: those of the height count for it by the aspect
    /// ratio, but less than its own (CSS Sizing 4, section 5.1).
    pub fn transferred_limits(&self, ratio: f32) -> (Option<f32>, Option<f32>) {
        let turn = |height: f32| self.edges.width_of(height, ratio);
        let (least, most) = (self.min.height.filter(|min| *min > 0.0).map(turn), self.max.height.map(turn));
        let most = most.maybe_max(least);
        let least = least.maybe_min(self.max.width);
        let larger = |a: Option<f32>, b: Option<f32>| a.maybe_max(b).or(b);
        let smaller = |a: Option<f32>, b: Option<f32>| a.maybe_min(b).or(b);
        (larger(self.min.width, least), smaller(self.max.width, most))
    }
}

impl StyleRef<'_> {
    /// Padding and border, percentages of `width`.
    pub(super) fn box_edges(&self, width: Option<f32>) -> BoxEdges {
        let mut padding = self.padding().resolve_or_zero(width, resolve_calc);
        let border = self.border().resolve_or_zero(width, resolve_calc);
        let mut sum = (padding + border).sum_axes();
        let outside = if self.box_sizing() == BoxSizing::ContentBox { sum } else { Size::ZERO };
        // Free space above the content of a cell is padding, but not of the style: its sizes know nothing of it.
        padding.top += self.data.cell_shift;
        sum.height += self.data.cell_shift;
        BoxEdges { padding, border, sum, outside }
    }

    /// Edges, size and limits, percentages of the size of the containing block.
    pub(super) fn box_sizes(&self, basis: Size<Option<f32>>) -> BoxSizes {
        let edges = self.box_edges(basis.width);
        let limit = |size: Size<LengthPercentageAuto>| size.maybe_resolve(basis, resolve_calc).maybe_add(edges.outside);
        BoxSizes {
            edges,
            given: self.size().maybe_resolve(basis, resolve_calc).maybe_add(edges.outside),
            min: limit(self.min_size()),
            max: limit(self.max_size()),
        }
    }
}

/// The answer to a question for a size that is known without a layout.
pub(super) fn known_answer(input: &LayoutInput, known: Size<Option<f32>>) -> Option<LayoutOutput> {
    let height = match (input.axis, known.height) {
        _ if input.run_mode != RunMode::ComputeSize => return None,
        (_, Some(height)) => height,
        (RequestedAxis::Horizontal, None) => 0.0,
        _ => return None,
    };
    known.width.map(|width| LayoutOutput::from_outer_size(Size { width, height }))
}
