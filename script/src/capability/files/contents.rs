//! How names and bytes of files stand on the machine.

use super::sealed::SealedContents;
use super::{FileError, WriteAt};
use std::borrow::Cow;
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

/// The form of the files of one mini-program.
pub(super) enum Contents {
    /// As they are.
    Plain,
    /// Sealed with a key of the host's.
    Sealed(Box<SealedContents>),
}

/// Where a file is written before it takes the place of another.
pub(super) struct Beside {
    /// Its path, outside of all areas. What was left there goes.
    pub path: PathBuf,
    /// It is flushed before it takes the place, and so is the name.
    pub durable: bool,
}

impl Beside {
    /// Puts a new file in the place of an old one, all of it or nothing.
    pub fn replace(&self, place: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> io::Result<()> {
        // Of a process that was killed, or a link that somebody put there.
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = OpenOptions::new().write(true).create_new(true).open(&self.path)?;
        write(&mut file)?;
        if self.durable {
            file.sync_data()?;
        }
        fs::rename(&self.path, place)?;
        if self.durable { flush_names(place) } else { Ok(()) }
    }
}

/// Flushes the names in the folder that a file stands in, where the system has that.
pub(super) fn flush_names(place: &Path) -> io::Result<()> {
    match place.parent().filter(|_| cfg!(unix)) {
        Some(folder) => File::open(folder)?.sync_all(),
        None => Ok(()),
    }
}

impl Contents {
    /// What a file or folder is called on the machine.
    ///
    /// # Errors
    /// [`FileError::NameTooLong`] if its name has no room there.
    pub fn name<'a>(&self, name: &'a str) -> Result<Cow<'a, str>, FileError> {
        match self {
            Contents::Plain => Ok(Cow::Borrowed(name)),
            Contents::Sealed(sealed) => sealed.name(name).map(Cow::Owned),
        }
    }

    /// The name that stands for something on the machine; `None` for what was not put there by this.
    pub fn read_name(&self, name: String) -> Option<String> {
        match self {
            Contents::Plain => Some(name),
            Contents::Sealed(sealed) => sealed.read_name(&name),
        }
    }

    /// Files have gone or have other names: what is remembered of them is not true any more.
    pub fn forget(&self) {
        if let Contents::Sealed(sealed) = self {
            sealed.forget();
        }
    }

    /// Bytes of a file, of which the machine keeps `kept` bytes.
    pub fn length(&self, place: &Path, kept: u64) -> io::Result<u64> {
        match self {
            Contents::Plain => Ok(kept),
            Contents::Sealed(sealed) => sealed.length(place),
        }
    }

    /// Bytes of a file that is there, at most `length`, from byte `from` on.
    pub fn read(&self, place: &Path, from: u64, length: u64) -> io::Result<Vec<u8>> {
        match self {
            Contents::Plain => {
                let mut file = File::open(place)?;
                file.seek(SeekFrom::Start(from))?;
                let mut bytes = Vec::new();
                file.take(length).read_to_end(&mut bytes)?;
                Ok(bytes)
            }
            Contents::Sealed(sealed) => sealed.read(place, from, length),
        }
    }

    /// Writes bytes to a file, which is made if there is none.
    pub fn write(&self, place: &Path, at: WriteAt, bytes: &[u8], beside: &Beside) -> io::Result<()> {
        match (self, at) {
            (Contents::Sealed(sealed), at) => sealed.write(place, at, bytes, beside),
            (Contents::Plain, WriteAt::Whole) => beside.replace(place, |file| file.write_all(bytes)),
            (Contents::Plain, at) => {
                let mut file = OpenOptions::new().write(true).create(true).truncate(false).open(place)?;
                match at {
                    WriteAt::Byte(from) => file.seek(SeekFrom::Start(from))?,
                    _ => file.seek(SeekFrom::End(0))?,
                };
                file.write_all(bytes)?;
                if beside.durable { file.sync_data() } else { Ok(()) }
            }
        }
    }

    /// Cuts a file, or makes it longer by zeros.
    pub fn truncate(&self, place: &Path, length: u64, beside: &Beside) -> io::Result<()> {
        match self {
            Contents::Plain => OpenOptions::new().write(true).open(place)?.set_len(length),
            Contents::Sealed(sealed) => sealed.truncate(place, length, beside),
        }
    }
}
