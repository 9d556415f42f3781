//! Domain `DOM`: the composed tree of the page on top, and edits of it.

use super::mirror::Mirror;
use super::nodes::{self, Named, number};
use super::protocol::{Fault, Outcome, Request, done};
use super::session::{Context, Session};
use crate::host::app::App;
use crate::interact::scene::Scene;
use crate::paint::Rect;
use pellicle_layout::atom::Atom;
use pellicle_layout::css::selector::{self, Parsed, Selector};
use pellicle_layout::css::sheet::split_commas;
use pellicle_layout::document::{Document, Node, NodeId, NodeKind, ScopeId};
use pellicle_layout::style::matching::{KnownNames, Matcher};
use pellicle_layout::style::rules::Binding;
use serde_json::{Value, json};
use std::cell::RefCell;

/// What begins the id of an object that stands for a node.
const NODE_OBJECT: &str = "node:";
/// What is said of changes that only a template can make.
const TEMPLATE: &str = "the tree of a mini-program is made by its templates; edit the data that they show";

/// What is found by a search.
#[derive(Default)]
pub(super) struct Searches {
    last: u32,
    found: Vec<NodeId>,
}

/// The node that a request names, in whichever way.
fn named(request: &Request) -> Result<Named, Fault> {
    for name in ["nodeId", "backendNodeId"] {
        if let Some(id) = request.params.get(name).and_then(Value::as_u64) {
            return Named::of(id).ok_or_else(missing);
        }
    }
    let object = request.params.get("objectId").and_then(Value::as_str);
    object.and_then(node_of_object).ok_or_else(missing)
}

/// The node that an object stands for.
pub(super) fn node_of_object(id: &str) -> Option<Named> {
    Named::of(id.strip_prefix(NODE_OBJECT)?.parse().ok()?)
}

fn missing() -> Fault {
    Fault::refused("Could not find node with given id")
}

/// The element or text that a request names, alive.
pub(super) fn node(request: &Request, document: &Document) -> Result<NodeId, Fault> {
    let id = match named(request)? {
        Named::Document => document.top_page().map(|page| page.root).ok_or_else(missing)?,
        Named::Node(id) | Named::Shadow(id) => id,
    };
    document.node(id).map(|node| node.id).ok_or_else(missing)
}

/// A node as an object of script.
pub(super) fn object(document: &Document, named: Named) -> Value {
    let (class, description) = match named {
        Named::Document => ("Document".to_owned(), "document".to_owned()),
        Named::Node(id) => (document.tag_name(id).to_owned(), nodes::description(document, id)),
        Named::Shadow(_) => ("ShadowRoot".to_owned(), "#shadow-root".to_owned()),
    };
    json!({
        "type": "object", "subtype": "node", "className": class, "description": description,
        "objectId": format!("{NODE_OBJECT}{}", named.number()),
    })
}

