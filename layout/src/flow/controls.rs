//! The insides of controls that show a value: marks, `progress`, `slider`.

use super::builtin::{Inner, InnerBox, is_on, length_or, parse_float, px, round, slot};
use super::derive::inherited;
use crate::css::Viewport;
use crate::document::{AttributeValue, Document, NodeId};
use crate::style::ComputedStyle;
use crate::style::computed::{
    Align, BoxSizing, Color, Dimension, Display, Edges, LengthAuto, LengthPercentage, LineStyle, Moving, TextAlign,
};
use std::sync::Arc;

/// The mark of a checkbox, or of a radio. In the dark its edge lets through what is behind it: it is only drawn once, with
/// the mark.
pub(super) fn mark_style(doc: &Document, style: &ComputedStyle, radio: bool) -> ComputedStyle {
    let edge = if doc.has_dark_components() { Color::TRANSPARENT } else { Color::rgba(0xd1, 0xd1, 0xd1, 255) };
    ComputedStyle {
        display: Display::Block,
        width: px(22.0),
        height: px(22.0),
        margin: Edges { right: LengthAuto::Length(LengthPercentage::px(5.0)), ..ComputedStyle::default().margin },
        border_width: Edges::all(1.0),
        border_style: Edges::all(LineStyle::Solid),
        border_color: Edges::all(edge),
        border_radius: round(if radio { 12.0 } else { 3.0 }),
        box_sizing: BoxSizing::ContentBox,
        ..inherited(style)
    }
}

/// The bar of a `progress`, and its percentage.
pub(super) fn progress(doc: &Document, node: NodeId, style: &ComputedStyle, viewport: &Viewport) -> Vec<Inner> {
    let bar = ComputedStyle {
        display: Display::Block,
        flex_grow: 1.0,
        flex_basis: Dimension::Length(LengthPercentage::percent(0.0)),
        height: px(length_or(doc, node, "stroke-width", style, viewport, 6.0)),
        ..inherited(style)
    };
    let mut content = vec![InnerBox::with(slot::PROGRESS_BAR, bar, vec![])];
    if is_on(doc, node, "show-info") {
        let info = ComputedStyle {
            display: Display::Block,
            margin: Edges { left: LengthAuto::Length(LengthPercentage::px(15.0)), ..ComputedStyle::default().margin },
            font_size: length_or(doc, node, "font-size", style, viewport, 16.0),
            ..inherited(style)
        };
        let percent = doc.attribute(node, "percent").map_or_else(|| Arc::from(""), AttributeValue::to_text);
        let text = Inner::Text(Arc::from(format!("{percent}%")), 0);
        content.push(InnerBox::with(slot::PROGRESS_INFO, info, vec![text]));
    }
    content
}

/// The track of a slider, and its value beside it if that is shown. The measures are weui's.
pub(super) fn slider(doc: &Document, node: NodeId, style: &ComputedStyle) -> Vec<Inner> {
    let track = ComputedStyle { display: Display::Block, height: px(18.0), ..inherited(style) };
    if !is_on(doc, node, "show-value") {
        return vec![InnerBox::with(slot::SLIDER_TRACK, track, vec![])];
    }
    let number = |name: &str, default: f32| parse_float(doc.attribute(node, name)).unwrap_or(default);
    let (min, max) = (number("min", 0.0), number("max", 100.0));
    let edited = doc.node(node).and_then(|n| n.input_value.as_ref()?.parse::<f32>().ok());
    let value = edited.unwrap_or_else(|| number("value", 0.0)).max(min).min(max.max(min));
    let row = ComputedStyle { display: Display::Flex, align_items: Align::Center, ..inherited(style) };
    let track =
        ComputedStyle { flex_grow: 1.0, flex_basis: Dimension::Length(LengthPercentage::percent(0.0)), ..track };
    let shown = ComputedStyle {
        display: Display::Block,
        min_width: px(24.0),
        margin: Edges { left: LengthAuto::Length(LengthPercentage::px(18.0)), ..ComputedStyle::default().margin },
        font_size: 14.0,
        color: Color::rgba(0x88, 0x88, 0x88, 255),
        moving: Moving { color: false, ..style.moving.inherited() },
        text_align: TextAlign::Center,
        ..inherited(style)
    };
    let text = Inner::Text(Arc::from(value.to_string()), 0);
    let content =
        vec![InnerBox::with(slot::SLIDER_TRACK, track, vec![]), InnerBox::with(slot::SLIDER_VALUE, shown, vec![text])];
    vec![InnerBox::with(slot::SLIDER_ROW, row, content)]
}
