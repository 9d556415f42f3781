//! The second level of the hostile corpus: each program in a process of its own, which can do nothing but run it. The
//! process is this test, started again, so it has no harness of its own.
//!
//! Each ends as an error, harmless, or with its process; never with anything left behind. `HOSTILE=part-of-a-name` runs a
//! part.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[cfg(target_os = "linux")]
#[path = "support/hostile.rs"]
mod support;

#[cfg(target_os = "linux")]
#[global_allocator]
static ALLOCATOR: pellicle_script::sandbox::AccountingAllocator = pellicle_script::sandbox::AccountingAllocator::new();

#[cfg(target_os = "linux")]
#[path = "support/own_main.rs"]
mod own_main;

fn main() {
    pellicle_script::process::child_main_if_asked();
    #[cfg(target_os = "linux")]
    own_main::run_asked(&[("every_attack_ends_with_its_process", corpus::run)]);
}

#[cfg(target_os = "linux")]
mod corpus {
    use crate::support::engine::engine;
    use crate::support::{Case, HUNG, NEIGHBOUR, PROMISED_MS, Running, TURN_MS, corpus, in_process};
    use pellicle_script::bridge::outbox::{HostMessage, StopReason};
    use pellicle_script::realm::ScriptEngine;
    use pellicle_script::sandbox::{self, Budget};
    use std::path::Path;
    use std::sync::Mutex;
    use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
    use std::time::{Duration, Instant};

    /// Real time that a program may take on a loaded machine to show what it is.
    const LOADED: Duration = Duration::from_secs(20);
    /// The corpus says how each ends on Boa. On QuickJS each ends somehow, too.
    fn is_known() -> bool {
        engine() == ScriptEngine::Boa
    }

    /// Programs that run at once.
    const AT_ONCE: usize = 2;

    /// Runs one case; what became of it, and why.
    fn run_case(case: &Case) -> (&'static str, String) {
        let mut it = Running::start_in(true, &case.name, &case.page);
        let process = it.logic.sandbox().process().unwrap().pid;
        let began = Instant::now();
        let outcome = loop {
            it.frame();
            if let Some(HostMessage::Stopped(reason)) = it.logic.receive() {
                match &reason {
                    StopReason::Budget(report) => {
                        assert!(!report.parked, "{}: {reason}", case.name);
                        if matches!(report.budget, Budget::TurnCpu | Budget::LaunchCpu) {
                            let longest = it.logic.sandbox().figures().longest_turn_ms.max(report.figure as f64);
                            let past = longest - report.limit as f64;
                            assert!(past <= PROMISED_MS, "{}: {past} ms of CPU time past its budget", case.name);
                            // The same as the system counts it, of the whole process until its end.
                            let used = it.logic.sandbox().process().unwrap().turn_cpu_ms;
                            let past = used as f64 - TURN_MS as f64;
                            println!("{} {past:.0} ms past its budget when it had ended", case.name);
                            assert!(past <= PROMISED_MS, "{}: {past} ms past its budget at its end", case.name);
                        }
                    }
                    StopReason::Fatal(_) => {}
                    other => panic!("{}: {other:?}", case.name),
                }
                break ("ended", reason.to_string());
            }
            let patient = began.elapsed() >= Duration::from_millis(case.patience);
            if patient && it.alive() >= 3 && it.logic.sandbox().figures().turns >= 4 {
                let faults = it.signs.faults.load(Ordering::Relaxed);
                let outcome = if faults > 0 { "error" } else { "harmless" };
                // A share of real time is used up later on a machine with much else to do.
                if !is_known() || in_process(case).contains(&outcome) || began.elapsed() > LOADED {
                    break (outcome, format!("{faults} faults"));
                }
            }
            assert!(began.elapsed() < HUNG, "{} neither ends nor goes on", case.name);
            std::thread::sleep(Duration::from_millis(2));
        };
        drop(it);
        let gone = Instant::now();
        while Path::new(&format!("/proc/{process}")).exists() {
            assert!(gone.elapsed() < HUNG, "{}: its process is still there", case.name);
            std::thread::sleep(Duration::from_millis(5));
        }
        outcome
    }

    /// Memory of this process that is there, bytes.
    fn resident() -> u64 {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    pub fn run() {
        assert!(sandbox::install());
        let wanted = std::env::var("HOSTILE").unwrap_or_default();
        let cases: Vec<Case> = corpus().into_iter().filter(|case| case.name.contains(&wanted)).collect();
        let (next, done, over) = (AtomicUsize::new(0), AtomicU64::new(0), AtomicBool::new(false));
        let wrong = Mutex::new(Vec::new());
        let memory = Mutex::new(None);
        std::thread::scope(|scope| {
            // It lives in the process of the host, and must not notice.
            let neighbour = scope.spawn(|| {
                let mut neighbour = Running::start("neighbour", NEIGHBOUR);
                let (mut signs, mut seen) = (0, Instant::now());
                while !over.load(Ordering::Relaxed) {
                    neighbour.frame();
                    if neighbour.alive() > signs {
                        (signs, seen) = (neighbour.alive(), Instant::now());
                    }
                    assert!(seen.elapsed() < HUNG, "the neighbour is disturbed");
                    std::thread::sleep(Duration::from_millis(2));
                }
                assert_eq!(neighbour.signs.faults.load(Ordering::Relaxed), 0);
                assert_eq!(neighbour.logic.sandbox().report(), None);
                assert!(neighbour.frames > 3);
            });
            let workers: Vec<_> = (0..AT_ONCE)
                .map(|_| {
                    scope.spawn(|| {
                        while let Some(case) = cases.get(next.fetch_add(1, Ordering::Relaxed)) {
                            let began = Instant::now();
                            let (outcome, why) = run_case(case);
                            println!("{outcome:9} {:40} {:?} {why}", case.name, began.elapsed());
                            if is_known() && !in_process(case).contains(&outcome) {
                                let expected = in_process(case).join(" or ");
                                wrong
                                    .lock()
                                    .unwrap()
                                    .push(format!("{}: {outcome} instead of {expected}: {why}", case.name));
                            }
                            if done.fetch_add(1, Ordering::Relaxed) == 20 {
                                *memory.lock().unwrap() = Some(resident());
                            }
                        }
                    })
                })
                .collect();
            let ended: Vec<_> = workers.into_iter().map(|worker| worker.join()).collect();
            over.store(true, Ordering::Relaxed);
            assert!(neighbour.join().is_ok() && ended.iter().all(Result::is_ok));
        });
        let wrong = wrong.into_inner().unwrap();
        assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
        // Nothing is left in the process of the host.
        assert_eq!(sandbox::parked().threads, 0);
        if let Some(before) = memory.into_inner().unwrap() {
            let after = resident();
            println!("resident: {before} bytes after 20 programs, {after} after {}", cases.len());
            assert!(after < before + before / 20 + (16 << 20), "{before} {after}");
        }
    }
}
