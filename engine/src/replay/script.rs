//! The logic side, again.

use super::file::Recording;
use super::format::FormatError;
use pellicle_script::capability::audit::AuditSink;
use pellicle_script::package::{EncodingCheck, PackageSource, WithCompiled};
use pellicle_script::record::{PlayError, PlayEvent, Played, RecordedSetup, play};
use pellicle_script::wire;
use pellicle_script::wire::decode::Numbers;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

/// What came of running the script of a recording again.
pub struct Rerun {
    /// How it went.
    pub played: Played,
    /// The first commit that differs from the recorded one, by its number.
    pub differs: Option<u64>,
    /// Its commits by their numbers, as [`wire::commit::write`] writes them.
    pub commits: BTreeMap<u64, Vec<u8>>,
}

/// Why script cannot be run again.
#[derive(Debug, thiserror::Error)]
pub enum RerunError {
    /// The recording cannot be read.
    #[error("{0}")]
    Format(#[from] FormatError),
    /// There is no thread for it.
    #[error("{0}")]
    Play(#[from] PlayError),
}

/// Runs the script of a recording again, with the answers of the recording, and compares its commits. `audit` is told what it
/// does.
///
/// # Errors
/// [`RerunError`] if it cannot be run at all; how it differs is no error.
pub fn run_script(
    recording: &Recording,
    package: Arc<dyn PackageSource>,
    audit: Arc<dyn AuditSink>,
) -> Result<Rerun, RerunError> {
    let package: Arc<dyn PackageSource> =
        Arc::new(EncodingCheck::new(WithCompiled::open_with(package, None, |_| {}), |_| {}));
    let found = Arc::new(Mutex::new((BTreeMap::new(), None)));
    let kept = found.clone();
    let observer = move |event: PlayEvent<'_>| {
        let mut found = kept.lock().unwrap_or_else(PoisonError::into_inner);
        match event {
            PlayEvent::Commit(commit) => {
                let mut bytes = Vec::new();
                if wire::commit::write(commit, &mut bytes).is_ok() {
                    found.0.insert(commit.sequence, bytes);
                }
            }
            PlayEvent::Turn { recorded, written, .. } => {
                if found.1.is_none() && recorded.map(|c| c.digest) != written.map(|c| c.digest) {
                    found.1 = recorded.or(written).map(|commit| commit.sequence);
                }
            }
        }
    };
    let setup = copied(&recording.head().setup).ok_or(FormatError::Missing("setup that can be read"))?;
    let played = play(setup, package, recording.logic()?, audit, Box::new(observer))?;
    let mut found = found.lock().unwrap_or_else(PoisonError::into_inner);
    let (commits, differs) = std::mem::take(&mut *found);
    Ok(Rerun { differs: differs.filter(|_| played.differs.is_some()), played, commits })
}

/// The same setup: what it is made of can be written and read, and not all of it copied.
fn copied(setup: &RecordedSetup) -> Option<RecordedSetup> {
    let mut bytes = Vec::new();
    wire::frame::push(&mut bytes, setup).ok()?;
    wire::frame::read(&bytes, Numbers::Any).ok()
}
