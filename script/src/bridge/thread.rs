//! The logic thread: its loop, its two ways of running, and the handle that the host holds.
//!
//! A turn is one message or one timer with the promise jobs that follow; at its end one commit is published
//! if a buffer is at hand. Running free, the thread sleeps until a message or a timer is due. In steps, it
//! does something only when [`LogicHandle::step`] asks for it, so a headless host controls virtual time
//! exactly.
//!
//! The thread never takes the host down: a panic ends the thread and is told as
//! [`HostMessage::Stopped`]; a thread that is stuck in script is left behind, not waited for.

use super::handover::{RenderEnd, handover};
use super::journal::Journal;
use super::message::{Applied, FrameTimes, HostCommand, Message};
use super::outbox::{HostMessage, Outbox, WakeHost};
use super::queue::{EventClass, MailboxSender, Refused, mailbox};
use super::run::{LogicSide, run};
use crate::bridge::event::EventMessage;
use crate::realm::{Clock, VirtualClock};
use crate::record::{EntrySink, RecordMode};
use crate::sandbox::{self, Budgets, Enforcement, ParkedStatistics, Sandbox, ThreadWatch, Trust};
use pellicle_layout::document::ops::Commit;
use std::sync::mpsc::{Receiver, RecvTimeoutError, SyncSender, sync_channel};
use std::sync::{Arc, OnceLock};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

/// How long a dropped handle waits for the thread to end before it is left behind.
const GRACE: Duration = Duration::from_millis(200);
/// How often who waits for a step looks whether the thread was parked.
const PARKED_POLL: Duration = Duration::from_millis(20);

/// What a logic thread runs. It lives and dies on that thread.
pub trait Program {
    /// Handles one message.
    fn message(&mut self, message: Message);
    /// Runs the next timer that is due; false if none is.
    fn run_timer(&mut self) -> bool;
    /// When the next timer is due, ms of the clock's monotonic time.
    fn next_timer(&self) -> Option<f64>;
    /// Ends a turn: drains promise jobs and does what script has put off.
    fn end_turn(&mut self) -> TurnEnd;
    /// Writes everything that the document lacks.
    fn write(&mut self, commit: &mut Commit);
    /// Nothing is to be done: a good time to collect garbage.
    fn idle(&mut self);
    /// The thread rests from now on, or goes on: so does what runs beside it.
    fn rest(&mut self, _resting: bool) {}
    /// The first page is not there yet.
    fn is_launching(&self) -> bool {
        false
    }
    /// Why the program cannot go on, if so.
    fn broken(&self) -> Option<String>;
}

/// What a turn leaves behind.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct TurnEnd {
    /// More is left to do than one turn may: another one follows at once.
    pub more: bool,
    /// The document lacks something.
    pub changes: bool,
}

/// What a program gets to know of its thread.
#[derive(Clone)]
pub struct ThreadContext {
    /// The thread's own mailbox.
    pub mailbox: MailboxSender,
    /// Messages to the host.
    pub outbox: Outbox,
    /// What its turns did.
    pub journal: Arc<Journal>,
    /// What it may use.
    pub sandbox: Arc<Sandbox>,
}

/// How a logic thread runs.
pub enum Drive {
    /// By itself, on a real clock.
    Free(Arc<dyn Clock>),
    /// Step by step, on a clock that the steps move.
    Steps(Arc<VirtualClock>),
}

/// How a logic thread is set up.
pub struct ThreadConfig {
    /// Name of the thread.
    pub name: String,
    /// How it runs.
    pub drive: Drive,
    /// What it may use.
    pub budgets: Budgets,
    /// Whose code it runs.
    pub trust: Trust,
    /// Called on the logic thread when there is something to fetch: a commit or a message.
    pub wake: WakeHost,
    /// Where what script meets is recorded.
    pub record: Option<EntrySink>,
}

impl ThreadConfig {
    /// The usual set-up.
    pub fn new(drive: Drive, wake: WakeHost) -> ThreadConfig {
        ThreadConfig {
            name: "pellicle-logic".to_owned(),
            drive,
            budgets: Budgets::default(),
            trust: Trust::default(),
            wake,
            record: None,
        }
    }
}

/// What a step did.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Idle {
    /// Turns that were run; with none, nothing is left to do at this time.
    pub turns: u32,
    /// When the next timer is due, ms of the clock's monotonic time.
    pub next_timer: Option<f64>,
}

/// Why a step did not come back.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum StepError {
    /// Script did not end in time.
    #[error("script did not end in time")]
    Stuck,
    /// The thread has ended.
    #[error("the logic thread has stopped")]
    Stopped,
}

