//! The last match, as fields of `RegExp`: `RegExp.$1` and its kin, which Boa does not have (the TC39 proposal
//! "Legacy RegExp features in JavaScript"; old date formatters live by them).
//!
//! Every built-in that matches calls `exec`, so that is where matches are noted. A match that a program changes
//! afterwards reads as it was changed.

use super::convert::type_error;
use super::{define_method, native_function, shared};
use boa_engine::native_function::NativeFunctionPointer;
use boa_engine::property::PropertyDescriptor;
use boa_engine::string::JsStrVariant;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue, js_string};
use std::cell::RefCell;

/// Texts from this length on are kept in the form that the matcher reads.
const LONG: usize = 256;

/// The stock `exec` and what it gave last.
#[derive(Default)]
pub(crate) struct LastMatch {
    exec: RefCell<Option<JsObject>>,
    found: RefCell<Option<JsObject>>,
    /// The long text that was searched last, and the same in the form that the matcher reads.
    searched: RefCell<Option<(JsString, JsString)>>,
}

impl LastMatch {
    /// Lets go of all objects.
    pub(crate) fn clear(&self) {
        self.exec.replace(None);
        self.found.replace(None);
        self.searched.replace(None);
    }

    /// The text for the matcher. Boa 0.22 copies a whole text of one byte a character to two for each match, so that replacing the
    /// words of a page took as long as copying the page for each of them. A text of two bytes is read where it is.
    fn readable(&self, text: JsString) -> JsString {
        let JsStrVariant::Latin1(narrow) = text.as_str().variant() else { return text };
        if narrow.len() < LONG {
            return text;
        }
        let mut searched = self.searched.borrow_mut();
        if let Some((before, wide)) = &*searched
            && let JsStrVariant::Latin1(known) = before.as_str().variant()
            && std::ptr::eq(known, narrow)
        {
            return wide.clone();
        }
        let wide: Vec<u16> = narrow.iter().map(|unit| u16::from(*unit)).collect();
        let wide = JsString::from(&wide[..]);
        drop(searched.replace((text, wide.clone())));
        wide
    }

    /// Lets go of the text that was searched last: the thread is idle.
    pub(crate) fn rest(&self) {
        self.searched.replace(None);
    }
}

/// Puts an `exec` that notes matches in the place of the stock one, and the fields on `RegExp`.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let regexp = context.intrinsics().constructors().regexp();
    let (constructor, prototype) = (regexp.constructor(), regexp.prototype());
    let stock = prototype.get(js_string!("exec"), context)?.as_callable();
    let stock = stock.ok_or_else(|| type_error("a built-in function is missing"))?;
    shared(context).last_match.exec.replace(Some(stock));
    define_method(context, &prototype, "exec", 1, exec)?;
    let groups: [(&str, NativeFunctionPointer); 9] = [
        ("$1", |_, _, c| group(c, 1)),
        ("$2", |_, _, c| group(c, 2)),
        ("$3", |_, _, c| group(c, 3)),
        ("$4", |_, _, c| group(c, 4)),
        ("$5", |_, _, c| group(c, 5)),
        ("$6", |_, _, c| group(c, 6)),
        ("$7", |_, _, c| group(c, 7)),
        ("$8", |_, _, c| group(c, 8)),
        ("$9", |_, _, c| group(c, 9)),
    ];
    let whole: [(&str, NativeFunctionPointer); 10] = [
        ("input", |_, _, c| input(c)),
        ("$_", |_, _, c| input(c)),
        ("lastMatch", |_, _, c| group(c, 0)),
        ("$&", |_, _, c| group(c, 0)),
        ("lastParen", |_, _, c| last_group(c)),
        ("$+", |_, _, c| last_group(c)),
        ("leftContext", |_, _, c| context_of(c, false)),
        ("$`", |_, _, c| context_of(c, false)),
        ("rightContext", |_, _, c| context_of(c, true)),
        ("$'", |_, _, c| context_of(c, true)),
    ];
    for (name, get) in groups.into_iter().chain(whole) {
        let get = native_function(context, name, 0, get);
        // Assigning does nothing, as everywhere.
        let set = native_function(context, name, 1, |_, _, _| Ok(JsValue::undefined()));
        let field = PropertyDescriptor::builder().get(get).set(set).enumerable(false).configurable(true).build();
        constructor.define_property_or_throw(JsString::from(name), field, context)?;
    }
    Ok(())
}

fn exec(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let shared = shared(context);
    let stock = shared.last_match.exec.borrow().clone();
    let stock = stock.ok_or_else(|| type_error("the realm is gone"))?;
    let text = arguments.get_or_undefined(0).as_string();
    let found = match text {
        Some(text) => stock.call(this, &[shared.last_match.readable(text).into()], context)?,
        None => stock.call(this, arguments, context)?,
    };
    if let Some(found) = found.as_object() {
        shared.last_match.found.replace(Some(found.clone()));
    }
    Ok(found)
}

fn found(context: &Context) -> Option<JsObject> {
    shared(context).last_match.found.borrow().clone()
}

/// A value as text, `undefined` as none.
fn text(value: &JsValue, context: &mut Context) -> JsResult<JsString> {
    if value.is_undefined() { Ok(js_string!("")) } else { value.to_string(context) }
}

fn group(context: &mut Context, number: u32) -> JsResult<JsValue> {
    let Some(found) = found(context) else { return Ok(js_string!("").into()) };
    let value = found.get(number, context)?;
    Ok(text(&value, context)?.into())
}

fn last_group(context: &mut Context) -> JsResult<JsValue> {
    let Some(found) = found(context) else { return Ok(js_string!("").into()) };
    let length = found.get(js_string!("length"), context)?.to_u32(context)?;
    if length < 2 { Ok(js_string!("").into()) } else { group(context, length - 1) }
}

fn input(context: &mut Context) -> JsResult<JsValue> {
    let Some(found) = found(context) else { return Ok(js_string!("").into()) };
    let value = found.get(js_string!("input"), context)?;
    Ok(text(&value, context)?.into())
}

/// The input before the match, or behind it.
fn context_of(context: &mut Context, behind: bool) -> JsResult<JsValue> {
    let Some(found) = found(context) else { return Ok(js_string!("").into()) };
    let value = found.get(js_string!("input"), context)?;
    let input = text(&value, context)?;
    let start = found.get(js_string!("index"), context)?.to_length(context)?;
    let start = usize::try_from(start).unwrap_or(usize::MAX).min(input.len());
    let part = if behind {
        let value = found.get(0, context)?;
        let end = start.saturating_add(text(&value, context)?.len()).min(input.len());
        end..input.len()
    } else {
        0..start
    };
    Ok(input.get(part).unwrap_or(js_string!("")).into())
}
