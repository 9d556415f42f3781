//! Masks of glyphs that several programs of a host use.
//!
//! Each program packs its masks into pages of its own ([`GlyphCache`](super::GlyphCache)): a program never sees the pixels of
//! another one, and its pages go with it. What is shared is the work: a glyph that one program has rasterised is copied
//! by the next. Only faces of the host and the machine take part; those that came with a program are its own.
//!
//! Every mask is charged to the program that brought it. When there is no room, the program with the most bytes of masks
//! loses its oldest ones, and before that those go whose program has ended: one that draws ever other glyphs drives out
//! nothing but its own (max-min fairness).

use super::Mask;
use pellicle_layout::text::FaceData;
use pellicle_layout::text::font::FontBytes;
use rustc_hash::FxHashMap;
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Bytes that a mask takes beside its pixels.
const ENTRY_BYTES: usize = 128;

/// A face among the shared ones. A number is never used for another face.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub(super) struct SharedFace(u64);

/// What the pixels of a glyph depend on.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) struct SharedKey {
    pub face: SharedFace,
    pub glyph: u16,
    /// Pen fraction in quarters (x) and quarters (y), then bold and italic.
    pub bits: u16,
    pub matrix: [u32; 4],
}

/// What a glyph looks like; none for one without pixels.
type Shape = Option<Arc<Mask>>;

struct Kept {
    shape: Shape,
    owner: u32,
}

struct Face {
    id: SharedFace,
    /// Held, so that its address never stands for other bytes.
    data: FontBytes,
}

#[derive(Default)]
struct Member {
    /// What it brought, oldest first.
    brought: VecDeque<SharedKey>,
    bytes: usize,
    hits: u64,
    /// It has ended.
    gone: bool,
}

#[derive(Default)]
struct State {
    /// By the place and the length of the bytes, and the index in the file.
    faces: FxHashMap<(usize, usize, u32), Face>,
    masks: FxHashMap<SharedKey, Kept>,
    members: FxHashMap<u32, Member>,
    next_member: u32,
    next_face: u64,
    bytes: usize,
}

/// Masks that programs share.
pub struct SharedMasks {
    state: Mutex<State>,
    budget: usize,
}

/// What a program has of the shared masks.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct MaskFigures {
    /// Bytes of those that it brought.
    pub bytes: usize,
    /// How often it found one that another program had brought.
    pub hits: u64,
}

impl SharedMasks {
    /// Room for `budget` bytes of masks.
    pub fn new(budget: usize) -> SharedMasks {
        SharedMasks { state: Mutex::default(), budget }
    }

    /// No state is left half-written where a thread ended with the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A program takes part until what it gets here is dropped.
    pub fn join(self: &Arc<SharedMasks>) -> MaskShare {
        let state = &mut *self.state();
        let member = state.next_member;
        state.next_member += 1;
        state.members.insert(member, Member::default());
        MaskShare { shared: self.clone(), member }
    }

    /// Bytes of all masks.
    pub fn bytes(&self) -> usize {
        self.state().bytes
    }

    /// Drops what programs left that have ended, and faces that nobody else holds.
    pub fn trim(&self) {
        let state = &mut *self.state();
        let gone: Vec<u32> = state.members.iter().filter(|(_, member)| member.gone).map(|(id, _)| *id).collect();
        for member in gone {
            while state.drop_oldest(member) {}
        }
        let unused: Vec<SharedFace> =
            state.faces.values().filter(|face| Arc::strong_count(&face.data) == 1).map(|face| face.id).collect();
        if unused.is_empty() {
            return;
        }
        state.faces.retain(|_, face| !unused.contains(&face.id));
        let State { masks, members, bytes, .. } = state;
        for member in members.values_mut() {
            member.brought.retain(|key| {
                let stays = !unused.contains(&key.face);
                if !stays && let Some(kept) = masks.remove(key) {
                    member.bytes -= kept.bytes();
                    *bytes -= kept.bytes();
                }
                stays
            });
        }
    }
}

impl Kept {
    fn bytes(&self) -> usize {
        ENTRY_BYTES + self.shape.as_ref().map_or(0, |mask| mask.bytes.len())
    }
}

impl State {
    /// Drops the oldest mask of a member; false if it has none. One that has ended goes with its last.
    fn drop_oldest(&mut self, id: u32) -> bool {
        let Some(member) = self.members.get_mut(&id) else { return false };
        let Some(key) = member.brought.pop_front() else {
            if member.gone {
                self.members.remove(&id);
            }
            return false;
        };
        if let Some(kept) = self.masks.remove(&key) {
            member.bytes -= kept.bytes();
            self.bytes -= kept.bytes();
        }
        true
    }

    /// Whose masks go first.
    fn largest(&self) -> Option<u32> {
        let with_any = self.members.iter().filter(|(_, member)| !member.brought.is_empty());
        with_any.max_by_key(|(id, member)| (member.gone, member.bytes, **id)).map(|(id, _)| *id)
    }
}

