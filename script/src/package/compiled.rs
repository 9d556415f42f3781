//! A package with compiled forms of its templates, sheets and scripts beside them.

use super::{CompiledScripts, FileWork, Forms, PackageSource, SCRIPTS_FILE};
use pellicle_layout::compiled::{COMPILED_FILE, CompiledPackage};
use pellicle_layout::diagnostic::Diagnostic;
use std::sync::Arc;

/// A package whose [`COMPILED_FILE`] and [`SCRIPTS_FILE`] are used, if it has them. Where somebody vouches for its files, they
/// are not hashed again, and neither are the texts that they were made of.
pub struct WithCompiled<P> {
    package: P,
    compiled: Option<CompiledPackage>,
    scripts: Option<CompiledScripts>,
    forms: Option<Forms>,
    work: FileWork,
}

impl<P: PackageSource> WithCompiled<P> {
    /// Opens the compiled forms of `package`; `tell` is told of each that cannot be used.
    pub fn open(package: P, tell: impl Fn(Diagnostic)) -> Self {
        WithCompiled::open_with(package, None, tell)
    }

    /// The same, with forms that are kept from one start to the next: what the package has no compiled form of is looked up there.
    pub fn open_with(package: P, forms: Option<Forms>, tell: impl Fn(Diagnostic)) -> Self {
        let compiled = whole(&package, COMPILED_FILE, forms.as_ref()).map(|(bytes, vouched)| match vouched {
            true => CompiledPackage::open_vouched(bytes),
            false => CompiledPackage::open(bytes),
        });
        let compiled = compiled.transpose().unwrap_or_else(|error| {
            tell(error.about(&Arc::from(COMPILED_FILE)));
            None
        });
        let scripts = whole(&package, SCRIPTS_FILE, forms.as_ref()).map(|(bytes, vouched)| match vouched {
            true => CompiledScripts::open_vouched(bytes),
            false => CompiledScripts::open(bytes),
        });
        let scripts = scripts.transpose().unwrap_or_else(|error| {
            tell(error.about());
            None
        });
        WithCompiled { package, compiled, scripts, forms, work: FileWork::default() }
    }
}

/// The bytes of a file of compiled forms, and whether somebody vouches for them.
fn whole(package: &impl PackageSource, path: &str, forms: Option<&Forms>) -> Option<(Arc<[u8]>, bool)> {
    let Some(hash) = package.content_hash(path) else { return Some((package.read(path)?, false)) };
    let kept = forms.and_then(|forms| forms.whole(&hash));
    let bytes = kept.or_else(|| {
        let bytes = package.read(path)?;
        if let Some(forms) = forms {
            forms.keep_whole(&hash, &bytes);
        }
        Some(bytes)
    })?;
    Some((bytes, true))
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

    fn identity(&self) -> Option<[u8; 32]> {
        self.package.identity()
    }

    fn content_hash(&self, path: &str) -> Option<[u8; 32]> {
        self.package.content_hash(path)
    }

    fn fault(&self, path: &str) -> Option<String> {
        self.package.fault(path)
    }

    fn forms(&self) -> Option<&Forms> {
        self.forms.as_ref()
    }

    fn work(&self) -> Option<&FileWork> {
        Some(&self.work)
    }
}
