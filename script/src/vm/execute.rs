//! The loop that runs ops.

use super::code::Op;
use super::convert::{self, adds_text, truthy};
use super::fault::{FaultKind, Outcome};
use super::machine::{Env, Machine};
use super::members;
use crate::value::Value;
use crate::wxs::function::Scope;
use crate::wxs::library;
use pellicle_layout::markup::expression::{BinaryOp, UnaryOp};
use std::rc::Rc;

impl Machine {
    /// Runs the innermost frame to its end.
    pub(super) fn run(&mut self, env: &Env<'_>) -> Outcome<Value> {
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

    pub(super) fn pop(&mut self) -> Value {
        self.stack.pop().unwrap_or_default()
    }

    pub(super) fn top(&self) -> &Value {
        const UNDEFINED: &Value = &Value::Undefined;
        self.stack.last().unwrap_or(UNDEFINED)
    }

    /// The value `depth` below the top.
    pub(super) fn below(&self, depth: usize) -> Value {
        self.stack.len().checked_sub(depth + 1).and_then(|at| self.stack.get(at)).cloned().unwrap_or_default()
    }

    /// Takes `count` operands and leaves a result.
    pub(super) fn replace(&mut self, count: usize, value: Value) {
        let height = self.stack.len().saturating_sub(count);
        self.stack.truncate(height);
        self.stack.push(value);
    }

    /// Runs from the innermost frame until frame `entry` ends.
    pub(super) fn execute(&mut self, entry: usize, env: &Env<'_>) -> Outcome<Value> {
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

    pub(super) fn scope(&self, frame: usize, hops: u16) -> Option<&Rc<Scope>> {
        let mut scope = self.frames[frame].scope.as_ref()?;
        for _ in 0..hops {
            scope = scope.parent.as_ref()?;
        }
        Some(scope)
    }

    pub(super) fn binary(&mut self, op: BinaryOp) -> Outcome<()> {
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

    pub(super) fn join(&mut self, count: usize) -> Outcome<()> {
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

    pub(super) fn keep_scratch(&mut self, text: String) {
        // A single huge text does not stay around.
        if text.capacity() <= 64 << 10 {
            self.scratch = text;
        }
    }

    /// The items that spreading a value gives.
    pub(super) fn items(&mut self, value: &Value) -> Outcome<Vec<Value>> {
        let items = match value {
            Value::Array(items) => items.borrow().to_vec(),
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
}
