//! Computed styles as Taffy reads them: no second style object is kept, each value is converted when asked.
//!
//! A `calc()` of px and percent travels inside Taffy's tagged 64-bit length as a made-up pointer whose upper
//! half is the fraction and whose lower half the px (its last three mantissa bits are the tag's); it is
//! never dereferenced. A value that is no straight line travels as the number of its expression, with a fraction that is no
//! number. [`resolve_calc`] takes both apart again.

use super::tree::BoxData;
use crate::style::ComputedStyle;
use crate::style::computed::{
    self as css, Align, Dimension as CssDimension, Display, FlexDirection, FlexWrap, LengthAuto, LengthPercentage,
    MathId,
};
use std::sync::Arc;
use taffy::{
    AlignContent, AlignItems, AlignSelf, BoxSizing, Clear, ContainingBlockClaims, CoreStyle, Dimension, Direction,
    Float, Overflow, Point, Position, Rect, Size, TextAlign,
};

#[cfg(not(target_pointer_width = "64"))]
compile_error!("lengths with px and percent are packed into a 64-bit pointer value");

/// A box's style, seen by Taffy.
#[derive(Clone, Copy)]
pub(crate) struct StyleRef<'a> {
    pub style: &'a ComputedStyle,
    pub data: &'a BoxData,
    /// Neither limits of its sizes nor an aspect ratio.
    pub is_by_content: bool,
}

/// Packs px and a fraction into a value that Taffy carries as a pointer. A size is never negative, which the last
/// mantissa bit of the fraction tells.
fn pack_calc(value: LengthPercentage, is_size: bool) -> *const () {
    if let Some(math) = value.math {
        let lower = if is_size { MATH_SIZE } else { MATH };
        return (((NOT_A_FRACTION | math.to_bits()) as usize) << 32 | lower) as *const ();
    }
    let px = (value.px.to_bits() as usize).wrapping_add(4) & 0xffff_fff8;
    let percent = (value.percent.to_bits() as usize) & !1 | usize::from(is_size);
    // Never null: an absent value would be read as "no calc".
    let bits = percent << 32 | px;
    (if bits == 0 { 8 } else { bits }) as *const ()
}

/// The bits of a quiet NaN; an expression's number stands below them.
const NOT_A_FRACTION: u32 = 0x7fc0_0000;
/// The lower half of an expression's number, and of one that is a size.
const MATH: usize = 8;
const MATH_SIZE: usize = 16;

/// The value in px of a packed `calc()` for a basis.
pub(crate) fn resolve_calc(packed: *const (), basis: f32) -> f32 {
    let bits = packed as usize;
    let percent = (bits >> 32) as u32;
    if percent & NOT_A_FRACTION == NOT_A_FRACTION {
        let value = MathId::from_bits(percent & !NOT_A_FRACTION).map_or(0.0, |math| in_units(math.resolve(basis)));
        return if bits & 0xffff_fff8 == MATH_SIZE { value.max(0.0) } else { value };
    }
    let px = f32::from_bits((bits & 0xffff_fff8) as u32);
    let value = in_units(f32::from_bits(percent & !1) * basis + px);
    if percent & 1 == 1 { value.max(0.0) } else { value }
}

/// A browser keeps lengths in 64ths of a px and cuts what is smaller. Seven sevenths of a row fit into it for
/// that reason only; the tiny addend keeps whole figures whole in spite of binary fractions.
pub(crate) fn in_units(px: f32) -> f32 {
    (px * LAYOUT_UNIT + UNIT_SLACK.copysign(px)).trunc() / LAYOUT_UNIT
}

/// The nearest length that a browser has.
pub(crate) fn rounded(px: f64) -> f32 {
    ((px * f64::from(LAYOUT_UNIT)).round() / f64::from(LAYOUT_UNIT)) as f32
}

/// Fractions of a px that a browser's lengths are made of.
const LAYOUT_UNIT: f32 = 64.0;
/// What binary fractions may lack of a whole unit.
const UNIT_SLACK: f32 = 1.0 / 128.0;

pub(crate) fn length(value: LengthPercentage) -> taffy::LengthPercentage {
    if !value.has_percent {
        taffy::LengthPercentage::length(in_units(value.px))
    } else {
        taffy::LengthPercentage::calc(pack_calc(value, false))
    }
}

