//! Timers in due order: by due time, then by the order they were made in, as in every browser.
//!
//! A repeating timer keeps its place in the second order and is set again before its callback runs, counted
//! from the time at which it runs. A delay is at least 1 ms.

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// A due time that can be a key.
#[derive(Clone, Copy, PartialEq)]
struct Due(f64);

impl Eq for Due {}

impl PartialOrd for Due {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Due {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

struct Timer<C> {
    callback: C,
    /// Repeats after this many ms.
    every: Option<f64>,
}

/// The timers of a realm.
pub(crate) struct Timers<C> {
    queue: BTreeMap<(Due, u32), Timer<C>>,
    due: FxHashMap<u32, f64>,
    made: u32,
}

impl<C> Default for Timers<C> {
    fn default() -> Self {
        Timers { queue: BTreeMap::new(), due: FxHashMap::default(), made: 0 }
    }
}

impl<C: Clone> Timers<C> {
    /// Forgets them all.
    pub(crate) fn clear(&mut self) {
        self.queue.clear();
        self.due.clear();
    }

    /// Sets a timer, `delay` ms from `now`, again and again if it is to repeat; gives its number.
    pub(crate) fn add(&mut self, now: f64, delay: f64, repeat: bool, callback: C) -> u32 {
        let delay = if delay > 1.0 { delay } else { 1.0 };
        self.made = self.made.wrapping_add(1).max(1);
        let id = self.made;
        self.insert(id, now + delay, Timer { callback, every: repeat.then_some(delay) });
        id
    }

    fn insert(&mut self, id: u32, due: f64, timer: Timer<C>) {
        self.due.insert(id, due);
        self.queue.insert((Due(due), id), timer);
    }

    /// Takes a timer away, if there is one of that number; what it would call is for the caller to drop.
    pub(crate) fn remove(&mut self, id: u32) -> Option<C> {
        let due = self.due.remove(&id)?;
        self.queue.remove(&(Due(due), id)).map(|timer| timer.callback)
    }

    /// How many wait.
    pub(crate) fn len(&self) -> u64 {
        self.queue.len() as u64
    }

    /// When the next one is due, in ms.
    pub(crate) fn next(&self) -> Option<f64> {
        self.queue.keys().next().map(|(due, _)| due.0)
    }

    /// Takes what is due, setting a repeating timer again.
    pub(crate) fn take_due(&mut self, now: f64) -> Option<C> {
        let entry = self.queue.first_entry()?;
        if entry.key().0.0 > now {
            return None;
        }
        let (_, id) = *entry.key();
        let timer = entry.remove();
        match timer.every {
            Some(every) => {
                let callback = timer.callback.clone();
                self.insert(id, now + every, timer);
                Some(callback)
            }
            None => {
                self.due.remove(&id);
                Some(timer.callback)
            }
        }
    }
}
