//! A node of the document and what is dirty about it.

use super::ops::{ClassName, ListenFlags, NodeId, ScopeId};
use super::overlay::Overlay;
use crate::atom::Atom;
use crate::css::DeclarationBlock;
use crate::style::{ComputedStyle, Highlight};
use smallvec::SmallVec;
use std::sync::Arc;

/// An attribute's value as the document keeps it.
#[derive(Clone, PartialEq, Debug)]
pub enum AttributeValue {
    /// `null` or `undefined`.
    Null,
    /// A truth value; an attribute without a value is `true`.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(Arc<str>),
    /// An array or object as JSON text.
    Json(Arc<str>),
    /// Classes that a component puts on by itself (`hover-class`), resolved as those of the element are.
    Classes(Arc<[ClassName]>),
}

impl AttributeValue {
    /// Whether the value switches a boolean attribute on: everything but `false`, `"false"`, null, 0 and
    /// an expression's empty string.
    pub fn is_on(&self) -> bool {
        match self {
            AttributeValue::Null => false,
            AttributeValue::Bool(b) => *b,
            AttributeValue::Number(n) => *n != 0.0 && !n.is_nan(),
            AttributeValue::Text(t) => !t.is_empty() && &**t != "false",
            AttributeValue::Json(_) => true,
            AttributeValue::Classes(classes) => !classes.is_empty(),
        }
    }

    /// The value as a number, if it is one or is written as one.
    pub fn as_number(&self) -> Option<f64> {
        match self {
            AttributeValue::Number(n) => Some(*n),
            AttributeValue::Text(t) => {
                let t = t.trim();
                t.strip_suffix("px").unwrap_or(t).trim().parse().ok()
            }
            _ => None,
        }
    }

    /// The value as the string a template would print; nothing for resolved classes.
    pub fn to_text(&self) -> Arc<str> {
        match self {
            AttributeValue::Null | AttributeValue::Classes(_) => Arc::from(""),
            AttributeValue::Bool(b) => Arc::from(if *b { "true" } else { "false" }),
            AttributeValue::Number(n) => Arc::from(n.to_string()),
            AttributeValue::Text(t) | AttributeValue::Json(t) => t.clone(),
        }
    }
}

