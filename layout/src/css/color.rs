//! Colours (CSS Color 4): hex, names, `rgb()`, `hsl()`, `currentColor`. Other notations are in [`color_space`].

use super::color_space;
use super::parse::{PResult, angle, fail, reason, take_comma, take_delim, take_ident};
use super::value::{Compute, ComputeContext};
use crate::style::computed::Color;
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};

/// A colour as written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum ColorValue {
    /// A colour.
    Rgba(Color),
    /// `currentColor`.
    Current,
}

impl Compute for ColorValue {
    type Computed = Color;
    fn compute(&self, context: &ComputeContext) -> Color {
        match self {
            ColorValue::Rgba(color) => *color,
            ColorValue::Current => context.current_color(),
        }
    }
}

impl Compute for Option<ColorValue> {
    type Computed = Option<Color>;
    fn compute(&self, context: &ComputeContext) -> Option<Color> {
        self.as_ref().map(|c| c.compute(context))
    }
}

fn channel(value: f32) -> u8 {
    // Saturating, and NaN becomes 0.
    value.round().clamp(0.0, 255.0) as u8
}

/// A colour.
///
/// # Errors
/// Anything that is no colour; a reason for notations that are known but not supported.
pub fn color(input: &mut Parser) -> PResult<ColorValue> {
    let token = input.next()?.clone();
    match &token {
        Token::Hash(hex) | Token::IDHash(hex) => {
            let (r, g, b, a) = cssparser::color::parse_hash_color(hex.as_bytes())
                .map_err(|()| reason("a hex colour has 3, 4, 6 or 8 hexadecimal digits"))?;
            Ok(ColorValue::Rgba(Color::rgba(r, g, b, channel(a * 255.0))))
        }
        Token::Ident(name) => {
            if name.eq_ignore_ascii_case("currentcolor") {
                return Ok(ColorValue::Current);
            }
            if name.eq_ignore_ascii_case("transparent") {
                return Ok(ColorValue::Rgba(Color::TRANSPARENT));
            }
            if let Some(color) = color_space::system_color(name) {
                return Ok(ColorValue::Rgba(color));
            }
            let (r, g, b) = cssparser::color::parse_named_color(name).map_err(|()| fail())?;
            Ok(ColorValue::Rgba(Color::rgba(r, g, b, 255)))
        }
        Token::Function(name) => {
            let name = name.to_ascii_lowercase();
            match name.as_str() {
                "rgb" | "rgba" => input.parse_nested_block(rgb),
                "hsl" | "hsla" => input.parse_nested_block(hsl),
                "hwb" | "lab" | "lch" | "oklab" | "oklch" | "color" => {
                    input.parse_nested_block(|i| color_space::function(&name, i))
                }
                "color-mix" | "light-dark" | "device-cmyk" | "contrast-color" => {
                    Err(reason("this colour notation is not supported; write a hex colour or rgba()"))
                }
                _ => Err(fail()),
            }
            .map(ColorValue::Rgba)
        }
        _ => Err(fail()),
    }
}

/// The colour that a text other than a sheet's names: an attribute of a component, a setting of a window. `current` is
/// what `currentColor` stands for.
pub fn color_from_text(text: &str, current: Color) -> Option<Color> {
    match Parser::new(text).parse_entirely(color).ok()? {
        ColorValue::Rgba(color) => Some(color),
        ColorValue::Current => Some(current),
    }
}

/// A component: a number times `unit`, or a percentage of `full`; `none` is 0.
fn component(input: &mut Parser, unit: f32, full: f32) -> PResult<f32> {
    if take_ident(input, "none") {
        return Ok(0.0);
    }
    if let Ok(percent) = input.try_parse(|i| i.expect_percentage()) {
        return Ok(percent * full);
    }
    super::parse::number(input).map(|v| v * unit)
}

fn alpha(input: &mut Parser, commas: bool) -> PResult<f32> {
    let present = if commas { take_comma(input) } else { take_delim(input, '/') };
    if present { component(input, 1.0, 1.0) } else { Ok(1.0) }
}

fn rgb(input: &mut Parser) -> PResult<Color> {
    let start = input.state();
    let percent = input.expect_percentage().is_ok();
    input.reset(&start);
    let r = component(input, 1.0, 255.0)?;
    let commas = take_comma(input);
    // With commas all three are numbers, or all are percentages.
    let alike = |input: &mut Parser| {
        let start = input.state();
        let same = !commas || input.expect_percentage().is_ok() == percent;
        input.reset(&start);
        if same { Ok(()) } else { Err(reason("rgb() takes three numbers or three percentages")) }
    };
    alike(input)?;
    let g = component(input, 1.0, 255.0)?;
    if commas {
        input.expect_comma()?;
    }
    alike(input)?;
    let b = component(input, 1.0, 255.0)?;
    let a = alpha(input, commas)?;
    Ok(Color::rgba(channel(r), channel(g), channel(b), channel(a * 255.0)))
}

fn hsl(input: &mut Parser) -> PResult<Color> {
    let hue = if take_ident(input, "none") {
        0.0
    } else {
        match input.try_parse(super::parse::number) {
            Ok(degrees) => degrees,
            Err(_) => angle(input)?,
        }
    };
    let commas = take_comma(input);
    let saturation = component(input, 0.01, 1.0)?.clamp(0.0, 1.0);
    if commas {
        input.expect_comma()?;
    }
    let lightness = component(input, 0.01, 1.0)?.clamp(0.0, 1.0);
    let a = alpha(input, commas)?;
    let [r, g, b] = hsl_to_rgb(hue, saturation, lightness);
    Ok(Color::rgba(channel(r * 255.0), channel(g * 255.0), channel(b * 255.0), channel(a * 255.0)))
}

/// CSS Color 4 section 7.1: hue in degrees, the rest as fractions.
pub(super) fn hsl_to_rgb(hue: f32, saturation: f32, lightness: f32) -> [f32; 3] {
    let hue = if hue.is_finite() { hue.rem_euclid(360.0) } else { 0.0 };
    let part = |n: f32| {
        let k = (n + hue / 30.0) % 12.0;
        let a = saturation * lightness.min(1.0 - lightness);
        lightness - a * (k - 3.0).min(9.0 - k).clamp(-1.0, 1.0)
    };
    [part(0.0), part(8.0), part(4.0)]
}

/// The colour half way between two, mixed with premultiplied alpha.
pub fn midpoint(a: Color, b: Color) -> Color {
    let (wa, wb) = (f32::from(a.a), f32::from(b.a));
    let sum = wa + wb;
    if sum == 0.0 {
        return Color::TRANSPARENT;
    }
    let mix = |x: u8, y: u8| channel((f32::from(x) * wa + f32::from(y) * wb) / sum);
    Color::rgba(mix(a.r, b.r), mix(a.g, b.g), mix(a.b, b.b), channel(sum / 2.0))
}
