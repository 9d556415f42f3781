//! The styles that the tags of a `rich-text` have by default: those of browsers, under the one rule that the platform has
//! for everything: no margins.

use super::derive::inherited;
use super::rich_text::apply_inline;
use crate::css::Viewport;
use crate::style::ComputedStyle;
use crate::style::computed::{
    Color, Dimension, Display, Edges, FontFamily, FontSlant, LengthPercentage, LineStyle, TextAlign, TextDecoration,
    VerticalAlign, WhiteSpace,
};
use std::sync::Arc;

/// The colour of a rule.
const RULE: Color = Color { r: 128, g: 128, b: 128, a: 255 };
/// That of the frame of a group of fields.
const FRAME: Color = Color { r: 192, g: 192, b: 192, a: 255 };

/// A tag's default style; `None` if the element shows nothing.
pub(super) fn element_style(
    name: &str,
    parent: &ComputedStyle,
    attribute: &dyn Fn(&str) -> Option<String>,
    viewport: &Viewport,
) -> Option<ComputedStyle> {
    let mut style = inherited(parent);
    let length = LengthPercentage::px;
    match name {
        "div" | "section" | "article" | "header" | "footer" | "main" | "nav" | "aside" | "figure" | "figcaption"
        | "form" | "dl" | "dt" | "legend" => style.display = Display::Block,
        "address" => {
            style.display = Display::Block;
            style.font_style = FontSlant::Italic;
        }
        "center" | "caption" => {
            style.display = Display::Block;
            style.text_align = if name == "center" { TextAlign::WebkitCenter } else { TextAlign::Center };
        }
        "fieldset" => {
            style.display = Display::Block;
            style.border_width = Edges::all(2.0);
            style.border_style = Edges::all(LineStyle::Groove);
            style.border_color = Edges::all(FRAME);
            let em = |n: f32| length(n * parent.font_size);
            style.padding = Edges { top: em(0.35), right: em(0.75), bottom: em(0.625), left: em(0.75) };
        }
        "p" | "blockquote" | "dd" | "ul" | "ol" | "pre" | "table" | "thead" | "tbody" | "tfoot" | "tr" | "td"
        | "th" | "li" | "hr" => {
            style.display = match name {
                "table" => Display::Table,
                "thead" | "tbody" | "tfoot" => Display::TableRowGroup,
                "tr" => Display::TableRow,
                "td" | "th" => Display::TableCell,
                "li" => Display::ListItem,
                _ => Display::Block,
            };
            if matches!(name, "ul" | "ol") {
                style.padding.left = length(40.0);
            }
            if name == "pre" {
                style.white_space = WhiteSpace::Pre;
                style.font_family = Arc::from([FontFamily::Monospace]);
            }
            if matches!(name, "td" | "th") {
                style.padding = Edges::all(length(1.0));
                style.vertical_align = VerticalAlign::Middle;
            }
            if name == "th" {
                style.font_weight = 700;
                style.text_align = TextAlign::Center;
            }
            if name == "hr" {
                style.border_width = Edges::all(1.0);
                style.border_style = Edges::all(LineStyle::Inset);
                style.border_color = Edges::all(RULE);
                style.color = RULE;
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
                "sub" => style.vertical_align = VerticalAlign::Sub,
                "sup" => style.vertical_align = VerticalAlign::Super,
                _ => {}
            }
        }
        "big" => style.font_size = parent.font_size * 1.2,
        "code" | "kbd" | "samp" | "tt" => style.font_family = Arc::from([FontFamily::Monospace]),
        "mark" => {
            style.background_color = Color { r: 255, g: 255, b: 0, a: 255 };
            style.color = Color::BLACK;
        }
        "script" | "style" | "head" | "title" | "template" | "meta" | "link" => return None,
        _ => {}
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
