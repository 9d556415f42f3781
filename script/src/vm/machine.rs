//! The machine that runs the code of expressions and wxs functions.
//!
//! One machine serves a thread: all expressions of a mini-program's pages and all their wxs modules. It
//! keeps its stacks from one evaluation to the next, so that a simple expression allocates nothing. Calls
//! between wxs functions take no native stack; library functions that call back do, and their nesting is
//! limited. Nothing here panics on any code.

use super::code::{Code, Op};
use super::convert::{self, adds_text, truthy};
use super::fault::{Fault, FaultKind, Limits, Outcome};
use super::heap::{Heap, Made};
use super::members;
use crate::realm::ScriptRef;
use crate::value::Value;
use crate::wxs::function::{Closure, Scope};
use crate::wxs::library::{self, Builtin, Global, regexp};
use pellicle_layout::markup::expression::{BinaryOp, UnaryOp};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
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
struct Frame {
    code: Rc<Code>,
    /// The next op.
    at: usize,
    /// Where its slots start.
    base: usize,
    /// Where its result goes; what stands there and above it is dropped.
    height: usize,
    /// Where the result of the call that it makes right now will go.
    call_height: usize,
    this: Value,
    scope: Option<Rc<Scope>>,
}

/// The machine.
pub struct Machine {
    host: Rc<dyn MachineHost>,
    limits: Limits,
    stack: Vec<Value>,
    frames: Vec<Frame>,
    fuel: u64,
    allocated: usize,
    /// Bytes made since the last collection.
    since_collection: usize,
    callbacks: u32,
    /// How many evaluations run: one inside another where the host calls back.
    running: u32,
    /// Where the running op stands, for faults.
    op: usize,
    globals: Vec<Value>,
    scratch: String,
    pub(crate) patterns: regexp::Patterns,
    /// `index` and `input` of arrays that are matches, by address.
    matches: FxHashMap<usize, (usize, Rc<str>)>,
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

    fn new_scope(&mut self, cells: Vec<Value>, parent: Option<Rc<Scope>>) -> Outcome<Rc<Scope>> {
        self.charge(64 + cells.len() * size_of::<Value>())?;
        let scope = Rc::new(Scope { cells: RefCell::new(cells), parent });
        self.heap.keep(Made::Scope(scope.clone()));
        Ok(scope)
    }

    fn new_closure(&mut self, code: Rc<Code>, scope: Option<Rc<Scope>>) -> Outcome<Value> {
        self.charge(64)?;
        let closure = Rc::new(Closure { code, scope });
        self.heap.keep(Made::Closure(closure.clone()));
        Ok(Value::Wxs(closure))
    }

    /// Calls a function from a library function or from outside.
    pub(crate) fn call_function(&mut self, function: &Value, this: &Value, arguments: &[Value]) -> Outcome<Value> {
        if self.callbacks >= self.limits.callbacks {
            return Err(self.fault(FaultKind::Depth, "functions call each other too deeply"));
        }
        self.burn(1)?;
        let height = self.stack.len();
        let frames = self.frames.len();
        self.stack.extend_from_slice(arguments);
        self.begin_call(function, this.clone(), arguments.len(), height, "the value")?;
        if self.frames.len() > frames {
            self.callbacks += 1;
            let op = self.op;
            // Functions of wxs use no names of a template.
            let result = self.run(&Env { data: &Value::Undefined, locals: &[], modules: &[] });
            self.op = op;
            self.callbacks -= 1;
            return result;
        }
        Ok(self.stack.pop().unwrap_or_default())
    }

