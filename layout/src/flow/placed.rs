//! What a container takes over of the boxes that it puts in their places.

use super::box_model::BoxEdges;
use super::boxes::BoxId;
use super::overflow::{is_scroller, joined, reach};
use super::solve::Solver;
use taffy::{Layout, LayoutOutput, OofCandidate, OofCandidates, OofPositioningArea, Point, Rect, Size};

/// A container that was sized.
#[derive(Clone, Copy)]
pub(super) struct SizedContainer {
    pub id: BoxId,
    pub edges: BoxEdges,
    pub size: Size<f32>,
    pub is_rtl: bool,
}

/// What was taken over.
#[derive(Default)]
pub(super) struct Placed {
    overflow: Rect<f32>,
    /// Boxes to be placed further out, by the child that they are in.
    candidates: Vec<(usize, OofCandidates)>,
}

/// An item of a container that was laid out.
pub(super) struct PlacedItem {
    pub id: BoxId,
    /// Its index among the container's children.
    pub index: usize,
    pub edges: BoxEdges,
    pub margin: Rect<f32>,
    /// Of its border box in that of the container.
    pub location: Point<f32>,
    pub output: LayoutOutput,
}

impl BoxEdges {
    /// The padding box of a border box of this size: out-of-flow boxes are placed in it.
    pub fn padding_box(&self, size: Size<f32>) -> OofPositioningArea {
        OofPositioningArea {
            size: size - self.border.sum_axes(),
            offset: Point { x: self.border.left, y: self.border.top },
        }
    }
}

impl Solver<'_> {
    /// Shows an item in its place.
    pub(super) fn take_item(&mut self, container: &SizedContainer, mut item: PlacedItem, placed: &mut Placed) {
        let layout = Layout {
            order: item.index as u32,
            location: item.location,
            size: item.output.size,
            scrollable_overflow_rect: item.output.scrollable_overflow_rect,
            scrollbar_size: Size::ZERO,
            border: item.edges.border,
            padding: item.edges.padding,
            margin: item.margin,
        };
        self.set_layout(item.id, &layout);
        let mut candidates = item.output.oof_candidates.take();
        if !candidates.is_empty() {
            candidates.translate(item.location);
            placed.candidates.push((item.index, candidates));
        }
        placed.overflow = joined(placed.overflow, self.reach_in(container, item.id, &layout));
    }

    /// What a box adds to the overflow of the container that it is in.
    pub(super) fn reach_in(&self, container: &SizedContainer, id: BoxId, layout: &Layout) -> Rect<f32> {
        let (border, at) = (&container.edges.border, layout.location);
        let from_start = match container.is_rtl {
            true => container.size.width - (at.x + layout.size.width) - border.right,
            false => at.x - border.left,
        };
        let clips = is_scroller(&self.tree.style_ref(container.id));
        let at = Point { x: from_start, y: at.y - border.top };
        reach(&self.tree.style_ref(id), at, layout.size, layout.scrollable_overflow_rect, clips)
    }

    /// The overflow of a container, from that of what is in it: one that scrolls keeps its padding at the ends.
    pub(super) fn padded_overflow(&self, container: &SizedContainer, overflow: Rect<f32>) -> Rect<f32> {
        if !is_scroller(&self.tree.style_ref(container.id)) {
            return overflow;
        }
        let padding = &container.edges.padding;
        let end = if container.is_rtl { padding.left } else { padding.right };
        Rect { right: overflow.right + end, bottom: overflow.bottom + padding.bottom, ..overflow }
    }

    /// The layout of a container whose items are in their places, but for its baselines. Out-of-flow boxes are to be placed
    /// in document order: children at their static places, and what is inside of the items.
    pub(super) fn with_items(
        &self,
        container: &SizedContainer,
        mut placed: Placed,
        static_place: impl Fn(usize, BoxId) -> OofCandidate,
    ) -> LayoutOutput {
        let mut output = LayoutOutput::from_outer_size(container.size);
        output.scrollable_overflow_rect = self.padded_overflow(container, placed.overflow);
        output.oof_positioning_area = Some(container.edges.padding_box(container.size));
        placed.candidates.sort_by_key(|(index, _)| *index);
        let mut inside = placed.candidates.into_iter().peekable();
        for (index, &child) in self.tree.data(container.id).flow_children.iter().enumerate() {
            if let Some((_, mut below)) = inside.next_if(|(at, _)| *at == index) {
                output.oof_candidates.append(&mut below);
            } else if self.tree.shown(child).style.is_out_of_flow() {
                output.oof_candidates.push(static_place(index, child));
            }
        }
        output
    }
}
