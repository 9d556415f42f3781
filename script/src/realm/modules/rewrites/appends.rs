//! Texts that grow in loops, which Boa 0.22 copies whole for each piece: `s += x` on a text of half a megabyte takes as long as
//! copying half a megabyte.
//!
//! A variable of a function that begins as a text and grows in a loop gets two more beside it: what is added goes to the
//! tail, a long tail goes to the middle, and a long middle to the text itself. Whoever reads the variable puts them
//! together first:
//!
//! ```js
//! let s = '';                       let s = '',s$tail="",s$middle="";
//! for (const x of xs) s += f(x);    for (const x of xs) s$tail += f(x),s$tail.length>512&&(…);
//! return s;                         return ((s$tail||s$middle)&&(s+=s$middle+s$tail,…),s);
//! ```
//!
//! That gives what the program would get: tail and middle hold something only while the variable is a text, adding
//! to a text makes a text of what is added in the same way wherever it is added, and nobody else sees the variable. So it is done only for
//! variables that no inner function mentions, and whose first value cannot be missed. A variable that may be given something other than
//! a text is asked before each addition. Lines stay where they are.

mod survey;

use super::super::module_syntax::Edit;
use oxc_ast::ast::{
    ArrowFunctionExpression, AssignmentExpression, AssignmentOperator, AssignmentTarget,
    AssignmentTargetPropertyIdentifier, BinaryOperator, BindingPattern, BlockStatement, DoWhileStatement, Expression,
    ExpressionStatement, ForInStatement, ForOfStatement, ForStatement, ForStatementInit, ForStatementLeft, Function,
    IdentifierReference, IfStatement, LabeledStatement, ObjectProperty, Program, PropertyDefinition,
    SimpleAssignmentTarget, StaticBlock, SwitchStatement, TryStatement, UnaryExpression, UnaryOperator,
    UpdateExpression, VariableDeclaration, VariableDeclarationKind, WhileStatement, WithStatement,
};
use oxc_ast_visit::{Visit, walk};
use oxc_semantic::{ScopeFlags, Scoping, SemanticBuilder, SymbolId};
use oxc_span::{GetSpan, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use survey::Survey;

/// Characters of a tail that go to the middle.
const TAIL: u32 = 512;
/// Characters of a middle that go to the text: the middle is copied for each tail, and the text for each middle.
const MIDDLE: u32 = 16_384;

/// False if the text surely has no such variable.
pub(super) fn may_append(code: &str) -> bool {
    let begins = ["''", "\"\"", "``"].iter().any(|empty| code.contains(empty));
    begins && code.contains('+') && (code.contains("for") || code.contains("while"))
}

/// What to write instead.
pub(super) fn edits(program: &Program<'_>, code: &str) -> Vec<Edit> {
    if !Survey::finds(program) {
        return Vec::new();
    }
    let semantic = SemanticBuilder::new().with_build_nodes(false).build(program).semantic;
    let mut finder = Finder {
        code,
        scoping: semantic.scoping(),
        texts: FxHashMap::default(),
        seen: FxHashSet::default(),
        around: vec![Around::default()],
        functions: 0,
        order: 0,
        in_head: false,
        unused: FxHashSet::default(),
        statement: None,
    };
    finder.visit_program(program);
    let mut edits: Vec<(u32, Edit)> = Vec::new();
    for text in finder.texts.into_values().filter(|text| text.is_safe && text.grows) {
        if !text.is_taken(code) {
            text.write(&mut edits);
        }
    }
    edits.sort_by_key(|(order, _)| *order);
    edits.into_iter().map(|(_, edit)| edit).collect()
}

/// What happens to a variable somewhere.
enum Use {
    /// It is declared; its first value ends here.
    Declared(u32),
    /// It is read: the name stands here. `true` if it begins a statement.
    Read(Span, bool),
    /// The same as the short form of a field.
    Field(Span),
    /// An expression that sets it. `true` if it begins a statement.
    Set(Span, bool),
    /// `s += x`, whose value nobody wants: all of it, and the name.
    Added { whole: Span, name: Span, begins: bool },
    /// `s = s + x + y`, likewise: all of it, and both names.
    Chained { whole: Span, names: [Span; 2], begins: bool },
}

/// A variable that begins as a text.
struct Text {
    name: String,
    /// The function that declares it.
    function: u32,
    declared: Span,
    uses: Vec<(u32, Use)>,
    /// How often it was mentioned so far.
    mentions: u32,
    /// It is only used in ways that are understood.
    is_safe: bool,
    /// It may be given something else than a text.
    is_mixed: bool,
    /// It grows in a loop that it outlives.
    grows: bool,
}

impl Text {
    /// True if one of the names that it would get is there.
    fn is_taken(&self, code: &str) -> bool {
        ["tail", "middle", "piece"].iter().any(|kind| code.contains(&format!("{}${kind}", self.name)))
    }

    fn write(self, edits: &mut Vec<(u32, Edit)>) {
        let s = &self.name;
        let (tail, middle, piece) = (format!("{s}$tail"), format!("{s}$middle"), format!("{s}$piece"));
        let join = format!("({tail}||{middle})&&({s}+={middle}+{tail},{middle}={tail}=\"\")");
        let settle = format!(
            "{tail}.length>{TAIL}&&(({middle}+={tail}).length>{MIDDLE}?({s}+={middle},{middle}={tail}=\"\"):{tail}=\"\")"
        );
        let mut put = |order: u32, start: u32, end: u32, text: String| edits.push((order, Edit { start, end, text }));
        // A bracket at the start of a line would go on with the line before.
        let lead = |begins: bool| if begins { "0,(" } else { "(" };
        for (order, what) in self.uses {
            match what {
                Use::Declared(end) => {
                    let third = if self.is_mixed { format!(",{piece}") } else { String::new() };
                    put(order, end, end, format!(",{tail}=\"\",{middle}=\"\"{third}"));
                }
                Use::Read(at, begins) => put(order, at.start, at.end, format!("{}{join},{s})", lead(begins))),
                Use::Field(at) => put(order, at.start, at.end, format!("{s}:({join},{s})")),
                Use::Set(whole, begins) => {
                    put(order, whole.start, whole.start, format!("{}{join},", lead(begins)));
                    put(order, whole.end, whole.end, ")".to_owned());
                }
                Use::Added { whole, name, begins } => {
                    let (open, close) = if begins { ("", "") } else { ("(", ")") };
                    if self.is_mixed {
                        // The `+` of `+=` goes.
                        put(order, name.start, name.end + 1, format!("{open}{piece} "));
                        let added = format!("({tail}+={piece},{settle})");
                        let kept = format!(",typeof {s}===\"string\"?{added}:{s}+={piece}{close}");
                        put(order, whole.end, whole.end, kept);
                    } else {
                        put(order, name.start, name.end, format!("{open}{tail}"));
                        put(order, whole.end, whole.end, format!(",{settle}{close}"));
                    }
                }
                Use::Chained { whole, names, begins } => {
                    if self.is_mixed {
                        put(order, whole.start, whole.start, format!("{}{join},", lead(begins)));
                        put(order, whole.end, whole.end, ")".to_owned());
                    } else {
                        let (open, close) = if begins { ("", "") } else { ("(", ")") };
                        put(order, names[0].start, names[0].end, format!("{open}{tail}"));
                        put(order, names[1].start, names[1].end, tail.clone());
                        put(order, whole.end, whole.end, format!(",{settle}{close}"));
                    }
                }
            }
        }
    }
}

/// The function around what is looked at.
#[derive(Default)]
struct Around {
    function: u32,
    loops: Vec<Span>,
    /// Statements around that may be passed by.
    depth: u32,
}

struct Finder<'s> {
    code: &'s str,
    scoping: &'s Scoping,
    texts: FxHashMap<SymbolId, Text>,
    /// Variables that were mentioned before they were declared.
    seen: FxHashSet<SymbolId>,
    around: Vec<Around>,
    functions: u32,
    order: u32,
    /// In the head of a loop.
    in_head: bool,
    /// Assignments whose value nobody wants.
    unused: FxHashSet<Span>,
    /// Where the statement around begins, if it is an expression.
    statement: Option<u32>,
}

