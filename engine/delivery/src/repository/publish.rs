//! Writing a repository: a folder of files that any web server serves as they are.

use super::releases::{DEFAULT_CHANNEL, FileOfTarget, PartOfRelease, RELEASES_FILE, Release, Releases, ReleasesError};
use super::roles::{self, Keys, Role, SPEC_VERSION, SigningError};
use super::{METADATA, TARGETS, is_identity, target_path};
use crate::archive::{ArchiveError, ArchiveLimits, ArchivePackage, IndexedPart, Trust, index::hex};
use crate::delta;
use jiff::{SignedDuration, Timestamp as Time};
use semver::Version;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::io::{self, Write};
use std::num::NonZeroU64;
use std::path::{Path, PathBuf};
use tough::TargetName;
use tough::schema::{Hashes, Metafile, Root, Signed, Snapshot, Target, Targets, Timestamp};

/// How long metadata is good for.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// Who has which keys.
    pub root: SignedDuration,
    /// Which files there are.
    pub targets: SignedDuration,
    /// Which metadata belongs together.
    pub snapshot: SignedDuration,
    /// Which metadata is the newest: a device that hears of nothing newer for longer says so.
    pub timestamp: SignedDuration,
}

impl Default for Terms {
    /// A year for the root and the list of files, three months for what belongs together, two weeks for what is newest.
    fn default() -> Terms {
        let days = |days: i64| SignedDuration::from_hours(days * 24);
        Terms { root: days(365), targets: days(365), snapshot: days(90), timestamp: days(14) }
    }
}

/// Why something is not published. Nothing that devices see has changed then.
#[derive(Debug, thiserror::Error)]
pub enum PublishError {
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    Disk {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// The folder has something in it.
    #[error("{0}: there is a repository already")]
    Exists(String),
    /// Metadata cannot be understood.
    #[error("{path}: {source}")]
    Metadata {
        /// The file.
        path: String,
        /// What is wrong with it.
        source: serde_json::Error,
    },
    /// Metadata is not signed by whose it is.
    #[error("{0} is not signed as {1} says")]
    Unsigned(String, String),
    /// It cannot be signed.
    #[error(transparent)]
    Signing(#[from] SigningError),
    /// The package is none.
    #[error("the package is refused: {0}")]
    Package(#[from] ArchiveError),
    /// The identity of a mini-program cannot be a name of files everywhere.
    #[error(
        "{0:?} cannot be the identity of a mini-program: letters, digits, '.', '-' and '_', beginning with a letter or digit"
    )]
    Identity(String),
    /// A part of the package was not handed over.
    #[error("the file of the subpackage {0:?} is missing: `pellicle build --split` writes it beside the package")]
    Part(String),
    /// A version has another package already.
    #[error("{app} {version} is published with another package; a version is published once")]
    Taken {
        /// The mini-program.
        app: String,
        /// The version.
        version: Version,
    },
    /// There is no such version.
    #[error("{app} {version} is not published")]
    Unknown {
        /// The mini-program.
        app: String,
        /// The version.
        version: Version,
    },
    /// The list of versions cannot be used.
    #[error("{target}: {source}")]
    Releases {
        /// The list.
        target: String,
        /// What is wrong with it.
        source: ReleasesError,
    },
    /// A share of devices that is none.
    #[error("{0} is no share of a hundred devices")]
    Share(f64),
    /// There are no more numbers of versions.
    #[error("metadata has no next version")]
    Versions,
    /// A time that cannot be written.
    #[error("the terms lead to no date: {0}")]
    Date(#[from] jiff::Error),
    /// A name that repositories cannot have.
    #[error("{0}")]
    Name(String),
}

/// What is published of a mini-program.
#[derive(Clone, Copy, Debug)]
pub struct Publication<'a> {
    /// Its identity.
    pub app: &'a str,
    /// What people call it; empty for what it was called.
    pub name: &'a str,
    /// Its version.
    pub version: &'a Version,
    /// The package.
    pub package: &'a [u8],
    /// The files of its parts, in any order.
    pub parts: &'a [Vec<u8>],
    /// The channel that gets it.
    pub channel: &'a str,
    /// How many of a hundred devices get it.
    pub share: f64,
    /// How many versions before it get a difference.
    pub deltas: usize,
}

impl<'a> Publication<'a> {
    /// For all devices that follow no other channel; differences from the five versions before.
    pub fn new(app: &'a str, version: &'a Version, package: &'a [u8]) -> Publication<'a> {
        Publication { app, name: "", version, package, parts: &[], channel: DEFAULT_CHANNEL, share: 100.0, deltas: 5 }
    }
}

/// What publishing gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Published {
    /// The version as it is listed.
    pub release: Release,
    /// Bytes of the differences from versions before; of parts, too, which only those fetch who have the part.
    pub deltas: Vec<(Version, u64)>,
}

/// A repository that is written. What changes is signed and seen by devices when [`commit`](Publisher::commit) has succeeded, whole or
/// not at all: the last file that is written is the one that they look at first.
pub struct Publisher {
    folder: PathBuf,
    root: Signed<Root>,
    /// The root that devices have still while the next one is written: what is signed is good under both.
    before: Option<Root>,
    targets: Signed<Targets>,
    snapshot: Signed<Snapshot>,
    timestamp: Signed<Timestamp>,
    changed: bool,
}

fn next(version: NonZeroU64) -> Result<NonZeroU64, PublishError> {
    version.checked_add(1).ok_or(PublishError::Versions)
}

fn disk(path: &Path) -> impl Fn(io::Error) -> PublishError + '_ {
    move |source| PublishError::Disk { path: path.display().to_string(), source }
}

