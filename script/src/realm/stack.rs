//! Texts of stacks.

use super::ScriptFrame;
use std::fmt::Write;

/// Reads `    at name (file:line:column)`, or `    at file:line:column` as QuickJS has it of a source that does not parse.
pub(crate) fn parse_frame(line: &str) -> Option<ScriptFrame> {
    let line = line.trim_start().strip_prefix("at ")?;
    let (name, place) = match line.strip_suffix(')') {
        Some(line) => line.rsplit_once(" (")?,
        None => ("", line),
    };
    let function = match name {
        "<main>" | "<anonymous>" | "<eval>" => String::new(),
        name => name.to_owned(),
    };
    let mut parts = place.rsplitn(3, ':');
    let column = parts.next().and_then(|n| n.parse().ok());
    let line = parts.next().and_then(|n| n.parse().ok());
    Some(match (parts.next(), line, column) {
        (Some(file), Some(line), Some(column)) => ScriptFrame { function, file: file.to_owned(), line, column },
        _ => ScriptFrame { function, file: place.to_owned(), line: 0, column: 0 },
    })
}

/// A stack as text, with a message as its first line.
pub(crate) fn text_of(message: String, frames: &[ScriptFrame]) -> String {
    let mut text = message;
    for frame in frames {
        let name = if frame.function.is_empty() { "<anonymous>" } else { &frame.function };
        let _ = match frame.line {
            0 => write!(text, "\n    at {name} ({})", frame.file),
            line => write!(text, "\n    at {name} ({}:{line}:{})", frame.file, frame.column),
        };
    }
    text
}
