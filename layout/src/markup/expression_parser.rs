//! Parser of `{{ }}` expressions.
//!
//! Recursive descent with a bounded depth: neither the nesting of the source nor that of the tree exceeds
//! [`MAX_DEPTH`], so whoever walks the tree may recurse. The grammar is that of WXML: script's expressions
//! without assignment, functions, `new`, template literals and regular expressions; plus the object body
//! without braces of `data="{{...a, b, c: d}}"`.

use super::expression::{ArrayItem, BinaryOp, Expression, ExpressionKind, ObjectItem, UnaryOp};
use super::token::{Lexer, Token, TokenKind, unescape};
use crate::diagnostic::Reporter;
use std::sync::Arc;

/// Deepest expression tree.
pub const MAX_DEPTH: u32 = 200;
/// Deepest nesting of brackets, conditions and prefix operators in the source.
const MAX_NESTING: u32 = 100;

/// Why an expression was not understood.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{message}")]
pub struct ExpressionError {
    /// Byte in the file (in the text, for [`parse_text`]).
    pub offset: usize,
    /// What is wrong.
    pub message: String,
}

/// What the braces hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Form {
    /// A value. A lone `a: b, ...c` is read as an object.
    Value,
    /// `data`: the inside of an object literal, with or without its braces.
    ObjectBody,
}

/// Parses one expression out of nowhere; positions are those in `text`.
///
/// # Errors
/// [`ExpressionError`] names the byte and what is wrong there.
pub fn parse_text(text: &str) -> Result<Expression, ExpressionError> {
    let reporter = Reporter::new(Arc::from(""), text);
    parse(text, 0, Form::Value, &reporter)
}

/// True if `text` can stand between braces.
pub(super) fn is_expression(text: &str) -> bool {
    let reporter = Reporter::new(Arc::from(""), "");
    [Form::Value, Form::ObjectBody].into_iter().any(|form| parse(text, 0, form, &reporter).is_ok())
}

/// Parses `text`, which starts at byte `base` of the reporter's file.
pub(super) fn parse(
    text: &str,
    base: usize,
    form: Form,
    reporter: &Reporter<'_>,
) -> Result<Expression, ExpressionError> {
    let mut lexer = Lexer::new(text, base);
    let token = lexer.next_token();
    let mut parser = Parser { lexer, token, nesting: 0, reporter };
    if token.kind == TokenKind::End {
        return Ok(parser.leaf(ExpressionKind::Undefined, token.start).expression);
    }
    let node = match form {
        Form::Value if parser.is_object_body() => parser.object_body(token.start, None)?,
        Form::Value => parser.expression()?,
        Form::ObjectBody => parser.data_body()?,
    };
    match parser.token.kind {
        TokenKind::End => Ok(node.expression),
        _ => Err(parser.unexpected("an operator or the closing braces")),
    }
}

/// A subtree and its depth.
struct Node {
    expression: Expression,
    depth: u32,
}

type Parsed = Result<Node, ExpressionError>;

struct Parser<'a, 'r> {
    lexer: Lexer<'a>,
    token: Token<'a>,
    nesting: u32,
    reporter: &'r Reporter<'r>,
}

