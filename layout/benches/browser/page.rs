//! One description of a page, and what both sides make of it: HTML for the browser, ops for a document.

use pellicle_layout::atom::{Atom, Interner};
use pellicle_layout::css::{NoImports, Sheet, Viewport, parse_sheet};
use pellicle_layout::document::ops::{NewName, ValueRef};
use pellicle_layout::document::{Applied, ClassName, Commit, Document, DocumentLimits, NodeId, Op, ScopeId};
use pellicle_layout::flow::{LayoutEngine, LayoutStats, NoReplacedSizes, Viewport as PageArea};
use pellicle_layout::style::{RestyleStats, StyleEngine};
use pellicle_layout::text::FontBook;
use std::fmt::Write;
use std::sync::Arc;

/// Width of the page area, logical px.
pub const WIDTH: u32 = 375;
/// Its height.
pub const HEIGHT: u32 = 667;

/// What makes HTML's unknown elements the built-in components that the benches use.
const COMPONENTS: &str =
    "html,body{margin:0}page,view{display:block}page{width:100%;font-size:16px;line-height:normal;color:#000}
    img{display:inline-block;width:320px;height:240px;overflow:hidden}";
/// A picture of one pixel.
const PICTURE: &str = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7";

/// An element or a text.
pub enum Item {
    /// A tag, classes, attributes, children.
    Element { tag: &'static str, class: String, attributes: Vec<(&'static str, String)>, children: Vec<Item> },
    /// A text.
    Text(String),
}

impl Item {
    /// An element without attributes.
    pub fn new(tag: &'static str, class: impl Into<String>, children: Vec<Item>) -> Item {
        Item::Element { tag, class: class.into(), attributes: Vec::new(), children }
    }

    /// A `text` element.
    pub fn text(class: impl Into<String>, text: impl Into<String>) -> Item {
        Item::new("text", class, vec![Item::Text(text.into())])
    }

    /// Number of elements in it.
    pub fn elements(&self) -> usize {
        match self {
            Item::Element { children, .. } => 1 + children.iter().map(Item::elements).sum::<usize>(),
            Item::Text(_) => 0,
        }
    }

    fn html(&self, out: &mut String) {
        match self {
            Item::Text(text) => out.push_str(text),
            Item::Element { tag, class, attributes, children } => {
                let name = if *tag == "image" { "img" } else { tag };
                let _ = write!(out, "<{name} class=\"{class}\"");
                for (name, value) in attributes {
                    let _ = write!(out, " {name}=\"{value}\"");
                }
                if name == "img" {
                    let _ = write!(out, " src=\"{PICTURE}\">");
                    return;
                }
                out.push('>');
                children.iter().for_each(|c| c.html(out));
                let _ = write!(out, "</{name}>");
            }
        }
    }
}

/// The page as a document of the browser, each sheet in a style element of its own; all but the first are off.
pub fn html(page: &Item, sheets: &[&str]) -> String {
    let mut text = format!("<style>{COMPONENTS}</style>");
    for sheet in sheets {
        let _ = write!(text, "<style class=app>{}</style>", sheet.replace("image", "img"));
    }
    text.push_str(
        "<script>window.sheets = [...document.querySelectorAll('style.app')].map(e => e.sheet);
        sheets.slice(1).forEach(s => { s.disabled = true; });</script>",
    );
    page.html(&mut text);
    text
}

/// The page in a document with the engines that keep it styled and laid out.
pub struct Page {
    document: Document,
    styles: StyleEngine,
    layout: LayoutEngine,
    root: NodeId,
    texts: Vec<NodeId>,
    commit: Commit,
    names: Interner,
    nodes: u32,
}

/// A sheet, parsed.
pub fn sheet(text: &str) -> Arc<Sheet> {
    let (sheet, problems) = parse_sheet("app.wxss", text, &NoImports);
    assert!(problems.is_empty(), "{:?}", problems.first());
    Arc::new(sheet)
}

