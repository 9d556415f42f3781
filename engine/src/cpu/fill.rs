//! Gradients and images along rows.

use super::{PixelOrder, Rows, Scene, blend, shade, shape};
use crate::images::Level;
use crate::paint::geometry::DeviceRect;
use crate::paint::math::turns;
use crate::paint::prepare::prim::{
    FLAG_ALIGNED, FLAG_NEAREST, FLAG_REPEAT, FLAG_TILED, FLAG_TINT, FLAG_WRAP_X, FLAG_WRAP_Y,
};
use crate::paint::prepare::{Prim, Texture};

/// A picture's place: one tile and how it repeats, local px.
#[derive(Clone, Copy)]
struct Tile {
    rect: [f32; 4],
    step: [f32; 2],
    cut: bool,
}

impl Tile {
    /// A local point from the corner of its tile; `None` between tiles.
    #[inline]
    fn map(&self, x: f32, y: f32) -> Option<(f32, f32)> {
        Some((self.axis(x, 0)?, self.axis(y, 1)?))
    }

    #[inline]
    fn axis(&self, v: f32, i: usize) -> Option<f32> {
        let mut t = v - self.rect[i];
        if !self.cut {
            return Some(t);
        }
        let step = self.step[i];
        if step > 0.0 {
            t -= (t / step).floor() * step;
        }
        (t >= 0.0 && t < self.rect[i + 2]).then_some(t)
    }
}

struct Gradient {
    kind: u32,
    figures: [f32; 4],
    /// Premultiplied colours and positions.
    stops: Vec<([f32; 4], f32)>,
    repeat: bool,
}

impl Gradient {
    /// Position along the gradient of a point of the tile.
    #[inline]
    fn position(&self, x: f32, y: f32) -> f32 {
        let f = &self.figures;
        match self.kind {
            0 => (x - f[0]) * f[2] + (y - f[1]) * f[3],
            1 => {
                let (dx, dy) = ((x - f[0]) * f[2], (y - f[1]) * f[3]);
                (dx * dx + dy * dy).sqrt()
            }
            _ => {
                let t = turns(x - f[0], y - f[1]) - f[2];
                if t < 0.0 { t + 1.0 } else { t }
            }
        }
    }

    /// The premultiplied colour at a position. `hint` is where the last search ended.
    #[inline]
    fn color(&self, mut t: f32, hint: &mut usize) -> [f32; 4] {
        let n = self.stops.len();
        let (first, last) = (self.stops[0].1, self.stops[n - 1].1);
        if self.repeat {
            let span = last - first;
            if span <= 0.0 {
                return self.stops[n - 1].0;
            }
            t = first + (t - first) - ((t - first) / span).floor() * span;
        }
        if t < first {
            return self.stops[0].0;
        }
        if t >= last {
            return self.stops[n - 1].0;
        }
        let mut i = *hint;
        while self.stops[i].1 > t {
            i -= 1;
        }
        while self.stops[i + 1].1 <= t {
            i += 1;
        }
        *hint = i;
        let ((a, p), (b, q)) = (&self.stops[i], &self.stops[i + 1]);
        let w = (t - p) / (q - p);
        std::array::from_fn(|c| a[c] + (b[c] - a[c]) * w)
    }
}

pub fn gradient(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Vec<u8>) {
    let data = &scene.frame.data;
    let own = data.shape_at(prim.data);
    let head = data.row(prim.data + 6);
    let tile = Tile {
        rect: data.floats_at(prim.data + 5),
        step: [f32::from_bits(head[0]), f32::from_bits(head[1])],
        cut: prim.has(FLAG_TILED),
    };
    let stop = |i: u32| {
        let at = prim.data + 8 + 2 * i;
        (scene.order.arrange(data.floats_at(at)), data.floats_at(at + 1)[0])
    };
    let g = Gradient {
        kind: head[2],
        figures: data.floats_at(prim.data + 7),
        stops: (0..head[3]).map(stop).collect(),
        repeat: prim.has(FLAG_REPEAT),
    };
    if g.stops.is_empty() {
        return;
    }
    let mut hint = 0;
    let aligned = prim.has(FLAG_ALIGNED);
    // A vertical gradient has one colour in a row.
    let flat = aligned && !tile.cut && g.kind == 0 && g.figures[2] == 0.0;
    shade(scene, prim, area, rows, scratch, |y, row| {
        if flat {
            let t = g.position(0.0, y as f32 + 0.5 - tile.rect[1]);
            let color = blend::bytes(g.color(t, &mut hint));
            for px in row.chunks_exact_mut(4) {
                px.copy_from_slice(&color);
            }
        } else {
            for (x, px) in (area.x0..).zip(row.chunks_exact_mut(4)) {
                let (lx, ly) = own.local(x, y);
                let color = match tile.map(lx, ly) {
                    Some((tx, ty)) => blend::bytes(g.color(g.position(tx, ty), &mut hint)),
                    None => [0; 4],
                };
                px.copy_from_slice(&color);
            }
        }
        shape::multiply(&own, y, area.x0, row);
    });
}

/// An image's texels with the rules of sampling.
struct Sampler<'a> {
    level: &'a Level,
    origin: [f32; 2],
    scale: [f32; 2],
    limits: [i32; 4],
    /// Beyond the limits across, and down, lies the next copy.
    wraps: [bool; 2],
    order: PixelOrder,
}

