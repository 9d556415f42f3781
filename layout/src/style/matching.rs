//! Whether a selector matches a node.
//!
//! Matching goes from right to left and backtracks no more than needed: a failure says how far back it is
//! worth to go (Selectors 4 section 18; the scheme is the usual one of browsers), so a selector costs at
//! most its compounds times the ancestors and siblings it can reach.
//!
//! Components that put boxes of their own between themselves and their children (`scroll-view` without
//! `enable-flex`, `swiper`, `checkbox`, `radio`) are no parents for `>`, as in the webview.

use super::rules::{Binding, UA_SCOPE};
use crate::atom::Atom;
use crate::css::selector::{AttributeOp, Combinator, Compound, Nth, Selector, Simple};
use crate::document::{AttributeValue, ClassName, Document, ElementState, Node, NodeId, ScopeId};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;

/// Names that matching asks for often, as atoms of the document.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct KnownNames {
    pub page: Atom,
    pub hidden: Atom,
    pub class: Atom,
    pub id: Atom,
    pub hover_class: Atom,
    pub enable_flex: Atom,
    pub scroll_x: Atom,
    pub scroll_y: Atom,
    pub auto_height: Atom,
    pub placeholder_class: Atom,
    pub placeholder_style: Atom,
    pub scroll_view: Atom,
    pub swiper: Atom,
    pub checkbox: Atom,
    pub radio: Atom,
    pub input: Atom,
    pub textarea: Atom,
    pub button: Atom,
    pub navigator: Atom,
    pub button_hover: Atom,
    pub navigator_hover: Atom,
    pub match_media: Atom,
    pub page_container: Atom,
    pub picker_view: Atom,
    pub indicator_class: Atom,
    pub mask_class: Atom,
}

impl KnownNames {
    /// The names in a document's table.
    pub fn new(names: &mut crate::atom::Interner) -> KnownNames {
        KnownNames {
            page: names.intern("page"),
            hidden: names.intern("hidden"),
            class: names.intern("class"),
            id: names.intern("id"),
            hover_class: names.intern("hover-class"),
            enable_flex: names.intern("enable-flex"),
            scroll_x: names.intern("scroll-x"),
            scroll_y: names.intern("scroll-y"),
            auto_height: names.intern("auto-height"),
            placeholder_class: names.intern("placeholder-class"),
            placeholder_style: names.intern("placeholder-style"),
            scroll_view: names.intern("scroll-view"),
            swiper: names.intern("swiper"),
            checkbox: names.intern("checkbox"),
            radio: names.intern("radio"),
            input: names.intern("input"),
            textarea: names.intern("textarea"),
            button: names.intern("button"),
            navigator: names.intern("navigator"),
            button_hover: names.intern("button-hover"),
            navigator_hover: names.intern("navigator-hover"),
            match_media: names.intern("match-media"),
            page_container: names.intern("page-container"),
            picker_view: names.intern("picker-view"),
            indicator_class: names.intern("indicator-class"),
            mask_class: names.intern("mask-class"),
        }
    }

    /// True if the component puts boxes of its own around its children.
    pub fn wraps_children(&self, node: &Node) -> bool {
        let tag = node.tag();
        if tag == self.scroll_view {
            return !node.attribute(self.enable_flex).is_some_and(AttributeValue::is_on);
        }
        tag == self.swiper || tag == self.checkbox || tag == self.radio
    }

    /// True if `hidden` is on; an empty value, literal or from an expression, is on.
    pub fn is_hidden(&self, node: &Node) -> bool {
        match node.attribute(self.hidden) {
            Some(AttributeValue::Text(text)) if text.is_empty() => true,
            value => value.is_some_and(AttributeValue::is_on),
        }
    }
}

/// Where the children of one parent stand.
#[derive(Debug, Default)]
pub struct SiblingIndex {
    /// Number of element children by parent.
    counts: FxHashMap<NodeId, u32>,
    /// By slot: position in the parent's child list and 1-based number among the elements.
    places: Vec<(u32, u32)>,
    /// Parents whose children are counted by tag.
    typed: FxHashMap<NodeId, FxHashMap<Atom, u32>>,
    /// By slot: 1-based number among the siblings with the same tag.
    type_places: Vec<u32>,
    /// The focused nodes and their ancestors.
    focus: Option<FxHashSet<NodeId>>,
}

