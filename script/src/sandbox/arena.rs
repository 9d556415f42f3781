//! The heaps of mini-programs, each in a range of addresses of its own.
//!
//! An address tells whose it is. So a block that one thread takes and another one gives back, such as a text
//! that the render thread drops, is always counted where it was taken, to the byte.
//!
//! A slot is a part of one large reservation. Its first pages hold the [`Arena`], the rest is the heap: dlmalloc behind a
//! lock, with lists of small blocks in front of it. A slot is used again when its last block is given back. A thread that is parked in the middle of a heap marks it as
//! lost; nobody waits for its lock any more, and what others give back to it is lost with it.
//!
//! Unsafe: memory behind addresses that are reserved here. A slot is one program's until its last block is given back, and
//! only then becomes another's, which the state of the slot says. An `Arena` is written once, before its address is handed out, and
//! has no destructor; the heap in it is touched only under its lock. Blocks come from dlmalloc inside the slot and go back to the same
//! heap with the layout that they were taken with, as the contract of `GlobalAlloc` has it.

use super::bins::Bins;
use super::budgets::Bounds;
use super::sys;
use dlmalloc::{Allocator, Dlmalloc};
use std::alloc::Layout;
use std::cell::UnsafeCell;
use std::hint::spin_loop;
use std::ptr::null_mut;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};

/// Addresses of one slot.
const SLOT: usize = 4 << 30;
/// Slots: mini-programs that may have a heap at once, with those that are lost.
const SLOTS: usize = 256;
/// What the heap's own book-keeping and its holes may add to what is taken.
const SLACK: usize = 64 << 20;
const PAGE: usize = 4096;
/// Where the heap begins in a slot.
const HEAD: usize = 16 * PAGE;

const FREE: u8 = 0;
const USED: u8 = 1;
/// Its program is gone, blocks are not.
const LEFT: u8 = 2;
/// It is given back, or being set up.
const BUSY: u8 = 3;

static STATES: [AtomicU8; SLOTS] = [const { AtomicU8::new(FREE) }; SLOTS];
/// Where the reservation begins; 0 as long as there is none.
static BASE: AtomicUsize = AtomicUsize::new(0);
static RESERVED: OnceLock<bool> = OnceLock::new();

/// The free part of a slot, as dlmalloc asks for it.
struct Range {
    end: usize,
    limit: usize,
    top: std::cell::Cell<usize>,
}

// SAFETY: segments are handed out one after the other and never twice, unless they were given back.
unsafe impl Allocator for Range {
    fn alloc(&self, size: usize) -> (*mut u8, usize, u32) {
        let top = self.top.get();
        match top.checked_add(size) {
            Some(next) if next <= self.limit => {
                self.top.set(next);
                ((self.end + top) as *mut u8, size, 0)
            }
            _ => (null_mut(), 0, 0),
        }
    }

    fn remap(&self, _: *mut u8, _: usize, _: usize, _: bool) -> *mut u8 {
        null_mut()
    }

    fn free_part(&self, at: *mut u8, old: usize, new: usize) -> bool {
        let from = at as usize + new;
        if at as usize + old != self.end + self.top.get() || !from.is_multiple_of(PAGE) {
            return false;
        }
        // SAFETY: dlmalloc lets go of this part, which ends where the used part of the slot ends.
        unsafe { sys::give_back(from, old - new) };
        self.top.set(self.top.get() - (old - new));
        true
    }

    fn free(&self, at: *mut u8, size: usize) -> bool {
        self.free_part(at, size, 0)
    }

    fn can_release_part(&self, _: u32) -> bool {
        true
    }

    fn allocates_zeros(&self) -> bool {
        true
    }

    fn page_size(&self) -> usize {
        PAGE
    }
}

/// The head of a slot.
pub(super) struct Arena {
    slot: usize,
    locked: AtomicBool,
    /// A thread was parked that had the lock.
    lost: AtomicBool,
    live: AtomicU64,
    peak: AtomicU64,
    /// Live bytes from which on taking more is looked at.
    pub(super) alarm: AtomicU64,
    pub(super) limits: Bounds,
    pub(super) cap: u64,
    heap: UnsafeCell<Heap>,
}

// SAFETY: the heap is touched under the lock only, the rest are atomics and what never changes.
unsafe impl Sync for Arena {}

/// What a heap's lock guards.
struct Heap {
    small: Bins,
    all: Dlmalloc<Range>,
}

