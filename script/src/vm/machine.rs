//! The machine that runs the code of expressions and wxs functions.
//!
//! One machine serves a thread: all expressions of a mini-program's pages and all their wxs modules. It
//! keeps its stacks from one evaluation to the next, so that a simple expression allocates nothing. Calls
//! between wxs functions take no native stack; library functions that call back do, and their nesting is
//! limited. Nothing here panics on any code.

use super::code::Code;
use super::convert;
use super::fault::{Fault, FaultKind, Limits, Outcome};
use super::heap::Heap;
use crate::realm::ScriptRef;
use crate::value::Value;
use crate::wxs::function::Scope;
use crate::wxs::library::{Builtin, Global, regexp};
use rustc_hash::FxHashMap;
use std::cell::RefCell;
use std::rc::Rc;

/// What the machine asks of the world.
pub trait MachineHost {
    /// Wall time, ms since the epoch.
    fn now(&self) -> f64;
    /// Offset of local time from UTC at a wall time, in minutes east.
    fn offset_minutes(&self, at: f64) -> i32;
    /// A number in `0.0..1.0`.
    fn random(&self) -> f64;
    /// A line that wxs writes to the console: `log`, `info`, `warn`, `error` or `debug`.
    fn console(&self, level: &'static str, text: &str);
    /// An evaluation, or a wxs call in one, failed and is `undefined`.
    fn fault(&self, fault: &Fault);
    /// Calls a function of script that page data holds. Where there is no script engine, `undefined`.
    fn call_script(&self, _function: &ScriptRef, _this: &Value, _arguments: &[Value]) -> Value {
        Value::Undefined
    }
    /// A field of something of the script engine that page data holds.
    fn script_field(&self, _object: &ScriptRef, _name: &str) -> Value {
        Value::Undefined
    }
}

/// A world where nothing is known and nobody listens.
impl MachineHost for () {
    fn now(&self) -> f64 {
        0.0
    }
    fn offset_minutes(&self, _at: f64) -> i32 {
        0
    }
    fn random(&self) -> f64 {
        0.5
    }
    fn console(&self, _level: &'static str, _text: &str) {}
    fn fault(&self, _fault: &Fault) {}
}

/// What the names of an expression stand for, in the order of its [`NameScope`](super::NameScope).
#[derive(Clone, Copy, Debug)]
pub struct Env<'a> {
    /// Data of the page or component (or of a template use): an object.
    pub data: &'a Value,
    /// Loop variables.
    pub locals: &'a [Value],
    /// Exports of the wxs modules.
    pub modules: &'a [Value],
}

/// A function that runs.
pub(super) struct Frame {
    pub(super) code: Rc<Code>,
    /// The next op.
    pub(super) at: usize,
    /// Where its slots start.
    pub(super) base: usize,
    /// Where its result goes; what stands there and above it is dropped.
    pub(super) height: usize,
    /// Where the result of the call that it makes right now will go.
    pub(super) call_height: usize,
    pub(super) this: Value,
    pub(super) scope: Option<Rc<Scope>>,
}

/// The machine.
pub struct Machine {
    pub(super) host: Rc<dyn MachineHost>,
    pub(super) limits: Limits,
    pub(super) stack: Vec<Value>,
    pub(super) frames: Vec<Frame>,
    pub(super) fuel: u64,
    pub(super) allocated: usize,
    /// Bytes made since the last collection.
    pub(super) since_collection: usize,
    pub(super) callbacks: u32,
    /// How many evaluations run: one inside another where the host calls back.
    pub(super) running: u32,
    /// Where the running op stands, for faults.
    pub(super) op: usize,
    pub(super) globals: Vec<Value>,
    pub(super) scratch: String,
    pub(crate) patterns: regexp::Patterns,
    /// `index` and `input` of arrays that are matches, by address.
    pub(super) matches: FxHashMap<usize, (usize, Rc<str>)>,
    pub(crate) heap: Heap,
    /// True while what is made is kept on the heap: wherever a function may see it.
    pub(crate) keeps: bool,
}

impl std::fmt::Debug for Machine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Machine").field("frames", &self.frames.len()).field("heap", &self.heap.len()).finish()
    }
}

impl Machine {
    /// A machine.
    pub fn new(host: Rc<dyn MachineHost>, limits: Limits) -> Self {
        Machine {
            host,
            limits,
            stack: Vec::new(),
            frames: Vec::new(),
            fuel: 0,
            allocated: 0,
            since_collection: 0,
            callbacks: 0,
            running: 0,
            op: 0,
            globals: Global::ALL.iter().map(|&global| Builtin::Global(global).value()).collect(),
            scratch: String::new(),
            patterns: regexp::Patterns::default(),
            matches: FxHashMap::default(),
            heap: Heap::default(),
            keeps: false,
        }
    }

    /// The world it asks.
    pub fn host(&self) -> &dyn MachineHost {
        &*self.host
    }

    /// Calls a function (of wxs, of the library or, through the host, of script). What it returns is
    /// detached from what wxs keeps.
    ///
    /// # Errors
    /// The fault that ended the call; the host has not been told.
    pub fn call(&mut self, function: &Value, this: &Value, arguments: &[Value]) -> Outcome<Value> {
        self.evaluation(true, |machine| {
            let value = machine.call_function(function, this, arguments)?;
            machine.detach(&value)
        })
    }

