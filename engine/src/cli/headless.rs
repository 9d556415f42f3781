//! Opening a mini-program without a window, as the command line asks.

use super::Failure;
use super::named::{self, read_object, read_steps, route};
use super::options::{PageOptions, ScriptOptions};
use crate::automation::Automation;
use crate::chrome::{ChromeMetrics, ChromeState, PageBar, PageRank};
use crate::fonts::{DesktopFonts, FontLoader};
use crate::frame::trace::TraceFile;
use crate::host::app::{App, AppError};
use crate::host::caches::SharedCaches;
use crate::host::program::{self, AccessSetup, ProgramConfig};
use crate::host::services::{DesktopServices, DesktopSetup, HttpNetwork, NamedFiles, PackageImages};
use crate::host::types::{HostRequest, Renderer, UpdateState, Viewport};
use crate::images::ImageStore;
use crate::interact::clipboard::ProcessClipboard;
use crate::package::AppManifest;
use crate::tools::driver::{DriveError, Driver};
use crate::tools::html::{self, HtmlOptions};
use crate::tools::record::RunRecord;
use crate::tools::{excerpt, output};
use pellicle_script::api::ServiceProfile;
use pellicle_script::api::oracle::OracleOptions;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::outbox::{HostMessage, StopReason, WakeHost};
use pellicle_script::bridge::thread::{Drive, LogicHandle, StepError};
use pellicle_script::capability::Denied;
use pellicle_script::capability::files::{FileQuota, MemoryFiles, SharedFiles};
use pellicle_script::package::PackageSource;
use pellicle_script::package::parts::missing_part;
use pellicle_script::realm::{Clock, Mulberry32, SystemClock, SystemRandom, VirtualClock};
use pellicle_script::sandbox;
use pellicle_script::sandbox::counters::CountingAudit;
use pellicle_script::sandbox::permissions::{PermissionPolicy, Permissions, PolicyRule};
use serde::Serialize;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// A mini-program that runs without a window.
pub struct Headless {
    /// It and its time.
    pub driver: Driver,
    /// What it did.
    pub record: Arc<RunRecord>,
    strict: bool,
}

impl Headless {
    /// Opens the program in `dir` on a surface and lets it settle.
    ///
    /// # Errors
    /// [`Failure::Program`] if the page cannot be shown, [`Failure::Usage`] if a file of the command line is wrong.
    pub fn open(dir: &Path, options: &PageOptions, chrome: bool) -> Result<Headless, Failure> {
        let package = super::with_maps(super::open_package(dir)?, options.show.source_maps.as_deref())?;
        let file = RunRecord::create_file(options.show.log.as_deref()).map_err(Failure::Usage)?;
        let record = Arc::new(RunRecord::new(file, Some(package.clone())));
        if options.budget_heap_mb.is_some() && !sandbox::enforcement().heap {
            output::note("--budget-heap-mb is not enforced here: script may hold more than that");
        }
        Headless::open_package(package, options, chrome, record, named::trace(&options.show)?)
    }

    /// Opens a program's files on a surface and lets it settle; `record` is told what it does, and a trace what it takes.
    ///
    /// # Errors
    /// As [`Headless::open`].
    pub fn open_package(
        package: Arc<dyn PackageSource>,
        options: &PageOptions,
        chrome: bool,
        record: Arc<RunRecord>,
        trace: Option<TraceFile>,
    ) -> Result<Headless, Failure> {
        let clock: Arc<VirtualClock> = match options.deterministic {
            true => Arc::new(VirtualClock::deterministic()),
            false => {
                let system = SystemClock::local();
                Arc::new(VirtualClock::new(system.now(), system.offset_minutes(system.now())))
            }
        };
        let base = clock.monotonic();
        let caches = named::caches(&options.show)?;
        let (app, running) = open_app(package, options, chrome, record.clone(), Pace::Steps(clock), caches)?;
        let limit = Duration::from_millis(options.budget_cpu_ms.max(1));
        let waiting = move || running.load(Ordering::Acquire) > 0;
        let mut driver = Driver::new(app, base, limit, Box::new(waiting));
        if let Some(file) = trace {
            driver.record(file);
        }
        // The oracle's first page comes 50 ms after launch; the time to settle counts from there.
        let launch = if options.deterministic { 50.0 } else { 0.0 };
        let mut headless = Headless { driver, record, strict: options.strict };
        headless.settle(launch + options.settle)?;
        if !headless.driver.has_page() {
            headless.report();
            return Err(not_shown());
        }
        Ok(headless)
    }

    /// Hands the program to whoever drives it; `renderer` draws its pictures.
    pub fn automate(self, renderer: Renderer) -> Automation {
        Automation::new(self.driver, self.record, renderer)
    }

