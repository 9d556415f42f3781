//! A mini-program by its life, on the thread that opened it.

use crate::abi::window::NativeWindow;
use crate::call::{self, Event, Prompt, Queue, Told};
use crate::handles;
use crate::host::{HostState, Offered};
use crate::status::{Failure, Outcome, PellicleStatus};
use crate::types::{
    PellicleArea, PellicleCallbacks, PellicleEngine, PellicleHost, PellicleInsets, PellicleNoticeKind as Notice,
    PellicleProgram, PellicleState, PellicleTrust,
};
use crate::windows::{Window, Windows};
use pellicle::gpu::device::Software;
use pellicle::host::app::App;
use pellicle::host::caches::SharedCaches;
use pellicle::host::gpu_surface::Shown;
use pellicle::host::hosting::HostedProgram;
use pellicle::host::life::container::{Container, LifeConfig, LifeEvent, LifeState};
use pellicle::host::program::{self, AccessSetup, ProgramConfig};
use pellicle::host::types::{HostRequest, SafeInsets, Tick, UpdateState, Viewport};
use pellicle::interact::InputEvent;
use pellicle::package::archive::{ArchiveLimits, PublicKey, Trust as Signers};
use pellicle::package::{FolderPackage, split_route};
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::ScriptEngine;
use pellicle_script::sandbox::Trust;
use serde_json::Value as Json;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;

/// `scene` of a program that is opened from nowhere in particular.
const USUAL_SCENE: u32 = 1001;
/// Widest and highest surface, logical px.
const LARGEST: f32 = 16_384.0;

/// Where the files of a mini-program come from.
pub enum Source<'a> {
    /// The folder of its sources.
    Folder(&'a str),
    /// The bytes of a package, and who may have signed it; no keys: anybody.
    Package(&'a [u8], Vec<&'a str>),
}

/// How a mini-program is opened.
pub struct ProgramSetup<'a> {
    pub source: Source<'a>,
    pub id: &'a str,
    pub page: &'a str,
    pub scene: u32,
    pub trust: u32,
    pub engine: u32,
    pub viewport: Viewport,
    pub safe_area: Option<SafeInsets>,
    pub dark: bool,
    pub bars: bool,
    pub callbacks: PellicleCallbacks,
    pub update: UpdateState,
}

/// What a program is opened with when it is opened again.
#[derive(Clone, Copy)]
struct Looks {
    viewport: Viewport,
    safe_area: Option<SafeInsets>,
    dark: bool,
    update: UpdateState,
}

/// A mini-program.
pub struct ProgramState {
    container: Container,
    callbacks: PellicleCallbacks,
    queue: Arc<Queue>,
    looks: Rc<Cell<Looks>>,
    /// Where the windows of its host's mini-programs are listed.
    windows: Windows,
    /// Its own, while one is attached.
    window: Option<Window>,
    told: Arc<dyn AuditSink>,
    scene: u32,
    bars: bool,
    /// The frame clock when it was last told, ms.
    now: f64,
    /// A call has failed in the middle: nobody knows what it is now.
    broken: bool,
    /// A text that the host was given.
    text: String,
}

/// Opens the files.
pub fn package(source: &Source<'_>, caches: &SharedCaches) -> Outcome<Arc<dyn PackageSource>> {
    match source {
        Source::Folder(path) => {
            let opened = FolderPackage::open(Path::new(path));
            Ok(Arc::new(opened.map_err(|error| Failure::new(PellicleStatus::NotFound, error))?))
        }
        Source::Package(bytes, keys) => {
            let keys: Vec<PublicKey> =
                keys.iter().map(|key| PublicKey::parse(key)).collect::<Result<_, _>>().map_err(Failure::argument)?;
            let signers = if keys.is_empty() { Signers::Anybody } else { Signers::Keys(&keys) };
            let opened = caches.packages().open(bytes, signers, &ArchiveLimits::default());
            Ok(opened.map_err(|error| Failure::new(PellicleStatus::Untrusted, error))?)
        }
    }
}

/// A surface that can be drawn.
pub fn viewport(width: f32, height: f32, scale: f32) -> Outcome<Viewport> {
    let scale = if scale == 0.0 { 1.0 } else { scale };
    let fits = |length: f32| (1.0..=LARGEST).contains(&length);
    if !fits(width) || !fits(height) || !(0.1..=16.0).contains(&scale) {
        return Err(Failure::argument(format!("there is no surface of {width} x {height} px at scale {scale}")));
    }
    if !fits(width * scale) || !fits(height * scale) {
        return Err(Failure::argument("the surface has more than 16384 device px in a direction"));
    }
    Ok(Viewport { width, height, scale })
}

