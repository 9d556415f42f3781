//! Values, strings and faults across the engine's boundary.

use super::{Core, JsValue, raw};
use crate::phases::{self, Phase};
use crate::realm::stack::parse_frame;
use crate::realm::{FaultKind, ScriptFault, ScriptFrame, ScriptKind};
use crate::value::Value;
use rquickjs::function::Args;
use rquickjs::{Array, Ctx, Error, Exception, FromJs, Function, Object, Result, String as JsText};
use std::rc::Rc;

/// How deep data may be nested that goes into the engine.
const DEPTH_IN: u32 = 1000;

/// The numbers that the engine gives to classes of objects.
pub(super) struct Classes {
    object: u32,
    date: u32,
    regexp: u32,
    promise: u32,
    map: u32,
    set: u32,
    buffer: u32,
    view: u32,
}

impl Classes {
    /// Looks at one object of each class.
    pub(super) fn new(ctx: &Ctx<'_>) -> Result<Classes> {
        let samples = "[{}, new Date(0), /a/, Promise.resolve(), new Map(), new Set(), new ArrayBuffer(0), \
                       new DataView(new ArrayBuffer(0))]";
        let samples: Array<'_> = ctx.eval(samples)?;
        let class = |index: usize| samples.get::<JsValue<'_>>(index).map(|sample| raw::class_of(&sample));
        Ok(Classes {
            object: class(0)?,
            date: class(1)?,
            regexp: class(2)?,
            promise: class(3)?,
            map: class(4)?,
            set: class(5)?,
            buffer: class(6)?,
            view: class(7)?,
        })
    }
}

/// What an object is, as far as anything here cares.
#[derive(Clone, Copy, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Class {
    /// A plain object or an array.
    Plain,
    Function,
    Date,
    RegExp,
    Error,
    Map,
    Set,
    Proxy,
    Promise,
    Buffer,
    TypedArray,
    DataView,
    Other,
}

impl Core {
    /// The class of an object.
    pub(super) fn class(&self, value: &JsValue<'_>) -> Class {
        let Some(classes) = self.classes.get() else { return Class::Other };
        if value.is_function() {
            return Class::Function;
        }
        if value.is_array() {
            return Class::Plain;
        }
        match raw::class_of(value) {
            class if class == classes.object => Class::Plain,
            class if class == classes.date => Class::Date,
            class if class == classes.regexp => Class::RegExp,
            class if class == classes.promise => Class::Promise,
            class if class == classes.map => Class::Map,
            class if class == classes.set => Class::Set,
            class if class == classes.buffer => Class::Buffer,
            class if class == classes.view => Class::DataView,
            _ if value.is_error() => Class::Error,
            _ if value.is_proxy() => Class::Proxy,
            _ if raw::is_typed_array(value) => Class::TypedArray,
            _ => Class::Other,
        }
    }

    /// The kind of a value for outside.
    pub(super) fn kind(&self, value: &JsValue<'_>) -> ScriptKind {
        if value.is_symbol() {
            return ScriptKind::Symbol;
        }
        if value.is_big_int() {
            return ScriptKind::BigInt;
        }
        match self.class(value) {
            Class::Function => ScriptKind::Function,
            Class::Date => ScriptKind::Date,
            Class::RegExp => ScriptKind::RegExp,
            Class::Promise => ScriptKind::Promise,
            Class::Error => ScriptKind::Error,
            Class::Buffer | Class::TypedArray | Class::DataView => ScriptKind::ArrayBuffer,
            _ if self.is_array(value) => ScriptKind::Array,
            _ => ScriptKind::Object,
        }
    }

    /// True for arrays, also behind proxies.
    pub(super) fn is_array(&self, value: &JsValue<'_>) -> bool {
        if value.is_proxy() {
            let asked = self.kit(value.ctx(), "isArray").and_then(|is_array| is_array.call((value.clone(),)));
            return asked.unwrap_or_else(|_: Error| {
                value.ctx().catch();
                false
            });
        }
        value.is_array()
    }

