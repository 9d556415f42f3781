//! What is known of a thread that runs a mini-program, and the zones that it moves between.
//!
//! Inside, a thread runs nothing but the script engine: it holds no lock of the host's, so it may be parked at any
//! instruction. Outside, it runs code of the runtime or the host, and is left alone until it comes back. A thread is
//! outside until it enters a realm.
//!
//! Everything in a [`Control`] is an atomic: it is read by signal handlers and by the watchdog.
//!
//! Unsafe: the thread-local pointer to the control. It is set by the guard that owns the control and reset before that
//! goes, and it is read on its own thread only, so what it points to lives. Limits of the engine are written
//! through a pointer that is set only while the thread is inside: the realm's context stands still and is alive then, and
//! it is written on its own thread, between two instructions of the engine. They are plain words of a type that any value is
//! valid for, and the engine reads them anew for each round of a loop and each call, behind a call through its table of
//! handlers. This one write is more than the language's rules on exclusive references promise: it rests on the engine's version, which is
//! pinned, and `tests/hostile.rs` holds that it works there. A limit that was read before is used once more, no worse.

use super::Sandbox;
use super::budgets::Budget;
use super::sys;
use crate::phases::{self, InPhase, Phase};
use crate::realm::Interrupt;
use boa_engine::vm::RuntimeLimits;
use std::cell::Cell;
use std::ptr::null_mut;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicPtr, AtomicU8, AtomicU32, AtomicU64, Ordering, compiler_fence};

/// Stack that code outside of the engine may count on, bytes.
const OUTSIDE_STACK: usize = 1 << 20;

/// A short text that one thread writes and others read, whole or torn, without waiting.
#[derive(Default)]
pub(super) struct Label([AtomicU64; 8]);

impl Label {
    fn set(&self, text: &str) {
        let mut words = [[0_u8; 8]; 8];
        let mut bytes = text.bytes();
        for word in &mut words {
            for (slot, byte) in word.iter_mut().zip(&mut bytes) {
                *slot = byte;
            }
        }
        for (slot, word) in self.0.iter().zip(words) {
            slot.store(u64::from_ne_bytes(word), Ordering::Relaxed);
        }
    }

    fn text(&self) -> String {
        let bytes: Vec<u8> = self.0.iter().flat_map(|word| word.load(Ordering::Relaxed).to_ne_bytes()).collect();
        let end = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
        String::from_utf8_lossy(&bytes[..end]).trim_end_matches('\u{fffd}').to_owned()
    }
}

/// What is asked of a thread by signal.
pub(super) const ASK_NOTHING: u8 = 0;
/// The engine's limits are cut, so that script ends at its next loop or call.
pub(super) const ASK_CUT: u8 = 1;
/// It is parked.
pub(super) const ASK_PARK: u8 = 2;

/// Why a thread was parked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(super) enum Parked {
    Not = 0,
    /// It was asked to end and did not.
    Deadline,
    /// It would have had more memory than it may.
    Memory,
    /// It touched the guard page of its stack.
    Stack,
}

/// What the watchdog tells of a thread.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Ending {
    /// It is to end and rests: it must be woken, to notice.
    Rests,
    /// It was parked.
    Parked,
}

/// One thread of a mini-program.
pub(super) struct Control {
    pub(super) sandbox: Arc<Sandbox>,
    pub(super) interrupt: Interrupt,
    pub(super) thread: sys::Thread,
    /// Runs by itself, so that its share of real time says something.
    pub(super) free: bool,
    /// Called by the watchdog.
    pub(super) on_ending: Box<dyn Fn(Ending) + Send + Sync>,
    inside: AtomicBool,
    limits: AtomicPtr<RuntimeLimits>,
    /// The thread is inside an allocator: parking waits.
    pub(super) allocating: AtomicBool,
    pub(super) park_late: AtomicBool,
    pub(super) asked: AtomicU8,
    parked: AtomicU8,
    /// Odd while a turn runs.
    pub(super) turn: AtomicU32,
    pub(super) turn_began: AtomicU64,
    /// The first page is not there yet.
    pub(super) launching: AtomicBool,
    /// API calls of the turn.
    calls: AtomicU64,
    turn_kind: Label,
    doing: Label,
    cause: AtomicU8,
    cause_figure: AtomicU64,
    cause_limit: AtomicU64,
    /// The watchdog has told of it.
    pub(super) told: AtomicBool,
}

