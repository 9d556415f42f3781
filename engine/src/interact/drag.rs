//! Drags: a drag belongs to one taker from its beginning to its end: the innermost element that can move that way. An
//! element that catches `touchmove` keeps what lies outside of it from scrolling.

use super::containers::hears;
use super::outgoing::Outgoing;
use super::scene::{Area, Stage};
use super::session::{Session, path};
use crate::widgets::swiper_layout::SwiperLayout;
use crate::widgets::{self, slider};
use pellicle_layout::document::ops::ListenFlags;
use pellicle_layout::document::{Document, Node, NodeId};
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::builtin::slot;
use pellicle_script::worklet::events::{ToWorklet, WorkletDetail, WorkletEvent};

/// Who takes a drag.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Taker {
    Scroll(NodeId),
    Wheel(NodeId),
    Swiper { node: NodeId, vertical: bool },
    Slider(NodeId),
    Movable(NodeId),
    Selection(NodeId),
    Text,
    Pull,
    Refresher(NodeId),
    Container(NodeId),
}

impl Session {
    pub(super) fn drag_begin(
        &mut self,
        stage: &mut dyn Stage,
        pointer: u32,
        delta: (f32, f32),
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        self.hover.cancel();
        self.set_active(stage, None);
        let Some(target) = self.pointers.get(pointer).map(|p| p.target) else { return };
        if self.held.take() == Some(pointer) {
            return;
        }
        self.tell_direction(stage, target, delta, now, out);
        let taker = self.find_taker(stage, target, delta);
        if let Some(taker) = self.text_taker(stage, pointer, taker, out) {
            match taker {
                Taker::Scroll(node) => self.tell_drag(stage, node, "dragstart", now, out),
                Taker::Wheel(column) => self.start_picking(stage, column, now, out),
                _ => {}
            }
            self.takers.push((pointer, taker));
            self.drag_move(stage, pointer, delta, now, out);
        }
    }

    /// Who takes a drag by `delta` that began on `target`.
    fn find_taker(&mut self, stage: &dyn Stage, target: NodeId, delta: (f32, f32)) -> Option<Taker> {
        let document = stage.document();
        let horizontal = delta.0.abs() > delta.1.abs();
        for node in path(document, target) {
            match document.tag_name(node) {
                "slider" if horizontal => return Some(Taker::Slider(node)),
                "input" | "textarea" if self.focused.as_ref().is_some_and(|f| f.node == node) && horizontal => {
                    return Some(Taker::Selection(node));
                }
                "swiper" => {
                    let vertical = widgets::is_on(document, node, "vertical");
                    let fixed = widgets::is_on(document, node, "disable-touch");
                    if vertical != horizontal && !fixed && self.swipers.contains_key(&node) {
                        return Some(Taker::Swiper { node, vertical });
                    }
                }
                // Below it the page stays where it is.
                "page-container" => {
                    let slides = !horizontal && delta.1 > 0.0 && widgets::is_on(document, node, "close-on-slide-down");
                    return slides.then_some(Taker::Container(node));
                }
                "picker-view-column" if !horizontal && self.wheels.contains_key(&node) => {
                    return Some(Taker::Wheel(node));
                }
                "movable-view" if self.movables.get(node).is_some_and(|m| m.takes(horizontal)) => {
                    return Some(Taker::Movable(node));
                }
                // A canvas that is drawn on keeps the page still (the documented `disable-scroll`).
                "canvas" if widgets::is_on(document, node, "disable-scroll") && listens_to_touches(document, node) => {
                    return None;
                }
                "movable-view" if catches(document, node, direction_event(horizontal)) => return None,
                _ => {}
            }
            if !horizontal && self.is_two_level(node) {
                let moves = widgets::is_on(document, node, "refresher-two-level-scroll-enabled");
                return moves.then_some(Taker::Refresher(node));
            }
            let off = document.attribute(node, " scroll-enabled").is_some_and(|v| !v.is_on());
            if !off && self.scrolls.can_move(stage.scene(), node, (-delta.0, -delta.1)) {
                return Some(Taker::Scroll(node));
            }
            if !off
                && !horizontal
                && nested_in(document, node)
                    .is_some_and(|outer| self.scrolls.can_move(stage.scene(), outer, (-delta.0, -delta.1)))
            {
                // Both move as one.
                self.scrolls.ensure(stage.scene(), node);
                return Some(Taker::Scroll(node));
            }
            if !horizontal && delta.1 > 0.0 && self.can_pull(stage, node) {
                return Some(Taker::Refresher(node));
            }
            if catches(document, node, "touchmove") {
                return None;
            }
        }
        let at_top = self.scrolls.offset(stage.root()).1 <= 0.5;
        (self.settings.pull_down_refresh && at_top && !horizontal && delta.1 > 0.0).then_some(Taker::Pull)
    }

