//! Scroll views and swipers of a page: what their attributes ask for, and what they tell.

use super::outgoing::Outgoing;
use super::scene::Stage;
use super::scroll::{End, SMOOTH, ScrollChange, Thresholds};
use super::session::Session;
use crate::widgets::swiper::{self, Swiper, SwiperConfig};
use crate::widgets::swiper_layout::{ItemLook, SwiperLayout};
use crate::widgets::{self, is_on, number, slider};
use pellicle_layout::document::{Document, NodeId};
use pellicle_script::framework::listening::HEARD;
use pellicle_script::worklet::events::{ToWorklet, WorkletDetail, WorkletEvent};
use serde_json::{Value, json};

impl Session {
    /// After a commit: new containers are taken in, changed attributes are obeyed. `attributes` are the names
    /// that changed per node.
    pub fn commit(
        &mut self,
        stage: &mut dyn Stage,
        created: &[NodeId],
        attributes: &[(NodeId, &str)],
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        for &node in created {
            if stage.document().tag_name(node) == "sticky-header" {
                self.headers.push((node, false));
            }
            if stage.document().tag_name(node) == "swiper" {
                let by_id = wanted_item(stage.document(), node, "current-item-id");
                let current = by_id.or_else(|| wanted_item(stage.document(), node, "current")).unwrap_or(0);
                let swiper = Swiper::new(swiper_config(stage.document(), node, self.settings.motion), current, now);
                self.swipers.insert(node, swiper);
            }
        }
        let mut swipers: Vec<NodeId> = self.swipers.keys().copied().collect();
        swipers.sort_unstable();
        self.swiper_items.clear();
        for node in swipers {
            let items = swiper::items(stage.document(), node).into_iter().enumerate();
            self.swiper_items.extend(items.map(|(index, item)| (item, (node, index))));
            let config = swiper_config(stage.document(), node, self.settings.motion);
            if let Some(swiper) = self.swipers.get_mut(&node) {
                swiper.configure(config, now);
            }
        }
        for &node in created {
            let known = self.areas.iter().any(|(area, _)| *area == node);
            if !known && stage.document().tag_name(node) == "textarea" {
                self.areas.push((node, 0));
            }
        }
        self.commit_builders(stage, created);
        self.find_meta(stage, created);
        self.sync_wheels(stage, created, attributes, now);
        self.commit_movables(stage.document(), created, attributes);
        let mut selected = None;
        for &(node, name) in attributes {
            match (stage.document().tag_name(node), name) {
                ("swiper", "current" | "current-item-id") => {
                    let Some(current) = wanted_item(stage.document(), node, name) else { continue };
                    self.show_item(stage, node, current, now, out);
                }
                ("input" | "textarea", "focus" | "auto-focus") => {
                    let on = is_on(stage.document(), node, name);
                    let focused = self.focused.as_ref().is_some_and(|f| f.node == node);
                    if on && !focused {
                        self.focus(stage, node, None, now, out);
                    } else if !on && focused && name == "focus" {
                        self.blur(stage, now, out);
                    }
                }
                ("input" | "textarea", "value") => self.value_attribute(stage, node),
                ("scroll-view", "reverse" | "scroll-anchoring") => self.begin_anchor(stage, node),
                ("page-container", "show") => self.show_container(stage, node, now, out),
                ("scroll-view", " trigger-refresh") => self.start_refresher(stage, node, now, out),
                ("scroll-view", " close-two-level") => self.close_two_level(stage, node, now, out),
                ("scroll-view", "refresher-two-level-pinned") => self.pin_two_level(stage, node, now),
                ("scroll-view", "refresher-two-level-triggered") => self.trigger_two_level(stage, node, now, out),
                ("scroll-view", "refresher-triggered") => self.trigger_refresher(stage, node, now, out),
                ("input" | "textarea", "cursor" | "selection-start" | "selection-end") => selected = Some(node),
                ("progress", "percent" | "active") => self.fill(stage, node, now),
                ("slider" | "picker", "value") => slider::assign(stage.document_mut(), node),
                _ => {}
            }
        }
        // A selection counts in the value that came with it.
        if let Some(node) = selected {
            self.selection_attribute(stage, node, out);
        }
    }

