//! The ring of the last frames' times, and what it says.
//!
//! Recording a frame allocates nothing: the ring is made once. Times are in ms.

use std::time::Duration;

/// A step of a frame, in order.
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
}

impl Phase {
    /// All phases in the order they run.
    pub const ALL: [Phase; 8] = [
        Phase::Input,
        Phase::Commits,
        Phase::Animations,
        Phase::Style,
        Phase::Layout,
        Phase::DisplayList,
        Phase::Paint,
        Phase::Submit,
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
        }
    }
}

/// What one frame took.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct FrameRecord {
    /// When it began, ms of the frame clock.
    pub start: f64,
    /// Time of each phase, ms, indexed as [`Phase::ALL`].
    pub phases: [f32; 8],
    /// From the input that caused it to its submission, ms; 0 if none did.
    pub input_latency: f32,
    /// Ops applied.
    pub ops: u32,
    /// Those of them that put a node somewhere.
    pub inserted: u32,
    /// Nodes restyled.
    pub restyled: u32,
    /// Boxes laid out.
    pub laid_out: u32,
    /// How often the page's display list was built.
    pub lists_built: u32,
    /// Rows of its property tables that were rewritten for transforms and opacities that changed.
    pub rows_rewritten: u32,
    /// Display items drawn; draw calls, on a GPU.
    pub draws: u32,
    /// Bind groups that were made on a GPU: none for a frame like the last one.
    pub bound: u32,
    /// Bytes sent to the GPU.
    pub uploaded: u32,
    /// Pixels repainted.
    pub damage: u32,
    /// It missed its deadline.
    pub dropped: bool,
}

impl FrameRecord {
    /// The frame's whole time, ms.
    pub fn total(&self) -> f32 {
        self.phases.iter().sum()
    }

    /// Adds to a phase's time.
    pub fn add(&mut self, phase: Phase, time: Duration) {
        self.phases[phase as usize] += time.as_secs_f32() * 1000.0;
    }
}

/// The last frames.
#[derive(Clone, Debug)]
pub struct FrameStats {
    ring: Vec<FrameRecord>,
    capacity: usize,
    next: usize,
    /// Frames since the start.
    pub frames: u64,
    /// Frames that missed their deadline.
    pub dropped: u64,
    /// How often the renderer had not taken a commit for 100 ms.
    pub stalls: u64,
}

impl Default for FrameStats {
    fn default() -> Self {
        Self::new(1024)
    }
}

impl FrameStats {
    /// Statistics over the last `capacity` frames (at least one).
    pub fn new(capacity: usize) -> FrameStats {
        let capacity = capacity.max(1);
        FrameStats { ring: Vec::with_capacity(capacity), capacity, next: 0, frames: 0, dropped: 0, stalls: 0 }
    }

    /// Takes a frame in, in the place of the oldest one.
    pub fn record(&mut self, frame: FrameRecord) {
        self.frames += 1;
        self.dropped += u64::from(frame.dropped);
        if self.ring.len() < self.capacity {
            self.ring.push(frame);
        } else {
            self.ring[self.next] = frame;
        }
        self.next = (self.next + 1) % self.capacity;
    }

    /// The frame that was recorded last was not there in time for its refresh of the screen.
    pub fn drop_last(&mut self) {
        let last = match self.next {
            0 => self.ring.last_mut(),
            next => self.ring.get_mut(next - 1),
        };
        if let Some(record) = last.filter(|r| !r.dropped) {
            record.dropped = true;
            self.dropped += 1;
        }
    }

    /// Forgets the frames, not the counts.
    pub fn clear(&mut self) {
        self.ring.clear();
        self.next = 0;
    }

    /// The frames that are kept, oldest first.
    pub fn records(&self) -> impl Iterator<Item = &FrameRecord> {
        let split = if self.ring.len() < self.capacity { 0 } else { self.next };
        self.ring[split..].iter().chain(&self.ring[..split])
    }

