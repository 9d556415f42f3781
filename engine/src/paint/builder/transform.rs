//! CSS transforms to affine maps (CSS Transforms 1 and 2). Three-dimensional functions are multiplied out and
//! then flattened onto the plane. Perspective makes planes larger or smaller; those that are turned towards the eye or
//! away from it are drawn without foreshortening.

use crate::paint::geometry::{Affine, Point};
use pellicle_layout::flow::geometry::Matrix;
use pellicle_layout::style::ComputedStyle;
use pellicle_layout::style::computed::Display;

/// The transform of a style for a border box of this size: the fixed point, relative to the box, and the map
/// about it.
pub fn of_style(style: &ComputedStyle, width: f32, height: f32) -> (Point, Affine) {
    let origin = &style.transform_origin;
    let origin = Point::new(origin.0.resolve(width), origin.1.resolve(height));
    (origin, flatten(&Matrix::of_functions(&style.transform, width, height)))
}

/// False for inline boxes, which cannot be transformed.
pub(super) fn applies(style: &ComputedStyle) -> bool {
    style.display != Display::Inline || style.is_out_of_flow()
}

/// The same as it is seen by an eye at a distance, over a place from the left top corner of the box.
pub(super) fn seen(style: &ComputedStyle, width: f32, height: f32, eye: Option<(f32, Point)>) -> (Point, Affine) {
    let Some((distance, at)) = eye else { return of_style(style, width, height) };
    let origin = &style.transform_origin;
    let origin = Point::new(origin.0.resolve(width), origin.1.resolve(height));
    let own = Matrix::of_functions(&style.transform, width, height);
    let (x, y) = (at.x - origin.x, at.y - origin.y);
    // A distance of less than a px counts as one (CSS Transforms 2, section 8).
    let mut view = Matrix::IDENTITY;
    view.0[11] = -1.0 / distance.max(1.0);
    let seen = Matrix::translation(x, y, 0.0).then_inner(&view).then_inner(&Matrix::translation(-x, -y, 0.0));
    (origin, flatten(&seen.then_inner(&own)))
}

/// How a box lies in space after its transform.
pub(super) fn turned(style: &ComputedStyle, width: f32, height: f32) -> Matrix {
    Matrix::of_functions(&style.transform, width, height)
}

fn flatten(m: &Matrix) -> Affine {
    let m = &m.0;
    let flat = Affine::new(m[0], m[1], m[4], m[5], m[12], m[13]);
    // A plane that is not turned is as far from the eye everywhere.
    let far = m[15];
    if m[3] != 0.0 || m[7] != 0.0 || far == 1.0 {
        return flat;
    }
    if far <= 0.0 {
        // Behind the eye.
        return Affine::scaling(0.0, 0.0);
    }
    let k = 1.0 / far;
    Affine::new(flat.a * k, flat.b * k, flat.c * k, flat.d * k, flat.e * k, flat.f * k)
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
    fn what_is_nearer_to_the_eye_is_larger() {
        let nearer = TransformOp::Translate(LengthPercentage::ZERO, LengthPercentage::ZERO, 50.0);
        let (origin, m) = seen(&style(&[nearer]), 100.0, 100.0, Some((100.0, Point::new(0.0, 0.0))));
        // Twice as large about the eye's corner; the fixed point is the middle.
        assert_eq!((origin.x, m), (50.0, Affine::new(2.0, 0.0, 0.0, 2.0, 50.0, 50.0)));
        let own = of_style(&style(&[TransformOp::Perspective(100.0), nearer]), 100.0, 100.0).1;
        assert_eq!(own, Affine::scaling(2.0, 2.0));
        let behind = TransformOp::Translate(LengthPercentage::ZERO, LengthPercentage::ZERO, 150.0);
        assert!(seen(&style(&[behind]), 9.0, 9.0, Some((100.0, Point::default()))).1.inverse().is_none());
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
