//! Sorting that survives any comparator.
//!
//! Stock Boa hands script's comparator to a sort that panics when it contradicts itself, as the shuffle idiom
//! `sort(() => Math.random() - 0.5)` does. This is a stable merge sort: whatever the comparator
//! answers, it ends after O(n log n) calls with some order, and it stops at the first throw (ECMA-262 23.1.3.30,
//! 23.1.3.34, 23.2.3.29, 23.2.3.33).

use super::convert::{range_error, type_error};
use super::{define_method, elements, shared};
use boa_engine::builtins::typed_array::{TypedArray, TypedArrayKind};
use boa_engine::object::builtins::{JsArray, JsTypedArray};
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsString, JsValue, js_string};
use std::cmp::Ordering;

/// More elements than this are not sorted; nothing that fits a mini-program's memory has them.
const MAX_LENGTH: u64 = 1 << 24;
/// Runs that are sorted by insertion before merging begins; up to here V8 does nothing else.
const RUN: usize = 63;

/// Replaces the sorts of arrays and typed arrays.
pub(crate) fn install(context: &mut Context) -> JsResult<()> {
    let constructors = context.intrinsics().constructors();
    let array = constructors.array().prototype();
    let typed = constructors.typed_array().prototype();
    define_method(context, &array, "sort", 1, array_sort)?;
    define_method(context, &array, "toSorted", 1, array_to_sorted)?;
    define_method(context, &typed, "sort", 1, typed_sort)?;
    define_method(context, &typed, "toSorted", 1, typed_to_sorted)
}

/// A stable sort with a comparison that may fail: runs found or made by binary insertion, then merged.
///
/// `compare(later, earlier)` is asked whether the later item goes first. The order of questions within a run is
/// V8's, so that up to [`RUN`] items even an inconsistent comparator gives the order that it gives there.
///
/// # Errors
/// The first error of `compare`; callers write nothing back then.
fn merge_sort<T: Clone>(items: &mut Vec<T>, compare: &mut impl FnMut(&T, &T) -> JsResult<Ordering>) -> JsResult<()> {
    for run in items.chunks_mut(RUN) {
        let mut sorted = natural_run(run, compare)?;
        while sorted < run.len() {
            let (mut left, mut right) = (0, sorted);
            while left < right {
                let middle = left + (right - left) / 2;
                if compare(&run[sorted], &run[middle])? == Ordering::Less {
                    right = middle;
                } else {
                    left = middle + 1;
                }
            }
            run[left..=sorted].rotate_right(1);
            sorted += 1;
        }
    }
    let mut width = RUN;
    let mut merged: Vec<T> = Vec::with_capacity(items.len());
    while width < items.len() {
        merged.clear();
        for pair in items.chunks(width * 2) {
            let (left, right) = pair.split_at(width.min(pair.len()));
            merge(left, right, &mut merged, compare)?;
        }
        std::mem::swap(items, &mut merged);
        width *= 2;
    }
    Ok(())
}

/// The length of the run that the items begin with; a descending one is turned round.
fn natural_run<T>(items: &mut [T], compare: &mut impl FnMut(&T, &T) -> JsResult<Ordering>) -> JsResult<usize> {
    if items.len() < 2 {
        return Ok(items.len());
    }
    let descending = compare(&items[1], &items[0])? == Ordering::Less;
    let mut length = 2;
    while length < items.len() {
        let less = compare(&items[length], &items[length - 1])? == Ordering::Less;
        if less != descending {
            break;
        }
        length += 1;
    }
    if descending {
        items[..length].reverse();
    }
    Ok(length)
}

fn merge<T: Clone>(
    left: &[T],
    right: &[T],
    out: &mut Vec<T>,
    compare: &mut impl FnMut(&T, &T) -> JsResult<Ordering>,
) -> JsResult<()> {
    let in_order = match (left.last(), right.first()) {
        (Some(last), Some(first)) => compare(first, last)? != Ordering::Less,
        _ => true,
    };
    let (mut l, mut r) = (0, 0);
    while !in_order && l < left.len() && r < right.len() {
        if compare(&right[r], &left[l])? == Ordering::Less {
            out.push(right[r].clone());
            r += 1;
        } else {
            out.push(left[l].clone());
            l += 1;
        }
    }
    out.extend_from_slice(&left[l..]);
    out.extend_from_slice(&right[r..]);
    Ok(())
}

fn comparator(arguments: &[JsValue]) -> JsResult<Option<JsObject>> {
    let value = arguments.get_or_undefined(0);
    if value.is_undefined() {
        return Ok(None);
    }
    match value.as_callable() {
        Some(function) => Ok(Some(function)),
        None => Err(type_error("The comparison function must be either a function or undefined")),
    }
}

fn call_comparator(function: &JsObject, a: &JsValue, b: &JsValue, context: &mut Context) -> JsResult<Ordering> {
    shared(context).check_interrupt()?;
    let answer = function.call(&JsValue::undefined(), &[a.clone(), b.clone()], context)?;
    let answer = match answer.as_i32() {
        Some(answer) => f64::from(answer),
        None => answer.to_number(context)?,
    };
    Ok(answer.partial_cmp(&0.0).unwrap_or(Ordering::Equal))
}

/// Sorts values as `Array.prototype.sort` does: `undefined` last, by text without a comparator.
fn sort_values(values: Vec<JsValue>, function: Option<&JsObject>, context: &mut Context) -> JsResult<Vec<JsValue>> {
    let total = values.len();
    let mut values: Vec<JsValue> = values.into_iter().filter(|value| !value.is_undefined()).collect();
    match function {
        Some(function) => merge_sort(&mut values, &mut |a, b| call_comparator(function, a, b, context))?,
        None => {
            let mut texts = Vec::with_capacity(values.len());
            for value in values {
                texts.push((value.to_string(context)?, value));
            }
            texts.sort_by(|(a, _), (b, _)| compare_texts(a, b));
            values = texts.into_iter().map(|(_, value)| value).collect();
        }
    }
    values.resize(total, JsValue::undefined());
    Ok(values)
}

