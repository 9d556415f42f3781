//! Pixels that several programs of a host show, and how much room each has.
//!
//! Pixels are found by what they were decoded from (a hash of the file, and how finely), never by an address: no program
//! learns what another one has fetched, and none can put other pixels under an address. Files that are the same are
//! decoded once and held once.
//!
//! Pixels that programs have left stay for the next start, in room of their own, until the memory is wanted.
//!
//! All programs together keep to a budget. Programs in front are served first and those behind get what is left; among
//! equals a program with little gets all of it, and the others share the rest evenly (max-min fairness). Pixels that a
//! picture shows stay: they are bounded by each program's own budget.

use super::{Bitmap, DecodeError};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

/// How finely a file was decoded.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum Form {
    /// Without so many levels.
    Skipped(usize),
    /// The same, of a picture of a density.
    Dense(usize, u32),
    /// Drawn at this size, px.
    Drawn(u32, u32),
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Content([u8; 32], Form);

/// Pixels count for all programs together as long as they are held.
#[derive(Debug)]
pub(super) struct Charge {
    bytes: usize,
    total: Arc<AtomicUsize>,
}

impl Charge {
    fn new(bytes: usize, total: &Arc<AtomicUsize>) -> Charge {
        total.fetch_add(bytes, Ordering::Relaxed);
        Charge { bytes, total: total.clone() }
    }
}

