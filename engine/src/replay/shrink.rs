//! A shorter recording that shows the same fault.
//!
//! What a user did is left out piece by piece (delta debugging, after Zeller's `ddmin`), and the program run anew with what is
//! left: script and page, on a virtual clock, so that each try is the same whenever it is made. What the program read of its
//! surroundings is as far as it can be that of the recording: wall time from where it began, random numbers in their order, and
//! what the network answered to the same addresses, at once. Storage begins empty.

use super::entry::HostCall;
use super::file::Recording;
use super::format::FormatError;
use super::player::PlayFault;
use super::recorder::RecordConfig;
use crate::host::app::{App, AppError};
use crate::host::program::{self, Isolation, ProgramConfig};
use crate::host::types::{HostRequest, Viewport};
use pellicle_layout::text::FontPolicy;
use pellicle_script::bridge::message::{Answer, ApiFailure, Message};
use pellicle_script::bridge::outbox::{Responder, StopReason};
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::audit::AuditSink;
use pellicle_script::capability::network::{Network, NetworkRequest};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::{Clock, Mulberry32, Random, VirtualClock};
use pellicle_script::record::{LogicEntry, NETWORK_REQUEST, Turn, message};
use pellicle_script::sandbox::Trust;
use pellicle_script::wire::decode::Numbers;
use pellicle_script::wire::frame::read;
use pellicle_script::wire::message::Body;
use std::collections::{BTreeMap, VecDeque};
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Longest time that one step of script may take.
const LIMIT: Duration = Duration::from_secs(30);
/// Steps of script at one time of the clock.
const MOST_STEPS: u32 = 10_000;
/// How long the program runs on behind the last thing that was done, ms.
const REST: f64 = 500.0;

/// What the network answered in a recording.
#[derive(Default)]
struct Answers {
    /// Addresses that were asked for, with the numbers of the calls.
    asked: Vec<(String, u32)>,
    /// What was answered, by the number of the call.
    answers: BTreeMap<u32, Vec<Answer>>,
}

impl Network for Answers {
    fn request(&mut self, request: NetworkRequest, reply: Responder) {
        let answered = |(url, id): &(String, u32)| *url == request.url && self.answers.contains_key(id);
        let call = self.asked.iter().find(|asked| answered(asked)).map(|(_, id)| *id);
        for answer in call.and_then(|id| self.answers.remove(&id)).unwrap_or_default() {
            match answer {
                Answer::Progress { event, reply: fields } => reply.progress(event, fields),
                Answer::Done(result) => return reply.finish(result),
            }
        }
        reply.fail(ApiFailure::denied("the recording has no answer"));
    }
}

/// Numbers of a recording, then others.
struct Recorded(VecDeque<f64>, Mulberry32);

impl Random for Recorded {
    fn next(&mut self) -> f64 {
        self.0.pop_front().unwrap_or_else(|| self.1.next())
    }
}

/// A recording in memory.
#[derive(Clone, Default)]
struct Memory(Arc<Mutex<Vec<u8>>>);

