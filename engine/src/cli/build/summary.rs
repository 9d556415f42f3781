//! What `pellicle build` says while it works, and of what it made.

use crate::cli::Failure;
use crate::cli::print as line;
use crate::package::sizes::{SizeLimits, megabytes};
use crate::tools::build::{Built, PartSize, Step};
use crate::tools::output;
use std::io::{IsTerminal, stderr};

/// The progress on stderr: one line that changes, on a terminal only.
pub(super) struct Progress {
    terminal: bool,
}

impl Progress {
    pub(super) fn new() -> Progress {
        Progress { terminal: stderr().is_terminal() }
    }

    pub(super) fn show(&self, step: Step<'_>) {
        if !self.terminal {
            return;
        }
        match step {
            Step::Compiling => output::progress("compiling"),
            Step::File(path, at, all) => output::progress(format_args!("[{}/{all}] {path}", at + 1)),
            Step::Packing => output::progress("packing"),
        }
    }

    pub(super) fn end(&self) {
        if self.terminal {
            output::progress("");
        }
    }
}

/// Prints what kinds of files a package has, and how large its parts are.
pub(super) fn print(built: &Built, limits: &SizeLimits) -> Result<(), Failure> {
    let mut kinds: Vec<_> = built.kinds.iter().collect();
    kinds.sort_by_key(|(_, (_, bytes))| std::cmp::Reverse(*bytes));
    for (kind, (files, bytes)) in kinds {
        line(format_args!("{kind:>12} {files:>6} files {bytes:>10} bytes"))?;
    }
    if built.left_out > 0 {
        line(format_args!("{} files of installed packages are not reached and left out", built.left_out))?;
    }
    let name = |part: &PartSize| part.root.clone().unwrap_or_else(|| "main package".to_owned());
    let width = built.parts.iter().map(|part| name(part).chars().count()).max().unwrap_or(0);
    line(format_args!(
        "{:width$} {:>6} {:>10} {:>10} {:>10} {:>7} {:>9}",
        "", "files", "sources", "built", "packed", "saved", "of limit"
    ))?;
    let row = |name: &str, part: &PartSize, limit: u64| {
        let saved = match part.sources {
            0 => 0.0,
            sources => 100.0 - part.packed as f64 * 100.0 / sources as f64,
        };
        let used = part.packed as f64 * 100.0 / limit.max(1) as f64;
        line(format_args!(
            "{name:width$} {:>6} {:>10} {:>10} {:>10} {saved:>5.0} % {used:>7.0} %",
            part.files, part.sources, part.unpacked, part.packed
        ))
    };
    for part in &built.parts {
        row(&name(part), part, limits.part)?;
    }
    row("all", &PartSize::sum(&built.parts), limits.all)?;
    line(format_args!("limits: {} MB a package, {} MB in all, packed", megabytes(limits.part), megabytes(limits.all)))?;
    Ok(())
}
