//! Frame times of a program, phase by phase.
//!
//! A scenario feeds input at the pace of a 60 Hz screen in virtual time and draws every frame as fast as the
//! painter can; what is measured is real time. A GPU's frames are waited for. Logic runs in steps between frames, so its
//! time is known by itself and never hides in a phase.

use super::canvas::Canvas;
use super::driver::{DriveError, Driver};
use super::steps::Step;
use crate::frame::{FrameRecord, Phase, PhaseSummary, Summary};
use crate::gpu::GpuError;
use crate::interact::scene::Scene;
use crate::interact::{InputEvent, PointerKind};
use serde_json::{Value, json};
use std::time::Instant;

/// Time of a frame, ms of virtual time.
pub(super) const FRAME_MS: f64 = 1000.0 / 60.0;
/// A frame that takes longer than this is one that a 60 Hz screen would have missed, ms.
const DEADLINE_MS: f32 = 1000.0 / 60.0;

/// What a scenario does.
#[derive(Clone, Debug, PartialEq)]
pub enum Scenario {
    /// Nothing happens.
    Idle,
    /// Everything is styled, laid out and drawn anew in each frame.
    Full,
    /// A finger scrolls the page up and down.
    Scroll,
    /// A finger taps the elements that listen to taps, one after the other.
    Tap,
    /// Steps of a file, again and again.
    Steps(Vec<Step>),
}

/// Why a scenario cannot go on.
#[derive(Debug, thiserror::Error)]
pub enum BenchError {
    /// Script did not end.
    #[error("{0}")]
    Drive(#[from] DriveError),
    /// The GPU failed.
    #[error("{0}")]
    Gpu(#[from] GpuError),
}

/// What a scenario gave.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// Name of the scenario.
    pub name: String,
    /// Frames that were asked for.
    pub asked: u32,
    /// Frames in which nothing was to be drawn.
    pub idle: u32,
    /// Frames that took longer than a 60 Hz screen waits.
    pub late: u32,
    /// Times of the frames that were drawn.
    pub summary: Summary,
    /// Share of the picture that a frame drew anew, 0 to 1, on average.
    pub damage: f64,
    /// Primitives (draw calls, on a GPU) of a frame, on average.
    pub draws: f64,
    /// Bytes sent to the GPU for a frame, on average.
    pub uploaded: f64,
    /// Time of logic between frames.
    pub logic: PhaseSummary,
}

/// Runs a scenario for a number of frames.
///
/// # Errors
/// [`BenchError`] if script does not end or the GPU fails.
pub fn run(
    driver: &mut Driver,
    canvas: &mut Canvas,
    name: &str,
    scenario: &Scenario,
    frames: u32,
) -> Result<Outcome, BenchError> {
    // What was to be drawn before counts for nothing.
    driver.tick();
    let now = driver.now();
    canvas.draw(&mut driver.app, now)?;
    driver.app.frame_stats_mut().clear();
    let mut logic = Vec::with_capacity(frames as usize);
    let mut idle = 0;
    let targets = tap_targets(driver);
    for frame in 0..frames {
        act(driver, scenario, frame, &targets)?;
        let started = Instant::now();
        driver.settle_logic(FRAME_MS)?;
        logic.push(started.elapsed().as_secs_f32() * 1000.0);
        driver.tick();
        if driver.app.needs_frame() {
            let now = driver.now();
            canvas.draw(&mut driver.app, now)?;
        } else {
            idle += 1;
        }
    }
    let stats = driver.app.frame_stats();
    let (width, height) = driver.app.viewport().device_size();
    let mean = |of: &dyn Fn(&FrameRecord) -> u32| {
        stats.records().map(|r| f64::from(of(r))).sum::<f64>() / stats.records().count().max(1) as f64
    };
    let late = stats.records().filter(|r| r.total() > DEADLINE_MS).count() as u32;
    Ok(Outcome {
        name: name.to_owned(),
        asked: frames,
        idle,
        late,
        summary: stats.summary(),
        damage: mean(&|r| r.damage) / (f64::from(width) * f64::from(height)),
        draws: mean(&|r| r.draws),
        uploaded: mean(&|r| r.uploaded),
        logic: PhaseSummary::of(&mut logic),
    })
}

/// The middle of each element of the first screen that listens to taps.
fn tap_targets(driver: &Driver) -> Vec<(f32, f32)> {
    let stage = driver.app.stage();
    let document = &stage.document;
    let Some(tap) = document.names.get("tap") else { return Vec::new() };
    let viewport = stage.viewport();
    let listens = document.nodes().filter(|n| n.listeners.iter().any(|(name, _)| *name == tap));
    let visible = listens.filter_map(|n| {
        let area = stage.area(n.id)?;
        let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        (area.width > 0.0 && (0.0..viewport.width).contains(&x) && (0.0..viewport.height).contains(&y))
            .then_some((x, y))
    });
    let page = driver.app.page_area();
    visible.map(|(x, y)| (x + page.x, y + page.y)).collect()
}

fn act(driver: &mut Driver, scenario: &Scenario, frame: u32, targets: &[(f32, f32)]) -> Result<(), DriveError> {
    let time = driver.now();
    let page = driver.app.page_area();
    match scenario {
        Scenario::Idle => {}
        Scenario::Full => {
            driver.app.restyle_all();
            driver.app.invalidate();
        }
        Scenario::Scroll => {
            // Thirty frames up, thirty frames down, twelve px a frame.
            let (x, middle) = (page.x + page.width / 2.0, page.y + page.height / 2.0);
            let (round, at) = (frame / 30, frame % 30);
            let direction = if round % 2 == 0 { -1.0 } else { 1.0 };
            let y = middle + direction * (at as f32 - 15.0) * 12.0;
            match at {
                0 => driver.input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time }),
                29 => driver.input(InputEvent::PointerUp { pointer: 1, x, y, time }),
                _ => driver.input(InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time }),
            }
        }
        Scenario::Tap => {
            let Some(&(x, y)) = targets.get((frame / 6) as usize % targets.len().max(1)) else { return Ok(()) };
            match frame % 6 {
                0 => driver.input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time }),
                3 => driver.input(InputEvent::PointerUp { pointer: 1, x, y, time }),
                _ => {}
            }
        }
        Scenario::Steps(steps) => {
            if let Some(step) = steps.get(frame as usize % steps.len().max(1)) {
                driver.act(step, &mut |_, _| {})?;
            }
        }
    }
    Ok(())
}

