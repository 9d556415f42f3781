//! A reader of postcard's format that trusts nothing that it reads.
//!
//! Room is counted: what lists, texts and bytes come to in memory may be much more than what they are on the wire, where
//! a thing may take one byte. Numbers may have to be finite. Nothing is reserved for what is only announced.

use super::WireError;
use serde::de::{self, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};

/// Bytes of memory that what is read from one frame may come to, about.
pub const MOST_ROOM: usize = 160 << 20;

/// Which numbers may stand where there are fractions.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Numbers {
    /// Any.
    Any,
    /// Finite ones.
    Finite,
}

/// Reads values one behind the other.
pub struct Decoder<'de> {
    rest: &'de [u8],
    room: usize,
    numbers: Numbers,
}

impl de::Error for WireError {
    fn custom<T: std::fmt::Display>(_: T) -> WireError {
        WireError::Malformed
    }
}

impl<'de> Decoder<'de> {
    /// A reader of these bytes.
    pub fn new(bytes: &'de [u8], numbers: Numbers) -> Decoder<'de> {
        Decoder { rest: bytes, room: MOST_ROOM, numbers }
    }

    /// The next value.
    ///
    /// # Errors
    /// [`WireError`] if there is none.
    pub fn value<T: de::Deserialize<'de>>(&mut self) -> Result<T, WireError> {
        T::deserialize(self)
    }

    /// What was not read.
    pub fn rest(&self) -> &'de [u8] {
        self.rest
    }

    /// Counts memory that a value takes beside what it counts itself.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), WireError> {
        self.room = self.room.checked_sub(bytes).ok_or(WireError::Room)?;
        Ok(())
    }

    fn take(&mut self, count: usize) -> Result<&'de [u8], WireError> {
        let (head, rest) = self.rest.split_at_checked(count).ok_or(WireError::Malformed)?;
        self.rest = rest;
        Ok(head)
    }

    fn byte(&mut self) -> Result<u8, WireError> {
        let (byte, rest) = self.rest.split_first().ok_or(WireError::Malformed)?;
        self.rest = rest;
        Ok(*byte)
    }

    fn array<const N: usize>(&mut self) -> Result<[u8; N], WireError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or(WireError::Malformed)?;
        self.rest = rest;
        Ok(*head)
    }

    /// A number of at most so many bits, seven to a byte, the low ones first.
    fn varint(&mut self, bits: u32) -> Result<u64, WireError> {
        let (mut value, mut shift) = (0_u64, 0);
        loop {
            let byte = self.byte()?;
            let part = u64::from(byte & 0x7f);
            let left = bits - shift;
            if left < 7 && part >> left != 0 {
                return Err(WireError::Malformed);
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
            shift += 7;
            if shift >= bits {
                return Err(WireError::Malformed);
            }
        }
    }

    fn zigzag(&mut self, bits: u32) -> Result<i64, WireError> {
        let value = self.varint(bits)?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    fn length(&mut self) -> Result<usize, WireError> {
        usize::try_from(self.varint(usize::BITS)?).map_err(|_| WireError::Malformed)
    }

    fn run(&mut self) -> Result<&'de [u8], WireError> {
        let length = self.length()?;
        let run = self.take(length)?;
        self.spend(length)?;
        Ok(run)
    }

    fn text(&mut self) -> Result<&'de str, WireError> {
        std::str::from_utf8(self.run()?).map_err(|_| WireError::Malformed)
    }

    fn number(&self, is_finite: bool) -> Result<(), WireError> {
        if is_finite || self.numbers == Numbers::Any { Ok(()) } else { Err(WireError::Number) }
    }
}

macro_rules! whole {
    ($($name:ident $visit:ident $type:ty: $read:ident;)*) => {$(
        fn $name<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
            visitor.$visit(self.$read(<$type>::BITS)? as $type)
        }
    )*};
}

