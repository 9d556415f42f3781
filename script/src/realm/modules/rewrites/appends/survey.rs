//! A first look at a program, at a tenth of what it costs to find out who declares each name.

use super::is_text;
use oxc_ast::ast::{
    AssignmentExpression, AssignmentOperator, AssignmentTarget, BindingPattern, DoWhileStatement, ForInStatement,
    ForOfStatement, ForStatement, Program, VariableDeclarator, WhileStatement,
};
use oxc_ast_visit::{Visit, walk};
use rustc_hash::FxHashSet;

/// Whether there may be such a variable, by names alone: who declares what costs more to find out.
#[derive(Default)]
pub(super) struct Survey<'a> {
    loops: u32,
    /// Names that begin as texts.
    texts: FxHashSet<&'a str>,
    /// Names that grow in loops.
    grown: FxHashSet<&'a str>,
}

impl Survey<'_> {
    /// False if a program surely has none.
    pub(super) fn finds(program: &Program<'_>) -> bool {
        let mut survey = Survey::default();
        survey.visit_program(program);
        !survey.grown.is_disjoint(&survey.texts)
    }

    fn within_loop(&mut self, walk: impl FnOnce(&mut Self)) {
        self.loops += 1;
        walk(self);
        self.loops -= 1;
    }
}

impl<'a> Visit<'a> for Survey<'a> {
    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.within_loop(|survey| walk::walk_while_statement(survey, it));
    }

    fn visit_do_while_statement(&mut self, it: &DoWhileStatement<'a>) {
        self.within_loop(|survey| walk::walk_do_while_statement(survey, it));
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        self.within_loop(|survey| walk::walk_for_statement(survey, it));
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.within_loop(|survey| walk::walk_for_in_statement(survey, it));
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.within_loop(|survey| walk::walk_for_of_statement(survey, it));
    }

    fn visit_variable_declarator(&mut self, it: &VariableDeclarator<'a>) {
        if let BindingPattern::BindingIdentifier(name) = &it.id
            && it.init.as_ref().is_some_and(is_text)
        {
            self.texts.insert(name.name.as_str());
        }
        walk::walk_variable_declarator(self, it);
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        if self.loops > 0
            && matches!(it.operator, AssignmentOperator::Addition | AssignmentOperator::Assign)
            && let AssignmentTarget::AssignmentTargetIdentifier(name) = &it.left
        {
            self.grown.insert(name.name.as_str());
        }
        walk::walk_assignment_expression(self, it);
    }
}
