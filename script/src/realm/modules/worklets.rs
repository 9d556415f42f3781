//! Functions with the directive `'worklet'`, which run beside the frames, in a realm that has nothing of theirs.
//!
//! Each is handed to a helper that remembers what it takes from outside: the names that are declared around it, the fields
//! of those of which it reads only fields, those of `this`, and functions that give their values when they are wanted.
//! The text is edited, so that lines stay where they are:
//!
//! * an expression `() => { 'worklet'; … }` becomes `w(() => { … }, …)`,
//! * a method `m() { 'worklet'; … }` becomes a field `m: w(function () { … }, …)`,
//! * a declaration is told of at the head of the function that it stands in, as it is known there already.
//!
//! Methods of classes, accessors, generators and `async` functions are no worklets.

use super::HELPERS;
use super::module_syntax::{Edit, apply, quoted};
use oxc_allocator::Allocator;
use oxc_ast::ast::{
    ArrowFunctionBody, ArrowFunctionExpression, Expression, Function, FunctionBody, IdentifierReference,
    MethodDefinition, ObjectProperty, Program, PropertyKind, StaticMemberExpression, ThisExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_semantic::{ScopeFlags, Scoping, SemanticBuilder};
use oxc_span::{SourceType, Span};
use std::fmt::Write;

/// The directive.
const DIRECTIVE: &str = "worklet";

/// The text with worklets that know what they take from outside. A text that does not parse is left for the engine to
/// refuse.
pub(super) fn mark(path: &str, code: String) -> String {
    if !may_mark(&code) {
        return code;
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, &code, SourceType::cjs()).parse();
    if !parsed.diagnostics.is_empty() {
        return code;
    }
    let semantic = SemanticBuilder::new().with_build_nodes(false).build(&parsed.program).semantic;
    let mut finder = Finder {
        path,
        code: &code,
        scoping: semantic.scoping(),
        around: Vec::new(),
        heads: Vec::new(),
        edits: Vec::new(),
    };
    finder.visit_program(&parsed.program);
    let edits = finder.edits;
    if edits.is_empty() { code } else { apply(&code, edits) }
}

/// False if the text surely has no worklet.
pub(super) fn may_mark(code: &str) -> bool {
    code.contains("'worklet'") || code.contains("\"worklet\"")
}

/// How a function is written.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Form {
    Arrow,
    Expression,
    Method,
    /// It cannot be a worklet.
    Other,
}

/// A function around what is looked at.
struct Around {
    span: Span,
    form: Form,
    worklet: bool,
    /// Names from outside, and of each the fields that are read; none: the thing itself is used.
    names: Vec<(String, Option<Vec<String>>)>,
    fields_of_this: Vec<String>,
}

struct Finder<'s> {
    path: &'s str,
    code: &'s str,
    scoping: &'s Scoping,
    around: Vec<Around>,
    /// Where the bodies around begin.
    heads: Vec<u32>,
    edits: Vec<Edit>,
}

fn is_worklet(body: Option<&FunctionBody<'_>>) -> bool {
    body.is_some_and(|body| body.directives.iter().any(|d| d.expression.value == DIRECTIVE))
}

