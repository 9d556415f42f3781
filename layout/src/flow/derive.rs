//! Styles of boxes that have no element of their own: anonymous boxes and the insides of built-in components.

use crate::style::ComputedStyle;
use crate::style::computed::Display;
use std::sync::Arc;

/// A style with the inherited properties of `parent` and initial values else.
pub(crate) fn inherited(parent: &ComputedStyle) -> ComputedStyle {
    ComputedStyle {
        visibility: parent.visibility,
        color: parent.color,
        pointer_events: parent.pointer_events,
        font_family: parent.font_family.clone(),
        font_size: parent.font_size,
        font_weight: parent.font_weight,
        font_style: parent.font_style,
        line_height: parent.line_height,
        text_align: parent.text_align,
        text_align_last: parent.text_align_last,
        text_indent: parent.text_indent,
        letter_spacing: parent.letter_spacing,
        word_spacing: parent.word_spacing,
        white_space: parent.white_space,
        word_break: parent.word_break,
        overflow_wrap: parent.overflow_wrap,
        text_transform: parent.text_transform,
        text_decoration: parent.text_decoration,
        text_shadow: parent.text_shadow.clone(),
        text_fill_color: parent.text_fill_color,
        direction: parent.direction,
        user_select: parent.user_select,
        caret_color: parent.caret_color,
        custom: parent.custom.clone(),
        moving: parent.moving.inherited(),
        ..ComputedStyle::default()
    }
}

/// The style of an anonymous box.
pub(crate) fn anonymous(parent: &ComputedStyle, display: Display) -> Arc<ComputedStyle> {
    Arc::new(ComputedStyle { display, ..inherited(parent) })
}
