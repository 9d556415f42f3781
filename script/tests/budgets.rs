//! Soft limits: each budget that has one is told of once it is crossed. And threads of a mini-program beside its logic: a
//! worker and the motion thread are parked as it is.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/engine.rs"]
mod engine;

use engine::engine;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::{FrameTimes, HostCommand, LaunchOptions};
use pellicle_script::bridge::outbox::HostMessage;
use pellicle_script::bridge::thread::{Drive, LogicHandle, ThreadConfig, spawn};
use pellicle_script::capability::Capabilities;
use pellicle_script::capability::audit::{MemoryAudit, Record};
use pellicle_script::capability::canvas::{Canvas, CanvasError, SurfaceId};
use pellicle_script::capability::storage::{MemoryStorage, StorageQuota};
use pellicle_script::logic::{LogicProgram, LogicSetup};
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::{Clock, Mulberry32, ScriptEngine, SystemClock};
use pellicle_script::sandbox::{self, AccountingAllocator, Bounds, Budget, Budgets, ParkedStatistics};
use pellicle_script::worklet::hub::{MotionConfig, MotionHub};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();

const PATIENCE: Duration = Duration::from_secs(60);

/// Parked threads are counted for the whole process.
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

/// A canvas whose surfaces have a size and nothing else.
#[derive(Default)]
struct Sheets(u64);

impl Canvas for Sheets {
    fn create(&mut self, width: u32, height: u32) -> Result<SurfaceId, CanvasError> {
        self.0 += u64::from(width) * u64::from(height) * 4;
        Ok(SurfaceId(1))
    }

    fn bytes(&self) -> u64 {
        self.0
    }
}

struct Run {
    logic: LogicHandle,
    audit: Arc<MemoryAudit>,
    hub: MotionHub,
    clock: Arc<SystemClock>,
}

