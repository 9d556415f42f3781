//! Matrices, and the parts that they are put together from (CSS Transforms 1 section "Interpolation of 2D matrices", CSS
//! Transforms 2 section 12.1).

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

    /// True if it leaves the plane of the page where it is.
    pub fn is_flat(&self) -> bool {
        let m = &self.0;
        let zero = [m[0][2], m[0][3], m[1][2], m[1][3], m[2][0], m[2][1], m[2][3], m[3][2]];
        zero.iter().all(|&cell| cell == 0.0) && m[2][2] == 1.0 && m[3][3] == 1.0
    }

    /// Between two flat matrices. `None` if one of them makes nothing of the plane.
    pub fn mix_flat(&self, to: &Matrix, t: f32) -> Option<[f32; 6]> {
        let (mut a, b) = (FlatParts::of(self)?, FlatParts::of(to)?);
        // The axes are turned rather than mirrored where that comes to the same.
        let [mut sx, mut sy] = a.scale;
        if (sx < 0.0 && b.scale[1] < 0.0) || (sy < 0.0 && b.scale[0] < 0.0) {
            (sx, sy) = (-sx, -sy);
            a.angle += if a.angle < 0.0 { 180.0 } else { -180.0 };
        }
        a.scale = [sx, sy];
        // Not the long way round.
        let whole = |angle: f64| if angle == 0.0 { 360.0 } else { angle };
        let (mut from, mut to) = (whole(a.angle), whole(b.angle));
        if (from - to).abs() > 180.0 {
            *if from > to { &mut from } else { &mut to } -= 360.0;
        }
        let t = f64::from(t);
        let part = |a: f64, b: f64| a + (b - a) * t;
        let mixed = FlatParts {
            translate: std::array::from_fn(|at| part(a.translate[at], b.translate[at])),
            scale: std::array::from_fn(|at| part(a.scale[at], b.scale[at])),
            angle: part(from, to),
            rest: std::array::from_fn(|at| part(a.rest[at], b.rest[at])),
        };
        Some(mixed.matrix())
    }
}

/// What a flat matrix is put together from.
struct FlatParts {
    translate: [f64; 2],
    scale: [f64; 2],
    /// Degrees.
    angle: f64,
    /// What is neither: m11, m12, m21, m22.
    rest: [f64; 4],
}

impl FlatParts {
    fn of(matrix: &Matrix) -> Option<FlatParts> {
        let m = &matrix.0;
        let (mut row0x, mut row0y, mut row1x, mut row1y) = (m[0][0], m[0][1], m[1][0], m[1][1]);
        let determinant = row0x * row1y - row0y * row1x;
        let mut scale = [(row0x * row0x + row0y * row0y).sqrt(), (row1x * row1x + row1y * row1y).sqrt()];
        if determinant == 0.0 || scale.contains(&0.0) {
            return None;
        }
        if determinant < 0.0 {
            // One of the axes is mirrored: the one that is further from its place.
            if row0x < row1y {
                scale[0] = -scale[0];
            } else {
                scale[1] = -scale[1];
            }
        }
        (row0x, row0y) = (row0x / scale[0], row0y / scale[0]);
        (row1x, row1y) = (row1x / scale[1], row1y / scale[1]);
        let angle = atan2_degrees(row0y, row0x);
        if angle != 0.0 {
            // Turned back, so that only the skew is left.
            let (sin, cos) = (-row0y, row0x);
            let (m11, m12, m21, m22) = (row0x, row0y, row1x, row1y);
            row0x = cos * m11 + sin * m21;
            row0y = cos * m12 + sin * m22;
            row1x = -sin * m11 + cos * m21;
            row1y = -sin * m12 + cos * m22;
        }
        Some(FlatParts { translate: [m[3][0], m[3][1]], scale, angle, rest: [row0x, row0y, row1x, row1y] })
    }

    fn matrix(&self) -> [f32; 6] {
        let (sin, cos) = sin_cos_degrees(self.angle as f32);
        let (sin, cos) = (f64::from(sin), f64::from(cos));
        let [m11, m12, m21, m22] = self.rest;
        let (a, b) = (cos * m11 + sin * m21, cos * m12 + sin * m22);
        let (c, d) = (cos * m21 - sin * m11, cos * m22 - sin * m12);
        let [sx, sy] = self.scale;
        [a * sx, b * sx, c * sy, d * sy, self.translate[0], self.translate[1]].map(|cell| cell as f32)
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
    fn a_flat_matrix_comes_back_at_both_ends() {
        let of = |cells: [f32; 6]| Matrix::of(&TransformOp::Matrix(cells)).expect("no percentages");
        let cells = [[0.3, -1.2, 0.9, 0.4, 5.0, 6.0], [-1.0, 0.0, 0.2, 1.0, 0.0, 0.0], [1.0, 0.0, 0.0, -2.0, 0.0, 1.0]];
        for a in cells {
            for b in cells {
                for (t, expected) in [(0.0, a), (1.0, b)] {
                    let mixed = of(a).mix_flat(&of(b), t).expect("they can be taken apart");
                    for (is, expected) in mixed.iter().zip(expected) {
                        assert!((is - expected).abs() < 1e-4, "{a:?} to {b:?} at {t}: {mixed:?}");
                    }
                }
            }
        }
        assert_eq!(of([1.0, 0.0, 0.0, 0.0, 0.0, 0.0]).mix_flat(&Matrix::IDENTITY, 0.5), None);
    }
}
