//! Dates (ECMA-262 section 21.4). Local time is the host's offset from UTC at that instant.

use super::{Builtin, methods, number_argument};
use crate::value::{Value, WxsValue};
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::{Machine, convert};
use std::cell::Cell;
use std::fmt::Write;

methods! {
    /// Methods of dates.
    DateMethod {
        GetDate = "getDate",
        GetDay = "getDay",
        GetFullYear = "getFullYear",
        GetHours = "getHours",
        GetMilliseconds = "getMilliseconds",
        GetMinutes = "getMinutes",
        GetMonth = "getMonth",
        GetSeconds = "getSeconds",
        GetTime = "getTime",
        GetTimezoneOffset = "getTimezoneOffset",
        GetUtcDate = "getUTCDate",
        GetUtcDay = "getUTCDay",
        GetUtcFullYear = "getUTCFullYear",
        GetUtcHours = "getUTCHours",
        GetUtcMilliseconds = "getUTCMilliseconds",
        GetUtcMinutes = "getUTCMinutes",
        GetUtcMonth = "getUTCMonth",
        GetUtcSeconds = "getUTCSeconds",
        SetDate = "setDate",
        SetFullYear = "setFullYear",
        SetHours = "setHours",
        SetMilliseconds = "setMilliseconds",
        SetMinutes = "setMinutes",
        SetMonth = "setMonth",
        SetSeconds = "setSeconds",
        SetTime = "setTime",
        SetUtcDate = "setUTCDate",
        SetUtcFullYear = "setUTCFullYear",
        SetUtcHours = "setUTCHours",
        SetUtcMilliseconds = "setUTCMilliseconds",
        SetUtcMinutes = "setUTCMinutes",
        SetUtcMonth = "setUTCMonth",
        SetUtcSeconds = "setUTCSeconds",
        ToDateString = "toDateString",
        ToIsoString = "toISOString",
        ToJson = "toJSON",
        ToLocaleDateString = "toLocaleDateString",
        ToLocaleString = "toLocaleString",
        ToLocaleTimeString = "toLocaleTimeString",
        ToString = "toString",
        ToTimeString = "toTimeString",
        ToUtcString = "toUTCString",
        ValueOf = "valueOf",
    }
}

methods! {
    /// `Date.*`.
    DateFunction {
        Now = "now",
        Parse = "parse",
        Utc = "UTC",
    }
}

const DAY: f64 = 86_400_000.0;
const MONTHS: [&str; 12] = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAYS: [&str; 7] = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"];

/// A time taken apart; years and months run over as given.
#[derive(Clone, Copy, Debug)]
struct Fields {
    year: f64,
    /// From 0.
    month: f64,
    /// From 1.
    day: f64,
    hour: f64,
    minute: f64,
    second: f64,
    ms: f64,
    /// Of the week, 0 is Sunday.
    weekday: usize,
}

/// A date.
#[derive(Debug)]
pub(crate) struct Date {
    /// ms since the epoch, UTC; `NaN` if it is invalid.
    time: Cell<f64>,
    /// What local time is ahead of UTC then, in minutes: conversions to text have no host to ask.
    offset: Cell<i32>,
}

impl Date {
    fn new(machine: &Machine, time: f64) -> Date {
        let date = Date { time: Cell::new(f64::NAN), offset: Cell::new(0) };
        date.set(machine, time);
        date
    }

    fn set(&self, machine: &Machine, time: f64) {
        let time = clip(time);
        self.time.set(time);
        self.offset.set(if time.is_finite() { machine.host().offset_minutes(time) } else { 0 });
    }
}

/// The time of a date, if the value is one; `NaN` for an invalid date.
pub(crate) fn time_of(value: &dyn WxsValue) -> Option<f64> {
    match Builtin::of(value) {
        Some(Builtin::Date(date)) => Some(date.time.get()),
        _ => None,
    }
}

/// Puts the text of a date to `out`, false if the value is none.
pub(crate) fn write_date(value: &dyn WxsValue, out: &mut String) -> bool {
    let Some(Builtin::Date(date)) = Builtin::of(value) else { return false };
    match date.time.get() {
        time if time.is_finite() => write_local(time, date.offset.get(), out),
        _ => out.push_str("Invalid Date"),
    }
    true
}