/// Puts a file in its place, whole or not at all.
fn put(path: &Path, bytes: &[u8]) -> Result<(), PublishError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder).map_err(disk(folder))?;
    let mut file = tempfile::Builder::new().prefix(".new-").tempfile_in(folder).map_err(disk(folder))?;
    file.write_all(bytes).and_then(|()| file.as_file().sync_all()).map_err(disk(path))?;
    #[cfg(unix)]
    {
        // Web servers run as others: the file is for all to read.
        use std::os::unix::fs::PermissionsExt;
        file.as_file().set_permissions(fs::Permissions::from_mode(0o644)).map_err(disk(path))?;
    }
    file.persist(path).map_err(|error| disk(path)(error.error))?;
    Ok(())
}

fn read<T: DeserializeOwned>(path: &Path) -> Result<T, PublishError> {
    let bytes = fs::read(path).map_err(disk(path))?;
    serde_json::from_slice(&bytes).map_err(|source| PublishError::Metadata { path: path.display().to_string(), source })
}

impl Publisher {
    /// Makes a repository in a folder that is empty or not there. All roles need a key. Its first root, `metadata/1.root.json`, is what
    /// hosts are shipped with.
    ///
    /// # Errors
    /// [`PublishError`] if there is something in the folder, a key is missing, or it cannot be written.
    pub fn create(folder: &Path, keys: &Keys, terms: &Terms, now: Time) -> Result<Publisher, PublishError> {
        let metadata = folder.join(METADATA);
        if metadata.join(roles::root_name(1)).exists() {
            return Err(PublishError::Exists(folder.display().to_string()));
        }
        let mut root = Root {
            spec_version: SPEC_VERSION.to_owned(),
            consistent_snapshot: true,
            version: NonZeroU64::MIN,
            expires: now.checked_add(terms.root)?,
            keys: HashMap::new(),
            roles: HashMap::new(),
            _extra: HashMap::new(),
        };
        for role in Role::ALL {
            let key = keys.of(role).next().ok_or(SigningError::Missing(role))?;
            roles::give(&mut root, role, key.public())?;
        }
        let (spec, first) = (|| SPEC_VERSION.to_owned(), NonZeroU64::MIN);
        let targets = Targets { delegations: None, ..Targets::new(spec(), first, now) };
        let mut publisher = Publisher {
            folder: folder.to_owned(),
            root: roles::sign(root.clone(), Role::Root, &[&root], &[], keys)?,
            before: None,
            targets: Signed { signed: targets, signatures: Vec::new() },
            snapshot: Signed { signed: Snapshot::new(spec(), first, now), signatures: Vec::new() },
            timestamp: Signed { signed: Timestamp::new(spec(), first, now), signatures: Vec::new() },
            changed: true,
        };
        publisher.write_all(keys, terms, now)?;
        // A root is there last: without it there is no repository.
        put(&metadata.join(roles::root_name(1)), &roles::canonical(&publisher.root).map_err(SigningError::from)?)?;
        Ok(publisher)
    }