/// The length of a size, which a `calc()` cannot make negative.
fn size(value: LengthPercentage) -> taffy::LengthPercentage {
    match value.has_percent {
        true => taffy::LengthPercentage::calc(pack_calc(value, true)),
        false => taffy::LengthPercentage::length(in_units(value.px).max(0.0)),
    }
}

fn length_auto(value: LengthAuto) -> taffy::LengthPercentageAuto {
    match value {
        LengthAuto::Auto => taffy::LengthPercentageAuto::auto(),
        LengthAuto::Length(value) => length(value).into(),
    }
}

pub(crate) fn dimension(value: CssDimension) -> Dimension {
    match value {
        CssDimension::Auto => Dimension::auto(),
        CssDimension::Length(value) => size(value).into(),
        CssDimension::MinContent => Dimension::min_content(),
        CssDimension::MaxContent => Dimension::max_content(),
        CssDimension::FitContent => Dimension::fit_content(),
        CssDimension::Content => Dimension::content(),
    }
}

/// Minimum and maximum sizes: Taffy takes no keywords there, so they are as good as none.
fn limit(value: CssDimension) -> taffy::LengthPercentageAuto {
    match value {
        CssDimension::Length(value) => size(value).into(),
        _ => taffy::LengthPercentageAuto::auto(),
    }
}

fn overflow(value: css::Overflow, other: css::Overflow) -> Overflow {
    use css::Overflow as O;
    match value {
        // A visible axis beside a scrolling one computes to auto (CSS Overflow 3, section 3.1).
        O::Visible if !matches!(other, O::Visible | O::Clip) => Overflow::Hidden,
        O::Visible => Overflow::Visible,
        O::Clip => Overflow::Clip,
        O::Hidden | O::Scroll | O::Auto => Overflow::Hidden,
    }
}

pub(crate) fn align_items(value: Align, rtl: bool) -> AlignItems {
    match value {
        Align::Stretch => AlignItems::STRETCH,
        Align::Start => AlignItems::START,
        Align::End => AlignItems::END,
        Align::FlexStart => AlignItems::FLEX_START,
        Align::FlexEnd => AlignItems::FLEX_END,
        Align::Center => AlignItems::CENTER,
        Align::Baseline => AlignItems::BASELINE,
        Align::SelfStart => AlignItems::SELF_START,
        Align::SelfEnd => AlignItems::SELF_END,
        Align::Left => {
            if rtl {
                AlignItems::END
            } else {
                AlignItems::START
            }
        }
        Align::Right => {
            if rtl {
                AlignItems::START
            } else {
                AlignItems::END
            }
        }
        _ => AlignItems::NORMAL,
    }
}

pub(crate) fn align_self(value: Align, rtl: bool) -> Option<AlignSelf> {
    (value != Align::Auto).then(|| align_items(value, rtl))
}

pub(crate) fn align_content(value: Align, rtl: bool) -> AlignContent {
    match value {
        Align::Stretch => AlignContent::STRETCH,
        Align::Start => AlignContent::START,
        Align::End => AlignContent::END,
        Align::FlexStart => AlignContent::FLEX_START,
        Align::FlexEnd => AlignContent::FLEX_END,
        Align::Center => AlignContent::CENTER,
        Align::SpaceBetween => AlignContent::SPACE_BETWEEN,
        Align::SpaceAround => AlignContent::SPACE_AROUND,
        Align::SpaceEvenly => AlignContent::SPACE_EVENLY,
        Align::Left => {
            if rtl {
                AlignContent::END
            } else {
                AlignContent::START
            }
        }
        Align::Right => {
            if rtl {
                AlignContent::START
            } else {
                AlignContent::END
            }
        }
        _ => AlignContent::NORMAL,
    }
}

impl StyleRef<'_> {
    pub fn rtl(&self) -> bool {
        self.style.direction == css::Direction::Rtl
    }

    fn is_webkit_box(&self) -> bool {
        matches!(self.style.display, Display::WebkitBox | Display::WebkitInlineBox)
    }
}

