//! The logic side's own tree: the composed tree of all pages as the document shall have it.
//!
//! Script changes this tree at once; what the document does not have yet is kept in a change set keyed by
//! node and written as net ops when a commit buffer is at hand ([`LogicTree::write_commit`]). A node made
//! and removed between two commits leaves nothing, a node moved twice is moved once, an attribute set ten
//! times is sent once. So memory is bounded by the live tree, however long the renderer stalls.
//!
//! Invariants:
//! - Ids are given out by slot and generation; the slot of a node that the document knew is used again only
//!   after the commit with its removal was acknowledged.
//! - A node is *connected* if its ancestors end in the root of a page. Only connected nodes are sent; a
//!   subtree that is taken out (the content of a slot that went away) is removed from the document and made
//!   again when it comes back.
//! - `sent`, `sent_parent` and `sent_children` say what the document has after the last written commit;
//!   everything else is the present.
//!
//! | module | models |
//! | --- | --- |
//! | [`node`] | a node, its attributes, what is dirty about it |
//! | [`command`] | what goes beyond the tree: scrolling, focus, input values, queries |
//! | [`write`](self::write) | from the change set to net ops, and the replay |
//! | [`subsequence`] | longest increasing subsequence: which children may stay |

pub mod command;
pub mod node;
pub mod subsequence;
mod write;

pub use command::Command;
pub use node::{Attribute, Changed, LogicKind, LogicNode};

use node::{AttributeSlot, ListenerSlot};
use pellicle_layout::atom::{Atom, Interner};
use pellicle_layout::document::ops::{ClassName, Commit, ListenFlags, NodeId, ScopeId, SheetTarget};
use std::collections::VecDeque;
use std::rc::Rc;

/// A page of the page stack.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageRoot {
    /// Number of the page.
    pub page: u32,
    /// Its root element.
    pub root: NodeId,
    /// Pages below it on the page stack.
    pub depth: u32,
}

/// One place of the arena.
#[derive(Debug)]
struct Slot {
    generation: u8,
    node: Option<Box<LogicNode>>,
}

/// The tree and its change set.
#[derive(Debug, Default)]
pub struct LogicTree {
    /// Names of the logic side: tags, classes, ids, attributes, events.
    pub names: Interner,
    names_sent: usize,
    slots: Vec<Slot>,
    free: Vec<u32>,
    quarantine: VecDeque<(u64, u32)>,
    /// Nodes with any [`Changed`] bit, in the order they changed first.
    changed: Vec<NodeId>,
    /// Nodes of the document that are gone: id and parent in the document.
    dead: Vec<(NodeId, NodeId)>,
    /// Nodes of the document whose parent changed.
    moved: Vec<NodeId>,
    pages: Vec<PageRoot>,
    sent_pages: Vec<u32>,
    commands: Vec<Command>,
    /// The first part of the commit to come, up to the last query.
    staged: Commit,
    /// Sheets of the pages and components that are or were shown; the first `sheets_sent` are known.
    sheets: Vec<(SheetTarget, Rc<str>)>,
    sheets_sent: usize,
    live: usize,
    sequence: u64,
    /// The newest commit that is shown.
    acknowledged: u64,
}

impl LogicTree {
    /// An empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// The node with this id, if it is alive.
    pub fn get(&self, id: NodeId) -> Option<&LogicNode> {
        self.slots.get(id.slot())?.node.as_deref().filter(|n| n.id == id)
    }

    fn get_mut(&mut self, id: NodeId) -> Option<&mut LogicNode> {
        self.slots.get_mut(id.slot())?.node.as_deref_mut().filter(|n| n.id == id)
    }

    /// Nodes that are alive.
    pub fn len(&self) -> usize {
        self.live
    }

    /// True if there is no node.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// The page stack, the visible page last.
    pub fn pages(&self) -> &[PageRoot] {
        &self.pages
    }

    /// True if a commit would have something to say.
    pub fn has_changes(&self) -> bool {
        let written = self.changed.is_empty() && self.dead.is_empty() && self.moved.is_empty();
        !(written && self.commands.is_empty() && self.staged.is_empty())
            || self.sheets.len() != self.sheets_sent
            || self.pages.len() != self.sent_pages.len()
            || self.pages.iter().zip(&self.sent_pages).any(|(a, b)| a.page != *b)
    }

    /// Number of the last written commit, 0 before the first.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }

    /// A new element without a parent; `None` if the arena is full. `part` is the template's own number of
    /// the node.
    pub fn create_element(&mut self, tag: &str, part: u32) -> Option<NodeId> {
        let tag = self.names.intern(tag);
        self.create(LogicKind::Element(tag), part)
    }

    /// A new text node without a parent; `None` if the arena is full.
    pub fn create_text(&mut self, text: Rc<str>, part: u32) -> Option<NodeId> {
        self.create(LogicKind::Text(text), part)
    }

