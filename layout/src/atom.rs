//! Interned names: tags, classes, ids, attribute and event names.
//!
//! An [`Interner`] belongs to one document or one logic thread, so names of one mini-program never
//! outlive it. The two sides of the bridge keep an interner each; a commit carries the names that are
//! new since the last one, and the document maps the logic side's atoms to its own on arrival.

use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An interned name; only meaningful together with the [`Interner`] that made it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Deserialize, Serialize)]
pub struct Atom(pub u32);

impl Atom {
    /// The empty name, the same in every interner: "no id", "no name".
    pub const EMPTY: Atom = Atom(0);

    /// True for [`Atom::EMPTY`].
    pub fn is_empty(self) -> bool {
        self == Atom::EMPTY
    }
}

/// What a name takes beside its text: its head, two pointers to it and its place among the hashes, bytes.
const NAME_BYTES: usize = 80;

/// A table of names, each stored once.
#[derive(Debug)]
pub struct Interner {
    names: Vec<Arc<str>>,
    /// Bytes of all names.
    text: usize,
    by_name: FxHashMap<Arc<str>, Atom>,
}

impl Default for Interner {
    fn default() -> Self {
        let empty: Arc<str> = Arc::from("");
        Interner { by_name: FxHashMap::from_iter([(empty.clone(), Atom::EMPTY)]), names: vec![empty], text: 0 }
    }
}

impl Interner {
    /// An interner that knows only [`Atom::EMPTY`].
    pub fn new() -> Self {
        Self::default()
    }

    /// The atom of `name`, made if it is new.
    pub fn intern(&mut self, name: &str) -> Atom {
        if let Some(&atom) = self.by_name.get(name) {
            return atom;
        }
        let atom = Atom(self.names.len() as u32);
        self.text += name.len();
        let name: Arc<str> = Arc::from(name);
        self.names.push(name.clone());
        self.by_name.insert(name, atom);
        atom
    }

    /// The atom of `name` if it has been interned before.
    pub fn get(&self, name: &str) -> Option<Atom> {
        self.by_name.get(name).copied()
    }

    /// The name of `atom`; the empty name for an atom of another interner that is out of range.
    pub fn resolve(&self, atom: Atom) -> &Arc<str> {
        self.names.get(atom.0 as usize).unwrap_or(&self.names[0])
    }

    /// How many names are known, [`Atom::EMPTY`] included.
    pub fn len(&self) -> usize {
        self.names.len()
    }

    /// Bytes that it takes, roughly: a name is never forgotten.
    pub fn bytes(&self) -> usize {
        self.text + self.names.len() * NAME_BYTES
    }

    /// Never true: the empty name is always known.
    pub fn is_empty(&self) -> bool {
        false
    }
}
