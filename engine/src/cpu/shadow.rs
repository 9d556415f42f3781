//! Shadows: masks that are stretched, less what the box itself covers.

use super::corner::Corners;
use super::shape::Cutter;
use super::{Rows, Scene, Scratch, blend, shade};
use crate::glyphs::Page;
use crate::paint::geometry::DeviceRect;
use crate::paint::prepare::prim::{FLAG_ALIGNED, FLAG_INSET, FLAG_SHARP, coverage};
use crate::paint::prepare::{Prim, Shape};

/// A shadow: what it is cut by, and what throws it.
struct Shadow<'a> {
    shape: Shape,
    cast: Cast<'a>,
    inset: bool,
}

/// What throws a shadow.
enum Cast<'a> {
    /// A shape without a blur.
    Sharp(Shape),
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
        let (above, below) = (self.row(v.0), self.row(v.1));
        let at = |row: &[u8], x: usize| row.get(x).map_or(0, |v| u32::from(*v));
        let top = at(above, u.0) * (256 - u.2) + at(above, u.1) * u.2;
        let bottom = at(below, u.0) * (256 - u.2) + at(below, u.1) * u.2;
        (top * (256 - v.2) + bottom * v.2 + 32768) >> 16
    }

    fn row(&self, y: usize) -> &[u8] {
        let start = (self.place[1] + y) * self.page.stride() + self.place[0];
        self.page.pixels().get(start..start + self.place[2]).unwrap_or(&[])
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
        let m = self.cast_at(x, y, v);
        blend::div255((if self.inset { 255 - m } else { m }) * blend::level(hole))
    }

    /// Coverage of a local point by what throws the shadow.
    #[inline]
    fn cast_at(&self, x: f32, y: f32, v: RowTaps) -> u32 {
        match &self.cast {
            Cast::Sharp(c) => blend::level(coverage(&c.inverse, &c.rect, &c.rx, &c.ry, x, y)),
            Cast::Blurred(mask) => mask.value(x, y, v),
        }
    }

    fn row_taps(&self, y: f32) -> RowTaps {
        match &self.cast {
            Cast::Sharp(_) => (0, 0, 0),
            Cast::Blurred(mask) => mask.row_taps(y),
        }
    }
}

pub fn shadow(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let data = &scene.frame.data;
    let rect = data.floats_at(prim.data + 5);
    let shape = data.shape_at(prim.data);
    let cast = if prim.has(FLAG_SHARP) {
        Cast::Sharp(Shape { rect, rx: data.floats_at(prim.data + 6), ry: data.floats_at(prim.data + 7), ..shape })
    } else {
        let figures = data.row(prim.data + 7);
        let Some(page) = scene.glyphs.coverage_pages().get(figures[3] as usize) else { return };
        let place = data.row(prim.data + 6).map(|v| v as usize);
        let cut = [f32::from_bits(figures[0]), f32::from_bits(figures[1]), f32::from_bits(figures[2])];
        Cast::Blurred(Blurred { page, rect, place, cut })
    };
    let s = Shadow { shape, cast, inset: prim.has(FLAG_INSET) };
    let color = blend::premultiply(scene.order.arrange(prim.color));
    if !prim.has(FLAG_ALIGNED) {
        return shade(scene, prim, area, rows, scratch, |y, row, _| {
            for (x, px) in (area.x0..).zip(row.as_chunks_mut::<4>().0) {
                let (lx, ly) = s.shape.local(x, y);
                *px = blend::fade(color, s.at(lx, ly, s.row_taps(ly)));
            }
        });
    }
    let own = Cutter::new(s.shape, &mut scratch.corners);
    let sharp = match &s.cast {
        Cast::Sharp(shape) => Some(Cutter::new(*shape, &mut scratch.corners)),
        Cast::Blurred(_) => None,
    };
    let mut rows_of = ShadowRows { shadow: &s, own, sharp, x0: area.x0, last: None };
    let width = area.width() as usize;
    let [mut cast, mut levels] = std::mem::take(&mut scratch.shadow);
    cast.resize(width, 0);
    levels.resize(width, 0);
    if prim.clip == 0 {
        for y in area.y0..area.y1 {
            rows_of.levels(y, &mut cast, &mut levels, &mut scratch.corners);
            blend::mask(rows.span(y, area.x0, area.x1), &levels, color);
        }
    } else {
        shade(scene, prim, area, rows, scratch, |y, row, scratch| {
            rows_of.levels(y, &mut cast, &mut levels, &mut scratch.corners);
            for (px, level) in row.as_chunks_mut::<4>().0.iter_mut().zip(&levels) {
                *px = blend::fade(color, u32::from(*level));
            }
        });
    }
    scratch.shadow = [cast, levels];
}

/// Rows of the shadow of an upright box.
struct ShadowRows<'a> {
    shadow: &'a Shadow<'a>,
    own: Cutter,
    /// What throws a shadow without a blur.
    sharp: Option<Cutter>,
    x0: i32,
    /// The rows of the mask that the last row lay between, and whether it lay beside the mask: the same again is the same
    /// row.
    last: Option<(RowTaps, bool)>,
}

impl ShadowRows<'_> {
    /// Levels of a row of pixels. `cast` are those of what throws the shadow, kept from row to row.
    fn levels(&mut self, y: i32, cast: &mut [u8], levels: &mut [u8], corners: &mut Corners) {
        match (&self.shadow.cast, &self.sharp) {
            (Cast::Blurred(mask), _) => {
                let fy = y as f32 + 0.5;
                let now = (mask.row_taps(fy), fy < mask.rect[1] || fy >= mask.rect[3]);
                if self.last != Some(now) {
                    self.last = Some(now);
                    self.blurred(mask, fy, now.0, cast);
                }
            }
            (_, Some(sharp)) => sharp.levels(y, self.x0, cast, corners),
            (_, None) => {}
        }
        self.own.levels(y, self.x0, levels, corners);
        for (level, m) in levels.iter_mut().zip(cast) {
            let (hole, m) = if self.shadow.inset { (*level, 255 - *m) } else { (255 - *level, *m) };
            *level = blend::div255(u32::from(hole) * u32::from(m)) as u8;
        }
    }

    /// A row of a mask; the stretched middle is one value.
    fn blurred(&self, mask: &Blurred<'_>, y: f32, v: RowTaps, out: &mut [u8]) {
        let x1 = self.x0 + out.len() as i32;
        let (half, slack) = (mask.cut[0] / mask.cut[2], 1.5 / mask.cut[2]);
        let from = ((mask.rect[0] + half + slack).ceil() as i32).clamp(self.x0, x1);
        let to = ((mask.rect[2] - half - slack).floor() as i32).clamp(from, x1);
        let at = |x: i32| (x - self.x0) as usize;
        for x in (self.x0..from).chain(to..x1) {
            out[at(x)] = mask.value(x as f32 + 0.5, y, v) as u8;
        }
        if from < to {
            out[at(from)..at(to)].fill(mask.value((from + to) as f32 * 0.5, y, v) as u8);
        }
    }
}
