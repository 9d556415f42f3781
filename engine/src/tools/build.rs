//! A package in one file from the sources of a program: its own files, what it reaches of others' packages, and the compiled forms.

use super::compile::{self, CompileError, Outcome};
use crate::package::archive::{PackError, SecretKey, pack};
use crate::package::miniapp::{Facts, MANIFEST_FILE, Manifest};
use crate::package::npm::is_of_others;
use crate::package::sizes::LeftOut;
use pellicle_layout::compiled::COMPILED_FILE;
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_script::package::{MemoryPackage, PackageSource, SCRIPTS_FILE};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

/// Files that only tools read.
const OF_TOOLS: [&str; 3] = ["package.json", "package-lock.json", "project.private.config.json"];
/// Ends of names of files that only people and tools read; of keys, which are nobody else's; of packages that were built.
const NOT_SHIPPED: [&str; 6] = [".md", ".d.ts", ".map", ".markdown", ".pem", ".ma"];
/// Ends of names of files that code may name in ways that nobody sees before it runs: pictures, sounds, fonts; scripts of templates.
const NAMED_IN_CODE: [&str; 20] = [
    ".wxs", ".png", ".jpg", ".jpeg", ".gif", ".webp", ".svg", ".bmp", ".ico", ".ttf", ".otf", ".woff", ".woff2",
    ".mp3", ".m4a", ".aac", ".wav", ".mp4", ".wasm", ".txt",
];

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

/// What building a program gave.
#[derive(Clone, Debug)]
pub struct Built {
    /// The package.
    pub bytes: Vec<u8>,
    /// What compiling gave.
    pub compiled: Outcome,
    /// How many files of each kind (what their names end with) there are, and how many bytes.
    pub kinds: BTreeMap<String, (usize, u64)>,
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

/// The part of the package of others that a path lies in: the package's own folder, or one right in it, such as `dist`. A package
/// has documents and other editions of itself in the rest.
fn part_of(path: &str) -> Option<&str> {
    const FOLDER: &str = "node_modules/";
    let at = path.rfind(FOLDER)? + FOLDER.len();
    let name = &path[at..];
    let parts = if name.starts_with('@') { 2 } else { 1 };
    let ends: Vec<usize> = name.match_indices('/').map(|(end, _)| end).collect();
    let end = ends.get(parts).or(ends.get(parts - 1))?;
    Some(&path[..at + end])
}

/// Builds a package for a range of engines, signed with all of these keys. `version` is what the author says that it is.
///
/// # Errors
/// [`BuildError`] if the program cannot be compiled or packed.
pub fn program(
    package: &dyn PackageSource,
    version: Option<&semver::Version>,
    engine: semver::VersionReq,
    keys: &[&SecretKey],
) -> Result<Built, BuildError> {
    let mut found = Vec::new();
    let manifest = Manifest::of_program(package, Facts { version, engine: &engine }, &mut found);
    let recording = Recording { package, read: Mutex::default() };
    let compiled = compile::program(&recording)?;
    let read = recording.read.into_inner().unwrap_or_else(PoisonError::into_inner);
    let reached: BTreeSet<&str> = read.iter().filter_map(|path| part_of(path)).collect();
    let folders: BTreeSet<&str> = read.iter().filter_map(|path| Some(path.rsplit_once('/')?.0)).collect();
    let (mut files, mut kinds, mut left_out) = (MemoryPackage::default(), BTreeMap::new(), 0);
    let mut put = |path: &str, bytes: Vec<u8>| {
        let name = path.rsplit('/').next().unwrap_or(path);
        let kind = name.rsplit_once('.').map_or(name, |(_, end)| end).to_ascii_lowercase();
        let of_kind: &mut (usize, u64) = kinds.entry(kind).or_default();
        *of_kind = (of_kind.0 + 1, of_kind.1 + bytes.len() as u64);
        files.insert(path, bytes);
    };
    let settings = LeftOut::of(package);
    for path in package.paths() {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let is_json = name.ends_with(".json");
        // Of others' packages, code that was read; and what it may name, with data beside it.
        let is_beside = path.rsplit_once('/').is_some_and(|(folder, _)| folders.contains(folder));
        let is_reached = read.contains(&path)
            || part_of(&path).is_some_and(|part| reached.contains(part))
                && (NAMED_IN_CODE.iter().any(|end| name.ends_with(end)) || is_json && is_beside);
        if is_of_others(&path) && !is_reached {
            left_out += 1;
            continue;
        }
        let is_kept = !settings.holds(&path)
            && !NOT_SHIPPED.iter().any(|end| name.ends_with(end))
            && (is_of_others(&path) || !OF_TOOLS.contains(&path.as_str()))
            && ![COMPILED_FILE, SCRIPTS_FILE].contains(&path.as_str())
            && (manifest.is_none() || path != MANIFEST_FILE);
        if is_kept && let Some(bytes) = package.read(&path) {
            put(&path, bytes.to_vec());
        }
    }
    if let Some(manifest) = manifest {
        put(MANIFEST_FILE, manifest.to_text().into_bytes());
    }
    put(COMPILED_FILE, compiled.bytes.clone());
    put(SCRIPTS_FILE, compiled.scripts.clone());
    let bytes = pack(&files, engine, keys)?;
    Ok(Built { bytes, compiled, kinds, left_out, found })
}
