//! The mailbox of a logic thread.
//!
//! Messages arrive in the order they were sent. Taps, starts, ends, input, submits and lifecycle are never
//! dropped; of moves, scrolls, drags and resizes the newest per target, event and pointer is kept while
//! unread, but never across an event of the same target or pointer that must not be dropped: a move stays
//! inside its gesture. What comes in is validated and bounded: a full mailbox refuses what may be dropped. For what may
//! not, the oldest of that goes, and when nothing of it is left there is as much room again; only then it is refused, too.

use super::event::{EventDetail, EventMessage};
use super::message::{HostCommand, Message};
use serde::{Deserialize, Serialize};
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// What may happen to an event while it is unread.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum EventClass {
    /// It is always delivered.
    Every,
    /// Only the newest per target, event and pointer is delivered.
    Newest,
}

impl EventClass {
    /// The class of an event by its name.
    pub fn of(name: &str) -> EventClass {
        match name {
            "touchmove" | "scroll" | "dragging" | "change-position" | "resize" | "changing" | "transition"
            | "timeupdate" | "progress" | "mousemove" => EventClass::Newest,
            _ => EventClass::Every,
        }
    }
}

/// Bounds of a mailbox.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct MailboxLimits {
    /// Unread messages; what must not be dropped may be twice as many.
    pub messages: usize,
    /// Handlers of one event.
    pub steps: usize,
    /// Touch points of one event.
    pub touches: usize,
    /// Bytes of one event's detail.
    pub detail_bytes: usize,
}

impl Default for MailboxLimits {
    fn default() -> Self {
        MailboxLimits { messages: 4096, steps: 1024, touches: 32, detail_bytes: 1 << 20 }
    }
}

/// Why a message was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum Refused {
    /// The logic thread has not read for a long time.
    #[error("the mailbox is full")]
    Full,
    /// The logic thread is gone.
    #[error("the logic thread has stopped")]
    Closed,
    /// The message breaks a bound.
    #[error("invalid event: {0}")]
    Invalid(&'static str),
}

/// What a mailbox has seen.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MailboxStats {
    /// Messages taken in.
    pub accepted: u64,
    /// Messages that replaced an older one.
    pub coalesced: u64,
    /// Messages refused.
    pub refused: u64,
    /// Messages that gave way to ones that must not be dropped.
    pub dropped: u64,
    /// Most unread messages at once.
    pub longest: usize,
}

struct Entry {
    message: Message,
    class: EventClass,
    /// Number of the input that caused it; 0 for none.
    cause: u64,
}

#[derive(Default)]
struct State {
    entries: VecDeque<Entry>,
    /// Entries that count against the bound: acknowledgements and replies do not, they are bounded by what
    /// the logic side asked for.
    events: usize,
    closed: bool,
    rung: bool,
    /// The reader takes nothing but what ends its rest.
    resting: bool,
    /// Messages that wait in another process.
    elsewhere: usize,
    stats: MailboxStats,
}

impl State {
    /// Where the first message is that wakes a reader which rests.
    fn wakes(&self) -> Option<usize> {
        let wakes = |e: &Entry| matches!(e.message, Message::Host(HostCommand::Resume | HostCommand::Stop));
        self.entries.iter().position(wakes)
    }

    /// What the reader may take next.
    fn next(&self) -> Option<usize> {
        if self.resting { self.wakes() } else { (!self.entries.is_empty()).then_some(0) }
    }
}

struct Shared {
    state: Mutex<State>,
    bell: Condvar,
    limits: MailboxLimits,
}

impl Shared {
    fn lock(&self) -> MutexGuard<'_, State> {
        // Nothing panics while the lock is held, so a poisoned lock guards a whole state.
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The reading end, on the logic thread.
pub struct Mailbox {
    shared: Arc<Shared>,
}

/// The writing end; cheap to clone, for any thread.
#[derive(Clone)]
pub struct MailboxSender {
    shared: Arc<Shared>,
}

/// A mailbox.
pub fn mailbox(limits: MailboxLimits) -> (MailboxSender, Mailbox) {
    let state = State { entries: VecDeque::with_capacity(64), ..State::default() };
    let shared = Arc::new(Shared { state: Mutex::new(state), bell: Condvar::new(), limits });
    (MailboxSender { shared: shared.clone() }, Mailbox { shared })
}

/// Why [`Mailbox::wait`] came back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Wake {
    /// A message is there.
    Message,
    /// The time is over.
    Timeout,
    /// All is said: the host side stopped the mailbox.
    Closed,
}

impl MailboxSender {
    /// Sends an event.
    ///
    /// # Errors
    /// [`Refused`] if it breaks a bound, the mailbox is full or the logic thread is gone.
    pub fn event(&self, event: EventMessage, class: EventClass) -> Result<(), Refused> {
        self.event_of(event, class, 0)
    }

