//! Vector paths of the display list: outlines in logical px that the painters fill or stroke.

use std::hash::{Hash, Hasher};

/// One step of an outline.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Segment {
    /// Starts a subpath.
    Move(f32, f32),
    /// A straight line.
    Line(f32, f32),
    /// A quadratic curve: control point, end.
    Quad(f32, f32, f32, f32),
    /// A cubic curve: two control points, end.
    Cubic(f32, f32, f32, f32, f32, f32),
    /// Closes the subpath.
    Close,
}

/// An immutable outline with the hash of its contents, so that its coverage mask can be cached.
#[derive(Clone, Debug)]
pub struct Path {
    segments: Vec<Segment>,
    hash: u64,
}

impl PartialEq for Path {
    fn eq(&self, other: &Path) -> bool {
        self.hash == other.hash && self.segments == other.segments
    }
}

impl Eq for Path {}

impl Hash for Path {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.hash.hash(state);
    }
}

impl Path {
    /// The outline's steps in order.
    pub fn segments(&self) -> &[Segment] {
        &self.segments
    }

    /// A builder for a new path.
    pub fn builder() -> PathBuilder {
        PathBuilder::default()
    }
}

/// Which points are inside of an outline that crosses itself.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum FillRule {
    /// Where the outline winds around.
    #[default]
    NonZero,
    /// Where it does so an odd number of times.
    EvenOdd,
}

/// The ends of a stroked line.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[allow(missing_docs)]
pub enum LineCap {
    #[default]
    Butt,
    Round,
    Square,
}

/// The corners of a stroked line.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[allow(missing_docs)]
pub enum LineJoin {
    #[default]
    Miter,
    Round,
    Bevel,
}

/// How a path is stroked.
#[derive(Clone, PartialEq, Debug)]
pub struct Stroke {
    /// Line width, logical px.
    pub width: f32,
    /// Line ends.
    pub cap: LineCap,
    /// Corners.
    pub join: LineJoin,
    /// Longest miter, in half line widths.
    pub miter_limit: f32,
    /// Dash pattern, logical px; empty for a solid line.
    pub dashes: Vec<f32>,
    /// Where the pattern starts, logical px.
    pub dash_offset: f32,
}

impl Stroke {
    /// A solid line with butt ends and mitred corners.
    pub fn new(width: f32) -> Stroke {
        Stroke {
            width,
            cap: LineCap::Butt,
            join: LineJoin::Miter,
            miter_limit: 10.0,
            dashes: Vec::new(),
            dash_offset: 0.0,
        }
    }

    /// The same with round ends and corners.
    pub fn round(width: f32) -> Stroke {
        Stroke { cap: LineCap::Round, join: LineJoin::Round, ..Stroke::new(width) }
    }
}

/// Puts a path together.
#[derive(Clone, Debug, Default)]
pub struct PathBuilder {
    segments: Vec<Segment>,
}

/// Control distance of the cubic that stands for a quarter of a circle of radius 1.
const KAPPA: f32 = 0.552_284_8;

impl PathBuilder {
    /// Starts a subpath.
    pub fn move_to(mut self, x: f32, y: f32) -> Self {
        self.segments.push(Segment::Move(x, y));
        self
    }

    /// A straight line.
    pub fn line_to(mut self, x: f32, y: f32) -> Self {
        self.segments.push(Segment::Line(x, y));
        self
    }

    /// A quadratic curve.
    pub fn quad_to(mut self, cx: f32, cy: f32, x: f32, y: f32) -> Self {
        self.segments.push(Segment::Quad(cx, cy, x, y));
        self
    }

    /// A cubic curve.
    pub fn cubic_to(mut self, ax: f32, ay: f32, bx: f32, by: f32, x: f32, y: f32) -> Self {
        self.segments.push(Segment::Cubic(ax, ay, bx, by, x, y));
        self
    }

    /// Closes the subpath.
    pub fn close(mut self) -> Self {
        self.segments.push(Segment::Close);
        self
    }

    /// A full circle, clockwise.
    pub fn circle(self, cx: f32, cy: f32, r: f32) -> Self {
        let k = KAPPA * r;
        self.move_to(cx + r, cy)
            .cubic_to(cx + r, cy + k, cx + k, cy + r, cx, cy + r)
            .cubic_to(cx - k, cy + r, cx - r, cy + k, cx - r, cy)
            .cubic_to(cx - r, cy - k, cx - k, cy - r, cx, cy - r)
            .cubic_to(cx + k, cy - r, cx + r, cy - k, cx + r, cy)
            .close()
    }

    /// A closed polygon.
    pub fn polygon(mut self, points: &[(f32, f32)]) -> Self {
        for (i, &(x, y)) in points.iter().enumerate() {
            self.segments.push(if i == 0 { Segment::Move(x, y) } else { Segment::Line(x, y) });
        }
        self.close()
    }

    /// The finished path. Steps that are not finite numbers are left out.
    pub fn finish(self) -> Path {
        let finite = |s: &Segment| match *s {
            Segment::Move(x, y) | Segment::Line(x, y) => x.is_finite() && y.is_finite(),
            Segment::Quad(a, b, x, y) => [a, b, x, y].iter().all(|v| v.is_finite()),
            Segment::Cubic(a, b, c, d, x, y) => [a, b, c, d, x, y].iter().all(|v| v.is_finite()),
            Segment::Close => true,
        };
        let segments: Vec<Segment> = self.segments.into_iter().filter(finite).collect();
        let mut hasher = rustc_hash::FxHasher::default();
        for s in &segments {
            let (tag, values): (u8, [f32; 6]) = match *s {
                Segment::Move(x, y) => (0, [x, y, 0.0, 0.0, 0.0, 0.0]),
                Segment::Line(x, y) => (1, [x, y, 0.0, 0.0, 0.0, 0.0]),
                Segment::Quad(a, b, x, y) => (2, [a, b, x, y, 0.0, 0.0]),
                Segment::Cubic(a, b, c, d, x, y) => (3, [a, b, c, d, x, y]),
                Segment::Close => (4, [0.0; 6]),
            };
            tag.hash(&mut hasher);
            values.map(f32::to_bits).hash(&mut hasher);
        }
        Path { segments, hash: hasher.finish() }
    }
}
