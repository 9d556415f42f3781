//! The [`Realm`] trait on QuickJS.

use super::convert::{self, Class, range_error, type_error};
use super::data::{Walk, length_of};
use super::jobs::callable;
use super::{Core, JsValue, QuickRealm, native, raw};
use crate::phases::{self, Phase};
use crate::realm::{
    DataError, DataLimits, DynamicObject, Interrupt, Locale, NativeFunction, PathSegment, Realm, ScriptFrame,
    ScriptKind, ScriptRef, ScriptResult,
};
use crate::sandbox::control::outside;
use crate::value::Value;
use rquickjs::{Array, ArrayBuffer, Atom, Ctx, Filter, Object, Result};
use std::any::Any;
use std::rc::Rc;

impl QuickRealm {
    /// Runs something that gives an object handle; a realm that has failed gives a handle to `undefined`.
    fn make(&mut self, work: impl for<'js> FnOnce(&Rc<Core>, &Ctx<'js>) -> Result<JsValue<'js>>) -> ScriptRef {
        let core = self.core.clone();
        let made = self.enter(|ctx| Ok(core.slots.hold(work(&core, ctx)?)));
        made.unwrap_or_else(|_| self.core.slots.hold(JsValue::new_undefined(raw::context(&self.core.context))))
    }

    /// Runs something that gives a value.
    fn value(
        &mut self,
        work: impl for<'js> FnOnce(&Rc<Core>, &Ctx<'js>) -> Result<JsValue<'js>>,
    ) -> ScriptResult<Value> {
        let core = self.core.clone();
        self.enter(|ctx| Ok(core.value_out(&work(&core, ctx)?)))
    }

    /// Runs something else.
    fn work<T>(&mut self, work: impl for<'js> FnOnce(&Rc<Core>, &Ctx<'js>) -> Result<T>) -> ScriptResult<T> {
        let core = self.core.clone();
        self.enter(|ctx| work(&core, ctx))
    }
}

fn read<'js>(object: &Object<'js>, segment: &PathSegment) -> Result<JsValue<'js>> {
    match segment {
        PathSegment::Field(name) => object.get(&**name),
        PathSegment::Index(index) => object.get(*index),
    }
}

fn name_of(segment: &PathSegment) -> std::borrow::Cow<'_, str> {
    match segment {
        PathSegment::Field(name) => (&**name).into(),
        PathSegment::Index(index) => index.to_string().into(),
    }
}

/// Sets a field of data. One that the object only inherits (`__proto__`, `toString`) becomes its own.
fn put<'js>(object: &Object<'js>, segment: &PathSegment, value: JsValue<'js>) -> Result<()> {
    if let PathSegment::Index(index) = segment
        && object.is_array()
    {
        return object.set(*index, value);
    }
    let name = name_of(segment);
    if raw::has_own(object, &name)? || !object.contains_key(&*name)? {
        return object.set(&*name, value);
    }
    raw::define(object, &name, &value, false)
}

/// The buffer of a value, the first byte of its view of it and how many they are.
fn view<'js>(core: &Core, value: &JsValue<'js>) -> Result<Option<(ArrayBuffer<'js>, usize, usize)>> {
    let name = match core.class(value) {
        Class::Buffer => {
            let Some(buffer) = ArrayBuffer::from_value(value.clone()) else { return Ok(None) };
            let length = buffer.len();
            return Ok(Some((buffer, 0, length)));
        }
        Class::TypedArray => "typedView",
        Class::DataView => "dataView",
        _ => return Ok(None),
    };
    let view: Array<'js> = core.kit(value.ctx(), name)?.call((value.clone(),))?;
    let Some(buffer) = ArrayBuffer::from_value(view.get(0)?) else { return Ok(None) };
    let (from, length): (f64, f64) = (view.get(1)?, view.get(2)?);
    Ok(Some((buffer, from as usize, length as usize)))
}

impl Realm for QuickRealm {
    fn interrupt(&self) -> Interrupt {
        self.core.interrupt.clone()
    }

    fn broken(&self) -> Option<String> {
        self.core.broken.borrow().clone()
    }

    fn set_locale(&mut self, locale: Locale) {
        self.core.locale.set(locale);
    }

    fn set_arrival(&mut self, arrival: ScriptRef) {
        self.core.modules.borrow_mut().arrival = Some(arrival);
    }

    fn object(&mut self, prototype: Option<&ScriptRef>) -> ScriptRef {
        self.make(|core, ctx| {
            let object = Object::new(ctx.clone())?;
            if let Some(prototype) = prototype {
                object.set_prototype(Some(&core.held_object(ctx, prototype)?))?;
            }
            Ok(object.into_value())
        })
    }

