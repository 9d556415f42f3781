//! The boxes inside built-in components.
//!
//! Each component is described by a small tree of inner boxes with styles of their own; the generator treats
//! them like elements. The numbers of inner boxes ([`slot`]) are part of the contract with painters and widgets.

use super::containers;
use super::controls;
use super::derive::inherited;
use super::{generate, page_container, picker, rich_text};
use crate::css::value::ComputeContext;
use crate::css::{self, Viewport};
use crate::document::{AttributeValue, Document, NodeId};
use crate::style::ComputedStyle;
use crate::style::computed::{
    Align, Corners, Dimension, Display, Edges, Isolation, LengthAuto, LengthPercentage, Moving, Overflow, Position,
    TransformOp, VerticalAlign, WhiteSpace,
};
use std::sync::Arc;

/// Numbers of inner boxes, for [`super::BoxOrigin::Internal`].
pub mod slot {
    /// `scroll-view`: the clip around the scroller.
    pub const SCROLL_CLIP: u8 = 0;
    /// `scroll-view`: the box that scrolls.
    pub const SCROLLER: u8 = 1;
    /// `scroll-view`: the content inside the scroller.
    pub const SCROLL_CONTENT: u8 = 2;
    /// `picker-view`: the row of its columns.
    pub const PICKER_ROW: u8 = 0;
    /// `picker-view-column`: the space above the first row. Its rows scroll in [`SCROLLER`].
    pub const PICKER_ABOVE: u8 = 0;
    /// `picker-view-column`: the rows.
    pub const PICKER_ROWS: u8 = 2;
    /// `picker-view-column`: the space below the last row.
    pub const PICKER_BELOW: u8 = 3;
    /// `picker-view-column`: what pales the rows that are not chosen.
    pub const PICKER_MASK: u8 = 4;
    /// `picker-view-column`: the frame around the chosen row.
    pub const PICKER_INDICATOR: u8 = 5;
    /// `swiper`: the clip around the items.
    pub const SWIPER_CLIP: u8 = 0;
    /// `swiper` with margins: the part between them, which the items fill.
    pub const SWIPER_FRAME: u8 = 1;
    /// `input` and `textarea`: the block with the lines of the value or placeholder.
    pub const INPUT_TEXT: u8 = 0;
    /// `input`: the row that the text lies in, at half its height; a long text is scrolled in it.
    pub const INPUT_ROW: u8 = 1;
    /// `icon`: the symbol.
    pub const ICON: u8 = 0;
    /// `progress`: the bar.
    pub const PROGRESS_BAR: u8 = 0;
    /// `progress`: the percentage beside it.
    pub const PROGRESS_INFO: u8 = 1;
    /// `slider`: the track's row.
    pub const SLIDER_TRACK: u8 = 0;
    /// `slider`: the value beside the track.
    pub const SLIDER_VALUE: u8 = 1;
    /// `slider`: the row of track and value.
    pub const SLIDER_ROW: u8 = 2;
    /// `switch`: the switch itself.
    pub const SWITCH: u8 = 0;
    /// `checkbox` and `radio`: the row of mark and label.
    pub const CHECK_ROW: u8 = 0;
    /// `checkbox`, `radio` and `switch type="checkbox"`: the mark.
    pub const CHECK_MARK: u8 = 1;
    /// `checkbox` and `radio`: the label.
    pub const CHECK_LABEL: u8 = 2;
    /// `image` and `cover-image` with generated content: the picture beside that. Others are their picture.
    pub const PICTURE: u8 = 0;
    /// `page-container`: what lies between it and the page.
    pub const PAGE_OVERLAY: u8 = 0;
    /// `page-container`: the panel with its content.
    pub const PAGE_PANEL: u8 = 1;
    /// First number of the boxes of a `rich-text`; they are counted up in tree order and stop at 255.
    pub const RICH_TEXT: u8 = 0;
}

/// A piece of a component's inside.
#[derive(Clone, Debug)]
pub(crate) enum Inner {
    Box(InnerBox),
    /// A text, and where it begins among those of its component, in bytes.
    Text(Arc<str>, u32),
    Break,
    /// The component's own children go here.
    Children,
}

/// A box inside a component.
#[derive(Clone, Debug)]
pub(crate) struct InnerBox {
    /// `None` for boxes beyond the numbers of a `rich-text`.
    pub slot: Option<u8>,
    pub style: Arc<ComputedStyle>,
    /// An image of a `rich-text`, with its size if it was given.
    pub image: bool,
    pub content: Vec<Inner>,
}

