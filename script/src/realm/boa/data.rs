//! Engine values as plain data, and deep copies inside the engine.
//!
//! Both walk own enumerable string keys in script's order. Ordinary objects and arrays are read straight from
//! their property tables; anything with behaviour of its own (proxies, typed arrays) through its own methods.

use super::convert::{handle, range_error, text};
use super::{Shared, elements, shared};
use crate::realm::walked::Walked;
use crate::realm::{DataError, DataLimits};
use crate::value::Value;
use boa_engine::builtins::date::Date;
use boa_engine::builtins::proxy::Proxy;
use boa_engine::object::builtins::{JsArray, JsDate};
use boa_engine::property::PropertyKey;
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, js_string};
use indexmap::IndexMap;
use std::cell::RefCell;
use std::rc::Rc;

/// How deep a copy goes.
const COPY_DEPTH: usize = 1000;
/// Items of arrays that one call walks. `a[400000000] = 1` is a cheap line of script, its walk would never end.
const ITEMS: u32 = 1 << 24;

/// Own enumerable string keys, in script's order.
pub(crate) fn enumerable_keys(object: &JsObject, context: &mut Context) -> JsResult<Vec<PropertyKey>> {
    if object.is_ordinary() || object.is_array() {
        let keys = object.own_property_keys(context)?;
        let borrowed = object.borrow();
        let table = borrowed.properties();
        return Ok(keys
            .into_iter()
            .filter(|key| !matches!(key, PropertyKey::Symbol(_)))
            .filter(|key| table.get(key).is_some_and(|field| field.enumerable() == Some(true)))
            .collect());
    }
    let shared = shared(context);
    let keys = shared.stock.borrow().as_ref().map(|stock| stock.object_keys.clone());
    let Some(keys) = keys else { return Ok(Vec::new()) };
    let list = keys.call(&JsValue::undefined(), &[object.clone().into()], context)?;
    let Some(list) = list.as_object() else { return Ok(Vec::new()) };
    let length = length_of(&list, context)?;
    (0..length).map(|index| list.get(index, context)?.to_property_key(context)).collect()
}

/// `length` of an array-like, at most what an array can have.
pub(crate) fn length_of(object: &JsObject, context: &mut Context) -> JsResult<u32> {
    let length = object.get(js_string!("length"), context)?.to_length(context)?;
    Ok(u32::try_from(length).unwrap_or(u32::MAX))
}

/// `length` of an array whose items are walked.
///
/// # Errors
/// A `RangeError` if it has more than anybody should.
pub(crate) fn walked_length(object: &JsObject, context: &mut Context) -> JsResult<u32> {
    let length = length_of(object, context)?;
    if length > ITEMS {
        return Err(range_error("Invalid array length"));
    }
    Ok(length)
}

/// True for arrays, also behind proxies.
pub(crate) fn is_array(object: &JsObject, context: &mut Context) -> bool {
    asked_is_array(object, context).unwrap_or(false)
}

/// The same.
///
/// # Errors
/// A `TypeError` for a proxy that was revoked.
pub(crate) fn asked_is_array(object: &JsObject, context: &mut Context) -> JsResult<bool> {
    if object.is::<Proxy>() {
        let shared = shared(context);
        let is_array = shared.stock.borrow().as_ref().map(|stock| stock.array_is_array.clone());
        let Some(is_array) = is_array else { return Ok(false) };
        return Ok(is_array.call(&JsValue::undefined(), &[object.clone().into()], context)?.to_boolean());
    }
    Ok(object.is_array())
}

/// A walk from an engine value to data.
pub(crate) struct Walk<'a> {
    shared: &'a Shared,
    passed: Walked<'a>,
    /// Objects that the walk is inside of.
    open: Vec<JsObject>,
}

impl<'a> Walk<'a> {
    pub(crate) fn new(limits: &'a DataLimits, shared: &'a Shared) -> Self {
        Walk { shared, passed: Walked::new(limits), open: Vec::new() }
    }

    /// Bytes of the data so far, with what was spent before.
    pub(crate) fn bytes(&self) -> usize {
        self.passed.bytes
    }

    fn threw(&self, error: boa_engine::JsError, context: &mut Context) -> DataError {
        let fault = super::convert::fault_of(error, context);
        self.passed.threw(fault.message)
    }

    /// The data of a value; `None` if it is left out.
    pub(crate) fn value(&mut self, value: &JsValue, context: &mut Context) -> Result<Option<Value>, DataError> {
        let object = match value.variant() {
            JsVariant::Undefined => return Ok(Some(Value::Undefined)),
            JsVariant::Null => return self.passed.spend(4).map(|()| Some(Value::Null)),
            JsVariant::Boolean(b) => return self.passed.spend(5).map(|()| Some(Value::Bool(b))),
            JsVariant::Integer32(i) => return self.passed.spend(4).map(|()| Some(Value::Number(f64::from(i)))),
            JsVariant::Float64(f) => return self.passed.spend(8).map(|()| Some(Value::Number(f))),
            JsVariant::String(s) => {
                let text = text(&s);
                return self.passed.spend(text.len() + 2).map(|()| Some(Value::String(text)));
            }
            JsVariant::BigInt(big) => return Ok(Some(Value::string(big.to_string()))),
            JsVariant::Symbol(_) => return Ok(None),
            JsVariant::Object(object) => object,
        };
        if object.is_callable() {
            return Ok(self.passed.limits.keep_functions.then(|| Value::Script(handle(self.shared, value.clone()))));
        }
        if object.is::<Date>() {
            if self.passed.limits.keep_dates {
                return Ok(Some(Value::Script(handle(self.shared, value.clone()))));
            }
            return self.date(object, context).map(Some);
        }
        self.passed.check_nesting(&self.open, |open| JsObject::equals(open, &object))?;
        self.passed.spend(2)?;
        self.open.push(object.clone());
        let result =
            if is_array(&object, context) { self.array(&object, context) } else { self.object(&object, context) };
        self.open.pop();
        result.map(Some)
    }

