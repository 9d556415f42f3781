//! Inline formatting: from text, inline boxes and atomic boxes to lines.
//!
//! | module | models |
//! | --- | --- |
//! | [`source`] | the content of a block container: one text, and items over it |
//! | [`whitespace`] | white-space processing while the source is built |
//! | [`measure`] | shaping: where each character of an item lies |
//! | [`breaker`] | one line at a time: what goes on it |
//! | [`fitting`] | how much of a text fits, and where lines may end in it |
//! | [`line`], [`line_end`] | a line while it is made, and its end |
//! | [`overflow`] | lines that are too long |
//! | [`vertical`] | heights and baselines of the boxes of a line |
//! | [`emit`] | glyph runs and fragments, alignment |
//! | [`visual`] | visual order of text of both directions |
//! | [`justify`] | where lines stretch |
//! | [`culled`] | inline boxes without a box of their own |
//! | [`ellipsis`] | cut lines |
//! | [`positioned`] | positioned boxes among inline content |
//! | [`atoms`] | atomic boxes and floats: layout and intrinsic sizes |
//! | [`layout`] | the container: intrinsic sizes, floats, line after line |
//!
//! Widths of text are rounded up to 1/64 px an item and line, available widths down, as in browsers, so that
//! the same words wrap.

pub(crate) mod atoms;
pub(crate) mod breaker;
pub(crate) mod culled;
mod ellipsis;
pub(crate) mod emit;
mod fitting;
mod justify;
pub(crate) mod layout;
pub(crate) mod line;
mod line_end;
pub(crate) mod measure;
mod overflow;
pub(crate) mod positioned;
pub(crate) mod source;
pub(crate) mod vertical;
mod visual;
pub(crate) mod whitespace;

pub(crate) use emit::line_offset;
pub(crate) use positioned::{relative_offset, take_candidates};

/// Rounds a width up to the 1/64 px grid.
pub(crate) fn snap_up(width: f32) -> f32 {
    // Sums of advances carry float noise far below the grid; it must not cost a whole step.
    ((width * 64.0) - 0.01).ceil().max(0.0) / 64.0
}

/// Rounds down to the 1/64 px grid.
pub(crate) fn snap_down(width: f32) -> f32 {
    (width * 64.0 + 0.02).floor() / 64.0
}
