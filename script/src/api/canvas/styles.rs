//! Fill and stroke styles: colours, gradients, patterns.

use super::context::{On, matrix_of, nothing};
use super::path::IDENTITY;
use super::state::{GradientState, PatternState, Style};
use super::{PictureKeeper, node, numbers};
use crate::api::lifecycle::put;
use crate::capability::canvas::{Gradient, GradientLine, MOST_STOPS, Pattern, Source};
use crate::realm::{Realm, ScriptFault, ScriptResult};
use crate::value::Value;
use pellicle_layout::css::color::color_from_text;
use pellicle_layout::style::computed::Color;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// The colour of a text.
pub(super) fn color(value: &Value) -> Option<Color> {
    match value {
        Value::String(text) => color_from_text(text, Color::rgba(0, 0, 0, 255)),
        _ => None,
    }
}

/// A colour as its getter gives it.
pub(super) fn color_text(c: Color) -> String {
    match c.a {
        255 => format!("#{:02x}{:02x}{:02x}", c.r, c.g, c.b),
        a => {
            // As few digits as lead back to the same byte.
            let short = (f64::from(a) / 255.0 * 100.0).round() / 100.0;
            let exact = (short * 255.0).round() as u8 == a;
            let opacity = if exact { short } else { (f64::from(a) / 255.0 * 1000.0).round() / 1000.0 };
            format!("rgba({}, {}, {}, {})", c.r, c.g, c.b, opacity)
        }
    }
}

/// A style as its getter gives it.
pub(super) fn style_value(style: &Style) -> Value {
    match style {
        Style::Color(color) => Value::string(color_text(*color)),
        Style::Gradient(_, object) | Style::Pattern(_, object) => Value::Script(object.clone()),
    }
}

/// A style from what script sets; `None` leaves the one that there is.
pub(super) fn style(on: &mut On<'_>, value: &Value) -> Option<Style> {
    let Value::Script(object) = value else { return color(value).map(Style::Color) };
    let state = on.realm.native_state(value)?;
    match state.downcast::<GradientState>() {
        Ok(gradient) => Some(Style::Gradient(gradient, object.clone())),
        Err(other) => Some(Style::Pattern(other.downcast::<PatternState>().ok()?, object.clone())),
    }
}

/// A gradient object.
pub(super) fn gradient(on: &mut On<'_>, line: GradientLine) -> ScriptResult<Value> {
    let state = GradientState { gradient: RefCell::new(Arc::new(Gradient { line, stops: Vec::new() })) };
    let object = on.realm.native(None, Rc::new(state));
    let add = |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
        let state = realm.native_state(this).and_then(|s| s.downcast::<GradientState>().ok());
        let Some(state) = state else { return Err(ScriptFault::type_error("Illegal invocation")) };
        let offset = numbers::<1>(arguments).filter(|[at]| (0.0..=1.0).contains(at));
        let Some([at]) = offset else {
            return Err(ScriptFault::error("RangeError", "addColorStop: the offset is not between 0 and 1"));
        };
        let Some(color) = arguments.get(1).and_then(color) else {
            return Err(ScriptFault::error("SyntaxError", "addColorStop: this is no colour"));
        };
        let mut gradient = state.gradient.borrow_mut();
        let stops = &mut Arc::make_mut(&mut gradient).stops;
        if stops.len() < MOST_STOPS {
            let place = stops.partition_point(|s| s.0 <= at);
            stops.insert(place, (at, color));
        }
        nothing()
    };
    put(on.realm, &object, "addColorStop", Rc::new(add));
    Ok(Value::Script(object))
}

/// A pattern object.
pub(super) fn pattern(on: &mut On<'_>, arguments: &[Value]) -> ScriptResult<Value> {
    let Some(value) = arguments.first() else { return Ok(Value::Null) };
    let Some((source, _)) = node::picture_of(on.api, on.realm, value) else { return Ok(Value::Null) };
    let repeat = match arguments.get(1) {
        Some(Value::String(name)) => match &**name {
            "repeat-x" => (true, false),
            "repeat-y" => (false, true),
            "no-repeat" => (false, false),
            _ => (true, true),
        },
        _ => (true, true),
    };
    let keeper: Rc<dyn std::any::Any> = match source {
        Source::Picture(_) => match on.realm.native_state(value) {
            Some(state) => state,
            None => return Ok(Value::Null),
        },
        Source::Surface(id) => match on.api.with(|c| c.canvas.snapshot(id)) {
            Ok(id) => Rc::new(PictureKeeper { id, grave: on.surface.grave.clone() }),
            Err(error) => {
                on.api.warn(format!("createPattern: {error}"));
                return Ok(Value::Null);
            }
        },
    };
    let picture = match (source, keeper.downcast_ref::<PictureKeeper>()) {
        (Source::Picture(id), _) => id,
        (_, Some(kept)) => kept.id,
        _ => return Ok(Value::Null),
    };
    let own = Pattern { picture, repeat, matrix: IDENTITY };
    let state = PatternState { pattern: RefCell::new(Arc::new(own)), keeper };
    let object = on.realm.native(None, Rc::new(state));
    let set = |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
        let state = realm.native_state(this).and_then(|s| s.downcast::<PatternState>().ok());
        if let (Some(state), Some(m)) = (state, matrix_of(realm, arguments.first())) {
            Arc::make_mut(&mut state.pattern.borrow_mut()).matrix = m;
        }
        nothing()
    };
    put(on.realm, &object, "setTransform", Rc::new(set));
    Ok(Value::Script(object))
}
