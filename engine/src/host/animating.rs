//! What script hears of transitions and animations.

use super::app::App;
use crate::interact::outgoing::Outbox;
use crate::interact::scene::Stage;
use pellicle_layout::animate::{MotionEvent, MotionEventKind};
use serde_json::json;

impl App {
    /// Tells elements that something that moved them began, began again or is over. Like pictures, this comes after what is
    /// shown was acknowledged.
    pub(super) fn tell_of_motion(&mut self, now: f64) {
        for MotionEvent { key, kind, name, elapsed } in self.stage.motion_mut().take_events() {
            let event = match kind {
                MotionEventKind::TransitionEnd => "transitionend",
                MotionEventKind::AnimationStart => "animationstart",
                MotionEventKind::AnimationIteration => "animationiteration",
                MotionEventKind::AnimationEnd => "animationend",
                // Mini-programs know no others.
                MotionEventKind::TransitionRun
                | MotionEventKind::TransitionStart
                | MotionEventKind::TransitionCancel
                | MotionEventKind::AnimationCancel => continue,
            };
            let seconds = elapsed / 1000.0;
            let detail = match kind {
                MotionEventKind::TransitionEnd => json!({ "propertyName": &*name, "elapsedTime": seconds }),
                _ => json!({ "animationName": &*name, "elapsedTime": seconds }),
            };
            let mut outbox = Outbox { list: &mut self.out, time_stamp: now, page_scroll: (0.0, 0.0) };
            outbox.event(self.stage.scene(), key.node, event, &detail);
        }
    }
}
