//! A mini-program in memory, driven turn by turn, with a document that gets its commits.

#![allow(dead_code, clippy::unwrap_used)]

#[path = "../support/engine.rs"]
mod engine;

use engine::{code, engine};
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_layout::document::apply::Applied;
use pellicle_layout::document::ops::{ClassName, Commit, NodeId};
use pellicle_layout::document::{AttributeValue, Document, NodeKind};
use pellicle_script::api::pages::NodeQuery;
use pellicle_script::bridge::event::{DispatchStep, EventDetail, EventMessage};
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::framework::{Limits, LogicApp, Services};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::{LOGIC_STACK_BYTES, Mulberry32, VirtualClock, open};
use pellicle_script::realm::{Realm, RealmConfig, ScriptFault, ScriptSink};
use pellicle_script::value::Value;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::Arc;

/// Files in memory.
pub struct Files(pub BTreeMap<String, Arc<[u8]>>);

impl PackageSource for Files {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.0.get(path).cloned()
    }

    fn paths(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// What the program said, in order.
#[derive(Default)]
pub struct Log {
    pub lines: RefCell<Vec<String>>,
    pub faults: RefCell<Vec<String>>,
}

impl ScriptSink for Log {
    fn console(&self, level: &'static str, text: &str) {
        self.lines.borrow_mut().push(if level == "log" { text.to_owned() } else { format!("{level}: {text}") });
    }

    fn fault(&self, context: &str, fault: &ScriptFault) {
        let place = fault.stack.first().map(|f| format!(" ({}:{})", f.file, f.line)).unwrap_or_default();
        self.faults.borrow_mut().push(format!("{context}: {}{place}", fault.message));
    }
}

pub struct Bench {
    pub realm: Box<dyn Realm>,
    pub app: LogicApp,
    pub document: Document,
    pub commit: Commit,
    pub applied: Applied,
    pub clock: Arc<VirtualClock>,
    pub log: Rc<Log>,
    pub findings: Rc<RefCell<Vec<Diagnostic>>>,
    pub commits: u32,
    pub ops: usize,
}

/// Runs a test with a program of these files, on a thread with the stack that script needs.
pub fn run<T: Send + 'static>(files: &[(&str, &str)], test: impl FnOnce(&mut Bench) -> T + Send + 'static) -> T {
    run_with(files, Limits::default(), test)
}

/// The same with limits.
pub fn run_with<T: Send + 'static>(
    files: &[(&str, &str)],
    limits: Limits,
    test: impl FnOnce(&mut Bench) -> T + Send + 'static,
) -> T {
    let files = Files(files.iter().map(|(p, t)| ((*p).to_owned(), Arc::from(t.as_bytes()))).collect());
    run_package(Arc::new(files), move |services| services.limits = limits, test)
}

/// The same with changed services.
pub fn run_changed<T: Send + 'static>(
    files: &[(&str, &str)],
    change: impl FnOnce(&mut Services) + Send + 'static,
    test: impl FnOnce(&mut Bench) -> T + Send + 'static,
) -> T {
    let files = Files(files.iter().map(|(p, t)| ((*p).to_owned(), Arc::from(t.as_bytes()))).collect());
    run_package(Arc::new(files), change, test)
}

pub fn run_package<T: Send + 'static>(
    package: Arc<dyn PackageSource>,
    change: impl FnOnce(&mut Services) + Send + 'static,
    test: impl FnOnce(&mut Bench) -> T + Send + 'static,
) -> T {
    let work = move || {
        let mut bench = Bench::new(package, change);
        test(&mut bench)
    };
    std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(work).unwrap().join().unwrap()
}

