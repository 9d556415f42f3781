//! From pieces of WXML to the template tree.
//!
//! One pass with a stack of open elements: an element is built when it ends, so nothing here recurses over
//! the input and time is linear. Malformed sources are mended the way the format's runtimes do it:
//! - a closing tag that nothing opened is ignored; one that skips open elements ends them too;
//! - an element that stands alone in practice (`<image>`, `<input>`, …) and is never closed gives its
//!   children back to its parent;
//! - text of white space alone is dropped, all other text is kept as written.

use super::attributes::{Control, Loop};
use super::lexer::{Lexer, Piece, RawAttribute};
use super::template::{
    AttributeSource, Branch, ForNode, LetNode, MAX_DEPTH, ScopedNode, SlotNode, SlottedNode, Template, TemplateNode,
    TemplateText, TemplateUse, WxsModule, WxsSource,
};
use super::token::{is_blank, shorten};
use super::{attributes, tags, value};
use crate::diagnostic::{Position, Reporter};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// What the parser asks of the loader.
pub(super) trait Includes {
    /// The file named by `src` of an `<include>`; it has reported if there is none.
    fn include(&mut self, src: &str, offset: usize, reporter: &mut Reporter<'_>) -> Option<Arc<Template>>;
    /// The package path of a wxs `src`; it has reported if there is none.
    fn wxs_path(&mut self, src: &str, offset: usize, reporter: &mut Reporter<'_>) -> Option<Arc<str>>;
}

/// A parsed file, its imports not yet followed.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    pub roots: Vec<TemplateNode>,
    /// A name once.
    pub named: Vec<Named>,
    /// A name once.
    pub wxs: Vec<WxsModule>,
    /// `src` of each `<import>` and its place in bytes.
    pub imports: Vec<(String, usize)>,
    pub depth: u32,
}

#[derive(Debug)]
pub(super) struct Named {
    pub name: Arc<str>,
    pub nodes: Vec<TemplateNode>,
    pub position: Position,
}

/// How a node continues a `wx:if` chain.
enum Link {
    None,
    If(AttributeSource),
    Elif(AttributeSource),
    Else,
}

/// A finished node among its siblings.
struct Sibling {
    node: TemplateNode,
    link: Link,
    offset: usize,
    /// Elements nested in it, itself counted in.
    height: u32,
}

/// An open element.
struct Frame<'s> {
    tag: &'s str,
    offset: usize,
    attributes: Vec<RawAttribute<'s>>,
    children: Vec<Sibling>,
    /// Enclosing elements that surely stay; elements that may give their children back are not counted.
    level: u32,
}

pub(super) fn parse(source: &str, reporter: &mut Reporter<'_>, includes: &mut dyn Includes) -> Parsed {
    let root = Frame { tag: "", offset: 0, attributes: Vec::new(), children: Vec::new(), level: 0 };
    let mut parser = Parser {
        stack: vec![root],
        open: FxHashMap::default(),
        reporter,
        includes,
        out: Parsed::default(),
        said_too_deep: false,
        names: FxHashSet::default(),
    };
    let mut lexer = Lexer::new(source);
    while let Some(piece) = lexer.next() {
        match piece {
            Piece::Text { text, offset } => parser.text(text, offset),
            Piece::Cdata { text, offset } => parser.cdata(text, offset),
            Piece::Open { name: "wxs", offset, attributes, self_closing } => {
                let code = if self_closing { ("", 0, true) } else { lexer.raw_until("</wxs>") };
                parser.wxs(&attributes, code, offset);
            }
            Piece::Open { name, offset, attributes, self_closing } => {
                parser.open(name, offset, attributes, self_closing)
            }
            Piece::Close { name, offset } => parser.close(name, offset),
            Piece::Problem { offset, message } => parser.reporter.error("markup", offset, message),
        }
    }
    parser.finish()
}

struct Parser<'s, 'p, 'r> {
    stack: Vec<Frame<'s>>,
    /// How many elements of a name are open.
    open: FxHashMap<&'s str, u32>,
    reporter: &'p mut Reporter<'r>,
    includes: &'p mut dyn Includes,
    out: Parsed,
    said_too_deep: bool,
    /// Of the named templates.
    names: FxHashSet<Arc<str>>,
}

impl<'s> Parser<'s, '_, '_> {
    fn push(&mut self, sibling: Sibling) {
        if let Some(top) = self.stack.last_mut() {
            top.children.push(sibling);
        }
    }

    /// Says once where elements begin to be left out.
    fn too_deep(&mut self, offset: usize) {
        if !std::mem::replace(&mut self.said_too_deep, true) {
            let message = format!("elements are nested more than {MAX_DEPTH} deep; what is deeper is left out");
            self.reporter.error("nesting", offset, message);
        }
    }

