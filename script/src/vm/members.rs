//! Fields of values: reading, setting, listing.

use super::convert::{self, text_index, to_index};
use super::fault::{FaultKind, Outcome};
use super::heap::Made;
use super::machine::Machine;
use super::text;
use crate::value::Value;
use crate::wxs::function::Closure;
use crate::wxs::library::{self, Builtin, regexp};
use std::rc::Rc;

/// Own fields in script's order: those that are numbers ascending, then the others as they were set.
pub(crate) fn fields(value: &Value) -> Vec<(Rc<str>, Value)> {
    let mut fields: Vec<(Rc<str>, Value)> = match value {
        Value::Object(object) => object.borrow().iter().map(|(k, v)| (k.clone(), v.clone())).collect(),
        Value::Array(items) => {
            items.borrow().iter().enumerate().map(|(i, v)| (Rc::from(i.to_string()), v.clone())).collect()
        }
        Value::String(s) => {
            let units: Vec<u16> = s.encode_utf16().collect();
            let item = |unit: &u16| Value::string(String::from_utf16_lossy(&[*unit]));
            units.iter().enumerate().map(|(i, unit)| (Rc::from(i.to_string()), item(unit))).collect()
        }
        _ => Vec::new(),
    };
    if matches!(value, Value::Object(_)) && fields.iter().any(|(k, _)| k.starts_with(|c: char| c.is_ascii_digit())) {
        // Stable, so that names keep their order behind the numbers.
        fields.sort_by_key(|(k, _)| text_index(k).unwrap_or(usize::MAX));
    }
    fields
}

/// True if the value itself has the field.
pub(crate) fn has_own(value: &Value, name: &str) -> bool {
    match value {
        Value::Object(object) => object.borrow().contains_key(name),
        Value::Array(items) => name == "length" || text_index(name).is_some_and(|i| i < items.borrow().len()),
        Value::String(s) => name == "length" || text_index(name).is_some_and(|i| i < text::length(s)),
        _ => false,
    }
}

impl Machine {
    /// `object.name`. Faults for `undefined` and `null` unless `tolerant`.
    pub(crate) fn member(&mut self, object: &Value, name: &str, tolerant: bool) -> Outcome<Value> {
        match object {
            Value::Object(fields) => {
                if let Some(value) = fields.borrow().get(name) {
                    return Ok(value.clone());
                }
            }
            Value::Undefined | Value::Null => {
                return match tolerant {
                    true => Ok(Value::Undefined),
                    false => {
                        let shown = convert::to_string(object);
                        Err(self.fault(FaultKind::Type, format!("cannot read `{name}` of {shown}")))
                    }
                };
            }
            Value::Array(items) => {
                if name == "length" {
                    return Ok(Value::Number(items.borrow().len() as f64));
                }
                if let Some(index) = text_index(name) {
                    return Ok(items.borrow().get(index).cloned().unwrap_or_default());
                }
                if let Some((index, input)) = self.matched(object)
                    && let Some(value) = regexp::match_field(name, index, &input)
                {
                    return Ok(value);
                }
            }
            Value::String(s) => {
                if name == "length" {
                    self.burn(s.len() as u64 / 64)?;
                    return Ok(Value::Number(text::length(s) as f64));
                }
                if let Some(index) = text_index(name) {
                    return self.character(s, index);
                }
            }
            Value::Wxs(wxs) => {
                if let Some(builtin) = Builtin::of(&**wxs) {
                    if let Some(value) = library::constant(builtin, name) {
                        return Ok(value);
                    }
                } else if let Some(closure) = wxs.as_any().downcast_ref::<Closure>() {
                    match name {
                        "name" => return Ok(Value::String(closure.code.name.clone())),
                        "length" => return Ok(Value::Number(f64::from(closure.code.parameters))),
                        _ => {}
                    }
                } else if let Some(value) = wxs.get(name) {
                    return Ok(value);
                }
            }
            Value::Script(script) => return Ok(self.host().script_field(script, name)),
            Value::Bool(_) | Value::Number(_) => {}
        }
        // Not a field of its own: what its type gives.
        if name == "constructor" {
            return Ok(Value::string(library::type_name(object)));
        }
        Ok(match library::method(object, name) {
            Some(native) => Builtin::Native(native).value(),
            None => Value::Undefined,
        })
    }

    fn character(&mut self, s: &Rc<str>, index: usize) -> Outcome<Value> {
        self.burn(s.len() as u64 / 64)?;
        match text::unit_at(s, index) {
            Some(_) => self.text(text::slice(s, index, index + 1)),
            None => Ok(Value::Undefined),
        }
    }

    /// `object[key]`.
    pub(crate) fn index(&mut self, object: &Value, key: &Value, tolerant: bool) -> Outcome<Value> {
        match (object, key) {
            (Value::Array(items), Value::Number(_)) => {
                if let Some(index) = to_index(key) {
                    return Ok(items.borrow().get(index).cloned().unwrap_or_default());
                }
            }
            (Value::String(s), Value::Number(_)) => {
                if let Some(index) = to_index(key) {
                    return self.character(s, index);
                }
            }
            _ => {}
        }
        match key {
            Value::String(name) => self.member(object, name, tolerant),
            key => {
                let name = convert::to_string(key);
                self.member(object, &name, tolerant)
            }
        }
    }

