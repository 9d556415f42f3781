//! Collecting what is said about one source file.

use crate::diagnostic::{Diagnostic, Position, Severity};
use std::sync::Arc;

/// Findings kept for one file; more than this many help nobody.
const MAX_DIAGNOSTICS: usize = 500;

/// How many declarations a sheet has and how many of them have an effect here.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SheetStats {
    /// All declarations.
    pub declarations: u32,
    /// Those that are understood, or passed over because they mean nothing here.
    pub supported: u32,
}

impl SheetStats {
    /// Adds the figures of another sheet.
    pub fn add(&mut self, other: SheetStats) {
        self.declarations += other.declarations;
        self.supported += other.supported;
    }
}

/// Collects diagnostics about one file.
pub(super) struct Reporter<'a> {
    file: Arc<str>,
    source: &'a str,
    /// Byte offsets where lines start; made at the first finding.
    line_starts: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
    pub(super) stats: SheetStats,
}

impl<'a> Reporter<'a> {
    pub(super) fn new(file: Arc<str>, source: &'a str) -> Self {
        Reporter { file, source, line_starts: Vec::new(), diagnostics: Vec::new(), stats: SheetStats::default() }
    }

    /// Says something about byte `offset`.
    pub(super) fn report(&mut self, severity: Severity, code: &'static str, offset: usize, message: String) {
        if self.diagnostics.len() >= MAX_DIAGNOSTICS {
            return;
        }
        if self.line_starts.is_empty() {
            self.line_starts.push(0);
            self.line_starts.extend(self.source.match_indices('\n').map(|(i, _)| i + 1));
        }
        let line = self.line_starts.partition_point(|&s| s <= offset).max(1);
        let start = self.line_starts[line - 1];
        let end = self.line_starts.get(line).map_or(self.source.len(), |&e| e - 1);
        let column = self.source.get(start..offset).map_or(0, |s| s.chars().count()) as u32 + 1;
        self.diagnostics.push(Diagnostic {
            severity,
            code,
            file: self.file.clone(),
            position: Position { line: line as u32, column },
            message,
            source_line: self.source.get(start..end).unwrap_or("").chars().take(200).collect(),
        });
    }

    /// What was found, in the order of the source.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        self.diagnostics.sort_by_key(|d| d.position);
        self.diagnostics
    }
}
