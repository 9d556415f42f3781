//! Files that are open: numbers that stand for a path, a position and what may be done.

use super::encoding::data_of;
use super::methods::{MAX_FILE, count, stats, writable};
use super::{Method, SyncForm as S, on_files, path_of};
use crate::api::call::Call;
use crate::api::pages::Fields;
use crate::api::row::{Argument, ArgumentType as T};
use crate::api::table::{optional, required};
use crate::bridge::message::ApiFailure;
use crate::capability::files::{FileError, FilePath, WriteAt};
use crate::value::Value;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;

const OPEN: &[Argument] = &[required("filePath", T::String), optional("flag", T::String)];
const FD: &[Argument] = &[required("fd", T::String)];
const TRUNCATE: &[Argument] = &[required("fd", T::String), optional("length", T::Number)];
const READ: &[Argument] = &[
    required("fd", T::String),
    required("arrayBuffer", T::ArrayBuffer),
    optional("offset", T::Number),
    optional("length", T::Number),
    optional("position", T::Number),
];
const WRITE: &[Argument] = &[
    required("fd", T::String),
    required("data", T::Any),
    optional("offset", T::Number),
    optional("length", T::Number),
    optional("encoding", T::String),
    optional("position", T::Number),
];

/// Files that may be open at a time.
const MAX_OPEN: usize = 256;

/// The methods.
pub(super) const METHODS: &[Method] = &[
    Method::new("open", OPEN, S::Object(Some("fd")), open),
    Method::new("close", FD, S::Object(None), close),
    Method::new("fstat", FD, S::Object(Some("stats")), fstat),
    Method::new("ftruncate", TRUNCATE, S::Object(None), ftruncate),
    Method::new("read", READ, S::Object(None), read),
    Method::new("write", WRITE, S::Object(None), write),
];

/// An open file.
#[derive(Clone, Debug)]
struct Descriptor {
    path: FilePath,
    /// Where the next byte is read or written.
    position: u64,
    reads: bool,
    writes: bool,
    appends: bool,
}

/// The open files of a mini-program.
#[derive(Default)]
pub struct Descriptors {
    open: RefCell<BTreeMap<u32, Descriptor>>,
    last: Cell<u32>,
}

fn bad_descriptor() -> ApiFailure {
    ApiFailure::new(1_300_009, "bad file descriptor")
}

/// The number of an open file, and what is known of it.
fn descriptor(call: &mut Call<'_>) -> Result<(u32, Descriptor), ApiFailure> {
    let number = call.text("fd", "").parse().map_err(|_| bad_descriptor())?;
    let found = call.api.state().descriptors.open.borrow().get(&number).cloned();
    found.map(|descriptor| (number, descriptor)).ok_or_else(bad_descriptor)
}

fn move_to(call: &Call<'_>, number: u32, position: u64) {
    if let Some(descriptor) = call.api.state().descriptors.open.borrow_mut().get_mut(&number) {
        descriptor.position = position;
    }
}

fn open(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let flag = call.text("flag", "r");
    // `s` asks for synchronous writing, which every write is.
    let plain: String = flag.chars().filter(|c| *c != 's').collect();
    let (reads, writes, appends, makes, exclusive) = match plain.as_str() {
        "r" => (true, false, false, false, false),
        "r+" => (true, true, false, false, false),
        "w" => (false, true, false, true, false),
        "wx" => (false, true, false, true, true),
        "w+" => (true, true, false, true, false),
        "wx+" => (true, true, false, true, true),
        "a" => (false, true, true, true, false),
        "ax" => (false, true, true, true, true),
        "a+" => (true, true, true, true, false),
        "ax+" => (true, true, true, true, true),
        _ => return Err(ApiFailure::new(1_300_022, format!("invalid flag \"{flag:.20}\""))),
    };
    let path = if writes { writable(call, "filePath", "open")? } else { path_of(call, "filePath", "open")? };
    if call.api.state().descriptors.open.borrow().len() >= MAX_OPEN {
        return Err(ApiFailure::internal(format!("more than {MAX_OPEN} files are open")));
    }
    let empties = plain.starts_with('w');
    on_files(call.api, &path, "open", |files| match files.stat(&path) {
        Ok(_) if exclusive => Err(FileError::Exists),
        Ok(stat) if stat.folder => Err(FileError::IsDirectory),
        Ok(_) if empties => files.truncate(&path, 0),
        Ok(_) => Ok(()),
        Err(FileError::NotFound) if makes => files.write(&path, WriteAt::Whole, &[]),
        Err(error) => Err(error),
    })?;
    let state = &call.api.state().descriptors;
    let number = state.last.get() + 1;
    state.last.set(number);
    state.open.borrow_mut().insert(number, Descriptor { path, position: 0, reads, writes, appends });
    Ok(vec![("fd".to_owned(), Value::string(number.to_string()))])
}

