//! How often an API may be called: a bucket of tokens for each that was called.

use crate::api::row::Rate;
use std::collections::BTreeMap;

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

#[cfg(test)]
mod tests {
    use super::*;

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
}
