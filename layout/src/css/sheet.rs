//! Style sheets and their rules. What begins with `@` is read in `at_rules`.
//!
//! Reading a sheet never fails: what is not understood gets one diagnostic and the rest goes on. Each
//! selector of a list becomes a rule of its own, so an unknown one takes nothing else with it. A file is read
//! by itself ([`SheetFile::read`]), without following its imports; [`parse_sheet`] puts files together.

use super::declaration::{DeclarationBlock, Stop, parse_declarations};
use super::font_face::FontFaceRule;
use super::media::MediaList;
use super::parse::{PResult, Reason};
use super::report::{Reporter, SheetStats};
use super::selector::{self, Parsed, Selector};
use crate::compiled::CompiledError;
use crate::diagnostic::{Diagnostic, Position, Severity};
use cssparser::{ParseErrorKind, Parser, Token};
use rustc_hash::FxHashSet;
use serde::{Deserialize, Serialize};
use std::sync::Arc;

pub use super::at_rules::AT_RULES;
pub use super::link::parse_sheet;

/// Where imported sheets come from.
pub trait SheetLoader {
    /// The sheet that `path`, written in the file `from`, names: its path and its text. `None` if there is
    /// none.
    fn load(&self, from: &str, path: &str) -> Option<(Arc<str>, String)>;

    /// The text of a sheet by its path, for a loader that is asked for sheets by that.
    fn text(&self, _path: &str) -> Option<String> {
        None
    }

    /// The path of the sheet that `path`, written in the file `from`, names, if [`SheetLoader::vouched`] gives it.
    fn vouched_path(&self, _from: &str, _path: &str) -> Option<Arc<str>> {
        None
    }

    /// The file of this path as it was read before, where somebody vouches that this was of its text: nobody looks at that.
    fn vouched(&self, _path: &str) -> Option<SheetFile> {
        None
    }

    /// The file of this path and text as it was read before; `None` has it read from its text.
    ///
    /// # Errors
    /// Why what was kept of the file cannot be used. It is reported with the file, which is read from its text.
    fn compiled(&self, _path: &str, _text: &str) -> Result<Option<SheetFile>, CompiledError> {
        Ok(None)
    }

    /// Is told what reading a file from its text gave.
    fn parsed(&self, _path: &str, _text: &str, _file: &SheetFile) {}
}

/// A loader that has nothing to load.
#[derive(Clone, Copy, Debug)]
pub struct NoImports;

impl SheetLoader for NoImports {
    fn load(&self, _: &str, _: &str) -> Option<(Arc<str>, String)> {
        None
    }
}

/// A rule: one selector and its declarations.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Rule {
    /// The selector.
    pub selector: Selector,
    /// The declarations, shared by the selectors of a list.
    #[serde(with = "crate::compiled::shared")]
    pub block: Arc<DeclarationBlock>,
    /// Indices into [`Sheet::media`] that must all hold.
    #[serde(with = "crate::compiled::shared")]
    pub media: Arc<[u16]>,
    /// The cascade layer, an index into [`Sheet::layers`].
    pub layer: Option<u16>,
}

/// A step of an animation.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Keyframe {
    /// Where in the animation, 0 to 1.
    pub offset: f32,
    /// What is declared there; an `animation-timing-function` among it applies until the next step.
    #[serde(with = "crate::compiled::shared")]
    pub block: Arc<DeclarationBlock>,
}

/// An `@keyframes` rule.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct Keyframes {
    /// Its name.
    #[serde(with = "crate::compiled::shared")]
    pub name: Arc<str>,
    /// Its steps by offset; steps of the same offset in source order.
    pub frames: Vec<Keyframe>,
}

/// A parsed sheet together with everything that it imports.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Sheet {
    /// Path of the sheet.
    pub path: Arc<str>,
    /// Rules in cascade order.
    pub rules: Vec<Rule>,
    /// `@keyframes`, in order.
    pub keyframes: Vec<Arc<Keyframes>>,
    /// `@font-face`, in order.
    pub font_faces: Vec<FontFaceRule>,
    /// The media conditions that rules refer to.
    pub media: Vec<MediaList>,
    /// Cascade layers by their full names, in order of their first appearance; a layer inside of another one is named with
    /// a dot, and one without a name by a number.
    pub layers: Vec<Arc<str>>,
    /// Counts of declarations.
    pub stats: SheetStats,
    /// Paths of the files that were read, the sheet's own first.
    pub files: Vec<Arc<str>>,
}

