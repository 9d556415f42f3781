//! What the user is asked, by means of the host.

use super::permissions::{Decision, Permissions};
use super::scopes;
use crate::bridge::message::{ApiFailure, ApiReply};
use crate::bridge::outbox::Responder;
use crate::capability::shell::{Shell, ShellCall};
use serde::{Deserialize, Serialize};
use serde_json::json;
use std::collections::BTreeMap;

/// A question to the user.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct PermissionRequest {
    /// Identity of the mini-program.
    pub app: String,
    /// Its name.
    pub app_name: String,
    /// The API that is called.
    pub api: String,
    /// The scope.
    pub scope: String,
    /// What the mini-program wants to do, in words.
    pub asks: String,
    /// The reason that it gives, empty for none. These are its words, not the host's.
    pub reason: String,
}

impl PermissionRequest {
    /// The question for a scope that this API needs.
    pub(crate) fn of(permissions: &Permissions, scope: &str, api: &str) -> PermissionRequest {
        let (app, app_name) = permissions.app();
        let asks = scopes::find(scope).map_or_else(|| scope.to_owned(), |scope| scope.asks.to_owned());
        let reason = permissions.reason(scope);
        PermissionRequest { app, app_name, api: api.to_owned(), scope: scope.to_owned(), asks, reason }
    }
}

/// A switch of the settings.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct PermissionSwitch {
    /// The scope.
    pub scope: String,
    /// What stands beside it.
    pub label: String,
    /// Granted.
    pub on: bool,
    /// False if the host's policy has decided it.
    pub changeable: bool,
}

/// Where the user's decision goes, from any thread and at any time. Dropped without one the calls that wait fail, and the
/// user is asked again at the next.
#[derive(Debug)]
pub struct PermissionReply(Responder);

impl PermissionReply {
    pub(crate) fn new(responder: Responder) -> PermissionReply {
        PermissionReply(responder)
    }

    /// Where the answer goes.
    pub(crate) fn into_responder(self) -> Responder {
        self.0
    }

    /// The user decided.
    pub fn decide(self, decision: Decision) {
        let text = match decision {
            Decision::Grant => "grant",
            Decision::GrantOnce => "once",
            Decision::Deny => "deny",
        };
        self.0.ok(ApiReply::of(json!({ "decision": text })));
    }

    /// The user went away without an answer.
    pub fn dismiss(self) {
        self.0.fail(ApiFailure::denied("cancel"));
    }

    /// What was decided, read from the answer.
    pub(crate) fn decision(answer: &Result<ApiReply, ApiFailure>) -> Option<Decision> {
        match answer.as_ref().ok()?.fields.get("decision")?.as_str()? {
            "grant" => Some(Decision::Grant),
            "once" => Some(Decision::GrantOnce),
            "deny" => Some(Decision::Deny),
            _ => None,
        }
    }
}

/// Where the settings go that the user has changed, from any thread and at any time.
#[derive(Debug)]
pub struct SettingsReply(Responder);

impl SettingsReply {
    pub(crate) fn new(responder: Responder) -> SettingsReply {
        SettingsReply(responder)
    }

    /// Where the answer goes.
    pub(crate) fn into_responder(self) -> Responder {
        self.0
    }

    /// The user is done; `switches` are those that he changed.
    pub fn done(self, switches: &BTreeMap<String, bool>) {
        self.0.ok(ApiReply::of(json!({ "switches": switches })));
    }

    /// What of these switches was changed.
    pub(crate) fn changed(
        answer: &Result<ApiReply, ApiFailure>,
        offered: &[PermissionSwitch],
    ) -> BTreeMap<String, bool> {
        let mut switches = SettingsReply::switches(answer);
        switches.retain(|scope, on| {
            offered.iter().any(|switch| switch.scope == *scope && switch.changeable && switch.on != *on)
        });
        switches
    }

    /// What was changed, read from the answer.
    fn switches(answer: &Result<ApiReply, ApiFailure>) -> BTreeMap<String, bool> {
        let switches = answer.as_ref().ok().and_then(|reply| reply.fields.get("switches"));
        let fields = switches.and_then(|switches| switches.as_object());
        fields.into_iter().flatten().filter_map(|(scope, on)| Some((scope.clone(), on.as_bool()?))).collect()
    }
}

/// Asks the user. Called on the logic thread, which must not wait here.
pub trait PermissionPrompt: Send {
    /// Asks whether a mini-program may do something.
    fn ask(&mut self, request: PermissionRequest, reply: PermissionReply);

    /// Shows what was granted and denied, with switches.
    fn open_settings(&mut self, app_name: &str, switches: Vec<PermissionSwitch>, reply: SettingsReply);

    /// False if it only asks: the shell shows the switches then, as it does without a prompt of the host's.
    fn has_settings(&self) -> bool {
        true
    }
}

/// Nobody is there who could be asked: all is denied, and nothing of that is kept.
impl PermissionPrompt for crate::capability::Denied {
    fn ask(&mut self, _: PermissionRequest, reply: PermissionReply) {
        reply.dismiss();
    }

    fn open_settings(&mut self, _: &str, _: Vec<PermissionSwitch>, reply: SettingsReply) {
        reply.done(&BTreeMap::new());
    }
}

/// Asks by a host's prompt, and shows switches in the shell's panel over the mini-program.
pub struct AskingPrompt<S> {
    /// Asks.
    pub ask: Box<dyn PermissionPrompt>,
    /// Shows switches.
    pub shell: ShellPrompt<S>,
}

impl<S: Shell> PermissionPrompt for AskingPrompt<S> {
    fn ask(&mut self, request: PermissionRequest, reply: PermissionReply) {
        self.ask.ask(request, reply);
    }

    fn open_settings(&mut self, app_name: &str, switches: Vec<PermissionSwitch>, reply: SettingsReply) {
        self.shell.open_settings(app_name, switches, reply);
    }
}

/// Asks by dialogs of the shell, over the mini-program.
pub struct ShellPrompt<S>(pub S);

impl<S: Shell> PermissionPrompt for ShellPrompt<S> {
    fn ask(&mut self, request: PermissionRequest, PermissionReply(reply): PermissionReply) {
        self.0.call(None, ShellCall::AskPermission(Box::new(request)), reply);
    }

    fn open_settings(&mut self, app_name: &str, switches: Vec<PermissionSwitch>, SettingsReply(reply): SettingsReply) {
        self.0.call(None, ShellCall::OpenSettings { app_name: app_name.to_owned(), switches }, reply);
    }
}
