//! Images of a package made smaller: what is shown stays, to the last bit unless less is asked for.
//!
//! A PNG is written anew with the filters, colours and compression that take the fewest bytes. Of a JPEG what describes it goes
//! (where and with what it was taken, previews); what changes how it is shown stays: its colour profile, and which side is up. Other
//! formats stay as they are. What would be larger than it was stays, too, and what cannot be read is somebody else's to tell of.

use crate::tools::build::memo::{Memo, Recoded};
use image::codecs::jpeg::JpegEncoder;
use image::metadata::Orientation;
use image::{DynamicImage, ExtendedColorType, ImageDecoder, ImageEncoder, ImageFormat, ImageReader};
use std::io::Cursor;
use std::sync::Arc;

/// How images are made smaller.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ImageSettings {
    /// At all.
    pub recode: bool,
    /// The quality that photographs are compressed with again, 1 to 100; `None`: they stay as they are.
    pub jpeg_quality: Option<u8>,
}

impl Default for ImageSettings {
    fn default() -> Self {
        ImageSettings { recode: true, jpeg_quality: None }
    }
}

/// How hard a PNG is tried: of the tool's seven steps one that is done in a second for any picture that a package has.
const PNG_EFFORT: u8 = 3;
/// Endings of files that are looked at.
const ENDINGS: [&str; 3] = [".png", ".jpg", ".jpeg"];

/// The bytes for a file of a package: smaller ones if it is an image that has them.
pub(super) fn smaller(path: &str, bytes: Arc<[u8]>, settings: ImageSettings, memo: &Memo) -> Arc<[u8]> {
    let name = path.to_ascii_lowercase();
    if !settings.recode || !ENDINGS.iter().any(|ending| name.ends_with(ending)) {
        return bytes;
    }
    let made = memo.image(&bytes, settings, || match image::guess_format(&bytes) {
        Ok(ImageFormat::Png) => png(&bytes),
        Ok(ImageFormat::Jpeg) => jpeg(&bytes, settings.jpeg_quality),
        _ => None,
    });
    match made {
        Recoded::As(smaller) => smaller,
        Recoded::Not => bytes,
    }
}

/// A PNG without what is not shown; `None` if that is no smaller, or it says which side is up, which few writers keep.
fn png(bytes: &[u8]) -> Option<Vec<u8>> {
    if orientation(bytes, ImageFormat::Png) != Orientation::NoTransforms {
        return None;
    }
    let options = oxipng::Options { strip: oxipng::StripChunks::Safe, ..oxipng::Options::from_preset(PNG_EFFORT) };
    let made = oxipng::optimize_from_memory(bytes, &options).ok()?;
    (made.len() < bytes.len()).then_some(made)
}

fn orientation(bytes: &[u8], format: ImageFormat) -> Orientation {
    let decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder();
    decoder.and_then(|mut decoder| decoder.orientation()).unwrap_or(Orientation::NoTransforms)
}

/// A JPEG without what is not shown, and compressed again if that is asked for; `None` if that is no smaller.
fn jpeg(bytes: &[u8], quality: Option<u8>) -> Option<Vec<u8>> {
    let turned = orientation(bytes, ImageFormat::Jpeg);
    let kept = stripped(bytes, turned);
    let again = quality.and_then(|quality| compressed(bytes, quality, turned));
    [kept, again].into_iter().flatten().filter(|made| made.len() < bytes.len()).min_by_key(Vec::len)
}

/// The photograph compressed again. Its sides stay where they are, and it says which of them is up.
fn compressed(bytes: &[u8], quality: u8, turned: Orientation) -> Option<Vec<u8>> {
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), ImageFormat::Jpeg).into_decoder().ok()?;
    let profile = decoder.icc_profile().ok().flatten();
    let picture = DynamicImage::from_decoder(decoder).ok()?;
    let mut out = Vec::new();
    let mut encoder = JpegEncoder::new_with_quality(&mut out, quality);
    let gray = matches!(picture, DynamicImage::ImageLuma8(_));
    if let Some(profile) = profile {
        // One for ink says nothing of the colours that it is written with.
        let space: &[u8] = if gray { b"GRAY" } else { b"RGB " };
        if profile.get(ICC_SPACE..ICC_SPACE + 4) != Some(space) {
            return None;
        }
        encoder.set_icc_profile(profile).ok()?;
    }
    let (width, height) = (picture.width(), picture.height());
    match picture {
        DynamicImage::ImageLuma8(gray) => encoder.write_image(&gray, width, height, ExtendedColorType::L8),
        other => encoder.write_image(&other.into_rgb8(), width, height, ExtendedColorType::Rgb8),
    }
    .ok()?;
    stripped(&out, turned)
}

