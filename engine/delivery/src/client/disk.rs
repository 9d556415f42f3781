//! Where a client keeps what it has: files, and the steps by which they change.
//!
//! A step may be the last one before the power goes. What was written and not made durable may then be there, or not, or in part. So a file
//! that is there is never written over: the new one is written beside it, made durable, and takes its name in one step.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Files of a client, by paths with `/` that the client makes: of hashes, identities and names of its own.
pub trait Disk: Send + Sync {
    /// The bytes of a file; `None` if it is not there.
    ///
    /// # Errors
    /// If it cannot be read.
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>>;

    /// The length of a file, bytes; `None` if it is not there.
    ///
    /// # Errors
    /// If that cannot be told.
    fn length(&self, path: &str) -> io::Result<Option<u64>>;

    /// The names of the files and folders of a folder, sorted; none of one that is not there.
    ///
    /// # Errors
    /// If they cannot be read.
    fn list(&self, folder: &str) -> io::Result<Vec<String>>;

    /// Adds bytes to the end of a file, which is made if it is not there, as are the folders that it lies in.
    ///
    /// # Errors
    /// If they cannot be written; some of them may have been.
    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()>;

    /// Makes what is in a file durable.
    ///
    /// # Errors
    /// If the system cannot say that it is.
    fn sync(&self, path: &str) -> io::Result<()>;

    /// Gives a file another name, in place of whatever has it, and makes that durable.
    ///
    /// # Errors
    /// If it cannot; both names are as they were then.
    fn rename(&self, from: &str, to: &str) -> io::Result<()>;

    /// Takes a file away, if it is there.
    ///
    /// # Errors
    /// If it cannot be taken away.
    fn remove(&self, path: &str) -> io::Result<()>;

    /// Puts bytes in the place of a file, whole or not at all, and durable.
    ///
    /// # Errors
    /// If they cannot be written; the file is as it was then.
    fn replace(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let beside = format!("{path}.new");
        self.remove(&beside)?;
        let written = self.append(&beside, bytes).and_then(|()| self.sync(&beside));
        written.and_then(|()| self.rename(&beside, path)).inspect_err(|_| {
            // What is half there is of no use, and takes room.
            let _ = self.remove(&beside);
        })
    }
}

/// Files in memory: they go with it.
#[derive(Debug, Default)]
pub struct MemoryDisk(Mutex<BTreeMap<String, Vec<u8>>>);

impl MemoryDisk {
    fn files(&self) -> MutexGuard<'_, BTreeMap<String, Vec<u8>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Disk for MemoryDisk {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        Ok(self.files().get(path).cloned())
    }

    fn length(&self, path: &str) -> io::Result<Option<u64>> {
        Ok(self.files().get(path).map(|bytes| bytes.len() as u64))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let files = self.files();
        let inside = files.keys().filter_map(|path| path.strip_prefix(folder)?.strip_prefix('/')?.split('/').next());
        let mut names: Vec<String> = inside.map(str::to_owned).collect();
        names.dedup();
        Ok(names)
    }

    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        self.files().entry(path.to_owned()).or_default().extend_from_slice(bytes);
        Ok(())
    }

    fn sync(&self, _path: &str) -> io::Result<()> {
        Ok(())
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let mut files = self.files();
        let bytes = files.remove(from).ok_or(ErrorKind::NotFound)?;
        files.insert(to.to_owned(), bytes);
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        self.files().remove(path);
        Ok(())
    }
}

/// A folder of the machine. One client at a time has it.
#[derive(Debug)]
pub struct FolderDisk {
    folder: PathBuf,
    /// Holds the folder for this one while it is open.
    _lock: File,
}

impl FolderDisk {
    /// Takes a folder, which is made if it is not there.
    ///
    /// # Errors
    /// If it cannot be made, or somebody else has it ([`ErrorKind::WouldBlock`]).
    pub fn open(folder: impl Into<PathBuf>) -> io::Result<FolderDisk> {
        let folder = folder.into();
        fs::create_dir_all(&folder)?;
        let lock = OpenOptions::new().create(true).truncate(false).write(true).open(folder.join("lock"))?;
        lock.try_lock().map_err(|error| match error {
            fs::TryLockError::WouldBlock => {
                io::Error::new(ErrorKind::WouldBlock, "another program has this folder open")
            }
            fs::TryLockError::Error(error) => error,
        })?;
        Ok(FolderDisk { folder, _lock: lock })
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.join(path)
    }

