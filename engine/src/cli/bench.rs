//! `pellicle bench`: frame times, phase by phase, and what operations cost.

use super::Failure;
use super::headless::{Headless, read_steps};
use super::options::BenchOptions;
use crate::tools::bench::{self, Scenario};
use crate::tools::excerpt;
use crate::tools::operations::{self, Operation};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// Measures a program and prints a table.
///
/// # Errors
/// [`Failure`] if the page cannot be shown or the scenario is unknown.
pub fn run(options: &BenchOptions) -> Result<(), Failure> {
    let plan = plan(options)?;
    let renderer = options.page.renderer()?;
    let started = Instant::now();
    let mut headless = Headless::open(&options.dir, &options.page, true)?;
    let opened = ms(started);
    let mut canvas = super::canvas(renderer)?;
    let now = headless.driver.now();
    canvas.draw(&mut headless.driver.app, now).map_err(Failure::program)?;
    let first_frame = ms(started);
    let ((width, height), painter) = (canvas.size(), canvas.painter());
    super::print(format_args!(
        "open {opened:.1} ms (script, style and layout until the page has settled), first picture {first_frame:.1} ms, {width}x{height} px, drawn by {painter}"
    ))?;
    let mut reports = Vec::new();
    let kind = match &plan {
        Plan::Scenarios(scenarios) => {
            super::print(bench::head())?;
            for (name, scenario) in scenarios {
                let frames = options.frames.unwrap_or(FRAMES);
                let outcome = bench::run(&mut headless.driver, &mut canvas, name, scenario, frames);
                let outcome = outcome.map_err(Failure::program)?;
                super::print(bench::table(&outcome).trim_end())?;
                reports.push(bench::to_json(&outcome));
            }
            "scenarios"
        }
        Plan::Operations(all) => {
            let rounds = options.frames.unwrap_or(ROUNDS);
            super::print(format_args!("ms, median of {rounds} rounds; what the last round did"))?;
            super::print(operations::head())?;
            for operation in all {
                let outcome = operations::run(&mut headless.driver, &mut canvas, operation, rounds);
                let outcome = outcome.map_err(Failure::program)?;
                super::print(operations::line(&outcome))?;
                reports.push(operations::to_json(&outcome));
            }
            "operations"
        }
    };
    if let Some(path) = &options.json {
        let report = json!({
            "program": options.dir.display().to_string(),
            "size": [width, height],
            "painter": painter,
            "open": opened,
            "firstPicture": first_frame,
            kind: reports,
        });
        fs::write(path, format!("{report:#}\n")).map_err(|e| Failure::Program(format!("{}: {e}", path.display())))?;
    }
    headless.finish()
}

/// Frames of a scenario.
const FRAMES: u32 = 240;
/// Rounds of an operation.
const ROUNDS: u32 = 20;

/// What is measured.
enum Plan {
    Scenarios(Vec<(String, Scenario)>),
    Operations(Vec<Operation>),
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

fn plan(options: &BenchOptions) -> Result<Plan, Failure> {
    let named = |name: &str, scenario: Scenario| (name.to_owned(), scenario);
    Ok(Plan::Scenarios(match options.scenario.as_str() {
        "idle" => vec![named("idle", Scenario::Idle)],
        "full" => vec![named("full", Scenario::Full)],
        "scroll" => vec![named("scroll", Scenario::Scroll)],
        "tap" => vec![named("tap", Scenario::Tap)],
        "all" => vec![
            named("idle", Scenario::Idle),
            named("full", Scenario::Full),
            named("scroll", Scenario::Scroll),
            named("tap", Scenario::Tap),
        ],
        file if Path::new(file).is_file() => {
            let text = fs::read_to_string(file).map_err(|e| Failure::Usage(format!("{file}: {e}")))?;
            let read = operations::parse(file, &text).map_err(|found| Failure::Usage(excerpt::text(&found)))?;
            match read {
                Some(all) => return Ok(Plan::Operations(all)),
                None => vec![named(file, Scenario::Steps(read_steps(Some(Path::new(file)))?))],
            }
        }
        other => {
            return Err(Failure::Usage(format!(
                "\"{other}\" is neither idle, full, scroll, tap, all nor a file of steps or operations"
            )));
        }
    }))
}
