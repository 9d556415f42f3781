//! `wx.worklet`, as both realms have it.

use super::animation::{Animation, Decay, Spring};
use super::crossing::{AnimationObject, Crossing, SharedObject, StandsFor};
use super::easing::Easing;
use super::events::WorkletOrder;
use super::sent::{Sent, Slot};
use crate::realm::{NativeFunction, Realm, ScriptFault, ScriptRef, ScriptResult};
use crate::value::Value;
use std::rc::Rc;
use std::sync::Arc;

/// What differs between the realms.
pub(super) trait Host {
    /// A shared value is read.
    fn read(&self, slot: &Arc<Slot>);
    /// A shared value is set.
    fn set(&self, slot: &Arc<Slot>, value: Sent) -> ScriptResult<()>;
    /// A shared value is to move.
    fn animate(&self, slot: &Arc<Slot>, animation: Arc<Animation>) -> ScriptResult<()>;
    /// A shared value is to stop.
    fn cancel(&self, slot: &Arc<Slot>) -> ScriptResult<()>;
    /// An element is to do something.
    fn order(&self, order: WorkletOrder);
    /// A value that follows others.
    fn derive(&self, realm: &mut dyn Realm, crossing: &Crossing, function: &ScriptRef) -> ScriptResult<Arc<Slot>>;
    /// A function that runs another one as a worklet.
    fn run_on_ui(&self, realm: &mut dyn Realm, crossing: &Rc<Crossing>, function: &ScriptRef) -> ScriptResult<Value>;
    /// A function that runs another one in the program's own realm.
    fn run_on_js(&self, realm: &mut dyn Realm, crossing: &Rc<Crossing>, function: &ScriptRef) -> ScriptResult<Value>;
}

/// Duration of a scroll that is to be seen unless another one is named, ms.
const SMOOTH: f32 = 300.0;

type Member = fn(&Surface, &mut dyn Realm, &[Value]) -> ScriptResult<Value>;

