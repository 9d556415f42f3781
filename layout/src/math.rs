//! Angles that give the same bits on every machine.
//!
//! The standard library's `sin` and `tan` call the platform's own; results may differ in the last bit. What is laid
//! out, hit and drawn is turned by these, which take IEEE additions, multiplications and divisions alone.

/// Sine and cosine of an angle in degrees; exact at multiples of 90.
pub fn sin_cos_degrees(degrees: f32) -> (f32, f32) {
    if !degrees.is_finite() {
        return (0.0, 1.0);
    }
    let d = f64::from(degrees) % 360.0;
    let quadrant = (d / 90.0).round();
    let x = (d - quadrant * 90.0) * (std::f64::consts::PI / 180.0);
    let x2 = x * x;
    // Taylor series, |x| <= pi/4: the first term left out is below 1e-13.
    let s = x
        * (1.0
            + x2 * (-1.0 / 6.0
                + x2 * (1.0 / 120.0 + x2 * (-1.0 / 5040.0 + x2 * (1.0 / 362_880.0 - x2 / 39_916_800.0)))));
    let c = 1.0 + x2 * (-0.5 + x2 * (1.0 / 24.0 + x2 * (-1.0 / 720.0 + x2 * (1.0 / 40_320.0 - x2 / 3_628_800.0))));
    let (s, c) = match (quadrant as i64).rem_euclid(4) {
        0 => (s, c),
        1 => (c, -s),
        2 => (-s, -c),
        _ => (-c, s),
    };
    (s as f32, c as f32)
}

/// Tangent of an angle in degrees.
pub fn tan_degrees(degrees: f32) -> f32 {
    let (s, c) = sin_cos_degrees(degrees);
    if c == 0.0 { 0.0 } else { s / c }
}

/// The angle of a point seen from the origin, in degrees from -180 to 180.
pub fn atan2_degrees(y: f64, x: f64) -> f64 {
    if !x.is_finite() || !y.is_finite() || (x == 0.0 && y == 0.0) {
        return 0.0;
    }
    let (least, most) = (x.abs().min(y.abs()), x.abs().max(y.abs()));
    let ratio = least / most;
    // Near 0 the series of the arc tangent ends soon: what is above 22.5 degrees is seen from 45.
    let (z, base) = if ratio > 0.414_213_562_373_095_1 {
        ((ratio - 1.0) / (ratio + 1.0), std::f64::consts::FRAC_PI_4)
    } else {
        (ratio, 0.0)
    };
    let z2 = z * z;
    // The first term left out is below 1e-11.
    let series = (0..12).rev().fold(0.0, |sum, k| {
        let term = 1.0 / f64::from(2 * k + 1);
        sum * z2 + if k % 2 == 0 { term } else { -term }
    });
    let mut angle = (base + z * series) * (180.0 / std::f64::consts::PI);
    if y.abs() > x.abs() {
        angle = 90.0 - angle;
    }
    if x < 0.0 {
        angle = 180.0 - angle;
    }
    if y < 0.0 { -angle } else { angle }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sines_agree_with_the_platform_and_are_exact_at_right_angles() {
        for i in -1440..1440 {
            let d = i as f32 * 0.5;
            let (s, c) = sin_cos_degrees(d);
            let r = f64::from(d).to_radians();
            assert!((f64::from(s) - r.sin()).abs() < 1e-7 && (f64::from(c) - r.cos()).abs() < 1e-7, "{d}");
        }
        for i in -360..=360 {
            let (s, c) = (f64::from(i) * 0.5).to_radians().sin_cos();
            assert!((atan2_degrees(s * 3.0, c * 3.0) - s.atan2(c).to_degrees()).abs() < 1e-8, "{i}");
        }
        assert_eq!(sin_cos_degrees(90.0), (1.0, 0.0));
        assert_eq!(sin_cos_degrees(-180.0).1, -1.0);
    }
}
