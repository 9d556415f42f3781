//! The contents of a box as a flat list, before they are grouped into formatting contexts.

use super::boxes::BoxId;
use super::inline::source::collapses;
use crate::document::NodeId;
use crate::style::ComputedStyle;
use std::sync::Arc;

/// A piece of the contents of a box, in document order. `owner` is the inline box or container around it.
#[derive(Clone, Debug)]
pub(crate) enum Flat {
    /// `offset` is where it begins among the texts of its node, in bytes.
    Text {
        text: Arc<str>,
        style: Arc<ComputedStyle>,
        owner: BoxId,
        node: NodeId,
        offset: u32,
        breaks_at_newlines: bool,
    },
    Break {
        style: Arc<ComputedStyle>,
        owner: BoxId,
        node: NodeId,
    },
    Open {
        id: BoxId,
        node: NodeId,
        owner: BoxId,
    },
    Close(BoxId),
    Atomic {
        id: BoxId,
        node: NodeId,
        owner: BoxId,
    },
    Float {
        id: BoxId,
        node: NodeId,
        owner: BoxId,
    },
    OutOfFlow {
        id: BoxId,
        node: NodeId,
        owner: BoxId,
    },
    Block {
        id: BoxId,
        owner: BoxId,
    },
}

impl Flat {
    /// White space that collapses, or a box that takes no room: nothing that a line is needed for.
    pub(super) fn is_blank(&self) -> bool {
        match self {
            Flat::Text { text, style, breaks_at_newlines, .. } => {
                collapses(style) && text.chars().all(is_space) && !(*breaks_at_newlines && text.contains('\n'))
            }
            Flat::Float { .. } | Flat::OutOfFlow { .. } => true,
            _ => false,
        }
    }

    /// Nothing but white space, kept or not.
    pub(super) fn is_white(&self) -> bool {
        matches!(self, Flat::Text { text, breaks_at_newlines, .. }
            if text.chars().all(is_space) && !(*breaks_at_newlines && text.contains('\n')))
    }

    /// The box itself, for boxes that are not inline ones.
    pub(super) fn own_box(&self) -> Option<BoxId> {
        match *self {
            Flat::Atomic { id, .. } | Flat::Float { id, .. } | Flat::OutOfFlow { id, .. } | Flat::Block { id, .. } => {
                Some(id)
            }
            _ => None,
        }
    }

    /// The inline box or container around it; the end of a box has none of its own.
    pub(super) fn owner_mut(&mut self) -> Option<&mut BoxId> {
        match self {
            Flat::Text { owner, .. }
            | Flat::Break { owner, .. }
            | Flat::Open { owner, .. }
            | Flat::Atomic { owner, .. }
            | Flat::Float { owner, .. }
            | Flat::OutOfFlow { owner, .. }
            | Flat::Block { owner, .. } => Some(owner),
            Flat::Close(_) => None,
        }
    }
}

fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{c}')
}
