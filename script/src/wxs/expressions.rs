//! Expressions of wxs.

use super::parser::{Parsed, Parser, is_reserved};
use super::syntax::{AssignOp, Expr, ExprKind, Field, Item, TemplatePart};
use pellicle_layout::markup::expression::{BinaryOp, UnaryOp};
use pellicle_layout::markup::token::{Lexer, TokenKind, unescape, unescape_with};
use std::rc::Rc;

/// Deepest expression tree.
const MAX_DEPTH: u32 = 300;

impl<'a> Parser<'a> {
    pub fn make(&self, kind: ExprKind, offset: usize, depth: u32) -> Parsed<Expr> {
        if depth >= MAX_DEPTH {
            return Err(self.refuse(offset, "the expression is too long or nested too deeply; split it"));
        }
        Ok(Expr { kind, offset, depth: depth + 1 })
    }

    /// A whole expression, commas included.
    pub fn expression(&mut self) -> Parsed<Expr> {
        let mut left = self.assignment()?;
        while self.token.is(",") {
            self.advance();
            let right = self.assignment()?;
            let (offset, depth) = (left.offset, left.depth.max(right.depth));
            left = self.make(ExprKind::Sequence(Box::new(left), Box::new(right)), offset, depth)?;
        }
        Ok(left)
    }

    pub fn assignment(&mut self) -> Parsed<Expr> {
        self.nested(|p| {
            if let Some(arrow) = p.arrow_function()? {
                return Ok(arrow);
            }
            let offset = p.token.start;
            let left = p.conditional()?;
            let TokenKind::Punct(punct) = p.token.kind else { return Ok(left) };
            let Some(op) = assignment_operator(punct) else { return Ok(left) };
            p.check_target(&left)?;
            p.advance();
            let right = p.assignment()?;
            let depth = left.depth.max(right.depth);
            p.make(ExprKind::Assign(op, Box::new(left), Box::new(right)), offset, depth)
        })
    }

    /// Refuses what cannot be assigned to; notes the names that are.
    pub fn check_target(&mut self, target: &Expr) -> Parsed<()> {
        match &target.kind {
            ExprKind::Name(name) => {
                if let Some(names) = self.functions.last_mut() {
                    names.assigned.insert(name.clone());
                }
                Ok(())
            }
            ExprKind::Member(..) | ExprKind::Index(..) => Ok(()),
            ExprKind::Array(_) | ExprKind::Object(_) => {
                Err(self.refuse(target.offset, "wxs has no destructuring; assign the fields one by one"))
            }
            _ => Err(self.refuse(target.offset, "this cannot be assigned to")),
        }
    }

    fn conditional(&mut self) -> Parsed<Expr> {
        let offset = self.token.start;
        let condition = self.binary(1)?;
        if !self.eat("?") {
            return Ok(condition);
        }
        let no_in = std::mem::replace(&mut self.no_in, false);
        let yes = self.assignment()?;
        self.no_in = no_in;
        self.expect(":")?;
        let no = self.assignment()?;
        let depth = condition.depth.max(yes.depth).max(no.depth);
        let [condition, yes, no] = [condition, yes, no].map(Box::new);
        self.make(ExprKind::Conditional(condition, yes, no), offset, depth)
    }

    fn binary(&mut self, min: u8) -> Parsed<Expr> {
        let offset = self.token.start;
        let mut left = self.unary()?;
        while let Some((op, strength)) = self.binary_operator() {
            if strength < min {
                break;
            }
            self.advance();
            // `**` binds to the right, all others to the left.
            let next = strength + u8::from(op != AssignOp::Power);
            let right = self.nested(|p| p.binary(next))?;
            let depth = left.depth.max(right.depth);
            left = self.make(ExprKind::Binary(op, Box::new(left), Box::new(right)), offset, depth)?;
        }
        Ok(left)
    }