    /// Opens a repository to change it.
    ///
    /// # Errors
    /// [`PublishError`] if there is none, or it cannot be understood.
    pub fn open(folder: &Path) -> Result<Publisher, PublishError> {
        let metadata = folder.join(METADATA);
        let mut root: Signed<Root> = read(&metadata.join(roles::root_name(1)))?;
        loop {
            let path = metadata.join(roles::root_name(roles::version_of(&root) + 1));
            if !path.exists() {
                break;
            }
            root = read(&path)?;
        }
        let timestamp: Signed<Timestamp> = read(&metadata.join("timestamp.json"))?;
        let newest = |meta: &HashMap<String, Metafile>, file: &str| {
            let version = meta.get(file).map_or(NonZeroU64::MIN, |file| file.version);
            metadata.join(format!("{version}.{file}"))
        };
        let snapshot: Signed<Snapshot> = read(&newest(&timestamp.signed.meta, "snapshot.json"))?;
        let targets: Signed<Targets> = read(&newest(&snapshot.signed.meta, "targets.json"))?;
        let signer = roles::root_name(roles::version_of(&root));
        let unsigned = |name: String| PublishError::Unsigned(name, signer.clone());
        root.signed.verify_role(&root).map_err(|_| unsigned(signer.clone()))?;
        root.signed.verify_role(&timestamp).map_err(|_| unsigned(roles::file_name(&timestamp)))?;
        root.signed.verify_role(&snapshot).map_err(|_| unsigned(roles::file_name(&snapshot)))?;
        root.signed.verify_role(&targets).map_err(|_| unsigned(roles::file_name(&targets)))?;
        Ok(Publisher { folder: folder.to_owned(), root, before: None, targets, snapshot, timestamp, changed: false })
    }

    /// The versions of a mini-program as they are now; none for one that was never published.
    ///
    /// # Errors
    /// [`PublishError`] if the list is there and cannot be used.
    pub fn releases(&self, app: &str) -> Result<Releases, PublishError> {
        if !is_identity(app) {
            return Err(PublishError::Identity(app.to_owned()));
        }
        let target = format!("{app}/{RELEASES_FILE}");
        let name = TargetName::new(&*target).map_err(|error| PublishError::Name(error.to_string()))?;
        let Some(known) = self.targets.signed.targets.get(&name) else { return Ok(Releases::new(app)) };
        let path = self.folder.join(TARGETS).join(target_path(&target, &known.hashes.sha256));
        let bytes = fs::read(&path).map_err(disk(&path))?;
        Releases::parse(&bytes).map_err(|source| PublishError::Releases { target, source })
    }

    /// Identities of the mini-programs that are published, sorted.
    pub fn apps(&self) -> Vec<String> {
        let names = self.targets.signed.targets.keys();
        let lists = names.filter_map(|name| name.raw().strip_suffix(RELEASES_FILE)?.strip_suffix('/'));
        let mut apps: Vec<String> = lists.map(str::to_owned).collect();
        apps.sort_unstable();
        apps
    }

