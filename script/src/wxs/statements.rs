//! Statements of wxs.

use super::parser::{Parsed, Parser};
use super::syntax::{Expr, ExprKind, Stmt};
use pellicle_layout::markup::token::TokenKind;
use std::rc::Rc;

/// Statements up to the closing brace, which is read too.
pub(super) fn block(p: &mut Parser<'_>) -> Parsed<Vec<Stmt>> {
    let mut statements = Vec::new();
    while !p.eat("}") {
        if p.token.kind == TokenKind::End {
            return Err(p.unexpected("`}`"));
        }
        statements.push(statement(p)?);
    }
    Ok(statements)
}

pub(super) fn statement(p: &mut Parser<'_>) -> Parsed<Stmt> {
    p.nested(one)
}

fn one(p: &mut Parser<'_>) -> Parsed<Stmt> {
    let offset = p.token.start;
    if p.eat(";") {
        return Ok(Stmt::Empty);
    }
    if p.eat("{") {
        return Ok(Stmt::Block(block(p)?));
    }
    let TokenKind::Name(word) = p.token.kind else { return expression_statement(p) };
    match word {
        "var" | "const" => declaration(p, word != "var"),
        "let" if !next_is_operator(p) => declaration(p, true),
        "function" => {
            p.advance();
            let name = p.binding_name()?;
            p.declare(&name, true);
            let function = p.function(name.clone(), offset, false)?;
            Ok(Stmt::Function(name, function))
        }
        "if" => if_statement(p),
        "for" => for_statement(p),
        "while" => {
            p.advance();
            let condition = bracketed(p)?;
            let body = loop_body(p)?;
            Ok(Stmt::While(condition, Box::new(body)))
        }
        "do" => {
            p.advance();
            let body = loop_body(p)?;
            if !p.eat_word("while") {
                return Err(p.unexpected("`while`"));
            }
            let condition = bracketed(p)?;
            p.eat(";");
            Ok(Stmt::DoWhile(Box::new(body), condition))
        }
        "return" => {
            p.advance();
            let ends = p.token.is(";") || p.token.is("}") || p.token.kind == TokenKind::End || p.token.after_newline;
            let value = if ends { None } else { Some(p.expression()?) };
            p.end_statement()?;
            Ok(Stmt::Return(value))
        }
        "break" | "continue" => {
            p.advance();
            if matches!(p.token.kind, TokenKind::Name(_)) && !p.token.after_newline {
                return Err(p.refuse(offset, "wxs has no labels"));
            }
            p.end_statement()?;
            let inside = if word == "break" { p.breakable } else { p.loops };
            if inside == 0 {
                return Err(p.refuse(offset, format!("`{word}` outside a loop")));
            }
            Ok(if word == "break" { Stmt::Break } else { Stmt::Continue })
        }
        "switch" => switch(p),
        "try" | "throw" | "catch" | "finally" => {
            Err(p.refuse(offset, "wxs has no exceptions; a function that fails gives undefined to the template"))
        }
        "with" => Err(p.refuse(offset, "wxs has no `with`")),
        _ => expression_statement(p),
    }
}

/// `let` is a name where an operator follows it.
fn next_is_operator(p: &Parser<'_>) -> bool {
    let mut ahead = p.lookahead();
    let next = ahead.next_token();
    !matches!(next.kind, TokenKind::Name(_) | TokenKind::Punct("{" | "["))
}

fn expression_statement(p: &mut Parser<'_>) -> Parsed<Stmt> {
    let value = p.expression()?;
    if p.token.is(":") && matches!(value.kind, ExprKind::Name(_)) {
        return Err(p.refuse(value.offset, "wxs has no labels"));
    }
    p.end_statement()?;
    Ok(Stmt::Expr(value))
}

fn bracketed(p: &mut Parser<'_>) -> Parsed<Expr> {
    p.expect("(")?;
    let value = p.expression()?;
    p.expect(")")?;
    Ok(value)
}

fn loop_body(p: &mut Parser<'_>) -> Parsed<Stmt> {
    p.loops += 1;
    p.breakable += 1;
    let body = statement(p);
    p.loops -= 1;
    p.breakable -= 1;
    body
}

