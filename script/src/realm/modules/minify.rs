//! A file made small for good, when a program is compiled: without comments, blanks and names that nobody sees, constants
//! folded, dead code gone. The engine then reads a fraction of the text.
//!
//! What a program can see stays: names of functions and classes, fields, the order of what it does.

use super::LineMap;
use super::module_syntax::{Edit, apply};
use super::position::Place as Token;
use oxc_allocator::Allocator;
use oxc_ast::ast::{Argument, CallExpression, Expression};
use oxc_ast_visit::{Visit, walk};
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_minifier::{
    CompressOptions, CompressOptionsKeepNames, MangleOptions, MangleOptionsKeepNames, Minifier, MinifierOptions,
};
use oxc_parser::Parser;
use oxc_span::SourceType;
use std::path::PathBuf;

/// A text made small.
pub(super) struct Small {
    pub(super) code: String,
    /// Where it came from.
    pub(super) tokens: Vec<Token>,
    /// What it requires by names that stand there.
    pub(super) requires: Vec<String>,
}

/// The calls of `require` and `require.async`.
#[derive(Default)]
struct Requires(Vec<String>);

impl<'a> Visit<'a> for Requires {
    fn visit_call_expression(&mut self, call: &CallExpression<'a>) {
        let callee = match &call.callee {
            Expression::StaticMemberExpression(member) => &member.object,
            other => other,
        };
        if let Expression::Identifier(name) = callee
            && name.name == "require"
            && let Some(Argument::StringLiteral(id)) = call.arguments.first()
        {
            self.0.push(id.value.to_string());
        }
        walk::walk_call_expression(self, call);
    }
}

/// The text made small; `None` for one that does not parse.
pub(super) fn minify(code: &str) -> Option<Small> {
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, code, SourceType::cjs()).parse();
    if !parsed.diagnostics.is_empty() {
        return None;
    }
    let mut program = parsed.program;
    let mut requires = Requires::default();
    requires.visit_program(&program);
    let options = MinifierOptions {
        mangle: Some(MangleOptions { keep_names: MangleOptionsKeepNames::all_true(), ..MangleOptions::default() }),
        mangle_properties: None,
        compress: Some(CompressOptions {
            keep_names: CompressOptionsKeepNames::all_true(),
            // Boa's time for what stands between commas grows with its square, and the nesting guard counts it.
            sequences: false,
            ..CompressOptions::smallest()
        }),
    };
    let made = Minifier::new(options).minify(&allocator, &mut program);
    let options = CodegenOptions { source_map_path: Some(PathBuf::from("module.js")), ..CodegenOptions::minify() };
    let printed = Codegen::new()
        .with_options(options)
        .with_scoping(made.scoping)
        .with_private_member_mappings(made.class_private_mappings)
        .build(&program);
    let tokens = printed.map.iter().flat_map(|map| map.get_tokens()).map(|token| {
        (token.get_dst_line() + 1, token.get_dst_col() + 1, token.get_src_line() + 1, token.get_src_col() + 1)
    });
    let tokens = tokens.collect();
    Some(Small { code: printed.code, tokens, requires: requires.0 })
}

/// The text with changes, and where it came from then.
pub(super) fn change(code: &str, mut edits: Vec<Edit>, tokens: &mut [Token]) -> String {
    let units = |text: &str| text.encode_utf16().count() as i64;
    // Line, column, and by how much what follows on the line moves.
    let mut moves: Vec<(u32, u32, i64)> = Vec::with_capacity(edits.len());
    edits.sort_by_key(|edit| (edit.start, edit.end));
    // The file is walked over once: the code may be one long line.
    let (mut at, mut line, mut column) = (0, 1, 1);
    for edit in &edits {
        let between = code.get(at..edit.start as usize).unwrap_or_default();
        at = at.max(edit.start as usize);
        match between.rfind('\n') {
            Some(newline) => {
                line += between.matches('\n').count() as u32;
                column = units(&between[newline + 1..]) as u32 + 1;
            }
            None => column += units(between) as u32,
        }
        let replaced = code.get(edit.start as usize..edit.end as usize).unwrap_or_default();
        // What is inserted before a token moves it, what takes its place does not.
        let column = if edit.start == edit.end { column } else { column + 1 };
        moves.push((line, column, units(&edit.text) - units(replaced)));
    }
    moves.sort_unstable();
    tokens.sort_unstable();
    let (mut at, mut line, mut moved) = (0, 0, 0);
    for token in tokens {
        if token.0 != line {
            (line, moved) = (token.0, 0);
        }
        while let Some(next) = moves.get(at).filter(|next| (next.0, next.1) <= (token.0, token.1)) {
            if next.0 == line {
                moved += next.2;
            }
            at += 1;
        }
        token.1 = u32::try_from(i64::from(token.1) + moved).unwrap_or(1);
    }
    apply(code, edits)
}

/// Tokens whose places in the file were places in a text that was made of it.
pub(super) fn through(tokens: &mut [Token], map: &LineMap) {
    for token in tokens {
        (token.2, token.3) = map.original(token.2, token.3);
    }
}
