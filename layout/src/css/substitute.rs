//! `var()` and `env()`: textual substitution at computed-value time (CSS Variables 1, CSS Env 1).
//!
//! A declaration with such a function is kept as text. When a style is computed, references are replaced by
//! the custom properties of the element, and the result is parsed. References in a cycle, unknown ones
//! without a fallback, and results that grow out of bounds make the declaration invalid.

use super::declaration::{CustomDeclaration, CustomValue, Wide};
use super::parse::{PResult, fail};
use super::value::Viewport;
use crate::style::computed::CustomProperties;
use cssparser::{Parser, Token};
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// Bytes that a value may grow to by substitution.
const MAX_LENGTH: usize = 1 << 16;
/// Custom properties that may refer to each other in a chain.
const MAX_CHAIN: usize = 64;

/// True if `text` may hold a function that is substituted.
pub fn has_references(text: &str) -> bool {
    text.bytes().enumerate().any(|(i, b)| {
        b == b'(' && {
            let before = &text.as_bytes()[..i];
            [b"var".as_slice(), b"env", b"constant"]
                .iter()
                .any(|f| before.len() >= f.len() && before[before.len() - f.len()..].eq_ignore_ascii_case(f))
        }
    })
}

/// Replaces all references in `text`. `lookup` gives a custom property's value; its outer error stops all.
///
/// # Errors
/// A reference without a value, a malformed one, or a result that is too long.
fn substitute_with(
    text: &str,
    viewport: &Viewport,
    lookup: &mut dyn FnMut(&str) -> PResult<Option<Arc<str>>>,
) -> PResult<String> {
    let mut walk = Walk { text, viewport, lookup, out: String::with_capacity(text.len() + 32), copied: 0 };
    let mut input = Parser::new(text);
    walk.run(&mut input)?;
    walk.copy(text.len())?;
    Ok(walk.out)
}

/// Replaces all references in a declaration's value by custom properties that are already computed.
///
/// # Errors
/// A reference without a value and without a fallback, or a result that is too long.
pub fn substitute(text: &str, custom: &CustomProperties, viewport: &Viewport) -> PResult<String> {
    substitute_with(text, viewport, &mut |name| Ok(custom.values.get(name).cloned()))
}

struct Walk<'a> {
    text: &'a str,
    viewport: &'a Viewport,
    lookup: &'a mut dyn FnMut(&str) -> PResult<Option<Arc<str>>>,
    out: String,
    /// The text before this byte is in `out`.
    copied: usize,
}

impl Walk<'_> {
    /// Copies the text up to byte `to`.
    fn copy(&mut self, to: usize) -> PResult<()> {
        let piece = self.text.get(self.copied..to).unwrap_or("");
        self.push(piece)?;
        self.copied = to.max(self.copied);
        Ok(())
    }

    /// Appends a piece; a comment keeps tokens of different origin apart.
    fn push(&mut self, piece: &str) -> PResult<()> {
        let open = |c: char| c.is_ascii_whitespace() || "(),;/*".contains(c);
        if !piece.is_empty() && !self.out.is_empty() && !self.out.ends_with(open) && !piece.starts_with(open) {
            self.out.push_str("/**/");
        }
        self.out.push_str(piece);
        if self.out.len() > MAX_LENGTH { Err(fail()) } else { Ok(()) }
    }

    fn run(&mut self, input: &mut Parser) -> PResult<()> {
        loop {
            let start = input.position().byte_index();
            let Ok(token) = input.next_including_whitespace_and_comments().cloned() else { return Ok(()) };
            match token {
                Token::Function(name) if name.eq_ignore_ascii_case("var") => {
                    self.copy(start)?;
                    input.parse_nested_block(|i| {
                        let name = i.expect_ident()?.clone();
                        if !name.starts_with("--") {
                            return Err(fail());
                        }
                        let value = (self.lookup)(&name)?;
                        self.value_or_fallback(i, value)
                    })?;
                    self.copied = input.position().byte_index();
                }
                Token::Function(name) if name.eq_ignore_ascii_case("env") || name.eq_ignore_ascii_case("constant") => {
                    self.copy(start)?;
                    input.parse_nested_block(|i| {
                        let edges = self.viewport.safe_area;
                        let inset = match i.expect_ident()?.to_ascii_lowercase().as_str() {
                            "safe-area-inset-top" => Some(edges.top),
                            "safe-area-inset-right" => Some(edges.right),
                            "safe-area-inset-bottom" => Some(edges.bottom),
                            "safe-area-inset-left" => Some(edges.left),
                            _ => None,
                        };
                        self.value_or_fallback(i, inset.map(|px| Arc::from(format!("{px}px"))))
                    })?;
                    self.copied = input.position().byte_index();
                }
                Token::Function(_) | Token::ParenthesisBlock | Token::SquareBracketBlock | Token::CurlyBracketBlock => {
                    input.parse_nested_block(|i| self.run(i))?;
                }
                Token::BadString(_) | Token::BadUrl(_) => return Err(fail()),
                _ => {}
            }
        }
    }

    /// Writes the value of a reference, else its fallback, which may hold references itself.
    fn value_or_fallback(&mut self, input: &mut Parser, value: Option<Arc<str>>) -> PResult<()> {
        let has_fallback = !input.is_exhausted();
        if has_fallback {
            input.expect_comma()?;
        }
        if let Some(value) = value {
            self.push(&value)?;
            while input.next().is_ok() {}
            return Ok(());
        }
        if !has_fallback {
            return Err(fail());
        }
        input.skip_whitespace();
        self.copied = input.position().byte_index();
        self.run(input)?;
        self.copy(input.position().byte_index())
    }
}

