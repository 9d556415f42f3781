//! Egui's events as the engine's.

use eframe::egui::{self, Event, ImeEvent, MouseWheelUnit, PointerButton, Pos2, Rect};
use pellicle::interact::{InputEvent, Key, Modifiers, PointerKind};

/// Logical px that a notch of the wheel scrolls.
const WHEEL_LINE: f32 = 53.0;
/// The mouse. Egui reports a finger as one, too.
const MOUSE: u32 = 0;

/// What a widget knows of egui's pointer and keyboard.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Holding {
    /// The pointer went down in it and is not up yet.
    pub pressed: bool,
    /// The pointer is over it, and nothing lies between.
    pub hovered: bool,
    /// It has the keyboard.
    pub focused: bool,
}

/// What egui's event is to a widget at `rect`; `None` if it is none of its business. `time` is ms of the frame clock.
pub fn translate(event: &Event, rect: Rect, holding: &mut Holding, time: f64) -> Option<InputEvent> {
    let at = |pos: Pos2| (pos.x - rect.min.x, pos.y - rect.min.y);
    Some(match event {
        Event::PointerButton { pos, button: PointerButton::Primary, pressed, .. } => {
            let (x, y) = at(*pos);
            if *pressed {
                if !holding.hovered || !rect.contains(*pos) {
                    return None;
                }
                holding.pressed = true;
                InputEvent::PointerDown { pointer: MOUSE, kind: PointerKind::Mouse, x, y, time }
            } else {
                if !std::mem::take(&mut holding.pressed) {
                    return None;
                }
                InputEvent::PointerUp { pointer: MOUSE, x, y, time }
            }
        }
        Event::PointerMoved(pos) if holding.pressed || (holding.hovered && rect.contains(*pos)) => {
            let (x, y) = at(*pos);
            InputEvent::PointerMove { pointer: MOUSE, kind: PointerKind::Mouse, x, y, time }
        }
        Event::PointerGone => InputEvent::PointerLeave,
        Event::Key { key, pressed: true, modifiers, .. } if holding.focused => {
            let modifiers = held(*modifiers);
            InputEvent::Key { key: named(*key, modifiers)?, modifiers }
        }
        // Egui makes commands of these shortcuts.
        Event::Copy if holding.focused => shortcut('c'),
        Event::Cut if holding.focused => shortcut('x'),
        Event::Text(text) | Event::Paste(text) | Event::Ime(ImeEvent::Commit(text)) if holding.focused => {
            InputEvent::Text(text.clone())
        }
        Event::Ime(ImeEvent::Preedit { text, active_range_chars }) if holding.focused => {
            let byte = |chars: usize| text.char_indices().nth(chars).map_or(text.len(), |(byte, _)| byte);
            let selection = active_range_chars.as_ref().map(|range| (byte(range.start), byte(range.end)));
            InputEvent::Composition { text: text.clone(), selection }
        }
        Event::WindowFocused(on) => InputEvent::WindowFocus(*on),
        _ => return None,
    })
}

/// The wheel over a widget at `rect`, if the event is one.
pub fn wheel(event: &Event, pointer: Option<Pos2>, rect: Rect, time: f64) -> Option<InputEvent> {
    let (Event::MouseWheel { unit, delta, .. }, Some(pos)) = (event, pointer) else { return None };
    let step = match unit {
        MouseWheelUnit::Point => egui::vec2(1.0, 1.0),
        MouseWheelUnit::Line => egui::vec2(WHEEL_LINE, WHEEL_LINE),
        MouseWheelUnit::Page => rect.size(),
    };
    let (x, y) = (pos.x - rect.min.x, pos.y - rect.min.y);
    Some(InputEvent::Wheel { x, y, delta_x: -delta.x * step.x, delta_y: -delta.y * step.y, time })
}

fn shortcut(key: char) -> InputEvent {
    let modifiers = Modifiers { shift: false, shortcut: true, word: !cfg!(target_os = "macos") };
    InputEvent::Key { key: Key::Character(key), modifiers }
}

fn held(modifiers: egui::Modifiers) -> Modifiers {
    let word = if cfg!(target_os = "macos") { modifiers.alt } else { modifiers.ctrl };
    Modifiers { shift: modifiers.shift, shortcut: modifiers.command, word }
}

