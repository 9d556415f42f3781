//! Which nodes a change concerns.
//!
//! For everything that selectors ask about (a class, an id, an attribute, a state, emptiness, a place among
//! siblings) [`HintIndex`] knows where elements that depend on it can be: the node itself, its descendants,
//! its later siblings, or descendants of those; and by what key (class, id, tag) they are found. A change
//! then marks just these. What the sheets never ask about costs nothing.

use super::matching::{Matcher, focus_path};
use super::rules::{Binding, CompiledRule, Key, key_of};
use crate::atom::Atom;
use crate::css::selector::{Combinator, Compound, Selector, Simple};
use crate::document::{ClassName, Dirty, Document, ElementState, Node, NodeId, ScopeId, StyleEvent};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;

/// Something that a selector asks about an element.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Feature {
    Class(ClassName),
    /// A class in whatever scope: of a host.
    AnyClass(Atom),
    Id(Atom),
    Attribute(Atom),
    /// One bit.
    State(u8),
    FocusWithin,
    Empty,
    /// First, last or only child.
    Edge,
    /// A number among the siblings.
    Nth,
    /// The right side of a `+`.
    Next,
    /// The right side of a `~`.
    Later,
}

/// Keys of elements.
#[derive(Debug, Default)]
struct KeySet {
    /// Every element.
    any: bool,
    keys: FxHashSet<Key>,
}

impl KeySet {
    fn add(&mut self, key: Key) {
        match key {
            Key::Any(None) => self.any = true,
            key => {
                self.keys.insert(key);
            }
        }
    }

    fn is_empty(&self) -> bool {
        !self.any && self.keys.is_empty()
    }

    fn has(&self, node: &Node, matcher: &Matcher) -> bool {
        if self.any {
            return true;
        }
        if self.keys.is_empty() {
            return false;
        }
        node.classes.iter().any(|&c| self.keys.contains(&Key::Class(c)))
            || self.keys.contains(&Key::Tag(node.tag()))
            || (!node.name.is_empty() && self.keys.contains(&Key::Id(node.name)))
            || (node.host != ScopeId::GLOBAL && self.keys.contains(&Key::Host(node.host)))
            || self.keys.contains(&Key::Any(Some(node.scope)))
            || (node.state.contains(ElementState::HOVER_CLASS)
                && matcher.hover_classes(node).into_iter().any(|c| self.keys.contains(&Key::Class(c))))
    }
}

/// Where elements are that depend on a feature of some element.
#[derive(Debug, Default)]
struct Hints {
    own: KeySet,
    descendants: KeySet,
    siblings: KeySet,
    sibling_descendants: KeySet,
    /// Siblings are counted by it, so it concerns all of them and what is below.
    family: bool,
}

/// What all rules ask about.
#[derive(Debug, Default)]
pub struct HintIndex {
    hints: FxHashMap<Feature, Hints>,
}

/// Where the subject of a selector stands relative to an element that one of its compounds matches.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Relation {
    Own,
    Descendant,
    Sibling,
    SiblingDescendant,
    /// Any of these.
    Unknown,
}