    fn date(&mut self, object: JsObject, context: &mut Context) -> Result<Value, DataError> {
        let date = JsDate::from_object(object).map_err(|error| self.threw(error, context))?;
        let json = date.to_json(context).map_err(|error| self.threw(error, context))?;
        match json.as_string() {
            Some(json) => {
                self.passed.spend(26)?;
                Ok(Value::String(text(&json)))
            }
            None => Ok(Value::Null),
        }
    }

    fn array(&mut self, object: &JsObject, context: &mut Context) -> Result<Value, DataError> {
        let length = length_of(object, context).map_err(|error| self.threw(error, context))?;
        // An array is paid for before it is made: `new Array(4294967295)` is one cheap line of script.
        self.passed.spend(length as usize)?;
        let mut items = Vec::with_capacity(length as usize);
        let plain = elements::copy(object, 0, context);
        for index in 0..length {
            let item = match plain.as_ref().and_then(|all| all.get(index as usize)) {
                Some(item) => item.clone(),
                None => object.get(index, context).map_err(|error| self.threw(error, context))?,
            };
            self.passed.enter_item(index as usize);
            let item = self.value(&item, context)?;
            self.passed.leave();
            items.push(item.unwrap_or(Value::Null));
        }
        Ok(Value::array(items))
    }

    fn object(&mut self, object: &JsObject, context: &mut Context) -> Result<Value, DataError> {
        let keys = enumerable_keys(object, context).map_err(|error| self.threw(error, context))?;
        let mut fields = IndexMap::with_capacity_and_hasher(keys.len(), Default::default());
        for key in keys {
            let name: Rc<str> = match &key {
                PropertyKey::String(name) => text(name),
                PropertyKey::Index(index) => Rc::from(index.get().to_string()),
                PropertyKey::Symbol(_) => continue,
            };
            let field = object.get(key, context).map_err(|error| self.threw(error, context))?;
            self.passed.spend(name.len() + 4)?;
            self.passed.enter_field(name.clone());
            let field = self.value(&field, context)?;
            self.passed.leave();
            if let Some(field) = field {
                fields.insert(name, field);
            }
        }
        Ok(Value::Object(Rc::new(RefCell::new(fields))))
    }
}

/// A deep copy: arrays and objects (also class instances and proxies) become plain ones, dates are copied, anything
/// else is the same value.
///
/// # Errors
/// A `RangeError` if the value contains itself, is nested too deep or has too many items; what a getter throws.
pub(crate) fn copy(value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    Copying { open: Vec::new(), items: ITEMS }.value(value, context)
}

/// A deep copy under way.
struct Copying {
    /// Objects that it is inside of.
    open: Vec<JsObject>,
    /// Items of arrays that may follow.
    items: u32,
}

impl Copying {
    fn value(&mut self, value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
        let Some(object) = value.as_object() else { return Ok(value.clone()) };
        if object.is_callable() {
            return Ok(value.clone());
        }
        if object.is::<Date>() {
            let time = JsDate::from_object(object)?.get_time(context)?;
            let date = context.intrinsics().constructors().date().constructor();
            return date.construct(&[time], None, context).map(Into::into);
        }
        let array = is_array(&object, context);
        if !array && !object.is_ordinary() && !object.is::<Proxy>() {
            return Ok(value.clone());
        }
        if self.open.len() >= COPY_DEPTH || self.open.iter().any(|open| JsObject::equals(open, &object)) {
            return Err(range_error("the value contains itself or is nested too deep"));
        }
        self.open.push(object.clone());
        let result = if array { self.array(&object, context) } else { self.object(&object, context) };
        self.open.pop();
        result
    }

    fn array(&mut self, object: &JsObject, context: &mut Context) -> JsResult<JsValue> {
        let length = walked_length(object, context)?;
        self.items = self.items.checked_sub(length).ok_or_else(|| range_error("Invalid array length"))?;
        let mut items = Vec::new();
        for index in 0..length {
            let item = object.get(index, context)?;
            items.push(self.value(&item, context)?);
        }
        Ok(JsArray::from_iter(items, context).into())
    }

    fn object(&mut self, object: &JsObject, context: &mut Context) -> JsResult<JsValue> {
        let out = JsObject::with_object_proto(context.intrinsics());
        for key in enumerable_keys(object, context)? {
            let field = object.get(key.clone(), context)?;
            let field = self.value(&field, context)?;
            out.create_data_property_or_throw(key, field, context)?;
        }
        Ok(out.into())
    }
}

/// A field name as a property key.
pub(crate) fn key(name: &str) -> PropertyKey {
    PropertyKey::from(JsString::from(name))
}