    /// Starts a call whose arguments are the top `count` values. Functions of wxs get a frame, others are
    /// done here and leave their result at `height`.
    fn begin_call(&mut self, callee: &Value, this: Value, count: usize, height: usize, name: &str) -> Outcome<()> {
        let result = match callee {
            Value::Wxs(wxs) => {
                if let Some(closure) = wxs.as_any().downcast_ref::<Closure>() {
                    return self.enter(closure.code.clone(), this, closure.scope.clone(), count, height);
                }
                let arguments = self.take_arguments(count);
                match Builtin::of(&**wxs) {
                    Some(Builtin::Native(native)) => native.call(self, &this, &arguments)?,
                    Some(Builtin::Global(global)) => library::Native::Global(*global).call(self, &this, &arguments)?,
                    Some(_) => return Err(self.fault(FaultKind::Type, format!("{name} is not a function"))),
                    None => match wxs.call(&this, &arguments) {
                        Some(value) => value,
                        None => return Err(self.fault(FaultKind::Type, format!("{name} is not a function"))),
                    },
                }
            }
            Value::Script(function) => {
                let arguments = self.take_arguments(count);
                let host = self.host.clone();
                host.call_script(function, &this, &arguments)
            }
            // In a template this is no mistake worth a word.
            _ if self.frames.last().is_some_and(|frame| frame.code.tolerant) => Value::Undefined,
            _ => return Err(self.fault(FaultKind::Type, format!("{name} is not a function"))),
        };
        self.stack.truncate(height);
        self.stack.push(result);
        Ok(())
    }

    fn take_arguments(&mut self, count: usize) -> SmallVec<[Value; 4]> {
        let start = self.stack.len().saturating_sub(count);
        self.stack.drain(start..).collect()
    }

    fn enter(
        &mut self,
        code: Rc<Code>,
        this: Value,
        scope: Option<Rc<Scope>>,
        count: usize,
        height: usize,
    ) -> Outcome<()> {
        if self.frames.len() >= self.limits.calls {
            return Err(self.fault(FaultKind::Depth, "functions call each other too deeply"));
        }
        let base = self.stack.len() - count;
        let arguments = match code.arguments_slot {
            Some(_) => Some(self.new_array(self.stack[base..].to_vec())?),
            None => None,
        };
        if count > code.parameters as usize {
            self.stack.truncate(base + code.parameters as usize);
        }
        self.stack.resize(base + code.slots as usize, Value::Undefined);
        if let (Some(slot), Some(arguments)) = (code.arguments_slot, arguments) {
            self.stack[base + slot as usize] = arguments;
        }
        if let Some(slot) = code.self_slot {
            let itself = self.new_closure(code.clone(), scope.clone())?;
            self.stack[base + slot as usize] = itself;
        }
        let scope = match code.cells {
            0 => scope,
            cells => Some(self.new_scope(vec![Value::Undefined; cells as usize], scope)?),
        };
        self.frames.push(Frame { code, at: 0, base, height, call_height: height, this, scope });
        Ok(())
    }

    /// Runs the innermost frame to its end.
    fn run(&mut self, env: &Env<'_>) -> Outcome<Value> {
        let entry = self.frames.len() - 1;
        loop {
            let fault = match self.execute(entry, env) {
                Ok(value) => return Ok(value),
                Err(fault) => fault,
            };
            // A call that a template makes and that faults is undefined, the expression goes on.
            if !fault.kind.is_fatal() && self.frames.get(entry).is_some_and(|frame| frame.code.tolerant) {
                let height = match self.frames.get(entry + 1) {
                    Some(called) => called.height,
                    None => self.frames[entry].call_height,
                };
                self.host.fault(&fault);
                self.frames.truncate(entry + 1);
                self.stack.truncate(height);
                self.stack.push(Value::Undefined);
                continue;
            }
            if let Some(frame) = self.frames.get(entry) {
                self.stack.truncate(frame.height);
            }
            self.frames.truncate(entry);
            return Err(fault);
        }
    }

    fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_default()
    }

    fn top(&self) -> &Value {
        const UNDEFINED: &Value = &Value::Undefined;
        self.stack.last().unwrap_or(UNDEFINED)
    }

    /// The value `depth` below the top.
    fn below(&self, depth: usize) -> Value {
        self.stack.len().checked_sub(depth + 1).and_then(|at| self.stack.get(at)).cloned().unwrap_or_default()
    }

    /// Takes `count` operands and leaves a result.
    fn replace(&mut self, count: usize, value: Value) {
        let height = self.stack.len().saturating_sub(count);
        self.stack.truncate(height);
        self.stack.push(value);
    }

    /// Runs from the innermost frame until frame `entry` ends.
    fn execute(&mut self, entry: usize, env: &Env<'_>) -> Outcome<Value> {
        'frame: loop {
            let Some(frame) = self.frames.last() else { return Ok(Value::Undefined) };
            let code = frame.code.clone();
            let base = frame.base;
            let tolerant = code.tolerant;
            let mut at = frame.at;
            let current = self.frames.len() - 1;
            loop {
                self.burn(1)?;
                self.op = at;
                let op = code.ops.get(at).copied().unwrap_or(Op::Return);
                at += 1;
                match op {
                    Op::Constant(i) => self.stack.push(code.constants.get(i as usize).cloned().unwrap_or_default()),
                    Op::Undefined => self.stack.push(Value::Undefined),
                    Op::Field(i) => {
                        let name = &code.names[i as usize];
                        let value = match env.data {
                            Value::Object(fields) => fields.borrow().get(&**name).cloned().unwrap_or_default(),
                            Value::Script(script) => self.host.script_field(script, name),
                            _ => Value::Undefined,
                        };
                        self.stack.push(value);
                    }
                    Op::LoopVariable(i) => self.stack.push(env.locals.get(i as usize).cloned().unwrap_or_default()),
                    Op::Module(i) => self.stack.push(env.modules.get(i as usize).cloned().unwrap_or_default()),
                    Op::Load(slot) => {
                        let value = self.stack.get(base + slot as usize).cloned().unwrap_or_default();
                        self.stack.push(value);
                    }
                    Op::Store(slot) => {
                        let value = self.top().clone();
                        if let Some(place) = self.stack.get_mut(base + slot as usize) {
                            *place = value;
                        }
                    }
                    Op::LoadCell { hops, cell } => {
                        let value = self
                            .scope(current, hops)
                            .map(|scope| scope.cells.borrow().get(cell as usize).cloned().unwrap_or_default());
                        self.stack.push(value.unwrap_or_default());
                    }
                    Op::StoreCell { hops, cell } => {
                        let value = self.top().clone();
                        if let Some(scope) = self.scope(current, hops)
                            && let Some(place) = scope.cells.borrow_mut().get_mut(cell as usize)
                        {
                            *place = value;
                        }
                    }
                    Op::Global(global) => self.stack.push(self.globals[global as usize].clone()),
                    Op::Unknown(i) => {
                        let name = code.names[i as usize].clone();
                        return Err(self.fault(FaultKind::Reference, format!("`{name}` is not defined")));
                    }
                    Op::This => self.stack.push(self.frames[current].this.clone()),
                    Op::Pop => {
                        self.pop();
                    }
                    Op::Duplicate => self.stack.push(self.top().clone()),
                    Op::DuplicatePair => {
                        let pair = [self.below(1), self.below(0)];
                        self.stack.extend(pair);
                    }
                    Op::Member(i) => {
                        let object = self.pop();
                        let value = self.member(&object, &code.names[i as usize], tolerant)?;
                        self.stack.push(value);
                    }
                    Op::Index => {
                        let (key, object) = (self.pop(), self.pop());
                        let value = self.index(&object, &key, tolerant)?;
                        self.stack.push(value);
                    }
                    Op::SetMember(i) => {
                        let (value, object) = (self.pop(), self.pop());
                        self.set_member(&object, &code.names[i as usize], value.clone())?;
                        self.stack.push(value);
                    }
                    Op::SetIndex => {
                        let (value, key, object) = (self.pop(), self.pop(), self.pop());
                        self.set_index(&object, &key, value.clone())?;
                        self.stack.push(value);
                    }
                    Op::StepIndex(step) => {
                        let (key, object) = (self.pop(), self.pop());
                        let old = convert::to_number(&self.index(&object, &key, tolerant)?);
                        self.set_index(&object, &key, Value::Number(old + f64::from(step)))?;
                        self.stack.push(Value::Number(old));
                    }
                    Op::DeleteIndex => {
                        let (key, object) = (self.pop(), self.pop());
                        self.delete(&object, &key)?;
                        self.stack.push(Value::Bool(true));
                    }
                    Op::NewArray => {
                        let array = self.new_array(Vec::new())?;
                        self.stack.push(array);
                    }
                    Op::Append => {
                        let value = self.pop();
                        self.charge(size_of::<Value>())?;
                        if let Value::Array(items) = self.top() {
                            items.borrow_mut().push(value);
                        }
                    }
                    Op::AppendAll => {
                        let value = self.pop();
                        let more = self.items(&value)?;
                        if let Value::Array(items) = self.top() {
                            items.borrow_mut().extend(more);
                        }
                    }
                    Op::NewObject => {
                        let object = self.new_object()?;
                        self.stack.push(object);
                    }
                    Op::Define(i) => {
                        let value = self.pop();
                        self.charge(64)?;
                        if let Value::Object(fields) = self.top() {
                            fields.borrow_mut().insert(code.names[i as usize].clone(), value);
                        }
                    }
                    Op::DefineIndex => {
                        let (value, key) = (self.pop(), self.pop());
                        self.charge(64)?;
                        if let Value::Object(fields) = self.top() {
                            fields.borrow_mut().insert(convert::to_string(&key), value);
                        }
                    }
                    Op::DefineAll => {
                        let source = self.pop();
                        let object = self.top().clone();
                        self.define_all(&object, &source)?;
                    }
                    Op::Function(i) => {
                        let scope = self.frames[current].scope.clone();
                        let function = self.new_closure(code.functions[i as usize].clone(), scope)?;
                        self.stack.push(function);
                    }
                    Op::Call(count) => {
                        let height = self.stack.len().saturating_sub(count as usize + 1);
                        let callee = self.below(count as usize);
                        self.leave_for_call(current, at, height);
                        self.begin_call(&callee, Value::Undefined, count as usize, height, "the value")?;
                        if self.frames.len() - 1 != current {
                            continue 'frame;
                        }
                    }
                    Op::CallMember { name, arguments } => {
                        let height = self.stack.len().saturating_sub(usize::from(arguments) + 1);
                        let object = self.below(usize::from(arguments));
                        self.leave_for_call(current, at, height);
                        self.call_member(&object, &code.names[usize::from(name)], usize::from(arguments), height)?;
                        if self.frames.len() - 1 != current {
                            continue 'frame;
                        }
                    }
                    Op::CallIndex(count) => {
                        let height = self.stack.len().saturating_sub(count as usize + 2);
                        let (object, key) = (self.below(count as usize + 1), self.below(count as usize));
                        self.leave_for_call(current, at, height);
                        let name = convert::to_string(&key);
                        self.call_member(&object, &name, count as usize, height)?;
                        if self.frames.len() - 1 != current {
                            continue 'frame;
                        }
                    }
                    Op::Unary(op) => {
                        let value = match op {
                            UnaryOp::Not => Value::Bool(!truthy(self.top())),
                            UnaryOp::BitNot => {
                                Value::Number(f64::from(!super::number::to_int32(convert::to_number(self.top()))))
                            }
                            UnaryOp::Plus => Value::Number(convert::to_number(self.top())),
                            UnaryOp::Minus => Value::Number(-convert::to_number(self.top())),
                            UnaryOp::TypeOf => Value::string(convert::type_of(self.top())),
                            UnaryOp::Void => Value::Undefined,
                        };
                        self.replace(1, value);
                    }
                    Op::Binary(op) => self.binary(op)?,
                    Op::In => {
                        let (object, key) = (self.pop(), self.pop());
                        let name = convert::to_string(&key);
                        self.stack.push(Value::Bool(members::has_own(&object, &name)));
                    }
                    Op::Power => {
                        let (b, a) = (self.pop(), self.pop());
                        let power = library::number::power(convert::to_number(&a), convert::to_number(&b));
                        self.stack.push(Value::Number(power));
                    }
                    Op::ToNumber => {
                        let number = convert::to_number(self.top());
                        self.replace(1, Value::Number(number));
                    }
                    Op::Join(count) => self.join(count as usize)?,
                    Op::Jump(to) => at = to as usize,
                    Op::JumpIfFalse(to) => {
                        if !truthy(&self.pop()) {
                            at = to as usize;
                        }
                    }
                    Op::JumpIfTrue(to) => {
                        if truthy(&self.pop()) {
                            at = to as usize;
                        }
                    }
                    Op::JumpIfFalseElsePop(to) => match truthy(self.top()) {
                        true => drop(self.pop()),
                        false => at = to as usize,
                    },
                    Op::JumpIfTrueElsePop(to) => match truthy(self.top()) {
                        true => at = to as usize,
                        false => drop(self.pop()),
                    },
                    Op::JumpIfValueElsePop(to) => match self.top().is_nullish() {
                        true => drop(self.pop()),
                        false => at = to as usize,
                    },
                    Op::PopJumpIfUndefined(to) => {
                        if matches!(self.top(), Value::Undefined) {
                            self.pop();
                            at = to as usize;
                        }
                    }
                    Op::Keys => {
                        let object = self.pop();
                        let keys: Vec<Value> =
                            members::fields(&object).into_iter().map(|(k, _)| Value::String(k)).collect();
                        self.burn(keys.len() as u64)?;
                        let keys = self.new_array(keys)?;
                        self.stack.push(keys);
                    }
                    Op::Items => {
                        let value = self.pop();
                        let items = self.items(&value)?;
                        let items = self.new_array(items)?;
                        self.stack.push(items);
                    }
                    Op::Next(slot) => {
                        let slot = base + slot as usize;
                        let index = self.stack.get(slot + 1).map_or(0.0, convert::to_number) as usize;
                        let item = match self.stack.get(slot) {
                            Some(Value::Array(items)) => items.borrow().get(index).cloned(),
                            _ => None,
                        };
                        if let Some(item) = item {
                            self.stack[slot + 1] = Value::Number((index + 1) as f64);
                            self.stack.push(item);
                            at += 1;
                        }
                    }
                    Op::Return => {
                        let value = match self.stack.len() > base + code.slots as usize {
                            true => self.pop(),
                            false => Value::Undefined,
                        };
                        let Some(frame) = self.frames.pop() else { return Ok(value) };
                        self.stack.truncate(frame.height);
                        if current == entry {
                            return Ok(value);
                        }
                        self.stack.push(value);
                        continue 'frame;
                    }
                }
            }
        }
    }

    /// Notes where a frame goes on after the call it makes.
    fn leave_for_call(&mut self, current: usize, at: usize, height: usize) {
        let frame = &mut self.frames[current];
        frame.at = at;
        frame.call_height = height;
    }

    /// Calls `object.name` with the top `count` values.
    fn call_member(&mut self, object: &Value, name: &str, count: usize, height: usize) -> Outcome<()> {
        // Own fields first, then the methods of the type without making a value of them.
        let own = match object {
            Value::Object(fields) => fields.borrow().get(name).cloned(),
            Value::Array(_) | Value::String(_) | Value::Number(_) | Value::Bool(_) => None,
            Value::Wxs(wxs) if Builtin::of(&**wxs).is_none() && !wxs.as_any().is::<Closure>() => {
                if let Some(method) = wxs.get(name) {
                    Some(method)
                } else {
                    let arguments: SmallVec<[Value; 4]> =
                        self.stack[self.stack.len() - count..].iter().cloned().collect();
                    match wxs.call_method(name, &arguments) {
                        Some(result) => {
                            self.stack.truncate(height);
                            self.stack.push(result);
                            return Ok(());
                        }
                        None => None,
                    }
                }
            }
            Value::Script(script) => Some(self.host.script_field(script, name)),
            Value::Undefined | Value::Null => {
                if self.frames.last().is_some_and(|frame| frame.code.tolerant) {
                    self.stack.truncate(height);
                    self.stack.push(Value::Undefined);
                    return Ok(());
                }
                let shown = convert::to_string(object);
                return Err(self.fault(FaultKind::Type, format!("cannot call `{name}` of {shown}")));
            }
            Value::Wxs(_) => None,
        };
        if let Some(function) = own {
            return self.begin_call(&function, object.clone(), count, height, name);
        }
        match library::method(object, name) {
            Some(native) => {
                let arguments = self.take_arguments(count);
                let result = native.call(self, object, &arguments)?;
                self.stack.truncate(height);
                self.stack.push(result);
                Ok(())
            }
            None => {
                let tolerant = self.frames.last().is_some_and(|frame| frame.code.tolerant);
                let function = self.member(object, name, tolerant)?;
                self.begin_call(&function, object.clone(), count, height, name)
            }
        }
    }

    fn scope(&self, frame: usize, hops: u16) -> Option<&Rc<Scope>> {
        let mut scope = self.frames[frame].scope.as_ref()?;
        for _ in 0..hops {
            scope = scope.parent.as_ref()?;
        }
        Some(scope)
    }

    fn binary(&mut self, op: BinaryOp) -> Outcome<()> {
        let (a, b) = match &self.stack[..] {
            [.., a, b] => (a, b),
            _ => return Ok(()),
        };
        let value = match op {
            BinaryOp::Add if adds_text(a, b) => {
                let mut text = std::mem::take(&mut self.scratch);
                text.clear();
                convert::write_string(a, &mut text);
                convert::write_string(b, &mut text);
                let value = Value::string(&text);
                let length = text.len();
                self.keep_scratch(text);
                self.burn(length as u64 / 64)?;
                self.charge(length)?;
                value
            }
            BinaryOp::InstanceOf => Value::Bool(library::is_instance(a, b)),
            _ => {
                let work = match (a, b) {
                    (Value::String(a), Value::String(b)) => a.len().min(b.len()) as u64 / 64,
                    _ => 0,
                };
                let value = convert::binary(op, a, b);
                self.burn(work)?;
                value
            }
        };
        self.replace(2, value);
        Ok(())
    }

    fn join(&mut self, count: usize) -> Outcome<()> {
        let start = self.stack.len().saturating_sub(count);
        let mut text = std::mem::take(&mut self.scratch);
        text.clear();
        for value in &self.stack[start..] {
            convert::write_text(value, &mut text);
        }
        let value = Value::string(&text);
        let length = text.len();
        self.keep_scratch(text);
        self.charge(length)?;
        self.replace(count, value);
        Ok(())
    }

    fn keep_scratch(&mut self, text: String) {
        // A single huge text does not stay around.
        if text.capacity() <= 64 << 10 {
            self.scratch = text;
        }
    }

    /// The items that spreading a value gives.
    fn items(&mut self, value: &Value) -> Outcome<Vec<Value>> {
        let items = match value {
            Value::Array(items) => items.borrow().clone(),
            Value::String(s) => {
                self.charge(s.len() * 8)?;
                s.chars().map(|c| Value::string(c.encode_utf8(&mut [0; 4]))).collect()
            }
            _ => Vec::new(),
        };
        self.burn(items.len() as u64)?;
        self.charge(items.len() * size_of::<Value>())?;
        Ok(items)
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
