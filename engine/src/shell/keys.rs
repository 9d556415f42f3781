//! Keys and input methods of winit as the engine names them.

use crate::interact::{InputEvent, Key, Modifiers};
use winit::keyboard::{Key as WinitKey, ModifiersState, NamedKey};

/// Modifiers as the engine names them, for the system's habits.
pub fn modifiers(state: ModifiersState) -> Modifiers {
    let mac = cfg!(target_os = "macos");
    Modifiers {
        shift: state.shift_key(),
        shortcut: if mac { state.super_key() } else { state.control_key() },
        word: if mac { state.alt_key() } else { state.control_key() },
    }
}

/// The engine's name of a key, `None` for keys that only type text.
pub fn key(key: &WinitKey, modifiers: Modifiers) -> Option<Key> {
    Some(match key {
        WinitKey::Named(named) => match named {
            NamedKey::Backspace => Key::Backspace,
            NamedKey::Delete => Key::Delete,
            NamedKey::Enter => Key::Enter,
            NamedKey::Tab => Key::Tab,
            NamedKey::Escape => Key::Escape,
            NamedKey::ArrowLeft => Key::Left,
            NamedKey::ArrowRight => Key::Right,
            NamedKey::ArrowUp => Key::Up,
            NamedKey::ArrowDown => Key::Down,
            NamedKey::Home => Key::Home,
            NamedKey::End => Key::End,
            NamedKey::PageUp => Key::PageUp,
            NamedKey::PageDown => Key::PageDown,
            NamedKey::BrowserBack | NamedKey::GoBack => Key::Back,
            _ => return None,
        },
        WinitKey::Character(text) if modifiers.shortcut => Key::Character(text.chars().next()?.to_lowercase().next()?),
        _ => return None,
    })
}

/// The input method's text on its way. winit empties it right before it is committed, which is one edit and not two:
/// an empty text waits for what comes next.
#[derive(Clone, Copy, Debug, Default)]
pub struct Composing {
    emptied: bool,
}

impl Composing {
    /// The text so far.
    pub fn preedit(&mut self, text: String, selection: Option<(usize, usize)>) -> Option<InputEvent> {
        self.emptied = text.is_empty();
        (!self.emptied).then_some(InputEvent::Composition { text, selection })
    }

    /// The text is final.
    pub fn commit(&mut self, text: String) -> InputEvent {
        self.emptied = false;
        InputEvent::Text(text)
    }

    /// Nothing of the input method follows at once: an empty text has given the composition up.
    pub fn settle(&mut self) -> Option<InputEvent> {
        std::mem::take(&mut self.emptied).then(|| InputEvent::Composition { text: String::new(), selection: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_character_is_a_key_only_with_the_shortcut_key() {
        let plain = Modifiers::default();
        let shortcut = Modifiers { shortcut: true, ..plain };
        let a = WinitKey::Character("A".into());
        assert_eq!(key(&a, plain), None);
        assert_eq!(key(&a, shortcut), Some(Key::Character('a')));
        assert_eq!(key(&WinitKey::Named(NamedKey::Enter), plain), Some(Key::Enter));
    }

    #[test]
    fn a_committed_text_is_one_edit_and_one_that_is_given_up_ends() {
        let mut composing = Composing::default();
        let nothing = InputEvent::Composition { text: String::new(), selection: None };
        assert!(composing.preedit("ni".into(), None).is_some());
        assert_eq!(composing.settle(), None);
        assert_eq!(composing.preedit(String::new(), None), None);
        assert_eq!(composing.commit("你".into()), InputEvent::Text("你".into()));
        assert_eq!(composing.settle(), None);
        assert!(composing.preedit("h".into(), None).is_some());
        assert_eq!(composing.preedit(String::new(), None), None);
        assert_eq!((composing.settle(), composing.settle()), (Some(nothing), None));
    }
}
