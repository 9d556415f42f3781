//! Colour notations other than `rgb()` and `hsl()` (CSS Color 4), and the colours of the system. What lies outside of sRGB
//! is cut off channel by channel.

use super::parse::{PResult, angle, fail, reason, take_delim, take_ident};
use crate::style::computed::Color;
use cssparser::Parser;

/// The colours that stand for parts of the platform (CSS Color 4 section 6.2), as a browser with light colours has them.
const SYSTEM: &[(&str, Color)] = &[
    ("accentcolor", Color::rgba(0, 117, 255, 255)),
    ("accentcolortext", Color::WHITE),
    ("activetext", Color::rgba(255, 0, 0, 255)),
    ("buttonborder", Color::BLACK),
    ("buttonface", Color::rgba(239, 239, 239, 255)),
    ("buttontext", Color::BLACK),
    ("canvas", Color::WHITE),
    ("canvastext", Color::BLACK),
    ("field", Color::WHITE),
    ("fieldtext", Color::BLACK),
    ("graytext", Color::rgba(128, 128, 128, 255)),
    ("highlight", Color::rgba(181, 213, 255, 255)),
    ("highlighttext", Color::BLACK),
    ("linktext", Color::rgba(0, 0, 238, 255)),
    ("mark", Color::rgba(255, 255, 0, 255)),
    ("marktext", Color::BLACK),
    ("selecteditem", Color::rgba(25, 103, 210, 255)),
    ("selecteditemtext", Color::WHITE),
    ("visitedtext", Color::rgba(85, 26, 139, 255)),
];

/// The system colour of this name.
pub fn system_color(name: &str) -> Option<Color> {
    SYSTEM.iter().find(|(n, _)| name.eq_ignore_ascii_case(n)).map(|(_, color)| *color)
}

/// A colour out of fractions of full red, green, blue and opacity.
pub fn from_fractions([r, g, b]: [f32; 3], alpha: f32) -> Color {
    // Saturating, and NaN becomes 0.
    let byte = |v: f32| (v * 255.0).round().clamp(0.0, 255.0) as u8;
    Color::rgba(byte(r), byte(g), byte(b), byte(alpha))
}

/// A channel: a number, or a percentage of `full`; `none` is 0.
fn channel(input: &mut Parser, full: f32) -> PResult<f32> {
    if take_ident(input, "none") {
        return Ok(0.0);
    }
    if let Ok(percent) = input.try_parse(|i| i.expect_percentage()) {
        return Ok(percent * full);
    }
    super::parse::number(input)
}

/// A hue in degrees.
fn hue(input: &mut Parser) -> PResult<f32> {
    if take_ident(input, "none") {
        return Ok(0.0);
    }
    match input.try_parse(super::parse::number) {
        Ok(degrees) => Ok(degrees),
        Err(_) => angle(input),
    }
}

fn alpha(input: &mut Parser) -> PResult<f32> {
    if take_delim(input, '/') { channel(input, 1.0) } else { Ok(1.0) }
}

/// Reads the arguments of the colour function `name`, whose opening token was just taken.
///
/// # Errors
/// Arguments that the function does not take, or a colour space that is not known.
pub fn function(name: &str, input: &mut Parser) -> PResult<Color> {
    let rgb = match name {
        "hwb" => {
            let h = hue(input)?;
            let (white, black) = (channel(input, 100.0)? / 100.0, channel(input, 100.0)? / 100.0);
            hwb(h, white, black)
        }
        "lab" => {
            let (l, a, b) = (channel(input, 100.0)?, channel(input, 125.0)?, channel(input, 125.0)?);
            from_lab([l.clamp(0.0, 100.0), a, b])
        }
        "lch" => {
            let (l, c, h) = (channel(input, 100.0)?, channel(input, 150.0)?, hue(input)?);
            from_lab(polar([l.clamp(0.0, 100.0), c, h]))
        }
        "oklab" => {
            let (l, a, b) = (channel(input, 1.0)?, channel(input, 0.4)?, channel(input, 0.4)?);
            from_oklab([l.clamp(0.0, 1.0), a, b])
        }
        "oklch" => {
            let (l, c, h) = (channel(input, 1.0)?, channel(input, 0.4)?, hue(input)?);
            from_oklab(polar([l.clamp(0.0, 1.0), c, h]))
        }
        "color" => {
            let space = input.expect_ident()?.to_ascii_lowercase();
            let channels = [channel(input, 1.0)?, channel(input, 1.0)?, channel(input, 1.0)?];
            match space.as_str() {
                "srgb" => channels,
                "srgb-linear" => channels.map(encoded),
                "display-p3" => multiply(&P3_TO_SRGB, channels.map(decoded)).map(encoded),
                "xyz" | "xyz-d65" => multiply(&XYZ_TO_SRGB, channels).map(encoded),
                _ => return Err(reason("this colour space is not supported; write a hex colour or rgba()")),
            }
        }
        _ => return Err(fail()),
    };
    let alpha = alpha(input)?;
    Ok(from_fractions(rgb, alpha))
}

