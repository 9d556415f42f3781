//! Setting `length`, which the engine does wrong from the second time on.
//!
//! Boa 0.22 remembers where a field was found when `a.length = n` runs, and the next time writes there at once: an array keeps
//! the elements that it should lose, and takes anything for a length (`set_by_name` in `vm/opcode/set/property.rs` asks
//! nobody whether the object has a `length` of its own kind). A field whose name is computed is looked up each time, so
//! `a["length"] = n` is what the engine gets. Lines stay where they are, columns too but for what follows on the same
//! line.

use super::super::module_syntax::Edit;
use oxc_ast::ast::{Program, SimpleAssignmentTarget};
use oxc_ast_visit::{Visit, walk};
use oxc_span::GetSpan;

/// The field.
const FIELD: &str = "length";
/// What the engine gets.
const COMPUTED: &str = "[\"length\"]";

/// What to write instead.
pub(super) fn edits(program: &Program<'_>) -> Vec<Edit> {
    let mut finder = Finder::default();
    finder.visit_program(program);
    finder.edits
}

/// False if the text surely sets no `length`: so it need not be parsed.
pub(super) fn may_set(code: &str) -> bool {
    code.match_indices(FIELD).any(|(at, _)| {
        let before = code[..at].trim_end();
        let Some(object) = before.strip_suffix('.') else { return false };
        is_set_after(code[at + FIELD.len()..].trim_start().as_bytes()) || is_stepped(object)
    })
}

/// True if what follows a field may set it.
fn is_set_after(after: &[u8]) -> bool {
    match after {
        [b'=', next, ..] => !matches!(next, b'=' | b'>'),
        [b'+', b'+', ..] | [b'-', b'-', ..] => true,
        [b'+' | b'-' | b'*' | b'/' | b'%' | b'&' | b'|' | b'^', b'=', ..] => true,
        [b'*', b'*', b'=', ..] | [b'<', b'<', b'=', ..] | [b'>', b'>', b'=' | b'>', ..] => true,
        [b'&', b'&', b'=', ..] | [b'|', b'|', b'=', ..] | [b'?', b'?', b'=', ..] => true,
        // The end of a pattern, a comment, the head of a loop.
        [b']' | b'}' | b',', ..] => true,
        [b'/', b'/' | b'*', ..] | [b'o', b'f', ..] | [b'i', b'n', ..] => true,
        _ => false,
    }
}

/// True if `++` or `--` may stand before an object.
fn is_stepped(object: &str) -> bool {
    let chain =
        object.trim_end_matches(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | '.' | ']' | '[' | ')' | '('));
    let chain = chain.trim_end();
    chain.ends_with("++") || chain.ends_with("--")
}

/// Finds the fields that are set.
#[derive(Default)]
struct Finder {
    edits: Vec<Edit>,
}

impl<'a> Visit<'a> for Finder {
    fn visit_simple_assignment_target(&mut self, target: &SimpleAssignmentTarget<'a>) {
        if let SimpleAssignmentTarget::StaticMemberExpression(member) = target
            && member.property.name == FIELD
            && !member.optional
        {
            let (start, end) = (member.object.span().end, member.span.end);
            self.edits.push(Edit { start, end, text: COMPUTED.to_owned() });
        }
        walk::walk_simple_assignment_target(self, target);
    }
}

#[cfg(test)]
mod tests {
    use super::super::rewritten;
    use super::*;

    fn compute(code: String) -> String {
        rewritten(&code, edits)
    }

    #[test]
    fn what_is_set_is_computed_and_what_is_read_is_not() {
        let same = |code: &str| assert_eq!(compute(code.to_owned()), code);
        let becomes = |code: &str, computed: &str| assert_eq!(compute(code.to_owned()), computed);
        becomes("a.length = 0", "a[\"length\"] = 0");
        becomes("a.b().length=a.length-1;", "a.b()[\"length\"]=a.length-1;");
        becomes("a.length--, ++b . length", "a[\"length\"]--, ++b[\"length\"]");
        becomes(
            "a[0].length += 1; a.length >>>= 1; a.length ??= 2",
            "a[0][\"length\"] += 1; a[\"length\"] >>>= 1; a[\"length\"] ??= 2",
        );
        becomes("[a.length, { x: b.length }] = c", "[a[\"length\"], { x: b[\"length\"] }] = c");
        becomes("for (a.length of b) ;", "for (a[\"length\"] of b) ;");
        becomes("a\n  .length /* none */ = 0", "a[\"length\"] /* none */ = 0");
        same("if (a.length == 0 || a.length >= 2 || a.length <= 1) b = a.length => 1");
        same("x = { length: 1 }; length = 2; x = a.length; f(a.length, b.length); [a.length]");
        same("a?.length; 'a.length = 0'");
        same("a.length = ");
    }

    #[test]
    fn texts_that_only_read_are_not_parsed() {
        assert!(!may_set("for (var i = 0; i < a.length; i++) if (a.length === 2 && a.length > 1) b(a.length)"));
        assert!(!may_set("length = 0; var length = 1"));
        assert!(may_set("a.length=0") && may_set("--a.b[0].length"));
    }
}
