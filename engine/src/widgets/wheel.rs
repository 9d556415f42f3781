//! A wheel of rows, as `picker` and `picker-view` have them: it follows a finger, coasts, and comes to rest at a row.
//!
//! Positions count in rows: 1.5 is half way from the second to the third. A fling is the one of scroll containers, but
//! its destination is moved to the nearest row and it gets there on a cubic that begins with the finger's speed.

use crate::interact::motion::{Fling, Glide};

/// Height of a row before a layout has told it, logical px.
const ROW: f32 = pellicle_layout::flow::picker::ROW;
/// Duration of the way to the nearest row, and of a change by script or by a tap, ms.
const SNAP: f32 = 200.0;
/// Longest that a wheel coasts, ms.
const LONGEST: f32 = 1500.0;
/// How far a finger can pull the wheel beyond its ends, rows.
const BEYOND: f32 = 2.0;

/// A wheel of rows.
#[derive(Clone, PartialEq, Debug)]
pub struct Wheel {
    count: usize,
    /// The row that is to be chosen; there may be fewer rows for now.
    wanted: usize,
    position: f32,
    /// Position that was told last.
    told: f32,
    glide: Option<Glide>,
    dragging: bool,
    /// It came to rest, or is about to, and that has not been told yet.
    unsettled: bool,
    /// Turns of a mouse wheel that do not make a row yet, logical px.
    turned: f32,
    /// Height of a row, logical px.
    row: f32,
}

impl Wheel {
    /// A wheel of `count` rows that stands at a row.
    pub fn new(count: usize, index: usize) -> Wheel {
        let mut wheel = Wheel {
            count,
            wanted: index,
            position: 0.0,
            told: 0.0,
            glide: None,
            dragging: false,
            unsettled: false,
            turned: 0.0,
            row: ROW,
        };
        wheel.position = wheel.index() as f32;
        wheel.told = wheel.position;
        wheel
    }

    fn last(&self) -> usize {
        self.count.saturating_sub(1)
    }

    /// The row that is chosen: where it stands, or where it is going.
    pub fn index(&self) -> usize {
        self.wanted.min(self.last())
    }

    /// How far its rows are scrolled, logical px; negative and beyond the last row while a finger pulls it there.
    pub fn offset(&self) -> f32 {
        self.position * self.row
    }

    /// Height of a row, logical px.
    pub fn row(&self) -> f32 {
        self.row
    }

    /// A layout has found the height of a row.
    pub fn set_row(&mut self, row: f32) {
        if row.is_finite() && row >= 1.0 {
            self.row = row;
        }
    }

    /// True while it is pulled beyond its ends.
    pub fn is_beyond(&self) -> bool {
        self.position < 0.0 || self.position > self.last() as f32
    }

    /// True while it moves by itself, or has moved or come to rest and is still to be told.
    pub fn is_moving(&self) -> bool {
        self.glide.is_some() || self.position != self.told || (self.unsettled && !self.dragging)
    }

    /// Its rows changed: a row that is gone is no longer chosen.
    pub fn set_count(&mut self, count: usize) {
        let before = std::mem::replace(&mut self.count, count);
        if before == count {
            return;
        }
        if count > 0 && count < before && self.wanted > self.last() && !self.dragging {
            self.wanted = self.last();
        }
        if self.glide.is_none() && !self.dragging {
            self.position = self.index() as f32;
        }
        if let Some(glide) = &mut self.glide
            && glide.destination() > self.last() as f32
        {
            self.glide = None;
            self.position = self.index() as f32;
        }
    }

    /// Goes to a row: at once, or on a way of its own from `now` on.
    pub fn show(&mut self, index: usize, from: Option<f64>) {
        self.wanted = index;
        self.dragging = false;
        let to = self.index() as f32;
        self.glide = from.filter(|_| to != self.position).map(|now| Glide::new(now, self.position, to, SNAP));
        if self.glide.is_none() {
            self.position = to;
        }
    }

    /// The user goes to a row so many rows further on.
    pub fn step(&mut self, rows: isize, now: f64) {
        let index = self.index().saturating_add_signed(rows).min(self.last());
        self.unsettled = true;
        self.show(index, Some(now));
    }

    /// A mouse wheel turns by so many logical px.
    pub fn turn(&mut self, by: f32, now: f64) {
        self.turned = (self.turned + by).clamp(-1e5, 1e5);
        let rows = (self.turned / self.row).trunc();
        self.turned -= rows * self.row;
        if rows != 0.0 {
            self.step(rows as isize, now);
        }
    }

