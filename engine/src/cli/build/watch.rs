//! `pellicle build --watch`: builds again when a file of the program changes, until it is interrupted.

use crate::cli::Failure;
use crate::cli::watching::{self, Event};
use crate::tools::output;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::time::Duration;

/// How long nothing may change before it is built.
const QUIET: Duration = Duration::from_millis(80);

/// Builds now, and again whenever something in the folder changes but what is `written`. `build` says all that there is to be said; a
/// program that cannot be built is waited for.
///
/// # Errors
/// [`Failure::Program`] if the folder cannot be watched, [`Failure::Usage`] if the command line is wrong.
pub(super) fn run(
    folder: &Path,
    written: &[PathBuf],
    mut build: impl FnMut() -> Result<(), Failure>,
) -> Result<(), Failure> {
    let root = folder.canonicalize().map_err(|error| Failure::Program(format!("{}: {error}", folder.display())))?;
    let (sender, events) = channel();
    let _watcher = watching::watch(&root, sender.clone())
        .map_err(|error| Failure::Program(format!("{}: it cannot be watched: {error}", folder.display())))?;
    // Where signals cannot be handled the process ends at the first, as it would without this.
    let _ = ctrlc::set_handler(move || {
        let _ = sender.send(Event::Stop);
    });
    loop {
        match build() {
            Ok(()) | Err(Failure::Reported | Failure::Slower) => {}
            Err(Failure::Program(text)) => output::note(text),
            Err(usage @ Failure::Usage(_)) => return Err(usage),
        }
        let Some(changes) = watching::settled(&events, &root, written, QUIET) else { return Ok(()) };
        if let Some(why) = changes.lost {
            output::note(format_args!("{}: {why}; all of it is looked at again", root.display()));
        }
    }
}
