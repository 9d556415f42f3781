//! `pellicle check`: everything that is wrong or not supported, with its place.

use super::Failure;
use super::options::CheckOptions;
use crate::package::{AppManifest, FolderPackage, structure};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use serde_json::json;

/// Checks a mini-program and prints what was found.
///
/// # Errors
/// [`Failure::Reported`] if an error was found, or with `--deny` anything at all.
pub fn run(options: &CheckOptions) -> Result<(), Failure> {
    let package = FolderPackage::open(&options.dir).map_err(Failure::program)?;
    let mut diagnostics = Vec::new();
    let manifest = AppManifest::read(&package, false, &mut diagnostics);
    let structure = manifest.as_ref().map(|manifest| structure::check(&package, manifest, &mut diagnostics));
    diagnostics.sort_by(|a, b| (&a.file, a.position).cmp(&(&b.file, b.position)));
    let errors = diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let warnings = diagnostics.len() - errors;
    let structure = structure.unwrap_or_default();
    if options.json {
        let report = json!({
            "pages": structure.pages,
            "components": structure.components,
            "errors": errors,
            "warnings": warnings,
            "findings": diagnostics.iter().map(finding).collect::<Vec<_>>(),
        });
        println!("{report:#}");
    } else {
        for diagnostic in &diagnostics {
            eprintln!("{diagnostic} [{}]", diagnostic.code);
        }
        println!(
            "{} pages, {} components: {errors} errors, {warnings} warnings",
            structure.pages.len(),
            structure.components.len()
        );
    }
    if errors > 0 || (options.deny && warnings > 0) { Err(Failure::Reported) } else { Ok(()) }
}

fn finding(diagnostic: &Diagnostic) -> serde_json::Value {
    json!({
        "severity": match diagnostic.severity { Severity::Error => "error", Severity::Warning => "warning" },
        "code": diagnostic.code,
        "file": &*diagnostic.file,
        "line": diagnostic.position.line,
        "column": diagnostic.position.column,
        "message": diagnostic.message,
        "source": diagnostic.source_line,
    })
}
