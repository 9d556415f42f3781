//! The [`Realm`] trait on Boa.

use super::convert::{handle, held, held_object, type_error, value_in, value_out};
use super::data::{Walk, copy, enumerable_keys, is_array, key, length_of};
use super::errand::{self, Errand};
use super::timers::callable;
use super::{BoaRealm, native, shared};
use crate::realm::{
    DataError, DataLimits, DynamicObject, Interrupt, Locale, NativeFunction, PathSegment, Realm, ScriptFrame,
    ScriptKind, ScriptRef, ScriptResult,
};
use crate::value::Value;
use boa_engine::builtins::array_buffer::ArrayBuffer;
use boa_engine::builtins::dataview::DataView;
use boa_engine::builtins::date::Date;
use boa_engine::builtins::error::Error;
use boa_engine::builtins::promise::Promise;
use boa_engine::builtins::typed_array::TypedArray;
use boa_engine::object::builtins::{AlignedVec, JsArray, JsArrayBuffer, JsDataView, JsPromise, JsTypedArray};
use boa_engine::property::{PropertyDescriptor, PropertyKey};
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsObject, JsResult, JsString, JsValue};

impl BoaRealm {
    pub(crate) fn context(&self) -> &Context {
        &self.context
    }

    pub(super) fn hold(&self, value: impl Into<JsValue>) -> ScriptRef {
        handle(&shared(&self.context), value.into())
    }

    /// Runs something that gives an object handle; a realm that has failed gives a handle to `undefined`.
    fn make(&mut self, work: impl FnOnce(&mut Context) -> JsResult<JsValue>) -> ScriptRef {
        let value = self.enter(work).unwrap_or_default();
        self.hold(value)
    }
}

fn descriptor_of(hidden: bool) -> boa_engine::property::PropertyDescriptorBuilder {
    PropertyDescriptor::builder().enumerable(!hidden).configurable(true)
}

fn segment_key(segment: &PathSegment) -> PropertyKey {
    match segment {
        PathSegment::Field(name) => key(name),
        PathSegment::Index(index) => PropertyKey::from(*index),
    }
}

fn view_bytes(buffer: &JsValue, offset: usize, length: usize) -> Option<Vec<u8>> {
    let buffer = JsArrayBuffer::from_object(buffer.as_object()?).ok()?;
    let data = buffer.data()?;
    data.get(offset..offset.checked_add(length)?).map(<[u8]>::to_vec)
}

impl Realm for BoaRealm {
    fn interrupt(&self) -> Interrupt {
        shared(&self.context).interrupt.clone()
    }

    fn broken(&self) -> Option<String> {
        shared(&self.context).broken.borrow().clone()
    }

    fn set_locale(&mut self, locale: Locale) {
        shared(&self.context).locale.set(locale);
    }

    fn set_arrival(&mut self, arrival: ScriptRef) {
        shared(&self.context).set_arrival(arrival);
    }

    fn object(&mut self, prototype: Option<&ScriptRef>) -> ScriptRef {
        let state = shared(&self.context);
        self.make(|context| {
            let object = JsObject::with_object_proto(context.intrinsics());
            if let Some(prototype) = prototype {
                object.set_prototype(Some(held_object(&state, prototype)?));
            }
            Ok(object.into())
        })
    }

    fn array(&mut self, items: &[Value]) -> ScriptRef {
        let state = shared(&self.context);
        self.make(|context| {
            let items = items.iter().map(|item| value_in(&state, item, context)).collect::<JsResult<Vec<_>>>()?;
            Ok(JsArray::from_iter(items, context).into())
        })
    }

    fn function(&mut self, name: &str, length: usize, call: NativeFunction) -> ScriptRef {
        self.make(|context| Ok(native::function(context, name, length, call).into()))
    }

    fn dynamic(&mut self, hooks: DynamicObject) -> ScriptRef {
        self.make(|context| native::dynamic(context, hooks).map(Into::into))
    }

    fn native(&mut self, prototype: Option<&ScriptRef>, state: std::rc::Rc<dyn std::any::Any>) -> ScriptRef {
        let shared = shared(&self.context);
        self.make(|context| {
            let prototype = match prototype {
                Some(prototype) => held_object(&shared, prototype)?,
                None => context.intrinsics().constructors().object().prototype(),
            };
            Ok(native::object(context, prototype, state).into())
        })
    }

    fn native_state(&mut self, value: &Value) -> Option<std::rc::Rc<dyn std::any::Any>> {
        let Value::Script(handle) = value else { return None };
        native::state_of(&held_object(&shared(&self.context), handle).ok()?)
    }

