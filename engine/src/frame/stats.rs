//! The ring of the last frames' records, and what it says.
//!
//! Recording a frame allocates nothing: the ring is made once. Times are in ms.

use super::record::{FrameRecord, PHASES, Phase};
use std::time::Duration;

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
        let newly = self.last_mut().is_some_and(|record| !std::mem::replace(&mut record.dropped, true));
        self.dropped += u64::from(newly);
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

    /// The newest frame, to add what is known only after it was recorded.
    pub fn last_mut(&mut self) -> Option<&mut FrameRecord> {
        let at = (self.next + self.capacity - 1) % self.capacity;
        self.ring.get_mut(at)
    }

    /// The frame of a number, if it is still kept.
    pub fn frame_mut(&mut self, frame: u64) -> Option<&mut FrameRecord> {
        // The newest ones are asked for.
        let behind = self.last()?.frame.checked_sub(frame)?;
        let behind = usize::try_from(behind).ok().filter(|&behind| behind < self.ring.len())?;
        let at = (self.next + self.capacity - 1 - behind) % self.capacity;
        self.ring.get_mut(at).filter(|record| record.frame == frame)
    }

    /// The newest frame.
    pub fn last(&self) -> Option<&FrameRecord> {
        self.ring.get((self.next + self.capacity - 1) % self.capacity)
    }

    /// Adds to a phase of the newest frame: what is known only after it was recorded.
    pub fn add_to_last(&mut self, phase: Phase, time: Duration) {
        if let Some(record) = self.last_mut() {
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
        let mut phases = [PhaseSummary::default(); PHASES];
        for phase in Phase::ALL {
            phases[phase as usize] = of(&|r| r.phases[phase as usize]);
        }
        let total = of(&FrameRecord::total);
        let mut gpu: Vec<f32> = self.ring.iter().filter_map(|r| r.gpu).collect();
        let caused = self.ring.iter().filter(|r| r.inputs > 0);
        let mut latencies: Vec<f32> = caused.map(|r| r.input_latency).collect();
        let answering = self.ring.iter().filter(|r| r.answers > 0);
        let mut answers: Vec<f32> = answering.map(|r| r.answer_latency).collect();
        Summary {
            frames: self.ring.len(),
            phases,
            total,
            gpu: PhaseSummary::of(&mut gpu),
            input_latency: PhaseSummary::of(&mut latencies),
            answer_latency: PhaseSummary::of(&mut answers),
        }
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
    pub phases: [PhaseSummary; PHASES],
    /// Whole frames.
    pub total: PhaseSummary,
    /// Time of the GPU, over the frames of which it is known.
    pub gpu: PhaseSummary,
    /// From input to submission, over the frames that an input caused.
    pub input_latency: PhaseSummary,
    /// From input to the submission of what script answered, over the frames that show an answer.
    pub answer_latency: PhaseSummary,
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
            stats.record(FrameRecord { frame: u64::from(n as u32) + 1, start: f64::from(n), ..Default::default() });
            if n == 2 {
                // Twice is once.
                stats.drop_last();
                stats.drop_last();
            }
        }
        assert_eq!(stats.records().map(|r| r.start).collect::<Vec<_>>(), [4.0, 5.0, 6.0]);
        assert_eq!((stats.frames, stats.dropped, stats.last().unwrap().start), (7, 1, 6.0));
        assert_eq!(stats.ring.capacity(), capacity);
        let found: Vec<Option<f64>> = (3..=8).map(|n| stats.frame_mut(n).map(|r| r.start)).collect();
        assert_eq!(found, [None, None, Some(4.0), Some(5.0), Some(6.0), None]);
        stats.clear();
        assert_eq!(stats.frame_mut(7), None);
        assert_eq!(stats.last(), None);
    }

    #[test]
    fn waiting_is_no_work() {
        let mut record = FrameRecord::default();
        let began = std::time::Instant::now();
        let at = |ms| began + Duration::from_millis(ms);
        record.add_span(Phase::Style, began, (at(2), at(3)));
        record.add_span(Phase::Style, began, (at(5), at(6)));
        record.add_span(Phase::Wait, began, (at(6), at(16)));
        assert!((record.total() - 2.0).abs() < 1e-3 && (record.phases[Phase::Wait as usize] - 10.0).abs() < 1e-3);
        assert!((record.offsets[Phase::Style as usize] - 2.0).abs() < 1e-3);
    }
}
