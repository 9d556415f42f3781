//! Component properties: their types and what is made of a value that comes from outside.

use crate::realm::ScriptRef;
use crate::value::Value;
use crate::vm::convert::{to_number, to_text};
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

impl Property {
    /// What becomes of a value from the owner's template, and whether something was lost on the way.
    pub fn coerce(&self, value: Value) -> (Value, bool) {
        if self.kind.accepts(&value) || self.optional.iter().any(|t| t.accepts(&value)) {
            return (value, false);
        }
        match self.kind {
            PropertyType::Boolean => {
                let off = match &value {
                    Value::Undefined | Value::Null => true,
                    Value::Number(n) => *n == 0.0,
                    _ => false,
                };
                (Value::Bool(!off), false)
            }
            PropertyType::Number => match &value {
                Value::Undefined | Value::Null => (Value::Number(0.0), false),
                Value::String(s) if s.is_empty() => (Value::Number(0.0), false),
                value => {
                    let number = to_number(value);
                    (Value::Number(number), number.is_nan())
                }
            },
            PropertyType::String => match &value {
                // An attribute without a value.
                Value::Bool(true) => (Value::String(Rc::from("")), false),
                value => (Value::String(to_text(value)), matches!(value, Value::Object(_) | Value::Array(_))),
            },
            PropertyType::Array | PropertyType::Object | PropertyType::Function | PropertyType::Any => {
                let lost = !value.is_nullish();
                (value, lost)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::template::change::same;

    fn coerced(kind: PropertyType, optional: &[PropertyType], value: Value) -> Value {
        let property = Property { name: Rc::from("p"), kind, optional: optional.to_vec(), observer: None };
        property.coerce(value).0
    }

    #[test]
    fn values_from_outside_take_the_type_of_the_property() {
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
            (PropertyType::Any, Value::Number(1.0), Value::Number(1.0)),
        ];
        for (kind, value, want) in cases {
            let text = format!("{kind:?} {value:?}");
            assert!(same(&coerced(kind, &[], value), &want), "{text}");
        }
        let kept = coerced(PropertyType::String, &[PropertyType::Number], Value::Number(1.0));
        assert!(same(&kept, &Value::Number(1.0)));
    }
}
