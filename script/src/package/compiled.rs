//! A package with compiled forms of its templates, sheets and scripts beside them.

use super::{CompiledScripts, FileWork, Forms, PackageSource, SCRIPTS_FILE};
use pellicle_layout::compiled::{COMPILED_FILE, CompiledPackage};
use pellicle_layout::diagnostic::Diagnostic;
use rustc_hash::FxHashMap;
use std::sync::{Arc, Mutex, PoisonError};

/// A package whose [`COMPILED_FILE`] and [`SCRIPTS_FILE`] are used, if it has them. Where somebody vouches for its files, they
/// are not hashed again, and neither are the texts that they were made of. A part that comes later has forms of its own in its
/// folder.
pub struct WithCompiled<P> {
    package: P,
    main: Compiled,
    /// Of parts that are there and were asked for, by their roots.
    parts: Mutex<FxHashMap<String, Compiled>>,
    forms: Option<Forms>,
    work: FileWork,
}

/// The compiled forms of a part.
#[derive(Clone, Default)]
struct Compiled {
    files: Option<Arc<CompiledPackage>>,
    scripts: Option<Arc<CompiledScripts>>,
}

impl<P: PackageSource> WithCompiled<P> {
    /// Opens the compiled forms of `package`; `tell` is told of each that cannot be used.
    pub fn open(package: P, tell: impl Fn(Diagnostic)) -> Self {
        WithCompiled::open_with(package, None, tell)
    }

    /// The same, with forms that are kept from one start to the next: what the package has no compiled form of is looked up there.
    pub fn open_with(package: P, forms: Option<Forms>, tell: impl Fn(Diagnostic)) -> Self {
        let main = Compiled::open(&package, "", forms.as_ref(), &tell);
        WithCompiled { package, main, parts: Mutex::default(), forms, work: FileWork::default() }
    }

    /// The forms of the part that a file lies in.
    fn of(&self, path: &str) -> Compiled {
        let Some(part) = self.package.parts().and_then(|parts| parts.part(path)) else { return self.main.clone() };
        if !part.is_here {
            return Compiled::default();
        }
        let mut parts = self.parts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = parts.get(&part.root) {
            return known.clone();
        }
        // Whoever made the parts made them together: what there is to tell was told of the main one.
        let compiled = Compiled::open(&self.package, &format!("{}/", part.root), self.forms.as_ref(), &|_| ());
        parts.insert(part.root, compiled.clone());
        compiled
    }
}

impl Compiled {
    /// Opens those in a folder, which ends with a slash if it is not the package's own.
    fn open(package: &impl PackageSource, folder: &str, forms: Option<&Forms>, tell: &impl Fn(Diagnostic)) -> Compiled {
        let files = whole(package, &format!("{folder}{COMPILED_FILE}"), forms).map(|(bytes, vouched)| match vouched {
            true => CompiledPackage::open_vouched(bytes),
            false => CompiledPackage::open(bytes),
        });
        let files = files.transpose().unwrap_or_else(|error| {
            tell(error.about(&Arc::from(COMPILED_FILE)));
            None
        });
        let scripts = whole(package, &format!("{folder}{SCRIPTS_FILE}"), forms).map(|(bytes, vouched)| match vouched {
            true => CompiledScripts::open_vouched(bytes),
            false => CompiledScripts::open(bytes),
        });
        let scripts = scripts.transpose().unwrap_or_else(|error| {
            tell(error.about());
            None
        });
        Compiled { files: files.map(Arc::new), scripts: scripts.map(Arc::new) }
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

    fn paths(&self) -> Vec<String> {
        self.package.paths()
    }

    fn behind(&self) -> Option<&dyn PackageSource> {
        Some(&self.package)
    }

    fn compiled(&self, path: &str) -> Option<Arc<CompiledPackage>> {
        self.of(path).files
    }

    fn scripts(&self, path: &str) -> Option<Arc<CompiledScripts>> {
        self.of(path).scripts
    }

    fn forms(&self) -> Option<&Forms> {
        self.forms.as_ref()
    }

    fn work(&self) -> Option<&FileWork> {
        Some(&self.work)
    }
}
