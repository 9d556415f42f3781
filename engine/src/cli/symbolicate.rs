//! `pellicle symbolicate`: a log with places in the sources.

use super::Failure;
use super::options::SymbolicateOptions;
use crate::package::archive::Trust;
use crate::tools::output;
use crate::tools::source_maps::{MapFolder, Symbolicator};
use pellicle_script::package::PackageSource;
use std::io::{BufRead, stdin};

/// Prints what comes on stdin.
///
/// # Errors
/// [`Failure::Program`] if the maps or the package cannot be opened, or the log cannot be read or printed.
pub fn run(options: &SymbolicateOptions) -> Result<(), Failure> {
    let folder = MapFolder::open(&options.source_maps).map_err(Failure::program)?;
    let package = options.package.as_deref().map(|path| super::build::open(path, Trust::Anybody)).transpose()?;
    let package = package.as_ref().map(|package| package as &dyn PackageSource);
    let mut places = Symbolicator::new(&folder, package);
    for line in stdin().lock().split(b'\n') {
        let line = line.map_err(|error| Failure::Program(format!("stdin: {error}")))?;
        // A log may hold anything.
        let line = String::from_utf8_lossy(&line);
        if !super::print(places.line(line.trim_end_matches('\r')))? {
            break;
        }
    }
    for path in places.unclear() {
        output::note(format_args!("{path}: there are maps of several versions; --package says which one it is"));
    }
    Ok(())
}
