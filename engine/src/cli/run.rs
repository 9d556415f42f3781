//! `pellicle run`: a window, or where there is no display a picture.

use super::install::Running;
use super::options::{RunOptions, ShowOptions};
use super::{Failure, headless, named, render};
use crate::fonts::{DesktopFonts, FontLoader};
use crate::frame::trace::Trace;
use crate::host::app::{App, AppError};
use crate::host::caches::SharedCaches;
use crate::host::life::container::LifeConfig;
use crate::host::life::file::FrozenFile;
use crate::host::program::{self, AccessSetup, ProgramConfig};
use crate::host::services::simulated::{SimulatedDevice, Simulation};
use crate::host::services::{DesktopServices, DesktopSetup, HttpNetwork, NetworkPolicy, PackageImages, SystemDialogs};
use crate::host::types::{Renderer, SafeInsets, UpdateState, Viewport};
use crate::images::ImageStore;
use crate::inspector::Inspector;
use crate::interact::InputEvent;
use crate::shell::{self, ShellError, SystemClipboard, WindowHandle, WindowOptions, WindowProgram};
use crate::tools::output;
use crate::tools::record::RunRecord;
use pellicle_delivery::client::Started;
use pellicle_layout::text::FontPolicy;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::audit::AuditSink;
use pellicle_script::capability::device::Device;
use pellicle_script::capability::files::{DirectoryFiles, FileQuota, FileSystem, MemoryFiles, SharedFiles};
use pellicle_script::capability::network::Network;
use pellicle_script::capability::redb_storage::RedbStorage;
use pellicle_script::capability::storage::{MemoryStorage, SharedStorage, StorageQuota};
use pellicle_script::capability::{Denied, Extension, file_name};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::{ScriptEngine, SystemClock, SystemRandom};
use pellicle_script::sandbox::counters::CountingAudit;
use pellicle_script::sandbox::permissions::{PermissionPolicy, Permissions};
use pellicle_script::sandbox::{AccessControl, Budgets};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Exit status of a process that was interrupted, as shells have it.
const INTERRUPTED: i32 = 130;

/// Threads that decode pictures.
pub const IMAGE_THREADS: usize = 2;

/// Opens a window and runs until it is closed.
///
/// # Errors
/// [`Failure`] if the program cannot be shown.
pub fn run(options: &RunOptions) -> Result<(), Failure> {
    let page = &options.show;
    let renderer = page.renderer()?;
    let log = RunRecord::create_file(page.log.as_deref()).map_err(Failure::Usage)?;
    let (running, package): (_, Arc<dyn PackageSource>) = match options.installed {
        true => {
            let (running, started) = Running::start(options)?;
            let files = running.files(&started);
            (Some(running), files)
        }
        false => (None, super::open_package(&options.dir)?),
    };
    let package = super::with_maps(package, page.source_maps.as_deref())?;
    let dir = running.as_ref().map_or_else(|| options.dir.clone(), |running| running.place.clone());
    let record = Arc::new(RunRecord::passing(log, Some(package.clone())));
    // It is written when all is over, however it ends.
    let trace = named::trace(page)?;
    let (window, mut parts) = prepare(page, options.hud, &dir, package, record.clone())?;
    parts.trace = trace.as_ref().map(|file| file.trace().clone());
    parts.running = running.clone();
    parts.inspector = options.inspector.inspect.map(|port| inspector(port, &window.title)).transpose()?;
    let clock = parts.clock.clone();
    parts.watch();
    match shell::run(window, clock, record.clone(), parts) {
        Ok(()) => {
            if let Some(running) = running.filter(|_| !record.has_faults()) {
                running.ended_well();
            }
            Ok(())
        }
        Err(error @ ShellError::NoDisplay(_)) if options.installed => Err(Failure::program(error)),
        Err(ShellError::NoDisplay(_)) => {
            drop(trace);
            without_display(options, renderer)
        }
        Err(error) => Err(not_shown(error)),
    }
}

/// Why a window does not show what it is to show.
pub(super) fn not_shown(error: ShellError) -> Failure {
    match error {
        ShellError::Gpu(error) => super::without_gpu(error),
        ShellError::Open(error) => headless::not_opened(error),
        error => Failure::program(error),
    }
}

