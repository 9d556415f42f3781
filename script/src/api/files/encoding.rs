//! Between the bytes of files and the text that script has of them.

use crate::api::call::Call;
use crate::bridge::message::ApiFailure;
use crate::value::Value;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// How text stands for bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8; what is none becomes U+FFFD.
    Utf8,
    /// The lower seven bits.
    Ascii,
    /// A character for a byte (ISO 8859-1).
    Latin1,
    /// UTF-16, low byte first.
    Utf16,
    /// Two digits for a byte.
    Hex,
    /// Base64 with padding.
    Base64,
}

impl Encoding {
    /// The encoding of a name, as the platform spells them.
    pub fn of(name: &str) -> Option<Encoding> {
        Some(match name.to_ascii_lowercase().as_str() {
            "utf8" | "utf-8" => Encoding::Utf8,
            "ascii" => Encoding::Ascii,
            "binary" | "latin1" => Encoding::Latin1,
            "ucs2" | "ucs-2" | "utf16le" | "utf-16le" => Encoding::Utf16,
            "hex" => Encoding::Hex,
            "base64" => Encoding::Base64,
            _ => return None,
        })
    }

    /// The encoding that a call names; `None` if it names none.
    ///
    /// # Errors
    /// The documented failure for a name that is none.
    pub fn named(call: &mut Call<'_>) -> Result<Option<Encoding>, ApiFailure> {
        match call.text_field("encoding") {
            None => Ok(None),
            Some(name) if name.is_empty() => Ok(None),
            Some(name) => match Encoding::of(&name) {
                Some(encoding) => Ok(Some(encoding)),
                None => Err(ApiFailure::new(1_300_022, format!("invalid encoding \"{name:.40}\""))),
            },
        }
    }

    /// Bytes as text.
    pub fn text(self, bytes: &[u8]) -> String {
        match self {
            Encoding::Utf8 => String::from_utf8_lossy(bytes).into_owned(),
            Encoding::Ascii => bytes.iter().map(|b| char::from(b & 0x7F)).collect(),
            Encoding::Latin1 => bytes.iter().copied().map(char::from).collect(),
            Encoding::Utf16 => {
                let units = bytes.chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
                char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
            }
            Encoding::Hex => hex(bytes),
            Encoding::Base64 => STANDARD.encode(bytes),
        }
    }

    /// Text as bytes. Digits that are none end what is read, as in the platform.
    pub fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Encoding::Utf8 => text.as_bytes().to_vec(),
            Encoding::Ascii | Encoding::Latin1 => text.encode_utf16().map(|unit| unit as u8).collect(),
            Encoding::Utf16 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            Encoding::Hex => {
                let digit = |byte: u8| char::from(byte).to_digit(16);
                let pairs = text.as_bytes().chunks_exact(2);
                let bytes = pairs.map_while(|pair| Some((digit(pair[0])? * 16 + digit(pair[1])?) as u8));
                bytes.collect()
            }
            Encoding::Base64 => crate::api::base::decode_base64(text).unwrap_or_default(),
        }
    }
}

/// Bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from_digit(u32::from(n), 16).unwrap_or('0');
    bytes.iter().flat_map(|b| [digit(b >> 4), digit(b & 15)]).collect()
}

/// The bytes that an argument `data` stands for.
///
/// # Errors
/// The documented `parameter error` for what is neither text nor bytes.
pub fn data_of(call: &mut Call<'_>) -> Result<Vec<u8>, ApiFailure> {
    let encoding = Encoding::named(call)?.unwrap_or(Encoding::Utf8);
    let bytes = match call.field("data") {
        Value::String(text) => Some(encoding.bytes(&text)),
        Value::Script(object) => call.realm.bytes(&object),
        _ => None,
    };
    let reason = "parameter error: parameter.data should be String or ArrayBuffer;";
    bytes.ok_or_else(|| ApiFailure::parameter(reason))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_comes_back_from_its_bytes() {
        for encoding in [Encoding::Utf8, Encoding::Utf16] {
            assert_eq!(encoding.text(&encoding.bytes("a字😀")), "a字😀");
        }
        let bytes: Vec<u8> = (0..=255).collect();
        for encoding in [Encoding::Latin1, Encoding::Hex, Encoding::Base64] {
            assert_eq!(encoding.bytes(&encoding.text(&bytes)), bytes);
        }
        assert_eq!(Encoding::Hex.bytes("0aFxz"), [10]);
        assert_eq!(Encoding::of("nope"), None);
    }
}
