//! What one frame took and did.

use std::time::{Duration, Instant};

/// A step of a frame, in order; the last one is time in which nothing is done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// Input becomes gestures and events.
    Input,
    /// Commits are applied.
    Commits,
    /// Animations and scrolls move on.
    Animations,
    /// The cascade.
    Style,
    /// Boxes and lines.
    Layout,
    /// Display items.
    DisplayList,
    /// Drawing.
    Paint,
    /// Hand-over to the surface.
    Submit,
    /// Waiting for the display to have room for a frame.
    Wait,
}

/// How many phases there are.
pub const PHASES: usize = 9;

impl Phase {
    /// All phases in the order they run, but for [`Phase::Wait`], which comes before [`Phase::Paint`].
    pub const ALL: [Phase; PHASES] = [
        Phase::Input,
        Phase::Commits,
        Phase::Animations,
        Phase::Style,
        Phase::Layout,
        Phase::DisplayList,
        Phase::Paint,
        Phase::Submit,
        Phase::Wait,
    ];

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Phase::Input => "input",
            Phase::Commits => "commits",
            Phase::Animations => "animations",
            Phase::Style => "style",
            Phase::Layout => "layout",
            Phase::DisplayList => "display-list",
            Phase::Paint => "paint",
            Phase::Submit => "submit",
            Phase::Wait => "wait",
        }
    }
}

/// What one frame took and did. Times of phases are real time; `start`, `input_at` and the latencies are of the frame
/// clock, which may be a virtual one.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct FrameRecord {
    /// Its number, from 1.
    pub frame: u64,
    /// When it began, ms of the frame clock.
    pub start: f64,
    /// Time of each phase, ms, indexed as [`Phase::ALL`].
    pub phases: [f32; PHASES],
    /// When each phase ran first, ms of real time since the frame's first phase began; 0 for one that did not run.
    pub offsets: [f32; PHASES],
    /// Time that the GPU worked on it, ms. It is known some frames later, and only where the device has timestamp
    /// queries; `None` until then.
    pub gpu: Option<f32>,
    /// From the oldest input that it shows the effect of to its submission, ms; 0 if there is none.
    pub input_latency: f32,
    /// That input's own time, ms of the frame clock.
    pub input_at: f64,
    /// Inputs that it shows the effect of.
    pub inputs: u32,
    /// From the oldest input whose answer by script it shows to its submission, ms; 0 if there is none.
    pub answer_latency: f32,
    /// That input's own time, ms of the frame clock.
    pub answered_at: f64,
    /// Inputs whose answers by script it shows.
    pub answers: u32,
    /// What follows the newest update of script in it from `setData` to here, as in traces; 0 if it shows none.
    pub update: u64,
    /// Number of the newest commit in it; 0 if it shows none.
    pub commit: u64,
    /// Commits applied.
    pub commits: u32,
    /// Collections of script's garbage that its host asked for and that ended since the frame before, on script's own thread.
    /// Most of them stand between turns, where nobody waits for script; one that is longer than a frame may keep the
    /// answers of the next one waiting. What an engine frees of its own accord as script runs is not told: QuickJS whatever
    /// nothing refers to any more, Boa as its boxes grow.
    pub collections: u32,
    /// Real time that script stood still for them, ms. None of it is the frame's own: the frame is made by another thread.
    pub pause: f32,
    /// Events sent to script.
    pub events: u32,
    /// Ops applied.
    pub ops: u32,
    /// Those of them that put a node somewhere.
    pub inserted: u32,
    /// Nodes restyled.
    pub restyled: u32,
    /// Boxes laid out.
    pub laid_out: u32,
    /// Boxes whose child list was made anew.
    pub boxes_built: u32,
    /// How often the page's display list was built.
    pub lists_built: u32,
    /// Rows of its property tables that were rewritten for transforms and opacities that changed.
    pub rows_rewritten: u32,
    /// Items of the display list.
    pub items: u32,
    /// Display items drawn; draw calls, on a GPU.
    pub draws: u32,
    /// Primitives drawn: instances, on a GPU.
    pub instances: u32,
    /// Passes over surfaces.
    pub passes: u32,
    /// Bind groups that were made on a GPU: none for a frame like the last one.
    pub bound: u32,
    /// Layers whose pixels were there from frames before.
    pub layer_hits: u32,
    /// Layers whose pixels are kept for the next frames, and their bytes.
    pub layers_kept: u32,
    /// See [`FrameRecord::layers_kept`].
    pub layer_bytes: u32,
    /// Bytes sent to the GPU.
    pub uploaded: u32,
    /// Pixels repainted.
    pub damage: u32,
    /// Rectangles that they lie in.
    pub damage_rects: u32,
    /// Allocations of the frame's thread while it was made; `None` where the process does not count them
    /// ([`super::memory`]).
    pub allocations: Option<u32>,
    /// Bytes that the process had allocated at its end; `None` where it does not count them.
    pub live_bytes: Option<u64>,
    /// It missed its deadline.
    pub dropped: bool,
}

impl FrameRecord {
    /// The time of the frame's work, ms: all phases but [`Phase::Wait`].
    pub fn total(&self) -> f32 {
        self.phases[..Phase::Wait as usize].iter().sum()
    }

    /// Adds to a phase's time.
    pub fn add(&mut self, phase: Phase, time: Duration) {
        self.phases[phase as usize] += time.as_secs_f32() * 1000.0;
    }

    /// Adds a span to a phase's time, in a frame whose first phase began at `began`.
    pub fn add_span(&mut self, phase: Phase, began: Instant, (from, to): (Instant, Instant)) {
        let first = self.phases[phase as usize] == 0.0;
        self.add(phase, to.saturating_duration_since(from));
        if first {
            self.offsets[phase as usize] = from.saturating_duration_since(began).as_secs_f32() * 1000.0;
        }
    }
}
