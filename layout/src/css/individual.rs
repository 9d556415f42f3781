//! `translate`, `rotate` and `scale` (CSS Transforms 2 section 5), and `contain`.

use super::effects::TransformValue;
use super::parse::{
    PResult, angle, fail, length, length_percentage, number, number_or_percentage, optional, take_ident,
};
use super::value::{Compute, ComputeContext, Length, PxLength, computes_to_itself};
use crate::style::computed::{Contain, Isolation, TransformOp};
use cssparser::Parser;

computes_to_itself!(Contain, Isolation);

impl Compute for Option<TransformValue> {
    type Computed = Option<TransformOp>;
    fn compute(&self, context: &ComputeContext) -> Option<TransformOp> {
        self.as_ref().map(|value| value.compute(context))
    }
}

/// `translate`: one to three lengths.
pub fn translate(input: &mut Parser) -> PResult<Option<TransformValue>> {
    if take_ident(input, "none") {
        return Ok(None);
    }
    let x = length_percentage(input)?;
    let y = optional(input, length_percentage)?.unwrap_or(Length::ZERO);
    let z = optional(input, length)?.unwrap_or(PxLength(Length::ZERO));
    Ok(Some(TransformValue::Translate(x, y, z)))
}

/// `rotate`: an angle, and before or behind it an axis.
pub fn rotate(input: &mut Parser) -> PResult<Option<TransformValue>> {
    if take_ident(input, "none") {
        return Ok(None);
    }
    let before = input.try_parse(axis).ok();
    let degrees = angle(input)?;
    let [x, y, z] = match before {
        Some(axis) => axis,
        None => optional(input, axis)?.unwrap_or([0.0, 0.0, 1.0]),
    };
    Ok(Some(TransformValue::Fixed(TransformOp::Rotate(x, y, z, degrees))))
}

fn axis(input: &mut Parser) -> PResult<[f32; 3]> {
    for (name, axis) in [("x", [1.0, 0.0, 0.0]), ("y", [0.0, 1.0, 0.0]), ("z", [0.0, 0.0, 1.0])] {
        if take_ident(input, name) {
            return Ok(axis);
        }
    }
    Ok([number(input)?, number(input)?, number(input)?])
}

/// `scale`: one to three factors.
pub fn scale(input: &mut Parser) -> PResult<Option<TransformValue>> {
    if take_ident(input, "none") {
        return Ok(None);
    }
    let x = number_or_percentage(input)?;
    let y = optional(input, number_or_percentage)?;
    let z = optional(input, number_or_percentage)?;
    Ok(Some(TransformValue::Fixed(TransformOp::Scale(x, y.unwrap_or(x), z.unwrap_or(1.0)))))
}

/// `contain` (CSS Containment 2): containment of size and style has no effect.
pub fn contain(input: &mut Parser) -> PResult<Contain> {
    let mut contain = Contain::default();
    if take_ident(input, "none") {
        return Ok(contain);
    }
    let content = Contain { layout: true, paint: true, style: true, size: false };
    if take_ident(input, "content") {
        return Ok(content);
    }
    if take_ident(input, "strict") {
        return Ok(Contain { size: true, ..content });
    }
    while !input.is_exhausted() {
        let name = input.expect_ident()?.to_ascii_lowercase();
        let flag = match name.as_str() {
            "layout" => &mut contain.layout,
            "paint" => &mut contain.paint,
            "size" | "inline-size" => &mut contain.size,
            "style" => &mut contain.style,
            _ => return Err(fail()),
        };
        if std::mem::replace(flag, true) {
            return Err(fail());
        }
    }
    if contain == Contain::default() { Err(fail()) } else { Ok(contain) }
}
