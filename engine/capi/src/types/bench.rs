//! Measuring.

use super::PellicleText;

/// `painter` of `PellicleBenchOptions`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PelliclePainter {
    /// The GPU if there is a real one, else the CPU.
    Auto = 0,
    /// The CPU.
    Cpu = 1,
    /// The GPU, one that computes on the CPU too.
    Gpu = 2,
}

/// What is measured of a mini-program.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleBenchOptions {
    /// `sizeof(PellicleBenchOptions)`.
    pub struct_size: usize,
    /// Names of scenarios joined by commas, as those of `pellicle bench --scenario`; empty: all that have to do with the
    /// mini-program.
    pub scenarios: PellicleText,
    /// What draws: `PelliclePainter`.
    pub painter: u32,
    /// Runs of each scenario; 0 for 5.
    pub runs: u32,
    /// Not 0: no round of everything comes first whose figures are thrown away.
    pub without_warmup: u32,
    /// Frames of each run; 0 for 120.
    pub frames: u32,
}

/// How far a measurement is.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleBenchProgress {
    /// `sizeof(PellicleBenchProgress)`.
    pub struct_size: usize,
    /// Parts that are measured.
    pub done: u32,
    /// Parts in all.
    pub parts: u32,
    /// Name of the scenario that comes next, empty when all is done; it lives until the next call for this measurement.
    pub next: PellicleText,
}