/// What the system covers of a surface.
pub fn safe_area(given: PellicleInsets) -> Outcome<SafeInsets> {
    let PellicleInsets { top, right, bottom, left } = given;
    if ![top, right, bottom, left].iter().all(|inset| (0.0..=LARGEST).contains(inset)) {
        return Err(Failure::argument("an inset is negative or no number"));
    }
    Ok(SafeInsets { top, right, bottom, left })
}

/// What a host knows of a newer version.
pub fn update_state(number: u32) -> Outcome<UpdateState> {
    use UpdateState::{Checking, Current, Downloading, Failed, Ready};
    let known = [Current, Checking, Downloading, Ready, Failed];
    let found = known.get(number as usize).copied();
    found.ok_or_else(|| Failure::argument(format!("update: there is no state {number}")))
}

/// A time of the frame clock.
pub fn time(now: f64) -> Outcome<f64> {
    if now.is_finite() { Ok(now) } else { Err(Failure::argument("the time is no number")) }
}

/// Whose a mini-program is.
pub fn trust(number: u32) -> Outcome<Trust> {
    match number {
        own if own == PellicleTrust::Own as u32 => Ok(Trust::Own),
        foreign if foreign == PellicleTrust::Foreign as u32 => Ok(Trust::Foreign),
        other => Err(Failure::argument(format!("trust: there is no {other}"))),
    }
}

/// A script engine that the library was built with.
pub fn engine(number: u32) -> Outcome<ScriptEngine> {
    let engine = match number {
        boa if boa == PellicleEngine::Boa as u32 => ScriptEngine::Boa,
        quick if quick == PellicleEngine::QuickJs as u32 => ScriptEngine::QuickJs,
        other => return Err(Failure::argument(format!("engine: there is no {other}"))),
    };
    if !ScriptEngine::BUILT.contains(&engine) {
        return Err(Failure::argument(format!("this library was built without {}", engine.name())));
    }
    Ok(engine)
}

/// Opens a mini-program.
pub fn open(host: *const PellicleHost, setup: ProgramSetup<'_>) -> Outcome<*mut PellicleProgram> {
    let (trust, engine) = (trust(setup.trust)?, engine(setup.engine)?);
    let caches = handles::with(host, |host: &mut HostState| Ok(host.caches()))?;
    let package = package(&setup.source, &caches)?;
    let id = match (setup.id, &setup.source) {
        ("", Source::Folder(path)) => {
            let whole = std::fs::canonicalize(path);
            whole.map_or_else(|_| (*path).to_owned(), |path| path.to_string_lossy().into_owned())
        }
        ("", Source::Package(bytes, _)) => {
            return Err(Failure::argument(format!("a package of {} bytes needs an id", bytes.len())));
        }
        (id, _) => id.to_owned(),
    };
    let (hosted, offered) = handles::with(host, |host: &mut HostState| host.program(&id, package))?;
    let number = handles::reserve();
    let state = ProgramState::open(hosted, offered, &setup, (trust, engine))?;
    Ok(handles::insert(number, state))
}

/// Acts on a mini-program; what panics leaves it unusable, and the others as they are.
pub fn with<R>(program: *const PellicleProgram, act: impl FnOnce(&mut ProgramState) -> Outcome<R>) -> Outcome<R> {
    handles::with(program, |state: &mut ProgramState| state.whole(act))
}

/// The same for what cannot fail.
pub fn act(program: *const PellicleProgram, act: impl FnOnce(&mut ProgramState)) -> Outcome {
    with(program, |state| {
        act(state);
        Ok(())
    })
}

/// Moves a mini-program on, then calls back with what came of it. Gives the calls, too.
pub fn tick(program: *const PellicleProgram, now: f64) -> Outcome<(Tick, u32)> {
    let (number, found) = handles::find::<ProgramState>(program)?;
    let (tick, events, callbacks) = {
        let mut state = found.try_borrow_mut().map_err(|_| handles::busy())?;
        let tick = state.whole(|state| Ok(state.tick(now)))?;
        (tick, state.queue.take(), state.callbacks)
    };
    // A callback may destroy it.
    drop(found);
    let mut calls = 0;
    for event in events {
        if !handles::lives::<ProgramState>(number) {
            break;
        }
        call::deliver(&callbacks, number, event);
        calls += 1;
    }
    Ok((tick, calls))
}

/// Ends a mini-program as its user would who closes it.
pub fn destroy(program: *const PellicleProgram) -> Outcome {
    let (number, state) = handles::remove::<ProgramState>(program)?;
    state.queue.waker().close();
    if !state.broken {
        state.container.close(state.now);
    }
    handles::forget_answers(number);
    Ok(())
}

