//! Flex containers (CSS Flexible Box Layout 1, section 9) as browsers lay them out.
//!
//! | module | models |
//! | --- | --- |
//! | `item` | items: what their styles say, flex base sizes, limits |
//! | `intrinsic` | how wide a container wants to be |
//! | `lines` | lines, and how items share them |
//! | `cross` | sizes across the main axis |
//! | `place` | alignment and the layout of items |
//! | `positioned` | static positions of out-of-flow children |
//!
//! Taffy has a flexbox algorithm, too. It was used first, and left where it could not be made to agree with browsers from
//! outside: sizes by content took neither the flex basis nor the limits of items as they have to, percentages of a
//! height that follows from the content were resolved, lines that wrap in reverse and automatic margins overflowed at
//! the wrong end, and columns that wrap were as wide as one line of all items.
//!
//! Sizes are those of border boxes unless they are called inner ones; all are logical px. Positions are found along the
//! flow, from main start and cross start, and turned into places on the page last.

mod cross;
mod intrinsic;
mod item;
mod lines;
mod place;
mod positioned;

pub(super) use place::{Shares, distributed};

use super::box_model::{BoxEdges, known_answer};
use super::boxes::BoxId;
use super::question::fit_content;
use super::solve::Solver;
use super::taffy_style::resolve_calc;
use crate::style::computed::{Display, FlexDirection, FlexWrap};
use lines::FlexLine;
use taffy::{
    AlignContent, AlignItems, AvailableSpace, LayoutInput, LayoutOutput, MaybeMath, RequestedAxis, ResolveOrZero,
    RunMode, Size, SizingMode,
};

/// How a container breaks its items into lines.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Wrap {
    No,
    Yes,
    /// Lines are about as long as one another.
    Balanced,
}

/// A flex container while it is laid out.
#[derive(Clone, Copy)]
pub(super) struct Container {
    id: BoxId,
    is_row: bool,
    /// Items follow one another from main end to main start.
    is_reverse: bool,
    wrap: Wrap,
    /// Lines follow one another from cross end to cross start.
    is_wrap_reverse: bool,
    is_rtl: bool,
    /// A `-webkit-box`.
    is_old: bool,
    edges: BoxEdges,
    /// Inner width; `None` while the width is looked for.
    inner_width: Option<f32>,
    /// What percentages of the width refer to: `None` while the width is looked for.
    percent_width: Option<f32>,
    /// What items without a width of their own are measured under.
    constraint: AvailableSpace,
    /// Inner height as far as it is given from outside.
    inner_height: Option<f32>,
    /// It is that which items stretch to, but not the height of their line.
    is_height_open: bool,
    /// What percentages of the height refer to: `None` where the height follows from the content.
    percent_height: Option<f32>,
    /// Limits of the inner height.
    min_height: f32,
    max_height: f32,
    /// Between columns and between rows.
    gap: Size<f32>,
    align_items: AlignItems,
    align_content: AlignContent,
    justify_content: AlignContent,
}

impl Container {
    /// What percentages of items refer to.
    fn basis(&self) -> Size<Option<f32>> {
        Size { width: self.percent_width, height: self.percent_height }
    }

    fn is_multi_line(&self) -> bool {
        self.wrap != Wrap::No
    }

    /// Between items of a line.
    fn main_gap(&self) -> f32 {
        if self.is_row { self.gap.width } else { self.gap.height }
    }

    /// Between lines.
    fn cross_gap(&self) -> f32 {
        if self.is_row { self.gap.height } else { self.gap.width }
    }

    /// Items run against the direction of the page's axis.
    fn runs_backwards(&self) -> bool {
        self.is_reverse ^ (self.is_row && self.is_rtl)
    }

    /// Lines run against the direction of the page's axis.
    fn stacks_backwards(&self) -> bool {
        self.is_wrap_reverse ^ (!self.is_row && self.is_rtl)
    }

    /// An inner height within the container's limits.
    fn limited_height(&self, height: f32) -> f32 {
        height.min(self.max_height).max(self.min_height)
    }

    /// The main size that the items of a line share, where those want `wanted` in all.
    fn main_size(&self, wanted: f32) -> f32 {
        if self.is_row {
            self.inner_width.unwrap_or(wanted)
        } else {
            self.inner_height.unwrap_or_else(|| self.limited_height(wanted))
        }
    }
}

