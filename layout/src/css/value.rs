//! What a value is computed against, and lengths as written.
//!
//! A parsed value keeps its units: `rpx`, `vw` and `em` become logical px only when a style is computed, so
//! a sheet is parsed once and serves every viewport. [`Compute`] is that step.

use crate::css::calc::Calc;
use crate::style::computed::{Color, ComputedStyle, Dimension, Edges, LengthAuto, LengthPercentage, LineHeight};
use serde::{Deserialize, Serialize};
use std::cell::Cell;
use std::sync::Arc;

/// The largest length that layout is asked to work with, logical px (as in Chromium).
pub const MAX_LENGTH: f32 = 33_554_428.0;

/// The surface that a page is shown on. Lengths are logical px.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Viewport {
    /// Width of the page area.
    pub width: f32,
    /// Height of the page area.
    pub height: f32,
    /// Physical pixels in a logical px. Border widths snap to physical pixels.
    pub scale: f32,
    /// The user prefers dark colours.
    pub dark: bool,
    /// What `env(safe-area-inset-*)` gives.
    pub safe_area: Edges<f32>,
    /// Round `rpx` lengths down to whole px, but never a positive one to nothing.
    pub rpx_floor: bool,
}

impl Default for Viewport {
    /// The page area of a common phone, 375 x 667 at scale 1: 1 rpx is 0.5 px.
    fn default() -> Self {
        Viewport { width: 375.0, height: 667.0, scale: 1.0, dark: false, safe_area: Edges::all(0.0), rpx_floor: false }
    }
}

impl Viewport {
    /// `value` rpx in logical px: the viewport is 750 rpx wide.
    pub fn rpx(&self, value: f32) -> f32 {
        let px = f64::from(value) * f64::from(self.width) / 750.0;
        if !self.rpx_floor {
            return px as f32;
        }
        let floor = (px + 1e-4).floor();
        if floor == 0.0 && value > 0.0 { 1.0 } else { floor as f32 }
    }
}

/// What relative units and keywords are resolved against.
#[derive(Clone, Copy, Debug)]
pub struct ComputeContext<'a> {
    /// The surface.
    pub viewport: &'a Viewport,
    /// What 1 em is, logical px: the element's font size (its parent's for `font-size` itself).
    pub font_size: f32,
    /// What 1 rem is, logical px.
    pub root_font_size: f32,
    /// What 1 lh is, logical px (the parent's for `font-size` and `line-height` themselves).
    pub line_height: f32,
    /// What `currentColor` is.
    pub color: Color,
    /// The style that is inherited from.
    pub parent: &'a ComputedStyle,
    /// Set when `currentColor` is asked for.
    pub asked: Option<&'a Cell<bool>>,
}

impl ComputeContext<'_> {
    /// What `currentColor` is, for a value that comes from it.
    pub fn current_color(&self) -> Color {
        if let Some(asked) = self.asked {
            asked.set(true);
        }
        self.color
    }
}

/// The line height of a style in logical px; of a `normal` one what is usual for fonts, as none is asked.
pub fn line_height_of(style: &ComputedStyle) -> f32 {
    match style.line_height {
        LineHeight::Normal => NORMAL_LINE * style.font_size,
        LineHeight::Number(factor) => factor * style.font_size,
        LineHeight::Px(px) => px,
    }
}

/// From a value as written to the computed value.
pub trait Compute {
    /// The computed form.
    type Computed;

    /// The computed value.
    fn compute(&self, context: &ComputeContext) -> Self::Computed;
}

/// Values that are their own computed value.
macro_rules! computes_to_itself {
    ($($name:ty),* $(,)?) => {
        $(impl $crate::css::value::Compute for $name {
            type Computed = $name;
            fn compute(&self, _: &$crate::css::value::ComputeContext) -> $name {
                self.clone()
            }
        })*
    };
}
pub(crate) use computes_to_itself;
computes_to_itself!(f32, bool, i32, u32, Option<i32>, Option<u32>, Option<f32>);

