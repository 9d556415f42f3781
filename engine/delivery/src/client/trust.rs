//! What a repository says, checked after The Update Framework: signatures, versions that only grow, dates.
//!
//! Checking is `tough`'s. It reads and writes metadata in a folder of its own; that is made for each check, from what the client keeps,
//! and only what was checked whole goes back. Dates are held to the host's clock, which `tough` does not know.

use super::UpdateError;
use super::disk::Disk;
use super::error::on_disk;
use super::fetch::{Fetch, FetchError};
use crate::repository::roles::canonical;
use crate::repository::{FileOfTarget, METADATA, Role};
use bytes::Bytes;
use futures_util::stream;
use jiff::Timestamp as Time;
use std::collections::BTreeMap;
use std::io::Read;
use std::sync::{Arc, Mutex, PoisonError};
use tough::schema::{Root, Signed};
use tough::{
    ExpirationEnforcement, Limits, RepositoryLoader, Transport, TransportError, TransportErrorKind, TransportStream,
};
use url::Url;

/// Longest metadata, bytes.
pub(super) const MOST_BYTES: u64 = 16 << 20;
/// Where `tough` believes to be.
const BASE: &str = "repository:///";
/// What is kept of a repository beside its root.
const KEPT: [&str; 3] = ["timestamp.json", "snapshot.json", "targets.json"];
const ROOT: &str = "root.json";

/// Whether what a repository says may be old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Freshness {
    /// It may not: who holds back newer metadata is found out when what they give ends.
    Current,
    /// It may: the repository is shipped with the host, and as old as that.
    Bundled,
}

/// A repository as a client knows it.
#[derive(Clone)]
pub struct Source {
    /// A name for what is kept of it; it is a name of a folder.
    pub name: String,
    /// The root that the host is shipped with: `1.root.json`, or a later one.
    pub root: Vec<u8>,
    /// Where its files come from.
    pub fetch: Arc<dyn Fetch>,
    /// Whether it may be old.
    pub freshness: Freshness,
}

/// What a repository says, and what has to be kept of it.
pub(super) struct Said {
    targets: BTreeMap<String, FileOfTarget>,
    /// Files by name.
    kept: Vec<(&'static str, Vec<u8>)>,
}

impl Said {
    /// A file of the repository.
    pub(super) fn file(&self, target: &str) -> Option<&FileOfTarget> {
        self.targets.get(target)
    }

    /// All files.
    pub(super) fn files(&self) -> impl Iterator<Item = &FileOfTarget> {
        self.targets.values()
    }

    /// Keeps it: what is older is refused from now on.
    pub(super) fn keep(&self, disk: &dyn Disk, source: &Source) -> Result<(), UpdateError> {
        for (name, bytes) in &self.kept {
            let path = kept(source, name);
            if disk.read(&path).map_err(on_disk(&path))?.as_ref() != Some(bytes) {
                disk.replace(&path, bytes).map_err(on_disk(&path))?;
            }
        }
        Ok(())
    }
}

fn kept(source: &Source, name: &str) -> String {
    format!("trusted/{}/{name}", source.name)
}

/// Hands files of a repository to `tough`, which asks for metadata only.
#[derive(Clone)]
struct Bridge {
    fetch: Arc<dyn Fetch>,
    /// Why the last file did not come.
    failed: Arc<Mutex<Option<FetchError>>>,
}

impl std::fmt::Debug for Bridge {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Bridge")
    }
}

impl Bridge {
    fn get(&self, path: &str) -> Result<Vec<u8>, FetchError> {
        let failed = |why| FetchError::Failed { address: path.to_owned(), why };
        let body = self.fetch.get(path, 0)?;
        let mut bytes = Vec::new();
        let read = body.bytes.take(MOST_BYTES + 1).read_to_end(&mut bytes);
        read.map_err(|error| failed(error.to_string()))?;
        if bytes.len() as u64 > MOST_BYTES {
            return Err(failed(format!("it is longer than {MOST_BYTES} bytes")));
        }
        Ok(bytes)
    }
}

#[tough::async_trait]
impl Transport for Bridge {
    async fn fetch(&self, url: Url) -> Result<TransportStream, TransportError> {
        // Nothing else runs on this thread.
        let got = self.get(url.path().trim_start_matches('/'));
        let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        let (bytes, error) = match got {
            Ok(bytes) => (bytes, None),
            Err(error) => (Vec::new(), Some(error)),
        };
        let told = error.as_ref().map(|error| {
            let kind = match error {
                FetchError::Missing(_) => TransportErrorKind::FileNotFound,
                FetchError::Failed { .. } => TransportErrorKind::Other,
            };
            TransportError::new_with_cause(kind, url.path(), error.to_string())
        });
        *failed = error;
        match told {
            Some(error) => Err(error),
            None => Ok(Box::pin(stream::iter([Ok(Bytes::from(bytes))]))),
        }
    }
}

