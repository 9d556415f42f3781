//! What the command line and tests do with an app beyond showing it.
//!
//! | module | models |
//! | --- | --- |
//! | [`steps`] | a script of taps, events, calls, waits and snapshots |
//! | [`select`] | finding an element by tag, class, id or text |

pub mod select;
pub mod steps;
