//! From outlines to coverage: glyphs by swash, paths by its rasteriser. No hinting, one byte a pixel.

use super::PAGE_SIZE;
use crate::paint::DeviceRect;
use crate::paint::path::{FillRule, LineCap, LineJoin, Path, Segment, Stroke};
use pellicle_layout::text::FaceData;
use std::panic::{AssertUnwindSafe, catch_unwind};
use swash::scale::image::{Content, Image};
use swash::scale::{Render, ScaleContext, Source, StrikeWith};
use swash::zeno;

/// A rasterised shape. Left and top say where it lies from the pen (glyph) or the origin (path), device px,
/// y down.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Mask {
    /// Column of its left edge.
    pub left: i32,
    /// Row of its top edge.
    pub top: i32,
    /// Columns.
    pub width: u32,
    /// Rows.
    pub height: u32,
    /// The bytes are premultiplied RGBA, else coverage.
    pub color: bool,
    /// Row by row.
    pub bytes: Vec<u8>,
}

impl Mask {
    /// True if it has pixels and fits in a page.
    pub fn fits(&self) -> bool {
        (1..=PAGE_SIZE).contains(&self.width) && (1..=PAGE_SIZE).contains(&self.height)
    }

    /// True if any of its pixels lies in `area`, from the pen or origin.
    pub fn touches(&self, area: &DeviceRect) -> bool {
        let right = self.left.saturating_add_unsigned(self.width);
        let bottom = self.top.saturating_add_unsigned(self.height);
        !DeviceRect::new(self.left, self.top, right, bottom).intersect(area).is_empty()
    }
}

/// Largest size that a glyph is rasterised at, device px of the em square.
pub const MAX_GLYPH_SIZE: f32 = 1000.0;

/// How a glyph is rasterised.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct GlyphShape {
    /// Maps an em of one px to device px, y down: size, scale, rotation in one.
    pub matrix: [f32; 4],
    /// Fraction of a pixel that the pen stands at, 0 to 1.
    pub offset: (f32, f32),
    /// Embolden.
    pub bold: bool,
    /// Slant.
    pub italic: bool,
}

/// Rasterises a glyph. `None` if the face has no picture of it or is broken.
pub fn glyph(context: &mut ScaleContext, face: &FaceData, id: u16, shape: &GlyphShape) -> Option<Mask> {
    // Fonts come from anywhere: whatever a broken table does inside the rasteriser stays inside this call.
    let rendered = catch_unwind(AssertUnwindSafe(|| render_glyph(context, face, id, shape)));
    match rendered {
        Ok(mask) => mask,
        Err(_) => {
            *context = ScaleContext::with_max_entries(32);
            None
        }
    }
}

fn render_glyph(context: &mut ScaleContext, face: &FaceData, id: u16, shape: &GlyphShape) -> Option<Mask> {
    let [a, b, c, d] = shape.matrix;
    let size = (a * d - b * c).abs().sqrt();
    if !(0.5..=MAX_GLYPH_SIZE).contains(&size) {
        return None;
    }
    let mut scaler = context.builder(face.font().as_swash()).size(size).build();
    let mut render = Render::new(&[Source::ColorOutline(0), Source::ColorBitmap(StrikeWith::BestFit), Source::Outline]);
    render.format(zeno::Format::Alpha).offset(zeno::Vector::new(shape.offset.0, -shape.offset.1));
    let upright = b == 0.0 && c == 0.0 && a == d && !shape.italic;
    if !upright {
        // The outline is y up: the figures off the diagonal change sign. Slant by a quarter as browsers do.
        let slant = if shape.italic { 0.25 } else { 0.0 };
        let (a, b, c, d) = (a / size, -b / size, -c / size, d / size);
        let t = zeno::Transform { xx: a, xy: b, yx: c + a * slant, yy: d + b * slant, x: 0.0, y: 0.0 };
        render.transform(Some(t));
    }
    if shape.bold {
        // Skia's figures: from 1/24 of the size at 9 px to 1/32 at 36 px.
        let k = ((size - 9.0) / 27.0).clamp(0.0, 1.0);
        render.embolden(size * (1.0 / 24.0 + k * (1.0 / 32.0 - 1.0 / 24.0)));
    }
    let mut image = Image::new();
    if !render.render_into(&mut scaler, id, &mut image) {
        return None;
    }
    let p = image.placement;
    let color = image.content == Content::Color;
    let mut bytes = image.data;
    if color {
        for px in bytes.chunks_exact_mut(4) {
            let a = u32::from(px[3]);
            for v in &mut px[..3] {
                *v = ((u32::from(*v) * a + 127) / 255) as u8;
            }
        }
    }
    let wanted = p.width as usize * p.height as usize * if color { 4 } else { 1 };
    if bytes.len() != wanted {
        return None;
    }
    Some(Mask { left: p.left, top: -p.top, width: p.width, height: p.height, color, bytes })
}