/// One file of a sheet, its imports not yet followed. Media conditions and layers have the file's own numbers.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct SheetFile {
    pub(super) rules: Vec<Rule>,
    pub(super) keyframes: Vec<Arc<Keyframes>>,
    pub(super) font_faces: Vec<FontFaceRule>,
    pub(super) media: Vec<MediaList>,
    pub(super) layers: Vec<FileLayer>,
    pub(super) stats: SheetStats,
    pub(super) imports: Vec<Import>,
    #[serde(with = "crate::compiled::findings")]
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A cascade layer of a file. What it is called in a sheet depends on the layer that the file is imported into.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub(super) struct FileLayer {
    /// The layer around it, which comes before it in the list.
    pub outer: Option<u16>,
    /// The last part of its name; `None` if it has none.
    #[serde(with = "crate::compiled::shared")]
    pub name: Option<Arc<str>>,
}

/// An `@import`.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub(super) struct Import {
    /// The path as written.
    pub target: String,
    pub position: Position,
    pub source_line: String,
    /// Conditions that must all hold for the rules of the file.
    #[serde(with = "crate::compiled::shared")]
    pub media: Arc<[u16]>,
    /// The layer that they belong to.
    pub layer: Option<u16>,
    /// What stands before it, and the layer that it names.
    pub before: Counts,
}

/// How much of a file stands before some place in it.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
pub(super) struct Counts {
    pub rules: u32,
    pub keyframes: u32,
    pub font_faces: u32,
    pub layers: u32,
}

impl SheetFile {
    /// Reads one file by itself. `text` has no byte-order mark.
    pub fn read(path: &Arc<str>, text: &str) -> SheetFile {
        let mut reading = Reading { sheet: SheetFile::default() };
        let reporter = Reporter::new(path.clone(), text);
        let mut file = File { text, path: path.clone(), reporter, warned: FxHashSet::default() };
        file.reporter.check_ends();
        reading.rules(&mut Parser::new(text), &mut file, &Around::default());
        SheetFile { stats: file.reporter.stats, diagnostics: file.reporter.finish(), ..reading.sheet }
    }

    /// What has been read so far.
    pub(super) fn counts(&self) -> Counts {
        let count = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
        Counts {
            rules: count(self.rules.len()),
            keyframes: count(self.keyframes.len()),
            font_faces: count(self.font_faces.len()),
            layers: count(self.layers.len()),
        }
    }
}

/// The state while a file is read.
pub(super) struct Reading {
    pub(super) sheet: SheetFile,
}

/// Blocks that may stand in each other.
pub(super) const MAX_BLOCK_DEPTH: u32 = 32;

/// The file that is being read.
pub(super) struct File<'a> {
    pub(super) text: &'a str,
    pub(super) path: Arc<str>,
    pub(super) reporter: Reporter<'a>,
    /// At-rules that were warned about.
    pub(super) warned: FxHashSet<String>,
}

/// What stands around a rule.
#[derive(Clone, Default)]
pub(super) struct Around<'a> {
    /// Conditions that must all hold.
    pub(super) media: Option<Arc<[u16]>>,
    /// The cascade layer.
    pub(super) layer: Option<u16>,
    /// The selectors of the rule that it is nested in.
    pub(super) parents: Option<&'a [Selector]>,
    /// Blocks around it.
    pub(super) depth: u32,
}

impl<'a> Around<'a> {
    /// One block further in.
    fn inside<'b>(&self, parents: Option<&'b [Selector]>) -> Around<'b> {
        Around { media: self.media.clone(), layer: self.layer, parents, depth: self.depth + 1 }
    }
}

impl Reading {
    /// Reads rules until the end of the block or file.
    fn rules(&mut self, input: &mut Parser, file: &mut File, around: &Around) {
        loop {
            input.skip_whitespace();
            let start = input.position().byte_index();
            let Ok(token) = input.next_including_whitespace().cloned() else { return };
            match token {
                Token::AtKeyword(name) => self.at_rule(&name.to_ascii_lowercase(), start, input, file, around),
                // What stands between rules is passed over.
                Token::Semicolon | Token::CDO | Token::CDC | Token::WhiteSpace(_) => {}
                Token::CloseCurlyBracket => {
                    file.reporter.report(Severity::Warning, "stray-brace", start, "this `}` closes nothing".to_owned());
                }
                Token::CurlyBracketBlock => {
                    file.reporter.report(
                        Severity::Error,
                        "invalid-selector",
                        start,
                        "a block without a selector".to_owned(),
                    );
                }
                _ => self.style_rule(start, input, file, around),
            }
        }
    }

    /// Reads on to the block of a rule. `Some(end)` of the prelude if there is one; the block is open then.
    pub(super) fn prelude(input: &mut Parser, semicolon_ends: bool) -> Option<usize> {
        loop {
            // This also moves to after a function or bracket that was just opened.
            input.skip_whitespace();
            let end = input.position().byte_index();
            match input.next_including_whitespace() {
                Ok(Token::CurlyBracketBlock) => return Some(end),
                Err(_) | Ok(Token::CloseCurlyBracket) => return None,
                Ok(Token::Semicolon) if semicolon_ends => return None,
                Ok(_) => {}
            }
        }
    }

