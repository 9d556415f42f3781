//! The syntax tree of wxs.

use pellicle_layout::markup::expression::{BinaryOp, UnaryOp};
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// An expression.
#[derive(Debug)]
pub(crate) struct Expr {
    pub kind: ExprKind,
    /// Byte of its first character; for calls and fields, of what is called.
    pub offset: usize,
    /// Nesting, itself counted in.
    pub depth: u32,
}

#[derive(Debug)]
pub(crate) enum ExprKind {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    String(Rc<str>),
    /// A text with expressions in it.
    Template(Vec<TemplatePart>),
    Name(Rc<str>),
    This,
    Array(Vec<Item>),
    Object(Vec<Field>),
    Function(Box<Function>),
    Member(Box<Expr>, Rc<str>),
    Index(Box<Expr>, Box<Expr>),
    /// `a?.b` and what follows it: a nullish left side gives `undefined`.
    Optional(Box<Expr>, Box<Expr>),
    /// The left side of the innermost [`ExprKind::Optional`] around it, already evaluated.
    OptionalBase,
    Call(Box<Expr>, Vec<Expr>),
    /// `require('path')`: the place in [`Module::requires`].
    Require(usize),
    Unary(UnaryOp, Box<Expr>),
    Delete(Box<Expr>),
    /// `++` or `--`: by how much, whether before the operand.
    Update(i8, bool, Box<Expr>),
    Assign(Option<AssignOp>, Box<Expr>, Box<Expr>),
    Binary(AssignOp, Box<Expr>, Box<Expr>),
    Conditional(Box<Expr>, Box<Expr>, Box<Expr>),
    Sequence(Box<Expr>, Box<Expr>),
}

/// Binary operators, those that expressions of templates lack among them.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum AssignOp {
    Plain(BinaryOp),
    Power,
    In,
}

#[derive(Debug)]
pub(crate) enum TemplatePart {
    Text(Rc<str>),
    Value(Expr),
}

#[derive(Debug)]
pub(crate) enum Item {
    Value(Expr),
    Spread(Expr),
}

#[derive(Debug)]
pub(crate) enum Field {
    Named(Rc<str>, Expr),
    Computed(Expr, Expr),
    Spread(Expr),
}

/// A function.
#[derive(Debug, Default)]
pub(crate) struct Function {
    pub name: Rc<str>,
    pub parameters: Vec<(Rc<str>, Option<Expr>)>,
    pub body: Vec<Stmt>,
    pub offset: usize,
    /// Names of `var`s and of functions declared in it, in order, parameters left out.
    pub variables: Vec<Rc<str>>,
    /// Names that functions inside it use and do not declare.
    pub inner_free: FxHashSet<Rc<str>>,
    /// True if one of them is a variable of this function.
    pub makes_scope: bool,
    pub uses_arguments: bool,
    /// True if the function calls itself by the name of its expression.
    pub uses_itself: bool,
}

#[derive(Debug)]
pub(crate) enum Stmt {
    Empty,
    Expr(Expr),
    /// `var`: sets variables of the function. `let` and `const`: makes variables of the block.
    Declare {
        block: bool,
        variables: Vec<(Rc<str>, Option<Expr>)>,
    },
    Function(Rc<str>, Expr),
    If(Vec<(Expr, Stmt)>, Option<Box<Stmt>>),
    While(Expr, Box<Stmt>),
    DoWhile(Box<Stmt>, Expr),
    For {
        init: Option<Box<Stmt>>,
        test: Option<Expr>,
        update: Option<Expr>,
        body: Box<Stmt>,
    },
    /// `for (x in o)`, `for (x of o)`.
    ForEach {
        block: bool,
        target: Expr,
        values: bool,
        object: Expr,
        body: Box<Stmt>,
    },
    Return(Option<Expr>),
    Break,
    Continue,
    Switch(Expr, Vec<(Option<Expr>, Vec<Stmt>)>),
    Block(Vec<Stmt>),
}

/// A whole file.
#[derive(Debug, Default)]
pub(crate) struct Module {
    pub main: Function,
    /// What it requires and where.
    pub requires: Vec<(Rc<str>, usize)>,
}
