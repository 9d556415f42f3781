//! Running an app without a window, in virtual time.
//!
//! Logic runs in steps: all unread messages, or one timer; after each step its commits are applied and its
//! queries answered, as often as anything happens; then time jumps to whatever is due next. The same program
//! and the same steps give the same result on every machine, however fast it is.

use super::dump;
use super::select::find;
use super::steps::Step;
use crate::frame::scheduler::{Counts, Next, Scheduler};
use crate::frame::trace::TraceFile;
use crate::host::app::App;
use crate::interact::dispatch::{Reach, dispatch, reach};
use crate::interact::scene::Scene;
use crate::interact::{InputEvent, PointerKind};
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::event::{EventDetail, EventMessage, Touch, bubbles};
use pellicle_script::bridge::message::{HostCommand, RouteEvents, RouteKind};
use pellicle_script::bridge::queue::EventClass;
use pellicle_script::bridge::thread::StepError;
use pellicle_script::bridge::tool::{LogicWork, Place, ToolRequest};
use serde_json::Value;
use std::sync::Arc;
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// Steps of logic at one run of [`Driver::settle`]: a timer that sets itself anew each ms ends here.
const MAX_STEPS: u32 = 100_000;
/// What moves does so once in this time where there is no display, ms.
const PACE: f64 = 1.0;
/// Virtual time after each step of a script, ms.
const STEP_MS: f64 = 50.0;

/// Why a run cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum DriveError {
    /// Script did not end in time or the thread has ended.
    #[error("{0}")]
    Logic(#[from] StepError),
    /// The page was not shown.
    #[error("the page was not shown")]
    NoPage,
}

/// An app without a window.
pub struct Driver {
    /// The app.
    pub app: App,
    now: f64,
    /// As of a display, but that nothing is drawn.
    scheduler: Scheduler,
    /// The logic clock's monotonic time at the start, ms.
    base: f64,
    /// Longest time that one step of script may take, real time.
    limit: Duration,
    /// Tells whether an answer from outside (the network) is still to come.
    waiting: Box<dyn Fn() -> bool>,
    /// Selectors of steps that found no element or no handler.
    pub missed: Vec<String>,
    /// Where its trace goes when all is over. It comes after the app, which still has something to say then.
    trace: Option<TraceFile>,
}

impl Driver {
    /// Drives an app that was opened to run in steps on a clock that stands at `base`. `waiting` tells whether an answer from outside is still to
    /// come: virtual time does not go on before.
    pub fn new(app: App, base: f64, limit: Duration, waiting: Box<dyn Fn() -> bool>) -> Driver {
        Driver { app, now: 0.0, scheduler: Scheduler::new(PACE), base, limit, waiting, missed: Vec::new(), trace: None }
    }

    /// Records what happens from now on, until this is dropped.
    pub fn record(&mut self, file: TraceFile) {
        self.app.set_trace(Some(file.trace().clone()));
        self.trace = Some(file);
    }

    /// Virtual time since the start, ms.
    pub fn now(&self) -> f64 {
        self.now
    }

    /// Lets virtual time go on.
    ///
    /// # Errors
    /// [`DriveError::Logic`] if script does not end or has ended for good.
    pub fn settle(&mut self, ms: f64) -> Result<(), DriveError> {
        let until = self.now + ms;
        for _ in 0..MAX_STEPS {
            let idle = self.app.logic().step(self.base + self.now, self.limit)?;
            let commits = self.app.commits_applied();
            let tick = self.app.tick(self.now);
            let unread = self.app.logic().sender().unread();
            if idle.turns > 0 || unread > 0 || self.app.commits_applied() != commits {
                continue;
            }
            if (self.waiting)() {
                self.wait_outside();
                continue;
            }
            self.scheduler.ticked(self.now, tick);
            let wakeup = self.rest();
            let timer = idle.next_timer.map(|at| at - self.base);
            let next = timer.into_iter().chain(wakeup).min_by(f64::total_cmp);
            match next {
                Some(at) if at <= until => self.now = at.max(self.now),
                _ => break,
            }
        }
        self.now = until;
        self.app.tick(self.now);
        Ok(())
    }

