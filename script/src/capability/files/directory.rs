//! Files in a folder of the machine, one folder per mini-program.
//!
//! Invariant: nothing outside the folder is read or written. A [`FilePath`] has no `..`, and a link on the way is
//! refused, so one that someone else put there leads nowhere.
//!
//! A file that is written as a whole is written beside itself, flushed, and put in its place: whoever is killed in between
//! leaves the old one or the new one. What is written into a file, or behind its end, is flushed before it is said to be
//! there. Temporary files, which go with the program, are not flushed.
//!
//! With a key of the host's, names and contents are sealed (see `sealed`); what was kept before without one is sealed when
//! the files are first opened with it.

use super::super::seal::StorageKey;
use super::contents::{Beside, Contents, flush_names};
use super::sealed::SealedContents;
use super::{FileArea, FileError, FilePath, FileQuota, FileStat, FileSystem, Used, WriteAt, length_after};
use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Where a file is written before it takes its place: outside of all areas, and gone when the next one is written.
const BESIDE: &str = "new";
/// What tells whether a key is the right one.
const PROOF: &str = "key";

const AREAS: [FileArea; 3] = [FileArea::User, FileArea::Temporary, FileArea::Saved];

/// Files in a folder.
pub struct DirectoryFiles {
    root: PathBuf,
    contents: Contents,
    used: Used,
}

/// The folder of an area below the root; `None` for the package.
fn area_name(area: FileArea) -> Option<&'static str> {
    match area {
        FileArea::Package => None,
        FileArea::User => Some("usr"),
        FileArea::Temporary => Some("tmp"),
        FileArea::Saved => Some("store"),
    }
}

fn fault(error: io::Error) -> FileError {
    match error.kind() {
        ErrorKind::NotFound => FileError::NotFound,
        ErrorKind::PermissionDenied => FileError::Permission,
        ErrorKind::AlreadyExists => FileError::Exists,
        ErrorKind::NotADirectory => FileError::NotDirectory,
        ErrorKind::IsADirectory => FileError::IsDirectory,
        ErrorKind::DirectoryNotEmpty => FileError::NotEmpty,
        ErrorKind::InvalidFilename => FileError::NameTooLong,
        ErrorKind::StorageFull => FileError::Full,
        _ => FileError::Io(error.to_string()),
    }
}

/// The folder of a mini-program, which is made if it is not there.
fn made(root: &Path) -> Result<PathBuf, FileError> {
    fs::create_dir_all(root).map_err(fault)?;
    root.canonicalize().map_err(fault)
}

/// Bytes of all files below a folder, links left out. Those of a file that cannot be read are those on the machine.
fn size_below(folder: &Path, contents: &Contents) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(data) if data.is_dir() => size_below(&entry.path(), contents),
        Ok(data) if data.is_file() => contents.length(&entry.path(), data.len()).unwrap_or(data.len()),
        _ => 0,
    });
    sizes.fold(0, u64::saturating_add)
}

impl DirectoryFiles {
    /// The files below `root`, which is made if needed. Temporary files of the last run are removed.
    ///
    /// # Errors
    /// [`FileError`] if the folder cannot be made; [`FileError::WrongKey`] if what is in it is sealed.
    pub fn open(root: &Path, quota: FileQuota) -> Result<DirectoryFiles, FileError> {
        let root = made(root)?;
        if root.join(PROOF).try_exists().map_err(fault)? {
            return Err(FileError::WrongKey);
        }
        DirectoryFiles::open_as(root, Contents::Plain, quota)
    }

