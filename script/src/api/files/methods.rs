//! Whole files and folders.

use super::encoding::{Encoding, data_of, hex};
use super::{Method, SyncForm as S, failure, on_files, path_of};
use crate::api::call::Call;
use crate::api::pages::Fields;
use crate::api::row::{Argument, ArgumentType as T};
use crate::api::table::{optional, required};
use crate::bridge::message::ApiFailure;
use crate::capability::files::{FileArea, FileError, FilePath, FileStat, WriteAt};
use crate::realm::Realm;
use crate::value::Value;
use md5::Md5;
use sha1::{Digest, Sha1};
use std::rc::Rc;

const PATH: &[Argument] = &[required("path", T::String)];
const FILE: &[Argument] = &[required("filePath", T::String)];
const FOLDER: &[Argument] = &[required("dirPath", T::String)];
const FOLDERS: &[Argument] = &[required("dirPath", T::String), optional("recursive", T::Boolean)];
const STAT: &[Argument] = &[required("path", T::String), optional("recursive", T::Boolean)];
const DATA: &[Argument] = &[required("filePath", T::String), required("data", T::Any), optional("encoding", T::String)];
const READ: &[Argument] = &[
    required("filePath", T::String),
    optional("encoding", T::String),
    optional("position", T::Number),
    optional("length", T::Number),
];
const TRUNCATE: &[Argument] = &[required("filePath", T::String), optional("length", T::Number)];
const COPY: &[Argument] = &[required("srcPath", T::String), required("destPath", T::String)];
const RENAME: &[Argument] = &[required("oldPath", T::String), required("newPath", T::String)];

/// Largest file that is read or written at once, bytes.
pub const MAX_FILE: u64 = 100 << 20;
/// Most files and folders that one call walks.
const MAX_WALK: usize = 10_000;

/// The methods.
pub(super) const METHODS: &[Method] = &[
    Method::new("access", PATH, S::Positional(None), access),
    Method::new("stat", STAT, S::Positional(Some("stats")), stat),
    Method::new("readFile", READ, S::Positional(Some("data")), read_file),
    Method::new("writeFile", DATA, S::Positional(None), write_file),
    Method::new("appendFile", DATA, S::Positional(None), append_file),
    Method::new("truncate", TRUNCATE, S::Object(None), truncate),
    Method::new("copyFile", COPY, S::Positional(None), copy_file),
    Method::new("rename", RENAME, S::Positional(None), rename),
    Method::new("unlink", FILE, S::Positional(None), unlink),
    Method::new("mkdir", FOLDERS, S::Positional(None), mkdir),
    Method::new("rmdir", FOLDERS, S::Positional(None), rmdir),
    Method::new("readdir", FOLDER, S::Positional(Some("files")), readdir),
    Method::new("getFileInfo", super::saved::DIGEST, S::None, file_info),
];

/// A path that may be written to: one of the user's.
pub(in crate::api) fn writable(call: &mut Call<'_>, argument: &str, operation: &str) -> Result<FilePath, ApiFailure> {
    let path = path_of(call, argument, operation)?;
    if path.area() == FileArea::User { Ok(path) } else { Err(failure(FileError::Permission, operation, &path.text())) }
}

/// A path that may be removed: all but the package's.
fn removable(call: &mut Call<'_>, argument: &str, operation: &str) -> Result<FilePath, ApiFailure> {
    let path = path_of(call, argument, operation)?;
    if path.area() == FileArea::Package || path.names().is_empty() {
        return Err(failure(FileError::Permission, operation, &path.text()));
    }
    Ok(path)
}

/// A number argument as a count of bytes.
pub(super) fn count(call: &mut Call<'_>, argument: &str) -> Result<Option<u64>, ApiFailure> {
    match call.number_field(argument) {
        None => Ok(None),
        Some(n) if (0.0..=9e15).contains(&n) => Ok(Some(n as u64)),
        Some(n) => Err(ApiFailure::new(1_300_022, format!("invalid argument {argument} {n}"))),
    }
}

fn access(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = path_of(call, "path", "access")?;
    on_files(call.api, &path, "access", |files| files.stat(&path))?;
    Ok(Fields::new())
}

/// `Stats`, times in seconds.
pub(super) fn stats(realm: &mut dyn Realm, stat: FileStat) -> Value {
    let object = realm.object(None);
    let seconds = (stat.modified / 1000.0).floor();
    // File type and permissions as POSIX has them.
    let mode = if stat.folder { 0o040_755 } else { 0o100_644 };
    let fields = [
        ("mode", f64::from(mode)),
        ("size", stat.size as f64),
        ("lastAccessedTime", seconds),
        ("lastModifiedTime", seconds),
    ];
    for (name, value) in fields {
        // A fresh object takes any field.
        let _ = realm.set(&object, name, Value::Number(value));
    }
    for (name, is) in [("isDirectory", stat.folder), ("isFile", !stat.folder)] {
        crate::api::lifecycle::put(realm, &object, name, Rc::new(move |_, _, _| Ok(Value::Bool(is))));
    }
    Value::Script(object)
}

fn stat(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = path_of(call, "path", "stat")?;
    let found = on_files(call.api, &path, "stat", |files| files.stat(&path))?;
    if !(found.folder && call.flag("recursive", false)) {
        return Ok(vec![("stats".to_owned(), stats(call.realm, found))]);
    }
    let mut list = Vec::new();
    for (below, stat) in walk(call, &path, "stat")? {
        let shown = below.names().get(path.names().len()..).unwrap_or("").trim_start_matches('/');
        list.push(Value::object([("path", Value::string(format!("/{shown}"))), ("stats", stats(call.realm, stat))]));
    }
    Ok(vec![("stats".to_owned(), Value::array(list))])
}