impl InnerBox {
    pub(super) fn with(slot: u8, style: ComputedStyle, content: Vec<Inner>) -> Inner {
        Inner::Box(InnerBox { slot: Some(slot), style: Arc::new(style), image: false, content })
    }
}

/// A number at the start of a text, as JavaScript's `parseFloat` reads it.
pub(crate) fn parse_float(value: Option<&AttributeValue>) -> Option<f32> {
    let text = match value? {
        AttributeValue::Number(n) => return n.is_finite().then_some(*n as f32),
        AttributeValue::Text(text) => text.trim_start().to_owned(),
        _ => return None,
    };
    let mut end = 0;
    for (i, c) in text.char_indices() {
        let is_sign = i == 0 && matches!(c, '-' | '+');
        if !(c.is_ascii_digit() || c == '.' || is_sign) {
            break;
        }
        end = i + 1;
    }
    text[..end].parse().ok()
}

pub(super) fn is_on(doc: &Document, node: NodeId, name: &str) -> bool {
    doc.attribute(node, name).is_some_and(AttributeValue::is_on)
}

pub(super) fn px(value: f32) -> Dimension {
    Dimension::Length(LengthPercentage::px(value))
}

pub(super) fn full() -> Dimension {
    Dimension::Length(LengthPercentage::percent(1.0))
}

/// The element's style with what the component itself decides (as if by an inline style).
pub(crate) fn adjusted_style(
    doc: &Document,
    node: NodeId,
    tag: &str,
    style: &Arc<ComputedStyle>,
    natural: Option<(f32, f32)>,
) -> Arc<ComputedStyle> {
    let changed = match tag {
        "image" => image_style(doc, node, style, natural),
        "scroll-view" if is_on(doc, node, "enable-flex") => {
            let (overflow_x, overflow_y) = scroll_axes(doc, node);
            Some(ComputedStyle { overflow_x, overflow_y, ..(**style).clone() })
        }
        "textarea" if is_on(doc, node, "auto-height") => {
            Some(ComputedStyle { height: Dimension::Auto, ..(**style).clone() })
        }
        "swiper-item" => Some(swiper_item_style(doc, node, style)),
        "page-container" => Some(page_container::layer(doc, node, style)),
        "text" => clamped_text(doc, node, style),
        "root-portal" if is_portal(doc, node) => Some(portal_style(style)),
        "nested-scroll-body" => containers::nested_style(doc, node, style),
        "list-view" | "grid-view" | "sticky-section" | "sticky-header" => containers::list_style(doc, node, tag, style),
        _ => None,
    };
    let changed = match containers::refresher_style(doc, node, changed.as_ref().unwrap_or(style)) {
        Some(refresher) => Some(refresher),
        None => changed,
    };
    changed.map_or_else(|| style.clone(), Arc::new)
}

/// `widthFix` and `heightFix` take one side from the picture's aspect ratio.
fn image_style(
    doc: &Document,
    node: NodeId,
    style: &ComputedStyle,
    natural: Option<(f32, f32)>,
) -> Option<ComputedStyle> {
    let (width, height) = natural.filter(|(w, h)| *w > 0.0 && *h > 0.0)?;
    let mode = doc.attribute(node, "mode")?.to_text();
    let aspect_ratio = Some(width / height);
    match &*mode {
        "widthFix" => Some(ComputedStyle { height: Dimension::Auto, aspect_ratio, ..style.clone() }),
        "heightFix" => Some(ComputedStyle { width: Dimension::Auto, aspect_ratio, ..style.clone() }),
        _ => None,
    }
}

/// Items of a swiper lie side by side, moved by their distance from the current one.
fn swiper_item_style(doc: &Document, node: NodeId, style: &ComputedStyle) -> ComputedStyle {
    let swiper = doc.node(node).map(|n| n.parent).filter(|&p| doc.tag_name(p) == "swiper");
    let mut style = style.clone();
    let (mut x, mut y) = (0.0, 0.0);
    if let Some(swiper) = swiper {
        let number = |name: &str| parse_float(doc.attribute(swiper, name)).map_or(0, |n| n as i64);
        let items = doc.node(swiper).into_iter().flat_map(|n| &n.children);
        let index = items.filter(|&&c| doc.tag_name(c) == "swiper-item").position(|&c| c == node).unwrap_or(0);
        let shift = (index as i64 - number("current")) as f32;
        let vertical = is_on(doc, swiper, "vertical");
        (x, y) = if vertical { (0.0, shift) } else { (shift, 0.0) };
        let shown = number("display-multiple-items");
        if shown > 1 {
            let share = Dimension::Length(LengthPercentage::percent(1.0 / shown as f32));
            if vertical { style.height = share } else { style.width = share }
        }
    }
    let translate = TransformOp::Translate(LengthPercentage::percent(x), LengthPercentage::percent(y), 0.0);
    style.transform = Arc::from([translate]);
    style
}

