//! The surface of the service profile `oracle`, the services of deterministic runs.
//!
//! Every name answers: `on*`/`off*` do nothing, `create*` and the like give an object that takes anything,
//! everything else succeeds or fails after [`DELAY_MS`] by its name. Requests fail unless mocked, routing is
//! recorded and not performed, storage is in memory. Queries get real figures. Calls are recorded with their
//! arguments.
//!
//! | module | models |
//! | --- | --- |
//! | `names` | how a name answers |
//! | `objects` | objects that take anything |
//! | `store` | storage in memory |
//! | `report` | console lines and records as the reference writes them |

mod names;
mod objects;
mod report;
mod store;

pub use objects::black_hole;
pub use report::report;

use super::WxApi;
use super::base;
use super::call::Call;
use super::convert::{is_function, record_of};
use super::lifecycle::put;
use super::row::{ApiKind, ApiRow, CapabilityKind};
use super::{ServiceProfile, query};
use crate::capability::audit::{Record, Verdict};
use crate::capability::system::SystemFigures;
use crate::realm::{DynamicObject, NativeFunction, Realm, ScriptFault, ScriptRef, ScriptResult};
use crate::value::Value;
use indexmap::IndexMap;
use names::{SYNC, enumerable, is_listener, is_object_maker, succeeds};
use objects::animation;
use report::console;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::rc::Rc;
use store::{keys, store, stored, with_store};

/// Time after which an asynchronous call answers, ms.
pub const DELAY_MS: f64 = 10.0;
/// The version that a program is told it is.
pub const ENV_VERSION: &str = "develop";

/// A canned answer to requests.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Mock {
    /// Part of the address.
    pub matches: String,
    /// Status of the answer.
    pub status_code: u32,
    /// Its data.
    #[serde(with = "crate::wire::json::value")]
    pub data: Json,
}

/// What the profile is given.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct OracleOptions {
    /// Width of the page area, logical px.
    pub width: f64,
    /// Height of the page area, logical px.
    pub height: f64,
    /// Device px per logical px.
    pub pixel_ratio: f64,
    /// The program is shown dark.
    pub dark: bool,
    /// The user's language, such as `zh_CN` or `en`.
    pub language: String,
    /// What storage holds at the start.
    #[serde(with = "crate::wire::json::map")]
    pub storage: Map<String, Json>,
    /// Answers to requests; the first match counts.
    pub mocks: Vec<Mock>,
}

impl Default for OracleOptions {
    fn default() -> Self {
        OracleOptions {
            width: 375.0,
            height: 667.0,
            pixel_ratio: 1.0,
            dark: false,
            language: SystemFigures::default().language,
            storage: Map::new(),
            mocks: Vec::new(),
        }
    }
}

/// State of the profile.
#[derive(Default)]
pub struct OracleState {
    initial: Map<String, Json>,
    /// Values as script objects, once the initial ones are in.
    store: Option<IndexMap<String, Value>>,
    /// Members that have been made.
    members: BTreeMap<String, Value>,
}

impl OracleState {
    /// The state that a profile starts with.
    pub(super) fn of(profile: &ServiceProfile) -> OracleState {
        let initial = match profile {
            ServiceProfile::Host => Map::new(),
            ServiceProfile::Oracle(options) => options.storage.clone(),
        };
        OracleState { initial, ..OracleState::default() }
    }
}

fn options(api: &WxApi) -> OracleOptions {
    match &api.state().profile {
        ServiceProfile::Oracle(options) => options.clone(),
        ServiceProfile::Host => OracleOptions::default(),
    }
}

/// The surface's object. Also replaces `console` by one that writes lines as the records have them.
pub(super) fn object(api: &WxApi, realm: &mut dyn Realm) -> ScriptResult<ScriptRef> {
    let console = console(api, realm);
    realm.set_global("console", Value::Script(console))?;
    let owner = api.clone();
    let get = move |realm: &mut dyn Realm, name: &str| {
        if let Some(member) = owner.state().oracle.borrow().members.get(name) {
            return Ok(Some(member.clone()));
        }
        let Some(member) = member(&owner, realm, name) else { return Ok(None) };
        owner.state().oracle.borrow_mut().members.insert(name.to_owned(), member.clone());
        Ok(Some(member))
    };
    Ok(realm.dynamic(DynamicObject { get: Rc::new(get), keys: Rc::new(enumerable), call: None }))
}

