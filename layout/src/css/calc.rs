//! `calc()`, `min()`, `max()` and `clamp()` (CSS Values 4 section 10).
//!
//! An expression is folded while it is parsed: products are multiplied into the leaves, so what is left are
//! leaves, sums, minima and maxima. A tree is at most as deep as the parser's block limit.

use super::parse::{PResult, Reason, fail, reason};
use super::value::{ComputeContext, Unit, finite};
use crate::style::computed::LengthPercentage;
use cssparser::{Parser, Token};
use std::sync::Arc;

/// The type of an expression.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// A plain number.
    Number,
    /// A length or percentage.
    Length,
    /// An angle, in degrees.
    Angle,
    /// A time, in ms.
    Time,
}

/// A folded expression.
#[derive(Clone, PartialEq, Debug)]
pub enum Calc {
    /// A number, an angle in degrees or a time in ms.
    Scalar(f32),
    /// A length.
    Length(f32, Unit),
    /// A fraction.
    Percent(f32),
    /// The sum of all.
    Sum(Vec<Calc>),
    /// The smallest.
    Min(Vec<Calc>),
    /// The largest.
    Max(Vec<Calc>),
}

/// A parsed expression with its type.
#[derive(Clone, PartialEq, Debug)]
pub struct Typed {
    /// The expression.
    pub calc: Calc,
    /// Its type.
    pub kind: Kind,
    /// A percentage stands in it.
    pub has_percent: bool,
}

/// True if `name` is a math function.
pub fn is_math_function(name: &str) -> bool {
    ["calc", "-webkit-calc", "min", "max", "clamp"].iter().any(|f| name.eq_ignore_ascii_case(f))
}

/// Parses the arguments of the math function `name`, whose opening token was just taken.
///
/// # Errors
/// Types that do not fit, an unknown unit, a division by zero, or a `min()`/`max()` of lengths and
/// percentages mixed, which has no linear form.
pub fn parse_function(name: &str, input: &mut Parser) -> PResult<Typed> {
    let name = name.to_ascii_lowercase();
    input.parse_nested_block(|input| match name.as_str() {
        "min" | "max" => {
            let list = input.parse_comma_separated(parse_sum)?;
            compare(list, name == "max")
        }
        "clamp" => {
            let mut list = input.parse_comma_separated(parse_sum)?.into_iter();
            let (Some(low), Some(value), Some(high), None) = (list.next(), list.next(), list.next(), list.next())
            else {
                return Err(reason("clamp() takes three values"));
            };
            let capped = compare(vec![value, high], false)?;
            compare(vec![low, capped], true)
        }
        _ => parse_sum(input),
    })
}

fn compare(list: Vec<Typed>, largest: bool) -> PResult<Typed> {
    let kind = list.first().ok_or_else(fail)?.kind;
    if list.iter().any(|t| t.kind != kind) {
        return Err(reason("the values have different types"));
    }
    let has_percent = list.iter().any(|t| t.has_percent);
    if has_percent && list.iter().any(|t| !t.calc.is_percentage()) {
        return Err(reason("min(), max() and clamp() of lengths and percentages mixed are not supported"));
    }
    let nodes = list.into_iter().map(|t| t.calc).collect();
    Ok(Typed { calc: if largest { Calc::Max(nodes) } else { Calc::Min(nodes) }, kind, has_percent })
}

fn parse_sum(input: &mut Parser) -> PResult<Typed> {
    let mut sum = parse_product(input)?;
    loop {
        let start = input.state();
        let spaced = matches!(input.next_including_whitespace(), Ok(Token::WhiteSpace(_)));
        let sign = match input.next() {
            Ok(Token::Delim('+')) => 1.0,
            Ok(Token::Delim('-')) => -1.0,
            _ => {
                input.reset(&start);
                return Ok(sum);
            }
        };
        // CSS Values 4 section 10.1: white space is required on both sides.
        if !spaced || !matches!(input.next_including_whitespace(), Ok(Token::WhiteSpace(_))) {
            return Err(reason("`+` and `-` in calc() need white space on both sides"));
        }
        let right = parse_product(input)?;
        if right.kind != sum.kind {
            return Err(reason("calc() adds values of different types"));
        }
        let has_percent = sum.has_percent || right.has_percent;
        let mut terms = match sum.calc {
            Calc::Sum(terms) => terms,
            other => vec![other],
        };
        terms.push(right.calc.scaled(sign));
        sum = Typed { calc: Calc::Sum(terms), kind: sum.kind, has_percent };
    }
}

fn parse_product(input: &mut Parser) -> PResult<Typed> {
    let mut product = parse_term(input)?;
    loop {
        let start = input.state();
        let divide = match input.next() {
            Ok(Token::Delim('*')) => false,
            Ok(Token::Delim('/')) => true,
            _ => {
                input.reset(&start);
                return Ok(product);
            }
        };
        let right = parse_term(input)?;
        product = match (product.kind, right.kind, divide) {
            (_, Kind::Number, true) => {
                let by = right.calc.scalar();
                if by == 0.0 {
                    return Err(reason("calc() divides by zero"));
                }
                Typed { calc: product.calc.scaled(1.0 / by), ..product }
            }
            (_, Kind::Number, false) => Typed { calc: product.calc.scaled(right.calc.scalar()), ..product },
            (Kind::Number, _, false) => Typed { calc: right.calc.scaled(product.calc.scalar()), ..right },
            _ => return Err(reason("calc() multiplies by a number and divides by a number only")),
        };
    }
}

