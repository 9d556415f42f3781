//! A package in one file from the sources of a program: its own files, what it reaches of others' packages, and the compiled forms.
//!
//! | module | models |
//! | --- | --- |
//! | `contents` | which files of a program belong in its package |
//! | [`parts`] | how large the parts of a package are |

mod contents;
pub mod parts;

pub use parts::PartSize;

use super::compile::{self, CompileError, Outcome};
use crate::package::archive::{PackError, SecretKey, pack};
use crate::package::miniapp::{Facts, MANIFEST_FILE, Manifest};
use crate::package::sizes::SizeLimits;
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

/// Builds a package.
///
/// # Errors
/// [`BuildError`] if the program cannot be compiled or packed.
pub fn program(package: &dyn PackageSource, settings: &Settings<'_>) -> Result<Built, BuildError> {
    let mut found = Vec::new();
    let facts = Facts { version: settings.version, engine: &settings.engine };
    let manifest = Manifest::of_program(package, facts, &mut found);
    let recording = Recording { package, read: Mutex::default() };
    (settings.progress)(Step::Compiling);
    let compiled = compile::for_package(&recording, &Arc::default())?;
    let read = recording.read.into_inner().unwrap_or_else(PoisonError::into_inner);
    let chosen = contents::choose(package, &read);
    let mut files = MemoryPackage::default();
    let all = chosen.paths.len();
    for (at, path) in chosen.paths.iter().enumerate() {
        (settings.progress)(Step::File(path, at, all));
        if (manifest.is_none() || path != MANIFEST_FILE)
            && let Some(bytes) = package.read(path)
        {
            files.insert(path, bytes);
        }
    }
    // What only the compiled scripts say of a file stands there; a file that they have whole is not there twice.
    for script in compiled.shipped.iter().filter(|script| script.is_text()) {
        if files.contains(script.path()) {
            files.insert(script.path(), script.code().as_bytes());
        }
    }
    if let Some(manifest) = manifest {
        files.insert(MANIFEST_FILE, manifest.to_text().into_bytes());
    }
    files.insert(COMPILED_FILE, compiled.bytes.clone());
    files.insert(SCRIPTS_FILE, compiled.scripts.clone());
    (settings.progress)(Step::Packing);
    let bytes = pack(&files, settings.engine.clone(), settings.keys)?;
    let kinds = parts::kinds(&files);
    let (parts, beyond) = parts::measure(package, &files, &bytes, &settings.limits).map_err(PackError::from)?;
    Ok(Built { bytes, compiled, kinds, parts, beyond, left_out: chosen.unreached, found })
}
