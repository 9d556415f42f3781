//! Decoded images: sizes, pixels, budget.
//!
//! | module | models |
//! | --- | --- |
//! | [`bitmap`] | pixels with their reductions |
//! | [`decode`] | files to pixels |
//! | [`store`] | images by address, host pictures by slot |

pub mod bitmap;
pub mod decode;
pub mod store;

pub use bitmap::{Bitmap, Level};
pub use decode::DecodeError;
pub use store::{External, ImageEvent, ImageSource, ImageStore, NoSource};

/// An image of the store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ImageId(pub u32);
