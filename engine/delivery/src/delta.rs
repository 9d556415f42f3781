//! What makes a newer package of an older one: far less than the newer one where little changed.
//!
//! A line that changes changes all of a compressed file. So both are unpacked, the difference is taken of that
//! ([bsdiff](https://www.daemonology.net/bsdiff/)), and whoever has the older one unpacks it, applies the difference and packs again, to
//! the byte: packing has one form. Another build may compress differently; then the hash of what comes out is not the one
//! that was asked for, and the whole package is fetched.

use crate::archive::container::{self, Container, ContainerError};
use crate::archive::pack;
use crate::archive::{ArchiveLimits, PackError};
use qbsdiff::{Bsdiff, Bspatch};
use std::io::{self, Write};

/// Why there is no difference, or it cannot be applied.
#[derive(Debug, thiserror::Error)]
pub enum DeltaError {
    /// One of the two is no package.
    #[error("one of the packages cannot be unpacked: {0}")]
    Container(#[from] ContainerError),
    /// The older package would unpack to too much.
    #[error("the package is too large for a difference")]
    TooLarge,
    /// The difference is not one of these two.
    #[error("the difference does not fit: {0}")]
    Misfit(#[from] io::Error),
    /// What was made cannot be packed.
    #[error("the package cannot be packed: {0}")]
    Pack(#[from] PackError),
}

/// A package unpacked: for each entry its name and contents, then what its signing block holds; each after its length.
fn unpacked(bytes: &[u8], limits: &ArchiveLimits) -> Result<Vec<u8>, DeltaError> {
    let parts = container::split(bytes)?;
    let container = Container::open(&parts)?;
    let content: u64 = container.entries().iter().map(|entry| entry.length).sum();
    if content > limits.content_bytes {
        return Err(DeltaError::TooLarge);
    }
    let mut out = Vec::new();
    let mut put = |bytes: &[u8]| {
        out.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        out.extend_from_slice(bytes);
    };
    put(parts.signing.unwrap_or_default());
    for entry in container.entries() {
        put(entry.name.as_bytes());
        put(&container.read(&entry.name).ok_or(ContainerError::Parts)??);
    }
    Ok(out)
}

/// The next piece of what was unpacked, and the rest.
fn piece(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<8>()?;
    rest.split_at_checked(usize::try_from(u64::from_le_bytes(*length)).ok()?)
}

/// Packs again what was unpacked.
fn packed(unpacked: &[u8]) -> Result<Vec<u8>, DeltaError> {
    let misfit = || io::Error::from(io::ErrorKind::InvalidData);
    let (signing, mut rest) = piece(unpacked).ok_or_else(misfit)?;
    let mut files = Vec::new();
    while !rest.is_empty() {
        let (name, after) = piece(rest).ok_or_else(misfit)?;
        let (contents, after) = piece(after).ok_or_else(misfit)?;
        files.push((std::str::from_utf8(name).map_err(|_| misfit())?, contents));
        rest = after;
    }
    let bytes = pack::container(files.into_iter())?;
    if signing.is_empty() {
        return Ok(bytes);
    }
    Ok(pack::with_block(&container::split(&bytes)?, signing)?)
}

/// The difference between two packages.
///
/// # Errors
/// [`DeltaError`] if one of them is no package.
pub fn between(old: &[u8], new: &[u8], limits: &ArchiveLimits) -> Result<Vec<u8>, DeltaError> {
    let (old, new) = (unpacked(old, limits)?, unpacked(new, limits)?);
    let mut patch = Vec::new();
    Bsdiff::new(&old, &new).compression_level(9).compare(io::Cursor::new(&mut patch))?;
    Ok(patch)
}

/// Takes no more than it may.
struct Bounded {
    bytes: Vec<u8>,
    most: usize,
}

impl Write for Bounded {
    fn write(&mut self, piece: &[u8]) -> io::Result<usize> {
        if piece.len() > self.most - self.bytes.len() {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        self.bytes.extend_from_slice(piece);
        Ok(piece.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The package that a difference makes of an older one. Whoever calls compares its hash.
///
/// # Errors
/// [`DeltaError`] if the difference is not of this package, or what comes out is none.
pub fn apply(old: &[u8], patch: &[u8], limits: &ArchiveLimits) -> Result<Vec<u8>, DeltaError> {
    let old = unpacked(old, limits)?;
    // Names, lengths and the index come to the contents.
    let most = usize::try_from(limits.content_bytes).unwrap_or(usize::MAX).saturating_add(limits.files << 10);
    let mut new = Bounded { bytes: Vec::new(), most };
    Bspatch::new(patch)?.apply(&old, &mut new)?;
    packed(&new.bytes)
}
