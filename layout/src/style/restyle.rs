//! Restyling: [`StyleEngine::restyle`] walks from the page roots along the trail that dirty bits leave, matches and
//! computes what is dirty, and stops where nothing is inherited on. Its cost follows what changed.

use super::ancestors::Ancestors;
use super::cascade;
use super::changes::note_motion;
use super::computed::{ComputedStyle, Content, Display};
use super::element::{Computing, Matched, forced, picker_rules};
use super::engine::StyleEngine;
use super::highlight::Highlight;
use super::invalidate::Invalidation;
use super::matching::Matcher;
use super::rules::CompiledRule;
use super::stats::RestyleStats;
use crate::css::PseudoElement;
use crate::document::{Dirty, Document, ElementState, NodeId, PageEntry};
use smallvec::SmallVec;
use std::sync::{Arc, OnceLock};

impl StyleEngine {
    /// Computes all dirty styles of the pages, marks what their changes make necessary, and clears the
    /// style bits.
    pub fn restyle(&mut self, doc: &mut Document) -> RestyleStats {
        self.compile(doc);
        self.changes.clear();
        let pages: SmallVec<[_; 4]> = doc.pages().iter().copied().collect();
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
        for entry in pages {
            self.restyle_page(doc, entry.page, entry.root, &mut stats);
        }
        stats
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
        let mut stack = vec![Visit { node: root, parent: initial.clone(), items: true, force: Force::No, depth: 0 }];
        // What is above the node that is visited, by depth.
        let mut above = vec![Ancestors::default()];
        while let Some(visit) = stack.pop() {
            above.truncate(visit.depth + 1);
            stats.nodes_visited += 1;
            let Some(node) = doc.node_mut(visit.node) else { continue };
            let dirty = node.dirty;
            node.dirty.remove(Dirty::STYLE | Dirty::STYLE_SUBTREE | Dirty::STYLE_DESCENDANT);
            if !node.is_element() {
                continue;
            }
            let all = visit.force == Force::Subtree || dirty.intersects(Dirty::STYLE_SUBTREE);
            let mut force = if all { Force::Subtree } else { Force::No };
            if all || visit.force == Force::Own || dirty.intersects(Dirty::STYLE) || node.style.is_none() {
                let reaches = self.restyle_node(doc, page, &visit, &above[visit.depth], stats);
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
            let trail = Dirty::STYLE | Dirty::STYLE_SUBTREE | Dirty::STYLE_DESCENDANT;
            for &child in node.children.iter().rev() {
                if force > Force::No || doc.node(child).is_some_and(|c| c.dirty.intersects(trail)) {
                    let depth = visit.depth + 1;
                    stack.push(Visit { node: child, parent: style.clone(), items, force, depth });
                }
            }
        }
    }

    /// Matches and computes the styles of one element; true if its children have to be computed again.
    fn restyle_node(
        &mut self,
        doc: &mut Document,
        page: u32,
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
        };

        let inline = node.inline_style.as_ref().map(|text| computing.caches.inline(text, doc, node));
        let forced = forced(&known, doc, node, computing.viewport);
        let style = computing.style(&matched.own, &visit.parent, inline.as_ref(), forced, visit.items, &node.style);
        let items = cascade::has_items(style.display) && !known.wraps_children(node);
        let mut generated = |rules: &[&CompiledRule], old: &Option<Arc<ComputedStyle>>| {
            if rules.is_empty() {
                return None;
            }
            let style = computing.style(rules, &style, None, 0, items, old);
            matches!(style.content, Content::Items(_)).then_some(style)
        };
        let before = generated(&matched.before, &node.before);
        let after = generated(&matched.after, &node.after);
        let inner_rules = picker_rules(&matcher, node, &sets, computing.stats);
        let is_field = node.tag() == known.input || node.tag() == known.textarea;
        let placeholder = is_field.then(|| {
            let inline =
                node.attribute(known.placeholder_style).map(|v| computing.caches.inline(&v.to_text(), doc, node));
            computing.style(&matched.placeholder, &style, inline.as_ref(), 0, false, &node.placeholder)
        });
        let selection = Highlight::of(&matched.selection, &style, &mut computing, node.selection.as_ref());

        let id = visit.node;
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
                let explicit =
                    self.rules.explicit_inherit || self.caches.explicit_inherit || self.caches.parsed.explicit_inherit;
                cascade::reaches_children(old, &style) || (explicit && old != &style)
            }
        };
        for (old, new) in [(&node.before, &before), (&node.after, &after), (&node.placeholder, &placeholder)] {
            match (old, new) {
                (None, None) => {}
                (Some(old), Some(new)) if Arc::ptr_eq(old, new) => {}
                (Some(old), Some(new)) => damage.insert(cascade::damage(old, new)),
                _ => damage.insert(Dirty::BOXES | Dirty::LAYOUT),
            }
        }
        let pairs = [
            (None, &node.style, Some(&style)),
            (Some(PseudoElement::Before), &node.before, before.as_ref()),
            (Some(PseudoElement::After), &node.after, after.as_ref()),
        ];
        for (pseudo, old, new) in pairs {
            note_motion(&mut self.changes, id, pseudo, old, new);
        }
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
        if damage != Dirty::NONE {
            doc.mark(id, damage);
        }
        reaches
    }
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
}
