//! The wheels of dates and times: each shows what lies between start and end after those before it.

use super::Rows;
use std::sync::Arc;

/// First and last year unless `start` and `end` say otherwise.
const YEARS: (i32, i32) = (1900, 2100);
/// One day, ms.
const DAY: f64 = 86_400_000.0;

fn rows(values: std::ops::RangeInclusive<i32>, unit: &str) -> Rows {
    values.map(|value| Arc::from(format!("{value:02}{unit}"))).collect()
}

/// The numbers of a text, separated by anything else.
fn numbers(text: &str) -> Vec<i32> {
    text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse().ok()).collect()
}

/// A time of day: hour and minute.
type Time = (i32, i32);

/// The wheels of a time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct TimeWheels {
    start: Time,
    end: Time,
    at: Time,
}

fn time(text: &str) -> Option<Time> {
    let numbers = numbers(text);
    let (&hour, &minute) = (numbers.first()?, numbers.get(1)?);
    (hour < 24 && minute < 60).then_some((hour, minute))
}

impl TimeWheels {
    /// The wheels between two times (`hh:mm`) that stand at a third one; without one at `now`, local ms since the Unix
    /// epoch.
    pub fn new(start: &str, end: &str, value: &str, now: f64) -> TimeWheels {
        let start = time(start).unwrap_or((0, 0));
        let end = time(end).unwrap_or((23, 59)).max(start);
        let minutes = (now.rem_euclid(DAY) / 60_000.0) as i32;
        let at = time(value).unwrap_or((minutes / 60 % 24, minutes % 60));
        TimeWheels { start, end, at: at.clamp(start, end) }
    }

    fn minutes(&self) -> (i32, i32) {
        let first = if self.at.0 == self.start.0 { self.start.1 } else { 0 };
        let last = if self.at.0 == self.end.0 { self.end.1 } else { 59 };
        (first, last)
    }

    /// Rows of both wheels and where they stand.
    pub fn columns(&mut self) -> Vec<(Rows, usize)> {
        let (first, last) = self.minutes();
        self.at.1 = self.at.1.clamp(first, last);
        let hours = rows(self.start.0..=self.end.0, "");
        vec![(hours, (self.at.0 - self.start.0) as usize), (rows(first..=last, ""), (self.at.1 - first) as usize)]
    }

    /// The wheels stand at these rows; gives them anew.
    pub fn choose(&mut self, indices: &[usize]) -> Vec<(Rows, usize)> {
        let (first, _) = self.minutes();
        if let [hour, minute] = *indices {
            self.at = ((self.start.0 + hour as i32).min(self.end.0), first + minute as i32);
        }
        self.columns()
    }

    /// `hh:mm`.
    pub fn value(&self) -> String {
        format!("{:02}:{:02}", self.at.0, self.at.1)
    }
}

/// A date: year, month and day.
type Date = (i32, i32, i32);

/// How much of a date is chosen.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Fields {
    Year,
    Month,
    Day,
}

/// The wheels of a date.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct DateWheels {
    start: Date,
    end: Date,
    at: Date,
    fields: Fields,
}

fn days(year: i32, month: i32) -> i32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// A date whose end may be missing: then `rest` holds.
fn date(text: &str, rest: (i32, i32)) -> Option<Date> {
    let numbers = numbers(text);
    let year = *numbers.first()?;
    let month = numbers.get(1).copied().unwrap_or(rest.0).clamp(1, 12);
    let day = numbers.get(2).copied().unwrap_or(rest.1).clamp(1, days(year, month));
    (year < 10_000).then_some((year, month, day))
}

/// The date of a day since the Unix epoch (Howard Hinnant, "chrono-compatible low-level date algorithms").
fn civil(day: i64) -> Date {
    let z = day + 719_468;
    let era = z.div_euclid(146_097);
    let of_era = z.rem_euclid(146_097);
    let year = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let shifted = (5 * of_year + 2) / 153;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year + era * 400 + i64::from(month <= 2);
    (year as i32, month as i32, (of_year - (153 * shifted + 2) / 5 + 1) as i32)
}

impl DateWheels {
    /// The wheels between two dates (`YYYY-MM-DD`) that stand at a third one; without one at the day of `now`, local ms
    /// since the Unix epoch. `fields` is the last wheel: `year`, `month` or `day`.
    pub fn new(start: &str, end: &str, fields: &str, value: &str, now: f64) -> DateWheels {
        let start = date(start, (1, 1)).unwrap_or((YEARS.0, 1, 1));
        let end = date(end, (12, 31)).unwrap_or((YEARS.1.max(start.0), 12, 31)).max(start);
        let today = civil((now.clamp(-1e14, 1e14) / DAY).floor() as i64);
        let at = date(value, (1, 1)).unwrap_or(today).clamp(start, end);
        let fields = match fields {
            "year" => Fields::Year,
            "month" => Fields::Month,
            _ => Fields::Day,
        };
        DateWheels { start, end, at, fields }
    }

