//! `pellicle install`, and what `pellicle run --installed` starts: mini-programs from repositories.

use super::Failure;
use super::options::{InstallOptions, SourceOptions};
use crate::tools::output;
use pellicle_delivery::client::{
    Client, ClientConfig, FolderDisk, FolderFetch, Freshness, HttpFetch, HttpLimits, Source, Started, Update,
    UpdateError,
};
use pellicle_script::realm::{SystemClock, SystemRandom};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
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
    let (Some(from), Some(path)) = (&options.from, &options.root) else { return Ok(None) };
    let root = std::fs::read(path).map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))?;
    // A repository is known by what it is trusted by, wherever it lies.
    let name = blake3::hash(&root).to_hex()[..32].to_owned();
    let source = |fetch, freshness| Source { name, root, fetch, freshness };
    if Path::new(from).is_dir() {
        return Ok(Some(source(Arc::new(FolderFetch::new(from)), Freshness::Bundled)));
    }
    let fetch = HttpFetch::new(from, &HttpLimits::default()).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok(Some(source(Arc::new(fetch), Freshness::Current)))
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

/// A mini-program that is installed and was started.
pub struct Running {
    /// Its files.
    pub started: Started,
    /// A name for what it stores: a path that only it has.
    pub place: PathBuf,
    client: Arc<Client>,
    app: String,
    /// Whether it was said already that it runs.
    settled: Arc<Mutex<bool>>,
}

impl Running {
    /// Starts a mini-program that is installed; if it is not, it is installed first, and if it is, a newer version is brought meanwhile.
    ///
    /// # Errors
    /// [`Failure`] if there is none to start.
    pub fn start(app: &Path, options: &SourceOptions) -> Result<Running, Failure> {
        let app = app.to_str().ok_or_else(|| Failure::Usage(format!("{}: no identity", app.display())))?.to_owned();
        let (client, folder) = client(options)?;
        let client = Arc::new(client);
        let source = source(options)?;
        let is_there = client.installed(&app).map_err(told)?.is_some();
        if let (false, Some(source)) = (is_there, &source) {
            client.update(&app, source, &mut |_| ControlFlow::Continue(())).map_err(told)?;
        }
        let started = client.start(&app).map_err(told)?;
        if let Some(version) = &started.rolled_back {
            output::note(format_args!("{app} {version} did not run: this is {} again", started.version));
        }
        if let (true, Some(source)) = (is_there, source) {
            let (client, app) = (client.clone(), app.clone());
            std::thread::spawn(move || match client.update(&app, &source, &mut |_| ControlFlow::Continue(())) {
                Ok(Update::Current(_)) => {}
                Ok(Update::Ready { version, .. }) => {
                    output::note(format_args!("{app} {version} is there and runs from the next start on"));
                }
                Err(error) => output::note(format_args!("no newer version: {error}")),
            });
        }
        let place = folder.join("apps").join(&app);
        Ok(Running { started, place, client, app, settled: Arc::default() })
    }

    /// After a while without a fault its version counts as good.
    pub fn watch(&self, has_faults: impl Fn() -> bool + Send + 'static) {
        let (client, app, settled) = (self.client.clone(), self.app.clone(), self.settled.clone());
        std::thread::spawn(move || {
            std::thread::sleep(PROBATION);
            if !has_faults() {
                settle(&client, &app, &settled);
            }
        });
    }

    /// It was closed as its user wanted, without a fault.
    pub fn ended_well(&self) {
        settle(&self.client, &self.app, &self.settled);
    }
}

fn settle(client: &Client, app: &str, settled: &Mutex<bool>) {
    let mut settled = settled.lock().unwrap_or_else(PoisonError::into_inner);
    if !std::mem::replace(&mut *settled, true)
        && let Err(error) = client.ran_well(app)
    {
        output::note(error);
    }
}
