//! The font book: which faces there are and which one a character takes.
//!
//! Invariants: a book has at least one face (the embedded Latin one, or the first of an exact policy), so
//! shaping always finds one. Faces are only ever added; a [`FaceId`] stays valid for the book's life.
//! The book never looks at the machine's fonts itself: the host hands in bytes.

use super::FaceId;
pub use super::face::FaceData;
use super::face::read_faces;
use crate::style::computed::{FontFamily, FontSlant};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Shared font bytes.
pub type FontBytes = Arc<dyn AsRef<[u8]> + Send + Sync>;

/// Why font bytes were refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FontError {
    /// The bytes hold no face that can be read.
    #[error("not a font that can be read")]
    Unreadable,
    /// An exact policy needs at least one face.
    #[error("a font policy without a font")]
    NoFaces,
}

/// What faces a book may use.
#[derive(Clone)]
pub enum FontPolicy {
    /// Embedded, system and app faces, chosen by family, weight and style; missing bold and italic are
    /// synthesised.
    Author,
    /// Exactly these faces for all text: author families are ignored, weight 600 and above takes the second
    /// one, nothing is synthesised, further faces are fallback with the first face's ascent and descent.
    Exact(Vec<FontBytes>),
}

impl fmt::Debug for FontPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            FontPolicy::Author => f.write_str("Author"),
            FontPolicy::Exact(faces) => write!(f, "Exact({} faces)", faces.len()),
        }
    }
}

/// A generic family that a host can map to a real one.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum GenericFamily {
    SansSerif,
    Serif,
    Monospace,
    Cursive,
    Fantasy,
    SystemUi,
}

/// Vertical figures of a face at a size, logical px.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct FontMetrics {
    /// Ascent, a whole number.
    pub ascent: f32,
    /// Descent, a whole number.
    pub descent: f32,
    /// Line gap.
    pub line_gap: f32,
    /// Height of the letter x.
    pub x_height: f32,
}

impl FontMetrics {
    /// `line-height: normal`.
    pub fn line_spacing(&self) -> f32 {
        self.ascent + self.descent + self.line_gap.round()
    }
}

/// The size in px that a font of `size` px has: browsers know hundredths of a px (Blink's
/// `FontDescription::EffectiveFontSize`).
pub fn effective_size(size: f32) -> f32 {
    (size.max(0.0) * 100.0).floor() / 100.0
}

/// The size in px that its outlines and advances have: FreeType, which scales them, knows 64ths of a px.
pub fn glyph_size(size: f32) -> f32 {
    (effective_size(size) * 64.0).floor() / 64.0
}

/// A face of a stack, and what has to be faked with it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct StackFace {
    /// The face.
    pub face: FaceId,
    /// Embolden it: a bold face was asked for and there is none.
    pub synthetic_bold: bool,
    /// Slant it: an italic face was asked for and there is none.
    pub synthetic_italic: bool,
}

/// Index of a [`FontStack`] in its book.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct StackId(pub u32);

/// The faces that a style's text takes, best first: what `font-family`, weight and style resolve to.
#[derive(Clone, PartialEq, Debug)]
pub struct FontStack {
    /// The faces named by the style; the first one gives the line its metrics.
    pub faces: Vec<StackFace>,
    weight: u16,
    italic: bool,
}

#[derive(PartialEq, Eq, Hash)]
struct StackKey {
    families: Arc<[FontFamily]>,
    weight: u16,
    italic: bool,
}

/// The fonts of a document.
pub struct FontBook {
    faces: Vec<FaceData>,
    by_family: FxHashMap<String, Vec<FaceId>>,
    generics: FxHashMap<GenericFamily, String>,
    exact: bool,
    stacks: Vec<Arc<FontStack>>,
    stack_ids: FxHashMap<StackKey, StackId>,
    fallback: FxHashMap<(char, bool, bool), Option<FaceId>>,
    missing: FxHashSet<char>,
    missing_new: Vec<char>,
    unknown: FxHashSet<String>,
    unknown_new: Vec<String>,
    generation: u64,
}

