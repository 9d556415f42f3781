//! The content of `rich-text`: an HTML string or a list of nodes, as inner boxes.
//!
//! A tolerant reader of the inline and block tags that the component documents. Unknown tags are inline, unclosed
//! ones end with their parent. Nesting beyond [`MAX_DEPTH`] is flattened.

use super::builtin::{Inner, InnerBox};
use super::derive::inherited;
use super::rich_list::{self, List};
use super::rich_style::element_style;
use crate::css::{DeclarationBlock, Viewport, parse_style_attribute};
use crate::document::AttributeValue;
use crate::style::ComputedStyle;
use crate::style::cascade::{CascadeContext, ParsedCache, cascade_over};
use crate::style::computed::Display;
use serde_json::Value;
use std::sync::Arc;

/// Levels of nesting that are kept.
const MAX_DEPTH: usize = 64;

/// The inner boxes for a `nodes` attribute.
pub(crate) fn content(
    nodes: Option<&AttributeValue>,
    space: Option<&str>,
    style: &ComputedStyle,
    viewport: &Viewport,
) -> Vec<Inner> {
    let mut reader = Reader { next_slot: 0, viewport, space, end: 0, lists: Vec::new() };
    match nodes {
        Some(AttributeValue::Text(html)) => reader.html(html, style),
        Some(AttributeValue::Json(json)) => match serde_json::from_str(json) {
            Ok(Value::Array(nodes)) => reader.nodes(&nodes, style, 0),
            Ok(Value::String(html)) => reader.html(&html, style),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

struct Reader<'v> {
    /// What stands for blanks of texts.
    space: Option<&'v str>,
    /// Where the next text begins among all, in bytes as they are laid out.
    end: u32,
    next_slot: u16,
    viewport: &'v Viewport,
    /// The lists around what is read, the innermost last.
    lists: Vec<List>,
}

/// A text that is nobody's: it is not selected with those around it.
fn generated(style: &Arc<ComputedStyle>, text: &str) -> Inner {
    let mut own = inherited(style);
    own.user_select = false;
    let content = vec![Inner::Text(Arc::from(text), 0)];
    Inner::Box(InnerBox { slot: None, style: Arc::new(own), image: false, content })
}

/// An element that is open while HTML is read.
struct Open {
    name: String,
    style: Arc<ComputedStyle>,
    slot: Option<u8>,
    content: Vec<Inner>,
}

impl Reader<'_> {
    fn slot(&mut self) -> Option<u8> {
        let slot = u8::try_from(self.next_slot).ok();
        self.next_slot = self.next_slot.saturating_add(1);
        slot
    }

    /// A piece of text.
    fn text(&mut self, text: &str) -> Inner {
        let text = unescape(text);
        let text = match self.space {
            Some(space) => text.replace(' ', space),
            None => text,
        };
        let start = self.end;
        // Letters may become up to three times as long in another case.
        self.end = start.saturating_add(u32::try_from(text.len()).unwrap_or(u32::MAX).saturating_mul(3));
        Inner::Text(Arc::from(text), start)
    }

    fn nodes(&mut self, nodes: &[Value], parent: &ComputedStyle, depth: usize) -> Vec<Inner> {
        let mut content = Vec::new();
        for node in nodes {
            if let Some(text) = node.get("text").and_then(Value::as_str) {
                content.push(self.text(text));
                continue;
            }
            let name = node.get("name").and_then(Value::as_str).unwrap_or("div").to_ascii_lowercase();
            if name == "br" {
                content.push(Inner::Break);
                continue;
            }
            let attribute = |key: &str| {
                let value = node.get("attrs")?.get(key)?;
                Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            };
            let Some(style) = element_style(&name, parent, &attribute, self.viewport) else { continue };
            let style = Arc::new(style);
            let slot = self.slot();
            let children = node.get("children").and_then(Value::as_array);
            self.enter(&name, &attribute);
            let mut inner = match children {
                Some(children) if depth < MAX_DEPTH => self.nodes(children, &style, depth + 1),
                _ => Vec::new(),
            };
            self.leave(&name, &style, &mut inner);
            let image = name == "img";
            content.push(Inner::Box(InnerBox { slot, style, image, content: inner }));
        }
        content
    }

    fn html(&mut self, html: &str, style: &ComputedStyle) -> Vec<Inner> {
        let root = Arc::new(inherited(style));
        let mut stack = vec![Open { name: String::new(), style: root, slot: None, content: Vec::new() }];
        let mut rest = html;
        while !rest.is_empty() {
            let text_end = rest.find('<').unwrap_or(rest.len());
            if text_end > 0 {
                let text = self.text(&rest[..text_end]);
                push(&mut stack, text);
                rest = &rest[text_end..];
                continue;
            }
            let Some((tag, after)) = read_tag(rest) else {
                let text = self.text("<");
                push(&mut stack, text);
                rest = &rest[1..];
                continue;
            };
            rest = after;
            match tag {
                Tag::Comment => {}
                Tag::End(name) => self.close(&mut stack, &name),
                Tag::Start(name, _, _) if name == "br" => push(&mut stack, Inner::Break),
                Tag::Start(name, _, _) if matches!(&*name, "script" | "style" | "head" | "title") => {
                    let end = format!("</{name}");
                    let lower = rest.to_ascii_lowercase();
                    let skipped = lower.find(&end).unwrap_or(rest.len());
                    rest = &rest[skipped..];
                }
                Tag::Start(name, attributes, self_closing) => {
                    // A new one ends the one before it.
                    if matches!(&*name, "p" | "li" | "dt" | "dd" | "tr" | "td" | "th")
                        && stack.last().is_some_and(|open| open.name == name)
                    {
                        self.pop(&mut stack);
                    }
                    let parent = stack.last().map(|o| o.style.clone()).unwrap_or_default();
                    let get = |key: &str| attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone());
                    let Some(style) = element_style(&name, &parent, &get, self.viewport) else { continue };
                    let slot = self.slot();
                    let is_void = self_closing || matches!(&*name, "img" | "hr" | "input" | "col");
                    let style = Arc::new(style);
                    if is_void || stack.len() > MAX_DEPTH {
                        let image = name == "img";
                        push(&mut stack, Inner::Box(InnerBox { slot, style, image, content: Vec::new() }));
                    } else {
                        self.enter(&name, &get);
                        stack.push(Open { name, style, slot, content: Vec::new() });
                    }
                }
            }
        }
        while stack.len() > 1 {
            self.pop(&mut stack);
        }
        stack.pop().map(|o| o.content).unwrap_or_default()
    }

    /// An element begins.
    fn enter(&mut self, name: &str, attribute: &dyn Fn(&str) -> Option<String>) {
        if matches!(name, "ul" | "ol") {
            let around = self.lists.iter().filter(|list| !list.is_ordered()).count();
            self.lists.push(List::new(name == "ol", around, attribute));
        }
    }

    /// An element ends that holds `content`.
    fn leave(&mut self, name: &str, style: &Arc<ComputedStyle>, content: &mut Vec<Inner>) {
        match name {
            "ul" | "ol" => drop(self.lists.pop()),
            "li" if style.display == Display::ListItem => {
                // Outside of a list it is an item all the same.
                let text = self.lists.last_mut().map_or_else(|| Arc::from(rich_list::DISC), List::marker);
                rich_list::put(content, style, text);
            }
            "q" => {
                content.insert(0, generated(style, "\u{201c}"));
                content.push(generated(style, "\u{201d}"));
            }
            _ => {}
        }
    }

    fn pop(&mut self, stack: &mut Vec<Open>) {
        if let Some(Open { name, style, slot, mut content }) = stack.pop() {
            self.leave(&name, &style, &mut content);
            push(stack, Inner::Box(InnerBox { slot, style, image: false, content }));
        }
    }

    fn close(&mut self, stack: &mut Vec<Open>, name: &str) {
        if let Some(at) = stack.iter().rposition(|o| o.name == name) {
            while stack.len() > at.max(1) {
                self.pop(stack);
            }
        }
    }
}

