//! What a mini-program calls of its host.
//!
//! All but `wake` wait in a queue until the mini-program's thread ticks: who writes a host need not think of threads.

use crate::handles;
use crate::types::{
    PellicleArea, PellicleCallbacks, PellicleLevel, PellicleLine, PellicleLineKind, PellicleNotice, PellicleNoticeKind,
    PelliclePermission, PellicleReply, PellicleText,
};
use pellicle_layout::diagnostic::Severity;
use pellicle_script::bridge::message::ApiFailure;
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::sandbox::permissions::Decision;
use pellicle_script::sandbox::prompt::{
    PermissionPrompt, PermissionReply, PermissionRequest, PermissionSwitch, SettingsReply,
};
use serde_json::Value as Json;
use std::cell::Cell;
use std::collections::{BTreeMap, VecDeque};
use std::ffi::c_void;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Lines that wait for a tick; older ones go.
const MOST_LINES: usize = 2048;
/// Calls and questions that wait for a tick; later ones fail.
const MOST_CALLS: usize = 4096;

thread_local! {
    static WAKING: Cell<bool> = const { Cell::new(false) };
}

/// True in a wake callback.
pub fn is_waking() -> bool {
    WAKING.get()
}

/// What the host has with its callbacks, as a number: threads hand it on and never look behind it.
#[derive(Clone, Copy)]
pub struct User(usize);

impl User {
    pub fn of(user: *mut c_void) -> User {
        User(user.expose_provenance())
    }

    pub fn pointer(self) -> *mut c_void {
        std::ptr::with_exposed_provenance_mut(self.0)
    }
}

/// The wake callback, from any thread, until it is closed.
pub struct Waker(Mutex<Option<(extern "C" fn(*mut c_void), User)>>);

impl Waker {
    pub fn new(callbacks: &PellicleCallbacks) -> Waker {
        Waker(Mutex::new(callbacks.wake.map(|wake| (wake, User::of(callbacks.user)))))
    }

    pub fn wake(&self) {
        // A callback that wakes by what it does would wait for itself.
        if WAKING.get() {
            return;
        }
        let callback = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((wake, user)) = *callback {
            WAKING.set(true);
            wake(user.pointer());
            WAKING.set(false);
        }
    }

    /// It is not called any more; one that is being called has ended when this returns.
    pub fn close(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }
}

/// Something on its way to the host.
pub enum Event {
    Line { kind: PellicleLineKind, level: PellicleLevel, text: String, stack: String },
    Notice { kind: PellicleNoticeKind, text: String, detail: String, area: PellicleArea },
    Call { api: String, arguments: String, reply: Answer },
    Ask { request: Box<PermissionRequest>, reply: Answer },
}

impl Event {
    pub fn notice(kind: PellicleNoticeKind, text: impl ToString) -> Event {
        Event::Notice { kind, text: text.to_string(), detail: String::new(), area: PellicleArea::default() }
    }
}

/// What the host is to answer.
pub enum Answer {
    Call(Responder),
    Permission(PermissionReply),
}

impl Answer {
    pub fn fail(self, failure: ApiFailure) {
        match self {
            Answer::Call(reply) => reply.fail(failure),
            Answer::Permission(reply) => reply.dismiss(),
        }
    }

    /// `None`: the user went away.
    pub fn decide(reply: PermissionReply, decision: Option<Decision>) {
        match decision {
            Some(decision) => reply.decide(decision),
            None => reply.dismiss(),
        }
    }
}

#[derive(Default)]
struct Waiting {
    events: VecDeque<Event>,
    lines: usize,
    left_out: usize,
}

/// What waits for the mini-program's thread. Shared by all threads that have something for it.
pub struct Queue {
    waiting: Mutex<Waiting>,
    waker: Waker,
    wants_lines: bool,
}

impl Queue {
    pub fn new(callbacks: &PellicleCallbacks) -> Arc<Queue> {
        Arc::new(Queue {
            waiting: Mutex::default(),
            waker: Waker::new(callbacks),
            wants_lines: callbacks.line.is_some(),
        })
    }

    pub fn waker(&self) -> &Waker {
        &self.waker
    }

    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an event and wakes the host.
    pub fn push(&self, event: Event) {
        let mut waiting = self.lock();
        match &event {
            Event::Line { .. } if !self.wants_lines => return,
            Event::Line { .. } if waiting.lines >= MOST_LINES => {
                let oldest = waiting.events.iter().position(|event| matches!(event, Event::Line { .. }));
                oldest.map(|at| waiting.events.remove(at));
                waiting.left_out += 1;
            }
            Event::Line { .. } => waiting.lines += 1,
            Event::Call { .. } | Event::Ask { .. } if waiting.events.len() >= MOST_LINES + MOST_CALLS => {
                drop(waiting);
                if let Event::Call { reply, .. } | Event::Ask { reply, .. } = event {
                    reply.fail(ApiFailure::internal("too many calls are waiting for the host"));
                }
                return;
            }
            _ => {}
        }
        waiting.events.push_back(event);
        drop(waiting);
        self.waker.wake();
    }

