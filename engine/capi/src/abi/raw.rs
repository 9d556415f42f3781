//! Reading and writing what a host's pointers point at.
//!
//! Unsafe: following pointers of somebody else's. It is sound because every function here is told by its caller, an exported function, that
//! the pointer is null or valid for the given length as the header demands of the host, looks at null, length and
//! alignment itself, and gives nothing that outlives the exported function's call. Structs are read into zeroed memory of
//! the type, for which [`Versioned`] says that every bit pattern is a value.

use crate::status::{Failure, Outcome, PellicleStatus};
use crate::types::*;
use std::mem::MaybeUninit;

/// Longest text or buffer that is taken, bytes.
const LONGEST: usize = 1 << 31;
/// Largest struct of any later version, bytes.
const LARGEST: usize = 4096;

/// A struct that begins with its size.
///
/// # Safety
/// It is `repr(C)`, begins with a `usize`, and any bytes are a value of it: numbers, raw pointers and optional functions.
pub unsafe trait Versioned: Copy {
    /// Size of its first version, bytes.
    const FIRST: usize;
}

macro_rules! versioned {
    ($($name:ident),*) => {
        $(
            // SAFETY: as the trait demands, which the definitions in `types` show.
            unsafe impl Versioned for $name {
                const FIRST: usize = size_of::<$name>();
            }
        )*
    };
}

versioned!(
    PellicleHostOptions,
    PellicleProgramOptions,
    PellicleCallbacks,
    PellicleInput,
    PellicleTick,
    PellicleFrameStats,
    PellicleTextField,
    PellicleWindow,
    PellicleBenchOptions,
    PellicleBenchProgress
);

fn usable<T>(pointer: *const T, what: &str) -> Outcome {
    if pointer.is_null() {
        return Err(Failure::argument(format!("{what} is null")));
    }
    if !pointer.is_aligned() {
        return Err(Failure::argument(format!("{what} is not aligned")));
    }
    Ok(())
}

/// The size that a struct says it has, which lies between that of its first version and any that may come.
///
/// # Safety
/// The pointer is null, or its first field can be read.
unsafe fn said_size<T: Versioned>(pointer: *const T) -> Outcome<usize> {
    usable(pointer, std::any::type_name::<T>().rsplit("::").next().unwrap_or_default())?;
    // SAFETY: it is neither null nor misaligned, and the caller vouches for the rest.
    let size = unsafe { pointer.cast::<usize>().read() };
    match size {
        size if size < T::FIRST => {
            let text = format!("struct_size is {size}, which is less than {}", T::FIRST);
            Err(Failure::new(PellicleStatus::StructSize, text))
        }
        size if size > LARGEST => Err(Failure::new(PellicleStatus::StructSize, format!("struct_size is {size}"))),
        size => Ok(size),
    }
}

/// A copy of a host's struct, of whatever version: fields that it does not have are zero, and those that this library does
/// not know have to be.
///
/// # Safety
/// The pointer is null or points at as many readable bytes as its first field says.
pub unsafe fn read<T: Versioned>(pointer: *const T) -> Outcome<T> {
    // SAFETY: the caller vouches for it.
    let size = unsafe { said_size(pointer)? };
    let known = size.min(size_of::<T>());
    for at in known..size {
        // SAFETY: within the size that the caller vouches for.
        if unsafe { pointer.cast::<u8>().add(at).read() } != 0 {
            return Err(Failure::new(PellicleStatus::StructSize, "a field is set that this version does not know"));
        }
    }
    let mut value = MaybeUninit::<T>::zeroed();
    // SAFETY: both are at least `known` bytes, and one is new. Padding is copied as memory, not read.
    unsafe {
        std::ptr::copy_nonoverlapping(
            pointer.cast::<MaybeUninit<u8>>(),
            value.as_mut_ptr().cast::<MaybeUninit<u8>>(),
            known,
        );
    }
    // SAFETY: any bytes are a value of a versioned struct.
    Ok(unsafe { value.assume_init() })
}

/// Writes a struct where a host wants it, as far as its version goes; the size that it said stays.
///
/// # Safety
/// The pointer is null or points at as many writable bytes as its first field says.
pub unsafe fn write<T: Versioned>(pointer: *mut T, value: &T) -> Outcome {
    // SAFETY: the caller vouches for it.
    let size = unsafe { said_size(pointer)? };
    let first = size_of::<usize>();
    // SAFETY: both are at least as long as what is copied, and one is this function's own.
    unsafe {
        std::ptr::copy_nonoverlapping(
            std::ptr::from_ref(value).cast::<MaybeUninit<u8>>().add(first),
            pointer.cast::<MaybeUninit<u8>>().add(first),
            size.min(size_of::<T>()) - first,
        );
    }
    Ok(())
}

/// Says whether a struct could be written, before anything is done that it would tell of.
///
/// # Safety
/// As [`write`].
pub unsafe fn check<T: Versioned>(pointer: *const T) -> Outcome {
    // SAFETY: the caller vouches for it.
    unsafe { said_size(pointer) }.map(drop)
}

/// Says whether a plain result could be written.
pub fn check_out<T>(pointer: *const T, what: &str) -> Outcome {
    usable(pointer, what)
}

/// Writes a plain result.
///
/// # Safety
/// The pointer is null or points at writable memory of its type.
pub unsafe fn put<T>(pointer: *mut T, value: T) -> Outcome {
    usable(pointer, "a result")?;
    // SAFETY: it is neither null nor misaligned, and the caller vouches for the rest.
    unsafe { pointer.write(value) };
    Ok(())
}

/// A host's list.
///
/// # Safety
/// The pointer is null, or points at `length` initialised values that nobody changes meanwhile.
pub unsafe fn list<'a, T>(data: *const T, length: usize, what: &str) -> Outcome<&'a [T]> {
    if length == 0 {
        return Ok(&[]);
    }
    usable(data, what)?;
    if length.saturating_mul(size_of::<T>()) > LONGEST {
        return Err(Failure::argument(format!("{what} is too long")));
    }
    // SAFETY: it is neither null nor misaligned nor longer than memory, and the caller vouches for the rest.
    Ok(unsafe { std::slice::from_raw_parts(data, length) })
}

/// The same, to write into.
///
/// # Safety
/// The pointer is null, or points at `length` initialised values that nobody else looks at meanwhile.
pub unsafe fn list_mut<'a, T>(data: *mut T, length: usize, what: &str) -> Outcome<&'a mut [T]> {
    if length == 0 {
        return Ok(&mut []);
    }
    usable(data, what)?;
    if length.saturating_mul(size_of::<T>()) > LONGEST {
        return Err(Failure::argument(format!("{what} is too long")));
    }
    // SAFETY: as above.
    Ok(unsafe { std::slice::from_raw_parts_mut(data, length) })
}

/// A host's text.
///
/// # Safety
/// As [`list`], for its bytes.
pub unsafe fn text<'a>(text: PellicleText, what: &str) -> Outcome<&'a str> {
    // SAFETY: the caller vouches for it.
    let bytes = unsafe { list(text.data.cast::<u8>(), text.length, what)? };
    std::str::from_utf8(bytes).map_err(|error| Failure::argument(format!("{what} is no UTF-8: {error}")))
}
