//! The console on QuickJS (see [`crate::realm::console`]).

use super::{Core, JsValue};
use crate::realm::ScriptSink;
use crate::realm::console::{ConsoleState, METHODS, Method, Printer, call};
use rquickjs::function::{IntoJsFunc, ParamRequirement, Params};
use rquickjs::{Ctx, Function, Object, Result};
use std::rc::{Rc, Weak};

/// Makes the `console` global.
pub(super) fn install(core: &Rc<Core>, ctx: &Ctx<'_>) -> Result<()> {
    let console = Object::new(ctx.clone())?;
    for (name, method) in METHODS {
        let called = Called { core: Rc::downgrade(core), method };
        console.set(name, Function::new(ctx.clone(), called)?.with_name(name)?)?;
    }
    super::raw::define(&ctx.globals(), "console", console.as_value(), true)
}

/// A method of the console.
struct Called {
    core: Weak<Core>,
    method: Method,
}

impl<'js> IntoJsFunc<'js, ()> for Called {
    fn param_requirements() -> ParamRequirement {
        ParamRequirement::any()
    }

    fn call<'a>(&self, params: Params<'a, 'js>) -> Result<JsValue<'js>> {
        let ctx = params.ctx();
        if let Some(core) = self.core.upgrade() {
            core.step(ctx)?;
            let given: Vec<JsValue<'js>> = (0..params.len()).filter_map(|index| params.arg(index)).collect();
            call(&mut Printing { core: &core, ctx }, self.method, &given);
        }
        Ok(JsValue::new_undefined(ctx.clone()))
    }
}

struct Printing<'a, 'js> {
    core: &'a Rc<Core>,
    ctx: &'a Ctx<'js>,
}

impl<'js> Printer for Printing<'_, 'js> {
    type Value = JsValue<'js>;

    fn string(&mut self, value: &JsValue<'js>) -> Option<String> {
        value.as_string().map(|text| self.core.text(text))
    }

    fn number(&mut self, value: &JsValue<'js>) -> Option<f64> {
        value.as_number()
    }

    fn truthy(&mut self, value: &JsValue<'js>) -> bool {
        let truthy = self.core.kit(self.ctx, "truthy").and_then(|truthy| truthy.call((value.clone(),)));
        truthy.unwrap_or(false)
    }

    fn inspect(&mut self, value: &JsValue<'js>) -> String {
        inspect(self.core, value)
    }

    fn remember<T>(&mut self, work: impl FnOnce(&mut ConsoleState) -> T) -> T {
        work(&mut self.core.console.borrow_mut())
    }

    fn now(&mut self) -> f64 {
        self.core.clock.monotonic()
    }

    fn sink(&mut self) -> Rc<dyn ScriptSink> {
        self.core.sink.clone()
    }
}

/// A value as text close to JSON, without running script.
pub(super) fn inspect(core: &Core, value: &JsValue<'_>) -> String {
    let ctx = value.ctx();
    let text: Result<rquickjs::String<'_>> =
        core.kit(ctx, "inspect").and_then(|inspect| inspect.call((value.clone(),)));
    match text {
        Ok(text) => core.text(&text),
        Err(_) => {
            ctx.catch();
            "[object]".to_owned()
        }
    }
}
