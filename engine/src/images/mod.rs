//! Decoded images: sizes, pixels, budget.
//!
//! | module | models |
//! | --- | --- |
//! | [`bitmap`] | pixels with their reductions |
//! | [`store`] | images by address, host pictures by slot |

pub mod bitmap;
pub mod store;

pub use bitmap::{Bitmap, Level};
pub use store::{External, ImageStore};

/// An image of the store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ImageId(pub u32);