impl Heap {
    /// A block for a layout; null if there is no room.
    #[inline]
    fn take(&mut self, layout: Layout) -> *mut u8 {
        let Some((list, size)) = Bins::list_of(layout) else {
            // SAFETY: under the lock.
            return unsafe { self.all.malloc(layout.size(), layout.align()) };
        };
        let at = self.small.take(list);
        if !at.is_null() {
            return at;
        }
        // SAFETY: under the lock.
        unsafe { self.all.malloc(size, layout.align()) }
    }

    /// Takes a block back.
    ///
    /// # Safety
    /// It came from here for this layout.
    #[inline]
    unsafe fn give(&mut self, at: *mut u8, layout: Layout) {
        // SAFETY: the caller's; a block of a list was taken with the list's size, and dlmalloc aligns all to 16 bytes.
        unsafe {
            match Bins::list_of(layout) {
                Some((list, _)) if self.small.give(list, at) => {}
                Some((_, size)) => self.all.free(at, size, layout.align()),
                None => self.all.free(at, layout.size(), layout.align()),
            }
        }
    }

    /// Makes a block larger or smaller; null if there is no room, and the block is as it was then.
    ///
    /// # Safety
    /// It came from here for this layout.
    unsafe fn resize(&mut self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let Ok(wanted) = Layout::from_size_align(size, layout.align()) else { return null_mut() };
        // SAFETY: the caller's; the new block is another one, and as much is copied as both have.
        unsafe {
            match (Bins::list_of(layout), Bins::list_of(wanted)) {
                (Some((from, _)), Some((to, _))) if from == to => at,
                (None, None) => self.all.realloc(at, layout.size(), layout.align(), size),
                _ => {
                    let moved = self.take(wanted);
                    if !moved.is_null() {
                        moved.copy_from_nonoverlapping(at, layout.size().min(size));
                        self.give(at, layout);
                    }
                    moved
                }
            }
        }
    }
}

/// A mini-program's hold on its heap.
pub(super) struct Account(&'static Arena);

/// Reserves addresses for heaps; false if the system has none to give.
pub(super) fn reserve() -> bool {
    *RESERVED.get_or_init(|| match sys::reserve(SLOT * (SLOTS + 1)) {
        Some(at) => {
            BASE.store(at.next_multiple_of(SLOT), Ordering::Release);
            true
        }
        None => false,
    })
}

/// The slot of an address.
#[inline]
fn slot_of(address: usize) -> Option<usize> {
    let base = BASE.load(Ordering::Relaxed);
    let offset = address.wrapping_sub(base);
    (base != 0 && offset < SLOT * SLOTS).then_some(offset / SLOT)
}

/// The arena that a block is of.
#[inline]
pub(super) fn arena_of(block: *mut u8) -> Option<&'static Arena> {
    let slot = slot_of(block as usize)?;
    // SAFETY: a block in a slot was taken from its arena, which is there until the last one is given back.
    Some(unsafe { &*((BASE.load(Ordering::Relaxed) + slot * SLOT) as *const Arena) })
}

/// A heap for a mini-program, if the process counts them and has room for one more.
pub(super) fn open(limits: Bounds, cap: u64) -> Option<Account> {
    if !super::allocator::is_installed() || !reserve() {
        return None;
    }
    let take = |state: &AtomicU8| state.compare_exchange(FREE, BUSY, Ordering::AcqRel, Ordering::Relaxed).is_ok();
    let slot = STATES.iter().position(take)?;
    let at = BASE.load(Ordering::Acquire) + slot * SLOT;
    let most = usize::try_from(cap).unwrap_or(SLOT).saturating_add(SLACK).saturating_add(HEAD).min(SLOT);
    let most = most.next_multiple_of(PAGE).min(SLOT);
    // SAFETY: the slot is ours; its pages are open before anything is written to them.
    let arena = unsafe {
        if !sys::open(at, most) {
            STATES[slot].store(FREE, Ordering::Release);
            return None;
        }
        let range = Range { end: at + HEAD, limit: most - HEAD, top: std::cell::Cell::new(0) };
        let arena = at as *mut Arena;
        arena.write(Arena {
            slot,
            locked: AtomicBool::new(false),
            lost: AtomicBool::new(false),
            live: AtomicU64::new(0),
            peak: AtomicU64::new(0),
            alarm: AtomicU64::new(limits.hard.min(cap)),
            limits,
            cap,
            heap: UnsafeCell::new(Heap { small: Bins::new(), all: Dlmalloc::new_with_allocator(range) }),
        });
        &*arena
    };
    STATES[slot].store(USED, Ordering::Release);
    Some(Account(arena))
}

