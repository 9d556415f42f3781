//! `pellicle compile`: templates and style sheets in a form that loads without parsing, scripts in one that loads faster.

use super::Failure;
use super::options::CompileOptions;
use crate::tools::compile::{self, CompileError};
use crate::tools::{excerpt, output};
use pellicle_layout::compiled::COMPILED_FILE;
use pellicle_script::package::SCRIPTS_FILE;
use std::fs;
use std::path::Path;

/// Compiles a mini-program and says what was written.
///
/// # Errors
/// [`Failure::Reported`] if `app.json` cannot be understood, [`Failure::Program`] if the file cannot be written.
pub fn run(options: &CompileOptions) -> Result<(), Failure> {
    let package = super::open_folder(&options.dir)?;
    let outcome = compile::program(&package).map_err(told)?;
    let path = options.output.clone().unwrap_or_else(|| package.root().join(COMPILED_FILE));
    let scripts = options.scripts.clone().unwrap_or_else(|| path.with_file_name(SCRIPTS_FILE));
    for (path, bytes) in [(&path, &outcome.bytes), (&scripts, &outcome.scripts)] {
        fs::write(path, bytes).map_err(|error| Failure::Program(format!("{}: {error}", path.display())))?;
    }
    for left in &outcome.left_out {
        output::note(format_args!(
            "{left}: it goes on being read from its source: it depends on who includes it, has worklets, or holds hardly anything but mistakes"
        ));
    }
    let (errors, warnings) = outcome.counts();
    if errors + warnings > 0 {
        output::note(format_args!(
            "{errors} errors and {warnings} warnings are in the files; `pellicle check` says what they are"
        ));
    }
    report(&path, outcome.files.len(), outcome.bytes.len(), outcome.source_bytes)?;
    report(&scripts, outcome.script_files, outcome.scripts.len(), outcome.script_bytes)
}

/// Says why a program cannot be compiled.
pub(super) fn told(error: CompileError) -> Failure {
    match error {
        CompileError::Manifest(found) => {
            for diagnostic in found {
                output::note(format_args!("{diagnostic} [{}]{}", diagnostic.code, excerpt::below(&diagnostic)));
            }
            Failure::Reported
        }
        CompileError::TooLarge => Failure::program(error),
    }
}

fn report(path: &Path, files: usize, bytes: usize, sources: usize) -> Result<(), Failure> {
    let share = if sources == 0 { 0.0 } else { bytes as f64 * 100.0 / sources as f64 };
    super::print(format_args!(
        "{}: {files} files, {bytes} bytes, {share:.0} % of their sources' {sources}",
        path.display()
    ))?;
    Ok(())
}
