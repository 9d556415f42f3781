//! An allocator that keeps the heap of each mini-program apart, for hosts that install it.
//!
//! A library must not choose the allocator of a process, so this one does nothing until a binary says
//!
//! ```
//! use pellicle_script::sandbox::AccountingAllocator;
//!
//! #[global_allocator]
//! static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();
//! ```
//!
//! What threads of a mini-program take then comes from the mini-program's own heap and counts for its budget; everything
//! else goes to the inner allocator. A block goes back to where it came from, on whatever thread.
//!
//! A thread that would take more than it may is parked inside: it does not come back. That happens only where it runs
//! nothing but the script engine; code of the runtime and the host gets what it asks for, which counts all the same.
//!
//! Unsafe: implementing `GlobalAlloc` is. It is sound because a block in the range of a slot came from that slot's heap and every other
//! one from the inner allocator, and each goes back there with its layout. What is asked between is const-initialised
//! thread-local state and atomics, so nothing here allocates.

use super::arena::{self, Account, Arena};
use super::budgets::Budget;
use super::control::{self, Control, Parked};
#[cfg(any(target_os = "linux", target_os = "android"))]
use super::parking;
use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicBool, Ordering};

static INSTALLED: AtomicBool = AtomicBool::new(false);

/// True if the process takes its memory through an [`AccountingAllocator`].
pub(super) fn is_installed() -> bool {
    INSTALLED.load(Ordering::Relaxed)
}

/// An allocator that keeps the heaps of mini-programs apart, over another one for everything else.
#[derive(Clone, Copy, Debug, Default)]
pub struct AccountingAllocator<A = System> {
    inner: A,
}

impl AccountingAllocator {
    /// Over the system's allocator.
    pub const fn new() -> AccountingAllocator {
        AccountingAllocator { inner: System }
    }
}

impl<A> AccountingAllocator<A> {
    /// Over another allocator.
    pub const fn over(inner: A) -> AccountingAllocator<A> {
        AccountingAllocator { inner }
    }
}

/// The control of this thread.
#[inline]
fn control() -> Option<&'static Control> {
    // SAFETY: on its own thread the control lives as long as it is current, which it is for the length of these calls.
    unsafe { control::current().as_ref() }
}

/// Runs something that parking must not cut in two.
#[inline]
fn guarded<T>(control: &Control, work: impl FnOnce() -> T) -> T {
    let before = control.allocating.swap_flag(true);
    let result = work();
    control.allocating.store(before, Ordering::Relaxed);
    if control.park_late.load(Ordering::Relaxed) && !before {
        control.park_late.store(false, Ordering::Relaxed);
        park(control, Parked::Deadline);
    }
    result
}

/// A flag that only its own thread writes.
trait OwnFlag {
    fn swap_flag(&self, value: bool) -> bool;
}

impl OwnFlag for AtomicBool {
    #[inline]
    fn swap_flag(&self, value: bool) -> bool {
        let before = self.load(Ordering::Relaxed);
        self.store(value, Ordering::Relaxed);
        before
    }
}

/// Parks the thread if it is where it may be.
#[cold]
fn park(control: &Control, how: Parked) {
    #[cfg(any(target_os = "linux", target_os = "android"))]
    if control.is_inside() && parking::is_installed() {
        parking::park(control, how);
    }
    let _ = (control, how);
}

/// More is asked for than the alarm allows.
#[cold]
fn alarmed(control: &Control, arena: &Arena, size: u64) {
    let wanted = arena.live().saturating_add(size);
    let hard = arena.limits.hard;
    // Halfway to the cap, script that took no step at which garbage could be collected is cut short.
    let cut = hard.saturating_add(arena.cap.saturating_sub(hard) / 2);
    if wanted <= cut {
        arena.alarm.store(cut, Ordering::Relaxed);
        return;
    }
    if wanted <= arena.cap {
        if control.is_inside() {
            control.stop(Budget::Heap, wanted, hard);
            control.cut_limits();
            arena.alarm.store(arena.cap, Ordering::Relaxed);
        }
        return;
    }
    if control.is_inside() {
        control.stop(Budget::Heap, wanted, arena.cap);
        control.cut_limits();
        park(control, Parked::Memory);
    }
}