    /// After a layout: offsets come back inside their content, and `scroll-top`, `scroll-left` and
    /// `scroll-into-view` that changed in this frame are obeyed.
    pub fn laid_out(
        &mut self,
        stage: &mut dyn Stage,
        attributes: &[(NodeId, &str)],
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        for node in self.scrolls.measure(stage.scene()) {
            out.push(Outgoing::Moved(node));
        }
        self.anchor_builders(stage);
        self.keep_anchors(stage, out);
        self.measure_wheels(stage, out);
        self.tell_lines(stage, now, out);
        self.lay_out_movables(stage, attributes, now, out);
        for &(node, name) in attributes {
            if name == "scroll-top" && stage.document().tag_name(node) == "page-meta" {
                self.scroll_by_meta(stage, node, now, out);
            }
            let scrolls = match stage.document().tag_name(node) {
                "scroll-view" => true,
                "cover-view" => name == "scroll-top",
                _ => false,
            };
            if !scrolls {
                continue;
            }
            let smooth = is_on(stage.document(), node, "scroll-with-animation");
            let value =
                |name: &str| stage.document().attribute(node, name).and_then(|v| v.as_number()).map(|v| v as f32);
            let target = match name {
                "scroll-top" => (None, value("scroll-top")),
                "scroll-left" => (value("scroll-left"), None),
                "scroll-into-view" => match self.revealing_offset(stage, node) {
                    Some((x, y)) => (Some(x), Some(y)),
                    None => continue,
                },
                _ => continue,
            };
            self.scroll_to(stage, node, target, if smooth { SMOOTH } else { 0.0 }, now);
            out.push(Outgoing::Moved(node));
        }
        self.ask_for_items(stage, out);
    }

    /// Lets a swiper go to an item; false if the node is none.
    pub fn show_item(
        &mut self,
        stage: &dyn Stage,
        node: NodeId,
        index: usize,
        now: f64,
        out: &mut Vec<Outgoing>,
    ) -> bool {
        let mut changes = Vec::new();
        let Some(swiper) = self.swipers.get_mut(&node) else { return false };
        swiper.show(index, now, &mut changes);
        self.tell_swiper(stage, node, &changes, now, out);
        true
    }

    /// Scrolls a container, which need not have moved before.
    pub fn scroll_to(
        &mut self,
        stage: &dyn Stage,
        node: NodeId,
        to: (Option<f32>, Option<f32>),
        duration: f32,
        now: f64,
    ) {
        if self.scrolls.ensure(stage.scene(), node).is_some() {
            self.scrolls.set_thresholds(node, self.thresholds(stage, node));
            self.scrolls.scroll_to(node, to.0, to.1, duration, now);
        }
    }

    /// The bar above the page was tapped: scroll views that ask for it return to their start.
    pub fn back_to_top(&mut self, stage: &dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        let document = stage.document();
        let asks = |&node: &NodeId| {
            document.tag_name(node) == "scroll-view"
                && is_on(document, node, "enable-back-to-top")
                && self.scrolls.offset(node).1 > 0.0
        };
        let views: Vec<NodeId> = widgets::descendants(document, stage.root()).filter(asks).collect();
        for node in views {
            self.scroll_to(stage, node, (None, Some(0.0)), SMOOTH, now);
            out.push(Outgoing::Moved(node));
        }
    }

    fn thresholds(&self, stage: &dyn Stage, node: NodeId) -> Thresholds {
        if node == stage.root() {
            return Thresholds { upper: 0.0, lower: self.settings.reach_bottom_distance };
        }
        let distance = |name: &str| number(stage.document(), node, name, 50.0, 0.0, 1e6) as f32;
        Thresholds { upper: distance("upper-threshold"), lower: distance("lower-threshold") }
    }

    /// The offsets at which the element that `scroll-into-view` names lies at the start of the view.
    fn revealing_offset(&self, stage: &dyn Stage, node: NodeId) -> Option<(f32, f32)> {
        let document = stage.document();
        let id = widgets::text(document, node, "scroll-into-view");
        let name = document.names.get(&id).filter(|name| !name.is_empty())?;
        let inside =
            widgets::descendants(document, node).find(|&n| document.node(n).is_some_and(|n| n.name == name))?;
        let (view, target) = (stage.area(node)?, stage.area(inside)?);
        let (x, y) = self.scrolls.offset(node);
        let by = number(document, node, "scroll-into-view-offset", 0.0, -1e6, 1e6) as f32;
        let area = stage.scroll_area(node)?;
        let alignment = widgets::text(document, node, "scroll-into-view-alignment");
        let within = is_on(document, node, "scroll-into-view-within-extent");
        // `at` counts from the start of the view.
        let along = |scrolls: bool, offset: f32, at: f32, size: f32, room: f32| {
            let spare = room - size;
            let seen = at >= -0.5 && at <= spare + 0.5;
            if !scrolls || (within && seen) {
                return offset;
            }
            offset
                + by
                + match alignment.as_str() {
                    "center" => at - spare / 2.0,
                    "end" => at - spare,
                    "nearest" if seen => 0.0,
                    "nearest" if at > 0.0 => at - spare,
                    _ => at,
                }
        };
        Some((
            along(area.axes.0, x, target.x - view.x, target.width, area.view.0),
            along(area.axes.1, y, target.y - view.y, target.height, area.view.1),
        ))
    }

