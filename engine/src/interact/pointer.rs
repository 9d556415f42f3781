//! From pointers to gestures: touch events, tap, long press, drag.
//!
//! The recogniser knows places and times only; who takes a drag and which handlers an event calls is decided
//! by its user. A pointer's events all go to the element it went down on, as touches do.

use super::input::PointerKind;
use super::motion::VelocityTracker;
use pellicle_layout::document::NodeId;

/// A finger may wander so far in a tap, logical px.
pub const SLOP: f32 = 8.0;
/// A long press takes so long, ms.
pub const LONG_PRESS: f64 = 350.0;

/// What a pointer did.
#[derive(Clone, Copy, PartialEq, Debug)]
#[allow(missing_docs)] // a variant's comment names its fields
pub enum Gesture {
    /// `touchstart`.
    Start { pointer: u32 },
    /// `touchmove`.
    Move { pointer: u32 },
    /// `touchend`.
    End { pointer: u32 },
    /// `touchcancel`.
    Cancel { pointer: u32 },
    /// It went down and up in its place.
    Tap { pointer: u32, target: NodeId, x: f32, y: f32 },
    /// It stays down in its place.
    LongPress { pointer: u32 },
    /// It left its place: who takes the drag is to be decided. The delta is from where it went down.
    DragBegin { pointer: u32, delta: (f32, f32) },
    /// It moved on by a delta.
    DragMove { pointer: u32, delta: (f32, f32) },
    /// It was lifted with a speed in px a second.
    DragEnd { pointer: u32, velocity: (f32, f32) },
}

/// A pointer that is down.
#[derive(Clone, Debug)]
pub struct Pointer {
    /// Its number.
    pub id: u32,
    /// What it is.
    pub kind: PointerKind,
    /// The element it went down on.
    pub target: NodeId,
    /// Where it went down.
    pub start: (f32, f32),
    /// Where it is.
    pub at: (f32, f32),
    down: f64,
    /// How far it may wander in a tap, logical px.
    slop: f32,
    moved: bool,
    no_tap: bool,
    pressed_long: bool,
    tracker: VelocityTracker,
}

/// All pointers that are down.
#[derive(Clone, Debug, Default)]
pub struct Pointers {
    down: Vec<Pointer>,
}

impl Pointers {
    /// A pointer that is down.
    pub fn get(&self, id: u32) -> Option<&Pointer> {
        self.down.iter().find(|p| p.id == id)
    }

    /// All that are down, in the order they came.
    pub fn iter(&self) -> impl Iterator<Item = &Pointer> {
        self.down.iter()
    }

    /// No tap comes of a pointer any more (a long press took it, or it stopped a fling).
    pub fn suppress_tap(&mut self, id: u32) {
        if let Some(pointer) = self.down.iter_mut().find(|p| p.id == id) {
            pointer.no_tap = true;
        }
    }

    /// A pointer drags once it has left its place by so much, logical px.
    pub fn set_slop(&mut self, id: u32, slop: f32) {
        if let Some(pointer) = self.down.iter_mut().find(|p| p.id == id) {
            pointer.slop = slop;
        }
    }

    /// A pointer goes down on an element.
    pub fn press(
        &mut self,
        id: u32,
        kind: PointerKind,
        target: NodeId,
        at: (f32, f32),
        time: f64,
        out: &mut Vec<Gesture>,
    ) {
        if self.get(id).is_some() {
            self.cancel(id, out);
        }
        let mut tracker = VelocityTracker::default();
        tracker.push(time, at.0, at.1);
        let (moved, no_tap, pressed_long) = (false, false, false);
        let (start, down, slop) = (at, time, SLOP);
        self.down.push(Pointer { id, kind, target, start, at, down, slop, moved, no_tap, pressed_long, tracker });
        out.push(Gesture::Start { pointer: id });
    }

    /// A pointer moves.
    pub fn move_to(&mut self, id: u32, at: (f32, f32), time: f64, out: &mut Vec<Gesture>) {
        let Some(pointer) = self.down.iter_mut().find(|p| p.id == id) else { return };
        if pointer.at == at {
            return;
        }
        let last = std::mem::replace(&mut pointer.at, at);
        pointer.tracker.push(time, at.0, at.1);
        out.push(Gesture::Move { pointer: id });
        if pointer.moved {
            out.push(Gesture::DragMove { pointer: id, delta: (at.0 - last.0, at.1 - last.1) });
            return;
        }
        let delta = (at.0 - pointer.start.0, at.1 - pointer.start.1);
        if delta.0.hypot(delta.1) > pointer.slop {
            pointer.moved = true;
            out.push(Gesture::DragBegin { pointer: id, delta });
        }
    }

