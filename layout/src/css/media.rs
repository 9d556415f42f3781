//! Media queries (Media Queries 4, the part that means something here) and `@supports` conditions.

use super::declaration::{Source, Wide};
use super::names::{self, Name};
use super::parse::{PResult, ParseContext, fail, integer, length, reason, take_delim, take_ident};
use super::substitute::has_references;
use super::value::{Compute, ComputeContext, PxLength, Viewport};
use crate::style::computed::{Color, ComputedStyle};
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::{Arc, OnceLock};

/// How deep conditions may stand in parentheses.
const MAX_NESTING: u32 = 16;

/// A media query list; true if any of its queries is.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub struct MediaList(Vec<Condition>);

#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
enum Condition {
    Always,
    Never,
    Not(Box<Condition>),
    All(Vec<Condition>),
    Any(Vec<Condition>),
    Compare(Dimension, Comparison, PxLength),
    /// Width over height.
    AspectRatio(Comparison, f32),
    /// Physical pixels in a logical one.
    Resolution(Comparison, f32),
    Portrait(bool),
    Dark(bool),
}

#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
enum Dimension {
    Width,
    Height,
}

#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
enum Comparison {
    Least,
    Most,
    Equal,
    Above,
    Below,
}

impl Comparison {
    fn holds(self, a: f32, b: f32) -> bool {
        match self {
            Comparison::Least => a >= b,
            Comparison::Most => a <= b,
            Comparison::Equal => a == b,
            Comparison::Above => a > b,
            Comparison::Below => a < b,
        }
    }
}

impl MediaList {
    /// Whether the list holds for a viewport. Relative lengths are those of the initial style.
    pub fn matches(&self, viewport: &Viewport) -> bool {
        self.0.iter().any(|c| c.holds(viewport))
    }
}

impl Condition {
    fn holds(&self, viewport: &Viewport) -> bool {
        static INITIAL: OnceLock<ComputedStyle> = OnceLock::new();
        match self {
            Condition::Always => true,
            Condition::Never => false,
            Condition::Not(inner) => !inner.holds(viewport),
            Condition::All(list) => list.iter().all(|c| c.holds(viewport)),
            Condition::Any(list) => list.iter().any(|c| c.holds(viewport)),
            Condition::Compare(dimension, comparison, value) => {
                let context = ComputeContext {
                    viewport,
                    font_size: 16.0,
                    root_font_size: 16.0,
                    line_height: 19.2,
                    color: Color::BLACK,
                    parent: INITIAL.get_or_init(ComputedStyle::default),
                    asked: None,
                };
                let own = match dimension {
                    Dimension::Width => viewport.width,
                    Dimension::Height => viewport.height,
                };
                comparison.holds(own, value.compute(&context))
            }
            Condition::AspectRatio(comparison, ratio) => comparison.holds(viewport.width, ratio * viewport.height),
            Condition::Resolution(comparison, scale) => comparison.holds(viewport.scale, *scale),
            Condition::Portrait(portrait) => (viewport.height >= viewport.width) == *portrait,
            Condition::Dark(dark) => viewport.dark == *dark,
        }
    }
}

