//! The watchdog: one thread of the process that looks at the CPU clocks of all threads that run mini-programs.
//!
//! It sleeps while none of them runs a turn. A turn that begins wakes it up; from then on it looks when the first limit could
//! be reached, for CPU time never runs faster than real time.

use super::budgets::{Bounds, Budget, BudgetEvent};
use super::control::{ASK_CUT, ASK_PARK, Control, Ending};
use super::parking;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::thread::Thread;
use std::time::{Duration, Instant};

/// Between two looks at a thread that was asked to end.
const CLOSE: Duration = Duration::from_millis(10);
/// The longest sleep while turns run.
const FAR: Duration = Duration::from_millis(500);
/// The longest sleep while none does; what happens rings.
const ASLEEP: Duration = Duration::from_secs(3600);

/// A thread as it was when it was looked at last.
struct Watched {
    control: Arc<Control>,
    /// The turn whose soft limit was told of.
    told_turn: u32,
    /// CPU time when it was asked to end, ns.
    stopped_at: Option<u64>,
    /// The window of its share: its start and the CPU time then.
    window: Option<(Instant, u64)>,
    /// CPU time at the last look, ns.
    seen: u64,
    told_share: bool,
}

#[derive(Default)]
struct State {
    threads: Vec<Watched>,
}

static STATE: Mutex<State> = Mutex::new(State { threads: Vec::new() });
static THREAD: OnceLock<Option<Thread>> = OnceLock::new();
/// It sleeps until something rings.
static SLEEPS: AtomicBool = AtomicBool::new(false);

fn state() -> MutexGuard<'static, State> {
    STATE.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Wakes the watchdog. Unparking is one atomic and a system call, so handlers may do it.
pub(super) fn ring() {
    if let Some(Some(thread)) = THREAD.get() {
        SLEEPS.store(false, Ordering::Relaxed);
        thread.unpark();
    }
}

/// Wakes the watchdog if it does not look anyway.
pub(super) fn turn_began() {
    if SLEEPS.load(Ordering::Relaxed) {
        ring();
    }
}

/// Watches a thread from now on.
pub(super) fn add(control: Arc<Control>) {
    THREAD.get_or_init(|| {
        let body = || loop {
            let sleep = look();
            std::thread::park_timeout(sleep);
        };
        let thread = std::thread::Builder::new().name("pellicle-watchdog".to_owned()).stack_size(256 << 10).spawn(body);
        thread.ok().map(|handle| handle.thread().clone())
    });
    let watched = Watched { control, told_turn: 0, stopped_at: None, window: None, seen: 0, told_share: false };
    state().threads.push(watched);
    ring();
}

/// Watches a thread no more. It may end once this is back.
pub(super) fn remove(control: &Control) {
    state().threads.retain(|watched| !std::ptr::eq(&*watched.control, control));
}

/// True on the watchdog's own thread, which nothing may hold up.
pub(crate) fn is_here() -> bool {
    THREAD.get().is_some_and(|thread| thread.as_ref().is_some_and(|thread| thread.id() == std::thread::current().id()))
}

/// True if there is a watchdog, or could be.
pub(super) fn is_there() -> bool {
    !matches!(THREAD.get(), Some(None))
}

/// Something to tell when no lock is held.
enum Tell {
    Warning(Arc<Control>, BudgetEvent),
    Parked(Arc<Control>),
    Rests(Arc<Control>),
}

/// Looks at all threads; gives how long it may sleep.
fn look() -> Duration {
    // Said first: a turn that begins from now on rings.
    SLEEPS.store(true, Ordering::Relaxed);
    let mut tell = Vec::new();
    let mut next = ASLEEP;
    // No turn that begins while others are watched is first looked at after its limit.
    let mut far = FAR;
    let mut state = state();
    state.threads.retain_mut(|watched| {
        if watched.control.is_parked() {
            if !watched.control.told.swap(true, Ordering::Relaxed) {
                tell.push(Tell::Parked(watched.control.clone()));
            }
            return false;
        }
        next = next.min(watched.look(&mut tell));
        far = far.min(watched.shortest_limit());
        true
    });
    drop(state);
    for told in tell {
        match told {
            Tell::Warning(control, event) => control.sandbox.warn(event),
            Tell::Parked(control) => {
                control.sandbox.thread_was_parked(&control);
                (control.on_ending)(Ending::Parked);
            }
            Tell::Rests(control) => (control.on_ending)(Ending::Rests),
        }
    }
    if next < ASLEEP {
        SLEEPS.store(false, Ordering::Relaxed);
        next = next.min(far);
    }
    next
}

