//! Style sheets: rules, `@import`, `@media`, `@supports`, `@keyframes`, `@font-face`.
//!
//! Reading a sheet never fails: what is not understood gets one diagnostic and the rest goes on. Each
//! selector of a list becomes a rule of its own, so an unknown one takes nothing else with it. `@import` is
//! replaced by the rules of the file it names; a file counts once, where it is named first.

use super::declaration::{DeclarationBlock, parse_block};
use super::font_face::{FontFaceRule, font_face};
use super::media::{MediaList, parse_media, supports};
use super::parse::{PResult, Reason};
use super::report::{Reporter, SheetStats};
use super::selector::{self, Parsed, Selector};
use crate::diagnostic::{Diagnostic, Severity};
use cssparser::{ParseErrorKind, Parser, Token};
use rustc_hash::FxHashSet;
use std::sync::Arc;

/// Where imported sheets come from.
pub trait SheetLoader {
    /// The sheet that `path`, written in the file `from`, names: its path and its text. `None` if there is
    /// none.
    fn load(&self, from: &str, path: &str) -> Option<(Arc<str>, String)>;
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
#[derive(Clone, Debug)]
pub struct Rule {
    /// The selector.
    pub selector: Selector,
    /// The declarations, shared by the selectors of a list.
    pub block: Arc<DeclarationBlock>,
    /// Indices into [`Sheet::media`] that must all hold.
    pub media: Arc<[u16]>,
}

/// A step of an animation.
#[derive(Clone, Debug)]
pub struct Keyframe {
    /// Where in the animation, 0 to 1.
    pub offset: f32,
    /// What is declared there; an `animation-timing-function` among it applies until the next step.
    pub block: Arc<DeclarationBlock>,
}

/// An `@keyframes` rule.
#[derive(Clone, Debug)]
pub struct Keyframes {
    /// Its name.
    pub name: Arc<str>,
    /// Its steps by offset; steps of the same offset in source order.
    pub frames: Vec<Keyframe>,
}

/// A parsed sheet together with everything that it imports.
#[derive(Clone, Debug, Default)]
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
    /// Counts of declarations.
    pub stats: SheetStats,
    /// Paths of the files that were read, the sheet's own first.
    pub files: Vec<Arc<str>>,
}

/// Reads the sheet `source` of the file `path`.
pub fn parse_sheet(path: &str, source: &str, loader: &dyn SheetLoader) -> (Sheet, Vec<Diagnostic>) {
    let path: Arc<str> = Arc::from(path);
    let mut sheet = Sheet { path: path.clone(), ..Sheet::default() };
    let mut reading =
        Reading { loader, sheet: &mut sheet, diagnostics: Vec::new(), seen: FxHashSet::default(), open: Vec::new() };
    reading.file(path, source);
    let diagnostics = reading.diagnostics;
    (sheet, diagnostics)
}

/// The state while a sheet and its imports are read.
struct Reading<'a> {
    loader: &'a dyn SheetLoader,
    sheet: &'a mut Sheet,
    diagnostics: Vec<Diagnostic>,
    /// Files that were read.
    seen: FxHashSet<Arc<str>>,
    /// Files that are being read, outermost first.
    open: Vec<Arc<str>>,
}

/// Files that may import each other in a chain.
const MAX_IMPORT_DEPTH: usize = 32;
/// Blocks that may stand in each other.
const MAX_BLOCK_DEPTH: u32 = 32;

/// The file that is being read.
struct File<'a> {
    text: &'a str,
    path: Arc<str>,
    reporter: Reporter<'a>,
    /// At-rules that were warned about.
    warned: FxHashSet<String>,
}

