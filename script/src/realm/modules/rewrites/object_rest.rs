//! Nested patterns beside `...rest`, whose keys Boa 0.22 leaves in the rest (`docs/boa/30-object-rest.md`).
//!
//! The nested pattern becomes one of its own:
//!
//! | what is written | what the engine gets |
//! | --- | --- |
//! | `const { a: { b }, ...rest } = x` | `const { a: rest$0, ...rest } = x,{ b }=rest$0` |
//! | `for (const { a: { b }, ...rest } of x) y` | `for (const { a: rest$0, ...rest } of x) {const { b }=rest$0;y}` |
//! | `({ a: { b }, ...rest }) => y` | `({ a: rest$0, ...rest }) => {var { b }=rest$0;return y}` |
//!
//! Only patterns are moved that hold nothing but names and plain defaults, and from parameters only where no other default may ask for
//! what was moved. Assignments and `catch` are left as they are.

use super::super::module_syntax::Edit;
use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, BindingPattern, Expression, ForInStatement, ForOfStatement,
    ForStatementInit, ForStatementLeft, FormalParameters, Function, FunctionBody, Program, Statement,
    VariableDeclaration, VariableDeclarator,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::ScopeFlags;
use oxc_span::{GetSpan, Span};

/// False if the text surely has no such pattern.
pub(super) fn may_nest(code: &str) -> bool {
    // Of objects, that is `{ …: { … }, ...rest }`.
    code.contains("...") && code.contains(':') && code.contains('}')
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

    /// Takes the patterns out of a pattern that are nested beside its rest; gives each with the name that stands there now.
    fn take(&mut self, pattern: &BindingPattern<'_>) -> Vec<(String, String)> {
        let nested = Self::nested(pattern);
        let texts: Option<Vec<&str>> =
            nested.iter().map(|span| self.code.get(span.start as usize..span.end as usize)).collect();
        // What is moved is not looked at again.
        let Some(texts) = texts.filter(|texts| texts.iter().all(|text| is_plain(text))) else { return Vec::new() };
        let mut taken = Vec::with_capacity(texts.len());
        for (span, text) in nested.into_iter().zip(texts) {
            let mut name = format!("rest${}", self.count);
            while self.code.contains(&name) {
                name.push('_');
            }
            self.count += 1;
            // Lines stay where they are.
            let lines = "\n".repeat(text.matches('\n').count());
            self.edits.push(Edit { start: span.start, end: span.end, text: format!("{name}{lines}") });
            taken.push((text.replace(['\n', '\r'], " "), name));
        }
        taken
    }

    fn insert(&mut self, at: u32, text: String) {
        self.edits.push(Edit { start: at, end: at, text });
    }

    fn declarator(&mut self, it: &VariableDeclarator<'_>) {
        for (pattern, name) in self.take(&it.id) {
            self.insert(it.span.end, format!(",{pattern}={name}"));
        }
    }

    /// A loop over something: its body gets a declaration before it.
    fn each(&mut self, left: &ForStatementLeft<'_>, body: &Statement<'_>) {
        let ForStatementLeft::VariableDeclaration(declaration) = left else { return };
        let Some(declarator) = declaration.declarations.first() else { return };
        let taken = self.take(&declarator.id);
        if !taken.is_empty() {
            let text = format!("{{{} {};", declaration.kind.as_str(), declarators(taken));
            self.insert(body.span().start, text);
            self.insert(body.span().end, "}".to_owned());
        }
    }

    /// A function: what its parameters lose is declared at its head.
    fn parameters(&mut self, parameters: &FormalParameters<'_>, body: Body<'_, '_>) {
        let nests = parameters.items.iter().any(|item| !Self::nested(&item.pattern).is_empty());
        let span = parameters.span;
        let text = self.code.get(span.start as usize..span.end as usize).unwrap_or("=>");
        // Functions of parameters could ask for names that are not there yet.
        if !nests || ["=>", "function", "class"].iter().any(|word| text.contains(word)) {
            return;
        }
        let asks = parameters.items.iter().any(|item| item.initializer.as_ref().is_some_and(|it| !asks_nothing(it)));
        if asks {
            return;
        }
        let taken: Vec<_> = parameters.items.iter().flat_map(|item| self.take(&item.pattern)).collect();
        if taken.is_empty() {
            return;
        }
        let declared = format!("var {};", declarators(taken));
        match body {
            Body::Expression(span) => {
                self.insert(span.start, format!("{{{declared}return "));
                self.insert(span.end, "}".to_owned());
            }
            Body::Statements(body) => match body.directives.last() {
                None => self.insert(body.span.start + 1, declared),
                Some(directive) => self.insert(directive.span.end, format!(";{declared}")),
            },
        }
    }
}

