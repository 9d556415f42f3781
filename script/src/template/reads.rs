//! What an expression reads, and what changed: the guard before every evaluation.
//!
//! Names are resolved when a template is compiled: a loop variable is a number of the stack of loop
//! variables, a data field a number in the template's field list. So whether a whole subtree of a template
//! can be concerned by a change is a test of two bit sets.

use super::change::{Change, ReadStep};
use std::rc::Rc;
use std::sync::Arc;

/// A name that an expression reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NameRef {
    /// A loop variable, by its place on the stack.
    Variable(u16),
    /// A data field, by its place in the template's field list.
    Field(u16),
}

/// The names in scope while a template is compiled.
#[derive(Debug, Default)]
pub struct Names {
    /// Loop variables, innermost last.
    pub variables: Vec<Arc<str>>,
    /// Numbers of those that may be functions of wxs modules (`let:name="{{module.function}}"`).
    pub modular: Vec<u16>,
    /// Wxs modules.
    pub modules: Vec<Arc<str>>,
    /// Data fields found so far.
    pub fields: Vec<Rc<str>>,
}

impl Names {
    /// The number of a data field; a new one gets the next.
    pub fn field(&mut self, name: &str) -> NameRef {
        let at = self.fields.iter().position(|f| **f == *name).unwrap_or_else(|| {
            self.fields.push(Rc::from(name));
            self.fields.len() - 1
        });
        NameRef::Field(at as u16)
    }
}

/// A path that an expression reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Read {
    /// Where it starts.
    pub root: NameRef,
    /// The fields on the way; the value there is read whole.
    pub path: Vec<ReadStep>,
}

/// Which names a subtree of a template reads, one bit each. Names beyond the 63rd share the last bit, so an
/// overlap may be claimed where there is none, never the other way.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct ReadSet {
    fields: u128,
    variables: u64,
    /// Values of a slot that content is in.
    slot: bool,
}

impl ReadSet {
    /// Nothing.
    pub const EMPTY: ReadSet = ReadSet { fields: 0, variables: 0, slot: false };

    /// The values of the slot that content is in.
    pub const SLOT: ReadSet = ReadSet { slot: true, ..ReadSet::EMPTY };

    /// Adds a name.
    pub fn insert(&mut self, name: NameRef) {
        match name {
            NameRef::Field(at) => self.fields |= 1 << at.min(127),
            NameRef::Variable(at) => self.variables |= 1 << at.min(63),
        }
    }

    /// Adds all names of `other`.
    pub fn union(&mut self, other: ReadSet) {
        self.fields |= other.fields;
        self.variables |= other.variables;
        self.slot |= other.slot;
    }

    /// True if any name is in both.
    pub fn intersects(self, other: ReadSet) -> bool {
        self.fields & other.fields != 0 || self.variables & other.variables != 0 || self.slot && other.slot
    }

    /// True if no name is in it.
    pub fn is_empty(self) -> bool {
        self == Self::EMPTY
    }
}

/// What changed, seen from one place of a template.
#[derive(Debug, Default)]
pub struct Changes {
    /// Changed fields by their number in the template's field list.
    pub fields: Vec<(u16, Change)>,
    /// Changes of the loop variables in scope.
    pub variables: Vec<Change>,
    /// The names of both.
    pub set: ReadSet,
}

impl Changes {
    /// The changes of data fields alone.
    pub fn of_fields(fields: Vec<(u16, Change)>) -> Changes {
        let mut set = ReadSet::EMPTY;
        for (field, _) in &fields {
            set.insert(NameRef::Field(*field));
        }
        Changes { fields, variables: Vec::new(), set }
    }

    /// The values of a slot, seen from its content, which has so many variables in scope.
    pub fn of_slot(variables: usize) -> Changes {
        Changes { fields: Vec::new(), variables: vec![Change::None; variables], set: ReadSet::SLOT }
    }

    /// Enters a loop's round.
    pub fn push(&mut self, change: Change) {
        let at = self.variables.len() as u16;
        if !change.is_none() {
            self.set.insert(NameRef::Variable(at));
        }
        self.variables.push(change);
    }

    /// Leaves a round: forgets the variables from `length` on.
    pub fn truncate(&mut self, length: usize) {
        self.variables.truncate(length);
        self.set.variables = 0;
        for (at, change) in self.variables.iter().enumerate() {
            if !change.is_none() {
                self.set.variables |= 1 << at.min(63);
            }
        }
    }

    fn touches(&self, read: &Read) -> bool {
        let change = match read.root {
            NameRef::Field(at) => self.fields.iter().find(|(f, _)| *f == at).map(|(_, change)| change),
            NameRef::Variable(at) => self.variables.get(at as usize),
        };
        change.is_some_and(|change| change.touches(&read.path))
    }
}

/// All that one binding reads.
#[derive(Clone, Debug, Default)]
pub struct Reads {
    /// The paths.
    pub paths: Vec<Read>,
    /// Their names.
    pub set: ReadSet,
}

impl Reads {
    /// Adds a path.
    pub fn add(&mut self, read: Read) {
        self.set.insert(read.root);
        self.paths.push(read);
    }

    /// True if anything that is read changed.
    pub fn touched(&self, changes: &Changes) -> bool {
        self.set.intersects(changes.set) && self.paths.iter().any(|read| changes.touches(read))
    }
}
