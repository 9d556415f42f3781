//! Coverage masks: glyphs and paths one to one, shadows stretched.

use super::shape::zones;
use super::{Rows, Scene, blend, shade};
use crate::glyphs::Page;
use crate::paint::geometry::DeviceRect;
use crate::paint::prepare::prim::{FLAG_ALIGNED, FLAG_INSET, FLAG_SHARP, coverage};
use crate::paint::prepare::{Prim, Shape};

/// The page's bytes under pixels `x0..x1` of row `y`.
fn page_row<'a>(page: &'a Page, prim: &Prim, y: i32, x0: i32, x1: i32, channels: usize) -> &'a [u8] {
    let start = (y + prim.params[1]) as usize * page.stride() + (x0 + prim.params[0]) as usize * channels;
    page.pixels().get(start..start + (x1 - x0) as usize * channels).unwrap_or(&[])
}

pub fn mask(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Vec<u8>) {
    let Some(page) = scene.glyphs.coverage_pages().get(prim.params[2] as usize) else { return };
    let color = blend::premultiply(scene.order.arrange(prim.color));
    if prim.clip == 0 {
        for y in area.y0..area.y1 {
            let coverage = page_row(page, prim, y, area.x0, area.x1, 1);
            blend::mask(rows.span(y, area.x0, area.x1), coverage, color);
        }
        return;
    }
    shade(scene, prim, area, rows, scratch, |y, row| {
        let coverage = page_row(page, prim, y, area.x0, area.x1, 1);
        for (px, &m) in row.chunks_exact_mut(4).zip(coverage) {
            px.copy_from_slice(&blend::fade(color, u32::from(m)));
        }
    });
}

pub fn color_mask(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Vec<u8>) {
    let Some(page) = scene.glyphs.color_pages().get(prim.params[2] as usize) else { return };
    let opacity = u32::from(prim.color[3]);
    shade(scene, prim, area, rows, scratch, |y, row| {
        let texels = page_row(page, prim, y, area.x0, area.x1, 4);
        for (px, t) in row.chunks_exact_mut(4).zip(texels.chunks_exact(4)) {
            let t = scene.order.arrange([t[0], t[1], t[2], t[3]]);
            px.copy_from_slice(&blend::fade(t, opacity));
        }
    });
}

/// A shadow: what it is cut by, and what throws it.
struct Shadow<'a> {
    shape: Shape,
    cast: Cast<'a>,
    inset: bool,
}

/// What throws a shadow.
enum Cast<'a> {
    /// A shape without a blur.
    Sharp { rect: [f32; 4], rx: [f32; 4], ry: [f32; 4] },
    /// A mask with its stretch.
    Blurred(Blurred<'a>),
}

/// Two rows of a mask and the weight of the second in 1/256.
type RowTaps = (usize, usize, u32);

struct Blurred<'a> {
    page: &'a Page,
    rect: [f32; 4],
    place: [usize; 4],
    cut: [f32; 3],
}

/// Texel position of a local coordinate: from the near edge up to the middle of the mask, then from the far
/// edge; what lies between is the middle stretched.
#[inline(always)]
fn stretch(q: f32, lo: f32, hi: f32, half: f32, scale: f32) -> f32 {
    let near = (q - lo) * scale;
    if near < half { near } else { (2.0 * half - (hi - q) * scale).max(half) }
}

impl Blurred<'_> {
    fn taps(&self, u: f32, n: usize) -> (usize, usize, u32) {
        let t = u - 0.5;
        let f = t.floor();
        let i = f as i32;
        let last = (n as i32 - 1).max(0);
        let cut = |v: i32| v.clamp(0, last) as usize;
        (cut(i), cut(i.saturating_add(1)), ((t - f) * 256.0 + 0.5) as u32)
    }

    /// The two rows of the mask that a row of pixels lies between.
    fn row_taps(&self, y: f32) -> RowTaps {
        self.taps(stretch(y, self.rect[1], self.rect[3], self.cut[1], self.cut[2]), self.place[3])
    }

    /// The mask's value, 0 to 255.
    #[inline]
    fn value(&self, x: f32, y: f32, v: RowTaps) -> u32 {
        let inside = x >= self.rect[0] && x < self.rect[2] && y >= self.rect[1] && y < self.rect[3];
        if !inside {
            return 0;
        }
        let u = self.taps(stretch(x, self.rect[0], self.rect[2], self.cut[0], self.cut[2]), self.place[2]);
        let row = |y: usize| (self.place[1] + y) * self.page.stride() + self.place[0];
        let at = |x: usize, y: usize| self.page.pixels().get(row(y) + x).map_or(0, |v| u32::from(*v));
        let top = at(u.0, v.0) * (256 - u.2) + at(u.1, v.0) * u.2;
        let bottom = at(u.0, v.1) * (256 - u.2) + at(u.1, v.1) * u.2;
        (top * (256 - v.2) + bottom * v.2 + 32768) >> 16
    }
}

