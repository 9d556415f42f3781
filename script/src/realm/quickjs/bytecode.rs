//! Compiling apart from running, and code as bytes.
//!
//! Unsafe, and sound for these reasons:
//! * What is compiled or read is a value like any other: it is freed with its owner here, and running it takes it over, for
//!   which it is duplicated.
//! * [`read`] takes a [`Code`] only, which is what [`write`] has given, byte for byte (see [`code`](crate::realm::code)).
//!   QuickJS looks at its own version in the first byte besides, and the code's key has that of the library ([`version`]).
//! * `JS_WriteObject` goes on where memory is refused to it, and what it gives then is no code. So it begins only where the
//!   heap has room for several times what the code took, and what it gives is dropped if anything was refused meanwhile
//!   ([`Refusals`]).

use super::raw::Refusals;
use crate::realm::code::Code;
use crate::realm::modules::LineMap;
use crate::sandbox;
use crate::sandbox::control::outside;
use rquickjs::{Ctx, Error, Result, Value, qjs};
use std::ffi::{CStr, CString};
use std::slice;
use std::sync::OnceLock;

/// A script of many kinds of statements.
const SAMPLE: &str = include_str!("prelude/builtins.js");
/// Bytes that writing may take beside what the code does.
const ROOM: u64 = 1 << 20;

/// A script that was compiled and did not run.
pub(super) struct Compiled<'js> {
    code: Value<'js>,
    /// Bytes of the heap that compiling took.
    bytes: u64,
}

/// What the bytes of code depend on, beside what they were made from: the engine's version, and what it makes of a sample, which
/// tells of opcodes that were changed without a version being. `None` if there was no memory to find out.
pub(super) fn version(ctx: &Ctx<'_>, refusals: &Refusals) -> Option<[u8; 32]> {
    static VERSION: OnceLock<[u8; 32]> = OnceLock::new();
    if let Some(version) = VERSION.get() {
        return Some(*version);
    }
    let Ok(sample) = compile(ctx, "sample", SAMPLE.to_owned()) else {
        ctx.catch();
        return None;
    };
    let sample = sample.write(None, false, refusals)?;
    let sample = sample.parts()?.code;
    // SAFETY: the version is a constant text.
    let name = unsafe { CStr::from_ptr(qjs::JS_GetVersion()) };
    let mut hasher = blake3::Hasher::new();
    hasher.update(name.to_bytes_with_nul()).update(&usize::BITS.to_le_bytes()).update(sample);
    // Others wait for who is in there: it must not be parked.
    let _outside = outside();
    Some(*VERSION.get_or_init(|| *hasher.finalize().as_bytes()))
}

fn value<'js>(ctx: &Ctx<'js>, raw: qjs::JSValue) -> Result<Value<'js>> {
    // SAFETY: the value is owned and of this context; an exception owns nothing.
    unsafe {
        match qjs::JS_IsException(raw) {
            true => Err(Error::Exception),
            false => Ok(Value::from_raw(ctx.clone(), raw)),
        }
    }
}

/// Compiles a source as a script of that name.
///
/// # Errors
/// What is wrong with it.
pub(super) fn compile<'js>(ctx: &Ctx<'js>, file: &str, source: String) -> Result<Compiled<'js>> {
    let (file, length) = (CString::new(file)?, source.len());
    let source = CString::new(source)?;
    let flags = qjs::JS_EVAL_TYPE_GLOBAL | qjs::JS_EVAL_FLAG_COMPILE_ONLY;
    let live = || sandbox::live_bytes().unwrap_or(0);
    let before = live();
    // SAFETY: see the head of this file. The source ends with a zero, as it must.
    let raw = unsafe { qjs::JS_Eval(ctx.as_raw().as_ptr(), source.as_ptr(), length as _, file.as_ptr(), flags as _) };
    Ok(Compiled { code: value(ctx, raw)?, bytes: live().saturating_sub(before) })
}

impl<'js> Compiled<'js> {
    /// Runs it.
    ///
    /// # Errors
    /// What it throws.
    pub(super) fn run(&self) -> Result<Value<'js>> {
        let ctx = self.code.ctx();
        // SAFETY: see the head of this file.
        let raw = unsafe {
            let context = ctx.as_raw().as_ptr();
            qjs::JS_EvalFunction(context, qjs::JS_DupValue(context, self.code.as_raw()))
        };
        value(ctx, raw)
    }

    /// Its code, before it has run; `None` if there is not room enough to write it in.
    pub(super) fn write(&self, map: Option<&LineMap>, matches: bool, refusals: &Refusals) -> Option<Code> {
        if !refusals.have_room(self.bytes.saturating_mul(4).saturating_add(ROOM)) {
            return None;
        }
        let ctx = self.code.ctx();
        refusals.forget();
        let mut length = 0;
        // SAFETY: see the head of this file. The bytes are read within their length, and given back where they came from.
        unsafe {
            let context = ctx.as_raw().as_ptr();
            let written =
                qjs::JS_WriteObject(context, &mut length, self.code.as_raw(), qjs::JS_WRITE_OBJ_BYTECODE as _);
            if written.is_null() {
                ctx.catch();
                return None;
            }
            let bytes = slice::from_raw_parts(written, length as usize);
            let code = (!refusals.were_there()).then(|| Code::written(map, matches, bytes));
            qjs::js_free(context, written.cast());
            code
        }
    }
}

/// The script that a code is of.
///
/// # Errors
/// What the engine says, above all that there is no memory.
pub(super) fn read<'js>(ctx: &Ctx<'js>, code: &[u8]) -> Result<Compiled<'js>> {
    // SAFETY: see the head of this file. The bytes are copied.
    let raw = unsafe {
        let length = code.len();
        qjs::JS_ReadObject(ctx.as_raw().as_ptr(), code.as_ptr(), length as _, qjs::JS_READ_OBJ_BYTECODE as _)
    };
    Ok(Compiled { code: value(ctx, raw)?, bytes: 0 })
}
