//! Shadows, transforms and filters.

use super::Viewport;
use super::color::{ColorValue, color};
use super::parse::{
    PResult, angle, fail, length, length_percentage, list, non_negative_length, none_or_sequence, number,
    number_or_percentage, reason, take_comma, take_ident,
};
use super::sound::{ANY, Sound};
use super::value::{Compute, ComputeContext, Length, PxLength, computes_each, computes_to_itself};
use crate::style::ComputedStyle;
use crate::style::computed::{
    BackfaceVisibility, BlendMode, Color, FilterOp, LengthPercentage, PointerEvents, Shadow, TransformOp,
    TransformStyle,
};
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

computes_to_itself!(PointerEvents, BlendMode, TransformStyle, BackfaceVisibility);
computes_each!(ShadowValue, TransformValue, FilterValue);

/// A shadow as written; without a colour it takes the element's.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct ShadowValue {
    x: PxLength,
    y: PxLength,
    blur: PxLength,
    spread: PxLength,
    color: Option<ColorValue>,
    inset: bool,
}

impl Compute for ShadowValue {
    type Computed = Shadow;
    fn compute(&self, context: &ComputeContext) -> Shadow {
        Shadow {
            x: self.x.compute(context),
            y: self.y.compute(context),
            blur: self.blur.compute(context),
            spread: self.spread.compute(context),
            color: self.color.unwrap_or(ColorValue::Current).compute(context),
            inset: self.inset,
        }
    }
}

impl Sound for ShadowValue {
    fn is_sound(&self, _: f32) -> bool {
        self.blur.is_sound(0.0) && [&self.x, &self.y, &self.spread].iter().all(|length| length.is_sound(ANY))
    }
}

/// `[inset]? && <length>{2,4} && <color>?`; only boxes have a spread and an inside.
fn shadow(input: &mut Parser, of_box: bool) -> PResult<ShadowValue> {
    let (mut inset, mut lengths, mut tint) = (false, None, None);
    while !input.is_exhausted() {
        if of_box && !inset && take_ident(input, "inset") {
            inset = true;
        } else if lengths.is_none()
            && let Ok(x) = input.try_parse(length)
        {
            let y = length(input)?;
            let zero = || PxLength(Length::ZERO);
            // A negative length is no blur, and no spread comes without one.
            let start = input.state();
            let blur = if input.try_parse(length).is_ok() {
                input.reset(&start);
                non_negative_length(input)?
            } else {
                zero()
            };
            let spread = if of_box { input.try_parse(length).unwrap_or_else(|_| zero()) } else { zero() };
            lengths = Some((x, y, blur, spread));
        } else if tint.is_none() {
            tint = Some(color(input)?);
        } else {
            return Err(fail());
        }
    }
    let (x, y, blur, spread) = lengths.ok_or_else(|| reason("a shadow needs two lengths"))?;
    Ok(ShadowValue { x, y, blur, spread, color: tint, inset })
}

/// Most shadows of a box.
pub(super) const MOST_BOX_SHADOWS: usize = 1024;
/// Most shadows of a text: each is a picture of the text by itself.
pub(super) const MOST_TEXT_SHADOWS: usize = 32;
/// Most functions of a filter.
pub(super) const MOST_FILTERS: usize = 32;

/// A list that is not longer than `most`; else `complaint` says so.
fn at_most<T>(values: Arc<[T]>, most: usize, complaint: &'static str) -> PResult<Arc<[T]>> {
    if values.len() > most { Err(reason(complaint)) } else { Ok(values) }
}

/// `box-shadow`.
pub fn box_shadow(input: &mut Parser) -> PResult<Arc<[ShadowValue]>> {
    if take_ident(input, "none") {
        return Ok(Arc::from([]));
    }
    at_most(list(input, |i| shadow(i, true))?, MOST_BOX_SHADOWS, "a box has at most 1024 shadows")
}

/// `text-shadow`.
pub fn text_shadow(input: &mut Parser) -> PResult<Arc<[ShadowValue]>> {
    if take_ident(input, "none") {
        return Ok(Arc::from([]));
    }
    at_most(list(input, |i| shadow(i, false))?, MOST_TEXT_SHADOWS, "a text has at most 32 shadows")
}

/// A function of `transform` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum TransformValue {
    /// Its arguments need no context.
    Fixed(TransformOp),
    /// A translation.
    Translate(Length, Length, PxLength),
    /// A perspective distance.
    Perspective(PxLength),
}

impl Compute for TransformValue {
    type Computed = TransformOp;
    fn compute(&self, context: &ComputeContext) -> TransformOp {
        match self {
            TransformValue::Fixed(op) => *op,
            TransformValue::Translate(x, y, z) => {
                TransformOp::Translate(x.compute(context), y.compute(context), z.compute(context))
            }
            TransformValue::Perspective(d) => TransformOp::Perspective(d.compute(context)),
        }
    }
}

