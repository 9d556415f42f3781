//! Where the parts of a ZIP container lie, and which entries it has.
//!
//! The form is that of the [APPNOTE](https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT), as narrow as can be: entries
//! without gaps, in the order of the directory, each with the same words in its own header and in the directory, stored or
//! deflated, without comments, extra fields, descriptors, folders, links or 64-bit lengths. What tools write by default often
//! is not that; [`pack`](super::pack) writes it.

use flate2::{Decompress, FlushDecompress, Status};
use pellicle_script::capability::files::is_portable;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Length of the end record without a comment, bytes.
const END_BYTES: usize = 22;
const END_MARK: u32 = 0x0605_4b50;
/// Length of an entry of the directory without its name, bytes.
const DIRECTORY_BYTES: usize = 46;
const DIRECTORY_MARK: u32 = 0x0201_4b50;
/// Length of the header of an entry without its name, bytes.
const HEADER_BYTES: usize = 30;
const HEADER_MARK: u32 = 0x0403_4b50;
/// Flag of an entry whose name is UTF-8.
const UTF8: u16 = 1 << 11;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;
/// Longest path, bytes: what every file system takes.
const LONGEST_PATH: usize = 240;

/// What ends the signing block.
pub(super) const SIGNING_MAGIC: &[u8; 16] = b"Pellicle Sign 01";

/// Why a file is no container that is opened.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ContainerError {
    /// It does not end as one.
    #[error("it does not end with the record that a ZIP file ends with")]
    End,
    /// The parts of the file do not follow each other.
    #[error("its parts do not lie where it says")]
    Parts,
    /// The signing block has another form.
    #[error("its signing block is damaged, or of another format")]
    SigningBlock,
    /// An entry does not follow the form.
    #[error("entry {name:?}: {what}")]
    Entry {
        /// Its name, as far as it could be read.
        name: String,
        /// What is wrong with it.
        what: &'static str,
    },
}

fn entry_error(name: &[u8], what: &'static str) -> ContainerError {
    ContainerError::Entry { name: String::from_utf8_lossy(name).into_owned(), what }
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    Some(u16::from_le_bytes(bytes.get(at..at.checked_add(2)?)?.try_into().ok()?))
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    Some(u32::from_le_bytes(bytes.get(at..at.checked_add(4)?)?.try_into().ok()?))
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    Some(u64::from_le_bytes(bytes.get(at..at.checked_add(8)?)?.try_into().ok()?))
}

/// The parts of a container, in their order.
#[derive(Clone, Copy, Debug)]
pub struct Parts<'a> {
    /// The entries.
    pub entries: &'a [u8],
    /// What the signing block holds, without its lengths and its mark; `None` if there is none.
    pub signing: Option<&'a [u8]>,
    /// The central directory.
    pub directory: &'a [u8],
    /// The end record.
    pub end: &'a [u8],
    /// Entries that the end record tells of.
    pub count: u16,
}

/// Finds the parts of a container.
///
/// # Errors
/// [`ContainerError`] if they are not all there, or there is anything else.
pub fn split(bytes: &[u8]) -> Result<Parts<'_>, ContainerError> {
    let end_at = bytes.len().checked_sub(END_BYTES).ok_or(ContainerError::End)?;
    let (before, end) = bytes.split_at(end_at);
    let word = |at| u16_at(end, at).unwrap_or(u16::MAX);
    let long = |at| u32_at(end, at).unwrap_or(u32::MAX) as usize;
    // One disk, no comment.
    if u32_at(end, 0) != Some(END_MARK) || word(4) != 0 || word(6) != 0 || word(8) != word(10) || word(20) != 0 {
        return Err(ContainerError::End);
    }
    let (directory_bytes, directory_at) = (long(12), long(16));
    if directory_at.checked_add(directory_bytes) != Some(end_at) {
        return Err(ContainerError::Parts);
    }
    let (before, directory) = before.split_at(directory_at);
    let Some(marked) = before.strip_suffix(SIGNING_MAGIC) else {
        return Ok(Parts { entries: before, signing: None, directory, end, count: word(10) });
    };
    // Its length stands before it and after it, without the first of these words.
    let block = |_: ()| {
        let length = usize::try_from(u64_at(marked, marked.len().checked_sub(8)?)?).ok()?;
        let start = before.len().checked_sub(length)?.checked_sub(8)?;
        let inner = marked.get(start + 8..marked.len() - 8)?;
        (u64_at(marked, start)? == length as u64).then_some((start, inner))
    };
    let (start, inner) = block(()).ok_or(ContainerError::SigningBlock)?;
    Ok(Parts { entries: &before[..start], signing: Some(inner), directory, end, count: word(10) })
}

