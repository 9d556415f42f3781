//! What frames take: how it is recorded, and the ways to look at it.
//!
//! A record is open from the first phase after the last frame until the frame is drawn; a tick that changes nothing
//! leaves nothing behind. Recording allocates nothing.

use super::app::App;
use crate::frame::hud::{Hud, Mark};
use crate::frame::inputs::{self, Inputs};
use crate::frame::trace::Trace;
use crate::frame::{FrameRecord, Phase, memory};
use crate::interact::InputEvent;
use pellicle_layout::document::Commit;
use pellicle_layout::text::FontError;
use pellicle_script::bridge::journal::Journal;
use pellicle_script::realm::Clock;
use pellicle_script::sandbox::Pauses;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Frames whose time of submission is remembered, for the GPU's track of a trace.
const SUBMITTED: usize = 8;
/// An input that is older than this has a time of another clock, ms.
const OLDEST: f64 = 1000.0;

/// What is known of the frame in work beside its record.
pub(super) struct Measured {
    pub inputs: Inputs,
    pub trace: Option<Trace>,
    /// The journal that the trace follows.
    journal: Option<Arc<Journal>>,
    pub hud: Option<Box<Hud>>,
    /// When the record's first phase began.
    began: Option<Instant>,
    /// When the first tick of the frame began.
    ticked: Option<Instant>,
    /// Allocations of this thread when the record was opened.
    allocations: Option<u64>,
    /// The clock of a program that runs by itself; where it runs in steps no time passes during a frame.
    clock: Option<Arc<dyn Clock>>,
    /// The last tick's time (ms of the frame clock), and what the clock said then.
    tick: (f64, f64),
    /// When the last frame's first phase began, while it is not yet known when it was handed over.
    unsubmitted: Option<Instant>,
    /// The last frame was one of the page, not of the figures over it alone.
    pub drew_page: bool,
    /// Collections of script's garbage that have been told of.
    pauses: Pauses,
    /// Numbers of the last frames and when they were submitted.
    submitted: [(u64, Option<Instant>); SUBMITTED],
}

impl Measured {
    /// Nothing is measured yet. `clock` is the one of a program that runs by itself.
    pub fn new(clock: Option<Arc<dyn Clock>>) -> Measured {
        Measured {
            inputs: Inputs::default(),
            trace: None,
            journal: None,
            hud: None,
            began: None,
            ticked: None,
            allocations: None,
            clock,
            tick: (f64::NAN, 0.0),
            unsubmitted: None,
            drew_page: true,
            pauses: Pauses::default(),
            submitted: [(0, None); SUBMITTED],
        }
    }

    /// Opens the record unless it is open, by what begins at `started`.
    pub fn open(&mut self, started: Instant) {
        if self.began.is_none() {
            self.began = Some(started);
            self.allocations = memory::thread_allocations();
        }
    }

    fn close(&mut self) {
        (self.began, self.ticked, self.allocations) = (None, None, None);
    }

    /// A tick begins. Several of them may be for one frame, at one time.
    pub fn begin_tick(&mut self, now: f64, started: Instant) {
        self.open(started);
        self.ticked.get_or_insert(started);
        if self.tick.0 != now {
            self.tick = (now, self.clock.as_ref().map_or(0.0, |clock| clock.monotonic()));
        }
    }

    /// What the frame clock says by now, ms.
    fn now(&self) -> f64 {
        let (at, then) = self.tick;
        at + self.clock.as_ref().map_or(0.0, |clock| (clock.monotonic() - then).max(0.0))
    }

    /// A commit has been taken.
    pub fn taken(&mut self, commit: &Commit, record: &mut FrameRecord) {
        record.commits += 1;
        (record.commit, record.update) = (commit.sequence, commit.origin.update);
        self.inputs.answered(&commit.origin);
        if let Some(trace) = &self.trace {
            trace.taken(commit.sequence);
        }
    }
}

