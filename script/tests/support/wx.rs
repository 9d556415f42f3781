//! A `wx` surface over a real realm, with a framework and capabilities that tests look into.

#![allow(dead_code, clippy::unwrap_used, clippy::type_complexity)]

use pellicle_layout::document::NodeId;
use pellicle_script::api::pages::{Navigation, NodeQuery, Pages, Selected, Settled, Subpackage, Whole};
use pellicle_script::api::{ApiConfig, ServiceProfile, WxApi};
use pellicle_script::bridge::message::{ApiFailure, ApiReply, LaunchOptions, Message};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::bridge::queue::{Mailbox, MailboxLimits, mailbox};
use pellicle_script::capability::audit::{AuditConsole, MemoryAudit, Record};
use pellicle_script::capability::network::{Network, NetworkRequest};
use pellicle_script::capability::shell::{Shell, ShellCall};
use pellicle_script::capability::storage::{MemoryStorage, StorageQuota};
use pellicle_script::capability::{Capabilities, Extension};
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::{Clock, Mulberry32, Realm, RealmConfig, ScriptRef, SharedRandom, VirtualClock, open};
use pellicle_script::value::Value;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::{Arc, Mutex};

/// A framework that remembers what it was asked for.
#[derive(Default)]
pub struct FakePages {
    pub navigations: RefCell<Vec<String>>,
    pub queries: RefCell<Vec<(u32, Vec<NodeQuery>)>>,
    pub scrolls: RefCell<Vec<(f32, f32)>>,
    /// Nodes that any selector beginning with `.` finds.
    pub nodes: u32,
}

impl Pages for FakePages {
    fn navigate(&self, realm: &mut dyn Realm, to: Navigation, done: Settled) {
        let (text, ok) = match &to {
            Navigation::To { kind, url, .. } => (format!("{} {url}", kind.api()), !url.contains("missing")),
            Navigation::Back { delta } => (format!("back {delta}"), true),
        };
        self.navigations.borrow_mut().push(text);
        let result = if ok { Ok(Vec::new()) } else { Err(ApiFailure::parameter("page \"missing\" is not found")) };
        done(realm, result);
    }

    fn watch(&self, _: u32, _: pellicle_layout::document::watch::Watch) {}

    fn unwatch(&self, _: u32) {}

    fn tell_element(&self, _: &mut dyn Realm, _: NodeId, _: &str, _: Value) {}

    fn page_container(&self) -> Option<NodeId> {
        None
    }

    fn is_element(&self, _: NodeId, _: &str) -> bool {
        false
    }

    fn select(&self, _: &mut dyn Realm, _: Option<&ScriptRef>, selector: &str, all: bool) -> Vec<Selected> {
        let count = if !selector.starts_with('.') {
            0
        } else if all {
            self.nodes
        } else {
            self.nodes.min(1)
        };
        let node = |i| Selected {
            node: NodeId(i),
            id: format!("n{i}"),
            dataset: Value::object([("i", Value::Number(f64::from(i)))]),
            mark: Value::object::<&str>([]),
        };
        (0..count).map(node).collect()
    }

    fn when_whole(&self, realm: &mut dyn Realm, task: Whole) {
        task(realm);
    }

    fn attribute(&self, _: &mut dyn Realm, node: NodeId, name: &str) -> Value {
        Value::string(format!("{name} of {}", node.0))
    }

    fn flag(&self, _: NodeId, _: &str) -> Option<bool> {
        None
    }

    fn set_attribute(&self, _: NodeId, _: &str, _: pellicle_script::tree::Attribute) {}

    fn select_in(&self, _: NodeId, _: &str) -> Option<NodeId> {
        None
    }

    fn scroll_element(&self, _: NodeId, _: (f32, f32), _: f32) {}

    fn query(&self, request: u32, nodes: &[NodeQuery]) {
        self.queries.borrow_mut().push((request, nodes.to_vec()));
    }

    fn scroll_page(&self, top: f32, duration: f32) {
        self.scrolls.borrow_mut().push((top, duration));
    }

    fn launch_options(&self) -> LaunchOptions {
        let query = vec![("a".to_owned(), "1".to_owned())];
        LaunchOptions { path: "pages/index/index".to_owned(), query, scene: 1001, ..LaunchOptions::default() }
    }

    fn enter_options(&self) -> LaunchOptions {
        self.launch_options()
    }

    fn next_tick(&self, realm: &mut dyn Realm, callback: ScriptRef) {
        realm.set_timer(0.0, Rc::new(move |realm, _, _| realm.call(&callback, &Value::Undefined, &[])));
    }

    fn current_page(&self) -> Option<u32> {
        Some(1)
    }

    fn subpackage(&self, _: &str, _: Option<&str>) -> Option<Subpackage> {
        None
    }

    fn bring(&self, _: &Subpackage, reply: Responder) {
        reply.ok(ApiReply::empty());
    }
}

/// A shell that keeps what it was asked for.
#[derive(Clone, Default)]
pub struct FakeShell(pub Arc<Mutex<Vec<(ShellCall, Option<Responder>)>>>);

impl Shell for FakeShell {
    fn call(&mut self, _: Option<u32>, call: ShellCall, reply: Responder) {
        self.0.lock().unwrap().push((call, Some(reply)));
    }
}

