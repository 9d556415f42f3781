//! The abstract syntax of `{{ }}` expressions.

use crate::diagnostic::Position;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// An expression and where it was written.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Expression {
    /// The tree.
    pub kind: ExpressionKind,
    /// Its first character.
    pub position: Position,
}

impl Expression {
    /// The names in it, in no order that means anything.
    pub fn names(&self) -> Vec<&Arc<str>> {
        let (mut names, mut stack) = (Vec::new(), vec![self]);
        while let Some(at) = stack.pop() {
            match &at.kind {
                ExpressionKind::Undefined
                | ExpressionKind::Null
                | ExpressionKind::Bool(_)
                | ExpressionKind::Number(_)
                | ExpressionKind::String(_) => {}
                ExpressionKind::Name(name) => names.push(name),
                ExpressionKind::Array(items) => stack.extend(items.iter().map(|item| match item {
                    ArrayItem::Value(value) | ArrayItem::Spread(value) => value,
                })),
                ExpressionKind::Object(items) => stack.extend(items.iter().map(|item| match item {
                    ObjectItem::Field(_, value) | ObjectItem::Spread(value) => value,
                })),
                ExpressionKind::Member(of, _) | ExpressionKind::Unary(_, of) => stack.push(of),
                ExpressionKind::Index(a, b) | ExpressionKind::Binary(_, a, b) => stack.extend([&**a, &**b]),
                ExpressionKind::Call(function, arguments) => {
                    stack.push(function);
                    stack.extend(arguments);
                }
                ExpressionKind::Conditional(condition, yes, no) => stack.extend([&**condition, &**yes, &**no]),
            }
        }
        names
    }
}

/// The forms of expressions.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum ExpressionKind {
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    String(#[serde(with = "crate::compiled::shared")] Arc<str>),
    /// A name: a loop variable, a wxs module or a data field.
    Name(#[serde(with = "crate::compiled::shared")] Arc<str>),
    Array(Vec<ArrayItem>),
    Object(Vec<ObjectItem>),
    /// `object.field`.
    Member(Box<Expression>, #[serde(with = "crate::compiled::shared")] Arc<str>),
    /// `object[index]`.
    Index(Box<Expression>, Box<Expression>),
    Call(Box<Expression>, Vec<Expression>),
    Unary(UnaryOp, Box<Expression>),
    Binary(BinaryOp, Box<Expression>, Box<Expression>),
    /// `condition ? yes : no`.
    Conditional(Box<Expression>, Box<Expression>, Box<Expression>),
}

/// An item of an array literal.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum ArrayItem {
    Value(Expression),
    Spread(Expression),
}

/// An item of an object literal.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum ObjectItem {
    Field(#[serde(with = "crate::compiled::shared")] Arc<str>, Expression),
    Spread(Expression),
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum UnaryOp {
    Not,
    BitNot,
    Plus,
    Minus,
    TypeOf,
    Void,
}

/// Binary operators.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)]
pub enum BinaryOp {
    Mul,
    Rem,
    Div,
    Add,
    Sub,
    ShiftLeft,
    ShiftRight,
    ShiftRightUnsigned,
    Less,
    Greater,
    LessEqual,
    GreaterEqual,
    InstanceOf,
    Equal,
    NotEqual,
    StrictEqual,
    StrictNotEqual,
    BitAnd,
    BitXor,
    BitOr,
    And,
    Or,
    Nullish,
}
