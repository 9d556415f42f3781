//! Points, rectangles, radii and affine maps of the display list.
//!
//! Logical coordinates are `f32`, x to the right, y down. Device rectangles are whole pixels, half open.

use pellicle_layout::style::computed::Edges;

/// A point, logical px unless said otherwise.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Point {
    /// To the right.
    pub x: f32,
    /// Down.
    pub y: f32,
}

impl Point {
    /// A point from its coordinates.
    pub const fn new(x: f32, y: f32) -> Point {
        Point { x, y }
    }
}

impl std::ops::Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point::new(self.x + other.x, self.y + other.y)
    }
}

impl std::ops::Sub for Point {
    type Output = Point;
    fn sub(self, other: Point) -> Point {
        Point::new(self.x - other.x, self.y - other.y)
    }
}

/// A rectangle, logical px. Width and height are not negative in anything the builder makes.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Rect {
    /// Left edge.
    pub x: f32,
    /// Top edge.
    pub y: f32,
    /// Width.
    pub width: f32,
    /// Height.
    pub height: f32,
}

impl Rect {
    /// A rectangle from its left top corner and its size.
    pub const fn new(x: f32, y: f32, width: f32, height: f32) -> Rect {
        Rect { x, y, width, height }
    }

    /// A rectangle from its edges; empty where they cross.
    pub fn from_edges(left: f32, top: f32, right: f32, bottom: f32) -> Rect {
        Rect::new(left, top, (right - left).max(0.0), (bottom - top).max(0.0))
    }

    /// Right edge.
    pub fn right(&self) -> f32 {
        self.x + self.width
    }

    /// Bottom edge.
    pub fn bottom(&self) -> f32 {
        self.y + self.height
    }

    /// Centre.
    pub fn center(&self) -> Point {
        Point::new(self.x + self.width * 0.5, self.y + self.height * 0.5)
    }

    /// Left top corner.
    pub fn origin(&self) -> Point {
        Point::new(self.x, self.y)
    }

    /// True if it has no area. NaN counts as none.
    pub fn is_empty(&self) -> bool {
        !(self.width > 0.0 && self.height > 0.0)
    }

    /// Moved by a vector.
    pub fn translate(&self, by: Point) -> Rect {
        Rect::new(self.x + by.x, self.y + by.y, self.width, self.height)
    }

    /// Shrunk by a width on each side; sizes stop at zero.
    pub fn inset(&self, by: Edges<f32>) -> Rect {
        Rect::new(
            self.x + by.left,
            self.y + by.top,
            (self.width - by.left - by.right).max(0.0),
            (self.height - by.top - by.bottom).max(0.0),
        )
    }

    /// Grown by the same width on all sides (shrunk by a negative one).
    pub fn outset(&self, by: f32) -> Rect {
        self.inset(Edges::all(-by))
    }

    /// The part shared with `other`; empty if there is none.
    pub fn intersect(&self, other: &Rect) -> Rect {
        let (left, top) = (self.x.max(other.x), self.y.max(other.y));
        Rect::from_edges(left, top, self.right().min(other.right()), self.bottom().min(other.bottom()))
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    pub fn union(&self, other: &Rect) -> Rect {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        let (left, top) = (self.x.min(other.x), self.y.min(other.y));
        Rect::from_edges(left, top, self.right().max(other.right()), self.bottom().max(other.bottom()))
    }

    /// True if the point lies inside (left and top edges included).
    pub fn contains(&self, p: Point) -> bool {
        p.x >= self.x && p.y >= self.y && p.x < self.right() && p.y < self.bottom()
    }
}

/// Elliptical radii of the four corners as (horizontal, vertical), logical px.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Radii {
    /// Horizontal radii: top left, top right, bottom right, bottom left.
    pub x: [f32; 4],
    /// Vertical radii in the same order.
    pub y: [f32; 4],
}

impl Radii {
    /// Square corners.
    pub const ZERO: Radii = Radii { x: [0.0; 4], y: [0.0; 4] };

    /// The same circular radius at all corners.
    pub const fn all(r: f32) -> Radii {
        Radii { x: [r; 4], y: [r; 4] }
    }

    /// True if all corners are square: a corner needs both of its radii to be round.
    pub fn is_zero(&self) -> bool {
        (0..4).all(|i| self.x[i] <= 0.0 || self.y[i] <= 0.0)
    }

    /// All radii reduced by one factor so that those along no side add up to more than the side
    /// (CSS Backgrounds 3, section 4.5).
    pub fn fit(&self, width: f32, height: f32) -> Radii {
        let mut r = *self;
        for i in 0..4 {
            let sharp = !(r.x[i] > 0.0 && r.y[i] > 0.0);
            if sharp {
                r.x[i] = 0.0;
                r.y[i] = 0.0;
            }
        }
        let mut f = 1.0f32;
        for (sum, side) in
            [(r.x[0] + r.x[1], width), (r.x[3] + r.x[2], width), (r.y[0] + r.y[3], height), (r.y[1] + r.y[2], height)]
        {
            if sum > side {
                f = f.min(side.max(0.0) / sum);
            }
        }
        if f < 1.0 { r.scale(f, f) } else { r }
    }

