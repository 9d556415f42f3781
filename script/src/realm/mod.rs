//! The script engine behind a coarse trait.
//!
//! Engine values never leave this module: the rest of the crate holds [`ScriptRef`] handles and plain
//! [`Value`]s. Two engines stand here, and the rest knows neither. A realm lives and dies on its thread.
//!
//! Conversion rule, the same everywhere: primitives cross by value; an engine object comes out as
//! [`Value::Script`] (a handle, nothing is walked); [`Value::Array`] and [`Value::Object`] go in as fresh
//! deep copies. [`Realm::to_data`] walks an engine value into plain data when data is wanted.
//!
//! Re-entrancy rule: native functions get `&mut dyn Realm` and may call back into script, so whoever keeps
//! state behind a native function holds no `RefCell` borrow across any call on the realm.
//!
//! Lifetime rule: a handle is a root of the engine's collector. A native function that keeps a handle to an object
//! that keeps the function is a cycle nobody collects; it is freed when the realm's thread ends. Handles stay on
//! the realm's thread and are not kept in thread locals. One of another realm is refused.
//!
//! | file | models |
//! | --- | --- |
//! | `boa` | the realm on Boa |
//! | `quickjs` | the realm on QuickJS, with the feature of that name |
//! | `engine` | which of them |
//! | [`inspect`](mod@inspect) | what a file says, without running it |
//! | `modules` | files as function bodies: resolution, module syntax, TypeScript |
//! | `time` | clocks and randomness |
//! | `dates`, `locale` | texts of dates and numbers, both ways |
//! | `json_fault` | what is wrong with a JSON text |
//! | `console` | lines of the console |
//! | `stack` | texts of stacks |
//! | `timers` | timers in due order |
//! | `interrupt` | stopping from another thread |
//! | [`code`] | compiled code that is kept |
//! | `loading` | what is loaded of a package |
//! | `walked` | what a walk from engine value to data has passed |
//! | `heap` | how a heap near its limits is judged |
//! | `broken` | realms that must not be used any more |
//! | `leaving` | calls of what the host gave |
//! | `zone` | the system's time zone |
//! | `local_time` | the same as the C library knows it |

pub mod boa;
mod broken;
pub mod code;
mod console;
mod dates;
mod engine;
mod heap;
pub mod inspect;
mod interrupt;
#[cfg(feature = "quickjs")]
mod json_fault;
mod leaving;
mod loading;
mod local_time;
mod locale;
pub(crate) mod modules;
#[cfg(feature = "quickjs")]
pub mod quickjs;
mod stack;
mod time;
mod timers;
mod walked;
pub mod zone;

pub use crate::value::Value;
use crate::wire::message::SentRandom;
pub use code::{CodeCache, Kind, Owned};
pub use engine::{ScriptEngine, open};
pub use interrupt::Interrupt;
pub use locale::Locale;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::rc::Rc;
use std::sync::Arc;
pub use time::{Mulberry32, SharedRandom, SystemClock, SystemRandom, VirtualClock};
pub use zone::Zone;

/// A handle to a value of the script engine, released when its last clone is dropped.
#[derive(Clone)]
pub struct ScriptRef(pub Rc<dyn ScriptHandle>);

/// What the engine keeps behind a [`ScriptRef`].
pub trait ScriptHandle {
    /// For the engine's own downcast.
    fn as_any(&self) -> &dyn std::any::Any;
}

impl fmt::Debug for ScriptRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ScriptRef")
    }
}

/// What kind of thing a handle holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[allow(missing_docs)]
pub enum ScriptKind {
    Function,
    Array,
    Date,
    RegExp,
    Promise,
    Error,
    ArrayBuffer,
    Object,
    Symbol,
    BigInt,
}

/// A place in a script.
#[derive(Clone, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct ScriptFrame {
    /// Function name, empty if it has none.
    pub function: String,
    /// File inside the package.
    pub file: String,
    /// Line, from 1; 0 if not known.
    pub line: u32,
    /// Column, from 1; 0 if not known.
    pub column: u32,
}

/// What went wrong in script.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FaultKind {
    /// An exception that script could have caught.
    Exception,
    /// A file that does not parse.
    Syntax,
    /// A file that is not there or may not be loaded.
    NotFound,
    /// A budget was used up, or the engine itself failed: the realm must not be used again.
    Fatal,
}