impl<'a> Parser<'a, '_> {
    fn advance(&mut self) -> Token<'a> {
        let next = self.lexer.next_token();
        std::mem::replace(&mut self.token, next)
    }

    /// The token after the current one.
    fn peek(&self) -> Token<'a> {
        self.lexer.clone().next_token()
    }

    fn eat(&mut self, punct: &str) -> bool {
        let found = self.token.is(punct);
        if found {
            self.advance();
        }
        found
    }

    fn expect(&mut self, punct: &str) -> Result<(), ExpressionError> {
        if self.eat(punct) { Ok(()) } else { Err(self.unexpected(&format!("`{punct}`"))) }
    }

    fn error(&self, offset: usize, message: impl Into<String>) -> ExpressionError {
        ExpressionError { offset, message: message.into() }
    }

    /// What to say about the current token where `expected` should stand.
    fn unexpected(&self, expected: &str) -> ExpressionError {
        let message = match self.token.kind {
            TokenKind::Punct(
                "=" | "+=" | "-=" | "*=" | "/=" | "%=" | "&=" | "|=" | "^=" | "<<=" | ">>=" | ">>>=" | "**=" | "&&="
                | "||=" | "??=" | "++" | "--",
            ) => "a template expression cannot change data; use `==` or `===` to compare".into(),
            TokenKind::Punct("=>") => "functions cannot be written in a template; write them in wxs".into(),
            TokenKind::Punct("**") => "`**` is not an operator of templates; multiply, or use Math.pow in wxs".into(),
            TokenKind::Punct("/") if expected == "a value" => {
                "regular expressions cannot be written in a template; use getRegExp in wxs".into()
            }
            TokenKind::Punct(";") => "a template holds one expression, not statements".into(),
            TokenKind::Backtick(_) => "template literals are not allowed in a template; join strings with `+`".into(),
            TokenKind::Name(word @ ("new" | "delete" | "function" | "class" | "await" | "yield" | "in")) => {
                format!("`{word}` is not allowed in a template; do it in wxs or in script")
            }
            TokenKind::Bad(why) => why.into(),
            _ => format!("expected {expected}, found {}", self.token.describe()),
        };
        self.error(self.token.start, message)
    }

    fn leaf(&self, kind: ExpressionKind, offset: usize) -> Node {
        Node { expression: Expression { kind, position: self.reporter.position(offset) }, depth: 1 }
    }

    /// A node over children of at most `depth`.
    fn node(&self, kind: ExpressionKind, offset: usize, depth: u32) -> Parsed {
        if depth >= MAX_DEPTH {
            return Err(self.error(offset, "the expression is too long or nested too deeply; split it or use wxs"));
        }
        let mut node = self.leaf(kind, offset);
        node.depth = depth + 1;
        Ok(node)
    }

    fn nested(&mut self, parse: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        if self.nesting >= MAX_NESTING {
            return Err(self.error(self.token.start, "the expression is nested too deeply"));
        }
        self.nesting += 1;
        let parsed = parse(self);
        self.nesting -= 1;
        parsed
    }

    /// A whole expression, conditions included.
    fn expression(&mut self) -> Parsed {
        self.nested(|p| {
            let offset = p.token.start;
            let condition = p.binary(1)?;
            if !p.eat("?") {
                return Ok(condition);
            }
            let yes = p.expression()?;
            p.expect(":")?;
            let no = p.expression()?;
            let depth = condition.depth.max(yes.depth).max(no.depth);
            let [condition, yes, no] = [condition, yes, no].map(|n| Box::new(n.expression));
            p.node(ExpressionKind::Conditional(condition, yes, no), offset, depth)
        })
    }

    /// Binary operators that bind at least as strongly as `min`.
    fn binary(&mut self, min: u8) -> Parsed {
        let offset = self.token.start;
        let mut left = self.unary()?;
        while let Some((op, strength)) = binary_operator(&self.token) {
            if strength < min {
                break;
            }
            self.advance();
            let right = self.nested(|p| p.binary(strength + 1))?;
            let depth = left.depth.max(right.depth);
            let kind = ExpressionKind::Binary(op, Box::new(left.expression), Box::new(right.expression));
            left = self.node(kind, offset, depth)?;
        }
        Ok(left)
    }

    fn unary(&mut self) -> Parsed {
        let op = match self.token.kind {
            TokenKind::Punct("!") => UnaryOp::Not,
            TokenKind::Punct("~") => UnaryOp::BitNot,
            TokenKind::Punct("+") => UnaryOp::Plus,
            TokenKind::Punct("-") => UnaryOp::Minus,
            TokenKind::Name("typeof") => UnaryOp::TypeOf,
            TokenKind::Name("void") => UnaryOp::Void,
            _ => return self.postfix(),
        };
        let offset = self.advance().start;
        let operand = self.nested(Self::unary)?;
        // A negative literal is a literal.
        if let (UnaryOp::Minus, ExpressionKind::Number(n)) = (op, &operand.expression.kind) {
            return Ok(self.leaf(ExpressionKind::Number(-n), offset));
        }
        self.node(ExpressionKind::Unary(op, Box::new(operand.expression)), offset, operand.depth)
    }

    fn postfix(&mut self) -> Parsed {
        let offset = self.token.start;
        let mut node = self.primary()?;
        loop {
            // `?.` means the same as `.` here: no member access ever throws.
            let optional = self.eat("?.");
            if self.eat("[") {
                let index = self.expression()?;
                self.expect("]")?;
                let depth = node.depth.max(index.depth);
                let kind = match index.expression.kind {
                    ExpressionKind::String(name) => ExpressionKind::Member(Box::new(node.expression), name),
                    _ => ExpressionKind::Index(Box::new(node.expression), Box::new(index.expression)),
                };
                node = self.node(kind, offset, depth)?;
            } else if self.eat("(") {
                let (arguments, depth) = self.arguments()?;
                let depth = node.depth.max(depth);
                node = self.node(ExpressionKind::Call(Box::new(node.expression), arguments), offset, depth)?;
            } else if optional || self.eat(".") {
                let TokenKind::Name(name) = self.token.kind else { return Err(self.unexpected("a field name")) };
                self.advance();
                let kind = ExpressionKind::Member(Box::new(node.expression), Arc::from(name));
                node = self.node(kind, offset, node.depth)?;
            } else {
                return Ok(node);
            }
        }
    }

    fn arguments(&mut self) -> Result<(Vec<Expression>, u32), ExpressionError> {
        let (mut arguments, mut depth) = (Vec::new(), 0);
        while !self.eat(")") {
            let argument = self.expression()?;
            depth = depth.max(argument.depth);
            arguments.push(argument.expression);
            if !self.token.is(")") {
                self.expect(",")?;
            }
        }
        Ok((arguments, depth))
    }

    fn primary(&mut self) -> Parsed {
        let token = self.token;
        let kind = match token.kind {
            TokenKind::Number(value) => ExpressionKind::Number(value),
            TokenKind::String(raw) => ExpressionKind::String(Arc::from(unescape(raw))),
            TokenKind::Name(word) => match word {
                "true" => ExpressionKind::Bool(true),
                "false" => ExpressionKind::Bool(false),
                "null" => ExpressionKind::Null,
                "undefined" => ExpressionKind::Undefined,
                // Data fields may be called like keywords (`class` is a common one).
                "new" | "delete" | "function" | "class" | "await" | "yield"
                    if matches!(self.peek().kind, TokenKind::Name(_)) || word == "function" && self.peek().is("(") =>
                {
                    return Err(self.unexpected("a value"));
                }
                name => ExpressionKind::Name(Arc::from(name)),
            },
            TokenKind::Punct("(") => {
                self.advance();
                let node = self.expression()?;
                self.expect(")")?;
                return Ok(node);
            }
            TokenKind::Punct("[") => {
                self.advance();
                return self.array(token.start);
            }
            TokenKind::Punct("{") => {
                self.advance();
                let node = self.nested(|p| p.object_body(token.start, Some("}")))?;
                self.expect("}")?;
                return Ok(node);
            }
            _ => return Err(self.unexpected("a value")),
        };
        self.advance();
        Ok(self.leaf(kind, token.start))
    }

    fn array(&mut self, offset: usize) -> Parsed {
        let (mut items, mut depth) = (Vec::new(), 0);
        while !self.eat("]") {
            if self.eat(",") {
                continue;
            }
            let spread = self.eat("...");
            let item = self.expression()?;
            depth = depth.max(item.depth);
            items.push(if spread { ArrayItem::Spread(item.expression) } else { ArrayItem::Value(item.expression) });
            if !self.token.is("]") {
                self.expect(",")?;
            }
        }
        self.node(ExpressionKind::Array(items), offset, depth)
    }

    /// True at the start of `a: b` and `...a`: an object without its braces.
    fn is_object_body(&self) -> bool {
        match self.token.kind {
            TokenKind::Punct("...") => true,
            TokenKind::Name(_) | TokenKind::String(_) => self.peek().is(":"),
            _ => false,
        }
    }

    /// The value of `data`: one pair of braces around the body may be there.
    fn data_body(&mut self) -> Parsed {
        let offset = self.token.start;
        if !self.eat("{") {
            return self.object_body(offset, None);
        }
        let body = self.object_body(offset, Some("}"))?;
        self.expect("}")?;
        Ok(body)
    }

    /// The fields of an object literal up to `close` (not eaten) or the end.
    fn object_body(&mut self, offset: usize, close: Option<&str>) -> Parsed {
        let (mut items, mut depth) = (Vec::new(), 0);
        loop {
            if self.token.kind == TokenKind::End || close.is_some_and(|close| self.token.is(close)) {
                break;
            }
            if self.eat(",") {
                continue;
            }
            if self.eat("...") {
                let value = self.expression()?;
                depth = depth.max(value.depth);
                items.push(ObjectItem::Spread(value.expression));
            } else {
                let key = self.token;
                let name: Arc<str> = match key.kind {
                    TokenKind::Name(name) => Arc::from(name),
                    TokenKind::String(raw) => Arc::from(unescape(raw)),
                    TokenKind::Number(number) => Arc::from(number.to_string()),
                    _ => return Err(self.unexpected("a field name")),
                };
                self.advance();
                let value = if self.eat(":") {
                    self.expression()?
                } else if let TokenKind::Name(_) = key.kind {
                    self.leaf(ExpressionKind::Name(name.clone()), key.start)
                } else {
                    return Err(self.unexpected("`:`"));
                };
                depth = depth.max(value.depth);
                items.push(ObjectItem::Field(name, value.expression));
            }
            let at_end = self.token.kind == TokenKind::End || close.is_some_and(|close| self.token.is(close));
            if !at_end && !self.token.is(",") {
                return Err(self.unexpected("`,`"));
            }
        }
        self.node(ExpressionKind::Object(items), offset, depth)
    }
}

