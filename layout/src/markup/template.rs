//! The template tree: what a `.wxml` file says, with its expressions parsed.
//!
//! The tree is immutable and shared by all instances of a page or component. It is at most
//! [`MAX_DEPTH`] elements deep, includes counted in, so whoever walks it may recurse.
//!
//! # Names in scope
//!
//! The nodes of a file, those of its includes among them, see the wxs modules of that file
//! ([`Template::wxs`]) and find named templates by its [`Template::find`]. Two things change that:
//! - inside a [`NamedTemplate`], both are those of its [`NamedTemplate::home`], whoever uses it;
//! - inside a [`TemplateNode::Include`], named templates are found by the included file's own
//!   [`Template::find`]; wxs modules, loop variables and data stay those of the including file.
//!
//! Files refer to each other weakly, since imports may go in circles: the
//! [`TemplateLoader`](super::TemplateLoader) that loaded them owns them all and must outlive their use.

use super::expression::Expression;
use crate::diagnostic::Position;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock, Weak};

/// Deepest nesting of elements in a file with its includes.
pub const MAX_DEPTH: u32 = 256;

/// A compiled `.wxml` file.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Path inside the package.
    pub file: Arc<str>,
    /// What the file renders.
    pub roots: Vec<TemplateNode>,
    /// The named templates that the file itself defines, a name once.
    pub templates: Vec<Arc<NamedTemplate>>,
    /// Its wxs modules, a name once.
    pub wxs: Vec<WxsModule>,
    /// Elements nested in each other, includes counted in.
    pub depth: u32,
    /// The files that it imports, in order; filled once by the loader.
    pub(super) imports: OnceLock<Vec<Weak<Template>>>,
}

impl Template {
    /// The template that `<template is>` finds in this file: its own first, then those that the imported
    /// files define themselves (imports are not transitive), a later import first. Where the imports stand in the file
    /// is of no account.
    pub fn find(&self, name: &str) -> Option<Arc<NamedTemplate>> {
        let own = |file: &Template| file.templates.iter().find(|t| &*t.name == name).cloned();
        own(self).or_else(|| self.imports.get()?.iter().rev().find_map(|file| own(&*file.upgrade()?)))
    }

    /// The files that it imports.
    pub fn imported(&self) -> impl Iterator<Item = Arc<Template>> {
        self.imports.get().into_iter().flatten().filter_map(Weak::upgrade)
    }
}

/// A `<template name>`.
#[derive(Clone, Debug)]
pub struct NamedTemplate {
    /// Its name.
    pub name: Arc<str>,
    /// What it renders.
    pub nodes: Vec<TemplateNode>,
    /// Path of the file that it was written in.
    pub file: Arc<str>,
    /// Place of the element.
    pub position: Position,
    /// The file that it was written in.
    pub(super) home: Weak<Template>,
}

impl NamedTemplate {
    /// The file that it was written in, whose wxs modules and named templates are in scope here. `None`
    /// once the loader is gone.
    pub fn home(&self) -> Option<Arc<Template>> {
        self.home.upgrade()
    }
}

/// A `<wxs>` element.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct WxsModule {
    /// `module`: the name that expressions use.
    #[serde(with = "crate::compiled::shared")]
    pub name: Arc<str>,
    /// Where its source is.
    pub source: WxsSource,
    /// Place of the element.
    pub position: Position,
}

/// Source of a wxs module.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum WxsSource {
    /// Between the tags; `position` of its first character.
    Inline {
        /// The code.
        #[serde(with = "crate::compiled::shared")]
        code: Arc<str>,
        /// Where it starts in the `.wxml` file.
        start: Position,
    },
    /// `src`, resolved to a path inside the package.
    File(#[serde(with = "crate::compiled::shared")] Arc<str>),
}