/// An exception or a worse end of a call into script.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ScriptFault {
    /// What kind.
    pub kind: FaultKind,
    /// `TypeError: x is not a function`.
    pub message: String,
    /// The stack, innermost first.
    pub stack: Vec<ScriptFrame>,
    /// The thrown value itself, to be thrown on or handed to script.
    pub value: Value,
}

/// The result of a call into script.
pub type ScriptResult<T> = Result<T, ScriptFault>;

impl ScriptFault {
    /// An `Error` of the given class to throw from a native function.
    pub fn error(class: &'static str, message: impl Into<String>) -> ScriptFault {
        let message = message.into();
        ScriptFault {
            kind: FaultKind::Exception,
            message: format!("{class}: {message}"),
            stack: Vec::new(),
            value: Value::Undefined,
        }
    }

    /// A `TypeError` to throw from a native function.
    pub fn type_error(message: impl Into<String>) -> ScriptFault {
        Self::error("TypeError", message)
    }
}

/// A native function: `this`, arguments, result.
pub type NativeFunction = Rc<dyn Fn(&mut dyn Realm, &Value, &[Value]) -> ScriptResult<Value>>;

/// Gives a field of a [`DynamicObject`]; `None` is `undefined`.
pub type FieldHook = Rc<dyn Fn(&mut dyn Realm, &str) -> ScriptResult<Option<Value>>>;

/// Hooks of an object whose fields are made on demand.
pub struct DynamicObject {
    /// A field's value; `None` is `undefined`.
    pub get: FieldHook,
    /// The names that enumeration shows.
    pub keys: Rc<dyn Fn() -> Vec<String>>,
    /// What calling or constructing it does; `None` makes it a plain object.
    pub call: Option<NativeFunction>,
}

/// How deep and how large a value may be that becomes data.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct DataLimits {
    /// Nesting.
    pub depth: u32,
    /// Bytes, roughly as its JSON text would have.
    pub bytes: usize,
    /// Bytes of these that others have used.
    pub spent: usize,
    /// Keep functions as [`Value::Script`] (else they are left out, as in JSON).
    pub keep_functions: bool,
    /// Keep dates as [`Value::Script`] (else they become their ISO text, as in JSON).
    pub keep_dates: bool,
}

impl Default for DataLimits {
    fn default() -> Self {
        DataLimits { depth: 200, bytes: 16 << 20, spent: 0, keep_functions: true, keep_dates: false }
    }
}

/// Why a value cannot become data.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[allow(missing_docs)]
pub enum DataError {
    #[error("the value contains itself at {path}")]
    Cycle { path: String },
    #[error("the value is nested more than {limit} deep at {path}")]
    Depth { path: String, limit: u32 },
    #[error("the value is larger than {limit} bytes")]
    Size { limit: usize },
    #[error("a getter threw at {path}: {message}")]
    Threw { path: String, message: String },
}

/// A step of a data path such as `list[3].name`.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum PathSegment {
    Field(Rc<str>),
    Index(u32),
}

/// The stack that a thread must have to run a realm, in bytes. Untouched pages cost nothing.
pub const LOGIC_STACK_BYTES: usize = 256 << 20;

/// Promise jobs that one turn may run; a turn with more goes on in the next.
pub const JOBS_PER_TURN: usize = 100_000;

