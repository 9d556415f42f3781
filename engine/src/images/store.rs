//! Images by address, and the slots that a host fills.

use super::{Bitmap, ImageId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A picture that the host supplies.
#[derive(Clone, Debug)]
pub struct External {
    /// Size in px.
    pub size: (u32, u32),
    /// Its pixels for the CPU painter; a GPU painter may be given a texture instead.
    pub bitmap: Option<Arc<Bitmap>>,
}

/// The store.
#[derive(Debug, Default)]
pub struct ImageStore {
    images: Vec<Option<Arc<Bitmap>>>,
    externals: FxHashMap<u32, External>,
}

impl ImageStore {
    /// An empty store.
    pub fn new() -> ImageStore {
        ImageStore::default()
    }

    /// Adds an image that is decoded already.
    pub fn insert(&mut self, bitmap: Arc<Bitmap>) -> ImageId {
        self.images.push(Some(bitmap));
        ImageId(self.images.len() as u32 - 1)
    }

    /// An image's pixels, if they are there.
    pub fn bitmap(&self, id: ImageId) -> Option<&Arc<Bitmap>> {
        self.images.get(id.0 as usize)?.as_ref()
    }

    /// Fills a slot, or empties it.
    pub fn set_external(&mut self, slot: u32, external: Option<External>) {
        match external {
            Some(e) => self.externals.insert(slot, e),
            None => self.externals.remove(&slot),
        };
    }

    /// What a slot holds.
    pub fn external(&self, slot: u32) -> Option<&External> {
        self.externals.get(&slot)
    }
}
