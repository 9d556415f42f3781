//! Restyling: [`StyleEngine::restyle`] walks from the page roots along the trail that dirty bits leave, matches and
//! computes what is dirty, and stops where nothing is inherited on. Its cost follows what changed.

use super::ancestors::Ancestors;
use super::cascade::{self, CascadeContext};
use super::computed::{ComputedStyle, Content, Display};
use super::element::{Caches, Computing, FrameCascade, Matched, forced, picker_rules};
use super::engine::StyleEngine;
use super::highlight::Highlight;
use super::invalidate::Invalidation;
use super::matching::Matcher;
use super::rules::{CompiledRule, Layer};
use super::stats::RestyleStats;
use crate::animate::{Circumstances, FrameStyles, MotionKey, PropertySet};
use crate::css::{Keyframes, PseudoElement, Viewport};
use crate::document::{Dirty, Document, ElementState, NodeId, PageEntry};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::{Arc, OnceLock};

/// What leads to styles that have to be computed.
const TRAIL: Dirty = Dirty(Dirty::STYLE.0 | Dirty::STYLE_SUBTREE.0 | Dirty::STYLE_DESCENDANT.0);

impl StyleEngine {
    /// Computes all dirty styles of the pages, marks what their changes make necessary, and clears the
    /// style bits.
    pub fn restyle(&mut self, doc: &mut Document) -> RestyleStats {
        self.compile(doc);
        let pages: SmallVec<[_; 4]> = doc.pages().iter().copied().collect();
        self.anew = self.full;
        if self.full {
            self.caches.styles.clear();
            self.caches.parsed.forget_resolved();
        }
        for entry in &pages {
            if self.full || self.full_pages.contains(&entry.page) {
                doc.mark(entry.root, Dirty::STYLE_SUBTREE);
            }
        }
        self.full = false;
        self.full_pages.clear();
        self.siblings.borrow_mut().clear();
        self.invalidate(doc, &pages);
        let mut stats = RestyleStats::default();
        let explicit = self.inherits_explicitly();
        self.motion.set_scale(self.viewport.scale);
        let StyleEngine { motion, caches, keyframes, viewport, root_font_size, .. } = self;
        let mut frames = Frames { caches, keyframes, viewport, root_font_size: *root_font_size };
        stats.nodes_moved = motion.tick(doc, explicit, |doc, key, with| frames.of(doc, key, with));
        for entry in &pages {
            self.restyle_page(doc, entry.page, entry.root, &mut stats);
        }
        if self.start_scripted(doc) {
            // What the elements inherit on.
            for entry in &pages {
                self.restyle_page(doc, entry.page, entry.root, &mut stats);
            }
        }
        stats
    }

    /// Starts what script asked for, over the styles that it starts from; true if there was any.
    fn start_scripted(&mut self, doc: &mut Document) -> bool {
        let StyleEngine { motion, caches, keyframes, viewport, root_font_size, .. } = self;
        let mut frames = Frames { caches, keyframes, viewport, root_font_size: *root_font_size };
        motion.start_waiting(doc, |doc, key, with| frames.of(doc, key, with))
    }

    /// True if a property that is not inherited is set to `inherit` somewhere.
    fn inherits_explicitly(&self) -> bool {
        self.rules.explicit_inherit || self.caches.explicit_inherit || self.caches.parsed.explicit_inherit
    }

    /// Marks what the changes since the last restyle concern.
    fn invalidate(&mut self, doc: &mut Document, pages: &[PageEntry]) {
        let Some(events) = doc.take_style_events() else {
            pages.iter().for_each(|entry| doc.mark(entry.root, Dirty::STYLE_SUBTREE));
            return;
        };
        let Some(known) = self.known else { return };
        let matcher = Matcher { doc, known, siblings: &self.siblings };
        let mut invalidation = Invalidation::new(matcher, &self.rules.hints);
        events.iter().for_each(|event| invalidation.event(event));
        invalidation.focus(&mut self.focus);
        for (node, dirt) in std::mem::take(&mut invalidation.marks) {
            doc.mark(node, dirt);
        }
        doc.return_style_events(events);
    }

