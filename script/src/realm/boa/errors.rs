//! Messages and stacks of thrown values.
//!
//! Boa's `stack` has frames only, with columns that are shifted by the module wrapper and places in generated
//! code. Here the places are mapped back to the files as written, and the text begins with the message, as
//! everywhere else.

use super::errand;
use super::{define_hidden, define_method, native_function, shared};
use crate::realm::ScriptFrame;
use crate::realm::stack::{parse_frame, text_of};
use boa_engine::builtins::error::Error;
use boa_engine::property::PropertyDescriptor;
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue, js_string};

/// `TypeError: x is not a function` of a thrown value; objects that are not errors as their `errMsg`, `message`
/// or JSON text.
pub(crate) fn message_of(value: &JsValue, context: &mut Context) -> String {
    match value.variant() {
        JsVariant::String(s) => s.to_std_string_lossy(),
        JsVariant::Object(object) => {
            let mut field = |name: JsString| match object.get(name, context) {
                Ok(value) => value.as_string().map(|s| s.to_std_string_lossy()).filter(|s| !s.is_empty()),
                Err(_) => None,
            };
            let message = field(js_string!("message"));
            if object.is::<Error>() {
                let name = field(js_string!("name")).unwrap_or_else(|| "Error".to_owned());
                return match message {
                    Some(message) => format!("{name}: {message}"),
                    None => name,
                };
            }
            if let Some(message) = message.or_else(|| field(js_string!("errMsg"))) {
                return message;
            }
            super::console::inspect(value, context)
        }
        JsVariant::Symbol(symbol) => symbol.descriptive_string().to_std_string_lossy(),
        _ => value.to_string(context).map(|s| s.to_std_string_lossy()).unwrap_or_default(),
    }
}

/// The frames of an error, innermost first; empty for anything else.
pub(crate) fn frames_of(value: &JsValue, context: &mut Context) -> Vec<ScriptFrame> {
    let Some(object) = value.as_object().filter(|object| object.is::<Error>()) else { return Vec::new() };
    let shared = shared(context);
    let getter = shared.stock.borrow().as_ref().map(|stock| stock.error_stack.clone());
    let stack = match getter {
        Some(getter) => getter.call(&object.clone().into(), &[], context),
        None => object.get(js_string!("stack"), context),
    };
    let Some(stack) = stack.ok().and_then(|stack| stack.as_string()) else { return Vec::new() };
    frames_in(&stack.to_std_string_lossy(), context)
}

/// The frames in Boa's text of a stack, innermost first.
pub(crate) fn frames_in(stack: &str, context: &Context) -> Vec<ScriptFrame> {
    let shared = shared(context);
    let modules = shared.modules.borrow();
    errand::without(stack.lines().filter_map(parse_frame).map(|frame| modules.original(frame)).collect())
}

/// The stack as text, with the message as its first line.
pub(crate) fn stack_text(value: &JsValue, context: &mut Context) -> String {
    text_of(message_of(value, context), &frames_of(value, context))
}

/// Replaces `Error.prototype.stack` and adds `Error.captureStackTrace`.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let error = context.intrinsics().constructors().error();
    let (constructor, prototype) = (error.constructor(), error.prototype());
    let get = native_function(context, "get stack", 0, get_stack);
    let set = native_function(context, "set stack", 1, set_stack);
    let descriptor = PropertyDescriptor::builder().get(get).set(set).enumerable(false).configurable(true).build();
    prototype.define_property_or_throw(js_string!("stack"), descriptor, context)?;
    define_method(context, &constructor, "captureStackTrace", 1, capture_stack_trace)
}

fn get_stack(this: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    match this.as_object() {
        Some(object) if object.is::<Error>() => Ok(JsString::from(stack_text(this, context)).into()),
        _ => Ok(JsValue::undefined()),
    }
}

fn set_stack(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if let Some(object) = this.as_object() {
        define_hidden(context, &object, "stack", arguments.get_or_undefined(0).clone())?;
    }
    Ok(JsValue::undefined())
}

fn capture_stack_trace(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let Some(target) = arguments.get_or_undefined(0).as_object() else {
        return Err(super::convert::type_error("Error.captureStackTrace needs an object"));
    };
    let constructor: JsObject = context.intrinsics().constructors().error().constructor();
    let here = constructor.construct(&[], None, context)?;
    let frames = stack_text(&here.into(), context);
    let message = message_of(&target.clone().into(), context);
    let text = match frames.split_once('\n') {
        Some((_, frames)) => format!("{message}\n{frames}"),
        None => message,
    };
    define_hidden(context, &target, "stack", JsString::from(text))?;
    Ok(JsValue::undefined())
}