    /// A pointer is lifted.
    pub fn lift(&mut self, id: u32, at: (f32, f32), time: f64, out: &mut Vec<Gesture>) {
        self.move_to(id, at, time, out);
        let Some(index) = self.down.iter().position(|p| p.id == id) else { return };
        out.push(Gesture::End { pointer: id });
        let pointer = &self.down[index];
        if pointer.moved {
            out.push(Gesture::DragEnd { pointer: id, velocity: pointer.tracker.velocity(time) });
        } else if !pointer.no_tap {
            out.push(Gesture::Tap { pointer: pointer.id, target: pointer.target, x: at.0, y: at.1 });
        }
    }

    /// A pointer is taken away.
    pub fn cancel(&mut self, id: u32, out: &mut Vec<Gesture>) {
        let Some(pointer) = self.get(id) else { return };
        out.push(Gesture::Cancel { pointer: id });
        if pointer.moved {
            out.push(Gesture::DragEnd { pointer: id, velocity: (0.0, 0.0) });
        }
    }

    /// A pointer that ended is forgotten; called once its gestures are dealt with, which ask for it.
    pub fn forget(&mut self, id: u32) {
        self.down.retain(|p| p.id != id);
    }

    /// When the next long press is due, ms.
    pub fn next_due(&self) -> Option<f64> {
        let waiting = self.down.iter().filter(|p| !p.moved && !p.pressed_long);
        waiting.map(|p| p.down + LONG_PRESS).min_by(f64::total_cmp)
    }

    /// Moves on to a time.
    pub fn advance(&mut self, now: f64, out: &mut Vec<Gesture>) {
        for pointer in &mut self.down {
            if !pointer.moved && !pointer.pressed_long && now >= pointer.down + LONG_PRESS {
                pointer.pressed_long = true;
                out.push(Gesture::LongPress { pointer: pointer.id });
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TARGET: NodeId = NodeId(7);

    fn pressed() -> (Pointers, Vec<Gesture>) {
        let mut pointers = Pointers::default();
        pointers.press(1, PointerKind::Touch, TARGET, (10.0, 10.0), 0.0, &mut Vec::new());
        (pointers, Vec::new())
    }

    #[test]
    fn a_small_move_is_still_a_tap() {
        let (mut pointers, mut out) = pressed();
        pointers.move_to(1, (13.0, 14.0), 10.0, &mut out);
        pointers.lift(1, (13.0, 14.0), 20.0, &mut out);
        assert_eq!(
            out,
            [
                Gesture::Move { pointer: 1 },
                Gesture::End { pointer: 1 },
                Gesture::Tap { pointer: 1, target: TARGET, x: 13.0, y: 14.0 }
            ]
        );
    }

    #[test]
    fn a_drag_gives_no_tap_and_ends_with_its_speed() {
        let (mut pointers, mut out) = pressed();
        for n in 1..=10 {
            pointers.move_to(1, (10.0, 10.0 + n as f32 * 8.0), f64::from(n) * 8.0, &mut out);
        }
        pointers.lift(1, (10.0, 90.0), 80.0, &mut out);
        assert!(out.contains(&Gesture::DragBegin { pointer: 1, delta: (0.0, 16.0) }));
        let Some(Gesture::DragEnd { velocity, .. }) = out.last() else { panic!("{out:?}") };
        assert!((velocity.1 - 1000.0).abs() < 1.0);
        assert!(!out.iter().any(|g| matches!(g, Gesture::Tap { .. })));
    }

    #[test]
    fn a_long_press_comes_once_and_may_suppress_the_tap() {
        let (mut pointers, mut out) = pressed();
        assert_eq!(pointers.next_due(), Some(350.0));
        pointers.advance(349.0, &mut out);
        assert!(out.is_empty());
        pointers.advance(351.0, &mut out);
        pointers.advance(900.0, &mut out);
        assert_eq!(out, [Gesture::LongPress { pointer: 1 }]);
        pointers.suppress_tap(1);
        out.clear();
        pointers.lift(1, (10.0, 10.0), 901.0, &mut out);
        assert_eq!(out, [Gesture::End { pointer: 1 }]);
    }
}
