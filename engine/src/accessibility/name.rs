//! What elements are called (<https://www.w3.org/TR/accname-1.2/>).

use super::role::{Role, is_hidden};
use crate::widgets::{descendants, text};
use pellicle_layout::document::{Document, NodeId, NodeKind};
use pellicle_layout::style::computed::{Display, Visibility};

/// Longest name, characters.
const LONGEST: usize = 1000;

/// The name of an element; empty if it has none.
pub(super) fn of(document: &Document, node: NodeId, role: Role, root: NodeId) -> String {
    let name = pointed(document, node, "aria-labelledby", root)
        .or_else(|| filled(text(document, node, "aria-label")))
        .or_else(|| labelled(document, node, role, root))
        .or_else(|| own(document, node))
        .or_else(|| role.is_named_by_content().then(|| content(document, node)).and_then(filled));
    name.unwrap_or_default().chars().take(LONGEST).collect()
}

/// What else is said of it.
pub(super) fn description(document: &Document, node: NodeId, root: NodeId) -> String {
    pointed(document, node, "aria-describedby", root).unwrap_or_default()
}

/// A text with something in it, its white space as one space.
fn filled(text: String) -> Option<String> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The texts of the elements that an attribute names by their `id`.
fn pointed(document: &Document, node: NodeId, attribute: &str, root: NodeId) -> Option<String> {
    let ids = text(document, node, attribute);
    let texts = ids.split_whitespace().filter_map(|id| {
        let named = by_id(document, root, id)?;
        filled(text(document, named, "aria-label")).or_else(|| filled(content(document, named)))
    });
    filled(texts.collect::<Vec<_>>().join(" "))
}

fn by_id(document: &Document, root: NodeId, id: &str) -> Option<NodeId> {
    let named = |node: &NodeId| document.node(*node).is_some_and(|n| &**document.names.resolve(n.name) == id);
    descendants(document, root).find(named)
}

/// The text of the `label` that stands around a form control or names it.
fn labelled(document: &Document, node: NodeId, role: Role, root: NodeId) -> Option<String> {
    if !role.is_control() {
        return None;
    }
    let is_label = |node: &NodeId| document.tag_name(*node) == "label";
    if let Some(around) = ancestor(document, node, is_label) {
        return filled(content(document, around));
    }
    let id = document.node(node).map(|n| document.names.resolve(n.name).to_string()).filter(|id| !id.is_empty())?;
    let label = descendants(document, root).find(|node| is_label(node) && text(document, *node, "for") == id)?;
    filled(content(document, label))
}

/// The nearest element above that is so.
pub(super) fn ancestor(document: &Document, node: NodeId, is: impl Fn(&NodeId) -> bool) -> Option<NodeId> {
    let mut at = document.node(node)?.parent;
    while let Some(found) = document.node(at) {
        if is(&at) {
            return Some(at);
        }
        at = found.parent;
    }
    None
}

/// What attributes of the element's own say.
fn own(document: &Document, node: NodeId) -> Option<String> {
    let attributes: &[&str] = match document.tag_name(node) {
        "image" | "cover-image" => &["alt"],
        "input" | "textarea" => &["placeholder"],
        "picker" => &["header-text"],
        "video" => &["title"],
        _ => &[],
    };
    attributes.iter().find_map(|name| filled(text(document, node, name)))
}

/// All that is written in an element and seen, with the names of pictures and controls in it.
pub(super) fn content(document: &Document, node: NodeId) -> String {
    let mut out = String::new();
    let mut stack = vec![node];
    while let Some(at) = stack.pop() {
        let Some(found) = document.node(at) else { continue };
        if let NodeKind::Text(text) = &found.kind {
            out.push_str(&text.replace("\\n", " "));
            continue;
        }
        if at != node {
            if is_hidden(document, at) || !is_seen(document, at) {
                continue;
            }
            let said = filled(text(document, at, "aria-label")).or_else(|| own(document, at));
            if let Some(said) = said {
                out.push(' ');
                out.push_str(&said);
                out.push(' ');
                continue;
            }
            // Boxes of their own stand apart.
            if found.style.as_ref().is_none_or(|style| style.display != Display::Inline) {
                out.push(' ');
            }
        }
        stack.extend(found.children.iter().rev());
    }
    out.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// False for what `display` or `visibility` keeps from being seen.
pub(super) fn is_seen(document: &Document, node: NodeId) -> bool {
    let style = document.node(node).and_then(|n| n.style.as_ref());
    style.is_none_or(|style| style.display != Display::None && style.visibility == Visibility::Visible)
}
