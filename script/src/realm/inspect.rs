//! What a script file says, without running it: mistakes in its syntax, the `wx` APIs that it names, and what no
//! mini-program may do.

use super::modules::check_nesting;
use oxc_allocator::Allocator;
use oxc_ast::ast::{Argument, CallExpression, Expression, NewExpression, StaticMemberExpression};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_semantic::{Scoping, SemanticBuilder};
use oxc_span::{GetSpan, SourceType};
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use std::sync::Arc;

/// Mistakes that are told of one file.
const MAX_FAULTS: usize = 20;

/// A use of `wx.name`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ApiUse {
    /// The name.
    pub name: String,
    /// Where it stands.
    pub position: Position,
}

/// Code of a finding about text that would be run as code. It fails where it runs; programs that try and go on without
/// are many, so it is a warning.
pub const FORBIDDEN: &str = "forbidden-code";

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// Mistakes in its syntax, and what is forbidden ([`FORBIDDEN`]).
    pub diagnostics: Vec<Diagnostic>,
    /// The APIs that it names, in order, each use.
    pub apis: Vec<ApiUse>,
}

/// Reads a script file (`.js` or `.ts`). It recurses as deep as the source is nested, so it is to be called with a
/// stack of [`LOGIC_STACK_BYTES`](super::LOGIC_STACK_BYTES).
pub fn inspect(path: &str, text: &str) -> Inspection {
    let file: Arc<str> = Arc::from(path);
    let mut inspection = Inspection::default();
    if let Err(fault) = check_nesting(text) {
        let position = Position { line: fault.line.max(1), column: fault.column.max(1) };
        let mut finding = Diagnostic::new(Severity::Error, "script-nesting", file, position, fault.message);
        finding.show_line(text);
        inspection.diagnostics.push(finding);
        return inspection;
    }
    let kinds: &[SourceType] =
        if path.ends_with(".ts") { &[SourceType::ts()] } else { &[SourceType::cjs(), SourceType::mjs()] };
    let mut first: Vec<Diagnostic> = Vec::new();
    for kind in kinds {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, text, *kind).parse();
        if parsed.diagnostics.is_empty() {
            // Few files have any of these words; in others nobody asks whose a name is.
            let suspicious = ["eval", "Function", "setTimeout", "setInterval"].iter().any(|word| text.contains(word));
            let scoping = suspicious.then(|| {
                let built = SemanticBuilder::new().with_build_nodes(false).build(&parsed.program);
                built.semantic.into_scoping()
            });
            let mut uses = Uses { text, file: &file, scoping, apis: Vec::new(), forbidden: Vec::new() };
            uses.visit_program(&parsed.program);
            inspection.apis = uses.apis;
            inspection.diagnostics = uses.forbidden;
            return inspection;
        }
        let faults = parsed.diagnostics.iter().take(MAX_FAULTS).map(|fault| {
            let offset = fault.labels.first().map_or(0, |label| label.offset() as usize);
            Diagnostic::at(Severity::Error, "script-syntax", &file, text, offset, fault.message.to_string())
        });
        let faults: Vec<Diagnostic> = faults.collect();
        // The reading that gets furthest is the one that was meant.
        let reach = |list: &[Diagnostic]| list.first().map(|d| d.position);
        if first.is_empty() || reach(&faults) > reach(&first) {
            first = faults;
        }
    }
    inspection.diagnostics = first;
    inspection
}

struct Uses<'t> {
    text: &'t str,
    file: &'t Arc<str>,
    /// Whose names are, where that is of interest.
    scoping: Option<Scoping>,
    apis: Vec<ApiUse>,
    forbidden: Vec<Diagnostic>,
}

