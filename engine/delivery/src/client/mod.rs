//! Mini-programs on a device: fetched from repositories, kept, started, taken back when they do not run.
//!
//! One way leads to a program that runs, whether it was shipped with the host or comes over a network: a repository says what there is
//! ([`Source`]), [`update`](Client::update) brings it, [`start`](Client::start) hands it out. A host that is shipped with
//! programs has a repository in a folder, and asks another one on a server for newer versions when it likes.
//!
//! ```text
//! device                           what tells this device from others
//! trusted/SOURCE/                  what a repository said last
//! apps/APP/state.json              which versions are there, which one runs
//! apps/APP/packages/HASH.ma        packages
//! apps/APP/packages/HASH.part      their parts in files of their own, those that were wanted
//! apps/APP/partial/HASH            what has come of a file
//! ```
//!
//! | module | models |
//! | --- | --- |
//! | [`disk`] | files, and the steps by which they change |
//! | [`fetch`] | where files of a repository come from |
//! | `trust` | what a repository says, checked |
//! | `error` | why there is no newer version |
//! | [`download`] | files that come piece by piece |
//! | `bring` | files of a version, made of those that are there or fetched |
//! | [`parts`] | subpackages that come when they are wanted |
//! | `state` | which versions there are |
//! | [`updater`] | a mini-program that runs, and the newer version that comes meanwhile |

mod bring;
pub mod disk;
pub mod download;
mod error;
pub mod fetch;
pub mod parts;
mod state;
mod trust;
pub mod updater;

pub use disk::{Disk, FolderDisk, MemoryDisk};
pub use download::{Progress, Watch};
pub use error::UpdateError;
pub use fetch::{AddressError, Body, Fetch, FetchError, FolderFetch, HttpFetch, HttpLimits};
pub use parts::InstalledFiles;
pub use state::Installed;
pub use trust::{Freshness, Source};
pub use updater::{UpdateEvent, Updater};

use crate::archive::index::hex;
use crate::archive::{ArchiveLimits, ArchivePackage, PublicKey, Trust};
use crate::repository::releases::RELEASES_FILE;
use crate::repository::{DEFAULT_CHANNEL, Device, FileOfTarget, Release, Releases, is_identity};
use bring::{Brought, Errand, Wanted, part_file, release_delta};
use download::Downloads;
use error::on_disk;
use parts::Coming;
use pellicle_script::realm::{Clock, Random};
use semver::Version;
use sha2::{Digest, Sha256};
use state::State;
use std::collections::BTreeMap;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use trust::Said;

const DEVICE: &str = "device";

/// What a client is made of.
pub struct ClientConfig {
    /// Where it keeps what it has.
    pub disk: Arc<dyn Disk>,
    /// What time it is.
    pub clock: Arc<dyn Clock>,
    /// Which channel it follows.
    pub channel: String,
    /// Who has to have signed packages, beside what the repository's metadata says; `None` if that is enough.
    pub signers: Option<Vec<PublicKey>>,
    /// How large packages may be.
    pub limits: ArchiveLimits,
    /// Starts of a version that may fail before the one before it is taken again.
    pub failures: u32,
    /// The version of the engine; tests set another one.
    pub engine: Version,
}

impl ClientConfig {
    /// A client that keeps what it has on a disk: it follows the channel for everybody, and takes a version back after three starts that failed.
    pub fn new(disk: Arc<dyn Disk>, clock: Arc<dyn Clock>) -> ClientConfig {
        ClientConfig {
            disk,
            clock,
            channel: DEFAULT_CHANNEL.to_owned(),
            signers: None,
            limits: ArchiveLimits::default(),
            failures: 3,
            engine: Version::parse(env!("CARGO_PKG_VERSION")).unwrap_or(Version::new(0, 0, 0)),
        }
    }
}

/// Mini-programs of one host on one device.
pub struct Client {
    config: ClientConfig,
    device: [u8; 16],
    /// One update at a time.
    updating: Mutex<()>,
    /// One change of what is known at a time.
    changing: Mutex<()>,
    /// Parts that come.
    coming: Coming,
}

/// What an update gave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Update {
    /// Nothing is newer than what runs.
    Current(Version),
    /// This version is there and runs from the next start on.
    Ready {
        /// Its number.
        version: Version,
        /// Bytes that came for it; none if it was there already.
        fetched: u64,
        /// It was made of the version before.
        by_delta: bool,
    },
}