/// A table for people.
pub fn table(outcome: &Outcome) -> String {
    use std::fmt::Write;
    let Outcome { name, asked, idle, late, summary, damage, draws, uploaded, logic } = outcome;
    let mut out =
        format!("{name}: {asked} frames, {} drawn, {idle} with nothing to do, {late} over 16.7 ms\n", summary.frames);
    let mut row = |name: &str, s: &PhaseSummary| {
        // Writing to a string cannot fail.
        let _ = writeln!(out, "  {name:<14}{:>9.3}{:>9.3}{:>9.3}{:>9.3}{:>9.3}", s.p50, s.p95, s.p99, s.max, s.mean);
    };
    if summary.frames > 0 {
        for phase in Phase::ALL {
            row(phase.name(), &summary.phases[phase as usize]);
        }
        row("frame", &summary.total);
    }
    row("logic", logic);
    if summary.frames > 0 {
        let share = damage * 100.0;
        let _ = writeln!(
            out,
            "  a frame drew {share:.1} % of the picture in {draws:.0} parts and sent {uploaded:.0} bytes"
        );
    }
    out
}

/// The table's head.
pub fn head() -> String {
    format!("  {:<14}{:>9}{:>9}{:>9}{:>9}{:>9}  (ms)", "", "p50", "p95", "p99", "max", "mean")
}

/// The figures as JSON.
pub fn to_json(outcome: &Outcome) -> Value {
    let figures = |s: &PhaseSummary| json!({ "p50": s.p50, "p95": s.p95, "p99": s.p99, "max": s.max, "mean": s.mean });
    let phases: serde_json::Map<String, Value> =
        Phase::ALL.iter().map(|p| (p.name().to_owned(), figures(&outcome.summary.phases[*p as usize]))).collect();
    json!({
        "scenario": outcome.name,
        "frames": outcome.asked,
        "drawn": outcome.summary.frames,
        "idle": outcome.idle,
        "late": outcome.late,
        "damage": outcome.damage,
        "draws": outcome.draws,
        "uploaded": outcome.uploaded,
        "phases": phases,
        "frame": figures(&outcome.summary.total),
        "inputLatency": figures(&outcome.summary.input_latency),
        "logic": figures(&outcome.logic),
    })
}
