//! Gradients along rows, and how pictures repeat.

use super::shape::Cutter;
use super::{Rows, Scene, Scratch, blend, shade};
use crate::paint::geometry::DeviceRect;
use crate::paint::math::turns;
use crate::paint::prepare::Prim;
use crate::paint::prepare::prim::{DataTable, FLAG_ALIGNED, FLAG_REPEAT, FLAG_TILED};

/// A picture's place: one tile and how it repeats, local px.
#[derive(Clone, Copy)]
pub struct Tile {
    pub rect: [f32; 4],
    pub step: [f32; 2],
    pub cut: bool,
}

impl Tile {
    /// That of a primitive that has one.
    pub fn read(data: &DataTable, prim: &Prim) -> Tile {
        let head = data.row(prim.data + 6);
        let step = [f32::from_bits(head[0]), f32::from_bits(head[1])];
        Tile { rect: data.floats_at(prim.data + 5), step, cut: prim.has(FLAG_TILED) }
    }

    /// A local point from the corner of its tile; `None` between tiles.
    #[inline]
    pub fn map(&self, x: f32, y: f32) -> Option<(f32, f32)> {
        Some((self.axis(x, 0)?, self.axis(y, 1)?))
    }

    #[inline]
    pub fn axis(&self, v: f32, i: usize) -> Option<f32> {
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

/// Pixels that are coloured at a time.
const RUN: usize = 8;

impl Gradient {
    /// The colours at a few positions. Nearly always all of them lie between the same two stops: then the compiler
    /// makes vector code of it. The values are those of [`Gradient::color`].
    #[inline]
    fn colors(&self, at: &[f32; RUN], hint: &mut usize, out: &mut [[u8; 4]; RUN]) {
        let (low, high) = at.iter().fold((f32::INFINITY, f32::NEG_INFINITY), |(a, b), t| (a.min(*t), b.max(*t)));
        let n = self.stops.len();
        if !self.repeat && low >= self.stops[0].1 && high < self.stops[n - 1].1 {
            self.color(low, hint);
            let ((a, p), (b, q)) = (&self.stops[*hint], &self.stops[*hint + 1]);
            if high < *q {
                for c in 0..4 {
                    let (from, by, length) = (a[c], b[c] - a[c], q - p);
                    for (px, t) in out.iter_mut().zip(at) {
                        // In whole numbers first: that is one instruction, and they are small.
                        px[c] = ((from + by * ((t - p) / length)) * 255.0 + 0.5) as i32 as u8;
                    }
                }
                return;
            }
        }
        for (px, t) in out.iter_mut().zip(at) {
            *px = blend::bytes(self.color(*t, hint));
        }
    }

    /// Colours a row of pixels of a picture that has no gaps. `place` are the tile's coordinates of a pixel.
    fn row(&self, row: &mut [u8], hint: &mut usize, place: impl Fn(i32) -> (f32, f32)) {
        let (runs, rest) = row.as_chunks_mut::<4>().0.as_chunks_mut::<RUN>();
        let position = |i: usize| {
            let (x, y) = place(i as i32);
            self.position(x, y)
        };
        for (i, run) in runs.iter_mut().enumerate() {
            self.colors(&std::array::from_fn(|k| position(i * RUN + k)), hint, run);
        }
        let done = runs.len() * RUN;
        for (i, px) in rest.iter_mut().enumerate() {
            *px = blend::bytes(self.color(position(done + i), hint));
        }
    }
}

pub fn gradient(scene: &Scene<'_>, prim: &Prim, area: &DeviceRect, rows: &mut Rows<'_>, scratch: &mut Scratch) {
    let data = &scene.frame.data;
    let own = data.shape_at(prim.data);
    let cutter = Cutter::new(own, &mut scratch.corners);
    let head = data.row(prim.data + 6);
    let tile = Tile::read(data, prim);
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
    shade(scene, prim, area, rows, scratch, |y, row, scratch| {
        if flat {
            let t = g.position(0.0, y as f32 + 0.5 - tile.rect[1]);
            let color = blend::bytes(g.color(t, &mut hint));
            row.as_chunks_mut::<4>().0.fill(color);
        } else if !tile.cut {
            g.row(row, &mut hint, |i| {
                let (lx, ly) = own.local(area.x0 + i, y);
                (lx - tile.rect[0], ly - tile.rect[1])
            });
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
        cutter.cut(y, area.x0, row, &mut scratch.corners);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_pixels_have_the_colours_of_single_ones() {
        let stop = |v: f32, at: f32| ([v, v * 0.5, 1.0 - v, 1.0], at);
        for repeat in [false, true] {
            let stops = vec![stop(0.0, 0.1), stop(1.0, 0.3), stop(0.2, 0.3), stop(0.7, 0.55), stop(1.0, 0.9)];
            let g = Gradient { kind: 0, figures: [3.0, 1.0, 0.004, 0.002], stops, repeat };
            for y in [-40.0, 0.0, 77.0] {
                let mut row = vec![0u8; 301 * 4];
                g.row(&mut row, &mut 0, |i| (i as f32 + 0.5, y));
                for (i, px) in row.as_chunks::<4>().0.iter().enumerate() {
                    let one = blend::bytes(g.color(g.position(i as f32 + 0.5, y), &mut 0));
                    assert_eq!(*px, one, "{i} {y} {repeat}");
                }
            }
        }
    }
}
