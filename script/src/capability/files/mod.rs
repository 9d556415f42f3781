//! Files of a mini-program: what its package holds, and a root of its own to write to.
//!
//! Script names files by text (`wxfile://usr/a.txt`, `http://tmp/x.png`, `images/a.png`). [`FilePath`] is what such
//! a text becomes, and the only thing that reaches a [`FileSystem`]: an area and plain names below it, so that no
//! file system has to think about `..` again.
//!
//! | module | models |
//! | --- | --- |
//! | [`path`] | from text to an area and names |
//! | [`memory`] | files in memory, with the package's |
//! | [`directory`] | files in a folder of the machine |
//! | `contents` | how their names and bytes stand there |
//! | `sealed` | names and bytes that are sealed with a key of the host's |
//! | [`shared`] | one file system for both threads, with the package's files |

use serde::{Deserialize, Serialize};

mod contents;
pub mod directory;
pub mod memory;
pub mod path;
mod sealed;
pub mod shared;

pub use directory::DirectoryFiles;
pub use memory::MemoryFiles;
pub use path::{FileArea, FilePath, is_portable};
pub use shared::SharedFiles;

/// Why a file operation did nothing.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error, Deserialize, Serialize)]
pub enum FileError {
    /// The host offers no files.
    #[error("the file system is not available")]
    Denied,
    /// There is nothing of this name.
    #[error("no such file or directory")]
    NotFound,
    /// It may not be touched, or lies outside of every area.
    #[error("permission denied")]
    Permission,
    /// A file stands where a folder is needed.
    #[error("not a directory")]
    NotDirectory,
    /// A folder stands where a file is needed.
    #[error("illegal operation on a directory")]
    IsDirectory,
    /// The folder has something in it.
    #[error("directory not empty")]
    NotEmpty,
    /// There is something of this name already.
    #[error("file already exists")]
    Exists,
    /// The text names no file.
    #[error("invalid path")]
    InvalidPath,
    /// A name is longer than file systems take.
    #[error("file name too long")]
    NameTooLong,
    /// What is kept is sealed with another key.
    #[error("the files are sealed with another key")]
    WrongKey,
    /// The quota is used up.
    #[error("the maximum size of the file storage limit is exceeded")]
    Full,
    /// The system failed.
    #[error("system error: {0}")]
    Io(String),
}

impl FileError {
    /// The platform's `errno`.
    pub fn errno(&self) -> i32 {
        match self {
            FileError::Denied => 3,
            FileError::NotFound => 1_300_002,
            FileError::Permission => 1_300_013,
            FileError::NotDirectory => 1_300_020,
            FileError::IsDirectory => 1_300_021,
            FileError::NotEmpty => 1_300_066,
            FileError::Exists => 1_301_005,
            FileError::InvalidPath => 1_300_022,
            FileError::NameTooLong => 1_300_036,
            FileError::Full => 1_300_202,
            FileError::WrongKey | FileError::Io(_) => 1_300_201,
        }
    }
}

/// What is known of a file or folder.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct FileStat {
    /// It is a folder.
    pub folder: bool,
    /// Bytes of a file; 0 for a folder.
    pub size: u64,
    /// When it was written last, ms since the Unix epoch; 0 if not known.
    pub modified: f64,
}

/// Where bytes are written.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum WriteAt {
    /// They become the whole file, which is made if there is none.
    Whole,
    /// Behind the last byte.
    End,
    /// From this byte on; what lies between it and the file's end becomes zero.
    Byte(u64),
}

/// How many bytes files may have.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct FileQuota {
    /// Of the user's and the saved files together.
    pub kept: u64,
    /// Of temporary files.
    pub temporary: u64,
}

impl Default for FileQuota {
    fn default() -> Self {
        FileQuota { kept: 200 << 20, temporary: 1 << 30 }
    }
}

/// Bytes in use, held against a quota.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Used {
    quota: FileQuota,
    kept: u64,
    temporary: u64,
}

impl Used {
    fn of(quota: FileQuota) -> Used {
        Used { quota, kept: 0, temporary: 0 }
    }

    /// A file of `old` bytes gets `new`.
    fn change(&mut self, area: FileArea, old: u64, new: u64) -> Result<(), FileError> {
        let (used, limit) = match area {
            FileArea::Temporary => (&mut self.temporary, self.quota.temporary),
            _ => (&mut self.kept, self.quota.kept),
        };
        let size = used.saturating_sub(old).saturating_add(new);
        // What makes files smaller is never refused.
        if new > old && size > limit {
            return Err(FileError::Full);
        }
        *used = size;
        Ok(())
    }
}

/// The length of a file of `length` bytes after `count` were written at `at`.
fn length_after(at: WriteAt, length: u64, count: u64) -> u64 {
    match at {
        WriteAt::Whole => count,
        WriteAt::End => length.saturating_add(count),
        WriteAt::Byte(from) => length.max(from.saturating_add(count)),
    }
}

/// The files of one mini-program. Who calls has checked what may be written; a file system keeps to its quota and
/// follows no links.
///
/// # Errors
/// Each method tells by [`FileError`] why it did nothing.
pub trait FileSystem: Send {
    /// What is known of a file or folder.
    fn stat(&mut self, _path: &FilePath) -> Result<FileStat, FileError> {
        Err(FileError::Denied)
    }
    /// Bytes of a file, at most `length`, from byte `from` on.
    fn read(&mut self, _path: &FilePath, _from: u64, _length: u64) -> Result<Vec<u8>, FileError> {
        Err(FileError::Denied)
    }
    /// Writes bytes to a file, which is made if there is none; its folder must be there.
    fn write(&mut self, _path: &FilePath, _at: WriteAt, _bytes: &[u8]) -> Result<(), FileError> {
        Err(FileError::Denied)
    }
    /// Cuts a file, or makes it longer by zeros.
    fn truncate(&mut self, _path: &FilePath, _length: u64) -> Result<(), FileError> {
        Err(FileError::Denied)
    }
    /// The names in a folder, sorted.
    fn list(&mut self, _path: &FilePath) -> Result<Vec<String>, FileError> {
        Err(FileError::Denied)
    }
    /// Makes a folder; the one that it stands in must be there.
    fn make_folder(&mut self, _path: &FilePath) -> Result<(), FileError> {
        Err(FileError::Denied)
    }
    /// Removes a file.
    fn remove_file(&mut self, _path: &FilePath) -> Result<(), FileError> {
        Err(FileError::Denied)
    }
    /// Removes an empty folder.
    fn remove_folder(&mut self, _path: &FilePath) -> Result<(), FileError> {
        Err(FileError::Denied)
    }
    /// Gives a file or folder another name; a file that has it is replaced.
    fn rename(&mut self, _from: &FilePath, _to: &FilePath) -> Result<(), FileError> {
        Err(FileError::Denied)
    }
}