/// A mini-program that was started.
pub struct Started {
    /// Its files.
    pub package: Arc<ArchivePackage>,
    /// Its version.
    pub version: Version,
    /// Files of its parts by their roots, where they lie in files of their own: [`Updater::files`] has them brought.
    pub parts: BTreeMap<String, FileOfTarget>,
    /// The version that was taken back just now, because it did not run.
    pub rolled_back: Option<Version>,
}

/// What a repository offers.
#[derive(Clone, Debug, PartialEq)]
pub struct Offer {
    /// The mini-program's identity.
    pub app: String,
    /// What people call it; empty if the repository does not say.
    pub name: String,
    /// The version that this device gets; `None` if there is none for it.
    pub version: Option<Version>,
    /// Length of its package, bytes.
    pub length: u64,
}

impl Client {
    /// Opens what a device has. The first time it gets an identity, which stays on the disk.
    ///
    /// # Errors
    /// [`UpdateError::Disk`] if the disk cannot be used.
    pub fn open(config: ClientConfig, random: &mut dyn Random) -> Result<Client, UpdateError> {
        let disk = &config.disk;
        let known = disk.read(DEVICE).map_err(on_disk(DEVICE))?;
        let device = match known.and_then(|bytes| <[u8; 16]>::try_from(bytes).ok()) {
            Some(device) => device,
            None => {
                let mut device = [0; 16];
                device.fill_with(|| (random.next() * 256.0) as u8);
                disk.replace(DEVICE, &device).map_err(on_disk(DEVICE))?;
                device
            }
        };
        Ok(Client { config, device, updating: Mutex::default(), changing: Mutex::default(), coming: Coming::default() })
    }

    fn disk(&self) -> &dyn Disk {
        &*self.config.disk
    }

    /// What is known of a mini-program. What cannot be understood is as nothing: what it needs is fetched again.
    fn state(&self, app: &str) -> Result<State, UpdateError> {
        let path = state_path(app)?;
        let bytes = self.disk().read(&path).map_err(on_disk(&path))?.unwrap_or_default();
        Ok(serde_json::from_slice(&bytes).unwrap_or_default())
    }

    /// Changes what is known; whether it could be kept is told apart from what came out.
    fn try_change<T>(
        &self,
        app: &str,
        change: impl FnOnce(&mut State) -> T,
    ) -> Result<(T, Result<(), UpdateError>), UpdateError> {
        let _changing = held(&self.changing);
        let before = self.state(app)?;
        let mut state = before.clone();
        let out = change(&mut state);
        if state == before {
            return Ok((out, Ok(())));
        }
        let path = state_path(app)?;
        let kept = self.disk().replace(&path, &serde_json::to_vec(&state)?).map_err(on_disk(&path));
        Ok((out, kept))
    }

    fn change<T>(&self, app: &str, change: impl FnOnce(&mut State) -> T) -> Result<T, UpdateError> {
        let (out, kept) = self.try_change(app, change)?;
        kept.map(|()| out)
    }

    /// The version that runs when the mini-program is started now.
    ///
    /// # Errors
    /// [`UpdateError`] if that cannot be told.
    pub fn installed(&self, app: &str) -> Result<Option<Installed>, UpdateError> {
        let state = self.state(app)?;
        Ok(state.pending.or(state.current))
    }

    /// Identities of the mini-programs that are there, sorted.
    ///
    /// # Errors
    /// [`UpdateError::Disk`] if that cannot be told.
    pub fn apps(&self) -> Result<Vec<String>, UpdateError> {
        let mut apps = self.disk().list("apps").map_err(on_disk("apps"))?;
        apps.retain(|app| self.installed(app).is_ok_and(|installed| installed.is_some()));
        Ok(apps)
    }

