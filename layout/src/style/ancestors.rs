//! What stands above an element, as a Bloom filter: most selectors that ask for an ancestor ask for one that is not
//! there, and are refused without climbing.

use super::rules::Key;
use crate::atom::Atom;
use crate::css::selector::{Combinator, Selector, Simple};
use crate::document::{ClassName, Node};
use rustc_hash::FxHasher;
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};

/// Words of a filter. An element has some dozens of names above it, so one in ten names that are not there is taken
/// for one that is.
const WORDS: usize = 8;
/// Names that a selector is asked for at most.
const MOST: usize = 4;

/// The tags, classes and ids of all ancestors of an element.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ancestors([u64; WORDS]);

/// Where a filter has the names that a selector needs above its subject.
#[derive(Clone, Debug, Default)]
pub struct Needed(SmallVec<[u16; MOST]>);

fn place(key: Key) -> u16 {
    let mut hasher = FxHasher::default();
    key.hash(&mut hasher);
    (hasher.finish() >> (64 - (WORDS * 64).trailing_zeros())) as u16
}

impl Ancestors {
    fn insert(&mut self, key: Key) {
        let place = place(key);
        self.0[usize::from(place / 64)] |= 1 << (place % 64);
    }

    /// What is above the children of `node`, if this is above the node itself. `hover` has the classes that a pressed
    /// node has besides its own.
    #[must_use]
    pub fn with(mut self, node: &Node, hover: &[ClassName]) -> Ancestors {
        self.insert(Key::Tag(node.tag()));
        if !node.name.is_empty() {
            self.insert(Key::Id(node.name));
        }
        node.classes.iter().chain(hover).for_each(|&class| self.insert(Key::Class(class)));
        self
    }

    /// False if some of these names are certainly not there.
    pub fn may_have(&self, needed: &Needed) -> bool {
        needed.0.iter().all(|&place| self.0[usize::from(place / 64)] & 1 << (place % 64) != 0)
    }
}

impl Needed {
    /// What a selector whose classes are bound to `scope` needs. Compounds at the left of a sibling combinator are no
    /// ancestors; siblings have the same ancestors.
    pub fn of(selector: &Selector<Atom>, scope: crate::document::ScopeId) -> Needed {
        let mut needed = SmallVec::new();
        for pair in selector.compounds.windows(2) {
            if !matches!(pair[0].combinator, Combinator::Descendant | Combinator::Child) {
                continue;
            }
            for simple in &pair[1].simples {
                let key = match simple {
                    Simple::Type(tag) => Key::Tag(*tag),
                    Simple::Id(id) => Key::Id(*id),
                    Simple::Class(name) => Key::Class(ClassName { scope, name: *name }),
                    _ => continue,
                };
                if needed.len() < MOST {
                    needed.push(place(key));
                }
            }
        }
        Needed(needed)
    }
}
