//! A package made of texts, for tools and tests.

use pellicle_script::package::PackageSource;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Files by path.
#[derive(Default)]
pub struct MemoryPackage {
    files: BTreeMap<String, Arc<[u8]>>,
}

impl MemoryPackage {
    /// A package with these files.
    pub fn new<P: Into<String>, B: AsRef<[u8]>>(files: impl IntoIterator<Item = (P, B)>) -> MemoryPackage {
        MemoryPackage { files: files.into_iter().map(|(p, b)| (p.into(), Arc::from(b.as_ref()))).collect() }
    }
}

impl PackageSource for MemoryPackage {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.files.get(path).cloned()
    }

    fn paths(&self) -> Vec<String> {
        self.files.keys().cloned().collect()
    }
}
