//! What is said about input that a person wrote.
//!
//! Parsers never fail as a whole: they return what they understood and a list of diagnostics, each with
//! the smallest place it is about. `Display` prints `file:line:column: message`.
//!
//! A finding keeps the part of its source line that is worth showing. Lines may be as long as files (built style
//! sheets have one), so of a long one only what is around the place is kept; [`Position::shown_from`] tells where
//! that part begins.

use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::Arc;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Deserialize, Serialize)]
pub enum Severity {
    /// Understood, but probably not what was meant, or not supported.
    Warning,
    /// Not understood; the part it stands in was left out.
    Error,
}

/// A place in a source file. Lines and columns count from 1; a column counts Unicode scalar values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Deserialize, Serialize)]
pub struct Position {
    /// Line, from 1.
    pub line: u32,
    /// Column, from 1.
    pub column: u32,
}

impl Position {
    /// The position of byte `offset` in `source` (clamped to its end).
    pub fn of_offset(source: &str, offset: usize) -> Position {
        let mut end = offset.min(source.len());
        while !source.is_char_boundary(end) {
            end -= 1;
        }
        let before = &source[..end];
        let line_start = before.rfind('\n').map_or(0, |i| i + 1);
        Position {
            line: before.bytes().filter(|&b| b == b'\n').count() as u32 + 1,
            column: before[line_start..].chars().count() as u32 + 1,
        }
    }
}

impl Position {
    /// This position of a text as a position of the file in which the text starts at `start`.
    pub fn in_text_at(self, start: Position) -> Position {
        match self.line {
            0 | 1 => Position { line: start.line, column: start.column.saturating_add(self.column).saturating_sub(1) },
            line => Position { line: start.line.saturating_add(line).saturating_sub(1), column: self.column },
        }
    }
}

/// Columns before which a line is kept from its start.
const WHOLE: u32 = 120;
/// Scalar values that are kept before a place further to the right.
const BEFORE: u32 = 80;
/// Most scalar values of a line that are kept.
const SHOWN: usize = 200;

impl Position {
    /// The column of the first character of [`Diagnostic::source_line`].
    pub fn shown_from(self) -> u32 {
        if self.column <= WHOLE { 1 } else { self.column - BEFORE }
    }

    /// The part of a line that is kept for this place: `line` is the text from the line's start on (further lines may
    /// follow), `offset` where in it the place lies.
    pub(crate) fn shown_part(self, line: &str, offset: usize) -> String {
        let back = (self.column - self.shown_from()) as usize;
        let before = line.get(..offset).unwrap_or("");
        let start = match back {
            0 => before.len(),
            back => before.char_indices().rev().nth(back - 1).map_or(0, |(i, _)| i),
        };
        line[start..].chars().take_while(|&c| c != '\n' && c != '\r').take(SHOWN).collect()
    }
}

/// One thing to say about one place.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// Warning or error.
    pub severity: Severity,
    /// A stable, short, kebab-case name of the kind of finding, such as `unknown-property`.
    pub code: &'static str,
    /// Path of the file inside the package, such as `pages/index/index.wxml`.
    pub file: Arc<str>,
    /// Where in the file.
    pub position: Position,
    /// What is wrong and, where there is an answer, what to write instead.
    pub message: String,
    /// The part of the source line to show, from [`Position::shown_from`] on; empty where it is not known.
    pub source_line: String,
}

impl Diagnostic {
    /// A diagnostic about byte `offset` of `source`.
    pub fn at(
        severity: Severity,
        code: &'static str,
        file: &Arc<str>,
        source: &str,
        offset: usize,
        message: impl Into<String>,
    ) -> Diagnostic {
        let position = Position::of_offset(source, offset);
        let mut finding = Diagnostic::new(severity, code, file.clone(), position, message);
        finding.show_line(source);
        finding
    }

    /// A diagnostic of somebody who knows the place but has not the file's text at hand.
    pub fn new(
        severity: Severity,
        code: &'static str,
        file: Arc<str>,
        position: Position,
        message: impl Into<String>,
    ) -> Diagnostic {
        Diagnostic { severity, code, file, position, message: message.into(), source_line: String::new() }
    }

