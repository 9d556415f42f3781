//! The clipboard that a host lends.

use std::sync::{Mutex, PoisonError};

/// A clipboard for text.
pub trait Clipboard: Send + Sync {
    /// The text in it, `None` if there is none or the user refuses.
    fn read(&self) -> Option<String>;
    /// Puts text into it.
    fn write(&self, text: &str);
}

/// A clipboard of this process alone: the default, and what tools use.
#[derive(Default)]
pub struct ProcessClipboard {
    text: Mutex<Option<String>>,
}

impl Clipboard for ProcessClipboard {
    fn read(&self) -> Option<String> {
        self.text.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn write(&self, text: &str) {
        *self.text.lock().unwrap_or_else(PoisonError::into_inner) = Some(text.to_owned());
    }
}
