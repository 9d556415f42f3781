//! Decoded images: sizes, pixels, budget.
//!
//! | module | models |
//! | --- | --- |
//! | [`address`] | where an image is said to be |
//! | [`bitmap`] | pixels with their reductions |
//! | [`decode`] | files to pixels |
//! | `drawing` | the sizes at which a drawing has been rasterised |
//! | [`svg`] | drawings: natural dimensions, pixels at any size |
//! | `entry` | an image of the store: how far it has come |
//! | [`event`] | what becomes of images |
//! | [`shared`] | pixels that several programs show, and how much room each has |
//! | [`service`] | threads that fetch and decode |
//! | [`store`] | images by address, what of them is decoded, host pictures by slot |

pub mod address;
pub mod bitmap;
pub mod decode;
mod drawing;
mod entry;
pub mod event;
pub mod service;
pub mod shared;
pub mod store;
pub mod svg;

#[cfg(test)]
mod tests_store;

pub use bitmap::{Bitmap, Level};
pub use decode::DecodeError;
pub use event::ImageEvent;
pub use service::{ImageSource, NoSource};
pub use shared::SharedPictures;
pub use store::{External, ImageStore, Wanted};
pub use svg::Natural;

/// An image of the store.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct ImageId(pub u32);
