//! Values of text, fonts and generated content.

use super::keywords::DecorationStyle;
use super::values::{Color, LengthPercentage};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// `vertical-align`.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum VerticalAlign {
    Baseline,
    Top,
    Middle,
    Bottom,
    TextTop,
    TextBottom,
    Sub,
    Super,
    /// A length above the baseline; a percentage is of the line height.
    Length(LengthPercentage),
}

/// `line-height`.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum LineHeight {
    /// From the font's own figures.
    Normal,
    /// Times the font size.
    Number(f32),
    /// Logical px.
    Px(f32),
}

/// `tab-size`.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum TabSize {
    /// Times the advance of a space.
    Spaces(f32),
    /// Logical px.
    Px(f32),
}

/// `text-decoration-thickness`.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum LineThickness {
    /// By the font's size.
    Auto,
    /// From the font's own figures.
    FromFont,
    /// A length; a percentage is of 1 em.
    Length(LengthPercentage),
}

/// A family of `font-family`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum FontFamily {
    Named(Arc<str>),
    SansSerif,
    Serif,
    Monospace,
    Cursive,
    Fantasy,
    SystemUi,
}

/// `text-decoration`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TextDecoration {
    /// `underline`.
    pub underline: bool,
    /// `overline`.
    pub overline: bool,
    /// `line-through`.
    pub line_through: bool,
    /// Line style.
    pub style: DecorationStyle,
    /// Colour.
    pub color: Color,
}

/// One piece of `content`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum ContentItem {
    /// A string.
    Text(Arc<str>),
    /// `attr(name)`.
    Attr(Arc<str>),
    /// `url(...)` and the file it was written in.
    Image(Arc<str>, Arc<str>),
}

/// `content`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum Content {
    /// No box for a pseudo-element; the ordinary contents for an element.
    Normal,
    /// No box.
    None,
    /// Generated contents.
    Items(Arc<[ContentItem]>),
}