fn close(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let (number, _) = descriptor(call)?;
    call.api.state().descriptors.open.borrow_mut().remove(&number);
    Ok(Fields::new())
}

fn fstat(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let (_, file) = descriptor(call)?;
    let found = on_files(call.api, &file.path, "fstat", |files| files.stat(&file.path))?;
    Ok(vec![("stats".to_owned(), stats(call.realm, found))])
}

fn ftruncate(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let (_, file) = descriptor(call)?;
    let length = count(call, "length")?.unwrap_or(0);
    if !file.writes {
        return Err(bad_descriptor());
    }
    on_files(call.api, &file.path, "ftruncate", |files| files.truncate(&file.path, length))?;
    Ok(Fields::new())
}

fn read(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let (number, file) = descriptor(call)?;
    if !file.reads {
        return Err(bad_descriptor());
    }
    let Value::Script(buffer) = call.field("arrayBuffer") else { return Err(bad_descriptor()) };
    let room = call.realm.bytes(&buffer).map_or(0, |bytes| bytes.len() as u64);
    let offset = count(call, "offset")?.unwrap_or(0).min(room);
    let length = count(call, "length")?.unwrap_or(u64::MAX).min(room - offset).min(MAX_FILE);
    let from = count(call, "position")?;
    let at = from.unwrap_or(file.position);
    let bytes = on_files(call.api, &file.path, "read", |files| files.read(&file.path, at, length))?;
    let offset = usize::try_from(offset).unwrap_or(usize::MAX);
    if !call.realm.set_bytes(&buffer, offset, &bytes) {
        return Err(ApiFailure::parameter("parameter error: parameter.arrayBuffer cannot be written;"));
    }
    if from.is_none() {
        move_to(call, number, at + bytes.len() as u64);
    }
    Ok(vec![
        ("bytesRead".to_owned(), Value::Number(bytes.len() as f64)),
        ("arrayBuffer".to_owned(), Value::Script(buffer)),
    ])
}

fn write(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let (number, file) = descriptor(call)?;
    if !file.writes {
        return Err(bad_descriptor());
    }
    let all = data_of(call)?;
    // Offset and length choose a part of a buffer, not of text.
    let mut part = &*all;
    if matches!(call.field("data"), Value::Script(_)) {
        let offset = usize::try_from(count(call, "offset")?.unwrap_or(0)).unwrap_or(usize::MAX).min(all.len());
        part = &all[offset..];
        let length = usize::try_from(count(call, "length")?.unwrap_or(u64::MAX)).unwrap_or(usize::MAX);
        part = &part[..length.min(part.len())];
    }
    let from = count(call, "position")?.filter(|_| !file.appends);
    let at = from.unwrap_or(file.position);
    let place = if file.appends { WriteAt::End } else { WriteAt::Byte(at) };
    on_files(call.api, &file.path, "write", |files| files.write(&file.path, place, part))?;
    if from.is_none() && !file.appends {
        move_to(call, number, at.saturating_add(part.len() as u64));
    }
    Ok(vec![("bytesWritten".to_owned(), Value::Number(part.len() as f64))])
}
