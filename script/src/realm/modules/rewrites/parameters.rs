//! Variables that repeat a parameter's name, which Boa 0.22 does not find if a parameter has a default
//! (`docs/boa/31-var-and-default-parameters.md`): calling `function (o, f = g) { var o = o || {} }` throws.
//!
//! The `var` goes, so that it is the parameter that is set, which is the same unless a function among the parameters sees
//! the difference. Other variables of the declaration are declared at the head of the function.

use super::super::module_syntax::Edit;
use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, AssignmentPattern, BindingIdentifier, BindingPattern, FormalParameter,
    FormalParameters, Function, FunctionBody, IdentifierReference, Program, StaticBlock, VariableDeclaration,
    VariableDeclarationKind,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::ScopeFlags;
use rustc_hash::FxHashSet;

/// False if the text surely has no such variable.
pub(super) fn may_repeat(code: &str) -> bool {
    code.contains("var ") && code.contains('=')
}

/// What to write instead.
pub(super) fn edits(program: &Program<'_>) -> Vec<Edit> {
    let mut finder = Finder { around: Vec::new(), edits: Vec::new() };
    finder.visit_program(program);
    finder.edits
}

/// A function around what is looked at.
#[derive(Default)]
struct Around<'a> {
    /// Parameters that a variable may repeat; none if no parameter has a default.
    names: FxHashSet<&'a str>,
    /// Variables to be declared at the head.
    declared: Vec<&'a str>,
}

struct Finder<'a> {
    around: Vec<Around<'a>>,
    edits: Vec<Edit>,
}

/// The names of parameters, and those that functions among the parameters mention.
#[derive(Default)]
struct Names<'a> {
    bound: FxHashSet<&'a str>,
    mentioned: FxHashSet<&'a str>,
    depth: u32,
    has_defaults: bool,
}

impl<'a> Names<'a> {
    fn of(parameters: &FormalParameters<'a>) -> FxHashSet<&'a str> {
        let mut names = Names::default();
        names.visit_formal_parameters(parameters);
        if !names.has_defaults {
            return FxHashSet::default();
        }
        names.bound.into_iter().filter(|name| !names.mentioned.contains(name)).collect()
    }
}

impl<'a> Visit<'a> for Names<'a> {
    fn visit_formal_parameter(&mut self, it: &FormalParameter<'a>) {
        self.has_defaults |= self.depth == 0 && it.initializer.is_some();
        walk::walk_formal_parameter(self, it);
    }

    fn visit_assignment_pattern(&mut self, it: &AssignmentPattern<'a>) {
        self.has_defaults |= self.depth == 0;
        walk::walk_assignment_pattern(self, it);
    }

    fn visit_binding_identifier(&mut self, it: &BindingIdentifier<'a>) {
        if self.depth == 0 {
            self.bound.insert(it.name.as_str());
        }
    }

    fn visit_identifier_reference(&mut self, it: &IdentifierReference<'a>) {
        if self.depth > 0 {
            self.mentioned.insert(it.name.as_str());
        }
    }

    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        self.depth += 1;
        walk::walk_function(self, it, flags);
        self.depth -= 1;
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        self.depth += 1;
        walk::walk_arrow_function_expression(self, it);
        self.depth -= 1;
    }
}

impl<'a> Finder<'a> {
    fn within(&mut self, names: FxHashSet<&'a str>, head: Option<u32>, walk: impl FnOnce(&mut Self)) {
        self.around.push(Around { names, declared: Vec::new() });
        walk(self);
        let declared = self.around.pop().map(|around| around.declared).unwrap_or_default();
        if let Some(head) = head.filter(|_| !declared.is_empty()) {
            self.edits.push(Edit { start: head, end: head, text: format!(";var {};", declared.join(",")) });
        }
    }

    /// Takes the `var` of a declaration away if it repeats a parameter. Patterns are left as they are: they would need
    /// parentheses.
    fn declaration(&mut self, it: &VariableDeclaration<'a>) {
        if it.kind != VariableDeclarationKind::Var {
            return;
        }
        let Some(around) = self.around.last_mut().filter(|around| !around.names.is_empty()) else { return };
        let mut names = Vec::with_capacity(it.declarations.len());
        for declarator in &it.declarations {
            let BindingPattern::BindingIdentifier(name) = &declarator.id else { return };
            names.push(name.name.as_str());
        }
        if !names.iter().any(|name| around.names.contains(name)) {
            return;
        }
        let others = names.into_iter().filter(|name| !around.names.contains(name));
        around.declared.extend(others);
        let start = it.span.start;
        self.edits.push(Edit { start, end: start + "var".len() as u32, text: String::new() });
    }
}

impl<'a> Visit<'a> for Finder<'a> {
    fn visit_function(&mut self, it: &Function<'a>, flags: ScopeFlags) {
        let names = Names::of(&it.params);
        let head = it.body.as_deref().map(head);
        self.within(names, head, |finder| walk::walk_function(finder, it, flags));
    }

    fn visit_arrow_function_expression(&mut self, it: &ArrowFunctionExpression<'a>) {
        let head = match &it.body {
            ArrowFunctionBody::FunctionBody(body) => Some(head(body)),
            _ => None,
        };
        self.within(Names::of(&it.params), head, |finder| walk::walk_arrow_function_expression(finder, it));
    }

    fn visit_static_block(&mut self, it: &StaticBlock<'a>) {
        self.within(FxHashSet::default(), None, |finder| walk::walk_static_block(finder, it));
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        self.declaration(it);
        walk::walk_variable_declaration(self, it);
    }
}

/// Where the first statement of a function may stand.
fn head(body: &FunctionBody<'_>) -> u32 {
    body.directives.last().map_or(body.span.start + 1, |last| last.span.end)
}

#[cfg(test)]
mod tests {
    use super::super::rewritten;
    use super::*;

    #[test]
    fn a_variable_that_repeats_a_parameter_is_the_parameter() {
        let becomes = |code: &str, expected: &str| assert_eq!(rewritten(code, edits), expected);
        becomes("function f(o, g = 1) { var o = o || {} }", "function f(o, g = 1) {  o = o || {} }");
        becomes(
            "(a, { b = 2 }) => { 'a directive'\n for (var a of x) { var c, b = 3, d } }",
            "(a, { b = 2 }) => { 'a directive';var c,d;\n for ( a of x) {  c, b = 3, d } }",
        );
        for code in [
            "function f(o, g) { var o = o || {} }",
            "function f(o, g = 1) { var p = o; (() => { var o })() }",
            "function f(o, g = () => o) { var o = 1 }",
            "function f(o, g = 1) { let p; var { o } = p; class A { static { var o = 1 } } }",
        ] {
            assert_eq!(rewritten(code, edits), code);
        }
    }
}
