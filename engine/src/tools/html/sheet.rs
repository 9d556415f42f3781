//! Style sheets in a browser's terms, rule by rule.
//!
//! What the program's reader of sheets takes is written, with each selector of a list as a rule of its own; values are
//! the browser's to judge. Each file becomes a `style` element, so that one that ends in the middle of something ends
//! there.

use super::selector;
use super::{Context, attribute, value};
use cssparser::{Parser, Token};
use pellicle_layout::css::selector::Parsed;
use pellicle_layout::css::sheet::split_commas;
use pellicle_layout::css::{SheetLoader, selector as program};
use pellicle_layout::style::engine::{CascadeSheet, DARK_USER_AGENT_PATH, DARK_USER_AGENT_SHEET, USER_AGENT_SHEET};
use pellicle_layout::style::rules::{Binding, Layer};
use pellicle_script::package::{PackageSheets, read_text};
use std::collections::BTreeSet;
use std::sync::Arc;

/// Blocks and imported files that may stand in each other.
const MAX_DEPTH: u32 = 32;

/// The sheets of a page, in the order of the cascade.
pub(super) struct Sheets<'a> {
    context: &'a Context<'a>,
    /// `style` elements.
    pub(super) out: String,
    /// Some selector asks for the text of `class`.
    pub(super) by_class_attribute: bool,
}

/// The sheet that is being written.
struct File<'a> {
    text: &'a str,
    path: &'a str,
    bindings: &'a [Binding],
    /// Files that were read for the sheet: each counts once.
    seen: &'a mut BTreeSet<Arc<str>>,
}

