//! A package in one file from the sources of a program: its own files, what it reaches of others' packages, and the compiled forms.
//!
//! | module | models |
//! | --- | --- |
//! | `contents` | which files of a program belong in its package |
//! | [`parts`] | how large the parts of a package are |
//! | [`images`] | images made smaller |
//! | `densities` | pictures for one density of screens |
//! | [`locales`] | texts of languages |
//! | [`memo`] | what is kept from one build to the next |

mod contents;
mod densities;
pub mod images;
pub mod locales;
pub mod memo;
pub mod parts;

pub use images::ImageSettings;
pub use locales::Locale;
pub use memo::{Made, Memo};
pub use parts::PartSize;

use super::compile::{self, CompileError, Outcome};
use crate::package::AppManifest;
use crate::package::archive::{PackError, Packed, SecretKey, pack_in_parts};
use crate::package::miniapp::{Facts, MANIFEST_FILE, Manifest};
use crate::package::sizes::SizeLimits;
use locales::Localized;
use pellicle_layout::compiled::COMPILED_FILE;
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_script::package::{MemoryPackage, PackageSource, SCRIPTS_FILE};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Why a program cannot be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// It cannot be compiled.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// Its files cannot be packed.
    #[error(transparent)]
    Pack(#[from] PackError),
}

/// How a program is built.
pub struct Settings<'a> {
    /// What the author says which version it is.
    pub version: Option<&'a semver::Version>,
    /// The engines that run it.
    pub engine: semver::VersionReq,
    /// Who signs it.
    pub keys: &'a [&'a SecretKey],
    /// What its parts may have, packed.
    pub limits: SizeLimits,
    /// How images are made smaller.
    pub images: ImageSettings,
    /// The screens that it is for, device px per logical px; `None` for all.
    pub density: Option<u32>,
    /// The languages whose texts are put in; none named is all of them.
    pub locales: &'a [Locale],
    /// Folders that become files of their own, which come to a device when they are wanted ([`roots`] has all that can).
    pub apart: &'a [String],
    /// What is kept from one build to the next.
    pub memo: Arc<Memo>,
    /// Is told what is being done.
    pub progress: &'a dyn Fn(Step<'_>),
}

impl Default for Settings<'_> {
    /// For any engine, signed by nobody, with the usual limits.
    fn default() -> Self {
        Settings {
            version: None,
            engine: semver::VersionReq::STAR,
            keys: &[],
            limits: SizeLimits::default(),
            images: ImageSettings::default(),
            density: None,
            locales: &[],
            apart: &[],
            memo: Arc::default(),
            progress: &|_| {},
        }
    }
}

/// What is being done.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Step<'a> {
    /// Templates, style sheets and scripts are compiled.
    Compiling,
    /// A file is put in, so many of so many.
    File(&'a str, usize, usize),
    /// The package is packed.
    Packing,
}

/// What building a program gave.
#[derive(Clone, Debug)]
pub struct Built {
    /// The package.
    pub bytes: Vec<u8>,
    /// Files of subpackages by their roots, where they were to be apart.
    pub apart: BTreeMap<String, Vec<u8>>,
    /// What compiling gave.
    pub compiled: Outcome,
    /// How many files of each kind (what their names end with) there are, and how many bytes.
    pub kinds: BTreeMap<String, (usize, u64)>,
    /// How large the main package is, and each subpackage.
    pub parts: Vec<PartSize>,
    /// Which of them are larger than they may be.
    pub beyond: Vec<Diagnostic>,
    /// Files of others' packages that the program does not reach.
    pub left_out: usize,
    /// Files with texts of languages that were to be left out, and cannot be: what they export has names of its own.
    pub kept_texts: Vec<String>,
    /// What is to be said about the author's own manifest.
    pub found: Vec<Diagnostic>,
}

/// Remembers what is read of a package.
struct Recording<'a> {
    package: &'a dyn PackageSource,
    read: Mutex<BTreeSet<String>>,
}

