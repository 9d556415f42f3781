//! Where a justified line may be stretched (CSS Text 3, section 6.4): behind spaces, and around ideographs, once between two.

use super::emit::Emitter;
use super::line::{BrokenLine, Part};
use super::source::ItemKind;

impl Emitter<'_> {
    /// How many places of a part can stretch. The ends of the line are none.
    pub fn stretch_places(&self, part: &Part, line: &BrokenLine) -> usize {
        if self.source.items[part.item as usize].kind != ItemKind::Text {
            return 0;
        }
        let (start, end) = (part.start as usize, part.end as usize);
        let last = line.parts.iter().rev().find(|p| self.is_content(p));
        let is_last = last.is_some_and(|p| p.item == part.item && p.start == part.start);
        let text = &self.source.text;
        let stretching = |(at, c): (usize, char)| {
            let ends_line = is_last && start + at + c.len_utf8() == end;
            !ends_line && stretches_behind(&text[start + at..end])
        };
        let inside = text[start..end].char_indices().filter(|&at| stretching(at)).count();
        inside + usize::from(self.stretches_before(part, line))
    }

    /// Whether a text can stretch before its first character, an ideograph behind something that is none.
    pub fn stretches_before(&self, part: &Part, line: &BrokenLine) -> bool {
        let text = &self.source.text;
        let first = text[part.start as usize..part.end as usize].chars().next();
        if !first.is_some_and(is_ideograph) {
            return false;
        }
        let before = line.parts.iter().take_while(|p| p.item != part.item || p.start != part.start);
        match before.filter(|p| self.is_content(p)).last() {
            Some(before) => !text[..before.end as usize].chars().next_back().is_some_and(stretches),
            None => false,
        }
    }

    fn is_content(&self, part: &Part) -> bool {
        matches!(self.source.items[part.item as usize].kind, ItemKind::Text | ItemKind::Atomic(_))
    }
}

/// Whether there is a place behind the first character of a text.
pub(super) fn stretches_behind(text: &str) -> bool {
    let mut chars = text.chars();
    chars.next().is_some_and(stretches) || chars.next().is_some_and(is_ideograph)
}

fn stretches(c: char) -> bool {
    matches!(c, ' ' | '\u{a0}') || is_ideograph(c)
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