/// The root to begin with: the newest one that was kept, if it is one.
fn root(disk: &dyn Disk, source: &Source) -> Result<Vec<u8>, UpdateError> {
    let shipped: Signed<Root> =
        serde_json::from_slice(&source.root).map_err(|error| UpdateError::Root(error.to_string()))?;
    shipped.signed.verify_role(&shipped).map_err(|error| UpdateError::Root(error.to_string()))?;
    let path = kept(source, ROOT);
    let newer = disk.read(&path).map_err(on_disk(&path))?.filter(|bytes| {
        // What a host is shipped with may be newer than what was kept.
        let known: Option<Signed<Root>> = serde_json::from_slice(bytes).ok();
        known.is_some_and(|known| {
            known.signed.version > shipped.signed.version && known.signed.verify_role(&known).is_ok()
        })
    });
    Ok(newer.unwrap_or_else(|| source.root.clone()))
}

fn wrong(error: &tough::error::Error) -> UpdateError {
    // Each layer says what it knows.
    let mut text = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(error) = cause {
        let more = error.to_string();
        if !text.contains(&more) {
            text = format!("{text}: {more}");
        }
        cause = error.source();
    }
    UpdateError::Metadata(text)
}

/// Asks a repository what it has, at a time in ms since the Unix epoch.
///
/// # Errors
/// [`UpdateError`] if it does not say, or what it says is not to be trusted.
pub(super) fn ask(disk: &dyn Disk, source: &Source, now: f64) -> Result<Said, UpdateError> {
    let work = tempfile::tempdir().map_err(on_disk("a folder for checking"))?;
    for name in KEPT {
        let path = kept(source, name);
        if let Some(bytes) = disk.read(&path).map_err(on_disk(&path))? {
            std::fs::write(work.path().join(name), bytes).map_err(on_disk(name))?;
        }
    }
    let root = root(disk, source)?;
    let base = |folder: &str| {
        Url::parse(&format!("{BASE}{folder}/")).map_err(|error| UpdateError::Metadata(error.to_string()))
    };
    let bridge = Bridge { fetch: source.fetch.clone(), failed: Arc::default() };
    let loader = RepositoryLoader::new(&root, base(METADATA)?, base(crate::repository::TARGETS)?)
        .transport(bridge.clone())
        .limits(Limits { max_targets_size: MOST_BYTES, ..Limits::default() })
        .datastore(work.path())
        // The host's clock says what has ended, below.
        .expiration_enforcement(ExpirationEnforcement::Unsafe);
    let runtime = tokio::runtime::Builder::new_current_thread().build().map_err(on_disk("a thread for checking"))?;
    let said = runtime.block_on(loader.load()).map_err(|error| {
        let failed = bridge.failed.lock().unwrap_or_else(PoisonError::into_inner).take();
        failed.map_or_else(|| wrong(&error), UpdateError::Fetch)
    })?;
    if source.freshness == Freshness::Current {
        let ends = [
            (Role::Root, said.root().signed.expires),
            (Role::Timestamp, said.timestamp().signed.expires),
            (Role::Snapshot, said.snapshot().signed.expires),
            (Role::Targets, said.targets().signed.expires),
        ];
        for (role, at) in ends {
            if now >= at.as_millisecond() as f64 {
                return Err(UpdateError::Expired { role, at });
            }
        }
    }
    let mut targets = BTreeMap::new();
    for (name, target) in &said.targets().signed.targets {
        if let Ok(sha256) = <[u8; 32]>::try_from(&target.hashes.sha256[..]) {
            let file = FileOfTarget { target: name.raw().to_owned(), length: target.length, sha256 };
            targets.insert(file.target.clone(), file);
        }
    }
    let mut kept = vec![(ROOT, canonical(said.root()).map_err(|error| UpdateError::Metadata(error.to_string()))?)];
    for name in KEPT {
        kept.push((name, std::fs::read(work.path().join(name)).map_err(on_disk(name))?));
    }
    Ok(Said { targets, kept })
}

/// A date as people read it.
pub(super) fn date(at: &Time) -> String {
    at.strftime("%Y-%m-%d %H:%M UTC").to_string()
}
