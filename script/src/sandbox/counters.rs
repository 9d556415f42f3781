//! Counts of what a well-behaved mini-program does not do, for a host that watches over many.

use super::access::AccessControl;
use super::audit_log::AuditVerdict;
use crate::capability::audit::{AuditSink, Record};
use crate::realm::Clock;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

/// What is counted.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Suspicion {
    /// A call was denied: by the user, or by the host's policy.
    Denied,
    /// The arguments of a call did not fit the schema.
    Invalid,
    /// An API was called too often.
    Rate,
    /// An exception that nothing caught.
    Exception,
    /// An address that is not allowed was asked for.
    BlockedHost,
    /// A soft or hard limit of a budget was reached.
    Budget,
}

/// Seconds that the exceptions of a minute are kept for.
const MINUTE: usize = 60;
/// So many of them within a minute are told of.
pub const MANY_EXCEPTIONS: u64 = 60;

#[derive(Default)]
struct Recent {
    /// The second that was counted last, since the clock began.
    second: i64,
    counts: Vec<u32>,
    /// When it was told last that there are many, ms.
    told: Option<f64>,
}

impl Recent {
    /// Brings the ring to a time, ms.
    fn turn(&mut self, now: f64) -> usize {
        let second = (now / 1000.0).floor() as i64;
        if self.counts.is_empty() {
            self.counts = vec![0; MINUTE];
            self.second = second;
        }
        let passed = second.saturating_sub(self.second).clamp(0, MINUTE as i64);
        for step in 1..=passed {
            let at = (second - passed + step).rem_euclid(MINUTE as i64) as usize;
            self.counts[at] = 0;
        }
        self.second = self.second.max(second);
        self.second.rem_euclid(MINUTE as i64) as usize
    }

    /// All that are kept.
    fn sum(&self) -> u64 {
        self.counts.iter().map(|&n| u64::from(n)).sum()
    }

    /// One more at a time; true if that makes many, once a minute.
    fn add(&mut self, now: f64) -> bool {
        let at = self.turn(now);
        self.counts[at] = self.counts[at].saturating_add(1);
        let tell = self.sum() >= MANY_EXCEPTIONS && self.told.is_none_or(|told| now - told >= MINUTE as f64 * 1000.0);
        if tell {
            self.told = Some(now);
        }
        tell
    }
}

/// Counters of one mini-program, which any thread may read and feed.
#[derive(Default)]
pub struct SandboxCounters {
    denied: AtomicU64,
    invalid: AtomicU64,
    rate: AtomicU64,
    exceptions: AtomicU64,
    blocked_hosts: AtomicU64,
    budget_hits: AtomicU64,
    recent: Mutex<Recent>,
}

/// What the counters stood at.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SandboxFigures {
    /// Calls that were denied.
    pub denied: u64,
    /// Calls with wrong arguments.
    pub invalid: u64,
    /// Calls beyond a rate limit.
    pub rate: u64,
    /// Exceptions that nothing caught.
    pub exceptions: u64,
    /// Those of the last minute.
    pub exceptions_per_minute: u64,
    /// Addresses that are not allowed.
    pub blocked_hosts: u64,
    /// Soft and hard limits of budgets that were reached.
    pub budget_hits: u64,
}

impl SandboxCounters {
    /// Counts one at a time, ms on a clock that only goes forward. True if it is the exception that makes
    /// [`MANY_EXCEPTIONS`] within a minute.
    pub fn count(&self, what: Suspicion, now: f64) -> bool {
        let counter = match what {
            Suspicion::Denied => &self.denied,
            Suspicion::Invalid => &self.invalid,
            Suspicion::Rate => &self.rate,
            Suspicion::Exception => &self.exceptions,
            Suspicion::BlockedHost => &self.blocked_hosts,
            Suspicion::Budget => &self.budget_hits,
        };
        counter.fetch_add(1, Ordering::Relaxed);
        what == Suspicion::Exception && self.recent.lock().unwrap_or_else(PoisonError::into_inner).add(now)
    }

    /// What the counters stand at, at a time on the same clock.
    pub fn figures(&self, now: f64) -> SandboxFigures {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let mut recent = self.recent.lock().unwrap_or_else(PoisonError::into_inner);
        recent.turn(now);
        SandboxFigures {
            denied: read(&self.denied),
            invalid: read(&self.invalid),
            rate: read(&self.rate),
            exceptions: read(&self.exceptions),
            exceptions_per_minute: recent.sum(),
            blocked_hosts: read(&self.blocked_hosts),
            budget_hits: read(&self.budget_hits),
        }
    }
}

/// Counts the exceptions and the blocked hosts that pass to an audit sink, and logs them where calls are logged: each host,
/// and that there were many exceptions.
pub struct CountingAudit {
    inner: Arc<dyn AuditSink>,
    access: AccessControl,
    clock: Arc<dyn Clock>,
}

impl CountingAudit {
    /// Counts what goes to `inner` for the mini-program with this access.
    pub fn new(inner: Arc<dyn AuditSink>, access: &AccessControl, clock: Arc<dyn Clock>) -> CountingAudit {
        CountingAudit { inner, access: access.clone(), clock }
    }

    fn count(&self, what: Suspicion) -> bool {
        self.access.counters.count(what, self.clock.monotonic())
    }
}

impl AuditSink for CountingAudit {
    fn record(&self, record: Record) {
        match &record {
            Record::Fault { message, .. } if self.count(Suspicion::Exception) => {
                let detail = format!("{MANY_EXCEPTIONS} exceptions within a minute, the last one: {message}");
                self.access.log(AuditVerdict::Faulty, "", None, &detail, &*self.clock);
            }
            Record::Blocked { purpose, reason } => {
                self.count(Suspicion::BlockedHost);
                self.access.log(AuditVerdict::Blocked, purpose, None, reason, &*self.clock);
            }
            _ => {}
        }
        self.inner.record(record);
    }

    fn wants_calls(&self) -> bool {
        self.inner.wants_calls()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exceptions_leave_the_minute_and_stay_in_the_count() {
        let counters = SandboxCounters::default();
        let told = |second: &u32| counters.count(Suspicion::Exception, f64::from(*second) * 1000.0);
        // Of many it is told once a minute.
        assert_eq!((0..90).filter(told).collect::<Vec<_>>(), [59]);
        counters.count(Suspicion::Denied, 0.0);
        let at = |now| counters.figures(now);
        assert_eq!((at(89_000.0).exceptions, at(89_000.0).exceptions_per_minute), (90, 60));
        assert_eq!(at(119_000.0).exceptions_per_minute, 30);
        assert_eq!((at(1e9).exceptions_per_minute, at(1e9).denied), (0, 1));
    }
}
