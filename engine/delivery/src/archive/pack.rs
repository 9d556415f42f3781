//! Writing a package. The same files give the same bytes, wherever and whenever: no times, no names of users, one order.

use super::container::{self, refused_name};
use super::index::{INDEX_FILE, Index, IndexedFile, IndexedPart};
use super::signing::{self, SecretKey};
use pellicle_script::package::PackageSource;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::io::{Cursor, Write};
use std::iter::once;
use std::sync::Arc;
use zip::write::{SimpleFileOptions, ZipWriter};
use zip::{CompressionMethod, DateTime};

/// Why files cannot be packed.
#[derive(Debug, thiserror::Error)]
pub enum PackError {
    /// A path that not every system takes.
    #[error("{path}: {what}")]
    Path {
        /// The path.
        path: String,
        /// What is wrong with it.
        what: &'static str,
    },
    /// A file that the source lists cannot be read.
    #[error("{0}: it cannot be read")]
    Unreadable(String),
    /// The container cannot be written: it would be too large.
    #[error("the package cannot be written: {0}")]
    Zip(#[from] zip::result::ZipError),
    /// The container cannot be written.
    #[error("the package cannot be written: {0}")]
    Io(#[from] std::io::Error),
    /// The index cannot be written.
    #[error("pellicle.json cannot be written: {0}")]
    Index(#[from] serde_json::Error),
    /// What was written cannot be opened.
    #[error("the package would be refused: {0}")]
    Refused(#[from] super::ContainerError),
}

/// Packs files, for a range of engines (`>=0.1.0, <0.2.0`), and signs them with all of these keys.
///
/// # Errors
/// [`PackError`] if a file cannot be packed.
pub fn pack(files: &dyn PackageSource, engine: semver::VersionReq, keys: &[&SecretKey]) -> Result<Vec<u8>, PackError> {
    pack_in_parts(files, &[], engine, keys).map(|packed| packed.main)
}

/// A package whose parts lie in files of their own.
#[derive(Clone, Debug, Default)]
pub struct Packed {
    /// The package: what belongs to no part, and the index of all.
    pub main: Vec<u8>,
    /// The files of its parts by their roots, those that have any files. The index vouches for them.
    pub parts: BTreeMap<String, Vec<u8>>,
}

/// As [`pack`], with the files in each of these folders in a file of their own; of folders in each other, the innermost counts.
///
/// # Errors
/// [`PackError`] if a file cannot be packed.
pub fn pack_in_parts(
    files: &dyn PackageSource,
    roots: &[String],
    engine: semver::VersionReq,
    keys: &[&SecretKey],
) -> Result<Packed, PackError> {
    let mut contents: BTreeMap<String, Arc<[u8]>> = BTreeMap::new();
    for path in files.paths().into_iter().filter(|path| path != INDEX_FILE) {
        if let Some(what) = refused_name(&path) {
            return Err(PackError::Path { path, what });
        }
        let bytes = files.read(&path).ok_or_else(|| PackError::Unreadable(path.clone()))?;
        contents.insert(path, bytes);
    }
    let mut of_parts: BTreeMap<&str, BTreeMap<String, Arc<[u8]>>> = BTreeMap::new();
    let mut of_main = BTreeMap::new();
    for (path, bytes) in contents {
        match part_of(&path, roots) {
            None => of_main.insert(path, bytes),
            Some(root) => of_parts.entry(root).or_default().insert(path, bytes),
        };
    }
    let (mut parts, mut indexed) = (BTreeMap::new(), BTreeMap::new());
    for (root, contents) in of_parts {
        let bytes = opened(container(contents.iter().map(|(path, bytes)| (&**path, &**bytes)))?)?;
        let (length, sha256) = (bytes.len() as u64, Sha256::digest(&bytes).into());
        indexed.insert(root.to_owned(), IndexedPart { length, sha256, files: described(&contents) });
        parts.insert(root.to_owned(), bytes);
    }
    let index = Index::new(engine, described(&of_main), indexed).to_bytes()?;

    let files = once((INDEX_FILE, &index[..])).chain(of_main.iter().map(|(path, bytes)| (&**path, &**bytes)));
    let main = opened(container(files)?)?;
    if keys.is_empty() {
        return Ok(Packed { main, parts });
    }
    let signed = container::split(&main)?;
    let main = with_block(&signed, &signing::sign(signed.entries, signed.directory, signed.end, keys))?;
    Ok(Packed { main, parts })
}

/// The folder of these that a path lies in, the innermost of several.
pub fn part_of<'r>(path: &str, roots: &'r [String]) -> Option<&'r str> {
    let holds = |root: &&String| path.strip_prefix(&***root).is_some_and(|rest| rest.starts_with('/'));
    roots.iter().filter(holds).max_by_key(|root| root.len()).map(|root| &**root)
}

/// What an index says of files.
fn described(contents: &BTreeMap<String, Arc<[u8]>>) -> BTreeMap<String, IndexedFile> {
    let one = |bytes: &[u8]| IndexedFile { length: bytes.len() as u64, sha256: Sha256::digest(bytes).into() };
    contents.iter().map(|(path, bytes)| (path.clone(), one(bytes))).collect()
}

/// A container, if it can be opened.
fn opened(bytes: Vec<u8>) -> Result<Vec<u8>, PackError> {
    container::Container::open(&container::split(&bytes)?)?;
    Ok(bytes)
}

/// A container of these files, in this order, signed by nobody.
///
/// # Errors
/// [`PackError`] if it cannot be written.
pub(crate) fn container<'a>(files: impl Iterator<Item = (&'a str, &'a [u8])>) -> Result<Vec<u8>, PackError> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (path, bytes) in files {
        put(&mut writer, path, bytes)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// A container with what its signing block holds.
///
/// # Errors
/// [`PackError`] if it would be too large.
pub(crate) fn with_block(parts: &container::Parts<'_>, inner: &[u8]) -> Result<Vec<u8>, PackError> {
    let block = container::signing_block(inner);
    let directory_at =
        u32::try_from(parts.entries.len() + block.len()).map_err(|_| container::ContainerError::Parts)?;
    let mut end = parts.end.to_vec();
    if let Some(place) = end.get_mut(16..20) {
        place.copy_from_slice(&directory_at.to_le_bytes());
    }
    Ok([parts.entries, &block, parts.directory, &end].concat())
}

/// Writes an entry: deflated, unless that makes it no smaller.
fn put(writer: &mut ZipWriter<Cursor<Vec<u8>>>, path: &str, bytes: &[u8]) -> Result<(), PackError> {
    let mut deflated = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    deflated.write_all(bytes)?;
    let method =
        if deflated.finish()?.len() < bytes.len() { CompressionMethod::Deflated } else { CompressionMethod::Stored };
    let options = SimpleFileOptions::default()
        .compression_method(method)
        .compression_level((method == CompressionMethod::Deflated).then_some(9))
        .last_modified_time(DateTime::default())
        .unix_permissions(0o644);
    writer.start_file(path, options)?;
    writer.write_all(bytes)?;
    Ok(())
}
