//! Places in scripts of a package as places in their sources, by maps that are kept apart from it.

use pellicle_script::package::maps::{SourceMap, map_name, path_of_map, with_maps};
use pellicle_script::package::{PackageSource, SCRIPTS_FILE};
use regex::{Captures, Regex};
use sha2::{Digest, Sha256};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// Folders below that of maps that are looked into.
const MAX_DEPTH: usize = 32;

/// Why a folder of maps cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {source}")]
pub struct MapFolderError {
    /// The folder.
    path: String,
    /// What the system said.
    source: io::Error,
}

/// A folder of source maps, of one version of a program or several.
#[derive(Debug)]
pub struct MapFolder {
    /// Files of maps by the path of the script.
    maps: BTreeMap<String, Vec<PathBuf>>,
    root: PathBuf,
}

impl MapFolder {
    /// Lists a folder.
    ///
    /// # Errors
    /// [`MapFolderError`] if it cannot be read.
    pub fn open(folder: &Path) -> Result<MapFolder, MapFolderError> {
        let mut maps = MapFolder { maps: BTreeMap::new(), root: folder.to_owned() };
        maps.list(folder, "", 0).map_err(|source| MapFolderError { path: folder.display().to_string(), source })?;
        Ok(maps)
    }

    fn list(&mut self, folder: &Path, prefix: &str, depth: usize) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            let kind = entry.file_type()?;
            if kind.is_dir() && depth < MAX_DEPTH {
                self.list(&entry.path(), &format!("{name}/"), depth + 1)?;
            } else if let Some(path) = path_of_map(&name).filter(|_| kind.is_file()) {
                self.maps.entry(path.to_owned()).or_default().push(entry.path());
            }
        }
        Ok(())
    }

    fn named(&self, name: &str) -> Option<SourceMap> {
        // Names are those of a package's paths: only what was listed is read.
        let file = self.root.join(name);
        self.maps.get(path_of_map(name)?)?.contains(&file).then(|| read(&file)).flatten()
    }
}

fn read(file: &Path) -> Option<SourceMap> {
    SourceMap::parse(&fs::read_to_string(file).ok()?).ok()
}

/// A package whose compiled scripts have the places of maps.
pub struct WithMaps<P> {
    package: P,
    scripts: Option<(Arc<[u8]>, [u8; 32])>,
    /// The sources that maps have, by path.
    sources: BTreeMap<String, String>,
}

impl<P: PackageSource> WithMaps<P> {
    /// The package with the maps of a folder, and to how many of its scripts those belong. Compiled scripts that cannot be used stay
    /// as they are: whoever opens them says why.
    pub fn open(package: P, folder: &MapFolder) -> (WithMaps<P>, usize) {
        let sources = RefCell::new(BTreeMap::new());
        let find = |name: &str| {
            let map = folder.named(name)?;
            if let (Some(path), Some(text)) = (path_of_map(name), map.text()) {
                sources.borrow_mut().insert(path.to_owned(), text.to_owned());
            }
            Some(map)
        };
        let made = with_maps(&package, find).ok().flatten();
        let found = made.as_ref().map_or(0, |(_, found)| *found);
        let scripts = made.filter(|_| found > 0).map(|(bytes, _)| {
            let hash = Sha256::digest(&bytes).into();
            (Arc::from(bytes), hash)
        });
        (WithMaps { package, scripts, sources: sources.into_inner() }, found)
    }

    fn replaced(&self, path: &str) -> Option<&(Arc<[u8]>, [u8; 32])> {
        self.scripts.as_ref().filter(|_| path == SCRIPTS_FILE)
    }
}