    /// Takes the line to show out of the file's text, if it is not known yet.
    pub fn show_line(&mut self, source: &str) {
        if !self.source_line.is_empty() {
            return;
        }
        let Position { line, column } = self.position;
        let Some(before) = (line as usize).checked_sub(1) else { return };
        let start = match before {
            0 => Some(0),
            n => source.match_indices('\n').nth(n - 1).map(|(i, _)| i + 1),
        };
        let Some(start) = start else { return };
        let rest = &source[start..];
        let length = rest.find('\n').unwrap_or(rest.len());
        let offset = rest[..length].char_indices().nth(column.saturating_sub(1) as usize).map_or(length, |(i, _)| i);
        self.source_line = self.position.shown_part(rest, offset);
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}: {}", self.file, self.position.line, self.position.column, self.message)
    }
}

/// Finds positions in a source in constant time, for parsers that report many.
#[derive(Clone, Debug)]
pub struct LineIndex<'a> {
    source: &'a str,
    /// Byte where each line starts.
    lines: Vec<u32>,
    /// Scalar values that start before byte `i * BLOCK`.
    blocks: Vec<u32>,
}

const BLOCK: usize = 256;

impl<'a> LineIndex<'a> {
    /// Reads through `source` once.
    pub fn new(source: &'a str) -> Self {
        let mut lines = vec![0];
        let mut blocks = Vec::with_capacity(source.len() / BLOCK + 1);
        let mut scalars = 0;
        for (i, byte) in source.bytes().enumerate() {
            if i.is_multiple_of(BLOCK) {
                blocks.push(scalars);
            }
            scalars += u32::from(starts_scalar(byte));
            if byte == b'\n' {
                lines.push(i as u32 + 1);
            }
        }
        if source.len().is_multiple_of(BLOCK) {
            blocks.push(scalars);
        }
        LineIndex { source, lines, blocks }
    }

    /// The text that is indexed.
    pub fn source(&self) -> &'a str {
        self.source
    }

    /// The position of byte `offset` (clamped to the end).
    pub fn position(&self, offset: usize) -> Position {
        let mut offset = offset.min(self.source.len());
        while !self.source.is_char_boundary(offset) {
            offset -= 1;
        }
        let line = self.lines.partition_point(|&start| start as usize <= offset) - 1;
        let column = self.scalars_before(offset) - self.scalars_before(self.lines[line] as usize) + 1;
        Position { line: line as u32 + 1, column }
    }

    /// The part of its line that is kept for the place of byte `offset`.
    pub fn shown_line(&self, offset: usize) -> String {
        let position = self.position(offset);
        let Some(&start) = self.lines.get((position.line as usize).wrapping_sub(1)) else { return String::new() };
        let mut offset = offset.min(self.source.len());
        while !self.source.is_char_boundary(offset) {
            offset -= 1;
        }
        position.shown_part(&self.source[start as usize..], offset - start as usize)
    }

    fn scalars_before(&self, offset: usize) -> u32 {
        let block = offset / BLOCK;
        let rest = &self.source.as_bytes()[block * BLOCK..offset];
        self.blocks[block] + rest.iter().filter(|&&b| starts_scalar(b)).count() as u32
    }
}

fn starts_scalar(byte: u8) -> bool {
    byte & 0xc0 != 0x80
}

/// Collects what a parser says about one file; past [`Reporter::LIMIT`] findings it only counts.
#[derive(Clone, Debug)]
pub struct Reporter<'a> {
    file: Arc<str>,
    index: LineIndex<'a>,
    found: Vec<Diagnostic>,
    left_out: usize,
}

impl<'a> Reporter<'a> {
    /// Findings that are kept for one file.
    pub const LIMIT: usize = 200;

    /// A reporter for `source`, which stands in `file`.
    pub fn new(file: Arc<str>, source: &'a str) -> Self {
        Reporter { file, index: LineIndex::new(source), found: Vec::new(), left_out: 0 }
    }

    /// The file it reports on.
    pub fn file(&self) -> &Arc<str> {
        &self.file
    }