const MEMBERS: &[(&str, Member)] = &[
    ("shared", |surface, realm, arguments| {
        let value = surface.crossing.send(realm, first(arguments), &Value::Undefined)?;
        surface.crossing.receive(realm, &Sent::Shared(Slot::new(value)))
    }),
    ("derived", |surface, realm, arguments| {
        let function = function(first(arguments), "derived")?;
        let slot = surface.host.derive(realm, &surface.crossing, &function)?;
        surface.crossing.receive(realm, &Sent::Shared(slot))
    }),
    ("timing", |surface, realm, arguments| {
        let options = Options::of(arguments.get(1));
        let easing = options.get(realm, "easing")?;
        let animation = Animation::Timing {
            to: surface.crossing.send(realm, first(arguments), &Value::Undefined)?,
            duration: options.number(realm, "duration", 300.0)?.max(0.0),
            easing: surface.easing(realm, &easing)?.unwrap_or_else(Easing::standard),
            done: surface.listener(realm, arguments.get(2))?,
        };
        Ok(made(realm, animation))
    }),
    ("spring", |surface, realm, arguments| {
        let options = Options::of(arguments.get(1));
        let plain = Spring::default();
        let spring = Spring {
            damping: options.number(realm, "damping", plain.damping)?,
            mass: options.number(realm, "mass", plain.mass)?,
            stiffness: options.number(realm, "stiffness", plain.stiffness)?,
            clamp: matches!(options.get(realm, "overshootClamping")?, Value::Bool(true)),
            rest_displacement: options.number(realm, "restDisplacementThreshold", plain.rest_displacement)?,
            rest_speed: options.number(realm, "restSpeedThreshold", plain.rest_speed)?,
            velocity: options.number(realm, "velocity", plain.velocity)?,
        };
        let to = surface.crossing.send(realm, first(arguments), &Value::Undefined)?;
        let done = surface.listener(realm, arguments.get(2))?;
        Ok(made(realm, Animation::Spring { to, spring, done }))
    }),
    ("decay", |surface, realm, arguments| {
        let options = Options::of(arguments.first());
        let clamp = match options.get(realm, "clamp")? {
            Value::Script(ends) => match (realm.get_index(&ends, 0)?, realm.get_index(&ends, 1)?) {
                (Value::Number(low), Value::Number(high)) => Some((low, high)),
                _ => None,
            },
            _ => None,
        };
        let decay = Decay {
            velocity: options.number(realm, "velocity", 0.0)?,
            deceleration: options.number(realm, "deceleration", 0.998)?,
            clamp,
            velocity_factor: options.number(realm, "velocityFactor", 1.0)?,
        };
        let done = surface.listener(realm, arguments.get(1))?;
        Ok(made(realm, Animation::Decay { decay, done }))
    }),
    ("sequence", |_, realm, arguments| {
        let parts: ScriptResult<Vec<_>> = arguments.iter().map(|part| animation(realm, part, "sequence")).collect();
        Ok(made(realm, Animation::Sequence(parts?)))
    }),
    ("repeat", |surface, realm, arguments| {
        let inner = animation(realm, first(arguments), "repeat")?;
        let count = match arguments.get(1) {
            Some(Value::Number(count)) if *count < 0.0 || *count == f64::INFINITY => None,
            Some(Value::Number(count)) => Some((*count as u32).max(1)),
            _ => Some(2),
        };
        let reverse = matches!(arguments.get(2), Some(Value::Bool(true)));
        let done = surface.listener(realm, arguments.get(3))?;
        Ok(made(realm, Animation::Repeat { inner, count, reverse, done }))
    }),
    ("delay", |_, realm, arguments| {
        let ms = match first(arguments) {
            Value::Number(ms) if *ms > 0.0 => *ms,
            _ => 0.0,
        };
        let inner = animation(realm, arguments.get(1).unwrap_or(&Value::Undefined), "delay")?;
        Ok(made(realm, Animation::Delay(ms, inner)))
    }),
    ("cancelAnimation", |surface, realm, arguments| {
        let slot = shared(realm, first(arguments))
            .ok_or_else(|| ScriptFault::type_error("cancelAnimation needs a shared value"))?;
        surface.host.cancel(&slot)?;
        Ok(Value::Undefined)
    }),
    ("runOnUI", |surface, realm, arguments| {
        let function = function(first(arguments), "runOnUI")?;
        surface.host.run_on_ui(realm, &surface.crossing, &function)
    }),
    ("runOnJS", |surface, realm, arguments| {
        let function = function(first(arguments), "runOnJS")?;
        surface.host.run_on_js(realm, &surface.crossing, &function)
    }),
];

/// `scrollViewContext.scrollTo(context, { top, left, duration, animated })`.
fn scroll_to(surface: &Surface, realm: &mut dyn Realm, arguments: &[Value]) -> ScriptResult<Value> {
    let Sent::ScrollView(node) = surface.crossing.send(realm, first(arguments), &Value::Undefined)? else {
        return Err(ScriptFault::type_error("scrollTo needs the node of a scroll view"));
    };
    let options = Options::of(arguments.get(1));
    let number = |realm: &mut dyn Realm, name: &str| -> ScriptResult<Option<f32>> {
        Ok(match options.get(realm, name)? {
            Value::Number(n) if n.is_finite() => Some(n as f32).filter(|n| n.is_finite()),
            _ => None,
        })
    };
    let (x, y) = (number(realm, "left")?, number(realm, "top")?);
    let animated = matches!(options.get(realm, "animated")?, Value::Bool(true));
    let duration = number(realm, "duration")?.unwrap_or(if animated { SMOOTH } else { 0.0 }).clamp(0.0, 60_000.0);
    surface.host.order(WorkletOrder::ScrollTo { node, x, y, duration });
    Ok(Value::Undefined)
}

fn first(arguments: &[Value]) -> &Value {
    arguments.first().unwrap_or(&Value::Undefined)
}

