//! `wx.createWorker`.

use super::WxApi;
use super::call::Call;
use super::lifecycle::put;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, optional, required};
use crate::bridge::message::ApiFailure;
use crate::realm::{NativeFunction, Realm, ScriptFault, ScriptKind, ScriptRef};
use crate::value::Value;
use crate::worker::{Worker, WorkerMessage, WorkerSetup};
use crate::worklet::crossing::Crossing;
use crate::worklet::sent::Side;
use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[Entry::new(
    "createWorker",
    C::None,
    &[required("scriptPath", T::String), optional("options", T::Object)],
    Handler::Sync(create),
    "Script on a thread of its own.",
)
.since("1.9.90")
.object()];

/// The worker of a program: there may be one at a time.
pub(super) struct Workers {
    setup: Option<WorkerSetup>,
    current: RefCell<Option<Rc<Current>>>,
    made: Cell<u32>,
    crossing: Crossing,
}

struct Current {
    number: u32,
    worker: Worker,
    listeners: RefCell<Vec<ScriptRef>>,
    killed: RefCell<Vec<ScriptRef>>,
}

impl Workers {
    pub fn new(setup: Option<WorkerSetup>) -> Workers {
        let crossing = Crossing::new(Side::Logic, None);
        Workers { setup, current: RefCell::new(None), made: Cell::new(0), crossing }
    }
}

impl WxApi {
    fn worker(&self, number: u32) -> Option<Rc<Current>> {
        self.state.workers.current.borrow().clone().filter(|current| current.number == number)
    }

    /// A worker has said something.
    pub(crate) fn worker_message(&self, realm: &mut dyn Realm, said: &WorkerMessage) {
        let Some(current) = self.worker(said.worker) else { return };
        let (listeners, name) = match &said.message {
            Some(_) => (current.listeners.borrow().clone(), "Worker.onMessage"),
            None => (current.killed.borrow().clone(), "Worker.onProcessKilled"),
        };
        if said.message.is_none() {
            let gone = self.state.workers.current.borrow_mut().take();
            drop(gone);
        }
        for listener in listeners {
            let message = said.message.as_ref().map(|message| self.state.workers.crossing.receive(realm, message));
            let called = match message.transpose() {
                Ok(message) => realm.call(&listener, &Value::Undefined, message.as_slice()),
                Err(fault) => Err(fault),
            };
            if let Err(fault) = called {
                self.state.sink.fault(name, &fault);
            }
        }
    }

    /// The worker ends.
    pub(super) fn end_worker(&self) {
        let gone = self.state.workers.current.borrow_mut().take();
        drop(gone);
    }

    /// When a worker on a virtual clock has something to do, ms of the monotonic clock.
    pub(crate) fn worker_due(&self) -> Option<f64> {
        self.state.workers.current.borrow().as_ref()?.worker.next_timer()
    }

    /// The worker rests with its program, and goes on with it.
    pub(crate) fn let_worker_rest(&self, resting: bool) {
        if let Some(current) = &*self.state.workers.current.borrow() {
            current.worker.rest(resting);
        }
    }

    /// Lets the worker do what is due.
    pub(crate) fn let_worker_work(&self) {
        let current = self.state.workers.current.borrow().clone();
        if let Some(current) = current {
            current.worker.work();
        }
    }
}

fn create(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let path = match call.argument(0) {
        Value::String(path) => path.trim_start_matches('/').to_owned(),
        _ => return Err(ApiFailure::parameter("scriptPath should be a text")),
    };
    let (api, workers) = (call.api.clone(), &call.api.state.workers);
    let Some(setup) = workers.setup.clone() else { return Err(ApiFailure::unsupported()) };
    if workers.current.borrow().is_some() {
        return Err(ApiFailure::internal("there is a worker already; terminate it first"));
    }
    if ![path.clone(), format!("{path}.js")].iter().any(|path| setup.package.contains(path)) {
        return Err(ApiFailure::parameter(format!("there is no file \"{path}\"")));
    }
    let number = workers.made.get() + 1;
    workers.made.set(number);
    let worker = Worker::start(setup, number, &path, api.state.mailbox.clone());
    let worker = worker.map_err(|e| ApiFailure::internal(e.to_string()))?;
    let current = Current { number, worker, listeners: RefCell::default(), killed: RefCell::default() };
    workers.current.replace(Some(Rc::new(current)));
    Ok(object(&api, call.realm, number))
}

/// What script has of a worker.
fn object(api: &WxApi, realm: &mut dyn Realm, number: u32) -> Value {
    let object = realm.object(None);
    let own = api.clone();
    let post: NativeFunction = Rc::new(move |realm, _, arguments| {
        let Some(current) = own.worker(number) else { return Ok(Value::Undefined) };
        let message = arguments.first().unwrap_or(&Value::Undefined);
        let message = own.state.workers.crossing.send(realm, message, &Value::Undefined)?;
        match current.worker.post(message) {
            true => Ok(Value::Undefined),
            false => Err(ScriptFault::error("RangeError", "too many messages wait for the worker")),
        }
    });
    put(realm, &object, "postMessage", post);
    for (name, killed) in [("onMessage", false), ("onProcessKilled", true)] {
        let own = api.clone();
        let listen: NativeFunction = Rc::new(move |realm, _, arguments| {
            if let (Some(current), Some(Value::Script(listener))) = (own.worker(number), arguments.first())
                && realm.kind(listener) == ScriptKind::Function
            {
                let list = if killed { &current.killed } else { &current.listeners };
                list.borrow_mut().push(listener.clone());
            }
            Ok(Value::Undefined)
        });
        put(realm, &object, name, listen);
    }
    let own = api.clone();
    let terminate: NativeFunction = Rc::new(move |_, _, _| {
        if own.worker(number).is_some() {
            let gone = own.state.workers.current.borrow_mut().take();
            drop(gone);
        }
        Ok(Value::Undefined)
    });
    put(realm, &object, "terminate", terminate);
    Value::Script(object)
}