fn start(page: &str, worker: &str, budgets: Budgets) -> Run {
    assert!(sandbox::install() && sandbox::enforcement().is_complete());
    let page = format!(
        "const burn = (rounds) => {{ let n = 0; for (let i = 0; i < rounds; i++) n += i; return n }};
         Page({{ data: {{ list: [] }}, onLoad() {{ setInterval(() => console.log('alive'), 10); {page} }} }})"
    );
    let files = [
        ("app.json", r#"{"pages": ["pages/a/a"], "workers": "workers"}"#),
        ("pages/a/a.wxml", "<view class=\"{{name}}\" wx:for=\"{{list}}\" wx:key=\"*this\">{{item}}</view>"),
        ("pages/a/a.js", &page),
        ("workers/w.js", worker),
    ];
    let package: MemoryPackage = files.iter().map(|(path, text)| (path.to_string(), text.as_bytes())).collect();
    let clock = Arc::new(SystemClock::new(0));
    let audit = Arc::new(MemoryAudit::default());
    let motion = MotionConfig {
        engine: engine(),
        clock: clock.clone(),
        steps: false,
        audit: audit.clone(),
        wake: Arc::new(|| {}),
    };
    let hub = MotionHub::new(motion);
    let setup = LogicSetup {
        engine: engine(),
        code: None,
        package: Arc::new(package),
        clock: clock.clone(),
        random: Box::new(Mulberry32::new(1)),
        capabilities: Capabilities {
            canvas: Box::new(Sheets::default()),
            storage: Box::new(MemoryStorage::new(StorageQuota::default())),
            ..Capabilities::default()
        },
        profile: ServiceProfile::Host,
        audit: audit.clone(),
        diagnostics: Arc::new(|_| {}),
        aliases: Vec::new(),
        motion: Some(hub.clone()),
    };
    let mut config = ThreadConfig::new(Drive::Free(clock.clone()), Arc::new(|| {}));
    config.budgets = budgets;
    let logic = spawn(config, move |context| LogicProgram::new(setup, context)).unwrap();
    logic.command(HostCommand::Launch(LaunchOptions::default())).unwrap();
    Run { logic, audit, hub, clock }
}

impl Run {
    fn frame(&mut self) {
        let mut commits = Vec::new();
        self.logic.take(&mut commits);
        for commit in commits {
            self.logic.acknowledge(commit, 1, FrameTimes::default());
        }
        self.hub.begin(self.clock.monotonic(), &mut Vec::new());
        self.hub.collect(|_, _| {});
    }

    fn alive(&self) -> usize {
        let is_sign = |record: &Record| matches!(record, Record::Console { text, .. } if text == "alive");
        self.audit.records().iter().filter(|record| is_sign(record)).count()
    }

    /// Frames until it is so.
    fn until(&mut self, what: &str, mut so: impl FnMut(&Run) -> bool) {
        let began = Instant::now();
        while !so(self) {
            let figures = self.logic.sandbox().figures();
            assert!(began.elapsed() < PATIENCE, "{what}: {:?} {figures:?}", self.said());
            self.frame();
            std::thread::sleep(Duration::from_millis(2));
        }
    }

    /// Everything that was recorded but for signs of life.
    fn said(&self) -> Vec<Record> {
        let mut records = self.audit.records();
        records.retain(|record| !matches!(record, Record::Console { text, .. } if text == "alive"));
        records
    }
}

type Change = fn(&mut Budgets);

/// A budget, how low its soft limit is set, and what a page does to cross it.
const CROSSED: &[(Budget, Change, &str)] = &[
    (
        Budget::Heap,
        |b| b.heap.soft = 24 << 20,
        "this.kept = []; setInterval(() => { if (this.kept.length < 64) this.kept.push(new Uint8Array(1 << 20)) }, 5);",
    ),
    (Budget::TurnCpu, |b| b.turn_cpu_ms.soft = 5, "setInterval(() => burn(3e5), 100);"),
    (Budget::LaunchCpu, |b| b.launch_cpu_ms.soft = 20, "burn(1e6);"),
    (
        Budget::CpuShare,
        |b| {
            b.cpu_share = Bounds { soft: 2, hard: 10_000 };
            b.cpu_share_window_ms = 300;
        },
        "setInterval(() => burn(1e5), 1);",
    ),
    (Budget::Timers, |b| b.timers.soft = 10, "for (let i = 0; i < 20; i++) setTimeout(() => {}, 1e6);"),
    (Budget::Jobs, |b| b.jobs.soft = 10, "for (let i = 0; i < 100; i++) Promise.resolve().then(() => {});"),
    (Budget::ApiCalls, |b| b.api_calls.soft = 10, "for (let i = 0; i < 20; i++) wx.getStorageSync('a');"),
    (
        Budget::ApiRate,
        |b| b.api_rate.soft = 10,
        "setInterval(() => { for (let i = 0; i < 5; i++) wx.getStorageSync('a') }, 10);",
    ),
    (
        Budget::CommitOps,
        |b| b.commit_ops.soft = 50,
        "this.setData({ list: Array.from({ length: 100 }, (_, i) => i) });",
    ),
    (
        Budget::StagedOps,
        |b| b.staged_ops = Bounds { soft: 50, hard: 10_000 },
        "this.setData({ list: Array.from({ length: 100 }, (_, i) => i) });
         wx.createSelectorQuery().select('.a').boundingClientRect().exec();",
    ),
    (
        Budget::NameBytes,
        |b| b.name_bytes.soft = 20_000,
        "let n = 0; setInterval(() => { n += 1; if (n < 500) this.setData({ list: [1], name: 'name' + n }) }, 2);",
    ),
    (
        Budget::CanvasBytes,
        |b| b.canvas_bytes.soft = 1000,
        "this.canvas = wx.createOffscreenCanvas({ type: '2d', width: 100, height: 100 });",
    ),
];

#[test]
fn each_soft_limit_that_is_crossed_is_told() {
    let _one = ONE_AT_A_TIME.lock();
    for budget in Budget::ALL {
        // A stack has an end only, and what the host draws is told by who draws it (`engine/tests/budgets.rs`).
        let elsewhere = matches!(
            budget,
            Budget::Stack
                | Budget::ImageBytes
                | Budget::TextureBytes
                | Budget::StyleRules
                | Budget::LayerBytes
                | Budget::GlyphBytes
        );
        assert_eq!(CROSSED.iter().filter(|case| case.0 == budget).count(), usize::from(!elsewhere), "{budget}");
    }
    // QuickJS does not tell how many jobs wait.
    let counted = |budget: Budget| engine() == ScriptEngine::Boa || budget != Budget::Jobs;
    for (budget, change, page) in CROSSED.iter().filter(|case| counted(case.0)) {
        let mut budgets = Budgets::default();
        change(&mut budgets);
        let mut run = start(page, "", budgets);
        let told = std::cell::RefCell::new(Vec::new());
        run.until(&budget.to_string(), |run| {
            told.borrow_mut().extend(std::iter::from_fn(|| run.logic.receive()));
            let of = |message: &HostMessage| matches!(message, HostMessage::Budget(event) if event.budget == *budget);
            told.borrow().iter().any(of)
        });
        for message in told.borrow().iter() {
            let HostMessage::Budget(event) = message else { panic!("{budget}: {message:?}") };
            assert_eq!(event.budget, *budget);
            assert!(event.figure >= event.limit, "{event}");
        }
        let figures = run.logic.sandbox().figures();
        assert!(figures.warnings > 0 && figures.refusals == 0, "{budget}: {figures:?}");
        let seen = run.alive();
        run.until("it goes on", |run| run.alive() > seen + 3);
        assert_eq!(run.logic.sandbox().report(), None, "{budget}");
    }
}

#[test]
fn a_program_whose_names_never_repeat_is_stopped() {
    let _one = ONE_AT_A_TIME.lock();
    let budgets = Budgets { name_bytes: Bounds { soft: 10_000, hard: 20_000 }, ..Budgets::default() };
    let page = "let n = 0; setInterval(() => this.setData({ list: [1], name: 'name' + (n += 1) }), 1);";
    let mut run = start(page, "", budgets);
    run.until("stopped", |run| run.logic.sandbox().report().is_some());
    let report = run.logic.sandbox().report().unwrap();
    assert_eq!((report.budget, report.limit), (Budget::NameBytes, 20_000), "{report}");
    assert!(run.logic.sandbox().figures().name_bytes < 30_000);
}

/// What takes no step at which it could be ended, and would take for ever.
fn endless() -> &'static str {
    match engine() {
        ScriptEngine::Boa => "/(a+)+$/.test('a'.repeat(60) + 'b')",
        ScriptEngine::QuickJs => "Array.prototype.flat.call({ length: 2 ** 53 - 1 })",
    }
}

