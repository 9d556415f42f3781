//! Domains `Target` and `Browser`: one target, and sessions of it on a connection.
//!
//! As in Chrome a page stands in a tab. Clients that ask for tabs attach to the page by way of that.

use super::protocol::{Fault, Outcome, Request, done};
use super::{http, page};
use serde_json::{Value, json};

/// The number of the one target.
pub(super) const TARGET: &str = "PELLICLE";
/// The number of the tab around it.
const TAB: &str = "PELLICLE-TAB";
/// What both belong to.
const CONTEXT: &str = "DEFAULT";

/// What a session is of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Browser,
    Tab,
    Page,
}

/// A session to open or close.
pub(super) enum Change {
    Open(String, Kind),
    Close(String),
}

/// What came of a request: its result, events that come before it, sessions.
#[derive(Default)]
pub(super) struct Performed {
    pub events: Vec<(&'static str, Value)>,
    pub change: Option<Change>,
}

/// The session of a whole program, or of its tab.
pub(super) struct Browser {
    pub kind: Kind,
    attaches: bool,
}

fn info(kind: Kind, title: &str, attached: bool) -> Value {
    let (id, name) = if kind == Kind::Tab { (TAB, "tab") } else { (TARGET, "page") };
    json!({
        "targetId": id, "type": name, "title": title, "url": page::URL, "attached": attached,
        "canAccessOpener": false, "browserContextId": CONTEXT,
    })
}

/// True if a client's filter lets targets of a type in: its first entry that fits says so. Without one all but tabs.
fn lets_in(request: &Request, kind: &str) -> bool {
    match request.list("filter") {
        [] => kind != "tab",
        entries => entries
            .iter()
            .find(|entry| entry.get("type").and_then(Value::as_str).is_none_or(|own| own == kind))
            .is_some_and(|entry| entry.get("exclude").and_then(Value::as_bool) != Some(true)),
    }
}

impl Browser {
    pub fn new(kind: Kind) -> Browser {
        Browser { kind, attaches: false }
    }

    fn open(&self, kind: Kind, count: &mut u32, title: &str, performed: &mut Performed) -> String {
        *count += 1;
        let session = format!("{TARGET}-{count}");
        let params =
            json!({ "sessionId": session, "targetInfo": info(kind, title, true), "waitingForDebugger": false });
        performed.events.push(("Target.attachedToTarget", params));
        performed.change = Some(Change::Open(session.clone(), kind));
        session
    }

    /// Does what a request asks. `count` numbers the sessions of the connection.
    pub fn perform(&mut self, request: &Request, title: &str, count: &mut u32, performed: &mut Performed) -> Outcome {
        match request.method.as_str() {
            "Browser.getVersion" => Ok(json!({
                "protocolVersion": http::PROTOCOL_VERSION, "product": concat!("Pellicle/", env!("CARGO_PKG_VERSION")),
                "revision": "", "userAgent": concat!("Pellicle/", env!("CARGO_PKG_VERSION")), "jsVersion": "",
            })),
            "Target.getBrowserContexts" => Ok(json!({ "browserContextIds": [] })),
            "Target.getTargets" => Ok(json!({ "targetInfos": [info(Kind::Page, title, *count > 0)] })),
            "Target.getTargetInfo" => Ok(json!({ "targetInfo": info(self.kind, title, *count > 0) })),
            "Target.setDiscoverTargets" => {
                for (kind, name) in [(Kind::Tab, "tab"), (Kind::Page, "page")] {
                    if request.flag("discover") && lets_in(request, name) {
                        let params = json!({ "targetInfo": info(kind, title, *count > 0) });
                        performed.events.push(("Target.targetCreated", params));
                    }
                }
                done()
            }
            "Target.setAutoAttach" => {
                let on = request.flag("autoAttach");
                if on && !std::mem::replace(&mut self.attaches, on) {
                    if self.kind == Kind::Tab || lets_in(request, "page") {
                        self.open(Kind::Page, count, title, performed);
                    } else if lets_in(request, "tab") {
                        self.open(Kind::Tab, count, title, performed);
                    }
                }
                self.attaches = on;
                done()
            }
            "Target.attachToTarget" => {
                let kind = match request.text("targetId")? {
                    TARGET => Kind::Page,
                    TAB => Kind::Tab,
                    _ => return Err(Fault::refused("No target with given id found")),
                };
                let session = self.open(kind, count, title, performed);
                Ok(json!({ "sessionId": session }))
            }
            "Target.attachToBrowserTarget" => Err(Fault::refused("this session is the browser's")),
            "Target.detachFromTarget" => {
                let session = request.text("sessionId")?.to_owned();
                performed.events.push(("Target.detachedFromTarget", json!({ "sessionId": session })));
                performed.change = Some(Change::Close(session));
                done()
            }
            "Target.activateTarget" | "Runtime.runIfWaitingForDebugger" => done(),
            other => Err(Fault::unknown(other)),
        }
    }
}
