//! Messages from the render side to the logic thread.

use crate::value::Value;
use pellicle_layout::atom::Atom;
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A touch point, logical px.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct Touch {
    /// Number of the finger.
    pub identifier: u32,
    /// Position on the page (with its scroll offset).
    pub page_x: f32,
    /// Position on the page.
    pub page_y: f32,
    /// Position in the viewport.
    pub client_x: f32,
    /// Position in the viewport.
    pub client_y: f32,
    /// Pressure, 0 to 1.
    pub force: f32,
}

/// Events that bubble; all others stay at their target (the list of the documentation).
pub fn bubbles(event: &str) -> bool {
    matches!(
        event,
        "touchstart"
            | "touchmove"
            | "touchcancel"
            | "touchend"
            | "tap"
            | "longpress"
            | "longtap"
            | "transitionend"
            | "animationstart"
            | "animationiteration"
            | "animationend"
            | "touchforcechange"
    )
}

/// What an event tells beside its type; becomes the `detail` of the event object.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub enum EventDetail {
    /// `{}`.
    #[default]
    None,
    /// A position: `{x, y}`, logical px (tap, longpress, touch).
    Point {
        /// Horizontal.
        x: f32,
        /// Vertical.
        y: f32,
    },
    /// Anything else, as JSON text of the whole detail.
    Json(Arc<str>),
}

/// One handler call of a dispatch list: `node` is the `currentTarget`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct DispatchStep {
    /// Whose handlers are called.
    pub node: NodeId,
    /// [`ListenFlags`](pellicle_layout::document::ops::ListenFlags) bits of the handlers to call there.
    pub flags: u8,
}

/// An event with everything that logic needs to deliver it: capture, bubble, catch and mut-bind are
/// already decided.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct EventMessage {
    /// The event's name, an atom of the logic side.
    pub event: Atom,
    /// The node it happened to.
    pub target: NodeId,
    /// `offsetLeft` and `offsetTop` of the target, logical px.
    pub target_offset: (f32, f32),
    /// Handlers to call, in order.
    pub steps: Vec<DispatchStep>,
    /// Its detail.
    pub detail: EventDetail,
    /// Touches on the screen.
    pub touches: Vec<Touch>,
    /// Touches that changed.
    pub changed_touches: Vec<Touch>,
    /// Time of the event since the page opened, ms.
    pub time_stamp: f64,
    /// Revision of the user's input, for form controls.
    pub revision: u16,
}

/// Touches as handlers are given them.
/// With the `corner` of a canvas (logical px of the page), each has its place from there, too.
pub fn touch_list(touches: &[Touch], corner: Option<(f32, f32)>) -> Value {
    let number = |n: f32| Value::Number(f64::from(n));
    let touch = |t: &Touch| {
        let standard = [
            ("identifier", Value::Number(f64::from(t.identifier))),
            ("pageX", number(t.page_x)),
            ("pageY", number(t.page_y)),
            ("clientX", number(t.client_x)),
            ("clientY", number(t.client_y)),
            ("force", number(t.force)),
        ];
        let own = corner.map(|(x, y)| [("x", number(t.page_x - x)), ("y", number(t.page_y - y))]);
        Value::object(standard.into_iter().chain(own.into_iter().flatten()))
    };
    Value::array(touches.iter().map(touch).collect())
}
