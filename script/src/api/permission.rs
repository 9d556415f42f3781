//! Calls that wait for the user, who is asked once for all that wait for one scope.

use super::WxApi;
use super::call::{Call, Completion};
use super::row::ApiRow;
use crate::bridge::message::{ApiFailure, ApiReply};
use crate::capability::storage::StorageError;
use crate::realm::Realm;
use crate::sandbox::audit_log::AuditVerdict;
use crate::sandbox::gate::{AUTH_DENY, Demand, Pass, Refusal};
use crate::sandbox::permissions::{Decision, Standing};
use crate::sandbox::prompt::{PermissionReply, PermissionRequest};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// What goes on when the user has decided; told whether he granted it.
pub(super) type Waiter = Box<dyn FnOnce(&mut dyn Realm, &WxApi, bool)>;

/// Calls that may wait for one scope; more are denied.
const MOST_WAITING: usize = 1000;

/// Calls that wait, by scope.
#[derive(Default)]
pub(super) struct Waiting {
    calls: RefCell<BTreeMap<String, Vec<Waiter>>>,
}

/// The failure of a call that was not granted.
pub(super) fn denied() -> ApiFailure {
    ApiFailure::new(ApiFailure::AUTH_DENY, AUTH_DENY)
}

/// The warning that a decision holds for this run only.
pub(crate) fn not_kept(scope: &str, error: &StorageError) -> String {
    format!("what was decided of {scope} is not kept: {error}")
}

/// Runs an asynchronous call when the user has granted its scope.
pub(super) fn wait(call: &mut Call<'_>, completion: Completion, scope: String, run: fn(&mut Call<'_>, Completion)) {
    let (row, arguments, checked) = (call.row, call.arguments.to_vec(), std::mem::take(&mut call.checked));
    let then: Waiter = Box::new(move |realm, api, granted| {
        if !granted {
            api.state().gate.borrow_mut().deny(Demand::of(row));
            return completion.finish(realm, api, Err(denied()));
        }
        api.state().gate.borrow_mut().granted(Demand::of(row));
        let mut call = Call::new(realm, api, row, &arguments);
        call.checked = checked;
        run(&mut call, completion);
    });
    ask(call.realm, call.api, &scope, row.name, then);
}

/// Asks the user for a scope, or joins those who wait for his answer.
pub(super) fn ask(realm: &mut dyn Realm, api: &WxApi, scope: &str, name: &str, then: Waiter) {
    let first = {
        let mut calls = api.state().waiting.calls.borrow_mut();
        let waiting = calls.entry(scope.to_owned()).or_default();
        if waiting.len() >= MOST_WAITING {
            drop(calls);
            return then(realm, api, false);
        }
        waiting.push(then);
        waiting.len() == 1
    };
    if !first {
        return;
    }
    let request = PermissionRequest::of(&api.permissions(), scope, name);
    let (state, asked) = (Rc::downgrade(&api.state), (scope.to_owned(), name.to_owned()));
    let answered = move |realm: &mut dyn Realm, answer: Result<ApiReply, ApiFailure>| {
        if let Some(state) = state.upgrade() {
            decided(realm, &WxApi { state }, &asked.0, &asked.1, PermissionReply::decision(&answer));
        }
    };
    let reply = PermissionReply::new(api.expect_internal(Box::new(answered)));
    api.with(|c| c.prompt.ask(request, reply));
}

/// The user has decided, or went away: all that wait go on.
fn decided(realm: &mut dyn Realm, api: &WxApi, scope: &str, name: &str, decision: Option<Decision>) {
    let permissions = api.permissions();
    // Where the host's process holds the permissions, it has kept the decision.
    if permissions.elsewhere().is_none()
        && let Err(error) = api.state().gate.borrow().keep(scope, name, decision)
    {
        api.warn(not_kept(scope, &error));
    }
    // The host may have changed its mind while the user thought.
    let granted = match decision {
        Some(Decision::Grant) => permissions.standing(scope) == Standing::Granted,
        Some(Decision::GrantOnce) => permissions.standing(scope) != Standing::Denied,
        Some(Decision::Deny) | None => false,
    };
    let waiting = api.state().waiting.calls.borrow_mut().remove(scope).unwrap_or_default();
    for then in waiting {
        then(realm, api, granted);
    }
}

impl WxApi {
    /// What the gate says of a call whose arguments were checked.
    pub(super) fn pass(&self, row: &ApiRow, checked: Result<(), ApiFailure>) -> Result<Pass, Refusal> {
        if checked.is_ok()
            && let Err(failure) = self.with(|c| c.policy.admit(row))
        {
            return Err(self.state.gate.borrow_mut().refuse(Demand::of(row), AuditVerdict::Blocked, failure));
        }
        self.state.gate.borrow_mut().settle(Demand::of(row), checked)
    }

    /// As [`pass`](Self::pass), for a call that cannot wait: what the user has not granted yet is denied.
    pub(super) fn admit(&self, row: &ApiRow, checked: Result<(), ApiFailure>) -> Result<(), Refusal> {
        match self.pass(row, checked)? {
            Pass::Go => Ok(()),
            Pass::Ask(_) => Err(self.state.gate.borrow_mut().deny(Demand::of(row))),
        }
    }

    /// The failure of a call that did not pass, or that cannot wait.
    pub(super) fn at_once(&self, row: &ApiRow, passed: Result<Pass, Refusal>) -> Result<(), ApiFailure> {
        match passed {
            Ok(Pass::Go) => Ok(()),
            Ok(Pass::Ask(_)) => Err(self.state.gate.borrow_mut().deny(Demand::of(row)).failure),
            Err(refusal) => Err(refusal.failure),
        }
    }
}
