//! What the command line and tests do with an app beyond showing it.
//!
//! | module | models |
//! | --- | --- |
//! | [`driver`] | running an app without a window, in virtual time |
//! | [`html`] | a page as an HTML document for a browser |
//! | [`excerpt`] | a finding with its source line |
//! | [`output`] | what commands say |
//! | [`record`] | what a run did |
//! | [`steps`] | a script of taps, events, calls, waits and snapshots |
//! | [`compile`] | the compiled form of templates and style sheets |
//! | [`build`] | a package in one file |
//! | [`socket`] | a WebSocket that a tool has opened |
//! | [`source_maps`] | places of shipped scripts as places in their sources |
//! | [`mod@bench`] | measuring any program: starts, pages, scrolling, taps, rest; reports and what changed between two |
//! | [`mod@matrix`] | scenarios on engines, surfaces, themes, languages; their pictures beside those of before |
//! | [`operations`] | what operations of a program cost, from its script to its pixels |
//! | [`canvas`] | a picture without a window, by either painter |
//! | [`cases`] | layout cases: markup and the boxes that it should have |
//! | [`dump`] | the boxes of a page as JSON |
//! | [`select`] | finding an element by tag, class, id or text |

pub mod bench;
// Who only shows programs builds none.
#[cfg(feature = "desktop")]
pub mod build;
pub mod canvas;
pub mod cases;
pub mod compile;
pub mod driver;
pub mod dump;
pub mod excerpt;
pub mod html;
pub mod matrix;
pub mod operations;
pub mod output;
pub mod record;
pub mod select;
pub mod socket;
pub mod source_maps;
pub mod steps;
