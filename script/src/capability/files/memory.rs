//! Files in memory: for tests, guests and runs that must leave nothing behind.

use super::{FileError, FilePath, FileQuota, FileStat, FileSystem, Used, WriteAt, length_after};
use crate::realm::Clock;
use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

struct Entry {
    /// `None` for a folder.
    bytes: Option<Vec<u8>>,
    modified: f64,
}

/// Files in memory.
pub struct MemoryFiles {
    entries: BTreeMap<FilePath, Entry>,
    used: Used,
    clock: Arc<dyn Clock>,
}

impl MemoryFiles {
    /// No files yet.
    pub fn new(quota: FileQuota, clock: Arc<dyn Clock>) -> MemoryFiles {
        MemoryFiles { entries: BTreeMap::new(), used: Used::of(quota), clock }
    }

    /// The entry of a path; an area itself is a folder without one.
    fn folder(&self, path: &FilePath) -> Result<(), FileError> {
        match self.entries.get(path) {
            _ if path.names().is_empty() => Ok(()),
            Some(Entry { bytes: None, .. }) => Ok(()),
            Some(_) => Err(FileError::NotDirectory),
            None => Err(FileError::NotFound),
        }
    }

    fn bytes(&self, path: &FilePath) -> Result<&Vec<u8>, FileError> {
        match self.entries.get(path) {
            _ if path.names().is_empty() => Err(FileError::IsDirectory),
            Some(Entry { bytes: Some(bytes), .. }) => Ok(bytes),
            Some(_) => Err(FileError::IsDirectory),
            None => Err(FileError::NotFound),
        }
    }

    /// What stands below a folder.
    fn below(&self, path: &FilePath) -> impl Iterator<Item = (&FilePath, &Entry)> {
        let prefix = if path.names().is_empty() { String::new() } else { format!("{}/", path.names()) };
        let area = path.area();
        let after = self.entries.range((Bound::Excluded(path.clone()), Bound::Unbounded));
        // Names such as `a-b` sort between `a` and `a/b`.
        let within = after.take_while(move |(other, _)| other.area() == area);
        within.filter(move |(other, _)| other.names().starts_with(&prefix))
    }

    fn resize(&mut self, path: &FilePath, length: u64) -> Result<&mut Vec<u8>, FileError> {
        let old = match self.bytes(path) {
            Ok(bytes) => bytes.len() as u64,
            Err(FileError::NotFound) => {
                self.folder(&path.parent().ok_or(FileError::IsDirectory)?)?;
                0
            }
            Err(error) => return Err(error),
        };
        self.used.change(path.area(), old, length)?;
        let modified = self.clock.now();
        let entry = self.entries.entry(path.clone()).or_insert(Entry { bytes: Some(Vec::new()), modified });
        entry.modified = modified;
        let bytes = entry.bytes.get_or_insert_default();
        bytes.resize(usize::try_from(length).map_err(|_| FileError::Full)?, 0);
        Ok(bytes)
    }
}

impl FileSystem for MemoryFiles {
    fn stat(&mut self, path: &FilePath) -> Result<FileStat, FileError> {
        if path.names().is_empty() {
            return Ok(FileStat { folder: true, ..FileStat::default() });
        }
        let entry = self.entries.get(path).ok_or(FileError::NotFound)?;
        let size = entry.bytes.as_ref().map_or(0, |b| b.len() as u64);
        Ok(FileStat { folder: entry.bytes.is_none(), size, modified: entry.modified })
    }

    fn read(&mut self, path: &FilePath, from: u64, length: u64) -> Result<Vec<u8>, FileError> {
        let bytes = self.bytes(path)?;
        let from = usize::try_from(from).unwrap_or(usize::MAX).min(bytes.len());
        let rest = &bytes[from..];
        Ok(rest[..usize::try_from(length).unwrap_or(usize::MAX).min(rest.len())].to_vec())
    }

    fn write(&mut self, path: &FilePath, at: WriteAt, bytes: &[u8]) -> Result<(), FileError> {
        let old = match self.bytes(path) {
            Ok(bytes) => bytes.len(),
            Err(FileError::NotFound) => 0,
            Err(error) => return Err(error),
        };
        let content = self.resize(path, length_after(at, old as u64, bytes.len() as u64))?;
        let from = match at {
            WriteAt::Whole => 0,
            WriteAt::End => old,
            WriteAt::Byte(from) => usize::try_from(from).map_err(|_| FileError::Full)?,
        };
        if let Some(place) = content.get_mut(from..from.saturating_add(bytes.len())) {
            place.copy_from_slice(bytes);
        }
        Ok(())
    }

    fn truncate(&mut self, path: &FilePath, length: u64) -> Result<(), FileError> {
        self.bytes(path)?;
        self.resize(path, length).map(|_| ())
    }

    fn list(&mut self, path: &FilePath) -> Result<Vec<String>, FileError> {
        self.folder(path)?;
        let start = if path.names().is_empty() { 0 } else { path.names().len() + 1 };
        let names = self.below(path).filter_map(|(other, _)| other.names().get(start..));
        Ok(names.filter(|name| !name.contains('/')).map(str::to_owned).collect())
    }

    fn make_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        let parent = path.parent().ok_or(FileError::Exists)?;
        self.folder(&parent)?;
        if self.entries.contains_key(path) {
            return Err(FileError::Exists);
        }
        self.entries.insert(path.clone(), Entry { bytes: None, modified: self.clock.now() });
        Ok(())
    }

    fn remove_file(&mut self, path: &FilePath) -> Result<(), FileError> {
        let size = self.bytes(path)?.len() as u64;
        self.used.change(path.area(), size, 0)?;
        self.entries.remove(path);
        Ok(())
    }

    fn remove_folder(&mut self, path: &FilePath) -> Result<(), FileError> {
        self.folder(path)?;
        if path.names().is_empty() {
            return Err(FileError::Permission);
        }
        if self.below(path).next().is_some() {
            return Err(FileError::NotEmpty);
        }
        self.entries.remove(path);
        Ok(())
    }

    fn rename(&mut self, from: &FilePath, to: &FilePath) -> Result<(), FileError> {
        let moved = self.stat(from)?;
        self.folder(&to.parent().ok_or(FileError::Permission)?)?;
        match self.stat(to) {
            _ if from == to => return Ok(()),
            Ok(there) if there.folder || moved.folder => return Err(FileError::Exists),
            Ok(_) => self.remove_file(to)?,
            Err(_) => {}
        }
        if moved.folder
            && (from.area() != to.area() || format!("{}/", to.names()).starts_with(&format!("{}/", from.names())))
        {
            return Err(FileError::Permission);
        }
        let mut paths: Vec<FilePath> = vec![from.clone()];
        if moved.folder {
            paths.extend(self.below(from).map(|(path, _)| path.clone()));
        } else {
            self.used.change(to.area(), 0, moved.size)?;
            self.used.change(from.area(), moved.size, 0)?;
        }
        for path in paths {
            let rest = path.names().get(from.names().len()..).unwrap_or("");
            let target = FilePath::in_area(to.area(), &format!("{}{rest}", to.names()))?;
            if let Some(entry) = self.entries.remove(&path) {
                self.entries.insert(target, entry);
            }
        }
        Ok(())
    }
}
