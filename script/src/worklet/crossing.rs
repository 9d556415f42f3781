//! Values of a realm to values that cross threads, and back.

use super::animation::Animation;
use super::easing::Easing;
use super::sent::{Sent, Side, Slot, Token, Worklet};
use crate::realm::{NativeFunction, Realm, ScriptFault, ScriptKind, ScriptRef, ScriptResult};
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// The hidden field with what the helper of modules remembers of a worklet.
const META: &str = "__worklet";
/// The hidden field of a function that stands for something else.
const SENT: &str = "__sent";
/// Nesting of values and of worklets that take each other along.
const DEPTH: u32 = 60;
/// Values that are sent at once.
const MOST: u32 = 100_000;

/// Behind a shared value's object.
pub(super) struct SharedObject(pub Arc<Slot>);

/// Behind an animation's object.
pub(super) struct AnimationObject(pub Arc<Animation>);

/// Behind what stands for something else, and the arguments that were bound to it.
pub(crate) struct StandsFor(pub Sent, pub Vec<Sent>);

/// Makes the function of a worklet.
pub(crate) type Maker = Box<dyn Fn(&Crossing, &mut dyn Realm, &Arc<Worklet>) -> ScriptResult<Value>>;

/// What a realm knows of values that cross.
pub(crate) struct Crossing {
    side: Side,
    /// Functions that the other realm has, and their `this`.
    functions: RefCell<FxHashMap<u32, (ScriptRef, Value)>>,
    next: Cell<u32>,
    dead: Arc<Mutex<Vec<u32>>>,
    builtins: RefCell<FxHashMap<&'static str, Value>>,
    /// What is behind shared values.
    prototype: RefCell<Option<ScriptRef>>,
    maker: Option<Maker>,
}

struct Walk {
    depth: u32,
    left: u32,
}

impl Walk {
    fn enter(&mut self) -> ScriptResult<()> {
        if self.depth >= DEPTH {
            return Err(ScriptFault::error(
                "RangeError",
                "what a worklet takes along is nested too deep or contains itself",
            ));
        }
        self.depth += 1;
        Ok(())
    }

    fn take(&mut self) -> ScriptResult<()> {
        self.left = self.left.checked_sub(1).ok_or_else(|| {
            ScriptFault::error("RangeError", format!("a worklet can take along at most {MOST} values"))
        })?;
        Ok(())
    }
}

impl Crossing {
    pub fn new(side: Side, maker: Option<Maker>) -> Crossing {
        Crossing {
            side,
            functions: RefCell::default(),
            next: Cell::new(0),
            dead: Arc::default(),
            builtins: RefCell::default(),
            prototype: RefCell::new(None),
            maker,
        }
    }

    pub fn set_prototype(&self, prototype: ScriptRef) {
        self.prototype.replace(Some(prototype));
    }

    pub fn add_builtin(&self, name: &'static str, value: Value) {
        self.builtins.borrow_mut().insert(name, value);
    }

    /// A function of this realm and its `this`, by its number.
    pub fn function(&self, id: u32) -> Option<(ScriptRef, Value)> {
        self.functions.borrow().get(&id).cloned()
    }

    /// Lets a function stand for something.
    pub fn mark(&self, realm: &mut dyn Realm, function: &ScriptRef, stands_for: StandsFor) -> ScriptResult<()> {
        let object = realm.native(None, Rc::new(stands_for));
        realm.define(function, SENT, Value::Script(object), true)
    }

    /// What a function or object stands for.
    pub fn stands_for(&self, realm: &mut dyn Realm, value: &Value) -> ScriptResult<Option<Rc<StandsFor>>> {
        let Value::Script(object) = value else { return Ok(None) };
        let state = match realm.native_state(value) {
            Some(state) => Some(state),
            None if realm.kind(object) == ScriptKind::Function => {
                let hidden = realm.get(object, SENT)?;
                realm.native_state(&hidden)
            }
            None => None,
        };
        Ok(state.and_then(|state| state.downcast::<StandsFor>().ok()))
    }

    /// A value as one that crosses; methods among it have `this`.
    pub fn send(&self, realm: &mut dyn Realm, value: &Value, this: &Value) -> ScriptResult<Sent> {
        let dead = std::mem::take(&mut *self.dead.lock().unwrap_or_else(PoisonError::into_inner));
        for id in dead {
            let gone = self.functions.borrow_mut().remove(&id);
            drop(gone);
        }
        self.walk(realm, value, this, &mut Walk { depth: 0, left: MOST })
    }

