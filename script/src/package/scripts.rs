//! Scripts of a package in a form that loads faster: rewritten for the engine and made small (`pellicle compile`).
//!
//! ```text
//! magic            8 bytes, "PELLJSJS"
//! version          u16
//! checksum         16 bytes, the first of BLAKE3 of all that follows
//! length of list   u32
//! list             postcard: path, hash of the text, stretch of the code, stretch of its places, for each file
//! stretches        code as UTF-8; places as `realm::modules::position` packs them
//! ```
//!
//! Numbers are little-endian. It stands beside the sources and never in their place: a file is looked up with its text, whose
//! hash has to be the one that was compiled. The hashes guard against mistakes, not against somebody: whoever can write this
//! file can write the sources, too, so what it holds is code of the program and no more.

use super::{PackageSource, read_text};
use crate::realm::modules::{LineMap, Prepared, compile, read_aliases, resolve_module};
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Name of the compiled scripts in a package.
pub const SCRIPTS_FILE: &str = "pellicle.scripts";

/// Version of the format, and of how scripts are rewritten: a test holds it to both.
const VERSION: u16 = 1;
const MAGIC: [u8; 8] = *b"PELLJSJS";
/// Where the checksum begins, and where what it covers does.
const CHECKSUM: usize = 10;
const BODY: usize = CHECKSUM + 16;

type Hash = [u8; 16];

fn hash(bytes: &[u8]) -> Hash {
    let mut short = Hash::default();
    short.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    short
}

#[derive(Debug, Deserialize, Serialize)]
struct Listed {
    path: String,
    hash: Hash,
    code: (u32, u32),
    places: (u32, u32),
}

/// Why compiled scripts are not used.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ScriptsError {
    /// The bytes are something else.
    #[error("it holds no compiled scripts")]
    Foreign,
    /// Another version of the format.
    #[error("it has version {0} of the format, this engine reads version {VERSION}")]
    Version(u16),
    /// Bytes are missing, are too many or are not what they were.
    #[error("it is damaged")]
    Damaged,
}

impl ScriptsError {
    /// The warning that the sources are read instead.
    pub fn about(&self) -> Diagnostic {
        let message = format!(
            "`{SCRIPTS_FILE}` is not used: {self}; all scripts are read from their sources, run `pellicle compile` again to mend that"
        );
        let start = Position { line: 1, column: 1 };
        Diagnostic::new(Severity::Warning, "stale-compiled", Arc::from(SCRIPTS_FILE), start, message)
    }
}

/// Makes the compiled scripts of a package.
#[derive(Debug, Default)]
pub struct ScriptCompiler {
    list: Vec<Listed>,
    stretches: Vec<u8>,
    left_out: Vec<String>,
    source_bytes: usize,
}

impl ScriptCompiler {
    /// Adds files of a package and what those require by names that stand in them.
    pub fn add(&mut self, package: &dyn PackageSource, paths: impl IntoIterator<Item = String>) {
        let aliases = read_aliases(package);
        let mut waiting: Vec<String> = paths.into_iter().collect();
        let mut seen: FxHashSet<String> = self.list.iter().map(|file| file.path.clone()).collect();
        while let Some(path) = waiting.pop() {
            if !(path.ends_with(".js") || path.ends_with(".ts")) || !seen.insert(path.clone()) {
                continue;
            }
            let Some(text) = read_text(package, &path) else { continue };
            match self.file(&path, &text) {
                Some(requires) => {
                    waiting.extend(requires.iter().filter_map(|id| resolve_module(package, &aliases, &path, id)));
                }
                None => self.left_out.push(path),
            }
        }
    }

