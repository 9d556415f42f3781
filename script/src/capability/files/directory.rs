//! Files in a folder of the machine, one folder per mini-program.
//!
//! Invariant: nothing outside the folder is read or written. A [`FilePath`] has no `..`, and a link on the way is
//! refused, so one that someone else put there leads nowhere.
//!
//! A file that is written as a whole is written beside itself, flushed, and put in its place: whoever is killed in between
//! leaves the old one or the new one. What is written into a file, or behind its end, is flushed before it is said to be
//! there. Temporary files, which go with the program, are not flushed.

use super::{FileArea, FileError, FilePath, FileQuota, FileStat, FileSystem, Used, WriteAt, length_after};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::UNIX_EPOCH;

/// Where a file is written before it takes its place: outside of all areas, and gone when the next one is written.
const BESIDE: &str = "new";

/// Files in a folder.
pub struct DirectoryFiles {
    root: PathBuf,
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

/// Flushes the names in the folder that a file stands in, where the system has that.
fn flush_names(place: &Path) -> io::Result<()> {
    match place.parent().filter(|_| cfg!(unix)) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

/// Bytes of all files below a folder, links left out.
fn size_below(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else { return 0 };
    let sizes = entries.flatten().map(|entry| match entry.metadata() {
        Ok(data) if data.is_dir() => size_below(&entry.path()),
        Ok(data) if data.is_file() => data.len(),
        _ => 0,
    });
    sizes.fold(0, u64::saturating_add)
}

impl DirectoryFiles {
    /// The files below `root`, which is made if needed. Temporary files of the last run are removed.
    ///
    /// # Errors
    /// [`FileError`] if the folder cannot be made.
    pub fn open(root: &Path, quota: FileQuota) -> Result<DirectoryFiles, FileError> {
        fs::create_dir_all(root).map_err(fault)?;
        let root = root.canonicalize().map_err(fault)?;
        let mut used = Used::of(quota);
        for area in [FileArea::User, FileArea::Temporary, FileArea::Saved] {
            let Some(name) = area_name(area) else { continue };
            let folder = root.join(name);
            match fs::symlink_metadata(&folder) {
                // A link in the place of an area leads out.
                Ok(data) if data.is_symlink() => fs::remove_file(&folder).map_err(fault)?,
                Ok(_) if area == FileArea::Temporary => fs::remove_dir_all(&folder).map_err(fault)?,
                _ => {}
            }
            fs::create_dir_all(&folder).map_err(fault)?;
            if area != FileArea::Temporary {
                used.kept = used.kept.saturating_add(size_below(&folder));
            }
        }
        Ok(DirectoryFiles { root, used })
    }

    /// Where a file lies on the machine; every folder on the way is one, and no link.
    fn place(&self, path: &FilePath) -> Result<PathBuf, FileError> {
        let mut place = self.root.join(area_name(path.area()).ok_or(FileError::Permission)?);
        let mut names = path.names().split('/').filter(|name| !name.is_empty()).peekable();
        while let Some(name) = names.next() {
            place.push(name);
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

    /// Puts a new file in the place of an old one, all of it or nothing.
    fn replace(&self, place: &Path, bytes: &[u8], durable: bool) -> io::Result<()> {
        let new = self.root.join(BESIDE);
        // Of a process that was killed, or a link that somebody put there.
        match fs::remove_file(&new) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&new)?;
        file.write_all(bytes)?;
        if durable {
            file.sync_data()?;
        }
        fs::rename(&new, place)?;
        if durable { flush_names(place) } else { Ok(()) }
    }

    /// The length of a file, `None` if there is none.
    fn length(&self, place: &Path) -> Result<Option<u64>, FileError> {
        match fs::symlink_metadata(place) {
            Ok(data) if data.is_dir() => Err(FileError::IsDirectory),
            Ok(data) => Ok(Some(data.len())),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault(error)),
        }
    }
}

impl FileSystem for DirectoryFiles {
    fn stat(&mut self, path: &FilePath) -> Result<FileStat, FileError> {
        let data = fs::symlink_metadata(self.place(path)?).map_err(fault)?;
        let modified = data.modified().ok().and_then(|time| time.duration_since(UNIX_EPOCH).ok());
        Ok(FileStat {
            folder: data.is_dir(),
            size: if data.is_dir() { 0 } else { data.len() },
            modified: modified.map_or(0.0, |since| since.as_millis() as f64),
        })
    }

    fn read(&mut self, path: &FilePath, from: u64, length: u64) -> Result<Vec<u8>, FileError> {
        let place = self.place(path)?;
        let size = self.length(&place)?.ok_or(FileError::NotFound)?;
        let mut file = File::open(place).map_err(fault)?;
        file.seek(SeekFrom::Start(from.min(size))).map_err(fault)?;
        let mut bytes = Vec::new();
        file.take(length).read_to_end(&mut bytes).map_err(fault)?;
        Ok(bytes)
    }

    fn write(&mut self, path: &FilePath, at: WriteAt, bytes: &[u8]) -> Result<(), FileError> {
        let place = self.place(path)?;
        let old = self.length(&place)?.unwrap_or(0);
        self.used.change(path.area(), old, length_after(at, old, bytes.len() as u64))?;
        let durable = path.area() != FileArea::Temporary;
        let written = match at {
            WriteAt::Whole => self.replace(&place, bytes, durable),
            _ => (|| {
                let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(&place)?;
                match at {
                    WriteAt::Byte(from) => file.seek(SeekFrom::Start(from))?,
                    _ => file.seek(SeekFrom::End(0))?,
                };
                file.write_all(bytes)?;
                if durable { file.sync_data() } else { Ok(()) }
            })(),
        };
        written.map_err(|error| {
            // What stands there now is what counts.
            let now = fs::symlink_metadata(&place).map_or(0, |data| data.len());
            let _ = self.used.change(path.area(), length_after(at, old, bytes.len() as u64), now);
            fault(error)
        })
    }

    fn truncate(&mut self, path: &FilePath, length: u64) -> Result<(), FileError> {
        let place = self.place(path)?;
        let old = self.length(&place)?.ok_or(FileError::NotFound)?;
        self.used.change(path.area(), old, length)?;
        let file = OpenOptions::new().write(true).open(place).map_err(fault)?;
        file.set_len(length).map_err(fault)
    }

    fn list(&mut self, path: &FilePath) -> Result<Vec<String>, FileError> {
        let mut names = Vec::new();
        for entry in fs::read_dir(self.place(path)?).map_err(fault)? {
            // A name that is no text can be named by nobody.
            if let Ok(name) = entry.map_err(fault)?.file_name().into_string() {
                names.push(name);
            }
        }
        names.sort_unstable();
        Ok(names)
    }

    fn make_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        fs::create_dir(self.place(path)?).map_err(fault)
    }

    fn remove_file(&mut self, path: &FilePath) -> Result<(), FileError> {
        let place = self.place(path)?;
        let size = self.length(&place)?.ok_or(FileError::NotFound)?;
        fs::remove_file(place).map_err(fault)?;
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
        let replaced = there.map_or(0, |there| there.len());
        if !moved.is_dir() {
            self.used.change(to.area(), replaced, moved.len())?;
            self.used.change(from.area(), moved.len(), 0)?;
        }
        fs::rename(source, &target).map_err(fault)?;
        if to.area() == FileArea::Temporary { Ok(()) } else { flush_names(&target).map_err(fault) }
    }
}
