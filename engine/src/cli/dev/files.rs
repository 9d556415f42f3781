//! The folder of a program that is being written: what has changed in it.

use crate::cli::Failure;
use crate::cli::watching::{self, Changes};
use crate::shell::WindowHandle;
use crate::tools::output;
use notify::RecommendedWatcher;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

/// How long nothing may change before it is shown: editors write a file in several steps.
const QUIET: Duration = Duration::from_millis(20);
/// Largest file whose contents are compared, bytes: a larger one counts as changed.
const LARGEST: u64 = 16 << 20;

/// What has changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Changed {
    /// Style sheets only.
    Styles,
    /// Anything else.
    Program,
}

/// The folder, watched.
pub(super) struct Files {
    folder: PathBuf,
    changed: Arc<Mutex<Option<Changed>>>,
    /// Watches for as long as it is there.
    _watcher: RecommendedWatcher,
}

impl Files {
    /// Watches a folder, and wakes the window when something has changed.
    ///
    /// # Errors
    /// [`Failure::Program`] if the system does not watch it.
    pub fn watch(folder: &Path, window: Arc<OnceLock<WindowHandle>>) -> Result<Files, Failure> {
        let unwatched = |why: String| Failure::Program(format!("{}: it cannot be watched: {why}", folder.display()));
        let root = folder.canonicalize().map_err(|error| unwatched(error.to_string()))?;
        let (told, events) = channel();
        let watcher = watching::watch(&root, told).map_err(|error| unwatched(error.to_string()))?;
        let changed: Arc<Mutex<Option<Changed>>> = Arc::default();
        let (noted, at) = (changed.clone(), root.clone());
        let work = move || {
            let mut contents = Contents::default();
            while let Some(changes) = watching::settled(&events, &at, &[], QUIET) {
                let Some(found) = contents.judge(&changes) else { continue };
                if let Some(why) = &changes.lost {
                    output::note(format_args!("{}: {why}; the program is started again", at.display()));
                }
                let mut noted = noted.lock().unwrap_or_else(PoisonError::into_inner);
                *noted = (*noted).max(Some(found));
                drop(noted);
                if let Some(window) = window.get() {
                    window.wake();
                }
            }
        };
        let thread = std::thread::Builder::new().name("files".to_owned()).spawn(work);
        thread.map_err(|error| unwatched(error.to_string()))?;
        Ok(Files { folder: folder.to_owned(), changed, _watcher: watcher })
    }

    /// The folder as it was named.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// The program is to be brought in step as if this had changed.
    pub fn note(&self, changed: Changed) {
        let mut noted = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        *noted = (*noted).max(Some(changed));
    }

    /// What has changed since the last call.
    pub fn take(&self) -> Option<Changed> {
        self.changed.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

/// What files contained when they changed last: one that is saved as it was has not changed.
#[derive(Default)]
struct Contents(FxHashMap<PathBuf, Option<blake3::Hash>>);

impl Contents {
    fn judge(&mut self, changes: &Changes) -> Option<Changed> {
        let mut found = changes.lost.as_ref().map(|_| Changed::Program);
        for path in &changes.paths {
            // A folder that changes tells of what is in it by itself.
            if path.is_dir() {
                continue;
            }
            let now = contents(path);
            let before = self.0.insert(path.clone(), now);
            if before == Some(now) && path.metadata().map_or(0, |file| file.len()) <= LARGEST {
                continue;
            }
            let style = path.extension().is_some_and(|ending| ending == "wxss");
            found = found.max(Some(if style { Changed::Styles } else { Changed::Program }));
        }
        found
    }
}

/// A hash of what is in a file; none if there is no such file, or a large one.
fn contents(path: &Path) -> Option<blake3::Hash> {
    let file = path.metadata().ok().filter(|file| file.is_file() && file.len() <= LARGEST)?;
    let bytes = std::fs::read(path).ok().filter(|bytes| bytes.len() as u64 <= file.len().max(LARGEST))?;
    Some(blake3::hash(&bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn what_is_saved_as_it_was_has_not_changed() {
        let folder = tempfile::tempdir().unwrap();
        let mut contents = Contents::default();
        let mut judge = |names: &[&str]| {
            let paths = names.iter().map(|name| folder.path().join(name)).collect();
            contents.judge(&Changes { paths, lost: None })
        };
        let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
        write("a.wxss", "a");
        assert_eq!(judge(&["a.wxss"]), Some(Changed::Styles));
        assert_eq!(judge(&["a.wxss"]), None);
        write("a.wxss", "b");
        write("a.js", "b");
        assert_eq!(judge(&["a.js", "a.wxss"]), Some(Changed::Program));
        fs::remove_file(folder.path().join("a.js")).unwrap();
        assert_eq!((judge(&["a.js"]), judge(&["a.js"])), (Some(Changed::Program), None));
        fs::create_dir(folder.path().join("pages")).unwrap();
        assert_eq!(judge(&["pages"]), None);
    }
}
