//! The movable view: a box that fingers drag about inside its movable area.
//!
//! Positions count from the place of the view's layout. A view that is let go comes to rest by friction (a constant
//! slowing down); one that script moves, or that is outside of its area, goes to its place on a damped spring.

use crate::interact::motion::Spring;
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::flow::BoxTree;
use pellicle_layout::flow::moved::Moved;

/// A view that is slower when it is let go stays where it is, px a second.
const MIN_SPEED: f32 = 50.0;
/// A unit of `friction` takes so much of the speed, px a second each second.
const FRICTION: f32 = 1000.0;
/// Nobody sees less, logical px.
const NEAR: f32 = 0.1;

/// Settings of a movable view, from its attributes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct MovableConfig {
    /// Fingers move it horizontally and vertically.
    pub axes: [bool; 2],
    /// It goes on when it is let go.
    pub inertia: bool,
    /// It can be dragged out of its area.
    pub out_of_bounds: bool,
    /// How fast springs are.
    pub damping: f32,
    /// How soon it comes to rest.
    pub friction: f32,
    /// Fingers do not move it.
    pub disabled: bool,
    /// It moves on a spring where script moves it.
    pub animation: bool,
    /// Two fingers scale it.
    pub scales: bool,
    /// Smallest and largest scale.
    pub scale: (f32, f32),
}

impl MovableConfig {
    /// The settings of an element.
    pub fn of(document: &Document, node: NodeId) -> MovableConfig {
        let number = |name: &str, default: f64| super::number(document, node, name, default, -1e6, 1e6) as f32;
        let positive = |name: &str, default: f32| {
            let value = number(name, f64::from(default));
            if value > 0.0 { value } else { default }
        };
        let axes = match super::text(document, node, "direction").as_str() {
            "all" => [true, true],
            "horizontal" => [true, false],
            "vertical" => [false, true],
            _ => [false, false],
        };
        let smallest = number("scale-min", 0.1).clamp(0.1, 1e3);
        MovableConfig {
            axes,
            inertia: super::is_on(document, node, "inertia"),
            out_of_bounds: super::is_on(document, node, "out-of-bounds"),
            damping: positive("damping", 20.0),
            friction: positive("friction", 2.0),
            disabled: super::is_on(document, node, "disabled"),
            animation: document.attribute(node, "animation").is_none_or(|v| v.is_on()),
            scales: super::is_on(document, node, "scale"),
            scale: (smallest, number("scale-max", 10.0).clamp(smallest, 1e3)),
        }
    }
}

/// Where a view was laid out, logical px.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Room {
    /// Size of the content of its area.
    pub area: [f32; 2],
    /// Size of the view.
    pub size: [f32; 2],
    /// Where it lies in the area.
    pub at: [f32; 2],
}

impl Room {
    /// The room of a view; `None` if it lies in no area or has no box.
    pub fn of(document: &Document, boxes: &BoxTree, node: NodeId) -> Option<Room> {
        let around = document.ancestors(node).find(|n| document.tag_name(n.id) == "movable-area")?.id;
        let (area_id, id) = (boxes.principal(around)?, boxes.principal(node)?);
        let (area, own) = (&boxes.get(area_id)?.layout, &boxes.get(id)?.layout);
        let mut at = [own.x, own.y];
        let mut outer = boxes.get(id)?.offset_parent;
        while let Some(b) = outer.filter(|&b| b != area_id).and_then(|b| boxes.get(b)) {
            (at[0], at[1]) = (at[0] + b.layout.x, at[1] + b.layout.y);
            outer = b.offset_parent;
        }
        let (border, padding) = (&area.border, &area.padding);
        let inside = [
            area.width - border.left - border.right - padding.left - padding.right,
            area.height - border.top - border.bottom - padding.top - padding.bottom,
        ];
        let at = [at[0] - border.left, at[1] - border.top];
        Some(Room { area: inside, size: [own.width, own.height], at })
    }
}