impl HintIndex {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.hints.clear();
    }

    /// Takes in what a rule asks about.
    pub fn add(&mut self, rule: &CompiledRule) {
        let Some(subject) = rule.selector.compounds.first().map(|c| key_of(c, rule.binding)) else { return };
        self.add_selector(&rule.selector, rule.binding, subject, None);
    }

    /// `outer` is the relation of the subject to the element that the selector is a condition on, for a
    /// selector inside `:not()` or `:is()`.
    fn add_selector(
        &mut self,
        selector: &Selector<Atom>,
        binding: Binding,
        subject: Key,
        outer: Option<(Relation, Key)>,
    ) {
        for (index, compound) in selector.compounds.iter().enumerate() {
            let relation = match outer {
                None => relation_to_subject(&selector.compounds, index),
                Some((outer, _)) if index == 0 => outer,
                Some(_) => Relation::Unknown,
            };
            // The element's own key narrows down whom its place among siblings concerns.
            let own = match outer {
                Some((_, key)) if index == 0 => key,
                _ => key_of(compound, binding),
            };
            let to_subject = |relation| if relation == Relation::Own { own } else { subject };
            for simple in &compound.simples {
                match simple {
                    Simple::HostMatching(list) | Simple::HostContext(list) => {
                        let own_only = matches!(simple, Simple::HostMatching(_));
                        let relation = if own_only { relation } else { Relation::Unknown };
                        for feature in list.iter().flat_map(|inner| inner_features(inner, binding)) {
                            let feature = match feature {
                                Feature::Class(class) => Feature::AnyClass(class.name),
                                other => other,
                            };
                            self.put(feature, relation, to_subject(relation));
                        }
                    }
                    Simple::NthOf(_, list) => {
                        self.put(Feature::Nth, relation, to_subject(relation));
                        for feature in list.iter().flat_map(|inner| inner_features(inner, binding)) {
                            self.hints.entry(feature).or_default().family = true;
                        }
                    }
                    Simple::Not(list) | Simple::Is { list, .. } => {
                        for inner in list {
                            self.add_selector(inner, binding, subject, Some((relation, own)));
                        }
                    }
                    _ => {
                        for feature in features(simple, binding) {
                            self.put(feature, relation, to_subject(relation));
                        }
                    }
                }
            }
            if index + 1 < selector.compounds.len() {
                match compound.combinator {
                    Combinator::NextSibling => self.put(Feature::Next, relation, to_subject(relation)),
                    Combinator::LaterSibling => self.put(Feature::Later, relation, to_subject(relation)),
                    Combinator::Descendant | Combinator::Child => {}
                }
            }
        }
    }

    fn put(&mut self, feature: Feature, relation: Relation, subject: Key) {
        let hints = self.hints.entry(feature).or_default();
        match relation {
            Relation::Own => hints.own.add(subject),
            Relation::Descendant => hints.descendants.add(subject),
            Relation::Sibling => hints.siblings.add(subject),
            Relation::SiblingDescendant => hints.sibling_descendants.add(subject),
            Relation::Unknown => {
                for set in [&mut hints.own, &mut hints.descendants, &mut hints.siblings, &mut hints.sibling_descendants]
                {
                    set.any = true;
                }
            }
        }
    }
}

fn relation_to_subject(compounds: &[Compound<Atom>], index: usize) -> Relation {
    // Combinators between this compound and the subject, this one's right neighbour first.
    let mut between = compounds[..index].iter().rev().map(|c| c.combinator);
    let is_sibling = |c: &Combinator| matches!(c, Combinator::NextSibling | Combinator::LaterSibling);
    match between.next() {
        None => Relation::Own,
        Some(first) if !is_sibling(&first) => Relation::Descendant,
        Some(_) if between.all(|c| is_sibling(&c)) => Relation::Sibling,
        Some(_) => Relation::SiblingDescendant,
    }
}

/// Everything that a selector inside of another one asks about.
fn inner_features(selector: &Selector<Atom>, binding: Binding) -> Vec<Feature> {
    let mut all = Vec::new();
    for (index, compound) in selector.compounds.iter().enumerate() {
        for simple in &compound.simples {
            match simple {
                Simple::Not(list)
                | Simple::Is { list, .. }
                | Simple::NthOf(_, list)
                | Simple::HostMatching(list)
                | Simple::HostContext(list) => all.extend(list.iter().flat_map(|s| inner_features(s, binding))),
                simple => all.extend(features(simple, binding)),
            }
        }
        if index + 1 < selector.compounds.len() {
            match compound.combinator {
                Combinator::NextSibling => all.push(Feature::Next),
                Combinator::LaterSibling => all.push(Feature::Later),
                Combinator::Descendant | Combinator::Child => {}
            }
        }
    }
    all
}