    fn months(&self) -> (i32, i32) {
        let first = if self.at.0 == self.start.0 { self.start.1 } else { 1 };
        let last = if self.at.0 == self.end.0 { self.end.1 } else { 12 };
        (first, last)
    }

    fn days(&self) -> (i32, i32) {
        let at = (self.at.0, self.at.1);
        let first = if at == (self.start.0, self.start.1) { self.start.2 } else { 1 };
        let last = if at == (self.end.0, self.end.1) { self.end.2 } else { days(at.0, at.1) };
        (first, last)
    }

    /// Rows of the wheels and where they stand.
    pub fn columns(&mut self) -> Vec<(Rows, usize)> {
        let mut columns = vec![(rows(self.start.0..=self.end.0, "年"), (self.at.0 - self.start.0) as usize)];
        let (first, last) = self.months();
        self.at.1 = self.at.1.clamp(first, last);
        if self.fields >= Fields::Month {
            columns.push((rows(first..=last, "月"), (self.at.1 - first) as usize));
        }
        let (first, last) = self.days();
        self.at.2 = self.at.2.clamp(first, last);
        if self.fields >= Fields::Day {
            columns.push((rows(first..=last, "日"), (self.at.2 - first) as usize));
        }
        columns
    }

    /// The wheels stand at these rows; gives them anew.
    pub fn choose(&mut self, indices: &[usize]) -> Vec<(Rows, usize)> {
        let (months, days) = (self.months(), self.days());
        let at = |index: usize| indices.get(index).map(|&i| i as i32);
        if let Some(year) = at(0) {
            self.at.0 = (self.start.0 + year).min(self.end.0);
        }
        if let Some(month) = at(1) {
            self.at.1 = (months.0 + month).min(12);
        }
        if let Some(day) = at(2) {
            self.at.2 = days.0 + day;
        }
        self.columns()
    }

    /// `YYYY-MM-DD`, or so much of it as is chosen.
    pub fn value(&self) -> String {
        let (year, month, day) = self.at;
        match self.fields {
            Fields::Year => format!("{year:04}"),
            Fields::Month => format!("{year:04}-{month:02}"),
            Fields::Day => format!("{year:04}-{month:02}-{day:02}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ends(columns: &[(Rows, usize)]) -> Vec<(&str, &str, usize)> {
        columns.iter().map(|(rows, at)| (&*rows[0], &*rows[rows.len() - 1], *at)).collect()
    }

    #[test]
    fn days_follow_the_month_and_stay_within_start_and_end() {
        let mut date = DateWheels::new("2023-02-10", "2024-03-05", "day", "2023-02-28", 0.0);
        let first = [("2023年", "2024年", 0), ("02月", "12月", 0), ("10日", "28日", 18)];
        assert_eq!(ends(&date.columns()), first);
        // The year after: its February has a 29th day, and January comes before it.
        assert_eq!(
            ends(&date.choose(&[1, 0, 18])),
            [("2023年", "2024年", 1), ("01月", "03月", 1), ("01日", "29日", 27)]
        );
        assert_eq!(
            ends(&date.choose(&[1, 2, 27])),
            [("2023年", "2024年", 1), ("01月", "03月", 2), ("01日", "05日", 4)]
        );
        assert_eq!(date.value(), "2024-03-05");
    }

    #[test]
    fn the_last_wheel_and_the_value_follow_the_fields() {
        let value = |fields| DateWheels::new("", "", fields, "2016", 0.0).value();
        assert_eq!([value("year"), value("month"), value("")], ["2016", "2016-01", "2016-01-01"]);
        assert_eq!(DateWheels::new("", "", "year", "2016", 0.0).columns().len(), 1);
        // 2024-02-29 12:00.
        let now = 1_709_208_000_000.0;
        assert_eq!(DateWheels::new("x", "y", "", "nonsense", now).value(), "2024-02-29");
        assert_eq!(DateWheels::new("2030-01-01", "2020-01-01", "", "", now).value(), "2030-01-01");
    }

    #[test]
    fn minutes_follow_the_hour() {
        let mut time = TimeWheels::new("09:30", "21:15", "9:45", 0.0);
        assert_eq!(ends(&time.columns()), [("09", "21", 0), ("30", "59", 15)]);
        assert_eq!(ends(&time.choose(&[12, 15])), [("09", "21", 12), ("00", "15", 15)]);
        assert_eq!(time.value(), "21:15");
        assert_eq!(TimeWheels::new("", "", "25:00", 61.0 * 60_000.0).value(), "01:01");
    }
}
