//! A mini-program that runs, and the newer version that comes meanwhile.
//!
//! One way for programs that are shipped with the host, fetched, or both. What is there starts at once; where nothing is, the sources are
//! asked in turn, so that a repository in a folder comes before one on a server. While it runs the last source is asked for a newer
//! version, on a thread of its own. Script hears of that ([`UpdateState`], `wx.getUpdateManager()`) and may have it started in place of the
//! one that runs; otherwise it runs from the next start on.
//!
//! ```no_run
//! use pellicle_delivery::client::{
//!     Client, ClientConfig, FolderDisk, FolderFetch, Freshness, HttpFetch, HttpLimits, Source, Updater,
//! };
//! use pellicle_script::realm::{SystemClock, SystemRandom};
//! use std::sync::Arc;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let disk = Arc::new(FolderDisk::open("programs")?);
//! let config = ClientConfig::new(disk, Arc::new(SystemClock::local()));
//! let client = Arc::new(Client::open(config, &mut SystemRandom::default())?);
//! let root = std::fs::read("shipped/metadata/1.root.json")?;
//! let (name, shipped) = ("shop".to_owned(), Arc::new(FolderFetch::new("shipped")));
//! let shipped = Source { name, root, fetch: shipped, freshness: Freshness::Bundled };
//! let fetch = HttpFetch::new("https://example.org/repository", &HttpLimits::default())?;
//! let online = Source { fetch: Arc::new(fetch), freshness: Freshness::Current, ..shipped.clone() };
//!
//! let updater = Arc::new(Updater::new(client, "wx0123", vec![shipped, online]));
//! let started = updater.start()?;
//! let files = updater.files(&started); // what to open, with what `updater.state()` says
//! updater.look(|event| println!("tell the mini-program {:?}", event.state()))?;
//! # Ok(())
//! # }
//! ```

use super::{Client, InstalledFiles, Progress, Source, Started, Update, UpdateError, Watch, held};
use crate::repository::FileOfTarget;
use pellicle_script::bridge::message::UpdateState;
use pellicle_script::package::PackageSource;
use semver::Version;
use std::io;
use std::ops::ControlFlow;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

/// What has become of looking for a newer version.
#[derive(Debug)]
pub enum UpdateEvent {
    /// There is none: this one is the newest.
    Current(Version),
    /// This one is on its way.
    Found(Version),
    /// This one is there.
    Ready {
        /// Its number.
        version: Version,
        /// Bytes that came for it.
        fetched: u64,
        /// It was made of the version before.
        by_delta: bool,
    },
    /// There is one, and it did not come.
    Failed(UpdateError),
    /// It cannot be told whether there is one.
    Unknown(UpdateError),
}

impl UpdateEvent {
    /// What script is told.
    pub fn state(&self) -> UpdateState {
        match self {
            // Who cannot ask knows of none.
            UpdateEvent::Current(_) | UpdateEvent::Unknown(_) => UpdateState::Current,
            UpdateEvent::Found(_) => UpdateState::Downloading,
            UpdateEvent::Ready { .. } => UpdateState::Ready,
            UpdateEvent::Failed(_) => UpdateState::Failed,
        }
    }
}

/// Starts a mini-program of a device and brings newer versions of it while it runs.
pub struct Updater {
    client: Arc<Client>,
    app: String,
    sources: Vec<Source>,
    known: Mutex<Known>,
    /// Nobody waits for what comes.
    ended: AtomicBool,
}

struct Known {
    state: UpdateState,
    /// A source has been asked since the program was started, or is.
    asked: bool,
}

impl Updater {
    /// For a mini-program by its identity. What is not installed comes from the first of the sources that has it, what is newer from the
    /// last one: a host that is shipped with programs has them in a folder, and a server behind it. Both may hold the same
    /// repository; a copy that is older than what was seen of it is refused.
    pub fn new(client: Arc<Client>, app: &str, sources: Vec<Source>) -> Updater {
        let known = Mutex::new(Known { state: UpdateState::Current, asked: false });
        Updater { client, app: app.to_owned(), sources, known, ended: AtomicBool::new(false) }
    }

    /// The client.
    pub fn client(&self) -> &Client {
        &self.client
    }

    /// The mini-program's identity.
    pub fn app(&self) -> &str {
        &self.app
    }