    fn create(&mut self, kind: LogicKind, part: u32) -> Option<NodeId> {
        let slot = match self.free.pop() {
            Some(slot) => slot,
            None if self.slots.len() < NodeId::MAX_SLOTS as usize => {
                self.slots.push(Slot { generation: 0, node: None });
                (self.slots.len() - 1) as u32
            }
            None => return None,
        };
        let place = &mut self.slots[slot as usize];
        let id = NodeId::new(slot, place.generation);
        place.node = Some(Box::new(LogicNode::new(id, kind, part)));
        self.live += 1;
        Some(id)
    }

    /// Forgets one node. Its children lose their parent; its parent's child list is cleaned with the next
    /// [`set_children`](Self::set_children) or commit.
    pub fn remove(&mut self, id: NodeId) {
        let Some(node) = self.get(id) else { return };
        let (sent, sent_parent, parent, taken_out) = (node.sent, node.sent_parent, node.parent, node.taken_out);
        let children: Vec<NodeId> = self.children(id).map(|n| n.id).collect();
        for child in children {
            if let Some(node) = self.get_mut(child) {
                node.parent = NodeId::NONE;
            }
            self.note_moved(child);
        }
        self.note_children(parent);
        let place = &mut self.slots[id.slot()];
        place.generation = place.generation.wrapping_add(1);
        place.node = None;
        self.live -= 1;
        if sent {
            self.dead.push((id, sent_parent));
        } else if taken_out > self.acknowledged {
            self.quarantine.push_back((taken_out, id.slot() as u32));
        } else {
            self.free.push(id.slot() as u32);
        }
    }

    /// Replaces the child list. Children that are elsewhere move here; those that are not in the new list
    /// lose their parent. Dead and repeated ids are left out. Cost: both lists.
    pub fn set_children(&mut self, parent: NodeId, list: &[NodeId]) {
        let Some(node) = self.get(parent) else { return };
        if node.children == list && list.iter().all(|&c| self.get(c).is_some_and(|n| n.parent == parent)) {
            return;
        }
        self.note_children(parent);
        let old = self.get_mut(parent).map(|n| std::mem::take(&mut n.children)).unwrap_or_default();
        for &child in &old {
            if let Some(node) = self.get_mut(child).filter(|n| n.parent == parent) {
                node.parent = NodeId::NONE;
                self.note_moved(child);
            }
        }
        let mut children = Vec::with_capacity(list.len());
        for &child in list {
            let Some(from) = self.get(child).map(|n| n.parent) else { continue };
            if from == parent {
                continue;
            }
            self.note_children(from);
            if let Some(node) = self.get_mut(child) {
                node.parent = parent;
            }
            self.note_moved(child);
            children.push(child);
        }
        if let Some(node) = self.get_mut(parent) {
            node.children = children;
        }
    }

    /// Remembers the document's child list of a node before it changes for the first time.
    fn note_children(&mut self, parent: NodeId) {
        let Some(node) = self.get_mut(parent) else { return };
        if node.sent && node.sent_children.is_none() {
            node.sent_children = Some(node.children.clone());
        }
        self.note(parent, Changed::CHILDREN);
    }

    fn note_moved(&mut self, child: NodeId) {
        if let Some(node) = self.get_mut(child).filter(|n| n.sent && !n.listed_moved) {
            node.listed_moved = true;
            self.moved.push(child);
        }
    }

    fn note(&mut self, id: NodeId, bit: Changed) {
        let Some(node) = self.get_mut(id) else { return };
        // A node that the document does not have yet is sent whole when it gets there.
        if !node.sent {
            return;
        }
        let first = node.changed == Changed::NONE;
        node.changed.insert(bit);
        if first {
            self.changed.push(id);
        }
    }

    /// The text of a text node.
    pub fn set_text(&mut self, id: NodeId, text: Rc<str>) {
        let Some(node) = self.get_mut(id) else { return };
        let LogicKind::Text(old) = &mut node.kind else { return };
        if *old != text {
            *old = text;
            self.note(id, Changed::TEXT);
        }
    }

    /// An attribute that a node has.
    pub fn attribute(&self, id: NodeId, name: &str) -> Option<&Attribute> {
        let name = self.names.get(name)?;
        self.get(id)?.attributes.iter().find(|a| a.name == name)?.value.as_ref()
    }

    /// An attribute; `None` takes it away.
    pub fn set_attribute(&mut self, id: NodeId, name: &str, value: Option<Attribute>) {
        let is_value = name == "value";
        let name = self.names.intern(name);
        let Some(node) = self.get_mut(id) else { return };
        let seen = node.input_seen.filter(|_| is_value);
        match node.attributes.iter_mut().find(|a| a.name == name) {
            Some(slot) if slot.value == value => return,
            Some(slot) => (slot.value, slot.changed) = (value, true),
            None if value.is_none() => return,
            None => node.attributes.push(AttributeSlot { name, value, changed: true }),
        }
        self.note(id, Changed::ATTRIBUTES);
        if let Some(revision) = seen {
            self.command(Command::InputSeen { node: id, revision });
        }
    }

    /// Script is told of the user's input into a form control up to a revision: values that it sets from now on
    /// answer to that.
    pub fn saw_input(&mut self, id: NodeId, revision: u16) {
        if let Some(node) = self.get_mut(id) {
            node.input_seen = Some(revision);
        }
    }

