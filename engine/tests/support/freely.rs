//! A program whose script runs freely on a thread of its own, on the machine's own clock.

use pellicle::fonts::{DesktopFonts, FontLoader};
use pellicle::host::app::App;
use pellicle::host::program::{self, AccessSetup, Isolation, ProgramConfig};
use pellicle::host::services::PackageImages;
use pellicle::host::types::Viewport;
use pellicle::images::ImageStore;
use pellicle::interact::clipboard::ProcessClipboard;
use pellicle::package::FolderPackage;
use pellicle_layout::text::FontPolicy;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::Denied;
use pellicle_script::capability::audit::NoAudit;
use pellicle_script::capability::files::{FileQuota, MemoryFiles, SharedFiles};
use pellicle_script::capability::storage::{MemoryStorage, StorageQuota};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::{Mulberry32, SystemClock};
use pellicle_script::sandbox::{Budgets, Trust};
use std::path::Path;
use std::sync::Arc;

#[allow(dead_code)] // each test file uses its part
pub fn open(folder: &Path) -> App {
    open_in(folder, Isolation::Thread, Budgets::default())
}

/// The same, with script where `isolation` says and within `budgets`.
pub fn open_in(folder: &Path, isolation: Isolation, budgets: Budgets) -> App {
    let package: Arc<dyn PackageSource> = Arc::new(FolderPackage::open(folder).unwrap());
    let clock = Arc::new(SystemClock::new(0));
    let files = Arc::new(PackageImages::new(package.clone()));
    let fonts = || DesktopFonts::files_only(files.clone());
    let kept = Box::new(MemoryFiles::new(FileQuota::default(), clock.clone()));
    let config = ProgramConfig {
        package: package.clone(),
        viewport: Viewport { width: 375.0, height: 667.0, ..Viewport::default() },
        chrome: false,
        dark: false,
        motion: true,
        launch: LaunchOptions::default(),
        drive: Drive::Free(clock),
        isolation,
        random: Box::new(Mulberry32::new(1)),
        images: ImageStore::synchronous(files.clone()),
        fonts: FontPolicy::Author,
        font_loader: FontLoader::synchronous(Box::new(fonts())),
        canvas_fonts: Box::new(fonts()),
        clipboard: Arc::new(ProcessClipboard::default()),
        storage: Box::new(MemoryStorage::new(StorageQuota::default())),
        files: Box::new(SharedFiles::new(package, kept)),
        network: Box::new(Denied),
        device: Box::new(Denied),
        extension: Box::new(Denied),
        policy: Box::new(Denied),
        access: AccessSetup::default(),
        profile: ServiceProfile::Host,
        budgets,
        trust: Trust::Own,
        audit: Arc::new(NoAudit),
        wake: Arc::new(|| {}),
    };
    program::open(config).unwrap()
}
