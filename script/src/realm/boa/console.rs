//! The console on Boa (see [`crate::realm::console`]).
//!
//! Printing never runs script: getters are shown, not called, and depth, entries and length are capped.

use super::{define_hidden, errors, shared};
use crate::realm::ScriptSink;
use crate::realm::console::{ConsoleState, DEPTH, ENTRIES, LENGTH, METHODS, Printer, call, quote};
use boa_engine::builtins::date::Date;
use boa_engine::builtins::error::Error;
use boa_engine::builtins::promise::Promise;
use boa_engine::builtins::proxy::Proxy;
use boa_engine::object::FunctionObjectBuilder;
use boa_engine::object::builtins::{JsDate, JsMap, JsRegExp, JsSet};
use boa_engine::property::PropertyKey;
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsObject, JsResult, JsString, JsValue, NativeFunction, js_string};
use std::fmt::Write;
use std::rc::Rc;

/// Makes the `console` global.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let console = JsObject::with_object_proto(context.intrinsics());
    for (name, method) in METHODS {
        let native = NativeFunction::from_copy_closure(move |_, arguments, context| {
            call(&mut Printing(context), method, arguments);
            Ok(JsValue::undefined())
        });
        let function = FunctionObjectBuilder::new(context.realm(), native).name(JsString::from(name)).build();
        console.create_data_property_or_throw(JsString::from(name), function, context)?;
    }
    let global = context.global_object();
    define_hidden(context, &global, "console", console)
}

struct Printing<'a>(&'a mut Context);

impl Printer for Printing<'_> {
    type Value = JsValue;

    fn string(&mut self, value: &JsValue) -> Option<String> {
        value.as_string().map(|text| text.to_std_string_lossy())
    }

    fn number(&mut self, value: &JsValue) -> Option<f64> {
        value.as_number()
    }

    fn truthy(&mut self, value: &JsValue) -> bool {
        value.to_boolean()
    }

    fn inspect(&mut self, value: &JsValue) -> String {
        inspect(value, self.0)
    }

    fn remember<T>(&mut self, work: impl FnOnce(&mut ConsoleState) -> T) -> T {
        work(&mut shared(self.0).console.borrow_mut())
    }

    fn now(&mut self) -> f64 {
        shared(self.0).clock.monotonic()
    }

    fn sink(&mut self) -> Rc<dyn ScriptSink> {
        shared(self.0).sink.clone()
    }
}

/// A value as text close to JSON, without running script.
pub(crate) fn inspect(value: &JsValue, context: &mut Context) -> String {
    let mut out = String::new();
    inspect_into(value, &mut out, &mut Vec::new(), context);
    out
}

fn inspect_into(value: &JsValue, out: &mut String, open: &mut Vec<JsObject>, context: &mut Context) {
    if out.len() > LENGTH {
        return;
    }
    let object = match value.variant() {
        JsVariant::String(text) => return quote(&text.to_std_string_lossy(), out),
        JsVariant::Symbol(symbol) => return out.push_str(&symbol.descriptive_string().to_std_string_lossy()),
        JsVariant::BigInt(big) => {
            let _ = write!(out, "{big}n");
            return;
        }
        JsVariant::Object(object) => object,
        _ => {
            let text = value.to_string(context).map(|s| s.to_std_string_lossy());
            return out.push_str(&text.unwrap_or_default());
        }
    };
    if object.is::<Error>() {
        // At the top with its stack, inside something else with its message.
        let text = if open.is_empty() {
            errors::stack_text(value, context)
        } else {
            format!("[{}]", errors::message_of(value, context))
        };
        return out.push_str(&text);
    }
    if let Some(text) = special(value, &object, context) {
        return out.push_str(&text);
    }
    let array = object.is_array();
    if open.iter().any(|open| JsObject::equals(open, &object)) {
        return out.push_str("[Circular]");
    }
    if open.len() >= DEPTH {
        return out.push_str(if array { "[Array]" } else { "[Object]" });
    }
    open.push(object.clone());
    entries(&object, array, out, open, context);
    open.pop();
}

/// Things that are shown by kind.
fn special(value: &JsValue, object: &JsObject, context: &mut Context) -> Option<String> {
    if object.is_callable() {
        let name = object.borrow().properties().get(&js_string!("name").into());
        let name = name.and_then(|name| name.value().and_then(JsValue::as_string));
        return Some(match name {
            Some(name) if !name.is_empty() => format!("[Function: {}]", name.to_std_string_lossy()),
            _ => "[Function]".to_owned(),
        });
    }
    if object.is::<Date>() {
        let date = JsDate::from_object(object.clone()).ok()?;
        let json = date.to_json(context).ok()?.as_string();
        return Some(json.map_or_else(|| "Invalid Date".to_owned(), |json| json.to_std_string_lossy()));
    }
    if value.is_regexp() {
        let regexp = JsRegExp::from_object(object.clone()).ok()?;
        return regexp.to_string(context).ok();
    }
    if object.is::<Proxy>() {
        return Some("[Proxy]".to_owned());
    }
    if object.is::<Promise>() {
        return Some("[Promise]".to_owned());
    }
    if let Ok(map) = JsMap::from_object(object.clone()) {
        return Some(format!("[Map({})]", map.get_size(context).ok()?.display()));
    }
    if let Ok(set) = JsSet::from_object(object.clone()) {
        return Some(format!("[Set({})]", set.size()));
    }
    None
}

fn entries(object: &JsObject, array: bool, out: &mut String, open: &mut Vec<JsObject>, context: &mut Context) {
    let fields: Vec<_> = {
        let keys = object.own_property_keys(context).unwrap_or_default();
        let borrowed = object.borrow();
        let table = borrowed.properties();
        keys.into_iter()
            .filter(|key| !matches!(key, PropertyKey::Symbol(_)))
            .filter_map(|key| table.get(&key).map(|field| (key, field)))
            .filter(|(_, field)| field.enumerable() == Some(true))
            .take(ENTRIES + 1)
            .collect()
    };
    out.push(if array { '[' } else { '{' });
    for (index, (key, field)) in fields.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        if index == ENTRIES {
            out.push('…');
            break;
        }
        match key {
            PropertyKey::Index(_) if array => {}
            PropertyKey::Index(index) => {
                let _ = write!(out, "\"{}\":", index.get());
            }
            PropertyKey::String(name) => {
                quote(&name.to_std_string_lossy(), out);
                out.push(':');
            }
            PropertyKey::Symbol(_) => {}
        }
        match field.value() {
            Some(value) => inspect_into(value, out, open, context),
            None => out.push_str("[Getter]"),
        }
    }
    out.push(if array { ']' } else { '}' });
}