/// The operator at `token` and how strongly it binds.
fn binary_operator(token: &Token<'_>) -> Option<(BinaryOp, u8)> {
    use BinaryOp::*;
    let punct = match token.kind {
        TokenKind::Punct(punct) => punct,
        TokenKind::Name("instanceof") => return Some((InstanceOf, 8)),
        _ => return None,
    };
    Some(match punct {
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
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tree in a short notation.
    fn show(e: &Expression) -> String {
        let list = |items: Vec<String>| items.join(" ");
        match &e.kind {
            ExpressionKind::Undefined => "undefined".into(),
            ExpressionKind::Null => "null".into(),
            ExpressionKind::Bool(b) => b.to_string(),
            ExpressionKind::Number(n) => n.to_string(),
            ExpressionKind::String(s) => format!("{s:?}"),
            ExpressionKind::Name(n) => n.to_string(),
            ExpressionKind::Array(items) => {
                let items = items.iter().map(|i| match i {
                    ArrayItem::Value(e) => show(e),
                    ArrayItem::Spread(e) => format!("...{}", show(e)),
                });
                format!("[{}]", list(items.collect()))
            }
            ExpressionKind::Object(items) => {
                let items = items.iter().map(|i| match i {
                    ObjectItem::Field(k, e) => format!("{k}:{}", show(e)),
                    ObjectItem::Spread(e) => format!("...{}", show(e)),
                });
                format!("{{{}}}", list(items.collect()))
            }
            ExpressionKind::Member(o, f) => format!("{}.{f}", show(o)),
            ExpressionKind::Index(o, i) => format!("{}[{}]", show(o), show(i)),
            ExpressionKind::Call(f, a) => format!("{}({})", show(f), list(a.iter().map(show).collect())),
            ExpressionKind::Unary(op, e) => format!("({op:?} {})", show(e)),
            ExpressionKind::Binary(op, a, b) => format!("({op:?} {} {})", show(a), show(b)),
            ExpressionKind::Conditional(c, a, b) => format!("(if {} {} {})", show(c), show(a), show(b)),
        }
    }

    fn parsed(text: &str) -> String {
        match parse_text(text) {
            Ok(e) => show(&e),
            Err(e) => format!("{}: {}", e.offset, e.message),
        }
    }

    fn data(text: &str) -> String {
        let reporter = Reporter::new(Arc::from(""), text);
        parse(text, 0, Form::ObjectBody, &reporter).map_or_else(|e| e.to_string(), |e| show(&e))
    }

    #[test]
    fn operators_bind_as_in_script() {
        assert_eq!(parsed("a + b * c - d"), "(Sub (Add a (Mul b c)) d)");
        assert_eq!(parsed("a || b && c ?? d"), "(Nullish (Or a (And b c)) d)");
        assert_eq!(parsed("!a.b == -c[0]"), "(Equal (Not a.b) (Minus c[0]))");
        assert_eq!(parsed("a ? b : c ? d : e"), "(if a b (if c d e))");
        assert_eq!(
            parsed("a<<1>>>2 | b ^ c & d"),
            "(BitOr (ShiftRightUnsigned (ShiftLeft a 1) 2) (BitXor b (BitAnd c d)))"
        );
        assert_eq!(parsed("typeof a === 'x' && void 0"), "(And (StrictEqual (TypeOf a) \"x\") (Void 0))");
        assert_eq!(parsed("a instanceof b"), "(InstanceOf a b)");
        assert_eq!(parsed("- -1 + ~x"), "(Add 1 (BitNot x))");
    }

    #[test]
    fn literals_members_and_calls_are_read() {
        assert_eq!(parsed("[1, ...a, {b, c: 'd', 'e-f': 1,}]"), "[1 ...a {b:b c:\"d\" e-f:1}]");
        assert_eq!(parsed("m.f(a, [b], )['x'].y"), "m.f(a [b]).x.y");
        assert_eq!(parsed("a?.b?.[c]?.(d)"), "a.b[c](d)");
        assert_eq!(parsed("0x10 + 1.5e2"), "(Add 16 150)");
        assert_eq!(parsed(""), "undefined");
        assert_eq!(parsed(" a.default.new "), "a.default.new");
        assert_eq!(parsed("class || ''"), "(Or class \"\")", "a data field may be called like a keyword");
    }

    #[test]
    fn an_object_body_may_stand_without_braces() {
        assert_eq!(parsed("a: 1, b"), "{a:1 b:b}");
        assert_eq!(data("...a, b, c: d"), "{...a b:b c:d}");
        assert_eq!(data("{...a, b}"), "{...a b:b}");
        assert_eq!(data("item"), "{item:item}");
        assert_eq!(data("a.b"), "expected `,`, found `.`");
    }

    #[test]
    fn forbidden_forms_say_what_to_do_instead() {
        assert_eq!(parsed("a = 1"), "2: a template expression cannot change data; use `==` or `===` to compare");
        assert_eq!(parsed("new Date()"), "0: `new` is not allowed in a template; do it in wxs or in script");
        assert_eq!(parsed("x => 1"), "2: functions cannot be written in a template; write them in wxs");
        assert_eq!(parsed("`a`"), "0: template literals are not allowed in a template; join strings with `+`");
        assert_eq!(
            parsed("/a/.test(b)"),
            "0: regular expressions cannot be written in a template; use getRegExp in wxs"
        );
        assert_eq!(parsed("(a"), "2: expected `)`, found the end");
        assert_eq!(parsed("a b"), "2: expected an operator or the closing braces, found `b`");
        assert_eq!(parsed("'a"), "0: a string without its closing quote");
    }

    #[test]
    fn depth_is_bounded_both_ways() {
        let nested = format!("{}a{}", "(".repeat(5000), ")".repeat(5000));
        assert!(parsed(&nested).contains("too deeply"));
        assert!(parsed(&format!("a{}", "+a".repeat(5000))).contains("too long"));
        assert!(parsed(&"!".repeat(100_000)).contains("too deeply"));
        assert!(parsed(&format!("a{}", ".b".repeat(5000))).contains("too long"));
        assert!(!parsed(&format!("a{}", "+a".repeat(150))).contains("too"));
    }
}
