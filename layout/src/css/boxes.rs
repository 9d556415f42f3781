//! Boxes, flex boxes and alignment: parsers of the layout properties that are more than one keyword.

use super::parse::{
    PResult, fail, integer, keyword, non_negative_length, non_negative_length_percentage, number, optional, pair,
    reason, take_delim, take_ident,
};
use super::properties::{PropertyId, PropertyValue};
use super::value::{Length, PxLength, Size, Unit, computes_to_itself};
use crate::style::computed::*;
use cssparser::Parser;

computes_to_itself!(
    Display,
    Position,
    Float,
    Clear,
    BoxSizing,
    Overflow,
    Visibility,
    FlexDirection,
    FlexWrap,
    Align,
    ObjectFit,
    TableLayout
);

/// `display`: one keyword, or an outer and an inner type (CSS Display 3 section 2).
pub fn display(input: &mut Parser) -> PResult<Display> {
    let start = input.state();
    if let Ok(single) = keyword(input, Display::from_keyword)
        && (input.is_exhausted()
            || !matches!(
                single,
                Display::Block
                    | Display::Inline
                    | Display::Flex
                    | Display::Grid
                    | Display::Table
                    | Display::FlowRoot
                    | Display::ListItem
            ))
    {
        return Ok(single);
    }
    input.reset(&start);
    let (mut outer, mut inner) = (None, None);
    while !input.is_exhausted() {
        let name = input.expect_ident()?.to_ascii_lowercase();
        match name.as_str() {
            "block" | "inline" if outer.is_none() => outer = Some(name == "inline"),
            "flow" | "flow-root" | "flex" | "grid" | "table" | "list-item" if inner.is_none() => inner = Some(name),
            _ => return Err(fail()),
        }
    }
    let inline = outer.unwrap_or(false);
    Ok(match (inner.as_deref(), inline) {
        (Some("flow-root"), false) => Display::FlowRoot,
        (Some("flow-root"), true) => Display::InlineBlock,
        (Some("flex"), false) => Display::Flex,
        (Some("flex"), true) => Display::InlineFlex,
        (Some("grid"), false) => Display::Grid,
        (Some("grid"), true) => Display::InlineGrid,
        (Some("table"), false) => Display::Table,
        (Some("table"), true) => Display::InlineTable,
        (Some("list-item"), false) => Display::ListItem,
        (_, false) => Display::Block,
        (_, true) => Display::Inline,
    })
}

fn size_keyword(name: &str) -> Option<Dimension> {
    Some(match name.to_ascii_lowercase().as_str() {
        "min-content" | "-webkit-min-content" => Dimension::MinContent,
        "max-content" | "-webkit-max-content" => Dimension::MaxContent,
        "fit-content" | "-webkit-fit-content" => Dimension::FitContent,
        _ => return None,
    })
}

fn size_or(input: &mut Parser, auto: &str) -> PResult<Size> {
    if take_ident(input, auto) {
        return Ok(Size::Keyword(Dimension::Auto));
    }
    if let Ok(found) = input.try_parse(|i| keyword(i, size_keyword)) {
        return Ok(Size::Keyword(found));
    }
    non_negative_length_percentage(input).map(Size::Length)
}

/// `width`, `height`, `min-width`, `min-height`.
pub fn size(input: &mut Parser) -> PResult<Size> {
    size_or(input, "auto")
}

/// `max-width`, `max-height`.
pub fn max_size(input: &mut Parser) -> PResult<Size> {
    size_or(input, "none")
}

/// `flex-basis`.
pub fn flex_basis(input: &mut Parser) -> PResult<Size> {
    if take_ident(input, "content") {
        return Ok(Size::Keyword(Dimension::Content));
    }
    size(input)
}

/// The width of a border or outline.
pub fn line_width(input: &mut Parser) -> PResult<PxLength> {
    let named = input.try_parse(|i| {
        keyword(i, |name| match name.to_ascii_lowercase().as_str() {
            "thin" => Some(1.0),
            "medium" => Some(3.0),
            "thick" => Some(5.0),
            _ => None,
        })
    });
    match named {
        Ok(px) => Ok(PxLength(Length::Unit(px, Unit::Px))),
        Err(_) => non_negative_length(input),
    }
}

/// The style of an outline: `auto` is solid.
pub fn outline_style(input: &mut Parser) -> PResult<LineStyle> {
    if take_ident(input, "auto") {
        return Ok(LineStyle::Solid);
    }
    match keyword(input, LineStyle::from_keyword)? {
        LineStyle::Hidden => Err(fail()),
        style => Ok(style),
    }
}

