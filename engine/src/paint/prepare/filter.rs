//! Filter functions put together, and how far they carry pixels.

use crate::paint::geometry::Point;
use pellicle_layout::math::sin_cos_degrees;
use pellicle_layout::style::computed::{Color, Edges, FilterOp};
use smallvec::SmallVec;
use std::ops::Range;

/// Filter functions put together: one blur, one colour matrix, shadows. Only [`parts`] of a list can be.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Filter {
    /// Standard deviation, device px.
    pub sigma: f32,
    /// Colour matrix on straight colours, rows r g b a, and offsets.
    pub matrix: Option<[[f32; 4]; 5]>,
    /// Offset in device px, standard deviation in device px, colour.
    pub shadows: Vec<(Point, f32, Color)>,
}

/// Largest standard deviation that is honoured, device px.
const MAX_SIGMA: f32 = 250.0;
/// Largest offset of a shadow that is honoured, device px.
const MAX_OFFSET: f32 = 131_072.0;

impl Filter {
    /// Puts functions together. Opacity functions multiply into `opacity`.
    pub fn new(ops: &[FilterOp], scale: f32, opacity: &mut f32) -> Filter {
        let mut f = Filter::default();
        for op in ops {
            match *op {
                FilterOp::Blur(s) => {
                    let s = (s * scale).clamp(0.0, MAX_SIGMA);
                    f.sigma = (f.sigma * f.sigma + s * s).sqrt().min(MAX_SIGMA);
                }
                FilterOp::Opacity(o) => *opacity *= o.clamp(0.0, 1.0),
                FilterOp::DropShadow(s) => {
                    // Unlike that of a box's shadow, the length is the deviation itself (Filter Effects 1, section 6.1).
                    let sigma = (s.blur * scale).clamp(0.0, MAX_SIGMA);
                    let offset = |v: f32| (v * scale).clamp(-MAX_OFFSET, MAX_OFFSET);
                    f.shadows.push((Point::new(offset(s.x), offset(s.y)), sigma, s.color));
                }
                _ => {
                    if let Some(m) = color_matrix(op) {
                        f.matrix = Some(match f.matrix {
                            Some(before) => multiply(&m, &before),
                            None => m,
                        });
                    }
                }
            }
        }
        f
    }

    pub fn is_none(&self) -> bool {
        self.sigma <= 0.0 && self.matrix.is_none() && self.shadows.is_empty()
    }

    /// True if pixels come to stand elsewhere.
    pub fn moves(&self) -> bool {
        self.sigma > 0.0 || !self.shadows.is_empty()
    }

    /// How far a pixel reaches to each side, device px.
    pub fn reach(&self) -> Edges<i32> {
        let own = Edges::all(blur_reach(self.sigma));
        self.shadows.iter().fold(own, |all, (offset, sigma, _)| {
            let (x, y, blur) = (offset.x.round() as i32, offset.y.round() as i32, blur_reach(*sigma));
            Edges {
                top: all.top.max(blur - y),
                right: all.right.max(blur + x),
                bottom: all.bottom.max(blur + y),
                left: all.left.max(blur - x),
            }
        })
    }

    /// How far its widest blur reaches, device px: the room that contents need around them on their surface.
    pub fn blur_reach(&self) -> i32 {
        self.sigmas().fold(0, |reach, sigma| reach.max(blur_reach(sigma)))
    }

    /// The deviations that surfaces are blurred by.
    pub fn sigmas(&self) -> impl Iterator<Item = f32> {
        std::iter::once(self.sigma).chain(self.shadows.iter().map(|s| s.1)).filter(|s| *s > 0.0)
    }
}

/// How far a blur carries a pixel, device px.
pub(crate) fn blur_reach(sigma: f32) -> i32 {
    if sigma > 0.0 { (sigma * 3.0).ceil() as i32 + 4 * blur_step(sigma) as i32 } else { 0 }
}

/// Where pixels come from that reach this far.
pub(crate) fn mirrored(reach: &Edges<i32>) -> Edges<i32> {
    Edges { top: reach.bottom, right: reach.left, bottom: reach.top, left: reach.right }
}

/// How far a pixel reaches to each side through filters, device px.
pub fn filter_reach(ops: &[FilterOp], scale: f32) -> Edges<i32> {
    parts(ops).into_iter().fold(Edges::default(), |all, part| {
        let reach = Filter::new(&ops[part], scale, &mut 1.0).reach();
        Edges {
            top: all.top + reach.top,
            right: all.right + reach.right,
            bottom: all.bottom + reach.bottom,
            left: all.left + reach.left,
        }
    })
}

