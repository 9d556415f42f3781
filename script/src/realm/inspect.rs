//! What a script file says, without running it: mistakes in its syntax and the `wx` APIs that it names.

use super::modules::check_nesting;
use oxc_allocator::Allocator;
use oxc_ast::ast::{Expression, StaticMemberExpression};
use oxc_ast_visit::{Visit, walk};
use oxc_parser::Parser;
use oxc_span::SourceType;
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

/// What a file says.
#[derive(Clone, Debug, Default)]
pub struct Inspection {
    /// Mistakes in its syntax.
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
            let mut uses = Uses { text, apis: Vec::new() };
            uses.visit_program(&parsed.program);
            inspection.apis = uses.apis;
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
    apis: Vec<ApiUse>,
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
}
