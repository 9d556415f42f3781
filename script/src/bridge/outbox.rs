//! What goes from the logic thread to the host beside commits.
//!
//! Requests carry their own [`Responder`], so the host answers on the message itself, from any thread and
//! at any time. The outbox is bounded: a program that floods it gets its calls refused.

use super::handover::RendererStalled;
use super::message::{Answer, ApiFailure, ApiReply, CapabilityReply, Message};
use super::queue::MailboxSender;
use crate::capability::shell::ShellCall;
use crate::sandbox::{BudgetEvent, BudgetReport};
use crate::wire::WireError;
use crate::wire::call::Confined;
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// What sees answers on their way.
type Watcher = Box<dyn Fn(&Answer) + Send + Sync>;

/// Where a capability's answer goes. Answering consumes it; a responder that is dropped unanswered fails
/// its call, so that no promise waits for ever.
pub struct Responder {
    id: u32,
    mailbox: Option<MailboxSender>,
    aborted: Arc<AbortFlag>,
}

/// Whether the answer to a call is still wanted, and who sees it.
#[derive(Default)]
pub struct AbortFlag {
    set: AtomicBool,
    /// Called when it is set.
    hook: OnceLock<Box<dyn Fn() + Send + Sync>>,
    /// Sees each answer before it is sent.
    watcher: OnceLock<Watcher>,
}

impl AbortFlag {
    /// The answer is not wanted any more.
    pub fn set(&self) {
        if !self.set.swap(true, Ordering::AcqRel)
            && let Some(hook) = self.hook.get()
        {
            hook();
        }
    }

    /// True once the answer is not wanted any more.
    pub fn is_set(&self) -> bool {
        self.set.load(Ordering::Acquire)
    }

    /// Has `hook` called when it is set.
    pub(crate) fn when_set(&self, hook: impl Fn() + Send + Sync + 'static) {
        // A flag belongs to one call, which is sent on once.
        let _ = self.hook.set(Box::new(hook));
    }
}

impl Responder {
    /// A responder for call `id`.
    pub fn new(id: u32, mailbox: MailboxSender) -> Responder {
        Responder { id, mailbox: Some(mailbox), aborted: Arc::default() }
    }

    /// A responder whose answer nobody waits for.
    pub fn nobody() -> Responder {
        Responder { id: 0, mailbox: None, aborted: Arc::default() }
    }

    /// Has `watcher` see each answer before it is sent: for tools that show what goes on.
    #[must_use]
    pub fn watched(self, watcher: impl Fn(&Answer) + Send + Sync + 'static) -> Responder {
        // The first one stays: a call is sent on once.
        let _ = self.aborted.watcher.set(Box::new(watcher));
        self
    }

    /// Number of the call.
    pub fn id(&self) -> u32 {
        self.id
    }

    /// A flag that the logic side sets when the task is aborted.
    pub fn abort_flag(&self) -> Arc<AbortFlag> {
        self.aborted.clone()
    }

    /// True when the answer is not wanted any more.
    pub fn is_aborted(&self) -> bool {
        self.aborted.is_set()
    }

    /// The call succeeded.
    pub fn ok(self, reply: ApiReply) {
        self.finish(Ok(reply));
    }

    /// The call failed.
    pub fn fail(self, failure: ApiFailure) {
        self.finish(Err(failure));
    }

    /// The call's result.
    pub fn finish(mut self, result: Result<ApiReply, ApiFailure>) {
        self.send(Answer::Done(result));
        self.mailbox = None;
    }

    /// An intermediate answer of a task.
    pub fn progress(&self, event: &'static str, reply: ApiReply) {
        self.send(Answer::Progress { event, reply });
    }

    /// Gives up the right to answer: somebody else answers the call of this number, 0 for nobody's.
    pub(crate) fn send_on(mut self) -> (u32, Arc<AbortFlag>) {
        self.mailbox = None;
        (self.id, self.aborted.clone())
    }

