//! What a recording says of itself, and the package inside of it.

use super::entry::BlobHash;
use crate::host::types::{SafeInsets, UpdateState, Viewport};
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::package::{MemoryPackage, PackageSource};
use pellicle_script::record::RecordedSetup;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Bytes of a package that a recording takes along unasked.
const SMALL: u64 = 8 << 20;

/// Whether a recording takes the package along, so that it can be played where the package is not.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum WithPackage {
    /// If its files come to at most 8 MiB.
    #[default]
    Small,
    /// However large it is.
    Always,
    /// Not at all: it is found by its path and told by its hash.
    Never,
}

/// What was opened, and with what.
#[derive(Debug, Deserialize, Serialize)]
pub struct Head {
    /// The build that recorded: version, platform and profile.
    pub build: String,
    /// The hash of all files of the package.
    pub package: BlobHash,
    /// Where the package lay.
    pub path: Option<String>,
    /// True if its files are in the recording.
    pub embedded: bool,
    /// The surface.
    pub viewport: Viewport,
    /// What the system covered of it.
    pub safe_area: Option<SafeInsets>,
    /// Bars were drawn.
    pub chrome: bool,
    /// The system was dark.
    pub dark: bool,
    /// The user's language.
    pub language: String,
    /// Time moved things by itself.
    pub motion: bool,
    /// How it was started.
    pub launch: LaunchOptions,
    /// What was known of a newer version.
    pub update: UpdateState,
    /// Pictures were decoded on threads.
    pub threaded_pictures: bool,
    /// Script ran in a process.
    pub process: bool,
    /// Time moved in steps.
    pub steps: bool,
    /// The only fonts that there were, by the hashes of their files; without them all were.
    pub fonts: Option<Vec<BlobHash>>,
    /// Script and its limits.
    pub setup: RecordedSetup,
}

impl Head {
    /// What the present build calls itself. Builds of one version from different sources have the same name.
    pub fn this_build() -> String {
        let profile = if cfg!(debug_assertions) { "debug" } else { "release" };
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        format!("{} {arch}-{os} {profile}", env!("CARGO_PKG_VERSION"))
    }

    /// True if this build recorded it, as far as it can be told.
    pub fn is_of_this_build(&self) -> bool {
        self.build == Head::this_build()
    }
}

/// A file of a package.
#[derive(Debug, Deserialize, Serialize)]
pub(super) struct PackageFile {
    pub path: String,
    #[serde(with = "pellicle_script::wire::bytes")]
    pub bytes: Vec<u8>,
}

/// The hash of all files of a package, by their paths in order.
pub fn package_hash(package: &dyn PackageSource) -> BlobHash {
    let mut hasher = blake3::Hasher::new();
    for path in sorted(package) {
        let Some(bytes) = package.read(&path) else { continue };
        hasher.update(&(path.len() as u64).to_le_bytes());
        hasher.update(path.as_bytes());
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(&bytes);
    }
    *hasher.finalize().as_bytes()
}

fn sorted(package: &dyn PackageSource) -> Vec<String> {
    let mut paths = package.paths();
    paths.sort_unstable();
    paths
}

/// The files that a recording is to hold.
pub(super) fn files_to_embed(package: &dyn PackageSource, with: WithPackage) -> Option<Vec<PackageFile>> {
    let paths = sorted(package);
    let bytes: u64 = match with {
        WithPackage::Never => return None,
        WithPackage::Always => 0,
        WithPackage::Small => paths.iter().filter_map(|path| package.length(path)).sum(),
    };
    let file = |path: String| package.read(&path).map(|bytes| PackageFile { path, bytes: bytes.to_vec() });
    (bytes <= SMALL).then(|| paths.into_iter().filter_map(file).collect())
}

/// A package of the files in a recording.
pub(super) fn package_of(files: Vec<PackageFile>) -> Arc<dyn PackageSource> {
    Arc::new(files.into_iter().map(|file| (file.path, file.bytes)).collect::<MemoryPackage>())
}

impl PackageFile {
    /// The same file.
    pub fn copy(&self) -> PackageFile {
        PackageFile { path: self.path.clone(), bytes: self.bytes.clone() }
    }
}
