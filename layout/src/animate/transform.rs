//! Transforms between two transforms (CSS Transforms 2 sections 11 and 12): function by function as far as the lists are of
//! one shape, and what is left by the parts that its matrices are put together from.

use super::matrix::{Matrix, Parts};
use super::mix::Mix;
use crate::style::computed::{LengthPercentage, TransformOp};
use smallvec::SmallVec;
use std::sync::Arc;

/// The function of the same kind that moves nothing.
pub fn neutral(op: &TransformOp) -> TransformOp {
    match *op {
        TransformOp::Translate(..) => TransformOp::Translate(LengthPercentage::ZERO, LengthPercentage::ZERO, 0.0),
        TransformOp::Scale(..) => TransformOp::Scale(1.0, 1.0, 1.0),
        TransformOp::Rotate(x, y, z, _) => TransformOp::Rotate(x, y, z, 0.0),
        TransformOp::Skew(..) => TransformOp::Skew(0.0, 0.0),
        TransformOp::Matrix(_) => TransformOp::Matrix([1.0, 0.0, 0.0, 1.0, 0.0, 0.0]),
        TransformOp::Matrix3d(_) => TransformOp::Matrix3d(Matrix::IDENTITY.to_columns()),
        TransformOp::Perspective(_) => TransformOp::Perspective(f32::INFINITY),
    }
}

/// Two functions of one kind.
pub fn mix_pair(a: &TransformOp, b: &TransformOp, t: f32) -> Option<TransformOp> {
    use TransformOp::*;
    let part = |a: f32, b: f32| a + (b - a) * t;
    Some(match (*a, *b) {
        (Translate(x, y, z), Translate(u, v, w)) => Translate(x.mix(&u, t)?, y.mix(&v, t)?, part(z, w)),
        (Scale(x, y, z), Scale(u, v, w)) => Scale(part(x, u), part(y, v), part(z, w)),
        (Skew(x, y), Skew(u, v)) => Skew(part(x, u), part(y, v)),
        (Rotate(x, y, z, from), Rotate(u, v, w, to)) => {
            let (axis, other) = (unit([x, y, z]), unit([u, v, w]));
            match (axis, other) {
                (axis, other) if axis == other => Rotate(x, y, z, part(from, to)),
                // No rotation has any axis.
                (_, _) if from == 0.0 => Rotate(u, v, w, part(from, to)),
                (_, _) if to == 0.0 => Rotate(x, y, z, part(from, to)),
                _ => return by_matrices(std::slice::from_ref(a), std::slice::from_ref(b), t),
            }
        }
        (Matrix(_), Matrix(_)) | (Matrix3d(_), Matrix3d(_)) | (Perspective(_), Perspective(_)) => {
            return by_matrices(std::slice::from_ref(a), std::slice::from_ref(b), t);
        }
        _ => return None,
    })
}

fn unit([x, y, z]: [f32; 3]) -> [f32; 3] {
    let length = (x * x + y * y + z * z).sqrt();
    if length == 0.0 { [0.0; 3] } else { [x / length, y / length, z / length] }
}

/// A list of functions, of which there are few.
pub type Ops = SmallVec<[TransformOp; 4]>;

/// Two lists.
pub fn mix(a: &[TransformOp], b: &[TransformOp], t: f32) -> Option<Ops> {
    let mut out = Ops::new();
    for at in 0..a.len().max(b.len()) {
        let mixed = match (a.get(at), b.get(at)) {
            (Some(a), Some(b)) => mix_pair(a, b, t),
            (Some(a), None) => mix_pair(a, &neutral(a), t),
            (None, Some(b)) => mix_pair(&neutral(b), b, t),
            (None, None) => None,
        };
        match mixed {
            Some(op) => out.push(op),
            None => {
                let (rest, other) = (a.get(at..).unwrap_or_default(), b.get(at..).unwrap_or_default());
                out.push(by_matrices(rest, other, t)?);
                break;
            }
        }
    }
    Some(out)
}

/// Puts a list in the place of another one, into its memory where nobody else has that.
pub fn store(place: &mut Arc<[TransformOp]>, ops: &[TransformOp]) {
    match Arc::get_mut(place) {
        Some(old) if old.len() == ops.len() => old.copy_from_slice(ops),
        _ => *place = Arc::from(ops),
    }
}

/// What lies between the matrices of two lists. `None` where one of them cannot be taken apart, or depends on the size of a
/// box that is not known here.
fn by_matrices(a: &[TransformOp], b: &[TransformOp], t: f32) -> Option<TransformOp> {
    let (a, b) = (matrix_of(a)?, matrix_of(b)?);
    if a.is_flat() && b.is_flat() {
        let mixed = Parts::of_flat(&a)?.mix(&Parts::of_flat(&b)?, t);
        return Some(TransformOp::Matrix(mixed.matrix().to_flat()));
    }
    let mixed = Parts::of(&a)?.mix(&Parts::of(&b)?, t);
    Some(TransformOp::Matrix3d(mixed.matrix().to_columns()))
}

fn matrix_of(ops: &[TransformOp]) -> Option<Matrix> {
    ops.iter().try_fold(Matrix::IDENTITY, |all, op| Some(all.then(&Matrix::of(op)?)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use TransformOp::*;

    fn px(x: f32, y: f32) -> TransformOp {
        Translate(LengthPercentage::px(x), LengthPercentage::px(y), 0.0)
    }

    #[test]
    fn lists_of_one_shape_are_mixed_function_by_function() {
        let turned = |degrees| Rotate(0.0, 0.0, 1.0, degrees);
        let half = mix(&[px(0.0, 10.0), turned(0.0)], &[px(20.0, 10.0), turned(720.0)], 0.25);
        assert_eq!(half.as_deref(), Some(&[px(5.0, 10.0), turned(180.0)][..]));
        // `none`, and lists that go on.
        assert_eq!(mix(&[], &[turned(90.0)], 0.5).as_deref(), Some(&[turned(45.0)][..]));
        let longer = mix(&[px(4.0, 0.0)], &[px(0.0, 0.0), Scale(3.0, 3.0, 1.0)], 0.5);
        assert_eq!(longer.as_deref(), Some(&[px(2.0, 0.0), Scale(2.0, 2.0, 1.0)][..]));
    }

    #[test]
    fn lists_of_two_shapes_are_mixed_by_their_matrices() {
        let mixed = mix(&[px(10.0, 0.0)], &[Rotate(0.0, 0.0, 1.0, 90.0)], 0.5);
        let Some([Matrix(m)]) = mixed.as_deref() else { panic!("{mixed:?}") };
        let half = std::f32::consts::FRAC_1_SQRT_2;
        for (is, expected) in m.iter().zip([half, half, -half, half, 5.0, 0.0]) {
            assert!((is - expected).abs() < 1e-5, "{m:?}");
        }
        // The size of the box would be needed.
        let share = Translate(LengthPercentage::percent(0.5), LengthPercentage::ZERO, 0.0);
        assert_eq!(mix(&[share], &[Scale(2.0, 2.0, 1.0)], 0.5), None);
    }

    #[test]
    fn rotations_about_two_axes_go_the_short_way() {
        let mixed = mix(&[Rotate(1.0, 0.0, 0.0, 90.0)], &[Rotate(0.0, 1.0, 0.0, 90.0)], 0.0);
        let Some([Matrix3d(m)]) = mixed.as_deref() else { panic!("{mixed:?}") };
        for (is, expected) in m.iter().zip([1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, -1.0, 0.0, 0.0]) {
            assert!((is - expected).abs() < 1e-5, "{m:?}");
        }
    }
}
