//! TypeScript without its types.
//!
//! The types are removed and what has meaning at run time (enums, namespaces, parameter properties) is written
//! out; imports that only types used are gone. The text is printed anew, with a map of places.

use super::{LineMap, SyntaxFault, line_column};
use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use oxc_transformer::{TransformOptions, Transformer};
use std::path::{Path, PathBuf};

/// JavaScript made from TypeScript.
pub(super) struct Stripped {
    pub(super) code: String,
    pub(super) map: LineMap,
}

/// A complaint about the syntax at a byte offset.
pub(super) fn fault_at(text: &str, message: &str, offset: Option<u32>) -> SyntaxFault {
    let (line, column) = line_column(text, offset.unwrap_or(0) as usize);
    SyntaxFault { line, column, message: message.to_owned() }
}

/// Removes the types.
///
/// # Errors
/// The first mistake in the syntax.
pub(super) fn strip_types(text: &str) -> Result<Stripped, SyntaxFault> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, SourceType::ts()).parse();
    if let Some(first) = parsed.diagnostics.first() {
        return Err(fault_at(text, &first.message, first.labels.first().map(|label| label.offset())));
    }
    let mut program = parsed.program;
    let scoping =
        SemanticBuilder::new().with_excess_capacity(2.0).with_enum_eval(true).build(&program).semantic.into_scoping();
    let path = Path::new("module.ts");
    let transformed =
        Transformer::new(&allocator, path, &TransformOptions::default()).build_with_scoping(scoping, &mut program);
    if let Some(first) = transformed.diagnostics.first() {
        return Err(fault_at(text, &first.message, first.labels.first().map(|label| label.offset())));
    }
    let options = CodegenOptions { source_map_path: Some(PathBuf::from(path)), ..CodegenOptions::default() };
    let printed = Codegen::new().with_options(options).build(&program);
    let tokens = printed.map.iter().flat_map(|map| map.get_tokens()).map(|token| {
        (token.get_dst_line() + 1, token.get_dst_col() + 1, token.get_src_line() + 1, token.get_src_col() + 1)
    });
    let map = LineMap::new(tokens.collect());
    Ok(Stripped { code: printed.code, map })
}
