//! The bytecode of expressions and wxs functions.
//!
//! A stack machine: every op takes its operands from the stack and leaves its result there. `[a b -> c]`
//! shows what it takes and leaves, the top at the right.

use crate::value::Value;
use crate::wxs::library::Global;
use pellicle_layout::diagnostic::Position;
use pellicle_layout::markup::expression::{BinaryOp, UnaryOp};
use std::rc::Rc;
use std::sync::Arc;

/// One instruction.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) enum Op {
    /// `[-> v]` A constant of the code.
    Constant(u32),
    /// `[-> undefined]`
    Undefined,
    /// `[-> v]` The field of the page's or component's data that the name calls.
    Field(u32),
    /// `[-> v]` A loop variable of the expression.
    LoopVariable(u32),
    /// `[-> v]` The exports of a wxs module in the expression's scope.
    Module(u32),
    /// `[-> v]` A slot of the running function.
    Load(u32),
    /// `[v -> v]` Sets a slot.
    Store(u32),
    /// `[-> v]` A variable that inner functions use, `hops` functions further out.
    LoadCell { hops: u16, cell: u16 },
    /// `[v -> v]` Sets such a variable.
    StoreCell { hops: u16, cell: u16 },
    /// `[-> v]` A global of wxs.
    Global(Global),
    /// `[-> ]` Faults: the name is not known.
    Unknown(u32),
    /// `[-> this]`
    This,
    /// `[v -> ]`
    Pop,
    /// `[v -> v v]`
    Duplicate,
    /// `[a b -> a b a b]`
    DuplicatePair,
    /// `[o -> v]` A field by name.
    Member(u32),
    /// `[o k -> v]` A field by value.
    Index,
    /// `[o v -> v]` Sets a field by name.
    SetMember(u32),
    /// `[o k v -> v]` Sets a field by value.
    SetIndex,
    /// `[o k -> old]` Adds to a field and gives its old value, as a number (`o[k]++`).
    StepIndex(i8),
    /// `[o k -> bool]` `delete`.
    DeleteIndex,
    /// `[-> array]`
    NewArray,
    /// `[array v -> array]`
    Append,
    /// `[array v -> array]` Appends all items of `v`.
    AppendAll,
    /// `[-> object]`
    NewObject,
    /// `[object v -> object]` Sets a field by name.
    Define(u32),
    /// `[object k v -> object]` Sets a field by value.
    DefineIndex,
    /// `[object v -> object]` Sets all fields of `v`.
    DefineAll,
    /// `[-> function]` A function over the running function's variables.
    Function(u32),
    /// `[f args… -> v]`
    Call(u32),
    /// `[o args… -> v]` Calls a field by name, the object is `this`.
    CallMember { name: u16, arguments: u16 },
    /// `[o k args… -> v]` Calls a field by value, the object is `this`.
    CallIndex(u32),
    /// `[v -> w]`
    Unary(UnaryOp),
    /// `[a b -> v]` An operator that evaluates both sides.
    Binary(BinaryOp),
    /// `[k o -> bool]` `in`.
    In,
    /// `[a b -> v]` `a ** b`.
    Power,
    /// `[v -> n]`
    ToNumber,
    /// `[v… -> text]` Joins the texts of this many values as a template prints them.
    Join(u32),
    /// `[ -> ]`
    Jump(u32),
    /// `[v -> ]`
    JumpIfFalse(u32),
    /// `[v -> ]`
    JumpIfTrue(u32),
    /// `[v -> v]` and jumps if `v` is false, else `[v -> ]`.
    JumpIfFalseElsePop(u32),
    /// `[v -> v]` and jumps if `v` is true, else `[v -> ]`.
    JumpIfTrueElsePop(u32),
    /// `[v -> v]` and jumps if `v` is neither `undefined` nor `null`, else `[v -> ]`.
    JumpIfValueElsePop(u32),
    /// `[v -> v]` or, if `v` is `undefined`, `[v -> ]` and jumps.
    PopJumpIfUndefined(u32),
    /// `[o -> array]` The names of the fields of an object.
    Keys,
    /// `[v -> array]` The items of an array or the characters of a string.
    Items,
    /// `[-> v]` The next item of the array in slot `slot`, counted in slot `slot + 1`; the op behind it is a
    /// jump that is skipped unless the array is at its end.
    Next(u32),
    /// `[v -> ]` Ends the function.
    Return,
}