    /// The position of byte `offset`.
    pub fn position(&self, offset: usize) -> Position {
        self.index.position(offset)
    }

    /// An [error](Severity::Error) at byte `offset`.
    pub fn error(&mut self, code: &'static str, offset: usize, message: impl Into<String>) {
        self.report(Severity::Error, code, offset, message);
    }

    /// A [warning](Severity::Warning) at byte `offset`.
    pub fn warning(&mut self, code: &'static str, offset: usize, message: impl Into<String>) {
        self.report(Severity::Warning, code, offset, message);
    }

    /// Says one thing about byte `offset`.
    pub fn report(&mut self, severity: Severity, code: &'static str, offset: usize, message: impl Into<String>) {
        if self.found.len() >= Self::LIMIT {
            self.left_out += 1;
            return;
        }
        let position = self.index.position(offset);
        let source_line = self.index.shown_line(offset);
        let message = message.into();
        self.found.push(Diagnostic { severity, code, file: self.file.clone(), position, message, source_line });
    }

    /// Everything that was said, in the order of the places it is about.
    pub fn finish(mut self) -> Vec<Diagnostic> {
        self.found.sort_by_key(|d| d.position);
        if self.left_out > 0 {
            self.found.push(Diagnostic {
                severity: Severity::Warning,
                code: "more-findings",
                file: self.file,
                position: Position { line: 1, column: 1 },
                message: format!("{} more findings in this file are not shown", self.left_out),
                source_line: String::new(),
            });
        }
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_index_agrees_with_the_plain_count_at_every_byte() {
        let mut source = String::from("a\nüb\r\n\n日本語 text");
        source.push_str(&"长x".repeat(300));
        source.push_str("\nlast");
        let index = LineIndex::new(&source);
        for offset in 0..=source.len() + 2 {
            assert_eq!(index.position(offset), Position::of_offset(&source, offset), "at byte {offset}");
        }
        assert_eq!(["a", "üb", ""], [0, 2, 7].map(|offset| index.shown_line(offset)));
    }

    #[test]
    fn of_a_long_line_the_part_around_the_place_is_kept() {
        let source = format!("first\r\n{}X{}\nlast", "长".repeat(5_000), "b".repeat(5_000));
        let offset = source.find('X').unwrap_or_default();
        let found = Diagnostic::at(Severity::Error, "test", &Arc::from("a.wxss"), &source, offset, "wrong");
        assert_eq!((found.position.line, found.position.column), (2, 5_001));
        let place = (found.position.column - found.position.shown_from()) as usize;
        assert_eq!(found.source_line.chars().nth(place), Some('X'));
        assert_eq!(found.source_line.chars().count(), SHOWN);
        assert_eq!(LineIndex::new(&source).shown_line(offset), found.source_line);
        let mut later = Diagnostic::new(Severity::Error, "test", Arc::from("a.wxss"), found.position, "wrong");
        later.show_line(&source);
        assert_eq!(later, found);
    }

    #[test]
    fn a_place_that_the_text_does_not_have_shows_what_there_is() {
        let mut found =
            Diagnostic::new(Severity::Error, "test", Arc::from("a.js"), Position { line: 2, column: 900 }, "wrong");
        found.show_line("one\ntwo");
        assert_eq!(found.source_line, "two");
        found.source_line.clear();
        found.position = Position { line: 9, column: 1 };
        found.show_line("one\ntwo");
        assert_eq!(found.source_line, "");
    }

    #[test]
    fn a_reporter_keeps_a_bounded_number_of_findings_and_says_how_many_it_left_out() {
        let mut reporter = Reporter::new(Arc::from("a.wxml"), "x\ny");
        for _ in 0..Reporter::LIMIT + 5 {
            reporter.error("test", 2, "wrong");
        }
        let found = reporter.finish();
        assert_eq!(found.len(), Reporter::LIMIT + 1);
        assert_eq!(found[0].to_string(), "a.wxml:2:1: wrong");
        assert_eq!(found[0].source_line, "y");
        assert!(found[Reporter::LIMIT].message.starts_with("5 more"));
    }
}
