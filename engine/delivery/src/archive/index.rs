//! `pellicle.json`, the first file of a package: what it is, which engines run it, and what is in it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where it lies in a package.
pub const INDEX_FILE: &str = "pellicle.json";
/// The format that is written for a package in one file.
pub const FORMAT: u32 = 1;
/// The format that is written for one whose parts lie in files of their own. Both are read.
pub const FORMAT_IN_PARTS: u32 = 2;

/// Why an index cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum IndexError {
    /// There is none.
    #[error("it is missing: this may be a ZIP file, but it is no package")]
    Missing,
    /// It is not JSON of its form.
    #[error("{0}")]
    Form(#[from] serde_json::Error),
    /// It says the same as another text would, such as one in which a file stands twice.
    #[error("it is not written as packages are written")]
    Written,
    /// It is of another version.
    #[error("it has format {0}, this engine reads formats {FORMAT} and {FORMAT_IN_PARTS}")]
    Format(u32),
    /// A file stands with another part than the one whose folder it lies in.
    #[error("{0} stands with another part than the one that it lies in")]
    Part(String),
    /// Other engines run it.
    #[error("the package runs on engines {wanted}, this one is {own}")]
    Engine {
        /// The range that it names.
        wanted: String,
        /// This engine's version.
        own: &'static str,
    },
}

/// What a package says of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Index {
    /// Version of the format of the package.
    pub format: u32,
    /// The range of engine versions that run it, as Cargo writes such ranges: `>=0.1.0, <0.2.0`.
    pub engine: semver::VersionReq,
    /// Its files by path, without this one and those of parts.
    pub files: BTreeMap<String, IndexedFile>,
    /// Parts that lie in files of their own, by their roots (folders, without slashes around them).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub parts: BTreeMap<String, IndexedPart>,
}

/// A part of a package in a file of its own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexedPart {
    /// Length of its file, bytes.
    pub length: u64,
    /// SHA-256 of its file.
    #[serde(with = "hex")]
    pub sha256: [u8; 32],
    /// Its files by their path in the package.
    pub files: BTreeMap<String, IndexedFile>,
}

/// What an index says of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexedFile {
    /// Its length, bytes.
    pub length: u64,
    /// SHA-256 of its contents; 64 hexadecimal digits in the file.
    #[serde(with = "hex")]
    pub sha256: [u8; 32],
}

impl Index {
    /// Reads an index; one that this engine runs, if that is asked for.
    ///
    /// # Errors
    /// [`IndexError`] if it cannot be understood, or other engines run it.
    pub fn parse(bytes: &[u8], runs_here: bool) -> Result<Index, IndexError> {
        /// What every version has.
        #[derive(Deserialize)]
        struct Head {
            format: u32,
        }
        let Head { format } = serde_json::from_slice(bytes)?;
        if ![FORMAT, FORMAT_IN_PARTS].contains(&format) {
            return Err(IndexError::Format(format));
        }
        let index: Index = serde_json::from_slice(bytes)?;
        index.parts_are_sound()?;
        if runs_here {
            index.runs_here()?;
        }
        if index.to_bytes()? != bytes {
            return Err(IndexError::Written);
        }
        Ok(index)
    }

    /// An index of these files; in parts, where there are any.
    pub fn new(
        engine: semver::VersionReq,
        files: BTreeMap<String, IndexedFile>,
        parts: BTreeMap<String, IndexedPart>,
    ) -> Index {
        let format = if parts.is_empty() { FORMAT } else { FORMAT_IN_PARTS };
        Index { format, engine, files, parts }
    }

    /// Each file stands with the part that it lies in, and the format is the one for that.
    fn parts_are_sound(&self) -> Result<(), IndexError> {
        if (self.format == FORMAT_IN_PARTS) == self.parts.is_empty() {
            return Err(IndexError::Format(self.format));
        }
        let of_main = self.files.keys().map(|path| (path, None));
        let of_parts =
            self.parts.iter().flat_map(|(root, part)| part.files.keys().map(move |path| (path, Some(&**root))));
        match of_main.chain(of_parts).find(|(path, root)| self.part_of(path) != *root) {
            Some((path, _)) => Err(IndexError::Part(path.clone())),
            None => Ok(()),
        }
    }

    /// The root of the part that a path lies in: of several, the innermost. `None` for the main one.
    pub fn part_of(&self, path: &str) -> Option<&str> {
        if self.parts.is_empty() {
            return None;
        }
        let ends = path.rmatch_indices('/').map(|(end, _)| &path[..end]);
        ends.filter_map(|folder| self.parts.get_key_value(folder)).map(|(root, _)| &**root).next()
    }

    /// What it says of a file, whichever part that lies in.
    pub fn file(&self, path: &str) -> Option<&IndexedFile> {
        match self.part_of(path) {
            None => self.files.get(path),
            Some(root) => self.parts.get(root)?.files.get(path),
        }
    }

    /// All its files.
    pub fn all_files(&self) -> impl Iterator<Item = (&String, &IndexedFile)> {
        self.files.iter().chain(self.parts.values().flat_map(|part| &part.files))
    }

    /// Whether this engine may run what it describes.
    ///
    /// # Errors
    /// [`IndexError::Engine`] if it may not.
    fn runs_here(&self) -> Result<(), IndexError> {
        let own = env!("CARGO_PKG_VERSION");
        if semver::Version::parse(own).is_ok_and(|own| self.engine.matches(&own)) {
            return Ok(());
        }
        Err(IndexError::Engine { wanted: self.engine.to_string(), own })
    }

    /// The one text of this index.
    ///
    /// # Errors
    /// If JSON cannot be written.
    pub fn to_bytes(&self) -> Result<Vec<u8>, serde_json::Error> {
        serde_json::to_vec_pretty(self)
    }
}

/// Bytes as hexadecimal digits.
pub(crate) mod hex {
    use serde::{Deserialize, Deserializer, Serializer, de};

    const DIGITS: &[u8; 16] = b"0123456789abcdef";

    pub fn text(bytes: &[u8]) -> String {
        let digit = |half: u8| char::from(DIGITS[usize::from(half & 0xf)]);
        bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
    }

    pub fn parse(text: &str) -> Option<[u8; 32]> {
        let mut bytes = [0; 32];
        if text.len() != 64 {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            // Lower case only: a hash is written in one way.
            let digit = |digit: u8| match digit {
                b'0'..=b'9' => Some(digit - b'0'),
                b'a'..=b'f' => Some(digit - b'a' + 10),
                _ => None,
            };
            *byte = digit(digits[0])? << 4 | digit(digits[1])?;
        }
        Some(bytes)
    }

    pub fn serialize<S: Serializer>(bytes: &[u8; 32], serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&text(bytes))
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<[u8; 32], D::Error> {
        let text = String::deserialize(deserializer)?;
        parse(&text).ok_or_else(|| de::Error::custom("a hash has 64 digits of 0-9 and a-f"))
    }
}
