//! Style sheets that a tool edits while the program runs.

use super::PageStage;
use pellicle_layout::compiled::CompiledError;
use pellicle_layout::css::{Sheet, SheetFile, SheetLoader, load_sheet};
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_script::package::{PackageSheets, PackageSource, read_text};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Texts in the place of those of a package, by path.
#[derive(Default)]
pub(super) struct EditedSheets(FxHashMap<Arc<str>, Arc<str>>);

impl EditedSheets {
    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The sheet of a path, with what it imports.
    pub(super) fn read(&self, path: &str, package: &dyn PackageSource) -> (Sheet, Vec<Diagnostic>) {
        load_sheet(path, &Loader { edited: self, package: PackageSheets(package) })
    }
}

struct Loader<'a> {
    edited: &'a EditedSheets,
    package: PackageSheets<'a>,
}

impl Loader<'_> {
    fn edited(&self, path: &str) -> Option<String> {
        self.edited.0.get(path).map(|text| text.to_string())
    }
}

impl SheetLoader for Loader<'_> {
    fn load(&self, from: &str, path: &str) -> Option<(Arc<str>, String)> {
        let (path, text) = self.package.load(from, path)?;
        let text = self.edited(&path).unwrap_or(text);
        Some((path, text))
    }

    fn text(&self, path: &str) -> Option<String> {
        self.edited(path).or_else(|| self.package.text(path))
    }

    fn vouched_path(&self, from: &str, path: &str) -> Option<Arc<str>> {
        self.package.vouched_path(from, path).filter(|path| !self.edited.0.contains_key(path))
    }

    fn vouched(&self, path: &str) -> Option<SheetFile> {
        if self.edited.0.contains_key(path) { None } else { self.package.vouched(path) }
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<SheetFile>, CompiledError> {
        if self.edited.0.contains_key(path) { Ok(None) } else { self.package.compiled(path, text) }
    }

    fn parsed(&self, path: &str, text: &str, file: &SheetFile) {
        if !self.edited.0.contains_key(path) {
            self.package.parsed(path, text, file);
        }
    }
}

impl PageStage {
    /// The text of a style sheet as it holds now.
    pub fn sheet_text(&self, path: &str) -> Option<String> {
        self.edited.0.get(path).map(|text| text.to_string()).or_else(|| read_text(&*self.package, path))
    }

    /// Puts another text in the place of a style sheet's, wherever it is used; false if it is used nowhere.
    pub fn set_sheet_text(&mut self, path: &str, text: &str) -> bool {
        let users: Vec<Arc<str>> = self
            .sheets
            .iter()
            .filter(|(_, sheet)| sheet.files.iter().any(|f| &**f == path))
            .map(|(p, _)| p.clone())
            .collect();
        if users.is_empty() {
            return false;
        }
        self.edited.0.insert(Arc::from(path), Arc::from(text));
        for user in users {
            let (sheet, found) = self.edited.read(&user, &*self.package);
            self.diagnostics.extend(found);
            let sheet = Arc::new(sheet);
            if let Some(old) = self.sheets.insert(user, sheet.clone()) {
                self.rules = self.rules.saturating_sub(old.rules.len() as u64) + sheet.rules.len() as u64;
                self.styles.replace_sheet(&old, &sheet);
            }
        }
        true
    }
}
