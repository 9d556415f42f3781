//! Domain `Accessibility`: the page as somebody has it who does not see it.

use super::dom;
use super::nodes::number;
use super::protocol::{Fault, Outcome, Request, done};
use super::session::{Context, Session};
use crate::accessibility::{AccessNode, Role, States, tree};
use pellicle_layout::document::{Document, NodeId};
use serde_json::{Value, json};

/// A node of the tree with its number, and that of the one that it is in.
struct Told<'a> {
    id: String,
    parent: Option<usize>,
    node: &'a AccessNode,
    children: Vec<usize>,
}

/// The tree as a list, each node behind the one that it is in.
fn listed(root: &AccessNode) -> Vec<Told<'_>> {
    let mut list = Vec::new();
    let mut stack: Vec<(&AccessNode, Option<usize>, usize)> = vec![(root, None, 0)];
    while let Some((node, parent, place)) = stack.pop() {
        let own = number(node.node);
        // Texts go by the element that they are of, which may have several.
        let id = match (node.role, parent) {
            (Role::Text, Some(parent)) => format!("{own}.{parent}.{place}"),
            _ => own.to_string(),
        };
        let at = list.len();
        list.push(Told { id, parent, node, children: Vec::new() });
        if let Some(parent) = parent {
            list[parent].children.push(at);
        }
        stack.extend(node.children.iter().enumerate().rev().map(|(place, child)| (child, Some(at), place)));
    }
    list
}

/// A node as the protocol has it.
fn told(list: &[Told<'_>], at: usize) -> Value {
    let Told { id, parent, node, children } = &list[at];
    let mut properties = Vec::new();
    let mut property = |name: &str, kind: &str, value: Value| {
        properties.push(json!({ "name": name, "value": { "type": kind, "value": value } }));
    };
    let States { disabled, checked, expanded, selected, focused, required, invalid, password: _ } = node.states;
    for (name, on) in [
        ("disabled", disabled),
        ("focused", focused),
        ("required", required),
        ("focusable", node.role.is_control() && !disabled),
    ] {
        if on {
            property(name, "boolean", json!(true));
        }
    }
    if invalid {
        property("invalid", "token", json!("true"));
    }
    if let Some(checked) = checked {
        property("checked", "tristate", json!(if checked { "true" } else { "false" }));
    }
    for (name, state) in [("expanded", expanded), ("selected", selected)] {
        if let Some(state) = state {
            property(name, "booleanOrUndefined", json!(state));
        }
    }
    if let Some((min, max)) = node.range {
        property("valuemin", "number", json!(min));
        property("valuemax", "number", json!(max));
    }
    // As Chrome calls them.
    let role = match node.role {
        Role::Page => "RootWebArea",
        Role::Text => "StaticText",
        Role::Image => "image",
        role => role.name(),
    };
    let mut out = json!({
        "nodeId": id, "ignored": false, "role": { "type": "role", "value": role },
        "name": { "type": "computedString", "value": node.name }, "properties": properties,
        "childIds": children.iter().map(|&child| list[child].id.as_str()).collect::<Vec<_>>(),
        "backendDOMNodeId": number(node.node), "frameId": super::target::TARGET,
    });
    if !node.description.is_empty() {
        out["description"] = json!({ "type": "computedString", "value": node.description });
    }
    if let Some(value) = &node.value {
        out["value"] = json!({ "type": "string", "value": value });
    }
    if let Some(parent) = parent {
        out["parentId"] = json!(list[*parent].id);
    }
    out
}

/// A node that is not in the tree.
fn ignored(node: NodeId) -> Value {
    json!({
        "nodeId": number(node).to_string(), "ignored": true, "ignoredReasons": [], "properties": [], "childIds": [],
        "backendDOMNodeId": number(node),
    })
}

/// Where an element is in the list, or the nearest one above it.
fn place(list: &[Told<'_>], document: &Document, node: NodeId) -> (bool, Option<usize>) {
    // What an element is comes before the texts in it.
    let at = |node: NodeId| {
        let of =
            |text: bool| list.iter().position(|told| told.node.node == node && (told.node.role == Role::Text) == text);
        of(false).or_else(|| of(true))
    };
    if let Some(found) = at(node) {
        return (true, Some(found));
    }
    (false, document.ancestors(node).find_map(|above| at(above.id)))
}

impl Session {
    pub(super) fn accessibility(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        // It can be asked for before there is a page.
        if matches!(method, "enable" | "disable") {
            return done();
        }
        let now = context.now;
        let app = context.app()?;
        app.tick(now);
        let root = tree::of(app.stage()).ok_or_else(|| Fault::refused("no page is shown"))?;
        let document = &app.stage().document;
        let list = listed(&root);
        let every = |places: &mut dyn Iterator<Item = usize>| places.map(|at| told(&list, at)).collect::<Vec<_>>();
        match method {
            "getFullAXTree" => Ok(json!({ "nodes": every(&mut (0..list.len())) })),
            "getRootAXNode" => Ok(json!({ "node": told(&list, 0) })),
            "getChildAXNodes" => {
                let id = request.text("id")?;
                let found = list.iter().find(|told| told.id == id).ok_or_else(|| Fault::refused("no such node"))?;
                Ok(json!({ "nodes": every(&mut found.children.iter().copied()) }))
            }
            "getPartialAXTree" | "getAXNodeAndAncestors" => {
                let node = dom::node(request, document)?;
                let (is_told, found) = place(&list, document, node);
                let mut nodes = Vec::new();
                if !is_told {
                    nodes.push(ignored(node));
                }
                let above = std::iter::successors(found, |&at| list[at].parent);
                nodes.extend(every(&mut above.into_iter()));
                Ok(json!({ "nodes": nodes }))
            }
            "queryAXTree" => {
                let node = dom::node(request, document)?;
                let within = |at: usize| {
                    let own = list[at].node.node;
                    own == node || document.ancestors(own).any(|above| above.id == node)
                };
                let is = |name: &str, value: &str| request.text(name).map_or(true, |wanted| wanted == value);
                let fits = |&at: &usize| {
                    is("role", list[at].node.role.name()) && is("accessibleName", &list[at].node.name) && within(at)
                };
                Ok(json!({ "nodes": every(&mut (0..list.len()).filter(fits)) }))
            }
            other => Err(Fault::unknown(&format!("Accessibility.{other}"))),
        }
    }
}
