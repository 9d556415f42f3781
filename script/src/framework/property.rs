//! Property types, defaults and coercion.

use crate::realm::{DataLimits, Realm, ScriptKind, ScriptRef};
use crate::value::Value;
use std::rc::Rc;

/// A type that a property takes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PropertyType {
    /// `null`: anything.
    Any,
    /// `String`.
    String,
    /// `Number`.
    Number,
    /// `Boolean`.
    Boolean,
    /// `Array`.
    Array,
    /// `Object`.
    Object,
}

impl PropertyType {
    /// The type for a constructor as written in a definition (`String`, `null`, ...).
    pub fn of(realm: &mut dyn Realm, value: &Value) -> PropertyType {
        let Value::Script(constructor) = value else { return PropertyType::Any };
        match realm.get(constructor, "name") {
            Ok(Value::String(name)) => match &*name {
                "String" => PropertyType::String,
                "Number" => PropertyType::Number,
                "Boolean" => PropertyType::Boolean,
                "Array" => PropertyType::Array,
                "Object" => PropertyType::Object,
                _ => PropertyType::Any,
            },
            _ => PropertyType::Any,
        }
    }

    /// The value of a property that says none.
    pub fn default_value(self) -> Value {
        match self {
            PropertyType::Any | PropertyType::Object => Value::Null,
            PropertyType::String => Value::String(Rc::from("")),
            PropertyType::Number => Value::Number(0.0),
            PropertyType::Boolean => Value::Bool(false),
            PropertyType::Array => Value::array(Vec::new()),
        }
    }

    /// True if `value` is of this type as it stands.
    pub fn accepts(self, value: &Value) -> bool {
        match self {
            PropertyType::Any => true,
            PropertyType::String => matches!(value, Value::String(_)),
            PropertyType::Number => matches!(value, Value::Number(_)),
            PropertyType::Boolean => matches!(value, Value::Bool(_)),
            PropertyType::Array => matches!(value, Value::Array(_)),
            PropertyType::Object => matches!(value, Value::Object(_) | Value::Null | Value::Script(_)),
        }
    }

    /// The name as written in a definition.
    pub fn name(self) -> &'static str {
        match self {
            PropertyType::Any => "null",
            PropertyType::String => "String",
            PropertyType::Number => "Number",
            PropertyType::Boolean => "Boolean",
            PropertyType::Array => "Array",
            PropertyType::Object => "Object",
        }
    }
}

/// A function of a definition, or the name of a method.
#[derive(Clone, Debug)]
pub enum Callback {
    /// The function itself.
    Function(ScriptRef),
    /// A method of the instance, looked up at each call.
    Method(Rc<str>),
}

impl Callback {
    /// A callback for a field of a definition, `None` if it is neither a function nor a name.
    pub fn of(realm: &mut dyn Realm, value: &Value) -> Option<Callback> {
        match value {
            Value::Script(f) if realm.kind(f) == ScriptKind::Function => Some(Callback::Function(f.clone())),
            Value::String(name) => Some(Callback::Method(name.clone())),
            _ => None,
        }
    }
}

/// A property of a component.
#[derive(Clone, Debug)]
pub struct Property {
    /// Its name in camel case.
    pub name: Rc<str>,
    /// Its type.
    pub kind: PropertyType,
    /// Further types that it takes as they stand (`optionalTypes`).
    pub optional: Vec<PropertyType>,
    /// The value where none is given; shared, so copy before it is changed.
    pub default: Value,
    /// Called after the value changed.
    pub observer: Option<Callback>,
}

/// What became of a value that was given to a property.
#[derive(Clone, Debug)]
pub struct Coerced {
    /// The value in the property's type.
    pub value: Value,
    /// The value had a type that the property does not name.
    pub mismatch: bool,
}

impl Property {
    /// A property from its definition: a constructor, `null`, or an object with `type`, `value`, ...
    pub fn of(realm: &mut dyn Realm, name: &str, definition: &Value) -> Property {
        let mut property = Property {
            name: Rc::from(name),
            kind: PropertyType::Any,
            optional: Vec::new(),
            default: Value::Null,
            observer: None,
        };
        let Value::Script(object) = definition else { return property };
        if realm.kind(object) == ScriptKind::Function {
            property.kind = PropertyType::of(realm, definition);
            property.default = property.kind.default_value();
            return property;
        }
        // A getter of a definition that throws counts as a field that is not there.
        let mut field = |name: &str| realm.get(object, name).unwrap_or_default();
        let (kind, value, observer, optional) =
            (field("type"), field("value"), field("observer"), field("optionalTypes"));
        property.kind = PropertyType::of(realm, &kind);
        property.default = match value {
            Value::Undefined => property.kind.default_value(),
            value => realm.to_data(&value, &DataLimits::default()).unwrap_or_else(|_| property.kind.default_value()),
        };
        property.observer = Callback::of(realm, &observer);
        if let Value::Script(list) = &optional {
            for i in 0..realm.length(list).unwrap_or(0).min(8) {
                let constructor = realm.get_index(list, i).unwrap_or_default();
                property.optional.push(PropertyType::of(realm, &constructor));
            }
        }
        property
    }

    /// The value in the property's type, as the webview coerces it: an attribute without a value switches a
    /// boolean on and empties a string, numbers are read from strings.
    pub fn coerce(&self, value: Value) -> Coerced {
        if self.kind.accepts(&value) || self.optional.iter().any(|kind| kind.accepts(&value)) {
            return Coerced { value, mismatch: false };
        }
        let empty = value.is_nullish();
        match self.kind {
            PropertyType::Boolean => {
                let on = match &value {
                    Value::Undefined | Value::Null => false,
                    Value::Number(n) => *n != 0.0,
                    _ => true,
                };
                Coerced { value: Value::Bool(on), mismatch: false }
            }
            PropertyType::Number => {
                let number = match &value {
                    Value::String(text) if text.trim().is_empty() => Some(0.0),
                    Value::String(text) => text.trim().parse().ok(),
                    Value::Bool(b) => Some(f64::from(u8::from(*b))),
                    Value::Undefined | Value::Null => Some(0.0),
                    _ => None,
                };
                Coerced { value: Value::Number(number.unwrap_or(f64::NAN)), mismatch: number.is_none() }
            }
            PropertyType::String => {
                let text = match &value {
                    Value::Bool(true) | Value::Undefined | Value::Null => String::new(),
                    Value::Bool(false) => "false".to_owned(),
                    Value::Number(n) => n.to_string(),
                    _ => return Coerced { value: Value::string("[object Object]"), mismatch: true },
                };
                Coerced { value: Value::string(text), mismatch: false }
            }
            PropertyType::Array | PropertyType::Object | PropertyType::Any => Coerced { mismatch: !empty, value },
        }
    }
}
