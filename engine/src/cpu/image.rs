//! Images along rows.

use super::fill::Tile;
use super::shape::Cutter;
use super::{PixelOrder, Rows, Scene, Scratch, blend, shade};
use crate::images::Level;
use crate::paint::geometry::DeviceRect;
use crate::paint::prepare::prim::{FLAG_ALIGNED, FLAG_NEAREST, FLAG_TINT, FLAG_WRAP_X, FLAG_WRAP_Y};
use crate::paint::prepare::{Prim, Shape, Texture};

/// An image's texels with the rules of sampling.
struct Sampler<'a> {
    level: &'a Level,
    origin: [f32; 2],
    scale: [f32; 2],
    limits: [i32; 4],
    /// Beyond the limits across, and down, lies the next copy.
    wraps: [bool; 2],
}

/// Two columns (or rows) of texels and the weight of the second in 1/256.
type Taps = (usize, usize, u32);

/// The taps of a texel position.
#[inline(always)]
fn taps(u: f32, lo: i32, hi: i32, wraps: bool) -> Taps {
    let t = u - 0.5;
    let f = t.floor();
    let i = f as i32;
    let w = ((t - f) * 256.0 + 0.5) as u32;
    let at = |i: i32| {
        let i = match wraps {
            true if i < lo => i.saturating_add(hi - lo + 1),
            true if i > hi => i - (hi - lo + 1),
            _ => i,
        };
        i.clamp(lo, hi) as usize
    };
    (at(i), at(i.saturating_add(1)), w)
}

impl Sampler<'_> {
    #[inline]
    fn texel(&self, x: usize, y: usize) -> [u8; 4] {
        let at = (y * self.level.width as usize + x) * 4;
        self.level.pixels[at..].first_chunk().copied().unwrap_or_default()
    }

    /// The texel under a point of the tile.
    #[inline]
    fn nearest(&self, x: f32, y: f32) -> [u8; 4] {
        self.texel(self.nearest_on(x, 0), self.nearest_on(y, 1))
    }

    #[inline]
    fn nearest_on(&self, v: f32, axis: usize) -> usize {
        let texel = (self.origin[axis] + v * self.scale[axis]).floor() as i32;
        texel.clamp(self.limits[axis], self.limits[axis + 2]) as usize
    }

    #[inline]
    fn taps(&self, v: f32, axis: usize) -> Taps {
        let texel = self.origin[axis] + v * self.scale[axis];
        taps(texel, self.limits[axis], self.limits[axis + 2], self.wraps[axis])
    }

    /// A blend of four texels in whole numbers.
    #[inline]
    fn smooth(&self, x: f32, y: f32) -> [u8; 4] {
        let (u, v) = (self.taps(x, 0), self.taps(y, 1));
        let (a, b) = (self.texel(u.0, v.0), self.texel(u.1, v.0));
        let (c, d) = (self.texel(u.0, v.1), self.texel(u.1, v.1));
        std::array::from_fn(|i| {
            let top = u32::from(a[i]) * (256 - u.2) + u32::from(b[i]) * u.2;
            let bottom = u32::from(c[i]) * (256 - u.2) + u32::from(d[i]) * u.2;
            ((top * (256 - v.2) + bottom * v.2 + 32768) >> 16) as u8
        })
    }

    fn row(&self, y: usize) -> &[[u8; 4]] {
        let width = self.level.width as usize;
        self.level.pixels.as_chunks::<4>().0.get(y * width..(y + 1) * width).unwrap_or(&[])
    }
}

/// The texels of a column of pixels, and the weight of the second in 1/256. Beyond a row where there is none.
#[derive(Clone, Copy)]
struct Column {
    left: u32,
    right: u32,
    weight: u16,
}

const NO_COLUMN: Column = Column { left: u32::MAX, right: u32::MAX, weight: 0 };

/// What rows of an upright image have in common: where their columns are, and rows of texels that were already smoothed
/// across.
#[derive(Default)]
pub struct Lines {
    columns: Vec<Column>,
    smooth: [(usize, Vec<[u16; 4]>); 2],
}

impl Lines {
    /// Begins another image.
    fn begin(&mut self, columns: impl Iterator<Item = Column>) {
        self.columns.clear();
        self.columns.extend(columns);
        self.smooth.iter_mut().for_each(|row| row.0 = usize::MAX);
    }

    /// A row of texels smoothed across, times 256. `other` is the one that is still needed.
    fn across(&mut self, s: &Sampler<'_>, y: usize, other: usize) -> usize {
        if let Some(slot) = self.smooth.iter().position(|row| row.0 == y) {
            return slot;
        }
        let slot = usize::from(self.smooth[0].0 == other);
        let (key, row) = &mut self.smooth[slot];
        *key = y;
        row.clear();
        let texels = s.row(y);
        let at = |i: u32| texels.get(i as usize).map_or([0; 4], |t| t.map(u16::from));
        row.extend(self.columns.iter().map(|c| {
            let (a, b) = (at(c.left), at(c.right));
            std::array::from_fn(|i| a[i] * (256 - c.weight) + b[i] * c.weight)
        }));
        slot
    }

