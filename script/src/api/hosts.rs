//! Calls of a host's own APIs, and listeners of its events.

use super::WxApi;
use super::call::{Call, Completion};
use super::convert::{is_function, script_json};
use super::permission::{self, Waiter};
use super::row::{ApiKind, ApiRow, CapabilityKind};
use crate::capability::audit::{Record, Verdict};
use crate::realm::{Realm, ScriptResult};
use crate::sandbox::gate::Pass;
use crate::sandbox::host_api::HostApi;
use crate::value::Value;
use std::borrow::Cow;
use std::rc::Rc;
use std::sync::Arc;

/// Their arguments stand in the registration; a row is only there for the call.
static ROW: ApiRow = ApiRow::new("host", ApiKind::Async, &[], CapabilityKind::Extension, "");

/// What stands on `wx` for an API of the host.
pub(super) fn member(api: &WxApi, realm: &mut dyn Realm, host: &Arc<HostApi>) -> Value {
    let (api, host) = (api.clone(), host.clone());
    let name = host.name.clone();
    let call = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| perform(&api, &host, realm, arguments);
    Value::Script(realm.function(&name, 1, Rc::new(call)))
}

/// The two functions that stand on `wx` for an event of the host.
pub(super) fn listening(api: &WxApi, realm: &mut dyn Realm, event: &'static str) -> [(String, Value); 2] {
    let [added, removed] = [api.clone(), api.clone()];
    let on = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        if let Some(value @ Value::Script(listener)) = arguments.first()
            && is_function(realm, value)
        {
            added.listen(realm, event, listener.clone());
        }
        Ok(Value::Undefined)
    };
    let off = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        removed.unlisten(realm, event, arguments.first());
        Ok(Value::Undefined)
    };
    let names = [format!("on{event}"), format!("off{event}")];
    let on = Value::Script(realm.function(&names[0], 1, Rc::new(on)));
    let off = Value::Script(realm.function(&names[1], 1, Rc::new(off)));
    let [on_name, off_name] = names;
    [(on_name, on), (off_name, off)]
}

/// The arguments become plain data once; what is checked is what the handler gets.
fn perform(api: &WxApi, host: &Arc<HostApi>, realm: &mut dyn Realm, arguments: &[Value]) -> ScriptResult<Value> {
    let mut call = Call::new(realm, api, &ROW, arguments);
    let options = call.argument(0);
    let plain = match options {
        Value::Undefined => serde_json::json!({}),
        options => script_json(call.realm, &options),
    };
    let passed = api.state().gate.borrow_mut().check(&api.state().hosts, &host.name, std::slice::from_ref(&plain));
    let verdict = match &passed {
        Ok(Pass::Go) => Verdict::Admitted,
        Ok(Pass::Ask(_)) => Verdict::Asked,
        Err(refusal) => refusal.verdict,
    };
    if api.audit().wants_calls() {
        let arguments = super::convert::record_of(call.realm, arguments);
        api.audit().record(Record::Call { api: host.name.clone(), arguments, verdict });
    }
    let (completion, promise) = Completion::named(&mut call, Cow::Owned(host.name.clone()), false);
    match passed {
        Ok(Pass::Go) => (host.handler)(plain, completion.responder(api)),
        Ok(Pass::Ask(scope)) => {
            let host = host.clone();
            let name = host.name.clone();
            let then: Waiter = Box::new(move |realm, api, granted| {
                let mut gate = api.state().gate.borrow_mut();
                if granted {
                    gate.granted(host.demand());
                    drop(gate);
                    (host.handler)(plain, completion.responder(api));
                } else {
                    gate.deny(host.demand());
                    drop(gate);
                    completion.finish(realm, api, Err(permission::denied()));
                }
            });
            permission::ask(call.realm, api, &scope, &name, then);
        }
        Err(refusal) => completion.defer(call.realm, api, Err(refusal.failure)),
    }
    Ok(promise.map_or(Value::Undefined, Value::Script))
}
