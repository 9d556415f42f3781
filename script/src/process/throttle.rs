//! How much of the host's time a process may take by talking.
//!
//! Each kind of message has a bucket of its own, and all have one together. Who finds a bucket empty waits: the process
//! waits then, too, for the socket is full. Records wait for nobody, so those that find theirs empty are dropped. Who
//! leaves a bucket empty for long has no honest reason to.

use std::time::Duration;

/// What is said.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Talk {
    /// Lines of the console, faults, findings.
    Records,
    /// Changes of the page.
    Commits,
    /// Calls of capabilities, and what is posted to them.
    Calls,
    /// Anything else.
    Other,
}

/// A limit: how many a second in the long run, and how many at once.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Limit {
    rate: f64,
    burst: f64,
}

/// More than any program of ours says: a display has at most a few hundred frames a second, and a turn 20,000 calls.
const RECORDS: Limit = Limit { rate: 5_000.0, burst: 50_000.0 };
const COMMITS: Limit = Limit { rate: 2_000.0, burst: 4_000.0 };
const CALLS: Limit = Limit { rate: 40_000.0, burst: 80_000.0 };
/// Of messages of all kinds.
const MESSAGES: Limit = Limit { rate: 50_000.0, burst: 100_000.0 };
/// Of bytes.
const BYTES: Limit = Limit { rate: 256e6, burst: 512e6 };
/// How long a bucket may be empty, ms.
const PATIENCE: f64 = 30_000.0;

/// What is left of a limit.
struct Bucket {
    limit: Limit,
    left: f64,
    /// Since when it was empty; it is not once it is half full again.
    empty: Option<f64>,
}

impl Bucket {
    fn new(limit: Limit) -> Bucket {
        Bucket { limit, left: limit.burst, empty: None }
    }

    /// Takes so many after so many ms; gives how long it takes until there are some again, ms.
    fn take(&mut self, count: f64, passed: f64, now: f64) -> f64 {
        let Limit { rate, burst } = self.limit;
        self.left = (self.left + passed / 1000.0 * rate).min(burst) - count;
        if self.left < 0.0 {
            self.empty.get_or_insert(now);
        } else if self.left > burst / 2.0 {
            self.empty = None;
        }
        (-self.left).max(0.0) / rate * 1000.0
    }

    fn is_abused(&self, now: f64) -> bool {
        self.empty.is_some_and(|since| now - since > PATIENCE)
    }
}

/// What becomes of a message.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Fate {
    /// It is taken, and the next one is to wait so long.
    Taken(Duration),
    /// It is dropped, and the first one that is.
    Dropped {
        /// The host is to be told.
        first: bool,
    },
    /// There is no end to it.
    Flood,
}

/// Counts what a process says. Its time only goes forward, ms.
pub(super) struct Throttle {
    records: Bucket,
    commits: Bucket,
    calls: Bucket,
    messages: Bucket,
    bytes: Bucket,
    dropped: bool,
    at: f64,
}

impl Throttle {
    pub fn new(now: f64) -> Throttle {
        let [records, commits, calls, messages, bytes] = [RECORDS, COMMITS, CALLS, MESSAGES, BYTES].map(Bucket::new);
        Throttle { records, commits, calls, messages, bytes, dropped: false, at: now }
    }

    /// A message of so many bytes has come.
    pub fn take(&mut self, talk: Talk, bytes: usize, now: f64) -> Fate {
        let now = now.max(self.at);
        let passed = now - self.at;
        self.at = now;
        let count = |of: Talk| f64::from(u8::from(talk == of));
        let records = self.records.take(count(Talk::Records), passed, now);
        let waits = [
            self.commits.take(count(Talk::Commits), passed, now),
            self.calls.take(count(Talk::Calls), passed, now),
            self.messages.take(1.0, passed, now),
            self.bytes.take(bytes as f64, passed, now),
        ];
        let buckets = [&self.records, &self.commits, &self.calls, &self.messages, &self.bytes];
        if buckets.into_iter().any(|bucket| bucket.is_abused(now)) {
            return Fate::Flood;
        }
        if talk == Talk::Records && records > 0.0 {
            // What was dropped is not owed.
            self.records.left += 1.0;
            return Fate::Dropped { first: !std::mem::replace(&mut self.dropped, true) };
        }
        Fate::Taken(Duration::from_secs_f64(waits.into_iter().fold(0.0, f64::max).min(1000.0) / 1000.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wait(fate: Fate) -> Duration {
        if let Fate::Taken(wait) = fate { wait } else { panic!("{fate:?}") }
    }

    #[test]
    fn who_talks_without_end_waits_and_who_pauses_does_not() {
        let mut throttle = Throttle::new(0.0);
        let take = |throttle: &mut Throttle, now| wait(throttle.take(Talk::Other, 10, now));
        assert!((0..100_000).all(|_| take(&mut throttle, 0.0) < Duration::from_millis(1)));
        for _ in 0..25_000 {
            take(&mut throttle, 0.0);
        }
        let waits = take(&mut throttle, 0.0);
        assert!(waits > Duration::from_millis(490) && waits < Duration::from_millis(510), "{waits:?}");
        assert_eq!(take(&mut throttle, 1000.0), Duration::ZERO);
        assert_eq!(wait(throttle.take(Talk::Other, 1 << 30, 9000.0)), Duration::from_secs(1), "never for ever");
    }

    #[test]
    fn each_kind_has_a_limit_of_its_own() {
        for (talk, limit) in [(Talk::Commits, COMMITS), (Talk::Calls, CALLS)] {
            let mut throttle = Throttle::new(0.0);
            for _ in 0..limit.burst as u32 {
                assert_eq!(throttle.take(talk, 0, 0.0), Fate::Taken(Duration::ZERO), "{talk:?}");
            }
            assert!(wait(throttle.take(talk, 0, 0.0)) > Duration::ZERO, "{talk:?}");
            assert_eq!(throttle.take(Talk::Records, 0, 1.0), Fate::Taken(Duration::ZERO), "{talk:?}");
        }
    }

    #[test]
    fn records_are_dropped_with_one_word_and_without_end_they_are_an_end() {
        let mut throttle = Throttle::new(0.0);
        for _ in 0..RECORDS.burst as u32 {
            assert_eq!(throttle.take(Talk::Records, 0, 0.0), Fate::Taken(Duration::ZERO));
        }
        assert_eq!(throttle.take(Talk::Records, 0, 0.0), Fate::Dropped { first: true });
        assert_eq!(throttle.take(Talk::Records, 0, 0.0), Fate::Dropped { first: false });
        // As many as there may be come through; the rest goes on to be dropped.
        let mut taken = 0;
        let mut now = 0.0;
        let end = loop {
            now += 0.1;
            match throttle.take(Talk::Records, 0, now) {
                Fate::Taken(_) => taken += 1,
                Fate::Dropped { first } => assert!(!first),
                Fate::Flood => break now,
            }
        };
        assert!((end - PATIENCE).abs() < 1.0, "{end}");
        assert!((140_000..=151_000).contains(&taken), "{taken}");
        // Who pauses begins anew.
        let mut throttle = Throttle::new(0.0);
        for second in 0..100 {
            for _ in 0..RECORDS.burst as u32 + 1 {
                assert_ne!(throttle.take(Talk::Records, 0, f64::from(second) * 10_000.0), Fate::Flood);
            }
        }
    }
}
