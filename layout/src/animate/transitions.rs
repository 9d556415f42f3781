//! When a transition starts, turns round or ends (CSS Transitions 1 section 3).

use super::mixing::Mixing;
use super::set::PropertySet;
use super::{MotionEvent, MotionEventKind, MotionKey};
use crate::css::PropertyId;
use crate::css::properties::AnimationKind;
use crate::style::computed::{ComputedStyle, Easing, Transition};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A transition of one property that runs.
#[derive(Clone, Debug)]
pub(super) struct Run {
    pub property: PropertyId,
    from: Arc<ComputedStyle>,
    to: Arc<ComputedStyle>,
    /// When it begins to move, ms.
    begin: f64,
    duration: f64,
    easing: Easing,
    /// Where it would turn back to (the reversing-adjusted start value).
    turns_to: Arc<ComputedStyle>,
    /// Which part of the whole way it goes, for it turned round in the middle.
    part: f64,
    started: bool,
}

impl Run {
    /// How much of its way is behind it, 0 to 1 or beyond.
    fn eased(&self, now: f64) -> f64 {
        let time = if self.duration > 0.0 { (now - self.begin) / self.duration } else { 1.0 };
        self.easing.at(time.clamp(0.0, 1.0), now < self.begin)
    }

    pub fn apply(&self, out: &mut Mixing, now: f64) {
        out.put(self.property, Some(&self.from), Some(&self.to), self.eased(now) as f32);
    }

    pub fn is_due(&self, now: f64) -> bool {
        now >= self.begin
    }

    pub fn next_due(&self, now: f64) -> f64 {
        self.begin.max(now)
    }

    /// Tells of what came since the last frame; false once it is over.
    pub fn advance(&mut self, key: MotionKey, now: f64, events: &mut Vec<MotionEvent>) -> bool {
        if now < self.begin {
            return true;
        }
        let mut tell = |kind, elapsed| {
            events.push(MotionEvent { key, kind, name: Arc::from(self.property.name()), elapsed });
        };
        if !std::mem::replace(&mut self.started, true) {
            tell(MotionEventKind::TransitionStart, 0.0);
        }
        let over = now >= self.begin + self.duration;
        if over {
            tell(MotionEventKind::TransitionEnd, self.duration);
        }
        !over
    }

    pub fn cancelled(&self, key: MotionKey, now: f64) -> MotionEvent {
        let elapsed = (now - self.begin).max(0.0);
        MotionEvent { key, kind: MotionEventKind::TransitionCancel, name: Arc::from(self.property.name()), elapsed }
    }
}

/// True if a transition can show something between the two.
fn has_between(id: PropertyId, from: &ComputedStyle, to: &ComputedStyle) -> bool {
    id.animation() == AnimationKind::ByValue && id.mix(&mut from.clone(), from, to, 0.5)
}

/// True if two styles have the same value.
fn same(id: PropertyId, a: &ComputedStyle, b: &ComputedStyle) -> bool {
    if id.animation() != AnimationKind::ByValue {
        return true;
    }
    if id.differs(a, b) {
        return false;
    }
    // Lists with an entry a layer compare as a whole, by their first longhand.
    if !matches!(id, PropertyId::BackgroundPositionX | PropertyId::BackgroundPositionY | PropertyId::BackgroundSize) {
        return true;
    }
    let text = |style| {
        let mut out = String::new();
        id.write(style, &mut out);
        out
    };
    a.background == b.background || text(a) == text(b)
}

/// A change of a style.
pub(super) struct Change<'a> {
    pub key: MotionKey,
    /// What the cascade gave before.
    pub old: &'a Arc<ComputedStyle>,
    /// What it gives now.
    pub new: &'a Arc<ComputedStyle>,
    /// What was shown, with all that moved.
    pub shown: &'a Arc<ComputedStyle>,
    /// Inherited properties changed because what they come from moves.
    pub parent_moves: bool,
    pub now: f64,
}

/// What the entries of a `transition` list name.
#[derive(Debug, Default)]
pub(super) struct Named {
    /// Of each entry.
    sets: Vec<PropertySet>,
    all: PropertySet,
}

/// Lists that are remembered before all are forgotten.
const MOST_LISTS: usize = 256;

/// What lists name, made out once for each: styles share them.
#[derive(Debug, Default)]
pub(super) struct NamedLists(FxHashMap<usize, (Arc<[Transition]>, Named)>);

impl NamedLists {
    /// What a list names.
    pub fn of(&mut self, list: &Arc<[Transition]>) -> &Named {
        // An entry holds its list, so that its address stands for no other one.
        let key = list.as_ptr() as usize;
        if self.0.len() >= MOST_LISTS && !self.0.contains_key(&key) {
            self.0.clear();
        }
        let make = || {
            let sets: Vec<PropertySet> = list.iter().map(|entry| PropertySet::named(&entry.property)).collect();
            let mut all = PropertySet::default();
            sets.iter().for_each(|set| all.extend(set));
            (list.clone(), Named { sets, all })
        };
        &self.0.entry(key).or_insert_with(make).1
    }
}

/// Starts, turns and ends transitions.
pub(super) fn update(runs: &mut Vec<Run>, named: &Named, change: &Change, events: &mut Vec<MotionEvent>) {
    let Change { key, old, new, shown, now, .. } = *change;
    let list = &new.transition;
    let Named { sets, all: named } = named;
    runs.retain(|run| {
        let stays = named.contains(run.property);
        if !stays {
            events.push(run.cancelled(key, now));
        }
        stays
    });
    for id in named.iter() {
        if change.parent_moves && id.is_inherited() {
            continue;
        }
        let Some(at) = sets.iter().rposition(|set| set.contains(id)) else { continue };
        let entry = &list[at];
        let total = entry.duration.max(0.0) + entry.delay;
        let running = runs.iter().position(|run| run.property == id);
        let Some(running) = running else {
            if total > 0.0 && !same(id, old, new) && has_between(id, old, new) {
                runs.push(start(id, entry, old, new, now, old, 1.0));
                events.push(made(key, id));
            }
            continue;
        };
        let run = &runs[running];
        if same(id, &run.to, new) {
            continue;
        }
        let gone = runs.remove(running);
        events.push(gone.cancelled(key, now));
        if total <= 0.0 || same(id, shown, new) || !has_between(id, shown, new) {
            continue;
        }
        let next = if same(id, &gone.turns_to, new) {
            let part = (gone.eased(now) * gone.part + (1.0 - gone.part)).abs().clamp(0.0, 1.0);
            start(id, entry, shown, new, now, &gone.to, part)
        } else {
            start(id, entry, shown, new, now, shown, 1.0)
        };
        runs.push(next);
        events.push(made(key, id));
    }
}

fn start(
    property: PropertyId,
    entry: &Transition,
    from: &Arc<ComputedStyle>,
    to: &Arc<ComputedStyle>,
    now: f64,
    turns_to: &Arc<ComputedStyle>,
    part: f64,
) -> Run {
    let delay = f64::from(entry.delay);
    Run {
        property,
        from: from.clone(),
        to: to.clone(),
        begin: now + if delay < 0.0 { delay * part } else { delay },
        duration: f64::from(entry.duration.max(0.0)) * part,
        easing: entry.easing.clone(),
        turns_to: turns_to.clone(),
        part,
        started: false,
    }
}

fn made(key: MotionKey, id: PropertyId) -> MotionEvent {
    MotionEvent { key, kind: MotionEventKind::TransitionRun, name: Arc::from(id.name()), elapsed: 0.0 }
}
