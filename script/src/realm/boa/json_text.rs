//! `JSON.stringify` (ECMA-262 25.5.2).
//!
//! The stock version recurses without a limit. Here depth is capped, and ordinary objects and arrays are read
//! from their property tables.

use super::convert::{range_error, type_error};
use super::data::{asked_is_array, enumerable_keys, is_array, walked_length};
use boa_engine::property::PropertyKey;
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsArgs, JsBigInt, JsObject, JsResult, JsString, JsValue, js_string};
use std::fmt::Write;

/// Nesting that is written.
const DEPTH: usize = 2000;
/// Bytes of text that are written unless a caller wants less.
const LENGTH: usize = 128 << 20;

/// `JSON.stringify(value, replacer, space)`.
pub(crate) fn json_stringify(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let mut writer = Writer::new(LENGTH);
    if let Some(replacer) = arguments.get_or_undefined(1).as_object() {
        if replacer.is_callable() {
            writer.replacer = Some(replacer);
        } else if asked_is_array(&replacer, context)? {
            writer.only = Some(listed(&replacer, context)?);
        }
    }
    writer.gap = gap(arguments.get_or_undefined(2), context)?;
    let text = writer.document(arguments.get_or_undefined(0), context)?;
    Ok(text.map_or_else(JsValue::undefined, Into::into))
}

/// The JSON text of a value, of at most about `limit` bytes; `None` for `undefined`, functions and symbols.
pub(crate) fn stringify(value: &JsValue, limit: Option<usize>, context: &mut Context) -> JsResult<Option<JsString>> {
    Writer::new(limit.unwrap_or(LENGTH)).document(value, context)
}

/// The keys that an array as replacer lets through.
fn listed(replacer: &JsObject, context: &mut Context) -> JsResult<Vec<PropertyKey>> {
    let mut keys: Vec<PropertyKey> = Vec::new();
    for index in 0..walked_length(replacer, context)? {
        let item = replacer.get(index, context)?;
        let boxed = item.as_object().is_some_and(|object| object.is::<JsString>() || object.is::<f64>());
        if item.is_string() || item.is_number() || boxed {
            let key = PropertyKey::from(item.to_string(context)?);
            if !keys.contains(&key) {
                keys.push(key);
            }
        }
    }
    Ok(keys)
}

fn gap(space: &JsValue, context: &mut Context) -> JsResult<String> {
    let space = unboxed(space, context)?;
    if let Some(number) = space.as_number() {
        return Ok(" ".repeat(number.clamp(0.0, 10.0) as usize));
    }
    Ok(space.as_string().map(|text| text.to_std_string_lossy().chars().take(10).collect()).unwrap_or_default())
}

fn too_long() -> boa_engine::JsError {
    range_error("Invalid string length")
}

/// A boxed primitive as the primitive.
fn unboxed(value: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let Some(object) = value.as_object() else { return Ok(value.clone()) };
    if object.is::<JsString>() {
        return Ok(value.to_string(context)?.into());
    }
    if object.is::<f64>() {
        return Ok(value.to_number(context)?.into());
    }
    if let Some(boolean) = object.downcast_ref::<bool>() {
        return Ok((*boolean).into());
    }
    if let Some(big) = object.downcast_ref::<JsBigInt>() {
        return Ok(big.clone().into());
    }
    Ok(value.clone())
}

struct Writer {
    out: String,
    limit: usize,
    gap: String,
    replacer: Option<JsObject>,
    only: Option<Vec<PropertyKey>>,
    open: Vec<JsObject>,
}

impl Writer {
    fn new(limit: usize) -> Writer {
        Writer { out: String::new(), limit, gap: String::new(), replacer: None, only: None, open: Vec::new() }
    }

    fn document(mut self, value: &JsValue, context: &mut Context) -> JsResult<Option<JsString>> {
        let holder = match self.replacer {
            Some(_) => {
                let holder = JsObject::with_object_proto(context.intrinsics());
                holder.create_data_property_or_throw(js_string!(""), value.clone(), context)?;
                Some(holder)
            }
            None => None,
        };
        let written = self.value(value.clone(), &js_string!("").into(), holder.as_ref(), context)?;
        Ok(written.then(|| JsString::from(self.out)))
    }

