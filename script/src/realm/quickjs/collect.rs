//! The heap, and what a realm looks at in each of its steps.
//!
//! QuickJS counts references and looks for circles by itself, by the bytes that it has: nothing is to be collected for it
//! in a turn but where the mini-program's heap comes near its limits.

use super::{Core, convert, raw};
use crate::phases::{self, Phase};
use crate::realm::heap::judge;
use crate::realm::interrupt::STOPPED;
use crate::sandbox::{self, Sandbox, control};
use rquickjs::{Ctx, Result};
use std::cell::Cell;
use std::sync::Arc;
use std::time::Instant;

/// What the decision to look for circles is made from.
#[derive(Default)]
pub(super) struct Collector {
    /// The mini-program, if something counts its heap.
    counted: Option<Arc<Sandbox>>,
    /// Live bytes after the last collection that was asked for.
    after: Cell<u64>,
    /// Live bytes from which on the next step judges; 0 before the first one.
    next: Cell<u64>,
    /// The soft limit was crossed and told of.
    told: Cell<bool>,
    /// How often script was looked at since the host called it last.
    pub(super) looks: Cell<u64>,
    /// That was too often: what runs is to end, the realm is not.
    pub(super) endless: Cell<bool>,
}

/// Rounds that a look counts for. Between two of them are 10,000 jumps and calls (`JS_INTERRUPT_COUNTER_INIT` of QuickJS), which
/// are that much cheaper than rounds of Boa that a budget of CPU time ends script first on both.
const ROUNDS: u64 = 10_000 / 8;

/// Live bytes below which an idle thread collects nothing.
const IDLE_LEAST: u64 = 4 << 20;

impl Collector {
    /// The collector of a realm on this thread.
    pub(super) fn new() -> Collector {
        let counted = sandbox::current().filter(|_| sandbox::live_bytes().is_some());
        let next = counted.as_ref().map_or(0, |sandbox| sandbox.budgets().heap.soft.min(sandbox.budgets().heap.hard));
        let after = Cell::new(sandbox::live_bytes().unwrap_or(0));
        Collector { counted, after, next: Cell::new(next.saturating_add(1)), ..Collector::default() }
    }
}

impl Core {
    /// A step: fails, uncatchably for script, if the realm is to stop, and catchably if the stack is nearly used up.
    pub(super) fn step(&self, ctx: &Ctx<'_>) -> Result<()> {
        if self.is_over() {
            return Err(convert::fatal_error(ctx, STOPPED));
        }
        if control::is_near_guard() {
            return Err(convert::range_error(ctx, "Maximum call stack size exceeded"));
        }
        Ok(())
    }

    /// True if what runs is to end. QuickJS asks in loops, calls and regular expressions.
    pub(super) fn look(&self) -> bool {
        let looks = self.collector.looks.get() + 1;
        self.collector.looks.set(looks);
        if looks.saturating_mul(ROUNDS) > self.budgets.loop_rounds {
            self.collector.endless.set(true);
            return true;
        }
        self.is_over()
    }

    /// True once the realm is to stop.
    fn is_over(&self) -> bool {
        let collector = &self.collector;
        if collector.counted.is_some()
            && !self.interrupt.is_stopped()
            && sandbox::live_bytes().is_some_and(|live| live >= collector.next.get())
        {
            self.judge();
        }
        self.interrupt.is_stopped()
    }

    /// Looks for circles, and judges what is left.
    fn judge(&self) {
        let collector = &self.collector;
        let Some(sandbox) = &collector.counted else { return };
        let bounds = sandbox.budgets().heap;
        let live = || sandbox::live_bytes().unwrap_or(0);
        let before = live();
        self.collect();
        let left = live();
        if !judge(sandbox, &collector.told, before, left) {
            return;
        }
        // Nearer and nearer to the end: circles alone must not use the heap up.
        let next = if left <= bounds.soft { bounds.soft.saturating_add(1) } else { left / 2 + bounds.hard / 2 };
        collector.next.set(next.max(left / 64 * 65));
    }

    fn collect(&self) {
        let _collecting = phases::enter(Phase::Collection);
        let began = Instant::now();
        raw::context(&self.context).run_gc();
        sandbox::count(|counters| counters.paused(began.elapsed()));
        self.collector.after.set(sandbox::live_bytes().unwrap_or(0));
    }

    /// The thread is idle.
    pub(super) fn rest(&self) {
        let collector = &self.collector;
        let grown = |live: u64| live > collector.after.get().saturating_mul(2).max(IDLE_LEAST);
        if collector.counted.is_some() && sandbox::live_bytes().is_some_and(grown) {
            self.collect();
        }
    }
}