impl Drop for Charge {
    fn drop(&mut self) {
        self.total.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// What a program holds.
#[derive(Default)]
struct Use {
    bytes: AtomicUsize,
    behind: AtomicBool,
}

/// Pixels that were used last, whether a program has them or not.
#[derive(Default)]
struct Left {
    /// Those that were used last are at the end.
    pixels: VecDeque<(Content, Arc<Bitmap>)>,
    bytes: usize,
    budget: usize,
}

/// One picture may take this part of the room for what was left.
const PART: usize = 4;

impl Left {
    /// Pixels were used.
    fn touch(&mut self, content: Content, bitmap: &Arc<Bitmap>) {
        if let Some(at) = self.pixels.iter().position(|(known, _)| *known == content) {
            let known = self.pixels.remove(at);
            self.pixels.extend(known);
            return;
        }
        if bitmap.bytes() > self.budget / PART {
            return;
        }
        self.bytes += bitmap.bytes();
        self.pixels.push_back((content, bitmap.clone()));
        while self.bytes > self.budget {
            let Some((_, gone)) = self.pixels.pop_front() else { break };
            self.bytes -= gone.bytes();
        }
    }

    /// Bytes of those that no program has.
    fn alone(&self) -> usize {
        self.pixels.iter().filter(|(_, bitmap)| Arc::strong_count(bitmap) == 1).map(|(_, bitmap)| bitmap.bytes()).sum()
    }
}

struct State {
    kept: FxHashMap<Content, Weak<Bitmap>>,
    /// Entries at which those are looked through whose pixels are gone.
    many: usize,
    programs: Vec<Weak<Use>>,
}

/// Pixels of programs that share.
pub struct SharedPictures {
    budget: usize,
    /// Bytes of all pixels, each counted once.
    total: Arc<AtomicUsize>,
    found: AtomicUsize,
    state: Mutex<State>,
    left: Mutex<Left>,
}

/// Bytes of programs: of some, without an allocation, for a frame may ask.
type Uses = SmallVec<[usize; 16]>;

/// The fewest entries that are looked through.
const MANY: usize = 256;

impl SharedPictures {
    /// Room for `budget` bytes of pixels.
    pub fn new(budget: usize) -> SharedPictures {
        SharedPictures::keeping(budget, 0)
    }

    /// The same, and room for `left` bytes of those that no program has any more.
    pub fn keeping(budget: usize, left: usize) -> SharedPictures {
        let state = State { kept: FxHashMap::default(), many: MANY, programs: Vec::new() };
        let left = Mutex::new(Left { budget: left, ..Left::default() });
        SharedPictures { budget, total: Arc::default(), found: AtomicUsize::new(0), state: Mutex::new(state), left }
    }

    fn left(&self) -> MutexGuard<'_, Left> {
        self.left.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of pixels that no program has any more.
    pub fn left_bytes(&self) -> usize {
        self.left().alone()
    }

    /// Forgets pixels that no program has any more.
    pub fn trim(&self) {
        let left = &mut *self.left();
        left.pixels.clear();
        left.bytes = 0;
    }

    /// No state is left half-written where a thread ended with the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A program takes part until what it gets here is dropped.
    pub(super) fn join(self: &Arc<SharedPictures>) -> PictureShare {
        let own = Arc::new(Use::default());
        let state = &mut *self.state();
        state.programs.retain(|program| program.strong_count() > 0);
        state.programs.push(Arc::downgrade(&own));
        PictureShare { shared: self.clone(), own }
    }

    /// Bytes of the pixels of all programs; what several hold counts once.
    pub fn bytes(&self) -> usize {
        let left = self.left_bytes();
        self.total.load(Ordering::Relaxed).saturating_sub(left)
    }

    /// How often pixels were wanted that a program had already.
    pub fn found(&self) -> usize {
        self.found.load(Ordering::Relaxed)
    }

    /// The pixels of a file in a form: those that a program has, else decoded.
    ///
    /// # Errors
    /// Those of `decode`.
    pub(super) fn pixels(
        &self,
        file: &[u8],
        form: Form,
        decode: impl FnOnce() -> Result<Bitmap, DecodeError>,
    ) -> Result<Arc<Bitmap>, DecodeError> {
        let content = Content(*blake3::hash(file).as_bytes(), form);
        let found = self.state().kept.get(&content).and_then(Weak::upgrade);
        if let Some(found) = found {
            self.found.fetch_add(1, Ordering::Relaxed);
            self.left().touch(content, &found);
            return Ok(found);
        }
        let bitmap = decode()?;
        let charge = Charge::new(bitmap.bytes(), &self.total);
        let bitmap = Arc::new(bitmap.charged(charge));
        let state = &mut *self.state();
        // Two may have decoded it at once: the first one's stays.
        if let Some(there) = state.kept.get(&content).and_then(Weak::upgrade) {
            return Ok(there);
        }
        state.kept.insert(content, Arc::downgrade(&bitmap));
        if state.kept.len() > state.many {
            state.kept.retain(|_, pixels| pixels.strong_count() > 0);
            state.many = MANY.max(2 * state.kept.len());
        }
        self.left().touch(content, &bitmap);
        Ok(bitmap)
    }
}

/// A program's part in the shared pixels.
pub(super) struct PictureShare {
    shared: Arc<SharedPictures>,
    own: Arc<Use>,
}

impl PictureShare {
    /// Where its pixels are found.
    pub fn shared(&self) -> &Arc<SharedPictures> {
        &self.shared
    }

    /// The program is in front or not.
    pub fn set_front(&self, front: bool) {
        self.own.behind.store(!front, Ordering::Relaxed);
    }

    /// The program holds so many bytes: how many it may go on to hold.
    pub fn allowed(&self, bytes: usize) -> usize {
        self.own.bytes.store(bytes, Ordering::Relaxed);
        let (total, budget) = (self.shared.bytes(), self.shared.budget);
        if total <= budget {
            return usize::MAX;
        }
        let state = self.shared.state();
        let programs = || state.programs.iter().filter_map(Weak::upgrade);
        let bytes_of = |behind: bool| -> Uses {
            let rank = programs().filter(|program| program.behind.load(Ordering::Relaxed) == behind);
            rank.map(|program| program.bytes.load(Ordering::Relaxed)).collect()
        };
        let (front, back) = (bytes_of(false), bytes_of(true));
        // What several hold counts for each of them, but takes its room once.
        let counted: usize = front.iter().chain(&back).sum();
        let budget = (budget as f64 * (counted.max(total) as f64 / total as f64)) as usize;
        match self.own.behind.load(Ordering::Relaxed) {
            false => level(front, budget),
            true => level(back, budget.saturating_sub(front.iter().sum())),
        }
    }
}

/// How much each may have so that all together keep to a budget: whoever wants less than that has all that it wants.
fn level(mut wanted: Uses, budget: usize) -> usize {
    wanted.sort_unstable();
    let mut room = budget;
    for (at, bytes) in wanted.iter().enumerate() {
        let even = room / (wanted.len() - at);
        if *bytes > even {
            return even;
        }
        room -= bytes;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn room_is_shared_evenly_among_those_that_want_more() {
        let level = |wanted: &[usize], budget| level(Uses::from_slice(wanted), budget);
        assert_eq!(level(&[10, 20, 30], 100), usize::MAX);
        assert_eq!(level(&[10, 80, 90], 100), 45);
        assert_eq!(level(&[50, 50], 60), 30);
        assert_eq!(level(&[5], 0), 0);
        assert_eq!(level(&[], 0), usize::MAX);
    }

    fn pixels(value: u8) -> Result<Bitmap, DecodeError> {
        Ok(Bitmap::from_rgba(10, 1, vec![value; 40]).unwrap())
    }

    #[test]
    fn the_same_file_is_decoded_once_as_long_as_somebody_has_it() {
        let shared = SharedPictures::new(1 << 20);
        let first = shared.pixels(b"a", Form::Skipped(0), || pixels(1)).unwrap();
        let second = shared.pixels(b"a", Form::Skipped(0), || unreachable!()).unwrap();
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!((shared.found(), shared.bytes()), (1, first.bytes()));
        let coarse = shared.pixels(b"a", Form::Skipped(1), || pixels(2)).unwrap();
        let other = shared.pixels(b"b", Form::Skipped(0), || pixels(3)).unwrap();
        assert_eq!((shared.found(), shared.bytes()), (1, 3 * other.bytes()));
        drop((first, second, coarse, other));
        assert_eq!(shared.bytes(), 0);
        shared.pixels(b"a", Form::Skipped(0), || pixels(4)).unwrap();
        assert_eq!(shared.found(), 1);
        for n in 0_u32..10_000 {
            shared.pixels(&n.to_le_bytes(), Form::Drawn(1, 1), || pixels(5)).unwrap();
        }
        assert!(shared.state().kept.len() <= MANY + 1);
    }

    #[test]
    fn pixels_that_were_left_stay_within_their_room_and_take_none_from_programs() {
        let shared = SharedPictures::keeping(1 << 20, 400);
        let bytes = shared.pixels(b"a", Form::Skipped(0), || pixels(1)).unwrap().bytes();
        assert!(bytes <= 100 && shared.bytes() == 0 && shared.left_bytes() == bytes, "{bytes}");
        let again = shared.pixels(b"a", Form::Skipped(0), || unreachable!()).unwrap();
        assert_eq!((shared.found(), shared.bytes(), shared.left_bytes()), (1, bytes, 0));
        for n in 0_u32..50 {
            shared.pixels(&n.to_le_bytes(), Form::Skipped(0), || pixels(2)).unwrap();
            assert!(shared.left().bytes <= 400);
        }
        drop(again);
        // It was used longest ago.
        shared.pixels(b"a", Form::Skipped(0), || pixels(3)).unwrap();
        assert_eq!(shared.found(), 1);
        shared.trim();
        assert_eq!((shared.bytes(), shared.left_bytes(), shared.total.load(Ordering::Relaxed)), (0, 0, 0));
    }

    #[test]
    fn programs_behind_have_what_those_in_front_leave() {
        let shared = Arc::new(SharedPictures::new(100));
        let (front, back) = (shared.join(), shared.join());
        let _total = Charge::new(160, &shared.total);
        back.set_front(false);
        back.allowed(100);
        assert_eq!(front.allowed(60), usize::MAX);
        assert_eq!(back.allowed(100), 40);
        back.set_front(true);
        assert_eq!((front.allowed(60), back.allowed(100)), (50, 50));
        // One that has ended takes no room.
        drop(back);
        assert_eq!(front.allowed(160), 100);
    }
}
