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
