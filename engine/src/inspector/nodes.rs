//! Nodes by the numbers that clients know them by, and what is told of them.
//!
//! A number says all by itself, so nothing is kept: ids of the document and of the shadow root that a component has, one range
//! each. Numbers of nodes that are gone belong to nobody.

use pellicle_layout::document::{AttributeValue, Document, Node, NodeId, NodeKind, ScopeId};
use serde_json::{Value, json};

/// The number of the document.
pub(super) const DOCUMENT: u64 = 1;
/// Where the numbers of nodes begin.
const NODES: u64 = 2;
/// Where those of shadow roots begin.
const SHADOWS: u64 = 1 << 33;

/// What a number stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Named {
    Document,
    Node(NodeId),
    /// The shadow root of this host.
    Shadow(NodeId),
}

impl Named {
    pub fn of(number: u64) -> Option<Named> {
        let id = |from: u64| u32::try_from(number - from).ok().map(NodeId).filter(|id| !id.is_none());
        match number {
            DOCUMENT => Some(Named::Document),
            SHADOWS.. => id(SHADOWS).map(Named::Shadow),
            NODES.. => id(NODES).map(Named::Node),
            _ => None,
        }
    }

    pub fn number(self) -> u64 {
        match self {
            Named::Document => DOCUMENT,
            Named::Node(id) => NODES + u64::from(id.0),
            Named::Shadow(id) => SHADOWS + u64::from(id.0),
        }
    }
}

/// The number of a node.
pub(super) fn number(id: NodeId) -> u64 {
    Named::Node(id).number()
}

/// True if what is below a node is a component's own tree.
pub(super) fn has_shadow(node: &Node) -> bool {
    node.host != ScopeId::GLOBAL
}

/// What the children of a node are told to be in.
pub(super) fn container(node: &Node) -> Named {
    if has_shadow(node) { Named::Shadow(node.id) } else { Named::Node(node.id) }
}

/// The attributes of an element as its template has them, with `id`, `class` and `style`.
pub(super) fn attributes(document: &Document, node: &Node) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut put = |name: &str, value: &str| all.push((name.to_owned(), value.to_owned()));
    let name = document.names.resolve(node.name);
    if !name.is_empty() {
        put("id", name);
    }
    let mut classes: Vec<&str> = Vec::new();
    for class in &node.classes {
        let name = &**document.names.resolve(class.name);
        if !classes.contains(&name) {
            classes.push(name);
        }
    }
    if !classes.is_empty() {
        put("class", &classes.join(" "));
    }
    if let Some(style) = node.inline_style.as_deref().filter(|style| !style.is_empty()) {
        put("style", style);
    }
    for (name, value) in &node.attributes {
        let name = document.names.resolve(*name);
        // Those that begin with a space are the engine's own.
        if !name.starts_with(' ') && !matches!(value, AttributeValue::Classes(_) | AttributeValue::Null) {
            put(name, &value.to_text());
        }
    }
    all
}

/// How an element is called for people: `view#id.class`.
pub(super) fn description(document: &Document, id: NodeId) -> String {
    let Some(node) = document.node(id) else { return String::new() };
    if !node.is_element() {
        return "#text".to_owned();
    }
    let mut text = document.tag_name(id).to_owned();
    for (name, value) in attributes(document, node) {
        match name.as_str() {
            "id" => text.push_str(&format!("#{value}")),
            "class" => value.split(' ').for_each(|class| text.push_str(&format!(".{class}"))),
            _ => {}
        }
    }
    text
}

/// A node without what is below it.
pub(super) fn alone(document: &Document, node: &Node, attributes: &[(String, String)]) -> Value {
    let own = number(node.id);
    match &node.kind {
        NodeKind::Text(text) => json!({
            "nodeId": own, "backendNodeId": own, "nodeType": 3, "nodeName": "#text", "localName": "", "nodeValue": &**text,
        }),
        NodeKind::Element(tag) => {
            let tag = &**document.names.resolve(*tag);
            let flat: Vec<&str> = attributes.iter().flat_map(|(name, value)| [name.as_str(), value.as_str()]).collect();
            json!({
                "nodeId": own, "backendNodeId": own, "nodeType": 1, "nodeName": tag, "localName": tag, "nodeValue": "",
                "attributes": flat,
            })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_say_what_they_stand_for() {
        for named in [Named::Document, Named::Node(NodeId(0)), Named::Node(NodeId(7 << 24)), Named::Shadow(NodeId(3))] {
            assert_eq!(Named::of(named.number()), Some(named));
        }
        assert_eq!(Named::of(0), None);
        assert_eq!(Named::of(number(NodeId::NONE)), None);
        assert_eq!(Named::of(u64::MAX), None);
    }
}
