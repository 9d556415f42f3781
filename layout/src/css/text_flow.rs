//! How text runs: white space, wrapping, tabs, alignment, and the lines drawn at it.

use super::parse::{PResult, fail, keyword, length_percentage, non_negative_length, non_negative_number, take_ident};
use super::properties::{Place, PropertyId, PropertyValue};
use super::sound::Sound;
use super::value::{Compute, ComputeContext, Length, PxLength, computes_to_itself};
use crate::style::computed::{
    ComputedStyle, Direction, LengthPercentage, LineThickness, TabSize, TextAlign, WhiteSpace,
};
use cssparser::Parser;
use serde::{Deserialize, Serialize};

computes_to_itself!(Collapse, WrapMode);

/// `white-space-collapse`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum Collapse {
    Collapse,
    Preserve,
    PreserveBreaks,
    BreakSpaces,
}

/// `text-wrap-mode`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum WrapMode {
    Wrap,
    NoWrap,
}

impl Collapse {
    const ALL: [(Collapse, &'static str); 4] = [
        (Collapse::Collapse, "collapse"),
        (Collapse::Preserve, "preserve"),
        (Collapse::PreserveBreaks, "preserve-breaks"),
        (Collapse::BreakSpaces, "break-spaces"),
    ];

    /// The keyword for a CSS identifier.
    pub fn from_keyword(text: &str) -> Option<Collapse> {
        Self::ALL.iter().find(|(_, name)| text.eq_ignore_ascii_case(name)).map(|(value, _)| *value)
    }

    /// The CSS name.
    pub fn as_str(self) -> &'static str {
        Self::ALL.iter().find(|(value, _)| *value == self).map_or("", |(_, name)| name)
    }
}

impl WrapMode {
    /// The keyword for a CSS identifier.
    pub fn from_keyword(text: &str) -> Option<WrapMode> {
        if text.eq_ignore_ascii_case("wrap") {
            Some(WrapMode::Wrap)
        } else {
            text.eq_ignore_ascii_case("nowrap").then_some(WrapMode::NoWrap)
        }
    }
}

/// The two longhands that a `white-space` stands for (CSS Text 4 section 3).
pub fn parts(white_space: WhiteSpace) -> (Collapse, WrapMode) {
    match white_space {
        WhiteSpace::Normal => (Collapse::Collapse, WrapMode::Wrap),
        WhiteSpace::NoWrap => (Collapse::Collapse, WrapMode::NoWrap),
        WhiteSpace::Pre => (Collapse::Preserve, WrapMode::NoWrap),
        WhiteSpace::PreWrap => (Collapse::Preserve, WrapMode::Wrap),
        WhiteSpace::PreLine => (Collapse::PreserveBreaks, WrapMode::Wrap),
        WhiteSpace::BreakSpaces => (Collapse::BreakSpaces, WrapMode::Wrap),
        WhiteSpace::PreLineNoWrap => (Collapse::PreserveBreaks, WrapMode::NoWrap),
    }
}

/// The `white-space` of two longhands. Spaces that break lines are as those of `pre` where lines do not wrap.
fn joined(collapse: Collapse, wrap: WrapMode) -> WhiteSpace {
    match (collapse, wrap) {
        (Collapse::Collapse, WrapMode::Wrap) => WhiteSpace::Normal,
        (Collapse::Collapse, WrapMode::NoWrap) => WhiteSpace::NoWrap,
        (Collapse::Preserve, WrapMode::Wrap) => WhiteSpace::PreWrap,
        (Collapse::PreserveBreaks, WrapMode::Wrap) => WhiteSpace::PreLine,
        (Collapse::BreakSpaces, WrapMode::Wrap) => WhiteSpace::BreakSpaces,
        (Collapse::PreserveBreaks, WrapMode::NoWrap) => WhiteSpace::PreLineNoWrap,
        (Collapse::Preserve | Collapse::BreakSpaces, WrapMode::NoWrap) => WhiteSpace::Pre,
    }
}

/// `white-space-collapse` in a computed style.
pub struct CollapsePlace;

impl Place for CollapsePlace {
    type Value = Collapse;
    fn set(style: &mut ComputedStyle, value: Collapse) {
        style.white_space = joined(value, parts(style.white_space).1);
    }
    fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
        Self::set(to, parts(from.white_space).0);
    }
    fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
        parts(a.white_space).0 != parts(b.white_space).0
    }
    fn text(style: &ComputedStyle, out: &mut String) {
        out.push_str(parts(style.white_space).0.as_str());
    }
}

/// `text-wrap-mode` in a computed style.
pub struct WrapModePlace;

impl Place for WrapModePlace {
    type Value = WrapMode;
    fn set(style: &mut ComputedStyle, value: WrapMode) {
        style.white_space = joined(parts(style.white_space).0, value);
    }
    fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
        Self::set(to, parts(from.white_space).1);
    }
    fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
        parts(a.white_space).1 != parts(b.white_space).1
    }
    fn text(style: &ComputedStyle, out: &mut String) {
        out.push_str(if parts(style.white_space).1 == WrapMode::Wrap { "wrap" } else { "nowrap" });
    }
}