impl Session {
    pub(super) fn dom(&mut self, context: &mut Context<'_>, request: &Request, method: &str) -> Outcome {
        let now = context.now;
        let app = context.app()?;
        match method {
            "enable" | "disable" | "markUndoableState" | "setInspectedNode" | "getTopLayerElements" => done(),
            "getDocument" => {
                let depth = request.number("depth").unwrap_or(2.0) as i64;
                Ok(json!({ "root": self.mirror.document(&app.stage().document, depth) }))
            }
            "requestChildNodes" => {
                let depth = request.number("depth").unwrap_or(1.0) as i64;
                let id = node(request, &app.stage().document)?;
                self.mirror.children(&app.stage().document, id, depth, &mut self.events);
                done()
            }
            "describeNode" => {
                let depth = request.number("depth").unwrap_or(1.0) as i64;
                let document = &app.stage().document;
                if named(request)? == Named::Document {
                    return Ok(json!({ "node": Mirror::default().document(document, depth) }));
                }
                Ok(json!({ "node": Mirror::describe(document, node(request, document)?, depth) }))
            }
            "resolveNode" => {
                node(request, &app.stage().document)?;
                Ok(json!({ "object": object(&app.stage().document, named(request)?) }))
            }
            "requestNode" => {
                let id = node(request, &app.stage().document)?;
                self.mirror.path_to(&app.stage().document, id, &mut self.events);
                Ok(json!({ "nodeId": named(request)?.number() }))
            }
            "pushNodesByBackendIdsToFrontend" => {
                let document = &app.stage().document;
                let ids = request.list("backendNodeIds").iter().map(|id| {
                    let named = id.as_u64().and_then(Named::of);
                    let known = match named {
                        Some(Named::Node(id) | Named::Shadow(id)) => {
                            self.mirror.path_to(document, id, &mut self.events)
                        }
                        Some(Named::Document) => true,
                        None => false,
                    };
                    named.filter(|_| known).map_or(0, Named::number)
                });
                Ok(json!({ "nodeIds": ids.collect::<Vec<u64>>() }))
            }
            "querySelector" | "querySelectorAll" => {
                let within = node(request, &app.stage().document)?;
                let whole = named(request)? == Named::Document;
                let found = select(&mut app.stage_mut().document, within, request.text("selector")?, whole)?;
                let document = &app.stage().document;
                if method == "querySelector" {
                    let first = found.first().copied();
                    first.map(|id| self.mirror.path_to(document, id, &mut self.events));
                    return Ok(json!({ "nodeId": first.map_or(0, number) }));
                }
                found.iter().for_each(|&id| _ = self.mirror.path_to(document, id, &mut self.events));
                Ok(json!({ "nodeIds": found.into_iter().map(number).collect::<Vec<_>>() }))
            }
            "performSearch" => {
                let found = search(&mut app.stage_mut().document, request.text("query")?);
                self.searches.last += 1;
                self.searches.found = found;
                let count = self.searches.found.len();
                Ok(json!({ "searchId": self.searches.last.to_string(), "resultCount": count }))
            }
            "getSearchResults" => {
                let (from, to) = (request.number("fromIndex")? as usize, request.number("toIndex")? as usize);
                let found = self.searches.found.get(from..to).unwrap_or_default();
                let document = &app.stage().document;
                found.iter().for_each(|&id| _ = self.mirror.path_to(document, id, &mut self.events));
                Ok(json!({ "nodeIds": found.iter().copied().map(number).collect::<Vec<_>>() }))
            }
            "discardSearchResults" => {
                self.searches.found.clear();
                done()
            }
            "getAttributes" => {
                let document = &app.stage().document;
                let id = node(request, document)?;
                let all = document.node(id).map(|node| nodes::attributes(document, node)).unwrap_or_default();
                let flat: Vec<String> = all.into_iter().flat_map(|(name, value)| [name, value]).collect();
                Ok(json!({ "attributes": flat }))
            }
            "getOuterHTML" => {
                let document = &app.stage().document;
                let id = node(request, document)?;
                Ok(json!({ "outerHTML": crate::automation::markup_of(document, id) }))
            }
            "getBoxModel" => {
                app.tick(now);
                let id = element(request, app)?;
                let model = app.box_model(id).ok_or_else(|| Fault::refused("Could not compute box model."))?;
                Ok(json!({ "model": {
                    "content": quad(&model.content), "padding": quad(&model.padding), "border": quad(&model.border),
                    "margin": quad(&model.margin), "width": model.border.width.round(),
                    "height": model.border.height.round(),
                }}))
            }
            "getContentQuads" => {
                app.tick(now);
                let id = element(request, app)?;
                let model = app.box_model(id).ok_or_else(|| Fault::refused("Could not compute content quads."))?;
                Ok(json!({ "quads": [quad(&model.border)] }))
            }
            "getNodeForLocation" => {
                let (x, y) = (request.number("x")? as f32, request.number("y")? as f32);
                let id = node_at(app, x, y, now).ok_or_else(|| Fault::refused("No node found at given location"))?;
                self.mirror.path_to(&app.stage().document, id, &mut self.events);
                let id = number(id);
                Ok(json!({ "backendNodeId": id, "nodeId": id, "frameId": super::target::TARGET }))
            }
            "scrollIntoViewIfNeeded" => {
                let id = element(request, app)?;
                app.tick(now);
                let model = app.box_model(id).ok_or_else(|| Fault::refused("Node does not have a layout object"))?;
                let (area, top) = (app.page_area(), app.stage().document.top_page().ok_or_else(missing)?);
                let is_seen = model.border.y >= area.y && model.border.y + model.border.height <= area.y + area.height;
                if !is_seen {
                    let offset = app.session().map_or((0.0, 0.0), |session| session.scrolls.offset(top.root));
                    let y = offset.1 + model.border.y - area.y - (area.height - model.border.height) / 2.0;
                    app.scroll(top.root, (None, Some(y)), now);
                }
                done()
            }
            "setAttributeValue" => {
                let id = element(request, app)?;
                edited(app.edit_attribute(id, request.text("name")?, Some(request.text("value")?), now))
            }
            "removeAttribute" => {
                let id = element(request, app)?;
                edited(app.edit_attribute(id, request.text("name")?, None, now))
            }
            "setAttributesAsText" => {
                let id = element(request, app)?;
                let written = read_attributes(request.text("text")?);
                let old = request.params.get("name").and_then(Value::as_str);
                if let Some(old) = old.filter(|old| written.iter().all(|(name, _)| name != old)) {
                    edited(app.edit_attribute(id, old, None, now))?;
                }
                for (name, value) in written {
                    edited(app.edit_attribute(id, &name, Some(&value), now))?;
                }
                done()
            }
            "setNodeValue" => {
                let id = node(request, &app.stage().document)?;
                edited(app.edit_text(id, request.text("value")?))
            }
            "setNodeName" | "removeNode" | "setOuterHTML" | "moveTo" | "copyTo" | "undo" | "redo" => {
                Err(Fault::refused(TEMPLATE))
            }
            other => Err(Fault::unknown(&format!("DOM.{other}"))),
        }
    }
}

