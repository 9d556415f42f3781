//! Packages that a host has opened and may open again: what was checked once is not checked again.
//!
//! A package is found by the hash of all its bytes, so whoever changes one finds nothing. Who is trusted is looked at at each opening.

use super::{ArchiveError, ArchiveLimits, ArchivePackage, Trust, within};
use sha2::{Digest, Sha256};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Opened packages, those that were used last.
#[derive(Debug)]
pub struct PackageCache {
    budget: usize,
    held: Mutex<Vec<Held>>,
}

#[derive(Debug)]
struct Held {
    hash: [u8; 32],
    package: Arc<ArchivePackage>,
}

impl PackageCache {
    /// Keeps packages of at most so many bytes in all, with their files that were read. One that is larger is opened each time.
    pub fn new(bytes: usize) -> PackageCache {
        PackageCache { budget: bytes, held: Mutex::default() }
    }

    fn held(&self) -> MutexGuard<'_, Vec<Held>> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Opens the bytes of a package, as [`ArchivePackage::open`] does.
    ///
    /// # Errors
    /// Those of [`ArchivePackage::open`].
    pub fn open(
        &self,
        bytes: &[u8],
        trust: Trust<'_>,
        limits: &ArchiveLimits,
    ) -> Result<Arc<ArchivePackage>, ArchiveError> {
        within("bytes", bytes.len() as u64, limits.archive_bytes)?;
        let hash: [u8; 32] = Sha256::digest(bytes).into();
        if let Some(package) = self.found(&hash) {
            package.fits(trust, limits)?;
            return Ok(package);
        }
        let package = Arc::new(ArchivePackage::open(bytes, trust, limits)?);
        let mut held = self.held();
        held.retain(|one| one.hash != hash);
        held.push(Held { hash, package: package.clone() });
        self.shrink(&mut held);
        Ok(package)
    }

    /// Opens a package of the disk, as [`ArchivePackage::open_file`] does.
    ///
    /// # Errors
    /// Those of [`ArchivePackage::open_file`].
    pub fn open_file(
        &self,
        path: &std::path::Path,
        trust: Trust<'_>,
        limits: &ArchiveLimits,
    ) -> Result<Arc<ArchivePackage>, ArchiveError> {
        self.open(&super::read_file(path, limits)?, trust, limits)
    }

    fn found(&self, hash: &[u8; 32]) -> Option<Arc<ArchivePackage>> {
        let mut held = self.held();
        let at = held.iter().position(|one| one.hash == *hash)?;
        // Those that were used last are at the end.
        let one = held.remove(at);
        let package = one.package.clone();
        held.push(one);
        self.shrink(&mut held);
        Some(package)
    }

    /// Files are read as programs run, so packages grow.
    fn shrink(&self, held: &mut Vec<Held>) {
        let mut bytes: usize = held.iter().map(|one| one.package.held_bytes()).sum();
        while bytes > self.budget && !held.is_empty() {
            bytes = bytes.saturating_sub(held.remove(0).package.held_bytes());
        }
    }

    /// Bytes of the packages that are kept, and of their files that were read.
    pub fn bytes(&self) -> usize {
        self.held().iter().map(|one| one.package.held_bytes()).sum()
    }

    /// How many packages are kept.
    pub fn len(&self) -> usize {
        self.held().len()
    }

    /// True if none is kept.
    pub fn is_empty(&self) -> bool {
        self.held().is_empty()
    }

    /// Forgets all packages; who has one keeps it.
    pub fn trim(&self) {
        self.held().clear();
    }
}
