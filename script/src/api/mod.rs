//! The `wx` surface: one table of APIs, a file per family.
//!
//! Every call passes one seam ([`table`]): the arguments are checked against the row's schema, rate, policy and permission
//! are looked at, the call is recorded, and only then the handler runs. An API that the table does not have, or
//! whose capability the host does not offer, is `undefined` in script.
//!
//! Conventions: an asynchronous API takes one object with `success`, `fail`, `complete` and gives a promise
//! if none of them is there; results have `errMsg` (`name:ok`, `name:fail reason`) and, when failed,
//! `errno`; they always come in a later turn.
//!
//! | module | models |
//! | --- | --- |
//! | [`row`] | a row of the table: name, arguments, kind, capability |
//! | [`table`] | the table and the seam |
//! | [`generate`] | pages, typings and mocks of the table |
//! | [`schema`] | whether an argument is what its row says |
//! | `permission` | calls that wait for the user |
//! | `settings` | `getSetting`, `openSetting`, `authorize` |
//! | `hosts` | calls of a host's own APIs |
//! | [`call`] | arguments, callbacks, promises, tasks |
//! | [`canvas`] | what is drawn by script |
//! | [`components`] | the built-in components as `canIUse` knows them |
//! | [`convert`] | between JSON and values |
//! | [`pages`] | what the API needs of the framework |
//! | [`listen`] | `on*` and `off*` |
//! | `nodes` | what `node()` of a query gives |
//! | [`base`], [`lifecycle`], [`system`], [`storage`], [`route`], [`ui`], [`bars`], [`query`], [`observers`], [`animation`], [`network`], [`transfer`], `subpackage`, [`socket`], [`device`], `audio`, `update`, [`extension`], [`platform`] | the families |
//! | `documented` | arguments and results of what only a host can offer, from the platform's typings |
//! | [`files`] | the file system and its manager |
//! | [`oracle`] | the surface of the service profile `oracle` |

pub mod animation;
mod audio;
pub mod bars;
pub mod base;
pub mod call;
pub mod canvas;
pub mod components;
pub mod convert;
pub mod device;
mod documented;
pub mod extension;
pub mod files;
pub mod generate;
mod hosts;
pub mod lifecycle;
pub mod listen;
pub mod network;
mod nodes;
pub mod observers;
pub mod oracle;
pub mod pages;
mod performance;
pub(crate) mod permission;
pub mod platform;
pub mod query;
pub mod route;
pub mod row;
pub mod schema;
mod settings;
pub mod socket;
pub mod storage;
mod subpackage;
pub mod system;
pub mod table;
pub mod transfer;
pub mod ui;
mod update;
mod worker;

use crate::bridge::message::{Answer, ApiFailure, CapabilityReply, QueryReply};
use crate::bridge::outbox::Responder;
use crate::bridge::queue::MailboxSender;
use crate::capability::Capabilities;
use crate::capability::audit::{AuditSink, Record, Verdict};
use crate::capability::device::DeviceCall;
use crate::realm::{Clock, Locale, NativeFunction, Realm, ScriptRef, ScriptResult, ScriptSink, SharedRandom};
use crate::sandbox;
use crate::sandbox::gate::Gate;
use crate::sandbox::host_api::HostApis;
use crate::sandbox::permissions::Permissions;
use crate::value::Value;
use crate::worker::WorkerSetup;
use crate::worklet::LogicWorklets;
use call::Pending;
use pages::{Internal, Pages};
use row::{ApiKind, CapabilityKind};
use serde::{Deserialize, Serialize};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;
use table::{Entry, Handler};

/// Which services stand behind `wx`.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub enum ServiceProfile {
    /// The capabilities that the host grants; unknown APIs are `undefined`.
    #[default]
    Host,
    /// The fixed services of deterministic runs: every name answers, routing is recorded and not performed,
    /// requests fail unless mocked.
    Oracle(oracle::OracleOptions),
}

