//! Code as bytes, and what it is made from.
//!
//! The bytes: how many the map of lines has (or that there is none), the map, and what the engine wrote. The number is a
//! little-endian word of 32 bits.

use crate::realm::modules::{HELPER_SOURCE, LineMap, PREFIX, PREPARED, SUFFIX};
use std::sync::Arc;

/// Stands for the number where lines have not moved.
const NO_MAP: u32 = u32::MAX;
const WORD: usize = 4;

/// What code is made from, as a number that nothing else has.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) struct CodeKey([u8; 32]);

impl CodeKey {
    /// Of a file's path and text, and what stands for the engine and its version.
    pub(crate) fn of(engine: &[u8; 32], path: &str, text: &str) -> CodeKey {
        let mut hasher = blake3::Hasher::new_derive_key("pellicle 2026-11 compiled code");
        let prepared = PREPARED.to_string();
        let runtime = [env!("CARGO_PKG_VERSION"), std::env::consts::ARCH, std::env::consts::OS];
        let around = [&prepared, PREFIX, SUFFIX, HELPER_SOURCE];
        hasher.update(engine);
        for part in runtime.into_iter().chain(around).chain([path, text]) {
            hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
        }
        CodeKey(*hasher.finalize().as_bytes())
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

impl Code {
    /// Code that the engine has just written in this process, with the places of the file.
    pub(crate) fn written(map: Option<&LineMap>, code: &[u8]) -> Code {
        let places = map.map(LineMap::to_bytes).unwrap_or_default();
        let length = map.map_or(NO_MAP, |_| u32::try_from(places.len()).unwrap_or(NO_MAP));
        let mut bytes = Vec::with_capacity(WORD + places.len() + code.len());
        bytes.extend_from_slice(&length.to_le_bytes());
        bytes.extend_from_slice(&places);
        bytes.extend_from_slice(code);
        Code(bytes.into())
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

    /// The places of the file, if lines have moved, and what the engine wrote; `None` if it is no code at all.
    pub(crate) fn parts(&self) -> Option<(Option<LineMap>, &[u8])> {
        let (length, rest) = self.0.split_first_chunk::<WORD>()?;
        let length = u32::from_le_bytes(*length);
        if length == NO_MAP {
            return Some((None, rest));
        }
        let (_, code) = rest.split_at_checked(length as usize)?;
        let map = LineMap::packed(self.0.clone(), WORD, WORD + length as usize);
        Some((Some(map), code))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::realm::ScriptEngine;
    use crate::realm::modules::{prepare, prepare_again};

    #[test]
    fn keys_tell_apart_what_runs_into_each_other() {
        let key = CodeKey::of(&[1; 32], "a", "bc");
        assert_eq!(key, CodeKey::of(&[1; 32], "a", "bc"));
        for (engine, path, text) in [(1, "ab", "c"), (2, "a", "bc"), (1, "a", "bc "), (1, "", "abc")] {
            assert_ne!(key, CodeKey::of(&[engine; 32], path, text), "{path} {text}");
        }
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
                hasher.update(Code::written(prepared.as_ref().and_then(|it| it.map.as_ref()), b"").bytes());
                hasher.update(prepared.map(|it| it.code).unwrap_or_default().as_bytes());
            }
        }
        let prepared = (PREPARED, hasher.finalize().to_hex().to_string());
        assert_eq!(
            (prepared.0, prepared.1.as_str()),
            (1, "534cdc53fe51fc402ff944e63e52483afeeed2fd5c440245d31d55a9c8d22ed8")
        );
    }

    #[test]
    fn parts_come_back_as_they_went_in() {
        let map = LineMap::new(vec![(1, 2, 3, 4), (5, 6, 7, 8)]);
        let code = Code::written(Some(&map), b"code");
        let (back, rest) = code.parts().unwrap();
        assert_eq!((back.unwrap().original(5, 6), rest), ((7, 8), &b"code"[..]));
        let code = Code::written(None, b"code");
        let (back, rest) = code.parts().unwrap();
        assert!(back.is_none());
        assert_eq!(rest, b"code");
        for bytes in [&b""[..], b"abc", &[2, 0, 0, 0, 1]] {
            assert!(Code::checked(bytes).parts().is_none());
        }
    }
}
