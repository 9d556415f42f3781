//! A mini-program in one file: a ZIP container as the W3C describes it in
//! [MiniApp Packaging](https://www.w3.org/TR/miniapp-packaging/), with what makes it safe to open.
//!
//! ```text
//! entries          pellicle.json first: format, range of engines, length and SHA-256 of each file; then the files, sorted
//! signing block    who vouches for all the other bytes (Ed25519), if anybody does
//! central directory
//! end record
//! ```
//!
//! Opening looks at the file from the outside in: where its parts lie, who signed it, what the directory says, the
//! index. A file is held to the index when it is read for the first time, before anybody gets a byte of it; [`ArchivePackage::verify`]
//! does so with all of them. Nothing of a program is parsed before that. What does not follow the form to the byte is refused: what can be
//! read in two ways is what tricks are made of.
//!
//! | module | models |
//! | --- | --- |
//! | [`container`] | where the parts of the file lie, and which entries it has |
//! | [`signing`] | keys, signatures, the signing block |
//! | [`index`] | `pellicle.json` |
//! | [`pack`] | writing such a file: the same files give the same bytes |
//! | [`parts`] | subpackages in files of their own, which come later |
//! | [`cache`] | packages that are opened again |

pub mod cache;
pub mod container;
pub mod index;
pub mod pack;
pub mod parts;
pub mod signing;

pub use cache::PackageCache;
pub use container::ContainerError;
pub use index::{INDEX_FILE, Index, IndexError, IndexedFile, IndexedPart};
pub use pack::{PackError, Packed, pack, pack_in_parts};
pub use signing::{KeyError, PublicKey, SecretKey, SignatureError};

use container::Container;
use pellicle_script::package::{PackageSource, Parts};
use rustc_hash::FxHashMap;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};

/// What a name of such a file ends with.
pub const EXTENSION: &str = "ma";

/// How large a file and what is in it may be.
#[derive(Clone, Copy, Debug)]
pub struct ArchiveLimits {
    /// The file, bytes.
    pub archive_bytes: u64,
    /// What is in it when it is unpacked, bytes.
    pub content_bytes: u64,
    /// Files in it.
    pub files: usize,
}

impl Default for ArchiveLimits {
    /// 30 MB, as the published platforms have it, four times of that unpacked, and 10,000 files.
    fn default() -> ArchiveLimits {
        ArchiveLimits { archive_bytes: 30 << 20, content_bytes: 120 << 20, files: 10_000 }
    }
}

/// Whose files are opened.
#[derive(Clone, Copy, Debug)]
pub enum Trust<'a> {
    /// Those that one of these signed.
    Keys(&'a [PublicKey]),
    /// Anybody's, signed or not: for programs of one's own while they are written. A signature that is there is right all the same.
    Anybody,
}

