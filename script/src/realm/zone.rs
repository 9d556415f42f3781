//! The system's time zone, from its zone file (RFC 8536, "TZif").
//!
//! `TZ` names the zone or its file, else `/etc/localtime` is read. Where there is no such file, as on Android, the C library is
//! asked when its local time changes; where that knows nothing either, local time is UTC, unless the host gives a fixed offset.

use super::local_time;
use serde::{Deserialize, Serialize};
use std::path::{Path, PathBuf};

/// Seconds.
const DAY: i64 = 86_400;
/// Largest zone file that is read, in bytes; real ones have a few thousand.
const FILE_BYTES: u64 = 1 << 20;

/// A rule of the file's footer: when daylight saving begins or ends in a year (POSIX `Mm.w.d/time`, `Jn`, `n`).
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
enum Day {
    /// Week `week` (5: the last) of `month`, day of the week `day` (0: Sunday).
    Week { month: u32, week: u32, day: u32 },
    /// Day of the year from 1, never counting 29 February.
    Julian(u32),
    /// Day of the year from 0, counting 29 February.
    Ordinal(u32),
}

/// When daylight saving holds: its rules with seconds of local time into the day.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
struct Daylight {
    /// Seconds east in summer.
    offset: i64,
    begin: (Day, i64),
    end: (Day, i64),
}

/// What holds after the last listed change.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
struct Footer {
    /// Seconds east in winter.
    standard: i64,
    daylight: Option<Daylight>,
}

/// A time zone.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct Zone {
    /// Changes: seconds since the epoch and seconds east from then on, in order.
    changes: Vec<(i64, i64)>,
    /// Seconds east before the first change.
    first: i64,
    footer: Option<Footer>,
}

impl Zone {
    /// A zone that never changes.
    pub fn fixed(minutes_east: i32) -> Zone {
        Zone { first: i64::from(minutes_east) * 60, ..Zone::default() }
    }

    /// The system's zone; UTC if it cannot be found out.
    pub fn system() -> Zone {
        let name = std::env::var("TZ").ok();
        let name = name.as_deref().map(|n| n.strip_prefix(':').unwrap_or(n)).filter(|n| !n.is_empty());
        let Some(name) = name else {
            let file = Zone::from_file(Path::new("/etc/localtime"));
            return file.or_else(local_time::zone).unwrap_or_default();
        };
        let path = Path::new(name);
        let path = if path.is_absolute() { path.to_owned() } else { PathBuf::from("/usr/share/zoneinfo").join(path) };
        Zone::from_file(&path)
            .or_else(|| footer(name).map(|f| Zone { footer: Some(f), ..Zone::default() }))
            .unwrap_or_default()
    }

    /// The zone whose offset (seconds east) something gives for any time (s since the epoch), as far as the years go. Changes that are undone
    /// within a fortnight are missed; nobody changes their clocks like that.
    pub(super) fn sampled(years: std::ops::Range<i64>, offset_at: impl Fn(i64) -> i64) -> Zone {
        const STEP: i64 = 14 * DAY;
        let [begin, end] = [years.start, years.end].map(|year| year_start(year) * DAY);
        let mut zone = Zone { first: offset_at(begin), ..Zone::default() };
        let (mut at, mut offset) = (begin, zone.first);
        while at < end {
            let next = at + STEP;
            let later = offset_at(next);
            if later != offset {
                let (mut before, mut after) = (at, next);
                while after - before > 1 {
                    let middle = before + (after - before) / 2;
                    let place = if offset_at(middle) == offset { &mut before } else { &mut after };
                    *place = middle;
                }
                zone.changes.push((after, later));
            }
            (at, offset) = (next, later);
        }
        zone
    }

    fn from_file(path: &Path) -> Option<Zone> {
        if std::fs::metadata(path).ok()?.len() > FILE_BYTES {
            return None;
        }
        Zone::parse(&std::fs::read(path).ok()?)
    }

    /// The zone that a file describes; `None` if it is no zone file.
    pub fn parse(bytes: &[u8]) -> Option<Zone> {
        let header = Header::read(bytes)?;
        if header.version < b'2' {
            return block(bytes, &header, 4).map(|(zone, _)| zone);
        }
        // The second block repeats the first with times of 64 bits; a footer follows it.
        let second = bytes.get(header.size(4)?..)?;
        let header = Header::read(second)?;
        let (mut zone, end) = block(second, &header, 8)?;
        let text = second.get(end..)?.strip_prefix(b"\n")?;
        let text = text.split(|&b| b == b'\n').next()?;
        zone.footer = std::str::from_utf8(text).ok().and_then(footer);
        Some(zone)
    }

