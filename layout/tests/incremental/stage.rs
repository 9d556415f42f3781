//! A page under random edits, and the same page made anew.

use super::vocabulary::SHEETS;
use pellicle_layout::atom::{Atom, Interner};
use pellicle_layout::css::{self, NoImports, parse_sheet};
use pellicle_layout::document::node::ElementState;
use pellicle_layout::document::ops::{NewName, ValueRef};
use pellicle_layout::document::{
    Applied, AttributeValue, ClassName, Commit, Dirty, Document, DocumentLimits, NodeId, NodeKind, Op, ScopeId,
};
use pellicle_layout::flow::{LayoutEngine, ReplacedSizes, Viewport};
use pellicle_layout::style::StyleEngine;
use pellicle_layout::text::{FontBook, FontPolicy};
use std::collections::HashMap;
use std::sync::Arc;

/// Natural sizes of images, set by edits.
#[derive(Clone, Default)]
pub struct Pictures(pub HashMap<NodeId, (f32, f32)>);

impl ReplacedSizes for Pictures {
    fn natural_size(&self, node: NodeId) -> Option<(f32, f32)> {
        self.0.get(&node).copied()
    }
}

/// What the page is shown on.
#[derive(Clone, Copy)]
pub struct Surroundings {
    pub width: f32,
    pub height: f32,
    pub root_font_size: f32,
    pub sheet: usize,
}

pub struct Stage {
    pub doc: Document,
    pub styles: StyleEngine,
    pub engine: LayoutEngine,
    pub pictures: Pictures,
    pub around: Surroundings,
    pub root: NodeId,
    names: Interner,
    next: u32,
    sequence: u64,
    shown_sheet: Option<usize>,
}

fn surface(around: Surroundings) -> css::Viewport {
    css::Viewport { width: around.width, height: around.height, ..Default::default() }
}

impl Stage {
    fn empty(around: Surroundings) -> Stage {
        let mut stage = Stage {
            doc: Document::new(DocumentLimits::default()),
            styles: StyleEngine::new(surface(around)),
            engine: LayoutEngine::new(FontBook::new(FontPolicy::Author).unwrap()),
            pictures: Pictures::default(),
            around,
            root: NodeId::new(0, 0),
            names: Interner::new(),
            next: 1,
            sequence: 0,
            shown_sheet: None,
        };
        stage.take_surroundings();
        stage
    }

    /// A page with a little in it.
    pub fn new(markup: &str) -> Stage {
        let mut stage = Stage::empty(Surroundings { width: 375.0, height: 667.0, root_font_size: 16.0, sheet: 0 });
        let mut commit = Commit::default();
        let (node, tag) = (stage.root, stage.name(&mut commit, "page"));
        commit.ops.push(Op::Create { node, tag });
        stage.build(&mut commit, node, markup);
        commit.ops.push(Op::PushPage { node, page: 1, depth: 0 });
        stage.apply(commit);
        stage.layout();
        stage
    }

    /// The same page, made anew from what is in it.
    pub fn afresh(&self) -> Stage {
        let mut fresh = Stage { pictures: self.pictures.clone(), root: self.root, ..Stage::empty(self.around) };
        let mut commit = Commit::default();
        let mut stack = vec![self.root];
        while let Some(node) = stack.pop() {
            let n = self.doc.node(node).unwrap();
            match &n.kind {
                NodeKind::Text(text) => {
                    let text = commit.push_text(text);
                    commit.ops.extend([Op::CreateText { node }, Op::SetText { node, text }]);
                }
                NodeKind::Element(tag) => {
                    let tag = fresh.name(&mut commit, self.doc.names.resolve(*tag));
                    commit.ops.push(Op::Create { node, tag });
                    let classes: Vec<&str> = n.classes.iter().map(|c| &**self.doc.names.resolve(c.name)).collect();
                    fresh.set_classes(&mut commit, node, &classes);
                    let id = self.doc.names.resolve(n.name).clone();
                    fresh.set_id(&mut commit, node, &id);
                    if let Some(style) = &n.inline_style {
                        let text = commit.push_text(style);
                        commit.ops.push(Op::SetStyle { node, text });
                    }
                    for (name, value) in &n.attributes {
                        let name = self.doc.names.resolve(*name).clone();
                        let AttributeValue::Text(value) = value else { continue };
                        fresh.set_attribute(&mut commit, node, &name, Some(value));
                    }
                }
            }
            if node != self.root {
                commit.ops.push(Op::Insert { parent: n.parent, node, before: NodeId::NONE });
            }
            stack.extend(n.children.iter().rev());
        }
        commit.ops.push(Op::PushPage { node: self.root, page: 1, depth: 0 });
        fresh.apply(commit);
        for node in self.nodes() {
            fresh.doc.set_state(node, self.doc.node(node).unwrap().state, true);
        }
        fresh.layout();
        fresh
    }

    pub fn take_surroundings(&mut self) {
        self.styles.set_viewport(surface(self.around));
        self.styles.set_root_font_size(self.around.root_font_size);
        if self.shown_sheet.replace(self.around.sheet) != Some(self.around.sheet) {
            let sheet = parse_sheet("app.wxss", SHEETS[self.around.sheet], &NoImports).0;
            self.styles.set_app_sheet(Arc::new(sheet));
        }
    }

    pub fn layout(&mut self) {
        self.styles.restyle(&mut self.doc);
        let viewport = Viewport { width: self.around.width, height: self.around.height };
        self.engine.layout(&mut self.doc, viewport, &self.pictures);
    }

