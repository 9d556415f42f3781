//! Shaping: from a text in one style to glyphs, in em.
//!
//! A text is cut into runs of one face, script and direction; each run is shaped whole, so kerning and
//! ligatures reach across words as they do in browsers. Results are kept by text and font stack in two
//! generations: what was used since the last turn survives the next one.

use super::FaceId;
use super::font::{FontBook, StackFace, StackId};
use harfrust::{Direction, Feature, Script, Tag, UnicodeBuffer};
use rustc_hash::FxHashMap;
use std::ops::Range;
use std::sync::Arc;
use unicode_script::UnicodeScript;

/// A glyph of a shaped run, in em.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ShapedGlyph {
    /// Glyph id in the run's face.
    pub id: u16,
    /// First byte of its cluster in the shaped text.
    pub cluster: u32,
    /// Advance over em.
    pub advance: f32,
    /// Offset to the right over em.
    pub x_offset: f32,
    /// Offset up over em.
    pub y_offset: f32,
}

/// Glyphs of one face and direction, in visual order.
#[derive(Clone, PartialEq, Debug)]
pub struct ShapedRun {
    /// The face, and what is faked with it.
    pub face: StackFace,
    /// Bytes of the text.
    pub range: Range<u32>,
    /// The run reads from right to left.
    pub rtl: bool,
    /// Its glyphs from left to right.
    pub glyphs: Vec<ShapedGlyph>,
}

impl ShapedRun {
    /// Which of its glyphs belong to clusters that begin in `bytes`: clusters go one way only.
    pub fn glyphs_of(&self, bytes: Range<u32>) -> Range<usize> {
        let count = |before: &dyn Fn(u32) -> bool| self.glyphs.partition_point(|g| before(g.cluster));
        let (first, end) = match self.rtl {
            false => (count(&|c| c < bytes.start), count(&|c| c < bytes.end)),
            true => (count(&|c| c >= bytes.end), count(&|c| c >= bytes.start)),
        };
        first..end.max(first)
    }
}

/// A shaped text.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct ShapedText {
    /// Runs in logical order.
    pub runs: Vec<ShapedRun>,
    /// Clusters in logical order: first byte and advance over em.
    pub clusters: Vec<(u32, f32)>,
    /// First bytes of the clusters before which the text cannot be cut: its parts have other glyphs or kerning.
    pub joined: Vec<u32>,
    /// Faces other than the stack's first one that took part, without repeats.
    pub fallback_faces: Vec<FaceId>,
}

impl ShapedText {
    /// The runs that share bytes with `bytes`.
    pub fn runs_of(&self, bytes: Range<u32>) -> &[ShapedRun] {
        let first = self.runs.partition_point(|r| r.range.end <= bytes.start);
        let end = self.runs.partition_point(|r| r.range.start < bytes.end);
        &self.runs[first..end.max(first)]
    }

    /// The clusters that begin in `bytes`.
    pub fn clusters_of(&self, bytes: Range<u32>) -> &[(u32, f32)] {
        let first = self.clusters.partition_point(|c| c.0 < bytes.start);
        let end = self.clusters.partition_point(|c| c.0 < bytes.end);
        &self.clusters[first..end.max(first)]
    }

    /// Whether the glyphs before and behind a byte are those of the two parts of the text.
    pub fn may_be_cut(&self, byte: u32) -> bool {
        self.clusters.binary_search_by_key(&byte, |c| c.0).is_ok() && self.joined.binary_search(&byte).is_err()
    }

    /// Bytes of memory that it takes.
    fn bytes(&self) -> usize {
        let glyphs: usize = self.runs.iter().map(|r| size_of_val(&r.glyphs[..])).sum();
        size_of_val(self)
            + size_of_val(&self.runs[..])
            + glyphs
            + size_of_val(&self.clusters[..])
            + size_of_val(&self.joined[..])
    }
}

#[derive(PartialEq, Eq, Hash, Clone)]
struct ShapeKey {
    text: Box<str>,
    stack: StackId,
    rtl: bool,
    ligatures: bool,
}

/// The shaper and its cache.
#[derive(Default)]
pub struct Shaper {
    recent: FxHashMap<ShapeKey, Arc<ShapedText>>,
    older: FxHashMap<ShapeKey, Arc<ShapedText>>,
    /// Bytes of the recent texts.
    recent_bytes: usize,
    generation: u64,
    buffer: Option<UnicodeBuffer>,
    /// Texts shaped (not found in the cache) since it was last reset.
    pub shaped: u32,
}

impl std::fmt::Debug for Shaper {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shaper").field("cached", &(self.recent.len() + self.older.len())).finish_non_exhaustive()
    }
}

/// Bytes of the texts of a generation of the cache, keys and glyphs together.
const GENERATION_BYTES: usize = 4 << 20;
/// Texts that take more than this are left to whoever asked for them: a few would push all others out.
const LARGEST_KEPT: usize = GENERATION_BYTES / 8;

