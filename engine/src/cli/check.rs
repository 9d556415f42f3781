//! `pellicle check`: everything that is wrong or not supported, with its place.

use super::Failure;
use super::options::CheckOptions;
use crate::tools::inspect::{self, Share};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use serde_json::{Value, json};

/// Checks a mini-program and prints what was found.
///
/// # Errors
/// [`Failure::Reported`] if an error was found, or with `--deny` anything at all.
pub fn run(options: &CheckOptions) -> Result<(), Failure> {
    let package = super::open_package(&options.dir)?;
    let report = inspect::program(&package);
    let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let warnings = report.diagnostics.len() - errors;
    let shares = [("elements", report.elements), ("declarations", report.declarations), ("apis", report.apis)];
    if options.json {
        let coverage: serde_json::Map<String, Value> =
            shares.iter().map(|(name, s)| ((*name).to_owned(), share(s))).collect();
        let report = json!({
            "pages": report.structure.pages,
            "components": report.structure.components,
            "errors": errors,
            "warnings": warnings,
            "coverage": coverage,
            "missing": report.missing,
            "findings": report.diagnostics.iter().map(finding).collect::<Vec<_>>(),
        });
        println!("{report:#}");
    } else {
        for diagnostic in &report.diagnostics {
            eprintln!("{diagnostic} [{}]", diagnostic.code);
        }
        let (pages, components) = (report.structure.pages.len(), report.structure.components.len());
        println!("{pages} pages, {components} components: {errors} errors, {warnings} warnings");
        let figures: Vec<String> =
            shares.iter().map(|(name, s)| format!("{name} {:.1} % of {}", s.percent(), s.all)).collect();
        println!("supported: {}", figures.join(", "));
        let mut missing: Vec<(&String, &u32)> = report.missing.iter().collect();
        missing.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        if !missing.is_empty() {
            let names: Vec<String> = missing.iter().take(20).map(|(name, count)| format!("{name} ({count})")).collect();
            println!("not there: {}", names.join(", "));
        }
    }
    if errors > 0 || (options.deny && warnings > 0) { Err(Failure::Reported) } else { Ok(()) }
}

fn share(share: &Share) -> Value {
    json!({ "supported": share.supported, "all": share.all, "percent": (share.percent() * 10.0).round() / 10.0 })
}

fn finding(diagnostic: &Diagnostic) -> Value {
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
