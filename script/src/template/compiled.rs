//! A template prepared for its instances: names resolved, expressions compiled, blocks and includes dissolved.
//!
//! A template is compiled once per mini-program. Each node of it becomes exactly one part of an instance, in
//! the same order, so an update walks both side by side.

use super::program::Source;
use super::reads::{ReadSet, Reads};
use crate::realm::PathSegment;
use pellicle_layout::diagnostic::Position;
use pellicle_layout::document::ops::ListenFlags;
use pellicle_layout::markup::template::Template;
use std::rc::Rc;
use std::sync::Arc;

/// A compiled template: the roots of a file or a `<template name>`.
#[derive(Debug)]
pub struct Compiled {
    /// The file it was written in: its wxs modules and named templates.
    pub home: Arc<Template>,
    /// What it renders.
    pub nodes: Vec<Node>,
    /// Data fields that it reads, by number.
    pub fields: Vec<Field>,
    /// Texts that are always there, with their ordinals, ascending.
    pub texts: Vec<(u32, Rc<TextNode>)>,
    /// A `<slot>` with a name is somewhere in it.
    pub named_slots: bool,
    /// Elements of it may name wxs functions that the render side runs, and those ask for datasets.
    pub responds: bool,
}

impl Compiled {
    /// The text with an ordinal.
    pub fn text(&self, ordinal: u32) -> Option<&Rc<TextNode>> {
        let at = self.texts.binary_search_by_key(&ordinal, |(o, _)| *o).ok()?;
        Some(&self.texts[at].1)
    }
}

/// A data field that a template reads.
#[derive(Debug)]
pub struct Field {
    /// Its name.
    pub name: Rc<str>,
    /// Where it is shown, if it is shown only by nodes that are always there: their numbers
    /// ([`ElementNode::ordinal`], [`TextNode::ordinal`]). A change of such a field alone walks nothing.
    pub direct: Option<Vec<u32>>,
}

/// A node.
#[derive(Debug)]
pub enum Node {
    /// Text.
    Text(Rc<TextNode>),
    /// An element or component.
    Element(Rc<ElementNode>),
    /// A `wx:if` chain.
    If(Rc<IfNode>),
    /// A `wx:for`.
    For(Rc<ForNode>),
    /// A `<template is>`.
    Use(Rc<UseNode>),
    /// A `<slot>`.
    Slot(Rc<SlotNode>),
    /// Slot content that sees values of its slot.
    Scoped(Rc<ScopedNode>),
    /// What sees values of its own.
    Let(Rc<LetNode>),
    /// Slot content that goes to one slot together.
    Slotted(Rc<SlottedNode>),
}

/// The number of a node that is not always there.
pub const NO_ORDINAL: u32 = u32::MAX;

/// A text.
#[derive(Debug)]
pub struct TextNode {
    /// What it says.
    pub value: Binding,
    /// Number among the nodes that are always there, else [`NO_ORDINAL`].
    pub ordinal: u32,
}

/// A value with its guard.
#[derive(Debug)]
pub struct Binding {
    /// Where it comes from.
    pub source: Source,
    /// What it reads.
    pub reads: Reads,
    /// The data path that it is, if it is nothing more than that.
    pub path: Option<Vec<PathSegment>>,
}

impl Binding {
    /// True if it never changes.
    pub fn is_constant(&self) -> bool {
        self.source.is_constant()
    }
}

/// What an element's binding sets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Target {
    /// `class`.
    Class,
    /// `style`.
    Style,
    /// `id`.
    Id,
    /// `slot`.
    Slot,
    /// `animation`: what `wx.createAnimation` exported.
    Animation,
    /// Any other attribute: as written, and in camel case as component properties are named.
    Attribute {
        /// As written.
        name: Rc<str>,
        /// As a property.
        property: Rc<str>,
    },
    /// `data-*`, in camel case.
    Dataset(Rc<str>),
    /// `mark:*`.
    Mark(Rc<str>),
    /// The handler of [`ElementNode::events`]`[n]`.
    Handler(u16),
    /// `change:name`: the wxs function that is told when the attribute changes.
    Observer(Rc<str>),
}

/// A binding of an element.
#[derive(Debug)]
pub struct ElementBinding {
    /// What it sets.
    pub target: Target,
    /// To what.
    pub binding: Binding,
}

/// An event that an element listens to.
#[derive(Debug)]
pub struct EventDef {
    /// Its name.
    pub event: Rc<str>,
    /// How: one bit of [`ListenFlags`].
    pub flags: ListenFlags,
}

/// A two-way binding `model:attribute="{{field}}"`.
#[derive(Debug)]
pub struct ModelDef {
    /// The attribute or property.
    pub attribute: Rc<str>,
    /// The data field.
    pub field: Rc<str>,
}

