//! Places in generated code, and the places in the file that they came from.

use std::cell::OnceCell;
use std::fmt;
use std::sync::Arc;

/// Generated line and column, original line and column: all from 1.
pub(crate) type Place = (u32, u32, u32, u32);

/// Maps lines and columns of generated code to those of the file. All numbers are from 1.
#[derive(Default)]
pub(crate) struct LineMap {
    /// Sorted.
    tokens: OnceCell<Vec<Place>>,
    /// What they are unpacked from once somebody asks: bytes of [`pack`], from one place to another.
    packed: Option<(Arc<[u8]>, usize, usize)>,
}

impl fmt::Debug for LineMap {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LineMap").field("tokens", &self.tokens()).finish()
    }
}

impl LineMap {
    /// A map of tokens, each a generated and an original place.
    pub(crate) fn new(mut tokens: Vec<Place>) -> Self {
        tokens.sort_unstable();
        LineMap { tokens: OnceCell::from(tokens), packed: None }
    }

    /// A map that is unpacked when it is needed.
    pub(crate) fn packed(bytes: Arc<[u8]>, from: usize, to: usize) -> Self {
        LineMap { tokens: OnceCell::new(), packed: Some((bytes, from, to)) }
    }

    /// Its tokens, sorted.
    fn tokens(&self) -> &[Place] {
        self.tokens.get_or_init(|| {
            let Some((bytes, from, to)) = &self.packed else { return Vec::new() };
            unpack(bytes.get(*from..*to).unwrap_or_default())
        })
    }

    /// All places, sorted.
    pub(crate) fn all(&self) -> &[Place] {
        self.tokens()
    }

    /// The bytes of [`LineMap::packed`].
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        match &self.packed {
            Some((bytes, from, to)) => bytes.get(*from..*to).unwrap_or_default().to_vec(),
            None => pack(self.tokens()),
        }
    }

    /// The place in the file of a place in the code: that of the token at or before it on its line, else of the
    /// first token after it.
    pub(crate) fn original(&self, line: u32, column: u32) -> (u32, u32) {
        let tokens = self.tokens();
        let after = tokens.partition_point(|token| (token.0, token.1) <= (line, column));
        let before = after.checked_sub(1).and_then(|index| tokens.get(index)).filter(|token| token.0 == line);
        match before.or_else(|| tokens.get(after)).or_else(|| tokens.last()) {
            Some(token) => (token.2, token.3),
            None => (line, column),
        }
    }
}

/// Places as few bytes: each number as what it differs by from that of the token before, which is little, in groups of
/// seven bits. A column of another line begins anew.
pub(super) fn pack(tokens: &[Place]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(tokens.len() * 4);
    let mut before = (1, 1, 1, 1);
    for token in tokens {
        if token.0 != before.0 {
            before.1 = 1;
        }
        for (number, last) in [(token.0, before.0), (token.1, before.1), (token.2, before.2), (token.3, before.3)] {
            let by = i64::from(number) - i64::from(last);
            // The sign is the lowest bit.
            let mut left = ((by << 1) ^ (by >> 63)) as u64;
            while left >= 0x80 {
                bytes.push(left as u8 | 0x80);
                left >>= 7;
            }
            bytes.push(left as u8);
        }
        before = *token;
    }
    bytes
}

/// What [`pack`] made; as much of it as can be understood.
fn unpack(bytes: &[u8]) -> Vec<Place> {
    let mut tokens = Vec::new();
    let mut bytes = bytes.iter().copied();
    let mut number = |last: u32| {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = bytes.next()?;
            value |= u64::from(byte & 0x7F) << shift;
            if byte < 0x80 {
                break;
            }
            shift += 7;
            if shift > 35 {
                return None;
            }
        }
        let by = (value >> 1) as i64 ^ -((value & 1) as i64);
        u32::try_from(i64::from(last) + by).ok()
    };
    let mut before = (1, 1, 1, 1);
    while let Some(line) = number(before.0) {
        let column = number(if line == before.0 { before.1 } else { 1 });
        let (Some(column), Some(to_line), Some(to_column)) = (column, number(before.2), number(before.3)) else {
            break;
        };
        before = (line, column, to_line, to_column);
        tokens.push(before);
    }
    // Places are searched for.
    tokens.sort_unstable();
    tokens
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn packed_places_are_what_they_were(mut tokens in prop::collection::vec((1u32..40, 1u32..9000, 1u32..5000, 1u32..300), 0..200)) {
            tokens.sort_unstable();
            prop_assert_eq!(unpack(&pack(&tokens)), tokens);
        }

        #[test]
        fn any_bytes_are_places(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = LineMap::packed(Arc::from(&bytes[..]), 0, bytes.len()).original(3, 4);
        }
    }
}
