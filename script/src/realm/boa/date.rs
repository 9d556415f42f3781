//! Dates from the texts that programs really write.
//!
//! Stock Boa reads ISO 8601 and its own output. The slash form `2024/01/02 03:04` is the one that works on every
//! phone, so it is everywhere in mini-programs. What the standard leaves to the implementation is read here as
//! V8's legacy parser reads it: day, month and year in their usual orders, named months, a time, a zone; local
//! time unless a zone is given. `Date` itself is wrapped, so that the constructor reads them too.

use super::convert::number;
use super::{define_hidden, define_method, globals, shared};
use crate::realm::Clock;
use boa_engine::builtins::date::Date;
use boa_engine::object::FunctionObjectBuilder;
use boa_engine::object::builtins::JsDate;
use boa_engine::property::PropertyDescriptor;
use boa_engine::value::PreferredType;
use boa_engine::{Context, JsArgs, JsResult, JsString, JsValue, NativeFunction, js_string};

const DAY_MS: f64 = 86_400_000.0;

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
    let local = time + f64::from(minutes) * 60_000.0;
    let seconds = (local.rem_euclid(DAY_MS) / 1000.0).floor() as i64;
    let (sign, ahead) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
    let zone = match minutes {
        480 => "China Standard Time".to_owned(),
        0 => "Coordinated Universal Time".to_owned(),
        _ => format!("GMT{sign}{:02}:{:02}", ahead / 60, ahead % 60),
    };
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let time = format!("{hour:02}:{minute:02}:{second:02} GMT{sign}{:02}{:02} ({zone})", ahead / 60, ahead % 60);
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

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar; months from 1.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month from 1, day of a number of days since 1970-01-01.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// UTC time of a local one, ms since the epoch.
fn utc_of_local(local: f64, clock: &dyn Clock) -> f64 {
    let offset = |time: f64| f64::from(clock.offset_minutes(time)) * 60_000.0;
    let guess = local - offset(local);
    local - offset(guess)
}

enum Token<'a> {
    Number(i64, usize),
    Word(&'a str),
    Symbol(char),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let used = if first.is_ascii_digit() {
            let length = length(|c| c.is_ascii_digit());
            // More digits than any part of a date has make the number too large for all of them.
            out.push(Token::Number(rest[..length].parse().unwrap_or(i64::MAX), length));
            length
        } else if first >= 'A' && !first.is_whitespace() {
            let length = length(|c| c >= 'A' && !c.is_whitespace());
            out.push(Token::Word(&rest[..length]));
            length
        } else {
            if !first.is_whitespace() {
                out.push(Token::Symbol(first));
            }
            first.len_utf8()
        };
        rest = &rest[used..];
    }
    out
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Hours east of UTC of the zone names that the parser knows.
fn zone(word: &str) -> Option<i64> {
    Some(match word {
        "z" | "ut" | "utc" | "gmt" => 0,
        "est" => -5,
        "edt" => -4,
        "cst" | "mdt" => -6,
        "cdt" => -5,
        "mst" | "pdt" => -7,
        "pst" => -8,
        _ => return None,
    })
}

#[derive(Default)]
struct Parts {
    days: Vec<i64>,
    month: Option<i64>,
    time: Vec<i64>,
    milliseconds: i64,
    afternoon: Option<bool>,
    /// Minutes east of UTC.
    offset: Option<i64>,
}

/// The time of a text that is not ISO, ms since the epoch.
fn parse_legacy(text: &str, clock: &dyn Clock) -> Option<f64> {
    let tokens = tokens(text);
    let mut parts = Parts::default();
    let mut at = 0;
    let mut depth = 0_u32;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            Token::Number(value, _) => at = number_token(&mut parts, &tokens, at, *value)?,
            Token::Word(word) => word_token(&mut parts, word)?,
            Token::Symbol(sign @ ('+' | '-')) if parts.offset.is_some() || !parts.time.is_empty() => {
                let Some(Token::Number(value, digits)) = tokens.get(at) else { continue };
                at += 1;
                let (hours, mut minutes) = if *digits > 2 { (value / 100, value % 100) } else { (*value, 0) };
                if let (Some(Token::Symbol(':')), Some(Token::Number(value, _))) = (tokens.get(at), tokens.get(at + 1))
                {
                    minutes = *value;
                    at += 2;
                }
                let east = hours.checked_mul(60)?.checked_add(minutes)?;
                parts.offset = Some(if *sign == '-' { -east } else { east });
            }
            Token::Symbol(_) => {}
        }
    }
    parts.finish(clock)
}