    /// Minutes east of UTC at a time in ms since the epoch.
    pub fn offset_minutes(&self, now: f64) -> i32 {
        let seconds = (now / 1000.0).floor();
        let seconds = if seconds.is_finite() { seconds.clamp(-1e13, 1e13) as i64 } else { 0 };
        (self.offset_at(seconds).div_euclid(60)) as i32
    }

    fn offset_at(&self, seconds: i64) -> i64 {
        let after = self.changes.partition_point(|&(at, _)| at <= seconds);
        if after == self.changes.len()
            && let Some(footer) = &self.footer
        {
            return footer.offset_at(seconds);
        }
        after.checked_sub(1).map_or(self.first, |i| self.changes[i].1)
    }
}

struct Header {
    version: u8,
    utc_marks: usize,
    standard_marks: usize,
    leaps: usize,
    times: usize,
    types: usize,
    characters: usize,
}

impl Header {
    const SIZE: usize = 44;

    fn read(bytes: &[u8]) -> Option<Header> {
        let bytes = bytes.get(..Self::SIZE)?;
        if !bytes.starts_with(b"TZif") {
            return None;
        }
        let count = |i: usize| number(bytes, 20 + 4 * i, 4).and_then(|n| usize::try_from(n).ok());
        Some(Header {
            version: bytes[4],
            utc_marks: count(0)?,
            standard_marks: count(1)?,
            leaps: count(2)?,
            times: count(3)?,
            types: count(4)?,
            characters: count(5)?,
        })
    }

    /// Bytes of header and block with times of `width` bytes.
    fn size(&self, width: usize) -> Option<usize> {
        let parts = [
            self.times.checked_mul(width + 1)?,
            self.types.checked_mul(6)?,
            self.characters,
            self.leaps.checked_mul(width + 4)?,
            self.standard_marks,
            self.utc_marks,
        ];
        parts.iter().try_fold(Self::SIZE, |sum, part| sum.checked_add(*part))
    }
}

/// A signed number of `width` bytes, the highest first.
fn number(bytes: &[u8], at: usize, width: usize) -> Option<i64> {
    let bytes = bytes.get(at..at.checked_add(width)?)?;
    let first = if bytes[0] >= 0x80 { -1i64 } else { 0 };
    Some(bytes.iter().fold(first, |n, &b| (n << 8) | i64::from(b)))
}

/// A block behind its header: the changes, and where it ends.
fn block(bytes: &[u8], header: &Header, width: usize) -> Option<(Zone, usize)> {
    let end = header.size(width)?;
    if bytes.len() < end {
        return None;
    }
    let indices = Header::SIZE + header.times * width;
    let types = indices + header.times;
    let offset = |index: usize| if index < header.types { number(bytes, types + 6 * index, 4) } else { None };
    let mut changes = Vec::with_capacity(header.times);
    for i in 0..header.times {
        let at = number(bytes, Header::SIZE + i * width, width)?;
        changes.push((at, offset(usize::from(*bytes.get(indices + i)?))?));
    }
    Some((Zone { changes, first: offset(0)?, footer: None }, end))
}