fn features(simple: &Simple<Atom>, binding: Binding) -> SmallVec<[Feature; 2]> {
    let mut list = SmallVec::new();
    match simple {
        Simple::Class(name) => list.push(Feature::Class(ClassName { scope: binding.classes, name: *name })),
        Simple::Id(name) => list.push(Feature::Id(*name)),
        Simple::Attribute { name, .. } => list.push(Feature::Attribute(*name)),
        Simple::State(state) => list.push(Feature::State(state.0)),
        Simple::Enabled => list.push(Feature::State(ElementState::DISABLED.0)),
        Simple::FocusWithin => list.push(Feature::FocusWithin),
        Simple::Empty => list.push(Feature::Empty),
        Simple::FirstChild | Simple::LastChild | Simple::OnlyChild => list.push(Feature::Edge),
        Simple::OnlyOfType | Simple::Nth(_) | Simple::NthOf(..) => list.push(Feature::Nth),
        Simple::Type(_)
        | Simple::Root
        | Simple::Host
        | Simple::HostMatching(_)
        | Simple::HostContext(_)
        | Simple::Not(_)
        | Simple::Is { .. }
        | Simple::Never => {}
    }
    list
}

/// Turns changes into marks.
pub struct Invalidation<'a> {
    /// Matches against the document as it is now.
    pub matcher: Matcher<'a>,
    /// What the sheets ask about.
    pub index: &'a HintIndex,
    /// Nodes to mark, collected here because the document is only read meanwhile.
    pub marks: Vec<(NodeId, Dirty)>,
    /// Parents whose children have been looked at as a whole.
    done: FxHashSet<NodeId>,
}

impl<'a> Invalidation<'a> {
    /// Ready to take changes.
    pub fn new(matcher: Matcher<'a>, index: &'a HintIndex) -> Self {
        Invalidation { matcher, index, marks: Vec::new(), done: FxHashSet::default() }
    }

