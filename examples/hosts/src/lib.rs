//! What the example hosts in egui share: a mini-program as a widget of an egui interface.
//!
//! | file | models |
//! | --- | --- |
//! | [`around`] | what all mini-programs of a window share: its device, its clock, the host's services |
//! | [`program`] | a mini-program as a widget: input in, ticks, its picture as a texture of egui's |
//! | [`input`] | egui's events as the engine's |
//! | [`asking`] | questions of permission, and calls that wait for the host's interface |
//!
//! | program | is |
//! | --- | --- |
//! | `checkout` | an app that has one feature as a mini-program, and pays for it |
//! | `cards` | a feed of cards, each a page of a mini-program |
//! | `store` | a platform: a repository to install from, programs side by side, permissions, updates |

pub mod around;
pub mod asking;
pub mod input;
pub mod program;

use std::path::PathBuf;

/// The folder of a mini-program that the example hosts bring.
pub fn bundled(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("programs").join(name)
}

/// What went wrong, for people.
pub fn failed(error: impl std::fmt::Display) -> Box<dyn std::error::Error + Send + Sync> {
    error.to_string().into()
}
