//! Texts of dates and numbers for people: the `toLocale…` methods in Chinese and English.
//!
//! There is no `Intl` (it would add 15 MB of data). What mini-programs use of it is a short list of patterns,
//! and those are here as CLDR has them for `zh-CN` and `en-US`. Any other language gets the closer of the two.

use super::convert::range_error;
use super::date::civil_from_days;
use super::{define_method, shared};
use boa_engine::builtins::date::Date;
use boa_engine::object::builtins::JsDate;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue};
use std::fmt::Write;

/// A language that dates and numbers are written in.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Locale {
    /// `zh-CN`, the default of the platform.
    #[default]
    Chinese,
    /// `en-US`.
    English,
}

impl Locale {
    /// The language of a tag such as `zh_CN` or `en-US`.
    pub fn of_tag(tag: &str) -> Locale {
        if tag.get(..2).is_some_and(|language| language.eq_ignore_ascii_case("zh")) {
            Locale::Chinese
        } else {
            Locale::English
        }
    }
}

/// Replaces the `toLocale…` methods of dates and numbers.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let (date, number) = (constructors.date().prototype(), constructors.number().prototype());
    define_method(context, &date, "toLocaleDateString", 0, |this, a, c| date_text(this, a, Missing::Date, c))?;
    define_method(context, &date, "toLocaleTimeString", 0, |this, a, c| date_text(this, a, Missing::Time, c))?;
    define_method(context, &date, "toLocaleString", 0, |this, a, c| date_text(this, a, Missing::Both, c))?;
    define_method(context, &number, "toLocaleString", 0, number_text)
}

