//! From the change set to the net ops of one commit.
//!
//! Order of the ops, so that each is valid when it is applied:
//! 1. pages that are popped,
//! 2. removals, if no node that stays was moved (else they come after 4, so that a node can leave a subtree
//!    before the subtree goes),
//! 3. roots of new pages with their subtrees,
//! 4. changed child lists, parents before children: the ancestors of the parent at hand are final then, so
//!    no insert can close a cycle. Children on a longest increasing subsequence of old places stay, the
//!    others move: fewest moves,
//! 5. texts, attributes, classes and the rest of nodes that the document has,
//! 6. pages that are pushed or shown,
//! 7. commands.
//!
//! A query asks about the tree as it is when script asks. So the ops until then are written ahead
//! ([`LogicTree::stage`]), and the rest of the commit follows them in the same order.

use super::node::LogicKind;
use super::subsequence::longest_increasing;
use super::{Attribute, Changed, Command, LogicTree};
use pellicle_layout::animate::ScriptedAnimation;
use pellicle_layout::document::ops::{Commit, ListenFlags, NewName, NewSheet, NodeId, Op, ScopeId, ValueRef};
use pellicle_layout::document::watch::Watch;
use std::rc::Rc;

impl LogicTree {
    /// Writes everything that the document does not have yet into `commit`, which is cleared first, and
    /// gives it the next sequence number. Cost follows what changed.
    pub fn write_commit(&mut self, commit: &mut Commit) {
        commit.clear();
        if !self.staged.is_empty() {
            std::mem::swap(commit, &mut self.staged);
        }
        self.write(commit);
        self.number(commit);
    }

    /// Writes what the document does not have yet into the commit to come, in front of what changes from now on: the
    /// commands until now are about this state of the tree. Not if `most` ops or more are written ahead already.
    pub fn stage(&mut self, most: usize) {
        // Who asks again and again while the renderer stalls gets answers about a later state instead of the memory
        // of every state.
        if self.staged.ops.len() < most {
            let mut staged = std::mem::take(&mut self.staged);
            self.write(&mut staged);
            self.staged = staged;
        }
    }

    /// Ops that are written ahead of their commit.
    pub fn staged(&self) -> usize {
        self.staged.ops.len()
    }

    fn number(&mut self, commit: &mut Commit) {
        self.sequence += 1;
        commit.sequence = self.sequence;
    }

    /// Writes the whole tree as one commit, for a document that lost its own or never had one. Later commits
    /// go on from there.
    pub fn replay(&mut self, commit: &mut Commit) {
        commit.clear();
        commit.replay = true;
        let mut commands = commands_of(&self.staged);
        self.staged.clear();
        commands.append(&mut self.commands);
        self.commands = commands;
        self.names_sent = 0;
        self.sheets_sent = 0;
        self.sent_pages.clear();
        self.changed.clear();
        self.moved.clear();
        for node in self.slots.iter_mut().filter_map(|s| s.node.as_mut()) {
            node.sent = false;
            node.listed_moved = false;
            node.changed = Changed::NONE;
            node.sent_parent = NodeId::NONE;
            node.sent_children = None;
        }
        self.write(commit);
        self.number(commit);
    }

    fn write(&mut self, commit: &mut Commit) {
        self.write_names(commit);
        for (target, path) in &self.sheets[self.sheets_sent..] {
            let path = commit.push_text(path);
            commit.sheets.push(NewSheet { target: *target, path });
        }
        self.sheets_sent = self.sheets.len();
        let changed = std::mem::take(&mut self.changed);
        let moved = std::mem::take(&mut self.moved);
        let dead = std::mem::take(&mut self.dead);

        let gone_pages: Vec<u32> =
            self.sent_pages.iter().copied().filter(|p| self.pages.iter().all(|q| q.page != *p)).collect();
        for page in gone_pages {
            commit.ops.push(Op::PopPage { page });
            self.sent_pages.retain(|p| *p != page);
        }

        let (removals, any_moved) = self.removals(&moved, &dead, commit.replay);
        if !any_moved {
            commit.ops.extend(removals.iter().map(|&node| Op::Remove { node }));
        }
        self.write_roots(commit);
        self.write_child_lists(commit, &changed);
        for &id in &changed {
            self.write_state(commit, id);
        }
        if any_moved {
            commit.ops.extend(removals.iter().map(|&node| Op::Remove { node }));
        }
        self.write_page_order(commit);
        self.write_commands(commit);
        for &id in &moved {
            if let Some(node) = self.get_mut(id) {
                node.listed_moved = false;
            }
        }
        let sequence = self.sequence + 1;
        self.quarantine.extend(dead.iter().map(|(id, _)| (sequence, id.slot() as u32)));
        // The lists are used again: a commit of the steady state allocates nothing for them.
        (self.changed, self.moved, self.dead) = (emptied(changed), emptied(moved), emptied(dead));
    }

