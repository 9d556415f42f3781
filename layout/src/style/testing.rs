//! Documents for tests: from a line of markup through ops, as they arrive from the logic side.

use super::{ComputedStyle, RestyleStats, StyleEngine, Viewport, computed_text};
use crate::atom::Atom;
use crate::css::{NoImports, parse_sheet};
use crate::document::apply::Applied;
use crate::document::ops::{NewName, ValueRef};
use crate::document::{ClassName, Commit, Document, NodeId, Op, ScopeId};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// A document with a style engine, changed by commits.
pub(crate) struct Fixture {
    pub(crate) doc: Document,
    pub(crate) engine: StyleEngine,
    pub(crate) stats: RestyleStats,
    pub(crate) root: NodeId,
    commit: Commit,
    names: FxHashMap<String, Atom>,
    next: u32,
}

impl Fixture {
    /// A page `<page>` with the given markup in it, styled by an app sheet.
    ///
    /// Markup is elements, attributes in double quotes and text. `class`, `id` and `style` are what they
    /// are; `scope` and `host` give the numbers of component scopes; a class `3:a` stands in scope 3, any
    /// other in the scope of its element.
    pub(crate) fn new(app_sheet: &str, markup: &str) -> Fixture {
        let mut fixture = Fixture {
            doc: Document::new(Default::default()),
            engine: StyleEngine::new(Viewport::default()),
            stats: RestyleStats::default(),
            root: NodeId::new(0, 0),
            commit: Commit::default(),
            names: FxHashMap::default(),
            next: 0,
        };
        fixture.engine.set_app_sheet(Arc::new(parse_sheet("app.wxss", app_sheet, &NoImports).0));
        fixture.root = fixture.create("page");
        fixture.commit.ops.push(Op::PushPage { node: fixture.root, page: 1, depth: 0 });
        fixture.markup(fixture.root, markup);
        fixture.restyle();
        fixture
    }

    /// Installs a component's sheet.
    pub(crate) fn component(&mut self, scope: u16, sheet: &str, shared: bool) {
        let sheet = Arc::new(parse_sheet("component.wxss", sheet, &NoImports).0);
        self.engine.set_component_sheet(ScopeId(scope), sheet, shared);
    }

    /// The name's atom on the logic side.
    pub(crate) fn name(&mut self, name: &str) -> Atom {
        if let Some(&atom) = self.names.get(name) {
            return atom;
        }
        let atom = Atom(self.names.len() as u32 + 1);
        self.names.insert(name.to_owned(), atom);
        let text = self.commit.push_text(name);
        self.commit.names.push(NewName { atom, text });
        atom
    }

    pub(crate) fn create(&mut self, tag: &str) -> NodeId {
        let node = self.fresh();
        let tag = self.name(tag);
        self.commit.ops.push(Op::Create { node, tag });
        node
    }

    pub(crate) fn create_text(&mut self, text: &str) -> NodeId {
        let node = self.fresh();
        self.commit.ops.push(Op::CreateText { node });
        self.set_text(node, text);
        node
    }

    fn fresh(&mut self) -> NodeId {
        self.next += 1;
        NodeId::new(self.next - 1, 0)
    }

    pub(crate) fn set_text(&mut self, node: NodeId, text: &str) {
        let text = self.commit.push_text(text);
        self.commit.ops.push(Op::SetText { node, text });
    }

    pub(crate) fn insert(&mut self, parent: NodeId, node: NodeId, before: Option<NodeId>) {
        let before = before.unwrap_or(NodeId::NONE);
        self.commit.ops.push(Op::Insert { parent, node, before });
    }

    pub(crate) fn remove(&mut self, node: NodeId) {
        self.commit.ops.push(Op::Remove { node });
    }

    /// Sets the classes, given as in markup.
    pub(crate) fn set_classes(&mut self, node: NodeId, scope: u16, classes: &str) {
        let first = self.commit.classes.len() as u32;
        for class in classes.split_whitespace() {
            let (scope, name) = match class.split_once(':') {
                Some((own, name)) => (own.parse().unwrap(), name),
                None => (scope, class),
            };
            let name = self.name(name);
            self.commit.classes.push(ClassName { scope: ScopeId(scope), name });
        }
        let count = self.commit.classes.len() as u32 - first;
        self.commit.ops.push(Op::SetClasses { node, first, count });
    }

