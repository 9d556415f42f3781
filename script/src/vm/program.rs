//! Expressions compiled to code, with the data that they read.

use super::code::{Code, Op, Writer};
use super::fault::Outcome;
use super::machine::{Env, Machine};
use crate::realm::PathSegment;
use crate::value::Value;
use pellicle_layout::markup::expression::{ArrayItem, BinaryOp, Expression, ExpressionKind, ObjectItem};
use pellicle_layout::markup::template::{AttributePiece, AttributeSource};
use std::rc::Rc;
use std::sync::Arc;

/// What the names of an expression mean: loop variables first (a later one hides an earlier of the same
/// name), then wxs modules; every other name is a data field.
#[derive(Clone, Copy, Debug, Default)]
pub struct NameScope<'a> {
    /// Loop variables, outer loops first; [`Env::locals`] has their values in the same order.
    pub locals: &'a [Arc<str>],
    /// Names of wxs modules; [`Env::modules`] has their exports in the same order.
    pub modules: &'a [Arc<str>],
}

/// Where a path that an expression reads starts.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum ReadRoot {
    /// A data field.
    Data(Rc<str>),
    /// A loop variable, by its place in [`NameScope::locals`].
    Local(u32),
}

/// Something that an expression reads: the value at `path` below `root`, with everything in it. It is
/// affected by any change at, below or above that place. A read of `length` counts as one of the whole list.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct DataPath {
    /// Where it starts.
    pub root: ReadRoot,
    /// Fields from there.
    pub path: Vec<PathSegment>,
}

/// A compiled expression or attribute value.
#[derive(Clone, Debug)]
pub struct Program {
    code: Rc<Code>,
    reads: Vec<DataPath>,
    calls: bool,
    modules: bool,
    constant: bool,
}

impl Program {
    /// Compiles an expression.
    pub fn expression(expression: &Expression, scope: &NameScope<'_>) -> Program {
        let mut compiler = Compiler::new(scope);
        compiler.whole(expression);
        compiler.finish()
    }

    /// Compiles the value of an attribute or text.
    pub fn source(source: &AttributeSource, scope: &NameScope<'_>) -> Program {
        let mut compiler = Compiler::new(scope);
        match source {
            AttributeSource::Present => compiler.writer.constant(Value::Bool(true)),
            AttributeSource::Static(text) => compiler.writer.constant(Value::string(text)),
            AttributeSource::Expression(expression) => compiler.whole(expression),
            AttributeSource::Concat(pieces) => {
                for piece in pieces {
                    match piece {
                        AttributePiece::Text(text) => compiler.writer.constant(Value::string(text)),
                        AttributePiece::Expression(expression) => compiler.whole(expression),
                    }
                }
                compiler.writer.op(Op::Join(pieces.len() as u32));
            }
        }
        compiler.finish()
    }

    /// The data that it reads, without repetitions; none of them lies inside another.
    pub fn reads(&self) -> &[DataPath] {
        &self.reads
    }

    /// True if it names a wxs module.
    pub fn names_modules(&self) -> bool {
        self.modules
    }

    /// True if it calls something, such as a wxs function.
    pub fn calls(&self) -> bool {
        self.calls
    }

    /// True if its value never changes: it reads nothing and calls nothing.
    pub fn is_constant(&self) -> bool {
        self.constant
    }
}

/// Evaluates a program. A fault makes the value, or the wxs call in it, `undefined`; the machine's host is
/// told. Arrays and objects that wxs code made come out as copies, page data as it is.
pub fn evaluate(program: &Program, env: &Env<'_>, machine: &mut Machine) -> Value {
    let result = machine.evaluation(program.calls, |machine| -> Outcome<Value> {
        let value = machine.run_expression(&program.code, env)?;
        if program.calls { machine.detach(&value) } else { Ok(value) }
    });
    match result {
        Ok(value) => value,
        Err(fault) => {
            machine.host().fault(&fault);
            Value::Undefined
        }
    }
}

struct Compiler<'a> {
    writer: Writer,
    scope: NameScope<'a>,
    reads: Vec<DataPath>,
    calls: bool,
    modules: bool,
}

impl<'a> Compiler<'a> {
    fn new(scope: &NameScope<'a>) -> Self {
        let mut writer = Writer::default();
        writer.code.tolerant = true;
        Compiler { writer, scope: *scope, reads: Vec::new(), calls: false, modules: false }
    }

    fn finish(mut self) -> Program {
        self.writer.op(Op::Return);
        // A read of a field covers those inside it.
        self.reads.sort_by_key(|read| read.path.len());
        let mut reads: Vec<DataPath> = Vec::with_capacity(self.reads.len());
        for read in self.reads {
            if !reads.iter().any(|wide| wide.root == read.root && read.path.starts_with(&wide.path)) {
                reads.push(read);
            }
        }
        let constant = reads.is_empty() && !self.calls && !self.modules;
        Program { code: Rc::new(self.writer.code), reads, calls: self.calls, modules: self.modules, constant }
    }

    /// An expression between braces: what has no place of its own in it is at its beginning.
    fn whole(&mut self, expression: &Expression) {
        self.writer.mark(expression.position);
        self.expression(expression);
    }

    fn op(&mut self, op: Op) {
        self.writer.op(op);
    }

    fn name(&mut self, name: &str) -> u32 {
        self.writer.name(name)
    }

    /// The variable or field that a name means here.
    fn resolve(&self, name: &str) -> Result<ReadRoot, u32> {
        if let Some(local) = self.scope.locals.iter().rposition(|n| &**n == name) {
            return Ok(ReadRoot::Local(local as u32));
        }
        match self.scope.modules.iter().rposition(|n| &**n == name) {
            Some(module) => Err(module as u32),
            None => Ok(ReadRoot::Data(Rc::from(name))),
        }
    }

