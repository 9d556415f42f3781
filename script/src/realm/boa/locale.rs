//! The `toLocale…` methods of dates and numbers (see [`crate::realm::locale`]).

use super::convert::{range_error, type_error};
use super::{define_method, shared};
use crate::realm::locale::{Locale, Missing, Options, date_text, number_text};
use boa_engine::builtins::date::Date;
use boa_engine::object::builtins::JsDate;
use boa_engine::{Context, JsArgs, JsError, JsObject, JsResult, JsString, JsValue};

/// Replaces the `toLocale…` methods of dates and numbers.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let (date, number) = (constructors.date().prototype(), constructors.number().prototype());
    define_method(context, &date, "toLocaleDateString", 0, |this, a, c| written_date(this, a, Missing::Date, c))?;
    define_method(context, &date, "toLocaleTimeString", 0, |this, a, c| written_date(this, a, Missing::Time, c))?;
    define_method(context, &date, "toLocaleString", 0, |this, a, c| written_date(this, a, Missing::Both, c))?;
    define_method(context, &number, "toLocaleString", 0, written_number)
}

fn locale_of(value: &JsValue, context: &mut Context) -> JsResult<Locale> {
    let tag = match value.as_object() {
        Some(list) => list.get(0, context)?,
        None => value.clone(),
    };
    Ok(match tag.as_string() {
        Some(tag) => Locale::of_tag(&tag.to_std_string_lossy()),
        None => shared(context).locale.get(),
    })
}

/// The options of a call.
struct Given<'a> {
    options: Option<JsObject>,
    context: &'a mut Context,
}

impl Given<'_> {
    fn value(&mut self, name: &str) -> JsResult<Option<JsValue>> {
        let Some(options) = &self.options else { return Ok(None) };
        let value = options.get(JsString::from(name), self.context)?;
        Ok(Some(value).filter(|value| !value.is_undefined()))
    }
}

impl Options for Given<'_> {
    type Fault = JsError;

    fn text(&mut self, name: &str) -> JsResult<Option<String>> {
        let value = self.value(name)?;
        value.map(|value| Ok(value.to_string(self.context)?.to_std_string_lossy())).transpose()
    }

    fn number(&mut self, name: &str) -> JsResult<Option<f64>> {
        let value = self.value(name)?;
        value.map(|value| value.to_number(self.context)).transpose()
    }

    fn range_error(message: String) -> JsError {
        range_error(message)
    }

    fn type_error(message: &'static str) -> JsError {
        type_error(message)
    }
}

fn written_date(this: &JsValue, arguments: &[JsValue], default: Missing, context: &mut Context) -> JsResult<JsValue> {
    let object = this.as_object().filter(|object| object.is::<Date>());
    let object = object.ok_or_else(|| type_error("this is not a Date object"))?;
    let time = JsDate::from_object(object)?.get_time(context)?.as_number().unwrap_or(f64::NAN);
    let locale = locale_of(arguments.get_or_undefined(0), context)?;
    let clock = shared(context).clock.clone();
    let mut given = Given { options: arguments.get_or_undefined(1).as_object(), context };
    let text = date_text(time, locale, &mut given, default, |time| clock.offset_minutes(time))?;
    Ok(JsString::from(text).into())
}

/// `Number.prototype.toLocaleString`.
fn written_number(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = match this.as_object() {
        Some(object) => match object.downcast_ref::<f64>() {
            Some(number) => *number,
            None => return Err(type_error("this is not a number")),
        },
        None => this.as_number().ok_or_else(|| type_error("this is not a number"))?,
    };
    let locale = locale_of(arguments.get_or_undefined(0), context)?;
    let mut given = Given { options: arguments.get_or_undefined(1).as_object(), context };
    let text = number_text(number, locale, &mut given)?;
    Ok(JsString::from(text).into())
}