/// Why a logic thread was not started.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The system gives no thread.
    #[error("there is no thread for the mini-program: {0}")]
    Thread(#[from] std::io::Error),
    /// The package is not the host's own, and budgets are not enforced in this process.
    #[error("the package is not the host's own, and this process does not enforce budgets ({0:?})")]
    NotEnforced(Enforcement),
    /// Too many mini-programs have lost a thread in this process.
    #[error("{} mini-programs could not be ended in this process; no more are started in it", .0.programs)]
    TooManyParked(ParkedStatistics),
}

/// Where steps are asked for, and where they are answered.
pub(crate) struct Steps {
    pub ask: SyncSender<f64>,
    pub answer: Receiver<Idle>,
}

/// The other ends of [`Steps`].
pub(crate) struct Stepped {
    pub asks: Receiver<f64>,
    pub answers: SyncSender<Idle>,
}

/// Both ends of the steps of a logic thread.
pub(crate) fn steps() -> (Steps, Stepped) {
    let (ask, asks) = sync_channel(1);
    let (answers, answer) = sync_channel(1);
    (Steps { ask, answer }, Stepped { asks, answers })
}

/// What the host's side of a bridge holds.
pub(crate) struct HostSide {
    pub commits: RenderEnd,
    pub mailbox: MailboxSender,
    pub outbox: Outbox,
    pub journal: Arc<Journal>,
    pub steps: Option<Steps>,
    /// Told when the logic side has ended.
    pub ended: Receiver<()>,
    pub thread: JoinHandle<()>,
    pub sandbox: Arc<Sandbox>,
    /// The logic thread, once it runs; a process has none here.
    pub watch: Arc<OnceLock<ThreadWatch>>,
}

/// The host's hold on a logic thread: commits one way, messages the other.
pub struct LogicHandle {
    commits: RenderEnd,
    mailbox: MailboxSender,
    outbox: Outbox,
    journal: Arc<Journal>,
    /// Number of the input that causes what is sent now; 0 for none.
    cause: u64,
    steps: Option<Steps>,
    ended: Receiver<()>,
    thread: Option<JoinHandle<()>>,
    sandbox: Arc<Sandbox>,
    watch: Arc<OnceLock<ThreadWatch>>,
}

/// Starts a logic thread with the program that `make` builds on it.
///
/// # Errors
/// [`SpawnError`] if there can be no thread, or may be none. A program that cannot start is told as
/// [`HostMessage::Stopped`].
pub fn spawn<P: Program>(
    config: ThreadConfig,
    make: impl FnOnce(ThreadContext) -> Result<P, String> + Send + 'static,
) -> Result<LogicHandle, SpawnError> {
    sandbox::admit(config.trust)?;
    let sandbox = Sandbox::new(config.budgets);
    let (logic, commits) = handover();
    let (sender, reader) = mailbox(config.budgets.mailbox);
    let outbox = Outbox::new(config.wake, config.budgets.outbox);
    let warnings = outbox.clone();
    sandbox.set_on_event(Box::new(move |event| warnings.send(HostMessage::Budget(event))));
    let journal = Arc::new(Journal::default());
    let context = ThreadContext {
        mailbox: sender.clone(),
        outbox: outbox.clone(),
        journal: journal.clone(),
        sandbox: sandbox.clone(),
    };
    let (end, ended) = sync_channel(1);
    let (steps, stepped) = match &config.drive {
        Drive::Free(_) => (None, None),
        Drive::Steps(_) => {
            let (steps, stepped) = steps();
            (Some(steps), Some(stepped))
        }
    };
    let (to_host, kept, own) = (outbox.clone(), journal.clone(), sandbox.clone());
    let (drive, record) = (config.drive, config.record.map(RecordMode::Record));
    let watch = Arc::new(OnceLock::new());
    let (seen, closed) = (watch.clone(), sender.clone());
    let body = move || {
        let side = LogicSide {
            mailbox: reader,
            sender: closed,
            logic,
            outbox: to_host.clone(),
            journal: kept,
            drive,
            stepped,
            sandbox: own,
            watch: seen,
            signs: None,
            record,
            played: None,
        };
        let reason = run(side, || make(context));
        to_host.send(HostMessage::Stopped(reason));
        let _ = end.send(());
    };
    let thread = std::thread::Builder::new().name(config.name).stack_size(config.budgets.stack_bytes).spawn(body)?;
    Ok(LogicHandle::new(HostSide { commits, mailbox: sender, outbox, journal, steps, ended, thread, sandbox, watch }))
}

impl LogicHandle {
    pub(crate) fn new(side: HostSide) -> LogicHandle {
        let HostSide { commits, mailbox, outbox, journal, steps, ended, thread, sandbox, watch } = side;
        let thread = Some(thread);
        LogicHandle { commits, mailbox, outbox, journal, cause: 0, steps, ended, thread, sandbox, watch }
    }