    fn text(&mut self, text: &str, offset: usize) {
        if text.chars().all(is_blank) {
            return;
        }
        let value = value::read(text, offset, self.reporter);
        // The place of the text is its first sign, not the blanks before it.
        let position = self.reporter.position(offset + text.len() - text.trim_start_matches(is_blank).len());
        self.push_text(TemplateText { value, position }, offset);
    }

    fn cdata(&mut self, text: &str, offset: usize) {
        if text.chars().all(is_blank) {
            return;
        }
        let value = AttributeSource::Static(Arc::from(text));
        self.push_text(TemplateText { value, position: self.reporter.position(offset) }, offset);
    }

    fn push_text(&mut self, text: TemplateText, offset: usize) {
        self.push(Sibling { node: TemplateNode::Text(text), link: Link::None, offset, height: 0 });
    }

    fn open(&mut self, tag: &'s str, offset: usize, attributes: Vec<RawAttribute<'s>>, self_closing: bool) {
        let level = self.stack.last().map_or(0, |top| top.level) + u32::from(!tags::stands_alone(tag));
        if level > MAX_DEPTH {
            self.too_deep(offset);
        }
        let frame = Frame { tag, offset, attributes, children: Vec::new(), level };
        if self_closing {
            self.complete(frame);
        } else {
            *self.open.entry(tag).or_default() += 1;
            self.stack.push(frame);
        }
    }

    fn close(&mut self, tag: &'s str, offset: usize) {
        if self.open.get(tag).is_none_or(|&count| count == 0) {
            self.reporter.warning("stray-tag", offset, format!("`</{}>` closes nothing here", shorten(tag)));
            return;
        }
        self.end_open_elements(Some(tag));
        if let Some(frame) = self.pop() {
            self.complete(frame);
        }
    }

    /// Ends the elements inside the innermost open `tag`, or all there are. Their closing tags are missing.
    fn end_open_elements(&mut self, tag: Option<&str>) {
        let mut run = Vec::new();
        while self.stack.len() > 1 && self.stack.last().is_some_and(|top| Some(top.tag) != tag) {
            let Some(frame) = self.pop() else { return };
            if tags::stands_alone(frame.tag) {
                run.push(frame);
                continue;
            }
            let message = format!("`<{}>` has no closing tag", shorten(frame.tag));
            self.reporter.error("unclosed-tag", frame.offset, message);
            // The run stood inside this element: it goes there first.
            self.stack.push(frame);
            self.give_back(&mut run);
            if let Some(frame) = self.stack.pop() {
                self.complete(frame);
            }
        }
        self.give_back(&mut run);
    }

    /// Ends elements that stand alone, innermost first in `run`: what they hold follows them.
    fn give_back(&mut self, run: &mut Vec<Frame<'s>>) {
        while let Some(mut frame) = run.pop() {
            let given_back = std::mem::take(&mut frame.children);
            self.complete(frame);
            if let Some(top) = self.stack.last_mut() {
                top.children.extend(given_back);
            }
        }
    }

