//! CSS gradients to lines and stops (CSS Images 3, section 3; conic ones: level 4).

use crate::paint::geometry::Point;
use crate::paint::list::GradientLine;
use pellicle_layout::math::sin_cos_degrees;
use pellicle_layout::style::computed::{Color, ColorStop, Gradient, GradientShape, RadialExtent};

/// The line and the stops of a gradient that fills a box of this size.
pub fn resolve(g: &Gradient, width: f32, height: f32) -> (GradientLine, Vec<(f32, Color)>) {
    let (line, length) = match g.shape {
        GradientShape::Linear(degrees) => {
            let (s, c) = sin_cos_degrees(degrees);
            along(s, -c, (width * s).abs() + (height * c).abs(), width, height)
        }
        GradientShape::LinearTo(x, y) => {
            if x == 0.0 || y == 0.0 {
                along(x, y, (width * x).abs() + (height * y).abs(), width, height)
            } else {
                // The 50 % line runs through the two other corners: the direction is square to their diagonal.
                let (dx, dy) = (x * height, y * width);
                let n = (dx * dx + dy * dy).sqrt().max(1e-6);
                let (dx, dy) = (dx / n, dy / n);
                along(dx, dy, (width * dx).abs() + (height * dy).abs(), width, height)
            }
        }
        GradientShape::Radial { circle, extent, radii, center } => {
            let c = Point::new(center.0.resolve(width), center.1.resolve(height));
            let (rx, ry) = match radii {
                Some((rx, ry)) => (rx.resolve(width).max(0.0), ry.resolve(height).max(0.0)),
                None => reach(circle, extent, c, width, height),
            };
            // Without extent the last colour fills everything.
            (GradientLine::Radial(c, rx.max(1e-3), ry.max(1e-3)), rx.max(1e-3))
        }
        GradientShape::Conic { from, center } => {
            let c = Point::new(center.0.resolve(width), center.1.resolve(height));
            (GradientLine::Conic(c, from / 360.0), 360.0)
        }
    };
    (line, stops(&g.stops, length))
}

fn along(dx: f32, dy: f32, length: f32, width: f32, height: f32) -> (GradientLine, f32) {
    let (cx, cy, h) = (width * 0.5, height * 0.5, length * 0.5);
    let line = GradientLine::Linear(Point::new(cx - dx * h, cy - dy * h), Point::new(cx + dx * h, cy + dy * h));
    (line, length)
}

/// The radii of a radial gradient's ending shape.
fn reach(circle: bool, extent: RadialExtent, c: Point, width: f32, height: f32) -> (f32, f32) {
    let (l, r) = (c.x.abs(), (width - c.x).abs());
    let (t, b) = (c.y.abs(), (height - c.y).abs());
    let farthest = matches!(extent, RadialExtent::FarthestCorner | RadialExtent::FarthestSide);
    let pick = |p: f32, q: f32| if farthest { p.max(q) } else { p.min(q) };
    let (x, y) = (pick(l, r), pick(t, b));
    let to_corner = matches!(extent, RadialExtent::FarthestCorner | RadialExtent::ClosestCorner);
    match (circle, to_corner) {
        (true, true) => {
            let d = (x * x + y * y).sqrt();
            (d, d)
        }
        (true, false) => {
            let d = pick(x, y);
            (d, d)
        }
        // The ellipse through the corner has the shape of the one to the sides.
        (false, true) => (x * std::f32::consts::SQRT_2, y * std::f32::consts::SQRT_2),
        (false, false) => (x, y),
    }
}

/// Positions for all stops (section 3.4.3): the ends are 0 and 1, none lies before the one in front of it,
/// and runs without one are spread evenly.
fn stops(from: &[ColorStop], length: f32) -> Vec<(f32, Color)> {
    let n = from.len();
    let mut at: Vec<Option<f32>> = from
        .iter()
        .map(|s| {
            s.position.map(|p| match p.math {
                Some(math) if length > 0.0 => math.resolve(length) / length,
                None if length > 0.0 => p.percent + p.px / length,
                _ => p.percent,
            })
        })
        .collect();
    if n == 0 {
        return Vec::new();
    }
    at[0].get_or_insert(0.0);
    at[n - 1].get_or_insert(1.0);
    let mut largest = f32::NEG_INFINITY;
    for p in at.iter_mut().flatten() {
        largest = largest.max(*p);
        *p = largest;
    }
    let mut out: Vec<(f32, Color)> = Vec::with_capacity(n);
    let mut i = 0;
    while i < n {
        match at[i] {
            Some(p) => out.push((p, from[i].color)),
            None => {
                let next = (i..n).find(|&j| at[j].is_some()).unwrap_or(n - 1);
                let (a, b) = (out.last().map_or(0.0, |s| s.0), at[next].unwrap_or(1.0));
                let gaps = (next - i + 1) as f32;
                for (k, stop) in from[i..next].iter().enumerate() {
                    out.push((a + (b - a) * (k + 1) as f32 / gaps, stop.color));
                }
                i = next;
                continue;
            }
        }
        i += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::style::computed::LengthPercentage;

    fn stop(p: Option<f32>) -> ColorStop {
        ColorStop { color: Color::BLACK, position: p.map(LengthPercentage::percent) }
    }

    fn positions(from: &[Option<f32>]) -> Vec<f32> {
        let from: Vec<ColorStop> = from.iter().map(|p| stop(*p)).collect();
        stops(&from, 100.0).iter().map(|s| s.0).collect()
    }

    #[test]
    fn stops_without_a_place_are_spread() {
        assert_eq!(positions(&[None, None, None]), [0.0, 0.5, 1.0]);
        assert_eq!(positions(&[Some(0.2), None, None, Some(0.8)]), [0.2, 0.4, 0.6, 0.8]);
        assert_eq!(positions(&[Some(0.6), Some(0.3), None]), [0.6, 0.6, 1.0]);
    }

    #[test]
    fn an_angle_of_90_degrees_runs_to_the_right() {
        let g = Gradient { shape: GradientShape::Linear(90.0), stops: vec![stop(None), stop(None)], repeating: false };
        let (line, _) = resolve(&g, 80.0, 40.0);
        assert_eq!(line, GradientLine::Linear(Point::new(0.0, 20.0), Point::new(80.0, 20.0)));
    }

    #[test]
    fn a_corner_gradient_has_its_middle_on_the_other_diagonal() {
        let shape = GradientShape::LinearTo(1.0, 1.0);
        let g = Gradient { shape, stops: vec![stop(None), stop(None)], repeating: false };
        let GradientLine::Linear(a, b) = resolve(&g, 80.0, 40.0).0 else { panic!() };
        let t = |x: f32, y: f32| {
            let (dx, dy) = (b.x - a.x, b.y - a.y);
            ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy)
        };
        assert!((t(80.0, 0.0) - 0.5).abs() < 1e-5 && (t(0.0, 40.0) - 0.5).abs() < 1e-5);
        assert!(t(0.0, 0.0).abs() < 1e-5 && (t(80.0, 40.0) - 1.0).abs() < 1e-5);
    }

    #[test]
    fn a_radial_gradient_reaches_the_farthest_corner() {
        let c = Point::new(10.0, 10.0);
        let (rx, ry) = reach(true, RadialExtent::FarthestCorner, c, 40.0, 50.0);
        assert_eq!((rx, ry), (50.0, 50.0));
        assert_eq!(reach(false, RadialExtent::ClosestSide, c, 40.0, 50.0), (10.0, 10.0));
    }
}
