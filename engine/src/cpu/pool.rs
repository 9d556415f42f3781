//! Threads that paint. They stay from frame to frame, asleep in between, and painters with as many of them share them;
//! with the last of those painters they end. Giving them work allocates nothing.
//!
//! Unsafe: threads that stay are lent work that borrows, which safe code cannot say. It is sound because
//! [`Pool::run`] returns (or unwinds) only when none of them runs the work any more and none can begin to: both are counted
//! under one lock, and what the work does, a panic included, is caught before it is counted as done.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread::JoinHandle;

/// The threads that there are, by number.
static POOLS: Mutex<Vec<(usize, Weak<Pool>)>> = Mutex::new(Vec::new());

/// Threads beside the caller's own. They start with the first work that is large enough for them.
#[derive(Default)]
pub struct Workers {
    others: usize,
    /// `None` inside where the system gives no threads: then the caller works alone.
    pool: OnceLock<Option<Arc<Pool>>>,
}

impl Workers {
    /// Up to `threads` threads, the caller's included.
    pub fn new(threads: usize) -> Workers {
        Workers { others: threads.max(1) - 1, pool: OnceLock::new() }
    }

    /// Runs the same work on up to `most` threads at a time, on the caller's at least, and waits until it is done on all
    /// that have begun: the work is over when it returns on one of them. A panic in it is the caller's.
    pub fn run(&self, most: usize, work: impl Fn() + Sync) {
        let others = self.others.min(most.saturating_sub(1));
        let pool = match others {
            0 => None,
            _ => self.pool.get_or_init(|| shared(self.others)).as_ref(),
        };
        match pool {
            Some(pool) => pool.run(others, &work),
            None => work(),
        }
    }
}

fn shared(threads: usize) -> Option<Arc<Pool>> {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    pools.retain(|(_, pool)| pool.strong_count() > 0);
    if let Some(pool) = pools.iter().find(|(count, _)| *count == threads).and_then(|(_, pool)| pool.upgrade()) {
        return Some(pool);
    }
    let pool = Arc::new(Pool::new(threads)?);
    pools.push((threads, Arc::downgrade(&pool)));
    Some(pool)
}

/// Work that is lent for as long as a run takes.
#[derive(Clone, Copy)]
struct Lent(*const (dyn Fn() + Sync));

// SAFETY: what it points to is `Sync` and stays where it is for as long as any thread has it (see the file's header).
unsafe impl Send for Lent {}

#[derive(Default)]
struct State {
    work: Option<Lent>,
    /// Threads that may still begin.
    wanted: usize,
    /// Threads that have begun and are not done.
    running: usize,
    panic: Option<Box<dyn Any + Send>>,
    ends: bool,
}

#[derive(Default)]
struct Common {
    state: Mutex<State>,
    /// There is work, or an end.
    wake: Condvar,
    /// The last thread is done.
    done: Condvar,
}

impl Common {
    // No code that can panic runs under the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn serve(&self) {
        let mut state = self.state();
        loop {
            if state.ends {
                return;
            }
            let Some(Lent(work)) = state.work.filter(|_| state.wanted > 0) else {
                state = self.wake.wait(state).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            state.wanted -= 1;
            state.running += 1;
            drop(state);
            // SAFETY: this thread counts as running, so the run that lent the work has not returned.
            let outcome = catch_unwind(AssertUnwindSafe(|| unsafe { (*work)() }));
            state = self.state();
            if let Err(panic) = outcome {
                state.panic = Some(panic);
            }
            state.running -= 1;
            if state.running == 0 {
                self.done.notify_all();
            }
        }
    }
}

struct Pool {
    common: Arc<Common>,
    threads: Vec<JoinHandle<()>>,
    /// Somebody's work is being done.
    busy: AtomicBool,
}

impl Pool {
    fn new(threads: usize) -> Option<Pool> {
        let mut pool = Pool { common: Arc::default(), threads: Vec::new(), busy: AtomicBool::new(false) };
        for i in 0..threads {
            let common = pool.common.clone();
            let thread = std::thread::Builder::new().name(format!("paint {i}"));
            pool.threads.push(thread.spawn(move || common.serve()).ok()?);
        }
        Some(pool)
    }

