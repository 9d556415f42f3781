//! What becomes of images.

use super::ImageId;
use super::decode::DecodeError;
use std::sync::Arc;

/// What became of an image.
#[derive(Clone, PartialEq, Debug)]
pub enum ImageEvent {
    /// Its size is another one than its header told.
    Measured {
        /// The image.
        id: ImageId,
        /// Natural size, px.
        size: (u32, u32),
    },
    /// It has come and can be shown.
    Ready {
        /// The image.
        id: ImageId,
        /// Natural size, px.
        size: (u32, u32),
    },
    /// Its pixels are there, or finer ones than before.
    Decoded {
        /// The image.
        id: ImageId,
    },
    /// It cannot.
    Failed {
        /// The image.
        id: ImageId,
        /// Its address.
        url: Arc<str>,
        /// Why.
        error: DecodeError,
    },
}
