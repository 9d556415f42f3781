//! The phases of a frame and their times.
//!
//! | module | models |
//! | --- | --- |
//! | [`stats`] | the ring of the last frames' times, and what it says |

pub mod stats;

pub use stats::{FrameRecord, FrameStats, Phase, PhaseSummary, Summary};