impl PackageSource for Recording<'_> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let bytes = self.package.read(path)?;
        self.read.lock().unwrap_or_else(PoisonError::into_inner).insert(path.to_owned());
        Some(bytes)
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

/// The folders of a program that can be files of their own: those of its subpackages, and of its workers if `app.json` says that
/// they are one.
pub fn roots(package: &dyn PackageSource) -> Vec<String> {
    let Some(manifest) = AppManifest::read(package, false, &mut Vec::new()) else { return Vec::new() };
    let roots = manifest.subpackages.into_iter().map(|subpackage| subpackage.root).chain(manifest.worker_subpackage);
    roots.filter(|root| !root.is_empty()).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Builds a package.
///
/// # Errors
/// [`BuildError`] if the program cannot be compiled or packed.
pub fn program(package: &dyn PackageSource, settings: &Settings<'_>) -> Result<Built, BuildError> {
    let mut found = Vec::new();
    let facts = Facts { version: settings.version, engine: &settings.engine };
    let localized = Localized::new(package, settings.locales);
    let manifest = Manifest::of_program(&localized, facts, &mut found);
    let recording = Recording { package: &localized, read: Mutex::default() };
    (settings.progress)(Step::Compiling);
    let compiled = compile::for_package(&recording, settings.apart, &settings.memo.scripts)?;
    let read = recording.read.into_inner().unwrap_or_else(PoisonError::into_inner);
    let chosen = contents::choose(&localized, &read);
    let mut files = put(&localized, &chosen.paths, settings, manifest.is_some());
    // What only the compiled scripts say of a file stands there; a file that they have whole is not there twice.
    for script in compiled.shipped.iter().filter(|script| script.is_text()) {
        if files.contains(script.path()) {
            files.insert(script.path(), script.code().as_bytes());
        }
    }
    if let Some(manifest) = manifest {
        files.insert(MANIFEST_FILE, manifest.to_text().into_bytes());
    }
    files.insert(COMPILED_FILE, &compiled.bytes);
    files.insert(SCRIPTS_FILE, &compiled.scripts);
    for (root, forms) in &compiled.parts {
        for (name, bytes) in [(COMPILED_FILE, &forms.bytes), (SCRIPTS_FILE, &forms.scripts)] {
            if let Some(bytes) = bytes {
                files.insert(format!("{root}/{name}"), bytes);
            }
        }
    }
    (settings.progress)(Step::Packing);
    let Packed { main: bytes, parts: apart } =
        pack_in_parts(&files, settings.apart, settings.engine.clone(), settings.keys)?;
    let kinds = parts::kinds(&files);
    let packed = parts::Packed { main: &bytes, apart: &apart };
    let (parts, beyond) = parts::measure(package, &files, packed, &settings.limits).map_err(PackError::from)?;
    let kept_texts = localized.kept();
    Ok(Built { bytes, apart, compiled, kinds, parts, beyond, left_out: chosen.unreached, kept_texts, found })
}

/// The files of a package as they lie in it, but for scripts and the manifest if that is made.
fn put(package: &dyn PackageSource, paths: &[String], settings: &Settings<'_>, makes_manifest: bool) -> MemoryPackage {
    let mut files = MemoryPackage::default();
    let of_densities = settings.density.map(|density| densities::choose(package, paths, density)).unwrap_or_default();
    let smaller = |path: &str, bytes| images::smaller(path, bytes, settings.images, &settings.memo);
    for (at, path) in paths.iter().enumerate() {
        (settings.progress)(Step::File(path, at, paths.len()));
        if makes_manifest && path == MANIFEST_FILE || of_densities.left_out.contains(path) {
            continue;
        }
        if let Some(bytes) = package.read(path) {
            files.insert(path, smaller(path, bytes));
        }
    }
    for (path, (finer, from, to)) in &of_densities.made {
        let Some(bytes) = package.read(finer) else { continue };
        match densities::scaled(&bytes, *from, *to) {
            Some(made) => files.insert(path, smaller(path, Arc::from(made))),
            // It is no picture, or a damaged one: who shows it says so.
            None => files.insert(finer, bytes),
        }
    }
    files
}
