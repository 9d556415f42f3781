//! `pellicle build`: a package in one file; `pellicle verify`: whether such a file is what it says, and who signed it.

mod summary;
mod watch;

use super::Failure;
use super::options::{BuildOptions, VerifyOptions};
use crate::package::archive::parts::files_beside;
use crate::package::archive::{ArchiveLimits, ArchivePackage, EXTENSION, PublicKey, SecretKey, Trust};
use crate::package::sizes::SizeLimits;
use crate::package::{FolderPackage, inspect, npm};
use crate::tools::build::{self, Built, ImageSettings, Locale, Memo, Settings, locales};
use crate::tools::{excerpt, output};
use pellicle_layout::diagnostic::Severity;
use pellicle_script::package::{read_text, with_line};
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Instant;
use summary::Progress;

/// Builds a package, or one for each language or density, and says what is in it; again and again if that is asked for.
///
/// # Errors
/// [`Failure::Reported`] if `app.json` cannot be understood, packages of others are not installed, or a part of the package is larger
/// than it may be; [`Failure::Program`] if the package cannot be built or written; [`Failure::Usage`] if a key or the range of engines is
/// wrong.
pub fn run(options: &BuildOptions) -> Result<(), Failure> {
    let keys: Result<Vec<SecretKey>, Failure> = options.key.iter().map(|path| key(path, SecretKey::from_pem)).collect();
    let engine = engine(options)?;
    let mut builder = Builder {
        options,
        keys: keys?,
        engine,
        memo: Arc::default(),
        progress: Progress::new(),
        last: BTreeMap::new(),
    };
    if !options.watch {
        return builder.all(false);
    }
    let (folder, output) = builder.places()?;
    // Packages are known by their ending; everything else that is written is named here.
    let written: Vec<PathBuf> =
        options.source_maps.iter().chain([&output]).filter_map(|path| std::path::absolute(path).ok()).collect();
    watch::run(&folder, &written, || builder.all(true))
}

/// What builds, once or many times.
struct Builder<'a> {
    options: &'a BuildOptions,
    keys: Vec<SecretKey>,
    engine: semver::VersionReq,
    memo: Arc<Memo>,
    progress: Progress,
    /// What was written, by hash.
    last: BTreeMap<PathBuf, blake3::Hash>,
}

/// One of the packages that are asked for.
struct Variant {
    /// What its name has beside the others'.
    suffix: String,
    locales: Vec<Locale>,
    density: Option<u32>,
}

