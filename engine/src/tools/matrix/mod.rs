//! Scenarios of a mini-program on a matrix of engines, surfaces, themes and languages: what they show, beside what they showed before,
//! and what they take.
//!
//! Each cell of the matrix is a process of one engine, so that builds of different versions can stand side by side; what is asked
//! of them is `pellicle render`, which all of them have.
//!
//! | module | models |
//! | --- | --- |
//! | [`scenario`] | what is done to a page: a file |
//! | [`plan`] | the matrix: a file, and its cells |
//! | [`cell`] | running a scenario in a cell |
//! | [`picture`] | comparing pictures |
//! | [`run`](mod@run) | all of it, some at a time, and what came of it |
//! | [`report`] | results for people and for machines |

pub mod cell;
pub mod picture;
pub mod plan;
pub mod report;
pub mod run;
pub mod scenario;

use pellicle_layout::diagnostic::{Diagnostic, Severity};
use pellicle_script::package::json::JsonFile;
use serde_json::Value;
use std::path::Path;

/// Why there is nothing to run, or no result to keep.
#[derive(Debug, thiserror::Error)]
pub enum MatrixError {
    /// A file that somebody wrote is wrong.
    #[error("{0}")]
    Wrong(Box<Diagnostic>),
    /// A file cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: String,
        /// Why.
        source: std::io::Error,
    },
    /// There is no scenario.
    #[error("{0}: there is no scenario, a file that ends in .json")]
    NoScenario(String),
}

impl MatrixError {
    /// The error of a file.
    pub fn file(path: &Path) -> impl FnOnce(std::io::Error) -> MatrixError + '_ {
        move |source| MatrixError::File { path: path.display().to_string(), source }
    }
}

/// Reads a file of JSON.
pub(super) fn read(path: &Path) -> Result<JsonFile, MatrixError> {
    let source = std::fs::read_to_string(path).map_err(MatrixError::file(path))?;
    super::steps::read(&path.display().to_string(), &source).map_err(|found| MatrixError::Wrong(Box::new(found)))
}

/// Something in a file is not what it is to be.
pub(super) fn wrong(file: &JsonFile, pointer: &str, message: &str) -> MatrixError {
    MatrixError::Wrong(Box::new(file.diagnostic(Severity::Error, "bad-matrix", pointer, message)))
}

/// A member of the file's object, if it has it: what `fits` makes of it.
pub(super) fn member<T>(
    file: &JsonFile,
    name: &str,
    wanted: &str,
    fits: impl FnOnce(&Value) -> Option<T>,
) -> Result<Option<T>, MatrixError> {
    let Some(value) = file.value.get(name) else { return Ok(None) };
    match fits(value) {
        Some(fitting) => Ok(Some(fitting)),
        None => Err(wrong(file, &format!("/{name}"), &format!("\"{name}\" is to be {wanted}"))),
    }
}

/// Members that nobody reads are mistakes.
pub(super) fn known(file: &JsonFile, names: &[&str]) -> Result<(), MatrixError> {
    let members = file.value.as_object().ok_or_else(|| wrong(file, "", "this is to be an object"))?;
    match members.keys().find(|name| !names.contains(&name.as_str())) {
        None => Ok(()),
        Some(name) => {
            let pointer = format!("/{}", pellicle_script::package::json::pointer_part(name));
            Err(wrong(file, &pointer, &format!("\"{name}\" is none of {}", names.join(", "))))
        }
    }
}