    /// Faults if one of `values` may not be put into `container`: page data never leads to what code made.
    pub(crate) fn may_hold(&self, container: &Value, values: &[Value]) -> Outcome<()> {
        let plain = |v: &Value| !matches!(v, Value::Array(_) | Value::Object(_) | Value::Wxs(_) | Value::Script(_));
        if values.iter().all(plain) || self.heap.owns(container) {
            return Ok(());
        }
        Err(self.fault(
            FaultKind::Unsupported,
            "objects and functions cannot be put into page data from wxs; copy the data first",
        ))
    }

    /// `object.name = value`.
    pub(crate) fn set_member(&mut self, object: &Value, name: &str, value: Value) -> Outcome<()> {
        match object {
            Value::Object(fields) => {
                self.may_hold(object, std::slice::from_ref(&value))?;
                let mut fields = fields.borrow_mut();
                if let Some(place) = fields.get_mut(name) {
                    *place = value;
                    return Ok(());
                }
                self.charge(64 + name.len())?;
                fields.insert(Rc::from(name), value);
                Ok(())
            }
            Value::Array(_) => match text_index(name) {
                Some(index) => self.set_item(object, index, value),
                None if name == "length" => {
                    let length = convert::to_number(&value);
                    if !(0.0..4_294_967_295.0).contains(&length) || length.trunc() != length {
                        return Err(self.fault(FaultKind::Range, "an array cannot have this length"));
                    }
                    self.resize(object, length as usize)
                }
                None => Ok(()),
            },
            Value::Undefined | Value::Null => {
                let shown = convert::to_string(object);
                Err(self.fault(FaultKind::Type, format!("cannot set `{name}` of {shown}")))
            }
            Value::Wxs(wxs) => {
                if let (Some(Builtin::RegExp(regexp)), "lastIndex") = (Builtin::of(&**wxs), name) {
                    regexp.set_last_index(&value);
                }
                Ok(())
            }
            Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Script(_) => Ok(()),
        }
    }

    fn resize(&mut self, array: &Value, length: usize) -> Outcome<()> {
        let Value::Array(items) = array else { return Ok(()) };
        let missing = length.saturating_sub(items.borrow().len());
        self.burn(missing as u64 / 4)?;
        self.charge(missing.saturating_mul(size_of::<Value>()))?;
        items.borrow_mut().resize(length);
        Ok(())
    }

    fn set_item(&mut self, array: &Value, index: usize, value: Value) -> Outcome<()> {
        self.may_hold(array, std::slice::from_ref(&value))?;
        let Value::Array(items) = array else { return Ok(()) };
        if index >= items.borrow().len() {
            self.resize(array, index + 1)?;
        }
        if let Some(place) = items.borrow_mut().get_mut(index) {
            *place = value;
        }
        Ok(())
    }

    /// `object[key] = value`.
    pub(crate) fn set_index(&mut self, object: &Value, key: &Value, value: Value) -> Outcome<()> {
        match (object, to_index(key), key) {
            (Value::Array(_), Some(index), _) => self.set_item(object, index, value),
            (_, _, Value::String(name)) => self.set_member(object, name, value),
            (_, _, key) => {
                let name = convert::to_string(key);
                self.set_member(object, &name, value)
            }
        }
    }

    /// `delete object[key]`.
    pub(crate) fn delete(&mut self, object: &Value, key: &Value) -> Outcome<()> {
        match object {
            Value::Object(fields) => {
                let mut fields = fields.borrow_mut();
                self.burn(fields.len() as u64 / 8)?;
                fields.shift_remove(&*convert::to_string(key));
            }
            Value::Array(items) => {
                if let Some(place) = to_index(key).and_then(|i| items.borrow_mut().get_mut(i).map(std::mem::take)) {
                    drop(place);
                }
            }
            _ => {}
        }
        Ok(())
    }

    /// Sets all fields of `source`, as an object literal's `...source` does.
    pub(crate) fn define_all(&mut self, object: &Value, source: &Value) -> Outcome<()> {
        let fields = fields(source);
        self.burn(fields.len() as u64)?;
        let Value::Object(target) = object else { return Ok(()) };
        self.charge(fields.len() * 64)?;
        target.borrow_mut().extend(fields);
        Ok(())
    }

    /// A new array that code made.
    pub(crate) fn new_array(&mut self, items: Vec<Value>) -> Outcome<Value> {
        self.charge(items.len() * size_of::<Value>() + 64)?;
        let value = Value::array(items);
        if let Value::Array(made) = &value
            && self.keeps
        {
            self.heap.keep(Made::Array(made.clone()));
        }
        Ok(value)
    }

    /// A new object that code may put anything into, for values of the host. `undefined` past a limit.
    pub fn object(&mut self) -> Value {
        self.new_object().unwrap_or_default()
    }

    /// A new object that code made.
    pub(crate) fn new_object(&mut self) -> Outcome<Value> {
        self.charge(128)?;
        let value = Value::object::<&str>([]);
        if let Value::Object(made) = &value
            && self.keeps
        {
            self.heap.keep(Made::Object(made.clone()));
        }
        Ok(value)
    }

    /// A new text.
    pub(crate) fn text(&mut self, text: String) -> Outcome<Value> {
        self.charge(text.len())?;
        Ok(Value::String(Rc::from(text)))
    }
}