/// A corner's radii.
pub fn corner(input: &mut Parser) -> PResult<(Length, Length)> {
    pair(input, non_negative_length_percentage)
}

/// `z-index`.
pub fn z_index(input: &mut Parser) -> PResult<Option<i32>> {
    if take_ident(input, "auto") { Ok(None) } else { integer(input).map(Some) }
}

/// `aspect-ratio`: width over height. A ratio beside `auto` is used as if it stood alone.
pub fn aspect_ratio(input: &mut Parser) -> PResult<Option<f32>> {
    let auto = take_ident(input, "auto");
    if auto && input.is_exhausted() {
        return Ok(None);
    }
    let width = super::parse::non_negative_number(input)?;
    let height = if take_delim(input, '/') { super::parse::non_negative_number(input)? } else { 1.0 };
    if !auto {
        let _ = take_ident(input, "auto");
    }
    // A degenerate ratio behaves as `auto` (CSS Sizing 4 section 5.1).
    Ok((width > 0.0 && height > 0.0).then_some(width / height))
}

/// `-webkit-box-orient`: true for vertical.
pub fn box_orient(input: &mut Parser) -> PResult<bool> {
    keyword(input, |name| match name.to_ascii_lowercase().as_str() {
        "horizontal" | "inline-axis" => Some(false),
        "vertical" | "block-axis" => Some(true),
        _ => None,
    })
}

/// `-webkit-box-direction`: true for reverse.
pub fn box_direction(input: &mut Parser) -> PResult<bool> {
    keyword(input, |name| match name.to_ascii_lowercase().as_str() {
        "normal" => Some(false),
        "reverse" => Some(true),
        _ => None,
    })
}

/// `-webkit-box-align`.
pub fn box_align(input: &mut Parser) -> PResult<Align> {
    alignment(input, &[Align::Stretch, Align::Start, Align::End, Align::Center, Align::Baseline])
}

/// `-webkit-box-pack`.
pub fn box_pack(input: &mut Parser) -> PResult<Align> {
    if take_ident(input, "justify") {
        return Ok(Align::SpaceBetween);
    }
    alignment(input, &[Align::Start, Align::End, Align::Center])
}

const POSITIONS: [Align; 7] =
    [Align::Start, Align::End, Align::FlexStart, Align::FlexEnd, Align::Center, Align::Left, Align::Right];
const DISTRIBUTIONS: [Align; 4] = [Align::SpaceBetween, Align::SpaceAround, Align::SpaceEvenly, Align::Stretch];

/// An alignment keyword out of `allowed`. `safe`, `unsafe`, `first` and `last` are taken without effect.
fn alignment(input: &mut Parser, allowed: &[Align]) -> PResult<Align> {
    let modified = ["safe", "unsafe", "first", "last"].iter().any(|m| take_ident(input, m));
    let align = keyword(input, Align::from_keyword)?;
    let positional = POSITIONS.contains(&align) || matches!(align, Align::Baseline | Align::SelfStart | Align::SelfEnd);
    if allowed.contains(&align) && (positional || !modified) { Ok(align) } else { Err(fail()) }
}

/// `align-content`.
pub fn align_content(input: &mut Parser) -> PResult<Align> {
    let mut allowed = vec![Align::Normal, Align::Baseline];
    allowed.extend(&POSITIONS[..5]);
    allowed.extend(DISTRIBUTIONS);
    alignment(input, &allowed)
}

/// `justify-content`.
pub fn justify_content(input: &mut Parser) -> PResult<Align> {
    let mut allowed = vec![Align::Normal];
    allowed.extend(POSITIONS);
    allowed.extend(DISTRIBUTIONS);
    alignment(input, &allowed)
}

fn items(input: &mut Parser, extra: &[Align], positions: usize) -> PResult<Align> {
    let mut allowed = vec![Align::Normal, Align::Stretch, Align::Baseline, Align::SelfStart, Align::SelfEnd];
    allowed.extend(&POSITIONS[..positions]);
    allowed.extend(extra);
    alignment(input, &allowed)
}

/// `align-items`.
pub fn align_items(input: &mut Parser) -> PResult<Align> {
    items(input, &[], 5)
}

/// `align-self`.
pub fn align_self(input: &mut Parser) -> PResult<Align> {
    items(input, &[Align::Auto], 5)
}

/// `justify-items`; `legacy` is taken without effect.
pub fn justify_items(input: &mut Parser) -> PResult<Align> {
    let legacy = take_ident(input, "legacy");
    if legacy && input.is_exhausted() {
        return Ok(Align::Normal);
    }
    let align = items(input, &[], 7)?;
    if legacy || take_ident(input, "legacy") {
        return if matches!(align, Align::Left | Align::Right | Align::Center) { Ok(align) } else { Err(fail()) };
    }
    Ok(align)
}