    fn doc(&self) -> &'a Document {
        self.matcher.doc
    }

    /// Marks what a change concerns beyond the changed node itself.
    pub fn event(&mut self, event: &StyleEvent) {
        let known = self.matcher.known;
        match event {
            StyleEvent::Classes(node, classes) => {
                let features = classes.iter().flat_map(|&c| [Feature::Class(c), Feature::AnyClass(c.name)]);
                self.apply(*node, features.chain([Feature::Attribute(known.class)]));
            }
            StyleEvent::Id(node, old, new) => {
                self.apply(*node, [Feature::Id(*old), Feature::Id(*new), Feature::Attribute(known.id)]);
            }
            StyleEvent::Attribute(node, name) => {
                self.apply(*node, [Feature::Attribute(*name)]);
                // It decides what is a child for `>` and an item for flex; and which classes are on.
                if [known.enable_flex, known.hover_class].contains(name) {
                    self.marks.push((*node, Dirty::STYLE_SUBTREE));
                }
            }
            StyleEvent::State(node, bits) => {
                let bits = bits.0;
                let single = (0..8).map(|i| 1u8 << i).filter(move |bit| bits & bit != 0);
                self.apply(*node, single.map(Feature::State));
                if bits & ElementState::HOVER_CLASS.0 != 0
                    && let Some(target) = self.doc().node(*node)
                {
                    let classes = self.matcher.hover_classes(target);
                    self.apply(*node, classes.into_iter().map(Feature::Class));
                }
            }
            StyleEvent::Emptiness(node) => self.apply(*node, [Feature::Empty]),
            StyleEvent::Children { parent, previous, next } => {
                self.apply(*previous, [Feature::Edge]);
                self.apply(*next, [Feature::Edge, Feature::Next]);
                let counted = [Feature::Nth, Feature::Later];
                if counted.iter().any(|f| self.index.hints.contains_key(f)) && self.done.insert(*parent) {
                    let children = self.doc().node(*parent).map_or(&[][..], |n| &n.children);
                    for &child in children {
                        self.apply_own(child, &counted);
                    }
                    // The whole list was marked for itself; what depends on one of its members from
                    // outside of it is below it.
                    self.apply_below(children, &counted);
                }
            }
        }
    }

    /// Marks what depends on where the focus is. `before` holds the nodes that had it within when this was
    /// asked last, and is brought up to date. Focus moves with whole subtrees, so it is compared, not noted.
    pub fn focus(&mut self, before: &mut FxHashSet<NodeId>) {
        if !self.index.hints.contains_key(&Feature::FocusWithin) {
            return;
        }
        let now = focus_path(self.doc());
        for &node in before.symmetric_difference(&now) {
            self.apply(node, [Feature::FocusWithin]);
        }
        *before = now;
    }

    fn mark_if(&mut self, node: &Node, keys: &[&KeySet]) {
        if keys.iter().any(|k| k.has(node, &self.matcher)) {
            self.marks.push((node.id, Dirty::STYLE));
        }
    }

    /// Marks what depends on `features` of the node.
    fn apply(&mut self, id: NodeId, features: impl IntoIterator<Item = Feature>) {
        let index = self.index;
        let hints: SmallVec<[&Hints; 4]> = features.into_iter().filter_map(|f| index.hints.get(&f)).collect();
        let Some(node) = self.doc().node(id).filter(|_| !hints.is_empty()) else { return };
        if hints.iter().any(|h| h.family) {
            let all = if node.parent.is_none() { id } else { node.parent };
            self.marks.push((all, Dirty::STYLE_SUBTREE));
        }
        let pick = |of: fn(&'a Hints) -> &'a KeySet| -> SmallVec<[&KeySet; 4]> {
            hints.iter().map(|h| of(h)).filter(|k| !k.is_empty()).collect()
        };
        let own = pick(|h| &h.own);
        self.mark_if(node, &own);
        let descendants = pick(|h| &h.descendants);
        if !descendants.is_empty() {
            self.below(node, &descendants);
        }
        let (siblings, around) = (pick(|h| &h.siblings), pick(|h| &h.sibling_descendants));
        if siblings.is_empty() && around.is_empty() {
            return;
        }
        let Some(parent) = self.doc().node(node.parent) else { return };
        let doc = self.doc();
        let later = parent.children.iter().skip_while(|&&c| c != id).skip(1);
        for sibling in later.filter_map(|&c| doc.node(c)).filter(|n| n.is_element()) {
            self.mark_if(sibling, &siblings);
            if !around.is_empty() {
                self.below(sibling, &around);
            }
        }
    }

    fn apply_own(&mut self, id: NodeId, features: &[Feature]) {
        let index = self.index;
        let Some(node) = self.doc().node(id).filter(|n| n.is_element()) else { return };
        for hints in features.iter().filter_map(|f| index.hints.get(f)) {
            self.mark_if(node, &[&hints.own, &hints.siblings]);
        }
    }

    fn apply_below(&mut self, children: &[NodeId], features: &[Feature]) {
        let index = self.index;
        let keys: SmallVec<[&KeySet; 4]> = features
            .iter()
            .filter_map(|f| index.hints.get(f))
            .flat_map(|h| [&h.descendants, &h.sibling_descendants])
            .filter(|k| !k.is_empty())
            .collect();
        if keys.is_empty() {
            return;
        }
        let doc = self.doc();
        for node in children.iter().filter_map(|&c| doc.node(c)) {
            self.below(node, &keys);
        }
    }

    /// Marks the descendants with one of the keys.
    fn below(&mut self, node: &Node, keys: &[&KeySet]) {
        let mut stack: Vec<NodeId> = node.children.clone();
        while let Some(id) = stack.pop() {
            let Some(node) = self.doc().node(id).filter(|n| n.is_element()) else { continue };
            // What is restyled as a whole needs no marks.
            if node.dirty.contains(Dirty::STYLE_SUBTREE) {
                continue;
            }
            self.mark_if(node, keys);
            stack.extend(&node.children);
        }
    }
}
