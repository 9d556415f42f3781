//! From nothing to the first picture: in a fresh process, and in one that has opened the program before.

use super::memory::{Memory, mib};
use super::real::{self, Screen};
use super::rig::ms;
use super::{BenchError, Opener, Outcome, Run, Unit};
use crate::host::app::App;
use crate::tools::canvas::Canvas;
use pellicle_script::bridge::message::HostCommand;
use pellicle_script::bridge::outbox::WakeHost;
use pellicle_script::bridge::tool::ToolRequest;
use pellicle_script::phases::{self, Phase, PhaseTimes};
use serde::{Deserialize, Serialize};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, Instant};

/// How long script that runs may take to say what it has done.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where the time until the first picture went: ms since the beginning until each was done.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Start {
    /// The program is open; its script begins to run.
    pub opened: f64,
    /// There is something to draw with.
    pub device: f64,
    /// Script has made the page.
    pub page: f64,
    /// It is drawn.
    pub drawn: f64,
}

/// What a fresh process says of its start.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct FirstPicture {
    /// Since the command line was read.
    pub start: Start,
    /// Its memory then.
    pub memory: Option<Memory>,
    /// What logic had done until then, where its phases are measured.
    pub phases: Option<PhaseTimes>,
}

/// A fresh process until its first picture.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ColdStart {
    /// From the order to start the process until it said that the picture was there, ms.
    pub total: f64,
    /// What it said.
    pub picture: FirstPicture,
}

/// Opens a program and draws the first picture of its page.
///
/// # Errors
/// [`BenchError`] if it cannot be opened, shows no page, or the GPU fails.
pub fn first_picture<'a>(
    began: Instant,
    open: impl FnOnce(WakeHost) -> Result<App, BenchError>,
    canvas: impl FnOnce() -> Result<&'a mut Canvas, BenchError>,
) -> Result<(Start, Screen<'a>), BenchError> {
    let (wake, woken) = real::wakes();
    let app = open(wake)?;
    let opened = ms(began);
    // Script runs meanwhile.
    let canvas = canvas()?;
    let device = ms(began);
    let mut screen = Screen::new(app, canvas, woken);
    screen.wait_for_page()?;
    let page = ms(began);
    screen.draw()?;
    Ok((Start { opened, device, page, drawn: ms(began) }, screen))
}

/// What the logic of a program on a screen has done so far, where its phases are measured and it answers.
pub fn phases(screen: &Screen<'_>) -> Option<PhaseTimes> {
    if !phases::are_measured() {
        return None;
    }
    let (reply, answer) = sync_channel(1);
    let asked = ToolRequest::Work { reply: reply.into() };
    screen.app.logic().command(HostCommand::Tool(Box::new(asked))).ok()?;
    answer.recv_timeout(PATIENCE).ok()?.ok().map(|work| work.phases)
}

/// A start in a process of its own.
///
/// # Errors
/// [`BenchError`] if there can be none or it shows nothing.
pub fn cold(opener: &dyn Opener) -> Result<Outcome, BenchError> {
    let ColdStart { total, picture } = opener.process()?;
    let mut run = Run::default();
    run.read("first picture", Unit::Ms, total);
    run.read("process", Unit::Ms, (total - picture.start.drawn).max(0.0));
    parts(&mut run, &picture.start);
    if let Some(phases) = picture.phases {
        run.read("script", Unit::Ms, phases.script().as_secs_f64() * 1e3);
        for phase in Phase::ALL.into_iter().filter(|phase| *phase != Phase::Rest) {
            run.read(format!("logic: {}", phase.name()), Unit::Ms, phases[phase].as_secs_f64() * 1e3);
        }
    }
    if let Some(memory) = picture.memory {
        run.read("memory", Unit::Mib, mib(memory.pss));
        run.memory = Some(memory);
    }
    Ok(Outcome::Ran(run))
}

/// A start in this process, which has read, compiled and drawn the program before.
///
/// # Errors
/// [`BenchError`] if it cannot be opened, shows no page, or the GPU fails.
pub fn warm(opener: &dyn Opener, canvas: &mut Canvas) -> Result<Outcome, BenchError> {
    let began = Instant::now();
    let (start, _) = first_picture(began, |wake| opener.real(wake), || Ok(canvas))?;
    let mut run = Run::default();
    run.read("first picture", Unit::Ms, start.drawn);
    parts(&mut run, &start);
    Ok(Outcome::Ran(run))
}

fn parts(run: &mut Run, start: &Start) {
    let device = start.device - start.opened;
    run.read("open", Unit::Ms, start.opened);
    // A canvas that is there already takes no time.
    if device > 0.1 {
        run.read("device", Unit::Ms, device);
    }
    run.read("page", Unit::Ms, start.page - start.device);
    run.read("draw", Unit::Ms, start.drawn - start.page);
}
