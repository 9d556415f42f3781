//! The sizes at which a drawing has been rasterised.

use super::{Bitmap, Natural};
use smallvec::SmallVec;
use std::sync::Arc;

/// A size in px.
pub(super) type Size = (u32, u32);
/// Several of them.
pub(super) type Sizes = SmallVec<[Size; 1]>;

/// Most sizes of a drawing at the same time.
pub(super) const MOST_SIZES: usize = 4;

/// A drawing.
#[derive(Default)]
pub(super) struct Drawing {
    /// Its natural dimensions.
    pub natural: Natural,
    pixels: SmallVec<[(Size, Arc<Bitmap>); 1]>,
    /// Sizes that are on their way.
    coming: Sizes,
    /// Sizes that the last picture that showed it asked for.
    wanted: Sizes,
}

/// Bytes of a size with its reductions.
fn bytes_of((width, height): Size) -> usize {
    (width as usize).saturating_mul(height as usize).saturating_mul(16) / 3
}

impl Drawing {
    /// One of which nothing is there yet.
    pub fn new(natural: Natural) -> Drawing {
        Drawing { natural, ..Drawing::default() }
    }

    /// Bytes of its pixels.
    pub fn bytes(&self) -> usize {
        self.pixels.iter().map(|(_, b)| b.bytes()).sum()
    }

    /// True if there are pixels of any size.
    pub fn has_pixels(&self) -> bool {
        !self.pixels.is_empty()
    }

    /// True if pixels are on their way.
    pub fn is_coming(&self) -> bool {
        !self.coming.is_empty()
    }

    /// Drops all pixels.
    pub fn drop_pixels(&mut self) {
        self.pixels.clear();
    }

    /// The pixels of the size that is nearest to this one.
    pub fn nearest(&self, (width, height): Size) -> Option<&Arc<Bitmap>> {
        let far = |a: u32, b: u32| u64::from(a.abs_diff(b));
        self.pixels.iter().min_by_key(|((w, h), _)| far(*w, width) + far(*h, height)).map(|(_, b)| b)
    }

    /// Pixels of a size have come.
    pub fn arrived(&mut self, size: Size, bitmap: Arc<Bitmap>) {
        self.coming.retain(|s| *s != size);
        self.pixels.push((size, bitmap));
        self.tidy();
    }

    /// A picture shows it at these sizes, with so much room for pixels in bytes: what is too large is shown less finely.
    /// Gives the sizes that have to be rasterised.
    pub fn want(&mut self, mut sizes: Sizes, room: &mut usize) -> Sizes {
        for size in &mut sizes {
            *size = (size.0.max(1), size.1.max(1));
            while bytes_of(*size) > *room && size.0.max(size.1) > 1 {
                *size = (size.0.div_ceil(2), size.1.div_ceil(2));
            }
            *room = room.saturating_sub(bytes_of(*size));
        }
        self.wanted = sizes;
        self.tidy();
        let Drawing { pixels, coming, wanted, .. } = self;
        let missing = |size: &&Size| !coming.contains(size) && !pixels.iter().any(|(there, _)| there == *size);
        let missing: Sizes = wanted.iter().filter(missing).copied().collect();
        coming.extend(missing.iter().copied());
        missing
    }

    /// Keeps the pixels that are wanted, and others while some of those are still missing.
    fn tidy(&mut self) {
        let Drawing { pixels, wanted, .. } = self;
        if wanted.iter().all(|size| pixels.iter().any(|(s, _)| s == size)) {
            pixels.retain(|(size, _)| wanted.contains(size));
        } else if pixels.len() > MOST_SIZES {
            pixels.remove(0);
        }
    }
}
