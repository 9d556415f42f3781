//! The exported functions.
//!
//! Each looks at its arguments, acts on what the handle stands for, and turns what comes of it into a status
//! ([`guard`](crate::status::guard)).
//!
//! | module | models |
//! | --- | --- |
//! | `raw` | reading and writing what a host's pointers point at |
//! | [`library`] | version, last error, what a process is prepared with |
//! | [`host`] | hosts |
//! | [`program`] | mini-programs: their life, time, input, what they are told and answered |
//! | [`picture`] | pictures in the host's memory, and figures |
//! | [`bench`] | measuring a mini-program |
//! | [`window`] | pictures in the host's windows |

pub mod bench;
pub mod host;
pub mod library;
pub mod picture;
pub mod program;
mod raw;
pub mod window;
