//! The Unicode line breaking algorithm (UAX 14, revision 53 for Unicode 16), with the classes of an older table.
//!
//! Newer than the crate that brings the classes in what matters beside CJK text: quotation marks (LB15, LB19a),
//! wide brackets (LB30), numbers (LB25). Small kana count as ideographs, as for `line-break: normal`.

use unicode_linebreak::{BreakClass as C, break_property};

/// A character (with the marks that combine with it) as the rules see it.
#[derive(Clone, Copy)]
struct Unit {
    at: usize,
    c: char,
    class: C,
    /// East Asian width is wide, full or half.
    wide: bool,
}

/// Calls `found` with each byte offset, other than the ends, that a line may break before.
pub(crate) fn each_break(text: &str, mut found: impl FnMut(usize)) {
    let units = units(text);
    let mut state = State::default();
    for i in 0..units.len().saturating_sub(1) {
        state.step(&units, i);
        if state.may_break(&units, i) {
            found(units[i + 1].at);
        }
    }
}

/// LB1 and LB9: resolved classes, combining marks joined to their bases.
fn units(text: &str) -> Vec<Unit> {
    let mut units: Vec<Unit> = Vec::with_capacity(text.len() / 2);
    for (at, c) in text.char_indices() {
        let class = match break_property(c as u32) {
            C::Ambiguous | C::Surrogate | C::Unknown | C::ComplexContext => C::Alphabetic,
            C::ConditionalJapaneseStarter => C::Ideographic,
            class => class,
        };
        if matches!(class, C::CombiningMark | C::ZeroWidthJoiner) {
            let joins = units.last().is_some_and(|u| {
                !matches!(
                    u.class,
                    C::Mandatory | C::CarriageReturn | C::LineFeed | C::NextLine | C::Space | C::ZeroWidthSpace
                )
            });
            if joins {
                if class == C::ZeroWidthJoiner
                    && let Some(last) = units.last_mut()
                {
                    last.c = c;
                }
                continue;
            }
            units.push(Unit { at, c, class: C::Alphabetic, wide: false });
            continue;
        }
        units.push(Unit { at, c, class, wide: is_wide(c) });
    }
    units
}

/// What the rules remember of the text before a position.
#[derive(Default)]
struct State {
    /// The last unit before the spaces (or the unit itself).
    base: usize,
    /// A number runs up to here: `NU (SY | IS)*`.
    number: bool,
    /// A number and then one closing bracket.
    closed_number: bool,
    /// Regional indicators in a row.
    flags: usize,
    /// The last quotation mark opens (LB15a), spaces may follow.
    opening_quote: bool,
}

impl State {
    /// Takes unit `i` in.
    fn step(&mut self, units: &[Unit], i: usize) {
        let unit = units[i];
        if unit.class != C::Space {
            self.base = i;
        }
        self.closed_number = self.number && matches!(unit.class, C::ClosePunctuation | C::CloseParenthesis);
        self.number = match unit.class {
            C::Numeric => true,
            C::Symbol | C::InfixSeparator => self.number,
            _ => false,
        };
        self.flags = if unit.class == C::RegionalIndicator { self.flags + 1 } else { 0 };
        if unit.class != C::Space {
            let starts = match i.checked_sub(1).map(|b| units[b].class) {
                None => true,
                Some(before) => matches!(
                    before,
                    C::Mandatory
                        | C::CarriageReturn
                        | C::LineFeed
                        | C::NextLine
                        | C::OpenPunctuation
                        | C::Quotation
                        | C::NonBreakingGlue
                        | C::Space
                        | C::ZeroWidthSpace
                ),
            };
            self.opening_quote = is_initial_quote(unit.c) && starts;
        }
    }