fn function(value: &Value, name: &str) -> ScriptResult<ScriptRef> {
    match value {
        Value::Script(function) => Ok(function.clone()),
        _ => Err(ScriptFault::type_error(format!("{name} needs a function"))),
    }
}

fn shared(realm: &mut dyn Realm, value: &Value) -> Option<Arc<Slot>> {
    Some(realm.native_state(value)?.downcast::<SharedObject>().ok()?.0.clone())
}

fn animation(realm: &mut dyn Realm, value: &Value, name: &str) -> ScriptResult<Arc<Animation>> {
    let state = realm.native_state(value).and_then(|state| state.downcast::<AnimationObject>().ok());
    state.map(|state| state.0.clone()).ok_or_else(|| ScriptFault::type_error(format!("{name} needs an animation")))
}

fn made(realm: &mut dyn Realm, animation: Animation) -> Value {
    Value::Script(realm.native(None, Rc::new(AnimationObject(Arc::new(animation)))))
}

/// Fields of an argument that may be left out.
struct Options(Option<ScriptRef>);

impl Options {
    fn of(value: Option<&Value>) -> Options {
        match value {
            Some(Value::Script(object)) => Options(Some(object.clone())),
            _ => Options(None),
        }
    }

    fn get(&self, realm: &mut dyn Realm, name: &str) -> ScriptResult<Value> {
        self.0.as_ref().map_or(Ok(Value::Undefined), |object| realm.get(object, name))
    }

    fn number(&self, realm: &mut dyn Realm, name: &str, otherwise: f64) -> ScriptResult<f64> {
        Ok(match self.get(realm, name)? {
            Value::Number(n) if n.is_finite() => n,
            _ => otherwise,
        })
    }
}

/// `wx.worklet` of a realm.
pub(super) struct Surface {
    pub crossing: Rc<Crossing>,
    pub host: Rc<dyn Host>,
}

impl Surface {
    /// The object.
    pub fn install(self: &Rc<Self>, realm: &mut dyn Realm) -> ScriptResult<ScriptRef> {
        self.install_prototype(realm)?;
        let object = realm.native(None, Rc::new(StandsFor(Sent::Builtin("worklet"), Vec::new())));
        for &(name, member) in MEMBERS {
            let surface = self.clone();
            let native: NativeFunction = Rc::new(move |realm, _, arguments| member(&surface, realm, arguments));
            let function = realm.function(name, 1, native);
            self.crossing.mark(realm, &function, StandsFor(Sent::Builtin(name), Vec::new()))?;
            self.crossing.add_builtin(name, Value::Script(function.clone()));
            realm.set(&object, name, Value::Script(function))?;
        }
        let easing = self.easings(realm)?;
        self.crossing.add_builtin("Easing", Value::Script(easing.clone()));
        realm.set(&object, "Easing", Value::Script(easing))?;
        let scrolls = realm.native(None, Rc::new(StandsFor(Sent::Builtin("scrollViewContext"), Vec::new())));
        let surface = self.clone();
        let native: NativeFunction = Rc::new(move |realm, _, arguments| scroll_to(&surface, realm, arguments));
        let function = realm.function("scrollTo", 2, native);
        realm.set(&scrolls, "scrollTo", Value::Script(function))?;
        self.crossing.add_builtin("scrollViewContext", Value::Script(scrolls.clone()));
        realm.set(&object, "scrollViewContext", Value::Script(scrolls))?;
        self.crossing.add_builtin("worklet", Value::Script(object.clone()));
        Ok(object)
    }

