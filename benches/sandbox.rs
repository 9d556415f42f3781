//! What the sandbox costs: the row operations with its allocator, watchdog and handlers, and without, in turns.
//!
//! One build in both cases: without `sandbox::install` no heap is set aside, so the allocator hands everything on to the
//! system's, and no thread is watched. Each round runs both, one after the other; only ratios of a round are compared.
//! `cargo bench -p pellicle-benches --bench sandbox [-- ROUNDS]`

use pellicle::frame::memory::CountingAllocator;
use pellicle_script::sandbox::{self, AccountingAllocator};
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

#[global_allocator]
static ALLOCATOR: CountingAllocator<AccountingAllocator> = CountingAllocator::over(AccountingAllocator::new());

/// Set in the environment of a process that measures.
const MODE: &str = "PELLICLE_BENCH_SANDBOX";
const ROUNDS: usize = 9;

fn main() -> ExitCode {
    match std::env::var(MODE).as_deref() {
        Ok("with") => {
            assert!(sandbox::install() && sandbox::enforcement().is_complete(), "this system has no such sandbox");
            pellicle::cli::main()
        }
        Ok(_) => pellicle::cli::main(),
        Err(_) => match compare() {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                eprintln!("{error}");
                ExitCode::FAILURE
            }
        },
    }
}

/// Median times of the operations of one run, ms: all of it, and script's part.
type Times = BTreeMap<String, (f64, f64)>;

/// Processor time of all processes that this one has waited for, in the system's ticks; `None` where it does not say.
fn children_ticks() -> Option<f64> {
    let text = std::fs::read_to_string("/proc/self/stat").ok()?;
    // The name in parentheses may hold anything; user and system time of children are the 14th and 15th figure after it.
    let mut figures = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace().skip(13);
    Some(figures.next()?.parse::<f64>().ok()? + figures.next()?.parse::<f64>().ok()?)
}

fn measure(mode: &str, rows: &Path, into: &Path) -> Result<(Times, f64), Box<dyn Error>> {
    let before = children_ticks();
    let operations = rows.join("operations.json");
    let output = Command::new(std::env::current_exe()?)
        .env(MODE, mode)
        .arg("bench")
        .arg(rows)
        .arg("--scenario")
        .arg(&operations)
        .args(["--runs", "1", "--frames", "8", "--renderer", "cpu", "--json"])
        .arg(into)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let used = children_ticks().zip(before).map_or(f64::NAN, |(after, before)| after - before);
    let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(into)?)?;
    let mut times = Times::new();
    collect(&report, &mut times);
    Ok((times, used))
}

/// Finds the operations in a report, wherever they stand.
fn collect(value: &serde_json::Value, times: &mut Times) {
    if let Some(name) = value.get("operation").and_then(serde_json::Value::as_str) {
        let number = |pointer: &str| value.pointer(pointer).and_then(serde_json::Value::as_f64);
        if let (Some(total), Some(logic)) = (number("/total/p50"), number("/parts/logic/p50")) {
            times.insert(name.to_owned(), (total, logic));
        }
    }
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, times)),
        serde_json::Value::Object(fields) => fields.values().for_each(|item| collect(item, times)),
        _ => {}
    }
}

fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn compare() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().skip(1).find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let rows: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR")).join("rows");
    let file = std::env::temp_dir().join(format!("pellicle-sandbox-{}.json", std::process::id()));
    let mut ratios: BTreeMap<String, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    let mut processor = Vec::new();
    for round in 0..rounds {
        // Another one begins each time.
        let order = if round % 2 == 0 { ["with", "without"] } else { ["without", "with"] };
        let mut both = BTreeMap::new();
        for mode in order {
            both.insert(mode, measure(mode, &rows, &file)?);
        }
        let (with, without) = (&both["with"], &both["without"]);
        processor.push(with.1 / without.1);
        for (name, (total, logic)) in &with.0 {
            if let Some((plain, plain_logic)) = without.0.get(name) {
                let (totals, logics) = ratios.entry(name.clone()).or_default();
                totals.push(total / plain);
                logics.push(logic / plain_logic);
            }
        }
    }
    let _ = std::fs::remove_file(&file);
    println!("with the sandbox / without, median of {rounds} rounds: all of an operation, and script's part");
    let (mut sum, mut script) = (Vec::new(), Vec::new());
    for (name, (totals, logics)) in &mut ratios {
        let (total, logic) = (median(totals), median(logics));
        let (least, most) = (totals.first().copied().unwrap_or(f64::NAN), totals.last().copied().unwrap_or(f64::NAN));
        println!("  {name:<20} {total:.3} ({least:.2}-{most:.2})   {logic:.3}");
        sum.push(total.ln());
        script.push(logic.ln());
    }
    let mean = |logs: &[f64]| (logs.iter().sum::<f64>() / logs.len() as f64).exp();
    println!("  {:<20} {:.3}               {:.3}", "geometric mean", mean(&sum), mean(&script));
    let used = median(&mut processor);
    let (least, most) = (processor.first().copied().unwrap_or(f64::NAN), processor.last().copied().unwrap_or(f64::NAN));
    println!("  {:<20} {used:.3} ({least:.2}-{most:.2})   of the whole run", "processor time");
    Ok(())
}