impl Uses<'_> {
    /// The name of a global, if the expression is one.
    fn global<'e>(&self, expression: &'e Expression<'_>) -> Option<&'e str> {
        let Expression::Identifier(identifier) = expression.get_inner_expression() else { return None };
        let reference = self.scoping.as_ref()?.get_reference(identifier.reference_id.get()?);
        reference.symbol_id().is_none().then(|| identifier.name.as_str())
    }

    fn called(&mut self, callee: &Expression<'_>, arguments: &[Argument<'_>]) {
        let message = match (self.global(callee), arguments) {
            (Some("Function"), [only]) if is_return_this(only) => return,
            (Some(name @ ("eval" | "Function")), [_, ..]) => {
                format!("`{name}` fails: text is not run as code")
            }
            (Some(name @ ("setTimeout" | "setInterval")), [first, ..]) if is_text(first) => {
                format!("`{name}` fails: it needs a function, text is not run as code")
            }
            _ => return,
        };
        if self.forbidden.len() < MAX_FAULTS {
            let at = callee.span().start as usize;
            self.forbidden.push(Diagnostic::at(Severity::Warning, FORBIDDEN, self.file, self.text, at, message));
        }
    }
}

/// The one form that old libraries find the global object with.
fn is_return_this(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::StringLiteral(text) if text.value.trim().trim_end_matches(';').trim_end() == "return this")
}

fn is_text(argument: &Argument<'_>) -> bool {
    matches!(argument, Argument::StringLiteral(_) | Argument::TemplateLiteral(_))
}

impl<'a> Visit<'a> for Uses<'_> {
    fn visit_static_member_expression(&mut self, member: &StaticMemberExpression<'a>) {
        if let Expression::Identifier(object) = &member.object
            && object.name == "wx"
        {
            let position = Position::of_offset(self.text, member.property.span.start as usize);
            self.apis.push(ApiUse { name: member.property.name.to_string(), position });
        }
        walk::walk_static_member_expression(self, member);
    }

    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        self.called(&call.callee, &call.arguments);
        walk::walk_call_expression(self, call);
    }

    fn visit_new_expression(&mut self, made: &NewExpression<'a>) {
        self.called(&made.callee, &made.arguments);
        walk::walk_new_expression(self, made);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn apis_are_found_in_scripts_modules_and_typescript() {
        let names = |path: &str, text: &str| inspect(path, text).apis.into_iter().map(|a| a.name).collect::<Vec<_>>();
        assert_eq!(
            names("a.js", "if (x) return; wx.request({ success() { wx.hideLoading() } })"),
            ["request", "hideLoading"]
        );
        assert_eq!(
            names("a.js", "import a from './a'; export default () => wx.getStorageSync('k')"),
            ["getStorageSync"]
        );
        assert_eq!(names("a.ts", "const f = (x: number): void => { wx.nextTick(() => x as any) }"), ["nextTick"]);
    }

    #[test]
    fn a_mistake_has_its_place() {
        let inspection = inspect("pages/a.js", "Page({\n  data: {\n    a: ,\n  }\n})");
        assert_eq!((inspection.diagnostics[0].position.line, inspection.diagnostics[0].position.column), (3, 8));
        assert!(inspect("a.js", &"[".repeat(200_000)).diagnostics[0].code == "script-nesting");
    }

    #[test]
    fn text_that_would_be_run_is_found_where_it_stands() {
        let said = |text: &str| {
            inspect("a.js", text).diagnostics.iter().map(|d| (d.code, d.position.column)).collect::<Vec<_>>()
        };
        assert_eq!(said("eval('1'); new Function('a', 'return a')"), [(FORBIDDEN, 1), (FORBIDDEN, 16)]);
        assert_eq!(said("setTimeout('go()', 5); setInterval(`x`, 1)"), [(FORBIDDEN, 1), (FORBIDDEN, 24)]);
        assert_eq!(said("try { Function('r', 'x = r')(1) } catch {}"), [(FORBIDDEN, 7)]);
        // Names of their own, the tolerated form, and functions are fine.
        let fine = "function eval(x) {} eval('1'); var g = Function('return this;')(); setTimeout(() => {}, 1); a.eval('1'); \
                    function f(Function) { return new Function('x') } x instanceof Function";
        assert_eq!(said(fine), []);
    }
}