    /// The path that a chain of fields reads, `None` if it starts at a module or at no name.
    fn path(&self, expression: &Expression) -> Option<DataPath> {
        let mut path = Vec::new();
        let mut at = expression;
        loop {
            match &at.kind {
                ExpressionKind::Name(name) => {
                    let root = self.resolve(name).ok()?;
                    path.reverse();
                    return Some(DataPath { root, path });
                }
                ExpressionKind::Member(object, field) => {
                    // A list's length changes with its items.
                    if &**field == "length" {
                        path.clear();
                    } else {
                        path.push(PathSegment::Field(Rc::from(&**field)));
                    }
                    at = object;
                }
                ExpressionKind::Index(object, index) => {
                    match index.kind {
                        ExpressionKind::Number(n) if n >= 0.0 && n < f64::from(u32::MAX) && n.trunc() == n => {
                            path.push(PathSegment::Index(n as u32));
                        }
                        _ => path.clear(),
                    }
                    at = object;
                }
                _ => return None,
            }
        }
    }

    /// Compiles a value and notes what it reads.
    fn expression(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Name(_) | ExpressionKind::Member(..) | ExpressionKind::Index(..) => {
                if let Some(path) = self.path(expression) {
                    self.reads.push(path);
                }
                self.chain(expression);
            }
            ExpressionKind::Undefined => self.op(Op::Undefined),
            ExpressionKind::Null => self.writer.constant(Value::Null),
            ExpressionKind::Bool(b) => self.writer.constant(Value::Bool(*b)),
            ExpressionKind::Number(n) => self.writer.constant(Value::Number(*n)),
            ExpressionKind::String(text) => self.writer.constant(Value::string(text)),
            ExpressionKind::Array(items) => {
                self.op(Op::NewArray);
                for item in items {
                    match item {
                        ArrayItem::Value(value) => {
                            self.expression(value);
                            self.op(Op::Append);
                        }
                        ArrayItem::Spread(value) => {
                            self.expression(value);
                            self.op(Op::AppendAll);
                        }
                    }
                }
            }
            ExpressionKind::Object(items) => {
                self.op(Op::NewObject);
                for item in items {
                    match item {
                        ObjectItem::Field(name, value) => {
                            self.expression(value);
                            let name = self.name(name);
                            self.op(Op::Define(name));
                        }
                        ObjectItem::Spread(value) => {
                            self.expression(value);
                            self.op(Op::DefineAll);
                        }
                    }
                }
            }
            ExpressionKind::Call(function, arguments) => self.call(function, arguments),
            ExpressionKind::Unary(op, operand) => {
                self.expression(operand);
                self.op(Op::Unary(*op));
            }
            ExpressionKind::Binary(op, a, b) => {
                self.expression(a);
                let jump = match op {
                    BinaryOp::And => self.writer.jump(Op::JumpIfFalseElsePop),
                    BinaryOp::Or => self.writer.jump(Op::JumpIfTrueElsePop),
                    BinaryOp::Nullish => self.writer.jump(Op::JumpIfValueElsePop),
                    _ => {
                        self.expression(b);
                        return self.op(Op::Binary(*op));
                    }
                };
                self.expression(b);
                self.writer.land(jump);
            }
            ExpressionKind::Conditional(condition, yes, no) => {
                self.expression(condition);
                let to_no = self.writer.jump(Op::JumpIfFalse);
                self.expression(yes);
                let to_end = self.writer.jump(Op::Jump);
                self.writer.land(to_no);
                self.expression(no);
                self.writer.land(to_end);
            }
        }
    }

    /// Compiles a chain of fields whose path is noted already; other parts of it note their own reads.
    fn chain(&mut self, expression: &Expression) {
        match &expression.kind {
            ExpressionKind::Name(name) => match self.resolve(name) {
                Ok(ReadRoot::Local(local)) => self.op(Op::LoopVariable(local)),
                Ok(ReadRoot::Data(_)) => {
                    let name = self.name(name);
                    self.op(Op::Field(name));
                }
                Err(module) => {
                    self.modules = true;
                    self.op(Op::Module(module));
                }
            },
            ExpressionKind::Member(object, field) => {
                self.chain(object);
                let name = self.name(field);
                self.writer.mark(expression.position);
                self.op(Op::Member(name));
            }
            ExpressionKind::Index(object, index) => {
                self.chain(object);
                self.expression(index);
                self.writer.mark(expression.position);
                self.op(Op::Index);
            }
            _ => self.expression(expression),
        }
    }

    fn call(&mut self, function: &Expression, arguments: &[Expression]) {
        self.calls = true;
        let count = arguments.len();
        match &function.kind {
            ExpressionKind::Member(object, name) => {
                self.expression(object);
                arguments.iter().for_each(|argument| self.expression(argument));
                let name = self.name(name);
                self.writer.mark(function.position);
                match (u16::try_from(name), u16::try_from(count)) {
                    (Ok(name), Ok(arguments)) => self.op(Op::CallMember { name, arguments }),
                    // More names or arguments than any source has: the call is not made.
                    _ => {
                        (0..=count).for_each(|_| self.op(Op::Pop));
                        self.op(Op::Undefined);
                    }
                }
            }
            ExpressionKind::Index(object, key) => {
                self.expression(object);
                self.expression(key);
                arguments.iter().for_each(|argument| self.expression(argument));
                self.writer.mark(function.position);
                self.op(Op::CallIndex(count as u32));
            }
            _ => {
                self.expression(function);
                arguments.iter().for_each(|argument| self.expression(argument));
                self.writer.mark(function.position);
                self.op(Op::Call(count as u32));
            }
        }
    }
}