/// The `white-space` shorthand: one of its own keywords, or the two longhands in any order.
pub fn white_space(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (collapse, wrap) = match input.try_parse(|i| keyword(i, WhiteSpace::from_keyword)) {
        // `break-spaces` may stand beside `nowrap`.
        Ok(WhiteSpace::BreakSpaces) => (Collapse::BreakSpaces, input.try_parse(wrap_mode).unwrap_or(WrapMode::Wrap)),
        Ok(WhiteSpace::NoWrap) => (input.try_parse(collapse).unwrap_or(Collapse::Collapse), WrapMode::NoWrap),
        Ok(value) => parts(value),
        Err(_) => {
            let (mut kept, mut wrapped) = (input.try_parse(collapse).ok(), input.try_parse(wrap_mode).ok());
            kept = kept.or_else(|| input.try_parse(collapse).ok());
            wrapped = wrapped.or_else(|| input.try_parse(wrap_mode).ok());
            if kept.is_none() && wrapped.is_none() {
                return Err(fail());
            }
            (kept.unwrap_or(Collapse::Collapse), wrapped.unwrap_or(WrapMode::Wrap))
        }
    };
    out.push((PropertyId::WhiteSpaceCollapse, PropertyValue::WhiteSpaceCollapse(collapse)));
    out.push((PropertyId::TextWrapMode, PropertyValue::TextWrapMode(wrap)));
    Ok(())
}

fn collapse(input: &mut Parser) -> PResult<Collapse> {
    keyword(input, Collapse::from_keyword)
}

fn wrap_mode(input: &mut Parser) -> PResult<WrapMode> {
    keyword(input, WrapMode::from_keyword)
}

/// The `text-wrap` shorthand; `balance`, `pretty` and `stable` are taken as `wrap`.
pub fn text_wrap(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (mut mode, mut style) = (None, false);
    while !input.is_exhausted() {
        if mode.is_none()
            && let Ok(found) = input.try_parse(wrap_mode)
        {
            mode = Some(found);
        } else if !style && ["auto", "balance", "pretty", "stable"].iter().any(|s| take_ident(input, s)) {
            style = true;
        } else {
            return Err(fail());
        }
    }
    if mode.is_none() && !style {
        return Err(fail());
    }
    out.push((PropertyId::TextWrapMode, PropertyValue::TextWrapMode(mode.unwrap_or(WrapMode::Wrap))));
    Ok(())
}

/// `tab-size` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum TabSizeValue {
    /// Times the advance of a space.
    Spaces(f32),
    /// A length.
    Length(PxLength),
}

impl Compute for TabSizeValue {
    type Computed = TabSize;
    fn compute(&self, context: &ComputeContext) -> TabSize {
        match self {
            TabSizeValue::Spaces(count) => TabSize::Spaces(*count),
            TabSizeValue::Length(length) => TabSize::Px(length.compute(context)),
        }
    }
}

/// `tab-size`: spaces, or a length.
pub fn tab_size(input: &mut Parser) -> PResult<TabSizeValue> {
    match input.try_parse(non_negative_number) {
        Ok(count) => Ok(TabSizeValue::Spaces(count)),
        Err(_) => non_negative_length(input).map(TabSizeValue::Length),
    }
}

/// `text-align` as written.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum TextAlignValue {
    /// A keyword.
    Keyword(TextAlign),
    /// The parent's, its `start` and `end` by the parent's direction.
    MatchParent,
}

impl Compute for TextAlignValue {
    type Computed = TextAlign;
    fn compute(&self, context: &ComputeContext) -> TextAlign {
        match (self, context.parent.text_align, context.parent.direction) {
            (TextAlignValue::Keyword(align), ..) => *align,
            (_, TextAlign::Start, Direction::Ltr) | (_, TextAlign::End, Direction::Rtl) => TextAlign::Left,
            (_, TextAlign::Start, Direction::Rtl) | (_, TextAlign::End, Direction::Ltr) => TextAlign::Right,
            (_, align, _) => align,
        }
    }
}

/// `text-align`.
pub fn text_align(input: &mut Parser) -> PResult<TextAlignValue> {
    if take_ident(input, "-webkit-match-parent") {
        return Ok(TextAlignValue::MatchParent);
    }
    keyword(input, TextAlign::from_keyword).map(TextAlignValue::Keyword)
}

/// `text-decoration-thickness` as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum ThicknessValue {
    /// `auto` or `from-font`.
    Keyword(LineThickness),
    /// A length.
    Length(Length),
}

impl Compute for ThicknessValue {
    type Computed = LineThickness;
    fn compute(&self, context: &ComputeContext) -> LineThickness {
        match self {
            ThicknessValue::Keyword(keyword) => *keyword,
            ThicknessValue::Length(length) => LineThickness::Length(length.compute(context)),
        }
    }
}

/// `text-decoration-thickness`.
pub fn thickness(input: &mut Parser) -> PResult<ThicknessValue> {
    if take_ident(input, "auto") {
        return Ok(ThicknessValue::Keyword(LineThickness::Auto));
    }
    if take_ident(input, "from-font") {
        return Ok(ThicknessValue::Keyword(LineThickness::FromFont));
    }
    length_percentage(input).map(ThicknessValue::Length)
}

/// `text-underline-offset` as written; `auto` is none.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct UnderlineOffset(Option<Length>);

impl UnderlineOffset {
    /// `auto`.
    pub const AUTO: UnderlineOffset = UnderlineOffset(None);
}

impl Compute for UnderlineOffset {
    type Computed = Option<LengthPercentage>;
    fn compute(&self, context: &ComputeContext) -> Option<LengthPercentage> {
        self.0.as_ref().map(|length| length.compute(context))
    }
}

impl Sound for UnderlineOffset {
    fn is_sound(&self, least: f32) -> bool {
        self.0.is_sound(least)
    }
}

/// `text-underline-offset`.
pub fn underline_offset(input: &mut Parser) -> PResult<UnderlineOffset> {
    let length = if take_ident(input, "auto") { None } else { Some(length_percentage(input)?) };
    Ok(UnderlineOffset(length))
}