    fn binary_operator(&self) -> Option<(AssignOp, u8)> {
        use BinaryOp::*;
        let punct = match self.token.kind {
            TokenKind::Punct(punct) => punct,
            TokenKind::Name("instanceof") => return Some((AssignOp::Plain(InstanceOf), 8)),
            TokenKind::Name("in") if !self.no_in => return Some((AssignOp::In, 8)),
            _ => return None,
        };
        let (op, strength) = match punct {
            "??" => (Nullish, 1),
            "||" => (Or, 2),
            "&&" => (And, 3),
            "|" => (BitOr, 4),
            "^" => (BitXor, 5),
            "&" => (BitAnd, 6),
            "==" => (Equal, 7),
            "!=" => (NotEqual, 7),
            "===" => (StrictEqual, 7),
            "!==" => (StrictNotEqual, 7),
            "<" => (Less, 8),
            ">" => (Greater, 8),
            "<=" => (LessEqual, 8),
            ">=" => (GreaterEqual, 8),
            "<<" => (ShiftLeft, 9),
            ">>" => (ShiftRight, 9),
            ">>>" => (ShiftRightUnsigned, 9),
            "+" => (Add, 10),
            "-" => (Sub, 10),
            "*" => (Mul, 11),
            "/" => (Div, 11),
            "%" => (Rem, 11),
            "**" => return Some((AssignOp::Power, 12)),
            _ => return None,
        };
        Some((AssignOp::Plain(op), strength))
    }

    fn unary(&mut self) -> Parsed<Expr> {
        let offset = self.token.start;
        let op = match self.token.kind {
            TokenKind::Punct("!") => UnaryOp::Not,
            TokenKind::Punct("~") => UnaryOp::BitNot,
            TokenKind::Punct("+") => UnaryOp::Plus,
            TokenKind::Punct("-") => UnaryOp::Minus,
            TokenKind::Name("typeof") => UnaryOp::TypeOf,
            TokenKind::Name("void") => UnaryOp::Void,
            TokenKind::Name("delete") => {
                self.advance();
                let operand = self.nested(Self::unary)?;
                let depth = operand.depth;
                return self.make(ExprKind::Delete(Box::new(operand)), offset, depth);
            }
            TokenKind::Punct(step @ ("++" | "--")) => {
                self.advance();
                let operand = self.nested(Self::unary)?;
                self.check_target(&operand)?;
                let depth = operand.depth;
                let by = if step == "++" { 1 } else { -1 };
                return self.make(ExprKind::Update(by, true, Box::new(operand)), offset, depth);
            }
            _ => return self.postfix(),
        };
        self.advance();
        let operand = self.nested(Self::unary)?;
        let depth = operand.depth;
        self.make(ExprKind::Unary(op, Box::new(operand)), offset, depth)
    }

    fn postfix(&mut self) -> Parsed<Expr> {
        let operand = self.chain()?;
        let by = match self.token.kind {
            TokenKind::Punct("++") if !self.token.after_newline => 1,
            TokenKind::Punct("--") if !self.token.after_newline => -1,
            _ => return Ok(operand),
        };
        self.check_target(&operand)?;
        self.advance();
        let (offset, depth) = (operand.offset, operand.depth);
        self.make(ExprKind::Update(by, false, Box::new(operand)), offset, depth)
    }

    /// Fields and calls behind a value.
    fn chain(&mut self) -> Parsed<Expr> {
        let value = self.primary()?;
        self.links(value)
    }

    fn links(&mut self, mut value: Expr) -> Parsed<Expr> {
        loop {
            let at = self.token.start;
            if self.eat("?.") {
                // The rest of the chain hangs on this value being there.
                let mut rest = self.make(ExprKind::OptionalBase, at, value.depth)?;
                if !self.token.is("[") && !self.token.is("(") {
                    rest = self.field(rest)?;
                }
                let rest = self.nested(|p| p.links(rest))?;
                let depth = rest.depth;
                return self.make(ExprKind::Optional(Box::new(value), Box::new(rest)), at, depth);
            }
            value = if self.eat(".") {
                self.field(value)?
            } else if self.eat("[") {
                let no_in = std::mem::replace(&mut self.no_in, false);
                let index = self.expression()?;
                self.no_in = no_in;
                self.expect("]")?;
                let depth = value.depth.max(index.depth);
                self.make(ExprKind::Index(Box::new(value), Box::new(index)), at, depth)?
            } else if self.eat("(") {
                self.call(value, at)?
            } else if let TokenKind::Backtick(_) = self.token.kind {
                return Err(self.refuse(at, "wxs has no tagged template literals"));
            } else {
                return Ok(value);
            };
        }
    }

    fn field(&mut self, object: Expr) -> Parsed<Expr> {
        let TokenKind::Name(name) = self.token.kind else { return Err(self.unexpected("a field name")) };
        let offset = self.advance().start;
        let depth = object.depth;
        self.make(ExprKind::Member(Box::new(object), Rc::from(name)), offset, depth)
    }

