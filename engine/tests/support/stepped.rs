//! A mini-program by its life, on a virtual clock that a test moves: it may be ended and opened again on the way.
#![allow(dead_code)] // each test file uses its part

#[path = "../../../script/tests/support/engine.rs"]
mod engine;

use super::program::Program;
use engine::engine;
use pellicle::host::app::{App, AppError};
use pellicle::host::life::container::{Container, LifeConfig, LifeEvent, LifeState, Opener};
use pellicle::host::program::{self, Isolation, ProgramConfig};
use pellicle::host::types::Viewport;
use pellicle::interact::{InputEvent, PointerKind};
use pellicle::package::FolderPackage;
use pellicle::tools::select;
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::message::{HostCommand, LaunchOptions, RouteKind};
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::Denied;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::capability::network::Network;
use pellicle_script::realm::{Clock, Mulberry32, VirtualClock};
use pellicle_script::sandbox::{Bounds, Budgets, Trust};
use std::path::Path;
use std::rc::Rc;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// Longest time that one step of script may take.
const LIMIT: Duration = Duration::from_secs(60);

/// What script logs and what goes wrong, one line each.
#[derive(Default)]
pub struct Lines(Mutex<Vec<String>>);

impl AuditSink for Lines {
    fn record(&self, record: Record) {
        let line = match record {
            Record::Console { level: "log", text } => text,
            Record::Console { level, text } => format!("{level}: {text}"),
            Record::Fault { context, message, .. } => format!("fault: {message} ({context})"),
            Record::Warning(text) => format!("warning: {text}"),
            _ => return,
        };
        self.0.lock().unwrap().push(line);
    }

    fn wants_calls(&self) -> bool {
        false
    }
}

/// A program in a test's hands.
pub struct Stepped {
    pub container: Container,
    pub now: f64,
    clock: Arc<VirtualClock>,
    base: f64,
    lines: Arc<Lines>,
    _files: Rc<Program>,
}

/// Opens the program of a folder on a clock.
pub fn open_at(
    folder: &Path,
    clock: Arc<VirtualClock>,
    audit: Arc<dyn AuditSink>,
    launch: LaunchOptions,
) -> Result<App, AppError> {
    open_with(folder, clock, audit, launch, Box::new(Denied), false)
}

/// The same with a network, and with bars or without.
pub fn open_with(
    folder: &Path,
    clock: Arc<VirtualClock>,
    audit: Arc<dyn AuditSink>,
    launch: LaunchOptions,
    network: Box<dyn Network>,
    chrome: bool,
) -> Result<App, AppError> {
    let package = Arc::new(FolderPackage::open(folder).unwrap());
    program::open(ProgramConfig {
        viewport: Viewport { width: 300.0, height: 400.0, ..Viewport::default() },
        chrome,
        launch,
        isolation: Isolation::Thread,
        engine: engine(),
        random: Box::new(Mulberry32::new(1)),
        network,
        // An endless loop ends soon, and a heap that grows for ever.
        budgets: Budgets {
            heap: Bounds { soft: 64 << 20, hard: 96 << 20 },
            heap_cap: 128 << 20,
            turn_cpu_ms: Bounds { soft: 100, hard: 200 },
            grace_ms: 100,
            ..Budgets::default()
        },
        trust: Trust::Own,
        audit,
        ..ProgramConfig::new(package, Drive::Steps(clock))
    })
}

impl Stepped {
    /// Starts a program in front and lets it settle.
    pub fn open(files: impl Into<Rc<Program>>, config: LifeConfig) -> Stepped {
        Stepped::start(files, config, LaunchOptions { scene: 1001, ..LaunchOptions::default() })
    }

    /// The same with options.
    pub fn start(files: impl Into<Rc<Program>>, config: LifeConfig, launch: LaunchOptions) -> Stepped {
        Stepped::start_with(files, config, launch, false, |_| Box::new(Denied))
    }

