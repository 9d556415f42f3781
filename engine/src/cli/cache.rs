//! `pellicle cache`: what is kept of earlier starts on the disk, by program and kind.

use super::Failure;
use super::named;
use super::options::{CacheAction, CacheOptions};
use pellicle_script::realm::Kind;
use pellicle_script::realm::code::{CodeFolder, KeptFile};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// Lists, checks or clears a cache.
///
/// # Errors
/// [`Failure::Usage`] if there is no such folder, [`Failure::Program`] if something cannot be removed, [`Failure::Reported`] if
/// something was found damaged.
pub fn run(options: &CacheOptions) -> Result<(), Failure> {
    let (path, folder) = open(options.store.clone())?;
    let chosen: Vec<KeptFile> =
        folder.files().into_iter().filter(|file| options.app.as_ref().is_none_or(|app| *app == file.owner)).collect();
    match options.action.unwrap_or(CacheAction::List) {
        CacheAction::List => list(&path, &chosen),
        CacheAction::Verify => verify(&folder, &chosen),
        CacheAction::Clear => clear(&folder, &chosen),
    }
}

fn open(store: Option<PathBuf>) -> Result<(PathBuf, CodeFolder), Failure> {
    let path = store.or_else(named::cache_folder);
    let path = path.ok_or_else(|| Failure::Usage("--store DIR: there is no folder for caches".to_owned()))?;
    // To look at a cache makes none.
    if !path.is_dir() {
        return Err(Failure::Usage(format!("{}: there is no such folder", path.display())));
    }
    let folder =
        CodeFolder::open(&path, None, named::CACHE_BYTES).map_err(|error| Failure::Usage(error.to_string()))?;
    Ok((path, folder))
}

/// The name of a program in lists.
fn name(owner: &str) -> &str {
    if owner.is_empty() { "(no appid)" } else { owner }
}

fn list(path: &std::path::Path, files: &[KeptFile]) -> Result<(), Failure> {
    let mut sums: BTreeMap<(&str, Option<Kind>), (usize, u64)> = BTreeMap::new();
    for file in files {
        let sum = sums.entry((&file.owner, file.kind)).or_default();
        *sum = (sum.0 + 1, sum.1 + file.bytes);
    }
    for ((owner, kind), (count, bytes)) in sums {
        let kind = kind.map_or("unknown", Kind::name);
        super::print(format_args!("{:<32} {kind:<18} {count:>6} files {bytes:>10} bytes", name(owner)))?;
    }
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    let (all, most) = (files.len(), named::CACHE_BYTES);
    super::print(format_args!("{:<32} {:<18} {all:>6} files {bytes:>10} bytes of {most}", path.display(), "all"))?;
    Ok(())
}

fn verify(folder: &CodeFolder, files: &[KeptFile]) -> Result<(), Failure> {
    let damaged: Vec<&KeptFile> = files.iter().filter(|file| !folder.is_whole(file)).collect();
    for file in &damaged {
        // It is not used, so nobody need do anything.
        folder.remove(file).map_err(Failure::program)?;
    }
    super::print(format_args!("{} files, {} of them damaged and removed", files.len(), damaged.len()))?;
    if damaged.is_empty() { Ok(()) } else { Err(Failure::Reported) }
}

fn clear(folder: &CodeFolder, files: &[KeptFile]) -> Result<(), Failure> {
    files.iter().try_for_each(|file| folder.remove(file)).map_err(Failure::program)?;
    let bytes: u64 = files.iter().map(|file| file.bytes).sum();
    super::print(format_args!("{} files removed, {bytes} bytes", files.len()))?;
    Ok(())
}
