//! Engine values as plain data: own enumerable string keys, in script's order.

use super::convert::{self, Class};
use super::{Core, JsValue};
use crate::realm::walked::Walked;
use crate::realm::{DataError, DataLimits};
use crate::value::Value;
use indexmap::IndexMap;
use rquickjs::{Array, Atom, Error, Filter, Object};
use std::cell::RefCell;
use std::rc::Rc;

/// `length` of an array or what stands for one. (That of the bindings panics beyond 31 bits.)
pub(super) fn length_of(array: &Object<'_>) -> rquickjs::Result<usize> {
    let length: JsValue<'_> = array.get("length")?;
    Ok(length.as_number().filter(|length| *length >= 0.0).map_or(0, |length| length.min(4_294_967_295.0) as usize))
}

/// A walk from an engine value to data.
pub(super) struct Walk<'a, 'js> {
    core: &'a Core,
    passed: Walked<'a>,
    /// Objects that the walk is inside of.
    open: Vec<Object<'js>>,
}

impl<'a, 'js> Walk<'a, 'js> {
    pub(super) fn new(limits: &'a DataLimits, core: &'a Core) -> Self {
        Walk { core, passed: Walked::new(limits), open: Vec::new() }
    }

    /// Bytes of the data so far, with what was spent before.
    pub(super) fn bytes(&self) -> usize {
        self.passed.bytes
    }

    fn threw(&self, value: &JsValue<'js>, error: Error) -> DataError {
        let message = match error {
            Error::Exception => convert::message_of(self.core, &value.ctx().catch()),
            other => other.to_string(),
        };
        self.passed.threw(message)
    }

    /// The data of a value; `None` if it is left out.
    pub(super) fn value(&mut self, value: &JsValue<'js>) -> Result<Option<Value>, DataError> {
        if let Some(text) = value.as_string() {
            let text = self.core.text(text);
            self.passed.spend(text.len() + 2)?;
            return Ok(Some(Value::String(Rc::from(text))));
        }
        if let Some(number) = value.as_number() {
            self.passed.spend(if value.is_int() { 4 } else { 8 })?;
            return Ok(Some(Value::Number(number)));
        }
        if value.is_undefined() {
            return Ok(Some(Value::Undefined));
        }
        if value.is_null() {
            return self.passed.spend(4).map(|()| Some(Value::Null));
        }
        if let Some(truth) = value.as_bool() {
            return self.passed.spend(5).map(|()| Some(Value::Bool(truth)));
        }
        if value.is_big_int() {
            let text = self.core.text_of(value).map_err(|error| self.threw(value, error))?;
            return Ok(Some(Value::string(text)));
        }
        let Some(object) = value.as_object() else { return Ok(None) };
        match self.core.class(value) {
            Class::Function => {
                return Ok(self
                    .passed
                    .limits
                    .keep_functions
                    .then(|| Value::Script(self.core.slots.hold(value.clone()))));
            }
            Class::Date if self.passed.limits.keep_dates => {
                return Ok(Some(Value::Script(self.core.slots.hold(value.clone()))));
            }
            Class::Date => return self.date(value).map(Some),
            _ => {}
        }
        self.passed.check_nesting(&self.open, |open| open == object)?;
        self.passed.spend(2)?;
        self.open.push(object.clone());
        let result = if let Some(array) = value.as_array() {
            self.array(array)
        } else if self.core.is_array(value) {
            self.array_like(object)
        } else {
            self.object(object)
        };
        self.open.pop();
        result.map(Some)
    }

    fn date(&mut self, value: &JsValue<'js>) -> Result<Value, DataError> {
        let json =
            self.core.kit(value.ctx(), "dateJson").and_then(|json| json.call::<_, JsValue<'_>>((value.clone(),)));
        let json = json.map_err(|error| self.threw(value, error))?;
        match json.as_string() {
            Some(text) => {
                self.passed.spend(26)?;
                Ok(Value::string(self.core.text(text)))
            }
            None => Ok(Value::Null),
        }
    }

    fn array(&mut self, array: &Array<'js>) -> Result<Value, DataError> {
        let length = length_of(array).map_err(|error| self.threw(array.as_value(), error))?;
        // An array is paid for before it is made: `new Array(4294967295)` is one cheap line of script.
        self.passed.spend(length)?;
        let mut items = Vec::with_capacity(length);
        for index in 0..length {
            let item: JsValue<'js> = array.get(index).map_err(|error| self.threw(array.as_value(), error))?;
            items.push(self.item(index, &item)?);
        }
        Ok(Value::array(items))
    }

    /// An array behind a proxy.
    fn array_like(&mut self, object: &Object<'js>) -> Result<Value, DataError> {
        let length = length_of(object).map_err(|error| self.threw(object.as_value(), error))?;
        self.passed.spend(length)?;
        let mut items = Vec::new();
        for index in 0..length {
            let item = object.get::<_, JsValue<'js>>(index as u32);
            let item = item.map_err(|error| self.threw(object.as_value(), error))?;
            items.push(self.item(index, &item)?);
        }
        Ok(Value::array(items))
    }

    fn item(&mut self, index: usize, item: &JsValue<'js>) -> Result<Value, DataError> {
        self.passed.enter_item(index);
        let item = self.value(item)?;
        self.passed.leave();
        Ok(item.unwrap_or(Value::Null))
    }

    fn object(&mut self, object: &Object<'js>) -> Result<Value, DataError> {
        let keys = object.own_keys::<Atom<'js>>(Filter::new().string().enum_only());
        let mut fields = IndexMap::with_capacity_and_hasher(keys.size_hint().0, Default::default());
        for key in keys {
            let key = key.map_err(|error| self.threw(object.as_value(), error))?;
            let name: Rc<str> = match key.to_string() {
                Ok(name) => Rc::from(name),
                Err(_) => {
                    let text = key.to_js_string().map(|text| self.core.text(&text));
                    Rc::from(text.map_err(|error| self.threw(object.as_value(), error))?)
                }
            };
            let field: JsValue<'js> = object.get(key).map_err(|error| self.threw(object.as_value(), error))?;
            self.passed.spend(name.len() + 4)?;
            self.passed.enter_field(name.clone());
            let field = self.value(&field)?;
            self.passed.leave();
            if let Some(field) = field {
                fields.insert(name, field);
            }
        }
        Ok(Value::Object(Rc::new(RefCell::new(fields))))
    }
}
