//! Built-ins that stock Boa runs without bounds: one line of script can make them ask for memory that does not
//! exist, or recurse natively until the stack is gone. Both end the process, so these are bounded here.
//!
//! What only allocates on and on, and chains of prototypes or proxies, is not stopped here: that is for the
//! allocator and the thread's guard (see the sandbox). What walks over a `length` is in `guards`.

use super::convert::{range_error, type_error};
use super::data::is_array;
use super::native::list_of;
use super::{define_method, elements, shared};
use boa_engine::builtins::proxy::Proxy;
use boa_engine::object::builtins::JsArray;
use boa_engine::string::JsStr;
use boa_engine::value::IntegerOrInfinity;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsSymbol, JsValue, js_string};
use std::cell::RefCell;

/// UTF-16 code units that a text may get in one call.
pub(super) const TEXT_UNITS: u64 = 1 << 27;
/// Elements that one call joins or flattens.
pub(super) const ELEMENTS: u64 = 1 << 24;
/// Arrays inside each other that are joined.
const JOIN_DEPTH: usize = 500;
/// Arrays inside each other that are flattened.
const FLAT_DEPTH: usize = 5000;
/// Arguments of one call.
pub(super) const ARGUMENTS: u64 = 200_000;

/// Stock functions that are called once their arguments are known to be reasonable.
pub(crate) struct Bounded {
    pad_start: JsObject,
    pad_end: JsObject,
}

/// Arrays that are being joined.
pub(crate) type Joining = RefCell<Vec<JsObject>>;

/// Takes the stock functions and puts the bounded ones in their place.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let (array, string, function) =
        (constructors.array().prototype(), constructors.string().prototype(), constructors.function().prototype());
    let mut stock = |name: JsString| {
        let function = string.get(name, context)?.as_callable();
        function.ok_or_else(|| type_error("a built-in function is missing"))
    };
    let bounded = Bounded { pad_start: stock(js_string!("padStart"))?, pad_end: stock(js_string!("padEnd"))? };
    shared(context).bounded.replace(Some(bounded));
    define_method(context, &string, "repeat", 1, repeat)?;
    define_method(context, &string, "padStart", 1, |this, a, c| pad(this, a, |stock| &stock.pad_start, c))?;
    define_method(context, &string, "padEnd", 1, |this, a, c| pad(this, a, |stock| &stock.pad_end, c))?;
    define_method(context, &array, "join", 1, join)?;
    define_method(context, &array, "flat", 0, flat)?;
    define_method(context, &function, "apply", 2, apply)?;
    let reflect = context.intrinsics().objects().reflect();
    define_method(context, &reflect, "apply", 3, reflect_apply)
}

fn stock_of(pick: fn(&Bounded) -> &JsObject, context: &Context) -> JsResult<JsObject> {
    let shared = shared(context);
    let bounded = shared.bounded.borrow();
    bounded.as_ref().map(|bounded| pick(bounded).clone()).ok_or_else(|| type_error("the realm is gone"))
}

fn too_long() -> boa_engine::JsError {
    range_error("Invalid string length")
}

fn repeat(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if this.is_null_or_undefined() {
        return Err(type_error("String.prototype.repeat called on null or undefined"));
    }
    let text = this.to_string(context)?;
    let count = arguments.get_or_undefined(0).to_integer_or_infinity(context)?;
    let IntegerOrInfinity::Integer(count) = count else { return Err(range_error("Invalid count value")) };
    let count = u64::try_from(count).map_err(|_| range_error("Invalid count value"))?;
    if count.saturating_mul(text.len() as u64) > TEXT_UNITS || (count > TEXT_UNITS && !text.is_empty()) {
        return Err(too_long());
    }
    Ok(repeated(&text, count as usize).into())
}

/// `count` copies of a text. The engine's own takes 24 bytes for each copy, which is much for a letter: here blocks are put
/// together of about as many copies as the whole has blocks.
fn repeated(text: &JsString, count: usize) -> JsString {
    let copies = |text: &JsString, count| JsString::concat_array(&vec![text.as_str(); count]);
    if text.is_empty() || count == 0 {
        return js_string!("");
    }
    let in_block = count.isqrt().max(1);
    let block = copies(text, in_block);
    let (blocks, rest) = (copies(&block, count / in_block), copies(text, count % in_block));
    JsString::concat_array(&[blocks.as_str(), rest.as_str()])
}

fn pad(
    this: &JsValue,
    arguments: &[JsValue],
    pick: fn(&Bounded) -> &JsObject,
    context: &mut Context,
) -> JsResult<JsValue> {
    if this.is_null_or_undefined() {
        return Err(type_error("a String method was called on null or undefined"));
    }
    let text = JsValue::from(this.to_string(context)?);
    let length = arguments.get_or_undefined(0).to_length(context)?;
    if length > TEXT_UNITS {
        return Err(too_long());
    }
    let rest = arguments.get(1..).unwrap_or_default();
    let mut checked = vec![JsValue::from(length)];
    checked.extend_from_slice(rest);
    stock_of(pick, context)?.call(&text, &checked, context)
}

/// `Array.prototype.join`. As everywhere, an array inside itself joins as nothing.
fn join(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = this.to_object(context)?;
    let state = shared(context);
    {
        let mut joining = state.joining.borrow_mut();
        if joining.iter().any(|open| JsObject::equals(open, &object)) {
            return Ok(js_string!("").into());
        }
        if joining.len() >= JOIN_DEPTH {
            return Err(range_error("Maximum call stack size exceeded"));
        }
        joining.push(object.clone());
    }
    let result = joined(&object, arguments.get_or_undefined(0), context);
    state.joining.borrow_mut().pop();
    result
}

