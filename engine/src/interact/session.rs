//! The user's dealings with one page: which pointer is down where, what it drags, what has the focus.

use super::anchors::Anchor;
use super::builders::ShownBuilder;
use super::dispatch::{Reach, is_bound, reach};
use super::drag::{Taker, drag_distance};
use super::filling::Filling;
use super::hover::Hover;
use super::input::{InputEvent, PointerKind};
use super::movables::Movables;
use super::outgoing::{Outbox, Outgoing};
use super::page_containers::OpenContainer;
use super::page_meta::Meta;
use super::pointer::{Gesture, Pointers};
use super::refresher::Refresher;
use super::scene::Stage;
use super::scroll::{ScrollChange, Scrolls};
use super::scroll_bars::ScrollBars;
use super::selection::TextSelection;
use super::wheels::PickerView;
use crate::widgets::input::{FocusedInput, is_field};
use crate::widgets::swiper::{Swiper, SwiperChange};
use crate::widgets::wheel::Wheel;
use crate::widgets::{self, Effect, control};
use pellicle_layout::document::{Document, ElementState, NodeId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Settings of the page.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct PageSettings {
    /// Pulling down refreshes.
    pub pull_down_refresh: bool,
    /// Distance from the bottom at which it is told, logical px.
    pub reach_bottom_distance: f32,
    /// When the page was opened, ms of the frame clock.
    pub opened: f64,
    /// Time moves things by itself: swipers play, the caret blinks.
    pub motion: bool,
}

impl Default for PageSettings {
    fn default() -> Self {
        PageSettings { pull_down_refresh: false, reach_bottom_distance: 50.0, opened: 0.0, motion: true }
    }
}

/// The user's dealings with one page.
pub struct Session {
    /// The page's settings.
    pub settings: PageSettings,
    /// Scroll containers.
    pub scrolls: Scrolls,
    /// What containers have done since the last frame: kept for its memory.
    pub(super) scroll_changes: Vec<ScrollChange>,
    /// The text field with the focus.
    pub focused: Option<FocusedInput>,
    pub(super) swipers: FxHashMap<NodeId, Swiper>,
    /// The items of swipers: whose they are, and which.
    pub(super) swiper_items: FxHashMap<NodeId, (NodeId, usize)>,
    /// Height of the soft keyboard, logical px.
    pub(super) keyboard: f32,
    /// Text areas, and how many lines they were told to have.
    pub(super) areas: Vec<(NodeId, usize)>,
    /// Bars of `progress` that fill.
    pub(super) filling: Vec<Filling>,
    /// Movable views.
    pub movables: Movables,
    /// Sticky headers, and whether they stick.
    pub(super) headers: Vec<(NodeId, bool)>,
    /// What stays where it is when the content of a scroll view changes.
    pub(super) anchors: FxHashMap<NodeId, Anchor>,
    /// Long lists, of which only what is near the view is there.
    pub(super) builders: Vec<ShownBuilder>,
    /// The page's `page-meta`.
    pub(super) meta: Option<Meta>,
    /// Page containers that are open, the last one on top.
    pub(super) containers: Vec<OpenContainer>,
    pub(super) pull: super::pull::Pull,
    /// Scroll views that are pulled down.
    pub(super) refreshers: FxHashMap<NodeId, Refresher>,
    /// The columns of picker views.
    pub(super) wheels: FxHashMap<NodeId, Wheel>,
    pub(super) picker_views: FxHashMap<NodeId, PickerView>,
    pub(super) bars: ScrollBars,
    pub(super) pointers: Pointers,
    /// Text of the page that is selected.
    pub(super) selection: Option<TextSelection>,
    pub(super) hover: Hover,
    active: Vec<NodeId>,
    pub(super) takers: Vec<(u32, Taker)>,
    gestures: Vec<Gesture>,
    /// The pointer whose last move a function of wxs has taken: nothing scrolls by it.
    pub(super) held: Option<u32>,
    /// The last tap on a text field or a text: which, where and when.
    pub(super) last_tap: Option<(NodeId, (f32, f32), f64)>,
    /// The last edit of the user.
    pub(super) edits: u16,
    /// The time that containers were moved on to.
    advanced: f64,
    pub(super) clipboard: Arc<dyn super::clipboard::Clipboard>,
}

impl Session {
    /// A page that nobody has touched.
    pub fn new(settings: PageSettings, clipboard: Arc<dyn super::clipboard::Clipboard>) -> Session {
        Session {
            settings,
            scrolls: Scrolls::default(),
            scroll_changes: Vec::new(),
            focused: None,
            swipers: FxHashMap::default(),
            swiper_items: Default::default(),
            keyboard: 0.0,
            areas: Vec::new(),
            filling: Vec::new(),
            movables: Movables::default(),
            headers: Vec::new(),
            anchors: FxHashMap::default(),
            builders: Vec::new(),
            meta: None,
            containers: Vec::new(),
            pull: Default::default(),
            refreshers: FxHashMap::default(),
            wheels: FxHashMap::default(),
            picker_views: FxHashMap::default(),
            bars: ScrollBars::default(),
            pointers: Pointers::default(),
            selection: None,
            hover: Hover::default(),
            active: Vec::new(),
            takers: Vec::new(),
            gestures: Vec::new(),
            held: None,
            last_tap: None,
            edits: 0,
            advanced: f64::NEG_INFINITY,
            clipboard,
        }
    }

    pub(super) fn outbox<'a>(&self, stage: &dyn Stage, now: f64, list: &'a mut Vec<Outgoing>) -> Outbox<'a> {
        let page_scroll = self.scrolls.offset(stage.root());
        Outbox { list, time_stamp: now - self.settings.opened, page_scroll }
    }

    /// Takes an input in; positions are relative to the page area.
    pub fn handle(&mut self, stage: &mut dyn Stage, event: &InputEvent, now: f64, out: &mut Vec<Outgoing>) {
        let mut gestures = std::mem::take(&mut self.gestures);
        match *event {
            InputEvent::PointerDown { pointer, kind, x, y, time } => {
                self.press(stage, pointer, kind, (x, y), time, &mut gestures, out);
            }
            InputEvent::PointerMove { pointer, x, y, time, .. } => {
                self.pointers.move_to(pointer, (x, y), time, &mut gestures);
            }
            InputEvent::PointerUp { pointer, x, y, time } => self.pointers.lift(pointer, (x, y), time, &mut gestures),
            InputEvent::PointerCancel { pointer, .. } => self.pointers.cancel(pointer, &mut gestures),
            InputEvent::Wheel { x, y, delta_x, delta_y, .. } => {
                self.wheel(stage, (x, y), (delta_x, delta_y), now);
            }
            InputEvent::Key { .. }
            | InputEvent::Text(_)
            | InputEvent::Composition { .. }
            | InputEvent::Edit { .. }
            | InputEvent::KeyboardHeight(_) => self.field_input(stage, event, now, out),
            InputEvent::WindowFocus(false) => self.release_all(stage, now, out),
            InputEvent::WindowFocus(true) | InputEvent::PointerLeave => {}
        }
        for gesture in gestures.drain(..) {
            self.gesture(stage, gesture, now, out);
        }
        self.gestures = gestures;
    }

    #[allow(clippy::too_many_arguments)]
    fn press(
        &mut self,
        stage: &mut dyn Stage,
        pointer: u32,
        kind: PointerKind,
        at: (f32, f32),
        time: f64,
        gestures: &mut Vec<Gesture>,
        out: &mut Vec<Outgoing>,
    ) {
        let Some(target) = stage.hit(at.0, at.1) else { return };
        // A finger on something that moves stops it and taps nothing.
        let mut stopped = false;
        for node in path(stage.document(), target) {
            stopped |= self.scrolls.stop(node);
            stopped |= self.wheels.get_mut(&node).is_some_and(|wheel| wheel.stop(time));
            if let Some(movable) = self.movables.get_mut(node) {
                movable.stop();
            }
        }
        self.pointers.press(pointer, kind, target, at, time, gestures);
        if let Some(slop) = drag_distance(stage.document(), target) {
            self.pointers.set_slop(pointer, slop);
        }
        if stopped {
            self.pointers.suppress_tap(pointer);
            return;
        }
        let field = path(stage.document(), target).into_iter().find(|&n| is_field(stage.document(), n));
        if self.leaves_field(stage, field) {
            self.blur(stage, time, out);
        }
        self.hover.press(stage.document(), target, time);
        self.set_active(stage, Some(target));
    }

    pub(super) fn set_active(&mut self, stage: &mut dyn Stage, target: Option<NodeId>) {
        let document = stage.document_mut();
        for node in self.active.drain(..) {
            document.set_state(node, ElementState::ACTIVE, false);
        }
        if let Some(target) = target {
            self.active = path(document, target);
            for &node in &self.active {
                document.set_state(node, ElementState::ACTIVE, true);
            }
        }
    }

    fn release_all(&mut self, stage: &mut dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        let ids: Vec<u32> = self.pointers.iter().map(|p| p.id).collect();
        for pointer in ids {
            let mut gestures = Vec::new();
            self.pointers.cancel(pointer, &mut gestures);
            for gesture in gestures {
                self.gesture(stage, gesture, now, out);
            }
        }
    }

    fn gesture(&mut self, stage: &mut dyn Stage, gesture: Gesture, now: f64, out: &mut Vec<Outgoing>) {
        let from = out.len();
        self.act(stage, gesture, now, out);
        let prevented = answer(stage, from, now, out);
        if let Gesture::Move { pointer } = gesture {
            self.held = prevented.then_some(pointer);
        }
    }

    fn act(&mut self, stage: &mut dyn Stage, gesture: Gesture, now: f64, out: &mut Vec<Outgoing>) {
        match gesture {
            Gesture::Start { pointer } => {
                self.outbox(stage, now, out).touch(stage.scene(), "touchstart", &self.pointers, pointer, false);
                self.pinch_begin(stage, pointer);
            }
            Gesture::Move { pointer } => {
                self.outbox(stage, now, out).touch(stage.scene(), "touchmove", &self.pointers, pointer, false);
                self.pinch_move(pointer);
            }
            Gesture::End { pointer } => {
                self.outbox(stage, now, out).touch(stage.scene(), "touchend", &self.pointers, pointer, true);
                self.pinch_end(pointer);
                self.hover.release(now);
                self.set_active(stage, None);
                self.end_if_idle(pointer);
            }
            Gesture::Cancel { pointer } => {
                self.outbox(stage, now, out).touch(stage.scene(), "touchcancel", &self.pointers, pointer, true);
                self.pinch_end(pointer);
                self.hover.cancel();
                self.set_active(stage, None);
                self.end_if_idle(pointer);
            }
            Gesture::Tap { pointer, target, x, y } => self.tap(stage, pointer, target, (x, y), now, out),
            Gesture::LongPress { pointer } => self.long_press(stage, pointer, now, out),
            Gesture::DragBegin { pointer, delta } => self.drag_begin(stage, pointer, delta, now, out),
            Gesture::DragMove { pointer, delta } => self.drag_move(stage, pointer, delta, now, out),
            Gesture::DragEnd { pointer, velocity } => self.drag_end(stage, pointer, velocity, now, out),
        }
    }

    /// A pointer without a drag to end is forgotten at once, one with a drag when that has ended.
    fn end_if_idle(&mut self, pointer: u32) {
        if !self.takers.iter().any(|(id, _)| *id == pointer) {
            self.pointers.forget(pointer);
        }
    }

    fn tap(
        &mut self,
        stage: &mut dyn Stage,
        pointer: u32,
        target: NodeId,
        at: (f32, f32),
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        // The element may be gone, or another one may have been put under the finger since.
        if stage.document().node(target).is_none() {
            return;
        }
        let disabled = path(stage.document(), target)
            .into_iter()
            .any(|n| stage.document().tag_name(n) == "button" && widgets::is_on(stage.document(), n, "disabled"));
        if !disabled {
            self.outbox(stage, now, out).press(stage.scene(), "tap", target, pointer, at);
        }
        self.tap_container(stage, target, at, now, out);
        match path(stage.document(), target).into_iter().any(|n| is_field(stage.document(), n)) {
            true => self.clear_selection(out),
            false => self.tap_text(stage, target, at, now, out),
        }
        let mut effects = Vec::new();
        let caught = match reach(stage.document(), target, "tap") {
            Reach::Root => None,
            Reach::Node(node) => Some(node),
            Reach::Nothing => return,
        };
        control::activate(stage.document_mut(), target, caught, &mut effects);
        for effect in effects {
            match effect {
                Effect::Focus(node) => {
                    self.focus(stage, node, Some(at), now, out);
                    self.tap_field(stage, node, at, now);
                }
                // The way back ends at what lies over the page.
                Effect::Back { .. } if self.close_container(stage, now, out) => {}
                other => {
                    if let Effect::Event { target, event: "reset", .. } = other {
                        self.reset_wheels(stage, target, now);
                    }
                    self.outbox(stage, now, out).effect(stage.scene(), other);
                }
            }
        }
        if let Some(column) = self.wheel_at(stage.document(), target) {
            self.tap_wheel(stage, column, at.1, now);
        }
        let slider = path(stage.document(), target).into_iter().find(|&n| stage.document().tag_name(n) == "slider");
        if let Some(node) = slider {
            self.slide(stage, node, at, true, now, out);
        }
    }

    fn long_press(&mut self, stage: &mut dyn Stage, pointer: u32, now: f64, out: &mut Vec<Outgoing>) {
        let Some((target, at)) = self.pointers.get(pointer).map(|p| (p.target, p.at)) else { return };
        if is_bound(stage.document(), target, "longpress") {
            self.pointers.suppress_tap(pointer);
        }
        let mut outbox = self.outbox(stage, now, out);
        outbox.press(stage.scene(), "longpress", target, pointer, at);
        outbox.press(stage.scene(), "longtap", target, pointer, at);
        let document = stage.document();
        let has_menu =
            document.tag_name(target) == "image" && widgets::is_on(document, target, "show-menu-by-longpress");
        if has_menu {
            self.pointers.suppress_tap(pointer);
            out.push(Outgoing::PictureMenu(target));
        } else if let Some(focused) = self.focused.as_mut().filter(|f| f.node == target)
            && let Some(offset) = stage.text_offset(target, at.0, at.1)
        {
            focused.editor.select_word(offset);
            // A tap would put the caret into the word again.
            self.pointers.suppress_tap(pointer);
            out.push(Outgoing::Caret);
        } else if self.select_word(stage, target, at, Some(pointer), out) {
            self.pointers.suppress_tap(pointer);
        }
    }

    fn wheel(&mut self, stage: &mut dyn Stage, at: (f32, f32), delta: (f32, f32), now: f64) {
        let Some(target) = stage.hit(at.0, at.1) else { return };
        for node in path(stage.document(), target) {
            if let Some(wheel) = self.wheels.get_mut(&node) {
                wheel.turn(delta.1, now);
                return;
            }
            if self.scrolls.can_move(stage.scene(), node, delta) {
                self.scrolls.wheel(node, delta, now);
                return;
            }
        }
    }

    pub(super) fn tell_swiper(
        &mut self,
        stage: &dyn Stage,
        node: NodeId,
        changes: &[SwiperChange],
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        for change in changes {
            let (event, index, source) = match *change {
                SwiperChange::Current { index, source } => ("change", index, source),
                SwiperChange::Finished { index, source } => ("animationfinish", index, source),
            };
            let id = super::containers::item_id(stage.document(), node, index);
            let detail = serde_json::json!({ "current": index, "currentItemId": id, "source": source.name() });
            self.outbox(stage, now, out).event(stage.scene(), node, event, &detail);
        }
    }

    /// Sends what the behaviour of a component of the page asked for elsewhere: in a panel over it.
    pub fn tell(&mut self, stage: &dyn Stage, effects: Vec<Effect>, now: f64, out: &mut Vec<Outgoing>) {
        for effect in effects {
            self.outbox(stage, now, out).effect(stage.scene(), effect);
        }
    }

    /// When something here changes by itself next, ms; `now` if something moves.
    pub fn next_due(&self, now: f64) -> Option<f64> {
        let moving = self.scrolls.is_moving()
            || self.movables.is_moving()
            || self.pull.is_moving()
            || self.swipers.values().any(Swiper::is_moving)
            || self.wheels.values().any(Wheel::is_moving)
            || !self.filling.is_empty()
            || self.meta_scrolls()
            || self.was_refused()
            || self.refreshers.values().any(Refresher::is_moving);
        if moving {
            return Some(now);
        }
        let blink = self.focused.as_ref().filter(|_| self.settings.motion).map(|f| f.next_blink(now));
        let swipers = self.swipers.values().filter_map(Swiper::next_due).min_by(f64::total_cmp);
        [self.pointers.next_due(), self.hover.next_due(), blink, swipers, self.bars.next_due(), self.container_due()]
            .into_iter()
            .flatten()
            .min_by(f64::total_cmp)
    }

    /// Moves on to a time: long presses, hover classes, flings, swipers.
    pub fn advance(&mut self, stage: &mut dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        let mut gestures = std::mem::take(&mut self.gestures);
        self.pointers.advance(now, &mut gestures);
        for gesture in gestures.drain(..) {
            self.gesture(stage, gesture, now, out);
        }
        self.gestures = gestures;
        let mut hovers = Vec::new();
        self.hover.advance(now, &mut hovers);
        for (node, on) in hovers {
            stage.document_mut().set_state(node, ElementState::HOVER_CLASS, on);
        }
        // At one time there is one picture: it is told once, however often fingers and logic come in between.
        if self.advanced >= now {
            return;
        }
        self.advanced = now;
        self.advance_scrolls(stage, now, out);
        self.ask_for_items(stage, out);
        self.tell_headers(stage, now, out);
        self.advance_swipers(stage, now, out);
        self.advance_movables(stage, now, out);
        self.advance_refreshers(stage, now, out);
        self.advance_wheels(stage, now, out);
        self.advance_filling(stage, now, out);
        self.advance_meta(stage, now, out);
        self.advance_containers(stage, now, out);
        if self.bars.advance(now) {
            out.push(Outgoing::Looks);
        }
        let shown = self.pull.shows();
        if self.pull.advance(now) {
            if self.pull.shows() != shown {
                out.push(Outgoing::Looks);
            }
            out.push(Outgoing::Moved(stage.root()));
        }
    }

    /// Nodes that are gone take everything about them along.
    pub fn forget(&mut self, removed: &[NodeId]) {
        if removed.is_empty() {
            return;
        }
        self.scrolls.forget(removed);
        self.hover.forget(removed);
        self.active.retain(|n| !removed.contains(n));
        self.swipers.retain(|n, _| !removed.contains(n));
        self.refreshers.retain(|n, _| !removed.contains(n));
        self.movables.forget(removed);
        self.headers.retain(|(node, _)| !removed.contains(node));
        self.bars.forget(removed);
        self.wheels.retain(|n, _| !removed.contains(n));
        self.areas.retain(|(n, _)| !removed.contains(n));
        self.filling.retain(|f| !removed.contains(&f.node));
        self.picker_views.retain(|n, _| !removed.contains(n));
        self.forget_selection(removed);
        self.anchors.retain(|n, _| !removed.contains(n));
        self.builders.retain(|b| !removed.contains(&b.node));
        self.forget_meta(removed);
        self.forget_containers(removed);
        if self.focused.as_ref().is_some_and(|f| removed.contains(&f.node)) {
            self.focused = None;
        }
    }
}

/// A node and its ancestors, from the inside.
pub(super) fn path(document: &Document, node: NodeId) -> Vec<NodeId> {
    std::iter::once(node).chain(document.ancestors(node).map(|n| n.id)).collect()
}

/// Lets functions of wxs answer the events that were collected from `from` on; true if one of them is to have no effect
/// of its own.
fn answer(stage: &mut dyn Stage, from: usize, now: f64, out: &mut Vec<Outgoing>) -> bool {
    let mut prevented = false;
    let mut at = from;
    while at < out.len() {
        let Outgoing::Event { message, .. } = &mut out[at] else {
            at += 1;
            continue;
        };
        let answer = stage.respond(message, now);
        prevented |= answer.prevented;
        if message.steps.is_empty() {
            out.remove(at);
        } else {
            at += 1;
        }
        let asked = answer.responses.len();
        out.splice(at..at, answer.responses.into_iter().map(Outgoing::Respond));
        at += asked;
        if answer.ran {
            out.push(Outgoing::Answered);
        }
    }
    prevented
}
