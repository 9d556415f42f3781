//! A package with compiled forms of its templates, sheets and scripts beside them.

use super::{CompiledScripts, PackageSource, SCRIPTS_FILE};
use pellicle_layout::compiled::{COMPILED_FILE, CompiledPackage};
use pellicle_layout::diagnostic::Diagnostic;
use std::sync::Arc;

/// A package whose [`COMPILED_FILE`] and [`SCRIPTS_FILE`] are used, if it has them.
pub struct WithCompiled<P> {
    package: P,
    compiled: Option<CompiledPackage>,
    scripts: Option<CompiledScripts>,
}

impl<P: PackageSource> WithCompiled<P> {
    /// Opens the compiled forms of `package`; `tell` is told of each that cannot be used.
    pub fn open(package: P, tell: impl Fn(Diagnostic)) -> Self {
        let compiled = package.read(COMPILED_FILE).map(CompiledPackage::open);
        let compiled = compiled.transpose().unwrap_or_else(|error| {
            tell(error.about(&Arc::from(COMPILED_FILE)));
            None
        });
        let scripts = package.read(SCRIPTS_FILE).map(CompiledScripts::open);
        let scripts = scripts.transpose().unwrap_or_else(|error| {
            tell(error.about());
            None
        });
        WithCompiled { package, compiled, scripts }
    }
}

impl<P: PackageSource> PackageSource for WithCompiled<P> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.package.read(path)
    }

    fn text(&self, path: &str) -> Option<String> {
        self.package.text(path)
    }

    fn compiled(&self) -> Option<&CompiledPackage> {
        self.compiled.as_ref()
    }

    fn scripts(&self) -> Option<&CompiledScripts> {
        self.scripts.as_ref()
    }

    fn contains(&self, path: &str) -> bool {
        self.package.contains(path)
    }

    fn length(&self, path: &str) -> Option<u64> {
        self.package.length(path)
    }

    fn paths(&self) -> Vec<String> {
        self.package.paths()
    }
}
