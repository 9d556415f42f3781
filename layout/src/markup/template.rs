//! The template tree: what a `.wxml` file says, with its expressions parsed.
//!
//! The tree is immutable and shared by all instances of a page or component.

use super::expression::Expression;
use crate::diagnostic::Position;
use std::sync::Arc;

/// A compiled `.wxml` file.
#[derive(Clone, Debug, Default)]
pub struct Template {
    /// Path inside the package.
    pub file: Arc<str>,
    /// What the file renders.
    pub roots: Vec<TemplateNode>,
    /// The templates that `<template is>` finds here: the file's own first, then imported ones, in order.
    pub templates: Vec<Arc<NamedTemplate>>,
    /// Its wxs modules.
    pub wxs: Vec<WxsModule>,
}

/// A `<template name>`.
#[derive(Clone, Debug)]
pub struct NamedTemplate {
    /// Its name.
    pub name: Arc<str>,
    /// What it renders.
    pub nodes: Vec<TemplateNode>,
    /// The file that it was written in: its own named templates and wxs modules are in scope, not the
    /// user's. Filled by the loader; the file of `TemplateNode::Use` is looked up through it.
    pub file: Arc<str>,
}

/// A `<wxs>` element.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WxsModule {
    /// `module`: the name that expressions use.
    pub name: Arc<str>,
    /// Where its source is.
    pub source: WxsSource,
    /// Place of the element.
    pub position: Position,
}

/// Source of a wxs module.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum WxsSource {
    /// Between the tags; `position` of its first character.
    Inline {
        /// The code.
        code: Arc<str>,
        /// Where it starts in the `.wxml` file.
        start: Position,
    },
    /// `src`, resolved to a path inside the package.
    File(Arc<str>),
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
#[derive(Clone, Debug)]
pub struct TemplateText {
    /// Its text.
    pub value: AttributeSource,
    /// Its place.
    pub position: Position,
}

/// A loop.
#[derive(Clone, Debug)]
pub struct ForNode {
    /// What is iterated.
    pub list: AttributeSource,
    /// `wx:for-item`, default `item`.
    pub item: Arc<str>,
    /// `wx:for-index`, default `index`.
    pub index: Arc<str>,
    /// `wx:key`: a field of the item, or `*this`.
    pub key: Option<Arc<str>>,
    /// What each round renders.
    pub nodes: Vec<TemplateNode>,
    /// Place of the element.
    pub position: Position,
}

/// A use of a named template.
#[derive(Clone, Debug)]
pub struct TemplateUse {
    /// Its name, often an expression.
    pub is: AttributeSource,
    /// `data`: an object literal without its braces (`{{...a, b, c: d}}`).
    pub data: Option<Expression>,
    /// Place of the element.
    pub position: Position,
}

/// A slot.
#[derive(Clone, Debug)]
pub struct SlotNode {
    /// `name`, empty for the default slot.
    pub name: AttributeSource,
    /// `slot="x"` on the slot itself: it forwards what it gets to a slot of the component around it.
    pub slot: Option<AttributeSource>,
    /// Place of the element.
    pub position: Position,
}

/// An element.
#[derive(Clone, Debug)]
pub struct TemplateElement {
    /// Tag as written.
    pub tag: Arc<str>,
    /// `class`.
    pub class: Option<AttributeSource>,
    /// `style`.
    pub style: Option<AttributeSource>,
    /// `id`.
    pub id: Option<AttributeSource>,
    /// `slot`: which slot of the component around it it fills.
    pub slot: Option<AttributeSource>,
    /// All other attributes, in order, a repeated one left out. Names as written (`external-class`,
    /// `max-length`); `data-*`, `bind*`, `wx:*`, `model:*`, `generic:*` are not among them.
    pub attributes: Vec<(Arc<str>, AttributeSource)>,
    /// `data-*`, names already in camel case (`data-el-id` is `elId`).
    pub dataset: Vec<(Arc<str>, AttributeSource)>,
    /// `mark:*`.
    pub marks: Vec<(Arc<str>, AttributeSource)>,
    /// Event bindings.
    pub events: Vec<EventBinding>,
    /// `model:name="{{field}}"`: attribute and data field.
    pub models: Vec<(Arc<str>, Arc<str>)>,
    /// `change:prop="{{module.fn}}"`.
    pub observers: Vec<(Arc<str>, AttributeSource)>,
    /// `generic:name="component"`.
    pub generics: Vec<(Arc<str>, Arc<str>)>,
    /// Children.
    pub children: Vec<TemplateNode>,
    /// Place of the start tag.
    pub position: Position,
}

/// How an event is bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum BindKind {
    Bind,
    Catch,
    MutBind,
    CaptureBind,
    CaptureCatch,
}

/// `bindtap="handler"` and its kin.
#[derive(Clone, Debug)]
pub struct EventBinding {
    /// The event's name.
    pub event: Arc<str>,
    /// How.
    pub kind: BindKind,
    /// The handler's name, or an expression (a wxs function, a computed name; empty means none).
    pub handler: AttributeSource,
}

/// The source of an attribute's value.
#[derive(Clone, Debug)]
pub enum AttributeSource {
    /// Written without a value: `true`.
    Present,
    /// Without braces, entities decoded.
    Static(Arc<str>),
    /// One `{{}}` and nothing else: keeps the value's type.
    Expression(Expression),
    /// Text and expressions: a string.
    Concat(Vec<AttributePiece>),
}

/// A piece of a mixed value.
#[derive(Clone, Debug)]
pub enum AttributePiece {
    /// Literal text.
    Text(Arc<str>),
    /// An expression; null and undefined print as nothing.
    Expression(Expression),
}
