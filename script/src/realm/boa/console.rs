//! The console: lines of text for the sink.
//!
//! Printing never runs script: getters are shown, not called, and depth, entries and length are capped.

use super::{define_hidden, errors, native_function, shared};
use boa_engine::builtins::date::Date;
use boa_engine::builtins::error::Error;
use boa_engine::builtins::promise::Promise;
use boa_engine::builtins::proxy::Proxy;
use boa_engine::object::builtins::{JsDate, JsMap, JsRegExp, JsSet};
use boa_engine::property::PropertyKey;
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue, js_string};
use std::collections::BTreeMap;
use std::fmt::Write;

const DEPTH: usize = 4;
const ENTRIES: usize = 100;
const LENGTH: usize = 10_000;

/// What the console remembers between lines.
#[derive(Default)]
pub(crate) struct ConsoleState {
    groups: usize,
    counts: BTreeMap<String, u32>,
    timers: BTreeMap<String, f64>,
}

/// Makes the `console` global.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let console = JsObject::with_object_proto(context.intrinsics());
    let methods: [(&str, boa_engine::native_function::NativeFunctionPointer); 20] = [
        ("log", |_, a, c| line("log", a, c)),
        ("info", |_, a, c| line("info", a, c)),
        ("warn", |_, a, c| line("warn", a, c)),
        ("error", |_, a, c| line("error", a, c)),
        ("debug", |_, a, c| line("debug", a, c)),
        ("trace", |_, a, c| line("log", a, c)),
        ("dir", |_, a, c| line("log", a.get(..1).unwrap_or_default(), c)),
        ("dirxml", |_, a, c| line("log", a, c)),
        ("table", |_, a, c| line("log", a.get(..1).unwrap_or_default(), c)),
        ("exception", |_, a, c| line("error", a, c)),
        ("group", |_, a, c| group(a, c)),
        ("groupCollapsed", |_, a, c| group(a, c)),
        ("groupEnd", |_, _, c| {
            let state = shared(c);
            let mut console = state.console.borrow_mut();
            console.groups = console.groups.saturating_sub(1);
            Ok(JsValue::undefined())
        }),
        ("assert", |_, a, c| {
            if a.get_or_undefined(0).to_boolean() {
                return Ok(JsValue::undefined());
            }
            let mut rest: Vec<JsValue> = vec![js_string!("Assertion failed:").into()];
            rest.extend_from_slice(a.get(1..).unwrap_or_default());
            line("error", &rest, c)
        }),
        ("count", |_, a, c| {
            let label = label(a, c);
            let state = shared(c);
            let count = {
                let mut console = state.console.borrow_mut();
                let count = console.counts.entry(label.clone()).or_default();
                *count += 1;
                *count
            };
            write_line("log", &format!("{label}: {count}"), c)
        }),
        ("countReset", |_, a, c| {
            let label = label(a, c);
            shared(c).console.borrow_mut().counts.remove(&label);
            Ok(JsValue::undefined())
        }),
        ("time", |_, a, c| {
            let label = label(a, c);
            let state = shared(c);
            let now = state.clock.monotonic();
            state.console.borrow_mut().timers.insert(label, now);
            Ok(JsValue::undefined())
        }),
        ("timeLog", |_, a, c| elapsed(a, false, c)),
        ("timeEnd", |_, a, c| elapsed(a, true, c)),
        ("clear", |_, _, _| Ok(JsValue::undefined())),
    ];
    for (name, method) in methods {
        let method = native_function(context, name, 0, method);
        console.create_data_property_or_throw(JsString::from(name), method, context)?;
    }
    let global = context.global_object();
    define_hidden(context, &global, "console", console)
}

fn label(arguments: &[JsValue], context: &mut Context) -> String {
    match arguments.first() {
        None => "default".to_owned(),
        Some(label) => display(label, context),
    }
}

fn group(arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if !arguments.is_empty() {
        line("log", arguments, context)?;
    }
    let state = shared(context);
    let mut console = state.console.borrow_mut();
    console.groups = (console.groups + 1).min(20);
    Ok(JsValue::undefined())
}

