//! The swiper: pages side by side, dragged, flung or played.
//!
//! Its position counts in items: 1.5 is half way from the second to the third. With `circular` the position may
//! leave `0..count`; it comes back into it when the motion ends.

use crate::interact::motion::{Easing, Glide};
use pellicle_layout::document::{Document, NodeId};

/// Settings of a swiper, from its attributes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct SwiperConfig {
    /// Items there are.
    pub count: usize,
    /// Items shown at once.
    pub shown: usize,
    /// The last is followed by the first.
    pub circular: bool,
    /// Goes on by itself each so many ms; `None` stands still.
    pub interval: Option<f64>,
    /// Duration of a change, ms.
    pub duration: f32,
    /// How its speed changes on the way.
    pub easing: Easing,
    /// Fingers move it to later items only (1), to earlier ones only (-1), or both ways (0).
    pub direction: i8,
    /// It moves there where script asks for an item; else it is there at once.
    pub animated: bool,
}

/// The items of a swiper, in order. Those of a swiper inside an item are that one's own.
pub fn items(document: &Document, swiper: NodeId) -> Vec<NodeId> {
    let mut stack: Vec<NodeId> =
        document.node(swiper).map(|n| n.children.iter().rev().copied().collect()).unwrap_or_default();
    let mut items = Vec::new();
    while let Some(id) = stack.pop() {
        match document.tag_name(id) {
            "swiper-item" => items.push(id),
            "swiper" => {}
            // A component may stand between the swiper and its item.
            _ => stack.extend(document.node(id).into_iter().flat_map(|n| n.children.iter().rev())),
        }
    }
    items
}

/// The easing that `easing-function` names.
pub fn easing(name: &str) -> Easing {
    match name {
        "linear" => Easing::Linear,
        "easeInCubic" => Easing::InCubic,
        "easeInOutCubic" => Easing::InOutCubic,
        _ => Easing::OutCubic,
    }
}

/// Why the item changed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Source {
    /// `autoplay`.
    Autoplay,
    /// A finger: `touch`.
    Touch,
    /// Script set `current`: an empty text.
    Script,
}

impl Source {
    /// As `detail.source` names it.
    pub fn name(self) -> &'static str {
        match self {
            Source::Autoplay => "autoplay",
            Source::Touch => "touch",
            Source::Script => "",
        }
    }
}

/// What happened to a swiper.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)] // a variant's comment names its fields
pub enum SwiperChange {
    /// Another item is the current one: `change`.
    Current { index: usize, source: Source },
    /// The motion to it has ended: `animationfinish`.
    Finished { index: usize, source: Source },
}

/// A swiper.
#[derive(Clone, Debug)]
pub struct Swiper {
    config: SwiperConfig,
    current: usize,
    /// The item that script wants and that is not there yet.
    wanted: Option<usize>,
    position: f32,
    /// Where it stood when it was at rest.
    rest: f32,
    /// The position that was told last.
    told: f32,
    glide: Option<(Glide, Source)>,
    dragging: bool,
    /// Its start was told, and its end is still to be.
    running: bool,
    due: Option<f64>,
}

impl Swiper {
    /// A swiper that shows an item.
    pub fn new(config: SwiperConfig, current: usize, now: f64) -> Swiper {
        let mut swiper = Swiper {
            config,
            current: 0,
            wanted: None,
            position: 0.0,
            rest: 0.0,
            told: 0.0,
            glide: None,
            dragging: false,
            running: false,
            due: None,
        };
        swiper.want(current);
        swiper.stand_at(swiper.inside(current as isize));
        swiper.schedule(now);
        swiper
    }

    /// Its settings.
    pub fn config(&self) -> &SwiperConfig {
        &self.config
    }

    /// The item that counts as shown.
    pub fn current(&self) -> usize {
        self.current
    }

    /// Where it stands, in items.
    pub fn position(&self) -> f32 {
        self.position
    }

    /// How far it is from where it stood last, in items.
    pub fn travelled(&self) -> f32 {
        self.position - self.rest
    }

    /// True while it moves by itself, or has moved and is still to be told.
    pub fn is_moving(&self) -> bool {
        self.glide.is_some() || self.position != self.told
    }

    /// An item that is not there yet is shown when it comes.
    fn want(&mut self, index: usize) {
        self.wanted = (index > self.last()).then_some(index);
    }

    fn stand_at(&mut self, index: usize) {
        self.current = index;
        self.glide = None;
        self.position = index as f32;
        (self.rest, self.told) = (self.position, self.position);
    }

