//! Static positions of out-of-flow children (section 4.1): where each would be as the only item of the container.

use super::Container;
use crate::flow::boxes::BoxId;
use crate::flow::solve::{Solver, taffy_id};
use taffy::{
    AlignContentKeyword, AlignItems, AlignItemsKeyword, AxisStaticAlign, AxisStaticEdge, AxisStaticPosition, CoreStyle,
    Direction, Line, OofCandidate, Point, Size,
};

impl Solver<'_> {
    /// Where an out-of-flow child would be as the only item.
    pub(super) fn flex_static_place(
        &self,
        container: &Container,
        index: usize,
        child: BoxId,
        size: Size<f32>,
    ) -> OofCandidate {
        let style = self.tree.style_ref(child);
        let direction = if container.is_rtl { Direction::Rtl } else { Direction::Ltr };
        let align = style.align_self().unwrap_or(container.align_items);
        let align = align.resolve_self_relative(style.direction(), direction, !container.is_row);
        let inset = container.edges.inset();
        let horizontal = Line { start: inset.left, end: size.width - inset.right };
        let vertical = Line { start: inset.top, end: size.height - inset.bottom };
        let (main_area, cross_area) = if container.is_row { (horizontal, vertical) } else { (vertical, horizontal) };
        // Chromium does not heed `safe` along the main axis here.
        let main = AxisStaticPosition {
            area: main_area,
            align: AxisStaticAlign::from_keyword(main_edge(container, container.justify_content.keyword)),
        };
        let cross = AxisStaticPosition {
            area: cross_area,
            align: AxisStaticAlign {
                keyword: cross_edge(container, align),
                safety: align.safety,
                fallback: cross_edge(container, AlignItems::START),
            },
        };
        let static_position = match container.is_row {
            true => Point { x: main, y: cross },
            false => Point { x: cross, y: main },
        };
        OofCandidate { node: taffy_id(child), order: index as u32, position: style.position(), static_position }
    }
}

fn edge(is_end: bool) -> AxisStaticEdge {
    if is_end { AxisStaticEdge::End } else { AxisStaticEdge::Start }
}

fn main_edge(container: &Container, keyword: AlignContentKeyword) -> AxisStaticEdge {
    use AlignContentKeyword as K;
    let is_rtl = container.is_row && container.is_rtl;
    match keyword {
        K::Center | K::SpaceAround | K::SpaceEvenly => AxisStaticEdge::Center,
        K::Start => edge(is_rtl),
        K::End => edge(!is_rtl),
        K::FlexEnd => edge(!container.runs_backwards()),
        K::Normal | K::Stretch | K::FlexStart | K::SpaceBetween => edge(container.runs_backwards()),
    }
}

fn cross_edge(container: &Container, align: AlignItems) -> AxisStaticEdge {
    use AlignItemsKeyword as K;
    let is_rtl = !container.is_row && container.is_rtl;
    match align.keyword {
        K::Center => AxisStaticEdge::Center,
        K::Start | K::SelfStart | K::Baseline => edge(is_rtl),
        K::End | K::SelfEnd => edge(!is_rtl),
        K::FlexEnd => edge(!container.stacks_backwards()),
        K::Normal | K::Stretch | K::FlexStart => edge(container.stacks_backwards()),
    }
}
