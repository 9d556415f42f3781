//! `pellicle build`: a package in one file; `pellicle verify`: whether such a file is what it says, and who signed it.

use super::Failure;
use super::options::{BuildOptions, VerifyOptions};
use crate::package::archive::{ArchiveLimits, ArchivePackage, EXTENSION, PublicKey, SecretKey, Trust};
use crate::package::npm;
use crate::package::sizes::SizeLimits;
use crate::tools::build;
use crate::tools::output;
use std::fs;
use std::path::{Path, PathBuf};

/// Builds a package and says what is in it.
///
/// # Errors
/// [`Failure::Reported`] if `app.json` cannot be understood or packages of others are not installed, [`Failure::Program`] if the package cannot be built or written,
/// [`Failure::Usage`] if a key or the range of engines is wrong.
pub fn run(options: &BuildOptions) -> Result<(), Failure> {
    let package = super::open_folder(&options.dir)?;
    // What is missing now is missing for everybody later; that it is was said when the folder was opened.
    if npm::uninstalled(&package).is_some() {
        return Err(Failure::Reported);
    }
    let keys: Result<Vec<SecretKey>, Failure> = options.key.iter().map(|path| key(path, SecretKey::from_pem)).collect();
    let keys = keys?;
    let engine = options.engine.clone().unwrap_or_else(|| format!("^{}", env!("CARGO_PKG_VERSION")));
    let engine = semver::VersionReq::parse(&engine).map_err(|error| {
        Failure::Usage(format!("--engine {engine}: {error}; a range is written as \">=0.1.0, <0.2.0\""))
    })?;
    let built = build::program(&package, options.version.as_ref(), engine, &keys.iter().collect::<Vec<_>>()).map_err(
        |error| match error {
            build::BuildError::Compile(error) => super::compile::told(error),
            other => Failure::program(other),
        },
    )?;
    let folder = package.root().file_name().map_or_else(|| PathBuf::from("package"), PathBuf::from);
    let path = options.output.clone().unwrap_or_else(|| folder.with_extension(EXTENSION));
    fs::write(&path, &built.bytes).map_err(|error| Failure::Program(format!("{}: {error}", path.display())))?;
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
    let mut kinds: Vec<_> = built.kinds.iter().collect();
    kinds.sort_by_key(|(_, (_, bytes))| std::cmp::Reverse(*bytes));
    for (kind, (files, bytes)) in kinds {
        super::print(format_args!("{kind:>12} {files:>6} files {bytes:>10} bytes"))?;
    }
    let total: u64 = built.kinds.values().map(|(_, bytes)| bytes).sum();
    let packed = built.bytes.len() as u64;
    super::print(format_args!("{:>12} {:>6} files {total:>10} bytes, packed {packed}", "all", count(&built)))?;
    if built.left_out > 0 {
        super::print(format_args!("{} files of installed packages are not reached and left out", built.left_out))?;
    }
    let limits = SizeLimits::default();
    if packed > limits.part {
        output::note(format_args!("{}: published platforms take {} MB", path.display(), limits.part >> 20));
    }
    for key in &keys {
        super::print(format_args!("signed by {}", key.public()))?;
    }
    super::print(path.display())?;
    Ok(())
}

fn count(built: &build::Built) -> usize {
    built.kinds.values().map(|(files, _)| files).sum()
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
