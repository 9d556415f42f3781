//! Values, strings and faults across the engine's boundary.

use super::{Shared, errors, shared};
use crate::realm::{FaultKind, ScriptFault, ScriptHandle, ScriptRef};
use crate::value::Value;
use boa_engine::error::{EngineError, PanicError, RuntimeLimitError};
use boa_engine::object::builtins::JsArray;
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue};
use std::any::Any;
use std::rc::Rc;

/// How deep data may be nested that goes into the engine.
const DEPTH_IN: u32 = 1000;

/// What is behind a [`ScriptRef`]: a value held as a root of the garbage collector.
pub(crate) struct Handle {
    pub(crate) value: JsValue,
    mark: Rc<()>,
}

impl ScriptHandle for Handle {
    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A handle to an engine value.
pub(crate) fn handle(shared: &Shared, value: JsValue) -> ScriptRef {
    ScriptRef(Rc::new(Handle { value, mark: shared.mark.clone() }))
}

/// The engine value behind a handle.
///
/// # Errors
/// A `TypeError` for a handle of another realm.
pub(crate) fn held(shared: &Shared, handle: &ScriptRef) -> JsResult<JsValue> {
    match handle.0.as_any().downcast_ref::<Handle>() {
        Some(handle) if Rc::ptr_eq(&handle.mark, &shared.mark) => Ok(handle.value.clone()),
        _ => Err(type_error("the handle belongs to another realm")),
    }
}

/// The object behind a handle.
pub(crate) fn held_object(shared: &Shared, handle: &ScriptRef) -> JsResult<JsObject> {
    held(shared, handle)?.as_object().ok_or_else(|| type_error("the handle holds no object"))
}

/// A `TypeError` to throw.
pub(crate) fn type_error(message: impl Into<std::borrow::Cow<'static, str>>) -> JsError {
    JsNativeError::typ().with_message(message).into()
}

/// A `RangeError` to throw.
pub(crate) fn range_error(message: impl Into<std::borrow::Cow<'static, str>>) -> JsError {
    JsNativeError::range().with_message(message).into()
}

/// The text of an engine string, lone surrogates replaced.
pub(crate) fn text(string: &JsString) -> Rc<str> {
    let view = string.as_str();
    match view.as_latin1() {
        Some(bytes) if bytes.is_ascii() => match std::str::from_utf8(bytes) {
            Ok(text) => Rc::from(text),
            Err(_) => Rc::from(string.to_std_string_lossy()),
        },
        _ => Rc::from(string.to_std_string_lossy()),
    }
}

/// A number in the engine's shortest form.
pub(crate) fn number(value: f64) -> JsValue {
    let small = value as i32;
    if f64::from(small) == value && (small != 0 || value.is_sign_positive()) {
        JsValue::new(small)
    } else {
        JsValue::rational(value)
    }
}

/// An engine value for outside: primitives by value, everything else by handle.
pub(crate) fn value_out(shared: &Shared, value: &JsValue) -> Value {
    match value.variant() {
        JsVariant::Undefined => Value::Undefined,
        JsVariant::Null => Value::Null,
        JsVariant::Boolean(b) => Value::Bool(b),
        JsVariant::Integer32(i) => Value::Number(f64::from(i)),
        JsVariant::Float64(f) => Value::Number(f),
        JsVariant::String(s) => Value::String(text(&s)),
        JsVariant::Object(_) | JsVariant::Symbol(_) | JsVariant::BigInt(_) => {
            Value::Script(handle(shared, value.clone()))
        }
    }
}

/// A value from outside as an engine value; arrays and objects become fresh deep copies.
///
/// # Errors
/// A `RangeError` if it is nested too deep, a `TypeError` for a handle of another realm.
pub(crate) fn value_in(shared: &Shared, value: &Value, context: &mut Context) -> JsResult<JsValue> {
    value_in_at(shared, value, context, 0)
}

fn value_in_at(shared: &Shared, value: &Value, context: &mut Context, depth: u32) -> JsResult<JsValue> {
    if depth > DEPTH_IN {
        return Err(range_error("data is nested too deep"));
    }
    Ok(match value {
        Value::Undefined | Value::Wxs(_) => JsValue::undefined(),
        Value::Null => JsValue::null(),
        Value::Bool(b) => JsValue::new(*b),
        Value::Number(n) => number(*n),
        Value::String(s) => {
            if s.len() > 256 {
                let bytes = &shared.collector.bytes;
                bytes.set(bytes.get().saturating_add(s.len()));
            }
            JsString::from(&**s).into()
        }
        Value::Array(items) => {
            let mut out = Vec::with_capacity(items.borrow().len());
            for item in items.borrow().iter() {
                out.push(value_in_at(shared, item, context, depth + 1)?);
            }
            JsArray::from_iter(out, context).into()
        }
        Value::Object(fields) => {
            let object = JsObject::with_object_proto(context.intrinsics());
            for (key, field) in fields.borrow().iter() {
                let field = value_in_at(shared, field, context, depth + 1)?;
                object.create_data_property_or_throw(JsString::from(&**key), field, context)?;
            }
            object.into()
        }
        Value::Script(handle) => held(shared, handle)?,
    })
}

/// The fault of something thrown.
///
/// Running out of stack is an exception here, although script itself cannot catch it: the engine has unwound
/// cleanly and the next handler may run.
pub(crate) fn fault_of(error: JsError, context: &mut Context) -> ScriptFault {
    match error.as_engine() {
        Some(EngineError::RuntimeLimit(limit)) => {
            let message = match limit {
                RuntimeLimitError::LoopIteration => "a loop did not come to an end",
                _ => "Maximum call stack size exceeded",
            };
            // Such an error is no value of script: only its text tells where it came from.
            let stack = errors::frames_in(&error.to_string(), context);
            return ScriptFault { stack, ..ScriptFault::error("RangeError", message) };
        }
        Some(EngineError::Panic(panic)) => {
            return ScriptFault {
                kind: FaultKind::Fatal,
                message: panic.message().to_owned(),
                stack: Vec::new(),
                value: Value::Undefined,
            };
        }
        _ => {}
    }
    let value = match error.into_opaque(context) {
        Ok(value) => value,
        Err(_) => return ScriptFault::error("Error", "unknown failure of the script engine"),
    };
    fault_of_value(&value, context)
}

/// The fault of a thrown value.
pub(crate) fn fault_of_value(value: &JsValue, context: &mut Context) -> ScriptFault {
    let shared = shared(context);
    let fault = ScriptFault {
        kind: FaultKind::Exception,
        message: errors::message_of(value, context),
        stack: errors::frames_of(value, context),
        value: value_out(&shared, value),
    };
    super::loader::with_loading_fault(fault, value, context)
}

/// A fault of native code as something for script to catch; a fatal one goes through uncaught.
pub(crate) fn error_of(fault: ScriptFault, context: &mut Context) -> JsError {
    if fault.kind == FaultKind::Fatal {
        return PanicError::new(fault.message).into();
    }
    if !matches!(fault.value, Value::Undefined) {
        let shared = shared(context);
        return match value_in(&shared, &fault.value, context) {
            Ok(value) => JsError::from_opaque(value),
            Err(error) => error,
        };
    }
    let (class, message) = fault.message.split_once(": ").unwrap_or(("Error", &fault.message));
    let (error, message) = match class {
        "TypeError" => (JsNativeError::typ(), message),
        "RangeError" => (JsNativeError::range(), message),
        "SyntaxError" => (JsNativeError::syntax(), message),
        "ReferenceError" => (JsNativeError::reference(), message),
        "EvalError" => (JsNativeError::eval(), message),
        "URIError" => (JsNativeError::uri(), message),
        "Error" => (JsNativeError::error(), message),
        _ => (JsNativeError::error(), fault.message.as_str()),
    };
    error.with_message(message.to_owned()).into()
}
