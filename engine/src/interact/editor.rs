//! The text of a form control under the user's keys.
//!
//! Invariants: caret and anchor are byte offsets at grapheme boundaries (at least at character boundaries
//! where script put them); a composition is a range of the text that the input method still changes; the text
//! never grows beyond `max_length` by the user's hand (script may set more).

use std::ops::Range;
use unicode_segmentation::UnicodeSegmentation;

/// What the caret moves by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step {
    /// A character as the user sees it.
    Grapheme,
    /// A word.
    Word,
    /// To the start or end of the line.
    Line,
    /// To the start or end of the text.
    All,
}

/// The text of a form control.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct TextEditor {
    text: String,
    anchor: usize,
    caret: usize,
    composition: Option<Range<usize>>,
    /// Most UTF-16 units that the user may enter, as `maxlength` counts; `None` for no limit.
    pub max_length: Option<usize>,
    /// Line breaks are allowed.
    pub multiline: bool,
}

impl TextEditor {
    /// An editor with the caret at the end of `text`.
    pub fn new(text: &str, multiline: bool, max_length: Option<usize>) -> TextEditor {
        TextEditor {
            text: text.to_owned(),
            anchor: text.len(),
            caret: text.len(),
            composition: None,
            max_length,
            multiline,
        }
    }

    /// The text.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Byte offset of the caret.
    pub fn caret(&self) -> usize {
        self.caret
    }

    /// The caret in UTF-16 units, as script counts.
    pub fn caret_utf16(&self) -> usize {
        self.text[..self.caret].encode_utf16().count()
    }

    /// The selected bytes, empty at the caret.
    pub fn selection(&self) -> Range<usize> {
        self.anchor.min(self.caret)..self.anchor.max(self.caret)
    }

    /// The selected text.
    pub fn selected(&self) -> &str {
        &self.text[self.selection()]
    }

    /// The bytes that the input method still changes.
    pub fn composition(&self) -> Option<Range<usize>> {
        self.composition.clone()
    }

    /// Script replaced the text: the caret stays where it was if it was inside, at the end if it was there.
    pub fn replace(&mut self, text: &str, caret_utf16: Option<usize>) {
        if self.text == text && caret_utf16.is_none() {
            return;
        }
        let at_end = self.caret == self.text.len();
        self.text.clear();
        self.text.push_str(text);
        self.composition = None;
        let caret = match caret_utf16 {
            Some(units) => self.offset_of_utf16(units),
            None if at_end => self.text.len(),
            None => self.floor(self.caret),
        };
        (self.anchor, self.caret) = (caret, caret);
    }

    /// Selects a range given in UTF-16 units; negative or reversed ends are clamped.
    pub fn select_utf16(&mut self, start: usize, end: usize) {
        self.anchor = self.offset_of_utf16(start);
        self.caret = self.offset_of_utf16(end.max(start));
    }

    /// Puts the caret at a byte offset; `extend` keeps the anchor.
    pub fn place(&mut self, offset: usize, extend: bool) {
        self.caret = self.floor(offset);
        if !extend {
            self.anchor = self.caret;
        }
    }

    /// Selects everything.
    pub fn select_all(&mut self) {
        (self.anchor, self.caret) = (0, self.text.len());
    }

    /// Selects a range of bytes, the caret at its end; what was composed is part of the text now.
    pub fn select(&mut self, start: usize, end: usize) {
        (self.anchor, self.caret) = (self.floor(start), self.floor(end));
        self.composition = None;
    }

    /// A range of the text, bytes, is what the input method still changes; `None` or an empty one: nothing is.
    pub fn mark(&mut self, composition: Option<(usize, usize)>) {
        let range = composition.map(|(start, end)| self.floor(start)..self.floor(end));
        self.composition = range.filter(|range| !range.is_empty());
    }