    fn write_names(&mut self, commit: &mut Commit) {
        for index in self.names_sent..self.names.len() {
            let atom = pellicle_layout::atom::Atom(index as u32);
            let text = commit.push_text(self.names.resolve(atom));
            commit.names.push(NewName { atom, text });
        }
        self.names_sent = self.names.len();
    }

    /// The nodes whose removal has to be said (the topmost of each subtree that goes), and whether a node
    /// that stays has a new parent. Subtrees that were taken out are marked as not sent.
    fn removals(&mut self, moved: &[NodeId], dead: &[(NodeId, NodeId)], replay: bool) -> (Vec<NodeId>, bool) {
        let mut candidates: Vec<(NodeId, NodeId)> = if replay { Vec::new() } else { dead.to_vec() };
        let sequence = self.sequence + 1;
        let mut any_moved = false;
        let mut gone: Vec<NodeId> = Vec::new();
        for &id in moved {
            let Some(node) = self.get(id).filter(|n| n.sent) else { continue };
            let (parent, sent_parent) = (node.parent, node.sent_parent);
            if self.is_connected(id) {
                any_moved |= parent != sent_parent;
            } else {
                candidates.push((id, sent_parent));
                gone.push(id);
            }
        }
        while let Some(id) = gone.pop() {
            gone.extend(self.children(id).map(|n| n.id));
            if let Some(node) = self.get_mut(id) {
                node.sent = false;
                node.taken_out = sequence;
                node.changed = Changed::NONE;
                node.sent_children = None;
                node.sent_parent = NodeId::NONE;
            }
        }
        // A whole list usually goes at once: its parent is asked about once.
        let mut last = (NodeId::NONE, true);
        let mut out = Vec::new();
        for (id, parent) in candidates {
            if parent != last.0 {
                last =
                    (parent, parent.is_none() || self.get(parent).is_some_and(|n| n.sent) && self.is_connected(parent));
            }
            if last.1 {
                out.push(id);
            }
        }
        (out, any_moved)
    }

    fn write_roots(&mut self, commit: &mut Commit) {
        for page in self.pages.clone() {
            if self.get(page.root).is_some_and(|n| !n.sent) {
                self.write_created(commit, page.root, NodeId::NONE);
                self.write_subtree(commit, page.root);
            }
        }
    }

    fn write_child_lists(&mut self, commit: &mut Commit, changed: &[NodeId]) {
        let mut parents: Vec<(u32, NodeId)> = changed
            .iter()
            .filter(|&&id| self.get(id).is_some_and(|n| n.sent && n.sent_children.is_some()))
            .filter_map(|&id| Some((self.depth(id)?, id)))
            .collect();
        parents.sort_by_key(|(depth, _)| *depth);
        let mut places = Vec::new();
        let mut keep = Vec::new();
        for (_, parent) in parents {
            let old = self.get_mut(parent).and_then(|n| n.sent_children.take()).unwrap_or_default();
            for (place, &child) in old.iter().enumerate() {
                if let Some(node) = self.get_mut(child) {
                    node.place = place as u32;
                }
            }
            let list: Vec<NodeId> = self.children(parent).map(|n| n.id).collect();
            let stays =
                |tree: &Self, c: NodeId| tree.get(c).filter(|n| n.sent && n.sent_parent == parent).map(|n| n.place);
            places.clear();
            places.extend(list.iter().filter_map(|&c| stays(self, c)));
            longest_increasing(&places, &mut keep);
            let mut survivor = keep.iter();
            let still: Vec<bool> =
                list.iter().map(|&c| stays(self, c).is_some() && survivor.next().copied().unwrap_or(false)).collect();
            let mut anchor = 0;
            for (i, &child) in list.iter().enumerate() {
                if still[i] {
                    continue;
                }
                anchor = anchor.max(i + 1);
                while anchor < list.len() && !still[anchor] {
                    anchor += 1;
                }
                let before = list.get(anchor).copied().unwrap_or(NodeId::NONE);
                self.write_child(commit, parent, child, before);
            }
            if let Some(node) = self.get_mut(parent) {
                node.children = list;
            }
        }
    }

    /// Inserts a child, new or moved, with the subtree of a new one.
    fn write_child(&mut self, commit: &mut Commit, parent: NodeId, child: NodeId, before: NodeId) {
        let Some(node) = self.get_mut(child) else { return };
        if node.sent {
            node.sent_parent = parent;
            commit.ops.push(Op::Insert { parent, node: child, before });
            return;
        }
        self.write_created(commit, child, parent);
        commit.ops.push(Op::Insert { parent, node: child, before });
        self.write_subtree(commit, child);
    }

