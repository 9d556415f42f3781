//! Sizes of boxes that are laid out in an area of their own: out-of-flow boxes (CSS Positioned Layout 3, section 4.2) and
//! grid items (CSS Grid 2, section 6.2). The width is settled first, then the height that follows.

use super::box_model::BoxEdges;
use super::boxes::BoxId;
use super::overflow::is_scroller;
use super::question::keyword_space;
use super::solve::Solver;
use super::taffy_style::{dimension, resolve_calc};
use crate::style::computed::{Dimension as CssDimension, Display};
use taffy::{AvailableSpace, CoreStyle, MaybeResolve, Size};

/// Whether an automatic size fills its area.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Stretch {
    No,
    /// `normal` alignment: boxes with a size of their own do not.
    Weak,
    /// `stretch`.
    Strong,
}

/// An area along one axis.
#[derive(Clone, Copy, Debug)]
pub(super) struct Room {
    /// The size that fills it, within the box's margins; `None` while it is not known.
    pub space: Option<f32>,
    pub stretch: Stretch,
}

/// What was settled.
pub(super) struct Sizes {
    /// Of the border box.
    pub size: Size<f32>,
    /// Percentages of the height refer to it.
    pub is_definite: bool,
}

/// A box while its sizes are looked for; they are those of the border box.
#[derive(Clone, Copy)]
pub(super) struct Sizing {
    pub id: BoxId,
    /// What percentages refer to.
    pub basis: Size<Option<f32>>,
    pub edges: BoxEdges,
    pub ratio: Option<f32>,
    is_table: bool,
    is_replaced: bool,
    pub is_scroller: bool,
    /// A width that follows from the height is no less than that of the content (CSS Sizing 4, section 5.2).
    pub is_floored: bool,
}

impl Sizing {
    /// A size of the style that is a length, and known.
    pub fn length(&self, value: CssDimension, is_horizontal: bool) -> Option<f32> {
        if !matches!(value, CssDimension::Length(_)) {
            return None;
        }
        let (basis, outside) = match is_horizontal {
            true => (self.basis.width, self.edges.outside.width),
            false => (self.basis.height, self.edges.outside.height),
        };
        Some(dimension(value).maybe_resolve(basis, resolve_calc)? + outside)
    }

    /// The size that an automatic size has by filling its area.
    fn stretched(&self, room: &Room) -> Option<f32> {
        let stretches = match room.stretch {
            Stretch::No => false,
            Stretch::Weak => !self.is_replaced && !self.is_table,
            Stretch::Strong => true,
        };
        room.space.filter(|_| stretches)
    }

    fn height_of(&self, width: f32, ratio: f32) -> f32 {
        (width - self.edges.outside.width).max(0.0) / ratio + self.edges.outside.height
    }

    pub fn width_of(&self, height: f32, ratio: f32) -> f32 {
        (height - self.edges.outside.height).max(0.0) * ratio + self.edges.outside.width
    }
}