impl Builder<'_> {
    /// The folder of the program, and the file that is written.
    fn places(&self) -> Result<(PathBuf, PathBuf), Failure> {
        let package = FolderPackage::open(&self.options.dir).map_err(Failure::program)?;
        let folder = package.root().file_name().map_or_else(|| PathBuf::from("package"), PathBuf::from);
        Ok((self.options.dir.clone(), self.options.output.clone().unwrap_or_else(|| folder.with_extension(EXTENSION))))
    }

    /// The packages that are asked for.
    fn variants(&self, package: &FolderPackage) -> Vec<Variant> {
        let options = self.options;
        let languages: Vec<(String, Vec<Locale>)> = match options.split_locales {
            false => vec![(String::new(), options.locales.clone())],
            true => {
                let named = options.locales.clone();
                let all = if named.is_empty() { locales::of_program(package) } else { named };
                all.into_iter().map(|locale| (format!(".{locale}"), vec![locale])).collect()
            }
        };
        let densities: Vec<(String, Option<u32>)> = match options.densities.as_slice() {
            [] => vec![(String::new(), None)],
            [one] => vec![(String::new(), Some(*one))],
            many => many.iter().map(|density| (format!("@{density}x"), Some(*density))).collect(),
        };
        let pair = |(language, locales): &(String, Vec<Locale>)| {
            let one = |(density, number): &(String, Option<u32>)| Variant {
                suffix: format!("{language}{density}"),
                locales: locales.clone(),
                density: *number,
            };
            densities.iter().map(one).collect::<Vec<_>>()
        };
        languages.iter().flat_map(pair).collect()
    }

    /// Builds all of them. `brief`: a line each, and none where nothing is new.
    fn all(&mut self, brief: bool) -> Result<(), Failure> {
        let package = super::open_folder(&self.options.dir)?;
        // What is missing now is missing for everybody later; that it is was said when the folder was opened.
        if npm::uninstalled(&package).is_some() {
            return Err(Failure::Reported);
        }
        let (_, output) = self.places()?;
        let variants = self.variants(&package);
        let known = locales::of_program(&package);
        for missing in self.options.locales.iter().filter(|locale| !known.iter().any(|one| one.fits(locale))) {
            output::note(format_args!("{missing}: the program has no texts of this language"));
        }
        if variants.is_empty() {
            return Err(Failure::Program("--split-locales: the program has no texts of any language".to_owned()));
        }
        for variant in &variants {
            let stem = output.file_stem().unwrap_or_default().to_string_lossy();
            let path = match variant.suffix.is_empty() {
                true => output.clone(),
                false => output.with_file_name(format!("{stem}{}.{EXTENSION}", variant.suffix)),
            };
            self.one(&package, variant, &path, brief)?;
        }
        self.memo.end();
        Ok(())
    }

    fn one(&mut self, package: &FolderPackage, variant: &Variant, path: &Path, brief: bool) -> Result<(), Failure> {
        let began = Instant::now();
        let options = self.options;
        let keys: Vec<&SecretKey> = self.keys.iter().collect();
        let roots = if options.split { build::roots(package) } else { Vec::new() };
        let settings = Settings {
            apart: &roots,
            version: options.version.as_ref(),
            engine: self.engine.clone(),
            keys: &keys,
            limits: SizeLimits {
                part: bytes(options.limit_package_mb),
                all: bytes(options.limit_all_mb),
                ..SizeLimits::default()
            },
            images: ImageSettings { recode: !options.keep_images, jpeg_quality: options.jpeg_quality },
            density: variant.density,
            locales: &variant.locales,
            memo: self.memo.clone(),
            progress: &|step| self.progress.show(step),
        };
        let built = build::program(package, &settings);
        self.progress.end();
        let built = built.map_err(told)?;
        // It has the hashes of all parts.
        let hash = blake3::hash(&built.bytes);
        if brief {
            mistakes(package, &built);
            let made = self.memo.made();
            if self.last.get(path) == Some(&hash) {
                return Ok(());
            }
            fits(path, &built)?;
            write(path, &built)?;
            super::print(format_args!(
                "{}: {} bytes in {:.2} s; {} scripts and {} images made anew",
                path.display(),
                built.bytes.len(),
                began.elapsed().as_secs_f64(),
                made.scripts,
                made.images
            ))?;
        } else {
            finish(path, &built, &settings)?;
        }
        self.last.insert(path.to_owned(), hash);
        match &options.source_maps {
            Some(folder) => write_maps(folder, package, &built, brief),
            None => Ok(()),
        }
    }
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

/// Tells the mistakes in a program's files, as who watches wants to see them.
fn mistakes(package: &FolderPackage, built: &Built) {
    let errors = built.compiled.diagnostics.iter().filter(|found| found.severity == Severity::Error);
    for found in errors.cloned().chain(inspect::mistakes(package, &built.compiled.left_out)) {
        let found = with_line(package, found);
        output::note(format_args!("{found} [{}]{}", found.code, excerpt::below(&found)));
    }
}

/// Says which parts of a package are too large.
fn fits(path: &Path, built: &Built) -> Result<(), Failure> {
    if built.beyond.is_empty() {
        return Ok(());
    }
    built.beyond.iter().for_each(output::note);
    output::note(format_args!("{} is not written; --limit-package-mb and --limit-all-mb allow more", path.display()));
    Err(Failure::Reported)
}

/// Writes a package, and the files of its subpackages beside it.
fn write(path: &Path, built: &Built) -> Result<(), Failure> {
    let write = |path: &Path, bytes: &[u8]| {
        fs::write(path, bytes).map_err(|error| Failure::Program(format!("{}: {error}", path.display())))
    };
    // Subpackages first: a package without them cannot be published.
    for (root, path) in files_beside(path, built.apart.keys().map(|root| &**root)) {
        write(&path, &built.apart[root])?;
    }
    write(path, &built.bytes)
}

