//! Logical assignment to variables, which leaves its target to the assignment around it in Boa 0.22
//! (`docs/boa/33-logical-assignment.md`): `v = (a ||= x)` with a captured `var a` assigns to `a`.
//!
//! `a ||= x` becomes `(a || (a = x))`, which means the same for a variable.

use super::super::module_syntax::Edit;
use oxc_ast::ast::{AssignmentExpression, AssignmentOperator, AssignmentTarget, ExpressionStatement, Program};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;

/// False if the text surely has no such assignment.
pub(super) fn may_assign(code: &str) -> bool {
    ["||=", "&&=", "??="].iter().any(|operator| code.contains(operator))
}

/// What to write instead.
pub(super) fn edits(program: &Program<'_>, code: &str) -> Vec<Edit> {
    let mut finder = Finder { code, edits: Vec::new(), statement: None };
    finder.visit_program(program);
    finder.edits
}

struct Finder<'s> {
    code: &'s str,
    edits: Vec<Edit>,
    /// Where the statement around begins, if it is an expression.
    statement: Option<u32>,
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        let before = self.statement.replace(it.span.start);
        walk::walk_expression_statement(self, it);
        self.statement = before;
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        walk::walk_assignment_expression(self, it);
        let operator = match it.operator {
            AssignmentOperator::LogicalOr => "||",
            AssignmentOperator::LogicalAnd => "&&",
            AssignmentOperator::LogicalNullish => "??",
            _ => return,
        };
        let AssignmentTarget::AssignmentTargetIdentifier(name) = &it.left else { return };
        let between = self.code.get(name.span.end as usize..it.right.span().start as usize).unwrap_or_default();
        // Its place, if no comment can hold another one.
        let Some(at) = between.find(operator).filter(|_| !between.contains('/')) else { return };
        let sign = name.span.end + at as u32;
        // A bracket at the start of a line would go on with the line before.
        let (open, close) = if self.statement == Some(it.span.start) { ("", ")") } else { ("(", "))") };
        self.edits.push(Edit { start: it.span.start, end: it.span.start, text: open.to_owned() });
        self.edits.push(Edit { start: sign, end: sign + 3, text: format!("{operator} ({} =", name.name) });
        self.edits.push(Edit { start: it.span.end, end: it.span.end, text: close.to_owned() });
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewritten;
    use super::*;

    #[test]
    fn logical_assignments_to_variables_are_written_out() {
        let done = |code: &str| rewritten(code, |program| edits(program, code));
        assert_eq!(done("v = (a ||= 5)"), "v = ((a || (a = 5)))");
        assert_eq!(done("a\na ??= b &&= c, d"), "a\na ?? (a = (b && (b = c))), d");
        assert_eq!(done("x = a||=1"), "x = (a|| (a =1))");
        for code in ["a.b ||= 5", "a || (a = 5)", "a /* ||= */ ||= 5", "a += b"] {
            assert_eq!(done(code), code);
        }
    }
}
