//! The key-value store in one `redb` file per mini-program.
//!
//! Every write is one durable transaction: after a crash the file holds the state before or after it, never
//! in between. A file that cannot be read is moved aside, whole, and a new one begins; nothing is deleted.
//! The database library reports damage as an error, but damage that it takes for its own fault panics; each
//! operation is therefore run behind a catch, and a panic closes the store.

use super::file_name;
use super::storage::{DataType, Storage, StorageError, StorageInfo, StorageQuota, Stored, check_quota};
use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Values: a letter for the type, then the JSON text.
const VALUES: TableDefinition<&str, &[u8]> = TableDefinition::new("values");
/// Memory that the library may use for pages.
const CACHE_BYTES: usize = 1 << 20;

/// The store of one mini-program.
pub struct RedbStorage {
    /// `None` after a failure that must not be built upon.
    database: Option<Database>,
    path: PathBuf,
    used: usize,
    quota: StorageQuota,
    damaged: Option<PathBuf>,
}

impl RedbStorage {
    /// Opens the store of `app` under `root`, making both if needed.
    ///
    /// # Errors
    /// [`StorageError::Io`] if the folder or file cannot be made or is in use by another process.
    pub fn open(root: &Path, app: &str, quota: StorageQuota) -> Result<RedbStorage, StorageError> {
        std::fs::create_dir_all(root).map_err(io)?;
        let path = root.join(format!("{}.redb", file_name(app)));
        match read_file(&path) {
            Ok((database, used)) => Ok(RedbStorage { database: Some(database), path, used, quota, damaged: None }),
            Err(StorageError::Damaged(_)) => {
                let aside = free_name(&path);
                std::fs::rename(&path, &aside).map_err(io)?;
                let (database, used) = read_file(&path)?;
                Ok(RedbStorage { database: Some(database), path, used, quota, damaged: Some(aside) })
            }
            Err(error) => Err(error),
        }
    }

    /// Where the unreadable file was moved, if there was one when the store was opened.
    pub fn damaged(&self) -> Option<&Path> {
        self.damaged.as_deref()
    }

    /// The store's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs an operation; a panic inside it closes the store.
    fn guarded<T>(&mut self, run: impl FnOnce(&Database) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let closed = || StorageError::Damaged("the store was closed after a failure".to_owned());
        let database = self.database.as_ref().ok_or_else(closed)?;
        match catch_unwind(AssertUnwindSafe(|| run(database))) {
            Ok(result) => result,
            Err(_) => {
                self.database = None;
                Err(StorageError::Damaged(format!("{} is inconsistent", self.path.display())))
            }
        }
    }

    fn old_size(&mut self, key: &str) -> Result<usize, StorageError> {
        self.guarded(|database| {
            let table = database.begin_read().map_err(failed)?.open_table(VALUES).map_err(failed)?;
            let value = table.get(key).map_err(failed)?;
            Ok(value.map_or(0, |v| entry_size(key, v.value())))
        })
    }
}

fn io(error: std::io::Error) -> StorageError {
    StorageError::Io(error.to_string())
}

fn failed(error: impl Into<redb::Error>) -> StorageError {
    match error.into() {
        redb::Error::Corrupted(what) => StorageError::Damaged(what),
        error => StorageError::Io(error.to_string()),
    }
}

/// Size of an entry as the quota counts it: the type's letter is free.
fn entry_size(key: &str, value: &[u8]) -> usize {
    key.len() + value.len().saturating_sub(1)
}

fn free_name(path: &Path) -> PathBuf {
    let numbered = |n: u32| path.with_extension(format!("redb.damaged-{n}"));
    (1..).map(numbered).find(|p| !p.exists()).unwrap_or_else(|| path.with_extension("redb.damaged"))
}

/// Opens a file, checks all of it and counts its bytes.
fn read_file(path: &Path) -> Result<(Database, usize), StorageError> {
    let damaged = |what: String| StorageError::Damaged(format!("{}: {what}", path.display()));
    let open = || {
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
        let database = builder.create(path).map_err(|error| match error {
            DatabaseError::Storage(redb::StorageError::Io(error))
                if error.kind() != std::io::ErrorKind::InvalidData
                    && error.kind() != std::io::ErrorKind::UnexpectedEof =>
            {
                io(error)
            }
            DatabaseError::DatabaseAlreadyOpen => StorageError::Io("the store is open elsewhere".to_owned()),
            error => damaged(error.to_string()),
        })?;
        let write = database.begin_write().map_err(failed)?;
        let mut used = 0;
        {
            let table = write.open_table(VALUES).map_err(|e| damaged(e.to_string()))?;
            for entry in table.iter().map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                used += entry_size(key.value(), value.value());
            }
        }
        write.commit().map_err(failed)?;
        Ok((database, used))
    };
    catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| Err(damaged("the file is inconsistent".to_owned())))
}

impl Storage for RedbStorage {
    fn get(&mut self, key: &str) -> Result<Option<Stored>, StorageError> {
        self.guarded(|database| {
            let table = database.begin_read().map_err(failed)?.open_table(VALUES).map_err(failed)?;
            let Some(value) = table.get(key).map_err(failed)? else { return Ok(None) };
            let damaged = || StorageError::Damaged(format!("the value of {key:?} cannot be read"));
            let (code, text) = value.value().split_first().ok_or_else(damaged)?;
            let data_type = DataType::from_code(*code).ok_or_else(damaged)?;
            let json = std::str::from_utf8(text).map_err(|_| damaged())?.to_owned();
            Ok(Some(Stored { data_type, json }))
        })
    }

    fn set(&mut self, key: &str, value: Stored) -> Result<(), StorageError> {
        let old = self.old_size(key)?;
        let new = key.len() + value.json.len();
        check_quota(self.quota, self.used, old, new)?;
        let mut bytes = Vec::with_capacity(value.json.len() + 1);
        bytes.push(value.data_type.code());
        bytes.extend_from_slice(value.json.as_bytes());
        self.guarded(|database| {
            let write = database.begin_write().map_err(failed)?;
            write.open_table(VALUES).map_err(failed)?.insert(key, bytes.as_slice()).map_err(failed)?;
            write.commit().map_err(failed)
        })?;
        self.used = self.used.saturating_sub(old) + new;
        Ok(())
    }

    fn remove(&mut self, key: &str) -> Result<(), StorageError> {
        let old = self.old_size(key)?;
        self.guarded(|database| {
            let write = database.begin_write().map_err(failed)?;
            write.open_table(VALUES).map_err(failed)?.remove(key).map_err(failed)?;
            write.commit().map_err(failed)
        })?;
        self.used = self.used.saturating_sub(old);
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StorageError> {
        self.guarded(|database| {
            let write = database.begin_write().map_err(failed)?;
            write.open_table(VALUES).map_err(failed)?.retain(|_, _| false).map_err(failed)?;
            write.commit().map_err(failed)
        })?;
        self.used = 0;
        Ok(())
    }

    fn info(&mut self) -> Result<StorageInfo, StorageError> {
        let (size, limit) = (self.used, self.quota.total);
        self.guarded(|database| {
            let table = database.begin_read().map_err(failed)?.open_table(VALUES).map_err(failed)?;
            let mut keys = Vec::new();
            for entry in table.iter().map_err(failed)? {
                keys.push(entry.map_err(failed)?.0.value().to_owned());
            }
            Ok(StorageInfo { keys, size, limit })
        })
    }
}
