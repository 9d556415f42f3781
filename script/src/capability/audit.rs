//! The record of what a mini-program did: every `wx` call, console line, warning and fault.

use crate::realm::{ScriptFault, ScriptSink};
use pellicle_layout::diagnostic::Diagnostic;
use serde::{Deserialize, Serialize};
use std::rc::Rc;
use std::sync::{Arc, Mutex, PoisonError};

/// How a call went through the seam.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum Verdict {
    /// It was performed.
    Admitted,
    /// Its arguments did not fit the schema.
    Invalid,
    /// The policy, the user or a missing capability refused it.
    Refused,
    /// It was called too often.
    Limited,
    /// It waits for the user, who is asked for its scope.
    Asked,
}

/// One record.
#[derive(Clone, PartialEq, Debug)]
pub enum Record {
    /// A call of a `wx` API.
    Call {
        /// The API.
        api: String,
        /// Its arguments as a JSON array: functions left out, strings cut to 200 UTF-16 units.
        arguments: String,
        /// Whether it was performed.
        verdict: Verdict,
    },
    /// A line of the console.
    Console {
        /// `log`, `info`, `warn`, `error` or `debug`.
        level: &'static str,
        /// The text.
        text: String,
    },
    /// An exception that nothing caught.
    Fault {
        /// Where it came from, such as `pages/index/index onLoad`.
        context: String,
        /// `TypeError: x is not a function`.
        message: String,
        /// The stack, one frame a line.
        stack: Vec<String>,
    },
    /// A page came to the front.
    Route {
        /// How: `appLaunch`, `navigateTo`, `navigateBack`, ...
        open_type: String,
        /// Its path.
        path: String,
    },
    /// An address that was not reached.
    Blocked {
        /// What for: `request`, `uploadFile`, `downloadFile`, `socket`, `image`.
        purpose: &'static str,
        /// Which, and why.
        reason: String,
    },
    /// Something that the runtime wants to say about the mini-program.
    Warning(String),
    /// Something that was found in the mini-program's files.
    Finding(Diagnostic),
}

/// Takes records; shared by both threads.
pub trait AuditSink: Send + Sync {
    /// Takes one record.
    fn record(&self, record: Record);
    /// False if calls are of no interest, so that their arguments need not be written out.
    fn wants_calls(&self) -> bool {
        true
    }
}

/// Keeps all records in memory, for tools and tests.
#[derive(Default)]
pub struct MemoryAudit {
    records: Mutex<Vec<Record>>,
}

impl MemoryAudit {
    /// A copy of all records so far.
    pub fn records(&self) -> Vec<Record> {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The records since the last call, which are forgotten here.
    pub fn take(&self) -> Vec<Record> {
        std::mem::take(&mut self.records.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl AuditSink for MemoryAudit {
    fn record(&self, record: Record) {
        self.records.lock().unwrap_or_else(PoisonError::into_inner).push(record);
    }
}

/// Drops all records.
#[derive(Clone, Copy, Default, Debug)]
pub struct NoAudit;

impl AuditSink for NoAudit {
    fn record(&self, _record: Record) {}
    fn wants_calls(&self) -> bool {
        false
    }
}

/// Sends a realm's console and faults to an audit sink.
pub struct AuditConsole(pub Arc<dyn AuditSink>);

impl AuditConsole {
    /// A sink for a [`RealmConfig`](crate::realm::RealmConfig).
    pub fn sink(audit: Arc<dyn AuditSink>) -> Rc<dyn ScriptSink> {
        Rc::new(AuditConsole(audit))
    }
}

impl ScriptSink for AuditConsole {
    fn console(&self, level: &'static str, text: &str) {
        self.0.record(Record::Console { level, text: text.to_owned() });
    }

    fn fault(&self, context: &str, fault: &ScriptFault) {
        let frame = |f: &crate::realm::ScriptFrame| {
            let name = if f.function.is_empty() { "<anonymous>" } else { &f.function };
            format!("at {name} ({}:{}:{})", f.file, f.line, f.column)
        };
        self.0.record(Record::Fault {
            context: context.to_owned(),
            message: fault.message.clone(),
            stack: fault.stack.iter().map(frame).collect(),
        });
    }
}
