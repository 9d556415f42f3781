//! Conversions between types and the operators built on them (ECMA-262 section 7).
//!
//! Nothing here runs script: an object's text is `[object Object]`, an array's its items joined by commas.

use super::number::{parse_number, to_int32, write_number};
use super::text;
use crate::value::Value;
use crate::wxs::library::{date, regexp};
use pellicle_layout::markup::expression::BinaryOp;
use std::cmp::Ordering;
use std::rc::Rc;

/// Text that a conversion may make at most, in bytes.
pub const MAX_TEXT: usize = 16 << 20;
/// How deep arrays may be nested to be joined.
const MAX_JOIN_DEPTH: u32 = 64;

/// `ToBoolean`.
pub fn truthy(value: &Value) -> bool {
    match value {
        Value::Undefined | Value::Null => false,
        Value::Bool(b) => *b,
        Value::Number(n) => *n != 0.0 && !n.is_nan(),
        Value::String(s) => !s.is_empty(),
        Value::Array(_) | Value::Object(_) | Value::Wxs(_) | Value::Script(_) => true,
    }
}

/// `ToNumber`.
pub fn to_number(value: &Value) -> f64 {
    match value {
        Value::Undefined => f64::NAN,
        Value::Null => 0.0,
        Value::Bool(b) => f64::from(u8::from(*b)),
        Value::Number(n) => *n,
        Value::String(s) => parse_number(s),
        Value::Array(items) => {
            // The common cases without making the text: no item, one item.
            let items = items.borrow();
            match (items.len(), items.get(0)) {
                (0, _) => 0.0,
                (1, Some(Value::Number(n))) => *n,
                (1, Some(Value::String(s))) => parse_number(s),
                _ => {
                    drop(items);
                    parse_number(&to_text(value))
                }
            }
        }
        Value::Wxs(wxs) => date::time_of(&**wxs).unwrap_or(f64::NAN),
        Value::Object(_) | Value::Script(_) => f64::NAN,
    }
}

/// Puts `String(value)` to `out`: `null` and `undefined` are written as such.
pub fn write_string(value: &Value, out: &mut String) {
    match value {
        Value::Undefined => out.push_str("undefined"),
        Value::Null => out.push_str("null"),
        _ => write_text(value, out),
    }
}

/// Puts the text that a template prints to `out`: nothing for `null` and `undefined`.
pub fn write_text(value: &Value, out: &mut String) {
    write_nested(value, out, 0);
}

fn write_nested(value: &Value, out: &mut String, depth: u32) {
    match value {
        Value::Undefined | Value::Null => {}
        Value::Bool(b) => out.push_str(if *b { "true" } else { "false" }),
        Value::Number(n) => write_number(*n, out),
        Value::String(s) => out.push_str(s),
        Value::Array(items) => {
            if depth < MAX_JOIN_DEPTH {
                for (i, item) in items.borrow().iter().enumerate() {
                    if out.len() > MAX_TEXT {
                        return;
                    }
                    if i > 0 {
                        out.push(',');
                    }
                    write_nested(item, out, depth + 1);
                }
            }
        }
        Value::Object(_) => out.push_str("[object Object]"),
        Value::Wxs(wxs) => {
            if !date::write_date(&**wxs, out) && !regexp::write_source(&**wxs, out) {
                out.push_str(match wxs.type_of() {
                    "function" => "function () { [wxs code] }",
                    _ => "[object Object]",
                });
            }
        }
        Value::Script(_) => out.push_str("[object Object]"),
    }
}

/// The text that a template prints.
pub fn to_text(value: &Value) -> Rc<str> {
    if let Value::String(text) = value {
        return text.clone();
    }
    let mut out = String::new();
    write_text(value, &mut out);
    Rc::from(out)
}

/// `String(value)`.
pub fn to_string(value: &Value) -> Rc<str> {
    if let Value::String(text) = value {
        return text.clone();
    }
    let mut out = String::new();
    write_string(value, &mut out);
    Rc::from(out)
}

/// `typeof`.
pub fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Undefined => "undefined",
        Value::Null | Value::Array(_) | Value::Object(_) => "object",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Wxs(wxs) => wxs.type_of(),
        // What the engine hands out as a handle inside data is a function.
        Value::Script(_) => "function",
    }
}

/// True if both are the same object, array, function or handle.
pub fn same_reference(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Array(a), Value::Array(b)) => Rc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => Rc::ptr_eq(a, b),
        (Value::Wxs(a), Value::Wxs(b)) => std::ptr::addr_eq(Rc::as_ptr(a), Rc::as_ptr(b)),
        (Value::Script(a), Value::Script(b)) => std::ptr::addr_eq(Rc::as_ptr(&a.0), Rc::as_ptr(&b.0)),
        _ => false,
    }
}

