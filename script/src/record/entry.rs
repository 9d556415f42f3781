//! What a recording of the logic side holds.

use crate::wire::WireError;
use crate::wire::commit;
use crate::wire::decode::Numbers;
use crate::wire::frame::{push, read};
use crate::wire::message::Body;
use pellicle_layout::document::ops::Commit;
use serde::{Deserialize, Serialize};

/// One thing that a logic thread met.
#[derive(Debug, Deserialize, Serialize)]
pub enum LogicEntry {
    /// A turn begins.
    Turn(Turn),
    /// Readings of the clock in a row that gave the same.
    Time {
        /// Of wall time, else of monotonic time.
        wall: bool,
        /// What was read, ms.
        value: f64,
        /// How often.
        times: u32,
    },
    /// A capability has answered at once.
    Answer {
        /// What was asked.
        name: String,
        /// The answer, as postcard writes it.
        #[serde(with = "crate::wire::bytes")]
        bytes: Vec<u8>,
    },
    /// The turn is over.
    End(TurnOutcome),
}

/// What a turn runs.
#[derive(Debug, Deserialize, Serialize)]
pub enum Turn {
    /// The program is made.
    Start,
    /// A message.
    Message {
        /// The message.
        body: Box<Body>,
        /// Number of the input that caused it; 0 for none.
        cause: u64,
    },
    /// A message of a worker or a worklet of the program's own: they run on threads of their own, which are not recorded.
    Inner(String),
    /// A timer that was due.
    Timer,
    /// What the turn before left over.
    Jobs,
    /// Nothing was to be done.
    Idle,
    /// The thread rests from now on, or goes on.
    Rest(bool),
}

impl Turn {
    /// What it is, for people.
    pub fn name(&self) -> String {
        match self {
            Turn::Start => "start".to_owned(),
            Turn::Message { body, .. } => body.name().to_owned(),
            Turn::Inner(what) => what.clone(),
            Turn::Timer => "timer".to_owned(),
            Turn::Jobs => "jobs".to_owned(),
            Turn::Idle => "idle".to_owned(),
            Turn::Rest(true) => "rest".to_owned(),
            Turn::Rest(false) => "go on".to_owned(),
        }
    }
}

/// What a turn came to.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct TurnOutcome {
    /// A buffer for a commit was at hand where one was asked for.
    pub ready: bool,
    /// What was published.
    pub commit: Option<CommitDigest>,
}

/// A commit by its number and content. When it was made is no part of that.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct CommitDigest {
    /// Its number.
    pub sequence: u64,
    /// BLAKE3 of its content, the first half.
    pub digest: [u8; 16],
}

impl CommitDigest {
    /// The digest of a commit that was written. `None` if it is too large to be one.
    pub fn of(commit: &mut Commit) -> Option<CommitDigest> {
        let sequence = std::mem::take(&mut commit.sequence);
        let origin = std::mem::take(&mut commit.origin);
        let mut bytes = Vec::new();
        let written = commit::write(commit, &mut bytes);
        (commit.sequence, commit.origin) = (sequence, origin);
        written.ok()?;
        let mut digest = [0; 16];
        digest.copy_from_slice(&blake3::hash(&bytes).as_bytes()[..16]);
        Some(CommitDigest { sequence, digest })
    }
}

/// Writes an entry behind others: its length, then its bytes. What cannot be written is left out.
pub(super) fn write_entry(entry: &LogicEntry, into: &mut Vec<u8>) {
    let start = into.len();
    into.extend_from_slice(&[0; 4]);
    if push(into, entry).is_err() {
        into.truncate(start);
        return;
    }
    let length = (into.len() - start - 4) as u32;
    into[start..start + 4].copy_from_slice(&length.to_le_bytes());
}

/// The entries of bytes that a sink was given.
///
/// # Errors
/// [`WireError`] if they are none.
pub fn read_entries(mut bytes: &[u8]) -> Result<Vec<LogicEntry>, WireError> {
    let mut entries = Vec::new();
    while !bytes.is_empty() {
        let (length, rest) = bytes.split_first_chunk().ok_or(WireError::Malformed)?;
        let length = u32::from_le_bytes(*length) as usize;
        let (entry, rest) = rest.split_at_checked(length).ok_or(WireError::Malformed)?;
        entries.push(read(entry, Numbers::Any)?);
        bytes = rest;
    }
    Ok(entries)
}
