//! Documents for layout tests, from a little markup: elements with attributes in double quotes, and text.
#![allow(dead_code)] // each test file uses its part
#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use pellicle_layout::atom::{Atom, Interner};
use pellicle_layout::css::sheet::{NoImports, parse_sheet};
use pellicle_layout::document::ops::{NewName, ValueRef};
use pellicle_layout::document::{Applied, ClassName, Commit, Document, DocumentLimits, NodeId, Op, ScopeId};
use pellicle_layout::flow::{LayoutEngine, LayoutStats, Rect, ReplacedSizes, Viewport};
use pellicle_layout::style::StyleEngine;
use pellicle_layout::text::{FontBook, FontPolicy};
use std::sync::{Arc, OnceLock};

/// The natural size of every picture; `None` for pictures that are not there.
#[derive(Clone, Copy, Default)]
pub struct Pictures(pub Option<(f32, f32)>);

impl ReplacedSizes for Pictures {
    fn natural_size(&self, _: NodeId) -> Option<(f32, f32)> {
        self.0
    }
}

/// A page under test.
pub struct Page {
    pub doc: Document,
    pub styles: StyleEngine,
    pub engine: LayoutEngine,
    pub viewport: Viewport,
    /// Elements in document order, the page root first.
    pub elements: Vec<NodeId>,
    pictures: Pictures,
    names: Interner,
    next: u32,
    sequence: u64,
}

/// Fonts of the layout oracle: DejaVu Sans, its bold, a CJK fallback. `None` where they are not installed.
pub fn oracle_fonts() -> Option<FontBook> {
    let files = [
        "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
        "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
        "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
    ];
    static FACES: OnceLock<Option<Vec<pellicle_layout::text::font::FontBytes>>> = OnceLock::new();
    let read = |file: &&str| std::fs::read(file).ok().map(|bytes| Arc::new(bytes) as _);
    let faces = FACES.get_or_init(|| files.iter().map(read).collect()).clone()?;
    FontBook::new(FontPolicy::Exact(faces)).ok()
}

impl Page {
    /// Lays out `markup` inside a page root in a viewport of 375 x 667.
    pub fn new(markup: &str, fonts: FontBook) -> Page {
        Page::sized(markup, fonts, Viewport { width: 375.0, height: 667.0 })
    }

    pub fn sized(markup: &str, fonts: FontBook, viewport: Viewport) -> Page {
        Page::styled("", markup, fonts, viewport, Pictures::default())
    }

    /// The same with a sheet and pictures.
    pub fn styled(sheet: &str, markup: &str, fonts: FontBook, viewport: Viewport, pictures: Pictures) -> Page {
        let mut page = Page {
            doc: Document::new(DocumentLimits::default()),
            styles: StyleEngine::new(pellicle_layout::css::Viewport {
                width: viewport.width,
                height: viewport.height,
                ..Default::default()
            }),
            engine: LayoutEngine::new(fonts),
            viewport,
            elements: Vec::new(),
            pictures,
            names: Interner::new(),
            next: 0,
            sequence: 0,
        };
        if !sheet.is_empty() {
            page.styles.set_app_sheet(Arc::new(parse_sheet("app.wxss", sheet, &NoImports).0));
        }
        let mut commit = Commit::default();
        let root = page.element(&mut commit, "page", "");
        page.build(&mut commit, root, markup);
        commit.ops.push(Op::PushPage { node: root, page: 1, depth: 0 });
        page.apply(commit);
        page.layout();
        page
    }

    pub fn apply(&mut self, mut commit: Commit) {
        self.sequence += 1;
        commit.sequence = self.sequence;
        let mut applied = Applied::default();
        self.doc.apply(&commit, &mut applied).unwrap();
    }

    pub fn layout(&mut self) -> LayoutStats {
        self.styles.restyle(&mut self.doc);
        self.engine.layout(&mut self.doc, self.viewport, &self.pictures)
    }

    fn id(&mut self) -> NodeId {
        self.next += 1;
        NodeId::new(self.next - 1, 0)
    }

