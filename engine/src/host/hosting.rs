//! A host: what its mini-programs share, and the ordinary services that it gives each of them.
//!
//! [`program::open`] opens a mini-program with what stands in a [`ProgramConfig`], whatever that is. Here is what most hosts
//! want: pictures and fonts that are read on threads of their own, a clipboard, places for what programs store, a network
//! policy, one set of caches for all.
//!
//! ```no_run
//! use pellicle::host::hosting::{Host, HostConfig};
//! use pellicle::package::FolderPackage;
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let host = Host::new(HostConfig::default());
//! let program = host.program("shop", Arc::new(FolderPackage::open("examples/shop".as_ref())?))?;
//! let app = program.open(Arc::new(|| println!("there is something new: tick")))?;
//! # Ok(())
//! # }
//! ```

use super::app::{App, AppError};
use super::caches::SharedCaches;
use super::life::file::FrozenFile;
use super::program::{self, AccessSetup, ProgramConfig};
use super::services::{DesktopServices, DesktopSetup, Dialogs, HttpNetwork, NamedFiles, NetworkPolicy, PackageImages};
use crate::fonts::{DesktopFonts, FontLoader};
use crate::images::ImageStore;
use crate::interact::clipboard::{Clipboard, ProcessClipboard};
use pellicle_script::bridge::outbox::WakeHost;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::audit::{AuditSink, NoAudit};
use pellicle_script::capability::files::{DirectoryFiles, FileError, FileQuota, FileSystem, MemoryFiles, SharedFiles};
use pellicle_script::capability::redb_storage::RedbStorage;
use pellicle_script::capability::storage::{MemoryStorage, SharedStorage, Storage, StorageError, StorageQuota};
use pellicle_script::capability::{Denied, file_name};
use pellicle_script::package::{PackageSource, json, read_text};
pub use pellicle_script::process::child_main_if_asked;
use pellicle_script::realm::SystemClock;
use pellicle_script::sandbox::counters::CountingAudit;
use pellicle_script::sandbox::permissions::{PermissionPolicy, Permissions};
use pellicle_script::sandbox::{self, AccessControl, Enforcement};
use serde_json::Value;
use std::path::PathBuf;
use std::sync::Arc;

/// What a host gives its mini-programs.
pub struct HostConfig {
    /// What they share.
    pub caches: SharedCaches,
    /// Folder for what they store, each in a place of its own; without one that stays in memory for as long as the host
    /// holds the [`HostedProgram`].
    pub data: Option<PathBuf>,
    /// What they may reach over the network, of which `app.json` may leave less; `None`: nothing.
    pub network: Option<NetworkPolicy>,
    /// What of the platform's permissions is granted or denied without asking.
    pub permissions: PermissionPolicy,
    /// The clipboard.
    pub clipboard: Arc<dyn Clipboard>,
    /// What is asked of the user by dialogs of the system.
    pub dialogs: Arc<dyn Dialogs>,
    /// Where pictures are saved.
    pub album: Option<PathBuf>,
    /// Threads that decode pictures, for each mini-program.
    pub picture_threads: usize,
}

impl Default for HostConfig {
    /// No network, nothing on the disk, a clipboard of this process, no dialogs, two threads for pictures.
    fn default() -> Self {
        HostConfig {
            caches: SharedCaches::default(),
            data: None,
            network: None,
            permissions: PermissionPolicy::default(),
            clipboard: Arc::new(ProcessClipboard::default()),
            dialogs: Arc::new(NamedFiles::default()),
            album: None,
            picture_threads: 2,
        }
    }
}