fn elapsed(arguments: &[JsValue], end: bool, context: &mut Context) -> JsResult<JsValue> {
    let label = label(arguments, context);
    let state = shared(context);
    let started = {
        let mut console = state.console.borrow_mut();
        if end { console.timers.remove(&label) } else { console.timers.get(&label).copied() }
    };
    match started {
        Some(started) => {
            let ms = state.clock.monotonic() - started;
            write_line("log", &format!("{label}: {ms:.3}ms"), context)
        }
        None => write_line("warn", &format!("Timer '{label}' does not exist"), context),
    }
}

fn line(level: &'static str, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let text = format_arguments(arguments, context);
    write_line(level, &text, context)
}

fn write_line(level: &'static str, text: &str, context: &mut Context) -> JsResult<JsValue> {
    let state = shared(context);
    let groups = state.console.borrow().groups;
    let mut text = match groups {
        0 => text.to_owned(),
        groups => {
            let indent = "  ".repeat(groups);
            text.lines().map(|line| format!("{indent}{line}")).collect::<Vec<_>>().join("\n")
        }
    };
    if text.len() > LENGTH {
        let end = (0..=LENGTH).rev().find(|end| text.is_char_boundary(*end)).unwrap_or(0);
        text.truncate(end);
        text.push('…');
    }
    state.sink.console(level, &text);
    Ok(JsValue::undefined())
}

/// The arguments of a console call as one text: `%s %d %i %f %o %O %j %c` in a leading text take the values after it.
fn format_arguments(arguments: &[JsValue], context: &mut Context) -> String {
    let mut out = String::new();
    let mut rest = arguments;
    if let [first, values @ ..] = arguments
        && let Some(format) = first.as_string()
        && !values.is_empty()
    {
        let format = format.to_std_string_lossy();
        let mut values = values.iter();
        let mut chars = format.chars().peekable();
        while let Some(c) = chars.next() {
            if c != '%' {
                out.push(c);
                continue;
            }
            match chars.peek().copied() {
                Some('%') => {
                    chars.next();
                    out.push('%');
                }
                Some(kind @ ('s' | 'd' | 'i' | 'f' | 'o' | 'O' | 'j' | 'c')) if values.len() > 0 => {
                    chars.next();
                    if let Some(value) = values.next() {
                        out.push_str(&formatted(kind, value, context));
                    }
                }
                _ => out.push('%'),
            }
        }
        rest = values.as_slice();
        if !rest.is_empty() {
            out.push(' ');
        }
    }
    for (index, value) in rest.iter().enumerate() {
        if index > 0 {
            out.push(' ');
        }
        out.push_str(&display(value, context));
    }
    out
}

fn formatted(kind: char, value: &JsValue, context: &mut Context) -> String {
    let number = || value.as_number().unwrap_or(f64::NAN);
    match kind {
        'c' => String::new(),
        'd' | 'f' => JsValue::from(number()).to_string(context).map(|s| s.to_std_string_lossy()).unwrap_or_default(),
        'i' => JsValue::from(number().trunc()).to_string(context).map(|s| s.to_std_string_lossy()).unwrap_or_default(),
        's' => display(value, context),
        _ => inspect(value, context),
    }
}

/// A value as a console line shows it: text as it is, errors with their stack.
fn display(value: &JsValue, context: &mut Context) -> String {
    match value.as_string() {
        Some(text) => text.to_std_string_lossy(),
        None => inspect(value, context),
    }
}

/// A value as text close to JSON, without running script.
pub(crate) fn inspect(value: &JsValue, context: &mut Context) -> String {
    let mut out = String::new();
    inspect_into(value, &mut out, &mut Vec::new(), context);
    out
}

fn quote(text: &str, out: &mut String) {
    match serde_json::to_string(text) {
        Ok(quoted) => out.push_str(&quoted),
        Err(_) => out.push_str(text),
    }
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
