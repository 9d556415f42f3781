//! The system's clipboard.

use crate::interact::clipboard::{Clipboard, ProcessClipboard};
use std::sync::{Mutex, PoisonError};

/// The system's clipboard; where there is none (no display, or one that lends no clipboard), this process has one of
/// its own.
#[derive(Default)]
pub struct SystemClipboard {
    /// Kept open: under X11 whoever has put text into the clipboard hands it out himself.
    system: Mutex<Option<arboard::Clipboard>>,
    own: ProcessClipboard,
}

impl SystemClipboard {
    /// The clipboard of the display.
    pub fn open() -> SystemClipboard {
        SystemClipboard { system: Mutex::new(arboard::Clipboard::new().ok()), ..SystemClipboard::default() }
    }
}

impl Clipboard for SystemClipboard {
    fn read(&self) -> Option<String> {
        match self.system.lock().unwrap_or_else(PoisonError::into_inner).as_mut().map(|system| system.get_text()) {
            Some(Ok(text)) => Some(text),
            // It is there and holds no text.
            Some(Err(arboard::Error::ContentNotAvailable)) => None,
            Some(Err(_)) | None => self.own.read(),
        }
    }

    fn write(&self, text: &str) {
        let mut system = self.system.lock().unwrap_or_else(PoisonError::into_inner);
        if system.as_mut().is_none_or(|system| system.set_text(text).is_err()) {
            self.own.write(text);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_display_the_process_has_a_clipboard_of_its_own() {
        let clipboard = SystemClipboard::default();
        assert_eq!(clipboard.read(), None);
        clipboard.write("text");
        assert_eq!(clipboard.read().as_deref(), Some("text"));
    }
}
