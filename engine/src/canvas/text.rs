//! Texts on a surface: shaping, figures, masks.

use super::outline::{apply, concat};
use crate::fonts::FontLoader;
use crate::glyphs::Mask;
use crate::glyphs::raster::{self, GlyphShape, OUTLINE_EM};
use crate::paint::path::Segment as Step;
use pellicle_layout::text::font::StackFace;
use pellicle_layout::text::shape::Shaper;
use pellicle_layout::text::{FontBook, FontError, FontPolicy};
use pellicle_script::capability::canvas::{Matrix, Segment, TextAlign, TextBaseline, TextMetrics, TextStyle};
use swash::scale::ScaleContext;
use unicode_bidi::{BidiInfo, Level};

/// Rounds of looking for faces that a text lacks.
const FONT_ROUNDS: u32 = 4;
/// Longest text, bytes; the rest is left out.
const MOST_TEXT: usize = 1 << 16;
/// Glyphs that are larger on the surface are drawn as outlines, px.
const LARGEST_MASK: f64 = 256.0;

/// The fonts of canvases. Faces that are missing are looked for at once: what is drawn is not drawn again when they
/// come.
pub struct Texts {
    book: FontBook,
    loader: FontLoader,
    shaper: Shaper,
    context: ScaleContext,
}

/// A glyph at its place, px from the text's left end and baseline.
struct Placed {
    face: StackFace,
    id: u16,
    x: f32,
    y: f32,
}

/// A text in its font.
pub struct Laid {
    glyphs: Vec<Placed>,
    size: f32,
    /// Its advance, px.
    pub width: f64,
    /// From the anchor to the left end and the baseline, px.
    pub origin: (f64, f64),
    ascent: f64,
    descent: f64,
}

/// The fonts of canvases before the first text: few programs ever draw one, so nothing is read before.
pub struct TextSetup {
    /// Which fonts there are.
    pub policy: FontPolicy,
    /// Where further faces are looked for.
    pub loader: FontLoader,
}

impl Texts {
    /// Texts in the faces of a policy and what a loader finds.
    ///
    /// # Errors
    /// [`FontError`] if there is no usable face.
    pub fn new(TextSetup { policy, loader }: TextSetup) -> Result<Texts, FontError> {
        let book = FontBook::new(policy)?;
        Ok(Texts { book, loader, shaper: Shaper::default(), context: ScaleContext::with_max_entries(16) })
    }

    /// Where faces are looked for.
    pub fn loader(&mut self) -> &mut FontLoader {
        &mut self.loader
    }

    /// Takes in faces that have come.
    pub fn poll(&mut self) -> bool {
        self.loader.look(&mut self.book);
        self.loader.poll(&mut [&mut self.book], "")
    }

    /// Sets a text.
    pub fn lay(&mut self, text: &str, style: &TextStyle) -> Laid {
        let end = (0..=text.len().min(MOST_TEXT)).rev().find(|i| text.is_char_boundary(*i)).unwrap_or(0);
        // HTML, text preparation algorithm: white space of all kinds is a space.
        let text: String =
            text[..end].chars().map(|c| if c.is_whitespace() || c.is_control() { ' ' } else { c }).collect();
        let mut laid = self.shape(&text, style);
        for _ in 0..FONT_ROUNDS {
            if !self.poll() {
                break;
            }
            laid = self.shape(&text, style);
        }
        laid
    }

    fn shape(&mut self, text: &str, style: &TextStyle) -> Laid {
        let font = &style.font;
        let stack = self.book.stack(&font.families, font.weight, font.slant);
        let size = font.size;
        let spacing = style.letter_spacing;
        let (mut glyphs, mut x) = (Vec::new(), 0.0f32);
        let base = if style.rtl { Level::rtl() } else { Level::ltr() };
        let bidi = BidiInfo::new(text, Some(base));
        if let Some(paragraph) = bidi.paragraphs.first() {
            let (levels, runs) = bidi.visual_runs(paragraph, paragraph.range.clone());
            for run in runs {
                let rtl = levels.get(run.start).is_some_and(Level::is_rtl);
                let shaped = self.shaper.shape(&mut self.book, &text[run], stack, rtl, spacing == 0.0);
                let parts: Vec<_> = if rtl { shaped.runs.iter().rev().collect() } else { shaped.runs.iter().collect() };
                for part in parts {
                    for (i, glyph) in part.glyphs.iter().enumerate() {
                        let (dx, dy) = (glyph.x_offset * size, -glyph.y_offset * size);
                        glyphs.push(Placed { face: part.face, id: glyph.id, x: x + dx, y: dy });
                        x += glyph.advance * size;
                        if part.glyphs.get(i + 1).is_none_or(|next| next.cluster != glyph.cluster) {
                            x += spacing;
                        }
                    }
                }
            }
        }
        let first = self.book.face(self.book.stack_faces(stack).faces[0].face);
        // Whole px, as browsers have them.
        let (ascent, descent) = (f64::from((first.ascent * size).round()), f64::from((first.descent * size).round()));
        let over = f64::from(first.em_ascent * size);
        let under = f64::from(size) - over;
        let down = match style.baseline {
            TextBaseline::Alphabetic => 0.0,
            TextBaseline::Top => over,
            TextBaseline::Hanging => ascent * 0.8,
            TextBaseline::Middle => (over - under) * 0.5,
            TextBaseline::Ideographic => -descent,
            TextBaseline::Bottom => -under,
        };
        let width = f64::from(x);
        let left = match (style.align, style.rtl) {
            (TextAlign::Left, _) | (TextAlign::Start, false) | (TextAlign::End, true) => 0.0,
            (TextAlign::Right, _) | (TextAlign::End, false) | (TextAlign::Start, true) => -width,
            (TextAlign::Center, _) => -width * 0.5,
        };
        Laid { glyphs, size, width, origin: (left, down), ascent, descent }
    }

