//! What script finds on the global object, beyond the language itself.
//!
//! Nothing here reaches the outside world: a realm has no I/O. What a program could use to watch the garbage
//! collector or to share memory is removed.

use super::{
    console, date, define_hidden, define_method, errors, guards, json_parse, json_text, limits, locale, regexp, shared,
    sort, symbols, texts, timers,
};
use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, js_string};

/// Built-in functions as they were before script could replace them.
pub(crate) struct Stock {
    pub(crate) object_keys: JsObject,
    pub(crate) array_is_array: JsObject,
    pub(crate) error_stack: JsObject,
    pub(crate) date: JsObject,
    pub(crate) date_parse: JsObject,
}

/// Globals that script must not have.
const REMOVED: [&str; 4] = ["WeakRef", "FinalizationRegistry", "SharedArrayBuffer", "Atomics"];

/// Sets up the globals of a fresh context.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let stock = take_stock(context)?;
    shared(context).stock.replace(Some(stock));

    let global = context.global_object();
    for name in REMOVED {
        global.delete_property_or_throw(JsString::from(name), context)?;
    }
    define_hidden(context, &global, "global", global.clone())?;
    define_method(context, &global, "setTimeout", 2, timers::set_timeout)?;
    define_method(context, &global, "setInterval", 2, timers::set_interval)?;
    define_method(context, &global, "clearTimeout", 1, timers::clear_timer)?;
    define_method(context, &global, "clearInterval", 1, timers::clear_timer)?;
    define_method(context, &global, "queueMicrotask", 1, timers::queue_microtask)?;

    let math = context.intrinsics().objects().math();
    define_method(context, &math, "random", 0, random)?;
    let json = context.intrinsics().objects().json();
    define_method(context, &json, "parse", 2, json_parse::json_parse)?;
    define_method(context, &json, "stringify", 3, json_text::json_stringify)?;

    console::install(context)?;
    date::install(context)?;
    locale::install(context)?;
    sort::install(context)?;
    symbols::install(context)?;
    limits::install(context)?;
    texts::install(context)?;
    guards::install(context)?;
    regexp::install(context)?;
    errors::install(context)
}

fn take_stock(context: &mut Context) -> JsResult<Stock> {
    let constructors = context.intrinsics().constructors();
    let (object, array, error, date) = (
        constructors.object().constructor(),
        constructors.array().constructor(),
        constructors.error().prototype(),
        constructors.date().constructor(),
    );
    let error_stack = error
        .borrow()
        .properties()
        .get(&js_string!("stack").into())
        .and_then(|descriptor| descriptor.get().and_then(JsValue::as_object));
    let mut method = |object: &JsObject, name: JsString| {
        let value = object.get(name, context)?;
        value.as_object().ok_or_else(|| super::convert::type_error("a built-in function is missing"))
    };
    Ok(Stock {
        object_keys: method(&object, js_string!("keys"))?,
        array_is_array: method(&array, js_string!("isArray"))?,
        date_parse: method(&date, js_string!("parse"))?,
        error_stack: error_stack.ok_or_else(|| super::convert::type_error("errors have no stack"))?,
        date,
    })
}

fn random(_: &JsValue, _: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = shared(context).random.borrow_mut().next();
    Ok(JsValue::rational(number))
}

/// The stock function as a function object, for calls with `this`.
pub(crate) fn stock_date(context: &Context) -> JsResult<(JsObject, JsObject)> {
    let shared = shared(context);
    let stock = shared.stock.borrow();
    match &*stock {
        Some(stock) => Ok((stock.date.clone(), stock.date_parse.clone())),
        None => Err(super::convert::type_error("the realm is gone")),
    }
}
