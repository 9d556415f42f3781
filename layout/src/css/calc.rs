//! `calc()`, `min()`, `max()` and `clamp()` (CSS Values 4 section 10).
//!
//! An expression is folded while it is parsed: products are multiplied into the leaves, so what is left are
//! leaves, sums, minima and maxima. A tree is at most as deep as the parser's block limit. Minima and maxima of lengths
//! and percentages mixed stay expressions when they are computed ([`Expression`]).

use super::math_functions::{self, uniform};
use super::parse::{PResult, Reason, fail, reason, take_ident};
use super::value::{ComputeContext, Unit, finite};
use crate::style::computed::{Combine, Expression, LengthPercentage};
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
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
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
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

/// The names of the math functions.
pub fn names() -> impl Iterator<Item = &'static str> {
    ["calc", "-webkit-calc", "min", "max", "clamp"].iter().chain(math_functions::NAMES).copied()
}

/// True if `name` is a math function.
pub fn is_math_function(name: &str) -> bool {
    names().any(|f| name.eq_ignore_ascii_case(f))
}

/// Parses the arguments of the math function `name`, whose opening token was just taken.
///
/// # Errors
/// Types that do not fit, or an unknown unit.
pub fn parse_function(name: &str, input: &mut Parser) -> PResult<Typed> {
    let name = name.to_ascii_lowercase();
    input.parse_nested_block(|input| match name.as_str() {
        "min" | "max" => {
            let list = input.parse_comma_separated(parse_sum)?;
            compare(list, name == "max")
        }
        "clamp" => {
            let one = |i: &mut Parser| if take_ident(i, "none") { Ok(None) } else { parse_sum(i).map(Some) };
            let list: Vec<Option<Typed>> = input.parse_comma_separated(one)?;
            let [low, Some(value), high] = &list[..] else {
                return Err(reason("clamp() takes three values"));
            };
            let capped = match high {
                Some(high) => compare(vec![value.clone(), high.clone()], false)?,
                None => value.clone(),
            };
            match low {
                Some(low) => compare(vec![low.clone(), capped], true),
                None => Ok(capped),
            }
        }
        "calc" | "-webkit-calc" => parse_sum(input),
        other => math_functions::parse(other, input),
    })
}

fn compare(list: Vec<Typed>, largest: bool) -> PResult<Typed> {
    let kind = list.first().ok_or_else(fail)?.kind;
    if list.iter().any(|t| t.kind != kind) {
        return Err(reason("the values have different types"));
    }
    let has_percent = list.iter().any(|t| t.has_percent);
    let nodes = list.into_iter().map(|t| t.calc).collect();
    Ok(Typed { calc: if largest { Calc::Max(nodes) } else { Calc::Min(nodes) }, kind, has_percent })
}

/// A sum, as it stands between the brackets of a math function.
///
/// # Errors
/// Values of different types, or something that is no value.
pub fn parse_sum(input: &mut Parser) -> PResult<Typed> {
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
            // By zero it comes to infinity, which computes to the largest value there is (section 10.9).
            (_, Kind::Number, true) => Typed { calc: product.calc.scaled(1.0 / right.calc.exact()), ..product },
            (_, Kind::Number, false) => Typed { calc: product.calc.scaled(right.calc.exact()), ..product },
            (Kind::Number, _, false) => Typed { calc: right.calc.scaled(product.calc.exact()), ..right },
            (own, other, true) if own == other => match (uniform(&product.calc), uniform(&right.calc)) {
                (Some((a, unit)), Some((b, same))) if unit == same => {
                    Typed { calc: Calc::Scalar(a / b), kind: Kind::Number, has_percent: false }
                }
                _ => return Err(reason("calc() divides values of the same unit only")),
            },
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
        Token::Ident(name) => {
            let value = match name.to_ascii_lowercase().as_str() {
                "e" => std::f32::consts::E,
                "pi" => std::f32::consts::PI,
                "infinity" => f32::INFINITY,
                "-infinity" => f32::NEG_INFINITY,
                "nan" => f32::NAN,
                _ => return Err(fail()),
            };
            Ok(typed(Calc::Scalar(value), Kind::Number))
        }
        Token::ParenthesisBlock => input.parse_nested_block(parse_sum),
        Token::Function(name) if is_math_function(name) => parse_function(name, input),
        _ => Err(fail()),
    }
}