    /// The bytes in which the text differs from another one, and what that has in their place.
    pub fn difference<'a>(&self, other: &'a str) -> (Range<usize>, &'a str) {
        let same = |(a, b): &(char, char)| a == b;
        let head: usize =
            self.text.chars().zip(other.chars()).take_while(same).map(|(character, _)| character.len_utf8()).sum();
        let (old, new) = (&self.text[head..], &other[head..]);
        let tail: usize =
            old.chars().rev().zip(new.chars().rev()).take_while(same).map(|(character, _)| character.len_utf8()).sum();
        (head..self.text.len() - tail, &new[..new.len() - tail])
    }

    /// Selects the word at a byte offset.
    pub fn select_word(&mut self, offset: usize) {
        if let Some(word) = word_at(&self.text, offset) {
            (self.anchor, self.caret) = (word.start, word.end);
        }
    }

    /// Puts text in the place of the selection (or the composition). Gives whether anything changed.
    pub fn insert(&mut self, text: &str) -> bool {
        if let Some(range) = self.composition.take() {
            (self.anchor, self.caret) = (range.start, range.end);
        }
        let clean = self.clean(text);
        let range = self.selection();
        let room = self.max_length.map(|max| {
            let kept = units(&self.text[..range.start]) + units(&self.text[range.end..]);
            max.saturating_sub(kept)
        });
        let fits = room.map_or(clean.as_str(), |room| prefix_of_units(&clean, room));
        if fits.is_empty() && range.is_empty() {
            return false;
        }
        self.splice(range, fits);
        true
    }

    /// The input method's text so far, with the selection inside it; empty text ends the composition. Gives
    /// whether the text changed.
    pub fn compose(&mut self, text: &str, selection: Option<(usize, usize)>) -> bool {
        let range = self.composition.take().unwrap_or_else(|| self.selection());
        let text = self.clean(text);
        if text.is_empty() && range.is_empty() {
            return false;
        }
        let start = range.start;
        self.splice(range, &text);
        if !text.is_empty() {
            self.composition = Some(start..start + text.len());
            if let Some((from, to)) = selection {
                self.anchor = self.floor(start + from.min(text.len()));
                self.caret = self.floor(start + to.min(text.len()));
            }
        }
        true
    }

    /// Deletes the selection, or what lies between the caret and the next step. Gives whether anything changed.
    pub fn delete(&mut self, step: Step, forward: bool) -> bool {
        if self.selection().is_empty() {
            self.caret = self.target(step, forward);
        }
        let range = self.selection();
        if range.is_empty() {
            return false;
        }
        self.composition = None;
        self.splice(range, "");
        true
    }

    /// Moves the caret. Without `extend` a selection collapses to its end on that side first.
    pub fn step(&mut self, step: Step, forward: bool, extend: bool) {
        let range = self.selection();
        if !extend && !range.is_empty() && step == Step::Grapheme {
            self.caret = if forward { range.end } else { range.start };
        } else {
            self.caret = self.target(step, forward);
        }
        if !extend {
            self.anchor = self.caret;
        }
    }

    fn target(&self, step: Step, forward: bool) -> usize {
        let (before, after) = self.text.split_at(self.caret);
        match (step, forward) {
            (Step::Grapheme, true) => self.caret + after.graphemes(true).next().map_or(0, str::len),
            (Step::Grapheme, false) => self.caret - before.graphemes(true).next_back().map_or(0, str::len),
            (Step::Word, true) => {
                let mut at = self.caret;
                for word in after.split_word_bounds() {
                    at += word.len();
                    if !word.trim().is_empty() {
                        break;
                    }
                }
                at
            }
            (Step::Word, false) => {
                let mut at = self.caret;
                for word in before.split_word_bounds().rev() {
                    at -= word.len();
                    if !word.trim().is_empty() {
                        break;
                    }
                }
                at
            }
            (Step::Line, true) => self.caret + after.find('\n').unwrap_or(after.len()),
            (Step::Line, false) => before.rfind('\n').map_or(0, |i| i + 1),
            (Step::All, true) => self.text.len(),
            (Step::All, false) => 0,
        }
    }

    fn splice(&mut self, range: Range<usize>, text: &str) {
        self.text.replace_range(range.clone(), text);
        self.caret = range.start + text.len();
        self.anchor = self.caret;
    }

    /// Control characters never enter; line breaks only where there can be lines.
    fn clean(&self, text: &str) -> String {
        let multiline = self.multiline;
        let mut text = text.replace("\r\n", "\n");
        text.retain(|c| !c.is_control() || (c == '\n' && multiline) || c == '\t');
        text
    }

    fn floor(&self, offset: usize) -> usize {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        offset
    }

    fn offset_of_utf16(&self, target: usize) -> usize {
        let mut seen = 0;
        for (offset, c) in self.text.char_indices() {
            if seen >= target {
                return offset;
            }
            seen += c.len_utf16();
        }
        self.text.len()
    }
}

/// The word of a text at a byte: what lies between two word boundaries (UAX 29 section 4).
pub(super) fn word_at(text: &str, offset: usize) -> Option<Range<usize>> {
    let mut words = text.split_word_bound_indices().map(|(start, word)| start..start + word.len());
    words.find(|word| word.contains(&offset))
}

fn units(text: &str) -> usize {
    text.encode_utf16().count()
}

