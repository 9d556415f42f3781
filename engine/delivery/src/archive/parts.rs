//! Subpackages in files of their own. The index of the package, which its authors sign, has the hash of each such file and of all
//! that is in it, so a part needs no signature, and one of another version is refused.

use super::container::{self, Container};
use super::{ArchiveError, ArchivePackage, listed};
use pellicle_script::package::{Part, PartReply, Parts};
use sha2::{Digest, Sha256};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};

/// What a name of such a file ends with.
pub const EXTENSION: &str = "part";

impl ArchivePackage {
    pub(super) fn attached(&self, root: &str) -> Option<Arc<Container>> {
        self.parts.read().unwrap_or_else(PoisonError::into_inner).get(root).cloned()
    }

    /// True if the part is not there that a file lies in.
    pub(super) fn is_missing(&self, path: &str) -> bool {
        self.index().part_of(path).is_some_and(|root| !self.has_part(root))
    }

    /// True if a part is there: its files can be read.
    pub fn has_part(&self, root: &str) -> bool {
        self.parts.read().unwrap_or_else(PoisonError::into_inner).contains_key(root)
    }

    /// Roots of parts that are not there.
    pub fn missing_parts(&self) -> impl Iterator<Item = &str> {
        self.index().parts.keys().filter(|root| !self.has_part(root)).map(|root| &**root)
    }

    /// Adds the file of a part, for all who share this package.
    ///
    /// # Errors
    /// [`ArchiveError`] if it is not the file that the index names.
    pub fn attach(&self, root: &str, bytes: &[u8]) -> Result<(), ArchiveError> {
        let wrong = |what| ArchiveError::File { path: root.to_owned(), what };
        let part = self.index().parts.get(root).ok_or_else(|| wrong("the package has no such part"))?;
        if bytes.len() as u64 != part.length || Sha256::digest(bytes)[..] != part.sha256 {
            return Err(wrong("the file is not the part of this package"));
        }
        let parts = container::split(bytes)?;
        let container = Container::open(&parts)?;
        listed(&container, &part.files, None)?;
        self.parts.write().unwrap_or_else(PoisonError::into_inner).insert(root.to_owned(), Arc::new(container));
        Ok(())
    }

    /// Adds those of its parts whose files lie in a folder, whatever they are called.
    ///
    /// # Errors
    /// If the folder or a file that may be one cannot be read, or is not what it seemed to be.
    pub fn attach_from(&self, folder: &Path) -> Result<(), ArchiveError> {
        if self.missing_parts().next().is_none() {
            return Ok(());
        }
        let unreadable = |source: io::Error| ArchiveError::Unreadable { path: folder.display().to_string(), source };
        for entry in std::fs::read_dir(folder).map_err(unreadable)? {
            let path = entry.map_err(unreadable)?.path();
            if path.extension().is_some_and(|extension| extension == EXTENSION) {
                self.attach_file(&path)?;
            }
        }
        Ok(())
    }

    /// Adds the file of a part, if it is one of this package.
    fn attach_file(&self, path: &Path) -> Result<(), ArchiveError> {
        let unreadable = |source: io::Error| ArchiveError::Unreadable { path: path.display().to_string(), source };
        let length = std::fs::metadata(path).map_err(unreadable)?.len();
        let fits: Vec<&str> = self.missing_parts().filter(|root| self.index().parts[*root].length == length).collect();
        if fits.is_empty() {
            return Ok(());
        }
        let bytes = std::fs::read(path).map_err(unreadable)?;
        let hash: [u8; 32] = Sha256::digest(&bytes).into();
        match fits.into_iter().find(|root| self.index().parts[*root].sha256 == hash) {
            Some(root) => self.attach(root, &bytes),
            None => Ok(()),
        }
    }
}

/// Where the files of parts go beside that of their package: `shop.ma` has `shop.ROOT.part`, with dots for slashes.
pub fn files_beside<'p>(
    package: &Path,
    roots: impl IntoIterator<Item = &'p str>,
) -> impl Iterator<Item = (&'p str, PathBuf)> {
    let package = package.to_owned();
    let mut taken = std::collections::BTreeSet::new();
    roots.into_iter().map(move |root| {
        let mut name = root.replace('/', ".");
        while !taken.insert(name.to_lowercase()) {
            name.push('_');
        }
        (root, package.with_extension(format!("{name}.{EXTENSION}")))
    })
}

impl Parts for ArchivePackage {
    fn part(&self, path: &str) -> Option<Part> {
        let root = self.index().part_of(path)?;
        Some(Part { root: root.to_owned(), is_here: self.has_part(root) })
    }

    fn bring(&self, root: &str, reply: PartReply) {
        match self.has_part(root) {
            true => reply.arrived(),
            false => reply.failed("its file is not there"),
        }
    }
}
