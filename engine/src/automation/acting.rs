//! What a user does: fingers and text. All of it goes through the input of the app; the page comes to rest after each
//! action.

use super::{Automation, AutomationError, Element};
use crate::interact::scene::{Area, Scene};
use crate::interact::{InputEvent, Key, Modifiers, PointerKind};
use crate::widgets::slider;
use pellicle_layout::document::NodeId;
use pellicle_layout::flow::BoxOrigin;
use pellicle_layout::flow::builtin::slot;
use pellicle_script::bridge::tool::ToolRequest;
use serde_json::Value;

/// Virtual time after an action, ms: what follows from it has happened.
pub(super) const REST: f64 = 50.0;
/// How long a finger rests for a long press, ms: more than the 350 after which it is one.
const LONG: f64 = 400.0;
/// Time between two moves of a finger, ms.
const STEP: f64 = 16.0;
/// Virtual time after a finger is lifted, ms.
const LIFTED: f64 = 20.0;
/// Moves of a drag.
const MOVES: u32 = 10;
/// How long a finger rests at the end of a drag, so that nothing is flung, ms.
const STILL: f64 = 100.0;
/// The finger of a test, as pointers are numbered.
const FINGER: u32 = 1;

impl Automation {
    /// Taps the middle of an element's box. It is scrolled into view first.
    ///
    /// # Errors
    /// [`AutomationError::NotShown`] if it has no box.
    pub fn tap(&mut self, element: &Element) -> Result<(), AutomationError> {
        let at = self.reach(element)?;
        self.tap_at(at)
    }

    /// Taps a place of the surface, logical px.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end.
    pub fn tap_at(&mut self, at: (f32, f32)) -> Result<(), AutomationError> {
        self.driver.click(at);
        self.wait(REST)
    }

    /// A finger rests on the middle of an element until that is a long press.
    ///
    /// # Errors
    /// [`AutomationError::NotShown`] if it has no box.
    pub fn long_press(&mut self, element: &Element) -> Result<(), AutomationError> {
        let at = self.reach(element)?;
        self.press(at)?;
        self.wait(LONG)?;
        self.lift()
    }

    /// Puts the finger down at a place of the surface, logical px.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end.
    pub fn press(&mut self, (x, y): (f32, f32)) -> Result<(), AutomationError> {
        if self.finger.is_some() {
            // There is only one.
            self.lift()?;
        }
        let time = self.driver.now();
        self.finger = Some((x, y));
        self.driver.input(InputEvent::PointerDown { pointer: FINGER, kind: PointerKind::Touch, x, y, time });
        self.wait(0.0)
    }

    /// Moves the finger to a place of the surface, logical px.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end.
    pub fn move_finger(&mut self, (x, y): (f32, f32)) -> Result<(), AutomationError> {
        let time = self.driver.now();
        self.finger = Some((x, y));
        self.driver.input(InputEvent::PointerMove { pointer: FINGER, kind: PointerKind::Touch, x, y, time });
        self.wait(0.0)
    }

    /// Lifts the finger where it is, if it is down.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end.
    pub fn lift(&mut self) -> Result<(), AutomationError> {
        match self.finger {
            Some(at) => self.lift_at(at),
            None => Ok(()),
        }
    }

    /// Lifts the finger at a place of the surface, logical px.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end.
    pub fn lift_at(&mut self, (x, y): (f32, f32)) -> Result<(), AutomationError> {
        self.finger = None;
        let time = self.driver.now();
        self.driver.input(InputEvent::PointerUp { pointer: FINGER, x, y, time });
        self.wait(LIFTED)
    }

    /// Drags a finger from a place by a distance, logical px, and leaves it there.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end.
    pub fn drag_and_hold(&mut self, (x, y): (f32, f32), by: (f32, f32)) -> Result<(), AutomationError> {
        self.press((x, y))?;
        for n in 1..=MOVES {
            self.wait(STEP)?;
            let part = n as f32 / MOVES as f32;
            self.move_finger((x + by.0 * part, y + by.1 * part))?;
        }
        self.wait(STILL)
    }

    /// Drags a finger from a place by a distance, logical px, lets it rest, and lifts it.
    ///
    /// # Errors
    /// [`AutomationError::Drive`] if script does not end.
    pub fn drag(&mut self, from: (f32, f32), by: (f32, f32)) -> Result<(), AutomationError> {
        self.drag_and_hold(from, by)?;
        self.lift()
    }

    /// Types a text into a field in the place of the one that is there.
    ///
    /// # Errors
    /// [`AutomationError::Unfit`] if a tap does not put the caret into it.
    pub fn input(&mut self, field: &Element, text: &str) -> Result<(), AutomationError> {
        self.tap(field)?;
        let focused = self.driver.app.session().and_then(|session| session.focused.as_ref());
        if focused.is_none_or(|focused| focused.node != field.node) {
            return Err(unfit(field, "take text"));
        }
        let modifiers = Modifiers { shortcut: true, ..Modifiers::default() };
        self.driver.input(InputEvent::Key { key: Key::Character('a'), modifiers });
        self.driver.input(match text {
            "" => InputEvent::Key { key: Key::Backspace, modifiers: Modifiers::default() },
            text => InputEvent::Text(text.to_owned()),
        });
        self.wait(REST)
    }

