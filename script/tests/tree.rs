//! The op writer: a document that gets commits at any time equals one that gets the whole tree, and both
//! equal the logic tree.

#![allow(clippy::unwrap_used)]

use pellicle_layout::document::apply::Applied;
use pellicle_layout::document::ops::{ClassName, Commit, ListenFlags, NodeId, Op, ScopeId};
use pellicle_layout::document::{AttributeValue, Document, NodeKind};
use pellicle_script::tree::{Attribute, LogicKind, LogicTree};
use proptest::prelude::*;
use std::rc::Rc;

struct Look {
    id: NodeId,
    text: Option<String>,
    tag: String,
    name: String,
    classes: Vec<String>,
    attributes: Vec<String>,
    listeners: Vec<String>,
    style: String,
    scopes: (u16, u16),
    children: Vec<NodeId>,
}

fn dump(pages: &[(u32, NodeId)], look: impl Fn(NodeId) -> Look) -> String {
    let mut out = String::new();
    for (page, root) in pages {
        out += &format!("page {page}\n");
        let mut stack = vec![(*root, 1)];
        while let Some((id, depth)) = stack.pop() {
            let mut l = look(id);
            l.attributes.sort();
            l.listeners.sort();
            out += &"  ".repeat(depth);
            out += &match l.text {
                Some(text) => format!("{:?} {text:?}\n", l.id),
                None => format!(
                    "{:?} {} #{} {:?} {:?} {:?} {:?} {:?}\n",
                    l.id, l.tag, l.name, l.classes, l.attributes, l.listeners, l.style, l.scopes
                ),
            };
            stack.extend(l.children.iter().rev().map(|&c| (c, depth + 1)));
        }
    }
    out
}

fn dump_document(document: &Document) -> String {
    let pages: Vec<_> = document.pages().iter().map(|p| (p.page, p.root)).collect();
    dump(&pages, |id| {
        let node = document.node(id).expect("a listed child is alive");
        let name = |a| document.names.resolve(a).to_string();
        let value = |v: &AttributeValue| if let AttributeValue::Text(t) = v { t.to_string() } else { "?".to_owned() };
        Look {
            id,
            text: node.text().map(|t| t.to_string()),
            tag: match node.kind {
                NodeKind::Element(tag) => name(tag),
                NodeKind::Text(_) => String::new(),
            },
            name: name(node.name),
            classes: node.classes.iter().map(|c| format!("{}:{}", c.scope.0, name(c.name))).collect(),
            attributes: node.attributes.iter().map(|(n, v)| format!("{}={}", name(*n), value(v))).collect(),
            listeners: node.listeners.iter().map(|(e, f)| format!("{}:{}", name(*e), f.0)).collect(),
            style: node.inline_style.as_deref().unwrap_or("").to_owned(),
            scopes: (node.scope.0, node.host.0),
            children: node.children.clone(),
        }
    })
}

fn dump_tree(tree: &LogicTree) -> String {
    let pages: Vec<_> = tree.pages().iter().map(|p| (p.page, p.root)).collect();
    dump(&pages, |id| {
        let node = tree.get(id).expect("a listed child is alive");
        let name = |a| tree.names.resolve(a).to_string();
        let value = |v: &Attribute| if let Attribute::Text(t) = v { t.to_string() } else { "?".to_owned() };
        Look {
            id,
            text: match &node.kind {
                LogicKind::Text(text) => Some(text.to_string()),
                LogicKind::Element(_) => None,
            },
            tag: name(node.tag()),
            name: name(node.name),
            classes: node.classes.iter().map(|c| format!("{}:{}", c.scope.0, name(c.name))).collect(),
            attributes: node.attributes().map(|(n, v)| format!("{}={}", name(n), value(v))).collect(),
            listeners: node.listeners().map(|(e, f)| format!("{}:{}", name(e), f.0)).collect(),
            style: node.style.to_string(),
            scopes: (node.scope.0, node.host.0),
            children: tree.children(id).map(|n| n.id).collect(),
        }
    })
}

#[derive(Clone, Debug)]
enum Edit {
    Element(u8),
    Text(u8),
    Adopt(usize, Vec<usize>),
    Shuffle(usize, u64),
    Remove(usize),
    Attribute(usize, u8, Option<u8>),
    SetText(usize, u8),
    Look(usize, u8),
    Listen(usize, u8),
    Push(usize),
    Pop(usize),
    Show(usize),
    Write,
    Acknowledge,
    Replay,
}

