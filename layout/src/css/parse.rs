//! Parsers for the small pieces that values are made of.
//!
//! Every parser takes what it understands from the front and leaves the rest; whoever calls the outermost
//! one checks that nothing is left. None tries the same nested block twice, so the time is linear.

use super::calc::{self, Kind};
use super::value::{Length, LengthOrAuto, PxLength, Unit};
use cssparser::{ParseError, Parser, Token};
use std::sync::Arc;

/// Why a value was refused, where there is more to say than that it is not one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Reason(pub &'static str);

/// What parsers of values return.
pub type PResult<T> = Result<T, ParseError<Reason>>;

/// What parsing a value needs to know.
#[derive(Clone, Copy, Debug)]
pub struct ParseContext<'a> {
    /// Path of the file that the value stands in, kept with each `url()`.
    pub base: &'a Arc<str>,
}

/// "This is not such a value", without more to say.
pub fn fail() -> ParseError<Reason> {
    ParseError::unexpected_token()
}

/// A refusal with a reason that is shown.
pub fn reason(text: &'static str) -> ParseError<Reason> {
    ParseError::custom(Reason(text))
}

/// A keyword out of those that `from` knows.
pub fn keyword<T>(input: &mut Parser, from: impl FnOnce(&str) -> Option<T>) -> PResult<T> {
    from(input.expect_ident()?).ok_or_else(fail)
}

/// True, and the identifier is taken, if `name` comes next.
pub fn take_ident(input: &mut Parser, name: &str) -> bool {
    input.try_parse(|i| i.expect_ident_matching(name)).is_ok()
}

/// True, and it is taken, if the delimiter comes next.
pub fn take_delim(input: &mut Parser, delim: char) -> bool {
    input.try_parse(|i| i.expect_delim(delim)).is_ok()
}

/// True, and it is taken, if a comma comes next.
pub fn take_comma(input: &mut Parser) -> bool {
    input.try_parse(|i| i.expect_comma()).is_ok()
}

/// A number.
pub fn number(input: &mut Parser) -> PResult<f32> {
    match input.next()?.clone() {
        Token::Number { value, .. } => Ok(value),
        Token::Function(name) if calc::is_math_function(&name) => {
            Ok(calc::parse_of_kind(&name, Kind::Number, input)?.calc.scalar())
        }
        _ => Err(fail()),
    }
}

/// A number that is not negative.
pub fn non_negative_number(input: &mut Parser) -> PResult<f32> {
    let value = number(input)?;
    if value < 0.0 { Err(reason("a negative number is not allowed here")) } else { Ok(value) }
}

/// An integer; a number out of `calc()` is rounded.
pub fn integer(input: &mut Parser) -> PResult<i32> {
    match input.next()?.clone() {
        Token::Number { int_value: Some(value), .. } => Ok(value),
        Token::Function(name) if calc::is_math_function(&name) => {
            Ok(calc::parse_of_kind(&name, Kind::Number, input)?.calc.scalar().round() as i32)
        }
        _ => Err(fail()),
    }
}

/// A number, or a percentage as a fraction.
pub fn number_or_percentage(input: &mut Parser) -> PResult<f32> {
    if let Ok(percent) = input.try_parse(|i| i.expect_percentage()) {
        return Ok(percent);
    }
    number(input)
}

/// Degrees in a unit of angle.
pub fn angle_unit(unit: &str) -> Option<f32> {
    match unit.to_ascii_lowercase().as_str() {
        "deg" => Some(1.0),
        "turn" => Some(360.0),
        "rad" => Some(180.0 / std::f32::consts::PI),
        "grad" => Some(0.9),
        _ => None,
    }
}

/// Milliseconds in a unit of time.
pub fn time_unit(unit: &str) -> Option<f32> {
    match unit.to_ascii_lowercase().as_str() {
        "s" => Some(1000.0),
        "ms" => Some(1.0),
        _ => None,
    }
}

/// An angle in degrees; a bare 0 is one.
pub fn angle(input: &mut Parser) -> PResult<f32> {
    match input.next()?.clone() {
        Token::Dimension { value, unit, .. } => angle_unit(&unit).map(|d| value * d).ok_or_else(fail),
        Token::Number { value: 0.0, .. } => Ok(0.0),
        Token::Function(name) if calc::is_math_function(&name) => {
            Ok(calc::parse_of_kind(&name, Kind::Angle, input)?.calc.scalar())
        }
        _ => Err(fail()),
    }
}