    fn run(&self, others: usize, work: &(dyn Fn() + Sync)) {
        // Who finds the threads at work does his own alone, and waits for nobody.
        if self.busy.swap(true, Ordering::Acquire) {
            return work();
        }
        // SAFETY: only the lifetime changes; no thread has the work when this function ends.
        let lent =
            Lent(unsafe { std::mem::transmute::<*const (dyn Fn() + Sync + '_), *const (dyn Fn() + Sync)>(work) });
        let mut state = self.common.state();
        (state.work, state.wanted) = (Some(lent), others);
        drop(state);
        for _ in 0..others {
            self.common.wake.notify_one();
        }
        let own = catch_unwind(AssertUnwindSafe(work));
        let mut state = self.common.state();
        // Who has not begun by now finds nothing left to do.
        (state.work, state.wanted) = (None, 0);
        while state.running > 0 {
            state = self.common.done.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        let panic = state.panic.take();
        drop(state);
        self.busy.store(false, Ordering::Release);
        if let Some(panic) = own.err().or(panic) {
            resume_unwind(panic);
        }
    }
}

impl Drop for Pool {
    fn drop(&mut self) {
        self.common.state().ends = true;
        self.common.wake.notify_all();
        for thread in self.threads.drain(..) {
            // Panics of work are caught: a thread ends in no other way than this.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::AtomicUsize;
    use std::time::{Duration, Instant};

    #[test]
    fn work_runs_on_the_caller_and_on_no_more_threads_than_asked_for() {
        for (threads, most) in [(1, 9), (2, 9), (4, 3), (8, 8), (3, 0)] {
            let runs = AtomicUsize::new(0);
            let workers = Workers::new(threads);
            for _ in 0..200 {
                runs.store(0, Ordering::Relaxed);
                workers.run(most, || {
                    runs.fetch_add(1, Ordering::Relaxed);
                });
                let runs = runs.load(Ordering::Relaxed);
                assert!((1..=threads.min(most).max(1)).contains(&runs), "{threads} {most}: {runs}");
            }
        }
    }

    #[test]
    fn other_threads_take_part() {
        let (arrived, start) = (AtomicUsize::new(0), Instant::now());
        // So many are nobody else's here.
        Workers::new(14).run(3, || {
            arrived.fetch_add(1, Ordering::SeqCst);
            while arrived.load(Ordering::SeqCst) < 3 && start.elapsed() < Duration::from_secs(20) {
                std::thread::yield_now();
            }
        });
        assert_eq!(arrived.into_inner(), 3);
    }

    #[test]
    fn painters_on_any_threads_share_the_same_few_and_leave_none() {
        let count = |wanted: usize| {
            let pools = POOLS.lock().expect("no panics");
            pools.iter().filter(|(count, pool)| *count == wanted && pool.strong_count() > 0).count()
        };
        assert_eq!(count(11), 0);
        let total = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    let workers = Workers::new(12);
                    for _ in 0..50 {
                        let here = AtomicUsize::new(0);
                        workers.run(12, || {
                            here.fetch_add(1, Ordering::Relaxed);
                        });
                        assert!((1..=12).contains(&here.into_inner()));
                        total.fetch_add(1, Ordering::Relaxed);
                    }
                });
            }
        });
        assert_eq!((total.into_inner(), count(11)), (6 * 50, 0));
    }

    #[test]
    fn a_panic_in_the_work_is_the_callers_and_the_threads_live_on() {
        // So many are nobody else's here.
        let workers = Workers::new(15);
        for _ in 0..20 {
            let caught = catch_unwind(AssertUnwindSafe(|| workers.run(3, || panic!("meant"))));
            assert!(caught.is_err());
        }
        // One of another thread alone, too.
        let caller = std::thread::current().id();
        let (begun, start) = (AtomicBool::new(false), Instant::now());
        let caught = catch_unwind(AssertUnwindSafe(|| {
            workers.run(3, || {
                if std::thread::current().id() != caller {
                    begun.store(true, Ordering::SeqCst);
                    panic!("meant");
                }
                while !begun.load(Ordering::SeqCst) && start.elapsed() < Duration::from_secs(20) {
                    std::thread::yield_now();
                }
            });
        }));
        assert!(caught.is_err());
        let runs = AtomicUsize::new(0);
        workers.run(3, || {
            runs.fetch_add(1, Ordering::Relaxed);
        });
        assert!(runs.into_inner() >= 1);
    }
}