fn edited(outcome: Result<(), &'static str>) -> Outcome {
    outcome.map_err(Fault::refused).and_then(|()| done())
}

/// The element that a request names; of a text the one around it.
pub(super) fn element(request: &Request, app: &App) -> Result<NodeId, Fault> {
    let document = &app.stage().document;
    let id = node(request, document)?;
    match document.node(id) {
        Some(Node { kind: NodeKind::Text(_), parent, .. }) => Ok(*parent),
        _ => Ok(id),
    }
}

/// The element at a place of the surface, logical px.
pub(super) fn node_at(app: &mut App, x: f32, y: f32, now: f64) -> Option<NodeId> {
    app.tick(now);
    app.show_nothing(now);
    let area = app.page_area();
    app.stage().hit(x - area.x, y - area.y)
}

fn quad(rect: &Rect) -> [f32; 8] {
    let (x0, y0, x1, y1) = (rect.x, rect.y, rect.x + rect.width, rect.y + rect.height);
    [x0, y0, x1, y0, x1, y1, x0, y1]
}

/// Elements below a node, or it, too, that a list of selectors finds, in tree order. A class is found whatever scope it is bound to.
pub(super) fn select(
    document: &mut Document,
    within: NodeId,
    text: &str,
    with_itself: bool,
) -> Result<Vec<NodeId>, Fault> {
    let mut selectors: Vec<Selector<Atom>> = Vec::new();
    for (_, part) in split_commas(text) {
        match selector::parse(part) {
            Ok(Parsed::Selector(one)) => selectors.push(one.map(&mut |name| document.names.intern(name))),
            Ok(Parsed::Ignored) => {}
            Err(_) => return Err(Fault::refused(format!("\"{part}\" is not a selector"))),
        }
    }
    let known = KnownNames::new(&mut document.names);
    let siblings = RefCell::default();
    let matcher = Matcher { doc: document, known, siblings: &siblings };
    let mut found = Vec::new();
    walk(document, within, &mut |node| {
        let mut scopes: Vec<ScopeId> = node.classes.iter().map(|class| class.scope).chain([ScopeId::GLOBAL]).collect();
        scopes.dedup();
        let fits = |classes: ScopeId| {
            let binding = Binding { classes, nodes: None };
            selectors.iter().any(|selector| selector.pseudo.is_none() && matcher.matches(selector, binding, node))
        };
        if (with_itself || node.id != within) && node.is_element() && scopes.into_iter().any(fits) {
            found.push(node.id);
        }
    });
    Ok(found)
}

fn walk<'a>(document: &'a Document, from: NodeId, visit: &mut dyn FnMut(&'a Node)) {
    let mut stack = vec![from];
    while let Some(node) = stack.pop().and_then(|id| document.node(id)) {
        visit(node);
        stack.extend(node.children.iter().rev());
    }
}

/// Nodes of the page on top that a text is found in, or that a selector finds.
fn search(document: &mut Document, query: &str) -> Vec<NodeId> {
    let Some(root) = document.top_page().map(|page| page.root) else { return Vec::new() };
    let selected = select(document, root, query, true).unwrap_or_default();
    let wanted = query.to_lowercase();
    let wanted = wanted.trim_start_matches('<').trim_end_matches('>');
    let mut found = Vec::new();
    let has = |text: &str| text.to_lowercase().contains(wanted);
    let document = &*document;
    walk(document, root, &mut |node| {
        let fits = match &node.kind {
            NodeKind::Text(text) => has(text),
            NodeKind::Element(tag) => {
                has(document.names.resolve(*tag))
                    || nodes::attributes(document, node).iter().any(|(name, value)| has(name) || has(value))
            }
        };
        if fits || selected.contains(&node.id) {
            found.push(node.id);
        }
    });
    found
}

/// Attributes as they are written in a tag.
fn read_attributes(text: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let end = rest.find(|c: char| c == '=' || c.is_whitespace()).unwrap_or(rest.len());
        let name = rest[..end].to_owned();
        rest = rest[end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (own, behind) = match quote {
                Some(quote) => after[1..].split_once(quote).unwrap_or((&after[1..], "")),
                None => after.split_once(char::is_whitespace).unwrap_or((after, "")),
            };
            value = own.to_owned();
            rest = behind.trim_start();
        }
        if name.is_empty() {
            // A stray sign of equality.
            continue;
        }
        all.push((name, value));
    }
    all
}

#[cfg(test)]
mod tests {
    use super::read_attributes;

    #[test]
    fn attributes_are_read_as_they_are_written() {
        let read = |text: &str| read_attributes(text).into_iter().map(|(n, v)| format!("{n}:{v}")).collect::<Vec<_>>();
        assert_eq!(read(r#"class="a b" hidden data-x='1"2' y = 3"#), ["class:a b", "hidden:", "data-x:1\"2", "y:3"]);
        assert_eq!(read(r#"a="open"#), ["a:open"]);
        assert_eq!(read("= x"), [""; 0]);
        assert_eq!(read("="), [""; 0]);
    }
}
