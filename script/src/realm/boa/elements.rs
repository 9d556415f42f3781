//! Methods of arrays at the speed of memory, where an array is plain.
//!
//! Stock Boa reads and writes each element by its key, through everything that an object may do about it: 70 to 250 ns an
//! element, so that a list of 8,000 that is filled by `unshift` takes seconds. Here the elements of a plain array are read one
//! after the other, and written by giving the array those of a new one.
//!
//! An array is plain if it has the shape of new arrays, which says that it has their prototype, no field but `length`, and
//! no attribute of that changed; and its elements are plain values without holes, as many as `length` says. What else script may have changed that a
//! method would notice (prototypes, species, the iteration protocol) is looked at in each call. Private fields that a class
//! stamps on an array that it did not make are the one thing that is not seen, and lost. Everywhere else, and where
//! an argument is not a plain number, a method gives `None` and the stock one runs (ECMA-262 23.1).

use super::convert::type_error;
use super::limits::ELEMENTS;
use super::shared;
use boa_engine::builtins::typed_array::TypedArray;
use boa_engine::object::builtins::{JsArray, JsArrayBuffer, JsTypedArray};
use boa_engine::property::PropertyKey;
use boa_engine::value::JsVariant;
use boa_engine::{Context, JsArgs, JsObject, JsResult, JsSymbol, JsValue, js_string};
use std::ops::Range;

/// What a method did, `None` if it is for the stock one.
pub(super) type Fast = Option<JsResult<JsValue>>;

/// Arrays and what their methods look at, as they were before script could change them.
pub(crate) struct Pristine {
    /// Where the shape of new arrays is; it is alive as long as the realm.
    shape: usize,
    array: JsObject,
    constructor: JsObject,
    object: JsObject,
    /// The getter of `Array[Symbol.species]`.
    species: JsObject,
    /// `Array.prototype[Symbol.iterator]`, and the prototype of what it gives with its `next`.
    values: JsObject,
    iterator: JsObject,
    next: JsObject,
}

impl Pristine {
    /// Looks at a new realm.
    ///
    /// # Errors
    /// A `TypeError` if a built-in is missing.
    pub(crate) fn of(context: &mut Context) -> JsResult<Pristine> {
        let intrinsics = context.intrinsics();
        let (array, constructor) =
            (intrinsics.constructors().array().prototype(), intrinsics.constructors().array().constructor());
        let object = intrinsics.constructors().object().prototype();
        let iterator = intrinsics.objects().iterator_prototypes().array();
        let shape = JsArray::from_iter([], context).borrow().shape().to_addr_usize();
        let missing = || type_error("a built-in function is missing");
        let species = constructor.borrow().properties().get(&JsSymbol::species().into());
        let species = species.and_then(|found| found.get().and_then(JsValue::as_object)).ok_or_else(missing)?;
        let values = own_object(&array, &JsSymbol::iterator().into()).ok_or_else(missing)?;
        let next = own_object(&iterator, &js_string!("next").into()).ok_or_else(missing)?;
        Ok(Pristine { shape, array, constructor, object, species, values, iterator, next })
    }

    /// Reading and writing an element that an array does not have ends at the array: nothing above it has elements.
    fn has_no_elements_above(&self) -> bool {
        let is_bare = |object: &JsObject| object.borrow().properties().index_property_keys().len() == 0;
        let above = self.array.borrow().prototype();
        is_bare(&self.array)
            && is_bare(&self.object)
            && above.is_some_and(|above| JsObject::equals(&above, &self.object))
    }

    /// New arrays are made by `Array` itself.
    fn has_species(&self) -> bool {
        let constructor = own_object(&self.array, &js_string!("constructor").into());
        let species = self.constructor.borrow().properties().get(&JsSymbol::species().into());
        let species = species.and_then(|found| found.get().and_then(JsValue::as_object));
        constructor.is_some_and(|found| JsObject::equals(&found, &self.constructor))
            && species.is_some_and(|found| JsObject::equals(&found, &self.species))
    }

    /// Arrays are spread by `concat`, and nothing else that is no object.
    fn spreads_arrays(&self) -> bool {
        let key = PropertyKey::from(JsSymbol::is_concat_spreadable());
        let says = |object: &JsObject| object.borrow().properties().contains_key(&key);
        !says(&self.array) && !says(&self.object) && self.has_no_elements_above()
    }