    fn kind(&mut self, object: &ScriptRef) -> ScriptKind {
        let Ok(value) = held(&shared(&self.context), object) else { return ScriptKind::Object };
        let object = match value.variant() {
            JsVariant::Symbol(_) => return ScriptKind::Symbol,
            JsVariant::BigInt(_) => return ScriptKind::BigInt,
            JsVariant::Object(object) => object,
            _ => return ScriptKind::Object,
        };
        if object.is_callable() {
            ScriptKind::Function
        } else if is_array(&object, &mut self.context) {
            ScriptKind::Array
        } else if object.is::<Date>() {
            ScriptKind::Date
        } else if value.is_regexp() {
            ScriptKind::RegExp
        } else if object.is::<Promise>() {
            ScriptKind::Promise
        } else if object.is::<Error>() {
            ScriptKind::Error
        } else if object.is::<ArrayBuffer>() || object.is::<TypedArray>() || object.is::<DataView>() {
            ScriptKind::ArrayBuffer
        } else {
            ScriptKind::Object
        }
    }

    fn same(&mut self, a: &ScriptRef, b: &ScriptRef) -> bool {
        let state = shared(&self.context);
        match (held(&state, a), held(&state, b)) {
            (Ok(a), Ok(b)) => JsValue::same_value(&a, &b),
            _ => false,
        }
    }

