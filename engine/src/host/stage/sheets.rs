//! Style sheets of the pages and components that are there.

use super::edited::EditedSheets;
use super::{PageInfo, PageStage};
use crate::host::sheets::{ReadSheet, SharedSheets};
use crate::package::{AppManifest, read_json};
use pellicle_layout::css::{FontFaceRule, Sheet};
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use pellicle_layout::document::ops::SheetTarget;
use pellicle_script::package::{PackageSource, Work};
use std::sync::Arc;

impl PageStage {
    /// Sheets are looked for among those of other starts, and kept there.
    pub fn share_sheets(&mut self, sheets: Arc<SharedSheets>) {
        self.shared_sheets = Some(sheets);
    }

    /// Reads a sheet that a commit names. Sheets are parsed once.
    pub fn add_sheet(&mut self, target: SheetTarget, path: &Arc<str>, manifest: &AppManifest) {
        let sheet = self.sheet(path);
        let base: Arc<str> = Arc::from(path.strip_suffix(".wxss").unwrap_or(path));
        match target {
            SheetTarget::App => self.styles.set_app_sheet(sheet),
            SheetTarget::Page { page, isolated } => {
                self.styles.set_page_sheet(page, sheet, isolated);
                let config = read_json(&*self.package, &format!("{base}.json"), &mut self.diagnostics);
                let config = config.map(|file| file.value);
                let window = manifest.window_of(config.as_ref());
                self.pages.retain(|p| p.page != page);
                self.pages.push(PageInfo { page, path: base, config, window });
            }
            SheetTarget::Component { scope, shared } => {
                self.styles.set_component_sheet(scope, sheet, shared);
                self.scopes.insert(scope, base);
            }
        }
    }

    fn sheet(&mut self, path: &Arc<str>) -> Arc<Sheet> {
        if let Some(known) = self.sheets.get(path) {
            return known.clone();
        }
        let (sheet, found) = self.read_sheet(path);
        self.diagnostics.extend_from_slice(&found);
        let rules = self.rules + sheet.rules.len() as u64;
        let sheet = if rules > self.most_rules {
            self.refused_rules = self.refused_rules.max(rules);
            let message =
                format!("left out: with it there are {rules} style rules, at most {} may be", self.most_rules);
            self.diagnostics.push(Diagnostic::new(
                Severity::Error,
                "style-rules",
                path.clone(),
                Position::default(),
                message,
            ));
            Arc::new(Sheet { path: path.clone(), ..Sheet::default() })
        } else {
            self.rules = rules;
            self.font_rules.extend_from_slice(&sheet.font_faces);
            sheet
        };
        self.sheets.insert(path.clone(), sheet.clone());
        sheet
    }

    /// The program's files are these from now on: all sheets are read from them.
    pub fn reload_sheets(&mut self, package: Arc<dyn PackageSource>) {
        self.package = package;
        // What was saved is what counts.
        self.edited = EditedSheets::default();
        self.reloads += 1;
        (self.rules, self.refused_rules) = (0, 0);
        for (path, old) in std::mem::take(&mut self.sheets) {
            let new = self.sheet(&path);
            self.styles.replace_sheet(&old, &new);
        }
    }

    /// How often all sheets were read again.
    pub(crate) fn sheet_reloads(&self) -> u64 {
        self.reloads
    }

    /// A sheet with what is to be said about it. A page or component without one is an ordinary thing.
    fn read_sheet(&self, path: &Arc<str>) -> ReadSheet {
        // What somebody has edited is this program's own.
        let shared = self.shared_sheets.as_ref().filter(|_| self.edited.is_empty());
        if let Some(known) = shared.and_then(|shared| shared.find(&*self.package, path)) {
            if let Some(work) = self.package.work() {
                known.0.files.iter().for_each(|_| work.note(Work::SheetKept));
            }
            return known;
        }
        let (sheet, found) = self.edited.read(path, &*self.package);
        let read: ReadSheet = (Arc::new(sheet), found.into());
        if let Some(shared) = shared {
            shared.keep(&*self.package, path, read.clone());
        }
        read
    }

    /// Sets how many rules all sheets together may have.
    pub fn set_most_rules(&mut self, most: u64) {
        self.most_rules = most;
    }

    /// Rules of all sheets, or those that there would be with one that was left out.
    pub fn rules(&self) -> u64 {
        self.rules.max(self.refused_rules)
    }

    /// The `@font-face` rules of the sheets read since the last call.
    pub fn take_font_rules(&mut self) -> Vec<FontFaceRule> {
        std::mem::take(&mut self.font_rules)
    }
}
