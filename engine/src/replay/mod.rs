//! Recordings: everything that enters an engine, in a file, and engines that run again from it.
//!
//! Two sides are recorded, each at its own border. The *render side* notes what its host does to it ([`HostCall`]: input,
//! frame times, sizes, pictures that are drawn) and what comes in meanwhile: commits, with the frame that took them, messages of
//! logic, faces and pictures that have arrived, styles of worklets, pixels of canvases, readings of clock and clipboard. The
//! *logic side* notes its turns ([`pellicle_script::record`]): messages, timers, readings, answers of capabilities. Since each
//! side has all that entered it, either runs again without the other, and no order between the two threads has to be
//! guessed:
//!
//! - the render side is fed with the recorded commits ([`Player`]): its pictures are those of the recording in the same build, bit by
//!   bit, and script is not run;
//! - script runs again with the recorded answers ([`run_script`]): its commits are compared with the recorded ones;
//! - both: the commits of the script that has run again go to the render side, which shows what a difference comes to.
//!
//! | module | models |
//! | --- | --- |
//! | `format` | the file: frames with checksums behind a head, written as it goes |
//! | `entry` | what the render side notes |
//! | `head` | what a recording says of itself; packages inside of it |
//! | `recorder` | writing one |
//! | `tap` | where things come in: noted, or given from a recording |
//! | `file` | reading one |
//! | `player` | the render side, again |
//! | `script` | the logic side, again |
//! | `look` | from a picture back to what made it |
//! | `shrink` | a shorter recording that shows the same fault |

mod entry;
mod file;
mod format;
mod head;
mod look;
mod player;
mod recorder;
mod script;
mod shrink;
mod tap;

pub use entry::{Entry, HostCall};
pub use file::{Recording, Span, Spans};
pub use format::{FORMAT, FormatError, FrameKind, FrameReader, FrameWriter};
pub use head::{Head, WithPackage, package_hash};
pub(crate) use player::picture_hash;
pub use player::{Drawn, PlayFault, Played, Player, PlayerOptions};
pub(crate) use recorder::Blobs;
pub use recorder::{RecordConfig, Recorder};
pub use script::{Rerun, RerunError, run_script};
pub use shrink::{Again, ShrinkError, Shrunk, again, shrink};
pub(crate) use tap::Tap;