    fn install_prototype(self: &Rc<Self>, realm: &mut dyn Realm) -> ScriptResult<()> {
        let prototype = realm.object(None);
        let surface = self.clone();
        let get: NativeFunction = Rc::new(move |realm, this, _| {
            let Some(slot) = shared(realm, this) else { return Ok(Value::Undefined) };
            surface.host.read(&slot);
            surface.crossing.receive(realm, &slot.get())
        });
        let surface = self.clone();
        let set: NativeFunction = Rc::new(move |realm, this, arguments| {
            let Some(slot) = shared(realm, this) else { return Ok(Value::Undefined) };
            match surface.crossing.send(realm, first(arguments), &Value::Undefined)? {
                Sent::Animation(animation) => surface.host.animate(&slot, animation)?,
                value => surface.host.set(&slot, value)?,
            }
            Ok(Value::Undefined)
        });
        realm.define_accessor(&prototype, "value", get, Some(set))?;
        self.crossing.set_prototype(prototype);
        Ok(())
    }

    fn easings(self: &Rc<Self>, realm: &mut dyn Realm) -> ScriptResult<ScriptRef> {
        let object = realm.native(None, Rc::new(StandsFor(Sent::Builtin("Easing"), Vec::new())));
        let curves = [
            ("linear", Easing::Linear),
            ("ease", Easing::Ease),
            ("quad", Easing::Quad),
            ("cubic", Easing::Cubic),
            ("sin", Easing::Sin),
            ("circle", Easing::Circle),
            ("exp", Easing::Exp),
            ("bounce", Easing::Bounce),
        ];
        for (name, curve) in curves {
            let value = self.crossing.easing(realm, Arc::new(curve))?;
            realm.set(&object, name, value)?;
        }
        type Made = fn([f64; 4]) -> Easing;
        let makers: [(&'static str, [f64; 4], Made); 4] = [
            ("poly", [1.0, 0.0, 0.0, 0.0], |n| Easing::Poly(n[0])),
            ("elastic", [1.0, 0.0, 0.0, 0.0], |n| Easing::Elastic(n[0])),
            ("back", [1.70158, 0.0, 0.0, 0.0], |n| Easing::Back(n[0])),
            ("bezier", [0.0, 0.0, 1.0, 1.0], |n| Easing::Bezier(n[0], n[1], n[2], n[3])),
        ];
        for (name, standard, make) in makers {
            let surface = self.clone();
            let native: NativeFunction = Rc::new(move |realm, _, arguments| {
                let mut numbers = standard;
                for (slot, value) in numbers.iter_mut().zip(arguments) {
                    if let Value::Number(n) = value {
                        *slot = *n;
                    }
                }
                surface.crossing.easing(realm, Arc::new(make(numbers)))
            });
            let function = realm.function(name, 1, native);
            realm.set(&object, name, Value::Script(function))?;
        }
        type Turned = fn(Arc<Easing>) -> Easing;
        let turns: [(&'static str, Turned); 3] = [("in", Easing::In), ("out", Easing::Out), ("inOut", Easing::InOut)];
        for (name, turn) in turns {
            let surface = self.clone();
            let native: NativeFunction = Rc::new(move |realm, _, arguments| {
                let inner = surface.easing(realm, first(arguments))?.unwrap_or(Easing::Linear);
                surface.crossing.easing(realm, Arc::new(turn(Arc::new(inner))))
            });
            let function = realm.function(name, 1, native);
            realm.set(&object, name, Value::Script(function))?;
        }
        Ok(object)
    }

    /// The curve that a value is.
    fn easing(&self, realm: &mut dyn Realm, value: &Value) -> ScriptResult<Option<Easing>> {
        Ok(match self.crossing.send(realm, value, &Value::Undefined)? {
            Sent::Easing(easing) => Some((*easing).clone()),
            sent @ (Sent::Worklet(_) | Sent::Function(_)) => Some(Easing::Function(sent)),
            _ => None,
        })
    }

    /// A function that is told of an end.
    fn listener(&self, realm: &mut dyn Realm, value: Option<&Value>) -> ScriptResult<Sent> {
        match self.crossing.send(realm, value.unwrap_or(&Value::Undefined), &Value::Undefined)? {
            sent @ (Sent::Worklet(_) | Sent::Function(_)) => Ok(sent),
            _ => Ok(Sent::Undefined),
        }
    }
}
