//! What a run did, as JSON: calls, console, exceptions, warnings.

use super::{excerpt, output};
use crate::host::app::App;
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use pellicle_script::capability::audit::{AuditSink, Record, Verdict};
use pellicle_script::package::{PackageSource, with_line};
use rustc_hash::FxHashSet;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Findings that are remembered to be told once. A run may be open for days: past this, old ones may come again.
const MAX_TOLD: usize = 10_000;

/// Keeps all records of a run that ends, and writes each as a JSON line where a file is given. A finding is recorded
/// once, however often and by whomever it is made.
pub struct RunRecord {
    /// None in a window, which may be open for days.
    records: Option<Mutex<Vec<Record>>>,
    file: Option<Mutex<BufWriter<File>>>,
    echo: Mutex<Option<Arc<dyn PackageSource>>>,
    told: Mutex<FxHashSet<(Severity, String)>>,
    faults: AtomicBool,
    listener: Option<Box<Listener>>,
}

/// Is told each record that is new.
type Listener = dyn Fn(&Record) + Send + Sync;

impl RunRecord {
    /// A record that is written to `file` as it grows. With the program's files in `echo`, findings, exceptions and
    /// console lines are shown on stderr too.
    pub fn new(file: Option<File>, echo: Option<Arc<dyn PackageSource>>) -> RunRecord {
        let file = file.map(|f| Mutex::new(BufWriter::new(f)));
        RunRecord {
            records: Some(Mutex::default()),
            file,
            echo: Mutex::new(echo),
            told: Mutex::default(),
            faults: AtomicBool::new(false),
            listener: None,
        }
    }

    /// A record that keeps nothing itself: for a run without an end.
    pub fn passing(file: Option<File>, echo: Option<Arc<dyn PackageSource>>) -> RunRecord {
        RunRecord { records: None, ..RunRecord::new(file, echo) }
    }

    /// The same, with somebody who is told each record, a finding once.
    #[must_use]
    pub fn heard_by(self, listener: impl Fn(&Record) + Send + Sync + 'static) -> RunRecord {
        RunRecord { listener: Some(Box::new(listener)), ..self }
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

    /// The records since the last call, which are forgotten here.
    pub fn take(&self) -> Vec<Record> {
        self.kept().map(|mut records| std::mem::take(&mut *records)).unwrap_or_default()
    }

    /// True if an exception was recorded.
    pub fn has_faults(&self) -> bool {
        self.faults.load(Ordering::Relaxed)
    }

    /// Other files of the program run from now on: what was wrong with those before is not their fault, and findings in them are told
    /// though the same were found before.
    pub fn begin(&self, files: &Arc<dyn PackageSource>) {
        self.told.lock().unwrap_or_else(PoisonError::into_inner).clear();
        let mut echo = self.echo.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(echo) = &mut *echo {
            *echo = files.clone();
        }
        self.faults.store(false, Ordering::Relaxed);
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
                Record::Route { .. } => {}
                Record::Blocked { purpose, reason } => warnings.push(format!("{purpose}: {reason}")),
                Record::Warning(text) => warnings.push(text),
                Record::Finding(finding) => warnings.push(finding.to_string()),
            }
        }
        json!({ "calls": calls, "log": log, "warnings": warnings, "missedSteps": missed })
    }
}

impl RunRecord {
    /// Records what was found in the program's files since the last call.
    pub fn report(&self, app: &mut App) {
        for found in app.take_diagnostics() {
            self.record(Record::Finding(found));
        }
    }

    /// True for a finding that has been recorded before.
    fn is_known(&self, finding: &Diagnostic) -> bool {
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if told.len() >= MAX_TOLD {
            told.clear();
        }
        !told.insert((finding.severity, finding.to_string()))
    }
}

