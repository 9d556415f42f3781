//! Style sheets that several starts of programs use: of the same package the same, so it is read once.
//!
//! A sheet is found by the package that it belongs to, all files of which somebody vouches for, and its path. It is never changed.

use pellicle_layout::css::Sheet;
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_script::package::PackageSource;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What rules take beside the text that they were read from, about: a sheet counts as so many times its files.
const PER_BYTE: u64 = 6;

/// What reading a sheet gave.
pub type ReadSheet = (Arc<Sheet>, Arc<[Diagnostic]>);

/// Sheets of packages, those that were used last.
#[derive(Debug)]
pub struct SharedSheets {
    budget: usize,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    held: FxHashMap<([u8; 32], Arc<str>), Held>,
    bytes: usize,
    uses: u64,
    found: usize,
}

#[derive(Debug)]
struct Held {
    sheet: ReadSheet,
    bytes: usize,
    used: u64,
}

impl SharedSheets {
    /// Room for sheets of about so many bytes.
    pub fn new(budget: usize) -> SharedSheets {
        SharedSheets { budget, state: Mutex::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The sheet of a path in a package.
    pub fn find(&self, package: &dyn PackageSource, path: &Arc<str>) -> Option<ReadSheet> {
        let key = (package.identity()?, path.clone());
        let state = &mut *self.state();
        let held = state.held.get_mut(&key)?;
        state.uses += 1;
        state.found += 1;
        held.used = state.uses;
        Some(held.sheet.clone())
    }

    /// Keeps a sheet, if it is one of a package that can be told from others.
    pub fn keep(&self, package: &dyn PackageSource, path: &Arc<str>, sheet: ReadSheet) {
        let Some(identity) = package.identity() else { return };
        let texts: u64 = sheet.0.files.iter().filter_map(|file| package.length(file)).sum();
        let bytes = usize::try_from(texts.saturating_mul(PER_BYTE)).unwrap_or(usize::MAX).max(size_of::<Sheet>());
        if bytes > self.budget {
            return;
        }
        let state = &mut *self.state();
        state.uses += 1;
        let held = Held { sheet, bytes, used: state.uses };
        state.bytes += bytes;
        if let Some(before) = state.held.insert((identity, path.clone()), held) {
            state.bytes -= before.bytes;
        }
        while state.bytes > self.budget {
            let oldest = state.held.iter().min_by_key(|(_, held)| held.used).map(|(key, _)| key.clone());
            let Some(gone) = oldest.and_then(|key| state.held.remove(&key)) else { break };
            state.bytes -= gone.bytes;
        }
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        self.state().bytes
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.state().held.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.state().held.is_empty()
    }

    /// How often one was found.
    pub fn found(&self) -> usize {
        self.state().found
    }

    /// Forgets all; who shows one keeps it.
    pub fn trim(&self) {
        let state = &mut *self.state();
        state.held.clear();
        state.bytes = 0;
    }
}
