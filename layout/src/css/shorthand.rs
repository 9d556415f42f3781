//! Shorthands: one declaration that stands for several longhands. A longhand that the value leaves out gets
//! its initial value.

use super::color::{ColorValue, color};
use super::parse::{PResult, ParseContext, fail, keyword, length_or_auto, non_negative_length_percentage, pair, sides};
use super::properties::{PropertyId, PropertyValue};
use super::value::{Length, PxLength, Unit};
use super::{background, boxes, decoration, grid, mask, motion, text, text_flow};
use crate::style::computed::{Align, LineStyle, Overflow};
use cssparser::Parser;
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longhands that a value was split into.
pub type Longhands = Vec<(PropertyId, PropertyValue)>;

/// A shorthand property.
pub struct Shorthand {
    /// The CSS name.
    pub name: &'static str,
    /// Other names for it.
    pub aliases: &'static [&'static str],
    /// What it takes, in CSS value definition syntax.
    pub grammar: &'static str,
    /// What it sets, all of it each time.
    pub longhands: &'static [PropertyId],
    /// Splits a value.
    pub parse: fn(&mut Parser, &ParseContext, &mut Longhands) -> PResult<()>,
}

impl PartialEq for Shorthand {
    fn eq(&self, other: &Shorthand) -> bool {
        self.name == other.name
    }
}

/// A compiled sheet names the shorthand.
impl Serialize for Shorthand {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for &'static Shorthand {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = <&str>::deserialize(deserializer)?;
        SHORTHANDS.iter().find(|s| s.name == name).ok_or_else(|| D::Error::custom("an unknown shorthand"))
    }
}