fn push(stack: &mut [Open], inner: Inner) {
    if let Some(open) = stack.last_mut() {
        open.content.push(inner);
    }
}

/// A piece of markup in angle brackets. Names are in lower case.
pub enum Tag {
    /// A comment, a declaration or an instruction: nothing that is shown.
    Comment,
    /// A start tag with its attributes, and whether it ends itself.
    Start(String, Vec<(String, String)>, bool),
    /// An end tag.
    End(String),
}

/// Reads a tag at the start of `html`; `None` if it is not one.
pub fn read_tag(html: &str) -> Option<(Tag, &str)> {
    if let Some(comment) = html.strip_prefix("<!--") {
        let end = comment.find("-->").map_or(comment.len(), |i| i + 3);
        return Some((Tag::Comment, &comment[end..]));
    }
    if html.starts_with("<!") || html.starts_with("<?") {
        let end = html.find('>').map_or(html.len(), |i| i + 1);
        return Some((Tag::Comment, &html[end..]));
    }
    let (body, is_end) = match html.strip_prefix("</") {
        Some(body) => (body, true),
        None => (html.strip_prefix('<')?, false),
    };
    if !body.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return None;
    }
    let name_end = body.find(|c: char| c.is_whitespace() || c == '>' || c == '/').unwrap_or(body.len());
    let name = body[..name_end].to_ascii_lowercase();
    let mut rest = &body[name_end..];
    let mut attributes = Vec::new();
    let mut self_closing = false;
    loop {
        rest = rest.trim_start();
        if let Some(after) = rest.strip_prefix('>') {
            rest = after;
            break;
        }
        if rest.is_empty() {
            break;
        }
        if let Some(after) = rest.strip_prefix('/') {
            self_closing = after.starts_with('>');
            rest = after;
            continue;
        }
        let key_end = rest
            .char_indices()
            .find(|&(i, c)| i > 0 && (c.is_whitespace() || matches!(c, '=' | '>' | '/')))
            .map_or(rest.len(), |(i, _)| i);
        let key = rest[..key_end].to_ascii_lowercase();
        rest = rest[key_end..].trim_start();
        let mut value = String::new();
        if let Some(after) = rest.strip_prefix('=') {
            let after = after.trim_start();
            let quote = after.chars().next().filter(|c| matches!(c, '"' | '\''));
            let (raw, next) = match quote {
                Some(quote) => {
                    let inner = &after[1..];
                    match inner.find(quote) {
                        Some(end) => (&inner[..end], &inner[end + 1..]),
                        None => (inner, ""),
                    }
                }
                None => {
                    let end = after.find(|c: char| c.is_whitespace() || c == '>').unwrap_or(after.len());
                    (&after[..end], &after[end..])
                }
            };
            value = unescape(raw);
            rest = next;
        }
        attributes.push((key, value));
    }
    let tag = if is_end { Tag::End(name) } else { Tag::Start(name, attributes, self_closing) };
    Some((tag, rest))
}

