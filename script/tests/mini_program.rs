//! Whole mini-programs on their logic thread, with a document that takes their commits.
//!
//! The runs of real programs need `PELLICLE_SHARED` (the reference's folder) and `PELLICLE_PROGRAMS` (the
//! folder with their sources).

#![allow(clippy::unwrap_used)]

#[path = "support/engine.rs"]
mod engine;

use engine::{code, engine};
use pellicle_layout::document::Document;
use pellicle_layout::document::apply::{Applied, Request};
use pellicle_script::api::ServiceProfile;
use pellicle_script::api::oracle::{OracleOptions, report};
use pellicle_script::bridge::message::{
    FrameTimes, HostCommand, LaunchOptions, Message, NodeFigures, QueryReply, RouteKind,
};
use pellicle_script::bridge::outbox::HostMessage;
use pellicle_script::bridge::thread::{Drive, LogicHandle, ThreadConfig, ThreadContext, spawn};
use pellicle_script::bridge::tool::{Place, ToolRequest};
use pellicle_script::capability::Capabilities;
use pellicle_script::capability::audit::{AuditSink, MemoryAudit, Record};
use pellicle_script::capability::shell::{HostShell, ShellCall};
use pellicle_script::logic::{LogicProgram, LogicSetup};
use pellicle_script::package::{MemoryPackage, PackageSource};
use pellicle_script::realm::{Mulberry32, VirtualClock};
use serde_json::{Value as Json, json};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const LIMIT: Duration = Duration::from_secs(120);

struct Bench {
    logic: LogicHandle,
    document: Document,
    audit: Arc<MemoryAudit>,
    now: f64,
    frame: u64,
    shell: Vec<ShellCall>,
}

impl Bench {
    fn new(package: Arc<dyn PackageSource>, profile: ServiceProfile) -> Bench {
        let audit = Arc::new(MemoryAudit::default());
        let clock = Arc::new(VirtualClock::deterministic());
        let thread = ThreadConfig::new(Drive::Steps(clock.clone()), Arc::new(|| ()));
        let (records, findings) = (audit.clone(), audit.clone());
        let make = move |context: ThreadContext| {
            let shell = Box::new(HostShell(context.outbox.clone()));
            let setup = LogicSetup {
                engine: engine(),
                code: code(),
                package,
                clock,
                random: Box::new(Mulberry32::new(1)),
                capabilities: Capabilities { shell, ..Capabilities::default() },
                profile,
                audit: records,
                diagnostics: Arc::new(move |found| findings.record(Record::Warning(found.to_string()))),
                aliases: Vec::new(),
                motion: None,
            };
            LogicProgram::new(setup, context)
        };
        let logic = spawn(thread, make).unwrap();
        let document = Document::default();
        Bench { logic, document, audit, now: VirtualClock::START, frame: 0, shell: Vec::new() }
    }

    fn send(&self, command: HostCommand) {
        self.logic.command(command).unwrap();
    }

    /// Runs virtual time forward as the reference does: show and answer after every turn.
    fn settle(&mut self, ms: f64) {
        let end = self.now + ms;
        loop {
            let idle = self.logic.step(self.now, LIMIT).unwrap();
            let told = self.show();
            if idle.turns > 0 || told {
                continue;
            }
            match idle.next_timer.filter(|due| *due <= end) {
                Some(due) => self.now = due,
                None => break,
            }
        }
        self.now = end;
    }