    fn array(&mut self, items: &[Value]) -> ScriptRef {
        self.make(|core, ctx| {
            let array = Array::new(ctx.clone())?;
            for (index, item) in items.iter().enumerate() {
                array.set(index, core.value_in(ctx, item)?)?;
            }
            Ok(array.into_value())
        })
    }

    fn function(&mut self, name: &str, length: usize, call: NativeFunction) -> ScriptRef {
        self.make(|core, ctx| Ok(native::function(core, ctx, name, length, call)?.into_value()))
    }

    fn dynamic(&mut self, hooks: DynamicObject) -> ScriptRef {
        self.make(|core, ctx| {
            let DynamicObject { get, keys, call } = hooks;
            let get: NativeFunction = Rc::new(move |realm, _, arguments| match arguments {
                [Value::String(name), ..] => Ok(get(realm, name)?.unwrap_or_default()),
                _ => Ok(Value::Undefined),
            });
            let keys: NativeFunction =
                Rc::new(move |_, _, _| Ok(Value::array(keys().into_iter().map(Value::string).collect())));
            let get = native::function(core, ctx, "get", 1, get)?;
            let keys = native::function(core, ctx, "keys", 0, keys)?;
            let call = match call {
                Some(call) => native::function(core, ctx, "", 0, call)?.into_value(),
                None => JsValue::new_undefined(ctx.clone()),
            };
            core.kit(ctx, "dynamic")?.call((get, keys, call))
        })
    }

    fn native(&mut self, prototype: Option<&ScriptRef>, state: Rc<dyn Any>) -> ScriptRef {
        self.make(|core, ctx| {
            let prototype = match prototype {
                Some(prototype) => core.held_object(ctx, prototype)?,
                None => match Object::new(ctx.clone())?.get_prototype() {
                    Some(prototype) => prototype,
                    None => return Err(type_error(ctx, "objects have no prototype")),
                },
            };
            Ok(native::object(prototype, state)?.into_value())
        })
    }

    fn native_state(&mut self, value: &Value) -> Option<Rc<dyn Any>> {
        let Value::Script(handle) = value else { return None };
        let ctx = raw::context(&self.core.context);
        let value = self.core.slots.value(&ctx, handle)?;
        native::state_of(&self.core, &value)
    }

    fn kind(&mut self, object: &ScriptRef) -> ScriptKind {
        let ctx = raw::context(&self.core.context);
        self.core.slots.value(&ctx, object).map_or(ScriptKind::Object, |value| self.core.kind(&value))
    }

    fn same(&mut self, a: &ScriptRef, b: &ScriptRef) -> bool {
        let ctx = raw::context(&self.core.context);
        match (self.core.slots.value(&ctx, a), self.core.slots.value(&ctx, b)) {
            (Some(a), Some(b)) => a == b,
            _ => false,
        }
    }

    fn get(&mut self, object: &ScriptRef, field: &str) -> ScriptResult<Value> {
        self.value(|core, ctx| core.held_object(ctx, object)?.get(field))
    }

    fn get_index(&mut self, object: &ScriptRef, index: u32) -> ScriptResult<Value> {
        self.value(|core, ctx| core.held_object(ctx, object)?.get(index))
    }

    fn set(&mut self, object: &ScriptRef, field: &str, value: Value) -> ScriptResult<()> {
        self.work(|core, ctx| core.held_object(ctx, object)?.set(field, core.value_in(ctx, &value)?))
    }

    fn define(&mut self, object: &ScriptRef, field: &str, value: Value, hidden: bool) -> ScriptResult<()> {
        self.work(|core, ctx| raw::define(&core.held_object(ctx, object)?, field, &core.value_in(ctx, &value)?, hidden))
    }

    fn define_accessor(
        &mut self,
        object: &ScriptRef,
        field: &str,
        get: NativeFunction,
        set: Option<NativeFunction>,
    ) -> ScriptResult<()> {
        self.work(|core, ctx| {
            let get = native::function(core, ctx, field, 0, get)?;
            let set = match set {
                Some(set) => native::function(core, ctx, field, 1, set)?.into_value(),
                None => JsValue::new_undefined(ctx.clone()),
            };
            core.kit(ctx, "accessor")?.call((core.held_object(ctx, object)?, field, get, set))
        })
    }

    fn keys(&mut self, object: &ScriptRef) -> ScriptResult<Vec<String>> {
        self.work(|core, ctx| {
            let object = core.held_object(ctx, object)?;
            let keys = object.own_keys::<Atom<'_>>(Filter::new().string().enum_only());
            keys.map(|key| Ok(core.text(&key?.to_js_string()?))).collect()
        })
    }

    fn length(&mut self, object: &ScriptRef) -> ScriptResult<u32> {
        self.work(|core, ctx| {
            let value = core.held(ctx, object)?;
            match value.as_object() {
                Some(object) if core.is_array(&value) => Ok(u32::try_from(length_of(object)?).unwrap_or(u32::MAX)),
                _ => Ok(0),
            }
        })
    }

