//! The soft keyboard, which is the host's: what it is to know, and how the page makes room for it.

use super::app::App;
use super::types::TextField;
use crate::interact::scene::{Area, Scene};
use crate::widgets::input::{Confirm, InputMode};
use crate::widgets::{is_on, number, text};
use pellicle_script::bridge::message::HostCommand;

impl App {
    /// The text field that has the focus, if one has.
    pub fn text_field(&self) -> Option<TextField> {
        let focused = self.session()?.focused.as_ref()?;
        let (document, node) = (&self.stage.document, focused.node);
        Some(TextField {
            area: self.caret_area()?,
            mode: InputMode::of(document, node),
            confirm: Confirm::of(document, node),
            confirm_hold: is_on(document, node, "confirm-hold"),
            multiline: focused.editor.multiline,
            confirm_bar: document.attribute(node, "show-confirm-bar").is_none_or(|v| v.is_on()),
            max_length: focused.editor.max_length,
            value: focused.editor.text().to_owned(),
            selection: focused.editor.selection(),
            composition: focused.editor.composition(),
        })
    }

    /// The keyboard has come, gone or changed its height, logical px.
    pub(super) fn keyboard_height(&mut self, height: f32) {
        let height = if height.is_finite() { height.clamp(0.0, self.viewport.height) } else { 0.0 };
        if self.keyboard != height {
            self.keyboard = height;
            // A thread that has stopped hears no more.
            let _ = self.logic.command(HostCommand::KeyboardHeight { height });
        }
    }

    /// Moves the page up so far that the field with the focus lies above the keyboard, unless it does not want that
    /// (`adjust-position`).
    pub(super) fn make_room(&mut self) {
        let lift = self.wanted_lift();
        if self.lift != lift {
            self.lift = lift;
            self.picture_dirty = true;
            self.painter.list_dirty = true;
        }
    }

    fn wanted_lift(&self) -> f32 {
        let Some(focused) = self.session().and_then(|s| s.focused.as_ref()).filter(|_| self.keyboard > 0.0) else {
            return 0.0;
        };
        let (document, node) = (&self.stage.document, focused.node);
        let stays = document.attribute(node, "adjust-position").is_some_and(|v| !v.is_on());
        let (false, Some(area)) = (stays, self.stage.area(node)) else { return 0.0 };
        // Of a large text area the caret is what has to be seen.
        let bottom = area.y + area.height;
        let bottom = match text(document, node, "adjust-keyboard-to").as_str() {
            "bottom" => bottom,
            _ if !focused.editor.multiline => bottom,
            _ => self.stage.caret_bottom(node, focused.editor.caret()).unwrap_or(bottom),
        };
        let spacing = number(document, node, "cursor-spacing", 0.0, 0.0, 10_000.0) as f32;
        // No more than there is below the field.
        let page = self.page_area();
        let spacing = spacing.min((page.height - bottom).max(0.0));
        let top = page.y + self.lift;
        (top + bottom + spacing - (self.viewport.height - self.keyboard)).clamp(0.0, self.keyboard)
    }

    /// Where the field with the focus lies on the surface, logical px.
    pub(super) fn caret_area(&self) -> Option<Area> {
        let focused = self.session()?.focused.as_ref()?;
        let page = self.page_area();
        let area = self.stage.area(focused.node)?;
        Some(Area { x: area.x + page.x, y: area.y + page.y, ..area })
    }
}
