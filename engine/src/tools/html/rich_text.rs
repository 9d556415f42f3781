//! The content of `rich-text`: what the component takes of HTML, in balance and without what acts by itself.

use super::{Context, attribute, text, value};
use pellicle_layout::document::AttributeValue;
use pellicle_layout::flow::rich_text::{Tag, read_tag, unescape};
use serde_json::Value;

/// Levels of nesting that are kept.
const MAX_DEPTH: usize = 64;
/// Elements that have a place in a rich text; others are written as `span`.
const TAGS: &[&str] = &[
    "a",
    "abbr",
    "address",
    "article",
    "aside",
    "b",
    "bdi",
    "bdo",
    "big",
    "blockquote",
    "br",
    "caption",
    "center",
    "cite",
    "code",
    "col",
    "colgroup",
    "dd",
    "del",
    "div",
    "dl",
    "dt",
    "em",
    "fieldset",
    "font",
    "footer",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "header",
    "hr",
    "i",
    "img",
    "ins",
    "kbd",
    "label",
    "legend",
    "li",
    "mark",
    "nav",
    "ol",
    "p",
    "pre",
    "q",
    "rt",
    "ruby",
    "s",
    "samp",
    "section",
    "small",
    "span",
    "strike",
    "strong",
    "sub",
    "sup",
    "table",
    "tbody",
    "td",
    "tfoot",
    "th",
    "thead",
    "tr",
    "tt",
    "u",
    "ul",
];
/// Elements without an end tag.
const VOID: [&str; 4] = ["br", "col", "hr", "img"];
/// Attributes that are kept.
const ATTRIBUTES: [&str; 7] = ["width", "height", "colspan", "rowspan", "align", "start", "type"];

/// The markup for a `nodes` attribute.
pub(super) fn markup(context: &Context<'_>, nodes: Option<&AttributeValue>) -> String {
    let mut writer = Writer { context, out: String::new() };
    match nodes {
        Some(AttributeValue::Text(html)) => writer.html(html),
        Some(AttributeValue::Json(json)) => match serde_json::from_str(json) {
            Ok(Value::Array(nodes)) => writer.nodes(&nodes, 0),
            Ok(Value::String(html)) => writer.html(&html),
            _ => {}
        },
        _ => {}
    }
    writer.out
}

struct Writer<'a> {
    context: &'a Context<'a>,
    out: String,
}

/// The name that an element is written with; `None` for one that shows nothing.
fn shown_name(name: &str) -> Option<&str> {
    match name {
        "script" | "style" | "head" | "title" | "template" | "meta" | "link" => None,
        name => Some(TAGS.iter().find(|known| **known == name).copied().unwrap_or("span")),
    }
}

impl Writer<'_> {
    fn start(&mut self, name: &str, get: &dyn Fn(&str) -> Option<String>) {
        self.out.push('<');
        self.out.push_str(name);
        for key in ATTRIBUTES {
            if let Some(value) = get(key) {
                attribute(&mut self.out, key, &value);
            }
        }
        if let Some(style) = get("style") {
            attribute(&mut self.out, "style", value::declarations(self.context, "", &style).trim_end());
        }
        if name == "img"
            && let Some(source) = get("src")
        {
            let address = match source.as_str() {
                data if data.starts_with("data:") => Some(source),
                net if net.contains("//") => self.context.options.network.then_some(source),
                path => self.context.address(path),
            };
            if let Some(address) = address {
                attribute(&mut self.out, "src", &address);
            }
        }
        self.out.push('>');
    }

    fn end(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    fn nodes(&mut self, nodes: &[Value], depth: usize) {
        for node in nodes {
            if let Some(content) = node.get("text").and_then(Value::as_str) {
                text(&mut self.out, &unescape(content));
                continue;
            }
            let name = node.get("name").and_then(Value::as_str).unwrap_or("div").to_ascii_lowercase();
            let Some(name) = shown_name(&name) else { continue };
            self.start(name, &|key| {
                let value = node.get("attrs")?.get(key)?;
                Some(value.as_str().map_or_else(|| value.to_string(), str::to_owned))
            });
            if VOID.contains(&name) {
                continue;
            }
            if let Some(children) = node.get("children").and_then(Value::as_array).filter(|_| depth < MAX_DEPTH) {
                self.nodes(children, depth + 1);
            }
            self.end(name);
        }
    }

    fn html(&mut self, html: &str) {
        // Open elements as they were named and as they were written.
        let mut open: Vec<(String, &str)> = Vec::new();
        let mut rest = html;
        while !rest.is_empty() {
            let text_end = rest.find('<').unwrap_or(rest.len());
            if text_end > 0 {
                text(&mut self.out, &unescape(&rest[..text_end]));
                rest = &rest[text_end..];
                continue;
            }
            let Some((tag, after)) = read_tag(rest) else {
                self.out.push_str("&lt;");
                rest = &rest[1..];
                continue;
            };
            rest = after;
            match tag {
                Tag::Comment => {}
                Tag::End(name) => {
                    if let Some(at) = open.iter().rposition(|(known, _)| *known == name) {
                        for (_, written) in open.drain(at..).rev() {
                            self.end(written);
                        }
                    }
                }
                Tag::Start(name, attributes, self_closing) => {
                    let Some(&written) = TAGS.iter().find(|known| **known == shown_name(&name).unwrap_or("")) else {
                        let end = format!("</{name}");
                        let skipped = rest.to_ascii_lowercase().find(&end).unwrap_or(rest.len());
                        rest = &rest[skipped..];
                        continue;
                    };
                    self.start(written, &|key| {
                        attributes.iter().find(|(known, _)| known == key).map(|(_, value)| value.clone())
                    });
                    if VOID.contains(&written) {
                        continue;
                    }
                    if self_closing || open.len() > MAX_DEPTH {
                        self.end(written);
                    } else {
                        open.push((name, written));
                    }
                }
            }
        }
        while let Some((_, written)) = open.pop() {
            self.end(written);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::HtmlOptions;
    use super::*;
    use pellicle_layout::css::Viewport;
    use pellicle_script::package::MemoryPackage;
    use std::sync::Arc;

    fn written(nodes: AttributeValue) -> String {
        let package = MemoryPackage::default();
        let options = HtmlOptions { network: false, motion: false, fonts: false };
        markup(&Context { package: &package, viewport: Viewport::default(), options }, Some(&nodes))
    }

    #[test]
    fn markup_is_kept_in_balance_and_harmless() {
        let html = "<DIV onclick=x style='width:10rpx'>a<b>c</wx-rich-text></div><script>x</script><x>d&lt;";
        let expected = "<div style=\"width:5px;\">a<b>c</b></div><span>d&lt;</span>";
        assert_eq!(written(AttributeValue::Text(Arc::from(html))), expected);
    }

    #[test]
    fn a_list_of_nodes_is_written_as_its_elements() {
        let json = r#"[{"name":"p","children":[{"type":"text","text":"hi"},{"name":"br"}]}]"#;
        assert_eq!(written(AttributeValue::Json(Arc::from(json))), "<p>hi<br></p>");
    }
}