/// Why a file cannot be opened as a package.
#[derive(Debug, thiserror::Error)]
pub enum ArchiveError {
    /// It cannot be read.
    #[error("{path}: {source}")]
    Unreadable {
        /// The file as it was given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// It is larger than it may be, or would be when it is unpacked.
    #[error("the package has {found} {what}, at most {most} are allowed")]
    TooLarge {
        /// Of what there is too much.
        what: &'static str,
        /// How much there is.
        found: u64,
        /// How much there may be.
        most: u64,
    },
    /// It is no container, or one that takes liberties.
    #[error("this is no package: {0}")]
    Container(#[from] ContainerError),
    /// Nobody vouches for it who is trusted, or it was changed after it was signed.
    #[error("the package is not trusted: {0}")]
    Signature(#[from] SignatureError),
    /// Its index cannot be used.
    #[error("pellicle.json: {0}")]
    Index(#[from] IndexError),
    /// A file is not what the index says.
    #[error("{path}: {what}")]
    File {
        /// Its path in the package.
        path: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

/// A package in one file, in memory. What is in it is checked when it is read: with a signature, all bytes were checked when it
/// was opened, too.
pub struct ArchivePackage {
    container: Container,
    index: Index,
    signers: Vec<PublicKey>,
    /// SHA-256 of the index, which has those of all files.
    identity: [u8; 32],
    /// Files that were read, or why they are not given.
    files: Mutex<FxHashMap<String, Contents>>,
    /// Parts that are there, by their roots.
    parts: RwLock<FxHashMap<String, Arc<Container>>>,
}

/// The bytes of a file, or why they are not given.
type Contents = Result<Arc<[u8]>, String>;

impl std::fmt::Debug for ArchivePackage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let files = self.index.files.len();
        f.debug_struct("ArchivePackage").field("files", &files).field("signers", &self.signers).finish_non_exhaustive()
    }
}

impl ArchivePackage {
    /// Opens the bytes of a package that this engine runs. Files are held to the index when they are read.
    ///
    /// # Errors
    /// [`ArchiveError`] if there is anything wrong with all but the contents of files.
    pub fn open(bytes: &[u8], trust: Trust<'_>, limits: &ArchiveLimits) -> Result<ArchivePackage, ArchiveError> {
        ArchivePackage::checked(bytes, trust, limits, true)
    }

    /// Opens the bytes of a package, whichever engines run it, and holds all files to the index: for tools.
    ///
    /// # Errors
    /// [`ArchiveError`] if there is anything wrong with them.
    pub fn inspect(bytes: &[u8], trust: Trust<'_>, limits: &ArchiveLimits) -> Result<ArchivePackage, ArchiveError> {
        let package = ArchivePackage::checked(bytes, trust, limits, false)?;
        package.verify()?;
        Ok(package)
    }

    fn checked(
        bytes: &[u8],
        trust: Trust<'_>,
        limits: &ArchiveLimits,
        runs_here: bool,
    ) -> Result<ArchivePackage, ArchiveError> {
        within("bytes", bytes.len() as u64, limits.archive_bytes)?;
        let parts = container::split(bytes)?;
        let signers = signing::verify(&parts)?;
        trusted(&signers, trust)?;
        let container = Container::open(&parts)?;
        small(&container, limits)?;
        let index = container.read(INDEX_FILE).ok_or(IndexError::Missing)??;
        let identity = Sha256::digest(&index).into();
        let index = Index::parse(&index, runs_here)?;
        let package =
            ArchivePackage { container, index, signers, identity, files: Mutex::default(), parts: RwLock::default() };
        listed(&package.container, &package.index.files, Some(INDEX_FILE))?;
        package.small_in_all(limits)?;
        Ok(package)
    }

    /// Whether a package that is open may be opened like this, too.
    fn fits(&self, trust: Trust<'_>, limits: &ArchiveLimits) -> Result<(), ArchiveError> {
        trusted(&self.signers, trust)?;
        small(&self.container, limits)
    }

    /// Bytes that it takes, with its files that were read.
    fn held_bytes(&self) -> usize {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let parts = self.parts.read().unwrap_or_else(PoisonError::into_inner);
        let containers = self.container.held_bytes() + parts.values().map(|part| part.held_bytes()).sum::<usize>();
        containers + files.values().flatten().map(|bytes| bytes.len()).sum::<usize>()
    }

    /// Opens a package of the disk.
    ///
    /// # Errors
    /// [`ArchiveError`] if it cannot be read, or there is anything wrong with it.
    pub fn open_file(
        path: &std::path::Path,
        trust: Trust<'_>,
        limits: &ArchiveLimits,
    ) -> Result<ArchivePackage, ArchiveError> {
        ArchivePackage::open(&read_file(path, limits)?, trust, limits)
    }

    /// Who signed it: sorted, and not necessarily anybody who is trusted.
    pub fn signers(&self) -> &[PublicKey] {
        &self.signers
    }

    /// What it says of itself.
    pub fn index(&self) -> &Index {
        &self.index
    }

    /// What all parts hold together is not too much.
    fn small_in_all(&self, limits: &ArchiveLimits) -> Result<(), ArchiveError> {
        let sum = |numbers: &mut dyn Iterator<Item = u64>| numbers.fold(0, u64::saturating_add);
        within(
            "bytes in its parts",
            sum(&mut self.index.parts.values().map(|part| part.length)),
            limits.archive_bytes,
        )?;
        let content = sum(&mut self.index.all_files().map(|(_, file)| file.length));
        within("bytes when it is unpacked", content, limits.content_bytes)?;
        within("files", self.index.all_files().count() as u64, limits.files as u64)
    }

    /// Holds all files that are there to what the index says of them.
    ///
    /// # Errors
    /// [`ArchiveError`] for the first that is something else.
    pub fn verify(&self) -> Result<(), ArchiveError> {
        let files = self.index.all_files().filter(|(path, _)| !self.is_missing(path));
        files.into_iter().try_for_each(|(path, file)| self.contents(path, file).map(|_| ()))
    }

    /// The contents of a file that the index knows.
    fn contents(&self, path: &str, file: &IndexedFile) -> Result<Vec<u8>, ArchiveError> {
        let wrong = |what| ArchiveError::File { path: path.to_owned(), what };
        let read = match self.index.part_of(path) {
            None => self.container.read(path),
            Some(root) => self.attached(root).ok_or_else(|| wrong("its part is not there"))?.read(path),
        };
        let bytes = read.ok_or_else(|| wrong("it is in the index only"))??;
        if bytes.len() as u64 != file.length || Sha256::digest(&bytes)[..] != file.sha256 {
            return Err(wrong(OTHER_CONTENTS));
        }
        Ok(bytes)
    }
}

/// Holds the directory of a container to what an index says is in it, beside one more file: the same files of the same lengths.
fn listed(
    container: &Container,
    files: &BTreeMap<String, IndexedFile>,
    beside: Option<&str>,
) -> Result<(), ArchiveError> {
    let wrong = |path: &str, what| Err(ArchiveError::File { path: path.to_owned(), what });
    for entry in container.entries().iter().filter(|entry| Some(&*entry.name) != beside) {
        match files.get(&entry.name) {
            None => return wrong(&entry.name, "it is not in the index"),
            Some(file) if file.length != entry.length => return wrong(&entry.name, OTHER_CONTENTS),
            Some(_) => {}
        }
    }
    // None of the directory is there twice, so equal numbers are equal lists.
    if files.len() + usize::from(beside.is_some()) == container.entries().len() {
        return Ok(());
    }
    match files.keys().find(|path| !container.has(path)) {
        Some(path) => wrong(path, "it is in the index only"),
        None => Ok(()),
    }
}

/// What is wrong with a file that was changed.
const OTHER_CONTENTS: &str = "its contents are not those of the index";

/// The bytes of a file that is not too large.
fn read_file(path: &std::path::Path, limits: &ArchiveLimits) -> Result<Vec<u8>, ArchiveError> {
    let unreadable = |source| ArchiveError::Unreadable { path: path.display().to_string(), source };
    let length = std::fs::metadata(path).map_err(unreadable)?.len();
    within("bytes", length, limits.archive_bytes)?;
    std::fs::read(path).map_err(unreadable)
}

/// Whether one of those who are trusted signed.
fn trusted(signers: &[PublicKey], trust: Trust<'_>) -> Result<(), SignatureError> {
    match trust {
        Trust::Keys(keys) if !signers.iter().any(|signer| keys.contains(signer)) => Err(match signers.is_empty() {
            true => SignatureError::Unsigned,
            false => SignatureError::Strangers,
        }),
        _ => Ok(()),
    }
}

/// Whether what is in a container is not too much.
fn small(container: &Container, limits: &ArchiveLimits) -> Result<(), ArchiveError> {
    within("files", container.entries().len() as u64, limits.files as u64)?;
    let content = container.entries().iter().map(|entry| entry.length).sum();
    within("bytes when it is unpacked", content, limits.content_bytes)
}

fn within(what: &'static str, found: u64, most: u64) -> Result<(), ArchiveError> {
    if found > most { Err(ArchiveError::TooLarge { what, found, most }) } else { Ok(()) }
}

impl PackageSource for ArchivePackage {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let file = self.index.file(path)?;
        // It may come.
        if self.is_missing(path) {
            return None;
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(path) {
            return known.as_ref().ok().cloned();
        }
        let read = self.contents(path, file).map(Arc::from).map_err(|error| error.to_string());
        files.insert(path.to_owned(), read.clone());
        read.ok()
    }

    fn contains(&self, path: &str) -> bool {
        self.index.file(path).is_some()
    }

    fn length(&self, path: &str) -> Option<u64> {
        self.index.file(path).map(|file| file.length)
    }

    fn paths(&self) -> Vec<String> {
        let mut paths: Vec<String> = self.index.all_files().map(|(path, _)| path.clone()).collect();
        if !self.index.parts.is_empty() {
            paths.sort_unstable();
        }
        paths
    }

    fn identity(&self) -> Option<[u8; 32]> {
        Some(self.identity)
    }

    fn content_hash(&self, path: &str) -> Option<[u8; 32]> {
        self.index.file(path).map(|file| file.sha256)
    }

    fn fault(&self, path: &str) -> Option<String> {
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.get(path)?.as_ref().err().cloned()
    }

    fn parts(&self) -> Option<&dyn Parts> {
        (!self.index.parts.is_empty()).then_some(self as &dyn Parts)
    }
}
