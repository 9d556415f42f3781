//! Scroll containers and their offsets.
//!
//! The render thread alone owns the offsets: fingers, wheels, flings and `scroll-top` move them, painting reads
//! them, and logic hears of them by events. Invariant: after [`Scrolls::measure`] every offset lies inside its
//! content.

use super::motion::{Fling, Glide};
use super::scene::{Scene, ScrollArea};
use pellicle_layout::document::NodeId;
use rustc_hash::FxHashMap;

/// Duration of a smooth scroll that script asked for, ms.
pub(crate) const SMOOTH: f32 = 300.0;
/// Speed from which a paged container goes on to the next page, px a second.
const PAGE_SPEED: f32 = 200.0;
/// Duration in which a turn of the wheel arrives, ms.
const WHEEL: f32 = 120.0;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Motion {
    Fling(Fling),
    Glide(Glide),
}

impl Motion {
    fn at(&self, now: f64) -> (f32, bool) {
        match self {
            Motion::Fling(fling) => fling.at(now),
            Motion::Glide(glide) => glide.at(now),
        }
    }

    /// The same motion, so much further down, px.
    fn shifted(self, by: f32) -> Motion {
        match self {
            Motion::Fling(fling) => Motion::Fling(fling.shifted(by)),
            Motion::Glide(glide) => Motion::Glide(glide.shifted(by)),
        }
    }
}

/// Distances from the ends at which script hears of them, logical px.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Thresholds {
    /// From the top or left.
    pub upper: f32,
    /// From the bottom or right.
    pub lower: f32,
}

impl Default for Thresholds {
    fn default() -> Self {
        Thresholds { upper: 50.0, lower: 50.0 }
    }
}

/// A scroll container.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ScrollState {
    offset: [f32; 2],
    area: ScrollArea,
    motion: [Option<Motion>; 2],
    /// Offset that was told last.
    told: [f32; 2],
    near_start: [bool; 2],
    near_end: [bool; 2],
    thresholds: Thresholds,
    dragging: bool,
    /// Its start was told, and its end is still to be.
    running: bool,
    /// Flings slow down fast.
    fast: bool,
}

impl ScrollState {
    /// How far the content is scrolled to the left and up, logical px.
    pub fn offset(&self) -> (f32, f32) {
        (self.offset[0], self.offset[1])
    }

    /// A finger has hold of it.
    pub fn is_dragged(&self) -> bool {
        self.dragging
    }

    /// What can be scrolled.
    pub fn area(&self) -> ScrollArea {
        self.area
    }

    fn is_moving(&self) -> bool {
        self.motion.iter().any(Option::is_some) || self.offset != self.told
    }

    /// Where the page begins that a container comes to rest at with a speed.
    fn page(&self, axis: usize, speed: f32) -> f32 {
        let (x, y) = self.area.view;
        let view = [x, y][axis].max(1.0);
        let at = self.offset[axis] / view;
        let page = if speed.abs() < PAGE_SPEED {
            at.round()
        } else if speed > 0.0 {
            at.ceil()
        } else {
            at.floor()
        };
        (page * view).clamp(0.0, self.max(axis))
    }

    fn max(&self, axis: usize) -> f32 {
        let (x, y) = self.area.max();
        [x, y][axis]
    }
}

/// Which end of the content came near.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum End {
    Top,
    Left,
    Bottom,
    Right,
}

/// What happened to a scroll container.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)] // a variant's comment names its fields
pub enum ScrollChange {
    /// It begins to move.
    Started { node: NodeId, dragging: bool },
    /// It moved by so much since it was told last.
    Moved { node: NodeId, delta: (f32, f32), dragging: bool },
    /// An end came nearer than its threshold.
    Near { node: NodeId, end: End },
    /// A fling came to the top, from where it would have gone on by so many logical px.
    Struck { node: NodeId, beyond: f32 },
    /// It rests.
    Ended { node: NodeId },
}

/// All scroll containers that have moved or may move.
#[derive(Default)]
pub struct Scrolls {
    table: FxHashMap<NodeId, ScrollState>,
    /// Containers with something to tell or a motion, in the order they began: hash order stays out of results.
    active: Vec<NodeId>,
}

