//! Keys of winit as the engine names them.

use crate::interact::{Key, Modifiers};
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
}
