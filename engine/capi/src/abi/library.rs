//! Version, last error, what a process is prepared with.
//!
//! Unsafe: exporting names that C can link with. It is sound because all of them begin with `pellicle_`, and no function here
//! follows a pointer.

use crate::status;
use crate::types::PellicleText;

/// Version of this interface: it rises with every change after which a host has to be compiled anew.
pub const PELLICLE_ABI_VERSION: u32 = 1;

/// The version of the interface that the library was built with; a host compares it with `PELLICLE_ABI_VERSION`.
#[unsafe(no_mangle)]
pub extern "C" fn pellicle_abi_version() -> u32 {
    PELLICLE_ABI_VERSION
}

/// The library's version, such as `0.1.0`.
#[unsafe(no_mangle)]
pub extern "C" fn pellicle_version() -> PellicleText {
    PellicleText::of(env!("CARGO_PKG_VERSION"))
}

/// Why the last call on this thread that failed did so; empty if none has. It lives until another one fails on this thread.
#[unsafe(no_mangle)]
pub extern "C" fn pellicle_last_error() -> PellicleText {
    let (data, length) = status::last_error();
    PellicleText { data: data.cast(), length }
}

/// Lets mini-programs of others run in processes of their own, which are this program started again: call it first in
/// `main`. In such a process it runs script, and does not return.
#[unsafe(no_mangle)]
pub extern "C" fn pellicle_run_script_if_asked() {
    // It ends the process if it is one of those; a panic in it is that process's end, too.
    let _ = std::panic::catch_unwind(pellicle_script::process::child_main_if_asked);
}

/// Installs handlers for `SIGSEGV`, `SIGBUS` and one real-time signal, which stop script that uses up its time or its
/// stack; other causes go to the handlers that were there before. Call it once, early. Not 0 if the system has such a thing.
#[unsafe(no_mangle)]
pub extern "C" fn pellicle_install_handlers() -> u32 {
    std::panic::catch_unwind(pellicle_script::sandbox::install).map_or(0, u32::from)
}
