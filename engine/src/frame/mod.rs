//! Frames: when they are made, what their phases took and did, and the ways to look at that.
//!
//! | module | models |
//! | --- | --- |
//! | [`scheduler`] | the pace of a display: when to tick, when to draw, when to rest |
//! | [`record`] | what one frame took and did |
//! | [`stats`] | the ring of the last frames' records, and what it says |
//! | [`inputs`] | inputs on their way to pixels |
//! | [`memory`] | an allocator that counts, for hosts that install it |
//! | [`trace`] | a recording of frames, turns and inputs that Perfetto opens |
//! | [`hud`] | figures of the last frames over the picture |

pub mod hud;
pub mod inputs;
pub mod memory;
pub mod record;
pub mod scheduler;
pub mod stats;
pub mod trace;

pub use record::{FrameRecord, PHASES, Phase};
pub use scheduler::{Next, Scheduler};
pub use stats::{FrameStats, PhaseSummary, Summary};