/// Parses a media query list. A query that is not understood never holds; `problem` is told why.
pub fn parse_media(input: &mut Parser, problem: &mut dyn FnMut(&'static str)) -> MediaList {
    if input.is_exhausted() {
        return MediaList(vec![Condition::Always]);
    }
    let list: PResult<Vec<Condition>> = input.parse_comma_separated(|i| {
        let query: PResult<Condition> = i.try_parse(|i| {
            let query = media_query(i)?;
            i.expect_exhausted()?;
            Ok(query)
        });
        Ok(query.unwrap_or_else(|error| {
            problem(match error.kind {
                cssparser::ParseErrorKind::Custom(super::parse::Reason(text)) => text,
                cssparser::ParseErrorKind::Basic(_) => "this is no media query",
            });
            while i.next().is_ok() {}
            Condition::Never
        }))
    });
    MediaList(list.unwrap_or_else(|_| vec![Condition::Never]))
}

fn media_query(input: &mut Parser) -> PResult<Condition> {
    let start = input.state();
    let negated = take_ident(input, "not");
    if !negated {
        let _ = take_ident(input, "only");
    }
    let Ok(kind) = input.try_parse(|i| i.expect_ident().cloned()) else {
        input.reset(&start);
        return condition(input, &mut media_feature, 0);
    };
    let mut all = vec![match kind.to_ascii_lowercase().as_str() {
        "all" | "screen" => Condition::Always,
        _ => Condition::Never,
    }];
    while take_ident(input, "and") {
        all.push(in_parentheses(input, &mut media_feature, 0)?);
    }
    let query = Condition::All(all);
    Ok(if negated { Condition::Not(Box::new(query)) } else { query })
}

type Feature<'a> = &'a mut dyn FnMut(&mut Parser) -> PResult<Condition>;

/// `not A`, `A and B ...`, `A or B ...`.
fn condition(input: &mut Parser, feature: Feature, depth: u32) -> PResult<Condition> {
    if depth > MAX_NESTING {
        return Err(reason("the condition is nested too deep"));
    }
    if take_ident(input, "not") {
        return Ok(Condition::Not(Box::new(in_parentheses(input, feature, depth)?)));
    }
    let first = in_parentheses(input, feature, depth)?;
    let joins = ["and", "or"];
    let Some(join) = joins.into_iter().find(|j| take_ident(input, j)) else { return Ok(first) };
    let mut list = vec![first, in_parentheses(input, feature, depth)?];
    while take_ident(input, join) {
        list.push(in_parentheses(input, feature, depth)?);
    }
    Ok(if join == "and" { Condition::All(list) } else { Condition::Any(list) })
}

fn in_parentheses(input: &mut Parser, feature: Feature, depth: u32) -> PResult<Condition> {
    let start = input.state();
    match input.next()? {
        Token::ParenthesisBlock => {}
        // A function is a feature of its own (`selector()`).
        _ => {
            input.reset(&start);
            return feature(input);
        }
    }
    input.parse_nested_block(|i| {
        let start = i.state();
        let nested = matches!(i.next(), Ok(Token::ParenthesisBlock)) || {
            i.reset(&start);
            i.expect_ident_matching("not").is_ok() && matches!(i.next(), Ok(Token::ParenthesisBlock))
        };
        i.reset(&start);
        if nested { condition(i, feature, depth + 1) } else { feature(i) }
    })
}

/// Media features that are known.
pub const FEATURES: &[&str] = &[
    "any-hover",
    "any-pointer",
    "aspect-ratio",
    "color",
    "color-gamut",
    "display-mode",
    "forced-colors",
    "grid",
    "height",
    "hover",
    "inverted-colors",
    "monochrome",
    "orientation",
    "pointer",
    "prefers-color-scheme",
    "prefers-contrast",
    "prefers-reduced-data",
    "prefers-reduced-motion",
    "prefers-reduced-transparency",
    "resolution",
    "scripting",
    "update",
    "width",
];

/// A feature that is a keyword, and what it is on a page: a surface that is touched.
fn keyword_feature(name: &str) -> Option<&'static str> {
    Some(match name {
        "hover" | "any-hover" => "none",
        "pointer" | "any-pointer" => "coarse",
        "prefers-reduced-motion" | "prefers-contrast" | "prefers-reduced-data" | "prefers-reduced-transparency" => {
            "no-preference"
        }
        "forced-colors" | "inverted-colors" => "none",
        "color-gamut" => "srgb",
        "display-mode" => "standalone",
        "scripting" => "enabled",
        "update" => "fast",
        _ => return None,
    })
}

