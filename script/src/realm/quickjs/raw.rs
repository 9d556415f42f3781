//! The few calls of QuickJS that its safe bindings do not have.
//!
//! Unsafe, and sound for these reasons:
//! * A realm has one runtime with one context, is `!Send` and stays on its thread. [`context`] gives the context without
//!   the lock of the bindings, which a native function could not take a second time: what the lock guards against is
//!   another thread, and there is none. The lifetime that it gives is that of the borrow of the context, which the realm owns;
//!   values of two realms are never in one function, because all that leaves a realm is a handle that knows its own.
//! * Values are passed to the calls here as long as their owner is borrowed. Calls that take a value over
//!   (`JS_DefinePropertyValue`) get a duplicate made for them; atoms are freed where they were made.
//! * The bytes of a buffer are read and written while no script runs, within the length that QuickJS says.
//! * [`Heap`] keeps the rules of the bindings' allocator by handing each call on to it, or answering that there is no memory.

use crate::sandbox::{self, Budget, Budgets};
use rquickjs::allocator::{Allocator, RustAllocator};
use rquickjs::{ArrayBuffer, Context, Ctx, Error, Object, Result, Value, qjs};
use std::cell::Cell;
use std::rc::Rc;

/// The context to work with.
pub(super) fn context(context: &Context) -> Ctx<'_> {
    // SAFETY: see the head of this file.
    unsafe { Ctx::from_raw(context.as_raw()) }
}

/// The number of a value's class, 0 for what is no object.
pub(super) fn class_of(value: &Value<'_>) -> u32 {
    // SAFETY: see the head of this file.
    unsafe { qjs::JS_GetClassID(value.as_raw()) }
}

/// True for typed arrays of any kind.
pub(super) fn is_typed_array(value: &Value<'_>) -> bool {
    // SAFETY: see the head of this file.
    unsafe { qjs::JS_GetTypedArrayType(value.as_raw()) >= 0 }
}

/// A name as an atom, for as long as this lives.
struct Name<'a, 'js> {
    ctx: &'a Ctx<'js>,
    atom: qjs::JSAtom,
}

impl<'a, 'js> Name<'a, 'js> {
    fn new(ctx: &'a Ctx<'js>, name: &str) -> Name<'a, 'js> {
        // SAFETY: see the head of this file.
        let atom = unsafe { qjs::JS_NewAtomLen(ctx.as_raw().as_ptr(), name.as_ptr().cast(), name.len() as _) };
        Name { ctx, atom }
    }
}

impl Drop for Name<'_, '_> {
    fn drop(&mut self) {
        // SAFETY: see the head of this file.
        unsafe { qjs::JS_FreeAtom(self.ctx.as_raw().as_ptr(), self.atom) }
    }
}

/// True if a field is the object's own.
pub(super) fn has_own(object: &Object<'_>, field: &str) -> Result<bool> {
    let ctx = object.ctx();
    let name = Name::new(ctx, field);
    // SAFETY: see the head of this file. No descriptor is asked for.
    let has = unsafe {
        qjs::JS_GetOwnProperty(ctx.as_raw().as_ptr(), std::ptr::null_mut(), object.as_value().as_raw(), name.atom)
    };
    if has < 0 { Err(Error::Exception) } else { Ok(has > 0) }
}

/// Makes an own field that can be changed in every way, enumerable unless `hidden`.
pub(super) fn define(object: &Object<'_>, field: &str, value: &Value<'_>, hidden: bool) -> Result<()> {
    let ctx = object.ctx();
    let name = Name::new(ctx, field);
    let shown = if hidden { 0 } else { qjs::JS_PROP_ENUMERABLE };
    let flags = qjs::JS_PROP_CONFIGURABLE | qjs::JS_PROP_WRITABLE | qjs::JS_PROP_THROW | shown;
    // SAFETY: see the head of this file.
    let done = unsafe {
        let context = ctx.as_raw().as_ptr();
        let value = qjs::JS_DupValue(context, value.as_raw());
        qjs::JS_DefinePropertyValue(context, object.as_value().as_raw(), name.atom, value, flags as _)
    };
    if done < 0 { Err(Error::Exception) } else { Ok(()) }
}

/// Makes an error one that script cannot catch.
pub(super) fn set_uncatchable(error: &Value<'_>) {
    // SAFETY: see the head of this file.
    unsafe { qjs::JS_SetUncatchableError(error.ctx().as_raw().as_ptr(), error.as_raw()) }
}