    pub(super) fn advance_scrolls(&mut self, stage: &mut dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        let mut changes = std::mem::take(&mut self.scroll_changes);
        self.scrolls.advance(now, &mut changes);
        for change in changes.drain(..) {
            match change {
                ScrollChange::Started { node, dragging } => {
                    self.tell_scrolling(stage, node, WorkletEvent::ScrollStart, dragging, now, out);
                }
                ScrollChange::Struck { node, beyond } => self.strike(stage, node, beyond, now, out),
                ScrollChange::Ended { node } => {
                    self.tell_scrolling(stage, node, WorkletEvent::ScrollEnd, false, now, out);
                }
                ScrollChange::Moved { node, delta, dragging } => {
                    out.push(Outgoing::Moved(node));
                    if self.settings.motion && self.bars.moved(node, now) {
                        out.push(Outgoing::Looks);
                    }
                    let thresholds = self.thresholds(stage, node);
                    self.scrolls.set_thresholds(node, thresholds);
                    self.find_anchor(stage, node);
                    let Some(state) = self.scrolls.get(node) else { continue };
                    if node == stage.root() {
                        let y = state.offset().1;
                        out.push(Outgoing::PageScroll(y));
                        if self.has_meta() {
                            self.tell_meta(stage, "scroll", &json!({ "scrollTop": y }), now, out);
                        }
                        continue;
                    }
                    let delta = (-delta.0, -delta.1);
                    let figures = || self.scroll_figures(node, delta, dragging);
                    self.outbox(stage, now, out).event_with(stage.scene(), node, "scroll", figures);
                    self.tell_worklet(stage, node, WorkletEvent::ScrollUpdate, delta, dragging, out);
                    if dragging {
                        self.tell_drag(stage, node, "dragging", now, out);
                    }
                }
                ScrollChange::Near { node, end } => {
                    if node == stage.root() {
                        if end == End::Bottom {
                            out.push(Outgoing::ReachBottom);
                        }
                        continue;
                    }
                    let (event, direction) = match end {
                        End::Top => ("scrolltoupper", "top"),
                        End::Left => ("scrolltoupper", "left"),
                        End::Bottom => ("scrolltolower", "bottom"),
                        End::Right => ("scrolltolower", "right"),
                    };
                    let detail = json!({ "direction": direction });
                    self.outbox(stage, now, out).event(stage.scene(), node, event, &detail);
                }
            }
        }
        self.scroll_changes = changes;
    }

    /// A scroll view begins to move or rests: `scrollstart` and `scrollend`.
    fn tell_scrolling(
        &mut self,
        stage: &dyn Stage,
        node: NodeId,
        event: WorkletEvent,
        dragging: bool,
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        if node == stage.root() {
            return;
        }
        self.tell_worklet(stage, node, event, (0.0, 0.0), dragging, out);
        if let Some(detail) = self.scroll_figures(node, (0.0, 0.0), dragging) {
            let name = if event == WorkletEvent::ScrollStart { "scrollstart" } else { "scrollend" };
            self.outbox(stage, now, out).event(stage.scene(), node, name, &detail);
        }
    }

    /// The detail of a scroll event.
    fn scroll_figures(&self, node: NodeId, delta: (f32, f32), dragging: bool) -> Option<Value> {
        let state = self.scrolls.get(node)?;
        let ((x, y), (width, height)) = (state.offset(), state.area().content);
        Some(json!({
            "scrollLeft": x, "scrollTop": y, "scrollWidth": width, "scrollHeight": height,
            "deltaX": delta.0, "deltaY": delta.1, "isDrag": dragging,
        }))
    }

    /// Tells worklets that hear it of a move of a scroll view.
    fn tell_worklet(
        &self,
        stage: &dyn Stage,
        node: NodeId,
        event: WorkletEvent,
        delta: (f32, f32),
        dragged: bool,
        out: &mut Vec<Outgoing>,
    ) {
        if hears(stage.document(), node, event)
            && let Some(state) = self.scrolls.get(node)
        {
            let (offset, size) = (state.offset(), state.area().content);
            let detail = WorkletDetail::Scroll { offset, size, delta, dragged };
            out.push(Outgoing::Worklet(ToWorklet { node, event, detail }));
        }
    }

