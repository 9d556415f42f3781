//! Strings as script counts them: in UTF-16 code units.
//!
//! Strings are kept in UTF-8. Where all of one is ASCII, an index is a byte offset; else it is counted. A cut
//! through a surrogate pair gives U+FFFD for each half.

use std::cmp::Ordering;

/// Length in UTF-16 code units.
pub fn length(text: &str) -> usize {
    // Every scalar value starts with one byte that continues none; those of four bytes are two units.
    text.bytes().map(|b| usize::from(b & 0xc0 != 0x80) + usize::from(b >= 0xf0)).sum()
}

/// The code unit at `index`.
pub fn unit_at(text: &str, index: usize) -> Option<u16> {
    match text.is_ascii() {
        true => text.as_bytes().get(index).map(|&b| u16::from(b)),
        false => text.encode_utf16().nth(index),
    }
}

/// The units from `start` to `end` (which are cut to the length).
pub fn slice(text: &str, start: usize, end: usize) -> String {
    if start >= end {
        return String::new();
    }
    if text.is_ascii() {
        let end = end.min(text.len());
        return text.get(start..end).unwrap_or("").to_owned();
    }
    let units = text.encode_utf16().skip(start).take(end - start);
    char::decode_utf16(units).map(|c| c.unwrap_or(char::REPLACEMENT_CHARACTER)).collect()
}

/// The byte where unit `index` starts (or the second half of its pair belongs to), the length at the end.
pub fn byte_of(text: &str, index: usize) -> usize {
    if text.is_ascii() {
        return index.min(text.len());
    }
    let mut units = 0;
    for (byte, c) in text.char_indices() {
        if units >= index {
            return byte;
        }
        units += c.len_utf16();
    }
    text.len()
}

/// The unit that starts at byte `byte`.
pub fn unit_of(text: &str, byte: usize) -> usize {
    length(text.get(..byte).unwrap_or(text))
}

/// Order of strings by code units.
pub fn compare(a: &str, b: &str) -> Ordering {
    match a.is_ascii() || b.is_ascii() {
        // Bytes and units agree as long as one side has no surrogates to misplace.
        true => a.cmp(b),
        false => a.encode_utf16().cmp(b.encode_utf16()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn indices_count_utf16_units() {
        let text = "a中😀b";
        assert_eq!(length(text), 5);
        assert_eq!(
            (slice(text, 1, 4), slice(text, 4, 99), slice(text, 3, 4)),
            ("中😀".into(), "b".into(), "\u{fffd}".into())
        );
        assert_eq!((unit_at(text, 1), unit_at(text, 4), unit_at(text, 5)), (Some(0x4e2d), Some(98), None));
        assert_eq!((byte_of(text, 2), byte_of(text, 4), byte_of(text, 9)), (4, 8, 9));
        assert_eq!(unit_of(text, 8), 4);
        assert_eq!((slice("abc", 1, 9), length("abc")), ("bc".into(), 3));
    }

    #[test]
    fn order_is_by_code_units() {
        assert_eq!(compare("\u{ff5e}", "😀"), Ordering::Greater);
        assert_eq!(compare("a", "中"), Ordering::Less);
        assert_eq!(compare("a", "b"), Ordering::Less);
    }
}
