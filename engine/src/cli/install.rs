//! `pellicle install`, and what `pellicle run --installed` starts: mini-programs from repositories.

use super::Failure;
use super::options::{InstallOptions, RunOptions, SourceOptions};
use crate::host::types::UpdateState;
use crate::tools::output;
use pellicle_delivery::client::{
    Client, ClientConfig, FolderDisk, FolderFetch, Freshness, HttpFetch, HttpLimits, Source, Started, Update,
    UpdateError, UpdateEvent, Updater,
};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::{SystemClock, SystemRandom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Opens the mini-programs of the machine.
fn client(options: &SourceOptions) -> Result<(Client, PathBuf), Failure> {
    let folder = options.store.clone().or_else(|| Some(super::run::data_folder()?.join("installed")));
    let folder = folder.ok_or_else(|| Failure::Usage("--store DIR: there is no folder for user data".to_owned()))?;
    let disk = FolderDisk::open(&folder).map_err(|error| Failure::Program(format!("{}: {error}", folder.display())))?;
    let config = ClientConfig::new(Arc::new(disk), Arc::new(SystemClock::local()));
    let config = ClientConfig { channel: options.channel.clone(), ..config };
    Ok((Client::open(config, &mut SystemRandom::default()).map_err(Failure::program)?, folder))
}

/// The repository that the command line names.
fn source(options: &SourceOptions) -> Result<Option<Source>, Failure> {
    let Some(from) = &options.from else { return Ok(None) };
    if Path::new(from).is_dir() {
        return copy(options, Path::new(from));
    }
    let Some((name, root)) = root(options)? else { return Ok(None) };
    let fetch = HttpFetch::new(from, &HttpLimits::default()).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Some(Source { name, root, fetch: Arc::new(fetch), freshness: Freshness::Current }))
}

/// The same as it lies in a folder.
fn copy(options: &SourceOptions, folder: &Path) -> Result<Option<Source>, Failure> {
    let Some((name, root)) = root(options)? else { return Ok(None) };
    Ok(Some(Source { name, root, fetch: Arc::new(FolderFetch::new(folder)), freshness: Freshness::Bundled }))
}