thread_local! {
    static CURRENT: Cell<*const Control> = const { Cell::new(std::ptr::null()) };
}

/// The control of this thread, for the length of a call.
pub(super) fn with<T>(work: impl FnOnce(&Control) -> T) -> Option<T> {
    let at = CURRENT.try_with(Cell::get).unwrap_or(std::ptr::null());
    // SAFETY: see the head of this file.
    unsafe { at.as_ref() }.map(work)
}

/// What the allocator needs to know: null outside of mini-programs' threads.
#[inline]
pub(super) fn current() -> *const Control {
    CURRENT.try_with(Cell::get).unwrap_or(std::ptr::null())
}

pub(super) fn set_current(control: *const Control) {
    let _ = CURRENT.try_with(|current| current.set(control));
}

impl Control {
    pub(super) fn new(sandbox: Arc<Sandbox>, free: bool, on_ending: Box<dyn Fn(Ending) + Send + Sync>) -> Control {
        Control {
            sandbox,
            interrupt: Interrupt::default(),
            thread: sys::Thread::current(),
            free,
            on_ending,
            inside: AtomicBool::new(false),
            limits: AtomicPtr::new(null_mut()),
            allocating: AtomicBool::new(false),
            park_late: AtomicBool::new(false),
            asked: AtomicU8::new(ASK_NOTHING),
            parked: AtomicU8::new(Parked::Not as u8),
            turn: AtomicU32::new(0),
            turn_began: AtomicU64::new(0),
            launching: AtomicBool::new(false),
            calls: AtomicU64::new(0),
            turn_kind: Label::default(),
            doing: Label::default(),
            cause: AtomicU8::new(0),
            cause_figure: AtomicU64::new(0),
            cause_limit: AtomicU64::new(0),
            told: AtomicBool::new(false),
        }
    }

    /// True if the thread may be parked where it is.
    pub(super) fn is_inside(&self) -> bool {
        // A panic that unwinds, or is being reported, may hold locks of the standard library.
        self.inside.load(Ordering::Relaxed) && !std::thread::panicking()
    }

    pub(super) fn is_parked(&self) -> bool {
        self.parked.load(Ordering::Acquire) != Parked::Not as u8
    }

    #[cfg(any(target_os = "linux", target_os = "android"))] // elsewhere no thread is parked
    pub(super) fn set_parked(&self, how: Parked) {
        self.parked.store(how as u8, Ordering::Release);
    }

    /// Asks the thread to end for a budget; the first cause counts.
    pub(super) fn stop(&self, budget: Budget, figure: u64, limit: u64) {
        if self.cause.load(Ordering::Relaxed) == 0 {
            self.cause_figure.store(figure, Ordering::Relaxed);
            self.cause_limit.store(limit, Ordering::Relaxed);
            self.cause.store(budget as u8, Ordering::Release);
        }
        self.interrupt.stop();
    }

    /// The budget that ended the thread, its figure and limit.
    pub(super) fn cause(&self) -> Option<(Budget, u64, u64)> {
        let budget = Budget::from_code(self.cause.load(Ordering::Acquire))?;
        Some((budget, self.cause_figure.load(Ordering::Relaxed), self.cause_limit.load(Ordering::Relaxed)))
    }

    /// What the thread does, in words.
    pub(super) fn doing(&self) -> String {
        let (turn, name) = (self.turn_kind.text(), self.doing.text());
        match (turn.is_empty(), name.is_empty()) {
            (true, true) => "its start".to_owned(),
            (false, true) => turn,
            (true, false) => name,
            (false, false) => format!("{turn}: {name}"),
        }
    }