    /// The same with a network, and with bars or without.
    pub fn start_with(
        files: impl Into<Rc<Program>>,
        config: LifeConfig,
        launch: LaunchOptions,
        chrome: bool,
        network: impl Fn(Arc<dyn AuditSink>) -> Box<dyn Network> + 'static,
    ) -> Stepped {
        let files = files.into();
        let clock = Arc::new(VirtualClock::new(1_700_000_000_000.0, 0));
        let base = clock.monotonic();
        let lines: Arc<Lines> = Arc::default();
        let (folder, time, audit) = (files.path().to_owned(), clock.clone(), lines.clone());
        let open: Opener = Box::new(move |launch| {
            let network = network(audit.clone());
            open_with(&folder, time.clone(), audit.clone(), launch, network, chrome)
        });
        let container = Container::open(config, launch, open).unwrap();
        let mut stepped = Stepped { container, now: 0.0, clock, base, lines, _files: files };
        stepped.wait(200.0);
        stepped
    }

    /// Virtual time passes; script does what is due on the way.
    pub fn wait(&mut self, ms: f64) {
        let until = self.now + ms;
        let mut patience = Instant::now() + Duration::from_secs(30);
        loop {
            let state = self.container.state();
            let stopped = state == LifeState::Stopped;
            let step =
                self.container.living().filter(|_| !stopped).map(|app| app.logic().step(self.base + self.now, LIMIT));
            let commits = |container: &Container| container.living().map(App::commits_applied);
            let before = commits(&self.container);
            let tick = self.container.tick(self.now);
            let idle = match step {
                // A thread that ends says so in a moment.
                Some(Err(_)) if self.container.state() == state && Instant::now() < patience => {
                    std::thread::sleep(Duration::from_millis(1));
                    continue;
                }
                Some(Err(error)) if self.container.state() == state && state != LifeState::Running => panic!("{error}"),
                Some(Err(_)) | None => Default::default(),
                Some(Ok(idle)) => idle,
            };
            patience = Instant::now() + Duration::from_secs(30);
            let unread = self.container.living().map_or(0, |app| app.logic().sender().unread());
            if self.container.state() != LifeState::Stopped
                && (idle.turns > 0 || unread > 0 || commits(&self.container) != before)
            {
                continue;
            }
            // What moves does so 60 times a second.
            let own = tick.next_wakeup.map(|at| at.max(self.now + 16.0));
            let timer = idle.next_timer.map(|at| at - self.base);
            match own.into_iter().chain(timer).min_by(f64::total_cmp) {
                Some(at) if at <= until => self.now = at.max(self.now),
                _ => break,
            }
        }
        self.now = until;
        self.clock.advance_to(self.base + self.now);
        self.container.tick(self.now);
    }

    pub fn hide(&mut self) {
        self.container.hide(self.now);
    }

    pub fn show(&mut self) {
        self.container.show(LaunchOptions { scene: 1089, ..LaunchOptions::default() }, self.now).unwrap();
        self.wait(200.0);
    }

    /// What was logged since the last call.
    pub fn log(&mut self) -> Vec<String> {
        std::mem::take(&mut *self.lines.0.lock().unwrap())
    }

    /// What happened since the last call, by name.
    pub fn events(&mut self) -> Vec<String> {
        let name = |event: LifeEvent| format!("{event:?}").split(['(', ' ']).next().unwrap().to_owned();
        std::iter::from_fn(|| self.container.take_event()).map(name).collect()
    }

    pub fn state(&self) -> LifeState {
        self.container.state()
    }

    pub fn app(&self) -> &App {
        self.container.app().unwrap()
    }

    /// The path of the page on top.
    pub fn page(&self) -> String {
        self.app().stage().top().unwrap().path.to_string()
    }

    pub fn find(&self, selector: &str) -> NodeId {
        let document = &self.app().stage().document;
        select::find(document, document.top_page().unwrap().root, selector).unwrap_or_else(|| panic!("no {selector}"))
    }

