//! A document that no script changes: the engine's own overlays, and markup without data.
//!
//! It is made through the same commits as any other document, so everything after the bridge is the same.

use pellicle_layout::atom::{Atom, Interner};
use pellicle_layout::document::apply::{Applied, ApplyError};
use pellicle_layout::document::ops::{Commit, ListenFlags, NewName, ValueRef};
use pellicle_layout::document::{ClassName, Document, NodeId, Op, ScopeId};
use pellicle_layout::markup::Template;
use pellicle_layout::markup::template::{AttributeSource, TemplateNode};

/// Builds the one commit of such a document.
pub struct FixedPage {
    commit: Commit,
    names: Interner,
    next: u32,
    root: NodeId,
}

impl Default for FixedPage {
    fn default() -> Self {
        Self::new()
    }
}

impl FixedPage {
    /// A page with an empty root.
    pub fn new() -> FixedPage {
        let mut page = FixedPage {
            commit: Commit { sequence: 1, ..Commit::default() },
            names: Interner::new(),
            next: 0,
            root: NodeId::NONE,
        };
        page.root = page.create("page");
        page.commit.ops.push(Op::PushPage { node: page.root, page: 0, depth: 0 });
        page
    }

    /// A page with what a template says without data: elements, their static attributes and texts. Expressions,
    /// loops, conditions and slots leave nothing.
    pub fn from_template(template: &Template) -> FixedPage {
        let mut page = FixedPage::new();
        let mut stack: Vec<(NodeId, &TemplateNode)> = template.roots.iter().rev().map(|n| (page.root, n)).collect();
        while let Some((parent, node)) = stack.pop() {
            match node {
                TemplateNode::Text(text) => {
                    if let Some(text) = fixed(&text.value) {
                        page.text(parent, text);
                    }
                }
                TemplateNode::Block(nodes) => stack.extend(nodes.iter().rev().map(|n| (parent, n))),
                TemplateNode::Slotted(slotted) => stack.extend(slotted.nodes.iter().rev().map(|n| (parent, n))),
                TemplateNode::Element(element) => {
                    let id = page.element(parent, &element.tag);
                    if let Some(class) = element.class.as_ref().and_then(fixed) {
                        page.classes(id, &class.split_whitespace().collect::<Vec<_>>());
                    }
                    if let Some(style) = element.style.as_ref().and_then(fixed) {
                        page.style(id, style);
                    }
                    if let Some(name) = element.id.as_ref().and_then(fixed) {
                        page.id(id, name);
                    }
                    for (name, value) in &element.attributes {
                        match value {
                            AttributeSource::Present => page.flag(id, name, true),
                            AttributeSource::Static(text) => page.attribute(id, name, text),
                            _ => {}
                        }
                    }
                    stack.extend(element.children.iter().rev().map(|n| (id, n)));
                }
                _ => {}
            }
        }
        page
    }

    /// The root element.
    pub fn root(&self) -> NodeId {
        self.root
    }

    fn atom(&mut self, name: &str) -> Atom {
        let known = self.names.len();
        let atom = self.names.intern(name);
        if self.names.len() > known {
            let text = self.commit.push_text(name);
            self.commit.names.push(NewName { atom, text });
        }
        atom
    }

    fn create(&mut self, tag: &str) -> NodeId {
        let tag = self.atom(tag);
        let node = NodeId::new(self.next, 0);
        self.next += 1;
        self.commit.ops.push(Op::Create { node, tag });
        node
    }

    /// A new element at the end of `parent`.
    pub fn element(&mut self, parent: NodeId, tag: &str) -> NodeId {
        let node = self.create(tag);
        self.commit.ops.push(Op::Insert { parent, node, before: NodeId::NONE });
        node
    }

    /// A new text at the end of `parent`.
    pub fn text(&mut self, parent: NodeId, text: &str) -> NodeId {
        let node = NodeId::new(self.next, 0);
        self.next += 1;
        let text = self.commit.push_text(text);
        let append = Op::Insert { parent, node, before: NodeId::NONE };
        self.commit.ops.extend([Op::CreateText { node }, Op::SetText { node, text }, append]);
        node
    }

    /// The classes of an element.
    pub fn classes(&mut self, node: NodeId, classes: &[&str]) {
        let first = self.commit.classes.len() as u32;
        for class in classes {
            let name = self.atom(class);
            self.commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name });
        }
        self.commit.ops.push(Op::SetClasses { node, first, count: classes.len() as u32 });
    }

    /// The inline style of an element.
    pub fn style(&mut self, node: NodeId, style: &str) {
        let text = self.commit.push_text(style);
        self.commit.ops.push(Op::SetStyle { node, text });
    }

    /// The id of an element.
    pub fn id(&mut self, node: NodeId, id: &str) {
        let id = self.atom(id);
        self.commit.ops.push(Op::SetId { node, id });
    }

    /// An attribute with a text.
    pub fn attribute(&mut self, node: NodeId, name: &str, value: &str) {
        let value = ValueRef::Text(self.commit.push_text(value));
        self.value(node, name, value);
    }

    /// An attribute that is on or off.
    pub fn flag(&mut self, node: NodeId, name: &str, on: bool) {
        self.value(node, name, ValueRef::Bool(on));
    }

    fn value(&mut self, node: NodeId, name: &str, value: ValueRef) {
        let name = self.atom(name);
        let index = self.commit.values.len() as u32;
        self.commit.values.push(value);
        self.commit.ops.push(Op::SetAttribute { node, name, value: index });
    }

    /// Listens to an event.
    pub fn listen(&mut self, node: NodeId, event: &str, flags: u8) {
        let event = self.atom(event);
        self.commit.ops.push(Op::Listen { node, event, flags: ListenFlags(flags) });
    }

    /// The commit so far.
    pub fn commit(&self) -> &Commit {
        &self.commit
    }

    /// A document with this page, and its root.
    ///
    /// # Errors
    /// [`ApplyError`] if it is too deep or too large.
    pub fn document(&self) -> Result<(Document, NodeId), ApplyError> {
        let mut document = Document::new(Default::default());
        document.apply(&self.commit, &mut Applied::default())?;
        Ok((document, self.root))
    }
}

fn fixed(source: &AttributeSource) -> Option<&str> {
    match source {
        AttributeSource::Static(text) => Some(text),
        _ => None,
    }
}