fn joined(object: &JsObject, separator: &JsValue, context: &mut Context) -> JsResult<JsValue> {
    let length = object.get(js_string!("length"), context)?.to_length(context)?;
    let separator = match separator.is_undefined() {
        true => js_string!(","),
        false => separator.to_string(context)?,
    };
    if length > ELEMENTS || length.saturating_mul(separator.len() as u64) > TEXT_UNITS {
        return Err(too_long());
    }
    let mut parts: Vec<JsString> = Vec::with_capacity(length.min(1024) as usize);
    let mut units = 0;
    // Where no element can do anything when it becomes text, all of them are read at once.
    let plain = elements::copy(object, 0, context);
    let plain = plain.filter(|all| all.len() as u64 == length && !all.iter().any(|e| e.is_object() || e.is_symbol()));
    for index in 0..length {
        let element = match &plain {
            Some(all) => all[index as usize].clone(),
            None => object.get(index, context)?,
        };
        let part = if element.is_null_or_undefined() { js_string!("") } else { element.to_string(context)? };
        units += part.len() as u64 + separator.len() as u64;
        if units > TEXT_UNITS {
            return Err(too_long());
        }
        parts.push(part);
    }
    let mut views: Vec<JsStr<'_>> = Vec::with_capacity(parts.len() * 2);
    for (index, part) in parts.iter().enumerate() {
        if index > 0 && !separator.is_empty() {
            views.push(separator.as_str());
        }
        views.push(part.as_str());
    }
    Ok(JsString::concat_array(&views).into())
}

/// `Array.prototype.flat`, without recursion.
fn flat(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let object = this.to_object(context)?;
    let length = object.get(js_string!("length"), context)?.to_length(context)?;
    let depth = match arguments.get_or_undefined(0) {
        depth if depth.is_undefined() => 1,
        depth => match depth.to_integer_or_infinity(context)? {
            IntegerOrInfinity::PositiveInfinity => usize::MAX,
            IntegerOrInfinity::NegativeInfinity => 0,
            IntegerOrInfinity::Integer(depth) => usize::try_from(depth).unwrap_or(0),
        },
    };
    let mut items: Vec<JsValue> = Vec::new();
    let made_by = species_of(&object, context)?;
    let mut open = vec![(object.clone(), 0, length)];
    while let Some((array, index, length)) = open.last_mut() {
        if index == length {
            open.pop();
            continue;
        }
        let (array, at) = (array.clone(), *index);
        *index += 1;
        // A proxy is asked, as the steps of the method have it.
        if array.is::<Proxy>() && !array.has_property(at, context)? {
            continue;
        }
        let item = array.get(at, context)?;
        if item.is_undefined() && !array.has_property(at, context)? {
            continue;
        }
        match item.as_object() {
            Some(inner) if open.len() <= depth && is_array(&inner, context) => {
                if open.len() >= FLAT_DEPTH {
                    return Err(range_error("Maximum call stack size exceeded"));
                }
                let length = inner.get(js_string!("length"), context)?.to_length(context)?;
                open.push((inner, 0, length));
            }
            _ => items.push(item),
        }
        if items.len() as u64 > ELEMENTS {
            return Err(range_error("Invalid array length"));
        }
    }
    let Some(constructor) = made_by else { return Ok(JsArray::from_iter(items, context).into()) };
    let made = constructor.construct(&[JsValue::from(0)], None, context)?;
    for (index, item) in items.into_iter().enumerate() {
        made.create_data_property_or_throw(index, item, context)?;
    }
    Ok(made.into())
}

/// What makes the array that a method makes of another one, `None` for a plain one (ECMA-262 10.4.2.3, ArraySpeciesCreate).
fn species_of(original: &JsObject, context: &mut Context) -> JsResult<Option<JsObject>> {
    if !is_array(original, context) {
        return Ok(None);
    }
    let mut made_by = original.get(js_string!("constructor"), context)?;
    if let Some(constructor) = made_by.as_object() {
        made_by = constructor.get(JsSymbol::species(), context)?;
        if made_by.is_null() {
            return Ok(None);
        }
    }
    let array = context.intrinsics().constructors().array().constructor();
    match made_by.as_object() {
        None if made_by.is_undefined() => Ok(None),
        Some(constructor) if JsObject::equals(&constructor, &array) => Ok(None),
        Some(constructor) if constructor.is_constructor() => Ok(Some(constructor)),
        _ => Err(type_error("object.constructor[Symbol.species] is not a constructor")),
    }
}

fn apply(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function =
        this.as_callable().ok_or_else(|| type_error("Function.prototype.apply was called on no function"))?;
    let list = arguments.get_or_undefined(1);
    if list.is_null_or_undefined() {
        return function.call(arguments.get_or_undefined(0), &[], context);
    }
    let list = list_of(list, context)?;
    function.call(arguments.get_or_undefined(0), &list, context)
}

fn reflect_apply(_: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = arguments.get_or_undefined(0).as_callable();
    let function = function.ok_or_else(|| type_error("Reflect.apply needs a function"))?;
    let list = list_of(arguments.get_or_undefined(2), context)?;
    function.call(arguments.get_or_undefined(1), &list, context)
}
