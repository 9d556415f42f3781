//! Fonts, text and generated content.

use super::parse::{
    PResult, ParseContext, fail, integer, keyword, length_percentage, non_negative_length_percentage,
    non_negative_number, number, optional, reason, take_delim, take_ident, url,
};
use super::properties::{PropertyId, PropertyValue};
use super::sound::Sound;
use super::value::{Compute, ComputeContext, Length, Unit, computes_to_itself};
use crate::style::computed::*;
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

computes_to_itself!(
    Option<TextAlign>,
    WordBreak,
    OverflowWrap,
    TextOverflow,
    TextTransform,
    FontSlant,
    Direction,
    Content,
    LineStyle,
    Arc<[FontFamily]>,
);

/// `font-size` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum FontSize {
    /// A keyword such as `medium`, logical px.
    Absolute(f32),
    /// `smaller` and `larger`: times the parent's.
    Relative(f32),
    /// A length; a percentage is of the parent's font size.
    Length(Length),
}

impl Compute for FontSize {
    type Computed = f32;
    fn compute(&self, context: &ComputeContext) -> f32 {
        let parent = context.parent.font_size;
        let size = match self {
            FontSize::Absolute(px) => *px,
            FontSize::Relative(factor) => parent * factor,
            FontSize::Length(length) => length.compute(context).resolve(parent),
        };
        size.clamp(0.0, 10_000.0)
    }
}

/// `font-size`.
pub fn font_size(input: &mut Parser) -> PResult<FontSize> {
    let named = input.try_parse(|i| {
        keyword(i, |name| {
            Some(match name.to_ascii_lowercase().as_str() {
                "xx-small" => FontSize::Absolute(9.0),
                "x-small" => FontSize::Absolute(10.0),
                "small" => FontSize::Absolute(13.0),
                "medium" => FontSize::Absolute(16.0),
                "large" => FontSize::Absolute(18.0),
                "x-large" => FontSize::Absolute(24.0),
                "xx-large" => FontSize::Absolute(32.0),
                "xxx-large" => FontSize::Absolute(48.0),
                "smaller" => FontSize::Relative(1.0 / 1.2),
                "larger" => FontSize::Relative(1.2),
                _ => return None,
            })
        })
    });
    match named {
        Ok(size) => Ok(size),
        Err(_) => non_negative_length_percentage(input).map(FontSize::Length),
    }
}

/// `font-weight` as written.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum FontWeight {
    /// 1 to 1000.
    Absolute(u16),
    /// `bolder`.
    Bolder,
    /// `lighter`.
    Lighter,
}

impl Compute for FontWeight {
    type Computed = u16;
    /// CSS Fonts 4 section 2.2.1.
    fn compute(&self, context: &ComputeContext) -> u16 {
        let parent = context.parent.font_weight;
        match self {
            FontWeight::Absolute(weight) => *weight,
            FontWeight::Bolder => match parent {
                0..350 => 400,
                350..550 => 700,
                550..900 => 900,
                _ => parent,
            },
            FontWeight::Lighter => match parent {
                0..100 => parent,
                100..550 => 100,
                550..750 => 400,
                _ => 700,
            },
        }
    }
}

/// `font-weight`.
pub fn font_weight(input: &mut Parser) -> PResult<FontWeight> {
    if let Ok(weight) = input.try_parse(number) {
        if !(1.0..=1000.0).contains(&weight) {
            return Err(reason("a font weight is from 1 to 1000"));
        }
        return Ok(FontWeight::Absolute(weight as u16));
    }
    keyword(input, |name| {
        Some(match name.to_ascii_lowercase().as_str() {
            "normal" => FontWeight::Absolute(400),
            "bold" => FontWeight::Absolute(700),
            "bolder" => FontWeight::Bolder,
            "lighter" => FontWeight::Lighter,
            _ => return None,
        })
    })
}

/// `font-style`; an angle after `oblique` is taken.
pub fn font_style(input: &mut Parser) -> PResult<FontSlant> {
    let slant = keyword(input, FontSlant::from_keyword)?;
    if slant == FontSlant::Oblique {
        let _ = input.try_parse(super::parse::angle);
    }
    Ok(slant)
}

/// `line-height` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum LineHeightValue {
    /// `normal` or a number.
    Fixed(LineHeight),
    /// A length; a percentage is of the font size.
    Length(Length),
}

impl Compute for LineHeightValue {
    type Computed = LineHeight;
    fn compute(&self, context: &ComputeContext) -> LineHeight {
        match self {
            LineHeightValue::Fixed(value) => *value,
            LineHeightValue::Length(length) => {
                LineHeight::Px(length.compute(context).resolve(context.font_size).max(0.0))
            }
        }
    }
}

/// `line-height`.
pub fn line_height(input: &mut Parser) -> PResult<LineHeightValue> {
    if take_ident(input, "normal") {
        return Ok(LineHeightValue::Fixed(LineHeight::Normal));
    }
    if let Ok(factor) = input.try_parse(non_negative_number) {
        return Ok(LineHeightValue::Fixed(LineHeight::Number(factor)));
    }
    non_negative_length_percentage(input).map(LineHeightValue::Length)
}