    /// Going through an array gives its elements.
    fn iterates(&self) -> bool {
        let is = |found: Option<JsObject>, stock: &JsObject| found.is_some_and(|found| JsObject::equals(&found, stock));
        is(own_object(&self.array, &JsSymbol::iterator().into()), &self.values)
            && is(own_object(&self.iterator, &js_string!("next").into()), &self.next)
    }

    fn is_plain(&self, object: &JsObject) -> bool {
        object.is_array() && object.borrow().shape().to_addr_usize() == self.shape
    }
}

/// The object in a field of an object's own.
fn own_object(object: &JsObject, key: &PropertyKey) -> Option<JsObject> {
    object.borrow().properties().get(key)?.value()?.as_object()
}

/// Works on what arrays were at first.
fn pristine<T>(context: &Context, work: impl FnOnce(&Pristine) -> Option<T>) -> Option<T> {
    let shared = shared(context);
    let pristine = shared.pristine.borrow();
    pristine.as_ref().and_then(work)
}

/// Walks over the elements of a plain array until `visit` says that it is enough. Gives its length.
fn walk(object: &JsObject, context: &Context, mut visit: impl FnMut(usize, &JsValue) -> bool) -> Option<usize> {
    let length = length_of(object, context)?;
    let borrowed = object.borrow();
    for (expected, (index, element)) in borrowed.properties().index_properties().enumerate() {
        let is_plain = element.writable() == Some(true)
            && element.enumerable() == Some(true)
            && element.configurable() == Some(true)
            && index as usize == expected;
        if !visit(expected, element.value().filter(|_| is_plain)?) {
            break;
        }
    }
    Some(length)
}

/// The length of an array that has so many elements, and is plain if all of those are.
fn length_of(object: &JsObject, context: &Context) -> Option<usize> {
    pristine(context, |pristine| pristine.is_plain(object).then_some(()))?;
    let borrowed = object.borrow();
    let properties = borrowed.properties();
    let length = properties.get(&js_string!("length").into())?.value()?.as_number()?;
    let count = properties.index_property_keys().len();
    (count as f64 == length).then_some(count)
}

/// Those elements of a plain array that lie in a range, after some others.
fn copy_to(mut out: Vec<JsValue>, object: &JsObject, range: Range<usize>, context: &Context) -> Option<Vec<JsValue>> {
    walk(object, context, |at, element| {
        if range.contains(&at) {
            out.push(element.clone());
        }
        at + 1 < range.end
    })?;
    Some(out)
}

/// The elements of a plain array, copied, with room for more.
pub(super) fn copy(object: &JsObject, more: usize, context: &Context) -> Option<Vec<JsValue>> {
    let length = length_of(object, context)?;
    copy_to(Vec::with_capacity(length + more), object, 0..length, context)
}

/// Where in a range of a plain array the first element is that is like a value, or the last one: `None` in it for nowhere.
fn find(
    object: &JsObject,
    range: Range<usize>,
    last: bool,
    context: &Context,
    is_like: impl Fn(&JsValue) -> bool,
) -> Option<Option<usize>> {
    let mut found = None;
    walk(object, context, |at, element| {
        if range.contains(&at) && is_like(element) {
            found = Some(at);
        }
        at + 1 < range.end && (last || found.is_none())
    })?;
    Some(found)
}

/// Gives a plain array other elements; `None` for one that was closed to new ones, and nothing is changed.
fn replace(object: &JsObject, elements: Vec<JsValue>, context: &mut Context) -> Option<()> {
    if !object.is_extensible(context).unwrap_or(false) {
        return None;
    }
    // Of one shape, so that all they differ in is what their elements are, and with them `length`.
    let other = JsArray::from_iter(elements, context);
    std::mem::swap(&mut *object.borrow_mut(), &mut *other.borrow_mut());
    Some(())
}

/// Gives a plain array as many other elements as it has.
///
/// # Errors
/// The elements, if it is not plain, has more or fewer, or was closed.
pub(super) fn overwrite(object: &JsObject, elements: Vec<JsValue>, context: &mut Context) -> Result<(), Vec<JsValue>> {
    let fits = walk(object, context, |_, _| true) == Some(elements.len());
    if !fits || !object.is_extensible(context).unwrap_or(false) {
        return Err(elements);
    }
    // It was looked at above.
    let _ = replace(object, elements, context);
    Ok(())
}

