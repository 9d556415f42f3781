//! The hostile corpus: mini-programs that try to take their host down, one after the other in one process, beside one that
//! only wants to live.
//!
//! `hostile/<category>/<name>.js` is what a page does in `onLoad`. Its first line says what may become of it:
//!
//! * `stopped`: the mini-program was ended and its thread with it,
//! * `parked`: the thread was parked,
//! * `error`: an exception that nothing caught, and the mini-program goes on,
//! * `harmless`: nothing of that.
//!
//! `script/HOSTILE.md` is the table of all of them (`UPDATE=1 cargo test -p pellicle-script --test hostile` writes it).

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

use pellicle_layout::document::ops::Commit;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::{FrameTimes, HostCommand, LaunchOptions};
use pellicle_script::bridge::outbox::{HostMessage, StopReason};
use pellicle_script::bridge::thread::{Drive, LogicHandle, SpawnError, ThreadConfig, spawn};
use pellicle_script::capability::Capabilities;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::logic::{LogicProgram, LogicSetup};
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::{Mulberry32, SystemClock};
use pellicle_script::sandbox::{self, AccountingAllocator, Bounds, Budget, Budgets, Trust};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

#[global_allocator]
static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();

const TURN_MS: u64 = 400;
const GRACE_MS: u64 = 150;
/// What a thread may use past its budget until it is off the CPU, ms.
const PROMISED_MS: f64 = 250.0;
/// In real time: only a test that hangs gets there.
const HUNG: Duration = Duration::from_secs(60);

fn budgets() -> Budgets {
    let cpu = Bounds { soft: TURN_MS / 2, hard: TURN_MS };
    Budgets {
        heap: Bounds { soft: 32 << 20, hard: 48 << 20 },
        heap_cap: 64 << 20,
        turn_cpu_ms: cpu,
        launch_cpu_ms: cpu,
        cpu_share: Bounds { soft: 50, hard: 75 },
        cpu_share_window_ms: 800,
        grace_ms: GRACE_MS,
        stack_bytes: 16 << 20,
        loop_rounds: 2_000_000,
        jobs: Bounds { soft: 10_000, hard: 200_000 },
        ..Budgets::default()
    }
}

/// Counts signs of life and faults.
#[derive(Default)]
struct Signs {
    alive: AtomicU32,
    faults: AtomicU32,
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

struct Running {
    logic: LogicHandle,
    signs: Arc<Signs>,
    commits: Vec<Commit>,
    frames: u64,
}

impl Running {
    fn start(name: &str, page: &str) -> Running {
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
        let logic = spawn(config, move |context| LogicProgram::new(setup, context)).unwrap();
        logic.command(HostCommand::Launch(LaunchOptions::default())).unwrap();
        Running { logic, signs, commits: Vec::new(), frames: 0 }
    }

    /// Takes what has come and acknowledges it, as frames do.
    fn frame(&mut self) {
        let mut commits = std::mem::take(&mut self.commits);
        self.logic.take(&mut commits);
        for commit in commits.drain(..) {
            self.frames += 1;
            self.logic.acknowledge(commit, self.frames, FrameTimes::default());
        }
        self.commits = commits;
    }

