//! Inputs as the engine has them.

use crate::status::{Failure, Outcome};
use crate::types::{PellicleInput, PellicleInputKind as Kind, PellicleKey, PellicleModifier};
use pellicle::interact::{InputEvent, Key, Modifiers, PointerKind};

/// Places and distances beyond this are a mistake, logical px.
const FARTHEST: f32 = 1.0e6;

const KINDS: [Kind; 13] = [
    Kind::PointerDown,
    Kind::PointerMove,
    Kind::PointerUp,
    Kind::PointerCancel,
    Kind::PointerLeave,
    Kind::Wheel,
    Kind::Key,
    Kind::Text,
    Kind::Composition,
    Kind::KeyboardHeight,
    Kind::Focus,
    Kind::Back,
    Kind::Edit,
];

const KEYS: [(PellicleKey, Key); 13] = [
    (PellicleKey::Backspace, Key::Backspace),
    (PellicleKey::Delete, Key::Delete),
    (PellicleKey::Enter, Key::Enter),
    (PellicleKey::Tab, Key::Tab),
    (PellicleKey::Escape, Key::Escape),
    (PellicleKey::Left, Key::Left),
    (PellicleKey::Right, Key::Right),
    (PellicleKey::Up, Key::Up),
    (PellicleKey::Down, Key::Down),
    (PellicleKey::Home, Key::Home),
    (PellicleKey::End, Key::End),
    (PellicleKey::PageUp, Key::PageUp),
    (PellicleKey::PageDown, Key::PageDown),
];

/// The input that a host passed, with its text.
pub fn input(given: &PellicleInput, text: &str) -> Outcome<InputEvent> {
    let kind = KINDS.into_iter().find(|kind| *kind as u32 == given.kind);
    let Some(kind) = kind else { return Err(Failure::argument(format!("kind: there is no {}", given.kind))) };
    let PellicleInput { pointer, x, y, delta_x, delta_y, time, height, .. } = *given;
    let places = [x, y, delta_x, delta_y, height];
    if !places.iter().all(|place| place.abs() <= FARTHEST) || !time.is_finite() {
        return Err(Failure::argument("a place or a time is no number, or out of all bounds"));
    }
    let mouse = if given.mouse == 0 { PointerKind::Touch } else { PointerKind::Mouse };
    Ok(match kind {
        Kind::PointerDown => InputEvent::PointerDown { pointer, kind: mouse, x, y, time },
        Kind::PointerMove => InputEvent::PointerMove { pointer, kind: mouse, x, y, time },
        Kind::PointerUp => InputEvent::PointerUp { pointer, x, y, time },
        Kind::PointerCancel => InputEvent::PointerCancel { pointer, time },
        Kind::PointerLeave => InputEvent::PointerLeave,
        Kind::Wheel => InputEvent::Wheel { x, y, delta_x, delta_y, time },
        Kind::Key => InputEvent::Key { key: key(given)?, modifiers: modifiers(given.modifiers)? },
        Kind::Text => InputEvent::Text(text.to_owned()),
        Kind::Composition => InputEvent::Composition { selection: selection(given, text)?, text: text.to_owned() },
        Kind::KeyboardHeight => InputEvent::KeyboardHeight(height),
        Kind::Focus => InputEvent::WindowFocus(given.focused != 0),
        Kind::Edit => {
            let range = |start: usize, end: usize| match text.is_char_boundary(start) && text.is_char_boundary(end) {
                true => Ok((start, end)),
                false => Err(Failure::argument("a range is outside of the text, or cuts a character")),
            };
            let (start, end) = (given.composition_start, given.composition_end);
            InputEvent::Edit {
                selection: range(given.selection_start, given.selection_end)?,
                composition: if end > start { Some(range(start, end)?) } else { None },
                text: text.to_owned(),
            }
        }
        Kind::Back => InputEvent::Key { key: Key::Back, modifiers: Modifiers::default() },
    })
}

fn key(given: &PellicleInput) -> Outcome<Key> {
    if given.key == PellicleKey::Character as u32 {
        let character = char::from_u32(given.character);
        return character.map(Key::Character).ok_or_else(|| Failure::argument("character is no Unicode scalar value"));
    }
    let known = KEYS.iter().find(|(key, _)| *key as u32 == given.key);
    known.map(|(_, key)| *key).ok_or_else(|| Failure::argument(format!("key: there is no {}", given.key)))
}

fn modifiers(bits: u32) -> Outcome<Modifiers> {
    let has = |modifier: PellicleModifier| bits & modifier as u32 != 0;
    if bits > 7 {
        return Err(Failure::argument(format!("modifiers: there is no {bits}")));
    }
    Ok(Modifiers {
        shift: has(PellicleModifier::Shift),
        shortcut: has(PellicleModifier::Shortcut),
        word: has(PellicleModifier::Word),
    })
}

fn selection(given: &PellicleInput, text: &str) -> Outcome<Option<(usize, usize)>> {
    let (start, end) = (given.selection_start, given.selection_end);
    if text.is_empty() || end < start {
        return Ok(None);
    }
    if !text.is_char_boundary(start) || !text.is_char_boundary(end) {
        return Err(Failure::argument("the selection is outside of the text, or cuts a character"));
    }
    Ok(Some((start, end)))
}