/// Where the first statement of a body may stand.
fn head(directives: &[oxc_ast::ast::Directive<'_>], start: u32) -> u32 {
    directives.last().map_or(start, |d| d.span.end)
}

impl Finder<'_> {
    fn within(&mut self, span: Span, form: Form, worklet: bool, walk: impl FnOnce(&mut Self)) -> Around {
        self.around.push(Around { span, form, worklet, names: Vec::new(), fields_of_this: Vec::new() });
        walk(self);
        // What was pushed is there.
        self.around.pop().unwrap_or(Around { span, form, worklet, names: Vec::new(), fields_of_this: Vec::new() })
    }

    fn insert(&mut self, at: u32, text: String) {
        self.edits.push(Edit { start: at, end: at, text });
    }

    /// What the helper is told of a worklet.
    fn told(&self, worklet: &Around) -> String {
        let mut names = String::new();
        let mut values = String::new();
        for (name, fields) in &worklet.names {
            let separator = if names.is_empty() { "" } else { ";" };
            let _ = write!(names, "{separator}{name}");
            for field in fields.iter().flatten() {
                let _ = write!(names, ".{field}");
            }
            let _ = write!(values, "{}{name}", if values.is_empty() { "" } else { "," });
        }
        let this = worklet.fields_of_this.join(",");
        let own = if worklet.form == Form::Arrow && !this.is_empty() { "()=>this" } else { "0" };
        let start = worklet.span.start as usize;
        let line = self.code.as_bytes().iter().take(start).filter(|b| **b == b'\n').count() + 1;
        format!(",{},()=>[{values}],{},{own},{line},{})", quoted(&names), quoted(&this), quoted(self.path))
    }

    /// A name is used, as a whole or for a field.
    fn used(&mut self, identifier: &IdentifierReference<'_>, field: Option<&str>) {
        let reference = identifier.reference_id.get().map(|id| self.scoping.get_reference(id));
        // What is declared nowhere is global, and the other realm's own.
        let Some(symbol) = reference.and_then(|r| r.symbol_id()) else { return };
        let declared = self.scoping.symbol_span(symbol);
        let name = identifier.name.as_str();
        for worklet in self.around.iter_mut().filter(|a| a.worklet) {
            if worklet.span.start <= declared.start && declared.end <= worklet.span.end {
                continue;
            }
            let at = worklet.names.iter().position(|(n, _)| n == name);
            match (at.and_then(|at| worklet.names.get_mut(at)), field) {
                (None, field) => worklet.names.push((name.to_owned(), field.map(|f| vec![f.to_owned()]))),
                (Some((_, fields)), None) => *fields = None,
                (Some((_, Some(fields))), Some(field)) if fields.iter().all(|f| f != field) => {
                    fields.push(field.to_owned());
                }
                _ => {}
            }
        }
    }

    /// A field of `this` is read: that of the innermost function that is no arrow function.
    fn used_of_this(&mut self, field: &str) {
        for worklet in self.around.iter_mut().rev() {
            if worklet.worklet && worklet.fields_of_this.iter().all(|f| f != field) {
                worklet.fields_of_this.push(field.to_owned());
            }
            if worklet.form != Form::Arrow {
                break;
            }
        }
    }
}