    /// Headers that have begun or ended to stick: `stickontopchange`.
    pub(super) fn tell_headers(&mut self, stage: &dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        for index in 0..self.headers.len() {
            let Some(&(node, stuck)) = self.headers.get(index) else { break };
            let boxes = stage.boxes();
            let between = boxes.principal(node).and_then(|id| boxes.sticks_between(id));
            let Some((scroller, from, to)) = between else { continue };
            let root = boxes.root() == Some(scroller);
            let scroller = if root { Some(stage.root()) } else { boxes.get(scroller).map(|b| b.origin.node()) };
            let Some(offset) = scroller.map(|node| self.scrolls.offset(node).1) else { continue };
            let sticks = offset > 0.0 && offset >= from && offset < to;
            if sticks == stuck {
                continue;
            }
            if let Some((_, stuck)) = self.headers.get_mut(index) {
                *stuck = sticks;
            }
            let document = stage.document();
            let id = document.node(node).map_or_else(String::new, |n| document.names.resolve(n.name).to_string());
            let detail = json!({ "isStickOnTop": sticks, "id": id });
            self.outbox(stage, now, out).event(stage.scene(), node, "stickontopchange", &detail);
        }
    }

    pub(super) fn tell_drag(
        &mut self,
        stage: &dyn Stage,
        node: NodeId,
        event: &str,
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        // Views of a certain `type` are enhanced ones.
        let document = stage.document();
        let enhanced = is_on(document, node, "enhanced") || document.attribute(node, "type").is_some();
        if node != stage.root() && enhanced {
            let (x, y) = self.scrolls.offset(node);
            let detail = json!({ "scrollLeft": x, "scrollTop": y });
            self.outbox(stage, now, out).event(stage.scene(), node, event, &detail);
        }
    }

    pub(super) fn advance_swipers(&mut self, stage: &mut dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        let mut nodes: Vec<NodeId> = self.swipers.keys().copied().collect();
        nodes.sort_unstable();
        for node in nodes {
            let mut changes = Vec::new();
            let Some(swiper) = self.swipers.get_mut(&node) else { continue };
            let moved = swiper.advance(now, &mut changes);
            let (began, ended) = swiper.ends(moved);
            if began {
                self.tell_swiped(stage, node, WorkletEvent::ScrollStart, out);
            }
            if moved {
                out.push(Outgoing::Moved(node));
                self.tell_transition(stage, node, now, out);
                self.tell_swiped(stage, node, WorkletEvent::ScrollUpdate, out);
            }
            if ended {
                self.tell_swiped(stage, node, WorkletEvent::ScrollEnd, out);
            }
            self.tell_swiper(stage, node, &changes, now, out);
        }
    }

    /// Size of a swiper's items along the way it moves, logical px.
    pub(super) fn swiper_step(&self, stage: &dyn Stage, node: NodeId) -> f32 {
        let first = swiper::items(stage.document(), node).first().and_then(|&item| stage.area(item));
        let area = first.or_else(|| stage.area(node)).unwrap_or_default();
        let length = if is_on(stage.document(), node, "vertical") { area.height } else { area.width };
        length.max(1.0)
    }

    /// A swiper has moved: `transition`, with how far it is from where it stood.
    fn tell_transition(&mut self, stage: &dyn Stage, node: NodeId, now: f64, out: &mut Vec<Outgoing>) {
        let Some(current) = self.swiper_current(node) else { return };
        let (dx, dy) = self.swiped(stage, node);
        let id = item_id(stage.document(), node, current);
        let detail = json!({ "dx": dx, "dy": dy, "current": current, "currentItemId": id });
        self.outbox(stage, now, out).event(stage.scene(), node, "transition", &detail);
    }

    /// How far a swiper is from where it rested, logical px.
    fn swiped(&self, stage: &dyn Stage, node: NodeId) -> (f32, f32) {
        let by = self.swipers.get(&node).map_or(0.0, Swiper::travelled) * self.swiper_step(stage, node);
        if is_on(stage.document(), node, "vertical") { (0.0, by) } else { (by, 0.0) }
    }

    /// Tells worklets that hear it of a move of a swiper.
    fn tell_swiped(&self, stage: &dyn Stage, node: NodeId, event: WorkletEvent, out: &mut Vec<Outgoing>) {
        if hears(stage.document(), node, event) {
            let detail = WorkletDetail::Swipe { by: self.swiped(stage, node) };
            out.push(Outgoing::Worklet(ToWorklet { node, event, detail }));
        }
    }

