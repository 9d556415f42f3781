//! Plain data, bit for bit: numbers stay what they are, and levels are bounded. For `serde(with)`.

use super::WireError;
use serde::de::{Deserializer, Error as _};
use serde::ser::{Error as _, Serializer};
use serde_json::{Map, Number, Value as Json};

/// Most levels of lists and objects inside each other.
pub const MOST_LEVELS: usize = 256;
/// Most values and fields: one may take a byte on the wire and many in memory.
const MOST_VALUES: u32 = 2 << 20;

/// Writes a value.
///
/// # Errors
/// [`WireError::Malformed`] if it has too many levels.
pub fn write(value: &Json, into: &mut Vec<u8>) -> Result<(), WireError> {
    write_at(value, into, MOST_LEVELS)
}

fn write_at(value: &Json, into: &mut Vec<u8>, levels: usize) -> Result<(), WireError> {
    let below = levels.checked_sub(1).ok_or(WireError::Malformed)?;
    match value {
        Json::Null => into.push(b'0'),
        Json::Bool(false) => into.push(b'f'),
        Json::Bool(true) => into.push(b't'),
        Json::Number(number) => write_number(number, into),
        Json::String(text) => {
            into.push(b's');
            write_text(text, into);
        }
        Json::Array(items) => {
            into.push(b'a');
            write_count(items.len(), into);
            for item in items {
                write_at(item, into, below)?;
            }
        }
        Json::Object(fields) => {
            into.push(b'o');
            write_count(fields.len(), into);
            for (name, value) in fields {
                write_text(name, into);
                write_at(value, into, below)?;
            }
        }
    }
    Ok(())
}

fn write_number(number: &Number, into: &mut Vec<u8>) {
    let (tag, bits) = match (number.as_u64(), number.as_i64()) {
        (Some(n), _) => (b'u', n),
        (None, Some(n)) => (b'i', n as u64),
        _ => (b'd', number.as_f64().unwrap_or_default().to_bits()),
    };
    into.push(tag);
    into.extend_from_slice(&bits.to_le_bytes());
}

fn write_count(count: usize, into: &mut Vec<u8>) {
    into.extend_from_slice(&(count as u32).to_le_bytes());
}

fn write_text(text: &str, into: &mut Vec<u8>) {
    write_count(text.len(), into);
    into.extend_from_slice(text.as_bytes());
}

/// The value that bytes hold, all of them.
///
/// # Errors
/// [`WireError::Malformed`].
pub fn read(mut bytes: &[u8]) -> Result<Json, WireError> {
    let value = read_at(&mut bytes, MOST_LEVELS, &mut { MOST_VALUES })?;
    if bytes.is_empty() { Ok(value) } else { Err(WireError::Malformed) }
}

fn take<'a>(bytes: &mut &'a [u8], count: usize) -> Result<&'a [u8], WireError> {
    let (head, rest) = bytes.split_at_checked(count).ok_or(WireError::Malformed)?;
    *bytes = rest;
    Ok(head)
}

fn take_count(bytes: &mut &[u8]) -> Result<usize, WireError> {
    let head = take(bytes, 4)?;
    Ok(u32::from_le_bytes([head[0], head[1], head[2], head[3]]) as usize)
}

fn take_text(bytes: &mut &[u8]) -> Result<String, WireError> {
    let length = take_count(bytes)?;
    let text = std::str::from_utf8(take(bytes, length)?).map_err(|_| WireError::Malformed)?;
    Ok(text.to_owned())
}