fn record(api: &WxApi, realm: &mut dyn Realm, name: &str, arguments: &[Value]) {
    let arguments = record_of(realm, arguments);
    api.audit().record(Record::Call { api: name.to_owned(), arguments, verdict: Verdict::Admitted });
}

/// A tapped `navigator` is recorded as the call that it stands for; true if the profile is this one.
pub(super) fn navigator_tapped(api: &WxApi, open_type: &str, url: &str) -> bool {
    if !api.is_oracle() {
        return false;
    }
    let name = if open_type.is_empty() { "navigateTo" } else { open_type };
    let arguments = json!([{ "url": url }]).to_string();
    api.audit().record(Record::Call { api: name.to_owned(), arguments, verdict: Verdict::Admitted });
    true
}

fn native(realm: &mut dyn Realm, name: &str, call: NativeFunction) -> Value {
    Value::Script(realm.function(name, 0, call))
}

fn member(api: &WxApi, realm: &mut dyn Realm, name: &str) -> Option<Value> {
    let owner = api.clone();
    let key = name.to_owned();
    match name {
        "cloud" => return None,
        "env" => return Some(Value::object([("USER_DATA_PATH", Value::string("/usr"))])),
        _ => {}
    }
    if SYNC.contains(&name) {
        let call: NativeFunction = Rc::new(move |realm, _, arguments| {
            record(&owner, realm, &key, arguments);
            immediate(&owner, realm, &key, arguments)
        });
        return Some(native(realm, name, call));
    }
    if is_listener(name) {
        let call: NativeFunction = Rc::new(move |realm, _, arguments| {
            record(&owner, realm, &key, arguments);
            Ok(Value::Undefined)
        });
        return Some(native(realm, name, call));
    }
    if is_object_maker(name) {
        let call: NativeFunction = Rc::new(move |realm, _, arguments| {
            record(&owner, realm, &key, arguments);
            Ok(Value::Script(black_hole(realm)))
        });
        return Some(native(realm, name, call));
    }
    let call: NativeFunction = Rc::new(move |realm, _, arguments| asynchronous(&owner, realm, &key, arguments));
    Some(native(realm, name, call))
}

fn system_info(api: &WxApi) -> Json {
    let OracleOptions { width: w, height: h, pixel_ratio, dark, language, .. } = options(api);
    let n = crate::capability::system::number;
    json!({
        "windowWidth": n(w), "windowHeight": n(h), "screenWidth": n(w), "screenHeight": n(h), "pixelRatio": n(pixel_ratio),
        "statusBarHeight": 20, "platform": "devtools", "system": "iOS 10.0.1", "model": "iPhone 6",
        "brand": "devtools", "language": language, "version": "8.0.5", "SDKVersion": "2.32.3", "fontSizeSetting": 16,
        "safeArea": { "left": 0, "right": n(w), "top": 20, "bottom": n(h), "width": n(w), "height": n(h - 20.0) },
        "theme": if dark { "dark" } else { "light" },
    })
}

fn launch_options(referrer: bool) -> Json {
    let mut options = json!({ "path": "", "query": {}, "scene": 1001 });
    if referrer {
        options["referrerInfo"] = json!({});
    }
    options
}

fn plain(json: &Json) -> Value {
    super::convert::value_of(json)
}

/// The name of a key as script makes it from any value.
fn key_of(realm: &mut dyn Realm, value: Option<&Value>) -> String {
    match value {
        Some(Value::String(key)) => key.to_string(),
        Some(other) => realm.display(other),
        None => "undefined".to_owned(),
    }
}

/// The row that base64 calls run under; the profile has no schema.
static BASE64: ApiRow = ApiRow::new("base64", ApiKind::Sync, &[], CapabilityKind::None, "");