    /// Adds a version, or gives one that is there to another channel or share of devices.
    ///
    /// # Errors
    /// [`PublishError`] if the package is none, or the version has another one.
    pub fn publish(&mut self, what: &Publication<'_>) -> Result<Published, PublishError> {
        let Publication { app, version, package, channel, share, .. } = *what;
        let limits = ArchiveLimits::default();
        let opened = ArchivePackage::inspect(package, Trust::Anybody, &limits)?;
        let mut releases = self.releases(app)?;
        if !what.name.is_empty() {
            what.name.clone_into(&mut releases.name);
        }
        let sha256: [u8; 32] = Sha256::digest(package).into();
        if let Some(known) = releases.version(version) {
            if known.package.sha256 != sha256 {
                return Err(PublishError::Taken { app: app.to_owned(), version: version.clone() });
            }
            known.channels.insert(channel.to_owned(), within(share)?);
            known.withdrawn = false;
            let release = known.clone();
            self.put_releases(&releases)?;
            return Ok(Published { release, deltas: Vec::new() });
        }
        let parts = parts_of(&opened, what.parts)?;
        let mut release = Release {
            version: version.clone(),
            channels: BTreeMap::from([(channel.to_owned(), within(share)?)]),
            engine: opened.index().engine.clone(),
            package: self.put_target(&format!("{app}/{version}/package.ma"), package)?,
            deltas: BTreeMap::new(),
            parts: BTreeMap::new(),
            withdrawn: false,
        };
        for (number, (root, bytes)) in parts.iter().enumerate() {
            let file = self.put_target(&format!("{app}/{version}/{}.part", number + 1), bytes)?;
            release.parts.insert((*root).to_owned(), PartOfRelease { file, deltas: BTreeMap::new() });
        }
        let mut deltas = Vec::new();
        let before = releases.releases.iter().rev().filter(|before| !before.withdrawn);
        for before in before.take(what.deltas) {
            let place = format!("{app}/{version}/from-{}", before.version);
            let mut sum = 0;
            if let Some(target) = self.put_delta(&before.package, package, &format!("{place}.delta"))? {
                sum += target.length;
                release.deltas.insert(hex::text(&before.package.sha256), target);
            }
            for (number, (root, bytes)) in parts.iter().enumerate() {
                let Some(old) = before.parts.get(*root).map(|part| &part.file) else { continue };
                if let Some(target) = self.put_delta(old, bytes, &format!("{place}.{}.delta", number + 1))?
                    && let Some(part) = release.parts.get_mut(*root)
                {
                    sum += target.length;
                    part.deltas.insert(hex::text(&old.sha256), target);
                }
            }
            if sum > 0 {
                deltas.push((before.version.clone(), sum));
            }
        }
        releases.releases.push(release.clone());
        releases.releases.sort_by(|a, b| a.version.cmp(&b.version));
        self.put_releases(&releases)?;
        Ok(Published { release, deltas })
    }

    /// Publishes what makes a file of an older one; `None` if that would not help.
    fn put_delta(
        &mut self,
        before: &FileOfTarget,
        new: &[u8],
        target: &str,
    ) -> Result<Option<FileOfTarget>, PublishError> {
        let limits = ArchiveLimits::default();
        let path = self.folder.join(TARGETS).join(target_path(&before.target, &before.sha256));
        let old = fs::read(&path).map_err(disk(&path))?;
        if old == new {
            return Ok(None);
        }
        // No difference is better than one that does not help.
        let Ok(patch) = delta::between(&old, new, &limits) else { return Ok(None) };
        let is_exact = delta::apply(&old, &patch, &limits).is_ok_and(|made| made == new);
        if !is_exact || patch.len() >= new.len() / 2 {
            return Ok(None);
        }
        self.put_target(target, &patch).map(Some)
    }

    /// Sets how many of a hundred devices of a channel get a version; `None` takes it out of the channel.
    ///
    /// # Errors
    /// [`PublishError`] if it is not published.
    pub fn roll_out(
        &mut self,
        app: &str,
        version: &Version,
        channel: &str,
        share: Option<f64>,
    ) -> Result<(), PublishError> {
        let share = share.map(within).transpose()?;
        self.change(app, version, |release| {
            match share {
                Some(share) => release.channels.insert(channel.to_owned(), share),
                None => release.channels.remove(channel),
            };
        })
    }

    /// Takes a version back: nobody gets it any more, and who has it gets the newest one before it.
    ///
    /// # Errors
    /// [`PublishError`] if it is not published.
    pub fn withdraw(&mut self, app: &str, version: &Version) -> Result<(), PublishError> {
        self.change(app, version, |release| release.withdrawn = true)
    }

    fn change(&mut self, app: &str, version: &Version, change: impl FnOnce(&mut Release)) -> Result<(), PublishError> {
        let mut releases = self.releases(app)?;
        let unknown = || PublishError::Unknown { app: app.to_owned(), version: version.clone() };
        change(releases.version(version).ok_or_else(unknown)?);
        self.put_releases(&releases)
    }

