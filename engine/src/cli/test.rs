//! `pellicle test`: scenarios of a mini-program, on a matrix.

use super::Failure;
use super::options::TestOptions;
use crate::tools::matrix::plan::{Plan, USUAL_FILE};
use crate::tools::matrix::run::{self, Outcome, Setup};
use crate::tools::matrix::scenario::Scenario;
use crate::tools::matrix::{MatrixError, report};
use std::path::Path;
use std::time::Duration;

fn told(error: MatrixError) -> Failure {
    match error {
        MatrixError::Wrong(found) => Failure::Usage(crate::tools::excerpt::text(&found)),
        error => Failure::Usage(error.to_string()),
    }
}

/// Runs the scenarios of a mini-program and says what is not as it was.
///
/// # Errors
/// [`Failure::Reported`] if one did not run or shows something else, [`Failure::Slower`] if an engine is slower than the
/// first one and all else is well.
pub fn run(options: &TestOptions) -> Result<(), Failure> {
    // What cannot be opened would fail in each cell.
    super::open_package(&options.dir)?;
    let usual = options.dir.join("tests");
    let scenarios = options.scenarios.as_deref().unwrap_or(&usual);
    let folder = if scenarios.is_file() { scenarios.parent().unwrap_or(Path::new("")) } else { scenarios };
    let this = std::env::current_exe().map_err(Failure::program)?;
    let plan = match &options.matrix {
        None => Plan::single(this),
        Some(None) => Plan::read(&folder.join(USUAL_FILE), this).map_err(told)?,
        Some(Some(file)) => Plan::read(file, this).map_err(told)?,
    };
    let scenarios = Scenario::read_all(scenarios).map_err(told)?;
    std::fs::create_dir_all(&options.out).map_err(MatrixError::file(&options.out)).map_err(told)?;
    // Links of the report have to hold wherever the command was called.
    let absolute = |path: &Path| std::path::absolute(path).map_err(Failure::program);
    let (program, out) = (absolute(&options.dir)?, absolute(&options.out)?);
    let references = absolute(&options.references.clone().unwrap_or_else(|| folder.join("pictures")))?;
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let setup = Setup {
        program: &program,
        scenarios: &scenarios,
        plan: &plan,
        references: &references,
        update: options.update,
        out: &out,
        jobs: options.jobs.unwrap_or(cores),
        patience: Duration::from_secs(options.patience),
    };
    let outcomes = run::run(&setup, &|outcome| {
        // Nobody reads any more; what was found is in the report.
        let _ = super::print(report::line(outcome));
    })
    .map_err(told)?;
    report::write(&outcomes, &out).map_err(told)?;
    let bad = outcomes.iter().filter(|outcome| !outcome.is_well()).count();
    super::print(format_args!("{} cells, {bad} to look at: {}", outcomes.len(), out.join("report.html").display()))?;
    for (engine, ratio) in ratios(&outcomes) {
        super::print(format_args!("{engine}: {ratio:.2} times as long as {}", plan.engines[0].name))?;
    }
    match () {
        () if bad > 0 => Err(Failure::Reported),
        () if outcomes.iter().any(|outcome| outcome.slower) => Err(Failure::Slower),
        () => Ok(()),
    }
}

/// The geometric mean of each engine's ratios.
fn ratios(outcomes: &[Outcome]) -> Vec<(String, f64)> {
    let mut sums: Vec<(String, f64, f64)> = Vec::new();
    for (engine, ratio) in outcomes.iter().filter_map(|outcome| Some((&outcome.engine, outcome.ratio?))) {
        match sums.iter_mut().find(|(name, ..)| name == engine) {
            Some((_, sum, count)) => (*sum, *count) = (*sum + ratio.ln(), *count + 1.0),
            None => sums.push((engine.clone(), ratio.ln(), 1.0)),
        }
    }
    sums.into_iter().map(|(engine, sum, count)| (engine, (sum / count).exp())).collect()
}
