//! The loop of a logic thread: one message or timer after the other, each a turn that ends with a commit.

use super::handover::{LogicEnd, RenderEnd};
use super::journal::{Journal, SpanKind};
use super::message::{HostCommand, Message};
use super::outbox::{HostMessage, Outbox, StopReason};
use super::queue::{Mailbox, MailboxSender, Wake};
use super::thread::{Drive, Idle, Program, Stepped};
use crate::realm::{Clock, VirtualClock};
use crate::record::{self, RecordMode, Turn as RecordedTurn};
use crate::sandbox::{Ending, Sandbox, SandboxThread, ThreadWatch};
use pellicle_layout::document::ops::Origin;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

/// What the logic side of a bridge runs with.
pub(crate) struct LogicSide {
    pub mailbox: Mailbox,
    pub sender: MailboxSender,
    pub logic: LogicEnd,
    pub outbox: Outbox,
    pub journal: Arc<Journal>,
    pub drive: Drive,
    pub stepped: Option<Stepped>,
    pub sandbox: Arc<Sandbox>,
    /// Gets a hold on the thread.
    pub watch: Arc<OnceLock<ThreadWatch>>,
    /// Called at ends of turns: whether the first page is not there yet, and whether the thread is about to rest.
    pub signs: Option<Box<dyn FnMut(bool, bool)>>,
    /// How it is recorded, or what it plays.
    pub record: Option<RecordMode>,
    /// The render side's end, where a recording is played: nobody else takes what is published.
    pub played: Option<RenderEnd>,
}

/// Runs the program that `make` builds on this thread, within its budgets, until its end. A thread that is parked never
/// comes back: its end is told from here then.
pub(crate) fn run<P: Program>(side: LogicSide, make: impl FnOnce() -> Result<P, String>) -> StopReason {
    let LogicSide { mailbox, sender, logic, outbox, journal, drive, stepped, sandbox, watch, signs, record, played } =
        side;
    let (parked, parked_host) = (sandbox.clone(), outbox.clone());
    let member = sandbox.enter_thread(matches!(drive, Drive::Free(_)), move |ending| {
        if ending == Ending::Rests {
            return sender.ring();
        }
        sender.close();
        parked_host.send(HostMessage::Stopped(match parked.report() {
            Some(report) => StopReason::Budget(Box::new(report)),
            None => StopReason::Asked,
        }));
    });
    let _ = watch.set(member.watch());
    member.set_launching(true);
    let outcome = catch_unwind(AssertUnwindSafe(|| {
        record::install(record);
        member.begin_turn("start");
        match record::is_playing() {
            true => drop(record::next_turn()),
            false => record::begin(RecordedTurn::Start),
        }
        let program = make().map_err(StopReason::Start)?;
        record::end(None);
        member.end_turn();
        let clock: Arc<dyn Clock> = match &drive {
            Drive::Free(clock) => clock.clone(),
            Drive::Steps(clock) => clock.clone(),
        };
        let mut runner = Runner {
            program,
            mailbox,
            logic,
            clock,
            outbox,
            more: false,
            resting: false,
            journal,
            origin: Origin::default(),
            answered: 0,
            member: &member,
            signs,
        };
        match (&drive, stepped) {
            _ if record::is_playing() => runner.run_recorded(played),
            (Drive::Steps(clock), Some(Stepped { asks, answers })) => runner.run_steps(clock, &asks, &answers),
            _ => runner.run_free(),
        }
    }));
    // What was met until then is handed on.
    record::install(None);
    let reason = match outcome {
        Ok(Ok(())) => StopReason::Asked,
        Ok(Err(reason)) => reason,
        Err(panic) => StopReason::Panic(panic_text(&*panic)),
    };
    // What broke down after a budget was used up did so for that.
    match member.report() {
        Some(report) if reason != StopReason::Asked => StopReason::Budget(Box::new(report)),
        _ => reason,
    }
}

fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|s| (*s).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown panic".to_owned())
}

struct Runner<'a, P> {
    program: P,
    mailbox: Mailbox,
    logic: LogicEnd,
    clock: Arc<dyn Clock>,
    outbox: Outbox,
    /// Work is left over from the last turn.
    more: bool,
    /// Nothing runs until the host says so.
    resting: bool,
    journal: Arc<Journal>,
    /// Of what has changed since the last commit.
    origin: Origin,
    /// The input that was answered last.
    answered: u64,
    member: &'a SandboxThread,
    signs: Option<Box<dyn FnMut(bool, bool)>>,
}