/// Order by UTF-16 code units.
fn compare_texts(a: &JsString, b: &JsString) -> Ordering {
    let (a, b) = (a.as_str(), b.as_str());
    match (a.as_latin1(), b.as_latin1()) {
        (Some(a), Some(b)) => a.cmp(b),
        _ => a.iter().cmp(b.iter()),
    }
}

fn checked_length(object: &JsObject, context: &mut Context) -> JsResult<u64> {
    let length = object.get(js_string!("length"), context)?.to_length(context)?;
    if length > MAX_LENGTH { Err(range_error("Invalid array length: too many elements to sort")) } else { Ok(length) }
}

fn array_sort(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = comparator(arguments)?;
    let object = this.to_object(context)?;
    let length = checked_length(&object, context)?;
    let values = match elements::copy(&object, 0, context) {
        Some(values) => values,
        None => {
            let mut values = Vec::new();
            for index in 0..length {
                // Holes stay holes, at the end.
                let value = object.get(index, context)?;
                if !value.is_undefined() || object.has_property(index, context)? {
                    values.push(value);
                }
            }
            values
        }
    };
    let count = values.len() as u64;
    let sorted = sort_values(values, function.as_ref(), context)?;
    // The comparator may have done anything to the array.
    let Err(sorted) = elements::overwrite(&object, sorted, context) else { return Ok(object.into()) };
    for (index, value) in sorted.into_iter().enumerate() {
        object.set(index, value, true, context)?;
    }
    for index in count..length {
        if object.has_property(index, context)? {
            object.delete_property_or_throw(index, context)?;
        }
    }
    Ok(object.into())
}

fn array_to_sorted(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = comparator(arguments)?;
    let object = this.to_object(context)?;
    let length = checked_length(&object, context)?;
    let values = match elements::copy(&object, 0, context) {
        Some(values) => values,
        None => (0..length).map(|index| object.get(index, context)).collect::<JsResult<Vec<_>>>()?,
    };
    let sorted = sort_values(values, function.as_ref(), context)?;
    Ok(JsArray::from_iter(sorted, context).into())
}

/// Order of numbers in typed arrays: `-0` before `0`, `NaN` last.
fn compare_numbers(a: &JsValue, b: &JsValue) -> Ordering {
    match (a.variant(), b.variant()) {
        (JsVariant::BigInt(a), JsVariant::BigInt(b)) => a.cmp(&b),
        _ => {
            let number = |value: &JsValue| match value.as_number() {
                Some(number) if !number.is_nan() => number,
                _ => f64::NAN.copysign(1.0),
            };
            number(a).total_cmp(&number(b))
        }
    }
}

fn sort_typed(object: &JsObject, function: Option<&JsObject>, context: &mut Context) -> JsResult<()> {
    let length = JsTypedArray::from_object(object.clone())?.length(context)?;
    let mut values = (0..length).map(|index| object.get(index, context)).collect::<JsResult<Vec<_>>>()?;
    match function {
        Some(function) => merge_sort(&mut values, &mut |a, b| call_comparator(function, a, b, context))?,
        None => values.sort_by(compare_numbers),
    }
    for (index, value) in values.into_iter().enumerate() {
        object.set(index, value, false, context)?;
    }
    Ok(())
}

fn typed(this: &JsValue) -> JsResult<JsObject> {
    this.as_object().filter(|object| object.is::<TypedArray>()).ok_or_else(|| type_error("this is not a typed array"))
}

/// A typed array of the same kind with the same elements, whatever script says that its kind is made by.
fn copy_typed(object: JsObject, context: &mut Context) -> JsResult<JsObject> {
    let array = JsTypedArray::from_object(object.clone())?;
    let length = array.length(context)?;
    let kinds = context.intrinsics().constructors();
    let kind = match array.kind() {
        Some(TypedArrayKind::Int8) => kinds.typed_int8_array(),
        Some(TypedArrayKind::Uint8) => kinds.typed_uint8_array(),
        Some(TypedArrayKind::Uint8Clamped) => kinds.typed_uint8clamped_array(),
        Some(TypedArrayKind::Int16) => kinds.typed_int16_array(),
        Some(TypedArrayKind::Uint16) => kinds.typed_uint16_array(),
        Some(TypedArrayKind::Int32) => kinds.typed_int32_array(),
        Some(TypedArrayKind::Uint32) => kinds.typed_uint32_array(),
        Some(TypedArrayKind::BigInt64) => kinds.typed_bigint64_array(),
        Some(TypedArrayKind::BigUint64) => kinds.typed_biguint64_array(),
        Some(TypedArrayKind::Float32) => kinds.typed_float32_array(),
        Some(TypedArrayKind::Float64) => kinds.typed_float64_array(),
        _ => return Err(type_error("this is not a typed array")),
    };
    let copy = kind.constructor().construct(&[JsValue::from(length)], None, context)?;
    for index in 0..length {
        let element = object.get(index, context)?;
        copy.set(index, element, true, context)?;
    }
    Ok(copy)
}

fn typed_sort(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = comparator(arguments)?;
    let object = typed(this)?;
    sort_typed(&object, function.as_ref(), context)?;
    Ok(object.into())
}

fn typed_to_sorted(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> JsResult<JsValue> {
    let function = comparator(arguments)?;
    let object = typed(this)?;
    let copy = copy_typed(object, context)?;
    sort_typed(&copy, function.as_ref(), context)?;
    Ok(copy.into())
}
