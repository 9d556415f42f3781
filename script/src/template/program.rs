//! Where a binding's value comes from.

use super::reads::{NameRef, Names, Reads};
use super::text::{loose_equal, to_number, to_text, truthy, type_of};
use crate::realm::Realm;
use crate::value::Value;
use pellicle_layout::markup::expression::{ArrayItem, BinaryOp, Expression, ExpressionKind, ObjectItem, UnaryOp};
use pellicle_layout::markup::template::{AttributePiece, AttributeSource};
use std::rc::Rc;

/// Where a value comes from.
#[derive(Debug)]
pub enum Source {
    /// Written in the template.
    Constant(Value),
    /// One expression: keeps its type.
    Program(Box<Program>),
    /// Texts and expressions: a string.
    Concat(Vec<Piece>),
}

/// A piece of a mixed value.
#[derive(Debug)]
pub enum Piece {
    /// Literal text.
    Text(Rc<str>),
    /// An expression.
    Program(Program),
}

/// A compiled expression.
#[derive(Debug)]
pub struct Program {
    expression: Expression,
    names: Vec<(Rc<str>, NameRef)>,
}

/// What an expression sees.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The data object.
    pub data: Value,
    /// Loop variables.
    pub variables: Vec<Value>,
    /// Wxs modules of the file.
    pub modules: Rc<[Value]>,
}

impl Source {
    /// Compiles an attribute or text and notes what it reads.
    pub fn compile(source: &AttributeSource, names: &mut Names, reads: &mut Reads) -> Source {
        match source {
            AttributeSource::Present => Source::Constant(Value::Bool(true)),
            AttributeSource::Static(text) => Source::Constant(Value::String(Rc::from(&**text))),
            AttributeSource::Expression(expression) => {
                reads.add(expression, names);
                Source::expression(expression, names)
            }
            AttributeSource::Concat(pieces) => Source::Concat(
                pieces
                    .iter()
                    .map(|piece| match piece {
                        AttributePiece::Text(text) => Piece::Text(Rc::from(&**text)),
                        AttributePiece::Expression(expression) => {
                            reads.add(expression, names);
                            Piece::Program(Program::compile(expression, names))
                        }
                    })
                    .collect(),
            ),
        }
    }

    /// Compiles one expression.
    pub fn expression(expression: &Expression, names: &mut Names) -> Source {
        Source::Program(Box::new(Program::compile(expression, names)))
    }

    /// The value in a scope.
    pub fn evaluate(&self, scope: &Scope, realm: &mut dyn Realm) -> Value {
        match self {
            Source::Constant(value) => value.clone(),
            Source::Program(program) => program.evaluate(scope, realm),
            Source::Concat(pieces) => {
                let mut out = String::new();
                for piece in pieces {
                    match piece {
                        Piece::Text(text) => out.push_str(text),
                        Piece::Program(program) => out.push_str(&to_text(&program.evaluate(scope, realm))),
                    }
                }
                Value::String(Rc::from(out))
            }
        }
    }
}

impl Program {
    fn compile(expression: &Expression, names: &mut Names) -> Program {
        let mut found = Vec::new();
        collect(expression, names, &mut found);
        Program { expression: expression.clone(), names: found }
    }

    fn evaluate(&self, scope: &Scope, realm: &mut dyn Realm) -> Value {
        let lookup = |name: &str| {
            let reference = self.names.iter().find(|(n, _)| **n == *name).map(|(_, r)| *r);
            match reference {
                Some(NameRef::Variable(at)) => scope.variables.get(at as usize).cloned().unwrap_or_default(),
                Some(NameRef::Module(at)) => scope.modules.get(at as usize).cloned().unwrap_or_default(),
                _ => field(&scope.data, name),
            }
        };
        eval(&self.expression, &lookup, realm)
    }
}

fn collect(e: &Expression, names: &mut Names, out: &mut Vec<(Rc<str>, NameRef)>) {
    match &e.kind {
        ExpressionKind::Name(name) => out.push((Rc::from(&**name), names.resolve(name))),
        ExpressionKind::Member(o, _) | ExpressionKind::Unary(_, o) => collect(o, names, out),
        ExpressionKind::Index(a, b) | ExpressionKind::Binary(_, a, b) => {
            collect(a, names, out);
            collect(b, names, out);
        }
        ExpressionKind::Conditional(a, b, c) => {
            collect(a, names, out);
            collect(b, names, out);
            collect(c, names, out);
        }
        ExpressionKind::Call(f, args) => {
            collect(f, names, out);
            args.iter().for_each(|a| collect(a, names, out));
        }
        ExpressionKind::Array(items) => {
            for ArrayItem::Value(e) | ArrayItem::Spread(e) in items {
                collect(e, names, out);
            }
        }
        ExpressionKind::Object(items) => {
            for ObjectItem::Field(_, e) | ObjectItem::Spread(e) in items {
                collect(e, names, out);
            }
        }
        _ => {}
    }
}

fn field(object: &Value, name: &str) -> Value {
    match object {
        Value::Object(fields) => fields.borrow().get(name).cloned().unwrap_or_default(),
        Value::Array(items) if name == "length" => Value::Number(items.borrow().len() as f64),
        Value::Array(items) => {
            name.parse::<usize>().ok().and_then(|i| items.borrow().get(i).cloned()).unwrap_or_default()
        }
        Value::String(s) if name == "length" => Value::Number(s.encode_utf16().count() as f64),
        Value::String(s) => name
            .parse::<usize>()
            .ok()
            .and_then(|i| s.chars().nth(i))
            .map_or(Value::Undefined, |c| Value::string(c.to_string())),
        _ => Value::Undefined,
    }
}