/// A turn that runs.
struct Turn {
    /// What runs in it.
    kind: &'static str,
    /// Number of the input that it answers; 0 for none.
    cause: u64,
    /// What follows what it changes.
    update: u64,
    /// When it began, ms of the clock.
    began: f64,
    started: Instant,
}

impl<P: Program> Runner<'_, P> {
    /// Runs one message, if one is there. `Ok(false)`: none was; `Err`: the end.
    fn one_message(&mut self) -> Result<bool, StopReason> {
        match self.mailbox.take_caused() {
            None => Ok(false),
            Some((Message::Host(HostCommand::Stop), _)) => Err(StopReason::Asked),
            Some((Message::Host(command @ (HostCommand::Suspend | HostCommand::Resume)), _)) => {
                let resting = matches!(command, HostCommand::Suspend);
                record::begin(RecordedTurn::Rest(resting));
                self.rest(resting);
                record::end(None);
                Ok(true)
            }
            Some((message, cause)) => {
                record::begin_message(&message, cause);
                self.answer(message, cause)?;
                Ok(true)
            }
        }
    }

    /// The turn of a message.
    fn answer(&mut self, message: Message, cause: u64) -> Result<(), StopReason> {
        let turn = self.begin_turn(message.kind(), cause);
        self.program.message(message);
        self.end_turn(&turn)
    }

    /// Rests until the mailbox gives the command to go on, or goes on.
    fn rest(&mut self, resting: bool) {
        self.resting = resting;
        self.mailbox.rest(resting);
        self.program.rest(resting);
    }

    fn one_timer(&mut self) -> Result<bool, StopReason> {
        if self.resting {
            return Ok(false);
        }
        record::begin(RecordedTurn::Timer);
        let turn = self.begin_turn("timer", 0);
        let ran = self.program.run_timer();
        if ran {
            self.end_turn(&turn)?
        } else {
            record::drop_turn();
            self.member.end_turn();
            self.check_stop()?
        }
        Ok(ran)
    }

    /// What a turn left over.
    fn go_on(&mut self) -> Result<(), StopReason> {
        record::begin(RecordedTurn::Jobs);
        let turn = self.begin_turn("jobs", 0);
        self.end_turn(&turn)
    }

    fn begin_turn(&self, kind: &'static str, cause: u64) -> Turn {
        let update = if cause == 0 { self.journal.number() } else { cause };
        self.journal.begin(update);
        self.member.begin_turn(kind);
        Turn { kind, cause, update, began: self.clock.monotonic(), started: Instant::now() }
    }

    /// The end of a turn: what changed goes out if a buffer is at hand.
    fn end_turn(&mut self, turn: &Turn) -> Result<(), StopReason> {
        let end = self.program.end_turn();
        self.more = end.more;
        if let Some(reason) = self.program.broken() {
            return Err(StopReason::Fatal(reason));
        }
        let now = self.clock.monotonic();
        let (calls, called) = self.journal.take_calls();
        if end.changes {
            self.came_from(turn, calls, called);
        }
        let mut published = None;
        if end.changes
            && record::may_write(self.logic.ready())
            && let Some(buffer) = self.logic.buffer()
        {
            let started = Instant::now();
            self.program.write(buffer);
            record::wrote(buffer);
            buffer.origin = Origin { published: now, ..std::mem::take(&mut self.origin) };
            let commit = self.logic.publish(now);
            published = commit;
            if commit.is_some() {
                self.outbox.wake();
            }
            self.journal.note(SpanKind::Publish { commit: commit.unwrap_or(0) }, turn.update, started);
        }
        record::end(published);
        let kind = self.journal.kind(turn.kind);
        self.journal.note(SpanKind::Turn { kind, changed: end.changes, calls }, turn.update, turn.started);
        self.member.end_turn();
        self.member.set_launching(self.program.is_launching());
        self.give_sign(false);
        self.check_stall(now);
        self.check_stop()
    }

    fn give_sign(&mut self, rests: bool) {
        if let Some(signs) = &mut self.signs {
            signs(self.program.is_launching(), rests);
        }
    }

    /// A turn may be over before script could notice that it is to end.
    fn check_stop(&self) -> Result<(), StopReason> {
        if self.member.is_stopped() { Err(StopReason::Fatal("it was stopped".to_owned())) } else { Ok(()) }
    }

    /// What is published next comes from this turn, too.
    fn came_from(&mut self, turn: &Turn, calls: u32, called: f64) {
        let origin = &mut self.origin;
        if origin.turns == 0 {
            (origin.update, origin.began) = (turn.update, turn.began);
        }
        origin.turns += 1;
        if origin.calls == 0 {
            origin.called = called;
        }
        origin.calls = origin.calls.saturating_add(calls);
        if turn.cause > 0 {
            // Inputs are numbered in their order.
            origin.input = if origin.inputs == 0 { turn.cause } else { origin.input.min(turn.cause) };
            // One input may be told by several events, one after the other.
            origin.inputs += u32::from(origin.inputs == 0 || turn.cause != self.answered);
            self.answered = turn.cause;
        }
    }

    fn check_stall(&mut self, now: f64) {
        if let Some(stall) = self.logic.stall(now) {
            self.outbox.send(HostMessage::Stalled(stall));
        }
    }

    /// Nothing is to be done.
    fn idle(&mut self) {
        record::begin(RecordedTurn::Idle);
        self.program.idle();
        record::end(None);
    }

    /// Runs the turns of a recording.
    fn run_recorded(&mut self, render: Option<RenderEnd>) -> Result<(), StopReason> {
        let mut render = render.ok_or(StopReason::Asked)?;
        let mut taken = Vec::new();
        while let Some(turn) = record::next_turn() {
            match turn {
                RecordedTurn::Start => record::end(None),
                RecordedTurn::Message { body, cause } => match record::message(*body) {
                    Some(message) => self.answer(message, cause)?,
                    None => record::end(None),
                },
                RecordedTurn::Inner(what) => {
                    record::halt(format!("script heard a {what}: workers and worklets are not run again"));
                    break;
                }
                RecordedTurn::Timer => {
                    let turn = self.begin_turn("timer", 0);
                    self.program.run_timer();
                    self.end_turn(&turn)?;
                }
                RecordedTurn::Jobs => {
                    let turn = self.begin_turn("jobs", 0);
                    self.end_turn(&turn)?;
                }
                RecordedTurn::Idle => {
                    self.program.idle();
                    record::end(None);
                }
                RecordedTurn::Rest(resting) => {
                    self.rest(resting);
                    record::end(None);
                }
            }
            record::take_commits(&mut render, &mut taken);
        }
        Err(StopReason::Asked)
    }

    fn run_free(&mut self) -> Result<(), StopReason> {
        // What the program did while it was made.
        self.go_on()?;
        loop {
            // One of each in turn, so that neither starves the other.
            let mut worked = self.one_message()?;
            worked |= self.one_timer()?;
            if self.more && !self.resting {
                self.go_on()?;
                worked = true;
            }
            if worked {
                continue;
            }
            self.idle();
            self.give_sign(true);
            let now = self.clock.monotonic();
            let timer = self.program.next_timer().filter(|_| !self.resting);
            let due = [timer, self.logic.stall_due().filter(|_| !self.resting)].into_iter().flatten();
            let until = due.map(|at| (at - now).clamp(0.0, 3.6e6)).reduce(f64::min);
            if self.mailbox.wait(until.map(|ms| Duration::from_secs_f64(ms / 1000.0))) == Wake::Closed {
                return Err(StopReason::Asked);
            }
            self.check_stop()?;
            if !self.resting {
                self.check_stall(self.clock.monotonic());
            }
        }
    }

    fn run_steps(
        &mut self,
        clock: &VirtualClock,
        asks: &Receiver<f64>,
        answers: &SyncSender<Idle>,
    ) -> Result<(), StopReason> {
        self.go_on()?;
        // A host that is gone asks no more.
        while let Ok(now) = asks.recv() {
            clock.advance_to(now);
            let mut turns = 0;
            while self.one_message()? {
                turns += 1;
            }
            if turns == 0 && self.one_timer()? {
                turns = 1;
            }
            while self.more && !self.resting {
                self.go_on()?;
                turns += 1;
            }
            if turns == 0 {
                self.idle();
            }
            self.give_sign(true);
            let next_timer = self.program.next_timer().filter(|_| !self.resting);
            if answers.send(Idle { turns, next_timer }).is_err() {
                break;
            }
        }
        Err(StopReason::Asked)
    }
}
