//! A program that a host measures in itself: a screen of an app that has no command line, and no second process to start.
//!
//! It is opened with its own files, the faces of the machine and the services of a host without a user; the network is
//! refused, so that two measurements are of the same. What `pellicle bench` measures is measured in the same way, but for
//! what takes a process of its own (`cold`) or the folder of the sources (`starts`).

use super::kept::Kept;
use super::plan::{OPERATIONS, Plan, PlanError};
use super::report::{CanvasFacts, ProgramFacts, Report};
use super::session::{Part, RUNS, Session, SessionSetup, WARM_UP};
use super::start::ColdStart;
use super::starts::Origin;
use super::{BenchError, Opener};
use crate::fonts::{DesktopFonts, FontLoader};
use crate::gpu::device::Renderer;
use crate::host::app::App;
use crate::host::caches::SharedCaches;
use crate::host::program::{self, Isolation, ProgramConfig};
use crate::host::services::{DesktopServices, DesktopSetup, NamedFiles, PackageImages};
use crate::host::types::{SafeInsets, Viewport};
use crate::images::ImageStore;
use crate::interact::clipboard::ProcessClipboard;
use crate::package::split_route;
use crate::tools::bench::memory::Memory;
use crate::tools::canvas::Canvas;
use crate::tools::driver::Driver;
use crate::tools::operations::{self, Operation};
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::outbox::WakeHost;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::audit::NoAudit;
use pellicle_script::capability::files::{FileQuota, MemoryFiles, SharedFiles};
use pellicle_script::package::{PackageSource, read_text};
use pellicle_script::realm::{Clock, ScriptEngine, SystemClock, VirtualClock};
use pellicle_script::sandbox::Trust;
use std::sync::Arc;
use std::time::Duration;

/// Virtual time in which a page comes to rest, ms.
const SETTLE: f64 = 1000.0;
/// Longest time that one turn of script may take.
const TURN: Duration = Duration::from_secs(10);
/// Threads that decode pictures, as of a host.
const PICTURE_THREADS: usize = 2;

/// What a host measures.
pub struct PlainSetup {
    /// The files.
    pub package: Arc<dyn PackageSource>,
    /// What the report calls them.
    pub name: String,
    /// The page, with its query; empty: the entry page.
    pub page: String,
    /// The surface, bars included.
    pub viewport: Viewport,
    /// What of it the system covers; `None`: a status bar of 20 px.
    pub safe_area: Option<SafeInsets>,
    /// Bars are drawn around the page.
    pub chrome: bool,
    /// The system is dark.
    pub dark: bool,
    /// What its script runs on.
    pub engine: ScriptEngine,
    /// Whose it is.
    pub trust: Trust,
    /// What draws.
    pub renderer: Renderer,
    /// Names of scenarios, joined by commas; empty: all.
    pub scenarios: String,
    /// Runs of each scenario; 0 for the usual ones.
    pub runs: u32,
    /// Rounds before that are thrown away; `None` for the usual ones.
    pub warmup: Option<u32>,
    /// Frames of a run; 0 for the usual ones.
    pub frames: u32,
}

/// A measurement that a host takes part by part. It blocks the thread that it is on, for seconds at a time.
pub struct PlainBench {
    opener: PlainOpener,
    canvas: Canvas,
    session: Session,
}

impl PlainBench {
    /// Opens the program once, to see that it can be shown.
    ///
    /// # Errors
    /// [`BenchError`] if it cannot, there is no such scenario, or no GPU where one was asked for.
    pub fn open(setup: PlainSetup) -> Result<PlainBench, BenchError> {
        let PlainSetup { renderer, runs, warmup, frames, .. } = setup;
        let page = split_route(&setup.page).0;
        let own = || own_operations(&*setup.package);
        let names = if setup.scenarios.is_empty() { "all" } else { &setup.scenarios };
        let plan = Plan::named(names, (!page.is_empty()).then_some(page.as_str()), own);
        let plan = plan.map_err(|error: PlanError<String>| BenchError::Program(error.to_string()))?;
        let (name, scale) = (setup.name.clone(), setup.viewport.scale);
        let opener = PlainOpener::new(setup);
        let mut driver = opener.driven()?;
        let heap = Memory::now().map(|memory| memory.anonymous);
        let mut canvas = Canvas::open(renderer)?;
        let driver_heap = heap.zip(Memory::now()).map_or(0, |(before, now)| now.anonymous.saturating_sub(before));
        canvas.draw_at_rest(&mut driver)?;
        let (width, height) = canvas.size();
        let page = driver.app.stage().top().map(|top| top.path.to_string()).unwrap_or_default();
        let session = Session::new(SessionSetup {
            plan,
            program: ProgramFacts { folder: name, page },
            canvas: CanvasFacts { width, height, scale, painter: canvas.painter() },
            runs: if runs == 0 { RUNS } else { runs },
            warmup: warmup.unwrap_or(WARM_UP),
            frames: (frames > 0).then_some(frames),
            driver_heap,
        });
        Ok(PlainBench { opener, canvas, session })
    }