/// A program's part in the shared masks.
pub struct MaskShare {
    shared: Arc<SharedMasks>,
    member: u32,
}

impl Drop for MaskShare {
    /// What it brought stays, for the next start, as long as there is room.
    fn drop(&mut self) {
        let state = &mut *self.shared.state();
        if let Some(member) = state.members.get_mut(&self.member) {
            member.gone = true;
            if member.brought.is_empty() {
                state.members.remove(&self.member);
            }
        }
    }
}

impl MaskShare {
    /// A face, if it is one that programs share.
    pub(super) fn face(&self, face: &FaceData) -> Option<SharedFace> {
        if face.declared {
            return None;
        }
        let bytes = face.bytes();
        let state = &mut *self.shared.state();
        let next = SharedFace(state.next_face);
        let kept = state.faces.entry((bytes.as_ptr() as usize, bytes.len(), face.index)).or_insert_with(|| {
            state.next_face += 1;
            Face { id: next, data: face.data.clone() }
        });
        Some(kept.id)
    }

    /// What a glyph looks like, if a program has rasterised it.
    pub(super) fn get(&self, key: &SharedKey) -> Option<Shape> {
        let state = &mut *self.shared.state();
        let kept = state.masks.get(key)?;
        if kept.owner != self.member
            && let Some(member) = state.members.get_mut(&self.member)
        {
            member.hits += 1;
        }
        Some(kept.shape.clone())
    }

    /// Keeps what a glyph looks like.
    pub(super) fn put(&self, key: SharedKey, shape: Shape) {
        let kept = Kept { shape, owner: self.member };
        let bytes = kept.bytes();
        let state = &mut *self.shared.state();
        // Another program may have been faster.
        if bytes > self.shared.budget || state.masks.contains_key(&key) {
            return;
        }
        while state.bytes + bytes > self.shared.budget {
            match state.largest() {
                Some(member) => state.drop_oldest(member),
                None => break,
            };
        }
        let Some(member) = state.members.get_mut(&self.member) else { return };
        member.brought.push_back(key);
        member.bytes += bytes;
        state.bytes += bytes;
        state.masks.insert(key, kept);
    }

    /// What the program has of them.
    pub fn figures(&self) -> MaskFigures {
        let state = self.shared.state();
        let member = state.members.get(&self.member);
        member.map_or_else(MaskFigures::default, |member| MaskFigures { bytes: member.bytes, hits: member.hits })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(glyph: u16) -> SharedKey {
        SharedKey { face: SharedFace(0), glyph, bits: 0, matrix: [0; 4] }
    }

    fn mask(bytes: usize) -> Shape {
        Some(Arc::new(Mask { width: bytes as u32, height: 1, bytes: vec![255; bytes], ..Mask::default() }))
    }

    #[test]
    fn a_program_that_floods_drives_out_its_own() {
        let shared = Arc::new(SharedMasks::new(100 * (ENTRY_BYTES + 72)));
        let (quiet, flood) = (shared.join(), shared.join());
        for glyph in 0..20 {
            quiet.put(key(glyph), mask(72));
        }
        for glyph in 100..5000 {
            flood.put(key(glyph), mask(72));
            assert!(shared.bytes() <= 100 * 200);
        }
        assert!((0..20).all(|glyph| flood.get(&key(glyph)).is_some()));
        assert_eq!((quiet.figures().bytes, flood.figures().bytes), (20 * 200, 80 * 200));
        assert_eq!((quiet.figures().hits, flood.figures().hits), (0, 20));
        // Two that want all of it have half of it each.
        for glyph in 10_000..15_000 {
            quiet.put(key(glyph), mask(72));
        }
        let bytes = quiet.figures().bytes;
        assert!((49 * 200..=51 * 200).contains(&bytes), "{bytes}");
    }

    #[test]
    fn what_a_program_leaves_goes_first() {
        let shared = Arc::new(SharedMasks::new(10 * ENTRY_BYTES));
        let (left, stays) = (shared.join(), shared.join());
        left.put(key(0), None);
        (1..10).for_each(|glyph| stays.put(key(glyph), None));
        drop(left);
        assert_eq!(stays.get(&key(0)).map(|shape| shape.is_none()), Some(true));
        stays.put(key(10), None);
        assert!(stays.get(&key(0)).is_none() && stays.get(&key(1)).is_some());
        drop(stays);
        shared.trim();
        assert_eq!((shared.bytes(), shared.state().members.len()), (0, 0));
    }

    #[test]
    fn what_is_too_large_is_not_kept() {
        let shared = Arc::new(SharedMasks::new(1000));
        let share = shared.join();
        share.put(key(0), mask(2000));
        assert!(share.get(&key(0)).is_none() && shared.bytes() == 0);
    }
}
