//! `JSON.parse`: straight from the text to engine values.
//!
//! The stock version validates with one parser and then runs the script parser over the text; it refuses depth
//! beyond 127, lone surrogates and numbers beyond the range of a double. This one is a single pass with a stack
//! of its own (RFC 8259 grammar, ECMA-262 25.5.1), so depth costs heap, not stack.

use super::convert::{number, range_error, type_error};

use super::data::{enumerable_keys, is_array, walked_length};
use boa_engine::builtins::proxy::Proxy;
use boa_engine::object::builtins::JsArray;
use boa_engine::property::PropertyKey;
use boa_engine::string::{JsStr, JsStrVariant};
use boa_engine::{Context, JsArgs, JsError, JsNativeError, JsObject, JsResult, JsString, JsValue, js_string};
use rustc_hash::FxHashMap;

/// Nesting that is read.
const DEPTH: usize = 5000;
/// Nesting that a reviver walks.
const REVIVER_DEPTH: usize = 1000;
/// Keys up to this length are remembered, since records repeat them.
const KEY_LENGTH: usize = 32;

/// `JSON.parse(text, reviver)`.
pub(crate) fn json_parse(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = arguments.get_or_undefined(0).to_string(context)?;
    let value = parse(&text, context)?;
    match arguments.get_or_undefined(1).as_callable() {
        Some(reviver) => {
            let root = JsObject::with_object_proto(context.intrinsics());
            root.create_data_property_or_throw(js_string!(""), value, context)?;
            revive(&root, js_string!("").into(), &reviver, 0, context)
        }
        None => Ok(value),
    }
}

/// The value of JSON text.
///
/// # Errors
/// A `SyntaxError` that names the place.
pub(crate) fn parse(text: &JsString, context: &mut Context) -> JsResult<JsValue> {
    match text.variant() {
        JsStrVariant::Latin1(units) => Parser::new(units).document(context),
        JsStrVariant::Utf16(units) => Parser::new(units).document(context),
    }
}

/// A code unit of either encoding.
trait Unit: Copy + Into<u16> {
    fn string(units: &[Self]) -> JsString;
}

impl Unit for u8 {
    fn string(units: &[u8]) -> JsString {
        JsString::from(JsStr::latin1(units))
    }
}

impl Unit for u16 {
    fn string(units: &[u16]) -> JsString {
        // Text that fits one byte a unit is stored so, as everywhere in the engine.
        let narrow: Option<Vec<u8>> = units.iter().map(|unit| u8::try_from(*unit).ok()).collect();
        match narrow {
            Some(narrow) => JsString::from(JsStr::latin1(&narrow)),
            None => JsString::from(units),
        }
    }
}

struct Parser<'a, U> {
    units: &'a [U],
    at: usize,
    keys: FxHashMap<&'a [U], PropertyKey>,
}

/// A container that is being filled.
enum Open {
    Array(Vec<JsValue>),
    Object(JsObject, PropertyKey),
}

impl<'a, U: Unit + Eq + std::hash::Hash> Parser<'a, U> {
    fn new(units: &'a [U]) -> Self {
        Parser { units, at: 0, keys: FxHashMap::default() }
    }

