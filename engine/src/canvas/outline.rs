//! Outlines: strokes, coverage, hits.
//!
//! Lines are widened and cut into dashes by `tiny-skia-path`, whose algorithms are Skia's, as those of most browsers'
//! canvases are. Coverage is that of the engine's own masks.

use crate::glyphs::{Mask, PathShape};
use crate::paint::path::{FillRule as Rule, Path};
use pellicle_script::capability::canvas::{FillRule, LineCap, LineJoin, Matrix, Pen, Segment};
use tiny_skia_path as skia;

/// How far a flattened curve may be from the true one, px.
const TOLERANCE: f32 = 0.05;
/// Lines of a flattened curve at most.
const MOST_LINES: f32 = 512.0;
/// Points of flattened outlines at most; what is beyond is left out.
const MOST_POINTS: usize = 1 << 21;
/// How far around a surface outlines are kept as they are, px.
const MARGIN: f32 = 32.0;

type Point = [f32; 2];

/// A closed chain of points.
pub type Contour = Vec<Point>;

/// The inverse of a matrix, `None` if it flattens everything.
pub fn inverse(m: &Matrix) -> Option<Matrix> {
    let [a, b, c, d, e, f] = *m;
    let det = a * d - b * c;
    if det == 0.0 || !det.is_finite() {
        return None;
    }
    let out = [d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det];
    out.iter().all(|v| v.is_finite()).then_some(out)
}

/// A point under a matrix.
pub fn apply(m: &Matrix, x: f64, y: f64) -> (f64, f64) {
    (m[0] * x + m[2] * y + m[4], m[1] * x + m[3] * y + m[5])
}

/// `outer` after `inner`.
pub fn concat(outer: &Matrix, inner: &Matrix) -> Matrix {
    let (a, b) = apply(&[outer[0], outer[1], outer[2], outer[3], 0.0, 0.0], inner[0], inner[1]);
    let (c, d) = apply(&[outer[0], outer[1], outer[2], outer[3], 0.0, 0.0], inner[2], inner[3]);
    let (e, f) = apply(outer, inner[4], inner[5]);
    [a, b, c, d, e, f]
}

fn transform(m: &Matrix) -> skia::Transform {
    let [a, b, c, d, e, f] = m.map(|v| v as f32);
    skia::Transform::from_row(a, b, c, d, e, f)
}

fn path(outline: &[Segment]) -> Option<skia::Path> {
    let mut out = skia::PathBuilder::new();
    for segment in outline {
        match *segment {
            Segment::Move([x, y]) => out.move_to(x, y),
            Segment::Line([x, y]) => out.line_to(x, y),
            Segment::Quad([a, b], [x, y]) => out.quad_to(a, b, x, y),
            Segment::Cubic([a, b], [c, d], [x, y]) => out.cubic_to(a, b, c, d, x, y),
            Segment::Close => out.close(),
        }
    }
    out.finish()
}

fn segments(path: &skia::Path) -> Vec<Segment> {
    let p = |p: skia::Point| [p.x, p.y];
    let convert = |s| match s {
        skia::PathSegment::MoveTo(a) => Segment::Move(p(a)),
        skia::PathSegment::LineTo(a) => Segment::Line(p(a)),
        skia::PathSegment::QuadTo(a, b) => Segment::Quad(p(a), p(b)),
        skia::PathSegment::CubicTo(a, b, c) => Segment::Cubic(p(a), p(b), p(c)),
        skia::PathSegment::Close => Segment::Close,
    };
    path.segments().map(convert).collect()
}