/// CSS Color 4 section 8: hue in degrees, the rest as fractions.
fn hwb(hue: f32, white: f32, black: f32) -> [f32; 3] {
    if white + black >= 1.0 {
        return [white / (white + black); 3];
    }
    super::color::hsl_to_rgb(hue, 1.0, 0.5).map(|v| v * (1.0 - white - black) + white)
}

/// From lightness, chroma and hue to lightness and two axes.
fn polar([l, c, h]: [f32; 3]) -> [f32; 3] {
    let radians = h.to_radians();
    let c = c.max(0.0);
    [l, c * radians.cos(), c * radians.sin()]
}

type Matrix = [[f32; 3]; 3];

const XYZ_TO_SRGB: Matrix = [
    [3.240_97, -1.537_383_2, -0.498_610_76],
    [-0.969_243_65, 1.875_967_5, 0.041_555_06],
    [0.055_630_08, -0.203_976_96, 1.056_971_5],
];
/// From a white of 5000 K to one of 6500 K.
const D50_TO_D65: Matrix = [
    [0.955_473_4, -0.023_098_54, 0.063_259_31],
    [-0.028_369_71, 1.009_995_5, 0.021_041_4],
    [0.012_314_002, -0.020_507_697, 1.330_366],
];
const P3_TO_SRGB: Matrix =
    [[1.224_940_2, -0.224_940_18, 0.0], [-0.042_056_955, 1.042_057, 0.0], [-0.019_637_555, -0.078_636_05, 1.098_273_6]];
const OKLAB_TO_LMS: Matrix =
    [[1.0, 0.396_337_78, 0.215_803_76], [1.0, -0.105_561_346, -0.063_854_17], [1.0, -0.089_484_18, -1.291_485_5]];
const LMS_TO_SRGB: Matrix = [
    [4.076_741_7, -3.307_711_6, 0.230_969_94],
    [-1.268_438, 2.609_757_4, -0.341_319_4],
    [-0.004_196_086, -0.703_418_6, 1.707_614_7],
];

fn multiply(matrix: &Matrix, [x, y, z]: [f32; 3]) -> [f32; 3] {
    matrix.map(|[a, b, c]| a * x + b * y + c * z)
}

/// CSS Color 4 section 10.9.
fn from_lab([l, a, b]: [f32; 3]) -> [f32; 3] {
    const WHITE: [f32; 3] = [0.964_295_7, 1.0, 0.825_104_6];
    const KAPPA: f32 = 24389.0 / 27.0;
    let y = (l + 16.0) / 116.0;
    let (x, z) = (a / 500.0 + y, y - b / 200.0);
    let cubed = |v: f32| if v.powi(3) > 216.0 / 24389.0 { v.powi(3) } else { (116.0 * v - 16.0) / KAPPA };
    let lightness = if l > 8.0 { y.powi(3) } else { l / KAPPA };
    let xyz = [cubed(x) * WHITE[0], lightness * WHITE[1], cubed(z) * WHITE[2]];
    multiply(&XYZ_TO_SRGB, multiply(&D50_TO_D65, xyz)).map(encoded)
}

/// Oklab's own conversion.
fn from_oklab(lab: [f32; 3]) -> [f32; 3] {
    let lms = multiply(&OKLAB_TO_LMS, lab).map(|v| v.powi(3));
    multiply(&LMS_TO_SRGB, lms).map(encoded)
}

/// From a linear to an encoded channel of sRGB.
fn encoded(v: f32) -> f32 {
    let curved = if v.abs() > 0.003_130_8 { 1.055 * v.abs().powf(1.0 / 2.4) - 0.055 } else { 12.92 * v.abs() };
    curved.copysign(v)
}

/// From an encoded to a linear channel of sRGB.
fn decoded(v: f32) -> f32 {
    let straight = if v.abs() <= 0.040_45 { v.abs() / 12.92 } else { ((v.abs() + 0.055) / 1.055).powf(2.4) };
    straight.copysign(v)
}