fn numbers<const N: usize>(input: &mut Parser) -> PResult<[f32; N]> {
    let mut all = [0.0; N];
    for (i, slot) in all.iter_mut().enumerate() {
        if i > 0 {
            input.expect_comma()?;
        }
        *slot = number(input)?;
    }
    Ok(all)
}

fn transform_function(input: &mut Parser) -> PResult<TransformValue> {
    let name = input.expect_function()?.to_ascii_lowercase();
    let zero = || Length::ZERO;
    let no_depth = || PxLength(Length::ZERO);
    input.parse_nested_block(|i| {
        let rotation = |x, y, z, degrees| TransformValue::Fixed(TransformOp::Rotate(x, y, z, degrees));
        let scaling = |x, y, z| TransformValue::Fixed(TransformOp::Scale(x, y, z));
        Ok(match name.as_str() {
            "translate" => {
                let x = length_percentage(i)?;
                let y = if take_comma(i) { length_percentage(i)? } else { zero() };
                TransformValue::Translate(x, y, no_depth())
            }
            "translatex" => TransformValue::Translate(length_percentage(i)?, zero(), no_depth()),
            "translatey" => TransformValue::Translate(zero(), length_percentage(i)?, no_depth()),
            "translatez" => TransformValue::Translate(zero(), zero(), length(i)?),
            "translate3d" => {
                let x = length_percentage(i)?;
                i.expect_comma()?;
                let y = length_percentage(i)?;
                i.expect_comma()?;
                TransformValue::Translate(x, y, length(i)?)
            }
            "scale" => {
                let x = number_or_percentage(i)?;
                let y = if take_comma(i) { number_or_percentage(i)? } else { x };
                scaling(x, y, 1.0)
            }
            "scalex" => scaling(number_or_percentage(i)?, 1.0, 1.0),
            "scaley" => scaling(1.0, number_or_percentage(i)?, 1.0),
            "scalez" => scaling(1.0, 1.0, number_or_percentage(i)?),
            "scale3d" => {
                let [x, y, z] = numbers(i)?;
                scaling(x, y, z)
            }
            "rotate" | "rotatez" => rotation(0.0, 0.0, 1.0, angle(i)?),
            "rotatex" => rotation(1.0, 0.0, 0.0, angle(i)?),
            "rotatey" => rotation(0.0, 1.0, 0.0, angle(i)?),
            "rotate3d" => {
                let [x, y, z] = numbers(i)?;
                i.expect_comma()?;
                rotation(x, y, z, angle(i)?)
            }
            "skew" => {
                let x = angle(i)?;
                let y = if take_comma(i) { angle(i)? } else { 0.0 };
                TransformValue::Fixed(TransformOp::Skew(x, y))
            }
            "skewx" => TransformValue::Fixed(TransformOp::Skew(angle(i)?, 0.0)),
            "skewy" => TransformValue::Fixed(TransformOp::Skew(0.0, angle(i)?)),
            "matrix" => TransformValue::Fixed(TransformOp::Matrix(numbers(i)?)),
            "matrix3d" => TransformValue::Fixed(TransformOp::Matrix3d(numbers(i)?)),
            "perspective" => TransformValue::Perspective(non_negative_length(i)?),
            _ => return Err(fail()),
        })
    })
}

/// `transform`.
pub fn transform(input: &mut Parser) -> PResult<Arc<[TransformValue]>> {
    none_or_sequence(input, transform_function)
}

/// `transform-origin`: x and y; a third value (z) is taken and has no effect on a flat page.
pub fn transform_origin(input: &mut Parser) -> PResult<OriginValue> {
    let (x, y) = super::image::position_of(input, 2)?;
    let _ = input.try_parse(length);
    Ok(OriginValue(x, y))
}

/// `transform-origin` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct OriginValue(super::image::PositionValue, super::image::PositionValue);

impl Compute for OriginValue {
    type Computed = (LengthPercentage, LengthPercentage);
    fn compute(&self, context: &ComputeContext) -> Self::Computed {
        (self.0.compute(context), self.1.compute(context))
    }
}

impl Sound for OriginValue {
    fn is_sound(&self, least: f32) -> bool {
        self.0.is_sound(least) && self.1.is_sound(least)
    }
}

/// `perspective`: `none` or the distance of the eye.
pub fn perspective(input: &mut Parser) -> PResult<Option<PxLength>> {
    if take_ident(input, "none") { Ok(None) } else { non_negative_length(input).map(Some) }
}