impl Solver<'_> {
    pub(super) fn compute_flex(&mut self, id: BoxId, input: LayoutInput) -> LayoutOutput {
        let style = self.tree.style_ref(id);
        let own = style.box_sizes(input.parent_size);
        let edges = own.edges.sum;
        let (given, min, max) = match (input.sizing_mode, input.axis) {
            (SizingMode::InherentSize, _) => (own.limited(), own.min, own.max),
            // Columns wrap at the greatest height, whichever width is looked for.
            (_, RequestedAxis::Horizontal) => {
                (Size::NONE, Size { width: None, ..own.min }, Size { width: None, ..own.max })
            }
            _ => (Size::NONE, Size::NONE, Size::NONE),
        };
        // No box is smaller than its padding and border.
        let known = input.known_dimensions.or(given).maybe_max(edges);
        if let Some(answer) = known_answer(&input, known) {
            return answer;
        }

        let inner = |size: Option<f32>, edges: f32| size.map(|size| (size - edges).max(0.0));
        let direction = style.flex_direction();
        let is_row = matches!(direction, FlexDirection::Row | FlexDirection::RowReverse);
        let by_ratio = style.data.ratio_height;
        // While the height of the content is looked for, items of a row stretch to the height by the aspect ratio.
        let is_height_open = by_ratio.is_some() && known.height.is_none();
        let stretched = by_ratio.filter(|_| is_row && style.flex_wrap() == FlexWrap::NoWrap);
        let inner_height = inner(known.height.or(stretched), edges.height);
        let is_definite = input.known_dimensions.height.is_none() || input.known_dimensions_are_definite.height;
        let percent_height = inner(by_ratio, edges.height).or(inner_height.filter(|_| is_definite));
        let inner_width = inner(known.width, edges.width);
        let mut container = Container {
            id,
            is_row,
            is_reverse: matches!(direction, FlexDirection::RowReverse | FlexDirection::ColumnReverse),
            wrap: match style.flex_wrap() {
                FlexWrap::NoWrap => Wrap::No,
                FlexWrap::Wrap | FlexWrap::WrapReverse => Wrap::Yes,
                FlexWrap::Balance | FlexWrap::BalanceReverse => Wrap::Balanced,
            },
            is_wrap_reverse: matches!(style.flex_wrap(), FlexWrap::WrapReverse | FlexWrap::BalanceReverse),
            is_rtl: style.rtl(),
            is_old: matches!(style.style.display, Display::WebkitBox | Display::WebkitInlineBox),
            edges: own.edges,
            inner_width,
            percent_width: inner_width,
            constraint: AvailableSpace::MaxContent,
            inner_height,
            is_height_open,
            percent_height,
            min_height: inner(min.height, edges.height).unwrap_or(0.0),
            max_height: inner(max.height, edges.height).unwrap_or(f32::INFINITY),
            gap: style.gap().resolve_or_zero(Size { width: inner_width, height: percent_height }, resolve_calc),
            align_items: style.align_items(),
            align_content: style.align_content(),
            justify_content: style.justify_content(),
        };

        let width = known.width.unwrap_or_else(|| {
            let space = input.available_space.width.maybe_sub(edges.width);
            let content = fit_content(space, |space| self.inner_width_by_content(&container, space));
            (content + edges.width).maybe_clamp(min.width, max.width).max(edges.width)
        });
        if input.run_mode == RunMode::ComputeSize && input.axis == RequestedAxis::Horizontal {
            return LayoutOutput::from_outer_size(Size { width, height: 0.0 });
        }
        let inner_width = (width - edges.width).max(0.0);
        container.inner_width = Some(inner_width);
        container.percent_width = Some(inner_width);
        // Percentages of a gap refer to the width that was found.
        let gap = self.tree.style_ref(id).gap().width;
        container.gap.width = gap.resolve_or_zero(Some(inner_width), resolve_calc);

        let mut lines = self.flex_lines(&container);
        let mut height = container.inner_height.filter(|_| !is_height_open);
        if !container.is_row && height.is_none() {
            let longest = lines.iter().map(|line| line.hypothetical).fold(0.0, f32::max);
            height = Some(container.limited_height(longest));
        }
        let size = |height: f32| Size { width, height: height + edges.height };
        if input.run_mode == RunMode::ComputeSize
            && let Some(height) = height
        {
            return LayoutOutput::from_outer_size(size(height));
        }
        self.flex_cross_sizes(&container, &mut lines);
        let height = height.unwrap_or_else(|| container.limited_height(container.stacked(&lines)));
        let size = size(height);
        if input.run_mode == RunMode::ComputeSize {
            return LayoutOutput::from_outer_size(size);
        }
        self.place_flex(&container, lines, Size { width: inner_width, height }, size)
    }
}

impl Container {
    /// The cross size of all lines with the gaps between them.
    fn stacked(&self, lines: &[FlexLine]) -> f32 {
        lines.iter().map(|line| line.cross).sum::<f32>() + gaps(self.cross_gap(), lines.len())
    }
}

/// The gaps between `count` things.
fn gaps(gap: f32, count: usize) -> f32 {
    gap * count.saturating_sub(1) as f32
}