impl Write for Memory {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// A thing that was done, by what it does to the page rather than to frames.
fn is_input(call: &HostCall) -> bool {
    !matches!(
        call,
        HostCall::Tick { .. } | HostCall::Draw { .. } | HostCall::HasDamage { .. } | HostCall::ShowNothing { .. }
    )
}

/// What a user and his surroundings did: each thing with its time, ms of the frame clock.
fn inputs(recording: &Recording) -> Result<(f64, Vec<(f64, HostCall)>), FormatError> {
    let (mut first, mut now, mut inputs) = (None, 0.0, Vec::new());
    for span in recording.spans()? {
        let Some(call) = span.call else { continue };
        if let Some(time) = call.time() {
            first.get_or_insert(time);
            now = time;
        }
        if is_input(&call) {
            inputs.push((now, call));
        }
    }
    Ok((first.unwrap_or_default(), inputs))
}

/// What script read of its surroundings.
struct Surroundings {
    /// When it began, ms since 1970.
    began: f64,
    numbers: VecDeque<f64>,
    network: Answers,
}

fn surroundings(recording: &Recording) -> Result<Surroundings, FormatError> {
    let (mut began, mut numbers, mut network) = (None, VecDeque::new(), Answers::default());
    for entry in recording.logic()? {
        match entry {
            LogicEntry::Time { wall: true, value, .. } => {
                began.get_or_insert(value);
            }
            LogicEntry::Answer { name, bytes } if name == "random" => {
                numbers.extend(read::<f64>(&bytes, Numbers::Any).ok());
            }
            LogicEntry::Answer { name, bytes } if name == NETWORK_REQUEST => {
                let asked = read::<(u32, String)>(&bytes, Numbers::Any).ok();
                network.asked.extend(asked.map(|(id, url)| (url, id)));
            }
            LogicEntry::Turn(Turn::Message { body, .. }) if matches!(*body, Body::Reply(_)) => {
                if let Some(Message::Reply(reply)) = message(*body) {
                    network.answers.entry(reply.id).or_default().push(reply.answer);
                }
            }
            _ => {}
        }
    }
    Ok(Surroundings { began: began.unwrap_or(VirtualClock::START), numbers, network })
}

/// A program that was run anew.
#[derive(Debug, Default)]
pub struct Again {
    /// The recording of that.
    pub bytes: Vec<u8>,
    /// The render side panicked, with this message.
    pub panicked: Option<String>,
    /// Its script ended, for this reason.
    pub stopped: Option<StopReason>,
}

/// Runs the program of a recording anew on a virtual clock, with those of the things that were done that `keep` names by
/// their number.
///
/// # Errors
/// [`PlayFault`] if the program cannot be opened.
pub fn again(
    recording: &Recording,
    package: Arc<dyn PackageSource>,
    audit: Arc<dyn AuditSink>,
    keep: impl Fn(usize) -> bool,
) -> Result<Again, PlayFault> {
    let head = recording.head();
    let Surroundings { began, numbers, network } = surroundings(recording)?;
    let (first, all) = inputs(recording)?;
    let clock = Arc::new(VirtualClock::new(began, head.setup.zone.offset_minutes(began)));
    let base = clock.monotonic();
    let memory = Memory::default();
    let config = ProgramConfig {
        viewport: head.viewport,
        safe_area: head.safe_area,
        chrome: head.chrome,
        dark: head.dark,
        language: head.language.clone(),
        motion: head.motion,
        launch: head.launch.clone(),
        update: head.update,
        engine: head.setup.engine,
        profile: head.setup.profile.clone(),
        budgets: head.setup.budgets,
        isolation: Isolation::Thread,
        trust: Trust::Own,
        random: Box::new(Recorded(numbers, Mulberry32::new(1))),
        network: Box::new(network),
        fonts: match recording.fonts() {
            Some(fonts) => FontPolicy::Exact(fonts?),
            None => FontPolicy::Author,
        },
        audit,
        record: Some(RecordConfig::new(Box::new(memory.clone()))),
        ..ProgramConfig::new(package, Drive::Steps(clock))
    };
    let app = program::open(config)?;
    let mut stopped = None;
    let all = || {
        let mut run = Run { app, base, now: 0.0, pixels: Vec::new(), over: false, stopped: None };
        for (number, (at, call)) in all.into_iter().enumerate() {
            if keep(number) {
                run.until(at - first);
                run.perform(call);
            }
        }
        run.until(run.now + REST);
        stopped = run.stopped.take();
    };
    // A panic is what may be looked for.
    let panicked = catch_unwind(AssertUnwindSafe(all)).err().map(|panic| {
        let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
        text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "unknown panic".to_owned())
    });
    let bytes = std::mem::take(&mut *memory.0.lock().unwrap_or_else(PoisonError::into_inner));
    Ok(Again { bytes, panicked, stopped })
}

/// A program that runs anew.
struct Run {
    app: App,
    base: f64,
    now: f64,
    pixels: Vec<u8>,
    /// Its script has ended.
    over: bool,
    stopped: Option<StopReason>,
}

impl Run {
    /// Time passes; what is to be seen is drawn.
    fn until(&mut self, until: f64) {
        for _ in 0..MOST_STEPS {
            let before = self.app.commits_applied();
            let idle = match self.over {
                true => Default::default(),
                false => self.app.logic().step(self.base + self.now, LIMIT).unwrap_or_else(|_| {
                    self.over = true;
                    Default::default()
                }),
            };
            let tick = self.app.tick(self.now);
            if tick.needs_frame {
                self.draw();
            }
            while let Some(request) = self.app.take_request() {
                if let HostRequest::Stopped(reason) = request {
                    self.stopped = Some(reason);
                }
            }
            let unread = !self.over && self.app.logic().sender().unread() > 0;
            if idle.turns > 0 || unread || self.app.commits_applied() != before {
                continue;
            }
            let own = tick.next_wakeup.map(|at| at.max(self.now + 16.0));
            let timer = idle.next_timer.map(|at| at - self.base);
            match own.into_iter().chain(timer).min_by(f64::total_cmp) {
                Some(at) if at <= until => self.now = at.max(self.now),
                _ => break,
            }
        }
        self.now = self.now.max(until);
    }

