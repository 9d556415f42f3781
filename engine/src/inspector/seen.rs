//! Nodes as script of a client's sees them: what they were when a call was made, with what its selectors find.
//!
//! Script of a mini-program has no nodes, and its thread cannot ask the render side while it runs. So a call that is about nodes
//! brings them along. Which selectors it will ask for can be read in its texts: those of its arguments, and those in its source.

use super::dom::select;
use super::nodes::{self, Named};
use crate::host::app::App;
use crate::paint::Rect;
use pellicle_layout::document::{Document, NodeId};
use regex::Regex;
use rustc_hash::FxHashSet;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// Selectors of one call.
const SELECTORS: usize = 32;
/// Nodes that it brings along.
const NODES: usize = 2000;
/// Longest text that is taken for a selector, bytes.
const LONGEST: usize = 300;

/// Texts in a source.
pub(super) fn literals(source: &str) -> Vec<String> {
    static TEXTS: OnceLock<Option<Regex>> = OnceLock::new();
    let texts = TEXTS.get_or_init(|| Regex::new(r#""([^"\\\n]+)"|'([^'\\\n]+)'|`([^`\\$]+)`"#).ok());
    let Some(texts) = texts else { return Vec::new() };
    let found = texts.captures_iter(source).filter_map(|found| found.iter().skip(1).flatten().next());
    found.map(|text| text.as_str().to_owned()).collect()
}

/// The nodes of a call, the document among them.
pub(super) fn nodes(app: &mut App, named: &[Named], texts: &[String]) -> Vec<Value> {
    let mut told = Vec::new();
    let mut known: FxHashSet<u64> = FxHashSet::default();
    let mut further: Vec<NodeId> = Vec::new();
    let document = [Named::Document];
    for &named in document.iter().chain(named) {
        if !known.insert(named.number()) {
            continue;
        }
        let (within, whole) = match named {
            Named::Document => (app.stage().document.top_page().map(|page| page.root), true),
            Named::Node(id) | Named::Shadow(id) => (Some(id), false),
        };
        let Some(within) = within else { continue };
        let mut found = Map::new();
        for text in texts.iter().filter(|text| text.len() <= LONGEST).take(SELECTORS) {
            let Ok(ids) = select(&mut app.stage_mut().document, within, text, whole) else { continue };
            let room = NODES.saturating_sub(further.len());
            further.extend(ids.iter().take(room));
            found.insert(text.clone(), ids.into_iter().map(nodes::number).collect());
        }
        let mut one = node(app, named, within);
        one["found"] = Value::Object(found);
        told.push(one);
    }
    for id in further {
        if known.insert(nodes::number(id)) {
            told.push(node(app, Named::Node(id), id));
        }
    }
    told
}

fn text(document: &Document, id: NodeId, out: &mut String) {
    let Some(node) = document.node(id) else { return };
    if let Some(own) = node.text() {
        out.push_str(own);
    }
    node.children.iter().for_each(|&child| text(document, child, out));
}

fn node(app: &App, named: Named, id: NodeId) -> Value {
    let document = &app.stage().document;
    let is_element = document.node(id).is_some_and(|node| node.is_element());
    let (kind, name) = match named {
        Named::Document => (9, "#document"),
        Named::Shadow(_) => (11, "#shadow-root"),
        Named::Node(_) if is_element => (1, document.tag_name(id)),
        Named::Node(_) => (3, "#text"),
    };
    let attributes: Map<String, Value> = match (named, document.node(id)) {
        (Named::Node(_), Some(node)) => {
            nodes::attributes(document, node).into_iter().map(|(name, value)| (name, Value::from(value))).collect()
        }
        _ => Map::new(),
    };
    let mut words = String::new();
    text(document, id, &mut words);
    let area = match named {
        Named::Document => {
            let viewport = app.viewport();
            Some(Rect::new(0.0, 0.0, viewport.width, viewport.height))
        }
        _ => app.box_model(id).map(|model| model.border),
    };
    let rect = area.map(|rect| json!({ "x": rect.x, "y": rect.y, "width": rect.width, "height": rect.height }));
    json!({
        "number": named.number(), "connected": document.node(id).is_some(), "type": kind, "name": name, "attributes": attributes, "text": words,
        "markup": crate::automation::markup_of(document, id), "rect": rect,
        "description": if kind == 9 { "document".to_owned() } else { nodes::description(document, id) },
    })
}

#[cfg(test)]
mod tests {
    use super::literals;

    #[test]
    fn texts_of_a_source_are_found() {
        let source = "() => document.querySelector('.a > b').id + \"x\" + `c` + `${d}`";
        assert_eq!(literals(source), [".a > b", "x", "c"]);
    }
}