/// Declares a set of named bits.
macro_rules! bitfield {
    ($(#[$meta:meta])* $name:ident { $($(#[$bit_meta:meta])* $bit:ident = $value:literal),* $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, serde::Deserialize, serde::Serialize)]
        pub struct $name(pub u8);

        impl $name {
            $($(#[$bit_meta])* pub const $bit: $name = $name($value);)*

            /// No bit set.
            pub const NONE: $name = $name(0);

            /// True if any bit of `other` is set here.
            pub fn intersects(self, other: $name) -> bool {
                self.0 & other.0 != 0
            }

            /// True if all bits of `other` are set here.
            pub fn contains(self, other: $name) -> bool {
                self.0 & other.0 == other.0
            }

            /// Sets the bits of `other`.
            pub fn insert(&mut self, other: $name) {
                self.0 |= other.0;
            }

            /// Clears the bits of `other`.
            pub fn remove(&mut self, other: $name) {
                self.0 &= !other.0;
            }
        }

        impl std::ops::BitOr for $name {
            type Output = $name;
            fn bitor(self, other: $name) -> $name {
                $name(self.0 | other.0)
            }
        }
    };
}
bitfield! {
    /// State that pseudo-classes ask for.
    ElementState {
        /// `:active`: under a pressed pointer.
        ACTIVE = 1,
        /// `:hover` of a mouse.
        HOVER = 2,
        /// `:focus`.
        FOCUS = 4,
        /// `:checked`.
        CHECKED = 8,
        /// `:disabled`.
        DISABLED = 16,
        /// The node's `hover-class` is on.
        HOVER_CLASS = 32,
        /// A `page-container` that is open.
        OPEN = 64,
    }
}

bitfield! {
    /// What has to be done again for a node, lowest cost last.
    Dirty {
        /// The node's own style.
        STYLE = 1,
        /// The style of the node and of its whole subtree.
        STYLE_SUBTREE = 2,
        /// Some descendant has style bits.
        STYLE_DESCENDANT = 4,
        /// The node's boxes: its display type, its child list or its generated content changed.
        BOXES = 8,
        /// Some descendant has `BOXES`, `LAYOUT` or `PAINT`.
        BOXES_DESCENDANT = 16,
        /// The node's layout: a style or text that sizes depend on changed.
        LAYOUT = 32,
        /// The node's picture, with the same layout.
        PAINT = 64,
        /// Only its transform, opacity or scroll offset. It leaves no trail: the document lists such nodes.
        COMPOSITE = 128,
    }
}

/// What a node is.
#[derive(Clone, PartialEq, Debug)]
pub enum NodeKind {
    /// An element with its tag, such as `view`, or the name of a component as written.
    Element(Atom),
    /// Text.
    Text(Arc<str>),
}

/// The declarations for a box inside a component, in cascade order.
pub type InnerRules = Vec<Arc<DeclarationBlock>>;

/// A node of the document.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its id, with the generation.
    pub id: NodeId,
    /// Element or text.
    pub kind: NodeKind,
    /// Its parent, [`NodeId::NONE`] for a page root or a node not inserted yet.
    pub parent: NodeId,
    /// Its children in order.
    pub children: Vec<NodeId>,
    /// The `id` attribute, [`Atom::EMPTY`] if none.
    pub name: Atom,
    /// Its classes, already resolved to (scope, name) pairs.
    pub classes: SmallVec<[ClassName; 4]>,
    /// Whose template it stands in.
    pub scope: ScopeId,
    /// The scope of the component it is the host of, [`ScopeId::GLOBAL`] if none.
    pub host: ScopeId,
    /// Attributes by name, in the order they were set first.
    pub attributes: Vec<(Atom, AttributeValue)>,
    /// The inline style as written.
    pub inline_style: Option<Arc<str>>,
    /// What the render side put over classes and inline style, if anything; they hold both.
    pub overlay: Option<Box<Overlay>>,
    /// Events that it listens to.
    pub listeners: Vec<(Atom, ListenFlags)>,
    /// State for pseudo-classes.
    pub state: ElementState,
    /// Current value of a form control as edited, where it differs from the attribute.
    pub input_value: Option<Arc<str>>,
    /// What has to be done again.
    pub dirty: Dirty,
    /// It is in its parent's list of dirty children.
    pub(super) is_listed: bool,
    /// Its computed style once restyled; `None` for text nodes.
    pub style: Option<Arc<ComputedStyle>>,
    /// Computed style of `::before`, where it generates a box.
    pub before: Option<Arc<ComputedStyle>>,
    /// Computed style of `::after`, where it generates a box.
    pub after: Option<Arc<ComputedStyle>>,
    /// Computed style of `::placeholder` of a form control.
    pub placeholder: Option<Arc<ComputedStyle>>,
    /// What rules declare for the boxes inside that `indicator-class` and `mask-class` of a `picker-view` name.
    pub inner_rules: Option<Box<[InnerRules; 2]>>,
    /// What `::selection` sets on it, if any rule does.
    pub selection: Option<Arc<Highlight>>,
}

impl Node {
    /// The tag of an element, [`Atom::EMPTY`] for text.
    pub fn tag(&self) -> Atom {
        match self.kind {
            NodeKind::Element(tag) => tag,
            NodeKind::Text(_) => Atom::EMPTY,
        }
    }

    /// True for an element.
    pub fn is_element(&self) -> bool {
        matches!(self.kind, NodeKind::Element(_))
    }

    /// The text of a text node.
    pub fn text(&self) -> Option<&Arc<str>> {
        match &self.kind {
            NodeKind::Text(text) => Some(text),
            NodeKind::Element(_) => None,
        }
    }

    /// An attribute's value.
    pub fn attribute(&self, name: Atom) -> Option<&AttributeValue> {
        self.attributes.iter().find(|(n, _)| *n == name).map(|(_, v)| v)
    }
}
