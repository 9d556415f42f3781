//! Rules of sheets that begin with `@`: `@import`, `@media`, `@supports`, `@layer`, `@keyframes`, `@font-face`.

use super::declaration::parse_block;
use super::font_face::font_face;
use super::media::{parse_media, supports};
use super::parse::PResult;
use super::sheet::{Around, File, FileLayer, Import, Keyframe, Keyframes, Reading};
use crate::diagnostic::Severity;
use cssparser::{Parser, Token};
use std::sync::Arc;

/// Cascade layers of a sheet.
pub(super) const MAX_LAYERS: usize = 1024;

/// The at-rules, and what is supported of each.
pub const AT_RULES: &[(&str, &str)] = &[
    ("charset", "passed over: sheets are UTF-8"),
    ("font-face", "`font-family`, `src` with `url()`, `local()` and `format()`, `font-weight`, `font-style`"),
    ("import", "files of the package, with `layer`, `supports()` and media queries; each file counts once"),
    ("keyframes", "`from`, `to`, percentages; also as `@-webkit-keyframes`"),
    ("layer", "named, nested and without a name; statements that give the order"),
    ("media", "`and`, `or`, `not`, `only`, lists, ranges; also inside of rules"),
    ("supports", "properties, `selector()`, `and`, `or`, `not`; also inside of rules"),
];