fn read_at(bytes: &mut &[u8], levels: usize, values: &mut u32) -> Result<Json, WireError> {
    *values = values.checked_sub(1).ok_or(WireError::Room)?;
    let below = levels.checked_sub(1).ok_or(WireError::Malformed)?;
    let tag = take(bytes, 1)?[0];
    let bits = |bytes: &mut &[u8]| -> Result<u64, WireError> {
        let mut word = [0; 8];
        word.copy_from_slice(take(bytes, 8)?);
        Ok(u64::from_le_bytes(word))
    };
    Ok(match tag {
        b'0' => Json::Null,
        b'f' => Json::Bool(false),
        b't' => Json::Bool(true),
        b'u' => Json::from(bits(bytes)?),
        b'i' => Json::from(bits(bytes)? as i64),
        b'd' => Json::Number(Number::from_f64(f64::from_bits(bits(bytes)?)).ok_or(WireError::Malformed)?),
        b's' => Json::String(take_text(bytes)?),
        b'a' => {
            let count = take_count(bytes)?;
            // Each item has a byte at least; nothing is reserved for what is only announced.
            let mut items = Vec::with_capacity(count.min(bytes.len()).min(64));
            for _ in 0..count {
                items.push(read_at(bytes, below, values)?);
            }
            Json::Array(items)
        }
        b'o' => {
            let count = take_count(bytes)?;
            let mut fields = Map::new();
            for _ in 0..count {
                let name = take_text(bytes)?;
                fields.insert(name, read_at(bytes, below, values)?);
            }
            Json::Object(fields)
        }
        _ => return Err(WireError::Malformed),
    })
}

fn put<S: Serializer>(bytes: Result<Vec<u8>, WireError>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_bytes(&bytes.map_err(S::Error::custom)?)
}

fn get<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Json, D::Error> {
    read(&super::bytes::deserialize(deserializer)?).map_err(D::Error::custom)
}

fn written(value: &Json) -> Result<Vec<u8>, WireError> {
    let mut bytes = Vec::new();
    write(value, &mut bytes)?;
    Ok(bytes)
}

macro_rules! form {
    ($(#[$meta:meta])* $name:ident: $type:ty, $written:expr, $read:expr) => {
        $(#[$meta])*
        pub mod $name {
            use super::*;

            /// Writes it.
            ///
            /// # Errors
            /// The serializer's, and if it has too many levels.
            pub fn serialize<S: Serializer>(value: &$type, serializer: S) -> Result<S::Ok, S::Error> {
                let written: fn(&$type) -> Result<Vec<u8>, WireError> = $written;
                put(written(value), serializer)
            }

            /// Reads it.
            ///
            /// # Errors
            /// The deserializer's, and if it is no such value.
            pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
                let read: fn(Json) -> Option<$type> = $read;
                read(get(deserializer)?).ok_or_else(|| D::Error::custom("another kind of value"))
            }
        }
    };
}

form!(
    /// A value.
    value: Json, written, Some
);
form!(
    /// The fields of an object.
    map: Map<String, Json>,
    |fields| {
        let mut bytes = vec![b'o'];
        write_count(fields.len(), &mut bytes);
        for (name, value) in fields {
            write_text(name, &mut bytes);
            write_at(value, &mut bytes, MOST_LEVELS - 1)?;
        }
        Ok(bytes)
    },
    |value| if let Json::Object(fields) = value { Some(fields) } else { None }
);
form!(
    /// The items of a list.
    list: Vec<Json>,
    |items| {
        let mut bytes = vec![b'a'];
        write_count(items.len(), &mut bytes);
        for item in items {
            write_at(item, &mut bytes, MOST_LEVELS - 1)?;
        }
        Ok(bytes)
    },
    |value| if let Json::Array(items) = value { Some(items) } else { None }
);
/// A value that may not be there.
pub mod optional {
    use super::*;

    /// Writes it; no bytes for none.
    ///
    /// # Errors
    /// As [`value::serialize`].
    pub fn serialize<S: Serializer>(value: &Option<Json>, serializer: S) -> Result<S::Ok, S::Error> {
        put(value.as_ref().map_or(Ok(Vec::new()), written), serializer)
    }

    /// Reads it.
    ///
    /// # Errors
    /// As [`value::deserialize`].
    pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Json>, D::Error> {
        let bytes = crate::wire::bytes::deserialize(deserializer)?;
        if bytes.is_empty() { Ok(None) } else { read(&bytes).map(Some).map_err(D::Error::custom) }
    }
}
