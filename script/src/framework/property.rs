//! Component properties: their types and what is made of a value that comes from outside.
//!
//! A value that does not fit leaves the property with the empty value of its type, not with its own `value`, which is
//! what it has as long as nothing is given. So do WeChat and glass-easel, and say so in the same words.

use super::services::PropertyTyping;
use crate::realm::ScriptRef;
use crate::value::Value;
use crate::vm::convert::{to_number, to_text, truthy};
use std::rc::Rc;

/// The type of a property.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum PropertyType {
    String,
    Number,
    Boolean,
    Array,
    Object,
    Function,
    /// `null`, or anything that is no known type.
    Any,
}

impl PropertyType {
    /// The type that a constructor of this name stands for.
    pub fn of_name(name: &str) -> PropertyType {
        match name {
            "String" => PropertyType::String,
            "Number" => PropertyType::Number,
            "Boolean" => PropertyType::Boolean,
            "Array" => PropertyType::Array,
            "Object" => PropertyType::Object,
            "Function" => PropertyType::Function,
            _ => PropertyType::Any,
        }
    }

    /// The value of a property that has none.
    pub fn default_value(self) -> Value {
        match self {
            PropertyType::String => Value::String(Rc::from("")),
            PropertyType::Number => Value::Number(0.0),
            PropertyType::Boolean => Value::Bool(false),
            PropertyType::Array => Value::array(Vec::new()),
            PropertyType::Object | PropertyType::Function | PropertyType::Any => Value::Null,
        }
    }

    /// True if a value is of the type.
    pub fn accepts(self, value: &Value) -> bool {
        matches!(
            (self, value),
            (PropertyType::Any, _)
                | (PropertyType::String, Value::String(_))
                | (PropertyType::Number, Value::Number(_))
                | (PropertyType::Boolean, Value::Bool(_))
                | (PropertyType::Array, Value::Array(_))
                | (PropertyType::Object, Value::Object(_) | Value::Null | Value::Script(_) | Value::Wxs(_))
                | (PropertyType::Function, Value::Script(_) | Value::Wxs(_))
        )
    }

    /// The name of the type.
    pub fn name(self) -> &'static str {
        match self {
            PropertyType::String => "String",
            PropertyType::Number => "Number",
            PropertyType::Boolean => "Boolean",
            PropertyType::Array => "Array",
            PropertyType::Object => "Object",
            PropertyType::Function => "Function",
            PropertyType::Any => "any",
        }
    }
}

/// A property of a component.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name.
    pub name: Rc<str>,
    /// Its type.
    pub kind: PropertyType,
    /// Types that are taken as they are.
    pub optional: Vec<PropertyType>,
    /// Its observer.
    pub observer: Option<Handler>,
}

/// A callback of a definition: a function or the name of a method.
#[derive(Clone, Debug)]
pub enum Handler {
    /// A function.
    Function(ScriptRef),
    /// A method, looked up when it is called.
    Method(Rc<str>),
}

/// What becomes of a value that a property is given.
#[derive(Clone, Debug)]
pub struct Coerced {
    /// The value that it takes.
    pub value: Value,
    /// What is lost of the value that was given, and what is done about it.
    pub lost: Option<&'static str>,
}

impl From<Value> for Coerced {
    fn from(value: Value) -> Coerced {
        Coerced { value, lost: None }
    }
}

impl Property {
    /// True if the property takes a value as it is.
    pub fn accepts(&self, value: &Value) -> bool {
        self.kind.accepts(value) || self.optional.iter().any(|t| t.accepts(value))
    }

    /// What becomes of a value from outside.
    pub fn coerce(&self, value: Value, typing: PropertyTyping) -> Coerced {
        match typing {
            PropertyTyping::Strict => self.coerce_strictly(value),
            PropertyTyping::Lenient => self.coerce_leniently(value),
        }
    }

    fn coerce_strictly(&self, value: Value) -> Coerced {
        let nothing = matches!(value, Value::Undefined);
        if !nothing && self.optional.iter().any(|t| t.accepts(&value)) {
            return value.into();
        }
        let empty = |lost| Coerced { value: self.kind.default_value(), lost: Some(lost) };
        match self.kind {
            PropertyType::Boolean => Value::Bool(truthy(&value)).into(),
            PropertyType::Number => match to_number(&value) {
                number if number.is_finite() => Value::Number(number).into(),
                _ if matches!(value, Value::Number(_)) => empty("got NaN or Infinity. Used 0 instead."),
                _ => empty("got non-number value. Used 0 instead."),
            },
            PropertyType::String => match &value {
                Value::Undefined | Value::Null => empty("get null value. Used empty string instead."),
                Value::Object(_) | Value::Array(_) | Value::Script(_) | Value::Wxs(_) => Coerced {
                    value: Value::String(to_text(&value)),
                    lost: Some("got object-typed value. Force converted."),
                },
                other => Value::String(to_text(other)).into(),
            },
            // A list is an object, too.
            PropertyType::Object if matches!(value, Value::Array(_)) => value.into(),
            PropertyType::Any if nothing => Value::Null.into(),
            kind if kind.accepts(&value) => value.into(),
            PropertyType::Array => empty("got non-array value. Used empty array instead."),
            PropertyType::Object => empty("got non-object value. Used null instead."),
            PropertyType::Function | PropertyType::Any => empty("got non-function value. Used null instead."),
        }
    }