/// An element.
#[derive(Debug)]
pub struct ElementNode {
    /// Tag as written.
    pub tag: Rc<str>,
    /// Attributes, dataset, marks and handlers.
    pub bindings: Vec<ElementBinding>,
    /// What `bindings` read.
    pub own: ReadSet,
    /// What `bindings` and `children` read.
    pub reads: ReadSet,
    /// What it listens to.
    pub events: Vec<EventDef>,
    /// Two-way bindings.
    pub models: Vec<ModelDef>,
    /// `generic:name="component"`.
    pub generics: Vec<(Rc<str>, Rc<str>)>,
    /// `worklet:event="method"`; no method if it is an expression.
    pub worklets: Vec<(Rc<str>, Rc<str>)>,
    /// A tag of HTML that mini-programs do not have: fine for a component, a mistake else.
    pub html: bool,
    /// Children.
    pub children: Vec<Node>,
    /// Number among the nodes that are always there, else [`NO_ORDINAL`].
    pub ordinal: u32,
    /// File of the start tag.
    pub file: Arc<str>,
    /// Place of the start tag.
    pub position: Position,
}

/// A `wx:if` chain.
#[derive(Debug)]
pub struct IfNode {
    /// Conditions (`None`: always) and what they render.
    pub branches: Vec<(Option<Binding>, Vec<Node>)>,
    /// What the conditions read.
    pub own: ReadSet,
    /// What all of it reads.
    pub reads: ReadSet,
}

/// A loop.
#[derive(Debug)]
pub struct ForNode {
    /// What is iterated.
    pub list: Binding,
    /// A field of the item, or `*this`.
    pub key: Option<Rc<str>>,
    /// What each round renders.
    pub nodes: Vec<Node>,
    /// What all of it reads.
    pub reads: ReadSet,
    /// What the rounds read.
    pub inner: ReadSet,
    /// File of the element.
    pub file: Arc<str>,
    /// Place of the element.
    pub position: Position,
}

/// A `<template is data>`.
#[derive(Debug)]
pub struct UseNode {
    /// The file whose named templates are looked up.
    pub home: Arc<Template>,
    /// The name.
    pub is: Binding,
    /// The data, `None` for none.
    pub data: Option<Binding>,
    /// What both read.
    pub reads: ReadSet,
    /// Place of the element.
    pub position: Position,
}

/// A `<slot>`.
#[derive(Debug)]
pub struct SlotNode {
    /// Its name.
    pub name: Binding,
    /// The slot that it forwards to.
    pub slot: Option<Binding>,
    /// What it hands to its content, by name.
    pub values: Vec<(Rc<str>, Binding)>,
    /// What all of it reads.
    pub reads: ReadSet,
    /// File of the element.
    pub file: Arc<str>,
    /// Place of the element.
    pub position: Position,
}

/// Slot content that sees values of its slot (`slot:name`), as variables.
#[derive(Debug)]
pub struct ScopedNode {
    /// The names that the slot gives them.
    pub values: Vec<Rc<str>>,
    /// What sees them.
    pub nodes: Vec<Node>,
    /// What all of it reads, and that the values of the slot are among that.
    pub reads: ReadSet,
}

/// An element, or what a `<block>` holds, with values of its own (`let:name`), as variables.
#[derive(Debug)]
pub struct LetNode {
    /// The values in order: each sees those before it.
    pub values: Vec<Binding>,
    /// What sees them.
    pub nodes: Vec<Node>,
    /// What all of it reads.
    pub reads: ReadSet,
}

/// Slot content that goes to one slot together (`<block slot>`).
#[derive(Debug)]
pub struct SlottedNode {
    /// The slot.
    pub slot: Binding,
    /// What goes there.
    pub nodes: Vec<Node>,
    /// What all of it reads.
    pub reads: ReadSet,
}

impl ElementNode {
    /// An element without attributes and children.
    pub fn plain(tag: &str) -> ElementNode {
        ElementNode {
            tag: Rc::from(tag),
            bindings: Vec::new(),
            own: ReadSet::EMPTY,
            reads: ReadSet::EMPTY,
            events: Vec::new(),
            models: Vec::new(),
            generics: Vec::new(),
            worklets: Vec::new(),
            html: false,
            children: Vec::new(),
            ordinal: NO_ORDINAL,
            file: Arc::from(""),
            position: Position::default(),
        }
    }
}

impl Node {
    /// What the node and all below it read.
    pub fn reads(&self) -> ReadSet {
        match self {
            Node::Text(text) => text.value.reads.set,
            Node::Element(element) => element.reads,
            Node::If(node) => node.reads,
            Node::For(node) => node.reads,
            Node::Use(node) => node.reads,
            Node::Slot(node) => node.reads,
            Node::Scoped(node) => node.reads,
            Node::Let(node) => node.reads,
            Node::Slotted(node) => node.reads,
        }
    }
}
