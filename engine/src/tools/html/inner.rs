//! What built-in components hold inside, and what they decide about their own style.
//!
//! It is written as the platform documents it: fixed sizes of controls, the boxes around scrolled content. Sizes that
//! follow from styles are left to the browser.

use super::tree::Writer;
use super::{attribute, rich_text, text, value};
use crate::widgets::{is_on, number, text as text_of};
use pellicle_layout::document::{Document, NodeId, ScopeId};
use pellicle_layout::flow::builtin::swiper_margins;
use std::fmt::Write as _;

/// Stands for an empty line, so that an empty field is one line high.
const EMPTY_LINE: &str = "\u{200b}";

/// The inside of an element.
pub(super) enum Inside {
    /// Its children, between pieces of markup.
    Children {
        /// Start tags.
        before: String,
        /// Their end tags.
        after: &'static str,
    },
    /// Markup of its own instead of its children.
    Own(String),
}

/// What is inside the element `node`.
pub(super) fn of(writer: &Writer<'_>, node: NodeId, tag: &str) -> Inside {
    let document = writer.document();
    match tag {
        "image" | "cover-image" => Inside::Own(picture(writer, node)),
        "camera" | "live-player" | "web-view" | "ad" | "editor" | "open-data" => Inside::Own(String::new()),
        "input" | "textarea" => Inside::Own(field(writer, node, tag)),
        "scroll-view" if !is_on(document, node, "enable-flex") => {
            let wrapper = "<i-box style=\"display: block; position: relative; width: 100%; height: 100%; max-height: \
                           inherit; overflow: ";
            let before = format!(
                "{wrapper}hidden\">{wrapper}{}\"><i-box style=\"display: block; width: 100%; height: 100%\">",
                scroll_axes(document, node)
            );
            Inside::Children { before, after: "</i-box></i-box></i-box>" }
        }
        "swiper" => {
            let (first, last) = swiper_margins(document, node, &writer.context.viewport);
            let inset = match is_on(document, node, "vertical") {
                true => format!("{first}px 0 {last}px 0"),
                false => format!("0 {last}px 0 {first}px"),
            };
            let before = format!(
                "<i-box style=\"display: block; position: relative; width: 100%; height: 100%; overflow: hidden\">\
                 <i-box style=\"display: block; position: absolute; inset: {inset}\">"
            );
            Inside::Children { before, after: "</i-box></i-box>" }
        }
        "checkbox" | "radio" => {
            let radius = if tag == "radio" { "12px" } else { "3px" };
            let before = format!(
                "<i-box style=\"display: inline-flex; align-items: center; vertical-align: middle\">{}\
                 <i-box style=\"display: block\">",
                mark(radius)
            );
            Inside::Children { before, after: "</i-box></i-box>" }
        }
        "switch" if text_of(document, node, "type") == "checkbox" => Inside::Own(mark("3px")),
        "switch" => Inside::Own(boxed("display: block; width: 52px; height: 32px; border-radius: 16px", "")),
        "slider" => Inside::Own(boxed("display: block; height: 18px", "")),
        "icon" => {
            let size = length(writer, node, "size", 23.0);
            Inside::Own(boxed(&format!("display: inline-block; width: {size}; height: {size}"), ""))
        }
        "progress" => {
            let height = length(writer, node, "stroke-width", 6.0);
            let mut inside = boxed(&format!("display: block; flex: 1 1 0%; height: {height}"), "");
            if is_on(document, node, "show-info") {
                let mut percent = String::new();
                text(&mut percent, &text_of(document, node, "percent"));
                percent.push('%');
                let size = length(writer, node, "font-size", 16.0);
                let style = format!("display: block; margin-left: 15px; font-size: {size}");
                inside.push_str(&boxed(&style, &percent));
            }
            Inside::Own(inside)
        }
        "rich-text" => Inside::Own(rich_text::markup(writer.context, document.attribute(node, "nodes"))),
        _ => Inside::Children { before: String::new(), after: "" },
    }
}

/// What a component decides about its own style, as declarations.
pub(super) fn own_style(writer: &Writer<'_>, node: NodeId, tag: &str) -> String {
    let document = writer.document();
    match tag {
        "image" => match (writer.natural_size(node), &*text_of(document, node, "mode")) {
            (Some((width, height)), "widthFix") if width > 0.0 && height > 0.0 => {
                format!("height: auto !important; aspect-ratio: {width} / {height} !important;")
            }
            (Some((width, height)), "heightFix") if width > 0.0 && height > 0.0 => {
                format!("width: auto !important; aspect-ratio: {width} / {height} !important;")
            }
            _ => String::new(),
        },
        "scroll-view" if is_on(document, node, "enable-flex") => {
            format!("overflow: {};", scroll_axes(document, node))
        }
        "textarea" if is_on(document, node, "auto-height") => "height: auto;".to_owned(),
        "swiper-item" => swiper_item(document, node),
        _ => String::new(),
    }
}

/// Items of a swiper lie side by side, moved by their distance from the current one.
fn swiper_item(document: &Document, node: NodeId) -> String {
    let Some(swiper) = document.node(node).map(|n| n.parent).filter(|&p| document.tag_name(p) == "swiper") else {
        return String::new();
    };
    let items = document.node(swiper).into_iter().flat_map(|n| &n.children);
    let index = items.filter(|&&c| document.tag_name(c) == "swiper-item").position(|&c| c == node).unwrap_or(0);
    let current = number(document, swiper, "current", 0.0, -1e6, 1e6).trunc();
    let shift = (index as f64 - current) * 100.0;
    let shown = number(document, swiper, "display-multiple-items", 1.0, 1.0, 1000.0).trunc();
    let vertical = is_on(document, swiper, "vertical");
    let mut style = match vertical {
        true => format!("transform: translate(0, {shift}%) !important; "),
        false => format!("transform: translate({shift}%, 0) !important; "),
    };
    if shown > 1.0 {
        let side = if vertical { "height" } else { "width" };
        let _ = write!(style, "{side}: {}% !important; ", 100.0 / shown);
    }
    style
}