    fn restyle_page(&mut self, doc: &mut Document, page: u32, root: NodeId, stats: &mut RestyleStats) {
        static INITIAL: OnceLock<Arc<ComputedStyle>> = OnceLock::new();
        let initial = INITIAL.get_or_init(|| Arc::new(ComputedStyle::default()));
        if doc.node(root).is_some_and(|node| node.style.is_some() && !node.dirty.intersects(TRAIL)) {
            return;
        }
        let mut stack = vec![Visit {
            node: root,
            parent: initial.clone(),
            items: true,
            force: Force::No,
            depth: 0,
            hidden: false,
            moves: false,
        }];
        // What is above the node that is visited, by depth.
        let mut above = vec![Ancestors::default()];
        while let Some(visit) = stack.pop() {
            above.truncate(visit.depth + 1);
            stats.nodes_visited += 1;
            let Some(node) = doc.node_mut(visit.node) else { continue };
            let mut dirty = node.dirty;
            node.dirty.remove(TRAIL);
            if !node.is_element() {
                continue;
            }
            let all = visit.force == Force::Subtree || dirty.intersects(Dirty::STYLE_SUBTREE);
            let mut force = if all { Force::Subtree } else { Force::No };
            if all || visit.force == Force::Own || dirty.intersects(Dirty::STYLE) || node.style.is_none() {
                let reaches = self.restyle_node(doc, page, root, &visit, &above[visit.depth], stats);
                if let Some(node) = doc.node_mut(visit.node) {
                    // What begins to show may have animations below it.
                    dirty.insert(node.dirty);
                    node.dirty.remove(Dirty::STYLE | Dirty::STYLE_DESCENDANT);
                }
                force = force.max(if reaches { Force::Own } else { Force::No });
                // What is no box passes on what its own parent is.
                let passes = doc.node(visit.node).and_then(|n| n.style.as_ref());
                if visit.force == Force::Own && passes.is_some_and(|s| s.display == Display::Contents) {
                    force = force.max(Force::Own);
                }
            }
            let (Some(node), Some(known)) = (doc.node(visit.node), &self.known) else { continue };
            let Some(style) = &node.style else { continue };
            if force == Force::No && !dirty.intersects(Dirty::STYLE_DESCENDANT) {
                continue;
            }
            let items = match style.display {
                Display::Contents => visit.items,
                display => cascade::has_items(display) && !known.wraps_children(node),
            };
            let hover = match node.state.contains(ElementState::HOVER_CLASS) {
                true => Matcher { doc, known: *known, siblings: &self.siblings }.hover_classes(node),
                false => Vec::new(),
            };
            above.push(above[visit.depth].with(node, &hover));
            let hidden = visit.hidden || style.display == Display::None;
            let moves = visit.moves || self.motion.moves(visit.node);
            let below = |node| {
                let depth = visit.depth + 1;
                Visit { node, parent: style.clone(), items, force, depth, hidden, moves }
            };
            match force {
                Force::No => stack.extend(doc.dirty_children(visit.node, TRAIL).map(below)),
                _ => stack.extend(node.children.iter().rev().copied().map(below)),
            }
        }
    }

    /// Matches and computes the styles of one element; true if its children have to be computed again.
    fn restyle_node(
        &mut self,
        doc: &mut Document,
        page: u32,
        root: NodeId,
        visit: &Visit,
        above: &Ancestors,
        stats: &mut RestyleStats,
    ) -> bool {
        stats.nodes_restyled += 1;
        let Some(known) = self.known else { return false };
        let Some(node) = doc.node(visit.node) else { return false };
        self.seen_scopes.insert(node.scope);
        self.seen_scopes.insert(node.host);
        let matcher = Matcher { doc, known, siblings: &self.siblings };
        let app = (!self.isolated.contains(&page)).then_some(&self.rules.app);
        let sets = [Some(&self.rules.main), app, self.rules.pages.get(&page)];
        let matched = Matched::of(&matcher, node, above, &sets, stats);
        let mut computing = Computing {
            viewport: &self.viewport,
            root_font_size: self.root_font_size,
            caches: &mut self.caches,
            stats,
            motion: &mut self.motion,
            keyframes: &self.keyframes,
        };
        let id = visit.node;
        let own = MotionKey { node: id, pseudo: None };
        let mut at = Circumstances {
            root,
            hidden: visit.hidden,
            parent_moves: visit.moves,
            anew: visit.force == Force::Own || self.anew,
            important: PropertySet::default(),
        };

        let inline = node.inline_style.as_ref().map(|text| computing.caches.inline(text, doc, node));
        let forced = forced(&known, doc, node, computing.viewport);
        let old = computing.motion.base(own).or(node.style.as_ref()).cloned();
        let was_hidden = old.as_ref().is_some_and(|old| old.display == Display::None);
        let base = computing.style(&matched.own, &visit.parent, inline.as_ref(), forced, visit.items, &old);
        at.important = computing.important(own, &base, &matched.own, inline.as_deref());
        let style = computing.moving(own, node.style.as_ref(), base, &visit.parent, at);
        let items = cascade::has_items(style.display) && !known.wraps_children(node);
        at.hidden |= style.display == Display::None;
        at.parent_moves |= computing.motion.moves(id);
        let mut generated = |rules: &[&CompiledRule], pseudo, shown: &Option<Arc<ComputedStyle>>| {
            let key = MotionKey { node: id, pseudo: Some(pseudo) };
            let old = computing.motion.base(key).or(shown.as_ref()).cloned();
            let base = (!rules.is_empty()).then(|| computing.style(rules, &style, None, 0, items, &old));
            match base.filter(|base| matches!(base.content, Content::Items(_))) {
                Some(base) => {
                    let important = computing.important(key, &base, rules, None);
                    Some(computing.moving(key, shown.as_ref(), base, &style, Circumstances { important, ..at }))
                }
                None => {
                    computing.motion.cancel(key);
                    None
                }
            }
        };
        let before = generated(&matched.before, PseudoElement::Before, &node.before);
        let after = generated(&matched.after, PseudoElement::After, &node.after);
        let inner_rules = picker_rules(&matcher, node, &sets, computing.stats);
        let is_field = node.tag() == known.input || node.tag() == known.textarea;
        let placeholder = is_field.then(|| {
            let inline =
                node.attribute(known.placeholder_style).map(|v| computing.caches.inline(&v.to_text(), doc, node));
            computing.style(&matched.placeholder, &style, inline.as_ref(), 0, false, &node.placeholder)
        });
        let selection = Highlight::of(&matched.selection, &style, &mut computing, node.selection.as_ref());

        let mut damage = Dirty::NONE;
        let inside = if node.inner_rules != inner_rules { node.children.clone() } else { Vec::new() };
        if node.selection != selection {
            damage.insert(Dirty::PAINT);
        }
        let reaches = match &node.style {
            None => true,
            Some(old) if Arc::ptr_eq(old, &style) => false,
            Some(old) => {
                damage.insert(cascade::damage(old, &style));
                let explicit = self.inherits_explicitly();
                cascade::reaches_children(old, &style) || (explicit && old != &style)
            }
        };
        if let (Some(old), Some(new)) = (&node.placeholder, &placeholder)
            && cascade::damage(old, new) != Dirty::NONE
        {
            // The field takes it over when its inside is made anew.
            damage.insert(Dirty::LAYOUT);
        }
        for (old, new) in [(&node.before, &before), (&node.after, &after), (&node.placeholder, &placeholder)] {
            match (old, new) {
                (None, None) => {}
                (Some(old), Some(new)) if Arc::ptr_eq(old, new) => {}
                (Some(old), Some(new)) => damage.insert(cascade::damage(old, new)),
                _ => damage.insert(Dirty::BOXES | Dirty::LAYOUT),
            }
        }
        let hides = style.display == Display::None;
        if let Some(node) = doc.node_mut(id) {
            node.style = Some(style);
            (node.before, node.after, node.placeholder) = (before, after, placeholder);
            node.selection = selection;
            node.inner_rules = inner_rules;
        }
        // Columns make the boxes that the rules are for.
        for column in inside {
            doc.mark(column, Dirty::BOXES | Dirty::LAYOUT);
        }
        stats.nodes_composited += u32::from(matches!(damage, Dirty::COMPOSITE | Dirty::NONE));
        if damage != Dirty::NONE {
            doc.mark(id, damage);
        }
        match (was_hidden, hides) {
            (false, true) => {
                let hidden = self.motion.hide(doc, id);
                hidden.into_iter().for_each(|below| doc.mark_style_below(id, below));
            }
            (true, false) if self.motion.animates() => {
                let animated = animated_below(doc, id);
                animated.into_iter().for_each(|below| doc.mark_style_below(id, below));
            }
            _ => {}
        }
        reaches
    }
}