/// True for a default that reads no variable.
fn asks_nothing(default: &Expression<'_>) -> bool {
    match default {
        Expression::ObjectExpression(object) => object.properties.is_empty(),
        Expression::ArrayExpression(array) => array.elements.is_empty(),
        other => other.is_literal(),
    }
}

/// What a function does.
enum Body<'b, 'a> {
    Statements(&'b FunctionBody<'a>),
    Expression(Span),
}

fn declarators(taken: Vec<(String, String)>) -> String {
    let list: Vec<String> = taken.into_iter().map(|(pattern, name)| format!("{pattern}={name}")).collect();
    list.join(",")
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

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        walk::walk_for_of_statement(self, it);
        self.each(&it.left, &it.body);
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        walk::walk_for_in_statement(self, it);
        self.each(&it.left, &it.body);
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let before = std::mem::take(&mut self.in_head);
        walk::walk_function(self, it, flags);
        self.in_head = before;
        if let Some(body) = &it.body {
            self.parameters(&it.params, Body::Statements(body));
        }
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let before = std::mem::take(&mut self.in_head);
        walk::walk_arrow_function_expression(self, it);
        self.in_head = before;
        let body = match &it.body {
            ArrowFunctionBody::FunctionBody(body) => Body::Statements(body),
            expression => Body::Expression(expression.span()),
        };
        self.parameters(&it.params, body);
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
        assert_eq!(
            done("for (const { a: { b }, ...rest } of x)\n  y(() => b)"),
            "for (const { a: rest$0, ...rest } of x)\n  {const { b }=rest$0;y(() => b)}"
        );
        assert_eq!(
            done("for (var { length: [a, b] = [], ...rest } in x) { let a }"),
            "for (var { length: rest$0 = [], ...rest } in x) {var [a, b]=rest$0;{ let a }}"
        );
        assert_eq!(
            done("function f({ a: { b }, ...rest }, { c: [d], ...e } = {}) { return b }"),
            "function f({ a: rest$0, ...rest }, { c: rest$1, ...e } = {}) {var { b }=rest$0,[d]=rest$1; return b }"
        );
        assert_eq!(
            done("f = ({ a: { b }, ...rest }) => ({ b, rest })"),
            "f = ({ a: rest$0, ...rest }) => {var { b }=rest$0;return ({ b, rest })}"
        );
        assert_eq!(
            done("o = { m({ a: { b }, ...rest }) { 'own'; return b } }"),
            "o = { m({ a: rest$0, ...rest }) { 'own';;var { b }=rest$0; return b } }"
        );
        for code in [
            "({ a: { b }, ...rest }, c = b) => c",
            "({ a: { b }, d = () => b, ...rest }) => d",
            "({ a: { b }, ...rest } = x)",
            "const { a: { b } } = x",
            "const { a, ...rest } = x",
            "const { a: { b = () => 1 }, ...rest } = x",
            "const { a: { b = c, [d]: e }, ...rest } = x",
        ] {
            assert_eq!(done(code), code);
        }
    }
}
