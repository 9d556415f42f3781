//! The picker that is open over the page: its panel in the chrome, its wheels under fingers and in time.

use super::app::App;
use crate::chrome::ChromeAction;
use crate::chrome::picker::ROW;
use crate::interact::InputEvent;
use crate::paint::geometry::Point;
use crate::widgets::Effect;
use crate::widgets::picker::region::Regions;
use crate::widgets::picker::{Around, Picker};
use pellicle_layout::document::NodeId;
use std::sync::Arc;

/// Attributes that the panel is made of.
const READ: [&str; 10] =
    ["mode", "range", "range-key", "value", "start", "end", "fields", "level", "custom-item", "header-text"];

impl App {
    /// Has pickers choose from other administrative divisions than the built-in ones.
    pub fn set_regions(&mut self, regions: Arc<dyn Regions>) {
        self.regions = regions;
    }

    /// True while a picker's panel is open.
    pub fn is_picking(&self) -> bool {
        self.chrome.picker.is_some()
    }

    /// Local wall time, ms since the Unix epoch.
    pub(super) fn local_time(&self) -> f64 {
        let now = self.clock.now();
        now + f64::from(self.clock.offset_minutes(now)) * 60_000.0
    }

    /// Opens the panel of a picker; without bars and dialogs there is no place for it.
    pub(super) fn open_picker(&mut self, node: NodeId) {
        let Some(page) = self.stage.document.top_page().map(|top| top.page) else { return };
        if self.chrome_view.is_none() {
            return;
        }
        let around = Around { regions: &self.regions, now: self.local_time() };
        let mut picker = Picker::open(&self.stage.document, node, page, &around);
        picker.set_row(ROW);
        self.chrome.set_picker(Some(picker));
        self.picture_dirty = true;
    }

    /// The panel goes, confirmed or cancelled.
    pub(super) fn close_picker(&mut self, confirmed: bool, now: f64) {
        let Some(picker) = self.chrome.set_picker(None) else { return };
        let mut effects = Vec::new();
        match confirmed {
            true => picker.confirm(&mut self.stage.document, &mut effects),
            false => picker.cancel(&mut effects),
        }
        self.picture_dirty = true;
        self.tell(effects, now);
    }

    fn tell(&mut self, effects: Vec<Effect>, now: f64) {
        self.with_page(None, |session, stage, out| session.tell(stage, effects, now, out));
        self.flush(now);
    }

    /// After commits: the panel of an element that is gone closes, and one whose attributes changed is read anew.
    pub(super) fn follow_picker(&mut self, attributes: &[(NodeId, Arc<str>)], now: f64) {
        let local = self.local_time();
        let Some(picker) = &mut self.chrome.picker else { return };
        let top = self.stage.document.top_page().map(|top| top.page);
        if self.stage.document.node(picker.node).is_none() || top != Some(picker.page) {
            self.chrome.set_picker(None);
            self.picture_dirty = true;
            return;
        }
        let node = picker.node;
        let set = |name: &str| attributes.iter().any(|(changed, set)| *changed == node && **set == *name);
        if READ.iter().any(|name| set(name)) {
            let around = Around { regions: &self.regions, now: local };
            picker.refresh(&self.stage.document, set("value"), &around, now);
            self.chrome.revision += 1;
        }
    }

    /// Gives an input to the wheels; true if one took it.
    pub(super) fn wheel_input(&mut self, event: &InputEvent, now: f64) -> bool {
        let (Some(picker), Some(view)) = (&mut self.chrome.picker, &self.chrome_view) else { return false };
        let over = |x: f32, y: f32| match view.action_at(x, y) {
            Some((_, ChromeAction::Wheel(column))) => Some(column as usize),
            _ => None,
        };
        match *event {
            InputEvent::PointerDown { pointer, x, y, time, .. } => {
                let Some(column) = over(x, y) else { return false };
                picker.press(pointer, column, (x, y), time, now);
            }
            InputEvent::PointerMove { pointer, x, y, time, .. } if picker.is_held() => {
                picker.move_to(pointer, (x, y), time);
            }
            InputEvent::PointerUp { pointer, x, y, time } if picker.is_held() => {
                let middle = view.wheel_middle().unwrap_or(y);
                picker.lift(pointer, (x, y), middle, time, now);
            }
            InputEvent::PointerCancel { pointer, time } if picker.is_held() => picker.drop_finger(pointer, time, now),
            InputEvent::Wheel { x, y, delta_y, .. } => {
                let Some(column) = over(x, y) else { return false };
                picker.turn(column, delta_y, now);
            }
            _ => return false,
        }
        true
    }

    /// Wheels turn on.
    pub(super) fn advance_picker(&mut self, now: f64) {
        let Some(picker) = &mut self.chrome.picker else { return };
        let mut effects = Vec::new();
        let (moved, changed) = picker.advance(now, &mut effects);
        if changed {
            self.chrome.revision += 1;
        }
        if moved || changed {
            self.picture_dirty = true;
            self.place_wheels();
        }
        if !effects.is_empty() {
            self.tell(effects, now);
        }
    }

    /// The rows of the wheels as they are scrolled now, in boxes and lists.
    pub(super) fn place_wheels(&mut self) {
        let (Some(picker), Some(view)) = (&self.chrome.picker, &mut self.chrome_view) else { return };
        for (column, offset) in picker.offsets().enumerate() {
            let Some(node) = view.scroll_wheel(column, offset) else { continue };
            let found = self.painter.scroll_chrome(node, Point::new(0.0, offset));
            self.painter.chrome_dirty |= !found;
        }
    }
}
