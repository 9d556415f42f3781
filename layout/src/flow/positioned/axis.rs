//! An out-of-flow box along one axis: the space between its insets, its margins, its place (CSS Positioned Layout 3,
//! section 4).

use crate::flow::sizes::{Room, Stretch};
use taffy::{AlignItems, AlignItemsKeyword, AlignmentSafety, AxisStaticEdge, AxisStaticPosition, Line};

/// Its `justify-self` or `align-self`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Alignment {
    Normal,
    Stretch,
    Start,
    Center,
    End,
}

impl Alignment {
    /// `align` has no `self-start` and no `self-end` any more. A baseline is none here: it is the start.
    pub fn new(align: AlignItems) -> Alignment {
        use AlignItemsKeyword as K;
        match align.keyword {
            K::Normal => Alignment::Normal,
            K::Stretch => Alignment::Stretch,
            K::Center => Alignment::Center,
            K::End | K::FlexEnd | K::SelfEnd => Alignment::End,
            K::Start | K::FlexStart | K::SelfStart | K::Baseline => Alignment::Start,
        }
    }
}

/// What settles size and place along one axis. Positions are relative to the containing block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Axis {
    /// Size of the containing block.
    pub room: f32,
    /// `None` for `auto`.
    pub inset: Line<Option<f32>>,
    /// `None` for `auto`.
    pub margin: Line<Option<f32>>,
    pub static_position: AxisStaticPosition,
    pub alignment: Alignment,
    pub safety: AlignmentSafety,
    pub is_inline: bool,
    /// The start is at the right.
    pub is_reversed: bool,
    /// The containing block scrolls along the axis.
    pub scrolls: bool,
}

impl Axis {
    /// Neither inset is automatic.
    fn is_pinned(&self) -> bool {
        self.inset.start.is_some() && self.inset.end.is_some()
    }

    /// What the box's size along the axis is settled by.
    pub fn room(&self) -> Room {
        let stretch = match self.alignment {
            Alignment::Stretch if self.is_pinned() => Stretch::Strong,
            Alignment::Normal if self.is_pinned() => Stretch::Weak,
            _ => Stretch::No,
        };
        Room { space: Some(self.stretched()), stretch }
    }

    /// Both margins, automatic ones as zero.
    pub fn fixed_margins(&self) -> f32 {
        self.margin.start.unwrap_or(0.0) + self.margin.end.unwrap_or(0.0)
    }

    fn edge(&self, alignment: Alignment) -> AxisStaticEdge {
        match (alignment, self.is_reversed) {
            (Alignment::Center, _) => AxisStaticEdge::Center,
            (Alignment::End, false) => AxisStaticEdge::End,
            (Alignment::End, true) => AxisStaticEdge::Start,
            (_, false) => AxisStaticEdge::Start,
            (_, true) => AxisStaticEdge::End,
        }
    }

    /// The containing block less the insets; automatic ones follow from the static position (section 3.5.1).
    fn inset_block(&self) -> Line<f32> {
        let block = match (self.inset.start, self.inset.end) {
            (Some(start), Some(end)) => {
                let block = Line { start, end: self.room - end };
                // Where there is less than no room the start stays.
                return match (block.end < block.start, self.is_reversed) {
                    (true, true) => Line { start: block.end, end: block.end },
                    (true, false) => Line { start, end: start },
                    _ => block,
                };
            }
            (Some(start), None) => Line { start, end: self.room.max(start) },
            (None, Some(end)) => Line { start: 0.0_f32.min(self.room - end), end: self.room - end },
            (None, None) => {
                let place = self.static_position;
                match place.align.keyword {
                    AxisStaticEdge::Start => Line { start: place.area.start, end: self.room },
                    AxisStaticEdge::End => Line { start: 0.0, end: place.area.end },
                    AxisStaticEdge::Center => {
                        // As far to either side as the nearer edge of the containing block, if it stands in that.
                        let center = (place.area.start + place.area.end) / 2.0;
                        let reach = center.min(self.room - center).max(0.0);
                        Line { start: center - reach, end: center + reach }
                    }
                }
            }
        };
        match block.end < block.start {
            true if self.is_reversed => Line { start: block.end, end: block.end },
            true => Line { start: block.start, end: block.start },
            false => block,
        }
    }

    /// The size that fills the space between insets and margins.
    fn stretched(&self) -> f32 {
        let block = self.inset_block();
        (block.end - block.start - self.fixed_margins()).max(0.0)
    }

    /// Used margins (section 4.3).
    pub fn margins(&self, size: f32) -> Line<f32> {
        let block = self.inset_block();
        let free = block.end - block.start - size;
        match (self.margin.start, self.margin.end) {
            (Some(start), Some(end)) => Line { start, end },
            (start, end) if !self.is_pinned() => Line { start: start.unwrap_or(0.0), end: end.unwrap_or(0.0) },
            (Some(start), None) => Line { start, end: free - start },
            (None, Some(end)) => Line { start: free - end, end },
            // What overflows does so at the end of the inline axis.
            (None, None) if free < 0.0 && self.is_inline => match self.is_reversed {
                true => Line { start: free, end: 0.0 },
                false => Line { start: 0.0, end: free },
            },
            (None, None) => Line { start: free / 2.0, end: free / 2.0 },
        }
    }

    /// Start of the border box (section 4.4).
    pub fn place(&self, size: f32, margin: Line<f32>) -> f32 {
        let outer = size + margin.start + margin.end;
        let block = self.inset_block();
        let start = self.edge(Alignment::Start);
        let outer_start = match (self.inset.start, self.inset.end) {
            (None, None) => {
                let place = self.static_position;
                match place.align.safety {
                    AlignmentSafety::Safe if outer > block.end - block.start => aligned(block, outer, start),
                    _ => aligned(place.area, outer, place.align.keyword),
                }
            }
            (Some(_), None) => block.start,
            (None, Some(_)) => block.end - outer,
            // Automatic margins take all the space.
            _ if self.margin.start.is_none() || self.margin.end.is_none() => block.start,
            _ => self.place_between(block, outer),
        };
        outer_start + margin.start
    }

    /// Start of the margin box where both insets are given (CSS Align 3, section 4.4).
    fn place_between(&self, block: Line<f32>, outer: f32) -> f32 {
        let (edge, start) = (self.edge(self.alignment), self.edge(Alignment::Start));
        let fits = outer <= block.end - block.start;
        match self.safety {
            AlignmentSafety::Safe => return aligned(block, outer, if fits { edge } else { start }),
            AlignmentSafety::Default if !fits && self.alignment != Alignment::Normal => {}
            _ => return aligned(block, outer, edge),
        }
        let mut limit = Line { start: block.start.min(0.0), end: block.end.max(self.room) };
        match (self.scrolls, self.is_reversed) {
            (true, true) => limit.start = f32::NEG_INFINITY,
            (true, false) => limit.end = f32::INFINITY,
            _ => {}
        }
        match outer <= limit.end - limit.start {
            true => aligned(block, outer, edge).min(limit.end - outer).max(limit.start),
            false => aligned(limit, outer, start),
        }
    }
}

fn aligned(area: Line<f32>, size: f32, edge: AxisStaticEdge) -> f32 {
    match edge {
        AxisStaticEdge::Start => area.start,
        AxisStaticEdge::End => area.end - size,
        AxisStaticEdge::Center => (area.start + area.end - size) / 2.0,
    }
}