/// Says what is in a package, and writes it unless a part of it is too large.
fn finish(path: &Path, built: &Built, settings: &Settings<'_>) -> Result<(), Failure> {
    built.found.iter().for_each(output::note);
    for left in &built.compiled.left_out {
        output::note(format_args!("{left}: it is read from its source when the program runs"));
    }
    for kept in &built.kept_texts {
        output::note(format_args!("{kept}: it stays, since it exports names that code may take"));
    }
    let (errors, warnings) = built.compiled.counts();
    if errors + warnings > 0 {
        output::note(format_args!(
            "{errors} errors and {warnings} warnings are in the files; `pellicle check` says what they are"
        ));
    }
    summary::print(built, &settings.limits)?;
    fits(path, built)?;
    write(path, built)?;
    for (root, path) in files_beside(path, built.apart.keys().map(|root| &**root)) {
        super::print(format_args!("{root}: {}", path.display()))?;
    }
    for key in settings.keys {
        super::print(format_args!("signed by {}", key.public()))?;
    }
    super::print(path.display())?;
    Ok(())
}

/// Writes the source maps of a package's scripts.
fn write_maps(folder: &Path, package: &FolderPackage, built: &Built, brief: bool) -> Result<(), Failure> {
    for script in &built.compiled.shipped {
        let path = folder.join(script.name());
        // A map belongs to what its name says: one that is there is the one.
        if path.exists() {
            continue;
        }
        let source = read_text(package, script.path()).unwrap_or_default();
        let write = || {
            fs::create_dir_all(path.parent().unwrap_or(folder))?;
            fs::write(&path, script.source_map(&source))
        };
        write().map_err(|error| Failure::Program(format!("{}: {error}", path.display())))?;
    }
    if !brief {
        super::print(format_args!("{}: {} source maps", folder.display(), built.compiled.shipped.len()))?;
    }
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
    let length: u64 = package.index().all_files().map(|(_, file)| file.length).sum();
    super::print(format_args!(
        "{}: {} files, {length} bytes, for engines {}",
        options.file.display(),
        package.index().all_files().count(),
        package.index().engine
    ))?;
    for (root, part) in &package.index().parts {
        let there = if package.has_part(root) { "is as it was built" } else { "is not beside it" };
        super::print(format_args!("{root}: {} files, its file {there}", part.files.len()))?;
    }
    for signer in package.signers() {
        let known = if keys.contains(signer) { ", who is trusted" } else { "" };
        super::print(format_args!("signed by {signer}{known}"))?;
    }
    if package.signers().is_empty() {
        super::print("signed by nobody")?;
    }
    Ok(())
}

/// Opens a package of the disk, with the files of its parts that lie beside it.
///
/// # Errors
/// [`Failure::Program`] if it is refused.
pub(super) fn open(path: &Path, trust: Trust<'_>) -> Result<ArchivePackage, Failure> {
    let opened = ArchivePackage::open_file(path, trust, &ArchiveLimits::default()).and_then(|package| {
        package.attach_from(folder_of(path))?;
        Ok(package)
    });
    opened.map_err(|error| match error {
        error @ crate::package::ArchiveError::Unreadable { .. } => Failure::program(error),
        error => Failure::Program(format!("{}: {error}", path.display())),
    })
}

/// Opens a package of the disk, whichever engines run it, and holds all its files to its index.
///
/// # Errors
/// [`Failure::Program`] if it is refused.
pub(super) fn open_any(path: &Path) -> Result<ArchivePackage, Failure> {
    let failed = |error: &dyn std::fmt::Display| Failure::Program(format!("{}: {error}", path.display()));
    let bytes = fs::read(path).map_err(|error| failed(&error))?;
    ArchivePackage::inspect(&bytes, Trust::Anybody, &ArchiveLimits::default()).map_err(|error| failed(&error))
}

/// The folder that a file lies in.
pub(super) fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn key<T, E: std::fmt::Display>(path: &Path, parse: impl Fn(&str) -> Result<T, E>) -> Result<T, Failure> {
    let usage = |error: &dyn std::fmt::Display| Failure::Usage(format!("{}: {error}", path.display()));
    let text = fs::read_to_string(path).map_err(|error| usage(&error))?;
    parse(&text).map_err(|error| usage(&error))
}
