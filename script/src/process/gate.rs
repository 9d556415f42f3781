//! The gate on the host's side: nothing that comes over the socket reaches a capability without it.
//!
//! It is the gate that a thread's calls pass ([`sandbox::gate`]), with the host's permissions, counters and log. An honest
//! process asks for every call of an API ([`Call::Settle`]); what it then asks of a capability uses up what was admitted.
//! A capability that is asked for more than that has the gate asked again, so a process that does not ask gains
//! nothing.
//!
//! [`sandbox::gate`]: crate::sandbox::gate
//! [`Call::Settle`]: crate::wire::call::Call::Settle

use crate::api::permission::not_kept;
use crate::api::{files, table};
use crate::bridge::message::{ApiFailure, ApiReply, HostCommand};
use crate::capability::Policy;
use crate::capability::audit::{AuditSink, Record};
use crate::capability::device::DeviceCall;
use crate::sandbox::audit_log::AuditVerdict;
use crate::sandbox::gate::{AUTH_DENY, Demand, Gate, Pass, Refusal, check_arguments, demand};
use crate::sandbox::host_api::HostApis;
use crate::sandbox::permissions::{Decision, Permissions, Standing};
use crate::sandbox::prompt::{PermissionReply, PermissionRequest, PermissionSwitch, SettingsReply};
use crate::sandbox::scopes;
use crate::wire::call::{Call, Post};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Admitted calls of one API, or calls that wait for one scope, that may be open.
const MOST_OPEN: u32 = 1024;

/// The gate of a process.
pub(super) struct HostGate {
    gate: Gate,
    policy: Box<dyn Policy>,
    hosts: HostApis,
    audit: Arc<dyn AuditSink>,
    /// Calls that may be performed, by API.
    admitted: BTreeMap<String, u32>,
    /// Calls that wait for the user, by scope.
    waiting: BTreeMap<String, u32>,
    /// Scopes that the user is asked for now.
    open: BTreeSet<String>,
    /// Calls that were granted once, by scope.
    once: BTreeMap<String, u32>,
}

fn take(counts: &mut BTreeMap<String, u32>, name: &str) -> bool {
    let Some(count) = counts.get_mut(name) else { return false };
    *count -= 1;
    if *count == 0 {
        counts.remove(name);
    }
    true
}

/// Counts one more. Names are those of known APIs and scopes, so there are not many.
fn add(counts: &mut BTreeMap<String, u32>, name: &str) {
    let count = counts.entry(name.to_owned()).or_default();
    *count = (*count + 1).min(MOST_OPEN);
}

fn denied() -> ApiFailure {
    ApiFailure::new(ApiFailure::AUTH_DENY, AUTH_DENY)
}

impl HostGate {
    pub fn new(gate: Gate, policy: Box<dyn Policy>, hosts: HostApis, audit: Arc<dyn AuditSink>) -> HostGate {
        let (admitted, waiting) = (BTreeMap::new(), BTreeMap::new());
        HostGate { gate, policy, hosts, audit, admitted, waiting, open: BTreeSet::new(), once: BTreeMap::new() }
    }

    pub fn permissions(&self) -> &Permissions {
        &self.gate.access().permissions
    }

    /// An API is about to be called.
    pub fn settle(&mut self, api: &str, checked: Result<(), ApiFailure>) -> Result<Pass, Refusal> {
        let Some(demand) = demand(&self.hosts, api) else {
            let verdict = crate::capability::audit::Verdict::Refused;
            return Err(Refusal { verdict, failure: ApiFailure::unsupported() });
        };
        let row = table::find(api).map(|entry| &entry.row).or_else(|| files::row(api));
        if let Some(row) = row
            && checked.is_ok()
            && let Err(failure) = self.policy.admit(row)
        {
            return Err(self.gate.refuse(demand, AuditVerdict::Blocked, failure));
        }
        let passed = self.gate.settle(demand, checked);
        match &passed {
            Ok(Pass::Go) => add(&mut self.admitted, api),
            Ok(Pass::Ask(scope)) => add(&mut self.waiting, scope),
            Err(_) => {}
        }
        passed
    }