impl Scrolls {
    /// A container's state.
    pub fn get(&self, node: NodeId) -> Option<&ScrollState> {
        self.table.get(&node)
    }

    /// A container's offset, zero if it never moved.
    pub fn offset(&self, node: NodeId) -> (f32, f32) {
        self.table.get(&node).map_or((0.0, 0.0), ScrollState::offset)
    }

    /// Containers that are not at their start, in no certain order.
    pub fn moved(&self) -> impl Iterator<Item = (NodeId, (f32, f32))> {
        self.table.iter().map(|(node, state)| (*node, state.offset())).filter(|(_, offset)| *offset != (0.0, 0.0))
    }

    /// Nodes that are gone take their offsets with them.
    pub fn forget(&mut self, nodes: &[NodeId]) {
        if self.table.is_empty() {
            return;
        }
        for node in nodes {
            self.table.remove(node);
        }
        self.active.retain(|node| self.table.contains_key(node));
    }

    /// The container's state with its present area, made if it is one.
    pub fn ensure(&mut self, scene: &dyn Scene, node: NodeId) -> Option<&mut ScrollState> {
        let area = scene.scroll_area(node)?;
        let state = self.table.entry(node).or_default();
        state.area = area;
        Some(state)
    }

    /// Sets the distances at which the ends are told.
    pub fn set_thresholds(&mut self, node: NodeId, thresholds: Thresholds) {
        if let Some(state) = self.table.get_mut(&node) {
            state.thresholds = thresholds;
        }
    }

    /// Flings of a container slow down fast, or as usual.
    pub fn set_fast(&mut self, node: NodeId, fast: bool) {
        if let Some(state) = self.table.get_mut(&node) {
            state.fast = fast;
        }
    }

