//! A template file as it is kept in a compiled package.
//!
//! A tree of elements may be as deep as [`MAX_DEPTH`], each with a loop and a condition around it; reading it by
//! recursion would need a stack of that depth in the hands of whoever wrote the bytes. So nodes are kept in a row,
//! children before their parent, which says how many it has.

use super::parser::Named;
use super::template::{
    AttributeSource, Branch, ForNode, LetNode, MAX_DEPTH, ScopedNode, SlotNode, SlottedNode, Template, TemplateElement,
    TemplateNode, TemplateText, TemplateUse, WxsModule,
};
use crate::compiled::{CompiledError, findings, shared};
use crate::diagnostic::{Diagnostic, Position};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::sync::Arc;

/// One template file as read, its includes followed and its imports not yet.
#[derive(Debug, Default)]
pub struct TemplateFile {
    pub(super) roots: Vec<TemplateNode>,
    pub(super) named: Vec<Named>,
    pub(super) wxs: Vec<WxsModule>,
    pub(super) depth: u32,
    /// Resolved paths of the imports that are there.
    pub(super) imports: Vec<Arc<str>>,
    /// The files that it includes.
    pub(super) includes: Vec<Arc<Template>>,
    /// Resolved paths that it names and that are not there.
    pub(super) missing: Vec<Arc<str>>,
    /// False if it was cut short for the sake of who includes it: a circle or too long a chain of includes.
    pub(super) settled: bool,
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A template file in a compiled package.
#[derive(Debug, Deserialize, Serialize)]
pub struct StoredTemplate<'a> {
    /// Nodes, children first: those of the roots, then those of the named templates.
    nodes: Vec<StoredNode<'a>>,
    roots: u32,
    named: Vec<StoredNamed>,
    wxs: Cow<'a, [WxsModule]>,
    depth: u32,
    #[serde(with = "shared")]
    imports: Vec<Arc<str>>,
    /// The files that it includes, and how deep they are.
    includes: Vec<(Arc<str>, u32)>,
    #[serde(with = "shared")]
    missing: Vec<Arc<str>>,
    #[serde(with = "findings")]
    diagnostics: Vec<Diagnostic>,
}

/// A named template, without its nodes.
#[derive(Debug, Deserialize, Serialize)]
struct StoredNamed {
    #[serde(with = "shared")]
    name: Arc<str>,
    nodes: u32,
    position: Position,
}

