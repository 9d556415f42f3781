//! A node of the logic tree and what the document does not know about it yet.

use pellicle_layout::atom::Atom;
use pellicle_layout::document::ops::{ClassName, ListenFlags, NodeId, ScopeId};
use smallvec::SmallVec;
use std::rc::Rc;

/// An attribute's value as it is sent.
#[derive(Clone, PartialEq, Debug)]
pub enum Attribute {
    /// `null` or `undefined`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(Rc<str>),
    /// An array or object as JSON text.
    Json(Rc<str>),
    /// Resolved classes.
    Classes(SmallVec<[ClassName; 4]>),
}

/// Element or text.
#[derive(Clone, PartialEq, Debug)]
pub enum LogicKind {
    /// An element with its tag.
    Element(Atom),
    /// Text.
    Text(Rc<str>),
}

/// What changed since the last commit, as bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Changed(u8);

impl Changed {
    /// Nothing.
    pub const NONE: Changed = Changed(0);
    /// The child list.
    pub const CHILDREN: Changed = Changed(1);
    /// The text.
    pub const TEXT: Changed = Changed(2);
    /// Some attribute.
    pub const ATTRIBUTES: Changed = Changed(4);
    /// The class set.
    pub const CLASSES: Changed = Changed(8);
    /// The inline style.
    pub const STYLE: Changed = Changed(16);
    /// The id attribute.
    pub const ID: Changed = Changed(32);
    /// Style scope or host.
    pub const SCOPE: Changed = Changed(64);
    /// Some listener.
    pub const LISTENERS: Changed = Changed(128);

    /// True if any bit of `other` is set.
    pub fn has(self, other: Changed) -> bool {
        self.0 & other.0 != 0
    }

    /// Sets the bits of `other`.
    pub fn insert(&mut self, other: Changed) {
        self.0 |= other.0;
    }
}

/// An attribute and whether the document has its value.
#[derive(Clone, Debug)]
pub(super) struct AttributeSlot {
    pub(super) name: Atom,
    pub(super) value: Option<Attribute>,
    pub(super) changed: bool,
}

/// A listener and whether the document has its flags.
#[derive(Clone, Debug)]
pub(super) struct ListenerSlot {
    pub(super) event: Atom,
    pub(super) flags: ListenFlags,
    pub(super) changed: bool,
}

/// A node.
#[derive(Debug)]
pub struct LogicNode {
    /// Its id.
    pub id: NodeId,
    /// Element or text.
    pub kind: LogicKind,
    /// The template's number of the node.
    pub part: u32,
    /// Its parent, [`NodeId::NONE`] for a page root or a node that is not inserted.
    pub parent: NodeId,
    /// The id attribute.
    pub name: Atom,
    /// Resolved classes.
    pub classes: SmallVec<[ClassName; 4]>,
    /// The inline style.
    pub style: Rc<str>,
    /// Whose template it stands in.
    pub scope: ScopeId,
    /// Whose host it is, [`ScopeId::GLOBAL`] if nobody's.
    pub host: ScopeId,
    /// May hold ids of nodes that died or went elsewhere; [`LogicTree::children`](super::LogicTree::children)
    /// leaves them out.
    pub(super) children: Vec<NodeId>,
    pub(super) attributes: Vec<AttributeSlot>,
    pub(super) listeners: Vec<ListenerSlot>,
    /// The last revision of the user's input that script has been told of.
    pub(super) input_seen: Option<u16>,
    pub(super) changed: Changed,
    pub(super) sent: bool,
    /// The commit that took it out of the document last, 0 for none: its id is in use until that is shown.
    pub(super) taken_out: u64,
    pub(super) listed_moved: bool,
    pub(super) sent_parent: NodeId,
    /// The document's child list where it differs from `children`.
    pub(super) sent_children: Option<Vec<NodeId>>,
    /// Scratch of the op writer: index in the document's child list.
    pub(super) place: u32,
}

impl LogicNode {
    pub(super) fn new(id: NodeId, kind: LogicKind, part: u32) -> LogicNode {
        LogicNode {
            id,
            kind,
            part,
            parent: NodeId::NONE,
            name: Atom::EMPTY,
            classes: SmallVec::new(),
            style: Rc::from(""),
            scope: ScopeId::GLOBAL,
            host: ScopeId::GLOBAL,
            children: Vec::new(),
            attributes: Vec::new(),
            listeners: Vec::new(),
            input_seen: None,
            changed: Changed::NONE,
            sent: false,
            taken_out: 0,
            listed_moved: false,
            sent_parent: NodeId::NONE,
            sent_children: None,
            place: 0,
        }
    }

    /// The attributes that are there, in the order they were set first.
    pub fn attributes(&self) -> impl Iterator<Item = (Atom, &Attribute)> {
        self.attributes.iter().filter_map(|a| Some((a.name, a.value.as_ref()?)))
    }

    /// An attribute's value.
    pub fn attribute(&self, name: Atom) -> Option<&Attribute> {
        self.attributes.iter().find(|a| a.name == name)?.value.as_ref()
    }

    /// What the node listens to.
    pub fn listeners(&self) -> impl Iterator<Item = (Atom, ListenFlags)> {
        self.listeners.iter().filter(|l| l.flags != ListenFlags(0)).map(|l| (l.event, l.flags))
    }

    /// The tag of an element, [`Atom::EMPTY`] for text.
    pub fn tag(&self) -> Atom {
        match self.kind {
            LogicKind::Element(tag) => tag,
            LogicKind::Text(_) => Atom::EMPTY,
        }
    }
}