    /// All that waits.
    pub fn take(&self) -> VecDeque<Event> {
        let mut waiting = self.lock();
        let Waiting { mut events, left_out, .. } = std::mem::take(&mut *waiting);
        if left_out > 0 {
            events.push_front(Event::Line {
                kind: PellicleLineKind::Runtime,
                level: PellicleLevel::Warning,
                text: format!("{left_out} older lines were left out"),
                stack: String::new(),
            });
        }
        events
    }
}

/// Calls back with an event. `program` is whose it is: what it leaves unanswered goes with it.
pub fn deliver(callbacks: &PellicleCallbacks, program: u64, event: Event) {
    let user = callbacks.user;
    match event {
        Event::Line { kind, level, text, stack } => {
            if let Some(line) = callbacks.line {
                let said = PellicleLine {
                    struct_size: size_of::<PellicleLine>(),
                    kind: kind as u32,
                    level: level as u32,
                    text: PellicleText::of(&text),
                    stack: PellicleText::of(&stack),
                };
                line(user, &said);
            }
        }
        Event::Notice { kind, text, detail, area } => {
            if let Some(notice) = callbacks.notice {
                let told = PellicleNotice {
                    struct_size: size_of::<PellicleNotice>(),
                    kind: kind as u32,
                    text: PellicleText::of(&text),
                    detail: PellicleText::of(&detail),
                    area,
                };
                notice(user, &told);
            }
        }
        Event::Call { api, arguments, reply } => match callbacks.call {
            Some(call) => {
                let reply: *mut PellicleReply = handles::await_answer(program, reply);
                call(user, PellicleText::of(&api), PellicleText::of(&arguments), reply);
            }
            None => reply.fail(ApiFailure::unsupported()),
        },
        Event::Ask { request, reply } => match callbacks.ask {
            Some(ask) => {
                let asked = PelliclePermission {
                    struct_size: size_of::<PelliclePermission>(),
                    app: PellicleText::of(&request.app),
                    app_name: PellicleText::of(if request.app_name.is_empty() {
                        &request.app
                    } else {
                        &request.app_name
                    }),
                    scope: PellicleText::of(&request.scope),
                    asks: PellicleText::of(&request.asks),
                    reason: PellicleText::of(&request.reason),
                };
                ask(user, &asked, handles::await_answer(program, reply));
            }
            None => reply.fail(ApiFailure::unsupported()),
        },
    }
}

/// Hands on what a mini-program does and says.
pub struct Told(pub Arc<Queue>);

impl AuditSink for Told {
    fn record(&self, record: Record) {
        let line = |kind, level, text: String| Event::Line { kind, level, text, stack: String::new() };
        let event = match record {
            // The host has its own calls, and no use for those of the platform.
            Record::Call { .. } => return,
            Record::Route { open_type, path } => Event::Notice {
                kind: PellicleNoticeKind::Page,
                text: path,
                detail: open_type,
                area: PellicleArea::default(),
            },
            Record::Console { level, text } => {
                let level = match level {
                    "debug" => PellicleLevel::Debug,
                    "warn" => PellicleLevel::Warning,
                    "error" => PellicleLevel::Error,
                    _ => PellicleLevel::Info,
                };
                line(PellicleLineKind::Console, level, text)
            }
            Record::Fault { context, message, stack } => Event::Line {
                kind: PellicleLineKind::Exception,
                level: PellicleLevel::Error,
                text: format!("{message} (in {context})"),
                stack: stack.join("\n"),
            },
            Record::Blocked { purpose, reason } => {
                line(PellicleLineKind::Blocked, PellicleLevel::Warning, format!("{purpose}: {reason}"))
            }
            Record::Warning(text) => line(PellicleLineKind::Runtime, PellicleLevel::Warning, text),
            Record::Finding(found) => {
                let level = match found.severity {
                    Severity::Error => PellicleLevel::Error,
                    Severity::Warning => PellicleLevel::Warning,
                };
                line(PellicleLineKind::Finding, level, found.to_string())
            }
        };
        self.0.push(event);
    }

    fn wants_calls(&self) -> bool {
        false
    }
}

/// Asks the user by means of the host.
pub struct Prompt(pub Arc<Queue>);

impl PermissionPrompt for Prompt {
    fn ask(&mut self, request: PermissionRequest, reply: PermissionReply) {
        self.0.push(Event::Ask { request: Box::new(request), reply: Answer::Permission(reply) });
    }

    /// The shell shows them.
    fn open_settings(&mut self, _: &str, _: Vec<PermissionSwitch>, reply: SettingsReply) {
        reply.done(&BTreeMap::new());
    }

    fn has_settings(&self) -> bool {
        false
    }
}

/// What a call of an API of the host's own becomes.
pub fn call_of(queue: &Arc<Queue>, api: &str, arguments: &Json, reply: Responder) {
    queue.push(Event::Call { api: api.to_owned(), arguments: arguments.to_string(), reply: Answer::Call(reply) });
}
