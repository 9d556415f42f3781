//! What the user has granted: asked for, shown, changed.

use super::WxApi;
use super::call::{Call, Completion};
use super::convert::fields_of;
use super::pages::Fields;
use super::permission::{self, not_kept};
use super::row::{ArgumentType as T, CapabilityKind as C, Field};
use super::table::{Entry, Handler, field, optional, required};
use crate::bridge::message::{ApiFailure, ApiReply};
use crate::realm::Realm;
use crate::sandbox::permissions::Standing;
use crate::sandbox::prompt::SettingsReply;
use crate::sandbox::scopes;
use serde_json::{Map, json};
use std::rc::Rc;

const SETTING: &[Field] = &[
    field("authSetting", T::Object, "What was granted (true) and denied (false), by scope."),
    field("subscriptionsSetting", T::Object, "Subscriptions to messages, if asked for."),
];

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "getSetting",
        C::None,
        &[optional("withSubscriptions", T::Boolean)],
        Handler::Async(get_setting),
        "What the user has granted.",
    )
    .since("1.2.0")
    .gives(SETTING),
    Entry::new(
        "openSetting",
        C::None,
        &[optional("withSubscriptions", T::Boolean)],
        Handler::Async(open_setting),
        "Lets the user change what is granted.",
    )
    .since("1.1.0")
    .rate(2, 5)
    .gives(SETTING),
    Entry::new(
        "authorize",
        C::None,
        &[required("scope", T::String).bytes(100)],
        Handler::Async(authorize),
        "Asks the user for a permission before it is needed.",
    )
    .since("1.2.0")
    .rate(10, 50),
];

fn setting(api: &WxApi, subscriptions: bool) -> Fields {
    let settings = api.permissions().settings();
    let mut fields = Map::from_iter([("authSetting".to_owned(), json!(settings))]);
    if subscriptions {
        // No host sends messages to subscribers unless it offers that itself.
        fields.insert("subscriptionsSetting".to_owned(), json!({ "mainSwitch": false, "itemSettings": {} }));
    }
    fields_of(&fields)
}

fn get_setting(call: &mut Call<'_>, completion: Completion) {
    let fields = setting(call.api, call.flag("withSubscriptions", false));
    completion.defer(call.realm, call.api, Ok(fields));
}

fn open_setting(call: &mut Call<'_>, completion: Completion) {
    let subscriptions = call.flag("withSubscriptions", false);
    let permissions = call.api.permissions();
    // Where the host's process holds the permissions, it shows them and keeps what is changed.
    let switches = if permissions.elsewhere().is_some() { Vec::new() } else { permissions.switches() };
    let (state, offered) = (Rc::downgrade(&call.api.state), switches.clone());
    let done = move |realm: &mut dyn Realm, answer: Result<ApiReply, ApiFailure>| {
        let Some(state) = state.upgrade() else { return };
        let api = WxApi { state };
        for (scope, on) in SettingsReply::changed(&answer, &offered) {
            if let Err(error) = api.state().gate.borrow().change(&scope, on) {
                api.warn(not_kept(&scope, &error));
            }
        }
        let fields = setting(&api, subscriptions);
        completion.finish(realm, &api, Ok(fields));
    };
    let reply = SettingsReply::new(call.api.expect_internal(Box::new(done)));
    let (_, name) = permissions.app();
    call.api.with(|c| c.prompt.open_settings(&name, switches, reply));
}

fn authorize(call: &mut Call<'_>, completion: Completion) {
    let scope = call.text("scope", "");
    let of_host = call.api.state().hosts.iter().any(|host| host.permission.as_deref() == Some(&*scope));
    if scopes::find(&scope).is_none() && !of_host {
        let failure = ApiFailure::parameter("parameter error: invalid scope");
        return completion.defer(call.realm, call.api, Err(failure));
    }
    let result = |granted: bool| if granted { Ok(Fields::new()) } else { Err(permission::denied()) };
    match call.api.permissions().standing(&scope) {
        Standing::Undecided => {
            let then: permission::Waiter =
                Box::new(move |realm, api, granted| completion.finish(realm, api, result(granted)));
            permission::ask(call.realm, call.api, &scope, "authorize", then);
        }
        standing => completion.defer(call.realm, call.api, result(standing == Standing::Granted)),
    }
}