    /// After a layout: areas anew, offsets back inside them. Gives the containers whose offset changed.
    pub fn measure(&mut self, scene: &dyn Scene) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = self.table.keys().copied().collect();
        nodes.sort_unstable();
        let mut changed = Vec::new();
        for node in nodes {
            let Some(area) = scene.scroll_area(node) else {
                self.table.remove(&node);
                continue;
            };
            let Some(state) = self.table.get_mut(&node) else { continue };
            state.area = area;
            for axis in 0..2 {
                let inside = state.offset[axis].clamp(0.0, state.max(axis));
                if inside != state.offset[axis] {
                    state.offset[axis] = inside;
                    state.motion[axis] = None;
                    changed.push(node);
                }
            }
        }
        changed.dedup();
        for &node in &changed {
            self.activate(node);
        }
        changed
    }

    fn activate(&mut self, node: NodeId) {
        if !self.active.contains(&node) {
            self.active.push(node);
        }
    }

    /// Whether a container can move by a delta (positive: content moves left and up) on the axis that the delta
    /// is larger on.
    pub fn can_move(&mut self, scene: &dyn Scene, node: NodeId, delta: (f32, f32)) -> bool {
        let axis = usize::from(delta.1.abs() >= delta.0.abs());
        let amount = [delta.0, delta.1][axis];
        let Some(state) = self.ensure(scene, node) else { return false };
        let (offset, max) = (state.offset[axis], state.max(axis));
        if amount > 0.0 { offset < max - 0.5 } else { offset > 0.5 }
    }

    /// Moves a container at once; gives what was left over.
    pub fn drag(&mut self, node: NodeId, delta: (f32, f32)) -> (f32, f32) {
        let Some(state) = self.table.get_mut(&node) else { return delta };
        let mut left = [delta.0, delta.1];
        for (axis, left) in left.iter_mut().enumerate() {
            state.motion[axis] = None;
            let to = (state.offset[axis] + *left).clamp(0.0, state.max(axis));
            *left -= to - state.offset[axis];
            state.offset[axis] = to;
        }
        state.dragging = true;
        self.activate(node);
        (left[0], left[1])
    }

    /// The finger that dragged a container is lifted with a speed in px a second (of the finger). A paged container
    /// goes on to the next page of its view's size.
    pub fn release(&mut self, node: NodeId, velocity: (f32, f32), paged: bool, now: f64) {
        let Some(state) = self.table.get_mut(&node) else { return };
        state.dragging = false;
        for (axis, speed) in [velocity.0, velocity.1].into_iter().enumerate() {
            let open = state.max(axis) > 0.0;
            if paged && open {
                state.motion[axis] =
                    Some(Motion::Glide(Glide::new(now, state.offset[axis], state.page(axis, -speed), SMOOTH)));
                continue;
            }
            let fling = Fling::new(now, state.offset[axis], -speed).filter(|_| open);
            state.motion[axis] = fling.map(|fling| Motion::Fling(if state.fast { fling.fast() } else { fling }));
        }
        self.activate(node);
    }

    /// A finger came down: motions inside the container stop. True if there was one.
    pub fn stop(&mut self, node: NodeId) -> bool {
        let Some(state) = self.table.get_mut(&node) else { return false };
        let moving = state.motion.iter().any(Option::is_some);
        state.motion = [None, None];
        moving
    }

    /// The wheel turns over a container.
    pub fn wheel(&mut self, node: NodeId, delta: (f32, f32), now: f64) {
        let Some(state) = self.table.get_mut(&node) else { return };
        for (axis, amount) in [delta.0, delta.1].into_iter().enumerate() {
            if amount == 0.0 {
                continue;
            }
            let from = state.offset[axis];
            let base = match state.motion[axis] {
                Some(Motion::Glide(glide)) => glide.destination(),
                _ => from,
            };
            let to = (base + amount).clamp(0.0, state.max(axis));
            state.motion[axis] = Some(Motion::Glide(Glide::new(now, from, to, WHEEL)));
        }
        self.activate(node);
    }

    /// Lets a container that no finger holds run on at a speed, px a second: positive towards the end of its content.
    pub fn run_on(&mut self, node: NodeId, speed: f32, now: f64) {
        let Some(state) = self.table.get(&node).filter(|state| !state.dragging) else { return };
        let vertical = state.area.axes.1;
        let velocity = if vertical { (0.0, -speed) } else { (-speed, 0.0) };
        self.release(node, velocity, false, now);
    }

    /// Scrolls to a place; `None` leaves an axis where it is.
    pub fn scroll_to(&mut self, node: NodeId, x: Option<f32>, y: Option<f32>, duration: f32, now: f64) {
        let Some(state) = self.table.get_mut(&node) else { return };
        for (axis, target) in [x, y].into_iter().enumerate() {
            let Some(target) = target.filter(|t| t.is_finite()) else { continue };
            let to = target.clamp(0.0, state.max(axis));
            let from = state.offset[axis];
            state.motion[axis] = None;
            if duration > 0.0 && (to - from).abs() >= 1.0 {
                state.motion[axis] = Some(Motion::Glide(Glide::new(now, from, to, duration)));
            } else {
                state.offset[axis] = to;
            }
        }
        self.activate(node);
    }

    /// Moves a container down by so much because its content has moved, logical px: what moves it goes on from there.
    pub fn shift(&mut self, node: NodeId, by: f32) {
        let Some(state) = self.table.get_mut(&node) else { return };
        state.offset[1] = (state.offset[1] + by).clamp(0.0, state.max(1));
        state.motion[1] = state.motion[1].map(|motion| motion.shifted(by));
        self.activate(node);
    }

    /// True while a container moves by itself, or has moved and is still to be told.
    pub fn moves(&self, node: NodeId) -> bool {
        self.table.get(&node).is_some_and(ScrollState::is_moving)
    }

    /// True while something moves by itself, or has moved and is still to be told.
    pub fn is_moving(&self) -> bool {
        self.active.iter().filter_map(|n| self.table.get(n)).any(ScrollState::is_moving)
    }

    /// Moves everything to a time and says what changed since the last call.
    pub fn advance(&mut self, now: f64, changes: &mut Vec<ScrollChange>) {
        let Scrolls { table, active } = self;
        active.retain(|&node| {
            let Some(state) = table.get_mut(&node) else { return false };
            for axis in 0..2 {
                let Some(motion) = state.motion[axis] else { continue };
                let (offset, going) = motion.at(now);
                let inside = offset.clamp(0.0, state.max(axis));
                state.offset[axis] = inside;
                if !going || inside != offset {
                    state.motion[axis] = None;
                }
                if let Motion::Fling(fling) = motion
                    && axis == 1
                    && offset < 0.0
                {
                    changes.push(ScrollChange::Struck { node, beyond: -fling.destination() });
                }
            }
            tell(node, state, changes);
            let goes_on = state.dragging || state.motion.iter().any(Option::is_some);
            if !goes_on && std::mem::take(&mut state.running) {
                changes.push(ScrollChange::Ended { node });
            }
            goes_on
        });
    }
}