/// The outline of a line along `outline`, which lies in the surface's px, with a pen under a matrix; it is to be filled
/// by [`FillRule::NonZero`]. Empty if there is none.
pub fn stroked(outline: &[Segment], pen: &Pen, matrix: &Matrix) -> Vec<Segment> {
    let run = || {
        let back = inverse(matrix)?;
        let own = path(outline)?.transform(transform(&back))?;
        let forth = transform(matrix);
        let resolution = skia::PathStroker::compute_resolution_scale(&forth);
        let dashes: Vec<f32> = pen.dashes.iter().map(|d| *d as f32).collect();
        let own = match skia::StrokeDash::new(dashes, pen.dash_offset as f32) {
            Some(dash) => own.dash(&dash, resolution)?,
            None => own,
        };
        let stroke = skia::Stroke {
            width: pen.width as f32,
            miter_limit: pen.miter_limit as f32,
            line_cap: match pen.cap {
                LineCap::Butt => skia::LineCap::Butt,
                LineCap::Round => skia::LineCap::Round,
                LineCap::Square => skia::LineCap::Square,
            },
            line_join: match pen.join {
                LineJoin::Miter => skia::LineJoin::Miter,
                LineJoin::Round => skia::LineJoin::Round,
                LineJoin::Bevel => skia::LineJoin::Bevel,
            },
            dash: None,
        };
        own.stroke(&stroke, resolution)?.transform(forth)
    };
    run().as_ref().map(segments).unwrap_or_default()
}

/// Curves as lines, every subpath closed. What is not finite is left out.
pub fn flatten(outline: &[Segment]) -> Vec<Contour> {
    let mut contours: Vec<Contour> = Vec::new();
    let mut at: Contour = Vec::new();
    let mut count = 0;
    let mut start = [0.0, 0.0];
    let finite = |p: &Point| p[0].is_finite() && p[1].is_finite();
    for segment in outline {
        if count > MOST_POINTS {
            break;
        }
        let before = at.len();
        let from = at.last().copied().unwrap_or(start);
        match segment {
            Segment::Move(p) if finite(p) => {
                contours.push(std::mem::take(&mut at));
                start = *p;
                at.push(*p);
            }
            Segment::Line(p) if finite(p) => {
                if at.is_empty() {
                    at.push(from);
                }
                at.push(*p);
            }
            Segment::Quad(a, p) if finite(a) && finite(p) => {
                let bend = length(from[0] - 2.0 * a[0] + p[0], from[1] - 2.0 * a[1] + p[1]);
                curve(&mut at, from, (bend / (4.0 * TOLERANCE)).sqrt(), |t, i| {
                    let s = 1.0 - t;
                    s * s * from[i] + 2.0 * s * t * a[i] + t * t * p[i]
                });
            }
            Segment::Cubic(a, b, p) if finite(a) && finite(b) && finite(p) => {
                let first = length(from[0] - 2.0 * a[0] + b[0], from[1] - 2.0 * a[1] + b[1]);
                let second = length(a[0] - 2.0 * b[0] + p[0], a[1] - 2.0 * b[1] + p[1]);
                curve(&mut at, from, (0.75 * first.max(second) / TOLERANCE).sqrt(), |t, i| {
                    let s = 1.0 - t;
                    s * s * s * from[i] + 3.0 * s * s * t * a[i] + 3.0 * s * t * t * b[i] + t * t * t * p[i]
                });
            }
            Segment::Close => {
                start = at.first().copied().unwrap_or(start);
                contours.push(std::mem::take(&mut at));
            }
            _ => {}
        }
        count += at.len().saturating_sub(before);
    }
    contours.push(at);
    contours.retain(|c| c.len() > 1);
    contours
}

fn length(x: f32, y: f32) -> f32 {
    (x * x + y * y).sqrt()
}

fn curve(at: &mut Contour, from: Point, lines: f32, point: impl Fn(f32, usize) -> f32) {
    if at.is_empty() {
        at.push(from);
    }
    let lines = lines.ceil().clamp(1.0, MOST_LINES) as u32;
    for i in 1..=lines {
        let t = i as f32 / lines as f32;
        at.push([point(t, 0), point(t, 1)]);
    }
}

