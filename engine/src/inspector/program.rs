//! Domain `Pellicle`: what only a mini-program has. The pages of its stack, their data and that of components, and what each
//! frame took and did. No other server has this domain; messages follow the rules of the protocol.

use super::dom::element;
use super::protocol::{Fault, Reply, Request, done};
use super::session::{Context, Later, Session};
use crate::frame::{FrameRecord, Phase};
use crate::host::app::App;
use pellicle_script::bridge::message::HostCommand;
use pellicle_script::bridge::tool::{OpenPage, Place, ToolError, ToolReply, ToolRequest};
use serde_json::{Map, Value, json};

/// A reply whose answer goes to a client.
fn reply<T: 'static>(later: Later, make: fn(T) -> Value) -> ToolReply<T> {
    ToolReply::sent(move |answer: Result<T, ToolError>| {
        later.send(answer.map(make).map_err(|error| Fault::refused(error.to_string())));
    })
}

fn ask(app: &App, request: ToolRequest) -> Result<Reply, Fault> {
    let sent = app.logic().command(HostCommand::Tool(Box::new(request)));
    sent.map(|()| Reply::Later).map_err(|_| Fault::refused("the mini-program takes no more messages"))
}

/// The page or component that a request names: that of an element, a page by its number, else the page on top.
fn place(request: &Request, app: &App) -> Result<Place, Fault> {
    if request.params.contains_key("nodeId") {
        return Ok(Place::Element(element(request, app)?));
    }
    let page = request.params.get("pageId").and_then(Value::as_u64).and_then(|id| u32::try_from(id).ok());
    Ok(page.map_or(Place::Top, Place::Page))
}

fn data(text: String) -> Value {
    json!({ "data": serde_json::from_str::<Value>(&text).unwrap_or(Value::Null) })
}

fn pages(pages: Vec<OpenPage>) -> Value {
    let page = |page: &OpenPage| {
        let query: Map<String, Value> =
            page.query.iter().map(|(name, value)| (name.clone(), Value::from(value.as_str()))).collect();
        json!({ "pageId": page.id, "path": page.path, "query": query })
    };
    json!({ "pages": pages.iter().map(page).collect::<Vec<_>>() })
}

/// What a frame took (ms) and did.
fn frame(record: &FrameRecord) -> Value {
    let phases: Map<String, Value> =
        Phase::ALL.iter().zip(record.phases).map(|(phase, ms)| (phase.name().to_owned(), Value::from(ms))).collect();
    json!({
        "frame": record.frame, "start": record.start, "phases": phases, "commit": record.commit, "commits": record.commits,
        "ops": record.ops, "inserted": record.inserted, "restyled": record.restyled, "laidOut": record.laid_out,
        "boxesBuilt": record.boxes_built, "listsBuilt": record.lists_built, "items": record.items, "draws": record.draws,
        "damage": record.damage, "inputs": record.inputs, "inputLatency": record.input_latency, "dropped": record.dropped,
    })
}

impl Session {
    pub(super) fn program(
        &mut self,
        context: &mut Context<'_>,
        request: &Request,
        method: &str,
    ) -> Result<Reply, Fault> {
        let later = context.later.clone();
        let now = context.now;
        let app = context.app()?;
        match method {
            "enable" => {
                let last = app.frame_stats().records().last().map_or(0, |record| record.frame);
                self.frames_at = Some(last);
                done().map(Reply::Done)
            }
            "disable" => {
                self.frames_at = None;
                done().map(Reply::Done)
            }
            "getPages" => ask(app, ToolRequest::Pages { reply: reply(later, pages) }),
            "getData" => {
                let path = request.params.get("path").and_then(Value::as_str).map(str::to_owned);
                ask(app, ToolRequest::Data { of: place(request, app)?, path, reply: reply(later, data) })
            }
            "setData" => {
                let data = request.params.get("data").and_then(Value::as_object).cloned();
                let data = data.ok_or_else(|| Fault::parameter("data", "an object"))?;
                let reply = reply(later, |_: String| json!({}));
                ask(app, ToolRequest::SetData { of: place(request, app)?, data, reply })
            }
            "getFrames" => {
                let frames: Vec<Value> = app.frame_stats().records().map(frame).collect();
                Ok(Reply::Done(json!({ "frames": frames })))
            }
            "getBudgets" => {
                let used = super::figures::metrics(app, now);
                let used: Map<String, Value> =
                    used.into_iter().map(|(name, value)| (name.to_owned(), Value::from(value))).collect();
                Ok(Reply::Done(json!({ "used": used })))
            }
            other => Err(Fault::unknown(&format!("Pellicle.{other}"))),
        }
    }

    /// Tells of frames since the last time.
    pub(super) fn follow_frames(&mut self, app: &App) {
        let Some(at) = self.frames_at else { return };
        for record in app.frame_stats().records().filter(|record| record.frame > at) {
            self.frames_at = Some(record.frame);
            self.events.push(("Pellicle.frameDrawn", frame(record)));
        }
    }
}
