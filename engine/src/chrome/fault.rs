//! What is wrong with the program's files, over its page, for who writes them: what, where, and the line.

use super::{ChromeAction, ChromePage};
use pellicle_layout::diagnostic::{Diagnostic, Position};
use pellicle_layout::document::NodeId;
use serde::{Deserialize, Serialize};
use unicode_segmentation::UnicodeSegmentation;

/// Longest message that is shown, characters.
const LONGEST_MESSAGE: usize = 600;
/// Characters of the line that are shown before the place, and behind it.
const AROUND: (usize, usize) = (28, 60);

/// Something that is wrong.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Fault {
    /// The file, as its author calls it; empty if it is nowhere in particular.
    pub file: String,
    /// Where in the file.
    pub position: Position,
    /// What it is.
    pub message: String,
    /// The part of the line to show, as [`Diagnostic::source_line`] has it.
    pub source_line: String,
    /// How many others there are.
    pub others: usize,
}

impl Fault {
    /// A finding, beside so many others.
    pub fn new(finding: &Diagnostic, others: usize) -> Fault {
        let Diagnostic { file, position, message, source_line, .. } = finding.clone();
        Fault { file: file.to_string(), position, message, source_line, others }
    }
}

/// The panel that says it, at the bottom. It can be put away.
pub(super) fn build(chrome: &mut ChromePage, fault: &Fault) {
    let Fault { file, position, message, source_line, others } = fault;
    let root = chrome.page.root();
    let panel = chrome.block(
        root,
        "position:absolute;left:0;bottom:0;width:100%;max-height:70%;box-sizing:border-box;padding:14px 16px 18px;\
         overflow:hidden;background:rgba(24,26,33,.96);border-top:3px solid #ff5d5d;color:#e8eaf0;font-size:14px;line-height:20px",
    );
    chrome.act(panel, ChromeAction::Block);
    let head = chrome.block(panel, "display:flex;align-items:center");
    let place = match (file.is_empty(), position.line) {
        (true, _) => String::new(),
        (false, 0) => file.clone(),
        (false, line) => format!("{file}:{line}:{}", position.column),
    };
    chrome.label(head, "flex:1;min-width:0;color:#ff8f8f;font-weight:600;word-break:break-all", &place);
    let close = chrome.label(head, "margin:-8px -10px -8px 0;padding:8px 14px;font-size:20px;color:#aab0c0", "×");
    let message: String = message.chars().take(LONGEST_MESSAGE).collect();
    chrome.label(panel, "margin-top:6px;word-break:break-word;white-space:pre-wrap", &message);
    if !source_line.trim().is_empty() {
        source(chrome, panel, source_line, *position);
    }
    let more = match others {
        0 => "Esc puts this away; it goes when the file is right.".to_owned(),
        others => format!("and {others} more, which the terminal tells"),
    };
    chrome.label(panel, "margin-top:10px;font-size:12px;color:#8d94a6", &more);
    // What is made last lies on top.
    chrome.act(close, ChromeAction::CloseFault);
}

/// The line, with its place marked.
fn source(chrome: &mut ChromePage, panel: NodeId, line: &str, position: Position) {
    let place = (position.column.max(1).saturating_sub(position.shown_from())) as usize;
    let (before, at, behind) = around(line, place);
    let shown = chrome.block(
        panel,
        "margin-top:10px;padding:8px 10px;border-radius:6px;background:#0f1117;font-size:13px;white-space:pre-wrap;word-break:break-all",
    );
    for (style, text) in [
        ("color:#6f7687", format!("{}  ", position.line)),
        ("color:#c8cddb", before),
        ("color:#fff;background:#c03a3a;border-radius:2px", at),
        ("color:#c8cddb", behind),
    ] {
        let piece = chrome.page.element(shown, "text");
        chrome.page.style(piece, style);
        chrome.page.text(piece, &text);
    }
}

/// A line before a place (characters from its start), the character there, and what follows; what is far away is left out.
fn around(line: &str, place: usize) -> (String, String, String) {
    let (mut before, mut at, mut behind) = (Vec::new(), String::new(), String::new());
    let (mut characters, mut left) = (0, AROUND.1);
    for cluster in line.trim_end().graphemes(true) {
        // A tab is as wide as it likes in a line that is not in columns.
        let shown = if cluster == "\t" { "  " } else { cluster };
        let next = characters + cluster.chars().count();
        if next <= place {
            before.push(shown);
        } else if characters <= place {
            shown.clone_into(&mut at);
        } else if left > 0 {
            left -= 1;
            behind.push_str(shown);
            if left == 0 {
                behind.push('…');
            }
        }
        characters = next;
    }
    let first = before.len().saturating_sub(AROUND.0);
    let text: String = before[first..].concat();
    let text = if first > 0 { format!("…{text}") } else { text.trim_start().to_owned() };
    // Past the end: an expectation at the end of the line.
    let at = if at.is_empty() { " ".to_owned() } else { at };
    (text, at, behind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_place_is_marked_in_what_is_near_it() {
        let of = |line: &str, place| around(line, place);
        assert_eq!(of("  <view>", 3), ("<".into(), "v".into(), "iew>".into()));
        assert_eq!(of("é👍🏽x", 3), ("é👍🏽".into(), "x".into(), String::new()));
        assert_eq!(of("ab", 9), ("ab".into(), " ".into(), String::new()));
        let (before, at, behind) = of(&"y".repeat(300), 200);
        assert_eq!((before.chars().count(), &*at, behind.chars().count()), (AROUND.0 + 1, "y", AROUND.1 + 1));
    }
}