    /// Lets virtual time go on.
    ///
    /// # Errors
    /// [`Failure::Program`] if script does not end.
    pub fn settle(&mut self, ms: f64) -> Result<(), Failure> {
        let settled = self.driver.settle(ms);
        self.done(settled)
    }

    fn done<T>(&mut self, result: Result<T, DriveError>) -> Result<T, Failure> {
        result.map_err(|error| {
            self.report();
            let mut why = None;
            while let Some(request) = self.driver.app.take_request() {
                if let HostRequest::Stopped(reason) = request {
                    why = Some(reason);
                }
            }
            let stopped = matches!(error, DriveError::Logic(StepError::Stopped));
            let why = why.or_else(|| stopped.then(|| last_words(self.driver.app.logic())).flatten());
            Failure::Program(why.map_or_else(|| error.to_string(), |reason| reason.to_string()))
        })
    }

    /// Runs the steps of the command line. Snapshots go beside the other files, pictures of them too if there is a
    /// painter.
    ///
    /// # Errors
    /// As [`Headless::settle`], or if a file cannot be written.
    pub fn run_steps(&mut self, options: &ScriptOptions, painter: Option<Renderer>) -> Result<(), Failure> {
        let steps = read_steps(options.steps.as_deref())?;
        let base = options.out.as_ref().map(|out| (out.clone(), file_name(options, &self.driver)));
        if let Some((out, _)) = &base {
            create_folder(out)?;
        }
        let mut wrote = Ok(());
        let ran = self.driver.run(&steps, |snap, driver| {
            let Some((out, name)) = base.as_ref().filter(|_| wrote.is_ok()) else { return };
            if let Some(boxes) = driver.boxes() {
                wrote = write(&out.join(format!("{name}.{snap}.json")), &boxes);
            }
            if let (Ok(()), Some(painter)) = (&wrote, painter) {
                wrote = super::render::picture(driver, painter, &out.join(format!("{name}.{snap}.png")));
            }
        });
        self.done(ran)?;
        wrote
    }

    /// Writes the files of a run, if the command line names a folder for them.
    ///
    /// # Errors
    /// [`Failure`] if the page is gone or a file cannot be written.
    pub fn write_files(&mut self, options: &ScriptOptions) -> Result<(), Failure> {
        let Some(out) = &options.out else { return Ok(()) };
        let name = file_name(options, &self.driver);
        let boxes = self.driver.boxes().ok_or_else(not_shown)?;
        let data = self.driver.data();
        let data = self.done(data)?;
        // What was found belongs to the record.
        self.report();
        let calls = self.record.summary(&self.driver.missed);
        create_folder(out)?;
        for (ending, text) in [("json", boxes), ("data.json", pretty(&data)?), ("calls.json", pretty(&calls)?)] {
            write(&out.join(format!("{name}.{ending}")), &text)?;
        }
        Ok(())
    }

    /// Tells what was found in the program's files since the last call.
    pub fn report(&mut self) {
        self.record.report(&mut self.driver.app);
    }

    /// The end of a command: findings are told, and with `--strict` an exception is a failure.
    ///
    /// # Errors
    /// [`Failure::Reported`] with `--strict` after an exception.
    pub fn finish(mut self) -> Result<(), Failure> {
        self.report();
        for selector in &self.driver.missed {
            output::note(format_args!("no element or handler for the step \"{selector}\""));
        }
        if self.strict && self.record.has_faults() { Err(Failure::Reported) } else { Ok(()) }
    }
}

/// Who moves a program on.
enum Pace {
    /// A driver, step by step.
    Steps(Arc<VirtualClock>),
    /// The system's clock; the function is called when there is something to fetch.
    Real(WakeHost),
}

/// Opens a program's files on a surface without a window, to run by the system's clock as in one: whoever holds the app
/// says what time it is. `wake` is called when there is something to fetch.
///
/// # Errors
/// As [`Headless::open`].
pub fn open_real(
    package: Arc<dyn PackageSource>,
    options: &PageOptions,
    chrome: bool,
    record: Arc<RunRecord>,
    wake: WakeHost,
) -> Result<App, Failure> {
    let caches = named::caches(&options.show)?;
    open_with(package, options, chrome, record, wake, caches)
}

/// As [`open_real`], with caches that are kept from one opening to the next.
///
/// # Errors
/// As [`Headless::open`].
pub fn open_with(
    package: Arc<dyn PackageSource>,
    options: &PageOptions,
    chrome: bool,
    record: Arc<RunRecord>,
    wake: WakeHost,
    caches: SharedCaches,
) -> Result<App, Failure> {
    open_app(package, options, chrome, record, Pace::Real(wake), caches).map(|(app, _)| app)
}