fn eval(e: &Expression, names: &dyn Fn(&str) -> Value, realm: &mut dyn Realm) -> Value {
    match &e.kind {
        ExpressionKind::Undefined => Value::Undefined,
        ExpressionKind::Null => Value::Null,
        ExpressionKind::Bool(b) => Value::Bool(*b),
        ExpressionKind::Number(n) => Value::Number(*n),
        ExpressionKind::String(s) => Value::string(s),
        ExpressionKind::Name(name) => names(name),
        ExpressionKind::Array(items) => {
            let mut out = Vec::new();
            for item in items {
                match item {
                    ArrayItem::Value(e) => out.push(eval(e, names, realm)),
                    ArrayItem::Spread(e) => {
                        if let Value::Array(list) = eval(e, names, realm) {
                            out.extend(list.borrow().iter().cloned());
                        }
                    }
                }
            }
            Value::array(out)
        }
        ExpressionKind::Object(items) => {
            let out = Value::object::<&str>([]);
            let Value::Object(fields) = &out else { return out };
            for item in items {
                match item {
                    ObjectItem::Field(name, e) => {
                        let value = eval(e, names, realm);
                        fields.borrow_mut().insert(Rc::from(&**name), value);
                    }
                    ObjectItem::Spread(e) => {
                        if let Value::Object(from) = eval(e, names, realm) {
                            fields.borrow_mut().extend(from.borrow().iter().map(|(k, v)| (k.clone(), v.clone())));
                        }
                    }
                }
            }
            out
        }
        ExpressionKind::Member(object, name) => field(&eval(object, names, realm), name),
        ExpressionKind::Index(object, index) => {
            let object = eval(object, names, realm);
            let index = eval(index, names, realm);
            field(&object, &to_text(&index))
        }
        ExpressionKind::Call(callee, arguments) => {
            let function = eval(callee, names, realm);
            let arguments: Vec<Value> = arguments.iter().map(|a| eval(a, names, realm)).collect();
            match function {
                Value::Script(function) => realm.call(&function, &Value::Undefined, &arguments).unwrap_or_default(),
                _ => Value::Undefined,
            }
        }
        ExpressionKind::Unary(op, e) => {
            let value = eval(e, names, realm);
            match op {
                UnaryOp::Not => Value::Bool(!truthy(&value)),
                UnaryOp::Plus => Value::Number(to_number(&value)),
                UnaryOp::Minus => Value::Number(-to_number(&value)),
                UnaryOp::BitNot => Value::Number(f64::from(!(to_number(&value) as i64 as i32))),
                UnaryOp::TypeOf => Value::string(type_of(&value)),
                UnaryOp::Void => Value::Undefined,
            }
        }
        ExpressionKind::Conditional(a, b, c) => {
            if truthy(&eval(a, names, realm)) {
                eval(b, names, realm)
            } else {
                eval(c, names, realm)
            }
        }
        ExpressionKind::Binary(op, a, b) => {
            let a = eval(a, names, realm);
            match op {
                BinaryOp::And => return if truthy(&a) { eval(b, names, realm) } else { a },
                BinaryOp::Or => return if truthy(&a) { a } else { eval(b, names, realm) },
                BinaryOp::Nullish => return if a.is_nullish() { eval(b, names, realm) } else { a },
                _ => {}
            }
            let b = eval(b, names, realm);
            let number = |f: fn(f64, f64) -> f64| Value::Number(f(to_number(&a), to_number(&b)));
            let compare = |f: fn(f64, f64) -> bool, g: fn(&str, &str) -> bool| match (&a, &b) {
                (Value::String(a), Value::String(b)) => Value::Bool(g(a, b)),
                _ => Value::Bool(f(to_number(&a), to_number(&b))),
            };
            match op {
                BinaryOp::Mul => number(|a, b| a * b),
                BinaryOp::Rem => number(|a, b| a % b),
                BinaryOp::Div => number(|a, b| a / b),
                BinaryOp::Sub => number(|a, b| a - b),
                BinaryOp::Add => match (&a, &b) {
                    (Value::String(_) | Value::Array(_) | Value::Object(_), _)
                    | (_, Value::String(_) | Value::Array(_) | Value::Object(_)) => {
                        let text = |v: &Value| match v {
                            Value::Undefined => "undefined".to_owned(),
                            Value::Null => "null".to_owned(),
                            v => to_text(v).to_string(),
                        };
                        Value::string(text(&a) + &text(&b))
                    }
                    _ => number(|a, b| a + b),
                },
                BinaryOp::Less => compare(|a, b| a < b, |a, b| a < b),
                BinaryOp::Greater => compare(|a, b| a > b, |a, b| a > b),
                BinaryOp::LessEqual => compare(|a, b| a <= b, |a, b| a <= b),
                BinaryOp::GreaterEqual => compare(|a, b| a >= b, |a, b| a >= b),
                BinaryOp::Equal => Value::Bool(loose_equal(&a, &b)),
                BinaryOp::NotEqual => Value::Bool(!loose_equal(&a, &b)),
                BinaryOp::StrictEqual => Value::Bool(type_of(&a) == type_of(&b) && loose_equal(&a, &b)),
                BinaryOp::StrictNotEqual => Value::Bool(!(type_of(&a) == type_of(&b) && loose_equal(&a, &b))),
                _ => Value::Undefined,
            }
        }
    }
}
