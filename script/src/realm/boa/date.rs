//! Dates from the texts that programs really write.
//!
//! Stock Boa reads ISO 8601 and its own output. The slash form `2024/01/02 03:04` is the one that works on every
//! phone, so it is everywhere in mini-programs. What the standard leaves to the implementation is read here as
//! V8's legacy parser reads it: day, month and year in their usual orders, named months, a time, a zone; local
//! time unless a zone is given. `Date` itself is wrapped, so that the constructor reads them too.

use super::convert::number;
use super::{define_hidden, define_method, globals, shared};
use crate::realm::dates::{parse_legacy, zone_text};
use boa_engine::builtins::date::Date;
use boa_engine::object::FunctionObjectBuilder;
use boa_engine::object::builtins::JsDate;
use boa_engine::property::PropertyDescriptor;
use boa_engine::value::PreferredType;
use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue, NativeFunction, js_string};

/// Puts a `Date` in place that reads more texts; prototype and methods stay the stock ones.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let (stock, _) = globals::stock_date(context)?;
    let prototype = context.intrinsics().constructors().date().prototype();
    let wrapper = FunctionObjectBuilder::new(context.realm(), NativeFunction::from_fn_ptr(construct))
        .name(js_string!("Date"))
        .length(7)
        .constructor(true)
        .build();
    let fixed = PropertyDescriptor::builder().value(prototype.clone()).writable(false).enumerable(false);
    wrapper.define_property_or_throw(js_string!("prototype"), fixed.configurable(false).build(), context)?;
    for name in ["now", "UTC"] {
        let method = stock.get(JsString::from(name), context)?;
        define_hidden(context, &wrapper, name, method)?;
    }
    define_method(context, &wrapper, "parse", 1, parse_method)?;
    define_hidden(context, &prototype, "constructor", wrapper.clone())?;
    define_method(context, &prototype, "toString", 0, |this, _, c| text_with_zone(this, false, c))?;
    define_method(context, &prototype, "toTimeString", 0, |this, _, c| text_with_zone(this, true, c))?;
    let global = context.global_object();
    define_hidden(context, &global, "Date", wrapper)
}

fn construct(new_target: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let (stock, _) = globals::stock_date(context)?;
    let Some(new_target) = new_target.as_object() else {
        return stock.call(&JsValue::undefined(), arguments, context);
    };
    if let [value] = arguments
        && !value.is_number()
        && !value.as_object().is_some_and(|object| object.is::<Date>())
    {
        let primitive = value.to_primitive(context, PreferredType::Default)?;
        let time = match primitive.as_string() {
            Some(text) => parse_text(&text, context)?,
            None => primitive,
        };
        return stock.construct(&[time], Some(&new_target), context).map(Into::into);
    }
    stock.construct(arguments, Some(&new_target), context).map(Into::into)
}

/// The engine's text with the zone's name after it, as every browser has it.
fn text_with_zone(this: &JsValue, time_only: bool, context: &mut Context) -> JsResult<JsValue> {
    let object = this.as_object().filter(|object| object.is::<Date>());
    let object = object.ok_or_else(|| super::convert::type_error("this is not a Date object"))?;
    let date = JsDate::from_object(object)?;
    let time = date.get_time(context)?.as_number().unwrap_or(f64::NAN);
    if time.is_nan() {
        return Ok(js_string!("Invalid Date").into());
    }
    let minutes = shared(context).clock.offset_minutes(time);
    let clock = date.to_date_string(context)?.to_string(context)?.to_std_string_lossy();
    let time = zone_text(time, minutes);
    let text = if time_only { time } else { format!("{clock} {time}") };
    Ok(JsString::from(text).into())
}

fn parse_method(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = arguments.get_or_undefined(0).to_string(context)?;
    parse_text(&text, context)
}

fn parse_text(text: &JsString, context: &mut Context) -> JsResult<JsValue> {
    let (_, stock_parse) = globals::stock_date(context)?;
    let stock = stock_parse.call(&JsValue::undefined(), &[text.clone().into()], context)?;
    if stock.as_number().is_some_and(|time| !time.is_nan()) {
        return Ok(stock);
    }
    let clock = shared(context).clock.clone();
    Ok(number(parse_legacy(&text.to_std_string_lossy(), &*clock).unwrap_or(f64::NAN)))
}