    fn coerce_leniently(&self, value: Value) -> Coerced {
        if self.accepts(&value) {
            return value.into();
        }
        match self.kind {
            PropertyType::Boolean => {
                let off = match &value {
                    Value::Undefined | Value::Null => true,
                    Value::Number(n) => *n == 0.0,
                    _ => false,
                };
                Value::Bool(!off).into()
            }
            PropertyType::Number => match &value {
                Value::Undefined | Value::Null => Value::Number(0.0).into(),
                Value::String(s) if s.is_empty() => Value::Number(0.0).into(),
                value => {
                    let number = to_number(value);
                    let lost = number.is_nan().then_some("got non-number value. Used NaN instead.");
                    Coerced { value: Value::Number(number), lost }
                }
            },
            PropertyType::String => match &value {
                // An attribute without a value.
                Value::Bool(true) => Value::String(Rc::from("")).into(),
                value => {
                    let is_object = matches!(value, Value::Object(_) | Value::Array(_));
                    let lost = is_object.then_some("got object-typed value. Force converted.");
                    Coerced { value: Value::String(to_text(value)), lost }
                }
            },
            PropertyType::Array | PropertyType::Object | PropertyType::Function | PropertyType::Any => {
                let lost = (!value.is_nullish()).then_some("got a value of another type. It is kept.");
                Coerced { value, lost }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::change::same;

    fn coerced(kind: PropertyType, optional: &[PropertyType], value: Value, typing: PropertyTyping) -> Value {
        let property = Property { name: Rc::from("p"), kind, optional: optional.to_vec(), observer: None };
        property.coerce(value, typing).value
    }

    #[test]
    fn values_from_outside_take_the_type_of_the_property_or_are_empty() {
        let list = || Value::array(vec![Value::Number(1.0)]);
        let cases = [
            (PropertyType::Boolean, Value::string(""), Value::Bool(false)),
            (PropertyType::Boolean, Value::string("false"), Value::Bool(true)),
            (PropertyType::Boolean, Value::Null, Value::Bool(false)),
            (PropertyType::Number, Value::string("12"), Value::Number(12.0)),
            (PropertyType::Number, Value::string("abc"), Value::Number(0.0)),
            (PropertyType::Number, Value::Number(f64::NAN), Value::Number(0.0)),
            (PropertyType::Number, Value::Null, Value::Number(0.0)),
            (PropertyType::Number, Value::Undefined, Value::Number(0.0)),
            (PropertyType::String, Value::Bool(true), Value::string("true")),
            (PropertyType::String, Value::Number(1.5), Value::string("1.5")),
            (PropertyType::String, Value::Null, Value::string("")),
            (PropertyType::Array, Value::Null, Value::array(Vec::new())),
            (PropertyType::Array, Value::string("str"), Value::array(Vec::new())),
            (PropertyType::Array, Value::object([("0", Value::Number(1.0))]), Value::array(Vec::new())),
            (PropertyType::Object, Value::Null, Value::Null),
            (PropertyType::Object, list(), list()),
            (PropertyType::Object, Value::Number(5.0), Value::Null),
            (PropertyType::Any, Value::Number(1.0), Value::Number(1.0)),
            (PropertyType::Any, Value::Undefined, Value::Null),
        ];
        for (kind, value, want) in cases {
            let text = format!("{kind:?} {value:?}");
            let got = coerced(kind, &[], value, PropertyTyping::Strict);
            assert!(same_data(&got, &want), "{text}: {got:?}");
        }
        let optional = [PropertyType::Number, PropertyType::Object];
        let kept = coerced(PropertyType::String, &optional, Value::Null, PropertyTyping::Strict);
        assert!(matches!(kept, Value::Null));
    }

    fn same_data(a: &Value, b: &Value) -> bool {
        crate::api::convert::json_of(a) == crate::api::convert::json_of(b)
    }

    #[test]
    fn lenient_typing_keeps_what_it_cannot_convert() {
        let cases = [
            (PropertyType::Boolean, Value::string(""), Value::Bool(true)),
            (PropertyType::Boolean, Value::string("false"), Value::Bool(true)),
            (PropertyType::Boolean, Value::Null, Value::Bool(false)),
            (PropertyType::Boolean, Value::Number(0.0), Value::Bool(false)),
            (PropertyType::Number, Value::string("12"), Value::Number(12.0)),
            (PropertyType::Number, Value::string(""), Value::Number(0.0)),
            (PropertyType::Number, Value::Bool(true), Value::Number(1.0)),
            (PropertyType::String, Value::Bool(true), Value::string("")),
            (PropertyType::String, Value::Number(1.5), Value::string("1.5")),
            (PropertyType::String, Value::Null, Value::string("")),
            (PropertyType::Array, Value::Null, Value::Null),
            (PropertyType::Any, Value::Number(1.0), Value::Number(1.0)),
        ];
        for (kind, value, want) in cases {
            let text = format!("{kind:?} {value:?}");
            let got = coerced(kind, &[], value, PropertyTyping::Lenient);
            assert!(same(&got, &want), "{text}");
        }
        let kept = coerced(PropertyType::String, &[PropertyType::Number], Value::Number(1.0), PropertyTyping::Lenient);
        assert!(same(&kept, &Value::Number(1.0)));
    }
}
