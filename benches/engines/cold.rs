//! Mini-programs from their start to the first picture, on Boa and on QuickJS in turns, and how much of that is script.
//!
//! Each start is that of a fresh process. Script's share is what its thread did for it until then (setting the engine up,
//! reading, compiling and running files, calls of the host, values that cross) of the time from the order to
//! start the process to the picture; the two threads run beside each other, so that this is the most it can be. Phases of
//! the thread are measured as it goes.

use super::figures::{Bar, Ratio, median};
use super::staged::Staged;
use super::{Failure, MODE};
use pellicle_script::phases::Phase;
use pellicle_script::realm::ScriptEngine;
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// What script may be of the time to the first picture.
const SHARE: f64 = 0.5;

/// Values of one start by their names, ms.
type Start = BTreeMap<String, f64>;

fn start(folder: &Path, page: &str, engine: ScriptEngine, into: &Path) -> Result<Start, Failure> {
    let output = Command::new(std::env::current_exe()?)
        .env(MODE, "cold")
        .arg("bench")
        .arg(folder)
        .args(["--scenario", "cold", "--runs", "1", "--warmup", "0", "--renderer", "cpu", "--phases", "--page", page])
        .args(["--engine", engine.name(), "--json"])
        .arg(into)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let report: Value = serde_json::from_str(&std::fs::read_to_string(into)?)?;
    let figures =
        report.pointer("/scenarios/0/figures").and_then(Value::as_array).ok_or("the report has no figures")?;
    let read =
        |figure: &Value| Some((figure.get("name")?.as_str()?.to_owned(), figure.pointer("/p50/value")?.as_f64()?));
    Ok(figures.iter().filter_map(read).collect())
}

fn compare(name: &str, folder: &Path, page: &str, rounds: usize) -> Result<(), Failure> {
    let file = std::env::temp_dir().join(format!("pellicle-cold-{}.json", std::process::id()));
    let engines = [ScriptEngine::Boa, ScriptEngine::QuickJs];
    let mut starts: [Vec<Start>; 2] = Default::default();
    for round in 0..rounds {
        for place in 0..2 {
            // Another one begins each time.
            let at = (place + round) % 2;
            starts[at].push(start(folder, page, engines[at], &file)?);
        }
    }
    // It lies among what may be lost.
    let _ = std::fs::remove_file(&file);
    let list = |at: usize, name: &str| -> Vec<f64> {
        starts[at].iter().map(|start| start.get(name).copied().unwrap_or(f64::NAN)).collect()
    };
    println!("\n{name}, {rounds} rounds; ms (median), ratios of a round (median, least to most)\n");
    println!("{:<28} {:>9} {:>9}   Boa / QuickJS", "", "Boa", "QuickJS");
    let phases = Phase::ALL.into_iter().filter(|phase| *phase != Phase::Rest);
    let names = ["first picture", "page", "draw", "script"].map(str::to_owned);
    for name in names.into_iter().chain(phases.map(|phase| format!("logic: {}", phase.name()))) {
        let (boa, quick) = (list(0, &name), list(1, &name));
        let ratio = Ratio::of(&boa, &quick);
        println!("{name:<28} {:>9.1} {:>9.1}   {ratio}", median(&mut boa.clone()), median(&mut quick.clone()));
    }
    for (at, engine) in engines.into_iter().enumerate() {
        let share = Ratio::of(&list(at, "script"), &list(at, "first picture"));
        let bar = Bar { most: SHARE, figure: share.middle };
        println!("script's share of the start on {}: {share}, {bar}", engine.name());
    }
    Ok(())
}

/// A page that names every component of TDesign, and the first page of the showcase.
///
/// # Errors
/// If a program cannot be measured.
pub fn cold(rounds: usize) -> Result<(), Failure> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    if let Some(staged) = Staged::new(&here.join("pages"), &["tdesign-miniprogram", "@vant/weapp"])? {
        compare("Cold start of a page with all of TDesign", staged.folder(), "pages/all/all", rounds)?;
        compare("Cold start of a form of TDesign", staged.folder(), "pages/tdesign/form/form", rounds)?;
    }
    if let Some(staged) = Staged::new(&here.join("../examples/showcase"), &["tdesign-miniprogram", "@vant/weapp"])? {
        compare("Cold start of the showcase", staged.folder(), "pages/index/index", rounds)?;
    }
    Ok(())
}
