//! Code as bytes, and what it is made from.
//!
//! The bytes: how many the map of lines has (or that there is none) and whether the file speaks of what `RegExp` keeps of a
//! match, the map, and what the engine wrote. The first is a little-endian word of 32 bits.

use crate::realm::ScriptEngine;
use crate::realm::modules::{HELPER_SOURCE, LineMap, PREFIX, PREPARED, SUFFIX};
use std::fmt;
use std::sync::Arc;

/// Stands for the number where lines have not moved.
const NO_MAP: u32 = MATCHES - 1;
/// The bit of a file that speaks of what `RegExp` keeps of a match.
const MATCHES: u32 = 1 << 31;
const WORD: usize = 4;

/// What code is made from, as a number that nothing else has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct CodeKey([u8; 32]);

/// What is kept.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// Code that the engine compiled.
    Code,
    /// A script as the engine gets it.
    Script,
    /// What a template was read as.
    Template,
    /// What a style sheet was read as.
    Sheet,
    /// A file of compiled forms, as it is in a package when it is unpacked.
    Forms,
}

impl Kind {
    /// All kinds, in the order of their numbers.
    pub const ALL: [Kind; 5] = [Kind::Code, Kind::Script, Kind::Template, Kind::Sheet, Kind::Forms];

    /// The kind of a number in a file.
    pub(super) fn of(number: u8) -> Option<Kind> {
        Kind::ALL.get(usize::from(number)).copied()
    }

    /// Its name in lists.
    pub fn name(self) -> &'static str {
        match self {
            Kind::Code => "compiled code",
            Kind::Script => "prepared scripts",
            Kind::Template => "templates",
            Kind::Sheet => "style sheets",
            Kind::Forms => "forms of packages",
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// What something that is kept is, and which program brought it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Label {
    pub(super) kind: Kind,
    pub(super) owner: Arc<str>,
}

/// What a file's code is made from.
#[derive(Clone, Copy)]
pub(crate) enum Origin<'a> {
    /// Its text, and what the package brings in the place of that: its compiled scripts, by their hash.
    Text { text: &'a str, scripts: [u8; 32] },
    /// The same by hashes that the package is held to.
    Vouched { source: [u8; 32], scripts: [u8; 32] },
}

impl CodeKey {
    /// Of a file's path and what its code is made from, and what stands for the engine and its version.
    pub(crate) fn of(engine: &[u8; 32], path: &str, origin: Origin<'_>) -> CodeKey {
        let (context, text, scripts) = match &origin {
            Origin::Text { text, scripts } => ("pellicle 2026-11 compiled code of a text", text.as_bytes(), scripts),
            Origin::Vouched { source, scripts } => ("pellicle 2026-11 compiled code of a hash", &source[..], scripts),
        };
        let mut hasher = blake3::Hasher::new_derive_key(context);
        let prepared = PREPARED.to_string();
        let runtime = [env!("CARGO_PKG_VERSION"), std::env::consts::ARCH, std::env::consts::OS];
        let around = [&prepared, PREFIX, SUFFIX, HELPER_SOURCE];
        hasher.update(engine).update(scripts);
        let parts = runtime.into_iter().chain(around).chain([path]).map(str::as_bytes);
        for part in parts.chain([text]) {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        CodeKey(*hasher.finalize().as_bytes())
    }

    /// Of what a file was read as by the readers of this build: `build` tells them from others.
    pub(crate) fn form(kind: Kind, build: &[u8], path: &str, text: &[u8]) -> CodeKey {
        let mut hasher = blake3::Hasher::new_derive_key("pellicle 2026-11 compiled forms");
        hasher.update(&[kind as u8]);
        for part in [env!("CARGO_PKG_VERSION").as_bytes(), build, path.as_bytes(), text] {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part);
        }
        CodeKey(*hasher.finalize().as_bytes())
    }

    /// Of a script as an engine gets it.
    pub(crate) fn script(engine: ScriptEngine, path: &str, text: &str) -> CodeKey {
        let build = format!("{} {PREPARED}", engine.name());
        CodeKey::form(Kind::Script, build.as_bytes(), path, text.as_bytes())
    }

    /// The key of a file's name.
    pub(super) fn named(name: &str) -> Option<CodeKey> {
        Some(CodeKey(*blake3::Hash::from_hex(name).ok()?.as_bytes()))
    }

    pub(super) fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The name of its file.
    pub(super) fn name(&self) -> String {
        blake3::Hash::from(self.0).to_hex().to_string()
    }
}

/// What an engine made of a file. Who has one may have the engine read it: see the head of [`code`](super).
#[derive(Clone)]
pub(crate) struct Code(Arc<[u8]>);

/// What a code consists of.
pub(crate) struct Parts<'a> {
    /// Places of the file, if lines have moved.
    pub(crate) map: Option<LineMap>,
    /// What the engine wrote.
    pub(crate) code: &'a [u8],
    /// The file speaks of what `RegExp` keeps of a match.
    pub(crate) matches: bool,
}