    /// Applies what was published and answers it; true if logic was told something.
    fn show(&mut self) -> bool {
        let mut commits = Vec::new();
        let told = self.logic.take(&mut commits) > 0;
        self.frame += 1;
        for commit in commits {
            let mut applied = Applied::default();
            self.document.apply(&commit, &mut applied).unwrap();
            let mut answers = Vec::new();
            for request in applied.requests {
                match request {
                    Request::Query { node, .. } => {
                        let figures = NodeFigures { width: 375.0, height: 667.0, ..NodeFigures::default() };
                        answers.push((node.is_none() || self.document.node(node).is_some()).then_some(figures));
                    }
                    Request::QueryEnd(request) => {
                        let answers = std::mem::take(&mut answers);
                        self.logic.send(Message::QueryReply(QueryReply { request, answers })).unwrap();
                    }
                    _ => {}
                }
            }
            self.logic.acknowledge(commit, self.frame, FrameTimes::default());
        }
        while let Some(message) = self.logic.receive() {
            match message {
                HostMessage::Shell { call, reply, .. } => {
                    self.shell.push(call);
                    reply.ok(Default::default());
                }
                HostMessage::Stopped(reason) => panic!("{reason:?}"),
                HostMessage::Stalled(_) | HostMessage::Budget(_) => {}
            }
        }
        told
    }

    fn data(&mut self) -> Json {
        let (reply, answer) = std::sync::mpsc::sync_channel(1);
        let read = ToolRequest::Data { of: Place::Top, path: None, reply: reply.into() };
        self.send(HostCommand::Tool(Box::new(read)));
        self.settle(0.0);
        serde_json::from_str(&answer.try_recv().unwrap().unwrap()).unwrap()
    }

    fn call(&mut self, method: &str, arguments: Vec<Json>) {
        let call = ToolRequest::Call { of: Place::Top, method: method.into(), arguments, reply: None };
        self.send(HostCommand::Tool(Box::new(call)));
    }

    fn faults(&self) -> Vec<String> {
        let log = report(&self.audit.records(), &[])["log"].clone();
        let lines = log.as_array().unwrap().iter().filter_map(Json::as_str).map(str::to_owned);
        lines.filter(|l| l.starts_with("EXCEPTION") || l.starts_with("REJECTION")).collect()
    }
}