    /// The whole class set.
    pub fn set_classes(&mut self, id: NodeId, classes: &[ClassName]) {
        let Some(node) = self.get_mut(id) else { return };
        if node.classes.as_slice() != classes {
            node.classes = classes.into();
            self.note(id, Changed::CLASSES);
        }
    }

    /// The inline style.
    pub fn set_style(&mut self, id: NodeId, style: Rc<str>) {
        let Some(node) = self.get_mut(id) else { return };
        if *node.style != *style {
            node.style = style;
            self.note(id, Changed::STYLE);
        }
    }

    /// The id attribute, empty for none.
    pub fn set_id(&mut self, id: NodeId, name: &str) {
        let name = self.names.intern(name);
        let Some(node) = self.get_mut(id) else { return };
        if node.name != name {
            node.name = name;
            self.note(id, Changed::ID);
        }
    }

    /// Whose template the node stands in and whose host it is.
    pub fn set_scope(&mut self, id: NodeId, scope: ScopeId, host: ScopeId) {
        let Some(node) = self.get_mut(id) else { return };
        if (node.scope, node.host) != (scope, host) {
            (node.scope, node.host) = (scope, host);
            self.note(id, Changed::SCOPE);
        }
    }

    /// How the node listens to an event; no flags: not at all.
    pub fn set_listener(&mut self, id: NodeId, event: &str, flags: ListenFlags) {
        let event = self.names.intern(event);
        let Some(node) = self.get_mut(id) else { return };
        match node.listeners.iter_mut().find(|l| l.event == event) {
            Some(slot) if slot.flags == flags => return,
            Some(slot) => (slot.flags, slot.changed) = (flags, true),
            None if flags == ListenFlags(0) => return,
            None => node.listeners.push(ListenerSlot { event, flags, changed: true }),
        }
        self.note(id, Changed::LISTENERS);
    }

    /// Puts a page on top of the stack. Its root is a node that the document does not have yet, else nothing
    /// happens.
    pub fn push_page(&mut self, page: u32, root: NodeId, depth: u32) {
        if self.get(root).is_some_and(|n| !n.sent && n.parent.is_none()) && self.pages.iter().all(|p| p.page != page) {
            self.pages.push(PageRoot { page, root, depth });
        }
    }

    /// Takes a page off the stack; its root is disconnected with it.
    pub fn pop_page(&mut self, page: u32) {
        let Some(at) = self.pages.iter().position(|p| p.page == page) else { return };
        let root = self.pages.remove(at).root;
        self.note_moved(root);
        let sheet = |t: &SheetTarget| matches!(t, SheetTarget::Page { page: p, .. } if *p == page);
        if let Some(at) = self.sheets.iter().position(|(t, _)| sheet(t)) {
            self.sheets.remove(at);
            self.sheets_sent -= usize::from(at < self.sheets_sent);
        }
    }

    /// Brings a page to the top.
    pub fn show_page(&mut self, page: u32) {
        if let Some(at) = self.pages.iter().position(|p| p.page == page) {
            let entry = self.pages.remove(at);
            self.pages.push(entry);
        }
    }

    /// Names a style sheet that the document needs. The app's comes first, a target counts once.
    pub fn add_sheet(&mut self, target: SheetTarget, path: &str) {
        if self.sheets.iter().all(|(t, _)| *t != target) {
            self.sheets.push((target, Rc::from(path)));
        }
    }

    /// Asks the render side for something beyond the tree; see [`Command`] for what replaces what.
    pub fn command(&mut self, command: Command) {
        self.commands.retain(|old| !command.replaces(old));
        self.commands.push(command);
    }

    /// The render side has applied commit `sequence` and all before it: ids that they removed are free.
    pub fn acknowledged(&mut self, sequence: u64) {
        self.acknowledged = self.acknowledged.max(sequence);
        while let Some(&(at, slot)) = self.quarantine.front() {
            if at > sequence {
                break;
            }
            self.quarantine.pop_front();
            self.free.push(slot);
        }
    }

    /// True if the ancestors of the node end in the root of a page.
    pub fn is_connected(&self, id: NodeId) -> bool {
        self.depth(id).is_some()
    }

    /// Levels below the root of its page (0 for the root), `None` for a node that is not connected.
    pub fn depth(&self, id: NodeId) -> Option<u32> {
        let (mut at, mut depth) = (id, 0);
        loop {
            let node = self.get(at)?;
            if node.parent.is_none() {
                return self.pages.iter().any(|p| p.root == at).then_some(depth);
            }
            at = node.parent;
            depth += 1;
        }
    }

    /// The children that are alive and have not gone elsewhere.
    pub fn children(&self, id: NodeId) -> impl Iterator<Item = &LogicNode> {
        let list = self.get(id).map_or(&[][..], |n| &n.children);
        list.iter().filter_map(move |&c| self.get(c)).filter(move |n| n.parent == id)
    }

    /// The atom of an event's name, if any node ever listened to it.
    pub fn event_atom(&self, event: &str) -> Option<Atom> {
        self.names.get(event)
    }
}