    fn alive(&self) -> u32 {
        self.signs.alive.load(Ordering::Relaxed)
    }
}

const NEIGHBOUR: &str =
    "Page({ data: { n: 0 }, onLoad() { setInterval(() => this.setData({ n: this.data.n + 1 }), 5) } })";

struct Case {
    name: String,
    expected: Vec<String>,
    /// Real time that it may take to show what it is, ms.
    patience: u64,
    page: String,
}

fn corpus() -> Vec<Case> {
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

/// Runs one case; what became of it, and why.
fn run(case: &Case, neighbour: &mut Running) -> (&'static str, String) {
    let mut it = Running::start(&case.name, &case.page);
    let began = Instant::now();
    loop {
        it.frame();
        neighbour.frame();
        while let Some(message) = it.logic.receive() {
            let HostMessage::Stopped(reason) = message else { continue };
            let figures = it.logic.sandbox().figures();
            let outcome = match &reason {
                StopReason::Budget(report) => {
                    assert_eq!(report.parked, it.logic.is_parked(), "{}", case.name);
                    assert!(!report.doing.is_empty(), "{}", case.name);
                    if matches!(report.budget, Budget::TurnCpu | Budget::LaunchCpu) {
                        let past = figures.longest_turn_ms - TURN_MS as f64;
                        println!("{} {past:.0} ms past its budget", case.name);
                        assert!(past <= PROMISED_MS, "{}: {past} ms of CPU time past its budget", case.name);
                    }
                    if report.parked { "parked" } else { "stopped" }
                }
                StopReason::Fatal(_) => "stopped",
                other => panic!("{}: {other:?}", case.name),
            };
            return (outcome, reason.to_string());
        }
        let patient = began.elapsed() >= Duration::from_millis(case.patience);
        if patient && it.alive() >= 3 && it.logic.sandbox().figures().turns >= 4 {
            let faults = it.signs.faults.load(Ordering::Relaxed);
            return (if faults > 0 { "error" } else { "harmless" }, format!("{faults} faults"));
        }
        assert!(began.elapsed() < HUNG, "{} neither ends nor goes on", case.name);
        std::thread::sleep(Duration::from_millis(2));
    }
}

#[test]
fn every_attack_ends_and_nobody_else_notices() {
    assert!(sandbox::install());
    assert!(sandbox::enforcement().is_complete());
    sandbox::set_parked_limit(1000);
    let mut neighbour = Running::start("neighbour", NEIGHBOUR);
    let wanted = std::env::var("HOSTILE").unwrap_or_default();
    let mut wrong = String::new();
    let (mut programs, cases) = (0, corpus());
    for case in cases.iter().filter(|case| case.name.contains(&wanted)) {
        let (signs, frames) = (neighbour.alive(), neighbour.frames);
        let began = Instant::now();
        let (outcome, why) = run(case, &mut neighbour);
        println!("{:9} {:40} {:?} {why}", outcome, case.name, began.elapsed());
        programs += u32::from(outcome == "parked");
        if !case.expected.iter().any(|expected| expected == outcome) {
            writeln!(wrong, "{}: {outcome} instead of {}: {why}", case.name, case.expected.join(" or ")).unwrap();
        }
        // The other one goes on: its timers fire and its commits come.
        let until = Instant::now();
        while neighbour.alive() < signs + 3 || neighbour.frames < frames + 3 {
            neighbour.frame();
            assert!(until.elapsed() < HUNG, "the neighbour of {} is disturbed", case.name);
            std::thread::sleep(Duration::from_millis(1));
        }
        assert_eq!(neighbour.signs.faults.load(Ordering::Relaxed), 0);
    }
    assert!(wrong.is_empty(), "\n{wrong}");
    assert_eq!(neighbour.logic.sandbox().report(), None);
    let parked = sandbox::parked();
    assert_eq!(parked.programs, programs, "{parked:?}");
    assert!(parked.heap_bytes <= u64::from(programs) * (80 << 20), "{parked:?}");

    // What is lost is counted, and a host may say that it is enough.
    sandbox::set_parked_limit(0);
    let config = ThreadConfig::new(Drive::Free(Arc::new(SystemClock::new(0))), Arc::new(|| {}));
    let refused = spawn(config, |_| Err::<LogicProgram, _>(String::new()));
    assert!(matches!(refused, Err(SpawnError::TooManyParked(_))));
    sandbox::set_parked_limit(1000);
}

#[test]
fn the_page_lists_the_corpus() {
    let cases = corpus();
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for case in &cases {
        for outcome in &case.expected {
            assert!(["stopped", "parked", "error", "harmless"].contains(&&**outcome), "{}", case.name);
        }
        *counts.entry(&case.expected[0]).or_default() += 1;
    }
    assert!(cases.len() >= 150, "{} cases", cases.len());
    let mut page = String::from(
        "# Hostile mini-programs\n\nWhat becomes of each program of `script/tests/hostile` when its logic runs in the host's process, with the \
         accounting allocator and the handlers installed (`cargo test -p pellicle-script --test hostile`; `UPDATE=1` writes this page).\n\n\
         * **stopped**: it was ended, and its thread and memory with it.\n\
         * **parked**: it takes no step at which it could be ended. Its thread stops returning; at most its hard cap of heap and the touched \
         part of its stack are lost until the process ends.\n\
         * **error**: an exception that nothing caught; it goes on.\n* **harmless**: it goes on.\n\n\
         In-process isolation cannot end what is listed as parked without that loss; a child process can.\n\n",
    );
    let counts: Vec<String> = counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let (all, counts) = (cases.len(), counts.join(", "));
    writeln!(page, "Of {all} programs: {counts}. Where more is named, it depends on how fast the machine is.\n")
        .unwrap();
    writeln!(page, "| program | becomes |\n| --- | --- |").unwrap();
    for case in &cases {
        writeln!(page, "| `{}` | {} |", case.name, case.expected.join(" or ")).unwrap();
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("HOSTILE.md");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(&path, &page).unwrap();
    }
    assert!(std::fs::read_to_string(&path).is_ok_and(|stands| stands == page), "HOSTILE.md is out of date");
}

#[test]
fn values_that_other_threads_free_leave_the_figure_flat() {
    let sandbox = sandbox::Sandbox::new(Budgets::default());
    let (send, receive) = std::sync::mpsc::sync_channel::<Vec<Arc<str>>>(4);
    let render = std::thread::spawn(move || receive.iter().map(|texts| texts.len()).sum::<usize>());
    let own = sandbox.clone();
    let logic = std::thread::spawn(move || {
        let _member = own.enter_thread(false, |_| {});
        let batch = |n: u32| (0..10_000).map(|i| Arc::from(format!("text {n} {i}"))).collect::<Vec<Arc<str>>>();
        for n in 0..10 {
            send.send(batch(n)).unwrap();
        }
        for n in 0..100 {
            send.send(batch(n)).unwrap();
        }
    });
    logic.join().unwrap();
    assert_eq!(render.join().unwrap(), 1_100_000);
    let figures = sandbox.figures();
    assert!(figures.heap_peak > 100_000, "{figures:?}");
    // The thread's own odds and ends.
    assert!(figures.heap_bytes < 10_000, "{figures:?}");
}

#[test]
fn a_figure_counts_what_lives() {
    let sandbox = sandbox::Sandbox::new(Budgets::default());
    let own = sandbox.clone();
    let kept = std::thread::spawn(move || {
        let _member = own.enter_thread(false, |_| {});
        let before = own.figures().heap_bytes;
        let mut kept = vec![1_u8; 1 << 20];
        assert!(own.figures().heap_bytes >= before + (1 << 20));
        kept.extend_from_slice(&[2; 1 << 20]);
        assert!(own.figures().heap_bytes >= before + (2 << 20));
        kept
    });
    let mut kept = kept.join().unwrap();
    assert!(sandbox.figures().heap_bytes >= 2 << 20);
    // What another thread makes larger is that thread's from then on.
    kept.reserve(8 << 20);
    assert!(kept[..1 << 20].iter().all(|byte| *byte == 1) && kept[1 << 20..].iter().all(|byte| *byte == 2));
    assert!(sandbox.figures().heap_bytes < 1 << 20);
}