/// What computes the styles of key frames.
struct Frames<'a> {
    caches: &'a mut Caches,
    keyframes: &'a FxHashMap<Arc<str>, (Layer, Arc<Keyframes>)>,
    viewport: &'a Viewport,
    root_font_size: f32,
}

impl Frames<'_> {
    /// Hands out what computes them for an element or what is generated for it.
    fn of(&mut self, doc: &Document, key: MotionKey, with: &mut dyn FnMut(&mut dyn FrameStyles)) {
        let Some(node) = doc.node(key.node) else { return };
        let around = if key.pseudo.is_some() { Some(node) } else { doc.node(node.parent) };
        let parent = around.and_then(|around| around.style.clone()).unwrap_or_default();
        let Frames { caches, keyframes, viewport, root_font_size } = self;
        let context = CascadeContext { viewport, root_font_size: *root_font_size, parent: &parent, blockify: false };
        with(&mut FrameCascade { context, parsed: &mut caches.parsed, keyframes });
    }
}

/// What has animations below an element that begins to show: they begin, too.
fn animated_below(doc: &Document, id: NodeId) -> Vec<NodeId> {
    let mut stack = doc.node(id).map_or_else(Vec::new, |node| node.children.clone());
    let mut found = Vec::new();
    while let Some(at) = stack.pop() {
        let Some(node) = doc.node(at) else { continue };
        let styles = [&node.style, &node.before, &node.after];
        if styles.into_iter().flatten().any(|style| !style.animation.is_empty()) {
            found.push(at);
        }
        if node.style.as_ref().is_some_and(|style| style.display != Display::None) {
            stack.extend(&node.children);
        }
    }
    found
}

/// Why a node is visited.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Force {
    /// Its own bits say.
    No,
    /// Its parent's style changed.
    Own,
    /// All of the subtree is dirty.
    Subtree,
}

struct Visit {
    node: NodeId,
    parent: Arc<ComputedStyle>,
    /// The box is an item of its layout parent, or a root.
    items: bool,
    force: Force,
    /// Elements above it.
    depth: usize,
    /// Something above it is not displayed.
    hidden: bool,
    /// Something above it moves, and with it what is inherited.
    moves: bool,
}
