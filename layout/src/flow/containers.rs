//! What scroll views and the lists inside them decide about their own style and that of their children.

use super::builtin::parse_float;
use crate::document::{AttributeValue, Document, NodeId};
use crate::style::ComputedStyle;
use crate::style::computed::{
    Dimension, Edges, GridStyle, LengthAuto, LengthPercentage, Position, RepeatCount, TemplateComponent, Track,
    TrackSize,
};
use std::sync::Arc;

/// Most columns of a grid.
pub(super) const MAX_COLUMNS: f32 = 1000.0;

/// The numbers of an attribute that is a list of them; what is no number counts as 0.
pub fn numbers(value: &AttributeValue) -> Vec<f32> {
    let (AttributeValue::Json(text) | AttributeValue::Text(text)) = value else { return Vec::new() };
    let list: Vec<serde_json::Value> = serde_json::from_str(text).unwrap_or_default();
    list.iter().map(|n| n.as_f64().map_or(0.0, |n| n as f32)).collect()
}

/// `padding`: top, right, bottom, left, logical px.
pub(super) fn padding(doc: &Document, node: NodeId) -> Option<Edges<LengthPercentage>> {
    let list = numbers(doc.attribute(node, "padding")?);
    let [top, right, bottom, left] = list.as_slice() else { return None };
    let side = |px: &f32| LengthPercentage::px(px.clamp(0.0, 1e5));
    Some(Edges { top: side(top), right: side(right), bottom: side(bottom), left: side(left) })
}

/// The style of a list, or of a part of one, with what its attributes say; `None` if they say nothing.
pub(super) fn list_style(doc: &Document, node: NodeId, tag: &str, style: &ComputedStyle) -> Option<ComputedStyle> {
    let px = |name: &str| {
        let value = doc.attribute(node, name);
        LengthPercentage::px(parse_float(value).filter(|n| n.is_finite()).unwrap_or(0.0).clamp(-1e5, 1e5))
    };
    let mut made = style.clone();
    if let Some(padding) = padding(doc, node) {
        made.padding = padding;
    }
    match tag {
        "sticky-header" => made.inset.top = LengthAuto::Length(px("offset-top")),
        "grid-view" => {
            let columns = parse_float(doc.attribute(node, "cross-axis-count")).filter(|n| *n >= 1.0).unwrap_or(2.0);
            let count = match widest_column(doc, node) {
                Some(_) => RepeatCount::AutoFill,
                None => RepeatCount::Count(columns.min(MAX_COLUMNS) as u16),
            };
            let zero = TrackSize::Length(LengthPercentage::ZERO);
            let track = TemplateComponent::Track(Track { min: zero, max: TrackSize::Fraction(1.0) });
            let repeated = TemplateComponent::Repeat(count, vec![track]);
            made.grid = Some(Arc::new(GridStyle { template_columns: vec![repeated], ..GridStyle::default() }));
            (made.row_gap, made.column_gap) = (px("main-axis-gap"), px("cross-axis-gap"));
        }
        _ => {}
    }
    Some(made)
}

/// `max-cross-axis-extent` of a `grid-view`, which then goes by that and not by `cross-axis-count`, logical px.
pub(super) fn widest_column(doc: &Document, node: NodeId) -> Option<f32> {
    if doc.tag_name(node) != "grid-view" {
        return None;
    }
    parse_float(doc.attribute(node, "max-cross-axis-extent")).filter(|widest| widest.is_finite() && *widest > 0.0)
}

/// How many columns it takes for none to be wider than `widest`, with `gap` between them, logical px. One if the width
/// is not known.
pub(super) fn columns_within(width: Option<f32>, widest: f32, gap: f32) -> usize {
    let columns = width.map_or(1.0, |width| (width.max(0.0) / (widest + gap)).ceil());
    columns.clamp(1.0, MAX_COLUMNS) as usize
}

/// True for a grid whose items keep their heights.
pub(super) fn is_masonry(doc: &Document, node: NodeId) -> bool {
    matches!(doc.tag_name(node), "grid-view" | "grid-builder")
        && doc.attribute(node, "type").is_some_and(|v| &*v.to_text() == "masonry")
}

/// True for a header that the end of its section does not push away.
pub(super) fn stays_pinned(doc: &Document, node: NodeId) -> bool {
    doc.tag_name(node) == "sticky-header"
        && doc
            .ancestors(node)
            .find(|n| doc.tag_name(n.id) == "sticky-section")
            .is_some_and(|section| doc.attribute(section.id, "push-pinned-header").is_some_and(|value| !value.is_on()))
}

/// The body of a nested scroll view leaves `offset-top` free of the view, for what sticks there.
pub(super) fn nested_style(doc: &Document, node: NodeId, style: &ComputedStyle) -> Option<ComputedStyle> {
    let offset = parse_float(doc.attribute(node, "offset-top")).filter(|n| *n > 0.0)?.min(1e5);
    let height = LengthPercentage { px: -offset, percent: 1.0, has_percent: true, math: None };
    Some(ComputedStyle { height: Dimension::Length(height), ..style.clone() })
}

/// The refresher that a program gives a `scroll-view` lies above its content and comes down with it.
pub(super) fn refresher_style(doc: &Document, node: NodeId, style: &ComputedStyle) -> Option<ComputedStyle> {
    let slot = doc.attribute(node, "slot")?;
    let around = doc.node(node)?.parent;
    if &*slot.to_text() != "refresher" || doc.tag_name(around) != "scroll-view" {
        return None;
    }
    let at = |share: f32| LengthAuto::Length(LengthPercentage::percent(share));
    let inset = Edges { top: LengthAuto::Auto, right: at(0.0), bottom: at(1.0), left: at(0.0) };
    Some(ComputedStyle { position: Position::Absolute, inset, ..style.clone() })
}

/// The style of the box around the content of a `scroll-view`. It is as high as the view, which is what percentages
/// inside refer to; where its content sticks, or is a list, it grows with that.
pub(super) fn content_style(doc: &Document, node: NodeId, style: ComputedStyle) -> ComputedStyle {
    let full = Dimension::Length(LengthPercentage::percent(1.0));
    let is_list = doc.attribute(node, "type").is_some_and(|v| &*v.to_text() == "custom");
    let sticks = doc.attribute(node, "using-sticky").is_some_and(AttributeValue::is_on);
    let padding = padding(doc, node);
    let grows = is_list || sticks || padding.is_some();
    let height = if grows { Dimension::Auto } else { full };
    let min_height = if grows { full } else { style.min_height };
    ComputedStyle {
        width: full,
        height,
        min_height,
        padding: padding.unwrap_or(style.padding),
        box_sizing: crate::style::computed::BoxSizing::BorderBox,
        ..style
    }
}
