//! The life of a mini-program: in front, behind, at rest, ended and back again.
//!
//! | module | models |
//! | --- | --- |
//! | [`container`] | a mini-program by its life: states, times, restarts |
//! | `again` | starting a program again, in place of one that broke down or an older version |
//! | `reload` | starting it again from files that have changed, with its pages as they were |
//! | [`restart`] | how often a program that broke down is started again |
//! | [`frozen`] | what is kept of a program that is ended, as bytes |
//! | [`file`] | its file |
//! | `freeze` | what that is of an [`App`](super::app::App) |
//! | [`thaw`] | giving it back to the pages of a new run |

mod again;
pub mod container;
pub mod file;
mod freeze;
pub mod frozen;
mod reload;
pub mod restart;
pub mod thaw;