    /// The innermost open element, `None` at the root.
    fn pop(&mut self) -> Option<Frame<'s>> {
        if self.stack.len() <= 1 {
            return None;
        }
        let frame = self.stack.pop()?;
        if let Some(count) = self.open.get_mut(frame.tag) {
            *count -= 1;
        }
        Some(frame)
    }

    fn finish(mut self) -> Parsed {
        self.end_open_elements(None);
        if let Some(root) = self.stack.pop() {
            self.out.depth = root.children.iter().map(|s| s.height).max().unwrap_or(0);
            self.out.roots = self.fold(root.children);
        }
        self.out
    }

    /// Builds the node of an element that has ended and hands it to its parent.
    fn complete(&mut self, mut frame: Frame<'s>) {
        let mut height = frame.children.iter().map(|s| s.height).max().unwrap_or(0) + 1;
        if frame.level > MAX_DEPTH || height > MAX_DEPTH {
            self.too_deep(frame.offset);
            if frame.level > MAX_DEPTH {
                return;
            }
            frame.children.clear();
            height = 1;
        }
        let Frame { tag, offset, attributes, children, level: frame_level } = frame;
        let position = self.reporter.position(offset);
        let (mut element, control) = attributes::read(tag, offset, &attributes, self.reporter);
        element.children = self.fold(children);
        let node = match tag {
            "import" => {
                match find(&attributes, "src") {
                    Some(src) => self.out.imports.push((src.to_owned(), offset)),
                    None => self.reporter.error("import", offset, "`<import>` needs `src`"),
                }
                return;
            }
            "include" => {
                let Some(src) = find(&attributes, "src") else {
                    self.reporter.error("include", offset, "`<include>` needs `src`");
                    return;
                };
                let Some(template) = self.includes.include(src, offset, self.reporter) else { return };
                height = template.depth + 1;
                if frame_level + template.depth > MAX_DEPTH {
                    let message = format!("with this include, elements are nested more than {MAX_DEPTH} deep");
                    self.reporter.error("nesting", offset, message);
                    return;
                }
                TemplateNode::Include(template)
            }
            "template" => match find(&attributes, "name") {
                Some(name) => {
                    self.define(name, element.children, offset);
                    return;
                }
                None => match self.template_use(&attributes, offset) {
                    Some(node) => node,
                    None => return,
                },
            },
            "block" => {
                let mut nodes = element.children;
                match element.slot {
                    Some(slot) => {
                        nodes.iter_mut().for_each(|node| set_slot(node, &slot));
                        TemplateNode::Slotted(Box::new(SlottedNode { slot, nodes }))
                    }
                    None => TemplateNode::Block(nodes),
                }
            }
            "slot" => {
                let name = attributes.iter().find(|a| a.name == "name").and_then(|a| Some((a.value?, a.value_offset)));
                let name = match name {
                    Some((name, offset)) => value::read(name, offset, self.reporter),
                    None => AttributeSource::Static(Arc::from("")),
                };
                TemplateNode::Slot(Box::new(SlotNode {
                    name,
                    slot: element.slot,
                    values: element.attributes,
                    position,
                }))
            }
            _ => TemplateNode::Element(Box::new(element)),
        };
        self.wrap(node, control, offset, height);
    }

    /// Puts the loop and condition of an element around its node.
    fn wrap(&mut self, node: TemplateNode, control: Control, offset: usize, height: u32) {
        let Control { looped, condition, elif, is_else, scoped, lets } = control;
        let is_controlled = looped.is_some() || condition.is_some() || elif.is_some() || is_else;
        let node = if is_controlled {
            let ignored = [(!scoped.is_empty(), "slot:", "around"), (!lets.is_empty(), "let:", "around or inside")];
            for (_, prefix, place) in ignored.into_iter().filter(|(is_there, ..)| *is_there) {
                let message = format!(
                    "`{prefix}` has no effect beside `wx:for`, `wx:if` and their kin; put it on a `<block>` {place}"
                );
                self.reporter.warning("ignored-attribute", offset, message);
            }
            node
        } else {
            with_values(node, scoped, lets)
        };
        let link = match (condition, elif, is_else) {
            (Some(condition), ..) => Link::If(condition),
            (None, Some(condition), _) => Link::Elif(condition),
            (None, None, true) => Link::Else,
            (None, None, false) => Link::None,
        };
        let Some(looped) = looped else {
            self.push(Sibling { node, link, offset, height });
            return;
        };
        // The loop is outside: each round asks the condition.
        let nodes = self.fold(vec![Sibling { node, link, offset, height }]);
        let Loop { list, item, index, key } = looped;
        let position = self.reporter.position(offset);
        let node = TemplateNode::For(Box::new(ForNode { list, item, index, key, nodes, position }));
        self.push(Sibling { node, link: Link::None, offset, height });
    }

    /// Joins `wx:if` chains among siblings. A branch that continues no chain is dropped.
    fn fold(&mut self, siblings: Vec<Sibling>) -> Vec<TemplateNode> {
        let mut nodes: Vec<TemplateNode> = Vec::with_capacity(siblings.len());
        // Where the chain that may go on stands in `nodes`.
        let mut chain: Option<usize> = None;
        for Sibling { node, link, offset, .. } in siblings {
            let condition = match link {
                Link::None => {
                    // Text does not end a chain, an element does.
                    if !matches!(node, TemplateNode::Text(_)) {
                        chain = None;
                    }
                    nodes.push(node);
                    continue;
                }
                Link::If(condition) => {
                    chain = Some(nodes.len());
                    nodes.push(TemplateNode::If(vec![branch(Some(condition), node)]));
                    continue;
                }
                Link::Elif(condition) => Some(condition),
                Link::Else => None,
            };
            let Some(TemplateNode::If(branches)) = chain.and_then(|at| nodes.get_mut(at)) else {
                let name = if condition.is_some() { "wx:elif" } else { "wx:else" };
                let message = format!("`{name}` must follow an element with `wx:if` or `wx:elif`; it is left out");
                self.reporter.error("stray-branch", offset, message);
                continue;
            };
            let ends = condition.is_none();
            branches.push(branch(condition, node));
            if chain.is_some_and(|at| at + 1 < nodes.len()) {
                let message = "only comments may stand between the branches of a `wx:if`; this text moves behind them";
                self.reporter.error("text-between-branches", offset, message);
            }
            if ends {
                chain = None;
            }
        }
        nodes
    }

    fn template_use(&mut self, attributes: &[RawAttribute<'_>], offset: usize) -> Option<TemplateNode> {
        let value =
            |name: &str| attributes.iter().find(|a| a.name == name).and_then(|a| Some((a.value?, a.value_offset)));
        let Some((is, is_offset)) = value("is") else {
            self.reporter.error("template", offset, "`<template>` needs `name` (to define it) or `is` (to use it)");
            return None;
        };
        let is = value::read(is, is_offset, self.reporter);
        let data = value("data").and_then(|(data, offset)| value::read_data(data, offset, self.reporter));
        let position = self.reporter.position(offset);
        Some(TemplateNode::Use(Box::new(TemplateUse { is, data, position })))
    }

    fn define(&mut self, name: &str, nodes: Vec<TemplateNode>, offset: usize) {
        let name: Arc<str> = Arc::from(name);
        if !self.names.insert(name.clone()) {
            let message = format!("the template `{}` is defined twice; the first one counts", shorten(&name));
            self.reporter.warning("repeated-template", offset, message);
            return;
        }
        let position = self.reporter.position(offset);
        self.out.named.push(Named { name, nodes, position });
    }

    fn wxs(&mut self, attributes: &[RawAttribute<'_>], (code, start, ended): (&str, usize, bool), offset: usize) {
        if !ended {
            self.reporter.error("unclosed-tag", offset, "`<wxs>` has no closing tag");
        }
        let Some(name) = find(attributes, "module") else {
            self.reporter.error("wxs", offset, "`<wxs>` needs `module`, the name that expressions use");
            return;
        };
        if self.out.wxs.iter().any(|module| *module.name == *name) {
            let message = format!("the module `{}` is defined twice; the first one counts", shorten(name));
            self.reporter.warning("repeated-module", offset, message);
            return;
        }
        let source = match find(attributes, "src") {
            Some(src) => match self.includes.wxs_path(src, offset, self.reporter) {
                Some(path) => WxsSource::File(path),
                None => return,
            },
            None => WxsSource::Inline { code: Arc::from(code), start: self.reporter.position(start) },
        };
        let module = WxsModule { name: Arc::from(name), source, position: self.reporter.position(offset) };
        self.out.wxs.push(module);
    }
}

fn find<'a>(attributes: &[RawAttribute<'a>], name: &str) -> Option<&'a str> {
    attributes.iter().find(|a| a.name == name)?.value.map(str::trim).filter(|value| !value.is_empty())
}

