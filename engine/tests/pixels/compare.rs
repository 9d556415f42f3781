//! How far two pictures are apart.

use image::{Rgba, RgbaImage};
use std::path::Path;

/// Channels may differ by this much of 255.
const TOLERANCE: u8 = 8;

fn near(a: &Rgba<u8>, b: &Rgba<u8>) -> bool {
    a.0.iter().zip(b.0).all(|(a, b)| a.abs_diff(b) <= TOLERANCE)
}

/// True if a pixel of one picture is found in the other one, not more than a pixel away.
fn is_found(a: &RgbaImage, b: &RgbaImage, x: u32, y: u32) -> bool {
    let pixel = a.get_pixel(x, y);
    let around = |v: u32, end: u32| v.saturating_sub(1)..(v + 2).min(end);
    around(y, b.height()).any(|v| around(x, b.width()).any(|u| near(pixel, b.get_pixel(u, v))))
}

/// Pixels that one of two pictures of a size has and the other one has not.
pub fn differences(a: &RgbaImage, b: &RgbaImage) -> Vec<(u32, u32)> {
    assert_eq!(a.dimensions(), b.dimensions());
    let all = (0..a.height()).flat_map(|y| (0..a.width()).map(move |x| (x, y)));
    let differs = |&(x, y): &(u32, u32)| {
        !near(a.get_pixel(x, y), b.get_pixel(x, y)) && (!is_found(a, b, x, y) || !is_found(b, a, x, y))
    };
    all.filter(differs).collect()
}

/// The share of pixels that differ, percent.
pub fn share(a: &RgbaImage, b: &RgbaImage) -> f64 {
    differences(a, b).len() as f64 * 100.0 / f64::from(a.width() * a.height())
}

/// Writes two pictures one below the other, and below them where they differ: black where they do by the measure
/// of [`differences`], grey by how much they do at all.
pub fn write_triple(a: &RgbaImage, b: &RgbaImage, file: &Path) {
    let (width, height) = a.dimensions();
    let mut out = RgbaImage::from_pixel(width, height * 3 + 8, Rgba([255, 0, 255, 255]));
    image::imageops::replace(&mut out, a, 0, 0);
    image::imageops::replace(&mut out, b, 0, i64::from(height) + 4);
    let below = 2 * height + 8;
    for (x, y, pixel) in a.enumerate_pixels() {
        let apart = pixel.0.iter().zip(b.get_pixel(x, y).0).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0);
        let grey = 255 - apart.saturating_mul(4).min(100);
        out.put_pixel(x, below + y, Rgba([grey, grey, grey, 255]));
    }
    for (x, y) in differences(a, b) {
        out.put_pixel(x, below + y, Rgba([0, 0, 0, 255]));
    }
    out.save(file).unwrap();
}
