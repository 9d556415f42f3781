//! What is looked at before a line of a mini-program runs, and what keeps it from starting.
//!
//! It is what `pellicle check` says, with a host's rules over it. Nothing of the program is run for it. Sources are read with the bounds
//! that all reading has; a program of usual size takes some hundredths of a second.

use super::AppManifest;
use super::inspect::{self, Report, UNSUPPORTED_API};
use super::sizes::{self, SizeLimits};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::inspect::FORBIDDEN;
use std::fmt;

/// What keeps a mini-program from starting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ValidationRules {
    /// Any error that `pellicle check` would tell.
    pub errors: bool,
    /// Text that would be run as code.
    pub forbidden: bool,
    /// APIs that neither the engine nor the host has.
    pub unknown_apis: bool,
    /// Packages beyond these sizes.
    pub sizes: Option<SizeLimits>,
}

impl Default for ValidationRules {
    /// Sizes only: mistakes are told, and the rest runs.
    fn default() -> Self {
        ValidationRules { errors: false, forbidden: false, unknown_apis: false, sizes: Some(SizeLimits::default()) }
    }
}

impl ValidationRules {
    /// All of it: for hosts that look at programs before they publish them.
    pub fn strict() -> ValidationRules {
        ValidationRules { errors: true, forbidden: true, unknown_apis: true, sizes: Some(SizeLimits::default()) }
    }
}

/// Whether a mini-program is looked at before it starts.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Validation {
    /// One that is not the host's own, by the usual rules.
    #[default]
    Foreign,
    /// No.
    Off,
    /// By these rules, whose ever it is.
    By(ValidationRules),
}

/// A mini-program that is not started.
#[derive(Clone, Debug)]
pub struct Invalid {
    /// What keeps it from it; at least one.
    pub refused: Vec<Diagnostic>,
    /// Everything that was found.
    pub report: Box<Report>,
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.refused.split_first() {
            Some((first, [])) => write!(f, "{first}"),
            Some((first, rest)) => write!(f, "{first} (and {} more)", rest.len()),
            None => write!(f, "the package is not valid"),
        }
    }
}

impl std::error::Error for Invalid {}

/// Looks at a package by a host's rules. `offered` says whether the host has an API of its own by that name. Gives what was found.
///
/// # Errors
/// [`Invalid`] if the rules refuse it.
pub fn validate(
    package: &dyn PackageSource,
    rules: &ValidationRules,
    offered: impl Fn(&str) -> bool,
) -> Result<Report, Invalid> {
    // A package that is too large is not even read.
    if let Some(limits) = &rules.sizes
        && let Some(manifest) = AppManifest::read(package, false, &mut Vec::new())
    {
        let measured = sizes::measure(package, &manifest);
        let refused = measured.beyond(limits, &manifest);
        if !refused.is_empty() {
            let report = Report { sizes: measured, diagnostics: refused.clone(), ..Report::default() };
            return Err(Invalid { refused, report: Box::new(report) });
        }
    }
    let report = inspect::program(package, offered);
    let is_refused = |found: &&Diagnostic| match found.code {
        FORBIDDEN => rules.forbidden,
        UNSUPPORTED_API => rules.unknown_apis,
        _ => rules.errors && found.severity == Severity::Error,
    };
    let refused: Vec<Diagnostic> = report.diagnostics.iter().filter(is_refused).cloned().collect();
    if refused.is_empty() { Ok(report) } else { Err(Invalid { refused, report: Box::new(report) }) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::package::MemoryPackage;

    fn refused(rules: ValidationRules, js: &str, asset: usize) -> Result<usize, String> {
        let mut package =
            MemoryPackage::from_iter([("app.json", "{\"pages\": [\"a/a\"]}"), ("a/a.wxml", "<view/>"), ("a/a.js", js)]);
        package.insert("a/asset.bin", vec![0_u8; asset]);
        let known = validate(&package, &rules, |api| api == "payHere");
        known.map(|report| report.diagnostics.len()).map_err(|invalid| invalid.to_string())
    }

    #[test]
    fn rules_say_what_is_refused_and_where() {
        let (usual, strict) = (ValidationRules::default(), ValidationRules::strict());
        let js = "Page({ a() { eval('1') }, b() { wx.flyAway(); wx.payHere() } });\nlet x = ;";
        assert_eq!(refused(usual, js, 10), Ok(1), "the mistake is told");
        let told = refused(strict, js, 10);
        assert!(told.as_ref().is_err_and(|told| told.starts_with("a/a.js:2:9: ")), "{told:?}");
        let js = "Page({ a() { eval('1') }, b() { wx.flyAway(); wx.payHere() } });";
        assert_eq!(refused(usual, js, 10), Ok(2));
        let told = refused(strict, js, 10);
        assert!(told.as_ref().is_err_and(|told| told.ends_with("(and 1 more)")), "{told:?}");
        assert_eq!(refused(ValidationRules { forbidden: false, unknown_apis: false, ..strict }, js, 10), Ok(2));
        let told = refused(usual, js, 3 << 20);
        assert!(told.as_ref().is_err_and(|told| told.contains("the main package has 3.0 MB")), "{told:?}");
        let none = ValidationRules { sizes: None, ..usual };
        assert_eq!(refused(none, js, 3 << 20), Ok(3), "it is told and goes on");
    }
}
