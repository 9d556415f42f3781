//! Where a line may break: UAX 14 with the tailoring that Chromium applies.
//!
//! Pairs of ASCII characters follow a table of their own (a browser tradition: `a/b` does not break,
//! `a?b` does); everything else follows the Unicode line breaking algorithm. Positions are byte offsets;
//! a break "at" an offset is before the character there.

use crate::style::computed::WordBreak;
use unicode_linebreak::{BreakClass, break_property};

/// The break opportunities of a paragraph.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Breaks {
    /// One bit a byte: a line may break before this byte.
    bits: Vec<u64>,
}

impl Breaks {
    /// Finds the opportunities of `text` under `word-break`. Breaks at the ends are not counted.
    pub fn find(text: &str, word_break: WordBreak) -> Breaks {
        let mut breaks = Breaks { bits: vec![0; text.len() / 64 + 1] };
        if text.is_ascii() {
            breaks.find_ascii(text.as_bytes());
        } else {
            breaks.find_unicode(text);
        }
        match word_break {
            WordBreak::BreakAll => breaks.break_all(text),
            WordBreak::KeepAll => breaks.keep_all(text),
            WordBreak::Normal | WordBreak::BreakWord => {}
        }
        breaks.around_boxes(text);
        breaks
    }

    /// A line may break on either side of an atomic box, whatever stands there, but for what never breaks (CSS Text 3,
    /// section 5.1): no quotation mark or closing bracket is kept with it.
    fn around_boxes(&mut self, text: &str) {
        use BreakClass::{NonBreakingGlue, Space, WordJoiner, ZeroWidthJoiner};
        let sticks = |c: char| {
            c == '\n' || matches!(break_property(c as u32), NonBreakingGlue | Space | WordJoiner | ZeroWidthJoiner)
        };
        for (at, object) in text.match_indices('\u{fffc}') {
            if text[..at].chars().next_back().is_some_and(|c| !sticks(c)) {
                self.set(at, true);
            }
            let end = at + object.len();
            if text[end..].chars().next().is_some_and(|c| !sticks(c)) {
                self.set(end, true);
            }
        }
    }

    /// Whether a line may break before byte `at`.
    pub fn is_allowed(&self, at: usize) -> bool {
        self.bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }

    /// The first break in `from..end`.
    pub fn next(&self, from: u32, end: u32) -> Option<u32> {
        let mut at = from as usize / 64;
        let mut word = self.bits.get(at)? & (u64::MAX << (from % 64));
        while word == 0 {
            at += 1;
            if at * 64 >= end as usize {
                return None;
            }
            word = *self.bits.get(at)?;
        }
        let found = (at * 64) as u32 + word.trailing_zeros();
        (found < end).then_some(found)
    }

    /// The last break behind `min` and up to `from`.
    pub fn previous(&self, from: u32, min: u32) -> Option<u32> {
        let mut at = from as usize / 64;
        let mut word = self.bits.get(at)? & (u64::MAX >> (63 - from % 64));
        while word == 0 {
            if at * 64 <= min as usize {
                return None;
            }
            at -= 1;
            word = self.bits[at];
        }
        let found = (at * 64) as u32 + 63 - word.leading_zeros();
        (found > min).then_some(found)
    }

    fn set(&mut self, at: usize, on: bool) {
        if let Some(word) = self.bits.get_mut(at / 64) {
            *word = *word & !(1 << (at % 64)) | u64::from(on) << (at % 64);
        }
    }

    fn find_ascii(&mut self, text: &[u8]) {
        for at in 1..text.len() {
            if ascii_break(at.checked_sub(2).map(|i| text[i]), text[at - 1], text[at]) {
                self.set(at, true);
            }
        }
    }

