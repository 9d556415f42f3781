//! Computed values by name, as a style query asks for them.

use super::ComputedStyle;
use super::computed::LineHeight;
use crate::css::PropertyId;
use crate::css::names::{Name, find};
use crate::css::text_form::{ToText, joined, px};

/// The computed value of a property as CSS text. `name` may be written with dashes or in camel case
/// (`marginTop`); custom properties by their own name. Sizes that depend on layout are given as computed, a
/// percentage as a percentage. A shorthand is the shortest list of its longhands' values. `None` for an unknown name.
pub fn computed_text(style: &ComputedStyle, name: &str) -> Option<String> {
    if name.starts_with("--") {
        return Some(style.custom.values.get(name).map_or_else(String::new, |v| v.to_string()));
    }
    let mut dashed = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            dashed.push('-');
        }
        dashed.push(c.to_ascii_lowercase());
    }
    if dashed.starts_with("webkit-") {
        dashed.insert(0, '-');
    }
    let mut out = String::new();
    match find(&dashed)? {
        // Browsers give the used value of a factor, and both coordinates of an origin.
        Name::Longhand(PropertyId::LineHeight) => match style.line_height {
            LineHeight::Number(factor) => px(factor * style.font_size, &mut out),
            other => other.write(&mut out),
        },
        Name::Longhand(PropertyId::TransformOrigin) => {
            joined([style.transform_origin.0, style.transform_origin.1], " ", &mut out);
        }
        // Without a colour of their own they have the element's.
        Name::Longhand(PropertyId::CaretColor) => style.caret_color.unwrap_or(style.color).write(&mut out),
        Name::Longhand(PropertyId::TextFillColor) => style.text_fill_color.unwrap_or(style.color).write(&mut out),
        // Layer by layer.
        Name::Shorthand(shorthand) if shorthand.name == "background-position" => {
            let first = crate::css::background::initial_layer();
            let none = style.background.is_empty();
            let layers = if none { std::slice::from_ref(&first) } else { &style.background[..] };
            for (i, layer) in layers.iter().enumerate() {
                out.push_str(if i > 0 { ", " } else { "" });
                joined([layer.position.0, layer.position.1], " ", &mut out);
            }
        }
        Name::Shorthand(shorthand) if shorthand.name == "white-space" => out.push_str(style.white_space.as_str()),
        Name::Longhand(id) => id.write(style, &mut out),
        Name::Shorthand(shorthand) => {
            let values: Vec<String> = shorthand
                .longhands
                .iter()
                .map(|id| {
                    let mut value = String::new();
                    id.write(style, &mut value);
                    value
                })
                .collect();
            let shown = match &values[..] {
                _ if values.windows(2).all(|w| w[0] == w[1]) => 1,
                // Four sides or corners: the last one is that across from it (CSSOM 6.7.2, shortest form).
                [top, right, bottom, left] if right == left => 2 + usize::from(top != bottom),
                all => all.len(),
            };
            out = values[..shown.min(values.len())].join(" ");
        }
        Name::Ignored | Name::Unsupported(_) => return None,
    }
    Some(out)
}
