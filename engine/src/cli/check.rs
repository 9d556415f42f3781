//! `pellicle check`: everything that is wrong or not supported, with its place.

use super::Failure;
use super::options::CheckOptions;
use crate::package::inspect::{self, Share};
use crate::tools::record::finding;
use crate::tools::{excerpt, output};
use pellicle_layout::diagnostic::Severity;
use serde_json::{Value, json};

/// Checks a mini-program and prints what was found.
///
/// # Errors
/// [`Failure::Reported`] if an error was found, or with `--deny` anything at all.
pub fn run(options: &CheckOptions) -> Result<(), Failure> {
    let package = super::open_package(&options.dir)?;
    let report = inspect::program(&*package, |_| false);
    let errors = report.diagnostics.iter().filter(|d| d.severity == Severity::Error).count();
    let warnings = report.diagnostics.len() - errors;
    let shares = [
        ("elements", report.elements),
        ("attributes", report.attributes),
        ("declarations", report.declarations),
        ("sheets", report.style_files),
        ("apis", report.apis),
    ];
    if options.json {
        let coverage: serde_json::Map<String, Value> =
            shares.iter().map(|(name, s)| ((*name).to_owned(), share(s))).collect();
        let report = json!({
            "pages": report.structure.pages,
            "components": report.structure.components,
            "errors": errors,
            "warnings": warnings,
            "bytes": report.sizes.all(),
            "coverage": coverage,
            "missing": report.missing,
            "findings": report.diagnostics.iter().map(finding).collect::<Vec<_>>(),
        });
        super::print(format_args!("{report:#}"))?;
    } else {
        for diagnostic in &report.diagnostics {
            output::note(format_args!("{diagnostic} [{}]{}", diagnostic.code, excerpt::below(diagnostic)));
        }
        let (pages, components) = (report.structure.pages.len(), report.structure.components.len());
        super::print(format_args!("{pages} pages, {components} components: {errors} errors, {warnings} warnings"))?;
        let figures: Vec<String> =
            shares.iter().map(|(name, s)| format!("{name} {:.1} % of {}", s.percent(), s.all)).collect();
        super::print(format_args!("supported: {}", figures.join(", ")))?;
        let mut missing: Vec<(&String, &u32)> = report.missing.iter().collect();
        missing.sort_by(|a, b| b.1.cmp(a.1).then(a.0.cmp(b.0)));
        if !missing.is_empty() {
            let names: Vec<String> = missing.iter().take(20).map(|(name, count)| format!("{name} ({count})")).collect();
            super::print(format_args!("not there: {}", names.join(", ")))?;
        }
    }
    if errors > 0 || (options.deny && warnings > 0) { Err(Failure::Reported) } else { Ok(()) }
}

fn share(share: &Share) -> Value {
    json!({ "supported": share.supported, "all": share.all, "percent": (share.percent() * 10.0).round() / 10.0 })
}
