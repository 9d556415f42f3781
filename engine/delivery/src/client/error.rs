//! Why there is no newer version.

use super::{FetchError, trust};
use crate::archive::ArchiveError;
use crate::repository::{ReleasesError, Role};
use jiff::Timestamp as Time;
use semver::Version;
use std::io;

/// Why there is no newer version, or none at all. What was there is there still, and runs.
#[derive(Debug, thiserror::Error)]
pub enum UpdateError {
    /// The disk does not take or give it: it may be full.
    #[error("{path}: {source}")]
    Disk {
        /// The file.
        path: String,
        /// What the system said.
        source: io::Error,
    },
    /// It does not come.
    #[error("{0}")]
    Fetch(#[from] FetchError),
    /// The root that the host was shipped with is none.
    #[error("the root of the repository cannot be used: {0}")]
    Root(String),
    /// What the repository says is not to be trusted: wrong signatures, older than what it said before, parts that do not belong together.
    #[error("the repository is not trusted: {0}")]
    Metadata(String),
    /// What the repository says has ended: it was not kept up, or somebody holds back what is newer.
    #[error(
        "what the repository says has ended: its {role} was good until {}; it was not kept up, or newer metadata is held back",
        trust::date(at)
    )]
    Expired {
        /// Which part of it.
        role: Role,
        /// When.
        at: Time,
    },
    /// The repository has no such mini-program.
    #[error("the repository has no mini-program {0:?}")]
    Unknown(String),
    /// The repository has no version for this device.
    #[error("the repository has no version of {0:?} for this device: other engines run it, or its channel has none")]
    NoVersion(String),
    /// The list of versions cannot be used.
    #[error("{target}: {source}")]
    Releases {
        /// The list.
        target: String,
        /// What is wrong with it.
        source: ReleasesError,
    },
    /// A file is not the one that was promised.
    #[error("{0}: what came is not what the repository promised; it is fetched anew the next time")]
    Tampered(String),
    /// The package is refused.
    #[error("{version}: {source}")]
    Package {
        /// The version.
        version: Version,
        /// Why.
        source: ArchiveError,
    },
    /// The identity of a mini-program cannot be a name of files everywhere.
    #[error("{0:?} cannot be the identity of a mini-program")]
    Identity(String),
    /// What is known of a mini-program cannot be written.
    #[error("its state cannot be written: {0}")]
    State(#[from] serde_json::Error),
    /// Nothing is installed.
    #[error("{0:?} is not installed")]
    NotInstalled(String),
    /// Whoever watched broke off.
    #[error("it was broken off; what came is kept")]
    Cancelled,
}

/// The error of a file on the disk.
pub(super) fn on_disk(path: &str) -> impl Fn(io::Error) -> UpdateError + '_ {
    move |source| UpdateError::Disk { path: path.to_owned(), source }
}