impl Page {
    /// The page with a sheet, neither styled nor laid out yet.
    pub fn new(page: &Item, app: Arc<Sheet>, fonts: FontBook) -> Page {
        let area = Viewport { width: WIDTH as f32, height: HEIGHT as f32, ..Viewport::default() };
        let mut styles = StyleEngine::new(area);
        styles.set_app_sheet(app);
        let mut built = Page {
            document: Document::new(DocumentLimits::default()),
            styles,
            layout: LayoutEngine::new(fonts),
            root: NodeId::NONE,
            texts: Vec::new(),
            commit: Commit::default(),
            names: Interner::new(),
            nodes: 0,
        };
        built.root = built.create(page, NodeId::NONE);
        built.commit.ops.push(Op::PushPage { node: built.root, page: 1, depth: 0 });
        built.apply();
        built
    }

    fn name(&mut self, name: &str) -> Atom {
        if let Some(atom) = self.names.get(name) {
            return atom;
        }
        let atom = self.names.intern(name);
        let text = self.commit.push_text(name);
        self.commit.names.push(NewName { atom, text });
        atom
    }

    fn create(&mut self, item: &Item, parent: NodeId) -> NodeId {
        let node = NodeId::new(self.nodes, 0);
        self.nodes += 1;
        match item {
            Item::Text(text) => {
                let text = self.commit.push_text(text);
                self.commit.ops.extend([Op::CreateText { node }, Op::SetText { node, text }]);
                self.texts.push(node);
            }
            Item::Element { tag, class, attributes, children } => {
                let tag = self.name(tag);
                self.commit.ops.push(Op::Create { node, tag });
                self.classes(node, class);
                for (name, value) in attributes {
                    let name = self.name(name);
                    if name == self.name("id") {
                        let id = self.name(value);
                        self.commit.ops.push(Op::SetId { node, id });
                        continue;
                    }
                    let text = self.commit.push_text(value);
                    self.commit.values.push(ValueRef::Text(text));
                    let value = self.commit.values.len() as u32 - 1;
                    self.commit.ops.push(Op::SetAttribute { node, name, value });
                }
                for child in children {
                    self.create(child, node);
                }
            }
        }
        if !parent.is_none() {
            self.commit.ops.push(Op::Insert { parent, node, before: NodeId::NONE });
        }
        node
    }

    fn classes(&mut self, node: NodeId, class: &str) {
        let first = self.commit.classes.len() as u32;
        for name in class.split_ascii_whitespace() {
            let name = self.name(name);
            self.commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name });
        }
        let count = self.commit.classes.len() as u32 - first;
        self.commit.ops.push(Op::SetClasses { node, first, count });
    }

    fn apply(&mut self) {
        self.commit.sequence += 1;
        let applied = self.document.apply(&self.commit, &mut Applied::default());
        assert!(applied.is_ok(), "{applied:?}");
        self.commit.clear();
    }

    /// Replaces the sheet.
    pub fn set_sheet(&mut self, sheet: Arc<Sheet>) {
        self.styles.set_app_sheet(sheet);
    }

    /// Replaces the style attribute of the page itself.
    pub fn set_style(&mut self, style: &str) {
        let text = self.commit.push_text(style);
        self.commit.ops.push(Op::SetStyle { node: self.root, text });
        self.apply();
    }

    /// Replaces the text with this number.
    pub fn set_text(&mut self, number: usize, text: &str) {
        let text = self.commit.push_text(text);
        self.commit.ops.push(Op::SetText { node: self.texts[number], text });
        self.apply();
    }

    /// Computes the styles that changed.
    pub fn restyle(&mut self) -> RestyleStats {
        self.styles.restyle(&mut self.document)
    }

    /// Lays out what changed.
    pub fn lay_out(&mut self) -> LayoutStats {
        let area = PageArea { width: WIDTH as f32, height: HEIGHT as f32 };
        self.layout.layout(&mut self.document, area, &NoReplacedSizes)
    }

    /// Number of boxes.
    pub fn boxes(&self) -> usize {
        self.layout.box_tree().len()
    }

    /// Height of the page's box, logical px.
    pub fn height(&self) -> f32 {
        self.layout.box_tree().element_rect(self.root).map_or(0.0, |r| r.height)
    }
}
