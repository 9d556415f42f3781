//! The primitives that the bridge is built on, in one place so that the model check can replace them.

pub use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
