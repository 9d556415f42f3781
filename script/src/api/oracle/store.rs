//! Storage of the profile: script values in memory.

use crate::api::WxApi;
use crate::api::convert::is_function;
use crate::realm::{Realm, ScriptResult};
use crate::value::Value;
use indexmap::IndexMap;

/// Runs `with` on the store, which holds script objects; no script runs inside.
pub(super) fn with_store<T>(
    api: &WxApi,
    realm: &mut dyn Realm,
    with: impl FnOnce(&mut IndexMap<String, Value>) -> T,
) -> ScriptResult<T> {
    if api.state().oracle.borrow().store.is_none() {
        let initial = std::mem::take(&mut api.state().oracle.borrow_mut().initial);
        let mut store = IndexMap::new();
        for (key, value) in &initial {
            store.insert(key.clone(), realm.parse_json(&value.to_string())?);
        }
        api.state().oracle.borrow_mut().store = Some(store);
    }
    Ok(with(api.state().oracle.borrow_mut().store.get_or_insert_default()))
}

pub(super) fn stored(api: &WxApi, realm: &mut dyn Realm, key: &str) -> ScriptResult<Option<Value>> {
    let value = with_store(api, realm, |store| store.get(key).cloned())?;
    value.map(|v| realm.copy(&v)).transpose()
}

pub(super) fn store(api: &WxApi, realm: &mut dyn Realm, key: String, value: &Value) -> ScriptResult<()> {
    let value = if is_function(realm, value) { Value::Undefined } else { realm.copy(value)? };
    with_store(api, realm, |store| store.insert(key, value)).map(|_| ())
}

pub(super) fn keys(api: &WxApi, realm: &mut dyn Realm) -> ScriptResult<Value> {
    with_store(api, realm, |store| Value::array(store.keys().map(Value::string).collect()))
}