fn program(files: &[(&str, &str)]) -> Arc<dyn PackageSource> {
    let base = [("app.json", r#"{"pages": ["p/p", "q/q"]}"#), ("q/q.js", "Page({})"), ("q/q.wxml", "<text>q</text>")];
    Arc::new(base.iter().chain(files).map(|(path, text)| (*path, *text)).collect::<MemoryPackage>())
}

fn launch() -> HostCommand {
    HostCommand::Launch(LaunchOptions { scene: 1001, ..LaunchOptions::default() })
}

#[test]
fn a_program_starts_shows_its_page_and_hears_of_its_commits() {
    let mut bench = Bench::new(
        program(&[
            ("app.js", "App({onLaunch(o) { this.scene = o.scene }, onError(e) { console.log('app ' + e.split('\\n')[0]) }})"),
            (
                "p/p.js",
                "wx.onError(() => console.log('listener'));
                 Page({data: {n: 0}, onLoad() { this.setData({n: getApp().scene}, () => console.log('shown')) },
                 onReady() { wx.createSelectorQuery().select('.a').boundingClientRect(r => console.log('width ' + r.width)).exec();
                    wx.showToast({title: 'hi', success(e) { console.log(e.errMsg) }});
                    setTimeout(() => { throw new Error('late') }, 20) },
                 hello(x) { this.setData({x}) }})",
            ),
            ("p/p.wxml", "<view class='a'>{{n}}{{x}}</view>"),
        ]),
        ServiceProfile::Host,
    );
    bench.send(launch());
    bench.settle(100.0);
    bench.call("hello", vec![json!({ "y": [1] })]);
    assert_eq!(bench.data(), json!({ "n": 1001, "x": { "y": [1] } }));
    let mut lines: Vec<String> = bench
        .audit
        .records()
        .into_iter()
        .filter_map(|r| match r {
            Record::Console { text, .. } => Some(text),
            _ => None,
        })
        .collect();
    lines.sort();
    assert_eq!(lines, ["app Error: late", "listener", "showToast:ok", "shown", "width 375"]);
    assert!(matches!(&bench.shell[..], [ShellCall::ShowToast { title, .. }] if title == "hi"));
    assert_eq!(bench.faults().len(), 1);
    assert_eq!(bench.document.pages().len(), 1);
}

#[test]
fn a_replayed_document_equals_the_one_that_grew() {
    let mut bench = Bench::new(
        program(&[
            ("app.js", "App({})"),
            ("p/p.js", "Page({data: {l: [1, 2, 3]}, go() { this.setData({l: [3, 1, 9]}) }})"),
            ("p/p.wxml", "<view wx:for='{{l}}' wx:key='*this'>{{item}}</view>"),
        ]),
        ServiceProfile::Host,
    );
    bench.send(launch());
    bench.settle(0.0);
    bench.call("go", Vec::new());
    bench.settle(0.0);
    let grown = texts(&bench.document);
    bench.send(HostCommand::Replay);
    bench.settle(0.0);
    assert_eq!(grown, ["3", "1", "9"]);
    assert_eq!(texts(&bench.document), grown);
}

fn texts(document: &Document) -> Vec<String> {
    let mut out = Vec::new();
    let mut stack: Vec<_> = document.top_page().map(|p| p.root).into_iter().collect();
    while let Some(id) = stack.pop() {
        let node = document.node(id).unwrap();
        if let pellicle_layout::document::NodeKind::Text(text) = &node.kind {
            out.push(text.to_string());
        }
        stack.extend(node.children.iter().rev());
    }
    out
}

#[test]
fn the_back_button_closes_pages_and_at_last_the_program() {
    let mut bench = Bench::new(
        program(&[("app.js", "App({})"), ("p/p.js", "Page({})"), ("p/p.wxml", "<text>p</text>")]),
        ServiceProfile::Host,
    );
    bench.send(launch());
    bench.settle(0.0);
    bench.send(HostCommand::Route { kind: RouteKind::NavigateTo, url: "/q/q".into(), events: Default::default() });
    bench.settle(0.0);
    assert_eq!(texts(&bench.document), ["q"]);
    bench.send(HostCommand::NavigateBack { delta: 1 });
    bench.settle(0.0);
    assert_eq!(texts(&bench.document), ["p"]);
    assert!(bench.shell.is_empty());
    bench.send(HostCommand::NavigateBack { delta: 1 });
    bench.settle(0.0);
    assert_eq!(bench.shell, [ShellCall::ExitMiniProgram]);
}

#[test]
fn an_error_handler_that_fails_ends_nothing() {
    let mut bench = Bench::new(
        program(&[
            (
                "app.js",
                "App({onUnhandledRejection() { this.n = (this.n || 0) + 1; Promise.reject(new Error('again')) }})",
            ),
            (
                "p/p.js",
                "Page({onLoad() { Promise.reject(new Error('first')) }, count() { this.setData({n: getApp().n}) }})",
            ),
            ("p/p.wxml", "<text>p</text>"),
        ]),
        ServiceProfile::Host,
    );
    bench.send(launch());
    bench.settle(100.0);
    bench.call("count", Vec::new());
    let told = bench.data()["n"].as_u64().unwrap();
    assert!((1..100).contains(&told), "{told}");
}

/// A folder as a package.
struct Folder(PathBuf);

impl PackageSource for Folder {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        std::fs::read(self.0.join(path)).ok().map(Arc::from)
    }

    fn contains(&self, path: &str) -> bool {
        self.0.join(path).is_file()
    }

    fn paths(&self) -> Vec<String> {
        let (mut out, mut stack) = (Vec::new(), vec![self.0.clone()]);
        while let Some(folder) = stack.pop() {
            for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
                let path = entry.path();
                match path.strip_prefix(&self.0) {
                    _ if path.is_dir() => stack.push(path),
                    Ok(inside) => out.push(inside.to_string_lossy().into_owned()),
                    Err(_) => {}
                }
            }
        }
        out.sort();
        out
    }
}

