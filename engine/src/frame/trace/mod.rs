//! A recording of frames, turns and inputs that Perfetto opens.
//!
//! While an app has a [`Trace`] ([`App::set_trace`](crate::host::app::App::set_trace)), everything that it times is kept,
//! up to a bound, the newest: inputs, the turns of the logic thread with each `setData` and each commit, frames with their
//! phases, and the GPU's work. [`Trace::write`] makes of it the JSON of Chrome's trace events, which
//! <https://ui.perfetto.dev> and `chrome://tracing` show as tracks. One number follows each update as a flow: from an
//! input to the turn that handles it, to `setData`, to the commit, to the frame whose pixels show it. Updates that no input
//! caused have a number of their own.
//!
//! ```no_run
//! use pellicle::frame::trace::Trace;
//! # fn show(app: &mut pellicle::host::app::App) -> std::io::Result<()> {
//! let trace = Trace::new();
//! app.set_trace(Some(trace.clone()));
//! // ... inputs, ticks, frames ...
//! trace.write(&mut std::fs::File::create("trace.json")?)
//! # }
//! ```
//!
//! Times of the trace are real time, also where the app runs on a virtual clock; the frame clock's time stands in the
//! arguments of frames and inputs. When the GPU began is not known, only how long it took: its spans begin when their
//! frame was submitted, or when the span before is over.
//!
//! | module | models |
//! | --- | --- |
//! | `events` | what is kept as slices, flows and counters |
//! | `json` | how these are written |

mod events;
mod json;

use super::record::{FrameRecord, Phase};
use pellicle_script::bridge::journal::{Journal, Span};
use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Frames that are kept unless said otherwise: some minutes of what moves all the time.
pub const FRAMES: usize = 1 << 14;
/// For each frame so many spans of each kind.
const SPANS: usize = 16;
/// Spans of a frame in the making.
const OPEN: usize = 256;

/// A recording; clones are the same one.
#[derive(Clone)]
pub struct Trace {
    shared: Arc<Mutex<Recording>>,
}

/// An input as it came in.
#[derive(Clone, Copy, Debug)]
struct Input {
    number: u64,
    kind: &'static str,
    began: Instant,
    ended: Instant,
    /// Its own time, ms of the frame clock.
    at: f64,
}

/// A phase of a frame.
#[derive(Clone, Copy, Debug)]
struct PhaseSpan {
    phase: Phase,
    began: Instant,
    ended: Instant,
}

/// A frame.
#[derive(Clone, Copy, Debug)]
struct FrameSpan {
    record: FrameRecord,
    began: Instant,
    ended: Instant,
    /// When its last phase began.
    last: Instant,
    /// First and last number of the inputs that it shows.
    inputs: Option<(u64, u64)>,
}

/// What is kept.
struct Recording {
    began: Instant,
    frames: usize,
    inputs: VecDeque<Input>,
    logic: VecDeque<Span>,
    phases: VecDeque<PhaseSpan>,
    done: VecDeque<FrameSpan>,
    /// Commits, and when they were taken.
    taken: VecDeque<(u64, Instant)>,
    /// Numbers of frames, when they were submitted and how long the GPU took, ms.
    gpu: VecDeque<(u64, Instant, f32)>,
    /// Phases of the frame in the making.
    open: Vec<PhaseSpan>,
    /// What was lost because there was no room.
    lost: u64,
    journal: Option<Arc<Journal>>,
}

/// Adds to a list that keeps the newest.
fn keep<T>(list: &mut VecDeque<T>, item: T, most: usize, lost: &mut u64) {
    if list.len() >= most {
        list.pop_front();
        *lost += 1;
    }
    list.push_back(item);
}

impl Default for Trace {
    fn default() -> Self {
        Trace::new()
    }
}

impl Trace {
    /// A recording of the newest [`FRAMES`] frames.
    pub fn new() -> Trace {
        Trace::of_frames(FRAMES)
    }

    /// A recording that keeps the newest frames, at least one, and what belongs to them.
    pub fn of_frames(frames: usize) -> Trace {
        let recording = Recording {
            began: Instant::now(),
            frames: frames.max(1),
            inputs: VecDeque::new(),
            logic: VecDeque::new(),
            phases: VecDeque::new(),
            done: VecDeque::new(),
            taken: VecDeque::new(),
            gpu: VecDeque::new(),
            open: Vec::with_capacity(OPEN),
            lost: 0,
            journal: None,
        };
        Trace { shared: Arc::new(Mutex::new(recording)) }
    }

    fn lock(&self) -> MutexGuard<'_, Recording> {
        // Nothing panics while the lock is held, so a poisoned lock guards a whole recording.
        self.shared.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the logic thread notes goes into the recording from now on.
    pub(crate) fn follow(&self, journal: &Arc<Journal>) {
        journal.record(true);
        let mut recording = self.lock();
        recording.fetch();
        recording.journal = Some(journal.clone());
    }

