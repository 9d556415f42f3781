//! Small readings of script objects. What throws on the way reads as absent: the fault of a getter in a
//! definition is the program's, and the rest of the definition still counts.

use crate::realm::{Realm, ScriptKind, ScriptRef};
use crate::template::text::truthy;
use crate::value::Value;
use std::rc::Rc;

/// A field, `undefined` if it cannot be read.
pub fn get(realm: &mut dyn Realm, object: &ScriptRef, field: &str) -> Value {
    realm.get(object, field).unwrap_or_default()
}

/// True for a callable value.
pub fn is_function(realm: &mut dyn Realm, value: &Value) -> bool {
    matches!(value, Value::Script(object) if realm.kind(object) == ScriptKind::Function)
}

/// The function behind a value.
pub fn as_function(realm: &mut dyn Realm, value: Value) -> Option<ScriptRef> {
    match value {
        Value::Script(object) if realm.kind(&object) == ScriptKind::Function => Some(object),
        _ => None,
    }
}

/// The object (or array) behind a value.
pub fn as_object(realm: &mut dyn Realm, value: Value) -> Option<ScriptRef> {
    match value {
        Value::Script(object) if matches!(realm.kind(&object), ScriptKind::Object | ScriptKind::Array) => Some(object),
        _ => None,
    }
}

/// A field that is a function.
pub fn function(realm: &mut dyn Realm, object: &ScriptRef, field: &str) -> Option<ScriptRef> {
    let value = get(realm, object, field);
    as_function(realm, value)
}

/// A field that is an object.
pub fn object(realm: &mut dyn Realm, from: &ScriptRef, field: &str) -> Option<ScriptRef> {
    let value = get(realm, from, field);
    as_object(realm, value)
}

/// A field that is a string.
pub fn text(realm: &mut dyn Realm, object: &ScriptRef, field: &str) -> Option<Rc<str>> {
    match get(realm, object, field) {
        Value::String(text) => Some(text),
        _ => None,
    }
}

/// The truth of a field.
pub fn flag(realm: &mut dyn Realm, object: &ScriptRef, field: &str) -> bool {
    truthy(&get(realm, object, field))
}

/// The items of a field that is an array.
pub fn items(realm: &mut dyn Realm, object: &ScriptRef, field: &str) -> Vec<Value> {
    let Some(list) = self::object(realm, object, field) else { return Vec::new() };
    let length = realm.length(&list).unwrap_or(0).min(100_000);
    (0..length).map(|i| realm.get_index(&list, i).unwrap_or_default()).collect()
}

/// Own enumerable fields of an object that is a field.
pub fn fields(realm: &mut dyn Realm, object: &ScriptRef, field: &str) -> Vec<(Rc<str>, Value)> {
    match self::object(realm, object, field) {
        Some(inner) => entries(realm, &inner),
        None => Vec::new(),
    }
}

/// Own enumerable fields of an object.
pub fn entries(realm: &mut dyn Realm, object: &ScriptRef) -> Vec<(Rc<str>, Value)> {
    let keys = realm.keys(object).unwrap_or_default();
    keys.into_iter()
        .map(|key| {
            let value = get(realm, object, &key);
            (Rc::from(key), value)
        })
        .collect()
}
