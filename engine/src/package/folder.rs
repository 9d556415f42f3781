//! A folder of sources as a package.
//!
//! Invariant: no path of the package reaches a file outside the folder, neither by `..` nor through a link.
//! Files are read when they are first asked for and kept; what is not there is remembered too.

use super::miniapp::Manifest;
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::package::PackageSource;
use pellicle_script::package::json;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::fs;
use std::path::{Component, Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// Folders below the root that are listed.
const MAX_DEPTH: usize = 32;
/// Largest file that is read, bytes: a package may not be larger than 30 MB in all.
const MAX_FILE: u64 = 64 << 20;

/// Why a folder cannot be opened as a package.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The folder itself cannot be read.
    #[error("{path}: {source}")]
    Folder {
        /// The folder as it was given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// There is no `app.json` in it.
    #[error(
        "{path}: there is no app.json in this folder; give the folder that holds app.json (or a project.config.json whose miniprogramRoot names it)"
    )]
    NoManifest {
        /// The folder as it was given.
        path: String,
    },
    /// It has a `manifest.json` instead, which cannot be understood.
    #[error("{0}")]
    Manifest(Box<Diagnostic>),
}

/// A folder of sources.
pub struct FolderPackage {
    root: PathBuf,
    /// The folder with `project.config.json`, which may be above the package.
    project: PathBuf,
    files: Mutex<FxHashMap<String, Option<Arc<[u8]>>>>,
    /// What the folder does not have and its manifest says.
    made: FxHashMap<String, Arc<[u8]>>,
}

impl FolderPackage {
    /// Opens the folder of a mini-program. Where `project.config.json` names a `miniprogramRoot` that holds an
    /// `app.json`, that folder below is the package. Where there is none but a manifest of the W3C's, `app.json` is made from that.
    ///
    /// # Errors
    /// [`OpenError`] if the folder cannot be read or holds neither.
    pub fn open(folder: &Path) -> Result<FolderPackage, OpenError> {
        let path = folder.display().to_string();
        let mut root = folder.canonicalize().map_err(|source| OpenError::Folder { path: path.clone(), source })?;
        let project = root.clone();
        if let Some(inner) = miniprogram_root(&root) {
            root = inner;
        }
        let mut package = FolderPackage { root, project, files: Mutex::default(), made: FxHashMap::default() };
        if !package.root.join("app.json").is_file() {
            let mut found = Vec::new();
            let Some(manifest) = Manifest::read(&package, &mut found) else {
                let found = found.into_iter().find(|found| found.severity == Severity::Error);
                return Err(found.map_or(OpenError::NoManifest { path }, |found| OpenError::Manifest(Box::new(found))));
            };
            package.make("app.json", &manifest.app_json());
            if !package.contains(PROJECT_FILE) {
                package.make(PROJECT_FILE, &manifest.project_json());
            }
        }
        Ok(package)
    }

    /// Adds a file that is made from the manifest.
    fn make(&mut self, path: &str, json: &Value) {
        self.made.insert(path.to_owned(), Arc::from(json.to_string().into_bytes()));
    }

    /// The folder that the package's paths are relative to.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The file that a path names and its length, bytes; `None` if there is none in the folder.
    fn locate(&self, path: &str) -> Option<(PathBuf, u64)> {
        let relative = Path::new(path);
        if path.is_empty() || !relative.components().all(|c| matches!(c, Component::Normal(_) | Component::CurDir)) {
            return None;
        }
        // The project's own file counts as one of the package, wherever the package lies in the project.
        let root = if path == PROJECT_FILE { &self.project } else { &self.root };
        let file = root.join(relative).canonicalize().ok()?;
        if !file.starts_with(root) {
            return None;
        }
        let info = fs::metadata(&file).ok()?;
        info.is_file().then_some((file, info.len()))
    }

    fn load(&self, path: &str) -> Option<Arc<[u8]>> {
        let (file, length) = self.locate(path)?;
        if length > MAX_FILE {
            return None;
        }
        Some(Arc::from(fs::read(&file).ok()?))
    }

