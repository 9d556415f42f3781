//! `pellicle publish` and `pellicle repository`: a repository of packages, for any web server.

use super::Failure;
use super::options::{KeyOptions, PublishOptions, RepositoryCommand, RepositoryOptions};
use crate::package::archive::ArchivePackage;
use crate::package::archive::parts::EXTENSION as PART_EXTENSION;
use crate::package::miniapp::Manifest;
use crate::tools::output;
use jiff::Timestamp;
use pellicle_delivery::repository::{Keys, Publication, PublishError, Publisher, Release, Terms};
use pellicle_script::realm::SystemRandom;
use semver::Version;
use std::fs;
use std::path::Path;

fn keys(options: &KeyOptions) -> Result<Keys, Failure> {
    Keys::read(&options.keys).map_err(Failure::program)
}

fn told(error: PublishError) -> Failure {
    match error {
        PublishError::Identity(_) | PublishError::Share(_) => Failure::Usage(error.to_string()),
        error => Failure::program(error),
    }
}

/// Puts a package into a repository.
///
/// # Errors
/// [`Failure`] if it is not published; devices see what they saw.
pub fn run(options: &PublishOptions) -> Result<(), Failure> {
    let path = &options.package;
    let bytes = fs::read(path).map_err(|error| Failure::Program(format!("{}: {error}", path.display())))?;
    let package = super::build::open_any(path)?;
    let manifest = Manifest::read(&package, &mut Vec::new());
    let parts = parts_beside(path, &package)?;
    let manifest = manifest.as_ref();
    let usage = |what: &str, how: &str| Failure::Usage(format!("{}: {what}; {how}", path.display()));
    let app = options.app.as_deref().or_else(|| manifest.map(Manifest::app_id)).filter(|app| !app.is_empty());
    let app = app.ok_or_else(|| usage("the package does not say whose it is", "give --app"))?;
    // A manifest of a program that names no version has this one.
    let named = manifest.and_then(|manifest| Version::parse(manifest.version()).ok());
    let version = options.version.clone().or(named.filter(|version| *version != Version::new(0, 0, 0)));
    let version = version.ok_or_else(|| usage("the package does not name its version", "give --app-version"))?;
    let mut publisher = Publisher::open(&options.repository).map_err(told)?;
    // The name that somebody gave it once stays.
    let has_name = publisher.releases(app).is_ok_and(|releases| !releases.name.is_empty());
    let named = manifest.map(Manifest::name).filter(|_| !has_name);
    let name = options.name.as_deref().or(named).unwrap_or_default();
    let published = publisher
        .publish(&Publication {
            name,
            channel: &options.channel,
            share: options.share,
            deltas: options.deltas,
            parts: &parts,
            ..Publication::new(app, &version, &bytes)
        })
        .map_err(told)?;
    commit(&mut publisher, &options.keys)?;
    super::print(format_args!(
        "{app} {version}: {} bytes, for engines {}",
        published.release.package.length, published.release.engine
    ))?;
    for (root, part) in &published.release.parts {
        super::print(format_args!("{:>12} bytes for {root}, fetched when it is wanted", part.file.length))?;
    }
    for (version, bytes) in &published.deltas {
        super::print(format_args!("{bytes:>12} bytes for those who have {version}"))?;
    }
    super::print(channels(&published.release))?;
    Ok(())
}

/// Files in the folder of a package that may be parts of it; which of them are is looked at when it is published.
fn parts_beside(package: &Path, opened: &ArchivePackage) -> Result<Vec<Vec<u8>>, Failure> {
    let lengths: Vec<u64> = opened.index().parts.values().map(|part| part.length).collect();
    if lengths.is_empty() {
        return Ok(Vec::new());
    }
    let folder = super::build::folder_of(package);
    let failed = |error: std::io::Error| Failure::Program(format!("{}: {error}", folder.display()));
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        let is_part = path.extension().is_some_and(|extension| extension == PART_EXTENSION);
        if is_part && fs::metadata(&path).is_ok_and(|about| lengths.contains(&about.len())) {
            files.push(fs::read(&path).map_err(failed)?);
        }
    }
    Ok(files)
}

fn commit(publisher: &mut Publisher, options: &KeyOptions) -> Result<(), Failure> {
    publisher.commit(&keys(options)?, &Terms::default(), Timestamp::now()).map_err(told)
}

fn channels(release: &Release) -> String {
    let shares = release.channels.iter().map(|(channel, share)| format!("{channel} {share} %"));
    shares.collect::<Vec<_>>().join(", ")
}

/// Makes a repository, or keeps it up.
///
/// # Errors
/// [`Failure`] if nothing was changed.
pub fn repository(options: &RepositoryOptions) -> Result<(), Failure> {
    match &options.command {
        RepositoryCommand::Init { repository, keys } => init(repository, keys),
        RepositoryCommand::List { repository } => list(repository),
        RepositoryCommand::Share { repository, version, channel, share, keys } => {
            let mut publisher = Publisher::open(repository).map_err(told)?;
            publisher.roll_out(&version.app, &version.version, channel, *share).map_err(told)?;
            commit(&mut publisher, keys)
        }
        RepositoryCommand::Withdraw { repository, version, keys } => {
            let mut publisher = Publisher::open(repository).map_err(told)?;
            publisher.withdraw(&version.app, &version.version).map_err(told)?;
            commit(&mut publisher, keys)
        }
        RepositoryCommand::Refresh { repository, keys } => {
            commit(&mut Publisher::open(repository).map_err(told)?, keys)
        }
        RepositoryCommand::Rotate { repository, role, new, keys: old } => {
            let mut publisher = Publisher::open(repository).map_err(told)?;
            let made = Keys::read_or_make_one(new, *role, &mut SystemRandom::default()).map_err(Failure::program)?;
            let (terms, now) = (Terms::default(), Timestamp::now());
            publisher.rotate(*role, &keys(old)?, &made, &terms, now).map_err(told)?;
            super::print(format_args!("{} signs as {role} from now on", new.join(format!("{role}.pem")).display()))?;
            Ok(())
        }
    }
}

fn init(repository: &Path, options: &KeyOptions) -> Result<(), Failure> {
    let keys = Keys::read_or_make(&options.keys, &mut SystemRandom::default()).map_err(Failure::program)?;
    Publisher::create(repository, &keys, &Terms::default(), Timestamp::now()).map_err(told)?;
    super::print(format_args!("{}: hosts are shipped with it", repository.join("metadata/1.root.json").display()))?;
    output::note(format_args!(
        "{}: whoever has these keys speaks for the repository; keep root.pem where no network reaches",
        options.keys.display()
    ));
    Ok(())
}

fn list(repository: &Path) -> Result<(), Failure> {
    let publisher = Publisher::open(repository).map_err(told)?;
    for app in publisher.apps() {
        let releases = publisher.releases(&app).map_err(told)?;
        super::print(format!("{app} {}", releases.name).trim_end())?;
        for release in &releases.releases {
            let state = if release.withdrawn { "taken back".to_owned() } else { channels(release) };
            super::print(format_args!(
                "{:>12} {:>10} bytes, for engines {}, {state}",
                release.version.to_string(),
                release.package.length,
                release.engine
            ))?;
        }
    }
    Ok(())
}