/// What the API surface is made of.
pub struct ApiConfig {
    /// What the host grants.
    pub capabilities: Capabilities,
    /// Which services.
    pub profile: ServiceProfile,
    /// The framework.
    pub pages: Rc<dyn Pages>,
    /// Where calls are recorded.
    pub audit: Arc<dyn AuditSink>,
    /// Where faults of callbacks go.
    pub sink: Rc<dyn ScriptSink>,
    /// The logic thread's own mailbox, for answers of capabilities.
    pub mailbox: MailboxSender,
    /// What stands behind `worklet`.
    pub worklets: Option<LogicWorklets>,
    /// What workers are made of.
    pub workers: Option<WorkerSetup>,
    /// Where random bytes come from.
    pub random: Option<SharedRandom>,
    /// Time, for rates and the audit log.
    pub clock: Arc<dyn Clock>,
}

/// State behind the surface. No borrow of it is held across a call into script.
pub(crate) struct State {
    capabilities: RefCell<Capabilities>,
    gate: RefCell<Gate>,
    hosts: HostApis,
    waiting: permission::Waiting,
    profile: ServiceProfile,
    pages: Rc<dyn Pages>,
    audit: Arc<dyn AuditSink>,
    sink: Rc<dyn ScriptSink>,
    mailbox: MailboxSender,
    pending: RefCell<BTreeMap<u32, Pending>>,
    queries: RefCell<BTreeMap<u32, query::PendingQuery>>,
    next_id: Cell<u32>,
    listeners: RefCell<Vec<(&'static str, ScriptRef)>>,
    requests: network::RequestQueue,
    observers: observers::Observers,
    descriptors: files::Descriptors,
    next_file: Cell<u32>,
    sockets: socket::Sockets,
    players: audio::Players,
    random: Option<SharedRandom>,
    oracle: RefCell<oracle::OracleState>,
    canvases: canvas::Canvases,
    /// Answers of capabilities that no call of script waits for.
    internal: RefCell<BTreeMap<u32, Internal>>,
    worklets: Option<LogicWorklets>,
    performance: performance::Performance,
    workers: worker::Workers,
    updates: update::Updates,
}

/// The `wx` surface of one mini-program; cheap to clone.
#[derive(Clone)]
pub struct WxApi {
    state: Rc<State>,
}

/// What is in a cell, if nothing holds a borrow: after a panic it is better to lose something than to panic again.
fn taken<T: Default>(cell: &RefCell<T>) -> Option<T> {
    cell.try_borrow_mut().ok().map(|mut held| std::mem::take(&mut *held))
}

impl WxApi {
    /// The program ends: what it had of its host is given back and its worker ends, though functions of script that are in a
    /// cycle with this may live on.
    pub(crate) fn end(&self) {
        self.end_worker();
        let state = &self.state;
        let gone = (taken(&state.capabilities), taken(&state.pending), taken(&state.queries));
        let heard = (taken(&state.listeners), taken(&state.internal));
        state.updates.end();
        drop((gone, heard));
    }

    /// A surface over the given services.
    pub fn new(config: ApiConfig) -> WxApi {
        let ApiConfig { capabilities, profile, pages, audit, sink, mailbox, worklets, workers, random, clock } = config;
        let oracle = oracle::OracleState::of(&profile);
        let gate = RefCell::new(Gate::new(capabilities.access.clone(), clock, sandbox::current()));
        let hosts = capabilities.apis.clone();
        WxApi {
            state: Rc::new(State {
                capabilities: RefCell::new(capabilities),
                gate,
                hosts,
                waiting: permission::Waiting::default(),
                profile,
                pages,
                audit,
                sink,
                mailbox,
                pending: RefCell::default(),
                queries: RefCell::default(),
                next_id: Cell::new(1),
                listeners: RefCell::default(),
                requests: network::RequestQueue::default(),
                observers: observers::Observers::default(),
                descriptors: files::Descriptors::default(),
                next_file: Cell::new(0),
                sockets: socket::Sockets::default(),
                players: audio::Players::default(),
                random,
                oracle: RefCell::new(oracle),
                canvases: canvas::Canvases::default(),
                internal: RefCell::default(),
                worklets,
                performance: performance::Performance::default(),
                workers: worker::Workers::new(workers),
                updates: update::Updates::default(),
            }),
        }
    }

