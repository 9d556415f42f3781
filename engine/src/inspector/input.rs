//! Domain `Input`: a pointer, fingers and keys of a client's, which go the way of real ones.

use super::protocol::{Fault, Outcome, Request, done};
use super::session::{Context, Session};
use crate::interact::{InputEvent, Key, Modifiers, PointerKind};
use serde_json::Value;

/// The pointer of a client, as pointers are numbered: none of a window's.
const POINTER: u32 = 1 << 20;

/// Fingers that are down: number and place.
#[derive(Default)]
pub(super) struct Fingers(Vec<(u32, f32, f32)>);

fn modifiers(request: &Request) -> Modifiers {
    let bits = request.params.get("modifiers").and_then(Value::as_u64).unwrap_or(0);
    // Alt 1, Control 2, Meta 4, Shift 8.
    let (control, meta) = (bits & 2 != 0, bits & 4 != 0);
    let mac = cfg!(target_os = "macos");
    Modifiers {
        shift: bits & 8 != 0,
        shortcut: if mac { meta } else { control },
        word: if mac { bits & 1 != 0 } else { control },
    }
}

fn key(request: &Request, modifiers: Modifiers) -> Option<Key> {
    Key::named(request.params.get("key").and_then(Value::as_str)?, modifiers)
}

impl Session {
    pub(super) fn input(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        let time = context.now;
        let app = context.app()?;
        match method {
            "dispatchMouseEvent" => {
                let (x, y) = (request.number("x")? as f32, request.number("y")? as f32);
                let (pointer, kind) = (POINTER, PointerKind::Mouse);
                let delta = |name: &str| request.number(name).unwrap_or(0.0) as f32;
                let is_left = matches!(request.params.get("button").and_then(Value::as_str), Some("left"));
                let event = match request.text("type")? {
                    "mouseMoved" => InputEvent::PointerMove { pointer, kind, x, y, time },
                    "mousePressed" if is_left => InputEvent::PointerDown { pointer, kind, x, y, time },
                    "mouseReleased" if is_left => InputEvent::PointerUp { pointer, x, y, time },
                    "mouseWheel" => {
                        InputEvent::Wheel { x, y, delta_x: delta("deltaX"), delta_y: delta("deltaY"), time }
                    }
                    "mousePressed" | "mouseReleased" => return done(),
                    _ => return Err(Fault::parameter("type", "a mouse event")),
                };
                app.handle(&event, time);
            }
            "dispatchTouchEvent" => {
                let point = |(index, point): (usize, &Value)| {
                    let number = |name: &str| point.get(name).and_then(Value::as_f64);
                    let id = number("id").unwrap_or(index as f64) as u32;
                    Some((POINTER + 1 + id, number("x")? as f32, number("y")? as f32))
                };
                let points: Option<Vec<_>> = request.list("touchPoints").iter().enumerate().map(point).collect();
                let points = points.ok_or_else(|| Fault::parameter("touchPoints", "places"))?;
                let before = std::mem::replace(&mut self.fingers.0, points);
                let cancels = request.text("type")? == "touchCancel";
                let (kind, mut events) = (PointerKind::Touch, Vec::new());
                for &(pointer, x, y) in before.iter().filter(|old| self.fingers.0.iter().all(|new| new.0 != old.0)) {
                    events.push(match cancels {
                        true => InputEvent::PointerCancel { pointer, time },
                        false => InputEvent::PointerUp { pointer, x, y, time },
                    });
                }
                for &(pointer, x, y) in &self.fingers.0 {
                    events.push(match before.iter().any(|old| old.0 == pointer) {
                        true => InputEvent::PointerMove { pointer, kind, x, y, time },
                        false => InputEvent::PointerDown { pointer, kind, x, y, time },
                    });
                }
                events.iter().for_each(|event| _ = app.handle(event, time));
            }
            "insertText" => _ = app.handle(&InputEvent::Text(request.text("text")?.to_owned()), time),
            "dispatchKeyEvent" => {
                let modifiers = modifiers(request);
                let presses = matches!(request.text("type")?, "keyDown" | "rawKeyDown" | "char");
                let text = request.params.get("text").and_then(Value::as_str).unwrap_or_default();
                if !presses {
                } else if let Some(key) = key(request, modifiers) {
                    app.handle(&InputEvent::Key { key, modifiers }, time);
                } else if !text.is_empty() {
                    app.handle(&InputEvent::Text(text.to_owned()), time);
                }
            }
            other => return Err(Fault::unknown(&format!("Input.{other}"))),
        }
        done()
    }
}
