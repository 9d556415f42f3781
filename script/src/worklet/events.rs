//! Events of built-in components that worklets hear within the frame, and what worklets ask of components in turn.

use super::sent::Sent;
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Events that may wait for the motion thread.
const MOST: usize = 1_000;

/// What a component tells.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
pub enum WorkletEvent {
    /// It begins to scroll.
    ScrollStart,
    /// It has scrolled.
    ScrollUpdate,
    /// It rests.
    ScrollEnd,
    /// A finger has let go of it: at which speed is it to run on?
    Deceleration,
}

const SCROLLS: &[(&str, WorkletEvent)] = &[
    ("onscrollstart", WorkletEvent::ScrollStart),
    ("onscrollupdate", WorkletEvent::ScrollUpdate),
    ("onscrollend", WorkletEvent::ScrollEnd),
    ("adjust-deceleration-velocity", WorkletEvent::Deceleration),
];

impl WorkletEvent {
    /// The event that `worklet:name` of `<tag>` listens to; `None` if worklets do not hear it.
    pub fn of(tag: &str, name: &str) -> Option<WorkletEvent> {
        let found = SCROLLS.iter().find(|(known, _)| *known == name).map(|(_, event)| *event)?;
        match tag {
            "scroll-view" => Some(found),
            "swiper" => Some(found).filter(|event| *event != WorkletEvent::Deceleration),
            _ => None,
        }
    }

    /// The name behind `worklet:`.
    pub fn name(self) -> &'static str {
        SCROLLS.iter().find(|(_, event)| *event == self).map_or("", |(name, _)| name)
    }

    /// `type` of its event object.
    pub(super) fn kind(self) -> &'static str {
        self.name().trim_start_matches("on")
    }
}

/// The figures of an event.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum WorkletDetail {
    /// A scroll view's, logical px.
    Scroll {
        /// `scrollLeft` and `scrollTop`.
        offset: (f32, f32),
        /// `scrollWidth` and `scrollHeight`.
        size: (f32, f32),
        /// `deltaX` and `deltaY`.
        delta: (f32, f32),
        /// A finger moves it.
        dragged: bool,
    },
    /// A swiper's `dx` and `dy`, logical px.
    Swipe {
        /// How far it is from where it rested.
        by: (f32, f32),
    },
    /// The speed at which the content would run on, px a second: positive towards its end.
    Velocity(f32),
}

/// Something that happened to an element.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct ToWorklet {
    /// The element.
    pub node: NodeId,
    /// What happened.
    pub event: WorkletEvent,
    /// Its figures.
    pub detail: WorkletDetail,
}

/// Something that worklets want of an element.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum WorkletOrder {
    /// A scroll view runs on at a speed, px a second: positive towards the end of its content.
    RunOn(NodeId, f32),
    /// A scroll view scrolls; an axis that is not named stays where it is.
    ScrollTo {
        /// The scroll view.
        node: NodeId,
        /// `left`, logical px.
        x: Option<f32>,
        /// `top`, logical px.
        y: Option<f32>,
        /// How long it takes, ms.
        duration: f32,
    },
}

/// Adds an event to those that wait. Of moves of an element only the newest is told, with the whole way.
pub(super) fn add(waiting: &mut Vec<ToWorklet>, mut event: ToWorklet) {
    if event.event == WorkletEvent::ScrollUpdate
        && let Some(last) = waiting.iter().rposition(|w| w.node == event.node)
        && waiting.get(last).is_some_and(|w| w.event == WorkletEvent::ScrollUpdate)
    {
        let before = waiting.remove(last);
        if let (WorkletDetail::Scroll { delta, .. }, WorkletDetail::Scroll { delta: old, .. }) =
            (&mut event.detail, before.detail)
        {
            *delta = (delta.0 + old.0, delta.1 + old.1);
        }
    }
    if waiting.len() < MOST {
        waiting.push(event);
    }
}

/// What a worklet is called with.
pub(super) fn argument(event: &ToWorklet, now: f64) -> Sent {
    let number = |n: f32| Sent::Number(f64::from(n));
    let fields: Vec<(&str, Sent)> = match event.detail {
        WorkletDetail::Velocity(velocity) => return number(velocity),
        WorkletDetail::Scroll { offset, size, delta, dragged } => vec![
            ("scrollLeft", number(offset.0)),
            ("scrollTop", number(offset.1)),
            ("scrollWidth", number(size.0)),
            ("scrollHeight", number(size.1)),
            ("deltaX", number(delta.0)),
            ("deltaY", number(delta.1)),
            ("isDrag", Sent::Bool(dragged)),
        ],
        WorkletDetail::Swipe { by } => vec![("dx", number(by.0)), ("dy", number(by.1))],
    };
    let object = |fields: Vec<(&str, Sent)>| {
        Sent::Object(fields.into_iter().map(|(name, value)| (Arc::from(name), value)).collect())
    };
    object(vec![
        ("type", Sent::String(Arc::from(event.event.kind()))),
        ("timeStamp", Sent::Number(now)),
        ("detail", object(fields)),
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moves_that_wait_become_one_with_the_whole_way() {
        let moved = |node: u32, by: f32| ToWorklet {
            node: NodeId(node),
            event: WorkletEvent::ScrollUpdate,
            detail: WorkletDetail::Scroll { offset: (0.0, by), size: (1.0, 1.0), delta: (0.0, -by), dragged: true },
        };
        let ended = ToWorklet { event: WorkletEvent::ScrollEnd, ..moved(1, 0.0) };
        let mut waiting = Vec::new();
        for event in [moved(1, 2.0), moved(2, 9.0), moved(1, 3.0), ended, moved(1, 4.0)] {
            add(&mut waiting, event);
        }
        let ways: Vec<f32> = waiting
            .iter()
            .map(|w| match w.detail {
                WorkletDetail::Scroll { delta, .. } => delta.1,
                _ => 0.0,
            })
            .collect();
        assert_eq!(ways, [-9.0, -5.0, -0.0, -4.0]);
    }

    #[test]
    fn only_what_moves_tells_worklets() {
        assert_eq!(WorkletEvent::of("scroll-view", "onscrollend"), Some(WorkletEvent::ScrollEnd));
        assert_eq!(WorkletEvent::of("swiper", "adjust-deceleration-velocity"), None);
        assert_eq!(WorkletEvent::of("pan-gesture-handler", "ongesture"), None);
    }
}
