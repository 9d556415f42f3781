//! Where a justified line may be stretched (CSS Text 3, section 6.4): behind spaces, and around ideographs, once between two.

use super::emit::Emitter;
use super::line::{BrokenLine, Part};
use super::source::ItemKind;

impl Emitter<'_> {
    /// How many places of a part can stretch. The end of the line is none.
    pub fn stretch_places(&self, part: &Part, line: &BrokenLine) -> usize {
        let is_content =
            |item: u32| matches!(self.source.items[item as usize].kind, ItemKind::Text | ItemKind::Atomic(_));
        if self.source.items[part.item as usize].kind != ItemKind::Text {
            return 0;
        }
        let (start, end) = (part.start as usize, part.end as usize);
        let last = line.parts.iter().rev().find(|p| is_content(p.item));
        let is_last = last.is_some_and(|p| p.item == part.item && p.start == part.start);
        let text = &self.source.text;
        let stretching = |(at, c): (usize, char)| {
            let ends_line = is_last && start + at + c.len_utf8() == end;
            !ends_line && stretches_behind(&text[start + at..])
        };
        text[start..end].char_indices().filter(|&at| stretching(at)).count()
    }
}

/// Whether there is a place behind the first character of a text.
pub(super) fn stretches_behind(text: &str) -> bool {
    let mut chars = text.chars();
    let first = chars.next();
    first.is_some_and(|c| matches!(c, ' ' | '\u{a0}') || is_ideograph(c)) || chars.next().is_some_and(is_ideograph)
}

fn is_ideograph(c: char) -> bool {
    matches!(c, '\u{2e80}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3fffd}')
}

#[cfg(test)]
mod tests {
    use super::stretches_behind;

    #[test]
    fn lines_stretch_behind_spaces_and_around_ideographs() {
        let places = |text: &str| text.char_indices().filter(|&(at, _)| stretches_behind(&text[at..])).count();
        assert_eq!((places("a b"), places("ab\u{4e2d}\u{6587}c"), places("ab")), (1, 3, 0));
    }
}
