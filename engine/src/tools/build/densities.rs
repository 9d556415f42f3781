//! Pictures of a package for one density of screens: of each family (see [`densities`](crate::package::densities)) the member that
//! suits it, and the one without a density in its name, which is what everybody reads who does not choose.
//!
//! Where only finer ones are there, the nearest of them is scaled down. A member that a file of the program names by its density stays,
//! as it is.

use crate::package::densities::{member, of_member, suits};
use image::imageops::FilterType;
use image::{DynamicImage, ImageDecoder, ImageEncoder, ImageFormat, ImageReader};
use pellicle_script::package::{PackageSource, read_text};
use std::collections::{BTreeMap, BTreeSet};
use std::io::Cursor;

/// Endings of files that may name a picture.
const NAMING: [&str; 6] = [".wxml", ".wxss", ".wxs", ".js", ".ts", ".json"];

/// What becomes of the members of families.
#[derive(Debug, Default)]
pub(super) struct Chosen {
    /// Members that are left out.
    pub(super) left_out: BTreeSet<String>,
    /// Members that are made of finer ones: what of, and both densities.
    pub(super) made: BTreeMap<String, (String, u32, u32)>,
}

/// Chooses among the files of a package for a density.
pub(super) fn choose(package: &dyn PackageSource, paths: &[String], density: u32) -> Chosen {
    let mut families: BTreeMap<String, BTreeSet<u32>> = BTreeMap::new();
    for path in paths {
        if let Some((family, of)) = of_member(path) {
            families.entry(family).or_default().insert(of);
        }
    }
    let mut chosen = Chosen::default();
    if families.is_empty() {
        return chosen;
    }
    let named = named(package, paths);
    for (family, members) in families {
        let has_plain = paths.binary_search(&family).is_ok();
        let all = has_plain.then_some(1).into_iter().chain(members.iter().copied());
        let Some(best) = suits(all, density as f32) else { continue };
        let of = |density| member(&family, density).unwrap_or_default();
        // One that is finer than asked for is made less fine.
        let made = best > density && !family.to_ascii_lowercase().ends_with(".webp");
        if made {
            chosen.made.insert(of(density), (of(best), best, density));
        }
        for other in members.into_iter().filter(|other| *other != best || made) {
            let path = of(other);
            if !named.iter().any(|text| names(text, &path)) {
                chosen.left_out.insert(path);
            }
        }
    }
    chosen
}

/// Texts of files that may name something with a density.
fn named(package: &dyn PackageSource, paths: &[String]) -> Vec<String> {
    let naming = paths.iter().filter(|path| NAMING.iter().any(|ending| path.ends_with(ending)));
    naming.filter_map(|path| read_text(package, path)).filter(|text| text.contains('@')).collect()
}

/// True if a text has the name of a member, or its beginning up to a density that is put in when it runs.
fn names(text: &str, path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    let Some(at) = name.rfind('@') else { return false };
    text.match_indices(&name[..=at]).any(|(start, found)| {
        let rest = &text[start + found.len()..];
        text[start..].starts_with(name) || !rest.starts_with(|next: char| next.is_ascii_digit())
    })
}

/// A picture scaled down from one density to another, in its own format; `None` if it cannot be read, or is no PNG or JPEG.
pub(super) fn scaled(bytes: &[u8], from: u32, to: u32) -> Option<Vec<u8>> {
    let format = image::guess_format(bytes).ok()?;
    let mut decoder = ImageReader::with_format(Cursor::new(bytes), format).into_decoder().ok()?;
    let orientation = decoder.orientation().ok()?;
    let mut picture = DynamicImage::from_decoder(decoder).ok()?;
    picture.apply_orientation(orientation);
    let side = |px: u32| (u64::from(px) * u64::from(to)).div_ceil(u64::from(from)).max(1) as u32;
    let (width, height) = (side(picture.width()), side(picture.height()));
    let mut out = Vec::new();
    match format {
        ImageFormat::Jpeg => {
            let small = picture.resize_exact(width, height, FilterType::Lanczos3).into_rgb8();
            let encoder = image::codecs::jpeg::JpegEncoder::new_with_quality(&mut out, 92);
            encoder.write_image(&small, width, height, image::ExtendedColorType::Rgb8).ok()?;
        }
        ImageFormat::Png => {
            let small = through(&picture, width, height);
            let encoder = image::codecs::png::PngEncoder::new(&mut out);
            encoder.write_image(&small, width, height, image::ExtendedColorType::Rgba8).ok()?;
        }
        _ => return None,
    }
    Some(out)
}

/// Scaled with colours weighed by how much of them shows: what is clear has a colour, too, that nobody is to see.
fn through(picture: &DynamicImage, width: u32, height: u32) -> Vec<u8> {
    let mut weighed = picture.to_rgba32f();
    for pixel in weighed.pixels_mut() {
        let [r, g, b, a] = pixel.0;
        pixel.0 = [r * a, g * a, b * a, a];
    }
    let small = image::imageops::resize(&weighed, width, height, FilterType::Lanczos3);
    let byte = |value: f32| (value.clamp(0.0, 1.0) * 255.0).round() as u8;
    let straight = |[r, g, b, a]: [f32; 4]| match a > 0.0 {
        true => [byte(r / a), byte(g / a), byte(b / a), byte(a)],
        false => [0; 4],
    };
    small.pixels().flat_map(|pixel| straight(pixel.0)).collect()
}
