//! A whole mini-program through the real thread, engine, framework and bridge, step by step on a virtual
//! clock; the document shows what it would draw.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/engine.rs"]
mod engine;

use engine::{code, engine};
use pellicle_layout::document::apply::Applied;
use pellicle_layout::document::{Document, NodeId, NodeKind};
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::{FrameTimes, HostCommand, LaunchOptions};
use pellicle_script::bridge::thread::{Drive, LogicHandle, ThreadConfig, spawn};
use pellicle_script::bridge::tool::{Place, ToolRequest};
use pellicle_script::capability::Capabilities;
use pellicle_script::capability::audit::{MemoryAudit, Record};
use pellicle_script::capability::storage::Storage;
use pellicle_script::logic::{LogicProgram, LogicSetup};
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::{Mulberry32, VirtualClock};
use std::sync::Arc;
use std::time::Duration;

struct Running {
    logic: LogicHandle,
    document: Document,
    audit: Arc<MemoryAudit>,
    now: f64,
}

impl Running {
    fn start(files: &[(&str, &str)], profile: ServiceProfile) -> Running {
        Running::start_with(files, profile, Capabilities::default())
    }

    fn start_with(files: &[(&str, &str)], profile: ServiceProfile, capabilities: Capabilities) -> Running {
        let package: MemoryPackage = files.iter().map(|(path, text)| (path.to_string(), text.as_bytes())).collect();
        let clock = Arc::new(VirtualClock::new(VirtualClock::START, 480));
        let audit = Arc::new(MemoryAudit::default());
        let setup = LogicSetup {
            engine: engine(),
            code: code(),
            package: Arc::new(package),
            clock: clock.clone(),
            random: Box::new(Mulberry32::new(1)),
            capabilities,
            profile,
            audit: audit.clone(),
            diagnostics: Arc::new(|diagnostic| panic!("an unexpected finding: {diagnostic}")),
            aliases: Vec::new(),
            motion: None,
        };
        let config = ThreadConfig::new(Drive::Steps(clock), Arc::new(|| {}));
        let logic = spawn(config, move |context| LogicProgram::new(setup, context)).unwrap();
        logic.command(HostCommand::Launch(LaunchOptions::default())).unwrap();
        let mut running = Running { logic, document: Document::default(), audit, now: VirtualClock::START };
        running.settle(1000.0);
        running
    }

    /// Runs what is due in the next `ms` of virtual time, showing each commit.
    fn settle(&mut self, ms: f64) {
        let end = self.now + ms;
        loop {
            let idle = self.logic.step(self.now, Duration::from_secs(20)).unwrap();
            let mut commits = Vec::new();
            self.logic.take(&mut commits);
            let shown = commits.len();
            for commit in commits {
                self.document.apply(&commit, &mut Applied::default()).unwrap();
                self.logic.acknowledge(commit, 1, FrameTimes::default());
            }
            if idle.turns > 0 || shown > 0 {
                continue;
            }
            match idle.next_timer {
                Some(at) if at <= end => self.now = self.now.max(at),
                _ => break,
            }
        }
        self.now = end;
    }

    fn text(&self) -> String {
        let mut text = String::new();
        if let Some(page) = self.document.top_page() {
            self.collect(page.root, &mut text);
        }
        text
    }

    fn collect(&self, id: NodeId, text: &mut String) {
        let Some(node) = self.document.node(id) else { return };
        if let NodeKind::Text(own) = &node.kind {
            text.push_str(own);
        }
        for &child in &node.children {
            self.collect(child, text);
        }
    }
}

