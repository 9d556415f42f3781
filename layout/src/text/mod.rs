//! Fonts, shaping and the paragraph cache.
//!
//! | module | models |
//! | --- | --- |
//! | [`face`] | a font file's tables, as layout and painting need them |
//! | [`font`] | the font book: faces, families, fallback, the deterministic policy |
//! | [`shape`] | from a text to glyphs, kept by text and font |
//! | [`breaks`] | where a line may break |
//! | `uax14` | the Unicode line breaking rules |
//!
//! Shaping works in em, so one shaped text serves every font size. Faces, their tables and the shaper come
//! from cosmic-text; which face a character takes is decided here, one character at a time, as browsers do.

pub mod breaks;
pub mod face;
pub mod font;
pub mod shape;
mod uax14;

pub use font::{FaceData, FontBook, FontError, FontMetrics, FontPolicy, GenericFamily};

/// A face of the document's font book; the book hands out its bytes for rasterising.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FaceId(pub u32);