    /// Lets what is to be drawn pass for drawn. Gives when something moves by itself, ms.
    fn rest(&mut self) -> Option<f64> {
        loop {
            match self.scheduler.next(self.now) {
                Next::Draw => {
                    self.scheduler.begin_frame(self.now);
                    self.scheduler.end_frame(self.now, true);
                }
                Next::Tick(at) | Next::Until(at) => return Some(at),
                Next::Rest => return None,
            }
        }
    }

    /// How often the loop turned and drew so far.
    pub fn frame_counts(&self) -> Counts {
        self.scheduler.counts()
    }

    /// Brings boxes up to date without letting time go on.
    pub fn tick(&mut self) {
        self.app.tick(self.now);
    }

    fn wait_outside(&self) {
        let started = Instant::now();
        while (self.waiting)() && self.app.logic().sender().unread() == 0 && started.elapsed() < self.limit {
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// True if a page is shown.
    pub fn has_page(&self) -> bool {
        self.app.stage().document.top_page().is_some()
    }

    /// Runs a script; `snap` gets each snapshot's name and boxes.
    ///
    /// # Errors
    /// As [`Driver::settle`].
    pub fn run(&mut self, steps: &[Step], mut snap: impl FnMut(&str, &mut Driver)) -> Result<(), DriveError> {
        for step in steps {
            self.act(step, &mut snap)?;
            self.settle(STEP_MS)?;
        }
        Ok(())
    }

    /// Performs one step; time goes on only where the step itself says so.
    ///
    /// # Errors
    /// As [`Driver::settle`].
    pub fn act(&mut self, step: &Step, snap: &mut dyn FnMut(&str, &mut Driver)) -> Result<(), DriveError> {
        match step {
            Step::Wait(ms) => self.settle(*ms)?,
            Step::Call { method, arguments } => {
                let (method, arguments) = (method.clone(), arguments.clone());
                let call = ToolRequest::Call { of: Place::Top, method, arguments, reply: None };
                let _ = self.app.logic().command(HostCommand::Tool(Box::new(call)));
            }
            Step::Snap(name) => snap(name, self),
            Step::Event { selector, event, detail } => {
                let found = self.find(selector);
                if !found.is_some_and(|node| self.fire(node, event, detail)) {
                    self.missed.push(selector.clone());
                }
            }
            Step::Type { selector, text } => match self.find(selector).and_then(|node| self.middle(node)) {
                Some(at) => {
                    self.click(at);
                    self.input(InputEvent::Text(text.clone()));
                }
                None => self.missed.push(selector.clone()),
            },
            Step::Text(text) => self.input(InputEvent::Text(text.clone())),
            Step::Key { key, modifiers } => self.input(InputEvent::Key { key: *key, modifiers: *modifiers }),
            Step::Scroll { selector, by } => match self.find(selector).and_then(|node| self.middle(node)) {
                Some((x, y)) => {
                    let time = self.now;
                    self.input(InputEvent::Wheel { x, y, delta_x: by.0, delta_y: by.1, time });
                }
                None => self.missed.push(selector.clone()),
            },
        }
        Ok(())
    }

    /// Lets logic run for a time without styling or laying out: commits wait for the next tick. Gives when the next timer
    /// is due, ms.
    ///
    /// # Errors
    /// As [`Driver::settle`].
    pub fn settle_logic(&mut self, ms: f64) -> Result<Option<f64>, DriveError> {
        self.now += ms;
        let mut next = None;
        for _ in 0..MAX_STEPS {
            let idle = self.app.logic().step(self.base + self.now, self.limit)?;
            next = idle.next_timer.map(|at| at - self.base);
            if idle.turns == 0 {
                break;
            }
        }
        Ok(next)
    }

    /// The element that a selector finds on the page on top.
    pub fn find(&self, selector: &str) -> Option<NodeId> {
        let stage = self.app.stage();
        find(&stage.document, stage.document.top_page()?.root, selector)
    }

    /// The middle of an element on the surface.
    pub fn middle(&self, node: NodeId) -> Option<(f32, f32)> {
        let area = self.app.stage().area(node)?;
        let page = self.app.page_area();
        Some((area.x + area.width / 2.0 + page.x, area.y + area.height / 2.0 + page.y))
    }

    /// Hands an input to the app.
    pub fn input(&mut self, event: InputEvent) {
        self.app.show_nothing(self.now);
        self.app.handle(&event, self.now);
    }

    /// A finger goes down and up at a place of the surface.
    pub fn click(&mut self, (x, y): (f32, f32)) {
        let time = self.now;
        self.input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time });
        self.input(InputEvent::PointerUp { pointer: 1, x, y, time });
    }

