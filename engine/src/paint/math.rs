//! Elementary functions that give the same bits on every machine.
//!
//! The standard library's `sin`, `exp` and `atan2` call the platform's own; results may differ in the last
//! bit. Whatever ends in a pixel is computed here from IEEE additions, multiplications, divisions and square
//! roots alone. Sines and tangents are in
//! [`pellicle_layout::math`], because boxes are turned by the same ones.

/// e to the power of `x`, for `x <= 0`.
pub fn exp_negative(x: f64) -> f64 {
    if x < -700.0 {
        return 0.0;
    }
    // x = k ln 2 + r with |r| <= ln 2 / 2; the series for r to the 13th power.
    let k = (x / std::f64::consts::LN_2).round();
    let r = x - k * std::f64::consts::LN_2;
    let mut sum = 1.0;
    for i in (1..=13).rev() {
        sum = 1.0 + sum * r / f64::from(i);
    }
    sum * f64::from_bits(((1023 + k as i64) as u64) << 52)
}

/// The normal distribution's cumulative function at `x` standard deviations. Absolute error below 1e-7
/// (Abramowitz and Stegun 26.2.17).
pub fn normal_cdf(x: f64) -> f64 {
    let a = x.abs();
    let t = 1.0 / (1.0 + 0.231_641_9 * a);
    let poly =
        t * (0.319_381_530 + t * (-0.356_563_782 + t * (1.781_477_937 + t * (-1.821_255_978 + t * 1.330_274_429))));
    let tail = 0.398_942_280_401_432_7 * exp_negative(-0.5 * a * a) * poly;
    if x >= 0.0 { 1.0 - tail } else { tail }
}

/// The angle of (x, y) in turns, 0 up and clockwise, in 0..1. The shaders use the same polynomial
/// (error below 1e-6 turns).
pub fn turns(x: f32, y: f32) -> f32 {
    let (ax, ay) = (x.abs(), y.abs());
    let (min, max) = if ax < ay { (ax, ay) } else { (ay, ax) };
    let q = if max > 0.0 { min / max } else { 0.0 };
    let s = q * q;
    let mut a = q
        * (0.159_154_41
            + s * (-0.053_027_726
                + s * (0.031_533_71
                    + s * (-0.021_084_087 + s * (0.012_702_348 + s * (-0.005_367_65 + s * 0.001_089_037_6))))));
    // `a` is the angle from the nearer axis; count it from up (0, -1), clockwise.
    if ax < ay {
        // Nearer to the vertical axis.
        a = if y < 0.0 {
            if x >= 0.0 { a } else { 1.0 - a }
        } else if x >= 0.0 {
            0.5 - a
        } else {
            0.5 + a
        };
    } else {
        a = if x >= 0.0 {
            if y < 0.0 { 0.25 - a } else { 0.25 + a }
        } else if y < 0.0 {
            0.75 + a
        } else {
            0.75 - a
        };
    }
    if a >= 1.0 { a - 1.0 } else { a }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_exponential_agrees_with_the_platform() {
        for i in 0..2000 {
            let x = -f64::from(i) * 0.05;
            assert!((exp_negative(x) - x.exp()).abs() <= 1e-14 * x.exp().max(1e-30), "{x}");
        }
    }

    #[test]
    fn the_normal_distribution_has_its_known_values() {
        assert!((normal_cdf(0.0) - 0.5).abs() < 1e-7);
        assert!((normal_cdf(1.0) - 0.841_344_746).abs() < 1e-7);
        assert!((normal_cdf(-2.0) - 0.022_750_132).abs() < 1e-7);
    }

    #[test]
    fn turns_agree_with_atan2() {
        for i in 0..3600 {
            let a = f64::from(i) / 3600.0;
            let (s, c) = (a * std::f64::consts::TAU).sin_cos();
            let t = turns((s * 7.0) as f32, (-c * 7.0) as f32);
            let d = (f64::from(t) - a).abs();
            assert!(d < 1e-6 || (1.0 - d) < 1e-6, "{a} {t}");
        }
    }
}
