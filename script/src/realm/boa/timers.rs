//! The timers of script and host (see [`crate::realm::timers`]), and microtasks.

use super::convert::{held_object, range_error, type_error};
use super::errand::{self, Errand};
use super::{BoaRealm, shared};
use crate::realm::{NativeFunction, ScriptRef};
use crate::sandbox::control::outside;
use crate::sandbox::{self, Budget, BudgetEvent};
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsValue};
use std::sync::atomic::Ordering;

#[derive(Clone)]
pub(crate) enum Callback {
    Script { function: JsObject, arguments: Vec<JsValue> },
    Native(NativeFunction),
}

impl BoaRealm {
    /// Runs the first timer that is due; false if none is. Its fault goes to the sink.
    pub(crate) fn run_due_timer(&mut self) -> bool {
        let state = shared(self.context());
        let now = state.clock.monotonic();
        let Some(callback) = state.timers.borrow_mut().take_due(now) else { return false };
        let result = match callback {
            Callback::Script { function, arguments } => {
                let errand = Errand::Call(function, JsValue::undefined(), arguments);
                self.enter(|context| errand::go(errand, context).map(drop))
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
        let gone = shared(context).timers.borrow_mut().remove(id as u32);
        drop(gone);
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
