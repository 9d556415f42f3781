//! What is kept in memory: what was used longest ago goes first.

use super::packed::{Code, CodeKey};
use rustc_hash::FxHashMap;

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
    used: u64,
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
    pub(super) fn find(&mut self, key: &CodeKey) -> Option<Code> {
        self.uses += 1;
        let held = self.held.get_mut(key)?;
        held.used = self.uses;
        Some(held.code.clone())
    }

    pub(super) fn insert(&mut self, key: CodeKey, code: Code) {
        if code.len() > self.budget / PART {
            return;
        }
        self.uses += 1;
        self.bytes += code.len();
        if let Some(before) = self.held.insert(key, Held { code, used: self.uses }) {
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