/// `font-family`.
pub fn font_family(input: &mut Parser) -> PResult<Arc<[FontFamily]>> {
    super::parse::list(input, |i| {
        if let Ok(name) = i.try_parse(|i| i.expect_string().cloned()) {
            return Ok(FontFamily::Named(Arc::from(&*name)));
        }
        // An unquoted name is a sequence of identifiers joined by single spaces.
        let mut name = i.expect_ident()?.to_string();
        let mut single = true;
        while let Ok(next) = i.try_parse(|i| i.expect_ident().cloned()) {
            name.push(' ');
            name.push_str(&next);
            single = false;
        }
        Ok(match name.to_ascii_lowercase().as_str() {
            "sans-serif" | "ui-sans-serif" if single => FontFamily::SansSerif,
            "serif" | "ui-serif" if single => FontFamily::Serif,
            "monospace" | "ui-monospace" if single => FontFamily::Monospace,
            "cursive" if single => FontFamily::Cursive,
            "fantasy" if single => FontFamily::Fantasy,
            "system-ui" | "-apple-system" | "blinkmacsystemfont" if single => FontFamily::SystemUi,
            _ => FontFamily::Named(Arc::from(name)),
        })
    })
}

/// Widths of a face that the `font` shorthand takes without effect.
const STRETCHES: [&str; 8] = [
    "ultra-condensed",
    "extra-condensed",
    "condensed",
    "semi-condensed",
    "semi-expanded",
    "expanded",
    "extra-expanded",
    "ultra-expanded",
];
/// What the `font` shorthand takes for all of a font of the platform.
const SYSTEM_FONTS: [&str; 6] = ["caption", "icon", "menu", "message-box", "small-caption", "status-bar"];

/// The `font` shorthand (CSS Fonts 4 section 2.7); width and variant keywords are taken without effect.
pub fn font(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (mut slant, mut weight) = (None, None);
    if input.try_parse(|i| keyword(i, |name| SYSTEM_FONTS.contains(&name).then_some(()))).is_ok() {
        return Err(reason("fonts of the platform are not supported; write the size and the family"));
    }
    for _ in 0..4 {
        if take_ident(input, "normal") || take_ident(input, "small-caps") {
            continue;
        }
        if STRETCHES.iter().any(|stretch| take_ident(input, stretch)) {
            continue;
        }
        if slant.is_none()
            && let Ok(found) = input.try_parse(font_style)
        {
            slant = Some(found);
        } else if weight.is_none()
            && let Ok(found) = input.try_parse(font_weight)
        {
            // `font: 0 ...` is a size, not a weight: `font_weight` refuses numbers below 1.
            weight = Some(found);
        } else {
            break;
        }
    }
    let size = font_size(input)?;
    let line = if take_delim(input, '/') { line_height(input)? } else { LineHeightValue::Fixed(LineHeight::Normal) };
    let family = font_family(input)?;
    out.push((PropertyId::FontSize, PropertyValue::FontSize(size)));
    out.push((PropertyId::FontFamily, PropertyValue::FontFamily(family)));
    out.push((PropertyId::FontStyle, PropertyValue::FontStyle(slant.unwrap_or_default())));
    out.push((PropertyId::FontWeight, PropertyValue::FontWeight(weight.unwrap_or(FontWeight::Absolute(400)))));
    out.push((PropertyId::LineHeight, PropertyValue::LineHeight(line)));
    Ok(())
}

/// A font that a text other than a sheet's names.
#[derive(Clone, PartialEq, Debug)]
pub struct FontText {
    /// Families in order of preference.
    pub families: Arc<[FontFamily]>,
    /// Size, logical px.
    pub size: f32,
    /// Weight, 1 to 1000.
    pub weight: u16,
    /// Slant.
    pub slant: FontSlant,
}

/// Size of the font that relative sizes of such a text are of, logical px.
const TEXT_FONT_SIZE: f32 = 10.0;

/// The font of a text as the `font` shorthand has it, as canvases take it. `None` for anything else.
pub fn font_from_text(text: &str) -> Option<FontText> {
    let mut values = Vec::new();
    Parser::new(text).parse_entirely(|input| font(input, &mut values)).ok()?;
    let mut out = FontText { families: Arc::from([]), size: 0.0, weight: 400, slant: FontSlant::Normal };
    for (_, value) in values {
        match value {
            PropertyValue::FontSize(FontSize::Absolute(px)) => out.size = px,
            PropertyValue::FontSize(FontSize::Relative(factor)) => out.size = factor * TEXT_FONT_SIZE,
            PropertyValue::FontSize(FontSize::Length(Length::Percent(share))) => out.size = share * TEXT_FONT_SIZE,
            PropertyValue::FontSize(FontSize::Length(Length::Unit(value, Unit::Em | Unit::Rem))) => {
                out.size = value * TEXT_FONT_SIZE;
            }
            PropertyValue::FontSize(FontSize::Length(Length::Unit(value, unit))) => {
                out.size = value * unit.absolute()?
            }
            PropertyValue::FontSize(FontSize::Length(Length::Calc(..))) => return None,
            PropertyValue::FontFamily(families) => out.families = families,
            PropertyValue::FontStyle(slant) => out.slant = slant,
            PropertyValue::FontWeight(FontWeight::Absolute(weight)) => out.weight = weight,
            PropertyValue::FontWeight(FontWeight::Bolder) => out.weight = 700,
            PropertyValue::FontWeight(FontWeight::Lighter) => out.weight = 100,
            _ => {}
        }
    }
    out.size = out.size.clamp(0.0, 10_000.0);
    Some(out)
}