    /// Sends an event that an input caused, by its number (0 for none).
    ///
    /// # Errors
    /// As [`MailboxSender::event`].
    pub fn event_of(&self, event: EventMessage, class: EventClass, cause: u64) -> Result<(), Refused> {
        if let Err(reason) = self.validate(&event) {
            self.shared.lock().stats.refused += 1;
            return Err(Refused::Invalid(reason));
        }
        self.push(Message::Event(event), class, cause)
    }

    /// Sends anything else. Page scrolls, resizes and what builders shall show are coalesced.
    ///
    /// # Errors
    /// [`Refused`] if the mailbox is full or the logic thread is gone.
    pub fn send(&self, message: Message) -> Result<(), Refused> {
        self.send_of(message, 0)
    }

    /// Sends anything that an input caused, by its number (0 for none).
    ///
    /// # Errors
    /// As [`MailboxSender::send`].
    pub fn send_of(&self, message: Message, cause: u64) -> Result<(), Refused> {
        match message {
            Message::Event(event) => self.event_of(event, EventClass::Every, cause),
            Message::ShowItems(_) | Message::Host(HostCommand::PageScroll { .. } | HostCommand::Resize { .. }) => {
                self.push(message, EventClass::Newest, cause)
            }
            message => self.push(message, EventClass::Every, cause),
        }
    }

    /// Sends what another mailbox held.
    pub(crate) fn resend(&self, message: Message, class: EventClass, cause: u64) -> Result<(), Refused> {
        match message {
            Message::Event(event) => self.event_of(event, class, cause),
            message => self.push(message, class, cause),
        }
    }

    /// Wakes the logic thread without a message.
    pub fn ring(&self) {
        self.shared.lock().rung = true;
        self.shared.bell.notify_all();
    }

    /// Lets the logic thread end after what is unread.
    pub fn close(&self) {
        self.shared.lock().closed = true;
        self.shared.bell.notify_all();
    }

    /// True if the logic thread or the host side is gone.
    pub fn is_closed(&self) -> bool {
        self.shared.lock().closed
    }

    /// Unread messages; of a reader that rests only those count that wake it.
    pub fn unread(&self) -> usize {
        let state = self.shared.lock();
        let own = if state.resting { usize::from(state.wakes().is_some()) } else { state.entries.len() };
        own + state.elsewhere
    }

    /// So many messages wait in another process, too, until it is told otherwise.
    pub(crate) fn wait_elsewhere(&self, count: usize) {
        self.shared.lock().elsewhere = count;
    }

    /// What the mailbox has seen so far.
    pub fn stats(&self) -> MailboxStats {
        self.shared.lock().stats
    }

    fn push(&self, message: Message, class: EventClass, cause: u64) -> Result<(), Refused> {
        let bounded = counts(&message);
        let mut guard = self.shared.lock();
        let state = &mut *guard;
        if state.closed {
            state.stats.refused += 1;
            return Err(Refused::Closed);
        }
        if class == EventClass::Newest && coalesce(&mut state.entries, &message) {
            state.stats.coalesced += 1;
            state.events -= 1;
        } else if bounded
            && state.events >= self.shared.limits.messages
            && !make_room(state, class, &self.shared.limits)
        {
            state.stats.refused += 1;
            return Err(Refused::Full);
        }
        state.entries.push_back(Entry { message, class, cause });
        state.events += usize::from(bounded);
        state.stats.accepted += 1;
        state.stats.longest = state.stats.longest.max(state.entries.len());
        drop(guard);
        self.shared.bell.notify_all();
        Ok(())
    }

    fn validate(&self, event: &EventMessage) -> Result<(), &'static str> {
        let limits = &self.shared.limits;
        let finite = |v: f32| v.is_finite();
        if event.steps.len() > limits.steps {
            return Err("too many handlers");
        }
        if event.touches.len() > limits.touches || event.changed_touches.len() > limits.touches {
            return Err("too many touches");
        }
        let touches = event.touches.iter().chain(&event.changed_touches);
        if !touches.flat_map(|t| [t.page_x, t.page_y, t.client_x, t.client_y, t.force]).all(finite) {
            return Err("a touch that is not a number");
        }
        let (left, top) = event.target_offset;
        if !finite(left) || !finite(top) || !event.time_stamp.is_finite() {
            return Err("a figure that is not a number");
        }
        match &event.detail {
            EventDetail::Point { x, y } if !finite(*x) || !finite(*y) => Err("a position that is not a number"),
            EventDetail::Json(text) if text.len() > limits.detail_bytes => Err("a detail that is too large"),
            _ => Ok(()),
        }
    }
}

