//! The document: an arena of nodes, changed only by commits of ops.
//!
//! | module | models |
//! | --- | --- |
//! | [`ops`] | ops and commits |
//! | [`node`] | a node, its dirt |
//! | [`apply`] | validation and application of a commit |
//! | `edit` | what is set on one node |
//! | `structure` | nodes that come, move and go |
//! | `trails` | the ways from a root to what is dirty |
//! | [`overlay`] | what the render side puts over classes and style |
//! | [`watch`] | what intersection observers ask for |
//! | [`changes`] | changes that selectors may ask about |
//!
//! Invariants: a node's parent lists it exactly once; the tree below a root is acyclic and at most
//! [`DocumentLimits::depth`] deep; every id that arrives is checked against slot and generation before it is
//! used, so a logic side gone wrong gets an [`ApplyError`] and the document stays whole.

pub mod apply;
pub mod changes;
mod edit;
pub mod node;
pub mod ops;
pub mod overlay;
mod structure;
mod trails;
pub mod watch;

pub use apply::{Applied, ApplyError};
pub use changes::StyleEvent;
pub use node::{AttributeValue, Dirty, ElementState, Node, NodeKind};
pub use ops::{ClassName, Commit, NodeId, Op, ScopeId};

use crate::atom::{Atom, Interner};

/// What a document may grow to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DocumentLimits {
    /// Nodes, text nodes included. The logic side keeps to a budget of less than half of it: a commit may make the
    /// nodes of a whole budget before those that they replace go.
    pub nodes: u32,
    /// Depth of the composed tree. Layout recurses, so this is bounded by the thread's stack.
    pub depth: u32,
}

impl Default for DocumentLimits {
    fn default() -> Self {
        DocumentLimits { nodes: 500_000, depth: 256 }
    }
}

/// A page that is shown or waits behind others.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct PageEntry {
    /// The logic side's number of the page.
    pub page: u32,
    /// Root element of the page.
    pub root: NodeId,
    /// Pages below it on the page stack.
    pub depth: u32,
}

/// The tree that the render side shows.
#[derive(Debug, Default)]
pub struct Document {
    slots: Vec<Option<Node>>,
    live: u32,
    /// The document's own names.
    pub names: Interner,
    /// The document's atom for each atom of the logic side.
    from_logic: Vec<Option<Atom>>,
    /// The logic side's atom for each atom of the document, where it has one.
    to_logic: Vec<Option<Atom>>,
    /// Swipers have no margins and picker views no rows that scroll, as in the browser that deterministic figures are
    /// compared with.
    pub plain_components: bool,
    dark_components: bool,
    pages: Vec<PageEntry>,
    limits: DocumentLimits,
    style_log: changes::StyleLog,
    /// What the boxes show has changed by more than rows of property tables.
    repaint: bool,
    /// Elements of which only a transform or an opacity has changed, or that and more.
    composite: Vec<NodeId>,
    trails: trails::Trails,
}

impl Document {
    /// Built-in components look dark where the author sets no colours, or light as usual.
    pub fn set_dark_components(&mut self, dark: bool) {
        if std::mem::replace(&mut self.dark_components, dark) == dark {
            return;
        }
        // Of these the boxes inside have colours of their own.
        let tags = ["picker-view-column", "checkbox", "radio", "switch"].map(|tag| self.names.get(tag));
        let has_colors = |node: &&Node| matches!(node.kind, NodeKind::Element(tag) if tags.contains(&Some(tag)));
        let nodes: Vec<NodeId> = self.slots.iter().flatten().filter(has_colors).map(|node| node.id).collect();
        for node in nodes {
            self.mark(node, Dirty::LAYOUT);
        }
    }

    /// True if built-in components look dark.
    pub fn has_dark_components(&self) -> bool {
        self.dark_components
    }

    /// An empty document.
    pub fn new(limits: DocumentLimits) -> Self {
        Document { limits, ..Default::default() }
    }

    /// The node with this id, if it (and not a successor in its slot) is alive.
    pub fn node(&self, id: NodeId) -> Option<&Node> {
        self.slots.get(id.slot())?.as_ref().filter(|n| n.id == id)
    }

    /// The node with this id, to change what styling and layout keep in it.
    pub fn node_mut(&mut self, id: NodeId) -> Option<&mut Node> {
        self.slots.get_mut(id.slot())?.as_mut().filter(|n| n.id == id)
    }

