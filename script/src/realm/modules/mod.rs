//! From the text of a package file to a function body that the engine can run.
//!
//! Everything runs as CommonJS: a file is the body of a function of `require`, `module` and `exports`. ES modules
//! are rewritten to that by editing their text, so that lines stay where they are; TypeScript is printed anew
//! without its types, with a map back. Nothing here knows the engine.
//!
//! | file | models |
//! | --- | --- |
//! | `resolve` | which file a `require` means |
//! | `guard` | sources nested beyond what the stack bears |
//! | `module_syntax` | ES module syntax to CommonJS |
//! | `typescript` | types removed |
//! | `rewrites` | what Boa gets instead of what it does wrong or slowly |
//! | `minify` | a file made small for good |
//! | `worklets` | what worklets take from outside |
//! | `wrapper` | what stands around a file when it runs |
//! | `position` | places in generated code back to places in files |

mod guard;
mod minify;
mod module_syntax;
mod position;
mod resolve;
mod rewrites;
mod typescript;
mod worklets;
mod wrapper;

pub(crate) use guard::check as check_nesting;
pub(crate) use position::{LineMap, Place};
pub(crate) use resolve::{Aliases, read_aliases, resolve_module};
pub(crate) use wrapper::{HELPER_SOURCE, PREFIX, SUFFIX, unwrapped};

use super::ScriptEngine;
use crate::package::{PackageSource, Work, note_work};
use crate::sandbox::control::outside;
use std::fmt;

/// Goes up when [`prepare`] makes something else of a file than before: compiled code that is kept is of what it made.
pub(crate) const PREPARED: u32 = 1;

/// A file that is no program.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct SyntaxFault {
    /// From 1; 0 if not known.
    pub(crate) line: u32,
    /// From 1, in UTF-16 code units; 0 if not known.
    pub(crate) column: u32,
    pub(crate) message: String,
}

impl fmt::Display for SyntaxFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

/// A function body made from a file.
#[derive(Debug)]
pub(crate) struct Prepared {
    pub(crate) code: String,
    /// Places of the code in the file, if lines have moved.
    pub(crate) map: Option<LineMap>,
}

impl Prepared {
    fn new(engine: ScriptEngine, path: &str, code: String, map: Option<LineMap>) -> Prepared {
        let code = worklets::mark(path, code);
        let code = match engine {
            ScriptEngine::Boa => rewrites::for_boa(code),
            ScriptEngine::QuickJs => code,
        };
        Prepared { code, map }
    }
}

/// The name under which rewritten modules find their helpers.
pub(crate) const HELPERS: &str = "__pellicle_module";

/// The function body of a script file.
///
/// # Errors
/// The first mistake in its syntax that was found here; plain CommonJS is left for the engine to check.
pub(crate) fn prepare(engine: ScriptEngine, path: &str, text: &str) -> Result<Prepared, SyntaxFault> {
    guard::check(text)?;
    if path.ends_with(".ts") {
        let stripped = typescript::strip_types(text)?;
        return Ok(Prepared::new(engine, path, module_syntax::rewrite(&stripped.code)?, Some(stripped.map)));
    }
    if looks_like_module(text)
        && let Ok(code) = module_syntax::rewrite(text)
    {
        return Ok(Prepared::new(engine, path, code, None));
    }
    Ok(Prepared::new(engine, path, text.to_owned(), None))
}

/// What [`prepare`] gives for a file, in the form that it is kept in.
#[derive(Debug)]
pub(crate) struct Compiled {
    /// Made small.
    pub(crate) code: String,
    /// Places of the code in the file, as [`LineMap::packed`] takes them.
    pub(crate) places: Vec<u8>,
    /// What it requires by names that stand there.
    pub(crate) requires: Vec<String>,
}

/// Makes a file small for good. `None` for one that is better read as it is: one with mistakes, or with worklets, which are
/// told of by their names.
pub(crate) fn compile(path: &str, text: &str) -> Option<Compiled> {
    guard::check(text).ok()?;
    let (code, map) = if path.ends_with(".ts") {
        let stripped = typescript::strip_types(text).ok()?;
        (module_syntax::rewrite(&stripped.code).ok()?, Some(stripped.map))
    } else if looks_like_module(text) {
        (module_syntax::rewrite(text).ok()?, None)
    } else {
        (text.to_owned(), None)
    };
    if worklets::may_mark(&code) {
        return None;
    }
    let minify::Small { code, mut tokens, requires } = minify::minify(&code)?;
    if let Some(map) = &map {
        minify::through(&mut tokens, map);
    }
    // What Boa needs means the same to other engines.
    let code = minify::change(&code, rewrites::edits(&code), &mut tokens);
    guard::check(&code).ok()?;
    Some(Compiled { code, places: position::pack(&tokens), requires })
}