/// The script engine.
pub trait Realm {
    /// What stops this realm from another thread.
    fn interrupt(&self) -> Interrupt;
    /// Why the realm cannot be used any more, if so.
    fn broken(&self) -> Option<String>;
    /// Sets the language that dates and numbers are written in where script names none.
    fn set_locale(&mut self, locale: Locale);
    /// Sets the function that brings a part of the package: given the part's root, it gives a promise.
    fn set_arrival(&mut self, arrival: ScriptRef);
    /// A fresh object, with a prototype if one is given.
    fn object(&mut self, prototype: Option<&ScriptRef>) -> ScriptRef;
    /// A fresh array; items that are handles are the things themselves.
    fn array(&mut self, items: &[Value]) -> ScriptRef;
    /// A native function.
    fn function(&mut self, name: &str, length: usize, call: NativeFunction) -> ScriptRef;
    /// An object whose fields are made on demand.
    fn dynamic(&mut self, hooks: DynamicObject) -> ScriptRef;
    /// An object with state of native code behind it.
    fn native(&mut self, prototype: Option<&ScriptRef>, state: Rc<dyn std::any::Any>) -> ScriptRef;
    /// The state behind an object, `None` for any other value.
    fn native_state(&mut self, value: &Value) -> Option<Rc<dyn std::any::Any>>;
    /// What a handle holds.
    fn kind(&mut self, object: &ScriptRef) -> ScriptKind;
    /// True if both handles hold the same object.
    fn same(&mut self, a: &ScriptRef, b: &ScriptRef) -> bool;
    /// A field, through the prototype chain and getters.
    fn get(&mut self, object: &ScriptRef, field: &str) -> ScriptResult<Value>;
    /// An array's element.
    fn get_index(&mut self, object: &ScriptRef, index: u32) -> ScriptResult<Value>;
    /// Sets a field as an assignment does.
    fn set(&mut self, object: &ScriptRef, field: &str, value: Value) -> ScriptResult<()>;
    /// Defines an own field, hidden from enumeration if `hidden`.
    fn define(&mut self, object: &ScriptRef, field: &str, value: Value, hidden: bool) -> ScriptResult<()>;
    /// Defines a getter (and setter) on an object.
    fn define_accessor(
        &mut self,
        object: &ScriptRef,
        field: &str,
        get: NativeFunction,
        set: Option<NativeFunction>,
    ) -> ScriptResult<()>;
    /// Own enumerable string keys, in script's order.
    fn keys(&mut self, object: &ScriptRef) -> ScriptResult<Vec<String>>;
    /// Length of an array, 0 for anything else.
    fn length(&mut self, object: &ScriptRef) -> ScriptResult<u32>;
    /// The value at a path, `undefined` where it breaks off.
    fn read_path(&mut self, object: &ScriptRef, path: &[PathSegment]) -> ScriptResult<Value>;
    /// Sets the value at a path, making the objects and arrays on the way.
    fn write_path(&mut self, object: &ScriptRef, path: &[PathSegment], value: Value) -> ScriptResult<()>;
    /// Plain data of a value: functions kept or left out, `Date` as is its JSON, cycles refused.
    ///
    /// # Errors
    /// [`DataError`] names the path inside the value.
    fn to_data(&mut self, value: &Value, limits: &DataLimits) -> Result<Value, DataError>;
    /// Bytes of what [`to_data`](Self::to_data) gave last, together with what was spent before it.
    fn data_bytes(&self) -> usize;
    /// A deep copy inside the engine (plain objects and arrays; everything else by reference).
    fn copy(&mut self, value: &Value) -> ScriptResult<Value>;
    /// Calls a function.
    fn call(&mut self, function: &ScriptRef, this: &Value, arguments: &[Value]) -> ScriptResult<Value>;
    /// Calls a constructor.
    fn construct(&mut self, function: &ScriptRef, arguments: &[Value]) -> ScriptResult<Value>;
    /// A promise and the functions that settle it.
    fn promise(&mut self) -> (ScriptRef, ScriptRef, ScriptRef);
    /// Where script is that called into the host, innermost first; empty if none runs.
    fn frames(&mut self) -> Vec<ScriptFrame>;
    /// The text of a value as `String(value)` gives it.
    fn display(&mut self, value: &Value) -> String;
    /// The text of a value as `JSON.stringify` gives it, `None` for `undefined` and functions.
    fn stringify(&mut self, value: &Value) -> ScriptResult<Option<String>>;
    /// The same of a value whose text has at most about this many bytes.
    ///
    /// # Errors
    /// As `JSON.stringify` throws, and a `RangeError` if the text is longer.
    fn stringify_within(&mut self, value: &Value, bytes: usize) -> ScriptResult<Option<String>>;
    /// The value of JSON text (as the realm's own `JSON.parse`).
    fn parse_json(&mut self, text: &str) -> ScriptResult<Value>;
    /// An `ArrayBuffer` with these bytes.
    fn array_buffer(&mut self, bytes: &[u8]) -> ScriptRef;
    /// Length of an `ArrayBuffer`, `None` for anything else.
    fn byte_length(&mut self, object: &ScriptRef) -> Option<usize>;
    /// The bytes of an `ArrayBuffer` or a view of one.
    fn bytes(&mut self, object: &ScriptRef) -> Option<Vec<u8>>;
    /// Writes bytes into an `ArrayBuffer`, or a typed array, from byte `from` on; false if they do not fit or it is
    /// neither.
    fn set_bytes(&mut self, object: &ScriptRef, from: usize, bytes: &[u8]) -> bool;
    /// A global.
    fn global(&mut self, name: &str) -> ScriptResult<Value>;
    /// Sets a global.
    fn set_global(&mut self, name: &str, value: Value) -> ScriptResult<()>;
    /// Runs a file of the package as a module once and gives its exports; later calls give the same ones.
    /// `path` is inside the package, with or without its ending.
    fn require(&mut self, path: &str) -> ScriptResult<Value>;
    /// The value of an expression, with the globals in sight; `name` is its file in stacks. For tools: a mini-program's
    /// own script makes no code from text.
    fn evaluate(&mut self, name: &str, expression: &str) -> ScriptResult<Value>;
    /// Drains promise jobs, at most `limit`; false if there are more. Faults of jobs go to the fault sink.
    fn run_jobs(&mut self, limit: usize) -> bool;
    /// When the next timer is due, in ms of the realm's clock.
    fn next_timer(&self) -> Option<f64>;
    /// Runs the next timer that is due at the clock's time, with its promise jobs; false if none was.
    fn run_timer(&mut self) -> bool;
    /// Starts a one-shot native timer, for API replies on the logic thread's own clock.
    fn set_timer(&mut self, delay_ms: f64, callback: NativeFunction);
    /// Collects garbage if enough was made since the last time; called when the thread is idle.
    fn idle(&mut self);
}

