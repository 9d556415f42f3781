//! Numbers as script reads and writes them (ECMA-262, Number::toString and StringToNumber).

use pellicle_layout::markup::token::is_blank;
use std::fmt::Write;

/// Puts the text of `value` to `out`, as `String(value)` gives it: the shortest digits that read back as
/// the same number.
pub fn write_number(value: f64, out: &mut String) {
    if value.is_nan() {
        return out.push_str("NaN");
    }
    if value.is_infinite() {
        return out.push_str(if value > 0.0 { "Infinity" } else { "-Infinity" });
    }
    if value == value.trunc() && value.abs() < 1e15 {
        // Also maps -0 to 0.
        let _ = write!(out, "{}", value as i64);
        return;
    }
    let (digits, point) = shortest_digits(value.abs());
    if value < 0.0 {
        out.push('-');
    }
    let digits = digits.as_str();
    let count = digits.len() as i32;
    if (1..=21).contains(&point) {
        if point >= count {
            out.push_str(digits);
            out.extend(std::iter::repeat_n('0', (point - count) as usize));
        } else {
            let (whole, fraction) = digits.split_at(point as usize);
            let _ = write!(out, "{whole}.{fraction}");
        }
    } else if (-5..=0).contains(&point) {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', -point as usize));
        out.push_str(digits);
    } else {
        let (first, rest) = digits.split_at(1);
        out.push_str(first);
        if !rest.is_empty() {
            let _ = write!(out, ".{rest}");
        }
        let _ = write!(out, "e{:+}", point - 1);
    }
}

/// The text of a number.
pub fn number_text(value: f64) -> String {
    let mut out = String::new();
    write_number(value, &mut out);
    out
}

/// Decimal digits without a point, on the stack: a double needs 17 at most.
struct Digits {
    bytes: [u8; 24],
    len: usize,
}

impl Digits {
    fn as_str(&self) -> &str {
        std::str::from_utf8(&self.bytes[..self.len]).unwrap_or("0")
    }
}

impl Write for Digits {
    fn write_str(&mut self, s: &str) -> std::fmt::Result {
        let end = self.len + s.len();
        self.bytes.get_mut(self.len..end).ok_or(std::fmt::Error)?.copy_from_slice(s.as_bytes());
        self.len = end;
        Ok(())
    }
}

/// The shortest digits of a positive number and where its decimal point stands in them.
fn shortest_digits(value: f64) -> (Digits, i32) {
    let mut text = Digits { bytes: [0; 24], len: 0 };
    // `d.ddde-x`: at most 24 bytes.
    let _ = write!(text, "{value:e}");
    let mut digits = Digits { bytes: [0; 24], len: 0 };
    let mut exponent = 0;
    for (i, byte) in text.as_str().bytes().enumerate() {
        match byte {
            b'e' => {
                exponent = text.as_str()[i + 1..].parse().unwrap_or(0);
                break;
            }
            b'.' => {}
            digit => {
                digits.bytes[digits.len] = digit;
                digits.len += 1;
            }
        }
    }
    (digits, exponent + 1)
}

/// The number that a string means, `NaN` if it means none.
pub fn parse_number(text: &str) -> f64 {
    let text = text.trim_matches(is_blank);
    if text.is_empty() {
        return 0.0;
    }
    for (prefix, radix) in [("0x", 16), ("0X", 16), ("0o", 8), ("0O", 8), ("0b", 2), ("0B", 2)] {
        if let Some(digits) = text.strip_prefix(prefix) {
            return match digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
                true => f64::NAN,
                false => radix_digits(digits, radix),
            };
        }
    }
    match decimal_prefix(text) {
        Some((value, len)) if len == text.len() => value,
        _ => f64::NAN,
    }
}

/// `parseFloat`: the number that `text` starts with.
pub fn parse_float(text: &str) -> f64 {
    decimal_prefix(text.trim_start_matches(is_blank)).map_or(f64::NAN, |(value, _)| value)
}

