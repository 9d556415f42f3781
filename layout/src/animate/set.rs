//! Sets of properties.

use crate::css::PropertyId;
use crate::css::names::{self, Name};

const WORDS: usize = PropertyId::COUNT.div_ceil(64);

/// A set of longhands.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct PropertySet([u64; WORDS]);

impl PropertySet {
    /// What a name of `transition-property` stands for: a longhand, those of a shorthand, or all; nothing for a name that is
    /// not known.
    pub fn named(name: &str) -> PropertySet {
        let mut set = PropertySet::default();
        if name == "all" {
            PropertyId::ALL.iter().for_each(|&id| set.insert(id));
            return set;
        }
        match names::find(name) {
            Some(Name::Longhand(id)) => set.insert(id),
            Some(Name::Shorthand(shorthand)) => shorthand.longhands.iter().for_each(|&id| set.insert(id)),
            _ => {}
        }
        set
    }

    /// Puts one in.
    pub fn insert(&mut self, id: PropertyId) {
        self.0[id as usize / 64] |= 1 << (id as usize % 64);
    }

    /// True if it is in.
    pub fn contains(&self, id: PropertyId) -> bool {
        self.0[id as usize / 64] & (1 << (id as usize % 64)) != 0
    }

    /// Puts all of another set in.
    pub fn extend(&mut self, other: &PropertySet) {
        self.0.iter_mut().zip(other.0).for_each(|(word, more)| *word |= more);
    }

    /// Those that are not in another set.
    pub fn without(mut self, other: &PropertySet) -> PropertySet {
        self.0.iter_mut().zip(other.0).for_each(|(word, less)| *word &= !less);
        self
    }

    /// Those in it, in the order in which properties are applied.
    pub fn iter(self) -> impl Iterator<Item = PropertyId> {
        self.0.into_iter().enumerate().flat_map(|(word, bits)| {
            std::iter::successors(Some(bits), |bits| Some(bits & bits.wrapping_sub(1)))
                .take_while(|bits| *bits != 0)
                .map(move |bits| PropertyId::ALL[word * 64 + bits.trailing_zeros() as usize])
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stand_for_longhands() {
        let sides: Vec<&str> = PropertySet::named("inset").iter().map(PropertyId::name).collect();
        assert_eq!(sides, ["top", "right", "bottom", "left"]);
        assert_eq!(PropertySet::named("all").iter().count(), PropertyId::COUNT);
        assert_eq!(PropertySet::named("no-such").iter().count(), 0);
        assert!(PropertySet::named("transform").contains(PropertyId::Transform));
    }
}
