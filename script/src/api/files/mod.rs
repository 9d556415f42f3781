//! `getFileSystemManager`: files of the package, and a root of the program's own to write to.
//!
//! Every method is a row of one table; its asynchronous form takes an object, its synchronous one takes the same
//! arguments one by one (or, where the platform has it so, the object) and throws.
//!
//! | module | models |
//! | --- | --- |
//! | [`methods`] | whole files and folders |
//! | [`descriptors`] | files that are open |
//! | [`saved`] | `saveFile` and its kin, also as APIs of their own |
//! | [`archives`], [`zip`] | ZIP archives and their format |
//! | [`encoding`] | between bytes and text |

pub mod archives;
pub mod descriptors;
pub mod encoding;
pub mod methods;
pub mod saved;
pub mod zip;

use super::WxApi;
use super::call::{Call, Completion};
use super::convert::record_of;
use super::lifecycle::put;
use super::pages::Fields;
use super::row::{ApiKind, ApiRow, Argument, ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, field};
use crate::bridge::message::ApiFailure;
use crate::capability::audit::{Record, Verdict};
use crate::capability::files::{FileError, FilePath, FileSystem};
use crate::realm::{Realm, ScriptFault, ScriptResult};
use crate::value::Value;
use std::rc::Rc;

pub use descriptors::Descriptors;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new("getFileSystemManager", C::Files, &[], Handler::Sync(manager), "Reads and writes files.")
        .since("1.9.9")
        .object(),
    saved::entry("saveFile", saved::SAVE, |c, k| finish(c, k, saved::save), "Keeps a temporary file.").gives(&[field(
        "savedFilePath",
        T::String,
        "Where it is now.",
    )]),
    saved::entry("getSavedFileList", &[], |c, k| finish(c, k, saved::list), "Files that were kept.").gives(&[field(
        "fileList",
        T::Array,
        "Path, size and time of each.",
    )]),
    saved::entry("getSavedFileInfo", saved::FILE, |c, k| finish(c, k, saved::info), "Size of a kept file.").gives(&[
        field("size", T::Number, "Bytes."),
        field("createTime", T::Number, "When it was kept, seconds since 1970."),
    ]),
    saved::entry("removeSavedFile", saved::FILE, |c, k| finish(c, k, saved::remove), "Removes a kept file."),
    saved::entry("getFileInfo", saved::DIGEST, |c, k| finish(c, k, methods::file_info), "Size and digest of a file.")
        .gives(&[field("size", T::Number, "Bytes."), field("digest", T::String, "In hexadecimal digits.")]),
];