    /// The same, with all names and contents sealed for the mini-program `app`. What was there without a key is sealed now.
    ///
    /// # Errors
    /// As [`open`](DirectoryFiles::open); [`FileError::WrongKey`] if it was sealed with another key.
    pub fn open_sealed(
        root: &Path,
        app: &str,
        key: &StorageKey,
        quota: FileQuota,
    ) -> Result<DirectoryFiles, FileError> {
        let root = made(root)?;
        let sealed = SealedContents::new(key, app);
        match fs::read(root.join(PROOF)) {
            Ok(proof) if sealed.proves(&proof) => {}
            Ok(_) => return Err(FileError::WrongKey),
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let (proof, beside) = (sealed.proof()?, Beside { path: root.join(BESIDE), durable: true });
                beside.replace(&root.join(PROOF), |file| file.write_all(&proof)).map_err(fault)?;
            }
            Err(error) => return Err(fault(error)),
        }
        let mut files = DirectoryFiles::open_as(root, Contents::Sealed(Box::new(sealed)), quota)?;
        files.seal_plain()?;
        Ok(files)
    }

    fn open_as(root: PathBuf, contents: Contents, quota: FileQuota) -> Result<DirectoryFiles, FileError> {
        let mut files = DirectoryFiles { root, contents, used: Used::of(quota) };
        for area in AREAS {
            let Some(folder) = files.area(area) else { continue };
            match fs::symlink_metadata(&folder) {
                // A link in the place of an area leads out.
                Ok(data) if data.is_symlink() => fs::remove_file(&folder).map_err(fault)?,
                Ok(_) if area == FileArea::Temporary => fs::remove_dir_all(&folder).map_err(fault)?,
                _ => {}
            }
            fs::create_dir_all(&folder).map_err(fault)?;
            if area != FileArea::Temporary {
                files.used.kept = files.used.kept.saturating_add(size_below(&folder, &files.contents));
            }
        }
        Ok(files)
    }

    /// The folder of an area; `None` for the package.
    fn area(&self, area: FileArea) -> Option<PathBuf> {
        let name = area_name(area)?;
        Some(match self.contents {
            Contents::Plain => self.root.join(name),
            Contents::Sealed(_) => self.root.join(format!("{name}.sealed")),
        })
    }

    /// Seals what was kept without a key, one file after the other: each goes when its sealed form is there, so that who is
    /// killed on the way goes on the next time.
    fn seal_plain(&mut self) -> Result<(), FileError> {
        for area in AREAS {
            let (Some(name), Some(sealed)) = (area_name(area), self.area(area)) else { continue };
            let plain = self.root.join(name);
            match fs::symlink_metadata(&plain) {
                Ok(data) if data.is_dir() && area != FileArea::Temporary => self.seal_below(&plain, &sealed)?,
                Ok(data) if data.is_dir() => fs::remove_dir_all(&plain).map_err(fault)?,
                _ => {}
            }
        }
        Ok(())
    }

    fn seal_below(&mut self, plain: &Path, sealed: &Path) -> Result<(), FileError> {
        for entry in fs::read_dir(plain).map_err(fault)? {
            let entry = entry.map_err(fault)?;
            let kind = entry.file_type().map_err(fault)?;
            // A name that is no text can be named by nobody, and a link leads out. What is sealed has a shorter longest name:
            // what is called longer stays as it is, for it must not be lost.
            let name = entry.file_name().into_string().ok().filter(|_| kind.is_dir() || kind.is_file());
            let Some(name) = name.and_then(|name| Some(self.contents.name(&name).ok()?.into_owned())) else { continue };
            let place = sealed.join(name);
            if kind.is_dir() {
                match fs::create_dir(&place) {
                    Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(fault(error)),
                    _ => self.seal_below(&entry.path(), &place)?,
                }
                continue;
            }
            let bytes = fs::read(entry.path()).map_err(fault)?;
            // Somebody was killed before the plain one went.
            let there = self.counted(&place)?.unwrap_or(0);
            self.contents.write(&place, WriteAt::Whole, &bytes, &self.beside(true)).map_err(fault)?;
            self.used.kept = self.used.kept.saturating_sub(there).saturating_add(bytes.len() as u64);
            fs::remove_file(entry.path()).map_err(fault)?;
        }
        // One with something left in it stays.
        let _ = fs::remove_dir(plain);
        Ok(())
    }

    fn beside(&self, durable: bool) -> Beside {
        Beside { path: self.root.join(BESIDE), durable }
    }

    /// Where a file lies on the machine; every folder on the way is one, and no link.
    fn place(&self, path: &FilePath) -> Result<PathBuf, FileError> {
        let mut place = self.area(path.area()).ok_or(FileError::Permission)?;
        let mut names = path.names().split('/').filter(|name| !name.is_empty()).peekable();
        while let Some(name) = names.next() {
            place.push(&*self.contents.name(name)?);
            match fs::symlink_metadata(&place) {
                Ok(data) if data.is_symlink() => return Err(FileError::Permission),
                Ok(data) if names.peek().is_some() && !data.is_dir() => return Err(FileError::NotDirectory),
                Ok(_) => {}
                Err(error) if names.peek().is_some() => return Err(fault(error)),
                Err(_) => {}
            }
        }
        Ok(place)
    }

    /// What the quota counts of a file, as when the files are opened: a damaged one can be replaced and removed.
    fn counted(&self, place: &Path) -> Result<Option<u64>, FileError> {
        match self.length(place) {
            Err(FileError::Io(_)) => fs::symlink_metadata(place).map(|data| Some(data.len())).map_err(fault),
            length => length,
        }
    }

    /// The length of a file, `None` if there is none.
    fn length(&self, place: &Path) -> Result<Option<u64>, FileError> {
        match fs::symlink_metadata(place) {
            Ok(data) if data.is_dir() => Err(FileError::IsDirectory),
            Ok(data) => self.contents.length(place, data.len()).map(Some).map_err(fault),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }
}

