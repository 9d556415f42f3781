//! Guards in front of built-ins that walk over whatever `length` says, without a step at which they could be stopped: at 2^53
//! elements that is for ever. Each guard is a step itself, so garbage is collected between calls that copy much.
//!
//! Real lists are far below the bound, and pay for one look at their length.

use super::convert::{range_error, type_error};
use super::elements::{self, Fast, Pristine};
use super::limits::ELEMENTS;
use super::{define_method, shared};
use boa_engine::native_function::NativeFunctionPointer;
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue, js_string};

/// Methods of `Array.prototype` whose cost follows `length`, with their own `length`s.
const METHODS: [(&str, usize, NativeFunctionPointer); 24] = [
    ("concat", 1, |t, a, c| concat(t, a, c)),
    ("copyWithin", 2, |t, a, c| bounded(0, t, a, c)),
    ("every", 1, |t, a, c| bounded(1, t, a, c)),
    ("fill", 1, |t, a, c| fast(elements::fill, 2, t, a, c)),
    ("filter", 1, |t, a, c| bounded(3, t, a, c)),
    ("find", 1, |t, a, c| bounded(4, t, a, c)),
    ("findIndex", 1, |t, a, c| bounded(5, t, a, c)),
    ("findLast", 1, |t, a, c| bounded(6, t, a, c)),
    ("findLastIndex", 1, |t, a, c| bounded(7, t, a, c)),
    ("flatMap", 1, |t, a, c| bounded(8, t, a, c)),
    ("forEach", 1, |t, a, c| bounded(9, t, a, c)),
    ("includes", 1, |t, a, c| fast(elements::includes, 10, t, a, c)),
    ("indexOf", 1, |t, a, c| fast(elements::index_of, 11, t, a, c)),
    ("lastIndexOf", 1, |t, a, c| fast(elements::last_index_of, 12, t, a, c)),
    ("map", 1, |t, a, c| bounded(13, t, a, c)),
    ("reduce", 1, |t, a, c| bounded(14, t, a, c)),
    ("reduceRight", 1, |t, a, c| bounded(15, t, a, c)),
    ("reverse", 0, |t, a, c| fast(elements::reverse, 16, t, a, c)),
    ("slice", 2, |t, a, c| fast(elements::slice, 17, t, a, c)),
    ("some", 1, |t, a, c| bounded(18, t, a, c)),
    ("splice", 2, |t, a, c| fast(elements::splice, 19, t, a, c)),
    ("toReversed", 0, |t, a, c| bounded(20, t, a, c)),
    ("unshift", 1, |t, a, c| fast(elements::unshift, 21, t, a, c)),
    ("with", 2, |t, a, c| bounded(22, t, a, c)),
];
/// Where those of the table above that are called by number are kept.
const NUMBERED: [&str; 23] = [
    "copyWithin",
    "every",
    "fill",
    "filter",
    "find",
    "findIndex",
    "findLast",
    "findLastIndex",
    "flatMap",
    "forEach",
    "includes",
    "indexOf",
    "lastIndexOf",
    "map",
    "reduce",
    "reduceRight",
    "reverse",
    "slice",
    "some",
    "splice",
    "toReversed",
    "unshift",
    "with",
];

/// The stock functions behind the guards.
pub(crate) struct Guarded {
    methods: Vec<JsObject>,
    concat: JsObject,
    from: JsObject,
    raw: JsObject,
    fill_typed: JsObject,
}

/// Puts the guards in front of the stock functions.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let (array, constructor) = (constructors.array().prototype(), constructors.array().constructor());
    let string = constructors.string().constructor();
    let typed = constructors.typed_array().prototype();
    let pristine = Pristine::of(context)?;
    shared(context).pristine.replace(Some(pristine));
    let mut stock = |object: &JsObject, name: &str| {
        let function = object.get(JsString::from(name), context)?.as_callable();
        function.ok_or_else(|| type_error("a built-in function is missing"))
    };
    let guarded = Guarded {
        methods: NUMBERED.iter().map(|name| stock(&array, name)).collect::<JsResult<_>>()?,
        concat: stock(&array, "concat")?,
        from: stock(&constructor, "from")?,
        raw: stock(&string, "raw")?,
        fill_typed: stock(&typed, "fill")?,
    };
    shared(context).guarded.replace(Some(guarded));
    for (name, length, function) in METHODS {
        define_method(context, &array, name, length, function)?;
    }
    define_method(context, &constructor, "from", 1, from)?;
    define_method(context, &typed, "fill", 1, fill_typed)?;
    define_method(context, &string, "raw", 1, raw)
}

fn stock(pick: impl FnOnce(&Guarded) -> Option<&JsObject>, context: &Context) -> JsResult<JsObject> {
    let shared = shared(context);
    shared.step()?;
    let guarded = shared.guarded.borrow();
    guarded.as_ref().and_then(pick).cloned().ok_or_else(|| type_error("the realm is gone"))
}

/// Fails for what has more elements than a call may walk over.
fn check(object: &JsObject, context: &mut Context) -> JsResult<()> {
    let length = object.get(js_string!("length"), context)?;
    // Anything but a number is read by the function itself.
    match length.variant() {
        JsVariant::Integer32(length) if i64::from(length) <= ELEMENTS as i64 => Ok(()),
        JsVariant::Float64(length) if length <= ELEMENTS as f64 || length.is_nan() => Ok(()),
        JsVariant::Integer32(_) | JsVariant::Float64(_) => Err(range_error("Invalid array length: too many elements")),
        _ => Ok(()),
    }
}

fn bounded(number: usize, this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if let Some(object) = this.as_object() {
        check(&object, context)?;
    }
    stock(|guarded| guarded.methods.get(number), context)?.call(this, arguments, context)
}

/// The same of a method that is fast for plain arrays.
fn fast(
    method: fn(&JsValue, &[JsValue], &mut Context) -> Fast,
    number: usize,
    this: &JsValue,
    arguments: &[JsValue],
    context: &mut Context,
) -> JsResult<JsValue> {
    shared(context).step()?;
    method(this, arguments, context).unwrap_or_else(|| bounded(number, this, arguments, context))
}

fn concat(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    shared(context).step()?;
    if let Some(done) = elements::concat(this, arguments, context) {
        return done;
    }
    for list in std::iter::once(this).chain(arguments).filter_map(JsValue::as_object) {
        check(&list, context)?;
    }
    stock(|guarded| Some(&guarded.concat), context)?.call(this, arguments, context)
}

fn fill_typed(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let stock = stock(|guarded| Some(&guarded.fill_typed), context)?;
    elements::fill_typed(this, arguments, &stock, context).unwrap_or_else(|| stock.call(this, arguments, context))
}

fn from(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    shared(context).step()?;
    if let Some(done) = elements::from(this, arguments, context) {
        return done;
    }
    if let Some(list) = arguments.get_or_undefined(0).as_object() {
        check(&list, context)?;
    }
    stock(|guarded| Some(&guarded.from), context)?.call(this, arguments, context)
}

fn raw(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    if let Some(template) = arguments.get_or_undefined(0).as_object()
        && let Some(texts) = template.get(js_string!("raw"), context)?.as_object()
    {
        check(&texts, context)?;
    }
    stock(|guarded| Some(&guarded.raw), context)?.call(this, arguments, context)
}