/// A text with `max-lines` is a box of its own that shows no more lines. One that fades out where it is cut is drawn
/// apart.
fn clamped_text(doc: &Document, node: NodeId, style: &ComputedStyle) -> Option<ComputedStyle> {
    let fades = doc.attribute(node, "overflow").is_some_and(|v| &*v.to_text() == "fade");
    let isolation = if fades { Isolation::Isolate } else { style.isolation };
    let Some(lines) = parse_float(doc.attribute(node, "max-lines")).filter(|n| *n >= 1.0) else {
        let is_box = matches!(style.display, Display::Block | Display::InlineBlock);
        let (overflow_x, overflow_y) = (Overflow::Hidden, Overflow::Hidden);
        return (fades && is_box).then(|| ComputedStyle { isolation, overflow_x, overflow_y, ..style.clone() });
    };
    let display = match style.display {
        Display::Block => Display::WebkitBox,
        Display::Inline | Display::InlineBlock => Display::WebkitInlineBox,
        _ => return None,
    };
    let (overflow_x, overflow_y) = (Overflow::Hidden, Overflow::Hidden);
    Some(ComputedStyle {
        display,
        line_clamp: Some(lines.min(1e6) as u32),
        box_orient_vertical: true,
        overflow_x,
        overflow_y,
        isolation,
        ..style.clone()
    })
}

/// True for a text that `max-lines` cuts without an ellipsis.
pub(super) fn cuts_plainly(doc: &Document, node: NodeId, tag: &str) -> bool {
    tag == "text"
        && doc.attribute(node, "overflow").is_none_or(|v| &*v.to_text() != "ellipsis")
        && doc.attribute(node, "max-lines").is_some()
}

/// True for a `root-portal` that is on: what is in it is shown as if it stood at the end of the page's root.
pub(super) fn is_portal(doc: &Document, node: NodeId) -> bool {
    doc.tag_name(node) == "root-portal" && doc.attribute(node, "enable").is_none_or(AttributeValue::is_on)
}

/// A portal is a layer as wide as the page.
fn portal_style(style: &ComputedStyle) -> ComputedStyle {
    let zero = LengthAuto::Length(LengthPercentage::ZERO);
    let inset = Edges { top: zero, right: LengthAuto::Auto, bottom: LengthAuto::Auto, left: zero };
    ComputedStyle { position: Position::Absolute, inset, width: full(), z_index: None, ..style.clone() }
}

/// `previous-margin` and `next-margin` of a swiper, logical px: so much of the items before and after is seen.
pub fn swiper_margins(doc: &Document, swiper: NodeId, viewport: &Viewport) -> (f32, f32) {
    if doc.plain_components {
        return (0.0, 0.0);
    }
    let margin = |name: &str| {
        let value = doc.attribute(swiper, name);
        let is_rpx = value.is_some_and(|v| v.to_text().trim_end().ends_with("rpx"));
        let unit = if is_rpx { viewport.width / 750.0 } else { 1.0 };
        (parse_float(value).unwrap_or(0.0) * unit).clamp(0.0, 1e5)
    };
    (margin("previous-margin"), margin("next-margin"))
}

fn scroll_axes(doc: &Document, node: NodeId) -> (Overflow, Overflow) {
    let axis = |name| if is_on(doc, node, name) { Overflow::Auto } else { Overflow::Hidden };
    (axis("scroll-x"), axis("scroll-y"))
}

/// The component's inside follows from its attributes and style.
pub(crate) fn has_inner_content(tag: &str) -> bool {
    matches!(
        tag,
        "input"
            | "textarea"
            | "scroll-view"
            | "swiper"
            | "icon"
            | "progress"
            | "slider"
            | "switch"
            | "checkbox"
            | "radio"
            | "rich-text"
            | "picker-view"
            | "picker-view-column"
            | "page-container"
    )
}

