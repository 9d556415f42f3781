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
        breaks
    }

    /// Whether a line may break before byte `at`.
    pub fn is_allowed(&self, at: usize) -> bool {
        self.bits.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
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
            if let Some(last) = before[1].filter(char::is_ascii)
                && c.is_ascii()
            {
                let last_last = before[0].filter(char::is_ascii).map(|c| c as u8);
                self.set(at, ascii_break(last_last, last as u8, c as u8));
            }
            before = [before[1], Some(c)];
        }
    }

    /// `break-all`: also between letters, digits and ideographs.
    fn break_all(&mut self, text: &str) {
        let breakable = |c: char| {
            use BreakClass::*;
            matches!(
                break_property(c as u32),
                Alphabetic
                    | HebrewLetter
                    | Numeric
                    | Ideographic
                    | ComplexContext
                    | Ambiguous
                    | HangulLvSyllable
                    | HangulLvtSyllable
                    | EmojiBase
            )
        };
        let mut last: Option<char> = None;
        for (at, c) in text.char_indices() {
            if last.is_some_and(|last| breakable(last) && breakable(c)) {
                self.set(at, true);
            }
            last = Some(c);
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
    fn break_all_splits_words_but_not_before_punctuation() {
        assert_eq!(split("ab1, c", WordBreak::BreakAll), "a|b|1, |c");
    }
}
