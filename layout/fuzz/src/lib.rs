//! What the fuzz targets do with their bytes. `layout/tests/fuzz_corpus.rs` runs the same on a stable compiler.

use pellicle_layout::atom::{Atom, Interner};
use pellicle_layout::css::{self, NoImports, PropertyId, SheetLoader, parse_sheet, parse_style_attribute};
use pellicle_layout::document::ops::{NewName, ValueRef};
use pellicle_layout::document::{Applied, ClassName, Commit, Document, DocumentLimits, NodeId, Op, ScopeId};
use pellicle_layout::flow::{LayoutEngine, NoReplacedSizes, Viewport};
use pellicle_layout::markup::expression_parser::parse_text;
use pellicle_layout::style::{ComputedStyle, StyleEngine};
use pellicle_layout::text::{FontBook, FontPolicy};
use std::sync::Arc;

mod compiled;

/// A loader that gives the same text for every path: imports in a circle.
struct Echo<'a>(&'a str);

impl SheetLoader for Echo<'_> {
    fn load(&self, _: &str, path: &str) -> Option<(Arc<str>, String)> {
        Some((Arc::from(path), self.0.to_owned()))
    }
}

/// Bytes as the sheet of a small document.
pub fn wxss(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (sheet, _) = parse_sheet("a.wxss", &text, &Echo(&text));
    assert!(sheet.stats.supported <= sheet.stats.declarations);
    show(sheet);
}

/// Bytes as changes to a compiled program.
pub fn compiled(bytes: &[u8]) {
    compiled::compiled(bytes, show);
}

/// Lays a small document out by a sheet.
fn show(sheet: css::Sheet) {
    let mut page = Page::new();
    page.lines("e 0 view\nc 1 a b\ni 1 x\ne 1 text\nc 2 b\nt 2 words in it\ne 1 view\na 3 data-x 1\ne 0 input\nc 4 c");
    page.styles.set_app_sheet(Arc::new(sheet));
    page.lay_out();
    for node in page.doc.nodes() {
        let Some(style) = &node.style else { continue };
        write_all(style);
    }
}

/// Bytes as a template.
pub fn wxml(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (_, found) = pellicle_layout::markup::parse("a.wxml", &text);
    assert!(found.iter().all(|d| d.position.line >= 1 && d.position.column >= 1));
    let _ = parse_text(&text);
}

/// Bytes as a style attribute.
pub fn inline_style(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let (block, _) = parse_style_attribute(&text, &Arc::from("a.wxml"));
    let initial = ComputedStyle::default();
    let style = StyleEngine::new(css::Viewport::default()).keyframe_style(&block, &initial, &initial);
    write_all(&style);
    let mut between = initial.clone();
    for t in [0.3, 1.7, -0.7] {
        for id in PropertyId::ALL {
            id.mix(&mut between, &initial, &style, t);
        }
        write_all(&between);
    }
    let mut page = Page::new();
    page.lines("e 0 view\ne 1 text\nt 2 words in it\nt 1 more words\ne 1 view");
    for at in [1, 3, 2] {
        page.line(&format!("s {at} {text}"));
        page.lay_out();
    }
}

/// Bytes as lines that build, change and lay out a document. Numbers choose among the nodes there are.
///
/// | line | does |
/// | --- | --- |
/// | `e PARENT TAG STYLE` | appends an element |
/// | `t PARENT TEXT` | appends a text |
/// | `s NODE STYLE`, `c NODE CLASSES`, `i NODE ID`, `a NODE NAME VALUE`, `x NODE TEXT` | changes a node |
/// | `m NODE PARENT`, `b NODE PARENT` | moves a node to the end or the start of a parent |
/// | `r NODE` | removes a node |
/// | `o NODE X Y` | scrolls the container of a node |
/// | `v WIDTH HEIGHT` | gives the page another size |
/// | `w SHEET` | sets the app's sheet |
/// | `l` | lays out |
pub fn layout(bytes: &[u8]) {
    let mut page = Page::new();
    page.lines(&String::from_utf8_lossy(bytes));
    page.lay_out();
    let tree = page.engine.box_tree();
    for (id, shown) in tree.iter() {
        let _ = tree.bounding_rect(id);
        assert!(tree.ink(id).is_some(), "the ink of {:?} is not known after a layout", shown.origin);
    }
}

fn write_all(style: &ComputedStyle) {
    let mut out = String::new();
    PropertyId::ALL.iter().for_each(|id| id.write(style, &mut out));
}

/// Lines of an input that are read.
const MOST_LINES: usize = 120;

struct Page {
    doc: Document,
    styles: StyleEngine,
    engine: LayoutEngine,
    viewport: Viewport,
    nodes: Vec<NodeId>,
    names: Interner,
    made: u32,
    sequence: u64,
}

impl Page {
    fn new() -> Page {
        let surface = css::Viewport { width: 375.0, height: 667.0, ..Default::default() };
        let mut page = Page {
            doc: Document::new(DocumentLimits::default()),
            styles: StyleEngine::new(surface),
            engine: LayoutEngine::new(FontBook::new(FontPolicy::Author).expect("the embedded face is readable")),
            viewport: Viewport { width: surface.width, height: surface.height },
            nodes: Vec::new(),
            names: Interner::new(),
            made: 0,
            sequence: 0,
        };
        let mut commit = Commit::default();
        let node = page.create(&mut commit, Some("page"));
        commit.ops.push(Op::PushPage { node, page: 1, depth: 0 });
        page.apply(commit);
        page
    }