    fn peek(&self) -> Option<u16> {
        self.units.get(self.at).map(|unit| (*unit).into())
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), Some(0x20 | 0x09 | 0x0A | 0x0D)) {
            self.at += 1;
        }
    }

    fn fail(&self) -> JsError {
        let message = match self.peek() {
            None => "Unexpected end of JSON input".to_owned(),
            Some(unit) => {
                let character = char::from_u32(u32::from(unit)).unwrap_or(char::REPLACEMENT_CHARACTER);
                format!("Unexpected token {character} in JSON at position {}", self.at)
            }
        };
        JsNativeError::syntax().with_message(message).into()
    }

    fn eat(&mut self, character: char) -> bool {
        let found = self.peek() == Some(character as u16);
        self.at += usize::from(found);
        found
    }

    fn word(&mut self, word: &str, value: JsValue) -> JsResult<JsValue> {
        for character in word.chars() {
            if !self.eat(character) {
                return Err(self.fail());
            }
        }
        Ok(value)
    }

    fn document(mut self, context: &mut Context) -> JsResult<JsValue> {
        let mut open: Vec<Open> = Vec::new();
        loop {
            // A value begins here.
            self.skip_space();
            let mut value = match self.peek() {
                Some(0x5B) => {
                    self.at += 1;
                    self.skip_space();
                    if self.eat(']') {
                        JsArray::new(context)?.into()
                    } else {
                        self.push(&mut open, Open::Array(Vec::new()))?;
                        continue;
                    }
                }
                Some(0x7B) => {
                    self.at += 1;
                    let object = JsObject::with_object_proto(context.intrinsics());
                    self.skip_space();
                    if self.eat('}') {
                        object.into()
                    } else {
                        let key = self.key()?;
                        self.push(&mut open, Open::Object(object, key))?;
                        continue;
                    }
                }
                Some(0x22) => self.string()?.into(),
                Some(0x74) => self.word("true", true.into())?,
                Some(0x66) => self.word("false", false.into())?,
                Some(0x6E) => self.word("null", JsValue::null())?,
                _ => self.number()?,
            };
            // A value has ended; close what ends with it.
            loop {
                self.skip_space();
                match open.last_mut() {
                    None if self.at == self.units.len() => return Ok(value),
                    None => return Err(self.fail()),
                    Some(Open::Array(items)) => {
                        items.push(value);
                        if self.eat(',') {
                            break;
                        }
                        if !self.eat(']') {
                            return Err(self.fail());
                        }
                        let items = std::mem::take(items);
                        value = JsArray::from_iter(items, context).into();
                    }
                    Some(Open::Object(object, key)) => {
                        object.create_data_property_or_throw(key.clone(), value, context)?;
                        if self.eat(',') {
                            self.skip_space();
                            *key = self.key()?;
                            break;
                        }
                        if !self.eat('}') {
                            return Err(self.fail());
                        }
                        value = object.clone().into();
                    }
                }
                open.pop();
            }
        }
    }

    fn push(&self, open: &mut Vec<Open>, container: Open) -> JsResult<()> {
        if open.len() >= DEPTH {
            return Err(JsNativeError::syntax().with_message("JSON is nested too deep").into());
        }
        open.push(container);
        Ok(())
    }

    /// A key and its colon.
    fn key(&mut self) -> JsResult<PropertyKey> {
        if self.peek() != Some(0x22) {
            return Err(self.fail());
        }
        let start = self.at + 1;
        let plain = self.units[start..]
            .iter()
            .take(KEY_LENGTH)
            .position(|unit| matches!((*unit).into(), 0x22 | 0x5C | 0..0x20))
            .filter(|length| self.units[start + length].into() == 0x22);
        let key = match plain {
            Some(length) => {
                let units = &self.units[start..start + length];
                self.at = start + length + 1;
                self.keys.entry(units).or_insert_with(|| PropertyKey::from(U::string(units))).clone()
            }
            None => PropertyKey::from(self.string()?),
        };
        self.skip_space();
        if self.eat(':') { Ok(key) } else { Err(self.fail()) }
    }

    /// A string, from its opening quote.
    fn string(&mut self) -> JsResult<JsString> {
        self.at += 1;
        let start = self.at;
        while let Some(unit) = self.peek() {
            match unit {
                0x22 => {
                    let string = U::string(&self.units[start..self.at]);
                    self.at += 1;
                    return Ok(string);
                }
                0x5C => return self.escaped(start),
                0..0x20 => return Err(self.fail()),
                _ => self.at += 1,
            }
        }
        Err(self.fail())
    }

    /// The rest of a string that has escapes.
    fn escaped(&mut self, start: usize) -> JsResult<JsString> {
        let mut out: Vec<u16> = self.units[start..self.at].iter().map(|unit| (*unit).into()).collect();
        while let Some(unit) = self.peek() {
            match unit {
                0x22 => {
                    self.at += 1;
                    return Ok(u16::string(&out));
                }
                0x5C => {
                    self.at += 1;
                    let escape = self.peek().and_then(|unit| u8::try_from(unit).ok());
                    let unit = match escape {
                        Some(b'b') => 0x08,
                        Some(b'f') => 0x0C,
                        Some(b'n') => 0x0A,
                        Some(b'r') => 0x0D,
                        Some(b't') => 0x09,
                        Some(plain @ (b'"' | b'\\' | b'/')) => u16::from(plain),
                        Some(b'u') => {
                            let mut unit = 0;
                            for _ in 0..4 {
                                self.at += 1;
                                let digit = self.peek().and_then(|unit| char::from_u32(u32::from(unit))?.to_digit(16));
                                unit = unit * 16 + digit.ok_or_else(|| self.fail())? as u16;
                            }
                            unit
                        }
                        _ => return Err(self.fail()),
                    };
                    out.push(unit);
                    self.at += 1;
                }
                0..0x20 => return Err(self.fail()),
                unit => {
                    out.push(unit);
                    self.at += 1;
                }
            }
        }
        Err(self.fail())
    }

    fn digits(&mut self) -> JsResult<()> {
        let start = self.at;
        while matches!(self.peek(), Some(0x30..=0x39)) {
            self.at += 1;
        }
        if self.at == start { Err(self.fail()) } else { Ok(()) }
    }

    fn number(&mut self) -> JsResult<JsValue> {
        let start = self.at;
        self.eat('-');
        if !self.eat('0') {
            self.digits()?;
        }
        let whole = self.at;
        if self.eat('.') {
            self.digits()?;
        }
        if self.eat('e') || self.eat('E') {
            let _ = self.eat('+') || self.eat('-');
            self.digits()?;
        }
        let text: String =
            self.units[start..self.at].iter().filter_map(|unit| char::from_u32(u32::from((*unit).into()))).collect();
        if self.at == whole
            && let Ok(small) = text.parse::<i32>()
            && (small != 0 || !text.starts_with('-'))
        {
            return Ok(JsValue::new(small));
        }
        match text.parse::<f64>() {
            Ok(value) => Ok(number(value)),
            Err(_) => Err(self.fail()),
        }
    }
}

