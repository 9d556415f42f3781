//! What is wrong with a program that is being written: what its files are found to have wrong, and exceptions of its script.

use super::unplaced;
use crate::chrome::Fault;
use crate::shell::WindowHandle;
use crate::tools::record::exception;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::capability::audit::Record;
use pellicle_script::package::{PackageSource, with_line};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

/// Most that are kept.
const MOST: usize = 1000;

/// What is wrong since the files changed last.
pub(super) struct Faults {
    state: Mutex<State>,
    window: Arc<OnceLock<WindowHandle>>,
}

struct State {
    /// The files as they are.
    package: Arc<dyn PackageSource>,
    found: Vec<Diagnostic>,
    /// What is to be shown is not what was told last.
    news: bool,
}

impl Faults {
    /// Nothing yet, of these files. The window is woken when there is something.
    pub fn new(package: Arc<dyn PackageSource>, window: Arc<OnceLock<WindowHandle>>) -> Faults {
        Faults { state: Mutex::new(State { package, found: Vec::new(), news: false }), window }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The files have changed, to those of a package if they can be opened; if it is true only style sheets have, and what is wrong
    /// elsewhere is so still. Gives whether something was wrong.
    pub fn begin(&self, files: Option<(Arc<dyn PackageSource>, bool)>) -> bool {
        let state = &mut *self.state();
        let before = state.found.len();
        match files {
            Some((package, styles)) => {
                state.package = package;
                state.found.retain(|found| styles && !found.file.ends_with(".wxss"));
            }
            None => state.found.clear(),
        }
        state.news |= before != state.found.len();
        before > 0
    }

    /// Hears what the program does.
    pub fn hear(&self, record: &Record) {
        let package = self.state().package.clone();
        let found = match record {
            Record::Finding(found) if found.severity == Severity::Error => with_line(&*package, found.clone()),
            Record::Fault { context, message, stack } => exception(&*package, context, message, stack)
                .unwrap_or_else(|| unplaced(format!("{message} (in {context})"))),
            _ => return,
        };
        self.add(found);
    }

    /// Something is wrong.
    pub fn add(&self, found: Diagnostic) {
        let mut state = self.state();
        if state.found.len() == MOST || state.found.contains(&found) {
            return;
        }
        state.found.push(found);
        state.news = true;
        drop(state);
        if let Some(window) = self.window.get() {
            window.wake();
        }
    }

    /// What is to be shown, if that has changed since the last call: the first of all, since others often follow from it.
    pub fn take(&self) -> Option<Option<Arc<Fault>>> {
        let state = &mut *self.state();
        if !std::mem::take(&mut state.news) {
            return None;
        }
        let first = state.found.first();
        Some(first.map(|finding| Arc::new(Fault::new(finding, state.found.len() - 1))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::package::MemoryPackage;

    fn finding(file: &str) -> Record {
        Record::Finding(Diagnostic::at(Severity::Error, "no", &Arc::from(file), "<a>", 1, "wrong"))
    }

    #[test]
    fn the_first_is_shown_until_the_file_changes_that_it_is_in() {
        let package: Arc<dyn PackageSource> = Arc::new(MemoryPackage::default());
        let faults = Faults::new(package.clone(), Arc::default());
        assert_eq!(faults.take(), None);
        faults.hear(&finding("a.wxml"));
        faults.hear(&finding("a.wxss"));
        faults.hear(&finding("a.wxss"));
        faults.hear(&Record::Console { level: "error", text: "no".to_owned() });
        let shown = faults.take().flatten().unwrap();
        assert_eq!((shown.file.as_str(), shown.others), ("a.wxml", 1));
        assert_eq!(faults.take(), None);
        assert!(faults.begin(Some((package.clone(), true))));
        assert_eq!(faults.take().flatten().unwrap().others, 0);
        assert!(faults.begin(Some((package.clone(), false))));
        assert_eq!(faults.take(), Some(None));
        let stack = vec!["at f (a.js:1:2)".to_owned()];
        faults.hear(&Record::Fault { context: "onLoad".into(), message: "TypeError: no".into(), stack });
        let shown = faults.take().flatten().unwrap();
        assert_eq!((shown.file.as_str(), shown.position.line), ("a.js", 1));
        assert!(faults.begin(None) && !faults.begin(None));
    }
}