const COUNTER: &[(&str, &str)] = &[
    ("app.json", r#"{"pages": ["pages/a/a"]}"#),
    ("app.js", "App({ globalData: { name: 'Ada' } });"),
    ("pages/a/a.json", r#"{"usingComponents": {"card": "/card/card"}}"#),
    (
        "pages/a/a.wxml",
        "<view>{{greeting}}, {{count}}. <card wx:for=\"{{list}}\" wx:key=\"*this\" word=\"{{item}}\" /></view>",
    ),
    (
        "pages/a/a.js",
        "const word = require('../../util');\nPage({\n  data: { greeting: '', count: 0, list: ['x', 'y'] },\n  \
         onLoad() { this.setData({ greeting: word + ' ' + getApp().globalData.name }); },\n  \
         onReady() { setTimeout(() => this.more(2), 100); },\n  more(by) { this.setData({ count: this.data.count + by, 'list[1]': 'z' }); },\n});",
    ),
    ("util.js", "module.exports = 'Hello';"),
    ("card/card.json", r#"{"component": true}"#),
    (
        "card/card.js",
        "Component({ properties: { word: String }, data: { mark: '' }, lifetimes: { attached() { this.setData({ mark: '!' }); } } });",
    ),
    ("card/card.wxml", "<text>{{word}}{{mark}}</text>"),
];

#[test]
fn a_program_runs_from_launch_to_a_timer_and_every_change_is_shown() {
    let running = Running::start(COUNTER, ServiceProfile::Host);
    assert_eq!(running.text(), "Hello Ada, 2. x!z!");
    let opened = Record::Route { open_type: "appLaunch".into(), path: "pages/a/a".into() };
    assert_eq!(running.audit.records(), [opened]);
}

#[test]
fn a_tool_calls_a_method_of_the_page() {
    let mut running = Running::start(COUNTER, ServiceProfile::Host);
    let (reply, answer) = std::sync::mpsc::sync_channel(1);
    let (method, arguments) = ("more".to_owned(), vec![5.into()]);
    let call = ToolRequest::Call { of: Place::Top, method, arguments, reply: Some(reply.into()) };
    running.logic.command(HostCommand::Tool(Box::new(call))).unwrap();
    running.settle(10.0);
    assert_eq!(running.text(), "Hello Ada, 7. x!z!");
    assert_eq!(answer.try_recv(), Ok(Ok("null".to_owned())));
}

#[test]
fn a_replay_shows_the_same_page_again() {
    let mut running = Running::start(COUNTER, ServiceProfile::Host);
    let before = running.text();
    running.document = Document::default();
    running.logic.command(HostCommand::Replay).unwrap();
    running.settle(10.0);
    assert_eq!(running.text(), before);
}

#[test]
fn an_exception_is_recorded_with_its_place_and_the_page_lives() {
    let mut files = COUNTER.to_vec();
    files.push((
        "pages/a/a.js",
        "Page({\n  data: { greeting: 'alive', count: 0, list: [] },\n  onLoad() {\n    null.x;\n  },\n});",
    ));
    let running = Running::start(&files, ServiceProfile::Host);
    assert!(running.text().starts_with("alive"), "{}", running.text());
    let records = format!("{:?}", running.audit.records());
    assert!(records.contains("pages/a/a.js:4"), "{records}");
}

#[test]
fn an_unhandled_rejection_comes_with_its_promise() {
    let files = [
        ("app.json", r#"{"pages": ["pages/a/a"]}"#),
        (
            "app.js",
            "App({ onUnhandledRejection(e) { this.told = e.reason + ' ' + (e.promise === this.mine) }, mine: null });",
        ),
        ("pages/a/a.wxml", "<view>{{told}}</view>"),
        (
            "pages/a/a.js",
            "Page({ data: { told: '' }, onLoad() { getApp().mine = Promise.reject('no'); },
              onReady() { setTimeout(() => this.setData({ told: getApp().told }), 10); } });",
        ),
    ];
    let running = Running::start(&files, ServiceProfile::Host);
    assert_eq!(running.text(), "no true");
}

#[test]
fn one_call_sets_as_much_as_it_may_and_the_figures_say_how_much() {
    let js = "Page({ data: { a: '', b: '', c: '' }, onLoad() {
      const half = 'x'.repeat(600 << 10);
      this.setData({ a: half, b: half, c: 'c' });
      this.setData({ b: half, c: this.data.a.length + ' ' + this.data.b.length + this.data.c });
    } });";
    let wxml =
        "<view>{{a.length}}</view><view>{{b.length}}</view><view>{{c}}</view><view wx:for=\"{{[1, 2, 3]}}\">-</view>";
    let app = r#"{"pages": ["pages/a/a"]}"#;
    let files = [("app.json", app), ("app.js", "App({})"), ("pages/a/a.wxml", wxml), ("pages/a/a.js", js)];
    let running = Running::start(&files, ServiceProfile::Host);
    // The second half had no room in the first call; what is small still had.
    assert_eq!(running.text(), "614400614400614400 0c---");
    let records = format!("{:?}", running.audit.records());
    assert!(records.contains("field b"), "{records}");
    let figures = running.logic.sandbox().figures();
    assert!((614_400..(1 << 20)).contains(&figures.largest_set_data), "{figures:?}");
    // Six elements, six texts, and what the page itself is made of.
    assert!((12..20).contains(&figures.nodes), "{figures:?}");
}

/// A store that says when it is gone.
struct Watched(#[allow(dead_code)] Arc<()>);

impl Storage for Watched {}

#[test]
fn what_a_program_had_of_its_host_is_given_back_when_it_ends() {
    let open = Arc::new(());
    let capabilities = Capabilities { storage: Box::new(Watched(open.clone())), ..Capabilities::default() };
    let js = "App({ onLaunch() { wx.onAppShow(() => this.x); this.wx = wx; wx.getStorage({ key: 'a', complete: () => this.x }); } });";
    let app = r#"{"pages": ["pages/a/a"]}"#;
    let page = "Page({ onLoad() { this.wx = wx; wx.onThemeChange(() => this.wx) } });";
    let files = [("app.json", app), ("app.js", js), ("pages/a/a.wxml", "<view/>"), ("pages/a/a.js", page)];
    let running = Running::start_with(&files, ServiceProfile::Host, capabilities);
    assert_eq!(Arc::strong_count(&open), 2);
    drop(running);
    assert_eq!(Arc::strong_count(&open), 1, "the store is still open");
}
