//! Image files to pixels. Bytes come from anywhere: sizes are limited before memory is taken, and a decoder
//! that panics is an error like any other.

use super::{Bitmap, svg};
use base64::Engine as _;
use image::{ImageFormat, ImageReader, Limits};
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Largest side of an image, px.
pub const MAX_SIDE: u32 = 16_384;
/// Most pixels of an image.
pub const MAX_PIXELS: u64 = 64 << 20;

/// Why an image cannot be shown.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum DecodeError {
    /// Its bytes could not be had.
    #[error("{0}")]
    Unavailable(String),
    /// Not PNG, JPEG, WebP, GIF or SVG.
    #[error("not an image format that is supported (png, jpeg, webp, gif, svg)")]
    UnknownFormat,
    /// Larger than the limits.
    #[error("{0} x {1} px is larger than images may be")]
    TooLarge(u32, u32),
    /// The bytes are damaged.
    #[error("damaged image: {0}")]
    Damaged(String),
}

/// The bytes of a `data:` address, `None` for other addresses.
pub fn data_url(url: &str) -> Option<Result<Vec<u8>, DecodeError>> {
    let scheme = url.get(..5)?;
    if !scheme.eq_ignore_ascii_case("data:") {
        return None;
    }
    let damaged = |m: &str| DecodeError::Damaged(m.to_owned());
    let Some((head, body)) = url[5..].split_once(',') else {
        return Some(Err(damaged("a data: address without a comma")));
    };
    if head.trim_end().to_ascii_lowercase().ends_with(";base64") {
        // A fragment is no part of the data. In text it is taken for a colour that nobody escaped.
        let body = body.split('#').next().unwrap_or_default();
        let clean: Vec<u8> = percent(body).into_iter().filter(|b| !b.is_ascii_whitespace() && *b != b'=').collect();
        let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
        return Some(engine.decode(clean).map_err(|e| DecodeError::Damaged(e.to_string())));
    }
    Some(Ok(percent(body)))
}

fn percent(text: &str) -> Vec<u8> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut i = 0;
    while i < bytes.len() {
        let hex = |b: Option<&u8>| b.and_then(|b| (*b as char).to_digit(16));
        if bytes[i] == b'%'
            && let (Some(h), Some(l)) = (hex(bytes.get(i + 1)), hex(bytes.get(i + 2)))
        {
            out.push((h * 16 + l) as u8);
            i += 3;
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    out
}

fn format(bytes: &[u8]) -> Result<ImageFormat, DecodeError> {
    match image::guess_format(bytes) {
        Ok(f @ (ImageFormat::Png | ImageFormat::Jpeg | ImageFormat::WebP | ImageFormat::Gif)) => Ok(f),
        _ => Err(DecodeError::UnknownFormat),
    }
}

/// Runs a decoder; its panics become errors.
fn guarded<T>(f: impl FnOnce() -> Result<T, DecodeError>) -> Result<T, DecodeError> {
    catch_unwind(AssertUnwindSafe(f)).unwrap_or_else(|_| Err(DecodeError::Damaged("the decoder failed".to_owned())))
}

fn check(width: u32, height: u32) -> Result<(u32, u32), DecodeError> {
    if width == 0 || height == 0 {
        return Err(DecodeError::Damaged("an image without pixels".to_owned()));
    }
    if width > MAX_SIDE || height > MAX_SIDE || u64::from(width) * u64::from(height) > MAX_PIXELS {
        return Err(DecodeError::TooLarge(width, height));
    }
    Ok((width, height))
}

fn damaged(e: image::ImageError) -> DecodeError {
    DecodeError::Damaged(e.to_string())
}

/// The natural size, from the header alone; of a drawing without one the size that it has by itself.
///
/// # Errors
/// If the format is not known, the header is damaged or the image is too large.
pub fn size(bytes: &[u8]) -> Result<(u32, u32), DecodeError> {
    if let Some(natural) = svg::natural(bytes) {
        let (width, height) = natural.concrete(svg::DEFAULT_SIZE);
        let whole = |v: f32| v.round().clamp(1.0, 1e6) as u32;
        return Ok((whole(width), whole(height)));
    }
    let format = format(bytes)?;
    let read = || ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().map_err(damaged);
    let (width, height) = guarded(read)?;
    let (width, height) = if is_turned(bytes, format) { (height, width) } else { (width, height) };
    check(width, height)
}

/// Decodes an image (of an animation the first frame) of which the first `skipped` levels are not needed.
///
/// # Errors
/// If the format is not known, the bytes are damaged or the image is too large.
pub fn decode(bytes: &[u8], skipped: usize) -> Result<Bitmap, DecodeError> {
    let format = format(bytes)?;
    size(bytes)?;
    guarded(|| {
        use image::ImageDecoder as _;
        let mut reader = ImageReader::with_format(Cursor::new(bytes), format);
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE);
        limits.max_image_height = Some(MAX_SIDE);
        limits.max_alloc = Some(MAX_PIXELS * 8);
        reader.limits(limits);
        let mut decoder = reader.into_decoder().map_err(damaged)?;
        // Photos carry their orientation; a damaged entry means none.
        let orientation = decoder.orientation().unwrap_or(image::metadata::Orientation::NoTransforms);
        let mut picture = image::DynamicImage::from_decoder(decoder).map_err(damaged)?;
        picture.apply_orientation(orientation);
        let pixels = picture.into_rgba8();
        let (width, height) = pixels.dimensions();
        let bitmap = Bitmap::reduced(width, height, pixels.into_raw(), skipped);
        bitmap.ok_or_else(|| DecodeError::Damaged("sizes do not fit".to_owned()))
    })
}

