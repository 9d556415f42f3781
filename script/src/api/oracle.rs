//! The surface of the service profile `oracle`, the services of deterministic runs.
//!
//! Every name answers: `on*`/`off*` do nothing, `create*` and the like give an object that takes anything,
//! everything else succeeds or fails after [`DELAY_MS`] by its name. Requests fail unless mocked, routing is
//! recorded and not performed, storage is in memory. Queries get real figures. Calls are recorded with their
//! arguments.

use super::WxApi;
use super::base;
use super::call::Call;
use super::convert::{is_function, record_of};
use super::lifecycle::put;
use super::row::{ApiKind, ApiRow, CapabilityKind};
use super::{ServiceProfile, query};
use crate::capability::audit::{Record, Verdict};
use crate::realm::{DynamicObject, NativeFunction, Realm, ScriptFault, ScriptKind, ScriptRef, ScriptResult};
use crate::value::Value;
use indexmap::IndexMap;
use serde_json::{Map, Value as Json, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// Time after which an asynchronous call answers, ms.
pub const DELAY_MS: f64 = 10.0;
/// Longest console line, in UTF-16 units.
const LINE_UNITS: usize = 500;

/// A canned answer to requests.
#[derive(Clone, PartialEq, Debug)]
pub struct Mock {
    /// Part of the address.
    pub matches: String,
    /// Status of the answer.
    pub status_code: u32,
    /// Its data.
    pub data: Json,
}

/// What the profile is given.
#[derive(Clone, Debug)]
pub struct OracleOptions {
    /// Width of the page area, logical px.
    pub width: f64,
    /// Height of the page area, logical px.
    pub height: f64,
    /// What storage holds at the start.
    pub storage: Map<String, Json>,
    /// Answers to requests; the first match counts.
    pub mocks: Vec<Mock>,
}

impl Default for OracleOptions {
    fn default() -> Self {
        OracleOptions { width: 375.0, height: 667.0, storage: Map::new(), mocks: Vec::new() }
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

/// Names that give their result at once.
const SYNC: [&str; 23] = [
    "getSystemInfoSync",
    "getWindowInfo",
    "getDeviceInfo",
    "getAppBaseInfo",
    "getSystemSetting",
    "canIUse",
    "getStorageSync",
    "setStorageSync",
    "removeStorageSync",
    "clearStorageSync",
    "getStorageInfoSync",
    "getMenuButtonBoundingClientRect",
    "getAccountInfoSync",
    "getLaunchOptionsSync",
    "getEnterOptionsSync",
    "nextTick",
    "getExtConfigSync",
    "createSelectorQuery",
    "createAnimation",
    "arrayBufferToBase64",
    "base64ToArrayBuffer",
    "env",
    "cloud",
];

/// Other names that enumeration shows: those of the table.
fn enumerable() -> Vec<String> {
    let mut names: Vec<String> = SYNC.iter().map(|n| (*n).to_owned()).collect();
    for entry in super::table::entries() {
        if !names.iter().any(|n| n == entry.row.name) {
            names.push(entry.row.name.to_owned());
        }
    }
    names
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

/// True for `on` or `off` before a capital.
fn is_listener(name: &str) -> bool {
    let after =
        |prefix| name.strip_prefix(prefix).is_some_and(|r: &str| r.starts_with(|c: char| c.is_ascii_uppercase()));
    after("on") || after("off")
}

fn is_object_maker(name: &str) -> bool {
    const MANAGERS: [&str; 7] = ["Background", "FileSystem", "Update", "Recorder", "RealtimeLog", "LogManager", "NFC"];
    name.starts_with("create")
        || name.starts_with("loadFont")
        || name.strip_prefix("get").is_some_and(|r| MANAGERS.iter().any(|m| r.starts_with(m)))
}

/// Names that succeed without doing anything.
fn succeeds(name: &str) -> bool {
    const PREFIXES: [&str; 16] = [
        "show",
        "hide",
        "set",
        "stop",
        "startPullDown",
        "pageScrollTo",
        "navigate",
        "redirect",
        "reLaunch",
        "switchTab",
        "vibrate",
        "update",
        "remove",
        "close",
        "report",
        "previewImage",
    ];
    const FAILS: [&str; 3] = ["chooseImage", "showModal", "showActionSheet"];
    (PREFIXES.iter().any(|p| name.starts_with(p)) || name.starts_with("makePhoneCall")) && !FAILS.contains(&name)
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

/// An object that takes anything: every field and every call gives another one.
pub fn black_hole(realm: &mut dyn Realm) -> ScriptRef {
    let get = |realm: &mut dyn Realm, name: &str| match name {
        "then" => Ok(None),
        _ => Ok(Some(Value::Script(black_hole(realm)))),
    };
    let call: NativeFunction = Rc::new(|realm, _, _| Ok(Value::Script(black_hole(realm))));
    realm.dynamic(DynamicObject { get: Rc::new(get), keys: Rc::new(Vec::new), call: Some(call) })
}

fn system_info(api: &WxApi) -> Json {
    let (w, h) = (options(api).width, options(api).height);
    let n = crate::capability::system::number;
    json!({
        "windowWidth": n(w), "windowHeight": n(h), "screenWidth": n(w), "screenHeight": n(h), "pixelRatio": 1,
        "statusBarHeight": 20, "platform": "devtools", "system": "iOS 10.0.1", "model": "iPhone 6",
        "brand": "devtools", "language": "zh_CN", "version": "8.0.5", "SDKVersion": "2.32.3", "fontSizeSetting": 16,
        "safeArea": { "left": 0, "right": n(w), "top": 20, "bottom": n(h), "width": n(w), "height": n(h - 20.0) },
        "theme": "light",
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

/// Runs `with` on the store, which holds script objects; no script runs inside.
fn with_store<T>(
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

fn stored(api: &WxApi, realm: &mut dyn Realm, key: &str) -> ScriptResult<Option<Value>> {
    let value = with_store(api, realm, |store| store.get(key).cloned())?;
    value.map(|v| realm.copy(&v)).transpose()
}

fn store(api: &WxApi, realm: &mut dyn Realm, key: String, value: &Value) -> ScriptResult<()> {
    let value = if is_function(realm, value) { Value::Undefined } else { realm.copy(value)? };
    with_store(api, realm, |store| store.insert(key, value)).map(|_| ())
}

fn keys(api: &WxApi, realm: &mut dyn Realm) -> ScriptResult<Value> {
    with_store(api, realm, |store| Value::array(store.keys().map(Value::string).collect()))
}

/// The row that base64 calls run under; the profile has no schema.
static BASE64: ApiRow = ApiRow {
    name: "base64",
    kind: ApiKind::Sync,
    arguments: &[],
    capability: CapabilityKind::None,
    since: "",
    doc: "",
};

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
            plain(&json!({ "miniProgram": { "appId": "touristappid", "envVersion": "develop", "version": "" } }))
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
        "arrayBufferToBase64" => base::to_base64(&mut Call { realm, api, row: &BASE64, arguments }).map_err(failed)?,
        "base64ToArrayBuffer" => {
            base::from_base64(&mut Call { realm, api, row: &BASE64, arguments }).map_err(failed)?
        }
        _ => Value::Undefined,
    })
}

/// Every method notes its arguments under its name; `step` closes what was noted.
fn animation(realm: &mut dyn Realm) -> ScriptRef {
    #[derive(Default)]
    struct Steps {
        done: Vec<Value>,
        current: Vec<(String, Value)>,
    }
    let steps = Rc::new(RefCell::new(Steps::default()));
    let get = move |realm: &mut dyn Realm, name: &str| {
        let steps = steps.clone();
        let call: NativeFunction = match name {
            "then" => return Ok(None),
            "export" => Rc::new(move |_, _, _| {
                let done = std::mem::take(&mut steps.borrow_mut().done);
                Ok(Value::object([("actions", Value::array(done))]))
            }),
            "step" => Rc::new(move |_, this, _| {
                let mut steps = steps.borrow_mut();
                let current = std::mem::take(&mut steps.current);
                steps.done.push(Value::object(current));
                Ok(this.clone())
            }),
            _ => {
                let name = name.to_owned();
                Rc::new(move |_, this, arguments| {
                    let mut steps = steps.borrow_mut();
                    steps.current.retain(|(n, _)| *n != name);
                    steps.current.push((name.clone(), Value::array(arguments.to_vec())));
                    Ok(this.clone())
                })
            }
        };
        Ok(Some(native(realm, name, call)))
    };
    realm.dynamic(DynamicObject { get: Rc::new(get), keys: Rc::new(Vec::new), call: None })
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

fn console(api: &WxApi, realm: &mut dyn Realm) -> ScriptRef {
    let console = realm.object(None);
    for level in ["log", "info", "warn", "error", "debug"] {
        let owner = api.clone();
        put(
            realm,
            &console,
            level,
            Rc::new(move |realm, _, arguments| {
                let text = line(realm, arguments);
                owner.audit().record(Record::Console { level, text });
                Ok(Value::Undefined)
            }),
        );
    }
    for name in ["time", "timeEnd", "group", "groupEnd"] {
        put(realm, &console, name, Rc::new(|_, _, _| Ok(Value::Undefined)));
    }
    console
}

/// A console line: texts as they are, errors with their stack, everything else as JSON.
fn line(realm: &mut dyn Realm, arguments: &[Value]) -> String {
    let mut parts = Vec::with_capacity(arguments.len());
    for argument in arguments {
        parts.push(match argument {
            Value::String(text) => text.to_string(),
            Value::Script(object) if realm.kind(object) == ScriptKind::Error => {
                let head = realm.display(argument);
                match realm.get(object, "stack") {
                    Ok(Value::String(stack)) if stack.starts_with(&head) => stack.to_string(),
                    Ok(Value::String(stack)) => format!("{head}\n{stack}"),
                    _ => head,
                }
            }
            other => match realm.stringify(other) {
                Ok(text) => text.unwrap_or_default(),
                Err(_) => realm.display(other),
            },
        });
    }
    cut(&parts.join(" "))
}

fn cut(text: &str) -> String {
    let mut units = 0;
    text.chars()
        .take_while(|c| {
            units += c.len_utf16();
            units <= LINE_UNITS
        })
        .collect()
}

/// The records of a run as the oracle writes them: `{calls, log, warnings, missedSteps}`.
pub fn report(records: &[Record], missed_steps: &[String]) -> Json {
    let (mut calls, mut log, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    for record in records {
        match record {
            Record::Call { api, arguments, .. } => {
                let mut call = vec![Json::String(api.clone())];
                if let Ok(Json::Array(arguments)) = serde_json::from_str(arguments) {
                    call.extend(arguments);
                }
                calls.push(Json::Array(call));
            }
            Record::Console { level, text } => log.push(Json::String(format!("{level} {text}"))),
            Record::Fault { context, message, stack } => {
                let lines = std::iter::once(message.as_str()).chain(stack.iter().map(|s| s.trim()));
                let lines: Vec<&str> = lines.flat_map(str::lines).take(3).collect();
                log.push(Json::String(format!("EXCEPTION {context}: {}", lines.join(" | "))));
            }
            Record::Warning(text) => warnings.push(Json::String(text.clone())),
        }
    }
    json!({ "calls": calls, "log": log, "warnings": warnings, "missedSteps": missed_steps })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_answer_by_the_rules_of_the_profile() {
        for name in [
            "showToast",
            "hideLoading",
            "setTabBarItem",
            "navigateTo",
            "reLaunch",
            "removeTabBarBadge",
            "makePhoneCall",
        ] {
            assert!(succeeds(name), "{name}");
        }
        for name in ["showModal", "chooseImage", "login", "getLocation", "startRecord", "getScreenBrightness"] {
            assert!(!succeeds(name), "{name}");
        }
        assert!(is_listener("onCopyUrl") && is_listener("offThemeChange"));
        assert!(!is_listener("once") && !is_listener("offline"));
        assert!(is_object_maker("createVideoContext") && is_object_maker("getFileSystemManager"));
        assert!(is_object_maker("getUpdateManager") && !is_object_maker("getSystemInfo"));
    }

    #[test]
    fn records_are_written_as_the_expected_files_have_them() {
        let records = [
            Record::Call { api: "getStorageSync".into(), arguments: "[\"logs\"]".into(), verdict: Verdict::Admitted },
            Record::Console { level: "log", text: "7".into() },
            Record::Fault {
                context: "timer".into(),
                message: "TypeError: x".into(),
                stack: vec!["at a (b.js:1:2)".into(), "at c (d.js:3:4)".into(), "at e".into()],
            },
            Record::Warning("unknown tag".into()),
        ];
        let expected = json!({
            "calls": [["getStorageSync", "logs"]],
            "log": ["log 7", "EXCEPTION timer: TypeError: x | at a (b.js:1:2) | at c (d.js:3:4)"],
            "warnings": ["unknown tag"],
            "missedSteps": [".a"],
        });
        assert_eq!(report(&records, &[".a".into()]), expected);
    }

    #[test]
    fn console_lines_are_cut_to_their_length() {
        assert_eq!(cut(&"x".repeat(600)).len(), 500);
        assert_eq!(cut("中"), "中");
    }
}