    /// The descendants of a node that was just created, in document order.
    fn write_subtree(&mut self, commit: &mut Commit, root: NodeId) {
        let mut stack = vec![root];
        while let Some(parent) = stack.pop() {
            let list: Vec<NodeId> = self.children(parent).map(|n| n.id).collect();
            let first = stack.len();
            for &child in &list {
                let Some(node) = self.get_mut(child) else { continue };
                if node.sent {
                    node.sent_parent = parent;
                } else {
                    self.write_created(commit, child, parent);
                    stack.push(child);
                }
                commit.ops.push(Op::Insert { parent, node: child, before: NodeId::NONE });
            }
            stack[first..].reverse();
            if let Some(node) = self.get_mut(parent) {
                node.children = list;
            }
        }
    }

    /// A node that the document does not have, with its whole state.
    fn write_created(&mut self, commit: &mut Commit, id: NodeId, parent: NodeId) {
        let Some(node) = self.get_mut(id) else { return };
        node.sent = true;
        node.sent_parent = parent;
        node.sent_children = None;
        match &node.kind {
            LogicKind::Text(text) => {
                commit.ops.push(Op::CreateText { node: id });
                if !text.is_empty() {
                    let text = commit.push_text(text);
                    commit.ops.push(Op::SetText { node: id, text });
                }
            }
            LogicKind::Element(tag) => {
                commit.ops.push(Op::Create { node: id, tag: *tag });
                if (node.scope, node.host) != (ScopeId::GLOBAL, ScopeId::GLOBAL) {
                    commit.ops.push(Op::Scope { node: id, scope: node.scope, host: node.host });
                }
                if !node.name.is_empty() {
                    commit.ops.push(Op::SetId { node: id, id: node.name });
                }
                if !node.classes.is_empty() {
                    let first = commit.classes.len() as u32;
                    commit.classes.extend_from_slice(&node.classes);
                    commit.ops.push(Op::SetClasses { node: id, first, count: node.classes.len() as u32 });
                }
                if !node.style.is_empty() {
                    let text = commit.push_text(&node.style);
                    commit.ops.push(Op::SetStyle { node: id, text });
                }
                node.attributes.retain(|a| a.value.is_some());
                for slot in &mut node.attributes {
                    slot.changed = false;
                    push_attribute(commit, id, slot.name, slot.value.as_ref());
                }
                node.listeners.retain(|l| l.flags != ListenFlags(0));
                for slot in &mut node.listeners {
                    slot.changed = false;
                    commit.ops.push(Op::Listen { node: id, event: slot.event, flags: slot.flags });
                }
            }
        }
    }

    /// What changed of a node that the document has.
    fn write_state(&mut self, commit: &mut Commit, id: NodeId) {
        let Some(node) = self.get_mut(id).filter(|n| n.sent) else { return };
        let changed = std::mem::replace(&mut node.changed, Changed::NONE);
        if changed.has(Changed::TEXT)
            && let LogicKind::Text(text) = &node.kind
        {
            let text = commit.push_text(text);
            commit.ops.push(Op::SetText { node: id, text });
        }
        if changed.has(Changed::SCOPE) {
            commit.ops.push(Op::Scope { node: id, scope: node.scope, host: node.host });
        }
        if changed.has(Changed::ID) {
            commit.ops.push(Op::SetId { node: id, id: node.name });
        }
        if changed.has(Changed::CLASSES) {
            let first = commit.classes.len() as u32;
            commit.classes.extend_from_slice(&node.classes);
            commit.ops.push(Op::SetClasses { node: id, first, count: node.classes.len() as u32 });
        }
        if changed.has(Changed::STYLE) {
            let text = commit.push_text(&node.style);
            commit.ops.push(Op::SetStyle { node: id, text });
        }
        if changed.has(Changed::ATTRIBUTES) {
            for slot in node.attributes.iter_mut().filter(|a| a.changed) {
                slot.changed = false;
                push_attribute(commit, id, slot.name, slot.value.as_ref());
            }
            node.attributes.retain(|a| a.value.is_some());
        }
        if changed.has(Changed::LISTENERS) {
            for slot in node.listeners.iter_mut().filter(|l| l.changed) {
                slot.changed = false;
                commit.ops.push(Op::Listen { node: id, event: slot.event, flags: slot.flags });
            }
            node.listeners.retain(|l| l.flags != ListenFlags(0));
        }
    }

