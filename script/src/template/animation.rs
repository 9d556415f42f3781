//! Animations of script on an element: where they bring it, as styles over its own one, and the way there, which the render
//! side goes by itself.

use super::text::to_text;
use crate::value::Value;
use indexmap::IndexMap;
use pellicle_layout::animate::ScriptedAnimation;
use pellicle_layout::animate::scripted::ScriptedStep;
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
    /// Takes in what `wx.createAnimation().export()` gave: the element is where its last step ends. Gives the way there,
    /// step by step, if there is any.
    pub fn run(&mut self, exported: &Value) -> Option<ScriptedAnimation> {
        let Value::Array(actions) = field(exported, "actions") else { return None };
        let actions = actions.borrow();
        let steps: Vec<ScriptedStep> = actions.iter().map(|action| self.step(action)).collect();
        let moves = !steps.is_empty();
        moves.then(|| ScriptedAnimation::Steps(steps.into_iter().take(ScriptedAnimation::PARTS).collect()))
    }

    fn step(&mut self, action: &Value) -> ScriptedStep {
        let option = field(action, "option");
        let timing = field(&option, "transition");
        let time = |name| match field(&timing, name) {
            Value::Number(time) if time.is_finite() => time.max(0.0),
            _ => 0.0,
        };
        let (mut style, mut transform) = (String::new(), String::new());
        if let Value::Array(changes) = field(action, "animates") {
            for change in changes.borrow().iter() {
                let kind = to_text(&field(change, "type"));
                let Value::Array(arguments) = field(change, "args") else { continue };
                let arguments = arguments.borrow().to_vec();
                match (&*kind, &arguments[..]) {
                    ("style", [property, value, ..]) => {
                        let (property, value) = (to_text(property), to_text(value));
                        add(&mut style, format_args!("{property}:{value}"));
                        self.styles.insert(property, value);
                    }
                    (kind, arguments) => transform.extend(transform_function(kind, arguments)),
                }
            }
        }
        if !transform.is_empty() {
            self.transform = transform;
            self.origin = to_text(&field(&option, "transformOrigin"));
            self.add_transform(&mut style);
        }
        ScriptedStep {
            delay: time("delay"),
            duration: time("duration"),
            easing: to_text(&field(&timing, "timingFunction")).to_string(),
            style,
        }
    }

    /// The key frame that the element shows from now on, as an inline style.
    pub fn set_frame(&mut self, style: &str) {
        self.frame = Rc::from(style);
    }

    /// The element's own style with what animations put over it.
    pub fn over(&self, own: &str) -> Rc<str> {
        let mut out = own.to_owned();
        for (property, value) in &self.styles {
            add(&mut out, format_args!("{property}:{value}"));
        }
        if !self.transform.is_empty() {
            self.add_transform(&mut out);
        }
        if !self.frame.is_empty() {
            add(&mut out, format_args!("{}", self.frame));
        }
        Rc::from(out)
    }

    fn add_transform(&self, out: &mut String) {
        add(out, format_args!("transform:{}", self.transform.trim_end()));
        if !self.origin.is_empty() {
            add(out, format_args!("transform-origin:{}", self.origin));
        }
    }
}

/// Adds declarations to an inline style.
fn add(out: &mut String, text: std::fmt::Arguments<'_>) {
    if !out.is_empty() && !out.ends_with(';') {
        out.push(';');
    }
    // Writing to a string does not fail.
    let _ = out.write_fmt(text);
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
