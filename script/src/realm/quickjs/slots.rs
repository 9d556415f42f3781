//! Values of script that Rust holds.
//!
//! Each stands in a slot of its realm, and a handle is the number of one. So all of them can be let go of at the realm's
//! end, whoever still has handles: the engine must not lose its memory before its values.

use crate::realm::{ScriptHandle, ScriptRef};
use rquickjs::{Ctx, Persistent, Value};
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

type Kept = Persistent<Value<'static>>;

/// The slots of a realm.
#[derive(Default)]
pub(super) struct Slots {
    slots: RefCell<Inner>,
}

#[derive(Default)]
struct Inner {
    kept: Vec<Option<Kept>>,
    free: Vec<u32>,
    closed: bool,
}

/// What is behind a [`ScriptRef`] of a realm on QuickJS.
struct Handle {
    slots: Rc<Slots>,
    index: u32,
}

impl ScriptHandle for Handle {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        let kept = {
            let mut inner = self.slots.slots.borrow_mut();
            if inner.closed {
                return;
            }
            let index = self.index;
            inner.free.push(index);
            inner.kept.get_mut(index as usize).and_then(Option::take)
        };
        // What goes with the value may hold handles itself.
        drop(kept);
    }
}

impl Slots {
    /// Keeps a value.
    pub(super) fn hold(self: &Rc<Self>, value: Value<'_>) -> ScriptRef {
        let ctx = value.ctx().clone();
        let kept = Persistent::save(&ctx, value);
        let mut inner = self.slots.borrow_mut();
        let index = match inner.free.pop() {
            Some(index) => index,
            None => {
                inner.kept.push(None);
                (inner.kept.len() - 1) as u32
            }
        };
        if let Some(slot) = inner.kept.get_mut(index as usize) {
            *slot = Some(kept);
        }
        drop(inner);
        ScriptRef(Rc::new(Handle { slots: self.clone(), index }))
    }

    /// The value behind a handle, `None` if it is another realm's.
    pub(super) fn value<'js>(self: &Rc<Self>, ctx: &Ctx<'js>, handle: &ScriptRef) -> Option<Value<'js>> {
        let handle = handle.0.as_any().downcast_ref::<Handle>().filter(|handle| Rc::ptr_eq(&handle.slots, self))?;
        let kept = self.slots.borrow().kept.get(handle.index as usize)?.clone()?;
        kept.restore(ctx).ok()
    }

    /// Lets go of them all, for good.
    pub(super) fn close(&self) {
        let kept = {
            let mut inner = self.slots.borrow_mut();
            inner.closed = true;
            std::mem::take(&mut inner.kept)
        };
        drop(kept);
    }
}
