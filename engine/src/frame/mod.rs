//! Frames: when they are made, and what their phases took.
//!
//! | module | models |
//! | --- | --- |
//! | [`scheduler`] | the pace of a display: when to tick, when to draw, when to rest |
//! | [`stats`] | the ring of the last frames' times, and what it says |

pub mod scheduler;
pub mod stats;

pub use scheduler::{Next, Scheduler};
pub use stats::{FrameRecord, FrameStats, Phase, PhaseSummary, Summary};
