//! ES module syntax rewritten to CommonJS by editing the text, so that every line stays where it is.
//!
//! * An import becomes a `require` in the same place, imports further down move up to the first ones (they are
//!   evaluated before the body). A use of an imported name becomes a member read, so it is live and circular
//!   imports work.
//! * Exports are getters on `exports`, set up before anything runs, so functions are there for circular imports.
//! * `__esModule` marks the result; a default import of a module without it is the whole of its exports.
//!   `module.exports = …` in a module with exports replaces them all, as bundlers do it.
//! * `import(x)` gives a promise through `require.async`.

use super::typescript::fault_at;
use super::{HELPERS, SyntaxFault};
use oxc_allocator::Allocator;
use oxc_ast::ast::{
    AssignmentTargetPropertyIdentifier, BindingIdentifier, BindingProperty, CallExpression, Class, Declaration,
    ExportDefaultDeclaration, ExportDefaultDeclarationKind, Expression, Function, IdentifierReference,
    ImportDeclaration, ImportDeclarationSpecifier, ImportExpression, ImportMeta, ObjectProperty, Program, Statement,
    TaggedTemplateExpression,
};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_semantic::{Scoping, SemanticBuilder, SymbolId};
use oxc_span::{GetSpan, SourceType, Span};
use rustc_hash::{FxHashMap, FxHashSet};
use std::fmt::Write;

/// Text to put in place of a span.
pub(super) struct Edit {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) text: String,
}

pub(super) fn apply(text: &str, mut edits: Vec<Edit>) -> String {
    edits.sort_by_key(|edit| (edit.start, edit.end));
    let mut out = String::with_capacity(text.len() + 256);
    let mut at = 0;
    for edit in edits {
        let (start, end) = (edit.start as usize, edit.end as usize);
        if start < at {
            continue;
        }
        out.push_str(text.get(at..start).unwrap_or_default());
        out.push_str(&edit.text);
        at = end;
    }
    out.push_str(text.get(at..).unwrap_or_default());
    out
}

/// A name that the text does not contain.
fn fresh_name(text: &str, base: &str) -> String {
    let mut name = base.to_owned();
    while text.contains(&name) {
        name.push('_');
    }
    name
}

pub(super) fn quoted(text: &str) -> String {
    serde_json::to_string(text).unwrap_or_default()
}

/// The text with module syntax rewritten; unchanged if it has none.
///
/// # Errors
/// The first mistake in its syntax.
pub(super) fn rewrite(text: &str) -> Result<String, SyntaxFault> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::mjs()).parse();
    if let Some(first) = parsed.diagnostics.first() {
        return Err(fault_at(text, &first.message, first.labels.first().map(|label| label.offset())));
    }
    if !parsed.module_record.has_module_syntax && parsed.module_record.dynamic_imports.is_empty() {
        return Ok(text.to_owned());
    }
    let program = parsed.program;
    let semantic = SemanticBuilder::new().with_build_nodes(false).build(&program).semantic;
    let mut module = Module {
        text,
        base: fresh_name(text, "__pm"),
        edits: Vec::new(),
        imports: FxHashMap::default(),
        names: FxHashMap::default(),
        exports: Vec::new(),
        requires: 0,
        late: String::new(),
        leading_end: None,
        stars: String::new(),
    };
    module.statements(&program);
    let mut uses = Uses { module: &mut module, scoping: semantic.scoping(), starts: FxHashSet::default() };
    uses.visit_program(&program);
    Ok(module.finish(parsed.module_record.has_module_syntax))
}

struct Module<'t> {
    text: &'t str,
    /// What the names that are made here begin with.
    base: String,
    edits: Vec<Edit>,
    /// What a use of an imported name becomes.
    imports: FxHashMap<SymbolId, String>,
    /// The same by name, for exports of imported names.
    names: FxHashMap<String, String>,
    /// Exported names and the expressions behind them.
    exports: Vec<(String, String)>,
    requires: usize,
    /// Requires of imports that come after other statements.
    late: String,
    /// Where the first run of imports ends.
    leading_end: Option<u32>,
    stars: String,
}