    /// Frees what wxs code made and nothing uses any more. Done by itself when enough was made.
    pub fn collect(&mut self) {
        if self.running == 0 {
            self.matches.clear();
            self.heap.collect();
            self.since_collection = 0;
        }
    }

    /// Runs one evaluation within its limits.
    pub(crate) fn evaluation(&mut self, keeps: bool, run: impl FnOnce(&mut Self) -> Outcome<Value>) -> Outcome<Value> {
        if self.running == 0 {
            self.fuel = self.limits.fuel;
            self.allocated = 0;
            if keeps && self.heap.live_bytes > self.limits.live {
                self.collect();
                if self.heap.live_bytes > self.limits.live {
                    return Err(Fault::new(FaultKind::Memory, "wxs modules keep more than they may; wxs is stopped"));
                }
            }
        }
        let kept_before = self.keeps;
        self.keeps |= keeps;
        self.running += 1;
        let result = run(self);
        self.running -= 1;
        self.keeps = kept_before;
        if self.running == 0 {
            self.stack.clear();
            self.frames.clear();
            if keeps {
                self.since_collection += self.allocated;
                if self.heap.is_due() || self.since_collection > (8 << 20) + self.heap.live_bytes {
                    self.collect();
                }
            }
        }
        result
    }

    /// Runs an expression's code.
    pub(crate) fn run_expression(&mut self, code: &Rc<Code>, env: &Env<'_>) -> Outcome<Value> {
        let height = self.stack.len();
        self.enter(code.clone(), Value::Undefined, None, 0, height)?;
        self.run(env)
    }

    /// Runs the body of a module in a scope that holds what it requires.
    pub(crate) fn run_module(&mut self, code: &Rc<Code>, required: Vec<Value>, arguments: &[Value]) -> Outcome<Value> {
        let scope = self.new_scope(required, None)?;
        let closure = self.new_closure(code.clone(), Some(scope))?;
        self.call_function(&closure, &Value::Undefined, arguments)
    }

    /// A fault at the running op.
    pub(crate) fn fault(&self, kind: FaultKind, message: impl Into<String>) -> Box<Fault> {
        let mut fault = Fault::new(kind, message);
        if let Some(frame) = self.frames.last() {
            fault.file = frame.code.file.clone();
            fault.position = frame.code.place(self.op);
        }
        fault
    }

    /// Takes steps.
    pub(crate) fn burn(&mut self, steps: u64) -> Outcome<()> {
        if self.fuel < steps {
            self.fuel = 0;
            return Err(self.fault(FaultKind::Fuel, "the evaluation takes too long and is stopped"));
        }
        self.fuel -= steps;
        Ok(())
    }

    /// Accounts for bytes that are about to be made.
    pub(crate) fn charge(&mut self, bytes: usize) -> Outcome<()> {
        self.allocated = self.allocated.saturating_add(bytes);
        if self.allocated > self.limits.allocation {
            return Err(self.fault(FaultKind::Memory, "the evaluation makes too much and is stopped"));
        }
        Ok(())
    }

    /// True if the value can be called.
    pub(crate) fn is_function(&self, value: &Value) -> bool {
        matches!(value, Value::Script(_)) || convert::type_of(value) == "function"
    }

    /// Remembers what a match tells beside its groups.
    pub(crate) fn note_match(&mut self, value: &Value, index: usize, input: Rc<str>) {
        if let Value::Array(items) = value {
            self.matches.insert(Rc::as_ptr(items).cast::<()>() as usize, (index, input));
        }
    }

    pub(crate) fn matched(&self, value: &Value) -> Option<(usize, Rc<str>)> {
        match value {
            Value::Array(items) if !self.matches.is_empty() => {
                self.matches.get(&(Rc::as_ptr(items).cast::<()>() as usize)).cloned()
            }
            _ => None,
        }
    }

    /// A value for the outside: what code made is copied, so that it cannot change any more; page data and
    /// functions are handed on as they are.
    pub(crate) fn detach(&mut self, value: &Value) -> Outcome<Value> {
        if !self.heap.owns(value) {
            return Ok(value.clone());
        }
        self.copy(value, 0)
    }

    fn copy(&mut self, value: &Value, depth: u32) -> Outcome<Value> {
        const MAX_DEPTH: u32 = 100;
        if !self.heap.owns(value) {
            return Ok(value.clone());
        }
        if depth >= MAX_DEPTH {
            return Err(self.fault(FaultKind::Range, "the result goes in circles or is nested too deeply"));
        }
        self.burn(1)?;
        Ok(match value {
            Value::Array(items) => {
                let items = items.borrow();
                self.charge(64 + items.len() * size_of::<Value>())?;
                let copied = items.iter().map(|item| self.copy(item, depth + 1)).collect::<Outcome<Vec<_>>>()?;
                Value::array(copied)
            }
            Value::Object(fields) => {
                let fields = fields.borrow();
                self.charge(64 + fields.len() * 64)?;
                let mut copied = Vec::with_capacity(fields.len());
                for (key, field) in fields.iter() {
                    copied.push((key.clone(), self.copy(field, depth + 1)?));
                }
                Value::Object(Rc::new(RefCell::new(copied.into_iter().collect())))
            }
            other => other.clone(),
        })
    }
}
