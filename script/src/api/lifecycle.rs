//! The mini-program's own life: launch options, listeners of the app, logs.

use super::call::Call;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, optional};
use crate::bridge::message::{ApiFailure, LaunchOptions};
use crate::realm::{NativeFunction, Realm, ScriptRef};
use crate::value::Value;
use std::rc::Rc;

const LISTENER: &[super::row::Argument] = &[optional("listener", T::Function)];

const fn on(name: &'static str, event: &'static str, doc: &'static str) -> Entry {
    Entry::new(name, C::None, LISTENER, Handler::Listen(event), doc)
}

const fn off(name: &'static str, event: &'static str) -> Entry {
    Entry::new(name, C::None, LISTENER, Handler::Unlisten(event), "Removes one listener, or all.")
}

/// This family's APIs. The events are those of [`WxApi::notify`](super::WxApi::notify).
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "getLaunchOptionsSync",
        C::Pages,
        &[],
        Handler::Sync(launch_options),
        "How the mini-program was started.",
    )
    .since("2.1.2"),
    Entry::new("getEnterOptionsSync", C::Pages, &[], Handler::Sync(enter_options), "How it came to the front last.")
        .since("2.9.4"),
    Entry::new(
        "getLogManager",
        C::None,
        &[optional("options", T::Object)],
        Handler::Sync(log_manager),
        "Writes to the host's log.",
    )
    .since("2.1.0")
    .object(),
    Entry::new("getRealtimeLogManager", C::None, &[], Handler::Sync(log_manager), "Writes to the host's log.")
        .since("2.7.1")
        .object(),
    on("onAppShow", "AppShow", "The mini-program came to the front."),
    off("offAppShow", "AppShow"),
    on("onAppHide", "AppHide", "The mini-program went to the background."),
    off("offAppHide", "AppHide"),
    on("onError", "Error", "An exception that nothing caught."),
    off("offError", "Error"),
    on("onUnhandledRejection", "UnhandledRejection", "A promise was rejected and nothing caught it."),
    off("offUnhandledRejection", "UnhandledRejection"),
    on("onPageNotFound", "PageNotFound", "A page that does not exist was asked for."),
    off("offPageNotFound", "PageNotFound"),
    on("onThemeChange", "ThemeChange", "The system switched between light and dark."),
    off("offThemeChange", "ThemeChange"),
    on("onWindowResize", "WindowResize", "The window has a new size."),
    off("offWindowResize", "WindowResize"),
    on("onNetworkStatusChange", "NetworkStatusChange", "The network came, went or changed."),
    off("offNetworkStatusChange", "NetworkStatusChange"),
    on("onMemoryWarning", "MemoryWarning", "Memory runs short."),
    off("offMemoryWarning", "MemoryWarning"),
    on("onKeyboardHeightChange", "KeyboardHeightChange", "The soft keyboard's height changed."),
    off("offKeyboardHeightChange", "KeyboardHeightChange"),
    on("onCopyUrl", "CopyUrl", "The user copies the mini-program's address."),
    off("offCopyUrl", "CopyUrl"),
    on("onUserCaptureScreen", "UserCaptureScreen", "The user took a screenshot."),
    off("offUserCaptureScreen", "UserCaptureScreen"),
    on("onBeforeAppRoute", "BeforeAppRoute", "A navigation begins."),
    off("offBeforeAppRoute", "BeforeAppRoute"),
    on("onAppRoute", "AppRoute", "A navigation was performed."),
    off("offAppRoute", "AppRoute"),
    on("onAppRouteDone", "AppRouteDone", "A navigation's animation ended."),
    off("offAppRouteDone", "AppRouteDone"),
    on("onBeforePageLoad", "BeforePageLoad", "A page is going to be made."),
    off("offBeforePageLoad", "BeforePageLoad"),
    on("onAfterPageLoad", "AfterPageLoad", "A page was made."),
    off("offAfterPageLoad", "AfterPageLoad"),
    on("onBeforePageUnload", "BeforePageUnload", "A page is going to be closed."),
    off("offBeforePageUnload", "BeforePageUnload"),
    on("onAfterPageUnload", "AfterPageUnload", "A page was closed."),
    off("offAfterPageUnload", "AfterPageUnload"),
];

/// Launch or enter options as script sees them.
pub fn options_value(options: &LaunchOptions) -> Value {
    let query = options.query.iter().map(|(k, v)| (k.as_str(), Value::string(v)));
    Value::object([
        ("path", Value::string(&options.path)),
        ("query", Value::object(query)),
        ("scene", Value::Number(f64::from(options.scene))),
        ("referrerInfo", Value::object(super::convert::fields_of(&options.referrer_info))),
        ("apiCategory", Value::string("default")),
    ])
}

fn launch_options(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    Ok(options_value(&call.api.pages().launch_options()))
}

fn enter_options(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    Ok(options_value(&call.api.pages().enter_options()))
}

/// Its lines go where the console's go.
fn log_manager(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let object = call.realm.object(None);
    for level in ["debug", "info", "log", "warn", "error"] {
        let api = call.api.clone();
        let write: NativeFunction = Rc::new(move |realm, _, arguments| {
            let mut parts = Vec::with_capacity(arguments.len());
            for argument in arguments {
                parts.push(match argument {
                    Value::Script(_) => realm.stringify(argument)?.unwrap_or_default(),
                    other => realm.display(other),
                });
            }
            api.state().sink.console(level, &parts.join(" "));
            Ok(Value::Undefined)
        });
        put(call.realm, &object, level, write);
    }
    for name in ["setFilterMsg", "addFilterMsg", "in"] {
        put(call.realm, &object, name, Rc::new(|_, _, _| Ok(Value::Undefined)));
    }
    Ok(Value::Script(object))
}

/// Puts a native method on a fresh object, which takes any field.
pub(super) fn put(realm: &mut dyn Realm, object: &ScriptRef, name: &str, call: NativeFunction) {
    let function = realm.function(name, 1, call);
    let _ = realm.set(object, name, Value::Script(function));
}
