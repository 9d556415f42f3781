//! What operations of a program cost, from its script to its pixels, and what they made of the page.
//!
//! The file is a JSON array: `{"operation": NAME, "before": [STEPS], "steps": [STEPS], "shows": [SELECTORS]}`, with the
//! steps of [`steps`]. What stands before brings the page into the state from which the operation is measured. An
//! operation is over when nothing of it is left: its commits are applied, what followed from them is shown.
//!
//! What an operation shows is what it did: each of its selectors (as [`select`](super::select) reads them) finds nothing before it and
//! something after it. An operation that does not do what it says is none, and ends the measurement.

use super::bench::{BenchError, FRAME_MS};
use super::canvas::Canvas;
use super::driver::Driver;
use super::steps::{self, Step};
use crate::frame::{Phase, PhaseSummary};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::phases::{self, Phase as LogicPhase, PhaseTimes};
use serde_json::{Value, json};
use std::time::Instant;

/// Frames that one operation may take: one that sets itself timers for ever ends here.
const MAX_FRAMES: u32 = 100;
/// A timer that is due no later is a part of the operation that set it, ms: libraries wait for frames with such ones.
const SOON: f64 = 40.0;

/// An operation.
#[derive(Clone, PartialEq, Debug)]
pub struct Operation {
    /// Its name.
    pub name: String,
    /// What is done before, unmeasured.
    pub before: Vec<Step>,
    /// What is measured.
    pub steps: Vec<Step>,
    /// Selectors of what is there after it, and not before.
    pub shows: Vec<String>,
}

/// Where the time of an operation went.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Script, and finding what changes in templates.
    Logic,
    /// Writing the ops and applying them to the document.
    Bridge,
    /// The cascade.
    Style,
    /// Boxes and lines.
    Layout,
    /// The display list and the picture.
    Paint,
}

impl Part {
    /// All parts in the order of the way.
    pub const ALL: [Part; 5] = [Part::Logic, Part::Bridge, Part::Style, Part::Layout, Part::Paint];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Part::Logic => "logic",
            Part::Bridge => "bridge",
            Part::Style => "style",
            Part::Layout => "layout",
            Part::Paint => "paint",
        }
    }
}

/// What an operation did.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Counts {
    /// Changes of the document.
    pub ops: u32,
    /// Those of them that put a node somewhere.
    pub inserted: u32,
    /// Nodes restyled.
    pub restyled: u32,
    /// Boxes laid out.
    pub laid_out: u32,
    /// Templates walked.
    pub walks: u32,
    /// Changes that went straight to the nodes that show them.
    pub direct: u32,
}

/// What some rounds of an operation gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Name of the operation.
    pub name: String,
    /// Rounds.
    pub rounds: u32,
    /// Times of each part, indexed as [`Part::ALL`].
    pub parts: [PhaseSummary; 5],
    /// Times of all of it but drawing: until there is a display list.
    pub until_list: PhaseSummary,
    /// Times of all of it.
    pub total: PhaseSummary,
    /// What the last round did.
    pub counts: Counts,
    /// Times of the phases of logic in each round, where they are measured ([`phases::measure`]).
    pub phases: Vec<PhaseTimes>,
    /// Time of each round, ms.
    pub totals: Vec<f32>,
    /// Times of the parts of each round, indexed as [`Part::ALL`].
    times: [Vec<f32>; 5],
    /// Time of each round until there was a display list, ms.
    lists: Vec<f32>,
}

impl Outcome {
    fn new(name: &str, times: [Vec<f32>; 5], lists: Vec<f32>, totals: Vec<f32>, counts: Counts) -> Outcome {
        let of = |list: &Vec<f32>| PhaseSummary::of(&mut list.clone());
        let (parts, until_list, total) = (times.each_ref().map(of), of(&lists), of(&totals));
        let rounds = totals.len() as u32;
        let phases = Vec::new();
        Outcome { name: name.to_owned(), rounds, parts, until_list, total, counts, phases, totals, times, lists }
    }

    /// Adds the rounds of a later run.
    pub fn merge(&mut self, later: &Outcome) {
        let Outcome { mut times, mut lists, mut totals, mut phases, .. } = std::mem::replace(self, later.clone());
        for (list, more) in times.iter_mut().zip(&later.times) {
            list.extend(more);
        }
        lists.extend(&later.lists);
        totals.extend(&later.totals);
        phases.extend(&later.phases);
        *self = Outcome { phases, ..Outcome::new(&later.name, times, lists, totals, later.counts) };
    }
}

