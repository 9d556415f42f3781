//! `pellicle build --watch`: builds again when a file of the program changes, until it is interrupted.

use crate::cli::Failure;
use crate::tools::output;
use notify::{RecursiveMode, Watcher};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::Duration;

/// How long nothing may change before it is built: whoever writes many files is given the time for it.
const QUIET: Duration = Duration::from_millis(80);

enum Event {
    /// These have changed.
    Changed(Vec<PathBuf>),
    /// Nobody can say what has changed.
    Lost(String),
    /// Ctrl-C.
    Stop,
}

/// Whether something of the program changed: not what building writes.
fn is_source(path: &Path, root: &Path, written: &[PathBuf]) -> bool {
    let Ok(inner) = path.strip_prefix(root) else { return false };
    let hidden = inner.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
    let endings = [crate::package::archive::EXTENSION, crate::package::archive::parts::EXTENSION];
    let package = inner.extension().is_some_and(|ending| endings.iter().any(|own| ending == *own));
    !hidden && !package && !written.iter().any(|own| path.starts_with(own))
}

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
    let unwatched =
        |error: notify::Error| Failure::Program(format!("{}: it cannot be watched: {error}", folder.display()));
    let (sender, events) = channel();
    let told = sender.clone();
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let event = match event {
            // Reading is no change, and building reads.
            Ok(event) if event.kind.is_access() => return,
            Ok(event) if event.need_rescan() => Event::Lost("too much at once".to_owned()),
            Ok(event) => Event::Changed(event.paths),
            Err(error) => Event::Lost(error.to_string()),
        };
        // If nobody listens any more it is over.
        let _ = told.send(event);
    })
    .map_err(unwatched)?;
    watcher.watch(&root, RecursiveMode::Recursive).map_err(unwatched)?;
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
        if !changed(&events, &root, written) {
            return Ok(());
        }
    }
}

/// Waits until something has changed and nothing does any more; false when it is over.
fn changed(events: &Receiver<Event>, root: &Path, written: &[PathBuf]) -> bool {
    let mut any = false;
    loop {
        let event = match any {
            true => events.recv_timeout(QUIET),
            false => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match event {
            Ok(Event::Changed(paths)) => any |= paths.iter().any(|path| is_source(path, root, written)),
            Ok(Event::Lost(why)) => {
                output::note(format_args!("{}: {why}; all of it is looked at again", root.display()));
                any = true;
            }
            Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => return false,
            Err(RecvTimeoutError::Timeout) => return true,
        }
    }
}