/// The longest prefix of whole graphemes that has at most `room` UTF-16 units.
fn prefix_of_units(text: &str, room: usize) -> &str {
    let mut used = 0;
    for (at, grapheme) in text.grapheme_indices(true) {
        used += units(grapheme);
        if used > room {
            return &text[..at];
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_backspace_takes_a_character_as_the_user_sees_it() {
        let mut editor = TextEditor::new("a👨‍👩‍👧e\u{301}", false, None);
        assert!(editor.delete(Step::Grapheme, false));
        assert_eq!(editor.text(), "a👨‍👩‍👧");
        assert!(editor.delete(Step::Grapheme, false));
        assert_eq!(editor.text(), "a");
        editor.step(Step::Grapheme, false, false);
        assert!(!editor.delete(Step::Grapheme, false));
        assert!(editor.delete(Step::Grapheme, true));
        assert_eq!(editor.text(), "");
    }

    #[test]
    fn no_more_than_maxlength_enters_and_never_half_a_character() {
        let mut editor = TextEditor::new("ab", false, Some(5));
        assert!(editor.insert("c😀😀"));
        assert_eq!(editor.text(), "abc😀");
        assert!(!editor.insert("x"));
        editor.select_all();
        assert!(editor.insert("123456789"));
        assert_eq!(editor.text(), "12345");
    }

    #[test]
    fn typing_replaces_the_selection_and_line_breaks_stay_out_of_one_line() {
        let mut editor = TextEditor::new("hello world", false, None);
        editor.select_word(7);
        assert_eq!(editor.selected(), "world");
        editor.insert("you\r\nthere");
        assert_eq!(editor.text(), "hello youthere");
        let mut area = TextEditor::new("", true, None);
        area.insert("a\r\nb");
        assert_eq!(area.text(), "a\nb");
    }

    #[test]
    fn a_composition_changes_until_it_is_committed_or_given_up() {
        let mut editor = TextEditor::new("我", false, None);
        editor.compose("ni", Some((2, 2)));
        editor.compose("nihao", Some((5, 5)));
        assert_eq!((editor.text(), editor.composition()), ("我nihao", Some(3..8)));
        editor.insert("你好");
        assert_eq!((editor.text(), editor.composition(), editor.caret_utf16()), ("我你好", None, 3));
        editor.compose("x", None);
        editor.compose("", None);
        assert_eq!((editor.text(), editor.composition()), ("我你好", None));
    }

    #[test]
    fn words_are_passed_with_the_blanks_before_them() {
        let mut editor = TextEditor::new("one  two, three", false, None);
        editor.step(Step::Word, false, false);
        assert_eq!(editor.caret(), 10);
        editor.step(Step::All, false, false);
        editor.step(Step::Word, true, false);
        editor.step(Step::Word, true, true);
        assert_eq!(editor.selected(), "  two");
    }

    #[test]
    fn a_value_from_script_keeps_the_caret_where_it_was() {
        let mut editor = TextEditor::new("12中4", false, None);
        editor.place(2, false);
        editor.replace("中中", None);
        assert_eq!(editor.caret(), 0);
        editor.replace("abcdef", Some(3));
        assert_eq!(editor.caret(), 3);
        editor.step(Step::All, true, false);
        editor.replace("abcdefgh", None);
        assert_eq!(editor.caret(), 8);
    }

    #[derive(Clone, Debug)]
    enum Edit {
        Insert(String),
        Compose(String, usize),
        Delete(bool, bool),
        Move(bool, bool),
        Place(usize, bool),
        Replace(String),
    }

    fn edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            "[a中😀e\u{301} \n]{0,4}".prop_map(Edit::Insert),
            ("[a中😀]{0,3}", 0usize..9).prop_map(|(t, n)| Edit::Compose(t, n)),
            any::<(bool, bool)>().prop_map(|(w, f)| Edit::Delete(w, f)),
            any::<(bool, bool)>().prop_map(|(f, e)| Edit::Move(f, e)),
            (0usize..40, any::<bool>()).prop_map(|(n, e)| Edit::Place(n, e)),
            "[a中😀]{0,5}".prop_map(Edit::Replace),
        ]
    }

    proptest! {
        #[test]
        fn what_differs_put_in_its_place_gives_the_other_text(from in "[ab中😀]{0,8}", to in "[ab中😀]{0,8}") {
            let mut editor = TextEditor::new(&from, false, None);
            let (old, new) = editor.difference(&to);
            editor.select(old.start, old.end);
            editor.insert(new);
            prop_assert_eq!(editor.text(), to.as_str());
            prop_assert!(old.is_empty() || new.is_empty() || from.chars().next() != to.chars().next() || old.start > 0);
        }

        #[test]
        fn caret_and_composition_stay_inside_whole_characters(edits in prop::collection::vec(edit(), 0..40)) {
            let mut editor = TextEditor::new("", true, Some(12));
            for edit in edits {
                match edit {
                    Edit::Insert(text) => { editor.insert(&text); }
                    Edit::Compose(text, n) => { editor.compose(&text, Some((n, n + 1))); }
                    Edit::Delete(word, forward) => {
                        editor.delete(if word { Step::Word } else { Step::Grapheme }, forward);
                    }
                    Edit::Move(forward, extend) => editor.step(Step::Grapheme, forward, extend),
                    Edit::Place(offset, extend) => editor.place(offset, extend),
                    Edit::Replace(text) => editor.replace(&text, None),
                }
                prop_assert!(editor.text().is_char_boundary(editor.caret()));
                let _ = editor.selected();
                if let Some(range) = editor.composition() {
                    prop_assert!(editor.text().get(range).is_some());
                }
            }
        }
    }
}