/// Why a view moved.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// A finger drags it: `touch`.
    Touch,
    /// A finger drags it beyond its area: `touch-out-of-bounds`.
    TouchOutOfBounds,
    /// It comes back into its area: `out-of-bounds`.
    OutOfBounds,
    /// It comes to rest: `friction`.
    Friction,
    /// Script moves it: an empty text.
    Script,
}

impl Source {
    /// As `detail.source` names it.
    pub fn name(self) -> &'static str {
        match self {
            Source::Touch => "touch",
            Source::TouchOutOfBounds => "touch-out-of-bounds",
            Source::OutOfBounds => "out-of-bounds",
            Source::Friction => "friction",
            Source::Script => "",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
enum Motion {
    /// Across, down and scale.
    Springs([Spring; 3]),
    Friction {
        start: f64,
        from: [f32; 2],
        direction: [f32; 2],
        speed: f32,
        slowing: f32,
        length: f32,
    },
}

/// A movable view.
#[derive(Clone, Debug)]
pub struct Movable {
    config: MovableConfig,
    room: Room,
    at: [f32; 2],
    scale: f32,
    motion: Option<Motion>,
    source: Source,
    /// Where the finger has dragged it, without limits.
    finger: Option<[f32; 2]>,
    /// Place and scale that were told last.
    told: ([f32; 2], f32),
    /// It has stood in its area.
    placed: bool,
}

impl Movable {
    /// A view that has no place yet.
    pub fn new(config: MovableConfig) -> Movable {
        let (at, scale) = ([0.0; 2], 1.0);
        Movable {
            config,
            room: Room::default(),
            at,
            scale,
            motion: None,
            source: Source::Script,
            finger: None,
            told: (at, scale),
            placed: false,
        }
    }

    /// Where it stands.
    pub fn moved(&self) -> Moved {
        Moved { x: self.at[0], y: self.at[1], scale: self.scale }
    }

    /// Its place as script counts it: from the left top corner as it is seen.
    pub fn place(&self) -> (f32, f32) {
        (self.at[0] - self.grown(0), self.at[1] - self.grown(1))
    }

    /// Why it moved last.
    pub fn source(&self) -> Source {
        self.source
    }

    /// True if the user moved it, and not script after that.
    pub fn is_users(&self) -> bool {
        self.source != Source::Script
    }

    /// It stands again where the user had it in an earlier run; false while it has no place yet.
    pub fn restore(&mut self, (x, y): (f32, f32), scale: f32) -> bool {
        if self.placed && self.finger.is_none() {
            (self.motion, self.source) = (None, Source::Touch);
            if self.config.scales {
                self.scale = self.limited(scale);
            }
            self.at = self.inside([x + self.grown(0), y + self.grown(1)]);
        }
        self.placed
    }

    /// Its scale.
    pub fn scale(&self) -> f32 {
        self.scale
    }

    /// True if it is scaled by two fingers.
    pub fn scales(&self) -> bool {
        self.config.scales && !self.config.disabled
    }

    /// True while it moves by itself, or has moved and is still to be told.
    pub fn is_moving(&self) -> bool {
        self.motion.is_some() || self.told != (self.at, self.scale)
    }

    /// Its attributes changed.
    pub fn configure(&mut self, config: MovableConfig) {
        self.config = config;
    }

    /// True if it takes a drag that begins horizontally, or vertically.
    pub fn takes(&self, horizontal: bool) -> bool {
        !self.config.disabled && self.config.axes[usize::from(!horizontal)]
    }

    /// How far its edge is moved outwards by its scale.
    fn grown(&self, axis: usize) -> f32 {
        self.room.size[axis] * (self.scale - 1.0) / 2.0
    }

    fn limits(&self, axis: usize) -> (f32, f32) {
        let grown = self.grown(axis);
        let first = grown - self.room.at[axis];
        let last = self.room.area[axis] - self.room.size[axis] - self.room.at[axis] - grown;
        (first.min(last), first.max(last))
    }

    fn inside(&self, at: [f32; 2]) -> [f32; 2] {
        let axis = |axis: usize| {
            let (low, high) = self.limits(axis);
            at[axis].clamp(low, high)
        };
        [axis(0), axis(1)]
    }

    fn settle_silently(&mut self) {
        self.at = self.inside(self.at);
        self.told = (self.at, self.scale);
    }

    /// It was laid out; the first time it takes the place that script wants. True if it stands elsewhere now.
    pub fn lay_out(&mut self, room: Room, wanted: (Option<f32>, Option<f32>), scale: Option<f32>) -> bool {
        if self.placed && self.room == room {
            return false;
        }
        let before = self.moved();
        self.room = room;
        if !std::mem::replace(&mut self.placed, true) {
            if let Some(scale) = scale.filter(|_| self.config.scales) {
                self.scale = self.limited(scale);
            }
            self.at = [wanted.0.unwrap_or(0.0) + self.grown(0), wanted.1.unwrap_or(0.0) + self.grown(1)];
        }
        if self.finger.is_none() && self.motion.is_none() {
            self.settle_silently();
        }
        before != self.moved()
    }

    fn limited(&self, scale: f32) -> f32 {
        scale.clamp(self.config.scale.0, self.config.scale.1)
    }

    /// Script wants it in a place, or in a scale; `None` leaves what it is.
    pub fn go(&mut self, x: Option<f32>, y: Option<f32>, scale: Option<f32>, now: f64) {
        if self.finger.is_some() {
            return;
        }
        let from = (self.at, self.scale);
        if let Some(scale) = scale.filter(|_| self.config.scales) {
            self.scale = self.limited(scale);
        }
        let wanted = [x.map_or(self.at[0], |x| x + self.grown(0)), y.map_or(self.at[1], |y| y + self.grown(1))];
        let to = (self.inside(wanted), self.scale);
        self.source = Source::Script;
        self.move_to(from, to, now);
    }

    fn move_to(&mut self, from: ([f32; 2], f32), to: ([f32; 2], f32), now: f64) {
        self.motion = None;
        (self.at, self.scale) = if self.config.animation { from } else { to };
        if self.config.animation && from != to {
            let spring = |from, to| Spring::new(now, from, to, self.config.damping);
            self.motion =
                Some(Motion::Springs([spring(from.0[0], to.0[0]), spring(from.0[1], to.0[1]), spring(from.1, to.1)]));
        }
    }

    /// A finger touches it: it stands still.
    pub fn stop(&mut self) {
        self.motion = None;
    }

    /// A finger drags it by so much.
    pub fn drag(&mut self, by: (f32, f32)) {
        self.motion = None;
        self.source = Source::Touch;
        let mut finger = self.finger.unwrap_or(self.at);
        for (axis, by) in [by.0, by.1].into_iter().enumerate() {
            if !self.config.axes[axis] {
                continue;
            }
            finger[axis] += by;
            let (low, high) = self.limits(axis);
            let inside = finger[axis].clamp(low, high);
            let beyond = finger[axis] - inside;
            self.at[axis] = inside;
            if beyond != 0.0 && self.config.out_of_bounds {
                // The further out, the less it follows.
                self.at[axis] += beyond.signum() * beyond.abs().sqrt();
                self.source = Source::TouchOutOfBounds;
            }
        }
        self.finger = Some(finger);
    }

    /// The finger is lifted with a speed in px a second.
    pub fn release(&mut self, velocity: (f32, f32), now: f64) {
        if self.finger.take().is_none() {
            return;
        }
        let home = self.inside(self.at);
        if home != self.at {
            self.source = Source::OutOfBounds;
            self.move_to((self.at, self.scale), (home, self.scale), now);
            return;
        }
        let along = |axis: usize, speed: f32| if self.config.axes[axis] { speed } else { 0.0 };
        let speeds = [along(0, velocity.0), along(1, velocity.1)];
        let speed = speeds[0].hypot(speeds[1]);
        if !self.config.inertia || speed < MIN_SPEED {
            return;
        }
        let direction = [speeds[0] / speed, speeds[1] / speed];
        let slowing = self.config.friction * FRICTION;
        let mut length = speed * speed / (2.0 * slowing);
        // It ends where it meets the edge of its area.
        for (axis, (along, at)) in direction.into_iter().zip(self.at).enumerate() {
            let (low, high) = self.limits(axis);
            let room = if along > 0.0 { high - at } else { at - low };
            if along.abs() > 1e-4 {
                length = length.min(room / along.abs());
            }
        }
        self.source = Source::Friction;
        self.motion = Some(Motion::Friction { start: now, from: self.at, direction, speed, slowing, length });
    }

    /// Two fingers scale it.
    pub fn pinch(&mut self, scale: f32) {
        (self.motion, self.finger) = (None, None);
        self.source = Source::Touch;
        self.scale = self.limited(scale);
        self.at = self.inside(self.at);
    }

    /// Moves on to a time. Gives whether place and scale are others than last time.
    pub fn advance(&mut self, now: f64) -> (bool, bool) {
        match self.motion {
            Some(Motion::Springs([x, y, scale])) => {
                let ends = [(x, NEAR), (y, NEAR), (scale, 1e-3)].map(|(spring, near)| spring.at(now, near));
                self.at = [ends[0].0, ends[1].0];
                self.scale = ends[2].0;
                if ends.iter().all(|(_, going)| !going) {
                    self.motion = None;
                }
            }
            Some(Motion::Friction { start, from, direction, speed, slowing, length }) => {
                let t = (((now - start) / 1000.0).max(0.0) as f32).min(speed / slowing);
                let gone = (speed * t - slowing * t * t / 2.0).min(length);
                self.at = [from[0] + direction[0] * gone, from[1] + direction[1] * gone];
                if length - gone < NEAR || t >= speed / slowing {
                    self.motion = None;
                }
            }
            None => {}
        }
        let before = std::mem::replace(&mut self.told, (self.at, self.scale));
        (before.0 != self.at, before.1 != self.scale)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn movable(out_of_bounds: bool, inertia: bool) -> Movable {
        let mut movable = Movable::new(MovableConfig {
            axes: [true, true],
            inertia,
            out_of_bounds,
            damping: 20.0,
            friction: 2.0,
            disabled: false,
            animation: true,
            scales: true,
            scale: (0.5, 4.0),
        });
        let room = Room { area: [200.0, 200.0], size: [50.0, 50.0], at: [0.0, 0.0] };
        movable.lay_out(room, (Some(300.0), Some(20.0)), None);
        movable
    }

    #[test]
    fn it_stays_in_its_area_and_a_larger_one_has_less_room() {
        let mut movable = movable(false, false);
        assert_eq!(movable.place(), (150.0, 20.0));
        movable.drag((-500.0, 10.0));
        assert_eq!(movable.place(), (0.0, 30.0));
        movable.release((0.0, 0.0), 0.0);
        movable.pinch(2.0);
        assert_eq!((movable.moved(), movable.place()), (Moved { x: 25.0, y: 30.0, scale: 2.0 }, (0.0, 5.0)));
        movable.pinch(9.0);
        assert_eq!(movable.scale(), 4.0);
    }

    #[test]
    fn it_comes_back_from_outside_and_runs_out_by_friction() {
        let mut movable = movable(true, true);
        movable.drag((100.0, 0.0));
        assert_eq!((movable.place(), movable.source()), ((160.0, 20.0), Source::TouchOutOfBounds));
        movable.release((900.0, 0.0), 0.0);
        for frame in 1..200 {
            movable.advance(f64::from(frame) * 16.0);
        }
        assert_eq!((movable.place(), movable.source()), ((150.0, 20.0), Source::OutOfBounds));
        movable.drag((-10.0, 0.0));
        movable.release((-400.0, 0.0), 10_000.0);
        movable.advance(20_000.0);
        // 400 px a second lose 2000 px a second each second: 40 px.
        assert_eq!((movable.place(), movable.source(), movable.motion), ((100.0, 20.0), Source::Friction, None));
    }
}