fn left_ms(used_ms: u64, bounds: Bounds) -> Duration {
    let next = if used_ms < bounds.soft { bounds.soft } else { bounds.hard };
    Duration::from_millis(next.saturating_sub(used_ms)).clamp(Duration::from_millis(1), FAR)
}

impl Watched {
    /// The CPU time that is over first in a turn.
    fn shortest_limit(&self) -> Duration {
        let budgets = self.control.sandbox.budgets();
        Duration::from_millis(budgets.turn_cpu_ms.soft.min(budgets.launch_cpu_ms.soft)).max(CLOSE)
    }

    /// Looks at the thread; gives when it is to be looked at again.
    fn look(&mut self, tell: &mut Vec<Tell>) -> Duration {
        let control = self.control.clone();
        let budgets = control.sandbox.budgets();
        let turn = control.turn.load(Ordering::Acquire);
        let stopping = control.interrupt.is_stopped();
        let Some(cpu) = control.thread.cpu_ns() else { return ASLEEP };
        if turn.is_multiple_of(2) && !stopping {
            // One that works in many short turns is seen between two of them, too.
            if std::mem::replace(&mut self.seen, cpu) == cpu {
                self.window = None;
                return ASLEEP;
            }
            return if control.free { self.look_at_share(cpu, tell) } else { FAR };
        }
        self.seen = cpu;
        if stopping {
            return self.press(cpu, turn, tell);
        }
        let began = control.turn_began.load(Ordering::Relaxed);
        if control.turn.load(Ordering::Acquire) != turn {
            // Another one has begun meanwhile.
            return Duration::from_millis(1);
        }
        let used = cpu.saturating_sub(began) / 1_000_000;
        let launching = control.launching.load(Ordering::Relaxed);
        let (budget, bounds) = match launching {
            true => (Budget::LaunchCpu, budgets.launch_cpu_ms),
            false => (Budget::TurnCpu, budgets.turn_cpu_ms),
        };
        if used >= bounds.hard {
            control.stop(budget, used, bounds.hard);
            return self.press(cpu, turn, tell);
        }
        if used >= bounds.soft && self.told_turn != turn {
            self.told_turn = turn;
            let event = BudgetEvent { budget, limit: bounds.soft, figure: used };
            tell.push(Tell::Warning(control.clone(), event));
        }
        let mut next = left_ms(used, bounds);
        if control.free && !launching {
            next = next.min(self.look_at_share(cpu, tell));
        }
        next
    }

    /// The share of real time.
    fn look_at_share(&mut self, cpu: u64, tell: &mut Vec<Tell>) -> Duration {
        let sandbox = &self.control.sandbox;
        let (budgets, now) = (sandbox.budgets(), Instant::now());
        let (since, before) = *self.window.get_or_insert((now, cpu));
        let window = Duration::from_millis(budgets.cpu_share_window_ms.max(100));
        let passed = now.duration_since(since);
        if passed < window {
            return (window - passed).min(FAR);
        }
        self.window = Some((now, cpu));
        let share = cpu.saturating_sub(before) as f64 * 100.0 / passed.as_nanos() as f64;
        sandbox.counters.share_milli.store((share * 1e3) as u64, Ordering::Relaxed);
        let bounds = budgets.cpu_share;
        if share >= bounds.hard as f64 {
            self.control.stop(Budget::CpuShare, share as u64, bounds.hard);
            return CLOSE;
        }
        let crossed = share >= bounds.soft as f64;
        if crossed && !std::mem::replace(&mut self.told_share, crossed) {
            let event = BudgetEvent { budget: Budget::CpuShare, limit: bounds.soft, figure: share as u64 };
            tell.push(Tell::Warning(self.control.clone(), event));
        }
        self.told_share = crossed;
        FAR
    }

    /// Presses a thread that is to end: first its script is cut short, after its grace it is parked.
    fn press(&mut self, cpu: u64, turn: u32, tell: &mut Vec<Tell>) -> Duration {
        let control = &self.control;
        if turn.is_multiple_of(2) {
            // Its turn ended before it was asked.
            tell.push(Tell::Rests(control.clone()));
            return FAR;
        }
        if !parking::is_installed() {
            // There is no stronger means than to ask.
            return FAR;
        }
        let since = *self.stopped_at.get_or_insert(cpu);
        let grace = control.sandbox.budgets().grace_ms.saturating_mul(1_000_000);
        let ask = if cpu.saturating_sub(since) >= grace { ASK_PARK } else { ASK_CUT };
        control.asked.store(ask, Ordering::Release);
        control.thread.signal();
        CLOSE
    }
}