/// An argument as a whole number, if taking it for one asks nobody.
fn integer(value: &JsValue, default: f64) -> Option<f64> {
    match value.variant() {
        JsVariant::Undefined => Some(default),
        JsVariant::Integer32(number) => Some(f64::from(number)),
        JsVariant::Float64(number) if number.is_nan() => Some(0.0),
        JsVariant::Float64(number) => Some(number.trunc()),
        _ => None,
    }
}

/// An argument as a place among so many elements, counted from the end if it is below 0.
fn place(value: &JsValue, length: usize, default: f64) -> Option<usize> {
    let (at, length) = (integer(value, default)?, length as f64);
    Some(if at < 0.0 { (length + at).max(0.0) } else { at.min(length) } as usize)
}

/// Two arguments as a range among so many elements.
fn range(arguments: &[JsValue], first: usize, length: usize) -> Option<Range<usize>> {
    let start = place(arguments.get_or_undefined(first), length, 0.0)?;
    let end = place(arguments.get_or_undefined(first + 1), length, f64::INFINITY)?;
    Some(start..end.max(start))
}

/// `Array.prototype.slice`.
pub(super) fn slice(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    let range = range(arguments, 0, length_of(&object, context)?)?;
    pristine(context, |pristine| pristine.has_species().then_some(()))?;
    let taken = copy_to(Vec::with_capacity(range.len()), &object, range, context)?;
    Some(Ok(JsArray::from_iter(taken, context).into()))
}

/// True if the array can get so many elements, none of which anything above it has a say in.
fn can_grow(to: usize, context: &Context) -> bool {
    to as u64 <= ELEMENTS && pristine(context, |pristine| pristine.has_no_elements_above().then_some(())).is_some()
}

/// `Array.prototype.splice`.
pub(super) fn splice(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    let length = length_of(&object, context)?;
    let start = place(arguments.get_or_undefined(0), length, 0.0)?;
    let removed = match arguments {
        [] => 0,
        [_] => length - start,
        [_, count, ..] => integer(count, 0.0)?.clamp(0.0, (length - start) as f64) as usize,
    };
    let added = arguments.get(2..).unwrap_or_default();
    let grown = length - removed + added.len();
    if !pristine(context, |pristine| Some(pristine.has_species()))? || grown > length && !can_grow(grown, context) {
        return None;
    }
    let mut elements = copy(&object, added.len(), context)?;
    let taken: Vec<JsValue> = elements.splice(start..start + removed, added.iter().cloned()).collect();
    replace(&object, elements, context)?;
    Some(Ok(JsArray::from_iter(taken, context).into()))
}

/// `Array.prototype.unshift`.
pub(super) fn unshift(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    let before = length_of(&object, context)?;
    let length = before + arguments.len();
    if !can_grow(length, context) {
        return None;
    }
    let mut elements = Vec::with_capacity(length);
    elements.extend_from_slice(arguments);
    let elements = copy_to(elements, &object, 0..before, context)?;
    replace(&object, elements, context)?;
    Some(Ok(JsValue::from(length)))
}

/// `Array.prototype.reverse`.
pub(super) fn reverse(this: &JsValue, _: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    let mut elements = copy(&object, 0, context)?;
    elements.reverse();
    replace(&object, elements, context)?;
    Some(Ok(object.into()))
}

/// `Array.prototype.fill`, of an array that was only given its length, too.
pub(super) fn fill(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    let value = arguments.get_or_undefined(0).clone();
    let elements = match copy(&object, 0, context) {
        Some(mut elements) => {
            let range = range(arguments, 1, elements.len())?;
            elements[range].fill(value);
            elements
        }
        None => {
            pristine(context, |pristine| pristine.is_plain(&object).then_some(()))?;
            let length = {
                let borrowed = object.borrow();
                let is_bare = borrowed.properties().index_property_keys().len() == 0;
                let length = borrowed.properties().get(&js_string!("length").into())?.value()?.as_number()?;
                (is_bare && length <= ELEMENTS as f64).then_some(length as usize)?
            };
            if range(arguments, 1, length)? != (0..length) || !can_grow(length, context) {
                return None;
            }
            vec![value; length]
        }
    };
    replace(&object, elements, context)?;
    Some(Ok(object.into()))
}

