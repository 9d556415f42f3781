//! Native functions and objects with state of native code behind them.
//!
//! Unsafe: the promise that [`State`] has no lifetime of the engine's. It holds an `Rc` of the host's alone.

use super::{Core, JsValue, QuickRealm, convert};
use crate::realm::NativeFunction;
use crate::realm::broken::panic_text;
use crate::sandbox::control::outside;
use crate::value::Value;
use rquickjs::class::{JsClass, Readable, Trace, Tracer};
use rquickjs::function::{IntoJsFunc, ParamRequirement, Params};
use rquickjs::{Class, Constructor, Ctx, Function, JsLifetime, Object, Result};
use smallvec::SmallVec;
use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::rc::{Rc, Weak};

/// A function of the host.
struct Native {
    core: Weak<Core>,
    call: NativeFunction,
}

impl<'js> IntoJsFunc<'js, ()> for Native {
    fn param_requirements() -> ParamRequirement {
        ParamRequirement::any()
    }

    fn call<'a>(&self, params: Params<'a, 'js>) -> Result<JsValue<'js>> {
        let ctx = params.ctx();
        let Some(core) = self.core.upgrade() else { return Err(convert::type_error(ctx, "the realm is gone")) };
        core.step(ctx)?;
        // The function may be freed while it runs.
        let call = self.call.clone();
        let this = core.value_out(&params.this());
        let arguments: SmallVec<[Value; 6]> =
            (0..params.len()).filter_map(|index| params.arg(index)).map(|value| core.value_out(&value)).collect();
        let result = catch_unwind(AssertUnwindSafe(|| {
            let _outside = outside();
            call(&mut QuickRealm::of(&core), &this, &arguments)
        }));
        // Script must not catch a panic.
        let result = result.unwrap_or_else(|panic| Err(core.break_down(&panic_text(&*panic))));
        core.step(ctx)?;
        match result {
            Ok(value) => core.value_in(ctx, &value),
            Err(fault) => Err(convert::throw(&core, ctx, fault)),
        }
    }
}

/// A native function as an engine object.
pub(super) fn function<'js>(
    core: &Rc<Core>,
    ctx: &Ctx<'js>,
    name: &str,
    length: usize,
    call: NativeFunction,
) -> Result<Function<'js>> {
    Function::new(ctx.clone(), Native { core: Rc::downgrade(core), call })?.with_name(name)?.with_length(length)
}

/// A function of the realm's own, which works on engine values.
pub(super) type Plain = for<'js> fn(&Rc<Core>, &Ctx<'js>, &[JsValue<'js>]) -> Result<JsValue<'js>>;

struct PlainFunction {
    core: Weak<Core>,
    call: Plain,
}

impl<'js> IntoJsFunc<'js, ()> for PlainFunction {
    fn param_requirements() -> ParamRequirement {
        ParamRequirement::any()
    }

    fn call<'a>(&self, params: Params<'a, 'js>) -> Result<JsValue<'js>> {
        let ctx = params.ctx();
        let Some(core) = self.core.upgrade() else { return Err(convert::type_error(ctx, "the realm is gone")) };
        let arguments: SmallVec<[JsValue<'js>; 6]> = (0..params.len()).filter_map(|index| params.arg(index)).collect();
        (self.call)(&core, ctx, &arguments)
    }
}

/// Such a function as an engine object.
pub(super) fn plain<'js>(core: &Rc<Core>, ctx: &Ctx<'js>, name: &str, call: Plain) -> Result<Function<'js>> {
    Function::new(ctx.clone(), PlainFunction { core: Rc::downgrade(core), call })?.with_name(name)
}

/// State of native code. It holds no engine values: handles are roots of their own.
struct State(Rc<dyn Any>);

// SAFETY: see the head of this file.
unsafe impl<'js> JsLifetime<'js> for State {
    type Changed<'to> = State;
}

impl<'js> Trace<'js> for State {
    fn trace<'a>(&self, _: Tracer<'a, 'js>) {}
}

impl<'js> JsClass<'js> for State {
    const NAME: &'static str = "Object";

    type Mutable = Readable;

    fn constructor(_: &Ctx<'js>) -> Result<Option<Constructor<'js>>> {
        Ok(None)
    }
}

/// An object with state behind it.
pub(super) fn object<'js>(prototype: Object<'js>, state: Rc<dyn Any>) -> Result<Object<'js>> {
    Ok(Class::instance_proto(State(state), prototype)?.into_inner())
}

/// The state behind an object.
pub(super) fn state_of(core: &Core, value: &JsValue<'_>) -> Option<Rc<dyn Any>> {
    // Asking for a class that it is not would make an error each time.
    if core.class(value) != convert::Class::Other {
        return None;
    }
    let class = value.as_object()?.into_class::<State>().ok()?;
    let state = class.try_borrow().ok()?.0.clone();
    Some(state)
}