impl<'a> Visit<'a> for Finder<'_> {
    fn visit_program(&mut self, program: &Program<'a>) {
        let start = program.body.first().map_or(program.span.end, |first| oxc_span::GetSpan::span(first).start);
        self.heads.push(head(&program.directives, start));
        walk::walk_program(self, program);
    }

    fn visit_function_body(&mut self, body: &FunctionBody<'a>) {
        self.heads.push(head(&body.directives, body.span.start + 1));
        walk::walk_function_body(self, body);
        self.heads.pop();
    }

    fn visit_function(&mut self, function: &Function<'a>, flags: ScopeFlags) {
        let plain = !function.r#async && !function.generator;
        let worklet = plain && is_worklet(function.body.as_deref());
        let span = function.span;
        let found = self.within(span, Form::Expression, worklet, |f| walk::walk_function(f, function, flags));
        if !worklet {
            return;
        }
        let told = self.told(&found);
        match &function.id {
            Some(id) if function.is_declaration() => {
                let at = self.heads.last().copied().unwrap_or_default();
                self.insert(at, format!(";{HELPERS}.w({}{told};", id.name));
            }
            _ => {
                self.insert(span.start, format!("{HELPERS}.w("));
                self.insert(span.end, told);
            }
        }
    }

    fn visit_arrow_function_expression(&mut self, arrow: &ArrowFunctionExpression<'a>) {
        let body = match &arrow.body {
            ArrowFunctionBody::FunctionBody(body) => Some(&**body),
            _ => None,
        };
        let worklet = !arrow.r#async && is_worklet(body);
        let walk = |f: &mut Self| walk::walk_arrow_function_expression(f, arrow);
        let found = self.within(arrow.span, Form::Arrow, worklet, walk);
        if worklet {
            self.insert(arrow.span.start, format!("{HELPERS}.w("));
            let told = self.told(&found);
            self.insert(arrow.span.end, told);
        }
    }

    fn visit_object_property(&mut self, property: &ObjectProperty<'a>) {
        let Expression::FunctionExpression(function) = &property.value else {
            return walk::walk_object_property(self, property);
        };
        if !property.method && property.kind == PropertyKind::Init {
            return walk::walk_object_property(self, property);
        }
        self.visit_property_key(&property.key);
        let plain = !function.r#async && !function.generator && property.kind == PropertyKind::Init;
        let worklet = plain && is_worklet(function.body.as_deref());
        let form = if worklet { Form::Method } else { Form::Other };
        let walk = |f: &mut Self| walk::walk_function(f, function, ScopeFlags::Function);
        let found = self.within(function.span, form, worklet, walk);
        if worklet {
            self.insert(function.span.start, format!(":{HELPERS}.w(function"));
            let told = self.told(&found);
            self.insert(function.span.end, told);
        }
    }

    fn visit_method_definition(&mut self, method: &MethodDefinition<'a>) {
        self.visit_property_key(&method.key);
        let function = &method.value;
        let walk = |f: &mut Self| walk::walk_function(f, function, ScopeFlags::Function);
        self.within(function.span, Form::Other, false, walk);
    }

    fn visit_static_member_expression(&mut self, member: &StaticMemberExpression<'a>) {
        match &member.object {
            Expression::Identifier(identifier) => self.used(identifier, Some(member.property.name.as_str())),
            Expression::ThisExpression(_) => self.used_of_this(member.property.name.as_str()),
            _ => walk::walk_static_member_expression(self, member),
        }
    }

    fn visit_identifier_reference(&mut self, identifier: &IdentifierReference<'a>) {
        self.used(identifier, None);
    }

    // `this` alone, as in `f.bind(this)`, would take the whole page along.
    fn visit_this_expression(&mut self, _: &ThisExpression) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marked(code: &str) -> String {
        mark("f.js", code.to_owned()).replace(HELPERS, "H").replace(",\"f.js\"", "")
    }

    #[test]
    fn an_expression_is_told_what_it_takes_from_outside() {
        assert_eq!(
            marked("const o = 1; f(() => { 'worklet'; const x = 2; return o + x + Math.max(g.h, g.i) }); var g"),
            "const o = 1; f(H.w(() => { 'worklet'; const x = 2; return o + x + Math.max(g.h, g.i) },\"o;g.h.i\",()=>[o,g],\"\",0,1)); var g"
        );
        assert_eq!(
            marked("let a;\nx = function () { \"worklet\"; a.b = 1; return a }"),
            "let a;\nx = H.w(function () { \"worklet\"; a.b = 1; return a },\"a\",()=>[a],\"\",0,2)"
        );
    }

    #[test]
    fn a_method_becomes_a_field_and_its_this_is_named() {
        assert_eq!(
            marked("p({ m(e) { 'worklet'; this.o.value += e.x; () => this.q }, get n() { 'worklet'; return 1 } })"),
            "p({ m:H.w(function(e) { 'worklet'; this.o.value += e.x; () => this.q },\"\",()=>[],\"o,q\",0,1), get n() { 'worklet'; return 1 } })"
        );
        assert_eq!(
            marked("p({ m() { f(() => { 'worklet'; return this.o }) } })"),
            "p({ m() { f(H.w(() => { 'worklet'; return this.o },\"\",()=>[],\"o\",()=>this,1)) } })"
        );
    }

    #[test]
    fn a_declaration_is_told_of_where_it_is_known_first() {
        assert_eq!(
            marked("'use strict';\nconst k = 1\ng()\nfunction g() { 'worklet'; return g.k || k }"),
            "'use strict';;H.w(g,\"k\",()=>[k],\"\",0,4);\nconst k = 1\ng()\nfunction g() { 'worklet'; return g.k || k }"
        );
        assert_eq!(
            marked("function o() { function i() { 'worklet' } }"),
            "function o() {;H.w(i,\"\",()=>[],\"\",0,1); function i() { 'worklet' } }"
        );
    }

    #[test]
    fn worklets_inside_of_worklets_are_both_told() {
        assert_eq!(
            marked("let a; f(() => { 'worklet'; let b; return () => { 'worklet'; return a + b } })"),
            "let a; f(H.w(() => { 'worklet'; let b; return H.w(() => { 'worklet'; return a + b },\"a;b\",()=>[a,b],\"\",0,1) },\"a\",()=>[a],\"\",0,1))"
        );
    }

    #[test]
    fn what_is_no_worklet_stays_as_it_is() {
        for code in
            ["x = 'worklet'", "async () => { 'worklet' }", "class A { m() { 'worklet' } }", "f(() => { 'worklet' "]
        {
            assert_eq!(marked(code), code);
        }
    }
}
