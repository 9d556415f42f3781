//! Measuring any mini-program: how fast it starts, opens pages, scrolls, answers taps, and what it costs at rest.
//!
//! Every run of a scenario begins with the program opened anew, so that nothing which one scenario left behind is
//! measured in another one. Input comes at the pace of a 60 Hz screen. Where virtual time will do, each frame is drawn
//! as fast as the painter can and what is measured is real time, a GPU's included; logic runs in steps between frames,
//! so its time is known by itself. Rest and load are measured by the real clock, with the logic thread running free.
//!
//! | module | models |
//! | --- | --- |
//! | [`plan`] | which scenarios, by their names |
//! | [`session`] | a whole measurement, part by part |
//! | [`plain`] | the same of a program that a host measures in itself |
//! | [`kept`] | a program's files, read once |
//! | [`gesture`] | where a finger can scroll, fling and tap |
//! | [`rig`] | a program in virtual time, frame by frame |
//! | [`acting`] | the scenarios in virtual time |
//! | [`real`] | rest and load, by the real clock |
//! | [`start`] | from nothing to the first picture |
//! | [`starts`] | the same from sources, a package, and caches, in turns |
//! | [`memory`] | whose memory it is |
//! | [`statistics`] | percentiles, confidence, differences |
//! | [`report`] | what was measured, as JSON |
//! | [`chart`] | small charts of characters |
//! | [`summary`] | the report on a terminal |
//! | [`html`] | the report as a page |
//! | [`compare`] | two reports side by side |

pub mod acting;
pub mod chart;
pub mod compare;
pub mod gesture;
pub mod html;
pub mod kept;
pub mod memory;
pub mod plain;
pub mod plan;
pub mod real;
pub mod report;
pub mod rig;
pub mod session;
pub mod start;
pub mod starts;
pub mod statistics;
pub mod summary;

use super::canvas::Canvas;
use super::driver::{DriveError, Driver};
use super::operations::{self, Operation};
use super::steps::Step;
use crate::gpu::GpuError;
use crate::host::app::App;
use pellicle_script::bridge::outbox::WakeHost;
use pellicle_script::package::PackageSource;
use rig::FrameSample;
use std::sync::Arc;

/// Time of a frame, ms.
pub const FRAME_MS: f64 = 1000.0 / 60.0;

/// What is measured.
#[derive(Clone, Debug, PartialEq)]
pub enum Scenario {
    /// A fresh process until its first picture.
    Cold,
    /// The same within a process that has opened the program before.
    Warm,
    /// From sources, from the package that is built from them, and from that with caches, in turns.
    Starts,
    /// Going to each page and back.
    Open {
        /// The page to go to; all of them without one.
        page: Option<String>,
    },
    /// A finger scrolls slowly up and down.
    Scroll,
    /// A finger flings what is longest.
    Fling,
    /// A finger taps what can be tapped.
    Tap,
    /// Operations of a file, from script to pixels.
    Operations(Vec<Operation>),
    /// Flings while script never ends.
    LoadLoop,
    /// Flings while script sets all of its data again and again.
    LoadData,
    /// Nothing happens.
    Idle,
    /// Everything is styled, laid out and drawn anew in each frame.
    Full,
    /// Steps of a file, again and again.
    Steps {
        /// Its name.
        file: String,
        /// What is in it.
        steps: Vec<Step>,
    },
}

impl Scenario {
    /// Its name on the command line and in reports.
    pub fn name(&self) -> &str {
        match self {
            Scenario::Cold => "cold",
            Scenario::Warm => "warm",
            Scenario::Starts => "starts",
            Scenario::Open { .. } => "open",
            Scenario::Scroll => "scroll",
            Scenario::Fling => "fling",
            Scenario::Tap => "tap",
            Scenario::Operations(_) => "operations",
            Scenario::LoadLoop => "load-loop",
            Scenario::LoadData => "load-data",
            Scenario::Idle => "idle",
            Scenario::Full => "full",
            Scenario::Steps { file, .. } => file,
        }
    }

    /// What it does, for people.
    pub fn about(&self) -> &'static str {
        match self {
            Scenario::Cold => "a fresh process, from its start to the first picture of the page",
            Scenario::Warm => "the program opened again in this process, its files compiled and in memory",
            Scenario::Starts => {
                "from the files to the first picture: sources, the package built from them, that package started before"
            }
            Scenario::Open { .. } => "to each page and back, until nothing moves",
            Scenario::Scroll => "a finger scrolls slowly up and down",
            Scenario::Fling => "the longest list is flung to its end and back, until it rests each time",
            Scenario::Tap => "each element that can be tapped is, from the finger to the picture, script included",
            Scenario::Operations(_) => "operations of the program, from script to pixels",
            Scenario::LoadLoop => "flings at the screen's pace while script is caught in a loop",
            Scenario::LoadData => "flings at the screen's pace while script sets all its data without a pause",
            Scenario::Idle => "nothing happens: what the program costs at rest",
            Scenario::Full => "everything is styled, laid out and drawn anew in each frame",
            Scenario::Steps { .. } => "the steps of the file, one a frame",
        }
    }

    /// True if real time passes in it, however fast the machine is.
    pub fn is_real_time(&self) -> bool {
        matches!(self, Scenario::LoadLoop | Scenario::LoadData | Scenario::Idle)
    }
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
    /// The program could not be opened, or its process said something else than it should.
    #[error("{0}")]
    Program(String),
}

