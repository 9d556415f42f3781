//! The key-value store of a mini-program.
//!
//! A value is kept as JSON text with the type that it had, so it comes back as what it was. Sizes are
//! counted as bytes of key and text together.

use crate::bridge::message::ApiFailure;
use indexmap::IndexMap;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The type that a stored value had.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum DataType {
    Undefined,
    Null,
    Boolean,
    Number,
    String,
    Date,
    Array,
    Object,
}

impl DataType {
    /// The type's letter in the store.
    pub fn code(self) -> u8 {
        match self {
            DataType::Undefined => b'u',
            DataType::Null => b'0',
            DataType::Boolean => b'b',
            DataType::Number => b'n',
            DataType::String => b's',
            DataType::Date => b'd',
            DataType::Array => b'a',
            DataType::Object => b'o',
        }
    }

    /// The type of a letter.
    pub fn from_code(code: u8) -> Option<DataType> {
        use DataType as T;
        [T::Undefined, T::Null, T::Boolean, T::Number, T::String, T::Date, T::Array, T::Object]
            .into_iter()
            .find(|t| t.code() == code)
    }
}

/// A stored value.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct Stored {
    /// The type that it had.
    pub data_type: DataType,
    /// Its JSON text (`null` for `undefined`, milliseconds for a date).
    pub json: String,
}

/// Why the store refused.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Deserialize, Serialize)]
pub enum StorageError {
    /// The host offers no store.
    #[error("storage is not available")]
    Denied,
    /// The value is larger than one key may have.
    #[error("exceed storage max size of a single key: {size} bytes, at most {limit}")]
    KeyTooLarge {
        /// Its size.
        size: usize,
        /// The limit.
        limit: usize,
    },
    /// All values together would be larger than the quota.
    #[error("exceed storage max size: {size} bytes, at most {limit}")]
    Full {
        /// Size with the new value.
        size: usize,
        /// The quota.
        limit: usize,
    },
    /// The file cannot be read as a store.
    #[error("the storage file is damaged: {0}")]
    Damaged(String),
    /// The file is sealed with another key than was given, or one was needed.
    #[error("the storage is sealed with another key")]
    WrongKey,
    /// The system failed.
    #[error("storage i/o error: {0}")]
    Io(String),
}

impl From<StorageError> for ApiFailure {
    fn from(error: StorageError) -> Self {
        let errno = match error {
            StorageError::Denied => ApiFailure::DENIED,
            _ => ApiFailure::INTERNAL,
        };
        ApiFailure::new(errno, error.to_string())
    }
}

/// How much may be stored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct StorageQuota {
    /// Bytes of all keys and values.
    pub total: usize,
    /// Bytes of one key and its value.
    pub key: usize,
}

impl Default for StorageQuota {
    fn default() -> Self {
        StorageQuota { total: 10 << 20, key: 1 << 20 }
    }
}

/// Keys, size and quota.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct StorageInfo {
    /// All keys, in the order they were first set where the store knows it, else sorted.
    pub keys: Vec<String>,
    /// Bytes in use.
    pub size: usize,
    /// Bytes allowed.
    pub limit: usize,
}

/// The key-value store of one mini-program.
///
/// # Errors
/// Each method tells by [`StorageError`] why it did nothing; a failed write leaves the old value.
#[allow(missing_docs)]
pub trait Storage: Send {
    fn get(&mut self, _key: &str) -> Result<Option<Stored>, StorageError> {
        Err(StorageError::Denied)
    }
    fn set(&mut self, _key: &str, _value: Stored) -> Result<(), StorageError> {
        Err(StorageError::Denied)
    }
    fn remove(&mut self, _key: &str) -> Result<(), StorageError> {
        Err(StorageError::Denied)
    }
    fn clear(&mut self) -> Result<(), StorageError> {
        Err(StorageError::Denied)
    }
    fn info(&mut self) -> Result<StorageInfo, StorageError> {
        Err(StorageError::Denied)
    }
}

/// One store for all runs of a mini-program: one that is started again finds it open, whatever has become of the run
/// before. Cheap to clone.
#[derive(Clone)]
pub struct SharedStorage(Arc<Mutex<Box<dyn Storage>>>);

impl SharedStorage {
    /// Shares a store.
    pub fn new(storage: Box<dyn Storage>) -> SharedStorage {
        SharedStorage(Arc::new(Mutex::new(storage)))
    }

    fn lock(&self) -> MutexGuard<'_, Box<dyn Storage>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Storage for SharedStorage {
    fn get(&mut self, key: &str) -> Result<Option<Stored>, StorageError> {
        self.lock().get(key)
    }

    fn set(&mut self, key: &str, value: Stored) -> Result<(), StorageError> {
        self.lock().set(key, value)
    }

    fn remove(&mut self, key: &str) -> Result<(), StorageError> {
        self.lock().remove(key)
    }

    fn clear(&mut self) -> Result<(), StorageError> {
        self.lock().clear()
    }

    fn info(&mut self) -> Result<StorageInfo, StorageError> {
        self.lock().info()
    }
}

/// Checks a write against the quota: `old` and `new` are sizes of the key with its value, `used` all bytes
/// in use.
///
/// # Errors
/// [`StorageError::KeyTooLarge`] or [`StorageError::Full`].
pub fn check_quota(quota: StorageQuota, used: usize, old: usize, new: usize) -> Result<(), StorageError> {
    if new > quota.key {
        return Err(StorageError::KeyTooLarge { size: new, limit: quota.key });
    }
    let size = used.saturating_sub(old) + new;
    if size > quota.total {
        return Err(StorageError::Full { size, limit: quota.total });
    }
    Ok(())
}

/// A store in memory, for tests and guests.
#[derive(Clone, Debug, Default)]
pub struct MemoryStorage {
    entries: IndexMap<String, Stored>,
    used: usize,
    quota: StorageQuota,
}

impl MemoryStorage {
    /// An empty store.
    pub fn new(quota: StorageQuota) -> Self {
        MemoryStorage { entries: IndexMap::new(), used: 0, quota }
    }
}

fn size_of(key: &str, value: &Stored) -> usize {
    key.len() + value.json.len()
}

impl Storage for MemoryStorage {
    fn get(&mut self, key: &str) -> Result<Option<Stored>, StorageError> {
        Ok(self.entries.get(key).cloned())
    }

    fn set(&mut self, key: &str, value: Stored) -> Result<(), StorageError> {
        let old = self.entries.get(key).map_or(0, |v| size_of(key, v));
        let new = size_of(key, &value);
        check_quota(self.quota, self.used, old, new)?;
        self.used = self.used - old + new;
        self.entries.insert(key.to_owned(), value);
        Ok(())
    }

    fn remove(&mut self, key: &str) -> Result<(), StorageError> {
        if let Some(old) = self.entries.shift_remove(key) {
            self.used -= size_of(key, &old);
        }
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StorageError> {
        self.entries.clear();
        self.used = 0;
        Ok(())
    }

    fn info(&mut self) -> Result<StorageInfo, StorageError> {
        Ok(StorageInfo { keys: self.entries.keys().cloned().collect(), size: self.used, limit: self.quota.total })
    }
}
