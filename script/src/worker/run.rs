//! The worker's thread.

use super::{Shared, State, WorkerMessage};
use crate::bridge::message::Message;
use crate::bridge::queue::MailboxSender;
use crate::capability::audit::AuditConsole;
use crate::realm::{Mulberry32, NativeFunction, Realm, RealmConfig, ScriptFault, ScriptKind, ScriptRef, ScriptSink};
use crate::sandbox;
use crate::value::Value;
use crate::worklet::crossing::Crossing;
use crate::worklet::sent::{Sent, Side};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{MutexGuard, PoisonError};
use std::time::Duration;

/// Promise jobs after one message.
const JOBS: usize = 10_000;

/// Runs a worker until it is closed.
///
/// # Errors
/// Why it cannot go on.
pub(super) fn run(shared: &Shared, number: u32, path: &str, mailbox: &MailboxSender) -> Result<(), String> {
    let setup = &shared.setup;
    let sink = AuditConsole::sink(setup.audit.clone());
    let text = |fault: ScriptFault| fault.to_string();
    let mut realm = crate::realm::open(RealmConfig {
        engine: setup.engine,
        code: setup.code.clone(),
        package: setup.package.clone(),
        clock: setup.clock.clone(),
        random: Box::new(Mulberry32::new(setup.clock.now() as u32)),
        sink: sink.clone(),
    })
    .map_err(text)?;
    shared.lock().interrupt = Some(realm.interrupt());
    let crossing = Rc::new(Crossing::new(Side::Motion, None));
    let listeners: Rc<RefCell<Vec<ScriptRef>>> = Rc::default();
    install(&mut *realm, &crossing, &listeners, number, mailbox).map_err(text)?;
    {
        let _turn = sandbox::turn("worker start");
        if let Err(fault) = realm.require(path) {
            sink.fault("worker", &fault);
        }
    }
    loop {
        let rested =
            shared.bell.wait_while(shared.lock(), |state| state.resting && !state.closed && !shared.setup.steps);
        drop(rested);
        let turn = sandbox::turn("worker");
        realm.run_jobs(JOBS);
        while let Some(message) = next_message(shared) {
            tell(&mut *realm, &crossing, &listeners, &*sink, &message);
            realm.run_jobs(JOBS);
            if let Some(reason) = realm.broken() {
                return Err(reason);
            }
        }
        let ran = realm.run_timer();
        if let Some(reason) = realm.broken() {
            return Err(reason);
        }
        drop(turn);
        if !ran && wait(shared, &mut *realm) {
            return Ok(());
        }
    }
}

/// The next message, none at the end.
fn next_message(shared: &Shared) -> Option<Sent> {
    let mut state = shared.lock();
    if state.closed { None } else { state.inbox.pop_front() }
}

/// Waits until there is something to do; true if it is the end.
fn wait(shared: &Shared, realm: &mut dyn Realm) -> bool {
    realm.idle();
    let due = realm.next_timer();
    let mut state = shared.lock();
    state.next_timer = due;
    if state.closed {
        return true;
    }
    if !state.inbox.is_empty() {
        return false;
    }
    let state = if shared.setup.steps {
        state.asked = false;
        shared.done.notify_all();
        let waited = shared.bell.wait_while(state, |state| !state.asked && !state.closed);
        waited.unwrap_or_else(PoisonError::into_inner)
    } else {
        let idle = |state: &mut State| state.inbox.is_empty() && !state.closed;
        let now = shared.setup.clock.monotonic();
        wait_until(shared, state, due.map(|due| (due - now).clamp(0.0, 3.6e6)), idle)
    };
    state.closed
}

fn wait_until<'a>(
    shared: &'a Shared,
    state: MutexGuard<'a, State>,
    ms: Option<f64>,
    idle: impl FnMut(&mut State) -> bool,
) -> MutexGuard<'a, State> {
    match ms {
        Some(ms) => {
            let waited = shared.bell.wait_timeout_while(state, Duration::from_secs_f64(ms / 1000.0), idle);
            waited.unwrap_or_else(PoisonError::into_inner).0
        }
        None => shared.bell.wait_while(state, idle).unwrap_or_else(PoisonError::into_inner),
    }
}

fn tell(
    realm: &mut dyn Realm,
    crossing: &Crossing,
    listeners: &RefCell<Vec<ScriptRef>>,
    sink: &dyn ScriptSink,
    message: &Sent,
) {
    let all = listeners.borrow().clone();
    for listener in all {
        let told = crossing.receive(realm, message);
        let told = told.and_then(|value| realm.call(&listener, &Value::Undefined, &[value]));
        if let Err(fault) = told {
            sink.fault("worker.onMessage", &fault);
        }
    }
}

/// `worker`: what the script of a worker has.
fn install(
    realm: &mut dyn Realm,
    crossing: &Rc<Crossing>,
    listeners: &Rc<RefCell<Vec<ScriptRef>>>,
    number: u32,
    mailbox: &MailboxSender,
) -> Result<(), ScriptFault> {
    let (crossing, mailbox) = (crossing.clone(), mailbox.clone());
    let post: NativeFunction = Rc::new(move |realm, _, arguments| {
        let message = crossing.send(realm, arguments.first().unwrap_or(&Value::Undefined), &Value::Undefined)?;
        let message = Message::Worker(WorkerMessage { worker: number, message: Some(message) });
        mailbox.send(message).map_err(|e| ScriptFault::error("RangeError", e.to_string()))?;
        Ok(Value::Undefined)
    });
    let heard = listeners.clone();
    let on: NativeFunction = Rc::new(move |realm, _, arguments| {
        if let Some(Value::Script(listener)) = arguments.first()
            && realm.kind(listener) == ScriptKind::Function
        {
            heard.borrow_mut().push(listener.clone());
        }
        Ok(Value::Undefined)
    });
    let worker = realm.object(None);
    for (name, native) in [("postMessage", post), ("onMessage", on)] {
        let function = realm.function(name, 1, native);
        realm.set(&worker, name, Value::Script(function))?;
    }
    let env = Value::object([("USER_DATA_PATH", Value::string("wxfile://usr"))]);
    realm.set(&worker, "env", env)?;
    realm.set_global("worker", Value::Script(worker))
}
