//! A program in virtual time, frame by frame, and what each frame took.

use super::{BenchError, FRAME_MS, Run, Unit};
use crate::frame::FrameRecord;
use crate::tools::canvas::Canvas;
use crate::tools::driver::Driver;
use pellicle_script::bridge::message::HostCommand;
use std::time::Instant;

/// End of the names of what caches hold.
pub const IN_MEMORY: &str = " in memory";

/// What was measured of a frame.
#[derive(Clone, Copy, Debug)]
pub struct FrameSample {
    /// When it began, ms since the run's first frame.
    pub at: f64,
    /// Time of script before it, ms; 0 where script runs beside it.
    pub logic: f32,
    /// The next refresh of the screen did not show it.
    pub late: bool,
    /// The rest.
    pub record: FrameRecord,
}

/// A program that is measured.
pub struct Rig<'a> {
    /// It.
    pub driver: Driver,
    /// Where it is drawn.
    pub canvas: &'a mut Canvas,
    /// What it gave so far.
    pub run: Run,
    /// Frames are drawn without being kept.
    pub quiet: bool,
    began: f64,
}

impl<'a> Rig<'a> {
    /// A program whose first picture is drawn, unmeasured.
    ///
    /// # Errors
    /// [`BenchError::Gpu`] if the GPU failed.
    pub fn new(mut driver: Driver, canvas: &'a mut Canvas) -> Result<Rig<'a>, BenchError> {
        // Another program was drawn there before.
        driver.app.invalidate();
        canvas.draw_at_rest(&mut driver)?;
        driver.app.frame_stats_mut().clear();
        let began = driver.now();
        Ok(Rig { driver, canvas, run: Run::default(), quiet: false, began })
    }

    /// Time goes on by a frame; true if something was drawn.
    ///
    /// # Errors
    /// [`BenchError`] if script does not end or the GPU failed.
    pub fn frame(&mut self) -> Result<bool, BenchError> {
        let at = self.driver.now() - self.began;
        let started = Instant::now();
        self.driver.settle_logic(FRAME_MS)?;
        let logic = ms(started) as f32;
        self.driver.tick();
        let drawn = self.driver.app.needs_frame();
        if drawn {
            let now = self.driver.now();
            self.canvas.draw(&mut self.driver.app, now)?;
        }
        if self.quiet {
            return Ok(drawn);
        }
        self.run.asked += 1;
        match self.driver.app.frame_stats().last().filter(|_| drawn) {
            Some(&record) => {
                let late = f64::from(record.total()) > FRAME_MS;
                self.run.frames.push(FrameSample { at, logic, late, record });
            }
            None => self.run.idle += 1,
        }
        Ok(drawn)
    }

    /// Frames until nothing moves, at most so many.
    ///
    /// # Errors
    /// As [`Rig::frame`].
    pub fn rest(&mut self, most: u32) -> Result<(), BenchError> {
        let mut still = 0;
        for _ in 0..most {
            still = if self.frame()? { 0 } else { still + 1 };
            if still > 2 {
                break;
            }
        }
        Ok(())
    }

    /// True if the last frame that was drawn changed a pixel.
    pub fn damaged(&self) -> bool {
        self.driver.app.frame_stats().last().is_some_and(|record| record.damage > 0)
    }

    /// The page on top.
    pub fn page(&self) -> Option<u32> {
        self.driver.app.stage().document.top_page().map(|page| page.page)
    }

    /// Tells logic something. One that has stopped says so at the next frame.
    pub fn command(&self, command: HostCommand) {
        let _ = self.driver.app.logic().command(command);
    }

    /// The end of a run: what the program's caches hold.
    pub fn finish(mut self) -> Run {
        let caches = self.driver.app.cache_bytes();
        for (name, bytes) in [("glyphs", caches.glyphs), ("pictures", caches.pictures), ("fonts", caches.fonts)] {
            self.run.read(format!("{name}{IN_MEMORY}"), Unit::Mib, super::memory::mib(bytes as u64));
        }
        self.run
    }
}

/// Real time since then, ms.
pub fn ms(since: Instant) -> f64 {
    since.elapsed().as_secs_f64() * 1000.0
}