    /// What a repository offers to this device.
    ///
    /// # Errors
    /// [`UpdateError`] if it does not say, or is not trusted.
    pub fn offers(&self, source: &Source) -> Result<Vec<Offer>, UpdateError> {
        let _updating = held(&self.updating);
        let said = self.ask(source)?;
        let apps: Vec<&str> = said
            .files()
            .filter_map(|file| file.target.strip_suffix(RELEASES_FILE)?.strip_suffix('/'))
            .filter(|app| is_identity(app))
            .collect();
        let mut offers = Vec::new();
        for app in apps {
            let releases = self.releases(&said, source, app)?;
            let state = self.state(app)?;
            let chosen = self.choose(&releases, &state);
            offers.push(Offer {
                app: app.to_owned(),
                name: releases.name.clone(),
                version: chosen.map(|release| release.version.clone()),
                length: chosen.map_or(0, |release| release.package.length),
            });
        }
        Ok(offers)
    }

    /// Whether there is another version than the one that is there: its number. Nothing is fetched but what the repository says.
    ///
    /// # Errors
    /// [`UpdateError`] if it does not say, or is not trusted.
    pub fn check(&self, app: &str, source: &Source) -> Result<Option<Version>, UpdateError> {
        let _updating = held(&self.updating);
        let said = self.ask(source)?;
        let releases = self.releases(&said, source, app)?;
        let state = self.state(app)?;
        let chosen = self.choose(&releases, &state).ok_or_else(|| UpdateError::NoVersion(app.to_owned()))?;
        let installed = state.pending.or(state.current);
        let is_there = installed.is_some_and(|installed| installed.sha256 == chosen.package.sha256);
        Ok((!is_there).then(|| chosen.version.clone()))
    }

    /// Brings the version that this device is to have. It runs from the next start on.
    ///
    /// # Errors
    /// [`UpdateError`] if there is none, it does not come, or is not to be trusted; what was there is there still.
    pub fn update(&self, app: &str, source: &Source, watch: Watch<'_>) -> Result<Update, UpdateError> {
        self.update_found(app, source, &mut |_| {}, watch)
    }

    /// As [`update`](Client::update), and tells of a version that has to be fetched before it is.
    ///
    /// # Errors
    /// As [`update`](Client::update).
    pub fn update_found(
        &self,
        app: &str,
        source: &Source,
        found: &mut dyn FnMut(&Version),
        watch: Watch<'_>,
    ) -> Result<Update, UpdateError> {
        let _updating = held(&self.updating);
        let said = self.ask(source)?;
        let releases = self.releases(&said, source, app)?;
        let state = self.state(app)?;
        let chosen = self.choose(&releases, &state).ok_or_else(|| UpdateError::NoVersion(app.to_owned()))?;
        let (version, package) = (chosen.version.clone(), &chosen.package);
        if state.pending.as_ref().is_some_and(|pending| pending.sha256 == package.sha256) {
            return Ok(Update::Ready { version, fetched: 0, by_delta: false });
        }
        let is_current = |state: &State| state.current.as_ref().is_some_and(|known| known.sha256 == package.sha256);
        if is_current(&state) {
            // What waited was taken back meanwhile.
            self.change(app, |state| state.pending = None)?;
            self.collect(app, &[])?;
            return Ok(Update::Current(version));
        }
        let parts = chosen.parts.iter().map(|(root, part)| (root.clone(), part.file.clone())).collect();
        let installed = Installed { version: version.clone(), sha256: package.sha256, length: package.length, parts };
        // The version before may be the one that is wanted again.
        let there = self.package_bytes(app, &installed)?;
        let parts = self.parts_to_bring(app, chosen, state.current.as_ref())?;
        let base =
            state.current.as_ref().and_then(|base| Some((base.whole(), release_delta(&chosen.deltas, &base.sha256)?)));
        let whole = Wanted { file: package, base };
        // What came for another version makes room.
        let files = there.is_none().then_some(&whole).into_iter().chain(parts.iter().map(|(_, wanted)| wanted));
        let mut wanted: Vec<String> = files.flat_map(Wanted::partial_files).collect();
        wanted.extend(chosen.parts.values().map(|part| part_file(&part.file.sha256)));
        wanted.extend(there.is_some().then(|| installed.file()));
        self.collect(app, &wanted)?;
        let is_there = there.is_some();
        let errand = Errand { app, source, said: &said, version: &version };
        let brought = match there {
            Some(bytes) => Brought { bytes, fetched: 0, by_delta: false },
            None => {
                found(&version);
                self.bring(errand, &whole, watch)?
            }
        };
        // What starts later is held to the hash of the whole, so this is the time to look at each file.
        let opened = self.open_package(&brought.bytes, &version)?;
        let package_of = |source| UpdateError::Package { version: version.clone(), source };
        opened.verify().map_err(package_of)?;
        let mut fetched = brought.fetched;
        for (root, wanted) in &parts {
            fetched += self.bring_part(errand, (root, wanted), &opened, watch)?;
        }
        if !is_there {
            self.place(app, &brought, package, &package_path(app, &installed)?)?;
        }
        let by_delta = brought.by_delta;
        self.change(app, |state| state.pending = Some(installed))?;
        self.collect(app, &[])?;
        Ok(Update::Ready { version, fetched, by_delta })
    }