    fn walk(&self, realm: &mut dyn Realm, value: &Value, this: &Value, walk: &mut Walk) -> ScriptResult<Sent> {
        walk.take()?;
        let object = match value {
            Value::Undefined | Value::Wxs(_) => return Ok(Sent::Undefined),
            Value::Null => return Ok(Sent::Null),
            Value::Bool(b) => return Ok(Sent::Bool(*b)),
            Value::Number(n) => return Ok(Sent::Number(*n)),
            Value::String(s) => return Ok(Sent::String(Arc::from(&**s))),
            Value::Array(items) => {
                walk.enter()?;
                let items = items.borrow().to_vec();
                let sent: ScriptResult<Vec<Sent>> = items.iter().map(|i| self.walk(realm, i, this, walk)).collect();
                walk.depth -= 1;
                return Ok(Sent::Array(sent?.into()));
            }
            Value::Object(fields) => {
                walk.enter()?;
                let fields: Vec<_> = fields.borrow().iter().map(|(k, v)| (Arc::from(&**k), v.clone())).collect();
                let sent: ScriptResult<Vec<_>> =
                    fields.into_iter().map(|(k, v)| Ok((k, self.walk(realm, &v, this, walk)?))).collect();
                walk.depth -= 1;
                return Ok(Sent::Object(sent?.into()));
            }
            Value::Script(object) => object,
        };
        if let Some(state) = realm.native_state(value) {
            return Ok(match (state.clone().downcast::<SharedObject>(), state.clone().downcast::<AnimationObject>()) {
                (Ok(shared), _) => Sent::Shared(shared.0.clone()),
                (_, Ok(animation)) => Sent::Animation(animation.0.clone()),
                _ => state.downcast::<StandsFor>().map_or(Sent::Undefined, |found| found.0.clone()),
            });
        }
        walk.enter()?;
        let sent = match realm.kind(object) {
            ScriptKind::Function => self.walk_function(realm, object, this, walk),
            ScriptKind::Array => {
                let length = realm.length(object)?;
                let item = |index| {
                    let item = realm.get_index(object, index)?;
                    self.walk(realm, &item, value, walk)
                };
                (0..length).map(item).collect::<ScriptResult<Vec<_>>>().map(|items| Sent::Array(items.into()))
            }
            ScriptKind::Object => {
                let names = realm.keys(object)?;
                let field = |name: String| {
                    let field = realm.get(object, &name)?;
                    Ok((Arc::from(name), self.walk(realm, &field, value, walk)?))
                };
                names.into_iter().map(field).collect::<ScriptResult<Vec<_>>>().map(|fields| Sent::Object(fields.into()))
            }
            ScriptKind::ArrayBuffer => {
                Ok(realm.bytes(object).map_or(Sent::Undefined, |bytes| Sent::Bytes(bytes.into())))
            }
            _ => Ok(Sent::Undefined),
        };
        walk.depth -= 1;
        sent
    }

    fn walk_function(
        &self,
        realm: &mut dyn Realm,
        function: &ScriptRef,
        this: &Value,
        walk: &mut Walk,
    ) -> ScriptResult<Sent> {
        let value = Value::Script(function.clone());
        if let Some(found) = self.stands_for(realm, &value)? {
            return Ok(found.0.clone());
        }
        let token = |crossing: &Crossing| {
            let id = crossing.next.get().wrapping_add(1);
            crossing.next.set(id);
            crossing.functions.borrow_mut().insert(id, (function.clone(), this.clone()));
            Token::new(crossing.side, id, &crossing.dead)
        };
        let meta = realm.get(function, META)?;
        let Value::Script(meta) = meta else { return Ok(Sent::Function(token(self))) };
        if self.side == Side::Motion {
            return Ok(Sent::Function(token(self)));
        }
        let text = |realm: &mut dyn Realm, name: &str| -> ScriptResult<String> {
            let value = realm.get(&meta, name)?;
            Ok(realm.display(&value))
        };
        let (names, fields, file) = (text(realm, "names")?, text(realm, "fields")?, text(realm, "file")?);
        let line = match realm.get(&meta, "line")? {
            Value::Number(line) => line as u32,
            _ => 1,
        };
        let mut taken = Vec::new();
        if !names.is_empty()
            && let Value::Script(values) = realm.get(&meta, "values")?
            && let Value::Script(values) = realm.call(&values, &Value::Undefined, &[])?
        {
            for (index, entry) in (0..).zip(names.split(';')) {
                let mut parts = entry.split('.');
                let name = parts.next().unwrap_or_default();
                let value = realm.get_index(&values, index)?;
                taken.push((Arc::from(name), self.walk_parts(realm, &value, parts, walk)?));
            }
        }
        let own = match realm.get(&meta, "own")? {
            Value::Script(own) => realm.call(&own, &Value::Undefined, &[])?,
            _ => this.clone(),
        };
        let mut of_this = Vec::new();
        if let (Value::Script(object), false) = (&own, fields.is_empty()) {
            for name in fields.split(',') {
                let value = realm.get(object, name)?;
                of_this.push((Arc::from(name), self.walk(realm, &value, &own, walk)?));
            }
        }
        Ok(Sent::Worklet(Arc::new(Worklet {
            source: realm.display(&value).into(),
            file: file.into(),
            line,
            names: taken,
            this: of_this,
            token: token(self),
        })))
    }