/// A node of the template tree.
#[derive(Clone, Debug)]
pub enum TemplateNode {
    /// Text.
    Text(TemplateText),
    /// An element or a custom component.
    Element(Box<TemplateElement>),
    /// A `wx:if` chain: conditions in order, `None` for `wx:else`.
    If(Vec<Branch>),
    /// A `wx:for`; when the element has a `wx:if` too, the `If` is inside.
    For(Box<ForNode>),
    /// `<block>`: its children only.
    Block(Vec<TemplateNode>),
    /// `<template is data>`.
    Use(Box<TemplateUse>),
    /// `<include src>`: the nodes of another file in this scope, without its templates and wxs. The file's
    /// own named templates are looked up in `template`.
    Include(Arc<Template>),
    /// `<slot>`.
    Slot(Box<SlotNode>),
    /// Nodes that see values of the slot that they fill (`slot:name`).
    Scoped(Box<ScopedNode>),
    /// Nodes that see values of their own (`let:name`).
    Let(Box<LetNode>),
    /// `<block slot>`: all that it holds goes to one slot.
    Slotted(Box<SlottedNode>),
}

/// A branch of a `wx:if` chain.
#[derive(Clone, Debug)]
pub struct Branch {
    /// Its condition, `None` for `wx:else`.
    pub condition: Option<AttributeSource>,
    /// What it renders.
    pub nodes: Vec<TemplateNode>,
}

/// A text node.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TemplateText {
    /// Its text.
    pub value: AttributeSource,
    /// Its place.
    pub position: Position,
}

/// A loop.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ForNode {
    /// What is iterated.
    pub list: AttributeSource,
    /// `wx:for-item`, default `item`.
    #[serde(with = "crate::compiled::shared")]
    pub item: Arc<str>,
    /// `wx:for-index`, default `index`.
    #[serde(with = "crate::compiled::shared")]
    pub index: Arc<str>,
    /// `wx:key`: a field of the item, or `*this`.
    #[serde(with = "crate::compiled::shared")]
    pub key: Option<Arc<str>>,
    /// What each round renders.
    #[serde(skip)]
    pub nodes: Vec<TemplateNode>,
    /// Place of the element.
    pub position: Position,
}

/// A use of a named template.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct TemplateUse {
    /// Its name, often an expression.
    pub is: AttributeSource,
    /// `data`: an object literal without its braces (`{{...a, b, c: d}}`).
    pub data: Option<Expression>,
    /// Place of the element.
    pub position: Position,
}

/// A slot.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SlotNode {
    /// `name`, empty for the default slot.
    pub name: AttributeSource,
    /// `slot="x"` on the slot itself: it forwards what it gets to a slot of the component around it.
    pub slot: Option<AttributeSource>,
    /// What it hands to its content, if slots of the component are dynamic: names in camel case.
    #[serde(with = "crate::compiled::shared")]
    pub values: Vec<(Arc<str>, AttributeSource)>,
    /// Place of the element.
    pub position: Position,
}

/// Slot content that sees values of its slot: an element, a slot, or what a `<block>` holds.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct ScopedNode {
    /// The values by the names that the slot gives them, in camel case, with the names that they have inside.
    #[serde(with = "crate::compiled::shared")]
    pub values: Vec<(Arc<str>, Arc<str>)>,
    /// What sees them.
    #[serde(skip)]
    pub nodes: Vec<TemplateNode>,
}

/// An element, or what a `<block>` holds, with values that it and all below it see (`let:name="{{expression}}"`).
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct LetNode {
    /// The values by their names, in camel case and in order: each sees those before it.
    #[serde(with = "crate::compiled::shared")]
    pub values: Vec<(Arc<str>, AttributeSource)>,
    /// What sees them.
    #[serde(skip)]
    pub nodes: Vec<TemplateNode>,
}

/// A `<block>` with a `slot`: texts and elements go to that slot together, whatever an element in it asks for.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct SlottedNode {
    /// Which slot of the component around it it fills. Its elements have it too, where they have none of their own.
    pub slot: AttributeSource,
    /// What goes there.
    #[serde(skip)]
    pub nodes: Vec<TemplateNode>,
}

