//! From the text of an attribute or text node to an [`AttributeSource`].
//!
//! Braces are found as the runtime of the format does it: `{{` up to the first `}}` outside a string and
//! outside an object literal; without such an end the rest is plain text.

use super::entities;
use super::expression::{Expression, ExpressionKind};
use super::expression_parser::{self as parser, Form};
use super::template::{AttributePiece, AttributeSource};
use crate::diagnostic::Reporter;
use std::sync::Arc;

/// A stretch of a value, as byte offsets in its raw text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Stretch {
    Text(usize, usize),
    /// The inside of a pair of braces.
    Braces(usize, usize),
}

/// Cuts `raw` at its braces.
fn stretches(raw: &str) -> Vec<Stretch> {
    let mut out = Vec::new();
    let mut at = 0;
    while let Some(open) = raw[at..].find("{{").map(|i| at + i) {
        let Some(close) = closing_braces(raw, open + 2) else { break };
        if open > at {
            out.push(Stretch::Text(at, open));
        }
        out.push(Stretch::Braces(open + 2, close));
        at = close + 2;
    }
    if at < raw.len() {
        out.push(Stretch::Text(at, raw.len()));
    }
    out
}

/// Where the `}}` stands that ends the braces whose inside starts at `from`.
pub(super) fn closing_braces(raw: &str, from: usize) -> Option<usize> {
    let bytes = raw.as_bytes();
    let (mut quote, mut depth, mut i) = (0u8, 0u32, from);
    while i < bytes.len() {
        let byte = bytes[i];
        if quote != 0 {
            match byte {
                b'\\' => i += 1,
                _ if byte == quote => quote = 0,
                _ => {}
            }
        } else {
            match byte {
                b'"' | b'\'' => quote = byte,
                b'{' => depth += 1,
                b'}' if depth > 0 => depth -= 1,
                b'}' if bytes.get(i + 1) == Some(&b'}') => return Some(i),
                _ => {}
            }
        }
        i += 1;
    }
    None
}

/// Reads the value `raw`, which starts at byte `base` of the file. Findings go to `reporter`; an
/// expression that is not understood is `undefined`.
pub(super) fn read(raw: &str, base: usize, reporter: &mut Reporter<'_>) -> AttributeSource {
    let stretches = stretches(raw);
    match stretches[..] {
        [] => AttributeSource::Static(Arc::from("")),
        [Stretch::Text(..)] => {
            if raw.contains("{{") {
                let offset = base + raw.find("{{").unwrap_or(0);
                reporter.warning("open-braces", offset, "`{{` without its `}}` is plain text");
            }
            AttributeSource::Static(Arc::from(&*entities::decode(raw)))
        }
        [Stretch::Braces(start, end)] => {
            AttributeSource::Expression(expression(raw, start, end, base, Form::Value, reporter))
        }
        _ => AttributeSource::Concat(
            stretches
                .iter()
                .map(|stretch| match *stretch {
                    Stretch::Text(start, end) => AttributePiece::Text(Arc::from(&*entities::decode(&raw[start..end]))),
                    Stretch::Braces(start, end) => {
                        AttributePiece::Expression(expression(raw, start, end, base, Form::Value, reporter))
                    }
                })
                .collect(),
        ),
    }
}

/// Reads `data` of a `<template is>`: `None` if it holds no braces, or nothing between them.
pub(super) fn read_data(raw: &str, base: usize, reporter: &mut Reporter<'_>) -> Option<Expression> {
    let trimmed = raw.trim();
    if trimmed.is_empty() {
        return None;
    }
    let inside = trimmed.strip_prefix("{{").and_then(|rest| rest.strip_suffix("}}"));
    let Some(inside) = inside else {
        reporter.error("template-data", base, "`data` needs one pair of braces, such as `data=\"{{a, b: c}}\"`");
        return None;
    };
    let start = inside.as_ptr() as usize - raw.as_ptr() as usize;
    let parsed = expression(raw, start, start + inside.len(), base, Form::ObjectBody, reporter);
    (parsed.kind != ExpressionKind::Undefined).then_some(parsed)
}

fn expression(raw: &str, start: usize, end: usize, base: usize, form: Form, reporter: &mut Reporter<'_>) -> Expression {
    match parser::parse(&raw[start..end], base + start, form, reporter) {
        Ok(expression) => expression,
        Err(error) => {
            reporter.error("expression", error.offset, error.message);
            Expression { kind: ExpressionKind::Undefined, position: reporter.position(base + start) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn value(raw: &str) -> String {
        let mut reporter = Reporter::new(Arc::from("f"), raw);
        let value = read(raw, 0, &mut reporter);
        let piece = |e: &Expression| match &e.kind {
            ExpressionKind::Name(n) => format!("<{n}>"),
            other => format!("<{other:?}>"),
        };
        let shown = match value {
            AttributeSource::Present => "present".into(),
            AttributeSource::Static(text) => format!("{text:?}"),
            AttributeSource::Expression(e) => piece(&e),
            AttributeSource::Concat(pieces) => pieces
                .iter()
                .map(|p| match p {
                    AttributePiece::Text(t) => format!("{t:?}"),
                    AttributePiece::Expression(e) => piece(e),
                })
                .collect::<Vec<_>>()
                .join("+"),
        };
        let found: Vec<String> = reporter.finish().iter().map(|d| format!("!{}", d.position.column)).collect();
        shown + &found.concat()
    }

    #[test]
    fn a_lone_pair_of_braces_keeps_its_type_and_anything_beside_it_makes_a_string() {
        assert_eq!(value("{{a}}"), "<a>");
        assert_eq!(value("{{ a }} "), "<a>+\" \"");
        assert_eq!(value("x{{a}}{{b}}y"), "\"x\"+<a>+<b>+\"y\"");
        assert_eq!(value(""), "\"\"");
        assert_eq!(value("{{}}"), "<Undefined>");
    }

    #[test]
    fn quotes_and_object_braces_do_not_end_the_expression() {
        assert_eq!(value("{{'}}'}}"), "<String(\"}}\")>");
        assert_eq!(value("a{{b"), "\"a{{b\"!2");
        assert_eq!(value("{{'a}}"), "\"{{'a}}\"!1");
        assert!(value("{{ {a: {b: 1}} }}").starts_with("<Object"));
        assert!(value("{{ {a: {b: 1}}}}").starts_with("<Object"));
    }

    #[test]
    fn entities_are_decoded_outside_braces_only() {
        assert_eq!(value("&lt;{{'&lt;'}}"), "\"<\"+<String(\"&lt;\")>");
    }

    #[test]
    fn a_broken_expression_is_undefined_and_names_its_column() {
        assert_eq!(value("ab {{ c = 1 }}"), "\"ab \"+<Undefined>!9");
    }

    #[test]
    fn template_data_may_have_blanks_and_braces_around_it() {
        let kind = |raw: &str| {
            let mut reporter = Reporter::new(Arc::from("f"), raw);
            let fields = read_data(raw, 0, &mut reporter).map(|e| match e.kind {
                ExpressionKind::Object(items) => items.len(),
                _ => 99,
            });
            (fields, reporter.finish().len())
        };
        assert_eq!(kind(" {{a, b: 1, ...c}} "), (Some(3), 0));
        assert_eq!(kind("{{ {a} }}"), (Some(1), 0));
        assert_eq!(kind("{{{a}}}"), (Some(1), 0));
        assert_eq!(kind("{{ }}"), (None, 0));
        assert_eq!(kind("a"), (None, 1));
    }
}
