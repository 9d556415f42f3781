//! Files that were kept without a name of their own.

use super::{Method, SyncForm as S, failure, on_files, path_of};
use crate::api::WxApi;
use crate::api::call::{Call, Completion};
use crate::api::pages::Fields;
use crate::api::row::{Argument, ArgumentType as T, CapabilityKind as C};
use crate::api::table::{Entry, Handler, optional, required};
use crate::bridge::message::ApiFailure;
use crate::capability::files::{FileArea, FileError, FilePath, WriteAt};
use crate::value::Value;

pub(super) const SAVE: &[Argument] = &[required("tempFilePath", T::String), optional("filePath", T::String)];
pub(super) const FILE: &[Argument] = &[required("filePath", T::String)];
pub(super) const DIGEST: &[Argument] = &[required("filePath", T::String), optional("digestAlgorithm", T::String)];

/// The methods.
pub(super) const METHODS: &[Method] = &[
    Method::new("saveFile", SAVE, S::Positional(Some("savedFilePath")), save),
    Method::new("getSavedFileList", &[], S::None, list),
    Method::new("removeSavedFile", FILE, S::None, remove),
];

/// One of these as an API of its own.
pub(super) const fn entry(
    name: &'static str,
    arguments: &'static [Argument],
    run: fn(&mut Call<'_>, Completion),
    doc: &'static str,
) -> Entry {
    Entry::new(name, C::Files, arguments, Handler::Async(run), doc)
}

/// Moves a temporary file to where it stays.
pub(super) fn save(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let from = path_of(call, "tempFilePath", "saveFile")?;
    if from.area() != FileArea::Temporary {
        return Err(ApiFailure::new(FileError::Permission.errno(), "tempFilePath file not exist"));
    }
    let to = match call.text_field("filePath").filter(|path| !path.is_empty()) {
        Some(_) => super::methods::writable(call, "filePath", "saveFile")?,
        None => fresh(call.api, FileArea::Saved, from.ending())?,
    };
    on_files(call.api, &from, "saveFile", |files| {
        // Areas may lie on different disks.
        let size = files.stat(&from)?.size;
        let bytes = files.read(&from, 0, size)?;
        files.write(&to, WriteAt::Whole, &bytes)?;
        files.remove_file(&from)
    })?;
    Ok(vec![("savedFilePath".to_owned(), Value::string(to.text()))])
}

/// A name in an area that nobody has yet.
pub(in crate::api) fn fresh(api: &WxApi, area: FileArea, ending: &str) -> Result<FilePath, ApiFailure> {
    let wanted = |error| failure(error, "open", "a new file");
    let plain = !ending.is_empty() && ending.len() <= 16 && ending.chars().all(|c| c.is_ascii_alphanumeric());
    let dot = if plain { format!(".{}", ending.to_ascii_lowercase()) } else { String::new() };
    loop {
        let number = api.next_file();
        let path = FilePath::in_area(area, &format!("{number:08x}{dot}")).map_err(wanted)?;
        match api.with(|c| c.files.stat(&path)) {
            Err(FileError::NotFound) => return Ok(path),
            Ok(_) => {}
            Err(error) => return Err(wanted(error)),
        }
    }
}

fn saved_path(call: &mut Call<'_>) -> Result<FilePath, ApiFailure> {
    let path = path_of(call, "filePath", "open")?;
    if path.area() == FileArea::Saved { Ok(path) } else { Err(failure(FileError::NotFound, "open", &path.text())) }
}

fn figures(stat: crate::capability::files::FileStat) -> Fields {
    vec![
        ("size".to_owned(), Value::Number(stat.size as f64)),
        ("createTime".to_owned(), Value::Number((stat.modified / 1000.0).floor())),
    ]
}

pub(super) fn list(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let root = FilePath::in_area(FileArea::Saved, "").map_err(|e| failure(e, "open", ""))?;
    let found = on_files(call.api, &root, "readdir", |files| {
        let mut found = Vec::new();
        for name in files.list(&root)? {
            let path = root.child(&name)?;
            found.push((path.text(), files.stat(&path)?));
        }
        Ok(found)
    })?;
    let list = found.into_iter().map(|(path, stat)| {
        let mut fields = vec![("filePath".to_owned(), Value::string(path))];
        fields.extend(figures(stat));
        Value::object(fields)
    });
    Ok(vec![("fileList".to_owned(), Value::array(list.collect()))])
}

pub(super) fn info(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = saved_path(call)?;
    Ok(figures(on_files(call.api, &path, "open", |files| files.stat(&path))?))
}

pub(super) fn remove(call: &mut Call<'_>) -> Result<Fields, ApiFailure> {
    let path = saved_path(call)?;
    on_files(call.api, &path, "unlink", |files| files.remove_file(&path))?;
    Ok(Fields::new())
}
