//! A mini-program in a folder of its own, with the packages from npm that its pages name: a package's files must lie below the
//! program's own folder.

use super::{Failure, npm};
use std::fs;
use std::path::{Path, PathBuf};

/// A folder that goes when this is dropped.
pub struct Staged(PathBuf);

impl Staged {
    /// Copies a mini-program and the packages that it needs. `None` if one of them is not there, which is said.
    ///
    /// # Errors
    /// What the file system says.
    pub fn new(program: &Path, packages: &[&str]) -> Result<Option<Staged>, Failure> {
        if let Some(missing) = packages.iter().map(|package| npm().join(package)).find(|package| !package.is_dir()) {
            println!("not run: {}, there is no {}", program.display(), missing.display());
            return Ok(None);
        }
        let name = program.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
        let staged = Staged(std::env::temp_dir().join(format!("pellicle-{name}-{}", std::process::id())));
        copy(program, &staged.0)?;
        for package in packages {
            copy(&npm().join(package), &staged.0.join("node_modules").join(package))?;
        }
        Ok(Some(staged))
    }

    /// The folder.
    pub fn folder(&self) -> &Path {
        &self.0
    }
}

impl Drop for Staged {
    fn drop(&mut self) {
        // A folder of the system's for what may be lost.
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Copies a folder, but for packages that lie in it.
fn copy(from: &Path, into: &Path) -> Result<(), Failure> {
    fs::create_dir_all(into)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        if name == "node_modules" {
            continue;
        }
        if entry.file_type()?.is_dir() {
            copy(&path, &into.join(name))?;
        } else {
            fs::copy(&path, into.join(name))?;
        }
    }
    Ok(())
}
