//! Runs of bytes, copied as a whole; for `serde(with)`.

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;

/// Writes bytes.
///
/// # Errors
/// The serializer's.
pub fn serialize<S: Serializer>(bytes: &[u8], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(bytes)
}

struct Run;

impl Visitor<'_> for Run {
    type Value = Vec<u8>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("bytes")
    }

    fn visit_bytes<E: Error>(self, bytes: &[u8]) -> Result<Vec<u8>, E> {
        Ok(bytes.to_vec())
    }
}

/// Reads bytes.
///
/// # Errors
/// The deserializer's.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<u8>, D::Error> {
    deserializer.deserialize_bytes(Run)
}

/// Bytes as a value of their own.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct Bytes(#[serde(with = "self")] pub Vec<u8>);

/// A field with bytes and its name.
pub mod named {
    use super::Bytes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    /// Writes the field.
    ///
    /// # Errors
    /// The serializer's.
    pub fn serialize<S: Serializer>(field: &Option<(String, Vec<u8>)>, serializer: S) -> Result<S::Ok, S::Error> {
        struct Run<'a>(&'a [u8]);
        impl Serialize for Run<'_> {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_bytes(self.0)
            }
        }
        field.as_ref().map(|(name, bytes)| (name, Run(bytes))).serialize(serializer)
    }

    /// Reads the field.
    ///
    /// # Errors
    /// The deserializer's.
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<(String, Vec<u8>)>, D::Error> {
        let field = Option::<(String, Bytes)>::deserialize(deserializer)?;
        Ok(field.map(|(name, Bytes(bytes))| (name, bytes)))
    }
}
