//! Text fields: `input` and `textarea`.
//!
//! The field that has the focus owns a [`TextEditor`]; what it holds is mirrored into the document for layout.
//! Each edit by the user has a revision: a value that script made for an older one than the last (it had not
//! seen the newest keys) is not taken, so that fast typing never loses a character.

use super::{Effect, is_on, number, text};
use crate::interact::editor::{Step, TextEditor};
use crate::interact::input::{Key, Modifiers};
use pellicle_layout::document::{Dirty, Document, ElementState, NodeId};
use serde_json::json;
use std::sync::Arc;

/// Blink of the caret: so long it is shown, and so long it is not, ms.
const BLINK: f64 = 530.0;

/// The text field that has the focus.
#[derive(Clone, Debug)]
pub struct FocusedInput {
    /// The element.
    pub node: NodeId,
    /// Its text, caret and selection.
    pub editor: TextEditor,
    /// Number of the user's last edit. It counts on from field to field of a page; 0 is none.
    pub revision: u16,
    /// The last edit that script was told of.
    pub told: Option<u16>,
    /// The last edit that script had seen when it made its last value.
    pub seen: Option<u16>,
    /// Its text when it got the focus.
    initial: String,
    /// Keyboard height that was told last, logical px.
    keyboard: f32,
    shown_since: f64,
}

/// What the program shows in a field: the edited value, or the attribute.
pub fn current_text(document: &Document, node: NodeId) -> String {
    match document.node(node).and_then(|n| n.input_value.clone()) {
        Some(value) => value.to_string(),
        None => text(document, node, "value"),
    }
}

/// True for a text field.
pub fn is_field(document: &Document, node: NodeId) -> bool {
    matches!(document.tag_name(node), "input" | "textarea")
}

impl FocusedInput {
    /// Gives a field the focus; `revision` is that of the last edit on its page, `keyboard` the height of the soft
    /// keyboard, logical px.
    pub fn new(
        document: &mut Document,
        node: NodeId,
        revision: u16,
        keyboard: f32,
        now: f64,
        effects: &mut Vec<Effect>,
    ) -> FocusedInput {
        let multiline = document.tag_name(node) == "textarea";
        let most = number(document, node, "maxlength", 140.0, -1.0, 1e9);
        let limit = (most >= 0.0).then_some(most as usize);
        let value = current_text(document, node);
        let editor = TextEditor::new(&value, multiline, limit);
        let mut focused = FocusedInput {
            node,
            editor,
            revision,
            told: None,
            seen: None,
            initial: value.clone(),
            keyboard,
            shown_since: now,
        };
        focused.select_by_attributes(document);
        document.set_state(node, ElementState::FOCUS, true);
        document.mark(node, Dirty::PAINT);
        effects.push(Effect::Event {
            target: node,
            event: "focus",
            detail: json!({ "value": value, "height": keyboard }),
        });
        focused
    }

    /// Selects what `selection-start` and `selection-end` say, or puts the caret where `cursor` says.
    pub fn select_by_attributes(&mut self, document: &Document) {
        let place = |name: &str| {
            let place = number(document, self.node, name, -1.0, -1.0, 1e9);
            (place >= 0.0).then_some(place as usize)
        };
        let range = place("selection-start").zip(place("selection-end"));
        if let Some((start, end)) = range.or_else(|| place("cursor").map(|at| (at, at))) {
            self.editor.select_utf16(start, end);
        }
    }

    /// The field loses the focus.
    pub fn blur(self, document: &mut Document, effects: &mut Vec<Effect>) {
        document.set_state(self.node, ElementState::FOCUS, false);
        document.mark(self.node, Dirty::PAINT);
        let value = self.editor.text().to_owned();
        let cursor = self.editor.caret_utf16();
        effects.push(Effect::Event {
            target: self.node,
            event: "blur",
            detail: json!({ "value": value, "cursor": cursor }),
        });
        // As in a browser, `change` comes once, when the field is left with another text.
        if self.initial != self.editor.text() {
            let detail = json!({ "value": self.editor.text() });
            effects.push(Effect::Event { target: self.node, event: "change", detail });
        }
        if self.keyboard != 0.0 {
            let detail = json!({ "height": 0, "duration": 0 });
            effects.push(Effect::Event { target: self.node, event: "keyboardheightchange", detail });
        }
    }

