//! What one client wants to know of the target, and the methods by domain.

use super::css::Styles;
use super::dom::Searches;
use super::input::Fingers;
use super::mirror::{Event, Mirror};
use super::overlay::Shown;
use super::protocol::{Fault, Outcome, Reply, Request, done};
use super::server::{Answered, Shared};
use super::tracing::Tracing;
use crate::host::app::App;
use crate::host::inspecting::Touched;
use serde_json::Value;
use std::sync::Arc;
use std::sync::mpsc::Sender;

/// The way back of an answer that is still to come.
#[derive(Clone)]
pub(super) struct Later {
    pub client: u32,
    pub session: Option<String>,
    pub id: i64,
    pub answer: Sender<Answered>,
    pub shared: Arc<Shared>,
}

impl Later {
    /// Answers, from any thread.
    pub fn send(&self, result: Result<Value, Fault>) {
        // An inspector that is gone has nobody to tell.
        let _ = self.answer.send(Answered { later: self.clone(), result });
        self.shared.wake();
    }
}

/// What a method works on.
pub(super) struct Context<'a> {
    pub app: Option<&'a mut App>,
    pub now: f64,
    pub later: Later,
}

impl Context<'_> {
    /// The program.
    ///
    /// # Errors
    /// [`Fault`] while it is ended.
    pub fn app(&mut self) -> Result<&mut App, Fault> {
        self.app.as_deref_mut().ok_or_else(|| Fault::refused("the mini-program does not run"))
    }
}

/// A session of the target.
pub(super) struct Session {
    /// Its number; none for that of the connection itself.
    pub id: Option<String>,
    pub mirror: Mirror,
    pub searches: Searches,
    pub styles: Styles,
    pub shown: Shown,
    pub fingers: Fingers,
    /// It hears of console lines and exceptions.
    pub runtime: bool,
    /// It hears of what the engine says about the program.
    pub log: bool,
    /// Contexts that were made for it beside the program's own.
    pub worlds: Vec<String>,
    /// Objects and functions of the realm's side are there.
    pub installed: bool,
    /// The number of the last console line that it was told.
    pub console_at: u64,
    /// It hears of scripts.
    pub debugger: bool,
    /// The number of the last event of the network that it was told, if it wants to hear of them.
    pub traffic_at: Option<u64>,
    /// The same of the storage.
    pub storage_at: Option<u64>,
    /// The number of the last frame that it was told of.
    pub frames_at: Option<u64>,
    /// What it records of frames.
    pub tracing: Option<Tracing>,
    pub events: Vec<Event>,
}

impl Session {
    pub fn new(id: Option<String>) -> Session {
        Session {
            id,
            mirror: Mirror::default(),
            searches: Searches::default(),
            styles: Styles::default(),
            shown: Shown::default(),
            fingers: Fingers::default(),
            runtime: false,
            log: false,
            worlds: Vec::new(),
            installed: false,
            console_at: 0,
            debugger: false,
            traffic_at: None,
            storage_at: None,
            frames_at: None,
            tracing: None,
            events: Vec::new(),
        }
    }

    /// Events that wait to be sent.
    pub fn take_events(&mut self) -> Vec<Event> {
        std::mem::take(&mut self.events)
    }

    /// Does what a request asks. Events that wait come before the answer.
    pub fn perform(&mut self, context: &mut Context<'_>, request: &Request) -> Result<Reply, Fault> {
        let unknown = || Fault::unknown(&request.method);
        let (domain, method) = request.method.split_once('.').ok_or_else(unknown)?;
        let outcome: Outcome = match domain {
            "DOM" => self.dom(context, request, method),
            // Nobody is told of computed values, so this waits.
            "CSS" if method == "takeComputedStyleUpdates" => return Ok(Reply::Later),
            "CSS" => self.css(context, request, method),
            "Accessibility" => self.accessibility(context, request, method),
            "Overlay" => self.overlay(context, request, method),
            "Input" => self.input(context, request, method),
            "Page" => self.page(context, request, method),
            "Debugger" => self.debugger(context, request, method),
            "Runtime" => return self.runtime(context, request, method),
            "Pellicle" => return self.program(context, request, method),
            "Network" => self.network(context, request, method),
            "DOMStorage" => self.storage(context, request, method),
            "Storage" => self.kept(method),
            "Tracing" => self.tracing(context, request, method),
            "Performance" => self.performance(context, request, method),
            "Memory" => self.memory(context, request, method),
            "Emulation" => self.emulation(context, request, method),
            "Log" => match method {
                "enable" => {
                    self.log = true;
                    done()
                }
                "disable" => {
                    self.log = false;
                    done()
                }
                "clear" | "startViolationsReport" | "stopViolationsReport" => done(),
                _ => Err(unknown()),
            },
            // One target has no others below it.
            "Target" if matches!(method, "setAutoAttach" | "setDiscoverTargets" | "setRemoteLocations") => done(),
            // Nothing of these happens here, so there is nothing to tell of it.
            "Inspector" | "Security" | "ServiceWorker" | "Animation" | "Autofill" | "Preload" | "Audits" | "Media"
            | "WebAuthn" | "HeapProfiler" | "Profiler"
                if matches!(method, "enable" | "disable") =>
            {
                done()
            }
            _ => Err(unknown()),
        };
        outcome.map(Reply::Done)
    }

    /// Tells what happened since the last call. `is_new`: this is another run of the program, or nobody looked until now.
    pub fn follow(&mut self, app: &mut App, touched: &Touched, is_new: bool, shared: &Shared) {
        let touched = if is_new { &Touched::All } else { touched };
        let had_page = self.mirror.is_known();
        self.mirror.follow(&app.stage().document, touched, &mut self.events);
        if is_new && self.installed {
            self.renew_contexts();
        }
        if had_page && !self.mirror.is_known() {
            self.follow_sheets(app);
        }
        self.follow_reloads(app);
        self.follow_console(&shared.log);
        self.follow_traffic(&shared.traffic);
        self.follow_storage(&shared.storage);
        self.follow_frames(app);
        self.follow_marks(app);
    }
}
