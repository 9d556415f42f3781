//! The parser of wxs.
//!
//! The language is ES5 without `new`, exceptions, labels and accessors; of later editions what sources use:
//! `let`, `const`, default parameters, arrow functions, template literals, shorthand fields, spread, `for of`,
//! `?.` and `??`. What is not there is refused with its place. Nesting is bounded on the way in, so the
//! compiler may recurse over the tree.
//!
//! Which variables inner functions use is found here, while the names are read.

use super::statements;
use super::syntax::{Function, Module};
use crate::wxs::library::Global;
use pellicle_layout::markup::token::{Lexer, Token, TokenKind};
use rustc_hash::FxHashSet;
use std::rc::Rc;

/// Deepest nesting of brackets, blocks and functions.
const MAX_NESTING: u32 = 64;

/// Why a file was not understood.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Refusal {
    /// Byte in the source.
    pub offset: usize,
    pub message: String,
}

pub(super) type Parsed<T> = Result<T, Refusal>;

/// Parses a file.
pub(crate) fn parse(source: &str) -> Parsed<Module> {
    let mut lexer = Lexer::new(source, 0);
    let token = lexer.next_token();
    let mut parser = Parser {
        lexer,
        token,
        end: 0,
        nesting: 0,
        functions: Vec::new(),
        loops: 0,
        breakable: 0,
        pattern: false,
        no_in: false,
        requires: Vec::new(),
    };
    parser.open_function(true);
    for name in ["module", "exports"] {
        parser.declare(&Rc::from(name), false);
    }
    let mut body = Vec::new();
    while parser.token.kind != TokenKind::End {
        body.push(statements::statement(&mut parser)?);
    }
    // Names that are set and declared nowhere are variables of the file, as script has it.
    if let Some(names) = parser.functions.last_mut() {
        let mut undeclared: Vec<Rc<str>> = names.assigned.difference(&names.declared).cloned().collect();
        undeclared.sort();
        for name in undeclared {
            if Global::from_name(&name).is_none() {
                parser.declare(&name, true);
            }
        }
    }
    let mut main = parser.close_function();
    main.body = body;
    main.parameters = ["module", "exports"].map(|name| (Rc::from(name), None)).into();
    Ok(Module { main, requires: parser.requires })
}

/// Names of a function that is being read.
#[derive(Default)]
pub(super) struct Names {
    pub declared: FxHashSet<Rc<str>>,
    /// In order, parameters and block variables left out.
    variables: Vec<Rc<str>>,
    pub used: FxHashSet<Rc<str>>,
    pub assigned: FxHashSet<Rc<str>>,
    pub inner_free: FxHashSet<Rc<str>>,
    /// Arrow functions have no `arguments` of their own.
    has_arguments: bool,
    uses_arguments: bool,
}

pub(super) struct Parser<'a> {
    pub lexer: Lexer<'a>,
    pub token: Token<'a>,
    /// Where the last token ended.
    pub end: usize,
    nesting: u32,
    pub functions: Vec<Names>,
    pub loops: usize,
    pub breakable: usize,
    /// True inside the pattern of `getRegExp`, where unknown escapes are kept.
    pub pattern: bool,
    /// True in the head of a `for`, where `in` is no operator.
    pub no_in: bool,
    pub requires: Vec<(Rc<str>, usize)>,
}

