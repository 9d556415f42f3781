//! Collecting what is said about one source file.

use crate::diagnostic::{Diagnostic, Position, Severity};
use rustc_hash::FxHashMap;
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
    /// Findings that are said once, by code and name: which diagnostic, and how often it was found again.
    once: FxHashMap<(&'static str, String), (usize, u32)>,
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
            stats: SheetStats::default(),
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
        if self.line_starts.is_empty() {
            self.line_starts.push(0);
            self.line_starts.extend(self.source.match_indices('\n').map(|(i, _)| i + 1));
        }
        let line = self.line_starts.partition_point(|&s| s <= offset).max(1);
        let start = self.line_starts[line - 1];
        let column = self.source.get(start..offset).map_or(0, |s| s.chars().count()) as u32 + 1;
        let position = Position { line: line as u32, column };
        let source_line = position.shown_part(&self.source[start..], offset.saturating_sub(start));
        self.diagnostics.push(Diagnostic { severity, code, file: self.file.clone(), position, message, source_line });
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
