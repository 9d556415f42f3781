//! Domain `Tracing`: what frames take, as the events that the Performance panel of a front end reads.
//!
//! What is recorded is the engine's own trace (`frame::trace`). Its slices are given the names that Chrome has for the same work,
//! and each frame is told as a frame; tracks of other threads stay what they are.

use super::page::URL;
use super::protocol::{Fault, Outcome, Request, done};
use super::session::{Context, Session};
use super::target::TARGET;
use crate::frame::trace::Trace;
use serde_json::{Value, json};

/// Events that are told at once.
const PIECE: usize = 2000;
/// The track of the render thread in the engine's trace.
const RENDER: u64 = 3;
/// That of the logic thread.
const LOGIC: u64 = 2;
/// The process of both.
const PROCESS: u64 = 1;

const TIMELINE: &str = "devtools.timeline";
const DETAIL: &str = "disabled-by-default-devtools.timeline";
const FRAMES: &str = "disabled-by-default-devtools.timeline.frame,devtools.timeline.frame";

impl Session {
    pub(super) fn tracing(&mut self, context: &mut Context<'_>, _: &Request, method: &str) -> Outcome {
        let app = context.app()?;
        match method {
            "start" => {
                if self.tracing.is_some() {
                    return Err(Fault::refused("Tracing has already been started"));
                }
                // A trace that is recorded already goes on; what was before is left out at the end.
                let own = app.trace().cloned();
                let trace = own.clone().unwrap_or_default();
                if own.is_none() {
                    app.set_trace(Some(trace.clone()));
                }
                self.tracing = Some(Tracing { since: trace.now(), trace, is_ours: own.is_none() });
                // The first frame is the one that stands there.
                app.invalidate();
                done()
            }
            "end" => {
                let tracing = self.tracing.take().ok_or_else(|| Fault::refused("Tracing is not started"))?;
                if tracing.is_ours {
                    app.set_trace(None);
                }
                let mut events = told(&events(&tracing.trace)?, tracing.since);
                while !events.is_empty() {
                    let rest = events.split_off(events.len().min(PIECE));
                    let piece = std::mem::replace(&mut events, rest);
                    self.events.push(("Tracing.dataCollected", json!({ "value": piece })));
                }
                self.events.push(("Tracing.tracingComplete", json!({ "dataLossOccurred": false })));
                done()
            }
            "getCategories" => Ok(json!({ "categories": [TIMELINE, DETAIL, FRAMES] })),
            other => Err(Fault::unknown(&format!("Tracing.{other}"))),
        }
    }
}

/// A recording of a client's.
pub(super) struct Tracing {
    trace: Trace,
    /// When it began, µs of the trace.
    since: f64,
    /// Nobody else records into it.
    is_ours: bool,
}

/// The events of the engine's own trace.
fn events(trace: &Trace) -> Result<Vec<Value>, Fault> {
    let failed = |error: &dyn std::fmt::Display| Fault::refused(format!("no trace: {error}"));
    let mut text = Vec::new();
    trace.write(&mut text).map_err(|error| failed(&error))?;
    let mut trace: Value = serde_json::from_slice(&text).map_err(|error| failed(&error))?;
    match trace["traceEvents"].take() {
        Value::Array(events) => Ok(events),
        _ => Ok(Vec::new()),
    }
}

fn number(event: &Value, name: &str) -> f64 {
    event.get(name).and_then(Value::as_f64).unwrap_or(0.0)
}

