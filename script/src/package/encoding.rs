//! Files of text have to be UTF-8, with or without a byte-order mark. One that is not is left out as a whole: read as
//! something else it would only give findings that mislead.

use super::PackageSource;
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

/// Bytes that are looked at for the zeros of UTF-16.
const SAMPLE: usize = 256;

/// What is wrong with the bytes of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct NotUtf8 {
    /// The first character that is none.
    pub position: Position,
    /// It looks like UTF-16.
    pub utf16: bool,
}

/// The text of a file's bytes, without a byte-order mark.
///
/// # Errors
/// [`NotUtf8`] if the bytes are no UTF-8.
pub fn decode(bytes: &[u8]) -> Result<&str, NotUtf8> {
    let sample = &bytes[..bytes.len().min(SAMPLE)];
    let zeros = sample.iter().filter(|&&byte| byte == 0).count();
    let utf16 = bytes.starts_with(&[0xff, 0xfe]) || bytes.starts_with(&[0xfe, 0xff]) || zeros * 4 > sample.len();
    if utf16 {
        return Err(NotUtf8 { position: Position { line: 1, column: 1 }, utf16 });
    }
    match std::str::from_utf8(bytes) {
        Ok(text) => Ok(text.strip_prefix('\u{feff}').unwrap_or(text)),
        Err(error) => {
            let good = std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or("");
            let good = good.strip_prefix('\u{feff}').unwrap_or(good);
            Err(NotUtf8 { position: Position::of_offset(good, good.len()), utf16 })
        }
    }
}

/// What is to be said about a file of text that is not UTF-8; nothing about others.
pub fn finding(package: &dyn PackageSource, path: &str) -> Option<Diagnostic> {
    let wrong = decode(&package.read(path)?).err()?;
    let message = match wrong.utf16 {
        true => "the file is not UTF-8 but looks like UTF-16; it is left out, save it as UTF-8",
        false => "the file is not UTF-8; it is left out, save it as UTF-8",
    };
    Some(Diagnostic::new(Severity::Error, "not-utf-8", Arc::from(path), wrong.position, message))
}

/// A package that tells of each of its files that is asked for and is not what is vouched for, or is text and not UTF-8, once.
pub struct EncodingCheck<P, F> {
    package: P,
    tell: F,
    told: Mutex<BTreeSet<String>>,
}

impl<P: PackageSource, F: Fn(Diagnostic) + Send + Sync> EncodingCheck<P, F> {
    /// The files of `package`; findings go to `tell`.
    pub fn new(package: P, tell: F) -> Self {
        EncodingCheck { package, tell, told: Mutex::default() }
    }

    fn told(&self, path: &str) -> bool {
        !self.told.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned())
    }

    /// Tells why a file is not given, if that is not for its absence.
    fn refused(&self, path: &str) {
        if let Some(why) = self.package.fault(path)
            && !self.told(path)
        {
            let start = Position { line: 1, column: 1 };
            let message = format!("the file is refused: {why}");
            (self.tell)(Diagnostic::new(Severity::Error, "tampered-file", Arc::from(path), start, message));
        }
    }
}

impl<P: PackageSource, F: Fn(Diagnostic) + Send + Sync> PackageSource for EncodingCheck<P, F> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let bytes = self.package.read(path);
        if bytes.is_none() {
            self.refused(path);
        }
        bytes
    }

    fn text(&self, path: &str) -> Option<String> {
        let Some(text) = self.package.text(path) else {
            self.refused(path);
            return None;
        };
        // Only a file that is empty or left out can be one to tell of.
        if text.is_empty()
            && let Some(found) = finding(&self.package, path)
            && !self.told(path)
        {
            (self.tell)(found);
        }
        Some(text)
    }

    fn paths(&self) -> Vec<String> {
        self.package.paths()
    }

    fn behind(&self) -> Option<&dyn PackageSource> {
        Some(&self.package)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::{MemoryPackage, read_text};

    #[test]
    fn a_file_that_is_not_utf_8_is_left_out_and_told_of_once() {
        let utf16: Vec<u8> = "<view/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
        let marked: Vec<u8> = [0xff, 0xfe].into_iter().chain(utf16.clone()).collect();
        let package = MemoryPackage::from_iter([
            ("a.wxml", utf16),
            ("b.wxml", marked),
            ("c.wxml", b"<view>\n \xd6\xd0".to_vec()),
            ("d.wxml", b"\xef\xbb\xbf<view/>".to_vec()),
            ("e.wxml", Vec::new()),
        ]);
        let told = Mutex::new(Vec::new());
        let package = EncodingCheck::new(&package, |found: Diagnostic| told.lock().unwrap().push(found.to_string()));
        let texts = ["a.wxml", "a.wxml", "b.wxml", "c.wxml", "d.wxml", "e.wxml"].map(|path| read_text(&package, path));
        assert_eq!(texts.map(Option::unwrap), ["", "", "", "", "<view/>", ""]);
        let told = told.into_inner().unwrap();
        assert_eq!(
            told,
            [
                "a.wxml:1:1: the file is not UTF-8 but looks like UTF-16; it is left out, save it as UTF-8",
                "b.wxml:1:1: the file is not UTF-8 but looks like UTF-16; it is left out, save it as UTF-8",
                "c.wxml:2:2: the file is not UTF-8; it is left out, save it as UTF-8",
            ]
        );
    }
}
