//! A finding as people read it: `file:line:column: message`, and below it the line with a caret at the place.
//!
//! ```text
//! pages/a/a.wxml:12:20: an expression ends too early
//!   12 | <view wx:if="{{a +}}">
//!      |                   ^
//! ```

use pellicle_layout::diagnostic::Diagnostic;
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// Display columns of a line that are shown.
const WIDTH: usize = 120;
/// Display columns before the place, in a line that has more of them than fit.
const BEFORE: usize = 60;
/// Display columns that a tab reaches to the next multiple of.
const TAB: usize = 4;

/// A finding with its line.
pub fn text(finding: &Diagnostic) -> String {
    format!("{finding}{}", below(finding))
}

/// Findings with their lines, one below the other.
pub fn texts(findings: &[Diagnostic]) -> String {
    findings.iter().map(text).collect::<Vec<_>>().join("\n")
}

/// The line of a finding and the caret, each after a line break; empty if the line is not known.
pub fn below(finding: &Diagnostic) -> String {
    if finding.source_line.trim().is_empty() {
        return String::new();
    }
    let position = finding.position;
    let place = (position.column.max(1) - position.shown_from()) as usize;
    let mut pieces: Vec<(String, usize)> = Vec::new();
    // Width of the pieces before the place, where the piece of the place starts, characters so far.
    let (mut width, mut caret, mut characters) = (0, None, 0);
    for cluster in finding.source_line.graphemes(true) {
        if caret.is_none() && characters + cluster.chars().count() > place {
            caret = Some((pieces.len(), width));
        }
        characters += cluster.chars().count();
        let piece = match cluster {
            "\t" => " ".repeat(TAB - width % TAB),
            // What moves the cursor or the direction must not reach a terminal.
            other if other.chars().any(is_unprintable) => "\u{fffd}".to_owned(),
            other => other.to_owned(),
        };
        let piece_width = piece.width();
        width += piece_width;
        pieces.push((piece, piece_width));
    }
    // Past the end: an expectation at the end of the line.
    let (at, column) = caret.unwrap_or((pieces.len(), width));
    let mut first = 0;
    let mut dropped = 0;
    if column > WIDTH - TAB {
        while first < at && column - dropped > BEFORE {
            dropped += pieces[first].1;
            first += 1;
        }
    }
    let cut = first > 0 || position.shown_from() > 1;
    let mut line = String::from(if cut { "…" } else { "" });
    let mut shown = 0;
    for (piece, piece_width) in &pieces[first..] {
        if shown + piece_width > WIDTH {
            line.push('…');
            break;
        }
        shown += piece_width;
        line.push_str(piece);
    }
    let number = position.line.to_string();
    let gutter = " ".repeat(number.len());
    let indent = " ".repeat(column - dropped + usize::from(cut));
    format!("\n  {number} | {}\n  {gutter} | {indent}^", line.trim_end())
}

/// Control and format characters that are no part of a visible cluster.
fn is_unprintable(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::diagnostic::Severity;
    use std::sync::Arc;

    fn drawn(source: &str, offset: usize) -> String {
        text(&Diagnostic::at(Severity::Error, "test", &Arc::from("a.wxml"), source, offset, "wrong"))
    }

    #[test]
    fn the_line_stands_below_with_a_caret_at_the_place() {
        let source = "\n<view wx:if=\"{{a +}}\">";
        assert_eq!(
            drawn(source, source.find("}}").unwrap_or_default()),
            "a.wxml:2:19: wrong\n  2 | <view wx:if=\"{{a +}}\">\n    |                   ^"
        );
        assert_eq!(drawn("ab", 2), "a.wxml:1:3: wrong\n  1 | ab\n    |   ^");
        assert_eq!(drawn("", 0), "a.wxml:1:1: wrong");
    }

    #[test]
    fn the_caret_counts_display_columns() {
        let source = "\t中文e\u{301}x";
        let expected = "a.wxml:1:6: wrong\n  1 |     中文e\u{301}x\n    |          ^";
        assert_eq!(drawn(source, source.find('x').unwrap_or_default()), expected);
    }

    #[test]
    fn of_a_very_long_line_only_what_is_around_the_place_is_shown() {
        let source = format!("{}X{}", "a".repeat(100_000), "b".repeat(100_000));
        let lines = drawn(&source, 100_000);
        let lines: Vec<&str> = lines.lines().collect();
        assert!(lines.iter().all(|line| line.width() < 150), "{lines:?}");
        let caret = lines[2].find('^').unwrap_or_default();
        assert_eq!(lines[1].chars().nth(caret), Some('X'));
        assert!(lines[1].contains('…') && lines[1].ends_with('…'));
        let short = format!("X{}", "b".repeat(1000));
        assert!(drawn(&short, 0).contains("1 | Xb"));
    }

    #[test]
    fn nothing_of_a_file_steers_the_terminal() {
        assert!(!drawn("a\u{1b}[2Jb\u{202e}", 0).contains(['\u{1b}', '\u{202e}']));
    }
}
