//! The wire: what crosses between the process that shows a mini-program and the one that runs its script.
//!
//! A frame is its length, its kind and its bytes. Values are written by postcard, commits as the flat buffers that they
//! are. Each side takes the other for hostile: lengths are bounded before anything is reserved, levels and memory are
//! counted, and what does not read as what it should be ends the connection. Numbers that come from script's side are
//! finite and within the ranges that the platform's own code keeps to. Whether the ids and ranges of a commit fit the document
//! is asked where it is applied ([`Document::apply`](pellicle_layout::document::Document::apply)).
//!
//! | module | models |
//! | --- | --- |
//! | [`frame`] | frames on a stream |
//! | [`commit`] | commits |
//! | [`message`] | what goes to the process that runs script |
//! | [`call`] | what comes from it: calls of capabilities, records, answers of tools |
//! | [`decode`] | how values are read, whatever the bytes are |
//! | `sound` | which numbers a message from script may hold |
//! | [`json`] | plain data |
//! | [`bytes`] | runs of bytes |
//! | [`names`] | names that live as long as the process |

pub mod bytes;
pub mod call;
pub mod commit;
pub mod decode;
pub mod frame;
pub mod json;
pub mod message;
pub mod names;
mod sound;

/// What both sides must agree on; another build of either may differ.
pub const VERSION: u32 = 2;

/// Why something was not understood.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum WireError {
    /// It is longer than it may be.
    #[error("a frame of {0} bytes is too long")]
    TooLong(usize),
    /// It is not what it should be.
    #[error("a frame that cannot be read")]
    Malformed,
    /// It would take more memory than a message may.
    #[error("a message that takes more than {} MB", decode::MOST_ROOM >> 20)]
    Room,
    /// A number that is none, or infinite.
    #[error("a number that is not finite")]
    Number,
    /// A figure that no honest process sends.
    #[error("{0} beyond what it may be")]
    Range(&'static str),
    /// More is said, and for longer, than an honest process has to say.
    #[error("a flood of messages")]
    Flood,
    /// It came when nothing of the kind was expected.
    #[error("{0}")]
    Unexpected(&'static str),
    /// The other side is gone, or does not take anything in.
    #[error("the connection is lost")]
    Lost,
}