    /// Figures of a text.
    pub fn measure(&mut self, text: &str, style: &TextStyle) -> TextMetrics {
        let laid = self.lay(text, style);
        let mut ink = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
        let at = [1.0, 0.0, 0.0, 1.0, laid.origin.0, laid.origin.1];
        for segment in self.outline(&laid, &at) {
            let mut add = |p: [f32; 2]| {
                ink = [ink[0].min(p[0]), ink[1].min(p[1]), ink[2].max(p[0]), ink[3].max(p[1])];
            };
            match segment {
                Segment::Move(p) | Segment::Line(p) => add(p),
                Segment::Quad(a, p) => [a, p].into_iter().for_each(add),
                Segment::Cubic(a, b, p) => [a, b, p].into_iter().for_each(add),
                Segment::Close => {}
            }
        }
        let ink = if ink[0] > ink[2] { [0.0; 4] } else { ink.map(f64::from) };
        let down = laid.origin.1;
        TextMetrics {
            width: laid.width,
            ink: [-ink[0], ink[2], -ink[1], ink[3]],
            font: [laid.ascent - down, laid.descent + down],
            baselines: [-down, laid.ascent * 0.8 - down, -laid.descent - down],
        }
    }

    /// The outline of a text whose left end and baseline are the origin, under a matrix.
    pub fn outline(&mut self, laid: &Laid, matrix: &Matrix) -> Vec<Segment> {
        let mut out = Vec::new();
        for placed in &laid.glyphs {
            let StackFace { synthetic_bold, synthetic_italic, .. } = placed.face;
            let face = self.book.face(placed.face.face);
            let path = raster::glyph_outline(&mut self.context, face, placed.id, synthetic_bold, synthetic_italic);
            let Some(path) = path else { continue };
            let scale = f64::from(laid.size / OUTLINE_EM);
            let m = concat(matrix, &[scale, 0.0, 0.0, scale, f64::from(placed.x), f64::from(placed.y)]);
            let p = |x: f32, y: f32| {
                let (x, y) = apply(&m, f64::from(x), f64::from(y));
                [x as f32, y as f32]
            };
            out.extend(path.segments().iter().map(|s| match *s {
                Step::Move(x, y) => Segment::Move(p(x, y)),
                Step::Line(x, y) => Segment::Line(p(x, y)),
                Step::Quad(a, b, x, y) => Segment::Quad(p(a, b), p(x, y)),
                Step::Cubic(a, b, c, d, x, y) => Segment::Cubic(p(a, b), p(c, d), p(x, y)),
                Step::Close => Segment::Close,
            }));
        }
        out
    }

    /// The masks of a text's glyphs at their places on the surface; `None` where they are better drawn as outlines.
    pub fn masks(&mut self, laid: &Laid, matrix: &Matrix) -> Option<Vec<Mask>> {
        let size = f64::from(laid.size);
        let [a, b, c, d, ..] = *matrix;
        if (a * d - b * c).abs().sqrt() * size > LARGEST_MASK {
            return None;
        }
        let upright = b == 0.0 && c == 0.0;
        let mut masks = Vec::with_capacity(laid.glyphs.len());
        for placed in &laid.glyphs {
            let (x, y) = apply(matrix, f64::from(placed.x), f64::from(placed.y));
            if !(-1e6..1e6).contains(&x) || !(-1e6..1e6).contains(&y) {
                continue;
            }
            // Glyphs stand at quarters of a px; upright ones on whole rows, as Skia snaps baselines.
            let quarter = |v: f64| ((v + 0.125) * 4.0).floor() / 4.0;
            let (x, y) = (quarter(x), if upright { y.round() } else { quarter(y) });
            let (left, top) = (x.floor(), y.floor());
            let shape = GlyphShape {
                matrix: [a * size, b * size, c * size, d * size].map(|v| v as f32),
                offset: ((x - left) as f32, (y - top) as f32),
                bold: placed.face.synthetic_bold,
                italic: placed.face.synthetic_italic,
            };
            let face = self.book.face(placed.face.face);
            if let Some(mut mask) = raster::glyph(&mut self.context, face, placed.id, &shape) {
                mask.left += left as i32;
                mask.top += top as i32;
                masks.push(mask);
            }
        }
        Some(masks)
    }
}
