//! Selectors in a browser's terms, token by token, with the specificity that they have in the program.

use super::{attribute_name, element_name};
use cssparser::{Parser, Token, serialize_identifier, serialize_name};
use pellicle_layout::document::ScopeId;
use pellicle_layout::style::rules::Binding;
use std::fmt::Write as _;

/// Levels of `:not()` and `:is()`.
const MAX_NESTING: u32 = 8;

/// A selector without commas whose names are bound as `binding` says; `None` for one that says nothing. A selector
/// that has to match by the text of `class` says so in `by_class`.
pub(super) fn rewrite(text: &str, binding: Binding, by_class: &mut bool) -> Option<String> {
    let mut writer = Writer { text, binding, by_class, out: String::with_capacity(text.len() + 16) };
    writer.list(&mut Parser::new(text), 0)?;
    Some(writer.out)
}

struct Writer<'a> {
    text: &'a str,
    binding: Binding,
    by_class: &'a mut bool,
    out: String,
}

/// Conditions on one element while they are read.
#[derive(Default)]
struct Compound {
    name: String,
    conditions: String,
    pseudo_element: String,
    /// It has a name that decides where it may match.
    anchored: bool,
    any: bool,
}

impl Writer<'_> {
    /// Elements that a selector without a name may match.
    fn place(&self) -> String {
        match self.binding.nodes {
            Some(ScopeId(scope)) => format!(":where([data-scope=\"{scope}\"])"),
            None => ":where([data-node])".to_owned(),
        }
    }

    fn end_compound(&mut self, compound: &mut Compound) {
        let compound = std::mem::take(compound);
        if !compound.any {
            return;
        }
        self.out.push_str(&compound.name);
        if !compound.anchored {
            let place = self.place();
            self.out.push_str(&place);
        }
        self.out.push_str(&compound.conditions);
        self.out.push_str(&compound.pseudo_element);
    }

    fn list(&mut self, input: &mut Parser, depth: u32) -> Option<()> {
        if depth > MAX_NESTING {
            return None;
        }
        let mut compound = Compound::default();
        loop {
            let Ok(token) = input.next_including_whitespace().cloned() else { break };
            match token {
                Token::WhiteSpace(_) => {
                    self.end_compound(&mut compound);
                    if !self.out.ends_with([' ', ',', '(']) && !self.out.is_empty() {
                        self.out.push(' ');
                    }
                }
                Token::Delim(c @ ('>' | '+' | '~')) => {
                    self.end_compound(&mut compound);
                    self.out.push(c);
                    self.out.push(' ');
                }
                Token::Comma => {
                    self.end_compound(&mut compound);
                    self.out.push(',');
                }
                token => {
                    compound.any = true;
                    self.condition(token, input, &mut compound, depth)?;
                }
            }
        }
        self.end_compound(&mut compound);
        Some(())
    }

    fn condition(&mut self, token: Token, input: &mut Parser, compound: &mut Compound, depth: u32) -> Option<()> {
        let conditions = &mut compound.conditions;
        match token {
            Token::Delim('*') => {}
            Token::Ident(name) => {
                compound.anchored = true;
                if matches!(&*name, "page" | "body" | "html") {
                    compound.name = "body".to_owned();
                } else {
                    compound.name = element_name(&name);
                    // It counts as a class more, as it does in the program.
                    if let Some(ScopeId(scope)) = self.binding.nodes {
                        let _ = write!(conditions, "[data-scope=\"{scope}\"]");
                    }
                }
            }
            Token::Delim('.') => {
                let name = input.expect_ident_cloned().ok()?;
                let _ = write!(conditions, ".s{}-", self.binding.classes.0);
                serialize_name(&name, conditions).ok()?;
                compound.anchored = true;
            }
            Token::IDHash(name) => {
                conditions.push('#');
                serialize_identifier(&name, conditions).ok()?;
            }
            Token::SquareBracketBlock => {
                let (name, rest) = nested(input, |i| {
                    let name = i.expect_ident_cloned().ok()?;
                    let from = i.position().byte_index();
                    while i.next_including_whitespace().is_ok() {}
                    Some((name.to_string(), self.text.get(from..i.position().byte_index())?))
                })?;
                let name = match name.as_str() {
                    "id" => name,
                    "class" => {
                        *self.by_class = true;
                        format!("data-class-{}", self.binding.classes.0)
                    }
                    name => attribute_name(name),
                };
                let _ = write!(conditions, "[{name}{rest}]");
            }
            Token::Colon => self.pseudo(input, compound, depth)?,
            _ => return None,
        }
        Some(())
    }

    fn pseudo(&mut self, input: &mut Parser, compound: &mut Compound, depth: u32) -> Option<()> {
        let mut token = input.next_including_whitespace().ok()?.clone();
        if matches!(token, Token::Colon) {
            token = input.next_including_whitespace().ok()?.clone();
        }
        let conditions = &mut compound.conditions;
        match token {
            Token::Ident(name) => match &*name.to_ascii_lowercase() {
                element @ ("before" | "after" | "selection") => compound.pseudo_element = format!("::{element}"),
                // The text of a field that is empty: an element counts as much as a pseudo-element.
                "placeholder" | "-webkit-input-placeholder" => compound.pseudo_element = " i-placeholder".to_owned(),
                "host" => {
                    compound.anchored = true;
                    match self.binding.nodes {
                        Some(ScopeId(scope)) => _ = write!(conditions, "[data-host=\"{scope}\"]"),
                        None => conditions.push_str(":not(*)"),
                    }
                }
                "root" => {
                    compound.anchored = true;
                    conditions.push_str(":where(body)[data-node]");
                }
                state @ ("active" | "hover" | "focus" | "checked" | "disabled" | "enabled" | "focus-within") => {
                    let _ = write!(conditions, "[data-state~=\"{state}\"]");
                }
                "focus-visible" => conditions.push_str("[data-state~=\"focus\"]"),
                "visited" | "link" | "any-link" | "target" => conditions.push_str(":not(*)"),
                structural => _ = write!(conditions, ":{structural}"),
            },
            Token::Function(name) => {
                let name = name.to_ascii_lowercase();
                let inner = match name.as_str() {
                    "not" | "is" | "where" | "matches" | "-webkit-any" => {
                        let mut inner = Writer {
                            text: self.text,
                            binding: self.binding,
                            by_class: &mut *self.by_class,
                            out: String::new(),
                        };
                        nested(input, |i| inner.list(i, depth + 1))?;
                        inner.out
                    }
                    _ => nested(input, |i| {
                        let from = i.position().byte_index();
                        while i.next_including_whitespace().is_ok() {}
                        Some(self.text.get(from..i.position().byte_index())?.to_owned())
                    })?,
                };
                let name = if matches!(name.as_str(), "matches" | "-webkit-any") { "is" } else { &name };
                let _ = write!(conditions, ":{name}({})", inner.trim());
            }
            _ => return None,
        }
        Some(())
    }
}