/// True for dates.
pub(crate) fn is_date(value: &Value) -> bool {
    matches!(value, Value::Wxs(wxs) if time_of(&**wxs).is_some())
}

/// Days since the epoch of the first of a month; the month may run over.
fn day_of_month_start(year: f64, month: f64) -> f64 {
    let year = year + (month / 12.0).floor();
    let month = month.rem_euclid(12.0);
    if year.is_nan() || year.abs() > 400_000.0 {
        return f64::NAN;
    }
    // Years that start in March, so that a leap day is the last (after H. Hinnant, "days_from_civil").
    let y = if month < 2.0 { year as i64 - 1 } else { year as i64 };
    let m = (month as i64 + 10) % 12;
    let era = y.div_euclid(400);
    let year_of_era = y.rem_euclid(400);
    let day_of_year = (153 * m + 2) / 5;
    (era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468) as f64
}

fn from_fields(f: &Fields) -> f64 {
    let day = day_of_month_start(f.year.trunc(), f.month.trunc()) + f.day.trunc() - 1.0;
    let time = f.hour.trunc() * 3_600_000.0 + f.minute.trunc() * 60_000.0 + f.second.trunc() * 1000.0 + f.ms.trunc();
    day * DAY + time
}

fn to_fields(time: f64) -> Fields {
    let days = (time / DAY).floor();
    let in_day = time - days * DAY;
    let z = days as i64 + 719_468;
    let era = z.div_euclid(146_097);
    let day_of_era = z.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let m = (5 * day_of_year + 2) / 153;
    let month = (m + 2) % 12;
    Fields {
        year: (year_of_era + era * 400 + i64::from(month < 2)) as f64,
        month: month as f64,
        day: (day_of_year - (153 * m + 2) / 5 + 1) as f64,
        hour: (in_day / 3_600_000.0).floor(),
        minute: (in_day / 60_000.0).floor() % 60.0,
        second: (in_day / 1000.0).floor() % 60.0,
        ms: in_day % 1000.0,
        weekday: (days as i64 + 4).rem_euclid(7) as usize,
    }
}

/// `TimeClip`: beyond some 270,000 years there are no dates.
fn clip(time: f64) -> f64 {
    if time.is_finite() && time.abs() <= 8.64e15 { time.trunc() + 0.0 } else { f64::NAN }
}

fn local(machine: &Machine, time: f64) -> f64 {
    time + f64::from(machine.host().offset_minutes(time)) * 60_000.0
}

/// The instant of a local time.
fn from_local(machine: &Machine, time: f64) -> f64 {
    if !time.is_finite() {
        return f64::NAN;
    }
    let host = machine.host();
    let guess = time - f64::from(host.offset_minutes(time)) * 60_000.0;
    time - f64::from(host.offset_minutes(guess)) * 60_000.0
}

/// `getDate(…)`.
pub(super) fn make(machine: &mut Machine, args: &[Value]) -> Outcome<Value> {
    let time = match args {
        [] => machine.host().now(),
        [Value::String(text)] => parse(machine, text),
        [value] => convert::to_number(value),
        _ => {
            let fields = fields_of(args);
            from_local(machine, from_fields(&fields))
        }
    };
    Ok(Builtin::Date(Date::new(machine, time)).value())
}

/// Year, month, day, … as arguments; a year of two digits is one of the 20th century.
fn fields_of(args: &[Value]) -> Fields {
    let given = |i: usize, default: f64| args.get(i).map_or(default, convert::to_number);
    let year = given(0, f64::NAN);
    Fields {
        year: if (0.0..=99.0).contains(&year.trunc()) { 1900.0 + year.trunc() } else { year },
        month: given(1, 0.0),
        day: given(2, 1.0),
        hour: given(3, 0.0),
        minute: given(4, 0.0),
        second: given(5, 0.0),
        ms: given(6, 0.0),
        weekday: 0,
    }
}

/// Calls `Date.*`.
pub(super) fn call_static(function: DateFunction, machine: &mut Machine, args: &[Value]) -> Outcome<Value> {
    Ok(Value::Number(match function {
        DateFunction::Now => machine.host().now().trunc(),
        DateFunction::Parse => clip(parse(machine, &super::text_argument(args, 0))),
        DateFunction::Utc => clip(from_fields(&fields_of(args))),
    }))
}

