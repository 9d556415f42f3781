//! Promise jobs, unhandled rejections and timers.
//!
//! Order within a turn: script, then its promise jobs to the last (up to the caller's limit), then rejections that
//! nothing handled are reported. How many jobs wait cannot be asked of QuickJS (it says whether any does, queues them itself and
//! has a hook for promises alone, which tells neither how many reactions a promise has nor which of them wait): they are
//! bounded by the heap, and by their number in one turn.

use super::{Core, JsValue, QuickRealm, convert};
use crate::phases::{self, Phase};
use crate::realm::{NativeFunction, ScriptRef};
use crate::sandbox::control::outside;
use crate::sandbox::{self, Budget, BudgetEvent};
use crate::value::Value;
use rquickjs::promise::PromiseState;
use rquickjs::{Array, Ctx, Error, Function, Result};
use std::rc::Rc;
use std::sync::atomic::Ordering;

/// What a timer calls.
#[derive(Clone)]
pub(super) enum Callback {
    Script { function: ScriptRef, arguments: Rc<[Value]> },
    Native(NativeFunction),
}

impl Core {
    /// A promise was rejected without a handler, or got one later.
    pub(super) fn note_rejection(&self, promise: JsValue<'_>, is_handled: bool) {
        if !is_handled {
            self.rejected.borrow_mut().push(self.slots.hold(promise));
            return;
        }
        let ctx = promise.ctx().clone();
        let is_other = |held: &ScriptRef| self.slots.value(&ctx, held).is_none_or(|held| held != promise);
        let mut gone = Vec::new();
        self.rejected.borrow_mut().retain(|held| {
            let other = is_other(held);
            if !other {
                gone.push(held.clone());
            }
            other
        });
    }
}

impl QuickRealm {
    /// Runs up to `limit` jobs; false if there are more. A fault ends its own job only.
    pub(super) fn drain(&mut self, limit: usize) -> bool {
        let mut left = limit;
        loop {
            match self.enter(|ctx| Ok(phases::within(Phase::Run, || ctx.execute_pending_job()))) {
                Ok(true) => {}
                Ok(false) => break,
                Err(fault) => {
                    self.core.sink.fault("promise", &fault);
                    return true;
                }
            }
            left = left.saturating_sub(1);
            if left == 0 {
                break;
            }
        }
        let drained = left > 0 || !self.core.runtime.is_job_pending();
        if drained {
            self.report_rejections();
        }
        drained
    }

    fn report_rejections(&mut self) {
        let core = self.core.clone();
        let rejected = core.rejected.take();
        for promise in rejected {
            let fault = self.enter(|ctx| {
                let Some(promise) = core.held(ctx, &promise)?.into_promise() else { return Ok(None) };
                if promise.state() != PromiseState::Rejected {
                    return Ok(None);
                }
                match promise.result::<JsValue<'_>>() {
                    Some(Err(Error::Exception)) => Ok(Some(convert::fault_of(&core, ctx.catch()))),
                    _ => Ok(None),
                }
            });
            match fault {
                Ok(Some(fault)) => core.sink.rejection(&fault, &Value::Script(promise)),
                Ok(None) => {}
                Err(fault) => core.sink.fault("unhandledrejection", &fault),
            }
        }
    }

    /// Runs the first timer that is due; false if none is. Its fault goes to the sink.
    pub(super) fn run_due_timer(&mut self) -> bool {
        let core = self.core.clone();
        let now = core.clock.monotonic();
        let Some(callback) = core.timers.borrow_mut().take_due(now) else { return false };
        let result = match callback {
            Callback::Script { function, arguments } => self.enter(|ctx| {
                let Some(function) = core.held(ctx, &function)?.into_function() else { return Ok(()) };
                let arguments = arguments.iter().map(|value| core.value_in(ctx, value)).collect::<Result<Vec<_>>>()?;
                convert::apply::<JsValue<'_>>(&function, JsValue::new_undefined(ctx.clone()), arguments).map(drop)
            }),
            Callback::Native(call) => self.enter(|ctx| {
                let result = {
                    let _outside = outside();
                    call(&mut QuickRealm::of(&core), &Value::Undefined, &[])
                };
                core.step(ctx)?;
                result.map(drop).map_err(|fault| convert::throw(&core, ctx, fault))
            }),
        };
        if let Err(fault) = result {
            core.sink.fault("timer", &fault);
        }
        let waiting = core.timers.borrow().len();
        sandbox::count(|counters| counters.timers.store(waiting, Ordering::Relaxed));
        true
    }

    pub(super) fn add_native_timer(&mut self, delay: f64, callback: NativeFunction) {
        let now = self.core.clock.monotonic();
        self.core.timers.borrow_mut().add(now, delay, false, Callback::Native(callback));
    }
}

/// Sets a timer of script: the function, its delay in ms, whether it repeats, and an array of its arguments.
pub(super) fn set_timer<'js>(core: &Rc<Core>, ctx: &Ctx<'js>, given: &[JsValue<'js>]) -> Result<JsValue<'js>> {
    let (function, delay, repeat, rest) = match given {
        [function, delay, repeat, rest] => (function, delay, repeat, rest),
        _ => return Err(convert::type_error(ctx, "a timer needs a function")),
    };
    let (waiting, bounds) = (core.timers.borrow().len(), core.budgets.timers);
    if waiting >= bounds.hard {
        sandbox::count(|counters| {
            counters.refusals.fetch_add(1, Ordering::Relaxed);
        });
        return Err(convert::range_error(ctx, "too many timers wait"));
    }
    if waiting == bounds.soft {
        let _outside = outside();
        sandbox::warn(BudgetEvent { budget: Budget::Timers, limit: bounds.soft, figure: waiting });
    }
    let mut arguments = Vec::new();
    for argument in rest.as_array().map(Array::iter::<JsValue<'js>>).into_iter().flatten() {
        arguments.push(core.value_out(&argument?));
    }
    let function = core.slots.hold(function.clone());
    let callback = Callback::Script { function, arguments: arguments.into() };
    let delay = delay.as_number().unwrap_or(f64::NAN);
    let now = core.clock.monotonic();
    let id = core.timers.borrow_mut().add(now, delay, repeat.as_bool().unwrap_or(false), callback);
    sandbox::count(|counters| counters.timers.store(waiting + 1, Ordering::Relaxed));
    Ok(convert::number(ctx, f64::from(id)))
}

/// Clears a timer of either kind.
pub(super) fn clear_timer<'js>(core: &Rc<Core>, ctx: &Ctx<'js>, given: &[JsValue<'js>]) -> Result<JsValue<'js>> {
    if let Some(id) = given.first().and_then(JsValue::as_number)
        && id >= 1.0
        && id <= f64::from(u32::MAX)
    {
        let gone = core.timers.borrow_mut().remove(id as u32);
        drop(gone);
    }
    Ok(JsValue::new_undefined(ctx.clone()))
}

/// The function behind a handle.
pub(super) fn callable<'js>(core: &Core, ctx: &Ctx<'js>, function: &ScriptRef) -> Result<Function<'js>> {
    let function = core.held(ctx, function)?.into_function();
    function.ok_or_else(|| convert::type_error(ctx, "the value is not a function"))
}
