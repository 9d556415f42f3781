//! The rows of property tables: what an item's transform, clip or effect can be.

use super::geometry::{Affine, Point, Radii, Rect};
use super::path::FillRule;
use pellicle_layout::style::computed::{BlendMode, Color, Edges, FilterOp};
use std::sync::Arc;

/// A row of the spatial table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct SpatialId(pub u32);

/// A row of the clip table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct ClipId(pub u32);

/// A row of the effect table.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct EffectId(pub u32);

/// A row of the colour table; row 0 for an item whose colours are its own.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct ColorsId(pub u32);

/// Colours of a box or of its text that change by themselves.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct ItemColors {
    /// Background of a box; the one colour of glyphs, of their lines and of paths.
    pub fill: Color,
    /// Border.
    pub border: Edges<Color>,
}

impl From<Color> for ItemColors {
    fn from(color: Color) -> ItemColors {
        ItemColors { fill: color, border: Edges::all(color) }
    }
}

/// How a space lies in its parent's.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum SpatialKind {
    /// The viewport itself.
    Root,
    /// A transform about an origin in the parent's coordinates.
    Transform {
        /// The fixed point, logical px.
        origin: Point,
        /// The map about it.
        matrix: Affine,
    },
    /// Scrolled content.
    Scroll {
        /// How far the content is scrolled, logical px: content moves by its negative.
        offset: Point,
    },
    /// A sticky box, moved by as much as its insets ask and its containing block allows.
    Sticky(Sticky),
    /// The thumb of a scroll bar, which follows what is scrolled.
    Thumb {
        /// The scroll row whose offset counts.
        scroller: SpatialId,
        /// How far it goes for each px of the offset.
        per_px: Point,
    },
}

/// What a sticky box sticks to (CSS Positioned Layout 3, section 3.4). All in the coordinates of the
/// scroller's content.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sticky {
    /// The scroll row whose offset counts; [`SpatialId`] 0 if nothing scrolls.
    pub scroller: SpatialId,
    /// Scroll port at offset zero: the scroller's padding box.
    pub port: Rect,
    /// The box with its margins, as laid out.
    pub rect: Rect,
    /// Content box of its containing block.
    pub bounds: Rect,
    /// Distances to keep, logical px; `None` for `auto`.
    pub insets: Edges<Option<f32>>,
}

impl Sticky {
    /// How far the box moves when its scroller stands at `offset`.
    pub fn shift(&self, offset: Point) -> Point {
        let axis = |pos: f32, size: f32, lo: f32, hi: f32, port: (f32, f32), start: Option<f32>, end: Option<f32>| {
            let mut shift = 0.0f32;
            if let Some(end) = end {
                let limit = port.1 - end - size;
                if pos > limit {
                    shift = (limit - pos).max((lo - pos).min(0.0));
                }
            }
            if let Some(start) = start {
                let limit = port.0 + start;
                if pos + shift < limit {
                    shift = (limit - pos).min((hi - size - pos).max(0.0));
                }
            }
            shift
        };
        let (r, b) = (&self.rect, &self.bounds);
        let port_x = (self.port.x + offset.x, self.port.right() + offset.x);
        let port_y = (self.port.y + offset.y, self.port.bottom() + offset.y);
        Point::new(
            axis(r.x, r.width, b.x, b.right(), port_x, self.insets.left, self.insets.right),
            axis(r.y, r.height, b.y, b.bottom(), port_y, self.insets.top, self.insets.bottom),
        )
    }
}

/// A space.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SpatialNode {
    /// The space it lies in.
    pub parent: SpatialId,
    /// How.
    pub kind: SpatialKind,
}

/// A polygon, logical px.
#[derive(Clone, PartialEq, Debug)]
pub struct Polygon {
    /// Its corners.
    pub points: Vec<Point>,
    /// Which points are inside where it crosses itself.
    pub rule: FillRule,
}

impl Polygon {
    /// True if a point is inside.
    pub fn contains(&self, p: Point) -> bool {
        let (mut winding, mut crossings) = (0i32, 0u32);
        let ends = self.points.iter().cycle().skip(1);
        for (a, b) in self.points.iter().zip(ends) {
            if (a.y <= p.y) == (b.y <= p.y) {
                continue;
            }
            let x = a.x + (p.y - a.y) / (b.y - a.y) * (b.x - a.x);
            if x > p.x {
                winding += if b.y > a.y { 1 } else { -1 };
                crossings += 1;
            }
        }
        match self.rule {
            FillRule::NonZero => winding != 0,
            FillRule::EvenOdd => crossings % 2 == 1,
        }
    }
}