    /// Makes the surface's object and puts it on the global object under each of `names` (`wx`, and what the
    /// host calls it).
    ///
    /// # Errors
    /// A fault of the engine.
    pub fn install(&self, realm: &mut dyn Realm, names: &[&str]) -> ScriptResult<ScriptRef> {
        let object = match &self.state.profile {
            ServiceProfile::Host => self.host_object(realm)?,
            ServiceProfile::Oracle(_) => oracle::object(self, realm)?,
        };
        for name in names {
            realm.set_global(name, Value::Script(object.clone()))?;
        }
        // Undocumented, and read by many programs to choose their server.
        let (version, language) = match &self.state.profile {
            ServiceProfile::Host => {
                let figures = self.with(|c| c.system.figures());
                (figures.env_version, figures.language)
            }
            ServiceProfile::Oracle(options) => (oracle::ENV_VERSION.to_owned(), options.language.clone()),
        };
        realm.set_locale(Locale::of_tag(&language));
        let version = Value::string(version);
        realm.set_global("__wxConfig", Value::object([("envVersion", version)]))?;
        Ok(object)
    }

    fn host_object(&self, realm: &mut dyn Realm) -> ScriptResult<ScriptRef> {
        let object = realm.object(None);
        for entry in table::entries().filter(|e| self.offers(e)) {
            match entry.handler {
                Handler::Constant(make) => self.constant(realm, &object, entry.row.name, make)?,
                _ => {
                    let value = self.member(realm, entry);
                    realm.set(&object, entry.row.name, value)?;
                }
            }
        }
        for host in self.state.hosts.iter() {
            let value = hosts::member(self, realm, host);
            realm.set(&object, &host.name, value)?;
        }
        for event in self.state.hosts.events() {
            for (name, value) in hosts::listening(self, realm, event) {
                realm.set(&object, &name, value)?;
            }
        }
        Ok(object)
    }

    /// Puts a value on `wx` that is made when it is read first: few programs read any of them.
    fn constant(
        &self,
        realm: &mut dyn Realm,
        object: &ScriptRef,
        name: &str,
        make: fn(&mut dyn Realm, &WxApi) -> Value,
    ) -> ScriptResult<()> {
        let (api, made) = (self.clone(), Rc::new(RefCell::new(None::<Value>)));
        let set = made.clone();
        let get: NativeFunction = Rc::new(move |realm, _, _| {
            if let Some(value) = &*made.borrow() {
                return Ok(value.clone());
            }
            let value = make(realm, &api);
            made.replace(Some(value.clone()));
            Ok(value)
        });
        let set: NativeFunction = Rc::new(move |_, _, arguments| {
            set.replace(Some(arguments.first().cloned().unwrap_or_default()));
            Ok(Value::Undefined)
        });
        realm.define_accessor(object, name, get, Some(set))
    }

    /// What stands on `wx` for an entry that is called.
    fn member(&self, realm: &mut dyn Realm, entry: &'static Entry) -> Value {
        let api = self.clone();
        let length = entry.row.arguments.len();
        let call =
            move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| table::perform(&api, entry, realm, arguments);
        Value::Script(realm.function(entry.row.name, length, Rc::new(call)))
    }

    /// True if the API is there at all.
    pub fn offers(&self, entry: &Entry) -> bool {
        let name = entry.row.name;
        let offered = |name: &str| self.state.capabilities.borrow().extension.offers(name);
        match (entry.row.capability, entry.row.kind) {
            // Who can listen can stop listening.
            (CapabilityKind::Extension, ApiKind::Unlisten) => offered(&name.replacen("off", "on", 1)),
            (CapabilityKind::Extension, _) => offered(name),
            _ => true,
        }
    }

    /// A query builder: `wx.createSelectorQuery()` and `this.createSelectorQuery()`.
    pub fn create_selector_query(&self, realm: &mut dyn Realm, component: Option<ScriptRef>) -> ScriptRef {
        query::create(self, realm, component)
    }

