//! Files of the package that markup and styles name: pictures that are not there or cannot be shown, fonts that are
//! not there.

use crate::images::decode::decode;
use crate::package::sources::{SourceKind, resolve_picture};
use pellicle_layout::diagnostic::{Diagnostic, LineIndex, Position, Severity};
use pellicle_script::package::{PackageSource, read_text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// The endings of files that are fonts, whose faces are not looked into here.
const FONTS: [&str; 5] = ["ttf", "otf", "ttc", "woff", "woff2"];

/// Looks into each file once.
pub(super) struct Pictures<'p> {
    package: &'p dyn PackageSource,
    /// What is wrong with a file, by path.
    known: BTreeMap<String, Option<String>>,
    /// Sheets that were looked at.
    sheets: BTreeSet<Arc<str>>,
}

impl<'p> Pictures<'p> {
    pub(super) fn new(package: &'p dyn PackageSource) -> Self {
        Pictures { package, known: BTreeMap::new(), sheets: BTreeSet::new() }
    }

    /// The `src` of an image, whose text starts at `position` of `file`.
    pub(super) fn element(&mut self, file: &Arc<str>, position: Position, source: &str) -> Option<Diagnostic> {
        let (code, message) = self.wrong(file, source)?;
        Some(Diagnostic::new(Severity::Warning, code, file.clone(), position, message))
    }

    /// The addresses of a style attribute, whose text starts at `start` of `file`.
    pub(super) fn style(&mut self, file: &Arc<str>, start: Position, text: &str) -> Vec<Diagnostic> {
        self.urls(file, text, |position| position.in_text_at(start))
    }

    /// The addresses of a sheet; nothing if it was looked at before.
    pub(super) fn sheet(&mut self, file: &Arc<str>) -> Vec<Diagnostic> {
        if !self.sheets.insert(file.clone()) {
            return Vec::new();
        }
        let text = read_text(self.package, file).unwrap_or_default();
        self.urls(file, &text, |position| position)
    }

    fn urls(&mut self, file: &Arc<str>, text: &str, place: impl Fn(Position) -> Position) -> Vec<Diagnostic> {
        let index = LineIndex::new(text);
        let mut found = Vec::new();
        for (offset, url) in urls(text) {
            if let Some((code, message)) = self.wrong(file, url) {
                let position = place(index.position(offset));
                found.push(Diagnostic::new(Severity::Warning, code, file.clone(), position, message));
            }
        }
        found
    }

    /// What is wrong with the file that `source`, written in `file`, leads to.
    fn wrong(&mut self, file: &str, source: &str) -> Option<(&'static str, String)> {
        let ending = source.split(['?', '#']).next().and_then(|path| path.rsplit_once('.')).map_or("", |(_, e)| e);
        let font = FONTS.iter().any(|known| known.eq_ignore_ascii_case(ending));
        match resolve_picture(self.package, file, source) {
            (SourceKind::Missing, _) => {
                let what = if font { "font" } else { "picture" };
                Some(("missing-file", format!("there is no {what} {source}")))
            }
            (SourceKind::Local, Some(path)) if !font => {
                let package = self.package;
                let known = self.known.entry(path).or_insert_with_key(|path| {
                    package.read(path).and_then(|bytes| decode(&bytes, 0).err()).map(|error| error.to_string())
                });
                let error = known.as_ref()?;
                Some(("broken-picture", format!("the picture {source} cannot be shown: {error}")))
            }
            _ => None,
        }
    }
}

/// The addresses in `url()` and where each is written, but for those of imports, which the reader of sheets tells of.
fn urls(text: &str) -> Vec<(usize, &str)> {
    let bytes = text.as_bytes();
    let mut found = Vec::new();
    let mut at = 0;
    let starts =
        |at: usize, with: &str| bytes.get(at..at + with.len()).is_some_and(|b| b.eq_ignore_ascii_case(with.as_bytes()));
    let find = |from: usize, what: &str| text.get(from..).and_then(|rest| rest.find(what)).map(|i| from + i);
    while at < bytes.len() {
        if starts(at, "/*") {
            at = find(at + 2, "*/").map_or(bytes.len(), |end| end + 2);
        } else if matches!(bytes[at], b'"' | b'\'') {
            at = string_end(bytes, at) + 1;
        } else if starts(at, "@import") {
            at = find(at, ";").map_or(bytes.len(), |end| end + 1);
        } else if starts(at, "url(") && (at == 0 || !(bytes[at - 1].is_ascii_alphanumeric() || bytes[at - 1] == b'-')) {
            at += "url(".len();
            while bytes.get(at).is_some_and(u8::is_ascii_whitespace) {
                at += 1;
            }
            let (start, end) = match bytes.get(at) {
                Some(b'"' | b'\'') => (at + 1, string_end(bytes, at)),
                _ => (at, find(at, ")").unwrap_or(bytes.len())),
            };
            if let Some(url) = text.get(start..end) {
                found.push((start, url.trim_end()));
            }
            at = find(end, ")").map_or(bytes.len(), |close| close + 1);
        } else {
            at += 1;
        }
    }
    found
}

/// Where the string that is opened at `open` is closed.
fn string_end(bytes: &[u8], open: usize) -> usize {
    let mut at = open + 1;
    while at < bytes.len() {
        match bytes[at] {
            b'\\' => at += 1,
            byte if byte == bytes[open] => return at,
            _ => {}
        }
        at += 1;
    }
    bytes.len()
}