impl Code {
    /// Code that the engine has just written in this process, with the places of the file.
    pub(crate) fn written(map: Option<&LineMap>, matches: bool, code: &[u8]) -> Code {
        let places = map.map(LineMap::to_bytes).unwrap_or_default();
        let length = map.map_or(NO_MAP, |_| u32::try_from(places.len()).unwrap_or(NO_MAP).min(NO_MAP));
        let length = if matches { length | MATCHES } else { length };
        let mut bytes = Vec::with_capacity(WORD + places.len() + code.len());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&places);
        bytes.extend_from_slice(code);
        Code(bytes.into())
    }

    /// Bytes that are no code of an engine and are kept as such is: nobody asks for them by the key of a code.
    pub(crate) fn form(bytes: Arc<[u8]>) -> Code {
        Code(bytes)
    }

    /// All bytes, of what is no code of an engine.
    pub(crate) fn into_form(self) -> Arc<[u8]> {
        self.0
    }

    /// Bytes that were written as those of a code, which somebody has checked.
    pub(super) fn checked(bytes: &[u8]) -> Code {
        Code(bytes.into())
    }

    /// The same in memory that the calling thread takes.
    pub(super) fn copied(&self) -> Code {
        Code(Arc::from(&*self.0))
    }

    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Its parts; `None` if it is no code at all.
    pub(crate) fn parts(&self) -> Option<Parts<'_>> {
        let (length, rest) = self.0.split_first_chunk::<WORD>()?;
        let length = u32::from_le_bytes(*length);
        let (length, matches) = (length & !MATCHES, length & MATCHES != 0);
        if length == NO_MAP {
            return Some(Parts { map: None, code: rest, matches });
        }
        let (_, code) = rest.split_at_checked(length as usize)?;
        let map = LineMap::packed(self.0.clone(), WORD, WORD + length as usize);
        Some(Parts { map: Some(map), code, matches })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realm::ScriptEngine;
    use crate::realm::modules::{prepare, prepare_again};

    #[test]
    fn keys_tell_apart_what_runs_into_each_other() {
        let of = |engine, path, text| CodeKey::of(&[engine; 32], path, Origin::Text { text, scripts: [0; 32] });
        let key = of(1, "a", "bc");
        assert_eq!(key, of(1, "a", "bc"));
        for (engine, path, text) in [(1, "ab", "c"), (2, "a", "bc"), (1, "a", "bc "), (1, "", "abc")] {
            assert_ne!(key, of(engine, path, text), "{path} {text}");
        }
        // What another package brings in the place of the same text, and a text that is the hash of another.
        assert_ne!(key, CodeKey::of(&[1; 32], "a", Origin::Text { text: "bc", scripts: [1; 32] }));
        let text = "a".repeat(32);
        let vouched = Origin::Vouched { source: *b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", scripts: [0; 32] };
        assert_ne!(of(1, "a", &text), CodeKey::of(&[1; 32], "a", vouched));
    }

    /// What is prepared for QuickJS, whose code is kept. If this fails, [`PREPARED`] goes up, and the number here changes.
    #[test]
    fn files_are_prepared_as_this_version_does() {
        let files = [
            ("plain.js", "exports.a = () => this"),
            (
                "module.js",
                "import a, { b as c } from './x'\nimport * as d from 'y'\nexport default class { m() { return a + c } }\nexport * from './z'\nexport const e = d",
            ),
            ("late.js", "if (1) { await0() }\nexport { f as g }; function f() {}"),
            (
                "typed.ts",
                "import type { T } from './t'\nenum E { A = 1, B }\nexport abstract class C<X> { constructor(private x: X) {} }\nexport const e = E.B as number",
            ),
            ("worklet.js", "const o = { n: 1 }\nmodule.exports = { m(x) { 'worklet'; return o.n + x + this.data.y } }"),
        ];
        let mut hasher = blake3::Hasher::new();
        for (path, text) in files {
            for prepared in
                [prepare(ScriptEngine::QuickJs, path, text).ok(), prepare_again(ScriptEngine::QuickJs, path, text).ok()]
            {
                hasher.update(Code::written(prepared.as_ref().and_then(|it| it.map.as_ref()), false, b"").bytes());
                hasher.update(prepared.map(|it| it.code).unwrap_or_default().as_bytes());
            }
        }
        let prepared = (PREPARED, hasher.finalize().to_hex().to_string());
        assert_eq!(
            (prepared.0, prepared.1.as_str()),
            (1, "3690971bcb4bc1c9fd8ee3cc179cfec04e6405c5f6261d46a5501ee64efb01cc")
        );
    }

    #[test]
    fn parts_come_back_as_they_went_in() {
        let map = LineMap::new(vec![(1, 2, 3, 4), (5, 6, 7, 8)]);
        for matches in [false, true] {
            let code = Code::written(Some(&map), matches, b"code");
            let back = code.parts().unwrap();
            assert_eq!((back.map.unwrap().original(5, 6), back.code, back.matches), ((7, 8), &b"code"[..], matches));
            let code = Code::written(None, matches, b"code");
            let back = code.parts().unwrap();
            assert!(back.map.is_none() && back.matches == matches);
            assert_eq!(back.code, b"code");
        }
        for bytes in [&b""[..], b"abc", &[2, 0, 0, 0, 1]] {
            assert!(Code::checked(bytes).parts().is_none());
        }
    }
}
