//! What a host hands in.
//!
//! Positions are logical px from the top left of the surface, times are ms of the host's monotonic clock.

use serde::{Deserialize, Serialize};

/// What kind of pointer it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum PointerKind {
    /// A finger.
    Touch,
    /// A mouse with its main button.
    Mouse,
}

/// Modifier keys that are held.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct Modifiers {
    /// Shift.
    pub shift: bool,
    /// The key of shortcuts: Control, on macOS Command.
    pub shortcut: bool,
    /// The key that moves by words: Control, on macOS Option.
    pub word: bool,
}

/// Keys that mean something beyond their text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum Key {
    Backspace,
    Delete,
    Enter,
    Tab,
    Escape,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
    /// A character key pressed together with the shortcut key.
    Character(char),
    /// The back button of the system.
    Back,
}

impl Key {
    /// The key that the web has this name for (`KeyboardEvent.key`), pressed with these. None for keys that are typed as text, or
    /// mean nothing here.
    pub fn named(name: &str, modifiers: Modifiers) -> Option<Key> {
        let mut letters = name.chars();
        Some(match name {
            "Backspace" => Key::Backspace,
            "Delete" => Key::Delete,
            "Enter" => Key::Enter,
            "Tab" => Key::Tab,
            "Escape" => Key::Escape,
            "ArrowLeft" => Key::Left,
            "ArrowRight" => Key::Right,
            "ArrowUp" => Key::Up,
            "ArrowDown" => Key::Down,
            "Home" => Key::Home,
            "End" => Key::End,
            "PageUp" => Key::PageUp,
            "PageDown" => Key::PageDown,
            "GoBack" => Key::Back,
            _ => match (letters.next(), letters.next()) {
                (Some(letter), None) if modifiers.shortcut => Key::Character(letter.to_ascii_lowercase()),
                _ => return None,
            },
        })
    }
}

/// An input.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // a variant's comment names its fields
pub enum InputEvent {
    /// A finger touches or the main button goes down. `pointer` numbers it until it is up.
    PointerDown { pointer: u32, kind: PointerKind, x: f32, y: f32, time: f64 },
    /// It moves; a mouse without a button too.
    PointerMove { pointer: u32, kind: PointerKind, x: f32, y: f32, time: f64 },
    /// It is lifted.
    PointerUp { pointer: u32, x: f32, y: f32, time: f64 },
    /// The system takes it away.
    PointerCancel { pointer: u32, time: f64 },
    /// The mouse left the surface.
    PointerLeave,
    /// The wheel turned at a place, by so many logical px (positive: content moves up and left).
    Wheel { x: f32, y: f32, delta_x: f32, delta_y: f32, time: f64 },
    /// A key went down (or repeats).
    Key { key: Key, modifiers: Modifiers },
    /// Text was typed or an input method committed it.
    Text(String),
    /// An input method composes: its text so far and the selection in it (byte offsets); empty text ends it.
    Composition { text: String, selection: Option<(usize, usize)> },
    /// An input method that keeps a copy of the field's text has changed it: all of the text, the selection, and what it
    /// still composes (byte offsets). What the field does not take (`maxlength`, `type`) is missing from its text afterwards.
    Edit { text: String, selection: (usize, usize), composition: Option<(usize, usize)> },
    /// The soft keyboard's height, logical px; 0 if it is away.
    KeyboardHeight(f32),
    /// The surface got or lost the keyboard's focus.
    WindowFocus(bool),
}

impl InputEvent {
    /// What it is, for traces.
    pub fn name(&self) -> &'static str {
        match self {
            InputEvent::PointerDown { .. } => "pointer down",
            InputEvent::PointerMove { .. } => "pointer move",
            InputEvent::PointerUp { .. } => "pointer up",
            InputEvent::PointerCancel { .. } => "pointer cancel",
            InputEvent::PointerLeave => "pointer leave",
            InputEvent::Wheel { .. } => "wheel",
            InputEvent::Key { .. } => "key",
            InputEvent::Text(_) => "text",
            InputEvent::Composition { .. } => "composition",
            InputEvent::Edit { .. } => "edit",
            InputEvent::KeyboardHeight(_) => "keyboard height",
            InputEvent::WindowFocus(_) => "window focus",
        }
    }

    /// When it happened, ms of the host's clock, where it says so.
    pub fn time(&self) -> Option<f64> {
        match *self {
            InputEvent::PointerDown { time, .. }
            | InputEvent::PointerMove { time, .. }
            | InputEvent::PointerUp { time, .. }
            | InputEvent::PointerCancel { time, .. }
            | InputEvent::Wheel { time, .. } => Some(time),
            _ => None,
        }
    }
}