/// What a method adds when the options name no part of it.
#[derive(Clone, Copy, PartialEq)]
enum Missing {
    Date,
    Time,
    Both,
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Width {
    Numeric,
    TwoDigit,
    Short,
    Long,
    Narrow,
}

#[derive(Default)]
struct DateOptions {
    weekday: Option<Width>,
    year: Option<Width>,
    month: Option<Width>,
    day: Option<Width>,
    hour: Option<Width>,
    minute: Option<Width>,
    second: Option<Width>,
    /// A clock of twelve hours.
    twelve: Option<bool>,
    /// That calls noon and midnight 0.
    from_zero: bool,
    utc: bool,
}

fn locale_of(value: &JsValue, context: &mut Context) -> JsResult<Locale> {
    let tag = match value.as_object() {
        Some(list) => list.get(0, context)?,
        None => value.clone(),
    };
    Ok(match tag.as_string() {
        Some(tag) => Locale::of_tag(&tag.to_std_string_lossy()),
        None => shared(context).locale.get(),
    })
}

fn option(options: Option<&JsObject>, name: &str, context: &mut Context) -> JsResult<Option<String>> {
    let Some(options) = options else { return Ok(None) };
    let value = options.get(JsString::from(name), context)?;
    if value.is_undefined() { Ok(None) } else { Ok(Some(value.to_string(context)?.to_std_string_lossy())) }
}

fn width(options: Option<&JsObject>, name: &str, context: &mut Context) -> JsResult<Option<Width>> {
    let Some(value) = option(options, name, context)? else { return Ok(None) };
    Ok(Some(match value.as_str() {
        "numeric" => Width::Numeric,
        "2-digit" => Width::TwoDigit,
        "short" => Width::Short,
        "long" => Width::Long,
        "narrow" => Width::Narrow,
        _ => return Err(range_error(format!("Value {value} out of range for options property {name}"))),
    }))
}

fn date_options(
    locale: Locale,
    options: Option<&JsObject>,
    default: Missing,
    context: &mut Context,
) -> JsResult<DateOptions> {
    let mut out = DateOptions {
        weekday: width(options, "weekday", context)?,
        year: width(options, "year", context)?,
        month: width(options, "month", context)?,
        day: width(options, "day", context)?,
        hour: width(options, "hour", context)?,
        minute: width(options, "minute", context)?,
        second: width(options, "second", context)?,
        ..DateOptions::default()
    };
    (out.twelve, out.from_zero) = match (option(options, "hour12", context)?, option(options, "hourCycle", context)?) {
        (Some(twelve), _) => (Some(twelve != "false"), locale == Locale::Chinese),
        (None, Some(cycle)) => (Some(cycle == "h12" || cycle == "h11"), cycle == "h11"),
        (None, None) => (None, false),
    };
    out.utc = option(options, "timeZone", context)?
        .is_some_and(|zone| matches!(zone.to_ascii_uppercase().as_str(), "UTC" | "GMT" | "ETC/UTC"));
    let (date_style, time_style) = (option(options, "dateStyle", context)?, option(options, "timeStyle", context)?);
    if date_style.is_some() || time_style.is_some() {
        if let Some(style) = date_style {
            let short_year = style == "short" && locale == Locale::English;
            out.year = Some(if short_year { Width::TwoDigit } else { Width::Numeric });
            out.day = Some(Width::Numeric);
            out.month = Some(match style.as_str() {
                "short" => Width::Numeric,
                "medium" => Width::Short,
                _ => Width::Long,
            });
            out.weekday = (style == "full").then_some(Width::Long);
        }
        if let Some(style) = time_style {
            out.hour = Some(Width::Numeric);
            out.minute = Some(Width::TwoDigit);
            out.second = (style != "short").then_some(Width::TwoDigit);
        }
        return Ok(out);
    }
    let has_date = [out.weekday, out.year, out.month, out.day].iter().any(Option::is_some);
    let has_time = [out.hour, out.minute, out.second].iter().any(Option::is_some);
    let (add_date, add_time) = match default {
        Missing::Date => (!has_date, false),
        Missing::Time => (false, !has_time),
        Missing::Both => (!has_date && !has_time, !has_date && !has_time),
    };
    if add_date {
        (out.year, out.month, out.day) = (Some(Width::Numeric), Some(Width::Numeric), Some(Width::Numeric));
    }
    if add_time {
        (out.hour, out.minute, out.second) = (Some(Width::Numeric), Some(Width::TwoDigit), Some(Width::TwoDigit));
    }
    Ok(out)
}

/// A time split into what a clock on the wall and a calendar show.
struct Fields {
    year: i64,
    month: usize,
    day: i64,
    weekday: usize,
    hour: i64,
    minute: i64,
    second: i64,
}

fn date_text(this: &JsValue, arguments: &[JsValue], default: Missing, context: &mut Context) -> JsResult<JsValue> {
    let object = this.as_object().filter(|object| object.is::<Date>());
    let object = object.ok_or_else(|| super::convert::type_error("this is not a Date object"))?;
    let time = JsDate::from_object(object)?.get_time(context)?.as_number().unwrap_or(f64::NAN);
    let locale = locale_of(arguments.get_or_undefined(0), context)?;
    let options = arguments.get_or_undefined(1).as_object();
    let options = date_options(locale, options.as_ref(), default, context)?;
    if time.is_nan() {
        return Ok(JsString::from("Invalid Date").into());
    }
    let offset = if options.utc { 0 } else { shared(context).clock.offset_minutes(time) };
    let local = time + f64::from(offset) * 60_000.0;
    let days = (local / 86_400_000.0).floor();
    let seconds = ((local - days * 86_400_000.0) / 1000.0).floor() as i64;
    let (year, month, day) = civil_from_days(days as i64);
    let fields = Fields {
        year,
        month: usize::try_from(month - 1).unwrap_or(0).min(11),
        day,
        weekday: (days as i64 + 4).rem_euclid(7) as usize,
        hour: seconds / 3600,
        minute: seconds / 60 % 60,
        second: seconds % 60,
    };
    let date = match locale {
        Locale::Chinese => chinese_date(&options, &fields),
        Locale::English => english_date(&options, &fields),
    };
    let time = time_text(locale, &options, &fields);
    let between = match locale {
        _ if date.is_empty() || time.is_empty() => "",
        Locale::Chinese => " ",
        Locale::English if options.month == Some(Width::Long) => " at ",
        Locale::English => ", ",
    };
    Ok(JsString::from(format!("{date}{between}{time}")).into())
}

fn padded(value: i64, width: Option<Width>) -> Option<String> {
    width.map(|width| match width {
        Width::TwoDigit => format!("{:02}", value.rem_euclid(100)),
        _ => value.to_string(),
    })
}

fn chinese_date(options: &DateOptions, fields: &Fields) -> String {
    const DIGITS: [&str; 12] = ["一", "二", "三", "四", "五", "六", "七", "八", "九", "十", "十一", "十二"];
    const DAYS: [&str; 7] = ["日", "一", "二", "三", "四", "五", "六"];
    let month_number = fields.month as i64 + 1;
    let year = padded(fields.year, options.year);
    let day = padded(fields.day, options.day);
    let month = padded(month_number, options.month);
    let text_month = matches!(options.month, Some(Width::Short | Width::Long | Width::Narrow));
    let mut out = match (year, month, day) {
        (None, Some(month), None) => match options.month {
            Some(Width::Long) => format!("{}月", DIGITS[fields.month]),
            Some(Width::Narrow) => month,
            _ => format!("{month}月"),
        },
        (Some(year), Some(_), None) if text_month || options.month == Some(Width::TwoDigit) => {
            format!("{year}年{month_number}月")
        }
        (year, Some(_), day) if text_month => {
            let year = year.map(|year| format!("{year}年")).unwrap_or_default();
            let day = day.map(|day| format!("{day}日")).unwrap_or_default();
            format!("{year}{month_number}月{day}")
        }
        (Some(year), None, None) => format!("{year}年"),
        (None, None, Some(day)) => format!("{day}日"),
        (year, month, day) => [year, month, day].into_iter().flatten().collect::<Vec<_>>().join("/"),
    };
    if let Some(width) = options.weekday {
        out.push_str(match width {
            Width::Long => "星期",
            Width::Short => "周",
            _ => "",
        });
        out.push_str(DAYS[fields.weekday]);
    }
    out
}

fn english_date(options: &DateOptions, fields: &Fields) -> String {
    const MONTHS: [&str; 12] = [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ];
    const DAYS: [&str; 7] = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
    let year = padded(fields.year, options.year);
    let day = padded(fields.day, options.day);
    let name = MONTHS[fields.month];
    let text_month = match options.month {
        Some(Width::Short) => Some(&name[..3]),
        Some(Width::Long) => Some(name),
        Some(Width::Narrow) => Some(&name[..1]),
        _ => None,
    };
    let date = match text_month {
        Some(month) => match (day, year) {
            (Some(day), Some(year)) => format!("{month} {day}, {year}"),
            (Some(day), None) => format!("{month} {day}"),
            (None, Some(year)) => format!("{month} {year}"),
            (None, None) => month.to_owned(),
        },
        None => {
            let month = padded(fields.month as i64 + 1, options.month);
            [month, day, year].into_iter().flatten().collect::<Vec<_>>().join("/")
        }
    };
    let weekday = options.weekday.map(|width| {
        let name = DAYS[fields.weekday];
        match width {
            Width::Short => &name[..3],
            Width::Narrow => &name[..1],
            _ => name,
        }
    });
    match weekday {
        Some(weekday) if date.is_empty() => weekday.to_owned(),
        Some(weekday) => format!("{weekday}, {date}"),
        None => date,
    }
}

fn time_text(locale: Locale, options: &DateOptions, fields: &Fields) -> String {
    let Some(hour_width) = options.hour else {
        return match (options.minute, options.second) {
            (Some(_), Some(_)) => format!("{:02}:{:02}", fields.minute, fields.second),
            (Some(_), None) => fields.minute.to_string(),
            (None, Some(_)) => fields.second.to_string(),
            (None, None) => String::new(),
        };
    };
    let twelve = options.twelve.unwrap_or(locale == Locale::English);
    let mut out = String::new();
    if twelve {
        let hour = if fields.hour % 12 == 0 && !options.from_zero { 12 } else { fields.hour % 12 };
        if locale == Locale::Chinese {
            out.push_str(if fields.hour < 12 { "上午" } else { "下午" });
        }
        let _ = if hour_width == Width::TwoDigit { write!(out, "{hour:02}") } else { write!(out, "{hour}") };
    } else {
        let _ = write!(out, "{:02}", fields.hour);
    }
    if options.minute.is_some() {
        let _ = write!(out, ":{:02}", fields.minute);
    } else if locale == Locale::Chinese {
        out.push('时');
    }
    if options.second.is_some() {
        let _ = write!(out, ":{:02}", fields.second);
    }
    if twelve && locale == Locale::English {
        out.push_str(if fields.hour < 12 { " AM" } else { " PM" });
    }
    out
}

fn digits_option(options: Option<&JsObject>, name: &str, context: &mut Context) -> JsResult<Option<usize>> {
    let Some(options) = options else { return Ok(None) };
    let value = options.get(JsString::from(name), context)?;
    if value.is_undefined() {
        return Ok(None);
    }
    let number = value.to_number(context)?;
    if (0.0..=100.0).contains(&number) {
        Ok(Some(number as usize))
    } else {
        Err(range_error(format!("{name} value is out of range.")))
    }
}

/// `Number.prototype.toLocaleString`.
fn number_text(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let number = match this.as_object() {
        Some(object) => match object.downcast_ref::<f64>() {
            Some(number) => *number,
            None => return Err(super::convert::type_error("this is not a number")),
        },
        None => this.as_number().ok_or_else(|| super::convert::type_error("this is not a number"))?,
    };
    let locale = locale_of(arguments.get_or_undefined(0), context)?;
    let options = arguments.get_or_undefined(1).as_object();
    let options = options.as_ref();
    let style = option(options, "style", context)?.unwrap_or_default();
    let currency = option(options, "currency", context)?.map(|code| code.to_ascii_uppercase());
    let grouping = option(options, "useGrouping", context)?.is_none_or(|grouping| grouping != "false");
    let significant = digits_option(options, "maximumSignificantDigits", context)?;
    let integer = digits_option(options, "minimumIntegerDigits", context)?.unwrap_or(1);
    let (least, most) = match (style.as_str(), currency.as_deref()) {
        ("currency", Some("JPY" | "KRW")) | ("percent", _) => (0, 0),
        ("currency", _) => (2, 2),
        _ => (0, 3),
    };
    let minimum = digits_option(options, "minimumFractionDigits", context)?;
    let maximum = digits_option(options, "maximumFractionDigits", context)?;
    let minimum_digits = minimum.unwrap_or(least.min(maximum.unwrap_or(least)));
    let maximum_digits = maximum.unwrap_or(most.max(minimum_digits));
    if minimum_digits > maximum_digits {
        return Err(range_error("maximumFractionDigits value is out of range."));
    }
    let symbol = match (style.as_str(), currency.as_deref()) {
        ("currency", None) => return Err(super::convert::type_error("Currency code is required with currency style.")),
        ("currency", Some(code)) => currency_symbol(locale, code),
        _ => String::new(),
    };
    let shift = if style == "percent" { 2 } else { 0 };
    let body = if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        "∞".to_owned()
    } else {
        let digits = round(number.abs(), shift, minimum_digits, maximum_digits, significant);
        group(&digits, integer, grouping)
    };
    let sign = if number.is_sign_negative() && !number.is_nan() { "-" } else { "" };
    let percent = if style == "percent" { "%" } else { "" };
    Ok(JsString::from(format!("{sign}{symbol}{body}{percent}")).into())
}

