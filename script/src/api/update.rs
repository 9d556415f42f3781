//! `getUpdateManager`: what the host knows of a newer version, and the wish to run it.
//!
//! The host tells a state ([`UpdateState`]); what of it is new to script becomes events, in their order. A listener that comes
//! late is told what has happened already, in a later turn.

use super::WxApi;
use super::call::Call;
use super::convert::is_function;
use super::lifecycle::put;
use super::row::CapabilityKind as C;
use super::table::{Entry, Handler};
use crate::bridge::message::{ApiFailure, UpdateState};
use crate::bridge::outbox::Responder;
use crate::capability::audit::{Record, Verdict};
use crate::capability::shell::ShellCall;
use crate::realm::{NativeFunction, Realm, ScriptRef};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[Entry::new(
    "getUpdateManager",
    C::None,
    &[],
    Handler::Sync(manager),
    "Tells of a newer version, and starts it (onCheckForUpdate, onUpdateReady, onUpdateFailed, applyUpdate).",
)
.since("1.9.90")
.object()];

/// What the manager tells of, in the order in which it happens.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Event {
    /// The host has looked for a newer version.
    Checked,
    /// It is there.
    Ready,
    /// It did not come.
    Failed,
}

const APPLY: &str = "applyUpdate";

impl Event {
    const ALL: [Event; 3] = [Event::Checked, Event::Ready, Event::Failed];

    /// The method that adds a listener, which is also the name that listeners are kept under.
    fn method(self) -> &'static str {
        match self {
            Event::Checked => "onCheckForUpdate",
            Event::Ready => "onUpdateReady",
            Event::Failed => "onUpdateFailed",
        }
    }

    fn has_happened(self, state: UpdateState) -> bool {
        match self {
            Event::Checked => state.has_update().is_some(),
            Event::Ready => state == UpdateState::Ready,
            Event::Failed => state == UpdateState::Failed,
        }
    }

    /// True if it happens where one state follows the other.
    fn happens(self, before: UpdateState, now: UpdateState) -> bool {
        let same = self.has_happened(before) && before.has_update() == now.has_update();
        self.has_happened(now) && !same
    }

    fn tell(self, realm: &mut dyn Realm, api: &WxApi, listener: &ScriptRef, state: UpdateState) {
        let result = match (self, state.has_update()) {
            (Event::Checked, Some(has_update)) => {
                let argument = Value::object([("hasUpdate", Value::Bool(has_update))]);
                realm.call(listener, &Value::Undefined, &[argument])
            }
            _ => realm.call(listener, &Value::Undefined, &[]),
        };
        api.report(self.method(), result);
    }
}

/// True if the manager has this method.
pub(super) fn has_method(name: &str) -> bool {
    name == APPLY || Event::ALL.iter().any(|event| event.method() == name)
}

/// What script knows of a newer version.
#[derive(Default)]
pub(super) struct Updates {
    state: Cell<UpdateState>,
    /// The manager, of which there is one.
    manager: RefCell<Option<ScriptRef>>,
    /// Listeners that came late.
    late: RefCell<VecDeque<(Event, ScriptRef)>>,
    /// Script has asked for the version that is ready.
    applied: Cell<bool>,
}

impl Updates {
    /// The program ends.
    pub(super) fn end(&self) {
        drop((super::taken(&self.manager), super::taken(&self.late)));
    }
}

impl WxApi {
    /// What the host knows of a newer version.
    pub(crate) fn update_state(&self, realm: &mut dyn Realm, state: UpdateState) {
        // Who came late hears of what was before, before it hears of what is now.
        self.tell_late(realm);
        let before = self.state().updates.state.replace(state);
        self.state().updates.applied.set(false);
        for event in Event::ALL.into_iter().filter(|event| event.happens(before, state)) {
            for listener in self.listeners(event.method()) {
                event.tell(realm, self, &listener, state);
            }
        }
    }

    fn tell_late(&self, realm: &mut dyn Realm) {
        let next = || self.state().updates.late.borrow_mut().pop_front();
        while let Some((event, listener)) = next() {
            event.tell(realm, self, &listener, self.state().updates.state.get());
        }
    }

    fn hear_of_update(&self, realm: &mut dyn Realm, event: Event, listener: ScriptRef) {
        if self.listeners(event.method()).iter().any(|known| realm.same(known, &listener)) {
            return;
        }
        self.listen(realm, event.method(), listener.clone());
        let updates = &self.state().updates;
        if !event.has_happened(updates.state.get()) {
            return;
        }
        let is_first = updates.late.borrow().is_empty();
        updates.late.borrow_mut().push_back((event, listener));
        if is_first {
            let api = self.clone();
            let tell = move |realm: &mut dyn Realm, _: &Value, _: &[Value]| {
                api.tell_late(realm);
                Ok(Value::Undefined)
            };
            realm.set_timer(0.0, Rc::new(tell));
        }
    }

    /// Asks the host for the version that is ready, once.
    fn apply_update(&self) {
        if self.audit().wants_calls() {
            let (api, arguments) = (format!("UpdateManager.{APPLY}"), "[]".to_owned());
            self.audit().record(Record::Call { api, arguments, verdict: Verdict::Admitted });
        }
        let updates = &self.state().updates;
        if updates.state.get() != UpdateState::Ready {
            return self.warn(format!("UpdateManager.{APPLY}: there is no newer version that is ready"));
        }
        if !updates.applied.replace(true) {
            // The program is ended where it succeeds, so nobody waits for the answer.
            self.with(|capabilities| capabilities.shell.call(None, ShellCall::ApplyUpdate, Responder::nobody()));
        }
    }
}

fn manager(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let api = call.api.clone();
    if let Some(manager) = &*api.state().updates.manager.borrow() {
        return Ok(Value::Script(manager.clone()));
    }
    let object = call.realm.object(None);
    for event in Event::ALL {
        let api = api.clone();
        let on: NativeFunction = Rc::new(move |realm, _, arguments| {
            if let Some(value @ Value::Script(listener)) = arguments.first()
                && is_function(realm, value)
            {
                api.hear_of_update(realm, event, listener.clone());
            }
            Ok(Value::Undefined)
        });
        put(call.realm, &object, event.method(), on);
    }
    let applying = api.clone();
    put(
        call.realm,
        &object,
        APPLY,
        Rc::new(move |_, _, _| {
            applying.apply_update();
            Ok(Value::Undefined)
        }),
    );
    api.state().updates.manager.replace(Some(object.clone()));
    Ok(Value::Script(object))
}