/// Replaces the character references that occur in such texts.
pub fn unescape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        out.push_str(&rest[..at]);
        rest = &rest[at..];
        let end = rest.char_indices().take(12).find(|(_, c)| *c == ';').map(|(i, _)| i);
        let found = end.and_then(|end| {
            let name = &rest[1..end];
            let c = match name {
                "nbsp" => '\u{a0}',
                "lt" => '<',
                "gt" => '>',
                "amp" => '&',
                "quot" => '"',
                "apos" => '\'',
                "ensp" => '\u{2002}',
                "emsp" => '\u{2003}',
                "ldquo" => '\u{201c}',
                "rdquo" => '\u{201d}',
                "lsquo" => '\u{2018}',
                "rsquo" => '\u{2019}',
                "mdash" => '\u{2014}',
                "ndash" => '\u{2013}',
                "hellip" => '\u{2026}',
                "middot" => '\u{b7}',
                "copy" => '\u{a9}',
                _ => {
                    let number = name.strip_prefix('#')?;
                    let code = match number.strip_prefix(['x', 'X']) {
                        Some(hex) => u32::from_str_radix(hex, 16).ok()?,
                        None => number.parse().ok()?,
                    };
                    char::from_u32(code)?
                }
            };
            Some((c, end))
        });
        match found {
            Some((c, end)) => {
                out.push(c);
                rest = &rest[end + 1..];
            }
            None => {
                out.push('&');
                rest = &rest[1..];
            }
        }
    }
    out.push_str(rest);
    out
}

/// Applies the declarations of a `style` attribute.
pub(super) fn apply_inline(
    style: ComputedStyle,
    parent: &ComputedStyle,
    text: &str,
    viewport: &Viewport,
) -> ComputedStyle {
    let (block, _) = parse_style_attribute(text, &Arc::from("rich-text"));
    // The component's text has no sheet around it: 1 rem is the initial font size.
    let context = CascadeContext { viewport, root_font_size: 16.0, parent, blockify: false };
    cascade_over(&block, &style, None, context, &mut ParsedCache::default())
}

/// Applies the declarations of rules in cascade order.
pub(super) fn apply_rules(
    style: ComputedStyle,
    parent: &ComputedStyle,
    rules: &[Arc<DeclarationBlock>],
    viewport: &Viewport,
) -> ComputedStyle {
    let context = CascadeContext { viewport, root_font_size: 16.0, parent, blockify: false };
    let mut cache = ParsedCache::default();
    rules.iter().fold(style, |style, block| cascade_over(block, &style, None, context, &mut cache))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(content: &[Inner]) -> String {
        content
            .iter()
            .map(|inner| match inner {
                Inner::Text(t, _) => t.to_string(),
                Inner::Break => "/".to_owned(),
                Inner::Children => "*".to_owned(),
                Inner::Box(b) => {
                    let kind = if b.image {
                        "img"
                    } else if b.style.display == Display::Block {
                        "b"
                    } else {
                        "i"
                    };
                    format!("<{kind}{}>{}</>", b.style.font_weight, outline(&b.content))
                }
            })
            .collect()
    }

    fn read(html: &str) -> String {
        outline(&content(
            Some(&AttributeValue::Text(Arc::from(html))),
            None,
            &ComputedStyle::default(),
            &Viewport::default(),
        ))
    }

    #[test]
    fn html_becomes_boxes() {
        assert_eq!(read("a<b>c</b><br/>&lt;&#65;"), "a<i700>c</>/<A");
        assert_eq!(read("<p>x<p>y"), "<b400>x</><b400>y</>");
        assert_eq!(read("<div class='a>b'><img src=x>z</div>"), "<b400><img400></>z</>");
        assert_eq!(read("<script>if(a<b)</script>t</x><"), "t<");
    }

    #[test]
    fn a_list_of_nodes_becomes_boxes() {
        let json = r#"[{"name":"div","children":[{"type":"text","text":"hi"},{"name":"br"}]}]"#;
        let value = AttributeValue::Json(Arc::from(json));
        assert_eq!(
            outline(&content(Some(&value), None, &ComputedStyle::default(), &Viewport::default())),
            "<b400>hi/</>"
        );
    }

    #[test]
    fn deep_nesting_ends_somewhere() {
        read(&"<div>".repeat(10_000));
    }
}