    /// The text of an engine string, lone surrogates replaced.
    pub(super) fn text(&self, text: &JsText<'_>) -> String {
        if let Ok(text) = text.to_string() {
            return text;
        }
        let ctx = text.as_value().ctx();
        let mended: Result<JsText<'_>> = self.kit(ctx, "wellFormed").and_then(|mend| mend.call((text.clone(),)));
        match mended.and_then(|text| text.to_string()) {
            Ok(text) => text,
            Err(_) => {
                ctx.catch();
                String::new()
            }
        }
    }

    /// `String(value)`, of symbols their description.
    pub(super) fn text_of(&self, value: &JsValue<'_>) -> Result<String> {
        let text: JsText<'_> = match value.as_string() {
            Some(text) => text.clone(),
            None => self.kit(value.ctx(), "text")?.call((value.clone(),))?,
        };
        Ok(self.text(&text))
    }

    /// An engine value for outside: primitives by value, everything else by handle.
    pub(super) fn value_out(&self, value: &JsValue<'_>) -> Value {
        if value.is_undefined() {
            Value::Undefined
        } else if value.is_null() {
            Value::Null
        } else if let Some(number) = value.as_number() {
            Value::Number(number)
        } else if let Some(text) = value.as_string() {
            Value::String(Rc::from(self.text(text)))
        } else if let Some(truth) = value.as_bool() {
            Value::Bool(truth)
        } else {
            Value::Script(self.slots.hold(value.clone()))
        }
    }

    /// A value from outside as an engine value; arrays and objects become fresh deep copies.
    ///
    /// # Errors
    /// A `RangeError` if it is nested too deep, a `TypeError` for a handle of another realm.
    pub(super) fn value_in<'js>(&self, ctx: &Ctx<'js>, value: &Value) -> Result<JsValue<'js>> {
        self.value_in_at(ctx, value, 0)
    }

    fn value_in_at<'js>(&self, ctx: &Ctx<'js>, value: &Value, depth: u32) -> Result<JsValue<'js>> {
        if depth > DEPTH_IN {
            return Err(range_error(ctx, "data is nested too deep"));
        }
        Ok(match value {
            Value::Undefined | Value::Wxs(_) => JsValue::new_undefined(ctx.clone()),
            Value::Null => JsValue::new_null(ctx.clone()),
            Value::Bool(b) => JsValue::new_bool(ctx.clone(), *b),
            Value::Number(n) => number(ctx, *n),
            Value::String(s) => JsText::from_str(ctx.clone(), s)?.into_value(),
            Value::Array(items) => {
                let out = Array::new(ctx.clone())?;
                for (index, item) in items.borrow().iter().enumerate() {
                    out.set(index, self.value_in_at(ctx, item, depth + 1)?)?;
                }
                out.into_value()
            }
            Value::Object(fields) => {
                let out = Object::new(ctx.clone())?;
                for (key, field) in fields.borrow().iter() {
                    let field = self.value_in_at(ctx, field, depth + 1)?;
                    raw::define(&out, key, &field, false)?;
                }
                out.into_value()
            }
            Value::Script(handle) => self.held(ctx, handle)?,
        })
    }
}

/// A number in the engine's shortest form.
pub(super) fn number<'js>(ctx: &Ctx<'js>, value: f64) -> JsValue<'js> {
    // The bindings would lose the sign of a zero.
    if value == 0.0 && value.is_sign_negative() {
        return JsValue::new_float(ctx.clone(), value);
    }
    JsValue::new_number(ctx.clone(), value)
}

/// Calls a function with `this` and any number of arguments.
pub(super) fn apply<'js, R: FromJs<'js>>(
    function: &Function<'js>,
    this: JsValue<'js>,
    arguments: Vec<JsValue<'js>>,
) -> Result<R> {
    let mut args = Args::new(function.ctx().clone(), arguments.len());
    args.this(this)?;
    args.push_args(arguments)?;
    let _running = phases::enter(Phase::Run);
    args.apply(function)
}

/// A `TypeError`, thrown.
pub(super) fn type_error(ctx: &Ctx<'_>, message: &str) -> Error {
    Exception::throw_type(ctx, message)
}

