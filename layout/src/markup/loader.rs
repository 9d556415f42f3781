//! Loads `.wxml` files with everything they refer to.
//!
//! A file is read and parsed once. Includes become part of the tree that includes them, so they nest only
//! [`MAX_INCLUDES`] deep and not in circles; imports are links between files and may go in circles.

use super::parser::{self, Includes, Named};
use super::stored::{StoredTemplate, TemplateFile};
use super::template::{NamedTemplate, Template};
use crate::compiled::CompiledError;
use crate::diagnostic::{Diagnostic, Reporter};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// How deep files may include each other.
pub const MAX_INCLUDES: usize = 32;

/// Where the loader reads files from. Paths are inside the package, without a leading slash.
pub trait TemplateSource {
    /// The text of a file, `None` if there is none.
    fn read(&self, path: &str) -> Option<String>;

    /// True if there is a file.
    fn has(&self, path: &str) -> bool {
        self.read(path).is_some()
    }

    /// The file of this path as it was read before, where somebody vouches that this was of its text: nobody looks at that.
    fn vouched(&self, _path: &str) -> Option<StoredTemplate<'static>> {
        None
    }

    /// The file of this path and text (without a byte-order mark) as it was read before; `None` has it read from its
    /// text.
    ///
    /// # Errors
    /// Why what was kept of the file cannot be used. It is reported with the file, which is read from its text.
    fn compiled(&self, _path: &str, _text: &str) -> Result<Option<StoredTemplate<'static>>, CompiledError> {
        Ok(None)
    }

    /// Is told what reading a file from its text gave.
    fn parsed(&self, _path: &str, _text: &str, _file: &TemplateFile) {}
}

impl<F: Fn(&str) -> Option<String>> TemplateSource for F {
    fn read(&self, path: &str) -> Option<String> {
        self(path)
    }
}

/// Loads and owns the templates of one mini-program. Keep it as long as its templates are used: files
/// refer to each other through it.
#[derive(Debug, Default)]
pub struct TemplateLoader {
    files: FxHashMap<Arc<str>, Option<Arc<Template>>>,
    diagnostics: Vec<Diagnostic>,
}

/// A file whose imports are to be linked.
struct Unlinked {
    template: Arc<Template>,
    /// Resolved paths and where they are written.
    imports: Vec<Arc<str>>,
}

impl TemplateLoader {
    /// A loader that knows no file yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The template of the file at `path` (with its `.wxml` ending), loaded with all that it refers to if it
    /// is new. `None` if there is no such file. What is wrong in the files is in
    /// [`TemplateLoader::take_diagnostics`].
    pub fn load(&mut self, source: &dyn TemplateSource, path: &str) -> Option<Arc<Template>> {
        if let Some(known) = self.files.get(path) {
            return known.clone();
        }
        let asked = Asked::default();
        let mut work = Work { loader: self, source, unlinked: Vec::new(), open: Vec::new(), asked };
        let template = work.file(path);
        while let Some(Unlinked { template, imports }) = work.unlinked.pop() {
            let linked = imports.iter().filter_map(|path| work.file(path)).map(|t| Arc::downgrade(&t)).collect();
            // Set once: a file comes here only when it is parsed.
            let _ = template.imports.set(linked);
        }
        template
    }

    /// The file if it has been loaded before.
    pub fn get(&self, path: &str) -> Option<Arc<Template>> {
        self.files.get(path)?.clone()
    }

    /// Everything that was said since the last call, file by file.
    pub fn take_diagnostics(&mut self) -> Vec<Diagnostic> {
        std::mem::take(&mut self.diagnostics)
    }
}

/// Parses one source that refers to no other files: its includes and imports are not there.
pub fn parse(file: &str, source: &str) -> (Arc<Template>, Vec<Diagnostic>) {
    let mut loader = TemplateLoader::new();
    let own = |path: &str| (path == file).then(|| source.to_owned());
    let template = loader.load(&own, file).unwrap_or_default();
    // The loader goes, so links of the file to itself go through the new owner only.
    (template, loader.take_diagnostics())
}

