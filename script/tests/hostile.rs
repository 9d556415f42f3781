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

#[path = "support/hostile.rs"]
mod support;

use pellicle_script::bridge::outbox::{HostMessage, StopReason};
use pellicle_script::bridge::thread::{Drive, SpawnError, ThreadConfig, spawn};
use pellicle_script::logic::LogicProgram;
use pellicle_script::realm::{ScriptEngine, SystemClock};
use pellicle_script::sandbox::{self, AccountingAllocator, Budget, Budgets};
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};
use support::engine::engine;
use support::{Case, HUNG, NEIGHBOUR, PROMISED_MS, Running, TURN_MS, corpus, in_process};

#[global_allocator]
static ALLOCATOR: AccountingAllocator = AccountingAllocator::new();

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

/// What may have to be parked on QuickJS and not on Boa: `JSON.stringify` compares with all that it is inside of, without asking
/// whether it may go on.
const ENDLESS_ON_QUICKJS: [&str; 1] = ["json/replacer"];

/// What goes over lists that only say that they are long; on QuickJS these are guarded as on Boa.
const LISTS: [&str; 9] = [
    "builtins/concat",
    "builtins/copy_sparse",
    "builtins/copy_within",
    "builtins/flat_map",
    "builtins/reverse",
    "builtins/slice",
    "builtins/splice",
    "builtins/string_raw",
    "builtins/unshift",
];

/// The corpus says what becomes of a program on Boa. On QuickJS more of them can be ended, and all of them end somehow; what has to
/// be parked is known by name.
fn is_expected(case: &Case, outcome: &str) -> bool {
    match engine() {
        ScriptEngine::QuickJs if !LISTS.contains(&&*case.name) => {
            let can_park = case.expected.iter().any(|expected| expected == "parked");
            outcome != "parked" || can_park || ENDLESS_ON_QUICKJS.contains(&&*case.name)
        }
        _ => case.expected.iter().any(|expected| expected == outcome),
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
        if !is_expected(case, outcome) {
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
    // How soon a built-in of QuickJS comes to an end depends on the machine, so a few more may have to be parked.
    let may_differ = if engine() == ScriptEngine::Boa { 0 } else { 5 };
    assert!(wrong.lines().count() <= may_differ, "\n{wrong}");
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
         In-process isolation cannot end what is listed as parked without that loss; a child process can. The last column says what becomes of \
         the same program in a process of its own (`--test hostile_process`): **ended** is its process, by itself or killed, and nothing of it is left.\n\n",
    );
    let counts: Vec<String> = counts.iter().map(|(outcome, count)| format!("{count} {outcome}")).collect();
    let (all, counts) = (cases.len(), counts.join(", "));
    writeln!(page, "Of {all} programs: {counts}. Where more is named, it depends on how fast the machine is.\n")
        .unwrap();
    writeln!(page, "| program | on a thread | in a process |\n| --- | --- | --- |").unwrap();
    for case in &cases {
        let process = in_process(case).join(" or ");
        writeln!(page, "| `{}` | {} | {process} |", case.name, case.expected.join(" or ")).unwrap();
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
