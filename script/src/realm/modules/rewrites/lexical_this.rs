//! `this` in arrow functions inside arrow functions, which the engine loses.
//!
//! Boa 0.22 gives a function an environment that keeps its `this` only if an arrow function directly inside of it
//! mentions `this`; one a level further down marks the arrow function around it instead
//! (`Scope::escape_this_in_enclosing_function_scope`), and then reads a `this` that is not the function's. So a function
//! of which only deeper arrow functions mention `this` gets an arrow function of its own that does, as its last
//! statement: it is seen when the function is analysed and costs next to nothing when it is called. Lines stay where they
//! are, columns too but for what follows on the same line.

use super::super::module_syntax::Edit;
use oxc_ast::ast::{ArrowFunctionExpression, Function, Program, PropertyDefinition, StaticBlock, ThisExpression};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::ScopeFlags;
use oxc_span::GetSpan;

/// The statement that makes a function keep its `this`.
const KEEP: &str = ";()=>this";

/// False if the text surely has no such function: two arrow functions, one in the other, and `this` are needed for one.
pub(super) fn may_lose(code: &str) -> bool {
    code.contains("this") && code.matches("=>").nth(1).is_some()
}

/// What to put in, so that functions keep their `this`.
pub(super) fn edits(program: &Program<'_>) -> Vec<Edit> {
    let mut finder = Finder { around: vec![Around::File], edits: Vec::new(), file: false };
    finder.visit_program(program);
    let Finder { mut edits, file, .. } = finder;
    if file {
        edits.push(inserted(program.span.end, "\n;()=>this"));
    }
    edits
}

fn inserted(at: u32, text: &str) -> Edit {
    Edit { start: at, end: at, text: text.to_owned() }
}

/// What `this` may belong to.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Around {
    File,
    /// A function, method, accessor, field or static block. `true`: an arrow function deep in it asks for its `this`.
    Function(bool),
    Arrow,
}

struct Finder {
    around: Vec<Around>,
    /// Of edits at one place those made later stand further in.
    edits: Vec<Edit>,
    /// An arrow function deep in the file asks for the file's own `this`.
    file: bool,
}

impl Finder {
    /// Walks what has a `this` of its own; true if it has to keep it.
    fn within(&mut self, walk: impl FnOnce(&mut Self)) -> bool {
        self.around.push(Around::Function(false));
        walk(self);
        self.around.pop() == Some(Around::Function(true))
    }
}

impl<'a> Visit<'a> for Finder {
    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        let keeps = self.within(|finder| walk::walk_function(finder, function, flags));
        if let Some(body) = function.body.as_ref().filter(|_| keeps) {
            // Before the closing brace.
            self.edits.push(inserted(body.span.end - 1, KEEP));
        }
    }

    fn visit_static_block(&mut self, block: &StaticBlock<'a>) {
        if self.within(|finder| walk::walk_static_block(finder, block)) {
            self.edits.push(inserted(block.span.end - 1, KEEP));
        }
    }

    fn visit_property_definition(&mut self, property: &PropertyDefinition<'a>) {
        self.visit_property_key(&property.key);
        let Some(value) = &property.value else { return };
        if self.within(|finder| finder.visit_expression(value)) {
            let span = value.span();
            self.edits.push(inserted(span.start, "(()=>this,"));
            self.edits.push(inserted(span.end, ")"));
        }
    }

    fn visit_arrow_function_expression(&mut self, arrow: &ArrowFunctionExpression<'a>) {
        self.around.push(Around::Arrow);
        walk::walk_arrow_function_expression(self, arrow);
        self.around.pop();
    }

    fn visit_this_expression(&mut self, _: &ThisExpression) {
        let arrows = self.around.iter().rev().take_while(|around| **around == Around::Arrow).count();
        if arrows < 2 {
            return;
        }
        let owner = self.around.len().checked_sub(arrows + 1).and_then(|at| self.around.get_mut(at));
        match owner {
            Some(Around::Function(keeps)) => *keeps = true,
            Some(Around::File) => self.file = true,
            Some(Around::Arrow) | None => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewritten;
    use super::*;

    fn kept(code: &str) -> String {
        rewritten(code, edits)
    }

    #[test]
    fn a_function_keeps_its_this_for_arrow_functions_deep_in_it() {
        assert_eq!(
            kept("({ m() { return () => () => this // end\n } })"),
            "({ m() { return () => () => this // end\n ;()=>this} })"
        );
        assert_eq!(kept("function f(a = () => () => this) {}"), "function f(a = () => () => this) {;()=>this}");
        assert_eq!(kept("x = () => () => this"), "x = () => () => this\n;()=>this");
    }

    #[test]
    fn the_innermost_function_that_is_no_arrow_owns_it() {
        let code = "function f() { const a = () => 1; return function () { return () => [() => this] } }";
        let expected = "function f() { const a = () => 1; return function () { return () => [() => this] ;()=>this} }";
        assert_eq!(kept(code), expected);
    }

    #[test]
    fn fields_and_static_blocks_have_a_this_too() {
        assert_eq!(
            kept("class A { f = () => () => this; static { (() => () => this)() } }"),
            "class A { f = (()=>this,() => () => this); static { (() => () => this)() ;()=>this} }"
        );
    }

    #[test]
    fn what_needs_nothing_stays_as_it_is() {
        for code in [
            "f(() => this); g(() => 1)",
            "() => () => x /* this */",
            "function f() { return () => this } () => 1",
            "=> this => {",
        ] {
            assert_eq!(kept(code), code);
        }
    }
}
