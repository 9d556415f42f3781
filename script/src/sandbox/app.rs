//! The sandbox of one mini-program: its budgets, what it has used, its threads.

use super::arena::{self, Account};
use super::budgets::{Bounds, Budget, BudgetEvent, BudgetFigures, BudgetReport, Budgets, Counters};
use super::control::{self, Control, Ending};
use super::gauges::Gauges;
use super::parking::{self, HandlerStack};
use super::watchdog;
use crate::realm::{Interrupt, ScriptFrame};
use std::marker::PhantomData;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::Duration;

/// What the process of a mini-program uses, where it has one of its own, as the system and the host's side count it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ProcessFigures {
    /// Its number.
    pub pid: u32,
    /// CPU time of all its threads, and what drawing for it took on the host's side, ms.
    pub cpu_ms: u64,
    /// Of that, since its last turn ended or it last rested, ms; in the end, what its last turn has taken.
    pub turn_cpu_ms: u64,
    /// Memory of it that is there, bytes.
    pub resident_bytes: u64,
    /// Messages that came from it.
    pub received: u64,
    /// Messages that were sent to it.
    pub sent: u64,
}

/// Collections of script's garbage, in all threads of a mini-program.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Pauses {
    /// How many there were.
    pub collections: u64,
    /// Real time that script stood still for them.
    pub time: Duration,
}

type OnEvent = Box<dyn Fn(BudgetEvent) + Send + Sync>;

/// The budgets of one mini-program and what it has used of them. All its threads share one.
pub struct Sandbox {
    budgets: Budgets,
    pub(crate) counters: Counters,
    pub(super) gauges: Gauges,
    /// Its heap, where the process counts those.
    account: Option<Account>,
    on_event: OnceLock<OnEvent>,
    report: Mutex<Option<BudgetReport>>,
    /// Where script was when it was stopped.
    stack: Mutex<Vec<ScriptFrame>>,
    /// A thread of it was parked.
    parked: AtomicBool,
    /// What its own process tells of itself.
    told: Mutex<Option<BudgetFigures>>,
    process: Mutex<Option<ProcessFigures>>,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Sandbox {
    /// A sandbox with these budgets.
    pub fn new(budgets: Budgets) -> Arc<Sandbox> {
        Self::with(budgets, arena::open(budgets.heap, budgets.heap_cap))
    }

    /// The host's side of the sandbox of a mini-program in another process.
    pub(crate) fn of_process(budgets: Budgets) -> Arc<Sandbox> {
        Self::with(budgets, None)
    }

    fn with(budgets: Budgets, account: Option<Account>) -> Arc<Sandbox> {
        Arc::new(Sandbox {
            account,
            budgets,
            counters: Counters::default(),
            gauges: Gauges::default(),
            on_event: OnceLock::new(),
            report: Mutex::default(),
            stack: Mutex::default(),
            parked: AtomicBool::new(false),
            told: Mutex::default(),
            process: Mutex::default(),
        })
    }

    /// Its budgets.
    pub fn budgets(&self) -> &Budgets {
        &self.budgets
    }

    /// What it uses now. It waits for nobody.
    pub fn figures(&self) -> BudgetFigures {
        if let Some(told) = *lock(&self.told) {
            // The gate of a process is on this side.
            let own = self.counters.figures();
            let (warnings, refusals) = (told.warnings + own.warnings, told.refusals + own.refusals);
            return self.gauges.figures(BudgetFigures { api_rate: own.api_rate, warnings, refusals, ..told });
        }
        let (heap_bytes, heap_peak) = self.account.as_ref().map_or((0, 0), |account| (account.live(), account.peak()));
        self.gauges.figures(BudgetFigures { heap_bytes, heap_peak, ..self.counters.figures() })
    }

    /// How often garbage of script was collected so far, and how long script stood still for that. It waits for nobody.
    pub fn pauses(&self) -> Pauses {
        if let Some(told) = *lock(&self.told) {
            let time = Duration::try_from_secs_f64(told.pauses_ms / 1e3).unwrap_or_default();
            return Pauses { collections: told.collections, time };
        }
        let collections = self.counters.collections.load(Ordering::Acquire);
        Pauses { collections, time: Duration::from_nanos(self.counters.pauses_ns.load(Ordering::Relaxed)) }
    }

    /// Why it was stopped, if a budget was used up.
    pub fn report(&self) -> Option<BudgetReport> {
        lock(&self.report).clone()
    }

    /// What its process uses, if it has one of its own.
    pub fn process(&self) -> Option<ProcessFigures> {
        *lock(&self.process)
    }

    /// What its process tells of what it has used.
    pub(crate) fn tell(&self, told: BudgetFigures) {
        *lock(&self.told) = Some(told);
    }

    /// Changes what is known of its process.
    pub(crate) fn note_process(&self, note: impl FnOnce(&mut ProcessFigures)) {
        note(lock(&self.process).get_or_insert_default());
    }

    /// Its process was stopped for a budget.
    pub(crate) fn set_report(&self, report: BudgetReport) {
        lock(&self.report).get_or_insert(report);
    }

    /// True if one of its threads was parked.
    pub fn is_parked(&self) -> bool {
        self.parked.load(Ordering::Acquire)
    }

    /// Who is told of soft limits that are crossed, on any thread; the first one that is set.
    pub(crate) fn set_on_event(&self, tell: OnEvent) {
        let _ = self.on_event.set(tell);
    }

    pub(crate) fn warn(&self, event: BudgetEvent) {
        self.counters.warnings.fetch_add(1, Ordering::Relaxed);
        if let Some(tell) = self.on_event.get() {
            tell(event);
        }
    }

    /// Makes the calling thread one of the mini-program's until the result is dropped. `on_ending` is called, on another
    /// thread, if this one is parked, or is to end while it rests. `free`: it runs by itself, in real time.
    pub fn enter_thread(
        self: &Arc<Self>,
        free: bool,
        on_ending: impl Fn(Ending) + Send + Sync + 'static,
    ) -> SandboxThread {
        let handler_stack = HandlerStack::ensure();
        let control = Arc::new(Control::new(self.clone(), free, Box::new(on_ending)));
        let before = control::current();
        watchdog::add(control.clone());
        control::set_current(&*control);
        SandboxThread { control, before, _handler_stack: handler_stack, here: PhantomData }
    }

    pub(super) fn account(&self) -> Option<&Account> {
        self.account.as_ref()
    }

    /// A thread is lost in the middle of its heap.
    #[cfg(any(target_os = "linux", target_os = "android"))] // elsewhere no thread is parked
    pub(super) fn lose_heap(&self) {
        if let Some(account) = &self.account {
            account.lose();
        }
    }

    fn count_turn(&self, spent: u64) {
        self.counters.turns.fetch_add(1, Ordering::Relaxed);
        self.counters.cpu_ns.fetch_add(spent, Ordering::Relaxed);
        self.counters.longest_turn_ns.fetch_max(spent, Ordering::Relaxed);
    }

    pub(super) fn thread_was_parked(&self, control: &Control) {
        // Its clock stands still.
        self.count_turn(control.turn_cpu_ns());
        self.close_report(control, true);
        if !self.parked.swap(true, Ordering::AcqRel) {
            parking::count_program(self.account.as_ref().map_or(0, Account::live));
        }
    }

    /// Makes the report of a thread that was stopped for a budget.
    fn close_report(&self, control: &Control, parked: bool) {
        let (budget, figure, limit) = match control.cause() {
            Some(cause) => cause,
            // Its host stopped it.
            None => return,
        };
        let limit = if budget == Budget::Stack { self.budgets.stack_bytes as u64 } else { limit };
        let stack = std::mem::take(&mut *self.stack.lock().unwrap_or_else(PoisonError::into_inner));
        let report = BudgetReport { budget, limit, figure, doing: control.doing(), stack, parked };
        self.report.lock().unwrap_or_else(PoisonError::into_inner).get_or_insert(report);
    }
}

/// A thread's membership in a mini-program.
pub struct SandboxThread {
    control: Arc<Control>,
    before: *const Control,
    _handler_stack: HandlerStack,
    /// It is the calling thread's.
    here: PhantomData<*const ()>,
}

impl SandboxThread {
    /// A turn begins.
    pub(crate) fn begin_turn(&self, kind: &str) {
        self.control.begin_turn(kind);
        watchdog::turn_began();
    }