impl Compute for Option<PxLength> {
    type Computed = Option<f32>;
    fn compute(&self, context: &ComputeContext) -> Option<f32> {
        self.as_ref().map(|length| length.compute(context))
    }
}

/// A function of `filter` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum FilterValue {
    /// Its argument is a number or an angle.
    Fixed(FilterOp),
    /// `blur()`.
    Blur(PxLength),
    /// `drop-shadow()`.
    DropShadow(ShadowValue),
}

impl Compute for FilterValue {
    type Computed = FilterOp;
    fn compute(&self, context: &ComputeContext) -> FilterOp {
        match self {
            FilterValue::Fixed(op) => *op,
            FilterValue::Blur(radius) => FilterOp::Blur(radius.compute(context)),
            FilterValue::DropShadow(shadow) => FilterOp::DropShadow(shadow.compute(context)),
        }
    }
}

fn filter_function(input: &mut Parser) -> PResult<FilterValue> {
    let name = match input.next()?.clone() {
        Token::Function(name) => name.to_ascii_lowercase(),
        Token::UnquotedUrl(_) => return Err(reason("an SVG filter is not supported")),
        _ => return Err(fail()),
    };
    input.parse_nested_block(|i| {
        let empty = i.is_exhausted();
        let amount = |i: &mut Parser, most: f32| -> PResult<f32> {
            if empty {
                return Ok(1.0);
            }
            let value = number_or_percentage(i)?;
            if value < 0.0 { Err(reason("a filter's amount is not negative")) } else { Ok(value.min(most)) }
        };
        Ok(FilterValue::Fixed(match name.as_str() {
            "blur" if empty => return Ok(FilterValue::Blur(PxLength(Length::ZERO))),
            "blur" => return Ok(FilterValue::Blur(non_negative_length(i)?)),
            "drop-shadow" => return Ok(FilterValue::DropShadow(shadow(i, false)?)),
            "hue-rotate" => FilterOp::HueRotate(if empty { 0.0 } else { angle(i)? }),
            "brightness" => FilterOp::Brightness(amount(i, f32::MAX)?),
            "contrast" => FilterOp::Contrast(amount(i, f32::MAX)?),
            "saturate" => FilterOp::Saturate(amount(i, f32::MAX)?),
            "grayscale" => FilterOp::Grayscale(amount(i, 1.0)?),
            "invert" => FilterOp::Invert(amount(i, 1.0)?),
            "opacity" => FilterOp::Opacity(amount(i, 1.0)?),
            "sepia" => FilterOp::Sepia(amount(i, 1.0)?),
            _ => return Err(fail()),
        }))
    })
}

/// `filter`, `backdrop-filter`.
pub fn filter(input: &mut Parser) -> PResult<Arc<[FilterValue]>> {
    at_most(none_or_sequence(input, filter_function)?, MOST_FILTERS, "a filter has at most 32 functions")
}

/// The functions of a text other than a sheet's: the filter of a canvas whose font has a size, px. `None` if they are no
/// filter.
pub fn filter_from_text(text: &str, font_size: f32) -> Option<Arc<[FilterOp]>> {
    let functions = Parser::new(text).parse_entirely(filter).ok()?;
    let (viewport, parent) = (Viewport::default(), ComputedStyle::default());
    let context = ComputeContext {
        viewport: &viewport,
        font_size,
        root_font_size: parent.font_size,
        line_height: font_size,
        color: Color::BLACK,
        parent: &parent,
        asked: None,
    };
    Some(functions.iter().map(|function| function.compute(&context)).collect())
}

/// `opacity`: a number or percentage, held to 0..1.
pub fn opacity(input: &mut Parser) -> PResult<f32> {
    Ok(number_or_percentage(input)?.clamp(0.0, 1.0))
}

/// `will-change`: whether something is announced that makes a layer of its own.
pub fn will_change(input: &mut Parser) -> PResult<bool> {
    let names = input.parse_comma_separated(|i| Ok(i.expect_ident()?.to_ascii_lowercase()))?;
    let layered = ["transform", "opacity", "filter", "backdrop-filter", "-webkit-transform"];
    Ok(names.iter().any(|n| layered.contains(&n.as_str())))
}

/// A colour that may be `auto`.
pub fn color_or_auto(input: &mut Parser) -> PResult<Option<ColorValue>> {
    if take_ident(input, "auto") { Ok(None) } else { color(input).map(Some) }
}

/// `-webkit-text-fill-color`: `currentColor` is kept as "the colour".
pub fn fill_color(input: &mut Parser) -> PResult<Option<ColorValue>> {
    Ok(match color(input)? {
        ColorValue::Current => None,
        other => Some(other),
    })
}
