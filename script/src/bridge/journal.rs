//! What turns of the logic thread did and when.
//!
//! Two things come out of it. Each commit says where it comes from ([`Origin`](pellicle_layout::document::ops::Origin)):
//! that costs a few numbers a turn and is always there. And while somebody records a trace, each turn, each `setData` and
//! each commit that was published is kept as a [`Span`] of real time, up to a bound. Nothing of it reaches script.

use crate::realm::Clock;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Instant;

/// Spans that are kept until they are fetched; beyond that the oldest go.
pub const MOST_SPANS: usize = 1 << 16;

/// Events that turns are named by; others are just events.
const EVENTS: [&str; 24] = [
    "event",
    "tap",
    "longpress",
    "longtap",
    "touchstart",
    "touchmove",
    "touchend",
    "touchcancel",
    "scroll",
    "input",
    "focus",
    "blur",
    "confirm",
    "change",
    "changing",
    "submit",
    "reset",
    "load",
    "error",
    "transition",
    "transitionend",
    "animationend",
    "refresherrefresh",
    "scrolltolower",
];

/// What happened in a span of time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SpanKind {
    /// A turn.
    Turn {
        /// What ran in it.
        kind: &'static str,
        /// It changed something that the document is to be told.
        changed: bool,
        /// Calls of `setData` in it.
        calls: u32,
    },
    /// A call of `setData`.
    SetData,
    /// Writing and publishing what has changed.
    Publish {
        /// Number of the commit, 0 if nothing had changed in the end.
        commit: u64,
    },
}

/// A span of the logic thread's time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Span {
    /// What happened.
    pub kind: SpanKind,
    /// The update that it belongs to.
    pub update: u64,
    /// Its start.
    pub began: Instant,
    /// Its end.
    pub ended: Instant,
}

/// What the logic thread notes of its turns, and both sides take their numbers from.
#[derive(Debug, Default)]
pub struct Journal {
    recording: AtomicBool,
    numbers: AtomicU64,
    /// The update of the turn that runs.
    update: AtomicU64,
    /// Place of the event that it handles in [`EVENTS`].
    event: AtomicUsize,
    /// Calls of `setData` in that turn, and when the first one was, as bits.
    calls: AtomicU32,
    called: AtomicU64,
    spans: Mutex<Spans>,
}

#[derive(Debug, Default)]
struct Spans {
    kept: VecDeque<Span>,
    lost: u64,
}

impl Journal {
    fn lock(&self) -> MutexGuard<'_, Spans> {
        // Nothing panics while the lock is held, so a poisoned lock guards a whole state.
        self.spans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The next number for an input or an update, from 1.
    pub fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed) + 1
    }

    /// Keeps spans from now on, or keeps none and forgets those there are.
    pub fn record(&self, on: bool) {
        self.recording.store(on, Ordering::Relaxed);
        let mut spans = self.lock();
        if on {
            spans.kept.reserve(1024);
        } else {
            *spans = Spans::default();
        }
    }

    /// Moves the spans that are kept to `into`, oldest first; gives how many were lost since the last call.
    pub fn take(&self, into: &mut impl Extend<Span>) -> u64 {
        let mut spans = self.lock();
        into.extend(spans.kept.drain(..));
        std::mem::take(&mut spans.lost)
    }

    /// A turn begins.
    pub(crate) fn begin(&self, update: u64) {
        self.update.store(update, Ordering::Relaxed);
        self.calls.store(0, Ordering::Relaxed);
        self.event.store(0, Ordering::Relaxed);
    }

    /// The turn handles an event of this name.
    pub(crate) fn handles(&self, name: &str) {
        if self.recording.load(Ordering::Relaxed) {
            let known = EVENTS.iter().position(|event| *event == name);
            self.event.store(known.unwrap_or(0), Ordering::Relaxed);
        }
    }

    /// What a turn is, by the event that it handled if it is one.
    pub(crate) fn kind(&self, kind: &'static str) -> &'static str {
        match EVENTS.get(self.event.load(Ordering::Relaxed)) {
            Some(event) if kind == EVENTS[0] => event,
            _ => kind,
        }
    }

    /// `setData` is called; gives when, where spans are kept.
    pub(crate) fn called(&self, clock: &dyn Clock) -> Option<Instant> {
        if self.calls.fetch_add(1, Ordering::Relaxed) == 0 {
            self.called.store(clock.monotonic().to_bits(), Ordering::Relaxed);
        }
        self.recording.load(Ordering::Relaxed).then(Instant::now)
    }

    /// The call is over.
    pub(crate) fn note_call(&self, started: Option<Instant>) {
        if let Some(started) = started {
            self.note(SpanKind::SetData, self.update.load(Ordering::Relaxed), started);
        }
    }

    /// Calls of `setData` since the turn began, and when the first one was, ms of the clock.
    pub(crate) fn take_calls(&self) -> (u32, f64) {
        match self.calls.swap(0, Ordering::Relaxed) {
            0 => (0, 0.0),
            calls => (calls, f64::from_bits(self.called.load(Ordering::Relaxed))),
        }
    }

    /// Keeps a span that ends now.
    pub(crate) fn note(&self, kind: SpanKind, update: u64, began: Instant) {
        if !self.recording.load(Ordering::Relaxed) {
            return;
        }
        let span = Span { kind, update, began, ended: Instant::now() };
        let mut spans = self.lock();
        if spans.kept.len() >= MOST_SPANS {
            spans.kept.pop_front();
            spans.lost += 1;
        }
        spans.kept.push_back(span);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realm::VirtualClock;

    #[test]
    fn calls_are_counted_for_each_turn_and_spans_are_kept_on_request_only() {
        let (journal, clock) = (Journal::default(), VirtualClock::deterministic());
        journal.begin(journal.number());
        clock.advance_to(clock.monotonic() + 5.0);
        let at = clock.monotonic();
        assert_eq!(journal.called(&clock), None);
        clock.advance_to(at + 3.0);
        journal.called(&clock);
        assert_eq!(journal.take_calls(), (2, at));
        assert_eq!(journal.take_calls(), (0, 0.0));
        journal.record(true);
        for _ in 0..MOST_SPANS + 3 {
            journal.note_call(journal.called(&clock));
        }
        let mut spans = Vec::new();
        assert_eq!(journal.take(&mut spans), 3);
        assert_eq!((spans.len(), spans[0].kind, spans[0].update), (MOST_SPANS, SpanKind::SetData, 1));
        assert_eq!(journal.take(&mut spans), 0);
    }
}
