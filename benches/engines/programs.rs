//! Operations of mini-programs: script's part of each, on Boa and on QuickJS in turns.
//!
//! Each runs in a process of its own, which opens the program, does all of its operations for some rounds and says the
//! median time of the logic thread for each: script, the framework's work for it, and finding what changes in templates.

use super::figures::{Bar, Ratio, geometric, median};
use super::staged::Staged;
use super::{Failure, MODE};
use pellicle_script::phases::Phase;
use pellicle_script::realm::ScriptEngine;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What each operation may take on Boa, in QuickJS's time.
const EACH: f64 = 2.0;
/// The same in the geometric mean.
const MEAN: f64 = 1.5;
/// What one `setData` of one field of a large form may take.
const FIELD: f64 = 1.5;

/// A mini-program of which operations are measured.
struct Program<'a> {
    /// What it is about, for people.
    name: &'a str,
    folder: &'a Path,
    /// How often a process does each operation.
    times: u32,
}

/// Does the operations of a program in one process; gives what the report says of each.
fn run(program: &Program<'_>, engine: ScriptEngine, into: &Path, more: &[&str]) -> Result<Vec<Value>, Failure> {
    let output = Command::new(std::env::current_exe()?)
        .env(MODE, "operations")
        .arg("bench")
        .arg(program.folder)
        .arg("--scenario")
        .arg(program.folder.join("operations.json"))
        .args(["--runs", "1", "--frames", &program.times.to_string(), "--renderer", "cpu"])
        .args(more)
        .args(["--engine", engine.name(), "--json"])
        .arg(into)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let mut report: Value = serde_json::from_str(&std::fs::read_to_string(into)?)?;
    match report.get_mut("operations").map(Value::take) {
        Some(Value::Array(operations)) => Ok(operations),
        _ => Err("the report has no operations".into()),
    }
}

/// Name and median of logic's part of each operation, ms.
fn measure(program: &Program<'_>, engine: ScriptEngine, into: &Path) -> Result<Vec<(String, f64)>, Failure> {
    let read = |operation: &Value| {
        let name = operation.get("operation")?.as_str()?.to_owned();
        Some((name, operation.pointer("/parts/logic/p50")?.as_f64()?))
    };
    Ok(run(program, engine, into, &[])?.iter().filter_map(read).collect())
}

/// Prints where the time of each operation goes on each engine. To measure that takes time itself, so it is done once more,
/// apart from what is compared.
fn phases(program: &Program<'_>, into: &Path) -> Result<(), Failure> {
    let loading = [Phase::Open, Phase::Prepare, Phase::Parse, Phase::Compile];
    let shown = [Phase::Run, Phase::Natives, Phase::Conversion, Phase::Templates, Phase::Collection, Phase::Framework];
    println!("\nPhases of {}, ms (mean of {} times)\n", program.name, program.times);
    print!("{:<28} {:<8} {:>9}", "", "", "loading");
    shown.iter().for_each(|phase| print!(" {:>10}", phase.name()));
    println!();
    let [boa, quick] =
        [ScriptEngine::Boa, ScriptEngine::QuickJs].map(|engine| run(program, engine, into, &["--phases"]));
    for (boa, quick) in boa?.iter().zip(&quick?) {
        for (name, operation) in [("boa", boa), ("quickjs", quick)] {
            let of = |phase: &Phase| operation.pointer(&format!("/phases/{}", phase.name())).and_then(Value::as_f64);
            let of = |phase: &Phase| of(phase).unwrap_or(f64::NAN);
            let title = operation.get("operation").and_then(Value::as_str).unwrap_or_default();
            print!("{title:<28} {name:<8} {:>9.3}", loading.iter().map(of).sum::<f64>());
            shown.iter().for_each(|phase| print!(" {:>10.3}", of(phase)));
            println!();
        }
    }
    Ok(())
}

/// Times of an operation in each round, ms.
#[derive(Default)]
struct Times {
    boa: Vec<f64>,
    quick: Vec<f64>,
}

fn compare(program: &Program<'_>, rounds: usize) -> Result<(), Failure> {
    let file = std::env::temp_dir().join(format!("pellicle-engines-{}.json", std::process::id()));
    let mut order: Vec<String> = Vec::new();
    let mut times: BTreeMap<String, Times> = BTreeMap::new();
    for round in 0..rounds {
        for place in 0..2 {
            // Another one begins each time.
            let engine = [ScriptEngine::Boa, ScriptEngine::QuickJs][(place + round) % 2];
            for (name, time) in measure(program, engine, &file)? {
                if !times.contains_key(&name) {
                    order.push(name.clone());
                }
                let times = times.entry(name).or_default();
                match engine {
                    ScriptEngine::Boa => times.boa.push(time),
                    ScriptEngine::QuickJs => times.quick.push(time),
                }
            }
        }
    }
    println!(
        "\nScript's part of {}, {rounds} rounds; ms (median), ratios of a round (median, least to most)\n",
        program.name
    );
    println!("{:<28} {:>9} {:>9}   {:<20} bar", "", "Boa", "QuickJS", "Boa / QuickJS");
    let mut middles = Vec::new();
    let mut missed = 0;
    for name in &order {
        let Some(Times { boa, quick }) = times.get_mut(name) else { continue };
        let ratio = Ratio::of(boa, quick);
        let most = if name.ends_with("form: one field") { FIELD } else { EACH };
        let bar = Bar { most, figure: ratio.middle };
        missed += usize::from(!bar.is_met());
        middles.push(ratio.middle);
        println!("{name:<28} {:>9.3} {:>9.3}   {ratio:<20} {bar}", median(boa), median(quick));
    }
    let mean = geometric(&middles);
    println!("geometric mean of Boa / QuickJS: {mean:.2}, {}", Bar { most: MEAN, figure: mean });
    println!("operations over their bar: {missed} of {}", order.len());
    phases(program, &file)?;
    // It lies among what may be lost.
    let _ = std::fs::remove_file(&file);
    Ok(())
}

fn bench(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// The row operations of js-framework-benchmark.
///
/// # Errors
/// If the program cannot be measured.
pub fn rows(rounds: usize) -> Result<(), Failure> {
    compare(&Program { name: "the row operations", folder: &bench("rows"), times: 8 }, rounds)
}

/// Pages of TDesign and Vant.
///
/// # Errors
/// If the program cannot be measured, or an operation does not do what it says.
pub fn pages(rounds: usize) -> Result<(), Failure> {
    let Some(staged) = Staged::new(&bench("pages"), &["tdesign-miniprogram", "@vant/weapp"])? else { return Ok(()) };
    compare(&Program { name: "pages of TDesign and Vant", folder: staged.folder(), times: 6 }, rounds)
}
