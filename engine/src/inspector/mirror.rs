//! Which nodes a client knows, and what became of them.
//!
//! A client knows a node once it was told of it, and the children of a node once it asked for them. Of what it knows it hears
//! every change; the rest costs nothing. Changed nodes come by their ids, so the cost follows what changed.

use super::nodes::{self, Named, number};
use crate::host::inspecting::Touched;
use pellicle_layout::document::{Document, NodeId};
use rustc_hash::FxHashMap;
use serde_json::{Value, json};
use std::sync::Arc;

/// Longest text that is told with the element around it, bytes.
const INLINE_TEXT: usize = 80;
/// How deep a tree is told of at once.
const MOST_DEPTH: i64 = 256;

/// An event with its parameters.
pub(super) type Event = (&'static str, Value);

/// What a client was told of a node.
#[derive(Debug)]
struct Known {
    parent: NodeId,
    attributes: Vec<(String, String)>,
    text: Option<Arc<str>>,
    count: usize,
    /// Its children, if they were told.
    children: Option<Vec<NodeId>>,
}

/// What a client knows of the page on top.
#[derive(Debug, Default)]
pub(super) struct Mirror {
    root: Option<NodeId>,
    known: FxHashMap<NodeId, Known>,
}

impl Mirror {
    /// The document with the page on top, told anew.
    pub fn document(&mut self, document: &Document, depth: i64) -> Value {
        *self = Mirror { root: document.top_page().map(|page| page.root), known: FxHashMap::default() };
        let below = if depth < 0 { depth } else { depth.max(1) - 1 };
        let root = self.root.map(|root| self.node(document, root, below));
        let children: Vec<Value> = root.into_iter().collect();
        json!({
            "nodeId": nodes::DOCUMENT, "backendNodeId": nodes::DOCUMENT, "nodeType": 9, "nodeName": "#document",
            "localName": "", "nodeValue": "", "documentURL": super::page::URL, "baseURL": super::page::URL,
            "xmlVersion": "", "childNodeCount": children.len(), "children": children,
        })
    }

    /// True if the client knows a document.
    pub fn is_known(&self) -> bool {
        self.root.is_some()
    }

    /// A node with what is below it, `depth` levels of that (-1: all), which the client knows from now on.
    fn node(&mut self, document: &Document, id: NodeId, depth: i64) -> Value {
        let Some(node) = document.node(id) else { return Value::Null };
        let attributes = nodes::attributes(document, node);
        let mut told = nodes::alone(document, node, &attributes);
        let depth = if depth < 0 { MOST_DEPTH } else { depth };
        let short = |&only: &NodeId| document.node(only).and_then(|n| n.text()).is_some_and(|t| t.len() <= INLINE_TEXT);
        let inlined = matches!(&node.children[..], [only] if short(only)) && !nodes::has_shadow(node);
        // A shadow root is always told, so that it can be unfolded.
        let deeper = depth > 0 || inlined;
        let children = deeper.then(|| {
            let below: Vec<Value> =
                node.children.iter().map(|&child| self.node(document, child, (depth - 1).max(0))).collect();
            (node.children.clone(), below)
        });
        let count = node.children.len();
        if node.is_element() {
            if nodes::has_shadow(node) {
                let own = Named::Shadow(id).number();
                let mut shadow = json!({
                    "nodeId": own, "backendNodeId": own, "nodeType": 11, "nodeName": "#shadow-root", "localName": "",
                    "nodeValue": "", "shadowRootType": "open", "childNodeCount": count,
                });
                if let Some((_, below)) = &children {
                    shadow["children"] = Value::from(below.clone());
                }
                told["childNodeCount"] = Value::from(0);
                told["shadowRoots"] = json!([shadow]);
            } else {
                told["childNodeCount"] = Value::from(count);
                if let Some((_, below)) = &children {
                    told["children"] = Value::from(below.clone());
                }
            }
        }
        let children = children.map(|(ids, _)| ids);
        let text = node.text().cloned();
        self.known.insert(id, Known { parent: node.parent, attributes, text, count, children });
        told
    }

    /// A node for a client that does not hear of it afterwards.
    pub fn describe(document: &Document, id: NodeId, depth: i64) -> Value {
        Mirror::default().node(document, id, depth)
    }

    /// Tells the children of a node.
    pub fn children(&mut self, document: &Document, id: NodeId, depth: i64, events: &mut Vec<Event>) {
        let Some(node) = document.node(id).filter(|_| self.known.contains_key(&id)) else { return };
        let depth = if depth < 0 { MOST_DEPTH } else { depth.max(1) };
        let below: Vec<Value> = node.children.iter().map(|&child| self.node(document, child, depth - 1)).collect();
        if let Some(known) = self.known.get_mut(&id) {
            known.children = Some(node.children.clone());
            known.count = node.children.len();
        }
        events.push(("DOM.setChildNodes", json!({ "parentId": nodes::container(node).number(), "nodes": below })));
    }

    /// Tells a node with all that stands between the root and it, if it is of the page on top.
    pub fn path_to(&mut self, document: &Document, id: NodeId, events: &mut Vec<Event>) -> bool {
        if document.node(id).is_none() {
            return false;
        }
        let mut way = vec![id];
        way.extend(document.ancestors(id).map(|node| node.id));
        if way.last().copied() != self.root {
            return false;
        }
        while let Some(at) = way.pop() {
            let told = self.known.get(&at).is_some_and(|known| known.children.is_some());
            if !way.is_empty() && !told {
                self.children(document, at, 1, events);
            }
        }
        true
    }

    /// Tells what became of nodes that the client knows.
    pub fn follow(&mut self, document: &Document, touched: &Touched, events: &mut Vec<Event>) {
        if self.root.is_none() && self.known.is_empty() {
            return;
        }
        let is_other = document.top_page().map(|page| page.root) != self.root;
        let Touched::Nodes(touched) = touched else { return self.forget(events) };
        if is_other {
            return self.forget(events);
        }
        let mut changed: Vec<NodeId> = Vec::new();
        let mut seen = rustc_hash::FxHashSet::default();
        for &id in touched {
            let known = self.known.get(&id).map(|known| known.parent);
            let parent = document.node(id).map(|node| node.parent);
            for id in [Some(id), known, parent].into_iter().flatten() {
                if self.known.contains_key(&id) && seen.insert(id) {
                    changed.push(id);
                }
            }
        }
        for id in changed {
            self.changed(document, id, events);
        }
    }

    /// The client is to ask for the document anew.
    fn forget(&mut self, events: &mut Vec<Event>) {
        *self = Mirror::default();
        events.push(("DOM.documentUpdated", json!({})));
    }

    fn changed(&mut self, document: &Document, id: NodeId, events: &mut Vec<Event>) {
        // Of one that is gone its parent tells.
        let (Some(node), Some(known)) = (document.node(id), self.known.get_mut(&id)) else { return };
        known.parent = node.parent;
        let own = number(id);
        if let Some(text) = node.text().filter(|text| known.text.as_ref() != Some(text)) {
            known.text = Some(text.clone());
            events.push(("DOM.characterDataModified", json!({ "nodeId": own, "characterData": &**text })));
        }
        if node.is_element() {
            let now = nodes::attributes(document, node);
            for (name, value) in now.iter().filter(|one| !known.attributes.contains(one)) {
                events.push(("DOM.attributeModified", json!({ "nodeId": own, "name": name, "value": value })));
            }
            for (name, _) in known.attributes.iter().filter(|(name, _)| now.iter().all(|(n, _)| n != name)) {
                events.push(("DOM.attributeRemoved", json!({ "nodeId": own, "name": name })));
            }
            known.attributes = now;
        }
        let container = nodes::container(node).number();
        let count = std::mem::replace(&mut known.count, node.children.len());
        match known.children.take() {
            None if count == node.children.len() => {}
            None => {
                let params = json!({ "nodeId": container, "childNodeCount": node.children.len() });
                events.push(("DOM.childNodeCountUpdated", params));
            }
            Some(mut before) if before != node.children => {
                let kept: rustc_hash::FxHashSet<NodeId> = node.children.iter().copied().collect();
                before.retain(|child| {
                    let stays = kept.contains(child);
                    if !stays {
                        self.gone(*child, container, events);
                    }
                    stays
                });
                for (at, &child) in node.children.iter().enumerate() {
                    if before.get(at) == Some(&child) {
                        continue;
                    }
                    if let Some(old) = before.iter().position(|&other| other == child) {
                        before.remove(old);
                        self.gone(child, container, events);
                    }
                    let previous = at.checked_sub(1).and_then(|at| node.children.get(at)).map_or(0, |&id| number(id));
                    let told = self.node(document, child, 0);
                    let params = json!({ "parentNodeId": container, "previousNodeId": previous, "node": told });
                    events.push(("DOM.childNodeInserted", params));
                    before.insert(at, child);
                }
                self.set_children(id, node.children.clone());
            }
            Some(same) => self.set_children(id, same),
        }
    }

    fn set_children(&mut self, id: NodeId, children: Vec<NodeId>) {
        if let Some(known) = self.known.get_mut(&id) {
            known.children = Some(children);
        }
    }

    /// A child is not there any more.
    fn gone(&mut self, id: NodeId, container: u64, events: &mut Vec<Event>) {
        events.push(("DOM.childNodeRemoved", json!({ "parentNodeId": container, "nodeId": number(id) })));
        let mut below = vec![id];
        while let Some(id) = below.pop() {
            if let Some(known) = self.known.remove(&id) {
                below.extend(known.children.unwrap_or_default());
            }
        }
    }
}
