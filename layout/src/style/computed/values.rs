//! Colours, lengths and what is made of them.

use super::math::MathId;
use serde::{Deserialize, Serialize};

/// A colour in sRGB, not premultiplied.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default, Deserialize, Serialize)]
pub struct Color {
    /// Red.
    pub r: u8,
    /// Green.
    pub g: u8,
    /// Blue.
    pub b: u8,
    /// Opacity, 255 is opaque.
    pub a: u8,
}

impl Color {
    /// Transparent black.
    pub const TRANSPARENT: Color = Color { r: 0, g: 0, b: 0, a: 0 };
    /// Opaque black.
    pub const BLACK: Color = Color { r: 0, g: 0, b: 0, a: 255 };
    /// Opaque white.
    pub const WHITE: Color = Color { r: 255, g: 255, b: 255, a: 255 };

    /// A colour from its channels.
    pub const fn rgba(r: u8, g: u8, b: u8, a: u8) -> Color {
        Color { r, g, b, a }
    }
}

/// A length, a percentage, the sum of both (`calc()`), or a `min()`, `max()` or `clamp()` of such.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct LengthPercentage {
    /// Logical px.
    pub px: f32,
    /// A fraction of the basis: 0.5 is 50 %.
    pub percent: f32,
    /// True if a percentage was written, even `0%`: it matters where the basis is indefinite.
    pub has_percent: bool,
    /// What decides instead of px and percent, where the value is no straight line of the basis.
    #[serde(with = "unset")]
    pub math: Option<MathId>,
}

/// How what only a computed value has is stored: not at all. A number of an expression means something in this process
/// alone, and specified values have none; one that had could not be written.
mod unset {
    use serde::ser::Error;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    pub(super) fn serialize<T, S: Serializer>(value: &Option<T>, serializer: S) -> Result<S::Ok, S::Error> {
        match value {
            None => ().serialize(serializer),
            Some(_) => Err(S::Error::custom("a computed value is not stored")),
        }
    }

    pub(super) fn deserialize<'de, T, D: Deserializer<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
        <()>::deserialize(deserializer).map(|()| None)
    }
}

impl LengthPercentage {
    /// Zero.
    pub const ZERO: LengthPercentage = LengthPercentage::px(0.0);

    /// A length in logical px.
    pub const fn px(px: f32) -> Self {
        LengthPercentage { px, percent: 0.0, has_percent: false, math: None }
    }

    /// A percentage as a fraction.
    pub const fn percent(percent: f32) -> Self {
        LengthPercentage { px: 0.0, percent, has_percent: true, math: None }
    }

    /// The value in px for a `basis` in px.
    pub fn resolve(self, basis: f32) -> f32 {
        match self.math {
            None => self.px + self.percent * basis,
            Some(math) => math.resolve(basis),
        }
    }
}

/// A length that may be `auto` (margins, insets).
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum LengthAuto {
    /// `auto`.
    Auto,
    /// A length or percentage.
    Length(LengthPercentage),
}

/// A size: `width`, `min-height`, `flex-basis`, ...
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum Dimension {
    /// `auto` (`none` for maximum sizes).
    Auto,
    /// A length or percentage.
    Length(LengthPercentage),
    /// `min-content`.
    MinContent,
    /// `max-content`.
    MaxContent,
    /// `fit-content`.
    FitContent,
    /// `content` (flex-basis only).
    Content,
}

/// Values for the four sides.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Edges<T> {
    /// Top.
    pub top: T,
    /// Right.
    pub right: T,
    /// Bottom.
    pub bottom: T,
    /// Left.
    pub left: T,
}

impl<T: Copy> Edges<T> {
    /// The same value on all sides.
    pub const fn all(value: T) -> Self {
        Edges { top: value, right: value, bottom: value, left: value }
    }
}

/// Values for the four corners; each corner has a horizontal and a vertical radius.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Corners {
    /// Top left (horizontal, vertical).
    pub top_left: (LengthPercentage, LengthPercentage),
    /// Top right.
    pub top_right: (LengthPercentage, LengthPercentage),
    /// Bottom right.
    pub bottom_right: (LengthPercentage, LengthPercentage),
    /// Bottom left.
    pub bottom_left: (LengthPercentage, LengthPercentage),
}
