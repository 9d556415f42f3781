//! The library of wxs: globals, and the methods of strings, arrays and the other types.
//!
//! Methods are the ES5 ones and those of later editions that sources use. Whatever calls back into code or
//! goes through many items costs fuel; whatever makes something is charged for it.
//!
//! | module | models |
//! | --- | --- |
//! | [`string`] | methods of strings |
//! | [`array`] | methods of arrays |
//! | [`object`] | methods of objects and functions, `Object.*` |
//! | [`number`] | methods of numbers, `Number.*`, `Math.*` and the number functions |
//! | [`json`] | `JSON.*` |
//! | [`regexp`] | regular expressions |
//! | `pattern` | their syntax |
//! | [`date`] | dates |
//! | [`uri`] | `encodeURIComponent` and its kin |

pub mod array;
pub mod date;
pub mod json;
pub mod number;
pub mod object;
mod pattern;
pub mod regexp;
pub mod string;
pub mod uri;

use crate::value::{Value, WxsValue};
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::{Machine, convert};
use std::any::Any;
use std::rc::Rc;

/// Declares the methods of a type and how they are called in code.
macro_rules! methods {
    ($(#[$meta:meta])* $name:ident { $($variant:ident = $text:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        #[allow(missing_docs)]
        pub(crate) enum $name { $($variant),* }

        impl $name {
            /// The method of this name.
            pub fn from_name(name: &str) -> Option<$name> {
                match name { $($text => Some($name::$variant),)* _ => None }
            }
        }
    };
}
pub(crate) use methods;

methods! {
    /// The names that every module knows.
    Global {
        Math = "Math",
        Json = "JSON",
        Console = "console",
        Number = "Number",
        Date = "Date",
        String = "String",
        Boolean = "Boolean",
        Array = "Array",
        Object = "Object",
        Function = "Function",
        RegExp = "RegExp",
        GetRegExp = "getRegExp",
        GetDate = "getDate",
        ParseInt = "parseInt",
        ParseFloat = "parseFloat",
        IsNaN = "isNaN",
        IsFinite = "isFinite",
        DecodeUri = "decodeURI",
        DecodeUriComponent = "decodeURIComponent",
        EncodeUri = "encodeURI",
        EncodeUriComponent = "encodeURIComponent",
    }
}

impl Global {
    /// All of them, in the order of their numbers.
    pub const ALL: [Global; 21] = [
        Global::Math,
        Global::Json,
        Global::Console,
        Global::Number,
        Global::Date,
        Global::String,
        Global::Boolean,
        Global::Array,
        Global::Object,
        Global::Function,
        Global::RegExp,
        Global::GetRegExp,
        Global::GetDate,
        Global::ParseInt,
        Global::ParseFloat,
        Global::IsNaN,
        Global::IsFinite,
        Global::DecodeUri,
        Global::DecodeUriComponent,
        Global::EncodeUri,
        Global::EncodeUriComponent,
    ];
}

/// A function of the library.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Native {
    String(string::StringMethod),
    Array(array::ArrayMethod),
    Object(object::ObjectMethod),
    Function(object::FunctionMethod),
    Number(number::NumberMethod),
    RegExp(regexp::RegExpMethod),
    Date(date::DateMethod),
    Math(number::MathFunction),
    NumberStatic(number::NumberFunction),
    ObjectStatic(object::ObjectFunction),
    Json(json::JsonFunction),
    DateStatic(date::DateFunction),
    /// `console.log` and its kin: the level.
    Console(&'static str),
    /// `Array.isArray`.
    IsArray,
    /// `String.fromCharCode`.
    FromCharCode,
    /// A global called as a function.
    Global(Global),
}

/// A value of the library.
#[derive(Debug)]
pub(crate) enum Builtin {
    /// `Math`, `Number`, `parseInt`.
    Global(Global),
    /// A method taken as a value.
    Native(Native),
    /// A regular expression.
    RegExp(regexp::RegExp),
    /// A date.
    Date(date::Date),
}

impl WxsValue for Builtin {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_of(&self) -> &'static str {
        match self {
            Builtin::Global(Global::Math | Global::Json | Global::Console) => "object",
            Builtin::Global(_) | Builtin::Native(_) => "function",
            Builtin::RegExp(_) | Builtin::Date(_) => "object",
        }
    }
}

impl Builtin {
    /// The library's view of a value.
    pub fn of(value: &dyn WxsValue) -> Option<&Builtin> {
        value.as_any().downcast_ref()
    }

    /// As a value.
    pub fn value(self) -> Value {
        Value::Wxs(Rc::new(self))
    }
}

