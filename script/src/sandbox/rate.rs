//! How often an API may be called, and how often all of them together: buckets of tokens.

use super::{Budget, BudgetEvent, Sandbox};
use crate::api::row::Rate;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;

/// A bucket: what is left, and when it was filled up last (ms).
#[derive(Clone, Copy, Debug)]
struct Bucket {
    tokens: f64,
    at: f64,
}

/// Counts the calls of one mini-program.
#[derive(Clone, Debug, Default)]
pub struct RateLimiter {
    buckets: BTreeMap<String, Bucket>,
}

/// Names whose calls are counted; only APIs of the table and a host's own have one.
const MOST_BUCKETS: usize = 4096;

impl RateLimiter {
    /// Takes a call at a time (ms, only going forward); false if there are too many.
    pub fn take(&mut self, api: &str, rate: Rate, now: f64) -> bool {
        let burst = f64::from(rate.burst.max(1));
        if !self.buckets.contains_key(api) {
            if self.buckets.len() >= MOST_BUCKETS {
                return false;
            }
            self.buckets.insert(api.to_owned(), Bucket { tokens: burst, at: now });
        }
        let Some(bucket) = self.buckets.get_mut(api) else { return false };
        let passed = (now - bucket.at).max(0.0);
        bucket.tokens = (bucket.tokens + passed / 1000.0 * f64::from(rate.per_second)).min(burst);
        bucket.at = now;
        let there = bucket.tokens >= 1.0;
        if there {
            bucket.tokens -= 1.0;
        }
        there
    }
}

/// A vessel that calls fill and time empties.
#[derive(Clone, Copy, Debug, Default)]
struct Level {
    calls: f64,
    at: f64,
}

impl Level {
    /// The calls in it after so many a second have run out.
    fn at(&mut self, now: f64, per_second: u64) -> f64 {
        let passed = (now - self.at).max(0.0);
        self.at = self.at.max(now);
        self.calls = (self.calls - passed / 1000.0 * per_second as f64).max(0.0);
        self.calls
    }
}

/// Counts all API calls of a mini-program together, against [`Budgets::api_rate`](super::Budgets).
pub(super) struct CallRate {
    sandbox: Arc<Sandbox>,
    soft: Level,
    hard: Level,
    /// The host was told, and calls have not become fewer since.
    told: bool,
    /// When the second began that is counted, ms, and its calls.
    second: (f64, u64),
}

impl CallRate {
    /// The rate of a sandbox's mini-program.
    pub fn new(sandbox: Arc<Sandbox>) -> CallRate {
        CallRate { sandbox, soft: Level::default(), hard: Level::default(), told: false, second: (0.0, 0) }
    }

    /// Takes a call at a time (ms, only going forward).
    ///
    /// # Errors
    /// The most calls that there may be in a second, if this is one too many.
    pub fn take(&mut self, now: f64) -> Result<(), u64> {
        let (sandbox, bounds) = (&self.sandbox, self.sandbox.budgets().api_rate);
        if now - self.second.0 >= 1000.0 {
            self.second = (now, 0);
        }
        self.second.1 += 1;
        sandbox.counters.api_rate.store(self.second.1, Ordering::Relaxed);
        if self.hard.at(now, bounds.hard) + 1.0 > bounds.hard as f64 {
            sandbox.counters.refusals.fetch_add(1, Ordering::Relaxed);
            return Err(bounds.hard);
        }
        self.hard.calls += 1.0;
        let (soft, most) = (self.soft.at(now, bounds.soft), bounds.soft as f64);
        // What is beyond the limit is not kept for later: only how things stand now counts.
        self.soft.calls = (soft + 1.0).min(most + 1.0);
        if self.soft.calls > most && !self.told {
            self.told = true;
            let figure = self.second.1.max(bounds.soft + 1);
            sandbox.warn(BudgetEvent { budget: Budget::ApiRate, limit: bounds.soft, figure });
        } else if soft < most / 2.0 {
            self.told = false;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::{Bounds, Budgets};
    use std::sync::Mutex;

    #[test]
    fn a_burst_goes_through_and_then_so_many_a_second() {
        let (mut limiter, rate) = (RateLimiter::default(), Rate { per_second: 2, burst: 3 });
        let at = |limiter: &mut RateLimiter, now| (0..10).filter(|_| limiter.take("a", rate, now)).count();
        assert_eq!(at(&mut limiter, 0.0), 3);
        assert_eq!(at(&mut limiter, 499.0), 0);
        assert_eq!(at(&mut limiter, 500.0), 1);
        assert_eq!(at(&mut limiter, 1500.0), 2);
        // It fills up to the burst and no further, and another API has a bucket of its own.
        assert_eq!(at(&mut limiter, 60_000.0), 3);
        assert!(limiter.take("b", rate, 60_000.0));
        // A clock that goes back gives nothing.
        assert_eq!(at(&mut limiter, 0.0), 0);
    }

    #[test]
    fn all_calls_together_have_a_rate_with_one_warning_each_time_and_an_end() {
        let budgets = Budgets { api_rate: Bounds { soft: 10, hard: 100 }, ..Budgets::default() };
        let sandbox = Sandbox::new(budgets);
        let warned = Arc::new(Mutex::new(Vec::new()));
        let events = warned.clone();
        sandbox.set_on_event(Box::new(move |event| events.lock().expect("nothing panics").push(event)));
        let warnings = || warned.lock().expect("nothing panics").len();
        let mut rate = CallRate::new(sandbox.clone());
        let mut at = |now: f64, calls: u32| (0..calls).filter(|_| rate.take(now).is_ok()).count();
        assert_eq!((at(0.0, 10), warnings()), (10, 0));
        assert_eq!((at(0.0, 200), warnings()), (90, 1), "a hundred in all, told once");
        assert_eq!(sandbox.figures().refusals, 110);
        assert_eq!(sandbox.figures().api_rate, 210);
        // A tenth of a second later there are ten more; the host knows already.
        assert_eq!((at(100.0, 20), warnings()), (10, 1));
        // Half a second of rest is enough to begin anew.
        assert_eq!((at(5000.0, 5), warnings()), (5, 1));
        assert_eq!((at(5000.0, 6), warnings()), (6, 2));
        let event = warned.lock().expect("nothing panics")[1].clone();
        assert_eq!(event, BudgetEvent { budget: Budget::ApiRate, limit: 10, figure: 11 });
        // A rate that is a little too high is told, too.
        let late = (0..100).map(|call| at(60_000.0 + f64::from(call) * 80.0, 1)).sum::<usize>();
        assert_eq!((late, warnings()), (100, 3));
        // A clock that goes back gives nothing.
        assert_eq!(at(0.0, 200), 99);
    }
}