/// True if an expression gives a text, whatever is in it.
fn is_text(expression: &Expression<'_>) -> bool {
    match expression {
        Expression::StringLiteral(_) | Expression::TemplateLiteral(_) => true,
        Expression::BinaryExpression(binary) => {
            binary.operator == BinaryOperator::Addition && (is_text(&binary.left) || is_text(&binary.right))
        }
        Expression::ConditionalExpression(either) => is_text(&either.consequent) && is_text(&either.alternate),
        Expression::ParenthesizedExpression(inner) => is_text(&inner.expression),
        _ => false,
    }
}

impl Finder<'_> {
    fn here(&mut self) -> &mut Around {
        if self.around.is_empty() {
            self.around.push(Around::default());
        }
        let last = self.around.len() - 1;
        &mut self.around[last]
    }

    fn within_function(&mut self, walk: impl FnOnce(&mut Self)) {
        self.functions += 1;
        self.around.push(Around { function: self.functions, ..Around::default() });
        let (head, statement) = (std::mem::take(&mut self.in_head), self.statement.take());
        walk(self);
        (self.in_head, self.statement) = (head, statement);
        self.around.pop();
    }

    fn within_loop(&mut self, span: Span, walk: impl FnOnce(&mut Self)) {
        self.here().loops.push(span);
        self.deeper(walk);
        self.here().loops.pop();
    }

    fn deeper(&mut self, walk: impl FnOnce(&mut Self)) {
        self.here().depth += 1;
        walk(self);
        self.here().depth -= 1;
    }

    fn symbol(&self, name: &IdentifierReference<'_>) -> Option<SymbolId> {
        let reference = name.reference_id.get()?;
        self.scoping.get_reference(reference).symbol_id()
    }

    /// The variable of a name. One that an inner function mentions, or that is mentioned before its first value, is given up.
    fn text(&mut self, name: &IdentifierReference<'_>) -> Option<SymbolId> {
        let symbol = self.symbol(name)?;
        let function = self.here().function;
        let Some(text) = self.texts.get_mut(&symbol) else {
            self.seen.insert(symbol);
            return None;
        };
        text.mentions += 1;
        if text.function != function {
            text.is_safe = false;
        }
        Some(symbol)
    }

    fn record(&mut self, symbol: SymbolId, what: Use) {
        self.order += 1;
        let order = self.order;
        if let Some(text) = self.texts.get_mut(&symbol) {
            text.uses.push((order, what));
        }
    }

    fn give_up(&mut self, name: &IdentifierReference<'_>) {
        if let Some(symbol) = self.symbol(name) {
            match self.texts.get_mut(&symbol) {
                Some(text) => text.is_safe = false,
                None => drop(self.seen.insert(symbol)),
            }
        }
    }

    fn mentions(&self, symbol: SymbolId) -> u32 {
        self.texts.get(&symbol).map_or(0, |text| text.mentions)
    }

    fn mix(&mut self, symbol: SymbolId) {
        if let Some(text) = self.texts.get_mut(&symbol) {
            text.is_mixed = true;
        }
    }

    /// It grows here.
    fn grow(&mut self, symbol: SymbolId) {
        let loops = std::mem::take(&mut self.here().loops);
        if let Some(text) = self.texts.get_mut(&symbol) {
            text.grows |= loops.iter().any(|around| text.declared.start < around.start);
        }
        self.here().loops = loops;
    }

    /// Notes the assignments in an expression whose value nobody wants.
    fn drop_value(&mut self, expression: &Expression<'_>) {
        match expression {
            Expression::AssignmentExpression(assignment) => {
                self.unused.insert(assignment.span);
            }
            Expression::SequenceExpression(list) => list.expressions.iter().for_each(|one| self.drop_value(one)),
            Expression::LogicalExpression(logical) => self.drop_value(&logical.right),
            Expression::ConditionalExpression(either) => {
                self.drop_value(&either.consequent);
                self.drop_value(&either.alternate);
            }
            Expression::ParenthesizedExpression(inner) => self.drop_value(&inner.expression),
            _ => {}
        }
    }

    fn begins(&self, span: Span) -> bool {
        self.statement == Some(span.start)
    }

    /// The parts of `s + x + y` but `s`, which is given, if `symbol` is what it begins with.
    fn chain<'b, 'a>(
        &self,
        symbol: SymbolId,
        expression: &'b Expression<'a>,
        parts: &mut Vec<&'b Expression<'a>>,
    ) -> Option<&'b IdentifierReference<'a>> {
        match expression {
            Expression::BinaryExpression(binary) if binary.operator == BinaryOperator::Addition => {
                parts.push(&binary.right);
                self.chain(symbol, &binary.left, parts)
            }
            Expression::Identifier(name) if !parts.is_empty() && self.symbol(name) == Some(symbol) => Some(name),
            _ => None,
        }
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        self.within_function(|finder| walk::walk_function(finder, function, flags));
    }

    fn visit_arrow_function_expression(&mut self, arrow: &ArrowFunctionExpression<'a>) {
        self.within_function(|finder| walk::walk_arrow_function_expression(finder, arrow));
    }

    fn visit_static_block(&mut self, block: &StaticBlock<'a>) {
        self.within_function(|finder| walk::walk_static_block(finder, block));
    }

    fn visit_property_definition(&mut self, property: &PropertyDefinition<'a>) {
        self.within_function(|finder| walk::walk_property_definition(finder, property));
    }

    fn visit_while_statement(&mut self, it: &WhileStatement<'a>) {
        self.within_loop(it.span, |finder| walk::walk_while_statement(finder, it));
    }

    fn visit_do_while_statement(&mut self, it: &DoWhileStatement<'a>) {
        self.within_loop(it.span, |finder| walk::walk_do_while_statement(finder, it));
    }

    fn visit_for_statement(&mut self, it: &ForStatement<'a>) {
        if let Some(update) = &it.update {
            self.drop_value(update);
        }
        self.within_loop(it.span, |finder| walk::walk_for_statement(finder, it));
    }

    fn visit_for_in_statement(&mut self, it: &ForInStatement<'a>) {
        self.within_loop(it.span, |finder| walk::walk_for_in_statement(finder, it));
    }

    fn visit_for_of_statement(&mut self, it: &ForOfStatement<'a>) {
        self.within_loop(it.span, |finder| walk::walk_for_of_statement(finder, it));
    }

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

    fn visit_block_statement(&mut self, it: &BlockStatement<'a>) {
        self.deeper(|finder| walk::walk_block_statement(finder, it));
    }

    fn visit_if_statement(&mut self, it: &IfStatement<'a>) {
        self.deeper(|finder| walk::walk_if_statement(finder, it));
    }

    fn visit_switch_statement(&mut self, it: &SwitchStatement<'a>) {
        self.deeper(|finder| walk::walk_switch_statement(finder, it));
    }

    fn visit_try_statement(&mut self, it: &TryStatement<'a>) {
        self.deeper(|finder| walk::walk_try_statement(finder, it));
    }

    fn visit_labeled_statement(&mut self, it: &LabeledStatement<'a>) {
        self.deeper(|finder| walk::walk_labeled_statement(finder, it));
    }

    fn visit_with_statement(&mut self, it: &WithStatement<'a>) {
        // Any name in there may be a field.
        self.texts.values_mut().for_each(|text| text.is_safe = false);
        self.deeper(|finder| walk::walk_with_statement(finder, it));
        self.texts.values_mut().for_each(|text| text.is_safe = false);
    }

    fn visit_expression_statement(&mut self, it: &ExpressionStatement<'a>) {
        self.drop_value(&it.expression);
        let before = self.statement.replace(it.span.start);
        walk::walk_expression_statement(self, it);
        self.statement = before;
    }

    fn visit_variable_declaration(&mut self, it: &VariableDeclaration<'a>) {
        let is_var = it.kind == VariableDeclarationKind::Var;
        let kind = is_var || it.kind == VariableDeclarationKind::Let;
        for declarator in &it.declarations {
            walk::walk_variable_declarator(self, declarator);
            let BindingPattern::BindingIdentifier(name) = &declarator.id else { continue };
            let (Some(first), Some(symbol)) = (&declarator.init, name.symbol_id.get()) else { continue };
            let (function, depth) = (self.here().function, self.here().depth);
            let is_first = self.scoping.symbol_redeclarations(symbol).is_empty()
                && !self.texts.contains_key(&symbol)
                && !self.seen.contains(&symbol);
            // The declaration of a `var` that may be passed by, or comes round again, leaves the others without a first value.
            if !kind || self.in_head || !is_first || !is_text(first) || is_var && depth > 0 {
                continue;
            }
            let name = name.name.as_str();
            self.texts.insert(
                symbol,
                Text {
                    name: name.to_owned(),
                    function,
                    declared: declarator.span,
                    uses: Vec::new(),
                    mentions: 0,
                    is_safe: true,
                    is_mixed: false,
                    grows: false,
                },
            );
            self.record(symbol, Use::Declared(declarator.span.end));
        }
    }

    fn visit_assignment_expression(&mut self, it: &AssignmentExpression<'a>) {
        let AssignmentTarget::AssignmentTargetIdentifier(name) = &it.left else {
            walk::walk_assignment_expression(self, it);
            return;
        };
        let Some(symbol) = self.text(name) else {
            walk::walk_assignment_expression(self, it);
            return;
        };
        let begins = self.begins(it.span);
        let is_unused = self.unused.contains(&it.span);
        let before = self.mentions(symbol);
        let between = self.code.get(name.span.end as usize..it.right.span().start as usize).unwrap_or_default();
        if it.operator == AssignmentOperator::Addition {
            self.visit_expression(&it.right);
            let is_apart = self.mentions(symbol) == before;
            // Nothing but the operator between, so that it can be taken apart.
            if is_unused && is_apart && between.starts_with("+=") | between.starts_with(" +=") {
                self.grow(symbol);
                // The blank goes where there is one.
                let name =
                    if between.starts_with(' ') { Span::new(name.span.start, name.span.end + 1) } else { name.span };
                self.record(symbol, Use::Added { whole: it.span, name, begins });
                return;
            }
        } else if it.operator == AssignmentOperator::Assign {
            let mut parts = Vec::new();
            let first = self.chain(symbol, &it.right, &mut parts);
            if let Some(first) = first.filter(|_| is_unused) {
                for part in parts.iter().rev() {
                    self.visit_expression(part);
                }
                if self.mentions(symbol) == before {
                    self.grow(symbol);
                    let names = [name.span, first.span];
                    self.record(symbol, Use::Chained { whole: it.span, names, begins });
                    return;
                }
                // The first name is put together with the whole.
            } else {
                self.visit_expression(&it.right);
                if first.is_none() && !is_text(&it.right) {
                    self.mix(symbol);
                }
            }
        } else {
            self.visit_expression(&it.right);
            self.mix(symbol);
        }
        self.record(symbol, Use::Set(it.span, begins));
    }

    fn visit_update_expression(&mut self, it: &UpdateExpression<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = &it.argument
            && let Some(symbol) = self.text(name)
        {
            self.mix(symbol);
            let begins = self.begins(it.span);
            self.record(symbol, Use::Set(it.span, begins));
            return;
        }
        walk::walk_update_expression(self, it);
    }

    fn visit_simple_assignment_target(&mut self, it: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::AssignmentTargetIdentifier(name) = it {
            self.give_up(name);
        }
        walk::walk_simple_assignment_target(self, it);
    }

    fn visit_assignment_target_property_identifier(&mut self, it: &AssignmentTargetPropertyIdentifier<'a>) {
        self.give_up(&it.binding);
        walk::walk_assignment_target_property_identifier(self, it);
    }

    fn visit_unary_expression(&mut self, it: &UnaryExpression<'a>) {
        if it.operator == UnaryOperator::Delete
            && let Expression::Identifier(name) = it.argument.get_inner_expression()
        {
            self.give_up(name);
        }
        walk::walk_unary_expression(self, it);
    }

    fn visit_object_property(&mut self, it: &ObjectProperty<'a>) {
        if it.shorthand
            && let Expression::Identifier(name) = &it.value
            && let Some(symbol) = self.text(name)
        {
            self.record(symbol, Use::Field(it.span));
            return;
        }
        walk::walk_object_property(self, it);
    }

    fn visit_identifier_reference(&mut self, name: &IdentifierReference<'a>) {
        if let Some(symbol) = self.text(name) {
            let begins = self.begins(name.span);
            self.record(symbol, Use::Read(name.span, begins));
        }
    }
}

#[cfg(test)]
mod tests;
