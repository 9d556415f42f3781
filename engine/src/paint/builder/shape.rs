//! Basic shapes of `clip-path` as clips (CSS Shapes 1, section 3): all but polygons are rounded rectangles.

use super::decorate::Geometry;
use super::mask::fill_rule;
use super::place::radii;
use crate::paint::geometry::{Point, Radii, Rect};
use crate::paint::tables::Polygon;
use pellicle_layout::style::computed::{BasicShape, ClipPath, LengthPercentage, ShapeRadius};
use std::sync::Arc;

/// What a clip path leaves of a box.
pub(super) struct Cut {
    pub rect: Rect,
    pub radii: Radii,
    pub polygon: Option<Arc<Polygon>>,
}

/// The cut of a clip path for a box with these edges.
pub(super) fn cut(path: &ClipPath, g: &Geometry) -> Cut {
    let (area, corners) = g.edge(path.reference);
    let at = |center: &(LengthPercentage, LengthPercentage)| {
        Point::new(area.x + center.0.resolve(area.width), area.y + center.1.resolve(area.height))
    };
    let ellipse = |c: Point, rx: f32, ry: f32| Cut {
        rect: Rect::new(c.x - rx, c.y - ry, 2.0 * rx, 2.0 * ry),
        radii: Radii { x: [rx; 4], y: [ry; 4] },
        polygon: None,
    };
    let sides = |from: f32, lo: f32, hi: f32| ((from - lo).abs(), (hi - from).abs());
    let resolve = |radius: ShapeRadius, (a, b): (f32, f32), basis: f32| match radius {
        ShapeRadius::ClosestSide => a.min(b),
        ShapeRadius::FarthestSide => a.max(b),
        ShapeRadius::Length(length) => length.resolve(basis).max(0.0),
    };
    match &path.shape {
        None => Cut { rect: area, radii: corners, polygon: None },
        Some(BasicShape::Inset(edges, corners)) => {
            let (mut left, mut right) = (edges.left.resolve(area.width), edges.right.resolve(area.width));
            let (mut top, mut bottom) = (edges.top.resolve(area.height), edges.bottom.resolve(area.height));
            // Insets that overlap shrink together to nothing.
            let shrink = |a: &mut f32, b: &mut f32, room: f32| {
                if *a + *b > room {
                    let k = room / (*a + *b);
                    (*a, *b) = (*a * k, *b * k);
                }
            };
            shrink(&mut left, &mut right, area.width);
            shrink(&mut top, &mut bottom, area.height);
            let rect = Rect::from_edges(area.x + left, area.y + top, area.right() - right, area.bottom() - bottom);
            let fitted = radii(corners, area.width, area.height).fit(rect.width, rect.height);
            Cut { rect, radii: fitted, polygon: None }
        }
        Some(BasicShape::Circle(radius, center)) => {
            let c = at(center);
            let (x, y) = (sides(c.x, area.x, area.right()), sides(c.y, area.y, area.bottom()));
            let both = (x.0.min(x.1).min(y.0).min(y.1), x.0.max(x.1).max(y.0).max(y.1));
            let diagonal = ((area.width * area.width + area.height * area.height) / 2.0).sqrt();
            let r = resolve(*radius, both, diagonal);
            ellipse(c, r, r)
        }
        Some(BasicShape::Ellipse(rx, ry, center)) => {
            let c = at(center);
            let x = resolve(*rx, sides(c.x, area.x, area.right()), area.width);
            let y = resolve(*ry, sides(c.y, area.y, area.bottom()), area.height);
            ellipse(c, x, y)
        }
        Some(BasicShape::Polygon(rule, points)) => {
            let points: Vec<Point> = points.iter().map(at).collect();
            let bounds = points.iter().fold(None, |all: Option<(Point, Point)>, p| {
                let (lo, hi) = all.unwrap_or((*p, *p));
                Some((Point::new(lo.x.min(p.x), lo.y.min(p.y)), Point::new(hi.x.max(p.x), hi.y.max(p.y))))
            });
            let rect = bounds.map_or(Rect::default(), |(lo, hi)| Rect::from_edges(lo.x, lo.y, hi.x, hi.y));
            let polygon = Polygon { points, rule: fill_rule(*rule) };
            // The rectangle lies around the polygon; its edges are not to be seen.
            let rect = if rect.is_empty() { rect } else { rect.outset(1.0) };
            Cut { rect, radii: Radii::ZERO, polygon: Some(Arc::new(polygon)) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::style::computed::{BackgroundBox, Corners, Edges, PathFillRule};

    fn of(shape: BasicShape) -> Cut {
        let area = Rect::new(10.0, 20.0, 80.0, 60.0);
        let (border, padding) = (Edges::all(0.0), Edges::all(0.0));
        let g = Geometry { border_box: area, radii: Radii::all(5.0), border, padding };
        cut(&ClipPath { shape: Some(shape), reference: BackgroundBox::BorderBox }, &g)
    }

    const HALF: LengthPercentage = LengthPercentage::percent(0.5);

    #[test]
    fn circles_and_ellipses_are_rectangles_with_round_corners() {
        let circle = of(BasicShape::Circle(ShapeRadius::ClosestSide, (HALF, HALF)));
        assert_eq!((circle.rect, circle.radii.x), (Rect::new(20.0, 20.0, 60.0, 60.0), [30.0; 4]));
        let share = of(BasicShape::Circle(ShapeRadius::Length(HALF), (LengthPercentage::ZERO, HALF)));
        assert!((share.rect.width - 5000f32.sqrt()).abs() < 1e-3, "half of the diagonal over the root of 2");
        let ellipse = of(BasicShape::Ellipse(ShapeRadius::FarthestSide, ShapeRadius::Length(HALF), (HALF, HALF)));
        assert_eq!((ellipse.radii.x[0], ellipse.radii.y[0]), (40.0, 30.0));
    }

    #[test]
    fn insets_that_overlap_leave_nothing() {
        let zero = (LengthPercentage::ZERO, LengthPercentage::ZERO);
        let corners = Corners { top_left: zero, top_right: zero, bottom_right: zero, bottom_left: zero };
        let px = LengthPercentage::px;
        let inset = of(BasicShape::Inset(Edges { top: px(5.0), right: HALF, bottom: px(1.0), left: px(4.0) }, corners));
        assert_eq!(inset.rect, Rect::new(14.0, 25.0, 36.0, 54.0));
        let gone = of(BasicShape::Inset(Edges::all(px(100.0)), corners));
        assert!(gone.rect.is_empty());
    }

    #[test]
    fn a_polygon_keeps_its_corners() {
        let points =
            Arc::from([(LengthPercentage::ZERO, LengthPercentage::ZERO), (HALF, HALF), (HALF, LengthPercentage::ZERO)]);
        let cut = of(BasicShape::Polygon(PathFillRule::NonZero, points));
        assert_eq!(cut.rect, Rect::new(9.0, 19.0, 42.0, 32.0));
        assert_eq!(cut.polygon.map(|p| p.points[1]), Some(Point::new(50.0, 50.0)));
    }
}