    fn send(&self, answer: Answer) {
        if let Some(watcher) = self.aborted.watcher.get() {
            watcher(&answer);
        }
        if let Some(mailbox) = &self.mailbox {
            // Replies are never refused for lack of room; a stopped logic thread needs none.
            let _ = mailbox.send(Message::Reply(CapabilityReply { id: self.id, answer }));
        }
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        if self.mailbox.is_some() {
            self.send(Answer::Done(Err(ApiFailure::internal("the host gave no answer"))));
        }
    }
}

impl fmt::Debug for Responder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Responder({})", self.id)
    }
}

/// How the logic thread ended.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum StopReason {
    /// The host asked for it.
    Asked,
    /// The mini-program could not be started.
    Start(String),
    /// The script engine failed.
    Fatal(String),
    /// A budget was used up.
    Budget(Box<BudgetReport>),
    /// The thread panicked.
    Panic(String),
    /// The process for script has not taken from itself what this system lets it take, so it was told nothing of the
    /// mini-program.
    #[serde(skip)]
    Unconfined(Confined),
    /// The process of script said what no honest one says, and was ended.
    #[serde(skip)]
    Protocol(WireError),
}

impl fmt::Display for StopReason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StopReason::Asked => f.write_str("the host stopped it"),
            StopReason::Budget(report) => report.fmt(f),
            StopReason::Unconfined(confined) => {
                let why = "the process of script is not confined as this system can confine it";
                write!(f, "{why} ({confined:?}), so no script runs in it")
            }
            StopReason::Protocol(error) => write!(f, "the process of script was ended: {error}"),
            StopReason::Start(why) | StopReason::Fatal(why) | StopReason::Panic(why) => f.write_str(why),
        }
    }
}

/// A message to the host.
#[derive(Debug)]
pub enum HostMessage {
    /// The shell should show or change something.
    Shell {
        /// The page that was on top when it was asked for: the commit that shows it may still be on its way.
        page: Option<u32>,
        /// What.
        call: ShellCall,
        /// Where the answer goes.
        reply: Responder,
    },
    /// The render side is late.
    Stalled(RendererStalled),
    /// The mini-program has crossed a soft limit.
    Budget(BudgetEvent),
    /// The logic thread has ended.
    Stopped(StopReason),
}

/// A callback that tells the host that there is something to fetch; called on the logic thread.
pub type WakeHost = Arc<dyn Fn() + Send + Sync>;

struct Shared {
    messages: Mutex<VecDeque<HostMessage>>,
    wake: WakeHost,
    limit: usize,
}

/// The queue of messages to the host; cheap to clone.
#[derive(Clone)]
pub struct Outbox {
    shared: Arc<Shared>,
}

impl Outbox {
    /// An outbox that calls `wake` for each message and keeps at most `limit` that nobody has fetched.
    pub fn new(wake: WakeHost, limit: usize) -> Outbox {
        Outbox { shared: Arc::new(Shared { messages: Mutex::default(), wake, limit }) }
    }

    /// Sends a message. A shell call that finds the outbox full fails at once.
    pub fn send(&self, message: HostMessage) {
        let mut messages = self.shared.messages.lock().unwrap_or_else(PoisonError::into_inner);
        if messages.len() >= self.shared.limit {
            drop(messages);
            match message {
                HostMessage::Shell { reply, .. } => {
                    reply.fail(ApiFailure::internal("too many calls are waiting for the host"));
                    return;
                }
                HostMessage::Stalled(_) | HostMessage::Budget(_) => return,
                HostMessage::Stopped(_) => {}
            }
            messages = self.shared.messages.lock().unwrap_or_else(PoisonError::into_inner);
        }
        messages.push_back(message);
        drop(messages);
        self.wake();
    }

    /// Calls the host without a message: a commit is there.
    pub fn wake(&self) {
        (self.shared.wake)();
    }

    /// The next message.
    pub fn take(&self) -> Option<HostMessage> {
        self.shared.messages.lock().unwrap_or_else(PoisonError::into_inner).pop_front()
    }
}