/// A node without its children.
#[derive(Debug, Deserialize, Serialize)]
enum StoredNode<'a> {
    Text(Cow<'a, TemplateText>),
    /// With the number of its children.
    Element(Box<Cow<'a, TemplateElement>>, u32),
    /// The branches: each one's condition and number of nodes.
    If(Vec<(Option<Cow<'a, AttributeSource>>, u32)>),
    For(Cow<'a, ForNode>, u32),
    Block(u32),
    Use(Cow<'a, TemplateUse>),
    /// By its place among the includes.
    Include(u32),
    Slot(Cow<'a, SlotNode>),
    Scoped(Cow<'a, ScopedNode>, u32),
    Let(Cow<'a, LetNode>, u32),
    Slotted(Cow<'a, SlottedNode>, u32),
}

impl TemplateFile {
    /// The form in which the file is kept; `None` if what it was read as depends on who includes it.
    pub(crate) fn stored(&self) -> Option<StoredTemplate<'_>> {
        if !self.settled {
            return None;
        }
        let mut nodes = Vec::new();
        let roots = flatten(&self.roots, &self.includes, &mut nodes)?;
        let mut named = Vec::with_capacity(self.named.len());
        for Named { name, nodes: list, position } in &self.named {
            let count = flatten(list, &self.includes, &mut nodes)?;
            named.push(StoredNamed { name: name.clone(), nodes: count, position: *position });
        }
        Some(StoredTemplate {
            nodes,
            roots,
            named,
            wxs: Cow::Borrowed(&self.wxs),
            depth: self.depth,
            imports: self.imports.clone(),
            includes: self.includes.iter().map(|t| (t.file.clone(), t.depth)).collect(),
            missing: self.missing.clone(),
            diagnostics: self.diagnostics.clone(),
        })
    }
}

/// Puts the nodes of a list into the row, children first; gives their number. Recurses as deep as the tree is, which is
/// bounded.
fn flatten<'a>(list: &'a [TemplateNode], includes: &[Arc<Template>], out: &mut Vec<StoredNode<'a>>) -> Option<u32> {
    for node in list {
        let stored = match node {
            TemplateNode::Text(text) => StoredNode::Text(Cow::Borrowed(text)),
            TemplateNode::Element(element) => {
                let count = flatten(&element.children, includes, out)?;
                StoredNode::Element(Box::new(Cow::Borrowed(element)), count)
            }
            TemplateNode::If(branches) => {
                let mut stored = Vec::with_capacity(branches.len());
                for Branch { condition, nodes } in branches {
                    let count = flatten(nodes, includes, out)?;
                    stored.push((condition.as_ref().map(Cow::Borrowed), count));
                }
                StoredNode::If(stored)
            }
            TemplateNode::For(each) => {
                let count = flatten(&each.nodes, includes, out)?;
                StoredNode::For(Cow::Borrowed(each), count)
            }
            TemplateNode::Block(nodes) => StoredNode::Block(flatten(nodes, includes, out)?),
            TemplateNode::Use(node) => StoredNode::Use(Cow::Borrowed(node)),
            TemplateNode::Include(template) => {
                StoredNode::Include(includes.iter().position(|t| Arc::ptr_eq(t, template))? as u32)
            }
            TemplateNode::Slot(slot) => StoredNode::Slot(Cow::Borrowed(slot)),
            TemplateNode::Scoped(scoped) => {
                let count = flatten(&scoped.nodes, includes, out)?;
                StoredNode::Scoped(Cow::Borrowed(scoped), count)
            }
            TemplateNode::Let(node) => {
                let count = flatten(&node.nodes, includes, out)?;
                StoredNode::Let(Cow::Borrowed(node), count)
            }
            TemplateNode::Slotted(slotted) => {
                let count = flatten(&slotted.nodes, includes, out)?;
                StoredNode::Slotted(Cow::Borrowed(slotted), count)
            }
        };
        out.push(stored);
    }
    Some(list.len() as u32)
}

impl StoredTemplate<'_> {
    /// Paths of the files that it includes, and how deep those were.
    pub(super) fn includes(&self) -> &[(Arc<str>, u32)] {
        &self.includes
    }

    /// Paths of its imports.
    pub(super) fn imports(&self) -> &[Arc<str>] {
        &self.imports
    }

    /// Paths that it names and that were not there.
    pub(super) fn missing(&self) -> &[Arc<str>] {
        &self.missing
    }

    /// The file, with the templates that its includes are.
    ///
    /// # Errors
    /// [`CompiledError::Unreadable`] for numbers that do not fit, and a tree that no source gives.
    pub(super) fn into_file(self, includes: Vec<Arc<Template>>) -> Result<TemplateFile, CompiledError> {
        let mut tree = Tree { done: Vec::new(), includes: &includes };
        for node in self.nodes {
            let node = tree.node(node).ok_or(CompiledError::Unreadable)?;
            tree.done.push(node);
        }
        // What comes last in the row is last in the file.
        let mut named = Vec::with_capacity(self.named.len());
        for StoredNamed { name, nodes, position } in self.named.into_iter().rev() {
            let (nodes, ..) = tree.take(nodes).ok_or(CompiledError::Unreadable)?;
            named.push(Named { name, nodes, position });
        }
        named.reverse();
        let (roots, height, _) = tree.take(self.roots).ok_or(CompiledError::Unreadable)?;
        if !tree.done.is_empty() || !(height..=MAX_DEPTH).contains(&self.depth) {
            return Err(CompiledError::Unreadable);
        }
        Ok(TemplateFile {
            roots,
            named,
            wxs: self.wxs.into_owned(),
            depth: self.depth,
            imports: self.imports,
            includes,
            missing: self.missing,
            settled: true,
            diagnostics: self.diagnostics,
        })
    }
}

/// A node that is done.
struct Done {
    node: TemplateNode,
    /// Elements nested in it, itself counted in.
    height: u32,
    /// Nodes nested in it, itself counted in.
    levels: u32,
}

/// Nodes that wait for their parent.
struct Tree<'i> {
    done: Vec<Done>,
    includes: &'i [Arc<Template>],
}

/// Nodes nested in each other: an element with a loop and a condition around it is three, and a text may stand in it.
/// What sees values of a slot and values of its own is three as well: it has neither loop nor condition.
const MAX_LEVELS: u32 = 3 * MAX_DEPTH + 1;

impl Tree<'_> {
    /// The last `count` nodes, the height of the highest and the levels of the deepest.
    fn take(&mut self, count: u32) -> Option<(Vec<TemplateNode>, u32, u32)> {
        let start = self.done.len().checked_sub(count as usize)?;
        let (mut height, mut levels) = (0, 0);
        let nodes = self.done.drain(start..).map(|done| {
            height = height.max(done.height);
            levels = levels.max(done.levels);
            done.node
        });
        let nodes = nodes.collect();
        Some((nodes, height, levels))
    }

    /// The node with its children, which are the last that are done.
    fn node(&mut self, node: StoredNode<'_>) -> Option<Done> {
        let (node, height, levels) = match node {
            StoredNode::Text(text) => (TemplateNode::Text(text.into_owned()), 0, 0),
            StoredNode::Element(element, count) => {
                let (children, height, levels) = self.take(count)?;
                let element = TemplateElement { children, ..element.into_owned() };
                (TemplateNode::Element(Box::new(element)), height + 1, levels)
            }
            StoredNode::If(stored) => {
                let mut branches = Vec::with_capacity(stored.len());
                let (mut height, mut levels) = (0, 0);
                for (condition, count) in stored.into_iter().rev() {
                    let (nodes, high, deep) = self.take(count)?;
                    (height, levels) = (height.max(high), levels.max(deep));
                    branches.push(Branch { condition: condition.map(Cow::into_owned), nodes });
                }
                branches.reverse();
                (TemplateNode::If(branches), height, levels)
            }
            StoredNode::For(each, count) => {
                let (nodes, height, levels) = self.take(count)?;
                (TemplateNode::For(Box::new(ForNode { nodes, ..each.into_owned() })), height, levels)
            }
            StoredNode::Block(count) => {
                let (nodes, height, levels) = self.take(count)?;
                (TemplateNode::Block(nodes), height + 1, levels)
            }
            StoredNode::Use(node) => (TemplateNode::Use(Box::new(node.into_owned())), 1, 0),
            StoredNode::Include(index) => {
                let template = self.includes.get(index as usize)?;
                (TemplateNode::Include(template.clone()), template.depth.checked_add(1)?, 0)
            }
            StoredNode::Slot(slot) => (TemplateNode::Slot(Box::new(slot.into_owned())), 1, 0),
            StoredNode::Scoped(scoped, count) => {
                let (nodes, height, levels) = self.take(count)?;
                (TemplateNode::Scoped(Box::new(ScopedNode { nodes, ..scoped.into_owned() })), height, levels)
            }
            StoredNode::Let(node, count) => {
                let (nodes, height, levels) = self.take(count)?;
                (TemplateNode::Let(Box::new(LetNode { nodes, ..node.into_owned() })), height, levels)
            }
            StoredNode::Slotted(slotted, count) => {
                let (nodes, height, levels) = self.take(count)?;
                (TemplateNode::Slotted(Box::new(SlottedNode { nodes, ..slotted.into_owned() })), height + 1, levels)
            }
        };
        let levels = levels + 1;
        (height <= MAX_DEPTH && levels <= MAX_LEVELS).then_some(Done { node, height, levels })
    }
}
