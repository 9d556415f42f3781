//! Functions of wxs.

use super::parser::{Parsed, Parser, is_reserved};
use super::statements;
use super::syntax::{Expr, ExprKind, Function, Stmt};
use pellicle_layout::markup::token::TokenKind;
use std::rc::Rc;

impl Parser<'_> {
    pub fn function_expression(&mut self, offset: usize) -> Parsed<Expr> {
        if self.token.is("*") {
            return Err(self.refuse(offset, "wxs has no generators"));
        }
        let name: Rc<str> = match self.token.kind {
            TokenKind::Name(name) if !is_reserved(name) => {
                self.advance();
                Rc::from(name)
            }
            _ => Rc::from(""),
        };
        self.nested(|p| p.function(name, offset, true))
    }

    /// Parameters and body of a function; `itself`: its name is known inside it.
    pub fn function(&mut self, name: Rc<str>, offset: usize, itself: bool) -> Parsed<Expr> {
        self.open_function(true);
        self.expect("(")?;
        let parameters = self.parameters()?;
        self.expect("{")?;
        let body = self.function_body()?;
        self.finish_function(name, offset, itself, parameters, body)
    }

    fn finish_function(
        &mut self,
        name: Rc<str>,
        offset: usize,
        itself: bool,
        parameters: Vec<(Rc<str>, Option<Expr>)>,
        body: Vec<Stmt>,
    ) -> Parsed<Expr> {
        let uses_itself = itself
            && !name.is_empty()
            && self.functions.last().is_some_and(|names| {
                !names.declared.contains(&name) && (names.used.contains(&name) || names.inner_free.contains(&name))
            });
        if uses_itself {
            self.declare(&name, false);
        }
        let function = Function { name, parameters, body, offset, uses_itself, ..self.close_function() };
        self.make(ExprKind::Function(Box::new(function)), offset, 0)
    }

    fn parameters(&mut self) -> Parsed<Vec<(Rc<str>, Option<Expr>)>> {
        let mut parameters = Vec::new();
        while !self.eat(")") {
            let name = self.binding_name()?;
            self.declare(&name, false);
            let default = if self.eat("=") { Some(self.assignment()?) } else { None };
            parameters.push((name, default));
            if !self.token.is(")") {
                self.expect(",")?;
            }
        }
        Ok(parameters)
    }

    /// The name that a declaration makes.
    pub fn binding_name(&mut self) -> Parsed<Rc<str>> {
        match self.token.kind {
            TokenKind::Name(name) if !is_reserved(name) => {
                self.advance();
                Ok(Rc::from(name))
            }
            TokenKind::Punct("{" | "[") => {
                Err(self.refuse(self.token.start, "wxs has no destructuring; read the fields one by one"))
            }
            TokenKind::Punct("...") => {
                Err(self.refuse(self.token.start, "wxs has no rest parameters; use `arguments`"))
            }
            _ => Err(self.unexpected("a name")),
        }
    }

    /// Statements up to the closing brace, outside the loops around the function.
    fn function_body(&mut self) -> Parsed<Vec<Stmt>> {
        let outer = (self.loops, self.breakable, self.no_in, self.pattern);
        (self.loops, self.breakable, self.no_in, self.pattern) = (0, 0, false, false);
        let body = statements::block(self);
        (self.loops, self.breakable, self.no_in, self.pattern) = outer;
        body
    }

    /// `x => …` and `(x, y) => …`, `None` if there is none here.
    pub fn arrow_function(&mut self) -> Parsed<Option<Expr>> {
        let offset = self.token.start;
        let single = matches!(self.token.kind, TokenKind::Name(name) if !is_reserved(name)) && self.peek().is("=>");
        let listed = !single && self.token.is("(") && self.arrow_follows();
        if !single && !listed {
            return Ok(None);
        }
        self.open_function(false);
        let parameters = if single {
            let name = self.binding_name()?;
            self.declare(&name, false);
            vec![(name, None)]
        } else {
            self.advance();
            self.parameters()?
        };
        self.expect("=>")?;
        let body = if self.eat("{") { self.function_body()? } else { vec![Stmt::Return(Some(self.assignment()?))] };
        self.finish_function(Rc::from(""), offset, false, parameters, body).map(Some)
    }

    /// True if the bracket that opens here closes before `=>`. Looks at a bounded number of tokens.
    fn arrow_follows(&self) -> bool {
        let mut lexer = self.lexer.clone();
        let mut depth = 1;
        for _ in 0..64 {
            let token = lexer.next_token();
            match token.kind {
                TokenKind::Punct("(" | "[" | "{") => depth += 1,
                TokenKind::Punct(")" | "]" | "}") => depth -= 1,
                TokenKind::Punct(";") | TokenKind::End | TokenKind::Bad(_) => return false,
                _ => {}
            }
            if depth == 0 {
                return lexer.next_token().is("=>");
            }
        }
        false
    }
}
