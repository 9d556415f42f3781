//! Values and declarations in a browser's terms, token by token.
//!
//! `rpx` becomes px of the viewport, `env()` and `constant()` the insets of the surface, addresses what a browser can
//! load. Everything else stays as it is written, the browser is to judge it.

use super::Context;
use crate::images::address::resolve;
use cssparser::{Parser, Token, serialize_string};

/// Something that would not stay in its place in the document, such as a bracket without its counterpart.
pub(super) struct Broken;

/// Pieces of a text, some of them replaced.
struct Walk<'a> {
    context: &'a Context<'a>,
    /// The file that the text stands in; addresses count from it.
    file: &'a str,
    text: &'a str,
    out: String,
    /// The text before this byte is in `out`.
    copied: usize,
}

/// A value of the file `file`.
pub(super) fn value(context: &Context<'_>, file: &str, text: &str) -> Result<String, Broken> {
    let mut walk = Walk { context, file, text, out: String::with_capacity(text.len()), copied: 0 };
    walk.run(&mut Parser::new(text))?;
    walk.copy(text.len());
    Ok(walk.out)
}

/// The declarations of a block or of a style attribute. Rules that stand in it are left out.
pub(super) fn declarations(context: &Context<'_>, file: &str, text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut input = Parser::new(text);
    loop {
        input.skip_whitespace();
        let start = input.position().byte_index();
        let (mut end, mut is_rule) = (start, false);
        let done = loop {
            match input.next_including_whitespace_and_comments() {
                Err(_) => break true,
                Ok(Token::Semicolon) => break false,
                Ok(Token::CurlyBracketBlock) if !text.get(start..).unwrap_or("").starts_with("--") => {
                    is_rule = true;
                    break false;
                }
                Ok(_) => end = input.position().byte_index(),
            }
            // A block is skipped with the token behind it; where it ends is known then.
            end = end.max(block_end(&mut input));
        };
        let declaration = text.get(start..end).unwrap_or("").trim();
        if !is_rule
            && !declaration.is_empty()
            && let Ok(declaration) = value(context, file, declaration)
        {
            out.push_str(&declaration);
            out.push_str("; ");
        }
        if done {
            return out;
        }
    }
}

/// Where the next token starts: behind the block that was just opened, if one was.
fn block_end(input: &mut Parser) -> usize {
    let before = input.state();
    input.skip_whitespace();
    let at = input.position().byte_index();
    input.reset(&before);
    at
}

/// A length as a number that layout reads, in px.
fn px(value: f32, has_sign: bool) -> String {
    let plus = if has_sign && value >= 0.0 { "+" } else { "" };
    format!("{plus}{value}px")
}

impl Walk<'_> {
    fn copy(&mut self, to: usize) {
        self.out.push_str(self.text.get(self.copied..to).unwrap_or(""));
        self.copied = to.max(self.copied);
    }

    fn run(&mut self, input: &mut Parser) -> Result<(), Broken> {
        loop {
            let start = input.position().byte_index();
            let Ok(token) = input.next_including_whitespace_and_comments().cloned() else { return Ok(()) };
            match token {
                Token::Dimension { has_sign, value, unit, .. } if unit.eq_ignore_ascii_case("rpx") => {
                    self.copy(start);
                    self.out.push_str(&px(self.context.viewport.rpx(value), has_sign));
                    self.copied = input.position().byte_index();
                }
                Token::UnquotedUrl(url) => self.url(start, input.position().byte_index(), &url),
                Token::Function(name) if name.eq_ignore_ascii_case("url") => {
                    let url = nested(input, |i| i.expect_string().map(ToString::to_string).map_err(|_| Broken))?;
                    let end = input.position().byte_index();
                    self.url(start, end, &url);
                }
                Token::Function(name) if name.eq_ignore_ascii_case("env") || name.eq_ignore_ascii_case("constant") => {
                    let edges = self.context.viewport.safe_area;
                    let inset = nested(input, |i| {
                        let name = i.expect_ident().map_err(|_| Broken)?.to_ascii_lowercase();
                        while i.next().is_ok() {}
                        Ok(match name.as_str() {
                            "safe-area-inset-top" => Some(edges.top),
                            "safe-area-inset-right" => Some(edges.right),
                            "safe-area-inset-bottom" => Some(edges.bottom),
                            "safe-area-inset-left" => Some(edges.left),
                            _ => None,
                        })
                    })?;
                    if let Some(inset) = inset {
                        self.copy(start);
                        self.out.push_str(&px(inset, false));
                        self.copied = input.position().byte_index();
                    }
                }
                Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => {
                    nested(input, |i| self.run(i))?;
                }
                Token::BadString(_)
                | Token::BadUrl(_)
                | Token::CloseParenthesis
                | Token::CloseSquareBracket
                | Token::CloseCurlyBracket => return Err(Broken),
                _ => {}
            }
        }
    }

    /// Replaces an address.
    fn url(&mut self, start: usize, end: usize, url: &str) {
        self.copy(start);
        self.copied = end;
        let target = match url {
            local if local.starts_with('#') || local.starts_with("data:") => Some(local.to_owned()),
            written => match resolve(self.file, written) {
                path if path.starts_with('/') && !path.starts_with("//") => self.context.address(&path),
                net => self.context.options.network.then_some(net),
            },
        };
        self.out.push_str("url(");
        self.out.push_str(&string(target.as_deref().unwrap_or("data:,")));
        self.out.push(')');
    }
}

/// Reads the block that was just opened.
fn nested<T>(input: &mut Parser, read: impl FnOnce(&mut Parser) -> Result<T, Broken>) -> Result<T, Broken> {
    let result: Result<T, cssparser::ParseError<()>> =
        input.parse_nested_block(|i| read(i).map_err(|_| cssparser::ParseError::custom(())));
    result.map_err(|_| Broken)
}

/// A length that an attribute of a component gives: a bare number counts px. `default` where there is none above 0.
pub(super) fn attribute_length(context: &Context<'_>, text: &str, default: f32) -> String {
    let mut input = Parser::new(text);
    match input.next().cloned() {
        Ok(Token::Dimension { value, unit, .. }) if value > 0.0 && input.is_exhausted() => {
            match unit.eq_ignore_ascii_case("rpx") {
                true => px(context.viewport.rpx(value), false),
                false => format!("{value}{unit}"),
            }
        }
        Ok(Token::Number { value, .. } | Token::Dimension { value, .. }) if value > 0.0 => px(value, false),
        _ => px(default, false),
    }
}

/// A string of a style sheet, in quotes.
pub(super) fn string(text: &str) -> String {
    let mut out = String::new();
    let _ = serialize_string(text, &mut out);
    out
}
