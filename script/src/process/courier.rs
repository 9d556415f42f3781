//! The host's side of the socket: what one thread writes of what the host says, and what another one reads.

use super::gate::HostGate;
use super::serve::Server;
use super::throttle::{Fate, Talk, Throttle};
use super::waits::{Calls, Purpose, Tools};
use super::watch::Signs;
use crate::bridge::handover::LogicEnd;
use crate::bridge::journal::Journal;
use crate::bridge::message::{Answer, ApiFailure, CapabilityReply, HostCommand, Message};
use crate::bridge::outbox::{HostMessage, Outbox, Responder, StopReason};
use crate::bridge::queue::{EventClass, Mailbox, MailboxSender, Wake};
use crate::bridge::thread::Idle;
use crate::realm::{Clock, VirtualClock};
use crate::sandbox::Sandbox;
use crate::wire::call::{self, FromChild, Post};
use crate::wire::frame::{FrameReader, FrameWriter, Kind};
use crate::wire::message::{Body, ToChild};
use crate::wire::{WireError, commit};
use crate::worklet::MotionHub;
use crate::worklet::events::ToWorklet;
use pellicle_layout::document::NodeId;
use std::os::unix::net::UnixStream;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::process::Child;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Messages that may be on their way to a process that has not said that it took them; the rest waits in the mailbox,
/// which is bounded and puts together what it can.
pub(super) const CREDIT: u32 = 256;
/// How long a process that is to end may take for what it has not read yet.
const GRACE: Duration = Duration::from_millis(150);
/// How often who waits for room looks whether the host has let go.
const POLL: Duration = Duration::from_millis(100);

pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// What is written, and what is known of what was.
pub(super) struct Sending {
    pub stream: UnixStream,
    pub frames: FrameWriter,
    /// Messages that may still be sent; without a bound in steps.
    pub credit: u32,
    pub tools: Tools,
    /// The process is there.
    pub open: bool,
}

/// The hold that all threads on the host's side have on a process.
pub(super) struct Courier {
    pub mailbox: Mailbox,
    pub own: MailboxSender,
    pub steps: bool,
    pub sending: Mutex<Sending>,
    pub calls: Mutex<Calls>,
    pub gate: Mutex<HostGate>,
    /// Rung when messages may be sent again, and at the end.
    pub bell: Condvar,
    pub child: Mutex<Child>,
    /// It was ended.
    pub killed: AtomicBool,
    /// Nothing more is read. No lock that is held while something is written stands in front of it.
    pub over: Mutex<bool>,
    /// Rung then.
    pub ended: Condvar,
    /// What it has used.
    pub sandbox: Arc<Sandbox>,
    pub signs: Signs,
}