/// The custom properties of an element: its parent's, changed by its own declarations, with all references
/// replaced. Shares the parent's where nothing changes.
pub fn resolve_custom(
    parent: &Arc<CustomProperties>,
    declared: &FxHashMap<&str, &CustomDeclaration>,
    viewport: &Viewport,
) -> Arc<CustomProperties> {
    let mut resolver = Resolver { parent, declared, viewport, done: FxHashMap::default(), open: Vec::new() };
    let mut values = parent.values.clone();
    let mut changed = false;
    for (&name, declaration) in declared {
        // Failing to resolve makes the property as if it had never been set anywhere.
        match resolver.resolve(name).unwrap_or(None) {
            Some(value) => {
                if values.get(name) != Some(&value) {
                    changed = true;
                    values.insert(declaration.name.clone(), value);
                }
            }
            None => changed |= values.remove(name).is_some(),
        }
    }
    if changed { Arc::new(CustomProperties { values }) } else { parent.clone() }
}

struct Resolver<'a> {
    parent: &'a CustomProperties,
    declared: &'a FxHashMap<&'a str, &'a CustomDeclaration>,
    viewport: &'a Viewport,
    done: FxHashMap<&'a str, Option<Arc<str>>>,
    /// Properties that are being resolved, outermost first; the flag says that it is part of a cycle.
    open: Vec<(&'a str, bool)>,
}

impl<'a> Resolver<'a> {
    fn resolve(&mut self, name: &str) -> PResult<Option<Arc<str>>> {
        let Some((&name, declaration)) = self.declared.get_key_value(name) else {
            return Ok(self.parent.values.get(name).cloned());
        };
        if let Some(value) = self.done.get(name) {
            return Ok(value.clone());
        }
        if let Some(at) = self.open.iter().position(|(n, _)| *n == name) {
            // Everything from there on is in the cycle.
            self.open[at..].iter_mut().for_each(|(_, cyclic)| *cyclic = true);
            return Ok(None);
        }
        if self.open.len() >= MAX_CHAIN {
            return Err(fail());
        }
        let value = match &declaration.value {
            CustomValue::Wide(Wide::Initial) => None,
            CustomValue::Wide(_) => self.parent.values.get(name).cloned(),
            CustomValue::Text { text, references: false } => Some(text.clone()),
            CustomValue::Text { text, references: true } => {
                self.open.push((name, false));
                let viewport = self.viewport;
                let result = substitute_with(text, viewport, &mut |n| self.resolve(n));
                let cyclic = self.open.pop().is_some_and(|(_, cyclic)| cyclic);
                result.ok().filter(|_| !cyclic).map(Arc::from)
            }
        };
        self.done.insert(name, value.clone());
        Ok(value)
    }
}