impl ProgramState {
    fn open(
        hosted: HostedProgram,
        offered: Offered,
        setup: &ProgramSetup<'_>,
        (trust, engine): (Trust, ScriptEngine),
    ) -> Outcome<ProgramState> {
        let queue = Queue::new(&setup.callbacks);
        let apis = offered.registered.apis(&queue)?;
        let ProgramSetup { viewport, safe_area, dark, update, .. } = *setup;
        let looks = Rc::new(Cell::new(Looks { viewport, safe_area, dark, update }));
        let told: Arc<dyn AuditSink> = Arc::new(Told(queue.clone()));
        let life = LifeConfig { file: hosted.frozen_file().cloned(), ..LifeConfig::default() };
        let scene = if setup.scene == 0 { USUAL_SCENE } else { setup.scene };
        let (asks, bars) = (setup.callbacks.ask.is_some(), setup.bars);
        let opener = {
            let (queue, looks, told) = (queue.clone(), looks.clone(), told.clone());
            move |launch: LaunchOptions| {
                let waking = queue.clone();
                let config = hosted.config(told.clone(), Arc::new(move || waking.waker().wake()));
                let prompt = Prompt(queue.clone());
                program::open(ProgramConfig {
                    viewport: looks.get().viewport,
                    safe_area: looks.get().safe_area,
                    dark: looks.get().dark,
                    update: looks.get().update,
                    chrome: bars,
                    launch,
                    trust,
                    engine,
                    access: AccessSetup {
                        apis: apis.clone(),
                        prompt: if asks { Some(Box::new(prompt)) } else { None },
                        ..config.access
                    },
                    ..config
                })
            }
        };
        let container = Container::open(life, launch(setup.page, scene), Box::new(opener));
        let container = container.map_err(|error| {
            let findings = match &error {
                pellicle::host::app::AppError::Manifest(found) => {
                    found.iter().map(|found| format!("\n{found}")).collect::<String>()
                }
                _ => String::new(),
            };
            Failure::new(PellicleStatus::Start, format!("{error}{findings}"))
        })?;
        let (callbacks, text) = (setup.callbacks, String::new());
        let (windows, window) = (offered.windows, None);
        Ok(ProgramState {
            container,
            callbacks,
            queue,
            looks,
            windows,
            window,
            told,
            scene,
            bars,
            now: 0.0,
            broken: false,
            text,
        })
    }

    fn whole<R>(&mut self, act: impl FnOnce(&mut ProgramState) -> Outcome<R>) -> Outcome<R> {
        if self.broken {
            let text = "a defect of the library has struck it: it can only be destroyed";
            return Err(Failure::new(PellicleStatus::Internal, text));
        }
        match catch_unwind(AssertUnwindSafe(|| act(self))) {
            Ok(outcome) => outcome,
            Err(panic) => {
                self.broken = true;
                resume_unwind(panic)
            }
        }
    }

    fn tick(&mut self, now: f64) -> Tick {
        self.now = now;
        let mut tick = self.container.tick(now);
        let found: Vec<_> = self.container.apps_mut().flat_map(App::take_diagnostics).collect();
        for found in found {
            self.told.record(Record::Finding(found));
        }
        while let Some(request) = self.container.take_request() {
            self.request(request, &mut tick);
        }
        while let Some(event) = self.container.take_event() {
            self.life(event);
        }
        tick
    }

    fn notice(&self, kind: Notice, text: impl ToString) {
        self.queue.push(Event::notice(kind, text));
    }

    fn request(&mut self, request: HostRequest, tick: &mut Tick) {
        match request {
            HostRequest::TextInput(Some(area)) => self.queue.push(Event::Notice {
                kind: Notice::TextInputBegins,
                text: String::new(),
                detail: String::new(),
                area: PellicleArea { x: area.x, y: area.y, width: area.width, height: area.height },
            }),
            HostRequest::TextInput(None) => self.notice(Notice::TextInputEnds, ""),
            HostRequest::Title(title) => self.notice(Notice::Title, title),
            HostRequest::Orientation(wanted) => self.notice(Notice::Orientation, wanted),
            HostRequest::Menu => self.notice(Notice::Menu, ""),
            // Nobody opens one by this interface.
            HostRequest::Chosen(_) => {}
            HostRequest::Exit => self.notice(Notice::Exit, ""),
            HostRequest::Restart => self.notice(Notice::RestartWanted, ""),
            HostRequest::ApplyUpdate => self.notice(Notice::ApplyUpdate, ""),
            HostRequest::Open(service) => self.notice(Notice::Open, service),
            HostRequest::Budget(event) => self.notice(Notice::Budget, event),
            HostRequest::Stopped(reason) => {
                // Who has bars drawn has dialogs drawn, too.
                if let Some(app) = self.container.app_mut().filter(|_| self.bars) {
                    app.tell_stopped(&reason);
                    tick.needs_frame = true;
                }
                self.notice(Notice::Stopped, reason);
            }
        }
    }