/// Cuts a list of functions into runs that can each be put together, in the order in which they apply; there is at
/// least one. A shadow is thrown by what all functions before it made, and is changed by all that follow. A function
/// that may lead out of the range of colours ends a run, because what leaves it is cut off before the next function.
pub(crate) fn parts(ops: &[FilterOp]) -> SmallVec<[Range<usize>; 2]> {
    let mut parts: SmallVec<[Range<usize>; 2]> = SmallVec::new();
    let mut start = 0;
    for i in 1..ops.len() {
        let ends = match ops[i - 1] {
            FilterOp::DropShadow(_) | FilterOp::Sepia(_) | FilterOp::HueRotate(_) => true,
            FilterOp::Brightness(v) | FilterOp::Contrast(v) | FilterOp::Saturate(v) => v > 1.0,
            FilterOp::Blur(_) | FilterOp::Grayscale(_) | FilterOp::Invert(_) | FilterOp::Opacity(_) => false,
        };
        if ends || matches!(ops[i], FilterOp::DropShadow(_)) {
            parts.push(start..i);
            start = i;
        }
    }
    parts.push(start..ops.len());
    parts
}

/// The reduction that a blur works at, so that its kernel stays small.
pub(crate) fn blur_step(sigma: f32) -> u32 {
    match sigma {
        s if s < 4.0 => 1,
        s if s < 8.0 => 2,
        s if s < 16.0 => 4,
        s if s < 32.0 => 8,
        s if s < 64.0 => 16,
        s if s < 128.0 => 32,
        _ => 64,
    }
}

/// The matrix of a colour function (Filter Effects 1, section 12).
fn color_matrix(op: &FilterOp) -> Option<[[f32; 4]; 5]> {
    let scale = |v: f32, offset: f32| {
        Some([
            [v, 0.0, 0.0, 0.0],
            [0.0, v, 0.0, 0.0],
            [0.0, 0.0, v, 0.0],
            [0.0, 0.0, 0.0, 1.0],
            [offset, offset, offset, 0.0],
        ])
    };
    let rows = |m: [[f32; 3]; 3]| {
        let r = |v: [f32; 3]| [v[0], v[1], v[2], 0.0];
        Some([r(m[0]), r(m[1]), r(m[2]), [0.0, 0.0, 0.0, 1.0], [0.0; 4]])
    };
    match *op {
        FilterOp::Brightness(v) => scale(v.max(0.0), 0.0),
        FilterOp::Contrast(v) => scale(v.max(0.0), 0.5 - 0.5 * v.max(0.0)),
        FilterOp::Invert(v) => {
            let v = v.clamp(0.0, 1.0);
            scale(1.0 - 2.0 * v, v)
        }
        FilterOp::Grayscale(v) => {
            let k = 1.0 - v.clamp(0.0, 1.0);
            rows([
                [0.2126 + 0.7874 * k, 0.7152 - 0.7152 * k, 0.0722 - 0.0722 * k],
                [0.2126 - 0.2126 * k, 0.7152 + 0.2848 * k, 0.0722 - 0.0722 * k],
                [0.2126 - 0.2126 * k, 0.7152 - 0.7152 * k, 0.0722 + 0.9278 * k],
            ])
        }
        FilterOp::Sepia(v) => {
            let k = 1.0 - v.clamp(0.0, 1.0);
            rows([
                [0.393 + 0.607 * k, 0.769 - 0.769 * k, 0.189 - 0.189 * k],
                [0.349 - 0.349 * k, 0.686 + 0.314 * k, 0.168 - 0.168 * k],
                [0.272 - 0.272 * k, 0.534 - 0.534 * k, 0.131 + 0.869 * k],
            ])
        }
        FilterOp::Saturate(v) => {
            let s = v.max(0.0);
            rows([
                [0.213 + 0.787 * s, 0.715 - 0.715 * s, 0.072 - 0.072 * s],
                [0.213 - 0.213 * s, 0.715 + 0.285 * s, 0.072 - 0.072 * s],
                [0.213 - 0.213 * s, 0.715 - 0.715 * s, 0.072 + 0.928 * s],
            ])
        }
        FilterOp::HueRotate(deg) => {
            let (s, c) = sin_cos_degrees(deg);
            rows([
                [0.213 + c * 0.787 - s * 0.213, 0.715 - c * 0.715 - s * 0.715, 0.072 - c * 0.072 + s * 0.928],
                [0.213 - c * 0.213 + s * 0.143, 0.715 + c * 0.285 + s * 0.140, 0.072 - c * 0.072 - s * 0.283],
                [0.213 - c * 0.213 - s * 0.787, 0.715 - c * 0.715 + s * 0.715, 0.072 + c * 0.928 + s * 0.072],
            ])
        }
        FilterOp::Blur(_) | FilterOp::Opacity(_) | FilterOp::DropShadow(_) => None,
    }
}

