//! Small charts of characters, for terminals.

use std::env;
use std::io::IsTerminal;

/// What a terminal can show.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Look {
    /// Blocks and dots beyond ASCII.
    pub unicode: bool,
    /// Colours.
    pub color: bool,
}

impl Look {
    /// Of stdout: colours on a terminal only and not where `NO_COLOR` is set; Unicode where the locale is one of UTF-8.
    pub fn of_stdout() -> Look {
        let set = |name: &str| env::var(name).ok().filter(|value| !value.is_empty());
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set);
        let color =
            std::io::stdout().is_terminal() && set("NO_COLOR").is_none() && set("TERM").is_none_or(|t| t != "dumb");
        Look { unicode: Look::is_utf8(locale.as_deref()), color }
    }

    fn is_utf8(locale: Option<&str>) -> bool {
        match locale {
            Some(locale) => locale.to_ascii_lowercase().replace('-', "").contains("utf8"),
            // Terminals of these systems are, whatever their environment says.
            None => cfg!(any(windows, target_os = "macos")),
        }
    }

    /// A text in a colour (an SGR parameter such as `1;34`).
    pub fn paint(self, text: &str, sgr: &str) -> String {
        if self.color { format!("\u{1b}[{sgr}m{text}\u{1b}[0m") } else { text.to_owned() }
    }

    /// One sign or the other.
    pub fn pick<'a>(self, unicode: &'a str, ascii: &'a str) -> &'a str {
        if self.unicode { unicode } else { ascii }
    }

    /// How often values lie where, from the smallest to the largest: `width` characters. Empty for none.
    pub fn histogram(self, values: &[f64], width: usize) -> String {
        let counts = histogram(values, width);
        let most = counts.iter().copied().max().unwrap_or(0);
        let signs: &[char] = if self.unicode {
            &['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█']
        } else {
            &['.', ':', '-', '=', '+', '*', '#', '@']
        };
        let sign = |count: usize| match count {
            0 => ' ',
            // What is there at all is seen.
            count => signs[((count * signs.len()).div_ceil(most)).clamp(1, signs.len()) - 1],
        };
        counts.into_iter().map(sign).collect()
    }

    /// Shares of a whole as a bar of `width` characters, each share in its own colour or sign.
    pub fn shares(self, shares: &[f64], width: usize) -> String {
        let whole: f64 = shares.iter().sum();
        if whole <= 0.0 {
            return String::new();
        }
        let mut bar = String::new();
        let (mut sum, mut drawn) = (0.0, 0);
        for (index, share) in shares.iter().enumerate() {
            sum += share;
            let end = (sum / whole * width as f64).round() as usize;
            let sign = match (self.color, self.unicode) {
                (true, true) => "█",
                (true, false) => "#",
                (false, true) => SIGNS[index % SIGNS.len()],
                (false, false) => ASCII[index % ASCII.len()],
            };
            if end > drawn {
                bar.push_str(&self.paint(&sign.repeat(end - drawn), PALETTE[index % PALETTE.len()]));
                drawn = end;
            }
        }
        bar
    }

    /// The sign of one of the shares of [`Look::shares`].
    pub fn key(self, index: usize) -> String {
        let sign = match (self.color, self.unicode) {
            (true, true) => "■",
            (true, false) => "#",
            (false, true) => SIGNS[index % SIGNS.len()],
            (false, false) => ASCII[index % ASCII.len()],
        };
        self.paint(sign, PALETTE[index % PALETTE.len()])
    }
}

/// Signs of shares where there are no colours.
const SIGNS: [&str; 9] = ["░", "▒", "▚", "▞", "▓", "▤", "█", "▥", "▪"];
/// Those of ASCII.
const ASCII: [&str; 9] = [".", ":", "+", "x", "=", "-", "#", "o", "*"];
/// Colours of shares: SGR parameters.
const PALETTE: [&str; 9] = ["36", "34", "35", "33", "32", "31", "94", "95", "96"];

/// How many values lie in each of `width` equal parts between the smallest and the largest. Where a few are far off the
/// others, the last part holds all that are beyond.
pub fn histogram(values: &[f64], width: usize) -> Vec<usize> {
    let (low, high) = range(values);
    if values.is_empty() || width == 0 {
        return Vec::new();
    }
    let mut counts = vec![0; width];
    for value in values {
        let part = if high > low { (value - low) / (high - low) } else { 0.5 };
        counts[((part * width as f64) as usize).min(width - 1)] += 1;
    }
    counts
}

/// From where to where a histogram of values goes: an end that is far off is cut.
pub fn range(values: &[f64]) -> (f64, f64) {
    let mut sorted = values.to_vec();
    sorted.sort_unstable_by(f64::total_cmp);
    let (Some(low), Some(high)) = (sorted.first(), sorted.last()) else { return (0.0, 0.0) };
    let near = sorted[(sorted.len() * 99 / 100).min(sorted.len() - 1)];
    (*low, high.min(low + (near - low) * 1.5).max(near))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn charts_have_their_width_and_show_what_is_rare() {
        let values: Vec<f64> = (0..100).map(|n| if n < 98 { 1.0 } else { 2.0 }).collect();
        let plain = Look { unicode: true, color: false };
        assert_eq!(plain.histogram(&values, 5), "█   ▁");
        assert_eq!(Look { unicode: false, color: false }.histogram(&values, 5), "@   .");
        assert_eq!(plain.histogram(&[], 5), "");
        assert_eq!(plain.histogram(&[3.0, 3.0], 4), "  █ ");
        assert_eq!(plain.shares(&[3.0, 1.0], 8), "░░░░░░▒▒");
        assert_eq!(plain.shares(&[0.0], 8), "");
        let colored = Look { unicode: true, color: true }.shares(&[1.0, 1.0], 2);
        assert_eq!(colored, "\u{1b}[36m█\u{1b}[0m\u{1b}[34m█\u{1b}[0m");
    }

    #[test]
    fn what_is_far_off_does_not_flatten_the_rest() {
        let mut values: Vec<f64> = (0..1000).map(|n| 1.0 + f64::from(n) / 1000.0).collect();
        values.push(1000.0);
        let (low, high) = range(&values);
        assert!(low == 1.0 && high < 3.0, "{low} {high}");
        assert_eq!(histogram(&values, 10).iter().sum::<usize>(), values.len());
    }

    #[test]
    fn the_locale_says_whether_there_is_unicode() {
        assert!(Look::is_utf8(Some("de_DE.UTF-8")) && Look::is_utf8(Some("C.utf8")));
        assert!(!Look::is_utf8(Some("C")) && !Look::is_utf8(Some("ja_JP.eucJP")));
    }
}
