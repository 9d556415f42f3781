//! Comparing pictures.

use image::{ImageError, RgbaImage};
use serde::Serialize;
use std::path::Path;

/// How two pictures differ.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Difference {
    /// Pixels that differ by more than the tolerance; all of them if the sizes differ.
    pub pixels: u64,
    /// The furthest that a channel is off, of 255.
    pub worst: u8,
}

/// Compares two pictures; `tolerance` is what a channel may be off. Gives the picture of where they differ, too: what is the same is
/// faint, what is not is red.
pub fn compare(expected: &RgbaImage, found: &RgbaImage, tolerance: u8) -> (Difference, RgbaImage) {
    let (width, height) = (expected.width().max(found.width()), expected.height().max(found.height()));
    let mut difference = Difference { pixels: 0, worst: 0 };
    let mut shown = RgbaImage::new(width, height);
    for (x, y, pixel) in shown.enumerate_pixels_mut() {
        let pair = (expected.get_pixel_checked(x, y), found.get_pixel_checked(x, y));
        let off = match pair {
            (Some(a), Some(b)) => a.0.iter().zip(b.0).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0),
            _ => u8::MAX,
        };
        difference.worst = difference.worst.max(off);
        let faint = pair.1.or(pair.0).map_or(255, |p| {
            let grey = (u32::from(p.0[0]) * 3 + u32::from(p.0[1]) * 6 + u32::from(p.0[2])) / 10;
            (191 + grey / 4) as u8
        });
        pixel.0 = [faint, faint, faint, 255];
        if off > tolerance {
            difference.pixels += 1;
            pixel.0 = [224, 0, 32, 255];
        }
    }
    if expected.dimensions() != found.dimensions() {
        difference = Difference { pixels: u64::from(width) * u64::from(height), worst: u8::MAX };
    }
    (difference, shown)
}

/// Reads a picture.
///
/// # Errors
/// If it cannot be read.
pub fn read(path: &Path) -> Result<RgbaImage, ImageError> {
    Ok(image::open(path)?.to_rgba8())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    #[test]
    fn what_is_off_further_than_it_may_be_counts() {
        let a = RgbaImage::from_pixel(4, 3, Rgba([10, 20, 30, 255]));
        let mut b = a.clone();
        assert_eq!(compare(&a, &b, 0).0, Difference { pixels: 0, worst: 0 });
        b.put_pixel(1, 1, Rgba([10, 22, 30, 255]));
        b.put_pixel(2, 1, Rgba([10, 20, 90, 255]));
        assert_eq!(compare(&a, &b, 0).0, Difference { pixels: 2, worst: 60 });
        let (difference, shown) = compare(&a, &b, 2);
        assert_eq!(difference, Difference { pixels: 1, worst: 60 });
        assert_eq!((shown.get_pixel(2, 1).0, shown.get_pixel(1, 1).0[0] > 190), ([224, 0, 32, 255], true));
        let wide = RgbaImage::new(5, 3);
        assert_eq!(compare(&a, &wide, 255).0, Difference { pixels: 15, worst: 255 });
    }
}
