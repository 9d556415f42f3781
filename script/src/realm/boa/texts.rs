//! Methods of texts that search for a text, in one walk.
//!
//! Stock Boa begins each search at the start of the text, wherever it is to begin (`JsStr::index_of` skips what comes before one by one), so
//! splitting a text into its lines takes time with the square of its length. Here texts and what is searched are texts
//! themselves; everything else is for the stock methods (ECMA-262 22.1.3).

use super::convert::{range_error, type_error};
use super::limits::TEXT_UNITS;
use super::{define_method, shared};
use boa_engine::object::builtins::JsArray;
use boa_engine::string::{JsStr, JsStrVariant};
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue};

/// The stock methods.
pub(crate) struct Stock([JsObject; 4]);

const METHODS: [(&str, usize, boa_engine::native_function::NativeFunctionPointer); 4] = [
    ("split", 2, |this, a, c| match split(this, a) {
        Some(pieces) => Ok(JsArray::from_iter(pieces.into_iter().map(JsValue::from), c).into()),
        None => stock(0, this, a, c),
    }),
    ("indexOf", 1, |this, a, c| {
        let place = |at: Option<usize>| at.map_or_else(|| JsValue::from(-1), JsValue::from);
        index_of(this, a).map_or_else(|| stock(1, this, a, c), |at| Ok(place(at)))
    }),
    ("includes", 1, |this, a, c| {
        index_of(this, a).map_or_else(|| stock(2, this, a, c), |at| Ok(JsValue::from(at.is_some())))
    }),
    ("replaceAll", 2, |this, a, c| replace_all(this, a).unwrap_or_else(|| stock(3, this, a, c))),
];

/// Takes the stock methods and puts these in their place.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let string = context.intrinsics().constructors().string().prototype();
    let mut found = Vec::with_capacity(METHODS.len());
    for (name, length, method) in METHODS {
        let stock = string.get(JsString::from(name), context)?.as_callable();
        found.push(stock.ok_or_else(|| type_error("a built-in function is missing"))?);
        define_method(context, &string, name, length, method)?;
    }
    let found: [JsObject; 4] = found.try_into().map_err(|_| type_error("a built-in function is missing"))?;
    shared(context).texts.replace(Some(Stock(found)));
    Ok(())
}

#[cold]
fn stock(number: usize, this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let state = shared(context);
    let method = state.texts.borrow().as_ref().and_then(|stock| stock.0.get(number).cloned());
    method.ok_or_else(|| type_error("the realm is gone"))?.call(this, arguments, context)
}

/// Where in `text`, from a place on, `piece` begins. `piece` is not empty.
fn find<T: Copy + PartialEq>(text: &[T], piece: &[T], from: usize) -> Option<usize> {
    let (first, rest) = piece.split_first()?;
    let last = text.len().checked_sub(piece.len())?;
    let mut at = from;
    while at <= last {
        at += text.get(at..=last)?.iter().position(|unit| unit == first)?;
        if text.get(at + 1..at + piece.len()) == Some(rest) {
            return Some(at);
        }
        at += 1;
    }
    None
}

/// Calls `visit` with each place where `piece` stands, in order and none inside another, until it says that it is enough.
/// `piece` is not empty.
fn search(text: JsStr<'_>, piece: JsStr<'_>, from: usize, mut visit: impl FnMut(usize) -> bool) {
    fn all<T: Copy + PartialEq>(text: &[T], piece: &[T], from: usize, visit: &mut impl FnMut(usize) -> bool) {
        let mut from = from;
        while let Some(at) = find(text, piece, from) {
            if !visit(at) {
                return;
            }
            from = at + piece.len();
        }
    }
    match (text.variant(), piece.variant()) {
        (JsStrVariant::Latin1(text), JsStrVariant::Latin1(piece)) => all(text, piece, from, &mut visit),
        (JsStrVariant::Utf16(text), JsStrVariant::Utf16(piece)) => all(text, piece, from, &mut visit),
        (JsStrVariant::Latin1(text), JsStrVariant::Utf16(piece)) => {
            let narrow: Result<Vec<u8>, _> = piece.iter().map(|unit| u8::try_from(*unit)).collect();
            if let Ok(narrow) = narrow {
                all(text, &narrow, from, &mut visit);
            }
        }
        (JsStrVariant::Utf16(text), JsStrVariant::Latin1(piece)) => {
            let wide: Vec<u16> = piece.iter().map(|unit| u16::from(*unit)).collect();
            all(text, &wide, from, &mut visit);
        }
    }
}

/// A text and what is searched in it, if both are texts and there is something to be searched.
fn both(this: &JsValue, arguments: &[JsValue]) -> Option<(JsString, JsString)> {
    let piece = arguments.first()?.as_string().filter(|piece| !piece.is_empty())?;
    Some((this.as_string()?, piece))
}

/// `String.prototype.split`, without a limit.
fn split(this: &JsValue, arguments: &[JsValue]) -> Option<Vec<JsString>> {
    let (text, separator) = both(this, arguments)?;
    if !arguments.get_or_undefined(1).is_undefined() {
        return None;
    }
    let (mut pieces, mut from) = (Vec::new(), 0);
    search(text.as_str(), separator.as_str(), 0, |at| {
        pieces.push(text.slice(from, at));
        from = at + separator.len();
        true
    });
    pieces.push(if from == 0 { text.clone() } else { text.slice(from, text.len()) });
    Some(pieces)
}

/// `String.prototype.indexOf`, from a plain number on.
fn index_of(this: &JsValue, arguments: &[JsValue]) -> Option<Option<usize>> {
    let (text, piece) = both(this, arguments)?;
    let from = match arguments.get_or_undefined(1).variant() {
        JsVariant::Undefined => 0,
        JsVariant::Integer32(number) => usize::try_from(number).unwrap_or(0),
        _ => return None,
    };
    let mut found = None;
    search(text.as_str(), piece.as_str(), from, |at| {
        found = Some(at);
        false
    });
    Some(found)
}

/// `String.prototype.replaceAll` with texts, if the new one stands for itself.
fn replace_all(this: &JsValue, arguments: &[JsValue]) -> Option<JsResult<JsValue>> {
    let (text, piece) = both(this, arguments)?;
    let new = arguments.get(1)?.as_string().filter(|new| !new.iter().any(|unit| unit == u16::from(b'$')))?;
    let mut places = Vec::new();
    search(text.as_str(), piece.as_str(), 0, |at| {
        places.push(at);
        true
    });
    if places.is_empty() {
        return Some(Ok(text.into()));
    }
    let kept = text.len() - places.len() * piece.len();
    let units = (kept as u64).saturating_add((places.len() as u64).saturating_mul(new.len() as u64));
    if units > TEXT_UNITS {
        return Some(Err(range_error("Invalid string length")));
    }
    let mut pieces = Vec::with_capacity(2 * places.len() + 1);
    let mut from = 0;
    for at in places {
        pieces.push(text.slice(from, at));
        pieces.push(new.clone());
        from = at + piece.len();
    }
    pieces.push(text.slice(from, text.len()));
    let parts: Vec<JsStr<'_>> = pieces.iter().map(JsString::as_str).collect();
    Some(Ok(JsString::concat_array(&parts).into()))
}
