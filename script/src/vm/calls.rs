//! Calls: what a callee can be, and the frames of wxs functions.

use super::code::Code;
use super::convert;
use super::fault::{FaultKind, Outcome};
use super::heap::Made;
use super::machine::{Env, Frame, Machine};
use crate::value::Value;
use crate::wxs::function::{Closure, Scope};
use crate::wxs::library::{self, Builtin};
use smallvec::SmallVec;
use std::cell::RefCell;
use std::rc::Rc;

impl Machine {
    pub(super) fn new_scope(&mut self, cells: Vec<Value>, parent: Option<Rc<Scope>>) -> Outcome<Rc<Scope>> {
        self.charge(64 + cells.len() * size_of::<Value>())?;
        let scope = Rc::new(Scope { cells: RefCell::new(cells), parent });
        self.heap.keep(Made::Scope(scope.clone()));
        Ok(scope)
    }

    pub(super) fn new_closure(&mut self, code: Rc<Code>, scope: Option<Rc<Scope>>) -> Outcome<Value> {
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
    pub(super) fn begin_call(
        &mut self,
        callee: &Value,
        this: Value,
        count: usize,
        height: usize,
        name: &str,
    ) -> Outcome<()> {
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

    pub(super) fn take_arguments(&mut self, count: usize) -> SmallVec<[Value; 4]> {
        let start = self.stack.len().saturating_sub(count);
        self.stack.drain(start..).collect()
    }

    pub(super) fn enter(
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

    /// Notes where a frame goes on after the call it makes.
    pub(super) fn leave_for_call(&mut self, current: usize, at: usize, height: usize) {
        let frame = &mut self.frames[current];
        frame.at = at;
        frame.call_height = height;
    }

    /// Calls `object.name` with the top `count` values.
    pub(super) fn call_member(&mut self, object: &Value, name: &str, count: usize, height: usize) -> Outcome<()> {
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
                    match wxs.call_method(self, name, &arguments) {
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
}
