//! Methods of numbers, `Number.*` and `Math.*`.

use super::{argument, methods, number_argument, text_argument};
use crate::value::Value;
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::number as format;
use crate::vm::{Machine, convert};

methods! {
    /// Methods of numbers.
    NumberMethod {
        ToExponential = "toExponential",
        ToFixed = "toFixed",
        ToLocaleString = "toLocaleString",
        ToPrecision = "toPrecision",
        ToString = "toString",
        ValueOf = "valueOf",
    }
}

methods! {
    /// `Number.*`.
    NumberFunction {
        IsFinite = "isFinite",
        IsInteger = "isInteger",
        IsNaN = "isNaN",
        IsSafeInteger = "isSafeInteger",
        ParseFloat = "parseFloat",
        ParseInt = "parseInt",
    }
}

methods! {
    /// `Math.*`.
    MathFunction {
        Abs = "abs",
        Acos = "acos",
        Asin = "asin",
        Atan = "atan",
        Atan2 = "atan2",
        Cbrt = "cbrt",
        Ceil = "ceil",
        Cos = "cos",
        Exp = "exp",
        Floor = "floor",
        Hypot = "hypot",
        Log = "log",
        Log10 = "log10",
        Log2 = "log2",
        Max = "max",
        Min = "min",
        Pow = "pow",
        Random = "random",
        Round = "round",
        Sign = "sign",
        Sin = "sin",
        Sqrt = "sqrt",
        Tan = "tan",
        Trunc = "trunc",
    }
}

/// `Math.PI` and the like.
pub(super) fn math_constant(name: &str) -> Option<f64> {
    use std::f64::consts;
    Some(match name {
        "E" => consts::E,
        "LN10" => consts::LN_10,
        "LN2" => consts::LN_2,
        "LOG10E" => consts::LOG10_E,
        "LOG2E" => consts::LOG2_E,
        "PI" => consts::PI,
        "SQRT1_2" => consts::FRAC_1_SQRT_2,
        "SQRT2" => consts::SQRT_2,
        _ => return None,
    })
}

/// `Number.MAX_VALUE` and the like.
pub(super) fn number_constant(name: &str) -> Option<f64> {
    Some(match name {
        "MAX_VALUE" => f64::MAX,
        "MIN_VALUE" => f64::from_bits(1),
        "MAX_SAFE_INTEGER" => 9_007_199_254_740_991.0,
        "MIN_SAFE_INTEGER" => -9_007_199_254_740_991.0,
        "EPSILON" => f64::EPSILON,
        "NEGATIVE_INFINITY" => f64::NEG_INFINITY,
        "POSITIVE_INFINITY" => f64::INFINITY,
        "NaN" => f64::NAN,
        _ => return None,
    })
}

/// Calls a method of a number.
pub(super) fn call(method: NumberMethod, machine: &mut Machine, this: &Value, args: &[Value]) -> Outcome<Value> {
    let value = convert::to_number(this);
    let digits = format::to_integer(number_argument(args, 0));
    let given = !matches!(argument(args, 0), Value::Undefined);
    let range = |machine: &Machine, low: f64, high: f64| match (low..=high).contains(&digits) {
        true => Ok(digits as usize),
        false => Err(machine.fault(FaultKind::Range, format!("the argument must be from {low} to {high}"))),
    };
    let text = match method {
        NumberMethod::ValueOf => return Ok(Value::Number(value)),
        NumberMethod::ToString if given => format::to_radix(value, range(machine, 2.0, 36.0)? as u32),
        NumberMethod::ToString => format::number_text(value),
        NumberMethod::ToFixed => format::to_fixed(value, range(machine, 0.0, 100.0)?),
        NumberMethod::ToExponential if given => format::to_exponential(value, Some(range(machine, 0.0, 100.0)?)),
        NumberMethod::ToExponential => format::to_exponential(value, None),
        NumberMethod::ToPrecision if given => format::to_precision(value, range(machine, 1.0, 100.0)?),
        NumberMethod::ToPrecision => format::number_text(value),
        NumberMethod::ToLocaleString => grouped(value),
    };
    machine.text(text)
}