    /// The part that comes next; `None` when all is done.
    pub fn upcoming(&self) -> Option<Part<'_>> {
        self.session.upcoming()
    }

    /// Parts in all.
    pub fn parts(&self) -> u32 {
        self.session.parts()
    }

    /// Measures the next part.
    ///
    /// # Errors
    /// [`BenchError`] if a scenario that was asked for by its name fails.
    pub fn measure(&mut self) -> Result<(), BenchError> {
        self.session.measure(&self.opener, &mut self.canvas).map(drop)
    }

    /// What has been measured so far.
    pub fn report(&mut self) -> &Report {
        self.session.report()
    }
}

/// A program's own operations.
fn own_operations(package: &dyn PackageSource) -> Result<Option<Vec<Operation>>, String> {
    let Some(text) = read_text(package, OPERATIONS) else { return Ok(None) };
    operations::parse(OPERATIONS, &text).map_err(|found| found.to_string())
}

/// The program, opened as often as it is wanted.
struct PlainOpener {
    setup: PlainSetup,
    kept: Arc<Kept>,
    caches: SharedCaches,
}

impl PlainOpener {
    fn new(setup: PlainSetup) -> PlainOpener {
        PlainOpener { kept: Arc::new(Kept::new(setup.package.clone())), setup, caches: SharedCaches::default() }
    }

    fn open(&self, package: Arc<dyn PackageSource>, drive: Drive, wake: Option<WakeHost>) -> Result<App, BenchError> {
        let clock: Arc<dyn Clock> = match &drive {
            Drive::Free(clock) => clock.clone(),
            Drive::Steps(clock) => clock.clone(),
        };
        let kept = FileQuota { temporary: FileQuota::default().kept, ..FileQuota::default() };
        let files = SharedFiles::new(package.clone(), Box::new(MemoryFiles::new(kept, clock)));
        let pictures = Arc::new(PackageImages::new(package.clone()).with_files(files.clone()));
        let fonts = || Box::new(DesktopFonts::new(self.caches.fonts().clone(), pictures.clone()));
        let clipboard = Arc::new(ProcessClipboard::default());
        let services = DesktopServices::new(DesktopSetup {
            clipboard: clipboard.clone(),
            pictures: pictures.clone(),
            files: files.clone(),
            dialogs: Arc::new(NamedFiles::default()),
            album: None,
            audit: Arc::new(NoAudit),
            threaded: false,
        });
        let PlainSetup { viewport, safe_area, chrome, dark, engine, trust, ref page, .. } = self.setup;
        let (path, query) = split_route(page);
        let opened = program::open(ProgramConfig {
            viewport,
            safe_area,
            chrome,
            dark,
            engine,
            trust,
            // Foreign script, too, where its budgets are enforced: what is measured is the engine and not a socket.
            isolation: Isolation::Thread,
            launch: LaunchOptions { path, query, scene: 1001, ..LaunchOptions::default() },
            images: match &wake {
                Some(wake) => ImageStore::threaded(pictures.clone(), PICTURE_THREADS, wake.clone()),
                None => ImageStore::synchronous(pictures.clone()),
            },
            font_loader: match &wake {
                Some(wake) => FontLoader::threaded(fonts(), wake.clone()),
                None => FontLoader::synchronous(fonts()),
            },
            canvas_fonts: fonts(),
            caches: self.caches.clone(),
            clipboard,
            files: Box::new(files),
            device: Box::new(services.clone()),
            extension: Box::new(services),
            wake: wake.unwrap_or_else(|| Arc::new(|| {})),
            ..ProgramConfig::new(package, drive)
        });
        opened.map_err(|error| BenchError::Program(error.to_string()))
    }
}

impl Opener for PlainOpener {
    fn driven(&self) -> Result<Driver, BenchError> {
        let system = SystemClock::local();
        let clock = Arc::new(VirtualClock::new(system.now(), system.offset_minutes(system.now())));
        let base = clock.monotonic();
        let app = self.open(self.setup.package.clone(), Drive::Steps(clock), None)?;
        // Nothing comes from outside.
        let mut driver = Driver::new(app, base, TURN, Box::new(|| false));
        driver.settle(SETTLE)?;
        if driver.has_page() { Ok(driver) } else { Err(BenchError::Program("the page was not shown".to_owned())) }
    }

    fn real(&self, wake: WakeHost) -> Result<App, BenchError> {
        self.open(self.kept.clone(), Drive::Free(Arc::new(SystemClock::local())), Some(wake))
    }

    fn prepare_starts(&self) -> Result<Option<String>, BenchError> {
        Ok(Some("it takes the folder of the sources and the command line".to_owned()))
    }

    fn files(&self, _: Origin) -> Result<Arc<dyn PackageSource>, BenchError> {
        Ok(self.setup.package.clone())
    }

    fn start(&self, _: Origin, files: Arc<dyn PackageSource>, wake: WakeHost) -> Result<App, BenchError> {
        self.open(files, Drive::Free(Arc::new(SystemClock::local())), Some(wake))
    }

    fn process(&self) -> Result<ColdStart, BenchError> {
        Err(BenchError::Program("a host does not start itself once more".to_owned()))
    }
}
