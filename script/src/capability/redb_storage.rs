//! The key-value store in one `redb` file per mini-program.
//!
//! Every write is one durable transaction: after a crash the file holds the state before or after it, never
//! in between. A file that cannot be read is moved aside, whole, and a new one begins; nothing is deleted.
//! The database library reports damage as an error, but damage that it takes for its own fault panics; each
//! operation is therefore run behind a catch, and a panic closes the store.
//!
//! With a key of the host's, names and values are sealed (see [`super::seal`]). What was kept before without one is
//! sealed when the store is first opened with it.

use super::file_name;
use super::seal::{OVERHEAD, Seal, StorageKey};
use super::storage::{DataType, Storage, StorageError, StorageInfo, StorageQuota, Stored, check_quota};
use redb::{Database, DatabaseError, ReadableDatabase, ReadableTable, TableDefinition, WriteTransaction};
use std::borrow::Cow;
use std::io::ErrorKind;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// Values: a letter for the type, then the JSON text.
const VALUES: TableDefinition<&str, &[u8]> = TableDefinition::new("values");
/// Sealed values, by the hash of their name: length of the name (4 bytes, the lowest first), name, letter, JSON text.
const SEALED: TableDefinition<&str, &[u8]> = TableDefinition::new("sealed");
/// Something sealed that tells whether a key is the right one.
const CHECK: TableDefinition<&str, &[u8]> = TableDefinition::new("check");
const CHECK_PLACE: &str = "key";
/// Memory that the library may use for pages.
const CACHE_BYTES: usize = 1 << 20;

/// How entries stand in the file.
enum Form {
    Plain,
    Sealed(Box<Seal>),
}

impl Form {
    fn table(&self) -> TableDefinition<'static, &'static str, &'static [u8]> {
        match self {
            Form::Plain => VALUES,
            Form::Sealed(_) => SEALED,
        }
    }

    /// What a name is filed under.
    fn key<'a>(&self, name: &'a str) -> Cow<'a, str> {
        match self {
            Form::Plain => Cow::Borrowed(name),
            Form::Sealed(seal) => Cow::Owned(seal.name(name)),
        }
    }

    /// What is filed under `key`.
    fn write(&self, key: &str, name: &str, value: &Stored) -> Result<Vec<u8>, StorageError> {
        let entry = |head: usize| Vec::with_capacity(head + value.json.len() + 1);
        let put = |mut bytes: Vec<u8>| {
            bytes.push(value.data_type.code());
            bytes.extend_from_slice(value.json.as_bytes());
            bytes
        };
        match self {
            Form::Plain => Ok(put(entry(0))),
            Form::Sealed(seal) => {
                let mut bytes = entry(4 + name.len());
                bytes.extend_from_slice(&(name.len() as u32).to_le_bytes());
                bytes.extend_from_slice(name.as_bytes());
                seal.seal(key.as_bytes(), &put(bytes)).map_err(StorageError::Io)
            }
        }
    }

    /// Name and value of what is filed under `key`.
    fn read(&self, key: &str, bytes: &[u8]) -> Result<(String, Stored), StorageError> {
        let read = || {
            let opened;
            let (name, value) = match self {
                Form::Plain => (key.to_owned(), bytes),
                Form::Sealed(seal) => {
                    opened = seal.open(key.as_bytes(), bytes)?;
                    let (length, rest) = opened.split_first_chunk::<4>()?;
                    let (name, value) = rest.split_at_checked(u32::from_le_bytes(*length) as usize)?;
                    (String::from_utf8(name.to_vec()).ok()?, value)
                }
            };
            let (code, text) = value.split_first()?;
            let json = std::str::from_utf8(text).ok()?.to_owned();
            Some((name, Stored { data_type: DataType::from_code(*code)?, json }))
        };
        read().ok_or_else(|| StorageError::Damaged(format!("the value of {key:?} cannot be read")))
    }

    /// Size of an entry as the quota counts it, name and JSON text: all else is free.
    fn size(&self, key: &str, bytes: &[u8]) -> usize {
        match self {
            Form::Plain => key.len() + bytes.len().saturating_sub(1),
            Form::Sealed(_) => bytes.len().saturating_sub(OVERHEAD + 5),
        }
    }
}

/// The store of one mini-program.
pub struct RedbStorage {
    /// `None` after a failure that must not be built upon.
    database: Option<Database>,
    form: Form,
    path: PathBuf,
    used: usize,
    quota: StorageQuota,
    damaged: Option<PathBuf>,
}

impl RedbStorage {
    /// Opens the store of `app` under `root`, making both if needed.
    ///
    /// # Errors
    /// [`StorageError::Io`] if the folder or file cannot be made or is in use by another process,
    /// [`StorageError::WrongKey`] if what is in it is sealed.
    pub fn open(root: &Path, app: &str, quota: StorageQuota) -> Result<RedbStorage, StorageError> {
        RedbStorage::open_as(root, app, Form::Plain, quota)
    }