/// A time in ms.
pub fn time(input: &mut Parser) -> PResult<f32> {
    match input.next()?.clone() {
        Token::Dimension { value, unit, .. } => time_unit(&unit).map(|d| value * d).ok_or_else(fail),
        Token::Function(name) if calc::is_math_function(&name) => {
            Ok(calc::parse_of_kind(&name, Kind::Time, input)?.calc.scalar())
        }
        _ => Err(fail()),
    }
}

fn any_length(input: &mut Parser, non_negative: bool, percent: bool) -> PResult<Length> {
    let length = match input.next()?.clone() {
        Token::Dimension { value, unit, .. } => {
            Length::Unit(value, Unit::from_name(&unit).ok_or_else(|| reason("an unknown unit of length"))?)
        }
        Token::Number { value: 0.0, .. } => Length::ZERO,
        Token::Number { .. } => return Err(reason("a length needs a unit such as rpx or px")),
        Token::Percentage { unit_value, .. } if percent => Length::Percent(unit_value),
        Token::Function(name) if calc::is_math_function(&name) => {
            let typed = calc::parse_of_kind(&name, Kind::Length, input)?;
            if typed.has_percent && !percent {
                return Err(reason("a percentage is not allowed here"));
            }
            Length::Calc(typed.shared(), non_negative)
        }
        _ => return Err(fail()),
    };
    match length {
        Length::Unit(v, _) | Length::Percent(v) if non_negative && v < 0.0 => {
            Err(reason("a negative length is not allowed here"))
        }
        length => Ok(length),
    }
}

/// A length or percentage.
pub fn length_percentage(input: &mut Parser) -> PResult<Length> {
    any_length(input, false, true)
}

/// A length or percentage that is not negative.
pub fn non_negative_length_percentage(input: &mut Parser) -> PResult<Length> {
    any_length(input, true, true)
}

/// A length.
pub fn length(input: &mut Parser) -> PResult<PxLength> {
    any_length(input, false, false).map(PxLength)
}

/// A length that is not negative.
pub fn non_negative_length(input: &mut Parser) -> PResult<PxLength> {
    any_length(input, true, false).map(PxLength)
}

/// A length, a percentage or `auto`.
pub fn length_or_auto(input: &mut Parser) -> PResult<LengthOrAuto> {
    if take_ident(input, "auto") {
        return Ok(LengthOrAuto::Auto);
    }
    length_percentage(input).map(LengthOrAuto::Length)
}

/// One to four values for top, right, bottom and left (CSS Box 4 section 4.2).
pub fn sides<T: Clone>(input: &mut Parser, mut one: impl FnMut(&mut Parser) -> PResult<T>) -> PResult<[T; 4]> {
    let top = one(input)?;
    let Some(right) = optional(input, &mut one)? else {
        return Ok([top.clone(), top.clone(), top.clone(), top]);
    };
    let Some(bottom) = optional(input, &mut one)? else {
        return Ok([top.clone(), right.clone(), top, right]);
    };
    let left = optional(input, &mut one)?.unwrap_or_else(|| right.clone());
    Ok([top, right, bottom, left])
}

/// One or two values; the second is the first where it is missing.
pub fn pair<T: Clone>(input: &mut Parser, mut one: impl FnMut(&mut Parser) -> PResult<T>) -> PResult<(T, T)> {
    let first = one(input)?;
    let second = optional(input, &mut one)?.unwrap_or_else(|| first.clone());
    Ok((first, second))
}

/// A value if anything is left before the end or a `/`.
pub fn optional<T>(input: &mut Parser, one: impl FnOnce(&mut Parser) -> PResult<T>) -> PResult<Option<T>> {
    let start = input.state();
    let ends = match input.next() {
        Err(_) => true,
        Ok(token) => matches!(token, Token::Delim('/') | Token::Comma),
    };
    input.reset(&start);
    if ends { Ok(None) } else { one(input).map(Some) }
}

/// A `url(...)`; the argument may be quoted or not.
pub fn url(input: &mut Parser) -> PResult<Arc<str>> {
    Ok(Arc::from(&*input.expect_url()?))
}

/// A list of values between commas.
pub fn list<T>(input: &mut Parser, one: impl FnMut(&mut Parser) -> PResult<T>) -> PResult<Arc<[T]>> {
    Ok(input.parse_comma_separated(one)?.into())
}

/// `none`, or a list of values without separators.
pub fn none_or_sequence<T>(input: &mut Parser, mut one: impl FnMut(&mut Parser) -> PResult<T>) -> PResult<Arc<[T]>> {
    if take_ident(input, "none") {
        return Ok(Arc::from([]));
    }
    let mut all = vec![one(input)?];
    while !input.is_exhausted() {
        all.push(one(input)?);
    }
    Ok(all.into())
}