impl Reading {
    /// Reads an at-rule, whose name was just taken.
    pub(super) fn at_rule(&mut self, name: &str, start: usize, input: &mut Parser, file: &mut File, around: &Around) {
        let from = input.position().byte_index();
        let inside = around.parents.is_some();
        match name {
            "media" => {
                let Some(end) = Self::prelude(input, true) else { return };
                let text = file.text.get(from..end).unwrap_or("");
                if let Some(media) = self.media(text, start, file, around) {
                    self.nested_rules(start, input, file, &Around { media: Some(media), ..around.clone() });
                }
            }
            "supports" => {
                let Some(end) = Self::prelude(input, true) else { return };
                let text = file.text.get(from..end).unwrap_or("");
                match supports(&mut Parser::new(text)) {
                    Ok(true) => self.nested_rules(start, input, file, around),
                    Ok(false) => {}
                    Err(_) => file.reporter.report(
                        Severity::Warning,
                        "invalid-supports",
                        start,
                        "this is no `@supports` condition; the rules in it are left out".to_owned(),
                    ),
                }
            }
            "layer" => self.layer_rule(start, from, input, file, around),
            "charset" if !inside => Self::skip_rule(input),
            "import" if !inside => self.import(start, input, file, around),
            "keyframes" | "-webkit-keyframes" if !inside => self.keyframes(start, from, input, file),
            "font-face" if !inside => {
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
                    let place = if inside { " inside of a rule" } else { "" };
                    let names = AT_RULES.iter().map(|(name, _)| *name);
                    let hint = super::names::nearest_of(name, names).map(|n| format!("; did you mean `@{n}`?"));
                    let message =
                        format!("`@{name}` is not supported{place} and was left out{}", hint.unwrap_or_default());
                    file.reporter.report(Severity::Warning, "unsupported-at-rule", start, message);
                }
            }
        }
    }

    /// The conditions around a rule and one more. `None` if there are more than can be numbered: those never hold.
    fn media(&mut self, text: &str, start: usize, file: &mut File, around: &Around) -> Option<Arc<[u16]>> {
        let mut problems = Vec::new();
        let list = parse_media(&mut Parser::new(text), &mut |problem| problems.push(problem));
        for problem in problems {
            let message = format!("{problem}; the rules in it are left out");
            file.reporter.report(Severity::Warning, "unsupported-media-query", start, message);
        }
        let index = u16::try_from(self.sheet.media.len()).ok()?;
        self.sheet.media.push(list);
        Some(around.media.iter().flat_map(|media| media.iter().copied()).chain([index]).collect())
    }

    /// The number of a layer inside of the layer around it; without a name it is one of its own. `None` if there are more
    /// than can be numbered.
    fn layer(&mut self, name: Option<&str>, around: &Around) -> Option<u16> {
        // The layers around a layer come into being with it.
        let names: Vec<Option<&str>> = name.map_or_else(|| vec![None], |name| name.split('.').map(Some).collect());
        let layers = &mut self.sheet.layers;
        names.into_iter().try_fold(around.layer, |outer, name| {
            let known = layers.iter().position(|l| l.outer == outer && name.is_some() && l.name.as_deref() == name);
            let index = known.unwrap_or(layers.len());
            if known.is_none() && index < MAX_LAYERS {
                layers.push(FileLayer { outer, name: name.map(Arc::from) });
            }
            (index < MAX_LAYERS).then(|| u16::try_from(index).ok())
        })?
    }

    fn layer_rule(&mut self, start: usize, from: usize, input: &mut Parser, file: &mut File, around: &Around) {
        let end = loop {
            input.skip_whitespace();
            let at = input.position().byte_index();
            match input.next() {
                Ok(Token::CurlyBracketBlock) => break (at, true),
                Err(_) | Ok(Token::Semicolon) => break (at, false),
                Ok(_) => {}
            }
        };
        let (end, has_block) = end;
        let mut prelude = Parser::new(file.text.get(from..end).unwrap_or(""));
        let names: PResult<Vec<String>> =
            if prelude.is_exhausted() { Ok(Vec::new()) } else { prelude.parse_comma_separated(layer_name) };
        let invalid = match &names {
            Err(_) => true,
            Ok(names) => {
                if has_block {
                    names.len() > 1
                } else {
                    names.is_empty()
                }
            }
        };
        if invalid {
            let message = "`@layer` takes a name and a block, or a list of names".to_owned();
            return file.reporter.report(Severity::Warning, "invalid-layer", start, message);
        }
        let names = names.unwrap_or_default();
        if !has_block {
            names.iter().for_each(|name| {
                self.layer(Some(name), around);
            });
            return;
        }
        // More layers than can be numbered are left out.
        if let Some(layer) = self.layer(names.first().map(String::as_str), around) {
            self.nested_rules(start, input, file, &Around { layer: Some(layer), ..around.clone() });
        }
    }

    fn import(&mut self, start: usize, input: &mut Parser, file: &mut File, around: &Around) {
        let target = input.expect_url_or_string().map(|s| s.to_string());
        let from = input.position().byte_index();
        let end = loop {
            input.skip_whitespace();
            let (before, at) = (input.state(), input.position().byte_index());
            match input.next() {
                Err(_) | Ok(Token::Semicolon) => break at,
                Ok(Token::AtKeyword(_) | Token::CurlyBracketBlock) => {
                    input.reset(&before);
                    break at;
                }
                Ok(_) => {}
            }
        };
        let mut say = |severity, code, message: String| file.reporter.report(severity, code, start, message);
        let Ok(target) = target else {
            return say(Severity::Error, "invalid-import", "`@import` needs the path of a sheet in quotes".to_owned());
        };
        let lower = target.to_ascii_lowercase();
        if lower.starts_with("http:") || lower.starts_with("https:") || lower.starts_with("//") {
            let message = format!("`@import` of `{target}` is not supported: only files of the package are");
            return say(Severity::Warning, "remote-import", message);
        }
        let Some(inner) = self.import_conditions(from, end, start, file, around) else { return };
        let (position, source_line) = file.reporter.place(start);
        let (media, layer) = (inner.media.unwrap_or_default(), inner.layer);
        let before = self.sheet.counts();
        self.sheet.imports.push(Import { target, position, source_line, media, layer, before });
    }

    /// What stands behind the name of an imported file: a layer, `supports()`, media queries (CSS Cascade 5 section 2).
    /// `None` if the file is not to be read.
    fn import_conditions(
        &mut self,
        from: usize,
        end: usize,
        start: usize,
        file: &mut File,
        around: &Around,
    ) -> Option<Around<'static>> {
        let text = file.text;
        let mut rest = Parser::new(text.get(from..end).unwrap_or(""));
        let mut inner = Around { media: around.media.clone(), layer: around.layer, parents: None, depth: around.depth };
        if super::parse::take_ident(&mut rest, "layer") {
            inner.layer = Some(self.layer(None, around)?);
        } else if rest.try_parse(|i| i.expect_function_matching("layer")).is_ok() {
            let name: PResult<String> = rest.parse_nested_block(layer_name);
            inner.layer = Some(self.layer(Some(&name.ok()?), around)?);
        }
        if rest.try_parse(|i| i.expect_function_matching("supports")).is_ok() {
            let holds: PResult<bool> = rest.parse_nested_block(|i| {
                let before = i.state();
                // A declaration may stand in it without brackets of its own.
                supports(i).or_else(|_| {
                    i.reset(&before);
                    let from = i.position();
                    while i.next().is_ok() {}
                    supports(&mut Parser::new(&format!("({})", i.slice_from(from))))
                })
            });
            if !holds.unwrap_or(false) {
                return None;
            }
        }
        rest.skip_whitespace();
        if !rest.is_exhausted() {
            let at = from + rest.position().byte_index();
            inner.media = Some(self.media(text.get(at..end).unwrap_or(""), start, file, around)?);
        }
        Some(inner)
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
                let block = Arc::new(self.frame_block(i, file));
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

    /// The declarations of the block that was just opened.
    fn frame_block(&mut self, input: &mut Parser, file: &mut File) -> super::declaration::DeclarationBlock {
        let (text, path) = (file.text, file.path.clone());
        let block: PResult<_> = input.parse_nested_block(|i| Ok(parse_block(i, text, &path, &mut file.reporter)));
        block.unwrap_or_default()
    }
}

/// The name of a layer: identifiers with dots between them.
fn layer_name(input: &mut Parser) -> PResult<String> {
    let mut name = input.expect_ident()?.to_string();
    while super::parse::take_delim(input, '.') {
        name.push('.');
        name.push_str(input.expect_ident()?);
    }
    Ok(name)
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