impl<P: PackageSource> PackageSource for WithMaps<P> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        self.replaced(path).map(|(bytes, _)| bytes.clone()).or_else(|| self.package.read(path))
    }

    fn source(&self, path: &str) -> Option<String> {
        self.sources.get(path).cloned().or_else(|| self.package.text(path))
    }

    fn length(&self, path: &str) -> Option<u64> {
        self.replaced(path).map(|(bytes, _)| bytes.len() as u64).or_else(|| self.package.length(path))
    }

    fn paths(&self) -> Vec<String> {
        self.package.paths()
    }

    fn behind(&self) -> Option<&dyn PackageSource> {
        Some(&self.package)
    }

    fn identity(&self) -> Option<[u8; 32]> {
        // It has other scripts than the one that is known by that.
        None
    }

    fn content_hash(&self, path: &str) -> Option<[u8; 32]> {
        // Only where somebody vouches for the others: for these bytes it is whoever runs this.
        let others = self.package.content_hash(path)?;
        Some(self.replaced(path).map_or(others, |(_, hash)| *hash))
    }
}

/// Rewrites places in a log.
pub struct Symbolicator<'a> {
    folder: &'a MapFolder,
    /// The package that the places are of.
    package: Option<&'a dyn PackageSource>,
    maps: BTreeMap<String, Option<SourceMap>>,
    /// Paths of scripts of which the folder has maps of several versions, so that none was taken.
    unclear: Vec<String>,
}

impl<'a> Symbolicator<'a> {
    /// For places in a package; without one in whatever the folder has maps of.
    pub fn new(folder: &'a MapFolder, package: Option<&'a dyn PackageSource>) -> Symbolicator<'a> {
        Symbolicator { folder, package, maps: BTreeMap::new(), unclear: Vec::new() }
    }

    /// A line with places in the sources: what is written as `path:line:column`, and members `file`, `line` and `column` beside each
    /// other where the line is JSON, as in what `--log` writes.
    pub fn line(&mut self, line: &str) -> String {
        let line = self.members(line).unwrap_or_else(|| line.to_owned());
        let Some(places) = places() else { return line };
        let replaced = places.replace_all(&line, |found: &Captures<'_>| {
            let whole = found.get(0).map_or("", |whole| whole.as_str()).to_owned();
            let number = |at: usize| found.get(at).and_then(|digits| digits.as_str().parse().ok());
            let (Some(path), Some(row), Some(column)) = (found.get(1), number(2), number(3)) else { return whole };
            match self.map(path.as_str()) {
                Some(map) => {
                    let (row, column) = map.original(row, column);
                    format!("{}:{row}:{column}", map.source())
                }
                None => whole,
            }
        });
        replaced.into_owned()
    }

    /// A line that is an object with a place in members of its own, which is mapped; nothing for any other.
    fn members(&mut self, line: &str) -> Option<String> {
        if !line.starts_with('{') {
            return None;
        }
        let mut value: serde_json::Value = serde_json::from_str(line).ok()?;
        let number =
            |name: &str| value.get(name).and_then(serde_json::Value::as_u64).and_then(|n| u32::try_from(n).ok());
        let (row, column) = (number("line")?, number("column")?);
        let map = self.map(value.get("file")?.as_str()?)?;
        let (row, column) = map.original(row, column);
        let source = map.source().to_owned();
        let object = value.as_object_mut()?;
        object.insert("file".to_owned(), source.into());
        object.insert("line".to_owned(), row.into());
        object.insert("column".to_owned(), column.into());
        Some(value.to_string())
    }

    /// Paths of scripts whose places stayed as they are, since the folder has maps of several versions of them.
    pub fn unclear(&self) -> &[String] {
        &self.unclear
    }

    fn map(&mut self, path: &str) -> Option<&SourceMap> {
        if !self.maps.contains_key(path) {
            let map = self.find(path);
            self.maps.insert(path.to_owned(), map);
        }
        self.maps.get(path)?.as_ref()
    }

    fn find(&mut self, path: &str) -> Option<SourceMap> {
        match (self.package, self.folder.maps.get(path)?.as_slice()) {
            (Some(package), _) => self.folder.named(&map_name(path, &package.text(path)?)),
            (None, [one]) => read(one),
            (None, _) => {
                self.unclear.push(path.to_owned());
                None
            }
        }
    }
}

/// A path of a script with line and column.
fn places() -> Option<&'static Regex> {
    static PLACES: OnceLock<Option<Regex>> = OnceLock::new();
    PLACES.get_or_init(|| Regex::new(r#"([^\s():"'<>,]+\.(?:js|ts)):(\d+):(\d+)"#).ok()).as_ref()
}