    /// Reads a rule from `start` on; the input may be behind its first token.
    fn style_rule(&mut self, start: usize, input: &mut Parser, file: &mut File, around: &Around) {
        let Some(end) = Self::prelude(input, true) else {
            file.reporter.report(Severity::Error, "invalid-rule", start, "a selector without a block".to_owned());
            return;
        };
        let prelude = file.text.get(start..end).unwrap_or("");
        let mut selectors = Vec::new();
        for (offset, part) in split_commas(prelude) {
            let at = start + offset;
            let parsed = match around.parents {
                Some(parents) => selector::parse_nested(part, parents),
                None => selector::parse(part),
            };
            match parsed {
                Ok(Parsed::Selector(selector)) => selectors.push(selector),
                Ok(Parsed::Ignored) => {}
                Err(error) => {
                    let shown: String = part.trim().chars().take(80).collect();
                    let more = match (selector::suggestion(part), error.kind) {
                        (Some(name), _) => format!("; did you mean `:{name}`?"),
                        (None, ParseErrorKind::Custom(Reason(text))) => format!(": {text}"),
                        (None, ParseErrorKind::Basic(_)) => String::new(),
                    };
                    let message = format!("the selector `{shown}` is not understood{more}");
                    file.reporter.report(Severity::Warning, "unsupported-selector", at, message);
                }
            }
        }
        let _: PResult<()> = input.parse_nested_block(|i| {
            self.rule_body(i, file, &selectors, around);
            Ok(())
        });
    }

    /// Reads declarations and the rules among them until the end of the block.
    pub(super) fn rule_body(&mut self, input: &mut Parser, file: &mut File, selectors: &[Selector], around: &Around) {
        let mut first = true;
        loop {
            let mut block = DeclarationBlock::default();
            let (text, path) = (file.text, file.path.clone());
            let stop = parse_declarations(input, text, &path, &mut file.reporter, &mut block);
            // Declarations behind a nested rule come after it in the cascade, too (CSS Nesting 1 section 2.3).
            let is_end = matches!(stop, Stop::End);
            if !block.is_empty() || (first && is_end && around.parents.is_none()) {
                self.push_rules(selectors, block, around);
            }
            first = false;
            match stop {
                Stop::End => return,
                Stop::Rule(start) if around.depth >= MAX_BLOCK_DEPTH => {
                    self.too_deep(start, file);
                    let _ = Self::prelude(input, true);
                }
                Stop::Rule(start) => self.style_rule(start, input, file, &around.inside(Some(selectors))),
                Stop::AtRule(name, start) => self.at_rule(&name, start, input, file, &around.inside(Some(selectors))),
            }
        }
    }

    fn push_rules(&mut self, selectors: &[Selector], block: DeclarationBlock, around: &Around) {
        let block = Arc::new(block);
        let media = around.media.clone().unwrap_or_else(|| Arc::from([]));
        let rules = selectors.iter().map(|selector| Rule {
            selector: selector.clone(),
            block: block.clone(),
            media: media.clone(),
            layer: around.layer,
        });
        self.sheet.rules.extend(rules);
    }

    fn too_deep(&self, start: usize, file: &mut File) {
        let message = "rules are nested too deep here".to_owned();
        file.reporter.report(Severity::Error, "nested-too-deep", start, message);
    }

    /// Skips an at-rule with or without a block.
    pub(super) fn skip_rule(input: &mut Parser) {
        // The block, if there is one, is skipped by whoever reads on.
        let _ = Self::prelude(input, true);
    }

    /// Reads the block of an at-rule that holds what its own surroundings do: rules, or, inside of a rule, declarations.
    pub(super) fn nested_rules(&mut self, start: usize, input: &mut Parser, file: &mut File, around: &Around) {
        if around.depth >= MAX_BLOCK_DEPTH {
            return self.too_deep(start, file);
        }
        let around = around.inside(around.parents);
        let _: PResult<()> = input.parse_nested_block(|i| {
            match around.parents {
                Some(selectors) => self.rule_body(i, file, selectors, &around),
                None => self.rules(i, file, &around),
            }
            Ok(())
        });
    }
}

/// Splits at commas outside of brackets and strings; each part with its byte offset, white space taken off
/// its start.
pub fn split_commas(text: &str) -> Vec<(usize, &str)> {
    let mut input = Parser::new(text);
    let (mut parts, mut start) = (Vec::new(), 0);
    let mut push = |from: usize, to: usize| {
        let part = text.get(from..to).unwrap_or("");
        let lead = part.len() - part.trim_ascii_start().len();
        parts.push((from + lead, part.trim_ascii()));
    };
    loop {
        input.skip_whitespace();
        let at = input.position().byte_index();
        match input.next() {
            Ok(Token::Comma) => {
                push(start, at);
                start = input.position().byte_index();
            }
            Ok(_) => {}
            Err(_) => break,
        }
    }
    push(start, text.len());
    parts
}