    /// A row of pixels between two rows of texels.
    fn smooth_row(&mut self, s: &Sampler<'_>, v: Taps, out: &mut [[u8; 4]]) {
        let top = self.across(s, v.0, v.1);
        let bottom = self.across(s, v.1, v.0);
        let (top, bottom) = (&self.smooth[top].1, &self.smooth[bottom].1);
        for ((px, a), b) in out.iter_mut().zip(top).zip(bottom) {
            for i in 0..4 {
                px[i] = ((u32::from(a[i]) * (256 - v.2) + u32::from(b[i]) * v.2 + 32768) >> 16) as u8;
            }
        }
    }

    /// A row of pixels that are texels.
    fn nearest_row(&self, texels: &[[u8; 4]], out: &mut [[u8; 4]]) {
        // Side by side they are copied at once.
        if let (Some(first), Some(last)) = (self.columns.first(), self.columns.last())
            && last.left as usize - first.left.min(last.left) as usize + 1 == out.len()
            && let Some(texels) = texels.get(first.left as usize..=last.left as usize)
            && self.columns.iter().zip(first.left..).all(|(c, x)| c.left == x)
        {
            return out.copy_from_slice(texels);
        }
        for (px, c) in out.iter_mut().zip(&self.columns) {
            *px = texels.get(c.left as usize).copied().unwrap_or_default();
        }
    }
}

/// What becomes of texels before they are blended.
struct Finish {
    order: PixelOrder,
    tint: Option<[u8; 4]>,
    opacity: u32,
}

impl Finish {
    fn row(&self, row: &mut [u8]) {
        if let Some(color) = self.tint {
            for px in row.as_chunks_mut::<4>().0 {
                *px = blend::fade(color, u32::from(px[3]));
            }
            return;
        }
        if self.order == PixelOrder::Bgra {
            row.as_chunks_mut::<4>().0.iter_mut().for_each(|px| px.swap(0, 2));
        }
        if self.opacity < 255 {
            blend::fade_row(row, self.opacity);
        }
    }
}

pub fn image(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let Some(Texture::Bitmap(bitmap)) = scene.frame.textures.get(prim.params[0].max(0) as usize) else { return };
    let data = &scene.frame.data;
    let own = data.shape_at(prim.data);
    let cutter = Cutter::new(own, &mut scratch.corners);
    let tile = Tile::read(data, prim);
    let map = data.floats_at(prim.data + 7);
    let Some(level) = bitmap.levels().get(data.row(prim.data + 6)[2] as usize) else { return };
    // A host's bitmap may have another size than it announced: texels end where it ends.
    let last = [level.width as i32 - 1, level.height as i32 - 1];
    let limits = data.row(prim.data + 8).map(|v| v as i32);
    let s = Sampler {
        level,
        origin: [map[0], map[1]],
        scale: [map[2], map[3]],
        limits: [limits[0].min(last[0]), limits[1].min(last[1]), limits[2].min(last[0]), limits[3].min(last[1])],
        wraps: [prim.has(FLAG_WRAP_X), prim.has(FLAG_WRAP_Y)],
    };
    let tint = prim.has(FLAG_TINT).then(|| blend::premultiply(scene.order.arrange(prim.color)));
    let finish = Finish { order: scene.order, tint, opacity: u32::from(prim.color[3]) };
    let nearest = prim.has(FLAG_NEAREST);
    if !prim.has(FLAG_ALIGNED) {
        return shade(scene, prim, area, rows, scratch, |y, row, scratch| {
            turned(&s, &tile, &own, (area.x0, y), nearest, row);
            finish.row(row);
            cutter.cut(y, area.x0, row, &mut scratch.corners);
        });
    }
    // One texel a pixel, edges on edges: texels are copied.
    let whole = |v: f32| v == v.floor();
    let copies =
        s.scale == [1.0, 1.0] && whole(s.origin[0]) && whole(s.origin[1]) && (!tile.cut || tile.step == [0.0, 0.0]);
    let nearest = nearest || copies;
    let column = |x: i32| match tile.axis(x as f32 + 0.5, 0) {
        Some(tx) if nearest => Column { left: s.nearest_on(tx, 0) as u32, ..NO_COLUMN },
        Some(tx) => {
            let u = s.taps(tx, 0);
            Column { left: u.0 as u32, right: u.1 as u32, weight: u.2 as u16 }
        }
        None => NO_COLUMN,
    };
    scratch.lines.begin((area.x0..area.x1).map(column));
    shade(scene, prim, area, rows, scratch, |y, row, scratch| {
        let out = row.as_chunks_mut::<4>().0;
        match tile.axis(y as f32 + 0.5, 1) {
            None => return row.fill(0),
            Some(ty) if nearest => scratch.lines.nearest_row(s.row(s.nearest_on(ty, 1)), out),
            Some(ty) => scratch.lines.smooth_row(&s, s.taps(ty, 1), out),
        }
        finish.row(row);
        cutter.cut(y, area.x0, row, &mut scratch.corners);
    });
}

/// A row of pixels, from `at` on, of an image that is not upright.
fn turned(s: &Sampler<'_>, tile: &Tile, own: &Shape, at: (i32, i32), nearest: bool, row: &mut [u8]) {
    for (x, px) in (at.0..).zip(row.as_chunks_mut::<4>().0) {
        let (lx, ly) = own.local(x, at.1);
        *px = match tile.map(lx, ly) {
            Some((tx, ty)) if nearest => s.nearest(tx, ty),
            Some((tx, ty)) => s.smooth(tx, ty),
            None => [0; 4],
        };
    }
}