/// The signing block around what it holds.
pub(super) fn signing_block(inner: &[u8]) -> Vec<u8> {
    let length = ((inner.len() + 8 + SIGNING_MAGIC.len()) as u64).to_le_bytes();
    [&length[..], inner, &length, SIGNING_MAGIC].concat()
}

/// A file in a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its path in the package.
    pub name: String,
    /// Its length when it is unpacked, bytes.
    pub length: u64,
    method: u16,
    crc: u32,
    /// Where its bytes lie among the entries.
    data: std::ops::Range<usize>,
}

impl Entry {
    /// Its length as it lies in the container, bytes.
    pub fn packed(&self) -> u64 {
        self.data.len() as u64
    }
}

/// A container whose form was checked.
#[derive(Clone, Debug)]
pub struct Container {
    bytes: Arc<[u8]>,
    entries: Vec<Entry>,
    by_name: FxHashMap<String, usize>,
}

impl Container {
    /// Reads the directory, and holds the entries to it.
    ///
    /// # Errors
    /// [`ContainerError`] if anything does not follow the form.
    pub fn open(parts: &Parts<'_>) -> Result<Container, ContainerError> {
        let (mut at, mut next) = (0, 0);
        let (mut entries, mut folded) = (Vec::new(), FxHashSet::default());
        for _ in 0..parts.count {
            let entry = entry(parts, &mut at, &mut next)?;
            // Two names that one file system takes for the same are one too many.
            if !folded.insert(entry.name.to_lowercase()) {
                return Err(entry_error(entry.name.as_bytes(), "its name is there twice, or differs in case only"));
            }
            entries.push(entry);
        }
        if at != parts.directory.len() || next != parts.entries.len() {
            return Err(ContainerError::Parts);
        }
        // A file where another one has a folder.
        for entry in &entries {
            let name = entry.name.to_lowercase();
            let mut folders = name.match_indices('/').map(|(end, _)| &name[..end]);
            if folders.any(|folder| folded.contains(folder)) {
                return Err(entry_error(entry.name.as_bytes(), "a file is in the place of its folder"));
            }
        }
        let by_name = entries.iter().enumerate().map(|(index, entry)| (entry.name.clone(), index)).collect();
        Ok(Container { bytes: Arc::from(parts.entries), entries, by_name })
    }

    /// The files, in the order in which they lie.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// Bytes of the entries.
    pub fn held_bytes(&self) -> usize {
        self.bytes.len()
    }

    /// True if there is a file of that name.
    pub fn has(&self, name: &str) -> bool {
        self.by_name.contains_key(name)
    }

    /// The bytes of a file; `None` if there is none of that name.
    pub fn read(&self, name: &str) -> Option<Result<Vec<u8>, ContainerError>> {
        let entry = &self.entries[*self.by_name.get(name)?];
        let data = self.bytes.get(entry.data.clone()).unwrap_or_default();
        Some(unpack(entry, data).map_err(|what| entry_error(name.as_bytes(), what)))
    }
}

