//! From the syntax tree of a wxs file to code.
//!
//! A variable lives in a slot of its function, or in a cell of the function's scope if a function inside
//! uses it. A block's `let` is a variable of its own per block, but one cell per call, not per round of a
//! loop. The scope around the file holds what it requires, in order.

use super::parser::Refusal;
use super::statement_compiler::Exits;
use super::syntax::{AssignOp, Expr, ExprKind, Field, Function, Item, TemplatePart};
use crate::value::Value;
use crate::vm::code::{Code, Op, Writer};
use crate::wxs::library::Global;
use pellicle_layout::diagnostic::Position;
use pellicle_layout::markup::expression::{BinaryOp, UnaryOp};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use std::sync::Arc;

/// Variables that one function may have.
const MAX_SLOTS: u32 = 1000;

pub(super) type Compiled = Result<(), Refusal>;

/// Where a variable is.
#[derive(Clone, Copy, Debug)]
pub(super) enum Place {
    Slot(u32),
    Cell { hops: u16, cell: u16 },
}

/// A function that is being compiled.
pub(super) struct Frame<'t> {
    pub writer: Writer,
    /// Variables of the function and of the blocks that are open.
    blocks: Vec<FxHashMap<Rc<str>, Place>>,
    inner_free: &'t FxHashSet<Rc<str>>,
    makes_scope: bool,
    pub exits: Vec<Exits>,
}

/// Compiles a file: its body is a function of `module` and `exports`. `position` gives the place of a byte.
pub(crate) fn compile(
    main: &Function,
    file: &Arc<str>,
    position: &dyn Fn(usize) -> Position,
) -> Result<Rc<Code>, Refusal> {
    let mut compiler = Compiler { frames: Vec::new(), file, position };
    compiler.function(main)
}

pub(super) struct Compiler<'t, 'p> {
    frames: Vec<Frame<'t>>,
    file: &'p Arc<str>,
    position: &'p dyn Fn(usize) -> Position,
}