/// Time as script sees it.
pub trait Clock: Send + Sync {
    /// Wall time, ms since the Unix epoch.
    fn now(&self) -> f64;
    /// Time that only goes forward, ms; timers are due on this one.
    fn monotonic(&self) -> f64;
    /// Offset of local time from UTC at a wall time, in minutes east.
    fn offset_minutes(&self, now: f64) -> i32;
    /// The zone of local time; by default one that stays as it is now.
    fn zone(&self) -> Zone {
        Zone::fixed(self.offset_minutes(self.now()))
    }
}

/// Randomness as script sees it.
pub trait Random: Send {
    /// A number in `0.0..1.0`.
    fn next(&mut self) -> f64;

    /// How another process can make the numbers that come next; by default it has to ask for each.
    fn elsewhere(&self) -> SentRandom {
        SentRandom::Asked
    }

    /// Fills bytes with randomness that may guard secrets, where there is such.
    ///
    /// # Errors
    /// Why the system has none.
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        for byte in bytes {
            *byte = (self.next() * 256.0) as u8;
        }
        Ok(())
    }
}

/// Where console lines and uncaught faults go.
pub trait ScriptSink {
    /// A line of the console: its level (`log`, `info`, `warn`, `error`, `debug`) and text.
    fn console(&self, level: &'static str, text: &str);
    /// A fault that nothing caught; `context` says where it came from (`onLoad`, `timer`).
    fn fault(&self, context: &str, fault: &ScriptFault);
    /// A promise that was rejected and that nothing handles.
    fn rejection(&self, fault: &ScriptFault, _promise: &Value) {
        self.fault("unhandledrejection", fault);
    }
}

/// What a realm is made of.
pub struct RealmConfig {
    /// The engine that it runs on.
    pub engine: ScriptEngine,
    /// Compiled code that is kept; without it each file is compiled when it is loaded. Of the engines only QuickJS has any.
    pub code: Option<Arc<CodeCache>>,
    /// The mini-program's files.
    pub package: Arc<dyn crate::package::PackageSource>,
    /// Its time.
    pub clock: Arc<dyn Clock>,
    /// Its randomness.
    pub random: Box<dyn Random>,
    /// Its console.
    pub sink: Rc<dyn ScriptSink>,
}
