//! The compiled form of a program's templates, style sheets and scripts: of its own files, and of those of others' packages
//! that its pages and components reach.

use crate::package::archive::pack::part_of;
use crate::package::{AppManifest, npm, structure};
use pellicle_layout::compiled::Compiler;
use pellicle_layout::css::{SheetFile, SheetLoader, parse_sheet};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_layout::markup::{TemplateFile, TemplateLoader, TemplateSource};
use pellicle_script::package::maps::ShippedScript;
use pellicle_script::package::scripts::ScriptMemo;
use pellicle_script::package::{PackageSheets, PackageSource, PackageTemplates, ScriptCompiler, read_text};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// What compiling a program gave.
#[derive(Clone, Debug, Default)]
pub struct Outcome {
    /// The bytes for [`COMPILED_FILE`](pellicle_layout::compiled::COMPILED_FILE).
    pub bytes: Vec<u8>,
    /// The bytes for [`SCRIPTS_FILE`](pellicle_script::package::SCRIPTS_FILE).
    pub scripts: Vec<u8>,
    /// Paths of the templates and style sheets in it.
    pub files: Vec<String>,
    /// How many scripts are in it.
    pub script_files: usize,
    /// The scripts that take the place of sources, of a package that is shipped.
    pub shipped: Vec<ShippedScript>,
    /// Paths of files that go on being read from their sources.
    pub left_out: Vec<String>,
    /// Size of the sources of `files`, bytes.
    pub source_bytes: usize,
    /// Size of the sources of the scripts, bytes.
    pub script_bytes: usize,
    /// What is wrong with the files.
    pub diagnostics: Vec<Diagnostic>,
    /// The compiled forms of parts that were asked for by their roots, which are not in `bytes` and `scripts`.
    pub parts: BTreeMap<String, Forms>,
}

/// The compiled forms of a part of a program.
#[derive(Clone, Debug, Default)]
pub struct Forms {
    /// Its templates and style sheets, if it has any.
    pub bytes: Option<Vec<u8>>,
    /// Its scripts, if it has any.
    pub scripts: Option<Vec<u8>>,
}

/// Why a program cannot be compiled.
#[derive(Debug, thiserror::Error)]
pub enum CompileError {
    /// `app.json` is missing or cannot be understood; the findings say why.
    #[error("app.json cannot be understood")]
    Manifest(Vec<Diagnostic>),
    /// The compiled form would be larger than its format allows.
    #[error("the program is too large to be compiled")]
    TooLarge,
}

/// Reads the sources and tells the compiler what they were read as.
struct Sources<'a> {
    package: &'a dyn PackageSource,
    compiler: &'a Compiler,
}

impl SheetLoader for Sources<'_> {
    fn load(&self, from: &str, path: &str) -> Option<(Arc<str>, String)> {
        PackageSheets(self.package).load(from, path)
    }

    fn parsed(&self, path: &str, text: &str, file: &SheetFile) {
        self.compiler.sheet(path, text, file);
    }
}

impl TemplateSource for Sources<'_> {
    fn read(&self, path: &str) -> Option<String> {
        PackageTemplates(self.package).read(path)
    }

    fn parsed(&self, path: &str, text: &str, file: &TemplateFile) {
        self.compiler.template(path, text, file);
    }
}

/// Compiles a program from its sources, to stand beside those.
///
/// # Errors
/// [`CompileError`] if there is nothing to compile.
pub fn program(package: &dyn PackageSource) -> Result<Outcome, CompileError> {
    compiled(package, ScriptCompiler::default(), &[])
}

/// Compiles a program for a package that is shipped: scripts are to take the place of their sources, and the forms of what lies in each of
/// these folders are apart. Scripts that were compiled before are not again.
///
/// # Errors
/// [`CompileError`] if there is nothing to compile.
pub fn for_package(
    package: &dyn PackageSource,
    roots: &[String],
    memo: &Arc<ScriptMemo>,
) -> Result<Outcome, CompileError> {
    compiled(package, ScriptCompiler::for_package().with_memo(memo), roots)
}

fn compiled(
    package: &dyn PackageSource,
    mut scripts: ScriptCompiler,
    roots: &[String],
) -> Result<Outcome, CompileError> {
    let mut diagnostics = Vec::new();
    let Some(manifest) = AppManifest::read(package, false, &mut diagnostics) else {
        return Err(CompileError::Manifest(diagnostics));
    };
    let structure = structure::check(package, &manifest, &mut diagnostics);
    let compiler = Compiler::new();
    let sources = Sources { package, compiler: &compiler };
    let mut templates = TemplateLoader::new();
    let mut sheets = Vec::new();
    let reached = structure.pages.iter().chain(&structure.components);
    let mut paths: BTreeSet<String> =
        reached.flat_map(|base| [format!("{base}.wxml"), format!("{base}.wxss")]).collect();
    // A package that others wrote holds more than is used.
    paths.extend(package.paths().into_iter().filter(|path| !npm::is_of_others(path)));
    for path in paths {
        if path.ends_with(".wxml") {
            templates.load(&sources, &path);
        } else if path.ends_with(".wxss")
            && let Some(text) = read_text(package, &path)
        {
            sheets.extend(parse_sheet(&path, &text, &sources).1);
        }
    }
    // A file that several import is read for each of them.
    for found in sheets {
        if !diagnostics.contains(&found) {
            diagnostics.push(found);
        }
    }
    diagnostics.extend(templates.take_diagnostics());
    let reached = structure.pages.iter().chain(&structure.components);
    let reached = reached.flat_map(|base| [format!("{base}.js"), format!("{base}.ts")]);
    let own = package.paths().into_iter().filter(|path| !npm::is_of_others(path));
    scripts.add(package, reached.filter(|path| package.contains(path)).chain(own));
    let (kept, left): (Vec<_>, Vec<_>) = compiler.files().into_iter().partition(|(_, kept)| *kept);
    let paths = |list: Vec<(String, bool)>| list.into_iter().map(|(path, _)| path).collect::<Vec<_>>();
    let (files, mut left_out) = (paths(kept), paths(left));
    left_out.extend_from_slice(scripts.left_out());
    let source_bytes = files.iter().filter_map(|path| package.read(path)).map(|bytes| bytes.len()).sum();
    let (script_files, script_bytes) = (scripts.len(), scripts.source_bytes());
    let shipped = scripts.take_shipped();
    let part = |path: &str| part_of(path, roots).unwrap_or_default().to_owned();
    let (mut compilers, mut scripts) = (compiler.apart(part), scripts.apart(part));
    let bytes = compilers.remove("").unwrap_or_default().finish().ok_or(CompileError::TooLarge)?;
    let of_main = scripts.remove("").unwrap_or_default().finish().ok_or(CompileError::TooLarge)?;
    let mut parts: BTreeMap<String, Forms> = BTreeMap::new();
    for (root, compiler) in compilers {
        parts.entry(root).or_default().bytes = Some(compiler.finish().ok_or(CompileError::TooLarge)?);
    }
    for (root, scripts) in scripts {
        parts.entry(root).or_default().scripts = Some(scripts.finish().ok_or(CompileError::TooLarge)?);
    }
    let scripts = of_main;
    Ok(Outcome {
        bytes,
        scripts,
        files,
        script_files,
        shipped,
        left_out,
        source_bytes,
        script_bytes,
        diagnostics,
        parts,
    })
}

impl Outcome {
    /// How many errors and how many warnings there are.
    pub fn counts(&self) -> (usize, usize) {
        let errors = self.diagnostics.iter().filter(|found| found.severity == Severity::Error).count();
        (errors, self.diagnostics.len() - errors)
    }
}
