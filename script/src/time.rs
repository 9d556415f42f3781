//! Time and randomness that a realm can be given: the system's own, and ones that a test controls.

use crate::realm::{Clock, Random};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// Offset of local time at a wall time, in minutes east of UTC.
pub type LocalOffset = Box<dyn Fn(f64) -> i32 + Send + Sync>;

/// The system's clock.
pub struct SystemClock {
    start: Instant,
    offset: LocalOffset,
}

impl SystemClock {
    /// The system's clock with a given time zone.
    pub fn with_offset(offset: LocalOffset) -> Self {
        SystemClock { start: Instant::now(), offset }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> f64 {
        // A clock before 1970 is treated as 1970.
        SystemTime::now().duration_since(UNIX_EPOCH).map_or(0.0, |d| (d.as_micros() as f64 / 1000.0).floor())
    }

    fn monotonic(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1000.0
    }

    fn offset_minutes(&self, now: f64) -> i32 {
        (self.offset)(now)
    }
}

/// A clock that stands still until it is set. Shared: clones of its `Arc` see the same time.
#[derive(Debug)]
pub struct VirtualClock {
    start: f64,
    /// Bits of the monotonic time, ms.
    elapsed: AtomicU64,
    offset_minutes: i32,
}

impl VirtualClock {
    /// 2024-01-15T10:00:00+08:00, where deterministic runs begin.
    pub const START: f64 = 1_705_284_000_000.0;
    /// Asia/Shanghai, minutes.
    pub const OFFSET_MINUTES: i32 = 480;

    /// A clock at `start` (ms since the Unix epoch) in a fixed time zone.
    pub fn new(start: f64, offset_minutes: i32) -> Self {
        VirtualClock { start, elapsed: AtomicU64::new(0f64.to_bits()), offset_minutes }
    }

    /// Moves on to monotonic time `now` (ms since the start); time never goes back.
    pub fn advance_to(&self, now: f64) {
        if now > self.monotonic() {
            self.elapsed.store(now.to_bits(), Ordering::Release);
        }
    }
}

impl Default for VirtualClock {
    fn default() -> Self {
        Self::new(Self::START, Self::OFFSET_MINUTES)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> f64 {
        self.start + self.monotonic()
    }

    fn monotonic(&self) -> f64 {
        f64::from_bits(self.elapsed.load(Ordering::Acquire))
    }

    fn offset_minutes(&self, _now: f64) -> i32 {
        self.offset_minutes
    }
}

/// The mulberry32 generator: the same numbers for the same seed, everywhere.
#[derive(Clone, Debug)]
pub struct SeededRandom(u32);

impl SeededRandom {
    /// The seed of deterministic runs.
    pub const SEED: u32 = 1;

    /// A generator in the state `seed`.
    pub fn new(seed: u32) -> Self {
        SeededRandom(seed)
    }
}

impl Default for SeededRandom {
    fn default() -> Self {
        Self::new(Self::SEED)
    }
}

impl Random for SeededRandom {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x6D2B_79F5);
        let mut t = self.0;
        t = (t ^ (t >> 15)).wrapping_mul(t | 1);
        t ^= t.wrapping_add((t ^ (t >> 7)).wrapping_mul(t | 61));
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }
}

/// A generator (SplitMix64) that starts from the system's randomness. Not for secrets.
#[derive(Clone, Debug)]
pub struct SystemRandom(u64);

impl SystemRandom {
    /// A generator with a fresh seed.
    pub fn new() -> Self {
        use std::hash::{BuildHasher, Hasher};
        SystemRandom(std::hash::RandomState::new().build_hasher().finish())
    }
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandom {
    fn next(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_seeded_generator_gives_the_numbers_of_mulberry32() {
        let mut random = SeededRandom::default();
        let got: Vec<f64> = (0..4).map(|_| random.next()).collect();
        // From the reference implementation in JavaScript with state 1.
        let expected = [0.6270739405881613, 0.002735721180215478, 0.5274470399599522, 0.9810509674716741];
        assert_eq!(got, expected);
    }

    #[test]
    fn a_virtual_clock_stands_still_and_never_goes_back() {
        let clock = VirtualClock::default();
        assert_eq!((clock.now(), clock.monotonic()), (VirtualClock::START, 0.0));
        clock.advance_to(50.0);
        clock.advance_to(20.0);
        assert_eq!(clock.now(), VirtualClock::START + 50.0);
    }

    #[test]
    fn system_randomness_stays_in_its_range() {
        let mut random = SystemRandom::new();
        assert!((0..1000).map(|_| random.next()).all(|x| (0.0..1.0).contains(&x)));
    }
}