    /// Runs what is due at time `now` (ms of the clock's monotonic time): all unread messages, or else one
    /// timer. A host steps, shows the commits and answers their queries, and steps again until `turns` is 0
    /// and it has nothing to tell; then it moves on to `next_timer`.
    ///
    /// # Errors
    /// [`StepError::Stuck`] if it does not end within `limit`; the handle is of no use then.
    pub fn step(&self, now: f64, limit: Duration) -> Result<Idle, StepError> {
        let steps = self.steps.as_ref().ok_or(StepError::Stopped)?;
        steps.ask.try_send(now).map_err(|error| match error {
            std::sync::mpsc::TrySendError::Full(_) => StepError::Stuck,
            std::sync::mpsc::TrySendError::Disconnected(_) => StepError::Stopped,
        })?;
        let until = Instant::now() + limit;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            match steps.answer.recv_timeout(left.min(PARKED_POLL)) {
                Ok(idle) => return Ok(idle),
                Err(RecvTimeoutError::Disconnected) => return Err(StepError::Stopped),
                // A parked thread neither answers nor ends.
                Err(RecvTimeoutError::Timeout) if self.is_parked() => return Err(StepError::Stopped),
                Err(RecvTimeoutError::Timeout) if left.is_zero() => return Err(StepError::Stuck),
                Err(RecvTimeoutError::Timeout) => {}
            }
        }
    }

    /// Moves all published commits to `into`, oldest first; gives how many.
    pub fn take(&mut self, into: &mut Vec<Commit>) -> usize {
        self.commits.take(into)
    }

    /// True if a commit waits to be taken.
    pub fn has_commits(&self) -> bool {
        self.commits.has_published()
    }

    /// Gives a commit's buffer back and tells logic that frame `frame` shows it.
    pub fn acknowledge(&mut self, commit: Commit, frame: u64, times: FrameTimes) {
        let applied = Applied { commit: commit.sequence, frame, times };
        self.commits.give_back(commit);
        // A stopped thread needs no acknowledgement.
        let _ = self.mailbox.send(Message::Applied(applied));
    }

    /// Sends an event.
    ///
    /// # Errors
    /// [`Refused`] as [`MailboxSender::event`].
    pub fn event(&self, event: EventMessage, class: EventClass) -> Result<(), Refused> {
        self.mailbox.event_of(event, class, self.cause)
    }

    /// Sends anything else.
    ///
    /// # Errors
    /// [`Refused`] as [`MailboxSender::send`].
    pub fn send(&self, message: Message) -> Result<(), Refused> {
        self.mailbox.send_of(message, self.cause)
    }

    /// Sends a command.
    ///
    /// # Errors
    /// [`Refused`] as [`MailboxSender::send`].
    pub fn command(&self, command: HostCommand) -> Result<(), Refused> {
        self.mailbox.send_of(Message::Host(command), self.cause)
    }

    /// What is sent from now on is caused by the input of this number; 0 for none.
    pub fn set_cause(&mut self, cause: u64) {
        self.cause = cause;
    }

    /// What turns of the thread did, and the numbers of inputs and updates.
    pub fn journal(&self) -> &Arc<Journal> {
        &self.journal
    }

    /// The next message from logic.
    pub fn receive(&self) -> Option<HostMessage> {
        self.outbox.take()
    }

    /// A sender for other threads.
    pub fn sender(&self) -> MailboxSender {
        self.mailbox.clone()
    }

    /// The budgets of the mini-program and what it has used of them.
    pub fn sandbox(&self) -> &Arc<Sandbox> {
        &self.sandbox
    }

    /// Asks a thread that runs by itself to end after what it was sent, and waits for that as long as for one that is
    /// dropped. Its last commits are still there. One that runs in steps ends when it is dropped.
    pub fn finish(&self) {
        if self.steps.is_none() && !self.is_finished() {
            // One that has ended reads no more.
            let _ = self.command(HostCommand::Stop);
            let _ = self.ended.recv_timeout(GRACE);
        }
    }

    /// True if the thread was parked.
    pub fn is_parked(&self) -> bool {
        self.watch.get().is_some_and(ThreadWatch::is_parked)
    }

    /// True if the thread has ended or was parked.
    pub fn is_finished(&self) -> bool {
        self.is_parked() || self.thread.as_ref().is_none_or(JoinHandle::is_finished)
    }
}

impl Drop for LogicHandle {
    fn drop(&mut self) {
        self.mailbox.close();
        self.steps = None;
        if self.is_parked() {
            return;
        }
        if self.ended.recv_timeout(GRACE) == Err(RecvTimeoutError::Timeout) {
            // Stuck in script: the thread is left behind. It ends at script's next step, or is parked.
            if let Some(watch) = self.watch.get() {
                watch.stop();
            }
            return;
        }
        if let Some(thread) = self.thread.take() {
            // It has said that it is at its end, and its panics are caught.
            let _ = thread.join();
        }
    }
}
