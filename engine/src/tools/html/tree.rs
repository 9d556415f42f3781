//! The composed tree as elements.

use super::inner::{self, Inside};
use super::{Context, attribute, attribute_name, element_name, text, value};
use crate::host::stage::PageStage;
use crate::package::sources::{SourceKind, resolve_picture};
use pellicle_layout::document::{AttributeValue, Document, ElementState, Node, NodeId, NodeKind, ScopeId};
use pellicle_layout::flow::{ReplacedSizes, decoded};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

/// Attributes that are not for selectors or stand elsewhere.
const LEFT_OUT: [&str; 4] = ["style", "class", "id", "hidden"];
/// Components that are controls for `:enabled`.
const CONTROLS: [&str; 8] = ["button", "input", "textarea", "checkbox", "radio", "switch", "slider", "picker"];
/// The states that a selector may ask for.
const STATES: [(ElementState, &str); 5] = [
    (ElementState::ACTIVE, "active"),
    (ElementState::HOVER, "hover"),
    (ElementState::FOCUS, "focus"),
    (ElementState::CHECKED, "checked"),
    (ElementState::DISABLED, "disabled"),
];

/// Writes the page on top as the body of the document.
pub(super) fn write(out: &mut String, stage: &PageStage, context: &Context<'_>, by_class: bool) {
    let document = &stage.document;
    let Some(page) = document.top_page() else { return };
    let focused = document.nodes().filter(|n| n.state.contains(ElementState::FOCUS));
    let focus = focused.flat_map(|n| std::iter::once(n.id).chain(document.ancestors(n.id).map(|a| a.id))).collect();
    let mut writer = Writer { out, stage, context, by_class, focus, count: 0 };
    writer.element(page.root);
}

pub(super) struct Writer<'a> {
    pub(super) out: &'a mut String,
    stage: &'a PageStage,
    pub(super) context: &'a Context<'a>,
    /// Some selector asks for the text of `class`.
    by_class: bool,
    /// Elements with the focus in them.
    focus: BTreeSet<NodeId>,
    /// Elements so far.
    count: u32,
}