/// Why a thread has stopped: it says so a moment after it has, or the watchdog does for it.
fn last_words(logic: &LogicHandle) -> Option<StopReason> {
    for _ in 0..200 {
        match logic.receive() {
            Some(HostMessage::Stopped(reason)) => return Some(reason),
            Some(_) => {}
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    }
    None
}

/// The app, and how many answers from the network are still to come.
fn open_app(
    package: Arc<dyn PackageSource>,
    options: &PageOptions,
    chrome: bool,
    record: Arc<RunRecord>,
    pace: Pace,
    caches: SharedCaches,
) -> Result<(App, Arc<AtomicUsize>), Failure> {
    let (path, query) = route(&options.show);
    check_page(&*package, &path)?;
    // Nobody brings it here, and a picture of another page is not what was asked for.
    if let Some(root) = missing_part(&*package, &format!("{path}.json")) {
        return Err(Failure::Program(format!(
            "{path}: the file of the subpackage \"{root}\" is not beside the package"
        )));
    }
    let storage = read_object(options.storage.as_deref())?;
    let clock: Arc<dyn Clock> = match &pace {
        Pace::Steps(clock) => clock.clone(),
        Pace::Real(_) => Arc::new(SystemClock::local()),
    };
    let policy = named::policy(&options.show)?.unwrap_or_else(|| PermissionPolicy::all(PolicyRule::Deny));
    let access = named::access(&options.show, Permissions::new(policy))?;
    let counted = Arc::new(CountingAudit::new(record.clone(), &access, clock.clone()));
    let reached = named::reach(&*package, &options.show).filter(|_| !options.deterministic);
    let network = reached.clone().map(|policy| HttpNetwork::new(policy, counted.clone()));
    let running = network.as_ref().map(HttpNetwork::running).unwrap_or_default();
    let surface = options.surface();
    let chrome = chrome && !options.deterministic;
    // --viewport is the page area; bars come on top of it.
    let viewport = match chrome {
        true => with_bars(&*package, &path, surface),
        false => surface,
    };
    let profile = match options.deterministic {
        true => ServiceProfile::Oracle(OracleOptions {
            width: f64::from(surface.width),
            height: f64::from(surface.height),
            pixel_ratio: f64::from(surface.scale),
            // One that does not follow the system is not told of it.
            dark: options.show.dark
                && AppManifest::read(&*package, false, &mut Vec::new()).is_some_and(|m| m.dark_mode),
            language: options.show.locale.clone(),
            storage: storage.clone(),
            mocks: named::mocks(options)?,
        }),
        false => ServiceProfile::Host,
    };
    let kept = FileQuota { temporary: FileQuota::default().kept, ..FileQuota::default() };
    let stored = SharedFiles::new(package.clone(), Box::new(MemoryFiles::new(kept, clock.clone())));
    let files = PackageImages::new(package.clone()).with_files(stored.clone());
    let files = Arc::new(match reached {
        Some(policy) => files.with_network(policy, counted),
        None => files,
    });
    // Named fonts are all there are, and a deterministic run has those of every machine.
    let machine = !options.deterministic && options.show.font.is_empty();
    let find = || match machine {
        true => DesktopFonts::new(caches.fonts().clone(), files.clone()),
        false => DesktopFonts::files_only(files.clone()),
    };
    let (source, canvas_fonts) = (find(), Box::new(find()));
    let services = DesktopServices::new(DesktopSetup {
        clipboard: Arc::new(ProcessClipboard::default()),
        pictures: files.clone(),
        files: stored.clone(),
        dialogs: Arc::new(NamedFiles::new(options.choose.iter().cloned())),
        album: None,
        audit: record.clone(),
        threaded: false,
    });
    let (drive, wake, images, font_loader): (_, WakeHost, _, _) = match pace {
        Pace::Steps(clock) => (
            Drive::Steps(clock),
            Arc::new(|| {}),
            ImageStore::synchronous(files),
            FontLoader::synchronous(Box::new(source)),
        ),
        Pace::Real(wake) => (
            Drive::Free(clock),
            wake.clone(),
            ImageStore::threaded(files, super::run::IMAGE_THREADS, wake.clone()),
            FontLoader::threaded(Box::new(source), wake),
        ),
    };
    let config = ProgramConfig {
        package,
        viewport,
        safe_area: None,
        chrome,
        dark: options.show.dark,
        language: options.show.locale.clone(),
        motion: !options.deterministic,
        launch: LaunchOptions {
            path,
            query,
            scene: 1001,
            data: read_object(options.data.as_deref())?,
            ..LaunchOptions::default()
        },
        update: UpdateState::Current,
        drive,
        isolation: options.show.isolation(),
        engine: options.show.engine()?,
        random: match options.deterministic {
            true => Box::new(Mulberry32::new(1)),
            false => Box::new(SystemRandom::default()),
        },
        images,
        caches,
        fonts: named::fonts(&options.show)?,
        font_loader,
        canvas_fonts,
        clipboard: Arc::new(ProcessClipboard::default()),
        storage: named::stored(&storage),
        files: Box::new(stored),
        network: match network {
            Some(network) => Box::new(network),
            None => Box::new(Denied),
        },
        device: Box::new(services.clone()),
        extension: Box::new(services),
        policy: Box::new(Denied),
        access: AccessSetup { control: access, ..AccessSetup::default() },
        profile,
        budgets: named::budgets(options),
        trust: options.show.trust(),
        audit: record,
        wake,
        record: named::record(&options.show, None, 1)?,
    };
    program::open(config).map(|app| (app, running)).map_err(not_opened)
}

/// `pellicle layout DIR`: boxes on stdout, or all files of a run with `--out`; the page as HTML in the file that
/// `--html` names.
///
/// # Errors
/// [`Failure`] if the page cannot be shown or a file cannot be written.
pub fn layout(dir: &Path, options: &PageOptions, script: &ScriptOptions, html: Option<&Path>) -> Result<(), Failure> {
    let mut headless = Headless::open(dir, options, false)?;
    headless.run_steps(script, None)?;
    headless.write_files(script)?;
    if let Some(file) = html {
        let allowed = HtmlOptions {
            network: !options.deterministic,
            motion: !options.deterministic,
            fonts: options.show.font.is_empty(),
        };
        let document = html::page(headless.driver.app.stage(), allowed).ok_or_else(not_shown)?;
        write(file, &document)?;
    }
    if script.out.is_none() {
        super::print(headless.driver.boxes().ok_or_else(not_shown)?)?;
    }
    headless.finish()
}

/// Why a program was not opened, for people.
pub fn not_opened(error: AppError) -> Failure {
    match error {
        AppError::Manifest(found) => Failure::Program(excerpt::texts(&found)),
        other => Failure::program(other),
    }
}

fn not_shown() -> Failure {
    Failure::Program("the page was not shown".to_owned())
}

fn create_folder(path: &Path) -> Result<(), Failure> {
    fs::create_dir_all(path).map_err(|e| Failure::Usage(format!("{}: {e}", path.display())))
}

fn write(path: &Path, text: &str) -> Result<(), Failure> {
    fs::write(path, text).map_err(|e| Failure::Program(format!("{}: {e}", path.display())))
}

/// JSON with one space of indentation, as the files of a run have it.
fn pretty(value: &Value) -> Result<String, Failure> {
    let mut out = Vec::new();
    let formatter = serde_json::ser::PrettyFormatter::with_indent(b" ");
    let mut serializer = serde_json::Serializer::with_formatter(&mut out, formatter);
    value.serialize(&mut serializer).map_err(Failure::program)?;
    String::from_utf8(out).map_err(Failure::program)
}

fn file_name(options: &ScriptOptions, driver: &Driver) -> String {
    let path = driver.app.stage().top().map_or("page", |p| &p.path);
    let name = options.name.clone().unwrap_or_else(|| path.to_owned());
    name.chars().map(|c| if matches!(c, '/' | '\\' | '?' | '=' | '&') { '_' } else { c }).collect()
}

/// A page that the command line names has to be one of the program's.
///
/// # Errors
/// [`Failure::Program`] with what `app.json` lacks.
pub fn check_page(package: &dyn PackageSource, path: &str) -> Result<(), Failure> {
    let mut found = Vec::new();
    let Some(manifest) = AppManifest::read(package, false, &mut found).filter(|m| !m.pages.is_empty()) else {
        return Err(Failure::Program(excerpt::texts(&found)));
    };
    let page = if path.is_empty() { &manifest.entry } else { path };
    manifest.check_page(package, page).map_err(|found| Failure::Program(excerpt::text(&found)))
}

/// The surface of a page area with the bars that its page has.
fn with_bars(package: &dyn PackageSource, path: &str, area: Viewport) -> Viewport {
    let mut found = Vec::new();
    let Some(manifest) = AppManifest::read(package, false, &mut found) else { return area };
    let page = if path.is_empty() { &manifest.entry } else { path };
    let config = crate::package::read_json(package, &format!("{page}.json"), &mut found);
    let window = manifest.window_of(config.as_ref().map(|c| &c.value));
    let mut chrome = ChromeState::default();
    chrome.set_tab_bar(manifest.tab_bar.as_ref());
    let rank = PageRank { tab: manifest.tab_index(page).map(|i| i as u32), ..PageRank::default() };
    chrome.show_bar(&PageBar::new(&window), rank);
    let metrics = ChromeMetrics::default();
    Viewport { height: area.height + metrics.top(&chrome) + metrics.bottom(&chrome), ..area }
}