    fn read_path(&mut self, object: &ScriptRef, path: &[PathSegment]) -> ScriptResult<Value> {
        self.value(|core, ctx| {
            let mut value = core.held(ctx, object)?;
            for segment in path {
                if value.is_undefined() || value.is_null() {
                    return Ok(JsValue::new_undefined(ctx.clone()));
                }
                value = match value.as_object() {
                    Some(object) => read(object, segment)?,
                    None => core.kit(ctx, "field")?.call((value, &*name_of(segment)))?,
                };
            }
            Ok(value)
        })
    }

    fn write_path(&mut self, object: &ScriptRef, path: &[PathSegment], value: Value) -> ScriptResult<()> {
        self.work(|core, ctx| {
            let value = core.value_in(ctx, &value)?;
            let mut target = core.held_object(ctx, object)?;
            let Some((last, way)) = path.split_last() else { return Ok(()) };
            for (place, segment) in way.iter().enumerate() {
                // Only what is the object's own is stepped into: what it inherits is not its data.
                let next = match raw::has_own(&target, &name_of(segment))? {
                    true => read(&target, segment)?,
                    false => JsValue::new_undefined(ctx.clone()),
                };
                // A function on the way is replaced, as anything that is no object, an object before an index and an
                // array before a field. A field that is a number means an item of an array, too.
                let array = match path.get(place + 1) {
                    Some(PathSegment::Index(_)) => Some(true),
                    Some(PathSegment::Field(name)) if name.parse::<u32>().is_err() => Some(false),
                    _ => None,
                };
                let fits =
                    |next: &JsValue<'_>| !next.is_function() && array.is_none_or(|array| next.is_array() == array);
                target = match next.into_object().filter(|next| fits(next.as_value())) {
                    Some(next) => next,
                    None => {
                        let made = match path.get(place + 1) {
                            Some(PathSegment::Index(_)) => Array::new(ctx.clone())?.into_object(),
                            _ => Object::new(ctx.clone())?,
                        };
                        put(&target, segment, made.clone().into_value())?;
                        made
                    }
                };
            }
            put(&target, last, value)
        })
    }

    fn to_data(&mut self, value: &Value, limits: &DataLimits) -> std::result::Result<Value, DataError> {
        let script = match value {
            Value::Script(script) => script,
            other => {
                let length = if let Value::String(text) = other { text.len() } else { 8 };
                let bytes = limits.spent.saturating_add(length);
                self.core.data_bytes.set(bytes);
                return if bytes > limits.bytes {
                    Err(DataError::Size { limit: limits.bytes })
                } else {
                    Ok(other.clone())
                };
            }
        };
        let walked = self.work(|core, ctx| {
            let value = core.held(ctx, script)?;
            let mut walk = Walk::new(limits, core);
            let data = walk.value(&value);
            core.data_bytes.set(walk.bytes());
            Ok(data)
        });
        match walked {
            Ok(walked) => walked.map(Option::unwrap_or_default),
            Err(fault) => Err(DataError::Threw { path: "the top".to_owned(), message: fault.message }),
        }
    }

    fn data_bytes(&self) -> usize {
        self.core.data_bytes.get()
    }

    fn copy(&mut self, value: &Value) -> ScriptResult<Value> {
        // Data goes in as a fresh copy anyway.
        let is_script = matches!(value, Value::Script(_));
        self.value(|core, ctx| {
            let value = core.value_in(ctx, value)?;
            if is_script { core.kit(ctx, "copy")?.call((value,)) } else { Ok(value) }
        })
    }

    fn call(&mut self, function: &ScriptRef, this: &Value, arguments: &[Value]) -> ScriptResult<Value> {
        self.value(|core, ctx| {
            let function = callable(core, ctx, function)?;
            let this = core.value_in(ctx, this)?;
            let arguments = arguments.iter().map(|a| core.value_in(ctx, a)).collect::<Result<Vec<_>>>()?;
            convert::apply(&function, this, arguments)
        })
    }

    fn construct(&mut self, function: &ScriptRef, arguments: &[Value]) -> ScriptResult<Value> {
        self.value(|core, ctx| {
            let constructor = core.held(ctx, function)?;
            if !constructor.is_constructor() {
                return Err(type_error(ctx, "the value is not a constructor"));
            }
            let list = Array::new(ctx.clone())?;
            for (index, argument) in arguments.iter().enumerate() {
                list.set(index, core.value_in(ctx, argument)?)?;
            }
            let _running = phases::enter(Phase::Run);
            core.kit(ctx, "construct")?.call((constructor, list))
        })
    }

