//! Rules ready for matching: names as atoms, sorted into buckets by their rightmost id, class or tag.
//!
//! Scopes: a sheet of a component matches classes of its scope anywhere, and types, ids and what has no
//! name only on nodes of its own template. A sheet of the global scope (app and pages) matches classes of
//! the global scope, and types, ids and the rest on nodes of every scope. `page` is the page for both.

use super::ancestors::Needed;
use crate::atom::{Atom, Interner};
use crate::css::selector::{Compound, PseudoElement, Selector, Simple};
use crate::css::{DeclarationBlock, Sheet, Viewport};
use crate::document::{ClassName, ScopeId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// The scope of classes that built-in components give themselves, such as `button-hover`.
pub const UA_SCOPE: ScopeId = ScopeId(u16::MAX);

/// Where a sheet stands in the cascade; later ones win at equal specificity. The order is that in which the webview
/// loads them: the app's sheet when a page's frame is made, then those of the components, then the page's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Layer {
    /// The engine's own sheet.
    UserAgent,
    /// `app.wxss`.
    App,
    /// A component's sheet, in order of installation.
    Component,
    /// The sheet of a page.
    Page,
}

/// How a sheet's names are bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Binding {
    /// Scope of the classes that it matches.
    pub classes: ScopeId,
    /// The only scope whose nodes it matches by type, id and otherwise; `None` for all.
    pub nodes: Option<ScopeId>,
}

/// A rule with its names bound to a document.
#[derive(Debug)]
pub struct CompiledRule {
    /// The selector.
    pub selector: Selector<Atom>,
    /// What it needs above its subject.
    pub(super) needed: Needed,
    /// The scopes of its names.
    pub binding: Binding,
    /// Rank in the cascade: layer, specificity, then place.
    pub rank: (u32, u32, u64),
    /// Unlike that of any other rule of the engine.
    pub id: u32,
    /// What it declares.
    pub block: Arc<DeclarationBlock>,
}

/// The rank of what stands in no layer: after all that do.
pub const NO_LAYER: u32 = u32::MAX;

/// The cascade layers of a document in their order (CSS Cascade 5 section 6.4.3): a layer comes after those inside of it.
#[derive(Debug, Default)]
pub struct LayerOrder {
    names: Vec<Arc<str>>,
}

impl LayerOrder {
    /// Takes a sheet's layers in; true if layers that were there already have another rank now.
    pub fn add(&mut self, sheet: &Sheet) -> bool {
        let mut moved = false;
        for name in &sheet.layers {
            if self.names.contains(name) {
                continue;
            }
            let outer = name.rsplit_once('.').map(|(outer, _)| outer);
            let place = outer.and_then(|outer| self.names.iter().position(|n| **n == *outer));
            let place = place.unwrap_or(self.names.len());
            moved |= place < self.names.len();
            self.names.insert(place, name.clone());
        }
        moved
    }

    /// The rank of a layer by its name.
    fn rank(&self, name: Option<&Arc<str>>) -> u32 {
        name.and_then(|name| self.names.iter().position(|n| n == name)).map_or(NO_LAYER, |at| at as u32)
    }
}

impl CompiledRule {
    /// The pseudo-element that it styles.
    pub fn pseudo(&self) -> Option<PseudoElement> {
        self.selector.pseudo
    }
}

/// What a compound is found by.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Key {
    /// A class in a scope.
    Class(ClassName),
    /// An id.
    Id(Atom),
    /// A tag.
    Tag(Atom),
    /// The host of the component with this scope.
    Host(ScopeId),
    /// Nothing: every node of the scope, or every node.
    Any(Option<ScopeId>),
}

/// The best key of a compound.
pub fn key_of(compound: &Compound<Atom>, binding: Binding) -> Key {
    let (mut class, mut tag, mut host) = (None, None, false);
    for simple in &compound.simples {
        match simple {
            Simple::Id(id) => return Key::Id(*id),
            Simple::Class(name) => class = class.or(Some(*name)),
            Simple::Type(name) => tag = Some(*name),
            Simple::Host | Simple::HostMatching(_) | Simple::HostContext(_) => host = true,
            _ => {}
        }
    }
    match (class, tag, host, binding.nodes) {
        (Some(name), ..) => Key::Class(ClassName { scope: binding.classes, name }),
        (None, _, true, Some(scope)) => Key::Host(scope),
        (None, Some(tag), false, _) => Key::Tag(tag),
        _ => Key::Any(binding.nodes),
    }
}

/// Rules by the key of their rightmost compound.
#[derive(Debug, Default)]
pub struct RuleSet {
    /// The rules; buckets index them.
    pub rules: Vec<CompiledRule>,
    buckets: FxHashMap<Key, Vec<u32>>,
}

impl RuleSet {
    /// Adds the rules of a sheet whose media conditions hold. `next_id` counts the rules of the engine.
    #[allow(clippy::too_many_arguments)] // each is another part of where the rules stand
    pub fn add(
        &mut self,
        sheet: &Sheet,
        binding: Binding,
        place: (Layer, u32),
        viewport: &Viewport,
        layers: &LayerOrder,
        names: &mut Interner,
        next_id: &mut u32,
    ) {
        let ranks: Vec<u32> = sheet.layers.iter().map(|name| layers.rank(Some(name))).collect();
        let holds: Vec<bool> = sheet.media.iter().map(|m| m.matches(viewport)).collect();
        let page = names.intern("page");
        for (index, rule) in sheet.rules.iter().enumerate() {
            if !rule.media.iter().all(|&m| holds.get(m as usize).copied().unwrap_or(false)) {
                continue;
            }
            let selector = rule.selector.map(&mut |name| names.intern(name));
            let Some(rightmost) = selector.compounds.first() else { continue };
            let at = self.rules.len() as u32;
            self.buckets.entry(key_of(rightmost, binding)).or_default().push(at);
            let specificity = selector.specificity(binding.nodes.is_some(), &|name| *name == page);
            let order = ((place.0 as u64) << 56) | (u64::from(place.1) << 32) | index as u64;
            self.rules.push(CompiledRule {
                needed: Needed::of(&selector, binding.classes),
                selector,
                binding,
                rank: (rule.layer.and_then(|l| ranks.get(l as usize).copied()).unwrap_or(NO_LAYER), specificity, order),
                id: *next_id,
                block: rule.block.clone(),
            });
            *next_id += 1;
        }
    }

    /// The rules that may match something with this key.
    pub fn bucket(&self, key: Key) -> &[u32] {
        self.buckets.get(&key).map_or(&[], Vec::as_slice)
    }
}