    /// Nodes that are alive.
    pub fn len(&self) -> usize {
        self.live as usize
    }

    /// True if no node is alive.
    pub fn is_empty(&self) -> bool {
        self.live == 0
    }

    /// One more than the largest slot in use: the size for arrays indexed by [`NodeId::slot`].
    pub fn slot_count(&self) -> usize {
        self.slots.len()
    }

    /// All nodes that are alive, in slot order.
    pub fn nodes(&self) -> impl Iterator<Item = &Node> {
        self.slots.iter().flatten()
    }

    /// The page stack, the visible page last.
    pub fn pages(&self) -> &[PageEntry] {
        &self.pages
    }

    /// The page on top.
    pub fn top_page(&self) -> Option<PageEntry> {
        self.pages.last().copied()
    }

    /// The logic side's atom for one of the document's, if the logic side knows the name.
    pub fn logic_atom(&self, atom: Atom) -> Option<Atom> {
        self.to_logic.get(atom.0 as usize).copied().flatten()
    }

    /// The document's atom for one of the logic side's, if a commit has told the name.
    pub fn local_atom(&self, atom: Atom) -> Option<Atom> {
        self.from_logic.get(atom.0 as usize).copied().flatten()
    }

    /// The tag name of an element, empty for text.
    pub fn tag_name(&self, id: NodeId) -> &str {
        self.node(id).map_or("", |n| self.names.resolve(n.tag()))
    }

    /// An attribute by its name.
    pub fn attribute(&self, id: NodeId, name: &str) -> Option<&AttributeValue> {
        self.node(id)?.attribute(self.names.get(name)?)
    }

    /// The ancestors of a node from its parent to its root.
    pub fn ancestors(&self, id: NodeId) -> impl Iterator<Item = &Node> {
        let mut at = self.node(id).map_or(NodeId::NONE, |n| n.parent);
        std::iter::from_fn(move || {
            let node = self.node(at)?;
            at = node.parent;
            Some(node)
        })
    }

    /// The node's index among its parent's children.
    pub fn index_in_parent(&self, id: NodeId) -> Option<usize> {
        let parent = self.node(self.node(id)?.parent)?;
        parent.children.iter().position(|&c| c == id)
    }

    /// Sets or clears state bits of an element and marks its style dirty if they changed.
    pub fn set_state(&mut self, id: NodeId, bits: ElementState, on: bool) {
        let Some(node) = self.node_mut(id) else { return };
        let before = node.state;
        if on {
            node.state.insert(bits);
        } else {
            node.state.remove(bits);
        }
        let changed = ElementState(node.state.0 ^ before.0);
        if changed != ElementState::NONE {
            self.state_changed(id, changed);
        }
    }

    /// True if what boxes show has changed since the last call by more than a transform or an opacity.
    pub fn take_repaint(&mut self) -> bool {
        std::mem::take(&mut self.repaint)
    }

    /// The elements marked [`Dirty::COMPOSITE`] since the last call, in exchange for an empty list.
    pub(crate) fn take_composite(&mut self, empty: Vec<NodeId>) -> Vec<NodeId> {
        std::mem::replace(&mut self.composite, empty)
    }

    /// Marks dirt on a node and leaves the trail that leads to it on its ancestors.
    pub fn mark(&mut self, id: NodeId, dirt: Dirty) {
        let Some(node) = self.node_mut(id) else { return };
        let is_new = !node.dirty.intersects(Dirty::COMPOSITE);
        node.dirty.insert(dirt);
        if is_new && dirt.intersects(Dirty::COMPOSITE) {
            self.composite.push(id);
        }
        let mut trail = Dirty::NONE;
        if dirt.intersects(Dirty::STYLE | Dirty::STYLE_SUBTREE) {
            trail.insert(Dirty::STYLE_DESCENDANT);
        }
        // Paint leaves it too: boxes take over new styles on the way. Composite dirt is in a list of its own.
        let shows = dirt.intersects(Dirty::BOXES | Dirty::LAYOUT | Dirty::PAINT);
        if shows {
            trail.insert(Dirty::BOXES_DESCENDANT);
        }
        if trail == Dirty::NONE {
            return;
        }
        self.repaint |= shows;
        let mut at = self.list_dirty(id);
        while let Some(node) = self.node_mut(at) {
            if node.dirty.contains(trail) {
                break;
            }
            node.dirty.insert(trail);
            at = self.list_dirty(at);
        }
    }
}
