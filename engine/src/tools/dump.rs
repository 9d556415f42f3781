//! The boxes of a page as JSON.
//!
//! One entry an element, in tree order. `path` names an element by tag and index among the element children of
//! its parent; texts have no entry. Rectangles are border boxes in page coordinates, transforms included,
//! rounded to hundredths of a logical px.

use crate::package::sources::SourceKind;
use pellicle_layout::document::{Document, NodeId, NodeKind, ScopeId};
use pellicle_layout::flow::BoxTree;
use pellicle_layout::style::computed::Display;
use serde_json::{Map, Value, json};

/// Tag of the component that draws a program's own tab bar.
const CUSTOM_TAB_BAR: &str = "custom-tab-bar";

/// What a dump needs beside document and boxes.
pub struct DumpContext<'a> {
    /// Path of the page.
    pub page: &'a str,
    /// Size of the page area, logical px.
    pub viewport: (f32, f32),
    /// Scroll offset of the page, logical px: coordinates are those of the page, not of the view.
    pub scroll: (f32, f32),
    /// Tells where a picture comes from, by the scope that its element stands in.
    pub source: &'a dyn Fn(ScopeId, &str) -> SourceKind,
}

/// A page's boxes: `{page, viewport, elements}`.
pub fn page(document: &Document, boxes: &BoxTree, root: NodeId, context: &DumpContext<'_>) -> Value {
    let bar = custom_tab_bar(document, root);
    let elements: Vec<Value> = elements(document, root)
        .into_iter()
        .filter(|(_, path)| bar.as_ref().is_none_or(|bar| path != bar && !path.starts_with(&format!("{bar}/"))))
        .map(|(node, path)| element(document, boxes, node, &path, context))
        .collect();
    json!({
        "page": context.page,
        "viewport": [number(context.viewport.0), number(context.viewport.1)],
        "elements": elements,
    })
}

/// Path of the tab bar that a program draws itself: it stands behind the page's own elements and is none of them.
fn custom_tab_bar(document: &Document, root: NodeId) -> Option<String> {
    let elements = document.node(root)?.children.iter().filter(|&&c| document.node(c).is_some_and(|n| n.is_element()));
    let (index, &last) = elements.enumerate().last()?;
    let tag = document.tag_name(last);
    (tag == CUSTOM_TAB_BAR).then(|| format!("/{tag}[{index}]"))
}

/// The elements below `root` in tree order with their paths.
pub fn elements(document: &Document, root: NodeId) -> Vec<(NodeId, String)> {
    let mut out = Vec::new();
    let mut stack = vec![(root, String::new())];
    while let Some((id, path)) = stack.pop() {
        let Some(node) = document.node(id) else { continue };
        if id != root {
            out.push((id, path.clone()));
        }
        let children = node.children.iter().filter(|&&c| document.node(c).is_some_and(|n| n.is_element()));
        let below: Vec<_> = children
            .enumerate()
            .map(|(index, &child)| (child, format!("{path}/{}[{index}]", document.tag_name(child))))
            .collect();
        stack.extend(below.into_iter().rev());
    }
    out
}

fn element(document: &Document, boxes: &BoxTree, id: NodeId, path: &str, context: &DumpContext<'_>) -> Value {
    let mut entry = Map::new();
    let tag = document.tag_name(id);
    entry.insert("path".to_owned(), json!(path));
    entry.insert("tag".to_owned(), json!(tag));
    let Some(node) = document.node(id) else { return Value::Object(entry) };
    let mut classes: Vec<&str> = Vec::new();
    for class in &node.classes {
        let name: &str = document.names.resolve(class.name);
        if !classes.contains(&name) {
            classes.push(name);
        }
    }
    if !classes.is_empty() {
        entry.insert("cls".to_owned(), json!(classes.join(" ")));
    }
    let principal = boxes.principal(id);
    let shown = principal.filter(|&id| !boxes.client_rects(id).is_empty());
    let rect = match shown {
        Some(id) => {
            let rect = boxes.bounding_rect(id);
            [rect.x + context.scroll.0, rect.y + context.scroll.1, rect.width, rect.height]
        }
        None => [context.scroll.0, context.scroll.1, 0.0, 0.0],
    };
    for (name, value) in ["x", "y", "width", "height"].into_iter().zip(rect) {
        entry.insert(name.to_owned(), number(value));
    }
    if shown.is_none() {
        entry.insert("hidden".to_owned(), json!(true));
    }
    if node.style.as_ref().is_some_and(|s| s.display == Display::Inline) {
        entry.insert("inline".to_owned(), json!(true));
    }
    let text = own_text(document, id);
    let text = text.trim();
    if !text.is_empty() {
        let units: Vec<u16> = text.encode_utf16().take(200).collect();
        entry.insert("text".to_owned(), json!(String::from_utf16_lossy(&units)));
        entry.insert("lines".to_owned(), json!(boxes.line_count(document, id)));
    }
    if matches!(tag, "image" | "cover-image") {
        let src = document.attribute(id, "src").map(|v| v.to_text()).unwrap_or_default();
        entry.insert("src".to_owned(), json!((context.source)(node.scope, &src).name()));
    }
    Value::Object(entry)
}

