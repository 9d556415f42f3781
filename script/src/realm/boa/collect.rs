//! When garbage is collected, and what a realm looks at in each of its steps.
//!
//! Boa's collector sees the boxes of objects, but not the bytes of strings, arrays and buffers behind them. So the
//! decision is made here: by the bytes of the heap where the host counts them, else by what crossed into the engine.

use super::Shared;
use super::convert::range_error;
use crate::phases::{self, Phase};
use crate::realm::heap::judge;
use crate::realm::interrupt::STOPPED;
use crate::sandbox::{self, Sandbox, control};
use boa_engine::JsResult;
use boa_engine::error::PanicError;
use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

/// Bytes that cross into the engine before an idle collection is worth its time.
const CROSSED_BYTES: usize = 4 << 20;
/// Entries into script before an idle collection is worth its time.
const ENTRIES: u32 = 20_000;
/// Live bytes below which nothing is collected within a turn.
const LEAST: u64 = 16 << 20;
/// The same for a thread that is idle.
const IDLE_LEAST: u64 = 4 << 20;

/// What the decision to collect garbage is made from.
#[derive(Default)]
pub(crate) struct Collector {
    /// Bytes that crossed into the engine since the last collection.
    pub(crate) bytes: Cell<usize>,
    /// Entries into script since the last collection.
    pub(crate) entries: Cell<u32>,
    /// The mini-program, if something counts its heap.
    pub(crate) counted: Option<Arc<Sandbox>>,
    /// Live bytes after the last collection.
    after: Cell<u64>,
    /// Live bytes from which on the next step collects.
    next: Cell<u64>,
    /// The soft limit was crossed and told of.
    told: Cell<bool>,
}

impl Collector {
    /// The collector of a realm on this thread.
    pub(crate) fn new() -> Collector {
        let counted = sandbox::current().filter(|_| sandbox::live_bytes().is_some());
        let collector = Collector { counted, next: Cell::new(LEAST), ..Collector::default() };
        collector.after.set(sandbox::live_bytes().unwrap_or(0));
        collector
    }
}

impl Shared {
    /// Fails, uncatchably for script, once the realm is to stop.
    pub(super) fn check_interrupt(&self) -> JsResult<()> {
        if self.interrupt.is_stopped() {
            return Err(PanicError::new(STOPPED).into());
        }
        Ok(())
    }

    /// A step: fails, uncatchably for script, if the realm is to stop; collects garbage if the heap has grown; fails if
    /// the stack is nearly used up.
    pub(crate) fn step(&self) -> JsResult<()> {
        self.check_interrupt()?;
        if control::is_near_guard() {
            return Err(range_error("Maximum call stack size exceeded"));
        }
        if self.collector.counted.is_some()
            && sandbox::live_bytes().is_some_and(|live| live >= self.collector.next.get())
        {
            self.collect();
            self.check_interrupt()?;
        }
        Ok(())
    }

    /// Collects garbage, and judges what is left.
    fn collect(&self) {
        let collector = &self.collector;
        let Some(sandbox) = &collector.counted else { return };
        let bounds = sandbox.budgets().heap;
        let live = || sandbox::live_bytes().unwrap_or(0);
        let before = live();
        self.collect_now();
        let left = live();
        collector.after.set(left);
        if !judge(sandbox, &collector.told, before, left) {
            return;
        }
        let mut next = left.saturating_mul(2).max(LEAST);
        for bound in [bounds.soft, bounds.hard] {
            if left <= bound {
                next = next.min(bound.saturating_add(1));
            }
        }
        collector.next.set(next);
    }

    /// Collects garbage; script stands still meanwhile.
    fn collect_now(&self) {
        let _collecting = phases::enter(Phase::Collection);
        let began = Instant::now();
        boa_gc::force_collect();
        sandbox::count(|counters| counters.paused(began.elapsed()));
        self.collector.bytes.set(0);
        self.collector.entries.set(0);
    }

    /// The thread is idle.
    pub(crate) fn idle(&self) {
        self.last_match.rest();
        let collector = &self.collector;
        if let Some(live) = sandbox::live_bytes().filter(|_| collector.counted.is_some()) {
            if live > collector.after.get().saturating_mul(2).max(IDLE_LEAST) {
                self.collect();
            }
        } else if collector.bytes.get() > CROSSED_BYTES || collector.entries.get() > ENTRIES {
            self.collect_now();
        }
    }
}