    /// Whether a line may break between units `i` and `i + 1`.
    fn may_break(&self, units: &[Unit], i: usize) -> bool {
        let (left, right) = (units[i], units[i + 1]);
        let (a, b) = (left.class, right.class);
        let base = units[self.base].class;
        let next = units.get(i + 2);
        // LB4 to LB8a.
        if matches!(a, C::Mandatory | C::CarriageReturn | C::LineFeed | C::NextLine) {
            return !(a == C::CarriageReturn && b == C::LineFeed);
        }
        if matches!(b, C::Mandatory | C::CarriageReturn | C::LineFeed | C::NextLine | C::Space | C::ZeroWidthSpace) {
            return false;
        }
        if base == C::ZeroWidthSpace {
            return true;
        }
        if left.c == '\u{200d}' {
            return false;
        }
        // LB11 to LB14.
        if a == C::WordJoiner || b == C::WordJoiner || a == C::NonBreakingGlue {
            return false;
        }
        if b == C::NonBreakingGlue && !matches!(a, C::Space | C::After | C::Hyphen) {
            return false;
        }
        if matches!(b, C::ClosePunctuation | C::CloseParenthesis | C::Exclamation | C::Symbol) {
            return false;
        }
        if base == C::OpenPunctuation || self.opening_quote {
            return false;
        }
        // LB15b to LB18.
        if is_final_quote(right.c) {
            let ends = next.is_none_or(|n| {
                matches!(
                    n.class,
                    C::Space
                        | C::NonBreakingGlue
                        | C::WordJoiner
                        | C::ClosePunctuation
                        | C::Quotation
                        | C::CloseParenthesis
                        | C::Exclamation
                        | C::InfixSeparator
                        | C::Symbol
                        | C::Mandatory
                        | C::CarriageReturn
                        | C::LineFeed
                        | C::NextLine
                        | C::ZeroWidthSpace
                )
            });
            if ends {
                return false;
            }
        }
        if b == C::InfixSeparator {
            return a == C::Space && next.is_some_and(|n| n.class == C::Numeric);
        }
        if b == C::NonStarter && matches!(base, C::ClosePunctuation | C::CloseParenthesis) {
            return false;
        }
        if base == C::BeforeAndAfter && b == C::BeforeAndAfter {
            return false;
        }
        if a == C::Space {
            return true;
        }
        // LB19 and LB19a.
        if b == C::Quotation && (!is_initial_quote(right.c) || !left.wide || next.is_none_or(|n| !n.wide)) {
            return false;
        }
        if a == C::Quotation {
            let before_wide = i.checked_sub(1).is_some_and(|p| units[p].wide);
            if !is_final_quote(left.c) || !right.wide || !before_wide {
                return false;
            }
        }
        // LB20.
        if a == C::Contingent || b == C::Contingent {
            return true;
        }
        let word = |class| matches!(class, C::Alphabetic | C::HebrewLetter);
        let dash = a == C::Hyphen || matches!(left.c, '\u{2010}' | '\u{2012}' | '\u{2013}' | '\u{58a}');
        if dash && word(b) {
            let starts = i.checked_sub(1).is_none_or(|p| {
                matches!(
                    units[p].class,
                    C::Mandatory
                        | C::CarriageReturn
                        | C::LineFeed
                        | C::NextLine
                        | C::Space
                        | C::ZeroWidthSpace
                        | C::Contingent
                        | C::NonBreakingGlue
                )
            });
            if starts {
                return false;
            }
        }
        // LB21 and LB22.
        if matches!(b, C::After | C::Hyphen | C::NonStarter) || a == C::Before {
            return false;
        }
        let after_hebrew = i.checked_sub(1).is_some_and(|p| units[p].class == C::HebrewLetter);
        if after_hebrew && (a == C::Hyphen || (a == C::After && !left.wide)) && b != C::HebrewLetter {
            return false;
        }
        if (a == C::Symbol && b == C::HebrewLetter) || b == C::Inseparable {
            return false;
        }
        self.joins_words(units, i) != Some(false)
    }

    /// LB23 to LB30b; `Some(false)` forbids the break.
    fn joins_words(&self, units: &[Unit], i: usize) -> Option<bool> {
        let (left, right) = (units[i], units[i + 1]);
        let (a, b) = (left.class, right.class);
        let word = |class| matches!(class, C::Alphabetic | C::HebrewLetter);
        let ideograph = |class| matches!(class, C::Ideographic | C::EmojiBase | C::EmojiModifier);
        let affix = |class| matches!(class, C::Prefix | C::Postfix);
        let joined = (word(a) && b == C::Numeric)
            || (a == C::Numeric && word(b))
            || (a == C::Prefix && ideograph(b))
            || (ideograph(a) && b == C::Postfix)
            || (affix(a) && word(b))
            || (word(a) && affix(b));
        if joined {
            return Some(false);
        }
        // LB25.
        let next = |n: usize| units.get(i + 1 + n).map(|u| u.class);
        let opens_number = b == C::OpenPunctuation
            && (next(1) == Some(C::Numeric) || (next(1) == Some(C::InfixSeparator) && next(2) == Some(C::Numeric)));
        let number = (self.closed_number && affix(b))
            || (self.number && (affix(b) || b == C::Numeric))
            || (affix(a) && (b == C::Numeric || opens_number))
            || (matches!(a, C::Hyphen | C::InfixSeparator) && b == C::Numeric);
        if number {
            return Some(false);
        }
        // LB26 to LB30b.
        let hangul = |class| {
            matches!(
                class,
                C::HangulLJamo | C::HangulVJamo | C::HangulTJamo | C::HangulLvSyllable | C::HangulLvtSyllable
            )
        };
        let syllable = match a {
            C::HangulLJamo => matches!(b, C::HangulLJamo | C::HangulVJamo | C::HangulLvSyllable | C::HangulLvtSyllable),
            C::HangulVJamo | C::HangulLvSyllable => matches!(b, C::HangulVJamo | C::HangulTJamo),
            C::HangulTJamo | C::HangulLvtSyllable => b == C::HangulTJamo,
            _ => false,
        };
        let forbidden = syllable
            || (hangul(a) && b == C::Postfix)
            || (a == C::Prefix && hangul(b))
            || (word(a) && word(b))
            || (a == C::InfixSeparator && word(b))
            || ((word(a) || a == C::Numeric) && b == C::OpenPunctuation && !right.wide)
            || (a == C::CloseParenthesis && !left.wide && (word(b) || b == C::Numeric))
            || (b == C::RegionalIndicator && self.flags % 2 == 1)
            || (a == C::EmojiBase && b == C::EmojiModifier);
        forbidden.then_some(false)
    }
}

