//! Console lines, exceptions and what the engine says about a program, on their way to clients.

use super::page::address;
use super::runtime::{CONTEXT, frames};
use super::server::Shared;
use super::session::Session;
use pellicle_layout::diagnostic::Severity;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::realm::{Clock, SystemClock};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, PoisonError};

/// Entries that are kept for who attaches later.
const KEPT: usize = 1000;

/// An entry with its wall time (ms) and number.
#[derive(Clone, Debug)]
struct Entry {
    number: u64,
    at: f64,
    record: Record,
}

#[derive(Default)]
struct Entries {
    kept: VecDeque<Entry>,
    last: u64,
}

/// What a program said last.
pub(super) struct Log {
    entries: Mutex<Entries>,
    clock: SystemClock,
}

impl Default for Log {
    fn default() -> Self {
        Log { entries: Mutex::default(), clock: SystemClock::local() }
    }
}

impl Log {
    fn put(&self, record: Record) {
        let at = self.clock.now();
        let entries = &mut *self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.last += 1;
        if entries.kept.len() >= KEPT {
            entries.kept.pop_front();
        }
        entries.kept.push_back(Entry { number: entries.last, at, record });
    }

    /// Says something to all who listen.
    pub fn warn(&self, text: &str) {
        self.put(Record::Warning(text.to_owned()));
    }

    fn since(&self, number: u64) -> Vec<Entry> {
        let entries = self.entries.lock().unwrap_or_else(PoisonError::into_inner);
        entries.kept.iter().filter(|entry| entry.number > number).cloned().collect()
    }

    fn last(&self) -> u64 {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner).last
    }
}

/// Hands records on and keeps those that a console shows.
pub(super) struct Console {
    shared: Arc<Shared>,
    inner: Arc<dyn AuditSink>,
}

impl Console {
    pub fn new(shared: Arc<Shared>, inner: Arc<dyn AuditSink>) -> Console {
        Console { shared, inner }
    }
}

impl AuditSink for Console {
    fn record(&self, record: Record) {
        if !matches!(record, Record::Call { .. } | Record::Route { .. }) {
            self.shared.log.put(record.clone());
            if self.shared.is_attached() {
                self.shared.wake();
            }
        }
        self.inner.record(record);
    }

    fn wants_calls(&self) -> bool {
        self.inner.wants_calls()
    }
}

impl Session {
    /// Tells what was said since the last time.
    pub(super) fn follow_console(&mut self, log: &Log) {
        if !(self.runtime || self.log) || log.last() == self.console_at {
            return;
        }
        for entry in log.since(self.console_at) {
            self.console_at = entry.number;
            if let Some(event) = event(&entry, self.runtime, self.log) {
                self.events.push(event);
            }
        }
    }
}

fn event(entry: &Entry, runtime: bool, log: bool) -> Option<(&'static str, Value)> {
    let said = |level: &str, source: &str, text: &str, place: Option<(&str, u32)>| {
        let mut told = json!({ "source": source, "level": level, "text": text, "timestamp": entry.at });
        if let Some((file, line)) = place {
            told["url"] = Value::from(address(file));
            told["lineNumber"] = Value::from(line.saturating_sub(1));
        }
        log.then(|| ("Log.entryAdded", json!({ "entry": told })))
    };
    match &entry.record {
        Record::Console { level, text } if runtime => {
            let kind = if *level == "warn" { "warning" } else { level };
            let params = json!({
                "type": kind, "args": [{ "type": "string", "value": text }], "executionContextId": CONTEXT, "timestamp": entry.at,
            });
            Some(("Runtime.consoleAPICalled", params))
        }
        Record::Fault { context, message, stack } if runtime => {
            let frames = frames(stack);
            let first = frames.first();
            let field = |name: &str| first.and_then(|frame| frame.get(name)).cloned();
            let description = std::iter::once(message.as_str())
                .chain(stack.iter().map(String::as_str))
                .collect::<Vec<_>>()
                .join("\n    ");
            let class = message.split_once(':').map_or("Error", |(class, _)| class);
            let params = json!({ "timestamp": entry.at, "exceptionDetails": {
                "exceptionId": entry.number, "text": format!("Uncaught (in {context})"),
                "lineNumber": field("lineNumber").unwrap_or_else(|| json!(0)),
                "columnNumber": field("columnNumber").unwrap_or_else(|| json!(0)),
                "url": field("url").unwrap_or_else(|| json!("")),
                "stackTrace": { "callFrames": frames }, "executionContextId": CONTEXT,
                "exception": { "type": "object", "subtype": "error", "className": class, "description": description },
            }});
            Some(("Runtime.exceptionThrown", params))
        }
        Record::Warning(text) => said("warning", "other", text, None),
        Record::Blocked { purpose, reason } => said("error", "network", &format!("{purpose}: {reason}"), None),
        Record::Finding(found) => {
            let level = if found.severity == Severity::Error { "error" } else { "warning" };
            said(level, "rendering", &found.message, Some((&found.file, found.position.line)))
        }
        _ => None,
    }
}