/// `parseInt`; radix 0 means not given.
pub fn parse_int(text: &str, radix: i32) -> f64 {
    let text = text.trim_start_matches(is_blank);
    let (negative, text) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text.strip_prefix('+').unwrap_or(text)),
    };
    let hex = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X"));
    let (radix, text) = match (radix, hex) {
        (0 | 16, Some(digits)) => (16, digits),
        (0, None) => (10, text),
        (2..=36, _) => (radix as u32, text),
        _ => return f64::NAN,
    };
    let end = text.find(|c: char| !c.is_digit(radix)).unwrap_or(text.len());
    if end == 0 {
        return f64::NAN;
    }
    let value = radix_digits(&text[..end], radix);
    if negative { -value } else { value }
}

fn radix_digits(digits: &str, radix: u32) -> f64 {
    if radix == 10 {
        return digits.parse().unwrap_or(f64::NAN);
    }
    digits.chars().fold(0.0, |n, c| n * f64::from(radix) + f64::from(c.to_digit(radix).unwrap_or(0)))
}

/// The decimal number that `text` starts with, and its length.
fn decimal_prefix(text: &str) -> Option<(f64, usize)> {
    let bytes = text.as_bytes();
    let sign = usize::from(matches!(bytes.first(), Some(b'+' | b'-')));
    if text[sign..].starts_with("Infinity") {
        let value = if bytes[0] == b'-' { f64::NEG_INFINITY } else { f64::INFINITY };
        return Some((value, sign + 8));
    }
    let digits = |from: usize| bytes.get(from..).map_or(0, |b| b.iter().take_while(|b| b.is_ascii_digit()).count());
    let whole = digits(sign);
    let mut end = sign + whole;
    let mut fraction = 0;
    if bytes.get(end) == Some(&b'.') {
        fraction = digits(end + 1);
        if whole + fraction > 0 {
            end += 1 + fraction;
        }
    }
    if whole + fraction == 0 {
        return None;
    }
    if matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    text[..end].parse().ok().map(|value| (value, end))
}

/// `ToInt32`.
pub fn to_int32(value: f64) -> i32 {
    if value.is_finite() && value.abs() < 2_147_483_648.0 {
        return value as i32;
    }
    if !value.is_finite() {
        return 0;
    }
    let wrapped = value.trunc().rem_euclid(4_294_967_296.0);
    wrapped as u32 as i32
}

/// `ToIntegerOrInfinity`.
pub fn to_integer(value: f64) -> f64 {
    if value.is_nan() { 0.0 } else { value.trunc() + 0.0 }
}

/// All decimal digits of a finite positive number, exactly, and where its point stands in them.
fn exact_digits(value: f64) -> (Vec<u8>, i32) {
    // A double has as many decimal places as it has binary ones.
    let exponent = ((value.to_bits() >> 52) & 0x7ff) as i32;
    let places = (1075 - exponent.max(1)).clamp(0, 1074) as usize;
    let text = format!("{value:.places$}");
    let point = text.find('.').unwrap_or(text.len());
    let mut digits: Vec<u8> = text.bytes().filter(u8::is_ascii_digit).map(|b| b - b'0').collect();
    let zeros = digits.iter().take_while(|&&d| d == 0).count();
    digits.drain(..zeros);
    (digits, point as i32 - zeros as i32)
}

/// The first `count` digits of a number with the given exact digits, half rounded up, and the new point.
fn round_digits(digits: &[u8], point: i32, count: i32) -> (Vec<u8>, i32) {
    if count < 0 {
        return (Vec::new(), point);
    }
    let count = count as usize;
    let mut kept: Vec<u8> = digits.iter().copied().take(count).collect();
    kept.resize(count, 0);
    let mut point = point;
    if digits.get(count).is_some_and(|&d| d >= 5) {
        let mut carry = true;
        for digit in kept.iter_mut().rev() {
            *digit += 1;
            if *digit < 10 {
                carry = false;
                break;
            }
            *digit = 0;
        }
        if carry {
            kept.insert(0, 1);
            point += 1;
        }
    }
    (kept, point)
}

fn push_digits(out: &mut String, digits: &[u8]) {
    out.extend(digits.iter().map(|&d| char::from(b'0' + d)));
}

