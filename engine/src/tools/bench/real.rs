//! By the real clock, as in a window: what a program costs at rest, and whether frames keep their pace while script does not
//! come back.

use super::acting::NOTHING_SCROLLS;
use super::gesture::{self, Flings};
use super::memory::Activity;
use super::rig::{FrameSample, ms};
use super::{BenchError, FRAME_MS, Opener, Outcome, Run, Unit};
use crate::frame::{Next, Scheduler};
use crate::host::app::App;
use crate::tools::canvas::Canvas;
use pellicle_script::bridge::message::HostCommand;
use pellicle_script::bridge::outbox::WakeHost;
use pellicle_script::bridge::tool::{ToolError, ToolRequest};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::time::{Duration, Instant};

/// How long a page may take to come, ms.
const PATIENCE: f64 = 30_000.0;
/// Time in which a page comes to rest, ms, at most.
const SETTLE: f64 = 2_000.0;
/// A page rests that wants nothing for this long, ms.
const REST: f64 = 150.0;

/// A function to wake a program's host with, and what the host waits at. Calls that come before it looks are one.
pub fn wakes() -> (WakeHost, Receiver<()>) {
    let (send, receive) = sync_channel(1);
    let wake = move || {
        let _ = send.try_send(());
    };
    (Arc::new(wake), receive)
}

/// A program on a screen of 60 Hz.
pub struct Screen<'a> {
    pub(super) app: App,
    canvas: &'a mut Canvas,
    began: Instant,
    woken: Receiver<()>,
    scheduler: Scheduler,
}

/// How often a screen's loop did something.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Turns {
    /// The loop slept and was woken.
    wakeups: u32,
    /// It drew.
    frames: u32,
}

impl<'a> Screen<'a> {
    /// Shows a program.
    pub fn new(app: App, canvas: &'a mut Canvas, woken: Receiver<()>) -> Screen<'a> {
        Screen { app, canvas, began: Instant::now(), woken, scheduler: Scheduler::new(FRAME_MS) }
    }

    fn now(&self) -> f64 {
        ms(self.began)
    }

    /// Sleeps until a time, ms, or until the program wants something; true if it did.
    fn sleep(&self, until: f64) -> bool {
        let left = (until - self.now()).max(0.0);
        self.woken.recv_timeout(Duration::from_secs_f64(left / 1000.0)).is_ok()
    }

    /// Moves the program on until script has made the page.
    ///
    /// # Errors
    /// [`BenchError::Program`] if it does not.
    pub fn wait_for_page(&mut self) -> Result<(), BenchError> {
        loop {
            let now = self.now();
            self.app.tick(now);
            if self.app.stage().document.top_page().is_some() {
                return Ok(());
            }
            if now > PATIENCE || self.app.is_stopped() {
                return Err(BenchError::Program("the page was not shown".to_owned()));
            }
            self.sleep(now + FRAME_MS);
        }
    }

    /// Draws all of the present picture.
    ///
    /// # Errors
    /// [`BenchError::Gpu`] if the GPU failed.
    pub fn draw(&mut self) -> Result<(), BenchError> {
        let now = self.now();
        self.app.invalidate();
        self.canvas.draw(&mut self.app, now)?;
        Ok(())
    }

    /// Shows the program for a time, ms, or until it rests.
    fn show(&mut self, time: f64, until_rest: bool) -> Result<Turns, BenchError> {
        let end = self.now() + time;
        let mut turns = Turns::default();
        loop {
            let now = self.now();
            if now >= end {
                return Ok(turns);
            }
            match self.scheduler.next(now) {
                Next::Tick(at) => {
                    let tick = self.app.tick(at);
                    self.scheduler.ticked(at, tick);
                }
                Next::Draw => {
                    let at = self.scheduler.begin_frame(now);
                    let tick = self.app.tick(at);
                    self.scheduler.ticked(at, tick);
                    if self.app.needs_frame() {
                        self.canvas.draw(&mut self.app, at)?;
                        turns.frames += 1;
                    }
                    self.scheduler.end_frame(self.now(), true);
                }
                Next::Until(at) => {
                    if self.sleep(at.min(end)) {
                        self.scheduler.wake();
                        turns.wakeups += 1;
                    } else if at <= end {
                        turns.wakeups += 1;
                    }
                }
                Next::Rest => {
                    let until = if until_rest { end.min(now + REST) } else { end };
                    if self.sleep(until) {
                        self.scheduler.wake();
                        turns.wakeups += 1;
                    } else if until_rest {
                        return Ok(turns);
                    }
                }
            }
        }
    }
}

fn shown<'a>(opener: &dyn Opener, canvas: &'a mut Canvas) -> Result<Screen<'a>, BenchError> {
    let (wake, woken) = wakes();
    let mut screen = Screen::new(opener.real(wake)?, canvas, woken);
    screen.wait_for_page()?;
    screen.draw()?;
    screen.show(SETTLE, true)?;
    Ok(screen)
}

