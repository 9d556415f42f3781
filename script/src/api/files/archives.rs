//! ZIP archives: `unzip` and `readZipEntry`.
//!
//! What an archive says of itself is not believed: names that lead out of the folder end the call, and what comes out of
//! it is counted while it is read.

use super::encoding::Encoding;
use super::methods::{MAX_FILE, writable};
use super::zip::{self, ZipEntry, ZipError};
use super::{Method, SyncForm as S, failure, on_files, path_of};
use crate::api::call::Call;
use crate::api::pages::Fields;
use crate::api::row::{Argument, ArgumentType as T};
use crate::api::table::{optional, required};
use crate::bridge::message::ApiFailure;
use crate::capability::files::{FileError, FilePath, FileSystem, WriteAt};
use crate::realm::ScriptKind;
use crate::value::Value;
use rustc_hash::FxHashMap;

const UNZIP: &[Argument] = &[required("zipFilePath", T::String), required("targetPath", T::String)];
const ENTRY: &[Argument] =
    &[required("filePath", T::String), optional("encoding", T::String), required("entries", T::Any)];

/// Most files and folders of an archive.
const MOST_ENTRIES: usize = 10_000;
/// Most bytes that come out of an archive in one call.
const MOST_BYTES: u64 = 200 << 20;

/// The methods.
pub(super) const METHODS: &[Method] =
    &[Method::new("unzip", UNZIP, S::None, unzip), Method::new("readZipEntry", ENTRY, S::None, read_zip_entry)];

impl From<ZipError> for FileError {
    fn from(error: ZipError) -> FileError {
        FileError::Io(error.to_string())
    }
}

/// The bytes of the archive that an argument names.
fn open(call: &mut Call<'_>, argument: &str, operation: &str) -> Result<(FilePath, Vec<u8>), ApiFailure> {
    let path = path_of(call, argument, operation)?;
    let archive = on_files(call.api, &path, operation, |files| {
        let stat = files.stat(&path)?;
        if stat.folder {
            return Err(FileError::IsDirectory);
        }
        if stat.size > MAX_FILE {
            return Err(FileError::Io("the archive is larger than 100 MB".to_owned()));
        }
        files.read(&path, 0, MAX_FILE)
    })?;
    Ok((path, archive))
}

/// The bytes of an entry, which `left` limits and counts.
fn bytes_of(archive: &[u8], entry: &ZipEntry<'_>, left: &mut u64) -> Result<Vec<u8>, FileError> {
    let bytes = zip::read(archive, entry, MAX_FILE.min(*left))?;
    *left -= bytes.len() as u64;
    Ok(bytes)
}

/// Where an entry comes to lie in a folder.
fn place_of(folder: &FilePath, name: &str) -> Result<FilePath, FileError> {
    let escapes = name.starts_with('/') || name.contains('\\') || name.split('/').any(|part| part == "..");
    if escapes {
        return Err(FileError::Permission);
    }
    folder.child(name)
}

/// Makes a folder and those around it.
fn make_folders(files: &mut dyn FileSystem, path: &FilePath) -> Result<(), FileError> {
    match files.stat(path) {
        Ok(stat) if stat.folder => return Ok(()),
        Ok(_) => return Err(FileError::NotDirectory),
        Err(FileError::NotFound) => {}
        Err(error) => return Err(error),
    }
    if let Some(parent) = path.parent() {
        make_folders(files, &parent)?;
    }
    files.make_folder(path)
}

fn unzip(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let target = writable(call, "targetPath", "unzip")?;
    let (path, archive) = open(call, "zipFilePath", "unzip")?;
    let mut left = MOST_BYTES;
    on_files(call.api, &path, "unzip", |files| {
        make_folders(files, &target)?;
        for entry in zip::entries(&archive)? {
            let place = place_of(&target, &entry.name)?;
            if entry.is_folder() {
                make_folders(files, &place)?;
                continue;
            }
            if let Some(folder) = place.parent() {
                make_folders(files, &folder)?;
            }
            let bytes = bytes_of(&archive, &entry, &mut left)?;
            files.write(&place, WriteAt::Whole, &bytes)?;
        }
        Ok(())
    })?;
    Ok(Fields::new())
}

