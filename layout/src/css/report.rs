//! Collecting what is said about one source file.

use crate::diagnostic::{Diagnostic, Position, Severity};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Findings kept for one file; more than this many help nobody.
pub(super) const MAX_DIAGNOSTICS: usize = 500;

/// How many declarations and files a sheet has and how many of them have an effect here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct SheetStats {
    /// All declarations.
    pub declarations: u32,
    /// Those that are understood, or passed over because they mean nothing here.
    pub supported: u32,
    /// Files that were read.
    pub files: u32,
    /// Those of them all of whose declarations are supported.
    pub complete_files: u32,
}

impl SheetStats {
    /// Adds the figures of another sheet.
    pub fn add(&mut self, other: SheetStats) {
        let sums = [
            (&mut self.declarations, other.declarations),
            (&mut self.supported, other.supported),
            (&mut self.files, other.files),
            (&mut self.complete_files, other.complete_files),
        ];
        sums.into_iter().for_each(|(sum, more)| *sum = sum.saturating_add(more));
    }

    /// Adds the declarations of one file.
    pub fn add_file(&mut self, own: SheetStats) {
        let complete_files = u32::from(own.declarations == own.supported);
        self.add(SheetStats { files: 1, complete_files, ..own });
    }
}

/// Collects diagnostics about one file.
pub(super) struct Reporter<'a> {
    file: Arc<str>,
    source: &'a str,
    /// Byte offsets where lines start; made at the first finding.
    line_starts: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
    /// Findings that are said once, by code and name: which diagnostic, and how often it was found again.
    once: FxHashMap<(&'static str, String), (usize, u32)>,
    /// Where a block begins that never ends: what follows it is not nested on purpose.
    unclosed: Option<usize>,
    /// Values that are empty are no mistakes: a style put together from data has them where there is nothing to say.
    pub(super) quiet_empty: bool,
    pub(super) stats: SheetStats,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(file: Arc<str>, source: &'a str) -> Self {
        Reporter {
            file,
            source,
            line_starts: Vec::new(),
            diagnostics: Vec::new(),
            once: FxHashMap::default(),
            unclosed: None,
            quiet_empty: false,
            stats: SheetStats::default(),
        }
    }

    /// Looks for a block or comment that ends only with the file, and says where it begins.
    pub(super) fn check_ends(&mut self) {
        match find_unclosed(self.source) {
            Some(Unclosed::Comment(at)) => {
                let message = "this `/*` is never closed: everything behind it is a comment".to_owned();
                self.report(Severity::Error, "unclosed-comment", at, message);
            }
            Some(Unclosed::Block(at)) => {
                self.report(Severity::Error, "unclosed-block", at, "this `{` is never closed".to_owned());
                self.unclosed = Some(at);
            }
            None => {}
        }
    }

    /// A rule inside a rule.
    pub(super) fn nested_rule(&mut self, offset: usize) {
        if self.unclosed.is_none_or(|at| offset < at) {
            let message = "no rule nests here; write it outside, with its whole selector".to_owned();
            self.report(Severity::Error, "nested-rule", offset, message);
        }
    }

    /// Warns of something that a name stands for: once, at its first place.
    pub(super) fn warn_once(&mut self, code: &'static str, name: &str, offset: usize, message: String) {
        if let Some((_, again)) = self.once.get_mut(&(code, name.to_owned())) {
            *again += 1;
            return;
        }
        let index = self.diagnostics.len();
        self.report(Severity::Warning, code, offset, message);
        if self.diagnostics.len() > index {
            self.once.insert((code, name.to_owned()), (index, 0));
        }
    }

    /// Says something about byte `offset`.
    pub(super) fn report(&mut self, severity: Severity, code: &'static str, offset: usize, message: String) {
        if self.diagnostics.len() >= MAX_DIAGNOSTICS {
            return;
        }
        let (position, source_line) = self.place(offset);
        self.diagnostics.push(Diagnostic { severity, code, file: self.file.clone(), position, message, source_line });
    }

    /// Where byte `offset` is, and the part of its line to show.
    pub(super) fn place(&mut self, offset: usize) -> (Position, String) {
        if self.line_starts.is_empty() {
            self.line_starts.push(0);
            self.line_starts.extend(self.source.match_indices('\n').map(|(i, _)| i + 1));
        }
        let line = self.line_starts.partition_point(|&s| s <= offset).max(1);
        let start = self.line_starts[line - 1];
        let column = self.source.get(start..offset).map_or(0, |s| s.chars().count()) as u32 + 1;
        let position = Position { line: line as u32, column };
        (position, position.shown_part(&self.source[start..], offset.saturating_sub(start)))
    }

    /// What was found, in the order of the source.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        for &(index, again) in self.once.values().filter(|(_, again)| *again > 0) {
            if let Some(diagnostic) = self.diagnostics.get_mut(index) {
                let places = if again == 1 { "place" } else { "places" };
                diagnostic.message.push_str(&format!(" (and in {again} more {places} of this file)"));
            }
        }
        self.diagnostics.sort_by_key(|d| d.position);
        self.diagnostics
    }
}

/// What ends only with the file, and the byte where it begins.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Unclosed {
    Block(usize),
    Comment(usize),
}

/// The outermost block that is never closed, or a comment.
fn find_unclosed(source: &str) -> Option<Unclosed> {
    let bytes = source.as_bytes();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'/' if bytes.get(at + 1) == Some(&b'*') => match source[at + 2..].find("*/") {
                Some(length) => at += length + 3,
                None => return Some(Unclosed::Comment(at)),
            },
            b'\\' => at += 1,
            b'"' | b'\'' => at = end_of_string(bytes, at),
            b'(' => at = end_of_url(source, at),
            b'{' => open.push(at),
            b'}' => {
                open.pop();
            }
            _ => {}
        }
        at += 1;
    }
    open.first().map(|&at| Unclosed::Block(at))
}

/// The byte that ends the address without quotes whose bracket is at `start`; `start` if none begins there.
fn end_of_url(source: &str, start: usize) -> usize {
    let is_url = start.checked_sub(3).and_then(|at| source.get(at..start));
    let inside = &source[start + 1..];
    if !is_url.is_some_and(|name| name.eq_ignore_ascii_case("url")) || inside.trim_start().starts_with(['"', '\'']) {
        return start;
    }
    inside.find(')').map_or(start, |length| start + 1 + length)
}

/// The byte that ends the string that begins at `start`: its quote, or the end of the line.
fn end_of_string(bytes: &[u8], start: usize) -> usize {
    let mut at = start + 1;
    while let Some(&byte) = bytes.get(at) {
        match byte {
            b'\\' => at += 1,
            b'\n' => break,
            _ if byte == bytes[start] => break,
            _ => {}
        }
        at += 1;
    }
    at
}
