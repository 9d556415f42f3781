//! Realms that must not be used any more.

use super::{FaultKind, ScriptFault};
use crate::value::Value;

/// What a call into a realm gives that is broken.
pub(crate) fn broken_fault(reason: &str) -> ScriptFault {
    ScriptFault { kind: FaultKind::Fatal, message: reason.to_owned(), stack: Vec::new(), value: Value::Undefined }
}

/// What a panic said, as the reason why a realm is broken.
pub(crate) fn panic_text(panic: &(dyn std::any::Any + Send)) -> String {
    let text = panic
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "unknown panic".to_owned());
    format!("the script engine failed: {text}")
}