    pub(crate) fn set_id(&mut self, node: NodeId, id: &str) {
        let id = if id.is_empty() { Atom::EMPTY } else { self.name(id) };
        self.commit.ops.push(Op::SetId { node, id });
    }

    pub(crate) fn set_scope(&mut self, node: NodeId, scope: u16, host: u16) {
        self.commit.ops.push(Op::Scope { node, scope: ScopeId(scope), host: ScopeId(host) });
    }

    pub(crate) fn set_style(&mut self, node: NodeId, style: &str) {
        let text = self.commit.push_text(style);
        self.commit.ops.push(Op::SetStyle { node, text });
    }

    pub(crate) fn set_attribute(&mut self, node: NodeId, name: &str, value: Option<&str>) {
        let name = self.name(name);
        let value = match value {
            None => ValueRef::Absent,
            Some("true") => ValueRef::Bool(true),
            Some("false") => ValueRef::Bool(false),
            Some(text) => ValueRef::Text(self.commit.push_text(text)),
        };
        self.commit.values.push(value);
        let value = self.commit.values.len() as u32 - 1;
        self.commit.ops.push(Op::SetAttribute { node, name, value });
    }

    /// Appends markup to a node.
    pub(crate) fn markup(&mut self, parent: NodeId, markup: &str) {
        let mut open = vec![parent];
        let mut rest = markup;
        while !rest.is_empty() {
            let at = *open.last().unwrap();
            let Some(tag) = rest.strip_prefix('<') else {
                let end = rest.find('<').unwrap_or(rest.len());
                let node = self.create_text(&rest[..end]);
                self.insert(at, node, None);
                rest = &rest[end..];
                continue;
            };
            let end = tag.find('>').expect("an open tag in the markup of a test");
            let (inside, after) = (&tag[..end], &tag[end + 1..]);
            rest = after;
            if inside.starts_with('/') {
                open.pop();
                continue;
            }
            let closed = inside.ends_with('/');
            let node = self.element(inside.trim_end_matches('/'));
            self.insert(at, node, None);
            if !closed {
                open.push(node);
            }
        }
    }

    fn element(&mut self, inside: &str) -> NodeId {
        let (tag, mut rest) = inside.trim().split_once(' ').unwrap_or((inside.trim(), ""));
        let node = self.create(tag);
        let mut attributes = Vec::new();
        while let Some((name, after)) = rest.trim_start().split_once("=\"") {
            let (value, after) = after.split_once('"').expect("a closed attribute in the markup of a test");
            attributes.push((name.trim(), value));
            rest = after;
        }
        let number =
            |name: &str| attributes.iter().find(|(n, _)| *n == name).map_or(0, |(_, v)| v.parse::<u16>().unwrap());
        let (scope, host) = (number("scope"), number("host"));
        if (scope, host) != (0, 0) {
            self.set_scope(node, scope, host);
        }
        for (name, value) in attributes {
            match name {
                "scope" | "host" => {}
                "class" => self.set_classes(node, scope, value),
                "style" => self.set_style(node, value),
                "id" => self.set_id(node, value),
                _ => self.set_attribute(node, name, Some(value)),
            }
        }
        node
    }

    /// Applies what was written since the last time.
    pub(crate) fn apply(&mut self) {
        self.doc.apply(&self.commit, &mut Applied::default()).expect("a valid commit");
        self.commit.clear();
    }

    /// Applies what was written since the last time and restyles.
    pub(crate) fn restyle(&mut self) {
        self.apply();
        self.stats = self.engine.restyle(&mut self.doc);
    }

    /// The node with this id attribute.
    pub(crate) fn by_id(&self, id: &str) -> NodeId {
        let atom = self.doc.names.get(id).expect("a known id");
        self.doc.nodes().find(|n| n.name == atom).expect("a node with the id").id
    }

    pub(crate) fn style(&self, id: &str) -> &ComputedStyle {
        self.doc.node(self.by_id(id)).unwrap().style.as_ref().unwrap()
    }

    /// A computed value of the node with this id.
    pub(crate) fn get(&self, id: &str, property: &str) -> String {
        computed_text(self.style(id), property).expect("a known property")
    }
}
