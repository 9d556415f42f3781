//! CSS transforms to affine maps (CSS Transforms 1 and 2). Three-dimensional functions are multiplied out and
//! then flattened onto the plane without perspective.

use crate::paint::geometry::{Affine, Point};
use crate::paint::math::{sin_cos_degrees, tan_degrees};
use pellicle_layout::flow::geometry::Matrix;
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::TransformOp;

/// The transform of a style for a border box of this size: the fixed point, relative to the box, and the map
/// about it.
pub fn of_style(style: &ComputedStyle, width: f32, height: f32) -> (Point, Affine) {
    let origin = &style.transform_origin;
    let origin = Point::new(origin.0.resolve(width), origin.1.resolve(height));
    let product = style.transform.iter().fold(Matrix::IDENTITY, |m, op| m.then_inner(&operation(op, width, height)));
    (origin, flatten(&product))
}

fn flatten(m: &Matrix) -> Affine {
    let m = &m.0;
    Affine::new(m[0], m[1], m[4], m[5], m[12], m[13])
}

fn operation(op: &TransformOp, width: f32, height: f32) -> Matrix {
    let mut m = Matrix::IDENTITY;
    match *op {
        TransformOp::Translate(x, y, z) => return Matrix::translation(x.resolve(width), y.resolve(height), z),
        TransformOp::Scale(x, y, z) => (m.0[0], m.0[5], m.0[10]) = (x, y, z),
        TransformOp::Rotate(x, y, z, degrees) => {
            let length = (x * x + y * y + z * z).sqrt();
            if length > 0.0 {
                let (x, y, z) = (x / length, y / length, z / length);
                let (s, c) = sin_cos_degrees(degrees);
                let t = 1.0 - c;
                let columns = [
                    [t * x * x + c, t * x * y + s * z, t * x * z - s * y, 0.0],
                    [t * x * y - s * z, t * y * y + c, t * y * z + s * x, 0.0],
                    [t * x * z + s * y, t * y * z - s * x, t * z * z + c, 0.0],
                ];
                for (i, column) in columns.iter().enumerate() {
                    m.0[i * 4..i * 4 + 4].copy_from_slice(column);
                }
            }
        }
        TransformOp::Skew(x, y) => (m.0[4], m.0[1]) = (tan_degrees(x), tan_degrees(y)),
        TransformOp::Matrix([a, b, c, d, e, f]) => {
            (m.0[0], m.0[1], m.0[4], m.0[5], m.0[12], m.0[13]) = (a, b, c, d, e, f);
        }
        TransformOp::Matrix3d(values) => m.0 = values,
        TransformOp::Perspective(_) => {}
    }
    m
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::style::computed::LengthPercentage;
    use std::sync::Arc;

    fn style(ops: &[TransformOp]) -> ComputedStyle {
        ComputedStyle { transform: Arc::from(ops), ..ComputedStyle::default() }
    }

    #[test]
    fn functions_apply_from_right_to_left() {
        let half = LengthPercentage::percent(-0.5);
        let s = style(&[TransformOp::Translate(half, half, 0.0), TransformOp::Scale(2.0, 2.0, 1.0)]);
        let (origin, m) = of_style(&s, 100.0, 40.0);
        assert_eq!((origin.x, origin.y), (50.0, 20.0));
        assert_eq!(m, Affine::new(2.0, 0.0, 0.0, 2.0, -50.0, -20.0));
    }

    #[test]
    fn a_half_turn_about_y_is_a_mirror_image() {
        let (_, m) = of_style(&style(&[TransformOp::Rotate(0.0, 1.0, 0.0, 180.0)]), 10.0, 10.0);
        assert_eq!((m.a, m.d), (-1.0, 1.0));
    }

    #[test]
    fn a_quarter_turn_is_exact() {
        let (_, m) = of_style(&style(&[TransformOp::Rotate(0.0, 0.0, 1.0, 90.0)]), 10.0, 10.0);
        assert_eq!(m, Affine::new(0.0, 1.0, -1.0, 0.0, 0.0, 0.0));
    }
}