    /// The same, with all names and values sealed in the file. What it held without a key is sealed now.
    ///
    /// # Errors
    /// As [`open`](RedbStorage::open); [`StorageError::WrongKey`] if it was sealed with another key.
    pub fn open_sealed(
        root: &Path,
        app: &str,
        key: &StorageKey,
        quota: StorageQuota,
    ) -> Result<RedbStorage, StorageError> {
        RedbStorage::open_as(root, app, Form::Sealed(Box::new(Seal::new(key, app))), quota)
    }

    fn open_as(root: &Path, app: &str, form: Form, quota: StorageQuota) -> Result<RedbStorage, StorageError> {
        std::fs::create_dir_all(root).map_err(io)?;
        let path = root.join(format!("{}.redb", file_name(app)));
        match std::fs::metadata(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => make_file(&path, &form)?,
            Err(error) => return Err(io(error)),
            Ok(_) if matches!(form, Form::Sealed(_)) => seal_file(&path, &form)?,
            Ok(_) => {}
        }
        let found = match std::fs::metadata(&path).map_err(io)?.len() {
            0 => Err(StorageError::Damaged(format!("{} is empty", path.display()))),
            _ => read_file(&path, &form),
        };
        let (database, used, damaged) = match found {
            Ok((database, used)) => (database, used, None),
            Err(StorageError::Damaged(_)) => {
                let aside = free_name(&path);
                std::fs::rename(&path, &aside).map_err(io)?;
                make_file(&path, &form)?;
                let (database, used) = read_file(&path, &form)?;
                (database, used, Some(aside))
            }
            Err(error) => return Err(error),
        };
        Ok(RedbStorage { database: Some(database), form, path, used, quota, damaged })
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
    fn guarded<T>(&mut self, run: impl FnOnce(&Database, &Form) -> Result<T, StorageError>) -> Result<T, StorageError> {
        let closed = || StorageError::Damaged("the store was closed after a failure".to_owned());
        let database = self.database.as_ref().ok_or_else(closed)?;
        match catch_unwind(AssertUnwindSafe(|| run(database, &self.form))) {
            Ok(result) => result,
            Err(_) => {
                self.database = None;
                Err(StorageError::Damaged(format!("{} is inconsistent", self.path.display())))
            }
        }
    }

    fn old_size(&mut self, name: &str) -> Result<usize, StorageError> {
        self.guarded(|database, form| {
            let table = database.begin_read().map_err(failed)?.open_table(form.table()).map_err(failed)?;
            let key = form.key(name);
            let value = table.get(&*key).map_err(failed)?;
            Ok(value.map_or(0, |v| form.size(&key, v.value())))
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

fn free_name(path: &Path) -> PathBuf {
    let numbered = |n: u32| path.with_extension(format!("redb.damaged-{n}"));
    (1..).map(numbered).find(|p| !p.exists()).unwrap_or_else(|| path.with_extension("redb.damaged"))
}

/// Makes an empty store. It is made beside its place, whole, so that a file that is there but empty is known to have lost
/// what was in it. Where another process was faster, its store stays.
fn make_file(path: &Path, form: &Form) -> Result<(), StorageError> {
    let new = path.with_extension(format!("redb.new-{}", std::process::id()));
    remove_leftover(&new)?;
    drop(read_file(&new, form)?);
    match std::fs::hard_link(&new, path) {
        Err(error) if error.kind() != ErrorKind::AlreadyExists => {
            // File systems without links.
            std::fs::rename(new, path).map_err(io)
        }
        _ => remove_leftover(&new),
    }
}

/// Opens a file, checks all of it and counts its bytes.
fn read_file(path: &Path, form: &Form) -> Result<(Database, usize), StorageError> {
    let damaged = |what: String| StorageError::Damaged(format!("{}: {what}", path.display()));
    let open = || {
        let mut builder = Database::builder();
        builder.set_cache_size(CACHE_BYTES).set_check_integrity_on_open(true);
        let database = builder.create(path).map_err(|error| match error {
            DatabaseError::Storage(redb::StorageError::Io(error))
                if error.kind() != ErrorKind::InvalidData && error.kind() != ErrorKind::UnexpectedEof =>
            {
                io(error)
            }
            DatabaseError::DatabaseAlreadyOpen => StorageError::Io("the store is open elsewhere".to_owned()),
            error => damaged(error.to_string()),
        })?;
        let write = database.begin_write().map_err(failed)?;
        let mut used = 0;
        {
            check_key(&write, form)?;
            let table = write.open_table(form.table()).map_err(|e| damaged(e.to_string()))?;
            for entry in table.iter().map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                form.read(key.value(), value.value())?;
                used += form.size(key.value(), value.value());
            }
        }
        write.commit().map_err(failed)?;
        Ok((database, used))
    };
    catch_unwind(AssertUnwindSafe(open)).unwrap_or_else(|_| Err(damaged("the file is inconsistent".to_owned())))
}

/// Sees that the key is that of the file; an empty file takes it.
fn check_key(write: &WriteTransaction, form: &Form) -> Result<(), StorageError> {
    let mut check = write.open_table(CHECK).map_err(|e| StorageError::Damaged(e.to_string()))?;
    let there = check.get(CHECK_PLACE).map_err(failed)?.map(|sealed| sealed.value().to_vec());
    match (form, there) {
        (Form::Plain, None) => Ok(()),
        (Form::Plain, Some(_)) => Err(StorageError::WrongKey),
        (Form::Sealed(seal), Some(sealed)) => {
            seal.open(CHECK_PLACE.as_bytes(), &sealed).map(|_| ()).ok_or(StorageError::WrongKey)
        }
        (Form::Sealed(seal), None) => {
            let sealed = seal.seal(CHECK_PLACE.as_bytes(), b"pellicle").map_err(StorageError::Io)?;
            check.insert(CHECK_PLACE, sealed.as_slice()).map_err(failed).map(|_| ())
        }
    }
}

/// Seals what a file holds in plain, in a new file that takes its place: in the old one, deleted values would stay
/// readable. A file that is sealed, damaged or empty is left as it is.
fn seal_file(path: &Path, form: &Form) -> Result<(), StorageError> {
    if std::fs::metadata(path).map_err(io)?.len() == 0 {
        return Ok(());
    }
    let entries = match read_file(path, &Form::Plain) {
        Ok((database, _)) => entries(&database)?,
        Err(StorageError::WrongKey | StorageError::Damaged(_)) => return Ok(()),
        Err(error) => return Err(error),
    };
    if entries.is_empty() {
        return Ok(());
    }
    let new = path.with_extension("redb.sealing");
    remove_leftover(&new)?;
    let (database, _) = read_file(&new, form)?;
    let write = database.begin_write().map_err(failed)?;
    {
        let mut table = write.open_table(form.table()).map_err(failed)?;
        for (name, value) in &entries {
            let key = form.key(name);
            table.insert(&*key, form.write(&key, name, value)?.as_slice()).map_err(failed)?;
        }
    }
    write.commit().map_err(failed)?;
    drop(database);
    std::fs::rename(new, path).map_err(io)
}

/// Removes what a run left that was ended before it was done.
fn remove_leftover(path: &Path) -> Result<(), StorageError> {
    match std::fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(io(error)),
        _ => Ok(()),
    }
}

/// All that a file holds in plain.
fn entries(database: &Database) -> Result<Vec<(String, Stored)>, StorageError> {
    let table = database.begin_read().map_err(failed)?.open_table(VALUES).map_err(failed)?;
    let mut entries = Vec::new();
    for entry in table.iter().map_err(failed)? {
        let (key, value) = entry.map_err(failed)?;
        entries.push(Form::Plain.read(key.value(), value.value())?);
    }
    Ok(entries)
}

impl Storage for RedbStorage {
    fn get(&mut self, name: &str) -> Result<Option<Stored>, StorageError> {
        self.guarded(|database, form| {
            let table = database.begin_read().map_err(failed)?.open_table(form.table()).map_err(failed)?;
            let key = form.key(name);
            let Some(value) = table.get(&*key).map_err(failed)? else { return Ok(None) };
            form.read(&key, value.value()).map(|(_, value)| Some(value))
        })
    }

    fn set(&mut self, name: &str, value: Stored) -> Result<(), StorageError> {
        let old = self.old_size(name)?;
        let new = name.len() + value.json.len();
        check_quota(self.quota, self.used, old, new)?;
        self.guarded(|database, form| {
            let key = form.key(name);
            let bytes = form.write(&key, name, &value)?;
            let write = database.begin_write().map_err(failed)?;
            write.open_table(form.table()).map_err(failed)?.insert(&*key, bytes.as_slice()).map_err(failed)?;
            write.commit().map_err(failed)
        })?;
        self.used = self.used.saturating_sub(old) + new;
        Ok(())
    }

    fn remove(&mut self, name: &str) -> Result<(), StorageError> {
        let old = self.old_size(name)?;
        self.guarded(|database, form| {
            let write = database.begin_write().map_err(failed)?;
            write.open_table(form.table()).map_err(failed)?.remove(&*form.key(name)).map_err(failed)?;
            write.commit().map_err(failed)
        })?;
        self.used = self.used.saturating_sub(old);
        Ok(())
    }

    fn clear(&mut self) -> Result<(), StorageError> {
        self.guarded(|database, form| {
            let write = database.begin_write().map_err(failed)?;
            write.open_table(form.table()).map_err(failed)?.retain(|_, _| false).map_err(failed)?;
            write.commit().map_err(failed)
        })?;
        self.used = 0;
        Ok(())
    }

    fn info(&mut self) -> Result<StorageInfo, StorageError> {
        let (size, limit) = (self.used, self.quota.total);
        self.guarded(|database, form| {
            let table = database.begin_read().map_err(failed)?.open_table(form.table()).map_err(failed)?;
            let mut keys = Vec::new();
            for entry in table.iter().map_err(failed)? {
                let (key, value) = entry.map_err(failed)?;
                keys.push(match form {
                    Form::Plain => key.value().to_owned(),
                    Form::Sealed(_) => form.read(key.value(), value.value())?.0,
                });
            }
            // Hashes have no order that means anything.
            keys.sort_unstable();
            Ok(StorageInfo { keys, size, limit })
        })
    }
}