/// The engine's name of a key, `None` for keys that only type text.
fn named(key: egui::Key, modifiers: Modifiers) -> Option<Key> {
    Some(match key {
        egui::Key::Backspace => Key::Backspace,
        egui::Key::Delete => Key::Delete,
        egui::Key::Enter => Key::Enter,
        egui::Key::Tab => Key::Tab,
        egui::Key::Escape => Key::Escape,
        egui::Key::ArrowLeft => Key::Left,
        egui::Key::ArrowRight => Key::Right,
        egui::Key::ArrowUp => Key::Up,
        egui::Key::ArrowDown => Key::Down,
        egui::Key::Home => Key::Home,
        egui::Key::End => Key::End,
        egui::Key::PageUp => Key::PageUp,
        egui::Key::PageDown => Key::PageDown,
        egui::Key::BrowserBack => Key::Back,
        _ if modifiers.shortcut => {
            let mut name = key.name().chars();
            let (Some(letter), None) = (name.next(), name.next()) else { return None };
            Key::Character(letter.to_ascii_lowercase())
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use eframe::egui::{pos2, vec2};

    const RECT: Rect = Rect { min: pos2(100.0, 50.0), max: pos2(300.0, 250.0) };

    fn button(x: f32, y: f32, pressed: bool) -> Event {
        let modifiers = egui::Modifiers::default();
        Event::PointerButton { pos: pos2(x, y), button: PointerButton::Primary, pressed, modifiers }
    }

    #[test]
    fn a_press_belongs_to_the_widget_until_it_is_up() {
        let mut holding = Holding { hovered: true, ..Holding::default() };
        assert_eq!(translate(&button(10.0, 10.0, true), RECT, &mut holding, 1.0), None, "it is beside it");
        let down = translate(&button(110.0, 80.0, true), RECT, &mut holding, 1.0);
        let kind = PointerKind::Mouse;
        assert_eq!(down, Some(InputEvent::PointerDown { pointer: MOUSE, kind, x: 10.0, y: 30.0, time: 1.0 }));
        // Outside it goes on.
        holding.hovered = false;
        let moved = translate(&Event::PointerMoved(pos2(90.0, 80.0)), RECT, &mut holding, 2.0);
        assert_eq!(moved, Some(InputEvent::PointerMove { pointer: MOUSE, kind, x: -10.0, y: 30.0, time: 2.0 }));
        let up = translate(&button(90.0, 80.0, false), RECT, &mut holding, 3.0);
        assert_eq!(up, Some(InputEvent::PointerUp { pointer: MOUSE, x: -10.0, y: 30.0, time: 3.0 }));
        assert_eq!(translate(&button(90.0, 80.0, false), RECT, &mut holding, 4.0), None);
        assert_eq!(translate(&Event::PointerMoved(pos2(90.0, 80.0)), RECT, &mut holding, 5.0), None);
    }

    #[test]
    fn what_covers_a_widget_takes_its_presses() {
        let mut holding = Holding::default();
        assert_eq!(translate(&button(110.0, 80.0, true), RECT, &mut holding, 1.0), None);
    }

    #[test]
    fn keys_go_where_the_focus_is() {
        let key = |key, modifiers| Event::Key { key, physical_key: None, pressed: true, repeat: false, modifiers };
        let mut holding = Holding::default();
        let enter = key(egui::Key::Enter, egui::Modifiers::default());
        assert_eq!(translate(&enter, RECT, &mut holding, 0.0), None);
        holding.focused = true;
        let plain = Modifiers::default();
        let expected = InputEvent::Key { key: Key::Enter, modifiers: plain };
        assert_eq!(translate(&enter, RECT, &mut holding, 0.0), Some(expected));
        let a = egui::Key::A;
        assert_eq!(translate(&key(a, egui::Modifiers::default()), RECT, &mut holding, 0.0), None, "it is text");
        let all = translate(&key(a, egui::Modifiers::COMMAND), RECT, &mut holding, 0.0);
        assert!(matches!(all, Some(InputEvent::Key { key: Key::Character('a'), modifiers }) if modifiers.shortcut));
        assert_eq!(
            translate(&Event::Text("ü".to_owned()), RECT, &mut holding, 0.0),
            Some(InputEvent::Text("ü".to_owned()))
        );
        let composed = ImeEvent::Preedit { text: "üx".to_owned(), active_range_chars: Some(1..2) };
        assert_eq!(
            translate(&Event::Ime(composed), RECT, &mut holding, 0.0),
            Some(InputEvent::Composition { text: "üx".to_owned(), selection: Some((2, 3)) })
        );
    }

    #[test]
    fn a_notch_of_the_wheel_moves_content_up() {
        let event = Event::MouseWheel {
            unit: MouseWheelUnit::Line,
            delta: vec2(0.0, -1.0),
            phase: egui::TouchPhase::Move,
            source: egui::MouseWheelSource::Unknown,
            modifiers: egui::Modifiers::default(),
        };
        let turned = wheel(&event, Some(pos2(110.0, 60.0)), RECT, 7.0);
        let expected = InputEvent::Wheel { x: 10.0, y: 10.0, delta_x: 0.0, delta_y: WHEEL_LINE, time: 7.0 };
        assert_eq!(turned, Some(expected));
        assert_eq!(wheel(&event, None, RECT, 7.0), None);
    }
}
