//! Declarations and blocks of them, as written in rules, keyframes and style attributes.

use super::effects::TransformValue;
use super::grammar;
use super::names::{self, Name};
use super::parse::{PResult, ParseContext, Reason};
use super::properties::{PropertyId, PropertyValue};
use super::report::Reporter;
use super::shorthand::{Longhands, Shorthand};
use super::substitute::has_references;
use super::text_flow::{ThicknessValue, UnderlineOffset};
use crate::diagnostic::{Diagnostic, Severity};
use crate::style::computed::TransformOp;
use cssparser::{ParseErrorKind, Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A CSS-wide keyword.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum Wide {
    /// `inherit`.
    Inherit,
    /// `initial`.
    Initial,
    /// `unset`; `revert` is taken for it, as there are no sheets of a user to go back to.
    Unset,
}

impl Wide {
    /// The keyword that `text` is, if it is one.
    pub fn from_text(text: &str) -> Option<Wide> {
        let is = |keyword: &str| text.eq_ignore_ascii_case(keyword);
        if is("inherit") {
            Some(Wide::Inherit)
        } else if is("initial") {
            Some(Wide::Initial)
        } else if is("unset") || is("revert") || is("revert-layer") {
            Some(Wide::Unset)
        } else {
            None
        }
    }
}

/// A property as it was named: a longhand or a shorthand.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum Source {
    /// A longhand.
    Longhand(PropertyId),
    /// A shorthand.
    Shorthand(&'static Shorthand),
}

impl Source {
    /// The CSS name.
    pub fn name(self) -> &'static str {
        match self {
            Source::Longhand(id) => id.name(),
            Source::Shorthand(shorthand) => shorthand.name,
        }
    }

    /// Parses a whole value into longhands.
    ///
    /// # Errors
    /// A value that the property does not take, or something left behind it.
    pub fn parse(self, text: &str, context: &ParseContext, out: &mut Longhands) -> PResult<()> {
        let mut input = Parser::new(text);
        let first = out.len();
        let result = input.parse_entirely(|i| match self {
            Source::Longhand(id) => {
                out.push((id, id.parse(i, context)?));
                Ok(())
            }
            Source::Shorthand(shorthand) => (shorthand.parse)(i, context, out),
        });
        if result.is_err() {
            out.truncate(first);
        }
        result
    }

    /// The longhands that a value of it stands for.
    pub(super) fn longhands(&self) -> &[PropertyId] {
        match self {
            Source::Longhand(id) => std::slice::from_ref(id),
            Source::Shorthand(shorthand) => shorthand.longhands,
        }
    }
}

/// A value with references, parsed once they are replaced.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Unresolved {
    /// The value as written.
    #[serde(with = "crate::compiled::shared")]
    pub text: Arc<str>,
    /// What it was written for.
    pub source: Source,
    /// Path of the file it stands in.
    #[serde(with = "crate::compiled::shared")]
    pub base: Arc<str>,
}

/// What is declared for a longhand.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum DeclaredValue {
    /// A value.
    Value(PropertyValue),
    /// A CSS-wide keyword.
    Wide(Wide),
    /// A value with references.
    Unresolved(#[serde(with = "crate::compiled::shared")] Arc<Unresolved>),
}

/// A declaration of a longhand.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Declaration {
    /// The longhand.
    pub property: PropertyId,
    /// Its value.
    pub value: DeclaredValue,
    /// `!important`.
    pub important: bool,
}

/// The value of a custom property.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum CustomValue {
    /// Text; `references` says whether there is something to replace in it.
    Text {
        /// The value as written, without white space around it.
        #[serde(with = "crate::compiled::shared")]
        text: Arc<str>,
        /// Whether it holds `var()` or `env()`.
        references: bool,
    },
    /// A CSS-wide keyword.
    Wide(Wide),
}

/// A declaration of a custom property.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct CustomDeclaration {
    /// The name with its dashes.
    #[serde(with = "crate::compiled::shared")]
    pub name: Arc<str>,
    /// The value.
    pub value: CustomValue,
    /// `!important`.
    pub important: bool,
}

/// A block of declarations, in order.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct DeclarationBlock {
    /// Longhands; later ones win.
    pub declarations: Vec<Declaration>,
    /// Custom properties; later ones win.
    pub custom: Vec<CustomDeclaration>,
}

impl DeclarationBlock {
    /// True if nothing is declared.
    pub fn is_empty(&self) -> bool {
        self.declarations.is_empty() && self.custom.is_empty()
    }
}