/// Opens the program that is measured, anew each time.
pub trait Opener {
    /// In virtual time, settled.
    ///
    /// # Errors
    /// [`BenchError`] if it cannot be shown.
    fn driven(&self) -> Result<Driver, BenchError>;

    /// By the real clock, from files that are compiled and in memory.
    ///
    /// # Errors
    /// [`BenchError`] if it cannot be shown.
    fn real(&self, wake: WakeHost) -> Result<App, BenchError>;

    /// Makes ready what [`Opener::files`] gives. Says why there is nothing, if there is.
    ///
    /// # Errors
    /// [`BenchError`] if the package cannot be built.
    fn prepare_starts(&self) -> Result<Option<String>, BenchError>;

    /// The files of the program as they are on the disk, opened as if for the first time.
    ///
    /// # Errors
    /// [`BenchError`] if they cannot be opened.
    fn files(&self, origin: starts::Origin) -> Result<Arc<dyn PackageSource>, BenchError>;

    /// Starts the program from its files, by the real clock.
    ///
    /// # Errors
    /// [`BenchError`] if it cannot be shown.
    fn start(&self, origin: starts::Origin, files: Arc<dyn PackageSource>, wake: WakeHost) -> Result<App, BenchError>;

    /// In a process of its own.
    ///
    /// # Errors
    /// [`BenchError`] if there can be none or it shows nothing.
    fn process(&self) -> Result<start::ColdStart, BenchError>;
}

/// A value that a run gave beside its frames.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What of.
    pub name: String,
    /// In what.
    pub unit: Unit,
    /// How much.
    pub value: f64,
}

/// Units of readings.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
pub enum Unit {
    /// Milliseconds.
    #[serde(rename = "ms")]
    Ms,
    /// Times a second.
    #[serde(rename = "/s")]
    PerSecond,
    /// Milliseconds of processor time a second.
    #[serde(rename = "ms/s")]
    MsPerSecond,
    /// Mebibytes.
    #[serde(rename = "MiB")]
    Mib,
    /// Calls of script a second: what the load was, not what it cost.
    #[serde(rename = "calls/s")]
    Calls,
    /// How many times as soon.
    #[serde(rename = "×")]
    Times,
}

impl Unit {
    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Unit::Ms => "ms",
            Unit::PerSecond => "/s",
            Unit::MsPerSecond => "ms/s",
            Unit::Mib => "MiB",
            Unit::Calls => "calls/s",
            Unit::Times => "×",
        }
    }
}

/// What one run of a scenario gave.
#[derive(Clone, Debug, Default)]
pub struct Run {
    /// Frames that were drawn.
    pub frames: Vec<FrameSample>,
    /// Frames that were asked for.
    pub asked: u32,
    /// Those of them in which nothing was to be drawn.
    pub idle: u32,
    /// Values beside them.
    pub readings: Vec<Reading>,
    /// What is to be known of it.
    pub notes: Vec<String>,
    /// What its operations did.
    pub operations: Vec<operations::Outcome>,
    /// Memory of the process that it ran in, where that was one of its own.
    pub memory: Option<memory::Memory>,
}

impl Run {
    /// Adds a value.
    pub fn read(&mut self, name: impl Into<String>, unit: Unit, value: f64) {
        self.readings.push(Reading { name: name.into(), unit, value });
    }

    /// Adds what is to be known, once.
    pub fn note(&mut self, text: impl Into<String>) {
        let text = text.into();
        if !self.notes.contains(&text) {
            self.notes.push(text);
        }
    }
}

/// What became of a run.
#[derive(Clone, Debug)]
pub enum Outcome {
    /// It ran.
    Ran(Run),
    /// It has nothing to do with this program, for a reason.
    Unfit(String),
}

/// Runs a scenario once, for a number of frames.
///
/// # Errors
/// [`BenchError`] if the program cannot be shown, script does not end or the GPU fails.
pub fn run(scenario: &Scenario, opener: &dyn Opener, canvas: &mut Canvas, frames: u32) -> Result<Outcome, BenchError> {
    match scenario {
        Scenario::Cold => start::cold(opener),
        Scenario::Warm => start::warm(opener, canvas),
        Scenario::Starts => starts::run(opener, canvas),
        Scenario::LoadLoop => real::load(opener, canvas, real::Load::Loop, frames),
        Scenario::LoadData => real::load(opener, canvas, real::Load::Data, frames),
        Scenario::Idle => real::idle(opener, canvas, frames),
        _ => acting::run(scenario, opener.driven()?, canvas, frames),
    }
}
