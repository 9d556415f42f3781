//! What is said about input that a person wrote.
//!
//! Parsers never fail as a whole: they return what they understood and a list of diagnostics, each with
//! the smallest place it is about. `Display` prints `file:line:column: message`.

use std::fmt;
use std::sync::Arc;

/// How bad it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Severity {
    /// Understood, but probably not what was meant, or not supported.
    Warning,
    /// Not understood; the part it stands in was left out.
    Error,
}

/// A place in a source file. Lines and columns count from 1; a column counts Unicode scalar values.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
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
    /// The source line, for showing; empty where it is not known.
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
        Diagnostic {
            severity,
            code,
            file: file.clone(),
            position,
            message: message.into(),
            source_line: source.lines().nth(position.line as usize - 1).unwrap_or("").chars().take(200).collect(),
        }
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

    /// The text of a line (from 1), at most 200 scalar values of it, without its end.
    pub fn line(&self, line: u32) -> &'a str {
        let Some(&start) = self.lines.get((line as usize).wrapping_sub(1)) else { return "" };
        let rest = &self.source[start as usize..];
        let end = rest.bytes().take(1000).position(|b| b == b'\n').unwrap_or(rest.len().min(1000));
        let end =
            rest.char_indices().take_while(|&(i, _)| i < end).take(200).last().map_or(0, |(i, c)| i + c.len_utf8());
        rest[..end].trim_end_matches('\r')
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
        let source_line = self.index.line(position.line).to_owned();
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
        assert_eq!((index.line(1), index.line(2), index.line(3), index.line(99)), ("a", "üb", "", ""));
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