impl App {
    /// A step of a frame that began at `started` is over. Gives the time.
    pub(super) fn spent(&mut self, phase: Phase, started: Instant) -> Instant {
        let ended = Instant::now();
        let began = *self.measured.began.get_or_insert(started);
        self.record.add_span(phase, began, (started, ended));
        if let Some(trace) = &self.measured.trace {
            trace.phase(phase, (started, ended));
        }
        ended
    }

    /// An input comes in: what it causes bears its number.
    pub(super) fn begin_input(&mut self, event: &InputEvent, started: Instant, now: f64) -> (u64, f64) {
        self.measured.open(started);
        let number = self.logic.journal().number();
        self.logic.set_cause(number);
        let own = event.time().filter(|time| (0.0..OLDEST).contains(&(now - time)));
        let at = own.unwrap_or(now);
        self.measured.inputs.came(number, at);
        (number, at)
    }

    /// The input has been dealt with.
    pub(super) fn end_input(&mut self, event: &InputEvent, (number, at): (u64, f64), started: Instant) {
        self.logic.set_cause(0);
        let ended = self.spent(Phase::Input, started);
        if let Some(trace) = &self.measured.trace {
            trace.input(number, event.name(), (started, ended), at);
        }
    }

    /// Nothing is to be drawn after a tick, at least not for the page's sake.
    pub(super) fn rest(&mut self) {
        let record = &self.record;
        let worked = record.commits + record.ops + record.restyled + record.laid_out > 0;
        self.measured.inputs.forget();
        if let Some(trace) = &self.measured.trace {
            trace.rested(worked);
        }
        self.measured.ticked = None;
        if !worked {
            self.record = FrameRecord::default();
            self.measured.close();
        }
    }

    /// Ends a frame's record; `drawn` tells whether any pixel has changed.
    pub(super) fn finish_frame(&mut self, drawn: bool) {
        self.frame += 1;
        let mut record = std::mem::take(&mut self.record);
        record.frame = self.frame;
        let list = self.painter.whole.as_ref().unwrap_or(&self.stage.list);
        record.items = list.chunks.iter().map(|placed| placed.chunk.items.len() as u32).sum();
        let allocated = memory::thread_allocations().zip(self.measured.allocations);
        record.allocations = allocated.map(|(now, then)| u32::try_from(now - then).unwrap_or(u32::MAX));
        record.live_bytes = memory::live_bytes();
        self.note_pauses(&mut record);
        let now = self.measured.now();
        let shown = match drawn {
            true => self.measured.inputs.shown(&mut record, now),
            false => {
                self.measured.inputs.forget();
                None
            }
        };
        self.stats.record(record);
        let began = self.measured.began.unwrap_or_else(Instant::now);
        if let Some(trace) = &self.measured.trace {
            trace.frame(record, self.measured.ticked.unwrap_or(began), shown);
        }
        self.measured.unsubmitted = Some(began);
        self.measured.drew_page = true;
        self.measured.close();
    }

    /// Tells of the collections since the last frame.
    fn note_pauses(&mut self, record: &mut FrameRecord) {
        let pauses = self.logic.sandbox().pauses();
        let told = std::mem::replace(&mut self.measured.pauses, pauses);
        record.collections = u32::try_from(pauses.collections.saturating_sub(told.collections)).unwrap_or(u32::MAX);
        record.pause = pauses.time.saturating_sub(told.time).as_secs_f32() * 1000.0;
    }

    /// The frame that was finished last is on its way to the display, which took so long until now.
    pub(super) fn handed_over(&mut self, took: Duration) {
        let Some(began) = self.measured.unsubmitted.take() else { return };
        let (now, ended) = (self.measured.now(), Instant::now());
        let started = ended.checked_sub(took).unwrap_or(ended);
        if let Some(record) = self.stats.last_mut() {
            record.add_span(Phase::Submit, began, (started, ended));
            inputs::submitted(record, now);
            if let Some(trace) = &self.measured.trace {
                trace.submitted(took, *record);
            }
        }
        self.measured.submitted[self.frame as usize % SUBMITTED] = (self.frame, Some(started));
        self.collect_gpu_times();
    }