    /// Starts what is installed, at once; what is not is installed first. Script hears nothing before the host [looks](Updater::look),
    /// once the mini-program is opened, but where it was just fetched or there is no source.
    ///
    /// # Errors
    /// [`UpdateError`] if there is none that can be started: that of the last source that was asked.
    pub fn start(&self) -> Result<Started, UpdateError> {
        let mut last = None;
        if self.client.installed(&self.app)?.is_none() {
            for (at, source) in self.sources.iter().enumerate() {
                match self.client.update(&self.app, source, &mut |_| ControlFlow::Continue(())) {
                    Ok(_) => {
                        last = Some(at);
                        break;
                    }
                    Err(error) if at + 1 == self.sources.len() => return Err(error),
                    Err(_) => {}
                }
            }
        }
        let started = self.client.start(&self.app)?;
        let mut known = held(&self.known);
        // What has just come from the last source is the newest.
        known.asked = self.sources.is_empty() || last.is_some_and(|at| at + 1 == self.sources.len());
        known.state = if known.asked { UpdateState::Current } else { UpdateState::Checking };
        Ok(started)
    }

    /// The files of what was started. Subpackages that are not there come when the program wants them.
    pub fn files(self: &Arc<Self>, started: &Started) -> Arc<dyn PackageSource> {
        match started.package.index().parts.is_empty() {
            true => started.package.clone(),
            false => InstalledFiles::new(self.clone(), started),
        }
    }

    /// The bytes of a part of what was started, from whichever source has it.
    pub(super) fn part(&self, part: &FileOfTarget, watch: Watch<'_>) -> Result<Vec<u8>, UpdateError> {
        let mut watch = |progress: Progress| match self.ended.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => watch(progress),
        };
        self.client.fetch_part(&self.app, part, &self.sources, &mut watch)
    }

    /// What is known of a newer version than the one that runs.
    pub fn state(&self) -> UpdateState {
        held(&self.known).state
    }

    /// Looks for a newer version, on a thread of its own, once for each [`start`](Updater::start); nothing where that was just done.
    /// `tell` is called on that thread after each change of [`state`](Updater::state).
    ///
    /// # Errors
    /// The system gives no thread; script is told of no newer version then.
    pub fn look(self: &Arc<Self>, tell: impl Fn(UpdateEvent) + Send + 'static) -> io::Result<()> {
        let Some(source) = self.sources.last().cloned() else { return Ok(()) };
        if std::mem::replace(&mut held(&self.known).asked, true) {
            return Ok(());
        }
        let updater = self.clone();
        let look = move || {
            let event = updater.update(&source, &|version| {
                updater.set(UpdateState::Downloading);
                tell(UpdateEvent::Found(version.clone()));
            });
            updater.set(event.state());
            tell(event);
        };
        let started = std::thread::Builder::new().name("update".to_owned()).spawn(look);
        if started.is_err() {
            self.set(UpdateState::Current);
        }
        started.map(drop)
    }

    fn update(&self, source: &Source, found: &dyn Fn(&Version)) -> UpdateEvent {
        let is_found = AtomicBool::new(false);
        let mut found = |version: &Version| {
            is_found.store(true, Ordering::Relaxed);
            found(version);
        };
        let mut watch = |_: Progress| match self.ended.load(Ordering::Relaxed) {
            true => ControlFlow::Break(()),
            false => ControlFlow::Continue(()),
        };
        match self.client.update_found(&self.app, source, &mut found, &mut watch) {
            Ok(Update::Current(version)) => UpdateEvent::Current(version),
            Ok(Update::Ready { version, fetched, by_delta }) => UpdateEvent::Ready { version, fetched, by_delta },
            Err(error) if is_found.load(Ordering::Relaxed) => UpdateEvent::Failed(error),
            Err(error) => UpdateEvent::Unknown(error),
        }
    }

    fn set(&self, state: UpdateState) {
        held(&self.known).state = state;
    }

    /// Starts the version that is ready in place of the one that runs (`applyUpdate`); `None` if there is none.
    ///
    /// # Errors
    /// [`UpdateError`] if nothing can be started; what runs may go on.
    pub fn apply(&self) -> Result<Option<Started>, UpdateError> {
        if self.state() != UpdateState::Ready {
            return Ok(None);
        }
        let started = self.client.start(&self.app)?;
        self.set(UpdateState::Current);
        Ok(Some(started))
    }

    /// Says that what was started runs ([`Client::ran_well`]).
    ///
    /// # Errors
    /// [`UpdateError::Disk`] if that cannot be kept.
    pub fn ran_well(&self) -> Result<(), UpdateError> {
        self.client.ran_well(&self.app)
    }

    /// Nobody waits for a newer version any more: what came of it is kept for the next time.
    pub fn end(&self) {
        self.ended.store(true, Ordering::Relaxed);
    }
}