    /// An event at an element, without a finger: its handlers are called as if it had happened. A tap on a
    /// navigator goes where it leads. False if nobody listens.
    pub fn fire(&mut self, node: NodeId, event: &str, detail: &Value) -> bool {
        let document = &self.app.stage().document;
        let bubbling = bubbles(event);
        let mut steps = Vec::new();
        let name = document.names.get(event);
        if let Some(name) = name {
            dispatch(document, node, name, bubbling, &mut steps);
        }
        let reach = reach(document, node, event);
        let mut routes = Vec::new();
        if event == "tap" && reach != Reach::Nothing {
            let path = std::iter::once(node).chain(document.ancestors(node).map(|n| n.id));
            for at in path {
                if reach == Reach::Node(at) {
                    break;
                }
                let url = crate::widgets::text(document, at, "url");
                if document.tag_name(at) == "navigator" && !url.is_empty() {
                    routes.push((crate::widgets::text(document, at, "open-type"), url));
                }
            }
        }
        let mut sent = !routes.is_empty();
        if let Some(name) = name.and_then(|n| document.logic_atom(n)).filter(|_| !steps.is_empty()) {
            let touch = Touch { identifier: 0, page_x: 10.0, page_y: 10.0, client_x: 10.0, client_y: 10.0, force: 1.0 };
            let detail = match detail {
                Value::Object(fields) if fields.is_empty() => EventDetail::None,
                detail => EventDetail::Json(Arc::from(detail.to_string())),
            };
            let message = EventMessage {
                event: name,
                target: node,
                target_offset: (0.0, 0.0),
                steps,
                detail,
                touches: vec![touch],
                changed_touches: vec![touch],
                time_stamp: 1000.0,
                revision: 0,
            };
            sent |= self.app.logic().event(message, EventClass::Every).is_ok();
        }
        for (kind, url) in routes {
            let events = Box::<RouteEvents>::default();
            let command = match kind.as_str() {
                "redirect" | "redirectTo" => HostCommand::Route { kind: RouteKind::RedirectTo, url, events },
                "switchTab" => HostCommand::Route { kind: RouteKind::SwitchTab, url, events },
                "reLaunch" => HostCommand::Route { kind: RouteKind::ReLaunch, url, events },
                "navigateBack" => HostCommand::NavigateBack { delta: 1 },
                _ => HostCommand::Route { kind: RouteKind::NavigateTo, url, events },
            };
            let _ = self.app.logic().command(command);
        }
        sent
    }

    /// The data of the page on top, functions left out.
    ///
    /// # Errors
    /// As [`Driver::settle`].
    pub fn data(&mut self) -> Result<Value, DriveError> {
        let (reply, answer) = sync_channel(1);
        let read = ToolRequest::Data { of: Place::Top, path: None, reply: reply.into() };
        let _ = self.app.logic().command(HostCommand::Tool(Box::new(read)));
        self.app.logic().step(self.base + self.now, self.limit)?;
        let text = answer.recv_timeout(self.limit).ok().and_then(Result::ok).ok_or(DriveError::NoPage)?;
        serde_json::from_str(&text).map_err(|_| DriveError::NoPage)
    }

    /// What logic has done for its templates since the start.
    ///
    /// # Errors
    /// As [`Driver::settle`].
    pub fn work(&mut self) -> Result<LogicWork, DriveError> {
        let (reply, answer) = sync_channel(1);
        let _ = self.app.logic().command(HostCommand::Tool(Box::new(ToolRequest::Work { reply: reply.into() })));
        self.app.logic().step(self.base + self.now, self.limit)?;
        answer.recv_timeout(self.limit).ok().and_then(Result::ok).ok_or(DriveError::Logic(StepError::Stopped))
    }

    /// The boxes of the page on top as text.
    pub fn boxes(&self) -> Option<String> {
        self.app.stage().dump().map(|dump| dump::to_text(&dump))
    }
}