impl Calc {
    /// The expression times `factor`.
    pub fn scaled(self, factor: f32) -> Calc {
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

    /// The value of an expression of numbers, angles (degrees) or times (ms), which may be infinite.
    fn exact(&self) -> f32 {
        match self {
            Calc::Scalar(v) => *v,
            Calc::Length(..) | Calc::Percent(_) => 0.0,
            Calc::Sum(list) => list.iter().map(Calc::exact).sum(),
            Calc::Min(list) => list.iter().map(Calc::exact).fold(f32::INFINITY, f32::min),
            Calc::Max(list) => list.iter().map(Calc::exact).fold(f32::NEG_INFINITY, f32::max),
        }
    }

    /// The value of an expression of numbers, angles (degrees) or times (ms).
    pub fn scalar(&self) -> f32 {
        finite(self.exact())
    }

    /// The length that the expression comes to.
    pub fn evaluate(&self, context: &ComputeContext) -> LengthPercentage {
        self.expression(context).into_length(context.viewport.width)
    }

    fn expression(&self, context: &ComputeContext) -> Expression {
        let (combine, list) = match self {
            Calc::Scalar(_) => return Expression::Linear(LengthPercentage::ZERO),
            Calc::Length(v, unit) => return Expression::Linear(LengthPercentage::px(unit.to_px(*v, context))),
            Calc::Percent(v) => return Expression::Linear(LengthPercentage::percent(finite(*v))),
            Calc::Sum(list) => (Combine::Sum, list),
            Calc::Min(list) => (Combine::Min, list),
            Calc::Max(list) => (Combine::Max, list),
        };
        let mut values: Vec<Expression> = list.iter().map(|c| c.expression(context)).collect();
        if combine == Combine::Sum {
            return sum(values);
        }
        let lines: Option<Vec<LengthPercentage>> = values.iter().map(Expression::line).collect();
        let comparable = |lines: &[LengthPercentage]| {
            lines.iter().all(|l| !l.has_percent) || lines.iter().all(|l| l.has_percent && l.px == 0.0)
        };
        match lines {
            Some(lines) if comparable(&lines) => {
                let size = |l: &LengthPercentage| l.px + l.percent;
                let order = |a: &LengthPercentage, b: &LengthPercentage| size(a).total_cmp(&size(b));
                let line = if combine == Combine::Min {
                    lines.into_iter().min_by(order)
                } else {
                    lines.into_iter().max_by(order)
                };
                Expression::Linear(line.unwrap_or(LengthPercentage::ZERO))
            }
            _ if values.len() == 1 => values.pop().unwrap_or(Expression::Linear(LengthPercentage::ZERO)),
            _ => Expression::Node(combine, values),
        }
    }
}

/// The sum of expressions: one line out of all that are, and the rest.
fn sum(values: Vec<Expression>) -> Expression {
    let (mut line, mut rest) = (LengthPercentage::ZERO, Vec::new());
    for value in values {
        match value.line() {
            Some(own) => {
                line.px = finite(line.px + own.px);
                line.percent = finite(line.percent + own.percent);
                line.has_percent |= own.has_percent;
            }
            None => rest.push(value),
        }
    }
    if rest.is_empty() {
        return Expression::Linear(line);
    }
    if line != LengthPercentage::ZERO {
        rest.insert(0, Expression::Linear(line));
    } else if rest.len() == 1 {
        return rest.remove(0);
    }
    Expression::Node(Combine::Sum, rest)
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
