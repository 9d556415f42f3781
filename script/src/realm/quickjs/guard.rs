//! Guards in front of built-ins that walk over lists: what is known to be short goes to the engine's own, everything else to
//! the prelude's, which walks in steps that can be ended.
//!
//! Unsafe, and sound for these reasons:
//! * The functions here are called by the engine alone, with as many arguments as they say that they have, or more, and with the two
//!   functions that they were made with, which the engine holds for them.
//! * What is asked runs no script: whether something is an array or a proxy, an array's length, and own fields of what is no
//!   proxy. What they give is freed here.
//! * Nothing here panics or keeps a value.

use rquickjs::{Ctx, Error, Function, Result, Value, qjs};
use std::ffi::c_int;
use std::mem::MaybeUninit;

/// Rounds that a built-in may walk without being asked; `ITEMS` of the prelude.
const ROUNDS: i32 = 1 << 24;
/// The length of an object that has no `length` of its own.
const NONE: i32 = -2;
/// The length of what may run script to say it (a proxy, a getter), or says something odd.
const UNKNOWN: i32 = -1;

/// How long a list is, which script cannot tell was asked; 0 for what is no object.
///
/// # Safety
/// `list` is a live value of `context`.
unsafe fn known_length(context: *mut qjs::JSContext, list: qjs::JSValue) -> i32 {
    // SAFETY: see the head of this file.
    unsafe {
        if !qjs::JS_IsObject(list) {
            return 0;
        }
        if qjs::JS_IsArray(list) {
            let mut length = 0;
            let known = qjs::JS_GetLength(context, list, &mut length) >= 0;
            return if known { i32::try_from(length).unwrap_or(i32::MAX) } else { UNKNOWN };
        }
        if qjs::JS_IsProxy(list) {
            return UNKNOWN;
        }
        let name = qjs::JS_NewAtomLen(context, c"length".as_ptr(), 6);
        let mut field = MaybeUninit::<qjs::JSPropertyDescriptor>::uninit();
        let has = qjs::JS_GetOwnProperty(context, field.as_mut_ptr(), list, name);
        qjs::JS_FreeAtom(context, name);
        if has < 0 {
            // Who reads it is told.
            qjs::JS_FreeValue(context, qjs::JS_GetException(context));
            return UNKNOWN;
        }
        if has == 0 {
            return NONE;
        }
        let field = field.assume_init();
        let is_plain = field.flags & qjs::JS_PROP_GETSET as c_int == 0;
        let is_number = qjs::JS_VALUE_GET_TAG(field.value) == qjs::JS_TAG_INT;
        let length = if is_plain && is_number { qjs::JS_VALUE_GET_INT(field.value).max(0) } else { UNKNOWN };
        for value in [field.value, field.getter, field.setter] {
            qjs::JS_FreeValue(context, value);
        }
        length
    }
}

/// `lengthOf` of the prelude.
unsafe extern "C" fn length_of(
    context: *mut qjs::JSContext,
    _: qjs::JSValue,
    _: c_int,
    arguments: *mut qjs::JSValue,
) -> qjs::JSValue {
    // SAFETY: see the head of this file.
    qjs::JS_MKVAL(qjs::JS_TAG_INT, unsafe { known_length(context, *arguments) })
}

/// A guard: with `all`, its arguments are lists, too.
unsafe extern "C" fn guard(
    context: *mut qjs::JSContext,
    this: qjs::JSValue,
    count: c_int,
    arguments: *mut qjs::JSValue,
    all: c_int,
    behind: *mut qjs::JSValue,
) -> qjs::JSValue {
    // SAFETY: see the head of this file.
    unsafe {
        let mut rounds = known_length(context, this);
        let mut is_short = (0..=ROUNDS).contains(&rounds);
        for index in 0..if all == 0 { 0 } else { count } {
            let length = known_length(context, *arguments.offset(index as isize));
            rounds = rounds.saturating_add(length);
            is_short &= length >= 0 && rounds <= ROUNDS;
        }
        let function = if is_short { *behind } else { *behind.add(1) };
        qjs::JS_Call(context, function, this, count, arguments)
    }
}

fn made<'js>(ctx: &Ctx<'js>, function: qjs::JSValue) -> Result<Function<'js>> {
    // SAFETY: the value is owned and of this context; an exception owns nothing.
    unsafe {
        match qjs::JS_IsException(function) {
            true => Err(Error::Exception),
            false => Function::from_value(Value::from_raw(ctx.clone(), function)),
        }
    }
}

/// A function for the prelude that gives the length of a list, below 0 if it is not known.
pub(super) fn length_function<'js>(ctx: &Ctx<'js>) -> Result<Function<'js>> {
    let generic = qjs::JSCFunctionEnum_JS_CFUNC_generic;
    // SAFETY: see the head of this file.
    let function =
        unsafe { qjs::JS_NewCFunction2(ctx.as_raw().as_ptr(), Some(length_of), c"lengthOf".as_ptr(), 1, generic, 0) };
    made(ctx, function)
}

/// A guard in front of `stock` that leaves to `careful` what is not known to be short; with `all`, arguments count, too.
pub(super) fn guarded<'js>(stock: &Value<'js>, careful: &Value<'js>, length: i32, all: bool) -> Result<Function<'js>> {
    let ctx = stock.ctx();
    let mut behind = [stock.as_raw(), careful.as_raw()];
    // SAFETY: see the head of this file. The engine takes references of its own to the two.
    let function = unsafe {
        qjs::JS_NewCFunctionData(ctx.as_raw().as_ptr(), Some(guard), length, all.into(), 2, behind.as_mut_ptr())
    };
    made(ctx, function)
}
