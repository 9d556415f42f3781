//! What a run did, as JSON: calls, console, exceptions, warnings.

use pellicle_script::capability::audit::{AuditSink, Record, Verdict};
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Keeps all records of a run that ends, and writes each as a JSON line where a file is given.
pub struct RunRecord {
    /// None in a window, which may be open for days.
    records: Option<Mutex<Vec<Record>>>,
    file: Option<Mutex<BufWriter<File>>>,
    echo: bool,
}

impl RunRecord {
    /// A record that is written to `file` as it grows. `echo` shows exceptions and console lines on stderr, too.
    pub fn new(file: Option<File>, echo: bool) -> RunRecord {
        RunRecord { records: Some(Mutex::default()), file: file.map(|f| Mutex::new(BufWriter::new(f))), echo }
    }

    /// A record that keeps nothing itself: for a run without an end.
    pub fn passing(file: Option<File>, echo: bool) -> RunRecord {
        RunRecord { records: None, ..RunRecord::new(file, echo) }
    }

    /// Creates the file that records are written to, where there is to be one.
    ///
    /// # Errors
    /// What the system says, with the file's path.
    pub fn create_file(path: Option<&Path>) -> Result<Option<File>, String> {
        path.map(|path| File::create(path).map_err(|e| format!("{}: {e}", path.display()))).transpose()
    }

    /// All records so far.
    pub fn records(&self) -> Vec<Record> {
        self.kept().map(|records| records.clone()).unwrap_or_default()
    }

    /// True if an exception was recorded.
    pub fn has_faults(&self) -> bool {
        self.kept().is_some_and(|records| records.iter().any(|r| matches!(r, Record::Fault { .. })))
    }

    fn kept(&self) -> Option<MutexGuard<'_, Vec<Record>>> {
        self.records.as_ref().map(|records| records.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Calls, console lines and warnings: `{calls, log, warnings, missedSteps}`.
    pub fn summary(&self, missed: &[String]) -> Value {
        let (mut calls, mut log, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
        for record in self.records() {
            match record {
                Record::Call { api, arguments, .. } => {
                    let mut call = vec![Value::String(api)];
                    if let Ok(Value::Array(arguments)) = serde_json::from_str(&arguments) {
                        call.extend(arguments);
                    }
                    calls.push(Value::Array(call));
                }
                Record::Console { level, text } => log.push(format!("{level} {text}")),
                Record::Fault { context, message, stack } => {
                    let lines: Vec<String> = std::iter::once(message).chain(stack.into_iter().take(2)).collect();
                    log.push(format!("EXCEPTION {context}: {}", lines.join(" | ")));
                }
                Record::Warning(text) => warnings.push(text),
            }
        }
        json!({ "calls": calls, "log": log, "warnings": warnings, "missedSteps": missed })
    }
}

impl AuditSink for RunRecord {
    fn record(&self, record: Record) {
        if let Some(file) = &self.file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            // A full disk must not stop the program that is watched.
            let _ = writeln!(file, "{}", line(&record));
            let _ = file.flush();
        }
        if self.echo {
            match &record {
                Record::Fault { context, message, stack } => {
                    eprintln!("{}: {message} (in {context})", stack.first().map_or("script", |s| place(s)));
                }
                Record::Console { level: level @ ("warn" | "error"), text } => eprintln!("console.{level}: {text}"),
                Record::Warning(text) => eprintln!("{text}"),
                _ => {}
            }
        }
        if let Some(mut records) = self.kept() {
            records.push(record);
        }
    }
}

/// `file:line:column` of a stack frame (`at f (file:line:column)`).
fn place(frame: &str) -> &str {
    frame.rsplit_once('(').map_or(frame, |(_, place)| place.trim_end_matches(')'))
}

/// A record as one JSON object.
pub fn line(record: &Record) -> Value {
    match record {
        Record::Call { api, arguments, verdict } => {
            let arguments: Value = serde_json::from_str(arguments).unwrap_or(Value::Null);
            let verdict = match verdict {
                Verdict::Admitted => "admitted",
                Verdict::Invalid => "invalid",
                Verdict::Refused => "refused",
            };
            json!({ "kind": "call", "api": api, "arguments": arguments, "verdict": verdict })
        }
        Record::Console { level, text } => json!({ "kind": "console", "level": level, "text": text }),
        Record::Fault { context, message, stack } => {
            json!({ "kind": "exception", "context": context, "message": message, "stack": stack })
        }
        Record::Warning(text) => json!({ "kind": "warning", "text": text }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_summed_up_in_the_order_it_went() {
        let run = RunRecord::new(None, false);
        run.record(Record::Call {
            api: "showToast".into(),
            arguments: r#"[{"title":"x"}]"#.into(),
            verdict: Verdict::Admitted,
        });
        run.record(Record::Console { level: "log", text: "hi".into() });
        let stack = vec!["at f (a.js:1:2)".to_owned(), "at g (a.js:3:4)".to_owned(), "at h (a.js:5:6)".to_owned()];
        run.record(Record::Fault { context: "onLoad".into(), message: "TypeError: no".into(), stack });
        let expected = json!({
            "calls": [["showToast", {"title": "x"}]],
            "log": ["log hi", "EXCEPTION onLoad: TypeError: no | at f (a.js:1:2) | at g (a.js:3:4)"],
            "warnings": [], "missedSteps": [".a"],
        });
        assert_eq!(run.summary(&[".a".to_owned()]), expected);
        assert!(run.has_faults());
        assert_eq!(place("at f (a.js:1:2)"), "a.js:1:2");
    }
}