/// A `RangeError`, thrown.
pub(super) fn range_error(ctx: &Ctx<'_>, message: &str) -> Error {
    Exception::throw_range(ctx, message)
}

/// An error that script cannot catch, thrown.
pub(super) fn fatal_error(ctx: &Ctx<'_>, message: &str) -> Error {
    let error = Exception::throw_internal(ctx, message);
    let thrown = ctx.catch();
    raw::set_uncatchable(&thrown);
    ctx.throw(thrown);
    error
}

/// `TypeError: x is not a function` of a thrown value; objects that are not errors as their `errMsg`, `message` or JSON
/// text.
pub(super) fn message_of(core: &Core, value: &JsValue<'_>) -> String {
    let ctx = value.ctx();
    let Some(object) = value.as_object() else {
        return core.text_of(value).unwrap_or_else(|_| {
            ctx.catch();
            String::new()
        });
    };
    let field = |name: &str| match object.get::<_, JsValue<'_>>(name) {
        Ok(value) => value.as_string().map(|text| core.text(text)).filter(|text| !text.is_empty()),
        Err(_) => {
            ctx.catch();
            None
        }
    };
    let message = field("message");
    if value.is_error() {
        let name = field("name").unwrap_or_else(|| "Error".to_owned());
        return match message {
            Some(message) => format!("{name}: {message}"),
            None => name,
        };
    }
    message.or_else(|| field("errMsg")).unwrap_or_else(|| super::console::inspect(core, value))
}

/// The frames of an error, innermost first; empty for anything else.
pub(super) fn frames_of(core: &Core, value: &JsValue<'_>) -> Vec<ScriptFrame> {
    if !value.is_error() {
        return Vec::new();
    }
    let stack: Result<JsValue<'_>> = core.kit(value.ctx(), "stackOf").and_then(|stack| stack.call((value.clone(),)));
    match stack {
        Ok(stack) => stack.as_string().map(|text| frames_in(core, &core.text(text))).unwrap_or_default(),
        Err(_) => {
            value.ctx().catch();
            Vec::new()
        }
    }
}

/// The frames in the engine's text of a stack, innermost first, in the files as they were written. Those of the realm's own
/// script are no places.
pub(super) fn frames_in(core: &Core, text: &str) -> Vec<ScriptFrame> {
    let modules = core.modules.borrow();
    let own = |frame: &ScriptFrame| frame.file == super::host::PRELUDE_NAME;
    text.lines().filter_map(parse_frame).filter(|frame| !own(frame)).map(|frame| modules.original(frame)).collect()
}

/// The fault of a thrown value.
pub(super) fn fault_of(core: &Core, thrown: JsValue<'_>) -> ScriptFault {
    let fault = ScriptFault {
        kind: FaultKind::Exception,
        message: message_of(core, &thrown),
        stack: frames_of(core, &thrown),
        value: core.value_out(&thrown),
    };
    core.with_loading_fault(fault, &thrown)
}

/// Throws a fault of native code for script to catch; a fatal one goes through uncaught.
pub(super) fn throw(core: &Core, ctx: &Ctx<'_>, fault: ScriptFault) -> Error {
    if fault.kind == FaultKind::Fatal {
        return fatal_error(ctx, &fault.message);
    }
    if !matches!(fault.value, Value::Undefined) {
        return match core.value_in(ctx, &fault.value) {
            Ok(value) => ctx.throw(value),
            Err(error) => error,
        };
    }
    let (class, message) = match fault.message.split_once(": ") {
        Some((class, message)) if CLASSES.contains(&class) => (class, message),
        _ => ("Error", fault.message.as_str()),
    };
    match error(core, ctx, class, message) {
        Ok(value) => ctx.throw(value),
        Err(error) => error,
    }
}

const CLASSES: [&str; 7] =
    ["Error", "TypeError", "RangeError", "SyntaxError", "ReferenceError", "EvalError", "URIError"];

/// An error of a class.
pub(super) fn error<'js>(core: &Core, ctx: &Ctx<'js>, class: &str, message: &str) -> Result<JsValue<'js>> {
    core.kit(ctx, "error")?.call((class, message))
}