    /// A turn ends.
    pub(crate) fn end_turn(&self) {
        self.control.sandbox.count_turn(self.control.end_turn());
    }

    /// True once it is to end.
    pub(crate) fn is_stopped(&self) -> bool {
        self.control.interrupt.is_stopped()
    }

    /// The first page is there, or not yet.
    pub(crate) fn set_launching(&self, launching: bool) {
        self.control.launching.store(launching, Ordering::Relaxed);
    }

    /// The report, if the thread was stopped for a budget.
    pub(crate) fn report(&self) -> Option<BudgetReport> {
        self.control.sandbox.close_report(&self.control, false);
        self.control.sandbox.report()
    }

    /// A hold on the thread for others.
    pub(crate) fn watch(&self) -> ThreadWatch {
        ThreadWatch(self.control.clone())
    }
}

impl Drop for SandboxThread {
    fn drop(&mut self) {
        if self.control.is_in_turn() {
            self.end_turn();
        }
        control::set_current(self.before);
        watchdog::remove(&self.control);
    }
}

/// What others may know of a thread.
#[derive(Clone)]
pub(crate) struct ThreadWatch(Arc<Control>);

impl ThreadWatch {
    /// True if it was parked.
    pub(crate) fn is_parked(&self) -> bool {
        self.0.is_parked()
    }