/// What stands inside a component instead of its plain children; `None` for plain children.
pub(crate) fn inner_content(
    doc: &Document,
    node: NodeId,
    tag: &str,
    style: &ComputedStyle,
    viewport: &Viewport,
) -> Option<Vec<Inner>> {
    let block = || ComputedStyle { display: Display::Block, ..inherited(style) };
    Some(match tag {
        "image" | "cover-image" => {
            let (object_fit, object_position) = (style.object_fit, style.object_position);
            let picture = ComputedStyle { width: full(), height: full(), object_fit, object_position, ..block() };
            let style = Arc::new(picture);
            vec![Inner::Box(InnerBox { slot: Some(slot::PICTURE), style, image: true, content: Vec::new() })]
        }
        "camera" | "live-player" | "web-view" | "ad" | "editor" | "open-data" => vec![],
        "input" => {
            let row = ComputedStyle {
                display: Display::Flex,
                height: full(),
                align_items: Align::Center,
                // Lines may be higher than the row.
                overflow_x: Overflow::Clip,
                ..inherited(style)
            };
            // As wide as the row, so that the text can be aligned in it, or as a longer text is.
            let text = ComputedStyle {
                display: Display::Block,
                flex_shrink: 0.0,
                min_width: full(),
                white_space: WhiteSpace::Pre,
                ..input_style(doc, node, style)
            };
            let text = InnerBox::with(slot::INPUT_TEXT, text, vec![Inner::Text(input_text(doc, node), 0)]);
            vec![InnerBox::with(slot::INPUT_ROW, row, vec![text])]
        }
        "textarea" => {
            let text = ComputedStyle { display: Display::Block, ..input_style(doc, node, style) };
            vec![InnerBox::with(slot::INPUT_TEXT, text, vec![Inner::Text(input_text(doc, node), 0)])]
        }
        "scroll-view" if !is_on(doc, node, "enable-flex") => {
            let (overflow_x, overflow_y) = scroll_axes(doc, node);
            let wrapper = |overflow_x, overflow_y| ComputedStyle {
                position: Position::Relative,
                width: full(),
                height: full(),
                max_height: style.max_height,
                overflow_x,
                overflow_y,
                ..block()
            };
            let content = containers::content_style(doc, node, block());
            let content = InnerBox::with(slot::SCROLL_CONTENT, content, vec![Inner::Children]);
            let scroller = InnerBox::with(slot::SCROLLER, wrapper(overflow_x, overflow_y), vec![content]);
            vec![InnerBox::with(slot::SCROLL_CLIP, wrapper(Overflow::Hidden, Overflow::Hidden), vec![scroller])]
        }
        "swiper" => {
            let clip = ComputedStyle {
                position: Position::Relative,
                width: full(),
                height: full(),
                overflow_x: Overflow::Hidden,
                overflow_y: Overflow::Hidden,
                ..block()
            };
            let (before, after) = swiper_margins(doc, node, viewport);
            let mut inside = vec![Inner::Children];
            if before > 0.0 || after > 0.0 {
                let at = |length: f32| LengthAuto::Length(LengthPercentage::px(length));
                let zero = at(0.0);
                let inset = match is_on(doc, node, "vertical") {
                    true => Edges { top: at(before), right: zero, bottom: at(after), left: zero },
                    false => Edges { top: zero, right: at(after), bottom: zero, left: at(before) },
                };
                let frame = ComputedStyle { position: Position::Absolute, inset, ..block() };
                inside = vec![InnerBox::with(slot::SWIPER_FRAME, frame, inside)];
            }
            vec![InnerBox::with(slot::SWIPER_CLIP, clip, inside)]
        }
        "picker-view" if !doc.plain_components => picker::view(style),
        "picker-view-column" if !doc.plain_components => picker::column(doc, node, style, viewport),
        "icon" => {
            let size = px(length_or(doc, node, "size", style, viewport, 23.0));
            let symbol = ComputedStyle { display: Display::InlineBlock, width: size, height: size, ..inherited(style) };
            vec![InnerBox::with(slot::ICON, symbol, vec![])]
        }
        "progress" => controls::progress(doc, node, style, viewport),
        "slider" => controls::slider(doc, node, style),
        "switch" if doc.attribute(node, "type").is_some_and(|v| &*v.to_text() == "checkbox") => {
            vec![InnerBox::with(slot::CHECK_MARK, controls::mark_style(doc, style, false), vec![])]
        }
        "switch" => {
            let body = ComputedStyle { width: px(52.0), height: px(32.0), border_radius: round(16.0), ..block() };
            vec![InnerBox::with(slot::SWITCH, body, vec![])]
        }
        "checkbox" | "radio" => {
            let row = ComputedStyle {
                display: Display::InlineFlex,
                align_items: Align::Center,
                vertical_align: VerticalAlign::Middle,
                ..inherited(style)
            };
            let mark = InnerBox::with(slot::CHECK_MARK, controls::mark_style(doc, style, tag == "radio"), vec![]);
            let label = InnerBox::with(slot::CHECK_LABEL, block(), vec![Inner::Children]);
            vec![InnerBox::with(slot::CHECK_ROW, row, vec![mark, label])]
        }
        "page-container" => page_container::content(doc, node, style, viewport),
        "rich-text" => {
            let space = doc.attribute(node, "space").map(AttributeValue::to_text);
            let space = space.as_deref().and_then(generate::blank);
            // Its elements may set a colour of their own: they are made anew with each one that moves.
            let style = ComputedStyle { moving: Moving::default(), ..style.clone() };
            rich_text::content(doc.attribute(node, "nodes"), space, &style, viewport)
        }
        _ => return None,
    })
}