/// A number with its thousands parted by commas and three decimal places at most.
fn grouped(value: f64) -> String {
    if !value.is_finite() {
        return format::number_text(value);
    }
    let fixed = format::to_fixed(value, 3);
    let (whole, places) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let (sign, whole) = match whole.strip_prefix('-') {
        Some(whole) => ("-", whole),
        None => ("", whole),
    };
    let mut out = String::from(sign);
    for (i, digit) in whole.chars().enumerate() {
        if i > 0 && (whole.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let places = places.trim_end_matches('0');
    if !places.is_empty() {
        out.push('.');
        out.push_str(places);
    }
    out
}

/// Calls `Number.*`.
pub(super) fn call_static(function: NumberFunction, args: &[Value]) -> Value {
    let number = match args.first() {
        Some(Value::Number(n)) => Some(*n),
        _ => None,
    };
    match function {
        NumberFunction::IsFinite => Value::Bool(number.is_some_and(f64::is_finite)),
        NumberFunction::IsInteger => Value::Bool(number.is_some_and(|n| n.is_finite() && n.trunc() == n)),
        NumberFunction::IsSafeInteger => {
            Value::Bool(number.is_some_and(|n| n.trunc() == n && n.abs() <= 9_007_199_254_740_991.0))
        }
        NumberFunction::IsNaN => Value::Bool(number.is_some_and(f64::is_nan)),
        NumberFunction::ParseFloat => Value::Number(format::parse_float(&text_argument(args, 0))),
        NumberFunction::ParseInt => {
            Value::Number(format::parse_int(&text_argument(args, 0), format::to_int32(number_argument(args, 1))))
        }
    }
}

/// Calls `Math.*`.
pub(super) fn math(function: MathFunction, machine: &mut Machine, args: &[Value]) -> Outcome<Value> {
    use MathFunction as M;
    let x = number_argument(args, 0);
    Ok(Value::Number(match function {
        M::Abs => x.abs(),
        M::Acos => x.acos(),
        M::Asin => x.asin(),
        M::Atan => x.atan(),
        M::Atan2 => x.atan2(number_argument(args, 1)),
        M::Cbrt => x.cbrt(),
        M::Ceil => x.ceil(),
        M::Cos => x.cos(),
        M::Exp => x.exp(),
        M::Floor => x.floor(),
        M::Hypot => args.iter().map(convert::to_number).fold(0.0, f64::hypot),
        M::Log => x.ln(),
        M::Log10 => x.log10(),
        M::Log2 => x.log2(),
        M::Max | M::Min => {
            machine.burn(args.len() as u64)?;
            let start = if function == M::Max { f64::NEG_INFINITY } else { f64::INFINITY };
            args.iter().map(convert::to_number).fold(start, |a, b| match function {
                _ if a.is_nan() || b.is_nan() => f64::NAN,
                M::Max => a.max(b),
                _ => a.min(b),
            })
        }
        M::Pow => power(x, number_argument(args, 1)),
        M::Random => machine.host().random(),
        // Half goes up, also below zero.
        M::Round => {
            let floor = x.floor();
            if x - floor >= 0.5 { floor + 1.0 } else { floor }
        }
        M::Sign if x == 0.0 || x.is_nan() => x,
        M::Sign => x.signum(),
        M::Sin => x.sin(),
        M::Sqrt => x.sqrt(),
        M::Tan => x.tan(),
        M::Trunc => x.trunc(),
    }))
}

/// `x ** y`; unlike IEEE 754, 1 to the power of `NaN` or infinity is `NaN`.
pub(crate) fn power(x: f64, y: f64) -> f64 {
    if y.is_nan() || x.abs() == 1.0 && y.is_infinite() { f64::NAN } else { x.powf(y) }
}
