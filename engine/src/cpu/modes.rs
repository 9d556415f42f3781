//! Blend modes (Compositing and Blending 1, section 10): colours blended with those below. `blend.wgsl` has the same
//! functions.

use super::pool::Workers;
use super::{Buffer, PixelOrder, band, blend};
use pellicle_layout::style::computed::BlendMode;

type Rgb = [f32; 3];

/// Blends the colours of `from` with those of `under`, where there are any; the opacity stays that of `from`.
pub(super) fn blend(
    from: &Buffer,
    under: &Buffer,
    to: &mut Buffer,
    mode: BlendMode,
    order: PixelOrder,
    workers: &Workers,
) {
    let stride = to.width as usize * 4;
    if stride == 0 || from.width != to.width || under.width != to.width {
        return;
    }
    band::run(&mut to.pixels, stride, workers, |first, slice| {
        for (j, row) in slice.chunks_exact_mut(stride).enumerate() {
            let (source, below) = (from.row(first + j), under.row(first + j));
            for ((px, s), b) in row.chunks_exact_mut(4).zip(source.chunks_exact(4)).zip(below.chunks_exact(4)) {
                let (s, b) = ([s[0], s[1], s[2], s[3]], [b[0], b[1], b[2], b[3]]);
                let blended = if s[3] == 0 || b[3] == 0 { s } else { pixel(order, s, b, mode) };
                px.copy_from_slice(&blended);
            }
        }
    });
}

/// The colour of a pixel blended with the one below; its opacity stays.
pub fn pixel(order: PixelOrder, source: [u8; 4], below: [u8; 4], mode: BlendMode) -> [u8; 4] {
    let (s, b) = (order.arrange(source), order.arrange(below));
    let straight = |p: [u8; 4]| [p[0], p[1], p[2]].map(|v| (f32::from(v) / f32::from(p[3])).min(1.0));
    let (cs, cb) = (straight(s), straight(b));
    let (alpha, backdrop) = (f32::from(s[3]) / 255.0, f32::from(b[3]) / 255.0);
    let mixed = colors(mode, cb, cs);
    let c: Rgb = std::array::from_fn(|i| ((1.0 - backdrop) * cs[i] + backdrop * mixed[i]).clamp(0.0, 1.0) * alpha);
    let mut out = blend::bytes([c[0], c[1], c[2], alpha]);
    out[3] = s[3];
    order.arrange(out)
}

/// The blend function of a mode: backdrop first.
fn colors(mode: BlendMode, b: Rgb, s: Rgb) -> Rgb {
    match mode {
        BlendMode::Hue => with_brightness(with_saturation(s, saturation(b)), brightness(b)),
        BlendMode::Saturation => with_brightness(with_saturation(b, saturation(s)), brightness(b)),
        BlendMode::Color => with_brightness(s, brightness(b)),
        BlendMode::Luminosity => with_brightness(b, brightness(s)),
        _ => std::array::from_fn(|i| channel(mode, b[i], s[i])),
    }
}

fn channel(mode: BlendMode, b: f32, s: f32) -> f32 {
    let screen = |a: f32, b: f32| a + b - a * b;
    let hard = |top: f32, bottom: f32| {
        if top <= 0.5 { bottom * 2.0 * top } else { screen(bottom, 2.0 * top - 1.0) }
    };
    match mode {
        BlendMode::Multiply => b * s,
        BlendMode::Screen => screen(b, s),
        BlendMode::Overlay => hard(b, s),
        BlendMode::HardLight => hard(s, b),
        BlendMode::Darken => b.min(s),
        BlendMode::Lighten => b.max(s),
        BlendMode::ColorDodge if b <= 0.0 => 0.0,
        BlendMode::ColorDodge if s >= 1.0 => 1.0,
        BlendMode::ColorDodge => (b / (1.0 - s)).min(1.0),
        BlendMode::ColorBurn if b >= 1.0 => 1.0,
        BlendMode::ColorBurn if s <= 0.0 => 0.0,
        BlendMode::ColorBurn => 1.0 - ((1.0 - b) / s).min(1.0),
        BlendMode::SoftLight if s <= 0.5 => b - (1.0 - 2.0 * s) * b * (1.0 - b),
        BlendMode::SoftLight => {
            let d = if b <= 0.25 { ((16.0 * b - 12.0) * b + 4.0) * b } else { b.sqrt() };
            b + (2.0 * s - 1.0) * (d - b)
        }
        BlendMode::Difference => (b - s).abs(),
        BlendMode::Exclusion => b + s - 2.0 * b * s,
        _ => s,
    }
}

fn brightness(c: Rgb) -> f32 {
    0.3 * c[0] + 0.59 * c[1] + 0.11 * c[2]
}

fn saturation(c: Rgb) -> f32 {
    c[0].max(c[1]).max(c[2]) - c[0].min(c[1]).min(c[2])
}

/// A colour with another brightness, brought back between 0 and 1.
fn with_brightness(c: Rgb, wanted: f32) -> Rgb {
    let d = wanted - brightness(c);
    let c = c.map(|v| v + d);
    let l = brightness(c);
    let (lo, hi) = (c[0].min(c[1]).min(c[2]), c[0].max(c[1]).max(c[2]));
    let c = if lo < 0.0 { c.map(|v| l + (v - l) * l / (l - lo)) } else { c };
    if hi > 1.0 { c.map(|v| l + (v - l) * (1.0 - l) / (hi - l)) } else { c }
}

/// A colour with another saturation; its darkest channel becomes 0.
fn with_saturation(c: Rgb, wanted: f32) -> Rgb {
    let (lo, hi) = (c[0].min(c[1]).min(c[2]), c[0].max(c[1]).max(c[2]));
    if hi > lo { c.map(|v| (v - lo) * wanted / (hi - lo)) } else { [0.0; 3] }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(mode: BlendMode, below: [u8; 4], source: [u8; 4]) -> [u8; 4] {
        pixel(PixelOrder::Rgba, source, below, mode)
    }

    const GRAY: [u8; 4] = [128, 128, 128, 255];
    const ORANGE: [u8; 4] = [255, 165, 0, 255];

    #[test]
    fn modes_are_those_of_the_specification() {
        for (mode, expected) in [
            (BlendMode::Multiply, [128, 83, 0, 255]),
            (BlendMode::Screen, [255, 210, 128, 255]),
            (BlendMode::Darken, [128, 128, 0, 255]),
            (BlendMode::Lighten, [255, 165, 128, 255]),
            (BlendMode::Difference, [127, 37, 128, 255]),
            (BlendMode::Overlay, [255, 165, 1, 255]),
            (BlendMode::HardLight, [255, 165, 0, 255]),
        ] {
            assert_eq!(of(mode, GRAY, ORANGE), expected, "{mode:?}");
        }
        // Grey has no hue to lend, but a brightness.
        assert_eq!(of(BlendMode::Saturation, ORANGE, GRAY), [174, 174, 174, 255]);
        assert_eq!(of(BlendMode::Luminosity, GRAY, GRAY), GRAY);
    }

    #[test]
    fn nothing_below_leaves_colours_as_they_are() {
        let half = [100, 20, 0, 128];
        assert_eq!(of(BlendMode::Multiply, [0, 0, 0, 1], half)[3], 128);
        let mut to = Buffer { pixels: vec![7; 4], width: 1 };
        let (from, under) = (Buffer { pixels: half.to_vec(), width: 1 }, Buffer { pixels: vec![0; 4], width: 1 });
        blend(&from, &under, &mut to, BlendMode::Multiply, PixelOrder::Rgba, &Workers::new(1));
        assert_eq!(to.pixels, half);
    }
}