impl std::fmt::Debug for Shorthand {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// Of `all`: every longhand but `direction` (CSS Cascade 4 section 3.2).
const ALL_LONGHANDS: [PropertyId; PropertyId::COUNT - 1] = {
    let mut all = [PropertyId::FontSize; PropertyId::COUNT - 1];
    let (mut from, mut to) = (0, 0);
    while from < PropertyId::COUNT {
        if !matches!(PropertyId::ALL[from], PropertyId::Direction) {
            all[to] = PropertyId::ALL[from];
            to += 1;
        }
        from += 1;
    }
    all
};

macro_rules! shorthands {
    ($($name:literal [$($alias:literal),*] $grammar:literal $longhands:expr, $parse:expr;)*) => {
        /// All shorthands.
        pub static SHORTHANDS: &[Shorthand] = &[$(Shorthand {
            name: $name,
            aliases: &[$($alias),*],
            grammar: $grammar,
            longhands: {
                #[allow(unused_imports)] // one list is a constant
                use PropertyId::*;
                &$longhands
            },
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
                // A baseline alone does not place on the other axis (CSS Box Alignment 3 section 5.1).
                match i.try_parse($justify) {
                    Ok(same) => same,
                    Err(_) => {
                        $align(i)?;
                        Align::Start
                    }
                }
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
    "margin" [] "[ auto | <length-percentage> ]{1,4}" [MarginTop, MarginRight, MarginBottom, MarginLeft],
        four_sides!(length_or_auto, MarginTop MarginRight MarginBottom MarginLeft);
    "margin-inline" [] "[ auto | <length-percentage> ]{1,2}" [MarginLeft, MarginRight], two_values!(length_or_auto, MarginLeft MarginRight);
    "margin-block" [] "[ auto | <length-percentage> ]{1,2}" [MarginTop, MarginBottom], two_values!(length_or_auto, MarginTop MarginBottom);
    "padding" [] "<length-percentage [0,∞]>{1,4}" [PaddingTop, PaddingRight, PaddingBottom, PaddingLeft],
        four_sides!(non_negative_length_percentage, PaddingTop PaddingRight PaddingBottom PaddingLeft);
    "padding-inline" [] "<length-percentage [0,∞]>{1,2}" [PaddingLeft, PaddingRight], two_values!(non_negative_length_percentage, PaddingLeft PaddingRight);
    "padding-block" [] "<length-percentage [0,∞]>{1,2}" [PaddingTop, PaddingBottom], two_values!(non_negative_length_percentage, PaddingTop PaddingBottom);
    "inset" [] "[ auto | <length-percentage> ]{1,4}" [Top, Right, Bottom, Left], four_sides!(length_or_auto, Top Right Bottom Left);
    "inset-inline" [] "[ auto | <length-percentage> ]{1,2}" [Left, Right], two_values!(length_or_auto, Left Right);
    "inset-block" [] "[ auto | <length-percentage> ]{1,2}" [Top, Bottom], two_values!(length_or_auto, Top Bottom);
    "border" [] "<line-width> || <line-style> || <color>" [
        BorderTopWidth, BorderTopStyle, BorderTopColor, BorderRightWidth, BorderRightStyle, BorderRightColor,
        BorderBottomWidth, BorderBottomStyle, BorderBottomColor, BorderLeftWidth, BorderLeftStyle, BorderLeftColor
    ], one_border!(
        BorderTopWidth BorderTopStyle BorderTopColor, BorderRightWidth BorderRightStyle BorderRightColor,
        BorderBottomWidth BorderBottomStyle BorderBottomColor, BorderLeftWidth BorderLeftStyle BorderLeftColor
    );
    "border-top" ["border-block-start", "-webkit-border-before"] "<line-width> || <line-style> || <color>" [BorderTopWidth, BorderTopStyle, BorderTopColor],
        one_border!(BorderTopWidth BorderTopStyle BorderTopColor);
    "border-right" ["border-inline-end", "-webkit-border-end"] "<line-width> || <line-style> || <color>" [BorderRightWidth, BorderRightStyle, BorderRightColor],
        one_border!(BorderRightWidth BorderRightStyle BorderRightColor);
    "border-bottom" ["border-block-end", "-webkit-border-after"] "<line-width> || <line-style> || <color>" [BorderBottomWidth, BorderBottomStyle, BorderBottomColor],
        one_border!(BorderBottomWidth BorderBottomStyle BorderBottomColor);
    "border-left" ["border-inline-start", "-webkit-border-start"] "<line-width> || <line-style> || <color>" [BorderLeftWidth, BorderLeftStyle, BorderLeftColor],
        one_border!(BorderLeftWidth BorderLeftStyle BorderLeftColor);
    "border-inline" [] "<line-width> || <line-style> || <color>" [
        BorderLeftWidth, BorderLeftStyle, BorderLeftColor, BorderRightWidth, BorderRightStyle, BorderRightColor
    ], one_border!(BorderLeftWidth BorderLeftStyle BorderLeftColor, BorderRightWidth BorderRightStyle BorderRightColor);
    "border-block" [] "<line-width> || <line-style> || <color>" [
        BorderTopWidth, BorderTopStyle, BorderTopColor, BorderBottomWidth, BorderBottomStyle, BorderBottomColor
    ], one_border!(BorderTopWidth BorderTopStyle BorderTopColor, BorderBottomWidth BorderBottomStyle BorderBottomColor);
    "border-inline-width" [] "<line-width>{1,2}" [BorderLeftWidth, BorderRightWidth],
        two_values!(boxes::line_width, BorderLeftWidth BorderRightWidth);
    "border-block-width" [] "<line-width>{1,2}" [BorderTopWidth, BorderBottomWidth],
        two_values!(boxes::line_width, BorderTopWidth BorderBottomWidth);
    "border-inline-style" [] "<line-style>{1,2}" [BorderLeftStyle, BorderRightStyle],
        two_values!(|i| keyword(i, LineStyle::from_keyword), BorderLeftStyle BorderRightStyle);
    "border-block-style" [] "<line-style>{1,2}" [BorderTopStyle, BorderBottomStyle],
        two_values!(|i| keyword(i, LineStyle::from_keyword), BorderTopStyle BorderBottomStyle);
    "border-inline-color" [] "<color>{1,2}" [BorderLeftColor, BorderRightColor], two_values!(color, BorderLeftColor BorderRightColor);
    "border-block-color" [] "<color>{1,2}" [BorderTopColor, BorderBottomColor], two_values!(color, BorderTopColor BorderBottomColor);
    "all" [] "initial | inherit | unset | revert" ALL_LONGHANDS,
        |_, _, _| Err(super::parse::reason("`all` takes `initial`, `inherit`, `unset` or `revert` only"));
    "border-width" [] "<line-width>{1,4}" [BorderTopWidth, BorderRightWidth, BorderBottomWidth, BorderLeftWidth],
        four_sides!(boxes::line_width, BorderTopWidth BorderRightWidth BorderBottomWidth BorderLeftWidth);
    "border-style" [] "<line-style>{1,4}" [BorderTopStyle, BorderRightStyle, BorderBottomStyle, BorderLeftStyle],
        four_sides!(|i| keyword(i, LineStyle::from_keyword), BorderTopStyle BorderRightStyle BorderBottomStyle BorderLeftStyle);
    "border-color" [] "<color>{1,4}" [BorderTopColor, BorderRightColor, BorderBottomColor, BorderLeftColor],
        four_sides!(color, BorderTopColor BorderRightColor BorderBottomColor BorderLeftColor);
    "border-radius" ["-webkit-border-radius"] "<length-percentage [0,∞]>{1,4} [ / <length-percentage [0,∞]>{1,4} ]?" [
        BorderTopLeftRadius, BorderTopRightRadius, BorderBottomRightRadius, BorderBottomLeftRadius
    ], |i, _, out| boxes::border_radius(i, out);
    "outline" [] "<line-width> || <line-style> || <color>" [OutlineWidth, OutlineStyle, OutlineColor], |i, _, out| {
        let (width, style, tint) = border(i, boxes::outline_style)?;
        out.push((PropertyId::OutlineWidth, PropertyValue::OutlineWidth(width)));
        out.push((PropertyId::OutlineStyle, PropertyValue::OutlineStyle(style)));
        out.push((PropertyId::OutlineColor, PropertyValue::OutlineColor(tint)));
        Ok(())
    };
    "background" [] "<bg-layer># , <color>? of the last one" [
        BackgroundImage, BackgroundPositionX, BackgroundPositionY, BackgroundSize, BackgroundRepeat,
        BackgroundAttachment, BackgroundOrigin, BackgroundClip, BackgroundColor
    ], background::shorthand;
    "background-position" [] "<position>#" [BackgroundPositionX, BackgroundPositionY],
        |i, _, out| background::position_shorthand(i, out);
    "mask" ["-webkit-mask"] "<mask-layer>#" [
        MaskImage, MaskPositionX, MaskPositionY, MaskSize, MaskRepeat, MaskOrigin, MaskClip, MaskComposite, MaskMode
    ], mask::shorthand;
    "mask-position" ["-webkit-mask-position"] "<position>#" [MaskPositionX, MaskPositionY],
        |i, _, out| mask::position_shorthand(i, out);
    "overflow" [] "[ visible | hidden | clip | scroll | auto ]{1,2}" [OverflowX, OverflowY], two_values!(|i| keyword(i, Overflow::from_keyword), OverflowX OverflowY);
    "flex" ["-webkit-flex"] "none | [ <number>{1,2} || <'flex-basis'> ]" [FlexGrow, FlexShrink, FlexBasis], |i, _, out| boxes::flex(i, out);
    "flex-flow" ["-webkit-flex-flow"] "<'flex-direction'> || <'flex-wrap'>" [FlexDirection, FlexWrap], |i, _, out| boxes::flex_flow(i, out);
    "gap" ["grid-gap"] "<'row-gap'> <'column-gap'>?" [RowGap, ColumnGap], two_values!(boxes::gap, RowGap ColumnGap);
    "place-content" [] "<'align-content'> <'justify-content'>?" [AlignContent, JustifyContent],
        placement!(boxes::align_content, boxes::justify_content, AlignContent JustifyContent);
    "place-items" [] "<'align-items'> <'justify-items'>?" [AlignItems, JustifyItems],
        placement!(boxes::align_items, boxes::justify_items, AlignItems JustifyItems);
    "place-self" [] "<'align-self'> <'justify-self'>?" [AlignSelf, JustifySelf],
        placement!(boxes::align_self, boxes::justify_self, AlignSelf JustifySelf);
    "grid-row" [] "<grid-line> [ / <grid-line> ]?" [GridRowStart, GridRowEnd], |i, _, out| {
        let (start, end) = grid::two_lines(i)?;
        out.push((PropertyId::GridRowStart, PropertyValue::GridRowStart(start)));
        out.push((PropertyId::GridRowEnd, PropertyValue::GridRowEnd(end)));
        Ok(())
    };
    "grid-column" [] "<grid-line> [ / <grid-line> ]?" [GridColumnStart, GridColumnEnd], |i, _, out| {
        let (start, end) = grid::two_lines(i)?;
        out.push((PropertyId::GridColumnStart, PropertyValue::GridColumnStart(start)));
        out.push((PropertyId::GridColumnEnd, PropertyValue::GridColumnEnd(end)));
        Ok(())
    };
    "grid-area" [] "<grid-line> [ / <grid-line> ]{0,3}" [GridRowStart, GridColumnStart, GridRowEnd, GridColumnEnd], |i, _, out| grid::area(i, out);
    "grid-template" [] "none | <'grid-template-rows'> / <'grid-template-columns'> | [ <line-names>? <string> <track-size>? <line-names>? ]+ [ / <track-list> ]?" [GridTemplateRows, GridTemplateColumns, GridTemplateAreas],
        |i, _, out| grid::grid_template(i, out);
    "grid" [] "<'grid-template'> | <'grid-template-rows'> / [ auto-flow && dense? ] <'grid-auto-columns'>? | [ auto-flow && dense? ] <'grid-auto-rows'>? / <'grid-template-columns'>" [GridTemplateRows, GridTemplateColumns, GridTemplateAreas, GridAutoRows, GridAutoColumns, GridAutoFlow],
        |i, _, out| grid::grid(i, out);
    "font" [] "[ <'font-style'> || small-caps || <'font-weight'> || <font-width> ]? <'font-size'> [ / <'line-height'> ]? <'font-family'>" [FontSize, FontFamily, FontStyle, FontWeight, LineHeight], |i, _, out| text::font(i, out);
    "white-space" [] "normal | nowrap | pre | pre-wrap | pre-line | break-spaces | <'white-space-collapse'> || <'text-wrap-mode'>" [WhiteSpaceCollapse, TextWrapMode], |i, _, out| text_flow::white_space(i, out);
    "text-wrap" [] "<'text-wrap-mode'> || [ auto | balance | pretty | stable ]" [TextWrapMode], |i, _, out| text_flow::text_wrap(i, out);
    "text-decoration" ["-webkit-text-decoration"] "<'text-decoration-line'> || <'text-decoration-style'> || <'text-decoration-color'> || <'text-decoration-thickness'>" [
        TextDecorationLine, TextDecorationStyle, TextDecorationColor, TextDecorationThickness
    ],
        |i, _, out| decoration::text_decoration(i, out);
    "transition" ["-webkit-transition"] "[ [ none | <property> ] || <time> || <easing-function> || <time> ]#" [
        TransitionProperty, TransitionDuration, TransitionDelay, TransitionTimingFunction
    ], |i, _, out| motion::transition(i, out);
    "animation" ["-webkit-animation"] "[ <time> || <easing-function> || <time> || <'animation-iteration-count'> || <'animation-direction'> || <'animation-fill-mode'> || <'animation-play-state'> || [ none | <keyframes-name> ] ]#" [
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