/// The function body of a script file, from its compiled form if there is one that fits. The text is looked at where nobody
/// vouches that the form is of it.
///
/// # Errors
/// As [`prepare`].
pub(crate) fn prepare_from<'t>(
    package: &dyn PackageSource,
    engine: ScriptEngine,
    path: &str,
    text: &dyn Fn() -> &'t str,
) -> Result<Prepared, SyntaxFault> {
    let scripts = package.scripts(path);
    let found = scripts.and_then(|scripts| scripts.vouched(path, text).or_else(|| scripts.find(path, text())));
    // The bytes are nobody's word.
    match found.filter(|found| guard::check(&found.code).is_ok()) {
        Some(found) => {
            note_work(package, Work::ScriptKept);
            Ok(found)
        }
        None => prepare_once(package, engine, path, text()),
    }
}

/// The function body of a script file, from what is kept of earlier starts if it is there.
fn prepare_once(
    package: &dyn PackageSource,
    engine: ScriptEngine,
    path: &str,
    text: &str,
) -> Result<Prepared, SyntaxFault> {
    let forms = package.forms();
    let found = {
        let _outside = outside();
        forms.and_then(|forms| forms.script(engine, path, text))
    };
    // What is on a disk is nobody's word either.
    if let Some(found) = found.filter(|found| guard::check(&found.code).is_ok()) {
        note_work(package, Work::ScriptKept);
        return Ok(found);
    }
    note_work(package, Work::ScriptPrepared);
    let prepared = prepare(engine, path, text)?;
    if let Some(forms) = forms {
        let _outside = outside();
        forms.keep_script(engine, path, text, &prepared);
    }
    Ok(prepared)
}

/// A second try for a file that the engine does not compile as it is: module syntax in an odd place, or names
/// that the engine takes for keywords.
///
/// # Errors
/// The mistake in its syntax, if this knows better than the engine.
pub(crate) fn prepare_again(engine: ScriptEngine, path: &str, text: &str) -> Result<Prepared, Option<SyntaxFault>> {
    if path.ends_with(".ts") {
        let stripped = typescript::strip_types(text)?;
        let code = module_syntax::rename_keywords(&module_syntax::rewrite(&stripped.code)?);
        return Ok(Prepared::new(engine, path, code, Some(stripped.map)));
    }
    let code = module_syntax::rewrite(text).map_err(|fault| looks_like_module(text).then_some(fault))?;
    Ok(Prepared::new(engine, path, module_syntax::rename_keywords(&code), None))
}

/// True if a line begins with `import` or `export`.
fn looks_like_module(text: &str) -> bool {
    text.lines().any(|line| {
        let line = line.trim_start();
        let after = |word: &str| line.strip_prefix(word).map(|rest| rest.chars().next());
        let imports = after("import")
            .is_some_and(|next| next.is_none_or(|c| c.is_whitespace() || matches!(c, '{' | '*' | '"' | '\'' | '(')));
        imports || after("export").is_some_and(|next| next.is_none_or(|c| c.is_whitespace() || matches!(c, '{' | '*')))
    })
}

/// Line and column, from 1, of an offset in UTF-16 code units; of the end if it is beyond.
pub(crate) fn place_of_unit(text: &str, offset: usize) -> (u32, u32) {
    let (mut line, mut column) = (1, 1);
    for unit in text.encode_utf16().take(offset) {
        if unit == u16::from(b'\n') {
            line += 1;
            column = 1;
        } else {
            column += 1;
        }
    }
    (line, column)
}

/// Line and column (in UTF-16 code units), both from 1, of a byte offset.
fn line_column(text: &str, offset: usize) -> (u32, u32) {
    let before = text.get(..offset).unwrap_or(text);
    let line = before.bytes().filter(|byte| *byte == b'\n').count() + 1;
    let start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let column = before[start..].encode_utf16().count() + 1;
    (u32::try_from(line).unwrap_or(u32::MAX), u32::try_from(column).unwrap_or(u32::MAX))
}