    /// The arguments of a call, `(` already read.
    fn call(&mut self, callee: Expr, offset: usize) -> Parsed<Expr> {
        let called = match &callee.kind {
            ExprKind::Name(name) => name.clone(),
            _ => Rc::from(""),
        };
        let no_in = std::mem::replace(&mut self.no_in, false);
        let mut arguments: Vec<Expr> = Vec::new();
        while !self.eat(")") {
            if self.token.is("...") {
                return Err(self.refuse(self.token.start, "wxs has no spread arguments; use apply"));
            }
            let pattern = matches!(&*called, "getRegExp" | "RegExp") && arguments.is_empty();
            let outer = std::mem::replace(&mut self.pattern, pattern);
            let argument = self.assignment()?;
            self.pattern = outer;
            arguments.push(argument);
            if !self.token.is(")") {
                self.expect(",")?;
            }
        }
        self.no_in = no_in;
        if &*called == "require" && !self.functions.iter().any(|f| f.declared.contains("require")) {
            let path = match &arguments[..] {
                [Expr { kind: ExprKind::String(path), .. }] => path.clone(),
                _ => return Err(self.refuse(callee.offset, "`require` needs the path of a .wxs file, written out")),
            };
            let known = self.requires.iter().position(|(known, _)| *known == path);
            let place = known.unwrap_or_else(|| {
                self.requires.push((path, callee.offset));
                self.requires.len() - 1
            });
            return self.make(ExprKind::Require(place), offset, 0);
        }
        let depth = arguments.iter().map(|a| a.depth).max().unwrap_or(0).max(callee.depth);
        let offset = callee.offset;
        self.make(ExprKind::Call(Box::new(callee), arguments), offset, depth)
    }

    fn primary(&mut self) -> Parsed<Expr> {
        let token = self.token;
        let offset = token.start;
        let kind = match token.kind {
            TokenKind::Number(value) => ExprKind::Number(value),
            TokenKind::String(raw) => ExprKind::String(self.string(raw)),
            TokenKind::Backtick(raw) => {
                self.advance();
                return self.template(raw, offset + 1);
            }
            TokenKind::Name(word) => match word {
                "true" => ExprKind::Bool(true),
                "false" => ExprKind::Bool(false),
                "null" => ExprKind::Null,
                "undefined" => ExprKind::Undefined,
                "NaN" => ExprKind::Number(f64::NAN),
                "Infinity" => ExprKind::Number(f64::INFINITY),
                "this" => ExprKind::This,
                "function" => {
                    self.advance();
                    return self.function_expression(offset);
                }
                _ if is_reserved(word) => return Err(self.unexpected("a value")),
                name => {
                    let name: Rc<str> = Rc::from(name);
                    self.use_name(&name);
                    ExprKind::Name(name)
                }
            },
            TokenKind::Punct("(") => {
                self.advance();
                let no_in = std::mem::replace(&mut self.no_in, false);
                let inner = self.expression()?;
                self.no_in = no_in;
                self.expect(")")?;
                return Ok(inner);
            }
            TokenKind::Punct("[") => {
                self.advance();
                return self.array(offset);
            }
            TokenKind::Punct("{") => {
                self.advance();
                return self.object(offset);
            }
            _ => return Err(self.unexpected("a value")),
        };
        self.advance();
        self.make(kind, offset, 0)
    }

    fn string(&self, raw: &str) -> Rc<str> {
        // In a pattern, an escape that means nothing in a string means something in the pattern.
        let keep = |c: char| !matches!(c, 'n' | 't' | 'r' | 'f' | 'v' | 'u' | 'x' | '\'' | '"' | '\\' | '\n' | '\r');
        Rc::from(if self.pattern { unescape_with(raw, keep) } else { unescape(raw) })
    }

    /// A template literal; `base` is the byte behind its backtick.
    fn template(&mut self, raw: &'a str, base: usize) -> Parsed<Expr> {
        let mut parts = Vec::new();
        let (mut at, mut depth) = (0, 0);
        while let Some(open) = find_substitution(raw, at) {
            parts.push(TemplatePart::Text(Rc::from(unescape(&raw[at..open]))));
            let close = raw[open + 2..]
                .find('}')
                .map(|i| open + 2 + i)
                .ok_or_else(|| self.refuse(base + open, "`${` without its `}`"))?;
            let lexer = Lexer::new(&raw[open + 2..close], base + open + 2);
            let (outer_lexer, outer_token) = (std::mem::replace(&mut self.lexer, lexer), self.token);
            self.token = self.lexer.next_token();
            let value = self.expression()?;
            if self.token.kind != TokenKind::End {
                return Err(self.unexpected("`}`"));
            }
            self.lexer = outer_lexer;
            self.token = outer_token;
            depth = depth.max(value.depth);
            parts.push(TemplatePart::Value(value));
            at = close + 1;
        }
        parts.push(TemplatePart::Text(Rc::from(unescape(&raw[at..]))));
        self.make(ExprKind::Template(parts), base, depth)
    }

