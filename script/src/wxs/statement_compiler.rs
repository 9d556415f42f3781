//! Code of statements.

use super::compiler::{Compiled, Compiler};
use super::syntax::{Expr, ExprKind, Stmt};
use crate::value::Value;
use crate::vm::code::Op;
use pellicle_layout::markup::expression::BinaryOp;

/// Jumps out of a loop or `switch` that wait for its end.
#[derive(Default)]
pub(super) struct Exits {
    breaks: Vec<usize>,
    continues: Vec<usize>,
    /// A `switch`: `continue` goes to the loop around it.
    switch: bool,
}

impl<'t> Compiler<'t, '_> {
    /// Statements of a function or block. Functions that they declare are there from the start.
    pub fn statements(&mut self, statements: &'t [Stmt]) -> Compiled {
        for statement in statements {
            if let Stmt::Function(name, function) = statement {
                self.expression(function)?;
                self.set_name(name, function.offset)?;
            }
        }
        for statement in statements {
            self.statement(statement)?;
        }
        Ok(())
    }

    /// Takes the top value into the variable that a name means.
    fn set_name(&mut self, name: &std::rc::Rc<str>, offset: usize) -> Compiled {
        let place = self.target(name, offset)?;
        self.store_and_pop(place);
        Ok(())
    }

    fn block(&mut self, statements: &'t [Stmt]) -> Compiled {
        self.open_block();
        let compiled = self.statements(statements);
        self.close_block();
        compiled
    }

    fn statement(&mut self, statement: &'t Stmt) -> Compiled {
        match statement {
            Stmt::Empty | Stmt::Function(..) => {}
            Stmt::Expr(value) => {
                self.expression(value)?;
                self.op(Op::Pop);
            }
            Stmt::Declare { block, variables } => {
                for (name, value) in variables {
                    let offset = value.as_ref().map_or(0, |v| v.offset);
                    match value {
                        Some(value) => self.expression(value)?,
                        // Without a value, `let` makes the variable anew, `var` leaves it.
                        None if *block => self.op(Op::Undefined),
                        None => continue,
                    }
                    if *block {
                        let place = self.declare(name, offset)?;
                        self.store_and_pop(place);
                    } else {
                        self.set_name(name, offset)?;
                    }
                }
            }
            Stmt::Block(statements) => self.block(statements)?,
            Stmt::If(branches, otherwise) => {
                let mut ends = Vec::with_capacity(branches.len());
                for (condition, body) in branches {
                    self.expression(condition)?;
                    let next = self.writer().jump(Op::JumpIfFalse);
                    self.scoped(body)?;
                    ends.push(self.writer().jump(Op::Jump));
                    self.writer().land(next);
                }
                if let Some(body) = otherwise {
                    self.scoped(body)?;
                }
                for end in ends {
                    self.writer().land(end);
                }
            }
            Stmt::While(condition, body) => {
                // A loop without an end is stopped here.
                self.mark(condition.offset);
                let start = self.writer().here();
                self.expression(condition)?;
                let out = self.writer().jump(Op::JumpIfFalse);
                self.open_exits(false);
                self.scoped(body)?;
                self.land_continues();
                self.op(Op::Jump(start));
                self.writer().land(out);
                self.close_exits();
            }
            Stmt::DoWhile(body, condition) => {
                let start = self.writer().here();
                self.open_exits(false);
                self.scoped(body)?;
                self.land_continues();
                self.expression(condition)?;
                self.op(Op::JumpIfTrue(start));
                self.close_exits();
            }
            Stmt::For { init, test, update, body } => {
                self.open_block();
                let compiled = self.for_loop(init.as_deref(), test.as_ref(), update.as_ref(), body);
                self.close_block();
                compiled?;
            }
            Stmt::ForEach { block, target, values, object, body } => {
                self.open_block();
                let compiled = self.for_each(*block, target, *values, object, body);
                self.close_block();
                compiled?;
            }
            Stmt::Return(value) => {
                match value {
                    Some(value) => self.expression(value)?,
                    None => self.op(Op::Undefined),
                }
                self.op(Op::Return);
            }
            Stmt::Break => {
                let jump = self.writer().jump(Op::Jump);
                if let Some(exits) = self.frame().exits.last_mut() {
                    exits.breaks.push(jump);
                }
            }
            Stmt::Continue => {
                let jump = self.writer().jump(Op::Jump);
                if let Some(exits) = self.frame().exits.iter_mut().rev().find(|exits| !exits.switch) {
                    exits.continues.push(jump);
                }
            }
            Stmt::Switch(subject, cases) => {
                self.open_block();
                let compiled = self.switch(subject, cases);
                self.close_block();
                compiled?;
            }
        }
        Ok(())
    }

    /// A statement in a block of its own.
    fn scoped(&mut self, statement: &'t Stmt) -> Compiled {
        self.block(std::slice::from_ref(statement))
    }

    fn open_exits(&mut self, switch: bool) {
        self.frame().exits.push(Exits { switch, ..Exits::default() });
    }

    /// Lets `continue` go on here.
    fn land_continues(&mut self) {
        let continues = self.frame().exits.last_mut().map(|exits| std::mem::take(&mut exits.continues));
        for jump in continues.unwrap_or_default() {
            self.writer().land(jump);
        }
    }

    /// Lets `break` go on here.
    fn close_exits(&mut self) {
        for jump in self.frame().exits.pop().unwrap_or_default().breaks {
            self.writer().land(jump);
        }
    }

    fn for_loop(
        &mut self,
        init: Option<&'t Stmt>,
        test: Option<&'t Expr>,
        update: Option<&'t Expr>,
        body: &'t Stmt,
    ) -> Compiled {
        if let Some(init) = init {
            self.statement(init)?;
        }
        let start = self.writer().here();
        let out = match test {
            Some(test) => {
                self.mark(test.offset);
                self.expression(test)?;
                Some(self.writer().jump(Op::JumpIfFalse))
            }
            None => None,
        };
        self.open_exits(false);
        self.scoped(body)?;
        self.land_continues();
        if let Some(update) = update {
            self.expression(update)?;
            self.op(Op::Pop);
        }
        self.op(Op::Jump(start));
        if let Some(out) = out {
            self.writer().land(out);
        }
        self.close_exits();
        Ok(())
    }

    fn for_each(&mut self, block: bool, target: &'t Expr, values: bool, object: &'t Expr, body: &'t Stmt) -> Compiled {
        let offset = target.offset;
        self.expression(object)?;
        self.op(if values { Op::Items } else { Op::Keys });
        // The list and, in the slot behind it, how far the loop is.
        let list = self.new_slot(offset)?;
        let count = self.new_slot(offset)?;
        self.op(Op::Store(list));
        self.op(Op::Pop);
        self.constant(Value::Number(0.0));
        self.op(Op::Store(count));
        self.op(Op::Pop);
        let variable = match &target.kind {
            ExprKind::Name(name) if block => Some(self.declare(name, offset)?),
            _ => None,
        };
        let start = self.writer().here();
        self.op(Op::Next(list));
        let out = self.writer().jump(Op::Jump);
        match (&target.kind, variable) {
            (_, Some(place)) => self.store_and_pop(place),
            (ExprKind::Name(name), None) => self.set_name(name, offset)?,
            (kind, None) => {
                let item = self.new_slot(offset)?;
                self.op(Op::Store(item));
                self.op(Op::Pop);
                match kind {
                    ExprKind::Member(object, name) => {
                        self.expression(object)?;
                        self.op(Op::Load(item));
                        let name = self.writer().name(name);
                        self.op(Op::SetMember(name));
                    }
                    ExprKind::Index(object, key) => {
                        self.expression(object)?;
                        self.expression(key)?;
                        self.op(Op::Load(item));
                        self.op(Op::SetIndex);
                    }
                    _ => self.op(Op::Undefined),
                }
                self.op(Op::Pop);
            }
        }
        self.open_exits(false);
        self.scoped(body)?;
        self.land_continues();
        self.op(Op::Jump(start));
        self.writer().land(out);
        self.close_exits();
        Ok(())
    }

    fn switch(&mut self, subject: &'t Expr, cases: &'t [(Option<Expr>, Vec<Stmt>)]) -> Compiled {
        let slot = self.new_slot(subject.offset)?;
        self.expression(subject)?;
        self.op(Op::Store(slot));
        self.op(Op::Pop);
        let mut entries = Vec::with_capacity(cases.len());
        for (test, _) in cases {
            entries.push(match test {
                Some(test) => {
                    self.op(Op::Load(slot));
                    self.expression(test)?;
                    self.op(Op::Binary(BinaryOp::StrictEqual));
                    Some(self.writer().jump(Op::JumpIfTrue))
                }
                None => None,
            });
        }
        let otherwise = self.writer().jump(Op::Jump);
        self.open_exits(true);
        let mut has_default = false;
        for ((_, body), entry) in cases.iter().zip(entries) {
            match entry {
                Some(entry) => self.writer().land(entry),
                None => {
                    has_default = true;
                    self.writer().land(otherwise);
                }
            }
            self.statements(body)?;
        }
        if !has_default {
            self.writer().land(otherwise);
        }
        self.close_exits();
        Ok(())
    }
}