    /// Writes a value; false if it has no JSON.
    fn value(
        &mut self,
        mut value: JsValue,
        key: &PropertyKey,
        holder: Option<&JsObject>,
        context: &mut Context,
    ) -> JsResult<bool> {
        let key_text = |key: &PropertyKey| match key {
            PropertyKey::Index(index) => JsString::from(index.get().to_string()).into(),
            key => JsValue::from(key),
        };
        if value.is_object() || value.is_bigint() {
            let to_json = match value.as_object() {
                Some(object) => object.get(js_string!("toJSON"), context)?,
                None => value.to_object(context)?.get(js_string!("toJSON"), context)?,
            };
            if let Some(to_json) = to_json.as_callable() {
                value = to_json.call(&value, &[key_text(key)], context)?;
            }
        }
        if let (Some(replacer), Some(holder)) = (&self.replacer, holder) {
            value = replacer.clone().call(&holder.clone().into(), &[key_text(key), value], context)?;
        }
        if value.is_object() {
            value = unboxed(&value, context)?;
        }
        if self.out.len() > self.limit {
            return Err(too_long());
        }
        match value.variant() {
            JsVariant::Null => self.out.push_str("null"),
            JsVariant::Boolean(true) => self.out.push_str("true"),
            JsVariant::Boolean(false) => self.out.push_str("false"),
            JsVariant::Integer32(number) => {
                let _ = write!(self.out, "{number}");
            }
            JsVariant::Float64(number) if !number.is_finite() => self.out.push_str("null"),
            JsVariant::Float64(_) => {
                let text = value.to_string(context)?;
                self.out.push_str(&text.to_std_string_lossy());
            }
            JsVariant::String(text) => self.quote(&text),
            JsVariant::BigInt(_) => return Err(type_error("Do not know how to serialize a BigInt")),
            JsVariant::Undefined | JsVariant::Symbol(_) => return Ok(false),
            JsVariant::Object(object) => {
                if object.is_callable() {
                    return Ok(false);
                }
                if self.open.iter().rev().any(|open| JsObject::equals(open, &object)) {
                    return Err(type_error("Converting circular structure to JSON"));
                }
                if self.open.len() >= DEPTH {
                    return Err(range_error("the value is nested too deep for JSON"));
                }
                self.open.push(object.clone());
                if is_array(&object, context) {
                    self.array(&object, context)?;
                } else {
                    self.object(&object, context)?;
                }
                self.open.pop();
            }
        }
        Ok(true)
    }

    fn line(&mut self, depth: usize) {
        if self.gap.is_empty() {
            return;
        }
        self.out.push('\n');
        for _ in 0..depth {
            self.out.push_str(&self.gap);
        }
    }

    fn array(&mut self, object: &JsObject, context: &mut Context) -> JsResult<()> {
        let length = walked_length(object, context)?;
        // An item has a comma and a digit at least: what is too long for sure is not begun.
        if self.out.len() + 2 * length as usize > self.limit + 2 {
            return Err(too_long());
        }
        self.out.push('[');
        for index in 0..length {
            if index > 0 {
                self.out.push(',');
            }
            self.line(self.open.len());
            let item = object.get(index, context)?;
            if !self.value(item, &PropertyKey::from(index), Some(object), context)? {
                self.out.push_str("null");
            }
        }
        if length > 0 {
            self.line(self.open.len() - 1);
        }
        self.out.push(']');
        Ok(())
    }

    fn object(&mut self, object: &JsObject, context: &mut Context) -> JsResult<()> {
        let keys = match &self.only {
            Some(only) => only.clone(),
            None => enumerable_keys(object, context)?,
        };
        self.out.push('{');
        let mut first = true;
        for key in keys {
            let field = object.get(key.clone(), context)?;
            // The key is written first and taken back if the value has no JSON.
            let before = self.out.len();
            if !first {
                self.out.push(',');
            }
            self.line(self.open.len());
            match &key {
                PropertyKey::String(name) => self.quote(name),
                PropertyKey::Index(index) => {
                    let _ = write!(self.out, "\"{}\"", index.get());
                }
                PropertyKey::Symbol(_) => continue,
            }
            self.out.push_str(if self.gap.is_empty() { ":" } else { ": " });
            if self.value(field, &key, Some(object), context)? {
                first = false;
            } else {
                self.out.truncate(before);
            }
        }
        if !first {
            self.line(self.open.len() - 1);
        }
        self.out.push('}');
        Ok(())
    }

    fn quote(&mut self, text: &JsString) {
        self.out.push('"');
        let view = text.as_str();
        match view.as_latin1() {
            Some(units) => {
                for unit in units {
                    self.character(char::from(*unit));
                }
            }
            None => {
                for unit in char::decode_utf16(view.iter()) {
                    match unit {
                        Ok(character) => self.character(character),
                        Err(lone) => {
                            let _ = write!(self.out, "\\u{:04x}", lone.unpaired_surrogate());
                        }
                    }
                }
            }
        }
        self.out.push('"');
    }

    fn character(&mut self, character: char) {
        match character {
            '"' => self.out.push_str("\\\""),
            '\\' => self.out.push_str("\\\\"),
            '\n' => self.out.push_str("\\n"),
            '\r' => self.out.push_str("\\r"),
            '\t' => self.out.push_str("\\t"),
            '\u{8}' => self.out.push_str("\\b"),
            '\u{c}' => self.out.push_str("\\f"),
            control @ '\0'..'\u{20}' => {
                let _ = write!(self.out, "\\u{:04x}", control as u32);
            }
            plain => self.out.push(plain),
        }
    }
}