impl<'a> Sheets<'a> {
    pub(super) fn new(context: &'a Context<'a>) -> Sheets<'a> {
        Sheets { context, out: String::new(), by_class_attribute: false }
    }

    pub(super) fn add(&mut self, sheet: &CascadeSheet<'_>) {
        let path = &sheet.sheet.path;
        let text = match sheet.layer {
            Layer::UserAgent if &**path == DARK_USER_AGENT_PATH => DARK_USER_AGENT_SHEET.to_owned(),
            Layer::UserAgent => USER_AGENT_SHEET.to_owned(),
            _ => read_text(self.context.package, path).unwrap_or_default(),
        };
        let mut seen = BTreeSet::from([path.clone()]);
        self.file(&mut File { text: &text, path, bindings: &sheet.bindings, seen: &mut seen }, 0);
    }

    fn file(&mut self, file: &mut File<'_>, depth: u32) {
        let text = file.text;
        let mut rules = String::new();
        self.rules(&mut rules, &mut Parser::new(text), file, depth);
        self.flush(&mut rules, file.path);
    }

    /// Writes the rules so far as an element of their own.
    fn flush(&mut self, rules: &mut String, path: &str) {
        if !rules.is_empty() {
            self.out.push_str("<style");
            attribute(&mut self.out, "data-file", path);
            self.out.push_str(">\n");
            // In a sheet this stands in a string, an address or a comment.
            self.out.push_str(&rules.replace("</", "<\\/"));
            self.out.push_str("</style>\n");
            rules.clear();
        }
    }

    fn rules(&mut self, out: &mut String, input: &mut Parser, file: &mut File<'_>, depth: u32) {
        loop {
            input.skip_whitespace();
            let start = input.position().byte_index();
            let Ok(token) = input.next_including_whitespace().cloned() else { return };
            match token {
                Token::AtKeyword(name) => self.at_rule(&name.to_ascii_lowercase(), start, out, input, file, depth),
                Token::Semicolon
                | Token::CDO
                | Token::CDC
                | Token::WhiteSpace(_)
                | Token::CloseCurlyBracket
                | Token::CurlyBracketBlock => {}
                _ => self.style_rule(start, out, input, file),
            }
        }
    }

    /// Reads on to the block of a rule, which is open then; `Some(end)` of what stands before it.
    fn prelude(input: &mut Parser) -> Option<usize> {
        loop {
            input.skip_whitespace();
            let end = input.position().byte_index();
            match input.next_including_whitespace() {
                Ok(Token::CurlyBracketBlock) => return Some(end),
                Err(_) | Ok(Token::CloseCurlyBracket | Token::Semicolon) => return None,
                Ok(_) => {}
            }
        }
    }

    /// The text of the block that was just opened.
    fn block<'t>(input: &mut Parser, text: &'t str) -> &'t str {
        let range: Result<_, cssparser::ParseError<()>> = input.parse_nested_block(|i| {
            let from = i.position().byte_index();
            while i.next_including_whitespace_and_comments().is_ok() {}
            Ok(from..i.position().byte_index())
        });
        range.ok().and_then(|range| text.get(range)).unwrap_or("")
    }

    fn style_rule(&mut self, start: usize, out: &mut String, input: &mut Parser, file: &mut File<'_>) {
        let Some(end) = Self::prelude(input) else { return };
        let prelude = file.text.get(start..end).unwrap_or("");
        let block = Self::block(input, file.text);
        let declarations = value::declarations(self.context, file.path, block);
        if declarations.is_empty() {
            return;
        }
        let taken = |part: &str| matches!(program::parse(part), Ok(Parsed::Selector(_)));
        for (_, part) in split_commas(prelude).into_iter().filter(|(_, part)| taken(part)) {
            let bound = file.bindings.iter();
            let selectors: Vec<String> =
                bound.filter_map(|&b| selector::rewrite(part, b, &mut self.by_class_attribute)).collect();
            if !selectors.is_empty() {
                out.push_str(&format!("{} {{ {declarations}}}\n", selectors.join(", ")));
            }
        }
    }

    fn at_rule(
        &mut self,
        name: &str,
        start: usize,
        out: &mut String,
        input: &mut Parser,
        file: &mut File<'_>,
        depth: u32,
    ) {
        match name {
            "import" => self.import(out, input, file, depth),
            "media" | "supports" if depth < MAX_DEPTH => {
                let Some(end) = Self::prelude(input) else { return };
                out.push_str(file.text.get(start..end).unwrap_or(""));
                out.push_str(" {\n");
                let _: Result<(), cssparser::ParseError<()>> = input.parse_nested_block(|i| {
                    self.rules(out, i, file, depth + 1);
                    Ok(())
                });
                out.push_str("}\n");
            }
            "keyframes" | "-webkit-keyframes" => {
                let Some(end) = Self::prelude(input) else { return };
                let prelude = file.text.get(start..end).unwrap_or("");
                let block = Self::block(input, file.text);
                if let Ok(frames) = value::value(self.context, file.path, block) {
                    out.push_str(&format!("{prelude} {{{frames}}}\n"));
                }
            }
            "font-face" => {
                if Self::prelude(input).is_some() {
                    let block = Self::block(input, file.text);
                    if self.context.options.fonts {
                        let block = value::declarations(self.context, file.path, block);
                        out.push_str(&format!("@font-face {{ {block}}}\n"));
                    }
                }
            }
            _ => _ = Self::prelude(input),
        }
    }

    /// Writes what an imported file holds in its place.
    fn import(&mut self, out: &mut String, input: &mut Parser, file: &mut File<'_>, depth: u32) {
        let target = input.expect_url_or_string().map(|target| target.to_string());
        loop {
            let before = input.state();
            match input.next() {
                Err(_) | Ok(Token::Semicolon) => break,
                Ok(Token::AtKeyword(_) | Token::CurlyBracketBlock) => {
                    input.reset(&before);
                    break;
                }
                Ok(_) => {}
            }
        }
        let found = target.ok().and_then(|target| PackageSheets(self.context.package).load(file.path, &target));
        let Some((path, text)) = found.filter(|(path, _)| depth < MAX_DEPTH && file.seen.insert(path.clone())) else {
            return;
        };
        let mut imported = File { text: &text, path: &path, bindings: file.bindings, seen: &mut *file.seen };
        if depth == 0 {
            self.flush(out, file.path);
            self.file(&mut imported, depth);
        } else {
            self.rules(out, &mut Parser::new(&text), &mut imported, depth + 1);
        }
    }
}