/// Unpacks the bytes of an entry, not one more than it says that there are.
fn unpack(entry: &Entry, data: &[u8]) -> Result<Vec<u8>, &'static str> {
    let length = usize::try_from(entry.length).map_err(|_| "it is too long")?;
    let mut out = Vec::new();
    out.try_reserve_exact(length).map_err(|_| "there is no memory for it")?;
    if entry.method == STORED {
        out.extend_from_slice(data);
    } else {
        let mut inflate = Decompress::new(false);
        let status = inflate.decompress_vec(data, &mut out, FlushDecompress::Finish);
        if !matches!(status, Ok(Status::StreamEnd)) || inflate.total_in() != data.len() as u64 {
            return Err("it cannot be unpacked");
        }
    }
    let mut crc = flate2::Crc::new();
    crc.update(&out);
    if out.len() != length || crc.sum() != entry.crc {
        return Err("it is damaged");
    }
    Ok(out)
}

/// The next entry of the directory, and of the entries.
fn entry(parts: &Parts<'_>, at: &mut usize, next: &mut usize) -> Result<Entry, ContainerError> {
    let fixed = parts.directory.get(*at..*at + DIRECTORY_BYTES).ok_or(ContainerError::Parts)?;
    let word = |at| u16_at(fixed, at).unwrap_or(u16::MAX);
    let long = |at| u32_at(fixed, at).unwrap_or(u32::MAX);
    let name_at = *at + DIRECTORY_BYTES;
    let raw = parts.directory.get(name_at..name_at + usize::from(word(28))).ok_or(ContainerError::Parts)?;
    let wrong = |what| Err(entry_error(raw, what));
    if long(0) != DIRECTORY_MARK {
        return Err(ContainerError::Parts);
    }
    *at = name_at + raw.len();
    let Some(name) = std::str::from_utf8(raw).ok().filter(|name| word(8) == UTF8 || word(8) == 0 && name.is_ascii())
    else {
        return wrong("its name is not UTF-8, or it has flags that are not allowed");
    };
    if let Some(what) = refused_name(name) {
        return wrong(what);
    }
    let (method, crc, packed, length) = (word(10), long(16), long(20) as usize, long(24));
    if method != STORED && method != DEFLATED || method == STORED && packed != length as usize {
        return wrong("it is neither stored nor deflated");
    }
    // Extra fields, a comment, another disk.
    if word(30) != 0 || word(32) != 0 || word(34) != 0 || length == u32::MAX {
        return wrong("it has parts that are not allowed");
    }
    // The kind of file that Unix systems keep, if it was made on one: an ordinary file.
    let kind = long(38) >> 28;
    if kind != 0 && kind != 0o10 {
        return wrong("it is no ordinary file");
    }
    if long(42) as usize != *next {
        return wrong("it does not follow the one before");
    }
    let header = parts.entries.get(*next..*next + HEADER_BYTES).ok_or(ContainerError::Parts)?;
    let data_at = *next + HEADER_BYTES + raw.len();
    let name_again = parts.entries.get(*next + HEADER_BYTES..data_at);
    // From the version that is needed to the length of the name, both have the same words.
    if u32_at(header, 0) != Some(HEADER_MARK)
        || header[4..28] != fixed[6..30]
        || u16_at(header, 28) != Some(0)
        || name_again != Some(raw)
    {
        return wrong("its header and the directory do not agree");
    }
    let end = data_at.checked_add(packed).filter(|end| *end <= parts.entries.len()).ok_or(ContainerError::Parts)?;
    *next = end;
    Ok(Entry { name: name.to_owned(), length: u64::from(length), method, crc, data: data_at..end })
}

/// Why a path is not taken; `None` for one that means the same everywhere.
pub(super) fn refused_name(name: &str) -> Option<&'static str> {
    if name.is_empty() || name.len() > LONGEST_PATH {
        return Some("its path is empty or too long");
    }
    let odd = |part: &str| part.is_empty() || part.starts_with(' ') || !is_portable(part);
    name.split('/').any(odd).then_some("its path leads elsewhere, or means another one on some systems")
}