    /// How far an element is scrolled; the page itself for an empty selector.
    pub fn scrolled(&self, selector: &str) -> f32 {
        let node = match selector {
            "" => self.app().stage().document.top_page().unwrap().root,
            selector => self.find(selector),
        };
        self.app().session().unwrap().scrolls.offset(node).1
    }

    pub fn middle(&self, selector: &str) -> (f32, f32) {
        use pellicle::interact::scene::Scene;
        let area = self.app().stage().area(self.find(selector)).unwrap();
        let page = self.app().page_area();
        (area.x + page.x + area.width / 2.0, area.y + page.y + area.height / 2.0)
    }

    pub fn input(&mut self, event: InputEvent) {
        self.container.handle(&event, self.now);
        self.wait(50.0);
    }

    pub fn tap(&mut self, selector: &str) {
        let (x, y) = self.middle(selector);
        let time = self.now;
        self.input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time });
        let time = self.now;
        self.input(InputEvent::PointerUp { pointer: 1, x, y, time });
        self.wait(400.0);
    }

    /// Drags an element by so much.
    pub fn drag(&mut self, selector: &str, by: (f32, f32)) {
        let (x, y) = self.middle(selector);
        let time = self.now;
        self.input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time });
        for step in 1..=4 {
            let (part, time) = (step as f32 / 4.0, self.now);
            let (x, y) = (x + by.0 * part, y + by.1 * part);
            self.input(InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time });
        }
        let time = self.now;
        self.input(InputEvent::PointerUp { pointer: 1, x: x + by.0, y: y + by.1, time });
        self.wait(1_000.0);
    }

    pub fn wheel(&mut self, selector: &str, delta_y: f32) {
        let (x, y) = self.middle(selector);
        let time = self.now;
        self.input(InputEvent::Wheel { x, y, delta_x: 0.0, delta_y, time });
        self.wait(600.0);
    }

    pub fn type_text(&mut self, text: &str) {
        self.input(InputEvent::Text(text.to_owned()));
    }

    /// Taps what breaks the program, and goes on until it is started again, not further.
    pub fn spin(&mut self, selector: &str) {
        let (x, y) = self.middle(selector);
        let time = self.now;
        self.input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time });
        self.container.handle(&InputEvent::PointerUp { pointer: 1, x, y, time: self.now }, self.now);
        let patience = Instant::now() + Duration::from_secs(60);
        while self.container.take_event().is_none() && Instant::now() < patience {
            // A program that breaks down answers no step.
            let _ = self.container.living().unwrap().logic().step(self.base + self.now, LIMIT);
            self.container.tick(self.now);
        }
    }

    /// A list's row is tapped that shows: the first ones have scrolled away.
    pub fn tap_row(&mut self) {
        let app = self.container.living().unwrap();
        let call = HostCommand::Route {
            kind: RouteKind::NavigateTo,
            url: "b?id=7&name=%E4%B8%AD".to_owned(),
            events: Box::default(),
        };
        app.logic().command(call).unwrap();
        self.wait(400.0);
    }

    /// The text of an element.
    pub fn picture_text(&self, selector: &str) -> String {
        select::own_text(&self.app().stage().document, self.find(selector)).trim().to_owned()
    }

    /// Draws what has changed, as a window would, and takes what the program asks of its host.
    pub fn draw(&mut self, pixels: &mut [u8]) {
        let now = self.now;
        let app = self.container.app_mut().unwrap();
        let stride = app.viewport().device_size().0 as usize * 4;
        app.render_cpu(pixels, stride, now);
        app.take_diagnostics();
        while self.container.take_request().is_some() {}
    }

    /// The picture of what is shown: RGBA.
    pub fn picture(&mut self) -> Vec<u8> {
        let (width, height) = self.app().viewport().device_size();
        let mut pixels = vec![0; (width * height * 4) as usize];
        let now = self.now;
        let app = self.container.app_mut().unwrap();
        app.invalidate();
        app.render_cpu(&mut pixels, (width * 4) as usize, now);
        pixels
    }
}