impl CoreStyle for StyleRef<'_> {
    type CustomIdent = Arc<str>;

    fn is_block(&self) -> bool {
        self.data.in_block_flow && !self.style.contain.layout && !self.style.contain.paint
    }
    // An `image` is a box around its picture: it stretches as other boxes do.
    fn is_compressible_replaced(&self) -> bool {
        self.data.is_replaced
    }
    fn is_replaced(&self) -> bool {
        self.data.is_replaced
    }
    fn box_sizing(&self) -> BoxSizing {
        match self.style.box_sizing {
            css::BoxSizing::BorderBox => BoxSizing::BorderBox,
            css::BoxSizing::ContentBox => BoxSizing::ContentBox,
        }
    }
    fn direction(&self) -> Direction {
        if self.rtl() { Direction::Rtl } else { Direction::Ltr }
    }
    fn overflow(&self) -> Point<Overflow> {
        if self.data.overflow_to_viewport {
            return Point { x: Overflow::Visible, y: Overflow::Visible };
        }
        let (x, y) = (self.style.overflow_x, self.style.overflow_y);
        Point { x: overflow(x, y), y: overflow(y, x) }
    }
    fn position(&self) -> Position {
        match self.style.position {
            css::Position::Static => Position::Static,
            css::Position::Relative => Position::Relative,
            css::Position::Absolute => Position::Absolute,
            css::Position::Fixed => Position::Fixed,
            css::Position::Sticky => Position::Sticky,
        }
    }
    fn inset(&self) -> Rect<taffy::LengthPercentageAuto> {
        let inset = &self.style.inset;
        Rect {
            left: length_auto(inset.left),
            right: length_auto(inset.right),
            top: length_auto(inset.top),
            bottom: length_auto(inset.bottom),
        }
    }
    fn is_containing_block(&self) -> ContainingBlockClaims {
        let transformed = is_fixed_containing_block(self.style);
        ContainingBlockClaims { absolute: transformed || self.style.is_positioned(), fixed: transformed }
    }
    fn size(&self) -> Size<Dimension> {
        Size { width: dimension(self.style.width), height: dimension(self.style.height) }
    }
    fn min_size(&self) -> Size<taffy::LengthPercentageAuto> {
        if self.is_by_content {
            return Size::auto();
        }
        Size { width: limit(self.style.min_width), height: limit(self.style.min_height) }
    }
    fn max_size(&self) -> Size<taffy::LengthPercentageAuto> {
        if self.is_by_content {
            return Size::auto();
        }
        Size { width: limit(self.style.max_width), height: limit(self.style.max_height) }
    }
    fn aspect_ratio(&self) -> Option<f32> {
        self.style.aspect_ratio.filter(|_| !self.is_by_content).filter(|r| *r > 0.0 && r.is_finite())
    }
    fn margin(&self) -> Rect<taffy::LengthPercentageAuto> {
        if self.data.item_of == ItemOf::TableRow {
            return Rect::zero();
        }
        let margin = &self.style.margin;
        Rect {
            left: length_auto(margin.left),
            right: length_auto(margin.right),
            top: length_auto(margin.top),
            bottom: length_auto(margin.bottom),
        }
    }
    fn padding(&self) -> Rect<taffy::LengthPercentage> {
        let padding = &self.style.padding;
        Rect {
            left: length(padding.left),
            right: length(padding.right),
            top: length(padding.top),
            bottom: length(padding.bottom),
        }
    }
    fn border(&self) -> Rect<taffy::LengthPercentage> {
        let border = &self.style.border_width;
        Rect {
            left: taffy::LengthPercentage::length(border.left),
            right: taffy::LengthPercentage::length(border.right),
            top: taffy::LengthPercentage::length(border.top),
            bottom: taffy::LengthPercentage::length(border.bottom),
        }
    }
}

/// Transforms, perspective, filters and containment make a box the containing block of fixed descendants.
pub(crate) fn is_fixed_containing_block(style: &ComputedStyle) -> bool {
    style.has_transform()
        || is_inline_fixed_containing_block(style)
        || style.is_perspective_root()
        || style.will_change
        || style.contain.layout
        || style.contain.paint
}