    fn list(&self, folder: &Path, depth: usize, into: &mut Vec<String>) {
        let Ok(entries) = fs::read_dir(folder) else { return };
        for entry in entries.flatten() {
            let Ok(kind) = entry.file_type() else { continue };
            let path = entry.path();
            // Version control and the tools' own folders are no part of a program.
            if entry.file_name().to_string_lossy().starts_with('.') {
                continue;
            }
            if kind.is_dir() {
                if depth < MAX_DEPTH {
                    self.list(&path, depth + 1, into);
                }
            } else if let Ok(relative) = path.strip_prefix(&self.root) {
                let name = relative.components().map(|c| c.as_os_str().to_string_lossy()).collect::<Vec<_>>().join("/");
                // A link counts as the file it leads to, if that is inside.
                if kind.is_file() || self.contains(&name) {
                    into.push(name);
                }
            }
        }
    }
}

impl PackageSource for FolderPackage {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        if let Some(made) = self.made.get(path) {
            return Some(made.clone());
        }
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(path) {
            return known.clone();
        }
        let bytes = self.load(path);
        files.insert(path.to_owned(), bytes.clone());
        bytes
    }

    fn length(&self, path: &str) -> Option<u64> {
        if let Some(made) = self.made.get(path) {
            return Some(made.len() as u64);
        }
        self.locate(path).map(|(_, length)| length)
    }

    fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        self.list(&self.root, 0, &mut paths);
        paths.extend(self.made.keys().cloned());
        paths.sort_unstable();
        paths
    }
}

/// The file with the settings of a project.
pub const PROJECT_FILE: &str = "project.config.json";

/// The folder that `project.config.json` names, if it lies below and holds an `app.json`.
fn miniprogram_root(folder: &Path) -> Option<PathBuf> {
    let text = fs::read_to_string(folder.join(PROJECT_FILE)).ok()?;
    let config = json::parse(PROJECT_FILE, &text).0?;
    let name = config.value.get("miniprogramRoot")?.as_str()?;
    let inner = folder.join(name.trim_start_matches('/')).canonicalize().ok()?;
    (inner.starts_with(folder) && inner.join("app.json").is_file()).then_some(inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn program() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("app/pages/a")).unwrap();
        fs::write(folder.path().join("secret.txt"), "outside").unwrap();
        fs::write(folder.path().join("app/app.json"), "{}").unwrap();
        fs::write(folder.path().join("app/pages/a/a.wxml"), "<view/>").unwrap();
        folder
    }

    #[test]
    fn nothing_outside_the_folder_can_be_read() {
        let folder = program();
        #[cfg(unix)]
        {
            std::os::unix::fs::symlink(folder.path().join("secret.txt"), folder.path().join("app/link.txt")).unwrap();
            std::os::unix::fs::symlink(folder.path(), folder.path().join("app/up")).unwrap();
        }
        let package = FolderPackage::open(&folder.path().join("app")).unwrap();
        for path in ["../secret.txt", "pages/../../secret.txt", "link.txt", "up/secret.txt", "/etc/passwd", "", "pages"]
        {
            assert!(package.read(path).is_none(), "{path}");
        }
        assert_eq!(&*package.read("pages/a/a.wxml").unwrap(), b"<view/>");
        assert_eq!(package.paths(), ["app.json", "pages/a/a.wxml"]);
    }

    #[test]
    fn the_project_file_names_the_folder_of_the_program() {
        let folder = program();
        fs::write(folder.path().join("project.config.json"), r#"{"miniprogramRoot": "app/"}"#).unwrap();
        let package = FolderPackage::open(folder.path()).unwrap();
        assert!(package.read(PROJECT_FILE).is_some() && package.read("secret.txt").is_none());
        assert!(package.contains("pages/a/a.wxml"));
        fs::write(folder.path().join("project.config.json"), r#"{"miniprogramRoot": "../"}"#).unwrap();
        assert!(matches!(FolderPackage::open(folder.path()), Err(OpenError::NoManifest { .. })));
    }

    #[test]
    fn a_missing_folder_is_named() {
        let Err(error) = FolderPackage::open(Path::new("/no/such/folder")) else { panic!("opened") };
        assert!(error.to_string().starts_with("/no/such/folder: "));
    }
}