/// Deletes a field if that can be (`[[Delete]]`, whose answer the reviver does not heed).
///
/// # Errors
/// What a trap of a proxy throws.
fn delete(object: &JsObject, key: PropertyKey, context: &mut Context) -> JsResult<()> {
    if object.is::<Proxy>() {
        let reflect = context.intrinsics().objects().reflect();
        let delete = reflect.get(js_string!("deleteProperty"), context)?.as_callable();
        let delete = delete.ok_or_else(|| type_error("Reflect.deleteProperty is missing"))?;
        delete.call(&JsValue::undefined(), &[object.clone().into(), JsValue::from(&key)], context)?;
        return Ok(());
    }
    // An ordinary object throws only that it has a field that stays.
    let _ = object.delete_property_or_throw(key, context);
    Ok(())
}

/// `InternalizeJSONProperty` (ECMA-262 25.5.1.1).
fn revive(
    holder: &JsObject,
    key: PropertyKey,
    reviver: &JsObject,
    depth: usize,
    context: &mut Context,
) -> JsResult<JsValue> {
    if depth > REVIVER_DEPTH {
        return Err(range_error("JSON is nested too deep for a reviver"));
    }
    let value = holder.get(key.clone(), context)?;
    if let Some(object) = value.as_object() {
        let keys = if is_array(&object, context) {
            (0..walked_length(&object, context)?).map(PropertyKey::from).collect()
        } else {
            enumerable_keys(&object, context)?
        };
        for key in keys {
            let revived = revive(&object, key.clone(), reviver, depth + 1, context)?;
            if revived.is_undefined() {
                delete(&object, key, context)?;
            } else {
                object.create_data_property(key, revived, context)?;
            }
        }
    }
    let key: JsValue = match key {
        PropertyKey::Index(index) => JsString::from(index.get().to_string()).into(),
        key => JsValue::from(&key),
    };
    reviver.call(&holder.clone().into(), &[key, value], context)
}