/// Where a colour profile says of which colours it is (ICC.1, 7.2).
const ICC_SPACE: usize = 16;
const SOI: u8 = 0xD8;
const EOI: u8 = 0xD9;
const SOS: u8 = 0xDA;
const APP0: u8 = 0xE0;
const APP1: u8 = 0xE1;
const APP2: u8 = 0xE2;
const APP14: u8 = 0xEE;
const APP15: u8 = 0xEF;
const COM: u8 = 0xFE;

/// The segments of a JPEG that matter to who shows it (ISO/IEC 10918-1, annex B), up to its end. `None` if it has another form.
fn stripped(bytes: &[u8], turned: Orientation) -> Option<Vec<u8>> {
    let mut out = vec![0xFF, SOI];
    let mut rest = bytes.strip_prefix(&out[..])?;
    let mut upright = Some(exif(turned)).filter(|_| turned != Orientation::NoTransforms);
    loop {
        while rest.starts_with(&[0xFF, 0xFF]) {
            rest = &rest[1..];
        }
        let marker = *rest.strip_prefix(&[0xFF])?.first()?;
        if marker == EOI {
            out.extend([0xFF, EOI]);
            return Some(out);
        }
        let length = usize::from(u16::from_be_bytes(rest.get(2..4)?.try_into().ok()?));
        let segment = rest.get(..2 + length)?;
        rest = &rest[2 + length..];
        let contents = segment.get(4..)?;
        let is_shown = match marker {
            APP0 => contents.starts_with(b"JFIF\0"),
            APP2 => contents.starts_with(b"ICC_PROFILE\0"),
            APP14 => contents.starts_with(b"Adobe"),
            APP1..=APP15 | COM => false,
            _ => true,
        };
        // It stands as far in front as may be: behind the first segment if that is JFIF's.
        if marker != APP0
            && let Some(upright) = upright.take()
        {
            out.extend(upright);
        }
        if is_shown {
            out.extend(segment);
        }
        if marker == SOS {
            let data = scan(rest);
            out.extend(&rest[..data]);
            rest = &rest[data..];
        }
    }
}

/// Length of the coded data that a scan begins with: up to a marker that is no part of it.
fn scan(bytes: &[u8]) -> usize {
    let is_marker = |pair: &[u8]| pair[0] == 0xFF && !matches!(pair[1], 0x00 | 0xFF | 0xD0..=0xD7);
    bytes.windows(2).position(is_marker).unwrap_or(bytes.len())
}

/// A segment that says which side is up, and nothing else (Exif 2.3, 4.6).
fn exif(turned: Orientation) -> Vec<u8> {
    const TIFF: &[u8] = b"Exif\0\0II*\0\x08\0\0\0\x01\0\x12\x01\x03\0\x01\0\0\0";
    let value = [turned.to_exif(), 0, 0, 0, 0, 0, 0, 0];
    let length = (2 + TIFF.len() + value.len()) as u16;
    [&[0xFF, APP1][..], &length.to_be_bytes(), TIFF, &value].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn photograph(turned: Orientation) -> Vec<u8> {
        let picture = image::RgbImage::from_fn(48, 32, |x, y| image::Rgb([x as u8 * 5, y as u8 * 7, (x * y) as u8]));
        let mut out = Vec::new();
        let encoder = JpegEncoder::new_with_quality(&mut out, 95);
        encoder.write_image(&picture, 48, 32, ExtendedColorType::Rgb8).unwrap();
        // What a camera adds: which side is up, where it was, a comment; and a film behind it.
        let comment = b"\xFF\xFE\0\x11a comment of it";
        let place = [&b"\xFF\xED\0\x0A"[..], b"51.5 N  "].concat();
        [&out[..2], &exif(turned), &place, &comment[..], &out[2..], b"a film"].concat()
    }

    fn pixels(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
        let bitmap = crate::images::decode::decode(bytes, 0).unwrap();
        (bitmap.width(), bitmap.height(), bitmap.levels()[0].pixels.clone())
    }

    #[test]
    fn a_photograph_stays_what_it_shows_and_says_no_more() {
        for number in 1..=8 {
            let turned = Orientation::from_exif(number).unwrap();
            let bytes = photograph(turned);
            let made = jpeg(&bytes, None).unwrap();
            assert_eq!(pixels(&made), pixels(&bytes), "{number}");
            assert!(!made.windows(6).any(|six| six == b"51.5 N" || six == b"a film" || six == b"a comm"));
            assert_eq!(jpeg(&made, None), None, "it is no smaller the second time");
            let small = jpeg(&bytes, Some(30)).unwrap();
            assert!(small.len() < made.len());
            assert_eq!(orientation(&small, ImageFormat::Jpeg), turned);
        }
        for length in 0..photograph(Orientation::NoTransforms).len() {
            let cut = &photograph(Orientation::NoTransforms)[..length];
            assert!(jpeg(cut, None).is_none_or(|made| made.len() < cut.len()));
        }
    }
}
