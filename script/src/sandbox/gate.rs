//! The gate that every call passes before anything of it happens: schema, rate, permission.
//!
//! It needs no realm: a process that performs calls for logic in another one checks here again what it is asked for.

use super::audit_log::AuditVerdict;
use super::counters::Suspicion;
use super::host_api::HostApis;
use super::permissions::{Decision, Standing};
use super::rate::{CallRate, RateLimiter};
use super::{AccessControl, Sandbox};
use crate::api::row::{ApiRow, Argument, ArgumentType, Rate};
use crate::api::schema::{self, Facts};
use crate::api::{files, table};
use crate::bridge::message::ApiFailure;
use crate::capability::audit::Verdict;
use crate::capability::storage::StorageError;
use crate::realm::Clock;
use crate::record;
use serde::{Deserialize, Serialize};
use serde_json::Value as Json;
use std::sync::Arc;

/// What a call needs, of the table or of a host's own API.
#[derive(Clone, Copy, Debug)]
pub struct Demand<'a> {
    /// Name of the API.
    pub api: &'a str,
    /// The scope that the user must have granted.
    pub permission: Option<&'a str>,
    /// How often it may be called.
    pub rate: Option<Rate>,
    /// Whether its calls stand in the audit log.
    pub sensitive: bool,
}

impl<'a> Demand<'a> {
    /// Of a row of the table.
    pub fn of(row: &'a ApiRow) -> Demand<'a> {
        Demand { api: row.name, permission: row.permission, rate: row.limit(), sensitive: row.is_sensitive() }
    }
}

/// A call that may go on.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum Pass {
    /// At once.
    Go,
    /// When the user has granted this scope.
    Ask(String),
}

/// A call that may not.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct Refusal {
    /// How the record names it.
    pub verdict: Verdict,
    /// What script is told.
    pub failure: ApiFailure,
}

/// Why calls are denied that the user or the policy does not allow, in the platform's words.
pub const AUTH_DENY: &str = "auth deny";

/// Why a call is denied that `app.json` would have to declare, in the platform's words.
const UNDECLARED: &str = "the api need to be declared in the requiredPrivateInfos field in app.json/ext.json";

/// The gate of one mini-program.
pub struct Gate {
    access: AccessControl,
    clock: Arc<dyn Clock>,
    rates: RateLimiter,
    /// Of all calls together, where the mini-program has budgets.
    all: Option<CallRate>,
}

impl Gate {
    /// A gate for what is granted, within the budgets of a sandbox.
    pub fn new(access: AccessControl, clock: Arc<dyn Clock>, sandbox: Option<Arc<Sandbox>>) -> Gate {
        Gate { access, clock, rates: RateLimiter::default(), all: sandbox.map(CallRate::new) }
    }

    /// What it checks against.
    pub fn access(&self) -> &AccessControl {
        &self.access
    }

    /// Checks a call whose arguments are plain data, positional as script gives them. Functions and buffers are not plain:
    /// arguments that must be one are not looked at.
    ///
    /// # Errors
    /// A [`Refusal`] with what script is to be told.
    pub fn check(&mut self, hosts: &HostApis, api: &str, arguments: &[Json]) -> Result<Pass, Refusal> {
        let Some(demand) = demand(hosts, api) else {
            return Err(Refusal { verdict: Verdict::Refused, failure: ApiFailure::unsupported() });
        };
        self.settle(demand, check_arguments(hosts, api, arguments))
    }

    /// What becomes of a call whose arguments were checked.
    ///
    /// # Errors
    /// As [`check`](Self::check).
    pub fn settle(&mut self, demand: Demand<'_>, checked: Result<(), ApiFailure>) -> Result<Pass, Refusal> {
        record::answer("gate", || self.settle_now(demand, checked))
    }

    fn settle_now(&mut self, demand: Demand<'_>, checked: Result<(), ApiFailure>) -> Result<Pass, Refusal> {
        if let Some(host) = self.access.permissions.elsewhere() {
            return host.settle(demand.api, checked);
        }
        let now = self.clock.monotonic();
        if let Some(Err(most)) = self.all.as_mut().map(|all| all.take(now)) {
            let reason = format!("APIs are called too often: at most {most} times a second");
            return Err(self.limit(demand, reason, now));
        }
        if let Err(failure) = checked {
            self.count(Suspicion::Invalid, now);
            self.log(demand, AuditVerdict::Invalid, &failure.reason);
            return Err(Refusal { verdict: Verdict::Invalid, failure });
        }
        if let Some(rate) = demand.rate
            && !self.rates.take(demand.api, rate, now)
        {
            let reason = format!("called too often: at most {} times a second", rate.per_second);
            return Err(self.limit(demand, reason, now));
        }
        if !self.access.permissions.is_declared(demand.api) {
            let failure = ApiFailure::new(ApiFailure::UNDECLARED, UNDECLARED);
            return Err(self.refuse(demand, AuditVerdict::Denied, failure));
        }
        let standing = demand.permission.map_or(Standing::Granted, |scope| self.access.permissions.standing(scope));
        match (standing, demand.permission) {
            (Standing::Undecided, Some(scope)) => Ok(Pass::Ask(scope.to_owned())),
            (Standing::Denied, _) => Err(self.deny(demand)),
            _ => {
                self.log(demand, AuditVerdict::Admitted, "");
                Ok(Pass::Go)
            }
        }
    }

