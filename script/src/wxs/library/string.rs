//! Methods of strings. Indices count UTF-16 units.

use super::{Builtin, argument, methods, number_argument, place_argument, regexp, text_argument};
use crate::value::Value;
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::number::to_integer;
use crate::vm::{Machine, convert, text};
use pellicle_layout::markup::token::is_blank;
use std::rc::Rc;

methods! {
    /// Methods of strings.
    StringMethod {
        At = "at",
        CharAt = "charAt",
        CharCodeAt = "charCodeAt",
        CodePointAt = "codePointAt",
        Concat = "concat",
        EndsWith = "endsWith",
        Includes = "includes",
        IndexOf = "indexOf",
        LastIndexOf = "lastIndexOf",
        LocaleCompare = "localeCompare",
        Match = "match",
        PadEnd = "padEnd",
        PadStart = "padStart",
        Repeat = "repeat",
        Replace = "replace",
        ReplaceAll = "replaceAll",
        Search = "search",
        Slice = "slice",
        Split = "split",
        StartsWith = "startsWith",
        Substr = "substr",
        Substring = "substring",
        ToLocaleLowerCase = "toLocaleLowerCase",
        ToLocaleUpperCase = "toLocaleUpperCase",
        ToLowerCase = "toLowerCase",
        ToString = "toString",
        ToUpperCase = "toUpperCase",
        Trim = "trim",
        TrimEnd = "trimEnd",
        TrimStart = "trimStart",
        ValueOf = "valueOf",
    }
}

/// Calls a method of the text of `this`.
pub(super) fn call(method: StringMethod, machine: &mut Machine, this: &Value, args: &[Value]) -> Outcome<Value> {
    if this.is_nullish() {
        return Err(machine.fault(FaultKind::Type, "a string method needs a string"));
    }
    let this = convert::to_string(this);
    let s: &str = &this;
    machine.burn(s.len() as u64 / 16)?;
    use StringMethod as M;
    Ok(match method {
        M::ToString | M::ValueOf => Value::String(this),
        M::CharAt | M::At => {
            let index = to_integer(number_argument(args, 0));
            let index = if method == M::At && index < 0.0 { index + text::length(s) as f64 } else { index };
            match character(s, index) {
                Some(text) => Value::string(text),
                None if method == M::At => Value::Undefined,
                None => Value::string(""),
            }
        }
        M::CharCodeAt => {
            let index = to_integer(number_argument(args, 0));
            let unit = if index < 0.0 { None } else { text::unit_at(s, index as usize) };
            Value::Number(unit.map_or(f64::NAN, f64::from))
        }
        M::CodePointAt => {
            let index = to_integer(number_argument(args, 0));
            let units = s.encode_utf16().skip(index.max(0.0) as usize).take(2);
            match char::decode_utf16(units).next() {
                Some(Ok(c)) if index >= 0.0 => Value::Number(f64::from(u32::from(c))),
                Some(Err(unit)) if index >= 0.0 => Value::Number(f64::from(unit.unpaired_surrogate())),
                _ => Value::Undefined,
            }
        }
        M::Concat => {
            let mut out = s.to_owned();
            for arg in args {
                convert::write_string(arg, &mut out);
                machine.charge(out.len())?;
            }
            machine.text(out)?
        }
        M::IndexOf => {
            let from = to_integer(number_argument(args, 1)).max(0.0) as usize;
            let needle = text_argument(args, 0);
            let start = text::byte_of(s, from);
            let found = s[start..].find(&*needle).map(|i| text::unit_of(s, start + i) as f64);
            Value::Number(found.unwrap_or(-1.0))
        }
        M::LastIndexOf => {
            let needle = text_argument(args, 0);
            let limit = number_argument(args, 1);
            let limit = if limit.is_nan() { usize::MAX } else { to_integer(limit).max(0.0) as usize };
            let end = (text::byte_of(s, limit).saturating_add(needle.len())).min(s.len());
            let end = (0..=end).rev().find(|&i| s.is_char_boundary(i)).unwrap_or(0);
            Value::Number(s[..end].rfind(&*needle).map_or(-1.0, |i| text::unit_of(s, i) as f64))
        }
        M::Includes => {
            let start = text::byte_of(s, to_integer(number_argument(args, 1)).max(0.0) as usize);
            Value::Bool(s[start..].contains(&*text_argument(args, 0)))
        }
        M::StartsWith => {
            let start = text::byte_of(s, to_integer(number_argument(args, 1)).max(0.0) as usize);
            Value::Bool(s[start..].starts_with(&*text_argument(args, 0)))
        }
        M::EndsWith => {
            let end = match argument(args, 1) {
                Value::Undefined => s.len(),
                end => text::byte_of(s, to_integer(convert::to_number(&end)).max(0.0) as usize),
            };
            Value::Bool(s[..end].ends_with(&*text_argument(args, 0)))
        }
        M::LocaleCompare => {
            let order = text::compare(s, &text_argument(args, 0));
            Value::Number(f64::from(order as i8))
        }
        M::Slice => {
            let length = text::length(s);
            let (start, end) = (place_argument(args, 0, length, 0), place_argument(args, 1, length, length));
            machine.text(text::slice(s, start, end))?
        }
        M::Substring => {
            let length = text::length(s) as f64;
            let place = |index: usize, default: f64| match argument(args, index) {
                Value::Undefined => default,
                value => to_integer(convert::to_number(&value)).clamp(0.0, length),
            };
            let (a, b) = (place(0, 0.0), place(1, length));
            machine.text(text::slice(s, a.min(b) as usize, a.max(b) as usize))?
        }
        M::Substr => {
            let length = text::length(s);
            let start = place_argument(args, 0, length, 0);
            let count = match argument(args, 1) {
                Value::Undefined => length,
                value => to_integer(convert::to_number(&value)).clamp(0.0, length as f64) as usize,
            };
            machine.text(text::slice(s, start, start.saturating_add(count)))?
        }
        M::ToLowerCase | M::ToLocaleLowerCase => machine.text(s.to_lowercase())?,
        M::ToUpperCase | M::ToLocaleUpperCase => machine.text(s.to_uppercase())?,
        M::Trim => machine.text(s.trim_matches(is_blank).to_owned())?,
        M::TrimStart => machine.text(s.trim_start_matches(is_blank).to_owned())?,
        M::TrimEnd => machine.text(s.trim_end_matches(is_blank).to_owned())?,
        M::Repeat => {
            let count = to_integer(number_argument(args, 0));
            if !(0.0..=convert::MAX_TEXT as f64).contains(&count) {
                return Err(machine.fault(FaultKind::Range, "repeat needs a count from 0 on"));
            }
            machine.charge(s.len().saturating_mul(count as usize))?;
            Value::string(s.repeat(count as usize))
        }
        M::PadStart | M::PadEnd => {
            let goal = to_integer(number_argument(args, 0)).max(0.0);
            let length = text::length(s);
            let filler = match argument(args, 1) {
                Value::Undefined => Rc::from(" "),
                value => convert::to_string(&value),
            };
            if goal <= length as f64 || filler.is_empty() {
                return Ok(Value::String(this));
            }
            if goal > convert::MAX_TEXT as f64 {
                return Err(machine.fault(FaultKind::Range, "the padded text would be too long"));
            }
            let missing = goal as usize - length;
            machine.charge(goal as usize)?;
            let times = missing / text::length(&filler).max(1) + 1;
            let filling = text::slice(&filler.repeat(times), 0, missing);
            let padded = if method == M::PadStart { filling + s } else { s.to_owned() + &filling };
            machine.text(padded)?
        }
        M::Split => split(machine, s, args)?,
        M::Replace | M::ReplaceAll => match pattern(args) {
            Some(pattern) => regexp::replace(machine, &this, pattern, &argument(args, 1))?,
            None => replace_text(machine, &this, args, method == M::ReplaceAll)?,
        },
        M::Match => match pattern(args) {
            Some(pattern) => regexp::match_all(machine, &this, pattern)?,
            None => {
                let made = regexp::make(machine, &[argument(args, 0)])?;
                regexp::match_all(machine, &this, made)?
            }
        },
        M::Search => {
            let pattern = match pattern(args) {
                Some(pattern) => pattern,
                None => regexp::make(machine, &[argument(args, 0)])?,
            };
            regexp::search(machine, s, pattern)?
        }
    })
}

