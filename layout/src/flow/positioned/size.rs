//! Sizes of out-of-flow boxes (CSS Positioned Layout 3, section 4.2): the width first, then the height that follows.

use super::axis::{Alignment, Axis};
use super::edges;
use crate::flow::boxes::BoxId;
use crate::flow::overflow::is_scroller;
use crate::flow::solve::{Solver, taffy_id};
use crate::flow::taffy_style::{dimension, resolve_calc};
use crate::style::computed::{Dimension as CssDimension, Display};
use taffy::{
    AvailableSpace, BoxSizing, CoreStyle, LayoutInput, Line, MaybeResolve, Rect, RequestedAxis, RunMode, Size,
    SizingMode,
};

/// What was settled.
pub(super) struct Sizes {
    /// Of the border box.
    pub size: Size<f32>,
    /// Percentages of the height refer to it.
    pub is_definite: bool,
    /// Padding and border.
    pub edges: (Rect<f32>, Rect<f32>),
}

/// A box while its sizes are looked for; they are those of the border box.
struct Sizing {
    id: BoxId,
    room: Size<f32>,
    edges: Size<f32>,
    /// What sizes of the style leave out.
    outside: Size<f32>,
    ratio: Option<f32>,
    is_table: bool,
    is_replaced: bool,
    is_scroller: bool,
}

impl Sizing {
    /// A size of the style that is a length.
    fn length(&self, value: CssDimension, is_horizontal: bool) -> Option<f32> {
        if !matches!(value, CssDimension::Length(_)) {
            return None;
        }
        let (room, outside) = match is_horizontal {
            true => (self.room.width, self.outside.width),
            false => (self.room.height, self.outside.height),
        };
        Some(dimension(value).maybe_resolve(room, resolve_calc)? + outside)
    }

    /// An automatic size fills the space between the insets.
    fn is_stretched(&self, axis: &Axis) -> bool {
        let by_itself = !self.is_replaced && !self.is_table;
        axis.is_pinned()
            && match axis.alignment {
                Alignment::Stretch => true,
                Alignment::Normal => by_itself,
                _ => false,
            }
    }

    fn height_of(&self, width: f32, ratio: f32) -> f32 {
        (width - self.outside.width).max(0.0) / ratio + self.outside.height
    }

    fn width_of(&self, height: f32, ratio: f32) -> f32 {
        (height - self.outside.height).max(0.0) * ratio + self.outside.width
    }
}