impl FileSystem for DirectoryFiles {
    fn stat(&mut self, path: &FilePath) -> Result<FileStat, FileError> {
        let place = self.place(path)?;
        let data = fs::symlink_metadata(&place).map_err(fault)?;
        let modified = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(FileStat {
            folder: data.is_dir(),
            size: if data.is_dir() { 0 } else { self.contents.length(&place, data.len()).map_err(fault)? },
            modified: modified.map_or(0.0, |since| since.as_millis() as f64),
        })
    }

    fn read(&mut self, path: &FilePath, from: u64, length: u64) -> Result<Vec<u8>, FileError> {
        let place = self.place(path)?;
        let size = self.length(&place)?.ok_or(FileError::NotFound)?;
        self.contents.read(&place, from.min(size), length).map_err(fault)
    }

    fn write(&mut self, path: &FilePath, at: WriteAt, bytes: &[u8]) -> Result<(), FileError> {
        let place = self.place(path)?;
        let old = self.counted(&place)?.unwrap_or(0);
        self.used.change(path.area(), old, length_after(at, old, bytes.len() as u64))?;
        let beside = self.beside(path.area() != FileArea::Temporary);
        let written = self.contents.write(&place, at, bytes, &beside);
        written.map_err(|error| {
            // What stands there now is what counts.
            let now = self.counted(&place).ok().flatten().unwrap_or(0);
            let _ = self.used.change(path.area(), length_after(at, old, bytes.len() as u64), now);
            fault(error)
        })
    }

    fn truncate(&mut self, path: &FilePath, length: u64) -> Result<(), FileError> {
        let place = self.place(path)?;
        let old = self.length(&place)?.ok_or(FileError::NotFound)?;
        self.used.change(path.area(), old, length)?;
        let cut = self.contents.truncate(&place, length, &self.beside(path.area() != FileArea::Temporary));
        cut.map_err(|error| {
            let now = self.length(&place).ok().flatten().unwrap_or(0);
            let _ = self.used.change(path.area(), length, now);
            fault(error)
        })
    }

    fn list(&mut self, path: &FilePath) -> Result<Vec<String>, FileError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.place(path)?).map_err(fault)? {
            // A name that is no text can be named by nobody.
            let name = entry.map_err(fault)?.file_name().into_string();
            names.extend(name.ok().and_then(|name| self.contents.read_name(name)));
        }
        names.sort_unstable();
        Ok(names)
    }

    fn make_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        fs::create_dir(self.place(path)?).map_err(fault)
    }

    fn remove_file(&mut self, path: &FilePath) -> Result<(), FileError> {
        let place = self.place(path)?;
        let size = self.counted(&place)?.ok_or(FileError::NotFound)?;
        fs::remove_file(place).map_err(fault)?;
        self.contents.forget();
        self.used.change(path.area(), size, 0)
    }

    fn remove_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        if path.names().is_empty() {
            return Err(FileError::Permission);
        }
        fs::remove_dir(self.place(path)?).map_err(fault)
    }

    fn rename(&mut self, from: &FilePath, to: &FilePath) -> Result<(), FileError> {
        let (source, target) = (self.place(from)?, self.place(to)?);
        if from == to {
            return Ok(());
        }
        let moved = fs::symlink_metadata(&source).map_err(fault)?;
        let there = fs::symlink_metadata(&target).ok();
        if there.as_ref().is_some_and(|there| there.is_dir() || moved.is_dir()) {
            return Err(FileError::Exists);
        }
        if moved.is_dir() && (from.area() != to.area() || target.starts_with(&source)) {
            return Err(FileError::Permission);
        }
        if !moved.is_dir() {
            let (moved, replaced) = (self.counted(&source)?.unwrap_or(0), self.counted(&target)?.unwrap_or(0));
            self.used.change(to.area(), replaced, moved)?;
            self.used.change(from.area(), moved, 0)?;
        }
        fs::rename(source, &target).map_err(fault)?;
        self.contents.forget();
        if to.area() == FileArea::Temporary { Ok(()) } else { flush_names(&target).map_err(fault) }
    }
}