/// What of an entry is wanted.
struct Wanted {
    path: String,
    encoding: Option<Encoding>,
    from: usize,
    length: Option<usize>,
}

/// The entries that a call names; `None` for all.
fn wanted(call: &mut Call<'_>) -> Result<Option<Vec<Wanted>>, ApiFailure> {
    let invalid = |what: String| ApiFailure::new(1_300_022, what);
    let list = match call.field("entries") {
        Value::String(all) if &*all == "all" => return Ok(None),
        Value::Script(list) if call.realm.kind(&list) == ScriptKind::Array => list,
        _ => return Err(invalid("invalid argument entries: \"all\" or an array is expected".to_owned())),
    };
    let length = call.realm.length(&list).unwrap_or(0).min(MOST_ENTRIES as u32);
    let mut found = Vec::new();
    for index in 0..length {
        let Ok(Value::Script(item)) = call.realm.get_index(&list, index) else { continue };
        let mut field = |name: &str| call.realm.get(&item, name).unwrap_or_default();
        let number = |value: Value| match value {
            Value::Number(n) if (0.0..=9e15).contains(&n) => Some(n as usize),
            _ => None,
        };
        let Value::String(path) = field("path") else {
            return Err(invalid("invalid argument entries: each has a path".to_owned()));
        };
        let encoding = match field("encoding") {
            Value::String(name) if !name.is_empty() => {
                Some(Encoding::of(&name).ok_or_else(|| invalid(format!("invalid encoding \"{name:.40}\"")))?)
            }
            _ => None,
        };
        let (from, length) = (number(field("position")).unwrap_or(0), number(field("length")));
        found.push(Wanted { path: path.to_string(), encoding, from, length });
    }
    Ok(Some(found))
}

fn read_zip_entry(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let encoding = Encoding::named(call)?;
    let wanted = wanted(call)?;
    let (path, archive) = open(call, "filePath", "readZipEntry")?;
    let known = on_files(call.api, &path, "readZipEntry", |_| Ok(zip::entries(&archive)?))?;
    let wanted = wanted.unwrap_or_else(|| {
        let files = known.iter().filter(|entry| !entry.is_folder());
        files.map(|entry| Wanted { path: entry.name.to_string(), encoding, from: 0, length: None }).collect()
    });
    let by_name: FxHashMap<&str, &ZipEntry<'_>> = known.iter().map(|entry| (&*entry.name, entry)).collect();
    let mut left = MOST_BYTES;
    let entries = call.realm.object(None);
    for wanted in wanted {
        let read = match by_name.get(&*wanted.path) {
            Some(entry) if entry.is_folder() => Err(FileError::IsDirectory),
            Some(entry) => bytes_of(&archive, entry, &mut left),
            None => Err(FileError::NotFound),
        };
        let result = match read {
            Ok(bytes) => {
                let bytes = bytes.get(wanted.from..).unwrap_or_default();
                let bytes = bytes.get(..wanted.length.unwrap_or(usize::MAX)).unwrap_or(bytes);
                let data = match wanted.encoding {
                    Some(encoding) => Value::string(encoding.text(bytes)),
                    None => Value::Script(call.realm.array_buffer(bytes)),
                };
                Value::object([("errMsg", Value::string("readZipEntry:ok")), ("data", data)])
            }
            Err(error) => {
                let message = format!("readZipEntry:fail {}", failure(error, "readZipEntry", &wanted.path).reason);
                Value::object([("errMsg", Value::string(message))])
            }
        };
        // A fresh object takes any field.
        let _ = call.realm.set(&entries, &wanted.path, result);
    }
    Ok(vec![("entries".to_owned(), Value::Script(entries))])
}