    /// A call that waited goes on, if the user has granted what it needs.
    pub fn granted(&mut self, api: &str) {
        let Some((demand, scope)) = self.waited(api) else { return };
        let granted = self.gate.access().permissions.standing(&scope) == Standing::Granted;
        if granted || take(&mut self.once, &scope) {
            self.gate.granted(demand_of(&demand, &scope));
            add(&mut self.admitted, api);
        }
    }

    /// A call that waited does not go on.
    pub fn denied(&mut self, api: &str) {
        if let Some((demand, scope)) = self.waited(api) {
            self.gate.deny(demand_of(&demand, &scope));
        }
    }

    /// Takes a call of this API from those that wait; gives its name, whether it stands in the log, and its scope.
    fn waited(&mut self, api: &str) -> Option<((String, bool), String)> {
        let (scope, sensitive) = {
            let demand = demand(&self.hosts, api)?;
            (demand.permission?.to_owned(), demand.sensitive)
        };
        take(&mut self.waiting, &scope).then(|| ((api.to_owned(), sensitive), scope))
    }

    /// The question to the user that an API wants asked; `None` if it is none of its business.
    pub fn ask(&mut self, scope: &str, api: &str) -> Option<PermissionRequest> {
        let needs = demand(&self.hosts, api)?.permission.is_some_and(|needed| needed == scope);
        let known =
            scopes::find(scope).is_some() || self.hosts.iter().any(|host| host.permission.as_deref() == Some(scope));
        let waits = needs && self.waiting.contains_key(scope);
        let may = known
            && self.permissions().standing(scope) == Standing::Undecided
            && !self.open.contains(scope)
            && (waits || (api == "authorize" && take(&mut self.admitted, api)));
        if !may {
            return None;
        }
        self.open.insert(scope.to_owned());
        Some(PermissionRequest::of(self.permissions(), scope, api))
    }

    /// The user has decided, or went away.
    pub fn decided(&mut self, scope: &str, api: &str, answer: &Result<ApiReply, ApiFailure>) {
        self.open.remove(scope);
        let decision = PermissionReply::decision(answer);
        if let Err(error) = self.gate.keep(scope, api, decision) {
            self.audit.record(Record::Warning(not_kept(scope, &error)));
        }
        if decision == Some(Decision::GrantOnce)
            && let Some(waiting) = self.waiting.get(scope)
        {
            self.once.insert(scope.to_owned(), *waiting);
        }
    }

    /// The settings that the user may be shown now: whose they are, and the switches.
    pub fn settings(&mut self) -> Option<(String, Vec<PermissionSwitch>)> {
        let admitted = take(&mut self.admitted, "openSetting");
        admitted.then(|| (self.permissions().app().1, self.permissions().switches()))
    }

    /// The user is done with the settings.
    pub fn changed(&mut self, offered: &[PermissionSwitch], answer: &Result<ApiReply, ApiFailure>) {
        for (scope, on) in SettingsReply::changed(answer, offered) {
            if let Err(error) = self.gate.change(&scope, on) {
                self.audit.record(Record::Warning(not_kept(&scope, &error)));
            }
        }
    }

    /// The host wants something that the process asks a capability for.
    pub fn wants(&mut self, command: &HostCommand) {
        if let HostCommand::SavePicture { .. } = command {
            add(&mut self.admitted, "saveImageToPhotosAlbum");
        }
    }

    /// A capability is asked for what one of these APIs does, the most usual one first. With none it is free.
    fn pass(&mut self, apis: &[&str]) -> Result<(), ApiFailure> {
        let [first, ..] = apis else { return Ok(()) };
        if apis.iter().any(|api| take(&mut self.admitted, api)) {
            return Ok(());
        }
        match self.settle(first, Ok(())) {
            Ok(Pass::Go) => {
                take(&mut self.admitted, first);
                Ok(())
            }
            Ok(Pass::Ask(_)) => {
                // Nobody is asked for a call that did not say that it comes.
                self.denied(first);
                Err(denied())
            }
            Err(refusal) => Err(refusal.failure),
        }
    }

