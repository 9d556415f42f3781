//! Files of a repository, brought to the disk piece by piece: what has come stays when the rest does not.

use super::UpdateError;
use super::disk::Disk;
use super::error::on_disk;
use super::fetch::{Fetch, FetchError};
use crate::repository::{FileOfTarget, TARGETS, target_path};
use pellicle_script::realm::Clock;
use sha2::{Digest, Sha256};
use std::io::{ErrorKind, Read};
use std::ops::ControlFlow;

/// Bytes that are written at once.
const PIECE: usize = 64 << 10;
/// How often a server is asked again after it gave nothing.
const ATTEMPTS: usize = 3;
/// A server that gives less than this many bytes in [`WINDOW`] keeps its clients waiting rather than serving them.
const SLOWEST: u64 = 16 << 10;
/// A request that gives fewer bytes gave nothing.
const LEAST: u64 = 4 << 10;
/// How long the rate is looked at, ms; over requests that follow each other, too.
const WINDOW: f64 = 30_000.0;

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Bytes that are there.
    pub done: u64,
    /// Bytes of the file that is fetched.
    pub total: u64,
}

/// Whoever is told of progress, and may break off.
pub type Watch<'a> = &'a mut dyn FnMut(Progress) -> ControlFlow<()>;

/// What is needed to fetch.
pub(super) struct Downloads<'a> {
    pub(super) disk: &'a dyn Disk,
    pub(super) clock: &'a dyn Clock,
    pub(super) fetch: &'a dyn Fetch,
}

impl Downloads<'_> {
    /// Brings a file into a place on the disk, and hands its bytes out; they are what was promised. Whatever of it is in its place goes on
    /// where it ended.
    pub(super) fn file(&self, file: &FileOfTarget, place: &str, watch: Watch<'_>) -> Result<Vec<u8>, UpdateError> {
        let begun = self.disk.length(place).map_err(on_disk(place))?.is_some();
        match self.rest(file, place, watch) {
            // What was there from before may have been damaged when the power went.
            Err(UpdateError::Tampered(_)) if begun => self.rest(file, place, watch),
            brought => brought,
        }
    }

    /// Brings what is not there yet.
    fn rest(&self, file: &FileOfTarget, place: &str, watch: Watch<'_>) -> Result<Vec<u8>, UpdateError> {
        let path = format!("{TARGETS}/{}", target_path(&file.target, &file.sha256));
        let mut idle = 0;
        let mut rate = Rate { since: self.clock.monotonic(), bytes: 0 };
        loop {
            let mut have = self.disk.length(place).map_err(on_disk(place))?.unwrap_or(0);
            if have > file.length {
                self.disk.remove(place).map_err(on_disk(place))?;
                have = 0;
            }
            if have == file.length {
                break;
            }
            let before = have;
            let ended = self.some_of(file, &path, place, &mut have, &mut rate, watch);
            match ended {
                Ok(()) if have == file.length => break,
                Err(Ended::Now(error)) => return Err(error),
                ended => {
                    idle = if have >= before + LEAST { 0 } else { idle + 1 };
                    if idle == ATTEMPTS {
                        return Err(match ended {
                            Err(Ended::Again(error)) => UpdateError::Fetch(error),
                            _ => UpdateError::Fetch(FetchError::Failed {
                                address: path,
                                why: format!("it ends after {have} of {} bytes", file.length),
                            }),
                        });
                    }
                }
            }
        }
        let bytes = self.disk.read(place).map_err(on_disk(place))?.unwrap_or_default();
        if Sha256::digest(&bytes)[..] != file.sha256 {
            // Nothing of it can be used.
            self.disk.remove(place).map_err(on_disk(place))?;
            return Err(UpdateError::Tampered(file.target.clone()));
        }
        Ok(bytes)
    }

    /// What comes at one request.
    fn some_of(
        &self,
        file: &FileOfTarget,
        path: &str,
        place: &str,
        have: &mut u64,
        rate: &mut Rate,
        watch: Watch<'_>,
    ) -> Result<(), Ended> {
        let mut body = self.fetch.get(path, *have).map_err(|error| match error {
            FetchError::Missing(_) => Ended::Now(UpdateError::Fetch(error)),
            error => Ended::Again(error),
        })?;
        if body.from != *have {
            // A server that gives whole files only: what is there comes again.
            if body.from != 0 {
                let why = "it answers with another part than the one that was asked for".to_owned();
                return Err(Ended::Again(FetchError::Failed { address: path.to_owned(), why }));
            }
            self.disk.remove(place).map_err(on_disk(place)).map_err(Ended::Now)?;
            *have = 0;
        }
        let mut piece = vec![0; PIECE];
        loop {
            let read = match body.bytes.read(&mut piece) {
                Ok(0) => return Ok(()),
                Ok(read) => read,
                Err(error) if error.kind() == ErrorKind::Interrupted => continue,
                Err(error) => {
                    return Err(Ended::Again(FetchError::Failed { address: path.to_owned(), why: error.to_string() }));
                }
            };
            if *have + read as u64 > file.length {
                // It may be the right file with something behind it, or anything.
                self.disk.remove(place).map_err(on_disk(place)).map_err(Ended::Now)?;
                return Err(Ended::Now(UpdateError::Tampered(file.target.clone())));
            }
            if let Err(error) = self.disk.append(place, &piece[..read]) {
                // A disk that is full needs the room.
                let _ = self.disk.remove(place);
                return Err(Ended::Now(on_disk(place)(error)));
            }
            *have += read as u64;
            rate.bytes += read as u64;
            if watch(Progress { done: *have, total: file.length }).is_break() {
                return Err(Ended::Now(UpdateError::Cancelled));
            }
            let now = self.clock.monotonic();
            if now - rate.since >= WINDOW {
                if rate.bytes < SLOWEST {
                    let why = format!("only {} bytes came in {} s", rate.bytes, WINDOW / 1000.0);
                    return Err(Ended::Now(UpdateError::Fetch(FetchError::Failed { address: path.to_owned(), why })));
                }
                *rate = Rate { since: now, bytes: 0 };
            }
        }
    }
}

/// What came in a while.
struct Rate {
    since: f64,
    bytes: u64,
}

/// Why no more comes.
enum Ended {
    /// Asking again may help.
    Again(FetchError),
    /// It does not.
    Now(UpdateError),
}
