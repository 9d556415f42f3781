//! The colour of a pixel: plain, of a gradient, of a picture.

use super::outline::{apply, inverse};
use crate::images::Level;
use crate::paint::math::turns;
use pellicle_layout::style::computed::Color;
use pellicle_script::capability::canvas::{Gradient, GradientLine, Matrix};

/// A premultiplied colour of numbers from 0 to 1.
pub type Rgba = [f32; 4];

fn straight(c: Color) -> Rgba {
    [c.r, c.g, c.b, c.a].map(|v| f32::from(v) / 255.0)
}

fn premultiplied(c: Rgba) -> Rgba {
    [c[0] * c[3], c[1] * c[3], c[2] * c[3], c[3]]
}

/// A picture along the pixels of a surface.
pub struct Sampler<'a> {
    /// Its pixels.
    pub level: &'a Level,
    /// From the surface to the picture, px.
    pub matrix: Matrix,
    /// The part of it that is used: left, top, right, bottom, px.
    pub part: [f64; 4],
    /// The part is repeated across, and down; else its edge goes on (`Some(false)`) or there is nothing.
    pub repeat: [Repeat; 2],
    /// Pixels are blended with their neighbours.
    pub smooth: bool,
}

/// What is beyond the edge of a picture.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Repeat {
    /// The picture again.
    Again,
    /// The edge.
    Edge,
    /// Nothing.
    Nothing,
}

/// A whole number that may be counted on from: what lies further away than this is nowhere.
fn whole(v: f64) -> i64 {
    v.clamp(-1e15, 1e15) as i64
}

impl Sampler<'_> {
    fn index(&self, i: i64, axis: usize) -> Option<usize> {
        let (low, high) = (whole(self.part[axis].floor()), whole(self.part[axis + 2].ceil()) - 1);
        let last = if axis == 0 { self.level.width } else { self.level.height } as i64 - 1;
        let at = match self.repeat[axis] {
            _ if i >= low && i <= high => i,
            Repeat::Again => low + (i - low).rem_euclid((high - low + 1).max(1)),
            Repeat::Edge => i.clamp(low, high.max(low)),
            Repeat::Nothing => return None,
        };
        Some(at.clamp(0, last) as usize)
    }

    fn texel(&self, x: i64, y: i64) -> Rgba {
        let (Some(x), Some(y)) = (self.index(x, 0), self.index(y, 1)) else { return [0.0; 4] };
        let at = (y * self.level.width as usize + x) * 4;
        match self.level.pixels.get(at..at + 4) {
            Some(p) => [p[0], p[1], p[2], p[3]].map(|v| f32::from(v) / 255.0),
            None => [0.0; 4],
        }
    }

    fn color(&self, x: f64, y: f64) -> Rgba {
        let (u, v) = apply(&self.matrix, x, y);
        if !self.smooth {
            return self.texel(whole(u.floor()), whole(v.floor()));
        }
        let (u, v) = (u - 0.5, v - 0.5);
        let (i, j) = (u.floor(), v.floor());
        let (s, t) = ((u - i) as f32, (v - j) as f32);
        let (i, j) = (whole(i), whole(j));
        let a = self.texel(i, j);
        // Pixel on pixel, as in most pictures of an interface.
        if s < 1e-4 && t < 1e-4 {
            return a;
        }
        let (b, c, d) = (self.texel(i + 1, j), self.texel(i, j + 1), self.texel(i + 1, j + 1));
        std::array::from_fn(|k| {
            let top = a[k] + (b[k] - a[k]) * s;
            top + (c[k] + (d[k] - c[k]) * s - top) * t
        })
    }
}

/// A gradient along the pixels of a surface. Colours are interpolated straight, as canvases do.
pub struct Ramp {
    back: Matrix,
    line: GradientLine,
    stops: Vec<(f32, Rgba)>,
}