/// A clip: a rounded rectangle, intersected with its parents.
#[derive(Clone, PartialEq, Debug)]
pub struct ClipNode {
    /// The next clip outwards.
    pub parent: ClipId,
    /// The space of the rectangle.
    pub spatial: SpatialId,
    /// The area that stays, logical px. An axis that is not clipped reaches from -1e6 to 1e6.
    pub rect: Rect,
    /// Its corners.
    pub radii: Radii,
    /// What of the rectangle can be hit, where that is not all. Painting cuts it out by a layer.
    pub polygon: Option<Arc<Polygon>>,
}

/// How a finished layer is put together with what has been drawn in its surroundings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Composite {
    /// Over it.
    #[default]
    Over,
    /// Over it, its colours blended with those below it (Compositing 1, section 10).
    Blend(BlendMode),
    /// As a mask: of the surroundings stays what the layer covers.
    Mask,
    /// The layer shows where the surroundings do not; they themselves do not stay.
    Outside,
    /// Both show where the other one does not.
    Exclude,
}

/// What a layer does to its contents.
#[derive(Clone, PartialEq, Debug)]
pub struct Effect {
    /// 0 to 1.
    pub opacity: f32,
    /// Applied to the contents in order.
    pub filters: Arc<[FilterOp]>,
    /// Applied to what lies behind.
    pub backdrop: Arc<[FilterOp]>,
    /// How it comes together with its surroundings.
    pub composite: Composite,
    /// Masks and blending in it end with it: it is a layer even if nothing else asks for one.
    pub isolated: bool,
    /// What counts is how bright it is: its brightness becomes its opacity.
    pub luminance: bool,
}

impl Effect {
    /// True if it does nothing: what it is around is drawn as if there was no layer.
    pub fn is_none(&self) -> bool {
        self.opacity == 1.0
            && self.filters.is_empty()
            && self.backdrop.is_empty()
            && self.composite == Composite::Over
            && !self.isolated
            && !self.luminance
    }
}

impl Default for Effect {
    fn default() -> Self {
        Effect {
            opacity: 1.0,
            filters: Arc::from([]),
            backdrop: Arc::from([]),
            composite: Composite::Over,
            isolated: false,
            luminance: false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sticky(insets: Edges<Option<f32>>) -> Sticky {
        Sticky {
            scroller: SpatialId(1),
            port: Rect::new(0.0, 0.0, 100.0, 200.0),
            rect: Rect::new(0.0, 50.0, 100.0, 20.0),
            bounds: Rect::new(0.0, 40.0, 100.0, 300.0),
            insets,
        }
    }

    #[test]
    fn a_polygon_that_crosses_itself_contains_by_its_rule() {
        let star = [(50.0, 0.0), (79.0, 91.0), (2.0, 35.0), (98.0, 35.0), (21.0, 91.0)];
        let points: Vec<Point> = star.iter().map(|&(x, y)| Point::new(x, y)).collect();
        let inside = |rule, x, y| Polygon { points: points.clone(), rule }.contains(Point::new(x, y));
        assert!(inside(FillRule::NonZero, 50.0, 50.0) && !inside(FillRule::EvenOdd, 50.0, 50.0));
        assert!(inside(FillRule::EvenOdd, 50.0, 10.0) && !inside(FillRule::NonZero, 10.0, 10.0));
        assert!(!Polygon { points: Vec::new(), rule: FillRule::NonZero }.contains(Point::default()));
    }

    #[test]
    fn a_sticky_box_follows_the_port_until_its_container_ends() {
        let s = sticky(Edges { top: Some(10.0), ..Default::default() });
        assert_eq!(s.shift(Point::new(0.0, 0.0)).y, 0.0);
        assert_eq!(s.shift(Point::new(0.0, 60.0)).y, 20.0);
        assert_eq!(s.shift(Point::new(0.0, 1000.0)).y, 270.0);
    }

    #[test]
    fn a_box_sticky_at_the_bottom_rises_to_the_port() {
        let mut s = sticky(Edges { bottom: Some(0.0), ..Default::default() });
        s.rect.y = 300.0;
        assert_eq!(s.shift(Point::new(0.0, 0.0)).y, -120.0);
        assert_eq!(s.shift(Point::new(0.0, 120.0)).y, 0.0);
    }
}
