//! The file of a frozen program.

use super::frozen::{Frozen, FrozenError, MOST_BYTES};
use std::fs::{self, File};
use std::io::{ErrorKind, Read, Write};
use std::path::PathBuf;

/// A file that holds one frozen program, or is not there. Texts that users typed are in it as they are: a host that
/// keeps secrets seals the bytes of [`Frozen::to_bytes`] itself.
#[derive(Clone, Debug)]
pub struct FrozenFile {
    path: PathBuf,
}

impl FrozenFile {
    /// The file at a path, whose folder is there.
    pub fn new(path: impl Into<PathBuf>) -> FrozenFile {
        FrozenFile { path: path.into() }
    }

    /// Writes a program, whole or not at all: beside the file, and in its place when it is on the disk.
    ///
    /// # Errors
    /// [`FrozenError`] if it is too large or the file cannot be written.
    pub fn write(&self, frozen: &Frozen) -> Result<(), FrozenError> {
        let bytes = frozen.to_bytes()?;
        let mut name = self.path.file_name().unwrap_or_default().to_owned();
        name.push(".new");
        let beside = self.path.with_file_name(name);
        let written = File::create(&beside).and_then(|mut file| {
            file.write_all(&bytes)?;
            file.sync_all()
        });
        let placed = written.and_then(|()| fs::rename(&beside, &self.path));
        if placed.is_err() {
            // What is half there is of no use.
            let _ = fs::remove_file(&beside);
        }
        Ok(placed?)
    }

    /// Reads the program, none if the file is not there.
    ///
    /// # Errors
    /// [`FrozenError`] if it cannot be read or understood.
    pub fn read(&self) -> Result<Option<Frozen>, FrozenError> {
        let file = match File::open(&self.path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        let mut bytes = Vec::new();
        file.take(MOST_BYTES as u64 + 1).read_to_end(&mut bytes)?;
        Frozen::from_bytes(&bytes).map(Some)
    }

    /// Takes the file away, if it is there.
    ///
    /// # Errors
    /// [`FrozenError::File`].
    pub fn remove(&self) -> Result<(), FrozenError> {
        match fs::remove_file(&self.path) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_there_whole_or_not_at_all() {
        let folder = tempfile::tempdir().unwrap();
        let file = FrozenFile::new(folder.path().join("frozen"));
        assert!(file.read().unwrap().is_none());
        file.remove().unwrap();
        let frozen = Frozen { app: "a".into(), ..Frozen::default() };
        file.write(&frozen).unwrap();
        file.write(&frozen).unwrap();
        assert_eq!(file.read().unwrap(), Some(frozen.clone()));
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        fs::write(folder.path().join("frozen"), "something else").unwrap();
        assert!(matches!(file.read(), Err(FrozenError::Foreign(_))));
        file.remove().unwrap();
        assert!(file.read().unwrap().is_none());
        let nowhere = FrozenFile::new(folder.path().join("no/where"));
        assert!(matches!(nowhere.write(&frozen), Err(FrozenError::File(_))));
    }
}