fn parse_term(input: &mut Parser) -> PResult<Typed> {
    let token = input.next()?.clone();
    let typed = |calc, kind| Typed { calc, kind, has_percent: false };
    match &token {
        Token::Number { value, .. } => Ok(typed(Calc::Scalar(*value), Kind::Number)),
        Token::Percentage { unit_value, .. } => {
            Ok(Typed { calc: Calc::Percent(*unit_value), kind: Kind::Length, has_percent: true })
        }
        Token::Dimension { value, unit, .. } => {
            if let Some(unit) = Unit::from_name(unit) {
                Ok(typed(Calc::Length(*value, unit), Kind::Length))
            } else if let Some(degrees) = super::parse::angle_unit(unit) {
                Ok(typed(Calc::Scalar(value * degrees), Kind::Angle))
            } else if let Some(ms) = super::parse::time_unit(unit) {
                Ok(typed(Calc::Scalar(value * ms), Kind::Time))
            } else {
                Err(reason("an unknown unit"))
            }
        }
        Token::ParenthesisBlock => input.parse_nested_block(parse_sum),
        Token::Function(name) if is_math_function(name) => parse_function(name, input),
        _ => Err(fail()),
    }
}

impl Calc {
    /// The expression times `factor`.
    fn scaled(self, factor: f32) -> Calc {
        let all = |list: Vec<Calc>| list.into_iter().map(|c| c.scaled(factor)).collect();
        match self {
            Calc::Scalar(v) => Calc::Scalar(v * factor),
            Calc::Length(v, unit) => Calc::Length(v * factor, unit),
            Calc::Percent(v) => Calc::Percent(v * factor),
            Calc::Sum(list) => Calc::Sum(all(list)),
            // A negative factor turns the order round.
            Calc::Min(list) if factor >= 0.0 => Calc::Min(all(list)),
            Calc::Max(list) if factor >= 0.0 => Calc::Max(all(list)),
            Calc::Min(list) => Calc::Max(all(list)),
            Calc::Max(list) => Calc::Min(all(list)),
        }
    }

    /// True if only percentages (and zeros) stand in the expression.
    fn is_percentage(&self) -> bool {
        match self {
            Calc::Scalar(_) => false,
            Calc::Length(v, _) => *v == 0.0,
            Calc::Percent(_) => true,
            Calc::Sum(list) | Calc::Min(list) | Calc::Max(list) => list.iter().all(Calc::is_percentage),
        }
    }

    /// The value of an expression of numbers, angles (degrees) or times (ms).
    pub fn scalar(&self) -> f32 {
        let value = match self {
            Calc::Scalar(v) => *v,
            Calc::Length(..) | Calc::Percent(_) => 0.0,
            Calc::Sum(list) => list.iter().map(Calc::scalar).sum(),
            Calc::Min(list) => list.iter().map(Calc::scalar).fold(f32::INFINITY, f32::min),
            Calc::Max(list) => list.iter().map(Calc::scalar).fold(f32::NEG_INFINITY, f32::max),
        };
        finite(value)
    }

    /// The length that the expression comes to.
    pub fn evaluate(&self, context: &ComputeContext) -> LengthPercentage {
        let pick = |list: &[Calc], better: fn(f32, f32) -> bool| {
            let mut best: Option<LengthPercentage> = None;
            for value in list.iter().map(|c| c.evaluate(context)) {
                // Either all are lengths or all are percentages: the parser saw to it.
                let wins = best.is_none_or(|b| better(value.px + value.percent, b.px + b.percent));
                best = Some(LengthPercentage {
                    has_percent: value.has_percent || best.is_some_and(|b| b.has_percent),
                    ..if wins { value } else { best.unwrap_or(value) }
                });
            }
            best.unwrap_or(LengthPercentage::ZERO)
        };
        match self {
            Calc::Scalar(_) => LengthPercentage::ZERO,
            Calc::Length(v, unit) => LengthPercentage::px(unit.to_px(*v, context)),
            Calc::Percent(v) => LengthPercentage::percent(finite(*v)),
            Calc::Sum(list) => list.iter().fold(LengthPercentage::ZERO, |sum, c| {
                let value = c.evaluate(context);
                LengthPercentage {
                    px: finite(sum.px + value.px),
                    percent: finite(sum.percent + value.percent),
                    has_percent: sum.has_percent || value.has_percent,
                }
            }),
            Calc::Min(list) => pick(list, |a, b| a < b),
            Calc::Max(list) => pick(list, |a, b| a > b),
        }
    }
}

/// Parses a math function that must come to `kind`.
///
/// # Errors
/// Whatever [`parse_function`] finds, and a result of another type.
pub fn parse_of_kind(name: &str, kind: Kind, input: &mut Parser) -> PResult<Typed> {
    let typed = parse_function(name, input)?;
    if typed.kind != kind {
        return Err(cssparser::ParseError::custom(Reason("calc() comes to another type than is needed here")));
    }
    Ok(typed)
}

impl Typed {
    /// The expression behind a shared pointer.
    pub fn shared(self) -> Arc<Calc> {
        Arc::new(self.calc)
    }
}
