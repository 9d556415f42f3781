//! Pixels of a decoded image with its reductions.

use super::shared::Charge;
use std::sync::atomic::{AtomicU64, Ordering};

/// One size of an image: premultiplied RGBA, row by row.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Level {
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// `width * height * 4` bytes.
    pub pixels: Vec<u8>,
}

/// A decoded image. Each level halves the one before by averaging 2 by 2 pixels, with the sizes
/// that mip levels have on a GPU (halved and rounded down). The finest levels may be left out.
#[derive(Debug)]
pub struct Bitmap {
    unique: u64,
    opaque: bool,
    /// Natural size, px.
    size: (u32, u32),
    /// Number of levels that are left out.
    skipped: usize,
    /// Texels of the largest size, kept or not.
    texels: (u32, u32),
    levels: Vec<Level>,
    /// What it counts for among those of all programs.
    _charge: Option<Charge>,
}

static NEXT: AtomicU64 = AtomicU64::new(1);

impl Bitmap {
    /// An image from straight (not premultiplied) RGBA. `None` if the sizes do not fit.
    pub fn from_rgba(width: u32, height: u32, pixels: Vec<u8>) -> Option<Bitmap> {
        Bitmap::reduced(width, height, pixels, 0)
    }

    /// An image from straight RGBA of which the first `skipped` levels are not kept; the last one always is.
    pub fn reduced(width: u32, height: u32, mut pixels: Vec<u8>, skipped: usize) -> Option<Bitmap> {
        for px in pixels.chunks_exact_mut(4) {
            let a = u32::from(px[3]);
            if a < 255 {
                for v in &mut px[..3] {
                    *v = ((u32::from(*v) * a + 127) / 255) as u8;
                }
            }
        }
        Bitmap::new(width, height, pixels, skipped)
    }

    /// An image from premultiplied RGBA. `None` if the sizes do not fit or there are no pixels.
    pub fn from_premultiplied(width: u32, height: u32, pixels: Vec<u8>) -> Option<Bitmap> {
        Bitmap::new(width, height, pixels, 0)
    }

    /// A drawing of this natural size, rasterised as `width` by `height` premultiplied px.
    pub fn drawn(natural: (u32, u32), width: u32, height: u32, pixels: Vec<u8>) -> Option<Bitmap> {
        let bitmap = Bitmap::new(width, height, pixels, 0)?;
        Some(Bitmap { size: natural, ..bitmap })
    }

    /// The same as a picture of a density: so many of its texels make a px.
    pub fn of_density(self, density: u32) -> Bitmap {
        Bitmap { size: natural_size(self.texels, density), ..self }
    }

    fn new(width: u32, height: u32, pixels: Vec<u8>, skip: usize) -> Option<Bitmap> {
        let wanted = (width as usize).checked_mul(height as usize)?.checked_mul(4)?;
        if wanted == 0 || pixels.len() != wanted {
            return None;
        }
        let opaque = pixels.chunks_exact(4).all(|p| p[3] == 255);
        let mut first = Level { width, height, pixels };
        let mut skipped = 0;
        while skipped < skip
            && let Some(next) = halve(&first)
        {
            first = next;
            skipped += 1;
        }
        let mut levels = vec![first];
        while let Some(next) = levels.last().and_then(halve) {
            levels.push(next);
        }
        let unique = NEXT.fetch_add(1, Ordering::Relaxed);
        Some(Bitmap { unique, opaque, size: (width, height), skipped, texels: (width, height), levels, _charge: None })
    }

    /// The same, counted among those of all programs as long as it is held.
    pub(super) fn charged(self, charge: Charge) -> Bitmap {
        Bitmap { _charge: Some(charge), ..self }
    }

    /// A number that no other bitmap of this process has: the key for copies on a GPU.
    pub fn unique(&self) -> u64 {
        self.unique
    }

    /// True if every pixel is opaque.
    pub fn is_opaque(&self) -> bool {
        self.opaque
    }

