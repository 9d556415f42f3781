//! The text field with the focus: keys, input methods, clipboard.

use super::input::{InputEvent, Key};
use super::outgoing::Outgoing;
use super::pointer::SLOP;
use super::scene::Stage;
use super::session::Session;
use crate::widgets::input::{FocusedInput, is_field};
use crate::widgets::{Effect, is_on, text};
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::builtin::slot;
use serde_json::json;

/// Longest time between the taps of a double tap, ms.
const DOUBLE_TAP: f64 = 400.0;

impl Session {
    /// Gives a field the focus; `at` is where it was tapped.
    pub fn focus(
        &mut self,
        stage: &mut dyn Stage,
        node: NodeId,
        at: Option<(f32, f32)>,
        now: f64,
        out: &mut Vec<Outgoing>,
    ) {
        let caret = at.and_then(|(x, y)| stage.text_offset(node, x, y));
        if self.focused.as_ref().is_some_and(|f| f.node == node) {
            if let (Some(focused), Some(caret)) = (&mut self.focused, caret) {
                focused.editor.place(caret, false);
                out.push(Outgoing::Caret);
            }
            return;
        }
        if !is_field(stage.document(), node) || is_on(stage.document(), node, "disabled") {
            return;
        }
        self.blur(stage, now, out);
        let mut effects = Vec::new();
        let mut focused = FocusedInput::new(stage.document_mut(), node, self.edits, self.keyboard, now, &mut effects);
        if let Some(caret) = caret {
            focused.editor.place(caret, false);
        }
        self.focused = Some(focused);
        self.send_effects(stage, effects, now, out);
        out.push(Outgoing::Caret);
    }

    /// Takes the focus away.
    pub fn blur(&mut self, stage: &mut dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        if let Some(focused) = self.focused.take() {
            self.edits = focused.revision;
            let mut effects = Vec::new();
            focused.blur(stage.document_mut(), &mut effects);
            self.send_effects(stage, effects, now, out);
            out.push(Outgoing::Caret);
        }
    }

    /// A press at `field` (or outside of any) takes the focus away, unless the field keeps the keyboard where it can.
    pub(super) fn leaves_field(&self, stage: &dyn Stage, field: Option<NodeId>) -> bool {
        let Some(focused) = self.focused.as_ref().filter(|f| Some(f.node) != field) else { return false };
        field.is_some() || !is_on(stage.document(), focused.node, "hold-keyboard")
    }

    /// After a layout: text areas tell when they have another number of lines.
    pub(super) fn tell_lines(&mut self, stage: &dyn Stage, now: f64, out: &mut Vec<Outgoing>) {
        for at in 0..self.areas.len() {
            let Some(&(node, told)) = self.areas.get(at) else { break };
            let boxes = stage.boxes();
            let text = boxes.by_origin(BoxOrigin::Internal(node, slot::INPUT_TEXT)).and_then(|id| boxes.get(id));
            let Some(text) = text else { continue };
            let lines = text.inline.as_ref().map_or(0, |content| content.lines.len());
            if lines == told {
                continue;
            }
            let height = text.layout.height;
            if let Some(area) = self.areas.get_mut(at) {
                area.1 = lines;
            }
            let rpx = height * 750.0 / stage.area(stage.root()).map_or(375.0, |area| area.width.max(1.0));
            let detail = json!({ "height": height, "heightRpx": rpx, "lineCount": lines });
            self.outbox(stage, now, out).event(stage.scene(), node, "linechange", &detail);
        }
    }

    fn send_effects(&mut self, stage: &dyn Stage, effects: Vec<Effect>, now: f64, out: &mut Vec<Outgoing>) {
        let revision = self.focused.as_ref().map_or(0, |f| f.revision);
        for effect in effects {
            match effect {
                Effect::Event { target, event, detail } => {
                    let sent = self.outbox(stage, now, out).edited(stage.scene(), target, event, &detail, revision);
                    if let Some(focused) = self.focused.as_mut().filter(|_| sent && event == "input") {
                        focused.told = Some(revision);
                    }
                }
                other => self.outbox(stage, now, out).effect(stage.scene(), other),
            }
        }
    }

    /// Script set the value attribute of a field.
    pub(super) fn value_attribute(&mut self, stage: &mut dyn Stage, node: NodeId) {
        let value = text(stage.document(), node, "value");
        match self.focused.as_mut().filter(|f| f.node == node) {
            Some(focused) if focused.is_answer_late() => focused.keep(stage.document_mut()),
            Some(focused) => {
                focused.replaced(stage.document_mut(), &value, 0, None);
            }
            None => {
                if let Some(found) = stage.document_mut().node_mut(node) {
                    found.input_value = None;
                }
            }
        }
    }