    /// A call that is one too many in a second.
    fn limit(&self, demand: Demand<'_>, reason: String, now: f64) -> Refusal {
        self.count(Suspicion::Rate, now);
        self.log(demand, AuditVerdict::Limited, "");
        Refusal { verdict: Verdict::Limited, failure: ApiFailure::denied(reason) }
    }

    /// The user or a policy has denied a call.
    pub fn deny(&mut self, demand: Demand<'_>) -> Refusal {
        if let Some(host) = self.access.permissions.elsewhere() {
            host.denied(demand.api);
        }
        self.refuse(demand, AuditVerdict::Denied, ApiFailure::new(ApiFailure::AUTH_DENY, AUTH_DENY))
    }

    /// A call that something else has refused.
    pub fn refuse(&mut self, demand: Demand<'_>, verdict: AuditVerdict, failure: ApiFailure) -> Refusal {
        self.count(Suspicion::Denied, self.clock.monotonic());
        self.log(Demand { sensitive: true, ..demand }, verdict, &failure.reason);
        Refusal { verdict: Verdict::Refused, failure }
    }

    /// The user has granted a call that waited.
    pub fn granted(&mut self, demand: Demand<'_>) {
        if let Some(host) = self.access.permissions.elsewhere() {
            return host.granted(demand.api);
        }
        self.log(demand, AuditVerdict::Admitted, "");
    }

    /// Keeps what the user decided when an API asked for a scope (`None`: he went away), and logs it.
    ///
    /// # Errors
    /// [`StorageError`] if it holds for this run only.
    pub(crate) fn keep(&self, scope: &str, api: &str, decision: Option<Decision>) -> Result<(), StorageError> {
        let permissions = &self.access.permissions;
        let (verdict, kept) = match decision {
            Some(Decision::Grant) => (AuditVerdict::Granted, permissions.decide(scope, Some(true))),
            Some(Decision::GrantOnce) => (AuditVerdict::GrantedOnce, Ok(())),
            Some(Decision::Deny) => (AuditVerdict::Denied, permissions.decide(scope, Some(false))),
            None => (AuditVerdict::Denied, Ok(())),
        };
        self.decided(scope, api, verdict);
        kept
    }

    /// Keeps a switch that the user changed in the settings, and logs it.
    ///
    /// # Errors
    /// As [`keep`](Self::keep).
    pub(crate) fn change(&self, scope: &str, on: bool) -> Result<(), StorageError> {
        let kept = self.access.permissions.decide(scope, Some(on));
        self.decided(scope, "openSetting", if on { AuditVerdict::Granted } else { AuditVerdict::Revoked });
        kept
    }

    /// Writes a line of a scope's grant or denial.
    pub fn decided(&self, scope: &str, api: &str, verdict: AuditVerdict) {
        self.log(Demand { api, permission: Some(scope), rate: None, sensitive: true }, verdict, "");
    }

    fn count(&self, what: Suspicion, now: f64) {
        self.access.counters.count(what, now);
    }

    fn log(&self, demand: Demand<'_>, verdict: AuditVerdict, detail: &str) {
        if !demand.sensitive && verdict == AuditVerdict::Admitted {
            return;
        }
        self.access.log(verdict, demand.api, demand.permission, detail, &*self.clock);
    }
}

/// What calls of an API need, of the platform's or of a host's own.
pub(crate) fn demand<'a>(hosts: &'a HostApis, api: &str) -> Option<Demand<'a>> {
    match hosts.find(api) {
        Some(host) => Some(host.demand()),
        None => table::find(api).map(|entry| &entry.row).or_else(|| files::row(api)).map(Demand::of),
    }
}

/// Checks plain arguments against the schema of an API.
///
/// # Errors
/// What does not fit, or that there is no such API.
pub(crate) fn check_arguments(hosts: &HostApis, api: &str, arguments: &[Json]) -> Result<(), ApiFailure> {
    if let Some(host) = hosts.find(api) {
        return check_json(host.arguments(), true, arguments);
    }
    let entry = table::find(api).ok_or_else(ApiFailure::unsupported)?;
    check_json(entry.row.arguments.iter().copied(), entry.row.takes_object(), arguments)
}

/// Checks plain data against a schema.
fn check_json<'a>(
    arguments: impl Iterator<Item = Argument<'a>>,
    object: bool,
    values: &[Json],
) -> Result<(), ApiFailure> {
    if object && let Some(first) = values.first().filter(|first| !first.is_object() && !first.is_null()) {
        let got = Facts::of_json(Some(first)).kind;
        return Err(ApiFailure::parameter(format!("parameter error: parameter should be Object instead of {got};")));
    }
    for (index, argument) in arguments.enumerate() {
        if matches!(argument.kind, ArgumentType::Function | ArgumentType::ArrayBuffer) {
            continue;
        }
        let value =
            if object { values.first().and_then(|fields| fields.get(argument.name)) } else { values.get(index) };
        let name = if object { argument.name } else { "" };
        schema::check(&argument, name, Facts::of_json(value))?;
    }
    Ok(())
}