fn edits() -> impl Strategy<Value = Vec<Edit>> {
    let at = || 0usize..64;
    prop::collection::vec(
        prop_oneof![
            4 => any::<u8>().prop_map(Edit::Element),
            2 => any::<u8>().prop_map(Edit::Text),
            5 => (at(), prop::collection::vec(at(), 0..8)).prop_map(|(p, c)| Edit::Adopt(p, c)),
            3 => (at(), any::<u64>()).prop_map(|(p, s)| Edit::Shuffle(p, s)),
            2 => at().prop_map(Edit::Remove),
            2 => (at(), 0u8..3, prop::option::of(0u8..3)).prop_map(|(n, a, v)| Edit::Attribute(n, a, v)),
            1 => (at(), 0u8..3).prop_map(|(n, t)| Edit::SetText(n, t)),
            1 => (at(), 0u8..9).prop_map(|(n, t)| Edit::Look(n, t)),
            1 => (at(), 0u8..6).prop_map(|(n, t)| Edit::Listen(n, t)),
            1 => at().prop_map(Edit::Push),
            1 => at().prop_map(Edit::Pop),
            1 => at().prop_map(Edit::Show),
            2 => Just(Edit::Write),
            1 => Just(Edit::Acknowledge),
            1 => Just(Edit::Replay),
        ],
        0..80,
    )
}

fn in_subtree(tree: &LogicTree, root: NodeId, mut at: NodeId) -> bool {
    loop {
        if at == root {
            return true;
        }
        match tree.get(at) {
            Some(node) => at = node.parent,
            None => return false,
        }
    }
}

/// The tree under test with the documents that follow it.
struct Bench {
    tree: LogicTree,
    document: Document,
    commit: Commit,
    nodes: Vec<NodeId>,
    page: u32,
}

impl Bench {
    fn new() -> Bench {
        let mut tree = LogicTree::new();
        let root = tree.create_element("page", 0).unwrap();
        tree.push_page(0, root, 0);
        Bench { tree, document: Document::default(), commit: Commit::default(), nodes: vec![root], page: 0 }
    }

    fn pick(&self, i: usize) -> NodeId {
        self.nodes[i % self.nodes.len()]
    }

    fn is_root(&self, node: NodeId) -> bool {
        self.tree.pages().iter().any(|p| p.root == node)
    }

    fn is_element(&self, node: NodeId) -> bool {
        self.tree.get(node).is_some_and(|n| matches!(n.kind, LogicKind::Element(_)))
    }

    fn write(&mut self) -> Result<(), TestCaseError> {
        self.tree.write_commit(&mut self.commit);
        let applied = self.document.apply(&self.commit, &mut Applied::default());
        applied.map_err(|e| TestCaseError::fail(format!("{e}: {:?}", self.commit.ops)))?;
        prop_assert_eq!(dump_document(&self.document), dump_tree(&self.tree));
        prop_assert!(!self.tree.has_changes());
        Ok(())
    }

    fn replay(&mut self) -> Result<(), TestCaseError> {
        let mut other = Document::default();
        self.tree.replay(&mut self.commit);
        other.apply(&self.commit, &mut Applied::default()).unwrap();
        prop_assert_eq!(dump_document(&other), dump_tree(&self.tree));
        self.document.apply(&self.commit, &mut Applied::default()).unwrap();
        prop_assert_eq!(dump_document(&self.document), dump_tree(&self.tree));
        prop_assert_eq!(self.document.len(), other.len());
        Ok(())
    }

    fn adopt(&mut self, parent: NodeId, list: Vec<NodeId>) {
        if self.is_element(parent) {
            self.tree.set_children(parent, &list);
        }
    }

