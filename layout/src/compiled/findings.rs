//! Diagnostics in a compiled form: they are said again when the file is loaded.

use super::shared;
use crate::diagnostic::{Diagnostic, Position, Severity};
use serde::de::Error;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::sync::{Arc, Mutex, PoisonError};

/// A diagnostic as it is written.
#[derive(Deserialize, Serialize)]
struct Finding {
    severity: Severity,
    #[serde(with = "shared")]
    code: Arc<str>,
    #[serde(with = "shared")]
    file: Arc<str>,
    position: Position,
    message: String,
    source_line: String,
}

/// For `#[serde(with)]`: writes a list of diagnostics.
///
/// # Errors
/// Whatever the serializer finds.
pub fn serialize<S: Serializer>(list: &[Diagnostic], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(list.iter().map(|d| Finding {
        severity: d.severity,
        code: Arc::from(d.code),
        file: d.file.clone(),
        position: d.position,
        message: d.message.clone(),
        source_line: d.source_line.clone(),
    }))
}

/// For `#[serde(with)]`: reads a list of diagnostics.
///
/// # Errors
/// Whatever the deserializer finds, and a code that is none.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Diagnostic>, D::Error> {
    let list = Vec::<Finding>::deserialize(deserializer)?;
    list.into_iter()
        .map(|finding| {
            let Finding { severity, code, file, position, message, source_line } = finding;
            let code = known_code(&code).ok_or_else(|| D::Error::custom("this is no code of a finding"))?;
            Ok(Diagnostic { severity, code, file, position, message, source_line })
        })
        .collect()
}

/// Codes of one process; more than the parsers have.
const MAX_CODES: usize = 256;
/// Longest code, bytes.
const MAX_CODE: usize = 40;

/// The code of this text. Codes are constants of the parsers; those that were read from files are kept for good, so
/// their number and length are bounded.
fn known_code(text: &str) -> Option<&'static str> {
    static CODES: Mutex<Vec<&'static str>> = Mutex::new(Vec::new());
    let mut codes = CODES.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(code) = codes.iter().find(|code| **code == text) {
        return Some(code);
    }
    let is_code = text.len() <= MAX_CODE && text.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
    if !is_code || codes.len() >= MAX_CODES {
        return None;
    }
    let code: &'static str = Box::leak(Box::from(text));
    codes.push(code);
    Some(code)
}
