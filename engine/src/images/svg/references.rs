//! How much a document grows to when its references are followed, found out before anything follows them.
//!
//! A reader of SVG copies what `use` names and what paints, masks, clips and filters name, each time that it is named. A few
//! lines that name each other in two places make billions. The sum is taken over the graph of references, where each
//! element is looked at once.

use resvg::usvg::roxmltree::{Document, Node, NodeId};
use std::collections::HashMap;

/// The number of elements that the document has with all its references followed. What refers to itself is not followed
/// round: readers break such circles.
pub fn expanded(document: &Document<'_>) -> u64 {
    let ids = document.descendants().filter_map(|node| Some((node.attribute("id")?, node.id()))).collect();
    let mut sums = Sums { document, ids, known: HashMap::new() };
    let own = sums.of(document.root().id());
    // What a style sheet names may be named for every element.
    let sheets = document.descendants().filter(|node| node.tag_name().name() == "style");
    let named = sheets.filter_map(|sheet| sheet.text()).flat_map(urls);
    let elements = document.descendants().filter(Node::is_element).count() as u64;
    named.fold(own, |sum, id| sum.saturating_add(sums.named(id).saturating_mul(elements)))
}

struct Sums<'a, 'input> {
    document: &'a Document<'input>,
    ids: HashMap<&'a str, NodeId>,
    /// Elements that were looked at; `None` while they are.
    known: HashMap<NodeId, Option<u64>>,
}

impl Sums<'_, '_> {
    fn named(&mut self, id: &str) -> u64 {
        self.ids.get(id).copied().map_or(0, |id| self.of(id))
    }

    fn of(&mut self, id: NodeId) -> u64 {
        if let Some(known) = self.known.get(&id) {
            return known.unwrap_or(0);
        }
        let Some(node) = self.document.get_node(id) else { return 0 };
        self.known.insert(id, None);
        let mut sum = 1u64;
        for attribute in node.attributes() {
            let whole = attribute.value().trim().strip_prefix('#').filter(|_| attribute.name() == "href");
            for name in whole.into_iter().chain(urls(attribute.value())) {
                sum = sum.saturating_add(self.named(name));
            }
        }
        for child in node.children().filter(Node::is_element) {
            sum = sum.saturating_add(self.of(child.id()));
        }
        self.known.insert(id, Some(sum));
        sum
    }
}

/// The names in `url(#name)`s of a text.
fn urls(text: &str) -> impl Iterator<Item = &str> {
    text.split("url(").skip(1).filter_map(|rest| {
        let inside = rest.split(')').next()?;
        inside.trim_matches(|c: char| c.is_whitespace() || c == '"' || c == '\'').strip_prefix('#')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(body: &str) -> u64 {
        let text = format!("<svg xmlns='http://www.w3.org/2000/svg'>{body}</svg>");
        expanded(&Document::parse(&text).unwrap())
    }

    #[test]
    fn what_is_named_counts_each_time() {
        // The root, the document, and what stands there.
        assert_eq!(count("<rect/>"), 3);
        assert_eq!(count("<g id='a'><rect/></g><use href='#a'/><use href='#a'/>"), 4 + 2 * 3);
        assert_eq!(count("<clipPath id='a'><rect/></clipPath><g clip-path='url(#a)'/>"), 4 + 1 + 2);
        assert_eq!(count("<g id='a'/><rect style=\"fill: url('#a')\"/>"), 3 + 2);
    }

    #[test]
    fn circles_end_and_towers_are_seen() {
        assert!(count("<g id='a'><use href='#a'/></g>") < 10);
        let mut tower = "<g id='a0'/>".to_owned();
        for i in 1..80 {
            tower += &format!("<g id='a{i}'><use href='#a{}'/><use href='#a{}'/></g>", i - 1, i - 1);
        }
        assert_eq!(count(&tower), u64::MAX);
    }
}
