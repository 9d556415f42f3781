//! Paths as they are put together: points go through the transform when they are added (HTML, path objects).

use crate::capability::canvas::{MOST_SEGMENTS, Matrix, Outline, Segment};
use std::f64::consts::{PI, TAU};
use std::sync::Arc;

/// The matrix that changes nothing.
pub const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// A point under a matrix.
pub fn apply(m: &Matrix, x: f64, y: f64) -> (f64, f64) {
    (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
}

/// `outer` after `inner`.
pub fn concat(outer: &Matrix, inner: &Matrix) -> Matrix {
    let [a, b, c, d, e, f] = *outer;
    let i = inner;
    [
        a * i[0] + c * i[1],
        b * i[0] + d * i[1],
        a * i[2] + c * i[3],
        b * i[2] + d * i[3],
        a * i[4] + c * i[5] + e,
        b * i[4] + d * i[5] + f,
    ]
}

/// The inverse of a matrix, `None` if it flattens everything.
pub fn inverse(m: &Matrix) -> Option<Matrix> {
    let [a, b, c, d, e, f] = *m;
    let det = a * d - b * c;
    let out = [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
    (det != 0.0 && out.iter().all(|v| v.is_finite())).then_some(out)
}

/// A path, in px of the surface.
#[derive(Clone, Debug, Default)]
pub struct PathBuilder {
    segments: Vec<Segment>,
    /// The same, once it was asked for.
    outline: Option<Outline>,
    /// The last point and the start of its subpath.
    last: Option<((f64, f64), (f64, f64))>,
}

impl PathBuilder {
    /// Begins anew.
    pub fn clear(&mut self) {
        *self = PathBuilder::default();
    }

    /// The path so far.
    pub fn outline(&mut self) -> Outline {
        self.outline.get_or_insert_with(|| Arc::from(self.segments.as_slice())).clone()
    }

    /// What is beyond the most that a path may have is left out, and so is what a transform has put nowhere.
    fn push(&mut self, segment: Segment) {
        self.outline = None;
        if self.segments.len() < MOST_SEGMENTS && segment.is_finite() {
            self.segments.push(segment);
        }
    }

    /// Starts a subpath.
    pub fn move_to(&mut self, m: &Matrix, x: f64, y: f64) {
        let (x, y) = apply(m, x, y);
        self.push(Segment::Move([x as f32, y as f32]));
        self.last = Some(((x, y), (x, y)));
    }

    /// A straight line; the start of a subpath if there is none.
    pub fn line_to(&mut self, m: &Matrix, x: f64, y: f64) {
        let Some((_, start)) = self.last else { return self.move_to(m, x, y) };
        let (x, y) = apply(m, x, y);
        self.push(Segment::Line([x as f32, y as f32]));
        self.last = Some(((x, y), start));
    }

    /// A quadratic curve.
    pub fn quad_to(&mut self, m: &Matrix, cx: f64, cy: f64, x: f64, y: f64) {
        if self.last.is_none() {
            self.move_to(m, cx, cy);
        }
        let Some((_, start)) = self.last else { return };
        let ((cx, cy), (x, y)) = (apply(m, cx, cy), apply(m, x, y));
        self.push(Segment::Quad([cx as f32, cy as f32], [x as f32, y as f32]));
        self.last = Some(((x, y), start));
    }

    /// A cubic curve: two control points, end.
    pub fn cubic_to(&mut self, m: &Matrix, a: (f64, f64), b: (f64, f64), to: (f64, f64)) {
        if self.last.is_none() {
            self.move_to(m, a.0, a.1);
        }
        let Some((_, start)) = self.last else { return };
        let p = |p: (f64, f64)| {
            let (x, y) = apply(m, p.0, p.1);
            [x as f32, y as f32]
        };
        self.push(Segment::Cubic(p(a), p(b), p(to)));
        self.last = Some((apply(m, to.0, to.1), start));
    }

    /// Closes the subpath; the next one begins where it began.
    pub fn close(&mut self) {
        if let Some((_, start)) = self.last {
            self.push(Segment::Close);
            self.last = Some((start, start));
            self.push(Segment::Move([start.0 as f32, start.1 as f32]));
        }
    }

    /// A closed rectangle.
    pub fn rect(&mut self, m: &Matrix, x: f64, y: f64, w: f64, h: f64) {
        self.move_to(m, x, y);
        self.line_to(m, x + w, y);
        self.line_to(m, x + w, y + h);
        self.line_to(m, x, y + h);
        self.close();
    }

    /// A rectangle with corners of radii (x, y): top left, top right, bottom right, bottom left.
    pub fn round_rect(&mut self, m: &Matrix, rect: [f64; 4], radii: [(f64, f64); 4]) {
        let [mut x, mut y, mut w, mut h] = rect;
        let mut r = radii;
        if w < 0.0 {
            (x, w) = (x + w, -w);
            r = [r[1], r[0], r[3], r[2]];
        }
        if h < 0.0 {
            (y, h) = (y + h, -h);
            r = [r[3], r[2], r[1], r[0]];
        }
        // Corners that do not fit shrink together.
        let mut scale = 1.0f64;
        for (sum, room) in [(r[0].0 + r[1].0, w), (r[1].1 + r[2].1, h), (r[2].0 + r[3].0, w), (r[3].1 + r[0].1, h)] {
            if sum > room {
                scale = scale.min(room / sum);
            }
        }
        let r = r.map(|(a, b)| (a * scale, b * scale));
        const K: f64 = 1.0 - 0.552_284_749_830_793_6;
        self.move_to(m, x + r[0].0, y);
        self.line_to(m, x + w - r[1].0, y);
        let (rx, ry) = r[1];
        self.cubic_to(m, (x + w - rx * K, y), (x + w, y + ry * K), (x + w, y + ry));
        self.line_to(m, x + w, y + h - r[2].1);
        let (rx, ry) = r[2];
        self.cubic_to(m, (x + w, y + h - ry * K), (x + w - rx * K, y + h), (x + w - rx, y + h));
        self.line_to(m, x + r[3].0, y + h);
        let (rx, ry) = r[3];
        self.cubic_to(m, (x + rx * K, y + h), (x, y + h - ry * K), (x, y + h - ry));
        self.line_to(m, x, y + r[0].1);
        let (rx, ry) = r[0];
        self.cubic_to(m, (x, y + ry * K), (x + rx * K, y), (x + rx, y));
        self.close();
        self.move_to(m, x, y);
    }

    /// An arc of an ellipse: centre, radii, rotation and angles in radians.
    pub fn ellipse(&mut self, m: &Matrix, c: (f64, f64), r: (f64, f64), turn: f64, angles: (f64, f64), left: bool) {
        let (from, to) = angles;
        // HTML, determining the point on an ellipse: a full turn or more is the whole ellipse. A full turn the other way
        // is the whole ellipse, too (Blink, AdjustEndAngle): many draw circles as `arc(x, y, r, 0, 2 * Math.PI, true)`.
        // Turns are compared as floats, or an angle that was added to would lack the last bit of one.
        let way = if left { from - to } else { to - from };
        let way = match way {
            way if way as f32 >= TAU as f32 => TAU,
            way if way < 0.0 => TAU - (-way as f32 % TAU as f32) as f64,
            way => way,
        };
        let sweep = if left { -way } else { way };
        let (sin, cos) = turn.sin_cos();
        let own = concat(m, &[r.0 * cos, r.0 * sin, -r.1 * sin, r.1 * cos, c.0, c.1]);
        self.line_to(&own, from.cos(), from.sin());
        let parts = (sweep.abs() / (PI / 2.0)).ceil().max(1.0);
        if sweep == 0.0 {
            return;
        }
        let step = sweep / parts;
        let k = 4.0 / 3.0 * (step / 4.0).tan();
        for i in 0..parts as u32 {
            let (a, b) = (from + step * f64::from(i), from + step * f64::from(i + 1));
            let (sa, ca) = a.sin_cos();
            let (sb, cb) = b.sin_cos();
            self.cubic_to(&own, (ca - k * sa, sa + k * ca), (cb + k * sb, sb - k * cb), (cb, sb));
        }
    }

    /// An arc that rounds the corner at the first point on the way to the second.
    pub fn arc_to(&mut self, m: &Matrix, a: (f64, f64), b: (f64, f64), radius: f64) {
        let Some((last, _)) = self.last else { return self.move_to(m, a.0, a.1) };
        let Some(back) = inverse(m) else { return };
        let p = apply(&back, last.0, last.1);
        let (u, v) = ((p.0 - a.0, p.1 - a.1), (b.0 - a.0, b.1 - a.1));
        let (lu, lv) = (u.0.hypot(u.1), v.0.hypot(v.1));
        let cross = u.0 * v.1 - u.1 * v.0;
        if lu == 0.0 || lv == 0.0 || radius == 0.0 || cross.abs() < 1e-12 * lu * lv {
            return self.line_to(m, a.0, a.1);
        }
        let (u, v) = ((u.0 / lu, u.1 / lu), (v.0 / lv, v.1 / lv));
        let cos = (u.0 * v.0 + u.1 * v.1).clamp(-1.0, 1.0);
        let half = cos.acos() / 2.0;
        let along = radius / half.tan();
        let to_center = radius / half.sin();
        let middle = (u.0 + v.0, u.1 + v.1);
        let length = middle.0.hypot(middle.1);
        let center = (a.0 + middle.0 / length * to_center, a.1 + middle.1 / length * to_center);
        let (start, end) = ((a.0 + u.0 * along, a.1 + u.1 * along), (a.0 + v.0 * along, a.1 + v.1 * along));
        let angle = |p: (f64, f64)| (p.1 - center.1).atan2(p.0 - center.0);
        self.line_to(m, start.0, start.1);
        self.ellipse(m, center, (radius, radius), 0.0, (angle(start), angle(end)), cross > 0.0);
    }

    /// Adds another path under a matrix.
    pub fn add(&mut self, m: &Matrix, other: &[Segment]) {
        let f = |p: [f32; 2]| (f64::from(p[0]), f64::from(p[1]));
        for segment in other {
            match *segment {
                Segment::Move(p) => self.move_to(m, f(p).0, f(p).1),
                Segment::Line(p) => self.line_to(m, f(p).0, f(p).1),
                Segment::Quad(a, p) => self.quad_to(m, f(a).0, f(a).1, f(p).0, f(p).1),
                Segment::Cubic(a, b, p) => self.cubic_to(m, f(a), f(b), f(p)),
                // It moves to the start by itself.
                Segment::Close => {
                    if let Some((_, start)) = self.last {
                        self.push(Segment::Close);
                        self.last = Some((start, start));
                    }
                }
            }
        }
    }
}
