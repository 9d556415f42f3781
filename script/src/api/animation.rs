//! `createAnimation`: describes an animation step by step; `export()` gives what the `animation` attribute
//! takes: `{actions: [{animates: [{type, args}], option}]}`.

use super::call::Call;
use super::lifecycle::put;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, optional};
use crate::bridge::message::ApiFailure;
use crate::realm::{Realm, ScriptRef};
use crate::value::Value;
use indexmap::IndexMap;
use std::cell::RefCell;
use std::rc::Rc;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[Entry::new(
    "createAnimation",
    C::None,
    &[optional("option", T::Object)],
    Handler::Sync(create),
    "Describes an animation.",
)
.object()];

/// Methods that change the transform.
const TRANSFORMS: [&str; 20] = [
    "matrix",
    "matrix3d",
    "rotate",
    "rotate3d",
    "rotateX",
    "rotateY",
    "rotateZ",
    "scale",
    "scale3d",
    "scaleX",
    "scaleY",
    "scaleZ",
    "skew",
    "skewX",
    "skewY",
    "translate",
    "translate3d",
    "translateX",
    "translateY",
    "translateZ",
];
/// Methods that set a style, by method and property.
const STYLES: [(&str, &str); 8] = [
    ("opacity", "opacity"),
    ("backgroundColor", "background-color"),
    ("width", "width"),
    ("height", "height"),
    ("left", "left"),
    ("right", "right"),
    ("top", "top"),
    ("bottom", "bottom"),
];
/// Steps of one animation that are kept.
const STEPS: usize = 10_000;

#[derive(Clone)]
struct Timing {
    duration: f64,
    function: String,
    delay: f64,
    origin: String,
}

impl Default for Timing {
    fn default() -> Self {
        Timing { duration: 400.0, function: "linear".to_owned(), delay: 0.0, origin: "50% 50% 0".to_owned() }
    }
}

impl Timing {
    /// The timing with what an option object says otherwise.
    fn with(&self, realm: &mut dyn Realm, options: Option<&Value>) -> Timing {
        let mut timing = self.clone();
        let Some(Value::Script(options)) = options else { return timing };
        for (name, slot) in [("duration", &mut timing.duration), ("delay", &mut timing.delay)] {
            if let Ok(Value::Number(value)) = realm.get(options, name)
                && value.is_finite()
            {
                *slot = value;
            }
        }
        for (name, slot) in [("timingFunction", &mut timing.function), ("transformOrigin", &mut timing.origin)] {
            if let Ok(Value::String(value)) = realm.get(options, name) {
                *slot = value.to_string();
            }
        }
        timing
    }

    fn value(&self) -> Value {
        Value::object([
            ("transformOrigin", Value::string(&self.origin)),
            (
                "transition",
                Value::object([
                    ("duration", Value::Number(self.duration)),
                    ("timingFunction", Value::string(&self.function)),
                    ("delay", Value::Number(self.delay)),
                ]),
            ),
        ])
    }
}

#[derive(Default)]
struct Animation {
    timing: Timing,
    /// What holds at the end of the last step, by kind of change: a later step repeats it.
    current: IndexMap<String, Value>,
    /// Changes since the last step.
    step: Vec<(String, Value)>,
    actions: Vec<Value>,
}

fn create(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let timing = Timing::default().with(call.realm, call.arguments.first());
    let state = Rc::new(RefCell::new(Animation { timing, ..Animation::default() }));
    let object = call.realm.object(None);
    for name in TRANSFORMS {
        method(call.realm, &object, name, &state, move |arguments| {
            (name.to_owned(), animate(name, arguments.to_vec()))
        });
    }
    for (name, property) in STYLES {
        method(call.realm, &object, name, &state, move |arguments| {
            let value = match arguments.first() {
                Some(Value::Number(n)) if !matches!(name, "opacity" | "backgroundColor") => {
                    Value::string(format!("{n}px"))
                }
                other => other.cloned().unwrap_or_default(),
            };
            (format!("style.{property}"), animate("style", vec![Value::string(property), value]))
        });
    }
    let of_step = state.clone();
    put(
        call.realm,
        &object,
        "step",
        Rc::new(move |realm, this, arguments| {
            let base = of_step.borrow().timing.clone();
            let timing = base.with(realm, arguments.first());
            let mut state = of_step.borrow_mut();
            for (kind, change) in std::mem::take(&mut state.step) {
                state.current.insert(kind, change);
            }
            let animates = Value::array(state.current.values().cloned().collect());
            if state.actions.len() < STEPS {
                state.actions.push(Value::object([("animates", animates), ("option", timing.value())]));
            }
            Ok(this.clone())
        }),
    );
    put(
        call.realm,
        &object,
        "export",
        Rc::new(move |_, _, _| {
            let actions = std::mem::take(&mut state.borrow_mut().actions);
            Ok(Value::object([("actions", Value::array(actions))]))
        }),
    );
    Ok(Value::Script(object))
}

fn animate(kind: &str, arguments: Vec<Value>) -> Value {
    Value::object([("type", Value::string(kind)), ("args", Value::array(arguments))])
}

fn method(
    realm: &mut dyn Realm,
    object: &ScriptRef,
    name: &str,
    state: &Rc<RefCell<Animation>>,
    change: impl Fn(&[Value]) -> (String, Value) + 'static,
) {
    let state = state.clone();
    put(
        realm,
        object,
        name,
        Rc::new(move |_, this, arguments| {
            let mut state = state.borrow_mut();
            if state.step.len() < STEPS {
                state.step.push(change(arguments));
            }
            Ok(this.clone())
        }),
    );
}