/// What a window shows, and how: a program with all that a desktop has for it.
///
/// # Errors
/// [`Failure`] if the command line asks for what there is not, a page for instance.
pub(super) fn prepare(
    page: &ShowOptions,
    hud: bool,
    dir: &Path,
    package: Arc<dyn PackageSource>,
    record: Arc<RunRecord>,
) -> Result<(WindowOptions, Parts), Failure> {
    let (path, query) = named::route(page);
    headless::check_page(&*package, &path)?;
    let (storage, kept) = storage(dir);
    let window = WindowOptions {
        title: dir.file_name().map_or_else(|| "Pellicle".to_owned(), |n| n.to_string_lossy().into_owned()),
        size: page.viewport,
        renderer: page.renderer()?,
        follow_theme: !page.dark,
        pipelines: dirs::cache_dir().map(|folder| folder.join("pellicle")),
        hud,
        life: LifeConfig { file: frozen_file(dir, kept), ..LifeConfig::default() },
        launch: LaunchOptions { path, query, scene: 1001, ..LaunchOptions::default() },
    };
    let policy = named::policy(page)?.unwrap_or_default();
    let access = named::access(page, permissions(dir, policy))?;
    access.permissions.set_app(&identity(dir), &window.title);
    let clock = Arc::new(SystemClock::local());
    let parts = Parts {
        page: page.clone(),
        engine: page.engine()?,
        files: Files {
            stored: SharedFiles::new(package.clone(), files(dir, clock.clone())),
            reached: named::reach(&*package, page),
            package,
        },
        storage,
        fonts: named::fonts(page)?,
        caches: named::caches_of_user(page)?,
        access,
        trace: None,
        safe_area: None,
        world: None,
        clipboard: None,
        clock,
        record,
        interruptible: false,
        running: None,
        newer: None,
        dir: dir.to_owned(),
        openings: 0,
        inspector: None,
    };
    Ok((window, parts))
}

/// What a program is opened with, as often as it is: what it has stored and what it was granted outlive its runs.
pub(super) struct Parts {
    pub page: ShowOptions,
    engine: ScriptEngine,
    files: Files,
    storage: SharedStorage,
    fonts: FontPolicy,
    caches: SharedCaches,
    access: AccessControl,
    pub trace: Option<Trace>,
    /// What the device covers of its screen.
    pub safe_area: Option<SafeInsets>,
    /// What the world is like, where that is simulated.
    pub world: Option<Arc<Simulation>>,
    /// Opened with the display.
    clipboard: Option<Arc<SystemClipboard>>,
    pub clock: Arc<SystemClock>,
    record: Arc<RunRecord>,
    /// Ctrl-C is handled.
    interruptible: bool,
    /// What it is as one that is installed.
    running: Option<Arc<Running>>,
    /// The version that is opened from now on.
    newer: Option<Started>,
    /// Where it lies.
    dir: PathBuf,
    /// How often it was opened.
    openings: u32,
    /// What serves who looks at it.
    pub inspector: Option<Inspector>,
}

/// What of a program comes with its version.
#[derive(Clone)]
struct Files {
    package: Arc<dyn PackageSource>,
    stored: SharedFiles,
    reached: Option<NetworkPolicy>,
}

impl WindowProgram for Parts {
    fn open(&mut self, window: WindowHandle, viewport: Viewport, launch: LaunchOptions) -> Result<App, AppError> {
        if !std::mem::replace(&mut self.interruptible, true) {
            close_when_interrupted(window.clone());
        }
        let mut app = match self.newer.take() {
            Some(newer) => self.open_newer(&newer, &window, viewport, launch)?,
            None => program::open(self.config(&window, viewport, launch))?,
        };
        app.set_trace(self.trace.clone());
        if let Some(inspector) = &self.inspector {
            let window = window.clone();
            inspector.set_wake(Arc::new(move || window.wake()));
        }
        // What is there is shown first.
        if let Some(running) = &self.running {
            running.look(move || window.wake());
        }
        Ok(app)
    }

    fn attend(&mut self, app: Option<&mut App>, now: f64) -> bool {
        self.inspector.as_mut().is_some_and(|inspector| inspector.serve(app, now))
    }

    fn takes_input(&mut self, app: Option<&mut App>, event: &InputEvent, now: f64) -> bool {
        let inspector = self.inspector.as_mut().zip(app);
        inspector.is_some_and(|(inspector, app)| inspector.take_input(app, event, now))
    }

    fn update_state(&self) -> UpdateState {
        self.running.as_ref().map_or(UpdateState::Current, |running| running.update_state())
    }

    fn apply_update(&mut self) -> bool {
        let Some(running) = &self.running else { return false };
        // It has come as far as to ask for that.
        if !self.record.has_faults() {
            running.settle();
        }
        self.newer = running.apply();
        self.newer.is_some()
    }
}

impl Parts {
    /// Has a version that begins to run watched.
    fn watch(&self) {
        if let Some(running) = &self.running {
            let record = self.record.clone();
            running.watch(move || record.has_faults());
        }
    }