    /// A drag begins on a movable view: `htouchmove` or `vtouchmove`.
    fn tell_direction(
        &mut self,
        stage: &dyn Stage,
        target: NodeId,
        delta: (f32, f32),
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        let view = path(stage.document(), target).into_iter().find(|&node| self.movables.get(node).is_some());
        if let Some(node) = view {
            let event = direction_event(delta.0.abs() > delta.1.abs());
            self.outbox(stage, now, out).event(stage.scene(), node, event, &serde_json::json!({}));
        }
    }

    pub(super) fn drag_move(
        &mut self,
        stage: &mut dyn Stage,
        pointer: u32,
        delta: (f32, f32),
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        let Some(&(_, taker)) = self.takers.iter().find(|(id, _)| *id == pointer) else { return };
        if self.held.take() == Some(pointer) {
            return;
        }
        let Some(at) = self.pointers.get(pointer).map(|p| p.at) else { return };
        match taker {
            Taker::Scroll(node) => self.drag_scroll(stage, node, (-delta.0, -delta.1)),
            Taker::Wheel(column) => {
                if let Some(wheel) = self.wheels.get_mut(&column) {
                    wheel.drag(-delta.1);
                }
            }
            Taker::Swiper { node, vertical } => {
                let step = self.swiper_step(stage, node);
                let by = if vertical { delta.1 } else { delta.0 };
                let by = if SwiperLayout::of(stage.document(), node).is_reversed() { -by } else { by };
                if let Some(swiper) = self.swipers.get_mut(&node) {
                    swiper.drag(-by / step);
                }
            }
            Taker::Slider(node) => self.slide(stage, node, at, false, now, out),
            // Two fingers scale it, they do not drag it.
            Taker::Movable(_) if self.movables.pinch.is_some() => {}
            Taker::Movable(node) => {
                if let Some(movable) = self.movables.get_mut(node) {
                    movable.drag(delta);
                }
            }
            Taker::Selection(node) => {
                if let Some(offset) = stage.text_offset(node, at.0, at.1)
                    && let Some(focused) = &mut self.focused
                {
                    focused.editor.place(offset, true);
                    out.push(Outgoing::Caret);
                }
            }
            Taker::Text => self.extend_selection(stage, at, out),
            Taker::Container(node) => self.slide_container(node, delta.1),
            Taker::Refresher(node) => self.pull_refresher(stage, node, delta.1, now, out),
            Taker::Pull => {
                let shown = self.pull.shows();
                self.pull.drag(delta.1);
                if self.pull.shows() != shown {
                    out.push(Outgoing::Looks);
                }
                out.push(Outgoing::Moved(stage.root()));
            }
        }
    }

    pub(super) fn drag_end(
        &mut self,
        stage: &mut dyn Stage,
        pointer: u32,
        velocity: (f32, f32),
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        let at = self.pointers.get(pointer).map(|p| p.at);
        let taker = self.takers.iter().position(|(id, _)| *id == pointer).map(|i| self.takers.remove(i).1);
        self.pointers.forget(pointer);
        match taker {
            Some(Taker::Scroll(node)) => {
                let paged = widgets::is_on(stage.document(), node, "paging-enabled");
                self.scrolls.set_fast(node, widgets::is_on(stage.document(), node, "fast-deceleration"));
                let still = widgets::is_on(stage.document(), node, " deceleration-disabled");
                let velocity = if still { (0.0, 0.0) } else { velocity };
                if hears(stage.document(), node, WorkletEvent::Deceleration) {
                    let vertical = self.scrolls.get(node).is_some_and(|state| state.area().axes.1);
                    let detail = WorkletDetail::Velocity(if vertical { -velocity.1 } else { -velocity.0 });
                    out.push(Outgoing::Worklet(ToWorklet { node, event: WorkletEvent::Deceleration, detail }));
                }
                self.release_scroll(stage, node, velocity, paged, now);
                self.tell_drag(stage, node, "dragend", now, out);
            }
            Some(Taker::Swiper { node, vertical }) => {
                let step = self.swiper_step(stage, node);
                let speed = if vertical { velocity.1 } else { velocity.0 };
                let speed = if SwiperLayout::of(stage.document(), node).is_reversed() { -speed } else { speed };
                let mut changes = Vec::new();
                if let Some(swiper) = self.swipers.get_mut(&node) {
                    swiper.release(-speed / step, now, &mut changes);
                }
                self.tell_swiper(stage, node, &changes, now, out);
            }
            Some(Taker::Wheel(column)) => self.release_wheel(stage, column, velocity.1, now, out),
            Some(Taker::Slider(node)) => {
                if let Some(at) = at {
                    self.slide(stage, node, at, true, now, out);
                }
            }
            Some(Taker::Movable(node)) => {
                if let Some(movable) = self.movables.get_mut(node) {
                    movable.release(velocity, now);
                }
            }
            Some(Taker::Pull) => {
                if self.pull.release(now) {
                    out.push(Outgoing::PullDownRefresh);
                }
            }
            Some(Taker::Container(node)) => self.release_container(stage, node, now, out),
            Some(Taker::Refresher(node)) => self.release_refresher(stage, node, now, out),
            Some(Taker::Selection(_) | Taker::Text) | None => {}
        }
    }

