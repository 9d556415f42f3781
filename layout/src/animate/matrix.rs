//! Matrices, and the parts that they are put together from (CSS Transforms 2 section 12.1).

use crate::math::{atan2_degrees, sin_cos_degrees, tan_degrees};
use crate::style::computed::TransformOp;

/// A 4x4 matrix, column by column.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Matrix([[f64; 4]; 4]);

impl Matrix {
    /// Moves nothing.
    pub const IDENTITY: Matrix =
        Matrix([[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]]);

    /// The matrix of a function; `None` if it depends on the size of a box.
    pub fn of(op: &TransformOp) -> Option<Matrix> {
        let mut m = Matrix::IDENTITY;
        match *op {
            TransformOp::Translate(x, y, z) => {
                if x.math.is_some() || y.math.is_some() || x.percent != 0.0 || y.percent != 0.0 {
                    return None;
                }
                m.0[3] = [x.px.into(), y.px.into(), z.into(), 1.0];
            }
            TransformOp::Scale(x, y, z) => {
                for (at, factor) in [x, y, z].into_iter().enumerate() {
                    m.0[at][at] = factor.into();
                }
            }
            TransformOp::Rotate(x, y, z, degrees) => {
                let length = (x * x + y * y + z * z).sqrt();
                if length > 0.0 {
                    let axis = [x, y, z].map(|part| f64::from(part / length));
                    let (sin, cos) = sin_cos_degrees(degrees / 2.0);
                    let (sin, cos) = (f64::from(sin), f64::from(cos));
                    m = rotation([axis[0] * sin, axis[1] * sin, axis[2] * sin, cos]);
                }
            }
            TransformOp::Skew(x, y) => {
                m.0[1][0] = tan_degrees(x).into();
                m.0[0][1] = tan_degrees(y).into();
            }
            TransformOp::Matrix([a, b, c, d, e, f]) => {
                let [a, b, c, d, e, f] = [a, b, c, d, e, f].map(f64::from);
                m.0[0] = [a, b, 0.0, 0.0];
                m.0[1] = [c, d, 0.0, 0.0];
                m.0[3] = [e, f, 0.0, 1.0];
            }
            TransformOp::Matrix3d(all) => {
                for (at, value) in all.into_iter().enumerate() {
                    m.0[at / 4][at % 4] = value.into();
                }
            }
            TransformOp::Perspective(distance) if distance.is_finite() => {
                m.0[2][3] = -1.0 / f64::from(distance.max(1.0));
            }
            TransformOp::Perspective(_) => {}
        }
        Some(m)
    }

    /// What comes of `next` within this one.
    pub fn then(&self, next: &Matrix) -> Matrix {
        let mut out = [[0.0; 4]; 4];
        for (column, of) in out.iter_mut().zip(next.0) {
            for (row, cell) in column.iter_mut().enumerate() {
                *cell = (0..4).map(|k| self.0[k][row] * of[k]).sum();
            }
        }
        Matrix(out)
    }

    /// Column by column.
    pub fn to_columns(self) -> [f32; 16] {
        std::array::from_fn(|at| self.0[at / 4][at % 4] as f32)
    }

    /// The cells of a flat matrix, as `matrix()` has them.
    pub fn to_flat(self) -> [f32; 6] {
        let m = &self.0;
        [m[0][0], m[0][1], m[1][0], m[1][1], m[3][0], m[3][1]].map(|cell| cell as f32)
    }

    /// True if it leaves the plane of the page where it is.
    pub fn is_flat(&self) -> bool {
        let m = &self.0;
        let zero = [m[0][2], m[0][3], m[1][2], m[1][3], m[2][0], m[2][1], m[2][3], m[3][2]];
        zero.iter().all(|&cell| cell == 0.0) && m[2][2] == 1.0 && m[3][3] == 1.0
    }
}

/// A rotation by a quaternion of length 1.
fn rotation([x, y, z, w]: [f64; 4]) -> Matrix {
    Matrix([
        [1.0 - 2.0 * (y * y + z * z), 2.0 * (x * y + z * w), 2.0 * (x * z - y * w), 0.0],
        [2.0 * (x * y - z * w), 1.0 - 2.0 * (x * x + z * z), 2.0 * (y * z + x * w), 0.0],
        [2.0 * (x * z + y * w), 2.0 * (y * z - x * w), 1.0 - 2.0 * (x * x + y * y), 0.0],
        [0.0, 0.0, 0.0, 1.0],
    ])
}

/// What a matrix in space is put together from.
pub struct Parts {
    translate: [f64; 3],
    scale: [f64; 3],
    /// xy, xz, yz.
    skew: [f64; 3],
    perspective: [f64; 4],
    quaternion: [f64; 4],
}

fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]
}

fn combine(a: [f64; 3], b: [f64; 3], factor: f64) -> [f64; 3] {
    std::array::from_fn(|at| a[at] + b[at] * factor)
}