    fn last(&self) -> usize {
        if self.config.circular {
            self.config.count.saturating_sub(1)
        } else {
            self.config.count.saturating_sub(self.config.shown.max(1))
        }
    }

    fn inside(&self, index: isize) -> usize {
        let count = self.config.count.max(1) as isize;
        if self.config.circular {
            index.rem_euclid(count) as usize
        } else {
            index.clamp(0, self.last() as isize) as usize
        }
    }

    fn schedule(&mut self, now: f64) {
        let plays = self.config.count > self.config.shown.max(1);
        self.due = self.config.interval.filter(|_| plays).map(|interval| now + interval.max(1.0));
    }

    /// Its attributes or children changed.
    pub fn configure(&mut self, config: SwiperConfig, now: f64) {
        if self.config == config {
            return;
        }
        let restart = self.config.interval != config.interval || self.config.count != config.count;
        self.config = config;
        let wanted = self.wanted.filter(|&index| index <= self.last());
        let current = wanted.unwrap_or_else(|| self.inside(self.current as isize));
        if current != self.current {
            self.stand_at(current);
        }
        if wanted.is_some() {
            self.wanted = None;
        }
        if restart {
            self.schedule(now);
        }
    }

    /// Script set `current`.
    pub fn show(&mut self, index: usize, now: f64, changes: &mut Vec<SwiperChange>) {
        self.want(index);
        let target = self.inside(index as isize);
        if target != self.current {
            self.go(target as isize, Source::Script, now, changes);
        }
    }

    fn go(&mut self, target: isize, source: Source, now: f64, changes: &mut Vec<SwiperChange>) {
        let index = self.inside(target);
        let at_once = source == Source::Script && !self.config.animated;
        let duration = if at_once { 0.0 } else { self.config.duration };
        let glide = Glide::new(now, self.position, target as f32, duration).eased(self.config.easing);
        self.glide = Some((glide, source));
        self.schedule(now);
        if index != self.current {
            self.current = index;
            changes.push(SwiperChange::Current { index, source });
        }
    }

    /// A finger drags by a fraction of an item (positive: towards later items).
    pub fn drag(&mut self, by: f32) {
        self.dragging = true;
        self.wanted = None;
        self.glide = None;
        self.due = None;
        let mut to = self.position + by;
        let home = self.nearest_to_current();
        if (self.config.direction > 0 && to < home) || (self.config.direction < 0 && to > home) {
            to = home;
        }
        let by = to - self.position;
        // Beyond the ends it follows a third of the way.
        let last = self.last() as f32;
        self.position = if self.config.circular {
            to.clamp(self.position - 1.0, self.position + 1.0)
        } else if to < 0.0 || to > last {
            (self.position + by / 3.0).clamp(-0.5, last + 0.5)
        } else {
            to
        };
    }

    /// The finger is lifted with a speed in items a second (positive: towards later items).
    pub fn release(&mut self, velocity: f32, now: f64, changes: &mut Vec<SwiperChange>) {
        if !std::mem::take(&mut self.dragging) {
            return;
        }
        let home = self.nearest_to_current();
        let moved = self.position - home;
        let step = if velocity.abs() > 0.5 && velocity * moved > 0.0 {
            velocity.signum()
        } else if moved.abs() > 0.5 {
            moved.signum()
        } else {
            0.0
        };
        let mut target = (home + step) as isize;
        if !self.config.circular {
            target = target.clamp(0, self.last() as isize);
        }
        self.go(target, Source::Touch, now, changes);
    }

    /// The place of the current item that is nearest: in a circle it is there many times.
    fn nearest_to_current(&self) -> f32 {
        let count = self.config.count.max(1) as f32;
        let current = self.current as f32;
        if self.config.circular { current + ((self.position - current) / count).round() * count } else { current }
    }

    /// When it goes on by itself, ms.
    pub fn next_due(&self) -> Option<f64> {
        self.due
    }

    /// Whether a motion begins and whether it has ended, after it `moved` or not.
    pub fn ends(&mut self, moved: bool) -> (bool, bool) {
        let began = moved && !std::mem::replace(&mut self.running, true);
        let rests = !self.dragging && self.glide.is_none();
        (began, rests && std::mem::take(&mut self.running))
    }