/// `===`.
pub fn strict_equal(a: &Value, b: &Value) -> bool {
    match (a, b) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b,
        (Value::String(a), Value::String(b)) => a == b,
        _ => same_reference(a, b),
    }
}

/// `==`.
pub fn loose_equal(a: &Value, b: &Value) -> bool {
    use Value::{Bool, Null, Number, String, Undefined};
    match (a, b) {
        (Undefined | Null, Undefined | Null) => true,
        (Undefined | Null, _) | (_, Undefined | Null) => false,
        (Bool(_), Bool(_)) | (Number(_), Number(_)) | (String(_), String(_)) => strict_equal(a, b),
        (Bool(_) | Number(_) | String(_), Bool(_) | Number(_) | String(_)) => to_number(a) == to_number(b),
        (Bool(x), other) | (other, Bool(x)) => {
            let text = to_string(other);
            f64::from(u8::from(*x)) == parse_number(&text)
        }
        (Number(n), other) | (other, Number(n)) => match date::is_date(other) {
            true => false,
            false => *n == parse_number(&to_string(other)),
        },
        (String(s), other) | (other, String(s)) => *s == to_string(other),
        _ => same_reference(a, b),
    }
}

/// What `<` and its kin compare: `None` if one side is no number.
fn order(a: &Value, b: &Value) -> Option<Ordering> {
    let textual = |v: &Value| match v {
        Value::Array(_) | Value::Object(_) => Some(to_string(v)),
        Value::String(s) => Some(s.clone()),
        Value::Wxs(_) if !date::is_date(v) => Some(to_string(v)),
        _ => None,
    };
    if let (Value::Number(a), Value::Number(b)) = (a, b) {
        return a.partial_cmp(b);
    }
    match (textual(a), textual(b)) {
        (Some(a), Some(b)) => Some(text::compare(&a, &b)),
        (Some(a), None) => parse_number(&a).partial_cmp(&to_number(b)),
        (None, Some(b)) => to_number(a).partial_cmp(&parse_number(&b)),
        (None, None) => to_number(a).partial_cmp(&to_number(b)),
    }
}

/// A binary operator that evaluates both sides, except `+` on anything but numbers, which makes text.
pub fn binary(op: BinaryOp, a: &Value, b: &Value) -> Value {
    let numbers = |f: fn(f64, f64) -> f64| Value::Number(f(to_number(a), to_number(b)));
    let bits = |f: fn(i32, i32) -> i32| Value::Number(f64::from(f(to_int32(to_number(a)), to_int32(to_number(b)))));
    match op {
        BinaryOp::Add => numbers(|a, b| a + b),
        BinaryOp::Sub => numbers(|a, b| a - b),
        BinaryOp::Mul => numbers(|a, b| a * b),
        BinaryOp::Div => numbers(|a, b| a / b),
        BinaryOp::Rem => numbers(|a, b| a % b),
        BinaryOp::BitAnd => bits(|a, b| a & b),
        BinaryOp::BitOr => bits(|a, b| a | b),
        BinaryOp::BitXor => bits(|a, b| a ^ b),
        BinaryOp::ShiftLeft => bits(|a, b| a.wrapping_shl(b as u32 & 31)),
        BinaryOp::ShiftRight => bits(|a, b| a.wrapping_shr(b as u32 & 31)),
        BinaryOp::ShiftRightUnsigned => {
            let (a, b) = (to_int32(to_number(a)) as u32, to_int32(to_number(b)) as u32);
            Value::Number(f64::from(a.wrapping_shr(b & 31)))
        }
        BinaryOp::Less => Value::Bool(order(a, b) == Some(Ordering::Less)),
        BinaryOp::Greater => Value::Bool(order(a, b) == Some(Ordering::Greater)),
        BinaryOp::LessEqual => Value::Bool(order(a, b).is_some_and(Ordering::is_le)),
        BinaryOp::GreaterEqual => Value::Bool(order(a, b).is_some_and(Ordering::is_ge)),
        BinaryOp::Equal => Value::Bool(loose_equal(a, b)),
        BinaryOp::NotEqual => Value::Bool(!loose_equal(a, b)),
        BinaryOp::StrictEqual => Value::Bool(strict_equal(a, b)),
        BinaryOp::StrictNotEqual => Value::Bool(!strict_equal(a, b)),
        // The right side of `instanceof` is a constructor, of which there are none: only names of types.
        BinaryOp::InstanceOf => Value::Bool(false),
        BinaryOp::And | BinaryOp::Or | BinaryOp::Nullish => {
            let left = match op {
                BinaryOp::And => !truthy(a),
                BinaryOp::Or => truthy(a),
                _ => !a.is_nullish(),
            };
            if left { a.clone() } else { b.clone() }
        }
    }
}

