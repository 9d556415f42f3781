//! Component properties: their types and what is made of a value that comes from outside.

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
    /// The value that it takes, `None` for its default.
    pub value: Option<Value>,
    /// The value did not fit: something of it is lost.
    pub lost: bool,
}

impl Coerced {
    fn to(value: Value) -> Coerced {
        Coerced { value: Some(value), lost: false }
    }

    fn default() -> Coerced {
        Coerced { value: None, lost: true }
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
        if self.optional.iter().any(|t| t.accepts(&value)) {
            return Coerced::to(value);
        }
        match self.kind {
            PropertyType::Boolean => Coerced::to(Value::Bool(truthy(&value))),
            PropertyType::Number => match to_number(&value) {
                number if number.is_finite() => Coerced::to(Value::Number(number)),
                _ => Coerced::default(),
            },
            PropertyType::String => match &value {
                Value::Undefined | Value::Null => Coerced::default(),
                Value::String(_) => Coerced::to(value),
                other => Coerced {
                    value: Some(Value::String(to_text(other))),
                    lost: matches!(other, Value::Object(_) | Value::Array(_) | Value::Script(_) | Value::Wxs(_)),
                },
            },
            // A list is an object, too.
            PropertyType::Object if matches!(value, Value::Array(_)) => Coerced::to(value),
            kind if kind.accepts(&value) => Coerced::to(value),
            _ => Coerced::default(),
        }
    }

    fn coerce_leniently(&self, value: Value) -> Coerced {
        if self.accepts(&value) {
            return Coerced::to(value);
        }
        match self.kind {
            PropertyType::Boolean => {
                let off = match &value {
                    Value::Undefined | Value::Null => true,
                    Value::Number(n) => *n == 0.0,
                    _ => false,
                };
                Coerced::to(Value::Bool(!off))
            }
            PropertyType::Number => match &value {
                Value::Undefined | Value::Null => Coerced::to(Value::Number(0.0)),
                Value::String(s) if s.is_empty() => Coerced::to(Value::Number(0.0)),
                value => {
                    let number = to_number(value);
                    Coerced { value: Some(Value::Number(number)), lost: number.is_nan() }
                }
            },
            PropertyType::String => match &value {
                // An attribute without a value.
                Value::Bool(true) => Coerced::to(Value::String(Rc::from(""))),
                value => Coerced {
                    value: Some(Value::String(to_text(value))),
                    lost: matches!(value, Value::Object(_) | Value::Array(_)),
                },
            },
            PropertyType::Array | PropertyType::Object | PropertyType::Function | PropertyType::Any => {
                let lost = !value.is_nullish();
                Coerced { value: Some(value), lost }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::change::same;

    fn coerced(kind: PropertyType, optional: &[PropertyType], value: Value, typing: PropertyTyping) -> Option<Value> {
        let property = Property { name: Rc::from("p"), kind, optional: optional.to_vec(), observer: None };
        property.coerce(value, typing).value
    }

    #[test]
    fn values_from_outside_take_the_type_of_the_property_or_its_default() {
        let list = || Value::array(vec![Value::Number(1.0)]);
        let cases = [
            (PropertyType::Boolean, Value::string(""), Some(Value::Bool(false))),
            (PropertyType::Boolean, Value::string("false"), Some(Value::Bool(true))),
            (PropertyType::Boolean, Value::Null, Some(Value::Bool(false))),
            (PropertyType::Number, Value::string("12"), Some(Value::Number(12.0))),
            (PropertyType::Number, Value::string("abc"), None),
            (PropertyType::Number, Value::Number(f64::NAN), None),
            (PropertyType::Number, Value::Null, Some(Value::Number(0.0))),
            (PropertyType::String, Value::Bool(true), Some(Value::string("true"))),
            (PropertyType::String, Value::Number(1.5), Some(Value::string("1.5"))),
            (PropertyType::String, Value::Null, None),
            (PropertyType::Array, Value::Null, None),
            (PropertyType::Array, Value::string("str"), None),
            (PropertyType::Array, Value::object([("0", Value::Number(1.0))]), None),
            (PropertyType::Object, Value::Null, Some(Value::Null)),
            (PropertyType::Object, list(), Some(list())),
            (PropertyType::Object, Value::Number(5.0), None),
            (PropertyType::Any, Value::Number(1.0), Some(Value::Number(1.0))),
        ];
        for (kind, value, want) in cases {
            let text = format!("{kind:?} {value:?}");
            match (coerced(kind, &[], value, PropertyTyping::Strict), want) {
                (Some(got), Some(want)) => assert!(same_data(&got, &want), "{text}: {got:?}"),
                (got, want) => assert!(got.is_none() && want.is_none(), "{text}: {got:?}"),
            }
        }
        let optional = [PropertyType::Number, PropertyType::Object];
        let kept = coerced(PropertyType::String, &optional, Value::Null, PropertyTyping::Strict);
        assert!(matches!(kept, Some(Value::Null)));
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
            assert!(got.is_some_and(|got| same(&got, &want)), "{text}");
        }
        let kept = coerced(PropertyType::String, &[PropertyType::Number], Value::Number(1.0), PropertyTyping::Lenient);
        assert!(kept.is_some_and(|kept| same(&kept, &Value::Number(1.0))));
    }
}