/// Reads the block that was just opened.
fn nested<T>(input: &mut Parser, read: impl FnOnce(&mut Parser) -> Option<T>) -> Option<T> {
    let result: Result<T, cssparser::ParseError<()>> =
        input.parse_nested_block(|i| read(i).ok_or_else(|| cssparser::ParseError::custom(())));
    result.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn global(text: &str) -> String {
        rewrite(text, Binding { classes: ScopeId(0), nodes: None }, &mut false).unwrap_or_default()
    }

    fn scoped(text: &str) -> String {
        rewrite(text, Binding { classes: ScopeId(3), nodes: Some(ScopeId(3)) }, &mut false).unwrap_or_default()
    }

    #[test]
    fn names_are_bound_to_what_a_sheet_may_match() {
        assert_eq!(global("view.a > #b::after"), "wx-view.s0-a > :where([data-node])#b::after");
        assert_eq!(scoped("view.a"), "wx-view[data-scope=\"3\"].s3-a");
        assert_eq!(scoped("#b *"), ":where([data-scope=\"3\"])#b :where([data-scope=\"3\"])");
        assert_eq!(scoped(":host .a+.b"), "[data-host=\"3\"] .s3-a+ .s3-b");
        assert_eq!(global("page:not(.a, [hidden])"), "body:not(.s0-a,:where([data-node])[at-hidden])");
    }

    #[test]
    fn states_and_attributes_are_asked_of_what_the_document_says() {
        assert_eq!(global(".a:checked"), ".s0-a[data-state~=\"checked\"]");
        assert_eq!(global("[type=\"x\" i]"), ":where([data-node])[at-type=\"x\" i]");
        let mut by_class = false;
        let binding = Binding { classes: ScopeId(3), nodes: Some(ScopeId(3)) };
        let written = rewrite("[class*=van-]", binding, &mut by_class);
        assert_eq!(written.as_deref(), Some(":where([data-scope=\"3\"])[data-class-3*=van-]"));
        assert!(by_class);
        assert_eq!(global("input::placeholder"), "wx-input i-placeholder");
        assert_eq!(global(".a:nth-child(2n + 1)"), ".s0-a:nth-child(2n + 1)");
    }
}