    /// Ends the thread at its next step. One that takes none is pressed as if it had used its time up.
    pub(crate) fn stop(&self) {
        self.0.interrupt.stop();
        watchdog::ring();
    }
}

/// The sandbox that the calling thread runs in.
pub(crate) fn current() -> Option<Arc<Sandbox>> {
    control::with(|control| control.sandbox.clone())
}

/// What stops the calling thread.
pub(crate) fn interrupt() -> Option<Interrupt> {
    control::with(|control| control.interrupt.clone())
}

/// A turn of a worker or of the motion thread, for as long as this lives.
pub(crate) struct Turn(());

/// Begins a turn of the calling thread.
pub(crate) fn turn(kind: &str) -> Turn {
    control::with(|control| control.begin_turn(kind));
    watchdog::turn_began();
    Turn(())
}

impl Drop for Turn {
    fn drop(&mut self) {
        control::with(|control| control.sandbox.count_turn(control.end_turn()));
    }
}

/// Counts a call of an API; false if the turn has made too many.
pub(crate) fn admit_call() -> bool {
    let admitted = control::with(|control| {
        let (counters, bounds) = (&control.sandbox.counters, control.sandbox.budgets().api_calls);
        counters.api_calls.fetch_add(1, Ordering::Relaxed);
        let calls = control.count_call();
        if calls == bounds.soft {
            control.sandbox.warn(BudgetEvent { budget: Budget::ApiCalls, limit: bounds.soft, figure: calls });
        }
        if calls > bounds.hard {
            counters.refusals.fetch_add(1, Ordering::Relaxed);
        }
        calls <= bounds.hard
    });
    admitted.unwrap_or(true)
}

/// Counts the ops of a commit that the calling thread has written, and the bytes of all names so far; the mini-program stops
/// if they are too many.
pub(crate) fn commit(ops: u64, name_bytes: u64) {
    control::with(|control| {
        let (sandbox, budgets) = (&control.sandbox, control.sandbox.budgets());
        sandbox.counters.commit_ops.fetch_max(ops, Ordering::Relaxed);
        let before = sandbox.counters.name_bytes.swap(name_bytes, Ordering::Relaxed);
        let checked = [
            (Budget::CommitOps, ops, budgets.commit_ops, true),
            // Of names, which stay, it is told when they become so many.
            (Budget::NameBytes, name_bytes, budgets.name_bytes, before <= budgets.name_bytes.soft),
        ];
        for (budget, figure, bounds, tell) in checked {
            if figure > bounds.hard {
                control.stop(budget, figure, bounds.hard);
            } else if figure > bounds.soft && tell {
                sandbox.warn(BudgetEvent { budget, limit: bounds.soft, figure });
            }
        }
    });
}

/// Ops that the calling thread's mini-program may have written ahead.
pub(crate) fn staged_bounds() -> Bounds {
    control::with(|control| control.sandbox.budgets().staged_ops).unwrap_or_else(|| Budgets::default().staged_ops)
}

/// Counts ops that are written ahead: what there was `before` a query and what there is `now`. Where that is the same, a
/// state was asked about that found no room.
pub(crate) fn staged(before: u64, now: u64) {
    control::with(|control| {
        let (sandbox, bounds) = (&control.sandbox, control.sandbox.budgets().staged_ops);
        sandbox.counters.staged_ops.fetch_max(now, Ordering::Relaxed);
        if before <= bounds.soft && now > bounds.soft {
            sandbox.warn(BudgetEvent { budget: Budget::StagedOps, limit: bounds.soft, figure: now });
        }
        if before >= bounds.hard {
            sandbox.counters.refusals.fetch_add(1, Ordering::Relaxed);
        }
    });
}

/// As [`Sandbox::note`], of the calling thread's mini-program; the thread is outside.
pub(crate) fn note(budget: Budget, figure: u64) {
    control::with(|control| control.sandbox.note(budget, figure));
}

/// Notes what the turn does: the name of a handler or an API.
pub(crate) fn doing(name: &str) {
    control::with(|control| control.set_doing(name));
}

/// Notes where script was when it was stopped.
pub(crate) fn stopped_in(stack: Vec<ScriptFrame>) {
    control::with(|control| {
        let mut kept = control.sandbox.stack.lock().unwrap_or_else(PoisonError::into_inner);
        if kept.is_empty() {
            *kept = stack;
        }
    });
}

/// Stops the calling thread's mini-program for a budget.
pub(crate) fn stop(budget: Budget, figure: u64, limit: u64) {
    control::with(|control| control.stop(budget, figure, limit));
}

/// Tells of a soft limit that the calling thread's mini-program crossed; the thread is outside.
pub(crate) fn warn(event: BudgetEvent) {
    control::with(|control| control.sandbox.warn(event));
}

/// Updates a figure of the calling thread's mini-program.
pub(crate) fn count(note: impl FnOnce(&Counters)) {
    control::with(|control| note(&control.sandbox.counters));
}

/// Live bytes of the calling thread's mini-program; `None` if nothing counts them.
pub(crate) fn live_bytes() -> Option<u64> {
    control::with(|control| control.sandbox.account.as_ref().map(Account::live)).flatten()
}

/// Runs work of the host on a thread of a mini-program whose memory is not the mini-program's.
pub(crate) fn uncounted<T>(work: impl FnOnce() -> T) -> T {
    struct Back(*const Control);
    impl Drop for Back {
        fn drop(&mut self) {
            control::set_current(self.0);
        }
    }
    let _back = Back(control::current());
    control::set_current(std::ptr::null());
    work()
}