    /// Takes in the GPU's times of earlier frames that have come. Waits for nothing.
    pub(super) fn collect_gpu_times(&mut self) {
        let Some(on) = &mut self.painter.gpu else { return };
        while let Some((frame, ms)) = on.painter.take_time() {
            if let Some(record) = self.stats.frame_mut(frame) {
                record.gpu = Some(ms);
            }
            let (number, submitted) = self.measured.submitted[frame as usize % SUBMITTED];
            if let (Some(trace), Some(submitted)) = (&self.measured.trace, submitted)
                && number == frame
            {
                trace.gpu(frame, submitted, ms);
            }
        }
    }

    /// Makes an overlay's frame leave no trace in the records.
    pub(super) fn skip_frame(&mut self) {
        self.measured.unsubmitted = None;
        self.measured.drew_page = false;
        self.rest();
    }

    /// The host has waited for the display's consent to a frame since `since`: for a surface, for its refresh. That is no
    /// work, and stands in the frame's record by itself.
    pub fn waited(&mut self, since: Instant) {
        self.measured.open(since);
        self.spent(Phase::Wait, since);
    }

    /// The picture that [`App::render_cpu`] drew has been handed to the display, which took the host this long.
    pub fn presented(&mut self, took: Duration) {
        self.handed_over(took);
    }

    /// Records into a trace from now on, or no more. What is recorded is for [`Trace::write`].
    pub fn set_trace(&mut self, trace: Option<Trace>) {
        self.measured.untrace();
        if let Some(trace) = &trace {
            let journal = self.logic.journal();
            trace.follow(journal);
            self.measured.journal = Some(journal.clone());
        }
        self.measured.trace = trace;
    }

    /// What it records into.
    pub fn trace(&self) -> Option<&Trace> {
        self.measured.trace.as_ref()
    }

    /// Shows figures of the last frames over the picture, borders of layers and what was drawn anew, or no more. It is
    /// drawn with the frames and while its flashes fade, and stands in no record.
    ///
    /// # Errors
    /// [`FontError`] if the engine's own faces cannot be read.
    pub fn set_hud(&mut self, on: bool) -> Result<(), FontError> {
        if on != self.has_hud() {
            self.overlay()?.set_figures(on);
            self.tidy_overlay();
        }
        Ok(())
    }

    /// Marks areas of the surface over the picture, in place of those that are marked; they stand in no record.
    ///
    /// # Errors
    /// [`FontError`] if the engine's own faces cannot be read.
    pub(crate) fn mark_areas(&mut self, marked: Vec<Mark>) -> Result<(), FontError> {
        if marked.is_empty() && self.measured.hud.is_none() {
            return Ok(());
        }
        self.overlay()?.set_marked(marked);
        self.tidy_overlay();
        Ok(())
    }

    fn overlay(&mut self) -> Result<&mut Hud, FontError> {
        let hud = match self.measured.hud.take() {
            Some(hud) => hud,
            None => {
                let hud = Box::new(Hud::new()?);
                self.invalidate();
                hud
            }
        };
        Ok(self.measured.hud.insert(hud))
    }

    /// Lets go of a display that shows nothing.
    fn tidy_overlay(&mut self) {
        if self.measured.hud.as_ref().is_some_and(|hud| hud.is_empty()) {
            self.measured.hud = None;
            self.invalidate();
        }
    }

    /// True if figures are shown.
    pub fn has_hud(&self) -> bool {
        self.measured.hud.as_ref().is_some_and(|hud| hud.has_figures())
    }

    /// The display refreshes every so many ms: figures show that as the deadline of frames.
    pub fn set_refresh_interval(&mut self, interval: f64) {
        if let Some(hud) = &mut self.measured.hud {
            hud.set_interval(interval);
        }
    }
}

impl Measured {
    /// Records into no trace any more. What the logic thread has noted until now belongs to it.
    fn untrace(&mut self) {
        if let (Some(trace), Some(journal)) = (self.trace.take(), self.journal.take()) {
            trace.unfollow(&journal);
        }
    }
}

impl Drop for Measured {
    fn drop(&mut self) {
        self.untrace();
    }
}