const _: () = assert!(size_of::<Op>() <= 8, "an op stays at most 8 bytes");

/// The code of an expression or function.
#[derive(Debug, Default)]
pub(crate) struct Code {
    pub ops: Vec<Op>,
    pub constants: Vec<Value>,
    pub names: Vec<Rc<str>>,
    /// Inner functions.
    pub functions: Vec<Rc<Code>>,
    /// Slots that arguments fill.
    pub parameters: u32,
    /// All slots, parameters first.
    pub slots: u32,
    /// Variables that inner functions use; none: no scope is made.
    pub cells: u32,
    /// The slot that gets `arguments`.
    pub arguments_slot: Option<u32>,
    /// The slot that gets the function itself, by which a named function expression calls itself.
    pub self_slot: Option<u32>,
    /// True for expressions: a field of `undefined` is `undefined`, a failed call too.
    pub tolerant: bool,
    /// Name of the function, empty if it has none.
    pub name: Rc<str>,
    /// File that it is written in.
    pub file: Arc<str>,
    /// Places of ops that can fault: index of the op, ascending.
    pub places: Vec<(u32, Position)>,
}

impl Code {
    /// The place of an op, that of the nearest one before it that has one.
    pub fn place(&self, op: usize) -> Option<Position> {
        let behind = self.places.partition_point(|&(at, _)| at as usize <= op);
        self.places.get(behind.checked_sub(1)?).map(|&(_, position)| position)
    }
}

/// Writes code.
#[derive(Debug, Default)]
pub(crate) struct Writer {
    pub code: Code,
}

impl Writer {
    pub fn op(&mut self, op: Op) {
        self.code.ops.push(op);
    }

    /// Where the next op will stand.
    pub fn here(&self) -> u32 {
        self.code.ops.len() as u32
    }

    /// The next op can fault; this is its place.
    pub fn mark(&mut self, position: Position) {
        if self.code.places.last().is_none_or(|&(_, last)| last != position) {
            self.code.places.push((self.here(), position));
        }
    }

    /// A jump whose goal is set by [`Writer::land`].
    pub fn jump(&mut self, op: fn(u32) -> Op) -> usize {
        self.op(op(u32::MAX));
        self.code.ops.len() - 1
    }

    /// Lets a jump go to the next op.
    pub fn land(&mut self, jump: usize) {
        let here = self.here();
        self.aim(jump, here);
    }

    /// Lets a jump go to `goal`.
    pub fn aim(&mut self, jump: usize, goal: u32) {
        if let Some(
            Op::Jump(to)
            | Op::JumpIfFalse(to)
            | Op::JumpIfTrue(to)
            | Op::JumpIfFalseElsePop(to)
            | Op::JumpIfTrueElsePop(to)
            | Op::JumpIfValueElsePop(to)
            | Op::PopJumpIfUndefined(to),
        ) = self.code.ops.get_mut(jump)
        {
            *to = goal;
        }
    }

    pub fn name(&mut self, name: &str) -> u32 {
        let known = self.code.names.iter().rev().take(64).position(|n| &**n == name);
        match known {
            Some(back) => (self.code.names.len() - 1 - back) as u32,
            None => {
                self.code.names.push(Rc::from(name));
                self.code.names.len() as u32 - 1
            }
        }
    }

    pub fn constant(&mut self, value: Value) {
        if matches!(value, Value::Undefined) {
            return self.op(Op::Undefined);
        }
        let same = |known: &Value| match (known, &value) {
            (Value::Number(a), Value::Number(b)) => a.to_bits() == b.to_bits(),
            (Value::String(a), Value::String(b)) => a == b,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::Null, Value::Null) => true,
            _ => false,
        };
        let known = self.code.constants.iter().rev().take(32).position(same);
        let at = match known {
            Some(back) => self.code.constants.len() - 1 - back,
            None => {
                self.code.constants.push(value);
                self.code.constants.len() - 1
            }
        };
        self.op(Op::Constant(at as u32));
    }
}