    /// Text was typed.
    pub fn insert(&mut self, document: &mut Document, typed: &str, now: f64, effects: &mut Vec<Effect>) {
        let kept: String = match text(document, self.node, "type").as_str() {
            "number" => typed.chars().filter(char::is_ascii_digit).collect(),
            "digit" => typed.chars().filter(|c| c.is_ascii_digit() || *c == '.').collect(),
            "idcard" => typed.chars().filter(|c| c.is_ascii_digit() || matches!(c, 'x' | 'X')).collect(),
            _ => typed.to_owned(),
        };
        if self.editor.insert(&kept) {
            self.edited(document, kept.chars().next_back(), now, effects);
        }
    }

    /// An input method composes.
    pub fn compose(
        &mut self,
        document: &mut Document,
        composed: &str,
        selection: Option<(usize, usize)>,
        now: f64,
        effects: &mut Vec<Effect>,
    ) {
        if self.editor.compose(composed, selection) {
            self.edited(document, None, now, effects);
        }
    }

    /// An input method that keeps a copy of the text has changed it: only what is new there is typed.
    pub fn edit(
        &mut self,
        document: &mut Document,
        edited: &str,
        selection: (usize, usize),
        composition: Option<(usize, usize)>,
        now: f64,
        effects: &mut Vec<Effect>,
    ) {
        let (old, new) = self.editor.difference(edited);
        if !(old.is_empty() && new.is_empty()) {
            self.editor.select(old.start, old.end);
            self.insert(document, new, now, effects);
        }
        // What the field did not take has moved everything behind it.
        if self.editor.text() == edited {
            self.editor.select(selection.0, selection.1);
            self.editor.mark(composition);
        }
    }

    /// A key was pressed. True if the field used it.
    pub fn key(
        &mut self,
        document: &mut Document,
        key: Key,
        modifiers: Modifiers,
        now: f64,
        effects: &mut Vec<Effect>,
    ) -> bool {
        let by = if modifiers.word { Step::Word } else { Step::Grapheme };
        let extend = modifiers.shift;
        match key {
            Key::Backspace | Key::Delete => {
                if self.editor.delete(by, key == Key::Delete) {
                    self.edited(document, None, now, effects);
                }
            }
            Key::Enter if self.editor.multiline && !self.enter_confirms(document, modifiers) => {
                if self.editor.insert("\n") {
                    self.edited(document, Some('\n'), now, effects);
                }
            }
            Key::Enter => {
                let detail = json!({ "value": self.editor.text() });
                effects.push(Effect::Event { target: self.node, event: "confirm", detail });
            }
            Key::Left | Key::Right => self.editor.step(by, key == Key::Right, extend),
            Key::Home | Key::End => self.editor.step(Step::Line, key == Key::End, extend),
            Key::Up | Key::Down if !self.editor.multiline => self.editor.step(Step::All, key == Key::Down, extend),
            Key::Character('a') if modifiers.shortcut => self.editor.select_all(),
            _ => return false,
        }
        self.shown_since = now;
        document.mark(self.node, Dirty::PAINT);
        true
    }

    /// True if Enter confirms: in a field of one line, and in a `textarea` whose keyboard has a key for that.
    pub fn enter_confirms(&self, document: &Document, modifiers: Modifiers) -> bool {
        let has_key = Confirm::of(document, self.node) != Confirm::Return;
        !self.editor.multiline || modifiers.shortcut || (has_key && !modifiers.shift)
    }

    /// The selection is cut out; gives its text.
    pub fn cut(&mut self, document: &mut Document, now: f64, effects: &mut Vec<Effect>) -> Option<String> {
        let cut = self.copy(document)?;
        self.editor.delete(Step::Grapheme, true);
        self.edited(document, None, now, effects);
        Some(cut)
    }