/// Why a mini-program cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum HostError {
    /// What it has stored cannot be opened.
    #[error("its storage: {0}")]
    Storage(#[from] StorageError),
    /// Its files cannot be opened.
    #[error("its files: {0}")]
    Files(#[from] FileError),
    /// The folder for what it leaves behind cannot be made.
    #[error("its folder: {0}")]
    Folder(#[from] std::io::Error),
}

/// A host.
pub struct Host {
    config: HostConfig,
    clock: Arc<SystemClock>,
}

impl Host {
    /// A host with these services.
    pub fn new(config: HostConfig) -> Host {
        Host { config, clock: Arc::new(SystemClock::local()) }
    }

    /// Which budgets are enforced on script that runs on a thread of this process. Without all of them packages of others
    /// run in processes of their own, where the host's `main` begins with [`child_main_if_asked`], or not at all.
    pub fn enforcement(&self) -> Enforcement {
        sandbox::enforcement()
    }

    /// What its mini-programs share.
    pub fn caches(&self) -> &SharedCaches {
        &self.config.caches
    }

    /// A mini-program of this host. What it stores is kept under `id`, which no other one has.
    ///
    /// # Errors
    /// [`HostError`] if what it has stored cannot be opened; one `id` is open once at a time.
    pub fn program(&self, id: &str, package: Arc<dyn PackageSource>) -> Result<HostedProgram, HostError> {
        let HostConfig { data, permissions, .. } = &self.config;
        let (storage, files, granted, frozen): (Box<dyn Storage>, Box<dyn FileSystem>, _, _) = match data {
            None => {
                let storage = Box::new(MemoryStorage::new(StorageQuota::default()));
                let files = Box::new(MemoryFiles::new(FileQuota::default(), self.clock.clone()));
                (storage, files, Permissions::new(permissions.clone()), None)
            }
            Some(root) => {
                let grants = RedbStorage::open(&root.join("permissions"), id, StorageQuota::default())?;
                let frozen = root.join("frozen");
                std::fs::create_dir_all(&frozen)?;
                (
                    Box::new(RedbStorage::open(root, id, StorageQuota::default())?),
                    Box::new(DirectoryFiles::open(&root.join("files").join(file_name(id)), FileQuota::default())?),
                    Permissions::stored(permissions.clone(), Box::new(grants))?,
                    Some(FrozenFile::new(frozen.join(file_name(id)))),
                )
            }
        };
        Ok(HostedProgram {
            storage: SharedStorage::new(storage),
            files: SharedFiles::new(package.clone(), files),
            access: AccessControl { permissions: granted, ..AccessControl::default() },
            frozen,
            reached: reached(&*package, self.config.network.as_ref()),
            network: self.config.network.clone(),
            clock: self.clock.clone(),
            caches: self.config.caches.clone(),
            clipboard: self.config.clipboard.clone(),
            dialogs: self.config.dialogs.clone(),
            album: self.config.album.clone(),
            picture_threads: self.config.picture_threads,
            package,
        })
    }
}

/// What a mini-program reaches over the network: of what its host lets it, what its `app.json` lists.
fn reached(package: &dyn PackageSource, network: Option<&NetworkPolicy>) -> Option<NetworkPolicy> {
    let manifest = read_text(package, "app.json").and_then(|text| json::parse("app.json", &text).0);
    let manifest = manifest.map_or(Value::Null, |file| file.value);
    Some(network?.clone().listed(&manifest))
}

/// A mini-program of a host: its files, and what outlives its runs.
pub struct HostedProgram {
    package: Arc<dyn PackageSource>,
    storage: SharedStorage,
    files: SharedFiles,
    access: AccessControl,
    frozen: Option<FrozenFile>,
    reached: Option<NetworkPolicy>,
    network: Option<NetworkPolicy>,
    clock: Arc<SystemClock>,
    caches: SharedCaches,
    clipboard: Arc<dyn Clipboard>,
    dialogs: Arc<dyn Dialogs>,
    album: Option<PathBuf>,
    picture_threads: usize,
}

impl HostedProgram {
    /// What it may do, and what watches over it.
    pub fn access(&self) -> &AccessControl {
        &self.access
    }

    /// Where its pages are kept while it is put away, where the host has a folder for that.
    pub fn frozen_file(&self) -> Option<&FrozenFile> {
        self.frozen.as_ref()
    }

    /// The same mini-program in another version, with what it has stored and was granted: what a
    /// [`Container`](super::life::container::Container) opens that is to start a newer one.
    pub fn with_package(&self, package: Arc<dyn PackageSource>) -> HostedProgram {
        HostedProgram {
            storage: self.storage.clone(),
            files: self.files.with_package(package.clone()),
            access: self.access.clone(),
            frozen: self.frozen.clone(),
            reached: reached(&*package, self.network.as_ref()),
            network: self.network.clone(),
            clock: self.clock.clone(),
            caches: self.caches.clone(),
            clipboard: self.clipboard.clone(),
            dialogs: self.dialogs.clone(),
            album: self.album.clone(),
            picture_threads: self.picture_threads,
            package,
        }
    }

    /// What it is opened with, as often as it is: a [`Container`](super::life::container::Container) opens it again. The
    /// package counts as somebody else's and is drawn with its bars. `audit` is told what it does; `wake` is called on any thread
    /// when there is something new.
    pub fn config(&self, audit: Arc<dyn AuditSink>, wake: WakeHost) -> ProgramConfig {
        let counted = Arc::new(CountingAudit::new(audit.clone(), &self.access, self.clock.clone()));
        let pictures = PackageImages::new(self.package.clone()).with_files(self.files.clone());
        let pictures = Arc::new(match &self.reached {
            Some(policy) => pictures.with_network(policy.clone(), counted.clone()),
            None => pictures,
        });
        let fonts = || Box::new(DesktopFonts::new(self.caches.fonts().clone(), pictures.clone()));
        let services = DesktopServices::new(DesktopSetup {
            clipboard: self.clipboard.clone(),
            pictures: pictures.clone(),
            files: self.files.clone(),
            dialogs: self.dialogs.clone(),
            album: self.album.clone(),
            audit: audit.clone(),
            threaded: true,
        });
        ProgramConfig {
            chrome: true,
            images: ImageStore::threaded(pictures.clone(), self.picture_threads, wake.clone()),
            caches: self.caches.clone(),
            canvas_fonts: fonts(),
            font_loader: FontLoader::threaded(fonts(), wake.clone()),
            clipboard: self.clipboard.clone(),
            storage: Box::new(self.storage.clone()),
            files: Box::new(self.files.clone()),
            network: match &self.reached {
                Some(policy) => Box::new(HttpNetwork::new(policy.clone(), counted)),
                None => Box::new(Denied),
            },
            device: Box::new(services.clone()),
            extension: Box::new(services),
            access: AccessSetup { control: self.access.clone(), ..AccessSetup::default() },
            audit,
            wake,
            ..ProgramConfig::new(self.package.clone(), Drive::Free(self.clock.clone()))
        }
    }

    /// Opens it as [`HostedProgram::config`] says, unwatched. A host that wants more changes the configuration and hands it to
    /// [`program::open`].
    ///
    /// # Errors
    /// [`AppError`] if there is nothing to show.
    pub fn open(&self, wake: WakeHost) -> Result<App, AppError> {
        program::open(self.config(Arc::new(NoAudit), wake))
    }
}