/// The character at a unit index, as text.
fn character(s: &str, index: f64) -> Option<String> {
    if index < 0.0 || index >= text::length(s) as f64 {
        return None;
    }
    Some(text::slice(s, index as usize, index as usize + 1))
}

/// The first argument, if it is a regular expression.
fn pattern(args: &[Value]) -> Option<Value> {
    match args.first() {
        Some(value @ Value::Wxs(wxs)) if matches!(Builtin::of(&**wxs), Some(Builtin::RegExp(_))) => Some(value.clone()),
        _ => None,
    }
}

fn split(machine: &mut Machine, s: &str, args: &[Value]) -> Outcome<Value> {
    let limit = match argument(args, 1) {
        Value::Undefined => usize::MAX,
        value => convert::to_number(&value).max(0.0) as usize,
    };
    let items: Vec<Value> = match pattern(args) {
        Some(pattern) => regexp::split(machine, s, pattern, limit)?,
        None => match argument(args, 0) {
            Value::Undefined => vec![Value::string(s)],
            separator => {
                let separator = convert::to_string(&separator);
                machine.charge(s.len() * 8 + 32)?;
                if separator.is_empty() {
                    // Surrogate pairs stay together: there are no lone halves here.
                    s.chars().take(limit).map(|c| Value::string(c.encode_utf8(&mut [0; 4]))).collect()
                } else {
                    s.split(&*separator).take(limit).map(Value::string).collect()
                }
            }
        },
    };
    machine.new_array(items)
}

/// `replace` of a plain text by a text or by what a function gives.
fn replace_text(machine: &mut Machine, this: &Rc<str>, args: &[Value], all: bool) -> Outcome<Value> {
    let needle = text_argument(args, 0);
    let replacement = argument(args, 1);
    let mut out = String::new();
    let mut at = 0;
    let mut search = 0;
    while let Some(found) = this.get(search..).and_then(|rest| rest.find(&*needle)).map(|i| i + search) {
        out.push_str(&this[at..found]);
        at = found + needle.len();
        if machine.is_function(&replacement) {
            let place = Value::Number(text::unit_of(this, found) as f64);
            let arguments = [Value::String(needle.clone()), place, Value::String(this.clone())];
            let given = machine.call_function(&replacement, &Value::Undefined, &arguments)?;
            convert::write_string(&given, &mut out);
        } else {
            let template = convert::to_string(&replacement);
            regexp::expand(&template, this, found..at, &[], &mut out);
        }
        machine.burn(1)?;
        machine.charge(needle.len())?;
        if out.len() > convert::MAX_TEXT {
            return Err(machine.fault(FaultKind::Memory, "the text is too long"));
        }
        if !all {
            break;
        }
        // An empty needle is found between all characters.
        search = match needle.is_empty() {
            true => this[found..].chars().next().map_or(this.len() + 1, |c| found + c.len_utf8()),
            false => at,
        };
    }
    out.push_str(&this[at..]);
    machine.text(out)
}
