//! The key-value store.

use super::WxApi;
use super::call::{Call, Completion};
use super::pages::Fields;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field, required};
use crate::bridge::message::ApiFailure;
use crate::capability::storage::{DataType, StorageInfo, Stored};
use crate::realm::{Realm, ScriptKind};
use crate::value::Value;

const KEY: &[super::row::Argument] = &[required("key", T::String)];
const KEY_AND_DATA: &[super::row::Argument] = &[required("key", T::String), super::table::optional("data", T::Any)];

const PAIRS: &[super::row::Argument] = &[required("kvList", T::Array).items(0, BATCH as usize)];
const KEYS: &[super::row::Argument] = &[required("keyList", T::Array).items(0, BATCH as usize)];
/// Most values of one batch.
const BATCH: u32 = 1000;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new("setStorageSync", C::Storage, KEY_AND_DATA, Handler::Sync(set_sync), "Stores a value."),
    Entry::new("getStorageSync", C::Storage, KEY, Handler::Sync(get_sync), "A stored value, '' if there is none."),
    Entry::new("removeStorageSync", C::Storage, KEY, Handler::Sync(remove_sync), "Removes a value."),
    Entry::new("clearStorageSync", C::Storage, &[], Handler::Sync(clear_sync), "Removes all values."),
    Entry::new("getStorageInfoSync", C::Storage, &[], Handler::Sync(info_sync), "Keys, size and limit in KB."),
    Entry::new("setStorage", C::Storage, KEY_AND_DATA, Handler::Async(set), "Stores a value."),
    Entry::new("getStorage", C::Storage, KEY, Handler::Async(get), "A stored value.").gives(&[field(
        "data",
        T::Any,
        "The value.",
    )]),
    Entry::new("removeStorage", C::Storage, KEY, Handler::Async(remove), "Removes a value."),
    Entry::new("clearStorage", C::Storage, &[], Handler::Async(clear), "Removes all values."),
    Entry::new("getStorageInfo", C::Storage, &[], Handler::Async(info), "Keys, size and limit in KB.").gives(&[
        field("keys", T::Array, "All keys."),
        field("currentSize", T::Number, "What is in use, KB."),
        field("limitSize", T::Number, "What may be used, KB."),
    ]),
    Entry::new("batchSetStorageSync", C::Storage, PAIRS, Handler::Sync(batch_set_sync), "Stores several values.")
        .since("2.25.0"),
    Entry::new("batchGetStorageSync", C::Storage, KEYS, Handler::Sync(batch_get_sync), "Several stored values.")
        .since("2.25.0"),
    Entry::new("batchSetStorage", C::Storage, PAIRS, Handler::Async(batch_set), "Stores several values.")
        .since("2.25.0"),
    Entry::new("batchGetStorage", C::Storage, KEYS, Handler::Async(batch_get), "Several stored values.")
        .since("2.25.0"),
];

/// A value of script as the store keeps it.
fn stored(realm: &mut dyn Realm, value: &Value) -> Result<Stored, ApiFailure> {
    let data_type = match value {
        Value::Undefined | Value::Wxs(_) => DataType::Undefined,
        Value::Null => DataType::Null,
        Value::Bool(_) => DataType::Boolean,
        Value::Number(_) => DataType::Number,
        Value::String(_) => DataType::String,
        Value::Array(_) => DataType::Array,
        Value::Object(_) => DataType::Object,
        Value::Script(handle) => match realm.kind(handle) {
            ScriptKind::Array => DataType::Array,
            ScriptKind::Date => DataType::Date,
            _ => DataType::Object,
        },
    };
    let json = realm.stringify(value).map_err(|fault| ApiFailure::parameter(fault.message))?;
    // Functions and symbols have no JSON text.
    let Some(json) = json else { return Ok(Stored { data_type: DataType::Undefined, json: "null".to_owned() }) };
    Ok(Stored { data_type, json })
}

fn value_of(realm: &mut dyn Realm, stored: &Stored) -> Result<Value, ApiFailure> {
    let parse = |realm: &mut dyn Realm| {
        realm
            .parse_json(&stored.json)
            .map_err(|fault| ApiFailure::internal(format!("damaged value: {}", fault.message)))
    };
    Ok(match stored.data_type {
        DataType::Undefined => Value::Undefined,
        DataType::Date => {
            let text = parse(realm)?;
            super::convert::date(realm, text)
        }
        _ => parse(realm)?,
    })
}

fn key(call: &Call<'_>) -> String {
    match call.argument(0) {
        Value::String(key) => key.to_string(),
        _ => String::new(),
    }
}

fn read(realm: &mut dyn Realm, api: &WxApi, key: &str) -> Result<Option<Value>, ApiFailure> {
    let stored = api.with(|c| c.storage.get(key))?;
    stored.map(|s| value_of(realm, &s)).transpose()
}