/// Calls a method of a date.
pub(super) fn call(method: DateMethod, machine: &mut Machine, this: &Value, args: &[Value]) -> Outcome<Value> {
    use DateMethod as M;
    let date = match this {
        Value::Wxs(wxs) => match Builtin::of(&**wxs) {
            Some(Builtin::Date(date)) => date,
            _ => return Err(machine.fault(FaultKind::Type, "this needs a date")),
        },
        _ => return Err(machine.fault(FaultKind::Type, "this needs a date")),
    };
    let time = date.time.get();
    let utc = to_fields(if time.is_finite() { time } else { 0.0 });
    let here = to_fields(if time.is_finite() { local(machine, time) } else { 0.0 });
    let number = |value: f64| Ok(Value::Number(if time.is_finite() { value } else { f64::NAN }));
    match method {
        M::GetTime | M::ValueOf => return Ok(Value::Number(time)),
        M::GetFullYear => return number(here.year),
        M::GetMonth => return number(here.month),
        M::GetDate => return number(here.day),
        M::GetDay => return number(here.weekday as f64),
        M::GetHours => return number(here.hour),
        M::GetMinutes => return number(here.minute),
        M::GetSeconds => return number(here.second),
        M::GetMilliseconds => return number(here.ms),
        M::GetUtcFullYear => return number(utc.year),
        M::GetUtcMonth => return number(utc.month),
        M::GetUtcDate => return number(utc.day),
        M::GetUtcDay => return number(utc.weekday as f64),
        M::GetUtcHours => return number(utc.hour),
        M::GetUtcMinutes => return number(utc.minute),
        M::GetUtcSeconds => return number(utc.second),
        M::GetUtcMilliseconds => return number(utc.ms),
        M::GetTimezoneOffset => return number(-f64::from(machine.host().offset_minutes(time))),
        M::SetTime => {
            date.set(machine, number_argument(args, 0));
            return Ok(Value::Number(date.time.get()));
        }
        _ => {}
    }
    if let Some((set, in_utc)) = setter(method) {
        if !time.is_finite() && !matches!(method, M::SetFullYear | M::SetUtcFullYear) {
            return Ok(Value::Number(f64::NAN));
        }
        let mut fields = if in_utc { utc } else { here };
        set(&mut fields, args);
        let changed = from_fields(&fields);
        date.set(machine, if in_utc { changed } else { from_local(machine, changed) });
        return Ok(Value::Number(date.time.get()));
    }
    let mut out = String::new();
    if !time.is_finite() {
        if method == M::ToJson {
            return Ok(Value::Null);
        }
        if method == M::ToIsoString {
            return Err(machine.fault(FaultKind::Range, "the date is invalid"));
        }
        return machine.text("Invalid Date".into());
    }
    let offset = date.offset.get();
    match method {
        M::ToIsoString | M::ToJson => write_iso(time, &mut out),
        M::ToString => write_local(time, offset, &mut out),
        M::ToDateString => write_day(&here, &mut out),
        M::ToTimeString => write_clock(&here, offset, &mut out),
        M::ToUtcString => {
            let _ = write!(
                out,
                "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                DAYS[utc.weekday], utc.day, MONTHS[utc.month as usize], utc.year, utc.hour, utc.minute, utc.second
            );
        }
        // The form of zh-CN, where the format comes from.
        M::ToLocaleDateString => write_locale_day(&here, &mut out),
        M::ToLocaleTimeString => write_locale_clock(&here, &mut out),
        _ => {
            write_locale_day(&here, &mut out);
            out.push(' ');
            write_locale_clock(&here, &mut out);
        }
    }
    machine.text(out)
}

/// Changes fields from arguments.
type Setter = fn(&mut Fields, &[Value]);