/// True if the image's orientation swaps width and height.
fn is_turned(bytes: &[u8], format: ImageFormat) -> bool {
    use image::ImageDecoder as _;
    use image::metadata::Orientation;
    if format != ImageFormat::Jpeg {
        return false;
    }
    let read = || {
        let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().map_err(damaged)?;
        decoder.orientation().map_err(damaged)
    };
    matches!(
        guarded(read),
        Ok(Orientation::Rotate90 | Orientation::Rotate270 | Orientation::Rotate90FlipH | Orientation::Rotate270FlipH)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn png(width: u32, height: u32) -> Vec<u8> {
        let mut out = Vec::new();
        let picture = image::RgbaImage::from_fn(width, height, |x, y| image::Rgba([x as u8, y as u8, 7, 200]));
        picture.write_to(&mut Cursor::new(&mut out), ImageFormat::Png).unwrap();
        out
    }

    #[test]
    fn sizes_come_from_the_header() {
        let bytes = png(31, 17);
        assert_eq!(size(&bytes[..60]), Ok((31, 17)));
        assert_eq!(decode(&bytes, 0).unwrap().width(), 31);
    }

    #[test]
    fn any_damage_is_an_error_and_never_a_panic() {
        let mut formats = vec![png(24, 24)];
        for format in [ImageFormat::Jpeg, ImageFormat::Gif, ImageFormat::WebP] {
            let mut out = Vec::new();
            let picture = image::DynamicImage::new_rgb8(24, 24);
            picture.write_to(&mut Cursor::new(&mut out), format).unwrap();
            formats.push(out);
        }
        let mut seed = 12345u32;
        for bytes in &formats {
            assert!(decode(bytes, 0).is_ok());
            for _ in 0..200 {
                let mut broken = bytes.clone();
                for _ in 0..4 {
                    seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                    let at = seed as usize % broken.len();
                    broken[at] ^= (seed >> 13) as u8;
                }
                seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
                broken.truncate(seed as usize % (broken.len() + 1));
                // The result is of no interest, only that there is one.
                let _ = decode(&broken, 1).is_ok();
            }
        }
    }

    #[test]
    fn a_bomb_is_refused_by_its_header() {
        let mut bytes = png(1, 1);
        // Width and height of the header chunk, with its checksum made right again.
        bytes[16..24].copy_from_slice(&[0x00, 0x01, 0x00, 0x00, 0x00, 0x01, 0x00, 0x00]);
        let crc = bytes[12..29].iter().fold(!0u32, |mut c, b| {
            c ^= u32::from(*b);
            (0..8).for_each(|_| c = if c & 1 == 1 { c >> 1 ^ 0xedb8_8320 } else { c >> 1 });
            c
        });
        bytes[29..33].copy_from_slice(&(!crc).to_be_bytes());
        assert_eq!(decode(&bytes, 0).unwrap_err(), DecodeError::TooLarge(65536, 65536));
    }

    #[test]
    fn a_drawing_has_the_size_that_it_says() {
        assert_eq!(size(b"<?xml version='1.0'?><svg viewBox='0 0 20 10'/>"), Ok((300, 150)));
        assert_eq!(size(b"<svg width='20.4' height='9.6'/>"), Ok((20, 10)));
        assert_eq!(size(b"hello"), Err(DecodeError::UnknownFormat));
    }

    #[test]
    fn data_addresses_are_read_in_both_codings() {
        assert_eq!(data_url("data:text/plain;base64,aGk=").unwrap().unwrap(), b"hi");
        assert_eq!(data_url("data:text/plain;base64,aGk=#x").unwrap().unwrap(), b"hi");
        assert_eq!(data_url("DATA:,a%20b").unwrap().unwrap(), b"a b");
        assert!(data_url("data:nothing").unwrap().is_err());
        assert!(data_url("https://x").is_none());
        assert!(data_url("é").is_none());
    }
}