/// `text-align-last`; `auto` is none.
pub fn text_align_last(input: &mut Parser) -> PResult<Option<TextAlign>> {
    if take_ident(input, "auto") { Ok(None) } else { keyword(input, TextAlign::from_keyword).map(Some) }
}

/// `letter-spacing` and `word-spacing` as written; a percentage is of the font size.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Spacing(Length);

impl Compute for Spacing {
    type Computed = f32;
    fn compute(&self, context: &ComputeContext) -> f32 {
        self.0.compute(context).resolve(context.font_size)
    }
}

impl Sound for Spacing {
    fn is_sound(&self, least: f32) -> bool {
        self.0.is_sound(least)
    }
}

/// `letter-spacing` and `word-spacing`: a length or `normal`.
pub fn spacing(input: &mut Parser) -> PResult<Spacing> {
    if take_ident(input, "normal") { Ok(Spacing(Length::ZERO)) } else { length_percentage(input).map(Spacing) }
}

/// `vertical-align` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum VerticalAlignValue {
    /// A keyword.
    Keyword(VerticalAlign),
    /// A length above the baseline.
    Length(Length),
}

impl Compute for VerticalAlignValue {
    type Computed = VerticalAlign;
    fn compute(&self, context: &ComputeContext) -> VerticalAlign {
        match self {
            VerticalAlignValue::Keyword(value) => *value,
            VerticalAlignValue::Length(length) => VerticalAlign::Length(length.compute(context)),
        }
    }
}

/// `vertical-align`.
pub fn vertical_align(input: &mut Parser) -> PResult<VerticalAlignValue> {
    let named = input.try_parse(|i| {
        keyword(i, |name| {
            Some(match name.to_ascii_lowercase().as_str() {
                "baseline" => VerticalAlign::Baseline,
                "top" => VerticalAlign::Top,
                "middle" | "-webkit-baseline-middle" => VerticalAlign::Middle,
                "bottom" => VerticalAlign::Bottom,
                "text-top" => VerticalAlign::TextTop,
                "text-bottom" => VerticalAlign::TextBottom,
                "sub" => VerticalAlign::Sub,
                "super" => VerticalAlign::Super,
                _ => return None,
            })
        })
    });
    match named {
        Ok(value) => Ok(VerticalAlignValue::Keyword(value)),
        Err(_) => length_percentage(input).map(VerticalAlignValue::Length),
    }
}

/// `user-select`: whether text can be selected. `auto` and `none` say no, as text of a page is not
/// selectable unless asked for.
pub fn user_select(input: &mut Parser) -> PResult<bool> {
    keyword(input, |name| match name.to_ascii_lowercase().as_str() {
        "none" | "auto" => Some(false),
        "text" | "all" | "contain" => Some(true),
        _ => None,
    })
}

/// `content`; counters and quotes are not supported.
pub fn content(input: &mut Parser, context: &ParseContext) -> PResult<Content> {
    if take_ident(input, "normal") {
        return Ok(Content::Normal);
    }
    if take_ident(input, "none") {
        return Ok(Content::None);
    }
    let mut items = Vec::new();
    while let Some(()) = optional(input, |_| Ok(()))? {
        if let Ok(url) = input.try_parse(url) {
            items.push(ContentItem::Image(url, context.base.clone()));
            continue;
        }
        match input.next()?.clone() {
            Token::QuotedString(text) => items.push(ContentItem::Text(Arc::from(&*text))),
            Token::Function(name) if name.eq_ignore_ascii_case("attr") => {
                let name = input.parse_nested_block(|i| Ok(Arc::from(&**i.expect_ident()?)))?;
                items.push(ContentItem::Attr(name));
            }
            Token::Function(_) => return Err(reason("only strings, attr() and url() are supported in content")),
            _ => return Err(fail()),
        }
    }
    // What follows a `/` is read aloud, not shown.
    if take_delim(input, '/') {
        while input.next().is_ok() {}
    }
    if items.is_empty() { Err(fail()) } else { Ok(Content::Items(items.into())) }
}

/// `-webkit-line-clamp`: a positive integer or `none`.
pub fn line_clamp(input: &mut Parser) -> PResult<Option<u32>> {
    if take_ident(input, "none") {
        return Ok(None);
    }
    match integer(input)? {
        lines if lines > 0 => Ok(Some(lines as u32)),
        _ => Err(reason("a line clamp is a positive number")),
    }
}