    /// Where a swiper stands, in items.
    pub fn swiper_position(&self, node: NodeId) -> Option<f32> {
        self.swipers.get(&node).map(Swiper::position)
    }

    /// The item that a swiper shows.
    pub fn swiper_current(&self, node: NodeId) -> Option<usize> {
        self.swipers.get(&node).map(Swiper::current)
    }

    /// True for an item of a swiper: it moves.
    pub fn is_swiper_item(&self, node: NodeId) -> bool {
        self.swiper_items.contains_key(&node)
    }

    /// How an item of a swiper looks where it stands, unless items stand side by side.
    pub fn swiper_look(&self, document: &Document, item: NodeId) -> Option<ItemLook> {
        let (node, index) = *self.swiper_items.get(&item)?;
        let layout = SwiperLayout::of(document, node);
        let swiper = self.swipers.get(&node).filter(|_| layout != SwiperLayout::Normal)?;
        let config = swiper.config();
        let shown = config.shown as f32;
        Some(layout.look(layout.distance(index, swiper.position(), config.count, shown, config.circular)))
    }

    /// All swipers and where they stand, by node.
    pub fn swiper_positions(&self) -> Vec<(NodeId, f32)> {
        let mut all: Vec<(NodeId, f32)> = self.swipers.iter().map(|(n, s)| (*n, s.position())).collect();
        all.sort_unstable_by_key(|(n, _)| *n);
        all
    }

    /// How far the page is pulled down, logical px.
    pub fn pull_offset(&self) -> f32 {
        self.pull.offset()
    }

    /// True if the dots above the content of a container are seen.
    pub fn shows_pull(&self, node: NodeId, root: NodeId) -> bool {
        node == root && self.pull.shows()
    }

    /// Opacity of a container's scroll bars, 0 to 1.
    pub fn scroll_bar(&self, document: &Document, node: NodeId) -> f32 {
        let hidden = document.attribute(node, "show-scrollbar").is_some_and(|v| !v.is_on());
        if hidden { 0.0 } else { self.bars.opacity(node) }
    }

    /// Script starts or ends a pull-down.
    pub fn set_refreshing(&mut self, on: bool, now: f64, out: &mut Vec<Outgoing>) {
        if !on {
            self.pull.stop(now);
        } else if self.pull.start(now) {
            out.push(Outgoing::PullDownRefresh);
        }
    }
}

/// True if worklets hear an event of an element.
pub(super) fn hears(document: &Document, node: NodeId, event: WorkletEvent) -> bool {
    document.attribute(node, HEARD).is_some_and(|names| names.to_text().split(' ').any(|name| name == event.name()))
}

/// The `item-id` of an item of a swiper.
pub(super) fn item_id(document: &Document, swiper: NodeId, index: usize) -> String {
    let item = swiper::items(document, swiper).get(index).copied();
    item.map(|item| widgets::text(document, item, "item-id")).unwrap_or_default()
}

/// The item that an attribute of a swiper asks for; `None` if there is none of that `item-id`.
fn wanted_item(document: &Document, swiper: NodeId, attribute: &str) -> Option<usize> {
    if attribute == "current" {
        return Some(number(document, swiper, attribute, 0.0, 0.0, 1e6) as usize);
    }
    let id = Some(widgets::text(document, swiper, attribute)).filter(|id| !id.is_empty())?;
    swiper::items(document, swiper).iter().position(|&item| widgets::text(document, item, "item-id") == id)
}

fn swiper_config(document: &Document, node: NodeId, motion: bool) -> SwiperConfig {
    let count = swiper::items(document, node).len();
    let interval = number(document, node, "interval", 5000.0, 1.0, 1e9);
    SwiperConfig {
        count,
        shown: number(document, node, "display-multiple-items", 1.0, 1.0, 1000.0) as usize,
        circular: is_on(document, node, "circular") && count > 1,
        interval: (motion && is_on(document, node, "autoplay")).then_some(interval),
        duration: number(document, node, "duration", 500.0, 0.0, 60_000.0) as f32,
        easing: swiper::easing(&widgets::text(document, node, "easing-function")),
        direction: match widgets::text(document, node, "direction").as_str() {
            "positive" => 1,
            "negative" => -1,
            _ => 0,
        },
        animated: document.attribute(node, "scroll-with-animation").is_none_or(|v| v.is_on()),
    }
}