impl Module<'_> {
    fn edit(&mut self, start: u32, end: u32, text: impl Into<String>) {
        self.edits.push(Edit { start, end, text: text.into() });
    }

    /// Replaces a span and keeps its line breaks.
    fn replace(&mut self, span: Span, code: &str) {
        let old = self.text.get(span.start as usize..span.end as usize).unwrap_or_default();
        let lines = "\n".repeat(old.matches('\n').count());
        self.edit(span.start, span.end, format!("{code}{lines}"));
    }

    fn statements(&mut self, program: &Program<'_>) {
        let mut leading = true;
        for statement in &program.body {
            let required = match statement {
                Statement::ImportDeclaration(import) => Some(self.import(import)),
                Statement::ExportFromDeclaration(export) => {
                    let (name, mut code) = self.require(&export.source.value);
                    let mut interop = false;
                    for specifier in &export.specifiers {
                        let local = specifier.local.name();
                        let expression = if local == "default" {
                            interop = true;
                            format!("{name}d.default")
                        } else {
                            member(&name, &local)
                        };
                        self.exports.push((specifier.exported.name().to_string(), expression));
                    }
                    if interop {
                        let _ = write!(code, "const {name}d={HELPERS}.d({name});");
                    }
                    Some(code)
                }
                Statement::ExportAllDeclaration(export) => {
                    let (name, mut code) = self.require(&export.source.value);
                    match &export.exported {
                        Some(exported) => {
                            let _ = write!(code, "const {name}n={HELPERS}.n({name});");
                            self.exports.push((exported.name().to_string(), format!("{name}n")));
                        }
                        None => {
                            let _ = write!(code, "{HELPERS}.s(exports,{name});");
                        }
                    }
                    Some(code)
                }
                _ => None,
            };
            match required {
                Some(code) if leading => {
                    self.replace(statement.span(), &code);
                    self.leading_end = Some(statement.span().end);
                }
                Some(code) => {
                    self.replace(statement.span(), ";");
                    self.late.push_str(&code);
                }
                None => {
                    leading = false;
                    self.local_exports(statement);
                }
            }
        }
    }

    /// The name of a required module and the code that requires it.
    fn require(&mut self, source: &str) -> (String, String) {
        let name = format!("{}{}", self.base, self.requires);
        self.requires += 1;
        let code = format!("const {name}=require({});", quoted(source));
        (name, code)
    }

    fn import(&mut self, import: &ImportDeclaration<'_>) -> String {
        let Some(specifiers) = &import.specifiers else {
            return format!("require({});", quoted(&import.source.value));
        };
        let (name, mut code) = self.require(&import.source.value);
        let mut interop = false;
        for specifier in specifiers {
            let (local, expression) = match specifier {
                ImportDeclarationSpecifier::ImportSpecifier(specifier) => {
                    let imported = specifier.imported.name();
                    let expression = if imported == "default" {
                        interop = true;
                        format!("{name}d.default")
                    } else {
                        member(&name, &imported)
                    };
                    (&specifier.local, expression)
                }
                ImportDeclarationSpecifier::ImportDefaultSpecifier(specifier) => {
                    interop = true;
                    (&specifier.local, format!("{name}d.default"))
                }
                ImportDeclarationSpecifier::ImportNamespaceSpecifier(specifier) => {
                    // A namespace is one object for good: it can be an ordinary constant.
                    let _ = write!(code, "const {}={HELPERS}.n({name});", specifier.local.name);
                    continue;
                }
            };
            if let Some(symbol) = local.symbol_id.get() {
                self.imports.insert(symbol, expression.clone());
            }
            self.names.insert(local.name.to_string(), expression);
        }
        if interop {
            let _ = write!(code, "const {name}d={HELPERS}.d({name});");
        }
        code
    }

    fn local_exports(&mut self, statement: &Statement<'_>) {
        match statement {
            Statement::ExportDeclaration(export) => {
                let start = export.declaration.span().start;
                self.replace(Span::new(export.span.start, start), "");
                let mut export_name = |name: &str| self.exports.push((name.to_owned(), name.to_owned()));
                match &export.declaration {
                    Declaration::VariableDeclaration(variables) => {
                        for declarator in &variables.declarations {
                            for identifier in declarator.id.get_binding_identifiers() {
                                export_name(&identifier.name);
                            }
                        }
                    }
                    Declaration::FunctionDeclaration(function) => {
                        function.id.iter().for_each(|id| export_name(&id.name));
                    }
                    Declaration::ClassDeclaration(class) => class.id.iter().for_each(|id| export_name(&id.name)),
                    _ => {}
                }
            }
            Statement::ExportNamedDeclaration(export) => {
                for specifier in &export.specifiers {
                    let local = specifier.local.name();
                    let expression = self.names.get(local.as_str()).cloned().unwrap_or_else(|| local.to_string());
                    self.exports.push((specifier.exported.name().to_string(), expression));
                }
                self.replace(export.span, ";");
            }
            Statement::ExportDefaultDeclaration(export) => self.default_export(export),
            Statement::TSExportAssignment(export) => {
                let start = export.expression.span().start;
                self.replace(Span::new(export.span.start, start), "module.exports=");
            }
            _ => {}
        }
    }

    fn default_export(&mut self, export: &ExportDefaultDeclaration<'_>) {
        let start = export.declaration.span().start;
        let head = Span::new(export.span.start, start);
        let own = format!("{}default", self.base);
        let expression = match &export.declaration {
            ExportDefaultDeclarationKind::FunctionDeclaration(function) => {
                self.replace(head, "");
                self.named(function_name(function), function.params.span.start, &own)
            }
            ExportDefaultDeclarationKind::ClassDeclaration(class) => {
                self.replace(head, "");
                self.named(class_name(class), class.span.start + "class".len() as u32, &own)
            }
            _ => {
                // `var`, so that a circular import finds `undefined` rather than an error.
                self.replace(head, &format!("var {own}="));
                own
            }
        };
        self.exports.push(("default".to_owned(), expression));
    }

    /// The name of a declaration, given to it at `place` if it has none.
    fn named(&mut self, name: Option<String>, place: u32, own: &str) -> String {
        name.unwrap_or_else(|| {
            self.edit(place, place, format!(" {own}"));
            own.to_owned()
        })
    }

    fn finish(mut self, module: bool) -> String {
        if !module {
            return apply(self.text, self.edits);
        }
        let mut head = format!("\"use strict\";{HELPERS}.e(exports,{{");
        for (name, expression) in &self.exports {
            let _ = write!(head, "{}:()=>{expression},", quoted(name));
        }
        head.push_str("});");
        let late = std::mem::take(&mut self.late) + &self.stars;
        match self.leading_end {
            Some(end) => self.edit(end, end, late),
            None => head.push_str(&late),
        }
        head + &apply(self.text, self.edits)
    }
}

