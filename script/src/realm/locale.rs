//! Texts of dates and numbers for people: what the `toLocale…` methods give in Chinese and English.
//!
//! There is no `Intl` (it would add 15 MB of data). What mini-programs use of it is a short list of patterns,
//! and those are here as CLDR has them for `zh-CN` and `en-US`. Any other language gets the closer of the two.

use super::dates::civil_from_days;
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

/// The options of a call, as an engine gives them.
pub(crate) trait Options {
    /// What a call throws.
    type Fault;
    /// The text of an option, `None` if it is undefined.
    fn text(&mut self, name: &str) -> Result<Option<String>, Self::Fault>;
    /// The number of an option, `None` if it is undefined.
    fn number(&mut self, name: &str) -> Result<Option<f64>, Self::Fault>;
    /// A `RangeError` to throw.
    fn range_error(message: String) -> Self::Fault;
    /// A `TypeError` to throw.
    fn type_error(message: &'static str) -> Self::Fault;
}

/// What a method adds when the options name no part of it.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Missing {
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

fn width<O: Options>(options: &mut O, name: &str) -> Result<Option<Width>, O::Fault> {
    let Some(value) = options.text(name)? else { return Ok(None) };
    Ok(Some(match value.as_str() {
        "numeric" => Width::Numeric,
        "2-digit" => Width::TwoDigit,
        "short" => Width::Short,
        "long" => Width::Long,
        "narrow" => Width::Narrow,
        _ => return Err(O::range_error(format!("Value {value} out of range for options property {name}"))),
    }))
}

fn date_options<O: Options>(locale: Locale, options: &mut O, default: Missing) -> Result<DateOptions, O::Fault> {
    let mut out = DateOptions {
        weekday: width(options, "weekday")?,
        year: width(options, "year")?,
        month: width(options, "month")?,
        day: width(options, "day")?,
        hour: width(options, "hour")?,
        minute: width(options, "minute")?,
        second: width(options, "second")?,
        ..DateOptions::default()
    };
    (out.twelve, out.from_zero) = match (options.text("hour12")?, options.text("hourCycle")?) {
        (Some(twelve), _) => (Some(twelve != "false"), locale == Locale::Chinese),
        (None, Some(cycle)) => (Some(cycle == "h12" || cycle == "h11"), cycle == "h11"),
        (None, None) => (None, false),
    };
    out.utc = options
        .text("timeZone")?
        .is_some_and(|zone| matches!(zone.to_ascii_uppercase().as_str(), "UTC" | "GMT" | "ETC/UTC"));
    let (date_style, time_style) = (options.text("dateStyle")?, options.text("timeStyle")?);
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

/// The text of a time: of its date, its time of day or both, as `options` say and `default` where they say nothing;
/// `offset` gives the minutes east of UTC at a time.
///
/// # Errors
/// An option that is none.
pub(crate) fn date_text<O: Options>(
    time: f64,
    locale: Locale,
    options: &mut O,
    default: Missing,
    offset: impl Fn(f64) -> i32,
) -> Result<String, O::Fault> {
    let options = date_options(locale, options, default)?;
    if time.is_nan() {
        return Ok("Invalid Date".to_owned());
    }
    let offset = if options.utc { 0 } else { offset(time) };
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
    Ok(format!("{date}{between}{time}"))
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

fn digits<O: Options>(options: &mut O, name: &str) -> Result<Option<usize>, O::Fault> {
    match options.number(name)? {
        None => Ok(None),
        Some(number) if (0.0..=100.0).contains(&number) => Ok(Some(number as usize)),
        Some(_) => Err(O::range_error(format!("{name} value is out of range."))),
    }
}

/// The text of a number (`Number.prototype.toLocaleString`).
///
/// # Errors
/// An option that is none.
pub(crate) fn number_text<O: Options>(number: f64, locale: Locale, options: &mut O) -> Result<String, O::Fault> {
    let style = options.text("style")?.unwrap_or_default();
    let currency = options.text("currency")?.map(|code| code.to_ascii_uppercase());
    let grouping = options.text("useGrouping")?.is_none_or(|grouping| grouping != "false");
    let significant = digits(options, "maximumSignificantDigits")?;
    let integer = digits(options, "minimumIntegerDigits")?.unwrap_or(1);
    let (least, most) = match (style.as_str(), currency.as_deref()) {
        ("currency", Some("JPY" | "KRW")) | ("percent", _) => (0, 0),
        ("currency", _) => (2, 2),
        _ => (0, 3),
    };
    let minimum = digits(options, "minimumFractionDigits")?;
    let maximum = digits(options, "maximumFractionDigits")?;
    let minimum_digits = minimum.unwrap_or(least.min(maximum.unwrap_or(least)));
    let maximum_digits = maximum.unwrap_or(most.max(minimum_digits));
    if minimum_digits > maximum_digits {
        return Err(O::range_error("maximumFractionDigits value is out of range.".to_owned()));
    }
    let symbol = match (style.as_str(), currency.as_deref()) {
        ("currency", None) => return Err(O::type_error("Currency code is required with currency style.")),
        ("currency", Some(code)) => currency_symbol(locale, code),
        _ => String::new(),
    };
    let shift = if style == "percent" { 2 } else { 0 };
    let body = if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        "∞".to_owned()
    } else {
        let rounded = round(number.abs(), shift, minimum_digits, maximum_digits, significant);
        group(&rounded, integer, grouping)
    };
    let sign = if number.is_sign_negative() && !number.is_nan() { "-" } else { "" };
    let percent = if style == "percent" { "%" } else { "" };
    Ok(format!("{sign}{symbol}{body}{percent}"))
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