/// The method `name` of the type of `value`; objects have theirs behind their own fields.
pub(crate) fn method(value: &Value, name: &str) -> Option<Native> {
    let own = match value {
        Value::String(_) => string::StringMethod::from_name(name).map(Native::String),
        Value::Array(_) => array::ArrayMethod::from_name(name).map(Native::Array),
        Value::Number(_) => number::NumberMethod::from_name(name).map(Native::Number),
        Value::Wxs(wxs) => match Builtin::of(&**wxs) {
            Some(Builtin::RegExp(_)) => regexp::RegExpMethod::from_name(name).map(Native::RegExp),
            Some(Builtin::Date(_)) => date::DateMethod::from_name(name).map(Native::Date),
            Some(Builtin::Global(global)) => static_function(*global, name),
            Some(Builtin::Native(_)) => object::FunctionMethod::from_name(name).map(Native::Function),
            None if wxs.type_of() == "function" => object::FunctionMethod::from_name(name).map(Native::Function),
            None => None,
        },
        _ => None,
    };
    own.or_else(|| object::ObjectMethod::from_name(name).map(Native::Object))
}

/// `Math.abs` and the like.
fn static_function(global: Global, name: &str) -> Option<Native> {
    match (global, name) {
        (Global::Math, _) => number::MathFunction::from_name(name).map(Native::Math),
        (Global::Json, _) => json::JsonFunction::from_name(name).map(Native::Json),
        (Global::Number, _) => number::NumberFunction::from_name(name).map(Native::NumberStatic),
        (Global::Object, _) => object::ObjectFunction::from_name(name).map(Native::ObjectStatic),
        (Global::Date, _) => date::DateFunction::from_name(name).map(Native::DateStatic),
        (Global::Array, "isArray") => Some(Native::IsArray),
        (Global::String, "fromCharCode" | "fromCodePoint") => Some(Native::FromCharCode),
        (Global::Console, "log" | "group" | "dir") => Some(Native::Console("log")),
        (Global::Console, "info") => Some(Native::Console("info")),
        (Global::Console, "warn") => Some(Native::Console("warn")),
        (Global::Console, "error") => Some(Native::Console("error")),
        (Global::Console, "debug") => Some(Native::Console("debug")),
        _ => object::FunctionMethod::from_name(name).map(Native::Function),
    }
}

/// A field of a library value that is no method, such as `Math.PI`.
pub(crate) fn constant(builtin: &Builtin, name: &str) -> Option<Value> {
    match builtin {
        Builtin::Global(Global::Math) => number::math_constant(name).map(Value::Number),
        Builtin::Global(Global::Number) => number::number_constant(name).map(Value::Number),
        Builtin::RegExp(regexp) => regexp.field(name),
        _ => None,
    }
}

/// The name of the type of a value, which `constructor` gives in wxs.
pub(crate) fn type_name(value: &Value) -> &'static str {
    match value {
        Value::Undefined | Value::Null => "",
        Value::Bool(_) => "Boolean",
        Value::Number(_) => "Number",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Object(_) => "Object",
        Value::Script(_) => "Function",
        Value::Wxs(wxs) => match Builtin::of(&**wxs) {
            Some(Builtin::RegExp(_)) => "RegExp",
            Some(Builtin::Date(_)) => "Date",
            _ if wxs.type_of() == "function" => "Function",
            _ => "Object",
        },
    }
}