fn declaration(p: &mut Parser<'_>, block: bool) -> Parsed<Stmt> {
    let statement = declarators(p, block)?;
    p.end_statement()?;
    Ok(statement)
}

/// `var a = 1, b` without the end of the statement.
fn declarators(p: &mut Parser<'_>, block: bool) -> Parsed<Stmt> {
    p.advance();
    let mut variables = Vec::new();
    loop {
        let name = p.binding_name()?;
        p.declare(&name, !block);
        let value = if p.eat("=") { Some(p.assignment()?) } else { None };
        variables.push((name, value));
        if !p.eat(",") {
            return Ok(Stmt::Declare { block, variables });
        }
    }
}

/// A chain of `else if` is one statement, so that its length is no nesting.
fn if_statement(p: &mut Parser<'_>) -> Parsed<Stmt> {
    let mut branches = Vec::new();
    while p.eat_word("if") {
        let condition = bracketed(p)?;
        branches.push((condition, statement(p)?));
        if !p.eat_word("else") {
            return Ok(Stmt::If(branches, None));
        }
    }
    let otherwise = statement(p)?;
    Ok(Stmt::If(branches, Some(Box::new(otherwise))))
}

fn for_statement(p: &mut Parser<'_>) -> Parsed<Stmt> {
    let offset = p.advance().start;
    p.expect("(")?;
    let init = if p.token.is(";") {
        None
    } else {
        p.no_in = true;
        let declares = matches!(p.token.kind, TokenKind::Name("var" | "let" | "const"));
        let init = if declares {
            let block = !p.is_word("var");
            declarators(p, block)
        } else {
            p.expression().map(Stmt::Expr)
        };
        p.no_in = false;
        Some(init?)
    };
    let values = p.is_word("of");
    if values || p.is_word("in") {
        p.advance();
        let (block, target) = match init {
            Some(Stmt::Declare { block, mut variables }) if variables.len() == 1 && variables[0].1.is_none() => {
                let name = std::mem::replace(&mut variables[0].0, Rc::from(""));
                (block, p.make(ExprKind::Name(name), offset, 0)?)
            }
            Some(Stmt::Expr(target)) => {
                p.check_target(&target)?;
                (false, target)
            }
            _ => return Err(p.refuse(offset, "a loop over fields needs one variable")),
        };
        let object = p.expression()?;
        p.expect(")")?;
        let body = Box::new(loop_body(p)?);
        return Ok(Stmt::ForEach { block, target, values, object, body });
    }
    p.expect(";")?;
    let test = if p.token.is(";") { None } else { Some(p.expression()?) };
    p.expect(";")?;
    let update = if p.token.is(")") { None } else { Some(p.expression()?) };
    p.expect(")")?;
    let body = Box::new(loop_body(p)?);
    Ok(Stmt::For { init: init.map(Box::new), test, update, body })
}

fn switch(p: &mut Parser<'_>) -> Parsed<Stmt> {
    p.advance();
    let subject = bracketed(p)?;
    p.expect("{")?;
    p.breakable += 1;
    let cases = cases(p);
    p.breakable -= 1;
    Ok(Stmt::Switch(subject, cases?))
}

fn cases(p: &mut Parser<'_>) -> Parsed<Vec<(Option<Expr>, Vec<Stmt>)>> {
    let mut cases: Vec<(Option<Expr>, Vec<Stmt>)> = Vec::new();
    while !p.eat("}") {
        let test = if p.eat_word("case") {
            Some(p.expression()?)
        } else if p.eat_word("default") {
            None
        } else {
            return Err(p.unexpected("`case` or `default`"));
        };
        p.expect(":")?;
        let mut body = Vec::new();
        while !p.is_word("case") && !p.is_word("default") && !p.token.is("}") {
            if p.token.kind == TokenKind::End {
                return Err(p.unexpected("`}`"));
            }
            body.push(statement(p)?);
        }
        cases.push((test, body));
    }
    Ok(cases)
}