    fn get(&mut self, object: &ScriptRef, field: &str) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = held_object(&state, object)?.get(key(field), context)?;
            Ok(value_out(&state, &value))
        })
    }

    fn get_index(&mut self, object: &ScriptRef, index: u32) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = held_object(&state, object)?.get(index, context)?;
            Ok(value_out(&state, &value))
        })
    }

    fn set(&mut self, object: &ScriptRef, field: &str, value: Value) -> ScriptResult<()> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = value_in(&state, &value, context)?;
            held_object(&state, object)?.set(key(field), value, true, context).map(drop)
        })
    }

    fn define(&mut self, object: &ScriptRef, field: &str, value: Value, hidden: bool) -> ScriptResult<()> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = value_in(&state, &value, context)?;
            let descriptor = descriptor_of(hidden).value(value).writable(true).build();
            held_object(&state, object)?.define_property_or_throw(key(field), descriptor, context).map(drop)
        })
    }

    fn define_accessor(
        &mut self,
        object: &ScriptRef,
        field: &str,
        get: NativeFunction,
        set: Option<NativeFunction>,
    ) -> ScriptResult<()> {
        let state = shared(&self.context);
        self.enter(|context| {
            let get = native::function(context, field, 0, get);
            let mut descriptor = descriptor_of(false).get(get);
            if let Some(set) = set {
                descriptor = descriptor.set(native::function(context, field, 1, set));
            }
            held_object(&state, object)?.define_property_or_throw(key(field), descriptor.build(), context).map(drop)
        })
    }

    fn keys(&mut self, object: &ScriptRef) -> ScriptResult<Vec<String>> {
        let state = shared(&self.context);
        self.enter(|context| {
            let keys = enumerable_keys(&held_object(&state, object)?, context)?;
            Ok(keys
                .iter()
                .filter_map(|key| match key {
                    PropertyKey::String(name) => Some(name.to_std_string_lossy()),
                    PropertyKey::Index(index) => Some(index.get().to_string()),
                    PropertyKey::Symbol(_) => None,
                })
                .collect())
        })
    }

    fn length(&mut self, object: &ScriptRef) -> ScriptResult<u32> {
        let state = shared(&self.context);
        self.enter(|context| {
            let object = held_object(&state, object)?;
            if is_array(&object, context) { length_of(&object, context) } else { Ok(0) }
        })
    }

    fn read_path(&mut self, object: &ScriptRef, path: &[PathSegment]) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let mut value = held(&state, object)?;
            for segment in path {
                value = match value.variant() {
                    JsVariant::Undefined | JsVariant::Null => return Ok(Value::Undefined),
                    JsVariant::Object(object) => object.get(segment_key(segment), context)?,
                    _ => value.to_object(context)?.get(segment_key(segment), context)?,
                };
            }
            Ok(value_out(&state, &value))
        })
    }

    fn write_path(&mut self, object: &ScriptRef, path: &[PathSegment], value: Value) -> ScriptResult<()> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = value_in(&state, &value, context)?;
            let mut target = held_object(&state, object)?;
            let Some((last, way)) = path.split_last() else { return Ok(()) };
            for (place, segment) in way.iter().enumerate() {
                let key = segment_key(segment);
                // Only what is the object's own is stepped into: what it inherits is not its data.
                let own = target.has_own_property(key.clone(), context)?;
                let next = if own { target.get(key.clone(), context)? } else { JsValue::undefined() };
                // A function on the way is replaced, as anything that is no object, an object before an index and an
                // array before a field. A field that is a number means an item of an array, too.
                let array = match path.get(place + 1) {
                    Some(PathSegment::Index(_)) => Some(true),
                    Some(PathSegment::Field(name)) if name.parse::<u32>().is_err() => Some(false),
                    _ => None,
                };
                let fits = |next: &JsObject| !next.is_callable() && array.is_none_or(|array| next.is_array() == array);
                target = match next.as_object().filter(fits) {
                    Some(next) => next,
                    None => {
                        let made: JsObject = match path.get(place + 1) {
                            Some(PathSegment::Index(_)) => JsArray::new(context)?.into(),
                            _ => JsObject::with_object_proto(context.intrinsics()),
                        };
                        put(&target, key, made.clone().into(), context)?;
                        made
                    }
                };
            }
            put(&target, segment_key(last), value, context)
        })
    }

    fn to_data(&mut self, value: &Value, limits: &DataLimits) -> Result<Value, DataError> {
        let state = shared(&self.context);
        let script = match value {
            Value::Script(script) => script,
            other => {
                let length = if let Value::String(text) = other { text.len() } else { 8 };
                let bytes = limits.spent.saturating_add(length);
                state.data_bytes.set(bytes);
                return if bytes > limits.bytes {
                    Err(DataError::Size { limit: limits.bytes })
                } else {
                    Ok(other.clone())
                };
            }
        };
        let walked = self.enter(|context| {
            let value = held(&state, script)?;
            let mut walk = Walk::new(limits, &state);
            let data = walk.value(&value, context);
            state.data_bytes.set(walk.bytes());
            Ok(data)
        });
        match walked {
            Ok(walked) => walked.map(Option::unwrap_or_default),
            Err(fault) => Err(DataError::Threw { path: "the top".to_owned(), message: fault.message }),
        }
    }

    fn data_bytes(&self) -> usize {
        shared(&self.context).data_bytes.get()
    }

    fn copy(&mut self, value: &Value) -> ScriptResult<Value> {
        let state = shared(&self.context);
        match value {
            Value::Script(script) => self.enter(|context| {
                let value = held(&state, script)?;
                let copy = copy(&value, context)?;
                Ok(value_out(&state, &copy))
            }),
            // Data goes in as a fresh copy anyway.
            other => self.enter(|context| {
                let value = value_in(&state, other, context)?;
                Ok(value_out(&state, &value))
            }),
        }
    }

    fn call(&mut self, function: &ScriptRef, this: &Value, arguments: &[Value]) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let function = callable(context, function)?;
            let this = value_in(&state, this, context)?;
            let arguments = arguments.iter().map(|a| value_in(&state, a, context)).collect::<JsResult<Vec<_>>>()?;
            let result = errand::go(Errand::Call(function, this, arguments), context)?;
            Ok(value_out(&state, &result))
        })
    }

    fn construct(&mut self, function: &ScriptRef, arguments: &[Value]) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let function = held_object(&state, function)?;
            if !function.is_constructor() {
                return Err(type_error("the value is not a constructor"));
            }
            let arguments = arguments.iter().map(|a| value_in(&state, a, context)).collect::<JsResult<Vec<_>>>()?;
            let result = errand::go(Errand::Construct(function, arguments), context)?;
            Ok(value_out(&state, &result))
        })
    }

    fn promise(&mut self) -> (ScriptRef, ScriptRef, ScriptRef) {
        let made = self.enter(|context| {
            let (promise, functions) = JsPromise::new_pending(context);
            Ok((JsValue::from(promise), JsValue::from(functions.resolve), JsValue::from(functions.reject)))
        });
        let (promise, resolve, reject) = made.unwrap_or_default();
        (self.hold(promise), self.hold(resolve), self.hold(reject))
    }

    fn frames(&mut self) -> Vec<ScriptFrame> {
        let frames = self.enter(|context| {
            let error = context.intrinsics().constructors().error().constructor().construct(&[], None, context)?;
            Ok(super::errors::frames_of(&error.into(), context))
        });
        // The host's own functions are no places in script.
        frames.unwrap_or_default().into_iter().skip_while(|frame| frame.line == 0).collect()
    }

    fn display(&mut self, value: &Value) -> String {
        let state = shared(&self.context);
        let text = self.enter(|context| {
            let value = value_in(&state, value, context)?;
            if let Some(symbol) = value.as_symbol() {
                return Ok(symbol.descriptive_string().to_std_string_lossy());
            }
            Ok(value.to_string(context)?.to_std_string_lossy())
        });
        text.unwrap_or_else(|_| "[object]".to_owned())
    }

    fn stringify(&mut self, value: &Value) -> ScriptResult<Option<String>> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = value_in(&state, value, context)?;
            let text = super::json_text::stringify(&value, None, context)?;
            Ok(text.map(|text| text.to_std_string_lossy()))
        })
    }

    fn stringify_within(&mut self, value: &Value, bytes: usize) -> ScriptResult<Option<String>> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = value_in(&state, value, context)?;
            let text = super::json_text::stringify(&value, Some(bytes), context)?;
            Ok(text.map(|text| text.to_std_string_lossy()))
        })
    }

    fn parse_json(&mut self, text: &str) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = super::json_parse::parse(&JsString::from(text), context)?;
            Ok(value_out(&state, &value))
        })
    }

    fn array_buffer(&mut self, bytes: &[u8]) -> ScriptRef {
        let counted = &shared(&self.context).collector.bytes;
        counted.set(counted.get().saturating_add(bytes.len()));
        self.make(|context| {
            let block = AlignedVec::from_slice(64, bytes);
            Ok(JsArrayBuffer::from_byte_block(block, context)?.into())
        })
    }

    fn byte_length(&mut self, object: &ScriptRef) -> Option<usize> {
        let state = shared(&self.context);
        let length = self.enter(|_| {
            let object = held_object(&state, object)?;
            Ok(if object.is::<ArrayBuffer>() { Some(JsArrayBuffer::from_object(object)?.byte_length()) } else { None })
        });
        length.ok().flatten()
    }

    fn bytes(&mut self, object: &ScriptRef) -> Option<Vec<u8>> {
        let state = shared(&self.context);
        let bytes = self.enter(|context| {
            let object = held_object(&state, object)?;
            if object.is::<ArrayBuffer>() {
                return Ok(JsArrayBuffer::from_object(object)?.to_vec());
            }
            if object.is::<TypedArray>() {
                let view = JsTypedArray::from_object(object)?;
                let (offset, length) = (view.byte_offset(context)?, view.byte_length(context)?);
                return Ok(view_bytes(&view.buffer(context)?, offset, length));
            }
            if object.is::<DataView>() {
                let view = JsDataView::from_object(object)?;
                let (offset, length) = (view.byte_offset(context)?, view.byte_length(context)?);
                return Ok(view_bytes(&view.buffer(context)?, offset as usize, length as usize));
            }
            Ok(None)
        });
        bytes.ok().flatten()
    }

    fn set_bytes(&mut self, object: &ScriptRef, from: usize, bytes: &[u8]) -> bool {
        let state = shared(&self.context);
        let written = self.enter(|context| {
            let object = held_object(&state, object)?;
            let (buffer, start, room) = if object.is::<TypedArray>() {
                let view = JsTypedArray::from_object(object)?;
                let (start, room) = (view.byte_offset(context)?, view.byte_length(context)?);
                let Some(buffer) = view.buffer(context)?.as_object() else { return Ok(false) };
                (buffer, start, room)
            } else {
                (object, 0, usize::MAX)
            };
            if !buffer.is::<ArrayBuffer>() || from.saturating_add(bytes.len()) > room {
                return Ok(false);
            }
            let buffer = JsArrayBuffer::from_object(buffer)?;
            let start = start.saturating_add(from);
            let Some(mut data) = buffer.data_mut() else { return Ok(false) };
            let Some(place) = data.get_mut(start..start.saturating_add(bytes.len())) else { return Ok(false) };
            place.copy_from_slice(bytes);
            Ok(true)
        });
        written.unwrap_or(false)
    }

    fn global(&mut self, name: &str) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = context.global_object().get(key(name), context)?;
            Ok(value_out(&state, &value))
        })
    }

    fn set_global(&mut self, name: &str, value: Value) -> ScriptResult<()> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = value_in(&state, &value, context)?;
            let descriptor = descriptor_of(true).value(value).writable(true).build();
            context.global_object().define_property_or_throw(key(name), descriptor, context).map(drop)
        })
    }

    fn require(&mut self, path: &str) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let exports = super::loader::require_file(path, context)?;
            Ok(value_out(&state, &exports))
        })
    }

    fn evaluate(&mut self, name: &str, expression: &str) -> ScriptResult<Value> {
        let state = shared(&self.context);
        self.enter(|context| {
            let value = super::loader::expression(name, expression, context)?;
            Ok(value_out(&state, &value))
        })
    }

    fn run_jobs(&mut self, limit: usize) -> bool {
        self.drain(limit)
    }

    fn next_timer(&self) -> Option<f64> {
        shared(&self.context).timers.borrow().next()
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
        let state = shared(&self.context);
        state.idle();
        state.holdings.clear();
    }
}

/// Sets a field of data. One that the object only inherits (`__proto__`, `toString`) becomes its own.
fn put(object: &JsObject, key: PropertyKey, value: JsValue, context: &mut Context) -> JsResult<()> {
    if object.has_own_property(key.clone(), context)? || !object.has_property(key.clone(), context)? {
        return object.set(key, value, true, context).map(drop);
    }
    object.create_data_property_or_throw(key, value, context).map(drop)
}
