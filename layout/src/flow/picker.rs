//! The inside of `picker-view` and of its columns: rows that scroll under a mask, and the frame that the chosen one
//! stands in.
//!
//! A column scrolls its rows between two spacers of half its height, so that the offset of row n is n rows: the first
//! and the last one can stand in the middle. The measures are weui's.

use super::builtin::{Inner, InnerBox, full, px, slot};
use super::derive::inherited;
use super::rich_text::{apply_inline, apply_rules};
use crate::css::Viewport;
use crate::document::{Document, NodeId};
use crate::style::ComputedStyle;
use crate::style::computed::{
    Dimension, Display, Edges, GridStyle, LengthAuto, LengthPercentage, Overflow, Position, Track, TrackSize,
};
use std::sync::Arc;

/// Height of a row unless the indicator's style says otherwise, logical px.
pub const ROW: f32 = 34.0;
/// Most that a row can be high, logical px.
const MAX_ROW: f32 = 10_000.0;
/// Look of the frame around the chosen row.
const INDICATOR: &str = "box-sizing: border-box; width: 100%; height: 34px; border-top: 1px solid #e5e5e5; \
                         border-bottom: 1px solid #e5e5e5";
/// The same in the dark.
const DARK_INDICATOR: &str = "box-sizing: border-box; width: 100%; height: 34px; \
                              border-top: 1px solid rgba(255, 255, 255, .1); \
                              border-bottom: 1px solid rgba(255, 255, 255, .1)";

/// The columns of a `picker-view` side by side.
pub(super) fn view(style: &ComputedStyle) -> Vec<Inner> {
    let row = ComputedStyle {
        display: Display::Flex,
        position: Position::Relative,
        height: full(),
        overflow_x: Overflow::Hidden,
        overflow_y: Overflow::Hidden,
        ..inherited(style)
    };
    vec![InnerBox::with(slot::PICKER_ROW, row, vec![Inner::Children])]
}

/// The rows of a `picker-view-column`, its mask and its indicator.
pub(super) fn column(doc: &Document, node: NodeId, style: &ComputedStyle, viewport: &Viewport) -> Vec<Inner> {
    let look = |name: &str| {
        let picker = doc.node(node).map(|n| n.parent).filter(|&p| doc.tag_name(p) == "picker-view")?;
        Some(doc.attribute(picker, name)?.to_text())
    };
    let block = || ComputedStyle { display: Display::Block, ..inherited(style) };
    let written = |base: &str, which: usize, name: &str| {
        let picker = doc.node(node).and_then(|n| doc.node(n.parent));
        let rules = picker.and_then(|n| n.inner_rules.as_ref()?.get(which)).map_or(&[] as &[_], Vec::as_slice);
        let style_of_rules = apply_rules(apply_inline(block(), style, base, viewport), style, rules, viewport);
        apply_inline(style_of_rules, style, &look(name).unwrap_or_default(), viewport)
    };
    let (frame, ground) = match doc.has_dark_components() {
        true => (DARK_INDICATOR, "25, 25, 25"),
        false => (INDICATOR, "255, 255, 255"),
    };
    let indicator = written(frame, 0, "indicator-style");
    let height = match indicator.height {
        Dimension::Length(length) if !length.has_percent && length.math.is_none() => length.px.clamp(1.0, MAX_ROW),
        _ => ROW,
    };
    let half = LengthPercentage { px: -height / 2.0, percent: 0.5, has_percent: true, math: None };
    let zero = LengthAuto::Length(LengthPercentage::ZERO);
    let inset = Edges { top: zero, right: zero, bottom: zero, left: zero };
    let cover = |style: ComputedStyle| ComputedStyle { position: Position::Absolute, inset, ..style };
    let spacer = |number| {
        let style = ComputedStyle { height: Dimension::Length(half), ..block() };
        InnerBox::with(number, style, Vec::new())
    };
    let track = TrackSize::Length(LengthPercentage::px(height));
    let grid = GridStyle { auto_rows: vec![Track { min: track, max: track }], ..GridStyle::default() };
    let rows = ComputedStyle { display: Display::Grid, grid: Some(Arc::new(grid)), ..block() };
    let rows = InnerBox::with(slot::PICKER_ROWS, rows, vec![Inner::Children]);
    let scroller = ComputedStyle { overflow_x: Overflow::Hidden, overflow_y: Overflow::Scroll, ..cover(block()) };
    let scroller =
        InnerBox::with(slot::SCROLLER, scroller, vec![spacer(slot::PICKER_ABOVE), rows, spacer(slot::PICKER_BELOW)]);
    let mask = format!(
        "background-image: linear-gradient(180deg, rgba({ground}, .95), rgba({ground}, .6)), \
         linear-gradient(0deg, rgba({ground}, .95), rgba({ground}, .6)); \
         background-position: top, bottom; background-repeat: no-repeat; \
         background-size: 100% calc(50% - {}px)",
        height / 2.0
    );
    let mask = InnerBox::with(slot::PICKER_MASK, cover(written(&mask, 1, "mask-style")), Vec::new());
    let top = LengthAuto::Length(half);
    let auto = LengthAuto::Auto;
    let indicator = ComputedStyle {
        position: Position::Absolute,
        height: px(height),
        inset: Edges { top, right: auto, bottom: auto, left: zero },
        ..indicator
    };
    let indicator = InnerBox::with(slot::PICKER_INDICATOR, indicator, Vec::new());
    vec![scroller, mask, indicator]
}