/// Some bytes of a buffer, `None` if it has not so many or is detached.
pub(super) fn bytes(buffer: &ArrayBuffer<'_>, from: usize, length: usize) -> Option<Vec<u8>> {
    let all = buffer.as_raw()?;
    // SAFETY: see the head of this file.
    let all = unsafe { all.as_ref() };
    all.get(from..from.checked_add(length)?).map(<[u8]>::to_vec)
}

/// Writes bytes into a buffer; false if they do not fit.
pub(super) fn set_bytes(buffer: &ArrayBuffer<'_>, from: usize, bytes: &[u8]) -> bool {
    let Some(mut all) = buffer.as_raw() else { return false };
    // SAFETY: see the head of this file. `bytes` is the host's own memory.
    let all = unsafe { all.as_mut() };
    let Some(place) = from.checked_add(bytes.len()).and_then(|end| all.get_mut(from..end)) else { return false };
    place.copy_from_slice(bytes);
    true
}

/// The heap of a realm: memory of the process, refused where the mini-program has used up its own. QuickJS then throws. Who has
/// used it up bit by bit is to stop, besides; one thing that is far too large fails alone.
pub(super) struct Heap {
    /// The hard limit of the mini-program's heap, bytes.
    hard: u64,
    /// Bytes beyond which nothing is given: a little more, so that the end can be told.
    most: u64,
    refused: Rc<Cell<bool>>,
}

/// Whether memory was refused to the engine.
pub(super) struct Refusals {
    /// The hard limit of the mini-program's heap, bytes.
    hard: u64,
    refused: Rc<Cell<bool>>,
}

impl Refusals {
    /// True if so many bytes more stay below the heap's limit.
    pub(super) fn have_room(&self, bytes: u64) -> bool {
        sandbox::live_bytes().unwrap_or(0).saturating_add(bytes) <= self.hard
    }

    /// Begins anew.
    pub(super) fn forget(&self) {
        self.refused.set(false);
    }

    pub(super) fn were_there(&self) -> bool {
        self.refused.get()
    }
}

impl Heap {
    pub(super) fn new(budgets: &Budgets) -> (Heap, Refusals) {
        let (hard, refused) = (budgets.heap.hard, Rc::new(Cell::new(false)));
        let heap = Heap { hard, most: budgets.heap_cap.min(hard / 20 * 21), refused: refused.clone() };
        (heap, Refusals { hard, refused })
    }

    fn has_room(&self, size: usize) -> bool {
        let wanted = sandbox::live_bytes().unwrap_or(0).saturating_add(size as u64);
        if wanted > self.most && size as u64 <= self.most / 4 {
            sandbox::stop(Budget::Heap, wanted, self.hard);
        }
        wanted <= self.most
    }

    /// What is given for a size, or for a size that is too large.
    fn given(&self, has_room: bool, take: impl FnOnce() -> *mut u8) -> *mut u8 {
        let given = if has_room { take() } else { std::ptr::null_mut() };
        if given.is_null() {
            self.refused.set(true);
        }
        given
    }
}

// SAFETY: see the head of this file.
unsafe impl Allocator for Heap {
    fn alloc(&mut self, size: usize) -> *mut u8 {
        self.given(self.has_room(size), || RustAllocator.alloc(size))
    }

    fn calloc(&mut self, count: usize, size: usize) -> *mut u8 {
        let fits = count.checked_mul(size).is_some_and(|bytes| self.has_room(bytes));
        self.given(fits, || RustAllocator.calloc(count, size))
    }

    unsafe fn dealloc(&mut self, ptr: *mut u8) {
        // SAFETY: the caller's promise is the same.
        unsafe { RustAllocator.dealloc(ptr) }
    }

    unsafe fn realloc(&mut self, ptr: *mut u8, new_size: usize) -> *mut u8 {
        // SAFETY: the caller's promise is the same.
        let old = unsafe { RustAllocator::usable_size(ptr) };
        let fits = new_size <= old || self.has_room(new_size - old);
        // SAFETY: the caller's promise is the same.
        self.given(fits, || unsafe { RustAllocator.realloc(ptr, new_size) })
    }

    unsafe fn usable_size(ptr: *mut u8) -> usize {
        // SAFETY: the caller's promise is the same.
        unsafe { RustAllocator::usable_size(ptr) }
    }
}
