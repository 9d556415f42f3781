//! Watching the folder of a mini-program while it is written.

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

/// How long changes are gathered at most: whoever writes without end is not waited for.
const LONGEST: Duration = Duration::from_secs(2);

/// What a watched folder tells.
pub enum Event {
    /// These have changed.
    Changed(Vec<PathBuf>),
    /// Nobody can say what has changed.
    Lost(String),
    /// It is over.
    Stop,
}

/// What has changed in a folder.
#[derive(Debug, Default)]
pub struct Changes {
    /// These files and folders.
    pub paths: BTreeSet<PathBuf>,
    /// It may be more than that, for this reason.
    pub lost: Option<String>,
}

/// Watches a folder and all in it for as long as the watcher lives.
///
/// # Errors
/// What the system says, as when it watches no more files for this user.
pub fn watch(root: &Path, told: Sender<Event>) -> Result<RecommendedWatcher, notify::Error> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        let event = match event {
            // Reading is no change.
            Ok(event) if event.kind.is_access() => return,
            Ok(event) if event.need_rescan() => Event::Lost("too much at once".to_owned()),
            Ok(event) => Event::Changed(event.paths),
            Err(error) => Event::Lost(error.to_string()),
        };
        // If nobody listens any more it is over.
        let _ = told.send(event);
    })?;
    watcher.watch(root, RecursiveMode::Recursive)?;
    Ok(watcher)
}

/// Whether something of the program changed: not what tools keep in hidden files, nor what building writes.
pub fn is_source(path: &Path, root: &Path, written: &[PathBuf]) -> bool {
    let Ok(inner) = path.strip_prefix(root) else { return false };
    let hidden = inner.components().any(|part| part.as_os_str().to_string_lossy().starts_with('.'));
    // Editors write copies beside the file.
    let copy = inner.as_os_str().to_string_lossy().ends_with('~');
    let endings = [crate::package::archive::EXTENSION, crate::package::archive::parts::EXTENSION];
    let package = inner.extension().is_some_and(|ending| endings.iter().any(|own| ending == *own));
    !hidden && !copy && !package && !written.iter().any(|own| path.starts_with(own))
}

/// Waits until something has changed and nothing has for so long: whoever writes many files is given the time for it. `None` when it
/// is over.
pub fn settled(events: &Receiver<Event>, root: &Path, written: &[PathBuf], quiet: Duration) -> Option<Changes> {
    let mut changes = Changes::default();
    let mut first: Option<Instant> = None;
    loop {
        let event = match first {
            Some(first) => events.recv_timeout(quiet.min(LONGEST.saturating_sub(first.elapsed()))),
            None => events.recv().map_err(|_| RecvTimeoutError::Disconnected),
        };
        match event {
            Ok(Event::Changed(paths)) => {
                changes.paths.extend(paths.into_iter().filter(|path| is_source(path, root, written)));
            }
            Ok(Event::Lost(why)) => changes.lost = Some(why),
            Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => return None,
            Err(RecvTimeoutError::Timeout) => return Some(changes),
        }
        if !changes.paths.is_empty() || changes.lost.is_some() {
            let began = *first.get_or_insert_with(Instant::now);
            if began.elapsed() >= LONGEST {
                return Some(changes);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc::channel;

    #[test]
    fn what_is_no_source_is_passed_over_and_the_rest_comes_at_once() {
        let (told, events) = channel();
        let root = Path::new("/p");
        let written = [PathBuf::from("/p/out")];
        let changed = |paths: &[&str]| Event::Changed(paths.iter().map(PathBuf::from).collect());
        told.send(changed(&["/p/.git/index", "/p/shop.ma", "/p/out/a.js", "/p/a.wxml~", "/elsewhere/a.js"])).unwrap();
        told.send(changed(&["/p/a.wxml"])).unwrap();
        told.send(changed(&["/p/b.js", "/p/a.wxml"])).unwrap();
        let found = settled(&events, root, &written, Duration::from_millis(5)).unwrap();
        assert_eq!(found.paths.into_iter().collect::<Vec<_>>(), [Path::new("/p/a.wxml"), Path::new("/p/b.js")]);
        assert!(found.lost.is_none());
        told.send(Event::Lost("overflow".to_owned())).unwrap();
        assert_eq!(settled(&events, root, &[], Duration::ZERO).unwrap().lost.as_deref(), Some("overflow"));
        told.send(Event::Stop).unwrap();
        assert!(settled(&events, root, &[], Duration::ZERO).is_none());
    }
}
