//! Templates that put nothing in, which Boa 0.22 puts together anew each time that they are read
//! (`docs/boa/28-smaller-costs.md`): a quoted text is there once, and is found to equal itself without a look at it.
//!
//! People write few of them, `pellicle compile` many: it prints a text in whichever quotes are shortest.

use super::super::module_syntax::Edit;
use oxc_ast::ast::{Expression, ExpressionStatement, Program, TaggedTemplateExpression, TemplateLiteral};
use oxc_ast_visit::{Visit, walk};

/// False if the text surely has no template.
pub(super) fn may_quote(code: &str) -> bool {
    code.contains('`')
}

/// What to write instead.
pub(super) fn edits(program: &Program<'_>, code: &str) -> Vec<Edit> {
    let mut finder = Finder { code, edits: Vec::new() };
    finder.visit_program(program);
    finder.edits
}

struct Finder<'s> {
    code: &'s str,
    edits: Vec<Edit>,
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        // In quotes it would be a directive.
        if !matches!(it.expression, Expression::TemplateLiteral(_)) {
            walk::walk_expression_statement(self, it);
        }
    }

    fn visit_tagged_template_expression(&mut self, it: &TaggedTemplateExpression<'a>) {
        // Its text is given to the tag; only what stands before it is looked at.
        self.visit_expression(&it.tag);
        for expression in &it.quasi.expressions {
            self.visit_expression(expression);
        }
    }

    fn visit_template_literal(&mut self, it: &TemplateLiteral<'a>) {
        walk::walk_template_literal(self, it);
        if !it.expressions.is_empty() {
            return;
        }
        let (start, end) = (it.span.start, it.span.end);
        let inner = self.code.get(start as usize + 1..end as usize - 1).unwrap_or("\n");
        // Lines end in no quoted text, and the two that end lines elsewhere only do no harm.
        if inner.contains(['\n', '\r']) {
            return;
        }
        let Some(quote) = ['"', '\''].into_iter().find(|quote| !inner.contains(*quote)) else { return };
        for at in [start, end - 1] {
            self.edits.push(Edit { start: at, end: at + 1, text: quote.to_string() });
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewritten;
    use super::*;

    #[test]
    fn templates_that_put_nothing_in_are_quoted() {
        let done = |code: &str| rewritten(code, |program| edits(program, code));
        assert_eq!(done("a = `b` + `it's` + `\"q\"` + ``"), "a = \"b\" + \"it's\" + '\"q\"' + \"\"");
        assert_eq!(done("f(`\\`\\$\\u{61}`, `${`b`}`)"), "f(\"\\`\\$\\u{61}\", `${\"b\"}`)");
        assert_eq!(done("t`a`(`b`)`${`c`}`"), "t`a`(\"b\")`${\"c\"}`");
        for code in ["`use strict`; a", "f`a`", "a = `\"'`", "a = `b\nc`", "a = `b\r\nc`", "a = `${b}`", "a = '`b`'"] {
            assert_eq!(done(code), code);
        }
    }
}
