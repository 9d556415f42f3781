//! What several places of a compiled form point to is written once.
//!
//! A field behind an `Arc` that names the hook `#[serde(with = "crate::compiled::shared")]` is written in full where
//! it comes first and as a number from then on; read back, all its places point to one allocation again. Names are
//! the same if their text is, anything else if it is the same allocation. This is how the selectors of a list keep
//! their one block, and how a name that stands in a hundred rules is one string.
//!
//! The tables belong to one section that is written or read ([`written`], [`read_back`]); outside of one, the hook
//! refuses.

use crate::css::DeclarationBlock;
use crate::css::declaration::Unresolved;
use rustc_hash::FxHashMap;
use serde::de::{DeserializeOwned, Error as _};
use serde::ser::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;
use std::hash::Hash;
use std::sync::Arc;

/// What has been written so far, with its number.
#[derive(Debug, Default)]
pub struct Written {
    texts: FxHashMap<Arc<str>, u32>,
    conditions: FxHashMap<Arc<[u16]>, u32>,
    blocks: FxHashMap<usize, u32>,
    unresolved: FxHashMap<usize, u32>,
}

/// What has been read so far, by its number.
#[derive(Debug, Default)]
pub struct ReadBack {
    texts: Vec<Arc<str>>,
    conditions: Vec<Arc<[u16]>>,
    blocks: Vec<Arc<DeclarationBlock>>,
    unresolved: Vec<Arc<Unresolved>>,
}

thread_local! {
    static WRITTEN: RefCell<Option<Written>> = const { RefCell::new(None) };
    static READ: RefCell<Option<ReadBack>> = const { RefCell::new(None) };
}

/// Empties a table when its section ends, whatever ends it.
struct Section(fn());

impl Drop for Section {
    fn drop(&mut self) {
        (self.0)();
    }
}

/// Runs `write` with tables of its own. Sections do not stand in each other.
pub(super) fn written<R>(write: impl FnOnce() -> R) -> R {
    WRITTEN.set(Some(Written::default()));
    let _section = Section(|| WRITTEN.set(None));
    write()
}

/// Runs `read` with tables of its own. Sections do not stand in each other.
pub(super) fn read_back<R>(read: impl FnOnce() -> R) -> R {
    READ.set(Some(ReadBack::default()));
    let _section = Section(|| READ.set(None));
    read()
}

/// A type whose values are written once.
pub trait Shared: 'static {
    /// What tells two values apart.
    type Key: Eq + Hash;

    /// The key of a value.
    fn key(value: &Arc<Self>) -> Self::Key;
    /// The table of those that were written.
    fn written(tables: &mut Written) -> &mut FxHashMap<Self::Key, u32>;
    /// The table of those that were read.
    fn read(tables: &mut ReadBack) -> &mut Vec<Arc<Self>>;
}

macro_rules! shared {
    ($name:ty, $field:ident, $key:ty, |$value:ident| $make:expr) => {
        impl Shared for $name {
            type Key = $key;

            fn key($value: &Arc<Self>) -> $key {
                $make
            }

            fn written(tables: &mut Written) -> &mut FxHashMap<$key, u32> {
                &mut tables.$field
            }

            fn read(tables: &mut ReadBack) -> &mut Vec<Arc<Self>> {
                &mut tables.$field
            }
        }
    };
}
shared!(str, texts, Arc<str>, |value| value.clone());
shared!([u16], conditions, Arc<[u16]>, |value| value.clone());
shared!(DeclarationBlock, blocks, usize, |value| Arc::as_ptr(value) as usize);
shared!(Unresolved, unresolved, usize, |value| Arc::as_ptr(value) as usize);

/// How a shared value stands in a section.
#[derive(Deserialize, Serialize)]
enum Place<T> {
    /// In full; it gets the next number.
    First(T),
    /// By the number of the first.
    Again(u32),
}

/// What the hook can be put on: an `Arc` of a [`Shared`] type, and options, lists and named values of such.
pub trait Share: Sized {
    /// Writes the value, or its number.
    ///
    /// # Errors
    /// Whatever the serializer finds, and that no section is being written.
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error>;
    /// Reads a value or the number of one.
    ///
    /// # Errors
    /// Whatever the deserializer finds, a number that nothing has, and that no section is being read.
    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error>;
}

const NO_SECTION: &str = "shared values are written and read in a section of a compiled file only";

impl<T: Shared + ?Sized> Share for Arc<T>
where
    Arc<T>: Serialize + for<'de> Deserialize<'de>,
{
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let known = WRITTEN.with_borrow_mut(|tables| -> Result<Option<u32>, S::Error> {
            let tables = tables.as_mut().ok_or_else(|| S::Error::custom(NO_SECTION))?;
            Ok(T::written(tables).get(&T::key(self)).copied())
        })?;
        if let Some(number) = known {
            return Place::<&Arc<T>>::Again(number).serialize(serializer);
        }
        let done = Place::First(self).serialize(serializer)?;
        WRITTEN.with_borrow_mut(|tables| {
            let table = T::written(tables.as_mut().ok_or_else(|| S::Error::custom(NO_SECTION))?);
            let number = table.len() as u32;
            table.insert(T::key(self), number);
            Ok(done)
        })
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let place = Place::<Arc<T>>::deserialize(deserializer)?;
        READ.with_borrow_mut(|tables| {
            let table = T::read(tables.as_mut().ok_or_else(|| D::Error::custom(NO_SECTION))?);
            match place {
                Place::First(value) => {
                    table.push(value.clone());
                    Ok(value)
                }
                Place::Again(number) => {
                    let known = table.get(number as usize).cloned();
                    known.ok_or_else(|| D::Error::custom("a number that no shared value has"))
                }
            }
        })
    }
}

/// Writes by way of [`Share`].
struct Out<'a, T>(&'a T);

impl<T: Share> Serialize for Out<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.write(serializer)
    }
}

/// Reads by way of [`Share`].
struct In<T>(T);

impl<'de, T: Share> Deserialize<'de> for In<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        T::read(deserializer).map(In)
    }
}

impl<T: Share> Share for Option<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.as_ref().map(Out).serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::<In<T>>::deserialize(deserializer)?.map(|inner| inner.0))
    }
}

impl<T: Share> Share for Vec<T> {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.iter().map(Out))
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Vec::<In<T>>::deserialize(deserializer)?.into_iter().map(|inner| inner.0).collect())
    }
}

/// A name and what it names.
impl<V: Serialize + DeserializeOwned> Share for (Arc<str>, V) {
    fn write<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        (Out(&self.0), &self.1).serialize(serializer)
    }

    fn read<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let (name, value) = <(In<Arc<str>>, V)>::deserialize(deserializer)?;
        Ok((name.0, value))
    }
}

/// For `#[serde(with)]`: writes the value, or its number.
///
/// # Errors
/// See [`Share::write`].
pub fn serialize<T: Share, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
    value.write(serializer)
}

/// For `#[serde(with)]`: reads a value or the number of one.
///
/// # Errors
/// See [`Share::read`].
pub fn deserialize<'de, T: Share, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    T::read(deserializer)
}