/// `toFixed`: `places` decimal places, at most 100.
pub fn to_fixed(value: f64, places: usize) -> String {
    if !value.is_finite() || value.abs() >= 1e21 {
        return number_text(value);
    }
    let (digits, point) = exact_digits(value.abs());
    let count = point + places as i32;
    let (mut digits, mut point) = match digits.is_empty() || count < 0 {
        true => (vec![0; places + 1], 1),
        false => round_digits(&digits, point, count),
    };
    // `0.05`: the point stands before the digits.
    while point < 1 {
        digits.insert(0, 0);
        point += 1;
    }
    let mut out = String::new();
    if value < 0.0 {
        out.push('-');
    }
    let whole = digits.len() - places;
    push_digits(&mut out, &digits[..whole]);
    if places > 0 {
        out.push('.');
        push_digits(&mut out, &digits[whole..]);
    }
    out
}

/// `toExponential`; `None` gives as many digits as the number needs.
pub fn to_exponential(value: f64, places: Option<usize>) -> String {
    if !value.is_finite() {
        return number_text(value);
    }
    let magnitude = value.abs();
    let (digits, point) = match places {
        None => {
            let (digits, point) = shortest_digits(magnitude);
            (digits.as_str().bytes().map(|b| b - b'0').collect(), point)
        }
        Some(places) if magnitude == 0.0 => (vec![0; places + 1], 1),
        Some(places) => {
            let (digits, point) = exact_digits(magnitude);
            round_digits(&digits, point, places as i32 + 1)
        }
    };
    let digits: &[u8] = &digits[..places.map_or(digits.len(), |p| (p + 1).min(digits.len()))];
    let mut out = String::new();
    if value < 0.0 {
        out.push('-');
    }
    push_digits(&mut out, &digits[..1.min(digits.len())]);
    if digits.len() > 1 {
        out.push('.');
        push_digits(&mut out, &digits[1..]);
    }
    let _ = write!(out, "e{:+}", point - 1);
    out
}

/// `toPrecision` with 1 to 100 digits.
pub fn to_precision(value: f64, precision: usize) -> String {
    if !value.is_finite() {
        return number_text(value);
    }
    let magnitude = value.abs();
    let (digits, point) = if magnitude == 0.0 {
        (vec![0; precision], 1)
    } else {
        let (digits, point) = exact_digits(magnitude);
        round_digits(&digits, point, precision as i32)
    };
    let digits = &digits[..precision.min(digits.len())];
    if point < -5 || point > precision as i32 {
        return to_exponential(value, Some(precision - 1));
    }
    let mut out = String::new();
    if value < 0.0 {
        out.push('-');
    }
    if point <= 0 {
        out.push_str("0.");
        out.extend(std::iter::repeat_n('0', -point as usize));
        push_digits(&mut out, digits);
    } else {
        let whole = (point as usize).min(digits.len());
        push_digits(&mut out, &digits[..whole]);
        if whole < digits.len() {
            out.push('.');
            push_digits(&mut out, &digits[whole..]);
        }
    }
    out
}

