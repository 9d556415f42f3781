//! Names that live as long as the process: what the other side calls its events and findings by.

use std::sync::{Mutex, PoisonError};

/// Names that are kept; those beyond are all [`OTHER`].
const MOST_NAMES: usize = 1024;
/// Longest name, bytes.
const LONGEST: usize = 64;
/// Stands for a name that there is no room for.
pub const OTHER: &str = "other";

static NAMES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());

/// The name with this text. What all connections bring together is bounded.
pub fn name(text: &str) -> &'static str {
    if text.len() > LONGEST {
        return OTHER;
    }
    let mut names = NAMES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(known) = names.iter().find(|known| **known == text) {
        return known;
    }
    if names.len() >= MOST_NAMES {
        return OTHER;
    }
    let kept: &'static str = Box::leak(text.to_owned().into_boxed_str());
    names.push(kept);
    kept
}

/// The level of a console line.
pub fn console_level(text: &str) -> &'static str {
    ["log", "info", "warn", "error", "debug"].into_iter().find(|level| *level == text).unwrap_or("log")
}
