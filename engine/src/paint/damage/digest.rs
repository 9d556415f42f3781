//! Numbers of what items are drawn from.

use crate::images::ImageStore;
use crate::paint::geometry::{Affine, Radii, Rect};
use crate::paint::list::{BoxShadow, Fill, GlyphItem, GradientLine, ImageItem, PathItem, Picture, Quad};
use crate::paint::prepare::shown_size;
use crate::paint::space::Space;
use pellicle_layout::style::computed::{Color, FilterOp};
use rustc_hash::FxHasher;
use std::hash::{Hash, Hasher};

/// Numbers into a hash.
#[derive(Default)]
pub struct Digest(pub FxHasher);

impl Digest {
    /// A hash that begins with a tag.
    pub fn of(tag: u64) -> Digest {
        let mut d = Digest::default();
        d.word(tag);
        d
    }

    /// Adds a word.
    pub fn word(&mut self, v: u64) {
        self.0.write_u64(v);
    }

    /// Adds the bits of a number.
    pub fn float(&mut self, v: f32) {
        self.0.write_u32(v.to_bits());
    }

    /// Adds numbers.
    pub fn floats(&mut self, values: &[f32]) {
        values.iter().for_each(|&v| self.float(v));
    }

    /// Adds a rectangle.
    pub fn rect(&mut self, r: &Rect) {
        self.floats(&[r.x, r.y, r.width, r.height]);
    }

    /// Adds corners.
    pub fn radii(&mut self, r: &Radii) {
        self.floats(&r.x);
        self.floats(&r.y);
    }

    /// Adds a colour.
    pub fn color(&mut self, c: Color) {
        self.0.write_u32(u32::from_le_bytes([c.r, c.g, c.b, c.a]));
    }

    /// Adds a map.
    pub fn affine(&mut self, m: &Affine) {
        self.floats(&[m.a, m.b, m.c, m.d, m.e, m.f]);
    }

    /// Adds filter functions.
    pub fn filters(&mut self, ops: &[FilterOp]) {
        self.word(ops.len() as u64);
        for op in ops {
            let (tag, value) = match *op {
                FilterOp::Blur(v) => (0, v),
                FilterOp::Brightness(v) => (1, v),
                FilterOp::Contrast(v) => (2, v),
                FilterOp::Grayscale(v) => (3, v),
                FilterOp::HueRotate(v) => (4, v),
                FilterOp::Invert(v) => (5, v),
                FilterOp::Opacity(v) => (6, v),
                FilterOp::Saturate(v) => (7, v),
                FilterOp::Sepia(v) => (8, v),
                FilterOp::DropShadow(s) => {
                    self.floats(&[s.x, s.y, s.spread]);
                    self.color(s.color);
                    (9, s.blur)
                }
            };
            self.word(tag);
            self.float(value);
        }
    }

    /// The number.
    pub fn finish(&self) -> u64 {
        self.0.finish()
    }
}

/// One number of two, in this order.
pub fn mixed(a: u64, b: u64) -> u64 {
    let mut d = Digest::default();
    d.word(a);
    d.word(b);
    d.finish()
}

/// A box.
pub fn quad(d: &mut Digest, q: &Quad) {
    d.rect(&q.rect);
    d.radii(&q.radii);
    match &q.fill {
        Fill::None => d.word(0),
        Fill::Color(c) => {
            d.word(1);
            d.color(*c);
        }
        Fill::Gradient(g) => {
            d.word(2 + u64::from(g.repeating));
            match g.line {
                GradientLine::Linear(a, b) => d.floats(&[0.0, a.x, a.y, b.x, b.y]),
                GradientLine::Radial(c, x, y) => d.floats(&[1.0, c.x, c.y, x, y]),
                GradientLine::Conic(c, from) => d.floats(&[2.0, c.x, c.y, from]),
            }
            d.word(g.stops.len() as u64);
            for (at, color) in &g.stops {
                d.float(*at);
                d.color(*color);
            }
            d.rect(&g.tile.rect);
            d.floats(&[g.tile.step.0, g.tile.step.1]);
        }
    }
    if let Some(b) = &q.border {
        d.word(b.style as u64);
        d.floats(&[b.widths.top, b.widths.right, b.widths.bottom, b.widths.left]);
        [b.colors.top, b.colors.right, b.colors.bottom, b.colors.left].into_iter().for_each(|c| d.color(c));
    }
}

/// A shadow.
pub fn shadow(d: &mut Digest, s: &BoxShadow) {
    d.word(10 + u64::from(s.inset));
    d.rect(&s.rect);
    d.radii(&s.radii);
    d.floats(&[s.offset.x, s.offset.y, s.blur, s.spread]);
    d.color(s.color);
}

/// A run of glyphs.
pub fn glyphs(d: &mut Digest, g: &GlyphItem) {
    d.word(20);
    d.floats(&[g.origin.x, g.origin.y]);
    d.color(g.color);
    let Some((run, shown)) = g.shown() else { return };
    d.word(u64::from(run.face.0) << 2 | u64::from(run.synthetic_bold) << 1 | u64::from(run.synthetic_italic));
    d.floats(&[run.size, run.x, run.baseline]);
    for glyph in shown {
        d.word(u64::from(glyph.id) << 32 | u64::from(glyph.x.to_bits()));
        d.float(glyph.y);
    }
}

/// A picture; false if there is nothing to draw.
pub fn image(d: &mut Digest, i: &ImageItem, space: &Space, images: &ImageStore, count: u64) -> bool {
    let (tag, unique) = match i.picture {
        Picture::Image(id) => match images.bitmap_for(id, shown_size(i, space)) {
            Some(bitmap) => (30, bitmap.unique()),
            None => return false,
        },
        Picture::External(slot) => match images.external(slot) {
            Some(e) => {
                d.word(u64::from(slot) << 32 | u64::from(e.size.0));
                d.word(u64::from(e.size.1));
                e.bitmap.as_ref().map_or((31, count), |b| (32, b.unique()))
            }
            None => return false,
        },
    };
    d.word(tag);
    d.word(unique);
    d.rect(&i.source);
    d.rect(&i.rect);
    d.radii(&i.radii);
    d.rect(&i.tile.rect);
    d.floats(&[i.tile.step.0, i.tile.step.1]);
    d.word(i.sampling as u64);
    if let Some(c) = i.tint {
        d.word(1);
        d.color(c);
    }
    true
}

/// A path.
pub fn path(d: &mut Digest, p: &PathItem) {
    d.word(40 + u64::from(p.stroke.is_some()));
    p.path.hash(&mut d.0);
    d.floats(&[p.origin.x, p.origin.y, p.scale]);
    d.color(p.color);
    p.rule.hash(&mut d.0);
    if let Some(s) = &p.stroke {
        d.floats(&[s.width, s.miter_limit, s.dash_offset]);
        s.cap.hash(&mut d.0);
        s.join.hash(&mut d.0);
        d.word(s.dashes.len() as u64);
        d.floats(&s.dashes);
    }
}