    fn find_unicode(&mut self, text: &str) {
        super::uax14::each_break(text, |at| self.set(at, true));
        let mut before: [Option<char>; 2] = [None; 2];
        for (at, c) in text.char_indices() {
            if let Some(last) = before[1] {
                let last_last = before[0].filter(char::is_ascii).map(|c| c as u8);
                match (u8::try_from(last), u8::try_from(c)) {
                    (_, Ok(b' ' | b'\t' | b'\n' | b'\r')) => self.set(at, false),
                    // Chromium: whatever stands behind spaces.
                    (Ok(b' ' | b'\t' | b'\n' | b'\r'), _) => self.set(at, true),
                    (Ok(a), Ok(b)) if a.is_ascii() && b.is_ascii() => self.set(at, ascii_break(last_last, a, b)),
                    // Chromium has a table for pairs of Latin-1 characters: of these two it counts what they are, not
                    // what stands around them.
                    (Ok(_), Ok(_)) => self.set(at, pair_breaks(last, c)),
                    _ => {}
                }
            }
            before = [before[1], Some(c)];
        }
    }

    /// `break-all`: also between letters, digits and some marks, by Chromium's table of classes.
    fn break_all(&mut self, text: &str) {
        let mut last: Option<BreakClass> = None;
        for (at, c) in text.char_indices() {
            // As in other browsers a plus sign is like a letter.
            let class = if c == '+' { BreakClass::Alphabetic } else { break_property(c as u32) };
            // A soft hyphen stays with what it may part from the rest.
            if c != '\u{ad}' && last.is_some_and(|last| breaks_under_break_all(last, class)) {
                self.set(at, true);
            }
            if class != BreakClass::CombiningMark || last.is_none() {
                last = Some(class);
            }
        }
    }

    /// `keep-all`: not between letters, ideographs included.
    fn keep_all(&mut self, text: &str) {
        let letter = |c: char| {
            use BreakClass::*;
            matches!(
                break_property(c as u32),
                Alphabetic
                    | HebrewLetter
                    | Numeric
                    | Ideographic
                    | ConditionalJapaneseStarter
                    | NonStarter
                    | Ambiguous
                    | HangulLvSyllable
                    | HangulLvtSyllable
            ) && c.is_alphanumeric()
        };
        let mut last: Option<char> = None;
        for (at, c) in text.char_indices() {
            if last.is_some_and(|last| letter(last) && letter(c)) {
                self.set(at, false);
            }
            last = Some(c);
        }
    }
}

/// Whether a line may break between two characters that stand alone.
fn pair_breaks(a: char, b: char) -> bool {
    if a.is_alphanumeric() && b.is_alphanumeric() {
        return false;
    }
    let mut bytes = [0; 8];
    let len = a.encode_utf8(&mut bytes).len();
    let end = len + b.encode_utf8(&mut bytes[len..]).len();
    let mut breaks = false;
    super::uax14::each_break(std::str::from_utf8(&bytes[..end]).unwrap_or_default(), |_| breaks = true);
    breaks
}

/// Breaks that `break-all` adds, by the classes before and behind.
fn breaks_under_break_all(last: BreakClass, class: BreakClass) -> bool {
    use BreakClass::*;
    let is_word = matches!(class, Ambiguous | Alphabetic | HebrewLetter | After | Hyphen | Numeric);
    match last {
        Ambiguous | Alphabetic | HebrewLetter | Numeric | ComplexContext | Symbol | After => {
            is_word || matches!(class, OpenPunctuation | Prefix | ComplexContext)
        }
        CloseParenthesis => is_word || matches!(class, Prefix | ComplexContext),
        ClosePunctuation => is_word || class == Prefix,
        Exclamation | Postfix => is_word || matches!(class, Postfix | Prefix),
        InfixSeparator => is_word,
        Hyphen => class == Numeric,
        Prefix => class == Postfix,
        _ => false,
    }
}

/// `( < [ {`: a line may break before them after most punctuation.
const OPENERS: u128 = 1 << (b'(' - 33) | 1 << (b'<' - 33) | 1 << (b'[' - 33) | 1 << (b'{' - 33);
/// What a line may break before after `-`, and after `?`.
const AFTER_HYPHEN: u128 = 0x2fffffffefffffffb9ff96f6;
const AFTER_QUESTION: u128 = 0x2fffffffefffffffb9ff96bc;

