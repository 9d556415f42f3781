//! Dates from the texts that programs really write, and the calendar behind them.
//!
//! What the standard leaves to the implementation is read as V8's legacy parser reads it: day, month and year in their
//! usual orders, named months, a time, a zone; local time unless a zone is given.

use super::Clock;

/// A day, ms.
pub(crate) const DAY_MS: f64 = 86_400_000.0;

/// Days since 1970-01-01 of a date in the proleptic Gregorian calendar; months from 1.
pub(crate) fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month from 1, day of a number of days since 1970-01-01.
pub(crate) fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The time of a day with its zone, as `Date.prototype.toTimeString` has it, `minutes` east of UTC.
pub(crate) fn zone_text(time: f64, minutes: i32) -> String {
    let local = time + f64::from(minutes) * 60_000.0;
    let seconds = (local.rem_euclid(DAY_MS) / 1000.0).floor() as i64;
    let (sign, ahead) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
    let zone = match minutes {
        480 => "China Standard Time".to_owned(),
        0 => "Coordinated Universal Time".to_owned(),
        _ => format!("GMT{sign}{:02}:{:02}", ahead / 60, ahead % 60),
    };
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    format!("{hour:02}:{minute:02}:{second:02} GMT{sign}{:02}{:02} ({zone})", ahead / 60, ahead % 60)
}

/// UTC time of a local one, ms since the epoch.
pub(crate) fn utc_of_local(local: f64, clock: &dyn Clock) -> f64 {
    let offset = |time: f64| f64::from(clock.offset_minutes(time)) * 60_000.0;
    let guess = local - offset(local);
    local - offset(guess)
}

/// The time of a text in the form of ISO 8601 that the standard gives (ECMA-262 21.4.1.32), ms since the epoch: a date alone
/// is in UTC, one with a time and no zone is local.
#[cfg(feature = "quickjs")]
pub(crate) fn parse_iso(text: &str, clock: &dyn Clock) -> Option<f64> {
    let (date, time) = match text.split_once('T') {
        Some((date, time)) => (date, Some(time)),
        None => (text, None),
    };
    let number = |text: &str, digits: usize| -> Option<i64> {
        let fits = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
        fits.then(|| text.parse().ok()).flatten()
    };
    let (negative, digits, rest) = match (date.strip_prefix('+'), date.strip_prefix('-')) {
        (Some(rest), _) => (false, 6, rest),
        (_, Some(rest)) => (true, 6, rest),
        _ => (false, 4, date),
    };
    let mut parts = rest.split('-');
    let year = number(parts.next()?, digits)?;
    if negative && year == 0 {
        return None;
    }
    let part = |name: Option<&str>, most: i64| match name {
        None => Some(1),
        Some(name) => number(name, 2).filter(|value| (1..=most).contains(value)),
    };
    let (month, day) = (part(parts.next(), 12)?, part(parts.next(), 31)?);
    if parts.next().is_some() {
        return None;
    }
    let days = days_from_civil(if negative { -year } else { year }, month, day) as f64;
    let Some(time) = time else { return Some(days * DAY_MS) };
    let (time, zone) = match time.find(['Z', '+', '-']) {
        Some(at) => (&time[..at], Some(&time[at..])),
        None => (time, None),
    };
    let (whole, fraction) = match time.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (time, None),
    };
    let mut parts = whole.split(':');
    let (hour, minute) = (number(parts.next()?, 2)?, number(parts.next()?, 2)?);
    let second = parts.next().map_or(Some(0), |second| number(second, 2))?;
    let ms = match fraction {
        None => 0.0,
        Some(fraction) if !fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit()) => {
            let digits = fraction.get(..3).unwrap_or(fraction);
            digits.parse::<f64>().ok()? * 10_f64.powi(3 - digits.len() as i32)
        }
        Some(_) => return None,
    };
    let is_midnight = hour == 24 && minute == 0 && second == 0 && ms == 0.0;
    if parts.next().is_some() || minute > 59 || second > 59 || (hour > 23 && !is_midnight) {
        return None;
    }
    let local = days * DAY_MS + (hour * 3600 + minute * 60 + second) as f64 * 1000.0 + ms;
    let utc = match zone {
        None => utc_of_local(local, clock),
        Some("Z") => local,
        Some(zone) => {
            let (hours, minutes) = zone.get(1..)?.split_once(':')?;
            let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
            let ahead = (hours * 60 + minutes) as f64 * 60_000.0;
            local - if zone.starts_with('-') { -ahead } else { ahead }
        }
    };
    (utc.abs() <= 8.64e15).then_some(utc)
}

enum Token<'a> {
    Number(i64, usize),
    Word(&'a str),
    Symbol(char),
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let length = |belongs: fn(char) -> bool| rest.find(|c| !belongs(c)).unwrap_or(rest.len());
        let used = if first.is_ascii_digit() {
            let length = length(|c| c.is_ascii_digit());
            // More digits than any part of a date has make the number too large for all of them.
            out.push(Token::Number(rest[..length].parse().unwrap_or(i64::MAX), length));
            length
        } else if first >= 'A' && !first.is_whitespace() {
            let length = length(|c| c >= 'A' && !c.is_whitespace());
            out.push(Token::Word(&rest[..length]));
            length
        } else {
            if !first.is_whitespace() {
                out.push(Token::Symbol(first));
            }
            first.len_utf8()
        };
        rest = &rest[used..];
    }
    out
}

const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// Hours east of UTC of the zone names that the parser knows.
fn zone(word: &str) -> Option<i64> {
    Some(match word {
        "z" | "ut" | "utc" | "gmt" => 0,
        "est" => -5,
        "edt" => -4,
        "cst" | "mdt" => -6,
        "cdt" => -5,
        "mst" | "pdt" => -7,
        "pst" => -8,
        _ => return None,
    })
}

