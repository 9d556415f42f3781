//! Scripts of a package in a form that loads faster: rewritten for the engine and made small (`pellicle compile`).
//!
//! ```text
//! magic            8 bytes, "PELLJSJS"
//! version          u16
//! checksum         16 bytes, the first of BLAKE3 of all that follows
//! length of list   u32
//! list             postcard: path, hash of the text, stretch of the code unless the text is the code, stretch of its places, for
//!                  each file
//! stretches        code as UTF-8; places as `realm::modules::position` packs them
//! ```
//!
//! Numbers are little-endian. It stands beside the sources and never in their place: a file is looked up with its text, whose
//! hash has to be the one that was compiled. The hashes guard against mistakes, not against somebody: whoever can write this
//! file can write the sources, too, so what it holds is code of the program and no more.
//!
//! In a package that is shipped ([`ScriptCompiler::for_package`]) the code takes the place of the source, and places are kept apart,
//! as source maps (see [`maps`](super::maps)).

use super::maps::ShippedScript;
use super::{PackageSource, read_text};
use crate::realm::modules::{Compiled, LineMap, Prepared, compile, read_aliases, resolve_module};
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use rustc_hash::{FxHashMap, FxHashSet};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Name of the compiled scripts in a package.
pub const SCRIPTS_FILE: &str = "pellicle.scripts";

/// Version of the format, and of how scripts are rewritten: a test holds it to both.
const VERSION: u16 = 2;
const MAGIC: [u8; 8] = *b"PELLJSJS";
/// Where the checksum begins, and where what it covers does.
const CHECKSUM: usize = 10;
const BODY: usize = CHECKSUM + 16;

type Hash = [u8; 16];

pub(super) fn hash(bytes: &[u8]) -> Hash {
    let mut short = Hash::default();
    short.copy_from_slice(&blake3::hash(bytes).as_bytes()[..16]);
    short
}

#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Listed {
    pub(super) path: String,
    hash: Hash,
    /// `None` where the text is what the engine gets.
    code: Option<(u32, u32)>,
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

/// The list of files and their stretches, as they are written.
#[derive(Debug, Default)]
pub(super) struct Written {
    pub(super) list: Vec<Listed>,
    stretches: Vec<u8>,
}

impl Written {
    fn stretch(&mut self, bytes: &[u8]) -> Option<(u32, u32)> {
        let from = u32::try_from(self.stretches.len()).ok()?;
        let to = u32::try_from(self.stretches.len() + bytes.len()).ok()?;
        self.stretches.extend_from_slice(bytes);
        Some((from, to))
    }

    /// Adds a file; its code is its text where none is given.
    pub(super) fn add(&mut self, path: &str, text: Hash, code: Option<&str>, places: &[u8]) -> Option<()> {
        let code = match code {
            Some(code) => Some(self.stretch(code.as_bytes())?),
            None => None,
        };
        let places = self.stretch(places)?;
        self.list.push(Listed { path: path.to_owned(), hash: text, code, places });
        Some(())
    }

