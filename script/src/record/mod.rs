//! Recording what enters the logic side, and running it again from that.
//!
//! Whatever script can see comes in as a message, as a reading of time, or as the answer of a capability. A recording holds
//! these in the order in which the logic thread met them: turn by turn what began it, what it read, and which commit it
//! published. Nothing that script computes itself is in it. The recording is taken on the thread (or in the process)
//! that runs script, so the order of messages and timers is the one that was, and the render side is not needed to run it
//! again.
//!
//! Played back, the same program runs the same turns one after the other, on a thread, without a clock: readings and answers
//! come from the recording, capabilities do nothing. Commits are compared as they are written. A program that does something
//! else than was recorded is told apart by the first commit that differs; its readings are looked for within the turn, so
//! that a later build that reads the clock once more than before still runs.
//!
//! | module | models |
//! | --- | --- |
//! | `entry` | what a recording holds |
//! | `log` | the recording of the thread that runs: written, or read |
//! | `wrap` | time, randomness and capabilities that are recorded |
//! | `setup` | what a program has to be made of to run again |
//! | `play` | running it again |
//! | `feed` | a handle whose commits and messages come from a recording |

mod entry;
mod feed;
mod log;
mod play;
mod setup;
mod tools;
mod wrap;

pub use entry::{CommitDigest, LogicEntry, Turn, TurnOutcome, read_entries};
pub use feed::{Feeder, RecordedMessage, fed};
pub use play::{PlayError, PlayEvent, Played, message, play};
pub use setup::RecordedSetup;
pub use wrap::NETWORK_REQUEST;

pub(crate) use log::{
    answer, begin, begin_message, drop_turn, end, halt, install, is_playing, may_write, next_turn, wrote,
};
pub(crate) use play::take_commits;
pub(crate) use wrap::recorded;

use std::sync::Arc;

/// Where a logic thread's recording goes: called with whole entries, as [`read_entries`] takes them, from the thread that
/// runs script or the one that hears of its process.
pub type EntrySink = Arc<dyn Fn(&[u8]) + Send + Sync>;

/// How a logic thread is recorded, or played.
pub(crate) enum RecordMode {
    /// Entries go here. Readings of a real clock are rounded.
    Record(EntrySink),
    /// Entries come from here.
    Play(Box<play::Playing>),
}