    /// The newest frame.
    pub fn last(&self) -> Option<&FrameRecord> {
        self.ring.get((self.next + self.capacity - 1) % self.capacity)
    }

    /// Adds to a phase of the newest frame: what is known only after it was recorded.
    pub fn add_to_last(&mut self, phase: Phase, time: Duration) {
        let at = (self.next + self.capacity - 1) % self.capacity;
        if let Some(record) = self.ring.get_mut(at) {
            record.add(phase, time);
        }
    }

    /// Percentiles of each phase, of the whole frame and of the input latency.
    pub fn summary(&self) -> Summary {
        let mut scratch = Vec::with_capacity(self.ring.len());
        let mut of = |value: &dyn Fn(&FrameRecord) -> f32| {
            scratch.clear();
            scratch.extend(self.ring.iter().map(value));
            PhaseSummary::of(&mut scratch)
        };
        let mut phases = [PhaseSummary::default(); 8];
        for phase in Phase::ALL {
            phases[phase as usize] = of(&|r| r.phases[phase as usize]);
        }
        let total = of(&FrameRecord::total);
        let mut latencies: Vec<f32> = self.ring.iter().map(|r| r.input_latency).filter(|&l| l > 0.0).collect();
        Summary { frames: self.ring.len(), phases, total, input_latency: PhaseSummary::of(&mut latencies) }
    }
}

/// What a series of times looks like, ms.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct PhaseSummary {
    /// Half of them are below.
    pub p50: f32,
    /// 95 % are below.
    pub p95: f32,
    /// 99 % are below.
    pub p99: f32,
    /// The longest.
    pub max: f32,
    /// Their mean.
    pub mean: f32,
}

impl PhaseSummary {
    /// Percentiles by nearest rank; sorts `times`.
    pub fn of(times: &mut [f32]) -> PhaseSummary {
        let Some(last) = times.len().checked_sub(1) else { return PhaseSummary::default() };
        times.sort_unstable_by(f32::total_cmp);
        let rank = |p: f32| times[((p * times.len() as f32).ceil() as usize).saturating_sub(1).min(last)];
        PhaseSummary {
            p50: rank(0.5),
            p95: rank(0.95),
            p99: rank(0.99),
            max: times[last],
            mean: times.iter().sum::<f32>() / times.len() as f32,
        }
    }
}

/// What the kept frames look like.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Summary {
    /// Frames it is about.
    pub frames: usize,
    /// Each phase, indexed as [`Phase::ALL`].
    pub phases: [PhaseSummary; 8],
    /// Whole frames.
    pub total: PhaseSummary,
    /// From input to submission, over the frames that an input caused.
    pub input_latency: PhaseSummary,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let mut times: Vec<f32> = (1..=100).map(|n| n as f32).rev().collect();
        let summary = PhaseSummary::of(&mut times);
        assert_eq!((summary.p50, summary.p95, summary.p99, summary.max, summary.mean), (50.0, 95.0, 99.0, 100.0, 50.5));
        assert_eq!(PhaseSummary::of(&mut []), PhaseSummary::default());
        assert_eq!(PhaseSummary::of(&mut [7.0]).p50, 7.0);
    }

    #[test]
    fn the_ring_keeps_the_newest_frames_in_order_and_never_grows() {
        let mut stats = FrameStats::new(3);
        let capacity = stats.ring.capacity();
        for n in 0..7 {
            stats.record(FrameRecord { start: f64::from(n), ..Default::default() });
            if n == 2 {
                // Twice is once.
                stats.drop_last();
                stats.drop_last();
            }
        }
        assert_eq!(stats.records().map(|r| r.start).collect::<Vec<_>>(), [4.0, 5.0, 6.0]);
        assert_eq!((stats.frames, stats.dropped, stats.last().unwrap().start), (7, 1, 6.0));
        assert_eq!(stats.ring.capacity(), capacity);
    }
}