/// An element.
#[derive(Clone, Debug, Default, Deserialize, Serialize)]
pub struct TemplateElement {
    /// Tag as written.
    #[serde(with = "crate::compiled::shared")]
    pub tag: Arc<str>,
    /// `class`.
    pub class: Option<AttributeSource>,
    /// `style`.
    pub style: Option<AttributeSource>,
    /// `id`.
    pub id: Option<AttributeSource>,
    /// `slot`: which slot of the component around it it fills.
    pub slot: Option<AttributeSource>,
    /// All other attributes (`hidden` among them), in order, a repeated one left out. Names as written (`external-class`,
    /// `max-length`); `data-*`, `bind*`, `wx:*`, `model:*`, `generic:*` are not among them.
    #[serde(with = "crate::compiled::shared")]
    pub attributes: Vec<(Arc<str>, AttributeSource)>,
    /// `data-*`, names already in camel case (`data-el-id` is `elId`).
    #[serde(with = "crate::compiled::shared")]
    pub dataset: Vec<(Arc<str>, AttributeSource)>,
    /// `mark:*`.
    #[serde(with = "crate::compiled::shared")]
    pub marks: Vec<(Arc<str>, AttributeSource)>,
    /// Event bindings.
    pub events: Vec<EventBinding>,
    /// `model:name="{{field}}"`: attribute and data field. Not among `attributes`: the field's value is the
    /// attribute's value.
    #[serde(with = "crate::compiled::shared")]
    pub models: Vec<(Arc<str>, Arc<str>)>,
    /// `change:prop="{{module.fn}}"`.
    #[serde(with = "crate::compiled::shared")]
    pub observers: Vec<(Arc<str>, AttributeSource)>,
    /// `generic:name="component"`.
    #[serde(with = "crate::compiled::shared")]
    pub generics: Vec<(Arc<str>, Arc<str>)>,
    /// `worklet:event="method"`.
    #[serde(with = "crate::compiled::shared")]
    pub worklets: Vec<(Arc<str>, AttributeSource)>,
    /// Where `style` and `attributes` are written.
    pub places: Vec<AttributePlace>,
    /// Children.
    #[serde(skip)]
    pub children: Vec<TemplateNode>,
    /// Place of the start tag.
    pub position: Position,
}

impl TemplateElement {
    /// Where an attribute (`style` or one of `attributes`) is written.
    pub fn place(&self, name: &str) -> Option<&AttributePlace> {
        self.places.iter().find(|place| &*place.name == name)
    }
}

/// Where an attribute is written.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct AttributePlace {
    /// Its name.
    #[serde(with = "crate::compiled::shared")]
    pub name: Arc<str>,
    /// Place of the name.
    pub position: Position,
    /// Place of the first character of the value.
    pub value: Position,
}

/// How an event is bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum BindKind {
    Bind,
    Catch,
    MutBind,
    CaptureBind,
    CaptureCatch,
}

/// `bindtap="handler"` and its kin.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct EventBinding {
    /// The event's name.
    #[serde(with = "crate::compiled::shared")]
    pub event: Arc<str>,
    /// How.
    pub kind: BindKind,
    /// The handler's name, or an expression (a wxs function, a computed name; empty means none).
    pub handler: AttributeSource,
}

/// The source of an attribute's value.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum AttributeSource {
    /// Written without a value: `true`.
    Present,
    /// Without braces, entities decoded.
    Static(#[serde(with = "crate::compiled::shared")] Arc<str>),
    /// One `{{}}` and nothing else: keeps the value's type.
    Expression(Expression),
    /// Text and expressions: a string.
    Concat(Vec<AttributePiece>),
}

/// A piece of a mixed value.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub enum AttributePiece {
    /// Literal text.
    Text(#[serde(with = "crate::compiled::shared")] Arc<str>),
    /// An expression; null and undefined print as nothing.
    Expression(Expression),
}
