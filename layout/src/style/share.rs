//! Sharing computed styles between nodes.
//!
//! A style depends on nothing but the parent's style, the rules that match, the style attribute, what the
//! component forces, and whether the box is an item. Nodes that agree in all of these share one style, so
//! ten thousand equal rows are computed once. Entries hold their parent style and inline block, so an
//! address in a key is never used again for another value.

use crate::css::DeclarationBlock;
use crate::style::ComputedStyle;
use rustc_hash::{FxHashMap, FxHasher};
use smallvec::SmallVec;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

/// Styles that are remembered before the cache is emptied.
const LIMIT: usize = 8192;

/// What a style depends on.
#[derive(Clone, Copy, Debug)]
pub struct Inputs<'a> {
    /// The style that is inherited from.
    pub parent: &'a Arc<ComputedStyle>,
    /// Ids of the rules that match, in cascade order.
    pub rules: &'a [u32],
    /// The style attribute.
    pub inline: Option<&'a Arc<DeclarationBlock>>,
    /// Which declarations the component forces.
    pub forced: u8,
    /// The box is an item or a root.
    pub blockify: bool,
}

#[derive(Debug)]
struct Entry {
    parent: Arc<ComputedStyle>,
    rules: Box<[u32]>,
    inline: Option<Arc<DeclarationBlock>>,
    forced: u8,
    blockify: bool,
    style: Arc<ComputedStyle>,
}

/// The styles that were computed last, by what they depend on.
#[derive(Debug, Default)]
pub struct StyleCache {
    entries: FxHashMap<u64, SmallVec<[Entry; 1]>>,
    len: usize,
}

impl Inputs<'_> {
    fn hash(&self) -> u64 {
        let mut hasher = FxHasher::default();
        (Arc::as_ptr(self.parent) as usize).hash(&mut hasher);
        self.rules.hash(&mut hasher);
        self.inline.map_or(0, |i| Arc::as_ptr(i) as usize).hash(&mut hasher);
        (self.forced, self.blockify).hash(&mut hasher);
        hasher.finish()
    }

    fn is(&self, entry: &Entry) -> bool {
        let same_inline = match (self.inline, &entry.inline) {
            (None, None) => true,
            (Some(a), Some(b)) => Arc::ptr_eq(a, b),
            _ => false,
        };
        Arc::ptr_eq(self.parent, &entry.parent)
            && same_inline
            && *self.rules == *entry.rules
            && (self.forced, self.blockify) == (entry.forced, entry.blockify)
    }
}

impl StyleCache {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.len = 0;
    }

    /// The style for these inputs, if it was computed before.
    pub fn find(&self, inputs: Inputs) -> Option<Arc<ComputedStyle>> {
        self.entries.get(&inputs.hash())?.iter().find(|e| inputs.is(e)).map(|e| e.style.clone())
    }

    /// Remembers a style.
    pub fn put(&mut self, inputs: Inputs, style: &Arc<ComputedStyle>) {
        if self.len >= LIMIT {
            self.clear();
        }
        self.len += 1;
        self.entries.entry(inputs.hash()).or_default().push(Entry {
            parent: inputs.parent.clone(),
            rules: inputs.rules.into(),
            inline: inputs.inline.cloned(),
            forced: inputs.forced,
            blockify: inputs.blockify,
            style: style.clone(),
        });
    }
}
