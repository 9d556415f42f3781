//! `@font-face` rules (CSS Fonts 4 section 4).

use super::parse::PResult;
use crate::diagnostic::Position;
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// A source of an `@font-face`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct FontSource {
    /// The URL as written, or the name of a `local()` face.
    pub url: Arc<str>,
    /// True for `local()`.
    pub local: bool,
    /// The `format()`, lower case, if given.
    pub format: Option<Arc<str>>,
}

/// An `@font-face` rule.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct FontFaceRule {
    /// The family that it adds to.
    pub family: Arc<str>,
    /// Sources in order of preference.
    pub sources: Vec<FontSource>,
    /// Lightest and heaviest weight that the face serves.
    pub weight: (u16, u16),
    /// True for `italic` and `oblique`.
    pub italic: bool,
    /// Path of the file the rule stands in, for relative URLs.
    pub base: Arc<str>,
    /// Where the rule stands in that file.
    pub position: Position,
}

/// Reads the descriptors of `@font-face`; `None` if a needed one is missing. Unknown ones are passed over.
pub(super) fn font_face(input: &mut Parser, base: &Arc<str>) -> Option<FontFaceRule> {
    let place = input.current_source_location();
    let (mut family, mut sources, mut weight, mut italic) = (None, Vec::new(), (400, 400), false);
    loop {
        let name = match input.next() {
            Err(_) => break,
            Ok(Token::Ident(name)) => name.to_ascii_lowercase(),
            Ok(_) => continue,
        };
        if input.try_parse(|i| i.expect_colon()).is_err() {
            continue;
        }
        let _: PResult<()> = input.parse_until_after(cssparser::Delimiter::Semicolon, |i| {
            match name.as_str() {
                "font-family" => family = Some(i.try_parse(family_name)?),
                "src" => {
                    let list = i.parse_comma_separated_ignoring_errors(font_source);
                    if !list.is_empty() {
                        sources = list;
                    }
                }
                "font-weight" => {
                    let one = |i: &mut Parser| match super::text::font_weight(i)? {
                        super::text::FontWeight::Absolute(weight) => Ok(weight),
                        _ => Err(super::parse::fail()),
                    };
                    let first = one(i)?;
                    weight = (first, i.try_parse(one).unwrap_or(first));
                }
                "font-style" => italic = !i.expect_ident()?.eq_ignore_ascii_case("normal"),
                _ => {}
            }
            while i.next().is_ok() {}
            Ok(())
        });
    }
    let family = family.filter(|_| !sources.is_empty())?;
    let position = Position { line: place.line + 1, column: place.column };
    Some(FontFaceRule { family, sources, weight, italic, base: base.clone(), position })
}

fn family_name(input: &mut Parser) -> PResult<Arc<str>> {
    match super::text::font_family(input)?.first() {
        Some(crate::style::computed::FontFamily::Named(name)) => Ok(name.clone()),
        _ => Err(super::parse::fail()),
    }
}

fn font_source(input: &mut Parser) -> PResult<FontSource> {
    let start = input.state();
    if let Ok(Token::Function(name)) = input.next()
        && name.eq_ignore_ascii_case("local")
    {
        let name = input.parse_nested_block(|i| {
            let mut name = i.expect_ident_or_string()?.to_string();
            while let Ok(next) = i.try_parse(|i| i.expect_ident().cloned()) {
                name.push(' ');
                name.push_str(&next);
            }
            Ok(name)
        })?;
        return Ok(FontSource { url: Arc::from(name), local: true, format: None });
    }
    input.reset(&start);
    let url = super::parse::url(input)?;
    let mut format = None;
    while let Ok(function) = input.try_parse(|i| i.expect_function().cloned()) {
        let value = input.parse_nested_block(|i| Ok(i.expect_ident_or_string()?.to_ascii_lowercase()))?;
        if function.eq_ignore_ascii_case("format") {
            format = Some(Arc::from(value));
        }
    }
    Ok(FontSource { url, local: false, format })
}
