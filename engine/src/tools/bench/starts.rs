//! A program started from its sources, from the package that is built from them, and from that package where it has been
//! started before: in turns, so that whatever slows the machine down slows all three.
//!
//! A start counts from the files on the disk to the first picture. Script that runs is no matter of how the program is
//! delivered, so its time is told apart: ratios come with it and without it.

use super::rig::ms;
use super::start;
use super::{BenchError, Opener, Outcome, Run, Unit};
use crate::frame::Phase as FramePhase;
use crate::tools::canvas::Canvas;
use pellicle_script::phases::{self, Phase, PhaseTimes};
use std::time::Instant;

/// What a start begins with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Origin {
    /// The folder of sources; nothing is in any cache.
    Sources,
    /// The package in one file; nothing is in any cache.
    Package,
    /// The package in one file, with what its earlier starts have left in the caches of the host.
    Warm,
}

impl Origin {
    /// All of them, the slowest first.
    pub const ALL: [Origin; 3] = [Origin::Sources, Origin::Package, Origin::Warm];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Origin::Sources => "sources",
            Origin::Package => "package",
            Origin::Warm => "warm",
        }
    }
}

/// Phases of script being made ready to run.
const LOADING: [Phase; 3] = [Phase::Prepare, Phase::Parse, Phase::Compile];
/// Phases of script that runs, with what it calls.
const EVALUATION: [Phase; 4] = [Phase::Run, Phase::Natives, Phase::Conversion, Phase::Collection];
/// Phases of the first frame, and what the report calls them.
const OF_FRAME: [(FramePhase, &str); 5] = [
    (FramePhase::Commits, "commits and sheets"),
    (FramePhase::Style, "style"),
    (FramePhase::Layout, "layout"),
    (FramePhase::DisplayList, "display list"),
    (FramePhase::Paint, "paint"),
];

/// How long a start took.
#[derive(Clone, Copy, Debug)]
struct Taken {
    /// All of it, ms.
    total: f64,
    /// Script that ran meanwhile, ms.
    evaluation: f64,
}

impl Taken {
    fn without_script(self) -> f64 {
        (self.total - self.evaluation).max(f64::MIN_POSITIVE)
    }
}

fn sum(times: &PhaseTimes, of: &[Phase]) -> f64 {
    of.iter().map(|phase| times[*phase].as_secs_f64() * 1e3).sum()
}

/// Starts the program in each way, once.
///
/// # Errors
/// [`BenchError`] if it cannot be built or opened, shows no page, or the GPU fails.
pub fn run(opener: &dyn Opener, canvas: &mut Canvas) -> Result<Outcome, BenchError> {
    let measured = phases::are_measured();
    phases::measure(true);
    let outcome = all(opener, canvas);
    phases::measure(measured);
    outcome
}

fn all(opener: &dyn Opener, canvas: &mut Canvas) -> Result<Outcome, BenchError> {
    if let Some(why) = opener.prepare_starts()? {
        return Ok(Outcome::Unfit(why));
    }
    let mut run = Run::default();
    let mut taken = Vec::new();
    for origin in Origin::ALL {
        taken.push(one(opener, canvas, origin, &mut run)?);
    }
    let from_sources = taken[0];
    for (origin, taken) in Origin::ALL.into_iter().zip(taken).skip(1) {
        let name = origin.name();
        run.read(format!("{name}: sooner"), Unit::Times, from_sources.total / taken.total);
        let ratio = from_sources.without_script() / taken.without_script();
        run.read(format!("{name}: sooner, without script"), Unit::Times, ratio);
    }
    Ok(Outcome::Ran(run))
}

/// A start; what it took goes into `run`.
fn one(opener: &dyn Opener, canvas: &mut Canvas, origin: Origin, run: &mut Run) -> Result<Taken, BenchError> {
    let name = origin.name();
    let began = Instant::now();
    let mut files = 0.0;
    let open = |wake| {
        let package = opener.files(origin)?;
        files = ms(began);
        opener.start(origin, package, wake)
    };
    let (start, screen) = start::first_picture(began, open, || Ok(canvas))?;
    let frame = screen.app.frame_stats().last().copied().unwrap_or_default();
    run.read(name, Unit::Ms, start.drawn);
    run.read(format!("{name}: files"), Unit::Ms, files);
    run.read(format!("{name}: open"), Unit::Ms, start.opened - files);
    let mut evaluation = 0.0;
    if let Some(times) = start::phases(&screen) {
        evaluation = sum(&times, &EVALUATION);
        run.read(format!("{name}: engine"), Unit::Ms, sum(&times, &[Phase::Open]));
        run.read(format!("{name}: script loading"), Unit::Ms, sum(&times, &LOADING));
        run.read(format!("{name}: script running"), Unit::Ms, evaluation);
        run.read(format!("{name}: templates"), Unit::Ms, sum(&times, &[Phase::Templates]));
        run.read(format!("{name}: framework"), Unit::Ms, sum(&times, &[Phase::Framework]));
    }
    for (phase, what) in OF_FRAME {
        run.read(format!("{name}: {what}"), Unit::Ms, f64::from(frame.phases[phase as usize]));
    }
    if let Some(work) = screen.app.file_work() {
        run.note(format!("{name}: {work}"));
    }
    Ok(Taken { total: start.drawn, evaluation })
}