impl Ramp {
    /// A gradient under a matrix; `None` if it paints nothing.
    pub fn new(gradient: &Gradient, matrix: &Matrix) -> Option<Ramp> {
        let nothing = match gradient.line {
            GradientLine::Linear(a, b) => a == b,
            GradientLine::Radial(a, b) => a == b,
            GradientLine::Conic(..) => false,
        };
        if nothing || gradient.stops.is_empty() {
            return None;
        }
        let stops = gradient.stops.iter().map(|&(at, color)| (at as f32, straight(color))).collect();
        Some(Ramp { back: inverse(matrix)?, line: gradient.line, stops })
    }

    fn position(&self, x: f64, y: f64) -> Option<f64> {
        let (x, y) = apply(&self.back, x, y);
        match self.line {
            GradientLine::Linear(a, b) => {
                let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
                Some(((x - a[0]) * dx + (y - a[1]) * dy) / (dx * dx + dy * dy))
            }
            GradientLine::Conic(c, from) => {
                // `turns` counts from the top, canvases from the right.
                let t = f64::from(turns((x - c[0]) as f32, (y - c[1]) as f32)) - 0.25 - from / std::f64::consts::TAU;
                Some(t - t.floor())
            }
            GradientLine::Radial(a, b) => {
                // The largest t whose circle goes through the point and has a radius (HTML, createRadialGradient).
                let (dx, dy, dr) = (b[0] - a[0], b[1] - a[1], b[2] - a[2]);
                let (px, py) = (x - a[0], y - a[1]);
                let k = dx * dx + dy * dy - dr * dr;
                let half = px * dx + py * dy + a[2] * dr;
                let c = px * px + py * py - a[2] * a[2];
                let valid = |t: f64| t.is_finite() && a[2] + t * dr >= 0.0;
                if k.abs() < 1e-9 {
                    let t = c / (2.0 * half);
                    return valid(t).then_some(t);
                }
                let root = half * half - k * c;
                if root < 0.0 {
                    return None;
                }
                let (one, two) = ((half + root.sqrt()) / k, (half - root.sqrt()) / k);
                [one.max(two), one.min(two)].into_iter().find(|t| valid(*t))
            }
        }
    }

    fn color(&self, x: f64, y: f64) -> Rgba {
        let Some(t) = self.position(x, y) else { return [0.0; 4] };
        let t = t as f32;
        let next = self.stops.partition_point(|s| s.0 <= t);
        let color = match (next.checked_sub(1).and_then(|i| self.stops.get(i)), self.stops.get(next)) {
            (Some(a), Some(b)) => {
                let s = (t - a.0) / (b.0 - a.0);
                std::array::from_fn(|k| a.1[k] + (b.1[k] - a.1[k]) * s)
            }
            (Some(only), None) | (None, Some(only)) => only.1,
            (None, None) => [0.0; 4],
        };
        premultiplied(color)
    }
}

/// What gives pixels their colours.
pub enum Shader<'a> {
    /// One colour.
    Plain(Rgba),
    /// A gradient and an opacity.
    Ramp(Ramp, f32),
    /// A picture and an opacity.
    Picture(Sampler<'a>, f32),
}

impl Shader<'_> {
    /// One colour with a further opacity.
    pub fn plain(color: Color, alpha: f32) -> Shader<'static> {
        let c = straight(color);
        Shader::Plain(premultiplied([c[0], c[1], c[2], c[3] * alpha]))
    }

    /// The premultiplied colour of a pixel.
    #[inline]
    pub fn pixel(&self, x: i32, y: i32) -> Rgba {
        let (cx, cy) = (f64::from(x) + 0.5, f64::from(y) + 0.5);
        match self {
            Shader::Plain(color) => *color,
            Shader::Ramp(ramp, alpha) => ramp.color(cx, cy).map(|v| v * alpha),
            Shader::Picture(sampler, alpha) => sampler.color(cx, cy).map(|v| v * alpha),
        }
    }
}
