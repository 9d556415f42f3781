//! Structs and constants of the interface.
//!
//! Every struct that may grow begins with its size. Fields that say one of several things are `uint32_t`, and an enumeration lists
//! their values: a value that is none of them is an error and nothing worse.
//!
//! | file | models |
//! | --- | --- |
//! | `told` | what a mini-program tells its host and asks of it |
//! | `input` | what the host hands in; the text field that takes it |
//! | `drawn` | ticks, windows, pictures, and what they took |
//! | `bench` | measuring |

mod bench;
mod drawn;
mod input;
mod told;

pub use bench::*;
pub use drawn::*;
pub use input::*;
pub use told::*;

use std::ffi::c_char;

/// UTF-8 text with its length in bytes; it need not end with a zero. Null with length 0 is the empty text.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleText {
    /// Its first byte.
    pub data: *const c_char,
    /// Bytes.
    pub length: usize,
}

impl PellicleText {
    /// No text.
    pub const EMPTY: PellicleText = PellicleText { data: std::ptr::null(), length: 0 };

    /// A text that lives on as long as `text` does.
    pub(crate) fn of(text: &str) -> PellicleText {
        PellicleText { data: text.as_ptr().cast(), length: text.len() }
    }
}

/// Bytes with their count.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleBytes {
    /// The first one.
    pub data: *const u8,
    /// How many.
    pub length: usize,
}

/// A host: what its mini-programs share.
pub enum PellicleHost {}
/// A mini-program.
pub enum PellicleProgram {}
/// An answer that a mini-program waits for.
pub enum PellicleReply {}
/// A measurement of a mini-program.
pub enum PellicleBench {}

/// `network` of `PellicleHostOptions`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleNetwork {
    /// Nothing is reached.
    None = 0,
    /// Public hosts, over TLS; where `app.json` lists hosts, those alone.
    Public = 1,
    /// Any host, this machine included, without TLS too.
    Any = 2,
}

/// How a host is made.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct PellicleHostOptions {
    /// `sizeof(PellicleHostOptions)`.
    pub struct_size: usize,
    /// Folder for what mini-programs store, and for what GPU drivers have compiled; empty: all stays in memory.
    pub data_folder: PellicleText,
    /// What they reach over the network: `PellicleNetwork`.
    pub network: u32,
    /// Bytes that pixels of pictures may take, all programs together; 0 for 192 MiB.
    pub picture_bytes: usize,
    /// Rules for permissions as JSON, such as `{"default": "ask", "scopes": {"scope.record": "deny"}}`; empty: all are asked for.
    pub permissions: PellicleText,
}

/// `trust` of `PellicleProgramOptions`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleTrust {
    /// Anybody's: its script runs in a process of its own where the host has called `pellicle_run_script_if_asked`, else on a thread
    /// whose budgets are enforced, which needs `pellicle_install_handlers`.
    Foreign = 0,
    /// The host's own: its script runs on a thread.
    Own = 1,
}

/// `engine` of `PellicleProgramOptions`.
#[repr(u32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleEngine {
    /// Boa.
    Boa = 0,
    /// QuickJS, where the library was built with it.
    QuickJs = 1,
}

/// How a mini-program is opened. Its files come from a folder or from a package, not from both.
#[repr(C)]
#[derive(Clone, Copy)]
pub struct PellicleProgramOptions {
    /// `sizeof(PellicleProgramOptions)`.
    pub struct_size: usize,
    /// The folder of its sources.
    pub folder: PellicleText,
    /// The bytes of a package in one file (`pellicle build`). They are copied.
    pub package: PellicleBytes,
    /// Ed25519 keys, as PEM or 64 hexadecimal digits: one of them has to have signed the package.
    pub trusted_keys: *const PellicleText,
    /// How many; 0 takes packages that anybody signed, or nobody, and needs `allow_unsigned`.
    pub trusted_key_count: usize,
    /// Not 0: without keys any package is taken.
    pub allow_unsigned: u32,
    /// Whose it is: `PellicleTrust`.
    pub trust: u32,
    /// What its script runs on: `PellicleEngine`.
    pub engine: u32,
    /// Name under which it stores things in the host's folder, its own alone; a package needs one, a folder has its path if this is
    /// empty.
    pub id: PellicleText,
    /// Page to begin with, as in `pages/a/a?x=1`; empty: the entry page.
    pub page: PellicleText,
    /// `scene` that script is told; 0 for 1001.
    pub scene: u32,
    /// Width of the surface, logical px.
    pub width: f32,
    /// Its height, logical px, bars included.
    pub height: f32,
    /// Device px per logical px; 0 for 1.
    pub scale: f32,
    /// Not 0: the system is dark.
    pub dark: u32,
    /// Not 0: no bars are drawn around the page.
    pub without_bars: u32,
    /// What it calls; null for nothing. They are copied.
    pub callbacks: *const PellicleCallbacks,
    /// What the host knows of a newer version: `PellicleUpdateState`.
    pub update: u32,
    /// Not 0: `safe_area` says what the system covers; else a status bar of 20 px is left free, as programs expect of a phone.
    pub has_safe_area: u32,
    /// What the system covers of the surface; later `pellicle_program_set_safe_area`.
    pub safe_area: PellicleInsets,
}

/// How far something of the system reaches into the surface from each edge: a status bar, a notch, the line at the bottom of a
/// phone. Logical px.
#[repr(C)]
#[derive(Clone, Copy, PartialEq, Debug, Default)]
#[allow(missing_docs)]
pub struct PellicleInsets {
    pub top: f32,
    pub right: f32,
    pub bottom: f32,
    pub left: f32,
}