    /// The fields of an object that are used, else the value itself.
    fn walk_parts<'n>(
        &self,
        realm: &mut dyn Realm,
        value: &Value,
        fields: impl Iterator<Item = &'n str>,
        walk: &mut Walk,
    ) -> ScriptResult<Sent> {
        let fields: Vec<&str> = fields.collect();
        if let Value::Script(object) = value
            && !fields.is_empty()
            && realm.kind(object) == ScriptKind::Object
            && realm.native_state(value).is_none()
        {
            walk.enter()?;
            let mut found = Vec::with_capacity(fields.len());
            for name in fields {
                let field = realm.get(object, name)?;
                found.push((Arc::from(name), self.walk(realm, &field, value, walk)?));
            }
            walk.depth -= 1;
            return Ok(Sent::Object(found.into()));
        }
        self.walk(realm, value, &Value::Undefined, walk)
    }

    /// A value of this realm from one that has crossed.
    pub fn receive(&self, realm: &mut dyn Realm, sent: &Sent) -> ScriptResult<Value> {
        Ok(match sent {
            Sent::Undefined => Value::Undefined,
            Sent::Null => Value::Null,
            Sent::Bool(b) => Value::Bool(*b),
            Sent::Number(n) => Value::Number(*n),
            Sent::String(s) => Value::string(s),
            Sent::Bytes(bytes) => Value::Script(realm.array_buffer(bytes)),
            Sent::Array(items) => {
                let items: ScriptResult<Vec<Value>> = items.iter().map(|i| self.receive(realm, i)).collect();
                Value::Script(realm.array(&items?))
            }
            Sent::Object(fields) => {
                let object = realm.object(None);
                for (name, field) in fields.iter() {
                    let value = self.receive(realm, field)?;
                    realm.define(&object, name, value, false)?;
                }
                Value::Script(object)
            }
            Sent::Shared(slot) => {
                let prototype = self.prototype.borrow().clone();
                Value::Script(realm.native(prototype.as_ref(), Rc::new(SharedObject(slot.clone()))))
            }
            Sent::Animation(animation) => {
                Value::Script(realm.native(None, Rc::new(AnimationObject(animation.clone()))))
            }
            Sent::Easing(easing) => self.easing(realm, easing.clone())?,
            Sent::Builtin(name) => self.builtins.borrow().get(name).cloned().unwrap_or_default(),
            Sent::Worklet(worklet) => match &self.maker {
                Some(maker) => maker(self, realm, worklet)?,
                None => self.function(worklet.token.id).map_or(Value::Undefined, |f| Value::Script(f.0)),
            },
            Sent::Function(token) if token.home == self.side => {
                self.function(token.id).map_or(Value::Undefined, |f| Value::Script(f.0))
            }
            Sent::Function(_) => self.stranger(realm, sent.clone(), Vec::new())?,
            Sent::ScrollView(_) => Value::Script(realm.native(None, Rc::new(StandsFor(sent.clone(), Vec::new())))),
        })
    }

    /// A curve, which script can call, too.
    pub fn easing(&self, realm: &mut dyn Realm, easing: Arc<Easing>) -> ScriptResult<Value> {
        let curve = easing.clone();
        let at: NativeFunction = Rc::new(move |_, _, arguments| {
            let t = match arguments.first() {
                Some(Value::Number(t)) => *t,
                _ => f64::NAN,
            };
            // Curves of script within others are not asked here.
            Ok(Value::Number(curve.at(t, &mut |_, t| t)))
        });
        let function = realm.function("easing", 1, at);
        self.mark(realm, &function, StandsFor(Sent::Easing(easing), Vec::new()))?;
        Ok(Value::Script(function))
    }

    /// A function of the other realm: it can be bound, and called through `runOnJS`.
    fn stranger(&self, realm: &mut dyn Realm, sent: Sent, bound: Vec<Sent>) -> ScriptResult<Value> {
        let refuse: NativeFunction = Rc::new(|_, _, _| {
            Err(ScriptFault::type_error("this function is no worklet: have it called with `runOnJS`"))
        });
        let function = realm.function("", 0, refuse);
        self.mark(realm, &function, StandsFor(sent, bound))?;
        let bind: NativeFunction = Rc::new(|realm, this, arguments| bind(realm, this, arguments));
        let bind = realm.function("bind", 1, bind);
        realm.define(&function, "bind", Value::Script(bind), true)?;
        Ok(Value::Script(function))
    }
}

/// `f.bind(this, …)` of a function of the other realm, which has its own `this` there already: a function of the same
/// kind, with arguments in front.
fn bind(realm: &mut dyn Realm, this: &Value, arguments: &[Value]) -> ScriptResult<Value> {
    let fields = Crossing::new(Side::Motion, None);
    let Some(found) = fields.stands_for(realm, this)? else { return Ok(this.clone()) };
    let mut bound = found.1.clone();
    for argument in arguments.iter().skip(1) {
        bound.push(fields.send(realm, argument, &Value::Undefined)?);
    }
    fields.stranger(realm, found.0.clone(), bound)
}
