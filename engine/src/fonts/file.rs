//! Font files: where a style sheet or script says they are, and what they are packed in.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pellicle_script::package::resolve;
use std::panic::catch_unwind;

/// Largest font file that is unpacked, bytes.
const MAX_FILE: usize = 32 << 20;

/// Why a font file cannot be used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum FileError {
    /// A `data:` address that is not one.
    #[error("the data address cannot be read")]
    Data,
    /// A packed file that cannot be unpacked.
    #[error("not a font that can be unpacked")]
    Packed,
    /// The file is too large.
    #[error("the font is larger than 32 MB")]
    TooLarge,
}

/// The address of a font that a file of the package names: URLs stay, paths are from the package's root with
/// a leading slash. `None` for a path that leaves the package.
pub fn address(base: &str, url: &str) -> Option<String> {
    let lower = url.trim_start().get(..8).unwrap_or(url).to_ascii_lowercase();
    if lower.starts_with("data:") || lower.starts_with("http:") || lower.starts_with("https:") || url.starts_with("//")
    {
        return Some(url.to_owned());
    }
    let path = url.split(['?', '#']).next().unwrap_or(url);
    resolve(base, path).map(|path| format!("/{path}"))
}

/// The address in `wx.loadFontFace`'s source: `url("https://...")`, or the address alone.
pub fn source_address(source: &str) -> &str {
    let source = source.trim();
    let inner = source.strip_prefix("url(").and_then(|rest| rest.strip_suffix(')')).unwrap_or(source).trim();
    let quoted = |q: char| inner.strip_prefix(q).and_then(|rest| rest.strip_suffix(q));
    quoted('"').or_else(|| quoted('\'')).unwrap_or(inner)
}

/// The bytes of a `data:` address.
///
/// # Errors
/// [`FileError::Data`] if it is none with base64 content.
pub fn data_bytes(url: &str) -> Result<Vec<u8>, FileError> {
    let (head, content) = url.split_once(',').ok_or(FileError::Data)?;
    if !head.to_ascii_lowercase().ends_with(";base64") {
        return Err(FileError::Data);
    }
    let text: String = content.chars().filter(|c| !c.is_ascii_whitespace()).collect();
    STANDARD.decode(text.trim_end_matches('=').to_owned() + padding(&text)).map_err(|_| FileError::Data)
}

/// What a base64 text of this length ends with.
fn padding(text: &str) -> &'static str {
    match text.trim_end_matches('=').len() % 4 {
        2 => "==",
        3 => "=",
        _ => "",
    }
}

/// A font file as a font: WOFF and WOFF2 are unpacked, all else is left as it is.
///
/// # Errors
/// [`FileError`] if it cannot be unpacked.
pub fn unpack(bytes: Vec<u8>) -> Result<Vec<u8>, FileError> {
    if bytes.len() > MAX_FILE {
        return Err(FileError::TooLarge);
    }
    let unpack: fn(&[u8]) -> Option<Vec<u8>> = match bytes.get(..4) {
        Some(b"wOFF") => |bytes| wuff::decompress_woff1(bytes).ok(),
        Some(b"wOF2") => |bytes| wuff::decompress_woff2(bytes).ok(),
        _ => return Ok(bytes),
    };
    // A file from the network must not take the process down if its reader has a fault.
    catch_unwind(|| unpack(&bytes)).ok().flatten().ok_or(FileError::Packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_of_the_package_or_of_the_network() {
        assert_eq!(address("pages/a/a.wxss", "../f.ttf?x=1#y").as_deref(), Some("/pages/f.ttf"));
        assert_eq!(address("a.wxss", "/fonts/f.ttf").as_deref(), Some("/fonts/f.ttf"));
        assert_eq!(address("a.wxss", "https://h/f.woff2").as_deref(), Some("https://h/f.woff2"));
        assert_eq!(address("a.wxss", "//h/f.woff").as_deref(), Some("//h/f.woff"));
        assert_eq!(address("a.wxss", "../../f.ttf"), None);
        assert_eq!(source_address(" url(\"https://h/f.ttf\") "), "https://h/f.ttf");
        assert_eq!(source_address("url('f.ttf')"), "f.ttf");
        assert_eq!(source_address("url(f.ttf)"), "f.ttf");
        assert_eq!(source_address("https://h/f.ttf"), "https://h/f.ttf");
    }

    #[test]
    fn data_addresses_are_read_with_and_without_padding() {
        assert_eq!(data_bytes("data:font/ttf;base64,AAEC Aw=="), Ok(vec![0, 1, 2, 3]));
        assert_eq!(data_bytes("data:font/ttf;base64,AAECAw"), Ok(vec![0, 1, 2, 3]));
        assert_eq!(data_bytes("data:font/ttf,abc"), Err(FileError::Data));
        assert_eq!(data_bytes("data:"), Err(FileError::Data));
        assert_eq!(data_bytes("data:;base64,***"), Err(FileError::Data));
    }

    #[test]
    fn noise_in_a_packed_file_is_an_error() {
        for head in [b"wOFF", b"wOF2"] {
            let mut bytes = head.to_vec();
            assert_eq!(unpack(bytes.clone()), Err(FileError::Packed));
            bytes.extend((0..400u32).map(|i| (i * 37 % 251) as u8));
            assert_eq!(unpack(bytes), Err(FileError::Packed));
        }
        assert_eq!(unpack(b"\0\x01\0\0rest".to_vec()), Ok(b"\0\x01\0\0rest".to_vec()));
    }
}
