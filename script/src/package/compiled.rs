//! A package with a compiled form of its templates and sheets beside them.

use super::PackageSource;
use pellicle_layout::compiled::{COMPILED_FILE, CompiledPackage};
use pellicle_layout::diagnostic::Diagnostic;
use std::sync::Arc;

/// A package whose [`COMPILED_FILE`] is used, if it has one.
pub struct WithCompiled<P> {
    package: P,
    compiled: Option<CompiledPackage>,
}

impl<P: PackageSource> WithCompiled<P> {
    /// Opens the compiled form of `package`; `tell` is told if there is one that cannot be used.
    pub fn open(package: P, tell: impl FnOnce(Diagnostic)) -> Self {
        let compiled = package.read(COMPILED_FILE).map(CompiledPackage::open);
        let compiled = compiled.transpose().unwrap_or_else(|error| {
            tell(error.about(&Arc::from(COMPILED_FILE)));
            None
        });
        WithCompiled { package, compiled }
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
