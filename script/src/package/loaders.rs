//! How parsers read the files of a package: what is kept of them compiled, else their text.

use super::npm::find_in_packages;
use super::{PackageSource, read_text, resolve};
use pellicle_layout::compiled::CompiledError;
use pellicle_layout::css::{SheetFile, SheetLoader};
use pellicle_layout::markup::{StoredTemplate, TemplateSource};
use std::sync::Arc;

/// The style sheets of a package, for [`parse_sheet`](pellicle_layout::css::parse_sheet).
#[derive(Clone, Copy)]
pub struct PackageSheets<'a>(pub &'a dyn PackageSource);

impl SheetLoader for PackageSheets<'_> {
    fn load(&self, from: &str, path: &str) -> Option<(Arc<str>, String)> {
        let file = |path: &str| [path.to_owned(), format!("{path}.wxss")].into_iter().find(|p| self.0.contains(p));
        let found = resolve(from, path).and_then(|path| file(&path));
        let found = found.or_else(|| find_in_packages(self.0, from, path, file))?;
        let text = read_text(self.0, &found)?;
        Some((Arc::from(found), text))
    }

    fn compiled(&self, path: &str, text: &str) -> Result<Option<SheetFile>, CompiledError> {
        match self.0.compiled() {
            // A page or component without a sheet has an empty one.
            Some(package) if !text.is_empty() || self.0.contains(path) => package.sheet(path, text),
            _ => Ok(None),
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

    fn compiled(&self, path: &str, text: &str) -> Result<Option<StoredTemplate<'static>>, CompiledError> {
        self.0.compiled().map_or(Ok(None), |package| package.template(path, text))
    }
}
