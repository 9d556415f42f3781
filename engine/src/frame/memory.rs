//! An allocator that counts, for hosts that install it.
//!
//! A library must not choose the allocator of a process, so this one does nothing until a binary says
//!
//! ```
//! use pellicle::frame::memory::{self, CountingAllocator};
//!
//! #[global_allocator]
//! static ALLOCATOR: CountingAllocator = CountingAllocator::new();
//!
//! let before = memory::live_bytes().expect("it is installed");
//! let kept = vec![0_u8; 1 << 20];
//! assert!(memory::live_bytes() >= Some(before + kept.len() as u64));
//! ```
//!
//! as the `pellicle` binary does. From then on frames say what they allocated
//! ([`FrameRecord::allocations`](super::FrameRecord::allocations)). Counting takes a few adds for each allocation.
//!
//! Unsafe: implementing `GlobalAlloc` is. It is sound because every call is handed to the inner allocator unchanged, and
//! what comes back is handed on unchanged: the contract of the inner allocator is the contract of this one. The
//! counters neither allocate nor panic: they are atomics and a thread-local number without a destructor.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};

/// Bytes that are allocated, with those that were before anything counted: 0 means that nothing counts.
static LIVE: AtomicU64 = AtomicU64::new(0);
static PEAK: AtomicU64 = AtomicU64::new(0);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);

thread_local! {
    static OF_THREAD: Cell<u64> = const { Cell::new(0) };
}

/// An allocator that counts what goes through it to another one, the system's unless said otherwise.
#[derive(Clone, Copy, Debug, Default)]
pub struct CountingAllocator<A = System> {
    inner: A,
}

impl CountingAllocator {
    /// Over the system's allocator.
    pub const fn new() -> CountingAllocator {
        CountingAllocator { inner: System }
    }
}

impl<A> CountingAllocator<A> {
    /// Over another allocator.
    pub const fn over(inner: A) -> CountingAllocator<A> {
        CountingAllocator { inner }
    }
}

fn grown(bytes: usize) {
    ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
    // A thread that is ending has given its numbers up already.
    let _ = OF_THREAD.try_with(|n| n.set(n.get() + 1));
    let live = LIVE.fetch_add(bytes as u64, Ordering::Relaxed) + bytes as u64;
    if live > PEAK.load(Ordering::Relaxed) {
        PEAK.fetch_max(live, Ordering::Relaxed);
    }
}

fn shrunk(bytes: usize) {
    LIVE.fetch_sub(bytes as u64, Ordering::Relaxed);
}

// SAFETY: every function passes its arguments on to the inner allocator and gives what that gives.
unsafe impl<A: GlobalAlloc> GlobalAlloc for CountingAllocator<A> {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        // SAFETY: the caller keeps the contract of `alloc`, which is that of the inner one.
        let at = unsafe { self.inner.alloc(layout) };
        if !at.is_null() {
            grown(layout.size());
        }
        at
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        // SAFETY: as above.
        let at = unsafe { self.inner.alloc_zeroed(layout) };
        if !at.is_null() {
            grown(layout.size());
        }
        at
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        shrunk(layout.size());
        // SAFETY: `at` came from the inner allocator, by this layout.
        unsafe { self.inner.dealloc(at, layout) }
    }

    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        // SAFETY: `at` came from the inner allocator, by this layout.
        let moved = unsafe { self.inner.realloc(at, layout, size) };
        if !moved.is_null() {
            // In this order, so that what is alive is never less than nothing.
            grown(size);
            shrunk(layout.size());
        }
        moved
    }
}

/// True if the process counts what it allocates.
pub fn is_counting() -> bool {
    ALLOCATIONS.load(Ordering::Relaxed) > 0
}

/// Allocations of the process since its start; `None` if it does not count them.
pub fn allocations() -> Option<u64> {
    Some(ALLOCATIONS.load(Ordering::Relaxed)).filter(|&n| n > 0)
}

/// Allocations of this thread since its start; `None` if the process does not count them.
pub fn thread_allocations() -> Option<u64> {
    is_counting().then(|| OF_THREAD.get())
}

/// Bytes that are allocated now; `None` if the process does not count them.
pub fn live_bytes() -> Option<u64> {
    is_counting().then(|| LIVE.load(Ordering::Relaxed))
}

/// The most bytes that were allocated at once since the start, or the last [`reset_peak`]; `None` if the process does
/// not count them.
pub fn peak_bytes() -> Option<u64> {
    is_counting().then(|| PEAK.load(Ordering::Relaxed))
}

/// The peak counts from now on.
pub fn reset_peak() {
    PEAK.store(LIVE.load(Ordering::Relaxed), Ordering::Relaxed);
}