/// What the repository is trusted by, with a name for it: it is known by that, wherever it lies.
fn root(options: &SourceOptions) -> Result<Option<(String, Vec<u8>)>, Failure> {
    let Some(path) = &options.root else { return Ok(None) };
    let root = std::fs::read(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    Ok(Some((blake3::hash(&root).to_hex()[..32].to_owned(), root)))
}

fn told(error: UpdateError) -> Failure {
    match error {
        UpdateError::Identity(_) => Failure::Usage(error.to_string()),
        error => Failure::program(error),
    }
}

/// Installs a mini-program, brings a newer version, takes it away, or says what there is.
///
/// # Errors
/// [`Failure`] if it does not come; what was there is there still.
pub fn run(options: &InstallOptions) -> Result<(), Failure> {
    let (client, _) = client(&options.source)?;
    let source = source(&options.source)?;
    let Some(app) = &options.app else {
        return match source {
            Some(source) => offered(&client, &source),
            None => installed(&client),
        };
    };
    if options.remove {
        return client.remove(app).map_err(told);
    }
    let source = source.ok_or_else(|| Failure::Usage("--from ADDRESS says where it comes from".to_owned()))?;
    match client.update(app, &source, &mut |_| ControlFlow::Continue(())).map_err(told)? {
        Update::Current(version) => super::print(format_args!("{app} {version} is there"))?,
        Update::Ready { version, fetched, by_delta } => {
            let how = if by_delta { ", the difference from the version before" } else { "" };
            super::print(format_args!("{app} {version}: {fetched} bytes{how}"))?
        }
    };
    if options.subpackages
        && let Some(installed) = client.installed(app).map_err(told)?
    {
        for (root, part) in &installed.parts {
            let mut watch = |_| ControlFlow::Continue(());
            client.fetch_part(app, part, std::slice::from_ref(&source), &mut watch).map_err(told)?;
            super::print(format_args!("{root}: {} bytes", part.length))?;
        }
    }
    Ok(())
}

fn offered(client: &Client, source: &Source) -> Result<(), Failure> {
    for offer in client.offers(source).map_err(told)? {
        let version = offer.version.map_or_else(|| "nothing for this device".to_owned(), |version| version.to_string());
        super::print(format_args!("{} {version} {} {} bytes", offer.app, offer.name, offer.length))?;
    }
    Ok(())
}

fn installed(client: &Client) -> Result<(), Failure> {
    for app in client.apps().map_err(told)? {
        if let Some(installed) = client.installed(&app).map_err(told)? {
            let bytes = client.bytes(&app).map_err(told)?;
            super::print(format_args!("{app} {} {bytes} bytes with versions before it", installed.version))?;
        }
    }
    Ok(())
}

/// How long a mini-program runs without a fault before its version counts as good.
const PROBATION: Duration = Duration::from_secs(10);

/// A mini-program that is installed and runs.
pub struct Running {
    /// What starts it, and brings newer versions of it.
    updater: Arc<Updater>,
    /// A name for what it stores: a path that only it has.
    pub place: PathBuf,
    probation: Mutex<Probation>,
}

/// Whether the version that runs is known to run well.
#[derive(Default)]
struct Probation {
    /// How many versions have been started in this process.
    version: u32,
    settled: bool,
}

impl Running {
    /// Starts a mini-program that is installed; one that is not is installed first, from the folder if there is one.
    ///
    /// # Errors
    /// [`Failure`] if there is none to start.
    pub fn start(options: &RunOptions) -> Result<(Arc<Running>, Started), Failure> {
        let app = &options.dir;
        let app = app.to_str().ok_or_else(|| Failure::Usage(format!("{}: no identity", app.display())))?;
        let (client, folder) = client(&options.source)?;
        let bundled = match &options.bundled {
            Some(folder) => copy(&options.source, folder)?,
            None => None,
        };
        let sources = bundled.into_iter().chain(source(&options.source)?).collect();
        let updater = Arc::new(Updater::new(Arc::new(client), app, sources));
        let started = updater.start().map_err(told)?;
        let running = Running { updater, place: folder.join("apps").join(app), probation: Mutex::default() };
        running.note_rollback(&started);
        Ok((Arc::new(running), started))
    }

    fn note_rollback(&self, started: &Started) {
        if let Some(version) = &started.rolled_back {
            output::note(format_args!(
                "{} {version} did not run: this is {} again",
                self.updater.app(),
                started.version
            ));
        }
    }

    /// The files of what was started; subpackages come when they are wanted.
    pub fn files(&self, started: &Started) -> Arc<dyn PackageSource> {
        self.updater.files(started)
    }

    /// What is known of a newer version.
    pub fn update_state(&self) -> UpdateState {
        self.updater.state()
    }

    /// Looks for a newer version, once; `wake` is called whenever [`Running::update_state`] has changed.
    pub fn look(&self, wake: impl Fn() + Send + 'static) {
        let app = self.updater.app().to_owned();
        let tell = move |event: UpdateEvent| {
            match event {
                UpdateEvent::Current(_) | UpdateEvent::Found(_) => {}
                UpdateEvent::Ready { version, .. } => {
                    output::note(format_args!("{app} {version} is there and runs from the next start on"));
                }
                UpdateEvent::Failed(error) | UpdateEvent::Unknown(error) => {
                    output::note(format_args!("no newer version: {error}"));
                }
            }
            wake();
        };
        if let Err(error) = self.updater.look(tell) {
            output::note(format_args!("no newer version: {error}"));
        }
    }

    /// The version that is ready, to run in place of the one that runs; `None` if there is none that does.
    pub fn apply(&self) -> Option<Started> {
        let started = self.updater.apply().unwrap_or_else(|error| {
            output::note(error);
            None
        });
        started.inspect(|started| self.note_rollback(started))
    }

    /// A version begins to run. After a while without a fault it counts as good.
    pub fn watch(self: &Arc<Self>, has_faults: impl Fn() -> bool + Send + 'static) {
        let version = {
            let mut probation = self.probation();
            *probation = Probation { version: probation.version + 1, settled: false };
            probation.version
        };
        let running = self.clone();
        std::thread::spawn(move || {
            std::thread::sleep(PROBATION);
            // Another one may run by now.
            if !has_faults() && running.probation().version == version {
                running.settle();
            }
        });
    }

    /// The version that was started cannot be opened: whatever runs in its place says nothing of it.
    pub fn not_opened(&self) {
        let mut probation = self.probation();
        *probation = Probation { version: probation.version + 1, settled: true };
    }

    /// It was closed as its user wanted, without a fault.
    pub fn ended_well(&self) {
        self.updater.end();
        self.settle();
    }

    fn probation(&self) -> MutexGuard<'_, Probation> {
        self.probation.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The version that runs counts as good.
    pub fn settle(&self) {
        if !std::mem::replace(&mut self.probation().settled, true)
            && let Err(error) = self.updater.ran_well()
        {
            output::note(error);
        }
    }
}