/// A network that keeps what it was asked for.
#[derive(Clone, Default)]
pub struct FakeNetwork(pub Arc<Mutex<Vec<(NetworkRequest, Option<Responder>)>>>);

impl Network for FakeNetwork {
    fn request(&mut self, request: NetworkRequest, reply: Responder) {
        self.0.lock().unwrap().push((request, Some(reply)));
    }
}

/// A host that offers `login`.
pub struct FakeHost;

impl Extension for FakeHost {
    fn offers(&self, api: &str) -> bool {
        api == "login"
    }

    fn call(&mut self, api: &str, arguments: serde_json::Value, reply: Responder) {
        reply.ok(ApiReply::of(serde_json::json!({ "code": format!("{api} {arguments}") })));
    }
}

pub struct WxBench {
    pub realm: Box<dyn Realm>,
    pub api: WxApi,
    pub audit: Arc<MemoryAudit>,
    pub clock: Arc<VirtualClock>,
    pub pages: Rc<FakePages>,
    pub shell: FakeShell,
    pub network: FakeNetwork,
    pub mailbox: Mailbox,
}

impl WxBench {
    /// A bench over some modules, none of which has run.
    pub fn new(profile: ServiceProfile, codes: &[&str]) -> WxBench {
        Self::with(profile, codes, |_| {})
    }

    pub fn with(profile: ServiceProfile, codes: &[&str], change: impl FnOnce(&mut Capabilities)) -> WxBench {
        let files = codes.iter().enumerate().map(|(i, code)| (format!("m{i}.js"), *code));
        let audit = Arc::new(MemoryAudit::default());
        let clock = Arc::new(VirtualClock::deterministic());
        let sink = AuditConsole::sink(audit.clone());
        let mut realm = open(RealmConfig {
            engine: crate::support::engine::engine(),
            code: crate::support::engine::code(),
            package: Arc::new(files.collect::<MemoryPackage>()),
            clock: clock.clone(),
            random: Box::new(Mulberry32::new(1)),
            sink: sink.clone(),
        })
        .unwrap();
        let (sender, reader) = mailbox(MailboxLimits::default());
        let pages = Rc::new(FakePages { nodes: 2, ..FakePages::default() });
        let (shell, network) = (FakeShell::default(), FakeNetwork::default());
        let mut capabilities = Capabilities {
            storage: Box::new(MemoryStorage::new(StorageQuota::default())),
            shell: Box::new(shell.clone()),
            network: Box::new(network.clone()),
            extension: Box::new(FakeHost),
            ..Capabilities::default()
        };
        change(&mut capabilities);
        let api = WxApi::new(ApiConfig {
            capabilities,
            profile,
            pages: pages.clone(),
            audit: audit.clone(),
            sink,
            mailbox: sender,
            worklets: None,
            workers: None,
            random: Some(SharedRandom::new(Box::new(Mulberry32::new(7)))),
            clock: clock.clone(),
        });
        api.install(&mut *realm, &["wx", "ft"]).unwrap();
        let out = realm.array(&[]);
        realm.set_global("out", Value::Script(out)).unwrap();
        WxBench { realm, api, audit, clock, pages, shell, network, mailbox: reader }
    }

    /// Runs module `index`. It may push to the global list `out`.
    pub fn load(&mut self, index: usize) {
        self.realm.require(&format!("m{index}")).unwrap_or_else(|f| panic!("{f} {:?}", f.stack));
        assert!(self.realm.run_jobs(100_000));
    }

    /// Runs module `index` and settles; gives the JSON of `out`.
    pub fn run(&mut self, index: usize) -> String {
        self.load(index);
        self.settle(1000.0);
        self.out()
    }

    pub fn settle(&mut self, ms: f64) {
        let end = self.clock.now() + ms;
        loop {
            assert!(self.realm.run_jobs(100_000));
            if let Some(message) = self.mailbox.take() {
                match message {
                    Message::Reply(reply) => self.api.reply(&mut *self.realm, reply),
                    Message::QueryReply(reply) => self.api.query_reply(&mut *self.realm, reply),
                    other => panic!("unexpected {other:?}"),
                }
                continue;
            }
            let Some(due) = self.realm.next_timer().filter(|due| *due <= end) else { break };
            self.clock.advance_to(due);
            self.realm.run_timer();
        }
        self.clock.advance_to(end);
    }

    pub fn out(&mut self) -> String {
        let out = self.realm.global("out").unwrap();
        self.realm.stringify(&out).unwrap().unwrap_or_default()
    }

    pub fn calls(&self) -> Vec<String> {
        let call = |r: Record| match r {
            Record::Call { api, arguments, .. } => Some(format!("{api} {arguments}")),
            _ => None,
        };
        self.audit.records().into_iter().filter_map(call).collect()
    }

    pub fn faults(&self) -> Vec<String> {
        let fault = |r: Record| match r {
            Record::Fault { context, message, .. } => Some(format!("{context}: {message}")),
            _ => None,
        };
        self.audit.records().into_iter().filter_map(fault).collect()
    }
}

/// Runs code under the host profile; gives the JSON of `out`.
pub fn host(code: &str) -> String {
    WxBench::new(ServiceProfile::Host, &[code]).run(0)
}

/// Runs code under the oracle profile; gives the JSON of `out`.
pub fn oracle(code: &str) -> String {
    WxBench::new(ServiceProfile::Oracle(Default::default()), &[code]).run(0)
}