/// The same as Chrome has them, from a time on.
fn told(all: &[Value], since: f64) -> Vec<Value> {
    let mut out = vec![
        metadata("process_name", 0, json!({ "name": "Renderer" })),
        metadata("thread_name", RENDER, json!({ "name": "CrRendererMain" })),
        metadata("thread_name", LOGIC, json!({ "name": "Logic thread" })),
        metadata("thread_name", 4, json!({ "name": "GPU" })),
    ];
    let frame = json!({
        "frame": TARGET, "isInPrimaryMainFrame": true, "isOutermostMainFrame": true, "name": "", "processId": PROCESS, "url": URL,
    });
    // What stands at the very start belongs to nothing.
    out.push(instant(
        "TracingStartedInBrowser",
        DETAIL,
        since,
        json!({
            "data": { "frameTreeNodeId": 1, "frames": [frame], "persistentIds": true },
        }),
    ));
    out.push(instant("SetLayerTreeId", DETAIL, since, json!({ "data": { "frame": TARGET, "layerTreeId": 1 } })));
    for event in all.iter().filter(|event| event["ph"] == "X" && number(event, "ts") >= since) {
        let (at, name) = (number(event, "ts"), event["name"].as_str().unwrap_or_default());
        let mut told = event.clone();
        told["cat"] = Value::from(TIMELINE);
        match (event["tid"].as_u64(), name) {
            (Some(RENDER), "frame") => {
                let sequence = event["args"]["frame"].as_u64().unwrap_or(0);
                frames(&mut out, sequence, at, at + number(event, "dur"));
                told["name"] = Value::from("RunTask");
                told["cat"] = Value::from(DETAIL);
            }
            (Some(RENDER), "input") => {
                told["name"] = Value::from("EventDispatch");
                told["args"] = json!({ "data": { "type": "input" } });
            }
            (Some(RENDER), _) => {
                let name = match name {
                    "animations" => "FireAnimationFrame",
                    "commits" => "Commit",
                    "style" => "UpdateLayoutTree",
                    "layout" => "Layout",
                    "display-list" => "PrePaint",
                    "paint" => "Paint",
                    "submit" => "Layerize",
                    other => other,
                };
                told["name"] = Value::from(name);
                told["args"] = arguments(name);
            }
            (Some(LOGIC), name) => {
                told["args"] = json!({ "data": { "functionName": name, "url": URL, "frame": TARGET } });
                told["name"] = Value::from("FunctionCall");
            }
            _ => {}
        }
        out.push(told);
    }
    out
}

/// What Chrome says with these.
fn arguments(name: &str) -> Value {
    match name {
        "UpdateLayoutTree" => json!({ "elementCount": 0, "beginData": { "frame": TARGET } }),
        "Layout" => json!({
            "beginData": { "frame": TARGET, "dirtyObjects": 0, "totalObjects": 0, "partialLayout": true }, "endData": {},
        }),
        "Paint" => json!({ "data": { "frame": TARGET, "clip": [0, 0, 0, 0, 0, 0, 0, 0], "nodeId": 0, "layerId": 0 } }),
        "FireAnimationFrame" => json!({ "data": { "frame": TARGET, "id": 0 } }),
        _ => json!({ "data": { "frame": TARGET } }),
    }
}

/// A frame, from its start until it is drawn.
fn frames(out: &mut Vec<Value>, sequence: u64, began: f64, ended: f64) {
    let args = json!({ "frameSeqId": sequence, "layerTreeId": 1 });
    out.push(instant("BeginFrame", FRAMES, began, args.clone()));
    out.push(instant(
        "BeginMainThreadFrame",
        FRAMES,
        began,
        json!({ "data": { "frameId": sequence }, "layerTreeId": 1 }),
    ));
    out.push(instant("Commit", FRAMES, began, args.clone()));
    out.push(instant("ActivateLayerTree", FRAMES, ended, json!({ "frameId": sequence, "layerTreeId": 1 })));
    out.push(instant("DrawFrame", FRAMES, ended, args));
}

fn metadata(name: &str, thread: u64, args: Value) -> Value {
    json!({ "ph": "M", "pid": PROCESS, "tid": thread, "ts": 0, "cat": "__metadata", "name": name, "args": args })
}

fn instant(name: &str, category: &str, at: f64, args: Value) -> Value {
    json!({
        "ph": "I", "s": "t", "pid": PROCESS, "tid": RENDER, "ts": at, "cat": category, "name": name, "args": args,
    })
}