impl Parts {
    /// Takes a flat matrix apart, as Chromium does it: a rotation, a skew of x by y, a scale. `None` if it makes nothing of the
    /// plane.
    pub fn of_flat(matrix: &Matrix) -> Option<Parts> {
        let m = &matrix.0;
        let (mut x, mut y) = ([m[0][0], m[0][1]], [m[1][0], m[1][1]]);
        let determinant = x[0] * y[1] - x[1] * y[0];
        if determinant == 0.0 {
            return None;
        }
        let length = |[a, b]: [f64; 2]| (a * a + b * b).sqrt();
        let mut scale = [1.0, 1.0, 1.0];
        if determinant < 0.0 {
            // One axis is mirrored; both would be half a turn.
            scale[if x[0] < y[1] { 0 } else { 1 }] = -1.0;
        }
        scale[0] *= length(x);
        x = x.map(|part| part / scale[0]);
        let shear = x[0] * y[0] + x[1] * y[1];
        y = [y[0] - x[0] * shear, y[1] - x[1] * shear];
        scale[1] *= length(y);
        let (sin, cos) = sin_cos_degrees((atan2_degrees(x[1], x[0]) / 2.0) as f32);
        Some(Parts {
            translate: [m[3][0], m[3][1], 0.0],
            scale,
            skew: [shear / scale[1], 0.0, 0.0],
            perspective: [0.0, 0.0, 0.0, 1.0],
            quaternion: [0.0, 0.0, sin.into(), cos.into()],
        })
    }

    /// Takes a matrix apart; `None` if it makes nothing of space.
    pub fn of(matrix: &Matrix) -> Option<Parts> {
        let mut m = matrix.0;
        if m[3][3] == 0.0 {
            return None;
        }
        let w = m[3][3];
        m.iter_mut().flatten().for_each(|cell| *cell /= w);
        let perspective = perspective_of(&m)?;
        let translate = [m[3][0], m[3][1], m[3][2]];
        let mut rows: [[f64; 3]; 3] = std::array::from_fn(|at| [m[at][0], m[at][1], m[at][2]]);
        let (mut scale, mut skew) = ([0.0; 3], [0.0; 3]);
        let norm = |row: &mut [f64; 3]| {
            let length = dot(*row, *row).sqrt();
            (length != 0.0).then(|| {
                *row = row.map(|part| part / length);
                length
            })
        };
        scale[0] = norm(&mut rows[0])?;
        skew[0] = dot(rows[0], rows[1]);
        rows[1] = combine(rows[1], rows[0], -skew[0]);
        scale[1] = norm(&mut rows[1])?;
        skew[0] /= scale[1];
        skew[1] = dot(rows[0], rows[2]);
        rows[2] = combine(rows[2], rows[0], -skew[1]);
        skew[2] = dot(rows[1], rows[2]);
        rows[2] = combine(rows[2], rows[1], -skew[2]);
        scale[2] = norm(&mut rows[2])?;
        skew[1] /= scale[2];
        skew[2] /= scale[2];
        if dot(rows[0], cross(rows[1], rows[2])) < 0.0 {
            scale = scale.map(|part| -part);
            rows = rows.map(|row| row.map(|part| -part));
        }
        Some(Parts { translate, scale, skew, perspective, quaternion: quaternion_of(&rows) })
    }

    /// The parts between.
    pub fn mix(&self, to: &Parts, t: f32) -> Parts {
        let t = f64::from(t);
        fn between<const N: usize>(a: &[f64; N], b: &[f64; N], t: f64) -> [f64; N] {
            std::array::from_fn(|at| a[at] + (b[at] - a[at]) * t)
        }
        Parts {
            translate: between(&self.translate, &to.translate, t),
            scale: between(&self.scale, &to.scale, t),
            skew: between(&self.skew, &to.skew, t),
            perspective: between(&self.perspective, &to.perspective, t),
            quaternion: slerp(self.quaternion, to.quaternion, t),
        }
    }

    /// Puts them together.
    pub fn matrix(&self) -> Matrix {
        let mut m = Matrix::IDENTITY;
        for at in 0..4 {
            m.0[at][3] = self.perspective[at];
        }
        let mut moved = Matrix::IDENTITY;
        moved.0[3] = [self.translate[0], self.translate[1], self.translate[2], 1.0];
        m = m.then(&moved).then(&rotation(self.quaternion));
        let [xy, xz, yz] = self.skew;
        for (amount, column, row) in [(yz, 2, 1), (xz, 2, 0), (xy, 1, 0)] {
            let mut skewed = Matrix::IDENTITY;
            skewed.0[column][row] = amount;
            m = m.then(&skewed);
        }
        for (at, factor) in self.scale.into_iter().enumerate() {
            m.0[at] = m.0[at].map(|cell| cell * factor);
        }
        m
    }
}