    fn array(&mut self, offset: usize) -> Parsed<Expr> {
        let no_in = std::mem::replace(&mut self.no_in, false);
        let (mut items, mut depth) = (Vec::new(), 0);
        while !self.eat("]") {
            if self.token.is(",") {
                let hole = self.make(ExprKind::Undefined, self.token.start, 0)?;
                items.push(Item::Value(hole));
                self.advance();
                continue;
            }
            let spread = self.eat("...");
            let value = self.assignment()?;
            depth = depth.max(value.depth);
            items.push(if spread { Item::Spread(value) } else { Item::Value(value) });
            if !self.token.is("]") {
                self.expect(",")?;
            }
        }
        self.no_in = no_in;
        self.make(ExprKind::Array(items), offset, depth)
    }

    fn object(&mut self, offset: usize) -> Parsed<Expr> {
        let no_in = std::mem::replace(&mut self.no_in, false);
        let (mut fields, mut depth) = (Vec::new(), 0);
        while !self.eat("}") {
            let field = self.object_field()?;
            depth = depth.max(match &field {
                Field::Named(_, value) | Field::Spread(value) => value.depth,
                Field::Computed(key, value) => key.depth.max(value.depth),
            });
            fields.push(field);
            if !self.token.is("}") {
                self.expect(",")?;
            }
        }
        self.no_in = no_in;
        self.make(ExprKind::Object(fields), offset, depth)
    }

    fn object_field(&mut self) -> Parsed<Field> {
        if self.eat("...") {
            return Ok(Field::Spread(self.assignment()?));
        }
        if self.eat("[") {
            let key = self.assignment()?;
            self.expect("]")?;
            self.expect(":")?;
            return Ok(Field::Computed(key, self.assignment()?));
        }
        let token = self.token;
        let name: Rc<str> = match token.kind {
            TokenKind::Name(name) => Rc::from(name),
            TokenKind::String(raw) => Rc::from(unescape(raw)),
            TokenKind::Number(value) => Rc::from(crate::vm::number::number_text(value)),
            _ => return Err(self.unexpected("a field name")),
        };
        self.advance();
        if self.eat(":") {
            return Ok(Field::Named(name, self.assignment()?));
        }
        let is_name = matches!(token.kind, TokenKind::Name(_));
        if self.token.is("(") {
            let function = self.nested(|p| p.function(name.clone(), token.start, false))?;
            return Ok(Field::Named(name, function));
        }
        if is_name && matches!(self.token.kind, TokenKind::Punct("," | "}")) {
            self.use_name(&name);
            let value = self.make(ExprKind::Name(name.clone()), token.start, 0)?;
            return Ok(Field::Named(name, value));
        }
        if matches!(&*name, "get" | "set") && is_name {
            return Err(self.refuse(token.start, "wxs has no accessors"));
        }
        Err(self.unexpected("`:`"))
    }
}

/// Where the next `${` of a template literal stands that is not escaped.
fn find_substitution(raw: &str, from: usize) -> Option<usize> {
    let bytes = raw.as_bytes();
    let mut i = from;
    while i < bytes.len() {
        match bytes[i] {
            b'\\' => i += 1,
            b'$' if bytes.get(i + 1) == Some(&b'{') => return Some(i),
            _ => {}
        }
        i += 1;
    }
    None
}

/// The operator of an assignment: `Some(None)` for the plain one, `None` for what is no assignment.
fn assignment_operator(punct: &str) -> Option<Option<AssignOp>> {
    use BinaryOp::*;
    Some(Some(AssignOp::Plain(match punct {
        "=" => return Some(None),
        "**=" => return Some(Some(AssignOp::Power)),
        "+=" => Add,
        "-=" => Sub,
        "*=" => Mul,
        "/=" => Div,
        "%=" => Rem,
        "&=" => BitAnd,
        "|=" => BitOr,
        "^=" => BitXor,
        "<<=" => ShiftLeft,
        ">>=" => ShiftRight,
        ">>>=" => ShiftRightUnsigned,
        "&&=" => And,
        "||=" => Or,
        "??=" => Nullish,
        _ => return None,
    })))
}