fn tell(node: NodeId, state: &mut ScrollState, changes: &mut Vec<ScrollChange>) {
    let delta = (state.offset[0] - state.told[0], state.offset[1] - state.told[1]);
    if delta == (0.0, 0.0) {
        return;
    }
    if !std::mem::replace(&mut state.running, true) {
        changes.push(ScrollChange::Started { node, dragging: state.dragging });
    }
    changes.push(ScrollChange::Moved { node, delta, dragging: state.dragging });
    const ENDS: [(End, End); 2] = [(End::Left, End::Right), (End::Top, End::Bottom)];
    for (axis, (first, last)) in ENDS.into_iter().enumerate() {
        let max = state.max(axis);
        let moved = [delta.0, delta.1][axis];
        let start = state.offset[axis] <= state.thresholds.upper;
        let end = max - state.offset[axis] <= state.thresholds.lower;
        if moved < 0.0 && start && !state.near_start[axis] {
            changes.push(ScrollChange::Near { node, end: first });
        }
        if moved > 0.0 && end && !state.near_end[axis] {
            changes.push(ScrollChange::Near { node, end: last });
        }
        if moved != 0.0 {
            (state.near_start[axis], state.near_end[axis]) = (start, end);
        }
    }
    state.told = state.offset;
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::document::Document;

    struct Page {
        document: Document,
        area: ScrollArea,
    }

    impl Scene for Page {
        fn document(&self) -> &Document {
            &self.document
        }
        fn hit(&self, _: f32, _: f32) -> Option<NodeId> {
            None
        }
        fn area(&self, _: NodeId) -> Option<super::super::scene::Area> {
            None
        }
        fn scroll_area(&self, _: NodeId) -> Option<ScrollArea> {
            Some(self.area)
        }
    }

    const NODE: NodeId = NodeId(0);

    fn page(height: f32) -> Page {
        let area = ScrollArea { view: (100.0, 200.0), content: (100.0, height), axes: (false, true) };
        Page { document: Document::default(), area }
    }

    fn advance(scrolls: &mut Scrolls, now: f64) -> Vec<ScrollChange> {
        let mut changes = Vec::new();
        scrolls.advance(now, &mut changes);
        changes
    }

    #[test]
    fn a_drag_stops_at_the_end_and_gives_back_the_rest() {
        let page = page(500.0);
        let mut scrolls = Scrolls::default();
        assert!(scrolls.can_move(&page, NODE, (0.0, 5.0)));
        assert!(!scrolls.can_move(&page, NODE, (0.0, -5.0)));
        assert!(!scrolls.can_move(&page, NODE, (50.0, 5.0)));
        assert_eq!(scrolls.drag(NODE, (10.0, 250.0)), (10.0, 0.0));
        assert_eq!(scrolls.drag(NODE, (0.0, 100.0)), (0.0, 50.0));
        assert_eq!(scrolls.offset(NODE), (0.0, 300.0));
    }

    #[test]
    fn an_end_is_told_once_each_time_it_comes_near() {
        let page = page(500.0);
        let mut scrolls = Scrolls::default();
        scrolls.ensure(&page, NODE);
        let near = |changes: Vec<ScrollChange>| {
            changes.iter().filter(|c| matches!(c, ScrollChange::Near { .. })).copied().collect::<Vec<_>>()
        };
        scrolls.drag(NODE, (0.0, 255.0));
        assert_eq!(near(advance(&mut scrolls, 0.0)), [ScrollChange::Near { node: NODE, end: End::Bottom }]);
        scrolls.drag(NODE, (0.0, 20.0));
        assert_eq!(near(advance(&mut scrolls, 1.0)), []);
        scrolls.drag(NODE, (0.0, -100.0));
        assert_eq!(near(advance(&mut scrolls, 2.0)), []);
        scrolls.drag(NODE, (0.0, 100.0));
        assert_eq!(near(advance(&mut scrolls, 3.0)).len(), 1);
    }

    #[test]
    fn a_fling_ends_at_the_content_and_then_nothing_moves() {
        let page = page(500.0);
        let mut scrolls = Scrolls::default();
        scrolls.ensure(&page, NODE);
        scrolls.release(NODE, (0.0, -3000.0), false, 0.0);
        assert!(scrolls.is_moving());
        for frame in 1..200 {
            advance(&mut scrolls, f64::from(frame) * 16.0);
        }
        assert_eq!(scrolls.offset(NODE), (0.0, 300.0));
        assert!(!scrolls.is_moving() && advance(&mut scrolls, 9999.0).is_empty());
    }

    #[test]
    fn a_paged_container_rests_at_whole_pages() {
        let page = page(1000.0);
        let mut scrolls = Scrolls::default();
        let mut rest = |by: f32, speed: f32| {
            scrolls.ensure(&page, NODE);
            scrolls.drag(NODE, (0.0, by));
            scrolls.release(NODE, (0.0, -speed), true, 0.0);
            advance(&mut scrolls, 1000.0);
            scrolls.offset(NODE).1
        };
        assert_eq!(
            [rest(80.0, 0.0), rest(30.0, 500.0), rest(-30.0, -500.0), rest(120.0, 0.0)],
            [0.0, 200.0, 0.0, 200.0]
        );
    }

    #[test]
    fn content_that_shrinks_takes_the_offset_with_it() {
        let mut page = page(500.0);
        let mut scrolls = Scrolls::default();
        scrolls.ensure(&page, NODE);
        scrolls.scroll_to(NODE, None, Some(280.0), 0.0, 0.0);
        advance(&mut scrolls, 0.0);
        page.area.content.1 = 250.0;
        assert_eq!(scrolls.measure(&page), [NODE]);
        assert_eq!(scrolls.offset(NODE), (0.0, 50.0));
        let changes = advance(&mut scrolls, 1.0);
        assert!(changes.iter().any(|c| matches!(c, ScrollChange::Moved { delta: (0.0, -230.0), .. })));
    }

    #[test]
    fn a_start_and_an_end_are_told_once_around_a_drag_and_its_fling() {
        let page = page(2000.0);
        let mut scrolls = Scrolls::default();
        scrolls.ensure(&page, NODE);
        let mut told = Vec::new();
        let ends = |changes: Vec<ScrollChange>| {
            changes.into_iter().filter(|c| matches!(c, ScrollChange::Started { .. } | ScrollChange::Ended { .. }))
        };
        scrolls.drag(NODE, (0.0, 5.0));
        told.extend(ends(advance(&mut scrolls, 0.0)));
        scrolls.drag(NODE, (0.0, 5.0));
        told.extend(ends(advance(&mut scrolls, 16.0)));
        // A finger that rests has not let go.
        told.extend(ends(advance(&mut scrolls, 32.0)));
        scrolls.release(NODE, (0.0, -1000.0), false, 32.0);
        told.extend(ends(advance(&mut scrolls, 48.0)));
        assert_eq!(told, [ScrollChange::Started { node: NODE, dragging: true }]);
        told.extend(ends(advance(&mut scrolls, 9000.0)));
        assert_eq!(told[1..], [ScrollChange::Ended { node: NODE }]);
    }

    #[test]
    fn turns_of_the_wheel_add_up() {
        let page = page(1000.0);
        let mut scrolls = Scrolls::default();
        scrolls.ensure(&page, NODE);
        scrolls.wheel(NODE, (0.0, 60.0), 0.0);
        advance(&mut scrolls, 30.0);
        scrolls.wheel(NODE, (0.0, 60.0), 30.0);
        advance(&mut scrolls, 500.0);
        assert_eq!(scrolls.offset(NODE), (0.0, 120.0));
    }
}