/// A texel position as two columns (or rows) and the weight of the second in 1/256.
#[inline(always)]
fn taps(u: f32, lo: i32, hi: i32, wraps: bool) -> (usize, usize, u32) {
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
    fn texel(&self, x: usize, y: usize) -> &[u8] {
        let at = (y * self.level.width as usize + x) * 4;
        &self.level.pixels[at..at + 4]
    }

    /// The texel under a point of the tile.
    #[inline]
    fn nearest(&self, x: f32, y: f32) -> [u8; 4] {
        let u = (self.origin[0] + x * self.scale[0]).floor() as i32;
        let v = (self.origin[1] + y * self.scale[1]).floor() as i32;
        let l = &self.limits;
        let t = self.texel(u.clamp(l[0], l[2]) as usize, v.clamp(l[1], l[3]) as usize);
        [t[0], t[1], t[2], t[3]]
    }

    #[inline]
    fn smooth(&self, x: f32, y: f32) -> [u8; 4] {
        let l = &self.limits;
        let v = taps(self.origin[1] + y * self.scale[1], l[1], l[3], self.wraps[1]);
        self.smooth_row(x, v)
    }

    /// A blend of four texels in whole numbers.
    #[inline]
    fn smooth_row(&self, x: f32, v: (usize, usize, u32)) -> [u8; 4] {
        let l = &self.limits;
        let u = taps(self.origin[0] + x * self.scale[0], l[0], l[2], self.wraps[0]);
        let (a, b) = (self.texel(u.0, v.0), self.texel(u.1, v.0));
        let (c, d) = (self.texel(u.0, v.1), self.texel(u.1, v.1));
        std::array::from_fn(|i| {
            let top = u32::from(a[i]) * (256 - u.2) + u32::from(b[i]) * u.2;
            let bottom = u32::from(c[i]) * (256 - u.2) + u32::from(d[i]) * u.2;
            ((top * (256 - v.2) + bottom * v.2 + 32768) >> 16) as u8
        })
    }
}

pub fn image(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Vec<u8>) {
    let bitmap = match scene.frame.textures.get(prim.params[0].max(0) as usize) {
        Some(Texture::Bitmap(b)) | Some(Texture::External(_, Some(b))) => b,
        _ => return,
    };
    let data = &scene.frame.data;
    let own = data.shape_at(prim.data);
    let head = data.row(prim.data + 6);
    let tile = Tile {
        rect: data.floats_at(prim.data + 5),
        step: [f32::from_bits(head[0]), f32::from_bits(head[1])],
        cut: prim.has(FLAG_TILED),
    };
    let map = data.floats_at(prim.data + 7);
    let Some(level) = bitmap.levels().get(head[2] as usize) else { return };
    // A host's bitmap may have another size than it announced: texels end where it ends.
    let last = [level.width as i32 - 1, level.height as i32 - 1];
    let limits = data.row(prim.data + 8).map(|v| v as i32);
    let s = Sampler {
        level,
        origin: [map[0], map[1]],
        scale: [map[2], map[3]],
        limits: [limits[0].min(last[0]), limits[1].min(last[1]), limits[2].min(last[0]), limits[3].min(last[1])],
        wraps: [prim.has(FLAG_WRAP_X), prim.has(FLAG_WRAP_Y)],
        order: scene.order,
    };
    let tint = prim.has(FLAG_TINT).then(|| blend::premultiply(scene.order.arrange(prim.color)));
    let opacity = u32::from(prim.color[3]);
    let finish = |t: [u8; 4]| match tint {
        Some(c) => blend::fade(c, u32::from(t[3])),
        None if opacity < 255 => blend::fade(s.order.arrange(t), opacity),
        None => s.order.arrange(t),
    };
    let nearest = prim.has(FLAG_NEAREST);
    let aligned = prim.has(FLAG_ALIGNED);
    // One texel a pixel, edges on edges: texels are copied.
    let whole = |v: f32| v == v.floor();
    let copies = aligned
        && s.scale == [1.0, 1.0]
        && whole(s.origin[0])
        && whole(s.origin[1])
        && (!tile.cut || tile.step == [0.0, 0.0]);
    shade(scene, prim, area, rows, scratch, |y, row| {
        if aligned {
            let Some(ty) = tile.axis(y as f32 + 0.5, 1) else {
                row.fill(0);
                return;
            };
            let v = taps(s.origin[1] + ty * s.scale[1], s.limits[1], s.limits[3], s.wraps[1]);
            for (x, px) in (area.x0..).zip(row.chunks_exact_mut(4)) {
                let color = match tile.axis(x as f32 + 0.5, 0) {
                    Some(tx) if copies || nearest => s.nearest(tx, ty),
                    Some(tx) => s.smooth_row(tx, v),
                    None => [0; 4],
                };
                px.copy_from_slice(&finish(color));
            }
        } else {
            for (x, px) in (area.x0..).zip(row.chunks_exact_mut(4)) {
                let (lx, ly) = own.local(x, y);
                let color = match tile.map(lx, ly) {
                    Some((tx, ty)) if nearest => s.nearest(tx, ty),
                    Some((tx, ty)) => s.smooth(tx, ty),
                    None => [0; 4],
                };
                px.copy_from_slice(&finish(color));
            }
        }
        shape::multiply(&own, y, area.x0, row);
    });
}