fn tight() -> Budgets {
    let cpu = Bounds { soft: 100, hard: 200 };
    Budgets { turn_cpu_ms: cpu, grace_ms: 100, cpu_share: Bounds { soft: 500, hard: 1000 }, ..Budgets::default() }
}

/// Runs until a thread was parked; the page goes on. Gives what was told.
fn parked(page: &str, worker: &str) -> Vec<String> {
    let before: ParkedStatistics = sandbox::parked();
    let mut run = start(page, worker, tight());
    // The thread counts itself, its program is counted by the watchdog.
    run.until("it is parked", |_| {
        let now = sandbox::parked();
        now.threads > before.threads && now.programs > before.programs
    });
    let after = sandbox::parked();
    assert_eq!((after.threads, after.programs), (before.threads + 1, before.programs + 1));
    run.until("it is told", |run| {
        let told = |record: &Record| matches!(record, Record::Warning(text) if text.contains("parked"));
        run.audit.records().iter().any(told)
    });
    // The logic thread is another one: it goes on, and so do frames.
    let seen = run.alive();
    run.until("it goes on", |run| run.alive() > seen + 5);
    assert!(!run.logic.is_parked() && run.logic.sandbox().is_parked());
    let report = run.logic.sandbox().report().unwrap();
    assert_eq!((report.budget, report.parked), (Budget::TurnCpu, true), "{report}");
    let warnings = run.audit.records().into_iter().filter_map(|record| match record {
        Record::Warning(text) => Some(text),
        _ => None,
    });
    warnings.collect()
}

#[test]
fn a_worker_that_cannot_be_ended_is_parked_and_its_page_goes_on() {
    let _one = ONE_AT_A_TIME.lock();
    let told = parked("this.worker = wx.createWorker('workers/w.js');", endless());
    assert!(told.iter().any(|text| text.contains("workers/w.js")), "{told:?}");
}

#[test]
fn a_motion_thread_that_cannot_be_ended_is_parked_and_its_page_goes_on() {
    let _one = ONE_AT_A_TIME.lock();
    let endless = endless();
    let page = format!("const endless = () => {{ 'worklet'; return {endless} }}; wx.worklet.runOnUI(endless)();");
    let told = parked(&page, "");
    assert!(told.iter().any(|text| text.contains("worklets do not run any more")), "{told:?}");
}
