//! The ZIP format (APPNOTE 6.3), as far as mini-programs are sent it: stored and deflated entries in one file. Encrypted
//! entries, ZIP64 and other methods are refused.
//!
//! Only the directory at the end of an archive says what is in it. No number in it is believed: all are checked against
//! the bytes that are there, and what comes out of an entry is counted while it is inflated.

use flate2::Crc;
use flate2::read::DeflateDecoder;
use std::borrow::Cow;
use std::io::Read;

/// Most entries of an archive.
const MOST_ENTRIES: usize = 10_000;
/// Size of the record at the end, without its comment.
const END: usize = 22;
/// Size of a record of the directory, without names.
const RECORD: usize = 46;
/// Size of the head of an entry, without names.
const HEAD: usize = 30;

/// Why an archive cannot be read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ZipError {
    /// It is none, or a part is missing.
    #[error("the archive cannot be read: it is broken")]
    Broken,
    /// It uses what is not supported.
    #[error("the archive cannot be read: {0}")]
    Unsupported(&'static str),
    /// More comes out of it than may.
    #[error("what is in the archive is too large")]
    TooLarge,
}

/// An entry of an archive.
#[derive(Clone, Debug)]
pub struct ZipEntry<'a> {
    /// Its name, with `/` between folders and at the end of a folder's own.
    pub name: Cow<'a, str>,
    flags: u16,
    method: u16,
    crc: u32,
    packed: usize,
    size: u64,
    head: usize,
}

impl ZipEntry<'_> {
    /// True for a folder.
    pub fn is_folder(&self) -> bool {
        self.name.ends_with('/')
    }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

/// What is in an archive, in the order of its directory.
///
/// # Errors
/// [`ZipError`] if the directory is not whole, or has more entries than are read.
pub fn entries(archive: &[u8]) -> Result<Vec<ZipEntry<'_>>, ZipError> {
    // The record is followed by a comment of at most 65,535 bytes.
    let first = archive.len().saturating_sub(END + usize::from(u16::MAX));
    let last = archive.len().checked_sub(END).ok_or(ZipError::Broken)?;
    let end = (first..=last).rev().find(|&at| archive[at..].starts_with(b"PK\x05\x06")).ok_or(ZipError::Broken)?;
    let count = usize::from(u16_at(archive, end + 10).ok_or(ZipError::Broken)?);
    let at = u32_at(archive, end + 16).ok_or(ZipError::Broken)?;
    if count == usize::from(u16::MAX) || at == u32::MAX {
        return Err(ZipError::Unsupported("it is in the form for large archives (ZIP64)"));
    }
    if count > MOST_ENTRIES {
        return Err(ZipError::Unsupported("it has more than 10000 entries"));
    }
    let mut at = at as usize;
    let mut entries = Vec::with_capacity(count);
    for _ in 0..count {
        let (entry, next) = record(archive, at).ok_or(ZipError::Broken)?;
        entries.push(entry);
        at = next;
    }
    Ok(entries)
}

/// A record of the directory, and where the next one begins.
fn record(archive: &[u8], at: usize) -> Option<(ZipEntry<'_>, usize)> {
    let bytes = archive.get(at..).filter(|bytes| bytes.starts_with(b"PK\x01\x02"))?;
    let length = |at: usize| u16_at(bytes, at).map(usize::from);
    let (name, extra, comment) = (length(28)?, length(30)?, length(32)?);
    let name = String::from_utf8_lossy(bytes.get(RECORD..RECORD + name)?);
    let entry = ZipEntry {
        flags: u16_at(bytes, 8)?,
        method: u16_at(bytes, 10)?,
        crc: u32_at(bytes, 16)?,
        packed: u32_at(bytes, 20)? as usize,
        size: u64::from(u32_at(bytes, 24)?),
        head: u32_at(bytes, 42)? as usize,
        name,
    };
    let length = RECORD + length(28)? + extra + comment;
    Some((entry, at.checked_add(length)?))
}

/// The bytes of an entry, of which at most `most` may come.
///
/// # Errors
/// [`ZipError`] if it is broken, packed in another way, or longer.
pub fn read(archive: &[u8], entry: &ZipEntry<'_>, most: u64) -> Result<Vec<u8>, ZipError> {
    if entry.flags & 1 != 0 {
        return Err(ZipError::Unsupported("it is encrypted"));
    }
    let packed = packed(archive, entry).ok_or(ZipError::Broken)?;
    let mut bytes = Vec::new();
    let outcome = match entry.method {
        0 => packed.take(most + 1).read_to_end(&mut bytes),
        8 => DeflateDecoder::new(packed).take(most + 1).read_to_end(&mut bytes),
        _ => return Err(ZipError::Unsupported("it is packed in an uncommon way")),
    };
    outcome.map_err(|_| ZipError::Broken)?;
    if bytes.len() as u64 > most {
        return Err(ZipError::TooLarge);
    }
    let mut crc = Crc::new();
    crc.update(&bytes);
    if bytes.len() as u64 != entry.size || crc.sum() != entry.crc {
        return Err(ZipError::Broken);
    }
    Ok(bytes)
}

/// The packed bytes of an entry.
fn packed<'a>(archive: &'a [u8], entry: &ZipEntry<'_>) -> Option<&'a [u8]> {
    let head = archive.get(entry.head..).filter(|head| head.starts_with(b"PK\x03\x04"))?;
    let from = HEAD + usize::from(u16_at(head, 26)?) + usize::from(u16_at(head, 28)?);
    head.get(from..from.checked_add(entry.packed)?)
}
