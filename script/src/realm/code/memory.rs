//! What is kept in memory: what was used longest ago goes first.

use super::packed::{Code, CodeKey, Label};
use super::{Owned, SHARED};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// One code may take this part of the room.
const PART: usize = 4;

pub(super) struct Memory {
    held: FxHashMap<CodeKey, Held>,
    bytes: usize,
    budget: usize,
    /// Goes up with each use.
    uses: u64,
    evicted: u64,
}

struct Held {
    code: Code,
    label: Label,
    used: u64,
    /// Another program than that which brought it has asked for it.
    shared: bool,
}

impl Memory {
    pub(super) fn new(budget: usize) -> Memory {
        Memory { held: FxHashMap::default(), bytes: 0, budget, uses: 0, evicted: 0 }
    }

    pub(super) fn files(&self) -> usize {
        self.held.len()
    }

    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(super) fn evicted(&self) -> u64 {
        self.evicted
    }

    /// Takes no memory: it is called on threads of mini-programs.
    pub(super) fn find(&mut self, key: &CodeKey, owner: &str) -> Option<Code> {
        self.uses += 1;
        let held = self.held.get_mut(key)?;
        held.used = self.uses;
        held.shared |= *held.label.owner != *owner;
        Some(held.code.clone())
    }

    /// What there is of each program and kind; what several asked for stands by itself.
    pub(super) fn owned(&self) -> Vec<Owned> {
        let mut sums: BTreeMap<(&str, _), (usize, u64)> = BTreeMap::new();
        for held in self.held.values() {
            let owner = if held.shared { SHARED } else { &held.label.owner };
            let sum = sums.entry((owner, held.label.kind)).or_default();
            *sum = (sum.0 + 1, sum.1 + held.code.len() as u64);
        }
        let owned =
            |((owner, kind), (files, bytes)): ((&str, _), _)| Owned { owner: owner.to_owned(), kind, files, bytes };
        sums.into_iter().map(owned).collect()
    }

    pub(super) fn insert(&mut self, key: CodeKey, code: Code, label: Label) {
        if code.len() > self.budget / PART {
            return;
        }
        self.uses += 1;
        self.bytes += code.len();
        let shared = self.held.get(&key).is_some_and(|before| before.shared || before.label.owner != label.owner);
        if let Some(before) = self.held.insert(key, Held { code, label, used: self.uses, shared }) {
            self.bytes -= before.code.len();
        }
        while self.bytes > self.budget {
            let oldest = self.held.iter().min_by_key(|(_, held)| held.used).map(|(key, _)| *key);
            let Some(gone) = oldest.and_then(|key| self.held.remove(&key)) else { break };
            self.bytes -= gone.code.len();
            self.evicted += 1;
        }
    }

    pub(super) fn clear(&mut self) {
        self.held.clear();
        self.bytes = 0;
    }
}
