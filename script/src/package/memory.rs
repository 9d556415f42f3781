//! A package in memory.

use super::PackageSource;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files by their path, for tests and for hosts that have a package in another form.
#[derive(Clone, Debug, Default)]
pub struct MemoryPackage {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl MemoryPackage {
    /// An empty package.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds or replaces a file. `path` is relative to the package's root, without a leading slash.
    pub fn insert(&mut self, path: impl Into<String>, bytes: impl AsRef<[u8]>) {
        self.files.insert(path.into(), Arc::from(bytes.as_ref()));
    }
}

impl<P: Into<String>, B: AsRef<[u8]>> FromIterator<(P, B)> for MemoryPackage {
    fn from_iter<I: IntoIterator<Item = (P, B)>>(files: I) -> Self {
        let mut package = MemoryPackage::new();
        for (path, bytes) in files {
            package.insert(path, bytes);
        }
        package
    }
}

impl PackageSource for MemoryPackage {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.files.get(path).cloned()
    }

    fn contains(&self, path: &str) -> bool {
        self.files.contains_key(path)
    }

    fn paths(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }
}