impl Reading<'_> {
    fn file(&mut self, path: Arc<str>, source: &str) {
        let text = source.strip_prefix('\u{feff}').unwrap_or(source);
        self.seen.insert(path.clone());
        self.open.push(path.clone());
        self.sheet.files.push(path.clone());
        let mut file =
            File { text, path: path.clone(), reporter: Reporter::new(path, text), warned: FxHashSet::default() };
        file.reporter.check_ends();
        let mut input = Parser::new(text);
        self.rules(&mut input, &mut file, &Arc::from([]), 0);
        self.sheet.stats.add(file.reporter.stats);
        self.diagnostics.extend(file.reporter.finish());
        self.open.pop();
    }

    /// Reads rules until the end of the block or file.
    fn rules(&mut self, input: &mut Parser, file: &mut File, media: &Arc<[u16]>, depth: u32) {
        loop {
            input.skip_whitespace();
            let start = input.position().byte_index();
            let Ok(token) = input.next_including_whitespace().cloned() else { return };
            match token {
                Token::AtKeyword(name) => self.at_rule(&name.to_ascii_lowercase(), start, input, file, media, depth),
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
                _ => self.style_rule(start, input, file, media),
            }
        }
    }

    /// Reads on to the block of a rule. `Some(end)` of the prelude if there is one; the block is open then.
    fn prelude(input: &mut Parser, semicolon_ends: bool) -> Option<usize> {
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

    fn style_rule(&mut self, start: usize, input: &mut Parser, file: &mut File, media: &Arc<[u16]>) {
        let Some(end) = Self::prelude(input, true) else {
            file.reporter.report(Severity::Error, "invalid-rule", start, "a selector without a block".to_owned());
            return;
        };
        let prelude = file.text.get(start..end).unwrap_or("");
        let mut selectors = Vec::new();
        for (offset, part) in split_commas(prelude) {
            let at = start + offset;
            match selector::parse(part) {
                Ok(Parsed::Selector(selector)) => selectors.push(selector),
                Ok(Parsed::Ignored) => {}
                Err(error) => {
                    let shown: String = part.trim().chars().take(80).collect();
                    let more = match error.kind {
                        ParseErrorKind::Custom(Reason(text)) => format!(": {text}"),
                        ParseErrorKind::Basic(_) => String::new(),
                    };
                    let message = format!("the selector `{shown}` is not understood{more}");
                    file.reporter.report(Severity::Warning, "unsupported-selector", at, message);
                }
            }
        }
        let block = Arc::new(self.block(input, file));
        let media = media.clone();
        let rules = selectors.into_iter().map(|selector| Rule { selector, block: block.clone(), media: media.clone() });
        self.sheet.rules.extend(rules);
    }

    /// The declarations of the block that was just opened.
    fn block(&mut self, input: &mut Parser, file: &mut File) -> DeclarationBlock {
        let (text, path) = (file.text, file.path.clone());
        let block: PResult<DeclarationBlock> =
            input.parse_nested_block(|i| Ok(parse_block(i, text, &path, &mut file.reporter)));
        block.unwrap_or_default()
    }

    fn at_rule(
        &mut self,
        name: &str,
        start: usize,
        input: &mut Parser,
        file: &mut File,
        media: &Arc<[u16]>,
        depth: u32,
    ) {
        let from = input.position().byte_index();
        match name {
            "charset" => Self::skip_rule(input),
            "import" => self.import(start, input, file),
            "media" => {
                let Some(end) = Self::prelude(input, true) else { return };
                let text = file.text.get(from..end).unwrap_or("");
                let mut problems = Vec::new();
                let list = parse_media(&mut Parser::new(text), &mut |problem| problems.push(problem));
                for problem in problems {
                    let message = format!("{problem}; the rules in it are left out");
                    file.reporter.report(Severity::Warning, "unsupported-media-query", start, message);
                }
                // More conditions than a sheet can number never hold.
                let nested: Arc<[u16]> = match u16::try_from(self.sheet.media.len()) {
                    Ok(index) => {
                        self.sheet.media.push(list);
                        media.iter().copied().chain([index]).collect()
                    }
                    Err(_) => return,
                };
                self.nested_rules(start, input, file, &nested, depth);
            }
            "supports" => {
                let Some(end) = Self::prelude(input, true) else { return };
                let text = file.text.get(from..end).unwrap_or("");
                match supports(&mut Parser::new(text)) {
                    Ok(true) => self.nested_rules(start, input, file, media, depth),
                    Ok(false) => {}
                    Err(_) => file.reporter.report(
                        Severity::Warning,
                        "invalid-supports",
                        start,
                        "this is no `@supports` condition; the rules in it are left out".to_owned(),
                    ),
                }
            }
            "keyframes" | "-webkit-keyframes" => self.keyframes(start, from, input, file),
            "font-face" => {
                if Self::prelude(input, true).is_some() {
                    let block: PResult<_> = input.parse_nested_block(|i| Ok(font_face(i, &file.path)));
                    match block.unwrap_or(None) {
                        Some(face) => self.sheet.font_faces.push(face),
                        None => file.reporter.report(
                            Severity::Warning,
                            "invalid-font-face",
                            start,
                            "`@font-face` needs a `font-family` and a `src`".to_owned(),
                        ),
                    }
                }
            }
            "-moz-keyframes" | "-o-keyframes" | "-ms-keyframes" | "-ms-viewport" => Self::skip_rule(input),
            _ => {
                Self::skip_rule(input);
                if file.warned.insert(name.to_owned()) {
                    let message = format!("`@{name}` is not supported and was left out");
                    file.reporter.report(Severity::Warning, "unsupported-at-rule", start, message);
                }
            }
        }
    }

    /// Skips an at-rule with or without a block.
    fn skip_rule(input: &mut Parser) {
        // The block, if there is one, is skipped by whoever reads on.
        let _ = Self::prelude(input, true);
    }

    fn nested_rules(&mut self, start: usize, input: &mut Parser, file: &mut File, media: &Arc<[u16]>, depth: u32) {
        if depth >= MAX_BLOCK_DEPTH {
            file.reporter.report(
                Severity::Error,
                "nested-too-deep",
                start,
                "rules are nested too deep here".to_owned(),
            );
            return;
        }
        let _: PResult<()> = input.parse_nested_block(|i| {
            self.rules(i, file, media, depth + 1);
            Ok(())
        });
    }

    fn import(&mut self, start: usize, input: &mut Parser, file: &mut File) {
        let target = input.expect_url_or_string().map(|s| s.to_string());
        // A media list behind the name is passed over.
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
        let mut say = |severity, code, message: String| file.reporter.report(severity, code, start, message);
        let Ok(target) = target else {
            return say(Severity::Error, "invalid-import", "`@import` needs the path of a sheet in quotes".to_owned());
        };
        let lower = target.to_ascii_lowercase();
        if lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("//") {
            let message = format!("`@import` of `{target}` is not supported: only files of the package are");
            return say(Severity::Warning, "remote-import", message);
        }
        match self.loader.load(&file.path, &target) {
            None => say(Severity::Error, "missing-import", format!("there is no sheet `{target}`")),
            Some((path, _)) if self.open.contains(&path) => {
                say(Severity::Warning, "import-cycle", format!("`{target}` is being imported already"));
            }
            Some((path, _)) if self.seen.contains(&path) => {}
            Some(_) if self.open.len() >= MAX_IMPORT_DEPTH => {
                say(Severity::Error, "import-too-deep", format!("`{target}` is imported through too many files"));
            }
            Some((path, source)) => self.file(path, &source),
        }
    }

    fn keyframes(&mut self, start: usize, from: usize, input: &mut Parser, file: &mut File) {
        let Some(end) = Self::prelude(input, true) else { return };
        let mut prelude = Parser::new(file.text.get(from..end).unwrap_or(""));
        let name = prelude.expect_ident_or_string().map(|n| Arc::<str>::from(&**n));
        let mut frames = Vec::new();
        let _: PResult<()> = input.parse_nested_block(|i| {
            loop {
                i.skip_whitespace();
                let at = i.position().byte_index();
                if i.is_exhausted() {
                    return Ok(());
                }
                let Some(end) = Self::prelude(i, true) else { continue };
                let offsets = keyframe_offsets(&mut Parser::new(file.text.get(at..end).unwrap_or("")));
                let block = Arc::new(self.block(i, file));
                match offsets {
                    Ok(offsets) => {
                        frames.extend(offsets.iter().map(|&offset| Keyframe { offset, block: block.clone() }));
                    }
                    Err(_) => file.reporter.report(
                        Severity::Warning,
                        "invalid-keyframe",
                        at,
                        "a keyframe is `from`, `to` or a percentage from 0% to 100%".to_owned(),
                    ),
                }
            }
        });
        frames.sort_by(|a, b| a.offset.total_cmp(&b.offset));
        match name {
            Ok(name) => self.sheet.keyframes.push(Arc::new(Keyframes { name, frames })),
            Err(_) => file.reporter.report(
                Severity::Warning,
                "invalid-keyframes",
                start,
                "`@keyframes` needs a name".to_owned(),
            ),
        }
    }
}

fn keyframe_offsets(input: &mut Parser) -> PResult<Vec<f32>> {
    input.parse_comma_separated(|i| {
        let offset = match i.next()? {
            Token::Ident(name) if name.eq_ignore_ascii_case("from") => 0.0,
            Token::Ident(name) if name.eq_ignore_ascii_case("to") => 1.0,
            Token::Percentage { unit_value, .. } => *unit_value,
            _ => return Err(super::parse::fail()),
        };
        if (0.0..=1.0).contains(&offset) { Ok(offset) } else { Err(super::parse::fail()) }
    })
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
