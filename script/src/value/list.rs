//! The items of an array, of which a copy shares what neither changes.
//!
//! `setData` of one path copies the containers on the way, so that what showed the old data can be compared with the
//! new. Of a list of 100,000 rows that must not be 100,000 items: they are kept in chunks, and these in groups, that are
//! shared until one of them is changed (copy on write), as in the vectors of persistent collections but with two levels,
//! which is enough for the lengths that a page can show. Chunks and groups begin at the same places in every list, so two
//! lists are compared group by group and chunk by chunk.

use super::Value;
use std::rc::Rc;

/// Items of a chunk, and chunks of a group: what a copy touches is spread over memory, and each place costs a miss of the
/// caches. The cube root of the longest list that a path may grow would be the least.
const CHUNK: usize = 32;

/// Items in blocks that copies share.
#[derive(Clone)]
struct Blocks<T> {
    /// Full blocks.
    full: Vec<Rc<[T]>>,
    /// What comes after them: less than a block.
    rest: Vec<T>,
}

impl<T> Default for Blocks<T> {
    fn default() -> Self {
        Blocks { full: Vec::new(), rest: Vec::new() }
    }
}

impl<T: Clone> Blocks<T> {
    fn len(&self) -> usize {
        self.full.len() * CHUNK + self.rest.len()
    }

    fn get(&self, at: usize) -> Option<&T> {
        match self.full.get(at / CHUNK) {
            Some(block) => block.get(at % CHUNK),
            None => self.rest.get(at - self.full.len() * CHUNK),
        }
    }

    /// To be changed: its block is copied if others share it.
    fn get_mut(&mut self, at: usize) -> Option<&mut T> {
        let before = self.full.len() * CHUNK;
        match self.full.get_mut(at / CHUNK) {
            Some(block) => Rc::make_mut(block).get_mut(at % CHUNK),
            None => self.rest.get_mut(at - before),
        }
    }

    fn iter(&self) -> impl DoubleEndedIterator<Item = &T> + Clone {
        self.full.iter().flat_map(|block| block.iter()).chain(&self.rest)
    }

    fn push(&mut self, item: T) {
        self.rest.push(item);
        if self.rest.len() == CHUNK {
            self.full.push(Rc::from(std::mem::take(&mut self.rest)));
        }
    }

    fn pop(&mut self) -> Option<T> {
        if self.rest.is_empty()
            && let Some(block) = self.full.pop()
        {
            self.rest = block.to_vec();
        }
        self.rest.pop()
    }

    fn truncate(&mut self, length: usize) {
        let before = self.full.len() * CHUNK;
        if length < before {
            self.rest = self.full[length / CHUNK][..length % CHUNK].to_vec();
            self.full.truncate(length / CHUNK);
        } else {
            self.rest.truncate(length - before);
        }
    }

    /// Each item: to be moved away where nobody shares its block.
    fn take(&mut self, mut own: impl FnMut(&mut T), mut shared: impl FnMut(&T)) {
        for block in &mut self.full {
            match Rc::get_mut(block) {
                Some(items) => items.iter_mut().for_each(&mut own),
                None => block.iter().for_each(&mut shared),
            }
        }
        self.rest.iter_mut().for_each(own);
    }

    /// The items whose blocks nobody shares.
    fn own(&self) -> impl Iterator<Item = &T> {
        self.full.iter().filter(|block| Rc::strong_count(block) == 1).flat_map(|block| block.iter()).chain(&self.rest)
    }

    /// The places that both have, with both items, but for those in blocks that they share.
    fn unshared<'a>(&'a self, other: &'a Blocks<T>) -> impl Iterator<Item = (usize, &'a T, &'a T)> {
        let blocks = self.full.iter().zip(&other.full).enumerate();
        let apart = blocks.filter(|(_, (a, b))| !Rc::ptr_eq(a, b));
        let pairs = apart
            .flat_map(|(i, (a, b))| a.iter().zip(b.iter()).enumerate().map(move |(j, (a, b))| (i * CHUNK + j, a, b)));
        // One may have ended within a block of the other.
        let both = self.full.len().min(other.full.len()) * CHUNK;
        let rest = (both..self.len().min(other.len())).filter_map(|i| Some((i, self.get(i)?, other.get(i)?)));
        pairs.chain(rest)
    }
}

/// The items of an array.
///
/// A short one is a plain vector. A copy costs its length divided by 1,024, and at most 31 chunks and 31 items.
#[derive(Clone, Default)]
pub struct List {
    /// Full chunks, in groups.
    chunks: Blocks<Rc<[Value]>>,
    /// What comes after them: less than a chunk.
    rest: Vec<Value>,
}

impl List {
    /// The number of items.
    pub fn len(&self) -> usize {
        self.chunks.len() * CHUNK + self.rest.len()
    }