#[derive(Default)]
struct Parts {
    days: Vec<i64>,
    month: Option<i64>,
    time: Vec<i64>,
    milliseconds: i64,
    afternoon: Option<bool>,
    /// Minutes east of UTC.
    offset: Option<i64>,
}

/// The time of a text that is not ISO, ms since the epoch.
pub(crate) fn parse_legacy(text: &str, clock: &dyn Clock) -> Option<f64> {
    let tokens = tokens(text);
    let mut parts = Parts::default();
    let mut at = 0;
    let mut depth = 0_u32;
    while let Some(token) = tokens.get(at) {
        at += 1;
        match token {
            Token::Symbol('(') => depth += 1,
            Token::Symbol(')') => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            Token::Number(value, _) => at = number_token(&mut parts, &tokens, at, *value)?,
            Token::Word(word) => word_token(&mut parts, word)?,
            Token::Symbol(sign @ ('+' | '-')) if parts.offset.is_some() || !parts.time.is_empty() => {
                let Some(Token::Number(value, digits)) = tokens.get(at) else { continue };
                at += 1;
                let (hours, mut minutes) = if *digits > 2 { (value / 100, value % 100) } else { (*value, 0) };
                if let (Some(Token::Symbol(':')), Some(Token::Number(value, _))) = (tokens.get(at), tokens.get(at + 1))
                {
                    minutes = *value;
                    at += 2;
                }
                let east = hours.checked_mul(60)?.checked_add(minutes)?;
                parts.offset = Some(if *sign == '-' { -east } else { east });
            }
            Token::Symbol(_) => {}
        }
    }
    parts.finish(clock)
}

/// Takes a number and what belongs to it; gives the place after it.
fn number_token(parts: &mut Parts, tokens: &[Token<'_>], mut at: usize, value: i64) -> Option<usize> {
    if matches!(tokens.get(at), Some(Token::Symbol(':'))) && parts.time.is_empty() {
        parts.time.push(value);
        while let (Some(Token::Symbol(':')), Some(Token::Number(value, _))) = (tokens.get(at), tokens.get(at + 1)) {
            parts.time.push(*value);
            at += 2;
        }
        if parts.time.len() == 3
            && let (Some(Token::Symbol('.')), Some(Token::Number(value, digits))) = (tokens.get(at), tokens.get(at + 1))
        {
            let scale = 10_f64.powi(i32::try_from(*digits).ok()?);
            parts.milliseconds = (*value as f64 * 1000.0 / scale) as i64;
            at += 2;
        }
        return (parts.time.len() <= 3).then_some(at);
    }
    if parts.days.len() == 3 {
        return None;
    }
    parts.days.push(value);
    Some(at)
}

fn word_token(parts: &mut Parts, word: &str) -> Option<()> {
    let word = word.to_ascii_lowercase();
    match word.as_str() {
        "am" if !parts.time.is_empty() => parts.afternoon = Some(false),
        "pm" if !parts.time.is_empty() => parts.afternoon = Some(true),
        "t" if !parts.days.is_empty() => {}
        _ => {
            let month = word.get(..3).and_then(|start| MONTHS.iter().position(|month| *month == start));
            if let Some(month) = month {
                parts.month = Some(month as i64 + 1);
            } else if let (Some(hours), false) = (zone(&word), parts.days.is_empty()) {
                parts.offset = Some(hours * 60);
            } else if !parts.days.is_empty() && !is_weekday(&word) {
                // A word that means nothing may stand before the first number only.
                return None;
            }
        }
    }
    Some(())
}

fn is_weekday(word: &str) -> bool {
    ["sun", "mon", "tue", "wed", "thu", "fri", "sat"].iter().any(|day| word.starts_with(day))
}

impl Parts {
    fn finish(self, clock: &dyn Clock) -> Option<f64> {
        if self.days.is_empty() {
            return None;
        }
        // What is missing is 1.
        let part = |index: usize| self.days.get(index).copied().unwrap_or(1);
        let is_day = |value: i64| (1..=31).contains(&value);
        let (mut year, month, day) = match self.month {
            None if !is_day(part(0)) => (part(0), part(1), part(2)),
            None => (part(2), part(0), part(1)),
            Some(month) if !is_day(part(0)) => (part(0), month, part(1)),
            Some(month) => (part(1), month, part(0)),
        };
        match year {
            0..=49 => year += 2000,
            50..=99 => year += 1900,
            _ => {}
        }
        if !(1..=12).contains(&month) || !is_day(day) || year > 275_760 {
            return None;
        }
        let part = |index: usize| self.time.get(index).copied().unwrap_or(0);
        let (mut hour, minute, second) = (part(0), part(1), part(2));
        if let Some(afternoon) = self.afternoon {
            if !(1..=12).contains(&hour) {
                return None;
            }
            hour = hour % 12 + if afternoon { 12 } else { 0 };
        }
        let midnight = hour == 24 && minute == 0 && second == 0;
        if (hour > 23 && !midnight) || minute > 59 || second > 59 {
            return None;
        }
        let days = days_from_civil(year, month, day) as f64;
        let time = (hour * 3600 + minute * 60 + second) as f64 * 1000.0 + self.milliseconds as f64;
        let local = days * DAY_MS + time;
        let utc = match self.offset {
            Some(minutes) => local - minutes as f64 * 60_000.0,
            None => utc_of_local(local, clock),
        };
        (utc.abs() <= 8.64e15).then_some(utc)
    }
}