    fn step(&mut self, edit: Edit) -> Result<(), TestCaseError> {
        match edit {
            Edit::Element(t) => {
                let tag = ["view", "text", "image"][t as usize % 3];
                self.nodes.push(self.tree.create_element(tag, 0).unwrap());
            }
            Edit::Text(t) => self.nodes.push(self.tree.create_text(Rc::from(t.to_string()), 0).unwrap()),
            Edit::Adopt(p, c) => {
                let parent = self.pick(p);
                let fits = |n: &NodeId| !self.is_root(*n) && !in_subtree(&self.tree, *n, parent);
                let list = c.iter().map(|&i| self.pick(i)).filter(fits).collect();
                self.adopt(parent, list);
            }
            Edit::Shuffle(p, seed) => {
                let parent = self.pick(p);
                let mut list: Vec<NodeId> = self.tree.children(parent).map(|n| n.id).collect();
                let mut s = seed;
                for i in (1..list.len()).rev() {
                    s = s.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
                    list.swap(i, (s >> 33) as usize % (i + 1));
                }
                self.adopt(parent, list);
            }
            Edit::Remove(n) => {
                let node = self.pick(n);
                for p in self.tree.pages().to_vec() {
                    if p.root == node {
                        self.tree.pop_page(p.page);
                    }
                }
                self.tree.remove(node);
            }
            Edit::Attribute(n, a, v) => {
                let value = v.map(|v| Attribute::Text(Rc::from(v.to_string())));
                self.tree.set_attribute(self.pick(n), ["a", "b", "c"][a as usize], value);
            }
            Edit::SetText(n, t) => self.tree.set_text(self.pick(n), Rc::from(format!("t{t}"))),
            Edit::Look(n, t) => {
                let node = self.pick(n);
                if self.is_element(node) {
                    let name = self.tree.names.intern(["x", "y"][t as usize % 2]);
                    self.tree.set_classes(node, &[ClassName { scope: ScopeId(u16::from(t)), name }]);
                    self.tree.set_style(node, Rc::from(format!("width:{t}px")));
                    self.tree.set_id(node, ["", "i"][t as usize % 2]);
                    self.tree.set_scope(node, ScopeId(u16::from(t)), ScopeId(1));
                }
            }
            Edit::Listen(n, f) => {
                self.tree.set_listener(self.pick(n), ["tap", "input"][f as usize % 2], ListenFlags(f / 2));
            }
            Edit::Push(n) => {
                let node = self.pick(n);
                let free = self.tree.get(node).is_some_and(|n| n.parent.is_none());
                if free && self.is_element(node) && !self.is_root(node) {
                    self.page += 1;
                    self.tree.push_page(self.page, node, 0);
                }
            }
            Edit::Pop(p) => {
                if let Some(p) = self.tree.pages().get(p).copied() {
                    self.tree.pop_page(p.page);
                }
            }
            Edit::Show(p) => {
                if let Some(p) = self.tree.pages().get(p).copied() {
                    self.tree.show_page(p.page);
                }
            }
            Edit::Write => self.write()?,
            Edit::Acknowledge => self.tree.acknowledged(self.tree.sequence()),
            Edit::Replay => self.replay()?,
        }
        let tree = &self.tree;
        self.nodes.retain(|&n| tree.get(n).is_some());
        if self.nodes.is_empty() {
            self.nodes.push(self.tree.create_element("view", 0).unwrap());
        }
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, failure_persistence: None, ..Default::default() })]
    #[test]
    fn incremental_commits_equal_a_replay_and_the_tree(list in edits()) {
        let mut bench = Bench::new();
        for edit in list {
            bench.step(edit)?;
        }
        bench.write()?;
        bench.replay()?;
    }
}

fn page_with_rows(count: usize) -> (LogicTree, NodeId, Vec<NodeId>, Commit) {
    let mut tree = LogicTree::new();
    let root = tree.create_element("page", 0).unwrap();
    tree.push_page(1, root, 0);
    let rows: Vec<NodeId> = (0..count).map(|_| tree.create_element("view", 0).unwrap()).collect();
    tree.set_children(root, &rows);
    let mut commit = Commit::default();
    tree.write_commit(&mut commit);
    (tree, root, rows, commit)
}

#[test]
fn a_node_made_and_removed_between_commits_leaves_nothing() {
    let (mut tree, root, rows, mut commit) = page_with_rows(2);
    let extra = tree.create_element("view", 0).unwrap();
    tree.set_children(root, &[rows[0], extra, rows[1]]);
    tree.set_style(extra, Rc::from("width:1px"));
    tree.set_children(root, &rows);
    tree.remove(extra);
    tree.write_commit(&mut commit);
    assert_eq!(commit.ops, []);
}

#[test]
fn a_reordered_list_costs_the_fewest_moves() {
    let (mut tree, root, mut rows, mut commit) = page_with_rows(100);
    let last = rows.pop().unwrap();
    rows.insert(0, last);
    tree.set_children(root, &rows);
    tree.write_commit(&mut commit);
    assert_eq!(commit.ops, [Op::Insert { parent: root, node: last, before: rows[1] }]);
}

#[test]
fn a_thousand_values_behind_a_stalled_renderer_are_one_op() {
    let (mut tree, _, rows, mut commit) = page_with_rows(1);
    for i in 0..1000 {
        tree.set_attribute(rows[0], "value", Some(Attribute::Number(f64::from(i))));
    }
    tree.write_commit(&mut commit);
    assert_eq!(commit.ops.len(), 1);
    assert_eq!(commit.values.len(), 1);
}

#[test]
fn an_id_is_not_used_again_before_its_removal_was_acknowledged() {
    let (mut tree, _, rows, mut commit) = page_with_rows(1);
    tree.remove(rows[0]);
    tree.write_commit(&mut commit);
    let early = tree.create_element("view", 0).unwrap();
    assert_ne!(early.slot(), rows[0].slot());
    tree.acknowledged(commit.sequence);
    let late = tree.create_element("view", 0).unwrap();
    assert_eq!(late.slot(), rows[0].slot());
    assert_ne!(late, rows[0]);
}

#[test]
fn an_id_is_not_used_again_while_the_document_may_have_its_node() {
    let (mut tree, list, rows, mut commit) = page_with_rows(3);
    // Taken out with the content around it, then forgotten: the document still has it.
    tree.set_children(list, &rows[1..]);
    tree.write_commit(&mut commit);
    tree.remove(rows[0]);
    let fresh = tree.create_text(Rc::from("new"), 0).unwrap();
    assert_ne!(fresh.slot(), rows[0].slot());
    let sequence = tree.sequence();
    tree.acknowledged(sequence);
    let next = tree.create_text(Rc::from("next"), 0).unwrap();
    assert_eq!(next.slot(), rows[0].slot());
}
