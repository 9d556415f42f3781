//! A scenario: which page of a mini-program is opened, with what, and what is done to it.
//!
//! The file is a JSON object, of which nothing has to be there:
//!
//! ```json
//! {
//!   "page": "pages/cart/cart?from=home",
//!   "storage": { "cart": [1, 2] },
//!   "mock": [{ "match": "/prices", "data": { "cents": 990 } }],
//!   "steps": [{ "tap": ".more" }, { "snap": "more" }],
//!   "settle": 1000
//! }
//! ```
//!
//! `storage` is what `wx` storage holds at the start, `mock` answers requests, `data` lies over the page's data before `onLoad`, `settle` is
//! virtual time before the steps, ms. Each `snap` is a picture, and so is the end.

use super::{MatrixError, known, member, read, wrong};
use crate::tools::steps::{self, Step};
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The picture that each scenario ends with.
pub const END: &str = "end";

/// A scenario.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// The name of its file without the ending.
    pub name: String,
    /// The page, with its query; empty for the first one.
    pub page: String,
    /// Virtual time before the steps, ms.
    pub settle: f64,
    /// What storage holds, answers to requests, data of the page, the steps: as they are handed on.
    pub given: Vec<(&'static str, Value)>,
    /// Names of its pictures, in order.
    pub snaps: Vec<String>,
    /// An exception in script is a failure.
    pub strict: bool,
}

/// Virtual time that a page has to settle unless the scenario says otherwise, ms.
const SETTLE: f64 = 1000.0;

impl Scenario {
    /// Reads one.
    ///
    /// # Errors
    /// [`MatrixError`] if it is none.
    pub fn read(path: &Path) -> Result<Scenario, MatrixError> {
        let file = read(path)?;
        known(&file, &["page", "storage", "mock", "data", "steps", "settle", "strict"])?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let object = |value: &Value| value.is_object().then(|| value.clone());
        let list = |value: &Value| value.is_array().then(|| value.clone());
        let mut given = Vec::new();
        let parts = [
            ("--storage", member(&file, "storage", "an object", object)?),
            ("--mock", member(&file, "mock", "a list", list)?),
            ("--data", member(&file, "data", "an object", object)?),
            ("--steps", member(&file, "steps", "a list", list)?),
        ];
        given.extend(parts.into_iter().filter_map(|(option, value)| Some((option, value?))));
        let mut snaps = Vec::new();
        if let Some(value) = file.value.get("steps") {
            let steps = steps::list(&file, value, "/steps").map_err(|found| MatrixError::Wrong(Box::new(found)))?;
            for (at, step) in steps.into_iter().enumerate() {
                let Step::Snap(name) = step else { continue };
                if name == END || snaps.contains(&name) {
                    let message = format!("a picture \"{name}\" is there already");
                    return Err(wrong(&file, &format!("/steps/{at}"), &message));
                }
                snaps.push(name);
            }
        }
        snaps.push(END.to_owned());
        let settle = |value: &Value| value.as_f64().filter(|ms| (0.0..=1e9).contains(ms));
        Ok(Scenario {
            name: path.file_stem().map(|stem| stem.to_string_lossy().into_owned()).unwrap_or_default(),
            page: member(&file, "page", "a path", text)?.unwrap_or_default(),
            settle: member(&file, "settle", "a time in ms", settle)?.unwrap_or(SETTLE),
            given,
            snaps,
            strict: member(&file, "strict", "true or false", Value::as_bool)?.unwrap_or(true),
        })
    }

    /// Reads a file, or all of a folder but the matrix, by name.
    ///
    /// # Errors
    /// [`MatrixError`] if one is wrong, or there is none.
    pub fn read_all(path: &Path) -> Result<Vec<Scenario>, MatrixError> {
        if path.is_file() {
            return Ok(vec![Scenario::read(path)?]);
        }
        let mut files: Vec<PathBuf> = Vec::new();
        for entry in std::fs::read_dir(path).map_err(MatrixError::file(path))? {
            let file = entry.map_err(MatrixError::file(path))?.path();
            let is_json = file.extension().is_some_and(|end| end == "json");
            if is_json && file.file_name().is_some_and(|name| name != super::plan::USUAL_FILE) {
                files.push(file);
            }
        }
        files.sort_unstable();
        if files.is_empty() {
            return Err(MatrixError::NoScenario(path.display().to_string()));
        }
        files.iter().map(|file| Scenario::read(file)).collect()
    }
}