fn function_name(function: &Function<'_>) -> Option<String> {
    function.id.as_ref().map(|id| id.name.to_string())
}

fn class_name(class: &Class<'_>) -> Option<String> {
    class.id.as_ref().map(|id| id.name.to_string())
}

fn member(object: &str, name: &str) -> String {
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '$');
    if plain && !name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("{object}.{name}")
    } else {
        format!("{object}[{}]", quoted(name))
    }
}

/// Edits the uses of imported names.
struct Uses<'m, 't, 's> {
    module: &'m mut Module<'t>,
    scoping: &'s Scoping,
    /// Where expressions begin that are statements of a list: a bracket there must not join the line before.
    starts: FxHashSet<u32>,
}

impl Uses<'_, '_, '_> {
    /// What a use of an imported name becomes.
    fn imported(&self, identifier: &IdentifierReference<'_>) -> Option<String> {
        let reference = self.scoping.get_reference(identifier.reference_id.get()?);
        self.module.imports.get(&reference.symbol_id()?).cloned()
    }

    /// A function that is called or tagged: without `(0, …)` it would get the module as `this`.
    fn callee(&mut self, callee: &Expression<'_>) -> bool {
        let Expression::Identifier(identifier) = callee else { return false };
        let Some(expression) = self.imported(identifier) else { return false };
        let end = if self.starts.contains(&identifier.span.start) { ";" } else { "" };
        self.module.edit(identifier.span.start, identifier.span.end, format!("{end}(0,{expression})"));
        true
    }
}