    /// Columns at natural size.
    pub fn width(&self) -> u32 {
        self.size.0
    }

    /// Rows at natural size.
    pub fn height(&self) -> u32 {
        self.size.1
    }

    /// The sizes that are kept, largest first; at least one.
    pub fn levels(&self) -> &[Level] {
        &self.levels
    }

    /// Texels of the largest size that is kept, or would be if none were left out, for each px of the natural size.
    pub fn density(&self) -> (f32, f32) {
        (self.texels.0 as f32 / self.size.0 as f32, self.texels.1 as f32 / self.size.1 as f32)
    }

    /// How many larger sizes are not kept.
    pub fn skipped(&self) -> usize {
        self.skipped
    }

    /// Bytes of all levels.
    pub fn bytes(&self) -> usize {
        self.levels.iter().map(|l| l.pixels.len()).sum()
    }
}

/// Size in px of a picture of which so many texels make one.
pub fn natural_size((width, height): (u32, u32), density: u32) -> (u32, u32) {
    let side = |texels: u32| texels.div_ceil(density.max(1)).max(1);
    (side(width), side(height))
}

fn halve(from: &Level) -> Option<Level> {
    if from.width <= 1 && from.height <= 1 {
        return None;
    }
    let (width, height) = ((from.width / 2).max(1), (from.height / 2).max(1));
    let mut pixels = Vec::with_capacity(width as usize * height as usize * 4);
    let stride = from.width as usize * 4;
    for y in 0..height {
        let (y0, y1) = (2 * y, (2 * y + 1).min(from.height - 1));
        let a = &from.pixels[y0 as usize * stride..][..stride];
        let b = &from.pixels[y1 as usize * stride..][..stride];
        for x in 0..width {
            let (x0, x1) = (2 * x as usize * 4, (2 * x + 1).min(from.width - 1) as usize * 4);
            for c in 0..4 {
                let sum = u32::from(a[x0 + c]) + u32::from(a[x1 + c]) + u32::from(b[x0 + c]) + u32::from(b[x1 + c]);
                pixels.push(((sum + 2) / 4) as u8);
            }
        }
    }
    Some(Level { width, height, pixels })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_halve_down_to_one_pixel_and_average() {
        let b = Bitmap::from_rgba(5, 2, [255, 0, 0, 255].repeat(10)).unwrap();
        let sizes: Vec<_> = b.levels().iter().map(|l| (l.width, l.height)).collect();
        assert_eq!(sizes, [(5, 2), (2, 1), (1, 1)]);
        assert_eq!(b.levels()[2].pixels, [255, 0, 0, 255]);
        assert!(b.is_opaque());
    }

    #[test]
    fn levels_that_are_left_out_are_the_finest() {
        let whole = Bitmap::from_rgba(9, 4, (0..144).map(|v| v as u8).collect()).unwrap();
        let small = Bitmap::reduced(9, 4, (0..144).map(|v| v as u8).collect(), 2).unwrap();
        assert_eq!((small.width(), small.height(), small.skipped()), (9, 4, 2));
        assert_eq!(small.levels(), &whole.levels()[2..]);
        let least = Bitmap::reduced(9, 4, vec![255; 144], 99).unwrap();
        assert_eq!((least.skipped(), least.levels().len()), (3, 1));
    }

    #[test]
    fn colours_are_premultiplied() {
        let b = Bitmap::from_rgba(1, 1, vec![200, 100, 50, 128]).unwrap();
        assert_eq!(b.levels()[0].pixels, [100, 50, 25, 128]);
    }

    #[test]
    fn wrong_sizes_are_refused() {
        assert!(Bitmap::from_rgba(2, 2, vec![0; 15]).is_none());
        assert!(Bitmap::from_rgba(0, 2, vec![]).is_none());
        assert!(Bitmap::from_rgba(u32::MAX, u32::MAX, vec![0; 4]).is_none());
    }
}