/// Shows the program for the time of so many frames, and does nothing.
///
/// # Errors
/// [`BenchError`] if it cannot be shown.
pub fn idle(opener: &dyn Opener, canvas: &mut Canvas, frames: u32) -> Result<Outcome, BenchError> {
    let mut screen = shown(opener, canvas)?;
    let before = Activity::now();
    let began = Instant::now();
    let turns = screen.show(f64::from(frames) * FRAME_MS, false)?;
    let seconds = (ms(began) / 1000.0).max(1e-3);
    let mut run = Run { asked: frames, idle: frames.saturating_sub(turns.frames), ..Run::default() };
    run.read("wake-ups", Unit::PerSecond, f64::from(turns.wakeups) / seconds);
    run.read("frames drawn", Unit::PerSecond, f64::from(turns.frames) / seconds);
    match before.zip(Activity::now()) {
        Some((before, after)) => {
            run.read("processor", Unit::MsPerSecond, (after.cpu - before.cpu).max(0.0) / seconds);
            let switches = after.switches.saturating_sub(before.switches);
            run.read("threads woken", Unit::PerSecond, switches as f64 / seconds);
        }
        None => run.note("this system does not tell a process's own processor time"),
    }
    Ok(Outcome::Ran(run))
}

/// What script is busy with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Load {
    /// A loop.
    Loop,
    /// `setData` of a copy of all data.
    Data,
}

impl Load {
    /// A function that does it for a number of ms and gives how often it went round. A loop without an end would be
    /// stopped some day, so this one is begun again as soon as it ends.
    fn source(self) -> &'static str {
        match self {
            Load::Loop => {
                "function (ms) { const end = Date.now() + ms; let n = 0; while (Date.now() < end) n++; return n; }"
            }
            Load::Data => {
                "function (ms) {
                    const end = Date.now() + ms, page = getCurrentPages().slice(-1)[0];
                    const data = JSON.stringify(page.data);
                    let n = 0;
                    for (; Date.now() < end; n++) page.setData(JSON.parse(data));
                    return n;
                }"
            }
        }
    }

    /// How long one call is, ms: a commit goes out behind each.
    fn time(self) -> u32 {
        match self {
            Load::Loop => 250,
            Load::Data => 25,
        }
    }
}

/// Calls that keep script busy: one runs, one waits.
struct Busy {
    load: Load,
    calls: Vec<Receiver<Result<String, ToolError>>>,
    rounds: f64,
}

impl Busy {
    fn new(load: Load) -> Busy {
        Busy { load, calls: Vec::new(), rounds: 0.0 }
    }

    /// Fills up what has ended.
    fn keep_up(&mut self, app: &App) -> Result<(), String> {
        let mut failed = None;
        let rounds = &mut self.rounds;
        self.calls.retain(|call| match call.try_recv() {
            Ok(Ok(answer)) => {
                *rounds += answer.parse::<f64>().unwrap_or(0.0);
                false
            }
            Ok(Err(error)) => {
                failed = Some(error.to_string());
                false
            }
            Err(TryRecvError::Empty) => true,
            Err(TryRecvError::Disconnected) => {
                failed = Some("the logic thread has stopped".to_owned());
                false
            }
        });
        while failed.is_none() && self.calls.len() < 2 {
            let (reply, answer) = sync_channel(1);
            let (source, arguments) = (self.load.source().to_owned(), vec![self.load.time().into()]);
            let call = ToolRequest::Function { source, arguments, reply: reply.into() };
            if app.logic().command(HostCommand::Tool(Box::new(call))).is_err() {
                failed = Some("the logic thread takes no more".to_owned());
            }
            self.calls.push(answer);
        }
        failed.map_or(Ok(()), Err)
    }
}

/// Flings for so many refreshes of the screen while script is busy.
///
/// # Errors
/// [`BenchError`] if the program cannot be shown or the GPU fails.
pub fn load(opener: &dyn Opener, canvas: &mut Canvas, load: Load, frames: u32) -> Result<Outcome, BenchError> {
    let mut screen = shown(opener, canvas)?;
    let Some(on) = gesture::longest(&screen.app) else { return Ok(Outcome::Unfit(NOTHING_SCROLLS.to_owned())) };
    let mut flings = Flings::new(on);
    let mut busy = Busy::new(load);
    let mut run = Run { asked: frames, ..Run::default() };
    let first = screen.now() + FRAME_MS;
    let mut shown_at: Option<f64> = None;
    let mut frame = 0;
    while frame < frames {
        if let Err(why) = busy.keep_up(&screen.app) {
            return Ok(Outcome::Unfit(format!("script cannot be kept busy: {why}")));
        }
        let due = first + f64::from(frame) * FRAME_MS;
        // What script sends in between waits for the frame.
        while screen.now() < due {
            screen.sleep(due);
        }
        flings.act(&mut screen.app, due);
        screen.app.tick(due);
        if !screen.app.needs_frame() {
            run.idle += 1;
            shown_at = None;
            frame += 1;
            continue;
        }
        screen.canvas.draw(&mut screen.app, due)?;
        let done = screen.now();
        // The refreshes that went by meanwhile show the old picture.
        let missed = ((done - due) / FRAME_MS).floor().max(0.0) as u32;
        if let Some(&record) = screen.app.frame_stats().last() {
            run.frames.push(FrameSample { at: due - first, logic: 0.0, late: missed > 0, record });
        }
        if let Some(before) = shown_at {
            run.read("between two pictures", Unit::Ms, done - before);
        }
        shown_at = Some(done);
        frame += 1 + missed;
    }
    let seconds = (f64::from(frame) * FRAME_MS / 1000.0).max(1e-3);
    if load == Load::Data {
        run.read("setData", Unit::Calls, busy.rounds / seconds);
    }
    Ok(Outcome::Ran(run))
}