    /// Brings the document's page stack into the present order: pages that keep their place are not named.
    fn write_page_order(&mut self, commit: &mut Commit) {
        let mut in_place = true;
        for (index, page) in self.pages.iter().enumerate() {
            in_place &= self.sent_pages.get(index) == Some(&page.page);
            if in_place {
                continue;
            }
            if self.sent_pages.contains(&page.page) {
                commit.ops.push(Op::ShowPage { page: page.page });
            } else {
                commit.ops.push(Op::PushPage { node: page.root, page: page.page, depth: page.depth });
            }
        }
        self.sent_pages.clear();
        self.sent_pages.extend(self.pages.iter().map(|p| p.page));
    }

    fn write_commands(&mut self, commit: &mut Commit) {
        for command in std::mem::take(&mut self.commands) {
            let known = |node: NodeId| self.get(node).is_some_and(|n| n.sent);
            match command {
                Command::ScrollTo { node, x, y, duration } if known(node) => {
                    let value = commit.numbers.len() as u32;
                    commit.numbers.extend([x, y, duration]);
                    commit.ops.push(Op::ScrollTo { node, value });
                }
                Command::Focus(node) if node.is_none() || known(node) => commit.ops.push(Op::Focus { node }),
                Command::InputValue { node, text, revision, cursor } if known(node) => {
                    let text = commit.push_text(&text);
                    let cursor = cursor.unwrap_or(Op::NO_CURSOR);
                    commit.ops.push(Op::SetInputValue { node, text, revision, cursor });
                }
                Command::InputSeen { node, revision } if known(node) => {
                    commit.ops.push(Op::InputSeen { node, revision });
                }
                Command::Query { node, kind, styles } => {
                    let styles = commit.push_text(&styles);
                    commit.ops.push(Op::Query { node, kind, styles });
                }
                Command::QueryEnd(request) => commit.ops.push(Op::QueryEnd { request }),
                Command::Watch(request, watch) => {
                    let watch = commit.push_text(&watch.to_text());
                    commit.ops.push(Op::Watch { request, watch });
                }
                Command::Unwatch(request) => commit.ops.push(Op::Unwatch { request }),
                Command::Animate(node, animation) if known(node) => {
                    let animation = commit.push_text(&animation.to_text());
                    commit.ops.push(Op::Animate { node, animation });
                }
                Command::ScrollTo { .. }
                | Command::Focus(_)
                | Command::InputValue { .. }
                | Command::InputSeen { .. }
                | Command::Animate(..) => {}
            }
        }
    }
}

/// The commands in a commit.
fn commands_of(commit: &Commit) -> Vec<Command> {
    let text = |range| Rc::from(commit.text(range).unwrap_or(""));
    let command = |op: &Op| match *op {
        Op::ScrollTo { node, value } => {
            let numbers = commit.numbers.get(value as usize..)?;
            Some(Command::ScrollTo { node, x: *numbers.first()?, y: *numbers.get(1)?, duration: *numbers.get(2)? })
        }
        Op::Focus { node } => Some(Command::Focus(node)),
        Op::SetInputValue { node, text: value, revision, cursor } => {
            let cursor = (cursor != Op::NO_CURSOR).then_some(cursor);
            Some(Command::InputValue { node, text: text(value), revision, cursor })
        }
        Op::InputSeen { node, revision } => Some(Command::InputSeen { node, revision }),
        Op::Query { node, kind, styles } => Some(Command::Query { node, kind, styles: text(styles) }),
        Op::QueryEnd { request } => Some(Command::QueryEnd(request)),
        Op::Watch { request, watch } => Some(Command::Watch(request, Rc::new(Watch::parse(commit.text(watch)?)?))),
        Op::Unwatch { request } => Some(Command::Unwatch(request)),
        Op::Animate { node, animation } => {
            Some(Command::Animate(node, Rc::new(ScriptedAnimation::parse(commit.text(animation)?)?)))
        }
        _ => None,
    };
    commit.ops.iter().filter_map(command).collect()
}

fn push_attribute(commit: &mut Commit, node: NodeId, name: pellicle_layout::atom::Atom, value: Option<&Attribute>) {
    let value = match value {
        None => ValueRef::Absent,
        Some(Attribute::Null) => ValueRef::Null,
        Some(Attribute::Bool(b)) => ValueRef::Bool(*b),
        Some(Attribute::Number(n)) => ValueRef::Number(*n),
        Some(Attribute::Text(text)) => ValueRef::Text(commit.push_text(text)),
        Some(Attribute::Json(text)) => ValueRef::Json(commit.push_text(text)),
        Some(Attribute::Classes(classes)) => {
            let first = commit.classes.len() as u32;
            commit.classes.extend_from_slice(classes);
            ValueRef::Classes { first, count: classes.len() as u32 }
        }
    };
    let index = commit.values.len() as u32;
    commit.values.push(value);
    commit.ops.push(Op::SetAttribute { node, name, value: index });
}

fn emptied<T>(mut list: Vec<T>) -> Vec<T> {
    list.clear();
    list
}