/// The perspective of a matrix whose last cell is 1.
fn perspective_of(m: &[[f64; 4]; 4]) -> Option<[f64; 4]> {
    let right = [m[0][3], m[1][3], m[2][3], m[3][3]];
    if right[..3] == [0.0; 3] {
        return Some([0.0, 0.0, 0.0, 1.0]);
    }
    // Solves p * M' = right, where M' is the matrix without perspective: its upper part and the translation.
    let a: [[f64; 3]; 3] = std::array::from_fn(|at| [m[at][0], m[at][1], m[at][2]]);
    let determinant = dot(a[0], cross(a[1], a[2]));
    if determinant == 0.0 {
        return None;
    }
    let inverse = [cross(a[1], a[2]), cross(a[2], a[0]), cross(a[0], a[1])];
    let solved: [f64; 3] = std::array::from_fn(|at| {
        (inverse[0][at] * right[0] + inverse[1][at] * right[1] + inverse[2][at] * right[2]) / determinant
    });
    let moved = dot(solved, [m[3][0], m[3][1], m[3][2]]);
    Some([solved[0], solved[1], solved[2], right[3] - moved])
}

fn quaternion_of(r: &[[f64; 3]; 3]) -> [f64; 4] {
    let root = |value: f64| 0.5 * value.max(0.0).sqrt();
    let mut q = [
        root(1.0 + r[0][0] - r[1][1] - r[2][2]),
        root(1.0 - r[0][0] + r[1][1] - r[2][2]),
        root(1.0 - r[0][0] - r[1][1] + r[2][2]),
        root(1.0 + r[0][0] + r[1][1] + r[2][2]),
    ];
    for (part, differs) in q.iter_mut().zip([r[1][2] - r[2][1], r[2][0] - r[0][2], r[0][1] - r[1][0]]) {
        if differs < 0.0 {
            *part = -*part;
        }
    }
    q
}

/// Between two rotations, the short way (CSS Transforms 2 section 12.1.4).
fn slerp(a: [f64; 4], mut b: [f64; 4], t: f64) -> [f64; 4] {
    let mut product: f64 = (0..4).map(|at| a[at] * b[at]).sum();
    if product < 0.0 {
        product = -product;
        b = b.map(|part| -part);
    }
    if product >= 1.0 - 1e-9 {
        return a;
    }
    let sine = (1.0 - product * product).sqrt();
    let degrees = atan2_degrees(sine, product) as f32;
    let sin = |degrees: f64| f64::from(sin_cos_degrees(degrees as f32).0);
    let weight = sin(t * f64::from(degrees)) / sine;
    let own = f64::from(sin_cos_degrees((t * f64::from(degrees)) as f32).1) - product * weight;
    std::array::from_fn(|at| a[at] * own + b[at] * weight)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_matrix_comes_back_from_its_parts() {
        let ops = [
            TransformOp::Translate(
                crate::style::computed::LengthPercentage::px(3.0),
                crate::style::computed::LengthPercentage::px(-7.0),
                5.0,
            ),
            TransformOp::Rotate(0.2, 0.5, -0.8, 77.0),
            TransformOp::Skew(12.0, 5.0),
            TransformOp::Scale(2.0, -0.5, 1.5),
        ];
        let matrix = ops.iter().fold(Matrix::IDENTITY, |m, op| m.then(&Matrix::of(op).expect("no percentages")));
        let back = Parts::of(&matrix).expect("it can be taken apart").matrix();
        for (a, b) in matrix.to_columns().iter().zip(back.to_columns()) {
            assert!((a - b).abs() < 1e-4, "{matrix:?} {back:?}");
        }
        let mut seen = matrix;
        seen.0[2][3] = -0.01;
        let back = Parts::of(&seen).expect("it can be taken apart").matrix();
        for (a, b) in seen.to_columns().iter().zip(back.to_columns()) {
            assert!((a - b).abs() < 1e-4, "{seen:?} {back:?}");
        }
    }

    #[test]
    fn a_flat_matrix_comes_back_from_its_parts() {
        let of = |cells: [f32; 6]| Matrix::of(&TransformOp::Matrix(cells)).expect("no percentages");
        for cells in [[0.3, -1.2, 0.9, 0.4, 5.0, 6.0], [-1.0, 0.0, 0.2, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, -2.0, 0.0, 1.0]]
        {
            let back = Parts::of_flat(&of(cells)).expect("it can be taken apart").matrix();
            assert!(back.is_flat(), "{back:?}");
            for (a, b) in of(cells).to_columns().iter().zip(back.to_columns()) {
                assert!((a - b).abs() < 1e-4, "{cells:?} {back:?}");
            }
        }
        assert!(Parts::of_flat(&of([1.0, 0.0, 0.0, 0.0, 0.0, 0.0])).is_none());
    }
}