impl<A: Compute, B: Compute> Compute for (A, B) {
    type Computed = (A::Computed, B::Computed);
    fn compute(&self, context: &ComputeContext) -> Self::Computed {
        (self.0.compute(context), self.1.compute(context))
    }
}

/// Lists of values that are computed one by one.
macro_rules! computes_each {
    ($($name:ty),* $(,)?) => {
        $(impl $crate::css::value::Compute for std::sync::Arc<[$name]> {
            type Computed = std::sync::Arc<[<$name as Compute>::Computed]>;
            fn compute(&self, context: &ComputeContext) -> Self::Computed {
                self.iter().map(|v| v.compute(context)).collect()
            }
        })*
    };
}
pub(crate) use computes_each;

/// `line-height: normal` in ems.
const NORMAL_LINE: f32 = 1.2;

/// A unit of length.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum Unit {
    Px,
    Rpx,
    Em,
    Rem,
    Vw,
    Vh,
    Vmin,
    Vmax,
    Pt,
    Pc,
    In,
    Cm,
    Mm,
    Q,
    /// Half an em: no font is asked while a style is computed (CSS Values 4 section 6.1.1 allows it).
    Ch,
    /// Half an em.
    Ex,
    /// The line height; of a `normal` one 1.2 em, as no font is asked.
    Lh,
    /// That of a root with the initial line height.
    Rlh,
}

/// Units by name.
const UNITS: [(&str, Unit); 28] = [
    ("px", Unit::Px),
    ("rpx", Unit::Rpx),
    ("em", Unit::Em),
    ("rem", Unit::Rem),
    ("vw", Unit::Vw),
    ("vh", Unit::Vh),
    ("vmin", Unit::Vmin),
    ("vmax", Unit::Vmax),
    ("pt", Unit::Pt),
    ("pc", Unit::Pc),
    ("in", Unit::In),
    ("cm", Unit::Cm),
    ("mm", Unit::Mm),
    ("q", Unit::Q),
    ("ch", Unit::Ch),
    ("ex", Unit::Ex),
    ("cap", Unit::Ex),
    // The ideograph that it is measured by is as wide as the font is high.
    ("ic", Unit::Em),
    ("lh", Unit::Lh),
    ("rlh", Unit::Rlh),
    // Text runs along the width, as there are no vertical writing modes.
    ("vi", Unit::Vw),
    ("vb", Unit::Vh),
    // No bars come and go here, so the small, large and dynamic viewports are one.
    ("svh", Unit::Vh),
    ("lvh", Unit::Vh),
    ("dvh", Unit::Vh),
    ("svw", Unit::Vw),
    ("lvw", Unit::Vw),
    ("dvw", Unit::Vw),
];

impl Unit {
    /// The unit of this name, ASCII case-insensitive.
    pub fn from_name(name: &str) -> Option<Unit> {
        UNITS.iter().find(|(n, _)| n.eq_ignore_ascii_case(name)).map(|&(_, unit)| unit)
    }

    /// The names of all units.
    pub fn names() -> impl Iterator<Item = &'static str> {
        UNITS.iter().map(|(name, _)| *name)
    }

    /// Px in one of this unit, where that is the same everywhere.
    pub fn absolute(self) -> Option<f32> {
        Some(match self {
            Unit::Px => 1.0,
            Unit::Pt => 4.0 / 3.0,
            Unit::Pc => 16.0,
            Unit::In => 96.0,
            Unit::Cm => 96.0 / 2.54,
            Unit::Mm => 96.0 / 25.4,
            Unit::Q => 96.0 / 101.6,
            _ => return None,
        })
    }

    /// `value` of this unit in logical px.
    pub fn to_px(self, value: f32, context: &ComputeContext) -> f32 {
        let viewport = context.viewport;
        let (width, height) = (viewport.width, viewport.height);
        let px = match self {
            Unit::Px | Unit::Pt | Unit::Pc | Unit::In | Unit::Cm | Unit::Mm | Unit::Q => {
                value * self.absolute().unwrap_or(1.0)
            }
            Unit::Rpx => viewport.rpx(value),
            Unit::Em => value * context.font_size,
            Unit::Rem => value * context.root_font_size,
            Unit::Vw => value * width / 100.0,
            Unit::Vh => value * height / 100.0,
            Unit::Vmin => value * width.min(height) / 100.0,
            Unit::Vmax => value * width.max(height) / 100.0,
            Unit::Ch | Unit::Ex => value * context.font_size * 0.5,
            Unit::Lh => value * context.line_height,
            Unit::Rlh => value * NORMAL_LINE * context.root_font_size,
        };
        finite(px)
    }
}