    /// The selected text; never a password's.
    pub fn copy(&self, document: &Document) -> Option<String> {
        let selected = self.editor.selected();
        (!selected.is_empty() && !is_password(document, self.node)).then(|| selected.to_owned())
    }

    fn edited(&mut self, document: &mut Document, key: Option<char>, now: f64, effects: &mut Vec<Effect>) {
        self.revision = self.revision.wrapping_add(1).max(1);
        self.shown_since = now;
        show(document, self.node, self.editor.text());
        let mut detail = json!({ "value": self.editor.text(), "cursor": self.editor.caret_utf16() });
        if let Some(key) = key {
            detail["keyCode"] = json!(key as u32);
        }
        effects.push(Effect::Event { target: self.node, event: "input", detail });
    }

    /// True if script made its last value before it saw all the edits that it was told of.
    pub fn is_answer_late(&self) -> bool {
        self.told.is_some_and(|told| self.seen.is_none_or(|seen| told.wrapping_sub(seen) as i16 > 0))
    }

    /// Script's value came too late: the newest text stays.
    pub fn keep(&self, document: &mut Document) {
        show(document, self.node, self.editor.text());
    }

    /// Script replaced the value; `revision` is the last edit that it had seen, 0 if that does not matter, and
    /// `cursor` is where it wants the caret (UTF-16 units). False if it came too late.
    pub fn replaced(&mut self, document: &mut Document, value: &str, revision: u16, cursor: Option<u32>) -> bool {
        // The user typed on after what script answered to: the newest text stays, script hears of it anyway.
        if revision != self.revision && revision != 0 {
            self.keep(document);
            return false;
        }
        self.editor.replace(value, cursor.map(|at| at as usize));
        show(document, self.node, value);
        true
    }

    /// The soft keyboard's height changed.
    pub fn keyboard(&mut self, height: f32, effects: &mut Vec<Effect>) {
        if self.keyboard != height {
            self.keyboard = height;
            let detail = json!({ "height": height, "duration": 0 });
            effects.push(Effect::Event { target: self.node, event: "keyboardheightchange", detail });
        }
    }

    /// Whether the caret is shown at a time.
    pub fn caret_shown(&self, now: f64) -> bool {
        ((now - self.shown_since) / BLINK) as i64 % 2 == 0
    }

    /// When the caret changes next, ms.
    pub fn next_blink(&self, now: f64) -> f64 {
        self.shown_since + (((now - self.shown_since) / BLINK).floor() + 1.0) * BLINK
    }
}

/// What the key that ends typing says: `confirm-type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum Confirm {
    Send,
    Search,
    Next,
    Go,
    Done,
    /// It breaks the line.
    Return,
}

impl Confirm {
    /// Of a field.
    pub fn of(document: &Document, node: NodeId) -> Confirm {
        match text(document, node, "confirm-type").as_str() {
            "send" => Confirm::Send,
            "search" => Confirm::Search,
            "next" => Confirm::Next,
            "go" => Confirm::Go,
            "done" => Confirm::Done,
            _ if document.tag_name(node) == "textarea" => Confirm::Return,
            _ => Confirm::Done,
        }
    }
}

/// Which keys a soft keyboard needs for a field: its `type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum InputMode {
    Text,
    /// Digits.
    Number,
    /// Digits and a decimal point.
    Digit,
    /// Digits and X.
    IdCard,
    /// A password: nothing is suggested or learned.
    Password,
    Nickname,
}

impl InputMode {
    /// Of a field.
    pub fn of(document: &Document, node: NodeId) -> InputMode {
        match text(document, node, "type").as_str() {
            _ if is_password(document, node) => InputMode::Password,
            "number" => InputMode::Number,
            "digit" => InputMode::Digit,
            "idcard" => InputMode::IdCard,
            "nickname" => InputMode::Nickname,
            _ => InputMode::Text,
        }
    }
}

/// A field shows again what was typed into it in an earlier run; its program is told as if it were typed now.
pub fn restore(document: &mut Document, node: NodeId, value: &str, effects: &mut Vec<Effect>) {
    if !is_field(document, node) || is_password(document, node) || current_text(document, node) == value {
        return;
    }
    show(document, node, value);
    let cursor = value.encode_utf16().count();
    let detail = json!({ "value": value, "cursor": cursor });
    effects.push(Effect::Event { target: node, event: "input", detail });
}