/// The text of an element's own text nodes as it is shown: components that put their content into a box of
/// their own have none, line breaks of a `text` are breaks and no characters.
fn own_text(document: &Document, id: NodeId) -> String {
    let tag = document.tag_name(id);
    let inner = match tag {
        "input" | "textarea" | "swiper" | "checkbox" | "radio" | "image" | "icon" | "progress" | "slider"
        | "switch" | "rich-text" => true,
        "scroll-view" => !document.attribute(id, "enable-flex").is_some_and(|v| v.is_on()),
        _ => false,
    };
    if inner {
        return String::new();
    }
    let Some(node) = document.node(id) else { return String::new() };
    let mut out = String::new();
    for &child in &node.children {
        if let Some(NodeKind::Text(text)) = document.node(child).map(|n| &n.kind) {
            if tag == "text" {
                out.push_str(&text.replace("\\n", "").replace('\n', ""));
            } else {
                out.push_str(text);
            }
        }
    }
    out
}

/// A length rounded to hundredths; whole ones are written as integers.
pub fn number(value: f32) -> Value {
    let rounded = (f64::from(value) * 100.0 + 0.5).floor() / 100.0;
    if rounded.fract() == 0.0 { json!(rounded as i64) } else { json!(rounded) }
}

/// A dump as text: one element a line.
pub fn to_text(dump: &Value) -> String {
    dump.to_string().replace("{\"path\"", "\n{\"path\"")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::fixed::FixedPage;

    #[test]
    fn a_path_counts_elements_only() {
        let mut page = FixedPage::new();
        let view = page.element(page.root(), "view");
        page.text(view, "loose");
        let text = page.element(view, "text");
        page.text(text, "a\nb\\nc");
        page.element(view, "view");
        let (document, root) = page.document().unwrap();
        let paths: Vec<String> = elements(&document, root).into_iter().map(|(_, path)| path).collect();
        assert_eq!(paths, ["/view[0]", "/view[0]/text[0]", "/view[0]/view[1]"]);
        assert_eq!(own_text(&document, text), "abc");
    }

    #[test]
    fn a_tab_bar_behind_the_page_is_none_of_its_elements() {
        let mut page = FixedPage::new();
        page.element(page.root(), "view");
        let bar = page.element(page.root(), "custom-tab-bar");
        page.element(bar, "view");
        let (document, root) = page.document().unwrap();
        let context =
            DumpContext { page: "p", viewport: (1.0, 1.0), scroll: (0.0, 0.0), source: &|_, _| SourceKind::None };
        let dump = super::page(&document, &BoxTree::default(), root, &context);
        let paths: Vec<&str> = dump["elements"].as_array().unwrap().iter().filter_map(|e| e["path"].as_str()).collect();
        assert_eq!(paths, ["/view[0]"]);
    }

    #[test]
    fn lengths_are_rounded_to_hundredths_as_script_rounds() {
        assert_eq!(number(1.005).to_string(), "1");
        assert_eq!(number(12.345).to_string(), "12.35");
        assert_eq!(number(-0.125).to_string(), "-0.12");
        assert_eq!(number(30.0).to_string(), "30");
    }
}