impl<'de> Deserializer<'de> for &mut Decoder<'de> {
    type Error = WireError;

    fn is_human_readable(&self) -> bool {
        false
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, WireError> {
        Err(WireError::Malformed)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, WireError> {
        Err(WireError::Malformed)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        match self.byte()? {
            0 => visitor.visit_bool(false),
            1 => visitor.visit_bool(true),
            _ => Err(WireError::Malformed),
        }
    }

    fn deserialize_u8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_u8(self.byte()?)
    }

    fn deserialize_i8<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_i8(self.byte()? as i8)
    }

    whole! {
        deserialize_u16 visit_u16 u16: varint;
        deserialize_u32 visit_u32 u32: varint;
        deserialize_u64 visit_u64 u64: varint;
        deserialize_i16 visit_i16 i16: zigzag;
        deserialize_i32 visit_i32 i32: zigzag;
        deserialize_i64 visit_i64 i64: zigzag;
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        let number = f32::from_le_bytes(self.array()?);
        self.number(number.is_finite())?;
        visitor.visit_f32(number)
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        let number = f64::from_le_bytes(self.array()?);
        self.number(number.is_finite())?;
        visitor.visit_f64(number)
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        let mut characters = self.text()?.chars();
        match (characters.next(), characters.next()) {
            (Some(character), None) => visitor.visit_char(character),
            _ => Err(WireError::Malformed),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_borrowed_str(self.text()?)
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bytes<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_borrowed_bytes(self.run()?)
    }

    fn deserialize_byte_buf<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        match self.byte()? {
            0 => visitor.visit_none(),
            1 => visitor.visit_some(self),
            _ => Err(WireError::Malformed),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        let left = self.length()?;
        visitor.visit_seq(Items { decoder: self, left })
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, WireError> {
        visitor.visit_seq(Items { decoder: self, left })
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        left: usize,
        visitor: V,
    ) -> Result<V::Value, WireError> {
        self.deserialize_tuple(left, visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, WireError> {
        let left = self.length()?;
        visitor.visit_map(Items { decoder: self, left })
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        self.deserialize_tuple(fields.len(), visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        visitor.visit_enum(self)
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, _: V) -> Result<V::Value, WireError> {
        Err(WireError::Malformed)
    }
}

/// Items that are announced: of a list, of a structure, of a table.
struct Items<'a, 'de> {
    decoder: &'a mut Decoder<'de>,
    left: usize,
}

/// What a table takes for an entry beside its name and value.
const ENTRY: usize = 32;

impl<'de> Items<'_, 'de> {
    fn next<S: DeserializeSeed<'de>>(&mut self, seed: S, beside: usize) -> Result<Option<S::Value>, WireError> {
        let Some(left) = self.left.checked_sub(1) else { return Ok(None) };
        self.left = left;
        // Things of no size have no end otherwise.
        self.decoder.spend(size_of::<S::Value>().max(1) + beside)?;
        seed.deserialize(&mut *self.decoder).map(Some)
    }
}

impl<'de> de::SeqAccess<'de> for Items<'_, 'de> {
    type Error = WireError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, WireError> {
        self.next(seed, 0)
    }

    fn size_hint(&self) -> Option<usize> {
        // Each has a byte at least, but for those of no size, which need no room. Long lists grow as they come.
        Some(self.left.min(self.decoder.rest.len()).min(64))
    }
}

impl<'de> de::MapAccess<'de> for Items<'_, 'de> {
    type Error = WireError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>, WireError> {
        self.next(seed, ENTRY)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value, WireError> {
        self.decoder.spend(size_of::<S::Value>())?;
        seed.deserialize(&mut *self.decoder)
    }
}

impl<'de> de::EnumAccess<'de> for &mut Decoder<'de> {
    type Error = WireError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self), WireError> {
        let variant = self.varint(u32::BITS)? as u32;
        let value = seed.deserialize(IntoDeserializer::<WireError>::into_deserializer(variant))?;
        Ok((value, self))
    }
}

impl<'de> de::VariantAccess<'de> for &mut Decoder<'de> {
    type Error = WireError;

    fn unit_variant(self) -> Result<(), WireError> {
        Ok(())
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value, WireError> {
        seed.deserialize(self)
    }

    fn tuple_variant<V: Visitor<'de>>(self, left: usize, visitor: V) -> Result<V::Value, WireError> {
        self.deserialize_tuple(left, visitor)
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, WireError> {
        self.deserialize_tuple(fields.len(), visitor)
    }
}