    /// The bytes for [`SCRIPTS_FILE`]; `None` if they are too many for the format.
    pub(super) fn finish(mut self) -> Option<Vec<u8>> {
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

/// What scripts were compiled to, kept from one [`ScriptCompiler`] to the next: of the same path and text comes the same.
#[derive(Debug, Default)]
pub struct ScriptMemo(Mutex<Kept>);

#[derive(Debug, Default)]
struct Kept {
    scripts: FxHashMap<(String, Hash), KeptScript>,
    compiled: usize,
}

#[derive(Debug)]
struct KeptScript {
    /// `None` for a file that is read from its text.
    compiled: Option<Arc<Compiled>>,
    used: bool,
}

impl ScriptMemo {
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn compile(&self, path: &str, text: &str) -> Option<Arc<Compiled>> {
        let key = (path.to_owned(), hash(text.as_bytes()));
        if let Some(known) = self.kept().scripts.get_mut(&key) {
            known.used = true;
            return known.compiled.clone();
        }
        let compiled = compile(path, text).map(Arc::new);
        let mut kept = self.kept();
        kept.compiled += 1;
        kept.scripts.insert(key, KeptScript { compiled: compiled.clone(), used: true });
        compiled
    }

    /// How many files were compiled since the last call.
    pub fn take_compiled(&self) -> usize {
        std::mem::take(&mut self.kept().compiled)
    }

    /// Forgets what nobody asked for since the last call.
    pub fn end(&self) {
        self.kept().scripts.retain(|_, script| std::mem::take(&mut script.used));
    }
}

/// Makes the compiled scripts of a package.
#[derive(Debug, Default)]
pub struct ScriptCompiler {
    memo: Arc<ScriptMemo>,
    written: Written,
    /// What takes the place of sources, if something is to.
    shipped: Option<Vec<ShippedScript>>,
    left_out: Vec<String>,
    source_bytes: usize,
}

impl ScriptCompiler {
    /// For a package that is shipped: code takes the place of sources ([`ScriptCompiler::take_shipped`]), and there are no places in it.
    pub fn for_package() -> ScriptCompiler {
        ScriptCompiler { shipped: Some(Vec::new()), ..ScriptCompiler::default() }
    }

    /// With what was compiled before.
    pub fn with_memo(self, memo: &Arc<ScriptMemo>) -> ScriptCompiler {
        ScriptCompiler { memo: memo.clone(), ..self }
    }

    /// Adds files of a package and what those require by names that stand in them.
    pub fn add(&mut self, package: &dyn PackageSource, paths: impl IntoIterator<Item = String>) {
        let aliases = read_aliases(package);
        let mut waiting: Vec<String> = paths.into_iter().collect();
        let mut seen: FxHashSet<String> = self.written.list.iter().map(|file| file.path.clone()).collect();
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
        let compiled = self.memo.compile(path, text)?;
        match &mut self.shipped {
            None => self.written.add(path, hash(text.as_bytes()), Some(&compiled.code), &compiled.places)?,
            // JavaScript is TypeScript for the most part only.
            Some(shipped) if path.ends_with(".ts") => {
                self.written.add(path, hash(text.as_bytes()), Some(&compiled.code), &[])?;
                shipped.push(ShippedScript::new(path, compiled.clone(), false));
            }
            Some(shipped) => {
                self.written.add(path, hash(compiled.code.as_bytes()), None, &[])?;
                shipped.push(ShippedScript::new(path, compiled.clone(), true));
            }
        }
        self.source_bytes += text.len();
        Some(compiled.requires.clone())
    }

    /// How many files there are.
    pub fn len(&self) -> usize {
        self.written.list.len()
    }

    /// True if there is none.
    pub fn is_empty(&self) -> bool {
        self.written.list.is_empty()
    }

    /// Paths of files that go on being read from their texts.
    pub fn left_out(&self) -> &[String] {
        &self.left_out
    }

    /// Size of the sources, bytes.
    pub fn source_bytes(&self) -> usize {
        self.source_bytes
    }

    /// The scripts of a package that is shipped, sorted by path.
    pub fn take_shipped(&mut self) -> Vec<ShippedScript> {
        let mut shipped = self.shipped.as_mut().map(std::mem::take).unwrap_or_default();
        shipped.sort_by(|a, b| a.path().cmp(b.path()));
        shipped
    }

    /// The files of each part apart: `part` names the one that a path belongs to.
    pub fn apart(self, part: impl Fn(&str) -> String) -> BTreeMap<String, ScriptCompiler> {
        let Written { list, stretches } = self.written;
        let mut parts: BTreeMap<String, ScriptCompiler> = BTreeMap::new();
        for file in list {
            let into = &mut parts.entry(part(&file.path)).or_default().written;
            let mut moved = |(from, to): (u32, u32)| {
                // It is no larger than the whole, which had room.
                let start = into.stretches.len() as u32;
                into.stretches.extend_from_slice(&stretches[from as usize..to as usize]);
                (start, into.stretches.len() as u32)
            };
            let (code, places) = (file.code.map(&mut moved), moved(file.places));
            into.list.push(Listed { code, places, ..file });
        }
        parts
    }

    /// The bytes for [`SCRIPTS_FILE`]; `None` if they are too many for the format.
    pub fn finish(self) -> Option<Vec<u8>> {
        self.written.finish()
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
        if file.hash == hash(text.as_bytes()) { self.prepared(file, || text) } else { None }
    }

    /// A file whose text need not be looked at, since somebody vouches for both; unless that is its code.
    pub(crate) fn vouched<'t>(&self, path: &str, text: impl FnOnce() -> &'t str) -> Option<Prepared> {
        if self.vouched { self.prepared(self.files.get(path)?, text) } else { None }
    }

    fn place(&self, (from, to): (u32, u32)) -> std::ops::Range<usize> {
        self.stretches + from as usize..self.stretches + to as usize
    }

    fn prepared<'t>(&self, file: &Listed, text: impl FnOnce() -> &'t str) -> Option<Prepared> {
        let code = match file.code {
            Some(code) => std::str::from_utf8(self.bytes.get(self.place(code))?).ok()?.to_owned(),
            None => text().to_owned(),
        };
        let places = self.place(file.places);
        let map = (!places.is_empty()).then(|| LineMap::packed(self.bytes.clone(), places.start, places.end));
        Some(Prepared { code, map })
    }

    /// The same with places that somebody has: `text` gives the text of a file, `places` those of a file's code. Gives how many
    /// files have places then, too.
    pub(super) fn with_places(
        &self,
        text: impl Fn(&str) -> Option<String>,
        places: impl Fn(&str, &str) -> Option<Vec<u8>>,
    ) -> Option<(Vec<u8>, usize)> {
        let (mut written, mut found) = (Written::default(), 0);
        let mut files: Vec<&Listed> = self.files.values().collect();
        files.sort_by(|a, b| a.path.cmp(&b.path));
        for file in files {
            let code = file.code.and_then(|code| std::str::from_utf8(self.bytes.get(self.place(code))?).ok());
            let text = if file.code.is_none() { text(&file.path) } else { None };
            let known = code.or(text.as_deref()).and_then(|code| places(&file.path, code));
            found += usize::from(known.is_some());
            let kept = || self.bytes.get(self.place(file.places)).unwrap_or_default().to_vec();
            written.add(&file.path, file.hash, code, &known.unwrap_or_else(kept))?;
        }
        Some((written.finish()?, found))
    }
}