impl Courier {
    /// The gate. It is held for no longer than it takes to ask it something.
    pub fn gate(&self) -> MutexGuard<'_, HostGate> {
        lock(&self.gate)
    }

    /// Where the answer to the call goes that script knows by `id`; 0 for nobody.
    pub fn responder(&self, id: u32) -> Responder {
        self.responder_for(id, Purpose::Script)
    }

    /// The same for an answer that the gate is to know first.
    pub fn responder_for(&self, id: u32, purpose: Purpose) -> Responder {
        if id == 0 && matches!(purpose, Purpose::Script) {
            return Responder::nobody();
        }
        let mut calls = lock(&self.calls);
        let number = calls.expect();
        let responder = Responder::new(number.unwrap_or(0), self.own.clone());
        match number {
            Some(number) => {
                calls.wait(number, id, responder.abort_flag(), purpose);
                responder
            }
            None => {
                // Its answer cannot be told apart from others: the call is told to fail by its own number.
                drop(responder.send_on());
                drop(calls);
                let answer = Answer::Done(Err(ApiFailure::internal("too many calls wait")));
                self.send_now(Body::of(Message::Reply(CapabilityReply { id, answer })));
                Responder::nobody()
            }
        }
    }

    fn send_now(&self, body: Option<Body>) {
        let mut sending = lock(&self.sending);
        if let Some(body) = body {
            let message = ToChild::Message { body, class: EventClass::Every, cause: 0 };
            let _ = sending.frames.value(&message);
        }
        self.flush(&mut sending);
    }

    /// Script does not wait for a call any more.
    pub fn abort(&self, id: u32) {
        lock(&self.calls).abort(id);
    }

    /// What crosses for a message; `None` if nothing does.
    fn body(&self, sending: &mut Sending, message: Message) -> Option<Body> {
        match message {
            Message::Host(HostCommand::Tool(request)) => {
                let (id, request) = sending.tools.ask(*request)?;
                Some(Body::Tool { id, request })
            }
            Message::Reply(mut reply) => {
                let last = matches!(reply.answer, Answer::Done(_));
                let (id, purpose) = lock(&self.calls).answered(reply.id, last)?;
                if let Answer::Done(answer) = &reply.answer {
                    match purpose {
                        Purpose::Script => {}
                        Purpose::Ask { scope, api } => self.gate().decided(&scope, &api, answer),
                        Purpose::Settings(offered) => self.gate().changed(&offered, answer),
                    }
                }
                reply.id = id;
                (id != 0).then(|| Body::of(Message::Reply(reply)))?
            }
            message => {
                if let Message::Host(command) = &message {
                    self.gate().wants(command);
                }
                Body::of(message)
            }
        }
    }

    /// Sends what waits in the mailbox, as far as there is credit.
    fn drain(&self, sending: &mut Sending) {
        while self.steps || sending.credit > 0 {
            let Some((message, class, cause)) = self.mailbox.take_sent() else { break };
            let Some(body) = self.body(sending, message) else { continue };
            // What is too large to cross is lost, as what finds the mailbox full is.
            if sending.frames.value(&ToChild::Message { body, class, cause }).is_ok() {
                sending.credit -= u32::from(!self.steps);
                self.sandbox.note_process(|figures| figures.sent += 1);
            }
        }
    }

    pub fn flush(&self, sending: &mut Sending) {
        let Sending { stream, frames, open, .. } = sending;
        if *open && frames.flush(&*stream).is_err() {
            *open = false;
            // It takes nothing in, or is gone.
            self.kill();
        }
    }

    /// Nothing more is read from it: it is ended.
    pub fn close(&self) {
        *lock(&self.over) = true;
        self.ended.notify_all();
        // Who writes to it waits no longer then.
        self.kill();
        lock(&self.sending).open = false;
        self.bell.notify_all();
    }

    pub fn kill(&self) {
        self.killed.store(true, Ordering::Relaxed);
        // A process that has ended already cannot be killed.
        let _ = lock(&self.child).kill();
    }

    /// Asks for the styles of worklets.
    pub fn ask_frame(&self, now: f64, gone: Vec<NodeId>, told: Vec<ToWorklet>) {
        let mut sending = lock(&self.sending);
        // What it lasts to take in a frame is bounded by the socket's own limit, and what cannot be sent is late.
        let _ = sending.frames.value(&ToChild::Frame { now, gone, told });
        self.flush(&mut sending);
    }

    /// Writes until the host lets go: what the mailbox gets, when there is credit.
    pub fn write_free(&self) {
        loop {
            let wake = self.mailbox.wait(None);
            let mut sending = lock(&self.sending);
            while sending.credit == 0 && sending.open && !self.own.is_closed() {
                let waited = self.bell.wait_timeout(sending, POLL);
                sending = waited.unwrap_or_else(PoisonError::into_inner).0;
            }
            self.drain(&mut sending);
            self.flush(&mut sending);
            if !sending.open || wake == Wake::Closed || (sending.credit == 0 && self.own.is_closed()) {
                return;
            }
        }
    }

    /// Writes until the host lets go: at each step what the mailbox holds, then the step.
    pub fn write_steps(&self, clock: &VirtualClock, asks: &Receiver<f64>) {
        while let Ok(now) = asks.recv() {
            clock.advance_to(now);
            let mut sending = lock(&self.sending);
            self.own.wait_elsewhere(0);
            self.drain(&mut sending);
            // A number is never too large.
            let _ = sending.frames.value(&ToChild::Step(now));
            self.flush(&mut sending);
        }
    }

    /// The host has let go: the process ends by itself, or is ended.
    pub fn let_go(&self) {
        let mut sending = lock(&self.sending);
        if sending.open {
            let _ = sending.stream.shutdown(std::net::Shutdown::Write);
            let waited = self.bell.wait_timeout_while(sending, GRACE, |sending| sending.open);
            sending = waited.unwrap_or_else(PoisonError::into_inner).0;
            if sending.open {
                self.kill();
            }
        }
    }
}

/// What a message is counted as.
fn talk(message: &FromChild) -> Talk {
    match message {
        FromChild::Post(Post::Record(_) | Post::Finding(_)) => Talk::Records,
        // What is recorded is bounded by what it is of, and by its bytes.
        FromChild::Post(Post::Met(_)) => Talk::Other,
        FromChild::Post(_) | FromChild::Call { .. } => Talk::Calls,
        _ => Talk::Other,
    }
}

/// What the reading thread works with.
pub(super) struct Host {
    pub courier: Arc<Courier>,
    pub server: Server,
    pub logic: LogicEnd,
    pub clock: Arc<dyn Clock>,
    pub outbox: Outbox,
    pub journal: Arc<Journal>,
    pub answers: Option<SyncSender<Idle>>,
    /// Where worklets are asked.
    pub motion: Option<MotionHub>,
    pub throttle: Throttle,
    pub began: Instant,
    /// Number of the last commit.
    pub sequence: u64,
    /// It has said how it ended.
    pub stopped: Option<StopReason>,
}

impl Host {
    /// Reads until the process is gone or says what it must not.
    pub fn read(&mut self, stream: &UnixStream, reader: &mut FrameReader) -> WireError {
        loop {
            let outcome = match reader.next(stream) {
                Err(error) => Err(error),
                Ok((kind, bytes)) => {
                    self.courier.sandbox.note_process(|figures| figures.received += 1);
                    // A capability that panics over what it was asked ends who asked.
                    let taken = catch_unwind(AssertUnwindSafe(|| self.take(kind, bytes)));
                    taken.unwrap_or(Err(WireError::Unexpected("a call that the host failed at")))
                }
            };
            if let Err(error) = outcome {
                return error;
            }
        }
    }