/// Of these, what inline boxes can have: filters.
pub(crate) fn is_inline_fixed_containing_block(style: &ComputedStyle) -> bool {
    !style.filter.is_empty() || !style.backdrop_filter.is_empty()
}

/// What the algorithms for block and flex containers read, which are not Taffy's.
impl StyleRef<'_> {
    pub fn align_content(&self) -> AlignContent {
        align_content(self.style.align_content, false)
    }

    pub fn align_items(&self) -> AlignItems {
        align_items(self.style.align_items, false)
    }

    pub fn align_self(&self) -> Option<AlignSelf> {
        align_self(self.style.align_self, false)
    }

    pub fn text_align(&self) -> TextAlign {
        match self.style.text_align {
            css::TextAlign::WebkitLeft => TextAlign::LegacyLeft,
            css::TextAlign::WebkitRight => TextAlign::LegacyRight,
            css::TextAlign::WebkitCenter => TextAlign::LegacyCenter,
            _ => TextAlign::Auto,
        }
    }

    pub fn is_table(&self) -> bool {
        matches!(self.style.display, Display::Table | Display::InlineTable)
    }

    pub fn float(&self) -> Float {
        match self.style.float {
            _ if self.style.is_out_of_flow() => Float::None,
            css::Float::None => Float::None,
            css::Float::Left => Float::Left,
            css::Float::Right => Float::Right,
        }
    }

    pub fn clear(&self) -> Clear {
        match self.style.clear {
            css::Clear::None => Clear::None,
            css::Clear::Left => Clear::Left,
            css::Clear::Right => Clear::Right,
            css::Clear::Both => Clear::Both,
        }
    }

    pub fn flex_direction(&self) -> FlexDirection {
        match self.style.display {
            Display::TableRow => FlexDirection::Row,
            _ => self.style.flex_direction,
        }
    }

    pub fn flex_wrap(&self) -> FlexWrap {
        match self.style.flex_wrap {
            _ if self.is_webkit_box() || self.style.display == Display::TableRow => FlexWrap::NoWrap,
            wrap => wrap,
        }
    }

    pub fn gap(&self) -> Size<taffy::LengthPercentage> {
        Size { width: length(self.style.column_gap), height: length(self.style.row_gap) }
    }

    /// `justify-content` of a flex container.
    pub fn justify_content(&self) -> AlignContent {
        if self.is_webkit_box() {
            // `-webkit-box-pack` goes by the direction of the items, not of the page.
            match self.style.justify_content {
                Align::Start => return AlignContent::FLEX_START,
                Align::End => return AlignContent::FLEX_END,
                _ => {}
            }
        }
        let row = matches!(self.flex_direction(), FlexDirection::Row | FlexDirection::RowReverse);
        align_content(self.style.justify_content, row && self.rtl())
    }

    pub fn flex_grow(&self) -> f32 {
        match self.data.item_of {
            ItemOf::WebkitBox => self.style.box_flex,
            ItemOf::TableRow if self.style.width == CssDimension::Auto => 1.0,
            ItemOf::TableRow => 0.0,
            ItemOf::Other => self.style.flex_grow,
        }
    }

    pub fn flex_shrink(&self) -> f32 {
        match self.data.item_of {
            ItemOf::WebkitBox => self.style.box_flex,
            _ => self.style.flex_shrink,
        }
    }
}

/// What kind of flex container a box is an item of, where that changes how it flexes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum ItemOf {
    /// An old flexbox: `-webkit-box-flex` counts.
    WebkitBox,
    /// A table row: cells share the width.
    TableRow,
    /// Anything else.
    #[default]
    Other,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_calc_survives_packing() {
        for (percent, px) in [(1.0, -16.0), (0.5, 0.015625), (0.0, 33.5), (0.333, -187.5), (-1.0, 10000.25), (0.0, 0.0)]
        {
            let value = LengthPercentage { px, ..LengthPercentage::percent(percent) };
            for basis in [0.0, 100.0, 375.0] {
                let got = resolve_calc(pack_calc(value, false), basis);
                // What is cut is less than a 64th.
                assert!((got - value.resolve(basis)).abs() <= 1.0 / LAYOUT_UNIT, "{percent} {px} {basis}: {got}");
            }
        }
    }
}
