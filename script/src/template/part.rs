//! The parts of template instances: one for each node of a template.
//!
//! Parts form the shadow trees: the children of a component's host are its slot content, its own template
//! hangs below a root part of its instance. Which of them end up where in the composed tree is decided by
//! `compose`. Invariant: the children of a part stand for the nodes of its template node, one each and
//! in order (those of a loop for its rounds, one each).

use super::animation::Animated;
use super::compiled::{Compiled, ElementNode};
use super::items::ItemsPart;
use crate::value::Value;
use pellicle_layout::document::ops::NodeId;
use std::rc::Rc;

/// A part of a template instance.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct PartId(pub u32);

impl PartId {
    /// No part.
    pub const NONE: PartId = PartId(u32::MAX);
}

/// A part.
#[derive(Debug)]
pub struct Part {
    /// The part that it stands in, [`PartId::NONE`] for the root of an instance.
    pub parent: PartId,
    /// Its children.
    pub children: Vec<PartId>,
    /// Number of the instance whose template it is of.
    pub owner: u32,
    /// What it is.
    pub kind: PartKind,
    /// Listed as having a new composed child list.
    pub(super) composed_dirty: bool,
}

/// What a part is.
#[derive(Debug)]
pub enum PartKind {
    /// The root of an instance's own template; its number.
    Root(u32),
    /// A text.
    Text {
        /// Its node.
        node: NodeId,
        /// What it says.
        value: Rc<str>,
    },
    /// An element or component.
    Element(Box<ElementPart>),
    /// A `wx:if` chain with its branch, `u32::MAX` for none.
    If(u32),
    /// A loop with its list.
    For(Value),
    /// A round of a loop.
    Row {
        /// Its key, unique in the loop.
        key: Rc<str>,
        /// The item.
        item: Value,
        /// The index.
        index: Value,
    },
    /// A used template, if one of that name was found, with its data.
    Use {
        /// The template.
        template: Option<Rc<Compiled>>,
        /// Its data.
        data: Value,
        /// The wxs modules of its file.
        modules: Rc<[Value]>,
    },
    /// A slot.
    Slot {
        /// Its name.
        name: Rc<str>,
        /// The slot that it forwards to.
        slot: Rc<str>,
        /// What it hands to its content, if the component's slots are dynamic.
        values: SlotValues,
        /// The content that was made for it then, else [`PartId::NONE`].
        fill: PartId,
    },
    /// Content that was made for one slot, or for one item.
    Fill(FillPart),
    /// What sees values of its slot or of its own: these.
    Scoped(Vec<Value>),
    /// Content that goes to one slot together: this.
    Slotted(Rc<str>),
    /// Content that asks for another slot than the one that it would be made for.
    Elsewhere,
    /// Left out because of a limit.
    Omitted,
}

/// What a slot hands to its content, by name.
pub type SlotValues = Rc<[(Rc<str>, Value)]>;

/// Content that was made for one slot of a component with dynamic slots, or for one item of a builder.
#[derive(Debug)]
pub struct FillPart {
    /// The slot, [`PartId::NONE`] for an item.
    pub slot: PartId,
    /// Of an item: what its content sees of it.
    pub values: SlotValues,
    /// Of an item whose content is not one element: the node that holds what it is.
    pub wrapper: NodeId,
}

/// An element or component.
#[derive(Debug)]
pub struct ElementPart {
    /// Its node, [`NodeId::NONE`] for a virtual host.
    pub node: NodeId,
    /// Its template node.
    pub element: Rc<ElementNode>,
    /// The last value of each binding.
    pub values: Vec<Value>,
    /// The slot that it asks for.
    pub slot: Rc<str>,
    /// Number of the component instance that it is the host of.
    pub instance: Option<u32>,
    /// Virtual hosts that listen to something and stand between it and the next node up, innermost first: what happens
    /// to it passes them.
    pub through: Vec<PartId>,
    /// What it shows of its list, if it is a builder.
    pub items: Option<Box<ItemsPart>>,
    /// Where animations have brought it, if there were any.
    pub animated: Option<Box<Animated>>,
}

/// The parts of all pages.
#[derive(Debug, Default)]
pub struct Parts {
    list: Vec<Option<Part>>,
    free: Vec<u32>,
    /// Parts whose composed child list has to be made again.
    pub(super) dirty: Vec<PartId>,
}

impl Parts {
    /// A new part.
    pub fn insert(&mut self, parent: PartId, owner: u32, kind: PartKind) -> PartId {
        let part = Part { parent, children: Vec::new(), owner, kind, composed_dirty: false };
        match self.free.pop() {
            Some(at) => {
                self.list[at as usize] = Some(part);
                PartId(at)
            }
            None => {
                self.list.push(Some(part));
                PartId(self.list.len() as u32 - 1)
            }
        }
    }

    /// A part.
    pub fn get(&self, id: PartId) -> Option<&Part> {
        self.list.get(id.0 as usize)?.as_ref()
    }

    /// A part, to change it.
    pub fn get_mut(&mut self, id: PartId) -> Option<&mut Part> {
        self.list.get_mut(id.0 as usize)?.as_mut()
    }

    /// Takes a part out.
    pub fn remove(&mut self, id: PartId) -> Option<Part> {
        let part = self.list.get_mut(id.0 as usize)?.take()?;
        self.free.push(id.0);
        Some(part)
    }

    /// A child by its index.
    pub fn child(&self, parent: PartId, index: usize) -> Option<PartId> {
        self.get(parent)?.children.get(index).copied()
    }

    /// The element or host that a part is.
    pub fn element(&self, id: PartId) -> Option<&ElementPart> {
        match &self.get(id)?.kind {
            PartKind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The element or host that a part is, to change it.
    pub fn element_mut(&mut self, id: PartId) -> Option<&mut ElementPart> {
        match &mut self.get_mut(id)?.kind {
            PartKind::Element(element) => Some(element),
            _ => None,
        }
    }

    /// The ancestors of a part in its own template, from its parent on.
    pub fn ancestors(&self, id: PartId) -> impl Iterator<Item = PartId> {
        let mut at = id;
        std::iter::from_fn(move || {
            at = self.get(at)?.parent;
            (at != PartId::NONE).then_some(at)
        })
    }

    /// Parts that exist.
    pub fn len(&self) -> usize {
        self.list.len() - self.free.len()
    }

    /// True if there is no part.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
