//! Finding an element by tag, class, id or text.
//!
//! `tag.class#id`, the same with an attribute (`input[value=exact text]`), or `text=exact own text`, each with an optional
//! `@n` for the n-th match (from 0) in tree order.

use crate::responders::compound;
use pellicle_layout::document::{Document, NodeId, NodeKind};

/// The element that `selector` finds below `root`.
pub fn find(document: &Document, root: NodeId, selector: &str) -> Option<NodeId> {
    let (pattern, nth) = match selector.rsplit_once('@') {
        Some((pattern, nth)) => (pattern, nth.parse::<usize>().unwrap_or(0)),
        None => (selector, 0),
    };
    let mut left = nth;
    // In tree order, with a stack of its own: depth is the program's.
    let mut stack: Vec<NodeId> = document.node(root)?.children.iter().rev().copied().collect();
    while let Some(id) = stack.pop() {
        let Some(node) = document.node(id) else { continue };
        if !node.is_element() {
            continue;
        }
        if matches(document, id, pattern) {
            if left == 0 {
                return Some(id);
            }
            left -= 1;
        }
        stack.extend(node.children.iter().rev());
    }
    None
}

/// Whether an element fits a pattern without `@n`.
fn matches(document: &Document, id: NodeId, pattern: &str) -> bool {
    if let Some(text) = pattern.strip_prefix("text=") {
        return own_text(document, id).trim() == text;
    }
    let attribute = pattern.strip_suffix(']').and_then(|pattern| pattern.split_once('['));
    match attribute.and_then(|(compound, attribute)| Some((compound, attribute.split_once('=')?))) {
        Some((compound, (name, value))) => {
            compound::matches(document, id, compound) && crate::widgets::text(document, id, name) == value
        }
        None => compound::matches(document, id, pattern),
    }
}

/// The text of an element's own text nodes, joined.
pub fn own_text(document: &Document, id: NodeId) -> String {
    let Some(node) = document.node(id) else { return String::new() };
    let texts = node.children.iter().filter_map(|&child| match &document.node(child)?.kind {
        NodeKind::Text(text) => Some(&**text),
        NodeKind::Element(_) => None,
    });
    texts.collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::fixed::FixedPage;

    #[test]
    fn tag_class_id_text_and_number_find_in_tree_order() {
        let mut page = FixedPage::new();
        let outer = page.element(page.root(), "view");
        page.classes(outer, &["a", "b"]);
        page.id(outer, "x");
        let text = page.element(outer, "text");
        page.text(text, "one");
        let inner = page.element(outer, "view");
        page.classes(inner, &["a"]);
        page.text(inner, "two");
        let last = page.element(page.root(), "view");
        page.classes(last, &["a"]);
        page.attribute(last, "value", "v 1");
        page.text(last, " three ");
        let (document, root) = page.document().unwrap();
        let slot = |selector: &str| find(&document, root, selector).map(|id| own_text(&document, id));
        assert_eq!(slot("view.a@1").as_deref(), Some("two"));
        assert_eq!(slot(".a@2").as_deref(), Some(" three "));
        assert_eq!(slot("text=three").as_deref(), Some(" three "));
        assert_eq!(slot("view.a.b#x").as_deref(), Some(""));
        assert_eq!(slot("text").as_deref(), Some("one"));
        assert_eq!(slot(".a[value=v 1]").as_deref(), Some(" three "));
        assert_eq!(slot("[value=v 1]@0").as_deref(), Some(" three "));
        assert_eq!(slot(".b[value=v 1]"), None);
        assert_eq!(slot(".a[value=v]"), None);
        assert_eq!(slot(".a@3"), None);
        assert_eq!(slot("text=no"), None);
    }
}
