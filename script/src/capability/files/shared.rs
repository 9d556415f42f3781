//! One file system for both threads, with the package's files.

use super::{FileArea, FileError, FilePath, FileStat, FileSystem, WriteAt};
use crate::package::PackageSource;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// The files of a mini-program: those of its package from the package, all else from a file system. Cheap to clone; the
/// render side reads pictures through it.
#[derive(Clone)]
pub struct SharedFiles {
    package: Arc<dyn PackageSource>,
    stored: Arc<Mutex<Box<dyn FileSystem>>>,
}

impl SharedFiles {
    /// Files of a package and of a file system.
    pub fn new(package: Arc<dyn PackageSource>, stored: Box<dyn FileSystem>) -> SharedFiles {
        SharedFiles { package, stored: Arc::new(Mutex::new(stored)) }
    }

    /// The same file system with another package: another version of the mini-program.
    pub fn with_package(&self, package: Arc<dyn PackageSource>) -> SharedFiles {
        SharedFiles { package, stored: self.stored.clone() }
    }

    fn stored(&self) -> MutexGuard<'_, Box<dyn FileSystem>> {
        self.stored.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The bytes of a whole file, at most `limit`.
    ///
    /// # Errors
    /// [`FileError`] if it cannot be read.
    pub fn fetch(&self, path: &FilePath, limit: u64) -> Result<Vec<u8>, FileError> {
        self.clone().read(path, 0, limit)
    }

    /// Runs on the file system if the path is none of the package, which nobody writes to.
    fn change<T>(
        &self,
        path: &FilePath,
        run: impl FnOnce(&mut dyn FileSystem) -> Result<T, FileError>,
    ) -> Result<T, FileError> {
        if path.area() == FileArea::Package { Err(FileError::Permission) } else { run(&mut **self.stored()) }
    }
}

impl FileSystem for SharedFiles {
    fn stat(&mut self, path: &FilePath) -> Result<FileStat, FileError> {
        if path.area() != FileArea::Package {
            return self.stored().stat(path);
        }
        if let Some(bytes) = self.package.read(path.names()) {
            return Ok(FileStat { folder: false, size: bytes.len() as u64, modified: 0.0 });
        }
        self.list(path).map(|_| FileStat { folder: true, ..FileStat::default() })
    }

    fn read(&mut self, path: &FilePath, from: u64, length: u64) -> Result<Vec<u8>, FileError> {
        if path.area() != FileArea::Package {
            return self.stored().read(path, from, length);
        }
        let Some(bytes) = self.package.read(path.names()) else {
            return Err(if self.list(path).is_ok() { FileError::IsDirectory } else { FileError::NotFound });
        };
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
        let rest = &bytes[from..];
        Ok(rest[..usize::try_from(length).unwrap_or(usize::MAX).min(rest.len())].to_vec())
    }

    fn write(&mut self, path: &FilePath, at: WriteAt, bytes: &[u8]) -> Result<(), FileError> {
        self.change(path, |files| files.write(path, at, bytes))
    }

    fn truncate(&mut self, path: &FilePath, length: u64) -> Result<(), FileError> {
        self.change(path, |files| files.truncate(path, length))
    }

    fn list(&mut self, path: &FilePath) -> Result<Vec<String>, FileError> {
        if path.area() != FileArea::Package {
            return self.stored().list(path);
        }
        let prefix = if path.names().is_empty() { String::new() } else { format!("{}/", path.names()) };
        let all = self.package.paths();
        let below = all.iter().filter_map(|file| file.strip_prefix(&*prefix));
        let mut names: Vec<String> =
            below.map(|rest| rest.split('/').next().unwrap_or(rest).to_owned()).filter(|n| !n.is_empty()).collect();
        names.sort_unstable();
        names.dedup();
        if names.is_empty() {
            return Err(if all.iter().any(|f| f == path.names()) {
                FileError::NotDirectory
            } else {
                FileError::NotFound
            });
        }
        Ok(names)
    }

    fn make_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        self.change(path, |files| files.make_folder(path))
    }

    fn remove_file(&mut self, path: &FilePath) -> Result<(), FileError> {
        self.change(path, |files| files.remove_file(path))
    }

    fn remove_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        self.change(path, |files| files.remove_folder(path))
    }

    fn rename(&mut self, from: &FilePath, to: &FilePath) -> Result<(), FileError> {
        self.change(from, |files| {
            if to.area() == FileArea::Package { Err(FileError::Permission) } else { files.rename(from, to) }
        })
    }
}
