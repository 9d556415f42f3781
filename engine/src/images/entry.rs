//! An image of the store: how far it has come, and what is held of it.

use super::Bitmap;
use super::decode::DecodeError;
use super::drawing::Drawing;
use super::service::Dense;
use std::sync::Arc;

/// How far an image has come.
pub(super) enum State {
    /// On its way.
    Pending,
    /// It has come: its size is known.
    Loaded,
    /// It cannot be shown.
    Failed(DecodeError),
}

/// An image of the store.
pub(super) struct Entry {
    pub url: Arc<str>,
    pub state: State,
    pub pixels: Option<Arc<Bitmap>>,
    /// Pixels are on their way, without so many levels.
    pub decoding: Option<usize>,
    pub drawing: Option<Drawing>,
    /// The file, while there is room for it.
    pub file: Option<Arc<[u8]>>,
    /// Natural size, px.
    pub size: Option<(u32, u32)>,
    pub dense: Dense,
    /// When its pixels were wanted last.
    pub used: u64,
    /// The last picture that showed it.
    pub shown: u64,
}

impl Entry {
    pub fn new(url: Arc<str>) -> Entry {
        let (state, pixels, decoding, drawing) = (State::Pending, None, None, None);
        Entry {
            url,
            state,
            pixels,
            decoding,
            drawing,
            file: None,
            size: None,
            dense: Dense { scale: 1.0, density: 1 },
            used: 0,
            shown: u64::MAX,
        }
    }

    pub fn bytes(&self) -> usize {
        self.pixels.as_ref().map_or(0, |b| b.bytes()) + self.drawing.as_ref().map_or(0, Drawing::bytes)
    }

    pub fn has_pixels(&self) -> bool {
        self.pixels.is_some() || self.drawing.as_ref().is_some_and(Drawing::has_pixels)
    }

    pub fn is_coming(&self) -> bool {
        self.decoding.is_some() || self.drawing.as_ref().is_some_and(Drawing::is_coming)
    }

    pub fn drop_pixels(&mut self) {
        self.pixels = None;
        if let Some(drawing) = &mut self.drawing {
            drawing.drop_pixels();
        }
    }

    pub fn file_bytes(&self) -> usize {
        self.file.as_ref().map_or(0, |f| f.len())
    }
}
