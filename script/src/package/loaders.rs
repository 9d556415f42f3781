//! How parsers read the files of a package: what is kept of them compiled, else their text.

use super::npm::find_in_packages;
use super::{PackageSource, Work, note_work, read_text, resolve};
use pellicle_layout::compiled::CompiledError;
use pellicle_layout::css::{SheetFile, SheetLoader};
use pellicle_layout::markup::{StoredTemplate, TemplateFile, TemplateSource};
use std::sync::Arc;

/// The style sheets of a package, for [`parse_sheet`](pellicle_layout::css::parse_sheet).
#[derive(Clone, Copy)]
pub struct PackageSheets<'a>(pub &'a dyn PackageSource);

impl PackageSheets<'_> {
    /// The file that a sheet's import means.
    fn find(&self, from: &str, path: &str) -> Option<String> {
        let file = |path: &str| [path.to_owned(), format!("{path}.wxss")].into_iter().find(|p| self.0.contains(p));
        let found = resolve(from, path).and_then(|path| file(&path));
        found.or_else(|| find_in_packages(self.0, from, path, file))
    }
}

impl SheetLoader for PackageSheets<'_> {
    fn load(&self, from: &str, path: &str) -> Option<(Arc<str>, String)> {
        let found = self.find(from, path)?;
        let text = read_text(self.0, &found)?;
        Some((Arc::from(found), text))
    }

    fn text(&self, path: &str) -> Option<String> {
        read_text(self.0, path)
    }

    fn vouched_path(&self, from: &str, path: &str) -> Option<Arc<str>> {
        let found = self.find(from, path)?;
        let compiled = self.0.compiled(&found).filter(|compiled| compiled.is_vouched())?;
        compiled.has_sheet(&found).then(|| Arc::from(found))
    }

    fn vouched(&self, path: &str) -> Option<SheetFile> {
        let file = self.0.compiled(path)?.vouched_sheet(path, || self.0.length(path))?;
        note_work(self.0, Work::SheetKept);
        Some(file)
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<SheetFile>, CompiledError> {
        let kept = match self.0.compiled(path) {
            // A page or component without a sheet has an empty one.
            Some(package) if !text.is_empty() || self.0.contains(path) => package.sheet(path, text)?,
            _ => None,
        };
        let forms = self.0.forms().filter(|_| kept.is_none() && !text.is_empty());
        let kept = kept.or_else(|| forms?.sheet(path, text));
        if kept.is_some() {
            note_work(self.0, Work::SheetKept);
        }
        Ok(kept)
    }

    fn parsed(&self, path: &str, text: &str, file: &SheetFile) {
        if text.is_empty() {
            return;
        }
        note_work(self.0, Work::SheetParsed);
        if let Some(forms) = self.0.forms() {
            forms.keep_sheet(path, text, file);
        }
    }
}

/// The templates of a package, for [`TemplateLoader`](pellicle_layout::markup::TemplateLoader).
#[derive(Clone, Copy)]
pub struct PackageTemplates<'a>(pub &'a dyn PackageSource);

impl TemplateSource for PackageTemplates<'_> {
    fn read(&self, path: &str) -> Option<String> {
        read_text(self.0, path)
    }

    fn has(&self, path: &str) -> bool {
        self.0.contains(path)
    }

    fn vouched(&self, path: &str) -> Option<StoredTemplate<'static>> {
        let stored = self.0.compiled(path)?.vouched_template(path, || self.0.length(path))?;
        note_work(self.0, Work::TemplateKept);
        Some(stored)
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<StoredTemplate<'static>>, CompiledError> {
        let kept = self.0.compiled(path).map_or(Ok(None), |package| package.template(path, text))?;
        let kept = kept.or_else(|| self.0.forms()?.template(path, text));
        if kept.is_some() {
            note_work(self.0, Work::TemplateKept);
        }
        Ok(kept)
    }

    fn parsed(&self, path: &str, text: &str, file: &TemplateFile) {
        note_work(self.0, Work::TemplateParsed);
        if let Some(forms) = self.0.forms() {
            forms.keep_template(path, text, file);
        }
    }
}