    fn life(&self, event: LifeEvent) {
        match event {
            LifeEvent::Suspended => self.notice(Notice::Suspended, ""),
            LifeEvent::Frozen => self.notice(Notice::Frozen, ""),
            LifeEvent::Thawed => self.notice(Notice::Thawed, ""),
            LifeEvent::Restarted(reason) => self.notice(Notice::Restarted, reason),
            LifeEvent::Lost(error) | LifeEvent::NotKept(error) => self.notice(Notice::NotKept, error),
            // Told by the request of the same turn; nobody has files of a program read again by this interface.
            LifeEvent::GaveUp(_) | LifeEvent::Reloaded | LifeEvent::NotReloaded(_) => {}
        }
    }

    /// True if it was of use to the mini-program.
    pub fn handle(&mut self, event: &InputEvent, now: f64) -> bool {
        self.now = now;
        self.container.handle(event, now).taken
    }

    pub fn resize(&mut self, viewport: Viewport, now: f64) {
        self.now = now;
        self.looks.set(Looks { viewport, ..self.looks.get() });
        self.container.apps_mut().for_each(|app| app.resize(viewport, now));
    }

    pub fn set_safe_area(&mut self, insets: SafeInsets, now: f64) {
        self.now = now;
        self.looks.set(Looks { safe_area: Some(insets), ..self.looks.get() });
        self.container.apps_mut().for_each(|app| app.set_safe_area(insets, now));
    }

    pub fn set_dark(&mut self, dark: bool) {
        self.looks.set(Looks { dark, ..self.looks.get() });
        self.container.apps_mut().for_each(|app| app.set_dark(dark));
    }

    pub fn set_update_state(&mut self, update: UpdateState) {
        self.looks.set(Looks { update, ..self.looks.get() });
        self.container.set_update_state(update);
    }

    pub fn hide(&mut self, now: f64) {
        self.now = now;
        self.container.hide(now);
    }

    pub fn show(&mut self, page: &str, now: f64) -> Outcome {
        self.now = now;
        let shown = self.container.show(launch(page, self.scene), now);
        shown.map_err(|error| Failure::new(PellicleStatus::Start, error))
    }

    pub fn warn_of_memory(&mut self, level: u32, now: f64) {
        self.now = now;
        self.container.warn_of_memory(level, now);
    }

    pub fn state(&self) -> PellicleState {
        match self.container.state() {
            LifeState::Running => PellicleState::Running,
            LifeState::Background => PellicleState::Background,
            LifeState::Suspended => PellicleState::Suspended,
            LifeState::Frozen => PellicleState::Frozen,
            LifeState::Stopped => PellicleState::Stopped,
        }
    }

    pub fn tell(&mut self, event: &str, argument: &str) -> Outcome {
        let argument: Json = match argument {
            "" => Json::Null,
            text => serde_json::from_str(text).map_err(Failure::argument)?,
        };
        let frozen = || Failure::new(PellicleStatus::NoPicture, "it is frozen and hears nothing");
        self.container.living().ok_or_else(frozen)?.notify(event, argument);
        Ok(())
    }

    /// What is drawn; an error while there is nothing.
    pub fn drawn(&mut self) -> Outcome<&mut App> {
        let none = || Failure::new(PellicleStatus::NoPicture, "it is frozen: there is nothing to draw");
        self.container.app_mut().ok_or_else(none)
    }

    /// Draws in this window from now on.
    pub fn attach(&mut self, window: NativeWindow, software: Software) -> Outcome {
        // One surface at a time may be on a window.
        self.detach();
        self.window = Some(self.windows.attach(window, self.viewport().device_size(), software)?);
        Ok(())
    }

    /// Lets go of its window, and of all that it has on the device.
    pub fn detach(&mut self) {
        if self.window.take().is_some()
            && let Some(app) = self.container.app_mut()
        {
            app.detach_gpu();
        }
    }

    /// Draws in its window.
    pub fn draw(&mut self, now: f64) -> Outcome<Shown> {
        let none = || Failure::argument("no window is attached");
        let frozen = || Failure::new(PellicleStatus::NoPicture, "it is frozen: there is nothing to draw");
        let window = self.window.as_ref().ok_or_else(none)?;
        let drawn = window.draw(self.container.app_mut().ok_or_else(frozen)?, now);
        if drawn.is_err() {
            self.window = None;
        }
        drawn
    }

    /// Keeps a text that the host is given until the next call.
    pub fn lend(&mut self, text: String) -> &str {
        self.text = text;
        &self.text
    }

    pub fn viewport(&self) -> Viewport {
        self.looks.get().viewport
    }
}

fn launch(page: &str, scene: u32) -> LaunchOptions {
    let (path, query) = split_route(page);
    LaunchOptions { path, query, scene, ..LaunchOptions::default() }
}