    fn lay_out(&mut self) {
        self.styles.restyle(&mut self.doc);
        self.engine.layout(&mut self.doc, self.viewport, &NoReplacedSizes);
    }

    fn lines(&mut self, text: &str) {
        text.lines().take(MOST_LINES).for_each(|line| self.line(line));
    }

    fn line(&mut self, line: &str) {
        let mut parts = line.splitn(3, ' ');
        let (kind, at, rest) = (parts.next().unwrap_or(""), parts.next().unwrap_or(""), parts.next().unwrap_or(""));
        let node = self.choose(at);
        let (first, more) = rest.split_once(' ').unwrap_or((rest, ""));
        let mut commit = Commit::default();
        match kind {
            "e" | "t" => {
                let (tag, text) = if kind == "e" { (Some(first), more) } else { (None, rest) };
                let parent = if self.is_element(node) { node } else { self.nodes[0] };
                let made = self.create(&mut commit, tag);
                let text = commit.push_text(text);
                commit.ops.push(match tag {
                    Some(_) => Op::SetStyle { node: made, text },
                    None => Op::SetText { node: made, text },
                });
                commit.ops.push(Op::Insert { parent, node: made, before: NodeId::NONE });
            }
            "s" if self.is_element(node) => {
                let text = commit.push_text(rest);
                commit.ops.push(Op::SetStyle { node, text });
            }
            "x" if !self.is_element(node) => {
                let text = commit.push_text(rest);
                commit.ops.push(Op::SetText { node, text });
            }
            "c" if self.is_element(node) => {
                for class in rest.split_whitespace() {
                    let name = self.name(&mut commit, class);
                    commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name });
                }
                commit.ops.push(Op::SetClasses { node, first: 0, count: commit.classes.len() as u32 });
            }
            "i" if self.is_element(node) => {
                let id = if rest.is_empty() { Atom::EMPTY } else { self.name(&mut commit, rest) };
                commit.ops.push(Op::SetId { node, id });
            }
            "a" if self.is_element(node) => {
                let name = self.name(&mut commit, first);
                let text = commit.push_text(more);
                commit.values.push(ValueRef::Text(text));
                commit.ops.push(Op::SetAttribute { node, name, value: 0 });
            }
            "m" | "b" => {
                let parent = self.choose(first);
                let inside = self.doc.ancestors(parent).any(|a| a.id == node);
                if node != self.nodes[0] && node != parent && !inside && self.is_element(parent) {
                    let first = self.doc.node(parent).and_then(|p| p.children.first()).copied();
                    let before = first.filter(|&f| kind == "b" && f != node).unwrap_or(NodeId::NONE);
                    commit.ops.push(Op::Insert { parent, node, before });
                }
            }
            "r" if node != self.nodes[0] => commit.ops.push(Op::Remove { node }),
            "o" => {
                let (x, y) = (number(first), number(more));
                if let Some(id) = self.engine.box_tree().scroller(node) {
                    self.engine.box_tree_mut().set_scroll_offset(id, x, y);
                }
            }
            "v" => {
                self.viewport = Viewport { width: number(at), height: number(first) };
                let (width, height) = (self.viewport.width, self.viewport.height);
                self.styles.set_viewport(css::Viewport { width, height, ..Default::default() });
            }
            "w" => {
                let sheet = line.split_once(' ').map_or("", |(_, sheet)| sheet);
                self.styles.set_app_sheet(Arc::new(parse_sheet("app.wxss", sheet, &NoImports).0));
            }
            "l" => self.lay_out(),
            _ => {}
        }
        self.apply(commit);
    }

    fn choose(&self, at: &str) -> NodeId {
        self.nodes[at.parse::<usize>().unwrap_or(at.len()) % self.nodes.len()]
    }

    fn is_element(&self, node: NodeId) -> bool {
        self.doc.node(node).is_some_and(|n| n.is_element())
    }

    fn create(&mut self, commit: &mut Commit, tag: Option<&str>) -> NodeId {
        let node = NodeId::new(self.made, 0);
        self.made += 1;
        self.nodes.push(node);
        let op = match tag {
            Some(tag) => Op::Create { node, tag: self.name(commit, tag) },
            None => Op::CreateText { node },
        };
        commit.ops.push(op);
        node
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

    /// Applies a commit; what the document refuses (too deep, too many nodes) is left out.
    fn apply(&mut self, mut commit: Commit) {
        self.sequence += 1;
        commit.sequence = self.sequence;
        let _ = self.doc.apply(&commit, &mut Applied::default());
        let doc = &self.doc;
        self.nodes.retain(|&n| doc.node(n).is_some());
    }
}

/// A length that a host may give: finite and not negative.
fn number(text: &str) -> f32 {
    text.trim().parse().ok().filter(|v: &f32| v.is_finite()).map_or(0.0, |v| v.clamp(0.0, 20_000.0))
}