fn currency_symbol(locale: Locale, code: &str) -> String {
    match (locale, code) {
        (Locale::Chinese, "CNY") => "¥".to_owned(),
        (Locale::Chinese, "USD") => "US$".to_owned(),
        (Locale::Chinese, "JPY") => "JP¥".to_owned(),
        (Locale::English, "CNY") => "CN¥".to_owned(),
        (Locale::English, "USD") => "$".to_owned(),
        (Locale::English, "JPY") => "¥".to_owned(),
        (_, "EUR") => "€".to_owned(),
        (_, "GBP") => "£".to_owned(),
        (_, "HKD") => "HK$".to_owned(),
        (_, "TWD") => "NT$".to_owned(),
        (_, "KRW") => "₩".to_owned(),
        (_, code) => format!("{code}\u{a0}"),
    }
}

/// The decimal digits of a number, `shift` places to the left, rounded half up on its shortest decimal form, as
/// CLDR's formatters do.
fn round(value: f64, shift: usize, minimum: usize, maximum: usize, significant: Option<usize>) -> String {
    let text = format!("{value}");
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut digits: Vec<u8> = whole.bytes().chain(fraction.bytes()).map(|digit| digit - b'0').collect();
    let mut point = whole.len() + shift;
    while digits.len() < point {
        digits.push(0);
    }
    let zeros = digits[..point - 1].iter().take_while(|digit| **digit == 0).count();
    digits.drain(..zeros);
    point -= zeros;
    let keep = match significant {
        Some(significant) => {
            digits.iter().position(|digit| *digit != 0).unwrap_or(0).saturating_add(significant.max(1))
        }
        None => point + maximum,
    };
    if keep < digits.len() {
        let up = digits[keep] >= 5;
        digits[keep..].fill(0);
        digits.truncate(keep.max(point));
        if up {
            let mut place = keep;
            loop {
                if place == 0 {
                    digits.insert(0, 1);
                    point += 1;
                    break;
                }
                place -= 1;
                if digits[place] < 9 {
                    digits[place] += 1;
                    break;
                }
                digits[place] = 0;
            }
        }
    }
    let least = point + if significant.is_some() { 0 } else { minimum };
    while digits.len() > least && digits.len() > point && digits.last() == Some(&0) {
        digits.pop();
    }
    while digits.len() < least {
        digits.push(0);
    }
    let mut out: String = digits[..point].iter().map(|digit| char::from(b'0' + digit)).collect();
    if digits.len() > point {
        out.push('.');
        out.extend(digits[point..].iter().map(|digit| char::from(b'0' + digit)));
    }
    out
}

fn group(digits: &str, integer: usize, grouping: bool) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let whole = format!("{whole:0>integer$}");
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if grouping && index > 0 && (whole.len() - index) % 3 == 0 {
            out.push(',');
        }
        out.push(digit);
    }
    if !fraction.is_empty() {
        out.push('.');
        out.push_str(fraction);
    }
    out
}
