//! A program's files, each read once, with its compiled form.

use crate::tools::compile;
use pellicle_layout::compiled::COMPILED_FILE;
use pellicle_script::package::PackageSource;
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// A program's files, each read once, with its compiled form.
pub struct Kept {
    package: Arc<dyn PackageSource>,
    compiled: OnceLock<Option<Arc<[u8]>>>,
    files: Mutex<BTreeMap<String, Option<Arc<[u8]>>>>,
}

impl Kept {
    /// The files of a program, none of them read yet.
    pub fn new(package: Arc<dyn PackageSource>) -> Kept {
        Kept { package, compiled: OnceLock::new(), files: Mutex::default() }
    }

    fn compile(&self) -> Option<Arc<[u8]>> {
        compile::program(&*self.package).ok().map(|outcome| Arc::from(outcome.bytes))
    }
}

impl PackageSource for Kept {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        if path == COMPILED_FILE {
            return self.compiled.get_or_init(|| self.compile()).clone();
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.entry(path.to_owned()).or_insert_with(|| self.package.read(path)).clone()
    }

    fn contains(&self, path: &str) -> bool {
        self.package.contains(path)
    }

    fn paths(&self) -> Vec<String> {
        self.package.paths()
    }
}