fn write(realm: &mut dyn Realm, api: &WxApi, key: &str, value: &Value) -> Result<(), ApiFailure> {
    let stored = stored(realm, value)?;
    Ok(api.with(|c| c.storage.set(key, stored))?)
}

fn info_fields(info: &StorageInfo) -> Fields {
    let kilobytes = |bytes: usize| Value::Number(bytes.div_ceil(1024) as f64);
    vec![
        ("keys".to_owned(), Value::array(info.keys.iter().map(Value::string).collect())),
        ("currentSize".to_owned(), kilobytes(info.size)),
        ("limitSize".to_owned(), kilobytes(info.limit)),
    ]
}

fn set_sync(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let (key, value) = (key(call), call.argument(1));
    write(call.realm, call.api, &key, &value)?;
    Ok(Value::Undefined)
}

fn get_sync(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let key = key(call);
    Ok(read(call.realm, call.api, &key)?.unwrap_or_else(|| Value::string("")))
}

fn remove_sync(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let key = key(call);
    call.api.with(|c| c.storage.remove(&key))?;
    Ok(Value::Undefined)
}

fn clear_sync(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    call.api.with(|c| c.storage.clear())?;
    Ok(Value::Undefined)
}

fn info_sync(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let info = call.api.with(|c| c.storage.info())?;
    Ok(Value::object(info_fields(&info)))
}

fn set(call: &mut Call<'_>, completion: Completion) {
    let (key, value) = (call.text("key", ""), call.field("data"));
    let result = write(call.realm, call.api, &key, &value).map(|()| Fields::new());
    completion.defer(call.realm, call.api, result);
}

fn get(call: &mut Call<'_>, completion: Completion) {
    let key = call.text("key", "");
    let result = read(call.realm, call.api, &key)
        .and_then(|value| value.ok_or_else(|| ApiFailure::internal("data not found")))
        .map(|value| vec![("data".to_owned(), value)]);
    completion.defer(call.realm, call.api, result);
}

fn remove(call: &mut Call<'_>, completion: Completion) {
    let key = call.text("key", "");
    let result = call.api.with(|c| c.storage.remove(&key)).map(|()| Fields::new()).map_err(ApiFailure::from);
    completion.defer(call.realm, call.api, result);
}

fn clear(call: &mut Call<'_>, completion: Completion) {
    let result = call.api.with(|c| c.storage.clear()).map(|()| Fields::new()).map_err(ApiFailure::from);
    completion.defer(call.realm, call.api, result);
}

fn info(call: &mut Call<'_>, completion: Completion) {
    let result = call.api.with(|c| c.storage.info()).map(|i| info_fields(&i)).map_err(ApiFailure::from);
    completion.defer(call.realm, call.api, result);
}

/// Items of a list of script.
fn items(realm: &mut dyn Realm, list: &Value) -> Vec<Value> {
    let Value::Script(list) = list else { return Vec::new() };
    let length = realm.length(list).unwrap_or(0).min(BATCH);
    (0..length).map(|i| realm.get_index(list, i).unwrap_or_default()).collect()
}

fn write_all(realm: &mut dyn Realm, api: &WxApi, list: &Value) -> Result<(), ApiFailure> {
    for pair in items(realm, list) {
        let Value::Script(pair) = pair else { continue };
        let Ok(Value::String(key)) = realm.get(&pair, "key") else {
            return Err(ApiFailure::parameter("parameter error: key should be String"));
        };
        let value = realm.get(&pair, "value").unwrap_or_default();
        write(realm, api, &key, &value)?;
    }
    Ok(())
}

fn read_all(realm: &mut dyn Realm, api: &WxApi, list: &Value) -> Result<Value, ApiFailure> {
    let mut values = Vec::new();
    for key in items(realm, list) {
        let value = match &key {
            Value::String(key) => read(realm, api, key)?,
            _ => None,
        };
        values.push(value.unwrap_or_else(|| Value::string("")));
    }
    Ok(Value::array(values))
}

fn batch_set_sync(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let list = call.argument(0);
    write_all(call.realm, call.api, &list).map(|()| Value::Undefined)
}

fn batch_get_sync(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let list = call.argument(0);
    read_all(call.realm, call.api, &list)
}

fn batch_set(call: &mut Call<'_>, completion: Completion) {
    let list = call.field("kvList");
    let result = write_all(call.realm, call.api, &list).map(|()| Fields::new());
    completion.defer(call.realm, call.api, result);
}

fn batch_get(call: &mut Call<'_>, completion: Completion) {
    let list = call.field("keyList");
    let result = read_all(call.realm, call.api, &list).map(|values| vec![("dataList".to_owned(), values)]);
    completion.defer(call.realm, call.api, result);
}