/// The table for pairs of ASCII characters.
fn ascii_break(last_last: Option<u8>, last: u8, c: u8) -> bool {
    if matches!(c, b' ' | b'\t' | b'\n' | b'\r') {
        return false;
    }
    if matches!(last, b' ' | b'\t' | b'\n' | b'\r') {
        return true;
    }
    if !(33..127).contains(&last) || !(33..127).contains(&c) {
        return false;
    }
    let row = match last {
        // A minus sign stays with its number.
        b'-' if c.is_ascii_digit() => return last_last.is_some_and(|c| c.is_ascii_alphanumeric()),
        b'-' => AFTER_HYPHEN,
        b'?' => AFTER_QUESTION,
        b'!' | b'"' | b'#' | b'%' | b'&' | b')' | b'*' | b'+' | b',' | b'.' | b':' | b';' | b'=' | b'>' | b'\\'
        | b']' | b'^' | b'|' | b'}' | b'~' => OPENERS,
        _ => 0,
    };
    row >> (c - 33) & 1 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str, word_break: WordBreak) -> String {
        let breaks = Breaks::find(text, word_break);
        text.char_indices().map(|(i, c)| if breaks.is_allowed(i) { format!("|{c}") } else { c.to_string() }).collect()
    }

    #[test]
    fn ascii_pairs_break_as_in_browsers() {
        assert_eq!(split("a b  c", WordBreak::Normal), "a |b  |c");
        assert_eq!(split("well-known a/b x?y", WordBreak::Normal), "well-|known |a/b |x?|y");
        assert_eq!(split("2024-01-15 -5", WordBreak::Normal), "2024-|01-|15 |-5");
    }

    #[test]
    fn ideographs_break_everywhere_but_at_closing_punctuation() {
        assert_eq!(split("\u{4e2d}\u{6587}\u{ff0c}\u{597d}", WordBreak::Normal), "\u{4e2d}|\u{6587}\u{ff0c}|\u{597d}");
        assert_eq!(split("\u{4e2d}\u{6587}ab", WordBreak::KeepAll), "\u{4e2d}\u{6587}ab");
        assert_eq!(split("\u{4e2d}ab c", WordBreak::Normal), "\u{4e2d}|ab |c");
    }

    #[test]
    fn soft_hyphens_break_behind_and_quotation_marks_do_not_hold_spaces() {
        assert_eq!(split("ab\u{ad}cd", WordBreak::Normal), "ab\u{ad}|cd");
        assert_eq!(split("a \u{201d}b", WordBreak::Normal), "a |\u{201d}b");
    }

    #[test]
    fn the_nearest_breaks_are_found() {
        let text = format!("ab {} c", "d".repeat(200));
        let breaks = Breaks::find(&text, WordBreak::Normal);
        assert_eq!((breaks.next(1, 300), breaks.next(4, 300), breaks.next(4, 100)), (Some(3), Some(204), None));
        assert_eq!(
            (breaks.previous(203, 1), breaks.previous(203, 3), breaks.previous(204, 0)),
            (Some(3), None, Some(204))
        );
        assert_eq!((breaks.next(204, 300), breaks.next(9999, 10000), breaks.previous(2, 0)), (Some(204), None, None));
    }

    #[test]
    fn break_all_splits_words_but_not_before_punctuation() {
        assert_eq!(split("ab1, c", WordBreak::BreakAll), "a|b|1, |c");
        assert_eq!(split("ab\u{ad}c", WordBreak::BreakAll), "a|b\u{ad}|c");
        assert_eq!(split("03:04 12.5 a-b 1-2", WordBreak::BreakAll), "0|3:|0|4 |1|2.|5 |a|-|b |1|-|2");
    }
}
