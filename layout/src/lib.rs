//! From markup, styles and document ops to positioned boxes.
//!
//! This crate turns a mini-program's compiled templates and style sheets into a laid-out page. It knows
//! markup, style sheets, the document tree and the ops that change it, the cascade, box layout and text
//! shaping. It never knows script, a GPU, threads, windows or files: whoever embeds it hands in text and
//! bytes and reads boxes and glyph runs back.
//!
//! | module | models |
//! | --- | --- |
//! | [`atom`] | interned names |
//! | [`diagnostic`] | what is said about input that a person wrote: file, line, column |
//! | [`math`] | sines and tangents that are the same everywhere |
//! | [`markup`] | WXML: lexer, template tree, expression grammar |
//! | [`css`] | WXSS: values, property table, selectors, sheets |
//! | [`document`] | the arena of nodes and the ops that change it |
//! | [`style`] | cascade, computed styles, invalidation |
//! | [`animate`] | values between values, timing functions, transitions and animations |
//! | [`compiled`] | templates and sheets in a form that loads without parsing |
//! | [`flow`] | box tree, layout algorithms, inline formatting |
//! | [`text`] | fonts, shaping, paragraph cache |
//!
//! The way of one update: [`document::Document::apply`] takes a commit and marks what it dirtied,
//! [`style::restyle`] recomputes the dirty styles, [`flow::layout`] lays out the dirty boxes; a painter
//! then reads [`flow::BoxTree`].

pub mod animate;
pub mod atom;
pub mod compiled;
pub mod css;
pub mod diagnostic;
pub mod document;
pub mod flow;
pub mod markup;
pub mod math;
pub mod style;
pub mod text;
