//! What interaction sends: events for logic, requests for the app.

use super::dispatch::dispatch;
use super::pointer::Pointers;
use super::scene::Scene;
use crate::widgets::{Effect, RouteKind};
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::event::{EventDetail, EventMessage, Touch, bubbles};
use pellicle_script::bridge::message::{Response, RouteEvents, ShowItems};
use pellicle_script::bridge::queue::EventClass;
use pellicle_script::worklet::events::ToWorklet;
use serde_json::Value;
use std::sync::Arc;

/// One thing to send.
#[derive(Clone, PartialEq, Debug)]
#[allow(missing_docs)] // a variant's comment names its fields
pub enum Outgoing {
    /// An event for logic.
    Event { message: EventMessage, class: EventClass },
    /// A function of wxs asks something of script.
    Respond(Response),
    /// An event that worklets hear within the frame.
    Worklet(ToWorklet),
    /// Functions of wxs ran: they may have changed what is shown.
    Answered,
    /// Go to a page.
    Route { kind: RouteKind, url: String, events: Box<RouteEvents> },
    /// Close pages.
    Back { delta: u32 },
    /// Close the mini-program.
    Exit,
    /// A picker was tapped.
    Pick(NodeId),
    /// A button wants something of the host.
    Open { node: NodeId, kind: String },
    /// An image was pressed long that has a menu then.
    PictureMenu(NodeId),
    /// The page scrolled to an offset, logical px.
    PageScroll(f32),
    /// The page's end came near.
    ReachBottom,
    /// The page was pulled down far enough.
    PullDownRefresh,
    /// Other items of a builder are needed than are there.
    ShowItems(ShowItems),
    /// Only scroll offsets changed: the picture, not the layout.
    Moved(NodeId),
    /// Something is drawn otherwise in its place: dots of a pull-down.
    Looks,
    /// A text field got or lost the focus, or its caret moved: the input method's window follows.
    Caret,
}

/// Collects what is to be sent. `origin` is the page's scroll offset.
pub struct Outbox<'a> {
    /// What was collected.
    pub list: &'a mut Vec<Outgoing>,
    /// Time since the page was opened, ms.
    pub time_stamp: f64,
    /// The page's scroll offset, logical px.
    pub page_scroll: (f32, f32),
}

impl Outbox<'_> {
    /// An event with a JSON detail at a node. Nobody listening means nothing is sent; gives whether it was.
    pub fn event(&mut self, scene: &dyn Scene, target: NodeId, event: &str, detail: &Value) -> bool {
        let Some(message) = self.message(scene, target, event) else { return false };
        self.push(event, EventMessage { detail: json_detail(detail), ..message });
        true
    }

    /// The same with a detail that is made if somebody listens; without one nothing is sent either.
    pub fn event_with(
        &mut self,
        scene: &dyn Scene,
        target: NodeId,
        event: &str,
        detail: impl FnOnce() -> Option<Value>,
    ) -> bool {
        let Some(message) = self.message(scene, target, event) else { return false };
        let Some(detail) = detail() else { return false };
        self.push(event, EventMessage { detail: json_detail(&detail), ..message });
        true
    }

    /// An input event of a form control, with the revision of the user's edits.
    pub fn edited(&mut self, scene: &dyn Scene, target: NodeId, event: &str, detail: &Value, revision: u16) -> bool {
        let Some(message) = self.message(scene, target, event) else { return false };
        let detail = EventDetail::Json(Arc::from(detail.to_string()));
        self.push(event, EventMessage { detail, revision, ..message });
        true
    }

    /// A touch event of a pointer.
    pub fn touch(&mut self, scene: &dyn Scene, event: &str, pointers: &Pointers, pointer: u32, lifted: bool) -> bool {
        let Some(changed) = pointers.get(pointer) else { return false };
        // A finger that moves is told of in every frame, and mostly to nobody.
        let Some(message) = self.message(scene, changed.target, event) else { return false };
        let touch = |p: &super::pointer::Pointer| self.touch_at(p.id, p.at);
        let touches = pointers.iter().filter(|p| !(lifted && p.id == pointer)).map(touch).collect();
        let changed_touches = vec![touch(changed)];
        let detail = self.point(changed.at);
        self.push(event, EventMessage { detail, touches, changed_touches, ..message });
        true
    }

    /// A tap or long press of a pointer at a place. Its touch is the one of the moves before and after.
    pub fn press(&mut self, scene: &dyn Scene, event: &str, target: NodeId, pointer: u32, at: (f32, f32)) -> bool {
        let Some(message) = self.message(scene, target, event) else { return false };
        let (touch, detail) = (self.touch_at(pointer, at), self.point(at));
        self.push(event, EventMessage { detail, touches: vec![touch], changed_touches: vec![touch], ..message });
        true
    }

    fn point(&self, (x, y): (f32, f32)) -> EventDetail {
        EventDetail::Point { x: x + self.page_scroll.0, y: y + self.page_scroll.1 }
    }

    fn touch_at(&self, identifier: u32, (x, y): (f32, f32)) -> Touch {
        let (page_x, page_y) = (x + self.page_scroll.0, y + self.page_scroll.1);
        Touch { identifier, page_x, page_y, client_x: x, client_y: y, force: 1.0 }
    }

    fn push(&mut self, event: &str, message: EventMessage) {
        self.list.push(Outgoing::Event { message, class: EventClass::of(event) });
    }

    /// An event without a detail; `None` if nobody listens.
    fn message(&self, scene: &dyn Scene, target: NodeId, event: &str) -> Option<EventMessage> {
        let document = scene.document();
        let name = document.names.get(event)?;
        let logic_name = document.logic_atom(name)?;
        let mut steps = Vec::new();
        dispatch(document, target, name, bubbles(event), &mut steps);
        if steps.is_empty() {
            return None;
        }
        let area = scene.area(target).unwrap_or_default();
        Some(EventMessage {
            event: logic_name,
            target,
            target_offset: (area.x + self.page_scroll.0, area.y + self.page_scroll.1),
            steps,
            detail: EventDetail::None,
            touches: Vec::new(),
            changed_touches: Vec::new(),
            time_stamp: self.time_stamp,
            revision: 0,
        })
    }

    /// What a component's behaviour asked for. Focus is the caller's.
    pub fn effect(&mut self, scene: &dyn Scene, effect: Effect) {
        match effect {
            Effect::Event { target, event, detail } => {
                self.event(scene, target, event, &detail);
            }
            Effect::Route { node, kind, url } => {
                let event = |name| self.message(scene, node, name);
                let events =
                    RouteEvents { success: event("success"), fail: event("fail"), complete: event("complete") };
                self.list.push(Outgoing::Route { kind, url, events: Box::new(events) });
            }
            Effect::Back { delta } => self.list.push(Outgoing::Back { delta }),
            Effect::Exit => self.list.push(Outgoing::Exit),
            Effect::Pick(node) => self.list.push(Outgoing::Pick(node)),
            Effect::Open { node, kind } => self.list.push(Outgoing::Open { node, kind }),
            Effect::Focus(_) => {}
        }
    }
}

fn json_detail(detail: &Value) -> EventDetail {
    match detail {
        Value::Object(fields) if fields.is_empty() => EventDetail::None,
        detail => EventDetail::Json(Arc::from(detail.to_string())),
    }
}