/// Parses a `style` attribute. `file` is named by diagnostics; relative URLs get an empty base. A property without a
/// value is passed over in silence, as libraries put styles together from parts that may be empty.
pub fn parse_style_attribute(text: &str, file: &Arc<str>) -> (DeclarationBlock, Vec<Diagnostic>) {
    let mut reporter = Reporter::new(file.clone(), text);
    reporter.quiet_empty = true;
    let base = Arc::from("");
    let mut input = Parser::new(text);
    let block = parse_block(&mut input, text, &base, &mut reporter);
    (block, reporter.finish())
}

/// Parses declarations until the end of the block (or input), where no rules nest. `text` is what `input` reads.
pub(super) fn parse_block(
    input: &mut Parser,
    text: &str,
    base: &Arc<str>,
    reporter: &mut Reporter,
) -> DeclarationBlock {
    let mut block = DeclarationBlock::default();
    loop {
        match parse_declarations(input, text, base, reporter, &mut block) {
            Stop::End => return block,
            Stop::Rule(start) => {
                skip_to_end(input);
                reporter.nested_rule(start);
            }
            Stop::AtRule(name, start) => {
                skip_to_end(input);
                let message = format!("`@{name}` is not supported here");
                reporter.report(Severity::Warning, "unsupported-at-rule", start, message);
            }
        }
    }
}

/// What stands behind declarations.
pub(super) enum Stop {
    /// The end of the block.
    End,
    /// A rule, at this byte; the input is before it.
    Rule(usize),
    /// An at-rule of this name, at this byte; the input is after the name.
    AtRule(String, usize),
}

/// Parses declarations up to a rule among them or the end. `text` is what `input` reads.
pub(super) fn parse_declarations(
    input: &mut Parser,
    text: &str,
    base: &Arc<str>,
    reporter: &mut Reporter,
    block: &mut DeclarationBlock,
) -> Stop {
    loop {
        input.skip_whitespace();
        let before = input.state();
        let start = input.position().byte_index();
        let Ok(token) = input.next().cloned() else { return Stop::End };
        match token {
            Token::Semicolon => {}
            Token::Ident(name) => match declaration_value(input, &name) {
                Ok(value) => declare(&name, start, value, text, base, reporter, block),
                Err(Malformed::Nested) => {
                    input.reset(&before);
                    return Stop::Rule(start);
                }
                Err(Malformed::NoColon) => {
                    let message = format!("`{name}` is not followed by `:` and a value");
                    reporter.report(Severity::Error, "invalid-declaration", start, message);
                }
            },
            Token::AtKeyword(name) => return Stop::AtRule(name.to_ascii_lowercase(), start),
            _ => {
                if skip_to_end(input) {
                    input.reset(&before);
                    return Stop::Rule(start);
                }
                let (code, message) = if text[start..].starts_with("//") {
                    ("line-comment", "`//` starts no comment here and hides what follows; write /* ... */")
                } else {
                    ("invalid-declaration", "this is no declaration; it was left out up to the next `;`")
                };
                reporter.report(Severity::Error, code, start, message.to_owned());
            }
        }
    }
}

/// What is wrong with the shape of a declaration.
enum Malformed {
    NoColon,
    Nested,
}

/// A declaration's value in the source.
struct ValueRange {
    start: usize,
    end: usize,
    important: bool,
}

/// Reads from after the name to the `;` or the end of the block.
fn declaration_value(input: &mut Parser, name: &str) -> Result<ValueRange, Malformed> {
    if input.try_parse(|i| i.expect_colon()).is_err() {
        return Err(if skip_to_end(input) { Malformed::Nested } else { Malformed::NoColon });
    }
    let custom = name.starts_with("--");
    let start = input.position().byte_index();
    let (mut end, mut bang, mut important) = (start, None, false);
    loop {
        let before = input.position().byte_index();
        let Ok(token) = input.next_including_whitespace() else { break };
        match token {
            Token::Semicolon => break,
            Token::WhiteSpace(_) => continue,
            Token::CurlyBracketBlock if !custom => return Err(Malformed::Nested),
            Token::Delim('!') => {
                bang = Some(before);
                important = false;
            }
            Token::Ident(word) if bang.is_some() && !important && word.eq_ignore_ascii_case("important") => {
                important = true;
            }
            _ => {
                bang = None;
                important = false;
            }
        }
        let opened = matches!(
            token,
            Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock
        );
        if opened {
            skip_block(input);
        }
        end = input.position().byte_index();
    }
    if let (true, Some(at)) = (important, bang) {
        end = at;
    }
    Ok(ValueRange { start, end, important })
}

/// Moves to after the block that was just opened, so that the position is known.
fn skip_block(input: &mut Parser) {
    let _: PResult<()> = input.parse_nested_block(|i| {
        while i.next_including_whitespace_and_comments().is_ok() {}
        Ok(())
    });
}

/// Skips to after the next `;` or `{}` block; true if it was a block.
fn skip_to_end(input: &mut Parser) -> bool {
    loop {
        match input.next() {
            Err(_) | Ok(Token::Semicolon) => return false,
            Ok(Token::CurlyBracketBlock) => return true,
            Ok(_) => {}
        }
    }
}

