//! When garbage is collected, and what a realm looks at in each of its steps.
//!
//! Boa's collector sees the boxes of objects, but not the bytes of strings, arrays and buffers behind them. So the
//! decision is made here: by the bytes of the heap where the host counts them, else by what crossed into the engine.
//!
//! Boa collects besides, wherever script happens to be, once boxes pass a bound that has no setting and is just above what lives
//! (`docs/boa/27-garbage-collector.md`). It rises with what lived at its last collection, so a realm whose
//! heap was not small once shows it something large, when the thread is idle ([`make_room`]).

use super::Shared;
use super::convert::range_error;
use crate::phases::{self, Phase};
use crate::realm::heap::judge;
use crate::realm::interrupt::STOPPED;
use crate::sandbox::{self, Sandbox, control};
use boa_engine::JsResult;
use boa_engine::error::PanicError;
use boa_gc::{Finalize, Gc, Trace};
use std::cell::Cell;
use std::mem::MaybeUninit;
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

/// Least soft bound of a heap that has this room.
const ROOM_WITHIN: u64 = 64 << 20;
/// How many [`Ballast`] it is shown: its bound is at least 11 MB of boxes then.
const BALLAST: usize = 32;

/// Something large for Boa's collector to find alive. Nobody reads what is in it. Each goes over the stack, whose pages stay, and has to
/// be large enough to go back to the system.
#[derive(Trace, Finalize)]
struct Ballast(
    #[unsafe_ignore_trace]
    #[expect(dead_code, reason = "only its size matters")]
    MaybeUninit<[u8; 256 << 10]>,
);

/// Lets Boa's collector on this thread wait for more garbage from now on.
fn make_room() {
    let held: Vec<Gc<Ballast>> = (0..BALLAST).map(|_| Gc::new(Ballast(MaybeUninit::uninit()))).collect();
    drop(held);
    boa_gc::force_collect();
}

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
    /// Boa's own collector has room.
    has_room: Cell<bool>,
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

/// Runs something meanwhile script stands still.
fn paused(work: impl FnOnce()) {
    let _collecting = phases::enter(Phase::Collection);
    let began = Instant::now();
    work();
    sandbox::count(|counters| counters.paused(began.elapsed()));
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
        paused(boa_gc::force_collect);
        self.collector.bytes.set(0);
        self.collector.entries.set(0);
    }

    /// Gives Boa's own collector room, if the heap may well hold more.
    fn consider_room(&self) {
        let collector = &self.collector;
        let may = |sandbox: &Arc<Sandbox>| sandbox.budgets().heap.soft >= ROOM_WITHIN;
        if !collector.has_room.get() && collector.counted.as_ref().is_some_and(may) {
            collector.has_room.set(true);
            // For as long as it takes it is the host's memory.
            paused(|| sandbox::uncounted(make_room));
        }
    }

    /// The thread is idle.
    pub(crate) fn idle(&self) {
        self.last_match.rest();
        let collector = &self.collector;
        if let Some(live) = sandbox::live_bytes().filter(|_| collector.counted.is_some()) {
            if live > collector.after.get().saturating_mul(2).max(IDLE_LEAST) {
                self.collect();
                self.consider_room();
            }
        } else if collector.bytes.get() > CROSSED_BYTES || collector.entries.get() > ENTRIES {
            self.collect_now();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::rc::Rc;

    /// Tells when it is collected.
    #[derive(Trace)]
    struct Probe(#[unsafe_ignore_trace] Rc<Cell<bool>>);

    impl Finalize for Probe {
        fn finalize(&self) {
            self.0.set(true);
        }
    }

    /// True if Boa collects by itself while some megabytes of garbage are made.
    fn collects_within(megabytes: usize) -> bool {
        let collected = Rc::new(Cell::new(false));
        drop(Gc::new(Probe(Rc::clone(&collected))));
        for _ in 0..megabytes << 10 {
            drop(Gc::new([0_u8; 1024]));
        }
        collected.get()
    }

    #[test]
    fn boas_own_collector_waits_once_it_has_room() {
        let seen = std::thread::Builder::new().stack_size(16 << 20).spawn(|| {
            let before = collects_within(4);
            make_room();
            (before, collects_within(8), collects_within(16))
        });
        let seen = seen.expect("a thread").join().expect("no panic");
        assert_eq!(seen, (true, false, true));
    }
}
