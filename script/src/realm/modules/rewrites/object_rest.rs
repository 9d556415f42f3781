//! Nested patterns beside `...rest`, whose keys Boa 0.22 leaves in the rest (`docs/boa/30-object-rest.md`).
//!
//! In declarations the nested pattern becomes one of its own: `const { a: { b }, ...rest } = x` is
//! `const { a: rest$0, ...rest } = x,{ b }=rest$0` for the engine. Patterns of parameters, assignments and loops are left as they are.

use super::super::module_syntax::Edit;
use oxc_ast::ast::{
    BindingPattern, ForStatementInit, ForStatementLeft, Program, VariableDeclaration, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_span::{GetSpan, Span};

/// False if the text surely has no such pattern.
pub(super) fn may_nest(code: &str) -> bool {
    code.contains("...") && ["const", "let", "var"].iter().any(|word| code.contains(word))
}

/// What to write instead.
pub(super) fn edits(program: &Program<'_>, code: &str) -> Vec<Edit> {
    let mut finder = Finder { code, edits: Vec::new(), count: 0, in_head: false };
    finder.visit_program(program);
    finder.edits
}

struct Finder<'s> {
    code: &'s str,
    edits: Vec<Edit>,
    /// Names that were made.
    count: u32,
    /// In the head of a loop, where a declaration has one pattern.
    in_head: bool,
}

impl Finder<'_> {
    /// Where nested patterns stand beside the rest of a pattern: of those with a default without it.
    fn nested(pattern: &BindingPattern<'_>) -> Vec<Span> {
        let BindingPattern::ObjectPattern(object) = pattern else { return Vec::new() };
        if object.rest.is_none() {
            return Vec::new();
        }
        let nested = object.properties.iter().filter_map(|property| {
            let value = match &property.value {
                BindingPattern::AssignmentPattern(with_default) => &with_default.left,
                value => value,
            };
            matches!(value, BindingPattern::ObjectPattern(_) | BindingPattern::ArrayPattern(_)).then(|| value.span())
        });
        nested.collect()
    }

    fn declarator(&mut self, it: &VariableDeclarator<'_>) {
        let nested = Self::nested(&it.id);
        let texts: Option<Vec<&str>> =
            nested.iter().map(|span| self.code.get(span.start as usize..span.end as usize)).collect();
        // What is moved is not looked at again.
        let Some(texts) = texts.filter(|texts| texts.iter().all(|text| is_plain(text))) else {
            return;
        };
        for (span, text) in nested.into_iter().zip(texts) {
            let mut name = format!("rest${}", self.count);
            while self.code.contains(&name) {
                name.push('_');
            }
            self.count += 1;
            // Lines stay where they are.
            let lines = "\n".repeat(text.matches('\n').count());
            self.edits.push(Edit { start: span.start, end: span.end, text: format!("{name}{lines}") });
            let moved = text.replace(['\n', '\r'], " ");
            self.edits.push(Edit { start: it.span.end, end: it.span.end, text: format!(",{moved}={name}") });
        }
    }
}

/// True if a pattern has nothing in it but names and defaults that are written out: nothing that is to be changed itself.
fn is_plain(text: &str) -> bool {
    let is_bare = !["(", "/", "`", "]:", "class", "+", "?", "&", "|"].iter().any(|word| text.contains(word));
    let literals = ["'", "\"", "[]", "{}", "-", "true", "false", "null", "undefined"];
    let mut defaults = text.split('=').skip(1).map(str::trim_start);
    is_bare
        && defaults.all(|rest| {
            rest.starts_with(|c: char| c.is_ascii_digit()) || literals.iter().any(|literal| rest.starts_with(literal))
        })
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_for_statement_init(&mut self, it: &ForStatementInit<'a>) {
        let before = std::mem::replace(&mut self.in_head, true);
        walk::walk_for_statement_init(self, it);
        self.in_head = before;
    }

    fn visit_for_statement_left(&mut self, it: &ForStatementLeft<'a>) {
        let before = std::mem::replace(&mut self.in_head, true);
        walk::walk_for_statement_left(self, it);
        self.in_head = before;
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let is_head = std::mem::take(&mut self.in_head);
        walk::walk_variable_declaration(self, it);
        self.in_head = is_head;
        if !is_head {
            it.declarations.iter().for_each(|declarator| self.declarator(declarator));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewritten;
    use super::*;

    #[test]
    fn nested_patterns_beside_a_rest_are_patterns_of_their_own() {
        let done = |code: &str| rewritten(code, |program| edits(program, code));
        assert_eq!(
            done("const { a: { b }, c, ...rest } = x, d = 1"),
            "const { a: rest$0, c, ...rest } = x,{ b }=rest$0, d = 1"
        );
        assert_eq!(
            done("let { a: [b,\n c] = [], e: { f = 1 } = g, ...rest } = x()"),
            "let { a: rest$0\n = [], e: rest$1 = g, ...rest } = x(),[b,  c]=rest$0,{ f = 1 }=rest$1"
        );
        for code in [
            "const { a: { b } } = x",
            "const { a, ...rest } = x",
            "const { a: { b = () => 1 }, ...rest } = x",
            "const { a: { b = c, [d]: e }, ...rest } = x",
            "for (const { a: { b }, ...rest } of x) ;",
            "({ a: { b }, ...rest }) => b",
        ] {
            assert_eq!(done(code), code);
        }
    }
}