    /// Adds a file, and gives what it requires; `None` if it goes on being read from its text, since it has mistakes or worklets.
    fn file(&mut self, path: &str, text: &str) -> Option<Vec<String>> {
        let compiled = compile(path, text)?;
        let (code, places) = (self.stretch(compiled.code.as_bytes())?, self.stretch(&compiled.places)?);
        self.list.push(Listed { path: path.to_owned(), hash: hash(text.as_bytes()), code, places });
        self.source_bytes += text.len();
        Some(compiled.requires)
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// Paths of files that go on being read from their texts.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Size of the sources, bytes.
    pub fn source_bytes(&self) -> usize {
        self.source_bytes
    }

    fn stretch(&mut self, bytes: &[u8]) -> Option<(u32, u32)> {
        let from = u32::try_from(self.stretches.len()).ok()?;
        let to = u32::try_from(self.stretches.len() + bytes.len()).ok()?;
        self.stretches.extend_from_slice(bytes);
        Some((from, to))
    }

    /// The bytes for [`SCRIPTS_FILE`]; `None` if they are too many for the format.
    pub fn finish(mut self) -> Option<Vec<u8>> {
        // The same for the same files, in whatever order they were found.
        self.list.sort_by(|a, b| a.path.cmp(&b.path));
        let list = postcard::to_allocvec(&self.list).ok()?;
        let mut body = u32::try_from(list.len()).ok()?.to_le_bytes().to_vec();
        body.extend(list);
        body.extend(self.stretches);
        let mut bytes = MAGIC.to_vec();
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend(hash(&body));
        bytes.extend(body);
        Some(bytes)
    }
}

/// The compiled scripts of a package.
#[derive(Debug)]
pub struct CompiledScripts {
    bytes: Arc<[u8]>,
    /// Where the stretches begin.
    stretches: usize,
    files: FxHashMap<String, Listed>,
    /// Whoever vouches for the sources vouches for these.
    vouched: bool,
    // Boa has no code to keep that is known by it.
    #[cfg_attr(not(feature = "quickjs"), allow(dead_code))]
    /// BLAKE3 of all but the head; zeros where somebody vouches, who knows a hash.
    whole: [u8; 32],
}

impl CompiledScripts {
    /// Opens the bytes of [`SCRIPTS_FILE`].
    ///
    /// # Errors
    /// [`ScriptsError`] if they are not those of this version.
    pub fn open(bytes: Arc<[u8]>) -> Result<CompiledScripts, ScriptsError> {
        CompiledScripts::checked(bytes, false)
    }

    /// Opens bytes that somebody vouches for, with the sources beside them: neither is hashed.
    ///
    /// # Errors
    /// As [`CompiledScripts::open`].
    pub fn open_vouched(bytes: Arc<[u8]>) -> Result<CompiledScripts, ScriptsError> {
        CompiledScripts::checked(bytes, true)
    }

    fn checked(bytes: Arc<[u8]>, vouched: bool) -> Result<CompiledScripts, ScriptsError> {
        if bytes.get(..MAGIC.len()) != Some(&MAGIC[..]) {
            return Err(ScriptsError::Foreign);
        }
        let version = bytes.get(MAGIC.len()..CHECKSUM).and_then(|two| two.try_into().ok()).map(u16::from_le_bytes);
        match version.ok_or(ScriptsError::Damaged)? {
            VERSION => {}
            other => return Err(ScriptsError::Version(other)),
        }
        let body = bytes.get(BODY..).ok_or(ScriptsError::Damaged)?;
        let whole = if vouched { [0; 32] } else { *blake3::hash(body).as_bytes() };
        if !vouched && bytes.get(CHECKSUM..BODY) != Some(&whole[..16]) {
            return Err(ScriptsError::Damaged);
        }
        let length = body.get(..4).and_then(|four| four.try_into().ok()).map(u32::from_le_bytes);
        let length = length.ok_or(ScriptsError::Damaged)? as usize;
        let list = body.get(4..).and_then(|rest| rest.get(..length)).ok_or(ScriptsError::Damaged)?;
        let list: Vec<Listed> = postcard::from_bytes(list).map_err(|_| ScriptsError::Damaged)?;
        let files = list.into_iter().map(|file| (file.path.clone(), file)).collect();
        Ok(CompiledScripts { stretches: BODY + 4 + length, files, bytes, vouched, whole })
    }

    #[cfg_attr(not(feature = "quickjs"), allow(dead_code))]
    /// What tells these from others; zeros where somebody vouches for them, who knows a hash.
    pub(crate) fn hash(&self) -> &[u8; 32] {
        &self.whole
    }

    /// A file whose text is the one that was compiled.
    pub(crate) fn find(&self, path: &str, text: &str) -> Option<Prepared> {
        let file = self.files.get(path)?;
        if file.hash == hash(text.as_bytes()) { self.prepared(file) } else { None }
    }

    /// A file whose text need not be looked at, since somebody vouches for both.
    pub(crate) fn vouched(&self, path: &str) -> Option<Prepared> {
        if self.vouched { self.prepared(self.files.get(path)?) } else { None }
    }

    fn prepared(&self, file: &Listed) -> Option<Prepared> {
        let place = |(from, to): (u32, u32)| self.stretches + from as usize..self.stretches + to as usize;
        let code = std::str::from_utf8(self.bytes.get(place(file.code))?).ok()?;
        let places = place(file.places);
        let map = LineMap::packed(self.bytes.clone(), places.start, places.end);
        Some(Prepared { code: code.to_owned(), map: Some(map) })
    }
}