fn is_initial_quote(c: char) -> bool {
    matches!(c, '\u{ab}' | '\u{2018}' | '\u{201b}' | '\u{201c}' | '\u{201f}' | '\u{2039}')
}

fn is_final_quote(c: char) -> bool {
    matches!(c, '\u{bb}' | '\u{2019}' | '\u{201d}' | '\u{203a}')
}

/// East Asian width wide, full or half (UAX 11), by range.
fn is_wide(c: char) -> bool {
    matches!(c, '\u{1100}'..='\u{115f}' | '\u{20a9}' | '\u{231a}'..='\u{231b}' | '\u{2329}'..='\u{232a}'
        | '\u{23e9}'..='\u{23ec}' | '\u{23f0}' | '\u{23f3}' | '\u{25fd}'..='\u{25fe}' | '\u{2614}'..='\u{2615}'
        | '\u{2648}'..='\u{2653}' | '\u{267f}' | '\u{2693}' | '\u{26a1}' | '\u{26aa}'..='\u{26ab}'
        | '\u{26bd}'..='\u{26be}' | '\u{26c4}'..='\u{26c5}' | '\u{26ce}' | '\u{26d4}' | '\u{26ea}'
        | '\u{26f2}'..='\u{26f3}' | '\u{26f5}' | '\u{26fa}' | '\u{26fd}' | '\u{2705}' | '\u{270a}'..='\u{270b}'
        | '\u{2728}' | '\u{274c}' | '\u{274e}' | '\u{2753}'..='\u{2755}' | '\u{2757}' | '\u{2795}'..='\u{2797}'
        | '\u{27b0}' | '\u{27bf}' | '\u{2b1b}'..='\u{2b1c}' | '\u{2b50}' | '\u{2b55}' | '\u{2e80}'..='\u{303e}'
        | '\u{3041}'..='\u{4dbf}' | '\u{4e00}'..='\u{a4cf}' | '\u{a960}'..='\u{a97f}' | '\u{ac00}'..='\u{d7a3}'
        | '\u{f900}'..='\u{faff}' | '\u{fe10}'..='\u{fe19}' | '\u{fe30}'..='\u{fe6f}' | '\u{ff01}'..='\u{ffdc}'
        | '\u{ffe0}'..='\u{ffe6}' | '\u{ffe8}'..='\u{ffee}' | '\u{1f000}'..='\u{1faff}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn split(text: &str) -> String {
        let mut out = text.to_owned();
        let mut at = Vec::new();
        each_break(text, |b| at.push(b));
        for b in at.into_iter().rev() {
            out.insert(b, '|');
        }
        out
    }

    #[test]
    fn quotation_marks_break_outside_between_ideographs() {
        assert_eq!(split("中“引”文"), "中|“引”|文");
        assert_eq!(split("中“a”文"), "中“a”文");
    }

    #[test]
    fn wide_brackets_break_before_after_letters() {
        assert_eq!(split("a（中）b"), "a|（中）|b");
        assert_eq!(split("a(b)c"), "a(b)c");
    }

    #[test]
    fn numbers_keep_their_signs() {
        assert_eq!(split("中￥5,000.00元，-5%"), "中|￥5,000.00|元，-5%");
        assert_eq!(split("。$5"), "。|$5");
    }
}
