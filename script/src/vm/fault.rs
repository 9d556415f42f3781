//! What can go wrong in the machine, and its limits.

use pellicle_layout::diagnostic::Position;
use std::fmt;
use std::sync::Arc;

/// What kind of fault.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// A field of `undefined`, a call of what is no function.
    Type,
    /// A name that is not known.
    Reference,
    /// An argument out of its range.
    Range,
    /// Text that is no JSON, a pattern that is no regular expression.
    Syntax,
    /// Something that wxs does not have here.
    Unsupported,
    /// Calls are nested too deeply.
    Depth,
    /// The evaluation took too many steps.
    Fuel,
    /// The evaluation made, or the machine keeps, too much.
    Memory,
}

impl FaultKind {
    /// True if the whole evaluation ends: a limit was reached. Other faults end the wxs call that a
    /// template made, which is then `undefined`.
    pub fn is_fatal(self) -> bool {
        matches!(self, FaultKind::Fuel | FaultKind::Memory)
    }

    /// The name that a console line starts with.
    pub fn name(self) -> &'static str {
        match self {
            FaultKind::Type => "TypeError",
            FaultKind::Reference => "ReferenceError",
            FaultKind::Range => "RangeError",
            FaultKind::Syntax => "SyntaxError",
            FaultKind::Unsupported => "Unsupported",
            FaultKind::Depth => "RangeError",
            FaultKind::Fuel => "TimeLimit",
            FaultKind::Memory => "MemoryLimit",
        }
    }
}

/// A fault of the machine. Never a panic: the evaluation gives `undefined` and the host is told.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Fault {
    /// What kind.
    pub kind: FaultKind,
    /// What happened.
    pub message: String,
    /// The file whose code ran, empty if not known.
    pub file: Arc<str>,
    /// Where in it.
    pub position: Option<Position>,
}

impl Fault {
    /// A fault whose place is filled in by the machine.
    pub(crate) fn new(kind: FaultKind, message: impl Into<String>) -> Box<Fault> {
        Box::new(Fault { kind, message: message.into(), file: Arc::from(""), position: None })
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(position) = self.position {
            write!(f, "{}:{}:{}: ", self.file, position.line, position.column)?;
        }
        write!(f, "{}: {}", self.kind.name(), self.message)
    }
}

impl std::error::Error for Fault {}

/// Result of what can fault.
pub type Outcome<T> = Result<T, Box<Fault>>;

/// How much an evaluation may take.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Limits {
    /// Steps of one evaluation: ops, and items or some 16 bytes that library functions go through.
    pub fuel: u64,
    /// Bytes that one evaluation may make.
    pub allocation: usize,
    /// Bytes that all wxs modules may keep.
    pub live: usize,
    /// Functions called by each other.
    pub calls: usize,
    /// Library functions that call functions, nested (each takes native stack).
    pub callbacks: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Limits { fuel: 5_000_000, allocation: 128 << 20, live: 64 << 20, calls: 512, callbacks: 32 }
    }
}