pub(super) fn length_or(
    doc: &Document,
    node: NodeId,
    name: &str,
    style: &ComputedStyle,
    viewport: &Viewport,
    default: f32,
) -> f32 {
    let px = doc.attribute(node, name).and_then(|value| attribute_px(value, style, viewport));
    px.filter(|px| *px > 0.0).unwrap_or(default)
}

/// A size given by an attribute of a component, in logical px: a bare number counts px, a text may have any unit of
/// length.
pub fn attribute_px(value: &AttributeValue, style: &ComputedStyle, viewport: &Viewport) -> Option<f32> {
    let AttributeValue::Text(text) = value else { return parse_float(Some(value)) };
    let mut input = cssparser::Parser::new(text);
    match css::parse::length(&mut input) {
        Ok(length) if input.is_exhausted() => {
            // The root's font size is not at hand; no component gives a size in `rem`.
            let context = ComputeContext {
                viewport,
                font_size: style.font_size,
                root_font_size: 16.0,
                line_height: css::value::line_height_of(style),
                color: style.color,
                parent: style,
                asked: None,
            };
            Some(length.0.to_px(&context))
        }
        _ => parse_float(Some(value)),
    }
}

pub(super) fn round(radius: f32) -> Corners {
    let corner = (LengthPercentage::px(radius), LengthPercentage::px(radius));
    Corners { top_left: corner, top_right: corner, bottom_right: corner, bottom_left: corner }
}

/// The value of a text field, as edited or as its attribute says.
fn field_value(doc: &Document, node: NodeId) -> Arc<str> {
    let edited = doc.node(node).and_then(|n| n.input_value.clone());
    edited.unwrap_or_else(|| attribute_text(doc, node, "value"))
}

fn attribute_text(doc: &Document, node: NodeId, name: &str) -> Arc<str> {
    doc.attribute(node, name).map_or_else(|| Arc::from(""), AttributeValue::to_text)
}

/// What a password shows of each character.
const MASK: &str = "\u{2022}";

fn is_masked(doc: &Document, node: NodeId) -> bool {
    doc.tag_name(node) == "input" && is_on(doc, node, "password")
}

/// Where byte `offset` of a field's value stands in the text of [`slot::INPUT_TEXT`].
pub fn shown_offset(doc: &Document, node: NodeId, offset: usize) -> usize {
    if !is_masked(doc, node) {
        return offset;
    }
    field_value(doc, node).char_indices().take_while(|(at, _)| *at < offset).count() * MASK.len()
}

/// The byte of a field's value that stands at byte `offset` of the text of [`slot::INPUT_TEXT`].
pub fn value_offset(doc: &Document, node: NodeId, offset: usize) -> usize {
    let value = field_value(doc, node);
    if !is_masked(doc, node) {
        // The placeholder may be longer.
        return offset.min(value.len());
    }
    value.char_indices().nth(offset / MASK.len()).map_or(value.len(), |(at, _)| at)
}

fn input_text(doc: &Document, node: NodeId) -> Arc<str> {
    let value = field_value(doc, node);
    let shown = match value.is_empty() {
        true => attribute_text(doc, node, "placeholder"),
        false if is_masked(doc, node) => Arc::from(MASK.repeat(value.chars().count())),
        false => value,
    };
    if shown.is_empty() {
        // A zero-width space keeps an empty control one line high.
        return Arc::from("\u{200b}");
    }
    // An input has one line, whatever script sets. Offsets stay what they are.
    if doc.tag_name(node) == "input" && shown.contains(['\n', '\r']) {
        return Arc::from(shown.replace(['\n', '\r'], " "));
    }
    shown
}

/// The style of a field's text: the field's, or the placeholder's while that is shown.
fn input_style(doc: &Document, node: NodeId, style: &ComputedStyle) -> ComputedStyle {
    let placeholder = doc.node(node).and_then(|n| n.placeholder.as_deref());
    match placeholder.filter(|_| field_value(doc, node).is_empty()) {
        None => inherited(style),
        // The placeholder is a box: not all that shows of it is inherited.
        Some(own) => ComputedStyle { background_color: own.background_color, opacity: own.opacity, ..inherited(own) },
    }
}