impl Shaper {
    /// Shapes `text` with a font stack. `ligatures` is off where letter-spacing would tear them.
    pub fn shape(
        &mut self,
        book: &mut FontBook,
        text: &str,
        stack: StackId,
        rtl: bool,
        ligatures: bool,
    ) -> Arc<ShapedText> {
        if self.generation != book.generation() {
            self.recent.clear();
            self.older.clear();
            self.recent_bytes = 0;
            self.generation = book.generation();
        }
        let key = ShapeKey { text: Box::from(text), stack, rtl, ligatures };
        if let Some(found) = self.recent.get(&key) {
            return found.clone();
        }
        let result = match self.older.remove(&key) {
            Some(found) => found,
            None => {
                self.shaped += 1;
                Arc::new(self.shape_uncached(book, text, stack, rtl, ligatures))
            }
        };
        let bytes = size_of::<ShapeKey>() + text.len() + result.bytes();
        if bytes > LARGEST_KEPT {
            return result;
        }
        if self.recent_bytes + bytes > GENERATION_BYTES {
            self.older = std::mem::take(&mut self.recent);
            self.recent_bytes = 0;
        }
        self.recent_bytes += bytes;
        self.recent.insert(key, result.clone());
        result
    }

    fn shape_uncached(
        &mut self,
        book: &mut FontBook,
        text: &str,
        stack: StackId,
        rtl: bool,
        ligatures: bool,
    ) -> ShapedText {
        let mut shaped = ShapedText::default();
        let off = [
            Feature::new(Tag::new(b"liga"), 0, ..),
            Feature::new(Tag::new(b"clig"), 0, ..),
            Feature::new(Tag::new(b"dlig"), 0, ..),
            Feature::new(Tag::new(b"hlig"), 0, ..),
        ];
        let features: &[Feature] = if ligatures { &[] } else { &off };
        let first = book.stack_faces(stack).faces[0].face;
        for (range, face, script) in itemize(book, text, stack) {
            if face.face != first && !shaped.fallback_faces.contains(&face.face) {
                shaped.fallback_faces.push(face.face);
            }
            let mut buffer = self.buffer.take().unwrap_or_default();
            buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
            for (i, c) in text[range.clone()].char_indices() {
                // Controls that white-space processing left (tabs) take the space glyph.
                let c = if c.is_control() { ' ' } else { c };
                buffer.add(c, (range.start + i) as u32);
            }
            buffer.set_pre_context(&text[..range.start]);
            buffer.set_post_context(&text[range.end..]);
            if let Some(script) = script {
                buffer.set_script(script);
            }
            buffer.guess_segment_properties();
            buffer.set_direction(if rtl { Direction::RightToLeft } else { Direction::LeftToRight });
            let font = book.face(face.face).font();
            let em = f32::from(font.metrics().units_per_em);
            let output = font.shaper().shape(buffer, features);
            let glyphs = output
                .glyph_infos()
                .iter()
                .zip(output.glyph_positions())
                .map(|(info, at)| ShapedGlyph {
                    id: info.glyph_id as u16,
                    cluster: info.cluster,
                    advance: at.x_advance as f32 / em,
                    x_offset: at.x_offset as f32 / em,
                    y_offset: at.y_offset as f32 / em,
                })
                .collect::<Vec<_>>();
            let joined = output.glyph_infos().iter().filter(|info| info.unsafe_to_break()).map(|info| info.cluster);
            let first = shaped.joined.len();
            shaped.joined.extend(joined);
            shaped.joined[first..].sort_unstable();
            self.buffer = Some(output.clear());
            push_clusters(&mut shaped.clusters, &glyphs, rtl);
            shaped.runs.push(ShapedRun { face, range: range.start as u32..range.end as u32, rtl, glyphs });
        }
        shaped
    }
}

/// Appends the clusters of a run in logical order.
fn push_clusters(clusters: &mut Vec<(u32, f32)>, glyphs: &[ShapedGlyph], rtl: bool) {
    let start = clusters.len();
    let mut push = |glyph: &ShapedGlyph| match clusters[start..].last_mut() {
        Some(last) if last.0 == glyph.cluster => last.1 += glyph.advance,
        _ => clusters.push((glyph.cluster, glyph.advance)),
    };
    if rtl {
        glyphs.iter().rev().for_each(&mut push);
    } else {
        glyphs.iter().for_each(&mut push);
    }
}