/// `value instanceof constructor`.
pub(crate) fn is_instance(value: &Value, constructor: &Value) -> bool {
    let Value::Wxs(wxs) = constructor else { return false };
    let Some(Builtin::Global(global)) = Builtin::of(&**wxs) else { return false };
    match (global, value) {
        (_, Value::Undefined | Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => false,
        (Global::Object, _) => true,
        (Global::Array, _) => matches!(value, Value::Array(_)),
        (Global::Function, _) => type_name(value) == "Function",
        (Global::Date, _) => type_name(value) == "Date",
        (Global::RegExp, _) => type_name(value) == "RegExp",
        _ => false,
    }
}

/// An argument, `undefined` if it is not given.
pub(crate) fn argument(arguments: &[Value], index: usize) -> Value {
    arguments.get(index).cloned().unwrap_or_default()
}

/// An argument as a number.
pub(crate) fn number_argument(arguments: &[Value], index: usize) -> f64 {
    arguments.get(index).map_or(f64::NAN, convert::to_number)
}

/// An argument as text.
pub(crate) fn text_argument(arguments: &[Value], index: usize) -> Rc<str> {
    arguments.get(index).map_or_else(|| Rc::from("undefined"), convert::to_string)
}

/// An argument as a place counted from the start or, if negative, from the end; `default` if not given.
pub(crate) fn place_argument(arguments: &[Value], index: usize, length: usize, default: usize) -> usize {
    match arguments.get(index) {
        None | Some(Value::Undefined) => default,
        Some(value) => {
            let place = crate::vm::number::to_integer(convert::to_number(value));
            if place < 0.0 { (length as f64 + place).max(0.0) as usize } else { place.min(length as f64) as usize }
        }
    }
}

impl Native {
    /// Calls the function.
    pub fn call(self, machine: &mut Machine, this: &Value, arguments: &[Value]) -> Outcome<Value> {
        match self {
            Native::String(method) => string::call(method, machine, this, arguments),
            Native::Array(method) => array::call(method, machine, this, arguments),
            Native::Object(method) => object::call(method, machine, this, arguments),
            Native::Function(method) => object::call_function_method(method, machine, this, arguments),
            Native::Number(method) => number::call(method, machine, this, arguments),
            Native::RegExp(method) => regexp::call(method, machine, this, arguments),
            Native::Date(method) => date::call(method, machine, this, arguments),
            Native::Math(function) => number::math(function, machine, arguments),
            Native::NumberStatic(function) => Ok(number::call_static(function, arguments)),
            Native::ObjectStatic(function) => object::call_static(function, machine, arguments),
            Native::Json(function) => json::call(function, machine, arguments),
            Native::DateStatic(function) => date::call_static(function, machine, arguments),
            Native::Console(level) => {
                let mut line = String::new();
                for (i, argument) in arguments.iter().enumerate() {
                    if i > 0 {
                        line.push(' ');
                    }
                    match argument {
                        Value::Array(_) | Value::Object(_) => json::write_shown(argument, &mut line),
                        other => convert::write_string(other, &mut line),
                    }
                }
                machine.burn(line.len() as u64 / 16 + 10)?;
                machine.host().console(level, &line);
                Ok(Value::Undefined)
            }
            Native::IsArray => Ok(Value::Bool(matches!(arguments.first(), Some(Value::Array(_))))),
            Native::FromCharCode => {
                let units = arguments.iter().flat_map(|a| {
                    let code = convert::to_number(a) as u32;
                    // Code points beyond the units come from `fromCodePoint`.
                    let mut pair = [0; 2];
                    match char::from_u32(code) {
                        Some(c) => c.encode_utf16(&mut pair).to_vec(),
                        None => vec![code as u16],
                    }
                });
                let text = char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect();
                machine.text(text)
            }
            Native::Global(global) => call_global(global, machine, arguments),
        }
    }
}

fn call_global(global: Global, machine: &mut Machine, arguments: &[Value]) -> Outcome<Value> {
    let text = |index| text_argument(arguments, index);
    Ok(match global {
        Global::Math | Global::Json | Global::Console => {
            return Err(machine.fault(FaultKind::Type, "this library object is not a function"));
        }
        Global::Function => {
            return Err(machine.fault(FaultKind::Unsupported, "functions cannot be made from text"));
        }
        Global::Number => Value::Number(arguments.first().map_or(0.0, convert::to_number)),
        Global::String => Value::String(arguments.first().map_or_else(|| Rc::from(""), convert::to_string)),
        Global::Boolean => Value::Bool(arguments.first().is_some_and(convert::truthy)),
        Global::Object => match argument(arguments, 0) {
            Value::Undefined | Value::Null => machine.new_object()?,
            value => value,
        },
        Global::Array => match arguments {
            [Value::Number(length)] => {
                let length = *length;
                if !(0.0..4_294_967_296.0).contains(&length) || length.trunc() != length {
                    return Err(machine.fault(FaultKind::Range, "an array cannot have this length"));
                }
                machine.charge(length as usize * size_of::<Value>())?;
                machine.new_array(vec![Value::Undefined; length as usize])?
            }
            items => machine.new_array(items.to_vec())?,
        },
        Global::Date => {
            let mut out = String::new();
            let now = machine.host().now();
            date::write_local(now, machine.host().offset_minutes(now), &mut out);
            return machine.text(out);
        }
        Global::GetDate => date::make(machine, arguments)?,
        Global::RegExp | Global::GetRegExp => regexp::make(machine, arguments)?,
        Global::ParseInt => Value::Number(crate::vm::number::parse_int(
            &text(0),
            crate::vm::number::to_int32(number_argument(arguments, 1)),
        )),
        Global::ParseFloat => Value::Number(crate::vm::number::parse_float(&text(0))),
        Global::IsNaN => Value::Bool(number_argument(arguments, 0).is_nan()),
        Global::IsFinite => Value::Bool(number_argument(arguments, 0).is_finite()),
        Global::DecodeUri => return uri::decode(machine, &text(0), uri::RESERVED),
        Global::DecodeUriComponent => return uri::decode(machine, &text(0), ""),
        Global::EncodeUri => return uri::encode(machine, &text(0), uri::KEPT_IN_URI),
        Global::EncodeUriComponent => return uri::encode(machine, &text(0), uri::KEPT),
    })
}
