//! Making a compiled package.

use super::format::{self, Form, Listed};
use super::{from_section, to_section};
use crate::css::SheetFile;
use crate::markup::TemplateFile;
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What is kept of a file.
enum Kept {
    Text,
    Sheet(Vec<u8>),
    Template(Vec<u8>),
}

/// Collects what files were read as. Hand it to the loaders' `parsed` hooks; a file that comes twice counts once.
#[derive(Default)]
pub struct Compiler {
    files: RefCell<BTreeMap<String, (format::TextHash, Kept)>>,
}

impl Compiler {
    /// A compiler that has no file yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a sheet file that was read from `text`.
    pub fn sheet(&self, path: &str, text: &str, file: &SheetFile) {
        self.add(path, text, || {
            // A value that is not equal to itself is not either to what is read back.
            let same = |section: &[u8]| from_section::<SheetFile>(section).is_ok_and(|read| read == *file);
            let section = to_section(file)
                .filter(|section| file.is_sound() && format::fits(section.len(), text.len() as u64) && same(section));
            section.map_or(Kept::Text, Kept::Sheet)
        });
    }

    /// Keeps a template file that was read from `text`.
    pub fn template(&self, path: &str, text: &str, file: &TemplateFile) {
        self.add(path, text, || {
            let section = file.stored().and_then(|stored| to_section(&stored));
            section.filter(|section| format::fits(section.len(), text.len() as u64)).map_or(Kept::Text, Kept::Template)
        });
    }

    fn add(&self, path: &str, text: &str, keep: impl FnOnce() -> Kept) {
        if !self.files.borrow().contains_key(path) {
            let kept = (format::hash(text.as_bytes()), keep());
            self.files.borrow_mut().insert(path.to_owned(), kept);
        }
    }

    /// Paths of the files, and whether more than their text is kept of them.
    pub fn files(&self) -> Vec<(String, bool)> {
        let kept = |kept: &Kept| !matches!(kept, Kept::Text);
        self.files.borrow().iter().map(|(path, (_, k))| (path.clone(), kept(k))).collect()
    }

    /// The files of each part apart: `part` names the one that a path belongs to.
    pub fn apart(self, part: impl Fn(&str) -> String) -> BTreeMap<String, Compiler> {
        let mut parts: BTreeMap<String, Compiler> = BTreeMap::new();
        for (path, kept) in self.files.into_inner() {
            parts.entry(part(&path)).or_default().files.get_mut().insert(path, kept);
        }
        parts
    }

    /// The bytes of the package; `None` if it is larger than 4 GB.
    pub fn finish(self) -> Option<Vec<u8>> {
        let (mut list, mut sections) = (Vec::new(), Vec::new());
        for (path, (hash, kept)) in self.files.into_inner() {
            let start = u32::try_from(sections.len()).ok()?;
            let form = match &kept {
                Kept::Text => Form::Text,
                Kept::Sheet(section) => Form::Sheet(start, u32::try_from(section.len()).ok()?),
                Kept::Template(section) => Form::Template(start, u32::try_from(section.len()).ok()?),
            };
            if let Kept::Sheet(section) | Kept::Template(section) = &kept {
                sections.extend_from_slice(section);
            }
            list.push(Listed { path, hash, form });
        }
        format::write(&list, &sections)
    }
}
