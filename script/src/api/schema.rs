//! Whether an argument is what the table says, for values of script and for plain data alike.
//!
//! What is wrong is told in the platform's words, `parameter error: parameter.title should be String instead of Number;`.
//! An optional argument of a wrong type is as good as missing: real programs do pass them. What is too large, out of its
//! range or not among the texts that it may be fails, required or not.

use super::convert::type_name;
use super::row::{Argument, ArgumentType, Rule};
use crate::bridge::message::ApiFailure;
use crate::realm::Realm;
use crate::value::Value;
use serde_json::Value as Json;
use std::fmt;

/// What is asked of a value.
#[derive(Clone, Copy, Debug)]
pub struct Facts<'v> {
    /// The name of its type.
    pub kind: &'static str,
    /// The number that it is.
    pub number: Option<f64>,
    /// The text that it is.
    pub text: Option<&'v str>,
    /// Items of a list, bytes of a buffer.
    pub length: Option<usize>,
}

impl<'v> Facts<'v> {
    /// Of a value of script.
    pub fn of(realm: &mut dyn Realm, value: &'v Value) -> Facts<'v> {
        let kind = type_name(realm, value);
        let mut facts = Facts { kind, number: None, text: None, length: None };
        match value {
            Value::Number(number) => facts.number = Some(*number),
            Value::String(text) => facts.text = Some(text),
            Value::Array(items) => facts.length = Some(items.borrow().len()),
            Value::Script(list) if kind == "Array" => facts.length = realm.length(list).ok().map(|n| n as usize),
            Value::Script(buffer) if kind == "ArrayBuffer" => facts.length = realm.byte_length(buffer),
            _ => {}
        }
        facts
    }

    /// Of plain data; `None` is a field that is not there.
    pub fn of_json(value: Option<&'v Json>) -> Facts<'v> {
        let mut facts = Facts { kind: "Undefined", number: None, text: None, length: None };
        match value {
            None => {}
            Some(Json::Null) => facts.kind = "Null",
            Some(Json::Bool(_)) => facts.kind = "Boolean",
            Some(Json::Number(number)) => (facts.kind, facts.number) = ("Number", number.as_f64()),
            Some(Json::String(text)) => (facts.kind, facts.text) = ("String", Some(text.as_str())),
            Some(Json::Array(items)) => (facts.kind, facts.length) = ("Array", Some(items.len())),
            Some(Json::Object(_)) => facts.kind = "Object",
        }
        facts
    }

    fn is_missing(&self) -> bool {
        matches!(self.kind, "Undefined" | "Null")
    }

    /// The number that it is or that its text says.
    fn as_number(&self) -> Option<f64> {
        self.number.or_else(|| self.text?.trim().parse().ok())
    }
}

/// How messages name an argument.
#[derive(Clone, Copy)]
struct Place<'a>(&'a str);

impl fmt::Display for Place<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            "" => f.write_str("parameter"),
            name => write!(f, "parameter.{name}"),
        }
    }
}

/// What is to be told of an argument that the call goes on with.
pub type Remark = Option<String>;

/// Checks one argument. Messages name it by `name`, the field of the object argument; empty for a positional one.
///
/// # Errors
/// The documented `parameter error`.
pub fn check(argument: &Argument<'_>, name: &str, facts: Facts<'_>) -> Result<Remark, ApiFailure> {
    let place = Place(name);
    let wrong = |what: String| Err(ApiFailure::parameter(format!("parameter error: {what};")));
    let wanted = argument.kind.name();
    if facts.is_missing() {
        let missing = argument.required && argument.kind != ArgumentType::Any;
        return if missing { wrong(format!("{place} should be {wanted} instead of {}", facts.kind)) } else { Ok(None) };
    }
    let numeric = argument.kind == ArgumentType::Number && facts.as_number().is_some_and(f64::is_finite);
    if argument.kind != ArgumentType::Any && facts.kind != wanted && !numeric {
        let what = format!("{place} should be {wanted} instead of {}", facts.kind);
        return if argument.required { wrong(what) } else { Ok(Some(format!("parameter error: {what};"))) };
    }
    match fits(argument, place, facts) {
        Ok(remark) => Ok(remark),
        Err(what) => wrong(what),
    }
}

/// The rule of an argument whose type is right.
fn fits(argument: &Argument<'_>, place: Place<'_>, facts: Facts<'_>) -> Result<Remark, String> {
    if let (Rule::Range { min, max, whole }, Some(number)) = (argument.rule, facts.as_number())
        && (!(min..=max).contains(&number) || (whole && number.fract() != 0.0))
    {
        return Err(format!("{place} should be {}", range(min, max, whole)));
    }
    if let (Some(text), ArgumentType::String | ArgumentType::Any) = (facts.text, argument.kind) {
        let most = argument.most_bytes();
        if text.len() > most {
            return Err(format!("{place} should not be longer than {most} bytes"));
        }
        let among = |texts: &[&str]| texts.iter().any(|known| known.eq_ignore_ascii_case(text));
        match argument.rule {
            // An empty text is what programs pass for none.
            Rule::OneOf(_) if text.is_empty() && !argument.required => {}
            Rule::OneOf(texts) if !among(texts) => return Err(format!("{place} should be {}", choices(texts))),
            Rule::Known(texts) if !text.is_empty() && !among(texts) => {
                return Ok(Some(format!("parameter error: {place} should be {};", choices(texts))));
            }
            _ => {}
        }
    }
    match (facts.kind, facts.length) {
        ("Array", Some(length)) => {
            let (min, max) = argument.item_range();
            if length < min {
                return Err(format!("{place} should have at least {min} item{}", if min == 1 { "" } else { "s" }));
            }
            if length > max {
                return Err(format!("{} should not be large than {max}", argument.name));
            }
        }
        ("ArrayBuffer", Some(length)) if length > argument.most_bytes() => {
            return Err(format!("{place} should not be longer than {} bytes", argument.most_bytes()));
        }
        _ => {}
    }
    Ok(None)
}

/// A range in words.
pub fn range(min: f64, max: f64, whole: bool) -> String {
    let kind = if whole { "an integer" } else { "a number" };
    // A host's schema may leave either end open.
    match (min > f64::MIN, max < f64::MAX) {
        (true, true) => format!("{kind} from {min} to {max}"),
        (true, false) => format!("{kind} of at least {min}"),
        (false, true) => format!("{kind} of at most {max}"),
        (false, false) => kind.to_owned(),
    }
}

/// Texts to choose from in words.
pub fn choices(texts: &[&str]) -> String {
    match texts {
        [one] => (*one).to_owned(),
        [one, other] => format!("{one} or {other}"),
        many => format!("one of {}", many.join(", ")),
    }
}