    /// The program is opened from these files from now on.
    pub(super) fn open_from(&mut self, package: Arc<dyn PackageSource>) {
        self.files = Files {
            stored: self.files.stored.with_package(package.clone()),
            reached: named::reach(&*package, &self.page),
            package,
        };
        self.record.begin(&self.files.package);
    }

    /// Opens a newer version, or the one before if that cannot be opened.
    fn open_newer(
        &mut self,
        newer: &Started,
        window: &WindowHandle,
        viewport: Viewport,
        launch: LaunchOptions,
    ) -> Result<App, AppError> {
        let before = self.files.clone();
        let package = match &self.running {
            Some(running) => running.files(newer),
            None => newer.package.clone(),
        };
        self.open_from(package);
        self.watch();
        let error = match program::open(self.config(window, viewport, launch.clone())) {
            Ok(app) => return Ok(app),
            Err(error) => error,
        };
        output::note(format_args!("{} cannot be opened: {error}", newer.version));
        self.files = before;
        self.record.begin(&self.files.package);
        if let Some(running) = &self.running {
            running.not_opened();
        }
        program::open(self.config(window, viewport, launch))
    }

    /// The machine's fonts, but where the command line names all that there are.
    fn font_source(&self, files: Arc<PackageImages>) -> DesktopFonts {
        match self.page.font.is_empty() {
            true => DesktopFonts::new(self.caches.fonts().clone(), files),
            false => DesktopFonts::files_only(files),
        }
    }

    fn config(&mut self, window: &WindowHandle, viewport: Viewport, launch: LaunchOptions) -> ProgramConfig {
        self.openings += 1;
        // A program that cannot be recorded is opened all the same.
        let recording = named::record(&self.page, Some(&self.dir), self.openings).unwrap_or_else(|error| {
            output::note(error);
            None
        });
        let (page, window, update) = (&self.page, window.clone(), self.update_state());
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || window.wake());
        let clipboard = self.clipboard.get_or_insert_with(|| Arc::new(SystemClipboard::open())).clone();
        let Files { package, stored, reached } = self.files.clone();
        let record: Arc<dyn AuditSink> = match &self.inspector {
            Some(inspector) => inspector.audit(self.record.clone()),
            None => self.record.clone(),
        };
        let counted = Arc::new(CountingAudit::new(record.clone(), &self.access, self.clock.clone()));
        let mut pictures = PackageImages::new(package.clone()).with_files(stored.clone());
        if let Some(policy) = reached.clone() {
            pictures = pictures.with_network(policy, counted.clone());
        }
        let network = reached.map(|policy| HttpNetwork::new(policy, counted));
        let (pictures, network) = match &self.world {
            Some(world) => (pictures.simulated(world.clone()), network.map(|network| network.simulated(world.clone()))),
            None => (pictures, network),
        };
        let source = Arc::new(pictures);
        let services = DesktopServices::new(DesktopSetup {
            clipboard: clipboard.clone(),
            pictures: source.clone(),
            files: stored.clone(),
            dialogs: Arc::new(SystemDialogs),
            album: dirs::picture_dir(),
            audit: record.clone(),
            threaded: true,
        });
        let (device, extension): (Box<dyn Device>, Box<dyn Extension>) = match &self.world {
            Some(world) => {
                let services = SimulatedDevice::new(services, world.clone());
                (Box::new(services.clone()), Box::new(services))
            }
            None => (Box::new(services.clone()), Box::new(services)),
        };
        let network: Box<dyn Network> = match network {
            Some(network) => Box::new(network),
            None => Box::new(Denied),
        };
        ProgramConfig {
            package,
            viewport,
            safe_area: self.safe_area,
            chrome: true,
            dark: page.dark,
            language: page.locale.clone(),
            motion: true,
            launch,
            update,
            drive: Drive::Free(self.clock.clone()),
            isolation: page.isolation(),
            engine: self.engine,
            random: Box::new(SystemRandom::default()),
            images: ImageStore::threaded(source.clone(), IMAGE_THREADS, wake.clone()),
            canvas_fonts: Box::new(self.font_source(source.clone())),
            font_loader: FontLoader::threaded(Box::new(self.font_source(source)), wake.clone()),
            caches: self.caches.clone(),
            fonts: self.fonts.clone(),
            clipboard,
            storage: match &self.inspector {
                Some(inspector) => inspector.storage(self.storage.clone()),
                None => Box::new(self.storage.clone()),
            },
            files: Box::new(stored),
            network: match &self.inspector {
                Some(inspector) => inspector.network(network),
                None => network,
            },
            device,
            extension,
            policy: Box::new(Denied),
            access: AccessSetup { control: self.access.clone(), ..AccessSetup::default() },
            profile: ServiceProfile::Host,
            budgets: Budgets::default(),
            trust: page.trust(),
            audit: record,
            wake,
            record: recording,
        }
    }
}