/// Where the reference is simpler than the platform, and the platform is followed: case, part.
///
/// - Event objects of components have a target and a time; the reference has type and detail only.
/// - A component that changes a property's object does not change its parent's data: properties are copies.
/// - Components of a page are attached before its `onLoad`; the reference makes them after it.
const SIMPLER: [(&str, &str); 6] = [
    ("D06-calendar__pages_calendarMoreComponent_index", "log"),
    ("D06-calendar__pages_calendarComponent_index", "log"),
    ("D06-calendar__pages_calendarV2_index", "log"),
    ("D06-calendar__pages_calendarMoreComponent_index", "data"),
    ("D06-calendar__pages_calendarComponent_index", "data"),
    ("D08-hotel__pages_select_city_select_city", "calls"),
];

fn read_json(path: &Path) -> Json {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn real_programs_make_the_calls_of_the_reference() {
    let (Ok(shared), Ok(programs)) = (std::env::var("PELLICLE_SHARED"), std::env::var("PELLICLE_PROGRAMS")) else {
        println!("not run: PELLICLE_SHARED or PELLICLE_PROGRAMS is not set");
        return;
    };
    let oracle = Path::new(&shared).join("oracle");
    let (mut wrong, mut run) = (Vec::new(), 0);
    for case in read_json(&oracle.join("cases.json")).as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        // Steps need the render side.
        if case.get("steps").is_some() {
            continue;
        }
        run += 1;
        let root = Path::new(&programs).join(case["root"].as_str().unwrap().trim_start_matches("programs/"));
        let options = OracleOptions {
            storage: case["storage"].as_object().cloned().unwrap_or_default(),
            ..OracleOptions::default()
        };
        let mut bench = Bench::new(Arc::new(Folder(root)), ServiceProfile::Oracle(options));
        let (path, query) =
            case["page"].as_str().unwrap().split_once('?').unwrap_or((case["page"].as_str().unwrap(), ""));
        let query = query.split('&').filter_map(|p| p.split_once('=')).map(|(k, v)| (k.to_owned(), v.to_owned()));
        let options =
            LaunchOptions { path: path.to_owned(), query: query.collect(), scene: 1001, ..LaunchOptions::default() };
        bench.send(HostCommand::Launch(options));
        bench.settle(1050.0);
        let got = report(&bench.audit.records(), &[]);
        let expected = read_json(&oracle.join(format!("expected/{name}.calls.json")));
        for part in ["calls", "log"] {
            if got[part] != expected[part] && !SIMPLER.contains(&(name, part)) {
                wrong.push(format!("{name} {part}:\n  expected {}\n  got      {}", expected[part], got[part]));
            }
        }
        let (got, expected) = (bench.data(), read_json(&oracle.join(format!("expected/{name}.data.json"))));
        if got != expected && !SIMPLER.contains(&(name, "data")) {
            wrong.push(format!("{name} data:\n{}", difference("", &expected, &got).join("\n")));
        }
    }
    println!("{run} cases");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Paths at which two values differ, the first ten.
fn difference(path: &str, expected: &Json, got: &Json) -> Vec<String> {
    let mut out = Vec::new();
    match (expected, got) {
        (Json::Object(a), Json::Object(b)) => {
            let mut keys: Vec<&String> = a.keys().chain(b.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let missing = Json::String("<missing>".to_owned());
                let (a, b) = (a.get(key).unwrap_or(&missing), b.get(key).unwrap_or(&missing));
                out.extend(difference(&format!("{path}.{key}"), a, b));
            }
        }
        (Json::Array(a), Json::Array(b)) if a.len() == b.len() => {
            for (i, (a, b)) in a.iter().zip(b).enumerate() {
                out.extend(difference(&format!("{path}[{i}]"), a, b));
            }
        }
        (a, b) if a == b => {}
        (a, b) => {
            let short = |j: &Json| j.to_string().chars().take(200).collect::<String>();
            out.push(format!("  {path}: expected {}, got {}", short(a), short(b)));
        }
    }
    out.truncate(10);
    out
}