    /// Moves on to a time; true if its position is another than last time.
    pub fn advance(&mut self, now: f64, changes: &mut Vec<SwiperChange>) -> bool {
        if !self.dragging && self.glide.is_none() && self.due.is_some_and(|due| now >= due) {
            let next = self.current as isize + 1;
            let wraps = !self.config.circular && next > self.last() as isize;
            self.go(if wraps { 0 } else { next }, Source::Autoplay, now, changes);
        }
        if let Some((glide, source)) = self.glide {
            let (position, going) = glide.at(now);
            self.position = position;
            if !going {
                self.glide = None;
                self.position = self.current as f32;
                self.rest = self.position;
                changes.push(SwiperChange::Finished { index: self.current, source });
            }
        }
        std::mem::replace(&mut self.told, self.position) != self.position
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(count: usize, circular: bool) -> SwiperConfig {
        SwiperConfig {
            count,
            shown: 1,
            circular,
            interval: None,
            duration: 500.0,
            easing: Easing::default(),
            direction: 0,
            animated: true,
        }
    }

    fn settle(swiper: &mut Swiper, from: f64) -> Vec<SwiperChange> {
        let mut changes = Vec::new();
        for frame in 1..60 {
            swiper.advance(from + f64::from(frame) * 16.0, &mut changes);
        }
        changes
    }

    #[test]
    fn a_short_drag_goes_back_and_a_long_or_fast_one_goes_on() {
        let mut changes = Vec::new();
        let mut swiper = Swiper::new(config(3, false), 0, 0.0);
        swiper.drag(0.3);
        swiper.release(0.1, 0.0, &mut changes);
        assert!(changes.is_empty());
        assert_eq!(settle(&mut swiper, 0.0), [SwiperChange::Finished { index: 0, source: Source::Touch }]);
        swiper.drag(0.2);
        swiper.release(2.0, 1000.0, &mut changes);
        assert_eq!(changes, [SwiperChange::Current { index: 1, source: Source::Touch }]);
        settle(&mut swiper, 1000.0);
        swiper.drag(0.6);
        swiper.release(0.0, 3000.0, &mut changes);
        assert_eq!(swiper.current(), 2);
        settle(&mut swiper, 3000.0);
        swiper.drag(0.9);
        assert!(swiper.position() < 2.5);
        swiper.release(3.0, 5000.0, &mut changes);
        assert_eq!(swiper.current(), 2);
    }

    #[test]
    fn a_circle_goes_on_past_its_end_and_stands_inside_again() {
        let mut changes = Vec::new();
        let mut swiper = Swiper::new(config(3, true), 2, 0.0);
        swiper.drag(0.6);
        swiper.release(0.0, 0.0, &mut changes);
        assert_eq!(changes, [SwiperChange::Current { index: 0, source: Source::Touch }]);
        let mut early = Vec::new();
        swiper.advance(16.0, &mut early);
        assert!(swiper.position() > 2.5);
        settle(&mut swiper, 16.0);
        assert_eq!(swiper.position(), 0.0);
    }

    #[test]
    fn autoplay_goes_round_and_a_finger_holds_it() {
        let mut changes = Vec::new();
        let mut swiper = Swiper::new(SwiperConfig { interval: Some(1000.0), ..config(2, false) }, 0, 0.0);
        swiper.advance(999.0, &mut changes);
        assert!(changes.is_empty());
        swiper.advance(1000.0, &mut changes);
        assert_eq!(changes, [SwiperChange::Current { index: 1, source: Source::Autoplay }]);
        settle(&mut swiper, 1000.0);
        swiper.drag(0.1);
        assert_eq!(swiper.next_due(), None);
        swiper.release(0.0, 2500.0, &mut changes);
        settle(&mut swiper, 2500.0);
        assert_eq!(swiper.next_due(), Some(3500.0));
        swiper.advance(3500.0, &mut changes);
        assert_eq!(swiper.current(), 0);
    }

    #[test]
    fn an_item_that_comes_later_is_shown_when_it_comes() {
        let mut swiper = Swiper::new(config(0, false), 2, 0.0);
        assert_eq!(swiper.current(), 0);
        swiper.configure(config(2, false), 0.0);
        assert_eq!(swiper.current(), 0);
        swiper.configure(config(4, false), 0.0);
        assert_eq!((swiper.current(), swiper.position()), (2, 2.0));
        swiper.drag(-1.0);
        swiper.release(0.0, 0.0, &mut Vec::new());
        swiper.configure(config(5, false), 0.0);
        assert_eq!(swiper.current(), 1);
    }

    #[test]
    fn fewer_items_take_the_current_one_back_inside() {
        let mut swiper = Swiper::new(config(5, false), 4, 0.0);
        swiper.configure(config(2, false), 0.0);
        assert_eq!((swiper.current(), swiper.position()), (1, 1.0));
        swiper.configure(config(0, true), 0.0);
        assert_eq!(swiper.current(), 0);
    }
}