    fn put_releases(&mut self, releases: &Releases) -> Result<(), PublishError> {
        let bytes = serde_json::to_vec(releases).map_err(SigningError::from)?;
        self.put_target(&format!("{}/{RELEASES_FILE}", releases.app), &bytes).map(|_| ())
    }

    fn put_target(&mut self, target: &str, bytes: &[u8]) -> Result<FileOfTarget, PublishError> {
        let sha256: [u8; 32] = Sha256::digest(bytes).into();
        put(&self.folder.join(TARGETS).join(target_path(target, &sha256)), bytes)?;
        let name = TargetName::new(target).map_err(|error| PublishError::Name(error.to_string()))?;
        let length = bytes.len() as u64;
        let hashes = Hashes { sha256: sha256.to_vec().into(), _extra: HashMap::new() };
        self.targets
            .signed
            .targets
            .insert(name, Target { length, hashes, custom: HashMap::new(), _extra: HashMap::new() });
        self.changed = true;
        Ok(FileOfTarget { target: target.to_owned(), length, sha256 })
    }

    /// Gives a role another key: the one that the new keys have for it. The keys of the root sign it, and for the root the new one, too;
    /// `keys` are those from before.
    ///
    /// # Errors
    /// [`PublishError`] if a key is missing, or it cannot be written.
    pub fn rotate(
        &mut self,
        role: Role,
        keys: &Keys,
        new: &Keys,
        terms: &Terms,
        now: Time,
    ) -> Result<(), PublishError> {
        let key = new.of(role).next().ok_or(SigningError::Missing(role))?.public();
        let mut root = self.root.signed.clone();
        roles::give(&mut root, role, key)?;
        root.version = next(root.version)?;
        root.expires = now.checked_add(terms.root)?;
        let both = keys.with(new);
        let signed = roles::sign(root.clone(), Role::Root, &[&self.root.signed, &root], &[], &both)?;
        let before = std::mem::replace(&mut self.root, signed);
        // Devices take the next root first: what they find under it is signed for it before it is there, and for the one that
        // they have, if its key is not lost.
        self.before = Some(before.signed.clone());
        let written = self.write_all(&both, terms, now);
        self.before = None;
        if let Err(error) = written {
            self.root = before;
            return Err(error);
        }
        let path = self.folder.join(METADATA).join(roles::root_name(roles::version_of(&self.root)));
        put(&path, &roles::canonical(&self.root).map_err(SigningError::from)?)
    }

    fn sign<T: tough::schema::Role>(&self, role: T, of: Role, keys: &Keys) -> Result<Signed<T>, PublishError> {
        let also: Vec<&Root> = self.before.iter().collect();
        Ok(roles::sign(role, of, &[&self.root.signed], &also, keys)?)
    }

    /// Signs what has changed, and lets devices see it. Without a change it says anew that what is there is the newest, which takes
    /// the timestamp's key alone unless more is about to end.
    ///
    /// # Errors
    /// [`PublishError`] if a key is missing, or it cannot be written; devices see what they saw.
    pub fn commit(&mut self, keys: &Keys, terms: &Terms, now: Time) -> Result<(), PublishError> {
        let soon = now.checked_add(terms.timestamp)?;
        if self.changed || self.targets.signed.expires < soon {
            return self.write_all(keys, terms, now);
        }
        if self.snapshot.signed.expires < soon {
            let snapshot = self.next_snapshot(keys, terms, now)?;
            return self.write_snapshot(snapshot, keys, terms, now);
        }
        self.write_timestamp(keys, terms, now)
    }

    fn write_all(&mut self, keys: &Keys, terms: &Terms, now: Time) -> Result<(), PublishError> {
        let mut targets = self.targets.signed.clone();
        if !self.targets.signatures.is_empty() {
            targets.version = next(targets.version)?;
        }
        targets.expires = now.checked_add(terms.targets)?;
        let targets = self.sign(targets, Role::Targets, keys)?;
        let before = std::mem::replace(&mut self.targets, targets);
        // All is signed before anything is written: a key that is missing changes nothing.
        let snapshot = self.next_snapshot(keys, terms, now);
        let (snapshot, _) = match snapshot.and_then(|snapshot| Ok((snapshot, self.next_timestamp(keys, terms, now)?))) {
            Ok(signed) => signed,
            Err(error) => {
                self.targets = before;
                return Err(error);
            }
        };
        self.put_metadata(&self.targets)?;
        self.write_snapshot(snapshot, keys, terms, now)?;
        self.changed = false;
        Ok(())
    }