/// A program with one page, from its script and markup.
pub fn page(script: &str, markup: &str) -> Vec<(String, String)> {
    vec![
        ("app.json".to_owned(), r#"{"pages": ["p/p"]}"#.to_owned()),
        ("app.js".to_owned(), "App({})".to_owned()),
        ("p/p.js".to_owned(), script.to_owned()),
        ("p/p.wxml".to_owned(), markup.to_owned()),
    ]
}

/// A program with one page and components beside it: name, script, markup, and what the tag `name` uses.
pub fn page_with(script: &str, markup: &str, components: &[(&str, &str, &str)]) -> Vec<(String, String)> {
    let mut files = page(script, markup);
    let using: Vec<String> = components.iter().map(|(name, ..)| format!(r#""{name}": "/c/{name}/{name}""#)).collect();
    let using = format!(r#"{{"usingComponents": {{{}}}}}"#, using.join(","));
    files.push(("p/p.json".to_owned(), using.clone()));
    for (name, script, markup) in components {
        files.push((format!("c/{name}/{name}.js"), (*script).to_owned()));
        files.push((format!("c/{name}/{name}.wxml"), (*markup).to_owned()));
        files.push((format!("c/{name}/{name}.json"), using.clone()));
    }
    files
}

pub fn borrowed(files: &[(String, String)]) -> Vec<(&str, &str)> {
    files.iter().map(|(a, b)| (a.as_str(), b.as_str())).collect()
}

impl Bench {
    fn new(package: Arc<dyn PackageSource>, change: impl FnOnce(&mut Services)) -> Bench {
        let clock = Arc::new(VirtualClock::deterministic());
        let log = Rc::new(Log::default());
        let findings: Rc<RefCell<Vec<Diagnostic>>> = Rc::default();
        let config = RealmConfig {
            engine: engine(),
            code: code(),
            package: package.clone(),
            clock: clock.clone(),
            random: Box::new(Mulberry32::new(1)),
            sink: log.clone(),
        };
        let mut realm = open(config).unwrap();
        let told = findings.clone();
        let mut services =
            Services::new(log.clone(), Rc::new(move |found| told.borrow_mut().push(found)), clock.clone());
        change(&mut services);
        let app = LogicApp::new(&mut *realm, package, services).unwrap();
        Bench {
            realm,
            app,
            document: Document::default(),
            commit: Commit::default(),
            applied: Applied::default(),
            clock,
            log,
            findings,
            commits: 0,
            ops: 0,
        }
    }

    /// Launches the program and opens its first page.
    pub fn launch(&mut self) -> &mut Self {
        self.launch_with(LaunchOptions { scene: 1001, ..LaunchOptions::default() })
    }

    pub fn launch_with(&mut self, options: LaunchOptions) -> &mut Self {
        self.app.launch(&mut *self.realm, options);
        self.app.open_first_page(&mut *self.realm);
        self.settle()
    }

    /// Ends the turn, and the turns that follow from it without waiting.
    pub fn settle(&mut self) -> &mut Self {
        for _ in 0..50 {
            self.realm.run_jobs(10_000);
            if self.app.perform_routes(&mut *self.realm) {
                self.realm.run_jobs(10_000);
            }
            let changes = self.app.turn_end(&mut *self.realm);
            if changes {
                self.commit_now();
                let sequence = self.commit.sequence;
                self.app.acknowledged(&mut *self.realm, sequence);
                continue;
            }
            if !self.realm.run_timer() && !self.app.has_work() {
                break;
            }
        }
        self
    }

    /// Writes and applies a commit.
    pub fn commit_now(&mut self) {
        self.app.write_commit(&mut self.commit);
        self.commits += 1;
        self.ops += self.commit.ops.len();
        self.document.apply(&self.commit, &mut self.applied).unwrap_or_else(|e| panic!("{e}: {:?}", self.commit.ops));
    }

    /// Lets time pass.
    pub fn wait(&mut self, ms: f64) -> &mut Self {
        use pellicle_script::realm::Clock;
        let end = self.clock.now() + ms;
        self.settle();
        while let Some(due) = self.realm.next_timer().filter(|due| *due <= end) {
            self.clock.advance_to(due);
            self.realm.run_timer();
            self.settle();
        }
        self.clock.advance_to(end);
        self.settle()
    }

    /// The document as text: one line a node.
    pub fn tree(&self) -> String {
        let Some(page) = self.document.top_page() else { return String::new() };
        let mut out = String::new();
        self.dump(page.root, 0, &mut out);
        out
    }

    fn dump(&self, id: NodeId, depth: usize, out: &mut String) {
        let node = self.document.node(id).unwrap();
        out.push_str(&"  ".repeat(depth));
        match &node.kind {
            NodeKind::Text(text) => out.push_str(&format!("{text:?}")),
            NodeKind::Element(tag) => {
                let name = |a| self.document.names.resolve(a);
                out.push_str(name(*tag));
                if !node.name.is_empty() {
                    out.push_str(&format!("#{}", name(node.name)));
                }
                for class in &node.classes {
                    out.push_str(&class_text(name(class.name), class));
                }
                if let Some(style) = &node.inline_style {
                    out.push_str(&format!(" [{style}]"));
                }
                for (attribute, value) in &node.attributes {
                    let text = match value {
                        AttributeValue::Text(text) | AttributeValue::Json(text) => text.to_string(),
                        AttributeValue::Null => "null".to_owned(),
                        AttributeValue::Bool(b) => b.to_string(),
                        AttributeValue::Number(n) => n.to_string(),
                        AttributeValue::Classes(classes) => {
                            classes.iter().map(|c| class_text(name(c.name), c)).collect()
                        }
                    };
                    out.push_str(&format!(" {}={text}", name(*attribute)));
                }
            }
        }
        out.push('\n');
        for &child in &node.children {
            self.dump(child, depth + 1, out);
        }
    }

    /// The lines that the program logged since the last call.
    pub fn take_log(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.lines.borrow_mut())
    }

    pub fn take_faults(&self) -> Vec<String> {
        std::mem::take(&mut *self.log.faults.borrow_mut())
    }

    /// Errors and warnings about the files, as `code message`.
    pub fn take_findings(&self) -> Vec<String> {
        std::mem::take(&mut *self.findings.borrow_mut()).iter().map(|f| format!("{} {f}", f.code)).collect()
    }

    /// Calls a method of the page.
    pub fn call(&mut self, name: &str) -> &mut Self {
        self.call_with(name, &[])
    }

    pub fn call_with(&mut self, name: &str, arguments: &[Value]) -> &mut Self {
        assert!(self.app.call_method(&mut *self.realm, name, arguments), "no method {name}");
        self.settle()
    }

    /// The first node with an id attribute.
    pub fn by_id(&self, id: &str) -> NodeId {
        self.find_id(id).unwrap_or_else(|| panic!("no node with id {id}"))
    }

    /// The first node with an id attribute, if there is one.
    pub fn find_id(&self, id: &str) -> Option<NodeId> {
        let atom = self.document.names.get(id)?;
        let root = self.document.top_page().unwrap().root;
        let mut stack = vec![root];
        while let Some(at) = stack.pop() {
            let node = self.document.node(at).unwrap();
            if node.name == atom {
                return Some(at);
            }
            stack.extend(node.children.iter().rev().copied());
        }
        None
    }

    /// Sends an event as the render side would: bubbling if it is a touch event.
    pub fn fire(&mut self, target: NodeId, event: &str, detail: &str) -> &mut Self {
        self.fire_unsettled(target, event, detail);
        self.settle()
    }

    pub fn fire_unsettled(&mut self, target: NodeId, event: &str, detail: &str) {
        use pellicle_layout::document::ops::ListenFlags as F;
        let Some(atom) = self.document.names.get(event) else { return };
        let bubbles = matches!(event, "tap" | "touchstart" | "touchmove" | "touchend" | "longpress");
        let mut path = vec![target];
        if bubbles {
            path.extend(self.document.ancestors(target).map(|n| n.id));
        }
        let flags_of = |id: NodeId| {
            let node = self.document.node(id).unwrap();
            node.listeners.iter().find(|(e, _)| *e == atom).map_or(F(0), |(_, f)| *f)
        };
        let mut steps = Vec::new();
        let mut mutated = false;
        for &id in &path {
            let flags = flags_of(id);
            let mut bits = flags.0 & (F::BIND | F::CATCH | F::MUT);
            if bits & F::MUT != 0 && std::mem::replace(&mut mutated, true) {
                bits &= !F::MUT;
            }
            if bits != 0 {
                steps.push(DispatchStep { node: id, flags: bits });
            }
            if flags.has(F::CATCH) {
                break;
            }
        }
        let message = EventMessage {
            event: self.document.logic_atom(atom).expect("a name of the logic side"),
            target,
            target_offset: (3.0, 4.0),
            steps,
            detail: if detail.is_empty() { EventDetail::None } else { EventDetail::Json(Arc::from(detail)) },
            touches: Vec::new(),
            changed_touches: Vec::new(),
            time_stamp: 1000.0,
            revision: 1,
        };
        self.app.handle(&mut *self.realm, &message);
    }

    pub fn tap(&mut self, id: &str) -> &mut Self {
        let node = self.by_id(id);
        self.fire(node, "tap", "")
    }

    /// Nodes that a selector finds in the page.
    pub fn select(&mut self, selector: &str) -> Vec<NodeId> {
        let pages = self.app.pages();
        pages.select(&mut *self.realm, None, selector, true).into_iter().map(|s| s.node).collect()
    }

    pub fn query(&self, request: u32, nodes: &[NodeQuery]) {
        self.app.pages().query(request, nodes);
    }

    /// Gives script a global `go(kind, url, events)` that navigates and logs what became of it.
    pub fn install_go(&mut self) {
        use pellicle_script::api::pages::Navigation;
        use pellicle_script::bridge::message::RouteKind;
        let (pages, log) = (self.app.pages(), self.log.clone());
        let go: pellicle_script::realm::NativeFunction = Rc::new(move |realm, _, arguments| {
            let text = |i: usize| match arguments.get(i) {
                Some(Value::String(text)) => text.to_string(),
                _ => String::new(),
            };
            let (name, url) = (text(0), text(1));
            let kinds = [RouteKind::NavigateTo, RouteKind::RedirectTo, RouteKind::SwitchTab, RouteKind::ReLaunch];
            let kind = kinds.into_iter().find(|k| k.api() == name).unwrap();
            let events = match arguments.get(2) {
                Some(Value::Script(events)) => Some(events.clone()),
                _ => None,
            };
            let log = log.clone();
            let done = move |_: &mut dyn Realm, result: Result<_, pellicle_script::bridge::message::ApiFailure>| {
                let text = match result {
                    Ok(_) => format!("{name} ok"),
                    Err(failure) => format!("{name} {failure}"),
                };
                log.lines.borrow_mut().push(text);
            };
            pages.navigate(realm, Navigation::To { kind, url, events, route_type: String::new() }, Box::new(done));
            Ok(Value::Undefined)
        });
        let function = self.realm.function("go", 3, go);
        self.realm.set_global("go", Value::Script(function)).unwrap();
    }

    /// The data of the page as JSON text.
    pub fn data(&mut self) -> String {
        self.app.read_data(&mut *self.realm)
    }
}

fn class_text(name: &str, class: &ClassName) -> String {
    let scope = if class.scope.0 == 0 { String::new() } else { format!("{}-", class.scope.0) };
    format!(".{scope}{name}")
}