impl Solver<'_> {
    /// A box in an area of a size, as far as that is known.
    pub(super) fn sizing(&self, id: BoxId, basis: Size<Option<f32>>) -> Sizing {
        let style = self.tree.style_ref(id);
        Sizing {
            id,
            basis,
            edges: style.box_edges(basis.width),
            ratio: style.aspect_ratio(),
            is_table: style.style.display == Display::Table,
            is_replaced: style.is_replaced(),
            is_scroller: is_scroller(&style),
            is_floored: style.style.min_width == CssDimension::Auto && !is_scroller(&style),
        }
    }

    /// Both sizes of a box in its area.
    pub(super) fn sizes_in(&mut self, sizing: &Sizing, horizontal: &Room, vertical: &Room) -> Sizes {
        let width = self.width_in(sizing, horizontal, vertical);
        let (height, is_definite) = self.height_in(sizing, vertical, width);
        Sizes { size: Size { width, height }, is_definite }
    }

    fn width_in(&mut self, sizing: &Sizing, horizontal: &Room, vertical: &Room) -> f32 {
        let style = self.tree.shown(sizing.id).style.clone();
        let height = self.height_before_width(sizing, horizontal, vertical);
        let space = horizontal.space.map_or(AvailableSpace::MaxContent, AvailableSpace::Definite);
        let stretched = sizing.stretched(horizontal);
        let mut least = 0.0_f32;
        let width = match (style.width, sizing.length(style.width, true)) {
            (_, Some(width)) => width,
            (own, _) => match (sizing.ratio, height, stretched) {
                (Some(ratio), Some(height), _) => self.width_by_height(sizing, height, ratio),
                (_, _, Some(width)) if own == CssDimension::Auto && !sizing.is_table => width,
                _ => {
                    least = stretched.filter(|_| own == CssDimension::Auto).unwrap_or(0.0);
                    self.keyword_width(sizing, height, own, space)
                }
            },
        };
        let (low, high) = match style.width {
            // A height that is known is within its limits.
            CssDimension::Auto if height.is_none() => self.transferred_limits_in(sizing),
            _ => (0.0, f32::INFINITY),
        };
        let width = self.limited_width(sizing, width.max(least).min(high).max(low), height, space);
        if sizing.is_table {
            // No table is narrower than its content.
            return width.max(self.width_by_content(sizing.id, sizing.basis, None, AvailableSpace::MinContent));
        }
        width
    }

    /// The width that follows from a height by the aspect ratio.
    fn width_by_height(&mut self, sizing: &Sizing, height: f32, ratio: f32) -> f32 {
        let least = match sizing.is_floored {
            true => self.width_by_content(sizing.id, sizing.basis, Some(height), AvailableSpace::MinContent),
            false => 0.0,
        };
        sizing.width_of(height, ratio).max(least)
    }

    /// Limits of an automatic width that follow from those of the height (CSS Sizing 4, section 5.1.1).
    fn transferred_limits_in(&self, sizing: &Sizing) -> (f32, f32) {
        let Some(ratio) = sizing.ratio else { return (0.0, f32::INFINITY) };
        let style = &self.tree.shown(sizing.id).style;
        let turn = |limit: CssDimension| sizing.length(limit, false).map(|height| sizing.width_of(height, ratio));
        (turn(style.min_height).unwrap_or(0.0), turn(style.max_height).unwrap_or(f32::INFINITY))
    }

    /// A width within the box's own limits.
    fn limited_width(&mut self, sizing: &Sizing, width: f32, height: Option<f32>, space: AvailableSpace) -> f32 {
        let style = self.tree.shown(sizing.id).style.clone();
        let mut limit = |value: CssDimension| match value {
            CssDimension::Auto => None,
            CssDimension::Length(_) => sizing.length(value, true),
            keyword => Some(self.keyword_width(sizing, height, keyword, space)),
        };
        let (most, least) = (limit(style.max_width), limit(style.min_width));
        width.min(most.unwrap_or(f32::INFINITY)).max(least.unwrap_or(0.0)).max(sizing.edges.sum.width)
    }

    /// The height, where it is known before the width and an automatic width follows from it by an aspect ratio, or by the
    /// picture.
    pub(super) fn height_before_width(&self, sizing: &Sizing, horizontal: &Room, vertical: &Room) -> Option<f32> {
        let style = &self.tree.shown(sizing.id).style;
        let is_auto = style.width == CssDimension::Auto;
        let height = match style.height {
            CssDimension::Length(_) if is_auto && horizontal.stretch == Stretch::Strong => return None,
            CssDimension::Length(_) => sizing.length(style.height, false)?,
            CssDimension::Auto if sizing.ratio.is_some() => {
                // Of two sizes that would be stretched, that which asks for it is.
                let is_weak = vertical.stretch == Stretch::Weak || horizontal.stretch == Stretch::Strong;

                if is_auto && horizontal.stretch != Stretch::No && is_weak {
                    return None;
                }
                sizing.stretched(vertical)?
            }
            _ => return None,
        };
        Some(self.limited_height(sizing, height))
    }

    /// Its height, and whether percentages refer to it.
    fn height_in(&mut self, sizing: &Sizing, vertical: &Room, width: f32) -> (f32, bool) {
        let style = self.tree.shown(sizing.id).style.clone();
        if let Some(height) = sizing.length(style.height, false) {
            return (self.limited_height(sizing, height), true);
        }
        let stretched = sizing.stretched(vertical).filter(|_| style.height == CssDimension::Auto);
        let (height, is_definite) = match (stretched, sizing.ratio) {
            (Some(height), Some(_)) if vertical.stretch == Stretch::Strong => (height, true),
            (_, Some(ratio)) => {
                // No less than that of the content (CSS Sizing 4, section 5.2).
                let is_floored = style.min_height == CssDimension::Auto && !sizing.is_scroller;
                let content = if is_floored { self.height_by_content(sizing.id, sizing.basis, width) } else { 0.0 };
                (sizing.height_of(width, ratio).max(content), true)
            }
            (Some(height), None) if !sizing.is_table => (height, true),
            (height, None) => {
                (self.height_by_content(sizing.id, sizing.basis, width).max(height.unwrap_or(0.0)), false)
            }
        };
        (self.limited_height(sizing, height), is_definite)
    }

    /// A height within the limits that the style gives as lengths.
    pub(super) fn limited_height(&self, sizing: &Sizing, height: f32) -> f32 {
        let style = &self.tree.shown(sizing.id).style;
        let most = sizing.length(style.max_height, false).unwrap_or(f32::INFINITY);
        let least = sizing.length(style.min_height, false).unwrap_or(0.0);
        height.min(most).max(least).max(sizing.edges.sum.height)
    }

    /// The width of a box as it adds to that of what is around it, under a min-content or max-content constraint (CSS
    /// Sizing 3, section 5.1).
    pub(super) fn width_contribution(&mut self, sizing: &Sizing, height: Option<f32>, space: AvailableSpace) -> f32 {
        let style = self.tree.shown(sizing.id).style.clone();
        let width = match (sizing.length(style.width, true), sizing.ratio, height) {
            (Some(width), ..) => width,
            (_, Some(ratio), Some(height)) => self.width_by_height(sizing, height, ratio),
            _ => {
                let width = self.keyword_width(sizing, height, style.width, space);
                let (low, high) = self.transferred_limits_in(sizing);
                width.min(high).max(low)
            }
        };
        self.limited_width(sizing, width, height, space)
    }

    /// A width that a keyword names.
    pub(super) fn keyword_width(
        &mut self,
        sizing: &Sizing,
        height: Option<f32>,
        keyword: CssDimension,
        space: AvailableSpace,
    ) -> f32 {
        self.width_by_content(sizing.id, sizing.basis, height, keyword_space(keyword, space))
    }
}