impl fmt::Debug for FontBook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FontBook").field("faces", &self.faces).field("exact", &self.exact).finish_non_exhaustive()
    }
}

impl FontBook {
    /// A book under a policy. [`FontPolicy::Author`] starts with the embedded Latin faces.
    ///
    /// # Errors
    /// [`FontError`] if a face of an exact policy cannot be read, or there is none.
    pub fn new(policy: FontPolicy) -> Result<FontBook, FontError> {
        let mut book = FontBook {
            faces: Vec::new(),
            by_family: FxHashMap::default(),
            generics: FxHashMap::default(),
            exact: false,
            stacks: Vec::new(),
            stack_ids: FxHashMap::default(),
            fallback: FxHashMap::default(),
            missing: FxHashSet::default(),
            missing_new: Vec::new(),
            unknown: FxHashSet::default(),
            unknown_new: Vec::new(),
            generation: 0,
        };
        match policy {
            FontPolicy::Author => {
                let embedded: [&'static [u8]; 4] =
                    [ttf_noto_sans::REGULAR, ttf_noto_sans::BOLD, ttf_noto_sans::ITALIC, ttf_noto_sans::BOLD_ITALIC];
                for bytes in embedded {
                    book.add_bytes(Arc::new(bytes))?;
                }
            }
            FontPolicy::Exact(faces) => {
                for bytes in faces {
                    book.load(bytes, Some(0), None)?;
                }
                book.exact = true;
            }
        }
        if book.faces.is_empty() { Err(FontError::NoFaces) } else { Ok(book) }
    }

    /// Adds every face of a font file (the host has read it) under the names in the file.
    ///
    /// # Errors
    /// [`FontError::Unreadable`] if the bytes hold no usable face.
    pub fn add_bytes(&mut self, data: FontBytes) -> Result<Vec<FaceId>, FontError> {
        self.load(data, None, None)
    }

    /// Adds one face of a font file or collection.
    ///
    /// # Errors
    /// [`FontError::Unreadable`] if there is no such face.
    pub fn add_face(&mut self, data: FontBytes, index: u32) -> Result<FaceId, FontError> {
        self.load(data, Some(index), None)?.first().copied().ok_or(FontError::Unreadable)
    }

    /// Adds the face of an `@font-face` rule (or of `wx.loadFontFace`) under the rule's family, weight and
    /// style. Under an exact policy it is read and left unused.
    ///
    /// # Errors
    /// [`FontError::Unreadable`] if the bytes hold no usable face.
    pub fn add_font_face(
        &mut self,
        data: FontBytes,
        family: &str,
        weight: Option<u16>,
        style: Option<FontSlant>,
    ) -> Result<FaceId, FontError> {
        let declared = (family.to_lowercase(), weight, style.map(|s| s != FontSlant::Normal));
        self.load(data, Some(0), Some(declared))?.first().copied().ok_or(FontError::Unreadable)
    }

    /// Makes a generic family mean a real one. A generic without a mapping means the book's fallback order.
    pub fn set_generic(&mut self, generic: GenericFamily, family: &str) {
        self.generics.insert(generic, family.to_lowercase());
        self.forget_choices();
    }

    /// A face's data.
    pub fn face(&self, id: FaceId) -> &FaceData {
        self.faces.get(id.0 as usize).unwrap_or(&self.faces[0])
    }

    /// Number of faces; ids are `0..face_count()`.
    pub fn face_count(&self) -> usize {
        self.faces.len()
    }

    /// Grows when faces or mappings change: texts shaped under an older value may be out of date.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Characters that no face covers and that were not reported before.
    pub fn take_missing(&mut self) -> Vec<char> {
        std::mem::take(&mut self.missing_new)
    }

    /// Families, in lower case, that styles name, that the book does not have, and that were not reported
    /// before.
    pub fn take_unknown_families(&mut self) -> Vec<String> {
        std::mem::take(&mut self.unknown_new)
    }

    /// The stack for a style's `font-family`, `font-weight` and `font-style`.
    pub fn stack(&mut self, families: &Arc<[FontFamily]>, weight: u16, style: FontSlant) -> StackId {
        let key = if self.exact {
            StackKey { families: Arc::from([]), weight: if weight >= 600 { 700 } else { 400 }, italic: false }
        } else {
            StackKey { families: families.clone(), weight, italic: style != FontSlant::Normal }
        };
        if let Some(&id) = self.stack_ids.get(&key) {
            return id;
        }
        let stack = if self.exact { self.exact_stack(key.weight) } else { self.author_stack(&key) };
        if !self.exact {
            self.note_unknown(families);
        }
        let id = StackId(self.stacks.len() as u32);
        self.stacks.push(Arc::new(stack));
        self.stack_ids.insert(key, id);
        id
    }

    /// The faces of a stack.
    pub fn stack_faces(&self, id: StackId) -> &Arc<FontStack> {
        self.stacks.get(id.0 as usize).unwrap_or(&self.stacks[0])
    }

    /// Vertical figures of a stack's first face at `size` px, rounded as browsers do.
    pub fn metrics(&self, id: StackId, size: f32) -> FontMetrics {
        self.face_metrics(self.stack_faces(id).faces[0].face, size)
    }

    /// Vertical figures of a face at `size` px. Fallback faces of an exact policy have the first face's.
    pub fn face_metrics(&self, face: FaceId, size: f32) -> FontMetrics {
        let face = if self.exact && face.0 > 1 { &self.faces[0] } else { self.face(face) };
        let size = effective_size(size);
        let (ascent, descent) = ((face.ascent * size).round(), (face.descent * size).round());
        let x_height = face.x_height * size;
        // A browser measures the letter's outline after hinting, which makes it as high as whole pixels.
        let x_height = if face.x_height_is_measured { (x_height - 0.115).ceil() } else { x_height };
        FontMetrics { ascent, descent, line_gap: face.line_gap * size, x_height }
    }

    /// The face for a character: the first of the stack that covers it, else any face of the book that
    /// does, else the stack's first one (which shows its "missing" glyph).
    pub fn face_for(&mut self, stack: &FontStack, c: char) -> StackFace {
        if let Some(&face) = stack.faces.iter().find(|f| self.face(f.face).covers(c)) {
            return face;
        }
        let first = stack.faces[0];
        if is_invisible(c) {
            return first;
        }
        let key = (c, stack.weight >= 600, stack.italic);
        let found = match self.fallback.get(&key) {
            Some(&found) => found,
            None => {
                let found = self.search_fallback(c, stack.weight, stack.italic);
                self.fallback.insert(key, found);
                found
            }
        };
        match found {
            Some(face) => self.stack_face(face, stack.weight, stack.italic),
            None => {
                if self.missing.insert(c) {
                    self.missing_new.push(c);
                }
                first
            }
        }
    }

    fn note_unknown(&mut self, families: &[FontFamily]) {
        for family in families {
            let FontFamily::Named(name) = family else { continue };
            let lower = name.to_lowercase();
            if !self.by_family.contains_key(&lower) && self.unknown.insert(lower.clone()) {
                self.unknown_new.push(lower);
            }
        }
    }

    fn search_fallback(&self, c: char, weight: u16, italic: bool) -> Option<FaceId> {
        let covering: Vec<FaceId> =
            (0..self.faces.len() as u32).map(FaceId).filter(|&f| self.face(f).covers(c)).collect();
        // The family of the first face that covers it, in that family's best weight and style.
        let first = *covering.first()?;
        if self.exact {
            return Some(first);
        }
        let family = &self.face(first).families;
        let same: Vec<FaceId> = covering.into_iter().filter(|&f| &self.face(f).families == family).collect();
        self.best(&same, weight, italic)
    }

    fn exact_stack(&self, weight: u16) -> FontStack {
        let plain = |face| StackFace { face: FaceId(face), synthetic_bold: false, synthetic_italic: false };
        let count = self.faces.len() as u32;
        let first = if weight >= 600 && count > 1 { 1 } else { 0 };
        let mut faces = vec![plain(first)];
        faces.extend((2..count).map(plain));
        FontStack { faces, weight, italic: false }
    }

    fn author_stack(&self, key: &StackKey) -> FontStack {
        let mut ids: Vec<FaceId> = Vec::new();
        for family in key.families.iter() {
            let generic = match family {
                FontFamily::Named(name) => {
                    let faces = self.by_family.get(&name.to_lowercase());
                    ids.extend(faces.and_then(|faces| self.best(faces, key.weight, key.italic)));
                    continue;
                }
                FontFamily::SansSerif => GenericFamily::SansSerif,
                FontFamily::Serif => GenericFamily::Serif,
                FontFamily::Monospace => GenericFamily::Monospace,
                FontFamily::Cursive => GenericFamily::Cursive,
                FontFamily::Fantasy => GenericFamily::Fantasy,
                FontFamily::SystemUi => GenericFamily::SystemUi,
            };
            let faces = self.generics.get(&generic).and_then(|name| self.by_family.get(name));
            ids.extend(faces.and_then(|faces| self.best(faces, key.weight, key.italic)));
        }
        // The default family ends every stack: what the host made sans-serif, else the embedded faces.
        let default = self.generics.get(&GenericFamily::SansSerif).and_then(|name| self.by_family.get(name));
        let default = default.or_else(|| self.by_family.get(self.faces[0].families.first()?));
        ids.extend(default.and_then(|faces| self.best(faces, key.weight, key.italic)));
        if ids.is_empty() {
            ids.push(FaceId(0));
        }
        let mut seen = FxHashSet::default();
        ids.retain(|&id| seen.insert(id));
        let faces = ids.into_iter().map(|id| self.stack_face(id, key.weight, key.italic)).collect();
        FontStack { faces, weight: key.weight, italic: key.italic }
    }

    fn stack_face(&self, face: FaceId, weight: u16, italic: bool) -> StackFace {
        if self.exact {
            return StackFace { face, synthetic_bold: false, synthetic_italic: false };
        }
        let data = self.face(face);
        StackFace { face, synthetic_bold: weight >= 600 && data.weight < 600, synthetic_italic: italic && !data.italic }
    }

    /// CSS Fonts 4, section 5.2: style first, then weight.
    fn best(&self, faces: &[FaceId], weight: u16, italic: bool) -> Option<FaceId> {
        let distance = |face: FaceId| {
            let w = self.face(face).weight;
            // 400 and 500 look at each other first, then lighter, then heavier; lighter weights look down
            // first, heavier ones up.
            let order = match weight {
                400..=500 if (weight..=500).contains(&w) => (0, w - weight),
                400..=500 if w < weight => (1, weight - w),
                400..=500 => (2, w - weight),
                0..=399 if w <= weight => (0, weight - w),
                0..=399 => (1, w - weight),
                _ if w >= weight => (0, w - weight),
                _ => (1, weight - w),
            };
            (self.face(face).italic != italic, order)
        };
        faces.iter().copied().min_by_key(|&f| (distance(f), f))
    }

    fn forget_choices(&mut self) {
        self.stacks.clear();
        self.stack_ids.clear();
        self.fallback.clear();
        self.missing.clear();
        self.generation += 1;
    }

    fn load(
        &mut self,
        data: FontBytes,
        only: Option<u32>,
        declared: Option<(String, Option<u16>, Option<bool>)>,
    ) -> Result<Vec<FaceId>, FontError> {
        // The readers of font tables are meant to refuse bad input, but a file from the network must not
        // be able to take the process down if one of them does not.
        let faces = catch_unwind(AssertUnwindSafe(|| read_faces(&data, only))).unwrap_or_default();
        let mut ids = Vec::new();
        for mut face in faces {
            if let Some((family, weight, italic)) = &declared {
                face.declared = true;
                face.families = vec![family.clone()];
                face.weight = weight.unwrap_or(face.weight);
                face.italic = italic.unwrap_or(face.italic);
            }
            let id = FaceId(self.faces.len() as u32);
            if self.exact {
                ids.push(FaceId(0));
                continue;
            }
            for family in &face.families {
                self.by_family.entry(family.clone()).or_default().push(id);
            }
            self.faces.push(face);
            ids.push(id);
        }
        if ids.is_empty() {
            return Err(FontError::Unreadable);
        }
        self.forget_choices();
        Ok(ids)
    }
}

/// True if bytes hold a face that a book would take.
pub fn is_readable(data: &FontBytes) -> bool {
    catch_unwind(AssertUnwindSafe(|| !read_faces(data, Some(0)).is_empty())).unwrap_or(false)
}

/// Characters that show nothing, so that no face has to cover them.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' | '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fffc}' | '\u{e0100}'..='\u{e01ef}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sans() -> Arc<[FontFamily]> {
        Arc::from([FontFamily::SansSerif])
    }

    #[test]
    fn a_new_book_has_the_embedded_faces() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        assert_eq!(book.face_count(), 4);
        let bold = book.stack(&sans(), 700, FontSlant::Italic);
        let face = book.stack_faces(bold).faces[0];
        assert_eq!((book.face(face.face).weight, book.face(face.face).italic), (700, true));
        assert!(!face.synthetic_bold && !face.synthetic_italic);
    }

    #[test]
    fn garbage_bytes_are_an_error() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        for len in [0usize, 3, 4, 100, 5000] {
            let bytes: Vec<u8> = (0..len).map(|i| (i * 37) as u8).collect();
            assert_eq!(book.add_bytes(Arc::new(bytes)), Err(FontError::Unreadable));
        }
        let mut cut = ttf_noto_sans::REGULAR.to_vec();
        cut.truncate(3000);
        let _ = book.add_bytes(Arc::new(cut));
        assert!(FontBook::new(FontPolicy::Exact(vec![])).is_err());
    }

    #[test]
    fn a_missing_character_is_reported_once() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        let stack = book.stack(&sans(), 400, FontSlant::Normal);
        let stack = book.stack_faces(stack).clone();
        assert_eq!(book.face_for(&stack, '\u{4e2d}'), stack.faces[0]);
        book.face_for(&stack, '\u{4e2d}');
        assert_eq!(book.take_missing(), vec!['\u{4e2d}']);
        assert!(book.take_missing().is_empty());
    }

    #[test]
    fn a_font_face_is_found_by_its_declared_family() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        let id = book.add_font_face(Arc::new(ttf_noto_sans::BOLD), "My Icons", Some(400), None).unwrap();
        let families: Arc<[FontFamily]> = Arc::from([FontFamily::Named(Arc::from("my icons"))]);
        let stack = book.stack(&families, 700, FontSlant::Normal);
        let face = book.stack_faces(stack).faces[0];
        assert_eq!(face, StackFace { face: id, synthetic_bold: true, synthetic_italic: false });
    }

    #[test]
    fn an_exact_policy_ignores_families_and_never_synthesises() {
        let faces: Vec<FontBytes> = vec![Arc::new(ttf_noto_sans::REGULAR), Arc::new(ttf_noto_sans::BOLD)];
        let mut book = FontBook::new(FontPolicy::Exact(faces)).unwrap();
        let named: Arc<[FontFamily]> = Arc::from([FontFamily::Named(Arc::from("Other")), FontFamily::Serif]);
        let light = book.stack(&named, 500, FontSlant::Italic);
        let heavy = book.stack(&sans(), 600, FontSlant::Normal);
        let plain = |n| StackFace { face: FaceId(n), synthetic_bold: false, synthetic_italic: false };
        assert_eq!(book.stack_faces(light).faces[0], plain(0));
        assert_eq!(book.stack_faces(heavy).faces[0], plain(1));
    }
}