fn immediate(api: &WxApi, realm: &mut dyn Realm, name: &str, arguments: &[Value]) -> ScriptResult<Value> {
    let width = options(api).width;
    let failed = |f: crate::bridge::message::ApiFailure| ScriptFault::error("Error", f.reason);
    Ok(match name {
        "getSystemInfoSync" | "getWindowInfo" | "getDeviceInfo" | "getAppBaseInfo" | "getSystemSetting" => {
            plain(&system_info(api))
        }
        "canIUse" => Value::Bool(true),
        "getStorageSync" => {
            let key = key_of(realm, arguments.first());
            stored(api, realm, &key)?.unwrap_or_else(|| Value::string(""))
        }
        "setStorageSync" => {
            let key = key_of(realm, arguments.first());
            store(api, realm, key, &arguments.get(1).cloned().unwrap_or_default())?;
            Value::Undefined
        }
        "removeStorageSync" => {
            let key = key_of(realm, arguments.first());
            with_store(api, realm, |store| store.shift_remove(&key))?;
            Value::Undefined
        }
        "clearStorageSync" => {
            with_store(api, realm, IndexMap::clear)?;
            Value::Undefined
        }
        "getStorageInfoSync" => {
            let keys = keys(api, realm)?;
            Value::object([("keys", keys), ("currentSize", Value::Number(1.0)), ("limitSize", Value::Number(10240.0))])
        }
        "getMenuButtonBoundingClientRect" => {
            let n = crate::capability::system::number;
            plain(
                &json!({ "width": 87, "height": 32, "top": 24, "bottom": 56, "left": n(width - 95.0), "right": n(width - 8.0) }),
            )
        }
        "getAccountInfoSync" => {
            plain(&json!({ "miniProgram": { "appId": "touristappid", "envVersion": ENV_VERSION, "version": "" } }))
        }
        "getLaunchOptionsSync" => plain(&launch_options(true)),
        "getEnterOptionsSync" => plain(&launch_options(false)),
        "nextTick" => {
            if let Some(Value::Script(callback)) = arguments.first() {
                let callback = callback.clone();
                realm.set_timer(1.0, Rc::new(move |realm, _, _| realm.call(&callback, &Value::Undefined, &[])));
            }
            Value::Undefined
        }
        "getExtConfigSync" => plain(&json!({})),
        "createSelectorQuery" => Value::Script(query::create(api, realm, None)),
        "createAnimation" => Value::Script(animation(realm)),
        "arrayBufferToBase64" => base::to_base64(&mut Call::new(realm, api, &BASE64, arguments)).map_err(failed)?,
        "base64ToArrayBuffer" => base::from_base64(&mut Call::new(realm, api, &BASE64, arguments)).map_err(failed)?,
        _ => Value::Undefined,
    })
}

/// The fields of an asynchronous call's success, `None` if it fails.
fn outcome(
    api: &WxApi,
    realm: &mut dyn Realm,
    name: &str,
    options_value: Option<&ScriptRef>,
) -> ScriptResult<Option<Vec<(String, Value)>>> {
    let field = |realm: &mut dyn Realm, name: &str| match options_value {
        Some(object) => realm.get(object, name),
        None => Ok(Value::Undefined),
    };
    let owned = |name: &str, value: Value| (name.to_owned(), value);
    Ok(match name {
        "request" => {
            let url = field(realm, "url")?;
            let url = key_of(realm, Some(&url));
            let found = options(api).mocks.into_iter().find(|m| url.contains(&m.matches));
            match found {
                Some(mock) => Some(vec![
                    owned("statusCode", Value::Number(f64::from(mock.status_code))),
                    owned("data", realm.parse_json(&mock.data.to_string())?),
                    owned("header", Value::object::<&str>([])),
                ]),
                None => None,
            }
        }
        "getStorage" => {
            let key = field(realm, "key")?;
            let key = key_of(realm, Some(&key));
            stored(api, realm, &key)?.map(|value| vec![owned("data", value)])
        }
        "setStorage" => {
            let key = field(realm, "key")?;
            let key = key_of(realm, Some(&key));
            let data = field(realm, "data")?;
            store(api, realm, key, &data)?;
            Some(Vec::new())
        }
        "removeStorage" => {
            let key = field(realm, "key")?;
            let key = key_of(realm, Some(&key));
            with_store(api, realm, |store| store.shift_remove(&key))?;
            Some(Vec::new())
        }
        "clearStorage" => {
            with_store(api, realm, IndexMap::clear)?;
            Some(Vec::new())
        }
        "getStorageInfo" => Some(vec![owned("keys", keys(api, realm)?)]),
        "getSystemInfo" | "getSystemInfoAsync" => match system_info(api) {
            Json::Object(fields) => Some(super::convert::fields_of(&fields)),
            _ => None,
        },
        _ if succeeds(name) => Some(Vec::new()),
        _ => None,
    })
}

