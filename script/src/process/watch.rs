//! The host's own watch over a process, which trusts nothing that the process says.
//!
//! An honest process ends script that is past its budgets by itself, as a thread's sandbox does, and says so. One that was
//! taken over may say anything. So the host looks at what the system counts: processor time without the end of a turn, the
//! share of real time, and memory. The ends of turns are the process's word; one that lies about them meets the limit on its
//! share.

use super::courier::{Courier, lock};
use super::figures::{self, Usage};
use crate::bridge::outbox::StopReason;
use crate::sandbox::{Budget, BudgetReport, Budgets, own_cpu_ns};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// The longest time between two looks.
const FAR: Duration = Duration::from_millis(100);
/// The shortest; the system counts in steps of 10 ms.
const CLOSE: Duration = Duration::from_millis(10);
/// Processor time that an honest process needs to tell of its end when its own grace is over.
const LAST_WORDS: Duration = Duration::from_millis(60);
/// How long a process may be there that the host has let go of.
const LINGER: Duration = Duration::from_millis(500);
/// Share of real time that a process works at most which rests in between: less than what a machine with much else to do
/// leaves one that never does.
const RESTING: f64 = 0.1;

/// What the process says of its turns.
#[derive(Default)]
pub(super) struct Signs {
    /// It has confined itself, and is told what it runs: what it has used until then is no turn's.
    pub greeted: AtomicBool,
    /// Turns that have ended.
    pub turns: AtomicU64,
    /// The first page is there.
    pub launched: AtomicBool,
    /// Processor time that the host has spent on drawing for it, ns. It counts as the process's own.
    pub served: AtomicU64,
    /// Processor time at the last end of a turn, or when it last rested, ms; seen from outside.
    pub rested: AtomicU64,
}

impl Signs {
    /// Does something that the process is charged with.
    pub fn charge<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = own_cpu_ns();
        let done = work();
        self.served.fetch_add(own_cpu_ns().saturating_sub(began), Ordering::Relaxed);
        done
    }

    fn served(&self) -> Duration {
        Duration::from_nanos(self.served.load(Ordering::Relaxed))
    }
}

/// Notes what a process has used in the end, which it keeps to be asked for until it is waited for.
pub(super) fn note_end(courier: &Courier) {
    let Some(usage) = figures::at_end(lock(&courier.child).id()) else { return };
    note(courier, Usage { cpu: usage.cpu + courier.signs.served(), ..usage });
}

fn note(courier: &Courier, usage: Usage) {
    let cpu = usage.cpu.as_millis() as u64;
    let rested = courier.signs.rested.load(Ordering::Relaxed);
    courier.sandbox.note_process(|figures| {
        figures.cpu_ms = cpu;
        figures.turn_cpu_ms = cpu.saturating_sub(rested);
        // One that has ended has no memory.
        figures.resident_bytes = usage.resident;
    });
}

/// What was last seen.
struct Seen {
    at: Instant,
    cpu: Duration,
    turns: u64,
}

/// A window of its share of real time.
struct Window {
    since: Instant,
    cpu: Duration,
    threads: BTreeMap<u32, Duration>,
}

fn exhausted(budget: Budget, figure: u64, limit: u64) -> StopReason {
    let doing = "its process".to_owned();
    StopReason::Budget(Box::new(BudgetReport { budget, limit, figure, doing, stack: Vec::new(), parked: false }))
}

/// Watches until the connection is closed; ends the process when it is past a budget, and says which. `memory` is what the
/// process may have, bytes.
pub(super) fn watch(courier: &Courier, budgets: &Budgets, memory: u64) -> Option<StopReason> {
    let process = lock(&courier.child).id();
    let mut cpu = figures::usage(process)?.cpu;
    let mut seen = Seen { at: Instant::now(), cpu, turns: 0 };
    let mut window = Window { since: seen.at, cpu, threads: figures::threads(process) };
    // Processor time at the last end of a turn.
    let mut rested = cpu;
    courier.signs.rested.store(rested.as_millis() as u64, Ordering::Relaxed);
    let (mut sleep, mut let_go, mut greeted) = (CLOSE, None, false);
    loop {
        let over = lock(&courier.over);
        let waited = courier.ended.wait_timeout_while(over, sleep, |over| !*over);
        if *waited.unwrap_or_else(std::sync::PoisonError::into_inner).0 {
            return None;
        }
        if courier.own.is_closed() && let_go.get_or_insert_with(Instant::now).elapsed() > LINGER {
            // The host has let go of it, and it neither ends nor takes in that it is to.
            courier.kill();
            return None;
        }
        let usage = figures::usage(process)?;
        let usage = Usage { cpu: usage.cpu + courier.signs.served(), ..usage };
        cpu = usage.cpu;
        if memory > 0 && usage.resident > memory {
            courier.kill();
            return Some(exhausted(Budget::Heap, usage.resident, memory));
        }
        let (turns, now) = (courier.signs.turns.load(Ordering::Relaxed), Instant::now());
        let worked = cpu.saturating_sub(seen.cpu).as_secs_f64();
        // In a short time the system's steps say nothing.
        let rests = now - seen.at >= FAR / 2 && worked < RESTING * (now - seen.at).as_secs_f64();
        let first = !greeted && courier.signs.greeted.load(Ordering::Relaxed);
        greeted |= first;
        if turns != seen.turns || rests || first {
            rested = cpu;
            courier.signs.rested.store(rested.as_millis() as u64, Ordering::Relaxed);
        }
        note(courier, usage);
        if turns != seen.turns || now - seen.at >= FAR / 2 {
            seen = Seen { at: now, cpu, turns };
        }
        let (budget, bounds) = match courier.signs.launched.load(Ordering::Relaxed) {
            false => (Budget::LaunchCpu, budgets.launch_cpu_ms),
            true => (Budget::TurnCpu, budgets.turn_cpu_ms),
        };
        let limit = Duration::from_millis(bounds.hard.saturating_add(budgets.grace_ms)) + LAST_WORDS;
        let used = cpu.saturating_sub(rested);
        if used >= limit {
            courier.kill();
            return Some(exhausted(budget, used.as_millis() as u64, bounds.hard));
        }
        if !courier.steps
            && let Some(share) = share(&mut window, process, cpu, budgets)
        {
            courier.kill();
            return Some(exhausted(Budget::CpuShare, share, budgets.cpu_share.hard));
        }
        sleep = (limit - used).clamp(CLOSE, FAR);
    }
}

/// Its share of real time in the window that is over now, if that is too much: of one thread, or of all together twice as
/// much.
fn share(window: &mut Window, process: u32, cpu: Duration, budgets: &Budgets) -> Option<u64> {
    let passed = window.since.elapsed();
    if passed < Duration::from_millis(budgets.cpu_share_window_ms.max(100)) {
        return None;
    }
    let threads = figures::threads(process);
    let percent = |worked: Duration| (worked.as_secs_f64() * 100.0 / passed.as_secs_f64()) as u64;
    let of =
        |(number, now): (&u32, &Duration)| now.saturating_sub(window.threads.get(number).copied().unwrap_or_default());
    let most = threads.iter().map(of).max().map_or(0, percent);
    let all = percent(cpu.saturating_sub(window.cpu));
    *window = Window { since: Instant::now(), cpu, threads };
    let hard = budgets.cpu_share.hard;
    match (most >= hard, all >= hard.saturating_mul(2)) {
        (true, _) => Some(most),
        (_, true) => Some(all),
        _ => None,
    }
}