/// How the synchronous form of a method is called, and which of its fields it gives.
#[derive(Clone, Copy)]
pub enum SyncForm {
    /// There is none.
    None,
    /// Arguments one by one; the named field, or nothing.
    Positional(Option<&'static str>),
    /// An object; the named field, or the whole result.
    Object(Option<&'static str>),
}

/// A method of the manager.
pub struct Method {
    /// Its name and arguments.
    pub row: ApiRow,
    /// Its synchronous form.
    pub sync: SyncForm,
    /// What it does.
    pub run: Run,
}

/// What a method does with its arguments, which are fields of an object in both forms.
pub type Run = fn(&mut Call<'_>) -> Result<Fields, ApiFailure>;

impl Method {
    const fn new(name: &'static str, arguments: &'static [Argument], sync: SyncForm, run: Run) -> Method {
        let row = ApiRow::new(name, ApiKind::Async, arguments, C::Files, "");
        Method { row, sync, run }
    }
}

/// All methods of the manager.
fn all_methods() -> impl Iterator<Item = &'static Method> {
    [methods::METHODS, descriptors::METHODS, saved::METHODS, archives::METHODS].into_iter().flatten()
}

/// True if the manager has a method of this name.
pub(super) fn has_method(name: &str) -> bool {
    let plain = name.strip_suffix("Sync");
    all_methods().any(|m| m.row.name == name || (plain == Some(m.row.name) && !matches!(m.sync, SyncForm::None)))
}

fn manager(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let object = call.realm.object(None);
    for method in all_methods() {
        let api = call.api.clone();
        put(
            call.realm,
            &object,
            method.row.name,
            Rc::new(move |realm, _, arguments| perform(&api, method, realm, arguments)),
        );
        if !matches!(method.sync, SyncForm::None) {
            let api = call.api.clone();
            let name = format!("{}Sync", method.row.name);
            put(
                call.realm,
                &object,
                &name,
                Rc::new(move |realm, _, arguments| perform_sync(&api, method, realm, arguments)),
            );
        }
    }
    Ok(Value::Script(object))
}

/// The row of a method, by its name.
pub(crate) fn row(name: &str) -> Option<&'static ApiRow> {
    let all = [methods::METHODS, descriptors::METHODS, saved::METHODS, archives::METHODS];
    all.into_iter().flatten().map(|method| &method.row).find(|row| row.name == name)
}

/// The seam of a method, as every API has it: schema, policy, record.
fn admit(call: &mut Call<'_>, name: &str) -> Result<(), ApiFailure> {
    let checked = call.check(true);
    let (verdict, admitted) = match call.api.admit(call.row, checked) {
        Err(refusal) => (refusal.verdict, Err(refusal.failure)),
        Ok(()) => (Verdict::Admitted, Ok(())),
    };
    if call.api.audit().wants_calls() {
        let arguments = record_of(call.realm, call.arguments);
        let api = format!("FileSystemManager.{name}");
        call.api.audit().record(Record::Call { api, arguments, verdict });
    }
    admitted
}

fn perform(api: &WxApi, method: &'static Method, realm: &mut dyn Realm, arguments: &[Value]) -> ScriptResult<Value> {
    let mut call = Call::new(realm, api, &method.row, arguments);
    let admitted = admit(&mut call, method.row.name);
    let (completion, promise) = Completion::of(&mut call, false);
    let result = admitted.and_then(|()| (method.run)(&mut call));
    completion.defer(call.realm, api, result);
    Ok(promise.map_or(Value::Undefined, Value::Script))
}

fn perform_sync(
    api: &WxApi,
    method: &'static Method,
    realm: &mut dyn Realm,
    arguments: &[Value],
) -> ScriptResult<Value> {
    let name = format!("{}Sync", method.row.name);
    let (options, field) = match method.sync {
        SyncForm::Positional(field) => {
            let options = realm.object(None);
            for (argument, value) in method.row.arguments.iter().zip(arguments) {
                realm.set(&options, argument.name, value.clone())?;
            }
            (vec![Value::Script(options)], Some(field))
        }
        SyncForm::Object(Some(field)) => (arguments.to_vec(), Some(Some(field))),
        SyncForm::Object(None) | SyncForm::None => (arguments.to_vec(), None),
    };
    let mut call = Call::new(realm, api, &method.row, &options);
    let result = admit(&mut call, &name).and_then(|()| (method.run)(&mut call));
    let fields = result.map_err(|failure| ScriptFault::error("Error", format!("{name}:fail {}", failure.reason)))?;
    Ok(match field {
        None => Value::object(fields),
        Some(None) => Value::Undefined,
        Some(Some(field)) => {
            fields.into_iter().find(|(name, _)| name == field).map(|(_, value)| value).unwrap_or_default()
        }
    })
}

/// Runs a method as an API of `wx`.
fn finish(call: &mut Call<'_>, completion: Completion, run: Run) {
    let result = run(call);
    completion.defer(call.realm, call.api, result);
}

/// A failure as the platform words it: `no such file or directory, open wxfile://usr/a`.
pub(super) fn failure(error: FileError, operation: &str, path: &str) -> ApiFailure {
    ApiFailure::new(error.errno(), format!("{error}, {operation} {path}"))
}

/// The path that an argument names; `operation` is for the failure's words.
pub(super) fn path_of(call: &mut Call<'_>, argument: &str, operation: &str) -> Result<FilePath, ApiFailure> {
    let text = call.text(argument, "");
    FilePath::parse(&text).map_err(|error| failure(error, operation, &shown(&text)))
}

/// A path as messages show it: not longer than anybody reads.
fn shown(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(200).collect()
}

/// Runs on the files; a failure is worded with the operation and the path.
pub(super) fn on_files<T>(
    api: &WxApi,
    path: &FilePath,
    operation: &str,
    run: impl FnOnce(&mut dyn FileSystem) -> Result<T, FileError>,
) -> Result<T, ApiFailure> {
    api.with(|c| run(&mut *c.files)).map_err(|error| failure(error, operation, &shown(&path.text())))
}
