//! What the benches measure with: pages made from numbers alone, the same on every machine.
//!
//! Each bench prints one time per size, so that how cost grows shows beside what it is. Compare figures of one
//! run only.

use std::fmt::Write;

/// A page of `rows` rows with a bound class, a bound text and a handler each, in the markup of real programs.
pub fn rows_markup(rows: usize) -> String {
    let mut text = String::from("<view class=\"page {{theme}}\">\n");
    for row in 0..rows {
        let _ = writeln!(
            text,
            "  <view class=\"row {{{{active === {row} ? 'on' : ''}}}}\" data-id=\"{row}\" bindtap=\"open\">\n    \
             <image class=\"thumb\" src=\"{{{{rows[{row}].image}}}}\" mode=\"aspectFill\" />\n    \
             <text wx:if=\"{{{{rows[{row}].name && !hidden}}}}\">{{{{rows[{row}].name + ' ' + ({row} + 1)}}}}</text>\n  </view>"
        );
    }
    text.push_str("</view>\n");
    text
}

use pellicle_layout::atom::Atom;
use pellicle_layout::css::{NoImports, parse_sheet};
use pellicle_layout::document::apply::Applied;
use pellicle_layout::document::ops::{ListenFlags, NewName};
use pellicle_layout::document::{ClassName, Commit, Document, NodeId, Op, ScopeId};
use pellicle_layout::flow::{LayoutEngine, NoReplacedSizes, Viewport as PageArea};
use pellicle_layout::style::{StyleEngine, Viewport};
use pellicle_layout::text::{FontBook, FontPolicy};
use std::sync::Arc;

/// A page of rows, styled and laid out, with the engines that keep it so.
pub struct Page {
    /// The document.
    pub document: Document,
    /// The cascade.
    pub styles: StyleEngine,
    /// The layout.
    pub layout: LayoutEngine,
    /// The rows' text nodes.
    pub texts: Vec<NodeId>,
    /// The rows.
    pub rows: Vec<NodeId>,
    commit: Commit,
}

const CLASSES: [&str; 5] = ["list", "row", "thumb", "name", "on"];

impl Page {
    /// A page of `rows` rows: a flex row with a box and a text each.
    ///
    /// # Panics
    /// If the embedded faces do not load: then nothing can be measured.
    pub fn new(rows: usize) -> Page {
        let fonts = match FontBook::new(FontPolicy::Author) {
            Ok(fonts) => fonts,
            Err(error) => panic!("the embedded faces: {error}"),
        };
        let sheet = ".list { padding: 10px } .row { display: flex; padding: 4px 8px; border-bottom: 1px solid #eee }
            .thumb { width: 40px; height: 40px; border-radius: 8px; background: #ccc } .name { flex: 1; margin-left: 8px }
            .list .row.on .name { color: red }";
        let mut styles = StyleEngine::new(Viewport::default());
        styles.set_app_sheet(Arc::new(parse_sheet("app.wxss", sheet, &NoImports).0));
        let mut page = Page {
            document: Document::new(pellicle_layout::document::DocumentLimits { nodes: 1_000_000, depth: 256 }),
            styles,
            layout: LayoutEngine::new(fonts),
            texts: Vec::new(),
            rows: Vec::new(),
            commit: Commit::default(),
        };
        page.fill(rows);
        page
    }

    fn fill(&mut self, rows: usize) {
        let names = ["page", "view", "tap"].iter().chain(&CLASSES).enumerate();
        for (i, name) in names {
            let text = self.commit.push_text(name);
            self.commit.names.push(NewName { atom: Atom(i as u32 + 1), text });
        }
        let mut next = 0;
        let mut create = |commit: &mut Commit, tag: u32, class: Option<u32>, parent: NodeId| {
            let node = NodeId::new(next, 0);
            next += 1;
            commit.ops.push(Op::Create { node, tag: Atom(tag) });
            if let Some(class) = class {
                let first = commit.classes.len() as u32;
                commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name: Atom(class + 4) });
                commit.ops.push(Op::SetClasses { node, first, count: 1 });
            }
            if !parent.is_none() {
                commit.ops.push(Op::Insert { parent, node, before: NodeId::NONE });
            }
            node
        };
        let commit = &mut self.commit;
        let root = create(commit, 1, None, NodeId::NONE);
        commit.ops.push(Op::PushPage { node: root, page: 1, depth: 0 });
        let list = create(commit, 2, Some(0), root);
        let mut names_of_rows = Vec::with_capacity(rows);
        for _ in 0..rows {
            let row = create(commit, 2, Some(1), list);
            commit.ops.push(Op::Listen { node: row, event: Atom(3), flags: ListenFlags(ListenFlags::BIND) });
            create(commit, 2, Some(2), row);
            names_of_rows.push(create(commit, 2, Some(3), row));
            self.rows.push(row);
        }
        for (i, name) in names_of_rows.into_iter().enumerate() {
            let node = NodeId::new(next + i as u32, 0);
            let text = commit.push_text(&format!("Row number {i}"));
            commit.ops.push(Op::CreateText { node });
            commit.ops.push(Op::SetText { node, text });
            commit.ops.push(Op::Insert { parent: name, node, before: NodeId::NONE });
            self.texts.push(node);
        }
        self.apply();
    }

    fn apply(&mut self) {
        let applied = self.document.apply(&self.commit, &mut Applied::default());
        assert!(applied.is_ok(), "{applied:?}");
        self.commit.clear();
    }

    /// Runs the cascade over what is dirty.
    pub fn restyle(&mut self) {
        self.styles.restyle(&mut self.document);
    }

    /// Lays out what is dirty.
    pub fn lay_out(&mut self) {
        self.layout.layout(&mut self.document, PageArea { width: 375.0, height: 667.0 }, &NoReplacedSizes);
    }

    /// Changes the text of a row.
    pub fn set_text(&mut self, row: usize, text: &str) {
        let text = self.commit.push_text(text);
        self.commit.ops.push(Op::SetText { node: self.texts[row], text });
        self.apply();
    }

    /// A row's element.
    pub fn row(&self, row: usize) -> NodeId {
        self.rows[row]
    }

    /// Gives a row a style of its own.
    pub fn set_style(&mut self, row: usize, style: &str) {
        let text = self.commit.push_text(style);
        self.commit.ops.push(Op::SetStyle { node: self.rows[row], text });
        self.apply();
    }

    /// Gives a row the class `on`, or takes it.
    pub fn set_on(&mut self, row: usize, on: bool) {
        let first = self.commit.classes.len() as u32;
        let count = 1 + u32::from(on);
        self.commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name: Atom(5) });
        self.commit.classes.push(ClassName { scope: ScopeId::GLOBAL, name: Atom(8) });
        self.commit.ops.push(Op::SetClasses { node: self.rows[row], first, count });
        self.apply();
    }
}
