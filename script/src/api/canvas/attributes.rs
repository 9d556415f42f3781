//! The attributes of the 2D context.

use super::context::On;
use super::state::Named;
use super::styles::{color, color_text, style, style_value};
use super::{SurfaceState, numbers};
use crate::capability::canvas::{Composite, Font, LineCap, LineJoin, MOST_FILTERS, TextAlign, TextBaseline, is_filter};
use crate::value::Value;
use pellicle_layout::css::effects::filter_from_text;
use pellicle_layout::css::text::font_from_text;
use std::rc::Rc;
use std::sync::Arc;

type Get = fn(&mut On<'_>) -> Value;
type Set = fn(&mut On<'_>, &Value);

fn string(text: &str) -> Value {
    Value::string(text)
}

/// Sets an attribute of a context.
pub(super) fn set_attribute(on: &mut On<'_>, name: &str, value: &Value) {
    if let Some((_, _, set)) = ATTRIBUTES.iter().find(|(known, ..)| *known == name) {
        set(on, value);
    }
}

/// Names, getters and setters. What cannot be understood leaves an attribute as it is.
pub(super) const ATTRIBUTES: &[(&str, Get, Set)] = &[
    (
        "fillStyle",
        |on| style_value(&on.surface.drawing.borrow().state.fill),
        |on, v| {
            if let Some(style) = style(on, v) {
                on.surface.drawing.borrow_mut().state.fill = style;
            }
        },
    ),
    (
        "strokeStyle",
        |on| style_value(&on.surface.drawing.borrow().state.stroke),
        |on, v| {
            if let Some(style) = style(on, v) {
                on.surface.drawing.borrow_mut().state.stroke = style;
            }
        },
    ),
    (
        "lineWidth",
        |on| Value::Number(on.surface.drawing.borrow().state.pen.width),
        |on, v| {
            positive(v, |n| Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.pen).width = n);
        },
    ),
    (
        "miterLimit",
        |on| Value::Number(on.surface.drawing.borrow().state.pen.miter_limit),
        |on, v| {
            positive(v, |n| Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.pen).miter_limit = n);
        },
    ),
    (
        "lineCap",
        |on| string(on.surface.drawing.borrow().state.pen.cap.name()),
        |on, v| {
            named::<LineCap>(v, |c| Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.pen).cap = c);
        },
    ),
    (
        "lineJoin",
        |on| string(on.surface.drawing.borrow().state.pen.join.name()),
        |on, v| {
            named::<LineJoin>(v, |c| Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.pen).join = c);
        },
    ),
    (
        "lineDashOffset",
        |on| Value::Number(on.surface.drawing.borrow().state.pen.dash_offset),
        |on, v| {
            if let Some([n]) = numbers(std::slice::from_ref(v)) {
                Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.pen).dash_offset = n;
            }
        },
    ),
    (
        "globalAlpha",
        |on| Value::Number(on.surface.drawing.borrow().state.look.alpha),
        |on, v| {
            if let Some([n]) = numbers(std::slice::from_ref(v))
                && (0.0..=1.0).contains(&n)
            {
                on.surface.drawing.borrow_mut().state.look(|look| look.alpha = n);
            }
        },
    ),
    (
        "globalCompositeOperation",
        |on| string(on.surface.drawing.borrow().state.look.composite.name()),
        |on, v| {
            named::<Composite>(v, |c| on.surface.drawing.borrow_mut().state.look(|look| look.composite = c));
        },
    ),
    (
        "shadowColor",
        |on| string(&color_text(on.surface.drawing.borrow().state.shadow.color)),
        |on, v| {
            if let Some(color) = color(v) {
                on.surface.drawing.borrow_mut().state.shadow(|s| s.color = color);
            }
        },
    ),
    (
        "shadowBlur",
        |on| Value::Number(on.surface.drawing.borrow().state.shadow.blur),
        |on, v| {
            if let Some([n]) = numbers(std::slice::from_ref(v))
                && n >= 0.0
            {
                on.surface.drawing.borrow_mut().state.shadow(|s| s.blur = n);
            }
        },
    ),
    (
        "shadowOffsetX",
        |on| Value::Number(on.surface.drawing.borrow().state.shadow.offset.0),
        |on, v| {
            if let Some([n]) = numbers(std::slice::from_ref(v)) {
                on.surface.drawing.borrow_mut().state.shadow(|s| s.offset.0 = n);
            }
        },
    ),
    (
        "shadowOffsetY",
        |on| Value::Number(on.surface.drawing.borrow().state.shadow.offset.1),
        |on, v| {
            if let Some([n]) = numbers(std::slice::from_ref(v)) {
                on.surface.drawing.borrow_mut().state.shadow(|s| s.offset.1 = n);
            }
        },
    ),
    (
        "font",
        |on| string(&on.surface.drawing.borrow().state.font_text),
        |on, v| {
            if let Value::String(text) = v {
                set_font(on.surface, text);
            }
        },
    ),
    (
        "textAlign",
        |on| string(on.surface.drawing.borrow().state.text.align.name()),
        |on, v| {
            named::<TextAlign>(v, |a| Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.text).align = a);
        },
    ),
    (
        "textBaseline",
        |on| string(on.surface.drawing.borrow().state.text.baseline.name()),
        |on, v| {
            named::<TextBaseline>(v, |b| Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.text).baseline = b);
        },
    ),
    (
        "direction",
        |on| string(if on.surface.drawing.borrow().state.text.rtl { "rtl" } else { "ltr" }),
        |on, v| {
            if let Value::String(text) = v
                && matches!(&**text, "ltr" | "rtl" | "inherit")
            {
                Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.text).rtl = **text == *"rtl";
            }
        },
    ),
    (
        "letterSpacing",
        |on| string(&format!("{}px", on.surface.drawing.borrow().state.text.letter_spacing)),
        |on, v| {
            if let Value::String(text) = v
                && let Some(px) = text.trim().strip_suffix("px").and_then(|n| n.trim().parse::<f32>().ok())
                && px.is_finite()
            {
                Arc::make_mut(&mut on.surface.drawing.borrow_mut().state.text).letter_spacing = px;
            }
        },
    ),
    (
        "imageSmoothingEnabled",
        |on| Value::Bool(on.surface.drawing.borrow().state.smooth),
        |on, v| {
            on.surface.drawing.borrow_mut().state.smooth = super::truthy(v);
        },
    ),
    (
        "imageSmoothingQuality",
        |on| string(&on.surface.drawing.borrow().state.quality),
        |on, v| {
            if let Value::String(text) = v
                && matches!(&**text, "low" | "medium" | "high")
            {
                on.surface.drawing.borrow_mut().state.quality = text.clone();
            }
        },
    ),
    (
        "filter",
        |on| string(&on.surface.drawing.borrow().state.filter),
        |on, v| {
            let Value::String(text) = v else { return };
            let state = &mut on.surface.drawing.borrow_mut().state;
            let written = if text.trim().is_empty() { "none" } else { text };
            match filter_from_text(written, state.text.font.size) {
                Some(filters) if filters.len() <= MOST_FILTERS && filters.iter().all(is_filter) => {
                    state.filter = text.clone();
                    state.look(|look| look.filters = filters);
                }
                Some(_) => {
                    on.api.warn(format!("canvas: a filter has at most {MOST_FILTERS} functions, of finite numbers"))
                }
                None => on.api.warn(format!("canvas: \"{text}\" is no filter")),
            }
        },
    ),
];

fn positive(value: &Value, set: impl FnOnce(f64)) {
    if let Some([n]) = numbers(std::slice::from_ref(value))
        && n > 0.0
    {
        set(n);
    }
}

fn named<T: Named>(value: &Value, set: impl FnOnce(T)) {
    if let Value::String(name) = value
        && let Some(value) = T::of(name)
    {
        set(value);
    }
}

/// Sets the font of a context; false if the text names none.
pub(super) fn set_font(surface: &SurfaceState, text: &str) -> bool {
    let Some(font) = font_from_text(text) else { return false };
    let state = &mut surface.drawing.borrow_mut().state;
    let font = Font { families: font.families, size: font.size, weight: font.weight, slant: font.slant };
    Arc::make_mut(&mut state.text).font = Arc::new(font);
    state.font_text = Rc::from(text.trim());
    true
}
