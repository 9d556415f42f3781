//! What worklets give as styles, as declarations.

use crate::realm::{Realm, ScriptResult};
use crate::value::Value;

/// Properties whose numbers have no unit.
const UNITLESS: [&str; 9] =
    ["opacity", "z-index", "flex", "flex-grow", "flex-shrink", "order", "font-weight", "line-height", "aspect-ratio"];

/// A style object as declarations: names in camel case or not, numbers as px where a length is wanted.
pub(super) fn declarations(realm: &mut dyn Realm, value: &Value) -> ScriptResult<String> {
    let Value::Script(object) = value else { return Ok(String::new()) };
    let mut text = String::new();
    for key in realm.keys(object)? {
        let value = realm.get(object, &key)?;
        let mut name = String::with_capacity(key.len() + 4);
        for c in key.chars() {
            if c.is_ascii_uppercase() {
                name.push('-');
            }
            name.push(c.to_ascii_lowercase());
        }
        let value = match value {
            Value::Number(n) if n != 0.0 && !UNITLESS.contains(&&*name) => format!("{n}px"),
            Value::Undefined | Value::Null => continue,
            value => realm.display(&value),
        };
        text.push_str(&name);
        text.push(':');
        text.push_str(&value);
        text.push(';');
    }
    Ok(text)
}
