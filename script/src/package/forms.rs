//! What templates, style sheets and scripts were read as, kept from one start of a program to the next.
//!
//! A file is found by its path and its text, for the readers of this build: the same file of another program is found, too, and
//! one that has changed is not. A package whose files somebody vouches for has compiled forms of its own; of those it is
//! kept what they are unpacked. Bytes of this cache are read as those of any package are.

use crate::realm::ScriptEngine;
use crate::realm::code::{Code, CodeKey, Kind};
use crate::realm::modules::{LineMap, Prepared};
use crate::realm::{CodeCache, code};
use pellicle_layout::compiled::{CompiledPackage, Compiler, reading};
use pellicle_layout::css::SheetFile;
use pellicle_layout::markup::{StoredTemplate, TemplateFile};
use std::fmt;
use std::sync::Arc;

/// What the files of a program were read as. The thread that asks is outside of the script engine.
///
/// Files one by one are kept where the cache has a folder: to write them down takes about as long as to read them, which pays
/// where another process finds them.
#[derive(Clone)]
pub struct Forms(Arc<CodeCache>);

impl Forms {
    /// Forms in a cache, as one program sees it.
    pub fn new(cache: Arc<CodeCache>) -> Forms {
        Forms(cache)
    }

    fn find(&self, key: &CodeKey) -> Option<Arc<[u8]>> {
        self.0.find(key).map(Code::into_form)
    }

    fn keep(&self, key: CodeKey, bytes: impl Into<Arc<[u8]>>, kind: Kind) {
        self.0.keep(key, Code::form(bytes.into()), kind);
    }

    fn keeps_files(&self) -> bool {
        self.0.folder().is_some()
    }

    /// The file of one file's forms.
    fn file(&self, kind: Kind, path: &str, text: &str) -> Option<CompiledPackage> {
        if !self.keeps_files() {
            return None;
        }
        // Another build's, or another file's by a chance that there is not: it is read from its text.
        CompiledPackage::open(self.find(&read_key(kind, path, text))?).ok()
    }

    pub(super) fn sheet(&self, path: &str, text: &str) -> Option<SheetFile> {
        self.file(Kind::Sheet, path, text)?.sheet(path, text).ok().flatten()
    }

    pub(super) fn template(&self, path: &str, text: &str) -> Option<StoredTemplate<'static>> {
        self.file(Kind::Template, path, text)?.template(path, text).ok().flatten()
    }

    pub(super) fn keep_sheet(&self, path: &str, text: &str, file: &SheetFile) {
        if !self.keeps_files() {
            return;
        }
        let compiler = Compiler::new();
        compiler.sheet(path, text, file);
        self.keep_file(Kind::Sheet, path, text, compiler);
    }

    pub(super) fn keep_template(&self, path: &str, text: &str, file: &TemplateFile) {
        if !self.keeps_files() {
            return;
        }
        let compiler = Compiler::new();
        compiler.template(path, text, file);
        self.keep_file(Kind::Template, path, text, compiler);
    }

    fn keep_file(&self, kind: Kind, path: &str, text: &str, compiler: Compiler) {
        // What depends on more than the text of the file is not kept.
        if compiler.files().iter().all(|(_, kept)| *kept)
            && let Some(bytes) = compiler.finish()
        {
            self.keep(read_key(kind, path, text), bytes, kind);
        }
    }

    /// A script as the engine gets it.
    pub(crate) fn script(&self, engine: ScriptEngine, path: &str, text: &str) -> Option<Prepared> {
        if !self.keeps_files() {
            return None;
        }
        let kept = self.0.find(&CodeKey::script(engine, path, text))?;
        let code::Parts { map, code, .. } = kept.parts()?;
        Some(Prepared { code: std::str::from_utf8(code).ok()?.to_owned(), map })
    }

    pub(crate) fn keep_script(&self, engine: ScriptEngine, path: &str, text: &str, prepared: &Prepared) {
        if !self.keeps_files() {
            return;
        }
        let map: Option<&LineMap> = prepared.map.as_ref();
        let code = Code::written(map, false, prepared.code.as_bytes());
        self.0.keep(CodeKey::script(engine, path, text), code, Kind::Script);
    }

    /// A file of a package that has this SHA-256, by the word of somebody who vouches for it.
    pub(super) fn whole(&self, hash: &[u8; 32]) -> Option<Arc<[u8]>> {
        self.find(&CodeKey::form(Kind::Forms, &[], "", hash))
    }

    /// Keeps a file that was found to have this SHA-256.
    pub(super) fn keep_whole(&self, hash: &[u8; 32], bytes: &Arc<[u8]>) {
        self.keep(CodeKey::form(Kind::Forms, &[], "", hash), bytes.clone(), Kind::Forms);
    }
}

/// The key of what this build reads a file as.
fn read_key(kind: Kind, path: &str, text: &str) -> CodeKey {
    CodeKey::form(kind, &reading(), path, text.as_bytes())
}

impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Forms").field(&self.0).finish()
    }
}
