//! The inside of `page-container`: a panel over the page, and what lies between them.

use super::builtin::{Inner, InnerBox, parse_float, px, slot};
use super::derive::inherited;
use super::rich_text::apply_inline;
use crate::css::Viewport;
use crate::document::{AttributeValue, Document, NodeId};
use crate::style::ComputedStyle;
use crate::style::computed::{Display, Edges, LengthAuto, LengthPercentage, Moving, Position};
use std::sync::Arc;

/// `z-index` of a container that does not say.
const LEVEL: f32 = 100.0;
/// What lies between page and panel.
const OVERLAY: &str = "position: fixed; top: 0; right: 0; bottom: 0; left: 0; background-color: rgba(0, 0, 0, .5)";
/// The panel wherever it lies.
const PANEL: &str =
    "position: fixed; box-sizing: border-box; max-height: 100%; overflow: hidden; background-color: #fff";

/// The style of the element: a layer over the page, without an extent of its own.
pub(super) fn layer(doc: &Document, node: NodeId, style: &ComputedStyle) -> ComputedStyle {
    let level = parse_float(doc.attribute(node, "z-index")).unwrap_or(LEVEL).clamp(-1e6, 1e6);
    let (zero, auto) = (LengthAuto::Length(LengthPercentage::ZERO), LengthAuto::Auto);
    ComputedStyle {
        position: Position::Fixed,
        inset: Edges { top: zero, right: auto, bottom: auto, left: zero },
        width: px(0.0),
        height: px(0.0),
        z_index: Some(level as i32),
        ..style.clone()
    }
}

/// Overlay and panel.
pub(super) fn content(doc: &Document, node: NodeId, style: &ComputedStyle, viewport: &Viewport) -> Vec<Inner> {
    let text = |name: &str| doc.attribute(node, name).map_or_else(|| Arc::from(""), AttributeValue::to_text);
    // Its styles may set a colour of their own: they do not follow one.
    let block = || ComputedStyle { display: Display::Block, moving: Moving::default(), ..inherited(style) };
    let mut inside = Vec::with_capacity(2);
    if doc.attribute(node, "overlay").is_none_or(AttributeValue::is_on) {
        let look = format!("{OVERLAY}; {}", text("overlay-style"));
        let overlay = apply_inline(block(), style, &look, viewport);
        inside.push(InnerBox::with(slot::PAGE_OVERLAY, overlay, Vec::new()));
    }
    // Corners that do not lie at the page's edge may be round.
    let (place, corners) = match &*text("position") {
        "top" => ("top: 0; left: 0; width: 100%", "0 0 20px 20px"),
        "right" => ("top: 0; right: 0; height: 100%", "20px 0 0 20px"),
        "center" => ("top: 50%; left: 50%; transform: translate(-50%, -50%)", "20px"),
        _ => ("bottom: 0; left: 0; width: 100%", "20px 20px 0 0"),
    };
    let is_round = doc.attribute(node, "round").is_some_and(AttributeValue::is_on);
    let corners = if is_round { corners } else { "0" };
    let look = format!("{PANEL}; {place}; border-radius: {corners}; {}", text("custom-style"));
    let panel = apply_inline(block(), style, &look, viewport);
    inside.push(InnerBox::with(slot::PAGE_PANEL, panel, vec![Inner::Children]));
    inside
}
