//! Timing functions (CSS Easing 2).

use crate::style::computed::{Easing, StepJump};

/// How exact the parameter of a curve is found.
const EPSILON: f64 = 1e-7;

impl Easing {
    /// The eased progress. `before` is true before the active time: `steps()` with a jump at the start has not jumped yet.
    pub fn at(&self, progress: f64, before: bool) -> f64 {
        match *self {
            Easing::Linear => progress,
            Easing::CubicBezier(x1, y1, x2, y2) => bezier([x1, y1, x2, y2].map(f64::from), progress),
            Easing::Steps(count, jump) => steps(count, jump, progress, before),
            Easing::Points(ref points) => line(points, progress, before),
        }
    }
}

/// One coordinate of a curve from 0 to 1 with two control points.
fn coordinate(first: f64, second: f64, s: f64) -> f64 {
    let (c, b) = (3.0 * first, 3.0 * (second - first) - 3.0 * first);
    let a = 1.0 - c - b;
    ((a * s + b) * s + c) * s
}

fn slope(first: f64, second: f64, s: f64) -> f64 {
    let (c, b) = (3.0 * first, 3.0 * (second - first) - 3.0 * first);
    let a = 1.0 - c - b;
    (3.0 * a * s + 2.0 * b) * s + c
}

fn bezier([x1, y1, x2, y2]: [f64; 4], x: f64) -> f64 {
    // Beyond its ends the curve goes straight on.
    if x < 0.0 {
        let slope = if x1 > 0.0 {
            y1 / x1
        } else if y1 == 0.0 && x2 > 0.0 {
            y2 / x2
        } else {
            0.0
        };
        return slope * x;
    }
    if x > 1.0 {
        let slope = if x2 < 1.0 {
            (y2 - 1.0) / (x2 - 1.0)
        } else if y2 == 1.0 && x1 < 1.0 {
            (y1 - 1.0) / (x1 - 1.0)
        } else {
            0.0
        };
        return 1.0 + slope * (x - 1.0);
    }
    let mut s = x;
    for _ in 0..8 {
        let off = coordinate(x1, x2, s) - x;
        if off.abs() < EPSILON {
            return coordinate(y1, y2, s);
        }
        let rise = slope(x1, x2, s);
        if rise.abs() < 1e-6 {
            break;
        }
        s -= off / rise;
    }
    let (mut low, mut high) = (0.0, 1.0);
    s = x;
    for _ in 0..64 {
        let at = coordinate(x1, x2, s);
        if (at - x).abs() < EPSILON {
            break;
        }
        if at < x {
            low = s
        } else {
            high = s
        }
        s = (low + high) / 2.0;
    }
    coordinate(y1, y2, s)
}

/// A line through points (CSS Easing 2 section 2.2.1).
fn line(points: &[(f32, f32)], progress: f64, before: bool) -> f64 {
    let [first, .., last] = points else { return progress };
    let point = |&(input, output): &(f32, f32)| (f64::from(input), f64::from(output));
    if before && progress == point(first).0 {
        return point(first).1;
    }
    // Beyond its ends the first and the last piece go on.
    let next = points.partition_point(|p| point(p).0 <= progress);
    if let Some(at) = next.checked_sub(1).and_then(|at| points.get(at)).filter(|at| point(at).0 == progress) {
        return point(at).1;
    }
    let next = next.clamp(1, points.len() - 1);
    let ((x, from), (end, to)) =
        (point(points.get(next - 1).unwrap_or(first)), point(points.get(next).unwrap_or(last)));
    if end > x { from + (to - from) * (progress - x) / (end - x) } else { to }
}

fn steps(count: u32, jump: StepJump, progress: f64, before: bool) -> f64 {
    let count = f64::from(count);
    let mut step = (progress * count).floor();
    if matches!(jump, StepJump::Start | StepJump::Both) {
        step += 1.0;
    }
    if before && (progress * count) % 1.0 == 0.0 {
        step -= 1.0;
    }
    if progress >= 0.0 {
        step = step.max(0.0);
    }
    let jumps = match jump {
        StepJump::Start | StepJump::End => count,
        StepJump::None => (count - 1.0).max(1.0),
        StepJump::Both => count + 1.0,
    };
    if progress <= 1.0 {
        step = step.min(jumps);
    }
    step / jumps
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::css::motion::EASE;

    #[test]
    fn curves_go_through_the_points_that_browsers_give() {
        // Of Chromium: getComputedStyle at a quarter, half and three quarters of a transition of `left` over 1000 px.
        let known = [
            (EASE, [408.51, 802.40, 960.46]),
            (Easing::CubicBezier(0.42, 0.0, 1.0, 1.0), [93.46, 315.36, 621.86]),
            (Easing::CubicBezier(0.0, 0.0, 0.58, 1.0), [378.14, 684.64, 906.54]),
            (Easing::CubicBezier(0.42, 0.0, 0.58, 1.0), [129.16, 500.0, 870.84]),
        ];
        for (easing, expected) in known {
            for (t, expected) in [0.25, 0.5, 0.75].into_iter().zip(expected) {
                assert!(
                    (easing.at(t, false) * 1000.0 - expected).abs() < 0.01,
                    "{easing:?} at {t}: {}",
                    easing.at(t, false)
                );
            }
        }
        let over = Easing::CubicBezier(0.3, -0.5, 0.7, 1.5);
        assert!(over.at(0.1, false) < 0.0 && over.at(0.9, false) > 1.0);
        assert_eq!((over.at(0.0, false), over.at(1.0, false)), (0.0, 1.0));
    }

    #[test]
    fn lines_go_through_their_points_and_on_beyond_their_ends() {
        let line = crate::css::motion::easing_from_text("linear(0, 1 25% 75%, 0.5 75%, 2)").expect("a line");
        let at = |t| line.at(t, false);
        assert_eq!([0.0, 0.125, 0.25, 0.5, 0.75, 0.875, 1.0].map(at), [0.0, 0.5, 1.0, 1.0, 0.5, 1.25, 2.0]);
        assert_eq!((at(-0.25), at(1.25)), (-1.0, 3.5));
        let jump = crate::css::motion::easing_from_text("linear(0.5, 1 0%, 0)").expect("a line");
        assert_eq!((jump.at(0.0, true), jump.at(0.0, false)), (0.5, 1.0));
    }

    #[test]
    fn steps_jump_where_they_say() {
        let at = |jump, t| Easing::Steps(2, jump).at(t, false);
        let all = |jump| [0.0, 0.25, 0.5, 0.75, 1.0].map(|t| at(jump, t));
        assert_eq!(all(StepJump::End), [0.0, 0.0, 0.5, 0.5, 1.0]);
        assert_eq!(all(StepJump::Start), [0.5, 0.5, 1.0, 1.0, 1.0]);
        assert_eq!(all(StepJump::None), [0.0, 0.0, 1.0, 1.0, 1.0]);
        let thirds = all(StepJump::Both).map(|value| (value * 3.0).round());
        assert_eq!(thirds, [1.0, 1.0, 2.0, 2.0, 3.0]);
        assert_eq!(Easing::Steps(2, StepJump::Start).at(0.0, true), 0.0);
    }
}