impl Solver<'_> {
    /// The sizes of a box in a containing block of a size.
    pub(super) fn positioned_size(&mut self, id: BoxId, room: Size<f32>, horizontal: &Axis, vertical: &Axis) -> Sizes {
        let style = self.tree.style_ref(id);
        let (padding, border) = edges(&style, room.width);
        let sum = (padding + border).sum_axes();
        let sizing = Sizing {
            id,
            room,
            edges: sum,
            outside: if style.box_sizing() == BoxSizing::ContentBox { sum } else { Size::ZERO },
            ratio: style.aspect_ratio(),
            is_table: style.style.display == Display::Table,
            is_replaced: style.is_replaced(),
            is_scroller: is_scroller(&style),
        };
        let (width, is_by_height) = self.positioned_width(&sizing, horizontal, vertical);
        let (height, is_definite) = self.positioned_height(&sizing, vertical, width, is_by_height);
        Sizes { size: Size { width, height }, is_definite, edges: (padding, border) }
    }

    /// Its width, and whether that follows from its height.
    fn positioned_width(&mut self, sizing: &Sizing, horizontal: &Axis, vertical: &Axis) -> (f32, bool) {
        let style = self.tree.shown(sizing.id).style.clone();
        let height = self.height_before_width(sizing, horizontal, vertical);
        let stretched = horizontal.stretched();
        // A table is never given more room than there is.
        let space = match sizing.is_table {
            true => stretched.min((sizing.room.width - margins(horizontal)).max(0.0)),
            false => stretched,
        };
        let is_stretched = sizing.is_stretched(horizontal);
        let (mut least, mut is_by_height) = (0.0_f32, false);
        let width = match style.width {
            CssDimension::Length(_) => sizing.length(style.width, true).unwrap_or(0.0),
            CssDimension::Auto => match (sizing.ratio, height) {
                (Some(ratio), Some(height)) => {
                    is_by_height = true;
                    if style.min_width == CssDimension::Auto && !sizing.is_scroller {
                        least = self.positioned_content_width(sizing, Some(height), AvailableSpace::MinContent);
                    }
                    sizing.width_of(height, ratio)
                }
                _ if is_stretched && !sizing.is_table => stretched,
                _ => {
                    if is_stretched {
                        least = stretched;
                    }
                    self.fitted_positioned_width(sizing, height, CssDimension::FitContent, space)
                }
            },
            keyword => self.fitted_positioned_width(sizing, height, keyword, space),
        };
        let most = match style.max_width {
            CssDimension::Auto => None,
            CssDimension::Length(_) => sizing.length(style.max_width, true),
            keyword => Some(self.fitted_positioned_width(sizing, height, keyword, space)),
        };
        let own_least = match style.min_width {
            CssDimension::Auto => None,
            CssDimension::Length(_) => sizing.length(style.min_width, true),
            keyword => Some(self.fitted_positioned_width(sizing, height, keyword, space)),
        };
        let (low, high) = match (style.width, sizing.ratio) {
            // Limits of the height count for an automatic width, too (CSS Sizing 4, section 5.1.1).
            (CssDimension::Auto, Some(ratio)) => (
                sizing.length(style.min_height, false).map_or(0.0, |height| sizing.width_of(height, ratio)),
                sizing.length(style.max_height, false).map_or(f32::INFINITY, |height| sizing.width_of(height, ratio)),
            ),
            _ => (0.0, f32::INFINITY),
        };
        let width = width.max(least).min(high).max(low).min(most.unwrap_or(f32::INFINITY));
        let width = width.max(own_least.unwrap_or(0.0)).max(sizing.edges.width);
        if sizing.is_table {
            // No table is narrower than its content.
            return (width.max(self.positioned_content_width(sizing, None, AvailableSpace::MinContent)), false);
        }
        (width, is_by_height)
    }

    /// The height, where it is known before the width and an automatic width follows from it by an aspect ratio, or by the
    /// picture.
    fn height_before_width(&self, sizing: &Sizing, horizontal: &Axis, vertical: &Axis) -> Option<f32> {
        let style = &self.tree.shown(sizing.id).style;
        let height = match style.height {
            CssDimension::Length(_) if horizontal.is_pinned() && horizontal.alignment == Alignment::Stretch => {
                return None;
            }
            CssDimension::Length(_) => sizing.length(style.height, false)?,
            CssDimension::Auto if sizing.is_stretched(vertical) && sizing.ratio.is_some() => {
                // Of two sizes that would be stretched, that which asks for it is.
                let is_weak = vertical.alignment == Alignment::Normal || horizontal.alignment == Alignment::Stretch;
                if sizing.is_stretched(horizontal) && is_weak {
                    return None;
                }
                vertical.stretched()
            }
            _ => return None,
        };
        Some(self.limited_positioned_height(sizing, height))
    }

    /// Its height, and whether percentages refer to it.
    fn positioned_height(&mut self, sizing: &Sizing, vertical: &Axis, width: f32, is_by_height: bool) -> (f32, bool) {
        let style = self.tree.shown(sizing.id).style.clone();
        let is_stretched = sizing.is_stretched(vertical);
        if let Some(height) = sizing.length(style.height, false) {
            return (self.limited_positioned_height(sizing, height), true);
        }
        let (height, is_definite) = match (style.height, sizing.ratio) {
            (own, Some(ratio)) => {
                let is_stretched = is_stretched && own == CssDimension::Auto;
                let both = is_stretched && vertical.alignment == Alignment::Stretch;
                if is_stretched && (is_by_height || both) {
                    (vertical.stretched(), true)
                } else {
                    let height = sizing.height_of(width, ratio);
                    let is_floored = style.min_height == CssDimension::Auto && !sizing.is_scroller;
                    let content = if is_floored { self.positioned_content_height(sizing, width) } else { 0.0 };
                    (height.max(content), true)
                }
            }
            (CssDimension::Auto, None) if is_stretched && !sizing.is_table => (vertical.stretched(), true),
            (CssDimension::Auto, None) if is_stretched => {
                (self.positioned_content_height(sizing, width).max(vertical.stretched()), false)
            }
            _ => (self.positioned_content_height(sizing, width), false),
        };
        (self.limited_positioned_height(sizing, height), is_definite)
    }

    /// A height within the limits that the style gives as lengths.
    fn limited_positioned_height(&self, sizing: &Sizing, height: f32) -> f32 {
        let style = &self.tree.shown(sizing.id).style;
        let most = sizing.length(style.max_height, false).unwrap_or(f32::INFINITY);
        let least = sizing.length(style.min_height, false).unwrap_or(0.0);
        height.min(most).max(least).max(sizing.edges.height)
    }

    /// A width that a keyword names.
    fn fitted_positioned_width(
        &mut self,
        sizing: &Sizing,
        height: Option<f32>,
        keyword: CssDimension,
        space: f32,
    ) -> f32 {
        let space = match keyword {
            CssDimension::MinContent => AvailableSpace::MinContent,
            CssDimension::MaxContent => AvailableSpace::MaxContent,
            _ => AvailableSpace::Definite(space),
        };
        self.positioned_content_width(sizing, height, space)
    }

    fn positioned_content_width(&mut self, sizing: &Sizing, height: Option<f32>, space: AvailableSpace) -> f32 {
        let mut input = question(sizing, RequestedAxis::Horizontal);
        input.known_dimensions.height = height;
        input.available_space.width = space;
        self.compute(taffy_id(sizing.id), input, None).size.width
    }

    fn positioned_content_height(&mut self, sizing: &Sizing, width: f32) -> f32 {
        let mut input = question(sizing, RequestedAxis::Vertical);
        input.known_dimensions.width = Some(width);
        input.available_space.width = AvailableSpace::Definite(width);
        self.compute(taffy_id(sizing.id), input, None).size.height
    }
}

/// Both margins, automatic ones as zero.
fn margins(axis: &Axis) -> f32 {
    axis.margin.start.unwrap_or(0.0) + axis.margin.end.unwrap_or(0.0)
}

fn question(sizing: &Sizing, axis: RequestedAxis) -> LayoutInput {
    LayoutInput {
        run_mode: RunMode::ComputeSize,
        sizing_mode: SizingMode::ContentSize,
        axis,
        known_dimensions: Size::NONE,
        known_dimensions_are_definite: Size { width: true, height: true },
        parent_size: sizing.room.map(Some),
        available_space: Size { width: AvailableSpace::MaxContent, height: AvailableSpace::MaxContent },
        vertical_margins_are_collapsible: Line::FALSE,
    }
}