impl Footer {
    fn offset_at(&self, seconds: i64) -> i64 {
        let Some(Daylight { offset: summer, begin: (begin, begin_time), end: (end, end_time) }) = self.daylight else {
            return self.standard;
        };
        // The year of winter's local time; rules are never so near to its ends that an hour matters.
        let (year, _) = year_of((seconds + self.standard).div_euclid(86_400));
        let begin = day_number(year, begin) * 86_400 + begin_time - self.standard;
        let end = day_number(year, end) * 86_400 + end_time - summer;
        let is_summer = if begin < end { (begin..end).contains(&seconds) } else { !(end..begin).contains(&seconds) };
        if is_summer { summer } else { self.standard }
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

/// Days from the epoch to 1 January of a year.
fn year_start(year: i64) -> i64 {
    let y = year - 1;
    365 * (year - 1970) + (y.div_euclid(4) - 492) - (y.div_euclid(100) - 19) + (y.div_euclid(400) - 4)
}

/// The year that a day since the epoch lies in, and the day of that year from 0.
fn year_of(day: i64) -> (i64, i64) {
    // 400 years have 146,097 days; the guess is at most one off.
    let mut year = 1970 + (day * 400).div_euclid(146_097);
    while year_start(year + 1) <= day {
        year += 1;
    }
    while year_start(year) > day {
        year -= 1;
    }
    (year, day - year_start(year))
}

/// The day since the epoch that a rule names in a year.
fn day_number(year: i64, day: Day) -> i64 {
    let start = year_start(year);
    match day {
        Day::Julian(n) => start + i64::from(n) - 1 + i64::from(is_leap(year) && n >= 60),
        Day::Ordinal(n) => start + i64::from(n),
        Day::Week { month, week, day } => {
            const DAYS: [i64; 12] = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
            let length = |m: usize| DAYS[m] + i64::from(m == 1 && is_leap(year));
            let month = month as usize - 1;
            let first = start + (0..month).map(length).sum::<i64>();
            // 1 January 1970 was a Thursday.
            let weekday = (first + 4).rem_euclid(7);
            let mut at = (i64::from(day) - weekday).rem_euclid(7) + 7 * (i64::from(week) - 1);
            while at >= length(month) {
                at -= 7;
            }
            first + at
        }
    }
}

/// Reads a POSIX zone text such as `CET-1CEST,M3.5.0,M10.5.0/3`.
fn footer(text: &str) -> Option<Footer> {
    let mut reader = Reader(text);
    reader.name()?;
    let standard = -reader.time()?;
    if reader.0.is_empty() {
        return Some(Footer { standard, daylight: None });
    }
    reader.name()?;
    let summer = if reader.0.starts_with(',') { standard + 3600 } else { -reader.time()? };
    let begin = reader.rule()?;
    let end = reader.rule()?;
    reader.0.is_empty().then_some(Footer { standard, daylight: Some(Daylight { offset: summer, begin, end }) })
}

struct Reader<'a>(&'a str);

impl Reader<'_> {
    fn eat(&mut self, text: &str) -> bool {
        let rest = self.0.strip_prefix(text);
        if let Some(rest) = rest {
            self.0 = rest;
        }
        rest.is_some()
    }

    /// Letters, or anything in angle brackets.
    fn name(&mut self) -> Option<()> {
        let end = match self.0.strip_prefix('<') {
            Some(rest) => rest.find('>')? + 2,
            None => self.0.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(self.0.len()),
        };
        self.0 = self.0.get(end..)?;
        (end > 0).then_some(())
    }

    fn digits(&mut self) -> Option<i64> {
        let end = self.0.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.0.len());
        let (digits, rest) = self.0.split_at(end);
        self.0 = rest;
        digits.parse().ok().filter(|n: &i64| *n < 1000)
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn time(&mut self) -> Option<i64> {
        let sign = if self.eat("-") {
            -1
        } else {
            self.eat("+");
            1
        };
        let mut seconds = self.digits()? * 3600;
        for unit in [60, 1] {
            if self.eat(":") {
                seconds += self.digits()? * unit;
            }
        }
        Some(sign * seconds)
    }

