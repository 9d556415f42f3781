//! Which versions of a mini-program a client has.

use super::bring::part_file;
use crate::archive::index::hex;
use crate::repository::FileOfTarget;
use semver::Version;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A version that is on the disk.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Installed {
    /// Its number.
    pub version: Version,
    /// SHA-256 of its package.
    #[serde(with = "hex")]
    pub sha256: [u8; 32],
    /// Length of its package, bytes.
    pub length: u64,
    /// Files of its parts by their roots; not all of them are there.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, FileOfTarget>,
}

impl Installed {
    /// The name of its file.
    pub(super) fn file(&self) -> String {
        format!("{}.ma", hex::text(&self.sha256))
    }
}

/// A package that is not used again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Refused {
    #[serde(with = "hex")]
    pub(super) sha256: [u8; 32],
}

/// What a client has of a mini-program.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct State {
    /// The version that runs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) current: Option<Installed>,
    /// The one before it, to go back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) previous: Option<Installed>,
    /// The one that runs from the next start on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pending: Option<Installed>,
    /// Versions that did not run, the last ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) refused: Vec<Refused>,
    /// Starts of the current version of which none went well yet.
    #[serde(default)]
    pub(super) starts: u32,
}

/// Versions that did not run are remembered up to here.
const MOST_REFUSED: usize = 32;

impl State {
    /// Puts the version that waits in its place.
    pub(super) fn promote(&mut self) -> bool {
        let Some(pending) = self.pending.take() else { return false };
        // One that never ran well is nothing to go back to.
        if self.starts == 0 || self.previous.is_none() {
            self.previous = self.current.take();
        }
        self.current = Some(pending);
        self.starts = 0;
        true
    }

    /// Goes back to the version before; the one that did not run. `None` if there is none before.
    pub(super) fn roll_back(&mut self) -> Option<Installed> {
        let previous = self.previous.take()?;
        let failed = self.current.replace(previous)?;
        self.refused.push(Refused { sha256: failed.sha256 });
        let most = self.refused.len().saturating_sub(MOST_REFUSED);
        self.refused.drain(..most);
        self.starts = 0;
        Some(failed)
    }

    /// Whether a package is one of those that may run.
    pub(super) fn holds(&self, file: &str) -> bool {
        let holds = |known: &Installed| {
            known.file() == file || known.parts.values().any(|part| part_file(&part.sha256) == file)
        };
        [&self.current, &self.previous, &self.pending].into_iter().flatten().any(holds)
    }
}
