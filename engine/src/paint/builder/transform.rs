//! CSS transforms to affine maps (CSS Transforms 1 and 2). Three-dimensional functions are multiplied out and
//! then flattened onto the plane without perspective.

use crate::paint::geometry::{Affine, Point};
use pellicle_layout::flow::geometry::Matrix;
use pellicle_layout::style::ComputedStyle;

/// The transform of a style for a border box of this size: the fixed point, relative to the box, and the map
/// about it.
pub fn of_style(style: &ComputedStyle, width: f32, height: f32) -> (Point, Affine) {
    let origin = &style.transform_origin;
    let origin = Point::new(origin.0.resolve(width), origin.1.resolve(height));
    (origin, flatten(&Matrix::of_functions(&style.transform, width, height)))
}

fn flatten(m: &Matrix) -> Affine {
    let m = &m.0;
    Affine::new(m[0], m[1], m[4], m[5], m[12], m[13])
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::style::computed::{LengthPercentage, TransformOp};
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