/// `px` within what layout can work with; 0 for what is no number.
pub fn finite(px: f32) -> f32 {
    if px.is_nan() { 0.0 } else { px.clamp(-MAX_LENGTH, MAX_LENGTH) }
}

/// A length or percentage as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum Length {
    /// A number and a unit.
    Unit(f32, Unit),
    /// A fraction: 0.5 is 50 %.
    Percent(f32),
    /// A `calc()`, `min()`, `max()` or `clamp()`; true if negative results become 0.
    Calc(Arc<Calc>, bool),
}

impl Length {
    /// Zero.
    pub const ZERO: Length = Length::Unit(0.0, Unit::Px);

    /// The length in logical px, its percentage part left out.
    pub fn to_px(&self, context: &ComputeContext) -> f32 {
        self.compute(context).px
    }

    /// What is left of 100 % when the length is taken off.
    pub fn from_whole(&self, context: &ComputeContext) -> LengthPercentage {
        let calc = match self {
            Length::Unit(value, unit) => Calc::Length(*value, *unit),
            Length::Percent(percent) => Calc::Percent(*percent),
            Length::Calc(calc, _) => (**calc).clone(),
        };
        Calc::Sum(vec![Calc::Percent(1.0), calc.scaled(-1.0)]).evaluate(context)
    }
}

impl Compute for Length {
    type Computed = LengthPercentage;
    fn compute(&self, context: &ComputeContext) -> LengthPercentage {
        match self {
            Length::Unit(value, unit) => LengthPercentage::px(unit.to_px(*value, context)),
            Length::Percent(percent) => LengthPercentage::percent(finite(*percent)),
            Length::Calc(calc, non_negative) => {
                let mut value = calc.evaluate(context);
                // A mixed value is clamped where it is used, once its basis is known.
                if *non_negative && !value.has_percent {
                    value.px = value.px.max(0.0);
                }
                value
            }
        }
    }
}

/// A length in px: percentages are not allowed where this is used.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct PxLength(pub Length);

impl Compute for PxLength {
    type Computed = f32;
    fn compute(&self, context: &ComputeContext) -> f32 {
        self.0.to_px(context)
    }
}

/// A length, a percentage or `auto`, as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum LengthOrAuto {
    /// `auto`.
    Auto,
    /// A length or percentage.
    Length(Length),
}

impl Compute for LengthOrAuto {
    type Computed = LengthAuto;
    fn compute(&self, context: &ComputeContext) -> LengthAuto {
        match self {
            LengthOrAuto::Auto => LengthAuto::Auto,
            LengthOrAuto::Length(length) => LengthAuto::Length(length.compute(context)),
        }
    }
}

/// A size as written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum Size {
    /// A keyword: `auto`, `none`, `min-content`, `max-content`, `fit-content`, `content`.
    Keyword(Dimension),
    /// A length or percentage.
    Length(Length),
}

impl Compute for Size {
    type Computed = Dimension;
    fn compute(&self, context: &ComputeContext) -> Dimension {
        match self {
            Size::Keyword(dimension) => *dimension,
            Size::Length(length) => Dimension::Length(length.compute(context)),
        }
    }
}