impl<'a> Visit<'a> for Uses<'_, '_, '_> {
    fn visit_identifier_reference(&mut self, identifier: &IdentifierReference<'a>) {
        if let Some(expression) = self.imported(identifier) {
            self.module.edit(identifier.span.start, identifier.span.end, expression);
        }
    }

    fn visit_statements(&mut self, statements: &oxc_allocator::Vec<'a, Statement<'a>>) {
        for statement in statements {
            if let Statement::ExpressionStatement(statement) = statement {
                self.starts.insert(statement.span.start);
            }
            self.visit_statement(statement);
        }
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        if self.callee(&call.callee) {
            self.visit_arguments(&call.arguments);
        } else {
            walk::walk_call_expression(self, call);
        }
    }

    fn visit_tagged_template_expression(&mut self, template: &TaggedTemplateExpression<'a>) {
        if self.callee(&template.tag) {
            self.visit_template_literal(&template.quasi);
        } else {
            walk::walk_tagged_template_expression(self, template);
        }
    }

    fn visit_object_property(&mut self, property: &ObjectProperty<'a>) {
        if property.shorthand
            && let Expression::Identifier(identifier) = &property.value
            && let Some(expression) = self.imported(identifier)
        {
            self.module.edit(property.span.end, property.span.end, format!(":{expression}"));
        } else {
            walk::walk_object_property(self, property);
        }
    }

    fn visit_export_named_declaration(&mut self, _: &oxc_ast::ast::ExportNamedDeclaration<'a>) {
        // The statement is gone.
    }

    fn visit_import_expression(&mut self, import: &ImportExpression<'a>) {
        let source = import.source.span();
        self.module.edit(import.span.start, source.start, format!("{HELPERS}.i(require,"));
        self.visit_expression(&import.source);
        self.module.edit(source.end, import.span.end, ")");
    }

    fn visit_import_meta(&mut self, meta: &ImportMeta) {
        self.module.edit(meta.span.start, meta.span.end, "({})");
    }
}

/// Gives another name to variables that the engine takes for a keyword (`using`).
pub(super) fn rename_keywords(text: &str) -> String {
    if !text.contains("using") {
        return text.to_owned();
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::cjs()).parse();
    if !parsed.diagnostics.is_empty() {
        return text.to_owned();
    }
    let mut renamed = Renamed { name: fresh_name(text, "using_"), edits: Vec::new() };
    renamed.visit_program(&parsed.program);
    apply(text, renamed.edits)
}

struct Renamed {
    name: String,
    edits: Vec<Edit>,
}

impl Renamed {
    fn rename(&mut self, name: &str, span: Span) {
        if name == "using" {
            self.edits.push(Edit { start: span.start, end: span.end, text: self.name.clone() });
        }
    }

    /// `{using}` keeps its key.
    fn shorthand(&mut self, name: Option<&str>, span: Span) {
        if name == Some("using") {
            let end = span.start + "using".len() as u32;
            self.edits.push(Edit { start: span.start, end, text: format!("using:{}", self.name) });
        }
    }
}

impl<'a> Visit<'a> for Renamed {
    fn visit_identifier_reference(&mut self, identifier: &IdentifierReference<'a>) {
        self.rename(&identifier.name, identifier.span);
    }

    fn visit_binding_identifier(&mut self, identifier: &BindingIdentifier<'a>) {
        self.rename(&identifier.name, identifier.span);
    }

    fn visit_object_property(&mut self, property: &ObjectProperty<'a>) {
        if property.shorthand {
            self.shorthand(property.key.name().as_deref(), property.span);
        } else {
            walk::walk_object_property(self, property);
        }
    }

    fn visit_binding_property(&mut self, property: &BindingProperty<'a>) {
        if property.shorthand {
            self.shorthand(property.key.name().as_deref(), property.span);
        } else {
            walk::walk_binding_property(self, property);
        }
    }

    fn visit_assignment_target_property_identifier(&mut self, property: &AssignmentTargetPropertyIdentifier<'a>) {
        self.shorthand(Some(&property.binding.name), property.span);
        property.init.iter().for_each(|init| self.visit_expression(init));
    }
}