    fn promise(&mut self) -> (ScriptRef, ScriptRef, ScriptRef) {
        let made = self.work(|core, ctx| {
            let (promise, resolve, reject) = ctx.promise()?;
            let hold = |value| core.slots.hold(value);
            Ok((hold(promise.into_value()), hold(resolve.into_value()), hold(reject.into_value())))
        });
        made.unwrap_or_else(|_| {
            let nothing = || self.core.slots.hold(JsValue::new_undefined(raw::context(&self.core.context)));
            (nothing(), nothing(), nothing())
        })
    }

    fn frames(&mut self) -> Vec<ScriptFrame> {
        let frames = self.work(|core, ctx| {
            let stack: JsValue<'_> = core.kit(ctx, "capture")?.call(())?;
            Ok(stack.as_string().map(|text| convert::frames_in(core, &core.text(text))).unwrap_or_default())
        });
        // The host's own functions are no places in script.
        frames.unwrap_or_default().into_iter().skip_while(|frame| frame.line == 0).collect()
    }

    fn display(&mut self, value: &Value) -> String {
        let text = self.work(|core, ctx| core.text_of(&core.value_in(ctx, value)?));
        text.unwrap_or_else(|_| "[object]".to_owned())
    }

    fn stringify(&mut self, value: &Value) -> ScriptResult<Option<String>> {
        self.work(|core, ctx| {
            let text = ctx.json_stringify(core.value_in(ctx, value)?)?;
            Ok(text.map(|text| core.text(&text)))
        })
    }

    fn stringify_within(&mut self, value: &Value, bytes: usize) -> ScriptResult<Option<String>> {
        self.work(|core, ctx| {
            let Some(text) = ctx.json_stringify(core.value_in(ctx, value)?)? else { return Ok(None) };
            let text = core.text(&text);
            // As on Boa, one text alone is as long as it is.
            if text.len() > bytes && !matches!(value, Value::String(_)) {
                return Err(range_error(ctx, "Invalid string length"));
            }
            Ok(Some(text))
        })
    }

    fn parse_json(&mut self, text: &str) -> ScriptResult<Value> {
        self.value(|core, ctx| core.kit(ctx, "parse")?.call((text,)))
    }

    fn array_buffer(&mut self, bytes: &[u8]) -> ScriptRef {
        self.make(|_, ctx| Ok(ArrayBuffer::new_copy(ctx.clone(), bytes)?.into_value()))
    }

    fn byte_length(&mut self, object: &ScriptRef) -> Option<usize> {
        let length = self.work(|core, ctx| {
            let value = core.held(ctx, object)?;
            Ok(ArrayBuffer::from_value(value).map(|buffer| buffer.len()))
        });
        length.ok().flatten()
    }

    fn bytes(&mut self, object: &ScriptRef) -> Option<Vec<u8>> {
        let bytes = self.work(|core, ctx| {
            let found = view(core, &core.held(ctx, object)?)?;
            Ok(found.and_then(|(buffer, from, length)| raw::bytes(&buffer, from, length)))
        });
        bytes.ok().flatten()
    }

    fn set_bytes(&mut self, object: &ScriptRef, from: usize, bytes: &[u8]) -> bool {
        let written = self.work(|core, ctx| {
            let Some((buffer, start, length)) = view(core, &core.held(ctx, object)?)? else { return Ok(false) };
            if from.saturating_add(bytes.len()) > length {
                return Ok(false);
            }
            Ok(raw::set_bytes(&buffer, start.saturating_add(from), bytes))
        });
        written.unwrap_or(false)
    }

    fn global(&mut self, name: &str) -> ScriptResult<Value> {
        self.value(|_, ctx| ctx.globals().get(name))
    }

    fn set_global(&mut self, name: &str, value: Value) -> ScriptResult<()> {
        self.work(|core, ctx| raw::define(&ctx.globals(), name, &core.value_in(ctx, &value)?, true))
    }

    fn require(&mut self, path: &str) -> ScriptResult<Value> {
        self.value(|core, ctx| core.require_file(ctx, path))
    }

    fn evaluate(&mut self, name: &str, expression: &str) -> ScriptResult<Value> {
        self.value(|core, ctx| core.expression(ctx, name, expression))
    }

    fn run_jobs(&mut self, limit: usize) -> bool {
        self.drain(limit)
    }

    fn next_timer(&self) -> Option<f64> {
        self.core.timers.borrow().next()
    }

    fn run_timer(&mut self) -> bool {
        let ran = self.run_due_timer();
        if ran {
            self.drain(crate::realm::JOBS_PER_TURN);
        }
        ran
    }

    fn set_timer(&mut self, delay_ms: f64, callback: NativeFunction) {
        self.add_native_timer(delay_ms, callback);
    }

    fn idle(&mut self) {
        let _outside = outside();
        self.core.rest();
    }
}