impl<'t> Compiler<'t, '_> {
    /// The function that is being compiled.
    pub fn frame(&mut self) -> &mut Frame<'t> {
        let last = self.frames.len() - 1;
        &mut self.frames[last]
    }

    pub fn writer(&mut self) -> &mut Writer {
        &mut self.frame().writer
    }

    pub fn op(&mut self, op: Op) {
        self.writer().op(op);
    }

    pub fn constant(&mut self, value: Value) {
        self.writer().constant(value);
    }

    pub fn mark(&mut self, offset: usize) {
        let position = (self.position)(offset);
        self.writer().mark(position);
    }

    fn refuse(&self, offset: usize, message: &str) -> Refusal {
        Refusal { offset, message: message.into() }
    }

    // Variables.

    pub fn open_block(&mut self) {
        self.frame().blocks.push(FxHashMap::default());
    }

    pub fn close_block(&mut self) {
        self.frame().blocks.pop();
    }

    /// A slot without a name.
    pub fn new_slot(&mut self, offset: usize) -> Result<u32, Refusal> {
        let code = &mut self.frame().writer.code;
        code.slots += 1;
        if code.slots > MAX_SLOTS {
            return Err(self.refuse(offset, "the function has too many variables"));
        }
        Ok(code.slots - 1)
    }

    /// Makes a variable in the innermost open block.
    pub fn declare(&mut self, name: &Rc<str>, offset: usize) -> Result<Place, Refusal> {
        let frame = self.frame();
        let place = if frame.inner_free.contains(name) && frame.makes_scope {
            let cell = frame.writer.code.cells;
            frame.writer.code.cells += 1;
            match u16::try_from(cell) {
                Ok(cell) if u32::from(cell) < MAX_SLOTS => Place::Cell { hops: 0, cell },
                _ => return Err(self.refuse(offset, "the function has too many variables")),
            }
        } else {
            Place::Slot(self.new_slot(offset)?)
        };
        if let Some(block) = self.frame().blocks.last_mut() {
            block.insert(name.clone(), place);
        }
        Ok(place)
    }

    fn lookup(&self, name: &str) -> Option<Place> {
        let mut hops = 0;
        for frame in self.frames.iter().rev() {
            if let Some(place) = frame.blocks.iter().rev().find_map(|block| block.get(name)) {
                return Some(match *place {
                    Place::Cell { cell, .. } => Place::Cell { hops, cell },
                    slot => slot,
                });
            }
            hops += u16::from(frame.makes_scope);
        }
        None
    }

    /// Scopes between the running function and the one around the file.
    fn scopes(&self) -> u16 {
        self.frames.iter().map(|frame| u16::from(frame.makes_scope)).sum()
    }

    pub fn load(&mut self, place: Place) {
        self.op(match place {
            Place::Slot(slot) => Op::Load(slot),
            Place::Cell { hops, cell } => Op::LoadCell { hops, cell },
        });
    }

    pub fn store(&mut self, place: Place) {
        self.op(match place {
            Place::Slot(slot) => Op::Store(slot),
            Place::Cell { hops, cell } => Op::StoreCell { hops, cell },
        });
    }

    /// Takes the top value into a variable.
    pub fn store_and_pop(&mut self, place: Place) {
        self.store(place);
        self.op(Op::Pop);
    }

    fn name(&mut self, name: &Rc<str>, offset: usize) {
        if let Some(place) = self.lookup(name) {
            self.load(place);
        } else if let Some(global) = Global::from_name(name) {
            self.op(Op::Global(global));
        } else {
            self.mark(offset);
            let name = self.writer().name(name);
            self.op(Op::Unknown(name));
        }
    }

    // Functions.

    fn function(&mut self, function: &'t Function) -> Result<Rc<Code>, Refusal> {
        let mut writer = Writer::default();
        writer.code.name = function.name.clone();
        writer.code.file = self.file.clone();
        let makes_scope = function.makes_scope;
        self.frames.push(Frame {
            writer,
            blocks: vec![FxHashMap::default()],
            inner_free: &function.inner_free,
            makes_scope,
            exits: Vec::new(),
        });
        let compiled = self.function_parts(function);
        let frame = self.frames.pop();
        compiled?;
        let mut code = frame.map(|frame| frame.writer.code).unwrap_or_default();
        // Inner code counts the scope, so it is made even if nothing is in it.
        code.cells = code.cells.max(u32::from(makes_scope));
        Ok(Rc::new(code))
    }

    fn function_parts(&mut self, function: &'t Function) -> Compiled {
        let offset = function.offset;
        let count = function.parameters.len() as u32;
        if count > MAX_SLOTS {
            return Err(self.refuse(offset, "the function has too many parameters"));
        }
        // What has no place of its own is somewhere in the function.
        self.mark(offset);
        // Arguments come in slots; those that inner functions use move to cells.
        self.writer().code.parameters = count;
        self.writer().code.slots = count;
        for (slot, (name, default)) in function.parameters.iter().enumerate() {
            let slot = slot as u32;
            let captured = function.inner_free.contains(name);
            if let Some(default) = default {
                self.op(Op::Load(slot));
                let missing = self.writer().jump(Op::PopJumpIfUndefined);
                self.op(Op::Pop);
                let given = self.writer().jump(Op::Jump);
                self.writer().land(missing);
                self.expression(default)?;
                self.store_and_pop(Place::Slot(slot));
                self.writer().land(given);
            }
            if captured {
                let place = self.declare(name, offset)?;
                self.load(Place::Slot(slot));
                self.store_and_pop(place);
            } else if let Some(block) = self.frame().blocks.last_mut() {
                block.insert(name.clone(), Place::Slot(slot));
            }
        }
        for (needed, name) in
            [(function.uses_arguments, Rc::from("arguments")), (function.uses_itself, function.name.clone())]
        {
            if !needed {
                continue;
            }
            let slot = self.new_slot(offset)?;
            match &*name {
                "arguments" => self.writer().code.arguments_slot = Some(slot),
                _ => self.writer().code.self_slot = Some(slot),
            }
            if function.inner_free.contains(&name) {
                let place = self.declare(&name, offset)?;
                self.load(Place::Slot(slot));
                self.store_and_pop(place);
            } else if let Some(block) = self.frame().blocks.last_mut() {
                block.insert(name, Place::Slot(slot));
            }
        }
        for name in &function.variables {
            if !self.frame().blocks[0].contains_key(name) {
                self.declare(name, offset)?;
            }
        }
        self.statements(&function.body)?;
        self.op(Op::Undefined);
        self.op(Op::Return);
        Ok(())
    }

    // Expressions.

    pub fn expression(&mut self, expression: &'t Expr) -> Compiled {
        let offset = expression.offset;
        match &expression.kind {
            ExprKind::Undefined => self.op(Op::Undefined),
            ExprKind::Null => self.constant(Value::Null),
            ExprKind::Bool(b) => self.constant(Value::Bool(*b)),
            ExprKind::Number(n) => self.constant(Value::Number(*n)),
            ExprKind::String(text) => self.constant(Value::String(text.clone())),
            ExprKind::Name(name) => self.name(name, offset),
            ExprKind::This => self.op(Op::This),
            ExprKind::OptionalBase => {}
            ExprKind::Template(parts) => {
                self.constant(Value::string(""));
                for part in parts {
                    match part {
                        TemplatePart::Text(text) => self.constant(Value::String(text.clone())),
                        TemplatePart::Value(value) => self.expression(value)?,
                    }
                    self.op(Op::Binary(BinaryOp::Add));
                }
            }
            ExprKind::Array(items) => {
                self.op(Op::NewArray);
                for item in items {
                    match item {
                        Item::Value(value) => {
                            self.expression(value)?;
                            self.op(Op::Append);
                        }
                        Item::Spread(value) => {
                            self.expression(value)?;
                            self.op(Op::AppendAll);
                        }
                    }
                }
            }
            ExprKind::Object(fields) => {
                self.op(Op::NewObject);
                for field in fields {
                    match field {
                        Field::Named(name, value) => {
                            self.expression(value)?;
                            let name = self.writer().name(name);
                            self.op(Op::Define(name));
                        }
                        Field::Computed(key, value) => {
                            self.expression(key)?;
                            self.expression(value)?;
                            self.op(Op::DefineIndex);
                        }
                        Field::Spread(value) => {
                            self.expression(value)?;
                            self.op(Op::DefineAll);
                        }
                    }
                }
            }
            ExprKind::Function(function) => {
                let code = self.function(function)?;
                let functions = &mut self.writer().code.functions;
                functions.push(code);
                let place = functions.len() as u32 - 1;
                self.op(Op::Function(place));
            }
            ExprKind::Member(object, name) => {
                self.expression(object)?;
                self.mark(offset);
                let name = self.writer().name(name);
                self.op(Op::Member(name));
            }
            ExprKind::Index(object, key) => {
                self.expression(object)?;
                self.expression(key)?;
                self.mark(offset);
                self.op(Op::Index);
            }
            ExprKind::Optional(base, rest) => {
                self.expression(base)?;
                let there = self.writer().jump(Op::JumpIfValueElsePop);
                self.op(Op::Undefined);
                let end = self.writer().jump(Op::Jump);
                self.writer().land(there);
                self.expression(rest)?;
                self.writer().land(end);
            }
            ExprKind::Call(callee, arguments) => self.call(callee, arguments)?,
            ExprKind::Require(place) => {
                let hops = self.scopes();
                let cell =
                    u16::try_from(*place).map_err(|_| self.refuse(offset, "the file requires too many files"))?;
                self.op(Op::LoadCell { hops, cell });
            }
            ExprKind::Unary(op, operand) => {
                match &operand.kind {
                    // The type of a name that is not known is no fault.
                    ExprKind::Name(name)
                        if *op == UnaryOp::TypeOf
                            && self.lookup(name).is_none()
                            && Global::from_name(name).is_none() =>
                    {
                        self.op(Op::Undefined);
                    }
                    _ => self.expression(operand)?,
                }
                self.op(Op::Unary(*op));
            }
            ExprKind::Delete(operand) => match &operand.kind {
                ExprKind::Member(object, name) => {
                    self.expression(object)?;
                    self.constant(Value::String(name.clone()));
                    self.op(Op::DeleteIndex);
                }
                ExprKind::Index(object, key) => {
                    self.expression(object)?;
                    self.expression(key)?;
                    self.op(Op::DeleteIndex);
                }
                _ => return Err(self.refuse(offset, "only fields can be deleted")),
            },
            ExprKind::Update(by, before, target) => self.update(*by, *before, target)?,
            ExprKind::Assign(op, target, value) => self.assign(*op, target, value)?,
            ExprKind::Binary(op, a, b) => {
                self.expression(a)?;
                match self.short_circuit(*op) {
                    Some(jump) => {
                        self.expression(b)?;
                        self.writer().land(jump);
                    }
                    None => {
                        self.expression(b)?;
                        self.binary(*op);
                    }
                }
            }
            ExprKind::Conditional(condition, yes, no) => {
                self.expression(condition)?;
                let to_no = self.writer().jump(Op::JumpIfFalse);
                self.expression(yes)?;
                let to_end = self.writer().jump(Op::Jump);
                self.writer().land(to_no);
                self.expression(no)?;
                self.writer().land(to_end);
            }
            ExprKind::Sequence(first, second) => {
                self.expression(first)?;
                self.op(Op::Pop);
                self.expression(second)?;
            }
        }
        Ok(())
    }

    fn binary(&mut self, op: AssignOp) {
        self.op(match op {
            AssignOp::Plain(op) => Op::Binary(op),
            AssignOp::Power => Op::Power,
            AssignOp::In => Op::In,
        });
    }

    /// The jump over the right side of `&&`, `||` and `??`.
    fn short_circuit(&mut self, op: AssignOp) -> Option<usize> {
        let jump: fn(u32) -> Op = match op {
            AssignOp::Plain(BinaryOp::And) => Op::JumpIfFalseElsePop,
            AssignOp::Plain(BinaryOp::Or) => Op::JumpIfTrueElsePop,
            AssignOp::Plain(BinaryOp::Nullish) => Op::JumpIfValueElsePop,
            _ => return None,
        };
        Some(self.writer().jump(jump))
    }

    fn call(&mut self, callee: &'t Expr, arguments: &'t [Expr]) -> Compiled {
        let count = u16::try_from(arguments.len()).map_err(|_| self.refuse(callee.offset, "too many arguments"))?;
        let op = match &callee.kind {
            ExprKind::Member(object, name) => {
                self.expression(object)?;
                let place = self.writer().name(name);
                match u16::try_from(place) {
                    Ok(name) => Op::CallMember { name, arguments: count },
                    Err(_) => {
                        self.constant(Value::String(name.clone()));
                        Op::CallIndex(u32::from(count))
                    }
                }
            }
            ExprKind::Index(object, key) => {
                self.expression(object)?;
                self.expression(key)?;
                Op::CallIndex(u32::from(count))
            }
            _ => {
                self.expression(callee)?;
                Op::Call(u32::from(count))
            }
        };
        for argument in arguments {
            self.expression(argument)?;
        }
        self.mark(callee.offset);
        self.op(op);
        Ok(())
    }

    /// A variable that is set: `None` for what is no variable of the file (a global cannot be set).
    pub fn target(&mut self, name: &Rc<str>, offset: usize) -> Result<Place, Refusal> {
        self.lookup(name).ok_or_else(|| self.refuse(offset, "a global of wxs cannot be set"))
    }

    fn assign(&mut self, op: Option<AssignOp>, target: &'t Expr, value: &'t Expr) -> Compiled {
        match &target.kind {
            ExprKind::Name(name) => {
                let place = self.target(name, target.offset)?;
                let Some(op) = op else {
                    self.expression(value)?;
                    self.store(place);
                    return Ok(());
                };
                self.load(place);
                let jump = self.short_circuit(op);
                self.expression(value)?;
                if jump.is_none() {
                    self.binary(op);
                }
                self.store(place);
                if let Some(jump) = jump {
                    self.writer().land(jump);
                }
            }
            ExprKind::Member(object, name) => {
                self.expression(object)?;
                let name = self.writer().name(name);
                match op {
                    None => self.expression(value)?,
                    Some(op) => {
                        self.op(Op::Duplicate);
                        self.mark(target.offset);
                        self.op(Op::Member(name));
                        self.changed(op, value, target.offset)?;
                    }
                }
                self.mark(target.offset);
                self.op(Op::SetMember(name));
            }
            ExprKind::Index(object, key) => {
                self.expression(object)?;
                self.expression(key)?;
                match op {
                    None => self.expression(value)?,
                    Some(op) => {
                        self.op(Op::DuplicatePair);
                        self.mark(target.offset);
                        self.op(Op::Index);
                        self.changed(op, value, target.offset)?;
                    }
                }
                self.mark(target.offset);
                self.op(Op::SetIndex);
            }
            _ => return Err(self.refuse(target.offset, "this cannot be assigned to")),
        }
        Ok(())
    }

    /// The new value of a field whose old one is on top.
    fn changed(&mut self, op: AssignOp, value: &'t Expr, offset: usize) -> Compiled {
        if matches!(op, AssignOp::Plain(BinaryOp::And | BinaryOp::Or | BinaryOp::Nullish)) {
            return Err(self.refuse(offset, "write the condition and the assignment of this field apart"));
        }
        self.expression(value)?;
        self.binary(op);
        Ok(())
    }

    fn update(&mut self, by: i8, before: bool, target: &'t Expr) -> Compiled {
        let step = Value::Number(f64::from(by));
        match &target.kind {
            ExprKind::Name(name) => {
                let place = self.target(name, target.offset)?;
                self.load(place);
                self.op(Op::ToNumber);
                if !before {
                    self.op(Op::Duplicate);
                }
                self.constant(step);
                self.op(Op::Binary(BinaryOp::Add));
                self.store(place);
                if !before {
                    self.op(Op::Pop);
                }
                return Ok(());
            }
            ExprKind::Member(object, name) => {
                self.expression(object)?;
                self.constant(Value::String(name.clone()));
            }
            ExprKind::Index(object, key) => {
                self.expression(object)?;
                self.expression(key)?;
            }
            _ => return Err(self.refuse(target.offset, "this cannot be counted")),
        }
        self.mark(target.offset);
        self.op(Op::StepIndex(by));
        if before {
            self.constant(step);
            self.op(Op::Binary(BinaryOp::Add));
        }
        Ok(())
    }
}