/// Takes a number and what belongs to it; gives the place after it.
fn number_token(parts: &mut Parts, tokens: &[Token<'_>], mut at: usize, value: i64) -> Option<usize> {
    if matches!(tokens.get(at), Some(Token::Symbol(':'))) && parts.time.is_empty() {
        parts.time.push(value);
        while let (Some(Token::Symbol(':')), Some(Token::Number(value, _))) = (tokens.get(at), tokens.get(at + 1)) {
            parts.time.push(*value);
            at += 2;
        }
        if parts.time.len() == 3
            && let (Some(Token::Symbol('.')), Some(Token::Number(value, digits))) = (tokens.get(at), tokens.get(at + 1))
        {
            let scale = 10_f64.powi(i32::try_from(*digits).ok()?);
            parts.milliseconds = (*value as f64 * 1000.0 / scale) as i64;
            at += 2;
        }
        return (parts.time.len() <= 3).then_some(at);
    }
    if parts.days.len() == 3 {
        return None;
    }
    parts.days.push(value);
    Some(at)
}

fn word_token(parts: &mut Parts, word: &str) -> Option<()> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "am" if !parts.time.is_empty() => parts.afternoon = Some(false),
        "pm" if !parts.time.is_empty() => parts.afternoon = Some(true),
        "t" if !parts.days.is_empty() => {}
        _ => {
            let month = word.get(..3).and_then(|start| MONTHS.iter().position(|month| *month == start));
            if let Some(month) = month {
                parts.month = Some(month as i64 + 1);
            } else if let (Some(hours), false) = (zone(&word), parts.days.is_empty()) {
                parts.offset = Some(hours * 60);
            } else if !parts.days.is_empty() && !is_weekday(&word) {
                // A word that means nothing may stand before the first number only.
                return None;
            }
        }
    }
    Some(())
}

fn is_weekday(word: &str) -> bool {
    ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].iter().any(|day| word.starts_with(day))
}

impl Parts {
    fn finish(self, clock: &dyn Clock) -> Option<f64> {
        if self.days.is_empty() {
            return None;
        }
        // What is missing is 1.
        let part = |index: usize| self.days.get(index).copied().unwrap_or(1);
        let is_day = |value: i64| (1..=31).contains(&value);
        let (mut year, month, day) = match self.month {
            None if !is_day(part(0)) => (part(0), part(1), part(2)),
            None => (part(2), part(0), part(1)),
            Some(month) if !is_day(part(0)) => (part(0), month, part(1)),
            Some(month) => (part(1), month, part(0)),
        };
        match year {
            0..=49 => year += 2000,
            50..=99 => year += 1900,
            _ => {}
        }
        if !(1..=12).contains(&month) || !is_day(day) || year > 275_760 {
            return None;
        }
        let part = |index: usize| self.time.get(index).copied().unwrap_or(0);
        let (mut hour, minute, second) = (part(0), part(1), part(2));
        if let Some(afternoon) = self.afternoon {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        let midnight = hour == 24 && minute == 0 && second == 0;
        if (hour > 23 && !midnight) || minute > 59 || second > 59 {
            return None;
        }
        let days = days_from_civil(year, month, day) as f64;
        let time = (hour * 3600 + minute * 60 + second) as f64 * 1000.0 + self.milliseconds as f64;
        let local = days * DAY_MS + time;
        let utc = match self.offset {
            Some(minutes) => local - minutes as f64 * 60_000.0,
            None => utc_of_local(local, clock),
        };
        (utc.abs() <= 8.64e15).then_some(utc)
    }
}
