//! A compound selector against an element: `tag.class#id`.

use pellicle_layout::document::{Document, NodeId};

/// Whether an element fits a compound of a tag, classes and ids.
pub fn matches(document: &Document, id: NodeId, compound: &str) -> bool {
    let Some(node) = document.node(id) else { return false };
    let mut rest = compound;
    while !rest.is_empty() {
        let kind = rest.as_bytes()[0];
        let body = if matches!(kind, b'.' | b'#') { &rest[1..] } else { rest };
        let end = body.find(['.', '#']).unwrap_or(body.len());
        let (name, tail) = body.split_at(end);
        let fits = match kind {
            b'.' => node.classes.iter().any(|class| &**document.names.resolve(class.name) == name),
            b'#' => &**document.names.resolve(node.name) == name,
            _ => document.tag_name(id) == name,
        };
        if !fits {
            return false;
        }
        rest = tail;
    }
    true
}
