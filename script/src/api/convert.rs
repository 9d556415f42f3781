//! Between plain data of capabilities (JSON) and values of script.

use crate::bridge::message::ApiReply;
use crate::realm::{DataLimits, Realm, ScriptKind};
use crate::value::Value;
use serde_json::{Map, Value as Json};

use super::pages::Fields;

/// Nesting that is followed; deeper parts become `null`.
const DEPTH: u32 = 200;

/// JSON as a value.
pub fn value_of(json: &Json) -> Value {
    value_at(json, 0)
}

fn value_at(json: &Json, depth: u32) -> Value {
    match json {
        Json::Bool(b) => Value::Bool(*b),
        Json::Number(n) => Value::Number(n.as_f64().unwrap_or(0.0)),
        Json::String(s) => Value::string(s),
        Json::Array(items) if depth < DEPTH => Value::array(items.iter().map(|i| value_at(i, depth + 1)).collect()),
        Json::Object(fields) if depth < DEPTH => {
            Value::object(fields.iter().map(|(k, v)| (k.as_str(), value_at(v, depth + 1))))
        }
        Json::Null | Json::Array(_) | Json::Object(_) => Value::Null,
    }
}

/// The fields of a JSON object as values.
pub fn fields_of(fields: &Map<String, Json>) -> Fields {
    fields.iter().map(|(k, v)| (k.clone(), value_of(v))).collect()
}

/// The fields of a capability's reply, its bytes as an `ArrayBuffer`.
pub fn reply_fields(realm: &mut dyn Realm, reply: &ApiReply) -> Fields {
    let mut fields = fields_of(&reply.fields);
    if let Some((name, bytes)) = &reply.binary {
        fields.push((name.clone(), Value::Script(realm.array_buffer(bytes))));
    }
    fields
}

/// Plain data as JSON; what JSON does not have becomes `null`.
pub fn json_of(value: &Value) -> Json {
    json_at(value, 0)
}

fn json_at(value: &Value, depth: u32) -> Json {
    match value {
        Value::Bool(b) => Json::Bool(*b),
        Value::Number(n) => crate::capability::system::number(*n),
        Value::String(s) => Json::String(s.to_string()),
        Value::Array(items) if depth < DEPTH => {
            Json::Array(items.borrow().iter().map(|i| json_at(i, depth + 1)).collect())
        }
        Value::Object(fields) if depth < DEPTH => {
            let fields = fields.borrow();
            let defined = fields.iter().filter(|(_, v)| !matches!(v, Value::Undefined));
            Json::Object(defined.map(|(k, v)| (k.to_string(), json_at(v, depth + 1))).collect())
        }
        _ => Json::Null,
    }
}

/// A value of script as JSON, functions left out; `null` if it has no JSON text.
pub fn script_json(realm: &mut dyn Realm, value: &Value) -> Json {
    let limits = DataLimits { keep_functions: false, ..DataLimits::default() };
    realm.to_data(value, &limits).map_or(Json::Null, |data| json_of(&data))
}

/// The arguments of a call as the record has them: a JSON array, functions left out, strings cut to
/// [`RECORD_STRING`] UTF-16 units; `null` for what has no JSON text or one beyond all use.
pub fn record_of(realm: &mut dyn Realm, arguments: &[Value]) -> String {
    let mut list = Vec::with_capacity(arguments.len());
    for argument in arguments {
        let text = realm.stringify_within(argument, RECORD_BYTES).ok().flatten();
        let mut json = text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or(Json::Null);
        cut_strings(&mut json);
        list.push(json);
    }
    Json::Array(list).to_string()
}

/// Longest JSON text of an argument that is recorded, before its strings are cut: more than storage takes.
const RECORD_BYTES: usize = 16 << 20;

/// Longest string of a record, in UTF-16 units.
pub const RECORD_STRING: usize = 200;

fn cut_strings(json: &mut Json) {
    match json {
        Json::String(text) => {
            if text.len() > RECORD_STRING {
                let mut units = 0;
                let end = text.char_indices().find(|(_, c)| {
                    units += c.len_utf16();
                    units > RECORD_STRING
                });
                if let Some((end, _)) = end {
                    text.truncate(end);
                }
            }
        }
        Json::Array(items) => items.iter_mut().for_each(cut_strings),
        Json::Object(fields) => fields.values_mut().for_each(cut_strings),
        Json::Null | Json::Bool(_) | Json::Number(_) => {}
    }
}

/// The name of a value's type as error messages use it.
pub fn type_name(realm: &mut dyn Realm, value: &Value) -> &'static str {
    match value {
        Value::Undefined => "Undefined",
        Value::Null => "Null",
        Value::Bool(_) => "Boolean",
        Value::Number(_) => "Number",
        Value::String(_) => "String",
        Value::Array(_) => "Array",
        Value::Object(_) | Value::Wxs(_) => "Object",
        Value::Script(handle) => match realm.kind(handle) {
            ScriptKind::Function => "Function",
            ScriptKind::Array => "Array",
            ScriptKind::ArrayBuffer => "ArrayBuffer",
            ScriptKind::Symbol => "Symbol",
            ScriptKind::BigInt => "BigInt",
            ScriptKind::Date => "Date",
            ScriptKind::RegExp | ScriptKind::Promise | ScriptKind::Error | ScriptKind::Object => "Object",
        },
    }
}

/// True if the value is a function of script.
pub fn is_function(realm: &mut dyn Realm, value: &Value) -> bool {
    matches!(value, Value::Script(handle) if realm.kind(handle) == ScriptKind::Function)
}

/// A date from its ISO text; the text itself if the program has taken `Date` away.
pub fn date(realm: &mut dyn Realm, text: Value) -> Value {
    match realm.global("Date") {
        Ok(Value::Script(date)) => realm.construct(&date, std::slice::from_ref(&text)).unwrap_or(text),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn json_goes_through_values_unchanged() {
        let json = json!({ "a": [1, 2.5, null, "x", true], "b": { "c": -1705284000000i64 } });
        assert_eq!(json_of(&value_of(&json)), json);
        assert_eq!(json_of(&value_of(&json)).to_string(), json.to_string());
    }

    #[test]
    fn long_strings_of_a_record_are_cut_at_whole_characters() {
        let mut json = json!(["a".repeat(300), "😀".repeat(150), "short"]);
        cut_strings(&mut json);
        assert_eq!(json, json!(["a".repeat(200), "😀".repeat(100), "short"]));
    }
}