/// Listens for who looks at the program, and says where.
pub(super) fn inspector(port: u16, title: &str) -> Result<Inspector, Failure> {
    let address = (std::net::Ipv4Addr::LOCALHOST, port).into();
    let inspector = Inspector::listen(address, title, &mut SystemRandom::default()).map_err(Failure::program)?;
    output::note(format_args!(
        "Inspect it at {}\nIn Chrome: {}\nOther clients: {}",
        inspector.address(),
        inspector.front_end(),
        inspector.browser_address()
    ));
    Ok(inspector)
}

/// Ctrl-C and a request to end close the window as its user would, so that everything is written that is written at the
/// end. Who asks once more does not want to wait for that.
fn close_when_interrupted(window: WindowHandle) {
    let mut asked = false;
    let handler = move || match std::mem::replace(&mut asked, true) {
        false => window.close(),
        true => std::process::exit(INTERRUPTED),
    };
    // Where signals cannot be handled the process ends at the first, as it would without this.
    let _ = ctrlc::set_handler(handler);
}

/// Without a display the first page becomes a picture, so that something can be seen all the same.
fn without_display(options: &RunOptions, renderer: Renderer) -> Result<(), Failure> {
    let (dir, page) = (&options.dir, &options.show);
    let name = dir.file_name().map_or_else(|| "page".to_owned(), |n| n.to_string_lossy().into_owned());
    let path = PathBuf::from(format!("{name}.png"));
    let mut headless = headless::Headless::open(dir, &page.without_window(), true)?;
    headless.driver.app.set_hud(options.hud).map_err(Failure::program)?;
    render::picture(&mut headless.driver, renderer, &path)?;
    headless.report();
    super::print(format_args!(
        "There is no display. The page was drawn to {}; `pellicle render` draws any page.",
        path.display()
    ))?;
    Ok(())
}

/// Where a program's storage is kept: with the user's data, or in memory if there is no such place or another process has
/// it; true for the former.
fn storage(dir: &Path) -> (SharedStorage, bool) {
    let id = identity(dir);
    let opened = data_folder().and_then(|root| RedbStorage::open(&root, &id, StorageQuota::default()).ok());
    match opened {
        Some(store) => (SharedStorage::new(Box::new(store)), true),
        None => (SharedStorage::new(Box::new(MemoryStorage::new(StorageQuota::default()))), false),
    }
}

/// Where the pages of a program are kept while its window is put away. A second window of the same program, which has not
/// got its storage, keeps them in memory.
fn frozen_file(dir: &Path, kept: bool) -> Option<FrozenFile> {
    let folder = data_folder().filter(|_| kept)?.join("frozen");
    std::fs::create_dir_all(&folder).ok()?;
    Some(FrozenFile::new(folder.join(file_name(&identity(dir)))))
}

/// What the user granted the program earlier: beside its storage, in a store of its own, or for this run only.
fn permissions(dir: &Path, policy: PermissionPolicy) -> Permissions {
    let open = |root: PathBuf| {
        let store = RedbStorage::open(&root.join("permissions"), &identity(dir), StorageQuota::default()).ok()?;
        Permissions::stored(policy.clone(), Box::new(store)).ok()
    };
    data_folder().and_then(open).unwrap_or_else(|| Permissions::new(policy.clone()))
}

/// Where a program's files are kept: as [`storage`].
fn files(dir: &Path, clock: Arc<SystemClock>) -> Box<dyn FileSystem> {
    let folder = data_folder().map(|root| root.join("files").join(file_name(&identity(dir))));
    match folder.and_then(|folder| DirectoryFiles::open(&folder, FileQuota::default()).ok()) {
        Some(files) => Box::new(files),
        None => Box::new(MemoryFiles::new(FileQuota::default(), clock)),
    }
}

fn identity(dir: &Path) -> String {
    dir.canonicalize().unwrap_or_else(|_| dir.to_owned()).to_string_lossy().into_owned()
}

/// Where the user's data is kept.
pub(super) fn data_folder() -> Option<PathBuf> {
    let var = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    let base = if cfg!(windows) {
        var("LOCALAPPDATA")
    } else if cfg!(target_os = "macos") {
        var("HOME").map(|home| home.join("Library/Application Support"))
    } else {
        var("XDG_DATA_HOME").or_else(|| var("HOME").map(|home| home.join(".local/share")))
    };
    Some(base?.join("pellicle"))
}