    /// `,Mm.w.d[/time]` and its other forms.
    fn rule(&mut self) -> Option<(Day, i64)> {
        if !self.eat(",") {
            return None;
        }
        let day = if self.eat("M") {
            let month = self.digits()? as u32;
            let week = self.eat(".").then(|| self.digits())?? as u32;
            let day = self.eat(".").then(|| self.digits())?? as u32;
            if !(1..=12).contains(&month) || !(1..=5).contains(&week) || day > 6 {
                return None;
            }
            Day::Week { month, week, day }
        } else if self.eat("J") {
            Day::Julian(self.digits()? as u32)
        } else {
            Day::Ordinal(self.digits()? as u32)
        };
        let time = if self.eat("/") { self.time()? } else { 7200 };
        Some((day, time))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule_zone(text: &str) -> Zone {
        Zone { footer: footer(text), ..Zone::default() }
    }

    #[test]
    fn years_and_days_fit_the_calendar() {
        assert_eq!((year_start(1970), year_start(1971), year_start(2000), year_start(2024)), (0, 365, 10_957, 19_723));
        for (day, expected) in [(0, (1970, 0)), (-1, (1969, 364)), (19_723 + 365, (2024, 365)), (11_322, (2000, 365))] {
            assert_eq!(year_of(day), expected);
        }
        assert!((-800_000..800_000).step_by(997).all(|d| {
            let (y, n) = year_of(d);
            year_start(y) + n == d && (0..366).contains(&n)
        }));
    }

    #[test]
    fn daylight_saving_follows_the_rule() {
        let berlin = rule_zone("CET-1CEST,M3.5.0,M10.5.0/3");
        // 2024-03-31T01:00Z and 2024-10-27T01:00Z.
        let (begin, end) = (1_711_846_800_000.0, 1_729_990_800_000.0);
        assert_eq!(berlin.offset_minutes(begin - 1.0), 60);
        assert_eq!(berlin.offset_minutes(begin), 120);
        assert_eq!(berlin.offset_minutes(end - 1.0), 120);
        assert_eq!(berlin.offset_minutes(end), 60);
        // The southern summer goes over the new year.
        let sydney = rule_zone("AEST-10AEDT,M10.1.0,M4.1.0/3");
        assert_eq!(sydney.offset_minutes(1_705_284_000_000.0), 660);
        assert_eq!(sydney.offset_minutes(1_720_000_000_000.0), 600);
        assert_eq!(rule_zone("<+0330>-3:30").offset_minutes(0.0), 210);
        assert_eq!(rule_zone("EST5EDT,M3.2.0,M11.1.0").offset_minutes(1_705_284_000_000.0), -300);
    }

    #[test]
    fn a_zone_that_is_sampled_has_the_changes_of_its_source_to_the_second() {
        for rule in ["CET-1CEST,M3.5.0,M10.5.0/3", "AEST-10AEDT,M10.1.0,M4.1.0/3", "<+0330>-3:30", "CST-8"] {
            let source = rule_zone(rule);
            let sampled = Zone::sampled(2020..2026, |seconds| source.offset_at(seconds));
            let (begin, end) = (year_start(2020) * DAY, year_start(2026) * DAY);
            let times = (begin..end).step_by(86_399).chain(sampled.changes.iter().flat_map(|&(at, _)| [at - 1, at]));
            times.for_each(|at| assert_eq!(sampled.offset_at(at), source.offset_at(at), "{rule} at {at}"));
            assert_eq!(sampled.changes.len(), if rule.contains(',') { 12 } else { 0 }, "{rule}");
        }
        // The C library goes by the same file as we do.
        if let (Some(file), Some(asked)) = (Zone::from_file(Path::new("/etc/localtime")), local_time::zone()) {
            let times = (year_start(1990)..year_start(2030)).map(|day| day * DAY);
            times.for_each(|at| assert_eq!(asked.offset_at(at), file.offset_at(at), "at {at}"));
        }
    }

    #[test]
    fn a_zone_file_lists_its_changes() {
        let mut file = Vec::new();
        for width in [4usize, 8] {
            file.extend_from_slice(b"TZif2");
            file.extend_from_slice(&[0; 15]);
            for count in [0u32, 0, 0, 2, 2, 8] {
                file.extend_from_slice(&count.to_be_bytes());
            }
            for at in [-1000i64, 2000] {
                file.extend_from_slice(&at.to_be_bytes()[8 - width..]);
            }
            file.extend_from_slice(&[1, 0]);
            for offset in [28_800i32, 32_400] {
                file.extend_from_slice(&offset.to_be_bytes());
                file.extend_from_slice(&[0, 0]);
            }
            file.extend_from_slice(b"CST\0CDT\0");
        }
        file.extend_from_slice(b"\nCST-8\n");
        let zone = Zone::parse(&file).expect("a zone");
        let at = |s: f64| zone.offset_minutes(s * 1000.0);
        assert_eq!((at(-5000.0), at(-1000.0), at(1999.0), at(2000.0), at(1e9)), (480, 540, 540, 480, 480));
        for cut in 0..file.len() {
            let _ = Zone::parse(&file[..cut]);
        }
    }

    #[test]
    fn bad_times_and_texts_do_no_harm() {
        let zone = rule_zone("CET-1CEST,M3.5.0,M10.5.0/3");
        for now in [f64::NAN, f64::INFINITY, -1e300, 1e300] {
            zone.offset_minutes(now);
        }
        for text in
            ["", "C", "CET", "CET-", "CET-1CEST", "CET-1CEST,M13.1.0,M1.1.0", "<A", "CET-1CEST,M3.5.0,M10.5.0x", "中"]
        {
            assert_eq!(footer(text), None, "{text}");
        }
    }
}