    /// The same with arguments, which are checked before.
    fn pass_with(&mut self, api: &str, arguments: &Json) -> Result<(), ApiFailure> {
        if let Err(failure) = check_arguments(&self.hosts, api, std::slice::from_ref(arguments)) {
            let refused = self.settle(api, Err(failure));
            return Err(refused.err().map_or_else(ApiFailure::unsupported, |refusal| refusal.failure));
        }
        self.pass(&[api])
    }

    /// A call may go to its capability.
    pub fn call(&mut self, call: &Call) -> Result<(), ApiFailure> {
        match call {
            Call::Connect { .. } => self.pass(&["connectSocket"]),
            _ => Ok(()),
        }
    }

    /// A post may go to its capability.
    pub fn post(&mut self, post: &Post) -> Result<(), ApiFailure> {
        match post {
            Post::Request { .. } => self.pass(&["request", "downloadFile", "uploadFile"]),
            Post::Extension { api, arguments, .. } | Post::HostApi { api, arguments, .. } => {
                self.pass_with(api, arguments)
            }
            Post::Device { call, .. } => match device(call) {
                Some((api, arguments)) => self.pass_with(api, &arguments),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }
}

fn demand_of<'a>((api, sensitive): &'a (String, bool), scope: &'a str) -> Demand<'a> {
    Demand { api, permission: Some(scope), rate: None, sensitive: *sensitive }
}

/// The API that a call of the device belongs to, with its arguments.
fn device(call: &DeviceCall) -> Option<(&'static str, Json)> {
    Some(match call {
        DeviceCall::SetClipboard { data } => ("setClipboardData", json!({ "data": data })),
        DeviceCall::GetClipboard => ("getClipboardData", Json::Null),
        DeviceCall::MakePhoneCall { phone_number } => ("makePhoneCall", json!({ "phoneNumber": phone_number })),
        DeviceCall::SetKeepScreenOn { keep } => ("setKeepScreenOn", json!({ "keepScreenOn": keep })),
        DeviceCall::SetScreenBrightness { value } => ("setScreenBrightness", json!({ "value": value })),
        DeviceCall::ChooseImage { count, .. } => ("chooseImage", json!({ "count": count })),
        DeviceCall::ScanCode { only_from_camera } => ("scanCode", json!({ "onlyFromCamera": only_from_camera })),
        DeviceCall::SaveImageToPhotosAlbum { file_path } => {
            ("saveImageToPhotosAlbum", json!({ "filePath": file_path }))
        }
        DeviceCall::GetImageInfo { src } => ("getImageInfo", json!({ "src": src })),
        DeviceCall::VibrateShort { .. } => ("vibrateShort", Json::Null),
        DeviceCall::VibrateLong => ("vibrateLong", Json::Null),
        // Questions that harm nobody, and figures that several APIs report.
        DeviceCall::GetScreenBrightness
        | DeviceCall::GetNetworkType
        | DeviceCall::GetBatteryInfo
        | DeviceCall::Report { .. } => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::row::ApiRow;
    use crate::capability::Denied;
    use crate::capability::audit::MemoryAudit;
    use crate::capability::network::{NetworkRequest, Progress, RequestBody};
    use crate::realm::VirtualClock;
    use crate::sandbox::AccessControl;

    struct Once(u32);

    impl Policy for Once {
        fn admit(&mut self, _: &ApiRow) -> Result<(), ApiFailure> {
            let left = self.0;
            self.0 = left.saturating_sub(1);
            if left == 0 { Err(ApiFailure::denied("no more")) } else { Ok(()) }
        }
    }

    fn gate(policy: Box<dyn Policy>) -> (HostGate, AccessControl) {
        let access = AccessControl::default();
        let gate = Gate::new(access.clone(), Arc::new(VirtualClock::new(0.0, 0)), None);
        (HostGate::new(gate, policy, HostApis::default(), Arc::new(MemoryAudit::default())), access)
    }

    fn request() -> Post {
        let request = NetworkRequest {
            url: "https://a".to_owned(),
            method: "GET".to_owned(),
            headers: Vec::new(),
            body: RequestBody::None,
            timeout_ms: 1.0,
            binary: false,
            chunked: false,
            progress: Progress::None,
        };
        Post::Request { request, reply: 1 }
    }

    fn location() -> Post {
        Post::Extension { api: "getLocation".to_owned(), arguments: Json::Null, reply: 1 }
    }

    fn answer(decision: &str) -> Result<ApiReply, ApiFailure> {
        Ok(ApiReply::of(json!({ "decision": decision })))
    }

    #[test]
    fn a_call_that_was_admitted_is_not_asked_for_again_and_one_that_was_not_is() {
        let (mut gate, access) = gate(Box::new(Once(2)));
        assert_eq!(gate.settle("downloadFile", Ok(())), Ok(Pass::Go));
        assert_eq!(gate.post(&request()), Ok(()));
        assert_eq!(gate.post(&request()), Ok(()), "asked by the gate itself");
        assert!(gate.post(&request()).is_err(), "a process that does not ask is refused as one that does");
        assert!(gate.settle("noSuchApi", Ok(())).is_err());
        assert_eq!(access.counters.figures(0.0).denied, 1);
    }

    #[test]
    fn a_capability_that_needs_a_scope_is_not_reached_without_it() {
        let (mut gate, access) = gate(Box::new(Denied));
        let scope = "scope.userLocation";
        assert!(gate.post(&location()).is_err(), "nobody granted it, and nobody is asked");
        gate.granted("getLocation");
        assert!(gate.post(&location()).is_err(), "a process cannot grant itself anything");
        assert_eq!(gate.ask(scope, "getLocation"), None, "no call waits for it");
        assert_eq!(access.counters.figures(0.0).denied, 2);

        assert_eq!(gate.settle("getLocation", Ok(())), Ok(Pass::Ask(scope.to_owned())));
        assert_eq!(gate.ask("scope.record", "getLocation"), None, "another scope than it needs");
        assert!(gate.ask(scope, "getLocation").is_some());
        assert_eq!(gate.ask(scope, "getLocation"), None, "he is asked already");
        gate.decided(scope, "getLocation", &answer("once"));
        gate.granted("getLocation");
        assert_eq!(gate.post(&location()), Ok(()));
        assert!(gate.post(&location()).is_err(), "once is once");

        assert!(matches!(gate.settle("getLocation", Ok(())), Ok(Pass::Ask(_))));
        assert!(gate.ask(scope, "getLocation").is_some());
        gate.decided(scope, "getLocation", &answer("grant"));
        gate.granted("getLocation");
        assert_eq!((gate.post(&location()), gate.post(&location())), (Ok(()), Ok(())));
        assert!(access.permissions.revoke(scope).is_ok());
        assert!(gate.post(&location()).is_err(), "revoked while it runs");
    }

    #[test]
    fn arguments_are_checked_where_they_arrive() {
        let (mut gate, access) = gate(Box::new(Denied));
        let call = |phone_number: String| Post::Device { call: DeviceCall::MakePhoneCall { phone_number }, reply: 1 };
        assert_eq!(gate.post(&call("1".to_owned())), Ok(()));
        assert!(gate.post(&call("1".repeat(1000))).is_err());
        assert_eq!(access.counters.figures(0.0).invalid, 1);
        // A picture that the user wants to keep needs no grant, one that the process wants kept does.
        let save =
            || Post::Device { call: DeviceCall::SaveImageToPhotosAlbum { file_path: "/a".to_owned() }, reply: 0 };
        assert!(gate.post(&save()).is_err());
        gate.wants(&HostCommand::SavePicture { address: "/a".to_owned() });
        assert_eq!(gate.post(&save()), Ok(()));
        assert!(gate.post(&save()).is_err());
    }
}