    /// True if there are no items.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The item at a place.
    pub fn get(&self, at: usize) -> Option<&Value> {
        match self.chunks.get(at / CHUNK) {
            Some(chunk) => chunk.get(at % CHUNK),
            None => self.rest.get(at - self.chunks.len() * CHUNK),
        }
    }

    /// The item at a place, to be changed. Its chunk is copied if another list shares it.
    pub fn get_mut(&mut self, at: usize) -> Option<&mut Value> {
        let chunked = self.chunks.len() * CHUNK;
        match self.chunks.get_mut(at / CHUNK) {
            Some(chunk) => Rc::make_mut(chunk).get_mut(at % CHUNK),
            None => self.rest.get_mut(at - chunked),
        }
    }

    /// The items, in order.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Value> + Clone {
        self.chunks.iter().flat_map(|chunk| chunk.iter()).chain(&self.rest)
    }

    /// Adds an item at the end.
    pub fn push(&mut self, item: Value) {
        self.rest.push(item);
        if self.rest.len() == CHUNK {
            self.chunks.push(Rc::from(std::mem::take(&mut self.rest)));
        }
    }

    /// Takes the last item away.
    pub fn pop(&mut self) -> Option<Value> {
        if self.rest.is_empty()
            && let Some(chunk) = self.chunks.pop()
        {
            self.rest = chunk.to_vec();
        }
        self.rest.pop()
    }

    /// Adds items at the end.
    pub fn extend(&mut self, items: impl IntoIterator<Item = Value>) {
        items.into_iter().for_each(|item| self.push(item));
    }

    /// Makes it as long as that: items are taken away at its end, or are added and are `undefined`.
    pub fn resize(&mut self, length: usize) {
        let chunked = self.chunks.len() * CHUNK;
        if length >= self.len() {
            let missing = length - self.len();
            self.extend(std::iter::repeat_n(Value::Undefined, missing));
        } else if length < chunked {
            self.rest = self.chunks.get(length / CHUNK).map_or_else(Vec::new, |chunk| chunk[..length % CHUNK].to_vec());
            self.chunks.truncate(length / CHUNK);
        } else {
            self.rest.truncate(length - chunked);
        }
    }

    /// All items, copied.
    pub fn to_vec(&self) -> Vec<Value> {
        let mut items = Vec::with_capacity(self.len());
        self.chunks.iter().for_each(|chunk| items.extend_from_slice(chunk));
        items.extend_from_slice(&self.rest);
        items
    }

    /// All items. Those of chunks that nobody shares are moved.
    pub fn into_vec(mut self) -> Vec<Value> {
        if self.chunks.len() == 0 {
            return self.rest;
        }
        let items = std::cell::RefCell::new(Vec::with_capacity(self.len()));
        let copy = |chunk: &Rc<[Value]>| items.borrow_mut().extend_from_slice(chunk);
        let take = |chunk: &mut Rc<[Value]>| match Rc::get_mut(chunk) {
            Some(own) => items.borrow_mut().extend(own.iter_mut().map(std::mem::take)),
            None => copy(chunk),
        };
        self.chunks.take(take, copy);
        let mut items = items.into_inner();
        items.append(&mut self.rest);
        items
    }

    /// Changes the items as a vector, for what moves all of them.
    pub fn edit<T>(&mut self, change: impl FnOnce(&mut Vec<Value>) -> T) -> T {
        let mut items = std::mem::take(self).into_vec();
        let result = change(&mut items);
        *self = List::from(items);
        result
    }

    /// The items that no other list has in the same chunk.
    pub(crate) fn own_items(&self) -> impl Iterator<Item = &Value> {
        let own = self.chunks.own().filter(|chunk| Rc::strong_count(chunk) == 1);
        own.flat_map(|chunk| chunk.iter()).chain(&self.rest)
    }

    /// The places that both lists have, with both items, but for those in chunks that the lists share.
    pub fn unshared<'a>(&'a self, other: &'a List) -> impl Iterator<Item = (usize, &'a Value, &'a Value)> {
        let apart = self.chunks.unshared(&other.chunks).filter(|(_, a, b)| !Rc::ptr_eq(a, b));
        let pairs = apart
            .flat_map(|(i, a, b)| a.iter().zip(b.iter()).enumerate().map(move |(j, (a, b))| (i * CHUNK + j, a, b)));
        // One may have ended within a chunk of the other.
        let both = self.chunks.len().min(other.chunks.len()) * CHUNK;
        let rest = (both..self.len().min(other.len())).filter_map(|i| Some((i, self.get(i)?, other.get(i)?)));
        pairs.chain(rest)
    }
}

impl std::fmt::Debug for List {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl From<Vec<Value>> for List {
    fn from(mut items: Vec<Value>) -> List {
        if items.len() < CHUNK {
            return List { chunks: Blocks::default(), rest: items };
        }
        let rest = items.split_off(items.len() / CHUNK * CHUNK);
        let mut chunks = Blocks::default();
        let mut items = items.into_iter();
        while items.len() > 0 {
            chunks.push(items.by_ref().take(CHUNK).collect());
        }
        List { chunks, rest }
    }
}

impl std::ops::Index<usize> for List {
    type Output = Value;