/// One call of [`TemplateLoader::load`].
struct Work<'l, 's> {
    loader: &'l mut TemplateLoader,
    source: &'s dyn TemplateSource,
    unlinked: Vec<Unlinked>,
    /// Files that are being parsed, each included by the one before.
    open: Vec<Arc<str>>,
    /// What the innermost of them asked for.
    asked: Asked,
}

/// What a file asked for while it was parsed.
#[derive(Default)]
struct Asked {
    includes: Vec<Arc<Template>>,
    missing: Vec<Arc<str>>,
    /// It includes itself, or stands too deep in includes.
    cut: bool,
}

impl Work<'_, '_> {
    /// A file by its resolved path. Recurses for includes only, at most [`MAX_INCLUDES`] deep.
    fn file(&mut self, path: &str) -> Option<Arc<Template>> {
        if let Some(known) = self.loader.files.get(path) {
            return known.clone();
        }
        let file: Arc<str> = Arc::from(path);
        let vouched = self.source.vouched(path).and_then(|stored| self.resolved(&file, stored).ok().flatten());
        let Some(read) = vouched.or_else(|| self.read(&file)) else {
            self.loader.files.insert(file, None);
            return None;
        };
        let TemplateFile { roots, named, wxs, depth, imports, diagnostics, .. } = read;
        self.loader.diagnostics.extend(diagnostics);
        let template = Arc::new_cyclic(|home| Template {
            file: file.clone(),
            roots,
            templates: named
                .into_iter()
                .map(|t| {
                    let Named { name, nodes, position } = t;
                    Arc::new(NamedTemplate { name, nodes, file: file.clone(), position, home: home.clone() })
                })
                .collect(),
            wxs,
            depth,
            imports: Default::default(),
        });
        self.loader.files.insert(file, Some(template.clone()));
        self.unlinked.push(Unlinked { template: template.clone(), imports });
        Some(template)
    }

    /// A file whose text is looked at; `None` if there is none.
    fn read(&mut self, file: &Arc<str>) -> Option<TemplateFile> {
        let text = self.source.read(file)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        Some(self.stored(file, text).unwrap_or_else(|| {
            let read = self.parsed(file, text);
            self.source.parsed(file, text, &read);
            read
        }))
    }

    /// Reads a file from its text.
    fn parsed(&mut self, file: &Arc<str>, text: &str) -> TemplateFile {
        let mut reporter = Reporter::new(file.clone(), text);
        let around = std::mem::take(&mut self.asked);
        self.open.push(file.clone());
        let parsed = parser::parse(text, &mut reporter, self);
        self.open.pop();
        let Asked { includes, mut missing, cut } = std::mem::replace(&mut self.asked, around);

        let mut imports = Vec::new();
        for (src, offset) in parsed.imports {
            if let Some(path) = self.markup_path(&src, offset, &mut reporter) {
                if self.source_has(&path) {
                    imports.push(path);
                } else {
                    reporter.error("missing-file", offset, format!("there is no `{path}` to import"));
                    missing.push(path);
                }
            }
        }
        TemplateFile {
            roots: parsed.roots,
            named: parsed.named,
            wxs: parsed.wxs,
            depth: parsed.depth,
            imports,
            includes,
            missing,
            settled: !cut,
            diagnostics: reporter.finish(),
        }
    }

    /// The file as it was read before, if that holds still; says so if it does not.
    fn stored(&mut self, file: &Arc<str>, text: &str) -> Option<TemplateFile> {
        let stored = self.source.compiled(file, text).and_then(|stored| match stored {
            Some(stored) => self.resolved(file, stored),
            None => Ok(None),
        });
        stored.unwrap_or_else(|error| {
            self.loader.diagnostics.push(error.about(file));
            None
        })
    }

