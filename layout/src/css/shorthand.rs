//! Shorthands: one declaration that stands for several longhands. A longhand that the value leaves out gets
//! its initial value.

use super::color::{ColorValue, color};
use super::parse::{PResult, ParseContext, fail, keyword, length_or_auto, non_negative_length_percentage, pair, sides};
use super::properties::{PropertyId, PropertyValue};
use super::value::{Length, PxLength, Unit};
use super::{background, boxes, grid, motion, text};
use crate::style::computed::{LineStyle, Overflow};
use cssparser::Parser;

/// The longhands that a value was split into.
pub type Longhands = Vec<(PropertyId, PropertyValue)>;

/// A shorthand property.
pub struct Shorthand {
    /// The CSS name.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// What it sets, all of it each time.
    pub longhands: &'static [PropertyId],
    /// Splits a value.
    pub parse: fn(&mut Parser, &ParseContext, &mut Longhands) -> PResult<()>,
}

impl std::fmt::Debug for Shorthand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

macro_rules! shorthands {
    ($($name:literal [$($alias:literal),*] $longhands:expr, $parse:expr;)*) => {
        /// All shorthands.
        pub static SHORTHANDS: &[Shorthand] = &[$(Shorthand {
            name: $name,
            aliases: &[$($alias),*],
            longhands: { use PropertyId::*; &$longhands },
            parse: $parse,
        }),*];
    };
}

macro_rules! four_sides {
    ($one:expr, $top:ident $right:ident $bottom:ident $left:ident) => {
        |i, _, out| {
            let [top, right, bottom, left] = sides(i, $one)?;
            out.push((PropertyId::$top, PropertyValue::$top(top)));
            out.push((PropertyId::$right, PropertyValue::$right(right)));
            out.push((PropertyId::$bottom, PropertyValue::$bottom(bottom)));
            out.push((PropertyId::$left, PropertyValue::$left(left)));
            Ok(())
        }
    };
}

macro_rules! two_values {
    ($one:expr, $first:ident $second:ident) => {
        |i, _, out| {
            let (first, second) = pair(i, $one)?;
            out.push((PropertyId::$first, PropertyValue::$first(first)));
            out.push((PropertyId::$second, PropertyValue::$second(second)));
            Ok(())
        }
    };
}

macro_rules! one_border {
    ($($width:ident $style:ident $color:ident),*) => {
        |i, _, out| {
            let (width, style, tint) = border(i, |i| keyword(i, LineStyle::from_keyword))?;
            $(
                out.push((PropertyId::$width, PropertyValue::$width(width.clone())));
                out.push((PropertyId::$style, PropertyValue::$style(style)));
                out.push((PropertyId::$color, PropertyValue::$color(tint)));
            )*
            Ok(())
        }
    };
}

macro_rules! placement {
    ($align:expr, $justify:expr, $first:ident $second:ident) => {
        |i, _, out| {
            let start = i.state();
            let first = $align(i)?;
            let second = if i.is_exhausted() {
                i.reset(&start);
                $justify(i)?
            } else {
                $justify(i)?
            };
            out.push((PropertyId::$first, PropertyValue::$first(first)));
            out.push((PropertyId::$second, PropertyValue::$second(second)));
            Ok(())
        }
    };
}

