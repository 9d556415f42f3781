//! `pellicle.json`, the first file of a package: what it is, which engines run it, and what is in it.

use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Where it lies in a package.
pub const INDEX_FILE: &str = "pellicle.json";
/// The format that is written and read.
pub const FORMAT: u32 = 1;

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
    #[error("it has format {0}, this engine reads format {FORMAT}")]
    Format(u32),
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
    /// Its files by path, without this one.
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
        if format != FORMAT {
            return Err(IndexError::Format(format));
        }
        let index: Index = serde_json::from_slice(bytes)?;
        if runs_here {
            index.runs_here()?;
        }
        if index.to_bytes()? != bytes {
            return Err(IndexError::Written);
        }
        Ok(index)
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
