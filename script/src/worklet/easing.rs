//! Curves of time, as `wx.worklet.Easing` has them (React Native's `Easing`, which they follow).

use super::sent::Sent;
use std::f64::consts::{FRAC_PI_2, PI};
use std::sync::Arc;

/// Steps of bisection that find the time of a Bézier curve.
const STEPS: u32 = 40;

/// A curve from 0 to 1 over times from 0 to 1.
#[derive(Clone, Debug)]
#[allow(missing_docs)]
pub enum Easing {
    Linear,
    Ease,
    Quad,
    Cubic,
    Poly(f64),
    Sin,
    Circle,
    Exp,
    Elastic(f64),
    Back(f64),
    Bounce,
    Bezier(f64, f64, f64, f64),
    In(Arc<Easing>),
    Out(Arc<Easing>),
    InOut(Arc<Easing>),
    /// A function of script.
    Function(Sent),
}

impl Easing {
    /// `Easing.inOut(Easing.quad)`.
    pub fn standard() -> Easing {
        Easing::InOut(Arc::new(Easing::Quad))
    }

    /// The curve at a time; `call` calls functions of script.
    pub fn at(&self, t: f64, call: &mut dyn FnMut(&Sent, f64) -> f64) -> f64 {
        match self {
            Easing::Linear => t,
            Easing::Ease => bezier(0.42, 0.0, 1.0, 1.0, t),
            Easing::Quad => t * t,
            Easing::Cubic => t * t * t,
            Easing::Poly(n) => t.powf(*n),
            Easing::Sin => 1.0 - (t * FRAC_PI_2).cos(),
            Easing::Circle => 1.0 - (1.0 - t * t).max(0.0).sqrt(),
            Easing::Exp => 2f64.powf(10.0 * (t - 1.0)),
            Easing::Elastic(bounciness) => 1.0 - (t * FRAC_PI_2).cos().powi(3) * (t * bounciness * PI).cos(),
            Easing::Back(s) => t * t * ((s + 1.0) * t - s),
            Easing::Bounce => bounce(t),
            Easing::Bezier(x1, y1, x2, y2) => bezier(*x1, *y1, *x2, *y2, t),
            Easing::In(curve) => curve.at(t, call),
            Easing::Out(curve) => 1.0 - curve.at(1.0 - t, call),
            Easing::InOut(curve) if t < 0.5 => curve.at(t * 2.0, call) / 2.0,
            Easing::InOut(curve) => 1.0 - curve.at((1.0 - t) * 2.0, call) / 2.0,
            Easing::Function(function) => call(function, t),
        }
    }
}

fn bounce(t: f64) -> f64 {
    let arc = |t: f64, top: f64| 7.5625 * t * t + top;
    match t {
        t if t < 1.0 / 2.75 => arc(t, 0.0),
        t if t < 2.0 / 2.75 => arc(t - 1.5 / 2.75, 0.75),
        t if t < 2.5 / 2.75 => arc(t - 2.25 / 2.75, 0.9375),
        t => arc(t - 2.625 / 2.75, 0.984_375),
    }
}

/// CSS Easing 1, section 2.3: the ordinate of the point of the curve whose abscissa is `t`.
fn bezier(x1: f64, y1: f64, x2: f64, y2: f64, t: f64) -> f64 {
    if t <= 0.0 || t >= 1.0 {
        return t.clamp(0.0, 1.0);
    }
    let at = |a: f64, b: f64, s: f64| ((1.0 - 3.0 * b + 3.0 * a) * s + (3.0 * b - 6.0 * a)) * s * s + 3.0 * a * s;
    let (x1, x2) = (x1.clamp(0.0, 1.0), x2.clamp(0.0, 1.0));
    let (mut low, mut high) = (0.0, 1.0);
    for _ in 0..STEPS {
        let middle = (low + high) / 2.0;
        if at(x1, x2, middle) < t { low = middle } else { high = middle }
    }
    at(y1, y2, (low + high) / 2.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn curves_begin_at_0_and_end_at_1() {
        let none = &mut |_: &Sent, _: f64| 0.0;
        let inner = || Arc::new(Easing::Cubic);
        for curve in [
            Easing::Linear,
            Easing::Ease,
            Easing::Quad,
            Easing::Poly(4.0),
            Easing::Sin,
            Easing::Circle,
            Easing::Elastic(1.0),
            Easing::Back(1.70158),
            Easing::Bounce,
            Easing::Bezier(0.25, 0.1, 0.25, 1.0),
            Easing::In(inner()),
            Easing::Out(inner()),
            Easing::InOut(inner()),
        ] {
            assert!(curve.at(0.0, none).abs() < 1e-9, "{curve:?}");
            assert!((curve.at(1.0, none) - 1.0).abs() < 1e-9, "{curve:?}");
        }
        assert!((Easing::InOut(inner()).at(0.5, none) - 0.5).abs() < 1e-9);
        // `ease` of CSS, half way.
        assert!((Easing::Bezier(0.25, 0.1, 0.25, 1.0).at(0.5, none) - 0.8024).abs() < 1e-3);
    }
}
