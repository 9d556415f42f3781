//! The bytes of a compiled package.
//!
//! ```text
//! magic            8 bytes, "PELLICLE"
//! version          u16
//! build            u64    fingerprint of the property table and the parsers
//! length           u64    of the whole
//! checksum         16 bytes, SipHash-1-3 of all that follows
//! length of list   u32
//! list             postcard: path, hash of the text, place of the section, for each file
//! sections         postcard: what each file was read as
//! ```
//!
//! Numbers are little-endian. The hashes guard against mistakes, not against somebody: whoever can write this file can
//! write the sources, too. So a section that passes them is still read as bytes of unknown origin.

use super::CompiledError;
use crate::css::PropertyId;
use crate::css::shorthand::SHORTHANDS;
use serde::{Deserialize, Serialize};
use siphasher::sip::SipHasher13;
use std::sync::OnceLock;

/// Version of the format of the bytes: of this layout and of the forms in the sections. A test holds it to their shape.
pub const VERSION: u16 = 3;

const MAGIC: [u8; 8] = *b"PELLICLE";

/// Where the checksum's bytes start, and where those that it covers do.
const CHECKSUM: usize = 26;
const BODY: usize = CHECKSUM + 16;

/// A hash of the text of a file.
pub(super) type TextHash = [u8; 16];

/// A file of the list.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub(super) struct Listed {
    pub path: String,
    pub hash: TextHash,
    pub form: Form,
}

/// What is kept of a file.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub(super) enum Form {
    /// Nothing: it is always read from its text, since what it says depends on who asks or would take up too much room.
    Text,
    /// A sheet, in this stretch of the sections.
    Sheet(u32, u32),
    /// A template, in this stretch of the sections.
    Template(u32, u32),
}

/// Whether a section is no longer than the text it was made of (bytes) accounts for: what it is read into takes a multiple of its
/// bytes, as it does of the text's. Texts whose sections are longer are those with nothing but mistakes.
pub(super) fn fits(section: usize, text: u64) -> bool {
    section as u64 <= text.saturating_mul(8).saturating_add(1 << 16)
}

/// The hash of bytes.
pub(super) fn hash(bytes: &[u8]) -> TextHash {
    siphasher::sip128::SipHasher13::new().hash(bytes).as_bytes()
}

/// What tells builds apart that read texts differently or number properties differently: the names of the property
/// table in their order, and the sources of everything that reads.
pub(super) fn build() -> u64 {
    static BUILD: OnceLock<u64> = OnceLock::new();
    *BUILD.get_or_init(|| {
        // As text, so that the figure is the same whatever the machine's words are.
        let mut text = env!("PELLICLE_READING").to_owned();
        let longhands = PropertyId::ALL.iter().map(|id| format!("{id:?} {} {:?}\n", id.name(), id.aliases()));
        text.extend(longhands);
        text.extend(SHORTHANDS.iter().map(|s| format!("{} {:?} {:?}\n", s.name, s.aliases, s.longhands)));
        SipHasher13::new().hash(text.as_bytes())
    })
}

/// The bytes of a package with this list and these sections.
pub(super) fn write(list: &[Listed], sections: &[u8]) -> Option<Vec<u8>> {
    let list = postcard::to_allocvec(list).ok()?;
    let mut bytes = Vec::with_capacity(BODY + 4 + list.len() + sections.len());
    bytes.extend_from_slice(&MAGIC);
    bytes.extend_from_slice(&VERSION.to_le_bytes());
    bytes.extend_from_slice(&build().to_le_bytes());
    bytes.extend_from_slice(&[0; BODY - 18]);
    bytes.extend_from_slice(&u32::try_from(list.len()).ok()?.to_le_bytes());
    bytes.extend_from_slice(&list);
    bytes.extend_from_slice(sections);
    seal(&mut bytes);
    Some(bytes)
}

/// Puts length and checksum in.
pub(super) fn seal(bytes: &mut [u8]) {
    let length = bytes.len() as u64;
    if bytes.len() >= BODY {
        let checksum = hash(&bytes[BODY..]);
        bytes[18..CHECKSUM].copy_from_slice(&length.to_le_bytes());
        bytes[CHECKSUM..BODY].copy_from_slice(&checksum);
    }
}

/// The bytes at `at`, as many as the array has; what is missing is damage.
fn array<const N: usize>(bytes: &[u8], at: usize) -> Result<[u8; N], CompiledError> {
    bytes.get(at..).and_then(|rest| rest.first_chunk::<N>()).copied().ok_or(CompiledError::Damaged)
}

/// Checks a package's header, and its checksum where nobody vouches for the bytes. Gives its list and where its sections start.
pub(super) fn read(bytes: &[u8], vouched: bool) -> Result<(Vec<Listed>, usize), CompiledError> {
    if bytes.first_chunk::<8>() != Some(&MAGIC) {
        return Err(CompiledError::Foreign);
    }
    let version = u16::from_le_bytes(array(bytes, 8)?);
    if version != VERSION {
        return Err(CompiledError::Version(version));
    }
    if u64::from_le_bytes(array(bytes, 10)?) != build() {
        return Err(CompiledError::Build);
    }
    let length = u64::from_le_bytes(array(bytes, 18)?);
    let is_damaged = || array::<16>(bytes, CHECKSUM) != Ok(hash(bytes.get(BODY..).unwrap_or(&[])));
    if length != bytes.len() as u64 || !vouched && is_damaged() {
        return Err(CompiledError::Damaged);
    }
    let length = u32::from_le_bytes(array(bytes, BODY)?) as usize;
    let list = bytes.get(BODY + 4..).and_then(|rest| rest.get(..length)).ok_or(CompiledError::Damaged)?;
    let listed = super::from_section(list).map_err(|_| CompiledError::Damaged)?;
    Ok((listed, BODY + 4 + length))
}
