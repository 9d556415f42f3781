//! Stopping a realm from another thread.
//!
//! The wish is noticed at the next call between script and host: entering script, calling a native function, a job, a
//! step of a long built-in of ours. QuickJS asks in loops, calls and regular expressions besides; stock Boa has no such
//! place, so script on it that computes without calling anything is for the watchdog's stronger means.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

/// What a realm says that was stopped.
pub(crate) const STOPPED: &str = "the mini-program was stopped by its host";

/// Stops a realm for good; may be kept and used on any thread.
#[derive(Clone, Debug, Default)]
pub struct Interrupt(Arc<AtomicBool>);

impl Interrupt {
    /// Stops the realm: what runs ends with a fatal fault at its next step, and nothing runs after it.
    pub fn stop(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    /// True once the realm is to stop.
    pub(crate) fn is_stopped(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}