/// A folder and all below it, folders before what is in them.
fn walk(call: &mut Call<'_>, root: &FilePath, operation: &str) -> Result<Vec<(FilePath, FileStat)>, ApiFailure> {
    on_files(call.api, root, operation, |files| {
        let mut found = vec![(root.clone(), files.stat(root)?)];
        let mut at = 0;
        while let Some((path, stat)) = found.get(at).cloned() {
            at += 1;
            if !stat.folder {
                continue;
            }
            for name in files.list(&path)? {
                let child = path.child(&name)?;
                let stat = files.stat(&child)?;
                found.push((child, stat));
                if found.len() > MAX_WALK {
                    return Err(FileError::Io(format!("more than {MAX_WALK} files")));
                }
            }
        }
        Ok(found)
    })
}

fn read_file(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = path_of(call, "filePath", "open")?;
    let encoding = Encoding::named(call)?;
    let (from, length) = (count(call, "position")?.unwrap_or(0), count(call, "length")?);
    let bytes = on_files(call.api, &path, "open", |files| {
        let stat = files.stat(&path)?;
        if stat.folder {
            return Err(FileError::IsDirectory);
        }
        let length = length.unwrap_or(u64::MAX).min(stat.size.saturating_sub(from));
        if length > MAX_FILE {
            return Err(FileError::Io("the file is larger than 100 MB".to_owned()));
        }
        files.read(&path, from, length)
    })?;
    let data = match encoding {
        Some(encoding) => Value::string(encoding.text(&bytes)),
        None => Value::Script(call.realm.array_buffer(&bytes)),
    };
    Ok(vec![("data".to_owned(), data)])
}

fn write_file(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = writable(call, "filePath", "open")?;
    let bytes = data_of(call)?;
    on_files(call.api, &path, "open", |files| files.write(&path, WriteAt::Whole, &bytes))?;
    Ok(Fields::new())
}

fn append_file(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = writable(call, "filePath", "open")?;
    let bytes = data_of(call)?;
    on_files(call.api, &path, "open", |files| {
        files.stat(&path)?;
        files.write(&path, WriteAt::End, &bytes)
    })?;
    Ok(Fields::new())
}

fn truncate(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = writable(call, "filePath", "open")?;
    let length = count(call, "length")?.unwrap_or(0);
    on_files(call.api, &path, "open", |files| files.truncate(&path, length))?;
    Ok(Fields::new())
}

fn copy_file(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let from = path_of(call, "srcPath", "copyFile")?;
    let to = writable(call, "destPath", "copyFile")?;
    let bytes = on_files(call.api, &from, "copyFile", |files| files.read(&from, 0, MAX_FILE))?;
    on_files(call.api, &to, "copyFile", |files| files.write(&to, WriteAt::Whole, &bytes))?;
    Ok(Fields::new())
}

fn rename(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let from = removable(call, "oldPath", "rename")?;
    let to = writable(call, "newPath", "rename")?;
    on_files(call.api, &from, "rename", |files| files.rename(&from, &to))?;
    Ok(Fields::new())
}

fn unlink(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = removable(call, "filePath", "unlink")?;
    on_files(call.api, &path, "unlink", |files| files.remove_file(&path))?;
    Ok(Fields::new())
}

fn mkdir(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = writable(call, "dirPath", "mkdir")?;
    let recursive = call.flag("recursive", false);
    on_files(call.api, &path, "mkdir", |files| {
        let mut missing = vec![path.clone()];
        let mut above = path.parent();
        while let Some(folder) = above.filter(|_| recursive) {
            match files.stat(&folder) {
                Ok(stat) if stat.folder => break,
                Ok(_) => return Err(FileError::NotDirectory),
                Err(FileError::NotFound) => {}
                Err(error) => return Err(error),
            }
            above = folder.parent();
            missing.push(folder);
        }
        missing.iter().rev().try_for_each(|folder| files.make_folder(folder))
    })?;
    Ok(Fields::new())
}

fn rmdir(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = removable(call, "dirPath", "rmdir")?;
    if !call.flag("recursive", false) {
        on_files(call.api, &path, "rmdir", |files| files.remove_folder(&path))?;
        return Ok(Fields::new());
    }
    let all = walk(call, &path, "rmdir")?;
    if all.first().is_some_and(|(_, stat)| !stat.folder) {
        return Err(failure(FileError::NotDirectory, "rmdir", &path.text()));
    }
    on_files(call.api, &path, "rmdir", |files| {
        all.iter().rev().try_for_each(
            |(below, stat)| {
                if stat.folder { files.remove_folder(below) } else { files.remove_file(below) }
            },
        )
    })?;
    Ok(Fields::new())
}

fn readdir(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = path_of(call, "dirPath", "readdir")?;
    let names = on_files(call.api, &path, "readdir", |files| files.list(&path))?;
    Ok(vec![("files".to_owned(), Value::array(names.iter().map(Value::string).collect()))])
}

/// Size and digest of a file; shared with `wx.getFileInfo`.
pub(super) fn file_info(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = path_of(call, "filePath", "open")?;
    let bytes = on_files(call.api, &path, "open", |files| files.read(&path, 0, MAX_FILE))?;
    let digest = match call.text("digestAlgorithm", "md5").as_str() {
        "md5" => hex(&Md5::digest(&bytes)),
        "sha1" => hex(&Sha1::digest(&bytes)),
        other => {
            let reason = format!("parameter error: digestAlgorithm should be md5 or sha1 instead of {other:.20};");
            return Err(ApiFailure::parameter(reason));
        }
    };
    Ok(vec![("size".to_owned(), Value::Number(bytes.len() as f64)), ("digest".to_owned(), Value::string(digest))])
}
