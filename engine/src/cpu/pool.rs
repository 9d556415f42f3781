//! Threads that paint. They stay from frame to frame, asleep in between, and painters with as many of them share them;
//! with the last of those painters they end.

use rayon_core::{ThreadPool, ThreadPoolBuilder};
use std::sync::{Arc, Mutex, OnceLock, PoisonError, Weak};

/// The threads that there are, by number.
static POOLS: Mutex<Vec<(usize, Weak<ThreadPool>)>> = Mutex::new(Vec::new());

/// Threads beside the caller's own. They start with the first work that is large enough for them.
#[derive(Default)]
pub struct Workers {
    others: usize,
    /// `None` inside where the system gives no threads: then the caller works alone.
    pool: OnceLock<Option<Arc<ThreadPool>>>,
}

impl Workers {
    /// Up to `threads` threads, the caller's included.
    pub fn new(threads: usize) -> Workers {
        Workers { others: threads.max(1) - 1, pool: OnceLock::new() }
    }

    /// Runs the same work on up to `most` threads at a time, on the caller's at least, and waits until it is done
    /// on all of them. A panic in it is the caller's.
    pub fn run(&self, most: usize, work: impl Fn() + Sync) {
        let others = self.others.min(most.saturating_sub(1));
        let pool = match others {
            0 => None,
            _ => self.pool.get_or_init(|| shared(self.others)).as_ref(),
        };
        let Some(pool) = pool else { return work() };
        let work = &work;
        pool.in_place_scope(|scope| {
            for _ in 0..others {
                scope.spawn(move |_| work());
            }
            work();
        });
    }
}

fn shared(threads: usize) -> Option<Arc<ThreadPool>> {
    let mut pools = POOLS.lock().unwrap_or_else(PoisonError::into_inner);
    pools.retain(|(_, pool)| pool.strong_count() > 0);
    if let Some(pool) = pools.iter().find(|(count, _)| *count == threads).and_then(|(_, pool)| pool.upgrade()) {
        return Some(pool);
    }
    let named = ThreadPoolBuilder::new().num_threads(threads).thread_name(|i| format!("paint {i}"));
    let pool = Arc::new(named.build().ok()?);
    pools.push((threads, Arc::downgrade(&pool)));
    Some(pool)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    #[test]
    fn work_runs_on_the_caller_and_on_no_more_threads_than_asked_for() {
        for (threads, most) in [(1, 9), (2, 9), (4, 3), (8, 8), (3, 0)] {
            let runs = AtomicUsize::new(0);
            Workers::new(threads).run(most, || {
                runs.fetch_add(1, Ordering::Relaxed);
            });
            assert_eq!(runs.into_inner(), threads.min(most).max(1), "{threads} {most}");
        }
    }

    #[test]
    fn painters_on_any_threads_share_the_same_few_and_leave_none() {
        let before = POOLS.lock().expect("no panics").iter().filter(|(count, _)| *count == 11).count();
        assert_eq!(before, 0);
        let total = AtomicUsize::new(0);
        std::thread::scope(|scope| {
            for _ in 0..6 {
                scope.spawn(|| {
                    let workers = Workers::new(12);
                    for _ in 0..50 {
                        workers.run(12, || {
                            total.fetch_add(1, Ordering::Relaxed);
                        });
                    }
                });
            }
        });
        assert_eq!(total.into_inner(), 6 * 50 * 12);
        let pools = POOLS.lock().expect("no panics");
        assert!(pools.iter().all(|(count, pool)| *count != 11 || pool.strong_count() == 0));
    }

    #[test]
    fn a_panic_in_the_work_is_the_callers_and_the_threads_live_on() {
        let workers = Workers::new(3);
        let caught = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| workers.run(3, || panic!("meant"))));
        assert!(caught.is_err());
        let runs = AtomicUsize::new(0);
        workers.run(3, || {
            runs.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(runs.into_inner(), 3);
    }
}
