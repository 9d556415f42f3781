//! Source maps of scripts that are shipped without them: the places of code in the files that it came from, kept apart from the
//! package.
//!
//! A map has the form of [ECMA-426](https://tc39.es/ecma426/), version 3. It belongs to a path and the hash of the code there
//! ([`ShippedScript::name`]), so maps of many versions lie beside each other and each finds its own. Columns are in UTF-16 code units, as
//! they are in stack traces.

use super::scripts::{self, CompiledScripts, ScriptsError};
use super::{PackageSource, SCRIPTS_FILE};
use crate::realm::modules::{Compiled, LineMap, Place};
use oxc_sourcemap::SourceMapBuilder;
use std::sync::Arc;

/// What names of source maps end with.
pub const MAP_ENDING: &str = ".map";

/// A script as it is shipped.
#[derive(Clone, Debug)]
pub struct ShippedScript {
    path: String,
    compiled: Arc<Compiled>,
    is_text: bool,
}

impl ShippedScript {
    pub(super) fn new(path: &str, compiled: Arc<Compiled>, is_text: bool) -> ShippedScript {
        ShippedScript { path: path.to_owned(), compiled, is_text }
    }

    /// Its path in the package.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The code.
    pub fn code(&self) -> &str {
        &self.compiled.code
    }

    /// True if the code takes the place of the source; else the source is in the package, too.
    pub fn is_text(&self) -> bool {
        self.is_text
    }

    /// Name of its map, below the folder of maps.
    pub fn name(&self) -> String {
        map_name(&self.path, &self.compiled.code)
    }

    /// The map, given the source.
    pub fn source_map(&self, source: &str) -> String {
        let mut builder = SourceMapBuilder::default();
        builder.set_file(&self.path);
        let id = builder.add_source_and_content(&self.path, source);
        let bytes: Arc<[u8]> = Arc::from(&self.compiled.places[..]);
        let map = LineMap::packed(bytes.clone(), 0, bytes.len());
        for (line, column, from_line, from_column) in map.all() {
            let zero = |number: &u32| number.saturating_sub(1);
            builder.add_token(zero(line), zero(column), zero(from_line), zero(from_column), Some(id), None);
        }
        builder.into_sourcemap().to_json_string()
    }
}

/// Name of the map of a file with this code, below the folder of maps: both tell it from all others.
pub fn map_name(path: &str, code: &str) -> String {
    let hash = scripts::hash(code.as_bytes());
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{path}.{digits}{MAP_ENDING}")
}

/// The path of the file that a map of this name belongs to; `None` if it is no name of a map.
pub fn path_of_map(name: &str) -> Option<&str> {
    let (path, hash) = name.strip_suffix(MAP_ENDING)?.rsplit_once('.')?;
    (hash.len() == 32 && hash.bytes().all(|digit| digit.is_ascii_hexdigit())).then_some(path)
}

/// Why a source map cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("this is no source map of version 3: {0}")]
pub struct SourceMapError(String);

/// Places of a script's code in its source.
#[derive(Debug)]
pub struct SourceMap {
    source: String,
    text: Option<String>,
    map: LineMap,
}

impl SourceMap {
    /// Reads a map.
    ///
    /// # Errors
    /// [`SourceMapError`] if it is none.
    pub fn parse(json: &str) -> Result<SourceMap, SourceMapError> {
        let map =
            oxc_sourcemap::SourceMap::from_json_string(json).map_err(|error| SourceMapError(error.to_string()))?;
        let source = map.get_source(0).unwrap_or_default().to_owned();
        let places: Vec<Place> = map
            .get_tokens()
            .filter(|token| token.get_source_id() == Some(0))
            .map(|token| {
                let one = |number: u32| number.saturating_add(1);
                (
                    one(token.get_dst_line()),
                    one(token.get_dst_col()),
                    one(token.get_src_line()),
                    one(token.get_src_col()),
                )
            })
            .collect();
        let text = map.get_source_content(0).map(str::to_owned);
        Ok(SourceMap { source, text, map: LineMap::new(places) })
    }

    /// The file that the places are in.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The text of that file, if the map has it.
    pub fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// The place in the source of a place in the code: line and column, from 1.
    pub fn original(&self, line: u32, column: u32) -> (u32, u32) {
        self.map.original(line, column)
    }
}

/// The compiled scripts of a package with the places of maps, which `find` gives by name. Gives how many files have places then, too;
/// `None` if the package has no compiled scripts.
///
/// # Errors
/// [`ScriptsError`] if the package's compiled scripts cannot be used.
pub fn with_maps(
    package: &dyn PackageSource,
    find: impl Fn(&str) -> Option<SourceMap>,
) -> Result<Option<(Vec<u8>, usize)>, ScriptsError> {
    let Some(bytes) = package.read(SCRIPTS_FILE) else { return Ok(None) };
    let scripts = CompiledScripts::open(bytes)?;
    let places = |path: &str, code: &str| Some(find(&map_name(path, code))?.map.to_bytes());
    Ok(scripts.with_places(|path| package.text(path), places))
}