impl AuditSink for RunRecord {
    fn record(&self, record: Record) {
        if let Record::Finding(finding) = &record
            && self.is_known(finding)
        {
            return;
        }
        if matches!(record, Record::Fault { .. }) {
            self.faults.store(true, Ordering::Relaxed);
        }
        if let Some(listener) = &self.listener {
            listener(&record);
        }
        if let Some(file) = &self.file {
            let mut file = file.lock().unwrap_or_else(PoisonError::into_inner);
            // A full disk must not stop the program that is watched.
            let _ = writeln!(file, "{}", line(&record));
            let _ = file.flush();
        }
        let echo = self.echo.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some(package) = &echo {
            match &record {
                Record::Fault { context, message, stack } => output::note(fault(&**package, context, message, stack)),
                Record::Console { level: level @ ("warn" | "error"), text } => {
                    output::note(format_args!("console.{level}: {text}"));
                }
                Record::Warning(text) => output::note(text),
                Record::Blocked { purpose, reason } => output::note(format_args!("{purpose}: {reason}")),
                Record::Finding(finding) => output::note(excerpt::text(finding)),
                _ => {}
            }
        }
        if let Some(mut records) = self.kept() {
            records.push(record);
        }
    }
}

/// An exception for people, with the line that threw it.
fn fault(package: &dyn PackageSource, context: &str, message: &str, stack: &[String]) -> String {
    match exception(package, context, message, stack) {
        Some(finding) => excerpt::text(&finding),
        None => format!("script: {message} (in {context})"),
    }
}

/// An exception as a finding at the line that threw it, if the stack tells of one.
pub fn exception(package: &dyn PackageSource, context: &str, message: &str, stack: &[String]) -> Option<Diagnostic> {
    let (file, position) = stack.first().and_then(|frame| place(frame))?;
    let message = format!("{message} (in {context})");
    Some(with_line(package, Diagnostic::new(Severity::Error, "exception", Arc::from(file), position, message)))
}

/// The place of a stack frame (`at f (file:line:column)`).
fn place(frame: &str) -> Option<(&str, Position)> {
    let place = frame.rsplit_once('(').map_or(frame, |(_, place)| place.trim_end_matches(')'));
    let mut parts = place.rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    Some((parts.next()?, Position { line, column }))
}

/// What a finding says, field by field.
pub fn finding(finding: &Diagnostic) -> Value {
    json!({
        "severity": severity(finding),
        "code": finding.code,
        "file": &*finding.file,
        "line": finding.position.line,
        "column": finding.position.column,
        "message": finding.message,
        "source": finding.source_line,
    })
}

fn severity(finding: &Diagnostic) -> &'static str {
    match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
    }
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
                Verdict::Limited => "limited",
                Verdict::Asked => "asked",
            };
            json!({ "kind": "call", "api": api, "arguments": arguments, "verdict": verdict })
        }
        Record::Console { level, text } => json!({ "kind": "console", "level": level, "text": text }),
        Record::Fault { context, message, stack } => {
            json!({ "kind": "exception", "context": context, "message": message, "stack": stack })
        }
        Record::Route { open_type, path } => json!({ "kind": "route", "openType": open_type, "path": path }),
        Record::Blocked { purpose, reason } => json!({ "kind": "blocked", "purpose": purpose, "text": reason }),
        Record::Warning(text) => json!({ "kind": "warning", "text": text }),
        Record::Finding(found) => {
            let mut line = json!({ "kind": severity(found), "text": found.to_string() });
            if let (Value::Object(line), Value::Object(fields)) = (&mut line, finding(found)) {
                line.extend(fields);
            }
            line
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_summed_up_in_the_order_it_went() {
        let run = RunRecord::new(None, None);
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
        assert_eq!(place("at f (a.js:1:2)"), Some(("a.js", Position { line: 1, column: 2 })));
        assert_eq!(place("at native"), None);
    }

    #[test]
    fn a_finding_is_recorded_once_with_its_fields() {
        let run = RunRecord::new(None, None);
        let found = Diagnostic::at(Severity::Error, "no", &Arc::from("a.wxml"), "<a>\n <b>", 5, "wrong");
        for _ in 0..3 {
            run.record(Record::Finding(found.clone()));
        }
        assert_eq!(run.records().len(), 1);
        let expected = json!({
            "kind": "error", "text": "a.wxml:2:2: wrong", "severity": "error", "code": "no", "file": "a.wxml",
            "line": 2, "column": 2, "message": "wrong", "source": " <b>",
        });
        assert_eq!(line(&run.records()[0]), expected);
        assert_eq!(run.summary(&[])["warnings"], json!(["a.wxml:2:2: wrong"]));
    }
}