    pub(super) fn begin_turn(&self, kind: &str) {
        self.turn_kind.set(kind);
        self.doing.set("");
        self.calls.store(0, Ordering::Relaxed);
        self.turn_began.store(sys::own_cpu_ns(), Ordering::Relaxed);
        // Odd from now on.
        self.turn.fetch_add(1, Ordering::Release);
    }

    pub(super) fn end_turn(&self) -> u64 {
        let spent = sys::own_cpu_ns().saturating_sub(self.turn_began.load(Ordering::Relaxed));
        self.turn.fetch_add(1, Ordering::Release);
        spent
    }

    pub(super) fn is_in_turn(&self) -> bool {
        self.turn.load(Ordering::Relaxed) % 2 == 1
    }

    /// CPU time since the turn began, ns, as others see it.
    pub(super) fn turn_cpu_ns(&self) -> u64 {
        self.thread.cpu_ns().unwrap_or(0).saturating_sub(self.turn_began.load(Ordering::Relaxed))
    }

    pub(super) fn count_call(&self) -> u64 {
        self.calls.fetch_add(1, Ordering::Relaxed) + 1
    }

    pub(super) fn set_doing(&self, name: &str) {
        self.doing.set(name);
    }

    /// Lets script end at its next loop or call, if the thread is inside. On its own thread only.
    pub(super) fn cut_limits(&self) {
        let limits = self.limits.load(Ordering::Relaxed);
        if self.is_inside() && !limits.is_null() {
            // SAFETY: see the head of this file. Volatile, so that it is written here.
            unsafe {
                let mut cut = limits.read_volatile();
                cut.set_loop_iteration_limit(0);
                cut.set_recursion_limit(0);
                limits.write_volatile(cut);
            }
            compiler_fence(Ordering::SeqCst);
        }
    }
}

/// The thread is inside for as long as this lives.
pub(crate) struct Inside {
    before: (bool, *mut RuntimeLimits),
    /// Values are handed in or out, unless script is run.
    _phase: InPhase,
}

/// Enters the engine whose limits these are.
pub(crate) fn inside(limits: &mut RuntimeLimits) -> Inside {
    enter(limits)
}

/// Enters an engine that asks by itself whether it is to end.
#[cfg(feature = "quickjs")]
pub(crate) fn inside_plainly() -> Inside {
    enter(null_mut())
}

fn enter(limits: *mut RuntimeLimits) -> Inside {
    let before = with(|control| {
        let limits_before = control.limits.swap(limits, Ordering::Relaxed);
        let before = control.inside.swap(true, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        (before, limits_before)
    });
    Inside { before: before.unwrap_or((false, null_mut())), _phase: phases::enter(Phase::Conversion) }
}

impl Drop for Inside {
    fn drop(&mut self) {
        with(|control| {
            compiler_fence(Ordering::SeqCst);
            control.inside.store(self.before.0, Ordering::Relaxed);
            control.limits.store(self.before.1, Ordering::Relaxed);
        });
    }
}

/// The thread is outside for as long as this lives.
pub(crate) struct Outside {
    was_inside: bool,
    _phase: InPhase,
}

/// Leaves the engine for code of the runtime or the host.
pub(crate) fn outside() -> Outside {
    let was_inside = with(|control| {
        let was = control.inside.swap(false, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        was
    });
    Outside { was_inside: was_inside.unwrap_or(false), _phase: phases::enter(Phase::Natives) }
}

impl Drop for Outside {
    fn drop(&mut self) {
        if self.was_inside {
            with(|control| {
                compiler_fence(Ordering::SeqCst);
                control.inside.store(true, Ordering::Relaxed);
            });
        }
    }
}

/// True if too little of the stack is left for code outside of the engine.
pub(crate) fn is_near_guard() -> bool {
    with(|control| control.thread.stack_left() < OUTSIDE_STACK).unwrap_or(false)
}