/// Cuts a text into runs of one face and script.
fn itemize(book: &mut FontBook, text: &str, stack: StackId) -> Vec<(Range<usize>, StackFace, Option<Script>)> {
    let stack = book.stack_faces(stack).clone();
    let mut runs: Vec<(Range<usize>, StackFace, Option<Script>)> = Vec::new();
    for (at, c) in text.char_indices() {
        let end = at + c.len_utf8();
        let own_script = c.script();
        let script = match own_script {
            unicode_script::Script::Common | unicode_script::Script::Inherited | unicode_script::Script::Unknown => {
                None
            }
            script => harfrust_script(script),
        };
        let joins = joins_previous(c);
        if let Some((range, face, run_script)) = runs.last_mut() {
            let face_fits = if joins {
                true
            } else {
                // A character that any face has (a space, a full stop) still takes the stack's first one.
                book.face_for(&stack, c) == *face
            };
            let script_fits = script.is_none() || run_script.is_none() || *run_script == script;
            if face_fits && script_fits {
                range.end = end;
                *run_script = run_script.or(script);
                continue;
            }
        }
        let face = book.face_for(&stack, c);
        runs.push((at..end, face, script));
    }
    runs
}

/// Marks, joiners and variation selectors are shaped with what they follow.
pub(crate) fn joins_previous(c: char) -> bool {
    matches!(c, '\u{200d}' | '\u{fe00}'..='\u{fe0f}' | '\u{20e3}' | '\u{1f3fb}'..='\u{1f3ff}' | '\u{e0100}'..='\u{e01ef}')
        || c.script() == unicode_script::Script::Inherited
}

fn harfrust_script(script: unicode_script::Script) -> Option<Script> {
    let name: [u8; 4] = script.short_name().as_bytes().try_into().ok()?;
    Script::from_iso15924_tag(Tag::new(&name))
}

#[cfg(test)]
mod tests {
    use super::super::FontPolicy;
    use super::*;
    use crate::style::computed::{FontFamily, FontSlant};

    fn width(book: &mut FontBook, shaper: &mut Shaper, text: &str) -> f32 {
        let families: Arc<[FontFamily]> = Arc::from([FontFamily::SansSerif]);
        let stack = book.stack(&families, 400, FontSlant::Normal);
        shaper.shape(book, text, stack, false, true).clusters.iter().map(|c| c.1).sum()
    }

    #[test]
    fn a_text_is_shaped_once() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        let mut shaper = Shaper::default();
        let a = width(&mut book, &mut shaper, "Hello");
        let b = width(&mut book, &mut shaper, "Hello");
        assert_eq!(a, b);
        assert_eq!(shaper.shaped, 1);
    }

    #[test]
    fn an_empty_text_has_no_runs() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        assert_eq!(width(&mut book, &mut Shaper::default(), ""), 0.0);
    }

    #[test]
    fn the_cache_keeps_to_its_bytes() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        let mut shaper = Shaper::default();
        for i in 0..2000 {
            width(&mut book, &mut shaper, &format!("{i} ").repeat(60));
        }
        let kept = |texts: &FxHashMap<ShapeKey, Arc<ShapedText>>| -> usize {
            texts.iter().map(|(k, t)| size_of::<ShapeKey>() + k.text.len() + t.bytes()).sum()
        };
        assert_eq!(kept(&shaper.recent), shaper.recent_bytes);
        assert!(shaper.recent_bytes <= GENERATION_BYTES && kept(&shaper.older) <= GENERATION_BYTES);
        assert!(!shaper.older.is_empty());
    }

    #[test]
    fn the_glyphs_of_any_bytes_are_those_whose_clusters_begin_there() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        let families: Arc<[FontFamily]> = Arc::from([FontFamily::SansSerif]);
        let stack = book.stack(&families, 400, FontSlant::Normal);
        let text = "ab\u{301}c \u{430}\u{431} d";
        for rtl in [false, true] {
            let shaped = Shaper::default().shape(&mut book, text, stack, rtl, true);
            for start in 0..text.len() as u32 {
                for end in start..=text.len() as u32 {
                    let found: usize = shaped.runs_of(start..end).iter().map(|r| r.glyphs_of(start..end).len()).sum();
                    let all = shaped.runs.iter().flat_map(|r| &r.glyphs);
                    assert_eq!(found, all.filter(|g| (start..end).contains(&g.cluster)).count(), "{rtl} {start} {end}");
                }
            }
        }
    }

    #[test]
    fn clusters_cover_the_text_in_order() {
        let mut book = FontBook::new(FontPolicy::Author).unwrap();
        let families: Arc<[FontFamily]> = Arc::from([FontFamily::SansSerif]);
        let stack = book.stack(&families, 400, FontSlant::Normal);
        for rtl in [false, true] {
            let shaped = Shaper::default().shape(&mut book, "a\u{4e2d}\u{301}b \u{430}\u{431}", stack, rtl, true);
            assert!(shaped.clusters.windows(2).all(|w| w[0].0 < w[1].0), "{:?}", shaped.clusters);
            assert_eq!(shaped.clusters[0].0, 0);
        }
    }
}