    pub fn name(&mut self, commit: &mut Commit, name: &str) -> Atom {
        if let Some(atom) = self.names.get(name) {
            return atom;
        }
        let atom = self.names.intern(name);
        let text = commit.push_text(name);
        commit.names.push(NewName { atom, text });
        atom
    }

    pub fn element(&mut self, commit: &mut Commit, tag: &str, style: &str) -> NodeId {
        let tag = self.name(commit, tag);
        let node = self.id();
        commit.ops.push(Op::Create { node, tag });
        if !style.is_empty() {
            let text = commit.push_text(style);
            commit.ops.push(Op::SetStyle { node, text });
        }
        self.elements.push(node);
        node
    }

    pub fn text(&mut self, commit: &mut Commit, text: &str) -> NodeId {
        let node = self.id();
        commit.ops.push(Op::CreateText { node });
        let text = commit.push_text(text);
        commit.ops.push(Op::SetText { node, text });
        node
    }

    /// Appends `markup` to a node.
    pub fn build(&mut self, commit: &mut Commit, parent: NodeId, markup: &str) {
        let mut stack = vec![parent];
        let mut rest = markup;
        while !rest.is_empty() {
            let top = *stack.last().unwrap();
            let end = rest.find('<').unwrap_or(rest.len());
            if end > 0 {
                let node = self.text(commit, &unescape(&rest[..end]));
                commit.ops.push(Op::Insert { parent: top, node, before: NodeId::NONE });
                rest = &rest[end..];
                continue;
            }
            let close = rest.find('>').expect("a tag ends");
            let tag = &rest[1..close];
            rest = &rest[close + 1..];
            if tag.starts_with('/') {
                stack.pop();
                continue;
            }
            let name = tag.trim_end_matches('/').split_whitespace().next().unwrap();
            let attributes = attributes(&tag[name.len()..]);
            let style = attributes.iter().find(|(k, _)| k == "style").map_or("", |(_, v)| v);
            let node = self.element(commit, name, style);
            for (_, class) in attributes.iter().filter(|(k, _)| k == "class") {
                let name = self.name(commit, class);
                let first = commit.classes.len() as u32;
                commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name });
                commit.ops.push(Op::SetClasses { node, first, count: 1 });
            }
            for (key, value) in attributes.iter().filter(|(k, _)| k != "style" && k != "class") {
                let name = self.name(commit, key);
                let text = commit.push_text(value);
                commit.values.push(ValueRef::Text(text));
                commit.ops.push(Op::SetAttribute { node, name, value: commit.values.len() as u32 - 1 });
            }
            commit.ops.push(Op::Insert { parent: top, node, before: NodeId::NONE });
            if !tag.ends_with('/') {
                stack.push(node);
            }
        }
    }

    /// Rectangle of the `n`-th element of the markup.
    pub fn rect(&self, n: usize) -> Option<Rect> {
        self.engine.box_tree().element_rect(self.elements[n + 1])
    }

    /// The same, as whole figures where they are whole.
    pub fn xywh(&self, n: usize) -> [f32; 4] {
        let r = self.rect(n).expect("the element has a box");
        [r.x, r.y, r.width, r.height].map(|v| (v * 1000.0).round() / 1000.0)
    }

    pub fn lines(&self, n: usize) -> usize {
        self.engine.box_tree().line_count(&self.doc, self.elements[n + 1])
    }
}

fn attributes(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    let mut rest = text.trim().trim_end_matches('/');
    while let Some(eq) = rest.find("=\"") {
        let key = rest[..eq].trim().to_owned();
        let end = rest[eq + 2..].find('"').unwrap() + eq + 2;
        out.push((key, rest[eq + 2..end].to_owned()));
        rest = &rest[end + 1..];
    }
    out
}

fn unescape(text: &str) -> String {
    text.replace("&lt;", "<").replace("&nbsp;", "\u{a0}").replace("&#8203;", "\u{200b}").replace("&amp;", "&")
}