    fn index(&self, at: usize) -> &Value {
        match self.chunks.get(at / CHUNK) {
            Some(chunk) => &chunk[at % CHUNK],
            None => &self.rest[at - self.chunks.len() * CHUNK],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// What is done to a list.
    #[derive(Clone, Debug)]
    enum Edit {
        Push(usize),
        Pop(usize),
        Resize(usize),
        Set(usize),
        Splice(usize, usize),
        /// A copy is kept from here on.
        Keep,
    }

    fn edit() -> impl Strategy<Value = Edit> {
        prop_oneof![
            (0usize..1500).prop_map(Edit::Push),
            (0usize..1500).prop_map(Edit::Pop),
            (0usize..4000).prop_map(Edit::Resize),
            (0usize..4000).prop_map(Edit::Set),
            (0usize..4000, 0usize..40).prop_map(|(at, count)| Edit::Splice(at, count)),
            Just(Edit::Keep),
        ]
    }

    fn shown<'a>(items: impl IntoIterator<Item = &'a Value>) -> Vec<f64> {
        let number = |item: &Value| if let Value::Number(number) = item { *number } else { -1.0 };
        items.into_iter().map(number).collect()
    }

    proptest! {
        #[test]
        fn it_is_a_vector_whatever_is_done_and_copies_stay_as_they_were(length in 0usize..3000, edits in prop::collection::vec(edit(), 1..30)) {
            let mut next = 0.0;
            let mut fresh = || { next += 1.0; Value::Number(next) };
            let mut vector: Vec<Value> = (0..length).map(|_| fresh()).collect();
            let mut list = List::from(vector.clone());
            let mut kept = Vec::new();
            for edit in edits {
                match edit {
                    Edit::Push(count) => for _ in 0..count {
                        let item = fresh();
                        vector.push(item.clone());
                        list.push(item);
                    },
                    Edit::Pop(count) => for _ in 0..count {
                        prop_assert_eq!(shown(&list.pop()), shown(&vector.pop()));
                    },
                    Edit::Resize(length) => {
                        vector.resize(length, Value::Undefined);
                        list.resize(length);
                    }
                    Edit::Set(at) => {
                        let item = fresh();
                        prop_assert_eq!(list.get_mut(at).is_some(), at < vector.len());
                        if let (Some(a), Some(b)) = (list.get_mut(at), vector.get_mut(at)) {
                            *a = item.clone();
                            *b = item;
                        }
                    }
                    Edit::Splice(at, count) => {
                        let at = at.min(vector.len());
                        let new: Vec<Value> = (0..count).map(|_| fresh()).collect();
                        let end = (at + count / 2).min(vector.len());
                        vector.splice(at..end, new.clone());
                        list.edit(|items| { items.splice(at..end, new); });
                    }
                    Edit::Keep => kept.push((list.clone(), vector.clone())),
                }
                prop_assert_eq!(list.len(), vector.len());
                prop_assert!(list.rest.len() < CHUNK);
                prop_assert_eq!(list.get(vector.len()).is_none(), true);
            }
            prop_assert_eq!(shown(list.iter()), shown(&vector));
            prop_assert_eq!(shown(list.iter().rev()), shown(vector.iter().rev()));
            prop_assert_eq!(shown(&list.to_vec()), shown(&vector));
            prop_assert_eq!(shown((0..vector.len()).map(|i| &list[i])), shown(&vector));
            for (old, was) in &kept {
                prop_assert_eq!(shown(old.iter()), shown(was));
                let places: Vec<usize> = old.unshared(&list).map(|(at, _, _)| at).collect();
                prop_assert!(places.is_sorted());
                for (at, a, b) in old.unshared(&list) {
                    prop_assert_eq!(shown([a, b]), shown([&was[at], &vector[at]]));
                }
                for at in 0..was.len().min(vector.len()) {
                    let same = shown([&was[at]]) == shown([&vector[at]]);
                    prop_assert!(same || places.binary_search(&at).is_ok(), "{at} differs and was passed over");
                }
            }
            drop(kept);
            prop_assert_eq!(shown(&list.into_vec()), shown(&vector));
        }
    }

    #[test]
    fn a_copy_shares_all_but_the_chunk_that_changes() {
        let list = List::from(vec![Value::Null; 100_005]);
        let mut copy = list.clone();
        // What is no full chunk is copied, and chunks that are no full group are compared by their address.
        assert_eq!(list.unshared(&copy).count(), 5);
        if let Some(item) = copy.get_mut(5_000) {
            *item = Value::Bool(true);
        }
        assert_eq!(list.unshared(&copy).count(), CHUNK + 5);
        assert_eq!(copy.own_items().count(), CHUNK + 5);
    }
}