/// What of a contour lies on one side of a line across axis `i` (Sutherland and Hodgman, Reentrant Polygon Clipping,
/// 1974).
fn cut(contour: &[Point], i: usize, limit: f32, above: bool) -> Contour {
    let inside = |p: &Point| if above { p[i] >= limit } else { p[i] <= limit };
    let mut out = Vec::with_capacity(contour.len() + 4);
    let Some(mut last) = contour.last().copied() else { return out };
    for &p in contour {
        if inside(&p) != inside(&last) {
            let t = (f64::from(limit) - f64::from(last[i])) / (f64::from(p[i]) - f64::from(last[i]));
            let other = 1 - i;
            let mut crossing = [limit; 2];
            crossing[other] = (f64::from(last[other]) + (f64::from(p[other]) - f64::from(last[other])) * t) as f32;
            out.push(crossing);
        }
        if inside(&p) {
            out.push(p);
        }
        last = p;
    }
    out
}

/// The coverage of what contours enclose, of the pixels of a surface; `None` if it is nothing.
pub fn coverage(contours: &[Contour], rule: FillRule, width: u32, height: u32) -> Option<Mask> {
    let (w, h) = (width as f32, height as f32);
    let mut bounds = [f32::MAX, f32::MAX, f32::MIN, f32::MIN];
    let mut builder = Path::builder();
    for contour in contours {
        let far = |p: &Point| p[0] < -MARGIN || p[1] < -MARGIN || p[0] > w + MARGIN || p[1] > h + MARGIN;
        let cut_out;
        let contour = match contour.iter().any(far) {
            true => {
                let part = cut(contour, 1, -MARGIN, true);
                let part = cut(&part, 1, h + MARGIN, false);
                let part = cut(&part, 0, -MARGIN, true);
                cut_out = cut(&part, 0, w + MARGIN, false);
                &cut_out
            }
            false => contour,
        };
        if contour.len() < 3 {
            continue;
        }
        for (i, &[x, y]) in contour.iter().enumerate() {
            bounds = [bounds[0].min(x), bounds[1].min(y), bounds[2].max(x), bounds[3].max(y)];
            builder = if i == 0 { builder.move_to(x, y) } else { builder.line_to(x, y) };
        }
        builder = builder.close();
    }
    let (left, top) = (bounds[0].floor().max(0.0), bounds[1].floor().max(0.0));
    let (right, bottom) = (bounds[2].ceil().min(w), bounds[3].ceil().min(h));
    if right <= left || bottom <= top {
        return None;
    }
    let rule = if rule == FillRule::EvenOdd { Rule::EvenOdd } else { Rule::NonZero };
    let path = builder.finish();
    let shape = PathShape { path: &path, matrix: [1.0, 0.0, 0.0, 1.0, 0.0, 0.0], stroke: None, rule };
    shape.render(left as i32, top as i32, (right - left) as u32, (bottom - top) as u32)
}

/// True if a point is inside of what contours enclose, or on their edge.
pub fn encloses(contours: &[Contour], rule: FillRule, x: f64, y: f64) -> bool {
    let mut winding = 0i32;
    for contour in contours {
        let Some(mut a) = contour.last().map(|p| [f64::from(p[0]), f64::from(p[1])]) else { continue };
        for p in contour {
            let b = [f64::from(p[0]), f64::from(p[1])];
            let side = (b[0] - a[0]) * (y - a[1]) - (x - a[0]) * (b[1] - a[1]);
            let within = |i: usize, v: f64| v >= a[i].min(b[i]) && v <= a[i].max(b[i]);
            if side == 0.0 && within(0, x) && within(1, y) {
                return true;
            }
            if a[1] <= y && b[1] > y && side > 0.0 {
                winding += 1;
            } else if a[1] > y && b[1] <= y && side < 0.0 {
                winding -= 1;
            }
            a = b;
        }
    }
    match rule {
        FillRule::NonZero => winding != 0,
        FillRule::EvenOdd => winding % 2 != 0,
    }
}