    /// Moves a scroll view by a finger. One nested in another moves after it towards the end and before it towards the
    /// start, so that both are one long view.
    fn drag_scroll(&mut self, stage: &dyn Stage, node: NodeId, delta: (f32, f32)) {
        match nested_in(stage.document(), node) {
            Some(outer) if self.scrolls.ensure(stage.scene(), outer).is_some() => {
                let (first, second) = if delta.1 > 0.0 { (outer, node) } else { (node, outer) };
                let (_, left) = self.scrolls.drag(first, (0.0, delta.1));
                self.scrolls.drag(second, (0.0, left));
            }
            _ => {
                self.scrolls.drag(node, delta);
            }
        }
    }

    /// Lets go of a scroll view at a speed of the finger, px a second.
    fn release_scroll(&mut self, stage: &dyn Stage, node: NodeId, velocity: (f32, f32), paged: bool, now: f64) {
        let Some(outer) = nested_in(stage.document(), node) else {
            self.scrolls.release(node, velocity, paged, now);
            return;
        };
        let (first, second) = if velocity.1 < 0.0 { (outer, node) } else { (node, outer) };
        let moves = self.scrolls.can_move(stage.scene(), first, (0.0, -velocity.1));
        for (view, takes) in [(first, moves), (second, !moves)] {
            let speed = if takes { velocity.1 } else { 0.0 };
            self.scrolls.release(view, (0.0, speed), paged && view == node, now);
        }
    }

    pub(super) fn slide(
        &mut self,
        stage: &mut dyn Stage,
        node: NodeId,
        at: (f32, f32),
        lifted: bool,
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        // Beside the track stands the value, if it is shown.
        let track = stage.boxes().by_origin(BoxOrigin::Internal(node, slot::SLIDER_TRACK));
        let track = track.map(|id| stage.boxes().bounding_rect(id));
        let track = track.map(|r| Area { x: r.x, y: r.y, width: r.width, height: r.height });
        let Some(area) = track.or_else(|| stage.area(node)) else { return };
        let fraction = f64::from((at.0 - area.x) / area.width.max(1.0));
        let mut effects = Vec::new();
        slider::drag(stage.document_mut(), node, fraction, lifted, &mut effects);
        for effect in effects {
            self.outbox(stage, now, out).effect(stage.scene(), effect);
        }
    }
}

/// How far a finger goes before it drags, logical px, where a scroll view around an element says so.
pub(super) fn drag_distance(document: &Document, target: NodeId) -> Option<f32> {
    let says = |&node: &NodeId| document.attribute(node, "min-drag-distance").is_some();
    let view =
        path(document, target).into_iter().filter(says).find(|&node| document.tag_name(node) == "scroll-view")?;
    let slop = f64::from(super::pointer::SLOP);
    Some(widgets::number(document, view, "min-drag-distance", slop, 0.0, 1000.0) as f32)
}

/// The `scroll-view type="nested"` around one that is associated with it.
fn nested_in(document: &Document, node: NodeId) -> Option<NodeId> {
    let text = |node, name| document.attribute(node, name).map(|v| v.to_text());
    let associated = text(node, "associative-container").is_some_and(|name| &*name == "nested-scroll-view");
    let is_nested = |n: &&Node| {
        document.tag_name(n.id) == "scroll-view" && text(n.id, "type").is_some_and(|kind| &*kind == "nested")
    };
    associated.then(|| document.ancestors(node).find(is_nested).map(|n| n.id)).flatten()
}

/// What the first move of a finger on a movable view is called.
fn direction_event(horizontal: bool) -> &'static str {
    if horizontal { "htouchmove" } else { "vtouchmove" }
}

/// True if an element keeps an event from those around it.
fn catches(document: &Document, node: NodeId, event: &str) -> bool {
    let event = document.names.get(event);
    event.is_some()
        && document.node(node).is_some_and(|n| {
            n.listeners
                .iter()
                .any(|(name, flags)| Some(*name) == event && flags.has(ListenFlags::CATCH | ListenFlags::CAPTURE_CATCH))
        })
}

/// True if an element listens to touches.
fn listens_to_touches(document: &Document, node: NodeId) -> bool {
    let of_touches = ["touchstart", "touchmove", "touchend", "touchcancel", "longtap", "longpress"];
    let known = of_touches.map(|event| document.names.get(event));
    document.node(node).is_some_and(|n| n.listeners.iter().any(|(name, _)| known.contains(&Some(*name))))
}