/// What a setter changes, and whether in UTC.
fn setter(method: DateMethod) -> Option<(Setter, bool)> {
    use DateMethod as M;
    fn year(f: &mut Fields, args: &[Value]) {
        f.year = number_argument(args, 0);
        rest(args, [None, Some(&mut f.month), Some(&mut f.day), None]);
    }
    fn month(f: &mut Fields, args: &[Value]) {
        f.month = number_argument(args, 0);
        rest(args, [None, Some(&mut f.day), None, None]);
    }
    fn day(f: &mut Fields, args: &[Value]) {
        f.day = number_argument(args, 0);
    }
    fn hour(f: &mut Fields, args: &[Value]) {
        f.hour = number_argument(args, 0);
        rest(args, [None, Some(&mut f.minute), Some(&mut f.second), Some(&mut f.ms)]);
    }
    fn minute(f: &mut Fields, args: &[Value]) {
        f.minute = number_argument(args, 0);
        rest(args, [None, Some(&mut f.second), Some(&mut f.ms), None]);
    }
    fn second(f: &mut Fields, args: &[Value]) {
        f.second = number_argument(args, 0);
        rest(args, [None, Some(&mut f.ms), None, None]);
    }
    fn ms(f: &mut Fields, args: &[Value]) {
        f.ms = number_argument(args, 0);
    }
    /// Further arguments set the smaller fields, if they are given.
    fn rest(args: &[Value], fields: [Option<&mut f64>; 4]) {
        for (i, field) in fields.into_iter().enumerate() {
            if let (Some(field), Some(value)) = (field, args.get(i)) {
                *field = convert::to_number(value);
            }
        }
    }
    Some(match method {
        M::SetFullYear => (year, false),
        M::SetUtcFullYear => (year, true),
        M::SetMonth => (month, false),
        M::SetUtcMonth => (month, true),
        M::SetDate => (day, false),
        M::SetUtcDate => (day, true),
        M::SetHours => (hour, false),
        M::SetUtcHours => (hour, true),
        M::SetMinutes => (minute, false),
        M::SetUtcMinutes => (minute, true),
        M::SetSeconds => (second, false),
        M::SetUtcSeconds => (second, true),
        M::SetMilliseconds => (ms, false),
        M::SetUtcMilliseconds => (ms, true),
        _ => return None,
    })
}

fn write_day(f: &Fields, out: &mut String) {
    let _ = write!(out, "{} {} {:02} {:04}", DAYS[f.weekday], MONTHS[f.month as usize], f.day, f.year);
}

fn write_clock(f: &Fields, offset: i32, out: &mut String) {
    let sign = if offset < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset.abs() / 60, offset.abs() % 60);
    let _ = write!(out, "{:02}:{:02}:{:02} GMT{sign}{hours:02}{minutes:02}", f.hour, f.minute, f.second);
}

fn write_locale_day(f: &Fields, out: &mut String) {
    let _ = write!(out, "{}/{}/{}", f.year, f.month + 1.0, f.day);
}

fn write_locale_clock(f: &Fields, out: &mut String) {
    let _ = write!(out, "{:02}:{:02}:{:02}", f.hour, f.minute, f.second);
}

/// Puts a time to `out` as a date's `toString` does in a zone `offset` minutes east.
pub(crate) fn write_local(time: f64, offset: i32, out: &mut String) {
    let fields = to_fields(time + f64::from(offset) * 60_000.0);
    write_day(&fields, out);
    out.push(' ');
    write_clock(&fields, offset, out);
}

/// Puts a time to `out` as `2024-01-15T02:00:00.000Z`.
pub(crate) fn write_iso(time: f64, out: &mut String) {
    let f = to_fields(time);
    let _ = match f.year {
        0.0..=9999.0 => write!(out, "{:04}", f.year),
        year => write!(out, "{}{:06}", if year < 0.0 { '-' } else { '+' }, year.abs()),
    };
    let (month, day) = (f.month + 1.0, f.day);
    let _ = write!(out, "-{month:02}-{day:02}T{:02}:{:02}:{:02}.{:03}Z", f.hour, f.minute, f.second, f.ms);
}

/// The time that a text means, `NaN` if none. Besides ISO 8601: `2024/1/2 3:04:05`, `Jan 2, 2024 03:04`,
/// `2 Jan 2024`, with `GMT+0800`, `Z` or nothing (local time) behind.
fn parse(machine: &Machine, text: &str) -> f64 {
    let text = text.trim();
    if text.len() > 100 {
        return f64::NAN;
    }
    match read(text) {
        Some((fields, Some(offset))) => from_fields(&fields) - offset * 60_000.0,
        Some((fields, None)) => from_local(machine, from_fields(&fields)),
        None => f64::NAN,
    }
}