    pub fn apply(&mut self, mut commit: Commit) {
        self.sequence += 1;
        commit.sequence = self.sequence;
        let mut applied = Applied::default();
        self.doc.apply(&commit, &mut applied).unwrap();
        for gone in applied.removed {
            self.pictures.0.remove(&gone);
        }
    }

    /// All nodes in document order.
    pub fn nodes(&self) -> Vec<NodeId> {
        let (mut out, mut stack) = (Vec::new(), vec![self.root]);
        while let Some(node) = stack.pop() {
            out.push(node);
            stack.extend(self.doc.node(node).unwrap().children.iter().rev());
        }
        out
    }

    pub fn set_picture(&mut self, node: NodeId, size: (f32, f32)) {
        self.pictures.0.insert(node, size);
        self.doc.mark(node, Dirty::LAYOUT);
    }

    fn name(&mut self, commit: &mut Commit, name: &str) -> Atom {
        if let Some(atom) = self.names.get(name) {
            return atom;
        }
        let atom = self.names.intern(name);
        let text = commit.push_text(name);
        commit.names.push(NewName { atom, text });
        atom
    }

    fn id(&mut self) -> NodeId {
        self.next += 1;
        NodeId::new(self.next - 1, 0)
    }

    pub fn element(&mut self, commit: &mut Commit, tag: &str) -> NodeId {
        let (tag, node) = (self.name(commit, tag), self.id());
        commit.ops.push(Op::Create { node, tag });
        node
    }

    pub fn text(&mut self, commit: &mut Commit, text: &str) -> NodeId {
        let node = self.id();
        let text = commit.push_text(text);
        commit.ops.extend([Op::CreateText { node }, Op::SetText { node, text }]);
        node
    }

    pub fn set_style(&mut self, commit: &mut Commit, node: NodeId, style: &str) {
        let text = commit.push_text(style);
        commit.ops.push(Op::SetStyle { node, text });
    }

    pub fn set_classes(&mut self, commit: &mut Commit, node: NodeId, classes: &[&str]) {
        let first = commit.classes.len() as u32;
        for class in classes {
            let name = self.name(commit, class);
            commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name });
        }
        commit.ops.push(Op::SetClasses { node, first, count: classes.len() as u32 });
    }

    pub fn set_id(&mut self, commit: &mut Commit, node: NodeId, id: &str) {
        let id = if id.is_empty() { Atom::EMPTY } else { self.name(commit, id) };
        commit.ops.push(Op::SetId { node, id });
    }

    pub fn set_attribute(&mut self, commit: &mut Commit, node: NodeId, name: &str, value: Option<&str>) {
        let name = self.name(commit, name);
        let value = value.map_or(ValueRef::Absent, |value| ValueRef::Text(commit.push_text(value)));
        commit.values.push(value);
        commit.ops.push(Op::SetAttribute { node, name, value: commit.values.len() as u32 - 1 });
    }

    /// Appends markup to a node: elements with attributes in single quotes, and text.
    pub fn build(&mut self, commit: &mut Commit, parent: NodeId, markup: &str) {
        let mut stack = vec![parent];
        let mut rest = markup;
        while !rest.is_empty() {
            let top = *stack.last().unwrap();
            let Some(tag) = rest.strip_prefix('<') else {
                let end = rest.find('<').unwrap_or(rest.len());
                let node = self.text(commit, &rest[..end]);
                commit.ops.push(Op::Insert { parent: top, node, before: NodeId::NONE });
                rest = &rest[end..];
                continue;
            };
            let mut quoted = false;
            let ends = |c: char| {
                quoted ^= c == '\'';
                c == '>' && !quoted
            };
            let end = tag.find(ends).expect("a tag ends");
            let inside = &tag[..end];
            rest = &tag[end + 1..];
            if inside.starts_with('/') {
                stack.pop();
                continue;
            }
            let (name, mut attributes) = inside.split_once(' ').unwrap_or((inside, ""));
            let node = self.element(commit, name);
            while let Some((key, after)) = attributes.trim_start().split_once("='") {
                let (value, after) = after.split_once('\'').expect("an attribute ends");
                attributes = after;
                match key {
                    "style" => self.set_style(commit, node, value),
                    "class" => self.set_classes(commit, node, &value.split(' ').collect::<Vec<_>>()),
                    "id" => self.set_id(commit, node, value),
                    _ => self.set_attribute(commit, node, key, Some(value)),
                }
            }
            commit.ops.push(Op::Insert { parent: top, node, before: NodeId::NONE });
            stack.push(node);
        }
    }

    /// The page as markup, for messages.
    pub fn markup(&self, node: NodeId) -> String {
        let n = self.doc.node(node).unwrap();
        if let Some(text) = n.text() {
            return text.to_string();
        }
        let resolve = |atom| self.doc.names.resolve(atom).clone();
        let inside: String = n.children.iter().map(|&c| self.markup(c)).collect();
        let mut out = format!("<{} n={}", self.doc.tag_name(node), node.0);
        if !n.classes.is_empty() {
            let names: Vec<_> = n.classes.iter().map(|c| resolve(c.name)).collect();
            out += &format!(" class='{}'", names.join(" "));
        }
        if n.name != Atom::EMPTY {
            out += &format!(" id='{}'", resolve(n.name));
        }
        if let Some(style) = n.inline_style.as_deref().filter(|s| !s.is_empty()) {
            out += &format!(" style='{style}'");
        }
        for (name, value) in &n.attributes {
            out += &format!(" {}='{}'", resolve(*name), value.to_text());
        }
        if n.state != ElementState::NONE {
            out += &format!(" state={}", n.state.0);
        }
        format!("{out}>{inside}</{}>", self.doc.tag_name(node))
    }
}
