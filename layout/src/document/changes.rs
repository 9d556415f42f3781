//! What changed that selectors may ask about, for the style engine.
//!
//! A change marks the node's own style dirty at once. Whether it also concerns descendants and siblings
//! depends on the sheets, which the document does not know: it keeps a list of such changes, and the style
//! engine takes it. Nodes that were never styled leave no entries: they are styled anyway, and the place
//! where they were inserted is in the list.

use super::Document;
use super::node::{Dirty, ElementState, Node};
use super::ops::{ClassName, NodeId};
use crate::atom::Atom;
use smallvec::SmallVec;

/// A change that selectors may ask about.
#[derive(Clone, PartialEq, Debug)]
pub enum StyleEvent {
    /// Classes came or went.
    Classes(NodeId, SmallVec<[ClassName; 4]>),
    /// The id changed from one to another.
    Id(NodeId, Atom, Atom),
    /// An attribute changed.
    Attribute(NodeId, Atom),
    /// State bits changed.
    State(NodeId, ElementState),
    /// The element may have become empty or stopped to be: by a child or by the text of one.
    Emptiness(NodeId),
    /// Children of `parent` came, went or moved between two elements ([`NodeId::NONE`] at an end).
    Children {
        /// The parent.
        parent: NodeId,
        /// The element before the place.
        previous: NodeId,
        /// The element after the place.
        next: NodeId,
    },
}

/// Changes that are kept; beyond that everything counts as changed.
const LIMIT: usize = 1 << 16;

/// The changes since the style engine took them last.
#[derive(Debug, Default)]
pub(super) struct StyleLog {
    events: Vec<StyleEvent>,
    overflowed: bool,
}

impl Document {
    /// Takes the changes since the last call. `None` if there were too many to keep: everything may have
    /// changed.
    pub fn take_style_events(&mut self) -> Option<Vec<StyleEvent>> {
        let log = std::mem::take(&mut self.style_log);
        (!log.overflowed).then_some(log.events)
    }

    /// Gives the emptied list back, so that its memory is used again.
    pub fn return_style_events(&mut self, mut events: Vec<StyleEvent>) {
        if self.style_log.events.is_empty() {
            events.clear();
            self.style_log.events = events;
        }
    }

    /// Keeps a change of `node`, unless the node was never styled.
    pub(super) fn note_style(&mut self, node: NodeId, event: impl FnOnce() -> StyleEvent) {
        if self.style_log.overflowed || self.node(node).is_none_or(|n| n.style.is_none()) {
            return;
        }
        if self.style_log.events.len() >= LIMIT {
            self.style_log = StyleLog { events: Vec::new(), overflowed: true };
            return;
        }
        let event = event();
        self.style_log.events.push(event);
    }

    /// Keeps that the children of `parent` changed at index `at`: the one there came, or the one that was
    /// there is gone already (`removed`).
    pub(super) fn note_children(&mut self, parent: NodeId, at: usize, removed: bool) {
        let Some(node) = self.node(parent).filter(|n| n.style.is_some()) else { return };
        let is_element = |id: &&NodeId| self.node(**id).is_some_and(Node::is_element);
        let (before, after) = (node.children.get(..at), node.children.get(if removed { at } else { at + 1 }..));
        let previous = before.and_then(|c| c.iter().rev().find(is_element)).copied().unwrap_or(NodeId::NONE);
        let next = after.and_then(|c| c.iter().find(is_element)).copied().unwrap_or(NodeId::NONE);
        // The others are what `:empty` had, or has now, to look at.
        let mut others = node.children.iter().enumerate().filter(|(i, _)| removed || *i != at);
        let turned = others.all(|(_, &c)| self.node(c).is_some_and(|n| n.text().is_some_and(|t| t.is_empty())));
        self.note_style(parent, || StyleEvent::Children { parent, previous, next });
        if turned {
            self.note_style(parent, || StyleEvent::Emptiness(parent));
        }
    }

    /// Marks the style of an element dirty and keeps which state bits changed.
    pub(super) fn state_changed(&mut self, id: NodeId, bits: ElementState) {
        // Built-in components draw whether they are checked.
        let drawn = if bits.intersects(ElementState::CHECKED) { Dirty::PAINT } else { Dirty::NONE };
        self.mark(id, Dirty::STYLE | drawn);
        self.note_style(id, || StyleEvent::State(id, bits));
    }
}