/// True if `+` joins these two as text.
pub fn adds_text(a: &Value, b: &Value) -> bool {
    let textual = |v: &Value| {
        matches!(v, Value::String(_) | Value::Array(_) | Value::Object(_) | Value::Wxs(_) | Value::Script(_))
    };
    textual(a) || textual(b)
}

/// The index that a value means as a key of an array or string.
pub fn to_index(key: &Value) -> Option<usize> {
    match key {
        Value::Number(n) if *n >= 0.0 && *n < 4_294_967_295.0 && n.trunc() == *n => Some(*n as usize),
        Value::String(s) => text_index(s),
        _ => None,
    }
}

/// The index that a field name means.
pub fn text_index(name: &str) -> Option<usize> {
    let canonical =
        name.len() <= 10 && name.bytes().all(|b| b.is_ascii_digit()) && (name == "0" || !name.starts_with('0'));
    if canonical && !name.is_empty() { name.parse().ok() } else { None }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn n(value: f64) -> Value {
        Value::Number(value)
    }

    fn s(text: &str) -> Value {
        Value::string(text)
    }

    #[test]
    fn loose_equality_converts_as_script_does() {
        let list = |items: &[f64]| Value::array(items.iter().map(|&x| n(x)).collect());
        let equal = [
            (Value::Null, Value::Undefined),
            (n(1.0), s("1")),
            (n(0.0), s("")),
            (Value::Bool(true), s("1")),
            (Value::Bool(false), list(&[])),
            (s("1,2"), list(&[1.0, 2.0])),
            (n(5.0), list(&[5.0])),
            (s("[object Object]"), Value::object::<&str>([])),
        ];
        for (a, b) in equal {
            assert!(loose_equal(&a, &b) && loose_equal(&b, &a), "{a:?} == {b:?}");
        }
        let unequal = [
            (Value::Null, n(0.0)),
            (Value::Undefined, Value::Bool(false)),
            (n(f64::NAN), n(f64::NAN)),
            (list(&[]), list(&[])),
            (s("a"), n(f64::NAN)),
        ];
        for (a, b) in unequal {
            assert!(!loose_equal(&a, &b) && !loose_equal(&b, &a), "{a:?} != {b:?}");
        }
    }

    #[test]
    fn comparison_is_textual_only_between_texts() {
        let less = |a: Value, b: Value| truthy(&binary(BinaryOp::Less, &a, &b));
        assert!(less(s("10"), s("9")) && !less(s("10"), n(9.0)) && less(Value::Null, n(1.0)));
        assert!(!less(Value::Undefined, n(1.0)) && !less(n(1.0), s("x")));
        assert!(less(Value::array(vec![n(1.0)]), n(2.0)));
    }

    #[test]
    fn text_of_values_is_that_of_a_template() {
        let value = Value::array(vec![
            n(1.0),
            Value::Null,
            s("x"),
            Value::array(vec![Value::Bool(true)]),
            Value::object([("a", n(1.0))]),
        ]);
        assert_eq!(&*to_text(&value), "1,,x,true,[object Object]");
        assert_eq!((&*to_text(&Value::Null), &*to_string(&Value::Null)), ("", "null"));
        let cycle = Value::array(vec![n(1.0)]);
        if let Value::Array(items) = &cycle {
            items.borrow_mut().push(cycle.clone());
            assert!(to_text(&cycle).starts_with("1,1,1"));
            items.borrow_mut().resize(0);
        }
    }

    #[test]
    fn bit_operators_work_on_32_bits() {
        assert_eq!(to_number(&binary(BinaryOp::ShiftRightUnsigned, &n(-1.0), &n(28.0))), 15.0);
        assert_eq!(to_number(&binary(BinaryOp::BitOr, &n(4294967297.5), &n(2.0))), 3.0);
        assert_eq!(to_number(&binary(BinaryOp::ShiftLeft, &n(1.0), &n(33.0))), 2.0);
    }

    #[test]
    fn only_plain_decimal_names_are_indices() {
        assert_eq!(
            (text_index("0"), text_index("12"), text_index("01"), text_index("-1"), text_index("")),
            (Some(0), Some(12), None, None, None)
        );
    }
}