    /// Lets an event happen to an element without a finger: its handlers run, its own behaviour does not follow.
    ///
    /// # Errors
    /// [`AutomationError::Tool`] if it is gone.
    pub fn trigger(&mut self, element: &Element, event: &str, detail: Value) -> Result<(), AutomationError> {
        if element.component.is_some() {
            let (of, event) = (element.place(), event.to_owned());
            self.ask(|reply| ToolRequest::Trigger { of, event, detail, reply })?;
        } else {
            self.shown(element)?;
            self.driver.fire(element.node, event, &detail);
        }
        self.wait(REST)
    }

    /// Scrolls a scroll view, logical px; an axis without a place stays.
    ///
    /// # Errors
    /// [`AutomationError::Unfit`] if it does not scroll.
    pub fn scroll_to(&mut self, element: &Element, left: Option<f32>, top: Option<f32>) -> Result<(), AutomationError> {
        self.shown(element)?;
        if self.driver.app.stage().scroll_area(element.node).is_none() {
            return Err(unfit(element, "scroll"));
        }
        self.scroll(element.node, (left, top))
    }

    fn scroll(&mut self, node: NodeId, to: (Option<f32>, Option<f32>)) -> Result<(), AutomationError> {
        let now = self.driver.now();
        self.driver.app.scroll(node, to, now);
        self.wait(REST)
    }

    /// Lets a swiper go to an item.
    ///
    /// # Errors
    /// [`AutomationError::Unfit`] if it is no swiper.
    pub fn swipe_to(&mut self, swiper: &Element, index: usize) -> Result<(), AutomationError> {
        self.shown(swiper)?;
        let now = self.driver.now();
        if !self.driver.app.swipe(swiper.node, index, now) {
            return Err(unfit(swiper, "swipe"));
        }
        self.wait(REST)
    }

    /// Drags a movable view to a place of its area, logical px.
    ///
    /// # Errors
    /// [`AutomationError::Unfit`] if it is no movable view.
    pub fn move_to(&mut self, view: &Element, x: f32, y: f32) -> Result<(), AutomationError> {
        let at = self.reach(view)?;
        let session = self.driver.app.session();
        let place = session.and_then(|s| s.movables.get(view.node)).map(|movable| movable.place());
        let (left, top) = place.ok_or_else(|| unfit(view, "move"))?;
        self.drag(at, (x - left, y - top))
    }

    /// Taps the track of a slider where a value lies.
    ///
    /// # Errors
    /// [`AutomationError::Unfit`] if it is no slider.
    pub fn slide_to(&mut self, slider: &Element, value: f64) -> Result<(), AutomationError> {
        self.reach(slider)?;
        if slider.tag != "slider" {
            return Err(unfit(slider, "slide"));
        }
        let stage = self.driver.app.stage();
        let boxes = stage.boxes();
        let track = boxes.by_origin(BoxOrigin::Internal(slider.node, slot::SLIDER_TRACK));
        let track = track.map(|id| boxes.bounding_rect(id)).ok_or(AutomationError::NotShown)?;
        let range = slider::range(&stage.document, slider.node);
        let part = ((value - range.min) / (range.max - range.min).max(f64::MIN_POSITIVE)).clamp(0.0, 1.0);
        let page = self.driver.app.page_area();
        self.tap_at((track.x + page.x + track.width * part as f32, track.y + page.y + track.height / 2.0))
    }

    /// The middle of an element on the surface, after it was scrolled into view.
    pub(super) fn reach(&mut self, element: &Element) -> Result<(f32, f32), AutomationError> {
        self.shown(element)?;
        let above: Vec<NodeId> = self.driver.app.stage().document.ancestors(element.node).map(|n| n.id).collect();
        for node in above {
            let stage = self.driver.app.stage();
            let (Some(target), Some(scrolled)) = (stage.area(element.node), stage.scroll_area(node)) else { continue };
            let root = stage.document.top_page().is_some_and(|page| page.root == node);
            let origin = if root { Area::default() } else { stage.area(node).unwrap_or_default() };
            let (x, y) = (target.x + target.width / 2.0 - origin.x, target.y + target.height / 2.0 - origin.y);
            let view = if root { (stage.viewport().width, stage.viewport().height) } else { scrolled.view };
            let seen = (0.0..view.0).contains(&x) && (0.0..view.1).contains(&y);
            if seen || scrolled.max() == (0.0, 0.0) {
                continue;
            }
            let (left, top) = self.driver.app.session().map_or((0.0, 0.0), |session| session.scrolls.offset(node));
            self.scroll(node, (Some(left + x - view.0 / 2.0), Some(top + y - view.1 / 2.0)))?;
        }
        self.driver.middle(element.node).ok_or(AutomationError::NotShown)
    }
}

pub(super) fn unfit(element: &Element, what: &str) -> AutomationError {
    AutomationError::Unfit { tag: element.tag.clone(), what: what.to_owned() }
}
