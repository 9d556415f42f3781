//! What functions answer, and why the last one failed.

use crate::call;
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// What a function answers. Anything but `Ok` has a text: `pellicle_last_error`.
#[repr(i32)]
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PellicleStatus {
    /// It was done.
    Ok = 0,
    /// An argument is null, has a wrong length, is no UTF-8 or is out of its range.
    InvalidArgument = 1,
    /// `struct_size` is smaller than any version of the struct, or fields are set that this version does not know.
    StructSize = 2,
    /// The handle is none, or what it stood for is gone.
    InvalidHandle = 3,
    /// The handle belongs to another thread.
    WrongThread = 4,
    /// The mini-program is in the middle of another call, or a wake callback made the call.
    Busy = 5,
    /// There is no such file, or it is no mini-program.
    NotFound = 6,
    /// A package is damaged, or nobody vouches for it who is trusted.
    Untrusted = 7,
    /// The mini-program cannot be started.
    Start = 8,
    /// It is frozen or has never shown a page: there is nothing to draw.
    NoPicture = 9,
    /// The system refused something.
    System = 10,
    /// The library has a defect, which it survived. A mini-program that it happened in can only be destroyed.
    Internal = 11,
    /// There is no GPU that will do, or it is lost: attach a window again, or go on with `pellicle_program_render_cpu`.
    NoGpu = 12,
}

/// Why a call fails.
#[derive(Debug)]
pub(crate) struct Failure {
    pub status: PellicleStatus,
    pub text: String,
}

impl Failure {
    pub fn new(status: PellicleStatus, text: impl ToString) -> Failure {
        Failure { status, text: text.to_string() }
    }

    pub fn argument(text: impl ToString) -> Failure {
        Failure::new(PellicleStatus::InvalidArgument, text)
    }
}

/// What the body of a function gives.
pub(crate) type Outcome<T = ()> = Result<T, Failure>;

thread_local! {
    static LAST: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Where the text of the last failure on this thread lies, and its length; it stays there until the next call that fails.
pub(crate) fn last_error() -> (*const u8, usize) {
    LAST.with_borrow(|text| (text.as_ptr(), text.len()))
}

fn keep(text: String) {
    LAST.with_borrow_mut(|last| *last = text);
}

/// Runs the body of a function: nothing that goes wrong in it leaves it but as a status.
pub(crate) fn guard(body: impl FnOnce() -> Outcome) -> PellicleStatus {
    if call::is_waking() {
        keep("a wake callback may not call this library".to_owned());
        return PellicleStatus::Busy;
    }
    match catch_unwind(AssertUnwindSafe(body)) {
        Ok(Ok(())) => PellicleStatus::Ok,
        Ok(Err(Failure { status, text })) => {
            keep(text);
            status
        }
        Err(panic) => {
            let text = panic.downcast_ref::<String>().map(String::as_str);
            let text = text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("no text");
            keep(format!("a defect of the library: {text}"));
            // What was thrown may fail as it goes.
            std::mem::forget(panic);
            PellicleStatus::Internal
        }
    }
}
