//! Templates and style sheets in a form that loads without parsing.
//!
//! | module | models |
//! | --- | --- |
//! | `format` | the bytes of a compiled package: header, list of files, a section for each |
//! | `compiler` | making one |
//! | [`package`] | reading one |
//! | [`shared`] | values that many places point to, written once |
//! | `bounded` | reading bytes of unknown origin |
//! | [`findings`] | diagnostics |
//!
//! What a file says depends on its own text only ([`SheetFile`](crate::css::SheetFile)), or on that and a few facts
//! about the files it includes ([`StoredTemplate`](crate::markup::StoredTemplate)). That is what a section holds; putting
//! files together is the same for both ways, so that a sheet or template cannot tell how it was read.
//!
//! A compiled package stands beside its sources and never in their place. Each file is looked up with its text, whose
//! hash has to be the one that was compiled. Whatever does not fit (another build of this crate, a file that has
//! changed, damaged bytes) is a [`CompiledError`], and the file is read from its text.

mod bounded;
mod compiler;
pub mod findings;
mod format;
pub mod package;
pub mod shared;
#[cfg(test)]
mod tests_bytes;
#[cfg(test)]
mod tests_equal;
#[cfg(test)]
mod tests_form;

pub use compiler::Compiler;
pub use format::VERSION;
pub use package::CompiledPackage;

use crate::diagnostic::{Diagnostic, Position, Severity};
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::cell::Cell;
use std::sync::Arc;

/// Name of the compiled form in a package.
pub const COMPILED_FILE: &str = "pellicle.compiled";

/// Why something compiled is not used.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum CompiledError {
    /// The bytes are something else.
    #[error("it is no compiled package")]
    Foreign,
    /// Another version of the format.
    #[error("it has version {0} of the format, this engine reads version {VERSION}")]
    Version(u16),
    /// Another property table, or other parsers.
    #[error("it was made by another build of the engine")]
    Build,
    /// Bytes are missing, are too many or are not what they were.
    #[error("it is damaged")]
    Damaged,
    /// The file is not in it.
    #[error("the file is not in it")]
    Unlisted,
    /// The text of the file is not the one that was compiled.
    #[error("the file has changed since")]
    Changed,
    /// A file that this one includes or imports has changed, came or went.
    #[error("`{0}`, which the file refers to, has changed since")]
    Dependency(Arc<str>),
    /// What it holds of the file is not what the parsers make.
    #[error("what it holds of the file cannot be read")]
    Unreadable,
}

impl CompiledError {
    /// The warning that the sources of `file` ([`COMPILED_FILE`] itself for all of them) are read instead.
    pub fn about(&self, file: &Arc<str>) -> Diagnostic {
        let (what, instead) = match &**file {
            COMPILED_FILE => ("", "all files are read from their sources"),
            _ => (" for this file", "it is read from its source"),
        };
        let message = format!(
            "`{COMPILED_FILE}` is not used{what}: {self}; {instead}, run `pellicle compile` again to mend that"
        );
        let start = Position { line: 1, column: 1 };
        Diagnostic::new(Severity::Warning, "stale-compiled", file.clone(), start, message)
    }
}

/// What tells the forms and readers of this build from those of others.
pub fn reading() -> [u8; 10] {
    let mut bytes = [0; 10];
    bytes[..2].copy_from_slice(&VERSION.to_le_bytes());
    bytes[2..].copy_from_slice(&format::build().to_le_bytes());
    bytes
}

/// A value as the bytes of a section; `None` if it cannot be written.
fn to_section<T: Serialize>(value: &T) -> Option<Vec<u8>> {
    shared::written(|| postcard::to_allocvec(value)).ok()
}

/// The value that a section holds, which has to be all that there is in it.
fn from_section<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CompiledError> {
    shared::read_back(|| {
        let mut input = postcard::Deserializer::from_bytes(bytes);
        let value = T::deserialize(bounded::Bounded::new(&mut input, &Cell::new(0)));
        let rest = input.finalize().map_err(|_| CompiledError::Unreadable)?;
        value.ok().filter(|_| rest.is_empty()).ok_or(CompiledError::Unreadable)
    })
}
