//! `pellicle build`: a package in one file; `pellicle verify`: whether such a file is what it says, and who signed it.

mod summary;

use super::Failure;
use super::options::{BuildOptions, VerifyOptions};
use crate::package::archive::{ArchiveLimits, ArchivePackage, EXTENSION, PublicKey, SecretKey, Trust};
use crate::package::sizes::SizeLimits;
use crate::package::{FolderPackage, npm};
use crate::tools::build::{self, Built, Settings};
use crate::tools::output;
use pellicle_script::package::read_text;
use std::fs;
use std::path::{Path, PathBuf};
use summary::Progress;

/// Builds a package and says what is in it.
///
/// # Errors
/// [`Failure::Reported`] if `app.json` cannot be understood, packages of others are not installed, or a part of the package is larger
/// than it may be; [`Failure::Program`] if the package cannot be built or written; [`Failure::Usage`] if a key or the range of engines is
/// wrong.
pub fn run(options: &BuildOptions) -> Result<(), Failure> {
    let package = super::open_folder(&options.dir)?;
    // What is missing now is missing for everybody later; that it is was said when the folder was opened.
    if npm::uninstalled(&package).is_some() {
        return Err(Failure::Reported);
    }
    let keys: Result<Vec<SecretKey>, Failure> = options.key.iter().map(|path| key(path, SecretKey::from_pem)).collect();
    let keys = keys?;
    let keys: Vec<&SecretKey> = keys.iter().collect();
    let limits =
        SizeLimits { part: bytes(options.limit_package_mb), all: bytes(options.limit_all_mb), ..SizeLimits::default() };
    let progress = Progress::new();
    let settings = Settings {
        version: options.version.as_ref(),
        engine: engine(options)?,
        keys: &keys,
        limits,
        progress: &|step| progress.show(step),
    };
    let built = build::program(&package, &settings);
    progress.end();
    let built = built.map_err(told)?;
    let folder = package.root().file_name().map_or_else(|| PathBuf::from("package"), PathBuf::from);
    let path = options.output.clone().unwrap_or_else(|| folder.with_extension(EXTENSION));
    finish(&path, &built, &settings)?;
    match &options.source_maps {
        Some(folder) => write_maps(folder, &package, &built),
        None => Ok(()),
    }
}

/// Writes the source maps of a package's scripts.
fn write_maps(folder: &Path, package: &FolderPackage, built: &Built) -> Result<(), Failure> {
    for script in &built.compiled.shipped {
        let path = folder.join(script.name());
        let source = read_text(package, script.path()).unwrap_or_default();
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, script.source_map(&source))
        };
        write().map_err(|error| Failure::Program(format!("{}: {error}", path.display())))?;
    }
    super::print(format_args!("{}: {} source maps", folder.display(), built.compiled.shipped.len()))?;
    Ok(())
}

/// The engines that a package is for.
fn engine(options: &BuildOptions) -> Result<semver::VersionReq, Failure> {
    let engine = options.engine.clone().unwrap_or_else(|| format!("^{}", env!("CARGO_PKG_VERSION")));
    semver::VersionReq::parse(&engine).map_err(|error| {
        Failure::Usage(format!("--engine {engine}: {error}; a range is written as \">=0.1.0, <0.2.0\""))
    })
}

/// Megabytes as bytes.
fn bytes(megabytes: f64) -> u64 {
    (megabytes * f64::from(1 << 20)) as u64
}

fn told(error: build::BuildError) -> Failure {
    match error {
        build::BuildError::Compile(error) => super::compile::told(error),
        other => Failure::program(other),
    }
}

/// Says what is in a package, and writes it unless a part of it is too large.
fn finish(path: &Path, built: &Built, settings: &Settings<'_>) -> Result<(), Failure> {
    built.found.iter().for_each(output::note);
    for left in &built.compiled.left_out {
        output::note(format_args!("{left}: it is read from its source when the program runs"));
    }
    let (errors, warnings) = built.compiled.counts();
    if errors + warnings > 0 {
        output::note(format_args!(
            "{errors} errors and {warnings} warnings are in the files; `pellicle check` says what they are"
        ));
    }
    summary::print(built, &settings.limits)?;
    if !built.beyond.is_empty() {
        built.beyond.iter().for_each(output::note);
        output::note(format_args!(
            "{} is not written; --limit-package-mb and --limit-all-mb allow more",
            path.display()
        ));
        return Err(Failure::Reported);
    }
    fs::write(path, &built.bytes).map_err(|error| Failure::Program(format!("{}: {error}", path.display())))?;
    for key in settings.keys {
        super::print(format_args!("signed by {}", key.public()))?;
    }
    super::print(path.display())?;
    Ok(())
}

/// Opens a package and says who signed it.
///
/// # Errors
/// [`Failure::Program`] if it is refused, [`Failure::Usage`] if a key is wrong.
pub fn verify(options: &VerifyOptions) -> Result<(), Failure> {
    let keys: Result<Vec<PublicKey>, Failure> = options.key.iter().map(|path| key(path, PublicKey::parse)).collect();
    let keys = keys?;
    let trust = if keys.is_empty() { Trust::Anybody } else { Trust::Keys(&keys) };
    let package = open(&options.file, trust)?;
    package.verify().map_err(|error| Failure::Program(format!("{}: {error}", options.file.display())))?;
    let length: u64 = package.index().files.values().map(|file| file.length).sum();
    super::print(format_args!(
        "{}: {} files, {length} bytes, for engines {}",
        options.file.display(),
        package.index().files.len(),
        package.index().engine
    ))?;
    for signer in package.signers() {
        let known = if keys.contains(signer) { ", who is trusted" } else { "" };
        super::print(format_args!("signed by {signer}{known}"))?;
    }
    if package.signers().is_empty() {
        super::print("signed by nobody")?;
    }
    Ok(())
}

/// Opens a package of the disk.
///
/// # Errors
/// [`Failure::Program`] if it is refused.
pub(super) fn open(path: &Path, trust: Trust<'_>) -> Result<ArchivePackage, Failure> {
    ArchivePackage::open_file(path, trust, &ArchiveLimits::default()).map_err(|error| match error {
        error @ crate::package::ArchiveError::Unreadable { .. } => Failure::program(error),
        error => Failure::Program(format!("{}: {error}", path.display())),
    })
}

fn key<T, E: std::fmt::Display>(path: &Path, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, Failure> {
    let usage = |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| usage(&error))?;
    parse(&text).map_err(|error| usage(&error))
}