impl<'a> Writer<'a> {
    pub(super) fn document(&self) -> &'a Document {
        &self.stage.document
    }

    /// The natural size of an element's picture, px.
    pub(super) fn natural_size(&self, node: NodeId) -> Option<(f32, f32)> {
        self.stage.pictures().natural_size(node)
    }

    /// Where a browser finds the picture of an element.
    pub(super) fn picture(&self, node: NodeId, source: &str) -> Option<String> {
        let scope = self.document().node(node).map_or(ScopeId::GLOBAL, |n| n.scope);
        let owner = self.stage.owner_of(node, scope);
        match resolve_picture(self.context.package, &owner, source) {
            (SourceKind::Local, Some(path)) => self.context.address(&path),
            (SourceKind::Data, _) => Some(source.to_owned()),
            (SourceKind::Net, _) => self.context.options.network.then(|| source.to_owned()),
            _ => None,
        }
    }

    /// Writes an element with what is below it. Documents are of limited depth, so this may recurse.
    fn element(&mut self, id: NodeId) {
        let document = self.document();
        let Some(node) = document.node(id) else { return };
        let tag = document.tag_name(id);
        let name = if node.parent.is_none() { "body".to_owned() } else { element_name(tag) };
        let _ = write!(self.out, "<{name} data-node=\"{}\"", self.count);
        self.count += 1;
        self.names(node);
        self.attributes(node);
        let style = self.style(node, tag);
        if !style.is_empty() {
            attribute(self.out, "style", &style);
        }
        self.out.push('>');
        match inner::of(self, id, tag) {
            Inside::Children { before, after } => {
                self.out.push_str(&before);
                self.children(node, tag == "text");
                self.out.push_str(after);
            }
            Inside::Own(content) => {
                self.out.push_str(&content);
                // What a template puts into a component that shows none of it is there all the same.
                if node.children.iter().any(|&child| document.node(child).is_some_and(Node::is_element)) {
                    self.out.push_str("<i-box style=\"display: none\">");
                    self.children(node, false);
                    self.out.push_str("</i-box>");
                }
            }
        }
        let _ = write!(self.out, "</{name}>");
    }

    fn children(&mut self, node: &Node, in_text: bool) {
        let document = self.document();
        for &child in &node.children {
            match document.node(child).map(|n| &n.kind) {
                Some(NodeKind::Element(_)) => self.element(child),
                Some(NodeKind::Text(content)) if in_text => {
                    // A `text` breaks at line ends, written ones too.
                    let content = decoded(document, node.id, content).replace("\\n", "\n");
                    for (n, line) in content.split('\n').enumerate() {
                        if n > 0 {
                            self.out.push_str("<br>");
                        }
                        text(self.out, line);
                    }
                }
                Some(NodeKind::Text(content)) => text(self.out, content),
                None => {}
            }
        }
    }

    /// Id, classes, scopes and states.
    fn names(&mut self, node: &Node) {
        let names = &self.document().names;
        if !node.name.is_empty() {
            attribute(self.out, "id", names.resolve(node.name));
        }
        let classes: Vec<(ScopeId, &str)> =
            node.classes.iter().map(|class| (class.scope, &**names.resolve(class.name))).collect();
        self.classes(&classes);
        if self.by_class {
            let mut texts: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
            for &(scope, name) in &classes {
                texts.entry(scope.0).or_default().push(name);
            }
            for (scope, words) in texts {
                attribute(self.out, &format!("data-class-{scope}"), &words.join(" "));
            }
        }
        if node.scope != ScopeId::GLOBAL {
            attribute(self.out, "data-scope", &node.scope.0.to_string());
        }
        if node.host != ScopeId::GLOBAL {
            attribute(self.out, "data-host", &node.host.0.to_string());
        }
        let mut states: Vec<&str> =
            STATES.iter().filter(|(bit, _)| node.state.contains(*bit)).map(|(_, name)| *name).collect();
        let tag: &str = names.resolve(node.tag());
        if CONTROLS.contains(&tag) && !node.state.contains(ElementState::DISABLED) {
            states.push("enabled");
        }
        if self.focus.contains(&node.id) {
            states.push("focus-within");
        }
        if !states.is_empty() {
            attribute(self.out, "data-state", &states.join(" "));
        }
    }

    fn classes(&mut self, classes: &[(ScopeId, &str)]) {
        if !classes.is_empty() {
            let scoped: Vec<String> = classes.iter().map(|(scope, name)| format!("s{}-{name}", scope.0)).collect();
            attribute(self.out, "class", &scoped.join(" "));
        }
    }

    /// The attributes that selectors may ask for: one that is off is not there, one without a value is empty.
    fn attributes(&mut self, node: &Node) {
        let document = self.document();
        if is_hidden(document, node) {
            attribute(self.out, "at-hidden", "");
        }
        for (name, value) in &node.attributes {
            let name: &str = document.names.resolve(*name);
            // What the runtime notes for itself begins with a blank: no selector can ask for it.
            if LEFT_OUT.contains(&name) || name.starts_with(' ') {
                continue;
            }
            let text = match value {
                AttributeValue::Bool(true) => String::new(),
                AttributeValue::Text(text) if !text.is_empty() && !text.starts_with("data:") => text.to_string(),
                AttributeValue::Number(_) => value.to_text().to_string(),
                AttributeValue::Classes(classes) => {
                    let mut words: Vec<&str> = classes.iter().map(|c| &**document.names.resolve(c.name)).collect();
                    words.dedup();
                    words.join(" ")
                }
                _ => continue,
            };
            attribute(self.out, &attribute_name(name), &text);
        }
    }

    /// The style attribute, with what the component itself decides behind it.
    fn style(&self, node: &Node, tag: &str) -> String {
        let inline = node.inline_style.as_deref().unwrap_or("");
        let mut style = value::declarations(self.context, "", inline);
        style.push_str(&inner::own_style(self, node.id, tag));
        style.truncate(style.trim_end().len());
        style
    }
}

/// True if `hidden` is on; an empty value is on.
fn is_hidden(document: &Document, node: &Node) -> bool {
    match document.attribute(node.id, "hidden") {
        Some(AttributeValue::Text(text)) if text.is_empty() => true,
        value => value.is_some_and(AttributeValue::is_on),
    }
}