    fn next_snapshot(&self, keys: &Keys, terms: &Terms, now: Time) -> Result<Signed<Snapshot>, PublishError> {
        let mut snapshot = self.snapshot.signed.clone();
        if !self.snapshot.signatures.is_empty() {
            snapshot.version = next(snapshot.version)?;
        }
        snapshot.expires = now.checked_add(terms.snapshot)?;
        snapshot.meta =
            HashMap::from([("targets.json".to_owned(), described(&self.targets, self.targets.signed.version)?)]);
        self.sign(snapshot, Role::Snapshot, keys)
    }

    fn next_timestamp(&self, keys: &Keys, terms: &Terms, now: Time) -> Result<Signed<Timestamp>, PublishError> {
        let mut timestamp = self.timestamp.signed.clone();
        if !self.timestamp.signatures.is_empty() {
            timestamp.version = next(timestamp.version)?;
        }
        timestamp.expires = now.checked_add(terms.timestamp)?;
        if !self.snapshot.signatures.is_empty() {
            let described = described(&self.snapshot, self.snapshot.signed.version)?;
            timestamp.meta = HashMap::from([("snapshot.json".to_owned(), described)]);
        }
        self.sign(timestamp, Role::Timestamp, keys)
    }

    fn write_snapshot(
        &mut self,
        snapshot: Signed<Snapshot>,
        keys: &Keys,
        terms: &Terms,
        now: Time,
    ) -> Result<(), PublishError> {
        self.put_metadata(&snapshot)?;
        self.snapshot = snapshot;
        self.write_timestamp(keys, terms, now)
    }

    fn write_timestamp(&mut self, keys: &Keys, terms: &Terms, now: Time) -> Result<(), PublishError> {
        let timestamp = self.next_timestamp(keys, terms, now)?;
        self.put_metadata(&timestamp)?;
        self.timestamp = timestamp;
        Ok(())
    }

    fn put_metadata<T: tough::schema::Role>(&self, role: &Signed<T>) -> Result<(), PublishError> {
        let bytes = roles::canonical(role).map_err(SigningError::from)?;
        put(&self.folder.join(METADATA).join(roles::file_name(role)), &bytes)
    }
}

/// The files of all parts of a package, by their roots.
fn parts_of<'p>(package: &'p ArchivePackage, files: &'p [Vec<u8>]) -> Result<Vec<(&'p str, &'p [u8])>, PublishError> {
    let hashes: Vec<[u8; 32]> = files.iter().map(|file| Sha256::digest(file).into()).collect();
    let file_of = |(root, part): (&'p String, &IndexedPart)| {
        let at = hashes.iter().position(|hash| *hash == part.sha256).ok_or_else(|| PublishError::Part(root.clone()))?;
        package.attach(root, &files[at])?;
        Ok((&**root, &*files[at]))
    };
    let parts: Result<Vec<_>, PublishError> = package.index().parts.iter().map(file_of).collect();
    package.verify()?;
    parts
}

fn within(share: f64) -> Result<f64, PublishError> {
    if (0.0..=100.0).contains(&share) { Ok(share) } else { Err(PublishError::Share(share)) }
}

/// What metadata says of other metadata: its version, length and hash, so that what is fetched together belongs together.
fn described<T: tough::schema::Role>(role: &Signed<T>, version: NonZeroU64) -> Result<Metafile, PublishError> {
    let bytes = roles::canonical(role).map_err(SigningError::from)?;
    let hashes = Hashes { sha256: Sha256::digest(&bytes).to_vec().into(), _extra: HashMap::new() };
    Ok(Metafile { length: Some(bytes.len() as u64), hashes: Some(hashes), version, _extra: HashMap::new() })
}
