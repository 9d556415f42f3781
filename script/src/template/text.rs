//! Values as text and as attributes.

use crate::tree::Attribute;
use crate::value::Value;
use crate::vm::number::write_number;
pub use crate::vm::{to_text, truthy};
use std::rc::Rc;

/// JSON text longer than this is not sent as an attribute.
const MAX_JSON: usize = 4 << 20;
/// Nesting that attributes and texts show.
const MAX_DEPTH: u32 = 100;

/// A style: a string, or an array of them.
pub fn style_text(value: &Value) -> Rc<str> {
    joined(value, ";")
}

/// True for an attribute of built-in components that lists classes.
pub(crate) fn is_class_list(attribute: &str) -> bool {
    matches!(attribute, "hover-class" | "placeholder-class" | "indicator-class" | "mask-class")
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
        Value::Number(n) if n.is_finite() => write_number(*n, out),
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
