//! Left operands that the right one changes, which Boa 0.22 reads too late (`docs/boa/29-left-operands.md`).
//!
//! `x !== (x = y)` is always false there if `x` is a variable that no closure mentions: its register is read once the right operand was
//! evaluated. An operand in parentheses gets a register of its own, so `(x) !== (x = y)` is what the engine gets.

use super::super::module_syntax::Edit;
use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentTargetPropertyIdentifier, BinaryExpression, Expression, ExpressionStatement,
    Function, Program, SimpleAssignmentTarget,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::ScopeFlags;

/// False if the text surely has no such operand: an assignment inside an expression is in parentheses, or a step.
pub(super) fn may_be_late(code: &str) -> bool {
    code.contains("++") || code.contains("--") || code.contains("(") && code.contains('=')
}

/// What to put in.
pub(super) fn edits(program: &Program<'_>) -> Vec<Edit> {
    let mut finder = Finder { edits: Vec::new(), statement: None };
    finder.visit_program(program);
    finder.edits
}

struct Finder {
    edits: Vec<Edit>,
    /// Where the statement around begins, if it is an expression.
    statement: Option<u32>,
}

impl<'a> Visit<'a> for Finder {
    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        let before = self.statement.replace(it.span.start);
        walk::walk_expression_statement(self, it);
        self.statement = before;
    }

    fn visit_binary_expression(&mut self, it: &BinaryExpression<'a>) {
        if let Expression::Identifier(name) = &it.left
            && !matches!(
                it.right,
                Expression::Identifier(_) | Expression::StringLiteral(_) | Expression::NumericLiteral(_)
            )
        {
            let mut changes = Changes { name: name.name.as_str(), found: false };
            changes.visit_expression(&it.right);
            if changes.found {
                let span = name.span;
                // A bracket at the start of a line would go on with the line before.
                let open = if self.statement == Some(span.start) { "0,(" } else { "(" };
                self.edits.push(Edit { start: span.start, end: span.start, text: open.to_owned() });
                self.edits.push(Edit { start: span.end, end: span.end, text: ")".to_owned() });
            }
        }
        walk::walk_binary_expression(self, it);
    }
}

/// Whether an expression sets a variable itself. What inner functions set is no register.
struct Changes<'s> {
    name: &'s str,
    found: bool,
}

impl<'a> Visit<'a> for Changes<'_> {
    fn visit_expression(&mut self, it: &Expression<'a>) {
        if !self.found {
            walk::walk_expression(self, it);
        }
    }

    fn visit_function(&mut self, _: &Function<'a>, _: ScopeFlags) {}

    fn visit_arrow_function_expression(&mut self, _: &ArrowFunctionExpression<'a>) {}

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = it
            && name.name == self.name
        {
            self.found = true;
        }
        walk::walk_simple_assignment_target(self, it);
    }

    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        self.found |= it.binding.name == self.name;
        walk::walk_assignment_target_property_identifier(self, it);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewritten;
    use super::*;

    #[test]
    fn what_the_right_operand_changes_is_read_before() {
        let becomes = |code: &str, rewritten_code: &str| assert_eq!(rewritten(code, edits), rewritten_code);
        becomes("while (e !== (e = list[n])) n++", "while ((e) !== (e = list[n])) n++");
        becomes("a = x + x++ * (x -= 2)", "a = (x) + x++ * (x -= 2)");
        becomes("a\nx < ([x] = b)\nx in ({ x } = b)", "a\n0,(x) < ([x] = b)\n0,(x) in ({ x } = b)");
        becomes("() => x - x--", "() => (x) - x--");
        for code in
            ["x + (y = 5)", "x + (() => x = 5)()", "x.y + (x = 5)", "x && (x = 5)", "x + y + (x = 5)", "f(x, x = 1)"]
        {
            assert_eq!(rewritten(code, edits), code);
        }
    }
}