    fn downloads<'a>(&'a self, source: &'a Source) -> Downloads<'a> {
        Downloads { disk: self.disk(), clock: &*self.config.clock, fetch: &*source.fetch }
    }

    fn ask(&self, source: &Source) -> Result<Said, UpdateError> {
        if !is_identity(&source.name) {
            return Err(UpdateError::Identity(source.name.clone()));
        }
        let said = trust::ask(self.disk(), source, self.config.clock.now())?;
        said.keep(self.disk(), source)?;
        Ok(said)
    }

    /// The versions of a mini-program, as a repository lists them.
    fn releases(&self, said: &Said, source: &Source, app: &str) -> Result<Releases, UpdateError> {
        if !is_identity(app) {
            return Err(UpdateError::Identity(app.to_owned()));
        }
        let target = format!("{app}/{RELEASES_FILE}");
        let file = said.file(&target).ok_or_else(|| UpdateError::Unknown(app.to_owned()))?;
        if file.length > trust::MOST_BYTES {
            return Err(UpdateError::Metadata(format!("{target} is longer than {} bytes", trust::MOST_BYTES)));
        }
        // It is short, and nothing of it is kept.
        let memory = MemoryDisk::default();
        let downloads = Downloads { disk: &memory, ..self.downloads(source) };
        let bytes = downloads.file(file, &target, &mut |_| ControlFlow::Continue(()))?;
        Releases::parse(&bytes).map_err(|source| UpdateError::Releases { target, source })
    }