impl Shadow<'_> {
    /// The shadow's coverage of a local point: outside of its box, or inside of it.
    #[inline]
    fn at(&self, x: f32, y: f32, v: RowTaps) -> u32 {
        let s = &self.shape;
        let own = coverage(&s.inverse, &s.rect, &s.rx, &s.ry, x, y);
        let hole = if self.inset { own } else { 1.0 - own };
        if hole <= 0.0 {
            return 0;
        }
        let m = match &self.cast {
            Cast::Sharp { rect, rx, ry } => blend::level(coverage(&s.inverse, rect, rx, ry, x, y)),
            Cast::Blurred(mask) => mask.value(x, y, v),
        };
        blend::div255((if self.inset { 255 - m } else { m }) * blend::level(hole))
    }

    fn row_taps(&self, y: f32) -> RowTaps {
        match &self.cast {
            Cast::Sharp { .. } => (0, 0, 0),
            Cast::Blurred(mask) => mask.row_taps(y),
        }
    }

    /// Columns of a row in which what throws the shadow is alike: those of the stretched middle, or those between the
    /// curves of a sharp shape.
    fn middle(&self, y: f32) -> (i32, i32) {
        match &self.cast {
            Cast::Sharp { rect, rx, ry } => {
                let z = zones(rect, rx, ry, y);
                (z.left, z.right)
            }
            Cast::Blurred(m) => {
                let (half, slack) = (m.cut[0] / m.cut[2], 1.5 / m.cut[2]);
                ((m.rect[0] + half + slack).ceil() as i32, (m.rect[2] - half - slack).floor() as i32)
            }
        }
    }
}

pub fn shadow(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Vec<u8>) {
    let data = &scene.frame.data;
    let rect = data.floats_at(prim.data + 5);
    let cast = if prim.has(FLAG_SHARP) {
        Cast::Sharp { rect, rx: data.floats_at(prim.data + 6), ry: data.floats_at(prim.data + 7) }
    } else {
        let figures = data.row(prim.data + 7);
        let Some(page) = scene.glyphs.coverage_pages().get(figures[3] as usize) else { return };
        let place = data.row(prim.data + 6).map(|v| v as usize);
        let cut = [f32::from_bits(figures[0]), f32::from_bits(figures[1]), f32::from_bits(figures[2])];
        Cast::Blurred(Blurred { page, rect, place, cut })
    };
    let s = Shadow { shape: data.shape_at(prim.data), cast, inset: prim.has(FLAG_INSET) };
    let color = blend::premultiply(scene.order.arrange(prim.color));
    if !prim.has(FLAG_ALIGNED) {
        shade(scene, prim, area, rows, scratch, |y, row| {
            for (x, px) in (area.x0..).zip(row.chunks_exact_mut(4)) {
                let (lx, ly) = s.shape.local(x, y);
                px.copy_from_slice(&blend::fade(color, s.at(lx, ly, s.row_taps(ly))));
            }
        });
        return;
    }
    shade(scene, prim, area, rows, scratch, |y, row| {
        let fy = y as f32 + 0.5;
        let (v, middle) = (s.row_taps(fy), s.middle(fy));
        let z = zones(&s.shape.rect, &s.shape.rx, &s.shape.ry, fy).cut(area.x0, area.x1);
        row.fill(0);
        let each = |row: &mut [u8], from: i32, to: i32| {
            for x in from..to {
                let i = (x - area.x0) as usize * 4;
                row[i..i + 4].copy_from_slice(&blend::fade(color, s.at(x as f32 + 0.5, fy, v)));
            }
        };
        each(row, z.start, z.left);
        each(row, z.right, z.end);
        // Elsewhere the box's own coverage is constant, and so is the middle of what throws the shadow.
        let mut calm = |a: i32, b: i32| {
            let (ma, mb) = (middle.0.clamp(a, b), middle.1.clamp(a, b));
            if mb <= ma {
                return each(row, a, b);
            }
            each(row, a, ma);
            each(row, mb, b);
            let c = blend::fade(color, s.at((ma + mb) as f32 * 0.5, fy, v));
            let range = (ma - area.x0) as usize * 4..(mb - area.x0) as usize * 4;
            for px in row[range].chunks_exact_mut(4) {
                px.copy_from_slice(&c);
            }
        };
        calm(z.left, z.right);
        if !s.inset {
            calm(area.x0, z.start);
            calm(z.end, area.x1);
        }
    });
}