/// Units of an em of a glyph's outline.
pub const OUTLINE_EM: f32 = 1000.0;

/// A glyph's outline, [`OUTLINE_EM`] to the em, y down. `None` if the face has none, shows a picture in its stead or is
/// broken.
pub fn glyph_outline(context: &mut ScaleContext, face: &FaceData, id: u16, bold: bool, italic: bool) -> Option<Path> {
    let run = || {
        let mut scaler = context.builder(face.font().as_swash()).size(OUTLINE_EM).build();
        let colored = scaler.scale_color_outline(id).is_some()
            || scaler.has_color_bitmaps() && scaler.scale_color_bitmap(id, StrikeWith::BestFit).is_some();
        if colored {
            return None;
        }
        let mut outline = scaler.scale_outline(id)?;
        if bold {
            outline.embolden(OUTLINE_EM / 32.0, OUTLINE_EM / 32.0);
        }
        Some(outline)
    };
    let outline = match catch_unwind(AssertUnwindSafe(run)) {
        Ok(outline) => outline?,
        Err(_) => {
            *context = ScaleContext::with_max_entries(32);
            return None;
        }
    };
    let slant = if italic { 0.25 } else { 0.0 };
    let at = |p: zeno::Point| (p.x + slant * p.y, -p.y);
    let mut path = Path::builder();
    for command in zeno::PathData::commands(&outline.path()) {
        path = match command {
            zeno::Command::MoveTo(p) => path.move_to(at(p).0, at(p).1),
            zeno::Command::LineTo(p) => path.line_to(at(p).0, at(p).1),
            zeno::Command::QuadTo(a, p) => path.quad_to(at(a).0, at(a).1, at(p).0, at(p).1),
            zeno::Command::CurveTo(a, b, p) => path.cubic_to(at(a).0, at(a).1, at(b).0, at(b).1, at(p).0, at(p).1),
            zeno::Command::Close => path.close(),
        };
    }
    Some(path.finish())
}

/// How a path is rasterised.
pub struct PathShape<'a> {
    /// The outline.
    pub path: &'a Path,
    /// From its own units to device px: a b c d e f.
    pub matrix: [f32; 6],
    /// Line, or `None` to fill.
    pub stroke: Option<&'a Stroke>,
    /// Which points a fill covers.
    pub rule: FillRule,
}

fn commands(path: &Path) -> Vec<zeno::Command> {
    let p = zeno::Point::new;
    let convert = |s: &Segment| match *s {
        Segment::Move(x, y) => zeno::Command::MoveTo(p(x, y)),
        Segment::Line(x, y) => zeno::Command::LineTo(p(x, y)),
        Segment::Quad(a, b, x, y) => zeno::Command::QuadTo(p(a, b), p(x, y)),
        Segment::Cubic(a, b, c, d, x, y) => zeno::Command::CurveTo(p(a, b), p(c, d), p(x, y)),
        Segment::Close => zeno::Command::Close,
    };
    path.segments().iter().map(convert).collect()
}

