//! `pellicle run`: a window, or where there is no display a picture.

use super::options::{RunOptions, ShowOptions};
use super::{Failure, headless, render};
use crate::fonts::{DesktopFonts, FontLoader};
use crate::host::program::{self, AccessSetup, ProgramConfig};
use crate::host::services::{DesktopServices, DesktopSetup, HttpNetwork, PackageImages, SystemDialogs};
use crate::host::types::Renderer;
use crate::images::ImageStore;
use crate::shell::{self, ShellError, SystemClipboard, WindowHandle, WindowOptions};
use crate::tools::record::RunRecord;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::files::{DirectoryFiles, FileQuota, FileSystem, MemoryFiles, SharedFiles};
use pellicle_script::capability::redb_storage::RedbStorage;
use pellicle_script::capability::storage::{MemoryStorage, Storage, StorageQuota};
use pellicle_script::capability::{Denied, file_name};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::{SystemClock, SystemRandom};
use pellicle_script::sandbox::Budgets;
use pellicle_script::sandbox::counters::CountingAudit;
use pellicle_script::sandbox::permissions::{PermissionPolicy, Permissions};
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
    let package: Arc<dyn PackageSource> = Arc::new(super::open_package(&options.dir)?);
    let (path, query) = headless::route(page);
    headless::check_page(&*package, &path)?;
    let fonts = headless::fonts(page)?;
    let record = Arc::new(RunRecord::passing(log, Some(package.clone())));
    let window = WindowOptions {
        title: options.dir.file_name().map_or_else(|| "Pellicle".to_owned(), |n| n.to_string_lossy().into_owned()),
        size: page.viewport,
        renderer,
        follow_theme: !page.dark,
        pipelines: dirs::cache_dir().map(|folder| folder.join("pellicle")),
    };
    let policy = headless::policy(page)?.unwrap_or_default();
    let access = headless::access(page, permissions(&options.dir, policy))?;
    access.permissions.set_app(&identity(&options.dir), &window.title);
    // It is written when all is over, however it ends.
    let trace = headless::trace(page)?;
    let clock = Arc::new(SystemClock::local());
    let shown = shell::run(window, clock.clone(), record.clone(), |window, viewport| {
        close_when_interrupted(window.clone());
        let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || window.wake());
        let clipboard = Arc::new(SystemClipboard::open());
        let stored = SharedFiles::new(package.clone(), files(&options.dir, clock.clone()));
        let reached = headless::reach(&*package, page);
        let counted = Arc::new(CountingAudit::of(record.clone(), &access, clock.clone()));
        let pictures = PackageImages::new(package.clone()).with_files(stored.clone());
        let source = Arc::new(match reached.clone() {
            Some(policy) => pictures.with_network(policy, counted.clone()),
            None => pictures,
        });
        let services = DesktopServices::new(DesktopSetup {
            clipboard: clipboard.clone(),
            pictures: source.clone(),
            files: stored.clone(),
            dialogs: Arc::new(SystemDialogs),
            album: dirs::picture_dir(),
            audit: record.clone(),
            threaded: true,
        });
        let config = ProgramConfig {
            package: package.clone(),
            viewport,
            chrome: true,
            dark: page.dark,
            motion: true,
            launch: LaunchOptions { path, query, scene: 1001, ..LaunchOptions::default() },
            drive: Drive::Free(clock),
            isolation: page.isolation(),
            random: Box::new(SystemRandom::default()),
            images: ImageStore::threaded(source.clone(), IMAGE_THREADS, wake.clone()),
            canvas_fonts: Box::new(font_source(page, source.clone())),
            font_loader: FontLoader::threaded(Box::new(font_source(page, source)), wake.clone()),
            fonts,
            clipboard: clipboard.clone(),
            storage: storage(&options.dir),
            files: Box::new(stored),
            network: match reached {
                Some(policy) => Box::new(HttpNetwork::new(policy, counted)),
                None => Box::new(Denied),
            },
            device: Box::new(services.clone()),
            extension: Box::new(services),
            policy: Box::new(Denied),
            access: AccessSetup { control: access.clone(), ..AccessSetup::default() },
            profile: ServiceProfile::Host,
            budgets: Budgets::default(),
            trust: page.trust(),
            audit: record,
            wake,
        };
        let mut app = program::open(config).map_err(|e| headless::not_opened(e).to_string())?;
        app.set_trace(trace.as_ref().map(|file| file.trace().clone()));
        app.set_hud(options.hud).map_err(|e| e.to_string())?;
        Ok(app)
    });
    match shown {
        Ok(()) => Ok(()),
        Err(ShellError::NoDisplay(_)) => {
            drop(trace);
            without_display(options, renderer)
        }
        Err(ShellError::Gpu(error)) => Err(super::without_gpu(error)),
        Err(error) => Err(Failure::program(error)),
    }
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

/// The machine's fonts, but where the command line names all that there are.
fn font_source(page: &ShowOptions, files: Arc<PackageImages>) -> DesktopFonts {
    if page.font.is_empty() { DesktopFonts::new(files) } else { DesktopFonts::files_only(files) }
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

/// Where a program's storage is kept: with the user's data, or in memory if there is no such place.
fn storage(dir: &Path) -> Box<dyn Storage> {
    let id = identity(dir);
    let opened = data_folder().and_then(|root| RedbStorage::open(&root, &id, StorageQuota::default()).ok());
    match opened {
        Some(store) => Box::new(store),
        None => Box::new(MemoryStorage::new(StorageQuota::default())),
    }
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

fn data_folder() -> Option<PathBuf> {
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
