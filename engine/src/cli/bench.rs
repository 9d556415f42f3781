//! `pellicle bench`: frame times, phase by phase.

use super::Failure;
use super::headless::{Headless, read_steps};
use super::options::BenchOptions;
use crate::tools::bench::{self, Scenario};
use serde_json::json;
use std::fs;
use std::path::Path;
use std::time::Instant;

/// Measures a program and prints a table.
///
/// # Errors
/// [`Failure`] if the page cannot be shown or the scenario is unknown.
pub fn run(options: &BenchOptions) -> Result<(), Failure> {
    let scenarios = scenarios(options)?;
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
    super::print(bench::head())?;
    let mut reports = Vec::new();
    for (name, scenario) in &scenarios {
        let outcome =
            bench::run(&mut headless.driver, &mut canvas, name, scenario, options.frames).map_err(Failure::program)?;
        super::print(bench::table(&outcome).trim_end())?;
        reports.push(bench::to_json(&outcome));
    }
    if let Some(path) = &options.json {
        let report = json!({
            "program": options.dir.display().to_string(),
            "size": [width, height],
            "painter": painter,
            "open": opened,
            "firstPicture": first_frame,
            "scenarios": reports,
        });
        fs::write(path, format!("{report:#}\n")).map_err(|e| Failure::Program(format!("{}: {e}", path.display())))?;
    }
    headless.finish()
}

fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}

fn scenarios(options: &BenchOptions) -> Result<Vec<(String, Scenario)>, Failure> {
    let named = |name: &str, scenario: Scenario| (name.to_owned(), scenario);
    Ok(match options.scenario.as_str() {
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
            vec![named(file, Scenario::Steps(read_steps(Some(Path::new(file)))?))]
        }
        other => {
            return Err(Failure::Usage(format!(
                "\"{other}\" is neither idle, full, scroll, tap, all nor a file of steps"
            )));
        }
    })
}
