//! Clocks and randomness: those of the system, and those that give the same run every time.

use super::zone::Zone;
use super::{Clock, Random};
use crate::wire::message::SentRandom;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Instant, SystemTime, UNIX_EPOCH};

/// The system's time in a time zone.
#[derive(Debug)]
pub struct SystemClock {
    start: Instant,
    zone: Zone,
}

impl SystemClock {
    /// A clock whose local time is this many minutes east of UTC.
    pub fn new(offset_minutes: i32) -> Self {
        Self::in_zone(Zone::fixed(offset_minutes))
    }

    /// A clock in the system's time zone.
    pub fn local() -> Self {
        Self::in_zone(Zone::system())
    }

    /// A clock in a time zone.
    pub fn in_zone(zone: Zone) -> Self {
        SystemClock { start: Instant::now(), zone }
    }
}

impl Clock for SystemClock {
    fn now(&self) -> f64 {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        since.as_secs_f64() * 1000.0
    }

    fn monotonic(&self) -> f64 {
        self.start.elapsed().as_secs_f64() * 1000.0
    }

    fn offset_minutes(&self, now: f64) -> i32 {
        self.zone.offset_minutes(now)
    }

    fn zone(&self) -> Zone {
        self.zone.clone()
    }
}

/// Time that moves only when told to. Wall time and monotonic time are one.
#[derive(Debug)]
pub struct VirtualClock {
    now: Mutex<f64>,
    offset_minutes: i32,
}

impl VirtualClock {
    /// Where deterministic runs begin: 2024-01-15T10:00:00+08:00, in ms since the epoch.
    pub const START: f64 = 1_705_284_000_000.0;

    /// A clock that stands at `now` (ms since the epoch), with local time this many minutes east of UTC.
    pub fn new(now: f64, offset_minutes: i32) -> Self {
        VirtualClock { now: Mutex::new(now), offset_minutes }
    }

    /// The clock of deterministic runs: at [`VirtualClock::START`], eight hours east of UTC.
    pub fn deterministic() -> Self {
        Self::new(Self::START, 480)
    }

    /// Moves forward to a time; never back.
    pub fn advance_to(&self, now: f64) {
        let mut current = self.lock();
        *current = current.max(now);
    }

    fn lock(&self) -> MutexGuard<'_, f64> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> f64 {
        *self.lock()
    }

    fn monotonic(&self) -> f64 {
        *self.lock()
    }

    fn offset_minutes(&self, _: f64) -> i32 {
        self.offset_minutes
    }
}

/// The mulberry32 generator: the same numbers for the same seed. Deterministic runs use seed 1.
#[derive(Clone, Debug)]
pub struct Mulberry32 {
    state: u32,
}

impl Mulberry32 {
    /// A generator with a seed.
    pub fn new(seed: u32) -> Self {
        Mulberry32 { state: seed }
    }
}

impl Random for Mulberry32 {
    fn next(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x6D2B_79F5);
        let mut t = self.state;
        t = (t ^ (t >> 15)).wrapping_mul(t | 1);
        t ^= t.wrapping_add((t ^ (t >> 7)).wrapping_mul(t | 61));
        f64::from(t ^ (t >> 14)) / 4_294_967_296.0
    }

    fn elsewhere(&self) -> SentRandom {
        SentRandom::Mulberry(self.state)
    }
}

/// A generator (SplitMix64) that starts from the system's randomness. Its numbers are not for
/// secrets, its bytes are the system's own.
#[derive(Clone, Debug)]
pub struct SystemRandom {
    state: u64,
}

impl SystemRandom {
    /// A generator with a fresh seed.
    pub fn new() -> Self {
        use std::hash::{BuildHasher, Hasher};
        SystemRandom { state: std::hash::RandomState::new().build_hasher().finish() }
    }
}

impl Default for SystemRandom {
    fn default() -> Self {
        Self::new()
    }
}

impl Random for SystemRandom {
    fn next(&mut self) -> f64 {
        self.state = self.state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) >> 11) as f64 / (1u64 << 53) as f64
    }

    fn elsewhere(&self) -> SentRandom {
        SentRandom::System
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        getrandom::fill(bytes).map_err(|error| error.to_string())
    }
}

/// Randomness that the realm and `wx` share; cheap to clone.
#[derive(Clone)]
pub struct SharedRandom(Arc<Mutex<Box<dyn Random>>>);

impl SharedRandom {
    /// Shares a source.
    pub fn new(random: Box<dyn Random>) -> SharedRandom {
        SharedRandom(Arc::new(Mutex::new(random)))
    }

    fn lock(&self) -> MutexGuard<'_, Box<dyn Random>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Random for SharedRandom {
    fn next(&mut self) -> f64 {
        self.lock().next()
    }

    fn elsewhere(&self) -> SentRandom {
        self.lock().elsewhere()
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        self.lock().fill(bytes)
    }
}
