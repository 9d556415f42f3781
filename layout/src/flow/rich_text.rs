//! The content of `rich-text`: an HTML string or a list of nodes, as inner boxes.
//!
//! A tolerant reader of the inline and block tags that the component documents. Unknown tags are inline, unclosed
//! ones end with their parent. Nesting beyond [`MAX_DEPTH`] is flattened.

use super::builtin::{Inner, InnerBox};
use super::derive::inherited;
use crate::css::{DeclarationBlock, Viewport, parse_style_attribute};
use crate::document::AttributeValue;
use crate::style::ComputedStyle;
use crate::style::cascade::{CascadeContext, ParsedCache, cascade_over};
use crate::style::computed::{Dimension, Display, Edges, FontSlant, LengthAuto, LengthPercentage, TextDecoration};
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
    let mut reader = Reader { next_slot: 0, viewport, space };
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
    next_slot: u16,
    viewport: &'v Viewport,
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
    fn text(&self, text: &str) -> Inner {
        let text = unescape(text);
        Inner::Text(Arc::from(match self.space {
            Some(space) => text.replace(' ', space),
            None => text,
        }))
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
            let slot = self.slot();
            let children = node.get("children").and_then(Value::as_array);
            let inner = match children {
                Some(children) if depth < MAX_DEPTH => self.nodes(children, &style, depth + 1),
                _ => Vec::new(),
            };
            let image = name == "img";
            content.push(Inner::Box(InnerBox { slot, style: Arc::new(style), image, content: inner }));
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
                push(&mut stack, self.text(&rest[..text_end]));
                rest = &rest[text_end..];
                continue;
            }
            let Some((tag, after)) = read_tag(rest) else {
                push(&mut stack, Inner::Text(Arc::from("<")));
                rest = &rest[1..];
                continue;
            };
            rest = after;
            match tag {
                Tag::Comment => {}
                Tag::End(name) => close(&mut stack, &name),
                Tag::Start(name, _, _) if name == "br" => push(&mut stack, Inner::Break),
                Tag::Start(name, _, _) if matches!(&*name, "script" | "style" | "head" | "title") => {
                    let end = format!("</{name}");
                    let lower = rest.to_ascii_lowercase();
                    let skipped = lower.find(&end).unwrap_or(rest.len());
                    rest = &rest[skipped..];
                }
                Tag::Start(name, attributes, self_closing) => {
                    if name == "p" || name == "li" {
                        close_if_open(&mut stack, &name);
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
                        stack.push(Open { name, style, slot, content: Vec::new() });
                    }
                }
            }
        }
        while stack.len() > 1 {
            pop(&mut stack);
        }
        stack.pop().map(|o| o.content).unwrap_or_default()
    }
}

fn push(stack: &mut [Open], inner: Inner) {
    if let Some(open) = stack.last_mut() {
        open.content.push(inner);
    }
}

fn pop(stack: &mut Vec<Open>) {
    if let Some(Open { style, slot, content, .. }) = stack.pop() {
        push(stack, Inner::Box(InnerBox { slot, style, image: false, content }));
    }
}

fn close(stack: &mut Vec<Open>, name: &str) {
    if let Some(at) = stack.iter().rposition(|o| o.name == name) {
        while stack.len() > at.max(1) {
            pop(stack);
        }
    }
}

/// A new `p` or `li` ends the one before it.
fn close_if_open(stack: &mut Vec<Open>, name: &str) {
    if stack.last().is_some_and(|o| o.name == name) {
        pop(stack);
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

/// A tag's default style; `None` if the element shows nothing.
fn element_style(
    name: &str,
    parent: &ComputedStyle,
    attribute: &dyn Fn(&str) -> Option<String>,
    viewport: &Viewport,
) -> Option<ComputedStyle> {
    let mut style = inherited(parent);
    let em = |n: f32, size: f32| LengthAuto::Length(LengthPercentage::px(n * size));
    match name {
        "div" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "address" | "figure"
        | "figcaption" | "center" | "fieldset" | "form" | "dl" | "dt" => style.display = Display::Block,
        "p" | "blockquote" | "dd" | "ul" | "ol" | "pre" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "td"
        | "th" | "caption" | "li" | "hr" => {
            style.display = match name {
                "table" => Display::Table,
                "thead" | "tbody" | "tfoot" => Display::TableRowGroup,
                "tr" => Display::TableRow,
                "td" | "th" => Display::TableCell,
                "li" => Display::ListItem,
                _ => Display::Block,
            };
            if matches!(name, "ul" | "ol") {
                style.padding.left = LengthPercentage::px(40.0);
            }
            if name == "pre" {
                style.white_space = crate::style::computed::WhiteSpace::Pre;
            }
            if name == "th" {
                style.font_weight = 700;
                style.text_align = crate::style::computed::TextAlign::Center;
            }
        }
        "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
            let scale = match name {
                "h1" => 2.0,
                "h2" => 1.5,
                "h3" => 1.17,
                "h4" => 1.0,
                "h5" => 0.83,
                _ => 0.67,
            };
            style.display = Display::Block;
            style.font_size = parent.font_size * scale;
            style.font_weight = 700;
        }
        "b" | "strong" => style.font_weight = if parent.font_weight >= 600 { 900 } else { 700 },
        "i" | "em" | "cite" | "dfn" | "var" => style.font_style = FontSlant::Italic,
        "u" | "ins" => style.text_decoration = TextDecoration { underline: true, ..style.text_decoration },
        "s" | "strike" | "del" => {
            style.text_decoration = TextDecoration { line_through: true, ..style.text_decoration }
        }
        "small" | "sub" | "sup" => {
            style.font_size = parent.font_size / 1.2;
            match name {
                "sub" => style.vertical_align = crate::style::computed::VerticalAlign::Sub,
                "sup" => style.vertical_align = crate::style::computed::VerticalAlign::Super,
                _ => {}
            }
        }
        "big" => style.font_size = parent.font_size * 1.2,
        "script" | "style" | "head" | "title" | "template" | "meta" | "link" => return None,
        _ => {}
    }
    if name == "hr" {
        style.border_width = Edges::all(1.0);
        style.margin = Edges { top: em(0.5, style.font_size), bottom: em(0.5, style.font_size), ..style.margin };
    }
    for (key, is_width) in [("width", true), ("height", false)] {
        let takes_size = matches!(name, "img" | "table" | "td" | "th" | "col");
        if let Some(size) = attribute(key).filter(|_| takes_size).and_then(|v| attribute_size(&v)) {
            if is_width { style.width = size } else { style.height = size }
        }
    }
    if let Some(text) = attribute("style") {
        style = apply_inline(style, parent, &text, viewport);
    }
    (style.display != Display::None).then_some(style)
}

fn attribute_size(value: &str) -> Option<Dimension> {
    let value = value.trim();
    let length = match value.strip_suffix('%') {
        Some(percent) => LengthPercentage::percent(percent.trim().parse::<f32>().ok()? / 100.0),
        None => LengthPercentage::px(value.strip_suffix("px").unwrap_or(value).trim().parse().ok()?),
    };
    Some(Dimension::Length(length))
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
    cascade_over(&block, &style, context, &mut ParsedCache::default())
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
    rules.iter().fold(style, |style, block| cascade_over(block, &style, context, &mut cache))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outline(content: &[Inner]) -> String {
        content
            .iter()
            .map(|inner| match inner {
                Inner::Text(t) => t.to_string(),
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
