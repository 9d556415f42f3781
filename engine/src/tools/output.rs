//! What commands say: results on stdout, everything else on stderr.
//!
//! A reader that goes away (`pellicle layout ... | head`) has seen enough: what follows is dropped, and nothing fails.
//! So this is the only place that writes to either.

use std::fmt::Display;
use std::io::{self, ErrorKind, Write};

/// Writes a line of a result to stdout. False if nobody reads any more.
///
/// # Errors
/// What the system says where the line cannot be written, but for a reader that is gone.
pub fn result(line: impl Display) -> io::Result<bool> {
    let mut out = io::stdout().lock();
    match writeln!(out, "{line}").and_then(|()| out.flush()) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == ErrorKind::BrokenPipe => Ok(false),
        Err(error) => Err(error),
    }
}

/// Writes a line to stderr. There is nobody to tell if that fails.
pub fn note(line: impl Display) {
    let _ = writeln!(io::stderr().lock(), "{line}");
}

/// Writes over the last line of a terminal's stderr; an empty line takes it away. There is nobody to tell if that fails.
pub fn progress(line: impl Display) {
    // Erase in line, from the cursor to the end.
    let mut out = io::stderr().lock();
    let _ = write!(out, "\r{line}\u{1b}[K").and_then(|()| out.flush());
}