    /// A finger drags by so many logical px (positive: towards later rows).
    pub fn drag(&mut self, by: f32) {
        self.dragging = true;
        self.unsettled = true;
        self.glide = None;
        let by = by / self.row;
        let last = self.last() as f32;
        let to = self.position + by;
        // Beyond the ends it follows a third of the way.
        let is_beyond = to < 0.0 || to > last;
        self.position = if is_beyond { (self.position + by / 3.0).clamp(-BEYOND, last + BEYOND) } else { to };
        self.wanted = self.nearest(self.position);
    }

    fn nearest(&self, position: f32) -> usize {
        (position.round().max(0.0) as usize).min(self.last())
    }

    /// The finger is lifted with a speed in px a second (positive: towards later rows).
    pub fn release(&mut self, speed: f32, now: f64) {
        self.dragging = false;
        self.unsettled = true;
        let flung = Fling::new(now, self.offset(), speed).map(|fling| fling.destination() / self.row);
        self.wanted = self.nearest(flung.unwrap_or(self.position));
        let to = self.wanted as f32;
        let way = (to - self.position) * self.row;
        // A cubic that ends slowly begins at three times its mean speed.
        let fits = flung.is_some() && way * speed > 0.0;
        let duration = if fits { (3000.0 * way / speed).clamp(SNAP, LONGEST) } else { SNAP };
        self.glide = (way != 0.0).then(|| Glide::new(now, self.position, to, duration));
    }

    /// A finger came down: it goes to the nearest row and no further. True if it moved.
    pub fn stop(&mut self, now: f64) -> bool {
        let moving = self.glide.is_some();
        if moving {
            self.show(self.nearest(self.position), Some(now));
        }
        moving
    }

    /// Moves on to a time: whether it stands elsewhere than last time, and whether the user's motion has come to rest.
    pub fn advance(&mut self, now: f64) -> (bool, bool) {
        if let Some(glide) = self.glide {
            let (position, going) = glide.at(now);
            self.position = position;
            if !going {
                self.glide = None;
            }
        }
        let moved = std::mem::replace(&mut self.told, self.position) != self.position;
        let settled = self.glide.is_none() && !self.dragging && std::mem::take(&mut self.unsettled);
        (moved, settled)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lets it come to rest; gives the time that this took, ms.
    fn rest(wheel: &mut Wheel, from: f64) -> f64 {
        for frame in 0..1000 {
            let now = from + f64::from(frame) * 16.0;
            if wheel.advance(now).1 {
                return now - from;
            }
        }
        panic!("{wheel:?}");
    }

    #[test]
    fn a_wheel_comes_to_rest_at_a_row() {
        let mut wheel = Wheel::new(10, 2);
        wheel.drag(20.0);
        assert!((wheel.offset() - 88.0).abs() < 0.01);
        wheel.release(0.0, 0.0);
        rest(&mut wheel, 0.0);
        assert_eq!((wheel.index(), wheel.offset()), (3, 102.0));
        wheel.drag(5.0);
        wheel.release(700.0, 0.0);
        assert!(rest(&mut wheel, 0.0) > 500.0);
        // 107 px and 700 * 0.325 px more.
        assert_eq!((wheel.index(), wheel.offset()), (10 - 1, 9.0 * 34.0));
        assert!(!wheel.is_moving());
    }

    #[test]
    fn the_ends_hold() {
        let mut wheel = Wheel::new(3, 0);
        wheel.drag(-300.0);
        assert!(wheel.offset() < 0.0 && wheel.offset() >= -68.0);
        wheel.release(-5000.0, 0.0);
        rest(&mut wheel, 0.0);
        assert_eq!((wheel.index(), wheel.offset()), (0, 0.0));
        let mut none = Wheel::new(0, 5);
        none.drag(50.0);
        none.release(900.0, 0.0);
        rest(&mut none, 0.0);
        assert_eq!(none.index(), 0);
    }

    #[test]
    fn rows_that_come_later_are_waited_for_and_rows_that_go_are_not() {
        let mut wheel = Wheel::new(0, 4);
        wheel.set_count(10);
        assert_eq!((wheel.index(), wheel.offset()), (4, 136.0));
        wheel.set_count(3);
        wheel.set_count(10);
        assert_eq!(wheel.index(), 2);
    }

    #[test]
    fn turns_of_a_mouse_wheel_add_up_to_rows() {
        let mut wheel = Wheel::new(10, 0);
        wheel.turn(20.0, 0.0);
        assert!(!wheel.is_moving());
        wheel.turn(20.0, 0.0);
        rest(&mut wheel, 0.0);
        assert_eq!(wheel.index(), 1);
    }
}
