//! Fonts, shaping and the paragraph cache.

/// A face of the document's font book; the book hands out its bytes for rasterising.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct FaceId(pub u32);