#[inline]
fn check(control: &Control, arena: &Arena, size: usize) {
    if arena.live().saturating_add(size as u64) > arena.alarm.load(Ordering::Relaxed) {
        alarmed(control, arena, size as u64);
    }
}

/// Another allocator's lock is about to be taken: not on the last of the stack, where the guard page could be hit with
/// it held.
#[inline]
fn with_stack<T>(control: &Control, work: impl FnOnce() -> T) -> T {
    if control.is_inside() && control.thread.stack_left() < 64 << 10 {
        control.stop(Budget::Stack, control.sandbox.budgets().stack_bytes as u64, 0);
        park(control, Parked::Stack);
    }
    guarded(control, work)
}

impl<A: GlobalAlloc> AccountingAllocator<A> {
    #[inline]
    fn take(&self, layout: Layout, zeroed: bool) -> *mut u8 {
        let Some(control) = control() else {
            // SAFETY: the caller keeps the contract of `alloc`.
            return unsafe { if zeroed { self.inner.alloc_zeroed(layout) } else { self.inner.alloc(layout) } };
        };
        if let Some(account) = control.sandbox.account() {
            let arena = account.arena();
            check(control, arena, layout.size());
            let at = guarded(control, || arena.take(layout));
            if !at.is_null() {
                if zeroed {
                    // SAFETY: the block has this size and is nobody else's.
                    unsafe { at.write_bytes(0, layout.size()) };
                }
                return at;
            }
            // The heap is full of holes, or lost.
            control.stop(Budget::Heap, arena.live(), arena.cap);
            park(control, Parked::Memory);
        }
        // SAFETY: the caller keeps the contract of `alloc`.
        with_stack(control, || unsafe {
            if zeroed { self.inner.alloc_zeroed(layout) } else { self.inner.alloc(layout) }
        })
    }
}

// SAFETY: see the head of this file.
unsafe impl<A: GlobalAlloc> GlobalAlloc for AccountingAllocator<A> {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if !INSTALLED.load(Ordering::Relaxed) {
            INSTALLED.store(true, Ordering::Relaxed);
        }
        self.take(layout, false)
    }

    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.take(layout, true)
    }

    #[inline]
    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        let control = control();
        // SAFETY: a block goes back to where it came from.
        unsafe {
            match (arena::arena_of(at), control) {
                (Some(arena), Some(control)) => guarded(control, || arena.give(at, layout)),
                (Some(arena), None) => arena.give(at, layout),
                (None, Some(control)) => with_stack(control, || self.inner.dealloc(at, layout)),
                (None, None) => self.inner.dealloc(at, layout),
            }
        }
    }

    #[inline]
    unsafe fn realloc(&self, at: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        let control = control();
        let own = control.and_then(|control| control.sandbox.account()).map(Account::arena);
        let of = arena::arena_of(at);
        match (of, own, control) {
            (None, None, None) => {
                // SAFETY: the caller keeps the contract of `realloc`, and the block is the inner allocator's.
                return unsafe { self.inner.realloc(at, layout, size) };
            }
            (Some(of), Some(own), Some(control)) if std::ptr::eq(of, own) => {
                check(control, own, size.saturating_sub(layout.size()));
                // SAFETY: the block is this heap's.
                let moved = guarded(control, || unsafe { own.resize(at, layout, size) });
                if !moved.is_null() {
                    return moved;
                }
            }
            _ => {}
        }
        // It moves to whoever makes it larger.
        // SAFETY: the caller keeps the contract of `realloc`: the size fits the alignment. The new block is another one, and
        // as much is copied as both have.
        unsafe {
            let moved = self.take(Layout::from_size_align_unchecked(size, layout.align()), false);
            if !moved.is_null() {
                moved.copy_from_nonoverlapping(at, layout.size().min(size));
                self.dealloc(at, layout);
            }
            moved
        }
    }
}