    /// Horizontal radii times `sx`, vertical ones times `sy`.
    pub fn scale(&self, sx: f32, sy: f32) -> Radii {
        Radii { x: self.x.map(|v| v * sx), y: self.y.map(|v| v * sy) }
    }

    /// The radii of the edge that lies inside by the given widths, as the padding edge of a border
    /// (CSS Backgrounds 3, section 4.2).
    pub fn inset(&self, by: Edges<f32>) -> Radii {
        let (l, t, r, b) = (by.left, by.top, by.right, by.bottom);
        let sub = |v: f32, w: f32| (v - w).max(0.0);
        Radii {
            x: [sub(self.x[0], l), sub(self.x[1], r), sub(self.x[2], r), sub(self.x[3], l)],
            y: [sub(self.y[0], t), sub(self.y[1], t), sub(self.y[2], b), sub(self.y[3], b)],
        }
    }

    /// The radii of a shape grown by `by` px on all sides, as for the spread of a shadow: sharp corners stay
    /// sharp and small radii grow less (CSS Backgrounds 3, section 6.1.1).
    pub fn spread(&self, by: f32) -> Radii {
        if by <= 0.0 {
            return self.inset(Edges::all(-by));
        }
        let grow = |v: f32| {
            if v >= by || v <= 0.0 {
                if v > 0.0 { v + by } else { 0.0 }
            } else {
                let r = v / by - 1.0;
                v + by * (1.0 + r * r * r)
            }
        };
        Radii { x: self.x.map(grow), y: self.y.map(grow) }
    }
}

/// An affine map: `x' = a x + c y + e`, `y' = b x + d y + f`, as CSS `matrix(a, b, c, d, e, f)`.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)]
pub struct Affine {
    pub a: f32,
    pub b: f32,
    pub c: f32,
    pub d: f32,
    pub e: f32,
    pub f: f32,
}

impl Default for Affine {
    fn default() -> Self {
        Affine::IDENTITY
    }
}

impl Affine {
    /// Changes nothing.
    pub const IDENTITY: Affine = Affine::new(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);

    /// From the six numbers of CSS `matrix()`.
    pub const fn new(a: f32, b: f32, c: f32, d: f32, e: f32, f: f32) -> Affine {
        Affine { a, b, c, d, e, f }
    }

    /// A translation.
    pub const fn translation(x: f32, y: f32) -> Affine {
        Affine::new(1.0, 0.0, 0.0, 1.0, x, y)
    }

    /// A scaling about the origin.
    pub const fn scaling(x: f32, y: f32) -> Affine {
        Affine::new(x, 0.0, 0.0, y, 0.0, 0.0)
    }

    /// The map that applies `inner` first, then `self`.
    pub fn then_inner(&self, inner: &Affine) -> Affine {
        Affine {
            a: self.a * inner.a + self.c * inner.b,
            b: self.b * inner.a + self.d * inner.b,
            c: self.a * inner.c + self.c * inner.d,
            d: self.b * inner.c + self.d * inner.d,
            e: self.a * inner.e + self.c * inner.f + self.e,
            f: self.b * inner.e + self.d * inner.f + self.f,
        }
    }

    /// The image of a point.
    pub fn apply(&self, p: Point) -> Point {
        Point::new(self.a * p.x + self.c * p.y + self.e, self.b * p.x + self.d * p.y + self.f)
    }

    /// Area factor, negative for a mirror image.
    pub fn determinant(&self) -> f32 {
        self.a * self.d - self.b * self.c
    }

    /// The inverse map, `None` if it flattens the plane (or is not finite).
    pub fn inverse(&self) -> Option<Affine> {
        let det = self.determinant();
        if !det.is_finite() || det.abs() < 1e-12 {
            return None;
        }
        let (a, b, c, d) = (self.d / det, -self.b / det, -self.c / det, self.a / det);
        Some(Affine { a, b, c, d, e: -(a * self.e + c * self.f), f: -(b * self.e + d * self.f) })
    }

    /// True if it only scales by positive factors and moves: rectangles stay rectangles the right way up.
    pub fn is_axis_aligned(&self) -> bool {
        self.b.abs() < 1e-6 && self.c.abs() < 1e-6 && self.a > 0.0 && self.d > 0.0
    }

