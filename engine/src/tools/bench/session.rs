//! A whole measurement, part by part: rounds of all scenarios in turns, those that warm up first, and the report of what has
//! been measured so far.

use super::memory::{Memory, MemoryReport};
use super::plan::Plan;
use super::report::{self, Amount, CanvasFacts, HostFacts, ProgramFacts, Report, Skipped};
use super::{BenchError, Opener, Outcome, Run, Scenario, acting};
use crate::tools::canvas::Canvas;
use crate::tools::operations;
use std::fmt;

/// Frames of a run.
pub const FRAMES: u32 = 120;
/// Runs of each scenario.
pub const RUNS: u32 = 5;
/// Rounds before that are thrown away.
pub const WARM_UP: u32 = 1;

/// What is measured, and how much.
#[derive(Clone, Debug)]
pub struct SessionSetup {
    /// What.
    pub plan: Plan,
    /// Of which program.
    pub program: ProgramFacts,
    /// On what.
    pub canvas: CanvasFacts,
    /// Runs of each scenario.
    pub runs: u32,
    /// Rounds before that are thrown away.
    pub warmup: u32,
    /// Frames of each run, rounds of each operation in a run; `None`: as many as is usual.
    pub frames: Option<u32>,
    /// Heap that came with the GPU's device, bytes.
    pub driver_heap: u64,
}

/// What has been measured of one scenario.
struct Measured {
    scenario: Scenario,
    runs: Vec<Run>,
    unfit: Option<String>,
}

/// A round of all scenarios, counted from 1.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // which of how many
pub enum Round {
    /// Its figures are thrown away.
    WarmUp { number: u32, of: u32 },
    /// Its figures are kept.
    Run { number: u32, of: u32 },
}

impl fmt::Display for Round {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Round::WarmUp { number, of } => write!(f, "warm-up {number} of {of}"),
            Round::Run { number, of } => write!(f, "run {number} of {of}"),
        }
    }
}

/// A scenario in a round.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Part<'a> {
    /// The round.
    pub round: Round,
    /// True if it is the round's first part.
    pub begins: bool,
    /// The scenario.
    pub scenario: &'a Scenario,
    /// Parts that are done.
    pub done: u32,
    /// Parts in all.
    pub of: u32,
}

/// A measurement.
pub struct Session {
    all: Vec<Measured>,
    lenient: bool,
    frames: Option<u32>,
    driver_heap: u64,
    /// Parts that are done.
    done: u32,
    report: Report,
}

impl Session {
    /// A measurement of which nothing is done.
    pub fn new(setup: SessionSetup) -> Session {
        let SessionSetup { plan, program, canvas, runs, warmup, frames, driver_heap } = setup;
        let measured = |scenario| Measured { scenario, runs: Vec::new(), unfit: None };
        Session {
            all: plan.scenarios.into_iter().map(measured).collect(),
            lenient: plan.lenient,
            frames,
            driver_heap,
            done: 0,
            report: Report {
                schema: report::SCHEMA.to_owned(),
                version: report::VERSION,
                program,
                host: HostFacts::here(),
                canvas,
                amount: Amount { runs, warmup, frames: frames.unwrap_or(FRAMES) },
                scenarios: Vec::new(),
                skipped: Vec::new(),
                memory: None,
                operations: Vec::new(),
            },
        }
    }

    /// The part that comes next; `None` when all is done.
    pub fn upcoming(&self) -> Option<Part<'_>> {
        let Amount { runs, warmup, .. } = self.report.amount;
        let (scenarios, of) = (self.all.len() as u32, self.parts());
        if self.done >= of {
            return None;
        }
        let (round, index) = (self.done / scenarios, self.done % scenarios);
        let round = match round.checked_sub(warmup) {
            Some(run) => Round::Run { number: run + 1, of: runs },
            None => Round::WarmUp { number: round + 1, of: warmup },
        };
        let scenario = &self.all[index as usize].scenario;
        Some(Part { round, begins: index == 0, scenario, done: self.done, of })
    }

    /// Parts in all.
    pub fn parts(&self) -> u32 {
        let Amount { runs, warmup, .. } = self.report.amount;
        (runs + warmup) * self.all.len() as u32
    }

    /// Measures the next part. Gives whether a round has ended whose figures are kept.
    ///
    /// # Errors
    /// [`BenchError`] if a scenario that was asked for by its name fails.
    pub fn measure(&mut self, opener: &dyn Opener, canvas: &mut Canvas) -> Result<bool, BenchError> {
        let Some(Part { round, .. }) = self.upcoming() else { return Ok(false) };
        let scenarios = self.all.len() as u32;
        let index = self.done % scenarios;
        self.done += 1;
        let keeps = matches!(round, Round::Run { .. });
        let one = &mut self.all[index as usize];
        if one.unfit.is_none() {
            let frames = frames(&one.scenario, self.frames, !keeps);
            match super::run(&one.scenario, opener, canvas, frames) {
                Ok(Outcome::Ran(run)) if keeps => one.runs.push(run),
                Ok(Outcome::Ran(_)) => {}
                Ok(Outcome::Unfit(why)) => one.unfit = Some(why),
                Err(error) if self.lenient => one.unfit = Some(error.to_string()),
                Err(error) => return Err(error),
            }
        }
        Ok(keeps && index + 1 == scenarios)
    }

    /// What has been measured so far.
    pub fn report(&mut self) -> &Report {
        let report = &mut self.report;
        report.scenarios.clear();
        report.skipped.clear();
        report.memory = None;
        for Measured { scenario, runs, unfit } in &self.all {
            let name = scenario.name().to_owned();
            if let Some(why) = unfit {
                report.skipped.push(Skipped { scenario: name, why: why.clone() });
            }
            if runs.is_empty() {
                continue;
            }
            report.scenarios.push(report::scenario(scenario, runs));
            let done = report::operations(runs);
            if !done.is_empty() {
                report.operations = done.iter().map(operations::to_json).collect();
            }
            // A process that does nothing but show the program says most of its memory.
            if let Some(mapped) = runs.iter().rev().find_map(|run| run.memory) {
                let of = "a fresh process that has drawn its first picture".to_owned();
                report.memory = Some(MemoryReport { of, mapped, driver_heap: self.driver_heap });
            }
        }
        if report.memory.is_none()
            && let Some(mapped) = Memory::now()
        {
            let of = "this process, after all runs".to_owned();
            report.memory = Some(MemoryReport { of, mapped, driver_heap: self.driver_heap });
        }
        report
    }

    /// What operations did so far, those of the last scenario that has some.
    pub fn operations(&self) -> Vec<operations::Outcome> {
        let all = self.all.iter().rev().map(|measured| report::operations(&measured.runs));
        all.into_iter().find(|done| !done.is_empty()).unwrap_or_default()
    }
}

/// Frames of a run. Warming up takes a part of the time where that is real.
fn frames(scenario: &Scenario, asked: Option<u32>, warming: bool) -> u32 {
    let frames = asked.unwrap_or(match scenario {
        Scenario::Operations(_) => acting::ROUNDS,
        _ => FRAMES,
    });
    if warming && scenario.is_real_time() { frames.div_ceil(4) } else { frames }
}