    /// A capability answered.
    pub fn reply(&self, realm: &mut dyn Realm, reply: CapabilityReply) {
        let Some(reply) = socket::answer(self, realm, reply) else { return };
        let Some(reply) = audio::answer(self, realm, reply) else { return };
        match reply.answer {
            Answer::Progress { event, reply: fields } => {
                let task = self.state.pending.borrow().get(&reply.id).and_then(|p| p.task.clone());
                let Some(task) = task else { return };
                let listeners = task.listeners(event);
                if listeners.is_empty() {
                    return;
                }
                let value = Value::object(convert::reply_fields(realm, &fields));
                for listener in listeners {
                    let result = realm.call(&listener, &Value::Undefined, std::slice::from_ref(&value));
                    self.report(event, result);
                }
            }
            Answer::Done(result) => {
                let internal = self.state.internal.borrow_mut().remove(&reply.id);
                if let Some(done) = internal {
                    done(realm, result);
                    return;
                }
                let Some(pending) = self.state.pending.borrow_mut().remove(&reply.id) else { return };
                if let Some(task) = &pending.task {
                    task.close();
                }
                let convert = pending.convert;
                let result = result.and_then(|reply| convert(realm, reply));
                pending.completion.finish(realm, self, result);
                network::finished(self, reply.id);
            }
        }
    }

    /// A query was answered.
    pub fn query_reply(&self, realm: &mut dyn Realm, reply: QueryReply) {
        query::answer(self, realm, reply);
    }

    /// Watched elements crossed thresholds.
    pub fn watched(&self, realm: &mut dyn Realm, watched: &[crate::bridge::message::Watched]) {
        for observer in watched {
            observers::watched(self, realm, observer);
        }
    }

    /// A `navigator` was tapped. The oracle profile records it and performs nothing: true then.
    pub fn navigator_tapped(&self, open_type: &str, url: &str) -> bool {
        oracle::navigator_tapped(self, open_type, url)
    }

    /// The user wants to keep a picture. The device that may refuse it is the one that script would ask; nobody waits
    /// for its answer.
    pub fn save_picture(&self, address: String) {
        let arguments = serde_json::json!([{ "filePath": address }]).to_string();
        let api = "saveImageToPhotosAlbum".to_owned();
        self.audit().record(Record::Call { api, arguments, verdict: Verdict::Admitted });
        let call = DeviceCall::SaveImageToPhotosAlbum { file_path: address };
        self.with(|capabilities| capabilities.device.call(call, Responder::nobody()));
    }

    /// True if routes are recorded only.
    pub fn is_oracle(&self) -> bool {
        matches!(self.state.profile, ServiceProfile::Oracle(_))
    }

    pub(crate) fn state(&self) -> &State {
        &self.state
    }

    pub(crate) fn audit(&self) -> &dyn AuditSink {
        &*self.state.audit
    }

    pub(crate) fn pages(&self) -> Rc<dyn Pages> {
        self.state.pages.clone()
    }

    /// Runs `with` on the capabilities; it must not call into script.
    pub(crate) fn with<T>(&self, with: impl FnOnce(&mut Capabilities) -> T) -> T {
        with(&mut self.state.capabilities.borrow_mut())
    }

    /// What the user has granted.
    pub(crate) fn permissions(&self) -> Permissions {
        self.state.gate.borrow().access().permissions.clone()
    }

    /// Sends the fault of a callback to the sink.
    pub(crate) fn report<T>(&self, context: &str, result: ScriptResult<T>) {
        if let Err(fault) = result {
            self.state.sink.fault(context, &fault);
        }
    }

    fn next_id(&self) -> u32 {
        let id = self.state.next_id.get();
        self.state.next_id.set(id.wrapping_add(1).max(1));
        id
    }

    /// A number for the name of a new file.
    fn next_file(&self) -> u32 {
        let number = self.state.next_file.get().wrapping_add(1);
        self.state.next_file.set(number);
        number
    }

    /// A responder whose answer goes to `done`.
    fn expect_internal(&self, done: Internal) -> Responder {
        let id = self.next_id();
        self.state.internal.borrow_mut().insert(id, done);
        Responder::new(id, self.state.mailbox.clone())
    }

    fn expect_reply(&self, pending: Pending) -> Responder {
        let id = self.next_id();
        self.state.pending.borrow_mut().insert(id, pending);
        Responder::new(id, self.state.mailbox.clone())
    }

    /// Ends a task whose answer is not wanted any more.
    fn abandon(&self, realm: &mut dyn Realm, id: u32) {
        let pending = self.state.pending.borrow_mut().remove(&id);
        if let Some(pending) = pending {
            if let Some(task) = &pending.task {
                task.close();
            }
            pending.completion.defer(realm, self, Err(ApiFailure::new(ApiFailure::INTERNAL, "abort")));
            network::finished(self, id);
        }
    }
}
