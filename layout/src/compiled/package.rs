//! Reading a compiled package.

use super::format::{self, Form};
use super::{CompiledError, from_section};
use crate::css::SheetFile;
use crate::markup::StoredTemplate;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::{Arc, Mutex, PoisonError};

/// A compiled package: what its files were read as, by path and text. Shared by everybody who reads files.
#[derive(Debug)]
pub struct CompiledPackage {
    bytes: Arc<[u8]>,
    /// Where the sections start.
    sections: usize,
    files: FxHashMap<String, (format::TextHash, Form)>,
    /// Whoever vouches for the texts vouches for what was made of them.
    vouched: bool,
    /// Files of which it has been said that what is kept of them is not used.
    told: Mutex<FxHashSet<String>>,
}

impl CompiledPackage {
    /// Opens a package; its sections are read when they are asked for.
    ///
    /// # Errors
    /// Bytes that this build did not write, or that have changed since.
    pub fn open(bytes: Arc<[u8]>) -> Result<CompiledPackage, CompiledError> {
        CompiledPackage::read(bytes, false)
    }

    /// Opens a package that somebody vouches for, together with the texts that it was made of: neither is hashed. Its sections
    /// are read as carefully as any other's.
    ///
    /// # Errors
    /// Bytes that this build did not write.
    pub fn open_vouched(bytes: Arc<[u8]>) -> Result<CompiledPackage, CompiledError> {
        CompiledPackage::read(bytes, true)
    }

    fn read(bytes: Arc<[u8]>, vouched: bool) -> Result<CompiledPackage, CompiledError> {
        let (list, sections) = format::read(&bytes, vouched)?;
        let files = list.into_iter().map(|listed| (listed.path, (listed.hash, listed.form))).collect();
        Ok(CompiledPackage { bytes, sections, files, vouched, told: Mutex::default() })
    }

    /// True if its files can be had without their texts.
    pub fn is_vouched(&self) -> bool {
        self.vouched
    }

    /// True if it holds what a sheet was read as.
    pub fn has_sheet(&self, path: &str) -> bool {
        matches!(self.files.get(path), Some((_, Form::Sheet(..))))
    }

    /// The sheet file of this path, without a look at its text, whose length `length` knows; `None` if that cannot be.
    pub fn vouched_sheet(&self, path: &str, length: impl FnOnce() -> Option<u64>) -> Option<SheetFile> {
        let Some((_, Form::Sheet(start, size))) = self.files.get(path).filter(|_| self.vouched) else { return None };
        let file: SheetFile = from_section(self.section(*start, *size, length()?).ok()?).ok()?;
        file.is_sound().then_some(file)
    }

    /// The template file of this path, as [`CompiledPackage::vouched_sheet`].
    pub fn vouched_template(
        &self,
        path: &str,
        length: impl FnOnce() -> Option<u64>,
    ) -> Option<StoredTemplate<'static>> {
        let Some((_, Form::Template(start, size))) = self.files.get(path).filter(|_| self.vouched) else { return None };
        from_section(self.section(*start, *size, length()?).ok()?).ok()
    }

    /// How many files it knows.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// True if it knows no file.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }

    /// The sheet file of this path and text (without a byte-order mark); `None` if it is to be read from its text.
    ///
    /// # Errors
    /// Why what is kept of the file cannot be used, the first time that this is found.
    pub fn sheet(&self, path: &str, text: &str) -> Result<Option<SheetFile>, CompiledError> {
        self.once(path, || {
            let Form::Sheet(start, length) = self.find(path, text)? else { return Ok(None) };
            let file: SheetFile = from_section(self.section(start, length, text.len() as u64)?)?;
            if file.is_sound() { Ok(Some(file)) } else { Err(CompiledError::Unreadable) }
        })
    }

    /// The template file of this path and text (without a byte-order mark); `None` if it is to be read from its text.
    ///
    /// # Errors
    /// Why what is kept of the file cannot be used, the first time that this is found.
    pub fn template(&self, path: &str, text: &str) -> Result<Option<StoredTemplate<'static>>, CompiledError> {
        self.once(path, || {
            let Form::Template(start, length) = self.find(path, text)? else { return Ok(None) };
            from_section(self.section(start, length, text.len() as u64)?).map(Some)
        })
    }

    fn find(&self, path: &str, text: &str) -> Result<Form, CompiledError> {
        let &(hash, form) = self.files.get(path).ok_or(CompiledError::Unlisted)?;
        if hash == format::hash(text.as_bytes()) { Ok(form) } else { Err(CompiledError::Changed) }
    }

    fn section(&self, start: u32, length: u32, text: u64) -> Result<&[u8], CompiledError> {
        let rest = self.bytes.get(self.sections..).and_then(|sections| sections.get(start as usize..));
        let section = rest.and_then(|rest| rest.get(..length as usize));
        section.filter(|section| format::fits(section.len(), text)).ok_or(CompiledError::Unreadable)
    }

    /// A sheet is read for each of those that import it; what is wrong with it is said once.
    fn once<T>(
        &self,
        path: &str,
        read: impl FnOnce() -> Result<Option<T>, CompiledError>,
    ) -> Result<Option<T>, CompiledError> {
        read().or_else(|error| {
            let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
            if told.insert(path.to_owned()) { Err(error) } else { Ok(None) }
        })
    }
}