    /// A file that was read before, over the files that it includes now. `None` if they would include it in turn here.
    fn resolved(
        &mut self,
        file: &Arc<str>,
        stored: StoredTemplate<'static>,
    ) -> Result<Option<TemplateFile>, CompiledError> {
        self.open.push(file.clone());
        let includes = self.included(&stored);
        self.open.pop();
        let Some(includes) = includes? else { return Ok(None) };
        let gone = stored.imports().iter().find(|path| !self.source_has(path));
        if let Some(path) = gone.or_else(|| stored.missing().iter().find(|path| self.source_has(path))) {
            return Err(CompiledError::Dependency(path.clone()));
        }
        stored.into_file(includes).map(Some)
    }

    fn included(&mut self, stored: &StoredTemplate) -> Result<Option<Vec<Arc<Template>>>, CompiledError> {
        let mut includes = Vec::with_capacity(stored.includes().len());
        for (path, depth) in stored.includes() {
            if self.open.contains(path) || self.open.len() >= MAX_INCLUDES {
                return Ok(None);
            }
            let included = self.file(path).filter(|template| template.depth == *depth);
            includes.push(included.ok_or_else(|| CompiledError::Dependency(path.clone()))?);
        }
        Ok(Some(includes))
    }

    fn source_has(&self, path: &str) -> bool {
        match self.loader.files.get(path) {
            Some(known) => known.is_some(),
            None => self.open.iter().any(|open| &**open == path) || self.source.has(path),
        }
    }

    /// The package path of a `.wxml` file named in the innermost open file.
    fn markup_path(&mut self, src: &str, offset: usize, reporter: &mut Reporter<'_>) -> Option<Arc<str>> {
        self.path(src, ".wxml", offset, reporter)
    }

    fn path(&mut self, src: &str, ending: &str, offset: usize, reporter: &mut Reporter<'_>) -> Option<Arc<str>> {
        if src.contains("{{") {
            reporter.error("dynamic-src", offset, "`src` must be a plain path, files are loaded before there is data");
            return None;
        }
        match resolve(reporter.file(), src) {
            Some(path) if path.ends_with(ending) => Some(Arc::from(path)),
            Some(path) => Some(Arc::from(path + ending)),
            None => {
                reporter.error("missing-file", offset, format!("`{src}` leaves the package"));
                None
            }
        }
    }
}

impl Includes for Work<'_, '_> {
    fn include(&mut self, src: &str, offset: usize, reporter: &mut Reporter<'_>) -> Option<Arc<Template>> {
        let path = self.markup_path(src, offset, reporter)?;
        if self.open.contains(&path) {
            self.asked.cut = true;
            reporter.error("include-cycle", offset, format!("`{path}` includes itself; the circle is cut here"));
            return None;
        }
        if self.open.len() >= MAX_INCLUDES {
            self.asked.cut = true;
            let message = format!("files include each other more than {MAX_INCLUDES} deep; `{path}` is left out");
            reporter.error("include-depth", offset, message);
            return None;
        }
        let template = self.file(&path);
        match &template {
            Some(template) => self.asked.includes.push(template.clone()),
            None => {
                reporter.error("missing-file", offset, format!("there is no `{path}` to include"));
                self.asked.missing.push(path);
            }
        }
        template
    }

    fn wxs_path(&mut self, src: &str, offset: usize, reporter: &mut Reporter<'_>) -> Option<Arc<str>> {
        self.path(src, ".wxs", offset, reporter)
    }
}

/// A path as written in the file `from`, as a path inside the package: an absolute one starts at the
/// package's root. `None` if it leaves the package.
pub fn resolve(from: &str, path: &str) -> Option<String> {
    let base = if path.starts_with('/') { "" } else { from.rsplit_once('/').map_or("", |(folder, _)| folder) };
    let mut parts: Vec<&str> = Vec::new();
    for part in base.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop()?;
            }
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}