    /// The value that script sends for a field was made when it had seen the user's edits up to `revision`.
    pub fn logic_saw(&mut self, node: NodeId, revision: u16) {
        if let Some(focused) = self.focused.as_mut().filter(|f| f.node == node) {
            focused.seen = Some(revision);
        }
    }

    /// Script moved the caret or the selection of a field.
    pub(super) fn selection_attribute(&mut self, stage: &dyn Stage, node: NodeId, out: &mut Vec<Outgoing>) {
        if let Some(focused) = self.focused.as_mut().filter(|f| f.node == node) {
            focused.select_by_attributes(stage.document());
            out.push(Outgoing::Caret);
        }
    }

    /// True for a second tap at the same place soon after the first.
    pub(super) fn is_double_tap(&mut self, node: NodeId, at: (f32, f32), now: f64) -> bool {
        let again = self.last_tap.is_some_and(|(tapped, place, time)| {
            tapped == node && now - time <= DOUBLE_TAP && (at.0 - place.0).hypot(at.1 - place.1) <= SLOP
        });
        self.last_tap = (!again).then_some((node, at, now));
        again
    }

    /// A second tap at the same place selects the word there.
    pub(super) fn tap_field(&mut self, stage: &dyn Stage, node: NodeId, at: (f32, f32), now: f64) {
        if self.is_double_tap(node, at, now)
            && let Some(offset) = stage.text_offset(node, at.0, at.1)
            && let Some(focused) = self.focused.as_mut().filter(|f| f.node == node)
        {
            focused.editor.select_word(offset);
        }
    }

    /// Script replaced the value of a field; `revision` is the last edit that it had seen.
    pub fn replace_value(
        &mut self,
        stage: &mut dyn Stage,
        node: NodeId,
        revision: u16,
        cursor: Option<u32>,
        out: &mut Vec<Outgoing>,
    ) {
        let value = stage.document().node(node).and_then(|n| n.input_value.clone());
        if let (Some(focused), Some(value)) = (self.focused.as_mut().filter(|f| f.node == node), value) {
            focused.replaced(stage.document_mut(), &value, revision, cursor);
            out.push(Outgoing::Caret);
        }
    }

    pub(super) fn field_input(&mut self, stage: &mut dyn Stage, event: &InputEvent, now: f64, out: &mut Vec<Outgoing>) {
        if let InputEvent::KeyboardHeight(height) = event {
            self.keyboard = *height;
        }
        let Some(mut focused) = self.focused.take() else { return self.text_key(stage, event, out) };
        let mut effects = Vec::new();
        let mut leave = false;
        match event {
            InputEvent::Text(typed) => focused.insert(stage.document_mut(), typed, now, &mut effects),
            InputEvent::Composition { text, selection } => {
                focused.compose(stage.document_mut(), text, *selection, now, &mut effects);
            }
            InputEvent::Edit { text, selection, composition } => {
                focused.edit(stage.document_mut(), text, *selection, *composition, now, &mut effects);
            }
            InputEvent::KeyboardHeight(height) => focused.keyboard(*height, &mut effects),
            InputEvent::Key { key, modifiers } => match key {
                Key::Character('c') if modifiers.shortcut => {
                    if let Some(copied) = focused.copy(stage.document()) {
                        self.clipboard.write(&copied);
                    }
                }
                Key::Character('x') if modifiers.shortcut => {
                    if let Some(cut) = focused.cut(stage.document_mut(), now, &mut effects) {
                        self.clipboard.write(&cut);
                    }
                }
                Key::Character('v') if modifiers.shortcut => {
                    if let Some(pasted) = self.clipboard.read() {
                        focused.insert(stage.document_mut(), &pasted, now, &mut effects);
                    }
                }
                Key::Escape => leave = true,
                key => {
                    focused.key(stage.document_mut(), *key, *modifiers, now, &mut effects);
                    // Confirming puts the keyboard away unless the field wants to keep it.
                    let confirms = *key == Key::Enter && focused.enter_confirms(stage.document(), *modifiers);
                    leave = confirms && !is_on(stage.document(), focused.node, "confirm-hold");
                }
            },
            _ => {}
        }
        self.focused = Some(focused);
        self.send_effects(stage, effects, now, out);
        out.push(Outgoing::Caret);
        if leave {
            self.blur(stage, now, out);
        }
    }
}