impl SiblingIndex {
    /// Forgets everything: the tree may have changed.
    pub fn clear(&mut self) {
        self.counts.clear();
        self.typed.clear();
        self.focus = None;
    }

    fn fill_types(&mut self, doc: &Document, parent: &Node, tag: impl Fn(&Node) -> Atom) {
        if self.typed.contains_key(&parent.id) {
            return;
        }
        self.type_places.resize(doc.slot_count().max(self.type_places.len()), 0);
        let mut counts: FxHashMap<Atom, u32> = FxHashMap::default();
        for child in parent.children.iter().filter_map(|&c| doc.node(c)).filter(|n| n.is_element()) {
            let count = counts.entry(tag(child)).or_insert(0);
            *count += 1;
            if let Some(place) = self.type_places.get_mut(child.id.slot()) {
                *place = *count;
            }
        }
        self.typed.insert(parent.id, counts);
    }

    fn has_focus_within(&mut self, doc: &Document, node: NodeId) -> bool {
        self.focus.get_or_insert_with(|| focus_path(doc)).contains(&node)
    }

    fn fill(&mut self, doc: &Document, parent: &Node) -> u32 {
        if let Some(&count) = self.counts.get(&parent.id) {
            return count;
        }
        self.places.resize(doc.slot_count().max(self.places.len()), (0, 0));
        let mut count = 0;
        for (position, &child) in parent.children.iter().enumerate() {
            if doc.node(child).is_some_and(Node::is_element) {
                count += 1;
            }
            if let Some(place) = self.places.get_mut(child.slot()) {
                *place = (position as u32, count);
            }
        }
        self.counts.insert(parent.id, count);
        count
    }
}

/// The focused nodes and all their ancestors.
pub(super) fn focus_path(doc: &Document) -> FxHashSet<NodeId> {
    let focused = doc.nodes().filter(|n| n.state.contains(ElementState::FOCUS));
    focused.flat_map(|n| std::iter::once(n.id).chain(doc.ancestors(n.id).map(|a| a.id))).collect()
}

/// How far back a failed match is worth to go.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Matched,
    /// Try an earlier sibling.
    NextSibling,
    /// Try a further ancestor.
    NextAncestor,
    /// Nothing further left or up can help.
    Never,
}

fn is_host(binding: Binding, node: &Node) -> bool {
    binding.nodes.is_some_and(|scope| node.host == scope && scope != ScopeId::GLOBAL)
}

/// Matches selectors against the nodes of a document that does not change meanwhile.
#[derive(Debug)]
pub struct Matcher<'a> {
    /// The document.
    pub doc: &'a Document,
    /// Names as atoms.
    pub known: KnownNames,
    /// Where children stand, filled as needed.
    pub siblings: &'a RefCell<SiblingIndex>,
}

impl<'a> Matcher<'a> {
    /// Whether the node matches the selector; its pseudo-element is not looked at.
    pub fn matches(&self, selector: &Selector<Atom>, binding: Binding, node: &Node) -> bool {
        let Some(rightmost) = selector.compounds.first() else { return false };
        self.compound(rightmost, binding, node) && self.rest(selector, binding, 0, node) == Outcome::Matched
    }

    /// Whether a box inside the node that carries just `classes` matches: the placeholder of an input.
    pub fn matches_inside(
        &self,
        selector: &Selector<Atom>,
        binding: Binding,
        classes: &[ClassName],
        node: &Node,
    ) -> bool {
        let Some(rightmost) = selector.compounds.first() else { return false };
        let own = rightmost.simples.iter().all(|simple| match simple {
            Simple::Class(name) => classes.contains(&ClassName { scope: binding.classes, name: *name }),
            _ => false,
        });
        if !own || selector.pseudo.is_some() {
            return false;
        }
        match (selector.compounds.get(1), rightmost.combinator) {
            (None, _) => true,
            (Some(left), Combinator::Descendant) => self.climb(selector, binding, 1, left, node) == Outcome::Matched,
            _ => false,
        }
    }

