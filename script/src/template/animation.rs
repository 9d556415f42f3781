//! What animations leave on an element: styles over its own one.
//!
//! The render side moves nothing between two styles by a script's animation, so the end of each step shows at once.

use super::text::to_text;
use crate::value::Value;
use indexmap::IndexMap;
use std::fmt::Write;
use std::rc::Rc;

/// Where the animations of an element have brought it.
#[derive(Debug, Default)]
pub struct Animated {
    /// Properties that steps of its `animation` attribute set, with their values.
    styles: IndexMap<Rc<str>, Rc<str>>,
    /// The transform of the last step that had one.
    transform: String,
    origin: Rc<str>,
    /// The last key frame of `animate()`.
    frame: Rc<str>,
}

impl Animated {
    /// Runs what `wx.createAnimation().export()` gave, step by step from where the element is. True if there was any.
    pub fn run(&mut self, exported: &Value) -> bool {
        let actions = field(exported, "actions");
        let Value::Array(actions) = actions else { return false };
        let actions = actions.borrow();
        for action in actions.iter() {
            self.step(action);
        }
        !actions.is_empty()
    }

    fn step(&mut self, action: &Value) {
        let Value::Array(changes) = field(action, "animates") else { return };
        let mut transform = String::new();
        for change in changes.borrow().iter() {
            let kind = to_text(&field(change, "type"));
            let Value::Array(arguments) = field(change, "args") else { continue };
            let arguments = arguments.borrow();
            match (&*kind, &arguments[..]) {
                ("style", [property, value, ..]) => {
                    self.styles.insert(to_text(property), to_text(value));
                }
                (kind, arguments) => transform.extend(transform_function(kind, arguments)),
            }
        }
        if !transform.is_empty() {
            self.transform = transform;
            self.origin = to_text(&field(&field(action, "option"), "transformOrigin"));
        }
    }

    /// The key frame that the element shows from now on, as an inline style.
    pub fn set_frame(&mut self, style: &str) {
        self.frame = Rc::from(style);
    }

    /// The element's own style with what animations put over it.
    pub fn over(&self, own: &str) -> Rc<str> {
        let mut out = own.to_owned();
        let mut add = |text: std::fmt::Arguments<'_>| {
            if !out.is_empty() && !out.ends_with(';') {
                out.push(';');
            }
            // Writing to a string does not fail.
            let _ = out.write_fmt(text);
        };
        for (property, value) in &self.styles {
            add(format_args!("{property}:{value}"));
        }
        if !self.transform.is_empty() {
            add(format_args!("transform:{}", self.transform.trim_end()));
            if !self.origin.is_empty() {
                add(format_args!("transform-origin:{}", self.origin));
            }
        }
        if !self.frame.is_empty() {
            add(format_args!("{}", self.frame));
        }
        Rc::from(out)
    }
}

fn field(object: &Value, name: &str) -> Value {
    match object {
        Value::Object(fields) => fields.borrow().get(name).cloned().unwrap_or_default(),
        _ => Value::Undefined,
    }
}

/// A transform function of an animation with a blank behind it; `None` for anything else. Numbers are degrees, logical
/// px or plain, as the function wants them.
pub fn transform_function(kind: &str, arguments: &[Value]) -> Option<String> {
    let unit = match kind {
        "rotate" | "rotateX" | "rotateY" | "rotateZ" | "rotate3d" | "skew" | "skewX" | "skewY" => "deg",
        "scale" | "scaleX" | "scaleY" | "scaleZ" | "scale3d" | "matrix" | "matrix3d" => "",
        "translate" | "translateX" | "translateY" | "translateZ" | "translate3d" => "px",
        _ => return None,
    };
    let list: Vec<String> = arguments
        .iter()
        .enumerate()
        .map(|(at, argument)| match argument {
            // The axis of a rotation comes before its angle.
            Value::Number(number) if kind == "rotate3d" && at < 3 => number.to_string(),
            Value::Number(number) => format!("{number}{unit}"),
            argument => to_text(argument).to_string(),
        })
        .collect();
    Some(format!("{kind}({}) ", list.join(",")))
}