/// `after` applied to the result of `before`.
fn multiply(after: &[[f32; 4]; 5], before: &[[f32; 4]; 5]) -> [[f32; 4]; 5] {
    let mut out = [[0.0; 4]; 5];
    for row in 0..4 {
        for col in 0..4 {
            out[row][col] = (0..4).map(|k| after[row][k] * before[k][col]).sum();
        }
        out[4][row] = (0..4).map(|k| after[row][k] * before[4][k]).sum::<f32>() + after[4][row];
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blurs_add_as_variances_and_colours_as_products() {
        let mut opacity = 0.5;
        let ops = [
            FilterOp::Blur(3.0),
            FilterOp::Brightness(2.0),
            FilterOp::Blur(4.0),
            FilterOp::Opacity(0.5),
            FilterOp::Invert(1.0),
        ];
        let f = Filter::new(&ops, 1.0, &mut opacity);
        assert_eq!(f.sigma, 5.0);
        assert_eq!(opacity, 0.25);
        let m = f.matrix.unwrap();
        assert_eq!(m[0], [-2.0, 0.0, 0.0, 0.0]);
        assert_eq!(m[4], [1.0, 1.0, 1.0, 0.0]);
    }

    #[test]
    fn colour_matrices_keep_grey_grey() {
        for op in [FilterOp::Grayscale(0.7), FilterOp::Saturate(3.0), FilterOp::HueRotate(77.0)] {
            let m = color_matrix(&op).unwrap();
            for row in &m[..3] {
                assert!((row.iter().sum::<f32>() - 1.0).abs() < 1e-4, "{op:?}");
            }
        }
    }

    #[test]
    fn what_cannot_be_put_together_is_done_one_after_the_other() {
        use FilterOp::{Blur, Brightness, Grayscale, Invert, Opacity, Sepia};
        let cut = |ops: &[FilterOp]| parts(ops).iter().map(|part| (part.start, part.end)).collect::<Vec<_>>();
        assert_eq!(cut(&[]), [(0, 0)]);
        assert_eq!(cut(&[Blur(2.0), Grayscale(1.0), Opacity(0.5), Invert(1.0)]), [(0, 4)]);
        assert_eq!(cut(&[Brightness(2.0), Invert(1.0), Sepia(1.0), Blur(1.0)]), [(0, 1), (1, 3), (3, 4)]);
        let shadow = FilterOp::DropShadow(pellicle_layout::style::computed::Shadow {
            x: 3.0,
            y: 0.0,
            blur: 0.0,
            spread: 0.0,
            color: Color::BLACK,
            inset: false,
        });
        assert_eq!(cut(&[Invert(1.0), shadow, Opacity(0.5)]), [(0, 1), (1, 2), (2, 3)]);
        assert_eq!(filter_reach(&[shadow, shadow], 2.0).right, 12);
    }

    #[test]
    fn a_shadow_reaches_to_its_own_side_alone() {
        let shadow = |x, y, blur| {
            FilterOp::DropShadow(pellicle_layout::style::computed::Shadow {
                x,
                y,
                blur,
                spread: 0.0,
                color: Color::BLACK,
                inset: false,
            })
        };
        let reach = filter_reach(&[shadow(100.0, -7.0, 0.0)], 2.0);
        assert_eq!((reach.top, reach.right, reach.bottom, reach.left), (14, 200, 0, 0));
        let far = filter_reach(&[shadow(f32::MAX, f32::MIN, 4.0)], 3.0);
        assert!(far.right > 100_000 && far.right < 1 << 20 && far.left == 0);
        assert_eq!(filter_reach(&[FilterOp::Invert(1.0)], 2.0), Edges::default());
    }
}