/// The operations of a file; `None` if it is one of steps.
///
/// # Errors
/// What is wrong and where.
pub fn parse(file: &str, source: &str) -> Result<Option<Vec<Operation>>, Diagnostic> {
    let json = steps::read(file, source)?;
    let items = json.value.as_array().map(Vec::as_slice).unwrap_or_default();
    if items.first().is_none_or(|item| item.get("operation").is_none()) {
        return Ok(None);
    }
    let operation = |(index, item): (usize, &Value)| {
        let Some(name) = item.get("operation").and_then(Value::as_str) else {
            let message = "an operation has a name";
            return Err(json.diagnostic(Severity::Error, "bad-operation", &format!("/{index}"), message));
        };
        let list = |key: &str| match item.get(key) {
            Some(list) => steps::list(&json, list, &format!("/{index}/{key}")),
            None => Ok(Vec::new()),
        };
        let shows = match item.get("shows") {
            Some(list) => serde_json::from_value(list.clone()).map_err(|_| {
                let message = "what an operation shows is a list of selectors";
                json.diagnostic(Severity::Error, "bad-operation", &format!("/{index}/shows"), message)
            })?,
            None => Vec::new(),
        };
        Ok(Operation { name: name.to_owned(), before: list("before")?, steps: list("steps")?, shows })
    };
    items.iter().enumerate().map(operation).collect::<Result<_, _>>().map(Some)
}

/// Runs an operation for some rounds, each from the state that its steps before it make.
///
/// # Errors
/// [`BenchError`] if script does not end, the GPU fails, or the operation does not show what it should.
pub fn run(
    driver: &mut Driver,
    canvas: &mut Canvas,
    operation: &Operation,
    rounds: u32,
) -> Result<Outcome, BenchError> {
    let mut times: [Vec<f32>; 5] = Default::default();
    let (mut lists, mut totals, mut counts) = (Vec::new(), Vec::new(), Counts::default());
    let mut phases = Vec::new();
    for _ in 0..rounds {
        perform(driver, canvas, &operation.before)?;
        if let Some(shown) = operation.shows.iter().find(|shown| driver.find(shown).is_some()) {
            return Err(unlike(operation, &format!("\"{shown}\" is there before it")));
        }
        driver.app.frame_stats_mut().clear();
        let before = driver.work()?;
        let script = perform(driver, canvas, &operation.steps)?;
        let after = driver.work()?;
        if let Some(shown) = operation.shows.iter().find(|shown| driver.find(shown).is_none()) {
            return Err(unlike(operation, &format!("\"{shown}\" is not there after it")));
        }
        if phases::are_measured() {
            phases.push(after.phases - before.phases);
        }
        let writing = (after.writing - before.writing).as_secs_f32() * 1000.0;
        let mut parts = [(script - writing).max(0.0), writing, 0.0, 0.0, 0.0];
        let mut drawing = 0.0;
        counts = Counts {
            walks: (after.walks - before.walks) as u32,
            direct: (after.direct - before.direct) as u32,
            ..Counts::default()
        };
        for record in driver.app.frame_stats().records() {
            let phase = |phase: Phase| record.phases[phase as usize];
            parts[Part::Bridge as usize] += phase(Phase::Commits);
            parts[Part::Style as usize] += phase(Phase::Style);
            parts[Part::Layout as usize] += phase(Phase::Layout);
            let drawn = phase(Phase::Paint) + phase(Phase::Submit);
            parts[Part::Paint as usize] += phase(Phase::DisplayList) + drawn;
            drawing += drawn;
            counts.ops += record.ops;
            counts.inserted += record.inserted;
            counts.restyled += record.restyled;
            counts.laid_out += record.laid_out;
        }
        for (list, time) in times.iter_mut().zip(parts) {
            list.push(time);
        }
        let total: f32 = parts.iter().sum();
        lists.push(total - drawing);
        totals.push(total);
    }
    Ok(Outcome { phases, ..Outcome::new(&operation.name, times, lists, totals, counts) })
}

/// An operation is not what it says.
fn unlike(operation: &Operation, why: &str) -> BenchError {
    BenchError::Program(format!("the operation \"{}\": {why}", operation.name))
}

