//! Figures of system, window and app.

use super::WxApi;
use super::call::{Call, Completion};
use super::convert::fields_of;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field};
use crate::bridge::message::ApiFailure;
use crate::value::Value;
use serde_json::{Map, Value as Json, json};

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new("getSystemInfoSync", C::System, &[], Handler::Sync(|c| value(c, all)), "All figures at once."),
    Entry::new("getSystemInfo", C::System, &[], Handler::Async(info_at_once), "All figures at once."),
    Entry::new("getSystemInfoAsync", C::System, &[], Handler::Async(info), "All figures at once.").since("2.14.1"),
    Entry::new("getWindowInfo", C::System, &[], Handler::Sync(|c| value(c, window)), "Figures of the window.")
        .since("2.20.1"),
    Entry::new("getDeviceInfo", C::System, &[], Handler::Sync(|c| value(c, device)), "Figures of the device.")
        .since("2.20.1"),
    Entry::new("getAppBaseInfo", C::System, &[], Handler::Sync(|c| value(c, app_base)), "Figures of the host app.")
        .since("2.20.1"),
    Entry::new("getSystemSetting", C::System, &[], Handler::Sync(|c| value(c, settings)), "Switches of the system.")
        .since("2.20.1"),
    Entry::new(
        "getAppAuthorizeSetting",
        C::System,
        &[],
        Handler::Sync(|c| value(c, authorize)),
        "What the system lets the host app do.",
    )
    .since("2.20.1"),
    Entry::new(
        "getMenuButtonBoundingClientRect",
        C::System,
        &[],
        Handler::Sync(|c| value(c, menu_button)),
        "Box of the capsule.",
    )
    .since("2.1.0"),
    Entry::new(
        "getAccountInfoSync",
        C::System,
        &[],
        Handler::Sync(|c| value(c, account)),
        "Identity of the mini-program.",
    )
    .since("2.2.2"),
    Entry::new(
        "getExtConfigSync",
        C::System,
        &[],
        Handler::Sync(|c| value(c, ext_config)),
        "Configuration by a third party.",
    )
    .since("1.1.0"),
    Entry::new("getExtConfig", C::System, &[], Handler::Async(ext_config_async), "Configuration by a third party.")
        .since("1.1.0")
        .gives(&[field("extConfig", T::Object, "What stands in ext.json.")]),
];

/// The fields that one of these APIs gives.
pub(super) fn results(api: &WxApi, name: &str) -> Option<Vec<String>> {
    let fields = match name {
        "getSystemInfoSync" | "getSystemInfo" | "getSystemInfoAsync" => all(api),
        "getWindowInfo" => window(api),
        "getDeviceInfo" => device(api),
        "getAppBaseInfo" => app_base(api),
        "getSystemSetting" => settings(api),
        "getAppAuthorizeSetting" => authorize(api),
        "getMenuButtonBoundingClientRect" => menu_button(api),
        "getAccountInfoSync" => account(api),
        _ => return None,
    };
    Some(fields.into_iter().map(|(name, _)| name).collect())
}

fn value(call: &mut Call<'_>, fields: fn(&WxApi) -> Map<String, Json>) -> Result<Value, ApiFailure> {
    Ok(Value::object(fields_of(&fields(call.api))))
}

fn all(api: &WxApi) -> Map<String, Json> {
    api.with(|c| c.system.info())
}

fn window(api: &WxApi) -> Map<String, Json> {
    api.with(|c| c.system.figures()).window()
}

fn device(api: &WxApi) -> Map<String, Json> {
    api.with(|c| c.system.figures()).device()
}

fn app_base(api: &WxApi) -> Map<String, Json> {
    api.with(|c| c.system.figures()).app_base()
}

fn settings(api: &WxApi) -> Map<String, Json> {
    api.with(|c| c.system.settings())
}

fn ext_config(api: &WxApi) -> Map<String, Json> {
    api.with(|c| c.system.ext_config())
}

fn authorize(api: &WxApi) -> Map<String, Json> {
    api.with(|c| c.system.authorizations())
}

fn menu_button(api: &WxApi) -> Map<String, Json> {
    match api.with(|c| c.system.figures()).menu_button.json() {
        Json::Object(fields) => fields,
        _ => Map::new(),
    }
}

fn account(api: &WxApi) -> Map<String, Json> {
    let figures = api.with(|c| c.system.figures());
    let program = json!({ "appId": figures.app_id, "envVersion": figures.env_version, "version": figures.app_version });
    Map::from_iter([("miniProgram".to_owned(), program)])
}

/// The platform's oldest of these: it takes callbacks and calls them before it returns, which programs rely on.
fn info_at_once(call: &mut Call<'_>, completion: Completion) {
    let fields = fields_of(&all(call.api));
    completion.finish(call.realm, call.api, Ok(fields));
}

fn info(call: &mut Call<'_>, completion: Completion) {
    let fields = fields_of(&all(call.api));
    completion.defer(call.realm, call.api, Ok(fields));
}

fn ext_config_async(call: &mut Call<'_>, completion: Completion) {
    let config = Value::object(fields_of(&ext_config(call.api)));
    completion.defer(call.realm, call.api, Ok(vec![("extConfig".to_owned(), config)]));
}