/// Room in a full mailbox for a message of this class; false if there is none.
fn make_room(state: &mut State, class: EventClass, limits: &MailboxLimits) -> bool {
    if class == EventClass::Newest {
        return false;
    }
    let oldest = state.entries.iter().position(|e| e.class == EventClass::Newest);
    if let Some(entry) = oldest.and_then(|at| state.entries.remove(at)) {
        state.events -= usize::from(counts(&entry.message));
        state.stats.dropped += 1;
        return true;
    }
    state.events < limits.messages.saturating_mul(2)
}

/// Whether a message counts against the bound.
fn counts(message: &Message) -> bool {
    match message {
        Message::Event(_) | Message::ShowItems(_) | Message::Watched(_) | Message::Worklet(_) | Message::Worker(_) => {
            true
        }
        // A mailbox that is full because its reader rests must still be told to go on.
        Message::Host(command) => !matches!(command, HostCommand::Stop | HostCommand::Suspend | HostCommand::Resume),
        Message::Applied(_) | Message::QueryReply(_) | Message::Reply(_) => false,
    }
}

/// Takes an older unread message out that `message` makes worthless; true if there was one.
fn coalesce(entries: &mut VecDeque<Entry>, message: &Message) -> bool {
    for index in (0..entries.len()).rev() {
        let entry = &entries[index];
        if entry.class == EventClass::Newest && same_stream(&entry.message, message) {
            entries.remove(index);
            return true;
        }
        if entry.class == EventClass::Every && is_barrier(&entry.message, message) {
            return false;
        }
    }
    false
}

fn pointer(event: &EventMessage) -> Option<u32> {
    event.changed_touches.first().map(|t| t.identifier)
}

/// True if both tell of the same thing, so that the newer one is enough.
fn same_stream(old: &Message, new: &Message) -> bool {
    match (old, new) {
        (Message::Event(a), Message::Event(b)) => {
            a.event == b.event && a.target == b.target && pointer(a) == pointer(b) && a.steps == b.steps
        }
        (Message::ShowItems(a), Message::ShowItems(b)) => a.node == b.node,
        (
            Message::Host(HostCommand::PageScroll { page: a, .. }),
            Message::Host(HostCommand::PageScroll { page: b, .. }),
        ) => a == b,
        (Message::Host(HostCommand::Resize { .. }), Message::Host(HostCommand::Resize { .. })) => true,
        _ => false,
    }
}

/// True if `new` must not be moved in front of, or past, the never-dropped `old`.
fn is_barrier(old: &Message, new: &Message) -> bool {
    let (Message::Event(a), Message::Event(b)) = (old, new) else { return false };
    a.target == b.target || (pointer(a).is_some() && pointer(a) == pointer(b))
}

impl Mailbox {
    /// The next message.
    pub fn take(&self) -> Option<Message> {
        self.take_caused().map(|(message, _)| message)
    }

    /// The next message, with the number of the input that caused it (0 for none).
    pub fn take_caused(&self) -> Option<(Message, u64)> {
        self.take_sent().map(|(message, _, cause)| (message, cause))
    }

    /// The next message as it was sent: with its class and the number of the input that caused it (0 for none).
    pub(crate) fn take_sent(&self) -> Option<(Message, EventClass, u64)> {
        let mut state = self.shared.lock();
        let at = state.next()?;
        let entry = state.entries.remove(at)?;
        state.events -= usize::from(counts(&entry.message));
        Some((entry.message, entry.class, entry.cause))
    }

    /// From now on nothing but [`HostCommand::Resume`] and [`HostCommand::Stop`] is taken, or again all.
    pub fn rest(&self, resting: bool) {
        self.shared.lock().resting = resting;
    }

    /// Waits until a message is there, the mailbox rings or closes, or `until` is over (`None`: for ever).
    pub fn wait(&self, until: Option<Duration>) -> Wake {
        let deadline = until.map(|d| Instant::now() + d);
        let mut state = self.shared.lock();
        loop {
            if state.next().is_some() {
                return Wake::Message;
            }
            if state.closed {
                return Wake::Closed;
            }
            if std::mem::take(&mut state.rung) {
                return Wake::Timeout;
            }
            let bell = &self.shared.bell;
            state = match deadline {
                None => bell.wait(state).unwrap_or_else(PoisonError::into_inner),
                Some(deadline) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() {
                        return Wake::Timeout;
                    }
                    bell.wait_timeout(state, left).unwrap_or_else(PoisonError::into_inner).0
                }
            };
        }
    }

    /// A sender to this mailbox.
    pub fn sender(&self) -> MailboxSender {
        MailboxSender { shared: self.shared.clone() }
    }
}

impl Drop for Mailbox {
    fn drop(&mut self) {
        self.shared.lock().closed = true;
    }
}
