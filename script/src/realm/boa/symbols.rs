//! `Symbol.for` and `Symbol.keyFor` with a registry of the realm's own.
//!
//! The stock registry is one for the whole process: it tells mini-programs of each other, never forgets, and its lock would be
//! held by a thread that is parked in it.

use super::convert::{range_error, type_error};
use super::{define_method, shared};
use boa_engine::{Context, JsArgs, JsResult, JsString, JsSymbol, JsValue};
use rustc_hash::FxHashMap;

/// Symbols that one realm registers.
const MOST: usize = 100_000;

/// Registered symbols by their key.
pub(crate) type Registered = FxHashMap<JsString, JsSymbol>;

pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let symbol = context.intrinsics().constructors().symbol().constructor();
    define_method(context, &symbol, "for", 1, symbol_for)?;
    define_method(context, &symbol, "keyFor", 1, key_for)
}

fn symbol_for(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let key = arguments.get_or_undefined(0).to_string(context)?;
    let shared = shared(context);
    let mut registered = shared.symbols.borrow_mut();
    if let Some(symbol) = registered.get(&key) {
        return Ok(symbol.clone().into());
    }
    if registered.len() >= MOST {
        return Err(range_error("too many symbols are registered"));
    }
    let symbol = JsSymbol::new(Some(key.clone())).ok_or_else(|| range_error("too many symbols"))?;
    registered.insert(key, symbol.clone());
    Ok(symbol.into())
}

fn key_for(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let symbol = arguments.get_or_undefined(0).as_symbol().ok_or_else(|| type_error("the value is not a symbol"))?;
    let Some(key) = symbol.description() else { return Ok(JsValue::undefined()) };
    let shared = shared(context);
    let registered = shared.symbols.borrow();
    let own = registered.get(&key).is_some_and(|found| *found == symbol);
    Ok(if own { key.into() } else { JsValue::undefined() })
}