    fn parent(&self, node: &Node) -> Option<&'a Node> {
        self.doc.node(node.parent)
    }

    /// The element before the node.
    fn previous(&self, node: &Node) -> Option<&'a Node> {
        let parent = self.parent(node)?;
        let mut index = self.siblings.borrow_mut();
        index.fill(self.doc, parent);
        let position = index.places.get(node.id.slot())?.0 as usize;
        drop(index);
        let before = parent.children.get(..position)?;
        before.iter().rev().filter_map(|&c| self.doc.node(c)).find(|n| n.is_element())
    }

    /// Matches the compounds left of number `at`, which `node` matched.
    fn rest(&self, selector: &Selector<Atom>, binding: Binding, at: usize, node: &Node) -> Outcome {
        let Some(left) = selector.compounds.get(at + 1) else { return Outcome::Matched };
        match selector.compounds[at].combinator {
            Combinator::Descendant => match self.parent(node) {
                Some(parent) => self.climb(selector, binding, at + 1, left, parent),
                None => Outcome::Never,
            },
            Combinator::Child => {
                let Some(parent) = self.parent(node) else { return Outcome::Never };
                if self.known.wraps_children(parent) || !self.compound(left, binding, parent) {
                    return Outcome::NextAncestor;
                }
                match self.rest(selector, binding, at + 1, parent) {
                    Outcome::NextSibling => Outcome::NextAncestor,
                    other => other,
                }
            }
            Combinator::NextSibling => match self.previous(node) {
                Some(previous) if self.compound(left, binding, previous) => {
                    self.rest(selector, binding, at + 1, previous)
                }
                Some(_) => Outcome::NextSibling,
                None => Outcome::NextAncestor,
            },
            Combinator::LaterSibling => {
                let mut sibling = self.previous(node);
                while let Some(candidate) = sibling {
                    if self.compound(left, binding, candidate) {
                        match self.rest(selector, binding, at + 1, candidate) {
                            Outcome::NextSibling => {}
                            other => return other,
                        }
                    }
                    sibling = self.previous(candidate);
                }
                Outcome::NextAncestor
            }
        }
    }

    /// Looks for an ancestor from `from` upwards that matches compound `at` and what is left of it.
    fn climb(
        &self,
        selector: &Selector<Atom>,
        binding: Binding,
        at: usize,
        compound: &Compound<Atom>,
        from: &Node,
    ) -> Outcome {
        let mut ancestor = self.doc.node(from.id);
        while let Some(candidate) = ancestor {
            if self.compound(compound, binding, candidate) {
                match self.rest(selector, binding, at, candidate) {
                    Outcome::NextSibling | Outcome::NextAncestor => {}
                    other => return other,
                }
            }
            ancestor = self.parent(candidate);
        }
        Outcome::Never
    }

    fn compound(&self, compound: &Compound<Atom>, binding: Binding, node: &Node) -> bool {
        if !node.is_element() {
            return false;
        }
        if let Some(scope) = binding.nodes
            && node.scope != scope
        {
            // Only a class, `:host` and `page` reach out of the component.
            let mut free = false;
            for simple in &compound.simples {
                match simple {
                    Simple::Class(_) | Simple::Host | Simple::HostMatching(_) | Simple::HostContext(_) => free = true,
                    Simple::Type(name) if *name == self.known.page => free = true,
                    Simple::Type(_) | Simple::Id(_) => return false,
                    _ => {}
                }
            }
            if !free {
                return false;
            }
        }
        compound.simples.iter().all(|simple| self.simple(simple, binding, node))
    }

    fn simple(&self, simple: &Simple<Atom>, binding: Binding, node: &Node) -> bool {
        match simple {
            Simple::Type(name) => node.tag() == *name,
            Simple::Id(name) => node.name == *name,
            Simple::Class(name) => self.has_class(node, ClassName { scope: binding.classes, name: *name }),
            Simple::Attribute { name, op, value, ignore_case } => {
                self.attribute(node, *name, *op, value, *ignore_case, binding)
            }
            Simple::Root => node.parent.is_none(),
            Simple::Empty => self.is_empty(node),
            Simple::Host => is_host(binding, node),
            Simple::HostMatching(list) => is_host(binding, node) && self.matches_in_any_scope(list, node),
            Simple::HostContext(list) => {
                let mut around = std::iter::successors(self.doc.node(node.id), |n| self.parent(n));
                is_host(binding, node) && around.any(|n| self.matches_in_any_scope(list, n))
            }
            Simple::State(state) => node.state.contains(*state),
            Simple::Enabled => !node.state.contains(ElementState::DISABLED) && self.is_control(node),
            Simple::FocusWithin => self.siblings.borrow_mut().has_focus_within(self.doc, node.id),
            Simple::FirstChild => self.is_first(node),
            Simple::LastChild => self.is_last(node),
            Simple::OnlyChild => self.is_first(node) && self.is_last(node),
            Simple::OnlyOfType => self.type_index(node, false) == Some(1) && self.type_index(node, true) == Some(1),
            Simple::Nth(nth) => self.nth_index(node, *nth).is_some_and(|i| nth.contains(i)),
            Simple::NthOf(nth, list) => self.nth_of_index(node, *nth, list, binding).is_some_and(|i| nth.contains(i)),
            Simple::Not(list) => !list.iter().any(|s| self.matches(s, binding, node)),
            Simple::Is { list, .. } => list.iter().any(|s| self.matches(s, binding, node)),
            Simple::Never => false,
        }
    }

    /// Whether one of the selectors matches, its classes being of any scope: a host's classes are those of its user.
    fn matches_in_any_scope(&self, list: &[Selector<Atom>], node: &Node) -> bool {
        let mut scopes: Vec<ScopeId> = node.classes.iter().map(|c| c.scope).chain([ScopeId::GLOBAL]).collect();
        scopes.dedup();
        scopes.into_iter().any(|classes| list.iter().any(|s| self.matches(s, Binding { classes, nodes: None }, node)))
    }

    /// The number of the node among the siblings that one of the selectors matches.
    fn nth_of_index(&self, node: &Node, nth: Nth, list: &[Selector<Atom>], binding: Binding) -> Option<i32> {
        let counts = |n: &Node| list.iter().any(|s| self.matches(s, binding, n));
        if !counts(node) {
            return None;
        }
        let Some(parent) = self.parent(node) else { return Some(1) };
        let siblings = parent.children.iter().filter_map(|&c| self.doc.node(c));
        let before: Box<dyn Iterator<Item = &Node>> =
            if nth.last { Box::new(siblings.rev()) } else { Box::new(siblings) };
        Some(1 + before.take_while(|n| n.id != node.id).filter(|n| counts(n)).count() as i32)
    }

    fn is_control(&self, node: &Node) -> bool {
        let name = &**self.doc.names.resolve(node.tag());
        ["button", "input", "textarea", "checkbox", "radio", "switch", "slider", "picker"].contains(&name)
    }

    fn has_class(&self, node: &Node, class: ClassName) -> bool {
        node.classes.contains(&class)
            || (node.state.contains(ElementState::HOVER_CLASS) && self.hover_classes(node).contains(&class))
    }

    /// The classes that a pressed node has besides its own.
    pub fn hover_classes(&self, node: &Node) -> Vec<ClassName> {
        let tag = node.tag();
        match node.attribute(self.known.hover_class) {
            Some(value) => {
                let mut classes = self.listed_classes(node, value);
                // The looks of the platform can be named, too.
                let named: Vec<Atom> = classes.iter().map(|c| c.name).collect();
                classes.extend(named.into_iter().map(|name| ClassName { scope: UA_SCOPE, name }));
                classes
            }
            None if tag == self.known.button => vec![ClassName { scope: UA_SCOPE, name: self.known.button_hover }],
            None if tag == self.known.navigator => {
                vec![ClassName { scope: UA_SCOPE, name: self.known.navigator_hover }]
            }
            None => Vec::new(),
        }
    }

    /// The classes that an attribute of the node lists. Where nobody has resolved them they are in the scopes that the
    /// node's own classes have.
    pub fn listed_classes(&self, node: &Node, value: &AttributeValue) -> Vec<ClassName> {
        let text = match value {
            AttributeValue::Classes(classes) => return classes.to_vec(),
            value => value.to_text(),
        };
        let global = node.scope == ScopeId::GLOBAL || node.classes.iter().any(|c| c.scope == ScopeId::GLOBAL);
        let mut classes = Vec::new();
        for name in text.split_ascii_whitespace().filter_map(|word| self.doc.names.get(word)) {
            classes.push(ClassName { scope: node.scope, name });
            if global && node.scope != ScopeId::GLOBAL {
                classes.push(ClassName { scope: ScopeId::GLOBAL, name });
            }
        }
        classes
    }

    fn attribute(
        &self,
        node: &Node,
        name: Atom,
        op: AttributeOp,
        value: &str,
        ignore_case: bool,
        binding: Binding,
    ) -> bool {
        let test = |text: &str| op.matches(text, value, ignore_case);
        if name == self.known.class {
            let own = node.classes.iter().filter(|c| c.scope == binding.classes);
            let words: Vec<&str> = own.map(|c| &**self.doc.names.resolve(c.name)).collect();
            return !words.is_empty() && test(&words.join(" "));
        }
        if name == self.known.id {
            return !node.name.is_empty() && test(self.doc.names.resolve(node.name));
        }
        if name == self.known.hidden {
            return self.known.is_hidden(node) && test("");
        }
        // An attribute that is off is not there; one without a value is empty.
        match node.attribute(name) {
            None | Some(AttributeValue::Null | AttributeValue::Bool(false) | AttributeValue::Json(_)) => false,
            Some(AttributeValue::Bool(true)) => test(""),
            Some(AttributeValue::Text(text)) => !text.is_empty() && test(text),
            Some(value @ AttributeValue::Number(_)) => test(&value.to_text()),
            Some(AttributeValue::Classes(classes)) => {
                let mut words: Vec<&str> = classes.iter().map(|c| &**self.doc.names.resolve(c.name)).collect();
                words.dedup();
                test(&words.join(" "))
            }
        }
    }

    /// No children but empty texts; a component with boxes of its own inside is never empty.
    fn is_empty(&self, node: &Node) -> bool {
        const FILLED: [&str; 8] = ["image", "cover-image", "input", "textarea", "icon", "progress", "slider", "switch"];
        if self.known.wraps_children(node) || FILLED.contains(&&**self.doc.names.resolve(node.tag())) {
            return false;
        }
        node.children.iter().filter_map(|&c| self.doc.node(c)).all(|c| c.text().is_some_and(|t| t.is_empty()))
    }

    /// A root counts as the only child of a parent that is not there.
    fn is_first(&self, node: &Node) -> bool {
        let Some(parent) = self.parent(node) else { return true };
        parent
            .children
            .iter()
            .filter_map(|&c| self.doc.node(c))
            .find(|n| n.is_element())
            .is_some_and(|n| n.id == node.id)
    }

    fn is_last(&self, node: &Node) -> bool {
        let Some(parent) = self.parent(node) else { return true };
        let mut from_end = parent.children.iter().rev().filter_map(|&c| self.doc.node(c));
        from_end.find(|n| n.is_element()).is_some_and(|n| n.id == node.id)
    }

    fn nth_index(&self, node: &Node, nth: Nth) -> Option<i32> {
        if nth.of_type {
            return self.type_index(node, nth.last);
        }
        let Some(parent) = self.parent(node) else { return Some(1) };
        let mut index = self.siblings.borrow_mut();
        let count = index.fill(self.doc, parent);
        let own = index.places.get(node.id.slot())?.1;
        Some(if nth.last { count + 1 - own.min(count) } else { own } as i32)
    }

    /// 1-based number among the siblings with the same tag.
    fn type_index(&self, node: &Node, from_end: bool) -> Option<i32> {
        let Some(parent) = self.parent(node) else { return Some(1) };
        let tag = node.tag();
        let mut index = self.siblings.borrow_mut();
        index.fill_types(self.doc, parent, Node::tag);
        let own = *index.type_places.get(node.id.slot())?;
        let count = index.typed.get(&parent.id).and_then(|c| c.get(&tag)).copied().unwrap_or(own);
        Some(if from_end { count + 1 - own.min(count) } else { own } as i32)
    }
}