fn media_feature(input: &mut Parser) -> PResult<Condition> {
    let start = input.state();
    let bare = |input: &mut Parser| -> PResult<()> {
        match input.next()? {
            Token::Ident(_) => Ok(()),
            _ => Err(fail()),
        }
    };
    if bare(input).is_err() {
        // `(100px <= width <= 400px)`.
        input.reset(&start);
        return range_around(input);
    }
    input.reset(&start);
    let name = input.expect_ident()?.to_ascii_lowercase();
    if input.is_exhausted() {
        return match (name.as_str(), keyword_feature(&name)) {
            (
                "width" | "height" | "orientation" | "prefers-color-scheme" | "color" | "aspect-ratio" | "resolution",
                _,
            ) => Ok(Condition::Always),
            ("grid" | "monochrome", _) => Ok(Condition::Never),
            (_, Some("none" | "no-preference")) => Ok(Condition::Never),
            (_, Some(_)) => Ok(Condition::Always),
            _ => Err(reason("this media feature is not supported")),
        };
    }
    if input.try_parse(|i| i.expect_colon()).is_err() {
        let how = comparison(input)?;
        return value(input, &name)?.compared(how);
    }
    let (how, plain) = match (name.strip_prefix("min-"), name.strip_prefix("max-")) {
        (Some(rest), _) => (Comparison::Least, rest),
        (_, Some(rest)) => (Comparison::Most, rest),
        _ => (Comparison::Equal, name.as_str()),
    };
    match plain {
        "orientation" => match input.expect_ident()?.to_ascii_lowercase().as_str() {
            "portrait" => Ok(Condition::Portrait(true)),
            "landscape" => Ok(Condition::Portrait(false)),
            _ => Err(fail()),
        },
        "prefers-color-scheme" => match input.expect_ident()?.to_ascii_lowercase().as_str() {
            "dark" => Ok(Condition::Dark(true)),
            "light" => Ok(Condition::Dark(false)),
            _ => Err(fail()),
        },
        "-webkit-min-device-pixel-ratio" => Ok(Condition::Resolution(Comparison::Least, super::parse::number(input)?)),
        "-webkit-max-device-pixel-ratio" => Ok(Condition::Resolution(Comparison::Most, super::parse::number(input)?)),
        "-webkit-device-pixel-ratio" => Ok(Condition::Resolution(Comparison::Equal, super::parse::number(input)?)),
        "grid" | "monochrome" => Ok(if integer(input)? == 0 { Condition::Always } else { Condition::Never }),
        // Bits of a channel.
        "color" => Ok(if how.holds(8.0, integer(input)? as f32) { Condition::Always } else { Condition::Never }),
        _ => match keyword_feature(plain) {
            Some(own) => {
                let named = input.expect_ident()?;
                Ok(if named.eq_ignore_ascii_case(own) { Condition::Always } else { Condition::Never })
            }
            None => value(input, plain)?.compared(how),
        },
    }
}

/// A value that a feature is compared with.
#[derive(Clone)]
enum Compared {
    Length(Dimension, PxLength),
    Ratio(f32),
    Scale(f32),
}

impl Compared {
    fn compared(self, how: Comparison) -> PResult<Condition> {
        Ok(match self {
            Compared::Length(dimension, length) => Condition::Compare(dimension, how, length),
            Compared::Ratio(ratio) => Condition::AspectRatio(how, ratio),
            Compared::Scale(scale) => Condition::Resolution(how, scale),
        })
    }
}

/// The value of the feature `name`, one that counts something.
fn value(input: &mut Parser, name: &str) -> PResult<Compared> {
    match name {
        "width" | "device-width" => Ok(Compared::Length(Dimension::Width, length(input)?)),
        "height" | "device-height" => Ok(Compared::Length(Dimension::Height, length(input)?)),
        "aspect-ratio" | "device-aspect-ratio" => {
            let width = super::parse::non_negative_number(input)?;
            let height = if take_delim(input, '/') { super::parse::non_negative_number(input)? } else { 1.0 };
            Ok(Compared::Ratio(width / height))
        }
        "resolution" => match input.next()?.clone() {
            Token::Ident(word) if word.eq_ignore_ascii_case("infinite") => Ok(Compared::Scale(f32::INFINITY)),
            Token::Dimension { value, unit, .. } => match unit.to_ascii_lowercase().as_str() {
                "dppx" | "x" => Ok(Compared::Scale(value)),
                "dpi" => Ok(Compared::Scale(value / 96.0)),
                "dpcm" => Ok(Compared::Scale(value * 2.54 / 96.0)),
                _ => Err(fail()),
            },
            _ => Err(fail()),
        },
        _ => Err(reason("this media feature is not supported")),
    }
}