    /// The rectangle around the image of a rectangle.
    pub fn bounds(&self, r: &Rect) -> Rect {
        let p = [
            self.apply(Point::new(r.x, r.y)),
            self.apply(Point::new(r.right(), r.y)),
            self.apply(Point::new(r.right(), r.bottom())),
            self.apply(Point::new(r.x, r.bottom())),
        ];
        let min = |f: fn(&Point) -> f32| p.iter().map(f).fold(f32::INFINITY, f32::min);
        let max = |f: fn(&Point) -> f32| p.iter().map(f).fold(f32::NEG_INFINITY, f32::max);
        Rect::from_edges(min(|p| p.x), min(|p| p.y), max(|p| p.x), max(|p| p.y))
    }
}

/// A rectangle of whole device pixels, half open: pixels `x0..x1` by `y0..y1`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct DeviceRect {
    /// First column.
    pub x0: i32,
    /// First row.
    pub y0: i32,
    /// One past the last column.
    pub x1: i32,
    /// One past the last row.
    pub y1: i32,
}

impl DeviceRect {
    /// From its edges.
    pub const fn new(x0: i32, y0: i32, x1: i32, y1: i32) -> DeviceRect {
        DeviceRect { x0, y0, x1, y1 }
    }

    /// From the origin, `width` by `height` pixels.
    pub const fn of_size(width: u32, height: u32) -> DeviceRect {
        DeviceRect::new(0, 0, width as i32, height as i32)
    }

    /// The pixels that a rectangle in device px touches. Anything beyond ±2^20 px is cut off.
    pub fn enclosing(r: &Rect) -> DeviceRect {
        const LIMIT: f32 = 1_048_576.0;
        let cut = |v: f32| v.clamp(-LIMIT, LIMIT) as i32;
        DeviceRect::new(cut(r.x.floor()), cut(r.y.floor()), cut(r.right().ceil()), cut(r.bottom().ceil()))
    }

    /// Columns.
    pub fn width(&self) -> i32 {
        (self.x1 - self.x0).max(0)
    }

    /// Rows.
    pub fn height(&self) -> i32 {
        (self.y1 - self.y0).max(0)
    }

    /// Pixels inside.
    pub fn area(&self) -> i64 {
        i64::from(self.width()) * i64::from(self.height())
    }

    /// True if it has no pixel.
    pub fn is_empty(&self) -> bool {
        self.x1 <= self.x0 || self.y1 <= self.y0
    }

    /// The pixels shared with `other`.
    pub fn intersect(&self, other: &DeviceRect) -> DeviceRect {
        DeviceRect::new(self.x0.max(other.x0), self.y0.max(other.y0), self.x1.min(other.x1), self.y1.min(other.y1))
    }

    /// The smallest rectangle around both; an empty one adds nothing.
    pub fn union(&self, other: &DeviceRect) -> DeviceRect {
        if self.is_empty() {
            return *other;
        }
        if other.is_empty() {
            return *self;
        }
        DeviceRect::new(self.x0.min(other.x0), self.y0.min(other.y0), self.x1.max(other.x1), self.y1.max(other.y1))
    }

    /// Grown by `by` pixels on all sides.
    pub fn outset(&self, by: i32) -> DeviceRect {
        DeviceRect::new(self.x0 - by, self.y0 - by, self.x1 + by, self.y1 + by)
    }

    /// Grown on each side by as much as is said for it.
    pub fn grow(&self, by: &Edges<i32>) -> DeviceRect {
        DeviceRect::new(self.x0 - by.left, self.y0 - by.top, self.x1 + by.right, self.y1 + by.bottom)
    }

    /// True if all of `other` lies inside.
    pub fn contains(&self, other: &DeviceRect) -> bool {
        other.x0 >= self.x0 && other.y0 >= self.y0 && other.x1 <= self.x1 && other.y1 <= self.y1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn radii_shrink_together_until_they_fit() {
        let r = Radii::all(100.0).fit(100.0, 50.0);
        assert_eq!(r.x, [25.0; 4]);
        assert_eq!(r.y, [25.0; 4]);
    }

    #[test]
    fn a_corner_with_one_zero_radius_is_sharp() {
        let r = Radii { x: [10.0, 0.0, 5.0, 5.0], y: [0.0, 9.0, 5.0, 5.0] }.fit(50.0, 50.0);
        assert_eq!((r.x[0], r.y[0], r.x[1], r.y[1]), (0.0, 0.0, 0.0, 0.0));
    }

    #[test]
    fn an_affine_map_times_its_inverse_is_the_identity() {
        let m = Affine::new(2.0, 1.0, -0.5, 3.0, 7.0, -4.0);
        let p = m.inverse().unwrap().apply(m.apply(Point::new(3.0, 5.0)));
        assert!((p.x - 3.0).abs() < 1e-4 && (p.y - 5.0).abs() < 1e-4);
    }

    #[test]
    fn a_flat_map_has_no_inverse() {
        assert!(Affine::scaling(0.0, 1.0).inverse().is_none());
    }
}