/// `toString(radix)` for a radix of 2 to 36.
pub fn to_radix(value: f64, radix: u32) -> String {
    if radix == 10 || !value.is_finite() {
        return number_text(value);
    }
    let base = f64::from(radix);
    let digit = |d: f64| char::from_digit(d as u32, radix).unwrap_or('0');
    let magnitude = value.abs();
    let mut whole = magnitude.trunc();
    let mut fraction = magnitude - whole;
    // As many places as tell this number from its neighbours.
    let mut delta = (0.5 * (magnitude.next_up() - magnitude)).max(f64::from_bits(1));
    let mut places: Vec<u32> = Vec::new();
    if fraction >= delta {
        loop {
            fraction *= base;
            delta *= base;
            let d = fraction.trunc();
            places.push(d as u32);
            fraction -= d;
            let rounds_up = fraction > 0.5 || fraction == 0.5 && (d as u32) % 2 == 1;
            if rounds_up && fraction + delta > 1.0 {
                // Round up, carrying over full places.
                loop {
                    match places.pop() {
                        None => {
                            whole += 1.0;
                            break;
                        }
                        Some(d) if d + 1 < radix => {
                            places.push(d + 1);
                            break;
                        }
                        Some(_) => {}
                    }
                }
                break;
            }
            if fraction < delta {
                break;
            }
        }
    }
    let mut digits: Vec<char> = Vec::new();
    // Beyond 2^53 the lower digits are not there: they are written as zeros.
    while whole >= 9_007_199_254_740_992.0 {
        whole /= base;
        digits.push('0');
    }
    loop {
        let rest = whole % base;
        digits.push(digit(rest));
        whole = ((whole - rest) / base).trunc();
        if whole <= 0.0 {
            break;
        }
    }
    if value < 0.0 {
        digits.push('-');
    }
    let mut out: String = digits.iter().rev().collect();
    if !places.is_empty() {
        out.push('.');
        out.extend(places.iter().map(|&d| char::from_digit(d, radix).unwrap_or('0')));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_script_writes_them() {
        let cases = [
            (0.0, "0"),
            (-0.0, "0"),
            (1.0, "1"),
            (-12.5, "-12.5"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e21, "1e+21"),
            (1e20, "100000000000000000000"),
            (123456789012345680000.0, "123456789012345680000"),
            (1.5e-7, "1.5e-7"),
            (0.000001, "0.000001"),
            (5e-324, "5e-324"),
            (f64::MAX, "1.7976931348623157e+308"),
            (f64::NAN, "NaN"),
            (f64::NEG_INFINITY, "-Infinity"),
            (100.0 / 3.0, "33.333333333333336"),
        ];
        for (value, text) in cases {
            assert_eq!(number_text(value), text);
        }
    }

    #[test]
    fn strings_are_read_as_numbers_whole_or_not_at_all() {
        let cases =
            [(" 12 ", 12.0), ("", 0.0), ("0x1f", 31.0), ("-1.5e2", -150.0), (".5", 0.5), ("5.", 5.0), ("+3", 3.0)];
        for (text, value) in cases {
            assert_eq!(parse_number(text), value, "{text}");
        }
        for text in ["1px", "inf", "nan", "1e", ".", "-0x1", "1 2", "infinity", "e5", "--1"] {
            assert!(parse_number(text).is_nan(), "{text}");
        }
        assert_eq!(parse_number("-Infinity"), f64::NEG_INFINITY);
        assert_eq!((parse_float("12.5px"), parse_float(" -.5e"), parse_int("12.5px", 0)), (12.5, -0.5, 12.0));
        assert_eq!((parse_int("0x1F", 0), parse_int("z", 36), parse_int("-7", 8)), (31.0, 35.0, -7.0));
        assert!(parse_float("x").is_nan() && parse_int("", 10).is_nan() && parse_int("1", 1).is_nan());
    }

    #[test]
    fn fixed_places_round_half_away_on_the_exact_value() {
        let cases = [
            (2.5, 0, "3"),
            (1.005, 2, "1.00"),
            (0.5, 0, "1"),
            (1.45, 1, "1.4"),
            (-1.5, 0, "-2"),
            (123.456, 2, "123.46"),
            (0.0, 2, "0.00"),
            (0.00001, 2, "0.00"),
            (0.005, 2, "0.01"),
            (0.25, 1, "0.3"),
            (-0.00001, 2, "-0.00"),
            (1e21, 2, "1e+21"),
            (9.995, 2, "9.99"),
            (999.9999, 2, "1000.00"),
            (10.0, 0, "10"),
            (1e-10, 2, "0.00"),
        ];
        for (value, places, text) in cases {
            assert_eq!(to_fixed(value, places), text, "{value}.toFixed({places})");
        }
    }

    #[test]
    fn exponents_precision_and_radix_follow_the_standard() {
        assert_eq!(to_exponential(12345.0, Some(2)), "1.23e+4");
        assert_eq!(to_exponential(0.00015, None), "1.5e-4");
        assert_eq!(to_exponential(0.0, Some(1)), "0.0e+0");
        assert_eq!(to_precision(123.456, 4), "123.5");
        assert_eq!(to_precision(0.000123, 2), "0.00012");
        assert_eq!(to_precision(123456.0, 2), "1.2e+5");
        assert_eq!(to_radix(255.0, 16), "ff");
        assert_eq!(to_radix(-0.5, 2), "-0.1");
        assert_eq!(to_radix(0.1, 3), "0.0022002200220022002200220022002201");
        assert_eq!(to_radix(1e15, 36), "9ugxnorjls");
        assert_eq!((to_int32(4294967295.0), to_int32(-1.9), to_int32(2147483648.0)), (-1, -1, -2147483648));
    }
}