fn scroll_axes(document: &Document, node: NodeId) -> String {
    let axis = |name| if is_on(document, node, name) { "auto" } else { "hidden" };
    format!("{} {}", axis("scroll-x"), axis("scroll-y"))
}

/// A box with this style and content.
fn boxed(style: &str, content: &str) -> String {
    let mut out = String::from("<i-box");
    attribute(&mut out, "style", style);
    out.push('>');
    out.push_str(content);
    out.push_str("</i-box>");
    out
}

/// The mark of a check box or radio.
fn mark(radius: &str) -> String {
    boxed(
        &format!(
            "display: block; width: 22px; height: 22px; margin-right: 5px; border: 1px solid #d1d1d1; \
             border-radius: {radius}; box-sizing: content-box"
        ),
        "",
    )
}

fn length(writer: &Writer<'_>, node: NodeId, name: &str, default: f32) -> String {
    value::attribute_length(writer.context, &text_of(writer.document(), node, name), default)
}

/// A picture fills its element as `mode` says.
fn picture(writer: &Writer<'_>, node: NodeId) -> String {
    let document = writer.document();
    let (fit, position) = match &*text_of(document, node, "mode") {
        "aspectFit" => ("contain", "center"),
        "aspectFill" => ("cover", "center"),
        "" | "scaleToFill" | "widthFix" | "heightFix" => ("fill", "center"),
        "top left" => ("none", "left top"),
        "top right" => ("none", "right top"),
        "bottom left" => ("none", "left bottom"),
        "bottom right" => ("none", "right bottom"),
        "top" => ("none", "center top"),
        "bottom" => ("none", "center bottom"),
        "left" => ("none", "left center"),
        "right" => ("none", "right center"),
        _ => ("none", "center"),
    };
    let mut out = String::new();
    if let Some(address) = writer.picture(node, &text_of(document, node, "src")) {
        out.push_str("<img");
        attribute(&mut out, "src", &address);
        let style =
            format!("display: block; width: 100%; height: 100%; object-fit: {fit}; object-position: {position}");
        attribute(&mut out, "style", &style);
        out.push('>');
    }
    out
}

/// The line or lines of a text field: its value, else its placeholder.
fn field(writer: &Writer<'_>, node: NodeId, tag: &str) -> String {
    let document = writer.document();
    let edited = document.node(node).and_then(|n| n.input_value.as_deref().map(str::to_owned));
    let shown = edited.unwrap_or_else(|| text_of(document, node, "value"));
    let style = match tag {
        "input" => "display: block; flex-shrink: 0; min-width: 100%; white-space: pre; ",
        _ => "display: block; ",
    };
    let mut out = String::new();
    if tag == "input" {
        out.push_str("<i-box style=\"display: flex; height: 100%; align-items: center; overflow-x: clip\">");
    }
    let is_empty = shown.is_empty();
    let content = match shown {
        _ if is_empty => text_of(document, node, "placeholder"),
        value if tag == "input" && is_on(document, node, "password") => "\u{2022}".repeat(value.chars().count()),
        value => value,
    };
    let content = match tag {
        "input" => content.replace(['\n', '\r'], " "),
        _ => content,
    };
    let name = if is_empty { "i-placeholder" } else { "i-box" };
    let mut own = style.to_owned();
    let _ = write!(out, "<{name}");
    if is_empty {
        own.push_str(&value::declarations(writer.context, "", &text_of(document, node, "placeholder-style")));
        let listed = placeholder_classes(document, node);
        if !listed.is_empty() {
            attribute(&mut out, "class", &listed.join(" "));
        }
    }
    attribute(&mut out, "style", own.trim_end());
    out.push('>');
    text(&mut out, if content.is_empty() { EMPTY_LINE } else { &content });
    let _ = write!(out, "</{name}>");
    if tag == "input" {
        out.push_str("</i-box>");
    }
    out
}

/// The classes of a field's placeholder, in the scopes that the field's own may be in.
fn placeholder_classes(document: &Document, node: NodeId) -> Vec<String> {
    use pellicle_layout::document::AttributeValue;
    let Some(element) = document.node(node) else { return Vec::new() };
    match document.attribute(node, "placeholder-class") {
        None => Vec::new(),
        Some(AttributeValue::Classes(classes)) => {
            classes.iter().map(|c| format!("s{}-{}", c.scope.0, document.names.resolve(c.name))).collect()
        }
        Some(value) => {
            let global = element.classes.iter().any(|c| c.scope == ScopeId::GLOBAL);
            let scopes: Vec<u16> =
                [Some(element.scope), (global && element.scope != ScopeId::GLOBAL).then_some(ScopeId::GLOBAL)]
                    .into_iter()
                    .flatten()
                    .map(|scope| scope.0)
                    .collect();
            let text = value.to_text();
            let words = text.split_ascii_whitespace();
            words.flat_map(|word| scopes.iter().map(move |scope| format!("s{scope}-{word}"))).collect()
        }
    }
}