fn asynchronous(api: &WxApi, realm: &mut dyn Realm, name: &str, arguments: &[Value]) -> ScriptResult<Value> {
    let options_value = match arguments.first() {
        Some(Value::Undefined) | None => {
            let empty = [Value::object::<&str>([])];
            record(api, realm, name, &empty);
            None
        }
        Some(value) => {
            record(api, realm, name, std::slice::from_ref(value));
            match value {
                Value::Script(object) if !is_function(realm, value) => Some(object.clone()),
                _ => None,
            }
        }
    };
    let result = outcome(api, realm, name, options_value.as_ref())?;
    let callback = |realm: &mut dyn Realm, name: &str| -> Option<ScriptRef> {
        let value = realm.get(options_value.as_ref()?, name).ok()?;
        match &value {
            Value::Script(f) if is_function(realm, &value) => Some(f.clone()),
            _ => None,
        }
    };
    let none =
        [callback(realm, "success"), callback(realm, "fail"), callback(realm, "complete")].iter().all(Option::is_none);
    let given;
    let mut settle = None;
    if none && name != "request" {
        let (promise, resolve, reject) = realm.promise();
        silence(realm, &promise);
        settle = Some(if result.is_some() { resolve } else { reject });
        given = Value::Script(promise);
    } else {
        let task = realm.object(None);
        for method in ["abort", "onProgressUpdate", "onHeadersReceived"] {
            put(realm, &task, method, Rc::new(|_, _, _| Ok(Value::Undefined)));
        }
        given = Value::Script(task);
    }
    let name = name.to_owned();
    let done = move |realm: &mut dyn Realm, _: &Value, _: &[Value]| {
        let ok = result.is_some();
        let text = if ok { format!("{name}:ok") } else { format!("{name}:fail (offline oracle)") };
        let mut fields = result.clone().unwrap_or_default();
        fields.push(("errMsg".to_owned(), Value::string(text)));
        let value = Value::object(fields);
        let this = options_value.clone().map_or(Value::Undefined, Value::Script);
        // The callbacks are read when the answer is there, as a program may set them late.
        let run = |realm: &mut dyn Realm, name: &str| -> ScriptResult<()> {
            let Some(options) = &options_value else { return Ok(()) };
            match realm.get(options, name)? {
                Value::Script(f) => realm.call(&f, &this, std::slice::from_ref(&value)).map(|_| ()),
                _ => Ok(()),
            }
        };
        let first = run(realm, if ok { "success" } else { "fail" });
        let second = run(realm, "complete");
        first?;
        second?;
        if let Some(settle) = &settle {
            realm.call(settle, &Value::Undefined, &[value])?;
        }
        Ok(Value::Undefined)
    };
    realm.set_timer(DELAY_MS, Rc::new(done));
    Ok(given)
}

/// Marks a promise as handled: nobody is told when it is rejected.
fn silence(realm: &mut dyn Realm, promise: &ScriptRef) {
    let nothing = realm.function("", 0, Rc::new(|_, _, _| Ok(Value::Undefined)));
    if let Ok(Value::Script(catch)) = realm.get(promise, "catch") {
        // A promise of the engine's own has a `catch` that does not throw.
        let _ = realm.call(&catch, &Value::Script(promise.clone()), &[Value::Script(nothing)]);
    }
}