fn declare(
    name: &str,
    start: usize,
    range: ValueRange,
    text: &str,
    base: &Arc<str>,
    reporter: &mut Reporter,
    block: &mut DeclarationBlock,
) {
    let value = text.get(range.start..range.end).unwrap_or("");
    let lead = value.len() - value.trim_ascii_start().len();
    let value = value.trim_ascii();
    let at = range.start + lead;
    let important = range.important;
    reporter.stats.declarations += 1;
    if name.starts_with("--") {
        reporter.stats.supported += 1;
        let value = match Wide::from_text(value) {
            Some(wide) => CustomValue::Wide(wide),
            None => CustomValue::Text { text: Arc::from(value), references: has_references(value) },
        };
        block.custom.push(CustomDeclaration { name: Arc::from(name), value, important });
        return;
    }
    if value.is_empty() && reporter.quiet_empty {
        return;
    }
    let lower = name.to_ascii_lowercase();
    let source = match names::find(&lower) {
        Some(Name::Longhand(id)) => Source::Longhand(id),
        Some(Name::Shorthand(shorthand)) => Source::Shorthand(shorthand),
        Some(Name::Ignored) => {
            reporter.stats.supported += 1;
            return;
        }
        Some(Name::Unsupported(hint)) => {
            let hint = if hint.is_empty() { String::new() } else { format!("; {hint}") };
            let message = format!("the property `{lower}` is not supported{hint}");
            return reporter.warn_once("unsupported-property", &lower, start, message);
        }
        None => {
            let hint = names::nearest(&lower).map(|n| format!("; did you mean `{n}`?")).unwrap_or_default();
            let message = format!("unknown property `{name}`{hint}");
            return reporter.warn_once("unknown-property", &lower, start, message);
        }
    };
    let mut put = |property, value| block.declarations.push(Declaration { property, value, important });
    if let Some(wide) = Wide::from_text(value) {
        reporter.stats.supported += 1;
        return source.longhands().iter().for_each(|&id| put(id, DeclaredValue::Wide(wide)));
    }
    if has_references(value) {
        reporter.stats.supported += 1;
        let unresolved = Arc::new(Unresolved { text: Arc::from(value), source, base: base.clone() });
        return source.longhands().iter().for_each(|&id| put(id, DeclaredValue::Unresolved(unresolved.clone())));
    }
    let mut longhands = Vec::new();
    match source.parse(value, &ParseContext { base }, &mut longhands) {
        Ok(()) => {
            reporter.stats.supported += 1;
            if let Some((what, instead)) = unpainted(&longhands) {
                reporter.warn_once("unpainted-value", what, at, format!("{what} is not painted; {instead}"));
            }
            longhands.into_iter().for_each(|(id, value)| put(id, DeclaredValue::Value(value)));
        }
        // A value for another engine stands beside the one that is meant.
        Err(_) if ["-moz-", "-ms-", "-o-"].iter().any(|p| value.starts_with(p)) => reporter.stats.declarations -= 1,
        Err(error) => {
            let shown: String = value.chars().take(60).collect();
            let more = match error.kind {
                ParseErrorKind::Custom(Reason(text)) => format!(": {text}"),
                ParseErrorKind::Basic(_) => match grammar::meant(source, value) {
                    Some(keyword) => format!("; did you mean `{keyword}`?"),
                    None => grammar::better_property(source, value)
                        .map(|property| format!("; `{property}` takes it"))
                        .unwrap_or_default(),
                },
            };
            let message = format!("`{shown}` is not a value of `{lower}`{more}");
            reporter.report(Severity::Warning, "invalid-value", at, message);
        }
    }
}

/// What is understood of a value but not painted yet, and what is seen instead.
fn unpainted(longhands: &Longhands) -> Option<(&'static str, &'static str)> {
    let turns = |op: &TransformValue| match op {
        TransformValue::Perspective(_) => true,
        TransformValue::Fixed(TransformOp::Matrix3d(m)) => m[3] != 0.0 || m[7] != 0.0,
        _ => false,
    };
    longhands.iter().find_map(|(_, longhand)| match longhand {
        PropertyValue::Transform(ops) if ops.iter().any(turns) => {
            Some(("`perspective()`", "what is turned in space is drawn without foreshortening"))
        }
        PropertyValue::TextDecorationThickness(ThicknessValue::Length(_)) => {
            Some(("a thickness of a line at text", "lines have the thickness that the font's size gives"))
        }
        PropertyValue::TextUnderlineOffset(offset) if *offset != UnderlineOffset::AUTO => {
            Some(("`text-underline-offset`", "the line stays where the font has it"))
        }
        _ => None,
    })
}