    fn take(&mut self, kind: Kind, bytes: &[u8]) -> Result<(), WireError> {
        match kind {
            Kind::Answer => Err(WireError::Unexpected("an answer to nothing")),
            Kind::Commit => {
                self.pace(Talk::Commits, bytes.len())?;
                self.commit(bytes)
            }
            Kind::Value => {
                let message = call::read(bytes)?;
                let talk = talk(&message);
                if self.pace(talk, bytes.len())? { self.message(message) } else { Ok(()) }
            }
        }
    }

    /// Waits until more may be said; false if what was said is to be dropped.
    fn pace(&mut self, talk: Talk, bytes: usize) -> Result<bool, WireError> {
        // On a virtual clock nothing depends on how fast the process is.
        let now = match self.courier.steps {
            true => self.clock.monotonic(),
            false => self.began.elapsed().as_secs_f64() * 1000.0,
        };
        match self.throttle.take(talk, bytes, now) {
            Fate::Taken(wait) => {
                // In steps the host waits for each anyway.
                if !wait.is_zero() && !self.courier.steps {
                    std::thread::sleep(wait);
                }
                Ok(true)
            }
            Fate::Dropped { first } => {
                if first {
                    self.server.warn("records come faster than they are kept; some are left out".to_owned());
                }
                Ok(false)
            }
            Fate::Flood => Err(WireError::Flood),
        }
    }

    fn commit(&mut self, bytes: &[u8]) -> Result<(), WireError> {
        let buffer = self.logic.buffer().ok_or(WireError::Unexpected("more commits than there are buffers"))?;
        commit::read(bytes, self.courier.sandbox.budgets().commit_ops.hard, buffer)?;
        if buffer.sequence <= self.sequence {
            buffer.clear();
            return Err(WireError::Unexpected("a commit out of its order"));
        }
        self.sequence = buffer.sequence;
        let origin = &mut buffer.origin;
        // An update that no input caused has a number of this side's.
        if origin.input == 0 || origin.update != origin.input {
            origin.update = self.journal.number();
        }
        if self.logic.publish(self.clock.monotonic()).is_some() {
            self.outbox.wake();
        }
        Ok(())
    }

    fn message(&mut self, message: FromChild) -> Result<(), WireError> {
        let courier = self.courier.clone();
        match message {
            FromChild::Hello { .. } | FromChild::Ready(_) => return Err(WireError::Unexpected("a second greeting")),
            FromChild::Call { number, call } => {
                let mut result = Vec::new();
                self.server.call(&courier, call, &mut result)?;
                let mut sending = lock(&courier.sending);
                // What it brought about is there before it comes back.
                courier.drain(&mut sending);
                let added = sending.frames.add(Kind::Answer, |buffer| {
                    buffer.extend_from_slice(&number.to_le_bytes());
                    buffer.extend_from_slice(&result);
                    Ok(())
                });
                if added.is_err() {
                    // Who waits learns that there is nothing that it could read.
                    sending.frames.add(Kind::Answer, |buffer| {
                        buffer.extend_from_slice(&number.to_le_bytes());
                        Ok(())
                    })?;
                }
                courier.flush(&mut sending);
            }
            FromChild::Post(post) => self.server.post(&courier, post),
            FromChild::Idle { turns, next_timer } => {
                let answers = self.answers.as_ref().ok_or(WireError::Unexpected("a step in free running"))?;
                answers.try_send(Idle { turns, next_timer }).map_err(|_| WireError::Unexpected("a step too many"))?;
            }
            FromChild::Taken(count) => {
                let mut sending = lock(&courier.sending);
                sending.credit = sending.credit.saturating_add(count).min(CREDIT);
                drop(sending);
                courier.bell.notify_all();
            }
            FromChild::Tool { id, answer } => lock(&courier.sending).tools.answered(id, answer),
            FromChild::Bound { id, call } => lock(&courier.sending).tools.called(id, call),
            FromChild::Motion { wanted, listens, orders } => {
                if let Some(motion) = &self.motion {
                    motion.wanted_elsewhere(wanted, listens, orders);
                }
            }
            FromChild::Moved { answer, unread } => {
                if courier.steps {
                    courier.own.wait_elsewhere(unread.min(CREDIT) as usize);
                }
                if let Some(motion) = &self.motion {
                    motion.answered_elsewhere(answer);
                }
            }
            FromChild::Used { figures, launching } => {
                courier.signs.turns.store(figures.turns, Ordering::Relaxed);
                // A page that is there stays there.
                courier.signs.launched.fetch_or(!launching, Ordering::Relaxed);
                courier.sandbox.tell(figures);
            }
            FromChild::Budget(event) => self.outbox.send(HostMessage::Budget(event)),
            FromChild::Stalled(stall) => self.outbox.send(HostMessage::Stalled(stall)),
            FromChild::Stopped(reason) => self.stopped = Some(reason),
        }
        Ok(())
    }
}
