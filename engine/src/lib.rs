//! Pellicle: a rendering engine for mini-programs written in WXML, WXSS and JavaScript, without a webview.
//!
//! # The way of one frame
//!
//! 1. **Input**: touches, keys and wheel turns become gestures, scrolling and one event message each for the
//!    logic thread, which runs the program's script.
//! 2. **Commits**: what script changed arrives as whole commits of ops and is applied to the document.
//! 3. **Animations**: transitions, keyframes, flings and smooth scrolls move to the frame's time.
//! 4. **Style**: the cascade runs for the nodes that are dirty.
//! 5. **Layout**: boxes that are dirty are laid out; text is shaped and broken into lines.
//! 6. **Display list**: the changed subtrees write their items in paint order.
//! 7. **Paint**: the damaged rectangles are drawn, by the GPU painter or the CPU painter.
//! 8. **Submit**: the picture goes to the surface, and logic hears which commits it can see.
//!
//! Each step is timed; a step with nothing dirty costs nothing, and a frame with nothing dirty does not
//! happen.
//!
//! | module | models |
//! | --- | --- |
//! | [`package`] | the files of a mini-program and what its configuration says |
//! | [`frame`] | when frames are made, what they took and did, traces, figures over the picture |
//! | [`interact`] | gestures, scrolling, focus, events |
//! | [`paint`] | the display list and the way to it from boxes |
//! | [`cpu`] | the CPU painter |
//! | [`gpu`] | the GPU painter |
//! | [`glyphs`] | coverage masks of glyphs, paths and shadows |
//! | [`images`] | decoded images |
//! | [`canvas`] | what script draws |
//! | [`fonts`] | faces of the machine, of style sheets and of script |
//! | [`chrome`] | bars and dialogs around and over the page |
//! | [`widgets`] | behaviour of the built-in components |
//! | [`responders`] | functions of wxs that answer touches within their frame |
//! | [`host`] | the embedding API |
//! | `shell` | the window (feature `desktop`) |
//! | [`replay`] | recordings of what enters an engine, and engines that run again from them |
//! | [`automation`] | driving a mini-program from a test, in Rust or over a socket |
//! | [`accessibility`] | a page for who does not see it: roles, names, states, and what is wrong with them |
//! | [`inspector`] | a program that runs, over the Chrome DevTools Protocol |
//! | [`tools`] | dumps, steps, conformance cases, bench |
//! | `cli` | the `pellicle` command (feature `desktop`) |

pub mod accessibility;
pub mod automation;
pub mod canvas;
pub mod chrome;
#[cfg(feature = "desktop")]
pub mod cli;
pub mod cpu;
pub mod fonts;
pub mod frame;
pub mod glyphs;
pub mod gpu;
pub mod host;
pub mod images;
pub mod inspector;
pub mod interact;
pub mod package;
pub mod paint;
pub mod replay;
pub mod responders;
#[cfg(feature = "desktop")]
pub mod shell;
pub mod tools;
pub mod widgets;

/// How packages come to a host: repositories, updates, versions that are taken back.
pub use pellicle_delivery as delivery;
/// The GPU interface that the embedding API speaks: a host's device has to be of this version.
pub use wgpu;