    /// The app of this logic thread records no more. Another one may be followed already: one that was started in its
    /// place.
    pub(crate) fn unfollow(&self, journal: &Arc<Journal>) {
        let mut recording = self.lock();
        recording.fetch();
        if recording.journal.take_if(|followed| Arc::ptr_eq(followed, journal)).is_some() {
            journal.record(false);
        }
    }

    pub(crate) fn input(&self, number: u64, kind: &'static str, (began, ended): (Instant, Instant), at: f64) {
        let recording = &mut *self.lock();
        let input = Input { number, kind, began, ended, at };
        keep(&mut recording.inputs, input, recording.frames * SPANS, &mut recording.lost);
    }

    pub(crate) fn phase(&self, phase: Phase, (began, ended): (Instant, Instant)) {
        let open = &mut self.lock().open;
        if open.len() < OPEN {
            open.push(PhaseSpan { phase, began, ended });
        }
    }

    pub(crate) fn taken(&self, commit: u64) {
        let recording = &mut *self.lock();
        keep(&mut recording.taken, (commit, Instant::now()), recording.frames * SPANS, &mut recording.lost);
    }

    /// No frame follows from the last tick: its phases count only if it did something.
    pub(crate) fn rested(&self, worked: bool) {
        let mut recording = self.lock();
        if !worked {
            recording.open.clear();
        }
        recording.close();
    }

    /// A frame is over, which began at `began`.
    pub(crate) fn frame(&self, record: FrameRecord, began: Instant, inputs: Option<(u64, u64)>) {
        let recording = &mut *self.lock();
        let ended = Instant::now();
        let last = recording.open.iter().map(|span| span.began).max().unwrap_or(began);
        recording.close();
        let span = FrameSpan { record, began, ended, last, inputs };
        keep(&mut recording.done, span, recording.frames, &mut recording.lost);
        recording.fetch();
    }

    /// The frame that was over last was handed to its surface, which took so long until now: its record says more now.
    pub(crate) fn submitted(&self, took: Duration, record: FrameRecord) {
        let mut recording = self.lock();
        let ended = Instant::now();
        let Some(frame) = recording.done.back_mut() else { return };
        let began = ended.checked_sub(took).unwrap_or(frame.ended).max(frame.ended);
        (frame.last, frame.ended, frame.record) = (began, ended, record);
        recording.open.push(PhaseSpan { phase: Phase::Submit, began, ended });
        recording.close();
    }

    /// The frame that was over last was not there in time.
    pub(crate) fn missed(&self) {
        if let Some(frame) = self.lock().done.back_mut() {
            frame.record.dropped = true;
        }
    }

    pub(crate) fn gpu(&self, frame: u64, submitted: Instant, ms: f32) {
        let recording = &mut *self.lock();
        keep(&mut recording.gpu, (frame, submitted, ms), recording.frames, &mut recording.lost);
    }

    /// The time of the trace, µs since it began.
    pub fn now(&self) -> f64 {
        self.lock().began.elapsed().as_secs_f64() * 1e6
    }

    /// Writes what was recorded until now as JSON of Chrome's trace events.
    ///
    /// # Errors
    /// What `out` said.
    pub fn write(&self, out: &mut impl Write) -> io::Result<()> {
        let mut recording = self.lock();
        recording.fetch();
        let events = events::of(&recording);
        drop(recording);
        json::write(&events, out)
    }

    /// A file that is written when it is dropped, however its program ends.
    ///
    /// # Errors
    /// What the system said: the file is made now.
    pub fn to_file(&self, path: &Path) -> io::Result<TraceFile> {
        let file = File::create(path)?;
        Ok(TraceFile { trace: self.clone(), path: path.to_owned(), file: Some(file) })
    }
}

impl Recording {
    /// Moves the phases of the frame in the making to the others.
    fn close(&mut self) {
        for span in self.open.drain(..) {
            keep(&mut self.phases, span, self.frames * SPANS, &mut self.lost);
        }
    }

    /// Fetches what the logic thread has noted.
    fn fetch(&mut self) {
        let Some(journal) = &self.journal else { return };
        self.lost += journal.take(&mut self.logic);
        let over = self.logic.len().saturating_sub(self.frames * SPANS);
        self.logic.drain(..over);
        self.lost += over as u64;
    }
}

/// A file for a trace.
pub struct TraceFile {
    trace: Trace,
    path: PathBuf,
    file: Option<File>,
}

impl TraceFile {
    /// The trace that goes there.
    pub fn trace(&self) -> &Trace {
        &self.trace
    }

    /// Writes the file now, and not again when it is dropped.
    ///
    /// # Errors
    /// What the system said.
    pub fn finish(&mut self) -> io::Result<()> {
        let Some(file) = self.file.take() else { return Ok(()) };
        let mut out = BufWriter::new(file);
        self.trace.write(&mut out)?;
        out.flush()
    }
}

impl Drop for TraceFile {
    fn drop(&mut self) {
        if let Err(error) = self.finish() {
            crate::tools::output::note(format_args!("{}: {error}", self.path.display()));
        }
    }
}
