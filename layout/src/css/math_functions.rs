//! The functions of CSS Values 4 section 10 beside `calc()`, `min()`, `max()` and `clamp()`: rounding, signs, powers and
//! trigonometry. Their arguments have to be known while parsing: numbers, or lengths of one unit.

use super::calc::{Calc, Kind, Typed, parse_sum};
use super::parse::{PResult, reason, take_comma, take_ident};
use super::value::Unit;
use cssparser::Parser;

/// Names of the functions.
pub const NAMES: &[&str] = &[
    "round", "mod", "rem", "abs", "sign", "sqrt", "pow", "hypot", "exp", "log", "sin", "cos", "tan", "asin", "acos",
    "atan", "atan2",
];

/// What a known value counts.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Leaf {
    /// Numbers, degrees or ms.
    Scalar,
    /// A unit of length.
    Length(Unit),
    /// Percentages.
    Percent,
}

impl Leaf {
    fn value(self, value: f32) -> Calc {
        match self {
            Leaf::Scalar => Calc::Scalar(value),
            Leaf::Length(unit) => Calc::Length(value, unit),
            Leaf::Percent => Calc::Percent(value),
        }
    }
}

/// The value of an expression of one unit, and what it counts.
pub fn uniform(calc: &Calc) -> Option<(f32, Leaf)> {
    let combined = |list: &[Calc], combine: fn(f32, f32) -> f32| {
        let mut values = list.iter().map(uniform);
        let (mut sum, leaf) = values.next()??;
        for value in values {
            let (value, own) = value.filter(|(_, own)| *own == leaf)?;
            debug_assert_eq!(own, leaf);
            sum = combine(sum, value);
        }
        Some((sum, leaf))
    };
    match calc {
        Calc::Scalar(v) => Some((*v, Leaf::Scalar)),
        Calc::Length(v, unit) => {
            let (factor, unit) = unit.absolute().map_or((1.0, *unit), |px| (px, Unit::Px));
            Some((v * factor, Leaf::Length(unit)))
        }
        Calc::Percent(v) => Some((*v, Leaf::Percent)),
        Calc::Sum(list) => combined(list, |a, b| a + b),
        Calc::Min(list) => combined(list, f32::min),
        Calc::Max(list) => combined(list, f32::max),
    }
}

fn known(typed: &Typed) -> PResult<(f32, Leaf)> {
    uniform(&typed.calc).ok_or_else(|| reason("this function takes values of one unit only"))
}

/// A number: for angles, their degrees.
fn number_of(typed: &Typed, kinds: &[Kind]) -> PResult<f32> {
    if kinds.contains(&typed.kind) { Ok(typed.calc.scalar()) } else { Err(reason("this function takes numbers only")) }
}

/// Two or more values of one unit, and what they count.
fn alike(input: &mut Parser) -> PResult<(Vec<f32>, Leaf, Typed)> {
    let list = input.parse_comma_separated(parse_sum)?;
    let first = list.first().cloned().ok_or_else(super::parse::fail)?;
    let leaf = known(&first)?.1;
    let mut values = Vec::with_capacity(list.len());
    for typed in &list {
        let (value, own) = known(typed)?;
        if own != leaf || typed.kind != first.kind {
            return Err(reason("the values have different types"));
        }
        values.push(value);
    }
    Ok((values, leaf, first))
}

/// Parses the arguments of `name`, one of [`NAMES`].
///
/// # Errors
/// Arguments of another number or type than the function takes.
pub fn parse(name: &str, input: &mut Parser) -> PResult<Typed> {
    let scalar = |value: f32, kind| Typed { calc: Calc::Scalar(value), kind, has_percent: false };
    const PLAIN: &[Kind] = &[Kind::Number];
    const ANGULAR: &[Kind] = &[Kind::Number, Kind::Angle];
    let radians = |typed: &Typed, value: f32| if typed.kind == Kind::Angle { value.to_radians() } else { value };
    match name {
        "round" | "mod" | "rem" => {
            let how = ["nearest", "up", "down", "to-zero"].iter().find(|how| name == "round" && take_ident(input, how));
            if how.is_some() {
                input.expect_comma()?;
            }
            let (values, leaf, first) = alike(input)?;
            let (value, step) = match values[..] {
                [value, step] => (value, step),
                [value] if name == "round" && leaf == Leaf::Scalar && first.kind == Kind::Number => (value, 1.0),
                _ => return Err(reason("this function takes two values")),
            };
            let result = match (name, how.copied()) {
                ("mod", _) => value - step * (value / step).floor(),
                ("rem", _) => value % step,
                (_, Some("up")) => (value / step).ceil() * step,
                (_, Some("down")) => (value / step).floor() * step,
                (_, Some("to-zero")) => (value / step).trunc() * step,
                // A half is rounded up.
                _ => (value / step + 0.5).floor() * step,
            };
            Ok(Typed { calc: leaf.value(result), ..first })
        }
        "hypot" => {
            let (values, leaf, first) = alike(input)?;
            let result = values.iter().map(|v| v * v).sum::<f32>().sqrt();
            Ok(Typed { calc: leaf.value(result), ..first })
        }
        "abs" | "sign" => {
            let typed = parse_sum(input)?;
            let (value, leaf) = known(&typed)?;
            let sign = if value > 0.0 {
                1.0
            } else if value < 0.0 {
                -1.0
            } else {
                value
            };
            Ok(if name == "sign" {
                scalar(sign, Kind::Number)
            } else {
                Typed { calc: leaf.value(value.abs()), ..typed }
            })
        }
        "pow" | "atan2" => {
            let (values, _, first) = alike(input)?;
            let &[a, b] = &values[..] else { return Err(reason("this function takes two values")) };
            if name == "atan2" {
                return Ok(scalar(a.atan2(b).to_degrees(), Kind::Angle));
            }
            number_of(&first, PLAIN)?;
            Ok(scalar(a.powf(b), Kind::Number))
        }
        "log" => {
            let value = number_of(&parse_sum(input)?, PLAIN)?;
            let base = if take_comma(input) { Some(number_of(&parse_sum(input)?, PLAIN)?) } else { None };
            Ok(scalar(base.map_or(value.ln(), |base| value.log(base)), Kind::Number))
        }
        "sin" | "cos" | "tan" => {
            let typed = parse_sum(input)?;
            let angle = radians(&typed, number_of(&typed, ANGULAR)?);
            let result = match name {
                "sin" => angle.sin(),
                "cos" => angle.cos(),
                _ => angle.tan(),
            };
            Ok(scalar(result, Kind::Number))
        }
        "asin" | "acos" | "atan" => {
            let value = number_of(&parse_sum(input)?, PLAIN)?;
            let result = match name {
                "asin" => value.asin(),
                "acos" => value.acos(),
                _ => value.atan(),
            };
            Ok(scalar(result.to_degrees(), Kind::Angle))
        }
        "sqrt" => Ok(scalar(number_of(&parse_sum(input)?, PLAIN)?.sqrt(), Kind::Number)),
        "exp" => Ok(scalar(number_of(&parse_sum(input)?, PLAIN)?.exp(), Kind::Number)),
        _ => Err(super::parse::fail()),
    }
}
