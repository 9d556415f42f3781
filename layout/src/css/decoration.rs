//! `text-decoration` and its longhands (CSS Text Decoration 4).

use super::parse::{PResult, fail, keyword, take_ident};
use super::properties::{Place, PropertyId, PropertyValue};
use super::text_flow;
use super::value::computes_to_itself;
use crate::style::computed::{ComputedStyle, DecorationStyle, LineThickness};
use cssparser::Parser;
use serde::{Deserialize, Serialize};

computes_to_itself!(DecorationLines, DecorationStyle);

/// The lines of `text-decoration-line`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
#[allow(missing_docs)]
pub struct DecorationLines {
    pub underline: bool,
    pub overline: bool,
    pub line_through: bool,
}

/// `text-decoration-line`; `blink` is taken without effect.
pub fn decoration_lines(input: &mut Parser) -> PResult<DecorationLines> {
    let mut lines = DecorationLines::default();
    if take_ident(input, "none") {
        return Ok(lines);
    }
    let mut any = false;
    while let Ok(name) = input.try_parse(|i| keyword(i, |n| decoration_line(n).then(|| n.to_ascii_lowercase()))) {
        any = true;
        match name.as_str() {
            "underline" => lines.underline = true,
            "overline" => lines.overline = true,
            "line-through" => lines.line_through = true,
            _ => {}
        }
    }
    if any { Ok(lines) } else { Err(fail()) }
}

fn decoration_line(name: &str) -> bool {
    ["underline", "overline", "line-through", "blink"].iter().any(|l| name.eq_ignore_ascii_case(l))
}

/// `text-decoration-style`.
pub fn decoration_style(input: &mut Parser) -> PResult<DecorationStyle> {
    keyword(input, DecorationStyle::from_keyword)
}

/// `text-decoration-line` in a computed style.
pub struct DecorationPlace;

impl Place for DecorationPlace {
    type Value = DecorationLines;

    fn set(style: &mut ComputedStyle, value: DecorationLines) {
        let to = &mut style.text_decoration;
        (to.underline, to.overline, to.line_through) = (value.underline, value.overline, value.line_through);
    }

    fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
        let from = from.text_decoration;
        let (underline, overline, line_through) = (from.underline, from.overline, from.line_through);
        Self::set(to, DecorationLines { underline, overline, line_through });
    }

    fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
        let lines = |s: &ComputedStyle| {
            let of = s.text_decoration;
            (of.underline, of.overline, of.line_through)
        };
        lines(a) != lines(b)
    }

    fn text(style: &ComputedStyle, out: &mut String) {
        let lines = style.text_decoration;
        let mut any = false;
        for (on, name) in
            [(lines.underline, "underline"), (lines.overline, "overline"), (lines.line_through, "line-through")]
        {
            if on {
                out.push_str(if any { " " } else { "" });
                out.push_str(name);
                any = true;
            }
        }
        if !any {
            out.push_str("none");
        }
    }
}

/// The `text-decoration` shorthand.
pub fn text_decoration(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (mut lines, mut style, mut tint, mut thickness) = (None, None, None, None);
    while !input.is_exhausted() {
        if lines.is_none()
            && let Ok(found) = input.try_parse(decoration_lines)
        {
            lines = Some(found);
        } else if style.is_none()
            && let Ok(found) = input.try_parse(decoration_style)
        {
            style = Some(found);
        } else if tint.is_none()
            && let Ok(found) = input.try_parse(super::color::color)
        {
            tint = Some(found);
        } else if thickness.is_none() {
            thickness = Some(text_flow::thickness(input)?);
        } else {
            return Err(fail());
        }
    }
    out.push((PropertyId::TextDecorationLine, PropertyValue::TextDecorationLine(lines.unwrap_or_default())));
    out.push((PropertyId::TextDecorationStyle, PropertyValue::TextDecorationStyle(style.unwrap_or_default())));
    let tint = tint.unwrap_or(super::color::ColorValue::Current);
    out.push((PropertyId::TextDecorationColor, PropertyValue::TextDecorationColor(tint)));
    let thickness = PropertyValue::TextDecorationThickness(
        thickness.unwrap_or(text_flow::ThicknessValue::Keyword(LineThickness::Auto)),
    );
    out.push((PropertyId::TextDecorationThickness, thickness));
    Ok(())
}
