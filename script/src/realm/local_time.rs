//! What the C library knows of local time.
//!
//! Unsafe: one call of it, `localtime_r`, which reads a time and writes a `tm`, both of which are locals that outlive the call. What it
//! has written is read only where it says that it has: it gives null where it has not.

use super::Zone;

/// The zone of the system, as far as the library tells; `None` if it tells nothing.
#[cfg(unix)]
pub(super) fn zone() -> Option<Zone> {
    use std::mem::MaybeUninit;

    /// The years in which programs have times to show.
    const YEARS: std::ops::Range<i64> = 1970..2070;

    let offset = |seconds: i64| {
        let (seconds, mut local) = (seconds as libc::time_t, MaybeUninit::<libc::tm>::uninit());
        // SAFETY: both pointers are to locals that live for the call, and what it has not written is not read.
        unsafe {
            if libc::localtime_r(&seconds, local.as_mut_ptr()).is_null() {
                return None;
            }
            #[allow(clippy::unnecessary_cast)] // it has 32 bits where the system has
            Some(local.assume_init().tm_gmtoff as i64)
        }
    };
    offset(0)?;
    Some(Zone::sampled(YEARS, |seconds| offset(seconds).unwrap_or(0)))
}

/// There is no such library.
#[cfg(not(unix))]
pub(super) fn zone() -> Option<Zone> {
    None
}