    /// Makes names of a folder durable, where a system has that.
    fn sync_folder(folder: &Path) -> io::Result<()> {
        if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
    }
}

/// What is not there is nothing, which is no error.
fn found<T>(result: io::Result<T>) -> io::Result<Option<T>> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

impl Disk for FolderDisk {
    fn read(&self, path: &str) -> io::Result<Option<Vec<u8>>> {
        found(fs::read(self.path(path)))
    }

    fn length(&self, path: &str) -> io::Result<Option<u64>> {
        Ok(found(fs::metadata(self.path(path)))?.map(|about| about.len()))
    }

    fn list(&self, folder: &str) -> io::Result<Vec<String>> {
        let Some(entries) = found(fs::read_dir(self.path(folder)))? else { return Ok(Vec::new()) };
        let mut names = Vec::new();
        for entry in entries {
            // A name that is not UTF-8 is none of the client's.
            names.extend(entry?.file_name().into_string());
        }
        names.sort_unstable();
        Ok(names)
    }

    fn append(&self, path: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(path);
        let mut options = OpenOptions::new();
        options.create(true).append(true);
        let mut file = match options.open(&path) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let folder = path.parent().unwrap_or(Path::new("."));
                fs::create_dir_all(folder)?;
                options.open(&path)?
            }
            file => file?,
        };
        file.write_all(bytes)
    }

    fn sync(&self, path: &str) -> io::Result<()> {
        // Windows makes durable only what is open for writing.
        OpenOptions::new().append(true).open(self.path(path))?.sync_all()
    }

    fn rename(&self, from: &str, to: &str) -> io::Result<()> {
        let (from, to) = (self.path(from), self.path(to));
        let folder = to.parent().unwrap_or(&self.folder);
        fs::create_dir_all(folder)?;
        fs::rename(&from, &to)?;
        // A folder that was made is a name in the one around it.
        let mut folder = Some(folder);
        while let Some(inside) = folder.filter(|folder| folder.starts_with(&self.folder)) {
            FolderDisk::sync_folder(inside)?;
            folder = inside.parent();
        }
        Ok(())
    }

    fn remove(&self, path: &str) -> io::Result<()> {
        found(fs::remove_file(self.path(path))).map(|_| ())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_owner() {
        let folder = tempfile::tempdir().unwrap();
        let disk = FolderDisk::open(folder.path().join("a/b")).unwrap();
        assert_eq!(FolderDisk::open(folder.path().join("a/b")).unwrap_err().kind(), ErrorKind::WouldBlock);
        drop(disk);
        FolderDisk::open(folder.path().join("a/b")).unwrap();
    }

    #[test]
    fn files_are_replaced_whole() {
        let folder = tempfile::tempdir().unwrap();
        for disk in [&FolderDisk::open(folder.path()).unwrap() as &dyn Disk, &MemoryDisk::default()] {
            replaced(disk);
        }
    }

    fn replaced(disk: &dyn Disk) {
        assert_eq!(disk.read("x/y").unwrap(), None);
        assert_eq!(disk.length("x/y").unwrap(), None);
        assert!(disk.list("x").unwrap().is_empty());
        disk.remove("x/y").unwrap();
        disk.replace("x/y", b"one").unwrap();
        disk.replace("x/y", b"two!").unwrap();
        disk.append("x/y", b"!").unwrap();
        assert_eq!(disk.read("x/y").unwrap().unwrap(), b"two!!");
        assert_eq!(disk.length("x/y").unwrap(), Some(5));
        assert_eq!(disk.list("x").unwrap(), ["y"]);
        disk.remove("x/y").unwrap();
        assert!(disk.list("x").unwrap().is_empty());
        assert_eq!(disk.rename("x/y", "x/z").unwrap_err().kind(), ErrorKind::NotFound);
    }
}