shorthands! {
    "margin" [] [MarginTop, MarginRight, MarginBottom, MarginLeft],
        four_sides!(length_or_auto, MarginTop MarginRight MarginBottom MarginLeft);
    "margin-inline" [] [MarginLeft, MarginRight], two_values!(length_or_auto, MarginLeft MarginRight);
    "margin-block" [] [MarginTop, MarginBottom], two_values!(length_or_auto, MarginTop MarginBottom);
    "padding" [] [PaddingTop, PaddingRight, PaddingBottom, PaddingLeft],
        four_sides!(non_negative_length_percentage, PaddingTop PaddingRight PaddingBottom PaddingLeft);
    "padding-inline" [] [PaddingLeft, PaddingRight], two_values!(non_negative_length_percentage, PaddingLeft PaddingRight);
    "padding-block" [] [PaddingTop, PaddingBottom], two_values!(non_negative_length_percentage, PaddingTop PaddingBottom);
    "inset" [] [Top, Right, Bottom, Left], four_sides!(length_or_auto, Top Right Bottom Left);
    "inset-inline" [] [Left, Right], two_values!(length_or_auto, Left Right);
    "inset-block" [] [Top, Bottom], two_values!(length_or_auto, Top Bottom);
    "border" [] [
        BorderTopWidth, BorderTopStyle, BorderTopColor, BorderRightWidth, BorderRightStyle, BorderRightColor,
        BorderBottomWidth, BorderBottomStyle, BorderBottomColor, BorderLeftWidth, BorderLeftStyle, BorderLeftColor
    ], one_border!(
        BorderTopWidth BorderTopStyle BorderTopColor, BorderRightWidth BorderRightStyle BorderRightColor,
        BorderBottomWidth BorderBottomStyle BorderBottomColor, BorderLeftWidth BorderLeftStyle BorderLeftColor
    );
    "border-top" ["border-block-start"] [BorderTopWidth, BorderTopStyle, BorderTopColor],
        one_border!(BorderTopWidth BorderTopStyle BorderTopColor);
    "border-right" ["border-inline-end"] [BorderRightWidth, BorderRightStyle, BorderRightColor],
        one_border!(BorderRightWidth BorderRightStyle BorderRightColor);
    "border-bottom" ["border-block-end"] [BorderBottomWidth, BorderBottomStyle, BorderBottomColor],
        one_border!(BorderBottomWidth BorderBottomStyle BorderBottomColor);
    "border-left" ["border-inline-start"] [BorderLeftWidth, BorderLeftStyle, BorderLeftColor],
        one_border!(BorderLeftWidth BorderLeftStyle BorderLeftColor);
    "border-width" [] [BorderTopWidth, BorderRightWidth, BorderBottomWidth, BorderLeftWidth],
        four_sides!(boxes::line_width, BorderTopWidth BorderRightWidth BorderBottomWidth BorderLeftWidth);
    "border-style" [] [BorderTopStyle, BorderRightStyle, BorderBottomStyle, BorderLeftStyle],
        four_sides!(|i| keyword(i, LineStyle::from_keyword), BorderTopStyle BorderRightStyle BorderBottomStyle BorderLeftStyle);
    "border-color" [] [BorderTopColor, BorderRightColor, BorderBottomColor, BorderLeftColor],
        four_sides!(color, BorderTopColor BorderRightColor BorderBottomColor BorderLeftColor);
    "border-radius" ["-webkit-border-radius"] [
        BorderTopLeftRadius, BorderTopRightRadius, BorderBottomRightRadius, BorderBottomLeftRadius
    ], |i, _, out| boxes::border_radius(i, out);
    "outline" [] [OutlineWidth, OutlineStyle, OutlineColor], |i, _, out| {
        let (width, style, tint) = border(i, boxes::outline_style)?;
        out.push((PropertyId::OutlineWidth, PropertyValue::OutlineWidth(width)));
        out.push((PropertyId::OutlineStyle, PropertyValue::OutlineStyle(style)));
        out.push((PropertyId::OutlineColor, PropertyValue::OutlineColor(tint)));
        Ok(())
    };
    "background" [] [
        BackgroundImage, BackgroundPositionX, BackgroundPositionY, BackgroundSize, BackgroundRepeat,
        BackgroundAttachment, BackgroundOrigin, BackgroundClip, BackgroundColor
    ], background::shorthand;
    "background-position" [] [BackgroundPositionX, BackgroundPositionY],
        |i, _, out| background::position_shorthand(i, out);
    "overflow" [] [OverflowX, OverflowY], two_values!(|i| keyword(i, Overflow::from_keyword), OverflowX OverflowY);
    "flex" ["-webkit-flex"] [FlexGrow, FlexShrink, FlexBasis], |i, _, out| boxes::flex(i, out);
    "flex-flow" ["-webkit-flex-flow"] [FlexDirection, FlexWrap], |i, _, out| boxes::flex_flow(i, out);
    "gap" ["grid-gap"] [RowGap, ColumnGap], two_values!(boxes::gap, RowGap ColumnGap);
    "place-content" [] [AlignContent, JustifyContent],
        placement!(boxes::align_content, boxes::justify_content, AlignContent JustifyContent);
    "place-items" [] [AlignItems, JustifyItems],
        placement!(boxes::align_items, boxes::justify_items, AlignItems JustifyItems);
    "place-self" [] [AlignSelf, JustifySelf],
        placement!(boxes::align_self, boxes::justify_self, AlignSelf JustifySelf);
    "grid-row" [] [GridRowStart, GridRowEnd], |i, _, out| {
        let (start, end) = grid::two_lines(i)?;
        out.push((PropertyId::GridRowStart, PropertyValue::GridRowStart(start)));
        out.push((PropertyId::GridRowEnd, PropertyValue::GridRowEnd(end)));
        Ok(())
    };
    "grid-column" [] [GridColumnStart, GridColumnEnd], |i, _, out| {
        let (start, end) = grid::two_lines(i)?;
        out.push((PropertyId::GridColumnStart, PropertyValue::GridColumnStart(start)));
        out.push((PropertyId::GridColumnEnd, PropertyValue::GridColumnEnd(end)));
        Ok(())
    };
    "grid-area" [] [GridRowStart, GridColumnStart, GridRowEnd, GridColumnEnd], |i, _, out| grid::area(i, out);
    "grid-template" [] [GridTemplateRows, GridTemplateColumns, GridTemplateAreas],
        |i, _, out| grid::grid_template(i, out);
    "grid" [] [GridTemplateRows, GridTemplateColumns, GridTemplateAreas, GridAutoRows, GridAutoColumns, GridAutoFlow],
        |i, _, out| grid::grid(i, out);
    "font" [] [FontSize, FontFamily, FontStyle, FontWeight, LineHeight], |i, _, out| text::font(i, out);
    "text-decoration" ["-webkit-text-decoration"] [TextDecorationLine, TextDecorationStyle, TextDecorationColor],
        |i, _, out| text::text_decoration(i, out);
    "transition" ["-webkit-transition"] [
        TransitionProperty, TransitionDuration, TransitionDelay, TransitionTimingFunction
    ], |i, _, out| motion::transition(i, out);
    "animation" ["-webkit-animation"] [
        AnimationName, AnimationDuration, AnimationDelay, AnimationTimingFunction, AnimationIterationCount,
        AnimationDirection, AnimationFillMode, AnimationPlayState
    ], |i, _, out| motion::animation(i, out);
}

/// Width, style and colour in any order, at least one of them.
fn border(
    input: &mut Parser,
    line: impl Fn(&mut Parser) -> PResult<LineStyle>,
) -> PResult<(PxLength, LineStyle, ColorValue)> {
    let (mut width, mut style, mut tint) = (None, None, None);
    while !input.is_exhausted() {
        if style.is_none()
            && let Ok(found) = input.try_parse(&line)
        {
            style = Some(found);
        } else if width.is_none()
            && let Ok(found) = input.try_parse(boxes::line_width)
        {
            width = Some(found);
        } else if tint.is_none() {
            tint = Some(color(input)?);
        } else {
            return Err(fail());
        }
    }
    if width.is_none() && style.is_none() && tint.is_none() {
        return Err(fail());
    }
    let medium = PxLength(Length::Unit(3.0, Unit::Px));
    Ok((width.unwrap_or(medium), style.unwrap_or(LineStyle::None), tint.unwrap_or(ColorValue::Current)))
}
