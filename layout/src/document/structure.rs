//! Nodes that come, move and go: the checks that keep the tree a tree.

use super::Document;
use super::apply::Outcome;
use super::node::{Dirty, ElementState, Node, NodeKind};
use super::ops::{NodeId, ScopeId};
use crate::atom::Atom;
use smallvec::SmallVec;

impl Document {
    pub(super) fn create(&mut self, id: NodeId, kind: NodeKind) -> Outcome {
        if id.is_none() || self.live >= self.limits.nodes {
            return Err("too many nodes");
        }
        let slot = id.slot();
        // Ids are given out densely; a slot far beyond the live nodes is a fault, not a request for memory.
        if slot > self.slots.len() + self.limits.nodes as usize {
            return Err("a node id out of range");
        }
        if self.slots.len() <= slot {
            self.slots.resize_with(slot + 1, || None);
        }
        if self.slots[slot].is_some() {
            return Err("a node created twice");
        }
        self.slots[slot] = Some(Node {
            id,
            kind,
            parent: NodeId::NONE,
            children: Vec::new(),
            name: Atom::EMPTY,
            classes: SmallVec::new(),
            scope: ScopeId::GLOBAL,
            host: ScopeId::GLOBAL,
            attributes: Vec::new(),
            inline_style: None,
            overlay: None,
            listeners: Vec::new(),
            state: ElementState::NONE,
            input_value: None,
            dirty: Dirty::STYLE_SUBTREE | Dirty::BOXES | Dirty::LAYOUT,
            is_listed: false,
            style: None,
            before: None,
            after: None,
            placeholder: None,
            selection: None,
            inner_rules: None,
        });
        self.live += 1;
        Ok(())
    }

    pub(super) fn insert(&mut self, parent: NodeId, id: NodeId, before: NodeId) -> Outcome {
        let old = self.existing(id)?.parent;
        if !self.existing(parent)?.is_element() {
            return Err("an insert into text");
        }
        let mut depth = self.height(id) + 1;
        if parent == id {
            return Err("a node inserted into itself");
        }
        for ancestor in self.ancestors(parent) {
            depth += 1;
            if ancestor.id == id {
                return Err("a node inserted into its own subtree");
            }
        }
        if depth > self.limits.depth {
            return Err("the tree is too deep");
        }
        if !before.is_none() && (before == id || self.existing(before)?.parent != parent) {
            return Err("an insert before a node that is elsewhere");
        }
        self.detach(old, id);
        let children = &mut self.existing(parent)?.children;
        let at = if before.is_none() {
            children.len()
        } else {
            children.iter().position(|&c| c == before).ok_or("an insert before a node that is elsewhere")?
        };
        children.insert(at, id);
        let node = self.existing(id)?;
        (node.parent, node.is_listed) = (parent, node.is_listed && old == parent);
        self.mark(id, Dirty::STYLE_SUBTREE | Dirty::BOXES | Dirty::LAYOUT);
        self.mark(parent, Dirty::BOXES);
        self.note_children(parent, at, false);
        Ok(())
    }

    /// Takes a node out of the child list of `parent`, if it has one.
    fn detach(&mut self, parent: NodeId, id: NodeId) {
        let Some(node) = self.node_mut(parent) else { return };
        let Some(at) = node.children.iter().position(|&c| c == id) else { return };
        node.children.remove(at);
        self.mark(parent, Dirty::BOXES);
        self.note_children(parent, at, true);
    }

    /// Levels below a node; text and fresh leaves, the usual case, cost nothing.
    fn height(&self, id: NodeId) -> u32 {
        let mut height = 0;
        let mut stack = vec![(id, 0u32)];
        while let Some((at, depth)) = stack.pop() {
            height = height.max(depth);
            if let Some(node) = self.node(at) {
                stack.extend(node.children.iter().map(|&c| (c, depth + 1)));
            }
        }
        height
    }

    /// Removes nodes one after the other up to one that is not there; gives how many. A list that loses many children is
    /// gone through once.
    pub(super) fn remove_run(
        &mut self,
        run: impl Iterator<Item = NodeId>,
        removed: &mut Vec<NodeId>,
    ) -> (usize, Outcome) {
        let mut parents: Vec<NodeId> = Vec::new();
        let (mut count, mut outcome) = (0, Ok(()));
        for id in run {
            match self.existing(id).map(|node| node.parent) {
                Ok(parent) => {
                    if parents.last() != Some(&parent) {
                        parents.push(parent);
                    }
                    self.remove_subtree(id, removed);
                    count += 1;
                }
                Err(reason) => {
                    outcome = Err(reason);
                    break;
                }
            }
        }
        parents.sort_unstable_by_key(|parent| parent.0);
        parents.dedup();
        for parent in parents {
            self.drop_gone(parent);
        }
        (count, outcome)
    }

    /// Takes the children that are gone out of a child list.
    fn drop_gone(&mut self, parent: NodeId) {
        let Some(node) = self.node_mut(parent) else { return };
        let mut children = std::mem::take(&mut node.children);
        // Places of the new list where children were before.
        let mut gaps: Vec<usize> = Vec::new();
        let mut kept = 0;
        children.retain(|&child| {
            let stays = self.node(child).is_some();
            if stays {
                kept += 1;
            } else if gaps.last() != Some(&kept) {
                gaps.push(kept);
            }
            stays
        });
        if let Some(node) = self.node_mut(parent) {
            node.children = children;
        }
        if !gaps.is_empty() {
            self.mark(parent, Dirty::BOXES);
        }
        for at in gaps {
            self.note_children(parent, at, true);
        }
    }

    fn remove_subtree(&mut self, id: NodeId, removed: &mut Vec<NodeId>) {
        let mut stack = vec![id];
        while let Some(at) = stack.pop() {
            let Some(slot) = self.slots.get_mut(at.slot()) else { continue };
            if let Some(node) = slot.take_if(|n| n.id == at) {
                self.live -= 1;
                self.trails.forget(at);
                removed.push(at);
                stack.extend(node.children);
            }
        }
        self.pages.retain(|p| p.root != id);
    }
}