/// `value < name`, and perhaps `< value` behind it; both compare in the same direction (Media Queries 4 section 2.4.3).
fn range_around(input: &mut Parser) -> PResult<Condition> {
    // What the value is shows only at the name behind it.
    let start = input.state();
    let name = loop {
        if let Token::Ident(name) = input.next()?.clone()
            && FEATURES.contains(&name.to_ascii_lowercase().as_str())
        {
            break name.to_ascii_lowercase();
        }
    };
    input.reset(&start);
    let first = value(input, &name)?;
    let low = comparison(input)?;
    input.expect_ident()?;
    let mut all = vec![first.compared(mirrored(low))?];
    if !input.is_exhausted() {
        let high = comparison(input)?;
        let upwards = |c: Comparison| matches!(c, Comparison::Most | Comparison::Below);
        if low == Comparison::Equal || high == Comparison::Equal || upwards(low) != upwards(high) {
            return Err(reason("both sides of a range compare in the same direction"));
        }
        all.push(value(input, &name)?.compared(high)?);
    }
    Ok(Condition::All(all))
}

fn comparison(input: &mut Parser) -> PResult<Comparison> {
    match input.next()?.clone() {
        Token::Delim('=') => Ok(Comparison::Equal),
        Token::Delim('<') => Ok(if take_delim(input, '=') { Comparison::Most } else { Comparison::Below }),
        Token::Delim('>') => Ok(if take_delim(input, '=') { Comparison::Least } else { Comparison::Above }),
        _ => Err(fail()),
    }
}

/// The comparison with its sides changed.
fn mirrored(comparison: Comparison) -> Comparison {
    match comparison {
        Comparison::Least => Comparison::Most,
        Comparison::Most => Comparison::Least,
        Comparison::Above => Comparison::Below,
        Comparison::Below => Comparison::Above,
        Comparison::Equal => Comparison::Equal,
    }
}

/// Evaluates the condition of an `@supports` rule.
///
/// # Errors
/// A malformed condition.
pub fn supports(input: &mut Parser) -> PResult<bool> {
    let mut feature = |i: &mut Parser| -> PResult<Condition> {
        let start = i.state();
        if let Token::Function(name) = i.next()?.clone() {
            // `selector(...)`: anything but the plain property test is answered with no.
            let known = name.eq_ignore_ascii_case("selector");
            let inner = i.parse_nested_block(|i| {
                let from = i.position();
                while i.next().is_ok() {}
                Ok(i.slice_from(from))
            })?;
            let supported = known && super::selector::parse(inner).is_ok();
            return Ok(if supported { Condition::Always } else { Condition::Never });
        }
        i.reset(&start);
        let name = i.expect_ident()?.to_ascii_lowercase();
        i.expect_colon()?;
        let from = i.position();
        while i.next().is_ok() {}
        let value = i.slice_from(from).trim_ascii();
        let base: Arc<str> = Arc::from("");
        let source = match names::find(&name) {
            _ if name.starts_with("--") => return Ok(Condition::Always),
            Some(Name::Longhand(id)) => Source::Longhand(id),
            Some(Name::Shorthand(shorthand)) => Source::Shorthand(shorthand),
            Some(Name::Ignored) => return Ok(Condition::Always),
            _ => return Ok(Condition::Never),
        };
        let parses = Wide::from_text(value).is_some()
            || has_references(value)
            || source.parse(value, &ParseContext { base: &base }, &mut Vec::new()).is_ok();
        Ok(if parses { Condition::Always } else { Condition::Never })
    };
    let result = condition(input, &mut feature, 0)?;
    input.expect_exhausted()?;
    Ok(result.holds(&Viewport::default()))
}