/// Does steps until nothing of them is left; gives the time of logic, ms.
fn perform(driver: &mut Driver, canvas: &mut Canvas, steps: &[Step]) -> Result<f32, BenchError> {
    let mut logic = 0.0;
    for step in steps {
        driver.act(step, &mut |_, _| {})?;
    }
    for _ in 0..MAX_FRAMES {
        let commits = driver.app.commits_applied();
        let started = Instant::now();
        let timer = driver.settle_logic(FRAME_MS)?;
        logic += started.elapsed().as_secs_f32() * 1000.0;
        driver.tick();
        if driver.app.commits_applied() == commits {
            // Answers to queries come back without a commit.
            let waits = timer.is_some_and(|at| at <= driver.now() + SOON) || driver.app.logic().sender().unread() > 0;
            if !waits {
                break;
            }
            continue;
        }
        let now = driver.now();
        canvas.draw(&mut driver.app, now)?;
    }
    // A frame without a change closes the record of the last tick.
    let now = driver.now();
    canvas.draw(&mut driver.app, now)?;
    Ok(logic)
}

/// The table's head.
pub fn head() -> String {
    let mut head = format!("  {:<20}", "");
    for part in Part::ALL {
        head.push_str(&format!("{:>9}", part.name()));
    }
    format!("{head}{:>9}{:>9}{:>10}{:>10}{:>10}{:>7}", "total", "ops", "inserted", "restyled", "laid out", "walks")
}

/// An operation's line of the table, for people.
pub fn line(outcome: &Outcome) -> String {
    let mut line = format!("  {:<20}", outcome.name);
    for time in outcome.parts.iter().chain([&outcome.total]) {
        line.push_str(&format!("{:>9.3}", time.p50));
    }
    let Counts { ops, inserted, restyled, laid_out, walks, .. } = outcome.counts;
    format!("{line}{ops:>9}{inserted:>10}{restyled:>10}{laid_out:>10}{walks:>7}")
}

/// The figures as JSON.
pub fn to_json(outcome: &Outcome) -> Value {
    let figures = |s: &PhaseSummary| json!({ "p50": s.p50, "p95": s.p95, "max": s.max, "mean": s.mean });
    let parts: serde_json::Map<String, Value> =
        Part::ALL.iter().map(|part| (part.name().to_owned(), figures(&outcome.parts[*part as usize]))).collect();
    let Counts { ops, inserted, restyled, laid_out, walks, direct } = outcome.counts;
    let mut json = json!({
        "operation": outcome.name,
        "rounds": outcome.rounds,
        "parts": parts,
        "untilList": figures(&outcome.until_list),
        "total": figures(&outcome.total),
        "ops": ops,
        "inserted": inserted,
        "restyled": restyled,
        "laidOut": laid_out,
        "walks": walks,
        "direct": direct,
    });
    if let Some(phases) = mean_of(&outcome.phases) {
        json["phases"] = phases;
    }
    json
}

/// The mean time of each phase of logic, ms: means add up to the mean of the whole. `None` if none was measured.
fn mean_of(rounds: &[PhaseTimes]) -> Option<Value> {
    let mean = |phase: LogicPhase| {
        rounds.iter().map(|times| times[phase].as_secs_f64() * 1000.0).sum::<f64>() / rounds.len() as f64
    };
    let named = |phase: LogicPhase| (phase.name().to_owned(), json!(mean(phase)));
    let worked = LogicPhase::ALL.into_iter().filter(|phase| *phase != LogicPhase::Rest);
    (!rounds.is_empty()).then(|| Value::Object(worked.map(named).collect()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_told_from_steps_and_mistakes_have_a_place() {
        assert_eq!(parse("a.json", r#"[{"tap": "view"}]"#), Ok(None));
        let read = parse("a.json", r#"[{"operation": "x", "steps": [{"call": "m"}]}]"#).unwrap().unwrap();
        assert_eq!((read[0].name.as_str(), read[0].before.len(), read[0].steps.len()), ("x", 0, 1));
        let wrong = parse("a.json", "[{\"operation\": \"x\",\n \"before\": [{}]}]").unwrap_err();
        assert_eq!(wrong.position.line, 2);
        assert!(parse("a.json", r#"[{"operation": "x"}, {"operation": 5}]"#).is_err());
        let shown = parse("a.json", r#"[{"operation": "x", "shows": ["text=1"]}]"#).unwrap().unwrap();
        assert_eq!(shown[0].shows, ["text=1"]);
        let wrong = parse("a.json", "[{\"operation\": \"x\",\n \"shows\": [5]}]").unwrap_err();
        assert_eq!(wrong.position.line, 2);
    }
}
