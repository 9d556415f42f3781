//! The hostile corpus, and how its programs run beside one that only wants to live.

#![allow(dead_code)] // each test file uses its part

#[path = "engine.rs"]
pub mod engine;

use engine::{code, engine};
use pellicle_layout::document::ops::Commit;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::{FrameTimes, HostCommand, LaunchOptions};
use pellicle_script::bridge::thread::{Drive, LogicHandle, ThreadConfig, spawn};
use pellicle_script::capability::Capabilities;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::logic::{LogicProgram, LogicSetup};
use pellicle_script::package::MemoryPackage;
use pellicle_script::process::{self, ProcessOptions};
use pellicle_script::realm::{Mulberry32, SystemClock};
use pellicle_script::sandbox::{Bounds, Budgets, Trust};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

pub const TURN_MS: u64 = 400;
pub const GRACE_MS: u64 = 150;
/// What a thread may use past its budget until it is off the CPU, ms.
pub const PROMISED_MS: f64 = 250.0;
/// In real time: only a test that hangs gets there.
pub const HUNG: Duration = Duration::from_secs(60);

pub fn budgets() -> Budgets {
    let cpu = Bounds { soft: TURN_MS / 2, hard: TURN_MS };
    Budgets {
        heap: Bounds { soft: 32 << 20, hard: 48 << 20 },
        heap_cap: 64 << 20,
        turn_cpu_ms: cpu,
        launch_cpu_ms: cpu,
        cpu_share: Bounds { soft: 20, hard: 30 },
        cpu_share_window_ms: 2500,
        grace_ms: GRACE_MS,
        stack_bytes: 16 << 20,
        loop_rounds: 2_000_000,
        jobs: Bounds { soft: 10_000, hard: 200_000 },
        ..Budgets::default()
    }
}

/// Counts signs of life and faults.
#[derive(Default)]
pub struct Signs {
    pub alive: AtomicU32,
    pub faults: AtomicU32,
}

impl AuditSink for Signs {
    fn record(&self, record: Record) {
        match record {
            Record::Console { text, .. } if text == "alive" => {
                self.alive.fetch_add(1, Ordering::Relaxed);
            }
            Record::Fault { .. } => {
                self.faults.fetch_add(1, Ordering::Relaxed);
            }
            _ => {}
        }
    }

    fn wants_calls(&self) -> bool {
        false
    }
}

pub struct Running {
    pub logic: LogicHandle,
    pub signs: Arc<Signs>,
    commits: Vec<Commit>,
    pub frames: u64,
}

impl Running {
    /// Starts a page on a thread.
    pub fn start(name: &str, page: &str) -> Running {
        Self::start_in(false, name, page)
    }

    /// Starts a page on a thread or in a process.
    pub fn start_in(process: bool, name: &str, page: &str) -> Running {
        let files = [
            ("app.json", r#"{"pages": ["pages/a/a"]}"#),
            ("app.js", "App({ onLaunch() { setInterval(() => console.log('alive'), 10) } })"),
            ("pages/a/a.wxml", "<view wx:for=\"{{list}}\" wx:key=\"*this\">{{item}}</view><view>{{n}}</view>"),
            ("pages/a/a.js", page),
        ];
        let package: MemoryPackage = files.iter().map(|(path, text)| (path.to_string(), text.as_bytes())).collect();
        let clock = Arc::new(SystemClock::new(0));
        let signs = Arc::new(Signs::default());
        let setup = LogicSetup {
            engine: engine(),
            code: code(),
            package: Arc::new(package),
            clock: clock.clone(),
            random: Box::new(Mulberry32::new(1)),
            capabilities: Capabilities::default(),
            profile: ServiceProfile::Host,
            audit: signs.clone(),
            diagnostics: Arc::new(|_| {}),
            aliases: Vec::new(),
            motion: None,
        };
        let mut config = ThreadConfig::new(Drive::Free(clock), Arc::new(|| {}));
        name.clone_into(&mut config.name);
        config.budgets = budgets();
        config.trust = Trust::Foreign;
        let logic = match process {
            false => spawn(config, move |context| LogicProgram::new(setup, context)).unwrap(),
            true => process::spawn(config, ProcessOptions::default(), |_| setup).unwrap(),
        };
        logic.command(HostCommand::Launch(LaunchOptions::default())).unwrap();
        Running { logic, signs, commits: Vec::new(), frames: 0 }
    }

    /// Takes what has come and acknowledges it, as frames do.
    pub fn frame(&mut self) {
        let mut commits = std::mem::take(&mut self.commits);
        self.logic.take(&mut commits);
        for commit in commits.drain(..) {
            self.frames += 1;
            self.logic.acknowledge(commit, self.frames, FrameTimes::default());
        }
        self.commits = commits;
    }

    pub fn alive(&self) -> u32 {
        self.signs.alive.load(Ordering::Relaxed)
    }
}

pub const NEIGHBOUR: &str =
    "Page({ data: { n: 0 }, onLoad() { setInterval(() => this.setData({ n: this.data.n + 1 }), 5) } })";

pub struct Case {
    pub name: String,
    pub expected: Vec<String>,
    /// Real time that it may take to show what it is, ms.
    pub patience: u64,
    pub page: String,
}

pub fn corpus() -> Vec<Case> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/hostile");
    let list = |path: &Path| {
        let mut entries: Vec<PathBuf> = std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()).collect();
        entries.sort();
        entries
    };
    let mut cases = Vec::new();
    for category in list(&root) {
        for file in list(&category) {
            let source = std::fs::read_to_string(&file).unwrap();
            let head = source.lines().next().unwrap().trim_start_matches("// ");
            let (expected, patience) = head.split_once(", within ").unwrap_or((head, "0 ms"));
            cases.push(Case {
                name: file.strip_prefix(&root).unwrap().with_extension("").display().to_string(),
                expected: expected.split(" or ").map(str::to_owned).collect(),
                patience: patience.trim_end_matches(" ms").parse().unwrap(),
                page: format!("Page({{ data: {{ list: [], n: 0 }}, onLoad() {{\n{source}\n}} }})"),
            });
        }
    }
    cases
}

/// What may become of a program in a process of its own: nothing of it is ever left there.
pub fn in_process(case: &Case) -> Vec<&str> {
    let mut outcomes: Vec<&str> = Vec::new();
    for outcome in &case.expected {
        let outcome = if matches!(&**outcome, "stopped" | "parked") { "ended" } else { outcome };
        if !outcomes.contains(&outcome) {
            outcomes.push(outcome);
        }
    }
    outcomes
}
