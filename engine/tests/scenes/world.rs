//! What scenes are drawn with: the embedded face, one with coloured letters, two pictures and a video's frame.

use pellicle::glyphs::GlyphCache;
use pellicle::images::{Bitmap, External, ImageStore};
use pellicle_layout::text::{FaceData, FaceId, FontBook, FontPolicy};
use std::sync::Arc;

pub struct World {
    pub fonts: FontBook,
    /// The embedded face with a few letters in layers of colours.
    pub colored: FaceId,
    pub images: ImageStore,
    pub glyphs: GlyphCache,
}

pub fn world() -> World {
    let mut images = ImageStore::new();
    images.insert(Arc::new(checker()));
    images.insert(Arc::new(photo(301, 203)));
    let video = Some(Arc::new(photo(64, 48)));
    images.set_external(7, Some(External { size: (64, 48), bitmap: video }));
    let mut fonts = FontBook::new(FontPolicy::Author).unwrap();
    let bytes = colored_font(fonts.face(FaceId(0)), ['O', 'D', 'Q'], ['o', 'i', 'x']);
    let colored = fonts.add_face(Arc::new(bytes), 0).unwrap();
    World { fonts, colored, images, glyphs: GlyphCache::new(8 << 20) }
}

/// A font file with `COLR` and `CPAL` tables (version 0) put in: each of `letters` is drawn as itself in one colour
/// with the letter of `over` on it in another.
fn colored_font(face: &FaceData, letters: [char; 3], over: [char; 3]) -> Vec<u8> {
    let file: &[u8] = (*face.data).as_ref();
    let be16 = |at: usize| u16::from_be_bytes([file[at], file[at + 1]]) as usize;
    let be32 = |at: usize| u32::from_be_bytes([file[at], file[at + 1], file[at + 2], file[at + 3]]) as usize;
    let table = |i: usize| {
        let at = 12 + 16 * i;
        let tag: [u8; 4] = file[at..at + 4].try_into().unwrap();
        (tag, file[be32(at + 8)..be32(at + 8) + be32(at + 12)].to_vec())
    };
    let mut tables: Vec<([u8; 4], Vec<u8>)> = (0..be16(4)).map(table).collect();
    let mut pairs: Vec<(u16, u16)> = letters.iter().zip(over).map(|(&a, b)| (face.glyph(a), face.glyph(b))).collect();
    pairs.sort();
    let n = pairs.len() as u16;
    let words = |out: &mut Vec<u8>, words: &[u16]| out.extend(words.iter().flat_map(|w| w.to_be_bytes()));
    let mut colr = Vec::new();
    words(&mut colr, &[0, n, 0, 14, 0, 14 + 6 * n, 2 * n]);
    for (i, (base, _)) in pairs.iter().enumerate() {
        words(&mut colr, &[*base, 2 * i as u16, 2]);
    }
    for (base, over) in &pairs {
        words(&mut colr, &[*base, 0, *over, 1]);
    }
    let mut cpal = Vec::new();
    words(&mut cpal, &[0, 2, 1, 2, 0, 14, 0]);
    // Blue, green, red, alpha.
    cpal.extend([0, 140, 255, 255, 160, 30, 60, 200]);
    tables.extend([(*b"COLR", colr), (*b"CPAL", cpal)]);
    tables.sort();
    let mut out = file[..4].to_vec();
    words(&mut out, &[tables.len() as u16, 0, 0, 0]);
    let mut at = out.len() + 16 * tables.len();
    for (tag, bytes) in &tables {
        out.extend(tag);
        out.extend([0; 4]);
        out.extend((at as u32).to_be_bytes());
        out.extend((bytes.len() as u32).to_be_bytes());
        at += bytes.len().next_multiple_of(4);
    }
    for (_, bytes) in &tables {
        out.extend(bytes);
        out.resize(out.len().next_multiple_of(4), 0);
    }
    out
}

fn checker() -> Bitmap {
    let mut px = Vec::new();
    for y in 0..16u32 {
        for x in 0..16u32 {
            let on = (x / 4 + y / 4) % 2 == 0;
            px.extend(if on { [220, 40, 60, 255] } else { [0, 0, 255, (x * 16) as u8] });
        }
    }
    Bitmap::from_rgba(16, 16, px).unwrap()
}

fn photo(w: u32, h: u32) -> Bitmap {
    let mut px = Vec::new();
    for y in 0..h {
        for x in 0..w {
            let ring = ((x as i32 - 150) * (x as i32 - 150) + (y as i32 - 100) * (y as i32 - 100)) / 300 % 2;
            px.extend([(x * 255 / w) as u8, (y * 255 / h) as u8, ring as u8 * 200, 255]);
        }
    }
    Bitmap::from_rgba(w, h, px).unwrap()
}