/// `Array.prototype.concat`.
pub(super) fn concat(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    pristine(context, |pristine| (pristine.has_species() && pristine.spreads_arrays()).then_some(()))?;
    let mut all = copy(&object, arguments.len(), context)?;
    for argument in arguments {
        match argument.as_object() {
            Some(list) => all = copy_to(all, &list, 0..length_of(&list, context)?, context)?,
            None => all.push(argument.clone()),
        }
        if all.len() as u64 > ELEMENTS {
            return None;
        }
    }
    Some(Ok(JsArray::from_iter(all, context).into()))
}

/// `Array.prototype.indexOf`.
pub(super) fn index_of(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    let value = arguments.get_or_undefined(0);
    let length = length_of(&object, context)?;
    let from = place(arguments.get_or_undefined(1), length, 0.0)?;
    let found = find(&object, from..length, false, context, |element| element.strict_equals(value))?;
    Some(Ok(found.map_or_else(|| JsValue::from(-1), JsValue::from)))
}

/// `Array.prototype.lastIndexOf`.
pub(super) fn last_index_of(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    let value = arguments.get_or_undefined(0);
    let length = length_of(&object, context)? as f64;
    // An `undefined` that was given is 0.
    let from = arguments.get(1).map_or(Some(length - 1.0), |from| integer(from, 0.0))?;
    let from = if from < 0.0 { length + from } else { from.min(length - 1.0) };
    let end = if from < 0.0 { 0 } else { from as usize + 1 };
    let found = find(&object, 0..end, true, context, |element| element.strict_equals(value))?;
    Some(Ok(found.map_or_else(|| JsValue::from(-1), JsValue::from)))
}

/// `Array.prototype.includes`.
pub(super) fn includes(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let object = this.as_object()?;
    let value = arguments.get_or_undefined(0);
    let length = length_of(&object, context)?;
    let from = place(arguments.get_or_undefined(1), length, 0.0)?;
    let found = find(&object, from..length, false, context, |element| JsValue::same_value_zero(element, value))?;
    Some(Ok(found.is_some().into()))
}

/// `Array.from` of an array.
pub(super) fn from(this: &JsValue, arguments: &[JsValue], context: &mut Context) -> Fast {
    let list = arguments.get_or_undefined(0).as_object()?;
    let is_plainly_asked = arguments.get_or_undefined(1).is_undefined();
    let constructor = this.as_object()?;
    pristine(context, |pristine| {
        let is_array = JsObject::equals(&constructor, &pristine.constructor);
        (is_plainly_asked && is_array && pristine.iterates()).then_some(())
    })?;
    let elements = copy(&list, 0, context)?;
    Some(Ok(JsArray::from_iter(elements, context).into()))
}

/// `%TypedArray%.prototype.fill`: `stock` writes the first element, whose bytes are what all others get.
pub(super) fn fill_typed(this: &JsValue, arguments: &[JsValue], stock: &JsObject, context: &mut Context) -> Fast {
    let object = this.as_object().filter(|object| object.is::<TypedArray>())?;
    let value = arguments.get_or_undefined(0);
    if !value.is_number() && !value.is_bigint() {
        return None;
    }
    let array = JsTypedArray::from_object(object).ok()?;
    let length = array.length(context).ok()?;
    let range = range(arguments, 1, length)?;
    if range.len() < 2 {
        return None;
    }
    let first = [value.clone(), JsValue::from(range.start), JsValue::from(range.start + 1)];
    if let Err(error) = stock.call(this, &first, context) {
        return Some(Err(error));
    }
    let mut filled = || {
        let buffer = JsArrayBuffer::from_object(array.buffer(context).ok()?.as_object()?).ok()?;
        let (offset, bytes) = (array.byte_offset(context).ok()?, array.byte_length(context).ok()?);
        let size = bytes / length;
        let mut all = buffer.data_mut()?;
        let part = all.get_mut(offset + range.start * size..offset + range.end * size)?;
        // What is written is copied on: twice as much each time.
        let mut written = size;
        while written < part.len() {
            let more = written.min(part.len() - written);
            part.copy_within(..more, written);
            written += more;
        }
        Some(())
    };
    // A shared buffer is for the stock method, which writes all once more.
    filled().map(|()| Ok(this.clone()))
}