    fn choose<'a>(&self, releases: &'a Releases, state: &State) -> Option<&'a Release> {
        let refused: Vec<[u8; 32]> = state.refused.iter().map(|refused| refused.sha256).collect();
        releases.choose(&Device {
            id: &self.device,
            channel: &self.config.channel,
            engine: &self.config.engine,
            current: state.current.as_ref().map(|current| &current.sha256),
            refused: &refused,
        })
    }

    /// The bytes of a package; `None` if it is not there, or is not what it was.
    fn package_bytes(&self, app: &str, installed: &Installed) -> Result<Option<Vec<u8>>, UpdateError> {
        self.kept(&package_path(app, installed)?, installed.length, &installed.sha256)
    }

    /// The bytes of a file; `None` if it is not there, or is not what it was.
    fn kept(&self, path: &str, length: u64, sha256: &[u8; 32]) -> Result<Option<Vec<u8>>, UpdateError> {
        let bytes = self.disk().read(path).map_err(on_disk(path))?;
        Ok(bytes.filter(|bytes| bytes.len() as u64 == length && Sha256::digest(bytes)[..] == *sha256))
    }

    fn open_package(&self, bytes: &[u8], version: &Version) -> Result<ArchivePackage, UpdateError> {
        let trust = self.config.signers.as_deref().map_or(Trust::Anybody, Trust::Keys);
        ArchivePackage::open(bytes, trust, &self.config.limits)
            .map_err(|source| UpdateError::Package { version: version.clone(), source })
    }

    /// Starts a mini-program: the version that waited for it, or the one that ran before. That it ran well is told by
    /// [`ran_well`](Client::ran_well); a version of which that is not told three times (or as the host says) is taken back.
    ///
    /// # Errors
    /// [`UpdateError`] if there is none that can be started.
    pub fn start(&self, app: &str) -> Result<Started, UpdateError> {
        let failures = self.config.failures.max(1);
        // On a disk that is full it starts all the same, and the start does not count.
        let ((current, rolled_back), _) = self.try_change(app, |state| {
            let is_new = state.promote();
            let failed = if !is_new && state.starts >= failures { state.roll_back() } else { None };
            // Before it runs: who crashes tells nothing.
            state.starts = state.starts.saturating_add(1);
            (state.current.clone(), failed.map(|failed| failed.version))
        })?;
        let current = current.ok_or_else(|| UpdateError::NotInstalled(app.to_owned()))?;
        let opened = match self.package_bytes(app, &current)? {
            Some(bytes) => self.open_package(&bytes, &current.version),
            None => Err(UpdateError::Tampered(package_path(app, &current)?)),
        };
        let error = match opened {
            Ok(package) => return Ok(started(package, current, rolled_back)),
            Err(error) => error,
        };
        // It is not what it was, or this engine does not run it any more: the one before may do. It is not refused for good.
        let (previous, _) = self.try_change(app, |state| {
            state.current = state.previous.take();
            state.starts = u32::from(state.current.is_some());
            state.current.clone()
        })?;
        let Some(previous) = previous else { return Err(error) };
        let bytes = self.package_bytes(app, &previous)?.ok_or(error)?;
        let package = self.open_package(&bytes, &previous.version)?;
        Ok(started(package, previous, Some(current.version)))
    }

    /// Says that a mini-program runs: it has shown something, and did not fail for a while.
    ///
    /// # Errors
    /// [`UpdateError::Disk`] if that cannot be kept.
    pub fn ran_well(&self, app: &str) -> Result<(), UpdateError> {
        self.change(app, |state| state.starts = 0)
    }

    /// Takes a mini-program away. What it stored is the host's to keep or to delete.
    ///
    /// # Errors
    /// [`UpdateError::Disk`] if the disk refuses.
    pub fn remove(&self, app: &str) -> Result<(), UpdateError> {
        let _updating = held(&self.updating);
        self.change(app, |state| *state = State::default())?;
        self.collect(app, &[])?;
        let path = state_path(app)?;
        self.disk().remove(&path).map_err(on_disk(&path))
    }

    /// Takes away what no version needs any more, and what came of files but these.
    fn collect(&self, app: &str, wanted: &[String]) -> Result<(), UpdateError> {
        let state = self.state(app)?;
        for folder in ["packages", "partial"] {
            let folder = format!("apps/{app}/{folder}");
            for file in self.disk().list(&folder).map_err(on_disk(&folder))? {
                if !state.holds(&file) && !wanted.contains(&file) && !self.coming.holds(&file) {
                    let path = format!("{folder}/{file}");
                    self.disk().remove(&path).map_err(on_disk(&path))?;
                }
            }
        }
        Ok(())
    }

    /// Bytes that packages and what came of them take.
    ///
    /// # Errors
    /// [`UpdateError::Disk`] if that cannot be told.
    pub fn bytes(&self, app: &str) -> Result<u64, UpdateError> {
        if !is_identity(app) {
            return Err(UpdateError::Identity(app.to_owned()));
        }
        let mut sum = 0;
        for folder in ["packages", "partial"] {
            let folder = format!("apps/{app}/{folder}");
            for file in self.disk().list(&folder).map_err(on_disk(&folder))? {
                let path = format!("{folder}/{file}");
                sum += self.disk().length(&path).map_err(on_disk(&path))?.unwrap_or(0);
            }
        }
        Ok(sum)
    }
}

fn started(package: ArchivePackage, installed: Installed, rolled_back: Option<Version>) -> Started {
    let Installed { version, parts, .. } = installed;
    Started { package: Arc::new(package), version, parts, rolled_back }
}

fn held<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn state_path(app: &str) -> Result<String, UpdateError> {
    if is_identity(app) { Ok(format!("apps/{app}/state.json")) } else { Err(UpdateError::Identity(app.to_owned())) }
}

fn package_path(app: &str, installed: &Installed) -> Result<String, UpdateError> {
    if is_identity(app) {
        return Ok(format!("apps/{app}/packages/{}", installed.file()));
    }
    Err(UpdateError::Identity(app.to_owned()))
}

fn partial_path(app: &str, sha256: &[u8; 32]) -> Result<String, UpdateError> {
    if is_identity(app) {
        return Ok(format!("apps/{app}/partial/{}", hex::text(sha256)));
    }
    Err(UpdateError::Identity(app.to_owned()))
}