/// `justify-self`.
pub fn justify_self(input: &mut Parser) -> PResult<Align> {
    items(input, &[Align::Auto], 7)
}

/// `row-gap`, `column-gap`.
pub fn gap(input: &mut Parser) -> PResult<Length> {
    if take_ident(input, "normal") { Ok(Length::ZERO) } else { non_negative_length_percentage(input) }
}

/// `flex-wrap`, with `balance` (CSS Flexbox 2).
pub fn flex_wrap(input: &mut Parser) -> PResult<FlexWrap> {
    let balances = take_ident(input, "balance");
    let wrap = match input.try_parse(|i| keyword(i, FlexWrap::from_keyword)) {
        Ok(wrap) => wrap,
        Err(_) if balances => return Ok(FlexWrap::Balance),
        Err(problem) => return Err(problem),
    };
    let balances = balances || (wrap != FlexWrap::NoWrap && take_ident(input, "balance"));
    match wrap {
        FlexWrap::Wrap if balances => Ok(FlexWrap::Balance),
        FlexWrap::WrapReverse if balances => Ok(FlexWrap::BalanceReverse),
        _ if balances => Err(fail()),
        wrap => Ok(wrap),
    }
}

/// The `flex` shorthand (CSS Flexbox 1 section 7.1.1).
pub fn flex(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (mut grow, mut shrink, mut basis) = (None, None, None);
    if take_ident(input, "none") {
        (grow, shrink, basis) = (Some(0.0), Some(0.0), Some(Size::Keyword(Dimension::Auto)));
    } else {
        while let Some(()) = optional(input, |_| Ok(()))? {
            // A bare 0 is a factor while there is room for one.
            if grow.is_none()
                && let Ok(found) = input.try_parse(number)
            {
                grow = Some(found);
                shrink = input.try_parse(number).ok();
            } else if basis.is_none() {
                basis = Some(flex_basis(input)?);
            } else {
                return Err(fail());
            }
        }
        if grow.is_none() && basis.is_none() {
            return Err(fail());
        }
    }
    if grow.is_some_and(|v| v < 0.0) || shrink.is_some_and(|v| v < 0.0) {
        return Err(reason("flex factors are not negative"));
    }
    // A factor alone makes the basis 0, in per cent as browsers do.
    let basis = basis.unwrap_or(Size::Length(Length::Percent(0.0)));
    out.push((PropertyId::FlexGrow, PropertyValue::FlexGrow(grow.unwrap_or(1.0))));
    out.push((PropertyId::FlexShrink, PropertyValue::FlexShrink(shrink.unwrap_or(1.0))));
    out.push((PropertyId::FlexBasis, PropertyValue::FlexBasis(basis)));
    Ok(())
}

/// The `flex-flow` shorthand.
pub fn flex_flow(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let (mut direction, mut wrap) = (None, None);
    while !input.is_exhausted() {
        if direction.is_none()
            && let Ok(found) = input.try_parse(|i| keyword(i, FlexDirection::from_keyword))
        {
            direction = Some(found);
        } else if wrap.is_none() {
            wrap = Some(flex_wrap(input)?);
        } else {
            return Err(fail());
        }
    }
    if direction.is_none() && wrap.is_none() {
        return Err(fail());
    }
    out.push((PropertyId::FlexDirection, PropertyValue::FlexDirection(direction.unwrap_or_default())));
    out.push((PropertyId::FlexWrap, PropertyValue::FlexWrap(wrap.unwrap_or_default())));
    Ok(())
}

/// The `border-radius` shorthand: one to four radii, and after a `/` the vertical ones.
pub fn border_radius(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let [tl, tr, br, bl] = super::parse::sides(input, non_negative_length_percentage)?;
    let [tl2, tr2, br2, bl2] = if take_delim(input, '/') {
        super::parse::sides(input, non_negative_length_percentage)?
    } else {
        [tl.clone(), tr.clone(), br.clone(), bl.clone()]
    };
    out.push((PropertyId::BorderTopLeftRadius, PropertyValue::BorderTopLeftRadius((tl, tl2))));
    out.push((PropertyId::BorderTopRightRadius, PropertyValue::BorderTopRightRadius((tr, tr2))));
    out.push((PropertyId::BorderBottomRightRadius, PropertyValue::BorderBottomRightRadius((br, br2))));
    out.push((PropertyId::BorderBottomLeftRadius, PropertyValue::BorderBottomLeftRadius((bl, bl2))));
    Ok(())
}