/// True if a field hides its text.
pub fn is_password(document: &Document, node: NodeId) -> bool {
    is_on(document, node, "password") || text(document, node, "type") == "safe-password"
}

/// Mirrors a text into the document.
fn show(document: &mut Document, node: NodeId, value: &str) {
    let Some(found) = document.node_mut(node) else { return };
    if found.input_value.as_deref() != Some(value) {
        found.input_value = Some(Arc::from(value));
        document.mark(node, Dirty::LAYOUT | Dirty::PAINT);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::fixed::FixedPage;

    fn field(attributes: &[(&str, &str)]) -> (Document, FocusedInput, Vec<Effect>) {
        let mut page = FixedPage::new();
        let node = page.element(page.root(), "input");
        for (name, value) in attributes {
            page.attribute(node, name, value);
        }
        let (mut document, _) = page.document().unwrap();
        let mut effects = Vec::new();
        let input = FocusedInput::new(&mut document, node, 0, 0.0, 0.0, &mut effects);
        effects.clear();
        (document, input, effects)
    }

    fn events(effects: &[Effect]) -> Vec<(&str, String)> {
        effects
            .iter()
            .filter_map(|e| match e {
                Effect::Event { event, detail, .. } => {
                    Some((*event, detail["value"].as_str().unwrap_or("").to_owned()))
                }
                _ => None,
            })
            .collect()
    }

    #[test]
    fn typing_tells_the_whole_text_and_enter_confirms_it() {
        let (mut document, mut input, mut effects) = field(&[("value", "a"), ("maxlength", "3")]);
        input.insert(&mut document, "b", 1.0, &mut effects);
        input.insert(&mut document, "cd", 2.0, &mut effects);
        input.insert(&mut document, "e", 3.0, &mut effects);
        input.key(&mut document, Key::Enter, Modifiers::default(), 4.0, &mut effects);
        let expected = [("input", "ab"), ("input", "abc"), ("confirm", "abc")];
        assert_eq!(events(&effects), expected.map(|(e, v)| (e, v.to_owned())));
        assert_eq!(current_text(&document, input.node), "abc");
    }

    #[test]
    fn a_number_field_takes_digits_only() {
        let (mut document, mut input, mut effects) = field(&[("type", "number")]);
        input.insert(&mut document, "1a2", 0.0, &mut effects);
        input.insert(&mut document, "x", 0.0, &mut effects);
        assert_eq!(events(&effects), [("input", "12".to_owned())]);
    }

    #[test]
    fn an_answer_to_older_keys_does_not_take_newer_ones_back() {
        let (mut document, mut input, mut effects) = field(&[]);
        input.insert(&mut document, "a", 0.0, &mut effects);
        let seen = input.revision;
        input.insert(&mut document, "b", 1.0, &mut effects);
        assert!(!input.replaced(&mut document, "A", seen, None));
        assert_eq!(current_text(&document, input.node), "ab");
        assert!(input.replaced(&mut document, "AB", input.revision, None));
        assert_eq!((current_text(&document, input.node).as_str(), input.editor.text()), ("AB", "AB"));
    }

    #[test]
    fn a_password_is_never_copied() {
        let (document, mut input, _) = field(&[("value", "secret"), ("password", "true")]);
        input.editor.select_all();
        assert_eq!(input.copy(&document), None);
        let (document, mut input, _) = field(&[("value", "open")]);
        input.editor.select_all();
        assert_eq!(input.copy(&document).as_deref(), Some("open"));
    }

    #[test]
    fn the_caret_blinks_and_shows_after_each_key() {
        let (mut document, mut input, mut effects) = field(&[]);
        assert!(input.caret_shown(100.0) && !input.caret_shown(600.0) && input.caret_shown(1100.0));
        input.insert(&mut document, "x", 600.0, &mut effects);
        assert!(input.caret_shown(700.0));
        assert_eq!(input.next_blink(700.0), 1130.0);
    }
}
