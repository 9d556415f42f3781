//! What Boa 0.22 does wrong or slowly, written so that it does it right (`docs/boa`). The text is parsed once for all of that.
//!
//! Each module says what to change, and whether a text is worth a look at its syntax. Lines stay where they are, columns too
//! but for what follows a change on the same line.
//!
//! | module | what |
//! | --- | --- |
//! | `array_length` | setting `length` |
//! | `lexical_this` | `this` in nested arrow functions |
//! | `operands` | left operands that the right one changes |
//! | `logical` | logical assignment |
//! | `parameters` | variables that repeat a parameter |
//! | `object_rest` | nested patterns beside `...rest` |
//! | `appends` | texts that grow in loops |
//! | `templates` | templates that put nothing in |

mod appends;
mod array_length;
mod lexical_this;
mod logical;
mod object_rest;
mod operands;
mod parameters;
mod templates;

use super::module_syntax::{Edit, apply};
use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::Parser;
use oxc_span::SourceType;

/// What to change of a text, in order. Nothing of one that does not parse: it is left for the engine to refuse.
pub(super) fn edits(code: &str) -> Vec<Edit> {
    type Pass = fn(&Program<'_>, &str) -> Vec<Edit>;
    // Of changes at one place those of the first stand first.
    let passes: [(bool, Pass); 8] = [
        (appends::may_append(code), appends::edits),
        (logical::may_assign(code), logical::edits),
        (operands::may_be_late(code), |program, _| operands::edits(program)),
        (array_length::may_set(code), |program, _| array_length::edits(program)),
        (parameters::may_repeat(code), |program, _| parameters::edits(program)),
        (object_rest::may_nest(code), object_rest::edits),
        (lexical_this::may_lose(code), |program, _| lexical_this::edits(program)),
        (templates::may_quote(code), templates::edits),
    ];
    if passes.iter().all(|(wanted, _)| !wanted) {
        return Vec::new();
    }
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::cjs()).parse();
    if !parsed.diagnostics.is_empty() {
        return Vec::new();
    }
    let wanted = passes.into_iter().filter(|(wanted, _)| *wanted);
    let mut edits: Vec<Edit> = wanted.flat_map(|(_, pass)| pass(&parsed.program, code)).collect();
    edits.sort_by_key(|edit| (edit.start, edit.end));
    edits
}

/// The text as Boa gets it.
pub(super) fn for_boa(code: String) -> String {
    let edits = edits(&code);
    if edits.is_empty() { code } else { apply(&code, edits) }
}

/// A text with what one of them changes.
#[cfg(test)]
fn rewritten(code: &str, edits: impl Fn(&Program<'_>) -> Vec<Edit>) -> String {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::cjs()).parse();
    if parsed.diagnostics.is_empty() { apply(code, edits(&parsed.program)) } else { code.to_owned() }
}
