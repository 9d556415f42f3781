//! Timers in due order: by due time, then by the order they were made in, as in every browser.
//!
//! A repeating timer keeps its place in the second order and is set again before its callback runs, counted
//! from the time at which it runs. A delay is at least 1 ms.

use super::convert::{held_object, range_error, type_error};
use super::{BoaRealm, shared};
use crate::realm::{NativeFunction, ScriptRef};
use crate::sandbox::control::outside;
use crate::sandbox::{self, Budget, BudgetEvent};
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsValue};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::atomic::Ordering;

/// A due time that can be a key.
#[derive(Clone, Copy, PartialEq)]
struct Due(f64);

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

#[derive(Clone)]
enum Callback {
    Script { function: JsObject, arguments: Vec<JsValue> },
    Native(NativeFunction),
}

struct Timer {
    callback: Callback,
    /// Repeats after this many ms.
    every: Option<f64>,
}

/// The timers of a realm.
#[derive(Default)]
pub(crate) struct Timers {
    queue: BTreeMap<(Due, u32), Timer>,
    due: FxHashMap<u32, f64>,
    made: u32,
}

impl Timers {
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.due.clear();
    }

    fn add(&mut self, now: f64, delay: f64, repeat: bool, callback: Callback) -> u32 {
        let delay = if delay > 1.0 { delay } else { 1.0 };
        self.made = self.made.wrapping_add(1).max(1);
        let id = self.made;
        self.insert(id, now + delay, Timer { callback, every: repeat.then_some(delay) });
        id
    }

    fn insert(&mut self, id: u32, due: f64, timer: Timer) {
        self.due.insert(id, due);
        self.queue.insert((Due(due), id), timer);
    }

    fn remove(&mut self, id: u32) {
        if let Some(due) = self.due.remove(&id) {
            self.queue.remove(&(Due(due), id));
        }
    }

    fn len(&self) -> u64 {
        self.queue.len() as u64
    }

    pub(crate) fn next(&self) -> Option<f64> {
        self.queue.keys().next().map(|(due, _)| due.0)
    }

    /// Takes what is due, setting a repeating timer again.
    fn take_due(&mut self, now: f64) -> Option<Callback> {
        let entry = self.queue.first_entry()?;
        if entry.key().0.0 > now {
            return None;
        }
        let (_, id) = *entry.key();
        let timer = entry.remove();
        match timer.every {
            Some(every) => {
                let callback = timer.callback.clone();
                self.insert(id, now + every, timer);
                Some(callback)
            }
            None => {
                self.due.remove(&id);
                Some(timer.callback)
            }
        }
    }
}

impl BoaRealm {
    /// Runs the first timer that is due; false if none is. Its fault goes to the sink.
    pub(crate) fn run_due_timer(&mut self) -> bool {
        let state = shared(self.context());
        let now = state.clock.monotonic();
        let Some(callback) = state.timers.borrow_mut().take_due(now) else { return false };
        let result = match callback {
            Callback::Script { function, arguments } => {
                self.enter(|context| function.call(&JsValue::undefined(), &arguments, context).map(drop))
            }
            Callback::Native(call) => self.enter(|context| super::native::run_callback(&call, context)),
        };
        if let Err(fault) = result {
            state.sink.fault("timer", &fault);
        }
        let waiting = state.timers.borrow().len();
        sandbox::count(|counters| counters.timers.store(waiting, Ordering::Relaxed));
        true
    }

    pub(crate) fn add_native_timer(&mut self, delay: f64, callback: NativeFunction) {
        let state = shared(self.context());
        let now = state.clock.monotonic();
        state.timers.borrow_mut().add(now, delay, false, Callback::Native(callback));
    }
}

fn add(arguments: &[JsValue], repeat: bool, context: &mut Context) -> JsResult<JsValue> {
    let function = arguments.get_or_undefined(0);
    let Some(function) = function.as_callable() else {
        return Err(type_error("a timer needs a function; text is not run as code"));
    };
    let delay = arguments.get_or_undefined(1).to_number(context)?;
    let rest = arguments.get(2..).unwrap_or_default().to_vec();
    let state = shared(context);
    let (waiting, bounds) = (state.timers.borrow().len(), state.budgets.timers);
    if waiting >= bounds.hard {
        sandbox::count(|counters| {
            counters.refusals.fetch_add(1, Ordering::Relaxed);
        });
        return Err(range_error("too many timers wait"));
    }
    if waiting == bounds.soft {
        let _outside = outside();
        sandbox::warn(BudgetEvent { budget: Budget::Timers, limit: bounds.soft, figure: waiting });
    }
    let now = state.clock.monotonic();
    let id = state.timers.borrow_mut().add(now, delay, repeat, Callback::Script { function, arguments: rest });
    sandbox::count(|counters| counters.timers.store(waiting + 1, Ordering::Relaxed));
    Ok(JsValue::new(id))
}

pub(crate) fn set_timeout(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    add(arguments, false, context)
}

pub(crate) fn set_interval(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    add(arguments, true, context)
}

/// `clearTimeout` and `clearInterval`: either clears either, and anything that is no timer is ignored.
pub(crate) fn clear_timer(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if let Some(id) = arguments.get_or_undefined(0).as_number()
        && id >= 1.0
        && id <= f64::from(u32::MAX)
    {
        shared(context).timers.borrow_mut().remove(id as u32);
    }
    Ok(JsValue::undefined())
}

pub(crate) fn queue_microtask(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(callback) = arguments.get_or_undefined(0).as_callable() else {
        return Err(type_error("queueMicrotask needs a function"));
    };
    shared(context).jobs.enqueue_callback(callback);
    Ok(JsValue::undefined())
}

/// The function behind a handle.
pub(crate) fn callable(context: &Context, function: &ScriptRef) -> JsResult<JsObject> {
    let object = held_object(&shared(context), function)?;
    if object.is_callable() { Ok(object) } else { Err(type_error("the value is not a function")) }
}