    fn draw(&mut self) {
        let (width, height) = self.app.viewport().device_size();
        let stride = width as usize * 4;
        self.pixels.resize(stride * height as usize, 0);
        self.app.render_cpu(&mut self.pixels, stride, self.now);
    }

    fn perform(&mut self, call: HostCall) {
        let (app, now) = (&mut self.app, self.now);
        match call {
            HostCall::Handle { event, .. } => drop(app.handle(&event, now)),
            HostCall::Resize { viewport, .. } => {
                app.resize(Viewport { ..viewport }, now);
                self.pixels.clear();
            }
            HostCall::SafeArea { insets, .. } => app.set_safe_area(insets, now),
            HostCall::Dark(dark) => app.set_dark(dark),
            HostCall::Show => app.show(Default::default()),
            HostCall::Hide => app.hide(),
            HostCall::Update(state) => app.set_update_state(state),
            HostCall::Scroll { node, x, y, .. } => app.scroll(node, (x, y), now),
            HostCall::Swipe { node, index, .. } => drop(app.swipe(node, index as usize, now)),
            HostCall::Supply(tags) => app.supply(&tags.iter().map(String::as_str).collect::<Vec<_>>()),
            HostCall::Control { action, .. } => drop(app.control(action, now)),
            HostCall::MemoryWarning(level) => app.warn_of_memory(level),
            // The rest is about how frames are shown.
            _ => {}
        }
    }
}

/// What came of shrinking.
#[derive(Debug)]
pub struct Shrunk {
    /// The shortest recording that shows the fault.
    pub bytes: Vec<u8>,
    /// Things that were done in the recording that was given, and in the shortest one.
    pub inputs: (usize, usize),
    /// Tries that it took.
    pub tries: usize,
}

/// Why a recording is not shrunk.
#[derive(Debug, thiserror::Error)]
pub enum ShrinkError {
    /// It cannot be played.
    #[error("{0}")]
    Play(#[from] PlayFault),
    /// The fault does not show when the program runs anew with all that was done.
    #[error(
        "the fault does not show when the program runs anew with all that was done: it may hang on storage, on a device or on time"
    )]
    NoFault,
}

impl From<FormatError> for ShrinkError {
    fn from(error: FormatError) -> ShrinkError {
        ShrinkError::Play(error.into())
    }
}

impl From<AppError> for ShrinkError {
    fn from(error: AppError) -> ShrinkError {
        ShrinkError::Play(error.into())
    }
}

/// Leaves out what the fault does not need. `run` runs the program anew with some of what was done, by their numbers, and
/// gives the recording of that if it shows the fault.
///
/// # Errors
/// [`ShrinkError`] if there is nothing to be shrunk; what `run` gives.
pub fn shrink(
    recording: &Recording,
    mut run: impl FnMut(&[usize]) -> Result<Option<Vec<u8>>, ShrinkError>,
) -> Result<Shrunk, ShrinkError> {
    let (_, all) = inputs(recording)?;
    let mut kept: Vec<usize> = (0..all.len()).collect();
    let mut tries = 1;
    let mut bytes = run(&kept)?.ok_or(ShrinkError::NoFault)?;
    let mut parts = 2;
    while !kept.is_empty() {
        let size = kept.len().div_ceil(parts);
        let mut smaller = None;
        for start in (0..kept.len()).step_by(size) {
            let end = (start + size).min(kept.len());
            let rest: Vec<usize> = kept[..start].iter().chain(&kept[end..]).copied().collect();
            tries += 1;
            if let Some(found) = run(&rest)? {
                smaller = Some((rest, found));
                break;
            }
        }
        match smaller {
            Some((rest, found)) => {
                (kept, bytes) = (rest, found);
                parts = (parts - 1).max(2);
            }
            None if size == 1 => break,
            None => parts = (parts * 2).min(kept.len()),
        }
    }
    Ok(Shrunk { bytes, inputs: (all.len(), kept.len()), tries })
}
