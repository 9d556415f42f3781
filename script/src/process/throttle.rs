//! How much of the host's time a process may take by talking.

use std::time::{Duration, Instant};

/// Messages in a second, in the long run.
const MESSAGES: f64 = 50_000.0;
/// Bytes in a second, in the long run.
const BYTES: f64 = 256e6;
/// Seconds' worth of both that may come at once.
const BURST: f64 = 2.0;

/// A bucket that messages and their bytes empty. Who finds it empty waits: the process waits then, too, for the socket is
/// full.
pub(super) struct Throttle {
    /// Seconds' worth that is left.
    left: f64,
    at: Instant,
}

impl Throttle {
    pub fn new(now: Instant) -> Throttle {
        Throttle { left: BURST, at: now }
    }

    /// A message of so many bytes has come; gives how long the next one is to wait.
    pub fn take(&mut self, bytes: usize, now: Instant) -> Duration {
        let passed = now.saturating_duration_since(self.at).as_secs_f64();
        self.at = now;
        self.left = (self.left + passed).min(BURST) - (1.0 / MESSAGES).max(bytes as f64 / BYTES);
        Duration::from_secs_f64((-self.left).clamp(0.0, 1.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_talks_without_end_waits_and_who_pauses_does_not() {
        let start = Instant::now();
        let mut throttle = Throttle::new(start);
        assert!((0..100_000).all(|_| throttle.take(10, start) < Duration::from_millis(1)));
        for _ in 0..25_000 {
            throttle.take(10, start);
        }
        let wait = throttle.take(10, start);
        assert!(wait > Duration::from_millis(490) && wait < Duration::from_millis(510), "{wait:?}");
        assert_eq!(throttle.take(10, start + Duration::from_secs(1)), Duration::ZERO);
        assert_eq!(throttle.take(1 << 30, start + Duration::from_secs(9)), Duration::from_secs(1), "never for ever");
    }
}