impl<'a> Parser<'a> {
    pub fn advance(&mut self) -> Token<'a> {
        let next = self.lexer.next_token();
        self.end = self.token.end;
        std::mem::replace(&mut self.token, next)
    }

    pub fn peek(&self) -> Token<'a> {
        self.lexer.clone().next_token()
    }

    /// A lexer of what follows the current token.
    pub fn lookahead(&self) -> Lexer<'a> {
        self.lexer.clone()
    }

    pub fn eat(&mut self, punct: &str) -> bool {
        let found = self.token.is(punct);
        if found {
            self.advance();
        }
        found
    }

    pub fn is_word(&self, word: &str) -> bool {
        matches!(self.token.kind, TokenKind::Name(name) if name == word)
    }

    pub fn eat_word(&mut self, word: &str) -> bool {
        let found = self.is_word(word);
        if found {
            self.advance();
        }
        found
    }

    pub fn expect(&mut self, punct: &str) -> Parsed<()> {
        if self.eat(punct) { Ok(()) } else { Err(self.unexpected(&format!("`{punct}`"))) }
    }

    pub fn refuse(&self, offset: usize, message: impl Into<String>) -> Refusal {
        Refusal { offset, message: message.into() }
    }

    pub fn unexpected(&self, expected: &str) -> Refusal {
        let message = match self.token.kind {
            TokenKind::Punct("/") | TokenKind::Punct("/=") => {
                "wxs has no regular expression literals; use getRegExp(pattern, flags)".to_owned()
            }
            TokenKind::Name("new") => "wxs has no `new`; use getDate() and getRegExp()".to_owned(),
            TokenKind::Name(word @ ("class" | "async" | "await" | "yield" | "super" | "import" | "export")) => {
                format!("wxs has no `{word}`")
            }
            TokenKind::Bad(why) => why.to_owned(),
            _ => format!("expected {expected}, found {}", self.token.describe()),
        };
        self.refuse(self.token.start, message)
    }

    /// The end of a statement: `;`, or where script inserts one.
    pub fn end_statement(&mut self) -> Parsed<()> {
        if self.eat(";") || self.token.is("}") || self.token.kind == TokenKind::End || self.token.after_newline {
            return Ok(());
        }
        Err(self.unexpected("`;`"))
    }

    pub fn nested<T>(&mut self, read: impl FnOnce(&mut Self) -> Parsed<T>) -> Parsed<T> {
        if self.nesting >= MAX_NESTING {
            return Err(self.refuse(self.token.start, "the code is nested too deeply"));
        }
        self.nesting += 1;
        let read = read(self);
        self.nesting -= 1;
        read
    }

    // Names.

    pub fn open_function(&mut self, has_arguments: bool) {
        self.functions.push(Names { has_arguments, ..Names::default() });
    }

    /// Makes a name one of the running function's; `variable` ones get their place at its start.
    pub fn declare(&mut self, name: &Rc<str>, variable: bool) {
        if let Some(names) = self.functions.last_mut()
            && names.declared.insert(name.clone())
            && variable
        {
            names.variables.push(name.clone());
        }
    }

    pub fn use_name(&mut self, name: &Rc<str>) {
        if let Some(names) = self.functions.last_mut() {
            names.used.insert(name.clone());
            names.uses_arguments |= &**name == "arguments" && names.has_arguments;
        }
    }

    /// Ends a function: what it uses and does not declare is used by the function around it.
    pub fn close_function(&mut self) -> Function {
        let mut names = self.functions.pop().unwrap_or_default();
        if names.has_arguments && names.inner_free.contains("arguments") {
            names.uses_arguments = true;
        }
        if names.uses_arguments {
            names.declared.insert(Rc::from("arguments"));
        }
        if let Some(outer) = self.functions.last_mut() {
            let free = names.used.union(&names.inner_free).filter(|name| !names.declared.contains(*name));
            outer.inner_free.extend(free.cloned());
            outer.assigned.extend(names.assigned.difference(&names.declared).cloned());
        }
        let makes_scope = names.declared.iter().any(|name| names.inner_free.contains(name));
        Function {
            variables: names.variables,
            inner_free: names.inner_free,
            makes_scope,
            uses_arguments: names.uses_arguments,
            ..Function::default()
        }
    }
}

/// Words that are no names.
pub(super) fn is_reserved(word: &str) -> bool {
    matches!(
        word,
        "break"
            | "case"
            | "catch"
            | "class"
            | "const"
            | "continue"
            | "default"
            | "delete"
            | "do"
            | "else"
            | "export"
            | "finally"
            | "for"
            | "function"
            | "if"
            | "import"
            | "in"
            | "instanceof"
            | "new"
            | "return"
            | "switch"
            | "this"
            | "throw"
            | "try"
            | "typeof"
            | "var"
            | "void"
            | "while"
            | "with"
            | "super"
            | "null"
            | "true"
            | "false"
    )
}
