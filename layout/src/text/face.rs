//! A face: a font file's bytes and what layout and painting read from its tables.

use super::font::FontBytes;
use cosmic_text::{Font, fontdb};
use std::fmt;

/// A face: its bytes and the figures that layout and painting need, in units of the em square.
pub struct FaceData {
    /// The font file.
    pub data: FontBytes,
    /// Index of the face in the file.
    pub index: u32,
    /// It came with a program (an `@font-face` rule, `wx.loadFontFace`), not with the machine or the host.
    pub declared: bool,
    /// Family names, lower case.
    pub families: Vec<String>,
    /// Weight, 1 to 1000.
    pub weight: u16,
    /// Italic or oblique.
    pub italic: bool,
    /// Ascent over em, positive.
    pub ascent: f32,
    /// Descent over em, positive.
    pub descent: f32,
    /// Line gap over em.
    pub line_gap: f32,
    /// The part of the em square that lies above the baseline, 0 to 1 (CSS Inline 3, em-over baseline).
    pub em_ascent: f32,
    /// Height of the letter x over em.
    pub x_height: f32,
    /// The font says nothing about that height: it was taken from the letter itself.
    pub x_height_is_measured: bool,
    /// Underline offset (negative is below the baseline) and thickness over em.
    pub underline: (f32, f32),
    /// Strike-through offset and thickness over em.
    pub strikeout: (f32, f32),
    font: Font,
}

impl fmt::Debug for FaceData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FaceData")
            .field("families", &self.families)
            .field("weight", &self.weight)
            .field("italic", &self.italic)
            .finish_non_exhaustive()
    }
}

impl FaceData {
    /// The face as cosmic-text keeps it: its shaper and its tables.
    pub fn font(&self) -> &Font {
        &self.font
    }

    /// The font file's bytes.
    pub fn bytes(&self) -> &[u8] {
        (*self.data).as_ref()
    }

    /// The face's glyph for a character, 0 if it has none.
    pub fn glyph(&self, c: char) -> u16 {
        self.font.as_swash().charmap().map(c)
    }

    /// True if the face has a glyph for the character.
    pub fn covers(&self, c: char) -> bool {
        self.glyph(c) != 0
    }
}

/// The faces of a font file that can be read, or only the one with an index.
pub(crate) fn read_faces(data: &FontBytes, only: Option<u32>) -> Vec<FaceData> {
    let mut db = fontdb::Database::new();
    let ids = db.load_font_source(fontdb::Source::Binary(data.clone()));
    ids.into_iter().filter_map(|id| read_face(&db, id, data, only)).collect()
}

fn read_face(db: &fontdb::Database, id: fontdb::ID, data: &FontBytes, only: Option<u32>) -> Option<FaceData> {
    let info = db.face(id)?;
    if only.is_some_and(|index| index != info.index) {
        return None;
    }
    let font = Font::new(db, id, info.weight)?;
    let metrics = *font.metrics();
    let em = f32::from(metrics.units_per_em);
    if em <= 0.0 {
        return None;
    }
    let line = |d: Option<cosmic_text::skrifa::metrics::Decoration>, offset: f32| {
        d.map_or((offset, 0.05), |d| (d.offset / em, (d.thickness / em).max(0.01)))
    };
    let (ascent, descent) = (metrics.ascent / em, -metrics.descent / em);
    let stated = metrics.x_height.filter(|&h| h > 0.0);
    let face = FaceData {
        data: data.clone(),
        index: info.index,
        declared: false,
        families: info.families.iter().map(|(name, _)| name.to_lowercase()).collect(),
        weight: info.weight.0,
        italic: info.style != fontdb::Style::Normal,
        ascent,
        descent,
        line_gap: (metrics.leading / em).max(0.0),
        em_ascent: em_ascent(data, info.index, ascent, descent),
        x_height: stated.or_else(|| measured_x_height(data, info.index, &font)).unwrap_or(metrics.ascent * 0.56) / em,
        x_height_is_measured: stated.is_none(),
        underline: line(metrics.underline, -0.1),
        strikeout: line(metrics.strikeout, 0.3),
        font,
    };
    // Touches the character map once, where a broken table would show itself.
    face.glyph('x');
    Some(face)
}

/// The em square above the baseline: typographic figures in their proportion, else the face's (Blink,
/// `ComputeNormalizedTypoAscentAndDescent`).
fn em_ascent(data: &FontBytes, index: u32, ascent: f32, descent: f32) -> f32 {
    use cosmic_text::skrifa::{FontRef, raw::TableProvider};
    let share = |ascent: f32, descent: f32| {
        let height = ascent + descent;
        (height > 0.0 && (0.0..=height).contains(&ascent)).then(|| ascent / height)
    };
    let os2 = FontRef::from_index((**data).as_ref(), index).and_then(|font| font.os2());
    let stated =
        os2.ok().and_then(|os2| share(os2.s_typo_ascender().into(), (-i32::from(os2.s_typo_descender())) as f32));
    stated.or_else(|| share(ascent, descent)).unwrap_or(1.0)
}

/// Height of the outline of the letter x, font units.
fn measured_x_height(data: &FontBytes, index: u32, font: &Font) -> Option<f32> {
    use cosmic_text::skrifa::{FontRef, GlyphId, MetadataProvider, instance::LocationRef, instance::Size};
    let face = FontRef::from_index((**data).as_ref(), index).ok()?;
    let glyph = GlyphId::from(font.as_swash().charmap().map('x'));
    let bounds = face.glyph_metrics(Size::unscaled(), LocationRef::default()).bounds(glyph)?;
    (bounds.y_max > 0.0).then_some(bounds.y_max)
}