impl Account {
    pub(super) fn live(&self) -> u64 {
        self.0.live.load(Ordering::Relaxed)
    }

    pub(super) fn peak(&self) -> u64 {
        self.0.peak.load(Ordering::Relaxed).max(self.live())
    }

    #[cfg(any(target_os = "linux", target_os = "android"))] // elsewhere no thread is parked
    pub(super) fn lose(&self) {
        self.0.lost.store(true, Ordering::Release);
    }

    pub(super) fn arena(&self) -> &'static Arena {
        self.0
    }
}

impl Drop for Account {
    fn drop(&mut self) {
        let arena = self.0;
        let slot = arena.slot;
        let empty = arena.with_heap(|_| {
            let empty = arena.live() == 0;
            STATES[slot].store(if empty { BUSY } else { LEFT }, Ordering::Release);
            empty
        });
        if empty == Some(true) {
            close(slot);
        }
    }
}

/// Gives a slot back whose program and blocks are gone, and which was marked as busy under its lock.
fn close(slot: usize) {
    let at = BASE.load(Ordering::Relaxed) + slot * SLOT;
    // SAFETY: nothing lives in the slot any more, and nobody can get at it.
    unsafe { sys::give_back(at, SLOT) };
    STATES[slot].store(FREE, Ordering::Release);
}

impl Arena {
    /// Works on the heap; `None` if it is lost.
    #[inline]
    fn with_heap<T>(&self, work: impl FnOnce(&mut Heap) -> T) -> Option<T> {
        let mut rounds = 0_u32;
        while self.locked.compare_exchange_weak(false, true, Ordering::Acquire, Ordering::Relaxed).is_err() {
            if self.lost.load(Ordering::Acquire) {
                return None;
            }
            rounds += 1;
            if rounds.is_multiple_of(64) { std::thread::yield_now() } else { spin_loop() }
        }
        // SAFETY: under the lock.
        let result = work(unsafe { &mut *self.heap.get() });
        self.locked.store(false, Ordering::Release);
        Some(result)
    }

    /// Counts a change; under the lock.
    #[inline]
    fn count(&self, taken: usize, given: usize) -> u64 {
        let before = self.live.load(Ordering::Relaxed);
        let live = before.wrapping_add(taken as u64).wrapping_sub(given as u64);
        self.live.store(live, Ordering::Relaxed);
        if given > taken && before > self.peak.load(Ordering::Relaxed) {
            self.peak.store(before, Ordering::Relaxed);
        }
        live
    }

    /// Live bytes.
    #[inline]
    pub(super) fn live(&self) -> u64 {
        self.live.load(Ordering::Relaxed)
    }

    /// Takes a block; null if there is no room.
    #[inline]
    pub(super) fn take(&self, layout: Layout) -> *mut u8 {
        let taken = self.with_heap(|heap| {
            let at = heap.take(layout);
            if !at.is_null() {
                self.count(layout.size(), 0);
            }
            at
        });
        taken.unwrap_or(null_mut())
    }

    /// Gives a block back.
    ///
    /// # Safety
    /// It was taken here with this layout.
    #[inline]
    pub(super) unsafe fn give(&self, at: *mut u8, layout: Layout) {
        let slot = self.slot;
        let last = self.with_heap(|heap| {
            // SAFETY: the caller's, under the lock.
            unsafe { heap.give(at, layout) };
            let swap = || STATES[slot].compare_exchange(LEFT, BUSY, Ordering::AcqRel, Ordering::Relaxed);
            self.count(0, layout.size()) == 0 && swap().is_ok()
        });
        // Nothing of the arena is touched from here on.
        if last == Some(true) {
            close(slot);
        }
    }

    /// Makes a block larger or smaller; null if there is no room, and the block is as it was then.
    ///
    /// # Safety
    /// It was taken here with this layout.
    pub(super) unsafe fn resize(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let moved = self.with_heap(|heap| {
            // SAFETY: the caller's, under the lock.
            let moved = unsafe { heap.resize(at, layout, size) };
            if !moved.is_null() {
                self.count(size, layout.size());
            }
            moved
        });
        moved.unwrap_or(null_mut())
    }
}
