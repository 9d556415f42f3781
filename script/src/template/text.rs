//! Values as text and as attributes.

use crate::tree::Attribute;
use crate::value::Value;
use std::rc::Rc;

/// JSON text longer than this is not sent as an attribute.
const MAX_JSON: usize = 4 << 20;
/// Nesting that attributes and texts show.
const MAX_DEPTH: u32 = 100;

/// Truth as script sees it.
pub fn truthy(value: &Value) -> bool {
    match value {
        Value::Undefined | Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => *n != 0.0 && !n.is_nan(),
        Value::String(s) => !s.is_empty(),
        Value::Array(_) | Value::Object(_) | Value::Wxs(_) | Value::Script(_) => true,
    }
}

/// `typeof`.
pub fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Undefined => "undefined",
        Value::Null | Value::Array(_) | Value::Object(_) => "object",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Wxs(value) => value.type_of(),
        Value::Script(_) => "function",
    }
}

/// A number as script writes it.
pub fn number_text(n: f64) -> String {
    if n.is_nan() {
        return "NaN".to_owned();
    }
    if n.is_infinite() {
        return if n > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() };
    }
    if n == 0.0 {
        return "0".to_owned();
    }
    let magnitude = n.abs();
    if (1e-6..1e21).contains(&magnitude) {
        return format!("{n}");
    }
    // Rust writes `1.5e-7` as script does, but without the sign of a positive exponent.
    let text = format!("{n:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}

/// Text as a template shows it: null and undefined are nothing, objects their type.
pub fn to_text(value: &Value) -> Rc<str> {
    match value {
        Value::String(s) => s.clone(),
        Value::Undefined | Value::Null => Rc::from(""),
        _ => {
            let mut out = String::new();
            text_into(value, &mut out, 0);
            Rc::from(out)
        }
    }
}

fn text_into(value: &Value, out: &mut String, depth: u32) {
    match value {
        Value::Undefined | Value::Null => {}
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => out.push_str(&number_text(*n)),
        Value::String(s) => out.push_str(s),
        Value::Array(items) => {
            for (i, item) in items.borrow().iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                if depth < MAX_DEPTH {
                    text_into(item, out, depth + 1);
                }
            }
        }
        Value::Object(_) => out.push_str("[object Object]"),
        Value::Wxs(_) | Value::Script(_) => out.push_str("[object Function]"),
    }
}

/// A number as script reads it.
pub fn to_number(value: &Value) -> f64 {
    match value {
        Value::Undefined | Value::Object(_) | Value::Wxs(_) | Value::Script(_) => f64::NAN,
        Value::Null => 0.0,
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Number(n) => *n,
        Value::String(s) => string_number(s),
        Value::Array(_) => string_number(&to_text(value)),
    }
}

fn string_number(text: &str) -> f64 {
    let text = text.trim();
    if text.is_empty() {
        return 0.0;
    }
    let radix = |digits: &str, radix| u64::from_str_radix(digits, radix).map_or(f64::NAN, |n| n as f64);
    match text.get(..2) {
        Some("0x" | "0X") => return radix(&text[2..], 16),
        Some("0b" | "0B") => return radix(&text[2..], 2),
        Some("0o" | "0O") => return radix(&text[2..], 8),
        _ => {}
    }
    match text {
        "Infinity" | "+Infinity" => f64::INFINITY,
        "-Infinity" => f64::NEG_INFINITY,
        // Rust knows words for numbers that script does not.
        _ if text.bytes().all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'+' | b'-')) => {
            text.parse().unwrap_or(f64::NAN)
        }
        _ => f64::NAN,
    }
}

/// `==`.
pub fn loose_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Undefined | Value::Null, Value::Undefined | Value::Null) => true,
        (Value::Undefined | Value::Null, _) | (_, Value::Undefined | Value::Null) => false,
        (Value::String(a), Value::String(b)) => a == b,
        (Value::Array(a), Value::Array(b)) => Rc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
        (Value::Script(a), Value::Script(b)) => Rc::ptr_eq(&a.0, &b.0),
        (Value::Wxs(a), Value::Wxs(b)) => Rc::ptr_eq(a, b),
        (Value::Array(_), Value::String(s)) | (Value::String(s), Value::Array(_)) => {
            *to_text(if matches!(a, Value::Array(_)) { a } else { b }) == **s
        }
        _ => to_number(a) == to_number(b),
    }
}

/// A style: a string, or an array of them.
pub fn style_text(value: &Value) -> Rc<str> {
    joined(value, ";")
}

/// A class list: a string, or an array of them.
pub fn class_text(value: &Value) -> Rc<str> {
    joined(value, " ")
}

fn joined(value: &Value, between: &str) -> Rc<str> {
    let Value::Array(items) = value else { return to_text(value) };
    let items: Vec<Rc<str>> = items.borrow().iter().map(to_text).filter(|t| !t.is_empty()).collect();
    Rc::from(items.join(between))
}

/// `hidden`: the value of the attribute as the webview takes it.
pub fn is_hidden(value: &Value) -> bool {
    match value {
        Value::String(s) => &**s != "false",
        value => truthy(value),
    }
}

/// The attribute that the document gets.
pub fn to_attribute(value: &Value) -> Attribute {
    match value {
        Value::Undefined | Value::Null | Value::Wxs(_) | Value::Script(_) => Attribute::Null,
        Value::Bool(b) => Attribute::Bool(*b),
        Value::Number(n) => Attribute::Number(*n),
        Value::String(s) => Attribute::Text(s.clone()),
        Value::Array(_) | Value::Object(_) => {
            let mut out = String::new();
            json_into(value, &mut out, 0);
            Attribute::Json(Rc::from(out))
        }
    }
}

/// A value as JSON text; what JSON does not know is left out or null.
pub fn json_text(value: &Value) -> String {
    let mut out = String::new();
    json_into(value, &mut out, 0);
    out
}

fn json_into(value: &Value, out: &mut String, depth: u32) {
    if depth > MAX_DEPTH || out.len() > MAX_JSON {
        out.push_str("null");
        return;
    }
    match value {
        Value::Undefined | Value::Null | Value::Wxs(_) | Value::Script(_) => out.push_str("null"),
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) if n.is_finite() => out.push_str(&number_text(*n)),
        Value::Number(_) => out.push_str("null"),
        Value::String(s) => json_string(s, out),
        Value::Array(items) => {
            out.push('[');
            for (i, item) in items.borrow().iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                json_into(item, out, depth + 1);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            let mut first = true;
            for (name, field) in fields.borrow().iter() {
                if matches!(field, Value::Undefined | Value::Wxs(_) | Value::Script(_)) {
                    continue;
                }
                if !std::mem::take(&mut first) {
                    out.push(',');
                }
                json_string(name, out);
                out.push(':');
                json_into(field, out, depth + 1);
            }
            out.push('}');
        }
    }
}

fn json_string(text: &str, out: &mut String) {
    use std::fmt::Write;
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c < ' ' => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