/// The fields of a date's text and its offset from UTC in minutes, if it has one.
fn read(text: &str) -> Option<(Fields, Option<f64>)> {
    let mut numbers: Vec<(f64, usize)> = Vec::new();
    let mut month = None;
    let mut clock: Option<Vec<f64>> = None;
    let mut offset = None;
    let mut afternoon = None;
    let bytes = text.as_bytes();
    let mut i = 0;
    let mut dashed = false;
    while i < bytes.len() {
        let rest = &text[i..];
        let c = rest.chars().next()?;
        let len = |keep: fn(char) -> bool| rest.find(|c| !keep(c)).unwrap_or(rest.len());
        if c.is_ascii_digit() {
            let digits = len(|c| c.is_ascii_digit());
            let followed = rest[digits..].starts_with(':');
            if followed && clock.is_none() {
                let end = len(|c| c.is_ascii_digit() || matches!(c, ':' | '.'));
                clock = Some(rest[..end].split(':').map(|part| part.parse().ok()).collect::<Option<Vec<f64>>>()?);
                i += end;
            } else {
                numbers.push((rest[..digits].parse().ok()?, digits));
                i += digits;
            }
        } else if c.is_ascii_alphabetic() {
            let end = len(|c| c.is_ascii_alphabetic());
            let word = rest[..end].to_ascii_lowercase();
            match word.as_str() {
                "t" if !numbers.is_empty() => {}
                "z" | "gmt" | "utc" => offset = Some(0.0),
                "am" => afternoon = Some(false),
                "pm" => afternoon = Some(true),
                _ => {
                    let short = word.get(..3)?;
                    match MONTHS.iter().position(|m| m.eq_ignore_ascii_case(short)) {
                        Some(found) => month = Some(found as f64),
                        None if DAYS.iter().any(|d| d.eq_ignore_ascii_case(short)) => {}
                        None => return None,
                    }
                }
            }
            i += end;
        } else if matches!(c, '+' | '-') && (clock.is_some() || offset.is_some()) {
            // An offset: +08:00, +0800 or +8.
            let end = rest[1..].find(|c: char| !c.is_ascii_digit() && c != ':').map_or(rest.len(), |e| e + 1);
            let digits: String = rest[1..end].chars().filter(char::is_ascii_digit).collect();
            let value: f64 = digits.parse().ok()?;
            let minutes = if digits.len() <= 2 { value * 60.0 } else { (value / 100.0).trunc() * 60.0 + value % 100.0 };
            offset = Some(if c == '-' { -minutes } else { minutes });
            i += end;
        } else if matches!(c, '-' | '/' | ',' | ' ' | '.') {
            dashed |= c == '-';
            i += 1;
        } else if c == '(' {
            break;
        } else {
            return None;
        }
    }
    let (year, month, day) = match (month, &numbers[..]) {
        (None, [(year, digits)]) if *digits >= 4 => (*year, 0.0, 1.0),
        (None, [(year, digits), (month, _)]) if *digits >= 4 => (*year, month - 1.0, 1.0),
        (None, [(year, digits), (month, _), (day, _)]) if *digits >= 4 => (*year, month - 1.0, *day),
        (None, [(month, _), (day, _), (year, _)]) => (*year, month - 1.0, *day),
        (Some(month), [(day, _), (year, _)]) => (*year, month, *day),
        _ => return None,
    };
    if !(0.0..12.0).contains(&month) || !(1.0..=31.0).contains(&day) {
        return None;
    }
    // A date alone in ISO form is UTC.
    let iso_day = dashed
        && clock.is_none()
        && numbers.first().is_some_and(|n| n.1 == 4)
        && numbers.iter().skip(1).all(|n| n.1 == 2);
    let offset = offset.or(iso_day.then_some(0.0));
    let clock = clock.unwrap_or_default();
    let part = |i: usize| clock.get(i).copied().unwrap_or(0.0);
    let hour = match afternoon {
        Some(true) if part(0) < 12.0 => part(0) + 12.0,
        Some(false) if part(0) == 12.0 => 0.0,
        _ => part(0),
    };
    if hour > 24.0 || part(1) >= 60.0 || part(2) >= 60.0 {
        return None;
    }
    let second = part(2).trunc();
    let ms = ((part(2) - second) * 1000.0 + 1e-6).floor();
    Some((Fields { year, month, day, hour, minute: part(1), second, ms, weekday: 0 }, offset))
}