/// The outline of what a path covers, filled or stroked, and the rule that fills it; in the path's own units. `None`
/// if it cannot be understood.
pub fn outline(path: &Path, stroke: Option<&Stroke>, rule: FillRule) -> Option<(Vec<Segment>, FillRule)> {
    let shape = PathShape { path, matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], stroke, rule };
    let run = || {
        shape.with_style(|style| {
            let mut out: Vec<zeno::Command> = Vec::new();
            let fill = zeno::apply(&commands(path), style, None, &mut out);
            (out, fill)
        })
    };
    let (commands, fill) = catch_unwind(AssertUnwindSafe(run)).ok()?;
    let convert = |c: &zeno::Command| match *c {
        zeno::Command::MoveTo(p) => Segment::Move(p.x, p.y),
        zeno::Command::LineTo(p) => Segment::Line(p.x, p.y),
        zeno::Command::QuadTo(a, p) => Segment::Quad(a.x, a.y, p.x, p.y),
        zeno::Command::CurveTo(a, b, p) => Segment::Cubic(a.x, a.y, b.x, b.y, p.x, p.y),
        zeno::Command::Close => Segment::Close,
    };
    let rule = if fill == zeno::Fill::EvenOdd { FillRule::EvenOdd } else { FillRule::NonZero };
    Some((commands.iter().map(convert).collect(), rule))
}

impl PathShape<'_> {
    fn with_style<R>(&self, f: impl FnOnce(zeno::Style<'_>) -> R) -> R {
        match self.stroke {
            None => f(zeno::Style::Fill(match self.rule {
                FillRule::NonZero => zeno::Fill::NonZero,
                FillRule::EvenOdd => zeno::Fill::EvenOdd,
            })),
            Some(s) => {
                let mut z = zeno::Stroke::new(s.width);
                let cap = match s.cap {
                    LineCap::Butt => zeno::Cap::Butt,
                    LineCap::Round => zeno::Cap::Round,
                    LineCap::Square => zeno::Cap::Square,
                };
                let join = match s.join {
                    LineJoin::Miter => zeno::Join::Miter,
                    LineJoin::Round => zeno::Join::Round,
                    LineJoin::Bevel => zeno::Join::Bevel,
                };
                z.join(join).cap(cap).miter_limit(s.miter_limit);
                if !s.dashes.is_empty() {
                    z.dash(&s.dashes, s.dash_offset);
                }
                f(zeno::Style::Stroke(z))
            }
        }
    }

    fn transform(&self) -> zeno::Transform {
        let [a, b, c, d, e, f] = self.matrix;
        zeno::Transform { xx: a, xy: b, yx: c, yy: d, x: e, y: f }
    }

    /// The pixels that the shape touches, as left, top, right, bottom; `None` if there are none.
    pub fn bounds(&self) -> Option<[f32; 4]> {
        let run = || {
            self.with_style(|style| {
                let mut scratch = zeno::Scratch::new();
                scratch.bounds(&commands(self.path), style, Some(self.transform()))
            })
        };
        let b = catch_unwind(AssertUnwindSafe(run)).ok()?;
        let r = [b.min.x.floor(), b.min.y.floor(), b.max.x.ceil(), b.max.y.ceil()];
        (r.iter().all(|v| v.is_finite()) && r[2] > r[0] && r[3] > r[1]).then_some(r)
    }

    /// Coverage of the pixels from (left, top), `width` by `height`.
    pub fn render(&self, left: i32, top: i32, width: u32, height: u32) -> Option<Mask> {
        let run = || {
            self.with_style(|style| {
                let mut bytes = vec![0u8; (width * height) as usize];
                let commands = commands(self.path);
                let mut mask = zeno::Mask::new(&commands);
                mask.style(style)
                    .transform(Some(self.transform()))
                    .size(width, height)
                    .offset(zeno::Vector::new(-left as f32, -top as f32))
                    .render_into(&mut bytes, None);
                bytes
            })
        };
        let bytes = catch_unwind(AssertUnwindSafe(run)).ok()?;
        Some(Mask { left, top, width, height, color: false, bytes })
    }
}
