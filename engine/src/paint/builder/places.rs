//! Where the boxes of a list lie: a sparse set, so that building a list costs nothing for boxes that are far away.

use super::Place;
use pellicle_layout::flow::boxes::BoxId;
use std::cell::Cell;

/// Memory beyond this many times what the last list needed is given back.
const SLACK: usize = 8;

/// Places by box. Kept from list to list, without a need to be cleared.
#[derive(Default)]
pub(super) struct Places {
    /// Where in `dense` the place of a box is, if it is that box's: it may be a number of an earlier list.
    sparse: Vec<u32>,
    dense: Vec<(BoxId, Place)>,
}

thread_local! {
    static KEPT: Cell<Places> = Cell::default();
}

impl Places {
    /// No places, for boxes whose ids are below `bound`.
    pub fn take(bound: usize) -> Places {
        let mut places = KEPT.take();
        if places.sparse.len() > bound.saturating_mul(SLACK).max(1 << 16) {
            places.sparse = Vec::new();
        }
        if places.sparse.len() < bound {
            places.sparse.resize(bound, 0);
        }
        if places.dense.capacity() > places.dense.len().saturating_mul(SLACK).max(1 << 12) {
            places.dense = Vec::new();
        }
        places.dense.clear();
        places
    }

    /// Leaves the memory to the next list.
    pub fn keep(&mut self) {
        KEPT.set(std::mem::take(self));
    }

    /// Where a box lies; one that has not been placed is not known.
    pub fn get(&self, id: BoxId) -> Place {
        self.at(id).map_or_else(Place::default, |index| self.dense[index].1)
    }

    /// Places a box.
    pub fn set(&mut self, id: BoxId, place: Place) {
        if let Some(index) = self.at(id) {
            self.dense[index].1 = place;
        } else if let Some(slot) = self.sparse.get_mut(id.0 as usize) {
            *slot = self.dense.len() as u32;
            self.dense.push((id, place));
        }
    }

    fn at(&self, id: BoxId) -> Option<usize> {
        let index = *self.sparse.get(id.0 as usize)? as usize;
        self.dense.get(index).is_some_and(|(at, _)| *at == id).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_of_an_earlier_list_are_not_known() {
        let known = Place { known: true, ..Place::default() };
        let mut places = Places::take(10);
        places.set(BoxId(7), known);
        places.set(BoxId(3), known);
        assert!(places.get(BoxId(7)).known && places.get(BoxId(3)).known && !places.get(BoxId(0)).known);
        places.keep();
        let mut places = Places::take(20);
        places.set(BoxId(3), known);
        assert!((0..20).all(|id| places.get(BoxId(id)).known == (id == 3)));
        // A box beyond the bound is none.
        places.set(BoxId(30), known);
        assert!(!places.get(BoxId(30)).known);
    }
}