fn branch(condition: Option<AttributeSource>, node: TemplateNode) -> Branch {
    let nodes = match node {
        TemplateNode::Block(nodes) => nodes,
        node => vec![node],
    };
    Branch { condition, nodes }
}

/// Puts the values that an element and all below it see around its node. Those of its slot are seen by its own.
fn with_values(
    node: TemplateNode,
    scoped: Vec<(Arc<str>, Arc<str>)>,
    lets: Vec<(Arc<str>, AttributeSource)>,
) -> TemplateNode {
    let nodes_of = |node| match node {
        TemplateNode::Block(nodes) => nodes,
        node => vec![node],
    };
    let node = match lets.is_empty() {
        true => node,
        false => TemplateNode::Let(Box::new(LetNode { values: lets, nodes: nodes_of(node) })),
    };
    match scoped.is_empty() {
        true => node,
        false => TemplateNode::Scoped(Box::new(ScopedNode { values: scoped, nodes: nodes_of(node) })),
    }
}

/// Hands the `slot` of a block to the elements in it: a built-in component looks at each of them. The tree's depth is
/// bounded, so this may recurse.
fn set_slot(node: &mut TemplateNode, slot: &AttributeSource) {
    match node {
        TemplateNode::Element(element) => {
            element.slot.get_or_insert_with(|| slot.clone());
        }
        TemplateNode::Slot(forwarded) => {
            forwarded.slot.get_or_insert_with(|| slot.clone());
        }
        TemplateNode::If(branches) => {
            branches.iter_mut().flat_map(|b| &mut b.nodes).for_each(|n| set_slot(n, slot));
        }
        TemplateNode::For(node) => node.nodes.iter_mut().for_each(|n| set_slot(n, slot)),
        TemplateNode::Block(nodes) => nodes.iter_mut().for_each(|n| set_slot(n, slot)),
        TemplateNode::Scoped(node) => node.nodes.iter_mut().for_each(|n| set_slot(n, slot)),
        TemplateNode::Let(node) => node.nodes.iter_mut().for_each(|n| set_slot(n, slot)),
        TemplateNode::Text(_) | TemplateNode::Use(_) | TemplateNode::Include(_) | TemplateNode::Slotted(_) => {}
    }
}
